//! Reloads: stops at the station at which a route's next trip begins.
//!
//! They are numbered behind all others and belong to nobody: any route whose vehicle may reload
//! takes one that is free. Without docks there are as many as vehicles may reload, or as there are
//! stops where those are fewer; each may begin at any time. With docks there is one for each turn of
//! each dock, which begins with it, so that no two vehicles have one dock at once. At most [`MOST`]
//! turns are looked at: of docks with more, fewer docks.

use std::ops::Range;

use crate::model::{ServiceDay, Vehicle};
use crate::units::{Meters, Span};

use super::carry::{ALONE, Amounts, Ride};
use super::compile::time;
use super::goods::Goods;
use super::layout::Places;
use super::rooms::Rooms;
use super::time::{HORIZON, Time, Window};
use super::{Problem, StopData, VehicleType, areas::NOWHERE, index};

/// The most turns of docks.
const MOST: usize = 4_096;

/// The group of a stop that has none.
pub(crate) const NO_GROUP: u32 = u32::MAX;

/// How vehicles of a type load again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reloading {
    /// How often at most; 0 where they do not.
    pub(crate) most: u32,
    /// How long it takes.
    pub(crate) loading: Time,
    /// Whether the range starts anew.
    pub(crate) anew: bool,
    /// Milliseconds that charging takes from empty to full, and the range that is full in
    /// millimetres; 0 where it takes none.
    full: Time,
    range: i64,
}

impl Reloading {
    pub(super) fn of(vehicle: &Vehicle) -> Reloading {
        let Some(reloads) = vehicle.reloads() else {
            return Reloading::default();
        };
        Reloading {
            most: reloads.most().into(),
            loading: time(reloads.loading().millis()),
            anew: reloads.restores_range(),
            full: time(reloads.recharge().map_or(0, Span::millis)),
            range: vehicle.range().map_or(0, Meters::millimeters),
        }
    }

    /// Whether how long it stands at the station depends on the way.
    #[inline(always)]
    pub(crate) fn charges(&self) -> bool {
        self.full > 0
    }

    /// How long it stands at the station after so many millimetres since it was full.
    #[inline]
    pub(crate) fn stay(&self, way: i64) -> Time {
        if !self.charges() || self.range <= 0 {
            return self.loading;
        }
        let way = i128::from(way.clamp(0, self.range));
        let range = i128::from(self.range);
        let charging = (way * i128::from(self.full) + range - 1) / range;
        // At most what a full charge takes.
        let charging = Time::try_from(charging).unwrap_or(self.full);
        self.loading.max(charging)
    }
}

impl Problem {
    /// Whether a stop is a reload.
    #[inline(always)]
    pub(crate) fn is_reload(&self, stop: u32) -> bool {
        self.reloads.contains(&stop)
    }

    /// Whether some vehicle may reload.
    #[inline(always)]
    pub(crate) fn reloading(&self) -> bool {
        !self.reloads.is_empty()
    }

    /// The stops that are no reloads; they come first.
    #[inline]
    pub(crate) fn customers(&self) -> Range<u32> {
        0..index(self.len() - self.reloads.len())
    }

    /// The stops of each trip of a route.
    pub(crate) fn trips<'r>(&self, stops: &'r [u32]) -> impl Iterator<Item = &'r [u32]> + Clone {
        let reloads = self.reloads.clone();
        stops.split(move |s| reloads.contains(s))
    }

    /// Takes out the reloads of a route at which no trip ends or none begins.
    pub(crate) fn drop_idle_reloads(&self, stops: &mut Vec<u32>) {
        if !self.reloading() {
            return;
        }
        let mut kept: Vec<u32> = Vec::with_capacity(stops.len());
        for &s in stops.iter() {
            let at_dock = kept.last().is_none_or(|&last| self.is_reload(last));
            if !(self.is_reload(s) && at_dock) {
                kept.push(s);
            }
        }
        if kept.last().is_some_and(|&last| self.is_reload(last)) {
            kept.pop();
        }
        *stops = kept;
    }
}

/// The station, where some vehicle reloads there. Asked for only then, so that the places of other
/// days keep their numbers.
pub(super) fn station(day: &ServiceDay, types: &[VehicleType], places: &mut Places) -> Option<u32> {
    let reloading = types.iter().any(|kind| kind.reloading.most > 0);
    reloading.then(|| places.index_of(day.station().place()))
}

/// Adds the reloads of a day, at a location; none where no vehicle reloads.
pub(super) fn add(problem: &mut Problem, day: &ServiceDay, location: Option<u32>) {
    let Some(location) = location else {
        return;
    };
    let first = index(problem.len());
    for opens in starts(problem, day) {
        let window = index(problem.windows.len());
        problem.windows.push(Window {
            open: opens.unwrap_or(0),
            close: opens.unwrap_or(HORIZON),
        });
        problem.stops.push(blank(location, window));
        problem.origin.push(NO_GROUP);
        problem.xy.push(problem.station);
        if !problem.areas.block.is_empty() {
            problem.areas.block.push(NOWHERE);
        }
    }
    problem.reloads = first..index(problem.len());
}

/// When each may begin; None for any time.
fn starts(problem: &Problem, day: &ServiceDay) -> Vec<Option<Time>> {
    let often = |most: u32| {
        problem
            .types
            .iter()
            .filter(move |t| t.reloading.most > most)
    };
    let wanted: usize = often(0)
        .map(|t| t.vehicles.len() * t.reloading.most as usize)
        .sum();
    let Some(docks) = day.station().docks() else {
        return vec![None; wanted.min(problem.len())];
    };
    if wanted == 0 || problem.len() == 0 {
        return Vec::new();
    }
    let (hours, turn) = (day.delivery_hours(), docks.turn().millis());
    let (from, to) = (hours.earliest().millis(), hours.latest().millis());
    let turns = (to - from) / turn.max(1);
    let vehicles: usize = often(0).map(|t| t.vehicles.len()).sum();
    let at_once = (docks.count() as usize)
        .min(vehicles)
        .min(MOST / usize::try_from(turns.max(1)).unwrap_or(MOST))
        .max(1);
    (0..turns)
        .flat_map(|k| std::iter::repeat_n(Some(time(from + k * turn)), at_once))
        .collect()
}

fn blank(location: u32, window: u32) -> StopData {
    let none = Amounts::default();
    StopData {
        location,
        service: 0,
        handling: 0,
        windows: (window, window + 1),
        load: Default::default(),
        size: 0,
        price: 0,
        required: false,
        ready: Time::MIN,
        goods: Goods::NONE,
        rooms: Rooms::default(),
        access: 0,
        dues: (0, 0),
        ride: Some(Box::new(Ride {
            start: none,
            less: none,
            more: none,
            partner_group: ALONE,
            partner: ALONE,
            collects: false,
        })),
    }
}
