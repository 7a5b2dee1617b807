//! One vehicle's day: its visits in order, with clock times and loads.

use std::ops::Range;

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
    /// Where it came back to load again, in order.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub reloads: Vec<Reload>,
    /// From the last visit to its end.
    pub return_leg: ReturnLeg,
    /// What to load at the start, the first loaded first: the deliveries from there, of the first trip
    /// where there are several, in the opposite order of the visits, so that what is handed over first is at the door.
    pub load_order: Vec<PackageId>,
    /// All legs together.
    pub distance: Meters,
    /// Time on all legs together.
    pub driving: Span,
    /// Time between start and leave of all visits and reloads together.
    pub service: Span,
    /// Time between arrive and start of all visits and reloads together, and before breaks behind a service;
    /// without the breaks.
    pub waiting: Span,
    /// On board at departure: all deliveries of the first trip.
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

    /// Its trips, in order: one more than it has [`reloads`](RoutePlan::reloads).
    ///
    /// ```
    /// use doorstep::model::Reloads;
    /// use doorstep::plan::{ReloadDraft, RouteDraft, assemble};
    /// use doorstep::units::Span;
    /// use doorstep::{Package, Place, ServiceDay, Station, TimeOfDay, Vehicle, sortation};
    ///
    /// let van = Vehicle::cargo_van("V1").with_reloads(Reloads::new(1, Span::from_minutes(20)));
    /// let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
    ///     .packages([
    ///         Package::new("P1", Place::at(41.85, -87.65), "60608"),
    ///         Package::new("P2", Place::at(41.83, -87.70), "60609"),
    ///     ])
    ///     .vehicles([van])
    ///     .build()?;
    /// let draft = RouteDraft {
    ///     vehicle: 0,
    ///     driver: None,
    ///     stops: vec![0, 1],
    ///     depart: TimeOfDay::hm(9, 0),
    ///     breaks: vec![],
    ///     reloads: vec![ReloadDraft { visit: 1, from: TimeOfDay::hm(11, 0) }],
    /// };
    /// let stops = sortation::group(&day);
    /// let plan = assemble(&day, &stops, day.travel(), &[draft], Vec::new());
    /// let trips = plan.routes[0].trips();
    /// assert_eq!(trips.len(), 2);
    /// assert_eq!(trips[1].visits, 1..2);
    /// assert_eq!(trips[1].depart, TimeOfDay::hm(11, 20));
    /// # Ok::<(), doorstep::Error>(())
    /// ```
    #[must_use]
    pub fn trips(&self) -> Vec<Trip> {
        let mut trips = Vec::with_capacity(self.reloads.len() + 1);
        let (mut first, mut depart, mut load) = (0, self.depart, self.load);
        for reload in &self.reloads {
            trips.push(Trip {
                visits: first..reload.visit,
                depart,
                back: reload.arrive,
                load,
            });
            (first, depart, load) = (reload.visit, reload.leave, reload.load);
        }
        trips.push(Trip {
            visits: first..self.visits.len(),
            depart,
            back: self.back,
            load,
        });
        trips
    }
}

/// A vehicle back at the station to load again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Reload {
    /// Index of the first visit of the trip that begins.
    pub visit: usize,
    /// When the vehicle is there.
    pub arrive: TimeOfDay,
    /// When loading begins.
    pub start: TimeOfDay,
    /// When loading ends; the vehicle then drives on.
    pub leave: TimeOfDay,
    /// From arrive to start.
    pub waiting: Span,
    /// Time on the leg to the station.
    pub drive: Span,
    /// Length of the leg to the station.
    pub distance: Meters,
    /// On board when it drives on: all deliveries of the trip.
    pub load: Load,
    /// What to load, the first loaded first.
    pub load_order: Vec<PackageId>,
}

/// A stretch of a route from one loading to the next, or to its end; see [`RoutePlan::trips`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Trip {
    /// Its visits, as indices into [`RoutePlan::visits`].
    pub visits: Range<usize>,
    /// When the vehicle leaves for it.
    pub depart: TimeOfDay,
    /// When the vehicle is back from it.
    pub back: TimeOfDay,
    /// On board at departure.
    pub load: Load,
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
