//! Drivers apart from vehicles: every sort of vehicle with every sort of driver who may drive it is
//! a vehicle of the problem.
//!
//! Vehicles, and drivers, that are alike in all but their names are of one sort. The problem has as
//! many vehicles of a pair of sorts as could be used, and no more of each sort are used than there
//! are: so the search decides who drives what while it decides who goes where. Behind it drivers are
//! given to the routes anew at the least cost there is, see [`rematch`](crate::search::rematch).

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Problems};
use crate::model::{Crew, Driver, Package, ServiceDay, TimeWindow, Vehicle, VehicleId};
use crate::plan::RoutePlan;
use crate::problem::index;
use crate::units::Money;

use super::CompiledDay;

/// The most vehicles with drivers that a problem has.
const MOST: usize = 20_000;

/// The vehicles of a day with their drivers.
#[derive(Debug)]
pub(super) struct Crews {
    /// The day with vehicles that have their drivers.
    pub(super) day: ServiceDay,
    /// The day's vehicle behind each of them.
    pub(super) of: Vec<u32>,
    /// Vehicles and drivers of each sort.
    sorts: [Vec<Vec<u32>>; 2],
}

impl Crews {
    /// None for a day whose vehicles come with their drivers.
    ///
    /// # Errors
    ///
    /// When there are more than [`MOST`].
    pub(super) fn new(day: &ServiceDay) -> Result<Option<Self>, Error> {
        if day.drivers().is_empty() {
            return Ok(None);
        }
        let named = named(day);
        let vehicles = sorts((0..day.vehicles().len()).map(|v| vehicle_key(day, v, &named)));
        let drivers = day.drivers().iter();
        let drivers = sorts(drivers.map(|driver| format!("{:?}", driver.clone().with_id(""))));
        let (mut all, mut of) = (Vec::new(), Vec::new());
        for (v, alike) in (0..).zip(&vehicles) {
            for (d, same) in (0..).zip(&drivers) {
                let driver = &day.drivers()[same[0] as usize];
                let Some(crewed) = together(day, alike[0] as usize, driver) else {
                    continue;
                };
                let crew = Crew {
                    driver: same[0],
                    vehicles: (v, index(alike.len())),
                    drivers: (d, index(same.len())),
                };
                for &vehicle in alike.iter().take(same.len()) {
                    let id = day.vehicles()[vehicle as usize].id();
                    let provider = day.provider_index(vehicle as usize);
                    all.push((crewed.clone().with_id(id), provider, crew));
                    of.push(vehicle);
                }
                if all.len() > MOST {
                    return Err(too_many(day, vehicles.len(), drivers.len()));
                }
            }
        }
        Ok(Some(Self {
            day: day.crewed(all),
            of,
            sorts: [vehicles, drivers],
        }))
    }

    /// Hands out vehicles and drivers.
    pub(super) fn hands(&self) -> Hands<'_> {
        let none = |of: usize| vec![0; self.sorts[of].len()];
        Hands {
            crews: self,
            used: [none(0), none(1)],
        }
    }

    /// Finds the types of routes that have vehicles and drivers.
    pub(super) fn roster<'a>(&'a self, compiled: &'a CompiledDay) -> Roster<'a> {
        let mut kinds = BTreeMap::new();
        for (kind, data) in (0..).zip(&compiled.problem.types) {
            if let Some(crew) = self.day.crew(data.vehicles[0] as usize) {
                kinds.insert([crew.vehicles.0, crew.drivers.0], kind);
            }
        }
        let sort_of = |sorts: &[Vec<u32>]| -> BTreeMap<u32, u32> {
            let each = (0..).zip(sorts);
            each.flat_map(|(sort, all)| all.iter().map(move |&one| (one, sort)))
                .collect()
        };
        let [vehicles, drivers] = [&self.sorts[0], &self.sorts[1]].map(|sorts| sort_of(sorts));
        let day = &compiled.day;
        let vehicle = |(sort, v): (u32, u32)| (day.vehicles()[v as usize].id().as_str(), sort);
        let driver = |(sort, d): (u32, u32)| (day.drivers()[d as usize].id().as_str(), sort);
        Roster {
            kinds,
            vehicles: vehicles
                .into_iter()
                .map(|(v, sort)| vehicle((sort, v)))
                .collect(),
            drivers: drivers
                .into_iter()
                .map(|(d, sort)| driver((sort, d)))
                .collect(),
        }
    }
}

fn too_many(day: &ServiceDay, vehicles: usize, drivers: usize) -> Error {
    let mut problems = Problems::default();
    let subject = format!("station {:?}", day.station().id().as_str());
    let message = format!(
        "{drivers} sorts of drivers and {vehicles} sorts of vehicles make more than {MOST} crews"
    );
    problems.push(subject, "drivers", message);
    match problems.into_result() {
        Err(error) => error,
        Ok(()) => unreachable!("one problem was pushed"),
    }
}

/// Numbers by key, in the order of the first of each.
fn sorts(keys: impl Iterator<Item = String>) -> Vec<Vec<u32>> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut sorts: Vec<Vec<u32>> = Vec::new();
    for (number, key) in (0..).zip(keys) {
        let next = known.len();
        let sort = *known.entry(key).or_insert(next);
        if sort == next {
            sorts.push(Vec::new());
        }
        sorts[sort].push(number);
    }
    sorts
}

/// What tells a vehicle from others: all but its name, and that where something names it.
fn vehicle_key(day: &ServiceDay, v: usize, named: &BTreeSet<&VehicleId>) -> String {
    let vehicle = &day.vehicles()[v];
    let own = named.contains(vehicle.id()).then(|| vehicle.id());
    let drivers = (0..).zip(day.drivers());
    let listed: Vec<u32> = drivers
        .filter(|(_, driver)| driver.vehicles().contains(vehicle.id()))
        .map(|(d, _)| d)
        .collect();
    format!("{:?} {own:?} {listed:?}", vehicle.clone().with_id(""))
}

/// Vehicles that packages are pinned to or planned on, or drivers planned on.
fn named(day: &ServiceDay) -> BTreeSet<&VehicleId> {
    let of_package = |package| {
        let planned = Package::planned_on(package).map(|(vehicle, _)| vehicle);
        package.pin().into_iter().chain(planned)
    };
    let planned = day.drivers().iter().filter_map(Driver::planned_on);
    let packages = day.packages().iter().flat_map(of_package);
    packages
        .chain(planned.map(|(vehicle, _)| vehicle))
        .collect()
}

/// What it is reckoned at that a driver drives a vehicle, where one of them was planned with
/// another.
fn price_of_change(day: &ServiceDay, vehicle: &VehicleId, driver: &Driver) -> Money {
    let planned = day.drivers().iter().filter_map(|other| {
        let (on, price) = other.planned_on()?;
        let (same, own) = (on == vehicle, other.id() == driver.id());
        (same != own).then_some(price)
    });
    planned.max().unwrap_or(Money::ZERO)
}

/// A vehicle with a driver; None where he may not drive it, or never when it is out.
fn together(day: &ServiceDay, v: usize, driver: &Driver) -> Option<Vehicle> {
    let vehicle = &day.vehicles()[v];
    if !driver.drives(vehicle.id()) {
        return None;
    }
    let open = day.vehicle_shift(v);
    let shift = driver
        .shift()
        .map_or(Some(open), |own| open.intersection(own))?;
    let costs = driver.costs_of(day.vehicle_costs(v));
    let change = price_of_change(day, vehicle.id(), driver);
    let mut crewed = vehicle
        .clone()
        .with_shift(TimeWindow::new(shift.earliest(), shift.latest()))
        .with_costs(costs.with_per_vehicle(costs.per_vehicle() + change));
    let most = [vehicle.max_duty(), driver.max_duty()];
    if let Some(most) = most.into_iter().flatten().min() {
        crewed = crewed.with_max_duty(most);
    }
    let more = driver.capabilities().iter().cloned();
    Some(more.fold(crewed, Vehicle::with_capability))
}

/// Vehicles and drivers handed out so far, of each sort.
pub(super) struct Hands<'a> {
    crews: &'a Crews,
    used: [Vec<usize>; 2],
}

impl Hands<'_> {
    /// The next vehicle and the next driver of the sorts of a vehicle of the problem.
    pub(super) fn next(&mut self, vehicle: u32) -> (u32, Option<u32>) {
        let Some(crew) = self.crews.day.crew(vehicle as usize) else {
            return (self.crews.of[vehicle as usize], None);
        };
        let mut take = |of: usize, sort: u32| {
            let used = &mut self.used[of][sort as usize];
            *used += 1;
            self.crews.sorts[of][sort as usize][*used - 1]
        };
        (take(0, crew.vehicles.0), Some(take(1, crew.drivers.0)))
    }
}

/// Who drives with whom in a plan that is read again.
pub(super) struct Roster<'a> {
    kinds: BTreeMap<[u32; 2], u32>,
    vehicles: BTreeMap<&'a str, u32>,
    drivers: BTreeMap<&'a str, u32>,
}

impl Roster<'_> {
    /// The type of a route's vehicle and driver, each of which is there once; None where one of
    /// them is not, or not with the other.
    pub(super) fn kind_of(&mut self, route: &RoutePlan) -> Option<u32> {
        let driver = route.driver.as_ref()?;
        let vehicle = self.vehicles.remove(route.vehicle.as_str())?;
        let driver = self.drivers.remove(driver.as_str())?;
        self.kinds.get(&[vehicle, driver]).copied()
    }
}
