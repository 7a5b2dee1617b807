//! Speeds by the hour.

use super::road_kind::{RoadKind, own, set_hours, set_own};
use super::travel_spec::TravelSpec;
use super::vehicle::VehicleKind;
use crate::units::Span;

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
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    roads: Vec<RoadKind>,
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
            roads: Vec::new(),
        }
    }

    /// One speed for some hours, as `7..10` for seven to ten o'clock; hours after the 24th are
    /// passed over.
    #[must_use]
    pub fn with_speed(mut self, hours: std::ops::Range<usize>, percent: u8) -> Self {
        set_hours(&mut self.by_hour, hours, percent);
        self
    }

    /// Speeds of one kind of vehicle, in place of those for all.
    #[must_use]
    pub fn with_kind(mut self, kind: VehicleKind, percent: [u8; 24]) -> Self {
        set_own(&mut self.kinds, kind, percent);
        self
    }

    /// A kind of road with speeds of its own, for legs that are as long as it says or longer, up to
    /// the next kind; the speeds stated otherwise are those of the shortest legs. Up to eight, no two
    /// from the same length on.
    #[must_use]
    pub fn with_road(mut self, road: RoadKind) -> Self {
        self.roads.push(road);
        self
    }

    /// Per cent of the speed on a free road in each hour, on the shortest legs.
    #[must_use]
    pub fn speeds(&self, kind: VehicleKind) -> [u8; 24] {
        own(&self.kinds, kind).unwrap_or(self.by_hour)
    }

    /// Per cent of the speed on a free road in each hour, on a leg that takes `free` there: what its
    /// kind of road says of the kind of vehicle, else what is said of the kind of vehicle on all roads,
    /// else what its kind of road says of all vehicles.
    #[must_use]
    pub fn speeds_on(&self, kind: VehicleKind, free: Span) -> [u8; 24] {
        let fitting = self.roads.iter().filter(|road| road.shortest() <= free);
        let Some(road) = fitting.max_by_key(|road| road.shortest()) else {
            return self.speeds(kind);
        };
        let stated = road.own_speeds(kind).or_else(|| own(&self.kinds, kind));
        stated.unwrap_or_else(|| road.speeds())
    }

    /// The kinds of roads, in the order stated.
    #[must_use]
    pub fn roads(&self) -> &[RoadKind] {
        &self.roads
    }

    /// Every speed that is stated.
    pub(super) fn all(&self) -> impl Iterator<Item = u8> + '_ {
        let kinds = self.kinds.iter().flat_map(|(_, speeds)| *speeds);
        let roads = self.roads.iter().flat_map(RoadKind::all);
        self.by_hour.into_iter().chain(kinds).chain(roads)
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
