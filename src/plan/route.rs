//! One vehicle's day: its visits in order, with clock times and loads.

use super::{Choice, WalkPlan};
use crate::model::{
    BlockId, DriverId, PackageId, Place, ProviderId, StopId, VehicleId, VehicleKind, Zip, ZoneId,
};
use crate::units::{Load, Meters, Money, Span, TimeOfDay};

/// What one vehicle does.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct RoutePlan {
    /// Which vehicle.
    pub vehicle: VehicleId,
    /// Who drives it, where the request states drivers.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub driver: Option<DriverId>,
    /// What it is.
    pub kind: VehicleKind,
    /// Whose it is, if the request says so.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub provider: Option<ProviderId>,
    /// When it leaves its start.
    pub depart: TimeOfDay,
    /// When it is at its end, or free at its last stop where its route ends there.
    pub back: TimeOfDay,
    /// Its halts, in driving order.
    pub visits: Vec<Visit>,
    /// The breaks of its driver, in order.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub breaks: Vec<Rest>,
    /// From the last visit to its end.
    pub return_leg: ReturnLeg,
    /// What to load at the start, the first loaded first: the deliveries from there in the opposite order of
    /// the visits, so that what is handed over first is at the door.
    pub load_order: Vec<PackageId>,
    /// All legs together.
    pub distance: Meters,
    /// Time on all legs together.
    pub driving: Span,
    /// Time between start and leave of all visits together.
    pub service: Span,
    /// Time between arrive and start of all visits together, and before breaks behind a service;
    /// without the breaks.
    pub waiting: Span,
    /// On board at departure: all deliveries from the start.
    pub load: Load,
    /// The most on board at any time, in each dimension by itself.
    pub peak: Load,
    /// What the route costs: vehicle, duty, distance and driving, each rounded once to
    /// 1/1000 cent, what its packages cost outside of their provider's preferred postal codes and
    /// its stops outside of its driver's own, what lateness costs, the prices of alternatives, and what it is above its fair
    /// share of hours and stops.
    pub cost: Money,
}

impl RoutePlan {
    /// From departure to return: what is paid, waiting included.
    ///
    /// A length that no clock can hold counts as the longest there is.
    #[must_use]
    pub fn duty(&self) -> Span {
        Span::from_millis(self.back.millis().saturating_sub(self.depart.millis()))
    }
}

/// A break of a driver, at the place of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Rest {
    /// Which of the vehicle's [`breaks`](crate::Vehicle::breaks).
    pub number: usize,
    /// Index of the visit.
    pub visit: usize,
    /// Whether it comes behind the service, else before it.
    pub after_service: bool,
    /// When it begins.
    pub start: TimeOfDay,
    /// How long it is.
    pub length: Span,
}

/// The way from the last visit to the vehicle's end; nothing where the route ends at that visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ReturnLeg {
    /// Time on the way.
    pub drive: Span,
    /// Length of the way.
    pub distance: Meters,
}

/// One halt of a vehicle.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Visit {
    /// Which stop.
    pub stop: StopId,
    /// What is handed over or picked up, in the order of the request.
    pub packages: Vec<PackageId>,
    /// What is collected here to be brought to its door later on this route; then nothing else is
    /// done here.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub collects: Vec<PackageId>,
    /// Which of its package's [`alternatives`](crate::Package::alternatives) this is, from 0; `None`
    /// at a door.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub alternative: Option<u32>,
    /// The postal code.
    pub zip: Zip,
    /// The zone, where the stop has coordinates.
    pub zone: Option<ZoneId>,
    /// The block of about a dozen neighbouring stops, where the stop has coordinates.
    pub block: Option<BlockId>,
    /// Where the vehicle stands.
    pub place: Place,
    /// When the vehicle is there.
    pub arrive: TimeOfDay,
    /// When service starts; a window must hold this instant, or on a walk that at which the hand-over
    /// begins.
    pub start: TimeOfDay,
    /// When service ends; the vehicle then drives on, after a break if it has one here.
    pub leave: TimeOfDay,
    /// From arrive to start, without breaks.
    pub waiting: Span,
    /// Time on the leg to here.
    pub drive: Span,
    /// Length of the leg to here.
    pub distance: Meters,
    /// On board when the vehicle drives on.
    pub load_after: Load,
    /// Why this provider serves it, where the solver was to say so.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub because: Option<Choice>,
    /// How several doors are served from where the vehicle stands.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub walk: Option<WalkPlan>,
}
