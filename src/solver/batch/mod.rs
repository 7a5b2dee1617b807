//! Many stations: a stream of days in, plans out, with few of them in memory at a time.

mod job;
mod lanes;
mod purse;

use std::iter::Enumerate;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::error::Error;
use crate::model::ServiceDay;

use super::{CompiledDay, Outcome, Solver};

pub use job::{Done, Job, Streamed};
use purse::Purse;

impl Solver {
    /// Plans many days, one a station. Results come in the order given; a day that could not be
    /// built or compiled is reported in its place and stops nothing.
    ///
    /// The budget is for all together and is shared by the number of packages. Days are planned
    /// at the same time, as many as the pool has threads, and each is parallel inside; with an
    /// iteration budget each plan is the same as if its day were solved alone with its share.
    /// Every day gets the solver's seed. A warm start is ignored; an observer is told which day
    /// it is about, from several threads. When the stop flag is set, days that have not begun are
    /// still planned, by construction alone.
    ///
    /// Holds all days and all plans. For more than fits, see [`Solver::stream`].
    #[must_use]
    #[expect(
        clippy::missing_panics_doc,
        reason = "each day of a stream that is not ended is handed over"
    )]
    pub fn batch(&self, days: &[Result<ServiceDay, Error>]) -> Vec<Result<Outcome, Error>> {
        let need =
            |day: &Result<ServiceDay, Error>| day.as_ref().map_or(0, |d| d.packages().len() as u64);
        let results: Vec<Mutex<Option<Result<Outcome, Error>>>> =
            days.iter().map(|_| Mutex::new(None)).collect();
        let stream = Stream {
            stops: false,
            ..self.stream().shared_by(days.iter().map(need).sum())
        };
        stream.run(days.iter().cloned(), |done| {
            let result = done.result.map(|(_, outcome)| outcome);
            *locked(&results[done.index]) = Some(result);
            ControlFlow::Continue(())
        });
        let result = |slot: Mutex<Option<_>>| {
            let slot = slot.into_inner().unwrap_or_else(PoisonError::into_inner);
            slot.expect("a stream that nothing ends hands over each of its days")
        };
        results.into_iter().map(result).collect()
    }

    /// A stream of days: each is compiled, planned, handed over and freed.
    ///
    /// Unless [`Stream::shared_by`] is called, the budget is what each day may spend. A warm
    /// start of the solver is ignored.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// use doorstep::{Budget, Package, Place, ServiceDay, Solver, Station, Vehicle};
    ///
    /// // Built when they are asked for, not before.
    /// let days = (0..50_u32).map(|i| {
    ///     let lat = 30.0 + f64::from(i) / 10.0;
    ///     ServiceDay::builder(Station::new(format!("S{i}"), Place::at(lat, -97.7)))
    ///         .packages([Package::new("P1", Place::at(lat + 0.01, -97.7), "78701")])
    ///         .vehicles([Vehicle::cargo_van("V1")])
    ///         .build()
    /// });
    /// let delivered = AtomicU64::new(0);
    /// let told = Solver::new()
    ///     .budget(Budget::iterations(5_000))
    ///     .stream()
    ///     .shared_by(50) // One package a day.
    ///     .run(days, |done| {
    ///         if let Ok((_, outcome)) = done.result {
    ///             delivered.fetch_add(outcome.plan.scorecard.delivered, Ordering::Relaxed);
    ///         }
    ///         ControlFlow::Continue(())
    ///     });
    /// assert_eq!((told.planned, told.refused, told.cancelled), (50, 0, false));
    /// assert_eq!(delivered.into_inner(), 50);
    /// ```
    #[must_use]
    pub fn stream(&self) -> Stream {
        Stream {
            solver: Solver {
                start: None,
                ..self.clone()
            },
            total: None,
            in_flight: usize::MAX,
            stops: true,
        }
    }
}

/// How many days are planned one after the other; made by [`Solver::stream`].
#[derive(Clone, Debug)]
pub struct Stream {
    solver: Solver,
    total: Option<u64>,
    in_flight: usize,
    /// Whether a stop flag ends the stream, and not only the searches.
    stops: bool,
}

impl Stream {
    /// Makes the solver's budget one for all days together, of which each gets the part that its
    /// need is of `total`.
    ///
    /// A need is a number of the caller's choice, the same for all days: by default the number of
    /// packages, otherwise [`Job::with_need`], for instance [`Outcome::need`] of a first plan.
    /// `total` is the sum over all days, those of earlier runs included. With a smaller one more
    /// iterations are spent than the budget says; the time is kept to, and the last days get
    /// none but that for their construction.
    ///
    /// Time that a day leaves goes to those after it. While fewer days are left than there are
    /// threads, the threads without a day work on those of the others.
    #[must_use]
    pub const fn shared_by(mut self, total: u64) -> Self {
        self.total = Some(total);
        self
    }

    /// Sets how many days are planned, and with that in memory, at the same time at most: by
    /// default as many as the pool has threads. At least one.
    #[must_use]
    pub const fn in_flight(mut self, days: usize) -> Self {
        self.in_flight = days;
        self
    }

    /// Plans the days, and hands each over as soon as it is done, from the thread that planned it:
    /// `done` may be called from several threads at once, and days come out in another order than
    /// they came in. [`Done::index`] says which one it is.
    ///
    /// Runs on the rayon pool it is called from. The iterator is asked for the next day by one
    /// thread at a time, when a thread is free for it. With an iteration budget each plan is a
    /// function of its day, the solver's settings and its need, on any number of threads and in
    /// any order.
    ///
    /// A day that is an error, or that the solver refuses, is handed over as that error and stops
    /// nothing. When `done` returns [`ControlFlow::Break`], or the solver's stop flag is set, no
    /// further day is begun; those that have begun are handed over (with the flag set, their
    /// search ends after the current round).
    ///
    /// # Panics
    ///
    /// When the iterator or `done` does.
    pub fn run<I>(&self, days: I, done: impl Fn(Done) -> ControlFlow<()> + Sync) -> Streamed
    where
        I: IntoIterator<Item: Into<Job>, IntoIter: Send>,
    {
        let lanes = self.in_flight.clamp(1, lanes::threads());
        let run = Run {
            stream: self,
            begun: Instant::now(),
            days: Mutex::new(Some(days.into_iter().enumerate())),
            purse: Mutex::new(Purse::new(&self.solver.budget, self.total, lanes)),
            ended: AtomicBool::new(false),
            planned: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            passed: AtomicUsize::new(0),
        };
        lanes::run(lanes, |lane| run.lane(lane, &done));
        Streamed {
            planned: run.planned.into_inner(),
            refused: run.refused.into_inner(),
            passed: run.passed.into_inner(),
            cancelled: run.ended.into_inner(),
        }
    }
}

/// A running stream.
struct Run<'a, I> {
    stream: &'a Stream,
    begun: Instant,
    /// None when it is used up, so that an iterator that would begin anew is not asked again.
    days: Mutex<Option<Enumerate<I>>>,
    purse: Mutex<Purse<'a>>,
    ended: AtomicBool,
    planned: AtomicUsize,
    refused: AtomicUsize,
    passed: AtomicUsize,
}

impl<I: Iterator<Item: Into<Job>>> Run<'_, I> {
    /// Plans one day after the other.
    fn lane(&self, lane: usize, done: &(impl Fn(Done) -> ControlFlow<()> + Sync)) {
        while let Some((index, job)) = self.next() {
            let need = job.wanted();
            let Some(day) = job.day else {
                locked(&self.purse).pass(need);
                self.passed.fetch_add(1, Ordering::Relaxed);
                continue;
            };
            let result = day.and_then(|day| self.plan(lane, index, day, need));
            let counter = if result.is_ok() {
                &self.planned
            } else {
                &self.refused
            };
            counter.fetch_add(1, Ordering::Relaxed);
            if done(Done { index, result }).is_break() {
                self.ended.store(true, Ordering::Relaxed);
            }
        }
    }

    /// The next day; None when there is none or the stream is to end.
    fn next(&self) -> Option<(usize, Job)> {
        let mut days = locked(&self.days);
        let flag = self.stream.solver.stop.as_deref();
        if self.stream.stops && flag.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            self.ended.store(true, Ordering::Relaxed);
        }
        if self.ended.load(Ordering::Relaxed) {
            *days = None;
        }
        let next = days.as_mut()?.next();
        if next.is_none() {
            *days = None;
        }
        next.map(|(index, day)| (index, day.into()))
    }

    fn plan(
        &self,
        lane: usize,
        index: usize,
        day: ServiceDay,
        need: u64,
    ) -> Result<(CompiledDay, Outcome), Error> {
        let started = Instant::now();
        let budget = locked(&self.purse).take(lane, need, started - self.begun);
        let compiled = self.stream.solver.compile_owned(day)?;
        let solver = &self.stream.solver;
        let outcome = solver.solve_from(&compiled, &budget, started, index);
        Ok((compiled, outcome))
    }
}

/// What a lock holds is whole at any time: a panic elsewhere, which ends the stream, leaves it so.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
