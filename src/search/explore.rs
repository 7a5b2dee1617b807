//! Routes for stops that pay only together.
//!
//! A vehicle that costs more than any one optional stop is worth is never opened
//! by inserting stops one after the other. Here one of them opens it at a loss, its
//! neighbours in the bank follow, and all of it is kept when it pays.

use crate::problem::lanes::Lanes;
use crate::problem::{Cost, index};

use super::anneal::Annealer;
use super::state::{PairPlace, State};
use super::sub::NONE;

/// Stops of the bank that open a route on trial, in one go.
const TRIALS: usize = 6;

/// Stops of the bank that may follow one that opened a route: more than most
/// routes hold.
const FOLLOWERS: usize = 150;

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    /// Tries to open idle vehicles for groups of optional stops. O(trials times
    /// followers times neighbours).
    pub(crate) fn explore(&mut self) {
        for _ in 0..TRIALS {
            let bank = &self.state.bank;
            let optional = |&s: &u32| {
                !self.state.sub.stops[s as usize].required
                    && !self.state.follows(s)
                    && self.state.team(s).is_none()
                    && self.state.has_slot(s)
            };
            let some = bank.iter().copied().filter(optional).count();
            if some < 2 {
                return;
            }
            let nth = self.rng.below(index(some)) as usize;
            let Some(seed) = bank.iter().copied().filter(optional).nth(nth) else {
                return;
            };
            self.open_for(seed);
        }
    }

    fn open_for(&mut self, seed: u32) {
        let followers = followers(&self.state, seed);
        self.state.begin();
        let Some(slot) = cheapest_vehicle(&self.state, seed) else {
            return;
        };
        if !open_with(&mut self.state, seed, slot) {
            self.state.undo();
            return;
        }
        self.set_pending(seed, &followers);
        let limit = self.state.cost_before();
        if self.rebuild(limit) {
            self.keep(true);
        } else {
            self.state.undo();
        }
    }
}

/// Puts a stop, with its partner, on an idle vehicle.
fn open_with<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    stop: u32,
    slot: u32,
) -> bool {
    let after = state.start_of(slot);
    match state.partner(stop) {
        NONE => state.insert(stop, after),
        first => {
            let place = PairPlace {
                after,
                then: first,
                delta: 0,
            };
            state.insert_pair([first, stop], place)
        }
    }
}

/// Stops of the bank around one of them, nearest first as the lists have it.
fn followers<L: Lanes, const TIMED: bool>(state: &State<'_, L, TIMED>, seed: u32) -> Vec<u32> {
    let mut found = vec![seed];
    let mut known = std::collections::BTreeSet::from([seed]);
    let mut next = 0;
    while let Some(&stop) = found.get(next) {
        for &near in state.sub.neighbours(stop) {
            if found.len() > FOLLOWERS {
                break;
            }
            // Of two that go together the one that stands for both.
            let near = match state.partner(near) {
                partner if state.follows(near) => partner,
                _ => near,
            };
            let near = state.head(near);
            if state.is_absent(near) && known.insert(near) {
                found.push(near);
            }
        }
        next += 1;
    }
    found.remove(0);
    found
}

/// An idle vehicle of the type that serves a stop alone at least cost.
fn cheapest_vehicle<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    stop: u32,
) -> Option<u32> {
    let kinds = 0..index(state.sub.kinds.len());
    let alone = kinds
        .filter(|&kind| state.empty(kind) > 0)
        .filter_map(|kind| {
            let cost = match state.partner(stop) {
                NONE => state.try_alone(stop, kind, Cost::MAX),
                partner => state.try_pair_alone([partner, stop], kind, Cost::MAX),
            };
            Some((cost?, kind))
        })
        .min();
    alone.and_then(|(_, kind)| state.empty_slot(kind))
}
