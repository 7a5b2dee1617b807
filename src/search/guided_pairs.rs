//! Guided ejections where some packages are collected on the way (Nagata & Kobayashi 2010): a stop,
//! or the two of a package, takes the place of a few others, of each package both stops.
//!
//! The sets of up to [`MOST`] of a route are tried by taking them out of the state and looking for
//! a place there, so every rule the state knows holds; those that were less trouble so far come
//! first, and the rest is cut off.

use crate::problem::Cost;
use crate::problem::index;
use crate::problem::lanes::Lanes;

use super::anneal::Annealer;
use super::recreate::{fits_on, place_on};
use super::state::State;
use super::sub::NONE;

/// The most that leave for one, a package's two stops counted once.
const MOST: usize = 3;

/// Sets tried for one.
const EFFORT: u32 = 600;

/// What leaves a route for another one.
#[derive(Debug, Default)]
struct Found {
    slot: u32,
    out: Vec<u32>,
    sum: u32,
    /// Sets of this sum seen.
    ties: u32,
}

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    /// Gives a required stop of the bank that is served nowhere, with its partner, the place of
    /// others.
    pub(super) fn eject_units(&mut self, stop: u32) {
        self.guide.grow(self.state.sub.len());
        let mut found = Found {
            sum: u32::MAX,
            ..Found::default()
        };
        let mut effort = EFFORT;
        for slot in routes_near(&self.state, stop) {
            self.sets_of(stop, slot, &mut effort, &mut found);
            if effort == 0 {
                break;
            }
        }
        self.guide.counts[stop as usize] += 1;
        self.exchange_for(stop, found.slot, &found.out);
    }

    /// Tries the sets of one route, those of the least sum of counts first.
    fn sets_of(&mut self, stop: u32, slot: u32, effort: &mut u32, found: &mut Found) {
        let state = &self.state;
        let mut units: Vec<(u32, u32)> = state
            .stops_of(slot)
            .filter(|&s| !state.follows(s) && state.sub.bonds.leads(s))
            .map(|s| (self.guide.counts[s as usize], s))
            .collect();
        units.sort_unstable();
        for size in 1..=MOST.min(units.len()) {
            let mut set: Vec<usize> = (0..size).collect();
            loop {
                let sum: u32 = set.iter().map(|&k| units[k].0).sum();
                if sum <= found.sum {
                    if *effort == 0 {
                        return;
                    }
                    *effort -= 1;
                    let out: Vec<u32> = set.iter().map(|&k| units[k].1).collect();
                    self.try_set(stop, slot, (&out, sum), found);
                }
                // The next set; those that only grow dearer are passed over.
                if !advance(&mut set, units.len(), sum > found.sum) {
                    break;
                }
            }
        }
    }

    fn try_set(&mut self, stop: u32, slot: u32, (out, sum): (&[u32], u32), found: &mut Found) {
        self.state.begin();
        let mut leaving = Vec::new();
        for &s in out {
            match self.state.team(s) {
                Some(team) => leaving.extend_from_slice(team),
                None => leaving.extend(self.state.unit(s).into_iter().flatten()),
            }
        }
        for &s in &leaving {
            self.state.unlink(s);
        }
        let fits = self.state.refresh(slot) && fits_on(&mut self.recreate, &self.state, stop, slot);
        self.state.undo();
        if !fits {
            return;
        }
        if sum < found.sum {
            found.ties = 0;
        }
        (found.sum, found.ties) = (sum, found.ties + 1);
        if self.rng.below(found.ties) == 0 {
            (found.slot, found.out) = (slot, leaving);
        }
    }

    /// Takes `out` from a slot and puts `stop` there, where it is cheapest.
    pub(super) fn exchange_for(&mut self, stop: u32, slot: u32, out: &[u32]) -> bool {
        if out.is_empty() {
            return false;
        }
        self.state.begin();
        for &leaves in out {
            self.state.unlink(leaves);
        }
        let placed =
            self.state.refresh(slot) && place_on(&mut self.recreate, &mut self.state, stop, slot);
        if !placed {
            self.state.undo();
            return false;
        }
        self.pending.clear();
        self.pending.extend_from_slice(out);
        self.pending.push(stop);
        self.keep(true);
        true
    }
}

/// The next of the sets of so many of `count`, in lexicographic order; with `dear`, the next that
/// does not only have dearer ones in place of its last. False when there is none.
fn advance(set: &mut [usize], count: usize, dear: bool) -> bool {
    let size = set.len();
    let mut at = size - usize::from(dear);
    while at > 0 {
        at -= 1;
        if set[at] + (size - at) < count {
            set[at] += 1;
            for k in at + 1..size {
                set[k] = set[k - 1] + 1;
            }
            return true;
        }
    }
    false
}

/// Used slots, those with neighbours of a stop or its partner first.
fn routes_near<L: Lanes, const TIMED: bool>(state: &State<'_, L, TIMED>, stop: u32) -> Vec<u32> {
    let mut slots = Vec::new();
    let unit = state.unit(stop).into_iter().flatten();
    for &near in unit.flat_map(|s| state.sub.neighbours(s)) {
        let slot = state.nodes[near as usize].route;
        if slot != NONE && !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    for slot in 0..index(state.routes.len()) {
        if state.routes[slot as usize].len > 0 && !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    slots
}

/// More than any place costs.
pub(super) const ANY: Cost = Cost::MAX / 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_come_in_order_and_each_once() {
        let mut set = vec![0, 1];
        let mut all = vec![set.clone()];
        while advance(&mut set, 4, false) {
            all.push(set.clone());
        }
        assert_eq!(all, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        let mut set = vec![0, 1];
        assert!(advance(&mut set, 4, true));
        assert_eq!(set, [1, 2]);
    }
}
