//! Work that is shared: fair shares of hours and stops, zones of a route. Each against brute force on
//! random tiny days, each found by the validator when it is broken and only then.

use doorstep::model::{Balance, RecordedZone, ZipPart, ZonePolicy, ZoneRecord};
use doorstep::plan::{Reason, Rule, validate};
use doorstep::units::Capacity;
use doorstep::{Budget, Money, Package, Place, ServiceDay, Solver, Span, Station, Vehicle};

use super::drawn::Draft;
use super::fleet_rules::{against_brute_force, broken, north, solved};
use super::made;

/// Hours and stops above a small share cost something.
fn fair_shares(draft: &mut Draft) {
    let draw = &mut draft.draw;
    let cents = |n: u32| Money::from_cents(n.into());
    let mut balance = Balance::default();
    if draw.chance(70) {
        let minutes = Span::from_minutes(draw.below(240).into());
        balance = balance.with_hours(minutes, cents(draw.between(500, 9_000)));
    }
    if draw.chance(70) {
        balance = balance.with_stops(draw.below(4), cents(draw.between(100, 5_000)));
    }
    draft
        .more
        .push(Box::new(move |builder| builder.balance(balance)));
}

#[test]
fn fair_shares_against_brute_force() {
    against_brute_force(fair_shares);
}

/// Each postal code is a zone of its own.
fn recorded(zips: &[&str]) -> ZoneRecord {
    let zone = |zip: &&str| RecordedZone {
        id: (*zip).into(),
        parts: vec![ZipPart {
            zip: (*zip).into(),
            centre: None,
        }],
    };
    ZoneRecord {
        zones: zips.iter().map(zone).collect(),
    }
}

const ZIPS: [&str; 4] = ["60601", "60602", "60603", "60604"];

/// The same package in another postal code.
fn in_zip(package: &Package, zip: &str) -> Package {
    let mut other = Package::new(package.id(), *package.place(), zip)
        .with_load(package.load())
        .with_windows(package.windows().to_vec());
    if let Some(time) = package.service_time() {
        other = other.with_service_time(time);
    }
    match package.tender() {
        Some(price) => other.with_tender(price),
        None => other,
    }
}

/// A van holds three packages, so that there are about two zones; a route serves one, or both.
fn few_zones(draft: &mut Draft) {
    for package in &mut draft.packages {
        let zip = ZIPS[draft.draw.below(4) as usize];
        let mut load = package.load();
        load.count = 1;
        *package = in_zip(package, zip).with_load(load);
    }
    for vehicle in &mut draft.fleet {
        let capacity = vehicle.capacity().with_count(3);
        *vehicle = vehicle.clone().with_capacity(capacity);
    }
    let most = if draft.draw.chance(80) { 1 } else { 2 };
    draft.more.push(Box::new(move |builder| {
        builder.zones_of_yesterday(recorded(&ZIPS)).most_zones(most)
    }));
}

#[test]
fn a_cap_on_zones_against_brute_force() {
    against_brute_force(few_zones);
}

#[test]
fn shares_and_zones_together_against_brute_force() {
    against_brute_force(|draft| {
        few_zones(draft);
        fair_shares(draft);
    });
}

/// Stops 1 to 4 km to the north, in two zones where a van holds two or three of them.
fn two_zones(vans: Vec<Vehicle>) -> doorstep::model::ServiceDayBuilder {
    let day = north(&[1.0, 2.0, 3.0, 4.0], vans).to_builder();
    day.edit_packages(|all| {
        for (package, zip) in all.iter_mut().zip(ZIPS) {
            *package = in_zip(package, zip);
        }
    })
}

fn vans(count: usize, holds: u32) -> Vec<Vehicle> {
    let capacity = Capacity::UNLIMITED.with_count(holds);
    (0..count)
        .map(|i| Vehicle::cargo_van(format!("V{i}")).with_capacity(capacity))
        .collect()
}

#[test]
fn the_validator_finds_too_many_zones() {
    use doorstep::plan::{RouteDraft, assemble};
    use doorstep::sortation::group;
    let day = two_zones(vans(2, 2));
    let built = day.clone().build().unwrap();
    let draft = |vehicle: usize, stops: &[u32]| RouteDraft {
        vehicle,
        driver: None,
        stops: stops.to_vec(),
        depart: doorstep::TimeOfDay::hm(9, 0),
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    let of = |drafts: &[RouteDraft]| {
        assemble(&built, &group(&built), built.travel(), drafts, Vec::new())
    };
    let mixed = of(&[draft(0, &[0, 3]), draft(1, &[1, 2])]);
    assert_eq!(broken(day.clone().most_zones(2), &mixed), []);
    assert_eq!(broken(day.clone().most_zones(1), &mixed), [Rule::Zone; 2]);
    let apart = of(&[draft(0, &[0, 1]), draft(1, &[2, 3])]);
    assert_eq!(broken(day.clone().most_zones(1), &apart), []);
    let plan = solved(&day.clone().most_zones(1).build().unwrap());
    assert_eq!((plan.routes.len(), plan.unserved.len()), (2, 0));
    let priced = ZonePolicy::Priced {
        block_reentry: Money::ZERO,
        zone_change: Money::from_units(1),
    };
    let both = day.clone().most_zones(1).zone_policy(priced);
    assert_eq!(solved(&both.build().unwrap()).routes.len(), 2);
    let error = day.most_zones(0).build().unwrap_err().to_string();
    assert_eq!(error, "station \"DCH1\": most_zones: is 0");
}

#[test]
fn a_stop_of_one_zone_too_many_says_so() {
    let free = solved(&two_zones(vans(1, 3)).build().unwrap());
    assert_eq!(free.unserved.len(), 1);
    let plan = solved(&two_zones(vans(1, 3)).most_zones(1).build().unwrap());
    assert!(
        plan.unserved
            .iter()
            .all(|left| left.reason == Reason::NoRoom)
    );
    let said: Vec<String> = plan.unserved[0]
        .blocks
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        said[0].ends_with("may serve no more zones than 1"),
        "{said:?}"
    );
}

#[test]
fn the_validator_finds_shares() {
    let day = north(&[5.0, 7.0], vans(1, 9));
    let plan = solved(&day);
    let of = |balance: Balance| broken(day.to_builder().balance(balance), &plan);
    let one = Money::from_units(1);
    let wrong = [Rule::Cost, Rule::Scorecard];
    assert_eq!(of(Balance::default().with_stops(2, one)), []);
    assert_eq!(of(Balance::default().with_stops(1, one)), wrong);
    let duty = plan.routes[0].duty();
    assert_eq!(of(Balance::default().with_hours(duty, one)), []);
    let less = duty - Span::from_minutes(30);
    assert_eq!(of(Balance::default().with_hours(less, one)), wrong);
    let priced = Balance::default().with_stops(1, one).with_hours(less, one);
    let plan = solved(&day.to_builder().balance(priced).build().unwrap());
    // One stop, and half an hour.
    assert_eq!(plan.scorecard.cost.balance, Money::from_cents(150));
    let error = day
        .to_builder()
        .balance(Balance::default().with_stops(1, Money::from_units(-1)));
    assert_eq!(
        error.build().unwrap_err().to_string(),
        "station \"DCH1\": balance.per_stop: -1 is negative"
    );
}

#[test]
fn work_is_spread_where_that_is_worth_it() {
    let day = made::small().to_builder();
    let longest = |day: &ServiceDay| {
        let solver = Solver::new().budget(Budget::iterations(6_000));
        let plan = solver.solve(day).unwrap().plan;
        assert_eq!(validate(day, &plan), []);
        let stops = plan.routes.iter().map(|r| r.visits.len());
        stops.max().unwrap()
    };
    let room = |all: &mut Vec<Vehicle>| {
        for vehicle in all {
            *vehicle = vehicle.clone().with_capacity(Capacity::UNLIMITED);
        }
    };
    let day = day.edit_vehicles(room);
    let free = longest(&day.clone().build().unwrap());
    let even = Balance::default().with_stops(13, Money::from_units(200));
    let fair = longest(&day.balance(even).build().unwrap());
    assert!(fair <= 13 && free > 13, "{free} stops, then {fair}");
}

#[test]
fn a_larger_day_with_few_zones_and_shares_is_valid() {
    let station = Station::new("DCH1", Place::at(41.84, -87.68));
    let package = |i: u32| {
        let (north, east) = (f64::from(i % 20), f64::from(i / 20));
        let place = Place::at(41.80 + 0.004 * north, -87.72 + 0.005 * east);
        let zip = format!("6060{}", (i % 20) / 7 + 3 * ((i / 20) / 7));
        Package::new(format!("P{i}"), place, zip)
    };
    let balance = Balance::default()
        .with_hours(Span::from_hours(3), Money::from_units(30))
        .with_stops(40, Money::from_units(2));
    let van = |i: u32| Vehicle::cargo_van(format!("V{i:02}")).with_max_duty(Span::from_hours(4));
    let day = ServiceDay::builder(station)
        .packages((0..400).map(package))
        .vehicles((0..14).map(van));
    let solver = Solver::new().budget(Budget::iterations(4_000));
    let free = solver.solve(&day.clone().build().unwrap()).unwrap().plan;
    assert!(broken(day.clone().most_zones(1), &free).contains(&Rule::Zone));
    for most in [1, 2] {
        let day = day
            .clone()
            .most_zones(most)
            .balance(balance)
            .build()
            .unwrap();
        let plan = solver.solve(&day).unwrap().plan;
        assert_eq!(validate(&day, &plan), []);
        assert!(
            plan.unserved.len() < 100,
            "{} are left",
            plan.unserved.len()
        );
    }
}
