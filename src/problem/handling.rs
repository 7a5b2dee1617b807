//! How long stops take vehicles of different kinds.

use std::collections::BTreeMap;

use crate::model::{ServiceDay, VehicleKind};
use crate::sortation::Grouping;

use super::compile::time;
use super::time::Time;
use super::{Problem, StopData, index};

/// The service of stops by profile of travel, which is the kind of the vehicle; empty where all
/// kinds take the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Handling {
    profiles: usize,
    /// A row for each distinct set of times among the stops.
    rows: Vec<Time>,
}

impl Handling {
    /// The table, and the row of each stop group.
    ///
    /// O(packages * kinds + stops * log rows).
    pub(super) fn of_stops(
        day: &ServiceDay,
        grouping: &Grouping,
        kinds: &[VehicleKind],
    ) -> (Handling, Vec<u32>) {
        let groups = grouping.stops();
        let own = |kind: &VehicleKind| day.service_times_of(*kind) != day.service_times();
        if !kinds.iter().any(own) {
            return (Handling::default(), vec![0; groups.len()]);
        }
        let mut rows = Vec::new();
        let mut known: BTreeMap<Vec<Time>, u32> = BTreeMap::new();
        let mut row_of = Vec::with_capacity(groups.len());
        for group in groups {
            let times = kinds
                .iter()
                .map(|&kind| time(group.service_of(day, kind).millis()));
            let times: Vec<Time> = times.collect();
            let next = index(known.len());
            let row = *known.entry(times.clone()).or_insert(next);
            if row == next {
                rows.extend(times);
            }
            row_of.push(row);
        }
        let profiles = kinds.len();
        (Handling { profiles, rows }, row_of)
    }

    /// Whether it takes vehicles of some kinds longer than others.
    #[inline]
    pub(crate) fn differs(&self) -> bool {
        !self.rows.is_empty()
    }

    /// The time of a row.
    #[inline]
    pub(crate) fn at(&self, row: u32, profile: u32) -> Time {
        self.rows[row as usize * self.profiles + profile as usize]
    }
}

impl Problem {
    /// Milliseconds of service of a stop, which need not be one of the problem, by a vehicle of a
    /// profile.
    #[inline]
    pub(crate) fn service(&self, profile: u32, stop: &StopData) -> Time {
        if self.handling.differs() {
            self.handling.at(stop.handling, profile)
        } else {
            stop.service
        }
    }
}
