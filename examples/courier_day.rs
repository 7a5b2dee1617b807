//! Two-hour courier work: orders that are ready over the day, collected from restaurants and brought
//! to doors by couriers in paid blocks, planned with all that is known in advance.
//!
//! Reads a folder of the meal delivery instances that Grubhub published (`orders.txt`,
//! `restaurants.txt`, `couriers.txt`, `instance_parameters.txt`, with tabs between the columns);
//! without one it draws a small day. Prints the share of orders that are on time, how long they
//! take, and what the couriers are paid.
//!
//! What is assumed: straight ways; a courier is paid for the whole block once it is used; an order is
//! brought within the longest time from click to door or not at all, and a minute beyond the target
//! costs 0.25. Pay by the data's own rule (by order, at least the guaranteed hours, for each courier
//! whether used or not) is printed besides.
//!
//! Exit codes: 0 a valid plan was made; 2 wrong input, or the plan broke a rule.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use common::ask;
use common::exit::finish;
use common::random::Random;
use common::table::{InputErrors, Row, Table};
use doorstep::model::{GreatCircle, Pickup, ServiceDay, VehicleKind};
use doorstep::plan::{Plan, validate};
use doorstep::units::Capacity;
use doorstep::{Money, Package, Place, Solver, Span, Station, TimeOfDay, TimeWindow, Vehicle};

/// What a minute later than the target costs.
const LATE: Money = Money::from_cents(25);

/// Plans a day of couriers.
#[derive(Debug, Parser)]
struct Args {
    /// Folder of an instance; without it a small day is drawn.
    folder: Option<PathBuf>,
    /// Seconds for the search [default: 10].
    #[arg(long)]
    seconds: Option<f64>,
    /// Iterations of the search in place of seconds.
    #[arg(long)]
    iterations: Option<u64>,
    /// Seed of the search, and of the day that is drawn.
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

/// A day as the files have it: metres and minutes.
#[derive(Debug, Default)]
struct Shop {
    orders: Vec<Order>,
    couriers: Vec<Courier>,
    figures: Figures,
}

#[derive(Debug)]
struct Order {
    id: String,
    door: [f64; 2],
    kitchen: [f64; 2],
    placed: i64,
    ready: i64,
}

#[derive(Debug)]
struct Courier {
    id: String,
    at: [f64; 2],
    on: i64,
    off: i64,
}

/// Speeds, minutes and pay.
#[derive(Debug)]
struct Figures {
    metres_per_minute: f64,
    collecting: i64,
    handing_over: i64,
    target: i64,
    longest: i64,
    per_order: i64,
    per_hour: i64,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            metres_per_minute: 320.0,
            collecting: 4,
            handing_over: 4,
            target: 40,
            longest: 90,
            per_order: 10,
            per_hour: 15,
        }
    }
}

fn main() -> ExitCode {
    finish(&run(&Args::parse()))
}

fn run(args: &Args) -> Result<String, String> {
    let shop = match &args.folder {
        Some(folder) => read(folder)?,
        None => drawn(args.seed),
    };
    let day = shop.day().map_err(|error| error.to_string())?;
    let started = Instant::now();
    let seconds = args.seconds.map(Duration::try_from_secs_f64).transpose();
    let seconds = seconds.map_err(|error| format!("--seconds: {error}"))?;
    let seconds = seconds.filter(|_| args.iterations.is_none());
    let budget = ask::budget(seconds, args.iterations, started);
    let outcome = Solver::new().seed(args.seed).budget(budget).solve(&day);
    let plan = outcome.map_err(|error| error.to_string())?.plan;
    let violations = validate(&day, &plan);
    if !violations.is_empty() {
        let texts: Vec<String> = violations.iter().map(ToString::to_string).collect();
        return Err(texts.join("\n"));
    }
    Ok(shop.report(&plan, started.elapsed()))
}

impl Shop {
    /// The day: an order is a package that is collected once it is ready.
    fn day(&self) -> Result<ServiceDay, doorstep::Error> {
        let f = &self.figures;
        let ends = self.orders.iter().map(|o| o.placed + f.longest);
        let ends = ends.chain(self.couriers.iter().map(|c| c.off));
        let last = ends.max().unwrap_or(24 * 60);
        let package = |order: &Order| {
            let pickup = Pickup::new(place(order.kitchen), "kitchens")
                .with_window(TimeWindow::new(minute(order.ready), minute(last)))
                .with_service_time(Span::from_minutes(f.collecting));
            Package::new(order.id.as_str(), place(order.door), "doors")
                .with_pickup(pickup)
                .with_service_time(Span::from_minutes(f.handing_over))
                .with_window(TimeWindow::new(minute(0), minute(order.placed + f.longest)))
                .with_due(minute(order.placed + f.target), LATE)
        };
        let vehicle = |courier: &Courier| {
            let block = TimeWindow::new(minute(courier.on), minute(courier.off));
            let pay = Money::from_cents(f.per_hour * 100 * (courier.off - courier.on) / 60);
            Vehicle::flex_block(courier.id.as_str(), block, pay)
                .with_capacity(Capacity::UNLIMITED)
                .with_start(place(courier.at))
                .with_open_end()
        };
        let travel = GreatCircle::default()
            .with_detour(1.0)
            .with_speed(VehicleKind::FlexCar, f.metres_per_minute * 0.06);
        ServiceDay::builder(Station::new("couriers", place([0.0, 0.0])))
            .delivery_hours(TimeWindow::new(minute(0), minute(last)))
            .packages(self.orders.iter().map(package))
            .vehicles(self.couriers.iter().map(vehicle))
            .travel(travel)
            .build()
    }

    fn report(&self, plan: &Plan, took: Duration) -> String {
        let f = &self.figures;
        let orders: BTreeMap<&str, &Order> =
            self.orders.iter().map(|o| (o.id.as_str(), o)).collect();
        let (mut on_time, mut minutes, mut brought) = (0, 0.0, 0);
        let mut by_courier: BTreeMap<&str, i64> = BTreeMap::new();
        for route in &plan.routes {
            for visit in &route.visits {
                for id in &visit.packages {
                    let order = orders[id.as_str()];
                    let click_to_door = visit.start - minute(order.placed);
                    on_time += u64::from(click_to_door <= Span::from_minutes(f.target));
                    minutes += click_to_door.seconds_f64() / 60.0;
                    brought += 1;
                    *by_courier.entry(route.vehicle.as_str()).or_default() += 1;
                }
            }
        }
        let pay = |c: &Courier| {
            let served = by_courier.get(c.id.as_str()).copied().unwrap_or(0);
            // In sixtieths, so that minutes are whole.
            (60 * f.per_order * served).max(f.per_hour * (c.off - c.on))
        };
        let paid = Money::from_cents(self.couriers.iter().map(pay).sum::<i64>() * 100 / 60);
        let all = self.orders.len();
        let share = |part: u64, of: u64| 100.0 * part as f64 / of.max(1) as f64;
        let cost = &plan.scorecard.cost;
        format!(
            "orders            {all}\n\
             brought           {brought} ({:.1} %), left {}\n\
             on time           {on_time} ({:.1} % of all) within {} minutes of the click\n\
             click to door     {:.1} minutes on average\n\
             couriers used     {} of {}\n\
             blocks used       {} paid\n\
             lateness          {} reckoned\n\
             pay by the rule   {paid}\n\
             driven            {:.1} km\n\
             in                {:.1} s\n",
            share(brought, all as u64),
            plan.unserved.len(),
            share(on_time, all as u64),
            f.target,
            minutes / (brought as f64).max(1.0),
            plan.routes.len(),
            self.couriers.len(),
            cost.vehicles,
            cost.lateness,
            plan.scorecard.distance.km_f64(),
            took.as_secs_f64(),
        )
    }
}

/// A point so many metres east and north of somewhere on the equator, where metres are metres.
fn place([x, y]: [f64; 2]) -> Place {
    const METRES: f64 = 111_195.08;
    Place::at(y / METRES, x / METRES)
}

fn minute(minute: i64) -> TimeOfDay {
    TimeOfDay::from_millis(minute * 60_000)
}

/// A small city's evening.
fn drawn(seed: u64) -> Shop {
    let mut random = Random::for_name(seed, "couriers");
    let mut somewhere = |side: f64| [random.between(0.0, side), random.between(0.0, side)];
    let kitchens: Vec<[f64; 2]> = (0..12).map(|_| somewhere(6_000.0)).collect();
    let doors: Vec<[f64; 2]> = (0..90).map(|_| somewhere(9_000.0)).collect();
    let starts: Vec<[f64; 2]> = (0..20).map(|_| somewhere(9_000.0)).collect();
    let orders = (1..).zip(doors).map(|(number, door)| {
        let placed = 17 * 60 + i64::from(random.below(180));
        Order {
            id: format!("o{number}"),
            door,
            kitchen: kitchens[random.below(12) as usize],
            placed,
            ready: placed + 5 + i64::from(random.below(20)),
        }
    });
    let orders = orders.collect();
    let couriers = (1..).zip(starts).map(|(number, at)| {
        let on = 16 * 60 + 30 + 30 * i64::from(random.below(6));
        Courier {
            id: format!("c{number}"),
            at,
            on,
            off: on + 120 + 60 * i64::from(random.below(2)),
        }
    });
    Shop {
        orders,
        couriers: couriers.collect(),
        figures: Figures::default(),
    }
}

/// Reads the four files of an instance.
fn read(folder: &Path) -> Result<Shop, String> {
    let mut errors = InputErrors::default();
    let mut table = |file: &str, columns: &[&str]| {
        Table::read_separated(&folder.join(file), b'\t', columns, &mut errors)
    };
    let orders = table(
        "orders.txt",
        &[
            "order",
            "x",
            "y",
            "placement_time",
            "restaurant",
            "ready_time",
        ],
    );
    let kitchens = table("restaurants.txt", &["restaurant", "x", "y"]);
    let couriers = table(
        "couriers.txt",
        &["courier", "x", "y", "on_time", "off_time"],
    );
    let figures = table("instance_parameters.txt", &["meters_per_minute"]);
    let mut shop = Shop::default();
    let mut known: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    for row in kitchens.iter().flat_map(Table::rows) {
        known.extend(
            row.required("restaurant", &mut errors)
                .map(str::to_owned)
                .zip(point(row, &mut errors)),
        );
    }
    for row in orders.iter().flat_map(Table::rows) {
        shop.orders.extend(order(row, &known, &mut errors));
    }
    for row in couriers.iter().flat_map(Table::rows) {
        shop.couriers.extend(courier(row, &mut errors));
    }
    for row in figures.iter().flat_map(Table::rows) {
        shop.figures.extend(row, &mut errors);
    }
    if errors.is_empty() {
        Ok(shop)
    } else {
        Err(errors.to_string())
    }
}

fn number(row: Row<'_>, column: &str, errors: &mut InputErrors) -> Option<i64> {
    row.parsed(column, "a whole number", |text| text.parse().ok(), errors)
}

fn point(row: Row<'_>, errors: &mut InputErrors) -> Option<[f64; 2]> {
    let mut metres = |column| {
        let finite = |text: &str| text.parse().ok().filter(|v: &f64| v.is_finite());
        row.parsed(column, "a number of metres", finite, errors)
    };
    let (x, y) = (metres("x"), metres("y"));
    Some([x?, y?])
}

fn order(
    row: Row<'_>,
    kitchens: &BTreeMap<String, [f64; 2]>,
    errors: &mut InputErrors,
) -> Option<Order> {
    let at = |name: &str| kitchens.get(name).copied();
    Some(Order {
        id: row.required("order", errors)?.to_owned(),
        door: point(row, errors)?,
        kitchen: row.parsed("restaurant", "a restaurant of restaurants.txt", at, errors)?,
        placed: number(row, "placement_time", errors)?,
        ready: number(row, "ready_time", errors)?,
    })
}

fn courier(row: Row<'_>, errors: &mut InputErrors) -> Option<Courier> {
    Some(Courier {
        id: row.required("courier", errors)?.to_owned(),
        at: point(row, errors)?,
        on: number(row, "on_time", errors)?,
        off: number(row, "off_time", errors)?,
    })
}

impl Figures {
    /// Takes what a row states.
    fn extend(&mut self, row: Row<'_>, errors: &mut InputErrors) {
        let whole = |text: &str| {
            text.parse::<i64>()
                .ok()
                .filter(|n| (0..100_000).contains(n))
        };
        let mut take = |column: &str, into: &mut i64| {
            if let Some(Some(value)) = row.optional(column, "a small whole number", whole, errors) {
                *into = value;
            }
        };
        take("pickup service minutes", &mut self.collecting);
        take("dropoff service minutes", &mut self.handing_over);
        take("target click-to-door", &mut self.target);
        take("maximum click-to-door", &mut self.longest);
        take("pay per order", &mut self.per_order);
        take("guaranteed pay per hour", &mut self.per_hour);
        let mut speed = 0;
        take("meters_per_minute", &mut speed);
        if speed > 0 {
            self.metres_per_minute = speed as f64;
        }
    }
}
