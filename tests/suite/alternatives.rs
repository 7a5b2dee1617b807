//! Packages with alternatives, and slots of lockers: against brute force on random tiny days.

use doorstep::model::{Alternative, HandOff, Locker, ServiceDay};
use doorstep::{Money, Place, Span, TimeWindow};

use super::drawn::{Change, DAYS, Draft, Drawn, days};
use super::made::Draw;
use super::oracle::{reasons, tiny};

/// Tiny days with three rows for other places than doors.
const TINY: Drawn = Drawn {
    salt: 99_000,
    packages: [3, 4],
    rows: 3,
    at_last: false,
    placed: false,
};

/// Every fourth day at least has a package somewhere else than at its door.
fn against_brute_force(change: Change) {
    let mut elsewhere = 0;
    let best = |day: &ServiceDay| tiny(day).best();
    TINY.against(change, best, |day, outcome, seed| {
        reasons(day, &tiny(day), outcome, seed);
        let visits = outcome.plan.routes.iter().flat_map(|r| &r.visits);
        elsewhere += visits.filter(|v| v.alternative.is_some()).count() as u64;
    });
    let enough = elsewhere * 4 > days(DAYS);
    assert!(enough, "{elsewhere} alternatives used");
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
    draft.more.push(Box::new(|day| day.lockers([locker])));
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
