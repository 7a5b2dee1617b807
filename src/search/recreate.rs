//! Recreate: puts stops back greedily, with blinks.
//!
//! Each stop goes to the cheapest feasible place beside one of its neighbours or
//! into an idle vehicle; an improving place is passed over now and then, which
//! is all the randomness a greedy insertion needs (Christiaens & Vanden Berghe
//! 2020). The bound of the annealing is known before, so hopeless places are
//! never taken and a hopeless iteration stops early.

use crate::problem::lanes::Lanes;
use crate::problem::{Cost, index};

use super::choose::best_of_set;
use super::guided_pairs::ANY;
use super::pairs::PairSearch;
use super::rng::{Rng, chance};
use super::state::{Place, State};
use super::sub::{NONE, Sub};
use super::trips::{open_trip_anywhere, settle_trips};

/// Probability of passing over an improving place.
const BLINK: f64 = 0.02;

/// Buffers of the recreate step.
#[derive(Debug)]
pub(super) struct Recreate {
    pub(super) blink: u32,
    /// How many stops without a place beside their neighbours an iteration tries everywhere.
    pub(super) anywhere: u32,
    /// How many of them are left in this one.
    far: u32,
    keys: Vec<(i64, u32)>,
    /// The last look at which each stop was among the neighbours.
    seen: Vec<u32>,
    look: u32,
    pub(super) pairs: PairSearch,
}

impl Recreate {
    pub(crate) fn new() -> Recreate {
        Recreate {
            blink: chance(BLINK),
            anywhere: 0,
            far: 0,
            keys: Vec::new(),
            seen: Vec::new(),
            look: 0,
            pairs: PairSearch::default(),
        }
    }

    /// Inserts `pending` (all on no route). False as soon as the cost cannot end
    /// below `limit`; stops that are better left out stay out.
    pub(crate) fn recreate<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        pending: &mut [u32],
        limit: Cost,
        rng: &mut Rng,
    ) -> bool {
        self.far = self.anywhere;
        self.sort(state.sub, pending, rng);
        let mut open: Cost = pending.iter().map(|&s| state.price_of(s)).sum();
        // Places of alternatives may cost less than nothing.
        let spare = if state.sub.options.any() {
            state.discounts(pending)
        } else {
            0
        } + state.reliefs(pending.len());
        for &stop in pending.iter() {
            if state.follows(stop) {
                continue;
            }
            let price = state.price_of(stop);
            open -= price;
            if let Some(team) = state.team(stop) {
                // It may have come with another one.
                if !state.is_routed(stop)
                    && !self.place_all(state, team, (limit + spare, open), rng)
                {
                    return false;
                }
                continue;
            }
            // What the rest will cost at least, without this stop's price.
            let room = limit + spare - (state.cost - open - price);
            if room <= 0 {
                return false;
            }
            let bound = room.min(price);
            if !self.place(state, stop, bound, rng) && price >= room {
                return false;
            }
        }
        settle_trips(state) && state.cost < limit
    }

    /// Inserts one stop for less than `bound` extra cost, if it can.
    fn place<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        stop: u32,
        bound: Cost,
        rng: &mut Rng,
    ) -> bool {
        let sub = state.sub;
        let partner = state.partner(stop);
        if partner != NONE {
            return self.place_pair(state, [partner, stop], bound, rng);
        }
        if let Some(set) = sub.options.set(stop) {
            return self.place_one_of(state, set, bound, rng);
        }
        let found = self.best_place(state, stop, bound, rng);
        if sub.reloading {
            return self.place_on_a_trip(state, stop, (found, bound), rng);
        }
        let Some(place) = found else {
            return self.goes_far() && self.place_anywhere(state, stop, bound);
        };
        state.insert(stop, place.after)
    }

    /// Whether a stop is to be tried everywhere: if so, one of those that this iteration may.
    pub(super) fn goes_far(&mut self) -> bool {
        let goes = self.far > 0;
        self.far -= u32::from(goes);
        goes
    }

    /// Every position beside a neighbour, each once: the one before a neighbour is left
    /// to the stop in front of it where that is a neighbour too. Looked at twice, a
    /// position would be passed over only when both looks blink.
    pub(super) fn best_place<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &State<'_, L, TIMED>,
        stop: u32,
        bound: Cost,
        rng: &mut Rng,
    ) -> Option<Place> {
        let mut best = Place {
            after: u32::MAX,
            delta: bound,
        };
        let blink = self.blink;
        let mut offer = |after: u32, delta: Option<Cost>, best: &mut Place| {
            if let Some(delta) = delta
                && !rng.hit(blink)
            {
                *best = Place { after, delta };
            }
        };
        let neighbours = state.sub.neighbours(stop);
        self.begin_look(state.sub.len());
        for &near in neighbours {
            self.seen[near as usize] = self.look;
        }
        let (mut last_slot, mut approach) = (u32::MAX, None);
        for &near in neighbours {
            if !state.is_routed(near) {
                continue;
            }
            let node = &state.nodes[near as usize];
            if node.route != last_slot {
                last_slot = node.route;
                approach = state.approach(stop, last_slot);
            }
            let Some(approach) = &approach else {
                continue;
            };
            let delta = state.try_near(stop, near, approach, best.delta);
            offer(near, delta, &mut best);
            let before = node.prev;
            if !state.is_stop(before) || self.seen[before as usize] != self.look {
                let delta = state.try_near(stop, before, approach, best.delta);
                offer(before, delta, &mut best);
            }
        }
        for kind in 0..index(state.sub.kinds.len()) {
            if state.empty(kind) > 0 {
                let delta = state.try_alone(stop, kind, best.delta);
                if delta.is_some()
                    && let Some(slot) = state.empty_slot(kind)
                {
                    offer(state.start_of(slot), delta, &mut best);
                }
            }
        }
        (best.after != u32::MAX).then_some(best)
    }

    /// Makes all stops unseen.
    fn begin_look(&mut self, stops: usize) {
        if self.look == u32::MAX || self.seen.len() != stops {
            self.seen.clear();
            self.seen.resize(stops, 0);
            self.look = 0;
        }
        self.look += 1;
    }

    /// Tries every position of every route and every idle vehicle; used for
    /// stops that found no place beside their neighbours.
    pub(crate) fn place_anywhere<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        stop: u32,
        bound: Cost,
    ) -> bool {
        let partner = state.partner(stop);
        if partner != NONE {
            return self.place_pair_anywhere(state, [partner, stop], bound);
        }
        if let Some(team) = state.team(stop) {
            return state.is_routed(stop) || Self::place_team_anywhere(state, team);
        }
        let sub = state.sub;
        if let Some(set) = sub.options.set(stop) {
            return self.place_one_anywhere(state, set, bound);
        }
        let best = self.best_anywhere(state, stop, bound);
        if best.after == u32::MAX && sub.reloading {
            return open_trip_anywhere(state, stop, bound);
        }
        best.after != u32::MAX && state.insert(stop, best.after)
    }

    /// The cheapest place for less than `bound` of all there are.
    pub(super) fn best_anywhere<L: Lanes, const TIMED: bool>(
        &self,
        state: &State<'_, L, TIMED>,
        stop: u32,
        bound: Cost,
    ) -> Place {
        let mut best = Place {
            after: u32::MAX,
            delta: bound,
        };
        for slot in 0..index(state.routes.len()) {
            if state.routes[slot as usize].len > 0 {
                best = best_on(state, stop, slot, best);
            }
        }
        for kind in 0..index(state.sub.kinds.len()) {
            if state.empty(kind) > 0
                && let Some(delta) = state.try_alone(stop, kind, best.delta)
                && let Some(slot) = state.empty_slot(kind)
            {
                best = Place {
                    after: state.start_of(slot),
                    delta,
                };
            }
        }
        best
    }

    /// Orders the stops: random, largest, farthest or nearest first, and by
    /// windows where there are any. Weights 4:4:2:1 as published.
    fn sort<L: Lanes>(&mut self, sub: &Sub<'_, L>, stops: &mut [u32], rng: &mut Rng) {
        let timed = sub.problem.engine != crate::problem::Engine::Capacity;
        let order = rng.below(if timed { 14 } else { 11 });
        self.keys.clear();
        for &stop in stops.iter() {
            let data = &sub.stops[stop as usize];
            let key = match order {
                0..4 => i64::from(rng.bits()),
                4..8 => -i64::try_from(data.size).unwrap_or(i64::MAX),
                8..10 => -i64::from(from_start(sub, stop)),
                10 => i64::from(from_start(sub, stop)),
                11 => i64::from(data.span.close) - i64::from(data.span.open),
                12 => i64::from(data.span.open),
                _ => i64::from(data.span.close),
            };
            self.keys.push((key, stop));
        }
        self.keys.sort_unstable();
        for (slot, (_, stop)) in stops.iter_mut().zip(&self.keys) {
            *slot = *stop;
        }
    }
}

/// Puts a stop, with its partner, on a used slot, where it is cheapest. False when it fits nowhere
/// there.
pub(super) fn place_on<L: Lanes, const TIMED: bool>(
    recreate: &mut Recreate,
    state: &mut State<'_, L, TIMED>,
    stop: u32,
    slot: u32,
) -> bool {
    let partner = state.partner(stop);
    if partner != NONE {
        let pair = [partner, stop];
        let best = recreate.pairs.on(state, pair, slot);
        return !best.is_none() && state.insert_pair(pair, best);
    }
    let sub = state.sub;
    if let Some(set) = sub.options.set(stop) {
        let best = best_of_set(state, set, slot);
        return best.is_some_and(|(stop, after)| state.insert(stop, after));
    }
    let best = best_on(state, stop, slot, NOWHERE);
    best.after != u32::MAX && state.insert(stop, best.after)
}

/// Whether a stop, with its partner, has a place on a used slot.
pub(super) fn fits_on<L: Lanes, const TIMED: bool>(
    recreate: &mut Recreate,
    state: &State<'_, L, TIMED>,
    stop: u32,
    slot: u32,
) -> bool {
    if let Some(set) = state.set(stop) {
        return best_of_set(state, set, slot).is_some();
    }
    match state.partner(stop) {
        NONE => best_on(state, stop, slot, NOWHERE).after != u32::MAX,
        partner => !recreate.pairs.on(state, [partner, stop], slot).is_none(),
    }
}

/// No place, and any is better.
pub(super) const NOWHERE: Place = Place {
    after: u32::MAX,
    delta: ANY,
};

/// The cheapest place on a slot, or `best` where none there is cheaper.
pub(super) fn best_on<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    stop: u32,
    slot: u32,
    mut best: Place,
) -> Place {
    if let Some(approach) = state.approach(stop, slot) {
        let mut after = state.start_of(slot);
        while after != state.end_of(slot) {
            if let Some(delta) = state.try_near(stop, after, &approach, best.delta) {
                best = Place { after, delta };
            }
            after = state.nodes[after as usize].next;
        }
    }
    best
}

fn from_start<L: Lanes>(sub: &Sub<'_, L>, stop: u32) -> u32 {
    let kind = &sub.kinds[0];
    let leg = sub.leg_into(kind.profile, kind.start, stop);
    if leg.time > 0 { leg.time } else { leg.distance }
}
