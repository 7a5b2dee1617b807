//! What the benches measure by itself: parts of an iteration without the rest.
//! The search calls nothing of this.

use crate::problem::Cost;
use crate::problem::lanes::Lanes;
use crate::problem::{Engine, Solution, index};

use super::anneal::{Annealer, TaskPlan, TaskResult};
use super::rounds::Heat;
use super::task::{AnySub, Task};

/// A chain on whichever engine its problem has.
#[derive(Debug)]
pub(crate) enum Chain<'t> {
    /// Without time.
    Capacity(Annealer<'t, u64, false>),
    /// Loads in 64 bits.
    Timed(Annealer<'t, u64, true>),
    /// Loads in 128 bits.
    Wide(Annealer<'t, u128, true>),
}

/// One call for the three engines.
macro_rules! each {
    ($chain:expr, $inner:ident => $call:expr) => {
        match $chain {
            Chain::Capacity($inner) => $call,
            Chain::Timed($inner) => $call,
            Chain::Wide($inner) => $call,
        }
    };
}

impl<'t> Chain<'t> {
    /// A chain from the given routes; None when they are not feasible.
    pub(crate) fn new(task: &'t Task<'_>, routes: &[Vec<u32>], seed: u64) -> Option<Self> {
        match &task.sub {
            AnySub::Wide(sub) => Annealer::new(sub, routes, seed).map(Chain::Wide),
            AnySub::Word(sub) if sub.problem.engine == Engine::Capacity => {
                Annealer::new(sub, routes, seed).map(Chain::Capacity)
            }
            AnySub::Word(sub) => Annealer::new(sub, routes, seed).map(Chain::Timed),
        }
    }

    /// Ruin-recreate iterations at one temperature; the cost afterwards.
    pub(crate) fn run(&mut self, iterations: u64, temperature: f64) -> Cost {
        let plan = TaskPlan {
            seed: 0,
            iterations,
            temperature: [temperature; 2],
            fill: false,
        };
        each!(self, chain => {
            chain.anneal(plan);
            chain.cost()
        })
    }

    /// Where the chain stands.
    pub(crate) fn finish(self) -> TaskResult {
        each!(self, chain => chain.finish())
    }

    /// See [`Annealer::lift`].
    pub(crate) fn lift(&mut self, step: usize) -> Vec<u32> {
        each!(self, chain => chain.lift(step))
    }

    /// See [`Annealer::evaluate`].
    pub(crate) fn evaluate(&self, stops: &[u32]) -> (u64, Cost) {
        each!(self, chain => chain.evaluate(stops))
    }

    /// See [`Annealer::rebuild`].
    pub(crate) fn rebuild(&mut self, slot: u32, journal: bool) -> bool {
        each!(self, chain => chain.rebuild(slot, journal))
    }

    /// Stops of each slot.
    pub(crate) fn lengths(&self) -> Vec<u32> {
        each!(self, chain => chain.state.routes.iter().map(|r| r.len).collect())
    }
}

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    /// Takes every `step`-th stop out of its route, as ruins do, so that there is
    /// room to evaluate.
    fn lift(&mut self, step: usize) -> Vec<u32> {
        self.state.begin();
        let routed = (0..index(self.state.sub.len())).step_by(step);
        let stops: Vec<u32> = routed.filter(|&s| self.state.is_routed(s)).collect();
        for &stop in &stops {
            self.state.unlink(stop);
        }
        for slot in 0..index(self.state.routes.len()) {
            let sound = self.state.refresh(slot);
            debug_assert!(sound, "a road that is longer than its detour");
        }
        stops
    }

    /// Evaluates each stop beside its neighbours as recreate does, under the
    /// shrinking bound, inserting nothing. The number of positions evaluated, and
    /// the sum of the least extra costs.
    fn evaluate(&self, stops: &[u32]) -> (u64, Cost) {
        let state = &self.state;
        let (mut positions, mut sum) = (0, 0);
        for &stop in stops {
            let mut best = state.sub.stops[stop as usize].price;
            let (mut last_slot, mut last_room) = (u32::MAX, false);
            for &near in state.sub.neighbours(stop) {
                if !state.is_routed(near) {
                    continue;
                }
                let node = &state.nodes[near as usize];
                if node.route != last_slot {
                    last_slot = node.route;
                    last_room = state.has_room(stop, last_slot);
                }
                if last_room {
                    positions += 2;
                    for after in [near, node.prev] {
                        best = state.try_position(stop, after, best).unwrap_or(best);
                    }
                }
            }
            sum += best;
        }
        (positions, sum)
    }

    /// Recomputes all that a route keeps at its positions; with `journal`, the old
    /// records are kept for an undo first, as in an iteration.
    fn rebuild(&mut self, slot: u32, journal: bool) -> bool {
        if journal {
            self.state.begin();
        }
        self.state.refresh(slot)
    }
}

/// The temperature of a solve when a share of its budget is used.
pub(crate) fn temperature(task: &Task<'_>, start: &Solution, used: f64) -> f64 {
    let problem = match &task.sub {
        AnySub::Word(sub) => sub.problem,
        AnySub::Wide(sub) => sub.problem,
    };
    Heat::new(problem, start, false).of([used; 2])[0]
}
