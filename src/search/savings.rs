//! Routes from savings restricted to neighbours (Clarke & Wright 1964), for the vehicle type that
//! carries most of the fleet's capacity.

use std::cmp::Reverse;

use crate::problem::areas::NOWHERE;
use crate::problem::goods::Goods;
use crate::problem::rooms::{self, Rooms};
use crate::problem::time::{Segment, Time, Window};
use crate::problem::travel::Leg;
use crate::problem::{Cost, Problem, index, lanes};

use super::sub::NONE;

/// Savings are computed for this many nearest neighbours of each stop.
const NEIGHBOURS: usize = 24;

/// A run of stops on its way to becoming a route.
#[derive(Clone, Copy, Debug)]
struct Fragment {
    head: u32,
    tail: u32,
    load: lanes::RawLoad,
    segment: Segment,
    ready: Time,
    goods: Goods,
    rooms: Rooms,
    /// Millimetres and milliseconds from head to tail.
    way: [i64; 2],
}

pub(super) struct Savings<'p> {
    problem: &'p Problem,
    kind: u32,
    /// Cost of the legs start -> stop and stop -> end.
    out: Vec<Cost>,
    home: Vec<Cost>,
    next: Vec<u32>,
    prev: Vec<u32>,
    /// Fragment of each stop; kept up to date at the ends only.
    fragment_of: Vec<u32>,
    fragments: Vec<Fragment>,
}

impl<'p> Savings<'p> {
    pub(super) fn new(problem: &'p Problem) -> Savings<'p> {
        let kind = workhorse(problem);
        let stops = 0..index(problem.len());
        let mut savings = Savings {
            problem,
            kind,
            out: Vec::new(),
            home: Vec::new(),
            next: vec![NONE; problem.len()],
            prev: vec![NONE; problem.len()],
            fragment_of: stops.clone().collect(),
            fragments: stops.clone().map(|s| single(problem, kind, s)).collect(),
        };
        let vehicle = &problem.types[kind as usize];
        let location = |s: u32| problem.stops[s as usize].location;
        savings.out = stops
            .clone()
            .map(|s| savings.price(vehicle.start, location(s)))
            .collect();
        savings.home = stops
            .map(|s| savings.price(location(s), vehicle.end))
            .collect();
        savings
    }

    fn price(&self, from: u32, to: u32) -> Cost {
        let vehicle = &self.problem.types[self.kind as usize];
        let leg = self.problem.travel.leg(vehicle.profile, from, to);
        let rates = vehicle.rates;
        rates.distance * i64::from(leg.distance)
            + (rates.driving + rates.duty) * i64::from(leg.time)
    }

    fn leg(&self, from: u32, to: u32) -> Leg {
        let profile = self.problem.types[self.kind as usize].profile;
        self.problem.travel.leg(profile, from, to)
    }

    fn location(&self, stop: u32) -> u32 {
        self.problem.stops[stop as usize].location
    }

    /// All savings of neighbouring stops, largest first.
    fn list(&self) -> Vec<(Reverse<Cost>, u32, u32)> {
        let near = |s: u32| {
            let all = self.problem.neighbours.of(s);
            &all[..all.len().min(NEIGHBOURS)]
        };
        let fixed = self.problem.types[self.kind as usize].rates.fixed;
        let areas = &self.problem.areas;
        let saving = |i: u32, j: u32| {
            // Joining stops of different blocks leaves one of them, for good or not.
            let apart = areas.extra(areas.block_of(i), areas.block_of(j), NOWHERE, true);
            fixed + self.home[i as usize] + self.out[j as usize]
                - self.price(self.location(i), self.location(j))
                - apart
        };
        let mut list = Vec::with_capacity(self.problem.len() * NEIGHBOURS * 3 / 2);
        for i in 0..index(self.problem.len()) {
            if !self.problem.may_serve(self.kind, i) {
                continue;
            }
            for &j in near(i) {
                list.push((Reverse(saving(i, j)), i, j));
                if !near(j).contains(&i) {
                    list.push((Reverse(saving(j, i)), j, i));
                }
            }
        }
        list.retain(|(Reverse(saving), _, _)| *saving > 0);
        list.sort_unstable();
        list
    }

    /// Joins fragments along the savings; the stops of each route in order.
    pub(super) fn routes(mut self) -> Vec<Vec<u32>> {
        for (_, i, j) in self.list() {
            self.join(i, j);
        }
        (0..index(self.problem.len()))
            .filter(|&s| self.prev[s as usize] == NONE)
            .map(|head| {
                std::iter::successors(Some(head), |&s| {
                    Some(self.next[s as usize]).filter(|&n| n != NONE)
                })
                .collect()
            })
            .collect()
    }

    /// Joins the fragments of `i` and `j` so that `j` follows `i`, turning one of
    /// them round where they meet with the wrong ends.
    fn join(&mut self, i: u32, j: u32) {
        let i_tail = self.next[i as usize] == NONE;
        let i_head = self.prev[i as usize] == NONE;
        let j_tail = self.next[j as usize] == NONE;
        let j_head = self.prev[j as usize] == NONE;
        if !(i_tail || i_head) || !(j_tail || j_head) || !self.problem.may_serve(self.kind, j) {
            return;
        }
        let (a, b) = (self.fragment_of[i as usize], self.fragment_of[j as usize]);
        let areas = &self.problem.areas;
        if !areas.may_share(areas.block_of(i), areas.block_of(j)) {
            return;
        }
        if a == b || !self.fits(a, b) {
            return;
        }
        if i_tail && j_head {
            self.join_as(a, b, false, false);
        } else if i_head && j_head {
            self.join_as(a, b, true, false);
        } else if i_tail && j_tail {
            self.join_as(a, b, false, true);
        }
    }

    fn fits(&self, a: u32, b: u32) -> bool {
        let vehicle = &self.problem.types[self.kind as usize];
        let (a, b) = (&self.fragments[a as usize], &self.fragments[b as usize]);
        let busy = i64::from(a.segment.busy) + i64::from(b.segment.busy);
        !a.goods.clashes(b.goods)
            && rooms::overfull(a.rooms, b.rooms, vehicle.rooms).is_none()
            && busy <= i64::from(vehicle.max_duty)
            && (0..lanes::DIMENSIONS)
                .all(|d| vehicle.capacity[d].is_none_or(|most| a.load[d] + b.load[d] <= most))
    }

    fn join_as(&mut self, a: u32, b: u32, turn_a: bool, turn_b: bool) {
        let first = if turn_a {
            self.turned(a)
        } else {
            Some(self.fragments[a as usize])
        };
        let second = if turn_b {
            self.turned(b)
        } else {
            Some(self.fragments[b as usize])
        };
        let (Some(first), Some(second)) = (first, second) else {
            return;
        };
        let leg = self.leg(self.location(first.tail), self.location(second.head));
        let Some(segment) = first.segment.join(leg.time(), second.segment) else {
            return;
        };
        let mut load = first.load;
        for (sum, more) in load.iter_mut().zip(second.load) {
            *sum += more;
        }
        let joined = Fragment {
            head: first.head,
            tail: second.tail,
            load,
            segment,
            ready: first.ready.max(second.ready),
            goods: first.goods.with(second.goods),
            rooms: rooms::plus(first.rooms, second.rooms),
            way: longer(longer(first.way, leg.way()), second.way),
        };
        if !self.drivable(&joined) {
            return;
        }
        if turn_a {
            self.turn(a);
        }
        if turn_b {
            self.turn(b);
        }
        self.next[first.tail as usize] = second.head;
        self.prev[second.head as usize] = first.tail;
        self.fragments[a as usize] = joined;
        self.fragment_of[joined.head as usize] = a;
        self.fragment_of[joined.tail as usize] = a;
    }

    fn drivable(&self, fragment: &Fragment) -> bool {
        let vehicle = &self.problem.types[self.kind as usize];
        let open = vehicle.shift.open.max(fragment.ready);
        let start = Segment {
            busy: 0,
            finish: open,
            latest: vehicle.latest_start(vehicle.shift.close),
        };
        let end = Segment {
            busy: 0,
            finish: Time::MIN / 4,
            latest: vehicle.shift.close,
        };
        let out = self.leg(vehicle.start, self.location(fragment.head));
        let home = self.leg(self.location(fragment.tail), vehicle.end);
        let [distance, driving] = longer(longer(fragment.way, out.way()), home.way());
        distance <= vehicle.range
            && driving <= vehicle.max_driving
            && start
                .join(out.time(), fragment.segment)
                .and_then(|s| s.join(home.time(), end))
                .is_some_and(|whole| whole.least_duration() <= vehicle.max_duty)
    }

    /// The fragment driven backwards, if its windows allow it. O(length).
    fn turned(&self, fragment: u32) -> Option<Fragment> {
        let given = self.fragments[fragment as usize];
        let mut segment = self.fragments_node(given.tail);
        let mut at = given.tail;
        let mut way = [0; 2];
        while at != given.head {
            let before = self.prev[at as usize];
            let leg = self.leg(self.location(at), self.location(before));
            segment = segment.join(leg.time(), self.fragments_node(before))?;
            way = longer(way, leg.way());
            at = before;
        }
        Some(Fragment {
            head: given.tail,
            tail: given.head,
            segment,
            way,
            ..given
        })
    }

    fn fragments_node(&self, stop: u32) -> Segment {
        let profile = self.problem.types[self.kind as usize].profile;
        let data = &self.problem.stops[stop as usize];
        let service = self.problem.service(profile, data);
        Segment::node(widest(self.problem, stop), service)
    }

    /// Turns the links of a fragment round.
    fn turn(&mut self, fragment: u32) {
        let Fragment { head, .. } = self.fragments[fragment as usize];
        let mut at = head;
        while at != NONE {
            let s = at as usize;
            at = self.next[s];
            std::mem::swap(&mut self.next[s], &mut self.prev[s]);
        }
    }
}

fn single(problem: &Problem, kind: u32, s: u32) -> Fragment {
    let stop = &problem.stops[s as usize];
    let service = problem.service(problem.types[kind as usize].profile, stop);
    Fragment {
        head: s,
        tail: s,
        load: stop.load,
        segment: Segment::node(widest(problem, s), service),
        ready: stop.ready,
        goods: stop.goods,
        rooms: stop.rooms,
        way: [0; 2],
    }
}

/// The sum of two stretches.
fn longer(a: [i64; 2], b: [i64; 2]) -> [i64; 2] {
    [a[0] + b[0], a[1] + b[1]]
}

/// One window stands for all while routes are built; the search knows them all.
fn widest(problem: &Problem, s: u32) -> Window {
    let windows = problem.windows_of(s);
    let wide = windows
        .iter()
        .max_by_key(|w| (w.close - w.open, Reverse(w.open)));
    *wide.expect("compile gives every stop a window")
}

/// The vehicle type with most capacity in all.
fn workhorse(problem: &Problem) -> u32 {
    let share = |k: u32, d: usize| {
        let most = problem
            .types
            .iter()
            .filter_map(|t| t.capacity[d])
            .max()
            .unwrap_or(1)
            .max(1);
        problem.types[k as usize].capacity[d].map_or(1.0, |c| c as f64 / most as f64)
    };
    let score = |k: u32| {
        let room = (0..lanes::DIMENSIONS)
            .map(|d| share(k, d))
            .fold(1.0, f64::min);
        room * problem.types[k as usize].vehicles.len() as f64
    };
    (0..index(problem.types.len()))
        .max_by(|&a, &b| score(a).total_cmp(&score(b)).then(b.cmp(&a)))
        .unwrap_or(0)
}
