//! What can happen in a day.

use std::fmt;

use super::NewRoute;
use crate::model::{DriverId, Package, PackageId, StopId, TimeWindow, VehicleId};
use crate::units::{Span, TimeOfDay};

/// Something that happened, and when.
///
/// Written as one flat object: `{"event":"delivered","at":"09:12","package":"P7"}`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum Event {
    /// A vehicle left its start with all packages of its route that are still to be delivered.
    Departed {
        /// When.
        at: TimeOfDay,
        /// Which vehicle.
        vehicle: VehicleId,
    },
    /// A vehicle halted at a stop of its route, the next or another one. Packages of the stop it
    /// stood at that nothing was said about stay on board, and that stop becomes its last one.
    Arrived {
        /// When.
        at: TimeOfDay,
        /// Which vehicle.
        vehicle: VehicleId,
        /// Where: a stop not yet served, or one with a failed attempt that may be repeated.
        stop: StopId,
    },
    /// A package was handed over at the stop where its vehicle stands.
    Delivered {
        /// When.
        at: TimeOfDay,
        /// Which package.
        package: PackageId,
    },
    /// An attempt at a door failed; the package rides on, or waits on for being picked up.
    Attempted {
        /// When.
        at: TimeOfDay,
        /// Which package.
        package: PackageId,
        /// Why.
        reason: AttemptReason,
    },
    /// The customer does not want a delivery. It rides back and is not tried again.
    Refused {
        /// When.
        at: TimeOfDay,
        /// Which package.
        package: PackageId,
    },
    /// A package that was reported as delivered is not where it belongs.
    Misdelivered {
        /// When it was found out.
        at: TimeOfDay,
        /// Which package.
        package: PackageId,
    },
    /// A package that should be at the station or on a vehicle is not.
    Lost {
        /// When it was found out.
        at: TimeOfDay,
        /// Which package.
        package: PackageId,
    },
    /// A package at the station or on a vehicle is broken, and will not be delivered.
    Damaged {
        /// When it was found out.
        at: TimeOfDay,
        /// Which package.
        package: PackageId,
    },
    /// A return was collected at the stop where its vehicle stands, or a package that is collected on
    /// the way to its door.
    PickedUp {
        /// When.
        at: TimeOfDay,
        /// Which package.
        package: PackageId,
    },
    /// A vehicle will be later than expected: at its departure, on its way, or at a stop.
    Delayed {
        /// When it was reported.
        at: TimeOfDay,
        /// Which vehicle.
        vehicle: VehicleId,
        /// By how much more than what was reported before; above 0.
        by: Span,
    },
    /// A vehicle broke down and drives no further. What is on board stays there.
    VehicleOut {
        /// When.
        at: TimeOfDay,
        /// Which vehicle.
        vehicle: VehicleId,
    },
    /// The driver of a vehicle can work no further today. What is on board stays there. On a day
    /// that has drivers, a vehicle that has not left waits for another one.
    DriverOut {
        /// When.
        at: TimeOfDay,
        /// The vehicle.
        vehicle: VehicleId,
    },
    /// One more package is at the station, or to be picked up. It is on no route.
    PackageAdded {
        /// When.
        at: TimeOfDay,
        /// The package, under an id that is new to the day.
        package: Box<Package>,
    },
    /// A package is no longer wanted. One on board rides back.
    PackageCancelled {
        /// When.
        at: TimeOfDay,
        /// Which package.
        package: PackageId,
    },
    /// The customer wants a package at another time of this day.
    WindowChanged {
        /// When it was asked for; later than what was asked for before.
        at: TimeOfDay,
        /// Which package.
        package: PackageId,
        /// In place of all windows before; none means the delivery hours.
        windows: Vec<TimeWindow>,
    },
    /// A vehicle came to where another one is out of order and took over all that lay in that: it
    /// goes on from there, with what it was to do before and then those stops.
    TakenOver {
        /// When all was loaded.
        at: TimeOfDay,
        /// Which vehicle: one without a route, or one that drives.
        vehicle: VehicleId,
        /// The one that is out of order.
        from: VehicleId,
        /// Who drives, on a day that has drivers: one without a route, for a vehicle without one;
        /// the driver of a vehicle that drives stays.
        #[cfg_attr(
            feature = "serde",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        driver: Option<DriverId>,
    },
    /// Vehicles have new routes from now on, later ones than any before: those of [`Day::replan`](super::Day::replan) or
    /// others. Vehicles that are not named go on as they are.
    Replanned {
        /// When.
        at: TimeOfDay,
        /// The routes. A package that was on one of these vehicles' routes and is on none of the
        /// new ones waits at the station, or rides back where it is loaded.
        routes: Vec<NewRoute>,
    },
    /// A vehicle is back at its end with all that is still on board, which counts as being at
    /// the station.
    Returned {
        /// When.
        at: TimeOfDay,
        /// Which vehicle.
        vehicle: VehicleId,
    },
}

impl Event {
    /// When it happened, or was reported.
    #[must_use]
    pub const fn at(&self) -> TimeOfDay {
        match self {
            Self::Departed { at, .. }
            | Self::Arrived { at, .. }
            | Self::Delivered { at, .. }
            | Self::Attempted { at, .. }
            | Self::Refused { at, .. }
            | Self::Misdelivered { at, .. }
            | Self::Lost { at, .. }
            | Self::Damaged { at, .. }
            | Self::PickedUp { at, .. }
            | Self::Delayed { at, .. }
            | Self::VehicleOut { at, .. }
            | Self::DriverOut { at, .. }
            | Self::PackageAdded { at, .. }
            | Self::PackageCancelled { at, .. }
            | Self::WindowChanged { at, .. }
            | Self::TakenOver { at, .. }
            | Self::Replanned { at, .. }
            | Self::Returned { at, .. } => *at,
        }
    }
}

/// Why a package could not be handed over, or picked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum AttemptReason {
    /// Nobody opened, and the package may not be left.
    NotHome,
    /// The driver could not get to the door.
    NoAccess,
    /// No place was safe enough to leave it.
    NoSafePlace,
    /// The address does not exist or is another's.
    WrongAddress,
    /// The business was closed.
    Closed,
    /// The locker had no free compartment.
    LockerFull,
    /// The recipient could not show an identity card, or is too young.
    NoIdentity,
    /// The driver was in danger: a dog, a flood.
    Unsafe,
    /// A return was not ready to be picked up.
    NotReady,
    /// Anything else, in words.
    Other(String),
}

impl fmt::Display for AttemptReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NotHome => "nobody was home",
            Self::NoAccess => "the door could not be reached",
            Self::NoSafePlace => "there was no safe place to leave it",
            Self::WrongAddress => "the address is wrong",
            Self::Closed => "the business was closed",
            Self::LockerFull => "the locker was full",
            Self::NoIdentity => "no identity card was shown",
            Self::Unsafe => "the door was not safe to go to",
            Self::NotReady => "it was not ready to be picked up",
            Self::Other(words) => words,
        })
    }
}
