//! Routes from savings restricted to neighbours (Clarke & Wright 1964), for the vehicle type that
//! carries most of the fleet's capacity.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeSet, BinaryHeap};

use crate::problem::areas::NOWHERE;
use crate::problem::carry::{self, ALONE, Amounts};
use crate::problem::goods::Goods;
use crate::problem::rooms::{self, Rooms};
use crate::problem::time::{Segment, Time, Window};
use crate::problem::travel::Leg;
use crate::problem::{Cost, Problem, index, lanes};

use super::sub::NONE;

/// Savings are computed for this many nearest neighbours of each stop.
const NEIGHBOURS: usize = 24;

/// A pair is offered again, and not joined, when what it pays for waiting has risen by more than
/// this part of its saving: bounds how often.
const STEP: Cost = 16;

/// Two stops that might follow each other; the dearest pair is the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Offer {
    /// What joining saves, less what the waiting is priced at and more than fair shares cost.
    pub(super) value: Cost,
    pub(super) pair: Reverse<[u32; 2]>,
    /// The price of the waiting and of more than a fair share.
    pub(super) waiting: Cost,
}

/// A run of stops on its way to becoming a route.
#[derive(Clone, Copy, Debug)]
struct Fragment {
    head: u32,
    tail: u32,
    stops: u32,
    load: lanes::RawLoad,
    segment: Segment,
    ready: Time,
    goods: Goods,
    rooms: Rooms,
    /// Millimetres and milliseconds from head to tail.
    way: [i64; 2],
}

/// What is on board of a run of stops where loads are looked at along the way: when it begins, when
/// it ends, and at the most.
#[derive(Clone, Copy, Debug)]
struct Carried {
    start: Amounts,
    end: Amounts,
    peak: Amounts,
}

impl Carried {
    /// A stop, or the two of a package that is collected on the way.
    fn of(problem: &Problem, s: u32) -> Option<Carried> {
        let ride = problem.stops[s as usize].ride.as_deref()?;
        let alone = ride.partner == ALONE;
        Some(Carried {
            start: ride.start,
            end: if alone { ride.more } else { Amounts::default() },
            peak: carry::most(ride.less, ride.more),
        })
    }

    /// This run, then another one: what that delivers is on board here, and what this picked up
    /// there.
    fn then(self, next: Carried) -> Carried {
        Carried {
            start: carry::plus(self.start, next.start),
            end: carry::plus(self.end, next.end),
            peak: carry::most(
                carry::plus(self.peak, next.start),
                carry::plus(self.end, next.peak),
            ),
        }
    }
}

pub(super) struct Savings<'p> {
    pub(super) problem: &'p Problem,
    pub(super) kind: u32,
    /// Cost of the legs start -> stop and stop -> end.
    pub(super) out: Vec<Cost>,
    home: Vec<Cost>,
    pub(super) next: Vec<u32>,
    prev: Vec<u32>,
    /// Fragment of each stop; kept up to date at the ends only.
    pub(super) fragment_of: Vec<u32>,
    fragments: Vec<Fragment>,
    /// What all ways from the start cost and how long they take.
    ways: [i128; 2],
    /// What is on board in each fragment, where loads are looked at along the way.
    carried: Vec<Carried>,
    /// The first stops of teams that are no run.
    pub(super) torn: BTreeSet<u32>,
}

impl<'p> Savings<'p> {
    pub(super) fn new(problem: &'p Problem) -> Savings<'p> {
        let kind = workhorse(problem);
        let stops = problem.customers();
        let mut savings = Savings {
            problem,
            kind,
            out: Vec::new(),
            home: Vec::new(),
            next: vec![NONE; problem.len()],
            prev: vec![NONE; problem.len()],
            fragment_of: stops.clone().collect(),
            fragments: stops.clone().map(|s| single(problem, kind, s)).collect(),
            ways: [0; 2],
            torn: BTreeSet::new(),
            carried: stops
                .clone()
                .filter_map(|s| Carried::of(problem, s))
                .collect(),
        };
        let vehicle = &problem.types[kind as usize];
        let location = |s: u32| problem.stops[s as usize].location;
        savings.out = stops
            .clone()
            .map(|s| savings.price(vehicle.start, location(s)))
            .collect();
        let times = stops
            .clone()
            .map(|s| savings.leg(vehicle.start, location(s)).time());
        savings.ways = [
            savings.out.iter().map(|&cost| i128::from(cost)).sum(),
            times.map(i128::from).sum(),
        ];
        savings.home = stops
            .map(|s| savings.price(location(s), vehicle.end))
            .collect();
        savings.join_pairs();
        savings.join_teams();
        savings
    }

    /// Packages that are collected on the way are brought at once to begin with.
    fn join_pairs(&mut self) {
        for s in self.problem.customers() {
            let ride = self.problem.stops[s as usize].ride.as_deref();
            if let Some(ride) = ride.filter(|ride| ride.collects) {
                // At any price of waiting.
                let pair = [s, ride.partner];
                let offer = Offer {
                    value: Cost::MAX / 4,
                    pair: Reverse(pair),
                    waiting: 0,
                };
                self.join_as(pair[0], pair[1], [false, false], offer);
            }
        }
    }

    /// Whether a stop is none of a package that is collected on the way, or stands beside the other.
    fn is_whole(&self, stop: u32) -> bool {
        let partner = self.problem.stops[stop as usize].partner();
        partner == ALONE
            || self.prev[stop as usize] == partner
            || self.next[stop as usize] == partner
    }

    pub(super) fn price(&self, from: u32, to: u32) -> Cost {
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

    pub(super) fn location(&self, stop: u32) -> u32 {
        self.problem.stops[stop as usize].location
    }

    /// All savings of neighbouring stops, largest first.
    fn list(&self) -> Vec<Offer> {
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
        let offer = |i: u32, j: u32| Offer {
            value: saving(i, j),
            pair: Reverse([i, j]),
            waiting: 0,
        };
        let mut list = Vec::with_capacity(self.problem.len() * NEIGHBOURS * 3 / 2);
        for i in self.problem.customers() {
            if !self.problem.may_serve(self.kind, i) {
                continue;
            }
            for &j in near(i) {
                list.push(offer(i, j));
                if !near(j).contains(&i) {
                    list.push(offer(j, i));
                }
            }
        }
        list.retain(|offer| offer.value > 0);
        list.sort_unstable_by(|a, b| b.cmp(a));
        list
    }

    /// Joins fragments along the savings; the stops of each route in order.
    ///
    /// What a pair saves is known before, how long its fragments make the van wait is not: it is
    /// looked at when the pair's turn comes, and a pair that has become worth less is put back.
    pub(super) fn routes(mut self) -> Vec<Vec<u32>> {
        let mut fresh = self.list().into_iter().peekable();
        let mut again: BinaryHeap<Offer> = BinaryHeap::new();
        loop {
            let offer = match again.peek_mut() {
                Some(top) if fresh.peek().is_none_or(|f| *f < *top) => Some(PeekMut::pop(top)),
                _ => fresh.next(),
            };
            let Some(offer) = offer else {
                break;
            };
            again.extend(self.join(offer));
        }
        (self.problem.customers())
            .filter(|&s| self.prev[s as usize] == NONE)
            .map(|head| {
                std::iter::successors(Some(head), |&s| {
                    Some(self.next[s as usize]).filter(|&n| n != NONE)
                })
                .collect()
            })
            .collect()
    }

    /// Joins the fragments of a pair so that its second stop follows the first, turning one of
    /// them round where they meet with the wrong ends. Gives the pair back, at what it is worth
    /// now, where they wait longer than was known.
    fn join(&mut self, offer: Offer) -> Option<Offer> {
        let Reverse([i, j]) = offer.pair;
        let i_tail = self.next[i as usize] == NONE;
        let i_head = self.prev[i as usize] == NONE;
        let j_tail = self.next[j as usize] == NONE;
        let j_head = self.prev[j as usize] == NONE;
        if !(i_tail || i_head) || !(j_tail || j_head) || !self.problem.may_serve(self.kind, j) {
            return None;
        }
        let (a, b) = (self.fragment_of[i as usize], self.fragment_of[j as usize]);
        let areas = &self.problem.areas;
        // Routes of few zones begin as routes of one.
        let zone = |s: u32| areas.zone_of(areas.block_of(s));
        if !areas.may_share(areas.block_of(i), areas.block_of(j))
            || (areas.most_zones.is_some() && zone(i) != zone(j))
        {
            return None;
        }
        if a == b || !self.fits(a, b) {
            return None;
        }
        if !self.problem.options.is_built(i) || !self.problem.options.is_built(j) {
            return None;
        }
        if self.problem.bonds.any() && !self.may_ride(i, j) {
            return None;
        }
        if self.problem.carries && !(i_tail && j_head && self.is_whole(i) && self.is_whole(j)) {
            // What is on board is known forwards only.
            None
        } else if i_tail && j_head {
            self.join_as(a, b, [false, false], offer)
        } else if i_head && j_head {
            self.join_as(a, b, [true, false], offer)
        } else if i_tail && j_tail {
            self.join_as(a, b, [false, true], offer)
        } else {
            None
        }
    }

    /// Whether the fragments of two ends go together: no team is torn, and nothing of the one is to
    /// be apart from what is in the other.
    fn may_ride(&self, i: u32, j: u32) -> bool {
        let bonds = &self.problem.bonds;
        let torn = |s: u32| {
            bonds
                .team(s)
                .is_some_and(|team| self.torn.contains(&team[0]))
        };
        if torn(i) || torn(j) {
            return false;
        }
        let mut stops = self.stops_from(i);
        stops.extend(self.stops_from(j));
        !bonds.are_apart(&stops)
    }

    /// All stops of the fragment of one of its ends.
    fn stops_from(&self, end: u32) -> Vec<u32> {
        let way = if self.next[end as usize] == NONE {
            &self.prev
        } else {
            &self.next
        };
        let mut stops = vec![end];
        let mut at = way[end as usize];
        while at != NONE {
            stops.push(at);
            at = way[at as usize];
        }
        stops
    }

    /// The price of waiting for so long: as much as driving costs.
    fn waiting(&self, time: i64) -> Cost {
        let [cost, ways] = self.ways;
        let duty = i128::from(self.problem.types[self.kind as usize].rates.duty);
        let price = (i128::from(time) * cost / ways.max(1)).max(i128::from(time) * duty);
        Cost::try_from(price).unwrap_or(Cost::MAX / 4)
    }

    /// What two fragments pay more for their work when one vehicle does both.
    fn unfair(&self, a: &Fragment, b: &Fragment, joined: Segment) -> Cost {
        let shares = &self.problem.shares;
        let price = |stops: u32, segment: Segment| {
            shares.of_stops(stops) + shares.of_duty(segment.least_duration().into())
        };
        price(a.stops + b.stops, joined) - price(a.stops, a.segment) - price(b.stops, b.segment)
    }

    pub(super) fn fits(&self, a: u32, b: u32) -> bool {
        let vehicle = &self.problem.types[self.kind as usize];
        let (a, b) = (&self.fragments[a as usize], &self.fragments[b as usize]);
        let busy = i64::from(a.segment.busy) + i64::from(b.segment.busy);
        let together = || {
            rooms::overfull(a.rooms, b.rooms, vehicle.rooms).is_none()
                && (0..lanes::DIMENSIONS)
                    .all(|d| vehicle.capacity[d].is_none_or(|most| a.load[d] + b.load[d] <= most))
        };
        !a.goods.clashes(b.goods)
            && busy <= i64::from(vehicle.max_duty)
            && (self.problem.carries || together())
    }

    pub(super) fn join_as(
        &mut self,
        a: u32,
        b: u32,
        turned: [bool; 2],
        offer: Offer,
    ) -> Option<Offer> {
        let [turn_a, turn_b] = turned;
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
        let (first, second) = (first?, second?);
        let leg = self.leg(self.location(first.tail), self.location(second.head));
        let segment = first.segment.join(leg.time(), second.segment)?;
        let longer_wait = wait(segment) - wait(first.segment) - wait(second.segment);
        let saving = offer.value + offer.waiting;
        let unfair = self.unfair(&first, &second, segment);
        if unfair >= saving {
            return None;
        }
        let waiting = self.waiting(longer_wait) + unfair;
        if waiting > offer.waiting + saving / STEP {
            let value = saving - waiting;
            return Some(Offer {
                value,
                waiting,
                ..offer
            });
        }
        let mut load = first.load;
        for (sum, more) in load.iter_mut().zip(second.load) {
            *sum += more;
        }
        let joined = Fragment {
            head: first.head,
            tail: second.tail,
            stops: first.stops + second.stops,
            load,
            segment,
            ready: first.ready.max(second.ready),
            goods: first.goods.with(second.goods),
            rooms: rooms::plus(first.rooms, second.rooms),
            way: longer(longer(first.way, leg.way()), second.way),
        };
        if !self.drivable(&joined) || !self.carry(a, b) {
            return None;
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
        None
    }

    /// Joins what is on board in two fragments. False, with nothing changed, when it is too much.
    fn carry(&mut self, a: u32, b: u32) -> bool {
        if !self.problem.carries {
            return true;
        }
        let joined = self.carried[a as usize].then(self.carried[b as usize]);
        let holds = carry::room(&self.problem.types[self.kind as usize]);
        let fits = joined
            .peak
            .iter()
            .zip(&holds)
            .all(|(peak, room)| peak <= room);
        if fits {
            self.carried[a as usize] = joined;
        }
        fits
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
        stops: 1,
        load: stop.load,
        segment: Segment::node(widest(problem, s), service),
        ready: stop.ready,
        goods: stop.goods,
        rooms: stop.rooms,
        way: [0; 2],
    }
}

/// The waiting inside a stretch that no start avoids.
fn wait(segment: Segment) -> i64 {
    i64::from(segment.least_duration()) - i64::from(segment.busy)
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
