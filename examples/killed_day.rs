//! A day whose process is killed in the middle, and goes on.
//!
//! The caller writes ahead: an event is checked, put on disk and only then applied. Whatever
//! instant the process dies at, what is on disk leads to the state it had. This program starts
//! itself twice: the first child dies half-way through a line of its log, the second reads the
//! log, goes on and ends the day, which is then compared with one that was never disturbed.
//!
//! Exit codes: 0; 1 the day after the crash is another one, or something went wrong.

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use doorstep::execution::{Day, Event, Settings, Status};
use doorstep::format::{event_line, read_events};
use doorstep::plan::Plan;
use doorstep::{Budget, Package, Place, ServiceDay, Solver, Station, Vehicle};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [log, die_after] = &arguments[..] {
        return shift(Path::new(log), die_after.parse()?).map(drop);
    }
    let log = std::env::temp_dir().join(format!("doorstep-killed-day-{}", std::process::id()));
    let result = parent(&log);
    fs::remove_file(&log)?;
    result
}

/// Starts the children, and compares.
fn parent(log: &Path) -> Outcome<()> {
    let (request, plan) = planned()?;
    let events = events(&plan);
    let half = events.len() / 2;
    for die_after in [half, usize::MAX] {
        let status = Command::new(std::env::current_exe()?)
            .arg(log)
            .arg(die_after.to_string())
            .status()?;
        let written = read_events(&fs::read_to_string(log)?)?.log.events().len();
        println!(
            "{written} of {} events on disk when the process {}",
            events.len(),
            if status.success() { "ended" } else { "died" }
        );
    }
    let read = read_events(&fs::read_to_string(log)?)?;
    let resumed = read.log.replay(&request, &plan, Settings::default())?;
    let mut undisturbed = Day::new(&request, &plan)?;
    for event in &events {
        undisturbed.apply(event)?;
    }
    if resumed != undisturbed {
        return Err("the day after the crash is another one".into());
    }
    let delivered = |package: &&Package| {
        let state = resumed.package(package.id());
        state.is_some_and(|state| state.status == Status::Delivered)
    };
    println!(
        "the same day as without the crash: {} of {} packages delivered",
        request.packages().iter().filter(delivered).count(),
        request.packages().len(),
    );
    Ok(())
}

/// Goes on where the log ends; dies in the middle of the line after `die_after` events.
fn shift(log: &Path, die_after: usize) -> Outcome<Day> {
    let (request, plan) = planned()?;
    let text = fs::read_to_string(log).unwrap_or_default();
    let read = read_events(&text)?;
    let mut day = read.log.replay(&request, &plan, Settings::default())?;
    let mut file = OpenOptions::new().create(true).append(true).open(log)?;
    // A line that the process died in never counted.
    file.set_len(read.complete as u64)?;
    for event in &events(&plan)[day.log().events().len()..] {
        day.check(event)?;
        let line = event_line(event);
        if day.log().events().len() == die_after {
            file.write_all(&line.as_bytes()[..line.len() / 2])?;
            file.sync_data()?;
            // No destructor runs, nothing is flushed: as if it was killed.
            std::process::abort();
        }
        file.write_all(line.as_bytes())?;
        file.sync_data()?;
        day.apply(event)?;
    }
    Ok(day)
}

/// Forty doors and two vans; the same plan in every process.
fn planned() -> Outcome<(ServiceDay, Plan)> {
    let package = |i: u32| {
        let at = Place::at(
            41.84 + f64::from(i % 8) / 500.0,
            -87.68 + f64::from(i / 8) / 400.0,
        );
        Package::new(format!("P{i:02}"), at, "60608")
    };
    let request = ServiceDay::builder(Station::new("DCH1", Place::at(41.83, -87.69)))
        .packages((0..40).map(package))
        .vehicles([Vehicle::cargo_van("V1"), Vehicle::bicycle("B1")])
        .build()?;
    let solver = Solver::new().budget(Budget::iterations(2_000)).seed(7);
    let plan = solver.solve(&request)?.plan;
    Ok((request, plan))
}

/// The day as planned, event by event.
fn events(plan: &Plan) -> Vec<Event> {
    let mut events = Vec::new();
    for route in &plan.routes {
        let vehicle = || route.vehicle.clone();
        events.push((
            route.depart,
            Event::Departed {
                at: route.depart,
                vehicle: vehicle(),
            },
        ));
        for visit in &route.visits {
            let arrived = Event::Arrived {
                at: visit.arrive,
                vehicle: vehicle(),
                stop: visit.stop.clone(),
            };
            events.push((visit.arrive, arrived));
            for package in &visit.packages {
                let delivered = Event::Delivered {
                    at: visit.leave,
                    package: package.clone(),
                };
                events.push((visit.leave, delivered));
            }
        }
        events.push((
            route.back,
            Event::Returned {
                at: route.back,
                vehicle: vehicle(),
            },
        ));
    }
    // Events of one instant stay in the order of their route.
    events.sort_by_key(|(at, _)| *at);
    events.into_iter().map(|(_, event)| event).collect()
}
