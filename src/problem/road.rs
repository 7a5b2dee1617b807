//! A route driven from one departure on, where the hour decides how long legs take.

use super::hours::HourlyLeg;
use super::roads::Roads;
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

/// Who knows how long legs take.
#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    Spells(&'a Spells),
    /// Those of each leg's kind of road.
    Roads(&'a Roads),
    /// The caller's model.
    Model(&'a Problem),
}

/// A route to be driven.
#[derive(Clone, Copy, Debug)]
pub(super) struct Road<'a> {
    source: Source<'a>,
    halts: &'a [Halt<'a>],
    pub(super) terms: &'a Terms<'a>,
    /// Driving on free roads, and services.
    pub(super) free: i64,
    service: i64,
}

impl<'a> Road<'a> {
    pub(super) fn new(problem: &'a Problem, halts: &'a [Halt<'a>], terms: &'a Terms<'a>) -> Self {
        let source = match problem.hours.roads(terms.profile) {
            None => Source::Model(problem),
            Some(roads) => roads.alone().map_or(Source::Roads(roads), Source::Spells),
        };
        Road::of(source, halts, terms)
    }

    fn of(source: Source<'a>, halts: &'a [Halt<'a>], terms: &'a Terms<'a>) -> Self {
        let legs = halts.iter().map(|h| i64::from(h.travel));
        Road {
            source,
            halts,
            terms,
            free: legs.sum::<i64>() + i64::from(terms.back),
            service: halts.iter().map(|h| i64::from(h.service)).sum(),
        }
    }

    /// The leg to the halt of this index, or to the end, as a caller's model has it.
    fn leg<'p>(&self, problem: &'p Problem, at: usize) -> HourlyLeg<'p> {
        let place = |i: usize| self.halts.get(i).map_or(self.terms.end, |h| h.place);
        let from = at.checked_sub(1).map_or(self.terms.start, place);
        HourlyLeg {
            problem,
            profile: self.terms.profile,
            ends: [from, place(at)],
            free: self.halts.get(at).map_or(self.terms.back, |h| h.travel),
        }
    }

    fn clock(&self) -> Clock<'_> {
        Clock {
            road: self,
            source: match self.source {
                Source::Spells(spells) => Speeds::Spells(Cursor::new(spells)),
                Source::Roads(roads) => Speeds::Roads(roads),
                Source::Model(problem) => Speeds::Model(problem),
            },
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
        match self.terms.pauses {
            [only] => match only.when {
                PauseTime::Between(window) => window.open,
                _ => Time::MIN,
            },
            _ => Time::MIN,
        }
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
        // From the last: one break a place.
        for had in (0..served.len()).rev() {
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
    /// break until after the next `occasion` for it goes on and is through with both no later, if
    /// it is the last one.
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
                    // Before another one each place for a break may be wanted.
                    let is_last = number + 1 == self.terms.pauses.len();
                    if is_last && occasion() <= window.open {
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
    source: Speeds<'a>,
}

/// As [`Source`], with a look at spells that stays where it was.
#[derive(Clone, Copy, Debug)]
enum Speeds<'a> {
    Spells(Cursor<'a>),
    Roads(&'a Roads),
    Model(&'a Problem),
}

impl Clock<'_> {
    #[inline(always)]
    fn arrive(&mut self, at: usize, free: Time, depart: Time) -> Time {
        match &mut self.source {
            Speeds::Spells(cursor) => cursor.arrive(depart, free),
            Speeds::Roads(roads) => roads.arrive(depart, free),
            Speeds::Model(problem) => self.road.leg(problem, at).arrive(depart),
        }
    }

    #[inline(always)]
    fn leave_by(&mut self, at: usize, free: Time, arrive: Time) -> Time {
        match &mut self.source {
            Speeds::Spells(cursor) => cursor.latest_departure(arrive, free),
            Speeds::Roads(roads) => roads.latest_departure(arrive, free),
            Speeds::Model(problem) => self.road.leg(problem, at).latest_departure(arrive),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::{RoadKind, Traffic, VehicleKind};
    use crate::problem::time::Window;
    use crate::problem::timetable::Pause;
    use crate::units::Span;

    use super::*;

    const MINUTE: Time = 60_000;

    /// A drawn route: legs, openings and lengths of windows and services of its halts in minutes,
    /// and its breaks.
    type Drawn = (Vec<[Time; 4]>, Vec<(bool, [Time; 3])>, Time);

    fn drawn() -> impl Strategy<Value = Drawn> {
        let halt = (0..50, 0..500, 20..400, 0..30).prop_map(|(a, b, c, d)| [a, b, c, d]);
        let pause = (any::<bool>(), (0..400, 0..120, 5..40));
        let pause = pause.prop_map(|(clock, (a, b, c))| (clock, [a, b, c]));
        (
            prop::collection::vec(halt, 1..5),
            prop::collection::vec(pause, 0..3),
            0..240,
        )
    }

    /// The earliest end over all places of the breaks, one by one.
    fn earliest(
        (road, roads, depart): (&Road<'_>, &Roads, Time),
        at: usize,
        now: Progress,
        had: usize,
    ) -> Option<Time> {
        let mut best: Option<Time> = None;
        let mut end = |found: Option<Time>| {
            best = [best, found].into_iter().flatten().min();
        };
        let Some(halt) = road.halts.get(at) else {
            let now = Progress {
                now: roads.arrive(now.now, road.terms.back),
                ..now
            };
            return road.driven(depart, now, had).allowed.then_some(now.now);
        };
        let there = Progress {
            now: roads.arrive(now.now, halt.travel),
            ..now
        };
        for (had, there) in rested(road, there, had, depart) {
            if let Some(served) = serve(halt, there) {
                for (had, free) in rested(road, served, had, depart) {
                    end(earliest((road, roads, depart), at + 1, free, had));
                }
            }
        }
        best
    }

    /// Going on at once, or after a break.
    fn rested(road: &Road<'_>, now: Progress, had: usize, depart: Time) -> Vec<(usize, Progress)> {
        let mut all = vec![(had, now)];
        for (number, pause) in road.terms.pauses.iter().enumerate() {
            let begin = match pause.when {
                _ if had >> number > 0 => continue,
                PauseTime::Between(window) if now.now > window.close => continue,
                PauseTime::Between(window) => now.now.max(window.open),
                PauseTime::OnDuty(most) if now.now - depart > most => continue,
                _ => now.now,
            };
            all.push((
                had | 1 << number,
                Progress {
                    now: begin + pause.length,
                    ..now
                },
            ));
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn breaks_are_placed_so_that_all_is_over_first(
            (halts, breaks, depart) in drawn(),
            motorway in any::<bool>(),
        ) {
            let speeds = Traffic::free().with_speed(0..2, 60).with_speed(5..7, 40);
            let longer = RoadKind::new(Span::from_minutes(25)).with_speed(1..6, 75);
            let speeds = if motorway { speeds.with_road(longer) } else { speeds };
            let roads = Roads::new(&speeds, VehicleKind::CargoVan);
            let between = |open: Time, length: Time| Window {
                open: open * MINUTE,
                close: (open + length) * MINUTE,
            };
            let windows: Vec<[Window; 1]> = halts.iter().map(|h| [between(h[1], h[2])]).collect();
            let halts: Vec<Halt<'_>> = halts.iter().zip(&windows).map(|(h, windows)| Halt {
                place: 0,
                travel: h[0] * MINUTE,
                windows,
                service: h[3] * MINUTE,
                dues: &[],
            }).collect();
            let pauses: Vec<Pause> = breaks.iter().map(|&(clock, [a, b, c])| Pause {
                when: if clock {
                    PauseTime::Between(between(a, b))
                } else {
                    PauseTime::OnDuty((a + 30) * MINUTE)
                },
                length: c * MINUTE,
            }).collect();
            let terms = Terms {
                shift: between(0, 1_000),
                leave_by: 1_000 * MINUTE,
                max_duty: 900 * MINUTE,
                max_driving: i64::MAX,
                duty: 1,
                driving: 0,
                start: 0,
                end: 0,
                profile: 0,
                back: 20 * MINUTE,
                pauses: &pauses,
            };
            let source = roads.alone().map_or(Source::Roads(&roads), Source::Spells);
            let road = Road::of(source, &halts, &terms);
            let depart = depart * MINUTE;
            let leaving = Progress::leaving(depart);
            let brute = earliest((&road, &roads, depart), 0, leaving, 0);
            let found = road.drive(depart).filter(|d| d.allowed);
            prop_assert_eq!(found.map(|d| d.end.now), brute);
            // Nobody waits less than no time, and who is back by then left no later.
            if let Some(found) = found {
                prop_assert!(road.idle(&found) >= 0);
                prop_assert!(found.end.driving >= road.free);
                let latest = road.latest_start(found.end.now, found.end.spots);
                prop_assert!(latest.is_some_and(|latest| latest >= depart));
            }
            // Who leaves later is back no earlier.
            if pauses.is_empty() {
                let later = road.drive(depart + 7 * MINUTE).map(|d| d.end.now);
                let now = road.drive(depart).map(|d| d.end.now);
                prop_assert!(later.is_none_or(|later| now.is_some_and(|now| now <= later)));
            }
        }
    }
}
