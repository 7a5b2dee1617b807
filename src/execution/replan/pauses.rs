//! Breaks of a vehicle under way: which are still to come, by when, and where.

use super::courses::Course;
use super::rest::hours_of;
use super::road::{Halt, Rules};
use crate::execution::Day;
use crate::execution::forecast::opening;
use crate::model::{Break, BreakTime, TimeWindow};
use crate::plan::RestDraft;
use crate::units::{Span, TimeOfDay};

/// A break on a route as it is driven.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planned {
    /// The vehicle's number of it.
    pub(super) number: usize,
    /// Index among the stops that are served.
    pub(super) visit: usize,
    pub(super) after_service: bool,
    pub(super) begin: TimeOfDay,
    /// Driven until then.
    pub(super) driven: Span,
}

impl Course {
    /// Leaves out of the pieces what is no break of the vehicle, or had already, or out of order.
    pub(super) fn sort_breaks(&mut self, day: &Day) {
        let count = day.request.vehicles()[self.vehicle].breaks().len();
        let mut next = 0;
        for rest in self.pieces.iter_mut().flat_map(|piece| &mut piece.rests) {
            rest.retain(|pause| {
                let number = pause.number;
                let fits = number >= next && number < count && !self.had.contains(&number);
                next = if fits { number + 1 } else { next };
                fits
            });
        }
    }

    /// Decides which breaks are rules of the rest, each as late as the route as it is driven has it
    /// at least; those that it owes and has not are put in, or given up where they fit nowhere.
    pub(super) fn settle_breaks(&mut self, day: &Day, planned: &[Planned]) {
        let stated = day.request.vehicles()[self.vehicle].breaks();
        let left = (0..stated.len()).filter(|number| !self.had.contains(number));
        for number in left {
            let own = planned.iter().find(|planned| planned.number == number);
            if let Some(pause) = self.as_driven(day, &stated[number], own) {
                if let Some(own) = own {
                    self.rests.push(RestDraft {
                        number: self.rules.len(),
                        visit: own.visit,
                        after_service: own.after_service,
                    });
                }
                self.rules.push((number, pause));
            }
        }
        let missing = self.missing();
        if !missing.is_empty() && !self.put_in(day) {
            // Numbers of those behind one that is given up are one less.
            for &number in missing.iter().rev() {
                self.rules.remove(number);
                for rest in &mut self.rests {
                    rest.number -= usize::from(rest.number > number);
                }
            }
        }
    }

    /// A break as a rule of the rest; none where it cannot be owed any more.
    fn as_driven(&self, day: &Day, pause: &Break, own: Option<&Planned>) -> Option<Break> {
        let length = pause.length();
        let first = self.pieces.iter().find_map(|piece| piece.times);
        let hours = hours_of(day, self);
        if own.is_none() && length > hours.latest() - hours.earliest() {
            return None;
        }
        Some(match pause.when() {
            BreakTime::Between(window) => {
                let latest = own.map_or(window.latest(), |own| window.latest().max(own.begin));
                let window = TimeWindow::new(window.earliest(), latest);
                if latest < self.ready || window.intersection(hours).is_none() {
                    return None;
                }
                Break::between(window, length)
            }
            BreakTime::OnDuty(most) => {
                let since = self.departed.unwrap_or(self.ready);
                // What is due already is due at the next stop.
                let begin = own.map(|own| own.begin).or(first.map(|(arrive, _)| arrive));
                Break::on_duty(begin.map_or(most, |begin| most.max(begin - since)), length)
            }
            BreakTime::Driving(most) => {
                let left = Span::from_millis(most.millis() - self.behind.time.millis());
                let driven = own.map_or(self.first_leg, |own| own.driven);
                Break::driving(left.max(driven).max(Span::from_millis(1)), length)
            }
        })
    }

    fn rules<'a>(&self, day: &Day, pauses: &'a [Break]) -> Rules<'a> {
        let stated = &day.request.vehicles()[self.vehicle];
        let since = self.departed.unwrap_or(self.ready);
        let driver = self.driver.map(|driver| &day.request.drivers()[driver]);
        let shift = driver.and_then(crate::model::Driver::shift);
        let shifts = shift.map(|shift| shift.latest());
        let shifts = shifts.into_iter().chain([hours_of(day, self).latest()]);
        let duties = [
            stated.max_duty(),
            driver.and_then(crate::model::Driver::max_duty),
        ];
        let duties = duties.into_iter().flatten();
        let ends = shifts.chain(duties.map(|duty| since.saturating_add(duty)));
        // What it does not keep to as it is driven is no limit.
        let limit = ends.map(|end| end.max(self.back).millis()).min();
        let most = stated.max_driving().map_or(i64::MAX, Span::millis);
        Rules {
            pauses,
            depart: self.ready.millis(),
            since: since.millis(),
            limit: limit.unwrap_or(i64::MAX),
            most_driving: (most - self.behind.time.millis()).max(self.ahead.time.millis()),
        }
    }

    /// The rules that the route as it is driven does not keep to.
    fn missing(&self) -> Vec<usize> {
        let pauses: Vec<Break> = self.rules.iter().map(|(_, pause)| *pause).collect();
        let since = self.departed.unwrap_or(self.ready).millis();
        let (back, driving) = (self.back.millis(), self.ahead.time.millis());
        let rules = Rules {
            pauses: &pauses,
            depart: self.ready.millis(),
            since,
            limit: back,
            most_driving: driving,
        };
        let had = |number: &usize| self.rests.iter().any(|rest| rest.number == *number);
        let all = (1usize << pauses.len()) - 1;
        let owed = |number: &usize| rules.owed(all & !(1 << number), back, driving) > 0;
        let numbers = 0..pauses.len();
        numbers.filter(|n| !had(n) && owed(n)).collect()
    }

    /// Puts all breaks where the route is back first with them; false where it cannot have them.
    fn put_in(&mut self, day: &Day) -> bool {
        let pauses: Vec<Break> = self.rules.iter().map(|(_, pause)| *pause).collect();
        let rules = self.rules(day, &pauses);
        let served = self.pieces.iter().filter(|piece| piece.times.is_some());
        let mut stage = rules.start();
        let mut at = self.position;
        for (number, piece) in served.enumerate() {
            let halt = Halt {
                windows: &piece.windows,
                service: piece.service.millis(),
                late_until: i64::MIN,
                asked: false,
            };
            let drive = |now| self.arrive(day, &at, &piece.place, now);
            stage = rules.pass(&stage, (number, &halt), drive);
            at = piece.place;
        }
        let home = |now| {
            let depart = TimeOfDay::from_millis(now);
            now + day.home(self.vehicle, &at, depart).time.millis()
        };
        let Some(end) = rules.end(&stage, home) else {
            return false;
        };
        self.rests = end.spots.drafts();
        self.back = TimeOfDay::from_millis(end.now);
        self.ahead.time = Span::from_millis(end.driving);
        self.time_again(day);
        true
    }

    fn arrive(
        &self,
        day: &Day,
        from: &crate::model::Place,
        to: &crate::model::Place,
        now: i64,
    ) -> i64 {
        let depart = TimeOfDay::from_millis(now);
        now + day.leg(self.vehicle, from, to, depart).time.millis()
    }

    /// Arrivals with the breaks where they are now.
    fn time_again(&mut self, day: &Day) {
        let (mut at, mut now) = (self.position, self.ready.millis());
        let mut times = Vec::with_capacity(self.pieces.len());
        let served = self.pieces.iter().filter(|piece| piece.times.is_some());
        for (visit, piece) in served.enumerate() {
            now = self.arrive(day, &at, &piece.place, now);
            let arrive = TimeOfDay::from_millis(now);
            now = self.rested((visit, false), now);
            let start = opening(&piece.windows, TimeOfDay::from_millis(now));
            times.push((arrive, start));
            now = self.rested((visit, true), (start + piece.service).millis());
            at = piece.place;
        }
        let served = self.pieces.iter_mut().filter(|piece| piece.times.is_some());
        for (piece, times) in served.zip(times) {
            piece.times = Some(times);
        }
    }

    fn rested(&self, place: (usize, bool), now: i64) -> i64 {
        let here = |rest: &&RestDraft| (rest.visit, rest.after_service) == place;
        self.rests.iter().filter(here).fold(now, |now, rest| {
            let pause = &self.rules[rest.number].1;
            let begin = match pause.when() {
                BreakTime::Between(window) => now.max(window.earliest().millis()),
                _ => now,
            };
            begin + pause.length().millis()
        })
    }
}
