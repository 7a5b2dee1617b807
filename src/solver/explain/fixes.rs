//! The smallest single changes that place a stop.
//!
//! For each sort of change every position of every route has a lower bound of the amount needed,
//! in constant time (exact where no stop of the route has several windows). Positions are tried
//! from scratch in the order of their bounds, with bisection where a bound is too low, until the
//! next bound is no less than the best amount found.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::model::{Capability, TimeWindow};
use crate::plan::{Dimension, Fix};
use crate::problem::insertion::Course;
use crate::problem::lanes::DIMENSIONS;
use crate::problem::time::{HORIZON, Segment, Time, Window};
use crate::problem::{Problem, VehicleType};
use crate::units::{Load, Meters, Span, TimeOfDay};

use super::fleet::{Admission, Fleet, Run, Subject, cut, ready};
use super::more::one_more;

/// The largest capacity that can be stated, less what printed amounts are rounded up by.
const LARGEST: [u64; DIMENSIONS] = [
    u32::MAX as u64,
    Load::MAX.volume_cm3 - 2_832,
    Load::MAX.weight_g - 100,
];

/// A sort of change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Nothing,
    LaterWindow,
    EarlierWindow,
    Room(usize),
    LaterShift,
    EarlierShift,
    Duty,
    Driving,
    Range,
    Capability(Capability),
    Unpin,
}

/// A place and the least that a change must amount to there. Smaller is tried first: the amount,
/// then the detour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Offer {
    by: i64,
    detour: Time,
    run: usize,
    position: usize,
    window: usize,
}

/// Offers of each sort of change.
type Offers = BTreeMap<Change, BinaryHeap<Reverse<Offer>>>;

/// A fix and where it stands in the order stated at [`crate::plan::Fixes`].
pub(super) type Ranked = ((u8, u64), Fix);

/// See [`crate::plan::Fixes::Found`].
pub(super) fn fixes(fleet: &Fleet<'_>, subject: &Subject<'_>) -> Vec<Fix> {
    let mut offers = Offers::new();
    for (number, run) in fleet.runs.iter().enumerate() {
        // Where a vehicle is that is out, and what it has, is not to be changed.
        let out = fleet.problem.types[run.tour.kind as usize].leave_by < HORIZON;
        if !out && fleet.may_share(run, subject) {
            offer(fleet, subject, (number, run), &mut offers);
        }
    }
    let search = Search { fleet, subject };
    let found = offers
        .into_iter()
        .filter_map(|(change, heap)| search.best(&change, heap).map(|best| (change, best)));
    let found: Vec<(Change, Offer)> = found.collect();
    // It needs no change, so every change would do.
    if let Some((change, offer)) = found.iter().find(|(c, _)| *c == Change::Nothing) {
        return vec![search.fix(change.clone(), *offer).1];
    }
    let mut ranked: Vec<Ranked> = found
        .into_iter()
        .map(|(change, o)| search.fix(change, o))
        .collect();
    ranked.extend(one_more(fleet, subject));
    // Stable: equal shares stay in the order of the changes.
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, fix)| fix).collect()
}

/// One run with the stop on its way to it.
struct Approach<'a> {
    subject: &'a Subject<'a>,
    /// How long its service takes the vehicle.
    service: Time,
    duty: Time,
    shift: Window,
    hours: Window,
}

/// Offers every position of a run for every change that could do there.
fn offer(
    fleet: &Fleet<'_>,
    subject: &Subject<'_>,
    (number, run): (usize, &Run),
    into: &mut Offers,
) {
    let vehicle = &fleet.problem.types[run.tour.kind as usize];
    let Some(course) = run.late.as_ref().or(run.now.as_ref()) else {
        return;
    };
    let Some(lack) = lacking(fleet.admission(run.tour.kind, subject)) else {
        return;
    };
    let legs = course.approach(fleet.problem, vehicle, subject.data.location);
    let approach = Approach {
        subject,
        service: fleet.problem.service(vehicle.profile, subject.data),
        duty: vehicle.max_duty,
        shift: vehicle.shift,
        hours: hours(fleet),
    };
    for (position, legs) in legs.into_iter().enumerate() {
        let excess = course.lacking(vehicle, subject.data, position);
        let mut over = (0..DIMENSIONS).filter(|&d| excess[d] > 0);
        let first = over.next();
        if over.next().is_some() || (first.is_some() && lack.is_some()) {
            continue;
        }
        let mut push = |change: Change, by: i64, window| {
            let offer = Offer {
                by,
                detour: course.detour(position, legs),
                run: number,
                position,
                window,
            };
            into.entry(change).or_default().push(Reverse(offer));
        };
        let now = run
            .now
            .as_ref()
            .and_then(|now| approach.least_duty(now, position, legs));
        let fits = now.is_some_and(|least| least <= approach.duty);
        let beyond = course.beyond(fleet.problem, vehicle, subject.data.location, position);
        if beyond != [0; 2] {
            // Nothing but a longer way would do, and one change is sought.
            match beyond {
                _ if !fits || lack.is_some() || first.is_some() => {}
                [by, 0] => push(Change::Driving, by, 0),
                [0, by] => push(Change::Range, by, 0),
                _ => {}
            }
            continue;
        }
        match (&lack, first) {
            (Some(lack), _) if fits => push(lack.clone(), 0, 0),
            (None, Some(d)) if fits => push(Change::Room(d), excess[d], 0),
            (None, None) => {
                if fits {
                    push(Change::Nothing, 0, 0);
                }
                approach.times(run, position, legs, &mut push);
            }
            _ => {}
        }
    }
}

/// The one change that would admit the stop, if it takes one; None when no change does.
fn lacking(admission: Admission) -> Option<Option<Change>> {
    match admission {
        Admission::Free => Some(None),
        Admission::Lacks(any_of) => {
            let first = any_of.into_iter().next()?;
            Some(Some(Change::Capability(first)))
        }
        Admission::Pinned(_) => Some(Some(Change::Unpin)),
        Admission::LacksMore(_)
        | Admission::Outside(_)
        | Admission::Far(..)
        | Admission::NoCompartment(_)
        | Admission::Reserved
        | Admission::Barred => None,
    }
}

fn hours(fleet: &Fleet<'_>) -> Window {
    cut(fleet.compiled.day.delivery_hours())
}

impl Approach<'_> {
    /// The route with the stop in each of its windows.
    fn segments<'c>(
        &'c self,
        course: &'c Course,
        position: usize,
        legs: [Time; 2],
    ) -> impl Iterator<Item = Segment> + 'c {
        let (data, service) = (self.subject.data, self.service);
        self.subject.windows.iter().filter_map(move |&window| {
            let node = Segment::node(window, service);
            course.with(position, legs, node, data.ready)
        })
    }

    fn least_duty(&self, course: &Course, position: usize, legs: [Time; 2]) -> Option<Time> {
        let segments = self.segments(course, position, legs);
        segments.map(Segment::least_duration).min()
    }

    /// Changes of windows, shift and duty.
    fn times(
        &self,
        run: &Run,
        position: usize,
        legs: [Time; 2],
        push: &mut impl FnMut(Change, i64, usize),
    ) {
        // An amount is at least one unit: nothing less is a change.
        let mut at_least_one = |change, by: Time| push(change, i64::from(by).max(1), 0);
        let within = |segment: &Segment| segment.least_duration() <= self.duty;
        if let Some(late) = &run.late {
            let ends = self.segments(late, position, legs).filter(within);
            if let Some(end) = ends.map(|s| s.finish).min() {
                at_least_one(Change::LaterShift, end - self.shift.close);
            }
        }
        if let Some(early) = &run.early {
            let starts = self.segments(early, position, legs).filter(within);
            if let Some(start) = starts.map(|s| s.latest).max() {
                at_least_one(Change::EarlierShift, self.shift.open - start);
            }
        }
        if let Some(now) = &run.now {
            if let Some(least) = self.least_duty(now, position, legs) {
                at_least_one(Change::Duty, least - self.duty);
            }
            self.windows(now, position, legs, push);
        }
    }

    /// The nearest instants outside each window at which service could start: no earlier than
    /// `first` and no later than `last`, from arrival, what comes behind, and the duty.
    fn windows(
        &self,
        course: &Course,
        position: usize,
        [to, from]: [Time; 2],
        push: &mut impl FnMut(Change, i64, usize),
    ) {
        let data = self.subject.data;
        let Some(ahead) = course.ahead(position, data.ready) else {
            return;
        };
        let behind = course.behind(position);
        let wide = |t: Time| i64::from(t);
        let duty = wide(self.duty);
        let before = wide(ahead.busy) + wide(to);
        let after = wide(self.service) + wide(from) + wide(behind.busy);
        if wide(behind.finish) - wide(ahead.latest) > duty || before + after > duty {
            return;
        }
        let first = (wide(ahead.finish) + wide(to)).max(wide(behind.finish) + before - duty);
        let last = (wide(behind.latest) - wide(from) - wide(self.service))
            .min(duty + wide(ahead.latest) - after);
        // Those of a halt with a walk are none that anybody stated.
        let stated = self.subject.stop.walk.is_none();
        let windows = self.subject.windows.iter().filter(|_| stated);
        for (number, window) in windows.enumerate() {
            if window.open > window.close {
                continue;
            }
            let later = first.max(wide(window.close) + 1);
            if later <= last.min(wide(self.hours.close)) {
                push(Change::LaterWindow, later - wide(window.close), number);
            }
            let earlier = last.min(wide(window.open) - 1);
            if earlier >= first.max(wide(self.hours.open)) {
                push(Change::EarlierWindow, wide(window.open) - earlier, number);
            }
        }
    }
}

/// Tries offers from scratch.
struct Search<'a> {
    fleet: &'a Fleet<'a>,
    subject: &'a Subject<'a>,
}

impl Search<'_> {
    /// The smallest change that truly places the stop, with its exact amount.
    fn best(&self, change: &Change, mut offers: BinaryHeap<Reverse<Offer>>) -> Option<Offer> {
        let mut best: Option<Offer> = None;
        while let Some(Reverse(offer)) = offers.pop() {
            if best.is_some_and(|best| best.by <= offer.by) {
                break;
            }
            let most = self.most(change, offer);
            if offer.by > most {
                continue;
            }
            let most = best.map_or(most, |best| most.min(best.by - 1));
            if let Some(by) = self.smallest(change, offer, most) {
                best = Some(Offer { by, ..offer });
            }
        }
        best
    }

    /// The smallest amount from the bound to `most`: more of a change never hurts, so bisection
    /// finds it.
    fn smallest(&self, change: &Change, offer: Offer, most: i64) -> Option<i64> {
        if self.accepts(change, offer, offer.by) {
            return Some(offer.by);
        }
        if most <= offer.by || !self.accepts(change, offer, most) {
            return None;
        }
        let (mut refused, mut accepted) = (offer.by, most);
        while accepted - refused > 1 {
            let middle = i64::midpoint(refused, accepted);
            if self.accepts(change, offer, middle) {
                accepted = middle;
            } else {
                refused = middle;
            }
        }
        Some(accepted)
    }

    /// The most that a change can amount to.
    fn most(&self, change: &Change, offer: Offer) -> i64 {
        let vehicle = self.vehicle(offer);
        let hours = hours(self.fleet);
        let window = |w: usize| self.subject.windows[w];
        let reach = self.fleet.runs[offer.run].reach;
        let horizon = i64::from(HORIZON - 1);
        match change {
            Change::LaterWindow => i64::from(hours.close - window(offer.window).close),
            Change::EarlierWindow => i64::from(window(offer.window).open - hours.open),
            Change::LaterShift => i64::from(reach.close - vehicle.shift.close),
            Change::EarlierShift => {
                let ready = ready(self.fleet.compiled, self.subject.group);
                i64::from(vehicle.shift.open - reach.open.max(ready))
            }
            Change::Duty => horizon - i64::from(vehicle.max_duty),
            Change::Driving => horizon - vehicle.max_driving,
            Change::Range => i64::MAX / 2 - vehicle.range,
            Change::Room(d) => {
                let holds = vehicle.capacity[*d].unwrap_or(u64::MAX);
                i64::try_from(LARGEST[*d].saturating_sub(holds)).unwrap_or(i64::MAX)
            }
            _ => offer.by,
        }
    }

    fn vehicle(&self, offer: Offer) -> &VehicleType {
        &self.fleet.problem.types[self.fleet.runs[offer.run].tour.kind as usize]
    }

    /// Whether the route from scratch takes the stop with exactly this change.
    fn accepts(&self, change: &Change, offer: Offer, by: i64) -> bool {
        let run = &self.fleet.runs[offer.run];
        let mut vehicle = bare(self.fleet.problem, run.tour.kind);
        let mut windows = self.subject.windows.to_vec();
        let span = Time::try_from(by).unwrap_or(0);
        let mut admitted = false;
        match change {
            Change::Nothing => {}
            Change::LaterWindow => windows[offer.window].close += span,
            Change::EarlierWindow => windows[offer.window].open -= span,
            Change::Room(d) => {
                let more = u64::try_from(by).unwrap_or(0);
                vehicle.capacity[*d] = vehicle.capacity[*d].map(|most| most.saturating_add(more));
            }
            Change::LaterShift => vehicle.shift.close += span,
            Change::EarlierShift => vehicle.shift.open -= span,
            Change::Duty => vehicle.max_duty += span,
            Change::Driving => vehicle.max_driving += by,
            Change::Range => vehicle.range += by,
            Change::Capability(_) | Change::Unpin => admitted = true,
        }
        join(&mut windows);
        let trial = (self.fleet).trial(run.tour.kind, &vehicle, self.subject, &windows, admitted);
        trial.route(&run.with_guest(offer.position)).is_ok()
    }

    /// The public form of a change, with its rank.
    fn fix(&self, change: Change, offer: Offer) -> Ranked {
        let run = &self.fleet.runs[offer.run];
        let (vehicle, day) = (run.tour.crew as usize, self.fleet.compiled.fleet());
        let at = self.fleet.insertion(run, offer.position);
        let by = Span::from_millis(offer.by);
        let shift = day.vehicle_shift(vehicle);
        let window = || stated(self.subject.windows[offer.window]);
        let hours = day.delivery_hours();
        let length = (hours.latest() - hours.earliest()).millis();
        let time = (0, share(offer.by, length));
        match change {
            Change::Nothing => ((0, 0), Fix::OnTheWay { at }),
            Change::LaterWindow => (
                time,
                Fix::LaterWindow {
                    window: window(),
                    by,
                    at,
                },
            ),
            Change::EarlierWindow => (
                time,
                Fix::EarlierWindow {
                    window: window(),
                    by,
                    at,
                },
            ),
            Change::LaterShift => (time, Fix::LaterShift { shift, by, at }),
            Change::EarlierShift => (time, Fix::EarlierShift { shift, by, at }),
            Change::Duty => {
                let limit = Span::from_millis(i64::from(self.vehicle(offer).max_duty));
                (time, Fix::LongerDuty { limit, by, at })
            }
            Change::Driving => {
                let limit = Span::from_millis(self.vehicle(offer).max_driving);
                (time, Fix::LongerDriving { limit, by, at })
            }
            Change::Range => {
                let range = self.vehicle(offer).range;
                let rank = (0, share(offer.by, range));
                let (range, by) = (range, offer.by);
                let [range, by] = [range, by].map(Meters::from_millimeters);
                (rank, Fix::MoreRange { range, by, at })
            }
            Change::Room(d) => {
                let holds = self.vehicle(offer).capacity[d].unwrap_or(u64::MAX);
                let dimension = [Dimension::Count, Dimension::Volume, Dimension::Weight][d];
                let rank = (0, share(offer.by, i64::try_from(holds).unwrap_or(i64::MAX)));
                let by = u64::try_from(offer.by).unwrap_or(0);
                (rank, Fix::MoreRoom { dimension, by, at })
            }
            Change::Capability(capability) => ((1, 0), Fix::Capability { capability, at }),
            Change::Unpin => {
                let from = self.subject.stop.pin.clone();
                let from = from.unwrap_or_else(|| at.vehicle.clone());
                ((2, 0), Fix::Unpin { from, at })
            }
        }
    }
}

/// A type without its list of vehicles, to be changed.
pub(super) fn bare(problem: &Problem, kind: u32) -> VehicleType {
    VehicleType {
        vehicles: Vec::new(),
        ..problem.types[kind as usize].clone()
    }
}

/// Makes sorted windows that may overlap disjoint.
fn join(windows: &mut Vec<Window>) {
    windows.sort_by_key(|w| (w.open, w.close));
    windows.dedup_by(|next, kept| {
        let joined = next.open <= kept.close;
        if joined {
            kept.close = kept.close.max(next.close);
        }
        joined
    });
}

fn stated(window: Window) -> TimeWindow {
    let instant = |t: Time| TimeOfDay::from_millis(i64::from(t));
    TimeWindow::new(instant(window.open), instant(window.close))
}

/// Millionths of a whole, rounded up; all of it for a whole of nothing.
fn share(part: i64, whole: i64) -> u64 {
    let millionths = i128::from(part) * 1_000_000;
    let share = millionths / i128::from(whole.max(1));
    u64::try_from(share).unwrap_or(u64::MAX)
}
