//! Compares a plan with the assignment that really ran, at the same prices.
//!
//! Reads the three tables of `plan_day` and one column more, `actual_vehicle`: which vehicle took
//! a package. Each vehicle's stops are put in the order of the shortest tour found, by the solver
//! itself: that vehicle alone, without windows, capacity and limit of duty. This flatters what
//! really ran; the plan beside it keeps every window, capacity and duty.
//!
//! `cargo run --release --example actual_day -- --packages P.csv --vehicles V.csv
//! --stations S.csv --seconds 60`

mod common;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use common::csv;
use common::figures::comparison;
use common::objective::{Objective, with_objective};
use common::table::{InputErrors, Table};
use doorstep::model::{Costs, Package, ServiceDay, TimeWindow, Vehicle, VehicleId};
use doorstep::plan::{Plan, validate};
use doorstep::units::{Capacity, Span, TimeOfDay};
use doorstep::{Budget, Error, Solver};

/// Compares a plan with what really ran.
#[derive(Debug, Parser)]
struct Args {
    /// Packages, as CSV with a column `actual_vehicle`.
    #[arg(long)]
    packages: PathBuf,
    /// Vehicles, as CSV.
    #[arg(long)]
    vehicles: PathBuf,
    /// Stations, as CSV.
    #[arg(long)]
    stations: PathBuf,
    /// What the plan makes small.
    #[arg(long, value_enum, default_value = "cost")]
    objective: Objective,
    /// Seconds for the plan of all stations.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Iterations for the tour of each actual vehicle.
    #[arg(long, default_value_t = 40_000)]
    tour_iterations: u64,
    /// Seed of both.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Threads [default: one for each core].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

fn main() -> ExitCode {
    let result = run(&Args::parse());
    let (text, code) = match &result {
        Ok((text, code)) => (text, *code),
        Err(message) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(io::stderr(), "{message}");
            return ExitCode::from(2);
        }
    };
    // A reader that has gone away is no error.
    let _ = io::stdout().write_all(text.as_bytes());
    code
}

fn run(args: &Args) -> Result<(String, ExitCode), String> {
    let days = csv::read_days(&args.packages, &args.vehicles, &args.stations)
        .map_err(|errors| errors.to_string())?;
    let ran = read_assignment(&args.packages).map_err(|errors| errors.to_string())?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.map_or(0, usize::from))
        .build()
        .map_err(|error| format!("no threads: {error}"))?;
    let actual = pool.install(|| actual(&days, &ran, args))?;
    let requests = with_objective(days, args.objective).map_err(|error| error.to_string())?;
    let planned = pool.install(|| planned(&requests, args))?;
    let mut violations = 0;
    for (day, plan) in requests.iter().zip(&planned) {
        violations += validate(day, plan).len();
    }
    let mut text = comparison(&requests, &actual, &planned);
    text += &format!("violations of the plan: {violations}\n");
    let code = if violations == 0 { 0 } else { 1 };
    Ok((text, ExitCode::from(code)))
}

/// Which vehicle took a package.
fn read_assignment(packages: &Path) -> Result<HashMap<String, VehicleId>, InputErrors> {
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
fn actual(
    days: &[ServiceDay],
    ran: &HashMap<String, VehicleId>,
    args: &Args,
) -> Result<Vec<Vec<Plan>>, String> {
    let mut tours = Vec::new();
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
        let iterations = args.tour_iterations * requests.len() as u64;
        let solver = Solver::new()
            .budget(Budget::iterations(iterations))
            .seed(args.seed);
        tours.push(plans(&solver, &requests)?);
    }
    Ok(tours)
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

/// The plan of the real request.
fn planned(requests: &[ServiceDay], args: &Args) -> Result<Vec<Plan>, String> {
    let solver = Solver::new()
        .budget(Budget::wall_clock(Duration::from_secs(args.seconds)))
        .seed(args.seed);
    plans(&solver, requests)
}

fn plans(solver: &Solver, requests: &[ServiceDay]) -> Result<Vec<Plan>, String> {
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
