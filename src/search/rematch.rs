//! Drivers for the routes as they are, at the least cost there is.
//!
//! Each route keeps its stops, their order and its sort of vehicle. What it costs with each driver
//! is known exactly; who gets whom is then an assignment problem, solved by shortest augmenting
//! paths.
//!
//! # References
//!
//! R. Jonker, A. Volgenant, *A shortest augmenting path algorithm for dense and sparse linear
//! assignment problems*, Computing 38, 1987.

use std::collections::BTreeMap;

use crate::problem::{Cost, Problem, Route, Solution, evaluate};

use super::parallel;

/// What a driver costs who cannot drive a route: more than any routes together, and sums of it
/// still add up.
const NEVER: Cost = 1 << 60;

/// A solution with the best drivers for its routes; as it is on a day without drivers.
///
/// O(routes² * drivers), and O(routes * sorts of drivers) evaluations of routes.
pub(crate) fn rematch(problem: &Problem, mut solution: Solution) -> Solution {
    let sort_of = |kind: u32| problem.types[kind as usize].groups[2];
    let crewed = |route: &Route| (sort_of(route.kind) as usize) < problem.fleet_caps.len();
    if solution.routes.is_empty() || !solution.routes.iter().all(crewed) {
        return solution;
    }
    let mut kinds: BTreeMap<[u32; 2], u32> = BTreeMap::new();
    for (kind, data) in (0..).zip(&problem.types) {
        kinds
            .entry([data.groups[1], data.groups[2]])
            .or_insert(kind);
    }
    // Every driver by himself, as the sort that he is of.
    let mut sorts: Vec<u32> = kinds.keys().map(|groups| groups[1]).collect();
    sorts.sort_unstable();
    sorts.dedup();
    let all = |&sort: &u32| {
        let count = problem.fleet_caps[sort as usize] as usize;
        std::iter::repeat_n(sort, count.min(solution.routes.len()))
    };
    let drivers: Vec<u32> = sorts.iter().flat_map(all).collect();
    let rows = parallel::map((0..solution.routes.len()).collect(), |r: usize| {
        costs(problem, &solution.routes[r], (&kinds, &drivers))
    });
    for (route, driver) in solution.routes.iter_mut().zip(assign(&rows)) {
        let vehicle = problem.types[route.kind as usize].groups[1];
        let Some(&kind) = kinds.get(&[vehicle, drivers[driver]]) else {
            continue;
        };
        if kind != route.kind
            && let Ok(figures) = evaluate::route(problem, kind, &route.stops)
        {
            solution.cost += figures.cost - route.cost;
            (route.kind, route.cost) = (kind, figures.cost);
        }
    }
    solution
}

/// What a route costs with each driver.
fn costs(
    problem: &Problem,
    route: &Route,
    (kinds, drivers): (&BTreeMap<[u32; 2], u32>, &[u32]),
) -> Vec<Cost> {
    let vehicle = problem.types[route.kind as usize].groups[1];
    let mut known: BTreeMap<u32, Cost> = BTreeMap::new();
    let mut cost = |&driver: &u32| {
        *known.entry(driver).or_insert_with(|| {
            let kind = kinds.get(&[vehicle, driver]);
            let figures = kind.map(|&kind| evaluate::route(problem, kind, &route.stops));
            figures.map_or(NEVER, |found| found.map_or(NEVER, |f| f.cost))
        })
    };
    drivers.iter().map(&mut cost).collect()
}

/// The column of each row, each column once, with the least sum of costs; there are no fewer
/// columns than rows.
fn assign(costs: &[Vec<Cost>]) -> Vec<usize> {
    let (rows, columns) = (costs.len(), costs.first().map_or(0, Vec::len));
    // Prices of rows and columns from 1 on; column 0 stands for the row that looks for one.
    let (mut of_row, mut of_column) = (vec![0; rows + 1], vec![0; columns + 1]);
    let mut row_of = vec![0usize; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut at = 0;
        let (mut slack, mut way) = (vec![Cost::MAX; columns + 1], vec![0usize; columns + 1]);
        let mut seen = vec![false; columns + 1];
        while row_of[at] != 0 {
            seen[at] = true;
            let (from, mut least, mut next) = (row_of[at], Cost::MAX, 0);
            for column in 1..=columns {
                if seen[column] {
                    continue;
                }
                let reduced = costs[from - 1][column - 1] - of_row[from] - of_column[column];
                if reduced < slack[column] {
                    (slack[column], way[column]) = (reduced, at);
                }
                if slack[column] < least {
                    (least, next) = (slack[column], column);
                }
            }
            for column in 0..=columns {
                if seen[column] {
                    of_row[row_of[column]] += least;
                    of_column[column] -= least;
                } else {
                    slack[column] = slack[column].saturating_sub(least);
                }
            }
            at = next;
        }
        while at != 0 {
            row_of[at] = row_of[way[at]];
            at = way[at];
        }
    }
    let mut found = vec![0; rows];
    for column in 1..=columns {
        if row_of[column] > 0 {
            found[row_of[column] - 1] = column - 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::rng::Rng;

    #[test]
    fn no_assignment_costs_less() {
        let mut rng = Rng::new(3);
        for _ in 0..300 {
            let rows = 1 + rng.below(4) as usize;
            let columns = rows + rng.below(3) as usize;
            let mut cell = |_| match rng.below(8) {
                0 => NEVER,
                _ => Cost::from(rng.below(50)),
            };
            let costs: Vec<Vec<Cost>> = (0..rows)
                .map(|_| (0..columns).map(&mut cell).collect())
                .collect();
            let found = assign(&costs);
            let sum: Cost = (0..rows).map(|r| costs[r][found[r]]).sum();
            assert_eq!(sum, least(&costs, 0, &mut vec![false; columns]));
            let mut each = found.clone();
            each.sort_unstable();
            each.dedup();
            assert_eq!(each.len(), rows);
        }
    }

    fn least(costs: &[Vec<Cost>], row: usize, used: &mut Vec<bool>) -> Cost {
        if row == costs.len() {
            return 0;
        }
        let mut best = Cost::MAX;
        for column in 0..used.len() {
            if !used[column] {
                used[column] = true;
                best = best.min(costs[row][column] + least(costs, row + 1, used));
                used[column] = false;
            }
        }
        best
    }
}
