//! The same day, seed and iterations give the same plan: again, on any number of threads, without
//! threads, and from the trace of a solve by the clock.
//!
//! The fingerprints of days that are whole numbers throughout are written down here, so that builds
//! with and without the feature `rayon`, and machines of different kinds, are held to the same
//! plans. They change whenever the search changes. To write them anew:
//!
//! ```text
//! DOORSTEP_BLESS=1 cargo test --test suite determinism::pinned
//! ```
//!
//! fails on purpose and prints the table to put in place of [`PINNED`]; then the tests of both
//! builds must pass with it, `cargo test` and `cargo test --no-default-features`.

use std::fmt::Write;
use std::time::Duration;

use doorstep::plan::validate;
use doorstep::{Budget, Plan, ServiceDay, Solver};

use super::made;

/// Seed of every solve here.
const SEED: u64 = 7;

/// Name of a day, iterations, fingerprint of the plan.
const PINNED: [(&str, u64, u64); 4] = [
    ("small", 8_000, 0x85dd_5a23_a883_42e1),
    ("parts", 40_000, 0x0925_6ae8_5111_12e9),
    ("mixed", 20_000, 0xf0c6_4e41_19b0_928e),
    // Enough iterations a stop for populations.
    ("bred", 300_000, 0xee60_0a00_3a1d_99e1),
];

fn day(name: &str) -> ServiceDay {
    match name {
        "small" | "bred" => made::small(),
        "parts" => made::parts(),
        "mixed" => made::mixed(),
        _ => unreachable!("a day of the table"),
    }
}

fn solve(day: &ServiceDay, budget: Budget) -> doorstep::Outcome {
    Solver::new().seed(SEED).budget(budget).solve(day).unwrap()
}

fn plan(day: &ServiceDay, iterations: u64) -> Plan {
    solve(day, Budget::iterations(iterations)).plan
}

#[test]
fn pinned_fingerprints() {
    let mut table = String::new();
    let mut same = true;
    for (name, iterations, fingerprint) in PINNED {
        let day = day(name);
        let plan = plan(&day, iterations);
        assert_eq!(validate(&day, &plan), [], "{name}");
        same &= plan.fingerprint == fingerprint;
        let grouped = format!("{:016x}", plan.fingerprint);
        let digits: Vec<&str> = (0..4).map(|i| &grouped[4 * i..4 * i + 4]).collect();
        writeln!(
            table,
            "    ({name:?}, {iterations}, 0x{}),",
            digits.join("_")
        )
        .unwrap();
    }
    assert!(
        std::env::var_os("DOORSTEP_BLESS").is_none(),
        "the table now:\n{table}"
    );
    assert!(
        same,
        "other plans than those written down; they are now:\n{table}"
    );
}

#[test]
fn a_solve_repeated_in_one_process_is_the_same() {
    let day = made::small();
    assert_eq!(plan(&day, 2_000), plan(&day, 2_000));
}

#[test]
fn the_seed_and_the_iterations_matter() {
    let day = made::parts();
    let one = plan(&day, 20_000);
    let other = Solver::new()
        .seed(SEED + 1)
        .budget(Budget::iterations(20_000));
    assert_ne!(one.fingerprint, other.solve(&day).unwrap().plan.fingerprint);
    assert_ne!(one.fingerprint, plan(&day, 40_000).fingerprint);
}

#[cfg(feature = "rayon")]
#[test]
fn any_number_of_threads_makes_the_same_plan() {
    for (name, iterations, _) in PINNED {
        let day = day(name);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| plan(&day, iterations))
        };
        let alone = on(1);
        for threads in [2, 8] {
            let plan = on(threads);
            assert_eq!(
                plan.fingerprint, alone.fingerprint,
                "{name}, {threads} threads"
            );
            assert!(
                plan == alone,
                "{name}, {threads} threads: equal but for the fingerprint"
            );
        }
    }
}

/// Great circles go through floating point: the same on one machine, whatever the threads.
#[cfg(feature = "rayon")]
#[test]
fn a_batch_on_any_number_of_threads_makes_the_same_plans() {
    let days = [
        Ok(made::small()),
        Ok(super::fixture::day()),
        Ok(made::mixed()),
    ];
    let solver = Solver::new().seed(SEED).budget(Budget::iterations(6_000));
    let on = |threads| -> Vec<Plan> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let outcomes = pool.install(|| solver.batch(&days));
        outcomes.into_iter().map(|o| o.unwrap().plan).collect()
    };
    let alone = on(1);
    assert!(on(2) == alone && on(8) == alone);
}

#[test]
fn a_trace_replays_a_solve_by_the_clock() {
    for day in [made::small(), made::parts()] {
        let first = solve(&day, Budget::wall_clock(Duration::from_millis(400)));
        assert!(first.statistics.rounds > 1);
        let again = solve(&day, Budget::replay(&first.statistics.trace));
        assert_eq!(again.statistics, first.statistics);
        assert_eq!(again.plan.fingerprint, first.plan.fingerprint);
        assert!(again.plan == first.plan);
    }
}

#[cfg(feature = "json")]
#[test]
fn a_trace_replays_from_a_file() {
    let day = made::small();
    let first = solve(&day, Budget::wall_clock(Duration::from_millis(150)));
    let text = serde_json::to_string(&first.statistics.trace).unwrap();
    let trace = serde_json::from_str(&text).unwrap();
    assert_eq!(first.statistics.trace, trace);
    assert!(solve(&day, Budget::replay(&trace)).plan == first.plan);
}

/// A solve that the observer ended, and one with both limits, are written down as they went.
#[test]
fn a_trace_replays_a_solve_that_was_cut_short() {
    let day = made::parts();
    let both = Budget::iterations(1_000_000).and_wall_clock(Duration::from_millis(300));
    let first = solve(&day, both);
    assert!(solve(&day, Budget::replay(&first.statistics.trace)).plan == first.plan);
    let stop = |progress: &doorstep::solver::Progress| {
        if progress.round < 3 {
            std::ops::ControlFlow::Continue(())
        } else {
            std::ops::ControlFlow::Break(())
        }
    };
    let solver = Solver::new().seed(SEED).budget(Budget::iterations(50_000));
    let first = solver
        .observer(std::sync::Arc::new(stop))
        .solve(&day)
        .unwrap();
    assert_eq!(first.statistics.rounds, 3);
    assert!(solve(&day, Budget::replay(&first.statistics.trace)).plan == first.plan);
}
