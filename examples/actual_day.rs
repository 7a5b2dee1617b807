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

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use common::figures::comparison;
use common::objective::{Objective, with_objective};
use common::{actual, ask, csv};
use doorstep::model::ServiceDay;
use doorstep::plan::{Plan, validate};
use doorstep::{Budget, Solver};

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
    let ran = actual::read(&args.packages).map_err(|errors| errors.to_string())?;
    let pool = ask::pool(args.threads)?;
    let tours = pool.install(|| actual::tours(&days, &ran, args.tour_iterations, args.seed))?;
    let requests = with_objective(days, args.objective).map_err(|error| error.to_string())?;
    let planned = pool.install(|| planned(&requests, args))?;
    let mut violations = 0;
    for (day, plan) in requests.iter().zip(&planned) {
        violations += validate(day, plan).len();
    }
    let mut text = comparison(&requests, &tours, &planned);
    text += &format!("violations of the plan: {violations}\n");
    let code = if violations == 0 { 0 } else { 1 };
    Ok((text, ExitCode::from(code)))
}

/// The plan of the real request.
fn planned(requests: &[ServiceDay], args: &Args) -> Result<Vec<Plan>, String> {
    let solver = Solver::new()
        .budget(Budget::wall_clock(Duration::from_secs(args.seconds)))
        .seed(args.seed);
    actual::plans(&solver, requests)
}
