//! The rule that keeps a stop out of the vehicles of each kind.

use std::collections::BTreeMap;

use crate::model::{Temperature, VehicleKind};
use crate::plan::{Blocked, Dimension, Insertion, Obstacle};
use crate::problem::evaluate::{Block, GUEST, Trial};
use crate::problem::insertion::{Course, inserted, span};
use crate::problem::lanes::DIMENSIONS;
use crate::problem::time::{Segment, Time};
use crate::units::{Meters, Span, TimeOfDay};

use super::fleet::{Admission, Fleet, Run, Subject};

/// How far a place is from taking the stop: what sort of thing is missing, and how much of it.
type Distance = (u8, i64);

/// A place: distance, run (or nothing for a capped type), position.
type Place = (Distance, usize, usize);

/// See [`Blocked`].
pub(super) fn blocks(fleet: &Fleet<'_>, subject: &Subject<'_>) -> Vec<Blocked> {
    let mut closest: BTreeMap<VehicleKind, Place> = BTreeMap::new();
    for (number, run) in fleet.runs.iter().enumerate() {
        let (distance, position) = nearest(fleet, subject, run);
        let place = (distance, number, position);
        let known = closest.entry(fleet.vehicle(run).kind()).or_insert(place);
        *known = place.min(*known);
    }
    let mut blocks: Vec<Blocked> = closest
        .into_iter()
        .filter_map(|(kind, (_, number, position))| {
            let run = &fleet.runs[number];
            Some(Blocked {
                kind,
                at: fleet.insertion(run, position),
                idle: run.tour.stops.is_empty(),
                rule: match fleet.kept_apart(run, subject) {
                    Some((aboard, group)) => Obstacle::Apart { aboard, group },
                    None => rule(fleet, subject, run, position)?,
                },
            })
        })
        .collect();
    for &(kind, most) in &fleet.capped {
        let vehicle = fleet.example(kind);
        if blocks.iter().all(|b| b.kind != vehicle.kind()) {
            blocks.push(Blocked {
                kind: vehicle.kind(),
                at: Insertion::new(vehicle.id().clone(), 0),
                idle: true,
                rule: Obstacle::FleetCap { most },
            });
        }
    }
    blocks.sort_by_key(|b| b.kind);
    blocks
}

/// The position of a run that comes closest.
fn nearest(fleet: &Fleet<'_>, subject: &Subject<'_>, run: &Run) -> (Distance, usize) {
    let vehicle = &fleet.problem.types[run.tour.kind as usize];
    if !matches!(fleet.admission(run.tour.kind, subject), Admission::Free) {
        return ((4, 0), 0);
    }
    if !fleet.may_share(run, subject) {
        return ((3, 0), 0);
    }
    let Some(course) = &run.now else {
        return ((2, 0), 0);
    };
    let lacking = |position: usize| {
        let over = course.lacking(vehicle, subject.data, position);
        let share = |d: usize| {
            let most = i128::from(vehicle.capacity[d]?);
            (over[d] > 0).then(|| i128::from(over[d]) * 1_000_000 / most.max(1))
        };
        let most = (0..DIMENSIONS).filter_map(share).max()?;
        Some(i64::try_from(most).unwrap_or(i64::MAX))
    };
    let legs = course.approach(fleet.problem, vehicle, subject.data.location);
    let service = fleet.problem.service(vehicle.profile, subject.data);
    let late = |(position, legs): (usize, [Time; 2])| {
        if let Some(lacking) = lacking(position) {
            return ((1, lacking), position);
        }
        let late = missing(
            course,
            (subject, service),
            (position, legs),
            vehicle.max_duty,
        );
        let missing = match late {
            0 => too_far(fleet, subject, run, position),
            late => late,
        };
        ((0, missing), position)
    };
    let all = legs.into_iter().enumerate().map(late);
    all.min().unwrap_or(((2, 0), 0))
}

/// Milliseconds of driving too many at a position, else those that the way too far takes about.
fn too_far(fleet: &Fleet<'_>, subject: &Subject<'_>, run: &Run, position: usize) -> i64 {
    let vehicle = &fleet.problem.types[run.tour.kind as usize];
    let beyond =
        |course: &Course| course.beyond(fleet.problem, vehicle, subject.data.location, position);
    // About 25 km/h, only to compare places.
    match run.now.as_ref().map(beyond) {
        None => 0,
        Some([0, way]) => way / 7,
        Some([driving, _]) => driving,
    }
}

/// Milliseconds missing at a position, in the first rule of time that is broken.
fn missing(
    course: &Course,
    (subject, service): (&Subject<'_>, Time),
    (position, [to, from]): (usize, [Time; 2]),
    duty: Time,
) -> i64 {
    let data = subject.data;
    let window = span(subject.windows);
    let Some(ahead) = course.ahead(position, data.ready) else {
        return i64::from(Time::MAX);
    };
    let wide = |t: Time| i64::from(t);
    let arrive = wide(ahead.finish) + wide(to);
    let closed = arrive - wide(window.close);
    if closed > 0 {
        return closed;
    }
    let next = arrive.max(wide(window.open)) + wide(service) + wide(from);
    let late = next - wide(course.behind(position).latest);
    if late > 0 {
        return late;
    }
    let node = Segment::node(window, service);
    let whole = course.with(position, [to, from], node, data.ready);
    whole.map_or(0, |w| (wide(w.least_duration()) - wide(duty)).max(0))
}

/// What the route from scratch says of the stop at a position; None when it takes it.
fn rule(fleet: &Fleet<'_>, subject: &Subject<'_>, run: &Run, position: usize) -> Option<Obstacle> {
    let kind = run.tour.kind;
    let vehicle = &fleet.problem.types[kind as usize];
    let trial = fleet.trial(kind, vehicle, subject, subject.windows, false);
    let block = trial.route(&run.with_guest(position)).err()?;
    let instant = |t: Time| TimeOfDay::from_millis(i64::from(t));
    let length = |t: Time| Span::from_millis(i64::from(t));
    Some(match block {
        Block::Access => barred(fleet.admission(kind, subject)),
        Block::Pair | Block::Apart | Block::Team => Obstacle::NotAllowed,
        Block::Goods => match fleet.clash(run, subject) {
            Some([goods, aboard]) => Obstacle::Incompatible { goods, aboard },
            None => Obstacle::NotAllowed,
        },
        Block::Zone => match fleet.problem.areas.most_zones {
            Some(most) if !fleet.problem.areas.hard => Obstacle::ZoneCap { most },
            _ => Obstacle::OtherZone,
        },
        Block::Load(d) => {
            let over = run.now.as_ref().map_or(0, |course| {
                course.lacking(vehicle, subject.data, position)[d]
            });
            let needs = subject.data.load[d];
            Obstacle::Full {
                dimension: [Dimension::Count, Dimension::Volume, Dimension::Weight][d],
                needs,
                free: needs.saturating_sub(u64::try_from(over).unwrap_or(0)),
            }
        }
        Block::Room(t, needs, holds) => Obstacle::CompartmentFull {
            temperature: Temperature::ALL[t],
            needs,
            holds,
        },
        Block::Window(arrival, close) => {
            let (arrival, window_end) = (instant(arrival), instant(close));
            match later_stop(&trial, run, position) {
                None => Obstacle::WindowClosed {
                    arrival,
                    window_end,
                },
                Some(stop) => {
                    let group = fleet.problem.origin[stop as usize] as usize;
                    Obstacle::LaterStop {
                        stop: fleet.compiled.grouping.stops()[group].id.clone(),
                        arrival,
                        window_end,
                    }
                }
            }
        }
        Block::Shift(back, close) => Obstacle::ShiftEnds {
            back: instant(back),
            shift_end: instant(close),
        },
        Block::Duty(needs, limit) => Obstacle::DutyTooLong {
            needs: length(needs),
            limit: length(limit),
        },
        Block::Pauses => Obstacle::NoTimeForBreaks,
        Block::Hours(free) => Obstacle::TrafficTooSlow { free: length(free) },
        Block::Driving(needs, limit) => Obstacle::DrivingTooLong {
            needs: Span::from_millis(needs),
            limit: Span::from_millis(limit),
        },
        Block::Range(needs, range) => Obstacle::RangeExceeded {
            needs: Meters::from_millimeters(needs),
            range: Meters::from_millimeters(range),
        },
    })
}

/// Why a vehicle may not serve a stop at all.
fn barred(admission: Admission) -> Obstacle {
    match admission {
        Admission::Lacks(mut any_of) | Admission::LacksMore(mut any_of) => {
            match (any_of.len(), any_of.pop()) {
                (1, Some(capability)) => Obstacle::Capability { capability },
                (_, last) => {
                    any_of.extend(last);
                    Obstacle::AnyCapability { any_of }
                }
            }
        }
        Admission::Reserved => Obstacle::Reserved,
        Admission::NoCompartment(temperature) => Obstacle::NoCompartment { temperature },
        Admission::Far(distance, radius) => Obstacle::OutsideRadius { distance, radius },
        Admission::Outside(zip) => Obstacle::OutsideTerritory { zip },
        Admission::Pinned(to) => Obstacle::Pinned { to },
        Admission::Free | Admission::Barred => Obstacle::NotAllowed,
    }
}

/// The stop behind the one on trial whose window is missed first; None when it is its own. Found
/// by bisection: a stretch that misses a window misses it however it goes on.
fn later_stop(trial: &Trial<'_>, run: &Run, position: usize) -> Option<u32> {
    let stops = inserted(&run.tour.stops, position, GUEST);
    let misses = |len: usize| matches!(trial.route(&stops[..len]), Err(Block::Window(..)));
    if misses(position + 1) {
        return None;
    }
    let (mut fine, mut missed) = (position + 1, stops.len());
    while missed - fine > 1 {
        let middle = usize::midpoint(fine, missed);
        if misses(middle) {
            missed = middle;
        } else {
            fine = middle;
        }
    }
    stops.get(missed - 1).copied().filter(|&s| s != GUEST)
}
