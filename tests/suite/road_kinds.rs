//! Kinds of roads by the length of legs: against brute force on random tiny days, as a caller's model
//! says it leg by leg, found by the validator, refused where they contradict.

use std::sync::Arc;

use doorstep::model::{RoadKind, Traffic, TravelSpec, VehicleKind};
use doorstep::plan::{Rule, validate, validate_with};
use doorstep::travel::TravelModel;
use doorstep::{Budget, Money, Place, Solver, Span, TimeOfDay, Vehicle};

use super::drawn::{Draft, Drawn};
use super::fleet_rules::{TINY, north, solved};
use super::oracle::{tiny, value};
use super::time_rules::{Asked, breaks, busy_day, in_traffic, peaks};

/// The tiny days of the fleet's rules, others of them.
const DAYS: Drawn = Drawn {
    salt: 71_000,
    ..TINY
};

/// Streets are slow in the peaks, main roads slower, motorways nearly free.
fn roads() -> Traffic {
    let main = RoadKind::new(Span::from_minutes(8)).with_speed(6..16, 70);
    let main = main.with_speed(7..10, 30);
    let motorway = RoadKind::new(Span::from_minutes(17)).with_speed(8..9, 85);
    // In any order.
    peaks()
        .with_road(motorway.with_speed(15..19, 90))
        .with_road(main.with_speed(16..19, 35))
}

/// The best there is, or a hundredth dearer, as departures are tried at some times only; but on one
/// day of so many.
fn against_brute_force(change: fn(&mut Draft), usual: u64, one_of: u64) {
    let (mut worse, mut bound) = (Vec::new(), 0);
    let days = super::drawn::days(usual);
    for seed in 0..days {
        let free = DAYS.day(seed, change);
        let day = in_traffic(&free, roads());
        let best = tiny(&day).best();
        let solver = Solver::new().seed(seed).budget(Budget::iterations(4_000));
        let outcome = solver.solve(&day).unwrap();
        assert_eq!(validate(&day, &outcome.plan), [], "day {seed}");
        let found = value(&outcome);
        if found.0 > best.0 || found.1 * 100 > best.1 * 101 {
            worse.push((seed, found, best));
        }
        bound += u64::from(tiny(&in_traffic(&free, peaks())).best() != best);
    }
    assert!(bound * 4 > days, "kinds of roads matter on {bound} days");
    let few = worse.len() as u64 * one_of <= days;
    assert!(
        few,
        "{} of {days} are not the best: {worse:#?}",
        worse.len()
    );
}

/// The second vehicle's hours are free.
fn hourless(draft: &mut Draft) {
    let vehicle = &mut draft.fleet[1];
    let costs = vehicle.costs().unwrap().with_per_duty_hour(Money::ZERO);
    let costs = costs.with_per_driving_hour(Money::ZERO);
    *vehicle = vehicle.clone().with_costs(costs);
}

#[test]
fn kinds_of_roads_against_brute_force() {
    against_brute_force(hourless, super::drawn::DAYS, 40);
}

#[test]
fn kinds_of_roads_with_breaks_against_brute_force() {
    // As few as on days with breaks on roads of one kind, where the same departures are tried.
    against_brute_force(breaks, 30, 13);
}

#[test]
fn a_caller_who_says_it_leg_by_leg_gets_the_same_plan() {
    let day = busy_day();
    let timed = in_traffic(&day, roads());
    let solver = Solver::new().budget(Budget::iterations(150));
    let plan = solver.solve(&timed).unwrap().plan;
    assert_eq!(validate(&timed, &plan), []);
    let own = solver.travel(Arc::new(Asked(timed.travel().clone())));
    let own = own.solve(&day).unwrap().plan;
    let asked = Asked(timed.travel().clone());
    assert_eq!(validate_with(&day, &asked, &own), []);
    assert_eq!(own.fingerprint, plan.fingerprint);
    // The speeds of streets alone are other ones.
    let streets = in_traffic(&day, peaks());
    let rules = validate(&streets, &plan).into_iter().map(|v| v.rule);
    assert!(rules.collect::<Vec<_>>().contains(&Rule::Travel));
}

#[test]
fn a_leg_has_one_kind_of_road_from_its_beginning_to_its_end() {
    let day = north(&[5.0], vec![Vehicle::cargo_van("V1")]);
    let (from, to) = (*day.station().place(), *day.packages()[0].place());
    let van = VehicleKind::CargoVan;
    let free = day.travel().leg(van, &from, &to).time;
    let minutes = |travel: &TravelSpec, depart| {
        let time = travel.leg_at(van, &from, &to, depart).time;
        time.millis() * 100 / free.millis()
    };
    let on = |shortest| {
        let road = RoadKind::new(shortest).with_speed(8..9, 50);
        TravelSpec::hourly(day.travel().clone(), peaks().with_road(road))
    };
    let later = free + Span::from_millis(1);
    assert_eq!(minutes(&on(free), TimeOfDay::hm(8, 0)), 200);
    assert_eq!(minutes(&on(free), TimeOfDay::hm(7, 0)), 100);
    assert_eq!(minutes(&on(later), TimeOfDay::hm(7, 0)), 181);
}

#[test]
fn a_kind_of_vehicle_keeps_its_own_speeds() {
    let (van, bicycle) = (VehicleKind::CargoVan, VehicleKind::Bicycle);
    let long = Span::from_hours(1);
    let speed = |traffic: &Traffic, kind| traffic.speeds_on(kind, long)[17];
    let all = roads().with_kind(bicycle, [95; 24]);
    assert_eq!((speed(&all, van), speed(&all, bicycle)), (90, 95));
    let ferry = RoadKind::new(Span::from_minutes(40)).with_speed(0..24, 60);
    let all = all.with_road(ferry.with_kind(bicycle, [40; 24]));
    assert_eq!((speed(&all, van), speed(&all, bicycle)), (60, 40));
}

#[test]
fn the_search_knows_which_road_a_stop_is_on() {
    // Far away only the motorway is slow, and only until ten.
    let road = RoadKind::new(Span::from_minutes(20)).with_speed(5..10, 20);
    let day = north(&[2.0, 9.0], vec![Vehicle::cargo_van("V1")]);
    let day = in_traffic(&day, Traffic::free().with_road(road));
    let plan = solved(&day);
    assert!(plan.routes[0].depart >= TimeOfDay::hm(9, 30));
    let near = day.to_builder().edit_packages(|all| all.truncate(1));
    let plan = solved(&near.build().unwrap());
    assert!(plan.routes[0].depart < TimeOfDay::hm(9, 0));
}

#[test]
fn kinds_of_roads_that_contradict_are_refused() {
    let day = north(&[5.0], vec![Vehicle::cargo_van("V1")]);
    let error = |traffic: Traffic| {
        let travel = TravelSpec::hourly(day.travel().clone(), traffic);
        let built = day.to_builder().travel(travel).build();
        built.unwrap_err().to_string()
    };
    let from = |minutes| RoadKind::new(Span::from_minutes(minutes));
    let twice = peaks().with_road(from(9)).with_road(from(9));
    assert!(error(twice).contains("two kinds of roads are for legs from"));
    assert!(error(peaks().with_road(from(0))).contains("which are all"));
    assert!(error(peaks().with_road(from(-1))).contains("which are all"));
    assert!(error(peaks().with_road(from(9).with_speed(3..4, 0))).contains("a speed of 0 %"));
    let own = from(9).with_kind(VehicleKind::Bicycle, [101; 24]);
    assert!(error(peaks().with_road(own)).contains("101 %"));
    let many = (1..10).fold(peaks(), |all, minutes| all.with_road(from(minutes)));
    assert!(error(many).contains("9 kinds of roads are more than 8"));
}

#[cfg(feature = "json")]
#[test]
fn kinds_of_roads_come_back_as_written() {
    let text = serde_json::to_string(&roads()).unwrap();
    assert!(text.contains("\"roads\":["), "{text}");
    assert_eq!(serde_json::from_str::<Traffic>(&text).unwrap(), roads());
    let plain = serde_json::to_string(&peaks()).unwrap();
    assert!(!plain.contains("roads"), "{plain}");
    let wrong = text.replace("\"from\"", "\"farther\"");
    assert!(serde_json::from_str::<Traffic>(&wrong).is_err());
}

#[test]
fn legs_in_a_matrix_have_kinds_of_roads_too() {
    let day = DAYS.day(3, |_| ());
    let timed = in_traffic(&day, roads());
    let (a, b) = (Place::row(0), Place::row(1));
    for at in (0..24).map(|hour| TimeOfDay::hm(hour, 0)) {
        let free = day.travel().leg(VehicleKind::CargoVan, &a, &b);
        let leg = timed.travel().leg_at(VehicleKind::CargoVan, &a, &b, at);
        assert!(leg.time >= free.time && leg.distance == free.distance);
    }
}
