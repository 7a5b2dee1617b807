//! What change costs.

use crate::error::Problems;
use crate::units::{Money, Span};

/// What changing a day that goes on is reckoned at, beside the money that is paid.
///
/// Prices that nobody pays: they decide between plans and are in no scorecard. The defaults make a
/// new expected arrival worth about three minutes of a driver.
///
/// ```
/// use doorstep::Money;
/// use doorstep::execution::Churn;
///
/// let calm = Churn { eta_shift: Money::from_units(5), ..Churn::default() };
/// assert_eq!(calm.eta_limit.to_string(), "00:15:00");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Churn {
    /// For each package that goes with another vehicle than planned, before it is loaded; 2.00 by
    /// default. What is loaded stays where it is at any price.
    pub moved_package: Money,
    /// For each vehicle at its start that leaves with another driver than planned, or whose driver
    /// was planned for another one, on a day that has drivers; 5.00 by default.
    pub moved_driver: Money,
    /// For each package whose stated windows were kept and are not any more; 20.00 by default.
    pub window_touched: Money,
    /// For each package whose expected arrival changes by more than the limit; 1.00 by default.
    pub eta_shift: Money,
    /// For each package that is left out; 200.00 by default.
    pub left_out: Money,
    /// How far an expected arrival may move, in either direction, at no price; 15 minutes by
    /// default.
    pub eta_limit: Span,
}

impl Default for Churn {
    fn default() -> Self {
        Self {
            moved_package: Money::from_units(2),
            moved_driver: Money::from_units(5),
            window_touched: Money::from_units(20),
            eta_shift: Money::from_units(1),
            left_out: Money::from_units(200),
            eta_limit: Span::from_minutes(15),
        }
    }
}

impl Churn {
    /// Nothing but the money that is paid, and packages left out: as if all that is not loaded were
    /// planned for the first time. Windows that are kept stay kept.
    #[must_use]
    pub fn free() -> Self {
        Self {
            moved_package: Money::ZERO,
            moved_driver: Money::ZERO,
            window_touched: Money::ZERO,
            eta_shift: Money::ZERO,
            ..Self::default()
        }
    }

    /// Reports what cannot be.
    pub(super) fn check(&self, problems: &mut Problems) {
        const MOST: Money = Money::from_units(10_000_000);
        for (field, price) in [
            ("moved_package", self.moved_package),
            ("moved_driver", self.moved_driver),
            ("window_touched", self.window_touched),
            ("eta_shift", self.eta_shift),
            ("left_out", self.left_out),
        ] {
            if !(Money::ZERO..=MOST).contains(&price) {
                let price = price.exact();
                problems.push(
                    "churn",
                    field,
                    format!("{price} is not between 0 and {MOST}"),
                );
            }
        }
        if !(Span::ZERO..=Span::from_hours(48)).contains(&self.eta_limit) {
            let message = format!("{} is not between 0 and 48 hours", self.eta_limit);
            problems.push("churn", "eta_limit", message);
        }
    }
}
