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

mod bonds;
mod carried;
mod extras;
mod idle;
mod options;
mod pair_moves;
mod pairing;
mod position;
mod promised;
mod scheduled;
mod times;
mod trip_moves;
mod trips;

use crate::problem::areas::NOWHERE;
use crate::problem::goods::Goods;
use crate::problem::lanes::Lanes;
use crate::problem::rooms::{self, Rooms};
use crate::problem::time::Time;
use crate::problem::timetable::{Halt, Scratch};
use crate::problem::{Cost, index};

use super::sub::{NONE, Sub};
use carried::Held;
pub(crate) use pairing::{PairBuffers, PairPlace};
pub(crate) use trip_moves::TripPlace;
use trips::Stretch;

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
    /// Block of the stop.
    pub(crate) block: u32,
}

/// A route slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RouteState<L> {
    pub(crate) kind: u32,
    pub(crate) len: u32,
    stamp: u32,
    /// How many of its stops have several windows.
    choices: u32,
    /// How many of its stops are reloads.
    pub(crate) reloads: u32,
    pub(crate) load: L,
    /// What is in each compartment (only where some vehicle has one).
    pub(crate) rooms: Rooms,
    /// What its stops bring (only where some goods are kept apart).
    pub(crate) goods: Goods,
    pub(crate) distance: i64,
    pub(crate) driving: i64,
    /// Least time from leaving to being back (only where durations matter).
    pub(crate) duration: Time,
    /// Not before this may it leave, from the ready times of its stops.
    pub(crate) ready: Time,
    /// How many of its stops have a price on lateness.
    dues: u32,
    /// The zones of its stops, see [`Sub::zone_bit`].
    pub(crate) zones: u64,
    /// How much longer it is out than on free roads (only where the hour decides).
    excess: Time,
    /// Breaks it cannot do without (only where some vehicle has breaks).
    owed: Time,
    /// What lateness costs, and how much of that leaving earlier would save at the most.
    pub(crate) late: Cost,
    spare: Cost,
    /// What it pays besides driving and time: access, blocks and zones.
    pub(crate) extra: Cost,
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
    /// What is on board at the nodes (only where loads are looked at along the way).
    pub(crate) held: Vec<Held>,
    /// The trips of the nodes (only where some vehicle may reload).
    pub(crate) trips: Vec<Stretch>,
    pub(crate) routes: Vec<RouteState<L>>,
    /// Stops on no route between iterations.
    pub(crate) bank: Vec<u32>,
    /// What leaving each stop out costs now.
    prices: Vec<Cost>,
    /// Slots of lockers that are taken, by the smallest that hold what is in them.
    taken: Vec<u32>,
    /// While closed, idle vehicles stay idle.
    pub(crate) closed: bool,
    /// Cost of the routes now, plus the prices of all stops on no route.
    pub(crate) cost: Cost,
    /// Number of empty slots of each kind.
    empty: Vec<u32>,
    /// How many vehicles more may be used of each group that is capped.
    spare: Vec<i64>,
    /// How many vehicles fewer are used of each group than it was promised; below 0 where more are.
    short: Vec<i64>,
    stamp: u32,
    node_log: Vec<(u32, Node)>,
    route_log: Vec<(u32, RouteState<L>)>,
    cost_before: Cost,
    /// Buffers of the exact times of a route.
    halts: Vec<Halt<'s>>,
    scratch: Scratch,
}

impl<'s, L: Lanes, const TIMED: bool> State<'s, L, TIMED> {
    /// A state with `routes[slot]` as given and every other stop in the bank.
    /// Returns None when a given route is not feasible.
    pub(crate) fn new(sub: &'s Sub<'s, L>, routes: &[Vec<u32>]) -> Option<State<'s, L, TIMED>> {
        let stops = sub.len();
        let mut state = State {
            sub,
            nodes: (0..stops).map(|s| stop_node(sub, s)).collect(),
            held: if sub.carries {
                vec![Held::default(); stops + 2 * sub.slots.len()]
            } else {
                Vec::new()
            },
            trips: if sub.reloading {
                vec![Stretch::default(); stops + 2 * sub.slots.len()]
            } else {
                Vec::new()
            },
            routes: Vec::with_capacity(sub.slots.len()),
            bank: Vec::new(),
            prices: sub.stops.iter().map(|s| s.price).collect(),
            closed: false,
            taken: vec![0; sub.options.slots.len()],
            cost: sub.prices_of_all() + sub.promised.short_of(std::iter::empty()),
            empty: vec![0; sub.kinds.len()],
            spare: sub.caps.iter().map(|&cap| i64::from(cap)).collect(),
            short: sub.promised.least.iter().map(|&n| i64::from(n)).collect(),
            stamp: 1,
            node_log: Vec::new(),
            route_log: Vec::new(),
            cost_before: 0,
            halts: Vec::new(),
            scratch: Scratch::default(),
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
        state.bank = (0..index(stops)).filter(|&s| state.is_absent(s)).collect();
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
            latest_start: vehicle.leave_by,
            finish: Time::MIN / 4,
            open: vehicle.shift.open,
            close: vehicle.shift.close,
            service: 0,
            choice: NONE,
            block: NOWHERE,
        };
        self.nodes.push(blank);
        self.nodes.push(blank);
        self.empty[kind as usize] += 1;
        self.routes.push(RouteState {
            kind,
            len: 0,
            stamp: 0,
            choices: 0,
            reloads: 0,
            load: L::default(),
            goods: Goods::NONE,
            rooms: Rooms::default(),
            distance: i64::from(leg.distance),
            driving: i64::from(leg.time),
            duration: 0,
            ready: Time::MIN,
            dues: 0,
            zones: 0,
            owed: 0,
            excess: 0,
            late: 0,
            spare: 0,
            extra: 0,
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

    /// What leaving a stop out costs now.
    #[inline]
    pub(crate) fn price_of(&self, stop: u32) -> Cost {
        self.prices[stop as usize]
    }

    /// Changes what leaving a stop out costs; between iterations only.
    pub(crate) fn set_price(&mut self, stop: u32, price: Cost) {
        if self.set(stop).is_some() {
            self.set_price_of_set(stop, price);
            return;
        }
        let before = std::mem::replace(&mut self.prices[stop as usize], price);
        if !self.is_routed(stop) {
            self.cost += price - before;
        }
    }

    /// Column of a node in the leg table.
    #[inline(always)]
    pub(crate) fn column(&self, node: u32) -> u32 {
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
        self.behind(self.start_of(slot))
    }

    /// Stops behind a node in order.
    pub(crate) fn behind(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let mut at = node;
        std::iter::from_fn(move || {
            at = self.nodes[at as usize].next;
            self.is_stop(at).then_some(at)
        })
    }

    /// Load from the start of a route through `node`. O(route).
    pub(crate) fn load_through(&self, node: u32) -> L {
        let (mut load, mut at) = (L::default(), node);
        while self.is_stop(at) {
            load = load.plus(self.sub.stops[at as usize].load);
            at = self.nodes[at as usize].prev;
        }
        load
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
        let mut slots = Vec::new();
        if self.sub.carries {
            slots.extend(self.touched());
        }
        while let Some((slot, route)) = self.route_log.pop() {
            let now = &mut self.routes[slot as usize];
            let empty = &mut self.empty[route.kind as usize];
            *empty = *empty + u32::from(route.len == 0) - u32::from(now.len == 0);
            let used = [now.len, route.len].map(|len| len > 0);
            *now = route;
            if used[0] != used[1] {
                self.count_used(route.kind, used[1]);
            }
        }
        if self.sub.options.any() {
            let log = std::mem::take(&mut self.node_log);
            log.iter()
                .for_each(|(node, record)| self.give_back(*node, record));
            self.node_log = log;
        }
        for (node, record) in self.node_log.drain(..) {
            self.nodes[node as usize] = record;
        }
        self.cost = self.cost_before;
        if self.sub.carries {
            for slot in slots {
                self.recount(slot);
            }
        }
    }

    /// Keeps the change; `left_out` are the stops now on no route that were on
    /// one, and stops of the bank that found a place leave it.
    pub(crate) fn commit(&mut self, left_out: &[u32]) {
        let (nodes, options) = (&self.nodes, &self.sub.options);
        self.bank.retain(|&s| options::waits(options, nodes, s));
        let customers = |s: &&u32| !self.sub.is_reload(**s);
        for &left in left_out.iter().filter(customers) {
            for s in self.unit(self.head(left)).into_iter().flatten() {
                if !self.bank.contains(&s) {
                    self.bank.push(s);
                }
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

    /// Puts `stop` after node `after` in the lists; times are stale until
    /// [`State::refresh`].
    pub(crate) fn link(&mut self, stop: u32, after: u32) {
        let slot = self.nodes[after as usize].route;
        let next = self.nodes[after as usize].next;
        let extra = self.extra(stop, after, next, slot);
        self.touch_route(slot);
        self.touch(after);
        self.touch(stop);
        self.touch(next);
        let data = &self.sub.stops[stop as usize];
        let node = &mut self.nodes[stop as usize];
        if self.sub.by_kind {
            let kind = self.routes[slot as usize].kind;
            node.service = self
                .sub
                .service(self.sub.kinds[kind as usize].profile, data);
        }
        if self.sub.is_reload(stop) {
            let kind = self.routes[slot as usize].kind;
            node.service = self.sub.kinds[kind as usize].reloading.loading;
            node.open = data.span.open;
            self.routes[slot as usize].reloads += 1;
        }
        let node = &mut self.nodes[stop as usize];
        node.route = slot;
        node.distance = 0;
        node.travel = 0;
        let route = &mut self.routes[slot as usize];
        let opened = (route.len == 0).then_some(route.kind);
        self.empty[route.kind as usize] -= u32::from(route.len == 0);
        route.len += 1;
        route.load = route.load.plus(data.load);
        route.goods = route.goods.with(data.goods);
        if self.sub.compartments {
            route.rooms = rooms::plus(route.rooms, data.rooms);
        }
        route.choices += u32::from(data.choice != NONE);
        route.dues += u32::from(data.is_due());
        route.ready = route.ready.max(data.ready);
        route.extra += extra;
        route.zones |= self.sub.zone_bit(stop);
        if let Some(kind) = opened {
            self.count_used(kind, true);
        }
        self.cost -= self.prices[stop as usize];
        if self.sub.options.any() {
            self.take_slot(stop);
        }
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
        let extra = self.extra(stop, prev, next, slot);
        let route = &mut self.routes[slot as usize];
        route.extra -= extra;
        route.len -= 1;
        route.load = route.load.minus(data.load);
        if self.sub.compartments {
            for (room, less) in route.rooms.iter_mut().zip(data.rooms) {
                *room -= less;
            }
        }
        route.choices -= u32::from(data.choice != NONE);
        route.reloads -= u32::from(self.sub.is_reload(stop));
        route.dues -= u32::from(data.is_due());
        route.distance -= i64::from(distance);
        route.driving -= i64::from(travel);
        self.empty[route.kind as usize] += u32::from(route.len == 0);
        if route.len == 0 {
            let kind = route.kind;
            self.count_used(kind, false);
        }
        self.cost += self.prices[stop as usize];
        if self.sub.options.any() {
            self.free_slot(stop);
        }
        self.connect(slot, prev, next);
        if self.sub.apart && data.goods != Goods::NONE {
            let goods = self.stops_of(slot);
            let goods = goods.map(|s| self.sub.stops[s as usize].goods);
            self.routes[slot as usize].goods = goods.fold(Goods::NONE, Goods::with);
        }
        if self.sub.zone_bit(stop) != 0 {
            let zones = self.stops_of(slot).map(|s| self.sub.zone_bit(s));
            self.routes[slot as usize].zones = zones.fold(0, |all, zone| all | zone);
        }
        if self.sub.releases && data.ready > Time::MIN {
            self.routes[slot as usize].ready = self
                .stops_of(slot)
                .map(|s| self.sub.stops[s as usize].ready)
                .max()
                .unwrap_or(Time::MIN);
        }
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
        } else if self.routes[slot as usize].ready == ready_before
            && self.routes[slot as usize].reloads == 0
        {
            self.forward(stop, true) && {
                self.backward(stop, true);
                true
            }
        } else {
            self.refresh(slot)
        };
        let fine = fine && (!self.sub.carries || self.recount(slot)) && self.price(slot);
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
        block: sub.problem.areas.block_of(sub.global[stop]),
    }
}
