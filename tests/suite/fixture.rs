//! A small day with a plan written by hand, for what only reads plans.

use doorstep::model::{LatLng, Package, Place, ServiceDay, Station, TravelMatrix, Vehicle};
use doorstep::plan::{Plan, Reason, RouteDraft, assemble};
use doorstep::sortation::group;
use doorstep::units::{Date, TimeOfDay};

/// A station at (30.2, -97.7) whose name needs escaping, three doors north of it, two vans.
pub(crate) fn day() -> ServiceDay {
    ServiceDay::builder(Station::new("A&B <1>", Place::at(30.2, -97.7)))
        .date(Date::new(2026, 10, 14).expect("a date of the calendar"))
        .packages([
            Package::new("p1", Place::at(30.21, -97.71), "78701"),
            Package::new("p2", Place::at(30.22, -97.7), "78702"),
            Package::new("p3", Place::at(30.23, -97.69), "78703"),
        ])
        .vehicles([Vehicle::cargo_van("v\"1\""), Vehicle::bicycle("b1")])
        .build()
        .expect("a valid day")
}

/// The first van takes p2, then p1, from 08:00 on; p3 stays.
pub(crate) fn plan(day: &ServiceDay) -> Plan {
    written(day, &[1, 0], &[2])
}

/// The first vehicle's route over packages by index; each package is its own stop.
pub(crate) fn written(day: &ServiceDay, route: &[u32], left: &[u32]) -> Plan {
    let grouping = group(day);
    let stop = |package: &u32| grouping.stop_of(*package as usize);
    let draft = RouteDraft {
        vehicle: 0,
        driver: None,
        stops: route.iter().map(stop).collect(),
        depart: TimeOfDay::hm(8, 0),
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    let left = left.iter().map(|p| (stop(p), Reason::NoVehicle)).collect();
    assemble(day, &grouping, day.travel(), &[draft], left)
}

/// A day whose places are rows of a matrix, one of them with coordinates as well.
pub(crate) fn matrix_day(placed: Option<LatLng>) -> ServiceDay {
    let legs = vec![vec![60.0; 3]; 3];
    let matrix = TravelMatrix::new(&legs, &legs).expect("a square matrix");
    let first = placed.map_or(Place::row(1), |at| Place::from(at).with_row(1));
    ServiceDay::builder(Station::new("S", Place::row(0)))
        .packages([
            Package::new("p1", first, "78701"),
            Package::new("p2", Place::row(2), "78702"),
        ])
        .vehicles([Vehicle::cargo_van("v1")])
        .travel(matrix)
        .build()
        .expect("a valid day")
}
