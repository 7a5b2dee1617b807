//! The hot loop in parts: insertion evaluation, and the rebuild of what a route keeps.

use criterion::{BenchmarkId, Criterion, Throughput};
use doorstep::__internal::{Compiled, Work};

use super::common::{Case, Rules, SEED, grouped};

pub(crate) fn benches(criterion: &mut Criterion) {
    insertion(criterion);
    rebuild(criterion);
}

/// Each tenth stop is taken out and evaluated beside its neighbours. A task of the search holds
/// 200 to 500 stops, whose legs are in the second cache; those of 1,000 are not.
fn insertion(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("insertion");
    for rules in [Rules::Capacity, Rules::Timed, Rules::Paid] {
        for (stops, route) in [(400, 10), (400, 100), (1_000, 10)] {
            let case = Case::new(rules, stops, route);
            let (day, grouping) = grouped(case);
            let compiled = Compiled::new(&day, &grouping);
            assert_eq!(compiled.timed(), rules != Rules::Capacity);
            let work = Work::new(&compiled, &compiled.construct());
            let mut chain = work.chain(&work.start(), SEED);
            chain.run_cold(u64::from(stops) * 5);
            let lifted = chain.lift(10);
            let (positions, _) = lifted.evaluate();
            assert!(
                positions > u64::from(stops),
                "{positions} positions are too few to measure"
            );
            group.throughput(Throughput::Elements(positions));
            group.bench_function(BenchmarkId::new(case.name(), stops), |bencher| {
                bencher.iter(|| lifted.evaluate());
            });
        }
    }
    group.finish();
}

/// Times, durations and cost of one route; in an iteration, old records are kept first.
fn rebuild(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rebuild");
    for rules in [Rules::Timed, Rules::Paid] {
        for route in [20, 100] {
            let case = Case::new(rules, 1_000, route);
            let (day, grouping) = grouped(case);
            let compiled = Compiled::new(&day, &grouping);
            assert_eq!(compiled.timed(), rules != Rules::Capacity);
            let work = Work::new(&compiled, &compiled.construct());
            let mut chain = work.chain(&work.start(), SEED);
            let (slot, length) = chain.route_near(route);
            assert!(
                length.abs_diff(route) <= route / 5,
                "a route of {length}, not {route}"
            );
            for (name, journal) in [("alone", false), ("with-journal", true)] {
                let id = BenchmarkId::new(format!("{}/{name}", case.name()), length);
                group.bench_function(id, |bencher| {
                    bencher.iter(|| assert!(chain.rebuild(slot, journal)));
                });
            }
        }
    }
    group.finish();
}
