//! Guided ejections (Nagata & Braysy 2009): a stop without a place takes the place of a
//! few others, those that were the least trouble so far.
//!
//! Every stop counts how often it found no place. One that finds none is put in all the
//! same, and what has to leave for it is the set of the least sum of counts; the sets of
//! a route are enumerated in lexicographic order and cut where the sum is too large or a
//! stop that stays comes too late. The enumeration knows loads, times and time on duty;
//! the state has the last word on every rule.

use crate::problem::index;
use crate::problem::lanes::Lanes;
use crate::problem::spells::Spells;
use crate::problem::time::{Time, first_window};

use super::anneal::Annealer;
use super::rng::Rng;
use super::state::State;
use super::sub::NONE;

/// The most stops that leave for one.
const MOST: usize = 5;

/// Steps of the enumeration for one stop.
const EFFORT: u32 = 100_000;

/// On routes of more stops than this only the places beside neighbours are looked at.
const SHORT: u32 = 40;

/// Who had no place how often, and buffers.
#[derive(Debug, Default)]
pub(super) struct Guide {
    pub(super) counts: Vec<u32>,
    /// The route looked at, start and end included.
    nodes: Vec<u32>,
    search: Found,
    slots: Vec<u32>,
}

/// The best set so far.
#[derive(Debug, Default)]
struct Found {
    slot: u32,
    stops: Vec<u32>,
    sum: u32,
    /// Sets of this sum seen.
    ties: u32,
    effort: u32,
}

/// One route with the stop at one place, and the set under construction.
struct Look<'a, 's, L, const TIMED: bool> {
    state: &'a State<'s, L, TIMED>,
    counts: &'a [u32],
    nodes: &'a [u32],
    stop: u32,
    slot: u32,
    /// Speeds by the hour, where they decide.
    spells: Option<&'a Spells>,
    /// The stop comes behind this position of `nodes`.
    after: usize,
    out: [u32; MOST],
    found: &'a mut Found,
    rng: &'a mut Rng,
}

/// Where an enumeration stands: everything before `next` is decided.
#[derive(Clone, Copy)]
struct At<L> {
    next: usize,
    /// Whether the stop stands.
    placed: bool,
    before: u32,
    depart: Time,
    /// Travel and service so far.
    busy: i64,
    load: L,
    count: usize,
    sum: u32,
}

impl<L: Lanes, const TIMED: bool> Look<'_, '_, L, TIMED> {
    fn run(&mut self, mut at: At<L>) {
        let sub = self.state.sub;
        let kind = &sub.kinds[self.state.routes[self.slot as usize].kind as usize];
        loop {
            if self.found.effort == 0 {
                return;
            }
            self.found.effort -= 1;
            if !at.placed && at.next == self.after + 1 {
                if !self.keep(&mut at, self.stop) {
                    return;
                }
                at.placed = true;
            }
            let node = self.nodes[at.next];
            // With all of them it may only seem to fit: rules and waiting that this does not know.
            if at.placed && at.count > 0 && self.completes(&at, node, kind.capacity, kind.max_duty)
            {
                self.offer(&at);
                return;
            }
            if !self.state.is_stop(node) {
                return;
            }
            let sum = at.sum + self.counts[node as usize];
            if at.count < MOST && sum <= self.found.sum {
                self.out[at.count] = node;
                self.run(At {
                    next: at.next + 1,
                    load: at.load.minus(sub.stops[node as usize].load),
                    count: at.count + 1,
                    sum,
                    ..at
                });
            }
            if !self.keep(&mut at, node) {
                return;
            }
            at.next += 1;
        }
    }

    /// Moves on to a node that stays; false when it would come too late.
    #[inline]
    fn keep(&self, at: &mut At<L>, node: u32) -> bool {
        if TIMED {
            let sub = self.state.sub;
            let profile = sub.kinds[self.state.routes[self.slot as usize].kind as usize].profile;
            let travel = self.travel(profile, at.before, node);
            let arrive = self.arrival(at, node, travel);
            let data = &sub.stops[node as usize];
            let window = if data.choice == NONE {
                data.span
            } else {
                match first_window(sub.windows(data), arrive) {
                    Some(window) => window,
                    None => return false,
                }
            };
            if arrive > window.close {
                return false;
            }
            let service = if node == self.stop {
                sub.service(profile, data)
            } else {
                self.state.nodes[node as usize].service
            };
            at.depart = arrive.max(window.open) + service;
            at.busy += i64::from(travel) + i64::from(service);
        }
        at.before = node;
        true
    }

    /// A leg on free roads; that to the next stop of the route stands beside it.
    #[inline(always)]
    fn travel(&self, profile: u32, before: u32, node: u32) -> Time {
        let record = &self.state.nodes[before as usize];
        if before != self.stop && record.next == node {
            return record.travel.cast_signed();
        }
        let column = |node: u32| self.state.column(node);
        let leg = self.state.sub.leg(profile, column(before), column(node));
        leg.time()
    }

    /// When a leg to `node` ends that takes `free` on free roads.
    #[inline(always)]
    fn arrival(&self, at: &At<L>, node: u32, free: Time) -> Time {
        match self.spells {
            Some(spells) => spells.arrive(at.depart, free),
            None => {
                let ends = [at.before, node];
                self.state.arrival(self.slot, ends, free, at.depart)
            }
        }
    }

    /// Whether the route is feasible when all from `node` on stay.
    #[inline]
    fn completes(&self, at: &At<L>, node: u32, capacity: L, duty: Time) -> bool {
        let sub = self.state.sub;
        if !capacity.holds(at.load, sub.guards) {
            return false;
        }
        if !TIMED {
            return true;
        }
        let profile = sub.kinds[self.state.routes[self.slot as usize].kind as usize].profile;
        let travel = self.travel(profile, at.before, node);
        let next = &self.state.nodes[node as usize];
        if self.arrival(at, node, travel) > next.latest {
            return false;
        }
        if !sub.durations {
            return true;
        }
        let rest =
            self.state.nodes[self.state.end_of(self.slot) as usize].busy - next.busy + next.service;
        at.busy + i64::from(travel) + i64::from(rest) <= i64::from(duty)
    }

    fn offer(&mut self, at: &At<L>) {
        if at.sum < self.found.sum {
            self.found.ties = 0;
        }
        self.found.ties += 1;
        self.found.sum = at.sum;
        if self.rng.below(self.found.ties) == 0 {
            self.found.slot = self.slot;
            self.found.stops.clear();
            self.found.stops.extend_from_slice(&self.out[..at.count]);
        }
    }
}

impl Guide {
    /// Counts for so many stops.
    pub(super) fn grow(&mut self, stops: usize) {
        self.counts.resize(stops, 1);
    }

    /// The set of stops of one route that makes room for `stop` at the least trouble.
    fn seek<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &State<'_, L, TIMED>,
        stop: u32,
        rng: &mut Rng,
    ) {
        self.grow(state.sub.len());
        self.search.stops.clear();
        self.search.sum = u32::MAX / 2;
        self.search.ties = 0;
        self.search.effort = EFFORT;
        // Routes near by first: the effort may end before all are seen.
        self.slots.clear();
        for &near in state.sub.neighbours(stop) {
            let slot = state.nodes[near as usize].route;
            if slot != NONE && !self.slots.contains(&slot) {
                self.slots.push(slot);
            }
        }
        for slot in 0..index(state.routes.len()) {
            if state.routes[slot as usize].len > 0 && !self.slots.contains(&slot) {
                self.slots.push(slot);
            }
        }
        let slots = std::mem::take(&mut self.slots);
        for &slot in &slots {
            self.look(state, stop, slot, rng);
        }
        self.slots = slots;
    }

    /// In debug builds and small tasks: no set is less trouble than the one found.
    fn verify<L: Lanes, const TIMED: bool>(&self, state: &State<'_, L, TIMED>, stop: u32) {
        let small = state.sub.len() <= 16 && state.routes.iter().all(|r| r.len <= 6);
        if small && !state.sub.releases && self.search.effort > 0 {
            let most = index(MOST);
            let least = super::check::least_ejection(state, stop, &self.counts, most);
            debug_assert!(
                least.is_none_or(|least| self.search.sum <= least),
                "{least:?} and {self:?}"
            );
        }
    }

    fn look<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &State<'_, L, TIMED>,
        stop: u32,
        slot: u32,
        rng: &mut Rng,
    ) {
        let sub = state.sub;
        let route = &state.routes[slot as usize];
        if sub.barred && sub.access(route.kind, stop) == crate::problem::FORBIDDEN {
            return;
        }
        self.nodes.clear();
        self.nodes.push(state.start_of(slot));
        self.nodes.extend(state.stops_of(slot));
        self.nodes.push(state.end_of(slot));
        let positions = self.nodes.len() - 1;
        for after in 0..positions {
            if !TIMED && after > 0 {
                // Where it stands is no matter to loads.
                return;
            }
            if route.len > SHORT && TIMED && !self.beside(state, stop, after) {
                continue;
            }
            let start = &state.nodes[self.nodes[0] as usize];
            let load = route.load.plus(sub.stops[stop as usize].load);
            Look {
                state,
                counts: &self.counts,
                nodes: &self.nodes,
                stop,
                slot,
                spells: state.spells(slot),
                after,
                out: [0; MOST],
                found: &mut self.search,
                rng,
            }
            .run(At {
                next: 1,
                placed: false,
                before: self.nodes[0],
                depart: start.depart.max(sub.stops[stop as usize].ready),
                busy: 0,
                load,
                count: 0,
                sum: 0,
            });
        }
    }

    /// Whether a place is beside a neighbour of the stop.
    fn beside<L: Lanes, const TIMED: bool>(
        &self,
        state: &State<'_, L, TIMED>,
        stop: u32,
        after: usize,
    ) -> bool {
        let near = state.sub.neighbours(stop);
        let near = &near[..near.len().min(10)];
        near.contains(&self.nodes[after]) || near.contains(&self.nodes[after + 1])
    }
}

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    /// Gives the last required stop of the bank a place, if need be in place of others,
    /// which then wait in the bank.
    pub(super) fn eject_for_one(&mut self) {
        let stops = &self.state.sub.stops;
        let last = self
            .state
            .bank
            .iter()
            .rev()
            .copied()
            .find(|&s| stops[s as usize].required);
        let Some(stop) = last else {
            return;
        };
        self.state.begin();
        self.pending.clear();
        self.pending.push(stop);
        let bound = crate::problem::Cost::MAX / 4;
        if self.recreate.place_anywhere(&mut self.state, stop, bound) {
            self.keep(true);
            return;
        }
        if self.state.set(stop).is_some() || self.state.team(stop).is_some() {
            // All its places were tried; what would have to go is not looked for.
            return;
        }
        if self.state.sub.paired || self.state.sub.bonded {
            self.eject_units(stop);
            return;
        }
        let mut guide = std::mem::take(&mut self.guide);
        guide.seek(&self.state, stop, &mut self.rng);
        if cfg!(debug_assertions) {
            guide.verify(&self.state, stop);
        }
        guide.counts[stop as usize] += 1;
        let made = self.exchange_for(stop, guide.search.slot, &guide.search.stops);
        if !made {
            // Rules forbid what the enumeration thought possible: other sets next time.
            for &out in &guide.search.stops {
                guide.counts[out as usize] += 1;
            }
        }
        self.guide = guide;
    }
}
