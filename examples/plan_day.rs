//! The main job: plans a day of one or several stations and writes what a dispatcher needs.
//!
//! Without files it plans an embedded day: 3,000 packages drawn by seed over the ZIP codes of
//! Austin. With `--packages`, `--vehicles` and `--stations` it plans real input; the columns are
//! described in `examples/common/csv.rs`.
//!
//! Exit codes: 0 a plan was made; 1 `--check` found a violation; 2 wrong input, or a file could
//! not be read or written.

// Crate-wide for the test suite, which has this file as a module.
pub(crate) mod common;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use common::objective::{Objective, with_objective};
use common::street::Street;
use common::{ask, progress, report};
use doorstep::model::{ServiceDay, ZonePolicy};
use doorstep::plan::{Plan, Scorecard, validate};
use doorstep::{Error, Money, Outcome, Solver};

/// How many violations are printed for one station.
const SHOWN: usize = 20;

/// Plans a delivery day.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// Packages, as CSV; without files, an embedded day is planned.
    #[arg(long, requires_all = ["vehicles", "stations"])]
    packages: Option<PathBuf>,
    /// Vehicles, as CSV.
    #[arg(long, requires_all = ["packages", "stations"])]
    vehicles: Option<PathBuf>,
    /// Stations, as CSV.
    #[arg(long, requires_all = ["packages", "vehicles"])]
    stations: Option<PathBuf>,
    /// What is made small: money, or time at the wheel.
    #[arg(long, value_enum, default_value = "cost")]
    objective: Objective,
    /// How routes mind blocks and zones.
    #[arg(long, value_enum, default_value = "free")]
    zones: Zones,
    /// With `--zones priced`: what each return to a block costs, in the currency.
    #[arg(long, default_value = "2", requires = "zones")]
    block_reentry: Money,
    /// With `--zones priced`: what each change of zones on a route costs, in the currency.
    #[arg(long, default_value = "0", requires = "zones")]
    zone_change: Money,
    /// Seconds from after reading to before writing [default: 10, or no limit with --iterations].
    #[arg(long, value_parser = seconds)]
    seconds: Option<Duration>,
    /// Iterations of the search, all stations together.
    #[arg(long)]
    iterations: Option<u64>,
    /// Seed of the search, and of the embedded day.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Threads [default: one for each core].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Folder for the results; without it, only the scorecards are printed.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Validates every plan against its request.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    street: Street,
}

/// How routes mind blocks and zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Zones {
    /// Not at all.
    Free,
    /// Returns to blocks and changes of zones cost something.
    Priced,
    /// A route keeps to one zone.
    Hard,
}

impl Args {
    fn zone_policy(&self) -> ZonePolicy {
        match self.zones {
            Zones::Free => ZonePolicy::Free,
            Zones::Hard => ZonePolicy::Hard,
            Zones::Priced => ZonePolicy::Priced {
                block_reentry: self.block_reentry,
                zone_change: self.zone_change,
            },
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}

fn main() -> ExitCode {
    ExitCode::from(run(&Args::parse(), &mut io::stdout(), &mut io::stderr()))
}

/// Plans and reports; the exit code.
pub(crate) fn run(args: &Args, out: &mut dyn io::Write, err: &mut dyn io::Write) -> u8 {
    let (text, code) = match plan(args) {
        Ok(result) => result,
        Err(message) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(err, "{message}");
            return 2;
        }
    };
    match out.write_all(text.as_bytes()) {
        // A reader that has gone away (`| head`) is no error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(err, "standard output: {error}");
            2
        }
        _ => code,
    }
}

/// What is printed, and the exit code.
fn plan(args: &Args) -> Result<(String, u8), String> {
    let files = [&args.packages, &args.vehicles, &args.stations];
    let days = ask::days(files, args.seed)?;
    let started = Instant::now();
    if let Some(folder) = &args.out {
        // Before the work, not after it: a wrong folder should not cost a plan.
        report::make_folder(folder)?;
    }
    let days = with_objective(days, args.objective).map_err(|error| error.to_string())?;
    let zoned = |day: ServiceDay| {
        let day = day.to_builder().zone_policy(args.zone_policy()).build()?;
        args.street.on(&day)
    };
    let days = days.into_iter().map(zoned).collect::<Result<Vec<_>, _>>();
    let days = days.map_err(|error| error.to_string())?;
    let results = solve(args, &days, started)?;
    let mut code = 0;
    let mut text = String::new();
    let mut solved: Vec<(&ServiceDay, &Plan)> = Vec::new();
    for (day, result) in days.iter().zip(&results) {
        match result {
            Ok(outcome) => solved.push((day, &outcome.plan)),
            Err(error) => {
                text += &format!("station {}: {error}\n\n", day.station().id());
                code = 2;
            }
        }
    }
    text += &scorecards(&solved);
    if let Some(folder) = &args.out {
        report::write_all(folder, &solved)?;
        text += &format!("written to {}\n", folder.display());
    }
    if args.check && check(&solved, &mut text) > 0 {
        code = code.max(1);
    }
    Ok((text, code))
}

/// Plans all stations with one budget on a pool of the asked size.
fn solve(
    args: &Args,
    days: &[ServiceDay],
    started: Instant,
) -> Result<Vec<Result<Outcome, Error>>, String> {
    let pool = ask::pool(args.threads)?;
    let budget = ask::budget(args.seconds, args.iterations, started);
    let bar = Arc::new(progress::Bar::new(days));
    let solver = Solver::new()
        .budget(budget)
        .seed(args.seed)
        .observer(bar.clone());
    let requests: Vec<Result<ServiceDay, Error>> = days.iter().cloned().map(Ok).collect();
    let results = pool.install(|| solver.batch(&requests));
    bar.finish();
    Ok(results)
}

/// The scorecard of each station and, for several, of all together.
fn scorecards(solved: &[(&ServiceDay, &Plan)]) -> String {
    let mut text = String::new();
    for (day, plan) in solved {
        text += &format!("station {}\n{}\n", day.station().id(), plan.scorecard);
    }
    if solved.len() > 1 {
        let total = Scorecard::total(solved.iter().map(|(_, plan)| &plan.scorecard));
        text += &format!("all {} stations\n{total}\n", solved.len());
    }
    text
}

/// Adds what the validator finds to the text; the number of violations.
pub(crate) fn check(solved: &[(&ServiceDay, &Plan)], text: &mut String) -> usize {
    let mut all = 0;
    for (day, plan) in solved {
        let violations = validate(day, plan);
        for violation in violations.iter().take(SHOWN) {
            *text += &format!("station {}: {violation}\n", day.station().id());
        }
        if violations.len() > SHOWN {
            *text += &format!("and {} more\n", violations.len() - SHOWN);
        }
        all += violations.len();
    }
    *text += &match all {
        0 => "checked: no violation\n".to_owned(),
        1 => "checked: 1 violation\n".to_owned(),
        _ => format!("checked: {all} violations\n"),
    };
    all
}
