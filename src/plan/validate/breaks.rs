//! Breaks: where they are stated, and whether they are what the route owes.

use super::{Findings, Rule, report};
use crate::model::{Break, BreakTime, UnderWay, Vehicle};
use crate::plan::{Rest, RoutePlan};
use crate::units::TimeOfDay;

/// Milliseconds of the breaks at a visit, before its service or behind it.
pub(super) fn at(route: &RoutePlan, visit: usize, after_service: bool) -> i128 {
    let here = |r: &&Rest| r.visit == visit && r.after_service == after_service;
    let lengths = route.breaks.iter().filter(here);
    lengths.map(|r| i128::from(r.length.millis())).sum()
}

/// When the vehicle drives on from a visit: when its service ends, or its last break there.
pub(super) fn left(route: &RoutePlan, visit: usize) -> TimeOfDay {
    let here = route.breaks.iter();
    let here = here.filter(|r| r.visit == visit && r.after_service);
    let ends = here.map(|r| r.start.saturating_add(r.length));
    ends.max().unwrap_or(route.visits[visit].leave)
}

/// Milliseconds of waiting for breaks behind the service of a visit.
pub(super) fn waiting(route: &RoutePlan, visit: usize) -> i128 {
    let left = i128::from(left(route, visit).millis());
    left - i128::from(route.visits[visit].leave.millis()) - at(route, visit, true)
}

/// Checks each stated break, and those that are not stated; `driven` is the driving up to each
/// visit, and in all, in milliseconds. A vehicle that is out already is on duty since it left.
pub(super) fn check(
    route: &RoutePlan,
    vehicle: &Vehicle,
    driven: &[i128],
    subject: &str,
    findings: &mut Findings,
) {
    let since = vehicle.under_way().map_or(route.depart, UnderWay::departed);
    let mut tell = |message: String| report(findings, subject, Rule::Break, message);
    let (mut last, mut free) = (None, TimeOfDay::MIDNIGHT);
    for rest in &route.breaks {
        let place = (rest.visit, rest.after_service, rest.number);
        let Some(pause) = vehicle.breaks().get(rest.number) else {
            tell(format!("has no break {}", rest.number));
            continue;
        };
        if last.is_some_and(|(visit, after, number)| {
            (visit, after) > (place.0, place.1) || number >= place.2
        }) {
            tell(format!("break {} is out of order", rest.number));
        }
        last = Some(place);
        if rest.length != pause.length() {
            let (is, should) = (rest.length, pause.length());
            tell(format!("break {} is {is}, not {should}", rest.number));
        }
        match route.visits.get(rest.visit) {
            None => tell(format!("break {} is at no visit", rest.number)),
            Some(visit) => {
                let end = rest.start.saturating_add(rest.length);
                // What comes behind is for the arrival at the next place to say.
                let (from, by) = if rest.after_service {
                    (visit.leave.max(free), TimeOfDay::MAX)
                } else {
                    (visit.arrive.max(free), visit.start)
                };
                free = end;
                if rest.start < from || end > by {
                    let (number, start) = (rest.number, rest.start);
                    tell(format!(
                        "break {number} from {start} to {end} is not between {from} and {by}"
                    ));
                }
            }
        }
        if let Some(wrong) = late(since, rest, pause, driven) {
            tell(wrong);
        }
    }
    for (number, pause) in vehicle.breaks().iter().enumerate() {
        if route.breaks.iter().all(|rest| rest.number != number)
            && owed((route, since), pause, driven)
        {
            tell(format!("has no break {number}, which it owes"));
        }
    }
}

/// What is wrong with when a break begins.
fn late(since: TimeOfDay, rest: &Rest, pause: &Break, driven: &[i128]) -> Option<String> {
    let (number, start) = (rest.number, rest.start);
    match pause.when() {
        BreakTime::Between(window) => (!window.contains(start))
            .then(|| format!("break {number} begins at {start}, not in {window}")),
        BreakTime::OnDuty(most) => {
            let duty = i128::from(start.millis()) - i128::from(since.millis());
            (duty > i128::from(most.millis())).then(|| {
                format!("break {number} begins at {start}, after more than {most} on duty")
            })
        }
        BreakTime::Driving(most) => {
            let driving = driven.get(rest.visit).copied().unwrap_or(0);
            (driving > i128::from(most.millis()))
                .then(|| format!("break {number} begins after {driving} ms of driving, not {most}"))
        }
    }
}

/// Whether a route owes a break that it does not have.
fn owed((route, since): (&RoutePlan, TimeOfDay), pause: &Break, driven: &[i128]) -> bool {
    match pause.when() {
        BreakTime::Between(window) => {
            route.depart <= window.latest() && route.back > window.latest()
        }
        BreakTime::OnDuty(most) => {
            let duty = i128::from(route.back.millis()) - i128::from(since.millis());
            duty > i128::from(most.millis())
        }
        BreakTime::Driving(most) => {
            let driving = driven.last().copied().unwrap_or(0);
            driving > i128::from(most.millis())
        }
    }
}
