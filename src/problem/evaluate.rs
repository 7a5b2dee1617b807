//! A route from scratch: the twin of every incremental number in the search, the
//! test whether a stop can be served alone, and the schedule of a finished route.

use super::time::{ConstantLeg, Frontier, HORIZON, LegTime, Segment, Time, Window, first_window};
use super::{Cost, Problem, lanes};

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
    /// The earliest start of least duration.
    pub(crate) depart: Time,
}

/// Why a route cannot be driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Block {
    /// The vehicle type may not serve the stop.
    Access,
    /// The route serves stops of another zone, and routes keep to one.
    Zone,
    /// More than the capacity in this dimension (0 packages, 1 volume, 2 weight).
    Load(usize),
    /// A window has closed, earliest arrival and the last close in milliseconds.
    Window(Time, Time),
    /// Back too late: earliest return and end of shift.
    Shift(Time, Time),
    /// Longer than the vehicle's duty: least duration and the limit.
    Duty(Time, Time),
}

impl Block {
    /// How far a vehicle came before it was blocked; more is closer.
    pub(crate) fn progress(self) -> u32 {
        match self {
            Block::Access => 0,
            Block::Zone => 1,
            Block::Load(_) => 2,
            Block::Window(..) => 3,
            Block::Shift(..) => 4,
            Block::Duty(..) => 5,
        }
    }
}

/// Figures of the route of a vehicle of type `kind` through `stops`, or what
/// blocks it. Linear in the number of stops (times the window choices).
///
/// # Errors
///
/// The first rule found broken, in the order of [`Block`].
pub(crate) fn route(problem: &Problem, kind: u32, stops: &[u32]) -> Result<RouteFigures, Block> {
    let vehicle = &problem.types[kind as usize];
    let extras = check_load(problem, kind, stops)?;
    let ready = stops
        .iter()
        .map(|&s| problem.stops[s as usize].ready)
        .max()
        .unwrap_or(Time::MIN)
        .max(vehicle.shift.open);
    if ready > vehicle.shift.close {
        return Err(Block::Shift(ready, vehicle.shift.close));
    }
    let mut schedule = Frontier::start(Segment {
        busy: 0,
        finish: ready,
        latest: vehicle.shift.close,
    });
    let (mut at, mut clock) = (vehicle.start, ready);
    let (mut distance, mut driving) = (0i64, 0i64);
    for &s in stops {
        let stop = &problem.stops[s as usize];
        let windows = problem.windows_of(s);
        let leg = problem.travel.leg(vehicle.profile, at, stop.location);
        let arrive = ConstantLeg(leg.time()).arrive(clock);
        let Some(window) = first_window(windows, arrive) else {
            let close = windows.last().map_or(0, |w| w.close);
            return Err(Block::Window(arrive, close));
        };
        clock = arrive.max(window.open) + stop.service;
        if clock >= HORIZON || !schedule.append(leg.time(), windows, stop.service) {
            return Err(Block::Shift(clock, vehicle.shift.close));
        }
        distance += i64::from(leg.distance);
        driving += i64::from(leg.time);
        at = stop.location;
    }
    let leg = problem.travel.leg(vehicle.profile, at, vehicle.end);
    let back = ConstantLeg(leg.time()).arrive(clock);
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
    let duration = best.least_duration();
    if duration > vehicle.max_duty {
        return Err(Block::Duty(duration, vehicle.max_duty));
    }
    let rates = vehicle.rates;
    let cost = rates.fixed
        + rates.distance * distance
        + rates.driving * driving
        + rates.duty * i64::from(duration)
        + extras;
    Ok(RouteFigures {
        cost: if stops.is_empty() { 0 } else { cost },
        distance,
        driving,
        duration,
        depart: best.best_start().max(ready),
    })
}

/// What the stops cost besides driving and time, where the vehicle may serve them.
fn check_load(problem: &Problem, kind: u32, stops: &[u32]) -> Result<Cost, Block> {
    let vehicle = &problem.types[kind as usize];
    if stops.iter().any(|&s| !problem.may_serve(kind, s)) {
        return Err(Block::Access);
    }
    let extras = problem.extras(kind, stops).ok_or(Block::Zone)?;
    for d in 0..lanes::DIMENSIONS {
        let total: u64 = stops
            .iter()
            .map(|&s| problem.stops[s as usize].load[d])
            .sum();
        if vehicle.capacity[d].is_some_and(|most| total > most) {
            return Err(Block::Load(d));
        }
    }
    Ok(extras)
}
