//! What a vehicle has ahead of it at an instant: where it goes on from, and with which stops.

use std::collections::{BTreeMap, HashSet};

use super::bonds::Bonds;
use super::pauses::Planned;
use crate::execution::forecast::opening;
use crate::execution::state::{Pause, Work, times_of};
use crate::execution::{Day, Phase, Status, Whereabouts};
use crate::model::{Break, BreakTime, Place, StopId, TimeWindow, clip};
use crate::plan::RestDraft;
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
    /// How long it drives to the first stop of the pieces that is served.
    pub(super) first_leg: Span,
    /// Breaks that are over, or part of the stop in between.
    pub(super) had: Vec<usize>,
    /// Those still to come that are rules of the rest: the vehicle's number, and by when.
    pub(super) rules: Vec<(usize, Break)>,
    /// Where they are, by their index among the rules and that of the stop among those served.
    pub(super) rests: Vec<RestDraft>,
}

/// A stop ahead, or a part of one whose packages may not be served together any more.
pub(super) struct Piece {
    pub(super) id: StopId,
    pub(super) place: Place,
    pub(super) parcels: Vec<usize>,
    /// The parcel, where it is yet to be collected on the way; that is then all there is.
    pub(super) pair: Option<usize>,
    /// Whether this is where it is collected.
    pub(super) collects: bool,
    /// Whether it stays out, as the other place of its parcel cannot be served.
    torn: bool,
    /// When it may be served: what was promised, or when it is served late already.
    pub(super) windows: Vec<TimeWindow>,
    /// The same as promised; nothing where nothing was.
    pub(super) promised: Vec<TimeWindow>,
    pub(super) service: Span,
    /// Breaks planned before the service and behind it.
    pub(super) rests: [Vec<Pause>; 2],
    /// Arrival and start of service; nothing when the delivery hours are over by then.
    pub(super) times: Option<(TimeOfDay, TimeOfDay)>,
}

impl Course {
    /// The course of a vehicle; none when it is out of order, back, or on its way home.
    pub(super) fn of(
        day: &Day,
        vehicle: usize,
        (now, limit): (TimeOfDay, Span),
        bonds: &Bonds,
    ) -> Option<Self> {
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
            Phase::AtStart => {}
            Phase::AtStop => {
                let free = day.free(vehicle);
                let here = tour.stand.map(|stand| stand.halt);
                let rest = here.map_or(Span::ZERO, |halt| day.rest(halt, 1, free));
                ready = free.saturating_add(rest).max(now);
            }
            Phase::Driving => {
                let next = day.forecast(vehicle).0.first().copied()?;
                let halt = &day.halts[next.halt];
                let arrive = next.arrive.max(now);
                let rest = day.rest(next.halt, 0, arrive);
                let start = opening(&halt.windows, arrive.saturating_add(rest));
                let end = start.saturating_add(next.service);
                let rest = day.rest(next.halt, 1, end);
                (position, ready) = (halt.place, end.saturating_add(rest));
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
            first_leg: Span::ZERO,
            had: day.breaks_had(vehicle),
            rules: Vec::new(),
            rests: Vec::new(),
        };
        let here = kept.or(tour.stand.map(|stand| stand.halt));
        let kept = kept.iter().flat_map(|&halt| &day.halts[halt].rests);
        course.had.extend(kept.flatten().map(|pause| pause.number));
        for &halt in ahead {
            course.pieces.extend(pieces(day, halt, here, bonds));
        }
        course.sort_breaks(day);
        let mut planned = course.drive(day, limit);
        while course.tear() {
            planned = course.drive(day, limit);
        }
        course.settle_breaks(day, &planned);
        Some(course)
    }

    pub(super) fn is_idle(&self, day: &Day) -> bool {
        day.tours[self.vehicle].phase == Phase::Idle
    }

    /// Leaves out parcels that are collected and not brought, or brought and not collected before;
    /// whether there are any.
    fn tear(&mut self) -> bool {
        let mut places: BTreeMap<usize, [Option<usize>; 2]> = BTreeMap::new();
        for (at, piece) in self.pieces.iter().enumerate() {
            if let Some(i) = piece.pair {
                let own = places.entry(i).or_default();
                own[usize::from(!piece.collects)] = piece.times.map(|_| at);
            }
        }
        let is_whole = |ends: &[Option<usize>; 2]| matches!(ends, [Some(a), Some(b)] if a < b);
        let is_out = |ends: &[Option<usize>; 2]| *ends == [None, None];
        places.retain(|_, ends| !is_whole(ends) && !is_out(ends));
        for piece in &mut self.pieces {
            piece.torn |= piece.pair.is_some_and(|i| places.contains_key(&i));
        }
        !places.is_empty()
    }

    /// Drives the pieces as they are, and opens the windows of those that are late.
    /// Returns its breaks.
    fn drive(&mut self, day: &Day, limit: Span) -> Vec<Planned> {
        let hours = day.request.delivery_hours();
        let (mut at, mut now) = (self.position, self.ready);
        let (mut planned, mut visit) = (Vec::new(), 0);
        self.ahead = Leg::NONE;
        for piece in &mut self.pieces {
            piece.times = None;
            if piece.torn {
                continue;
            }
            let leg = day.leg(self.vehicle, &at, &piece.place, now);
            let arrive = now.saturating_add(leg.time);
            let way = plus(self.ahead, leg);
            let mut rest = |after_service: bool, mut now: TimeOfDay, pauses: &[Pause]| {
                for pause in pauses {
                    let begin = now.max(pause.clock);
                    planned.push(Planned {
                        number: pause.number,
                        visit,
                        after_service,
                        begin,
                        driven: way.time,
                    });
                    now = begin.saturating_add(pause.length);
                }
                now
            };
            let free = piece.rests[0].iter().fold(arrive, |now, pause| {
                now.max(pause.clock).saturating_add(pause.length)
            });
            if free > hours.latest() {
                continue;
            }
            rest(false, arrive, &piece.rests[0]);
            let start = opening(&piece.windows, free);
            if let Some(last) = piece.windows.last_mut().filter(|last| last.latest() < free) {
                // What is late may not be made much later.
                let latest = free.saturating_add(limit).min(hours.latest());
                *last = TimeWindow::new(last.earliest(), latest);
            }
            piece.times = Some((arrive, start));
            now = rest(true, start.saturating_add(piece.service), &piece.rests[1]);
            if visit == 0 {
                self.first_leg = way.time;
            }
            self.ahead = way;
            visit += 1;
            at = piece.place;
        }
        let home = day.home(self.vehicle, &at, now);
        self.ahead = plus(self.ahead, home);
        self.back = now.saturating_add(home.time);
        planned
    }
}

/// A stop as it stands, or each package by itself where their windows do not meet.
fn pieces(day: &Day, index: usize, here: Option<usize>, bonds: &Bonds) -> Vec<Piece> {
    let halt = &day.halts[index];
    let hours = day.request.delivery_hours();
    let open = halt.parcels.iter().copied();
    let open = open.filter(|&i| {
        let parcel = &day.parcels[i];
        let own = if halt.collects {
            parcel.collect
        } else {
            parcel.halt
        };
        own == Some(index) && day.is_open_at(i, index)
    });
    // What is collected at the stop in between is on board behind it.
    let is_pair = |i: &usize| {
        let parcel = &day.parcels[*i];
        parcel.is_to_collect() && (here.is_none() || parcel.collect != here)
    };
    let open: Vec<usize> = open.filter(|i| !bonds.astray.contains(i)).collect();
    let times = times_of(&day.request, halt.vehicle);
    let piece = |nth: usize, parcels: Vec<usize>, windows: Vec<TimeWindow>| {
        let mut work = Work::default();
        for &i in &parcels {
            work.add(times, &day.parcels[i].package, halt.collects);
        }
        let stated = |&i: &usize| !day.parcels[i].package.windows().is_empty();
        let promised = !halt.collects && parcels.iter().any(stated);
        Piece {
            id: day.free_stop_id(&halt.id, nth),
            place: halt.place,
            promised: if promised {
                windows.clone()
            } else {
                Vec::new()
            },
            service: work.service(times),
            pair: parcels.first().copied().filter(is_pair),
            collects: halt.collects,
            torn: false,
            rests: [Vec::new(), Vec::new()],
            times: None,
            parcels,
            windows,
        }
    };
    let rested = |mut pieces: Vec<Piece>| {
        let [before, behind] = &halt.rests;
        if let Some(first) = pieces.first_mut() {
            first.rests[0].clone_from(before);
        }
        if let Some(last) = pieces.last_mut() {
            last.rests[1].clone_from(behind);
        }
        pieces
    };
    if open.is_empty() {
        return Vec::new();
    }
    if !halt.windows.is_empty() && (open.len() == 1 || !open.iter().any(is_pair)) {
        return rested(vec![piece(0, open, halt.windows.clone())]);
    }
    let alone = |(nth, i): (usize, usize)| {
        let windows = clip(day.parcels[i].package.windows(), hours);
        piece(nth, vec![i], windows)
    };
    rested(open.into_iter().enumerate().map(alone).collect())
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
    let driving = |pause: &Break| matches!(pause.when(), BreakTime::Driving(_));
    if stated.max_driving().is_none()
        && stated.range().is_none()
        && !stated.breaks().iter().any(driving)
    {
        return Leg::NONE;
    }
    let stand = tour.stand.map(|stand| stand.halt);
    let halts = tour.behind.iter().map(|behind| (behind.halt, behind.left));
    let ahead = stand.into_iter().chain(kept).map(|halt| (halt, tour.ready));
    let mut at = day.request.vehicle_start(vehicle);
    let mut way = Leg::NONE;
    let mut depart = tour.departed.unwrap_or(tour.ready);
    for (halt, left) in halts.chain(ahead) {
        let place = &day.halts[halt].place;
        way = plus(way, day.leg(vehicle, at, place, depart));
        (at, depart) = (place, left);
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
