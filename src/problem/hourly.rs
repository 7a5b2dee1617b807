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

/// Departures between the prompt one and the last: in the search, and for a plan, which tries
/// those of the search as well.
///
/// PERF: two in place of one take 10 % more time with all rules together; the plans are as good.
pub(crate) const SPREAD: Time = 1;
pub(crate) const FINE: Time = 24;

/// Departures tried where no other can be driven.
const LAST_RESORT: Time = 3;

/// What the search takes for as good, see `Choice::near`.
const NEAR: Cost = 512;

/// A stretch that is not halved.
const SHORTEST: Time = 60_000;

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
        near: if spread < FINE { NEAR } else { Cost::MAX },
        best: None,
    };
    if terms.leave_by <= terms.shift.open {
        // Out already: there is nothing to choose.
        choice.drive(terms.shift.open);
    } else {
        choice.find(spread);
    }
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
    /// What is no dearer than the least by more than one part in so many is as good.
    near: Cost,
    best: Option<(Cost, Driven)>,
}

impl Choice<'_> {
    fn find(&mut self, spread: Time) {
        let terms = self.road.terms;
        let first = terms.shift.open;
        let earliest = self.road.drive(first);
        if earliest.is_none() && terms.pauses.is_empty() {
            // Who leaves later misses the window as well.
            return;
        }
        let last = self.road.latest_start(terms.shift.close, Spots::NONE);
        let mut last = last.unwrap_or(first);
        let prompt = earliest.map(|earliest| self.offer(earliest));
        let from = prompt.map_or(first, |driven| driven.depart);
        if let (Some(earliest), Some(prompt)) = (earliest, prompt)
            && earliest.end.late < prompt.end.late
        {
            self.halve(first, from, spread);
        }
        for pause in terms.pauses {
            if let PauseTime::Between(window) = pause.when
                && (first..last).contains(&window.close)
                && self.depart(window.close + 1).is_none()
            {
                last = window.close;
            }
        }
        let from = from.min(last);
        let done = |choice: &Self| {
            last == from || prompt.is_some_and(|prompt| choice.is_least(&prompt, last))
        };
        if done(self) {
            return;
        }
        self.drive(last);
        if done(self) {
            return;
        }
        self.halve(from, last, SPREAD);
        if self.best.is_none() {
            self.between(from, last, LAST_RESORT);
        }
        if spread >= FINE {
            self.between(from, last, spread);
            self.refine((last - from) / (spread + 1), first..=last);
        }
    }

    /// Tries a departure, and where it waits the latest one that is back no later; the later of
    /// the two that can be driven.
    fn depart(&mut self, depart: Time) -> Option<Driven> {
        let driven = self.road.drive(depart)?;
        Some(self.offer(driven))
    }

    /// See [`Choice::depart`].
    fn offer(&mut self, driven: Driven) -> Driven {
        self.keep(driven);
        let road = self.road;
        if road.idle(&driven) == 0 {
            return driven;
        }
        let by = road.terms.shift.close.min(driven.end.now);
        let later = road.latest_start(by, driven.end.spots);
        let later = later.filter(|later| *later > driven.depart);
        later.and_then(|later| self.drive(later)).unwrap_or(driven)
    }

    /// Tries this departure alone.
    fn drive(&mut self, depart: Time) -> Option<Driven> {
        let driven = self.road.drive(depart)?;
        self.keep(driven);
        Some(driven)
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
        least <= bound + bound / self.near
    }

    /// Tries departures between two others, so many spread evenly.
    fn between(&mut self, from: Time, last: Time, number: Time) {
        let step = (last - from) / (number + 1);
        for i in (1..=number).take_while(|_| step > 0) {
            self.depart(from + i * step);
        }
    }

    /// Tries so many departures between two others, each in the middle of the better half of what
    /// is left.
    fn halve(&mut self, mut from: Time, mut last: Time, number: Time) {
        for _ in 0..number {
            let middle = Time::midpoint(from, last);
            if last - from < SHORTEST {
                return;
            }
            self.drive(middle);
            let Some((_, best)) = self.best else { return };
            if best.depart < middle {
                last = middle;
            } else {
                from = middle;
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
                    self.drive(depart);
                }
            }
        }
    }
}
