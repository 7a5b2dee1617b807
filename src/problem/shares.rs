//! What routes pay for more than their fair share of the work.

use crate::model::ServiceDay;

use super::Cost;
use super::compile::time;
use super::scale::Scale;
use super::time::Time;

/// Nothing up to the fair share, then so much a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shares {
    fair: Time,
    /// For each millisecond on duty above it.
    pub(crate) per_ms: Cost,
    stops: u32,
    pub(crate) per_stop: Cost,
}

impl Shares {
    pub(super) fn of(day: &ServiceDay, scale: &Scale) -> Shares {
        let balance = day.balance();
        Shares {
            fair: time(balance.fair_hours().millis()),
            per_ms: scale.rate(balance.per_hour(), 3_600_000),
            stops: balance.fair_stops(),
            per_stop: scale.cost(balance.per_stop()),
        }
    }

    /// Whether anything costs anything.
    pub(crate) fn count(&self) -> bool {
        self.per_ms != 0 || self.per_stop != 0
    }

    /// What so many stops cost.
    #[inline]
    pub(crate) fn of_stops(&self, stops: u32) -> Cost {
        self.per_stop * i64::from(stops.saturating_sub(self.stops))
    }

    /// What so many milliseconds on duty cost.
    #[inline]
    pub(crate) fn of_duty(&self, duty: i64) -> Cost {
        self.per_ms * (duty - i64::from(self.fair)).max(0)
    }
}
