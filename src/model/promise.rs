//! What was promised about a package, and how it changes hands.

use super::window::TimeWindow;
use crate::units::{Money, Span, TimeOfDay};

/// When the customer was told to expect a package. A promise is measured (on-time share); a
/// window is enforced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Promise {
    /// Within two hours of the order.
    TwoHour {
        /// When it was ordered.
        ordered: TimeOfDay,
    },
    /// On the day of the order.
    SameDay,
    /// On the day after the order, which is the day that is planned.
    #[default]
    NextDay,
    /// Two days after the order, which is the day that is planned.
    TwoDay,
}

impl Promise {
    /// The latest start of service that keeps the promise: two hours after a two-hour order, the
    /// end of the delivery hours otherwise.
    #[must_use]
    pub fn due(&self, delivery_hours: TimeWindow) -> TimeOfDay {
        match self {
            Self::TwoHour { ordered } => ordered.saturating_add(Span::from_hours(2)),
            Self::SameDay | Self::NextDay | Self::TwoDay => delivery_hours.latest(),
        }
    }
}

/// A promise with a price: by when service should start, and what each minute later costs. It is
/// softer than a window, which no plan breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Due {
    by: TimeOfDay,
    per_minute: Money,
}

impl Due {
    /// By `by`, at `per_minute` for each minute later; a part of a minute costs its part.
    #[must_use]
    pub const fn new(by: TimeOfDay, per_minute: Money) -> Self {
        Self { by, per_minute }
    }

    /// When service should start at the latest.
    #[must_use]
    pub const fn by(&self) -> TimeOfDay {
        self.by
    }

    /// What a minute later costs.
    #[must_use]
    pub const fn per_minute(&self) -> Money {
        self.per_minute
    }
}

/// How a package changes hands at the door; decides its service time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum HandOff {
    /// Left at the door.
    #[default]
    Doorstep,
    /// Left where the customer asked: behind the fence, in the garage.
    SafePlace,
    /// Handed over against a signature.
    Signature,
    /// Handed over after a look at an identity card.
    AgeCheck,
    /// Put into a parcel locker.
    Locker,
    /// Handed to a mailroom or a concierge.
    Mailroom,
}

/// Which way a package goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum PackageKind {
    /// From the station to the door.
    #[default]
    Delivery,
    /// From the door back to the station.
    ReturnPickup,
}
