//! Between the search's solution and the plan's routes.

use crate::plan::{Plan, RouteDraft};
use crate::problem::{Problem, Route, Solution, evaluate, index};
use crate::search::construct;
use crate::units::TimeOfDay;

use super::CompiledDay;

/// Routes with vehicles and departures: the vehicles of a type in the order of
/// the fleet, its routes in ZIP order of their first stop.
pub(super) fn drafts(compiled: &CompiledDay, solution: &Solution) -> Vec<RouteDraft> {
    let problem = &compiled.problem;
    let mut routes: Vec<&Route> = solution.routes.iter().collect();
    routes.sort_by_key(|r| (r.kind, r.stops.iter().min().copied()));
    let mut used = vec![0; problem.types.len()];
    routes
        .into_iter()
        .filter_map(|route| {
            let figures = evaluate::route(problem, route.kind, &route.stops);
            debug_assert!(figures.is_ok(), "the search keeps routes feasible");
            let turn = &mut used[route.kind as usize];
            let vehicle = problem.types[route.kind as usize].vehicles[*turn];
            *turn += 1;
            Some(RouteDraft {
                vehicle: vehicle as usize,
                stops: route
                    .stops
                    .iter()
                    .map(|&s| problem.origin[s as usize])
                    .collect(),
                depart: TimeOfDay::from_millis(i64::from(figures.ok()?.depart)),
            })
        })
        .collect()
}

/// A plan as a start for the search. Vehicles and packages the day does not know
/// are passed over, and so is each visit that can no longer be made.
pub(super) fn solution(compiled: &CompiledDay, plan: &Plan) -> Solution {
    let problem = &compiled.problem;
    let mut stop_of = vec![u32::MAX; compiled.grouping.stops().len()];
    for (s, &origin) in problem.origin.iter().enumerate() {
        stop_of[origin as usize] = index(s);
    }
    let packages: std::collections::BTreeMap<_, _> = compiled
        .day
        .packages()
        .iter()
        .enumerate()
        .map(|(p, package)| (package.id(), p))
        .collect();
    let mut kind_of = std::collections::BTreeMap::new();
    for (kind, data) in problem.types.iter().enumerate() {
        for &v in &data.vehicles {
            kind_of.insert(compiled.day.vehicles()[v as usize].id(), index(kind));
        }
    }
    let mut placed = vec![false; problem.len()];
    let mut solution = Solution::default();
    for route in &plan.routes {
        let Some(kind) = kind_of.remove(&route.vehicle) else {
            continue;
        };
        let stops = route
            .visits
            .iter()
            .flat_map(|v| &v.packages)
            .filter_map(|id| packages.get(id))
            .map(|&p| stop_of[compiled.grouping.stop_of(p) as usize])
            .filter(|&s| s != u32::MAX && !std::mem::replace(&mut placed[s as usize], true))
            .collect();
        if let Some(route) = feasible(problem, kind, stops, &mut placed) {
            solution.routes.push(route);
        }
    }
    solution.bank = (0..index(problem.len()))
        .filter(|&s| !placed[s as usize])
        .collect();
    construct::priced(problem, &mut solution);
    construct::fill(problem, solution)
}

/// The route without the stops that make it infeasible; those become unplaced.
fn feasible(problem: &Problem, kind: u32, stops: Vec<u32>, placed: &mut [bool]) -> Option<Route> {
    let mut kept = stops;
    if evaluate::route(problem, kind, &kept).is_err() {
        let mut fitting: Vec<u32> = Vec::with_capacity(kept.len());
        for &s in &kept {
            fitting.push(s);
            if evaluate::route(problem, kind, &fitting).is_err() {
                fitting.pop();
                placed[s as usize] = false;
            }
        }
        kept = fitting;
    }
    let figures = evaluate::route(problem, kind, &kept).ok()?;
    (!kept.is_empty()).then_some(Route {
        kind,
        stops: kept,
        cost: figures.cost,
    })
}
