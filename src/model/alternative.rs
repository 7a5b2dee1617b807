//! Where else a package may be handed over.

use super::ids::LockerId;
use super::locker::Locker;
use super::package::Package;
use super::place::{Place, Zip};
use super::promise::HandOff;
use super::window::TimeWindow;
use crate::units::{Money, Span};

/// Another place where a package may be handed over instead of its door: a locker, a shop, the
/// customer's work. The plan uses its door or one alternative.
///
/// The package's windows, floor and service time are those of its door and say nothing of the
/// alternative; its load, needs, promise and the prices of leaving it are the same everywhere.
///
/// ```
/// use doorstep::model::{Alternative, HandOff};
/// use doorstep::{Money, Package, Place};
///
/// let shop = Alternative::new(Place::at(41.88, -87.63), "60602")
///     .with_hand_off(HandOff::Mailroom)
///     .with_price(Money::from_cents(40));
/// let package = Package::new("P1", Place::at(41.85, -87.65), "60608")
///     .with_alternative(shop)
///     .with_alternative(Alternative::at_locker("L7").with_price(Money::from_cents(-25)));
/// assert_eq!(package.alternatives().len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Alternative {
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    locker: Option<LockerId>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    place: Option<Place>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    zip: Option<Zip>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    windows: Vec<TimeWindow>,
    hand_off: HandOff,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    service_time: Option<Span>,
    price: Money,
}

impl Alternative {
    /// At a place, at any time of the delivery hours, from hand to hand, for nothing.
    #[must_use]
    pub fn new(place: impl Into<Place>, zip: impl Into<Zip>) -> Self {
        Self {
            locker: None,
            place: Some(place.into()),
            zip: Some(zip.into()),
            windows: Vec::new(),
            hand_off: HandOff::Doorstep,
            service_time: None,
            price: Money::ZERO,
        }
    }

    /// In a [`Locker`] of the day, where and when that is, in a slot that holds the package.
    #[must_use]
    pub fn at_locker(id: impl Into<LockerId>) -> Self {
        Self {
            locker: Some(id.into()),
            place: None,
            zip: None,
            windows: Vec::new(),
            hand_off: HandOff::Locker,
            service_time: None,
            price: Money::ZERO,
        }
    }

    /// Adds a window in which service may start there. Several may be stated; none means those of
    /// the locker, elsewhere the delivery hours.
    #[must_use]
    pub fn with_window(mut self, window: TimeWindow) -> Self {
        self.windows.push(window);
        self
    }

    /// How it is handed over there.
    #[must_use]
    pub const fn with_hand_off(mut self, hand_off: HandOff) -> Self {
        self.hand_off = hand_off;
        self
    }

    /// Its own time there, instead of parking and the hand-over of the day's
    /// [`ServiceTimes`](super::ServiceTimes), as a package's own time is.
    #[must_use]
    pub const fn with_service_time(mut self, span: Span) -> Self {
        self.service_time = Some(span);
        self
    }

    /// What it costs to use it; a discount of the carrier's, or work saved, is negative.
    #[must_use]
    pub const fn with_price(mut self, price: Money) -> Self {
        self.price = price;
        self
    }

    /// The locker, if it is one.
    #[must_use]
    pub const fn locker(&self) -> Option<&LockerId> {
        self.locker.as_ref()
    }

    /// Where it is; `None` for a locker, which knows it.
    #[must_use]
    pub const fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// The postal code there; `None` for a locker, which knows it.
    #[must_use]
    pub const fn zip(&self) -> Option<&Zip> {
        self.zip.as_ref()
    }

    /// The windows as stated; none means those of the locker, elsewhere the delivery hours.
    #[must_use]
    pub fn windows(&self) -> &[TimeWindow] {
        &self.windows
    }

    /// How it is handed over there.
    #[must_use]
    pub const fn hand_off(&self) -> HandOff {
        self.hand_off
    }

    /// Its own time there.
    #[must_use]
    pub const fn service_time(&self) -> Option<Span> {
        self.service_time
    }

    /// What it costs to use it.
    #[must_use]
    pub const fn price(&self) -> Money {
        self.price
    }

    /// The windows that hold: its own, else those of its locker; none means the delivery hours.
    pub(crate) fn windows_at<'a>(&'a self, locker: Option<&'a Locker>) -> &'a [TimeWindow] {
        match locker {
            Some(locker) if self.windows.is_empty() => locker.windows(),
            _ => &self.windows,
        }
    }

    /// Its place and postal code, from its locker where it is one.
    pub(crate) fn at<'a>(&'a self, locker: Option<&'a Locker>) -> Option<(&'a Place, &'a Zip)> {
        let own = self.place.as_ref().zip(self.zip.as_ref());
        locker.map(|l| (l.place(), l.zip())).or(own)
    }

    /// The package as it would be if this were its door; None where this is nowhere.
    pub(crate) fn moved(&self, package: &Package, locker: Option<&Locker>) -> Option<Package> {
        let (place, zip) = self.at(locker)?;
        let moved = package
            .clone()
            .with_place(*place)
            .with_zip(zip.clone())
            .without_address_key()
            .with_windows(self.windows_at(locker).iter().copied())
            .with_hand_off(self.hand_off)
            .with_floor(0);
        Some(moved.timed(self.service_time))
    }
}
