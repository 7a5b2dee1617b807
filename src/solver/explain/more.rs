//! One more vehicle for a stop alone, or the first one of the day, with the shortest hours that
//! serve it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{TimeWindow, Vehicle, VehicleKind};
use crate::plan::Fix;
use crate::problem::compile::compile;
use crate::problem::evaluate::GUEST;
use crate::problem::time::{Time, Window};
use crate::problem::{Solution, VehicleType, index};
use crate::solver::{CompiledDay, Travel};
use crate::sortation::{group, zones};
use crate::units::TimeOfDay;

use super::fixes::{Ranked, bare};
use super::fleet::{Fleet, Subject, ready};

/// The shortest hours for a vehicle of each kind in the fleet.
pub(super) fn one_more(fleet: &Fleet<'_>, subject: &Subject<'_>) -> Vec<Ranked> {
    let mut shortest: BTreeMap<VehicleKind, (Time, Ranked)> = BTreeMap::new();
    // A pin names a vehicle of the request, which another one is not.
    if subject.stop.pin.is_some() {
        return Vec::new();
    }
    for kind in 0..index(fleet.problem.types.len()) {
        if !fleet.may_add(kind) {
            continue;
        }
        let reach = Fleet::reach(fleet.compiled, kind);
        let vehicle = VehicleType {
            shift: Window {
                open: reach.open.max(ready(fleet.compiled, subject.group)),
                ..reach
            },
            ..bare(fleet.problem, kind)
        };
        let trial = fleet.trial(kind, &vehicle, subject, subject.windows, false);
        let Ok(figures) = trial.route(&[GUEST]) else {
            continue;
        };
        let like = fleet.example(kind);
        let (kind, length) = (like.kind(), figures.duration);
        let fix = Fix::OneMoreVehicle {
            kind,
            like: like.id().clone(),
            hours: hours(figures.depart, length),
        };
        let rank = (3, u64::try_from(length).unwrap_or(0));
        let known = shortest
            .entry(kind)
            .or_insert((Time::MAX, (rank, fix.clone())));
        if length < known.0 {
            *known = (length, (rank, fix));
        }
    }
    shortest.into_values().map(|(_, fix)| fix).collect()
}

/// A day without a vehicle as it would be with one cargo van, and all its stops left: the van
/// decides how packages are grouped too. None for a day that has a vehicle.
pub(super) fn with_one_vehicle(compiled: &CompiledDay) -> Option<(CompiledDay, Solution)> {
    if !compiled.day.vehicles().is_empty() {
        return None;
    }
    let van = Vehicle::cargo_van("one more");
    let day = compiled.day.to_builder().vehicles([van]).build().ok()?;
    let grouping = group(&day);
    let zoning = zones(&day, &grouping);
    let travel = compiled.travel.0.clone();
    let problem = compile(&day, &grouping, &zoning, travel.clone());
    let all = Solution {
        bank: (0..index(problem.len())).collect(),
        ..Solution::default()
    };
    let compiled = CompiledDay {
        day,
        crews: None,
        grouping,
        zoning,
        problem,
        travel: Travel(travel),
    };
    Some((compiled, all))
}

/// The vehicle of [`with_one_vehicle`] for a stop alone.
pub(super) fn first_vehicle(fleet: &Fleet<'_>, subject: &Subject<'_>) -> Arc<[Fix]> {
    let more = one_more(fleet, subject).into_iter();
    let first = more.filter_map(|(_, fix)| match fix {
        Fix::OneMoreVehicle { kind, hours, .. } => Some(Fix::FirstVehicle { kind, hours }),
        _ => None,
    });
    first.collect()
}

fn hours(depart: Time, length: Time) -> TimeWindow {
    let instant = |t: i64| TimeOfDay::from_millis(t);
    let (from, length) = (i64::from(depart), i64::from(length));
    TimeWindow::new(instant(from), instant(from + length))
}
