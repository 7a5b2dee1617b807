//! Where a package is collected on the way.

use super::place::{Place, Zip};
use super::window::TimeWindow;
use crate::units::Span;

/// Where a package is collected on the route that brings it to its door: a shop, a kitchen, a
/// neighbour. Such a package is never at the station.
///
/// An order that is ready at an instant is one with a window that opens then.
///
/// ```
/// use doorstep::model::Pickup;
/// use doorstep::{Package, Place, Span, TimeWindow};
///
/// let kitchen = Pickup::new(Place::at(41.88, -87.63), "60602")
///     .with_window(TimeWindow::hm((18, 10), (19, 0)))
///     .with_service_time(Span::from_minutes(4));
/// let dinner = Package::new("P1", Place::at(41.85, -87.65), "60608").with_pickup(kitchen);
/// assert_eq!(dinner.pickup().unwrap().zip().as_str(), "60602");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Pickup {
    place: Place,
    zip: Zip,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    windows: Vec<TimeWindow>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    service_time: Option<Span>,
}

impl Pickup {
    /// At a place, at any time of the delivery hours.
    #[must_use]
    pub fn new(place: impl Into<Place>, zip: impl Into<Zip>) -> Self {
        Self {
            place: place.into(),
            zip: zip.into(),
            windows: Vec::new(),
            service_time: None,
        }
    }

    /// Adds a window in which collecting may start. Several may be stated, none means the delivery
    /// hours.
    #[must_use]
    pub fn with_window(mut self, window: TimeWindow) -> Self {
        self.windows.push(window);
        self
    }

    /// Its own time at the place, instead of parking and a doorstep's hand-over of the day's
    /// [`ServiceTimes`](super::ServiceTimes).
    #[must_use]
    pub fn with_service_time(mut self, span: Span) -> Self {
        self.service_time = Some(span);
        self
    }

    /// Where it is collected.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The postal code of the place.
    #[must_use]
    pub const fn zip(&self) -> &Zip {
        &self.zip
    }

    /// The windows as stated; none means the delivery hours.
    #[must_use]
    pub fn windows(&self) -> &[TimeWindow] {
        &self.windows
    }

    /// Its own time at the place.
    #[must_use]
    pub const fn service_time(&self) -> Option<Span> {
        self.service_time
    }
}
