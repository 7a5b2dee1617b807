//! The rounds: cut, improve the parts at the same time, put together, cool.

use crate::problem::{Cost, Problem, Solution};

use super::anneal::{TaskPlan, TaskResult};
use super::partition::{cut, tasks};
use super::rng::{exp, ln, mix};
use super::task::{Assignment, Task};
use super::{check, parallel};

/// What the search may spend; the only place where time comes in.
pub(crate) trait Control {
    /// The next round, given the iterations done so far; None ends the search.
    fn next_round(&mut self, done: u64) -> Option<RoundPlan>;
    /// Called after each round; false ends the search.
    fn report(&mut self, progress: &Progress) -> bool;
}

/// One round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RoundPlan {
    /// Iterations, all tasks together.
    pub(crate) iterations: u64,
    /// Share of the budget used when it starts and when it will end, in 0..=1.
    pub(crate) used: [f64; 2],
}

/// Where the search stands after a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// Rounds done.
    pub(crate) round: u64,
    /// Iterations done.
    pub(crate) iterations: u64,
    /// Cheapest solution so far.
    pub(crate) best: Cost,
    /// Required stops it leaves out, hopeless ones not counted.
    pub(crate) unserved: usize,
    /// The part of `best` that is the price of those.
    pub(crate) unserved_price: Cost,
    /// Share of the budget used.
    pub(crate) used: f64,
}

/// Chains that work on the whole problem where it is too small to cut.
const CHAINS: u64 = 2;

/// Rounds between exchanges of the chains.
const EXCHANGE: u64 = 8;

/// Idle vehicles of each type that a chain may open.
const IDLE: usize = 8;

/// Improves `start` until the control says stop, from a lower temperature when it
/// is a `warm` start. The result is a function of
/// problem, start, seed and the rounds the control asked for, not of threads.
pub(crate) fn improve(
    problem: &Problem,
    start: Solution,
    warm: bool,
    seed: u64,
    control: &mut dyn Control,
) -> Solution {
    debug_assert_eq!(check::solution(problem, &start), Ok(start.cost));
    if problem.len() == 0 || problem.types.is_empty() {
        return start;
    }
    let mut search = Search {
        problem,
        seed,
        round: 0,
        iterations: 0,
        heat: Heat::new(problem, &start, warm),
        best: start.clone(),
    };
    if tasks(problem.len(), start.routes.len()) <= 1 {
        search.chains(start, control);
    } else {
        search.parts(start, control);
    }
    debug_assert_eq!(check::solution(problem, &search.best), Ok(search.best.cost));
    search.best
}

struct Search<'p> {
    problem: &'p Problem,
    seed: u64,
    round: u64,
    iterations: u64,
    heat: Heat,
    best: Solution,
}

impl<'p> Search<'p> {
    /// Disjoint parts of one solution, improved at the same time.
    fn parts(&mut self, mut current: Solution, control: &mut dyn Control) {
        while let Some(plan) = control.next_round(self.iterations) {
            let count = tasks(self.problem.len(), current.routes.len()).max(1);
            let shares = cut(self.problem, &current, count, self.seed, self.round);
            let assignment = Assignment::new(self.problem, &current, &shares);
            let sizes: Vec<u64> = shares
                .iter()
                .map(|s| {
                    s.routes
                        .iter()
                        .map(|&r| current.routes[r as usize].stops.len() as u64)
                        .sum()
                })
                .collect();
            let total: u64 = sizes.iter().sum::<u64>().max(1);
            let temperature = self.heat.of(plan.used);
            let work: Vec<usize> = (0..count).collect();
            let results = parallel::map(work, |task| {
                let compiled = Task::new(self.problem, &current, &shares[task], task, &assignment);
                let result = compiled.run(
                    &compiled.routes,
                    TaskPlan {
                        seed: mix(self.seed, self.round, task as u64),
                        iterations: (plan.iterations * sizes[task]).div_ceil(total),
                        temperature,
                        fill: !shares[task].bank.is_empty(),
                    },
                );
                result.map(|r| Part::new(&compiled, &r))
            });
            self.iterations += plan.iterations;
            self.merge(&mut current, &shares, results);
            if !self.finish_round(plan, control) {
                return;
            }
        }
    }

    /// Puts the parts together: the states go on, the best of each part together
    /// are a candidate for the best.
    fn merge(
        &mut self,
        current: &mut Solution,
        shares: &[super::partition::Share],
        results: Vec<Option<Part>>,
    ) {
        let handed: std::collections::BTreeSet<u32> =
            shares.iter().flat_map(|s| s.bank.iter().copied()).collect();
        let waiting: Vec<u32> = current
            .bank
            .iter()
            .copied()
            .filter(|s| !handed.contains(s))
            .collect();
        let mut next = Solution::default();
        let mut best = Solution::default();
        for (share, result) in shares.iter().zip(results) {
            // A part that does not load (it always does) would stay as it was.
            let part = result.unwrap_or_else(|| Part::unchanged(current, share));
            next.routes.extend(part.current.routes);
            next.bank.extend(part.current.bank);
            best.routes.extend(part.best.routes);
            best.bank.extend(part.best.bank);
        }
        for solution in [&mut next, &mut best] {
            solution.bank.extend_from_slice(&waiting);
            solution.cost = total_cost(self.problem, solution);
        }
        debug_assert_eq!(check::solution(self.problem, &next), Ok(next.cost));
        if best.cost < self.best.cost {
            self.best = best;
        }
        *current = next;
    }

    /// A fixed number of chains on the whole problem, with exchange.
    fn chains(&mut self, start: Solution, control: &mut dyn Control) {
        let task = Task::whole(self.problem, &start, IDLE);
        let mut states: Vec<(Cost, Vec<Vec<u32>>)> = (0..CHAINS)
            .map(|_| (start.cost, task.routes.clone()))
            .collect();
        let mut fill = !start.bank.is_empty();
        while let Some(plan) = control.next_round(self.iterations) {
            let temperature = self.heat.of(plan.used);
            let work: Vec<usize> = (0..states.len()).collect();
            let results: Vec<Option<TaskResult>> = parallel::map(work, |chain| {
                task.run(
                    &states[chain].1,
                    TaskPlan {
                        seed: mix(self.seed, self.round, chain as u64),
                        iterations: plan.iterations.div_ceil(CHAINS),
                        temperature,
                        fill,
                    },
                )
            });
            fill = false;
            self.iterations += plan.iterations;
            for (state, result) in states.iter_mut().zip(results) {
                let Some(result) = result else { continue };
                if result.best.cost < self.best.cost {
                    let mut best = Solution {
                        cost: result.best.cost,
                        ..Solution::default()
                    };
                    task.collect(&result.best, &mut best);
                    self.best = best;
                }
                *state = (result.current.cost, result.current.routes);
            }
            if self.round % EXCHANGE == EXCHANGE - 1 {
                exchange(&mut states);
            }
            if !self.finish_round(plan, control) {
                return;
            }
        }
    }

    fn finish_round(&mut self, plan: RoundPlan, control: &mut dyn Control) -> bool {
        self.round += 1;
        let stops = &self.problem.stops;
        let unserved = || {
            self.best
                .bank
                .iter()
                .map(|&s| &stops[s as usize])
                .filter(|s| s.required)
        };
        control.report(&Progress {
            round: self.round,
            iterations: self.iterations,
            best: self.best.cost,
            unserved: unserved().count(),
            unserved_price: unserved().map(|s| s.price).sum(),
            used: plan.used[1],
        })
    }
}

/// The dearest chain goes on from the cheapest.
fn exchange(states: &mut [(Cost, Vec<Vec<u32>>)]) {
    let cheapest = (0..states.len()).min_by_key(|&c| states[c].0);
    let dearest = (0..states.len()).max_by_key(|&c| states[c].0);
    if let (Some(from), Some(to)) = (cheapest, dearest)
        && from != to
    {
        states[to] = states[from].clone();
    }
}

/// A task's results in the problem's numbers.
struct Part {
    current: Solution,
    best: Solution,
}

impl Part {
    fn new(task: &Task<'_>, result: &TaskResult) -> Part {
        let mut part = Part {
            current: Solution::default(),
            best: Solution::default(),
        };
        task.collect(&result.current, &mut part.current);
        task.collect(&result.best, &mut part.best);
        part
    }

    fn unchanged(current: &Solution, share: &super::partition::Share) -> Part {
        let routes = share
            .routes
            .iter()
            .map(|&r| current.routes[r as usize].clone())
            .collect();
        let same = Solution {
            routes,
            bank: share.bank.clone(),
            cost: 0,
        };
        Part {
            current: same.clone(),
            best: same,
        }
    }
}

/// Cost of a solution from the costs of its routes and the prices of its bank.
pub(super) fn total_cost(problem: &Problem, solution: &Solution) -> Cost {
    let routes: Cost = solution.routes.iter().map(|r| r.cost).sum();
    let bank: Cost = solution
        .bank
        .iter()
        .map(|&s| problem.stops[s as usize].price)
        .sum();
    routes + bank
}

/// The temperature as a function of the budget used.
#[derive(Clone, Copy, Debug)]
struct Heat {
    first: f64,
    last: f64,
}

impl Heat {
    /// Scaled by the mean cost of an arc of the constructed solution: a sum of
    /// small differences is what annealing has to tell apart. Long routes want
    /// more heat.
    fn new(problem: &Problem, start: &Solution, warm: bool) -> Heat {
        let (mut cost, mut arcs) = (0.0, 0.0);
        for route in &start.routes {
            let rates = problem.types[route.kind as usize].rates;
            let profile = problem.types[route.kind as usize].profile;
            for pair in route.stops.windows(2) {
                let leg = problem.travel.leg(
                    profile,
                    problem.stops[pair[0] as usize].location,
                    problem.stops[pair[1] as usize].location,
                );
                cost += (rates.distance * i64::from(leg.distance)
                    + (rates.driving + rates.duty) * i64::from(leg.time))
                    as f64;
                arcs += 1.0;
            }
        }
        let mean = if arcs > 0.0 { cost / arcs } else { 1.0 };
        let length = arcs / start.routes.len().max(1) as f64;
        let long = ((length - 25.0) / 75.0).clamp(0.0, 1.0);
        // A warm start is a good solution: most of its shape should survive.
        let part = if warm { 0.1 } else { 1.0 };
        Heat {
            first: mean * (1.5 + 5.0 * long) * part,
            last: mean * 0.02,
        }
    }

    fn of(&self, used: [f64; 2]) -> [f64; 2] {
        let ratio = ln(self.last.max(1e-9) / self.first.max(1e-9));
        used.map(|u| self.first * exp(ratio * u))
    }
}
