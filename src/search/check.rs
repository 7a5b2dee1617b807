//! From-scratch twins of the incremental numbers, for debug builds and tests.

use crate::problem::carry::{self, Amounts, Ride};
use crate::problem::evaluate;
use crate::problem::lanes::Lanes;
use crate::problem::options::Stock;
use crate::problem::{Cost, Problem, Solution, index};

use super::partition::used_of_groups;
use super::state::State;

/// The least sum of counts of stops that make room for `stop` on some route by leaving it, by
/// trying all sets of up to `most` of them with the stop at all places; None when none does.
/// For a few stops only.
pub(super) fn least_ejection<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    stop: u32,
    counts: &[u32],
    most: u32,
) -> Option<u32> {
    let sub = state.sub;
    let global = |s: &u32| sub.global[*s as usize];
    let mut least = None;
    for slot in 0..index(state.routes.len()) {
        let stops: Vec<u32> = state.stops_of(slot).collect();
        for set in (1u32..1 << stops.len()).filter(|set| set.count_ones() <= most) {
            let leaves = |k: &usize| set >> k & 1 == 1;
            let sum: u32 = (0..stops.len())
                .filter(leaves)
                .map(|k| counts[stops[k] as usize])
                .sum();
            if least.is_some_and(|least| least <= sum) {
                continue;
            }
            let stay = (0..stops.len()).filter(|k| !leaves(k)).map(|k| stops[k]);
            let stay: Vec<u32> = stay.map(|s| global(&s)).collect();
            let fits = (0..=stay.len()).any(|at| {
                let mut tried = stay.clone();
                tried.insert(at, global(&stop));
                let kind = state.routes[slot as usize].kind;
                evaluate::route(sub.problem, kind, &tried).is_ok()
            });
            if fits {
                least = Some(sum);
            }
        }
    }
    least
}

/// Recomputes lists, loads, times and cost of a state; the first difference.
///
/// # Errors
///
/// What differs, in words.
pub(super) fn state<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
) -> Result<(), String> {
    let sub = state.sub;
    let mut seen = vec![false; sub.len()];
    let mut cost: Cost = 0;
    for slot in 0..index(state.routes.len()) {
        let route = &state.routes[slot as usize];
        let stops: Vec<u32> = state.stops_of(slot).collect();
        if stops.len() != route.len as usize {
            return Err(format!(
                "slot {slot}: {} stops linked, {} counted",
                stops.len(),
                route.len
            ));
        }
        for &s in &stops {
            if std::mem::replace(&mut seen[s as usize], true) {
                return Err(format!("stop {s} stands twice"));
            }
            if state.nodes[s as usize].route != slot {
                return Err(format!("stop {s} does not know its slot {slot}"));
            }
        }
        let global: Vec<u32> = stops.iter().map(|&s| sub.global[s as usize]).collect();
        if global.is_empty() {
            continue;
        }
        aboard(state, slot, &stops)?;
        let figures = evaluate::route(sub.problem, route.kind, &global)
            .map_err(|block| format!("slot {slot} is infeasible: {block:?}"))?;
        if figures.cost != route.cost || figures.distance != route.distance {
            return Err(format!(
                "slot {slot}: {route:?} but from scratch {figures:?}"
            ));
        }
        let zones = stops.iter().fold(0, |all, &s| all | sub.zone_bit(s));
        if zones != route.zones {
            return Err(format!("slot {slot}: {route:?} but zones {zones:b}"));
        }
        if TIMED && sub.durations && figures.duration != route.duration {
            return Err(format!(
                "slot {slot}: {route:?} but from scratch {figures:?}"
            ));
        }
        cost += figures.cost;
    }
    for (s, &on_route) in seen.iter().enumerate() {
        let s = index(s);
        let waits = state.bank.contains(&s);
        if waits && (on_route || !state.is_absent(s)) {
            return Err(format!("stop {s} is in the bank, its package on a route"));
        }
        if state.is_absent(s) {
            cost += state.price_of(s);
            if state.is_routed(s) || !waits {
                return Err(format!("stop {s} is neither on a route nor in the bank"));
            }
        }
    }
    cost += shortfall(state);
    slots_of_lockers(state)?;
    let routes: Vec<Vec<u32>> = (0..index(state.routes.len()))
        .map(|slot| state.stops_of(slot).collect())
        .collect();
    if let Some(team) = sub.bonds.split(routes.iter().map(Vec::as_slice)) {
        return Err(format!("{team:?} do not ride together"));
    }
    if cost != state.cost {
        return Err(format!("cost {} but from scratch {cost}", state.cost));
    }
    Ok(())
}

/// What is short of routes promised.
fn shortfall<L: Lanes, const TIMED: bool>(state: &State<'_, L, TIMED>) -> Cost {
    let used = state.routes.iter().filter(|route| route.len > 0);
    let groups = used.map(|route| state.sub.kinds[route.kind as usize].groups);
    state.sub.promised.short_of(groups)
}

/// Counts the slots of lockers again that packages on routes lie in.
fn slots_of_lockers<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
) -> Result<(), String> {
    let mut stock = Stock::new(&state.sub.options);
    let mut routed = (0..index(state.sub.len())).filter(|&s| state.is_routed(s));
    if let Some(s) = routed.find(|&s| !stock.serve(s)) {
        return Err(format!(
            "stop {s} has no slot, or its package is served twice"
        ));
    }
    if stock.used() != state.taken() {
        return Err(format!("slots {:?} but {:?}", state.taken(), stock.used()));
    }
    Ok(())
}

/// Compares what the nodes of a slot say is on board with a walk along it.
fn aboard<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    slot: u32,
    stops: &[u32],
) -> Result<(), String> {
    let sub = state.sub;
    if !sub.carries {
        return Ok(());
    }
    let ride = |s: &u32| {
        let stop = &sub.problem.stops[sub.global[*s as usize] as usize];
        stop.ride.as_deref()
    };
    let mut at = 0;
    let mut head = state.start_of(slot);
    for trip in stops.split(|&s| sub.is_reload(s)) {
        let rides: Vec<&Ride> = trip.iter().filter_map(ride).collect();
        let legs = carry::aboard(rides.into_iter());
        let nodes = std::iter::once(head).chain(trip.iter().copied());
        for (k, node) in nodes.enumerate() {
            let held = &state.held[node as usize];
            let most =
                |legs: &[Amounts]| legs.iter().copied().fold(Amounts::default(), carry::most);
            let found = [legs[k], most(&legs[..=k]), most(&legs[k..])];
            let found = found.map(|amounts| sub.rides.pick(&amounts));
            let is_head = !sub.reloading || state.trips[node as usize].head == head;
            if [held.now, held.before, held.behind] != found || held.order != index(at) || !is_head
            {
                return Err(format!(
                    "slot {slot}, position {at}: {held:?}, not {found:?}"
                ));
            }
            at += 1;
        }
        head = stops.get(at - 1).copied().unwrap_or(head);
    }
    Ok(())
}

/// Cost of a solution from scratch, every stop counted once.
///
/// # Errors
///
/// What is wrong, in words.
pub(crate) fn solution(problem: &Problem, solution: &Solution) -> Result<Cost, String> {
    let mut seen = vec![false; problem.len()];
    let mut once = |s: u32| {
        if std::mem::replace(&mut seen[s as usize], true) {
            return Err(format!("stop {s} stands twice"));
        }
        Ok(())
    };
    let mut cost = problem.shortfall(solution.routes.iter().map(|route| route.kind));
    let mut used = vec![0usize; problem.types.len()];
    for route in &solution.routes {
        route.stops.iter().try_for_each(|&s| once(s))?;
        let figures = evaluate::route(problem, route.kind, &route.stops)
            .map_err(|block| format!("route {route:?} is infeasible: {block:?}"))?;
        if figures.cost != route.cost {
            return Err(format!(
                "route cost {} but from scratch {}",
                route.cost, figures.cost
            ));
        }
        cost += figures.cost;
        used[route.kind as usize] += 1;
    }
    for &s in &solution.bank {
        once(s)?;
        cost += problem.stops[s as usize].price;
    }
    let routes = solution.routes.iter();
    if let Some(team) = problem
        .bonds
        .split(routes.map(|route| route.stops.as_slice()))
    {
        return Err(format!("{team:?} do not ride together"));
    }
    let options = &problem.options;
    let mut stock = Stock::new(options);
    let mut on_routes = solution.routes.iter().flat_map(|route| &route.stops);
    if let Some(s) = on_routes.find(|&&s| !stock.serve(s)) {
        return Err(format!(
            "stop {s} has no slot, or its package is served twice"
        ));
    }
    for &s in &solution.bank {
        if stock.is_served(s) || !options.is_head(s) || problem.is_reload(s) {
            return Err(format!("stop {s} is in the bank, but does not wait"));
        }
    }
    let known = |s: usize| {
        let s = index(s);
        !options.is_head(s) || stock.is_served(s) || problem.is_reload(s)
    };
    if let Some(s) = (0..seen.len()).find(|&s| !seen[s] && !known(s)) {
        return Err(format!("stop {s} is missing"));
    }
    if (0..used.len()).any(|k| used[k] > problem.types[k].vehicles.len()) {
        return Err(format!("more vehicles than there are: {used:?}"));
    }
    let in_groups = used_of_groups(problem, solution.routes.iter());
    if in_groups
        .iter()
        .zip(&problem.fleet_caps)
        .any(|(n, cap)| n > cap)
    {
        return Err(format!(
            "more vehicles of a group than may be: {in_groups:?}"
        ));
    }
    if cost != solution.cost {
        return Err(format!("cost {} but from scratch {cost}", solution.cost));
    }
    Ok(cost)
}
