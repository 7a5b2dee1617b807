//! What an event changes for those who wait.

use super::AttemptReason;
use crate::model::{PackageId, StopId, VehicleId};
use crate::units::TimeOfDay;

/// What one event changed.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Effects {
    /// Stops with another expected arrival, in driving order.
    pub etas: Vec<EtaChange>,
    /// What customers may be told, in driving order.
    pub notifications: Vec<Notification>,
}

/// A stop whose expected arrival changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct EtaChange {
    /// Whose route it is on.
    pub vehicle: VehicleId,
    /// Which stop.
    pub stop: StopId,
    /// What was expected.
    pub was: Option<TimeOfDay>,
    /// What is expected now; `None` when no vehicle is on its way there any more.
    pub eta: Option<TimeOfDay>,
}

/// Something a customer may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(tag = "notification", rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum Notification {
    /// The vehicle that brings it, or comes for it, has left the station.
    OutForDelivery {
        /// Which package.
        package: PackageId,
        /// When it is expected.
        eta: TimeOfDay,
    },
    /// The vehicle drives to this customer now. Once a package.
    Next {
        /// Which package.
        package: PackageId,
        /// When it is expected.
        eta: TimeOfDay,
    },
    /// It comes later than the customer was last told, by more than the threshold; or not today.
    Delayed {
        /// Which package.
        package: PackageId,
        /// What the customer was told last.
        told: TimeOfDay,
        /// When it is expected now; `None` when no vehicle is on its way any more.
        eta: Option<TimeOfDay>,
    },
    /// It was handed over.
    Delivered {
        /// Which package.
        package: PackageId,
        /// When.
        at: TimeOfDay,
    },
    /// It was collected: a return, or what is now on its way to its door.
    PickedUp {
        /// Which package.
        package: PackageId,
        /// When.
        at: TimeOfDay,
    },
    /// An attempt failed.
    Attempted {
        /// Which package.
        package: PackageId,
        /// When.
        at: TimeOfDay,
        /// Why.
        reason: AttemptReason,
        /// How many were made, this one and those of other days included.
        attempts: u8,
        /// Whether there will be no further one.
        last: bool,
    },
}
