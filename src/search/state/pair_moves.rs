//! A package that is collected on the way into a route: in an idle vehicle, and at places found.

use crate::problem::lanes::Lanes;
use crate::problem::rooms::{Rooms, overfull};
use crate::problem::time::{Segment, Time};
use crate::problem::{Cost, FORBIDDEN};

use super::State;
use super::pairing::PairPlace;

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// The extra cost of opening a route of `kind` for a pair alone, when that is feasible and below
    /// `bound`.
    pub(crate) fn try_pair_alone(&self, pair: [u32; 2], kind: u32, bound: Cost) -> Option<Cost> {
        let (sub, vehicle) = (self.sub, &self.sub.kinds[kind as usize]);
        let access = pair.map(|stop| sub.access(kind, stop));
        let [first, second] = pair.map(|stop| &sub.stops[stop as usize]);
        let block = |stop: u32| self.nodes[stop as usize].block;
        if access.contains(&FORBIDDEN)
            || !self.lifts(pair[0], kind)
            || overfull(first.rooms, Rooms::default(), vehicle.rooms).is_some()
            || (sub.zoned && !sub.problem.areas.may_share(block(pair[0]), block(pair[1])))
            || (sub.zoned && !sub.problem.areas.few_zones(pair.map(block)))
        {
            return None;
        }
        let leg = |from, to| sub.leg(vehicle.profile, from, to);
        let legs = [
            leg(vehicle.start, pair[0]),
            leg(pair[0], pair[1]),
            leg(pair[1], vehicle.end),
        ];
        let distance = legs.iter().map(|l| i64::from(l.distance)).sum();
        let driving = legs.iter().map(|l| i64::from(l.time)).sum();
        if !vehicle.goes(distance, driving) {
            return None;
        }
        let rates = vehicle.rates;
        let mut cost = rates.fixed + access[0] + access[1] - self.relief(kind);
        cost += rates.distance * distance + rates.driving * driving;
        if TIMED {
            let start = Segment {
                busy: 0,
                finish: vehicle.shift.open,
                latest: vehicle.leave_by,
            };
            let back = Segment {
                busy: 0,
                finish: Time::MIN / 4,
                latest: vehicle.shift.close,
            };
            if vehicle.shift.open > vehicle.leave_by {
                return None;
            }
            let windows = sub.windows(first).iter();
            let [served, brings] = [first, second].map(|s| sub.service(vehicle.profile, s));
            let collected =
                windows.filter_map(|&w| start.join(legs[0].time(), Segment::node(w, served)));
            let brought = collected.flat_map(|s| {
                let windows = sub.windows(second).iter();
                windows.filter_map(move |&w| s.join(legs[1].time(), Segment::node(w, brings)))
            });
            let whole = brought.filter_map(|s| s.join(legs[2].time(), back));
            let duration = whole.map(Segment::least_duration).min()?;
            if duration > vehicle.max_duty {
                return None;
            }
            cost += rates.duty * i64::from(duration);
            if sub.shared {
                cost += sub.shares.of_duty(duration.into());
            }
        }
        if sub.shared {
            cost += sub.shares.of_stops(2);
        }
        (cost < bound).then_some(cost)
    }

    /// Inserts a pair at places found feasible; as [`State::insert`] otherwise.
    pub(crate) fn insert_pair(&mut self, pair: [u32; 2], place: PairPlace) -> bool {
        let slot = self.nodes[place.after as usize].route;
        self.link(pair[0], place.after);
        self.link(pair[1], place.then);
        let fine = self.refresh(slot);
        if !fine {
            self.unlink(pair[1]);
            self.unlink(pair[0]);
            let restored = self.refresh(slot);
            debug_assert!(restored, "a route is feasible again without what broke it");
        }
        fine
    }
}
