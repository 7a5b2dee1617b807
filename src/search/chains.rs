//! Problems too small to cut: a fixed number of chains on the whole, which breed where
//! there is time for it.

use crate::problem::Solution;

use super::anneal::{Order, TaskSolution};
use super::breed::Breeding;
use super::parallel;
use super::rng::mix;
use super::rounds::{Control, Length, PRESSURE, Search, Standing, epoch_length};
use super::schedule::Schedule;
use super::task::Task;
use super::worker::Worker;

/// Chains that work on the whole problem where it is too small to cut.
const CHAINS: u64 = 2;

/// Epochs between exchanges of the chains while they do not breed.
const EXCHANGE: u64 = 2;

/// Idle vehicles of each type that a chain may open.
const IDLE: usize = 8;

impl Search<'_> {
    /// Improves the whole in a fixed number of chains.
    pub(super) fn chains(&mut self, start: &Solution, control: &mut dyn Control) {
        let task = Task::whole(self.problem, start, IDLE);
        let mut squeeze = Schedule::new(self.problem, start, false);
        let workers = (0..CHAINS).map(|c| Worker::new(&task, mix(self.seed, 0, c)));
        let Some(mut crew) = workers.collect::<Option<Vec<_>>>() else {
            return;
        };
        crew.iter_mut().for_each(Worker::fill);
        let mut breeding = None;
        let mut epoch = 0;
        let mut go_on = true;
        while go_on {
            let may_breed = !self.problem.reloading();
            if may_breed && (breeding.is_some() || !squeeze.fleet_first(self.used)) {
                let heat = self.heat.ends();
                let planned = self.planned / CHAINS as f64;
                breeding = Breeding::new(planned, self.problem.len(), heat).or(breeding);
            }
            if breeding.is_none() {
                squeeze.begin(self.used, self.planned, 1.0, &mut crew);
            }
            if squeeze.until > 0.0 {
                control.slower();
            }
            let length = Length {
                iterations: epoch_length(std::slice::from_ref(&task)) * CHAINS,
                used: squeeze.until,
                most: f64::INFINITY,
            };
            go_on = self.chain_epoch(&mut crew, length, breeding, control);
            if breeding.is_none() {
                squeeze.end(self.used, &mut crew);
                self.heat.delay(squeeze.spent);
                crew.iter_mut().for_each(Worker::reassign);
                crew.iter_mut().for_each(Worker::explore);
                if epoch % EXCHANGE == EXCHANGE - 1 {
                    exchange(&mut crew);
                }
            }
            squeeze.until = 0.0;
            self.keep_best(&task, &crew);
            epoch += 1;
        }
    }

    fn keep_best(&mut self, task: &Task<'_>, crew: &[Worker<'_>]) {
        let best = crew.iter().map(Worker::best).min_by_key(|b| b.cost);
        if let Some(found) = best.filter(|b| b.cost < self.best.cost) {
            let mut best = Solution {
                cost: found.cost,
                ..Solution::default()
            };
            task.collect(found, &mut best);
            self.best = best;
        }
    }

    /// Rounds in which each chain does its part; false when the search is to end.
    fn chain_epoch<'s>(
        &mut self,
        crew: &mut Vec<Worker<'s>>,
        length: Length,
        breeding: Option<Breeding>,
        control: &mut dyn Control,
    ) -> bool {
        let end = self.iterations + length.iterations;
        while self.iterations < end || self.used < length.used {
            let Some(plan) = control.next_round(self.iterations) else {
                return false;
            };
            let order = Order {
                iterations: plan.iterations.div_ceil(CHAINS),
                temperature: self.heat.of(plan.used),
                pressure: self.heat.at([PRESSURE; 2])[0],
                breeding,
            };
            *crew = parallel::map(std::mem::take(crew), |mut worker| {
                worker.run(order);
                worker
            });
            self.iterations += plan.iterations;
            let others = Standing::of_solution(self.problem, &self.best);
            let best = crew
                .iter()
                .map(Standing::of)
                .fold(others, Standing::cheaper);
            if !self.finish_round(plan, best, control) {
                return false;
            }
        }
        true
    }
}

/// The dearest chain goes on from the cheapest.
fn exchange(crew: &mut [Worker<'_>]) {
    let states: Vec<TaskSolution> = crew.iter().map(Worker::current).collect();
    let cheapest = (0..states.len()).min_by_key(|&c| states[c].cost);
    let dearest = (0..states.len()).max_by_key(|&c| states[c].cost);
    if let (Some(from), Some(to)) = (cheapest, dearest)
        && from != to
    {
        crew[to].adopt(&states[from].routes);
    }
}
