//! A last look at what is left out, one stop deeper than [`complete`](super::construct::complete):
//! a stop goes in place of another one, which finds a place elsewhere.
//!
//! For each required stop that is left, and each stop on a route: that one out, the left one in at
//! any position of the route, and the one taken out in at any position of any route or in an idle
//! vehicle, or to its carrier. Done wherever all are served and the total falls, until there is no
//! such change (ejection chains of length one: Glover 1996). Bounds in constant time say where a
//! change could be; [`evaluate`] decides.

use std::collections::BTreeMap;

use crate::problem::insertion::{Course, inserted};
use crate::problem::time::{Segment, Time};
use crate::problem::{Cost, FORBIDDEN, Problem, Route, Solution, evaluate};

use super::board::{Board, Place, ROUNDING};
use super::construct::complete;
use super::parallel;

/// Constant-time tests of a position that one call makes at most, about. Beyond it the stops that
/// come last are left without this look, and the caller is told.
const TESTS: usize = 150_000_000;

/// Tests of one route that put both stops into it again, at most.
const INSIDE_TESTS: usize = 200_000;

/// Changes of one route for one stop that are kept before the best of them is sought.
const KEPT: usize = 32;

/// The solution after all ejections that serve more, and for each stop of the problem whether it is
/// certain, should it still be left, that there is none for it.
pub(crate) fn eject(problem: &Problem, mut solution: Solution) -> (Solution, Vec<bool>) {
    let mut certain = vec![true; problem.len()];
    let mut tests = TESTS;
    let mut changed = false;
    loop {
        let classes = classes(problem, &solution);
        if classes.is_empty() || problem.types.is_empty() {
            return (solution, certain);
        }
        let board = Board::new(problem, &solution);
        let mut pass = Pass::look(&board, &classes, &mut tests);
        let found = std::mem::take(&mut pass.found);
        if !apply(problem, &mut solution, found) {
            for (class, stops) in classes.iter().enumerate() {
                for &s in stops {
                    certain[s as usize] = pass.certain[class];
                }
            }
            // What was not looked at again has yet to be tried in the routes as they are now.
            if changed && !pass.certain.iter().all(|&c| c) {
                solution = complete(problem, solution);
            }
            return (solution, certain);
        }
        changed = true;
    }
}

/// The required stops of the bank, equal ones together: what is refused to one is refused to all.
/// Dearest first, then smallest.
fn classes(problem: &Problem, solution: &Solution) -> Vec<Vec<u32>> {
    let mut equal: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    for &s in &solution.bank {
        let stop = &problem.stops[s as usize];
        if !stop.required {
            continue;
        }
        let windows: Vec<(Time, Time)> = problem
            .windows_of(s)
            .iter()
            .map(|w| (w.open, w.close))
            .collect();
        let key = (
            (std::cmp::Reverse(stop.price), stop.size, stop.location),
            (stop.service, stop.ready, stop.access, stop.load),
            (problem.areas.block_of(s), windows),
        );
        equal.entry(key).or_default().push(s);
    }
    let mut classes: Vec<Vec<u32>> = equal.into_values().collect();
    for stops in &mut classes {
        stops.sort_unstable();
    }
    classes
}

/// A change of routes that serves a stop.
#[derive(Debug)]
struct Change {
    /// What the total falls by.
    gain: Cost,
    /// The stop that is served.
    serves: u32,
    /// Routes with their new stops; None for an idle vehicle.
    routes: Vec<(Option<usize>, u32, Vec<u32>)>,
    /// A stop that goes to its carrier.
    tendered: Option<u32>,
}

/// Where a stop could go in place of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Swap {
    /// How much longer the ways become.
    detour: i64,
    class: usize,
    route: usize,
    /// Index in the route of the stop taken out.
    out: usize,
    position: usize,
    /// Position in the same route, behind both changes, where that one goes again.
    again: Option<usize>,
}

/// What one look at all classes found.
struct Pass {
    found: Vec<Change>,
    certain: Vec<bool>,
}

/// What one route offers.
struct Offers {
    swaps: Vec<Swap>,
    /// Whether some were left out.
    cut: bool,
}

impl Pass {
    fn look(board: &Board<'_>, classes: &[Vec<u32>], tests: &mut usize) -> Pass {
        let routed: usize = board.routes.iter().map(|r| r.stops.len()).sum();
        let mut pass = Pass {
            found: Vec::new(),
            certain: vec![false; classes.len()],
        };
        if routed.saturating_mul(routed) > *tests {
            return pass;
        }
        *tests -= routed * routed;
        let outside = outside(board);
        // Tests of one class: in each route, all positions for each stop that may be taken out.
        let work = |(r, route): (usize, &Route)| {
            let movable = if board.metric {
                outside[r].iter().flatten().count()
            } else {
                route.stops.len()
            };
            (movable + 1) * (route.stops.len() + 1)
        };
        let of_class: usize = board.routes.iter().enumerate().map(work).sum();
        // Half of what is left, so that the routes as they are in the end get a look as well.
        let looked = (*tests / 2 / of_class.max(1)).min(classes.len());
        *tests -= looked * of_class;
        let heads: Vec<u32> = classes[..looked].iter().map(|c| c[0]).collect();
        let offers = parallel::map((0..board.routes.len()).collect(), |r| {
            host(board, &heads, &outside[r], r)
        });
        let mut swaps: Vec<Vec<Swap>> = vec![Vec::new(); looked];
        let mut cut = vec![false; looked];
        for offered in offers {
            for (class, offers) in offered.into_iter().enumerate() {
                swaps[class].extend(offers.swaps);
                cut[class] |= offers.cut;
            }
        }
        let work: Vec<(usize, Vec<Swap>)> = swaps.into_iter().enumerate().collect();
        let found = parallel::map(work, |(class, mut swaps)| {
            swaps.sort_unstable();
            direct(board, heads[class]).or_else(|| {
                let change = |s: &Swap| swap(board, heads[class], s, &outside[s.route]);
                swaps.iter().find_map(change)
            })
        });
        for (class, change) in found.into_iter().enumerate() {
            pass.certain[class] = !cut[class];
            pass.found.extend(change);
        }
        pass
    }
}

/// For each stop of each route where it could go otherwise.
type Outside = Vec<Vec<Option<Elsewhere>>>;

/// Where a stop that is taken out goes.
#[derive(Clone, Copy, Debug)]
enum Elsewhere {
    /// To its carrier.
    Carrier,
    /// To another route or an idle vehicle.
    Place(Place),
}

fn outside(board: &Board<'_>) -> Outside {
    parallel::map((0..board.routes.len()).collect(), |r| {
        let place = |&s: &u32| {
            let placed = board.place(s, Some(r)).map(Elsewhere::Place);
            let optional = !board.problem.stops[s as usize].required;
            placed.or_else(|| optional.then_some(Elsewhere::Carrier))
        };
        board.routes[r].stops.iter().map(place).collect()
    })
}

/// All that a route offers to each class in place of one of its stops.
fn host(
    board: &Board<'_>,
    heads: &[u32],
    outside: &[Option<Elsewhere>],
    route: usize,
) -> Vec<Offers> {
    let offers = || Offers {
        swaps: Vec::new(),
        cut: false,
    };
    let mut all: Vec<Offers> = heads.iter().map(|_| offers()).collect();
    let (kind, stops) = (board.routes[route].kind, &board.routes[route].stops);
    let vehicle = &board.problem.types[kind as usize];
    let Some(whole) = &board.courses[route] else {
        return all;
    };
    let ways: Vec<Vec<[Time; 2]>> = heads
        .iter()
        .map(|&u| {
            if board.problem.access(kind, u) == FORBIDDEN {
                Vec::new()
            } else {
                board.approach(u, whole, kind)
            }
        })
        .collect();
    let mut inside = Inside {
        board,
        route,
        tests: INSIDE_TESTS,
    };
    let both: Vec<bool> = heads.iter().map(|&u| inside.could(u)).collect();
    for out in 0..stops.len() {
        let course = whole.without(board.problem, vehicle, out);
        for (class, &u) in heads.iter().enumerate() {
            let again = both[class] && inside.tests > 0;
            if (outside[out].is_none() && !again) || !board.enters(u, route, Some(out)) {
                continue;
            }
            for position in 0..stops.len() {
                let legs = without_way(&ways[class], out, position);
                let place = match &course {
                    Some(course) => board
                        .in_time((course, kind), position, legs, u)
                        .map(|segment| (segment, course.detour(position, legs))),
                    None => board.unbridged((route, out), position, u),
                };
                let Some((segment, detour)) = place else {
                    continue;
                };
                let mut swap = Swap {
                    detour: i64::from(detour),
                    class,
                    route,
                    out,
                    position,
                    again: None,
                };
                if let Some(Elsewhere::Place(place)) = outside[out] {
                    swap.detour += i64::from(place.detour);
                }
                let offers = &mut all[class];
                if outside[out].is_some() {
                    offers.swaps.push(swap);
                } else if let Some(position) = inside.again(&swap, u, segment) {
                    swap.again = Some(position);
                    offers.swaps.push(swap);
                }
                offers.cut |= both[class] && inside.tests == 0;
                if offers.swaps.len() >= KEPT {
                    keep_first(board, u, outside, &mut offers.swaps);
                }
            }
        }
    }
    all
}

/// Keeps the shortest of the swaps that hold from scratch, if one does.
fn keep_first(board: &Board<'_>, stop: u32, outside: &[Option<Elsewhere>], swaps: &mut Vec<Swap>) {
    swaps.sort_unstable();
    let first = swaps
        .iter()
        .find(|s| swap(board, stop, s, outside).is_some());
    *swaps = first.copied().into_iter().collect();
}

/// The way to a stop and on at a position of the route without the stop of index `out`, from the
/// ways in the whole route.
fn without_way(ways: &[[Time; 2]], out: usize, position: usize) -> [Time; 2] {
    match position.cmp(&out) {
        std::cmp::Ordering::Less => ways[position],
        std::cmp::Ordering::Equal => [ways[out][0], ways[out + 1][1]],
        std::cmp::Ordering::Greater => ways[position + 1],
    }
}

/// Putting the stop taken out into the same route again.
struct Inside<'b> {
    board: &'b Board<'b>,
    route: usize,
    /// Tests left.
    tests: usize,
}

impl Inside<'_> {
    /// Whether loads and time leave a chance that the route holds all its stops and this one.
    fn could(&self, stop: u32) -> bool {
        let board = self.board;
        board.enters(stop, self.route, None) && board.has_time(stop, self.route)
    }

    /// A position for the stop taken out, in the route that already has the other one.
    fn again(&mut self, swap: &Swap, stop: u32, with: Segment) -> Option<usize> {
        let board = self.board;
        let (kind, stops) = (
            board.routes[self.route].kind,
            &board.routes[self.route].stops,
        );
        let vehicle = &board.problem.types[kind as usize];
        let out = stops[swap.out];
        let service = i64::from(board.problem.stops[out as usize].service);
        let longest = vehicle
            .max_duty
            .min(vehicle.shift.close - vehicle.shift.open);
        if board.metric && i64::from(with.busy) + service - ROUNDING > i64::from(longest) {
            return None;
        }
        self.tests = self.tests.saturating_sub(4 * stops.len());
        if self.tests == 0 {
            return None;
        }
        let mut rest = stops.clone();
        rest.remove(swap.out);
        let route = inserted(&rest, swap.position, stop);
        let course = Course::new(board.problem, vehicle, &route, vehicle.shift)?;
        let ways = board.approach(out, &course, kind);
        let fits = |&(position, legs): &(usize, [Time; 2])| {
            board
                .in_time((&course, kind), position, legs, out)
                .is_some()
                && evaluate::route(board.problem, kind, &inserted(&route, position, out)).is_ok()
        };
        let shortest = |&(position, legs): &(usize, [Time; 2])| course.detour(position, legs);
        let places = ways.into_iter().enumerate().filter(fits);
        places.min_by_key(shortest).map(|(position, _)| position)
    }
}

/// The stop at the place with the shortest detour.
fn direct(board: &Board<'_>, stop: u32) -> Option<Change> {
    let place = board.place(stop, None)?;
    let change = vec![moved(board, place, stop)];
    worth(board, stop, change, None)
}

/// A swap from scratch, when it lowers the total.
fn swap(
    board: &Board<'_>,
    stop: u32,
    swap: &Swap,
    outside: &[Option<Elsewhere>],
) -> Option<Change> {
    let route = &board.routes[swap.route];
    let mut rest = route.stops.clone();
    let out = rest.remove(swap.out);
    let host = inserted(&rest, swap.position, stop);
    let own = |stops| (Some(swap.route), route.kind, stops);
    if let Some(again) = swap.again {
        return worth(board, stop, vec![own(inserted(&host, again, out))], None);
    }
    match outside[swap.out]? {
        Elsewhere::Carrier => worth(board, stop, vec![own(host)], Some(out)),
        Elsewhere::Place(place) => {
            worth(board, stop, vec![own(host), moved(board, place, out)], None)
        }
    }
}

/// A route with a stop at a place of it.
fn moved(board: &Board<'_>, place: Place, stop: u32) -> (Option<usize>, u32, Vec<u32>) {
    let before = place.route.map_or(&[][..], |r| &board.routes[r].stops);
    (
        place.route,
        place.kind,
        inserted(before, place.position, stop),
    )
}

fn worth(
    board: &Board<'_>,
    serves: u32,
    routes: Vec<(Option<usize>, u32, Vec<u32>)>,
    tendered: Option<u32>,
) -> Option<Change> {
    let price = |s: u32| board.problem.stops[s as usize].price;
    let mut gain = price(serves) - tendered.map_or(0, price);
    for (number, kind, stops) in &routes {
        gain += number.map_or(0, |r| board.routes[r].cost);
        gain -= evaluate::route(board.problem, *kind, stops).ok()?.cost;
    }
    (gain > 0).then_some(Change {
        gain,
        serves,
        routes,
        tendered,
    })
}

/// Carries out changes that do not meet in a route; the first ones win. False when there is none.
fn apply(problem: &Problem, solution: &mut Solution, changes: Vec<Change>) -> bool {
    let mut touched = vec![false; solution.routes.len()];
    let mut opened = false;
    let mut any = false;
    for change in changes {
        let meets = change.routes.iter().any(|(number, ..)| match number {
            Some(r) => touched[*r],
            // Idle vehicles are few, and their groups may be capped: one a pass.
            None => opened,
        });
        if meets {
            continue;
        }
        any = true;
        solution.cost -= change.gain;
        for (number, kind, stops) in change.routes {
            let cost = evaluate::route(problem, kind, &stops).map_or(0, |f| f.cost);
            let route = Route { kind, stops, cost };
            match number {
                Some(r) => {
                    touched[r] = true;
                    solution.routes[r] = route;
                }
                None => {
                    opened = true;
                    solution.routes.push(route);
                }
            }
        }
        solution.bank.retain(|&s| s != change.serves);
        solution.bank.extend(change.tendered);
    }
    any
}
