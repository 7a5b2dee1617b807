//! Progress of a search.

use std::ops::ControlFlow;

use crate::units::Money;

/// Where a search stands after a round.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// Index of the day in a batch; 0 for a single solve.
    pub day: usize,
    /// Rounds done.
    pub round: u64,
    /// Iterations done, all tasks together.
    pub iterations: u64,
    /// Money of the best plan so far, tendered packages included; what is unserved is not priced.
    pub cost: Money,
    /// Required stops that the best plan so far leaves out.
    pub unserved: usize,
    /// Share of the budget used, 0 to 1.
    pub budget_used: f64,
}

/// Is told after each round.
pub trait Observer: Send + Sync {
    /// Called after each round; `Break` ends the search with the best plan so far.
    fn round(&self, progress: &Progress) -> ControlFlow<()>;
}

impl<F: Fn(&Progress) -> ControlFlow<()> + Send + Sync> Observer for F {
    fn round(&self, progress: &Progress) -> ControlFlow<()> {
        self(progress)
    }
}
