//! Between the search's solution and the plan's routes.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Plan, ReloadDraft, RestDraft, RouteDraft};
use crate::problem::carry::ALONE;
use crate::problem::options::Stock;
use crate::problem::{Problem, Route, Solution, evaluate, index};
use crate::search::construct;
use crate::units::TimeOfDay;

use super::CompiledDay;
use super::crews::Crews;

/// A route as the plan has it: a vehicle of the day, its type, stops by the problem's numbers.
#[derive(Clone, Debug)]
pub(super) struct Tour {
    /// Index into the day's vehicles, and into its drivers.
    pub(super) vehicle: u32,
    pub(super) driver: Option<u32>,
    /// Index into the vehicles of the problem.
    pub(super) crew: u32,
    /// Its type.
    pub(super) kind: u32,
    /// Stops in driving order.
    pub(super) stops: Vec<u32>,
}

/// Routes with vehicles: those of a type in the order of the fleet, its routes in ZIP order of
/// their first stop.
pub(super) fn tours(compiled: &CompiledDay, solution: &Solution) -> Vec<Tour> {
    let problem = &compiled.problem;
    let mut routes: Vec<&Route> = solution.routes.iter().collect();
    routes.sort_by_key(|r| (r.kind, r.stops.iter().min().copied()));
    let mut used = vec![0; problem.types.len()];
    let mut hands = compiled.crews.as_ref().map(Crews::hands);
    let tour = |route: &Route| {
        let turn = &mut used[route.kind as usize];
        let crew = problem.types[route.kind as usize].vehicles[*turn];
        *turn += 1;
        let (vehicle, driver) = match &mut hands {
            Some(hands) => hands.next(crew),
            None => (crew, None),
        };
        Tour {
            vehicle,
            driver,
            crew,
            kind: route.kind,
            stops: route.stops.clone(),
        }
    };
    routes.into_iter().map(tour).collect()
}

/// Tours with departures, by the grouping's numbers.
pub(super) fn drafts(compiled: &CompiledDay, tours: &[Tour]) -> Vec<RouteDraft> {
    let problem = &compiled.problem;
    let draft = |tour: &Tour| {
        let figures = evaluate::best_departure(problem, tour.kind, &tour.stops);
        debug_assert!(figures.is_ok(), "the search keeps routes feasible");
        let (stops, reloads) = trips(problem, tour);
        let figures = figures.ok()?;
        let rest = |(number, visit, after_service)| RestDraft {
            number,
            visit,
            after_service,
        };
        Some(RouteDraft {
            vehicle: tour.vehicle as usize,
            driver: tour.driver.map(|driver| driver as usize),
            stops,
            depart: TimeOfDay::from_millis(i64::from(figures.depart)),
            breaks: figures.spots.taken().map(rest).collect(),
            reloads,
        })
    };
    tours.iter().filter_map(draft).collect()
}

/// The stops of a tour by the grouping's numbers, and its reloads.
fn trips(problem: &Problem, tour: &Tour) -> (Vec<u32>, Vec<ReloadDraft>) {
    let openings = evaluate::openings(problem, tour.kind, &tour.stops);
    let (mut stops, mut reloads) = (Vec::with_capacity(tour.stops.len()), Vec::new());
    for (at, &s) in tour.stops.iter().enumerate() {
        match openings.get(at).copied().flatten() {
            Some(opening) => reloads.push(ReloadDraft {
                visit: stops.len(),
                from: TimeOfDay::from_millis(i64::from(opening.window.open)),
            }),
            None => stops.push(problem.origin[s as usize]),
        }
    }
    (stops, reloads)
}

/// A plan as a start for the search. Vehicles and packages the day does not know
/// are passed over, and so is each visit that can no longer be made.
pub(super) fn solution(compiled: &CompiledDay, plan: &Plan) -> Solution {
    let problem = &compiled.problem;
    let mut stop_of = vec![u32::MAX; compiled.grouping.stops().len()];
    for s in problem.customers() {
        let origin = problem.origin[s as usize];
        stop_of[origin as usize] = s;
    }
    let packages: BTreeMap<_, _> = compiled
        .day
        .packages()
        .iter()
        .enumerate()
        .map(|(p, package)| (package.id(), p))
        .collect();
    let mut kind_of = BTreeMap::new();
    for (kind, data) in problem.types.iter().enumerate() {
        for &v in &data.vehicles {
            kind_of.insert(compiled.fleet().vehicles()[v as usize].id(), index(kind));
        }
    }
    let mut roster = compiled.crews.as_ref().map(|crews| crews.roster(compiled));
    let mut placed = vec![false; problem.len()];
    let mut stock = Stock::new(&problem.options);
    let mut solution = Solution::default();
    let mut free: Vec<u32> = problem.reloads.clone().collect();
    for route in &plan.routes {
        let kind = match &mut roster {
            Some(roster) => roster.kind_of(route),
            None => kind_of.remove(&route.vehicle),
        };
        let Some(kind) = kind else { continue };
        let stops = route
            .visits
            .iter()
            .enumerate()
            .flat_map(|(i, v)| {
                let door = |id| {
                    let (package, grouping) = (*packages.get(id)?, &compiled.grouping);
                    match v.alternative {
                        Some(number) => grouping.alternative_of(package, number),
                        None => Some(grouping.stop_of(package)),
                    }
                };
                let collected = |id| compiled.grouping.pickup_of(*packages.get(id)?);
                let collected: Vec<Option<u32>> = v.collects.iter().map(collected).collect();
                let doors = collected.into_iter().chain(v.packages.iter().map(door));
                let doors = doors.flatten().map(|group| stop_of[group as usize]);
                let reloads = route.reloads.iter().filter(|r| r.visit == i);
                let reloads = reloads.filter_map(|r| take_reload(problem, &mut free, r.start));
                let all: Vec<u32> = reloads.collect();
                all.into_iter().chain(doors.collect::<Vec<_>>())
            })
            .filter(|&s| {
                let fresh = s != u32::MAX && !placed[s as usize] && stock.serve(s);
                fresh && !std::mem::replace(&mut placed[s as usize], true)
            })
            .collect();
        if let Some(route) = feasible(problem, kind, stops, &mut placed) {
            solution.routes.push(route);
        }
    }
    solution.bank = problem
        .customers()
        .filter(|&s| match problem.options.set(s) {
            Some(set) => set[0] == s && set.iter().all(|&s| !placed[s as usize]),
            None => !placed[s as usize],
        })
        .collect();
    construct::priced(problem, &mut solution);
    construct::fill(problem, solution)
}

/// A reload that nobody has, at a dock the one that begins then.
fn take_reload(problem: &Problem, free: &mut Vec<u32>, start: TimeOfDay) -> Option<u32> {
    let fits = |&s: &u32| {
        let window = problem.windows_of(s)[0];
        window.open < window.close || i64::from(window.open) == start.millis()
    };
    let at = free.iter().position(fits)?;
    Some(free.remove(at))
}

/// The stops of packages that are collected on the way, without those whose partner is missing or
/// comes in the wrong order.
fn with_partners(problem: &Problem, stops: Vec<u32>, placed: &mut [bool]) -> Vec<u32> {
    if !problem.paired {
        return stops;
    }
    let at: BTreeMap<u32, usize> = (0..).zip(&stops).map(|(at, &s)| (s, at)).collect();
    let whole = |s: u32| {
        let Some(ride) = problem.stops[s as usize].ride.as_deref() else {
            return true;
        };
        let partner = at.get(&ride.partner);
        ride.partner == ALONE || partner.is_some_and(|p| (at[&s] < *p) == ride.collects)
    };
    let (kept, out): (Vec<u32>, Vec<u32>) = stops.into_iter().partition(|&s| whole(s));
    for s in out {
        placed[s as usize] = false;
    }
    kept
}

/// The stops without those that ride with one which is not among them.
fn with_mates(problem: &Problem, stops: Vec<u32>, placed: &mut [bool]) -> Vec<u32> {
    if problem.bonds.teams().is_empty() {
        return stops;
    }
    let here: BTreeSet<u32> = stops.iter().copied().collect();
    let whole = |s: u32| {
        let team = problem.bonds.team(s).unwrap_or_default();
        team.iter().all(|mate| here.contains(mate))
    };
    let (kept, out): (Vec<u32>, Vec<u32>) = stops.into_iter().partition(|&s| whole(s));
    for s in out {
        placed[s as usize] = false;
    }
    kept
}

/// The route without the stops that make it infeasible; those become unplaced.
fn feasible(problem: &Problem, kind: u32, stops: Vec<u32>, placed: &mut [bool]) -> Option<Route> {
    let kept = with_partners(problem, stops, placed);
    let mut kept = with_mates(problem, kept, placed);
    if evaluate::route(problem, kind, &kept).is_err() {
        let mut fitting: Vec<u32> = Vec::with_capacity(kept.len());
        for &s in &kept {
            let stop = &problem.stops[s as usize];
            let (partner, collects) = (
                stop.partner(),
                stop.ride.as_deref().is_some_and(|r| r.collects),
            );
            if partner != ALONE && !collects {
                // In with its partner, which comes first, or out with it.
                continue;
            }
            let before = fitting.len();
            fitting.push(s);
            fitting.extend((partner != ALONE).then_some(partner));
            if evaluate::route(problem, kind, &fitting).is_err() {
                for out in fitting.drain(before..) {
                    placed[out as usize] = false;
                }
            }
        }
        kept = with_mates(problem, fitting, placed);
        problem.drop_idle_reloads(&mut kept);
    }
    let Ok(figures) = evaluate::route(problem, kind, &kept) else {
        // Without its team the way may be longer.
        for s in kept {
            placed[s as usize] = false;
        }
        return None;
    };
    (!kept.is_empty()).then_some(Route {
        kind,
        stops: kept,
        cost: figures.cost,
    })
}
