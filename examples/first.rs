//! The first screen: a station, packages and vans in; clock times and reasons out.

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use doorstep::{Budget, Error, Package, Place, ServiceDay, Solver, Station, TimeWindow, Vehicle};

fn main() -> Result<(), Error> {
    let morning = TimeWindow::hm((9, 0), (12, 0));
    let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
        .packages([
            Package::new("P1", Place::at(41.85, -87.65), "60608").with_window(morning),
            Package::new("P2", Place::at(41.86, -87.66), "60608").with_volume_cm3(12_000),
            Package::new("P3", Place::at(41.88, -87.63), "60602").with_need("liftgate"),
        ])
        .vehicles([Vehicle::cargo_van("V1"), Vehicle::cargo_van("V2")])
        .build()?;
    let solver = Solver::new().budget(Budget::iterations(1_000)).seed(7);
    let outcome = solver.solve(&day)?;
    for route in &outcome.plan.routes {
        println!("{} leaves at {}", route.vehicle, route.depart.hms());
        for visit in &route.visits {
            println!("{} {} {}", visit.arrive.hms(), visit.zip, visit.stop);
        }
    }
    for missing in &outcome.plan.unserved {
        println!("{}: {}", missing.package, missing.reason);
    }
    Ok(())
}
