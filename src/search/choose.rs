//! Recreate for packages with alternatives: each stop of the set is looked at, the cheapest place
//! of all is taken.

use crate::problem::Cost;
use crate::problem::lanes::Lanes;

use super::recreate::{NOWHERE, Recreate, best_on};
use super::rng::Rng;
use super::state::{Place, State};

impl Recreate {
    /// Inserts a stop of a set for less than `bound` extra cost, if it can.
    pub(super) fn place_one_of<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        set: &[u32],
        bound: Cost,
        rng: &mut Rng,
    ) -> bool {
        let mut best = (
            set[0],
            Place {
                after: u32::MAX,
                delta: bound,
            },
        );
        for &stop in set.iter().filter(|&&stop| state.has_slot(stop)) {
            if let Some(place) = self.best_place(state, stop, best.1.delta, rng) {
                best = (stop, place);
            }
        }
        if best.1.after == u32::MAX {
            return self.goes_far() && self.place_one_anywhere(state, set, bound);
        }
        state.insert(best.0, best.1.after)
    }

    /// Tries all positions of every route and every idle vehicle for all stops of a set.
    pub(super) fn place_one_anywhere<L: Lanes, const TIMED: bool>(
        &self,
        state: &mut State<'_, L, TIMED>,
        set: &[u32],
        bound: Cost,
    ) -> bool {
        let none = Place {
            after: u32::MAX,
            delta: bound,
        };
        let mut best = (set[0], none);
        for &stop in set.iter().filter(|&&stop| state.has_slot(stop)) {
            let place = self.best_anywhere(state, stop, best.1.delta);
            if place.after != u32::MAX {
                best = (stop, place);
            }
        }
        best.1.after != u32::MAX && state.insert(best.0, best.1.after)
    }
}

/// The cheapest place on a used slot for a stop of a set, with that stop.
pub(super) fn best_of_set<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    set: &[u32],
    slot: u32,
) -> Option<(u32, u32)> {
    let mut best = (set[0], NOWHERE);
    for &stop in set.iter().filter(|&&stop| state.has_slot(stop)) {
        let place = best_on(
            state,
            stop,
            slot,
            Place {
                after: u32::MAX,
                ..best.1
            },
        );
        if place.after != u32::MAX {
            best = (stop, place);
        }
    }
    (best.1.after != u32::MAX).then_some((best.0, best.1.after))
}
