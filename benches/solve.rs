//! A whole solve at a fixed number of iterations: construction, rounds, plan.
//!
//! With equal iterations per stop, the time per iteration at 20,000 stops is compared with that
//! at 1,000 stops with routes of the same length: cutting, rebuilding and merging included.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use doorstep::{Budget, Solver};

use super::common::{Case, Rules, SEED, testing, unless_testing};

pub(crate) fn benches(criterion: &mut Criterion) {
    let per_stop = unless_testing(50, 1);
    let mut group = criterion.benchmark_group("solve");
    group.sample_size(10);
    for route in [10, 100] {
        for stops in [1_000, unless_testing(20_000, 2_000)] {
            let case = Case::new(Rules::Paid, stops, route);
            let day = case.day();
            let iterations = per_stop * u64::from(stops);
            let solver = Solver::new()
                .budget(Budget::iterations(iterations))
                .seed(SEED);
            let compiled = solver.compile(&day).expect("the drawn day is in order");
            group.throughput(Throughput::Elements(iterations));
            group.bench_function(BenchmarkId::new(case.name(), stops), |bencher| {
                bencher.iter(|| black_box(solver.solve_compiled(&compiled)));
            });
            if !testing() {
                let plan = solver.solve_compiled(&compiled).plan;
                let (cost, vans) = (plan.scorecard.cost.total(), plan.scorecard.vans);
                println!("solve/{}/{stops}: {cost} with {vans} vans", case.name());
            }
        }
    }
    group.finish();
}
