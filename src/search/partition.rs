//! Cuts a solution into tasks: disjoint sets of routes that lie together.
//!
//! Routes are ordered by their barycentres, around the station by angle or along
//! a Hilbert curve, from another place every round, and cut into runs of about
//! equal numbers of stops. Everything is a function of the problem, the solution
//! and the round; the number of threads has no say.

use std::ops::Range;

use ordered_float::OrderedFloat;

use crate::problem::carry::ALONE;
use crate::problem::options::{Options, Want};
use crate::problem::{Problem, Route, Solution, index};
use crate::sortation::hilbert;

use super::rng::{Rng, mix};

/// Stops and idle vehicles of one task, by the problem's numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Share {
    /// Routes of the solution, by index.
    pub(crate) routes: Vec<u32>,
    /// Stops of the bank.
    pub(crate) bank: Vec<u32>,
    /// Idle vehicles lent to the task, as types.
    pub(crate) idle: Vec<u32>,
    /// The most vehicles used of each capped group of types.
    pub(crate) caps: Vec<u32>,
    /// The fewest that should be.
    pub(crate) least: Vec<u32>,
    /// Free slots of lockers.
    pub(crate) lockers: Vec<u32>,
    /// Reloads on no route.
    pub(crate) reloads: Vec<u32>,
}

/// Bank stops looked at in a round, per task.
const BANK_SHARE: usize = 48;

/// Idle vehicles of one type lent to a task at most.
const IDLE_SHARE: usize = 4;

/// Legs in the tables of all tasks together, at most, where routes allow: 384 MiB. Where they do
/// not, tasks are worked on in groups of about half of that.
const TABLES_LIMIT: usize = 48 << 20;

/// How many tasks a solution is cut into; 1 means chains on the whole.
///
/// A task wants a fair number of routes to exchange stops between (eight where
/// they are long) and few enough stops for its table of legs to stay in the cache.
pub(super) fn tasks(stops: usize, routes: usize) -> usize {
    if stops < 300 || routes < 8 {
        return 1;
    }
    let mean = stops / routes;
    let target = (stops / 6).clamp(200, 500).max((8 * mean).min(1_500));
    // All tables together are stops times stops-a-task legs.
    // Where memory is short, two long routes have to do.
    let target = target.min((TABLES_LIMIT / stops).max(2 * mean));
    let wanted = (stops / target).max(1).min(routes / 4).max(1);
    // An even number keeps two threads equally busy.
    if wanted > 1 && wanted < 8 {
        wanted.next_multiple_of(2).min(routes / 3)
    } else {
        wanted
    }
}

/// The tasks whose leg tables may be in memory together: all, where they fit.
pub(super) fn groups(shares: &[Share], solution: &Solution) -> Vec<Range<usize>> {
    let stops = |share: &Share| -> usize {
        let routes = share.routes.iter().map(|&r| &solution.routes[r as usize]);
        routes.map(|route| route.stops.len()).sum::<usize>() + share.bank.len()
    };
    let legs: Vec<usize> = shares.iter().map(|share| stops(share).pow(2)).collect();
    let total: usize = legs.iter().sum();
    // Tasks are of about equal size, not of exactly that.
    if total <= TABLES_LIMIT + TABLES_LIMIT / 4 {
        return std::iter::once(0..shares.len()).collect();
    }
    let count = total.div_ceil(TABLES_LIMIT / 2).min(shares.len());
    (0..count)
        .map(|g| g * shares.len() / count..(g + 1) * shares.len() / count)
        .collect()
}

/// Shares for `count` tasks in this round.
pub(super) fn cut(
    problem: &Problem,
    solution: &Solution,
    count: usize,
    seed: u64,
    round: u64,
) -> Vec<Share> {
    cut_with(problem, solution, count, seed, round, BANK_SHARE)
}

/// As [`cut`], with up to `bank_share` stops of the bank for each task.
pub(super) fn cut_with(
    problem: &Problem,
    solution: &Solution,
    count: usize,
    seed: u64,
    round: u64,
    bank_share: usize,
) -> Vec<Share> {
    let mut rng = Rng::new(mix(seed, round, u64::MAX));
    let order = order(problem, solution, &mut rng);
    let total: usize = solution.routes.iter().map(|r| r.stops.len()).sum();
    let mut shares = vec![Share::default(); count];
    let mut task_of_route = vec![0u32; solution.routes.len()];
    let mut passed = 0;
    for route in order {
        let len = solution.routes[route as usize].stops.len();
        // The middle of the route decides, so that cuts fall evenly.
        let task = ((passed + len / 2) * count / total.max(1)).min(count - 1);
        shares[task].routes.push(route);
        task_of_route[route as usize] = index(task);
        passed += len;
    }
    lend_idle(problem, solution, &mut shares, round);
    share_caps(problem, solution, &mut shares, round);
    share_promises(problem, solution, &mut shares, round);
    hand_out_bank(
        problem,
        solution,
        &task_of_route,
        &mut shares,
        bank_share,
        round,
    );
    share_slots(problem, solution, &mut shares, round);
    share_reloads(problem, solution, &mut shares, round);
    shares
}

/// Routes in the order in which they are cut.
fn order(problem: &Problem, solution: &Solution, rng: &mut Rng) -> Vec<u32> {
    let centres: Vec<[f64; 2]> = solution
        .routes
        .iter()
        .map(|r| barycentre(problem, &r.stops))
        .collect();
    let mut order: Vec<u32> = (0..index(centres.len())).collect();
    let around = rng.below(2) == 0;
    if around {
        let middle = problem.station;
        order.sort_by_cached_key(|&r| {
            let [x, y] = centres[r as usize];
            (OrderedFloat((y - middle[1]).atan2(x - middle[0])), r)
        });
    } else {
        let curve = Curve::new(&centres, rng);
        order.sort_by_cached_key(|&r| (curve.along(centres[r as usize]), r));
    }
    if !order.is_empty() {
        let turn = rng.below(index(order.len())) as usize;
        order.rotate_left(turn);
    }
    order
}

fn barycentre(problem: &Problem, stops: &[u32]) -> [f64; 2] {
    let mut sum = [0.0; 2];
    let stops = || stops.iter().filter(|&&s| !problem.is_reload(s));
    for &s in stops() {
        let at = problem.xy[s as usize];
        sum = [sum[0] + at[0], sum[1] + at[1]];
    }
    let n = stops().count().max(1) as f64;
    [sum[0] / n, sum[1] / n]
}

/// A Hilbert curve over a square around the points, shifted and turned at random.
struct Curve {
    low: [f64; 2],
    scale: f64,
    swap: bool,
    mirror: bool,
}

impl Curve {
    fn new(points: &[[f64; 2]], rng: &mut Rng) -> Curve {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for p in points {
            for d in 0..2 {
                low[d] = low[d].min(p[d]);
                high[d] = high[d].max(p[d]);
            }
        }
        let side = (high[0] - low[0]).max(high[1] - low[1]).max(1e-9);
        // The square is half as large again and starts up to half a side early.
        Curve {
            low: [
                low[0] - 0.5 * side * rng.unit(),
                low[1] - 0.5 * side * rng.unit(),
            ],
            scale: f64::from(1u32 << 16) / (1.6 * side),
            swap: rng.below(2) == 0,
            mirror: rng.below(2) == 0,
        }
    }

    fn along(&self, at: [f64; 2]) -> u64 {
        let cell = |d: usize| {
            let value = ((at[d] - self.low[d]) * self.scale).clamp(0.0, 65_535.0);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to 16 bits"
            )]
            let cell = value as u32;
            cell
        };
        let (x, y) = (cell(0), cell(1));
        let x = if self.mirror { 65_535 - x } else { x };
        if self.swap {
            hilbert(y, x)
        } else {
            hilbert(x, y)
        }
    }
}

/// Idle vehicles are lent in turn, so that over the rounds each task gets its
/// chance of opening a route.
fn lend_idle(problem: &Problem, solution: &Solution, shares: &mut [Share], round: u64) {
    let mut idle: Vec<usize> = problem.types.iter().map(|t| t.vehicles.len()).collect();
    for route in &solution.routes {
        idle[route.kind as usize] -= 1;
    }
    let count = shares.len();
    let first = usize::try_from(round % count as u64).expect("below the number of tasks");
    for (kind, &idle) in idle.iter().enumerate() {
        for lent in 0..idle.min(count * IDLE_SHARE) {
            shares[(first + lent) % count].idle.push(index(kind));
        }
    }
}

/// Each task may use as many vehicles of a capped group as it has now; the rest of
/// the cap goes round.
fn share_caps(problem: &Problem, solution: &Solution, shares: &mut [Share], round: u64) {
    let caps = &problem.fleet_caps;
    if caps.is_empty() {
        return;
    }
    let count = shares.len();
    let first = usize::try_from(round % count as u64).expect("below the number of tasks");
    for share in shares.iter_mut() {
        share.caps = used_of_groups(
            problem,
            share.routes.iter().map(|&r| &solution.routes[r as usize]),
        );
    }
    for (group, &cap) in caps.iter().enumerate() {
        let used: u32 = shares.iter().map(|s| s.caps[group]).sum();
        for granted in 0..(cap.saturating_sub(used) as usize).min(count * IDLE_SHARE) {
            shares[(first + granted) % count].caps[group] += 1;
        }
    }
}

/// Of the routes that a group was promised each task is to have those it has; what it has above the
/// promise, and what is short of it, goes round. Tasks may so pay for more than is short together, and
/// never for less.
fn share_promises(problem: &Problem, solution: &Solution, shares: &mut [Share], round: u64) {
    if !problem.promised.any() {
        return;
    }
    let count = shares.len();
    let first = usize::try_from(round % count as u64).expect("below the number of tasks");
    let groups = problem.promised.least.len();
    for share in shares.iter_mut() {
        let routes = share.routes.iter().map(|&r| &solution.routes[r as usize]);
        share.least = used_of_groups(problem, routes);
        share.least.truncate(groups);
    }
    for (group, &least) in problem.promised.least.iter().enumerate() {
        let used: u32 = shares.iter().map(|s| s.least[group]).sum();
        let mut above = used.saturating_sub(least);
        let mut turn = first;
        while above > 0 {
            let own = &mut shares[turn % count].least[group];
            let less = u32::from(*own > 0);
            (*own, above, turn) = (*own - less, above - less, turn + 1);
        }
        for short in 0..least.saturating_sub(used) as usize {
            shares[(first + short) % count].least[group] += 1;
        }
    }
}

/// Each task has the slots that its packages lie in, the largest package first in the smallest that
/// holds it; those left go round among the tasks that may use the locker: those that come by it,
/// where there are any.
fn share_slots(problem: &Problem, solution: &Solution, shares: &mut [Share], round: u64) {
    let options = &problem.options;
    if options.slots.is_empty() {
        return;
    }
    let mut task_of = vec![usize::MAX; problem.len()];
    for (task, share) in shares.iter().enumerate() {
        for &s in share
            .routes
            .iter()
            .flat_map(|&r| &solution.routes[r as usize].stops)
        {
            task_of[s as usize] = task;
        }
    }
    let passes = |stop: u32, task: usize| {
        let mut near = problem.neighbours.of(stop).iter();
        near.find(|&&s| task_of[s as usize] != usize::MAX)
            .is_some_and(|&s| task_of[s as usize] == task)
    };
    let mut free = options.slots.clone();
    let mut lying = Vec::new();
    // Of each size those that come by, and those that do not.
    let mut callers: Vec<[Vec<usize>; 2]> = vec![Default::default(); free.len()];
    for (task, share) in shares.iter_mut().enumerate() {
        share.lockers = vec![0; free.len()];
        let routes = share.routes.iter();
        let routed = routes.flat_map(|&r| &solution.routes[r as usize].stops);
        lying.extend(
            routed
                .clone()
                .filter_map(|&s| Some((options.want(s)?, task))),
        );
        let sets = routed.chain(&share.bank).filter_map(|&s| options.set(s));
        for &s in sets.flatten() {
            let by = usize::from(!passes(s, task));
            for at in options.want(s).into_iter().flat_map(Want::sizes) {
                if callers[at][by].last() != Some(&task) {
                    callers[at][by].push(task);
                }
            }
        }
    }
    lying.sort_by_key(|(want, task)| (std::cmp::Reverse(want.class), *task));
    for (want, task) in lying {
        if let Some(at) = Options::take(want, &mut free) {
            shares[task].lockers[at as usize] += 1;
        }
    }
    for (at, left) in free.into_iter().enumerate() {
        let [by, others] = &callers[at];
        let callers = if by.is_empty() { others } else { by };
        let count = callers.len() as u64;
        for k in 0..u64::from(left).min(count * SLOTS_SHARE) {
            let turn = usize::try_from((round + k) % count).expect("below the number of tasks");
            shares[callers[turn]].lockers[at] += 1;
        }
    }
}

/// Reloads on no route, of a solution.
pub(super) fn free_reloads(problem: &Problem, solution: &Solution) -> Vec<u32> {
    let mut free: Vec<bool> = vec![true; problem.reloads.len()];
    for &s in solution.routes.iter().flat_map(|route| &route.stops) {
        if problem.is_reload(s) {
            free[(s - problem.reloads.start) as usize] = false;
        }
    }
    let all = problem.reloads.clone();
    all.filter(|s| free[(s - problem.reloads.start) as usize])
        .collect()
}

/// The reloads on no route go round. Those that are all alike are lent as idle vehicles are, some to
/// each task.
fn share_reloads(problem: &Problem, solution: &Solution, shares: &mut [Share], round: u64) {
    if !problem.reloading() {
        return;
    }
    let free = free_reloads(problem, solution);
    let count = shares.len();
    let first = usize::try_from(round % count as u64).expect("below the number of tasks");
    let at_docks = free.first().is_some_and(|&s| {
        let window = problem.windows_of(s)[0];
        window.open == window.close
    });
    let most = if at_docks {
        free.len()
    } else {
        count * RELOADS_SHARE
    };
    for (k, reload) in free.into_iter().take(most).enumerate() {
        shares[(first + k) % count].reloads.push(reload);
    }
}

/// Reloads without docks lent to a task at most.
const RELOADS_SHARE: usize = 32;

/// Free slots of one size lent to a task at most.
const SLOTS_SHARE: u64 = 64;

/// Vehicles used of each capped group.
pub(super) fn used_of_groups<'a>(
    problem: &Problem,
    routes: impl Iterator<Item = &'a Route>,
) -> Vec<u32> {
    let mut used = vec![0; problem.fleet_caps.len()];
    for route in routes {
        for group in problem.types[route.kind as usize].groups {
            if let Some(count) = used.get_mut(group as usize) {
                *count += 1;
            }
        }
    }
    used
}

/// A part of the bank, another every round, goes to the tasks whose routes are
/// near.
fn hand_out_bank(
    problem: &Problem,
    solution: &Solution,
    task_of_route: &[u32],
    shares: &mut [Share],
    bank_share: usize,
    round: u64,
) {
    let bank = &solution.bank;
    if bank.is_empty() {
        return;
    }
    let mut route_of = vec![u32::MAX; problem.len()];
    for (r, route) in solution.routes.iter().enumerate() {
        for &s in &route.stops {
            route_of[s as usize] = index(r);
        }
    }
    let most = (shares.len() * bank_share).min(bank.len());
    let offset = usize::try_from(round.wrapping_mul(most as u64) % bank.len() as u64)
        .expect("below the bank's size");
    for k in 0..most {
        let stop = bank[(offset + k) % bank.len()];
        let pair = problem.stops[stop as usize].ride.as_deref();
        let pair = pair.filter(|ride| ride.partner != ALONE);
        if pair.is_some_and(|ride| ride.collects) {
            // Goes where the other stop of its package goes.
            continue;
        }
        let team = problem.bonds.team(stop).unwrap_or_default();
        if !problem.bonds.leads(stop) {
            // Goes where the first of its team goes.
            continue;
        }
        // Of a team now this one decides and now another.
        let turn = usize::try_from(round % team.len().max(1) as u64).unwrap_or(0);
        let near = problem
            .neighbours
            .of(team.get(turn).copied().unwrap_or(stop))
            .iter()
            .find(|&&t| route_of[t as usize] != u32::MAX);
        let task = near.map_or((k + offset) % shares.len(), |&t| {
            task_of_route[route_of[t as usize] as usize] as usize
        });
        shares[task].bank.push(stop);
        shares[task].bank.extend(team.iter().skip(1));
        shares[task].bank.extend(pair.map(|ride| ride.partner));
    }
}
