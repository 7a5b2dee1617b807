//! Many stations in one call.

use std::time::{Duration, Instant};

use crate::error::Error;
use crate::model::ServiceDay;

use super::{Budget, Outcome, Solver};

impl Solver {
    /// Plans many days, one a station. Results come in the order given; a day that could not be
    /// built or compiled is reported in its place and stops nothing.
    ///
    /// The budget is for all together and is shared by the number of packages: what a day does
    /// not use (wall clock) goes to those after it. With an iteration budget each plan is the
    /// same as if its day were solved alone with its share. Every day gets the solver's seed.
    /// A warm start is ignored; an observer is told which day it is about.
    #[must_use]
    pub fn batch(&self, days: &[Result<ServiceDay, Error>]) -> Vec<Result<Outcome, Error>> {
        let begun = Instant::now();
        let alone = Solver {
            start: None,
            ..self.clone()
        };
        let need =
            |day: &Result<ServiceDay, Error>| day.as_ref().map_or(0, |d| d.packages().len() as u64);
        let mut left: u64 = days.iter().map(need).sum();
        let total = left;
        let mut results = Vec::with_capacity(days.len());
        for (index, day) in days.iter().enumerate() {
            let share = Share {
                need: need(day),
                left,
                total,
            };
            left -= share.need;
            results.push(match day {
                Err(error) => Err(error.clone()),
                Ok(day) => alone.one(day, index, share, begun),
            });
        }
        results
    }

    fn one(
        &self,
        day: &ServiceDay,
        index: usize,
        share: Share,
        begun: Instant,
    ) -> Result<Outcome, Error> {
        let started = Instant::now();
        let compiled = self.compile(day)?;
        let budget = share.of(&self.budget, started - begun);
        Ok(self.solve_from(&compiled, &budget, started, index))
    }
}

/// A day's part of the packages.
#[derive(Clone, Copy)]
struct Share {
    need: u64,
    /// Packages of this day and those after it.
    left: u64,
    /// Packages of all days.
    total: u64,
}

impl Share {
    fn of(self, budget: &Budget, spent: Duration) -> Budget {
        let mut own = budget.clone();
        if let Some(iterations) = budget.iterations {
            let share =
                u128::from(iterations) * u128::from(self.need) / u128::from(self.total.max(1));
            own.iterations = Some(u64::try_from(share).unwrap_or(u64::MAX));
        }
        if let Some(time) = budget.wall_clock {
            let part = self.need as f64 / self.left.max(1) as f64;
            own.wall_clock = Some(time.saturating_sub(spent).mul_f64(part));
        }
        own
    }
}
