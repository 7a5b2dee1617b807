//! The validator finds each wrong figure, and only that one.

use doorstep::model::Costs;
use doorstep::plan::{RouteDraft, Rule, Scorecard, assemble, validate};
use doorstep::sortation::group;
use doorstep::units::Meters;
use doorstep::{Money, Package, Place, ServiceDay, Span, Station, TimeOfDay, Vehicle};

use super::plan::golden;
use super::validate::{SECOND, against, changed};

#[test]
fn loads_and_load_order() {
    let item = |load: &mut doorstep::units::Load| load.count += 1;
    assert_eq!(
        changed(|plan| item(&mut plan.routes[0].load)),
        [Rule::LoadFigure]
    );
    assert_eq!(
        changed(|plan| item(&mut plan.routes[0].peak)),
        [Rule::LoadFigure]
    );
    let after = changed(|plan| plan.routes[0].visits[1].load_after.volume_cm3 = 7);
    assert_eq!(after, [Rule::LoadFigure]);
    let after = changed(|plan| plan.routes[0].visits[1].load_after.weight_g = 7);
    assert_eq!(after, [Rule::LoadFigure]);
    assert_eq!(
        changed(|plan| plan.routes[0].load_order.reverse()),
        [Rule::LoadOrder]
    );
    assert_eq!(
        changed(|plan| plan.routes[0].load_order.push("P5".into())),
        [Rule::LoadOrder]
    );
}

#[test]
fn sums_and_cost_of_a_route() {
    let meter = Meters::from_meters(1);
    assert_eq!(
        changed(|plan| plan.routes[0].distance += meter),
        [Rule::RouteFigure]
    );
    assert_eq!(
        changed(|plan| plan.routes[0].driving += SECOND),
        [Rule::RouteFigure]
    );
    assert_eq!(
        changed(|plan| plan.routes[0].service += SECOND),
        [Rule::RouteFigure]
    );
    assert_eq!(
        changed(|plan| plan.routes[0].waiting += SECOND),
        [Rule::RouteFigure]
    );
    let dearer =
        |millicents| changed(|plan| plan.routes[0].cost += Money::from_millicents(millicents));
    assert_eq!(dearer(900), [], "to the cent");
    assert_eq!(dearer(1_100), [Rule::Cost]);
    assert_eq!(dearer(-1_100), [Rule::Cost]);
    // Prices of a vehicle of its own.
    let own = against(|p| p.vehicles[1] = p.vehicles[1].clone().with_costs(Costs::distance_only()));
    assert_eq!(own, [Rule::Cost, Rule::Scorecard]);
}

type Change = Box<dyn FnOnce(&mut Scorecard)>;

/// Each change of the scorecard must be found, by its figure and nothing else.
fn each_is_found(changes: Vec<(&str, Change)>) {
    for (message, change) in changes {
        let (day, mut plan) = golden();
        change(&mut plan.scorecard);
        let found = validate(&day, &plan);
        assert_eq!(found.len(), 1, "{message}: {found:?}");
        assert_eq!(found[0].rule, Rule::Scorecard);
        assert!(found[0].message.starts_with(message), "{}", found[0]);
    }
}

#[test]
fn every_number_of_the_scorecard() {
    let changes: Vec<(&str, Change)> = vec![
        ("packages is 9, should be 8", Box::new(|c| c.packages += 1)),
        (
            "delivered is 7, should be 6",
            Box::new(|c| c.delivered += 1),
        ),
        ("tendered is 0, should be 1", Box::new(|c| c.tendered = 0)),
        ("unserved is 2, should be 1", Box::new(|c| c.unserved += 1)),
        ("stops is 5, should be 4", Box::new(|c| c.stops += 1)),
        ("vans is 1, should be 2", Box::new(|c| c.vans -= 1)),
    ];
    each_is_found(changes);
}

#[test]
fn every_length_and_amount_of_the_scorecard() {
    let meter = Meters::from_meters(1);
    let cents = Money::from_cents(3);
    let changes: Vec<(&str, Change)> = vec![
        (
            "distance in mm is 8251000",
            Box::new(move |c| c.distance += meter),
        ),
        (
            "driving in ms is 1271000",
            Box::new(|c| c.driving += SECOND),
        ),
        ("service in ms is 466000", Box::new(|c| c.service += SECOND)),
        (
            "waiting in ms is 1456000",
            Box::new(|c| c.waiting += SECOND),
        ),
        (
            "time on road in ms is 3191000",
            Box::new(|c| c.on_road += SECOND),
        ),
        ("paid time in ms is 3191000", Box::new(|c| c.paid += SECOND)),
        ("on time is 6, should be 5", Box::new(|c| c.on_time += 1)),
        (
            "vans with a count is 2",
            Box::new(|c| c.utilisation.count.vans += 1),
        ),
        (
            "filling by volume is 500001",
            Box::new(|c| c.utilisation.volume.millionths += 1),
        ),
        (
            "filling by weight is 250001",
            Box::new(|c| c.utilisation.weight.millionths += 1),
        ),
        (
            "cost of vehicles",
            Box::new(move |c| c.cost.vehicles += cents),
        ),
        ("cost of duty", Box::new(move |c| c.cost.duty += cents)),
        (
            "cost of distance",
            Box::new(move |c| c.cost.distance += cents),
        ),
        (
            "cost of driving",
            Box::new(move |c| c.cost.driving += cents),
        ),
        (
            "cost of carriers",
            Box::new(move |c| c.cost.tender += cents),
        ),
        (
            "the prices are not",
            Box::new(|c| c.costs = Some(Costs::FREE)),
        ),
    ];
    each_is_found(changes);
}

#[test]
fn a_plan_of_nonsense_is_reported_and_never_panics() {
    let (day, mut plan) = golden();
    let edge = TimeOfDay::from_millis(i64::MAX);
    let start = TimeOfDay::from_millis(i64::MIN);
    for route in &mut plan.routes {
        route.depart = start;
        route.back = edge;
        route.cost = Money::from_millicents(i64::MIN);
        route.driving = Span::from_millis(i64::MIN);
        for visit in &mut route.visits {
            visit.arrive = edge;
            visit.start = start;
            visit.leave = edge;
            visit.waiting = Span::from_millis(i64::MAX);
            visit.load_after.volume_cm3 = u64::MAX;
            visit.packages.clear();
        }
    }
    let found = validate(&day, &plan);
    assert!(found.len() > 10);
    assert!(
        found
            .iter()
            .all(|violation| !violation.to_string().is_empty())
    );
}

#[test]
fn a_hundred_thousand_stops_in_linear_time() {
    let number = 100_000_u32;
    let packages = (0..number).map(|i| {
        let lat = 41.0 + f64::from(i / 400) / 1_000.0;
        let lng = -88.0 + f64::from(i % 400) / 1_000.0;
        Package::new(i.to_string().as_str(), Place::at(lat, lng), "60608")
    });
    let day = ServiceDay::builder(Station::new("S", Place::at(41.1, -87.8)))
        .packages(packages)
        .vehicles((0..500).map(|i| Vehicle::cargo_van(i.to_string().as_str())))
        .build()
        .unwrap();
    let grouping = group(&day);
    let drafts: Vec<RouteDraft> = (0..500)
        .map(|vehicle| RouteDraft {
            vehicle,
            driver: None,
            stops: (0..number).skip(vehicle * 200).take(200).collect(),
            depart: TimeOfDay::hm(7, 0),
            breaks: Vec::new(),
            reloads: Vec::new(),
        })
        .collect();
    let clock = std::time::Instant::now();
    let plan = assemble(&day, &grouping, day.travel(), &drafts, Vec::new());
    let found = validate(&day, &plan);
    let took = clock.elapsed();
    assert_eq!(found, []);
    assert_eq!(plan.scorecard.delivered, u64::from(number));
    // A quarter of a second here; a quadratic step would take minutes.
    assert!(took.as_secs() < 10, "took {took:?}");
}
