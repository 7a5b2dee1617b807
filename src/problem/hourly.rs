//! The times of a route on roads that are slower in some hours.
//!
//! From a departure on, a route is driven at once: who leaves a place later arrives nowhere
//! earlier. The departure is chosen among a few: the earliest, those spread over the time in which
//! the route can leave, and for each of them the latest one that is back no later. With constant
//! times, and with speeds that change once while the route is out, the best is among them; else it
//! is a good one. Breaks are placed so that every halt is reached as early as it can be with the
//! same breaks had.

use super::time::{LegTime, Time, first_window, latest_arrival};
use super::timetable::{Halt, MOST_PAUSES, PauseTime, Spots, Terms, Timetable, lateness};
use super::{Cost, Problem};

use super::hours::HourlyLeg;

/// Departures spread over the time in which a route can leave: in the search, and for a plan.
pub(crate) const SPREAD: Time = 3;
pub(crate) const FINE: Time = 24;

/// A route on its way.
#[derive(Clone, Copy, Debug)]
struct Progress {
    now: Time,
    late: Cost,
    driving: i64,
    spots: Spots,
}

/// A route that is driven from a departure on.
#[derive(Clone, Copy, Debug)]
struct Driven {
    depart: Time,
    end: Progress,
}

/// A route to be driven.
#[derive(Clone, Copy, Debug)]
struct Road<'a> {
    problem: &'a Problem,
    halts: &'a [Halt<'a>],
    terms: &'a Terms<'a>,
}

/// The times of a route, with so many departures tried besides the earliest and the latest; None
/// when none of them can be driven.
pub(crate) fn hourly(
    problem: &Problem,
    halts: &[Halt<'_>],
    terms: &Terms<'_>,
    spread: Time,
) -> Option<Timetable> {
    let road = Road {
        problem,
        halts,
        terms,
    };
    let first = terms.shift.open;
    if terms.leave_by <= first {
        return road.drive(first).map(Driven::timetable);
    }
    let mut best: Option<Driven> = None;
    let mut offer = |depart: Time| -> Option<Time> {
        let driven = road.drive(depart)?;
        best = Some(best.map_or(driven, |best| road.cheaper(best, driven)));
        let later = road.latest_start(terms.shift.close.min(driven.end.now), driven.end.spots)?;
        if later > depart
            && let Some(driven) = road.drive(later)
        {
            best = Some(best.map_or(driven, |best| road.cheaper(best, driven)));
        }
        Some(later.max(depart))
    };
    let from = offer(first).unwrap_or(first);
    for pause in terms.pauses {
        if let PauseTime::Between(window) = pause.when
            && window.close >= first
        {
            offer(window.close + 1);
        }
    }
    let last = road.latest_start(terms.shift.close, Spots::NONE)?;
    if last > from {
        offer(last);
        let step = (last - from) / (spread + 1);
        if step > 0 {
            for i in 1..=spread {
                offer(from + i * step);
            }
        }
    }
    best.map(Driven::timetable)
}

impl Driven {
    fn timetable(self) -> Timetable {
        Timetable {
            depart: self.depart,
            duration: self.end.now - self.depart,
            driving: self.end.driving,
            late: self.end.late,
            spare: 0,
            owed: 0,
            spots: self.end.spots,
        }
    }
}

impl Road<'_> {
    /// The leg to the halt of this index, or to the end.
    fn leg(&self, at: usize) -> HourlyLeg<'_> {
        let place = |i: usize| self.halts.get(i).map_or(self.terms.end, |h| h.place);
        let from = at.checked_sub(1).map_or(self.terms.start, place);
        HourlyLeg {
            problem: self.problem,
            profile: self.terms.profile,
            ends: [from, place(at)],
            free: self.halts.get(at).map_or(self.terms.back, |h| h.travel),
        }
    }

    fn cost(&self, driven: &Driven) -> (Cost, Time, Time) {
        let duration = driven.end.now - driven.depart;
        let cost = self.terms.duty * i64::from(duration)
            + self.terms.driving * driven.end.driving
            + driven.end.late;
        (cost, duration, driven.depart)
    }

    fn cheaper(&self, a: Driven, b: Driven) -> Driven {
        if self.cost(&b) < self.cost(&a) { b } else { a }
    }

    /// Drives from a departure on; None when that breaks a rule.
    fn drive(&self, depart: Time) -> Option<Driven> {
        // For each set of breaks had, whoever is there first.
        let mut now = [None; 1 << MOST_PAUSES];
        now[0] = Some(Progress {
            now: depart,
            late: 0,
            driving: 0,
            spots: Spots::NONE,
        });
        for (at, halt) in self.halts.iter().enumerate() {
            let mut next = [None; 1 << MOST_PAUSES];
            for (had, before) in now.iter().enumerate() {
                let Some(before) = before else { continue };
                let there = self.go(*before, at);
                for (had, there) in self.rests(there, had, (at, false), depart) {
                    let Some(window) = first_window(halt.windows, there.now) else {
                        continue;
                    };
                    let start = there.now.max(window.open);
                    let served = Progress {
                        now: start + halt.service,
                        late: there.late + lateness(halt.dues, start),
                        ..there
                    };
                    for (had, free) in self.rests(served, had, (at, true), depart) {
                        keep(&mut next[had], free);
                    }
                }
            }
            now = next;
        }
        let mut best: Option<Driven> = None;
        for (had, end) in now.iter().enumerate() {
            let Some(end) = end else { continue };
            let driven = Driven {
                depart,
                end: self.go(*end, self.halts.len()),
            };
            if self.may_end(&driven, had) {
                best = Some(best.map_or(driven, |best| self.cheaper(best, driven)));
            }
        }
        best
    }

    fn go(&self, mut progress: Progress, at: usize) -> Progress {
        let arrive = self.leg(at).arrive(progress.now);
        progress.driving += i64::from(arrive - progress.now);
        progress.now = arrive;
        progress
    }

    /// Going on at once, or after one of the breaks that may follow those had.
    fn rests(
        &self,
        now: Progress,
        had: usize,
        (at, behind): (usize, bool),
        depart: Time,
    ) -> impl Iterator<Item = (usize, Progress)> {
        let first = (usize::BITS - had.leading_zeros()) as usize;
        let later = self.terms.pauses.iter().enumerate().skip(first);
        let rests = later.filter_map(move |(number, pause)| {
            let mut with = now;
            match pause.when {
                PauseTime::Between(window) => {
                    with.now = with.now.max(window.open);
                    if with.now > window.close {
                        return None;
                    }
                }
                PauseTime::OnDuty(most) if now.now - depart > most => return None,
                PauseTime::Driving(most) if now.driving > most => return None,
                _ => {}
            }
            with.now += pause.length;
            with.spots.set(number, at, behind);
            Some((had | 1 << number, with))
        });
        std::iter::once((had, now)).chain(rests)
    }

    /// Whether a route may end so, with these breaks had.
    fn may_end(&self, driven: &Driven, had: usize) -> bool {
        let (back, duty) = (driven.end.now, driven.end.now - driven.depart);
        if back > self.terms.shift.close
            || duty > self.terms.max_duty
            || driven.end.driving > self.terms.max_driving
        {
            return false;
        }
        let pauses = self.terms.pauses.iter().enumerate();
        let mut left = pauses.filter(|(number, _)| had & (1 << number) == 0);
        left.all(|(_, pause)| match pause.when {
            PauseTime::Between(window) => driven.depart > window.close || back <= window.close,
            PauseTime::OnDuty(most) => duty <= most,
            PauseTime::Driving(most) => driven.end.driving <= most,
        })
    }

    /// The latest departure that is back by `back` with breaks in these places, as far as windows
    /// and breaks by the clock say.
    fn latest_start(&self, back: Time, spots: Spots) -> Option<Time> {
        let mut by = self.leg(self.halts.len()).latest_departure(back);
        for (at, halt) in self.halts.iter().enumerate().rev() {
            by = self.before_rest(by, spots, (at, true)) - halt.service;
            by = latest_arrival(halt.windows, by)?;
            by = self.before_rest(by, spots, (at, false));
            by = self.leg(at).latest_departure(by);
        }
        let latest = by.min(self.terms.shift.close);
        (latest >= self.terms.shift.open).then_some(latest)
    }

    fn before_rest(&self, by: Time, spots: Spots, place: (usize, bool)) -> Time {
        let here = spots
            .taken()
            .filter(|&(_, at, behind)| (at, behind) == place);
        here.fold(by, |by, (number, ..)| {
            let pause = &self.terms.pauses[number];
            match pause.when {
                PauseTime::Between(window) => (by - pause.length).min(window.close),
                _ => by - pause.length,
            }
        })
    }
}

/// Keeps whoever is there first, then whoever was less late.
fn keep(known: &mut Option<Progress>, new: Progress) {
    let key = |p: &Progress| (p.now, p.late, p.driving);
    if known.as_ref().is_none_or(|known| key(&new) < key(known)) {
        *known = Some(new);
    }
}
