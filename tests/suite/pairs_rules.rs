//! What the validator, the builder and the plan say of packages that are collected on the way, and
//! of loads along the way.

use doorstep::model::{PackageKind, Pickup, ServiceDay};
use doorstep::plan::{Plan, Reason, Rule, validate};
use doorstep::units::{Capacity, Load, Meters};
use doorstep::{
    Budget, Money, Package, Place, Solver, Span, Station, Stop, TimeOfDay, TimeWindow, Vehicle,
};

use super::fleet_rules::solved;

/// A place at so many kilometres to the north of the station.
fn at(km: f64) -> Place {
    Place::at(41.8 + km / 111.195, -87.7)
}

/// Collected at one place and brought to another.
fn order(id: &str, from: f64, to: f64) -> Package {
    Package::new(id, at(to), "60608").with_pickup(Pickup::new(at(from), "60602"))
}

fn day(packages: Vec<Package>, vehicles: Vec<Vehicle>) -> ServiceDay {
    ServiceDay::builder(Station::new("DCH1", at(0.0)))
        .packages(packages)
        .vehicles(vehicles)
        .build()
        .unwrap()
}

fn holds(count: u32) -> Vehicle {
    Vehicle::cargo_van("V1").with_capacity(Capacity::UNLIMITED.with_count(count))
}

/// The visits of the only route: `+` collects, `-` brings.
fn visits(plan: &Plan) -> String {
    assert_eq!(plan.routes.len(), 1);
    let name =
        |ids: &[doorstep::PackageId]| ids.iter().map(ToString::to_string).collect::<String>();
    let visits = plan.routes[0]
        .visits
        .iter()
        .map(|v| match v.collects.as_slice() {
            [] => format!("-{}", name(&v.packages)),
            ids => format!("+{}", name(ids)),
        });
    visits.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_collected_is_aboard_between_its_doors() {
    // Both on the way up; with room for one, the first is brought before the second is collected.
    let packages = || vec![order("A", 1.0, 6.0), order("B", 3.0, 8.0)];
    let plan = solved(&day(packages(), vec![holds(2)]));
    assert_eq!(visits(&plan), "+A +B -A -B");
    let route = &plan.routes[0];
    assert_eq!((route.load, route.load_order.len()), (Load::ZERO, 0));
    let aboard: Vec<u32> = route.visits.iter().map(|v| v.load_after.count).collect();
    assert_eq!(aboard, [1, 2, 1, 0]);
    assert_eq!(route.peak.count, 2);
    assert_eq!(plan.scorecard.delivered, 2);
    assert_eq!(plan.scorecard.stops, 4);
    let plan = solved(&day(packages(), vec![holds(1)]));
    let found = visits(&plan);
    assert!(
        ["+A -A +B -B", "+B -B +A -A"].contains(&found.as_str()),
        "{found}"
    );
}

#[test]
fn a_van_full_of_deliveries_brings_back_as_much() {
    let mut packages: Vec<Package> = (0..3)
        .map(|i| Package::new(format!("D{i}"), at(1.0 + f64::from(i)), "60608"))
        .collect();
    for i in 0..3 {
        let package = Package::new(format!("R{i}"), at(1.5 + f64::from(i)), "60608");
        packages.push(package.with_kind(PackageKind::ReturnPickup));
    }
    let plan = solved(&day(packages.clone(), vec![holds(3)]));
    assert_eq!(plan.unserved, []);
    assert_eq!(plan.routes[0].peak.count, 3);
    let plan = solved(&day(packages, vec![holds(2)]));
    assert_eq!(plan.unserved.len(), 2);
}

/// The rules that a plan of one order breaks after a change.
fn broken(change: impl FnOnce(&mut Plan)) -> Vec<Rule> {
    let window = TimeWindow::hm((9, 0), (10, 0));
    let pickup = Pickup::new(at(1.0), "60602").with_window(window);
    let package = Package::new("A", at(6.0), "60608").with_pickup(pickup);
    let day = day(vec![package], vec![holds(2)]);
    let mut plan = solved(&day);
    change(&mut plan);
    plan.fingerprint = doorstep::plan::fingerprint(&plan.routes);
    let found = validate(&day, &plan);
    found.into_iter().map(|v| v.rule).collect()
}

#[test]
fn the_validator_finds_broken_pairs() {
    assert_eq!(broken(|_| ()), []);
    let swapped = broken(|plan| plan.routes[0].visits.swap(0, 1));
    assert!(swapped.contains(&Rule::Pickup), "{swapped:?}");
    let never = broken(|plan| drop(plan.routes[0].visits.remove(0)));
    assert!(never.contains(&Rule::Pickup), "{never:?}");
    let kept = broken(|plan| drop(plan.routes[0].visits.remove(1)));
    assert!(
        kept.contains(&Rule::Pickup) && kept.contains(&Rule::MissingPackage),
        "{kept:?}"
    );
    let loaded = broken(|plan| plan.routes[0].load_order.push("A".into()));
    assert_eq!(loaded, [Rule::LoadOrder]);
    let elsewhere = broken(|plan| plan.routes[0].visits[0].place = at(1.001));
    assert!(elsewhere.contains(&Rule::Place), "{elsewhere:?}");
    let both = broken(|plan| {
        let visit = &mut plan.routes[0].visits[0];
        visit.collects.push("A".into());
    });
    assert!(both.contains(&Rule::Pickup), "{both:?}");
    let figure = broken(|plan| plan.routes[0].visits[0].load_after = Load::ZERO);
    assert_eq!(figure, [Rule::LoadFigure]);
    let hour = Span::from_hours(2);
    let late = broken(|plan| {
        let route = &mut plan.routes[0];
        route.depart = route.depart.saturating_add(hour);
        route.back = route.back.saturating_add(hour);
        for visit in &mut route.visits {
            for time in [&mut visit.arrive, &mut visit.start, &mut visit.leave] {
                *time = time.saturating_add(hour);
            }
        }
    });
    assert_eq!(late, [Rule::Late]);
}

#[test]
fn the_validator_counts_along_the_way() {
    let packages = || vec![order("A", 1.0, 6.0), order("B", 3.0, 8.0)];
    let plan = solved(&day(packages(), vec![holds(2)]));
    let rules = |vehicle: Vehicle, packages: Vec<Package>| -> Vec<Rule> {
        let found = validate(&day(packages, vec![vehicle]), &plan);
        found.into_iter().map(|v| v.rule).collect()
    };
    assert!(rules(holds(1), packages()).contains(&Rule::Capacity));
    let near = holds(2).with_radius(Meters::from_meters(2_000));
    assert_eq!(rules(near, packages()), [Rule::Radius; 3]);
    let mut closed = packages();
    let early = TimeWindow::hm((6, 0), (6, 0));
    let pickup = Pickup::new(at(1.0), "60602").with_window(early);
    closed[0] = closed[0].clone().with_pickup(pickup);
    assert_eq!(rules(holds(2), closed), [Rule::Late]);
}

#[test]
fn contradictions_are_said_before_solving() {
    let noon = TimeWindow::hm((12, 0), (13, 0));
    let morning = TimeWindow::hm((8, 0), (9, 0));
    let night = TimeWindow::hm((23, 0), (23, 30));
    let pickup = |window| Pickup::new(at(1.0), "60602").with_window(window);
    let package = |id: &str| Package::new(id, at(2.0), "60608");
    let builder = ServiceDay::builder(Station::new("DCH1", at(0.0)))
        .packages([
            package("late")
                .with_window(morning)
                .with_pickup(pickup(noon)),
            package("back")
                .with_kind(PackageKind::ReturnPickup)
                .with_pickup(pickup(noon)),
            package("ready")
                .with_ready(TimeOfDay::hm(9, 0))
                .with_pickup(pickup(noon)),
            package("night").with_pickup(pickup(night)),
            package("slow").with_pickup(pickup(noon).with_service_time(Span::from_hours(100))),
            package("nowhere").with_pickup(Pickup::new(Place::row(3), "")),
        ])
        .stops([Stop::new(
            "S",
            vec![package("given").with_pickup(pickup(noon))],
        )]);
    assert_eq!(
        builder.build().unwrap_err().to_string(),
        "8 problems in the input\n\
         package \"late\": pickup: collected at 12:00 at the earliest, due at the door by 09:00\n\
         package \"back\": pickup: is stated, but a return goes to the station\n\
         package \"ready\": ready: is stated, but it is never at the station\n\
         package \"night\": pickup: 23:00-23:30 lies outside the delivery hours 06:00-22:00\n\
         package \"slow\": pickup: collected at 112:00 at the earliest, due at the door by 22:00\n\
         package \"nowhere\": pickup: has no coordinates, which great-circle travel needs\n\
         package \"nowhere\": pickup: \"\" is empty\n\
         stop \"S\": packages: \"given\" is collected on the way, and its stops are its own"
    );
}

#[test]
fn what_cannot_be_done_alone_says_so() {
    let morning = TimeWindow::hm((8, 0), (9, 0));
    let pickup = Pickup::new(at(40.0), "60602").with_window(morning);
    let far = Package::new("A", at(2.0), "60608")
        .with_window(morning)
        .with_pickup(pickup);
    let plan = solved(&day(vec![far], vec![Vehicle::cargo_van("V1")]));
    let reason = &plan.unserved[0].reason;
    assert!(matches!(reason, Reason::CollectedFirst { .. }), "{reason}");
    assert!(
        reason
            .to_string()
            .starts_with("collected on the way: a vehicle"),
        "{reason}"
    );
    // Room for one, and twice at once.
    let now = TimeWindow::hm((8, 0), (8, 10));
    let order = |id: &str, from, to| {
        let pickup = Pickup::new(at(from), "60602").with_window(now);
        Package::new(id, at(to), "60608").with_pickup(pickup)
    };
    let plan = solved(&day(
        vec![order("A", 1.0, 6.0), order("B", 9.0, 2.0)],
        vec![holds(1)],
    ));
    let left = &plan.unserved[0];
    assert_eq!(plan.unserved.len(), 1);
    assert!(
        [Reason::NoRoom, Reason::NoInsertion].contains(&left.reason),
        "{}",
        left.reason
    );
}

#[test]
fn a_carrier_takes_nothing_that_is_elsewhere_but_a_price_of_its_own_holds() {
    use doorstep::model::{Provider, ProviderKind};
    let post = Provider::new("post", ProviderKind::Carrier).with_price(Money::from_units(2));
    assert_eq!(post.quote(&order("A", 1.0, 2.0)), None);
    let taxi = order("A", 30.0, 40.0).with_tender(Money::from_units(12));
    let plan = solved(&day(vec![taxi], vec![Vehicle::cargo_van("V1")]));
    assert_eq!(plan.routes, []);
    assert_eq!(plan.tendered[0].price, Money::from_units(12));
    assert_eq!(plan.tendered.len(), 1);
}

#[test]
fn a_plan_is_a_start_for_the_next() {
    let packages: Vec<Package> = (0..12)
        .map(|i| {
            order(
                &format!("P{i}"),
                1.0 + f64::from(i % 4),
                3.0 + f64::from(i % 5),
            )
        })
        .collect();
    let day = day(packages, vec![holds(4), Vehicle::cargo_van("V2")]);
    let first = solved(&day);
    let again = Solver::new()
        .budget(Budget::iterations(0))
        .warm_start(&first);
    let again = again.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &again), []);
    assert_eq!(again.unserved, first.unserved);
    let cost = |plan: &Plan| plan.scorecard.cost.total();
    assert!(
        cost(&again) <= cost(&first),
        "{} and {}",
        cost(&again),
        cost(&first)
    );
    // What does not fit any more is planned anew.
    let smaller = day.to_builder().edit_vehicles(|all| all[0] = holds(1));
    let smaller = smaller.build().unwrap();
    let warm = Solver::new()
        .budget(Budget::iterations(50))
        .warm_start(&first);
    let warm = warm.solve(&smaller).unwrap().plan;
    assert_eq!(validate(&smaller, &warm), []);
}

#[cfg(feature = "json")]
#[test]
fn pickups_are_written_and_read() {
    let pickup = Pickup::new(at(1.0), "60602")
        .with_window(TimeWindow::hm((9, 0), (10, 0)))
        .with_service_time(Span::from_minutes(4));
    let package = Package::new("A", at(2.0), "60608").with_pickup(pickup);
    let day = day(vec![package], vec![Vehicle::cargo_van("V1")]);
    let text = serde_json::to_string(&day).unwrap();
    assert_eq!(serde_json::from_str::<ServiceDay>(&text).unwrap(), day);
    let plan = solved(&day);
    let text = serde_json::to_string(&plan).unwrap();
    assert!(text.contains("\"collects\":[\"A\"]"));
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    let shown = doorstep::format::to_geojson(&[(&day, &plan)]);
    assert!(shown.contains("\"collects\""));
}
