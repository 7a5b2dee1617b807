//! Sorts a nation's day: packages drawn over real ZIP codes to stops, zones and blocks.
//!
//! The table of ZIP codes is the caller's: fields between tabs, with a header that has `zip`,
//! `lat`, `lon`, `population` and `density_per_sqmi`. Packages are drawn by population, streets
//! and doors by seed; stations are runs of ZIPs along a Hilbert curve with about 1,600 packages
//! each. Drawing is not sorting: every stage has its own time.
//!
//! Exit codes: 0 sorted; 2 the table could not be read or used.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

mod common;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use common::nation;
use doorstep::model::ServiceDay;
use doorstep::sortation::{Grouping, Zoning, group, zones};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

/// Sorts a nation's day.
#[derive(Debug, Parser)]
struct Args {
    /// ZIP codes with their people, as a table with tabs.
    #[arg(long)]
    zips: PathBuf,
    /// Packages of the nation.
    #[arg(long, default_value_t = 1_600_000)]
    packages: usize,
    /// Seed of streets and doors.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads that sort [default: one for each core].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), String> {
    let areas = nation::read(&args.zips)?;
    let (days, drawing) = timed(|| nation::draw(&areas, args.packages, args.seed));
    let days = days.map_err(|error| error.to_string())?;
    println!(
        "{} ZIPs, {} stations, {} packages",
        areas.len(),
        days.len(),
        packages(&days)
    );
    println!("drawing         {:6.2} s", drawing.as_secs_f64());
    let before = peak_mib();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.unwrap_or(0).into())
        .build()
        .map_err(|error| error.to_string())?;
    let (groupings, grouping) =
        timed(|| pool.install(|| days.par_iter().map(group).collect::<Vec<Grouping>>()));
    println!("to stops        {:6.2} s", grouping.as_secs_f64());
    let pairs: Vec<(&ServiceDay, &Grouping)> = days.iter().zip(&groupings).collect();
    let zone = |&(day, grouping): &(&ServiceDay, &Grouping)| zones(day, grouping);
    let (zonings, zoning) =
        timed(|| pool.install(|| pairs.par_iter().map(zone).collect::<Vec<Zoning>>()));
    println!("zones, blocks   {:6.2} s", zoning.as_secs_f64());
    println!(
        "sorting in all  {:6.2} s",
        (grouping + zoning).as_secs_f64()
    );
    report(&groupings, &zonings);
    if let (Some(before), Some(after)) = (before, peak_mib()) {
        println!("peak memory     {before} MiB when drawn, {after} MiB when sorted");
    }
    Ok(())
}

fn packages(days: &[ServiceDay]) -> usize {
    days.iter().map(|day| day.packages().len()).sum()
}

fn report(groupings: &[Grouping], zonings: &[Zoning]) {
    let stops: usize = groupings
        .iter()
        .map(|grouping| grouping.stops().len())
        .sum();
    let zones: usize = zonings.iter().map(|zoning| zoning.zones().len()).sum();
    let blocks: usize = zonings.iter().map(|zoning| zoning.blocks().len()).sum();
    println!("{stops} stops, {zones} zones, {blocks} blocks");
    let mut balances: Vec<f64> = zonings.iter().map(|z| z.figures().balance).collect();
    balances.sort_unstable_by(f64::total_cmp);
    if let [first, .., last] = *balances {
        let middle = balances[balances.len() / 2];
        let above = balances.iter().filter(|&&balance| balance > 1.15).count();
        println!(
            "balance         {first:.3} least, {middle:.3} median, {last:.3} most; \
             above 1.15 at {above} stations"
        );
    }
    let split = zonings
        .iter()
        .filter(|z| z.figures().contiguity < 1.0)
        .count();
    let round = zonings.iter().map(|z| z.figures().compactness).sum::<f64>();
    println!("in pieces       zones of {split} stations");
    println!(
        "compactness     {:.2} mean",
        round / zonings.len().max(1) as f64
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let result = work();
    (result, started.elapsed())
}

/// The most memory this process ever had; `None` where the system does not say.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string(Path::new("/proc/self/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}
