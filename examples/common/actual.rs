//! What really ran: each vehicle's own packages, in the order of the shortest tour found.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use doorstep::model::{Costs, Package, ServiceDay, TimeWindow, Vehicle, VehicleId};
use doorstep::plan::Plan;
use doorstep::units::{Capacity, Span, TimeOfDay};
use doorstep::{Budget, Error, Solver};

use super::table::{InputErrors, Table};

/// Which vehicle took a package.
pub(crate) fn read(packages: &Path) -> Result<HashMap<String, VehicleId>, InputErrors> {
    let mut errors = InputErrors::default();
    let mut ran = HashMap::new();
    let table = Table::read(packages, &["package_id", "actual_vehicle"], &mut errors);
    for row in table.iter().flat_map(Table::rows) {
        if let Some(vehicle) = row.required("actual_vehicle", &mut errors) {
            ran.insert(row.text("package_id").to_owned(), vehicle.into());
        }
    }
    if errors.is_empty() {
        Ok(ran)
    } else {
        Err(errors)
    }
}

/// The tours of what really ran, station by station.
pub(crate) fn tours(
    days: &[ServiceDay],
    ran: &HashMap<String, VehicleId>,
    iterations: u64,
    seed: u64,
) -> Result<Vec<Vec<Plan>>, String> {
    let mut all = Vec::new();
    for day in days {
        let mut of_vehicle: BTreeMap<&VehicleId, Vec<&Package>> = BTreeMap::new();
        for package in day.packages() {
            if let Some(vehicle) = ran.get(package.id().as_str()) {
                of_vehicle.entry(vehicle).or_default().push(package);
            }
        }
        let requests: Result<Vec<ServiceDay>, Error> = of_vehicle
            .iter()
            .map(|(vehicle, packages)| lone_tour(day, vehicle, packages))
            .collect();
        let requests = requests.map_err(|error| error.to_string())?;
        let iterations = iterations * requests.len() as u64;
        let solver = Solver::new()
            .budget(Budget::iterations(iterations))
            .seed(seed);
        all.push(plans(&solver, &requests)?);
    }
    Ok(all)
}

/// One vehicle's packages as a request of their own, with nothing to keep but the tour.
fn lone_tour(
    day: &ServiceDay,
    vehicle: &VehicleId,
    packages: &[&Package],
) -> Result<ServiceDay, Error> {
    let known = day.vehicles().iter().find(|v| v.id() == vehicle);
    let lone = known.map_or_else(
        || Vehicle::cargo_van(vehicle),
        |v| Vehicle::new(v.id(), v.kind()),
    );
    let open = TimeWindow::new(
        TimeOfDay::MIDNIGHT,
        TimeOfDay::MIDNIGHT + Span::from_hours(200),
    );
    ServiceDay::builder(day.station().clone())
        .delivery_hours(open)
        .packages(packages.iter().map(|&p| p.clone().with_windows([])))
        .vehicles([lone.with_capacity(Capacity::UNLIMITED)])
        .travel(day.travel().clone())
        .service_times(*day.service_times())
        .costs(Costs::driving_only())
        .build()
}

/// The plans of a batch, if every day has one.
///
/// # Errors
///
/// The first day that has none.
pub(crate) fn plans(solver: &Solver, requests: &[ServiceDay]) -> Result<Vec<Plan>, String> {
    let requests: Vec<Result<ServiceDay, Error>> = requests.iter().cloned().map(Ok).collect();
    solver
        .batch(&requests)
        .into_iter()
        .map(|result| match result {
            Ok(outcome) => Ok(outcome.plan),
            Err(error) => Err(error.to_string()),
        })
        .collect()
}
