//! Parking once and walking between close doors.

use crate::units::{Capacity, Meters};

/// Drivers may park once and walk to the doors around.
///
/// [`group`](crate::sortation::group) then joins stops into halts of several doors where the walk
/// takes less time than the parkings it saves. A halt is parked at one of its doors; its packages
/// are handed over there first, those of the other doors on one walk from there and back. Ways on
/// foot are great circles times a detour, so only doors with coordinates are joined, whatever the
/// day's vehicles travel by.
///
/// Defaults, assumptions to be replaced by a network's own: 100 m, 4.5 km/h, detour 1.3, four
/// doors a halt, any load.
///
/// ```
/// use doorstep::model::Walking;
/// use doorstep::units::{Capacity, Meters};
///
/// let walking = Walking::default()
///     .with_farthest(Meters::from_meters(60))
///     .with_most_doors(6)
///     .with_carried(Capacity::UNLIMITED.with_count(8).with_weight_g(15_000));
/// assert_eq!(walking.speed(), 4.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Walking {
    farthest: Meters,
    speed: f64,
    detour: f64,
    most_doors: u32,
    carried: Capacity,
}

impl Default for Walking {
    fn default() -> Self {
        Self {
            farthest: Meters::from_meters(100),
            speed: 4.5,
            detour: 1.3,
            most_doors: 4,
            carried: Capacity::UNLIMITED,
        }
    }
}

impl Walking {
    /// The most doors that a halt may have: the shortest walk is found among all orders of them.
    pub const MOST_DOORS: u32 = 8;

    /// How far any two doors of a halt may be apart on foot, the detour included.
    #[must_use]
    pub const fn with_farthest(mut self, way: Meters) -> Self {
        self.farthest = way;
        self
    }

    /// The pace on foot in km/h.
    #[must_use]
    pub const fn with_speed(mut self, km_per_hour: f64) -> Self {
        self.speed = km_per_hour;
        self
    }

    /// How much longer ways on foot are than the great circle, 1 or more.
    #[must_use]
    pub const fn with_detour(mut self, factor: f64) -> Self {
        self.detour = factor;
        self
    }

    /// The most doors of a halt, that where the vehicle stands included: 2 to 8.
    #[must_use]
    pub const fn with_most_doors(mut self, doors: u32) -> Self {
        self.most_doors = doors;
        self
    }

    /// The most that is carried on a walk, to doors and back from them together. What is handed
    /// over where the vehicle stands is not carried.
    #[must_use]
    pub const fn with_carried(mut self, most: Capacity) -> Self {
        self.carried = most;
        self
    }

    /// How far any two doors of a halt may be apart on foot.
    #[must_use]
    pub const fn farthest(&self) -> Meters {
        self.farthest
    }

    /// The pace on foot in km/h.
    #[must_use]
    pub const fn speed(&self) -> f64 {
        self.speed
    }

    /// How much longer ways on foot are than the great circle.
    #[must_use]
    pub const fn detour(&self) -> f64 {
        self.detour
    }

    /// The most doors of a halt.
    #[must_use]
    pub const fn most_doors(&self) -> u32 {
        self.most_doors
    }

    /// The most that is carried on a walk.
    #[must_use]
    pub const fn carried(&self) -> Capacity {
        self.carried
    }
}
