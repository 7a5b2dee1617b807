//! Reads a day from three CSV files: packages, vehicles and stations.
//!
//! Columns are found by name, in any order; columns not named here are ignored.
//!
//! - packages: `package_id`, `station`, `lat`, `lon`, `zip`; may have `volume_cm3`, `weight_g`,
//!   `service_seconds`, `earliest`, `latest` (both empty: any time in the delivery hours)
//! - vehicles: `vehicle_id`, `station`, `kind` (`cargo_van`, `electric_van`, `flex_car`,
//!   `bicycle`, `walker`); may have `capacity_cm3`, `capacity_g`, `shift_start`, `shift_end`,
//!   `max_hours`
//! - stations: `station`, `lat`, `lon`

use std::collections::HashMap;
use std::path::Path;

use doorstep::model::{Package, Place, ServiceDay, Station, TimeWindow, Vehicle, VehicleKind};
use doorstep::units::{Capacity, Span, TimeOfDay};

use super::table::{InputErrors, Row, Table};

const PACKAGE_COLUMNS: [&str; 5] = ["package_id", "station", "lat", "lon", "zip"];
const VEHICLE_COLUMNS: [&str; 3] = ["vehicle_id", "station", "kind"];
const STATION_COLUMNS: [&str; 3] = ["station", "lat", "lon"];

/// What belongs to one station, and where it was read.
struct Draft {
    station: Station,
    packages: Vec<Package>,
    vehicles: Vec<Vehicle>,
    /// `file:line` of everything the model may complain about, by its subject.
    origins: HashMap<String, String>,
}

/// One request for each row of `stations`, in that order.
///
/// # Errors
///
/// Every problem of the three files: what cannot be opened or read, and what the model refuses,
/// each with file, line, column or field, and value.
pub(crate) fn read_days(
    packages: &Path,
    vehicles: &Path,
    stations: &Path,
) -> Result<Vec<ServiceDay>, InputErrors> {
    let mut errors = InputErrors::default();
    let stations = Table::read(stations, &STATION_COLUMNS, &mut errors);
    let vehicles = Table::read(vehicles, &VEHICLE_COLUMNS, &mut errors);
    let packages = Table::read(packages, &PACKAGE_COLUMNS, &mut errors);
    let (Some(stations), Some(vehicles), Some(packages)) = (stations, vehicles, packages) else {
        return Err(errors);
    };
    let mut drafts = Drafts::default();
    for row in stations.rows() {
        drafts.add_station(&row, &mut errors);
    }
    for row in vehicles.rows() {
        drafts.add_vehicle(&row, &mut errors);
    }
    for row in packages.rows() {
        drafts.add_package(&row, &mut errors);
    }
    let days = drafts.build(&mut errors);
    if errors.is_empty() {
        Ok(days)
    } else {
        Err(errors)
    }
}

/// The stations under construction.
#[derive(Default)]
struct Drafts {
    all: Vec<Draft>,
    by_name: HashMap<String, usize>,
    /// Rows of packages and vehicles by id: an id is used once in all stations together.
    seen: HashMap<String, String>,
}

impl Drafts {
    fn add_station(&mut self, row: &Row<'_>, errors: &mut InputErrors) {
        let name = row.required("station", errors);
        let place = place(row, errors);
        let (Some(name), Some(place)) = (name, place) else {
            return;
        };
        if self.by_name.contains_key(name) {
            row.report("station", &format!("{name:?} occurs twice"), errors);
            return;
        }
        self.by_name.insert(name.to_owned(), self.all.len());
        let origin = (format!("station {name:?}"), row.position());
        self.all.push(Draft {
            station: Station::new(name, place),
            packages: Vec::new(),
            vehicles: Vec::new(),
            origins: HashMap::from([origin]),
        });
    }

    fn add_vehicle(&mut self, row: &Row<'_>, errors: &mut InputErrors) {
        let id = self.new_id(row, "vehicle", errors);
        let home = self.home(row, errors);
        let vehicle = vehicle(row, errors);
        if let (Some(subject), Some(home), Some(vehicle)) = (id, home, vehicle) {
            let draft = &mut self.all[home];
            draft.origins.insert(subject, row.position());
            draft.vehicles.push(vehicle);
        }
    }

    fn add_package(&mut self, row: &Row<'_>, errors: &mut InputErrors) {
        let id = self.new_id(row, "package", errors);
        let home = self.home(row, errors);
        let package = package(row, errors);
        if let (Some(subject), Some(home), Some(package)) = (id, home, package) {
            let draft = &mut self.all[home];
            draft.origins.insert(subject, row.position());
            draft.packages.push(package);
        }
    }

    /// The subject `package "P7"` of a row, if its id is there and was not used before.
    fn new_id(&mut self, row: &Row<'_>, noun: &str, errors: &mut InputErrors) -> Option<String> {
        let column = format!("{noun}_id");
        let id = row.required(&column, errors)?;
        let subject = format!("{noun} {id:?}");
        if let Some(first) = self.seen.get(&subject) {
            let message = format!("{id:?} was used before, in {first}");
            row.report(&column, &message, errors);
            return None;
        }
        self.seen.insert(subject.clone(), row.position());
        Some(subject)
    }

    /// Index of the station that a row names.
    fn home(&self, row: &Row<'_>, errors: &mut InputErrors) -> Option<usize> {
        let name = row.required("station", errors)?;
        let home = self.by_name.get(name).copied();
        if home.is_none() {
            let message = format!("{name:?} is not among the stations");
            row.report("station", &message, errors);
        }
        home
    }

    fn build(self, errors: &mut InputErrors) -> Vec<ServiceDay> {
        let mut days = Vec::with_capacity(self.all.len());
        for draft in self.all {
            let day = ServiceDay::builder(draft.station)
                .packages(draft.packages)
                .vehicles(draft.vehicles)
                .build();
            match day {
                Ok(day) => days.push(day),
                Err(error) => {
                    for problem in error.problems() {
                        let origin = draft.origins.get(problem.subject());
                        let origin = origin.map_or("input", String::as_str);
                        errors.push(format!("{origin}: {problem}"));
                    }
                }
            }
        }
        days
    }
}

fn place(row: &Row<'_>, errors: &mut InputErrors) -> Option<Place> {
    let mut degrees = |column| row.parsed(column, "a number", |t| t.parse().ok(), errors);
    let (lat, lng): (Option<f64>, Option<f64>) = (degrees("lat"), degrees("lon"));
    Some(Place::at(lat?, lng?))
}

fn package(row: &Row<'_>, errors: &mut InputErrors) -> Option<Package> {
    let place = place(row, errors);
    let zip = row.required("zip", errors);
    let volume = row.optional("volume_cm3", "a whole number", |t| t.parse().ok(), errors);
    let weight = row.optional("weight_g", "a whole number", |t| t.parse().ok(), errors);
    let service = row.optional("service_seconds", "a number of seconds", seconds, errors);
    let window = window(row, "earliest", "latest", errors);
    let mut package = Package::new(row.text("package_id"), place?, zip?);
    if let Some(volume) = volume? {
        package = package.with_volume_cm3(volume);
    }
    if let Some(weight) = weight? {
        package = package.with_weight_g(weight);
    }
    if let Some(service) = service? {
        package = package.with_service_time(service);
    }
    if let Some(window) = window? {
        package = package.with_window(window);
    }
    Some(package)
}

fn vehicle(row: &Row<'_>, errors: &mut InputErrors) -> Option<Vehicle> {
    let id = row.text("vehicle_id");
    let kinds = "a kind of vehicle (cargo_van, electric_van, flex_car, bicycle, walker)";
    let vehicle = row.parsed("kind", kinds, |kind| preset(kind, id), errors);
    let volume = row.optional("capacity_cm3", "a whole number", |t| t.parse().ok(), errors);
    let weight = row.optional("capacity_g", "a whole number", |t| t.parse().ok(), errors);
    let shift = window(row, "shift_start", "shift_end", errors);
    let duty = row.optional("max_hours", "a number of hours", hours, errors);
    let (volume, weight, mut vehicle) = (volume?, weight?, vehicle?);
    if volume.is_some() || weight.is_some() {
        // What is stated is all there is: no limit stays from the preset.
        let mut capacity = Capacity::UNLIMITED;
        if let Some(volume) = volume {
            capacity = capacity.with_volume_cm3(volume);
        }
        if let Some(weight) = weight {
            capacity = capacity.with_weight_g(weight);
        }
        vehicle = vehicle.with_capacity(capacity);
    }
    if let Some(shift) = shift? {
        vehicle = vehicle.with_shift(shift);
    }
    if let Some(duty) = duty? {
        vehicle = vehicle.with_max_duty(duty);
    }
    Some(vehicle)
}

/// A vehicle with the usual capacity of its kind.
fn preset(kind: &str, id: &str) -> Option<Vehicle> {
    match kind.parse().ok()? {
        VehicleKind::CargoVan => Some(Vehicle::cargo_van(id)),
        VehicleKind::ElectricVan => Some(Vehicle::electric_van(id)),
        VehicleKind::FlexCar => Some(Vehicle::flex_car(id)),
        VehicleKind::Bicycle => Some(Vehicle::bicycle(id)),
        VehicleKind::Walker => Some(Vehicle::walker(id)),
        VehicleKind::Motorcycle => Some(Vehicle::motorcycle(id)),
        VehicleKind::Drone => Some(Vehicle::drone(id)),
        other => Some(Vehicle::new(id, other)),
    }
}

/// A window in two columns; the inner `None` when both are empty.
fn window(
    row: &Row<'_>,
    from: &str,
    to: &str,
    errors: &mut InputErrors,
) -> Option<Option<TimeWindow>> {
    if row.text(from).is_empty() && row.text(to).is_empty() {
        return Some(None);
    }
    let mut time = |column| row.parsed(column, "a time HH:MM", time_of_day, errors);
    let (from, to) = (time(from), time(to));
    Some(Some(TimeWindow::new(from?, to?)))
}

fn time_of_day(text: &str) -> Option<TimeOfDay> {
    text.parse().ok()
}

fn seconds(text: &str) -> Option<Span> {
    milliseconds(text, 1_000.0)
}

fn hours(text: &str) -> Option<Span> {
    milliseconds(text, 3_600_000.0)
}

/// A length of time to the nearest millisecond; at most 1,000 hours.
fn milliseconds(text: &str, per_unit: f64) -> Option<Span> {
    let millis = (text.parse::<f64>().ok()? * per_unit).round();
    (0.0..=3.6e9)
        .contains(&millis)
        .then(|| Span::from_millis(millis as i64))
}
