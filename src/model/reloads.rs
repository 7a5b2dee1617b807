//! Vehicles that come back to the station to load again, and the docks at which they do.

use crate::units::Span;

/// A vehicle may come back to its station during its shift, load again and go out again.
///
/// Its capacity then holds for each trip by itself: what it brings is on board from the loading
/// before, what it takes back leaves it there. Packages are ready when the loading for their trip
/// ends. The first loading, before it leaves, takes no time of its shift.
///
/// ```
/// use doorstep::Vehicle;
/// use doorstep::model::Reloads;
/// use doorstep::units::{Meters, Span};
///
/// let van = Vehicle::electric_van("E1")
///     .with_range(Meters::from_meters(60_000))
///     .with_reloads(Reloads::new(2, Span::from_minutes(20)).with_swap());
/// assert_eq!(van.reloads().unwrap().most(), 2);
/// assert!(van.reloads().unwrap().swaps());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Reloads {
    most: u8,
    loading: Span,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "std::ops::Not::not")
    )]
    swap: bool,
}

impl Reloads {
    /// Up to `most` times on its route, each of which takes it `loading` at the station.
    #[must_use]
    pub const fn new(most: u8, loading: Span) -> Self {
        Self {
            most,
            loading,
            swap: false,
        }
    }

    /// Its battery is swapped while it loads: its range holds for each trip by itself.
    #[must_use]
    pub const fn with_swap(mut self) -> Self {
        self.swap = true;
        self
    }

    /// How many times on one route.
    #[must_use]
    pub const fn most(&self) -> u8 {
        self.most
    }

    /// How long it stands at the station each time.
    #[must_use]
    pub const fn loading(&self) -> Span {
        self.loading
    }

    /// Whether its range starts anew each time.
    #[must_use]
    pub const fn swaps(&self) -> bool {
        self.swap
    }
}

/// The docks of a station at which vehicles load again, in turns of one length.
///
/// Turns follow one another from the opening of the delivery hours on; a vehicle begins to load at
/// the start of one and has its dock to its end. Only loading during a route is counted, not the
/// first one before it.
///
/// ```
/// use doorstep::{Place, Station};
/// use doorstep::model::Docks;
/// use doorstep::units::Span;
///
/// let docks = Docks::new(2, Span::from_minutes(30));
/// let station = Station::new("DCH1", Place::at(41.84, -87.68)).with_docks(docks);
/// assert_eq!(station.docks().unwrap().count(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Docks {
    count: u32,
    turn: Span,
}

impl Docks {
    /// So many docks, each taken for turns of this length.
    #[must_use]
    pub const fn new(count: u32, turn: Span) -> Self {
        Self { count, turn }
    }

    /// How many vehicles load at once.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// How long a dock is taken each time.
    #[must_use]
    pub const fn turn(&self) -> Span {
        self.turn
    }
}
