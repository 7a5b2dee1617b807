//! A whole solve at a fixed number of iterations: construction, rounds, plan.
//!
//! With equal iterations per stop, the time per iteration at 20,000 stops is compared with that
//! at 1,000 stops with routes of the same length: cutting, rebuilding and merging included.

use std::cell::{Cell, LazyCell};

use criterion::{BenchmarkId, Criterion, Throughput};
use doorstep::{Budget, Solver};

use super::common::{Case, Rules, SEED, unless_testing};

pub(crate) fn benches(criterion: &mut Criterion) {
    let per_stop = unless_testing(50, 1);
    let mut group = criterion.benchmark_group("solve");
    group.sample_size(10);
    for route in [10, 100] {
        for stops in [1_000, unless_testing(20_000, 2_000)] {
            let case = Case::new(Rules::Paid, stops, route);
            let iterations = per_stop * u64::from(stops);
            let solver = Solver::new()
                .budget(Budget::iterations(iterations))
                .seed(SEED);
            let compiled = LazyCell::new(|| solver.compile(&case.day()).expect("a day in order"));
            let quality = Cell::new(None);
            group.throughput(Throughput::Elements(iterations));
            group.bench_function(BenchmarkId::new(case.name(), stops), |bencher| {
                let compiled = &*compiled;
                bencher.iter_with_large_drop(|| {
                    let outcome = solver.solve_compiled(compiled);
                    let card = &outcome.plan.scorecard;
                    quality.set(Some((card.cost.total(), card.vans, card.unserved)));
                    outcome
                });
            });
            if let Some((cost, vans, unserved)) = quality.get() {
                let name = case.name();
                println!("{name}/{stops}: cost {cost}, {vans} vans, {unserved} unserved");
            }
        }
    }
    group.finish();
}
