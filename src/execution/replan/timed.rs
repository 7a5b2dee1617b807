//! Stops into routes with breaks, or with travel by the hour: each position is driven to the end.
//!
//! What a position costs at least is known before: its way, and all that is then still to be driven
//! on a free road. Breaks may move to other places of the route where a stop goes in.

use super::board::{Fine, Gap, Rates, Run};
use super::fit::{Admitted, Guest};
use super::ground::{Around, Ground, Way};
use super::rest::Rest;
use super::road::{Halt, Progress, Rules, Spots, Stage};
use crate::execution::Day;
use crate::model::{BreakTime, Driver, TimeWindow, UnderWay};

/// What a look at a position needs to know.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) day: &'a Day,
    pub(super) rest: &'a Rest,
    pub(super) ground: &'a Ground,
    pub(super) around: &'a Around<'a>,
}

/// Which windows must be kept behind a stop that goes in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// All that are kept now.
    All,
    /// None: those that are broken have a price.
    Hours,
}

/// A stop in a gap of a route: what it costs, when its service starts, and the breaks of the route.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) cost: Fine,
    pub(super) start: i64,
    pub(super) breaks: Spots,
}

/// The route of one stop.
#[derive(Clone, Copy)]
pub(super) struct Opening {
    pub(super) depart: i64,
    pub(super) entry: Entry,
}

const HOUR: i64 = 3_600_000;

impl Run {
    /// Whether its times are more than sums.
    pub(super) fn is_timed(&self, ground: &Ground) -> bool {
        !self.pauses.is_empty() || ground.is_timed()
    }

    fn rules(&self, rest: &Rest) -> Rules<'_> {
        let out = rest.request.vehicles()[self.vehicle].under_way();
        Rules {
            pauses: &self.pauses,
            depart: self.depart,
            since: out.map_or(self.depart, |out| UnderWay::departed(out).millis()),
            limit: self.limit,
            most_driving: self.farthest[1],
        }
    }

    fn halt<'a>(&self, rest: &'a Rest, nth: usize, late_until: i64) -> Halt<'a> {
        let stop = self.stops[nth] as usize;
        Halt {
            windows: &rest.grouping.stops()[stop].windows,
            service: rest.service(stop, self.vehicle),
            late_until,
            asked: false,
        }
    }

    /// Drives to the end of a gap.
    fn cross(&self, day: &Day, ground: &Ground, nth: usize, depart: i64) -> i64 {
        let gap = &self.gaps[nth];
        ground.arrive(
            day,
            self.vehicle,
            (gap.before, gap.after),
            (gap.way[1], depart),
        )
    }

    /// All ways of having the breaks, up to each gap.
    pub(super) fn look_ahead(&mut self, day: &Day, rest: &Rest, ground: &Ground) {
        let mut stages = vec![self.rules(rest).start()];
        for nth in 0..self.stops.len() {
            let halt = self.halt(rest, nth, self.gaps[nth].start);
            let drive = |now| self.cross(day, ground, nth, now);
            stages.push(self.rules(rest).pass(&stages[nth], (nth, &halt), drive));
        }
        self.stages = stages;
    }

    /// Puts its breaks where it is back first with them, if it can have them all.
    pub(super) fn place_breaks(&mut self, day: &Day, rest: &Rest, ground: &Ground) {
        let Some(stage) = self.stages.last().filter(|_| !self.pauses.is_empty()) else {
            return;
        };
        let last = self.stops.len();
        let rules = self.rules(rest);
        let end = rules.end(stage, |now| self.cross(day, ground, last, now));
        if let Some(end) = end.filter(|_| last > 0) {
            self.breaks = end.spots;
            self.settle(day, rest, ground);
        }
    }

    /// The legs of a guest in a gap, where they are worth it. Where the way there alone is not, the
    /// leg back is not asked for.
    fn legs_worth(
        &self,
        around: &Around<'_>,
        nth: usize,
        is_worth: impl Fn([Way; 2]) -> bool,
    ) -> Option<[Way; 2]> {
        let Gap { before, after, .. } = self.gaps[nth];
        let there = around.there(self.vehicle, before);
        let near = [there, around.back_at_least(self.vehicle, after)];
        let legs = is_worth(near).then(|| [there, around.back(self.vehicle, after)])?;
        (legs == near || is_worth(legs)).then_some(legs)
    }

    /// A guest in a gap, in one of the windows, where it costs less than `below`.
    pub(super) fn enter(
        &self,
        site: &Site<'_>,
        nth: usize,
        (windows, guest): (&[TimeWindow], &Admitted),
        (keep, below): (Keep, Fine),
    ) -> Option<Entry> {
        if !self.has_room(nth, guest) {
            return None;
        }
        let service = guest.service;
        let Site {
            day, rest, ground, ..
        } = *site;
        let rules = self.rules(rest);
        let is_worth = |legs: [Way; 2]| {
            let more = legs[0][0] + legs[1][0] - self.gaps[nth].way[0];
            let floor = || self.floor(&rules, (nth, legs), (windows, service), keep);
            self.way[0].saturating_add(more) <= self.farthest[0]
                && floor().is_some_and(|least| least < below)
        };
        let legs = self.legs_worth(site.around, nth, is_worth)?;
        let more = legs[0][0] + legs[1][0] - self.gaps[nth].way[0];
        let halt = Halt {
            windows,
            service,
            late_until: i64::MIN,
            asked: true,
        };
        let gap = &self.gaps[nth];
        let there = |now| {
            ground.arrive_new(
                day,
                site.around,
                (self.vehicle, gap.before),
                (legs[0][1], now),
            )
        };
        let mut stage = rules.pass(&self.stages[nth], (nth, &halt), there);
        let leave = |now| {
            ground.leave_new(
                day,
                site.around,
                (self.vehicle, gap.after),
                (legs[1][1], now),
            )
        };
        let hours = rest.request.delivery_hours().latest().millis();
        for i in nth..self.stops.len() {
            let late = match keep {
                Keep::All => self.gaps[i].start,
                Keep::Hours => hours,
            };
            let halt = self.halt(rest, i, late);
            stage = if i == nth {
                rules.pass(&stage, (i + 1, &halt), leave)
            } else {
                rules.pass(&stage, (i + 1, &halt), |now| {
                    self.cross(day, ground, i, now)
                })
            };
            if (i - nth).is_multiple_of(16)
                && self.on_the_way(&rules, &stage, i + 1, more)? >= below
            {
                return None;
            }
        }
        let last = self.stops.len();
        let end = if nth == last {
            rules.end(&stage, leave)
        } else {
            rules.end(&stage, |now| self.cross(day, ground, last, now))
        };
        self.entry(end?, more)
    }

    fn entry(&self, end: Progress, more: i64) -> Option<Entry> {
        let cost = self.price(more, end.driving - self.way[1], end.now - self.back);
        Some(Entry {
            cost,
            start: end.mark,
            breaks: end.spots,
        })
    }

    /// What so much more way, driving and duty costs.
    fn price(&self, mm: i64, driving: i64, duty: i64) -> Fine {
        let rates = self.rates;
        rates.mm * Fine::from(mm)
            + rates.driving_ms * Fine::from(driving)
            + rates.duty_ms * Fine::from(duty)
    }

    /// What a guest in a gap costs at least; none when it cannot be served there.
    fn floor(
        &self,
        rules: &Rules<'_>,
        (nth, legs): (usize, [Way; 2]),
        (windows, service): (&[TimeWindow], i64),
        keep: Keep,
    ) -> Option<Fine> {
        let gap = &self.gaps[nth];
        let more = [0, 1].map(|i| legs[0][i] + legs[1][i] - gap.way[i]);
        let driving = self.free + more[1];
        let mut least: Option<i64> = None;
        for (had, progress) in self.stages[nth].iter().enumerate() {
            let Some(progress) = progress else { continue };
            let arrive = progress.now + legs[0][1];
            let window = windows.iter().find(|w| arrive <= w.latest().millis());
            let Some(window) = window else { continue };
            let next = arrive.max(window.earliest().millis()) + service + legs[1][1];
            if keep == Keep::All && next > gap.latest {
                continue;
            }
            let back = next + gap.tail;
            let back = back + rules.owed(had, back, driving);
            least = Some(least.map_or(back, |least| least.min(back)));
        }
        Some(self.price(more[0], driving - self.way[1], least? - self.back))
    }

    /// What a route costs more at least that leaves the stop before a gap like this.
    fn on_the_way(&self, rules: &Rules<'_>, stage: &Stage, gap: usize, more: i64) -> Option<Fine> {
        let gap = &self.gaps[gap];
        let left = gap.way[1] + gap.tail;
        let ways = stage.iter().enumerate();
        let ways = ways.filter_map(|(had, progress)| {
            let progress = progress.as_ref()?;
            let back = progress.now + left;
            Some(back + rules.owed(had, back, progress.driving))
        });
        let back = ways.min()?;
        Some(self.price(
            more,
            self.free.min(self.way[1]) - self.way[1],
            back - self.back,
        ))
    }

    /// The same route with a stop in a gap, and breaks in these places.
    pub(super) fn with_stop(
        &self,
        site: &Site<'_>,
        nth: usize,
        (stop, breaks): (u32, Spots),
    ) -> Self {
        let mut run = self.clone();
        run.stops.insert(nth, stop);
        run.breaks = breaks;
        run.drive(site.day, site.rest, site.ground);
        run
    }

    /// A route of its own for a guest, with a driver, for a vehicle that stands at its start. Of the
    /// departures from which nobody waits, or waits as long as must be, and of those on the hour
    /// where the hour counts, the cheapest.
    pub(super) fn open_timed(
        &self,
        site: &Site<'_>,
        windows: &[TimeWindow],
        (guest, admitted): (&Guest<'_>, &Admitted),
    ) -> Option<Opening> {
        let Admitted {
            driver, service, ..
        } = *admitted;
        let rest = site.rest;
        let legs = self.legs(site.around, 0);
        let way = legs[0][0] + legs[1][0];
        if way > self.farthest[0] {
            return None;
        }
        let hand = driver.map(|driver| &rest.request.drivers()[driver]);
        let shift = hand.and_then(Driver::shift);
        let from = shift.map_or(i64::MIN, |shift| shift.earliest().millis());
        let from = self.depart.max(guest.ready).max(from);
        let rates = Rates::of(rest, self.vehicle, driver);
        let mut best: Option<Opening> = None;
        for depart in self.departures(site, from, legs[0][1], (windows, service)) {
            let limit = self.limit_from(rest, depart, driver);
            let Some(end) = self.alone(site, legs, (windows, service), (depart, limit)) else {
                continue;
            };
            let cost = rates.fixed
                + rates.mm * Fine::from(way)
                + rates.driving_ms * Fine::from(end.driving)
                + rates.duty_ms * Fine::from(end.now - depart);
            let (start, breaks) = (end.mark, end.spots);
            if best.as_ref().is_none_or(|best| cost < best.entry.cost) {
                let entry = Entry {
                    cost,
                    start,
                    breaks,
                };
                best = Some(Opening { depart, entry });
            }
        }
        best
    }

    /// One stop and back, from a departure on.
    fn alone(
        &self,
        site: &Site<'_>,
        legs: [Way; 2],
        (windows, service): (&[TimeWindow], i64),
        (depart, limit): (i64, i64),
    ) -> Option<Progress> {
        let Site { day, ground, .. } = *site;
        let rules = Rules {
            pauses: &self.pauses,
            depart,
            since: depart,
            limit,
            most_driving: self.farthest[1],
        };
        let halt = Halt {
            windows,
            service,
            late_until: i64::MIN,
            asked: true,
        };
        let [start, end] = [ground.start(self.vehicle), ground.end(self.vehicle)];
        let there =
            |now| ground.arrive_new(day, site.around, (self.vehicle, start), (legs[0][1], now));
        let stage = rules.pass(&rules.start(), (0, &halt), there);
        let home = |now| ground.leave_new(day, site.around, (self.vehicle, end), (legs[1][1], now));
        rules.end(&stage, home)
    }

    /// Departures that are worth a look, in order.
    fn departures(
        &self,
        site: &Site<'_>,
        from: i64,
        free: i64,
        (windows, service): (&[TimeWindow], i64),
    ) -> Vec<i64> {
        let mut instants: Vec<i64> = Vec::new();
        let mut afterwards = vec![from];
        for window in windows {
            instants.extend([window.earliest(), window.latest()].map(|at| at.millis()));
        }
        let mut lengths = vec![0];
        for pause in &self.pauses {
            if let BreakTime::Between(window) = pause.when() {
                instants.extend([window.earliest(), window.latest()].map(|at| at.millis()));
                afterwards.push(window.latest().millis() + 1);
            }
            let more = lengths
                .iter()
                .map(|length| length + pause.length().millis());
            lengths.extend(more.collect::<Vec<i64>>());
        }
        if let (true, Some(first), Some(last)) =
            (site.ground.is_timed(), windows.first(), windows.last())
        {
            let hours = first.earliest().millis() / HOUR - 1..=last.latest().millis() / HOUR + 1;
            let hours: Vec<i64> = hours.map(|hour| hour * HOUR).collect();
            afterwards.extend(&hours);
            instants.extend(hours);
        }
        let busy = [0, service];
        let arrivals = instants.iter().flat_map(|at| {
            let lengths = &lengths;
            let each = busy.iter();
            each.flat_map(move |busy| lengths.iter().map(move |length| at - busy - length))
        });
        let mut arrivals: Vec<i64> = arrivals.collect();
        arrivals.sort_unstable();
        arrivals.dedup();
        let start = (self.vehicle, site.ground.start(self.vehicle));
        let by = |by: i64| {
            let arrive = |now| {
                site.ground
                    .arrive_new(site.day, site.around, start, (free, now))
            };
            latest(by, (from, by - free), arrive)
        };
        let inside = arrivals.into_iter().filter(|&at| at - free >= from);
        let mut all: Vec<i64> = inside.filter_map(by).chain(afterwards).collect();
        all.retain(|&depart| depart >= from);
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The latest departure between two that arrives by then, found by halving.
fn latest(by: i64, (mut early, mut late): (i64, i64), arrive: impl Fn(i64) -> i64) -> Option<i64> {
    if arrive(late) <= by {
        return Some(late);
    }
    if arrive(early) > by {
        return None;
    }
    while late - early > 1 {
        let middle = i64::midpoint(early, late);
        if arrive(middle) <= by {
            early = middle;
        } else {
            late = middle;
        }
    }
    Some(early)
}
