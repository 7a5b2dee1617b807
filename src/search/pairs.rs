//! Recreate for packages that are collected on the way: both stops are put back together, where
//! they are cheapest on a route that serves a neighbour of either.

use crate::problem::lanes::Lanes;
use crate::problem::{Cost, index};

use super::recreate::Recreate;
use super::rng::{Rng, chance};
use super::state::{PairBuffers, PairPlace, State};

/// Which routes were looked at, and memory of the looks.
#[derive(Debug, Default)]
pub(super) struct PairSearch {
    spots: PairBuffers,
    /// The last look at which each slot was looked at.
    seen: Vec<u32>,
    look: u32,
}

impl PairSearch {
    fn begin(&mut self, slots: usize) {
        if self.look == u32::MAX || self.seen.len() != slots {
            self.seen.clear();
            self.seen.resize(slots, 0);
            self.look = 0;
        }
        self.look += 1;
    }

    /// The best place on routes with a neighbour of one of the two, or in an idle vehicle.
    fn near<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &State<'_, L, TIMED>,
        pair: [u32; 2],
        bound: Cost,
        mut take: impl FnMut() -> bool,
    ) -> PairPlace {
        self.begin(state.routes.len());
        let mut best = PairPlace::none(bound);
        let [a, b] = pair.map(|stop| state.sub.neighbours(stop));
        // In turns: the nearest of both first.
        for at in 0..a.len().max(b.len()) {
            for &near in [a.get(at), b.get(at)].into_iter().flatten() {
                if !state.is_routed(near) {
                    continue;
                }
                let slot = state.nodes[near as usize].route;
                if std::mem::replace(&mut self.seen[slot as usize], self.look) != self.look {
                    best = state.best_pair(pair, slot, best, &mut self.spots, &mut take);
                }
            }
        }
        idle(state, pair, best, take)
    }

    /// The best place on any route or in an idle vehicle.
    fn anywhere<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &State<'_, L, TIMED>,
        pair: [u32; 2],
        bound: Cost,
    ) -> PairPlace {
        let mut best = PairPlace::none(bound);
        for slot in 0..index(state.routes.len()) {
            if state.routes[slot as usize].len > 0 {
                best = state.best_pair(pair, slot, best, &mut self.spots, || true);
            }
        }
        idle(state, pair, best, || true)
    }

    /// The best place on one route.
    pub(super) fn on<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &State<'_, L, TIMED>,
        pair: [u32; 2],
        slot: u32,
    ) -> PairPlace {
        let none = PairPlace::none(Cost::MAX / 4);
        state.best_pair(pair, slot, none, &mut self.spots, || true)
    }
}

/// The cheapest idle vehicle, where it is cheaper than `best`.
fn idle<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    pair: [u32; 2],
    mut best: PairPlace,
    mut take: impl FnMut() -> bool,
) -> PairPlace {
    for kind in 0..index(state.sub.kinds.len()) {
        if state.empty(kind) > 0
            && let Some(delta) = state.try_pair_alone(pair, kind, best.delta)
            && let Some(slot) = state.empty_slot(kind)
            && take()
        {
            best = PairPlace {
                after: state.start_of(slot),
                then: pair[0],
                delta,
            };
        }
    }
    best
}

impl Recreate {
    /// Inserts a pair for less than `bound` extra cost, if it can.
    pub(super) fn place_pair<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        pair: [u32; 2],
        bound: Cost,
        rng: &mut Rng,
    ) -> bool {
        // Now and then less greedy: two packages may have to move before either is better off.
        let blink = if rng.below(4) == 0 {
            chance(0.3)
        } else {
            self.blink
        };
        let best = self.pairs.near(state, pair, bound, || !rng.hit(blink));
        if best.is_none() {
            return self.goes_far() && self.place_pair_anywhere(state, pair, bound);
        }
        state.insert_pair(pair, best)
    }

    /// Tries all pairs of positions of every route and every idle vehicle.
    pub(super) fn place_pair_anywhere<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        pair: [u32; 2],
        bound: Cost,
    ) -> bool {
        let best = self.pairs.anywhere(state, pair, bound);
        !best.is_none() && state.insert_pair(pair, best)
    }
}
