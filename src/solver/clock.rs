//! Spends a budget: how large the next round is, and when to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::problem::{Problem, to_money};
use crate::search::{self, Control, RoundPlan};

use super::{Budget, Observer, Progress, RoundRecord, Statistics, StopReason, Trace};

/// A round under an iteration budget does at most this many iterations per stop,
/// so that boundaries move often; and at least a few hundred.
const PER_STOP: u64 = 10;

/// Rounds that a budget is cut into at least, where each is worth its overhead.
const ROUNDS: u64 = 80;

/// A round is at most so many times the one before: the time of a short one says
/// little about a long one.
const GROWTH: u64 = 4;

/// Seconds a stop that construction takes at least, about; where it was not done.
const CONSTRUCTION: f64 = 20e-6;

/// What comes after the search, in constructions: completing, choices of providers,
/// and the looks for room and for reasons where required stops are left.
const AFTER: [f64; 3] = [0.5, 0.8, 5.0];

/// The most of the budget that is kept for what comes after the search.
const MOST_KEPT: f64 = 0.25;

/// The share of the budget that one series of exchanges with carriers may take.
const EXCHANGE_SHARE: f64 = 0.02;

/// What will have to be done after the search.
#[derive(Clone, Copy, Debug)]
pub(super) struct After {
    /// Whether choices are found.
    pub(super) choices: bool,
    /// Whether required stops are left so far.
    pub(super) left: bool,
    /// Whether carriers have limits that may matter.
    pub(super) capped: bool,
}

/// The control of one solve.
pub(super) struct Clock<'a> {
    budget: &'a Budget,
    begun: Instant,
    problem: &'a Problem,
    station: usize,
    pub(super) observer: Option<&'a dyn Observer>,
    pub(super) flag: Option<&'a AtomicBool>,
    /// Seconds at the start of the current round, when the clock is read at all.
    round_begun: f64,
    /// Whether the next round may be much slower than the last.
    unsure: bool,
    /// Iterations per second of the last round.
    speed: Option<f64>,
    trace: Trace,
    stopped: Option<StopReason>,
    /// Rounds from this share of the budget on wait for the next search.
    pause: f64,
    pending: Option<RoundPlan>,
    /// Iterations and rounds of searches before this one.
    before: [u64; 2],
    /// Seconds when the construction began.
    constructing: f64,
    /// Seconds of the budget for what comes after the search.
    kept: f64,
    /// When the exchanges end, and when the last of them began, in seconds.
    exchanges: [f64; 2],
}

impl<'a> Clock<'a> {
    pub(super) fn new(
        budget: &'a Budget,
        begun: Instant,
        problem: &'a Problem,
        station: usize,
    ) -> Self {
        let constructing = match budget.wall_clock {
            Some(_) => begun.elapsed().as_secs_f64(),
            None => 0.0,
        };
        Clock {
            constructing,
            budget,
            begun,
            problem,
            station,
            observer: None,
            flag: None,
            round_begun: 0.0,
            unsure: false,
            speed: None,
            trace: Trace::default(),
            stopped: None,
            pause: f64::INFINITY,
            pending: None,
            before: [0; 2],
            kept: 0.0,
            exchanges: [f64::INFINITY, 0.0],
        }
    }

    /// Keeps a part of the time for what comes after the search; to be called when
    /// the start is constructed, since the time of that says how fast this is.
    pub(super) fn keep_for(&mut self, after: After) {
        let Some(limit) = self.budget.wall_clock else {
            return;
        };
        let limit = limit.as_secs_f64();
        let pass = (self.now() - self.constructing).max(self.stops() as f64 * CONSTRUCTION);
        let [complete, choices, left] = AFTER;
        let mut kept = pass * complete;
        kept += if after.choices { pass * choices } else { 0.0 };
        kept += if after.left { pass * left } else { 0.0 };
        kept += if after.capped {
            limit * EXCHANGE_SHARE
        } else {
            0.0
        };
        self.kept = kept.min(limit * MOST_KEPT);
    }

    /// Begins a series of exchanges of carriers' places.
    pub(super) fn begin_trials(&mut self) {
        self.trace.exchanges.push(0);
        if let Some(limit) = self.budget.wall_clock {
            let now = self.now();
            self.exchanges = [now + limit.as_secs_f64() * EXCHANGE_SHARE, now];
        }
    }

    /// Whether there is time for one more exchange, should it take as long as the
    /// last one.
    pub(super) fn may_try(&mut self) -> bool {
        let series = self.trace.exchanges.len().saturating_sub(1);
        let done = self.trace.exchanges.get(series).copied().unwrap_or(0);
        let may = if let Some(trace) = &self.budget.replay {
            let most = trace.exchanges.get(series);
            most.is_none_or(|&most| done < most)
        } else if self.budget.wall_clock.is_some() {
            let now = self.now();
            let [end, last] = self.exchanges;
            self.exchanges[1] = now;
            now + (now - last) <= end
        } else {
            true
        };
        if let Some(count) = self.trace.exchanges.get_mut(series) {
            *count += u64::from(may);
        }
        may
    }

    fn now(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    pub(super) fn finish(self, stops: usize) -> (StopReason, Statistics) {
        let statistics = Statistics {
            stops,
            iterations: self.iterations(),
            rounds: self.trace.rounds.len() as u64,
            trace: self.trace,
        };
        (self.stopped.unwrap_or(StopReason::NothingToDo), statistics)
    }

    /// Lets the search that begins end at this share of the budget, so that another goes on with
    /// the rest.
    pub(super) fn pause_at(&mut self, used: f64) {
        let rounds = &self.trace.rounds;
        let iterations = rounds.iter().map(|r| r.iterations).sum();
        self.before = [iterations, rounds.len() as u64];
        self.pause = used;
        self.unsure = true;
    }

    /// Iterations so far.
    pub(super) fn iterations(&self) -> u64 {
        self.trace.rounds.iter().map(|r| r.iterations).sum()
    }

    /// Whether nothing is left of the budget.
    pub(super) fn is_over(&self) -> bool {
        self.stopped.is_some()
    }

    fn stops(&self) -> u64 {
        self.problem.len() as u64
    }

    /// Size and end of the next round under the iteration limit.
    fn by_iterations(&self, limit: u64, done: u64) -> Option<(u64, [f64; 2])> {
        if done >= limit {
            return None;
        }
        let round = (limit / ROUNDS).max(self.stops() / 2).max(200);
        let round = round
            .min((self.stops() * PER_STOP).max(200))
            .min(limit - done);
        let share = |iterations: u64| iterations as f64 / limit as f64;
        Some((round, [share(done), share(done + round)]))
    }

    /// The same under the wall clock.
    fn by_clock(&mut self, limit: f64) -> Option<(u64, [f64; 2])> {
        let limit = limit - self.kept;
        let now = self.now();
        if let Some(last) = self.trace.rounds.last() {
            let seconds = (now - self.round_begun).max(1e-6);
            self.speed = Some(last.iterations as f64 / seconds);
        }
        self.round_begun = now;
        if now >= limit {
            return None;
        }
        let left = limit - now;
        let seconds = (limit / ROUNDS as f64).clamp(0.01, 0.3).min(left);
        let first = self.stops().clamp(200, 5_000);
        let round = match self.speed {
            None => first,
            Some(speed) => {
                // Rounds are long enough to be worth cutting and merging, unless
                // that would take a good part of the budget.
                let whole = (self.stops() as f64 / 2.0).min(speed * limit / 20.0);
                let most = self.trace.rounds.last().map_or(first, |r| r.iterations);
                let most = if std::mem::take(&mut self.unsure) {
                    self.stops().clamp(200, 1_000)
                } else {
                    most * GROWTH
                };
                to_count((speed * seconds).max(whole).min(speed * left)).min(most)
            }
        };
        let ahead = self.speed.map_or(seconds, |speed| round as f64 / speed);
        Some((
            round.max(50),
            [now / limit, ((now + ahead) / limit).min(1.0)],
        ))
    }

    fn replayed(&self) -> Option<Option<RoundPlan>> {
        let trace = self.budget.replay.as_ref()?;
        let record = trace.rounds.get(self.trace.rounds.len());
        Some(record.map(|r| RoundPlan {
            iterations: r.iterations,
            used: r.used,
        }))
    }

    /// The smaller of what iterations and clock allow.
    fn limited(&mut self, done: u64) -> Option<RoundPlan> {
        let mut plan: Option<RoundPlan> = None;
        if let Some(limit) = self.budget.iterations {
            let Some((iterations, used)) = self.by_iterations(limit, done) else {
                self.stopped = Some(StopReason::Iterations);
                return None;
            };
            plan = Some(RoundPlan { iterations, used });
        }
        if let Some(limit) = self.budget.wall_clock {
            let Some((iterations, used)) = self.by_clock(limit.as_secs_f64()) else {
                self.stopped = Some(StopReason::WallClock);
                return None;
            };
            plan = Some(match plan {
                None => RoundPlan { iterations, used },
                Some(other) => RoundPlan {
                    iterations: iterations.min(other.iterations),
                    used: [used[0].max(other.used[0]), used[1].max(other.used[1])],
                },
            });
        }
        plan
    }
}

impl Control for Clock<'_> {
    fn slower(&mut self) {
        self.unsure = true;
    }

    fn next_round(&mut self, done: u64) -> Option<RoundPlan> {
        if self.stopped.is_some() {
            return None;
        }
        if self.flag.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            self.stopped = Some(StopReason::StopFlag);
            return None;
        }
        let plan = match (self.pending.take(), self.replayed()) {
            (Some(waiting), _) => Some(waiting),
            (None, Some(replayed)) => replayed,
            (None, None) => self.limited(done + self.before[0]),
        };
        if plan.is_some_and(|plan| plan.used[0] >= self.pause) {
            self.pending = plan;
            return None;
        }
        match plan {
            Some(plan) => self.trace.rounds.push(RoundRecord {
                iterations: plan.iterations,
                used: plan.used,
            }),
            None => {
                self.stopped.get_or_insert(StopReason::Iterations);
            }
        }
        plan
    }

    fn report(&mut self, progress: &search::Progress) -> bool {
        let Some(observer) = self.observer else {
            return true;
        };
        let told = Progress {
            day: self.station,
            round: self.before[1] + progress.round,
            iterations: self.before[0] + progress.iterations,
            cost: to_money(
                progress.best - progress.unserved_price,
                self.problem.units_per_currency,
            ),
            unserved: progress.unserved,
            budget_used: progress.used,
        };
        let go_on = observer.round(&told).is_continue();
        if !go_on {
            self.stopped = Some(StopReason::Observer);
        }
        go_on
    }
}

fn to_count(value: f64) -> u64 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a non-negative number of iterations; the cast saturates"
    )]
    let count = value as u64;
    count
}
