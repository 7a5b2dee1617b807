//! What packages take and vehicles hold: items, volume and weight.

use std::fmt;

/// cm³ in a cubic foot: 30.48³.
const CUBIC_FOOT_CM3: f64 = 28_316.846_592;

/// Items, volume and weight of one or several packages. Any values may be stated; a day checks
/// them against [`Load::MAX`].
///
/// ```
/// use doorstep::units::{Capacity, Load};
///
/// let parcel = Load { count: 1, volume_cm3: 12_000, weight_g: 4_500 };
/// let bag = Capacity::UNLIMITED.with_count(1);
/// assert!(parcel.fits(&bag));
/// assert!(!parcel.checked_add(parcel).unwrap().fits(&bag));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Load {
    /// Number of items.
    pub count: u32,
    /// Volume in cm³.
    pub volume_cm3: u64,
    /// Weight in grams.
    pub weight_g: u64,
}

impl Load {
    /// Nothing.
    pub const ZERO: Self = Self {
        count: 0,
        volume_cm3: 0,
        weight_g: 0,
    };

    /// The most one package may take, in each dimension: 2²⁰ items, 2⁴⁰ cm³ and 2⁴⁰ g (about
    /// a million of each of item, m³ and tonne). The sums of a day then stay inside u64.
    pub const MAX: Self = Self {
        count: 1 << 20,
        volume_cm3: 1 << 40,
        weight_g: 1 << 40,
    };

    /// One item without volume and weight.
    pub const ONE: Self = Self {
        count: 1,
        volume_cm3: 0,
        weight_g: 0,
    };

    /// The sum, dimension by dimension; `None` when one does not fit its integer.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match (
            self.count.checked_add(other.count),
            self.volume_cm3.checked_add(other.volume_cm3),
            self.weight_g.checked_add(other.weight_g),
        ) {
            (Some(count), Some(volume_cm3), Some(weight_g)) => Some(Self {
                count,
                volume_cm3,
                weight_g,
            }),
            _ => None,
        }
    }

    /// The difference, dimension by dimension; `None` when one would be negative.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match (
            self.count.checked_sub(other.count),
            self.volume_cm3.checked_sub(other.volume_cm3),
            self.weight_g.checked_sub(other.weight_g),
        ) {
            (Some(count), Some(volume_cm3), Some(weight_g)) => Some(Self {
                count,
                volume_cm3,
                weight_g,
            }),
            _ => None,
        }
    }

    /// True when no dimension is above `capacity`.
    #[must_use]
    pub fn fits(&self, capacity: &Capacity) -> bool {
        capacity.count.is_none_or(|most| self.count <= most)
            && capacity
                .volume_cm3
                .is_none_or(|most| self.volume_cm3 <= most)
            && capacity.weight_g.is_none_or(|most| self.weight_g <= most)
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items = if self.count == 1 { "item" } else { "items" };
        let (count, volume, weight) = (self.count, self.volume_cm3, self.weight_g);
        write!(f, "{count} {items}, {volume} cm3, {weight} g")
    }
}

/// The most a vehicle takes, by dimension; `None` is unlimited.
///
/// ```
/// use doorstep::units::Capacity;
///
/// let van = Capacity::UNLIMITED.with_cubic_feet(300.0).with_count(180);
/// assert_eq!(van.volume_cm3, Some(8_495_053));
/// assert_eq!(van.weight_g, None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Capacity {
    /// Number of items.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub count: Option<u32>,
    /// Volume in cm³.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub volume_cm3: Option<u64>,
    /// Weight in grams.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub weight_g: Option<u64>,
}

impl Capacity {
    /// No limit in any dimension.
    pub const UNLIMITED: Self = Self {
        count: None,
        volume_cm3: None,
        weight_g: None,
    };

    /// At most `items`.
    #[must_use]
    pub const fn with_count(mut self, items: u32) -> Self {
        self.count = Some(items);
        self
    }

    /// At most `cm3` of volume.
    #[must_use]
    pub const fn with_volume_cm3(mut self, cm3: u64) -> Self {
        self.volume_cm3 = Some(cm3);
        self
    }

    /// At most `grams` of weight.
    #[must_use]
    pub const fn with_weight_g(mut self, grams: u64) -> Self {
        self.weight_g = Some(grams);
        self
    }

    /// At most `feet` cubic feet of volume (28,316.846592 cm³ each, rounded down).
    ///
    /// A number that is negative or not finite is kept as a volume beyond every limit, which is
    /// reported when the day is built.
    #[must_use]
    pub fn with_cubic_feet(self, feet: f64) -> Self {
        let cm3 = (feet * CUBIC_FOOT_CM3).floor();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative; too large saturates and is reported"
        )]
        self.with_volume_cm3(if cm3 >= 0.0 { cm3 as u64 } else { u64::MAX })
    }
}
