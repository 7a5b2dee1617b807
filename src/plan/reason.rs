//! Why a package is left: a true sentence with the numbers that decide.

use std::fmt;

use crate::model::{Capability, GroupId, PackageId, Temperature, VehicleId, Zip};
use crate::units::{Meters, Span, TimeOfDay};

/// What a load is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Dimension {
    /// Items.
    Count,
    /// Cubic centimetres.
    Volume,
    /// Grams.
    Weight,
}

impl Dimension {
    /// The unit, as printed after a number.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Count => "items",
            Self::Volume => "cm3",
            Self::Weight => "g",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Count => "count",
            Self::Volume => "volume",
            Self::Weight => "weight",
        })
    }
}

/// Why a package is on no route.
///
/// All but [`Reason::NoRoom`], [`Reason::NoInsertion`] and [`Reason::NotTogether`] hold for any plan of the day: no vehicle could serve the stop even
/// with nothing else to do. Where vehicles fail for different reasons, the numbers are those of
/// the vehicle that comes closest.
///
/// ```
/// use doorstep::plan::{Dimension, Reason};
/// let reason = Reason::TooLarge { dimension: Dimension::Weight, needs: 40_000, largest: 25_000 };
/// assert_eq!(
///     reason.to_string(),
///     "takes 40000 g, and the largest vehicle that may serve it holds 25000 g"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum Reason {
    /// The day has no vehicle.
    NoVehicle,
    /// The stop takes more than any vehicle that may serve it holds.
    TooLarge {
        /// Where it is too large.
        dimension: Dimension,
        /// What the stop takes.
        needs: u64,
        /// What the largest vehicle holds.
        largest: u64,
    },
    /// No vehicle has all the capabilities the stop needs.
    MissingCapability {
        /// A capability that is missing.
        capability: Capability,
    },
    /// No vehicle has one of some capabilities of which the stop needs one.
    MissingAnyCapability {
        /// Which.
        any_of: Vec<Capability>,
    },
    /// No vehicle that could serve it has a compartment for its temperature.
    NoCompartment {
        /// Which one.
        temperature: Temperature,
    },
    /// It takes more of a compartment than that of any vehicle that may serve it holds.
    CompartmentTooSmall {
        /// Which one.
        temperature: Temperature,
        /// What the stop takes of it, in cm³.
        needs: u64,
        /// What the largest holds, in cm³.
        largest: u64,
    },
    /// Every vehicle that could serve it is kept for what needs its capabilities.
    OnlyReserved,
    /// It is at the station, and every vehicle that could serve it has left.
    VehiclesLeft,
    /// Every vehicle that could serve it has had a package of a group of which it takes no other.
    OnlyApart {
        /// The group.
        group: GroupId,
    },
    /// Vehicles could serve it, but none of a provider that may serve its postal code.
    OutsideTerritories {
        /// The postal code.
        zip: Zip,
    },
    /// It lies outside the radius of every vehicle that could serve it otherwise; the numbers are
    /// those of the one that comes closest.
    OutsideRadius {
        /// How far it is from that vehicle's start, straight.
        distance: Meters,
        /// The vehicle's radius.
        radius: Meters,
    },
    /// The one vehicle it is pinned to cannot, for the reason inside.
    PinnedVehicle {
        /// The vehicle.
        vehicle: VehicleId,
        /// Why that vehicle cannot serve it.
        because: Box<Reason>,
    },
    /// It is collected on the way, and a vehicle that does nothing else cannot do both, for the
    /// reason inside.
    CollectedFirst {
        /// Why.
        because: Box<Reason>,
    },
    /// It rides only with a package that no vehicle could serve, for the reason inside.
    RidesWith {
        /// The other package of its group.
        package: PackageId,
        /// The group.
        group: GroupId,
        /// Why no vehicle could serve that package.
        because: Box<Reason>,
    },
    /// A vehicle could serve each package of its group alone, but this plan has no route for all of
    /// them: they were tried on every route and in an idle vehicle of each type, one after the other
    /// where each was cheapest; or, on a day that goes on, others of it are with a vehicle that
    /// cannot take it.
    NotTogether {
        /// The group.
        group: GroupId,
        /// How many packages it has.
        packages: u32,
    },
    /// Where it is collected and where it is brought are in different zones, and routes keep to one.
    TwoZones,
    /// A vehicle that does nothing else is back after its shift ends.
    OutOfReach {
        /// When it would be back at the earliest.
        back: TimeOfDay,
        /// When the shift ends.
        shift_end: TimeOfDay,
    },
    /// A vehicle that does nothing else has no time for its driver's breaks.
    NoTimeForBreaks,
    /// A vehicle that does nothing else keeps to its duty or driving on free roads, and in traffic
    /// not.
    TrafficTooSlow {
        /// How long it would be out on free roads.
        free: Span,
    },
    /// A vehicle that does nothing else is out longer than it may.
    DutyTooLong {
        /// How long it would be out at least.
        needs: Span,
        /// How long it may be out.
        limit: Span,
    },
    /// A vehicle that does nothing else drives longer than it may.
    DrivingTooLong {
        /// How long it would drive.
        needs: Span,
        /// How long it may drive.
        limit: Span,
    },
    /// A vehicle that does nothing else goes farther than it may.
    RangeExceeded {
        /// How far it would go.
        needs: Meters,
        /// How far it may go.
        range: Meters,
    },
    /// A vehicle that drives straight there arrives after the last window closed.
    WindowUnreachable {
        /// When it would arrive at the earliest.
        earliest_arrival: TimeOfDay,
        /// When the last window closes; of a halt with a walk, when it may start at the latest.
        window_end: TimeOfDay,
    },
    /// The windows of the packages, cut to the delivery hours, leave no instant.
    NoWindow,
    /// Some vehicle could serve it alone, but this plan has no room for it: it was tried at every
    /// position of every route and in every idle vehicle, and there also in place of each one other
    /// stop, which then found no place elsewhere.
    NoRoom,
    /// As [`Reason::NoRoom`], but it was not tried in place of another stop: the plan leaves too
    /// many stops to do that for all.
    NoInsertion,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVehicle => f.write_str("the day has no vehicle"),
            Self::TooLarge {
                dimension,
                needs,
                largest,
            } => {
                let unit = dimension.unit();
                write!(
                    f,
                    "takes {needs} {unit}, and the largest vehicle that may serve it holds \
                     {largest} {unit}"
                )
            }
            Self::MissingCapability { capability } => {
                write!(f, "no vehicle that may serve it is capable of {capability}")
            }
            Self::MissingAnyCapability { any_of } => {
                let names = super::block::either(any_of);
                write!(f, "no vehicle that may serve it is capable of {names}")
            }
            Self::NoCompartment { temperature } => {
                write!(
                    f,
                    "no vehicle that may serve it has a {temperature} compartment"
                )
            }
            Self::CompartmentTooSmall {
                temperature,
                needs,
                largest,
            } => write!(
                f,
                "takes {needs} cm3 {temperature}, and the largest compartment that may take it \
                 holds {largest} cm3"
            ),
            Self::OnlyReserved => f.write_str(
                "every vehicle that could serve it is kept for what needs its capabilities",
            ),
            Self::VehiclesLeft => {
                f.write_str("is at the station, and every vehicle that could serve it has left")
            }
            Self::OnlyApart { group } => write!(
                f,
                "every vehicle that could serve it has had a package of {group}, from which it is apart"
            ),
            Self::OutsideTerritories { zip } => {
                write!(f, "no provider of a vehicle for it may serve {zip}")
            }
            Self::OutsideRadius { distance, radius } => write!(
                f,
                "lies {distance} from where a vehicle for it starts, the radius is {radius}"
            ),
            Self::PinnedVehicle { vehicle, because } => {
                write!(f, "pinned to vehicle {vehicle}: {because}")
            }
            Self::CollectedFirst { because } => write!(f, "collected on the way: {because}"),
            late => late.fmt_late(f),
        }
    }
}

impl Reason {
    /// Those of time, of the way and of the plan.
    fn fmt_late(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfReach { back, shift_end } => write!(
                f,
                "a vehicle doing nothing else would be back at {back}, after its shift ends at \
                 {shift_end}"
            ),
            Self::DutyTooLong { needs, limit } => write!(
                f,
                "a vehicle doing nothing else would be out for {needs}, longer than its {limit}"
            ),
            Self::NoTimeForBreaks => f.write_str(
                "a vehicle doing nothing else would have no time for its driver's breaks",
            ),
            Self::TrafficTooSlow { free } => write!(
                f,
                "a vehicle doing nothing else would be out too long in traffic, {free} on free roads"
            ),
            Self::DrivingTooLong { needs, limit } => write!(
                f,
                "a vehicle doing nothing else would drive for {needs}, longer than its {limit}"
            ),
            Self::RangeExceeded { needs, range } => write!(
                f,
                "a vehicle doing nothing else would go {needs}, farther than its range of {range}"
            ),
            Self::WindowUnreachable {
                earliest_arrival,
                window_end,
            } => write!(
                f,
                "a vehicle driving straight there arrives at {earliest_arrival}, after the last \
                 window closes at {window_end}"
            ),
            Self::TwoZones => {
                f.write_str("its two places are in two zones, and routes keep to one")
            }
            Self::RidesWith {
                package,
                group,
                because,
            } => write!(f, "rides only with package {package} of {group}: {because}"),
            Self::NotTogether { group, packages } => write!(
                f,
                "a vehicle could serve it alone, but no route or idle vehicle of this plan takes all \
                 {packages} packages of {group}"
            ),
            Self::NoWindow => f.write_str("its windows leave no time in the delivery hours"),
            Self::NoRoom => f.write_str(
                "a vehicle could serve it alone, but it fits at no position of any route and in no \
                 idle vehicle of this plan, nor in place of a stop that fits elsewhere",
            ),
            Self::NoInsertion => f.write_str(
                "a vehicle could serve it alone, but it fits at no position of any route and in no \
                 idle vehicle of this plan",
            ),
            _ => Ok(()),
        }
    }
}
