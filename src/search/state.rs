//! The mutable state of a task: routes as linked lists with the scalars of
//! feasibility at every position, a bank of stops left out, and a journal.
//!
//! Always feasible between [`State::begin`] and [`State::commit`] or
//! [`State::undo`]. A changed record is journalled once per iteration by its
//! stamp, so undo costs what was touched and no iteration costs O(n).
//!
//! Three engines share this code: `TIMED = false` compiles all time away;
//! `L` is the packed load. What an insertion costs in time beyond the two
//! comparisons (route duration) is decided per task by `Sub::durations`.

use crate::problem::lanes::Lanes;
use crate::problem::time::{
    ConstantLeg, Frontier, LegTime, Segment, Time, Window, first_window, latest_arrival,
};
use crate::problem::{Cost, index};

use super::sub::{NONE, Sub};

/// What an insertion after a node needs, in one cache line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub(super) struct Node {
    pub(crate) next: u32,
    pub(crate) prev: u32,
    /// Route slot, [`NONE`] when on no route.
    pub(crate) route: u32,
    /// Iteration that journalled this record last.
    stamp: u32,
    /// Millimetres and milliseconds to `next`.
    pub(crate) distance: u32,
    pub(crate) travel: u32,
    /// Earliest departure.
    pub(crate) depart: Time,
    /// Latest feasible arrival.
    pub(crate) latest: Time,
    /// Travel and service from the start of the route through this node.
    pub(crate) busy: Time,
    /// Latest start of the route that still serves everything up to here.
    pub(crate) latest_start: Time,
    /// Earliest end of the stretch from here to the end of the route.
    pub(crate) finish: Time,
    /// Opening and closing of the single window, or of first and last.
    pub(crate) open: Time,
    pub(crate) close: Time,
    pub(crate) service: Time,
    /// Index of several windows, or [`NONE`].
    pub(crate) choice: u32,
    padding: u32,
}

/// A route slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RouteState<L> {
    pub(crate) kind: u32,
    pub(crate) len: u32,
    stamp: u32,
    /// How many of its stops have several windows.
    choices: u32,
    pub(crate) load: L,
    pub(crate) distance: i64,
    pub(crate) driving: i64,
    /// Least time from leaving to being back (only where durations matter).
    pub(crate) duration: Time,
    /// Not before this may it leave, from the ready times of its stops.
    pub(crate) ready: Time,
    pub(crate) cost: Cost,
}

/// A place for a stop: after node `after`, at an extra cost of `delta`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(crate) after: u32,
    pub(crate) delta: Cost,
}

/// See the module.
#[derive(Debug)]
pub(super) struct State<'s, L, const TIMED: bool> {
    pub(crate) sub: &'s Sub<'s, L>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) routes: Vec<RouteState<L>>,
    /// Stops on no route between iterations.
    pub(crate) bank: Vec<u32>,
    /// Cost of the routes now, plus the prices of all stops on no route.
    pub(crate) cost: Cost,
    /// Number of empty slots of each kind.
    empty: Vec<u32>,
    stamp: u32,
    node_log: Vec<(u32, Node)>,
    route_log: Vec<(u32, RouteState<L>)>,
    cost_before: Cost,
}

impl<'s, L: Lanes, const TIMED: bool> State<'s, L, TIMED> {
    /// A state with `routes[slot]` as given and every other stop in the bank.
    /// Returns None when a given route is not feasible.
    pub(crate) fn new(sub: &'s Sub<'s, L>, routes: &[Vec<u32>]) -> Option<State<'s, L, TIMED>> {
        let stops = sub.len();
        let mut state = State {
            sub,
            nodes: (0..stops).map(|s| stop_node(sub, s)).collect(),
            routes: Vec::with_capacity(sub.slots.len()),
            bank: Vec::new(),
            cost: sub.stops.iter().map(|s| s.price).sum(),
            empty: vec![0; sub.kinds.len()],
            stamp: 1,
            node_log: Vec::new(),
            route_log: Vec::new(),
            cost_before: 0,
        };
        for (slot, &kind) in sub.slots.iter().enumerate() {
            state.add_slot(index(slot), kind);
            for &s in routes.get(slot).map_or(&[][..], Vec::as_slice) {
                let end = state.end_of(index(slot));
                let last = state.nodes[end as usize].prev;
                state.link(s, last);
            }
            if !state.refresh(index(slot)) {
                return None;
            }
        }
        state.bank = (0..index(stops)).filter(|&s| !state.is_routed(s)).collect();
        Some(state)
    }

    fn add_slot(&mut self, slot: u32, kind: u32) {
        let vehicle = &self.sub.kinds[kind as usize];
        let (start, end) = (self.start_of(slot), self.end_of(slot));
        let leg = self.sub.leg(vehicle.profile, vehicle.start, vehicle.end);
        let blank = Node {
            next: end,
            prev: start,
            route: slot,
            stamp: 0,
            distance: leg.distance,
            travel: leg.time,
            depart: vehicle.shift.open,
            latest: vehicle.shift.close,
            busy: 0,
            latest_start: vehicle.shift.close,
            finish: Time::MIN / 4,
            open: vehicle.shift.open,
            close: vehicle.shift.close,
            service: 0,
            choice: NONE,
            padding: 0,
        };
        self.nodes.push(blank);
        self.nodes.push(blank);
        self.empty[kind as usize] += 1;
        self.routes.push(RouteState {
            kind,
            len: 0,
            stamp: 0,
            choices: 0,
            load: L::default(),
            distance: i64::from(leg.distance),
            driving: i64::from(leg.time),
            duration: 0,
            ready: Time::MIN,
            cost: 0,
        });
    }

    /// The node before the first stop of a slot.
    #[inline(always)]
    pub(crate) fn start_of(&self, slot: u32) -> u32 {
        index(self.sub.len()) + 2 * slot
    }

    /// The node after the last stop of a slot.
    #[inline(always)]
    pub(crate) fn end_of(&self, slot: u32) -> u32 {
        self.start_of(slot) + 1
    }

    /// Whether a node is a stop and not an end of a route.
    #[inline(always)]
    pub(crate) fn is_stop(&self, node: u32) -> bool {
        (node as usize) < self.sub.len()
    }

    /// Whether a stop stands on a route.
    #[inline(always)]
    pub(crate) fn is_routed(&self, stop: u32) -> bool {
        self.nodes[stop as usize].route != NONE
    }

    /// Number of empty slots of a kind.
    pub(crate) fn empty(&self, kind: u32) -> u32 {
        self.empty[kind as usize]
    }

    /// Column of a node in the leg table.
    #[inline(always)]
    fn column(&self, node: u32) -> u32 {
        if self.is_stop(node) {
            return node;
        }
        let offset = node - index(self.sub.len());
        let kind = &self.sub.kinds[self.routes[(offset / 2) as usize].kind as usize];
        if offset.is_multiple_of(2) {
            kind.start
        } else {
            kind.end
        }
    }

    /// Stops of a slot in order.
    pub(crate) fn stops_of(&self, slot: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = self.start_of(slot);
        std::iter::from_fn(move || {
            at = self.nodes[at as usize].next;
            self.is_stop(at).then_some(at)
        })
    }

    /// Starts an iteration: from here on [`State::undo`] leads back.
    pub(crate) fn begin(&mut self) {
        self.node_log.clear();
        self.route_log.clear();
        self.cost_before = self.cost;
        self.stamp += 1;
    }

    /// Cost when the iteration began.
    pub(crate) fn cost_before(&self) -> Cost {
        self.cost_before
    }

    /// Slots changed since [`State::begin`].
    pub(crate) fn touched(&self) -> impl Iterator<Item = u32> + '_ {
        self.route_log.iter().map(|(slot, _)| *slot)
    }

    /// Leads back to the state at [`State::begin`], exactly.
    pub(crate) fn undo(&mut self) {
        for (slot, route) in self.route_log.drain(..) {
            let now = &mut self.routes[slot as usize];
            let empty = &mut self.empty[route.kind as usize];
            *empty = *empty + u32::from(route.len == 0) - u32::from(now.len == 0);
            *now = route;
        }
        for (node, record) in self.node_log.drain(..) {
            self.nodes[node as usize] = record;
        }
        self.cost = self.cost_before;
    }

    /// Keeps the change; `left_out` are the stops now on no route that were on
    /// one, and stops of the bank that found a place leave it.
    pub(crate) fn commit(&mut self, left_out: &[u32]) {
        let nodes = &self.nodes;
        self.bank.retain(|&s| nodes[s as usize].route == NONE);
        for &s in left_out {
            if !self.bank.contains(&s) {
                self.bank.push(s);
            }
        }
    }

    #[inline(always)]
    fn touch(&mut self, node: u32) {
        let record = &mut self.nodes[node as usize];
        if record.stamp != self.stamp {
            self.node_log.push((node, *record));
            record.stamp = self.stamp;
        }
    }

    #[inline(always)]
    fn touch_route(&mut self, slot: u32) {
        let route = &mut self.routes[slot as usize];
        if route.stamp != self.stamp {
            self.route_log.push((slot, *route));
            route.stamp = self.stamp;
        }
    }

    /// Sets the leg from `a` to its new successor `b`.
    #[inline(always)]
    fn connect(&mut self, slot: u32, a: u32, b: u32) {
        let profile = self.sub.kinds[self.routes[slot as usize].kind as usize].profile;
        let leg = self.sub.leg(profile, self.column(a), self.column(b));
        let node = &mut self.nodes[a as usize];
        let distance = i64::from(leg.distance) - i64::from(node.distance);
        let driving = i64::from(leg.time) - i64::from(node.travel);
        node.next = b;
        node.distance = leg.distance;
        node.travel = leg.time;
        self.nodes[b as usize].prev = a;
        let route = &mut self.routes[slot as usize];
        route.distance += distance;
        route.driving += driving;
    }

    /// Puts `stop` after node `after` in the lists; times are stale until a pass.
    fn link(&mut self, stop: u32, after: u32) {
        let slot = self.nodes[after as usize].route;
        let next = self.nodes[after as usize].next;
        self.touch_route(slot);
        self.touch(after);
        self.touch(stop);
        self.touch(next);
        let data = &self.sub.stops[stop as usize];
        let node = &mut self.nodes[stop as usize];
        node.route = slot;
        node.distance = 0;
        node.travel = 0;
        let route = &mut self.routes[slot as usize];
        self.empty[route.kind as usize] -= u32::from(route.len == 0);
        route.len += 1;
        route.load = route.load.plus(data.load);
        route.choices += u32::from(data.choice != NONE);
        route.ready = route.ready.max(data.ready);
        self.cost -= data.price;
        self.connect(slot, after, stop);
        self.connect(slot, stop, next);
    }

    /// Takes `stop` out of its route; times are stale until [`State::refresh`].
    pub(crate) fn unlink(&mut self, stop: u32) {
        let Node {
            prev,
            next,
            route: slot,
            distance,
            travel,
            ..
        } = self.nodes[stop as usize];
        self.touch_route(slot);
        self.touch(prev);
        self.touch(stop);
        self.touch(next);
        let data = &self.sub.stops[stop as usize];
        self.nodes[stop as usize].route = NONE;
        let route = &mut self.routes[slot as usize];
        route.len -= 1;
        route.load = route.load.minus(data.load);
        route.choices -= u32::from(data.choice != NONE);
        route.distance -= i64::from(distance);
        route.driving -= i64::from(travel);
        self.empty[route.kind as usize] += u32::from(route.len == 0);
        self.cost += data.price;
        self.connect(slot, prev, next);
        if self.sub.releases && data.ready > Time::MIN {
            self.routes[slot as usize].ready = self
                .stops_of(slot)
                .map(|s| self.sub.stops[s as usize].ready)
                .max()
                .unwrap_or(Time::MIN);
        }
    }

    /// Recomputes all times and the cost of a slot. False when it is infeasible
    /// (legs need not satisfy the triangle inequality, so even a removal can be).
    pub(crate) fn refresh(&mut self, slot: u32) -> bool {
        self.touch_route(slot);
        if TIMED {
            let (start, end) = (self.start_of(slot), self.end_of(slot));
            self.touch(start);
            self.set_start(slot);
            let fits = self.forward(self.nodes[start as usize].next, false);
            // An unused vehicle is always fine, even one that could not drive
            // from its start to its end within its shift.
            if !fits && self.routes[slot as usize].len > 0 {
                return false;
            }
            self.backward(self.nodes[end as usize].prev, false);
        }
        self.price(slot)
    }

    fn set_start(&mut self, slot: u32) {
        let ready = self.routes[slot as usize].ready;
        let start = self.start_of(slot);
        let node = &mut self.nodes[start as usize];
        node.depart = node.open.max(ready);
    }

    /// Inserts `stop` at a place found feasible. False, with nothing changed,
    /// when the exact times say otherwise after all (estimates are used where
    /// several windows meet a limit on duty or a ready time).
    pub(crate) fn insert(&mut self, stop: u32, after: u32) -> bool {
        let slot = self.nodes[after as usize].route;
        let ready_before = self.routes[slot as usize].ready;
        self.link(stop, after);
        let fine = if !TIMED {
            true
        } else if self.routes[slot as usize].ready == ready_before {
            self.forward(stop, true) && {
                self.backward(stop, true);
                true
            }
        } else {
            self.refresh(slot)
        };
        let fine = fine && self.price(slot);
        self.settle(stop, slot, fine)
    }

    /// Takes a failed insertion back.
    fn settle(&mut self, stop: u32, slot: u32, fine: bool) -> bool {
        if !fine {
            self.unlink(stop);
            let restored = self.refresh(slot);
            debug_assert!(restored, "a route is feasible again without what broke it");
        }
        fine
    }

    /// Departures from `first` to the end of its route. With `local`, all nodes
    /// before the first are unchanged and so is everything behind a node whose
    /// numbers come out as they were.
    fn forward(&mut self, first: u32, local: bool) -> bool {
        let durations = self.sub.durations;
        let mut at = first;
        let mut before = self.nodes[self.nodes[first as usize].prev as usize];
        loop {
            let node = self.nodes[at as usize];
            let leg = ConstantLeg(before.travel.cast_signed());
            let arrive = leg.arrive(before.depart);
            let window = if node.choice == NONE {
                Window {
                    open: node.open,
                    close: node.close,
                }
            } else {
                let windows = &self.sub.choices[node.choice as usize];
                match first_window(windows, arrive) {
                    Some(window) => window,
                    None => return false,
                }
            };
            if arrive > window.close {
                return false;
            }
            let depart = arrive.max(window.open) + node.service;
            if local && !durations && at != first && depart == node.depart {
                return true;
            }
            self.touch(at);
            let stop = self.is_stop(at);
            let record = &mut self.nodes[at as usize];
            record.depart = depart;
            if durations {
                let busy = before.busy + before.travel.cast_signed();
                record.busy = busy + node.service;
                record.latest_start = before.latest_start.min(window.close - busy);
            }
            if !stop {
                return true;
            }
            before = *record;
            at = record.next;
        }
    }

    /// Latest arrivals from `last` back to the start of its route, see
    /// [`State::forward`].
    fn backward(&mut self, last: u32, local: bool) {
        let durations = self.sub.durations;
        let mut at = last;
        while self.is_stop(at) {
            let node = self.nodes[at as usize];
            let after = self.nodes[node.next as usize];
            let travel = node.travel.cast_signed();
            let by = ConstantLeg(travel).latest_departure(after.latest) - node.service;
            let (latest, open) = if node.choice == NONE {
                (by.min(node.close), node.open)
            } else {
                self.last_choice(&node, by)
            };
            if local && !durations && at != last && latest == node.latest {
                return;
            }
            self.touch(at);
            let record = &mut self.nodes[at as usize];
            record.latest = latest;
            if durations {
                // The stretch behind this node, from arriving at the next.
                let behind = travel + self.busy_from(&after);
                let record = &mut self.nodes[at as usize];
                record.finish = after.finish.max(open + node.service + behind);
            }
            at = node.prev;
        }
    }

    /// Latest arrival under several windows, and the opening of the one in which
    /// the earliest schedule serves.
    #[inline(never)]
    fn last_choice(&self, node: &Node, by: Time) -> (Time, Time) {
        let windows = &self.sub.choices[node.choice as usize];
        let latest = latest_arrival(windows, by).unwrap_or(Time::MIN / 4);
        let start = node.depart - node.service;
        let open = first_window(windows, start).map_or(node.open, |w| w.open);
        (latest, open)
    }

    /// Travel and service from arriving at `node` to the end of its route.
    #[inline(always)]
    fn busy_from(&self, node: &Node) -> Time {
        let end = self.end_of(node.route);
        self.nodes[end as usize].busy - node.busy + node.service
    }

    /// Sets duration and cost of a slot from its records. False when the duty is
    /// too long.
    fn price(&mut self, slot: u32) -> bool {
        let route = self.routes[slot as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let mut duration = 0;
        if TIMED && self.sub.durations && route.len > 0 {
            let end = self.nodes[self.end_of(slot) as usize];
            let whole = Segment {
                busy: end.busy,
                finish: end.depart,
                latest: end.latest_start,
            };
            duration = if route.choices == 0 {
                whole.least_duration()
            } else {
                self.duration_with_choices(slot)
            };
        }
        let rates = kind.rates;
        let cost = if route.len == 0 {
            0
        } else {
            rates.fixed
                + rates.distance * route.distance
                + rates.driving * route.driving
                + rates.duty * i64::from(duration)
        };
        self.cost += cost - route.cost;
        let route = &mut self.routes[slot as usize];
        route.cost = cost;
        route.duration = duration;
        duration <= kind.max_duty
    }

    /// Exact least duration where stops have several windows: the choice of
    /// windows in the earliest schedule need not be the shortest.
    #[inline(never)]
    fn duration_with_choices(&self, slot: u32) -> Time {
        let start = self.nodes[self.start_of(slot) as usize];
        let mut frontier = Frontier::start(Segment {
            busy: 0,
            finish: start.depart,
            latest: start.close,
        });
        let mut travel = start.travel.cast_signed();
        for s in self.stops_of(slot) {
            let stop = &self.sub.stops[s as usize];
            if !frontier.append(travel, self.sub.windows(stop), stop.service) {
                return Time::MAX;
            }
            travel = self.nodes[s as usize].travel.cast_signed();
        }
        let end = self.nodes[self.end_of(slot) as usize];
        let close = Window {
            open: Time::MIN / 4,
            close: end.close,
        };
        if !frontier.append(travel, &[close], 0) {
            return Time::MAX;
        }
        frontier
            .shortest()
            .map_or(Time::MAX, Segment::least_duration)
    }

    /// The extra cost of `stop` between `after` and its successor when that is
    /// feasible and below `bound`. The distance comes first, then two
    /// comparisons of times, then the exact duration.
    #[inline(always)]
    pub(crate) fn try_position(&self, stop: u32, after: u32, bound: Cost) -> Option<Cost> {
        let before = &self.nodes[after as usize];
        let route = &self.routes[before.route as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let to = self.sub.leg_into(kind.profile, self.column(after), stop);
        let from = self.sub.leg(kind.profile, stop, self.column(before.next));
        let distance =
            i64::from(to.distance) + i64::from(from.distance) - i64::from(before.distance);
        let driving = i64::from(to.time) + i64::from(from.time) - i64::from(before.travel);
        let rates = &kind.rates;
        let mut delta = rates.distance * distance + rates.driving * driving;
        if !TIMED {
            return (delta < bound).then_some(delta);
        }
        let data = &self.sub.stops[stop as usize];
        if self.sub.durations {
            // Waiting can only add to the busy time.
            let busy = self.busy_with(before.route, driving, data.service);
            if busy > i64::from(kind.max_duty) {
                return None;
            }
            let cheapest = delta + rates.duty * (busy - i64::from(route.duration));
            if cheapest >= bound {
                return None;
            }
        } else if delta >= bound {
            return None;
        }
        let next = &self.nodes[before.next as usize];
        let depart = if data.ready <= route.ready {
            before.depart
        } else if data.ready > before.latest_start {
            return None;
        } else {
            before.depart.max(data.ready + before.busy)
        };
        let arrive = ConstantLeg(to.time()).arrive(depart);
        let window = if data.choice == NONE {
            data.span
        } else {
            first_window(&self.sub.choices[data.choice as usize], arrive)?
        };
        let leave = arrive.max(window.open) + data.service;
        if arrive > window.close || ConstantLeg(from.time()).arrive(leave) > next.latest {
            return None;
        }
        if self.sub.durations {
            let duration = i64::from(if route.choices == 0 && data.choice == NONE {
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
                let whole = head
                    .join(to.time(), Segment::node(window, data.service))?
                    .join(from.time(), tail)?;
                let duration = whole.least_duration();
                if duration > kind.max_duty {
                    return None;
                }
                duration
            } else {
                // An estimate; `price` has the last word.
                route.duration
            });
            let busy = self.busy_with(before.route, driving, data.service);
            delta += rates.duty * (duration.max(busy) - i64::from(route.duration));
        }
        (delta < bound).then_some(delta)
    }

    /// Travel and service of a slot with `driving` and `service` more.
    #[inline(always)]
    fn busy_with(&self, slot: u32, driving: i64, service: Time) -> i64 {
        let end = &self.nodes[self.end_of(slot) as usize];
        i64::from(end.busy) + driving + i64::from(service)
    }

    /// Whether the packed load and the access rule let `stop` into `slot`.
    #[inline(always)]
    pub(crate) fn has_room(&self, stop: u32, slot: u32) -> bool {
        let route = &self.routes[slot as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let data = &self.sub.stops[stop as usize];
        kind.capacity
            .holds(route.load.plus(data.load), self.sub.guards)
            && (!self.sub.barred || self.may_serve(route.kind, stop))
    }

    /// Access rule alone.
    pub(crate) fn may_serve(&self, kind: u32, stop: u32) -> bool {
        let row = self.sub.stops[stop as usize].access as usize;
        self.sub.problem.access[row * self.sub.kinds.len() + kind as usize]
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
        if !self.may_serve(kind, stop) || !vehicle.capacity.holds(data.load, self.sub.guards) {
            return None;
        }
        let to = self.sub.leg_into(vehicle.profile, vehicle.start, stop);
        let from = self.sub.leg(vehicle.profile, stop, vehicle.end);
        let rates = vehicle.rates;
        let mut cost = rates.fixed
            + rates.distance * (i64::from(to.distance) + i64::from(from.distance))
            + rates.driving * (i64::from(to.time) + i64::from(from.time));
        if TIMED {
            let open = vehicle.shift.open.max(data.ready);
            let start = Segment {
                busy: 0,
                finish: open,
                latest: vehicle.shift.close,
            };
            if open > vehicle.shift.close {
                return None;
            }
            let back = Segment {
                busy: 0,
                finish: Time::MIN / 4,
                latest: vehicle.shift.close,
            };
            let duration = self
                .sub
                .windows(data)
                .iter()
                .filter_map(|&w| start.join(to.time(), Segment::node(w, data.service)))
                .filter_map(|s| s.join(from.time(), back))
                .map(Segment::least_duration)
                .min()?;
            if duration > vehicle.max_duty {
                return None;
            }
            cost += rates.duty * i64::from(duration);
        }
        (cost < bound).then_some(cost)
    }
}

fn stop_node<L: Lanes>(sub: &Sub<'_, L>, stop: usize) -> Node {
    let data = &sub.stops[stop];
    Node {
        next: NONE,
        prev: NONE,
        route: NONE,
        stamp: 0,
        distance: 0,
        travel: 0,
        depart: 0,
        latest: 0,
        busy: 0,
        latest_start: 0,
        finish: 0,
        open: data.span.open,
        close: data.span.close,
        service: data.service,
        choice: data.choice,
        padding: 0,
    }
}
