//! A day that goes on: what is known, and the way in for events.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::state::{Halt, Parcel, Tour};
use super::{Effects, Event, EventLog, Settings, build};
use crate::error::Error;
use crate::model::{DriverId, PackageId, Place, ServiceDay, StopId, VehicleId};
use crate::plan::Plan;
use crate::travel::{Leg, TravelModel};
use crate::units::TimeOfDay;

/// A day that goes on: the plan, what has happened, and what is expected from that.
///
/// It has no clock. What it says about the time to come is as of the last event of each vehicle.
///
/// ```
/// use doorstep::execution::{Day, Event, Notification, Status};
/// use doorstep::{Budget, Package, Place, ServiceDay, Solver, Station, TimeOfDay, Vehicle};
///
/// let request = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
///     .packages([Package::new("P1", Place::at(41.85, -87.65), "60608")])
///     .vehicles([Vehicle::cargo_van("V1")])
///     .build()?;
/// let plan = Solver::new().budget(Budget::iterations(10)).solve(&request)?.plan;
/// let mut day = Day::new(&request, &plan)?;
/// let at = TimeOfDay::hm(9, 0);
/// let effects = day.apply(&Event::Departed { at, vehicle: "V1".into() })?;
/// assert!(matches!(effects.notifications[0], Notification::OutForDelivery { .. }));
/// let package = "P1".into();
/// assert_eq!(day.package(&package).unwrap().status, Status::OnBoard);
/// assert!(day.eta(&package).unwrap().expected > at);
/// assert_eq!(day.stops_before(&package), Some(0));
/// # Ok::<(), doorstep::Error>(())
/// ```
///
/// # Serialisation
///
/// It is written as request, plan, settings and [`EventLog`], and read by replaying them. One with
/// travel times of the caller's own cannot be written: write its log, and read it with
/// [`EventLog::replay_with_travel`].
#[derive(Clone)]
pub struct Day {
    pub(super) request: Arc<ServiceDay>,
    pub(super) plan: Arc<Plan>,
    pub(super) settings: Settings,
    /// The caller's own travel times, in place of the request's.
    pub(super) travel: Option<Arc<dyn TravelModel>>,
    pub(super) parcels: Vec<Parcel>,
    pub(super) halts: Vec<Halt>,
    /// One for each vehicle of the request.
    pub(super) tours: Vec<Tour>,
    /// The drivers who can work no further.
    pub(super) gone: Vec<bool>,
    pub(super) index: Index,
    log: EventLog,
}

/// From ids to indices; says nothing that the state does not.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) parcels: HashMap<PackageId, usize>,
    pub(super) halts: HashMap<StopId, usize>,
    pub(super) tours: HashMap<VehicleId, usize>,
    pub(super) drivers: HashMap<DriverId, usize>,
}

impl Day {
    /// The day before anything has happened, with the default [`Settings`].
    ///
    /// # Errors
    ///
    /// When the plan is not of this request: another station or date, vehicles or packages that
    /// it does not know, a package that is on no list of the plan or on two, a vehicle, a driver or
    /// a stop with two routes, a route without a driver on a day that has drivers, a visit without packages or at a place where none of them goes, a
    /// departure beyond the limits of a clock, a package that is collected on the way and not brought
    /// on the same route behind that; and when drivers walk between doors
    /// ([`Walking`](crate::model::Walking)) or vehicles may load again
    /// ([`Reloads`](crate::model::Reloads)), which cannot be followed yet. A package with
    /// alternatives goes today where the plan has chosen; one on no route, to its door. Whether windows, loads and shifts are kept is not
    /// looked at: [`validate`](crate::plan::validate()) does that.
    ///
    /// # Complexity
    ///
    /// O(packages + vehicles), and one leg of travel for each visit.
    pub fn new(request: &ServiceDay, plan: &Plan) -> Result<Self, Error> {
        Self::with_settings(request, plan, Settings::default())
    }

    /// As [`new`](Self::new), with settings.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and when a spread is not between 0 and 10, the threshold is negative
    /// or no attempt is allowed.
    pub fn with_settings(
        request: &ServiceDay,
        plan: &Plan,
        settings: Settings,
    ) -> Result<Self, Error> {
        build::day(request, plan, settings, None)
    }

    /// As [`with_settings`](Self::with_settings), with the caller's own travel times in place of
    /// the request's: those that the plan was made with.
    ///
    /// # Errors
    ///
    /// As [`with_settings`](Self::with_settings).
    pub fn with_travel(
        request: &ServiceDay,
        plan: &Plan,
        settings: Settings,
        travel: Arc<dyn TravelModel>,
    ) -> Result<Self, Error> {
        build::day(request, plan, settings, Some(travel))
    }

    pub(super) fn from_parts(
        (request, plan): (&ServiceDay, &Plan),
        settings: Settings,
        travel: Option<Arc<dyn TravelModel>>,
        (parcels, halts, tours): (Vec<Parcel>, Vec<Halt>, Vec<Tour>),
        index: Index,
    ) -> Self {
        Self {
            request: Arc::new(request.clone()),
            plan: Arc::new(plan.clone()),
            settings,
            travel,
            parcels,
            halts,
            tours,
            gone: vec![false; request.drivers().len()],
            index,
            log: EventLog::new(),
        }
    }

    /// Whether an event is possible now, so that [`apply`](Self::apply) will accept it. A caller
    /// who writes events down before applying them asks this first.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    pub fn check(&self, event: &Event) -> Result<(), Error> {
        self.step(event).map(drop)
    }

    /// Takes in what has happened.
    ///
    /// Events of different vehicles come in any order. Those of one vehicle come in the order of
    /// their times, and so do those about one package.
    ///
    /// # Errors
    ///
    /// When the event is not possible, with the id it is about; the day is then as it was. That is
    /// when the vehicle, stop or package is unknown, the time is before an earlier event of it or
    /// outside 00:00 to [`TimeOfDay::MAX`](crate::TimeOfDay::MAX), the vehicle is not where the
    /// event says, the package is not in a state in which that can happen to it, or an added
    /// package or a changed window would not be accepted in a request. An event that was applied
    /// already is not possible again.
    ///
    /// # Complexity
    ///
    /// O(rest of the vehicle's route); where a stop is come to, or changes, also O(packages of
    /// it); O(packages of the route) where it starts or ends; for a new package or window O(fleet).
    pub fn apply(&mut self, event: &Event) -> Result<Effects, Error> {
        let step = self.step(event)?;
        let effects = self.take(step, event.at());
        self.log.push(event.clone());
        Ok(effects)
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> &ServiceDay {
        &self.request
    }

    /// The plan the day started with.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What has happened, in the order in which it was applied.
    #[must_use]
    pub const fn log(&self) -> &EventLog {
        &self.log
    }

    /// From a place to where a vehicle ends; no way where its route ends at its last stop.
    pub(super) fn home(&self, vehicle: usize, from: &Place, depart: TimeOfDay) -> Leg {
        if self.request.vehicles()[vehicle].has_open_end() {
            return Leg::NONE;
        }
        self.leg(vehicle, from, self.request.vehicle_end(vehicle), depart)
    }

    /// Whether a driver could take a route that begins.
    pub(super) fn is_free(&self, driver: usize) -> bool {
        let busy = |tour: &Tour| tour.driver == Some(driver);
        !self.gone[driver] && !self.tours.iter().any(busy)
    }

    pub(super) fn leg(&self, vehicle: usize, from: &Place, to: &Place, depart: TimeOfDay) -> Leg {
        let kind = self.request.vehicles()[vehicle].kind();
        match &self.travel {
            Some(own) => own.leg_at(kind, from, to, depart),
            None => self.request.travel().leg_at(kind, from, to, depart),
        }
    }
}

/// Equal in all but travel times of the caller's own, which cannot be compared.
impl PartialEq for Day {
    fn eq(&self, other: &Self) -> bool {
        self.parcels == other.parcels
            && self.halts == other.halts
            && self.tours == other.tours
            && self.gone == other.gone
            && self.settings == other.settings
            && self.log == other.log
            && self.request == other.request
            && self.plan == other.plan
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Day")
            .field("settings", &self.settings)
            .field("parcels", &self.parcels)
            .field("halts", &self.halts)
            .field("tours", &self.tours)
            .finish_non_exhaustive()
    }
}
