//! Recreate for stops that ride together: all of them enter one route, one after the other where
//! each is cheapest, or none does. Routes are compared by trying them in the state.

use crate::problem::Cost;
use crate::problem::index;
use crate::problem::lanes::Lanes;

use super::guided_pairs::ANY;
use super::recreate::{NOWHERE, Recreate, best_on};
use super::rng::{Rng, chance};
use super::ruin::Ruined;
use super::state::State;
use super::sub::NONE;

/// Used routes that a team is tried on, those near its stops first, at most.
const ROUTES: usize = 24;

impl Recreate {
    /// Puts what is on no route of a team on the route of the rest, or all of it on the route where
    /// that costs least, for less than `bound`. When false, nothing of it or a part is on a route:
    /// a part only where a part was before.
    pub(super) fn place_team<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        team: &[u32],
        bound: Cost,
        rng: &mut Rng,
    ) -> bool {
        let off = team.iter().copied().filter(|&s| !state.is_routed(s));
        let mut missing: Vec<u32> = off.collect();
        for at in (1..missing.len()).rev() {
            missing.swap(at, rng.below(index(at + 1)) as usize);
        }
        let home = state.home(team);
        if home != NONE {
            return enter(state, &missing, home, ANY).is_some();
        }
        let most = if self.anywhere { usize::MAX } else { ROUTES };
        let near = routes_near(state, &missing, most);
        // Now and then less greedy: others may have to move before the team is better off.
        let blink = if rng.below(4) == 0 {
            chance(0.3)
        } else {
            self.blink
        };
        place(state, &missing, near, bound, |_| !rng.hit(blink))
    }

    /// Places a team where it pays; false when a part of it stays without the rest. `limit` is what
    /// the cost must end below, `open` the prices of what comes behind.
    pub(super) fn place_all<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        team: &[u32],
        (limit, open): (Cost, Cost),
        rng: &mut Rng,
    ) -> bool {
        let off = team.iter().filter(|&&s| !state.is_routed(s));
        let prices: Cost = off.map(|&s| state.price_of(s)).sum();
        let room = limit - (state.cost - open - prices);
        self.place_team(state, team, room.min(prices), rng) || state.home(team) == NONE
    }

    /// As [`Recreate::place_team`], on any route; `team` is on none.
    pub(super) fn place_team_anywhere<L: Lanes, const TIMED: bool>(
        state: &mut State<'_, L, TIMED>,
        team: &[u32],
    ) -> bool {
        let prices = team.iter().map(|&s| state.price_of(s)).sum();
        let all = routes_near(state, team, usize::MAX);
        place(state, team, all, prices, |_| true)
    }
}

/// Puts all stops on the cheapest of some routes or on an idle vehicle, where that costs less than
/// `bound`.
fn place<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    stops: &[u32],
    mut slots: Vec<u32>,
    bound: Cost,
    mut take: impl FnMut(u32) -> bool,
) -> bool {
    for kind in 0..index(state.sub.kinds.len()) {
        if state.empty(kind) > 0 {
            slots.extend(state.empty_slot(kind));
        }
    }
    let mut best = (bound, NONE);
    for slot in slots {
        if !take(slot) {
            continue;
        }
        if let Some(delta) = enter(state, stops, slot, best.0) {
            leave(state, stops, slot);
            best = (delta, slot);
        }
    }
    best.1 != NONE && enter(state, stops, best.1, ANY).is_some()
}

/// Puts stops on a route, each where it is cheapest then, and says what they cost. All or none: none
/// as soon as they cost `bound`, as hardly ever one makes a route cheaper.
fn enter<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    stops: &[u32],
    slot: u32,
    bound: Cost,
) -> Option<Cost> {
    let mut delta = 0;
    for (at, &stop) in stops.iter().enumerate() {
        let before = state.cost - state.price_of(stop);
        let fits = put(state, stop, slot);
        delta += if fits { state.cost - before } else { 0 };
        if !fits || delta >= bound {
            leave(state, &stops[..at + usize::from(fits)], slot);
            return None;
        }
    }
    Some(delta)
}

fn put<L: Lanes, const TIMED: bool>(state: &mut State<'_, L, TIMED>, stop: u32, slot: u32) -> bool {
    let route = &state.routes[slot as usize];
    if route.len == 0 {
        let alone = state.try_alone(stop, route.kind, ANY);
        return alone.is_some() && state.insert(stop, state.start_of(slot));
    }
    let best = best_on(state, stop, slot, NOWHERE);
    best.after != u32::MAX && state.insert(stop, best.after)
}

fn leave<L: Lanes, const TIMED: bool>(state: &mut State<'_, L, TIMED>, stops: &[u32], slot: u32) {
    for &stop in stops.iter().rev() {
        state.unlink(stop);
    }
    if !stops.is_empty() {
        let restored = state.refresh(slot);
        debug_assert!(restored, "a route is feasible again without what it took");
    }
}

/// Used slots, those with neighbours of the stops first.
fn routes_near<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    stops: &[u32],
    most: usize,
) -> Vec<u32> {
    let mut slots: Vec<u32> = Vec::new();
    let mut known = vec![false; state.routes.len()];
    let lists: Vec<&[u32]> = stops.iter().map(|&s| state.sub.neighbours(s)).collect();
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
    // In turns: the nearest of all first.
    let near = (0..longest).flat_map(|at| lists.iter().filter_map(move |list| list.get(at)));
    let near = near.map(|&s| state.nodes[s as usize].route);
    let all = (0..index(state.routes.len())).filter(|&slot| state.routes[slot as usize].len > 0);
    for slot in near.filter(|&slot| slot != NONE).chain(all) {
        if slots.len() >= most {
            break;
        }
        if !std::mem::replace(&mut known[slot as usize], true) {
            slots.push(slot);
        }
    }
    slots
}

/// Of each team that lost a stop all leave, in half of the cases: those left hold it to its route.
pub(super) fn take_mates<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    rng: &mut Rng,
    out: &mut Ruined,
) {
    if !state.sub.bonded {
        return;
    }
    let mut looked = Vec::new();
    for at in 0..out.stops.len() {
        let Some(team) = state.team(out.stops[at]) else {
            continue;
        };
        if looked.contains(&team[0]) {
            continue;
        }
        looked.push(team[0]);
        if rng.below(2) == 0 {
            for &mate in team
                .iter()
                .filter(|&&mate| state.is_routed(mate))
                .collect::<Vec<_>>()
            {
                state.unlink(mate);
                out.stops.push(mate);
            }
        }
    }
}
