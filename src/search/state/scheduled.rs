//! Routes whose times are more than the sum of their legs: prices on lateness, breaks.
//!
//! Exact when a route changes, from its first stop to its last; a bound while places are compared:
//! a stop pays for its own lateness in the earliest schedule, and a route that cannot do without
//! its breaks cannot do without them when it has more to do.

use crate::problem::Cost;
use crate::problem::lanes::Lanes;
use crate::problem::time::{Time, Window};
use crate::problem::timetable::{Halt, Terms, Timetable, lateness, timetable};

use super::State;

impl<'s, L: Lanes, const TIMED: bool> State<'s, L, TIMED> {
    /// Whether the times of a slot are found by [`State::timetable`].
    #[inline(always)]
    pub(super) fn is_scheduled(&self, slot: u32) -> bool {
        let route = &self.routes[slot as usize];
        self.sub.scheduled
            && (route.dues > 0
                || !self.sub.problem.types[route.kind as usize]
                    .pauses
                    .is_empty())
    }

    /// The exact times of a slot with stops; None when its breaks find no time.
    #[inline(never)]
    pub(super) fn timetable(&mut self, slot: u32) -> Option<Timetable> {
        let sub = self.sub;
        let mut halts = std::mem::take(&mut self.halts);
        halts.clear();
        let start = &self.nodes[self.start_of(slot) as usize];
        let mut travel = start.travel.cast_signed();
        for s in self.stops_of(slot) {
            let stop = &sub.stops[s as usize];
            halts.push(Halt {
                travel,
                windows: sub.windows(stop),
                service: stop.service,
                dues: sub.dues(stop),
            });
            travel = self.nodes[s as usize].travel.cast_signed();
        }
        let kind = self.routes[slot as usize].kind;
        let vehicle = &sub.kinds[kind as usize];
        let terms = Terms {
            shift: Window {
                open: start.depart,
                close: vehicle.shift.close,
            },
            max_duty: vehicle.max_duty,
            duty: vehicle.rates.duty,
            back: travel,
            pauses: &sub.problem.types[kind as usize].pauses,
        };
        let found = timetable(&halts, &terms, &mut self.scratch);
        self.halts = halts;
        found
    }

    /// What a stop that is served from `start` on at the earliest costs for lateness at least,
    /// less what its route could save by leaving earlier.
    #[inline(always)]
    pub(super) fn late_from(&self, stop: u32, slot: u32, start: Time) -> Cost {
        if !self.sub.scheduled {
            return 0;
        }
        let dues = self.sub.dues(&self.sub.stops[stop as usize]);
        lateness(dues, start) - self.routes[slot as usize].spare
    }
}
