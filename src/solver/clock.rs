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
    /// Iterations per second of the last round.
    speed: Option<f64>,
    trace: Trace,
    stopped: Option<StopReason>,
    /// Rounds from this share of the budget on wait for the next search.
    pause: f64,
    pending: Option<RoundPlan>,
    /// Iterations and rounds of searches before this one.
    before: [u64; 2],
}

impl<'a> Clock<'a> {
    pub(super) fn new(
        budget: &'a Budget,
        begun: Instant,
        problem: &'a Problem,
        station: usize,
    ) -> Self {
        Clock {
            budget,
            begun,
            problem,
            station,
            observer: None,
            flag: None,
            round_begun: 0.0,
            speed: None,
            trace: Trace::default(),
            stopped: None,
            pause: f64::INFINITY,
            pending: None,
            before: [0; 2],
        }
    }

    pub(super) fn finish(self, stops: usize) -> (StopReason, Statistics) {
        let statistics = Statistics {
            stops,
            iterations: self.trace.rounds.iter().map(|r| r.iterations).sum(),
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
        let now = self.begun.elapsed().as_secs_f64();
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
                to_count((speed * seconds).max(whole).min(speed * left))
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
