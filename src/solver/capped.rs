//! The search where carriers take only so many packages a day.
//!
//! First as if they took any number. When a carrier then has too many, its places go to the packages
//! that are dearest to serve otherwise; the others get the next carrier with room or must be served,
//! and the search goes on from there. Who gets the places is decided anew several times, in
//! the share of the budget that [`PHASES`] states; the cheapest solution that keeps to the limits is
//! the answer.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::problem::{Cost, Problem, Route, Solution, evaluate, index, to_money};
use crate::search::offers::{Parties, offers};
use crate::search::{construct, eject, improve, parallel};

use super::CompiledDay;
use super::clock::Clock;
use super::tenders::{Market, Optional, Tenders};

/// Shares of the budget at which the places with carriers are given anew; the rest of the budget
/// is for the last decision.
const PHASES: [f64; 4] = [0.5, 0.7, 0.85, f64::INFINITY];

/// The places with carriers as they were given, and the problem in which exactly those packages are
/// optional: whatever is left out of its solutions, no carrier has too many.
type Bounded = (Arc<Problem>, Tenders);

/// A solution within limits; without places given, when all have their cheapest carriers.
struct Candidate {
    cost: Cost,
    solution: Solution,
    bounded: Option<Bounded>,
}

/// Exchanges tried after each decision, times the stops of the day: a few for a large day.
const TRIALS: usize = 100_000;

/// A search within the limits of carriers.
pub(super) struct Capped<'a> {
    compiled: &'a CompiledDay,
    market: Market,
}

impl<'a> Capped<'a> {
    /// None when no carrier's limit can matter.
    pub(super) fn new(compiled: &'a CompiledDay) -> Option<Self> {
        let market = Market::new(compiled)?;
        Some(Self { compiled, market })
    }

    /// The best solution found, the carriers of its packages, and for each stop whether it was tried
    /// in place of others as well.
    pub(super) fn search(
        &self,
        start: Solution,
        warm: bool,
        seed: u64,
        clock: &mut Clock<'_>,
    ) -> (Solution, Tenders, Vec<bool>) {
        let mut bounded: Option<Bounded> = None;
        let mut current = start;
        let mut best: Option<Candidate> = None;
        for (phase, until) in (0..).zip(PHASES) {
            let problem = self.problem(bounded.as_ref());
            clock.pause_at(until);
            let found = improve(problem, current, warm, seed.wrapping_add(phase), clock);
            current = construct::complete(problem, found);
            if bounded.is_some() || self.is_within(&current) {
                self.keep(&mut best, &current, bounded.as_ref());
            }
            let over = until == f64::INFINITY || clock.is_over();
            if over && best.is_some() {
                break;
            }
            if bounded.is_some() || !self.is_within(&current) {
                let mut next = self.give_places(&current);
                construct::priced(&next.0, &mut current);
                current = construct::complete(&next.0, construct::fill(&next.0, current));
                self.exchange(&mut current, &mut next, clock);
                self.keep(&mut best, &current, Some(&next));
                bounded = Some(next);
            }
            if over {
                break;
            }
        }
        let best = best.expect("giving places makes a solution within limits");
        self.finish(best, clock)
    }

    fn problem<'b>(&'b self, bounded: Option<&'b Bounded>) -> &'b Problem {
        bounded.map_or(&self.compiled.problem, |bounded| &bounded.0)
    }

    /// A last look at what is left, and the cheapest carriers for what is tendered.
    fn finish(&self, best: Candidate, clock: &mut Clock<'_>) -> (Solution, Tenders, Vec<bool>) {
        let Candidate {
            mut solution,
            mut bounded,
            ..
        } = best;
        if let Some(bounded) = &mut bounded {
            self.exchange(&mut solution, bounded, clock);
        }
        let problem = self.problem(bounded.as_ref());
        let searched = clock.iterations();
        let (mut found, mut tried) = eject(problem, solution.clone(), true, searched);
        // Where places were given, what may be left has one. Else a carrier may be full: then no
        // stop is left to it, and as one or another might be, nothing is certain.
        if bounded.is_none() && !self.is_within(&found) {
            found = eject(problem, solution, false, searched).0;
            tried.fill(false);
        }
        let tenders = bounded.map_or_else(Tenders::default, |(_, tenders)| tenders);
        let tendered: Vec<&Optional> = self.tendered(&found).collect();
        let tenders = self.market.settle(&self.compiled.day, &tendered, tenders);
        (found, tenders, tried)
    }

    /// The optional stops on no route.
    fn tendered<'s>(&'s self, solution: &Solution) -> impl Iterator<Item = &'s Optional> {
        let bank: BTreeSet<u32> = solution.bank.iter().copied().collect();
        let left = move |stop: &&Optional| stop.stop.is_none_or(|s| bank.contains(&s));
        self.market.stops.iter().filter(left)
    }

    /// Whether no carrier has too many when all have their cheapest.
    fn is_within(&self, solution: &Solution) -> bool {
        !self.market.overflows(self.tendered(solution))
    }

    /// Keeps the cheaper solution.
    fn keep(&self, best: &mut Option<Candidate>, solution: &Solution, bounded: Option<&Bounded>) {
        let all = Tenders::default();
        let tenders = bounded.map_or(&all, |(_, tenders)| tenders);
        let cost = self.cost(solution, tenders);
        if best.as_ref().is_none_or(|best| cost < best.cost) {
            *best = Some(Candidate {
                cost,
                solution: solution.clone(),
                bounded: bounded.cloned(),
            });
        }
    }

    /// What a solution costs with these carriers, stops that no vehicle can serve included.
    fn cost(&self, solution: &Solution, tenders: &Tenders) -> Cost {
        let (problem, groups) = (&self.compiled.problem, self.compiled.grouping.stops());
        let routes: Cost = solution.routes.iter().map(|r| r.cost).sum();
        let hopeless = problem.hopeless.iter().map(|&(group, _)| group);
        let left = solution.bank.iter().map(|&s| problem.origin[s as usize]);
        let prices = left.chain(hopeless).map(|group| {
            let stop = &groups[group as usize];
            if stop.collects {
                // Counted at its door.
                return 0;
            }
            problem.price_of(tenders.price(&self.compiled.day, stop), stop.attempts)
        });
        let short = problem.shortfall(solution.routes.iter().map(|r| r.kind));
        routes + prices.sum::<Cost>() + short
    }

    /// The problem in which exactly these packages may be left to their carriers.
    fn priced(&self, tenders: &Tenders) -> Problem {
        let mut problem = self.compiled.problem.clone();
        for stop in &self.market.stops {
            let Some(s) = stop.stop else { continue };
            let group = &self.compiled.grouping.stops()[stop.group as usize];
            let price = tenders.price(&self.compiled.day, group);
            let cost = problem.price_of(price, group.attempts);
            let set = problem.options.set(s).map_or(vec![s], <[u32]>::to_vec);
            for member in set {
                let data = &mut problem.stops[member as usize];
                data.price = cost;
                data.required = price.is_none();
            }
        }
        problem
    }

    /// Lets a tendered stop and one that is not change places, as long as that is cheaper: the one
    /// is served at its cheapest place, the other leaves its route.
    fn exchange(&self, solution: &mut Solution, bounded: &mut Bounded, clock: &mut Clock<'_>) {
        let mut trials = (TRIALS / self.compiled.problem.len().max(1)).max(4);
        let mut cost = self.cost(solution, &bounded.1);
        clock.begin_trials();
        while clock.may_try() {
            let Some(found) = self.one_exchange(solution, cost, &mut trials, clock) else {
                return;
            };
            (cost, *solution, *bounded) = found;
        }
    }

    /// The first exchange that makes a solution cheaper than `cost`, the most promising tried first.
    fn one_exchange(
        &self,
        solution: &Solution,
        cost: Cost,
        trials: &mut usize,
        clock: &mut Clock<'_>,
    ) -> Option<(Cost, Solution, Bounded)> {
        let problem = &self.compiled.problem;
        let serving = serving(problem, solution);
        let bank: BTreeSet<u32> = solution.bank.iter().copied().collect();
        // What serving costs more than tendering.
        let saved = |stop: &Optional| {
            let attempts = self.compiled.grouping.stops()[stop.group as usize].attempts;
            let known = stop.stop.and_then(|s| serving[s as usize]);
            let serve = known.unwrap_or_else(|| problem.price_of(None, attempts));
            serve - problem.price_of(Some(stop.cheapest), attempts)
        };
        // Of a package with alternatives, or in a group, the search decides.
        let alone = |s: u32| problem.options.set(s).is_none() && problem.bonds.team(s).is_none();
        let movable = self
            .market
            .stops
            .iter()
            .filter(|stop| stop.stop.is_some_and(alone));
        let mut all: Vec<(Cost, &Optional, bool)> = movable
            .map(|stop| {
                let left = stop.stop.is_some_and(|s| bank.contains(&s));
                (saved(stop), stop, left)
            })
            .collect();
        all.sort_by_key(|&(saved, stop, _)| (saved, stop.group));
        let few = trials.isqrt() + 1;
        let leaving = all.iter().filter(|(.., left)| *left).take(few);
        let mut pairs: Vec<(Cost, &Optional, &Optional)> = Vec::new();
        for &(loss, out, _) in leaving {
            let entering = all
                .iter()
                .rev()
                .filter(|(_, stop, _)| stop.group != out.group);
            let pair = |&(gain, stop, _): &(Cost, _, _)| (loss - gain, out, stop);
            pairs.extend(entering.take(few).map(pair));
        }
        pairs.sort_by_key(|&(delta, out, stop)| (delta, out.group, stop.group));
        for (_, out, stop) in pairs {
            *trials = trials.checked_sub(1)?;
            if !clock.may_try() {
                return None;
            }
            let found = self.exchanged(solution, out, stop);
            if let Some(found) = found.filter(|found| found.0 < cost) {
                return Some(found);
            }
        }
        None
    }

    /// The solution after `out` lost its place with a carrier to `stop`.
    fn exchanged(
        &self,
        solution: &Solution,
        out: &Optional,
        stop: &Optional,
    ) -> Option<(Cost, Solution, Bounded)> {
        let tendered: Vec<&Optional> = self.tendered(solution).collect();
        let others = tendered.into_iter().filter(|o| o.group != out.group);
        let order = std::iter::once(stop).chain(others.filter(|o| o.group != stop.group));
        let tenders = self.market.give(order);
        let problem = self.priced(&tenders);
        let mut next = solution.clone();
        let s = stop.stop?;
        let served = next
            .routes
            .iter()
            .position(|route| route.stops.contains(&s));
        if let Some(at) = served {
            let route = &mut next.routes[at];
            route.stops.retain(|&other| other != s);
            let left = evaluate::route(&problem, route.kind, &route.stops).ok()?;
            route.cost = left.cost;
            next.bank.push(s);
            next.routes.retain(|route| !route.stops.is_empty());
        }
        construct::priced(&problem, &mut next);
        let next = construct::complete(&problem, next);
        let cost = self.cost(&next, &tenders);
        Some((cost, next, (Arc::new(problem), tenders)))
    }

    /// Gives the places with carriers to the packages that are dearest to serve otherwise; between
    /// equal ones the order of the request decides.
    fn give_places(&self, solution: &Solution) -> Bounded {
        let problem = &self.compiled.problem;
        let serving = serving(problem, solution);
        let mut order: Vec<(Reverse<i128>, &Optional)> = Vec::new();
        for stop in &self.market.stops {
            let attempts = self.compiled.grouping.stops()[stop.group as usize].attempts;
            let known = stop.stop.and_then(|s| serving[s as usize]);
            let cost = known.unwrap_or_else(|| problem.price_of(None, attempts));
            let served = to_money(cost, problem.units_per_currency).millicents();
            let saved = i128::from(served) - i128::from(stop.cheapest.millicents());
            order.push((Reverse(saved * 1_000 / stop.count()), stop));
        }
        order.sort_by_key(|&(saved, stop)| (saved, stop.group));
        let tenders = self.market.give(order.into_iter().map(|(_, stop)| stop));
        (Arc::new(self.priced(&tenders)), tenders)
    }
}

/// What serving each stop costs: what its route would cost less without it, or for one on no route
/// what its cheapest place costs; None where it has no place.
fn serving(problem: &Problem, solution: &Solution) -> Vec<Option<Cost>> {
    let mut serving = gains(problem, solution);
    let of_type = vec![0; problem.types.len()];
    let parties = Parties {
        of_type: &of_type,
        count: 1,
    };
    let places = offers(problem, solution, &solution.bank, parties);
    for (&s, place) in solution.bank.iter().zip(places) {
        serving[s as usize] = place[0];
    }
    for s in 0..serving.len() {
        // What is served elsewhere is served.
        let set = problem.options.set(index(s)).unwrap_or_default();
        if let Some(found) = set.iter().find_map(|&s| serving[s as usize]) {
            serving[s] = Some(found);
        }
    }
    serving
}

/// What each route would cost less without each of its stops; None for stops on no route and for
/// those that cannot be taken out alone. O(n) for each stop of a route of n.
pub(super) fn gains(problem: &Problem, solution: &Solution) -> Vec<Option<Cost>> {
    let of_route = |route: &Route| -> Vec<(u32, Option<Cost>)> {
        let mut rest = Vec::with_capacity(route.stops.len());
        let without = |(at, &s): (usize, &u32)| {
            rest.clear();
            rest.extend_from_slice(&route.stops[..at]);
            rest.extend_from_slice(&route.stops[at + 1..]);
            let figures = evaluate::route(problem, route.kind, &rest).ok();
            (s, figures.map(|figures| route.cost - figures.cost))
        };
        route.stops.iter().enumerate().map(without).collect()
    };
    let mut gains = vec![None; problem.len()];
    let found = parallel::map(solution.routes.iter().collect(), of_route);
    for (s, gain) in found.into_iter().flatten() {
        gains[s as usize] = gain;
    }
    gains
}
