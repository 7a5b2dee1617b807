//! The benchmark of `examples/benchmark.rs`: its command line, its runs, what it prints.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::Parser;
use doorstep::format::{Checked, Instance, Objective, Rounding, Solution};
use doorstep::model::ServiceDay;
use doorstep::plan::validate;
use doorstep::solver::{Observer, Progress};
use doorstep::{Money, Outcome, Solver};

use super::best_known::{BestKnown, Value};
use super::{memory, report};

/// Solves instances of the public sets.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// Instances.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Seconds for each, from after reading to before writing [default: 10, or no limit with
    /// --iterations].
    #[arg(long, value_parser = seconds)]
    seconds: Option<Duration>,
    /// Iterations of the search for each.
    #[arg(long)]
    iterations: Option<u64>,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads [default: one for each core].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What is made small.
    #[arg(long, value_enum, default_value = "distance")]
    objective: Small,
    /// Table of best-known values, with tabs.
    #[arg(long)]
    bks: Option<PathBuf>,
    /// Folder for NAME.sol, or for one instance the file itself, ending in .sol.
    #[arg(long)]
    out: Option<PathBuf>,
    /// File for the best cost over time, as CSV.
    #[arg(long)]
    trace: Option<PathBuf>,
}

/// What is made small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Small {
    /// The length of all routes.
    Distance,
    /// First the number of vehicles, then the length.
    Vehicles,
}

impl Small {
    const fn objective(self) -> Objective {
        match self {
            Self::Distance => Objective::Distance,
            Self::Vehicles => Objective::Vehicles,
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}

/// Solves everything and reports; the exit code.
pub(crate) fn run(args: &Args, out: &mut dyn io::Write, err: &mut dyn io::Write) -> u8 {
    match all(args, out, err) {
        Ok(code) => code,
        Err(message) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(err, "{message}");
            2
        }
    }
}

/// One instance solved.
struct Row {
    folder: PathBuf,
    name: String,
    /// The gap in percent; none without a best known, or with another number of vehicles where
    /// these come first.
    gap: Option<f64>,
    /// Vehicles more than the best known, where vehicles come first.
    more: Option<i64>,
    seconds: f64,
}

fn all(args: &Args, out: &mut dyn io::Write, err: &mut dyn io::Write) -> Result<u8, String> {
    let known = args.bks.as_deref().map(BestKnown::read).transpose()?;
    let pool = super::ask::pool(args.threads)?;
    if args.files.len() > 1 && args.out.as_deref().is_some_and(is_sol) {
        return Err("--out: several instances need a folder, not one .sol file".into());
    }
    if let Some(folder) = args.out.as_deref().filter(|path| !is_sol(path)) {
        report::make_folder(folder)?;
    }
    let mut trace = args.trace.as_ref().map(|_| TRACE.to_owned());
    let mut rows = Vec::new();
    let mut code = 0;
    say(out, HEAD)?;
    for file in &args.files {
        match one(args, file, &pool, known.as_ref(), trace.as_mut()) {
            Ok((row, text, problems)) => {
                say(out, &text)?;
                for problem in problems {
                    code = code.max(1);
                    let _ = writeln!(err, "{}: {problem}", row.name);
                }
                rows.push(row);
            }
            // The other files are not at fault.
            Err(message) => {
                code = 2;
                let _ = writeln!(err, "{}: {message}", file.display());
            }
        }
    }
    say(out, &means(&rows))?;
    if let (Some(path), Some(text)) = (&args.trace, trace) {
        write(path, &text)?;
    }
    Ok(code)
}

/// Titles of the columns.
const HEAD: &str = "name                         n          cost  routes       gap  seconds     \
                    iter/s    MiB\n";
/// Titles of the trace.
const TRACE: &str = "instance,seconds,iterations,cost,unserved\n";

/// Prints at once: a long list is watched while it grows.
fn say(out: &mut dyn io::Write, text: &str) -> Result<(), String> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // A reader that has gone away (`| head`) is no error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("standard output: {error}"))
        }
        _ => Ok(()),
    }
}

fn is_sol(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "sol")
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text)
        .map_err(|error| format!("{}: cannot be written: {error}", path.display()))
}

/// Reads, solves, writes and checks one instance: its row, the row printed, and what is wrong.
fn one(
    args: &Args,
    file: &Path,
    pool: &rayon::ThreadPool,
    known: Option<&BestKnown>,
    trace: Option<&mut String>,
) -> Result<(Row, String, Vec<String>), String> {
    memory::forget_peak();
    let stem = file.file_stem().unwrap_or_default();
    let name = stem.to_string_lossy().into_owned();
    let bytes = std::fs::read(file).map_err(|error| format!("cannot be read: {error}"))?;
    // Names and remarks may be in any encoding; everything else is ASCII.
    let instance = Instance::parse(&String::from_utf8_lossy(&bytes));
    let instance = instance.map_err(|error| error.to_string())?;
    drop(bytes);
    let started = Instant::now();
    let objective = args.objective.objective();
    let rounding = instance.usual_rounding(objective);
    let day = instance.to_day(rounding, objective);
    let day = day.map_err(|error| error.to_string())?;
    let watch = Arc::new(Watch::new(&instance, rounding, objective, started));
    let outcome = solve(args, &day, pool, started, trace.is_some().then_some(&watch))?;
    let solution = Solution::of(&outcome.plan).map_err(|error| error.to_string())?;
    let checked = instance.check(&solution, rounding);
    let solution = solution.with_cost(published(&checked, rounding));
    let seconds = started.elapsed().as_secs_f64();
    if let Some(path) = &args.out {
        let path = if is_sol(path) {
            path.clone()
        } else {
            path.join(format!("{name}.sol"))
        };
        write(&path, &solution.to_string())?;
    }
    if let Some(trace) = trace {
        *trace += &watch.text(&name);
    }
    let mut problems = checked.problems.clone();
    problems.extend(
        validate(&day, &outcome.plan)
            .iter()
            .map(ToString::to_string),
    );
    let best = known.and_then(|known| known.of(&instance, &name, objective));
    let row = row(file, name, &checked, best, objective, seconds);
    let text = line(&row, &instance, &outcome, &checked, rounding);
    Ok((row, text, problems))
}

/// Decimals with which costs are published.
const fn decimals(rounding: Rounding) -> usize {
    match rounding {
        Rounding::Nearest => 0,
        Rounding::Dimacs => 1,
        _ => 2,
    }
}

/// Costs in double precision are published with two decimals.
fn published(checked: &Checked, rounding: Rounding) -> f64 {
    match rounding {
        Rounding::Unrounded => (checked.cost * 100.0).round() / 100.0,
        _ => checked.cost,
    }
}

fn solve(
    args: &Args,
    day: &ServiceDay,
    pool: &rayon::ThreadPool,
    started: Instant,
    watch: Option<&Arc<Watch>>,
) -> Result<Outcome, String> {
    let budget = super::ask::budget(args.seconds, args.iterations, started);
    let mut solver = Solver::new().budget(budget).seed(args.seed);
    if let Some(watch) = watch {
        solver = solver.observer(watch.clone());
    }
    let outcome = pool.install(|| solver.solve(day));
    outcome.map_err(|error| error.to_string())
}

fn row(
    file: &Path,
    name: String,
    checked: &Checked,
    best: Option<&Value>,
    objective: Objective,
    seconds: f64,
) -> Row {
    let vehicles = best.and_then(|best| best.vehicles);
    let more = vehicles
        .filter(|_| objective == Objective::Vehicles)
        .map(|vehicles| checked.routes as i64 - vehicles as i64);
    let comparable = checked.problems.is_empty() && more.is_none_or(|more| more == 0);
    Row {
        folder: file.parent().unwrap_or(Path::new("")).to_owned(),
        name,
        gap: best
            .filter(|_| comparable)
            .map(|best| 100.0 * (checked.cost - best.cost) / best.cost),
        more,
        seconds,
    }
}

/// The row as it is printed.
fn line(
    row: &Row,
    instance: &Instance,
    outcome: &Outcome,
    checked: &Checked,
    rounding: Rounding,
) -> String {
    let gap = match (row.gap, row.more) {
        _ if !checked.problems.is_empty() => "infeasible".to_owned(),
        (Some(gap), _) => format!("{gap:+.3} %"),
        (None, Some(more)) => format!("{more:+} v"),
        (None, None) => "-".to_owned(),
    };
    let speed = outcome.statistics.iterations as f64 / row.seconds.max(1e-9);
    let peak = memory::peak_mib().map_or_else(|| "-".to_owned(), |mib| format!("{mib:.0}"));
    format!(
        "{:<24} {:>5} {:>13.decimals$} {:>7} {:>9} {:>8.2} {:>10.0} {:>6}\n",
        row.name,
        instance.nodes().len() - 1,
        published(checked, rounding),
        checked.routes,
        gap,
        row.seconds,
        speed,
        peak,
        decimals = decimals(rounding),
    )
}

/// A line for each folder: its instances, the mean of their gaps with its standard error.
fn means(rows: &[Row]) -> String {
    let mut folders: BTreeMap<&Path, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        folders.entry(&row.folder).or_default().push(row);
    }
    let mut text = String::new();
    for (folder, rows) in folders {
        let gaps: Vec<f64> = rows.iter().filter_map(|row| row.gap).collect();
        let count = gaps.len() as f64;
        let wall: f64 = rows.iter().map(|row| row.seconds).sum();
        let _ = write!(text, "mean {}: {} instances", folder.display(), rows.len());
        if !gaps.is_empty() {
            let mean = gaps.iter().sum::<f64>() / count;
            let _ = write!(text, ", gap {mean:+.3} %");
            if gaps.len() > 1 {
                let spread: f64 = gaps.iter().map(|gap| (gap - mean).powi(2)).sum();
                let error = (spread / (count - 1.0) / count).sqrt();
                let _ = write!(text, " +- {error:.3} over {}", gaps.len());
            }
        }
        let fleets: Vec<i64> = rows.iter().filter_map(|row| row.more).collect();
        if !fleets.is_empty() {
            let reached = fleets.iter().filter(|&&more| more <= 0).count();
            let of = fleets.len();
            let _ = write!(
                text,
                ", the best-known number of vehicles on {reached} of {of}"
            );
        }
        let _ = writeln!(text, ", {:.2} s each", wall / rows.len() as f64);
    }
    text
}

/// The best plan after each round that improved it.
struct Watch {
    started: Instant,
    /// Money a unit of the file.
    unit: f64,
    /// Money a vehicle.
    vehicle: Money,
    decimals: usize,
    seen: Mutex<Vec<(f64, Progress)>>,
}

impl Watch {
    fn new(
        instance: &Instance,
        rounding: Rounding,
        objective: Objective,
        started: Instant,
    ) -> Self {
        let costs = objective.costs();
        Self {
            started,
            unit: instance.ticks(rounding) * costs.per_km().units_f64() / 1e6,
            vehicle: costs.per_vehicle(),
            decimals: decimals(rounding),
            seen: Mutex::new(Vec::new()),
        }
    }

    /// The length alone, where vehicles are priced above all lengths.
    fn length(&self, cost: Money) -> f64 {
        let money = match self.vehicle.millicents() {
            0 => cost.millicents(),
            vehicle => cost.millicents() % vehicle,
        };
        Money::from_millicents(money).units_f64() / self.unit
    }

    /// Rows of the trace.
    fn text(&self, name: &str) -> String {
        let mut text = String::new();
        let seen = self
            .seen
            .lock()
            .map(|seen| seen.clone())
            .unwrap_or_default();
        for (seconds, progress) in seen {
            let (iterations, left) = (progress.iterations, progress.unserved);
            let (cost, decimals) = (self.length(progress.cost), self.decimals);
            let _ = writeln!(
                text,
                "{name},{seconds:.3},{iterations},{cost:.decimals$},{left}"
            );
        }
        text
    }
}

impl Observer for Watch {
    fn round(&self, progress: &Progress) -> ControlFlow<()> {
        let now = self.started.elapsed().as_secs_f64();
        if let Ok(mut seen) = self.seen.lock() {
            let state = |p: &Progress| (p.unserved, p.cost);
            if seen
                .last()
                .is_none_or(|(_, last)| state(last) != state(progress))
            {
                seen.push((now, *progress));
            }
        }
        ControlFlow::Continue(())
    }
}
