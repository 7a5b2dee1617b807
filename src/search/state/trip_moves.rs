//! Trips that begin and end: a stop with a reload beside it, reloads that are not needed, reloads
//! that move.

use crate::problem::Cost;
use crate::problem::carry::{Amounts, minus, plus};
use crate::problem::lanes::Lanes;
use crate::problem::time::{HORIZON, Segment, Time, Window, first_window};
use crate::problem::travel::Leg;

use super::State;
use super::extras::Entry;
use crate::search::sub::NONE;

/// Gaps looked at when a reload moves, at most.
const GAPS: usize = 24;

/// A place for a stop and a reload together, behind node `after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TripPlace {
    pub(crate) reload: u32,
    pub(crate) after: u32,
    /// Whether the reload comes first: the stop is the first of the new trip, not the last of the
    /// old one.
    pub(crate) opens: bool,
    pub(crate) delta: Cost,
}

/// What is looked up once for all gaps of a route.
struct Look<'a> {
    stop: u32,
    entry: Entry,
    /// Reloads on no route, by time.
    free: &'a [u32],
}

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// Reloads on no route, by time; one of them where they are all alike.
    pub(crate) fn free_reloads(&self) -> Vec<u32> {
        let all = self.sub.first_reload..crate::problem::index(self.sub.len());
        let mut free = all.filter(|&r| !self.is_routed(r));
        let first = free.next();
        if first.is_none_or(|r| !self.is_at_dock(r)) {
            return first.into_iter().collect();
        }
        first.into_iter().chain(free).collect()
    }

    /// Whether a reload begins at a fixed time.
    fn is_at_dock(&self, reload: u32) -> bool {
        let span = self.sub.stops[reload as usize].span;
        span.open == span.close
    }

    /// Whether a used slot may reload once more.
    pub(crate) fn may_reload(&self, slot: u32) -> bool {
        let route = &self.routes[slot as usize];
        route.len > 0 && route.reloads < self.sub.kinds[route.kind as usize].reloading.most
    }

    /// The cheapest place of a stop with a reload beside it on a slot, or `best` where none there
    /// is cheaper than that or `bound`. The times are an estimate where several windows, ready
    /// times of stops behind or the hour decide; what is inserted is exact.
    pub(crate) fn best_trip(
        &self,
        stop: u32,
        slot: u32,
        free: &[u32],
        (mut best, bound): (Option<TripPlace>, Cost),
    ) -> Option<TripPlace> {
        if free.is_empty() || !self.may_reload(slot) {
            return best;
        }
        let Some(entry) = self.entry(stop, slot) else {
            return best;
        };
        let look = Look { stop, entry, free };
        let mut after = self.start_of(slot);
        let mut collected = Amounts::default();
        while after != self.end_of(slot) {
            if self.sub.is_reload(after) {
                collected = Amounts::default();
            } else if self.is_stop(after) {
                collected = plus(collected, self.sub.rides.of(after).more);
            }
            for opens in [true, false] {
                let bound = best.map_or(bound, |best| best.delta);
                if self.splits(after, opens)
                    && self.holds_apart(stop, after, opens, &collected)
                    && let Some((reload, delta)) = self.try_trip(&look, after, opens, bound)
                {
                    best = Some(TripPlace {
                        reload,
                        after,
                        opens,
                        delta,
                    });
                }
            }
            after = self.nodes[after as usize].next;
        }
        best
    }

    /// Whether a node is a stop where someone is served.
    fn serves(&self, node: u32) -> bool {
        self.is_stop(node) && !self.sub.is_reload(node)
    }

    /// Whether both trips have stops.
    fn splits(&self, after: u32, opens: bool) -> bool {
        if opens {
            self.serves(after)
        } else {
            self.serves(self.nodes[after as usize].next)
        }
    }

    /// Whether both trips are held by the vehicle; `collected` is what was taken on the trip up to
    /// `after`.
    fn holds_apart(&self, stop: u32, after: u32, opens: bool, collected: &Amounts) -> bool {
        let (held, ride) = (&self.held[after as usize], self.sub.rides.of(stop));
        let kind = self.routes[self.nodes[after as usize].route as usize].kind;
        let rides = &self.sub.rides;
        let to_bring = minus(held.now, *collected);
        if opens {
            rides.holds(kind, &to_bring, &ride.start)
                && rides.holds(kind, &minus(held.behind, *collected), &ride.more)
        } else {
            rides.holds(kind, &minus(held.before, to_bring), &ride.start)
                && rides.holds(kind, collected, &ride.more)
        }
    }

    /// The reload to use and the extra cost of a stop with it behind `after`, when that is
    /// feasible and below `bound`.
    fn try_trip(
        &self,
        look: &Look<'_>,
        after: u32,
        opens: bool,
        bound: Cost,
    ) -> Option<(u32, Cost)> {
        let (stop, station) = (look.stop, look.free[0]);
        let before = &self.nodes[after as usize];
        let route = &self.routes[before.route as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let through = if opens {
            [after, station, stop, before.next]
        } else {
            [after, stop, station, before.next]
        };
        let columns = through.map(|node| self.column(node));
        let leg = |k: usize| self.sub.leg(kind.profile, columns[k], columns[k + 1]);
        let legs = [leg(0), leg(1), leg(2)];
        let sum = |of: fn(&Leg) -> u32| legs.iter().map(|l| i64::from(of(l))).sum::<i64>();
        let distance = sum(|l| l.distance) - i64::from(before.distance);
        let driving = sum(|l| l.time) - i64::from(before.travel);
        let rates = &kind.rates;
        let next_to = [
            through[if opens { 1 } else { 0 }],
            through[if opens { 3 } else { 2 }],
        ];
        let mut delta = rates.distance * distance
            + rates.driving * driving
            + self.extra_at(stop, next_to[0], next_to[1], look.entry);
        let service = self
            .sub
            .service(kind.profile, &self.sub.stops[stop as usize]);
        let end = &self.nodes[self.end_of(before.route) as usize];
        let [stay, longer] = self.stays_apart(after, opens, legs);
        let busy = i64::from(end.busy)
            + driving
            + i64::from(service)
            + i64::from(stay)
            + i64::from(longer);
        let longer = |duration: i64| rates.duty * (duration - i64::from(route.duration));
        if busy > i64::from(kind.max_duty)
            || delta + longer(busy) - route.spare >= bound
            || !self.ranges_apart(after, opens, legs, driving, distance)
        {
            return None;
        }
        let (reload, whole, start) = self.drive_trip(look, after, opens, (legs, service, stay))?;
        let duration = i64::from(whole.least_duration());
        if duration > i64::from(kind.max_duty) {
            return None;
        }
        delta +=
            longer(duration + i64::from(route.excess)) + self.late_from(stop, before.route, start);
        if self.sub.shared {
            let shares = &self.sub.shares;
            delta += shares.of_duty(duration) - shares.of_duty(route.duration.into());
        }
        (delta < bound).then_some((reload, delta))
    }

    /// Whether the vehicle goes as far and as long as both trips together, and each by itself where
    /// its range starts anew.
    fn ranges_apart(
        &self,
        after: u32,
        opens: bool,
        legs: [Leg; 3],
        driving: i64,
        distance: i64,
    ) -> bool {
        if !self.sub.limited {
            return true;
        }
        let before = &self.nodes[after as usize];
        let route = &self.routes[before.route as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        if !kind.reloading.anew {
            return kind.goes(route.distance + distance, route.driving + driving);
        }
        let [old, new] = self.ways_apart(after, opens, legs);
        kind.goes(old.max(new), route.driving + driving)
    }

    /// Millimetres of the trip that ends behind a node then, and of the one that begins.
    fn ways_apart(&self, after: u32, opens: bool, legs: [Leg; 3]) -> [i64; 2] {
        let (trip, before) = (&self.trips[after as usize], &self.nodes[after as usize]);
        let way = legs.map(|leg| i64::from(leg.distance));
        let rest = trip.whole - trip.so_far - i64::from(before.distance);
        if opens {
            [trip.so_far + way[0], way[1] + way[2] + rest]
        } else {
            [trip.so_far + way[0] + way[1], way[2] + rest]
        }
    }

    /// How long the vehicle stands at the reload between both trips, and how much longer than now at
    /// the one behind them.
    fn stays_apart(&self, after: u32, opens: bool, legs: [Leg; 3]) -> [Time; 2] {
        let route = &self.routes[self.nodes[after as usize].route as usize];
        let reloading = &self.sub.kinds[route.kind as usize].reloading;
        if !reloading.charges() {
            return [reloading.loading, 0];
        }
        let trip = &self.trips[after as usize];
        let [old, new] = self.ways_apart(after, opens, legs);
        let longer = reloading.stay(new) - reloading.stay(trip.whole);
        [reloading.stay(old), if trip.charges { longer } else { 0 }]
    }

    /// The first reload that is free in time, the whole route with it and the stop, and when the
    /// stop is served.
    fn drive_trip(
        &self,
        look: &Look<'_>,
        after: u32,
        opens: bool,
        (legs, service, stay): ([Leg; 3], Time, Time),
    ) -> Option<(u32, Segment, Time)> {
        let before = &self.nodes[after as usize];
        let next = &self.nodes[before.next as usize];
        let data = &self.sub.stops[look.stop as usize];
        let windows = self.sub.windows(data);
        let mut ready = self.ready_behind(after);
        let mut depart = before.depart;
        if opens {
            ready = ready.max(data.ready);
        } else {
            depart = self.depart_when_ready(after, data.ready)?;
        }
        let mut clock = depart + legs[0].time();
        let mut nodes = [Segment {
            busy: 0,
            finish: 0,
            latest: 0,
        }; 2];
        let mut served = clock;
        let mut used = NONE;
        for (k, node) in nodes.iter_mut().enumerate() {
            let (window, takes) = if opens == (k == 0) {
                let (reload, window) = self.turn(look.free, clock, ready.max(0) - stay)?;
                used = reload;
                (window, stay)
            } else {
                let window = first_window(windows, clock)?;
                served = clock.max(window.open);
                (window, service)
            };
            *node = Segment::node(window, takes);
            clock = clock.max(window.open) + takes + legs[k + 1].time();
        }
        if clock > next.latest {
            return None;
        }
        let [head, tail] = self.stretches(before, depart);
        let whole = head
            .join(legs[0].time(), nodes[0])?
            .join(legs[1].time(), nodes[1])?
            .join(legs[2].time(), tail)?;
        Some((used, whole, served))
    }

    /// The first of the free reloads that begins when a vehicle is there that arrives at `arrive`,
    /// and not before `from`, and when it may begin.
    fn turn(&self, free: &[u32], arrive: Time, from: Time) -> Option<(u32, Window)> {
        let first = *free.first()?;
        if !self.is_at_dock(first) {
            let window = Window {
                open: from.max(0),
                close: HORIZON,
            };
            return Some((first, window));
        }
        let opens = |r: &u32| self.sub.stops[*r as usize].span.open;
        let at = free.partition_point(|r| opens(r) < arrive.max(from));
        let reload = *free.get(at)?;
        Some((reload, self.sub.stops[reload as usize].span))
    }

    /// When the latest stop of a trip behind one of its nodes is ready.
    fn ready_behind(&self, after: u32) -> Time {
        if !self.sub.releases {
            return Time::MIN;
        }
        let trip = self.behind(after);
        let trip = trip.take_while(|&s| !self.sub.is_reload(s));
        trip.map(|s| self.sub.stops[s as usize].ready)
            .max()
            .unwrap_or(Time::MIN)
    }

    /// Inserts a stop and a reload at a place found. False, with nothing changed, when the exact
    /// times say otherwise.
    pub(crate) fn insert_trip(&mut self, stop: u32, place: TripPlace) -> bool {
        let slot = self.nodes[place.after as usize].route;
        let [first, then] = if place.opens {
            [place.reload, stop]
        } else {
            [stop, place.reload]
        };
        self.link(first, place.after);
        self.link(then, first);
        if self.refresh(slot) {
            return true;
        }
        self.unlink(then);
        self.unlink(first);
        let restored = self.refresh(slot);
        debug_assert!(restored, "a route is feasible again without what broke it");
        false
    }

    /// Takes out the reloads of a slot at which no trip ends or begins and, where `all`, those whose
    /// two trips are one as well and cost no more. False where a reload has to stay at which no trip
    /// ends or begins: a vehicle that charges at one turn of a dock and loads at a later one.
    pub(crate) fn drop_reloads(&mut self, slot: u32, all: bool) -> bool {
        for reload in self.reloads_of(slot) {
            let node = &self.nodes[reload as usize];
            let needed = self.parts_trips(reload);
            if needed && !(all && self.leave_together(reload)) {
                continue;
            }
            let (before, cost) = (node.prev, self.cost);
            self.unlink(reload);
            let fits = self.refresh(slot);
            if !fits || (needed && self.cost > cost) {
                self.link(reload, before);
                let restored = self.refresh(slot);
                debug_assert!(restored, "a route is feasible again as it was");
            }
        }
        let mut reloads = self.reloads_of(slot).into_iter();
        reloads.all(|reload| self.parts_trips(reload))
    }

    /// Whether a trip ends and another begins at a reload.
    fn parts_trips(&self, reload: u32) -> bool {
        let node = &self.nodes[reload as usize];
        self.serves(node.prev) && self.serves(node.next)
    }

    /// Whether what the trips before and behind a reload bring could be on board together.
    fn leave_together(&self, reload: u32) -> bool {
        let node = &self.nodes[reload as usize];
        let kind = self.routes[node.route as usize].kind;
        let head = self.trips[node.prev as usize].head;
        let [one, two] = [head, reload].map(|node| &self.held[node as usize].now);
        self.sub.rides.holds(kind, one, two)
    }

    /// Moves a reload of a slot to where it costs least between the stops of its two trips.
    pub(crate) fn shift_reload(&mut self, slot: u32, reload: u32) {
        let (home, cost) = (self.nodes[reload as usize].prev, self.cost);
        self.unlink(reload);
        // Without it there may be too much on board; its times are right all the same.
        self.refresh(slot);
        let gaps = self.gaps_around(home);
        let mut best = (cost, home, reload);
        for gap in gaps {
            let Some(reload) = self.reload_at(slot, gap) else {
                continue;
            };
            if (gap, reload) == (home, best.2) {
                continue;
            }
            self.link(reload, gap);
            if self.refresh(slot) && self.cost < best.0 {
                best = (self.cost, gap, reload);
            }
            self.unlink(reload);
        }
        self.link(best.2, best.1);
        let sound = self.refresh(slot);
        debug_assert!(sound, "the best of the places was feasible");
    }

    /// Nodes behind which a reload could stand in place of that behind `home`, which is out.
    fn gaps_around(&self, home: u32) -> Vec<u32> {
        let mut gaps = Vec::new();
        let mut at = home;
        while self.serves(at) && gaps.len() < GAPS / 2 {
            gaps.push(at);
            at = self.nodes[at as usize].prev;
        }
        let behind = self.behind(home).take_while(|&s| self.serves(s));
        gaps.extend(behind.take(GAPS / 2));
        gaps.retain(|&gap| self.serves(self.nodes[gap as usize].next));
        gaps
    }

    /// A reload that is free when the vehicle of a slot comes from a node.
    fn reload_at(&self, slot: u32, after: u32) -> Option<u32> {
        let free = self.free_reloads();
        let profile = self.sub.kinds[self.routes[slot as usize].kind as usize].profile;
        let leg = self.sub.leg(profile, self.column(after), *free.first()?);
        let arrive = self.nodes[after as usize].depart + leg.time();
        let ready = self.ready_behind(after).max(0);
        let kind = &self.sub.kinds[self.routes[slot as usize].kind as usize];
        let turn = self.turn(&free, arrive, ready - kind.reloading.loading);
        turn.map(|(reload, _)| reload)
    }
}
