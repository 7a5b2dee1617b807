//! Zones and blocks in the search and in the plan: prices, the hard rule, labels, figures.

use doorstep::model::{Costs, LatLng, ZonePolicy};
use doorstep::plan::{Plan, RouteDraft, Rule, Scorecard, assemble, validate};
use doorstep::sortation::{group, zones};
use doorstep::units::Capacity;
use doorstep::{Budget, Money, Package, Place, ServiceDay, Solver, Station, TimeOfDay, Vehicle};

use crate::made::{Draw, points};

/// Packages along a few streets of a town of 10 km, with a postal code for each square of 2.5 km.
fn town(seed: u64, packages: u32, vans: u32, policy: ZonePolicy) -> ServiceDay {
    let mut draw = Draw::new(seed);
    let points = points(&mut draw, packages, 10_000);
    let at = |(x, y): (u32, u32)| LatLng {
        lat: 41.8 + f64::from(y) / 111_200.0,
        lng: -87.7 + f64::from(x) / 82_900.0,
    };
    let package = |(i, &(x, y)): (usize, &(u32, u32))| {
        let zip = format!("606{}{}", x / 2_500, y / 2_500);
        let package = Package::new(format!("P{i}"), Place::from(at((x, y))), zip.as_str());
        package.with_volume_cm3(u64::from(1_000 + x % 7_000))
    };
    let room = Capacity::UNLIMITED.with_volume_cm3(u64::from(packages / vans) * 6_500);
    let van = |i| Vehicle::cargo_van(format!("V{i}")).with_capacity(room);
    ServiceDay::builder(Station::new("S", Place::from(at(points[0]))))
        .packages(points[1..].iter().enumerate().map(package))
        .vehicles((0..vans).map(van))
        .costs(Costs::driving_only())
        .zone_policy(policy)
        .build()
        .unwrap()
}

const fn priced(block_reentry: i64, zone_change: i64) -> ZonePolicy {
    ZonePolicy::Priced {
        block_reentry: Money::from_cents(block_reentry),
        zone_change: Money::from_cents(zone_change),
    }
}

fn solve(day: &ServiceDay, iterations: u64) -> Plan {
    let solver = Solver::new().budget(Budget::iterations(iterations)).seed(3);
    let plan = solver.solve(day).unwrap().plan;
    assert_eq!(validate(day, &plan), []);
    plan
}

fn zone_changes(plan: &Plan) -> usize {
    let pairs = |r: &doorstep::plan::RoutePlan| {
        r.visits
            .windows(2)
            .filter(|w| w[0].zone != w[1].zone)
            .count()
    };
    plan.routes.iter().map(pairs).sum()
}

/// Debug builds compare every price of the search with a count from scratch, after each iteration
/// on days as small as the first one.
#[test]
fn prices_are_exact_in_every_iteration() {
    for (packages, vans, policy) in [
        (30, 3, priced(250, 0)),
        (34, 3, priced(90, 140)),
        (30, 2, ZonePolicy::Hard),
        (400, 8, priced(60, 25)),
        (400, 8, ZonePolicy::Hard),
    ] {
        solve(&town(u64::from(packages), packages, vans, policy), 4_000);
    }
}

#[test]
fn a_price_keeps_routes_in_their_blocks() {
    let plan = |policy| solve(&town(5, 500, 10, policy), 60_000);
    let (free, minded) = (plan(ZonePolicy::Free), plan(priced(60, 0)));
    let returns = |plan: &Plan| plan.scorecard.areas.block_reentries;
    assert!(returns(&free) > 20, "{}", free.scorecard);
    assert!(
        returns(&minded) * 2 < returns(&free),
        "{}\n{}",
        free.scorecard,
        minded.scorecard
    );
    let driving = |plan: &Plan| plan.scorecard.driving.seconds_f64();
    assert!(
        driving(&minded) < 1.06 * driving(&free),
        "{}\n{}",
        free.scorecard,
        minded.scorecard
    );
    assert_eq!(minded.unserved, []);
}

#[test]
fn a_price_keeps_routes_in_their_zones() {
    let plan = |policy| solve(&town(6, 400, 8, policy), 40_000);
    let (free, minded) = (plan(ZonePolicy::Free), plan(priced(0, 500)));
    assert!(
        zone_changes(&minded) * 2 < zone_changes(&free),
        "{} against {}",
        zone_changes(&minded),
        zone_changes(&free)
    );
    assert_eq!(minded.unserved, []);
}

#[test]
fn a_hard_policy_keeps_each_route_in_one_zone() {
    let day = town(7, 400, 8, ZonePolicy::Hard);
    let edit = |vehicles: &mut Vec<Vehicle>| {
        let like = vehicles[0].clone();
        vehicles.extend((8..24).map(|i| like.clone().with_id(format!("V{i}"))));
    };
    let day = day.to_builder().edit_vehicles(edit).build().unwrap();
    let plan = solve(&day, 20_000);
    assert!(zones(&day, &group(&day)).zones().len() > 3);
    assert_eq!(zone_changes(&plan), 0);
    assert_eq!(plan.scorecard.areas.zones, plan.scorecard.vans);
    assert_eq!(plan.unserved, [], "vans are enough for zones of their own");
}

#[test]
fn the_same_areas_on_any_number_of_threads_and_from_a_warm_start() {
    let day = town(8, 300, 12, ZonePolicy::Hard);
    let plan = solve(&day, 5_000);
    let again = Solver::new()
        .budget(Budget::iterations(500))
        .warm_start(&plan)
        .solve(&day)
        .unwrap();
    assert_eq!(validate(&day, &again.plan), []);
    assert_eq!(zone_changes(&again.plan), 0);
}

/// One route over all stops of a day in the order of their zones.
fn one_route(day: &ServiceDay) -> Plan {
    let grouping = group(day);
    let zoning = zones(day, &grouping);
    let stops = zoning.zones().iter().flat_map(|z| z.stops.clone());
    let draft = RouteDraft {
        vehicle: 0,
        driver: None,
        stops: stops.collect(),
        depart: TimeOfDay::hm(8, 0),
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    assemble(day, &grouping, day.travel(), &[draft], Vec::new())
}

fn rules(day: &ServiceDay, plan: &Plan) -> Vec<Rule> {
    validate(day, plan).into_iter().map(|v| v.rule).collect()
}

#[test]
fn the_validator_knows_the_rule_and_the_labels() {
    // One van for what it takes two to carry, so that there are two zones.
    let day = town(9, 60, 3, ZonePolicy::Free);
    let plan = one_route(&day);
    assert_eq!(rules(&day, &plan), [Rule::Capacity]);

    let hard = day
        .to_builder()
        .zone_policy(ZonePolicy::Hard)
        .build()
        .unwrap();
    assert_eq!(zones(&hard, &group(&hard)).zones().len(), 2);
    assert_eq!(
        rules(&hard, &one_route(&hard)),
        [Rule::Capacity, Rule::Zone]
    );

    let mut mislabelled = plan.clone();
    mislabelled.routes[0].visits[3].block = Some("elsewhere".into());
    let found = rules(&day, &mislabelled);
    assert!(found.contains(&Rule::ZoneLabel), "{found:?}");
    let mut unlabelled = plan;
    unlabelled.routes[0].visits[0].zone = None;
    assert_eq!(rules(&day, &unlabelled), [Rule::Capacity, Rule::ZoneLabel]);
}

#[test]
fn returns_to_blocks_are_counted() {
    let day = town(10, 60, 2, ZonePolicy::Free);
    let plan = one_route(&day);
    let areas = plan.scorecard.areas;
    let zoning = zones(&day, &group(&day));
    assert_eq!(areas.block_reentries, 0, "in the order of the blocks");
    assert_eq!(areas.blocks, zoning.blocks().len() as u64);
    assert_eq!(areas.zones, zoning.zones().len() as u64);

    // The first stop driven last: one return, to the first block.
    let grouping = group(&day);
    let mut stops: Vec<u32> = zoning
        .zones()
        .iter()
        .flat_map(|z| z.stops.clone())
        .collect();
    stops.rotate_left(1);
    let draft = RouteDraft {
        vehicle: 0,
        driver: None,
        stops,
        depart: TimeOfDay::hm(8, 0),
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    let turned = assemble(&day, &grouping, day.travel(), &[draft], Vec::new());
    assert_eq!(turned.scorecard.areas.block_reentries, 1);

    let mut wrong = turned;
    wrong.scorecard.areas.block_reentries = 0;
    assert!(rules(&day, &wrong).contains(&Rule::Scorecard));
}

#[test]
fn overlap_is_the_area_that_routes_share() {
    let day = town(11, 200, 2, ZonePolicy::Free);
    let grouping = group(&day);
    let all: Vec<u32> = (0..u32::try_from(grouping.stops().len()).unwrap()).collect();
    let east = |&s: &u32| grouping.stops()[s as usize].place.lat_lng().unwrap().lng > -87.64;
    let routes = |split: &dyn Fn(&u32) -> bool| {
        let (a, b): (Vec<u32>, Vec<u32>) = all.iter().partition(|s| split(s));
        let draft = |vehicle, stops| RouteDraft {
            vehicle,
            driver: None,
            stops,
            depart: TimeOfDay::hm(8, 0),
            breaks: Vec::new(),
            reloads: Vec::new(),
        };
        let drafts = [draft(0, a), draft(1, b)];
        assemble(&day, &grouping, day.travel(), &drafts, Vec::new()).scorecard
    };
    let apart = routes(&east);
    assert_eq!(apart.areas.shared_m2, 0);
    assert_eq!(apart.areas.overlap(), Some(0.0));
    let mixed = routes(&|s| s % 2 == 0);
    let overlap = mixed.areas.overlap().unwrap();
    assert!((0.3..=0.5).contains(&overlap), "{overlap}");
    // Two stations together: sums.
    let both = Scorecard::total([&apart, &mixed]);
    assert_eq!(both.areas.routes, 4);
    assert_eq!(both.areas.shared_m2, mixed.areas.shared_m2);
    assert_eq!(
        both.areas.hull_m2,
        apart.areas.hull_m2 + mixed.areas.hull_m2
    );
}
