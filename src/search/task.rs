//! From a share of the routes to a task on the right engine, and back.

use crate::problem::travel::Leg;
use crate::problem::{Engine, Problem, Route, Solution, index};

use super::anneal::TaskSolution;
use super::partition::{Share, free_reloads};
use super::sub::{Membership, Sub};

/// A task's problem on its engine.
#[derive(Debug)]
pub(crate) enum AnySub<'p> {
    /// Loads in 64 bits.
    Word(Sub<'p, u64>),
    /// Loads in 128 bits.
    Wide(Sub<'p, u128>),
}

/// A compiled task with the routes it starts from.
#[derive(Debug)]
pub(crate) struct Task<'p> {
    /// Its problem.
    pub(crate) sub: AnySub<'p>,
    /// Local stops of each slot.
    pub(crate) routes: Vec<Vec<u32>>,
}

/// Which task each stop of the problem belongs to, and its number there.
#[derive(Debug)]
pub(super) struct Assignment {
    task_of: Vec<u32>,
    local_of: Vec<u32>,
    stops: Vec<Vec<u32>>,
}

impl Assignment {
    /// Numbers the stops of all shares. O(n).
    pub(crate) fn new(problem: &Problem, solution: &Solution, shares: &[Share]) -> Assignment {
        let mut assignment = Assignment {
            task_of: vec![u32::MAX; problem.len()],
            local_of: vec![0; problem.len()],
            stops: Vec::with_capacity(shares.len()),
        };
        for (task, share) in shares.iter().enumerate() {
            let on_routes = share
                .routes
                .iter()
                .flat_map(|&r| &solution.routes[r as usize].stops);
            let on_routes = on_routes.chain(&share.reloads);
            let mut stops: Vec<u32> = on_routes.chain(&share.bank).copied().collect();
            add_sets(problem, &mut stops);
            // Stops are numbered along the ZIP order of the problem: neighbours
            // share cache lines.
            stops.sort_unstable();
            for (local, &s) in stops.iter().enumerate() {
                assignment.task_of[s as usize] = index(task);
                assignment.local_of[s as usize] = index(local);
            }
            assignment.stops.push(stops);
        }
        assignment
    }
}

/// Adds the other stops of the packages that have a stop among these.
fn add_sets(problem: &Problem, stops: &mut Vec<u32>) {
    if !problem.options.any() {
        return;
    }
    for at in 0..stops.len() {
        let stop = stops[at];
        let set = problem.options.set(stop).unwrap_or_default();
        stops.extend(set.iter().filter(|&&s| s != stop));
    }
}

impl<'p> Task<'p> {
    /// Compiles the task of one share.
    pub(super) fn new(
        problem: &'p Problem,
        solution: &Solution,
        share: &Share,
        task: usize,
        assignment: &Assignment,
        table: Vec<Leg>,
    ) -> Task<'p> {
        let kinds = share
            .routes
            .iter()
            .map(|&r| solution.routes[r as usize].kind);
        let member = Membership {
            stops: &assignment.stops[task],
            local_of: &assignment.local_of,
            task_of: &assignment.task_of,
            task: index(task),
            slots: kinds.chain(share.idle.iter().copied()).collect(),
            caps: share.caps.clone(),
            least: share.least.clone(),
            lockers: share.lockers.clone(),
        };
        let sub = match problem.engine {
            Engine::Wide => AnySub::Wide(Sub::new(problem, &member, table)),
            Engine::Capacity | Engine::Timed => AnySub::Word(Sub::new(problem, &member, table)),
        };
        let local = |r: &u32| {
            let stops = &solution.routes[*r as usize].stops;
            stops
                .iter()
                .map(|&s| assignment.local_of[s as usize])
                .collect()
        };
        Task {
            sub,
            routes: share.routes.iter().map(local).collect(),
        }
    }

    /// The task of a whole solution: all routes, up to `idle` idle vehicles of
    /// each type, the whole bank.
    pub(crate) fn whole(problem: &'p Problem, solution: &Solution, idle: usize) -> Task<'p> {
        let mut free: Vec<usize> = problem.types.iter().map(|t| t.vehicles.len()).collect();
        for route in &solution.routes {
            free[route.kind as usize] -= 1;
        }
        let lent = free
            .iter()
            .enumerate()
            .flat_map(|(kind, &n)| std::iter::repeat_n(index(kind), n.min(idle)));
        let share = Share {
            routes: (0..index(solution.routes.len())).collect(),
            bank: solution.bank.clone(),
            idle: lent.collect(),
            caps: problem.fleet_caps.clone(),
            least: problem.promised.least.clone(),
            lockers: problem.options.slots.clone(),
            reloads: free_reloads(problem, solution),
        };
        let assignment = Assignment::new(problem, solution, std::slice::from_ref(&share));
        Task::new(problem, solution, &share, 0, &assignment, Vec::new())
    }

    /// Number of its stops.
    pub(crate) fn len(&self) -> usize {
        match &self.sub {
            AnySub::Word(sub) => sub.len(),
            AnySub::Wide(sub) => sub.len(),
        }
    }

    /// The memory of its leg table, for the next task.
    pub(crate) fn into_table(self) -> Vec<Leg> {
        match self.sub {
            AnySub::Word(sub) => sub.into_table(),
            AnySub::Wide(sub) => sub.into_table(),
        }
    }

    /// Adds a task's solution to `into`, in the problem's numbers. Costs of the
    /// bank are the caller's.
    pub(crate) fn collect(&self, solution: &TaskSolution, into: &mut Solution) {
        let (global, slots) = match &self.sub {
            AnySub::Word(sub) => (&sub.global, &sub.slots),
            AnySub::Wide(sub) => (&sub.global, &sub.slots),
        };
        for (slot, stops) in solution.routes.iter().enumerate() {
            if !stops.is_empty() {
                into.routes.push(Route {
                    kind: slots[slot],
                    stops: stops.iter().map(|&s| global[s as usize]).collect(),
                    cost: solution.costs[slot],
                });
            }
        }
        into.bank
            .extend(solution.bank.iter().map(|&s| global[s as usize]));
    }
}
