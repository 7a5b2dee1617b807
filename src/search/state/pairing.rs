//! What a package that is collected on the way would cost on a route: its two stops at all pairs of
//! positions, the second behind the first.
//!
//! The way is a sum of two detours wherever other stops lie between the two, so the least detour
//! behind each position bounds what a first position can lead to, and few are looked at further. From
//! those on the clock is driven forward stop by stop, and the second stop is tried behind each.

use crate::problem::Cost;
use crate::problem::carry::Amounts;
use crate::problem::lanes::Lanes;
use crate::problem::time::{Segment, Time, Window, first_window};
use crate::problem::timetable::lateness;
use crate::problem::travel::Leg;
use crate::search::sub::SubKind;

use super::extras::Entry;
use super::position::{EXACT_CHOICES, Inserted};
use super::{NONE, Node, State};

/// Places for the two stops: behind which nodes, the second's being the first stop where it follows
/// at once; and the extra cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PairPlace {
    pub(crate) after: u32,
    pub(crate) then: u32,
    pub(crate) delta: Cost,
}

impl PairPlace {
    /// No place yet, and none that costs so much.
    pub(crate) const fn none(bound: Cost) -> PairPlace {
        PairPlace {
            after: NONE,
            then: NONE,
            delta: bound,
        }
    }

    pub(crate) const fn is_none(&self) -> bool {
        self.after == NONE
    }
}

/// A position of a route, behind `node`, with both stops' legs there and on.
#[derive(Clone, Copy, Debug)]
struct Spot {
    node: u32,
    to: [Leg; 2],
    from: [Leg; 2],
    /// Cost of the detours, waiting apart.
    detour: [Cost; 2],
    /// The least detour of the second stop here or behind.
    least: Cost,
}

/// Memory of one look.
#[derive(Debug, Default)]
pub(crate) struct PairBuffers(Vec<Spot>);

/// A route that is looked at.
struct Look<'a, 's, L, const TIMED: bool> {
    state: &'a State<'s, L, TIMED>,
    pair: [u32; 2],
    slot: u32,
    kind: &'a SubKind<L>,
    entries: [Entry; 2],
    /// What the vehicle holds, and what it collects.
    room: &'a Amounts,
    goods: &'a Amounts,
    /// How long they take.
    services: [Time; 2],
    between: Leg,
    /// Cost of a millimetre and of a millisecond on the way.
    rates: [Cost; 2],
    /// What two stops cost above a fair share more than one stop twice.
    both: Cost,
    /// What the two cost at least besides the way.
    least: Cost,
}

/// A vehicle on its way with a stop more.
#[derive(Clone, Copy)]
struct Drive {
    depart: Time,
    head: Segment,
}

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// The best places of a pair on a used slot, or `best` where none there is cheaper. Each place
    /// that is cheaper is offered to `take`, which may pass it over.
    pub(crate) fn best_pair(
        &self,
        pair: [u32; 2],
        slot: u32,
        mut best: PairPlace,
        spots: &mut PairBuffers,
        mut take: impl FnMut() -> bool,
    ) -> PairPlace {
        let Some(look) = Look::new(self, pair, slot) else {
            return best;
        };
        look.spots(&mut spots.0);
        for i in 0..spots.0.len() {
            if !look.first(&spots.0, i, &mut best, &mut take) {
                break;
            }
        }
        best
    }
}

impl<'a, 's, L: Lanes, const TIMED: bool> Look<'a, 's, L, TIMED> {
    /// None when one of the two may not stand there.
    fn new(state: &'a State<'s, L, TIMED>, pair: [u32; 2], slot: u32) -> Option<Self> {
        let mut entries = [state.entry(pair[0], slot)?, state.entry(pair[1], slot)?];
        let (sub, route) = (state.sub, &state.routes[slot as usize]);
        if sub.zoned {
            let areas = &sub.problem.areas;
            let block = |stop: u32| state.nodes[stop as usize].block;
            if areas.most_zones.is_some()
                && !areas.few_zones(state.stops_of(slot).chain(pair).map(block))
            {
                return None;
            }
            entries[1].known |= block(pair[0]) == block(pair[1]);
        }
        let mut both = 0;
        if sub.shared {
            let of = |more: u32| sub.shares.of_stops(route.len + more);
            both = of(2) - of(1) - of(1) + of(0);
        }
        let kind = &sub.kinds[route.kind as usize];
        let services = pair.map(|stop| sub.service(kind.profile, &sub.stops[stop as usize]));
        let mut least = state.least_extra(entries[0]) + state.least_extra(entries[1]) + both;
        let mut duty = 0;
        if TIMED && sub.durations {
            duty = kind.rates.duty;
            let more = sum_of(services) + i64::from(route.excess) - i64::from(route.duration);
            least += duty * (i64::from(state.nodes[state.end_of(slot) as usize].busy) + more);
        }
        if TIMED {
            least -= route.spare;
        }
        Some(Look {
            state,
            pair,
            slot,
            kind,
            entries,
            room: sub.rides.room(route.kind),
            goods: &sub.rides.of(pair[0]).more,
            services,
            between: sub.leg(kind.profile, pair[0], pair[1]),
            rates: [kind.rates.distance, kind.rates.driving + duty],
            both,
            least,
        })
    }

    fn cost(&self, leg: Leg) -> Cost {
        self.rates[0] * i64::from(leg.distance) + self.rates[1] * i64::from(leg.time)
    }

    /// All positions of the route.
    fn spots(&self, spots: &mut Vec<Spot>) {
        let sub = self.state.sub;
        spots.clear();
        let profile = self.kind.profile;
        let [Some(a), Some(b)] = self.pair.map(|stop| sub.rows(profile, stop)) else {
            let to = |k: usize, here| sub.leg_into(profile, here, self.pair[k]);
            let from = |k: usize, next| sub.leg(profile, self.pair[k], next);
            return self.list(spots, to, from);
        };
        let rows = [a, b];
        let to = |k: usize, here| rows[k][0][here as usize];
        let from = |k: usize, next| rows[k][1][next as usize];
        self.list(spots, to, from);
    }

    /// As `spots`, with the legs of each of the two to and from a column.
    #[inline(always)]
    fn list(
        &self,
        spots: &mut Vec<Spot>,
        to: impl Fn(usize, u32) -> Leg,
        from: impl Fn(usize, u32) -> Leg,
    ) {
        let state = self.state;
        let end = state.end_of(self.slot);
        let mut node = state.start_of(self.slot);
        let mut here = state.column(node);
        while node != end {
            let data = &state.nodes[node as usize];
            let next = state.column(data.next);
            let to = [to(0, here), to(1, here)];
            let from = [from(0, next), from(1, next)];
            let gap = self.cost(stored(data));
            let detour = [0, 1].map(|k| self.cost(to[k]) + self.cost(from[k]) - gap);
            spots.push(Spot {
                node,
                to,
                from,
                detour,
                least: detour[1],
            });
            (node, here) = (data.next, next);
        }
        for k in (1..spots.len()).rev() {
            spots[k - 1].least = spots[k - 1].least.min(spots[k].least);
        }
    }

    /// Looks at all places with the first stop at position `i`; false when those behind cannot be
    /// reached in time either.
    fn first(
        &self,
        spots: &[Spot],
        i: usize,
        best: &mut PairPlace,
        take: &mut impl FnMut() -> bool,
    ) -> bool {
        let (state, spot) = (self.state, &spots[i]);
        let node = &state.nodes[spot.node as usize];
        let gap = self.cost(stored(node));
        let at_once =
            self.cost(spot.to[0]) + self.cost(self.between) + self.cost(spot.from[1]) - gap;
        let behind = spots.get(i + 1).map(|next| spot.detour[0] + next.least);
        let low = behind.map_or(at_once, |behind| behind.min(at_once));
        if self.least + low >= best.delta || !self.lifts(spot.node) {
            return true;
        }
        let head = Segment {
            busy: node.busy,
            finish: node.depart,
            latest: node.latest_start,
        };
        let mut drive = Drive {
            depart: node.depart,
            head,
        };
        let a = &state.nodes[self.pair[0] as usize];
        let mut starts = [0; 2];
        if TIMED {
            let ends = [spot.node, self.pair[0]];
            match self.go(drive, ends, spot.to[0].time(), (a, self.services[0])) {
                Some((next, start)) => (drive, starts[0]) = (next, start),
                // Later positions are reached later.
                None => return !self.too_late(drive, spot, a),
            }
        }
        if self.least + at_once < best.delta {
            // The first as if alone, the second behind it.
            let place = [(spot.node, node.next), (self.pair[0], node.next)];
            let legs = [spot.to[0], self.between, spot.from[1]];
            let way = Way {
                more: legs.map(parts).into_iter().fold([0; 2], sum),
                less: parts(stored(node)),
                added: [
                    self.added(0, spot.node, [spot.to[0], self.between]),
                    self.added(1, self.pair[0], [self.between, spot.from[1]]),
                ],
            };
            let then = self.second(drive, (place, way), starts, *best);
            offer(best, (spot.node, self.pair[0]), then, take);
        }
        self.walk(spots, i, (drive, starts), best, take);
        true
    }

    /// Tries the second stop behind each node that follows.
    fn walk(
        &self,
        spots: &[Spot],
        i: usize,
        (mut drive, starts): (Drive, [Time; 2]),
        best: &mut PairPlace,
        take: &mut impl FnMut() -> bool,
    ) {
        let (state, first) = (self.state, &spots[i]);
        let mut before = self.pair[0];
        let mut travel = first.from[0].time();
        for spot in &spots[i + 1..] {
            if self.least + first.detour[0] + spot.least >= best.delta {
                return;
            }
            let node = &state.nodes[spot.node as usize];
            if TIMED {
                match self.go(drive, [before, spot.node], travel, (node, node.service)) {
                    Some((next, start)) if !self.delays(start, node) => drive = next,
                    _ => return,
                }
            }
            if !self.lifts(spot.node) {
                return;
            }
            if self.least + first.detour[0] + spot.detour[1] < best.delta {
                let next = state.nodes[first.node as usize].next;
                let place = [(first.node, next), (spot.node, node.next)];
                let legs = [first.to[0], first.from[0], spot.to[1], spot.from[1]];
                let way = Way {
                    more: legs.map(parts).into_iter().fold([0; 2], sum),
                    less: sum(
                        parts(stored(&state.nodes[first.node as usize])),
                        parts(stored(node)),
                    ),
                    added: [
                        self.added(0, first.node, [first.to[0], first.from[0]]),
                        self.added(1, spot.node, [spot.to[1], spot.from[1]]),
                    ],
                };
                let then = self.second(drive, (place, way), starts, *best);
                offer(best, (first.node, spot.node), then, take);
            }
            before = spot.node;
            travel = node.travel.cast_signed();
        }
    }

    /// Whether the package fits on board on the leg behind a node.
    #[inline(always)]
    fn lifts(&self, node: u32) -> bool {
        let now = &self.state.held[node as usize].now;
        self.state.sub.rides.fits(self.room, now, self.goods)
    }

    /// Drives on to a node and serves it; when service starts there.
    #[inline]
    fn go(
        &self,
        drive: Drive,
        ends: [u32; 2],
        travel: Time,
        (node, service): (&Node, Time),
    ) -> Option<(Drive, Time)> {
        let (state, sub) = (self.state, self.state.sub);
        let arrive = state.arrival(self.slot, ends, travel, drive.depart);
        let window = if node.choice == NONE {
            Window {
                open: node.open,
                close: node.close,
            }
        } else {
            first_window(&sub.choices[node.choice as usize], arrive)?
        };
        if arrive > window.close {
            return None;
        }
        let start = arrive.max(window.open);
        let mut head = drive.head;
        if sub.durations {
            head = head.join(travel, Segment::node(window, service))?;
        }
        let depart = start + service;
        Some((Drive { depart, head }, start))
    }

    /// Whether a stop could not be reached in time from here, nor from anywhere behind.
    fn too_late(&self, drive: Drive, spot: &Spot, node: &Node) -> bool {
        let arrive = i64::from(drive.depart) + i64::from(spot.to[0].time);
        let slack = self.state.sub.roundabout;
        slack.is_some_and(|slack| arrive > i64::from(node.close) + i64::from(slack))
    }

    /// Whether a stop of the route is served so late that the rest is late however it goes on.
    fn delays(&self, start: Time, node: &Node) -> bool {
        let slack = self.state.sub.roundabout;
        slack.is_some_and(|slack| start > node.latest.saturating_add(slack))
    }

    /// The extra cost with the second stop on the way of `drive`, None when it is infeasible or not
    /// below that of the best.
    // PERF: passed by reference, the way was a store that stalls the loads behind it: 14 % of a search.
    #[inline(always)]
    fn second(
        &self,
        drive: Drive,
        (place, way): ([(u32, u32); 2], Way),
        mut starts: [Time; 2],
        best: PairPlace,
    ) -> Option<Cost> {
        let (state, sub) = (self.state, self.state.sub);
        let route = &state.routes[self.slot as usize];
        let [distance, driving] = way.longer();
        let [to, from] = way.added[1].legs;
        let rates = &self.kind.rates;
        let mut delta = self.both + rates.distance * distance + rates.driving * driving;
        let stops = self.pair.iter().zip(self.entries);
        for ((&stop, entry), &(before, after)) in stops.zip(&place) {
            delta += state.extra_at(stop, before, after, entry);
        }
        if sub.limited
            && !self
                .kind
                .goes(route.distance + distance, route.driving + driving)
        {
            return None;
        }
        if TIMED {
            let (before, after) = place[1];
            let b = &state.nodes[self.pair[1] as usize];
            let b = (b, self.services[1]);
            let (done, start) = self.go(drive, [before, self.pair[1]], to.time(), b)?;
            starts[1] = start;
            let next = &state.nodes[after as usize];
            let ends = [self.pair[1], after];
            if state.arrival(self.slot, ends, from.time(), done.depart) > next.latest {
                return None;
            }
            delta += self.late(starts);
            if sub.durations {
                let room = best.delta.saturating_sub(delta);
                delta += self.longer(self.duration(done, (way, room), next)?);
            }
        }
        (delta < best.delta).then_some(delta)
    }

    /// What the two cost for lateness at least, see [`State::late_from`].
    fn late(&self, starts: [Time; 2]) -> Cost {
        let (state, sub) = (self.state, self.state.sub);
        if !sub.scheduled {
            return 0;
        }
        let of = |k: usize| lateness(sub.dues(&sub.stops[self.pair[k] as usize]), starts[k]);
        of(0) + of(1) - state.routes[self.slot as usize].spare
    }

    /// What it costs that the route takes so long.
    fn longer(&self, duration: i64) -> Cost {
        let sub = self.state.sub;
        let before = i64::from(self.state.routes[self.slot as usize].duration);
        let mut cost = self.kind.rates.duty * (duration - before);
        if sub.shared {
            cost += sub.shares.of_duty(duration) - sub.shares.of_duty(before);
        }
        cost
    }

    /// The least duration of the route with both; None when that is too long, or for stops with
    /// several windows when it must cost `room` or more. On long routes with such stops a bound.
    fn duration(&self, done: Drive, (way, room): (Way, Cost), next: &Node) -> Option<i64> {
        let state = self.state;
        let route = &state.routes[self.slot as usize];
        let most = i64::from(self.kind.max_duty);
        let end = &state.nodes[state.end_of(self.slot) as usize];
        let more = way.longer()[1] + sum_of(self.services);
        let mut busy = i64::from(end.busy) + more;
        if more >= 0 {
            busy += i64::from(route.owed);
        }
        if busy > most {
            return None;
        }
        busy += i64::from(route.excess);
        let plain = self.pair.map(|s| state.nodes[s as usize].choice) == [NONE; 2];
        if !plain || route.choices > 0 {
            let least = route.least_with(more, busy);
            if route.len > EXACT_CHOICES {
                return Some(least);
            }
            if self.longer(least) >= room {
                return None;
            }
            let duration = i64::from(state.duration_with_all(&way.added)?);
            return Some(busy.max(duration + i64::from(route.excess)));
        }
        let tail = Segment {
            busy: state.busy_from(next),
            finish: next.finish,
            latest: next.latest,
        };
        let from = way.added[1].legs[1];
        let duration = i64::from(done.head.join(from.time(), tail)?.least_duration());
        (duration <= most).then(|| busy.max(duration + i64::from(route.excess)))
    }

    fn added(&self, nth: usize, after: u32, legs: [Leg; 2]) -> Inserted {
        Inserted {
            stop: self.pair[nth],
            after,
            legs,
        }
    }
}

/// Millimetres and milliseconds that are driven more, and those that are not driven any more.
#[derive(Clone, Copy)]
struct Way {
    more: [i64; 2],
    less: [i64; 2],
    added: [Inserted; 2],
}

impl Way {
    fn longer(self) -> [i64; 2] {
        [self.more[0] - self.less[0], self.more[1] - self.less[1]]
    }
}

fn sum_of([a, b]: [Time; 2]) -> i64 {
    i64::from(a) + i64::from(b)
}

fn sum(a: [i64; 2], b: [i64; 2]) -> [i64; 2] {
    [a[0] + b[0], a[1] + b[1]]
}

fn parts(leg: Leg) -> [i64; 2] {
    [i64::from(leg.distance), i64::from(leg.time)]
}

/// The leg that leaves a node.
fn stored(node: &Node) -> Leg {
    Leg {
        distance: node.distance,
        time: node.travel,
    }
}

/// Keeps a cheaper place unless it is passed over.
fn offer(
    best: &mut PairPlace,
    (after, then): (u32, u32),
    delta: Option<Cost>,
    take: &mut impl FnMut() -> bool,
) {
    if let Some(delta) = delta
        && take()
    {
        *best = PairPlace { after, then, delta };
    }
}
