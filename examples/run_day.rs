//! A week as it happens: plan, events, re-plans, the ledger, and the next day from it.
//!
//! Without files it runs the embedded day of Austin; with `--packages`, `--vehicles` and
//! `--stations` those of `plan_day`. Each day has the same addresses under new ids, and what the
//! day before left. Doors, drivers and orders have luck by seed, the same whatever is planned.
//! Spares stand at each station for two-hour orders and breakdowns; the plan does not use them.
//! With `--rules` drivers have lunch breaks and limits of duty, and roads rush hours.
//!
//! Prints a row a day; with `--out`, writes a map a day and the events of each station's day, a
//! line an event, as gzip. All but the times is a function of the input, the
//! seed and the iterations.
//!
//! Exit codes: 0; 1 `--check` found a violation or a package lost or doubled; 2 wrong input, or a
//! file could not be written.

// Crate-wide for the test suite, which has this file as a module.
pub(crate) mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use common::chance::Luck;
use common::gzip::gzip;
use common::shift::{Figures, RESCUE, Rules, Shift};
use common::street::{Street, with_drivers};
use common::{ask, report};
use doorstep::execution::{ActualCard, Churn, Closing, Ledger, Tally};
use doorstep::format::event_line;
use doorstep::model::ServiceDay;
use doorstep::plan::Plan;
use doorstep::units::Date;
use doorstep::{Budget, Package, Solver, TimeWindow, Vehicle, draw};

/// Runs delivery days as they happen.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// Packages, as CSV; without files, the embedded day is run.
    #[arg(long, requires_all = ["vehicles", "stations"])]
    packages: Option<PathBuf>,
    /// Vehicles, as CSV.
    #[arg(long, requires_all = ["packages", "stations"])]
    vehicles: Option<PathBuf>,
    /// Stations, as CSV.
    #[arg(long, requires_all = ["packages", "vehicles"])]
    stations: Option<PathBuf>,
    /// Days in a row.
    #[arg(long, default_value_t = 7)]
    days: u8,
    /// Iterations of each station's plan in the morning.
    #[arg(long, default_value_t = 60_000)]
    iterations: u64,
    /// Iterations of each re-plan.
    #[arg(long, default_value_t = 10_000)]
    replan_iterations: u64,
    /// Two-hour orders for each thousand packages.
    #[arg(long, default_value_t = 5)]
    orders: u32,
    /// Spare vans of each station.
    #[arg(long, default_value_t = 6)]
    spares: usize,
    /// What changing a plan costs.
    #[arg(long, value_enum, default_value = "priced")]
    churn: Prices,
    /// Lunch breaks, ten hours of duty, rush hours, and drivers apart from the vans.
    #[arg(long)]
    rules: bool,
    /// Seed of the search and of all luck.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Threads [default: one for each core].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Folder for maps and events.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Validates every re-plan and counts all packages.
    #[arg(long)]
    check: bool,
}

/// What changing a plan costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Prices {
    /// As `Churn::default`.
    Priced,
    /// Nothing: whatever is not loaded is planned as if for the first time.
    Free,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let pool = match ask::pool(args.threads) {
        Ok(pool) => pool,
        Err(message) => {
            let _ = writeln!(io::stderr(), "{message}");
            return ExitCode::from(2);
        }
    };
    let result = pool.install(|| run(&args, &mut io::stdout()));
    match result {
        Ok(sound) => ExitCode::from(u8::from(!sound)),
        Err(message) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::from(2)
        }
    }
}

/// Runs the days; whether nothing was found.
pub(crate) fn run(args: &Args, out: &mut dyn io::Write) -> Result<bool, String> {
    let files = [&args.packages, &args.vehicles, &args.stations];
    let templates = ask::days(files, args.seed)?;
    if let Some(folder) = &args.out {
        report::make_folder(folder)?;
    }
    let mut week = Week {
        args,
        ledgers: vec![Ledger::new(); templates.len()],
        templates,
        made: 0,
        ended: 0,
    };
    let print = |out: &mut dyn io::Write, line: String| {
        writeln!(out, "{line}").map_err(|error| format!("standard output: {error}"))
    };
    print(out, Sums::header())?;
    let mut all = Sums::default();
    for number in 1..=args.days {
        let day = week.day(number)?;
        print(out, day.row(&number.to_string()))?;
        all.add(&day);
    }
    print(out, all.row("all"))?;
    print(out, all.in_words())?;
    let waiting: usize = week
        .ledgers
        .iter()
        .map(|ledger| ledger.waiting().count())
        .sum();
    let kept = week.made == week.ended + waiting as u64;
    if args.check {
        for violation in &all.figures.found {
            print(out, violation.clone())?;
        }
        let (made, ended) = (week.made, week.ended);
        let verdict = if kept {
            "none lost or doubled"
        } else {
            "WRONG"
        };
        print(
            out,
            format!(
                "{made} packages, {ended} ended, {waiting} wait: {verdict}; \
                 {} violations in re-plans",
                all.figures.violations
            ),
        )?;
    }
    Ok(!args.check || (kept && all.figures.violations == 0))
}

/// The stations from day to day.
struct Week<'a> {
    args: &'a Args,
    templates: Vec<ServiceDay>,
    ledgers: Vec<Ledger>,
    /// Packages there ever were, and those that need no further day.
    made: u64,
    ended: u64,
}

impl Week<'_> {
    fn day(&mut self, number: u8) -> Result<Sums, String> {
        let mut sums = Sums::default();
        let mut plans: Vec<(ServiceDay, Plan)> = Vec::new();
        for station in 0..self.templates.len() {
            let (request, plan, one) = self.station(station, number)?;
            sums.add(&one);
            plans.push((request, plan));
        }
        if let Some(folder) = &self.args.out {
            let plans: Vec<(&ServiceDay, &Plan)> = plans.iter().map(|(d, p)| (d, p)).collect();
            write(folder, &format!("day-{number}.svg"), draw::map(&plans))?;
        }
        Ok(sums)
    }

    /// One day of one station: its request, the plan of the morning, what came of it.
    fn station(&mut self, i: usize, number: u8) -> Result<(ServiceDay, Plan, Sums), String> {
        let args = self.args;
        let wrong = |error: doorstep::Error| error.to_string();
        let template = &self.templates[i];
        let date = Date::new(2026, 11, 1 + number).map_err(wrong)?;
        let name = |package: &Package| format!("{date}-{}", package.id());
        let fresh = template.packages().iter();
        let fresh: Vec<Package> = fresh.map(|p| p.clone().with_id(name(p))).collect();
        self.made += fresh.len() as u64;
        let builder = template.to_builder().edit_packages(|all| *all = fresh);
        let request = self.ledgers[i].next_day(builder, date).map_err(wrong)?;
        let spares = with_spares(&request, args.spares).map_err(wrong)?;
        let [request, spares] = [request, spares].map(|day| {
            if args.rules {
                return Street::all().on(&day).and_then(|day| with_drivers(&day));
            }
            Ok(day)
        });
        let (request, spares) = (request.map_err(wrong)?, spares.map_err(wrong)?);
        let budget = Budget::iterations(args.iterations);
        let solver = Solver::new().seed(args.seed).budget(budget).explain(0);
        let plan = solver.solve(&request).map_err(wrong)?.plan;
        let request = spares;
        let rules = Rules {
            churn: match args.churn {
                Prices::Priced => Churn::default(),
                Prices::Free => Churn::free(),
            },
            solver: solver.budget(Budget::iterations(args.replan_iterations)),
            orders: args.orders,
            check: args.check,
        };
        let luck = Luck::new(args.seed, format!("{}/{date}", request.station().id()));
        let shift = Shift::new(&request, &plan, luck, rules).map_err(wrong)?;
        let (day, figures) = shift.run().map_err(wrong)?;
        if let Some(folder) = &args.out {
            let lines: String = day.log().events().iter().map(event_line).collect();
            let name = format!("day-{number}-{}.jsonl.gz", request.station().id());
            write(folder, &name, gzip(&lines))?;
        }
        let added = day.packages().count() - request.packages().len();
        self.made += added as u64;
        let card = day.actuals().total;
        let closing = self.ledgers[i].close(day).map_err(wrong)?;
        self.end(i, &closing, &request)?;
        let tally = closing.tally();
        self.ended += tally.packages() - tally.carried;
        Ok((request, plan, Sums::of(figures, card, tally)))
    }

    /// Customers of packages that wait take any time of the next day.
    fn end(&mut self, i: usize, closing: &Closing, request: &ServiceDay) -> Result<(), String> {
        let known: BTreeMap<_, _> = request.packages().iter().map(|p| (p.id(), p)).collect();
        for entry in &closing.entries {
            let waits = matches!(entry.fate, doorstep::execution::Fate::Carried { .. });
            // An order of the day had a window of its own.
            if waits && !known.contains_key(&entry.package) {
                self.ledgers[i]
                    .accept(&entry.package, doorstep::execution::Acceptance::default())
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }
}

/// The request with vans that the morning's plan does not know.
fn with_spares(request: &ServiceDay, count: usize) -> Result<ServiceDay, doorstep::Error> {
    let van = request.vehicles().first().cloned();
    let van = van.unwrap_or_else(|| Vehicle::cargo_van("van"));
    let shift = TimeWindow::hm((8, 0), (22, 0));
    let spares = (1..=count).map(|n| van.clone().with_id(format!("spare-{n}")).with_shift(shift));
    let late = TimeWindow::hm((21, 59), (22, 0));
    let rescue = van.clone().with_id(RESCUE).with_shift(late);
    let builder = request.to_builder().vehicles(spares);
    builder.vehicles([rescue]).build()
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> Result<(), String> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// What days came to.
#[derive(Clone, Debug, Default)]
struct Sums {
    figures: Figures,
    card: ActualCard,
    tally: Tally,
}

impl Sums {
    fn of(figures: Figures, card: ActualCard, tally: Tally) -> Self {
        Self {
            figures,
            card,
            tally,
        }
    }

    fn add(&mut self, other: &Self) {
        self.figures.add(&other.figures);
        self.card = self.card.plus(&other.card);
        let (sum, more) = (&mut self.tally, other.tally);
        sum.delivered += more.delivered;
        sum.collected += more.collected;
        sum.carried += more.carried;
        sum.returned += more.returned;
        sum.not_collected += more.not_collected;
        sum.tendered += more.tendered;
        sum.lost += more.lost;
    }

    fn header() -> String {
        "day  delivered  first try %  carried  returned  tendered  on time %  re-plans  \
         p95 ms  moved  ETAs > 15 min  windows touched  on road h"
            .to_owned()
    }

    fn row(&self, day: &str) -> String {
        let percent = |share: Option<f64>| share.map_or(0.0, |share| 100.0 * share);
        let (figures, card, tally) = (&self.figures, &self.card, &self.tally);
        format!(
            "{day:<3}  {:>9}  {:>11.1}  {:>7}  {:>8}  {:>8}  {:>9.1}  {:>8}  {:>6.0}  {:>5}  {:>13}  \
             {:>15}  {:>9.1}",
            tally.delivered + tally.collected,
            percent(card.first_attempt_share()),
            tally.carried,
            tally.returned,
            tally.tendered,
            percent(card.on_time_share()),
            figures.total_ms.len(),
            p95(&figures.total_ms),
            figures.moved,
            figures.shifted,
            figures.touched,
            card.on_road.hours_f64(),
        )
    }

    fn in_words(&self) -> String {
        let figures = &self.figures;
        let share = 100.0 * figures.inside as f64 / figures.arrivals.max(1) as f64;
        format!(
            "{} orders, {} without a window; {} breakdowns; bands hold {share:.1} % of {} arrivals; \
             first answers p95 {:.0} ms, with the improvement {:.0} ms",
            figures.orders,
            figures.lost_orders,
            figures.breakdowns,
            figures.arrivals,
            p95(&figures.first_ms),
            p95(&figures.total_ms),
        )
    }
}

/// What 95 of 100 are not above.
fn p95(all: &[f64]) -> f64 {
    let mut sorted = all.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * 95 / 100).copied().unwrap_or_default()
}
