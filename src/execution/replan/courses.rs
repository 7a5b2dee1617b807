//! What a vehicle has ahead of it at an instant: where it goes on from, and with which stops.

use std::collections::HashSet;

use crate::execution::forecast::opening;
use crate::execution::state::{Work, times_of};
use crate::execution::{Day, Phase, Status, Whereabouts};
use crate::model::{Place, StopId, TimeWindow, clip};
use crate::travel::Leg;
use crate::units::{Load, Meters, Span, TimeOfDay};

/// A vehicle that may serve something more.
pub(super) struct Course {
    /// Index of the day's vehicle.
    pub(super) vehicle: usize,
    /// Index of the day's driver.
    pub(super) driver: Option<usize>,
    pub(super) now: TimeOfDay,
    /// Where and when it goes on.
    pub(super) position: Place,
    pub(super) ready: TimeOfDay,
    /// When it left; none when it stands at its start.
    pub(super) departed: Option<TimeOfDay>,
    /// The stop that it drives to, which comes before `position`.
    pub(super) kept: Option<usize>,
    pub(super) pieces: Vec<Piece>,
    /// When it is back as it drives now.
    pub(super) back: TimeOfDay,
    /// What rides along and is not handed over.
    pub(super) carried: Load,
    /// The way driven until `position`, and the way from there to its end.
    pub(super) behind: Leg,
    pub(super) ahead: Leg,
}

/// A stop ahead, or a part of one whose packages may not be served together any more.
pub(super) struct Piece {
    pub(super) id: StopId,
    pub(super) place: Place,
    pub(super) parcels: Vec<usize>,
    /// When it may be served: what was promised, or when it is served late already.
    pub(super) windows: Vec<TimeWindow>,
    /// The same as promised; nothing where nothing was.
    pub(super) promised: Vec<TimeWindow>,
    pub(super) service: Span,
    /// Arrival and start of service; nothing when the delivery hours are over by then.
    pub(super) times: Option<(TimeOfDay, TimeOfDay)>,
}

impl Course {
    /// The course of a vehicle; none when it is out of order, back, or on its way home.
    pub(super) fn of(day: &Day, vehicle: usize, now: TimeOfDay, limit: Span) -> Option<Self> {
        let tour = &day.tours[vehicle];
        let mut ahead = tour.ahead.as_slice();
        let (mut position, mut ready) = (tour.from, day.free(vehicle).max(now));
        let mut kept = None;
        match tour.phase {
            Phase::Idle => {
                let shift = day.request.vehicle_shift(vehicle);
                ready = shift.earliest().max(now);
                if ready >= shift.latest() {
                    return None;
                }
            }
            Phase::AtStart | Phase::AtStop => {}
            Phase::Driving => {
                let next = day.forecast(vehicle).0.first().copied()?;
                let halt = &day.halts[next.halt];
                let start = opening(&halt.windows, next.arrive.max(now));
                (position, ready) = (halt.place, start.saturating_add(next.service));
                kept = Some(next.halt);
                ahead = &ahead[1..];
            }
            _ => return None,
        }
        let out = matches!(tour.phase, Phase::Driving | Phase::AtStop);
        let mut course = Self {
            vehicle,
            driver: tour.driver,
            now,
            position,
            ready,
            departed: out.then(|| tour.departed.unwrap_or(now).min(ready)),
            kept,
            pieces: Vec::with_capacity(ahead.len()),
            back: ready,
            carried: carried(day, vehicle, kept.or(tour.stand.map(|stand| stand.halt))),
            behind: behind(day, vehicle, kept),
            ahead: Leg::NONE,
        };
        for &halt in ahead {
            course.pieces.extend(pieces(day, halt));
        }
        course.drive(day, limit);
        Some(course)
    }

    pub(super) fn is_idle(&self, day: &Day) -> bool {
        day.tours[self.vehicle].phase == Phase::Idle
    }

    /// Drives the pieces as they are, and opens the windows of those that are late.
    fn drive(&mut self, day: &Day, limit: Span) {
        let hours = day.request.delivery_hours();
        let (mut at, mut now) = (self.position, self.ready);
        for piece in &mut self.pieces {
            let leg = day.leg(self.vehicle, &at, &piece.place, now);
            let arrive = now.saturating_add(leg.time);
            if arrive > hours.latest() {
                continue;
            }
            let start = opening(&piece.windows, arrive);
            if let Some(last) = piece
                .windows
                .last_mut()
                .filter(|last| last.latest() < arrive)
            {
                // What is late may not be made much later.
                let latest = arrive.saturating_add(limit).min(hours.latest());
                *last = TimeWindow::new(last.earliest(), latest);
            }
            piece.times = Some((arrive, start));
            self.ahead = plus(self.ahead, leg);
            (at, now) = (piece.place, start.saturating_add(piece.service));
        }
        let home = day.home(self.vehicle, &at, now);
        self.ahead = plus(self.ahead, home);
        self.back = now.saturating_add(home.time);
    }
}

/// A stop as it stands, or each package by itself where their windows do not meet.
fn pieces(day: &Day, index: usize) -> Vec<Piece> {
    let halt = &day.halts[index];
    let hours = day.request.delivery_hours();
    let open = halt.parcels.iter().copied();
    let open = open.filter(|&i| day.parcels[i].halt == Some(index) && day.parcels[i].is_open());
    let open: Vec<usize> = open.collect();
    let times = times_of(&day.request, halt.vehicle);
    let piece = |nth: usize, parcels: Vec<usize>, windows: Vec<TimeWindow>| {
        let mut work = Work::default();
        for &i in &parcels {
            work.add(times, &day.parcels[i].package);
        }
        let stated = |&i: &usize| !day.parcels[i].package.windows().is_empty();
        let promised = parcels.iter().any(stated);
        Piece {
            id: day.free_stop_id(&halt.id, nth),
            place: halt.place,
            promised: if promised {
                windows.clone()
            } else {
                Vec::new()
            },
            service: work.service(times),
            times: None,
            parcels,
            windows,
        }
    };
    if open.is_empty() {
        return Vec::new();
    }
    if !halt.windows.is_empty() {
        return vec![piece(0, open, halt.windows.clone())];
    }
    let alone = |(nth, i): (usize, usize)| {
        let windows = clip(day.parcels[i].package.windows(), hours);
        piece(nth, vec![i], windows)
    };
    open.into_iter().enumerate().map(alone).collect()
}

/// What is on board and will not be handed over, and what is collected at the stop in between.
fn carried(day: &Day, vehicle: usize, between: Option<usize>) -> Load {
    let tour = &day.tours[vehicle];
    let due: HashSet<usize> = tour.ahead.iter().copied().chain(between).collect();
    let parcels = tour.halts.iter().flat_map(|&halt| &day.halts[halt].parcels);
    let rides = parcels.map(|&i| &day.parcels[i]).filter(|parcel| {
        let on = parcel.whereabouts == Whereabouts::Vehicle && parcel.vehicle == Some(vehicle);
        let handed_over =
            parcel.status == Status::OnBoard && parcel.halt.is_some_and(|halt| due.contains(&halt));
        let collected = parcel.is_pickup()
            && parcel.status == Status::Planned
            && between.is_some()
            && parcel.halt == between;
        (on && !handed_over) || collected
    });
    let loads = rides.map(|parcel| parcel.package.load());
    loads.fold(Load::ZERO, |sum, load| sum.checked_add(load).unwrap_or(sum))
}

/// The way from its start through all stops behind it to the one it is kept to.
fn behind(day: &Day, vehicle: usize, kept: Option<usize>) -> Leg {
    let tour = &day.tours[vehicle];
    let stated = &day.request.vehicles()[vehicle];
    if stated.max_driving().is_none() && stated.range().is_none() {
        return Leg::NONE;
    }
    let stand = tour.stand.map(|stand| stand.halt);
    let halts = tour.behind.iter().map(|behind| behind.halt);
    let mut at = day.request.vehicle_start(vehicle);
    let mut way = Leg::NONE;
    for halt in halts.chain(stand).chain(kept) {
        let place = &day.halts[halt].place;
        way = plus(way, day.leg(vehicle, at, place, tour.ready));
        at = place;
    }
    way
}

fn plus(a: Leg, b: Leg) -> Leg {
    Leg {
        distance: Meters::from_millimeters(
            a.distance
                .millimeters()
                .saturating_add(b.distance.millimeters()),
        ),
        time: Span::from_millis(a.time.millis().saturating_add(b.time.millis())),
    }
}
