//! Work that is shared: fair shares of hours and stops, zones of a route. Each against brute force on
//! random tiny days, each found by the validator when it is broken and only then.

use doorstep::model::{Balance, RecordedZone, ZipPart, ZonePolicy, ZoneRecord};
use doorstep::plan::{Reason, Rule, validate};
use doorstep::units::Capacity;
use doorstep::{Budget, Money, Package, Place, ServiceDay, Solver, Span, Station, Vehicle};

use super::fleet_rules::{Draft, against_brute_force, broken, north, solved};
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

/// Routes of one or two of up to four zones.
fn few_zones(draft: &mut Draft) {
    for package in &mut draft.packages {
        let zip = ZIPS[draft.draw.below(4) as usize];
        *package = in_zip(package, zip);
    }
    let most = draft.draw.between(1, 2);
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

/// Stops 1 to 4 km to the north, each in a zone of its own.
fn four_zones(vans: Vec<Vehicle>) -> doorstep::model::ServiceDayBuilder {
    let day = north(&[1.0, 2.0, 3.0, 4.0], vans).to_builder();
    let day = day.edit_packages(|all| {
        for (package, zip) in all.iter_mut().zip(ZIPS) {
            *package = in_zip(package, zip);
        }
    });
    day.zones_of_yesterday(recorded(&ZIPS))
}

fn vans(count: usize) -> Vec<Vehicle> {
    (0..count)
        .map(|i| Vehicle::cargo_van(format!("V{i}")))
        .collect()
}

#[test]
fn the_validator_finds_too_many_zones() {
    let day = four_zones(vans(2));
    let plan = solved(&day.clone().build().unwrap());
    assert_eq!(plan.routes.len(), 1);
    assert_eq!(broken(day.clone().most_zones(4), &plan), []);
    assert_eq!(broken(day.clone().most_zones(3), &plan), [Rule::Zone]);
    let plan = solved(&day.clone().most_zones(2).build().unwrap());
    assert_eq!((plan.routes.len(), plan.unserved.len()), (2, 0));
    let priced = ZonePolicy::Priced {
        block_reentry: Money::ZERO,
        zone_change: Money::from_units(1),
    };
    let plan = solved(
        &day.clone()
            .most_zones(2)
            .zone_policy(priced)
            .build()
            .unwrap(),
    );
    assert_eq!(plan.routes.len(), 2);
    let error = day.most_zones(0).build().unwrap_err().to_string();
    assert_eq!(error, "station \"DCH1\": most_zones: is 0");
}

#[test]
fn a_stop_of_one_zone_too_many_says_so() {
    let day = four_zones(vans(1)).most_zones(3).build().unwrap();
    let plan = solved(&day);
    assert_eq!(plan.unserved.len(), 1);
    assert_eq!(plan.unserved[0].reason, Reason::NoRoom);
    assert_eq!(
        plan.unserved[0].blocks[0]
            .to_string()
            .split(": ")
            .last()
            .unwrap(),
        "serves 3 zones, and may serve no more"
    );
}

#[test]
fn the_validator_finds_shares() {
    let day = north(&[5.0, 7.0], vans(1));
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
    let day = ServiceDay::builder(station)
        .packages((0..400).map(package))
        .vehicles(
            (0..14)
                .map(|i| Vehicle::cargo_van(format!("V{i:02}")).with_max_duty(Span::from_hours(4))),
        )
        .most_zones(2)
        .balance(balance)
        .build()
        .unwrap();
    let solver = Solver::new().budget(Budget::iterations(4_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    assert!(plan.scorecard.areas.zones > plan.routes.len() as u64);
}
