//! Recreate for vehicles that reload: a stop may begin a trip or end one.
//!
//! A reload is inserted together with a stop, where the stop has no place or a dearer one without
//! it. Reloads whose two trips fit together leave at the end of each iteration, so none stays that
//! nothing needs; half of the ruins also try whether trips fit together now, and some move a reload
//! along its route.
//!
//! Breeding, guided ejections, the exchange of tails on routes that reload and the last look at what
//! is left in place of others stand aside; packages with alternatives begin no trip.

use crate::problem::lanes::Lanes;
use crate::problem::{Cost, index};

use super::recreate::{Recreate, best_on};
use super::rng::Rng;
use super::ruin::Ruined;
use super::state::{Place, State, TripPlace};

/// In tasks of up to so many stops every way of splitting a route is tried for each stop.
const TINY: u32 = 10;

/// In larger ones a stop that has a place is tried with a reload one time in so many.
const SELDOM: u32 = 4;

impl Recreate {
    /// Inserts a stop at `found`, or with a reload where that is cheaper, for less than `bound`.
    pub(super) fn place_on_a_trip<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        stop: u32,
        (found, bound): (Option<Place>, Cost),
        rng: &mut Rng,
    ) -> bool {
        let least = found.map_or(bound, |place| place.delta);
        let tiny = state.sub.first_reload <= TINY;
        if tiny && rng.below(2) == 0 {
            if insert_by_trial(state, stop, least) {
                return true;
            }
        } else if tiny || found.is_none() || rng.below(SELDOM) == 0 {
            let trip = self.best_trip_near(state, stop, least);
            if trip.is_some_and(|trip| state.insert_trip(stop, trip)) {
                return true;
            }
        }
        match found {
            Some(place) => state.insert(stop, place.after),
            None => self.goes_far() && self.place_anywhere(state, stop, bound),
        }
    }

    /// The cheapest place with a reload on routes with a neighbour of a stop.
    fn best_trip_near<L: Lanes, const TIMED: bool>(
        &self,
        state: &State<'_, L, TIMED>,
        stop: u32,
        bound: Cost,
    ) -> Option<TripPlace> {
        let free = state.free_reloads();
        let mut slots: Vec<u32> = Vec::new();
        let near = state.sub.neighbours(stop).iter();
        for &near in near.filter(|&&near| state.is_routed(near)) {
            let slot = state.nodes[near as usize].route;
            if !slots.contains(&slot) {
                slots.push(slot);
            }
        }
        let mut best = None;
        for slot in slots {
            best = state.best_trip(stop, slot, &free, (best, bound));
        }
        best
    }
}

/// Inserts a stop with a reload beside it on any route, for less than `bound`.
pub(super) fn open_trip_anywhere<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    stop: u32,
    bound: Cost,
) -> bool {
    let free = state.free_reloads();
    let mut best = None;
    for slot in 0..index(state.routes.len()) {
        best = state.best_trip(stop, slot, &free, (best, bound));
    }
    if best.is_some_and(|trip| state.insert_trip(stop, trip)) {
        return true;
    }
    state.sub.first_reload <= TINY && insert_by_trial(state, stop, bound)
}

/// Inserts a stop and a reload, each anywhere on one route, where they cost least and less than
/// `bound`, by trying.
fn insert_by_trial<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    stop: u32,
    bound: Cost,
) -> bool {
    let mut best: Option<(Cost, [u32; 2], u32)> = None;
    for slot in 0..index(state.routes.len()) {
        if !state.may_reload(slot) {
            continue;
        }
        let gaps: Vec<u32> = state.stops_of(slot).collect();
        for gap in gaps {
            for reload in state.free_reloads() {
                let before = state.cost;
                state.link(reload, gap);
                if state.refresh(slot) {
                    let spent = state.cost - before;
                    let room = best.map_or(bound, |best| best.0) - spent;
                    let none = Place {
                        after: u32::MAX,
                        delta: room,
                    };
                    let place = best_on(state, stop, slot, none);
                    if place.after != u32::MAX {
                        best = Some((spent + place.delta, [gap, place.after], reload));
                    }
                }
                state.unlink(reload);
                let restored = state.refresh(slot);
                debug_assert!(restored, "a route is feasible again as it was");
            }
        }
    }
    let Some((_, [gap, after], reload)) = best else {
        return false;
    };
    let slot = state.nodes[gap as usize].route;
    state.link(reload, gap);
    if state.refresh(slot) && state.insert(stop, after) {
        return true;
    }
    state.unlink(reload);
    let restored = state.refresh(slot);
    debug_assert!(restored, "a route is feasible again as it was");
    false
}

/// Takes out reloads that are of no use on the routes that were ruined, sometimes all that could
/// go, and sometimes moves one.
pub(super) fn ruin_trips<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    rng: &mut Rng,
    out: &Ruined,
) {
    if !state.sub.reloading {
        return;
    }
    for &slot in &out.slots {
        state.drop_reloads(slot, rng.below(2) == 0);
        let reloads = state.reloads_of(slot);
        if !reloads.is_empty() && rng.below(4) == 0 {
            let one = rng.below(index(reloads.len())) as usize;
            state.shift_reload(slot, reloads[one]);
        }
    }
}

/// Takes out the reloads that nothing needs of the routes that were touched; false where one has to
/// stay at which no trip ends or begins.
pub(super) fn settle_trips<L: Lanes, const TIMED: bool>(state: &mut State<'_, L, TIMED>) -> bool {
    if !state.sub.reloading {
        return true;
    }
    let touched: Vec<u32> = state.touched().collect();
    let mut slots = touched.into_iter();
    slots.all(|slot| state.routes[slot as usize].reloads == 0 || state.drop_reloads(slot, true))
}
