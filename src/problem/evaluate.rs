//! A route from scratch: the twin of every incremental number in the search, the
//! test whether a stop can be served alone, and the schedule of a finished route.

use super::carry::{self, Amounts};
use super::goods::Goods;
use super::hourly::{FINE, SPREAD, hourly};
use super::hours::HourlyLeg;
use super::rooms::{self, Rooms};
use super::time::{ConstantLeg, Frontier, HORIZON, LegTime, Segment, Time, Window, first_window};
use super::timetable::{Halt, Scratch, Spots, Terms, Timetable, timetable};
use super::{Cost, FORBIDDEN, Problem, StopData, VehicleType, index, lanes};

/// Exact figures of one route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RouteFigures {
    /// Total cost, fixed cost included; 0 for an empty route.
    pub(crate) cost: Cost,
    /// Millimetres driven.
    pub(crate) distance: i64,
    /// Milliseconds driven.
    pub(crate) driving: i64,
    /// Milliseconds from leaving to being back.
    pub(crate) duration: Time,
    /// The earliest start of least duration, or of least cost where lateness has a price.
    pub(crate) depart: Time,
    /// Where its breaks are.
    pub(crate) spots: Spots,
}

/// A reload of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    /// When it may begin.
    pub(crate) window: Window,
    /// How long it takes.
    stay: Time,
}

/// Why a route cannot be driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Block {
    /// The vehicle type may not serve the stop.
    Access,
    /// The goods of two stops may not share a route.
    Goods,
    /// The route serves stops of another zone, and routes keep to one.
    Zone,
    /// More than the capacity in this dimension (0 packages, 1 volume, 2 weight).
    Load(usize),
    /// More than the compartment of this temperature holds: what is in it and what it holds.
    Room(usize, u64, u64),
    /// A window has closed, earliest arrival and the last close in milliseconds.
    Window(Time, Time),
    /// Back too late: earliest return and end of shift.
    Shift(Time, Time),
    /// Longer than the vehicle's duty: least duration and the limit.
    Duty(Time, Time),
    /// In time without its driver's breaks, but not with them.
    Pauses,
    /// Within its limits on duty and driving on free roads, in this time, but not at the hours at
    /// which it can be out.
    Hours(Time),
    /// More driving than the vehicle may do: milliseconds and the limit.
    Driving(i64, i64),
    /// Farther than the vehicle may go: millimetres and the limit.
    Range(i64, i64),
    /// A package is collected and not brought, or brought before it is collected.
    Pair,
    /// Two stops are on it that are to be apart.
    Apart,
    /// It rides only with a stop that no vehicle could serve.
    Team,
}

impl Block {
    /// How far a vehicle came before it was blocked; more is closer.
    pub(crate) fn progress(self) -> u32 {
        match self {
            Block::Access => 0,
            Block::Goods => 1,
            Block::Zone => 2,
            Block::Load(_) => 3,
            Block::Room(..) => 4,
            Block::Window(..) => 5,
            Block::Shift(..) => 6,
            Block::Duty(..) => 7,
            Block::Pauses => 8,
            Block::Hours(..) => 9,
            Block::Driving(..) => 10,
            Block::Range(..) => 11,
            Block::Pair => 12,
            Block::Apart => 13,
            Block::Team => 14,
        }
    }
}

/// The number of the guest in a [`Trial`].
pub(crate) const GUEST: u32 = u32::MAX;

/// A stop that is tried on a route: one of the problem, one that was set aside, or one with a
/// change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guest<'a> {
    /// Its data; its range of windows is not read.
    pub(crate) stop: &'a StopData,
    /// Sorted and disjoint, at least one.
    pub(crate) windows: &'a [Window],
    /// Its block, see [`Areas`](super::areas::Areas).
    pub(crate) block: u32,
    /// Served by any vehicle, whatever the access table says.
    pub(crate) admitted: bool,
}

/// A vehicle that may differ from its type, on a route with a guest that may stand among the
/// stops under the number [`GUEST`]. How a change is tried without compiling the day anew.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trial<'a> {
    /// The problem.
    pub(crate) problem: &'a Problem,
    /// Type of the vehicle, for the access table.
    pub(crate) kind: u32,
    /// The vehicle.
    pub(crate) vehicle: &'a VehicleType,
    /// Who stands for [`GUEST`].
    pub(crate) guest: Option<Guest<'a>>,
}

/// Figures of the route of a vehicle of type `kind` through `stops`, or what
/// blocks it. Linear in the number of stops (times the window choices).
///
/// # Errors
///
/// The first rule found broken, in the order of [`Block`].
pub(crate) fn route(problem: &Problem, kind: u32, stops: &[u32]) -> Result<RouteFigures, Block> {
    let trial = Trial {
        problem,
        kind,
        vehicle: &problem.types[kind as usize],
        guest: None,
    };
    trial.route(stops)
}

/// As [`route`], with more departures tried where the hour decides how long legs take.
///
/// # Errors
///
/// As [`route`].
pub(crate) fn best_departure(
    problem: &Problem,
    kind: u32,
    stops: &[u32],
) -> Result<RouteFigures, Block> {
    let trial = Trial {
        problem,
        kind,
        vehicle: &problem.types[kind as usize],
        guest: None,
    };
    trial.route_among(stops, FINE)
}

/// When each reload of a feasible route may begin at the earliest, by the position of the stop.
pub(crate) fn openings(problem: &Problem, kind: u32, stops: &[u32]) -> Vec<Option<Opening>> {
    let trial = Trial {
        problem,
        kind,
        vehicle: &problem.types[kind as usize],
        guest: None,
    };
    trial.openings(stops).unwrap_or_default()
}

impl<'a> Trial<'a> {
    #[inline]
    fn guest(&self, s: u32) -> Option<Guest<'a>> {
        self.guest.filter(|_| s == GUEST)
    }

    #[inline]
    fn stop(&self, s: u32) -> &'a StopData {
        match self.guest(s) {
            Some(guest) => guest.stop,
            None => &self.problem.stops[s as usize],
        }
    }

    /// Milliseconds of service of a stop that is no reload.
    #[inline]
    fn service(&self, s: u32) -> Time {
        self.problem.service(self.vehicle.profile, self.stop(s))
    }

    /// When the latest of some stops is ready.
    fn ready(&self, stops: &[u32]) -> Time {
        let ready = stops.iter().map(|&s| self.stop(s).ready).max();
        ready.unwrap_or(Time::MIN)
    }

    /// When each reload of a route may begin, what its trip brings being ready when it ends; by the
    /// position of the stop. Nothing where there are none.
    fn openings(&self, stops: &[u32]) -> Result<Vec<Option<Opening>>, Block> {
        let mut openings = Vec::new();
        if !stops.iter().any(|&s| self.problem.is_reload(s)) {
            return Ok(openings);
        }
        openings.resize(stops.len(), None);
        let (mut first, mut way) = (0, 0);
        for trip in self.problem.trips(stops) {
            if first > 0 {
                let mut window = self.windows(stops[first - 1])[0];
                let stay = self.vehicle.reloading.stay(way);
                way = self.way_to(stops, Some(first - 1), first + trip.len());
                let ready = self.ready(trip).max(0) - stay;
                window.open = window.open.max(ready);
                if window.open > window.close {
                    return Err(Block::Window(window.open, window.close));
                }
                openings[first - 1] = Some(Opening { window, stay });
            } else {
                way = self.way_to(stops, None, trip.len());
            }
            first += trip.len() + 1;
        }
        Ok(openings)
    }

    /// Millimetres from the stop at one position of a route to that at another, or from the start of
    /// the vehicle where there is none at the first; 0 where nobody asks.
    fn way_to(&self, stops: &[u32], from: Option<usize>, to: usize) -> i64 {
        if !self.vehicle.reloading.charges() || to >= stops.len() {
            return 0;
        }
        let place = |at: usize| self.stop(stops[at]).location;
        let mut at = from.map_or(self.vehicle.start, place);
        let mut way = 0;
        for to in (from.map_or(0, |from| from + 1)..=to).map(place) {
            let leg = self.problem.travel.leg(self.vehicle.profile, at, to);
            way += i64::from(leg.distance);
            at = to;
        }
        way
    }

    #[inline]
    fn windows(&self, s: u32) -> &'a [Window] {
        match self.guest(s) {
            Some(guest) => guest.windows,
            None => self.problem.windows_of(s),
        }
    }

    /// What the access table asks for a stop, or [`FORBIDDEN`].
    #[inline]
    fn access(&self, s: u32) -> Cost {
        if self.problem.is_reload(s) {
            return 0;
        }
        let cost = self.problem.access_of(self.kind, self.stop(s));
        match self.guest(s) {
            Some(guest) if guest.admitted && cost == FORBIDDEN => 0,
            _ => cost,
        }
    }

    /// What the route costs besides driving and time, access and areas, where its goods go together.
    fn extras(&self, stops: &[u32]) -> Result<Cost, Block> {
        let mut access = 0;
        let mut goods = Goods::NONE;
        if self.problem.reloading() {
            let reloads = stops.iter().filter(|&&s| self.problem.is_reload(s)).count();
            if reloads > self.vehicle.reloading.most as usize {
                return Err(Block::Access);
            }
        }
        for &s in stops {
            let own = self.stop(s).goods;
            if goods.clashes(own) {
                return Err(Block::Goods);
            }
            goods = goods.with(own);
            match self.access(s) {
                FORBIDDEN => return Err(Block::Access),
                cost => access += cost,
            }
        }
        if self.problem.bonds.are_apart(stops) {
            return Err(Block::Apart);
        }
        let areas = &self.problem.areas;
        if !areas.count() {
            return Ok(access);
        }
        let block = |s: u32| self.guest(s).map_or_else(|| areas.block_of(s), |g| g.block);
        let blocks = stops.iter().map(|&s| block(s)).collect();
        Ok(access + areas.of_blocks(blocks).ok_or(Block::Zone)?)
    }

    /// See [`route`].
    ///
    /// # Errors
    ///
    /// As [`route`].
    pub(crate) fn route(&self, stops: &[u32]) -> Result<RouteFigures, Block> {
        self.route_among(stops, SPREAD)
    }

    fn route_among(&self, stops: &[u32], spread: Time) -> Result<RouteFigures, Block> {
        let vehicle = self.vehicle;
        let extras = self.check_load(stops)?;
        let mut trips = self.problem.trips(stops);
        let first = trips.next().unwrap_or_default();
        let ready = self.ready(first).max(vehicle.shift.open);
        let leave_by = vehicle.latest_start(vehicle.shift.close);
        if ready > leave_by {
            return Err(Block::Shift(ready, leave_by));
        }
        let openings = self.openings(stops)?;
        let (best, [distance, driving, farthest]) = self.drive(stops, &openings, ready)?;
        let duration = best.least_duration();
        if duration > vehicle.max_duty {
            return Err(Block::Duty(duration, vehicle.max_duty));
        }
        let times = Timetable {
            depart: best.best_start().max(ready),
            duration,
            driving,
            late: 0,
            spare: 0,
            owed: 0,
            spots: Spots::NONE,
        };
        let times = self.times((stops, &openings), (ready, spread), times)?;
        self.check_way(farthest, times.driving)?;
        self.check_pairs(stops)?;
        let rates = vehicle.rates;
        let shares = &self.problem.shares;
        let reloads = openings.iter().flatten().count();
        let above =
            shares.of_stops(index(stops.len() - reloads)) + shares.of_duty(times.duration.into());
        let cost = rates.fixed
            + rates.distance * distance
            + rates.driving * times.driving
            + rates.duty * i64::from(times.duration)
            + times.late
            + extras
            + above;
        Ok(RouteFigures {
            cost: if stops.is_empty() { 0 } else { cost },
            distance,
            driving: times.driving,
            duration: times.duration,
            depart: times.depart,
            spots: times.spots,
        })
    }

    /// The stretch of least duration that leaves at `ready` at the earliest, without breaks;
    /// millimetres and milliseconds driven, and the millimetres that its range has to last for.
    fn drive(
        &self,
        stops: &[u32],
        openings: &[Option<Opening>],
        ready: Time,
    ) -> Result<(Segment, [i64; 3]), Block> {
        let Trial {
            problem, vehicle, ..
        } = *self;
        let mut schedule = Frontier::start(Segment {
            busy: 0,
            finish: ready,
            latest: vehicle.latest_start(vehicle.shift.close),
        });
        let (mut at, mut clock) = (vehicle.start, ready);
        let (mut distance, mut driving) = (0i64, 0i64);
        // Where it was charged last, and the longest way between two charges.
        let (mut charged, mut farthest) = (0i64, 0i64);
        for (i, &s) in stops.iter().enumerate() {
            let stop = self.stop(s);
            let opening = openings.get(i).copied().flatten();
            let windows = opening.as_ref().map_or(self.windows(s), |opening| {
                std::slice::from_ref(&opening.window)
            });
            let leg = problem.travel.leg(vehicle.profile, at, stop.location);
            let arrive = self.arrive([at, stop.location], leg.time(), clock);
            let Some(window) = first_window(windows, arrive) else {
                let close = windows.last().map_or(0, |w| w.close);
                return Err(Block::Window(arrive, close));
            };
            let service = opening.map_or_else(|| self.service(s), |opening| opening.stay);
            clock = arrive.max(window.open) + service;
            if clock >= HORIZON || !schedule.append(leg.time(), windows, service) {
                return Err(Block::Shift(clock, vehicle.shift.close));
            }
            distance += i64::from(leg.distance);
            driving += i64::from(leg.time);
            at = stop.location;
            if opening.is_some() && vehicle.reloading.anew {
                farthest = farthest.max(distance - charged);
                charged = distance;
            }
        }
        let leg = problem.travel.leg(vehicle.profile, at, vehicle.end);
        let back = self.arrive([at, vehicle.end], leg.time(), clock);
        let end = Window {
            open: Time::MIN / 4,
            close: vehicle.shift.close,
        };
        if back > vehicle.shift.close || !schedule.append(leg.time(), &[end], 0) {
            return Err(Block::Shift(back, vehicle.shift.close));
        }
        distance += i64::from(leg.distance);
        driving += i64::from(leg.time);
        let best = schedule
            .shortest()
            .expect("append keeps a choice or says no");
        Ok((best, [distance, driving, farthest.max(distance - charged)]))
    }

    /// The times of a route that leaves at `ready` at the earliest; those without breaks and prices
    /// on lateness are `plain`.
    fn times(
        &self,
        (stops, openings): (&[u32], &[Option<Opening>]),
        (ready, spread): (Time, Time),
        plain: Timetable,
    ) -> Result<Timetable, Block> {
        let Trial {
            problem, vehicle, ..
        } = *self;
        let priced = |&s: &u32| !problem.dues_of(self.stop(s)).is_empty();
        if vehicle.pauses.is_empty() && !stops.iter().any(priced) && !problem.is_hourly() {
            return Ok(plain);
        }
        let mut at = vehicle.start;
        let mut leg = |to: u32| {
            let from = std::mem::replace(&mut at, to);
            problem.travel.leg(vehicle.profile, from, to).time()
        };
        let halts: Vec<Halt<'_>> = stops
            .iter()
            .enumerate()
            .map(|(i, &s)| {
                let stop = self.stop(s);
                let opening = openings.get(i).and_then(Option::as_ref);
                Halt {
                    place: stop.location,
                    travel: leg(stop.location),
                    windows: opening.map_or(self.windows(s), |o| std::slice::from_ref(&o.window)),
                    service: opening.map_or_else(|| self.service(s), |o| o.stay),
                    dues: problem.dues_of(stop),
                }
            })
            .collect();
        let terms = Terms {
            shift: Window {
                open: ready,
                close: vehicle.shift.close,
            },
            leave_by: vehicle.leave_by,
            max_duty: vehicle.max_duty,
            max_driving: vehicle.max_driving,
            duty: vehicle.rates.duty,
            driving: vehicle.rates.driving,
            start: vehicle.start,
            end: vehicle.end,
            profile: vehicle.profile,
            back: leg(vehicle.end),
            pauses: &vehicle.pauses,
        };
        if problem.is_hourly() {
            return hourly(problem, &halts, &terms, spread).ok_or_else(|| self.no_hour(&plain));
        }
        let found = timetable(&halts, &terms, &mut Scratch::default());
        found.ok_or(Block::Pauses)
    }

    /// What keeps a route from being driven at any hour that would do on free roads.
    fn no_hour(&self, free: &Timetable) -> Block {
        if self.vehicle.pauses.is_empty() {
            Block::Hours(free.duration)
        } else {
            Block::Pauses
        }
    }

    /// When a leg that begins at `clock` ends.
    fn arrive(&self, ends: [u32; 2], leg: Time, clock: Time) -> Time {
        if self.problem.is_hourly() {
            let hourly = HourlyLeg {
                problem: self.problem,
                profile: self.vehicle.profile,
                ends,
                free: leg,
            };
            hourly.arrive(clock)
        } else {
            ConstantLeg(leg).arrive(clock)
        }
    }

    /// `distance` is the longest way between two charges.
    fn check_way(&self, distance: i64, driving: i64) -> Result<(), Block> {
        if driving > self.vehicle.max_driving {
            return Err(Block::Driving(driving, self.vehicle.max_driving));
        }
        if distance > self.vehicle.range {
            return Err(Block::Range(distance, self.vehicle.range));
        }
        Ok(())
    }

    /// What the stops cost besides driving and time, where the vehicle may serve them.
    fn check_load(&self, stops: &[u32]) -> Result<Cost, Block> {
        let extras = self.extras(stops)?;
        if self.problem.carries {
            return self.check_carried(stops).map(|()| extras);
        }
        for d in 0..lanes::DIMENSIONS {
            let total: u64 = stops.iter().map(|&s| self.stop(s).load[d]).sum();
            if self.vehicle.capacity[d].is_some_and(|most| total > most) {
                return Err(Block::Load(d));
            }
        }
        if self.vehicle.rooms != rooms::UNLIMITED {
            let each = stops.iter().map(|&s| self.stop(s).rooms);
            let all = each.fold(Rooms::default(), rooms::plus);
            if let Some(t) = rooms::overfull(all, Rooms::default(), self.vehicle.rooms) {
                return Err(Block::Room(t, all[t], self.vehicle.rooms[t]));
            }
        }
        Ok(extras)
    }

    /// The most on board on any leg.
    pub(crate) fn peak(&self, stops: &[u32]) -> Amounts {
        let rides = |trip: &[u32]| -> Amounts {
            let rides = trip.iter().filter_map(|&s| self.stop(s).ride.as_deref());
            let legs = carry::aboard(rides);
            legs.into_iter().fold(Amounts::default(), carry::most)
        };
        let trips = self.problem.trips(stops).map(rides);
        trips.fold(Amounts::default(), carry::most)
    }

    /// Capacity and compartments on every leg.
    fn check_carried(&self, stops: &[u32]) -> Result<(), Block> {
        let (peak, holds) = (self.peak(stops), carry::room(self.vehicle));
        match (0..peak.len()).find(|&k| peak[k] > holds[k]) {
            None => Ok(()),
            Some(k) if k < lanes::DIMENSIONS => Err(Block::Load(k)),
            Some(k) => Err(Block::Room(k - lanes::DIMENSIONS, peak[k], holds[k])),
        }
    }

    /// What is collected on the way is brought, and not before.
    fn check_pairs(&self, stops: &[u32]) -> Result<(), Block> {
        if !self.problem.paired {
            return Ok(());
        }
        let mut aboard: Vec<u32> = Vec::new();
        for &s in stops {
            let Some(ride) = self.stop(s).ride.as_deref() else {
                continue;
            };
            if ride.collects {
                aboard.push(ride.partner);
            } else if ride.partner != carry::ALONE {
                let at = aboard.iter().position(|&brings| brings == s);
                aboard.swap_remove(at.ok_or(Block::Pair)?);
            }
        }
        aboard.is_empty().then_some(()).ok_or(Block::Pair)
    }
}
