//! Parcel lockers: places with slots by size.

use super::ids::LockerId;
use super::place::{Place, Zip};
use super::window::TimeWindow;

/// Slots of one size that are free in the morning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Slots {
    count: u32,
    largest_cm3: u64,
}

impl Slots {
    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The largest package that goes in, in cubic centimetres.
    #[must_use]
    pub const fn largest_cm3(&self) -> u64 {
        self.largest_cm3
    }
}

/// A parcel locker, where packages go that name it as an
/// [`Alternative`](super::Alternative).
///
/// A package takes one slot, the smallest free one that holds its volume; how packages lie in
/// slots is free until all are known, so what is refused is what fits in no way. The limit is for
/// the whole day, all routes together.
///
/// ```
/// use doorstep::Place;
/// use doorstep::model::Locker;
///
/// let locker = Locker::new("L7", Place::at(41.88, -87.63), "60602")
///     .with_slots(12, 6_000)
///     .with_slots(4, 40_000);
/// assert_eq!(locker.slots()[1].largest_cm3(), 40_000);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Locker {
    id: LockerId,
    place: Place,
    zip: Zip,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    windows: Vec<TimeWindow>,
    slots: Vec<Slots>,
}

impl Locker {
    /// A locker without slots, open all the delivery hours.
    #[must_use]
    pub fn new(id: impl Into<LockerId>, place: impl Into<Place>, zip: impl Into<Zip>) -> Self {
        Self {
            id: id.into(),
            place: place.into(),
            zip: zip.into(),
            windows: Vec::new(),
            slots: Vec::new(),
        }
    }

    /// Adds a window in which service may start. Several may be stated, none means the delivery
    /// hours.
    #[must_use]
    pub fn with_window(mut self, window: TimeWindow) -> Self {
        self.windows.push(window);
        self
    }

    /// Adds free slots of a size: how many, and the largest volume that goes into one, in cubic
    /// centimetres.
    #[must_use]
    pub fn with_slots(mut self, count: u32, largest_cm3: u64) -> Self {
        self.slots.push(Slots { count, largest_cm3 });
        self
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &LockerId {
        &self.id
    }

    /// Where it is.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The postal code there.
    #[must_use]
    pub const fn zip(&self) -> &Zip {
        &self.zip
    }

    /// The windows as stated; none means the delivery hours.
    #[must_use]
    pub fn windows(&self) -> &[TimeWindow] {
        &self.windows
    }

    /// The slots by size, in the order stated.
    #[must_use]
    pub fn slots(&self) -> &[Slots] {
        &self.slots
    }
}
