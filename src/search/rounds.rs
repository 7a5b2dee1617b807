//! The rounds: cut, improve the parts at the same time, put together, cool.

use crate::problem::travel::Leg;
use crate::problem::{Cost, Problem, Solution};

use super::anneal::Order;
use super::heat::Heat;
use super::partition::{Share, cut, groups, tasks};
use super::rng::mix;
use super::schedule::Schedule;
use super::task::{Assignment, Task};
use super::worker::Worker;
use super::{check, parallel};

/// What the search may spend; the only place where time comes in.
pub(crate) trait Control {
    /// The next round, given the iterations done so far; None ends the search.
    fn next_round(&mut self, done: u64) -> Option<RoundPlan>;
    /// Called when the next rounds may be much slower than those before.
    fn slower(&mut self) {}
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

/// A squeeze works at the temperature of this share of the budget.
pub(super) const PRESSURE: f64 = 0.4;

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
        planned: 0.0,
        used: 0.0,
        heat: Heat::new(problem, &start, warm),
        warm,
        best: start.clone(),
    };
    if tasks(problem.len(), start.routes.len()) <= 1 {
        search.chains(&start, control);
    } else {
        search.parts(start, control);
    }
    debug_assert_eq!(check::solution(problem, &search.best), Ok(search.best.cost));
    search.best
}

pub(super) struct Search<'p> {
    pub(super) problem: &'p Problem,
    pub(super) seed: u64,
    round: u64,
    pub(super) iterations: u64,
    /// Iterations of the whole solve, should it go on as in the last round; 0 before that.
    pub(super) planned: f64,
    /// Share of the budget used.
    pub(super) used: f64,
    pub(super) heat: Heat,
    warm: bool,
    pub(super) best: Solution,
}

impl<'p> Search<'p> {
    /// Disjoint parts of one solution, improved at the same time. An epoch keeps
    /// its cut for some rounds, so that compiling the tasks stays a small share.
    fn parts(&mut self, mut current: Solution, control: &mut dyn Control) {
        let tables = Tables::default();
        let mut squeezes = Vec::new();
        let mut epoch = 0;
        loop {
            let count = tasks(self.problem.len(), current.routes.len());
            let shares = cut(self.problem, &current, count, self.seed, epoch);
            let groups = groups(&shares, &current);
            let count = groups.len();
            let cut = Cut {
                current: &current,
                assignment: Assignment::new(self.problem, &current, &shares),
                tables: &tables,
                epoch,
            };
            let mut made = Made::new(self.problem, &current);
            let mut go_on = true;
            for (nth, group) in groups.into_iter().enumerate() {
                if squeezes.len() <= nth {
                    squeezes.push(Schedule::new(self.problem, &current, self.warm));
                }
                if !go_on {
                    made.keep(&current, &shares[group]);
                    continue;
                }
                let group = Group {
                    first: group.start,
                    shares: &shares[group],
                    nth,
                    count,
                };
                match self.group(&cut, &group, &mut squeezes[nth], &mut made, control) {
                    Some(more) => go_on = more,
                    None => return,
                }
            }
            current = self.merge(&current, &shares, made);
            if !go_on {
                return;
            }
            epoch += 1;
        }
    }

    /// The tasks of a cut whose leg tables are in memory together; None when routes are not
    /// feasible, else whether the search is to go on.
    fn group(
        &mut self,
        cut: &Cut<'_>,
        group: &Group<'_>,
        squeeze: &mut Schedule,
        made: &mut Made,
        control: &mut dyn Control,
    ) -> Option<bool> {
        let problem = self.problem;
        let &Group { first, shares, .. } = group;
        let compiled = parallel::map((0..shares.len()).collect(), |t| {
            let table = cut.tables.take();
            let (share, t) = (&shares[t], first + t);
            Task::new(problem, cut.current, share, t, &cut.assignment, table)
        });
        let numbered: Vec<(usize, &Task<'_>)> = compiled.iter().enumerate().collect();
        let workers = parallel::map(numbered, |(t, task)| {
            let mut worker = Worker::new(task, mix(self.seed, cut.epoch, (first + t) as u64))?;
            let before = Standing::of(&worker);
            worker.fill();
            Some((worker, before))
        });
        // Routes that the search made are feasible and load again.
        let workers: Vec<_> = workers.into_iter().collect::<Option<_>>()?;
        let waiting = workers
            .iter()
            .fold(made.standing, |left, w| left.minus(w.1));
        let mut crew: Vec<Worker<'_>> = workers.into_iter().map(|w| w.0).collect();
        squeeze.begin(self.used, self.planned, 1.0 / group.count as f64, &mut crew);
        if squeeze.until > 0.0 {
            control.slower();
        }
        let length = Length {
            iterations: epoch_length(&compiled),
            used: squeeze.until,
            most: group.end(self.used),
        };
        let go_on = self.epoch(&mut crew, &compiled, waiting, length, control);
        squeeze.end(self.used, &mut crew);
        self.heat.delay(squeeze.spent);
        crew.iter_mut().for_each(Worker::reassign);
        made.standing = crew.iter().map(Standing::of).fold(waiting, Standing::plus);
        made.collect(&compiled, &crew);
        drop(crew);
        let tables = compiled.into_iter().map(Task::into_table);
        tables.for_each(|table| cut.tables.give(table));
        Some(go_on)
    }

    /// Rounds on one cut until `length` iterations are done; false when the
    /// search is to end. `waiting` are the stops in no task.
    fn epoch<'s>(
        &mut self,
        crew: &mut Vec<Worker<'s>>,
        tasks: &[Task<'_>],
        waiting: Standing,
        length: Length,
        control: &mut dyn Control,
    ) -> bool {
        let total: u64 = tasks.iter().map(|t| t.len() as u64).sum::<u64>().max(1);
        let end = self.iterations + length.iterations;
        let others = Standing::of_solution(self.problem, &self.best);
        while (self.iterations < end && self.used < length.most) || self.used < length.used {
            let Some(plan) = control.next_round(self.iterations) else {
                return false;
            };
            let temperature = self.heat.of(plan.used);
            let pressure = self.heat.at([PRESSURE; 2])[0];
            let work: Vec<(Worker<'s>, u64)> = std::mem::take(crew)
                .into_iter()
                .zip(tasks)
                .map(|(worker, task)| {
                    (
                        worker,
                        (plan.iterations * task.len() as u64).div_ceil(total),
                    )
                })
                .collect();
            *crew = parallel::map(work, |(mut worker, iterations)| {
                worker.run(Order {
                    iterations,
                    temperature,
                    pressure,
                    breeding: None,
                });
                worker
            });
            self.iterations += plan.iterations;
            let together = crew.iter().map(Standing::of).fold(waiting, Standing::plus);
            if !self.finish_round(plan, others.cheaper(together), control) {
                return false;
            }
        }
        true
    }

    /// Puts the parts together: the states go on, the best of each part together
    /// are a candidate for the best.
    fn merge(&mut self, current: &Solution, shares: &[Share], made: Made) -> Solution {
        let mut handed = vec![false; self.problem.len()];
        for &s in shares.iter().flat_map(|s| &s.bank) {
            handed[s as usize] = true;
        }
        let waiting = || {
            let bank = current.bank.iter().copied();
            bank.filter(|&s| !handed[s as usize])
        };
        let Made {
            mut next, mut best, ..
        } = made;
        for solution in [&mut next, &mut best] {
            solution.bank.extend(waiting());
            solution.cost = total_cost(self.problem, solution);
        }
        debug_assert_eq!(check::solution(self.problem, &next), Ok(next.cost));
        if best.cost < self.best.cost {
            self.best = best;
        }
        next
    }

    pub(super) fn finish_round(
        &mut self,
        plan: RoundPlan,
        best: Standing,
        control: &mut dyn Control,
    ) -> bool {
        let [from, to] = plan.used;
        self.round += 1;
        self.used = to;
        let left = (1.0 - to) / (to - from).max(1e-9);
        self.planned = self.iterations as f64 + plan.iterations as f64 * left;
        control.report(&Progress {
            round: self.round,
            iterations: self.iterations,
            best: best.cost,
            unserved: best.unserved,
            unserved_price: best.unserved_price,
            used: to,
        })
    }
}

/// A solution cut into tasks.
struct Cut<'c> {
    current: &'c Solution,
    assignment: Assignment,
    tables: &'c Tables,
    epoch: u64,
}

/// Tasks of a cut whose leg tables are in memory together.
struct Group<'c> {
    /// The number of the first.
    first: usize,
    shares: &'c [Share],
    /// Its number, and how many there are.
    nth: usize,
    count: usize,
}

impl Group<'_> {
    /// The share of the budget at which it has to end, now that `used` is: what is left of a
    /// short one is for the groups still to come as well.
    fn end(&self, used: f64) -> f64 {
        match self.count - self.nth {
            1 => f64::INFINITY,
            left => used + (1.0 - used) / left as f64,
        }
    }
}

/// What the groups of a cut have come to.
struct Made {
    /// The states, and the best.
    next: Solution,
    best: Solution,
    /// Of the whole solution, groups that are still to come as they were.
    standing: Standing,
}

impl Made {
    fn new(problem: &Problem, current: &Solution) -> Made {
        Made {
            next: Solution::default(),
            best: Solution::default(),
            standing: Standing::of_solution(problem, current),
        }
    }

    fn collect(&mut self, tasks: &[Task<'_>], crew: &[Worker<'_>]) {
        for (task, worker) in tasks.iter().zip(crew) {
            task.collect(&worker.current(), &mut self.next);
            task.collect(worker.best(), &mut self.best);
        }
    }

    /// Tasks that were not worked on.
    fn keep(&mut self, current: &Solution, shares: &[Share]) {
        for into in [&mut self.next, &mut self.best] {
            for share in shares {
                let routes = share.routes.iter().map(|&r| &current.routes[r as usize]);
                into.routes.extend(routes.cloned());
                into.bank.extend(&share.bank);
            }
        }
    }
}

/// What the best solution so far costs and leaves out. The parts of a solution
/// add up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    cost: Cost,
    /// Required stops in its bank, and the part of the cost that is their price.
    unserved: usize,
    unserved_price: Cost,
}

impl Standing {
    pub(super) fn of(worker: &Worker<'_>) -> Standing {
        let (unserved, unserved_price) = worker.absent_of_best();
        Standing {
            cost: worker.best().cost,
            unserved,
            unserved_price,
        }
    }

    pub(super) fn of_solution(problem: &Problem, solution: &Solution) -> Standing {
        let bank = solution.bank.iter().map(|&s| &problem.stops[s as usize]);
        let prices = bank.filter(|s| s.required).map(|s| s.price);
        Standing {
            cost: solution.cost,
            unserved: prices.clone().count(),
            unserved_price: prices.sum(),
        }
    }

    fn plus(self, other: Standing) -> Standing {
        Standing {
            cost: self.cost + other.cost,
            unserved: self.unserved + other.unserved,
            unserved_price: self.unserved_price + other.unserved_price,
        }
    }

    fn minus(self, other: Standing) -> Standing {
        Standing {
            cost: self.cost - other.cost,
            unserved: self.unserved - other.unserved,
            unserved_price: self.unserved_price - other.unserved_price,
        }
    }

    pub(super) fn cheaper(self, other: Standing) -> Standing {
        if other.cost < self.cost { other } else { self }
    }
}

/// Iterations for which a cut is kept: filling the leg tables then takes a few
/// per cent of the time (a leg is about 3 ns, an iteration some 10 to 100 us).
pub(super) fn epoch_length(tasks: &[Task<'_>]) -> u64 {
    let legs: u64 = tasks.iter().map(|t| (t.len() as u64).pow(2)).sum();
    let stops: u64 = tasks.iter().map(|t| t.len() as u64).sum();
    (legs / 200).max(stops * 5).max(1)
}

/// How long an epoch is.
#[derive(Clone, Copy)]
pub(super) struct Length {
    pub(super) iterations: u64,
    /// Share of the budget used at its end, at least; and where that is reached, at most.
    pub(super) used: f64,
    pub(super) most: f64,
}

/// Memory of leg tables between rounds: fresh pages cost as much as filling them.
#[derive(Default)]
struct Tables(std::sync::Mutex<Vec<Vec<Leg>>>);

impl Tables {
    fn take(&self) -> Vec<Leg> {
        self.0
            .lock()
            .ok()
            .and_then(|mut kept| kept.pop())
            .unwrap_or_default()
    }

    fn give(&self, table: Vec<Leg>) {
        if let Ok(mut kept) = self.0.lock() {
            kept.push(table);
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
    routes + bank + problem.shortfall(solution.routes.iter().map(|r| r.kind))
}
