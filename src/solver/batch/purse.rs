//! The budget of a stream, and each day's part of it.

use std::time::Duration;

use crate::solver::Budget;

/// What is left of a budget that several days share.
pub(super) struct Purse<'a> {
    budget: &'a Budget,
    /// None when each day may spend the whole budget.
    total: Option<u64>,
    /// The needs of the days to come.
    left: u64,
    /// Until when each lane is busy with its day, from the beginning of the stream.
    busy: Vec<Duration>,
}

impl<'a> Purse<'a> {
    pub(super) fn new(budget: &'a Budget, total: Option<u64>, lanes: usize) -> Self {
        Self {
            budget,
            total,
            left: total.unwrap_or(0),
            busy: vec![Duration::ZERO; lanes],
        }
    }

    /// A day that needs nothing any more.
    pub(super) fn pass(&mut self, need: u64) {
        self.left = self.left.saturating_sub(need);
    }

    /// The part of a day that begins on a lane at `now`, counted from the beginning of the stream.
    pub(super) fn take(&mut self, lane: usize, need: u64, now: Duration) -> Budget {
        let mut own = self.budget.clone();
        let Some(total) = self.total else {
            return own;
        };
        if let Some(iterations) = own.iterations {
            let share = u128::from(iterations) * u128::from(need) / u128::from(total.max(1));
            own.iterations = Some(u64::try_from(share).unwrap_or(u64::MAX));
        }
        if let Some(limit) = own.wall_clock {
            // The day's own lane is free, whatever the last day was given.
            self.busy[lane] = now;
            let free = |until: &Duration| limit.saturating_sub((*until).max(now));
            let spare: Duration = self.busy.iter().map(free).sum();
            let part = need as f64 / self.left.max(need).max(1) as f64;
            let share = spare.mul_f64(part).min(limit.saturating_sub(now));
            self.busy[lane] = now + share;
            own.wall_clock = Some(share);
        }
        self.pass(need);
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(budget: &Budget) -> f64 {
        budget.wall_clock.map_or(f64::NAN, |d| d.as_secs_f64())
    }

    fn second(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn near(value: f64, wanted: f64) -> bool {
        (value - wanted).abs() < 1e-6
    }

    #[test]
    fn two_lanes_have_twice_the_time() {
        let budget = Budget::seconds(60);
        let mut purse = Purse::new(&budget, Some(30), 2);
        assert!(near(seconds(&purse.take(0, 10, second(0))), 40.0));
        assert!(near(seconds(&purse.take(1, 10, second(0))), 40.0));
        // The last one has both lanes to itself, but no more than the time left.
        assert!(near(seconds(&purse.take(0, 10, second(40))), 20.0));
    }

    #[test]
    fn what_a_day_leaves_goes_to_the_others() {
        let budget = Budget::seconds(60);
        let mut purse = Purse::new(&budget, Some(40), 1);
        assert!(near(seconds(&purse.take(0, 20, second(0))), 30.0));
        assert!(near(seconds(&purse.take(0, 10, second(10))), 25.0));
        // Late: the rest, and then nothing.
        assert!(near(seconds(&purse.take(0, 10, second(58))), 2.0));
        assert!(near(seconds(&purse.take(0, 10, second(61))), 0.0));
    }

    #[test]
    fn days_that_are_finished_take_their_need_along() {
        let budget = Budget::seconds(60).and_iterations(1_000);
        let mut purse = Purse::new(&budget, Some(100), 1);
        purse.pass(80);
        let own = purse.take(0, 10, second(0));
        assert!(near(seconds(&own), 30.0));
        assert_eq!(own.iterations, Some(100));
    }

    #[test]
    fn a_total_that_is_too_small_breaks_nothing() {
        let budget = Budget::seconds(60);
        let mut purse = Purse::new(&budget, Some(0), 2);
        assert!(near(seconds(&purse.take(0, 10, second(0))), 60.0));
        assert!(near(seconds(&purse.take(1, u64::MAX, second(1))), 59.0));
        let each = Purse::new(&budget, None, 2).take(0, 5, second(59));
        assert_eq!(each, budget);
    }
}
