//! When a route leaves on roads that are slower in some hours.
//!
//! From a departure on, a route is driven at once: who leaves a place later arrives nowhere
//! earlier. So leaving at the first instant is back first, and the latest departure that is back
//! no later waits least; behind that one nobody waits, and leaving later pays only where it keeps
//! out of slow hours. A few such departures are tried, fewer where no later one can be cheaper.
//! With constant times the best is among them, and so it is with speeds that change once while the
//! route is out and no price on lateness; else it is a good one. Breaks are placed so that every
//! halt is reached as early as it can be with the same breaks had.

use super::road::{Driven, Road};
use super::time::Time;
use super::timetable::{Halt, PauseTime, Spots, Terms, Timetable};
use super::{Cost, Problem};

/// Departures spread over the time in which a route can leave: in the search, and for a plan.
pub(crate) const SPREAD: Time = 3;
pub(crate) const FINE: Time = 24;

/// The step in which the departure of a plan is chosen at last.
const FINEST: Time = 1_000;

/// The times of a route, with so many departures tried besides the earliest and the latest; None
/// when none of them can be driven.
///
/// O(stops) for each departure, times 2^breaks.
pub(crate) fn hourly(
    problem: &Problem,
    halts: &[Halt<'_>],
    terms: &Terms<'_>,
    spread: Time,
) -> Option<Timetable> {
    let road = Road::new(problem, halts, terms);
    let mut choice = Choice {
        road: &road,
        best: None,
    };
    choice.find(spread);
    let (_, best) = choice.best?;
    Some(Timetable {
        depart: best.depart,
        duration: best.duration(),
        driving: best.end.driving,
        late: best.end.late,
        spare: 0,
        owed: 0,
        spots: best.end.spots,
    })
}

/// The cheapest departure so far.
struct Choice<'a> {
    road: &'a Road<'a>,
    best: Option<(Cost, Driven)>,
}

impl Choice<'_> {
    fn find(&mut self, spread: Time) {
        let terms = self.road.terms;
        let first = terms.shift.open;
        let earliest = self.offer(first);
        if earliest.is_none() && terms.pauses.is_empty() {
            // Who leaves later misses the window as well.
            return;
        }
        let last = self.road.latest_start(terms.shift.close, Spots::NONE);
        let last = last.unwrap_or(first);
        let from = earliest.map_or(first, |driven| driven.depart);
        if let Some(earliest) = earliest {
            if earliest.end.late > 0 {
                self.spread(first, from, spread);
            }
            if self.is_least(&earliest, last) {
                return;
            }
        }
        for pause in terms.pauses {
            if let PauseTime::Between(window) = pause.when
                && (first..last).contains(&window.close)
            {
                self.offer(window.close + 1);
            }
        }
        if last > from {
            self.offer(last);
            if earliest.is_some_and(|earliest| self.is_least(&earliest, last)) {
                return;
            }
            self.spread(from, last, spread);
        }
        if spread >= FINE {
            self.refine((last - from) / (spread + 1), first..=last);
        }
    }

    /// Tries a departure, and where it waits the latest one that is back no later; the later of
    /// the two that can be driven.
    fn offer(&mut self, depart: Time) -> Option<Driven> {
        let road = self.road;
        let driven = road.drive(depart)?;
        self.keep(driven);
        if road.idle(&driven) == 0 {
            return Some(driven);
        }
        let by = road.terms.shift.close.min(driven.end.now);
        let later = road.latest_start(by, driven.end.spots);
        let later = later.filter(|later| *later > depart);
        let Some(later) = later.and_then(|later| road.drive(later)) else {
            return Some(driven);
        };
        self.keep(later);
        Some(later)
    }

    fn keep(&mut self, driven: Driven) {
        if !driven.allowed {
            return;
        }
        let cost = self.road.cost(&driven);
        let key = |cost: Cost, d: &Driven| (cost, d.duration(), d.depart);
        let known = self.best.as_ref();
        if known.is_none_or(|(least, best)| key(cost, &driven) < key(*least, best)) {
            self.best = Some((cost, driven));
        }
    }

    /// Whether no departure from that of `from` up to `last` is cheaper than the best: it is as
    /// late at least, drives and serves as long, and has the breaks that all of them owe.
    fn is_least(&self, from: &Driven, last: Time) -> bool {
        let Some((least, _)) = self.best else {
            return false;
        };
        let (road, terms) = (self.road, self.road.terms);
        let owed = terms.pauses.iter().filter(|pause| match pause.when {
            PauseTime::Between(window) => last <= window.close && from.end.now > window.close,
            PauseTime::OnDuty(most) => road.least() > most.into(),
            PauseTime::Driving(most) => road.free > most,
        });
        let rests: i64 = owed.map(|pause| i64::from(pause.length)).sum();
        let bound = terms.duty * (road.least() + rests) + terms.driving * road.free + from.end.late;
        least <= bound
    }

    /// Tries departures between two others.
    fn spread(&mut self, from: Time, last: Time, number: Time) {
        let step = (last - from) / (number + 1);
        if step > 0 {
            for i in 1..=number {
                self.offer(from + i * step);
            }
        }
    }

    /// Tries departures ever closer to the best.
    fn refine(&mut self, mut step: Time, within: std::ops::RangeInclusive<Time>) {
        while step >= FINEST {
            step /= 2;
            let Some((_, best)) = self.best else { return };
            for depart in [best.depart - step, best.depart + step] {
                if within.contains(&depart) {
                    self.offer(depart);
                }
            }
        }
    }
}
