//! Packages that are collected on the way, and loads along the way: against brute force on random
//! tiny days.

use doorstep::model::{PackageKind, Pickup, Temperature};
use doorstep::{Money, Place, Span, TimeOfDay, TimeWindow};

use super::drawn::{Change, Draft, Drawn};

/// Tiny days with two rows where something may be collected.
const TINY: Drawn = Drawn {
    salt: 77_000,
    packages: [3, 5],
    rows: 2,
    at_last: false,
    placed: false,
};

fn against_brute_force(change: Change) {
    TINY.against_brute_force(change);
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
