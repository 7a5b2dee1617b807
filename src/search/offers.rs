//! The cheapest places of stops in a solution as it stands, by who would serve
//! them: what choices are compared with. Changes nothing.
//!
//! Every position of every route counts. The positions of a party stand in one
//! array in driving order, and a stop's legs to all of them are computed as a row;
//! a lower bound and necessary conditions of time on that row leave few positions
//! for the exact test.

use crate::problem::lanes::Lanes;
use crate::problem::rows::Rows;
use crate::problem::time::Time;
use crate::problem::travel::Leg;
use crate::problem::{Cost, Problem, Solution, evaluate, index};

use super::anneal::Annealer;
use super::parallel;
use super::state::State;
use super::task::Task;
use super::worker::{Worker, on_engine};

/// Stops looked at by one parallel piece of work.
const PIECE: usize = 64;

/// The vehicle types, as parties: the party of each type, and how many there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parties<'a> {
    pub(crate) of_type: &'a [u32],
    pub(crate) count: usize,
}

/// For each of `stops` and each party the extra cost of its cheapest place in the
/// party's routes and idle vehicles, None where there is none. For a stop on a
/// route its own party is passed over.
///
/// Places are compared as in the search, and the cheapest is then priced exactly.
/// O(stops * routes' stops), a few nanoseconds each.
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
    let lines = on_engine!(&worker, a => a.state.lines(problem, parties));
    let pieces: Vec<&[u32]> = stops.chunks(PIECE).collect();
    let found = parallel::map(pieces, |piece| {
        let search = Search {
            problem,
            solution,
            parties,
            lines: &lines,
        };
        on_engine!(&worker, a => a.offers(piece, search))
    });
    found.into_iter().flatten().collect()
}

/// What all stops are looked for in.
#[derive(Clone, Copy)]
struct Search<'a> {
    problem: &'a Problem,
    solution: &'a Solution,
    parties: Parties<'a>,
    lines: &'a [Line<'a>],
}

/// The routes of a party with vehicles of one travel profile, one behind the
/// other, each with its start and its end.
#[derive(Debug)]
struct Line<'a> {
    party: u32,
    rows: Rows<'a>,
    /// One for each location of the rows; that of a route's end stands for nothing.
    spots: Vec<Spot>,
    /// Slot, first spot, spot of the end.
    routes: Vec<(u32, usize, usize)>,
}

/// A position, with what the tests before the exact one need.
#[derive(Clone, Copy, Debug)]
struct Spot {
    /// What the leg costs that is driven now.
    gap: Cost,
    /// How long it takes.
    travel: i64,
    /// Earliest departure of the node before.
    depart: Time,
    /// Latest arrival at the node behind.
    latest: Time,
    /// The node before.
    after: u32,
}

/// A place and what it costs there.
#[derive(Clone, Copy)]
struct Best {
    cost: Cost,
    /// The slot and the node before; the type alone for an idle vehicle.
    at: Result<(u32, u32), u32>,
}

impl Best {
    /// Idle vehicles go before routes, then slots in their order: which of equal
    /// places is taken does not depend on the order of looking.
    fn is_before(&self, cost: Cost, slot: u32) -> bool {
        self.cost < cost
            || self.cost == cost && self.at.is_ok_and(|(own, _)| own <= slot)
            || self.cost == cost && self.at.is_err()
    }
}

/// Rows of legs to and from a stop.
struct Legs {
    into: Vec<[u32; 2]>,
    out: Vec<[u32; 2]>,
}

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    fn offers(&self, stops: &[u32], search: Search<'_>) -> Vec<Vec<Option<Cost>>> {
        let Search {
            problem, solution, ..
        } = search;
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
        let longest = search.lines.iter().map(|line| line.rows.len()).max();
        let row = vec![[0; 2]; longest.unwrap_or(0)];
        let mut legs = Legs {
            into: row.clone(),
            out: row,
        };
        let of_stop = |&stop: &u32| {
            let best = self.state.best_by_party(stop, search, &mut legs);
            best.into_iter()
                .map(|best| best.and_then(|best| exact(stop, best)))
                .collect()
        };
        stops.iter().map(of_stop).collect()
    }
}

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// All positions of all routes, by party and profile.
    fn lines<'a>(&self, problem: &'a Problem, parties: Parties<'_>) -> Vec<Line<'a>> {
        let used = |slot: &u32| self.routes[*slot as usize].len > 0;
        let key = |slot: u32| {
            let kind = self.routes[slot as usize].kind as usize;
            (parties.of_type[kind], self.sub.kinds[kind].profile)
        };
        let mut slots: Vec<u32> = (0..index(self.routes.len())).filter(used).collect();
        slots.sort_by_key(|&slot| (key(slot), slot));
        let groups = slots.chunk_by(|&a, &b| key(a) == key(b));
        groups
            .map(|group| {
                let (party, profile) = key(group[0]);
                let mut locations = Vec::new();
                let (mut spots, mut routes) = (Vec::new(), Vec::new());
                for &slot in group {
                    let first = spots.len();
                    let kind = &problem.types[self.routes[slot as usize].kind as usize];
                    locations.push(kind.start);
                    spots.push(self.spot(self.start_of(slot)));
                    for stop in self.stops_of(slot) {
                        locations.push(self.sub.location(stop));
                        spots.push(self.spot(stop));
                    }
                    routes.push((slot, first, spots.len()));
                    locations.push(kind.end);
                    spots.push(self.spot(self.end_of(slot)));
                }
                Line {
                    party,
                    rows: Rows::new(&problem.travel, profile, locations),
                    spots,
                    routes,
                }
            })
            .collect()
    }

    fn spot(&self, after: u32) -> Spot {
        let node = &self.nodes[after as usize];
        let [distance, time] = self.rates(node.route);
        Spot {
            gap: distance * i64::from(node.distance) + time * i64::from(node.travel),
            travel: i64::from(node.travel),
            depart: node.depart,
            latest: self.nodes[node.next as usize].latest,
            after,
        }
    }

    /// What a millimetre and a millisecond of driving cost a route at least, waiting
    /// apart.
    fn rates(&self, slot: u32) -> [Cost; 2] {
        let rates = &self.sub.kinds[self.routes[slot as usize].kind as usize].rates;
        let duty = if TIMED { rates.duty } else { 0 };
        [rates.distance, rates.driving + duty]
    }

    fn best_by_party(&self, stop: u32, search: Search<'_>, legs: &mut Legs) -> Vec<Option<Best>> {
        let parties = search.parties;
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
        // Places beside neighbours bound what is looked for.
        let mut bound: Vec<Cost> = best
            .iter()
            .map(|b| b.map_or(Cost::MAX, |b| b.cost))
            .collect();
        for &near in self.sub.neighbours(stop) {
            if !self.is_routed(near) {
                continue;
            }
            let node = &self.nodes[near as usize];
            let party = party_of(node.route);
            if Some(party) != own
                && let Some(entry) = self.entry(stop, node.route)
            {
                for after in [near, node.prev] {
                    let most = &mut bound[party as usize];
                    *most = self
                        .try_position(stop, after, entry, *most)
                        .unwrap_or(*most);
                }
            }
        }
        for line in search.lines {
            if Some(line.party) != own {
                let location = self.sub.location(stop);
                let [into, out] = legs.rows(search.problem, &line.rows, location);
                let party = line.party as usize;
                self.scan(stop, line, [into, out], bound[party], &mut best[party]);
            }
        }
        best
    }

    /// Keeps the cheapest place of a line, which costs at most `bound`.
    fn scan(
        &self,
        stop: u32,
        line: &Line<'_>,
        [into, out]: [&[[u32; 2]]; 2],
        mut bound: Cost,
        best: &mut Option<Best>,
    ) {
        let data = &self.sub.stops[stop as usize];
        for &(slot, first, end) in &line.routes {
            let Some(entry) = self.entry(stop, slot) else {
                continue;
            };
            let route = &self.routes[slot as usize];
            let kind = &self.sub.kinds[route.kind as usize];
            let service = self.sub.service(kind.profile, data);
            let [distance, time] = self.rates(slot);
            let (mut least, mut slack) = (self.least_extra(entry), i64::MAX);
            if TIMED && self.sub.durations {
                let end = &self.nodes[self.end_of(slot) as usize];
                let busy = i64::from(end.busy) + i64::from(service);
                least += kind.rates.duty * (busy - i64::from(route.duration));
                slack = i64::from(kind.max_duty) - busy;
            }
            let spots = line.spots[first..end].iter();
            let legs = into[first..end].iter().zip(&out[first + 1..=end]);
            for (spot, (&to, &from)) in spots.zip(legs) {
                let [mm, ms] = [0, 1].map(|i| i64::from(to[i]) + i64::from(from[i]));
                if least + distance * mm + time * ms - spot.gap > bound {
                    continue;
                }
                let [to, from] = [to, from].map(|[distance, time]| Leg { distance, time });
                if TIMED {
                    let arrive = spot.depart + to.time();
                    if arrive > data.span.close || ms - spot.travel > slack {
                        continue;
                    }
                    let leave = arrive.max(data.span.open) + service;
                    if leave + from.time() > spot.latest {
                        continue;
                    }
                }
                let found =
                    self.try_legs(stop, spot.after, [to, from], entry, bound.saturating_add(1));
                if let Some(cost) = found
                    && !best.is_some_and(|best| best.is_before(cost, slot))
                {
                    let at = Ok((slot, spot.after));
                    *best = Some(Best { cost, at });
                    bound = cost;
                }
            }
        }
    }
}

impl Legs {
    /// Fills the rows: legs from each to a location, and from it to each.
    fn rows(&mut self, problem: &Problem, rows: &Rows<'_>, location: u32) -> [&[[u32; 2]]; 2] {
        let out = &mut self.out[..rows.len()];
        rows.out_of(location, out);
        if problem.travel.symmetric() {
            return [out, out];
        }
        let into = &mut self.into[..rows.len()];
        rows.into(location, into);
        [into, out]
    }
}
