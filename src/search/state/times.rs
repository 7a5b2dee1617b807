//! Times along a route: the passes forward and backward, durations, cost.

use crate::problem::lanes::Lanes;
use crate::problem::time::{Frontier, Segment, Time, Window, first_window, latest_arrival};

use super::{NONE, Node, State};

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// Recomputes all times and the cost of a slot. False when it is infeasible
    /// (legs need not satisfy the triangle inequality, so even a removal can be).
    pub(crate) fn refresh(&mut self, slot: u32) -> bool {
        self.touch_route(slot);
        if TIMED {
            if self.sub.reloading {
                self.charge(slot);
                if !self.release(slot) {
                    return false;
                }
            }
            let (start, end) = (self.start_of(slot), self.end_of(slot));
            self.touch(start);
            self.set_start(slot);
            let fits = self.forward(self.nodes[start as usize].next, false);
            // An unused vehicle is always fine, even one that could not drive
            // from its start to its end within its shift.
            if !fits && self.routes[slot as usize].len > 0 {
                return false;
            }
            self.backward(self.nodes[end as usize].prev, false);
        }
        if self.sub.carries && !self.recount(slot) {
            return false;
        }
        self.price(slot)
    }

    fn set_start(&mut self, slot: u32) {
        let ready = self.routes[slot as usize].ready;
        let start = self.start_of(slot);
        let node = &mut self.nodes[start as usize];
        node.depart = node.open.max(ready);
    }

    /// Departures from `first` to the end of its route. With `local`, all nodes
    /// before the first are unchanged and so is everything behind a node whose
    /// numbers come out as they were.
    pub(super) fn forward(&mut self, first: u32, local: bool) -> bool {
        let durations = self.sub.durations;
        let mut at = first;
        let mut before = self.nodes[self.nodes[first as usize].prev as usize];
        loop {
            let node = self.nodes[at as usize];
            let free = before.travel.cast_signed();
            let arrive = self.arrival(node.route, [node.prev, at], free, before.depart);
            let window = if node.choice == NONE {
                Window {
                    open: node.open,
                    close: node.close,
                }
            } else {
                let windows = &self.sub.choices[node.choice as usize];
                match first_window(windows, arrive) {
                    Some(window) => window,
                    None => return false,
                }
            };
            if arrive > window.close {
                return false;
            }
            let depart = arrive.max(window.open) + node.service;
            if local && !durations && at != first && depart == node.depart {
                return true;
            }
            self.touch(at);
            let stop = self.is_stop(at);
            let record = &mut self.nodes[at as usize];
            record.depart = depart;
            if durations {
                let busy = before.busy + before.travel.cast_signed();
                record.busy = busy + node.service;
                record.latest_start = before.latest_start.min(window.close - busy);
            }
            if !stop {
                return true;
            }
            before = *record;
            at = record.next;
        }
    }

    /// Latest arrivals from `last` back to the start of its route, see
    /// [`State::forward`].
    pub(super) fn backward(&mut self, last: u32, local: bool) {
        let durations = self.sub.durations;
        let mut at = last;
        while self.is_stop(at) {
            let node = self.nodes[at as usize];
            let after = self.nodes[node.next as usize];
            let travel = node.travel.cast_signed();
            let leaves = self.departure(node.route, [at, node.next], travel, after.latest);
            let by = leaves - node.service;
            let (latest, open) = if node.choice == NONE {
                (by.min(node.close), node.open)
            } else {
                self.last_choice(&node, by)
            };
            if local && !durations && at != last && latest == node.latest {
                return;
            }
            self.touch(at);
            let record = &mut self.nodes[at as usize];
            record.latest = latest;
            if durations {
                // The stretch behind this node, from arriving at the next.
                let behind = travel + self.busy_from(&after);
                let record = &mut self.nodes[at as usize];
                record.finish = after.finish.max(open + node.service + behind);
            }
            at = node.prev;
        }
    }

    /// Latest arrival under several windows, and the opening of the one in which
    /// the earliest schedule serves.
    #[inline(never)]
    fn last_choice(&self, node: &Node, by: Time) -> (Time, Time) {
        let windows = &self.sub.choices[node.choice as usize];
        let latest = latest_arrival(windows, by).unwrap_or(Time::MIN / 4);
        let start = node.depart - node.service;
        let open = first_window(windows, start).map_or(node.open, |w| w.open);
        (latest, open)
    }

    /// Travel and service from arriving at `node` to the end of its route.
    #[inline(always)]
    pub(in crate::search) fn busy_from(&self, node: &Node) -> Time {
        let end = self.end_of(node.route);
        self.nodes[end as usize].busy - node.busy + node.service
    }

    /// Sets duration and cost of a slot from its records. False when the duty or
    /// the way is too long.
    pub(super) fn price(&mut self, slot: u32) -> bool {
        let route = self.routes[slot as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let mut duration = 0;
        if TIMED && self.sub.durations && route.len > 0 {
            let end = self.nodes[self.end_of(slot) as usize];
            let whole = Segment {
                busy: end.busy,
                finish: end.depart,
                latest: end.latest_start,
            };
            // A route that never waits cannot be shorter, whatever the windows.
            duration = if route.choices == 0 || whole.least_duration() == whole.busy {
                whole.least_duration()
            } else {
                self.duration_with_choices(slot)
            };
        }
        let mut late = [0; 2];
        let (mut owed, mut excess) = (0, 0);
        let mut driving = route.driving;
        if TIMED && route.len > 0 && self.is_scheduled(slot) {
            // Without a timetable it is longer than any duty.
            let times = self.timetable(slot);
            let free = duration;
            duration = times.map_or(Time::MAX, |t| t.duration);
            driving = times.map_or(driving, |t| t.driving);
            excess = if self.sub.hourly { duration - free } else { 0 };
            late = times.map_or([0; 2], |t| [t.late, t.spare]);
            owed = times.map_or(0, |t| t.owed);
        }
        let rates = kind.rates;
        let cost = if route.len == 0 {
            0
        } else {
            rates.fixed
                + rates.distance * route.distance
                + rates.driving * driving
                + rates.duty * i64::from(duration)
                + late[0]
                + route.extra
        };
        let mut cost = cost;
        if self.sub.shared && route.len > 0 {
            let shares = &self.sub.shares;
            cost += shares.of_stops(route.len - route.reloads) + shares.of_duty(duration.into());
        }
        self.cost += cost - route.cost;
        let route = &mut self.routes[slot as usize];
        route.cost = cost;
        route.duration = duration;
        [route.late, route.spare] = late;
        route.owed = owed;
        route.excess = excess;
        // Without the triangle inequality a way may grow by a removal.
        // What a charge has to last for is looked at trip by trip.
        let way = if kind.reloading.anew {
            0
        } else {
            route.distance
        };
        let goes = !self.sub.limited || route.len == 0 || kind.goes(way, driving);
        duration <= kind.max_duty && goes
    }

    /// Exact least duration where stops have several windows: the choice of
    /// windows in the earliest schedule need not be the shortest.
    #[inline(never)]
    fn duration_with_choices(&self, slot: u32) -> Time {
        let start = self.nodes[self.start_of(slot) as usize];
        let mut frontier = Frontier::start(Segment {
            busy: 0,
            finish: start.depart,
            latest: start.latest_start,
        });
        let mut travel = start.travel.cast_signed();
        for s in self.stops_of(slot) {
            let own = [self.own_window(s)];
            let windows = self.windows_at(s, &own);
            let service = self.nodes[s as usize].service;
            if !frontier.append(travel, windows, service) {
                return Time::MAX;
            }
            travel = self.nodes[s as usize].travel.cast_signed();
        }
        let end = self.nodes[self.end_of(slot) as usize];
        let close = Window {
            open: Time::MIN / 4,
            close: end.close,
        };
        if !frontier.append(travel, &[close], 0) {
            return Time::MAX;
        }
        frontier
            .shortest()
            .map_or(Time::MAX, Segment::least_duration)
    }
}
