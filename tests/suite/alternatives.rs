//! Packages with alternatives, and slots of lockers: against brute force on random tiny days.

use doorstep::model::{Alternative, HandOff, Locker, ServiceDay};
use doorstep::plan::validate;
use doorstep::{Budget, Money, Package, Place, Solver, Span, TimeWindow, Vehicle};

use super::made::{self, Draw};
use super::oracle::{self, falls_short, reasons, tiny, value};

/// Days tried with each rule unless the environment says otherwise.
const DAYS: u64 = 150;

/// Iterations of each solve.
const ITERATIONS: u64 = 4_000;

/// Rows of a tiny day for other places than doors.
const PLACES: u32 = 3;

/// A tiny day, to be changed by a rule.
struct Draft {
    draw: Draw,
    packages: Vec<Package>,
    lockers: Vec<Locker>,
    fleet: Vec<Vehicle>,
    /// Rows of other places.
    rows: std::ops::Range<u32>,
}

type Change = fn(&mut Draft);

fn draw_day(seed: u64, change: Change) -> ServiceDay {
    let mut draw = Draw::new(seed + 99_000);
    let packages = draw.between(3, 4);
    let rows = 1 + packages + PLACES;
    let points = made::points(&mut draw, rows - 1, 16_000);
    let travel = made::matrix(&points, 144, false);
    let all = (1..=packages).map(|row| oracle::package(&mut draw, row as usize));
    let all = all.collect();
    let fleet = (0..2).map(|id| oracle::vehicle(&mut draw, id, packages));
    let fleet = fleet.collect();
    let mut draft = Draft {
        draw,
        packages: all,
        lockers: Vec::new(),
        fleet,
        rows: packages + 1..rows,
    };
    change(&mut draft);
    let day = made::day(travel, Vec::new(), draft.fleet).to_builder();
    let day = day.packages(draft.packages).lockers(draft.lockers);
    day.build().unwrap()
}

/// The solver finds the best there is, or nearly always; every plan is valid, every reason true.
fn against_brute_force(change: Change) {
    let days = std::env::var("DOORSTEP_ORACLE_DAYS").ok();
    let days = days.map_or(DAYS, |n| n.parse().expect("a number of days"));
    let (mut worse, mut elsewhere, mut bound) = (Vec::new(), 0, 0);
    for seed in 0..days {
        let day = draw_day(seed, change);
        let tiny = tiny(&day);
        let best = tiny.best();
        let budget = Budget::iterations(ITERATIONS);
        let outcome = Solver::new().seed(seed).budget(budget).solve(&day).unwrap();
        assert_eq!(validate(&day, &outcome.plan), [], "day {seed}");
        reasons(&day, &tiny, &outcome, seed);
        let found = value(&outcome);
        if falls_short(seed, found, best) {
            worse.push((seed, found, best));
        }
        let visits = outcome.plan.routes.iter().flat_map(|r| &r.visits);
        elsewhere += visits.filter(|v| v.alternative.is_some()).count();
        let free = draw_day(seed, |_| ());
        bound += u64::from(oracle::tiny(&free).best() != best);
    }
    assert!(elsewhere as u64 * 4 > days, "{elsewhere} alternatives used");
    assert!(bound * 4 > days, "the rule binds on {bound} of {days} days");
    let few = worse.len() as u64 * 100 <= days;
    assert!(
        few,
        "{} of {days} are not the best: {worse:#?}",
        worse.len()
    );
}

fn price(draw: &mut Draw) -> Money {
    Money::from_cents(i64::from(draw.between(0, 2_400)) - 1_200)
}

fn window(draw: &mut Draw) -> TimeWindow {
    let from = draw.between(6, 15);
    TimeWindow::hm((from, 0), (from + draw.between(1, 6), 0))
}

/// Other places, each for one package.
fn places(draft: &mut Draft) {
    for package in &mut draft.packages {
        let draw = &mut draft.draw;
        let Some(row) = draw.chance(70).then(|| draft.rows.next()).flatten() else {
            continue;
        };
        let mut other = Alternative::new(Place::row(row), "60602")
            .with_hand_off([HandOff::Mailroom, HandOff::Signature][draw.below(2) as usize])
            .with_price(price(draw));
        if draw.chance(50) {
            other = other.with_window(window(draw));
        }
        if draw.chance(50) {
            let seconds = i64::from(draw.between(0, 900));
            other = other.with_service_time(Span::from_seconds(seconds));
        }
        *package = package.clone().with_alternative(other);
    }
}

/// A locker with few slots, of sizes that many packages share.
fn lockers(draft: &mut Draft) {
    let Some(row) = draft.rows.next_back() else {
        return;
    };
    let draw = &mut draft.draw;
    let mut locker = Locker::new("L", Place::row(row), "60602")
        .with_slots(draw.between(0, 1), 60)
        .with_slots(draw.below(2), 20)
        .with_slots(1, 35);
    if draw.chance(50) {
        locker = locker.with_window(window(draw));
    }
    let largest = locker.slots().iter().filter(|s| s.count() > 0);
    let largest = largest.map(|s| s.largest_cm3()).max().unwrap();
    for package in &mut draft.packages {
        if draw.chance(80) && package.load().volume_cm3 <= largest {
            let at = Alternative::at_locker("L").with_price(price(draw));
            *package = package.clone().with_alternative(at);
        }
    }
    draft.lockers.push(locker);
}

#[test]
fn places_against_brute_force() {
    against_brute_force(places);
}

#[test]
fn lockers_against_brute_force() {
    against_brute_force(lockers);
}

#[test]
fn places_and_lockers_against_brute_force() {
    against_brute_force(|draft| {
        lockers(draft);
        places(draft);
    });
}

#[test]
fn lockers_with_other_rules_against_brute_force() {
    against_brute_force(|draft| {
        lockers(draft);
        super::fleet_rules::limits(&mut draft.draw, &mut draft.fleet);
        for vehicle in &mut draft.fleet {
            if vehicle.end().is_none() && draft.draw.chance(30) {
                *vehicle = vehicle.clone().with_open_end();
            }
        }
    });
}
