//! What a route costs, cause by cause.

use crate::model::{Balance, Costs};
use crate::units::{Meters, Money, Span};

/// An amount by what causes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct CostByCause {
    /// For using vehicles at all.
    pub vehicles: Money,
    /// For paid hours.
    pub duty: Money,
    /// For kilometres.
    pub distance: Money,
    /// For hours of driving.
    pub driving: Money,
    /// For packages outside of the postal codes that their vehicle's provider should serve, and for
    /// stops outside of those that their driver knows.
    #[cfg_attr(feature = "serde", serde(default))]
    pub territory: Money,
    /// For starting service later than promised, where that has a price.
    #[cfg_attr(feature = "serde", serde(default))]
    pub lateness: Money,
    /// For handing over elsewhere than at doors; discounts are below zero.
    #[cfg_attr(feature = "serde", serde(default))]
    pub alternatives: Money,
    /// For routes of more than their fair share of hours or stops.
    #[cfg_attr(feature = "serde", serde(default))]
    pub balance: Money,
    /// For routes that providers were promised and do not have; of the day and of no route.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "is_none"))]
    pub shortfall: Money,
    /// What carriers charge.
    pub tender: Money,
}

#[cfg(feature = "serde")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
pub(super) fn is_none(money: &Money) -> bool {
    *money == Money::ZERO
}

impl CostByCause {
    /// The cost of one used vehicle; each cause is rounded once, half up, to 1/1000 cent.
    pub(super) fn of_route(costs: &Costs, duty: Span, distance: Meters, driving: Span) -> Self {
        Self {
            vehicles: costs.per_vehicle(),
            duty: rated(costs.per_duty_hour(), duty.millis(), MS_PER_HOUR),
            distance: rated(costs.per_km(), distance.millimeters(), MM_PER_KM),
            driving: rated(costs.per_driving_hour(), driving.millis(), MS_PER_HOUR),
            territory: Money::ZERO,
            lateness: Money::ZERO,
            alternatives: Money::ZERO,
            balance: Money::ZERO,
            shortfall: Money::ZERO,
            tender: Money::ZERO,
        }
    }

    /// All causes together; stays at the largest amount there is.
    #[must_use]
    pub fn total(&self) -> Money {
        [
            self.duty,
            self.distance,
            self.driving,
            self.territory,
            self.lateness,
            self.alternatives,
            self.balance,
            self.shortfall,
            self.tender,
        ]
        .into_iter()
        .fold(self.vehicles, money)
    }

    /// The sum with another, cause by cause.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            vehicles: money(self.vehicles, other.vehicles),
            duty: money(self.duty, other.duty),
            distance: money(self.distance, other.distance),
            driving: money(self.driving, other.driving),
            territory: money(self.territory, other.territory),
            lateness: money(self.lateness, other.lateness),
            alternatives: money(self.alternatives, other.alternatives),
            balance: money(self.balance, other.balance),
            shortfall: money(self.shortfall, other.shortfall),
            tender: money(self.tender, other.tender),
        }
    }
}

/// What a route of so many hours and stops pays above its fair share; rounded once, half up.
pub(super) fn above(balance: &Balance, duty: Span, stops: usize) -> Money {
    let hours = (duty.millis() - balance.fair_hours().millis()).max(0);
    let stops = stops.saturating_sub(balance.fair_stops() as usize);
    let stops = i64::try_from(stops).unwrap_or(i64::MAX);
    money(
        rated(balance.per_hour(), hours, MS_PER_HOUR),
        rated(balance.per_stop(), stops, 1),
    )
}

const MS_PER_HOUR: i128 = 3_600_000;
const MM_PER_KM: i128 = 1_000_000;

/// `rate` for `amount` of which `unit` make what the rate is for.
pub(super) fn rated(rate: Money, amount: i64, unit: i128) -> Money {
    let product = i128::from(rate.millicents()) * i128::from(amount);
    let rounded = (product + unit / 2).div_euclid(unit);
    Money::from_millicents(i64::try_from(rounded).unwrap_or(if rounded < 0 {
        i64::MIN
    } else {
        i64::MAX
    }))
}

/// Minutes of lateness at prices a minute, as millicents times milliseconds; rounded half up.
pub(super) fn lateness(millicent_ms: i128) -> Money {
    const MS_PER_MINUTE: i128 = 60_000;
    let rounded = (millicent_ms + MS_PER_MINUTE / 2).div_euclid(MS_PER_MINUTE);
    Money::from_millicents(i64::try_from(rounded).unwrap_or(i64::MAX))
}

/// Sums that stay at the largest number there is: figures in a record, not limits that decide.
pub(super) fn money(a: Money, b: Money) -> Money {
    Money::from_millicents(a.millicents().saturating_add(b.millicents()))
}

/// As [`money`], for lengths of time.
pub(super) fn span(a: Span, b: Span) -> Span {
    Span::from_millis(a.millis().saturating_add(b.millis()))
}

/// As [`money`], for distances.
pub(super) fn meters(a: Meters, b: Meters) -> Meters {
    Meters::from_millimeters(a.millimeters().saturating_add(b.millimeters()))
}

#[cfg(test)]
mod tests {
    use super::rated;
    use crate::units::Money;

    #[test]
    fn a_rate_is_rounded_once_and_half_up() {
        let hourly = Money::from_units(20);
        assert_eq!(rated(hourly, 3_600_000, 3_600_000), hourly);
        // 2,000,000 millicents an hour are 0.555.. a millisecond.
        assert_eq!(rated(hourly, 1, 3_600_000), Money::from_millicents(1));
        assert_eq!(rated(hourly, 9, 3_600_000), Money::from_millicents(5));
        // 25,000 millicents a kilometre are half a millicent for 20 mm.
        assert_eq!(
            rated(Money::from_cents(25), 20, 1_000_000),
            Money::from_millicents(1)
        );
        assert_eq!(rated(Money::from_cents(25), 19, 1_000_000), Money::ZERO);
    }

    #[test]
    fn no_amount_overflows() {
        let most = Money::from_millicents(i64::MAX);
        assert_eq!(rated(most, i64::MAX, 1_000_000), most);
    }
}
