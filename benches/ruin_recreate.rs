//! Whole ruin-recreate iterations: ruin, recreate, accept or undo.

use std::cell::LazyCell;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use doorstep::__internal::{Compiled, Routes, Work};

use super::common::{Case, Rules, SEED, grouped, unless_testing};

/// Iterations of one measured run; each run starts from the same routes with the same seed.
const RUN: u64 = 2_000;

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ruin-recreate");
    group.throughput(Throughput::Elements(RUN));
    for rules in [Rules::Capacity, Rules::Timed, Rules::Paid] {
        for route in [10, 120] {
            let case = Case::new(rules, 1_000, route);
            // Compiled where it is needed: a filter may leave it out.
            let compiled = LazyCell::new(|| {
                let (day, grouping) = grouped(case);
                let compiled = Compiled::new(&day, &grouping);
                assert_eq!(compiled.timed(), rules != Rules::Capacity);
                compiled
            });
            let work = LazyCell::new(|| Work::new(&compiled, &compiled.construct()));
            // Hot, as a solve begins, and cold, as it ends.
            let id = BenchmarkId::new(format!("{}/constructed", case.name()), case.stops);
            group.bench_function(id, |bencher| {
                let (work, start) = (&*work, work.start());
                let fresh = || work.chain(&start, SEED);
                bencher.iter_batched_ref(fresh, |c| c.run_hot(RUN), BatchSize::PerIteration);
            });
            let optimum = LazyCell::new(|| settled(&work));
            let id = BenchmarkId::new(format!("{}/optimum", case.name()), case.stops);
            group.bench_function(id, |bencher| {
                let (work, optimum) = (&*work, &*optimum);
                let fresh = || work.chain(optimum, SEED);
                bencher.iter_batched_ref(fresh, |c| c.run_cold(RUN), BatchSize::PerIteration);
            });
        }
    }
    group.finish();
}

/// Routes near a local optimum: cold iterations until they rarely help.
pub(crate) fn settled(work: &Work<'_>) -> Routes {
    let mut chain = work.chain(&work.start(), SEED);
    let first = chain.best();
    chain.run_cold(unless_testing(100_000, 1_000));
    let last = chain.best();
    assert!(last < first, "{last} is no better than {first}");
    chain.routes()
}
