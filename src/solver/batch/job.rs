//! What goes into a stream of days and what comes out of it.

use crate::error::Error;
use crate::model::ServiceDay;
use crate::solver::{CompiledDay, Outcome};
use crate::units::Money;

/// A day of a stream, and what it needs of a budget that all days share.
#[derive(Clone, Debug)]
pub struct Job {
    /// None when an earlier run has planned it.
    pub(super) day: Option<Result<ServiceDay, Error>>,
    need: Option<u64>,
}

impl Job {
    /// A day, or the error of building it, which the stream reports.
    #[must_use]
    pub const fn new(day: Result<ServiceDay, Error>) -> Self {
        Self {
            day: Some(day),
            need: None,
        }
    }

    /// A day that an earlier run has planned: it has its place in the order and its part of the
    /// total, so that the days that are left get what they would have got without the
    /// interruption.
    #[must_use]
    pub const fn finished(need: u64) -> Self {
        Self {
            day: None,
            need: Some(need),
        }
    }

    /// Sets what the day needs of a shared budget, in place of its number of packages.
    #[must_use]
    pub const fn with_need(mut self, need: u64) -> Self {
        self.need = Some(need);
        self
    }

    /// What was set, or the number of packages; a day that is an error needs nothing.
    pub(super) fn wanted(&self) -> u64 {
        let packages = |day: &ServiceDay| day.packages().len() as u64;
        match (&self.day, self.need) {
            (Some(Err(_)), _) => 0,
            (_, Some(need)) => need,
            (Some(Ok(day)), None) => packages(day),
            (None, None) => 0,
        }
    }
}

impl From<Result<ServiceDay, Error>> for Job {
    fn from(day: Result<ServiceDay, Error>) -> Self {
        Self::new(day)
    }
}

impl From<ServiceDay> for Job {
    fn from(day: ServiceDay) -> Self {
        Self::new(Ok(day))
    }
}

/// One day of a stream that is done.
#[derive(Debug)]
#[non_exhaustive]
pub struct Done {
    /// Its place in the order in which the days came.
    pub index: usize,
    /// The day with its plan, or why there is none.
    pub result: Result<(CompiledDay, Outcome), Error>,
}

/// What became of a stream of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Streamed {
    /// Days with a plan.
    pub planned: usize,
    /// Days that were an error, or that the solver refused.
    pub refused: usize,
    /// Days that were finished before.
    pub passed: usize,
    /// Whether it was ended before all days were looked at.
    pub cancelled: bool,
}

impl Outcome {
    /// What the day needs of a budget that it shares with others ([`Job::with_need`]), from a
    /// first plan, such as that of `Budget::iterations(0)`: its stops, each weighted by what is
    /// spent on the way to it.
    ///
    /// The gap of a plan to a good one falls with about the third root of the iterations a stop,
    /// and it is a share of what driving costs. Money over all days is then least when the
    /// iterations a stop go with the 3/4th power of the driving cost a stop.
    #[must_use]
    pub fn need(&self) -> u64 {
        let card = &self.plan.scorecard;
        let paid = card.paid.millis().max(1) as f64;
        let moving = (card.driving.millis().saturating_add(card.waiting.millis())) as f64 / paid;
        let cents = |money: Money| money.millicents().max(0) as f64 / 1_000.0;
        let cost = cents(card.cost.distance)
            + cents(card.cost.driving)
            + cents(card.cost.duty) * moving.clamp(0.0, 1.0);
        let stops = self.statistics.stops as f64;
        // Roots are exact to the last bit everywhere, other powers are not. What is
        // left out wants a look as much as what is dear.
        let root = (cost / stops.max(1.0)).sqrt();
        let need = stops * (root * root.sqrt()).max(1.0);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative; the cast saturates"
        )]
        let need = need as u64;
        need
    }
}
