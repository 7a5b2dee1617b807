//! Recreate for stops that ride together: all of them enter one route, one after the other where
//! each is cheapest, or none does. Routes are compared by trying them in the state.

use crate::problem::Cost;
use crate::problem::index;
use crate::problem::lanes::Lanes;

use super::guided_pairs::ANY;
use super::recreate::{Recreate, best_on};
use super::rng::{Rng, chance};
use super::ruin::Ruined;
use super::state::{Place, State};
use super::sub::NONE;

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
        // Now and then less greedy: others may have to move before the team is better off.
        let blink = if rng.below(4) == 0 {
            chance(0.3)
        } else {
            self.blink
        };
        let Some(&first) = missing.first() else {
            return true;
        };
        let near = if self.goes_far() {
            priced(state, first, used(state), bound)
        } else {
            beside(state, first, bound)
        };
        place(state, &missing, near, bound, || !rng.hit(blink))
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
        let Some(&first) = team.first() else {
            return true;
        };
        let all = priced(state, first, used(state), prices);
        place(state, team, all, prices, || true)
    }
}

/// Puts all stops on the cheapest of some routes or on an idle vehicle, where that costs less than
/// `bound`.
///
/// Routes come with what the first stop alone costs there, which took no change of the state, and
/// are tried in this order until that is more than what the best one found costs in all: the rest
/// hardly ever makes a route cheaper.
fn place<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    stops: &[u32],
    mut routes: Vec<(Cost, u32)>,
    bound: Cost,
    mut take: impl FnMut() -> bool,
) -> bool {
    let kinds = 0..index(state.sub.kinds.len());
    let idle = kinds.filter(|&kind| state.empty(kind) > 0);
    let idle: Vec<u32> = idle.filter_map(|kind| state.empty_slot(kind)).collect();
    routes.extend(priced(state, stops[0], idle, bound));
    // A stable sort: of equal ones the nearest first.
    routes.sort_by_key(|&(alone, _)| alone);
    let mut best = (bound, NONE);
    for (alone, slot) in routes {
        if alone >= best.0 {
            break;
        }
        if take()
            && let Some(delta) = enter(state, stops, slot, best.0)
        {
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
        let place = look(state, stop, slot, bound - delta);
        let fits = place.is_some_and(|place| state.insert(stop, place.after));
        delta += if fits { state.cost - before } else { 0 };
        if !fits || delta >= bound {
            leave(state, &stops[..at + usize::from(fits)], slot);
            return None;
        }
    }
    Some(delta)
}

/// The cheapest place of a stop on a slot, in use or not, for less than `bound`.
fn look<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    stop: u32,
    slot: u32,
    bound: Cost,
) -> Option<Place> {
    let route = &state.routes[slot as usize];
    if route.len == 0 {
        return state.try_alone(stop, route.kind, bound).map(|delta| Place {
            after: state.start_of(slot),
            delta,
        });
    }
    let none = Place {
        after: u32::MAX,
        delta: bound,
    };
    let best = best_on(state, stop, slot, none);
    (best.after != u32::MAX).then_some(best)
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

/// Slots in use.
fn used<L: Lanes, const TIMED: bool>(state: &State<'_, L, TIMED>) -> Vec<u32> {
    let all = 0..index(state.routes.len());
    all.filter(|&slot| state.routes[slot as usize].len > 0)
        .collect()
}

/// Slots on which a stop costs less than `bound`, with its cheapest place anywhere on them.
fn priced<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    stop: u32,
    slots: Vec<u32>,
    bound: Cost,
) -> Vec<(Cost, u32)> {
    let price = |slot| Some((look(state, stop, slot, bound)?.delta, slot));
    slots.into_iter().filter_map(price).collect()
}

/// Slots on which a stop costs less than `bound` beside one of its neighbours, with its cheapest
/// place there.
fn beside<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    stop: u32,
    bound: Cost,
) -> Vec<(Cost, u32)> {
    let mut found: Vec<(Cost, u32)> = Vec::new();
    let (mut last, mut approach) = (NONE, None);
    for &near in state.sub.neighbours(stop) {
        if !state.is_routed(near) {
            continue;
        }
        let node = &state.nodes[near as usize];
        if node.route != last {
            last = node.route;
            approach = state.approach(stop, last);
        }
        let Some(approach) = &approach else {
            continue;
        };
        let known = found.iter().position(|&(_, slot)| slot == last);
        let mut least = known.map_or(bound, |at| found[at].0);
        for after in [near, node.prev] {
            least = state
                .try_near(stop, after, approach, least)
                .unwrap_or(least);
        }
        match known {
            Some(at) => found[at].0 = least,
            None if least < bound => found.push((least, last)),
            None => {}
        }
    }
    found
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
