//! How many vans tomorrow wants: the cost of a day, and what it leaves, for each number of vans.
//!
//! Without files it looks at the embedded day of `plan_day`; the columns of files are described in
//! `examples/common/csv.rs`. Stations share their vans: for each number the best split is shown.
//!
//! Exit codes: 0 a curve was made; 2 wrong input, or a file could not be read or written.

mod common;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use common::ask;
use common::exit::finish;
use doorstep::draw::{CurvePoint, curve};
use doorstep::model::ServiceDay;
use doorstep::solver::StaffingCurve;
use doorstep::{Budget, Error, Solver};

/// Plans a day with each number of vans.
#[derive(Debug, Parser)]
struct Args {
    /// Packages, as CSV; without files, an embedded day is looked at.
    #[arg(long, requires_all = ["vehicles", "stations"])]
    packages: Option<PathBuf>,
    /// Vehicles, as CSV.
    #[arg(long, requires_all = ["packages", "stations"])]
    vehicles: Option<PathBuf>,
    /// Stations, as CSV.
    #[arg(long, requires_all = ["packages", "vehicles"])]
    stations: Option<PathBuf>,
    /// The fewest vans, all stations together [default: four fifths of those listed].
    #[arg(long)]
    from: Option<usize>,
    /// The most vans [default: those listed].
    #[arg(long)]
    to: Option<usize>,
    /// Seconds for everything, from after reading to before writing.
    #[arg(long, default_value_t = 60.0)]
    seconds: f64,
    /// Iterations for everything in place of seconds.
    #[arg(long)]
    iterations: Option<u64>,
    /// Seed of the search, and of the embedded day.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// File for the curve as a picture.
    #[arg(long)]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    finish(&run(&Args::parse()))
}

fn run(args: &Args) -> Result<String, String> {
    let files = [&args.packages, &args.vehicles, &args.stations];
    let days = ask::days(files, args.seed)?;
    let started = Instant::now();
    let listed: usize = days.iter().map(|d| d.vehicles().len()).sum();
    let most = args.to.unwrap_or(listed);
    let fewest = args.from.unwrap_or(listed * 4 / 5).min(most);
    let total =
        staffing(args, &days, listed.saturating_sub(fewest), started).map_err(|e| e.to_string())?;
    let points: Vec<_> = total
        .points()
        .iter()
        .filter(|p| (fewest..=most).contains(&p.vehicles))
        .collect();
    let mut text = format!(
        "{:>5}{:>6}{:>12}{:>10}{:>7}{:>10}  by station\n",
        "vans", "used", "cost", "unserved", "late", "tendered"
    );
    for p in &points {
        let split: Vec<String> = p.by_station.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            text,
            "{:>5}{:>6}{:>12}{:>10}{:>7}{:>10}  {}",
            p.vehicles,
            p.used,
            p.cost.to_string(),
            p.unserved,
            p.late,
            p.tendered,
            split.join(" ")
        );
    }
    let _ = writeln!(text, "in {:.1} s", started.elapsed().as_secs_f64());
    if let Some(file) = &args.out {
        let points: Vec<CurvePoint> = points.iter().map(|&p| CurvePoint::from(p)).collect();
        let written = std::fs::write(file, curve(&points));
        written.map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(text)
}

/// The curves of all stations, each from `fewer` vans below its own, put together.
fn staffing(
    args: &Args,
    days: &[ServiceDay],
    fewer: usize,
    started: Instant,
) -> Result<StaffingCurve, Error> {
    let packages = |days: &[ServiceDay]| -> usize { days.iter().map(|d| d.packages().len()).sum() };
    let all: usize = days.iter().map(|d| d.vehicles().len()).sum();
    let extra = args.to.unwrap_or(0).saturating_sub(all);
    let mut curves = Vec::with_capacity(days.len());
    for (i, day) in days.iter().enumerate() {
        let own = packages(&days[i..=i]) as f64;
        let listed = day.vehicles().len();
        let budget = match args.iterations {
            Some(iterations) => {
                let share = u128::from(iterations) * packages(&days[i..=i]) as u128;
                let share = share / packages(days).max(1) as u128;
                Budget::iterations(u64::try_from(share).unwrap_or(u64::MAX))
            }
            None => {
                let left = (args.seconds - started.elapsed().as_secs_f64()).max(0.0);
                let share = left * own / (packages(&days[i..]) as f64).max(1.0);
                Budget::wall_clock(Duration::try_from_secs_f64(share).unwrap_or_default())
            }
        };
        let solver = Solver::new().seed(args.seed).budget(budget);
        let fewest = listed.saturating_sub(fewer).max(1);
        curves.push(solver.staffing(day, fewest..=listed + extra)?);
    }
    Ok(StaffingCurve::total(&curves))
}
