//! The same solve on one thread and on two; the plan is the same, the time should not be.

use criterion::{BenchmarkId, Criterion, Throughput};
use doorstep::{Budget, Solver};

use super::common::{Case, Rules, SEED, unless_testing};

pub(crate) fn benches(criterion: &mut Criterion) {
    let case = Case::new(Rules::Paid, 4_000, 40);
    let day = case.day();
    let iterations = unless_testing(100, 1) * u64::from(case.stops);
    let solver = Solver::new()
        .budget(Budget::iterations(iterations))
        .seed(SEED);
    let compiled = solver.compile(&day).expect("the drawn day is in order");
    let mut group = criterion.benchmark_group("threads");
    group.sample_size(10);
    group.throughput(Throughput::Elements(iterations));
    let mut prints = Vec::new();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("a small pool");
        let id = BenchmarkId::new(format!("{}/{}", case.name(), case.stops), threads);
        group.bench_function(id, |bencher| {
            bencher.iter(|| pool.install(|| solver.solve_compiled(&compiled)));
        });
        prints.push(
            pool.install(|| solver.solve_compiled(&compiled))
                .plan
                .fingerprint,
        );
    }
    assert_eq!(prints[0], prints[1], "two threads make another plan");
    group.finish();
}
