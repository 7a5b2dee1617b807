//! One more vehicle for a stop alone, with the shortest hours that serve it.

use std::collections::BTreeMap;

use crate::model::{TimeWindow, VehicleKind};
use crate::plan::Fix;
use crate::problem::evaluate::GUEST;
use crate::problem::time::{Time, Window};
use crate::problem::{VehicleType, index};
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

fn hours(depart: Time, length: Time) -> TimeWindow {
    let instant = |t: i64| TimeOfDay::from_millis(t);
    let (from, length) = (i64::from(depart), i64::from(length));
    TimeWindow::new(instant(from), instant(from + length))
}
