//! Packages that are collected on the way, and loads along the way: against brute force on random
//! tiny days.

use doorstep::model::{PackageKind, Pickup, ServiceDay, Temperature};
use doorstep::plan::validate;
use doorstep::{Budget, Money, Package, Place, Solver, Span, TimeOfDay, TimeWindow, Vehicle};

use super::made::{self, Draw};
use super::oracle::{self, falls_short, reasons, tiny, value};

/// Days tried with each rule unless the environment says otherwise.
const DAYS: u64 = 150;

/// Iterations of each solve.
const ITERATIONS: u64 = 4_000;

/// Rows of a tiny day for places where packages are collected.
const PICKUPS: u32 = 2;

/// A tiny day, to be changed by a rule.
struct Draft {
    draw: Draw,
    packages: Vec<Package>,
    fleet: Vec<Vehicle>,
    /// Rows where something may be collected.
    rows: std::ops::Range<u32>,
}

type Change = fn(&mut Draft);

fn draw_day(seed: u64, change: Change) -> ServiceDay {
    let mut draw = Draw::new(seed + 77_000);
    let packages = draw.between(3, 5);
    let rows = 1 + packages + PICKUPS;
    // Where the way round is never shorter: a stop that no vehicle reaches alone is lost.
    let points = made::points(&mut draw, rows - 1, 16_000);
    let travel = made::matrix(&points, 144, false);
    let all = (1..=packages).map(|row| oracle::package(&mut draw, row as usize));
    let all = all.collect();
    let fleet = (0..2).map(|id| oracle::vehicle(&mut draw, id, packages));
    let fleet = fleet.collect();
    let mut draft = Draft {
        draw,
        packages: all,
        fleet,
        rows: packages + 1..rows,
    };
    change(&mut draft);
    made::day(travel, draft.packages, draft.fleet)
}

/// The solver finds the best there is, or nearly always; every plan is valid, every reason true.
fn against_brute_force(change: Change) {
    let days = std::env::var("DOORSTEP_ORACLE_DAYS").ok();
    let days = days.map_or(DAYS, |n| n.parse().expect("a number of days"));
    let (mut worse, mut left, mut bound) = (Vec::new(), 0, 0);
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
        left += u64::from(best.0 > 0);
        let free = draw_day(seed, |_| ());
        bound += u64::from(oracle::tiny(&free).best() != best);
    }
    assert!(left < days, "no day can be served in full");
    assert!(bound * 4 > days, "the rule binds on {bound} of {days} days");
    let few = worse.len() as u64 * 100 <= days;
    assert!(
        few,
        "{} of {days} are not the best: {worse:#?}",
        worse.len()
    );
}

/// Little room, so that what is on board on each leg decides.
fn narrow(draft: &mut Draft) {
    for vehicle in &mut draft.fleet {
        if draft.draw.chance(70) {
            let volume = u64::from(draft.draw.between(30, 90));
            let capacity = vehicle.capacity().with_volume_cm3(volume);
            *vehicle = vehicle.clone().with_capacity(capacity);
        }
    }
}

/// Some packages go back to the station.
fn returns(draft: &mut Draft) {
    for package in &mut draft.packages {
        if draft.draw.chance(50) {
            *package = package.clone().with_kind(PackageKind::ReturnPickup);
        }
    }
    narrow(draft);
}

/// Some packages are cold, in compartments with little room.
fn cold(draft: &mut Draft) {
    for package in &mut draft.packages {
        if draft.draw.chance(60) {
            *package = package.clone().with_temperature(Temperature::Chilled);
        }
    }
    for vehicle in &mut draft.fleet {
        let room = u64::from(draft.draw.between(20, 70));
        *vehicle = vehicle.clone().with_compartment(Temperature::Chilled, room);
    }
}

/// Some packages are collected on the way, the others come from the station.
fn pairs(draft: &mut Draft) {
    for package in &mut draft.packages {
        if package.ready().is_some() || package.kind() == PackageKind::ReturnPickup {
            continue;
        }
        let draw = &mut draft.draw;
        let seconds = i64::from(draw.between(0, 900));
        let (from, hours, windowed) = (draw.between(6, 15), draw.between(1, 6), draw.chance(60));
        let last = package.windows().iter().map(|w| w.latest()).max();
        // Later than that it could not be at its door in time.
        let early = last.is_none_or(|last| last > TimeOfDay::hm(from, 15));
        let Some(row) = (early && draw.chance(70))
            .then(|| draft.rows.next())
            .flatten()
        else {
            continue;
        };
        let mut pickup =
            Pickup::new(Place::row(row), "60602").with_service_time(Span::from_seconds(seconds));
        if windowed {
            pickup = pickup.with_window(TimeWindow::hm((from, 0), (from + hours, 0)));
        }
        *package = package.clone().with_pickup(pickup);
    }
    narrow(draft);
}

#[test]
fn return_pickups_against_brute_force() {
    against_brute_force(returns);
}

#[test]
fn cold_return_pickups_against_brute_force() {
    against_brute_force(|draft| {
        returns(draft);
        cold(draft);
    });
}

#[test]
fn pairs_against_brute_force() {
    against_brute_force(pairs);
}

#[test]
fn pairs_returns_and_compartments_against_brute_force() {
    against_brute_force(|draft| {
        returns(draft);
        cold(draft);
        pairs(draft);
    });
}

#[test]
fn pairs_with_other_rules_against_brute_force() {
    against_brute_force(|draft| {
        pairs(draft);
        super::fleet_rules::limits(&mut draft.draw, &mut draft.fleet);
        for package in &mut draft.packages {
            if package.windows().is_empty() && draft.draw.chance(60) {
                let by = TimeOfDay::hm(draft.draw.between(7, 20), 0);
                let price = Money::from_cents(i64::from(draft.draw.between(0, 200)));
                *package = package.clone().with_due(by, price);
            }
        }
        for vehicle in &mut draft.fleet {
            if vehicle.end().is_none() && draft.draw.chance(30) {
                *vehicle = vehicle.clone().with_open_end();
            }
        }
    });
}
