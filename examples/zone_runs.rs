//! How routes keep to their areas, beside what real drivers did.
//!
//! Reads routes that were driven (tab-separated files in one folder):
//!
//! - `routes.tsv`: `route_id`, `date`, `departure_utc`
//! - `stops.tsv`: `route_id`, `stop_id`, `actual_position` (0 is the station), `lat`, `lon`, and
//!   `zone_id`, the planner's own zone, which nothing but the counting looks at
//! - `packages.tsv`: `route_id`, `stop_id`, `package_id`, `service_seconds`, and where there is one
//!   `window_start_utc`, `window_end_utc`
//!
//! Each route is planned again for one van: in the order that was driven, for least driving, and
//! for least driving with a price on each return to a block. For each, it prints driving seconds
//! (great circle, detour 1.3, 25 km/h), returns to our blocks, and in how many runs the planner's
//! own zones are finished.
//!
//! Exit codes: 0; 2 for wrong input or a file that could not be read.

mod common;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use common::exit::finish;
use common::table::{InputErrors, Row, Table};
use doorstep::model::{Costs, ZonePolicy};
use doorstep::plan::{Plan, RouteDraft, assemble};
use doorstep::sortation::group;
use doorstep::{
    Budget, Error, Money, Package, Place, ServiceDay, Solver, Span, Station, TimeOfDay, TimeWindow,
    Vehicle,
};

/// Plans driven routes again and counts how they keep to areas.
#[derive(Debug, Parser)]
struct Args {
    /// Folder with routes.tsv, stops.tsv and packages.tsv.
    #[arg(long)]
    routes: PathBuf,
    /// Iterations for each route.
    #[arg(long, default_value_t = 200_000)]
    iterations: u64,
    /// What each return to a block costs, in seconds of driving.
    #[arg(long, default_value_t = 30)]
    reentry_seconds: i64,
    /// Seed of the search.
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

/// A route as it was driven.
#[derive(Default)]
struct Driven {
    date: String,
    depart: Option<TimeOfDay>,
    station: Option<Place>,
    /// Place of each stop, its position in the driver's order, and the planner's zone.
    stops: BTreeMap<String, (Place, u32, String)>,
    packages: Vec<Package>,
}

fn main() -> ExitCode {
    finish(&run(&Args::parse()))
}

fn run(args: &Args) -> Result<String, String> {
    let routes = read(&args.routes).map_err(|errors| errors.to_string())?;
    let mut sums = [Count::default(); 3];
    for driven in routes.values() {
        let counts = counts(args, driven).map_err(|error| error.to_string())?;
        for (sum, count) in sums.iter_mut().zip(counts) {
            sum.add(count);
        }
    }
    let mut text = format!(
        "{} routes, {} stops, {} zones of the planner\n{:<22}{:>10}{:>18}{:>14}\n",
        sums[0].routes,
        sums[0].stops,
        sums[0].zones,
        "",
        "driving s",
        "block re-entries",
        "zone runs"
    );
    let names = ["as driven", "least driving", "re-entries priced"];
    for (name, sum) in names.iter().zip(sums) {
        let line = (sum.driving, sum.reentries, sum.runs);
        text += &format!("{name:<22}{:>10.0}{:>18}{:>14}\n", line.0, line.1, line.2);
    }
    Ok(text)
}

/// What is counted of a plan.
#[derive(Clone, Copy, Default)]
struct Count {
    routes: u64,
    stops: u64,
    driving: f64,
    reentries: u64,
    zones: usize,
    runs: usize,
}

impl Count {
    fn of(driven: &Driven, plan: &Plan) -> Self {
        let zone_of: HashMap<&str, &str> = driven
            .packages
            .iter()
            .filter_map(|p| Some((p.id().as_str(), p.address_key()?)))
            .filter_map(|(id, stop)| Some((id, driven.stops.get(stop)?.2.as_str())))
            .collect();
        let visits = plan.routes.iter().flat_map(|r| &r.visits);
        let mut runs: Vec<&str> = visits
            .filter_map(|v| zone_of.get(v.packages.first()?.as_str()).copied())
            .filter(|zone| !zone.is_empty())
            .collect();
        runs.dedup();
        Self {
            routes: 1,
            stops: plan.scorecard.stops,
            driving: plan.scorecard.driving.seconds_f64(),
            reentries: plan.scorecard.areas.block_reentries,
            zones: runs.iter().collect::<HashSet<_>>().len(),
            runs: runs.len(),
        }
    }

    fn add(&mut self, other: Self) {
        self.routes += other.routes;
        self.stops += other.stops;
        self.driving += other.driving;
        self.reentries += other.reentries;
        self.zones += other.zones;
        self.runs += other.runs;
    }
}

/// The route as driven, for least driving, and with a price on returns.
fn counts(args: &Args, driven: &Driven) -> Result<[Count; 3], Error> {
    let free = day(driven, ZonePolicy::Free)?;
    let priced = day(
        driven,
        ZonePolicy::Priced {
            // A cent is a second of driving.
            block_reentry: Money::from_cents(args.reentry_seconds),
            zone_change: Money::ZERO,
        },
    )?;
    let solver = Solver::new()
        .budget(Budget::iterations(args.iterations))
        .seed(args.seed);
    let plans = [
        as_driven(&free, driven),
        solver.solve(&free)?.plan,
        solver.solve(&priced)?.plan,
    ];
    Ok(plans.each_ref().map(|plan| Count::of(driven, plan)))
}

fn day(driven: &Driven, policy: ZonePolicy) -> Result<ServiceDay, Error> {
    let station = driven.station.unwrap_or(Place::row(0));
    let hours = TimeWindow::hm((0, 0), (48, 0));
    let depart = driven.depart.unwrap_or(hours.earliest());
    ServiceDay::builder(Station::new("station", station))
        .delivery_hours(hours)
        .packages(driven.packages.iter().cloned())
        .vehicles([Vehicle::cargo_van("van").with_shift(TimeWindow::new(depart, hours.latest()))])
        .costs(Costs::driving_only())
        .zone_policy(policy)
        .build()
}

fn as_driven(day: &ServiceDay, driven: &Driven) -> Plan {
    let grouping = group(day);
    let mut stops: Vec<(u32, u32)> = (0_u32..)
        .zip(grouping.stops())
        .map(|(i, stop)| {
            let package = &day.packages()[stop.packages[0] as usize];
            let key = package.address_key().unwrap_or_default();
            (driven.stops.get(key).map_or(0, |s| s.1), i)
        })
        .collect();
    stops.sort_unstable();
    let draft = RouteDraft {
        vehicle: 0,
        driver: None,
        stops: stops.into_iter().map(|(_, stop)| stop).collect(),
        depart: day.vehicle_shift(0).earliest(),
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    assemble(day, &grouping, day.travel(), &[draft], Vec::new())
}

fn read(folder: &Path) -> Result<BTreeMap<String, Driven>, InputErrors> {
    let mut errors = InputErrors::default();
    let mut routes: BTreeMap<String, Driven> = BTreeMap::new();
    let mut each = |file: &str, columns: &[&str], add: &mut Add<'_>| {
        let path = folder.join(file);
        if let Some(table) = Table::read_separated(&path, b'\t', columns, &mut errors) {
            for row in table.rows() {
                let Some(id) = row.required("route_id", &mut errors) else {
                    continue;
                };
                add(routes.entry(id.to_owned()).or_default(), &row, &mut errors);
            }
        }
    };
    each(
        "routes.tsv",
        &["route_id", "date", "departure_utc"],
        &mut add_route,
    );
    let columns = [
        "route_id",
        "stop_id",
        "actual_position",
        "lat",
        "lon",
        "zone_id",
    ];
    each("stops.tsv", &columns, &mut add_stop);
    let columns = ["route_id", "stop_id", "package_id", "service_seconds"];
    each("packages.tsv", &columns, &mut add_package);
    if errors.is_empty() {
        Ok(routes)
    } else {
        Err(errors)
    }
}

/// Adds a row to its route.
type Add<'a> = dyn FnMut(&mut Driven, &Row<'_>, &mut InputErrors) + 'a;

fn add_route(driven: &mut Driven, row: &Row<'_>, errors: &mut InputErrors) {
    driven.date = row.text("date").to_owned();
    driven.depart = row.parsed("departure_utc", "a time", |text| text.parse().ok(), errors);
}

fn add_stop(driven: &mut Driven, row: &Row<'_>, errors: &mut InputErrors) {
    let number = |text: &str| text.parse::<f64>().ok();
    let lat = row.parsed("lat", "a number", number, errors);
    let lon = row.parsed("lon", "a number", number, errors);
    let position = row.parsed("actual_position", "a number", |t| t.parse().ok(), errors);
    if let (Some(lat), Some(lon), Some(position)) = (lat, lon, position) {
        if position == 0 {
            driven.station = Some(Place::at(lat, lon));
            return;
        }
        let stop = (
            Place::at(lat, lon),
            position,
            row.text("zone_id").to_owned(),
        );
        driven.stops.insert(row.text("stop_id").to_owned(), stop);
    }
}

fn add_package(driven: &mut Driven, row: &Row<'_>, errors: &mut InputErrors) {
    let stop = row.text("stop_id");
    let Some(&(place, ..)) = driven.stops.get(stop) else {
        row.report("stop_id", "is not a stop of its route", errors);
        return;
    };
    let seconds = |text: &str| std::time::Duration::try_from_secs_f64(text.parse().ok()?).ok();
    let service = row.parsed("service_seconds", "a length of time", seconds, errors);
    let service = i64::try_from(service.unwrap_or_default().as_millis()).unwrap_or(i64::MAX);
    let service = Span::from_millis(service);
    // A package id may occur twice in what was recorded.
    let id = format!("{} {}", row.text("package_id"), driven.packages.len());
    let package = Package::new(id, place, "00000")
        .with_address_key(stop)
        .with_service_time(service);
    let instants =
        ["window_start_utc", "window_end_utc"].map(|c| instant(&driven.date, row.text(c)));
    driven.packages.push(match instants {
        [Some(from), Some(to)] => package.with_window(TimeWindow::new(from, to)),
        _ => package,
    });
}

/// `2018-08-11 16:00:00` counted from midnight of `date`; any other date is the next one.
fn instant(date: &str, text: &str) -> Option<TimeOfDay> {
    let (own, clock) = text.split_once([' ', 'T'])?;
    let clock: TimeOfDay = clock.parse().ok()?;
    let later = if own == date { 0 } else { 24 };
    Some(clock + Span::from_hours(later))
}
