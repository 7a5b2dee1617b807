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
use crate::problem::roads::Roads;
use crate::problem::time::{ConstantLeg, LegTime, Time, first_window};

use super::anneal::Annealer;
use super::rng::Rng;
use super::state::State;
use super::sub::NONE;

/// The most stops that leave for one.
const MOST: usize = 5;

/// Steps of the enumeration for one stop: the least and the most. Halved each time rules that the
/// enumeration does not know forbid what it found, and doubled again when they do not. A day with
/// 17 rules takes a quarter less time so, six seeds: 241 vehicles and 10 stops left, 246 and 8 with
/// the most; on the public sets half of the most lost a vehicle on 2 of 12 and gained one on 1, a
/// fifth lost on 4.
const EFFORT: [u32; 2] = [6_250, 100_000];

/// The count of a stop that does not leave: one that rides with others.
const STAYS: u32 = u32::MAX / 2 + 1;

/// On routes of more stops than this only the places beside neighbours are looked at.
const SHORT: u32 = 40;

/// Who had no place how often, and buffers.
#[derive(Debug, Default)]
pub(super) struct Guide<L> {
    pub(super) counts: Vec<u32>,
    /// The route looked at, start and end included.
    steps: Vec<Step<L>>,
    search: Found,
    slots: Vec<u32>,
    /// Sets found that rules forbade, less those that they did not.
    refusals: u32,
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

/// A node of the route looked at.
///
/// PERF: what the enumeration asks, side by side. See `Guide::list`.
#[derive(Clone, Copy, Debug)]
struct Step<L> {
    node: u32,
    column: u32,
    /// Travel on free roads to the next.
    onward: Time,
    open: Time,
    close: Time,
    service: Time,
    /// Whether it has several windows.
    choice: bool,
    /// How often it found no place.
    count: u32,
    latest: Time,
    /// Travel and service from arriving here to the end of the route.
    rest: Time,
    load: L,
}

/// One route with the stop at one place, and the set under construction.
struct Look<'a, 's, L, const TIMED: bool> {
    state: &'a State<'s, L, TIMED>,
    steps: &'a [Step<L>],
    /// The stop; its next has no meaning.
    stop: Step<L>,
    slot: u32,
    profile: u32,
    capacity: L,
    max_duty: Time,
    /// Speeds by the hour, where they decide.
    roads: Option<&'a Roads>,
    /// The stop comes behind this step.
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
    /// The step driven from, or [`STOP`].
    before: usize,
    depart: Time,
    /// Travel and service so far.
    busy: i64,
    load: L,
    count: usize,
    sum: u32,
}

/// In place of a step: the stop that is looked for.
const STOP: usize = usize::MAX;

impl<L: Lanes, const TIMED: bool> Look<'_, '_, L, TIMED> {
    fn run(&mut self, mut at: At<L>) {
        loop {
            if self.found.effort == 0 {
                return;
            }
            self.found.effort -= 1;
            if !at.placed && at.next == self.after + 1 {
                if !self.keep(&mut at, STOP) {
                    return;
                }
                at.placed = true;
            }
            // With all of them it may only seem to fit: rules and waiting that this does not know.
            if at.placed && at.count > 0 && self.completes(&at) {
                self.offer(&at);
                return;
            }
            if at.next + 1 == self.steps.len() {
                return;
            }
            let step = &self.steps[at.next];
            let sum = at.sum + step.count;
            if at.count < MOST && sum <= self.found.sum {
                self.out[at.count] = step.node;
                self.run(At {
                    next: at.next + 1,
                    load: at.load.minus(step.load),
                    count: at.count + 1,
                    sum,
                    ..at
                });
            }
            let next = at.next;
            if !self.keep(&mut at, next) {
                return;
            }
            at.next += 1;
        }
    }

    #[inline(always)]
    fn step(&self, number: usize) -> &Step<L> {
        self.steps.get(number).unwrap_or(&self.stop)
    }

    /// Moves on to a node that stays; false when it would come too late.
    #[inline(always)]
    fn keep(&self, at: &mut At<L>, number: usize) -> bool {
        if TIMED {
            let step = self.step(number);
            let travel = self.travel(at.before, number);
            let arrive = self.arrival(at, step, travel);
            let [mut open, mut close] = [step.open, step.close];
            if step.choice {
                let sub = self.state.sub;
                match first_window(sub.windows(&sub.stops[step.node as usize]), arrive) {
                    Some(window) => [open, close] = [window.open, window.close],
                    None => return false,
                }
            }
            if arrive > close {
                return false;
            }
            at.depart = arrive.max(open) + step.service;
            at.busy += i64::from(travel) + i64::from(step.service);
        }
        at.before = number;
        true
    }

    /// A leg on free roads; that to the next stop of the route stands beside it.
    #[inline(always)]
    fn travel(&self, before: usize, number: usize) -> Time {
        let from = self.step(before);
        if before.wrapping_add(1) == number {
            return from.onward;
        }
        let ends = [from.column, self.step(number).column];
        self.state.sub.leg(self.profile, ends[0], ends[1]).time()
    }

    /// When a leg to a step ends that takes `free` on free roads.
    #[inline(always)]
    fn arrival(&self, at: &At<L>, step: &Step<L>, free: Time) -> Time {
        match self.roads {
            Some(roads) => roads.arrive(at.depart, free),
            None => {
                let ends = [self.step(at.before).node, step.node];
                self.state.arrival(self.slot, ends, free, at.depart)
            }
        }
    }

    /// Whether the route is feasible when all from the next step on stay.
    #[inline(always)]
    fn completes(&self, at: &At<L>) -> bool {
        let sub = self.state.sub;
        if !self.capacity.holds(at.load, sub.guards) {
            return false;
        }
        if !TIMED {
            return true;
        }
        let next = &self.steps[at.next];
        let travel = self.travel(at.before, at.next);
        // By the hour a leg takes no less than on free roads.
        if ConstantLeg(travel).arrive(at.depart) > next.latest
            || self.arrival(at, next, travel) > next.latest
        {
            return false;
        }
        !sub.durations
            || at.busy + i64::from(travel) + i64::from(next.rest) <= i64::from(self.max_duty)
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

impl<L: Lanes> Guide<L> {
    /// Counts for so many stops.
    pub(super) fn grow(&mut self, stops: usize) {
        self.counts.resize(stops, 1);
    }

    /// The set of stops of one route that makes room for `stop` at the least trouble.
    fn seek<const TIMED: bool>(&mut self, state: &State<'_, L, TIMED>, stop: u32, rng: &mut Rng) {
        self.grow(state.sub.len());
        self.search.stops.clear();
        self.search.sum = STAYS - 1;
        self.search.ties = 0;
        let [least, most] = EFFORT;
        self.search.effort = (most >> self.refusals).max(least);
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
    fn verify<const TIMED: bool>(&self, state: &State<'_, L, TIMED>, stop: u32) {
        let small =
            state.sub.len() <= 16 && state.routes.iter().all(|r| r.len <= 6) && !state.sub.bonded;
        if small && !state.sub.releases && self.search.effort > 0 {
            let most = index(MOST);
            let least = super::check::least_ejection(state, stop, &self.counts, most);
            debug_assert!(
                least.is_none_or(|least| self.search.sum <= least),
                "{least:?} and {self:?}"
            );
        }
    }

    fn look<const TIMED: bool>(
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
        self.list(state, slot);
        let kind = &sub.kinds[route.kind as usize];
        let data = &sub.stops[stop as usize];
        let placed = Step {
            service: sub.service(kind.profile, data),
            ..self.step_of(state, stop)
        };
        for after in 0..self.steps.len() - 1 {
            if !TIMED && after > 0 {
                // Where it stands is no matter to loads.
                return;
            }
            if route.len > SHORT && TIMED && !self.beside(state, stop, after) {
                continue;
            }
            Look {
                state,
                steps: &self.steps,
                stop: placed,
                slot,
                profile: kind.profile,
                capacity: kind.capacity,
                max_duty: kind.max_duty,
                roads: state.roads(slot),
                after,
                out: [0; MOST],
                found: &mut self.search,
                rng,
            }
            .run(At {
                next: 1,
                placed: false,
                before: 0,
                depart: state.nodes[self.steps[0].node as usize]
                    .depart
                    .max(data.ready),
                busy: 0,
                load: route.load.plus(data.load),
                count: 0,
                sum: 0,
            });
        }
    }

    /// Lists the nodes of a slot.
    fn list<const TIMED: bool>(&mut self, state: &State<'_, L, TIMED>, slot: u32) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        let (start, end) = (state.start_of(slot), state.end_of(slot));
        let all = [start].into_iter().chain(state.stops_of(slot)).chain([end]);
        steps.extend(all.map(|node| self.step_of(state, node)));
        self.steps = steps;
    }

    fn step_of<const TIMED: bool>(&self, state: &State<'_, L, TIMED>, node: u32) -> Step<L> {
        let record = &state.nodes[node as usize];
        let data = state.is_stop(node).then(|| &state.sub.stops[node as usize]);
        let routed = record.route != NONE;
        Step {
            node,
            column: if routed { state.column(node) } else { node },
            onward: record.travel.cast_signed(),
            open: data.map_or(record.open, |data| data.span.open),
            close: data.map_or(record.close, |data| data.span.close),
            service: record.service,
            choice: data.is_some_and(|data| data.choice != NONE),
            count: match state.is_stop(node) && state.team(node).is_some() {
                true => STAYS,
                false => self.counts.get(node as usize).copied().unwrap_or(0),
            },
            latest: record.latest,
            rest: if routed { state.busy_from(record) } else { 0 },
            load: data.map_or_else(L::default, |data| data.load),
        }
    }

    /// Whether a place is beside a neighbour of the stop.
    fn beside<const TIMED: bool>(
        &self,
        state: &State<'_, L, TIMED>,
        stop: u32,
        after: usize,
    ) -> bool {
        let near = state.sub.neighbours(stop);
        let near = &near[..near.len().min(10)];
        let [here, next] = [after, after + 1].map(|step| self.steps[step].node);
        near.contains(&here) || near.contains(&next)
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
        if self.state.sub.paired {
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
        if made {
            guide.refusals = guide.refusals.saturating_sub(1);
        } else {
            guide.refusals = (guide.refusals + 1).min(4);
            // Rules forbid what the enumeration thought possible: other sets next time.
            for &out in &guide.search.stops {
                guide.counts[out as usize] += 1;
            }
        }
        self.guide = guide;
    }
}
