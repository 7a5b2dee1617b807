//! An annealer on whichever engine the problem needs.

use crate::problem::{Cost, Engine};

use super::anneal::{Annealer, Order, TaskSolution};
use super::task::{AnySub, Task};

/// A running task.
#[derive(Debug)]
pub(crate) enum Worker<'s> {
    /// No time code.
    Capacity(Annealer<'s, u64, false>),
    /// Windows and durations.
    Timed(Annealer<'s, u64, true>),
    /// The same with wide loads.
    Wide(Annealer<'s, u128, true>),
}

/// One call for the three engines.
macro_rules! on_engine {
    ($worker:expr, $annealer:ident => $body:expr) => {
        match $worker {
            Worker::Capacity($annealer) => $body,
            Worker::Timed($annealer) => $body,
            Worker::Wide($annealer) => $body,
        }
    };
}

pub(super) use on_engine;

impl<'s> Worker<'s> {
    /// A worker on `task` from its routes; None when those are not feasible.
    pub(crate) fn new(task: &'s Task<'_>, seed: u64) -> Option<Worker<'s>> {
        let routes = &task.routes;
        Some(match &task.sub {
            AnySub::Wide(sub) => Worker::Wide(Annealer::new(sub, routes, seed)?),
            AnySub::Word(sub) if sub.problem.engine == Engine::Capacity => {
                Worker::Capacity(Annealer::new(sub, routes, seed)?)
            }
            AnySub::Word(sub) => Worker::Timed(Annealer::new(sub, routes, seed)?),
        })
    }

    /// See [`Annealer::fill`].
    pub(crate) fn fill(&mut self) {
        on_engine!(self, a => a.fill());
    }

    /// See [`Annealer::dissolve`].
    pub(crate) fn dissolve(&mut self) {
        on_engine!(self, a => a.dissolve());
    }

    /// See [`Annealer::run`].
    pub(crate) fn run(&mut self, order: Order) {
        on_engine!(self, a => a.run(order));
    }

    /// See [`Annealer::begin_squeeze`].
    pub(crate) fn begin_squeeze(&mut self) -> bool {
        on_engine!(self, a => a.begin_squeeze())
    }

    /// See [`Annealer::end_squeeze`].
    pub(crate) fn end_squeeze(&mut self) -> bool {
        on_engine!(self, a => a.end_squeeze())
    }

    /// See [`Annealer::reassign`].
    pub(crate) fn reassign(&mut self) {
        on_engine!(self, a => a.reassign());
    }

    /// See [`Annealer::explore`].
    pub(crate) fn explore(&mut self) {
        on_engine!(self, a => a.explore());
    }

    /// See [`Annealer::current`].
    pub(crate) fn current(&self) -> TaskSolution {
        on_engine!(self, a => a.current())
    }

    /// See [`Annealer::best`].
    pub(crate) fn best(&self) -> &TaskSolution {
        on_engine!(self, a => a.best())
    }

    /// See [`Annealer::absent_of_best`].
    pub(crate) fn absent_of_best(&self) -> (usize, Cost) {
        on_engine!(self, a => a.absent_of_best())
    }

    /// See [`Annealer::adopt`].
    pub(crate) fn adopt(&mut self, routes: &[Vec<u32>]) {
        on_engine!(self, a => a.adopt(routes));
    }
}
