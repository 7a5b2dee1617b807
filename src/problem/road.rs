//! A route driven from one departure on, where the hour decides how long legs take.

use super::hours::HourlyLeg;
use super::spells::{Cursor, Spells};
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
        let legs = halts.iter().map(|h| i64::from(h.travel));
        Road {
            problem,
            halts,
            terms,
            spells: problem.hours.spells(terms.profile),
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

    fn clock(&self) -> Clock<'_> {
        Clock {
            road: self,
            cursor: self.spells.map(Cursor::new),
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
        let mut clock = self.clock();
        let leaving = Progress::leaving(depart);
        let (_, served) = self.along(0, leaving, Time::MAX, &mut clock)?;
        let end = clock.go(served, (self.halts.len(), self.terms.back));
        Some(self.driven(depart, end, 0))
    }

    /// Goes on to the halt `at` and all behind it, as long as the one after that is reached by `by`;
    /// the halt where that ends, and who comes there. None when a window is missed.
    fn along(
        &self,
        mut at: usize,
        mut before: Progress,
        by: Time,
        clock: &mut Clock<'_>,
    ) -> Option<(usize, Progress)> {
        let free = |at: usize| self.halts.get(at).map_or(self.terms.back, |h| h.travel);
        let mut there = clock.go(before, (at, free(at)));
        while let Some(halt) = self.halts.get(at) {
            let served = serve(halt, there)?;
            at += 1;
            there = clock.go(served, (at, free(at)));
            if there.now > by {
                return Some((at - 1, before));
            }
            before = served;
        }
        Some((at, before))
    }

    /// For each set of breaks had, whoever is there first.
    fn with_rests(&self, depart: Time) -> Option<Driven> {
        let sets = 1 << self.terms.pauses.len();
        let mut clock = self.clock();
        let mut buffers = [[Progress::NEVER; SETS]; 2];
        let [now, next] = &mut buffers;
        let (mut now, mut next) = (&mut now[..sets], &mut next[..sets]);
        let leaving = Progress::leaving(depart);
        let (first, before) = self.along(0, leaving, self.first_rest(), &mut clock)?;
        now[0] = before;
        for at in first..self.halts.len() {
            self.halt(at, (now, next), depart, &mut clock);
            self.rest_behind(next, at, depart, clock);
            std::mem::swap(&mut now, &mut next);
            let settled = |(had, p): (usize, &Progress)| {
                p.now == Time::MAX || self.has_missed(p, had, depart)
            };
            // Nothing is left to be chosen.
            if now[..sets - 1].iter().enumerate().all(settled) {
                now[..sets - 1].fill(Progress::NEVER);
                let had = now[sets - 1];
                if had.now == Time::MAX {
                    return None;
                }
                (_, now[sets - 1]) = self.along(at + 1, had, Time::MAX, &mut clock)?;
                break;
            }
        }
        let ends = now.iter().enumerate();
        let ends = ends.filter(|(_, end)| end.now < Time::MAX);
        let driven = ends.map(|(had, end)| {
            let end = clock.go(*end, (self.halts.len(), self.terms.back));
            self.driven(depart, end, had)
        });
        driven.min_by_key(|d| (!d.allowed, self.cost(d), d.end.now))
    }

    /// Whoever is here by then has no break before.
    fn first_rest(&self) -> Time {
        let opening = self.terms.pauses.iter().map(|pause| match pause.when {
            PauseTime::Between(window) => window.open,
            _ => Time::MIN,
        });
        opening.min().unwrap_or(Time::MAX)
    }

    /// From before a halt to behind its service, with and without a break there.
    fn halt(
        &self,
        at: usize,
        (now, next): (&[Progress], &mut [Progress]),
        depart: Time,
        clock: &mut Clock<'_>,
    ) {
        let halt = &self.halts[at];
        next.fill(Progress::NEVER);
        for (had, before) in now.iter().enumerate() {
            if before.now == Time::MAX || self.has_missed(before, had, depart) {
                continue;
            }
            let there = clock.go(*before, (at, halt.travel));
            let Some(served) = serve(halt, there) else {
                continue;
            };
            next[had].keep(served);
            let occasion = || served.now;
            self.rests(
                (there, (at, false), depart),
                had,
                occasion,
                |had, rested| {
                    if let Some(served) = serve(halt, rested) {
                        next[had].keep(served);
                    }
                },
            );
        }
    }

    /// Breaks behind the service of a halt.
    fn rest_behind(&self, served: &mut [Progress], at: usize, depart: Time, clock: Clock<'_>) {
        let onward = self.halts.get(at + 1).map_or(self.terms.back, |h| h.travel);
        for had in 0..served.len() {
            let now = served[had];
            if now.now < Time::MAX {
                let arrival = || { clock }.arrive(at + 1, onward, now.now);
                self.rests((now, (at, true), depart), had, arrival, |had, rested| {
                    served[had].keep(rested);
                });
            }
        }
    }

    /// Whether a break that is owed can be had no more.
    #[inline]
    fn has_missed(&self, progress: &Progress, had: usize, depart: Time) -> bool {
        let pauses = self.terms.pauses.iter().enumerate();
        let mut left = pauses.filter(|(number, _)| had & (1 << number) == 0);
        left.any(|(_, pause)| match pause.when {
            PauseTime::Between(window) => depart <= window.close && progress.now > window.close,
            PauseTime::OnDuty(most) => progress.now - depart > most,
            PauseTime::Driving(most) => progress.driving > most,
        })
    }

    /// All ways of having one of the breaks that may follow those had. Whoever would wait for a
    /// break until after the next `occasion` for it goes on and is through with both no later.
    #[inline(always)]
    fn rests(
        &self,
        (now, (at, behind), depart): (Progress, (usize, bool), Time),
        had: usize,
        occasion: impl Fn() -> Time,
        mut then: impl FnMut(usize, Progress),
    ) {
        let first = (usize::BITS - had.leading_zeros()) as usize;
        for (number, pause) in self.terms.pauses.iter().enumerate().skip(first) {
            let mut with = now;
            match pause.when {
                PauseTime::Between(window) if now.now > window.close => continue,
                PauseTime::Between(window) if now.now < window.open => {
                    if occasion() <= window.open {
                        continue;
                    }
                    with.now = window.open;
                }
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
        let mut clock = self.clock();
        let mut by = clock.leave_by(self.halts.len(), self.terms.back, back);
        for (at, halt) in self.halts.iter().enumerate().rev() {
            by = self.before_rest(by, spots, (at, true)) - halt.service;
            by = latest_arrival(halt.windows, by)?;
            by = self.before_rest(by, spots, (at, false));
            by = clock.leave_by(at, halt.travel, by);
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

/// When legs begin and end, asked along a route.
#[derive(Clone, Copy, Debug)]
struct Clock<'a> {
    road: &'a Road<'a>,
    cursor: Option<Cursor<'a>>,
}

impl Clock<'_> {
    #[inline(always)]
    fn arrive(&mut self, at: usize, free: Time, depart: Time) -> Time {
        match &mut self.cursor {
            Some(cursor) => cursor.arrive(depart, free),
            None => self.road.leg(at).arrive(depart),
        }
    }

    #[inline(always)]
    fn leave_by(&mut self, at: usize, free: Time, arrive: Time) -> Time {
        match &mut self.cursor {
            Some(cursor) => cursor.latest_departure(arrive, free),
            None => self.road.leg(at).latest_departure(arrive),
        }
    }

    #[inline(always)]
    fn go(&mut self, mut progress: Progress, (at, free): (usize, Time)) -> Progress {
        let arrive = self.arrive(at, free, progress.now);
        progress.driving += i64::from(arrive - progress.now);
        progress.now = arrive;
        progress
    }
}

/// Served at a halt; None when its last window has closed.
#[inline(always)]
fn serve(halt: &Halt<'_>, there: Progress) -> Option<Progress> {
    let start = first_window(halt.windows, there.now)?.open.max(there.now);
    Some(Progress {
        now: start + halt.service,
        late: there.late + lateness(halt.dues, start),
        ..there
    })
}
