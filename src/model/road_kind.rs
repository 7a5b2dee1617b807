//! Kinds of roads, by how long legs are.

use super::vehicle::VehicleKind;
use crate::units::Span;

/// How fast traffic is on one kind of road, by hour and kind of vehicle; see
/// [`Traffic::with_road`](super::Traffic::with_road).
///
/// Legs are lengths and no paths, so the kind of road follows from how long a leg takes on free roads:
/// short ones stay on local streets, longer ones take a main road, the longest the motorway. It is the
/// time and not the distance that decides, as every form of travel knows it. A leg is driven at the
/// speeds of one kind from its beginning to its end, so that whoever leaves later arrives no earlier,
/// on each leg; a longer leg may well take less time than a shorter one at the same hour.
///
/// ```
/// use doorstep::Span;
/// use doorstep::model::{RoadKind, Traffic, VehicleKind};
///
/// // Legs of ten minutes and more, which a van spends on a motorway, and a bicycle does not.
/// let motorway = RoadKind::new(Span::from_minutes(10)).with_speed(7..9, 40);
/// let motorway = motorway.with_kind(VehicleKind::Bicycle, [100; 24]);
/// let traffic = Traffic::free().with_speed(7..9, 70).with_road(motorway);
/// let van = VehicleKind::CargoVan;
/// assert_eq!(traffic.speeds_on(van, Span::from_minutes(9))[8], 70);
/// assert_eq!(traffic.speeds_on(van, Span::from_minutes(10))[8], 40);
/// assert_eq!(traffic.speeds_on(VehicleKind::Bicycle, Span::from_hours(1))[8], 100);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct RoadKind {
    from: Span,
    by_hour: [u8; 24],
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    kinds: Vec<(VehicleKind, [u8; 24])>,
}

impl RoadKind {
    /// Free all day, for legs that take as long as this or longer on free roads.
    #[must_use]
    pub const fn new(shortest: Span) -> Self {
        Self {
            from: shortest,
            by_hour: [100; 24],
            kinds: Vec::new(),
        }
    }

    /// One speed for some hours, as `7..10` for seven to ten o'clock: per cent of the speed on a free
    /// road, 5 to 100. Hours after the 24th are passed over.
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

    /// What the shortest legs that take it last on free roads.
    #[must_use]
    pub const fn shortest(&self) -> Span {
        self.from
    }

    /// Per cent of the speed on a free road in each hour, of vehicles whose kind has none of its own.
    #[must_use]
    pub const fn speeds(&self) -> [u8; 24] {
        self.by_hour
    }

    /// The speeds that were stated for a kind of vehicle.
    #[must_use]
    pub fn own_speeds(&self, kind: VehicleKind) -> Option<[u8; 24]> {
        own(&self.kinds, kind)
    }

    /// Every speed that is stated.
    pub(super) fn all(&self) -> impl Iterator<Item = u8> + '_ {
        let kinds = self.kinds.iter().flat_map(|(_, speeds)| *speeds);
        self.by_hour.into_iter().chain(kinds)
    }
}

/// The speeds of a kind of vehicle in a list.
pub(super) fn own(all: &[(VehicleKind, [u8; 24])], kind: VehicleKind) -> Option<[u8; 24]> {
    let found = all.iter().find(|(known, _)| *known == kind);
    found.map(|(_, speeds)| *speeds)
}

/// States one speed for some hours; those after the 24th are passed over.
pub(super) fn set_hours(speeds: &mut [u8; 24], hours: std::ops::Range<usize>, percent: u8) {
    for hour in hours {
        if let Some(speed) = speeds.get_mut(hour) {
            *speed = percent;
        }
    }
}

/// States the speeds of a kind of vehicle in a list.
pub(super) fn set_own(
    all: &mut Vec<(VehicleKind, [u8; 24])>,
    kind: VehicleKind,
    percent: [u8; 24],
) {
    all.retain(|(known, _)| *known != kind);
    all.push((kind, percent));
}
