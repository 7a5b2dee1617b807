//! The granular neighbourhood: for each stop the few others worth standing next
//! to, by travel cost and by how well the windows follow one another.
//!
//! Candidates come from a tree over distinct places, so a tower with 500
//! deliveries is one place; then they are ranked by the proximity of Vidal et al.
//! (2013): cost of the leg plus a fifth of the unavoidable waiting, the better of
//! both directions. Pairs that cannot follow one another in either direction are
//! left out, but the nearest [`SPATIAL`] stay whatever their windows.

use std::ops::Range;

use super::place_tree::PlaceTree;
use super::time::{Time, Window};
use super::{Cost, Engine, Problem, index};

/// Length of a list: windows and long routes want more of them.
const WANT_TIMED: usize = 60;
const WANT_UNTIMED: usize = 40;

/// Stops whose lists are built in one go.
const CHUNK: u32 = 2_048;

/// Nearest stops kept even where the windows say no: with a later start they may
/// fit, and strings of a ruin want to be compact.
const SPATIAL: usize = 8;

/// At most this many stops of one other place are candidates.
const PER_PLACE: usize = 6;

/// Above this many locations a problem without positions is not compared pair by
/// pair but along its given order.
const ALL_PAIRS: usize = 20_000;

/// Neighbour lists in one array.
#[derive(Clone, Debug, Default)]
pub(crate) struct Neighbours {
    start: Vec<u32>,
    list: Vec<u32>,
}

impl Neighbours {
    /// Neighbours of stop `s`, nearest first.
    #[inline]
    pub(crate) fn of(&self, s: u32) -> &[u32] {
        let s = s as usize;
        &self.list[self.start[s] as usize..self.start[s + 1] as usize]
    }

    /// How long the lists of a problem should be.
    pub(crate) fn wanted(problem: &Problem) -> usize {
        match problem.engine {
            Engine::Capacity => WANT_UNTIMED,
            Engine::Timed | Engine::Wide => WANT_TIMED,
        }
    }

    /// Builds lists of up to `want`. `map` applies a function to ranges of stops
    /// and keeps their order: one after the other, or in parallel. O(n log n) with
    /// positions.
    pub(crate) fn build(
        problem: &Problem,
        want: usize,
        map: impl FnOnce(Vec<Range<u32>>, &Work<'_>) -> Vec<Neighbours>,
    ) -> Neighbours {
        let finder = Finder::new(problem, want);
        let stops = index(problem.len());
        let ranges = (0..stops).step_by(CHUNK as usize);
        let ranges = ranges.map(|from| from..stops.min(from + CHUNK)).collect();
        let mut all = Neighbours {
            start: vec![0],
            list: Vec::new(),
        };
        for part in map(ranges, &|range| finder.lists(range)) {
            let before = index(all.list.len());
            all.start.extend(part.start.iter().map(|&end| before + end));
            all.list.extend(part.list);
        }
        all
    }
}

/// Makes the lists of a range of stops.
pub(crate) type Work<'a> = dyn Fn(Range<u32>) -> Neighbours + Sync + 'a;

/// Sort key of a candidate: those whose windows can follow come first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ranked {
    late: bool,
    proximity: Cost,
    stop: u32,
}

struct Finder<'a> {
    problem: &'a Problem,
    /// Stops by location, one array.
    at_start: Vec<u32>,
    at: Vec<u32>,
    tree: Option<PlaceTree>,
    want: usize,
    /// Cost of a millisecond of unavoidable waiting.
    waiting: f64,
    kind: usize,
}

impl<'a> Finder<'a> {
    /// Lists of a range of stops; `start` holds their ends.
    fn lists(&self, range: Range<u32>) -> Neighbours {
        let mut found = Neighbours::default();
        let mut ranked: Vec<Ranked> = Vec::new();
        let mut near: Vec<u32> = Vec::new();
        let mut last_location = u32::MAX;
        for s in range {
            if self.problem.is_reload(s) {
                found.start.push(index(found.list.len()));
                continue;
            }
            let location = self.problem.stops[s as usize].location;
            if location != last_location {
                self.near(location, &mut near);
                last_location = location;
            }
            self.rank(s, &near, &mut ranked);
            found
                .list
                .extend(ranked.iter().take(self.want).map(|r| r.stop));
            found.start.push(index(found.list.len()));
        }
        found
    }

    fn new(problem: &'a Problem, want: usize) -> Finder<'a> {
        let locations = problem.travel.len();
        let (at_start, at) = stops_by_location(problem);
        let positions: Vec<[f64; 2]> = (0..locations)
            .map(|l| match at_start[l] {
                from if from < at_start[l + 1] => problem.xy[at[from as usize] as usize],
                _ => [f64::NAN, f64::NAN],
            })
            .collect();
        // The kind with most vehicles stands for all; a list is only a hint.
        let kind = (0..problem.types.len())
            .max_by_key(|&k| (problem.types[k].vehicles.len(), usize::MAX - k))
            .unwrap_or(0);
        let use_tree = problem.positioned && locations > 4 * want;
        let mut finder = Finder {
            problem,
            at_start,
            at,
            tree: use_tree.then(|| PlaceTree::new(&positions)),
            want,
            waiting: 0.0,
            kind,
        };
        finder.waiting = 0.2 * finder.cost_per_millisecond();
        finder
    }

    /// Mean cost of a millisecond of travel between consecutive stops.
    fn cost_per_millisecond(&self) -> f64 {
        let (mut cost, mut time) = (0.0, 0.0);
        let stops = self.problem.customers().len();
        let step = (stops / 1_000).max(1);
        for s in (step..stops).step_by(step) {
            let (c, t) = self.arc(index(s - 1), index(s));
            cost += c as f64;
            time += f64::from(t);
        }
        if time > 0.0 { cost / time } else { 0.0 }
    }

    fn arc(&self, a: u32, b: u32) -> (Cost, Time) {
        let vehicle = &self.problem.types[self.kind];
        let stops = &self.problem.stops;
        let leg = self.problem.travel.leg(
            vehicle.profile,
            stops[a as usize].location,
            stops[b as usize].location,
        );
        let rates = vehicle.rates;
        let cost = rates.distance * i64::from(leg.distance)
            + (rates.driving + rates.duty) * i64::from(leg.time);
        (cost, leg.time())
    }

    /// Locations near `location`, itself first.
    fn near(&self, location: u32, out: &mut Vec<u32>) {
        out.clear();
        match &self.tree {
            Some(tree) => tree.nearest(location, self.want * 3 / 2, out),
            None => {
                let locations = index(self.problem.travel.len());
                let (from, to) = if locations as usize <= ALL_PAIRS {
                    (0, locations)
                } else {
                    let reach = index(self.want * 8);
                    (
                        location.saturating_sub(reach),
                        (location + reach).min(locations),
                    )
                };
                out.extend(from..to);
            }
        }
    }

    fn rank(&self, s: u32, near: &[u32], out: &mut Vec<Ranked>) {
        out.clear();
        let own = self.problem.stops[s as usize].location;
        for &location in near {
            let (from, to) = (
                self.at_start[location as usize],
                self.at_start[location as usize + 1],
            );
            let here = &self.at[from as usize..to as usize];
            let most = if location == own {
                self.want / 2
            } else {
                PER_PLACE
            };
            // Stops of one place are taken around s's own rank, so that a huge
            // place is one chain of neighbours and not a star.
            let middle = here.partition_point(|&t| t < s);
            let first = middle
                .saturating_sub(most / 2)
                .min(here.len().saturating_sub(most));
            for &t in here.iter().skip(first).take(most) {
                if t != s {
                    out.push(self.proximity(s, t));
                }
            }
        }
        if out.len() > SPATIAL {
            out.select_nth_unstable_by_key(SPATIAL - 1, |r| (r.proximity, r.stop));
            out[..SPATIAL].iter_mut().for_each(|r| r.late = false);
        }
        if out.len() > self.want {
            out.select_nth_unstable(self.want - 1);
            out.truncate(self.want);
        }
        out.sort_unstable();
        while out.len() > SPATIAL && out.last().is_some_and(|r| r.late) {
            out.pop();
        }
    }

    fn proximity(&self, s: u32, t: u32) -> Ranked {
        let there = self.directed(s, t);
        let back = self.directed(t, s);
        let (late, proximity) = there.min(back);
        Ranked {
            late,
            proximity,
            stop: t,
        }
    }

    fn directed(&self, a: u32, b: u32) -> (bool, Cost) {
        let (cost, travel) = self.arc(a, b);
        let service = i64::from(self.problem.stops[a as usize].service) + i64::from(travel);
        let (open_a, close_a) = span(self.problem.windows_of(a));
        let (open_b, close_b) = span(self.problem.windows_of(b));
        let late = open_a + service > close_b;
        let waiting = (open_b - close_a - service).max(0);
        // Rounding a hint to whole cost units; it never enters a cost.
        #[allow(
            clippy::cast_possible_truncation,
            reason = "far below 2^63, a sort key only"
        )]
        let penalty = (waiting as f64 * self.waiting) as Cost;
        (late, cost + penalty)
    }
}

fn span(windows: &[Window]) -> (i64, i64) {
    let open = windows.first().map_or(0, |w| i64::from(w.open));
    let close = windows.last().map_or(0, |w| i64::from(w.close));
    (open, close)
}

fn stops_by_location(problem: &Problem) -> (Vec<u32>, Vec<u32>) {
    let mut start = vec![0u32; problem.travel.len() + 1];
    let customers = &problem.stops[..problem.customers().len()];
    for stop in customers {
        start[stop.location as usize + 1] += 1;
    }
    for l in 1..start.len() {
        start[l] += start[l - 1];
    }
    let mut fill = start.clone();
    let mut at = vec![0u32; customers.len()];
    for (s, stop) in customers.iter().enumerate() {
        let slot = &mut fill[stop.location as usize];
        at[*slot as usize] = index(s);
        *slot += 1;
    }
    (start, at)
}
