//! Whether new routes can be driven, as far as the state of the day says.

use std::collections::{BTreeSet, HashSet};

use super::install::place_at;
use super::new_route::same;
use super::{Day, Event, NewRoute, NewStop, Phase, Status};
use crate::error::{Error, Problems};
use crate::model::{DriverId, PackageId, Place, StopId, VehicleId};
use crate::units::{Span, TimeOfDay};

impl Day {
    /// Whether routes can be driven from now on, as far as the state says.
    pub(super) fn check_routes(&self, at: TimeOfDay, routes: &[NewRoute]) -> Result<(), Error> {
        let mut check = RouteCheck {
            day: self,
            at,
            listed: BTreeSet::new(),
            drivers: HashSet::new(),
            problems: Problems::default(),
        };
        if !(TimeOfDay::MIDNIGHT..=TimeOfDay::MAX).contains(&at) {
            let message = format!("{at} is not between 00:00 and {}", TimeOfDay::MAX);
            check.problems.push("re-plan", "replanned", message);
        }
        // A message that comes twice, or late, takes nothing back.
        let newer = |event: &Event| match event {
            Event::Replanned {
                at: other,
                routes: its,
            } => *other > at || (*other == at && its.as_slice() == routes),
            _ => false,
        };
        if self.log().events().iter().any(newer) {
            let message = format!("that of {at} was followed already, or by a later one");
            check.problems.push("re-plan", "replanned", message);
        }
        if routes.is_empty() {
            check
                .problems
                .push("re-plan", "replanned", "names no vehicle");
        }
        for route in routes {
            check.vehicle(route);
        }
        let (mut stops, mut packages) = (HashSet::new(), HashSet::new());
        for route in routes {
            let Some(&vehicle) = self.index.tours.get(&route.vehicle) else {
                continue;
            };
            check.driver(route, vehicle);
            check.breaks(route, vehicle);
            let mut collected = BTreeSet::new();
            for stop in &route.stops {
                if !stops.insert(&stop.stop) {
                    check.of_stop(&stop.stop, "is there more than once");
                }
                for package in &stop.packages {
                    if !packages.insert(package) {
                        check.of_package(package, "is there more than once");
                    }
                }
                check.stop(vehicle, stop, &mut collected);
            }
            for i in collected {
                check.of_package(self.parcels[i].package.id(), "is collected and not brought");
            }
        }
        check.problems.into_result()
    }

    /// The index of a driver who can drive a vehicle that has not left, where the `listed` ones get
    /// new routes; else what keeps him from it.
    pub(super) fn may_take(
        &self,
        driver: &DriverId,
        vehicle: usize,
        listed: &[usize],
    ) -> Result<usize, String> {
        let Some(&index) = self.index.drivers.get(driver) else {
            return Err(format!("{driver} is not a driver of the day"));
        };
        if !self.request.drivers()[index].drives(self.request.vehicles()[vehicle].id()) {
            return Err(format!("{driver} may not drive it"));
        }
        if self.gone[index] {
            return Err(format!("{driver} can work no further today"));
        }
        let mut tours = self.tours.iter().enumerate();
        let route = tours.find(|(_, tour)| tour.driver == Some(index));
        // One that is to be given to somebody else frees its driver, if it has not left.
        let kept = route.filter(|(v, tour)| tour.departed.is_some() || !listed.contains(v));
        kept.map_or(Ok(index), |(v, _)| {
            let other = self.request.vehicles()[v].id().as_str();
            Err(format!("{driver} has the route of vehicle {other:?}"))
        })
    }
}

/// What is wrong with new routes.
struct RouteCheck<'a> {
    day: &'a Day,
    at: TimeOfDay,
    /// Vehicles with a new route, and their drivers.
    listed: BTreeSet<usize>,
    drivers: HashSet<DriverId>,
    problems: Problems,
}

impl RouteCheck<'_> {
    fn of_vehicle(&mut self, id: &VehicleId, message: impl Into<String>) {
        let subject = format!("vehicle {:?}", id.as_str());
        self.problems.push(subject, "replanned", message);
    }

    fn of_stop(&mut self, id: &StopId, message: impl Into<String>) {
        let subject = format!("stop {:?}", id.as_str());
        self.problems.push(subject, "replanned", message);
    }

    fn of_package(&mut self, id: &PackageId, message: impl Into<String>) {
        let subject = format!("package {:?}", id.as_str());
        self.problems.push(subject, "replanned", message);
    }

    fn vehicle(&mut self, route: &NewRoute) {
        let id = &route.vehicle;
        let Some(&vehicle) = self.day.index.tours.get(id) else {
            return self.of_vehicle(id, "is not in the day");
        };
        if !self.listed.insert(vehicle) {
            return self.of_vehicle(id, "has more than one route");
        }
        let tour = &self.day.tours[vehicle];
        if let Some(clock) = tour.clock.filter(|&clock| self.at < clock) {
            let message = format!("{} is before {clock}, when it was last heard of", self.at);
            return self.of_vehicle(id, message);
        }
        let ahead = tour.ahead.iter().map(|&halt| self.day.new_stop(halt));
        let as_is = |depart| depart == tour.ready && tour.delay == Span::ZERO;
        if same(&route.stops, &ahead.collect::<Vec<_>>())
            && route.depart.is_none_or(as_is)
            && self.day.drives(vehicle, route.driver.as_ref())
            && self.day.breaks_ahead(vehicle) == route.breaks
        {
            return self.of_vehicle(id, "has this route already");
        }
        match tour.phase {
            Phase::Idle | Phase::AtStart => {
                let most = TimeOfDay::MAX;
                match route.depart {
                    None if !route.stops.is_empty() => {
                        self.of_vehicle(id, "stands at its start and is not told when to leave");
                    }
                    Some(depart) if depart < self.at || depart > most => {
                        let message =
                            format!("leaves at {depart}, not between {} and {most}", self.at);
                        self.of_vehicle(id, message);
                    }
                    _ => {}
                }
            }
            Phase::Driving | Phase::AtStop => {
                if route.depart.is_some() {
                    self.of_vehicle(id, "has left its start already");
                }
                let next = tour.ahead.first().filter(|_| tour.phase == Phase::Driving);
                let Some(&next) = next else { return };
                let kept = self.day.new_stop(next);
                let first = route.stops.first().map(std::slice::from_ref);
                if !first.is_some_and(|first| same(first, std::slice::from_ref(&kept))) {
                    let stop = kept.stop.as_str();
                    self.of_vehicle(id, format!("drives to stop {stop:?}, which comes first"));
                }
            }
            _ => self.of_vehicle(id, "does not drive any more"),
        }
    }

    /// Whether its breaks are still to be had, and at its stops.
    fn breaks(&mut self, route: &NewRoute, vehicle: usize) {
        let day = self.day;
        let stated = day.request.vehicles()[vehicle].breaks().len();
        let mut had = day.breaks_had(vehicle);
        for rest in &route.breaks {
            let number = rest.number;
            if number >= stated {
                self.of_vehicle(&route.vehicle, format!("has no break {number}"));
            } else if had.contains(&number) {
                let message = format!("has break {number} already");
                self.of_vehicle(&route.vehicle, message);
            }
            had.push(number);
            if rest.stop >= route.stops.len() {
                let message = format!("break {number} is at no stop");
                self.of_vehicle(&route.vehicle, message);
            }
        }
    }

    /// Whether the driver can take the route.
    fn driver(&mut self, route: &NewRoute, vehicle: usize) {
        let day = self.day;
        let at_start = matches!(day.tours[vehicle].phase, Phase::Idle | Phase::AtStart);
        let needed = at_start && !route.stops.is_empty() && !day.request.drivers().is_empty();
        let id = &route.vehicle;
        match &route.driver {
            None if needed => self.of_vehicle(id, "has no driver"),
            None => {}
            Some(driver) if !needed => {
                self.of_vehicle(id, format!("needs no driver, and {driver} is stated"));
            }
            Some(driver) if !self.drivers.insert(driver.clone()) => {
                self.of_vehicle(id, format!("{driver} has more than one route"));
            }
            Some(driver) => {
                let listed: Vec<usize> = self.listed.iter().copied().collect();
                if let Err(message) = day.may_take(driver, vehicle, &listed) {
                    self.of_vehicle(id, message);
                }
            }
        }
    }

    /// Whether a vehicle can go there; `collected` is what it has then to bring elsewhere.
    fn stop(&mut self, vehicle: usize, stop: &NewStop, collected: &mut BTreeSet<usize>) {
        let day = self.day;
        let place = match day.index.halts.get(&stop.stop) {
            Some(&halt) => {
                let owner = day.halts[halt].vehicle;
                let ahead = day.tours[owner].ahead.contains(&halt);
                if !ahead || !self.listed.contains(&owner) {
                    self.of_stop(&stop.stop, "is not ahead of a vehicle with a new route");
                    return;
                }
                if day.halts[halt].collects == stop.collects.is_empty() {
                    self.of_stop(&stop.stop, "is one where packages are collected, or is not");
                    return;
                }
                Some(day.halts[halt].place)
            }
            None => None,
        };
        if !stop.collects.is_empty() {
            return self.collecting(vehicle, (stop, place), collected);
        }
        let parcels = stop.packages.iter().map(|id| day.index.parcels.get(id));
        let parcels: Option<Vec<usize>> = parcels.map(Option::<&usize>::copied).collect();
        let Some(parcels) = parcels.filter(|parcels| !parcels.is_empty()) else {
            self.of_stop(&stop.stop, "has no package, or one that is not in the day");
            return;
        };
        let first = &day.parcels[parcels[0]].package;
        let place = place.unwrap_or(*first.place());
        for i in parcels {
            let package = &day.parcels[i].package;
            let key = package.address_key();
            let same_key = key.is_some() && key == first.address_key();
            if *package.place() != place && !same_key {
                let stop = stop.stop.as_str();
                self.of_package(package.id(), format!("does not go to stop {stop:?}"));
            }
            if day.parcels[i].is_to_collect() && !collected.remove(&i) {
                let here = day.tours[vehicle].stand.map(|stand| stand.halt);
                if here.is_none() || day.parcels[i].collect != here {
                    self.of_package(package.id(), "is brought without being collected before");
                }
            }
            self.package(vehicle, i);
        }
    }

    /// Whether a vehicle can collect a package at a stop.
    fn collecting(
        &mut self,
        vehicle: usize,
        (stop, place): (&NewStop, Option<Place>),
        collected: &mut BTreeSet<usize>,
    ) {
        let ([id], true) = (stop.collects.as_slice(), stop.packages.is_empty()) else {
            self.of_stop(
                &stop.stop,
                "collects more than one package, or does something else",
            );
            return;
        };
        let found = self.day.index.parcels.get(id).copied();
        let Some(i) = found.filter(|&i| self.day.parcels[i].is_to_collect()) else {
            return self.of_package(id, "is not to be collected on the way");
        };
        let there = place_at(stop, &self.day.parcels[i].package);
        if place.is_some_and(|place| place != there) {
            let stop = stop.stop.as_str();
            self.of_package(id, format!("is not collected at stop {stop:?}"));
        }
        if !collected.insert(i) {
            self.of_package(id, "is collected more than once");
        }
        self.package(vehicle, i);
    }

    /// Whether a vehicle can have a package.
    fn package(&mut self, vehicle: usize, i: usize) {
        let parcel = &self.day.parcels[i];
        let id = parcel.package.id();
        let at_start = matches!(self.day.tours[vehicle].phase, Phase::Idle | Phase::AtStart);
        match (parcel.status, parcel.vehicle) {
            (Status::OnBoard, Some(own)) if own != vehicle => {
                let own = self.day.request.vehicles()[own].id().as_str();
                self.of_package(id, format!("is on board of vehicle {own:?}"));
            }
            (Status::OnBoard, _) => {}
            (Status::Planned, Some(own)) if !self.listed.contains(&own) => {
                let own = self.day.request.vehicles()[own].id().as_str();
                self.of_package(id, format!("is on the route of vehicle {own:?}"));
            }
            (Status::Planned | Status::Unplanned, _) => {
                if parcel.is_from_station() && !at_start {
                    self.of_package(id, "is at the station, and the vehicle has left");
                }
            }
            _ => self.of_package(id, "is not to be brought any more"),
        }
    }
}
