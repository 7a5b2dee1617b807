//! The first solution: savings restricted to neighbours (Clarke & Wright 1964),
//! then vehicles for the routes, largest first.
//!
//! Linear memory and O(n log n) time. Stops are numbered in ZIP order, which
//! decides between equal savings. Routes are first built for the vehicle type
//! that carries most of the fleet's capacity; what then finds no vehicle waits
//! in the bank, from where [`fill`] inserts it beside its neighbours. Last, where there
//! are times, routes are dissolved into the others.

use std::cmp::Reverse;

use crate::problem::{Cost, Engine, Problem, Route, Solution, evaluate, index};

use super::parallel;
use super::partition::{Share, cut_with, tasks};
use super::rounds::total_cost;
use super::savings::Savings;
use super::task::{Assignment, Task};
use super::team_runs::whole_prefix;
use super::worker::Worker;

/// Bank stops that one fill pass hands to a task at most: each is tried at every
/// position of the task, so this bounds the pass.
const FILL_SHARE: usize = 2_000;

/// Passes over all tasks at most, each with another cut.
const PASSES: u64 = 3;

/// A feasible solution that serves what it can.
pub(crate) fn construct(problem: &Problem) -> Solution {
    let mut solution = Solution::default();
    if problem.types.is_empty() {
        let stops = problem.customers();
        solution.bank = stops.filter(|&s| problem.options.is_head(s)).collect();
        solution.cost = total_cost(problem, &solution);
        return solution;
    }
    let mut routes = Savings::new(problem).routes();
    if problem.options.any() || problem.bonds.any() {
        routes = doors_only(problem, routes, &mut solution);
    }
    assign(problem, routes, &mut solution);
    solution.cost = total_cost(problem, &solution);
    dissolve(problem, fill(problem, solution))
}

/// The routes without those of alternatives and of teams that make no run, which are looked at
/// later. A package whose door is out
/// of reach waits, as its locker may be full.
fn doors_only(problem: &Problem, routes: Vec<Vec<u32>>, solution: &mut Solution) -> Vec<Vec<u32>> {
    let options = &problem.options;
    let (doors, others): (Vec<_>, Vec<_>) = routes
        .into_iter()
        .partition(|route| options.is_built(route[0]) && is_whole(problem, route));
    // Nothing was joined to any of the others.
    let waiting = others.into_iter().flatten();
    solution
        .bank
        .extend(waiting.filter(|&s| options.is_head(s)));
    doors
}

/// Whether all that ride with the first stop of a route are on it.
fn is_whole(problem: &Problem, route: &[u32]) -> bool {
    let team = problem.bonds.team(route[0]).unwrap_or_default();
    team.iter().all(|mate| route.contains(mate))
}

/// Sets the cost of a solution from its routes and its bank.
pub(crate) fn priced(problem: &Problem, solution: &mut Solution) {
    solution.cost = total_cost(problem, solution);
}

/// A last look at what is left out: every stop of the bank is tried at every
/// position of every route and in every idle vehicle, so that "no room" is true
/// of the solution returned.
pub(crate) fn complete(problem: &Problem, solution: Solution) -> Solution {
    if solution.bank.is_empty() || problem.types.is_empty() {
        return solution;
    }
    let task = Task::whole(problem, &solution, usize::MAX);
    let Some(mut worker) = Worker::new(&task, 0) else {
        return solution;
    };
    worker.fill();
    let mut done = Solution {
        cost: worker.best().cost,
        ..Solution::default()
    };
    task.collect(worker.best(), &mut done);
    done
}

/// Tries to insert the bank beside its neighbours, task by task, until a pass
/// brings little.
pub(crate) fn fill(problem: &Problem, mut solution: Solution) -> Solution {
    for pass in 0..PASSES {
        let before = solution.bank.len();
        if before == 0 {
            break;
        }
        let waits = |share: &Share| !share.bank.is_empty();
        solution = in_tasks(problem, &solution, pass, waits, |worker| worker.fill());
        if solution.bank.len() * 10 > before * 9 {
            break;
        }
    }
    solution
}

/// Empties routes into the waits of others, task by task, until a pass brings little. Without
/// times nobody waits, and savings leave few routes too many.
fn dissolve(problem: &Problem, mut solution: Solution) -> Solution {
    if problem.engine == Engine::Capacity {
        return solution;
    }
    for pass in PASSES..2 * PASSES {
        let before = solution.cost;
        let several = |share: &Share| share.routes.len() > 1;
        solution = in_tasks(problem, &solution, pass, several, |worker| {
            worker.fill();
            worker.dissolve();
        });
        if solution.cost > before - before / 50 {
            break;
        }
    }
    solution
}

/// The solution after `work` on each of its tasks that wants it, at the same time.
fn in_tasks(
    problem: &Problem,
    solution: &Solution,
    pass: u64,
    wants: impl Fn(&Share) -> bool + Sync,
    work: impl Fn(&mut Worker<'_>) + Sync,
) -> Solution {
    let count = tasks(problem.len(), solution.routes.len());
    let shares = cut_with(problem, solution, count, 0, pass, FILL_SHARE);
    let assignment = Assignment::new(problem, solution, &shares);
    let unchanged = |t: usize| Solution {
        routes: shares[t]
            .routes
            .iter()
            .map(|&r| solution.routes[r as usize].clone())
            .collect(),
        bank: shares[t].bank.clone(),
        cost: 0,
    };
    let parts = parallel::map((0..count).collect(), |t: usize| {
        if !wants(&shares[t]) {
            return unchanged(t);
        }
        let task = Task::new(problem, solution, &shares[t], t, &assignment, Vec::new());
        let mut part = Solution::default();
        match Worker::new(&task, 0) {
            Some(mut worker) => {
                work(&mut worker);
                task.collect(worker.best(), &mut part);
            }
            None => part = unchanged(t),
        }
        part
    });
    let mut handed = vec![false; problem.len()];
    for share in &shares {
        for &s in &share.bank {
            handed[s as usize] = true;
        }
    }
    let mut next = Solution::default();
    next.bank.extend(
        solution
            .bank
            .iter()
            .copied()
            .filter(|&s| !handed[s as usize]),
    );
    for part in parts {
        next.routes.extend(part.routes);
        next.bank.extend(part.bank);
    }
    next.cost = total_cost(problem, &next);
    next
}

/// Gives each route a vehicle, the largest routes first; a route that fits none
/// as it is loses its tail, which is offered again.
fn assign(problem: &Problem, routes: Vec<Vec<u32>>, solution: &mut Solution) {
    let mut free = Free::new(problem);
    let size = |route: &[u32]| route.iter().map(|&s| problem.size_of(s)).sum::<u64>();
    let mut queue: std::collections::BinaryHeap<(u64, usize, Reverse<Vec<u32>>)> = routes
        .into_iter()
        .map(|route| (size(&route), route.len(), Reverse(route)))
        .collect();
    while let Some((_, _, Reverse(route))) = queue.pop() {
        if free.kinds().next().is_none() {
            solution.bank.extend(route);
            continue;
        }
        if let Some(found) = cheapest(problem, &free, &route) {
            keep_if_worth(problem, found, &mut free, solution);
            continue;
        }
        let prefix = longest_prefix(problem, &free, &route);
        let prefix = prefix.map(|(kind, len)| (kind, whole_prefix(problem, &route, len)));
        let Some((kind, len)) = prefix.filter(|(_, len)| *len > 0) else {
            // What is collected there is not brought either, nor what rides with it.
            let first = route[0];
            let partner = problem.stops[first as usize].partner();
            let team = problem.bonds.team(first).unwrap_or_default();
            let leaves = |s: &u32| *s == first || *s == partner || team.contains(s);
            let (out, rest): (Vec<u32>, Vec<u32>) = route.into_iter().partition(leaves);
            solution.bank.extend(out);
            if !rest.is_empty() {
                queue.push((size(&rest), rest.len(), Reverse(rest)));
            }
            continue;
        };
        let (head, rest) = route.split_at(len);
        if let Ok(figures) = evaluate::route(problem, kind, head) {
            let found = Route {
                kind,
                stops: head.to_vec(),
                cost: figures.cost,
            };
            keep_if_worth(problem, found, &mut free, solution);
        } else {
            solution.bank.extend(head);
        }
        queue.push((size(rest), rest.len(), Reverse(rest.to_vec())));
    }
}

/// Vehicles not given a route yet.
struct Free<'p> {
    problem: &'p Problem,
    of_kind: Vec<usize>,
    of_group: Vec<u32>,
}

impl Free<'_> {
    fn new(problem: &Problem) -> Free<'_> {
        Free {
            problem,
            of_kind: problem.types.iter().map(|t| t.vehicles.len()).collect(),
            of_group: problem.fleet_caps.clone(),
        }
    }

    /// Types with a vehicle that may still be used.
    fn kinds(&self) -> impl Iterator<Item = u32> + '_ {
        (0..index(self.of_kind.len())).filter(|&k| {
            let groups = self.problem.types[k as usize].groups;
            let full = |g: u32| self.of_group.get(g as usize) == Some(&0);
            self.of_kind[k as usize] > 0 && !groups.into_iter().any(full)
        })
    }

    fn take(&mut self, kind: u32) {
        self.of_kind[kind as usize] -= 1;
        for group in self.problem.types[kind as usize].groups {
            if let Some(left) = self.of_group.get_mut(group as usize) {
                *left -= 1;
            }
        }
    }
}

fn keep_if_worth(problem: &Problem, route: Route, free: &mut Free<'_>, solution: &mut Solution) {
    let prices: Cost = route
        .stops
        .iter()
        .map(|&s| problem.stops[s as usize].price)
        .sum();
    if prices < route.cost {
        solution.bank.extend(route.stops);
    } else {
        free.take(route.kind);
        solution.routes.push(route);
    }
}

/// The cheapest free vehicle for a whole route, the smallest of equal ones.
fn cheapest(problem: &Problem, free: &Free<'_>, route: &[u32]) -> Option<Route> {
    free.kinds()
        .filter_map(|k| evaluate::route(problem, k, route).ok().map(|f| (f.cost, k)))
        .min_by_key(|&(cost, k)| {
            (
                cost,
                problem.types[k as usize]
                    .capacity
                    .map(|c| c.unwrap_or(u64::MAX)),
                k,
            )
        })
        .map(|(cost, kind)| Route {
            kind,
            stops: route.to_vec(),
            cost,
        })
}

/// The vehicle type that keeps most of the route's first stops, by bisection.
fn longest_prefix(problem: &Problem, free: &Free<'_>, route: &[u32]) -> Option<(u32, usize)> {
    let fits = |k: u32, len: usize| evaluate::route(problem, k, &route[..len]).is_ok();
    free.kinds()
        .filter_map(|k| {
            let (mut good, mut bad) = (0, route.len());
            while bad - good > 1 {
                let middle = usize::midpoint(good, bad);
                if fits(k, middle) {
                    good = middle;
                } else {
                    bad = middle;
                }
            }
            (good > 0).then_some((good, Reverse(k)))
        })
        .max()
        .map(|(len, Reverse(k))| (k, len))
}
