//! Work that is shared evenly.

use crate::units::{Money, Span};

/// What routes pay for having more than their fair share of hours or stops, so that work is spread
/// over the drivers: nothing up to the share, then so much for each hour and each stop above it.
///
/// The fair share is the caller's to say, such as the hours of yesterday by the drivers of today: a
/// mean of the plan that is being made would change with every route.
///
/// ```
/// use doorstep::model::Balance;
/// use doorstep::{Money, Span};
///
/// let even = Balance::default()
///     .with_hours(Span::from_hours(8), Money::from_units(15))
///     .with_stops(160, Money::from_cents(20));
/// assert_eq!(even.fair_stops(), 160);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Balance {
    fair_hours: Span,
    per_hour: Money,
    fair_stops: u32,
    per_stop: Money,
}

impl Balance {
    /// What each hour on duty above a fair share costs; a part of an hour costs its part.
    #[must_use]
    pub const fn with_hours(mut self, fair: Span, per_hour: Money) -> Self {
        self.fair_hours = fair;
        self.per_hour = per_hour;
        self
    }

    /// What each stop above a fair share costs.
    #[must_use]
    pub const fn with_stops(mut self, fair: u32, per_stop: Money) -> Self {
        self.fair_stops = fair;
        self.per_stop = per_stop;
        self
    }

    /// The fair share of hours on duty.
    #[must_use]
    pub const fn fair_hours(&self) -> Span {
        self.fair_hours
    }

    /// What an hour above it costs.
    #[must_use]
    pub const fn per_hour(&self) -> Money {
        self.per_hour
    }

    /// The fair share of stops.
    #[must_use]
    pub const fn fair_stops(&self) -> u32 {
        self.fair_stops
    }

    /// What a stop above it costs.
    #[must_use]
    pub const fn per_stop(&self) -> Money {
        self.per_stop
    }
}
