//! The same solve on one thread and on two; the plan is the same, the time should not be.

use std::cell::{Cell, LazyCell};

use criterion::{BenchmarkId, Criterion, Throughput};
use doorstep::{Budget, Solver};

use super::common::{Case, Rules, SEED, unless_testing};

pub(crate) fn benches(criterion: &mut Criterion) {
    let case = Case::new(Rules::Paid, 4_000, 40);
    let iterations = unless_testing(100, 1) * u64::from(case.stops);
    let solver = Solver::new()
        .budget(Budget::iterations(iterations))
        .seed(SEED);
    let compiled = LazyCell::new(|| solver.compile(&case.day()).expect("a day in order"));
    let mut group = criterion.benchmark_group("threads");
    group.sample_size(10);
    group.throughput(Throughput::Elements(iterations));
    let print = Cell::new(None);
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("a small pool");
        let id = BenchmarkId::new(format!("{}/{}", case.name(), case.stops), threads);
        group.bench_function(id, |bencher| {
            let compiled = &*compiled;
            bencher.iter(|| {
                let plan = pool.install(|| solver.solve_compiled(compiled)).plan;
                let before = print.replace(Some(plan.fingerprint));
                let same = before.is_none_or(|before| before == plan.fingerprint);
                assert!(same, "{threads} threads make another plan");
            });
        });
    }
    group.finish();
}
