//! What a stop would cost at a place: the evaluation that the search spends its
//! time in.

use crate::problem::lanes::Lanes;
use crate::problem::rooms::{Rooms, overfull};
use crate::problem::time::{ConstantLeg, Frontier, LegTime, Segment, Time, Window, first_window};
use crate::problem::travel::Leg;
use crate::problem::{Cost, FORBIDDEN, index};

use super::extras::Entry;
use super::{NONE, Node, RouteState, State};

/// The longest route in which durations under several windows are exact while places are compared;
/// in longer ones the duration is taken not to grow, and is exact once a place is chosen.
pub(super) const EXACT_CHOICES: u32 = 16;

/// A stop that a route is looked at with: behind which node, and the legs there and on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inserted {
    pub(super) stop: u32,
    pub(super) after: u32,
    pub(super) legs: [Leg; 2],
}

/// An insertion's extra driving and its cost without the duration.
#[derive(Clone, Copy)]
struct Parts {
    delta: Cost,
    distance: i64,
    driving: i64,
}

/// How much farther and longer the way behind `before` is by a stop with these legs.
#[inline(always)]
fn detour(before: &Node, to: Leg, from: Leg) -> [i64; 2] {
    [
        i64::from(to.distance) + i64::from(from.distance) - i64::from(before.distance),
        i64::from(to.time) + i64::from(from.time) - i64::from(before.travel),
    ]
}

/// What is looked up once for all positions of a stop on one route.
#[derive(Clone, Copy)]
pub(crate) struct Approach<'a> {
    entry: Entry,
    /// Legs to the stop and from it, by column.
    rows: Option<[&'a [Leg]; 2]>,
    /// Columns of the start and the end of the route.
    ends: [u32; 2],
    /// Cost of a millimetre and of a millisecond on the way.
    rates: [Cost; 2],
    /// What the stop costs at least besides the way.
    least: Cost,
}

impl<L> RouteState<L> {
    /// The least that the route can take with stops more that keep it busy for `busy`, in driving
    /// and service `more` than now: where that is nothing less, its stops of now alone take no
    /// longer, waiting in place of the way round.
    pub(super) fn least_with(&self, more: i64, busy: i64) -> i64 {
        if more >= 0 {
            busy.max(i64::from(self.duration))
        } else {
            busy
        }
    }
}

impl<'s, L: Lanes, const TIMED: bool> State<'s, L, TIMED> {
    /// Prepares the look at the positions of a used `slot`; None when `stop` may not
    /// stand there.
    #[inline(always)]
    pub(crate) fn approach(&self, stop: u32, slot: u32) -> Option<Approach<'s>> {
        let entry = self.entry(stop, slot)?;
        let sub = self.sub;
        let route = &self.routes[slot as usize];
        let kind = &sub.kinds[route.kind as usize];
        let mut least = self.least_extra(entry);
        let mut duty = 0;
        if TIMED && sub.durations {
            // Waiting can only add to the busy time.
            let end = &self.nodes[self.end_of(slot) as usize];
            let service = sub.service(kind.profile, &sub.stops[stop as usize]);
            let busy = i64::from(end.busy) + i64::from(service);
            duty = kind.rates.duty;
            least += duty * (busy + i64::from(route.excess) - i64::from(route.duration));
        }
        if TIMED {
            least -= route.spare;
        }
        Some(Approach {
            entry,
            rows: sub.rows(kind.profile, stop),
            ends: [kind.start, kind.end],
            rates: [kind.rates.distance, kind.rates.driving + duty],
            least,
        })
    }

    /// As [`State::try_position`]. What most positions fail by, the way there and on
    /// against the bound, comes first and reads as little as it can: half of the time
    /// of a search is spent here.
    #[inline(always)]
    pub(crate) fn try_near(
        &self,
        stop: u32,
        after: u32,
        approach: &Approach<'_>,
        bound: Cost,
    ) -> Option<Cost> {
        let Some([to, from]) = approach.rows else {
            return self.try_position(stop, after, approach.entry, bound);
        };
        let before = &self.nodes[after as usize];
        let column = |node: u32, end: u32| if self.is_stop(node) { node } else { end };
        let to = to[column(after, approach.ends[0]) as usize];
        let from = from[column(before.next, approach.ends[1]) as usize];
        let [distance, driving] = detour(before, to, from);
        let [per_distance, per_time] = approach.rates;
        if per_distance * distance + per_time * driving + approach.least >= bound {
            return None;
        }
        self.try_legs(stop, after, [to, from], approach.entry, bound)
    }

    /// The extra cost of `stop` between `after` and its successor when that is
    /// feasible and below `bound`. The distance comes first, then two
    /// comparisons of times, then the exact duration.
    #[inline(always)]
    pub(crate) fn try_position(
        &self,
        stop: u32,
        after: u32,
        entry: Entry,
        bound: Cost,
    ) -> Option<Cost> {
        let before = &self.nodes[after as usize];
        let route = &self.routes[before.route as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let to = self.sub.leg_into(kind.profile, self.column(after), stop);
        let from = self.sub.leg(kind.profile, stop, self.column(before.next));
        self.try_legs(stop, after, [to, from], entry, bound)
    }

    /// As [`State::try_position`] with the legs to the stop and on to the next.
    #[inline(always)]
    pub(crate) fn try_legs(
        &self,
        stop: u32,
        after: u32,
        [to, from]: [Leg; 2],
        entry: Entry,
        bound: Cost,
    ) -> Option<Cost> {
        let before = &self.nodes[after as usize];
        let route = &self.routes[before.route as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let [distance, driving] = detour(before, to, from);
        let rates = &kind.rates;
        let delta = rates.distance * distance
            + rates.driving * driving
            + self.extra_at(stop, after, before.next, entry);
        let found = if TIMED {
            let parts = Parts {
                delta,
                distance,
                driving,
            };
            self.timed(stop, after, [to, from], bound, parts)
        } else {
            (delta < bound).then_some(delta)
        };
        // Last: few places come so far.
        if self.sub.limited {
            let goes = if self.sub.reloading {
                self.goes_on(after, [distance, driving])
            } else {
                kind.goes(route.distance + distance, route.driving + driving)
            };
            if !goes {
                return None;
            }
        }
        if self.sub.carries && found.is_some() && !self.carries(stop, after) {
            return None;
        }
        found
    }

    /// The part of [`State::try_position`] that knows the time: `delta` is the cost
    /// without the duration, `legs` lead to the stop and on to the next.
    #[inline(always)]
    fn timed(
        &self,
        stop: u32,
        after: u32,
        legs: [Leg; 2],
        bound: Cost,
        parts: Parts,
    ) -> Option<Cost> {
        let before = &self.nodes[after as usize];
        let route = &self.routes[before.route as usize];
        let data = &self.sub.stops[stop as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let (duty, service) = (kind.rates.duty, self.sub.service(kind.profile, data));
        let mut more = parts.driving + i64::from(service);
        if route.reloads > 0 {
            more += self.longer_stay(after, parts.distance);
        }
        let mut busy = 0;
        if self.sub.durations {
            // Waiting can only add to the busy time.
            let end = &self.nodes[self.end_of(before.route) as usize];
            busy = i64::from(end.busy) + more;
            // More to do and no later start: it cannot do without more breaks than now.
            if more >= 0 && data.ready <= route.ready {
                busy += i64::from(route.owed);
            }
            let too_long = busy > i64::from(kind.max_duty);
            // The hours cost as much as they do now, which is no bound but the best guess.
            busy += i64::from(route.excess);
            if too_long
                || parts.delta + duty * (busy - i64::from(route.duration)) - route.spare >= bound
            {
                return None;
            }
        } else if parts.delta - route.spare >= bound {
            return None;
        }
        let next = &self.nodes[before.next as usize];
        let depart = self.depart_behind(after, data.ready)?;
        // By the hour this is the least: most places are refused by it.
        let arrive = ConstantLeg(legs[0].time()).arrive(depart);
        let window = if data.choice == NONE {
            data.span
        } else {
            first_window(&self.sub.choices[data.choice as usize], arrive)?
        };
        let start = arrive.max(window.open);
        let leave = start + service;
        if arrive > window.close || ConstantLeg(legs[1].time()).arrive(leave) > next.latest {
            return None;
        }
        let mut delta = parts.delta + self.late_from(stop, before.route, start);
        if self.sub.durations {
            let duration = if route.choices == 0 && data.choice == NONE {
                self.duration_with(before, depart, legs, Segment::node(window, service))?
            } else {
                let least = route.least_with(more, busy);
                if delta + duty * (least - i64::from(route.duration)) >= bound {
                    return None;
                }
                if route.len > EXACT_CHOICES {
                    route.duration - route.excess
                } else {
                    self.duration_over_choices(stop, after, legs)?
                }
            };
            let duration = i64::from(duration) + i64::from(route.excess);
            let duration = duration.max(busy);
            delta += duty * (duration - i64::from(route.duration));
            if self.sub.shared {
                let shares = &self.sub.shares;
                delta += shares.of_duty(duration) - shares.of_duty(route.duration.into());
            }
        }
        if self.sub.hourly && delta < bound {
            delta += self.late_by_hour(stop, after, legs, (depart, start))?;
        }
        (delta < bound).then_some(delta)
    }

    /// The departure from a node when a stop behind it is ready at `ready`; None where its route, or
    /// its trip, cannot begin so late.
    #[inline(always)]
    fn depart_behind(&self, after: u32, ready: Time) -> Option<Time> {
        let before = &self.nodes[after as usize];
        let route = &self.routes[before.route as usize];
        if route.reloads > 0 {
            return self.depart_when_ready(after, ready);
        }
        if ready <= route.ready {
            return Some(before.depart);
        }
        // Beside stops with several windows that is the latest start for those of now.
        let in_time = route.choices > 0 || ready <= before.latest_start;
        in_time.then(|| before.depart.max(ready + before.busy))
    }

    /// How much later a stop behind `after` is by the hour than on free roads, in the price on
    /// lateness; None where it is not in time. The legs begin at `depart`, and on free roads
    /// service would at `start`.
    #[inline(never)]
    fn late_by_hour(
        &self,
        stop: u32,
        after: u32,
        legs: [Leg; 2],
        (depart, free): (Time, Time),
    ) -> Option<Cost> {
        let Node { route, next, .. } = self.nodes[after as usize];
        let data = &self.sub.stops[stop as usize];
        let profile = self.sub.kinds[self.routes[route as usize].kind as usize].profile;
        let arrive = self.arrival(route, [after, stop], legs[0].time(), depart);
        let window = first_window(self.sub.windows(data), arrive)?;
        let start = arrive.max(window.open);
        let leave = start + self.sub.service(profile, data);
        let onward = self.arrival(route, [stop, next], legs[1].time(), leave);
        let late = || self.late_from(stop, route, start) - self.late_from(stop, route, free);
        (onward <= self.nodes[next as usize].latest).then(late)
    }

    /// A route up to `before`, which it leaves at `depart`, and from the next node on.
    #[inline(always)]
    pub(super) fn stretches(&self, before: &Node, depart: Time) -> [Segment; 2] {
        let next = &self.nodes[before.next as usize];
        let head = Segment {
            busy: before.busy,
            finish: depart,
            latest: before.latest_start,
        };
        let tail = Segment {
            busy: self.busy_from(next),
            finish: next.finish,
            latest: next.latest,
        };
        [head, tail]
    }

    /// The least duration of the route of `before` with a stop behind it, None
    /// when that is infeasible or too long.
    #[inline(always)]
    fn duration_with(
        &self,
        before: &Node,
        depart: Time,
        legs: [Leg; 2],
        stop: Segment,
    ) -> Option<Time> {
        let [head, tail] = self.stretches(before, depart);
        let whole = head
            .join(legs[0].time(), stop)?
            .join(legs[1].time(), tail)?;
        let kind = self.routes[before.route as usize].kind;
        let duration = whole.least_duration();
        (duration <= self.sub.kinds[kind as usize].max_duty).then_some(duration)
    }

    /// As [`State::duration_with`] where stops have several windows: the exact least duration over
    /// all choices of them, by a pass over the route.
    ///
    /// PERF: an estimate would be constant time, but one that never lies above the truth takes
    /// hours of waiting for free, and one that never lies below it passes over the best place.
    /// Only for places that the former lets pass, and in routes of up to [`EXACT_CHOICES`] stops.
    #[inline(never)]
    fn duration_over_choices(&self, stop: u32, after: u32, legs: [Leg; 2]) -> Option<Time> {
        self.duration_with_all(&[Inserted { stop, after, legs }])
    }

    /// The same with several stops more, in the order of the route.
    pub(super) fn duration_with_all(&self, added: &[Inserted]) -> Option<Time> {
        let slot = self.nodes[added.first()?.after as usize].route;
        let start = &self.nodes[self.start_of(slot) as usize];
        let profile = self.sub.kinds[self.routes[slot as usize].kind as usize].profile;
        let data = |stop: u32| &self.sub.stops[stop as usize];
        // On a later trip it is the reload that waits for it.
        let (head, from) = self.released_by(added);
        let own = if head == NONE { added } else { &[] };
        let ready = own.iter().map(|a| data(a.stop).ready);
        let mut frontier = Frontier::start(Segment {
            busy: 0,
            finish: ready.fold(start.depart, Time::max),
            latest: start.latest_start,
        });
        let mut at = self.start_of(slot);
        let mut added = added.iter().peekable();
        loop {
            let node = &self.nodes[at as usize];
            let mut travel = node.travel.cast_signed();
            let mut here = at;
            while let Some(new) = added.next_if(|new| new.after == here) {
                let stop = data(new.stop);
                let service = self.sub.service(profile, stop);
                if !frontier.append(new.legs[0].time(), self.sub.windows(stop), service) {
                    return None;
                }
                travel = new.legs[1].time();
                here = new.stop;
            }
            at = node.next;
            if !self.is_stop(at) {
                let close = Window {
                    open: Time::MIN / 4,
                    close: self.nodes[at as usize].close,
                };
                if !frontier.append(travel, &[close], 0) {
                    return None;
                }
                break;
            }
            let service = self.nodes[at as usize].service;
            let mut own = self.own_window(at);
            if at == head {
                own.open = own.open.max(from);
            }
            let own = [own];
            if !frontier.append(travel, self.windows_at(at, &own), service) {
                return None;
            }
        }
        let duration = frontier.shortest()?.least_duration();
        let kind = self.routes[slot as usize].kind;
        (duration <= self.sub.kinds[kind as usize].max_duty).then_some(duration)
    }

    /// The first empty slot of a kind.
    pub(crate) fn empty_slot(&self, kind: u32) -> Option<u32> {
        let found = self
            .routes
            .iter()
            .position(|r| r.kind == kind && r.len == 0);
        found.map(index)
    }

    /// The extra cost of opening a route of `kind` for `stop` alone, when that
    /// is feasible and below `bound`.
    pub(crate) fn try_alone(&self, stop: u32, kind: u32, bound: Cost) -> Option<Cost> {
        let vehicle = &self.sub.kinds[kind as usize];
        let data = &self.sub.stops[stop as usize];
        let (access, relief) = (self.sub.access(kind, stop), self.relief(kind));
        // First: with many kinds and dear vehicles it is all that is asked.
        if access == FORBIDDEN
            || vehicle.rates.fixed - relief + access >= bound
            || !vehicle.capacity.holds(data.load, self.sub.guards)
            || overfull(data.rooms, Rooms::default(), vehicle.rooms).is_some()
            || (self.sub.carries && !self.lifts(stop, kind))
        {
            return None;
        }
        let to = self.sub.leg_into(vehicle.profile, vehicle.start, stop);
        let from = self.sub.leg(vehicle.profile, stop, vehicle.end);
        let distance = i64::from(to.distance) + i64::from(from.distance);
        let driving = i64::from(to.time) + i64::from(from.time);
        if !vehicle.goes(distance, driving) {
            return None;
        }
        let rates = vehicle.rates;
        let mut cost = rates.fixed - relief + access;
        cost += rates.distance * distance + rates.driving * driving;
        if TIMED {
            let open = vehicle.shift.open.max(data.ready);
            let start = Segment {
                busy: 0,
                finish: open,
                latest: vehicle.leave_by,
            };
            if open > vehicle.leave_by {
                return None;
            }
            let back = Segment {
                busy: 0,
                finish: Time::MIN / 4,
                latest: vehicle.shift.close,
            };
            let service = self.sub.service(vehicle.profile, data);
            let duration = self
                .sub
                .windows(data)
                .iter()
                .filter_map(|&w| start.join(to.time(), Segment::node(w, service)))
                .filter_map(|s| s.join(from.time(), back))
                .map(Segment::least_duration)
                .min()?;
            if duration > vehicle.max_duty {
                return None;
            }
            cost += rates.duty * i64::from(duration);
            if self.sub.shared {
                cost += self.sub.shares.of_duty(duration.into());
            }
        }
        cost += self.sub.shares.of_stops(1);
        (cost < bound).then_some(cost)
    }
}
