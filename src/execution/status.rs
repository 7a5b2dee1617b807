//! Where packages and vehicles are.

use super::{AttemptReason, NewBreak};
use crate::model::{DriverId, PackageId, Place, StopId, VehicleId};
use crate::units::{Date, Load, TimeOfDay};

/// How far a package is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Status {
    /// On no route, and not yet tried today.
    Unplanned,
    /// With a carrier.
    Tendered,
    /// On a route: to be loaded, to be collected on the way, or to be picked up.
    Planned,
    /// Loaded and on its way.
    OnBoard,
    /// Handed over.
    Delivered,
    /// Collected from the customer.
    PickedUp,
    /// An attempt failed.
    Attempted,
    /// The customer does not want it.
    Refused,
    /// It was out today and came back without an attempt.
    BroughtBack,
    /// Reported as delivered, and not where it belongs.
    Misdelivered,
    /// Gone.
    Lost,
    /// Broken.
    Damaged,
    /// No longer wanted.
    Cancelled,
}

/// Who has a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Whereabouts {
    /// The station.
    Station,
    /// The vehicle it is on.
    Vehicle,
    /// Whoever sends it, before it is collected on the way to its door.
    Sender,
    /// The customer: before a return is picked up, and after a delivery.
    Customer,
    /// A carrier.
    Carrier,
    /// Nobody knows.
    Unknown,
}

/// One failed try at a door.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Attempt {
    /// The date of the day, if the request states it.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub date: Option<Date>,
    /// When.
    pub at: TimeOfDay,
    /// By which vehicle.
    pub vehicle: VehicleId,
    /// Why it failed.
    pub reason: AttemptReason,
}

/// What is known about one package.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct PackageState {
    /// Which package.
    pub package: PackageId,
    /// How far it is.
    pub status: Status,
    /// Who has it.
    pub whereabouts: Whereabouts,
    /// Since when it is so; `None` as long as nothing happened to it.
    pub since: Option<TimeOfDay>,
    /// The vehicle whose route it is on, or was.
    pub vehicle: Option<VehicleId>,
    /// The stop it is of.
    pub stop: Option<StopId>,
    /// The failed tries of this day.
    pub attempts: Vec<Attempt>,
}

/// What a vehicle does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Phase {
    /// It has no route.
    Idle,
    /// It stands at its start with a route ahead.
    AtStart,
    /// It drives, to the first stop ahead or to its end.
    Driving,
    /// It stands at a stop.
    AtStop,
    /// It is at its end; its route is over.
    Returned,
    /// It broke down.
    VehicleOut,
    /// Its driver is out.
    DriverOut,
}

/// A stop that a vehicle has served, or at least halted at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct StopBehind {
    /// Which stop.
    pub stop: StopId,
    /// When the vehicle came.
    pub arrived: TimeOfDay,
    /// When the last package was dealt with, or the vehicle turned up elsewhere.
    pub left: TimeOfDay,
}

/// A stop that a vehicle is still to come to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct StopAhead {
    /// Which stop.
    pub stop: StopId,
    /// Its packages that are still to be dealt with, in the order of the plan.
    pub packages: Vec<PackageId>,
    /// What is still to be collected there, to be brought to its door behind it.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub collects: Vec<PackageId>,
    /// When the vehicle is expected there; `None` when it is out.
    pub eta: Option<TimeOfDay>,
}

/// What is known about one vehicle: what is behind it and fixed, where it is, what is ahead.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct VehicleState {
    /// Which vehicle.
    pub vehicle: VehicleId,
    /// What it does.
    pub phase: Phase,
    /// Who drives it, or drove it, on a day that has drivers; nobody for one without a route.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub driver: Option<DriverId>,
    /// When something was last heard of it.
    pub heard: Option<TimeOfDay>,
    /// When it left its start.
    pub departed: Option<TimeOfDay>,
    /// The stops behind it, in the order of its visits.
    pub behind: Vec<StopBehind>,
    /// The stop it stands at.
    pub at: Option<StopAhead>,
    /// The stops ahead; a driving vehicle is on its way to the first.
    pub ahead: Vec<StopAhead>,
    /// The breaks of its driver at the stops ahead.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub breaks: Vec<NewBreak>,
    /// Where it stands, or last stood.
    pub position: Place,
    /// When it is, or was, free to drive on from there; an estimate unless it drives.
    pub ready: TimeOfDay,
    /// When it is expected at its end, or came there; `None` for an idle vehicle or one that is
    /// out.
    pub back: Option<TimeOfDay>,
    /// What it carries: undelivered, undeliverable and picked up; in the order of the plan.
    pub on_board: Vec<PackageId>,
    /// All of that together.
    pub load: Load,
}
