//! A last look at what is left out, one stop deeper than [`complete`](super::construct::complete):
//! a stop goes in place of another one, which finds a place elsewhere.
//!
//! For each required stop that is left, and each stop on a route: that one out, the left one in at
//! any position of the route, and the one taken out in at any position of any route or in an idle
//! vehicle, or to its carrier. Done wherever all are served and the total falls, until there is no
//! such change (ejection chains of length one: Glover 1996). Bounds in constant time say where a
//! change could be; [`evaluate`] decides. After a change only the routes that it touched are looked
//! at again, and those with a stop that has another place elsewhere since.

use std::collections::BTreeMap;

use crate::problem::carry::ALONE;
use crate::problem::time::Time;
use crate::problem::{Problem, Route, Solution, evaluate};

use super::board::{Board, Place};
use super::construct::{complete, priced};
use super::parallel;
use super::swap::{Change, Elsewhere, Host, Swap, direct, swap};

/// Constant-time tests of a position that one call makes, about, for each stop of the problem, and
/// the least and the most of them. Beyond it the stops that come last are left without this look,
/// and the caller is told.
const TESTS: usize = 20_000;
const TESTS_RANGE: [usize; 2] = [5_000_000, 300_000_000];

/// The same for each iteration of the search, which takes some ten thousand: a plan that had little
/// time is not given much of it here.
const TESTS_SEARCHED: usize = 1_000;

/// Classes that are looked at between two looks at the tests left.
const AT_ONCE: usize = 64;

/// The solution after all ejections that serve more, and for each stop of the problem whether it is
/// certain, should it still be left, that there is none for it. Stops with a price are left to
/// their carriers instead where that is `tender`. `searched` are the iterations that the solution
/// took; with them goes what this may take.
pub(crate) fn eject(
    problem: &Problem,
    mut solution: Solution,
    tender: bool,
    searched: u64,
) -> (Solution, Vec<bool>) {
    // Packages that are collected on the way and those with alternatives were tried at all places, but in place of no other.
    let mut certain: Vec<bool> = (0..)
        .zip(&problem.stops)
        .map(|(s, stop)| stop.partner() == ALONE && is_single(problem, s))
        .collect();
    if problem.reloading() {
        // What a trip more would make room for is not looked for.
        return (solution, vec![false; problem.len()]);
    }
    let classes = classes(problem, &solution);
    if classes.is_empty() || problem.types.is_empty() {
        return (solution, certain);
    }
    let mut known = Known::new(problem, classes, tender, tests(problem, searched));
    let mut touched = vec![true; solution.routes.len()];
    let mut changed = false;
    loop {
        let board = Board::new(problem, &solution);
        let found = known.look(&board, &touched);
        match apply(problem, &mut solution, found) {
            Some(routes) => touched = routes,
            None => break,
        }
        changed = true;
        let mut left = vec![false; problem.len()];
        for &s in &solution.bank {
            left[s as usize] = true;
        }
        known.classes.retain_mut(|class| {
            class.stops.retain(|&s| left[s as usize]);
            !class.stops.is_empty()
        });
    }
    if problem.promised.any() {
        // Routes that were opened for a stop.
        priced(problem, &mut solution);
    }
    let unsure = known.classes.iter().filter(|class| !class.is_certain());
    for &s in unsure.flat_map(|class| &class.stops) {
        certain[s as usize] = false;
    }
    // What was not looked at again has yet to be tried in the routes as they are now.
    if changed && certain.contains(&false) {
        let left = solution.bank.len();
        solution = complete(problem, solution);
        if solution.bank.len() < left {
            certain.fill(false);
        }
    }
    (solution, certain)
}

/// Whether a stop has no alternatives and rides with no other.
fn is_single(problem: &Problem, s: u32) -> bool {
    problem.options.set(s).is_none() && problem.bonds.team(s).is_none()
}

/// The required stops of the bank, equal ones together: what is refused to one is refused to all.
/// Dearest first, then smallest.
fn classes(problem: &Problem, solution: &Solution) -> Vec<Class> {
    let mut equal: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    for &s in &solution.bank {
        let stop = &problem.stops[s as usize];
        if !stop.required || stop.partner() != ALONE || !is_single(problem, s) {
            continue;
        }
        let windows: Vec<(Time, Time)> = problem
            .windows_of(s)
            .iter()
            .map(|w| (w.open, w.close))
            .collect();
        let key = (
            (std::cmp::Reverse(stop.price), stop.size, stop.location),
            (
                (stop.service, stop.handling),
                stop.ready,
                stop.access,
                (stop.load, &stop.ride),
                stop.goods,
                stop.rooms,
            ),
            (problem.areas.block_of(s), windows),
            problem.bonds.lots_of(s),
        );
        equal.entry(key).or_default().push(s);
    }
    let class = |mut stops: Vec<u32>| {
        stops.sort_unstable();
        Class {
            stops,
            direct: None,
            swaps: Vec::new(),
            cut: Vec::new(),
            passed_over: false,
        }
    };
    equal.into_values().map(class).collect()
}

/// Stops that are left and equal, and what is known of them in the routes as they are.
struct Class {
    stops: Vec<u32>,
    /// Where they fit as they are.
    direct: Option<Place>,
    /// Where they fit in place of another one, by constant-time tests.
    swaps: Vec<Swap>,
    /// Routes that were not looked through.
    cut: Vec<usize>,
    /// Not looked at for want of tests.
    passed_over: bool,
}

impl Class {
    fn is_certain(&self) -> bool {
        !self.passed_over && self.cut.is_empty()
    }

    fn head(&self) -> u32 {
        self.stops[0]
    }
}

/// What is known from one look to the next: only routes that changed are looked at again.
struct Known<'p> {
    problem: &'p Problem,
    classes: Vec<Class>,
    /// For each stop on a route where it could go otherwise.
    elsewhere: Vec<Option<Elsewhere>>,
    /// The route each of them was on then.
    home: Vec<usize>,
    tender: bool,
    tests: usize,
    /// Tests between two looks at those left.
    bite: usize,
}

fn tests(problem: &Problem, searched: u64) -> usize {
    let [least, most] = TESTS_RANGE;
    let searched = usize::try_from(searched).unwrap_or(usize::MAX);
    let searched = TESTS_SEARCHED.saturating_mul(searched);
    (TESTS * problem.len()).min(searched).clamp(least, most)
}

impl<'p> Known<'p> {
    fn new(problem: &'p Problem, classes: Vec<Class>, tender: bool, tests: usize) -> Self {
        Known {
            problem,
            classes,
            elsewhere: vec![None; problem.len()],
            home: vec![usize::MAX; problem.len()],
            tender,
            bite: tests / 16,
            tests,
        }
    }

    /// The best change for each class, after `touched` routes changed.
    fn look(&mut self, board: &Board<'_>, touched: &[bool]) -> Vec<Change> {
        let Some(dirty) = self.look_elsewhere(board, touched) else {
            for class in &mut self.classes {
                class.passed_over = true;
            }
            return Vec::new();
        };
        let all: Vec<usize> = (0..self.classes.len()).collect();
        let looked: Vec<usize> = all
            .into_iter()
            .filter(|&c| !self.classes[c].passed_over)
            .collect();
        // The rest is for looks at the routes as they then are.
        let rest = self.tests / 2;
        for some in looked.chunks(AT_ONCE) {
            if self.tests <= rest {
                for &c in some {
                    self.classes[c].passed_over = true;
                    self.classes[c].swaps.clear();
                }
                continue;
            }
            self.look_at(board, some, &dirty, touched);
        }
        let elsewhere = &self.elsewhere;
        let work: Vec<&mut Class> = self
            .classes
            .iter_mut()
            .filter(|class| !class.passed_over)
            .collect();
        let found = parallel::map(work, |class| class.best(board, elsewhere));
        found.into_iter().flatten().collect()
    }

    /// Looks where the stops on routes could go otherwise. Which routes could offer something new:
    /// those touched, and those with a stop whose other place changed; None without tests left.
    fn look_elsewhere(&mut self, board: &Board<'_>, touched: &[bool]) -> Option<Vec<bool>> {
        let mut dirty = touched.to_vec();
        let all = vec![true; touched.len()];
        let on = |(r, route): (usize, &Route)| -> Vec<(usize, u32)> {
            route.stops.iter().map(|&s| (r, s)).collect()
        };
        let routed: Vec<(usize, u32)> = board.routes.iter().enumerate().flat_map(on).collect();
        // Bites, so that tests are counted as they are made.
        let bite = (self.bite / routed.len().max(1)).max(16);
        for bite in routed.chunks(bite) {
            if self.tests == 0 {
                return None;
            }
            let (elsewhere, home) = (&self.elsewhere, &self.home);
            let places = parallel::map(bite.to_vec(), |(r, s)| {
                let known = match elsewhere[s as usize] {
                    _ if home[s as usize] != r => (None, &all[..]),
                    Some(Elsewhere::Place(place)) => (Some(place), touched),
                    _ => (None, touched),
                };
                let mut tests = 0;
                if board.problem.bonds.team(s).is_some() {
                    // It stays with the others.
                    return (None, 0);
                }
                (board.place(s, Some(r), known, &mut tests), tests)
            });
            for (&(r, s), (place, tests)) in bite.iter().zip(places) {
                self.tests = self.tests.saturating_sub(tests);
                let alone = self.problem.bonds.team(s).is_none();
                let tendered = self.tender && alone && !self.problem.stops[s as usize].required;
                let now = place.map(Elsewhere::Place);
                let now = now.or(tendered.then_some(Elsewhere::Carrier));
                let on_touched = |p: Place| p.route.is_none_or(|r| touched[r]);
                let moved = matches!(now, Some(Elsewhere::Place(p)) if on_touched(p));
                dirty[r] |= moved || now != self.elsewhere[s as usize];
                (self.elsewhere[s as usize], self.home[s as usize]) = (now, r);
            }
        }
        Some(dirty)
    }

    /// Looks at what the dirty routes offer to some classes.
    fn look_at(&mut self, board: &Board<'_>, some: &[usize], dirty: &[bool], touched: &[bool]) {
        let heads: Vec<u32> = some.iter().map(|&c| self.classes[c].head()).collect();
        let routes: Vec<usize> = (0..board.routes.len()).filter(|&r| dirty[r]).collect();
        let elsewhere = &self.elsewhere;
        let most = self.tests / routes.len().max(1);
        let offers = parallel::map(routes, |r| {
            let mut tests = 0;
            let offers = Host::new(board, elsewhere, r, most).offers(&heads, &mut tests);
            (r, offers, tests)
        });
        for &c in some {
            let class = &mut self.classes[c];
            class.swaps.retain(|swap| !dirty[swap.route]);
            class.cut.retain(|&r| !dirty[r]);
            let known = (class.direct, touched);
            class.direct = board.place(class.head(), None, known, &mut 0);
        }
        for (r, offers, tests) in offers {
            self.tests = self.tests.saturating_sub(tests);
            for (&c, offers) in some.iter().zip(offers) {
                self.classes[c].swaps.extend(offers.swaps);
                if offers.cut {
                    self.classes[c].cut.push(r);
                }
            }
        }
    }
}

impl Class {
    /// The shortest change that holds from scratch. What does not is forgotten: until one of its
    /// routes changes, and then that is looked at again.
    fn best(&mut self, board: &Board<'_>, elsewhere: &[Option<Elsewhere>]) -> Option<Change> {
        let stop = self.head();
        self.swaps.sort_unstable();
        if let Some(change) = self.direct.and_then(|place| direct(board, stop, place)) {
            return Some(change);
        }
        let held = |s: &Swap| swap(board, stop, s, elsewhere);
        let changes = self.swaps.iter().map(held).enumerate();
        let first = changes
            .into_iter()
            .find_map(|(i, change)| Some((i, change?)));
        let refused = first.as_ref().map_or(self.swaps.len(), |(i, _)| *i);
        self.swaps.drain(..refused);
        first.map(|(_, change)| change)
    }
}

/// Carries out changes that do not meet in a route; the first ones win. Which routes are touched;
/// None when there is no change.
fn apply(problem: &Problem, solution: &mut Solution, changes: Vec<Change>) -> Option<Vec<bool>> {
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
        let tendered = change.tendered.into_iter();
        solution
            .bank
            .extend(tendered.map(|s| problem.options.head(s)));
    }
    touched.resize(solution.routes.len(), true);
    any.then_some(touched)
}
