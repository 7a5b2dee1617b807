//! Where on a route a stop would fit in time: a constant-time test at every position.
//!
//! Several windows of a stop are taken for one, from the first opening to the last close. So a
//! place that is refused here is no place, and one that is let pass is tried by
//! [`evaluate`](super::evaluate), which decides. Where no stop has several windows the two agree.

use super::carry::{self, Amounts};
use super::lanes::{DIMENSIONS, RawLoad};
use super::time::{Segment, Time, Window};
use super::travel::Leg;
use super::{Problem, StopData, VehicleType};

/// A route with its stretches before and behind every position.
///
/// Position `p` stands before the stop of that index, the last one before the end.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    /// Stops in driving order.
    pub(crate) stops: Vec<u32>,
    /// Travel from the node before each position to the one after it.
    legs: Vec<Time>,
    /// From the start of the route through the node before each position.
    ahead: Vec<Segment>,
    /// From arriving at the node after each position to the end of the route.
    behind: Vec<Segment>,
    /// Millimetres and milliseconds driven.
    way: [i64; 2],
    /// All loads together.
    pub(crate) load: RawLoad,
    /// The most on board before each position and behind it; nothing on days of deliveries alone.
    aboard: Vec<[Amounts; 2]>,
    /// The route leaves no earlier, from the shift and the ready times.
    ready: Time,
}

impl Course {
    /// The course of a route, None when it cannot be driven within `shift`. O(n).
    pub(crate) fn new(
        problem: &Problem,
        vehicle: &VehicleType,
        stops: &[u32],
        shift: Window,
    ) -> Option<Course> {
        let mut legs = Vec::with_capacity(stops.len() + 1);
        let mut at = vehicle.start;
        let mut way = [0; 2];
        let stations = stops.iter().map(|&s| problem.stops[s as usize].location);
        for to in stations.chain([vehicle.end]) {
            let leg = problem.travel.leg(vehicle.profile, at, to);
            way = longer(way, leg, 1);
            legs.push(leg.time());
            at = to;
        }
        Course::along(problem, stops.to_vec(), (legs, way), (vehicle, shift))
    }

    /// The course without the stop of index `out`, None when it cannot be driven (legs need not
    /// satisfy the triangle inequality). O(n).
    pub(crate) fn without(
        &self,
        problem: &Problem,
        vehicle: &VehicleType,
        out: usize,
    ) -> Option<Course> {
        let location = |s: u32| problem.stops[s as usize].location;
        let before = out.checked_sub(1).map(|i| location(self.stops[i]));
        let after = self.stops.get(out + 1).map(|&s| location(s));
        let (before, after) = (
            before.unwrap_or(vehicle.start),
            after.unwrap_or(vehicle.end),
        );
        let leg = |from, to| problem.travel.leg(vehicle.profile, from, to);
        let (bridge, at) = (leg(before, after), location(self.stops[out]));
        let way = longer(self.way, bridge, 1);
        let way = longer(way, leg(before, at), -1);
        let way = longer(way, leg(at, after), -1);
        let (mut stops, mut legs) = (self.stops.clone(), self.legs.clone());
        stops.remove(out);
        legs.remove(out);
        legs[out] = bridge.time();
        Course::along(problem, stops, (legs, way), (vehicle, vehicle.shift))
    }

    fn along(
        problem: &Problem,
        stops: Vec<u32>,
        (legs, way): (Vec<Time>, [i64; 2]),
        (vehicle, shift): (&VehicleType, Window),
    ) -> Option<Course> {
        let data = |s: u32| &problem.stops[s as usize];
        let ready = stops.iter().map(|&s| data(s).ready).max();
        let ready = ready.unwrap_or(Time::MIN).max(shift.open);
        let leave_by = vehicle.latest_start(shift.close);
        if ready > leave_by {
            return None;
        }
        let mut load = [0; DIMENSIONS];
        for &s in &stops {
            for (sum, more) in load.iter_mut().zip(data(s).load) {
                *sum += more;
            }
        }
        let node = |s: u32| {
            let service = problem.service(vehicle.profile, data(s));
            Segment::node(span(problem.windows_of(s)), service)
        };
        let mut ahead = Vec::with_capacity(legs.len());
        let mut stretch = Segment {
            busy: 0,
            finish: ready,
            latest: leave_by,
        };
        ahead.push(stretch);
        for (&s, &leg) in stops.iter().zip(&legs) {
            stretch = stretch.join(leg, node(s))?;
            ahead.push(stretch);
        }
        let mut behind = Vec::with_capacity(legs.len());
        let mut stretch = Segment {
            busy: 0,
            finish: Time::MIN / 4,
            latest: shift.close,
        };
        behind.push(stretch);
        for (&s, &leg) in stops.iter().zip(&legs[1..]).rev() {
            stretch = node(s).join(leg, stretch)?;
            behind.push(stretch);
        }
        behind.reverse();
        Some(Course {
            legs,
            ahead,
            behind,
            way,
            load,
            aboard: if problem.carries {
                peaks(problem, &stops)
            } else {
                Vec::new()
            },
            stops,
            ready,
        })
    }

    /// How much more room a stop would take at a position than there is, in each dimension; not
    /// above zero where it fits.
    pub(crate) fn lacking(
        &self,
        vehicle: &VehicleType,
        stop: &StopData,
        position: usize,
    ) -> [i64; DIMENSIONS] {
        std::array::from_fn(|d| {
            let takes = match (self.aboard.get(position), &stop.ride) {
                (Some([before, behind]), Some(ride)) => {
                    let wide = |a: u64, b: u64| i128::from(a) + i128::from(b);
                    wide(before[d], ride.start[d]).max(wide(behind[d], ride.more[d]))
                }
                _ => i128::from(self.load[d]) + i128::from(stop.load[d]),
            };
            let over = vehicle.capacity[d].map_or(0, |most| takes - i128::from(most));
            i64::try_from(over).unwrap_or(i64::MAX)
        })
    }

    /// Whether a stop could go in at a position, as far as can be said without its legs, when no
    /// detour is shorter than `least`. Never no where it could.
    #[inline]
    pub(crate) fn leaves_room(
        &self,
        position: usize,
        (window, service): (Window, Time),
        least: Option<Time>,
    ) -> bool {
        let (finish, latest) = (self.ahead[position].finish, self.behind[position].latest);
        // Without a bound the legs take no time at the least.
        let passed = least.map_or(0, |least| self.legs[position] + least);
        finish + passed + service <= latest
            && finish <= window.close
            && window.open + service <= latest
    }

    /// Travel to a stop from the node before a position, and from the stop to the node after it.
    #[inline]
    pub(crate) fn way(
        &self,
        problem: &Problem,
        vehicle: &VehicleType,
        location: u32,
        position: usize,
    ) -> [Time; 2] {
        let [before, after] = self.ends(problem, vehicle, position);
        let leg = |from, to| problem.travel.leg(vehicle.profile, from, to).time();
        [leg(before, location), leg(location, after)]
    }

    /// Locations of the nodes before and after a position.
    #[inline]
    fn ends(&self, problem: &Problem, vehicle: &VehicleType, position: usize) -> [u32; 2] {
        let at = |i: usize| problem.stops[self.stops[i] as usize].location;
        let before = position.checked_sub(1).map_or(vehicle.start, at);
        let after = if position < self.stops.len() {
            at(position)
        } else {
            vehicle.end
        };
        [before, after]
    }

    /// Milliseconds of driving and millimetres that a stop at `position` makes too many for the
    /// vehicle; exact, also with several windows.
    pub(crate) fn beyond(
        &self,
        problem: &Problem,
        vehicle: &VehicleType,
        location: u32,
        position: usize,
    ) -> [i64; 2] {
        if !vehicle.limits_way() {
            return [0; 2];
        }
        let [before, after] = self.ends(problem, vehicle, position);
        let leg = |from, to| problem.travel.leg(vehicle.profile, from, to);
        let way = longer(self.way, leg(before, location), 1);
        let way = longer(way, leg(location, after), 1);
        let [distance, driving] = longer(way, leg(before, after), -1);
        [
            driving.saturating_sub(vehicle.max_driving).max(0),
            distance.saturating_sub(vehicle.range).max(0),
        ]
    }

    /// Travel to a stop from the node before each position, and from the stop to the node after
    /// it. O(n).
    pub(crate) fn approach(
        &self,
        problem: &Problem,
        vehicle: &VehicleType,
        location: u32,
    ) -> Vec<[Time; 2]> {
        let at = |s: &u32| problem.stops[*s as usize].location;
        let places = || self.stops.iter().map(at);
        let leg = |from, to| problem.travel.leg(vehicle.profile, from, to).time();
        let to = std::iter::once(vehicle.start).chain(places());
        let from = places().chain(std::iter::once(vehicle.end));
        let both = to.zip(from);
        both.map(|(a, b)| [leg(a, location), leg(location, b)])
            .collect()
    }

    /// What comes before a stop at `position` that is ready at `ready`; None when the route has to
    /// leave before that.
    #[inline]
    pub(crate) fn ahead(&self, position: usize, ready: Time) -> Option<Segment> {
        let mut ahead = self.ahead[position];
        if ready > self.ready {
            if ready > ahead.latest {
                return None;
            }
            ahead.finish = ahead.finish.max(ready + ahead.busy);
        }
        Some(ahead)
    }

    /// What comes behind a stop at `position`, from arriving there.
    #[inline]
    pub(crate) fn behind(&self, position: usize) -> Segment {
        self.behind[position]
    }

    /// The whole route with a stop at `position`; None when it cannot be driven.
    #[inline]
    pub(crate) fn with(
        &self,
        position: usize,
        legs: [Time; 2],
        stop: Segment,
        ready: Time,
    ) -> Option<Segment> {
        self.ahead(position, ready)?
            .join(legs[0], stop)?
            .join(legs[1], self.behind[position])
    }

    /// Travel and service of the whole route, without waiting.
    pub(crate) fn busy(&self) -> Time {
        self.behind[0].busy + self.legs[0]
    }

    /// How much longer the way becomes with a stop at `position`; negative where the way round is
    /// shorter.
    #[inline]
    pub(crate) fn detour(&self, position: usize, legs: [Time; 2]) -> Time {
        legs[0] + legs[1] - self.legs[position]
    }
}

/// The most on board up to each leg, and from it on.
fn peaks(problem: &Problem, stops: &[u32]) -> Vec<[Amounts; 2]> {
    let rides = stops.iter();
    let rides = rides.filter_map(|&s| problem.stops[s as usize].ride.as_deref());
    let mut peaks: Vec<[Amounts; 2]> = carry::aboard(rides).into_iter().map(|w| [w; 2]).collect();
    for at in 1..peaks.len() {
        peaks[at][0] = carry::most(peaks[at - 1][0], peaks[at][0]);
    }
    for at in (1..peaks.len()).rev() {
        peaks[at - 1][1] = carry::most(peaks[at - 1][1], peaks[at][1]);
    }
    peaks
}

/// Millimetres and milliseconds with a leg added or, where `sign` is -1, taken away.
fn longer(way: [i64; 2], leg: Leg, sign: i64) -> [i64; 2] {
    let more = leg.way();
    [way[0] + sign * more[0], way[1] + sign * more[1]]
}

/// From the first opening to the last close.
pub(crate) fn span(windows: &[Window]) -> Window {
    let first = windows.first().expect("every stop has a window");
    let last = windows.last().expect("every stop has a window");
    Window {
        open: first.open,
        close: last.close,
    }
}

/// Stops with one more at `position`.
pub(crate) fn inserted(stops: &[u32], position: usize, stop: u32) -> Vec<u32> {
    let mut with = Vec::with_capacity(stops.len() + 1);
    with.extend_from_slice(&stops[..position]);
    with.push(stop);
    with.extend_from_slice(&stops[position..]);
    with
}
