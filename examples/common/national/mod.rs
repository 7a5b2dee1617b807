//! A nation's day of `examples/national_day.rs`: its command line and its stages.

mod book;
mod growth;
mod row;
mod sample;
mod stage;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser;
use doorstep::draw::{StationMark, stations};
use doorstep::{Budget, Solver};

use super::nation::{self, Nation};
use super::{ask, memory, report};
use row::{Row, Totals};
use stage::{Stage, Times};

/// Plans a nation's day.
#[derive(Clone, Debug, Parser)]
pub(crate) struct Args {
    /// ZIP codes with their people, as a table with tabs [default: some of Austin].
    #[arg(long)]
    zips: Option<PathBuf>,
    /// Packages of the nation.
    #[arg(long, default_value_t = 1_600_000)]
    packages: usize,
    /// Plan whole stations spread over the nation, with about so many packages together.
    #[arg(long)]
    subset: Option<usize>,
    /// Wall-clock time for everything but reading the table [default: 10, or no limit with
    /// --iterations].
    #[arg(long, value_parser = minutes)]
    minutes: Option<Duration>,
    /// Iterations of the search, all stations together: the same plans on any number of threads.
    #[arg(long)]
    iterations: Option<u64>,
    /// Seed of streets, doors and search.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads [default: one for each core].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Folder for the tables and the map.
    #[arg(long)]
    out: Option<PathBuf>,
    /// File of what is finished: with it, a run that was killed goes on. Needs --out.
    #[arg(long, requires = "out")]
    checkpoint: Option<PathBuf>,
    /// How the time is shared.
    #[arg(long, value_enum, default_value = "gain")]
    share: Share,
    /// Plan as many packages as each of these says, with equal time a package, each in a process
    /// of its own; writes growth.csv and growth.svg. Needs --out.
    #[arg(long, value_delimiter = ',', requires = "out")]
    growth: Vec<usize>,
    /// Only write twenty stations, small to large, as VRPTW files into this folder.
    #[arg(long)]
    sample: Option<PathBuf>,
}

/// By what the time is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Share {
    /// By the number of packages.
    Packages,
    /// By what the first plan says there is to gain.
    Gain,
}

fn minutes(text: &str) -> Result<Duration, String> {
    let minutes: f64 = text.parse().map_err(|_| "is no number".to_owned())?;
    Duration::try_from_secs_f64(minutes * 60.0).map_err(|error| error.to_string())
}

/// Plans and reports; the exit code: 0 planned and valid, 1 a violation or a station without a
/// plan, 2 wrong input.
pub(crate) fn run(args: &Args, out: &mut dyn io::Write, err: &mut dyn io::Write) -> u8 {
    let result = if args.growth.is_empty() {
        plan(args, out)
    } else {
        growth::run(args)
    };
    match result {
        Ok((text, code)) => match out.write_all(text.as_bytes()) {
            // A reader that has gone away (`| head`) is no error.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => 2,
            _ => code,
        },
        Err(message) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(err, "{message}");
            2
        }
    }
}

/// The stations that are planned, of the whole nation.
fn chosen(nation: &Nation<'_>, wanted: Option<usize>) -> Vec<usize> {
    let all = nation.len();
    let packages: usize = (0..all).map(|station| nation.packages(station)).sum();
    let Some(wanted) = wanted.filter(|&wanted| wanted < packages) else {
        return (0..all).collect();
    };
    // Evenly along the curve that numbers the stations, so that town and country keep their parts.
    let count = (all * wanted).div_ceil(packages.max(1)).max(1);
    (0..count)
        .map(|i| (2 * i + 1) * all / (2 * count))
        .collect()
}

/// What is printed, and the exit code.
fn plan(args: &Args, out: &mut dyn io::Write) -> Result<(String, u8), String> {
    let areas = match &args.zips {
        Some(table) => nation::read(table)?,
        None => nation::embedded(),
    };
    let started = Instant::now();
    memory::forget_peak();
    if let Some(folder) = &args.out {
        // Before the work, not after it: a wrong folder should not cost a plan.
        report::make_folder(&folder.join("first"))?;
    }
    let nation = Nation::new(&areas, args.packages, args.seed);
    let stations = chosen(&nation, args.subset);
    if let Some(folder) = &args.sample {
        return sample::write(&nation, folder).map(|text| (text, 0));
    }
    let pool = ask::pool(args.threads)?;
    let solver = Solver::new().seed(args.seed);
    let first = Stage {
        args,
        nation: &nation,
        stations: &stations,
        name: "first",
        needs: None,
    };
    // Reasons are for the plans that stay.
    let construct = solver.clone().explain(0).without_ejection();
    let construct = construct.budget(Budget::iterations(0));
    let (rows, mut times) = pool.install(|| first.run(&construct))?;
    // Before the long part; who has gone away will not read the rest either.
    let _ = out.write_all(first_lines(&areas, &rows, started.elapsed()).as_bytes());
    let _ = out.flush();
    let second = Stage {
        name: "search",
        needs: Some(stage::needs(args.share, &rows)),
        ..first
    };
    let budget = ask::budget(limit(args), args.iterations, started);
    let (rows, more) = pool.install(|| second.run(&solver.budget(budget)))?;
    times.add(&more);
    let writing = Instant::now();
    if let Some(folder) = &args.out {
        draw(folder, &rows)?;
    }
    let totals = Totals::of(&rows, started.elapsed(), memory::peak_mib());
    let mut text = format!("\n{totals}");
    time_lines(&mut text, &times, writing.elapsed());
    if let Some(folder) = &args.out {
        row::write_totals(folder, &totals)?;
        let _ = writeln!(text, "written to {}", folder.display());
    }
    let bad = totals.violations > 0 || rows.len() < stations.len();
    Ok((text, u8::from(bad)))
}

fn limit(args: &Args) -> Option<Duration> {
    let default = args.iterations.is_none().then(|| Duration::from_secs(600));
    args.minutes.or(default)
}

fn first_lines(areas: &[nation::Area], rows: &[Row], spent: Duration) -> String {
    let card = Totals::of(rows, spent, None);
    format!(
        "{} ZIPs, {} stations, {} packages\n\
         first complete day after {:.1} s: {} violations, {:.0} money, {} vans, {} unserved\n",
        areas.len(),
        rows.len(),
        card.packages,
        spent.as_secs_f64(),
        card.violations,
        card.money,
        card.vans,
        card.unserved,
    )
}

fn time_lines(text: &mut String, times: &Times, writing: Duration) {
    let _ = writeln!(
        text,
        "seconds by stage, of all threads: drawing {:.1}, planning {:.1}, validating {:.1}, \
         tables {:.1}; map {:.1}",
        times.drawing.as_secs_f64(),
        times.planning.as_secs_f64(),
        times.validating.as_secs_f64(),
        times.tables.as_secs_f64(),
        writing.as_secs_f64(),
    );
}

/// The map of the nation.
fn draw(folder: &Path, rows: &[Row]) -> Result<(), String> {
    let mark = |row: &Row| {
        let packages = row.packages;
        StationMark::new(row.station.as_str(), row.at(), packages)
            .with_value(row.money / packages as f64)
    };
    let marks: Vec<StationMark> = rows.iter().map(mark).collect();
    let path = folder.join("nation.svg");
    std::fs::write(&path, stations(&marks, "money a package"))
        .map_err(|error| format!("{}: {error}", path.display()))
}
