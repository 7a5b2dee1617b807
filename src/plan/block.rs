//! What blocks a stop in each kind of vehicle, in numbers.

use std::fmt;

use super::{Dimension, Insertion};
use crate::model::{
    Capability, GoodsClass, GroupId, PackageId, StopId, Temperature, VehicleId, VehicleKind, Zip,
};
use crate::units::{Meters, Span, TimeOfDay};

/// The rule that keeps a stop out of the vehicles of one kind, at the place that comes closest.
///
/// Closest is the place with the least time missing, of all positions in the routes of that kind
/// and in its idle vehicles; a vehicle in which only time is missing is closer than one without
/// room, and that closer than one that may not serve the stop at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Blocked {
    /// The kind.
    pub kind: VehicleKind,
    /// The vehicle that comes closest, and where in its route.
    pub at: Insertion,
    /// Whether it has no route in the plan.
    pub idle: bool,
    /// The rule.
    pub rule: Obstacle,
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, at, rule) = (spoken(self.kind), &self.at, &self.rule);
        if self.idle {
            write!(f, "{kind} ({}, idle): {rule}", at.vehicle)
        } else {
            write!(f, "{kind} ({at}): {rule}")
        }
    }
}

/// A rule that a stop breaks at one place, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum Obstacle {
    /// The vehicle lacks a capability.
    Capability {
        /// Which one; the first of several.
        capability: Capability,
    },
    /// The vehicle has none of some capabilities of which one is needed.
    AnyCapability {
        /// Which.
        any_of: Vec<Capability>,
    },
    /// The vehicle is kept for what needs its capabilities, which the stop does not.
    Reserved,
    /// The stop is pinned to another vehicle.
    Pinned {
        /// To this one.
        to: VehicleId,
    },
    /// The vehicle's provider does not serve the postal code.
    OutsideTerritory {
        /// Which one.
        zip: Zip,
    },
    /// The stop lies outside the vehicle's radius.
    OutsideRadius {
        /// How far it is from the vehicle's start, straight.
        distance: Meters,
        /// The radius.
        radius: Meters,
    },
    /// The vehicle may not serve the stop for another reason.
    NotAllowed,
    /// The route has goods on board that may not be with those of the stop.
    Incompatible {
        /// A class of the stop's goods.
        goods: GoodsClass,
        /// A class on board that is incompatible with it.
        aboard: GoodsClass,
    },
    /// The route has a package on board from which one of the stop is kept apart.
    Apart {
        /// The package on board.
        aboard: PackageId,
        /// The group of both.
        group: GroupId,
    },
    /// The route keeps to another zone.
    OtherZone,
    /// Its route serves as many zones as it may, and the stop is in another.
    ZoneCap {
        /// As many zones a route may serve.
        most: u32,
    },
    /// The vehicle's provider may use no more vehicles.
    FleetCap {
        /// So many it may use.
        most: u32,
    },
    /// The vehicle has too little room left.
    Full {
        /// Of what.
        dimension: Dimension,
        /// What the stop takes.
        needs: u64,
        /// What is free.
        free: u64,
    },
    /// The vehicle has no compartment for packages of a temperature.
    NoCompartment {
        /// Which one.
        temperature: Temperature,
    },
    /// The compartment for packages of a temperature has too little room left.
    CompartmentFull {
        /// Which one.
        temperature: Temperature,
        /// What the route takes of it with the stop, in cm³.
        needs: u64,
        /// What it holds, in cm³.
        holds: u64,
    },
    /// The vehicle comes after the stop's last window.
    WindowClosed {
        /// When it comes at the earliest.
        arrival: TimeOfDay,
        /// When the last window closes.
        window_end: TimeOfDay,
    },
    /// With this stop the vehicle comes too late to a later one.
    LaterStop {
        /// The later stop.
        stop: StopId,
        /// When the vehicle comes there at the earliest.
        arrival: TimeOfDay,
        /// When the last window there closes.
        window_end: TimeOfDay,
    },
    /// With this stop the vehicle is back after its shift.
    ShiftEnds {
        /// When it is back at the earliest, or the stop is ready at the station.
        back: TimeOfDay,
        /// When the shift ends.
        shift_end: TimeOfDay,
    },
    /// With this stop there is no time for the breaks of the vehicle's driver.
    NoTimeForBreaks,
    /// With this stop the vehicle keeps to its duty or driving on free roads, and in traffic not.
    TrafficTooSlow {
        /// How long it would be out on free roads.
        free: Span,
    },
    /// With this stop the vehicle drives longer than it may.
    DrivingTooLong {
        /// How long it would drive.
        needs: Span,
        /// How long it may drive.
        limit: Span,
    },
    /// With this stop the vehicle goes farther than it may.
    RangeExceeded {
        /// How far it would go.
        needs: Meters,
        /// How far it may go.
        range: Meters,
    },
    /// With this stop the vehicle is out longer than it may.
    DutyTooLong {
        /// How long it is out at least.
        needs: Span,
        /// How long it may be.
        limit: Span,
    },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capability { capability } => write!(f, "is not capable of {capability}"),
            Self::AnyCapability { any_of } => {
                write!(f, "is not capable of {}", either(any_of))
            }
            Self::Reserved => f.write_str("is kept for what needs its capabilities"),
            Self::Pinned { to } => write!(f, "the stop is pinned to {to}"),
            Self::OutsideTerritory { zip } => write!(f, "its provider does not serve {zip}"),
            Self::OutsideRadius { distance, radius } => {
                write!(f, "lies {distance} from its start, its radius is {radius}")
            }
            Self::NotAllowed => f.write_str("may not serve the stop"),
            Self::Incompatible { goods, aboard } => {
                write!(
                    f,
                    "has {aboard} on board, which is incompatible with {goods}"
                )
            }
            Self::Apart { aboard, group } => {
                write!(f, "has {aboard} on board, which is kept apart as {group}")
            }
            Self::OtherZone => f.write_str("keeps to another zone"),
            Self::ZoneCap { most } => write!(f, "may serve no more zones than {most}"),
            Self::FleetCap { most } => write!(f, "its provider may use {most} vehicles"),
            Self::Full {
                dimension,
                needs,
                free,
            } => {
                let unit = dimension.unit();
                write!(f, "takes {needs} {unit}, and {free} {unit} are free")
            }
            Self::NoCompartment { temperature } => {
                write!(f, "has no {temperature} compartment")
            }
            Self::CompartmentFull {
                temperature,
                needs,
                holds,
            } => write!(
                f,
                "would need {needs} cm3 of its {temperature} compartment, which holds {holds}"
            ),
            late => late.fmt_late(f),
        }
    }
}

impl Obstacle {
    /// Those of time and of the way.
    fn fmt_late(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WindowClosed {
                arrival,
                window_end,
            } => write!(
                f,
                "comes at {}, after the window closes at {window_end}",
                arrival.hms()
            ),
            Self::LaterStop {
                stop,
                arrival,
                window_end,
            } => write!(
                f,
                "would come to {stop} at {}, after its window closes at {window_end}",
                arrival.hms()
            ),
            Self::ShiftEnds { back, shift_end } => write!(
                f,
                "would be back at {}, after its shift ends at {shift_end}",
                back.hms()
            ),
            Self::NoTimeForBreaks => f.write_str("would have no time for its driver's breaks"),
            Self::TrafficTooSlow { free } => {
                write!(f, "would be out too long in traffic, {free} on free roads")
            }
            Self::DrivingTooLong { needs, limit } => {
                write!(f, "would drive for {needs}, longer than its {limit}")
            }
            Self::RangeExceeded { needs, range } => {
                write!(f, "would go {needs}, farther than its range of {range}")
            }
            Self::DutyTooLong { needs, limit } => {
                write!(f, "would be out for {needs}, longer than its {limit}")
            }
            _ => Ok(()),
        }
    }
}

/// Names with "or" between them.
pub(super) fn either(any_of: &[Capability]) -> String {
    let names: Vec<&str> = any_of.iter().map(Capability::as_str).collect();
    names.join(" or ")
}

/// A kind as people say it.
pub(super) fn spoken(kind: VehicleKind) -> String {
    kind.as_str().replace('_', " ")
}

/// Lists that many packages share are written out for each of them.
#[cfg(feature = "serde")]
pub(super) mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::plan) fn empty<T>() -> Arc<[T]> {
        Arc::from([])
    }

    pub(in crate::plan) fn serialize<T: Serialize, S: Serializer>(
        list: &Arc<[T]>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        list.as_ref().serialize(to)
    }

    pub(in crate::plan) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Arc<[T]>, D::Error> {
        Vec::deserialize(from).map(Arc::from)
    }
}
