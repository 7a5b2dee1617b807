//! The cheapest places of stops in a solution as it stands, by who would serve
//! them: what choices are compared with. Changes nothing.

use crate::problem::lanes::Lanes;
use crate::problem::{Cost, Problem, Solution, evaluate, index};

use super::anneal::Annealer;
use super::parallel;
use super::state::State;
use super::task::Task;
use super::worker::{Worker, on_engine};

/// Up to this many stops every position of every route is tried; beyond it those
/// beside a stop's neighbours and beside the party's [`NEAR`] stops that are next
/// in the problem's order, and all only where a party has none there.
const EXACT: usize = 3_000;

/// See [`EXACT`]; so many before and as many after. Stops are numbered so that
/// neighbours in the order are neighbours on the map.
const NEAR: usize = 16;

/// Stops looked at by one parallel piece of work.
const PIECE: usize = 256;

/// The vehicle types, as parties: the party of each type, and how many there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parties<'a> {
    pub(crate) of_type: &'a [u32],
    pub(crate) count: usize,
    /// The stops on each party's routes, ascending; found by [`offers`].
    served: &'a [Vec<u32>],
}

impl<'a> Parties<'a> {
    pub(crate) fn new(of_type: &'a [u32], count: usize) -> Self {
        Self {
            of_type,
            count,
            served: &[],
        }
    }
}

/// For each of `stops` and each party the extra cost of its cheapest place in the
/// party's routes and idle vehicles, None where there is none. For a stop on a
/// route its own party is passed over.
///
/// Places are compared as in the search, and the cheapest is then priced exactly.
/// O(stops * routes' stops) up to a few thousand stops, O(stops * neighbours)
/// beyond.
pub(crate) fn offers(
    problem: &Problem,
    solution: &Solution,
    stops: &[u32],
    parties: Parties<'_>,
) -> Vec<Vec<Option<Cost>>> {
    let none = || vec![vec![None; parties.count]; stops.len()];
    if problem.types.is_empty() || stops.is_empty() {
        return none();
    }
    let task = Task::whole(problem, solution, 1);
    let Some(worker) = Worker::new(&task, 0) else {
        return none();
    };
    let mut served = vec![Vec::new(); parties.count];
    for route in &solution.routes {
        let party = parties.of_type[route.kind as usize] as usize;
        served[party].extend_from_slice(&route.stops);
    }
    for stops in &mut served {
        stops.sort_unstable();
    }
    let parties = Parties {
        served: &served,
        ..parties
    };
    let pieces: Vec<&[u32]> = stops.chunks(PIECE).collect();
    let found = parallel::map(
        pieces,
        |piece| on_engine!(&worker, a => a.offers(piece, problem, solution, parties)),
    );
    found.into_iter().flatten().collect()
}

/// A place and what it costs there.
#[derive(Clone, Copy)]
struct Best {
    cost: Cost,
    /// The slot and the node before; the type alone for an idle vehicle.
    at: Result<(u32, u32), u32>,
}

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    fn offers(
        &self,
        stops: &[u32],
        problem: &Problem,
        solution: &Solution,
        parties: Parties<'_>,
    ) -> Vec<Vec<Option<Cost>>> {
        // The task holds every stop, in the problem's numbers.
        let exact = |stop: u32, best: Best| -> Option<Cost> {
            let (kind, mut route, old) = match best.at {
                Err(kind) => (kind, Vec::new(), 0),
                Ok((slot, _)) => {
                    let route = &solution.routes[slot as usize];
                    (route.kind, route.stops.clone(), route.cost)
                }
            };
            let at = match best.at {
                Ok((_, after)) => route.iter().position(|&s| s == after).map_or(0, |p| p + 1),
                Err(_) => 0,
            };
            route.insert(at, stop);
            let figures = evaluate::route(problem, kind, &route).ok()?;
            Some(figures.cost - old)
        };
        let of_stop = |&stop: &u32| {
            let best = self.state.best_by_party(stop, parties);
            best.into_iter()
                .map(|best| best.and_then(|best| exact(stop, best)))
                .collect()
        };
        stops.iter().map(of_stop).collect()
    }
}

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    fn best_by_party(&self, stop: u32, parties: Parties<'_>) -> Vec<Option<Best>> {
        let mut best: Vec<Option<Best>> = vec![None; parties.count];
        let party_of = |slot: u32| parties.of_type[self.routes[slot as usize].kind as usize];
        let own = self
            .is_routed(stop)
            .then(|| party_of(self.nodes[stop as usize].route));
        for (kind, &party) in (0..).zip(parties.of_type) {
            let bound = best[party as usize].map_or(Cost::MAX, |b| b.cost);
            if Some(party) != own
                && self.empty(kind) > 0
                && let Some(cost) = self.try_alone(stop, kind, bound)
            {
                let at = Err(kind);
                best[party as usize] = Some(Best { cost, at });
            }
        }
        let mut routed = vec![false; parties.count];
        for &near in self.sub.neighbours(stop) {
            if !self.is_routed(near) {
                continue;
            }
            let node = &self.nodes[near as usize];
            let party = party_of(node.route);
            if Some(party) != own {
                let best = &mut best[party as usize];
                routed[party as usize] |= self.offer(stop, node.route, &[near, node.prev], best);
            }
        }
        if self.sub.len() > EXACT {
            for (party, served) in (0..).zip(parties.served) {
                if Some(party) != own {
                    let best = &mut best[party as usize];
                    routed[party as usize] |= self.offer_near(stop, served, best);
                }
            }
        }
        for slot in 0..index(self.routes.len()) {
            let party = party_of(slot);
            let looked = routed[party as usize] && self.sub.len() > EXACT;
            if Some(party) == own || looked || self.routes[slot as usize].len == 0 {
                continue;
            }
            let mut after = vec![self.start_of(slot)];
            let mut node = self.nodes[self.start_of(slot) as usize].next;
            while node != self.end_of(slot) {
                after.push(node);
                node = self.nodes[node as usize].next;
            }
            self.offer(stop, slot, &after, &mut best[party as usize]);
        }
        best
    }

    /// As [`State::offer`] for the places beside those of `served` that are next to
    /// the stop in the problem's order.
    fn offer_near(&self, stop: u32, served: &[u32], best: &mut Option<Best>) -> bool {
        let at = served.partition_point(|&other| other < stop);
        let near = &served[at.saturating_sub(NEAR)..(at + NEAR).min(served.len())];
        let mut found = false;
        for &near in near {
            let node = &self.nodes[near as usize];
            found |= self.offer(stop, node.route, &[near, node.prev], best);
        }
        found
    }

    /// Keeps the cheapest of some places in one route; whether one was feasible
    /// and cheaper than what was known.
    fn offer(&self, stop: u32, slot: u32, after: &[u32], best: &mut Option<Best>) -> bool {
        let Some(entry) = self.entry(stop, slot) else {
            return false;
        };
        let mut found = false;
        for &after in after {
            let bound = best.map_or(Cost::MAX, |b| b.cost);
            if let Some(cost) = self.try_position(stop, after, entry, bound) {
                let at = Ok((slot, after));
                *best = Some(Best { cost, at });
                found = true;
            }
        }
        found
    }
}
