//! The trips of routes that reload: where each begins, how far it goes, when it may begin.
//!
//! Nothing of it is kept on days without reloads. What is on board is known for each node as on
//! days with loads along the way ([`Held`]), but starts anew at every reload: what is compared is
//! the most on board before and behind a place of its trip.

use crate::problem::carry::{Amounts, most};
use crate::problem::lanes::Lanes;
use crate::problem::time::{Time, Window};

use super::carried::Held;
use super::position::Inserted;
use super::{NONE, State};

/// Where a node stands on its trip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The node at which the trip begins: the start of the route, or a reload.
    pub(crate) head: u32,
    /// Millimetres from there to the node, and of the whole trip.
    pub(crate) so_far: i64,
    pub(crate) whole: i64,
    /// Whether the vehicle charges where the trip ends, for longer the farther it went.
    pub(crate) charges: bool,
}

impl<'s, L: Lanes, const TIMED: bool> State<'s, L, TIMED> {
    /// As [`State::recount`], trip by trip.
    pub(super) fn recount_trips(&mut self, slot: u32) -> bool {
        let mut head = self.start_of(slot);
        let mut order = 0;
        let mut fits = true;
        loop {
            let (tail, fine) = self.count_trip(slot, head, &mut order);
            fits &= fine;
            if !self.is_stop(tail) {
                return fits;
            }
            head = tail;
            order += 1;
        }
    }

    /// Makes the figures of one trip anew; the node behind it, and whether it can be made.
    fn count_trip(&mut self, slot: u32, head: u32, order: &mut u32) -> (u32, bool) {
        let sub = self.sub;
        let rides = &sub.rides;
        let mut held = Held {
            order: *order,
            ..Held::default()
        };
        let goes_on = |node: u32| (node as usize) < sub.len() && !sub.is_reload(node);
        let mut at = self.nodes[head as usize].next;
        while goes_on(at) {
            let ride = rides.of(at);
            for k in 0..rides.limited {
                held.now[k] += ride.start[k];
            }
            at = self.nodes[at as usize].next;
        }
        held.before = held.now;
        let mut so_far = 0;
        at = head;
        loop {
            self.held[at as usize] = held;
            self.trips[at as usize] = Stretch {
                head,
                so_far,
                whole: 0,
                charges: false,
            };
            so_far += i64::from(self.nodes[at as usize].distance);
            at = self.nodes[at as usize].next;
            if !goes_on(at) {
                break;
            }
            let ride = rides.of(at);
            held.pass(ride, rides.limited);
        }
        *order = held.order;
        let kind = self.routes[slot as usize].kind;
        let vehicle = &sub.kinds[kind as usize];
        let charges = self.is_stop(at) && vehicle.reloading.charges();
        self.count_trip_back(head, at, (so_far, charges));
        let in_range = !vehicle.reloading.anew
            || self.routes[slot as usize].len == 0
            || so_far <= vehicle.range;
        let fits = rides.holds(kind, &held.before, &Amounts::default());
        (at, fits && in_range)
    }

    fn count_trip_back(&mut self, head: u32, tail: u32, (whole, charges): (i64, bool)) {
        let mut behind = Amounts::default();
        let mut at = tail;
        while at != head {
            at = self.nodes[at as usize].prev;
            let held = &mut self.held[at as usize];
            behind = most(behind, held.now);
            held.behind = behind;
            let trip = &mut self.trips[at as usize];
            (trip.whole, trip.charges) = (whole, charges);
        }
    }

    /// Sets how long a vehicle stands at each reload of a slot, from the way before it.
    pub(super) fn charge(&mut self, slot: u32) {
        let route = &self.routes[slot as usize];
        let reloading = self.sub.kinds[route.kind as usize].reloading;
        if route.reloads == 0 || !reloading.charges() {
            return;
        }
        let (mut at, mut way) = (self.start_of(slot), 0);
        let end = self.end_of(slot);
        while at != end {
            let node = &self.nodes[at as usize];
            way += i64::from(node.distance);
            at = node.next;
            if self.is_stop(at) && self.sub.is_reload(at) {
                let stay = reloading.stay(std::mem::take(&mut way));
                if self.nodes[at as usize].service != stay {
                    self.touch(at);
                    self.nodes[at as usize].service = stay;
                }
            }
        }
    }

    /// How much longer a vehicle charges behind the trip of a node when that is so much farther.
    #[inline(never)]
    pub(super) fn longer_stay(&self, after: u32, distance: i64) -> i64 {
        let trip = &self.trips[after as usize];
        if !trip.charges {
            return 0;
        }
        let route = &self.routes[self.nodes[after as usize].route as usize];
        let reloading = &self.sub.kinds[route.kind as usize].reloading;
        i64::from(reloading.stay(trip.whole + distance) - reloading.stay(trip.whole))
    }

    /// Sets from when on each trip of a slot may begin, from the ready times of its stops. False
    /// where a reload is at a dock too early for that.
    pub(super) fn release(&mut self, slot: u32) -> bool {
        if !self.sub.releases {
            return true;
        }
        let sub = self.sub;
        let mut head = self.start_of(slot);
        let mut ready = Time::MIN;
        let mut fits = true;
        let mut at = self.nodes[head as usize].next;
        loop {
            let ends = !self.is_stop(at);
            if ends || sub.is_reload(at) {
                fits &= self.begin_trip(slot, head, ready);
                if ends {
                    return fits;
                }
                (head, ready) = (at, Time::MIN);
            } else {
                ready = ready.max(sub.stops[at as usize].ready);
            }
            at = self.nodes[at as usize].next;
        }
    }

    fn begin_trip(&mut self, slot: u32, head: u32, ready: Time) -> bool {
        if !self.is_stop(head) {
            self.routes[slot as usize].ready = ready;
            return true;
        }
        let node = self.nodes[head as usize];
        let open = self.sub.stops[head as usize].span.open;
        let open = open.max(ready.max(0) - node.service);
        if open != node.open {
            self.touch(head);
            self.nodes[head as usize].open = open;
        }
        open <= node.close
    }

    /// The departure from a node when a stop behind it is ready at `ready`; None where its trip
    /// cannot begin so late.
    pub(super) fn depart_when_ready(&self, after: u32, ready: Time) -> Option<Time> {
        let before = &self.nodes[after as usize];
        let head = self.trips[after as usize].head;
        let node = &self.nodes[head as usize];
        if self.is_stop(head) {
            let from = ready.max(0) - node.service;
            if from <= node.open {
                return Some(before.depart);
            }
            let behind = before.busy - node.busy;
            return (from <= node.latest).then(|| before.depart.max(ready + behind));
        }
        let route = &self.routes[before.route as usize];
        if ready <= route.ready {
            return Some(before.depart);
        }
        let in_time = route.choices > 0 || ready <= before.latest_start;
        in_time.then(|| before.depart.max(ready + before.busy))
    }

    /// The reload that waits for a stop that goes on its trip, and from when on it may begin then;
    /// [`NONE`] where the first trip waits.
    pub(super) fn released_by(&self, added: &[Inserted]) -> (u32, Time) {
        let Some(first) = added.first().filter(|_| self.sub.reloading) else {
            return (NONE, 0);
        };
        let head = self.trips[first.after as usize].head;
        if !self.is_stop(head) {
            return (NONE, 0);
        }
        let ready = self.sub.stops[first.stop as usize].ready.max(0);
        (head, ready - self.nodes[head as usize].service)
    }

    /// When the reload `stop` may begin on its route; of no meaning for others.
    pub(super) fn own_window(&self, stop: u32) -> Window {
        let node = &self.nodes[stop as usize];
        Window {
            open: node.open,
            close: node.close,
        }
    }

    /// Windows of a stop on a route; `own` is [`State::own_window`].
    pub(super) fn windows_at<'w>(&'w self, stop: u32, own: &'w [Window]) -> &'w [Window]
    where
        's: 'w,
    {
        if self.sub.is_reload(stop) {
            own
        } else {
            self.sub.windows(&self.sub.stops[stop as usize])
        }
    }

    /// Whether a route may go so much farther and longer by a stop behind a node.
    pub(super) fn goes_on(&self, after: u32, [distance, driving]: [i64; 2]) -> bool {
        let route = &self.routes[self.nodes[after as usize].route as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let way = if kind.reloading.anew {
            self.trips[after as usize].whole
        } else {
            route.distance
        };
        kind.goes(way + distance, route.driving + driving)
    }

    /// How many reloads there are on all routes.
    pub(crate) fn reloads(&self) -> u32 {
        if self.sub.reloading {
            self.routes.iter().map(|route| route.reloads).sum()
        } else {
            0
        }
    }

    /// The reloads of a slot, in order.
    pub(crate) fn reloads_of(&self, slot: u32) -> Vec<u32> {
        let stops = self.stops_of(slot);
        stops.filter(|&s| self.sub.is_reload(s)).collect()
    }
}
