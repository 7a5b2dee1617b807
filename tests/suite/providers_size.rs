//! Providers and carriers at the size of a city's day: what they cost in time.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use doorstep::model::{Provider, ProviderKind, ServiceDay, Vehicle};
use doorstep::units::Capacity;
use doorstep::{Budget, Money, Solver, Span};

use crate::plan_day::common::csv::read_days;

/// The folder of shared data: `DOORSTEP_DATA`, else beside the repository.
fn shared(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("DOORSTEP_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let path = data.join(name);
    path.exists().then_some(path)
}

/// Two providers with half of the vans each, and a carrier.
fn providers(most: Option<u32>, cents: i64) -> [Provider; 3] {
    let dsp = |id: &str| Provider::new(id, ProviderKind::Dsp);
    let post = Provider::new("post", ProviderKind::Carrier).with_price(Money::from_cents(cents));
    let post = match most {
        Some(most) => post.with_most_packages(most),
        None => post,
    };
    [dsp("A"), dsp("B"), post]
}

/// Vans of A and B in turn, so that both have the same.
fn vans(count: usize, load: Capacity) -> Vec<Vehicle> {
    let van = |i: usize| {
        Vehicle::cargo_van(format!("V{i}"))
            .with_provider(if i.is_multiple_of(2) { "A" } else { "B" })
            .with_max_duty(Span::from_hours(10))
            .with_capacity(load)
    };
    (0..count).map(van).collect()
}

/// All four stations of a real day as one, with so many vans.
fn chicago(count: usize, most: Option<u32>, cents: i64) -> Option<ServiceDay> {
    let data = shared("chicago-day")?;
    let file = |name: &str| data.join(name);
    let days = read_days(
        &file("packages.csv"),
        &file("vehicles.csv"),
        &file("stations.csv"),
    );
    let days = days.unwrap();
    let packages = days.iter().flat_map(|day| day.packages().to_vec());
    let day = ServiceDay::builder(days[0].station().clone())
        .packages(packages)
        .vehicles(vans(count, Capacity::UNLIMITED))
        .providers(providers(most, cents));
    Some(day.build().unwrap())
}

/// Prints how long solving takes and what it gives.
#[allow(clippy::print_stdout, reason = "a measurement, run by hand")]
fn print(name: &str, day: &ServiceDay, solver: &Solver) -> Duration {
    let begun = Instant::now();
    let outcome = solver.solve(day).unwrap();
    let took = begun.elapsed();
    let plan = &outcome.plan;
    println!(
        "{name}: {took:.2?}, {} stops, {} routes, {} tendered, {} left, cost {}",
        outcome.statistics.stops,
        plan.routes.len(),
        plan.tendered.len(),
        plan.unserved.len(),
        plan.scorecard.cost.total()
    );
    took
}

#[test]
#[ignore = "prints times; run alone, in release"]
fn times_of_a_real_day() {
    for (name, count, most, cents) in [
        ("all served", 48, None, 10_000),
        ("no carrier's limit", 48, None, 250),
        ("a limit of 1,500", 48, Some(1_500), 250),
        ("a limit of 1,500, few vans", 24, Some(1_500), 250),
    ] {
        let Some(day) = chicago(count, most, cents) else {
            println!("skipped: no chicago-day in DOORSTEP_DATA or ../shared/data");
            return;
        };
        let construction = Solver::new().budget(Budget::iterations(0));
        let without = construction.clone().without_choices();
        let [with, without] = [construction, without].map(|s| print("  construction", &day, &s));
        println!("{name}: choices {:.2?}", with.saturating_sub(without));
        let took = print(name, &day, &Solver::new().budget(Budget::seconds(20)));
        println!("{name}: {:+.2} s", took.as_secs_f64() - 20.0);
    }
}
