//! A route driven stop by stop with breaks, each placed so that every stop is left as early as can
//! be with the same breaks had.
//!
//! The departure is fixed and who leaves a place later arrives nowhere earlier, so for each set of
//! breaks had only the earliest instant matters: eight at most at every stop. Without a price on
//! hours at the wheel that depend on the hour, what is found costs least.

use crate::execution::forecast::opening;
use crate::model::{Break, BreakTime, TimeWindow};
use crate::plan::RestDraft;
use crate::units::TimeOfDay;

/// The most breaks of a vehicle.
const MOST: usize = 3;

/// Where no break is had.
const NOWHERE: u32 = u32::MAX;

/// Where each break is had: twice the index of the stop, and one more behind its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spots([u32; MOST]);

impl Spots {
    pub(super) const NONE: Self = Self([NOWHERE; MOST]);

    pub(super) fn of(breaks: &[RestDraft]) -> Self {
        let mut spots = Self::NONE;
        for rest in breaks {
            spots.set(rest.number, rest.visit, rest.after_service);
        }
        spots
    }

    fn set(&mut self, number: usize, visit: usize, behind: bool) {
        let visit = u32::try_from(visit).unwrap_or(NOWHERE / 4);
        if let Some(spot) = self.0.get_mut(number) {
            *spot = 2 * visit + u32::from(behind);
        }
    }

    /// The same where some stops are gone: what was had there is had before the next one, else
    /// behind the last.
    pub(super) fn behind_fewer(self, stops: &[u32], kept: impl Fn(&u32) -> bool) -> Self {
        let mut spots = Self::NONE;
        let left = stops.iter().filter(|stop| kept(stop)).count();
        for rest in self.drafts().into_iter().filter(|_| left > 0) {
            let before = stops.iter().take(rest.visit).filter(|stop| kept(stop));
            let before = before.count();
            let stays = stops.get(rest.visit).is_some_and(&kept);
            let behind = (stays && rest.after_service) || before == left;
            let visit = before.min(left - 1);
            spots.set(rest.number, visit, behind);
        }
        spots
    }

    /// The breaks that are had, in order.
    pub(super) fn drafts(self) -> Vec<RestDraft> {
        let all = self.0.into_iter().enumerate();
        let had = all.filter(|(_, spot)| *spot != NOWHERE);
        had.map(|(number, spot)| RestDraft {
            number,
            visit: spot as usize / 2,
            after_service: spot % 2 == 1,
        })
        .collect()
    }
}

/// A vehicle on its way, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) now: i64,
    pub(super) driving: i64,
    pub(super) spots: Spots,
    /// When service started at the stop that is asked about.
    pub(super) mark: i64,
}

/// For each set of breaks had, whoever drives on first.
pub(super) type Stage = [Option<Progress>; 1 << MOST];

/// What a route must keep to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'a> {
    pub(super) pauses: &'a [Break],
    pub(super) depart: i64,
    /// On duty since.
    pub(super) since: i64,
    /// Back by then.
    pub(super) limit: i64,
    pub(super) most_driving: i64,
}

/// A stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Halt<'a> {
    pub(super) windows: &'a [TimeWindow],
    pub(super) service: i64,
    /// It may be served outside of its windows until then.
    pub(super) late_until: i64,
    /// Whether it is the one that is asked about.
    pub(super) asked: bool,
}

impl Rules<'_> {
    /// The departure.
    pub(super) fn start(&self) -> Stage {
        let mut stage = [None; 1 << MOST];
        stage[0] = Some(Progress {
            now: self.depart,
            driving: 0,
            spots: Spots::NONE,
            mark: 0,
        });
        stage
    }

    /// Drives to the stop of this index and serves it.
    pub(super) fn pass(
        &self,
        stage: &Stage,
        (at, halt): (usize, &Halt<'_>),
        arrive: impl Fn(i64) -> i64,
    ) -> Stage {
        let mut next = [None; 1 << MOST];
        for (had, before) in stage.iter().enumerate() {
            let Some(before) = before else { continue };
            let there = before.drive(&arrive);
            for (had, there) in self.rests(there, had, (at, false)) {
                let Some(served) = there.serve(halt) else {
                    continue;
                };
                for (had, free) in self.rests(served, had, (at, true)) {
                    keep(&mut next[had], free);
                }
            }
        }
        next
    }

    /// Whoever is back first and has had all that is owed.
    pub(super) fn end(&self, stage: &Stage, arrive: impl Fn(i64) -> i64) -> Option<Progress> {
        let mut best = None;
        for (had, before) in stage.iter().enumerate() {
            let Some(before) = before else { continue };
            let back = before.drive(&arrive);
            let inside = back.now <= self.limit && back.driving <= self.most_driving;
            if inside && self.owed(had, back.now, back.driving) == 0 {
                keep(&mut best, back);
            }
        }
        best
    }

    /// Milliseconds of breaks that are still owed with these had, by a route that is back then.
    pub(super) fn owed(&self, had: usize, back: i64, driving: i64) -> i64 {
        let pauses = self.pauses.iter().enumerate();
        let left = pauses.filter(|(number, _)| had & (1 << number) == 0);
        let owed = left.filter(|(_, pause)| match pause.when() {
            BreakTime::Between(window) => {
                self.depart <= window.latest().millis() && back > window.latest().millis()
            }
            BreakTime::OnDuty(most) => back - self.since > most.millis(),
            BreakTime::Driving(most) => driving > most.millis(),
        });
        owed.map(|(_, pause)| pause.length().millis()).sum()
    }

    /// Going on at once, or after one of the breaks that may follow those had.
    fn rests(
        &self,
        now: Progress,
        had: usize,
        (at, behind): (usize, bool),
    ) -> impl Iterator<Item = (usize, Progress)> {
        let first = (usize::BITS - had.leading_zeros()) as usize;
        let later = self.pauses.iter().enumerate().take(MOST).skip(first);
        let rests = later.filter_map(move |(number, pause)| {
            let mut with = now;
            match pause.when() {
                BreakTime::Between(window) => {
                    with.now = with.now.max(window.earliest().millis());
                    if with.now > window.latest().millis() {
                        return None;
                    }
                }
                BreakTime::OnDuty(most) if now.now - self.since > most.millis() => return None,
                BreakTime::Driving(most) if now.driving > most.millis() => return None,
                _ => {}
            }
            with.now += pause.length().millis();
            with.spots.set(number, at, behind);
            Some((had | 1 << number, with))
        });
        std::iter::once((had, now)).chain(rests)
    }
}

impl Progress {
    fn drive(mut self, arrive: impl Fn(i64) -> i64) -> Self {
        let there = arrive(self.now);
        self.driving += there - self.now;
        self.now = there;
        self
    }

    /// Waits and serves; none when that is too late.
    fn serve(mut self, halt: &Halt<'_>) -> Option<Self> {
        let start = opening(halt.windows, TimeOfDay::from_millis(self.now));
        let open = halt.windows.iter().any(|window| window.contains(start));
        if !open && start.millis() > halt.late_until {
            return None;
        }
        self.now = start.millis() + halt.service;
        if halt.asked {
            self.mark = start.millis();
        }
        Some(self)
    }
}

/// Keeps whoever is there first, then whoever drove less.
fn keep(known: &mut Option<Progress>, new: Progress) {
    let key = |p: &Progress| (p.now, p.driving);
    if known.as_ref().is_none_or(|known| key(&new) < key(known)) {
        *known = Some(new);
    }
}
