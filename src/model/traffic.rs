//! Speeds by the hour.

use super::travel_spec::TravelSpec;
use super::vehicle::VehicleKind;

/// How fast traffic is in each hour of the day: per cent of the speed on a free road, 5 to 100.
///
/// The same every day; the first entry is for midnight to one o'clock. A leg that lasts over the
/// full hour is driven at both speeds, so whoever leaves later never arrives earlier.
///
/// ```
/// use doorstep::model::{GreatCircle, Traffic, TravelSpec, VehicleKind};
///
/// let peaks = Traffic::free().with_speed(7..10, 60).with_speed(16..19, 50);
/// // A bicycle does not mind.
/// let traffic = peaks.with_kind(VehicleKind::Bicycle, [100; 24]);
/// let travel = TravelSpec::hourly(GreatCircle::default(), traffic);
/// assert_eq!(travel.traffic().unwrap().speeds(VehicleKind::CargoVan)[17], 50);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Traffic {
    by_hour: [u8; 24],
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    kinds: Vec<(VehicleKind, [u8; 24])>,
}

impl Traffic {
    /// Free roads all day.
    #[must_use]
    pub const fn free() -> Self {
        Self::by_hour([100; 24])
    }

    /// These speeds.
    #[must_use]
    pub const fn by_hour(percent: [u8; 24]) -> Self {
        Self {
            by_hour: percent,
            kinds: Vec::new(),
        }
    }

    /// One speed for some hours, as `7..10` for seven to ten o'clock; hours after the 24th are
    /// passed over.
    #[must_use]
    pub fn with_speed(mut self, hours: std::ops::Range<usize>, percent: u8) -> Self {
        for hour in hours {
            if let Some(speed) = self.by_hour.get_mut(hour) {
                *speed = percent;
            }
        }
        self
    }

    /// Speeds of one kind of vehicle, in place of those for all.
    #[must_use]
    pub fn with_kind(mut self, kind: VehicleKind, percent: [u8; 24]) -> Self {
        self.kinds.retain(|(known, _)| *known != kind);
        self.kinds.push((kind, percent));
        self
    }

    /// Per cent of the speed on a free road in each hour.
    #[must_use]
    pub fn speeds(&self, kind: VehicleKind) -> [u8; 24] {
        let own = self.kinds.iter().find(|(known, _)| *known == kind);
        own.map_or(self.by_hour, |(_, speeds)| *speeds)
    }

    /// Every speed that is stated.
    pub(super) fn all(&self) -> impl Iterator<Item = u8> + '_ {
        let kinds = self.kinds.iter().flat_map(|(_, speeds)| *speeds);
        self.by_hour.into_iter().chain(kinds)
    }
}

/// Travel that is slower in some hours than what another form says.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Hourly {
    pub(super) free: TravelSpec,
    pub(super) traffic: Traffic,
}

impl Hourly {
    /// Travel on a free road.
    #[must_use]
    pub const fn free(&self) -> &TravelSpec {
        &self.free
    }

    /// Speeds by the hour.
    #[must_use]
    pub const fn traffic(&self) -> &Traffic {
        &self.traffic
    }
}
