//! What the benches measure by itself: parts of an iteration without the rest.
//! The search calls nothing of this.

use crate::problem::lanes::Lanes;
use crate::problem::{Cost, Solution, index};

use super::anneal::Annealer;
use super::heat::Heat;
pub(crate) use super::ruin::Ruin;
use super::task::{AnySub, Task};
use super::worker::{Worker, on_engine};

/// Takes every `step`-th stop out of its route, as ruins do, so that there is room
/// to evaluate.
pub(crate) fn lift(worker: &mut Worker<'_>, step: usize) -> Vec<u32> {
    on_engine!(worker, a => a.lift(step))
}

/// Evaluates each stop beside its neighbours as recreate does, under the shrinking
/// bound, inserting nothing. The number of positions evaluated, and the sum of the
/// least extra costs.
pub(crate) fn evaluate(worker: &Worker<'_>, stops: &[u32]) -> (u64, Cost) {
    on_engine!(worker, a => a.evaluate(stops))
}

/// Recomputes all that a route keeps at its positions; with `journal`, the old
/// records are kept for an undo first, as in an iteration.
pub(crate) fn rebuild(worker: &mut Worker<'_>, slot: u32, journal: bool) -> bool {
    on_engine!(worker, a => {
        if journal {
            a.state.begin();
        }
        a.state.refresh(slot)
    })
}

/// Stops of each slot.
pub(crate) fn lengths(worker: &Worker<'_>) -> Vec<u32> {
    on_engine!(worker, a => a.state.routes.iter().map(|r| r.len).collect())
}

/// Ruins in one way and undoes it, `times` times; the number of stops taken out.
pub(crate) fn ruin(worker: &mut Worker<'_>, how: Ruin, times: u64) -> u64 {
    on_engine!(worker, a => a.ruins(how, times, false))
}

/// As [`ruin`], and puts the stops back before undoing.
pub(crate) fn ruin_recreate(worker: &mut Worker<'_>, how: Ruin, times: u64) -> u64 {
    on_engine!(worker, a => a.ruins(how, times, true))
}

/// Tries moves of the 2-opt family; how many were made.
pub(crate) fn two_opt(worker: &mut Worker<'_>, temperature: f64, times: u64) -> u64 {
    on_engine!(worker, a => (0..times).map(|_| u64::from(a.exchange(temperature))).sum())
}

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    fn ruins(&mut self, how: Ruin, times: u64, recreate: bool) -> u64 {
        let sizes = self.sizes;
        self.sizes = sizes.only(how);
        let mut removed = 0;
        for _ in 0..times {
            self.state.begin();
            if self.ruin() && recreate {
                self.gather();
                let (state, pending) = (&mut self.state, &mut self.pending);
                self.recreate
                    .recreate(state, pending, Cost::MAX, &mut self.rng);
            }
            removed += self.ruined.stops.len() as u64;
            self.state.undo();
        }
        self.sizes = sizes;
        removed
    }

    fn lift(&mut self, step: usize) -> Vec<u32> {
        self.state.begin();
        let every = (0..index(self.state.sub.len())).step_by(step);
        let stops: Vec<u32> = every.filter(|&s| self.state.is_routed(s)).collect();
        for &stop in &stops {
            self.state.unlink(stop);
        }
        for slot in 0..index(self.state.routes.len()) {
            let sound = self.state.refresh(slot);
            debug_assert!(
                sound,
                "legs of a great circle satisfy the triangle inequality"
            );
        }
        stops
    }

    fn evaluate(&self, stops: &[u32]) -> (u64, Cost) {
        let state = &self.state;
        let (mut positions, mut sum) = (0, 0);
        for &stop in stops {
            let mut best = state.price_of(stop);
            let (mut last_slot, mut approach) = (u32::MAX, None);
            for &near in state.sub.neighbours(stop) {
                if !state.is_routed(near) {
                    continue;
                }
                let node = &state.nodes[near as usize];
                if node.route != last_slot {
                    last_slot = node.route;
                    approach = state.approach(stop, last_slot);
                }
                if let Some(approach) = &approach {
                    positions += 2;
                    for after in [near, node.prev] {
                        best = state.try_near(stop, after, approach, best).unwrap_or(best);
                    }
                }
            }
            sum += best;
        }
        (positions, sum)
    }
}

/// Compares what random places are said to cost with what they cost when they are taken: how many
/// comparisons, and how many of them were equal.
///
/// # Errors
///
/// The first place that costs less than was said, or that was refused and can be taken.
pub(crate) fn bounds(worker: &mut Worker<'_>, times: u64) -> Result<[u64; 2], String> {
    on_engine!(worker, a => a.bounds(times))
}

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    fn bounds(&mut self, times: u64) -> Result<[u64; 2], String> {
        let mut counts = [0; 2];
        for _ in 0..times {
            let stops = index(self.state.sub.len());
            let [stop, near] = [0; 2].map(|_| self.rng.below(stops));
            if stop == near || !self.state.is_routed(stop) {
                continue;
            }
            self.state.begin();
            let from = self.state.nodes[stop as usize].route;
            self.state.unlink(stop);
            if self.state.refresh(from) && self.state.is_routed(near) {
                self.compare(stop, near, &mut counts)?;
            }
            self.state.undo();
        }
        Ok(counts)
    }

    fn compare(&mut self, stop: u32, near: u32, counts: &mut [u64; 2]) -> Result<(), String> {
        let state = &mut self.state;
        let slot = state.nodes[near as usize].route;
        let Some(approach) = state.approach(stop, slot) else {
            return Ok(());
        };
        let said = state.try_near(stop, near, &approach, Cost::MAX / 4);
        let without = state.cost - state.price_of(stop);
        let exact = state.insert(stop, near).then(|| state.cost - without);
        counts[0] += u64::from(exact.is_some());
        counts[1] += u64::from(exact.is_some() && exact == said);
        match (said, exact) {
            (None, Some(_)) => Err(format!("{stop} fits behind {near}, which was refused")),
            (Some(said), Some(exact)) if exact < said => {
                Err(format!("{stop} behind {near} costs {exact}, not {said}"))
            }
            _ => Ok(()),
        }
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
