//! The first screen: a station, packages and vans in; clock times and reasons out.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use doorstep::{Budget, Error, Package, Place, ServiceDay, Solver, Station, TimeWindow, Vehicle};

fn main() -> Result<(), Error> {
    let day = ServiceDay::builder(Station::new("AUS2", Place::at(30.217, -97.735)))
        .packages([
            Package::new("parcel", Place::at(30.2702, -97.7425), "78701"),
            Package::new("letter", Place::at(30.2634, -97.7144), "78702"),
            Package::new("roses", Place::at(30.2947, -97.7390), "78705")
                .with_window(TimeWindow::hm((9, 0), (11, 30))),
            Package::new("shed", Place::at(30.2430, -97.7654), "78704").with_volume_cm3(15_000_000),
        ])
        .vehicles([Vehicle::cargo_van("van 1"), Vehicle::bicycle("bike 1")])
        .build()?;
    let outcome = Solver::new().budget(Budget::iterations(1_000)).seed(7).solve(&day)?;
    for route in &outcome.plan.routes {
        println!("{} leaves at {}", route.vehicle, route.depart.hms());
        for visit in &route.visits {
            println!("  {} {} {}", visit.start.hms(), visit.zip, visit.packages[0]);
        }
        println!("  {} back", route.back.hms());
    }
    for left in &outcome.plan.unserved {
        println!("{} stays: {}", left.package, left.reason);
    }
    Ok(())
}
