//! Routes whose times are more than the sum of their legs: prices on lateness, breaks.
//!
//! Exact when a route changes, from its first stop to its last. While places are compared it is a
//! bound: a stop pays for its own lateness in the earliest schedule, and a route that cannot do
//! without its breaks cannot do without them when it has more to do. Where prices on lateness meet
//! breaks or several windows, and where the hour decides how long legs take, costs are compared by
//! an estimate; what can be driven never is.

use crate::problem::Cost;
use crate::problem::hourly::{SPREAD, hourly};
use crate::problem::hours::HourlyLeg;
use crate::problem::lanes::Lanes;
use crate::problem::roads::Roads;
use crate::problem::time::{ConstantLeg, LegTime, Time, Window};
use crate::problem::timetable::{Halt, Scratch, Terms, Timetable, lateness, timetable};

use super::State;

impl<'s, L: Lanes, const TIMED: bool> State<'s, L, TIMED> {
    /// Whether the times of a slot are found by [`State::timetable`].
    #[inline(always)]
    pub(super) fn is_scheduled(&self, slot: u32) -> bool {
        let route = &self.routes[slot as usize];
        self.sub.scheduled
            && (self.sub.hourly
                || route.dues > 0
                || !self.sub.problem.types[route.kind as usize]
                    .pauses
                    .is_empty())
    }

    /// The exact times of a slot with stops; None when its breaks find no time.
    #[inline(never)]
    pub(super) fn timetable(&mut self, slot: u32) -> Option<Timetable> {
        if self.routes[slot as usize].reloads > 0 {
            let stops: Vec<u32> = self.stops_of(slot).collect();
            let own: Vec<Window> = stops.iter().map(|&s| self.own_window(s)).collect();
            let mut scratch = std::mem::take(&mut self.scratch);
            let mut halts = Vec::new();
            let back = self.add_halts(slot, &mut halts);
            let at_station = stops.iter().zip(&own).zip(&mut halts);
            for ((&s, own), halt) in at_station {
                if self.sub.is_reload(s) {
                    halt.windows = std::slice::from_ref(own);
                }
            }
            let found = self.timetable_of(slot, (&halts, back), &mut scratch);
            self.scratch = scratch;
            return found;
        }
        let mut halts = std::mem::take(&mut self.halts);
        let mut scratch = std::mem::take(&mut self.scratch);
        halts.clear();
        let back = self.add_halts(slot, &mut halts);
        let found = self.timetable_of(slot, (&halts, back), &mut scratch);
        self.halts = halts;
        self.scratch = scratch;
        found
    }

    /// The halts of a slot, and travel from the last to the end.
    fn add_halts<'h>(&self, slot: u32, halts: &mut Vec<Halt<'h>>) -> Time
    where
        's: 'h,
    {
        let sub = self.sub;
        let start = &self.nodes[self.start_of(slot) as usize];
        let mut travel = start.travel.cast_signed();
        for s in self.stops_of(slot) {
            let stop = &sub.stops[s as usize];
            halts.push(Halt {
                place: sub.location(s),
                travel,
                windows: sub.windows(stop),
                service: self.nodes[s as usize].service,
                dues: sub.dues(stop),
            });
            travel = self.nodes[s as usize].travel.cast_signed();
        }
        travel
    }

    fn timetable_of(
        &self,
        slot: u32,
        (halts, back): (&[Halt<'_>], Time),
        scratch: &mut Scratch,
    ) -> Option<Timetable> {
        let sub = self.sub;
        let start = &self.nodes[self.start_of(slot) as usize];
        let kind = self.routes[slot as usize].kind;
        let vehicle = &sub.kinds[kind as usize];
        let data = &sub.problem.types[kind as usize];
        let terms = Terms {
            shift: Window {
                open: start.depart,
                close: vehicle.shift.close,
            },
            leave_by: vehicle.leave_by,
            max_duty: vehicle.max_duty,
            max_driving: vehicle.max_driving,
            duty: vehicle.rates.duty,
            driving: vehicle.rates.driving,
            start: data.start,
            end: data.end,
            profile: data.profile,
            back,
            pauses: &data.pauses,
        };
        if sub.hourly {
            hourly(sub.problem, halts, &terms, SPREAD)
        } else {
            timetable(halts, &terms, scratch)
        }
    }

    /// When the leg from one node to another ends that begins at `depart` and takes `free` on free
    /// roads.
    ///
    /// PERF: a branch and not another instance of the whole search, because it always goes the same
    /// way; where legs take the same time all day nothing else is done.
    #[inline(always)]
    pub(crate) fn arrival(&self, slot: u32, ends: [u32; 2], free: Time, depart: Time) -> Time {
        if self.sub.hourly {
            self.arrival_by_hour(slot, ends, free, depart)
        } else {
            ConstantLeg(free).arrive(depart)
        }
    }

    /// The latest departure on a leg that ends by `arrive`, see [`State::arrival`].
    #[inline(always)]
    pub(super) fn departure(&self, slot: u32, ends: [u32; 2], free: Time, arrive: Time) -> Time {
        if self.sub.hourly {
            self.departure_by_hour(slot, ends, free, arrive)
        } else {
            ConstantLeg(free).latest_departure(arrive)
        }
    }

    #[inline(never)]
    fn arrival_by_hour(&self, slot: u32, ends: [u32; 2], free: Time, depart: Time) -> Time {
        if let Some(roads) = self.roads(slot) {
            return roads.arrive(depart, free);
        }
        self.hourly(slot, ends, free).arrive(depart)
    }

    #[inline(never)]
    fn departure_by_hour(&self, slot: u32, ends: [u32; 2], free: Time, arrive: Time) -> Time {
        if let Some(roads) = self.roads(slot) {
            return roads.latest_departure(arrive, free);
        }
        self.hourly(slot, ends, free).latest_departure(arrive)
    }

    /// The speeds of a slot by the hour, where they are known and decide.
    #[inline(always)]
    pub(crate) fn roads(&self, slot: u32) -> Option<&'s Roads> {
        let kind = &self.sub.kinds[self.routes[slot as usize].kind as usize];
        self.sub.problem.hours.roads(kind.profile)
    }

    #[inline(never)]
    fn hourly(&self, slot: u32, ends: [u32; 2], free: Time) -> HourlyLeg<'s> {
        let kind = &self.sub.kinds[self.routes[slot as usize].kind as usize];
        let ends = ends.map(|node| self.column(node));
        self.sub.hourly_leg(kind.profile, ends, free)
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
