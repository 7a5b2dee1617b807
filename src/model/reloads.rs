//! Vehicles that come back to the station to load again, and the docks at which they do.

use crate::units::{Meters, Span};

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
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    recharge: Option<Span>,
}

impl Reloads {
    /// Up to `most` times on its route, each of which takes it `loading` at the station.
    #[must_use]
    pub const fn new(most: u8, loading: Span) -> Self {
        Self {
            most,
            loading,
            swap: false,
            recharge: None,
        }
    }

    /// Its battery is swapped while it loads: its range holds for each trip by itself.
    #[must_use]
    pub const fn with_swap(mut self) -> Self {
        self.swap = true;
        self
    }

    /// Its battery is charged while it loads, until it is full again: from empty that takes `full`,
    /// and in proportion less after less way. It stays until it has loaded and is full, whichever is
    /// later; its range holds for each trip by itself. It leaves first with a full battery.
    ///
    /// ```
    /// use doorstep::model::Reloads;
    /// use doorstep::units::{Meters, Span};
    ///
    /// let minutes = Span::from_minutes;
    /// let reloads = Reloads::new(2, minutes(20)).with_recharge(minutes(90));
    /// let range = Meters::from_meters(60_000);
    /// assert_eq!(reloads.stay(Meters::from_meters(40_000), range), minutes(60));
    /// assert_eq!(reloads.stay(Meters::from_meters(2_000), range), minutes(20));
    /// ```
    #[must_use]
    pub const fn with_recharge(mut self, full: Span) -> Self {
        self.recharge = Some(full);
        self
    }

    /// How many times on one route.
    #[must_use]
    pub const fn most(&self) -> u8 {
        self.most
    }

    /// How long it loads each time: as long as it stands at the station, where it does not charge.
    #[must_use]
    pub const fn loading(&self) -> Span {
        self.loading
    }

    /// Whether its battery is swapped each time.
    #[must_use]
    pub const fn swaps(&self) -> bool {
        self.swap
    }

    /// How long its battery takes from empty to full, where it is charged each time.
    #[must_use]
    pub const fn recharge(&self) -> Option<Span> {
        self.recharge
    }

    /// Whether its range starts anew each time.
    #[must_use]
    pub const fn restores_range(&self) -> bool {
        self.swap || self.recharge.is_some()
    }

    /// How long it stands at the station after so much way since the last time, or since it left, with
    /// a full battery for `range`; rounded up to the millisecond.
    #[must_use]
    pub fn stay(&self, way: Meters, range: Meters) -> Span {
        let Some(full) = self.recharge else {
            return self.loading;
        };
        let whole = i128::from(range.millimeters()).max(1);
        let way = i128::from(way.millimeters()).clamp(0, whole);
        let charging = (way * i128::from(full.millis()) + whole - 1).div_euclid(whole);
        // Never longer than from empty.
        let charging = i64::try_from(charging).map_or(full, Span::from_millis);
        self.loading.max(charging)
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
