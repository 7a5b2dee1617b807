//! A route driven from one departure on, where the hour decides how long legs take.

use super::hours::{HourlyLeg, Hours};
use super::spells::Spells;
use super::time::{LegTime, Time, first_window, latest_arrival};
use super::timetable::{Halt, MOST_PAUSES, PauseTime, Spots, Terms, lateness};
use super::{Cost, Problem};

/// Sets of breaks had.
const SETS: usize = 1 << MOST_PAUSES;

/// A route on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    pub(super) now: Time,
    pub(super) late: Cost,
    pub(super) driving: i64,
    pub(super) spots: Spots,
}

impl Progress {
    /// Nobody comes this way.
    const NEVER: Progress = Progress::leaving(Time::MAX);

    const fn leaving(depart: Time) -> Progress {
        Progress {
            now: depart,
            late: 0,
            driving: 0,
            spots: Spots::NONE,
        }
    }

    /// Keeps whoever is there first, then whoever was less late.
    #[inline]
    fn keep(&mut self, new: Progress) {
        let key = |p: &Progress| (p.now, p.late, p.driving);
        if new.now <= self.now && key(&new) < key(self) {
            *self = new;
        }
    }
}

/// A route that is driven from a departure on, within all windows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Driven {
    pub(super) depart: Time,
    pub(super) end: Progress,
    /// Whether it keeps to the limits and has its breaks.
    pub(super) allowed: bool,
}

impl Driven {
    pub(super) fn duration(&self) -> Time {
        self.end.now - self.depart
    }
}

/// A route to be driven.
#[derive(Clone, Copy, Debug)]
pub(super) struct Road<'a> {
    problem: &'a Problem,
    halts: &'a [Halt<'a>],
    pub(super) terms: &'a Terms<'a>,
    /// None where a caller's model is asked.
    spells: Option<&'a Spells>,
    /// Driving on free roads, and services.
    pub(super) free: i64,
    service: i64,
}

impl<'a> Road<'a> {
    pub(super) fn new(problem: &'a Problem, halts: &'a [Halt<'a>], terms: &'a Terms<'a>) -> Self {
        let spells = match &problem.hours {
            Hours::Spells(spells) => Some(&spells[terms.profile as usize]),
            _ => None,
        };
        let legs = halts.iter().map(|h| i64::from(h.travel));
        Road {
            problem,
            halts,
            terms,
            spells,
            free: legs.sum::<i64>() + i64::from(terms.back),
            service: halts.iter().map(|h| i64::from(h.service)).sum(),
        }
    }

    /// The leg to the halt of this index, or to the end, as a caller's model has it.
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

    #[inline(always)]
    fn arrive(&self, at: usize, free: Time, depart: Time) -> Time {
        match self.spells {
            Some(spells) => spells.arrive(depart, free),
            None => self.leg(at).arrive(depart),
        }
    }

    #[inline(always)]
    fn leave_by(&self, at: usize, free: Time, arrive: Time) -> Time {
        match self.spells {
            Some(spells) => spells.latest_departure(arrive, free),
            None => self.leg(at).latest_departure(arrive),
        }
    }

    /// What a route costs besides its way.
    pub(super) fn cost(&self, driven: &Driven) -> Cost {
        self.terms.duty * i64::from(driven.duration())
            + self.terms.driving * driven.end.driving
            + driven.end.late
    }

    /// The least time from leaving to being back, whenever that is, without breaks.
    pub(super) fn least(&self) -> i64 {
        self.free + self.service
    }

    /// Milliseconds neither at the wheel, at a stop nor in a break.
    pub(super) fn idle(&self, driven: &Driven) -> i64 {
        let taken = driven.end.spots.taken();
        let rests = taken.map(|(number, ..)| i64::from(self.terms.pauses[number].length));
        i64::from(driven.duration()) - driven.end.driving - self.service - rests.sum::<i64>()
    }

    /// Drives from a departure on; None when that misses a window.
    pub(super) fn drive(&self, depart: Time) -> Option<Driven> {
        if self.terms.pauses.is_empty() {
            self.straight_on(depart)
        } else {
            self.with_rests(depart)
        }
    }

    fn straight_on(&self, depart: Time) -> Option<Driven> {
        let (mut now, mut late, mut driving) = (depart, 0, 0);
        for (at, halt) in self.halts.iter().enumerate() {
            let arrive = self.arrive(at, halt.travel, now);
            driving += i64::from(arrive - now);
            let start = first_window(halt.windows, arrive)?.open.max(arrive);
            late += lateness(halt.dues, start);
            now = start + halt.service;
        }
        let back = self.arrive(self.halts.len(), self.terms.back, now);
        let end = Progress {
            now: back,
            late,
            driving: driving + i64::from(back - now),
            spots: Spots::NONE,
        };
        Some(self.driven(depart, end, 0))
    }

    /// For each set of breaks had, whoever is there first.
    fn with_rests(&self, depart: Time) -> Option<Driven> {
        let sets = 1 << self.terms.pauses.len();
        let (mut now, mut next) = ([Progress::NEVER; SETS], [Progress::NEVER; SETS]);
        now[0] = Progress::leaving(depart);
        for (at, halt) in self.halts.iter().enumerate() {
            next[..sets].fill(Progress::NEVER);
            for (had, before) in now[..sets].iter().enumerate() {
                if before.now == Time::MAX {
                    continue;
                }
                let there = self.go(*before, (at, halt.travel));
                let mut serve = |had: usize, there: Progress| {
                    let Some(window) = first_window(halt.windows, there.now) else {
                        return;
                    };
                    let start = there.now.max(window.open);
                    let served = Progress {
                        now: start + halt.service,
                        late: there.late + lateness(halt.dues, start),
                        ..there
                    };
                    next[had].keep(served);
                    self.rests(served, had, (at, true), depart, |had, rested| {
                        next[had].keep(rested);
                    });
                };
                serve(had, there);
                self.rests(there, had, (at, false), depart, serve);
            }
            std::mem::swap(&mut now, &mut next);
        }
        let ends = now[..sets].iter().enumerate();
        let ends = ends.filter(|(_, end)| end.now < Time::MAX);
        let driven = ends.map(|(had, end)| {
            let end = self.go(*end, (self.halts.len(), self.terms.back));
            self.driven(depart, end, had)
        });
        driven.min_by_key(|d| (!d.allowed, self.cost(d), d.end.now))
    }

    fn go(&self, mut progress: Progress, (at, free): (usize, Time)) -> Progress {
        let arrive = self.arrive(at, free, progress.now);
        progress.driving += i64::from(arrive - progress.now);
        progress.now = arrive;
        progress
    }

    /// All ways of having one of the breaks that may follow those had.
    #[inline(always)]
    fn rests(
        &self,
        now: Progress,
        had: usize,
        (at, behind): (usize, bool),
        depart: Time,
        mut then: impl FnMut(usize, Progress),
    ) {
        let first = (usize::BITS - had.leading_zeros()) as usize;
        for (number, pause) in self.terms.pauses.iter().enumerate().skip(first) {
            let mut with = now;
            match pause.when {
                PauseTime::Between(window) if now.now > window.close => continue,
                PauseTime::Between(window) => with.now = with.now.max(window.open),
                PauseTime::OnDuty(most) if now.now - depart > most => continue,
                PauseTime::Driving(most) if now.driving > most => continue,
                _ => {}
            }
            with.now += pause.length;
            with.spots.set(number, at, behind);
            then(had | 1 << number, with);
        }
    }

    fn driven(&self, depart: Time, end: Progress, had: usize) -> Driven {
        let mut driven = Driven {
            depart,
            end,
            allowed: false,
        };
        driven.allowed = self.may_end(&driven, had);
        driven
    }

    /// Whether a route may end so, with these breaks had.
    fn may_end(&self, driven: &Driven, had: usize) -> bool {
        let (back, duty) = (driven.end.now, driven.duration());
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
    pub(super) fn latest_start(&self, back: Time, spots: Spots) -> Option<Time> {
        let mut by = self.leave_by(self.halts.len(), self.terms.back, back);
        for (at, halt) in self.halts.iter().enumerate().rev() {
            by = self.before_rest(by, spots, (at, true)) - halt.service;
            by = latest_arrival(halt.windows, by)?;
            by = self.before_rest(by, spots, (at, false));
            by = self.leave_by(at, halt.travel, by);
        }
        let latest = by.min(self.terms.shift.close);
        (latest >= self.terms.shift.open).then_some(latest)
    }

    #[inline(always)]
    fn before_rest(&self, mut by: Time, spots: Spots, (at, behind): (usize, bool)) -> Time {
        for (number, pause) in self.terms.pauses.iter().enumerate() {
            if spots.is_at(number, at, behind) {
                by -= pause.length;
                if let PauseTime::Between(window) = pause.when {
                    by = by.min(window.close);
                }
            }
        }
        by
    }
}
