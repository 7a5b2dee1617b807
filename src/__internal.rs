//! Handles for this package's own benches. NOT part of the public API: anything here changes or
//! goes without notice.

use crate::model::ServiceDay;
use crate::problem::compile::compile;
use crate::problem::neighbours::Neighbours;
use crate::problem::{Engine, Problem, Solution};
use crate::search::anneal::Order;
use crate::search::construct::construct;
use crate::search::measure;
use crate::search::task::Task;
use crate::search::worker::Worker;
use crate::sortation::{Grouping, zones};

/// Idle vehicles of each type that a chain may open, as in the search.
const IDLE: usize = 8;

/// A compiled problem.
#[derive(Debug)]
pub struct Compiled(Problem);

impl Compiled {
    /// Compiles a grouped day.
    #[must_use]
    pub fn new(day: &ServiceDay, grouping: &Grouping) -> Self {
        let zoning = zones(day, grouping);
        let mut problem = compile(day, grouping, &zoning, None);
        problem.neighbours = lists(&problem, Neighbours::wanted(&problem));
        Self(problem)
    }

    /// Whether the engine with time is used.
    #[must_use]
    pub fn timed(&self) -> bool {
        self.0.engine != Engine::Capacity
    }

    /// Builds neighbour lists of up to `want`; their mean length.
    #[must_use]
    pub fn neighbours(&self, want: usize) -> f64 {
        let lists = lists(&self.0, want);
        let stops = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        let total: usize = (0..stops).map(|s| lists.of(s).len()).sum();
        total as f64 / f64::from(stops.max(1))
    }

    /// The first solution.
    #[must_use]
    pub fn construct(&self) -> Start {
        Start(construct(&self.0))
    }
}

/// Neighbour lists on one thread.
fn lists(problem: &Problem, want: usize) -> Neighbours {
    Neighbours::build(problem, want, |ranges, work| {
        ranges.into_iter().map(work).collect()
    })
}

/// A constructed solution.
#[derive(Debug)]
pub struct Start(Solution);

impl Start {
    /// Vehicles used.
    #[must_use]
    pub fn routes(&self) -> usize {
        self.0.routes.len()
    }

    /// Stops left out.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.0.bank.len()
    }
}

/// A whole problem as one task, with all that is built once for it.
#[derive(Debug)]
pub struct Work<'c> {
    task: Task<'c>,
    /// Temperatures at the start and at the end of a solve.
    temperature: [f64; 2],
}

/// Routes of a task.
#[derive(Clone, Debug)]
pub struct Routes(Vec<Vec<u32>>);

impl<'c> Work<'c> {
    /// The task of a constructed solution.
    #[must_use]
    pub fn new(compiled: &'c Compiled, start: &Start) -> Self {
        let task = Task::whole(&compiled.0, &start.0, IDLE);
        let temperature = [0.0, 1.0].map(|used| measure::temperature(&task, &start.0, used));
        Self { task, temperature }
    }

    /// The constructed routes.
    #[must_use]
    pub fn start(&self) -> Routes {
        Routes(self.task.routes.clone())
    }

    /// A chain from the given routes.
    ///
    /// # Panics
    ///
    /// When the constructed routes are not feasible, which they are.
    #[must_use]
    pub fn chain(&self, from: &Routes, seed: u64) -> Chain<'_> {
        let worker = Worker::new(&self.task, seed);
        let mut worker = worker.expect("constructed routes are feasible");
        worker.adopt(&from.0);
        Chain {
            worker,
            temperature: self.temperature,
        }
    }
}

/// A way of taking stops out.
#[derive(Clone, Copy, Debug)]
pub enum Ruin {
    /// Strings of neighbouring routes.
    Strings,
    /// The neighbours of a stop.
    Radial,
    /// A short route and strings around it.
    Route,
}

impl Ruin {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Strings, Self::Radial, Self::Route];

    const fn inner(self) -> measure::Ruin {
        match self {
            Self::Strings => measure::Ruin::Strings,
            Self::Radial => measure::Ruin::Radial,
            Self::Route => measure::Ruin::Route,
        }
    }
}

/// A running chain of ruin-recreate iterations.
#[derive(Debug)]
pub struct Chain<'w> {
    worker: Worker<'w>,
    temperature: [f64; 2],
}

impl<'w> Chain<'w> {
    /// Iterations at the temperature with which a solve starts.
    pub fn run_hot(&mut self, iterations: u64) {
        self.run(iterations, self.temperature[0]);
    }

    /// Iterations at the temperature with which a solve ends.
    pub fn run_cold(&mut self, iterations: u64) {
        self.run(iterations, self.temperature[1]);
    }

    fn run(&mut self, iterations: u64, temperature: f64) {
        self.worker.run(Order {
            iterations,
            temperature: [temperature; 2],
            pressure: 0.0,
            breeding: None,
        });
    }

    /// Ruins in one way and undoes it, `times` times; the number of stops taken out.
    pub fn ruin(&mut self, how: Ruin, times: u64) -> u64 {
        measure::ruin(&mut self.worker, how.inner(), times)
    }

    /// As [`Chain::ruin`], and puts the stops back before undoing.
    pub fn ruin_recreate(&mut self, how: Ruin, times: u64) -> u64 {
        measure::ruin_recreate(&mut self.worker, how.inner(), times)
    }

    /// Tries moves of the 2-opt family at the temperature with which a solve ends; how many were
    /// made.
    pub fn two_opt(&mut self, times: u64) -> u64 {
        measure::two_opt(&mut self.worker, self.temperature[1], times)
    }

    /// Compares what random places are said to cost with what they cost once taken: how many
    /// comparisons, and how many of them were equal.
    ///
    /// # Errors
    ///
    /// The first place where the said cost is no bound.
    pub fn check_bounds(&mut self, times: u64) -> Result<[u64; 2], String> {
        measure::bounds(&mut self.worker, times)
    }

    /// Cost of the cheapest routes seen.
    #[must_use]
    pub fn best(&self) -> i64 {
        self.worker.best().cost
    }

    /// The cheapest routes seen.
    #[must_use]
    pub fn routes(&self) -> Routes {
        Routes(self.worker.best().routes.clone())
    }

    /// Takes every `step`-th stop out, to evaluate where it could go.
    #[must_use]
    pub fn lift(mut self, step: usize) -> Lifted<'w> {
        let stops = measure::lift(&mut self.worker, step);
        Lifted {
            worker: self.worker,
            stops,
        }
    }

    /// The slot of the route whose length is nearest to `stops`, and that length.
    ///
    /// # Panics
    ///
    /// When there is no route.
    #[must_use]
    pub fn route_near(&self, stops: u32) -> (u32, u32) {
        (0u32..)
            .zip(measure::lengths(&self.worker))
            .min_by_key(|&(_, length)| length.abs_diff(stops))
            .expect("a task has a slot")
    }

    /// Recomputes all that a route keeps at its positions; with `journal`, the old records are
    /// kept first, as in an iteration.
    pub fn rebuild(&mut self, slot: u32, journal: bool) -> bool {
        measure::rebuild(&mut self.worker, slot, journal)
    }
}

/// A chain with stops taken out.
#[derive(Debug)]
pub struct Lifted<'w> {
    worker: Worker<'w>,
    stops: Vec<u32>,
}

impl Lifted<'_> {
    /// Evaluates the best place of each stop taken out; positions evaluated, and the sum of the
    /// least extra costs.
    #[must_use]
    pub fn evaluate(&self) -> (u64, i64) {
        measure::evaluate(&self.worker, &self.stops)
    }
}
