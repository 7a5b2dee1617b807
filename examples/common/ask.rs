//! What several command lines ask for in the same words: the days, and what a solve may spend.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use doorstep::Budget;
use doorstep::model::ServiceDay;

use super::{city, csv};

/// Packages of the embedded day.
const EMBEDDED: usize = 3_000;

/// The days of three files, or without them the embedded day drawn by `seed`.
///
/// # Errors
///
/// Everything that is wrong with the files.
pub(crate) fn days(
    [packages, vehicles, stations]: [&Option<PathBuf>; 3],
    seed: u64,
) -> Result<Vec<ServiceDay>, String> {
    match (packages, vehicles, stations) {
        (Some(packages), Some(vehicles), Some(stations)) => {
            csv::read_days(packages, vehicles, stations).map_err(|errors| errors.to_string())
        }
        _ => city::embedded(seed, EMBEDDED).map_err(|error| error.to_string()),
    }
}

/// So much time from `started` on, so many iterations, or whichever ends first; ten seconds when
/// neither is asked for.
pub(crate) fn budget(
    seconds: Option<Duration>,
    iterations: Option<u64>,
    started: Instant,
) -> Budget {
    let wall_clock = match (seconds, iterations) {
        (None, None) => Some(Duration::from_secs(10)),
        (seconds, _) => seconds,
    };
    let left = wall_clock.map(|all| all.saturating_sub(started.elapsed()));
    match (left, iterations) {
        (Some(left), Some(iterations)) => Budget::iterations(iterations).and_wall_clock(left),
        (None, Some(iterations)) => Budget::iterations(iterations),
        (left, None) => Budget::wall_clock(left.unwrap_or_default()),
    }
}

/// A pool of so many threads; one for each core when none are asked for.
///
/// # Errors
///
/// When the threads cannot be started.
#[cfg(feature = "rayon")]
pub(crate) fn pool(threads: Option<u16>) -> Result<rayon::ThreadPool, String> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.map_or(0, usize::from))
        .build()
        .map_err(|error| format!("no threads: {error}"))
}
