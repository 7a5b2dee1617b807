//! What a search may spend, and why it stopped.

use std::sync::Arc;
use std::time::Duration;

/// What a solve may spend: iterations, wall-clock time, or whichever ends first.
///
/// An iteration is one ruin-recreate step; an iteration budget is the total over all tasks and
/// makes a solve reproducible. A wall-clock budget counts from the call of
/// [`Solver::solve`](super::Solver::solve), is looked at between rounds of 10 to 300 ms, and is
/// the only reason for the crate to read a clock. The last look at what is left, the choices of
/// providers and the plan itself are part of it: the search ends so much earlier as they are
/// expected to take, from the time that construction took and the number of stops, at most a
/// quarter of the budget.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    pub(super) iterations: Option<u64>,
    pub(super) wall_clock: Option<Duration>,
    pub(super) replay: Option<Arc<Trace>>,
}

impl Budget {
    /// A number of iterations. Zero plans by construction alone.
    #[must_use]
    pub const fn iterations(iterations: u64) -> Self {
        Self {
            iterations: Some(iterations),
            wall_clock: None,
            replay: None,
        }
    }

    /// Whole seconds of wall-clock time.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self::wall_clock(Duration::from_secs(seconds))
    }

    /// Wall-clock time.
    #[must_use]
    pub const fn wall_clock(time: Duration) -> Self {
        Self {
            iterations: None,
            wall_clock: Some(time),
            replay: None,
        }
    }

    /// The rounds of an earlier solve, so that a solve by the clock can be repeated exactly.
    #[must_use]
    pub fn replay(trace: &Trace) -> Self {
        Self {
            iterations: None,
            wall_clock: None,
            replay: Some(Arc::new(trace.clone())),
        }
    }

    /// At most this much wall-clock time as well.
    #[must_use]
    pub const fn and_wall_clock(mut self, time: Duration) -> Self {
        self.wall_clock = Some(time);
        self
    }

    /// At most so many seconds of wall-clock time as well.
    #[must_use]
    pub const fn and_seconds(self, seconds: u64) -> Self {
        self.and_wall_clock(Duration::from_secs(seconds))
    }

    /// At most so many iterations as well.
    #[must_use]
    pub const fn and_iterations(mut self, iterations: u64) -> Self {
        self.iterations = Some(iterations);
        self
    }
}

/// Why a search stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// The iterations are done.
    Iterations,
    /// The time is up.
    WallClock,
    /// The observer said so.
    Observer,
    /// The stop flag was set.
    StopFlag,
    /// There was nothing to improve: no stop or no vehicle.
    NothingToDo,
}

/// The rounds of a solve.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Trace {
    /// In order.
    pub rounds: Vec<RoundRecord>,
    /// Where carriers take only so many packages a day: how many exchanges of their places were
    /// begun each time they were given anew.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub exchanges: Vec<u64>,
}

/// One round of a [`Trace`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct RoundRecord {
    /// Iterations, all tasks together.
    pub iterations: u64,
    /// Share of the budget used at its start and expected at its end; sets the temperature.
    pub used: [f64; 2],
}
