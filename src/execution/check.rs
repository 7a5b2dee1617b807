//! Whether an event is possible, and what it then does.

use super::settings::refuse;
use super::state::{Parcel, Tour};
use super::{AttemptReason, Day, Event, NewRoute, Phase, Status, Whereabouts};
use crate::error::Error;
use crate::model::{
    DriverId, Package, PackageId, StopId, TimeWindow, VehicleId, check_package, check_team,
};
use crate::units::{Span, TimeOfDay};

/// An event that is possible, in indices.
#[derive(Debug)]
pub(super) enum Step {
    Depart(usize),
    /// Vehicle and halt.
    Arrive(usize, usize),
    /// A parcel is delivered, picked up or refused at the door.
    Deal(usize, Status),
    Attempt(usize, AttemptReason),
    /// A parcel is collected on the way to its door.
    Collect(usize),
    /// A parcel is misdelivered, lost, damaged or cancelled, wherever it is.
    Withdraw(usize, Status),
    Delay(usize, Span),
    /// Vehicle or driver.
    Out(usize, Phase),
    Add(Package),
    Windows(usize, Vec<TimeWindow>),
    Return(usize),
    TakeOver {
        vehicle: usize,
        /// The one that is out of order.
        from: usize,
        /// Who drives a vehicle that had no driver.
        driver: Option<usize>,
    },
    Replan(Vec<NewRoute>),
}

impl Day {
    /// What an event does, if it is possible.
    pub(super) fn step(&self, event: &Event) -> Result<Step, Error> {
        Case {
            day: self,
            name: name(event),
            at: event.at(),
        }
        .step(event)
    }
}

/// The event's name in files.
const fn name(event: &Event) -> &'static str {
    match event {
        Event::Departed { .. } => "departed",
        Event::Arrived { .. } => "arrived",
        Event::Delivered { .. } => "delivered",
        Event::Attempted { .. } => "attempted",
        Event::Refused { .. } => "refused",
        Event::Misdelivered { .. } => "misdelivered",
        Event::Lost { .. } => "lost",
        Event::Damaged { .. } => "damaged",
        Event::PickedUp { .. } => "picked_up",
        Event::Delayed { .. } => "delayed",
        Event::VehicleOut { .. } => "vehicle_out",
        Event::DriverOut { .. } => "driver_out",
        Event::PackageAdded { .. } => "package_added",
        Event::PackageCancelled { .. } => "package_cancelled",
        Event::WindowChanged { .. } => "window_changed",
        Event::TakenOver { .. } => "taken_over",
        Event::Replanned { .. } => "replanned",
        Event::Returned { .. } => "returned",
    }
}

/// One event against one state.
struct Case<'a> {
    day: &'a Day,
    name: &'static str,
    at: TimeOfDay,
}

impl Case<'_> {
    fn step(&self, event: &Event) -> Result<Step, Error> {
        match event {
            Event::Departed { vehicle, .. } => self.depart(vehicle),
            Event::Arrived { vehicle, stop, .. } => self.arrive(vehicle, stop),
            Event::Delivered { package, .. } => {
                let parcel = self.at_door(package, &[Status::OnBoard])?;
                Ok(Step::Deal(parcel, Status::Delivered))
            }
            Event::PickedUp { package, .. } => {
                let parcel = self.at_door(package, &[Status::Planned])?;
                if self.day.parcels[parcel].is_to_collect() {
                    return Ok(Step::Collect(parcel));
                }
                Ok(Step::Deal(parcel, Status::PickedUp))
            }
            Event::Refused { package, .. } => {
                let parcel = self.at_door(package, &[Status::OnBoard])?;
                Ok(Step::Deal(parcel, Status::Refused))
            }
            Event::Attempted {
                package, reason, ..
            } => {
                let parcel = self.at_door(package, &[Status::OnBoard, Status::Planned])?;
                let last = self.day.parcels[parcel].attempts.last();
                if last.is_some_and(|last| last.at == self.at) {
                    let message = format!("was attempted at {} already", self.at);
                    return Err(self.of_package(package, message));
                }
                Ok(Step::Attempt(parcel, reason.clone()))
            }
            Event::Misdelivered { package, .. } => {
                let parcel = self.in_status(package, &[Status::Delivered])?;
                Ok(Step::Withdraw(parcel, Status::Misdelivered))
            }
            Event::Lost { package, .. } => self.in_our_hands(package, Status::Lost),
            Event::Damaged { package, .. } => self.in_our_hands(package, Status::Damaged),
            Event::PackageCancelled { package, .. } => {
                let parcel = self.in_status(package, WANTED)?;
                Ok(Step::Withdraw(parcel, Status::Cancelled))
            }
            Event::WindowChanged {
                package, windows, ..
            } => self.windows(package, windows),
            Event::PackageAdded { package, .. } => self.add(package),
            Event::Delayed { vehicle, by, .. } => self.delay(vehicle, *by),
            Event::VehicleOut { vehicle, .. } => self.out(vehicle, Phase::VehicleOut),
            Event::DriverOut { vehicle, .. } => self.out(vehicle, Phase::DriverOut),
            Event::TakenOver {
                vehicle,
                from,
                driver,
                ..
            } => self.take_over(vehicle, from, driver.as_ref()),
            Event::Replanned { at, routes } => {
                self.day.check_routes(*at, routes)?;
                Ok(Step::Replan(routes.clone()))
            }
            Event::Returned { vehicle, .. } => self.come_back(vehicle),
        }
    }

    fn of_vehicle(&self, id: &VehicleId, message: impl Into<String>) -> Error {
        refuse(format!("vehicle {:?}", id.as_str()), self.name, message)
    }

    fn of_package(&self, id: &PackageId, message: impl Into<String>) -> Error {
        refuse(format!("package {:?}", id.as_str()), self.name, message)
    }

    /// What is wrong with the time of the event, after something was heard at `last`.
    fn bad_time(&self, last: Option<TimeOfDay>) -> Option<String> {
        let at = self.at;
        if !(TimeOfDay::MIDNIGHT..=TimeOfDay::MAX).contains(&at) {
            return Some(format!("{at} is not between 00:00 and {}", TimeOfDay::MAX));
        }
        let last = last.filter(|&last| at < last)?;
        Some(format!("{at} is before {last}, when it was last heard of"))
    }

    fn vehicle(&self, id: &VehicleId) -> Result<(usize, &Tour), Error> {
        let Some(&vehicle) = self.day.index.tours.get(id) else {
            return Err(self.of_vehicle(id, "is not in the day"));
        };
        let tour = &self.day.tours[vehicle];
        match self.bad_time(tour.clock) {
            Some(message) => Err(self.of_vehicle(id, message)),
            None => Ok((vehicle, tour)),
        }
    }

    fn package(&self, id: &PackageId) -> Result<(usize, &Parcel), Error> {
        let Some(&i) = self.day.index.parcels.get(id) else {
            return Err(self.of_package(id, "is not in the day"));
        };
        let parcel = &self.day.parcels[i];
        match self.bad_time(parcel.since) {
            Some(message) => Err(self.of_package(id, message)),
            None => Ok((i, parcel)),
        }
    }

    fn depart(&self, id: &VehicleId) -> Result<Step, Error> {
        let (vehicle, tour) = self.vehicle(id)?;
        if tour.phase != Phase::AtStart {
            return Err(self.of_vehicle(id, spoken(tour)));
        }
        Ok(Step::Depart(vehicle))
    }

    fn arrive(&self, id: &VehicleId, stop: &StopId) -> Result<Step, Error> {
        let (vehicle, tour) = self.vehicle(id)?;
        if !matches!(tour.phase, Phase::Driving | Phase::AtStop) {
            return Err(self.of_vehicle(id, spoken(tour)));
        }
        let halt = self.day.index.halts.get(stop).copied();
        let Some(halt) = halt.filter(|&halt| self.day.halts[halt].vehicle == vehicle) else {
            return Err(self.of_vehicle(id, format!("has no stop {:?}", stop.as_str())));
        };
        if tour.stand.is_some_and(|stand| stand.halt == halt) {
            let message = format!("stands at stop {:?} already", stop.as_str());
            return Err(self.of_vehicle(id, message));
        }
        // A message that comes twice is no second visit.
        let mut latest = tour.behind.iter().rev();
        let mut same_time = latest.by_ref().take_while(|was| was.arrived == self.at);
        if same_time.any(|was| was.halt == halt) {
            let message = format!("came to stop {:?} at {} already", stop.as_str(), self.at);
            return Err(self.of_vehicle(id, message));
        }
        let mut parcels = self.day.halts[halt].parcels.iter();
        let may_repeat = |&i: &usize| self.day.may_repeat(i, halt);
        if !tour.ahead.contains(&halt) && !parcels.any(may_repeat) {
            let message = format!("has nothing more to do at stop {:?}", stop.as_str());
            return Err(self.of_vehicle(id, message));
        }
        Ok(Step::Arrive(vehicle, halt))
    }

    /// A package in one of some states.
    fn in_status(&self, id: &PackageId, among: &[Status]) -> Result<usize, Error> {
        let (i, parcel) = self.package(id)?;
        if among.contains(&parcel.status) {
            return Ok(i);
        }
        let message = match parcel.since {
            Some(since) => format!("is {} since {since}", parcel.status.spoken()),
            None => format!("is {}", parcel.status.spoken()),
        };
        Err(self.of_package(id, message))
    }

    /// A package in one of some states whose vehicle stands at its door.
    fn at_door(&self, id: &PackageId, among: &[Status]) -> Result<usize, Error> {
        let i = self.in_status(id, among)?;
        let parcel = &self.day.parcels[i];
        let (Some(vehicle), Some(halt)) = (parcel.vehicle, parcel.next_halt()) else {
            return Err(self.of_package(id, "is on no route"));
        };
        let tour = &self.day.tours[vehicle];
        let here = tour.stand.is_some_and(|stand| stand.halt == halt);
        if !here {
            let vehicle = self.day.request.vehicles()[vehicle].id();
            let stop = &self.day.halts[halt].id;
            let (vehicle, stop) = (vehicle.as_str(), stop.as_str());
            let message = format!("vehicle {vehicle:?} is not at its stop {stop:?}");
            return Err(self.of_package(id, message));
        }
        // A delivery that is not loaded stands at no door; a return is never loaded before.
        match self.bad_time(tour.clock) {
            Some(message) => Err(self.of_package(id, message)),
            None => Ok(i),
        }
    }

    /// A package at the station or on a vehicle, which can be lost or break.
    fn in_our_hands(&self, id: &PackageId, becomes: Status) -> Result<Step, Error> {
        let (i, parcel) = self.package(id)?;
        let ours = matches!(
            parcel.whereabouts,
            Whereabouts::Station | Whereabouts::Vehicle
        );
        if !ours {
            let message = "is neither at the station nor on a vehicle";
            return Err(self.of_package(id, message));
        }
        if parcel.status == becomes {
            return Err(self.of_package(id, format!("is {} already", becomes.spoken())));
        }
        Ok(Step::Withdraw(i, becomes))
    }

    fn windows(&self, id: &PackageId, windows: &[TimeWindow]) -> Result<Step, Error> {
        let i = self.in_status(id, WANTED)?;
        let Parcel {
            package, wished, ..
        } = &self.day.parcels[i];
        if let Some(wished) = wished.filter(|&wished| self.at <= wished) {
            let message = format!("{} is not after the last change at {wished}", self.at);
            return Err(self.of_package(id, message));
        }
        if package.windows() == windows {
            return Err(self.of_package(id, "has these windows already"));
        }
        let changed = package.clone().with_windows(windows.iter().copied());
        check_package(&self.day.request, &changed)?;
        self.fits_its_group(&changed)?;
        Ok(Step::Windows(i, windows.to_vec()))
    }

    fn add(&self, package: &Package) -> Result<Step, Error> {
        let id = package.id();
        if let Some(message) = self.bad_time(None) {
            return Err(self.of_package(id, message));
        }
        if self.day.index.parcels.contains_key(id) {
            return Err(self.of_package(id, "is in the day already"));
        }
        check_package(&self.day.request, package)?;
        self.fits_its_group(package)?;
        Ok(Step::Add(package.clone()))
    }

    /// Whether some vehicle could take all of a package's group, where each is wanted.
    fn fits_its_group(&self, package: &Package) -> Result<(), Error> {
        if package.together().is_none() {
            return Ok(());
        }
        let wanted = self.day.parcels.iter().filter(|parcel| {
            let same = parcel.package.id() == package.id();
            !same && WANTED.contains(&parcel.status)
        });
        let others = wanted.map(|parcel| &parcel.package);
        let others = others.filter(|other| other.together() == package.together());
        let team: Vec<&Package> = others.chain([package]).collect();
        check_team(&self.day.request, &team)
    }

    fn delay(&self, id: &VehicleId, by: Span) -> Result<Step, Error> {
        let (vehicle, tour) = self.vehicle(id)?;
        if !tour.is_under_way() {
            return Err(self.of_vehicle(id, spoken(tour)));
        }
        if by <= Span::ZERO || by.millis() > TimeOfDay::MAX.millis() {
            let message = format!("{by} is not above 0 and at most {}", TimeOfDay::MAX);
            return Err(self.of_vehicle(id, message));
        }
        // A message that comes twice would count twice.
        if tour.delayed_at == Some(self.at) {
            let message = format!("a delay was reported at {} already", self.at);
            return Err(self.of_vehicle(id, message));
        }
        Ok(Step::Delay(vehicle, by))
    }

    fn out(&self, id: &VehicleId, phase: Phase) -> Result<Step, Error> {
        let (vehicle, tour) = self.vehicle(id)?;
        if !tour.is_under_way() && tour.phase != Phase::Idle {
            return Err(self.of_vehicle(id, spoken(tour)));
        }
        if phase == Phase::DriverOut && !self.day.request.drivers().is_empty() {
            if tour.driver.is_none() {
                return Err(self.of_vehicle(id, "has no driver"));
            }
            // A message that comes twice, or late, is not about who drives it now.
            if let Some(since) = tour.crewed.filter(|&since| self.at <= since) {
                let message = format!("was given to another driver at {since}");
                return Err(self.of_vehicle(id, message));
            }
        }
        Ok(Step::Out(vehicle, phase))
    }

    /// The driver of a vehicle that takes something over: one who is free where it has none.
    fn relief(&self, id: &VehicleId, driver: Option<&DriverId>) -> Result<Option<usize>, Error> {
        let (vehicle, tour) = self.vehicle(id)?;
        let needed = tour.phase == Phase::Idle && !self.day.request.drivers().is_empty();
        let Some(driver) = driver else {
            let missing = needed.then(|| self.of_vehicle(id, "has no driver"));
            return missing.map_or(Ok(None), Err);
        };
        if !needed {
            return Err(self.of_vehicle(id, format!("needs no driver, and {driver} is stated")));
        }
        self.day
            .may_take(driver, vehicle, &[])
            .map(Some)
            .map_err(|message| self.of_vehicle(id, message))
    }

    fn take_over(
        &self,
        id: &VehicleId,
        from: &VehicleId,
        driver: Option<&DriverId>,
    ) -> Result<Step, Error> {
        let (vehicle, tour) = self.vehicle(id)?;
        let (broken, other) = self.vehicle(from)?;
        if !matches!(tour.phase, Phase::Idle | Phase::Driving) {
            return Err(self.of_vehicle(id, "cannot take anything over where it is"));
        }
        if !matches!(other.phase, Phase::VehicleOut | Phase::DriverOut) {
            return Err(self.of_vehicle(from, "is not out of order"));
        }
        if self.day.lies_in(broken).next().is_none() {
            return Err(self.of_vehicle(from, "has nothing on board"));
        }
        Ok(Step::TakeOver {
            vehicle,
            from: broken,
            driver: self.relief(id, driver)?,
        })
    }

    fn come_back(&self, id: &VehicleId) -> Result<Step, Error> {
        let (vehicle, tour) = self.vehicle(id)?;
        if tour.departed.is_none() || tour.phase == Phase::Returned {
            return Err(self.of_vehicle(id, spoken(tour)));
        }
        Ok(Step::Return(vehicle))
    }
}

/// The states of a package that is wanted and not yet handed over.
const WANTED: &[Status] = &[
    Status::Unplanned,
    Status::Planned,
    Status::OnBoard,
    Status::Attempted,
    Status::BroughtBack,
];

/// What a vehicle does instead of what an event says.
fn spoken(tour: &Tour) -> &'static str {
    match tour.phase {
        Phase::Idle => "has no route",
        Phase::AtStart => "has not left its start",
        Phase::Driving | Phase::AtStop => "has left its start already",
        Phase::Returned => "is back already",
        Phase::VehicleOut => "is out",
        Phase::DriverOut => "has no driver any more",
    }
}

impl Status {
    /// In a sentence.
    const fn spoken(self) -> &'static str {
        match self {
            Self::Unplanned => "on no route",
            Self::Tendered => "with a carrier",
            Self::Planned => "on a route and not loaded",
            Self::OnBoard => "on board",
            Self::Delivered => "delivered",
            Self::PickedUp => "picked up",
            Self::Attempted => "attempted",
            Self::Refused => "refused",
            Self::BroughtBack => "back at the station",
            Self::Misdelivered => "misdelivered",
            Self::Lost => "lost",
            Self::Damaged => "damaged",
            Self::Cancelled => "cancelled",
        }
    }
}
