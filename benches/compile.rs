//! From a grouped day to the first solution: compilation, neighbour lists, construction.

use std::cell::{Cell, LazyCell};

use criterion::{BenchmarkId, Criterion, Throughput};
use doorstep::__internal::Compiled;

use super::common::{Case, Rules, grouped, unless_testing};

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(10);
    for stops in [1_000, 20_000, unless_testing(100_000, 30_000)] {
        // Drawn where it is needed: a filter on the command line may leave all of it out.
        let drawn = LazyCell::new(|| grouped(Case::new(Rules::Paid, stops, 100)));
        let compiled = LazyCell::new(|| Compiled::new(&drawn.0, &drawn.1));
        group.throughput(Throughput::Elements(u64::from(stops)));
        group.bench_function(BenchmarkId::new("problem", stops), |bencher| {
            let (day, grouping) = &*drawn;
            bencher.iter(|| Compiled::new(day, grouping));
        });
        if stops == 20_000 {
            group.bench_function(BenchmarkId::new("neighbours32", stops), |bencher| {
                let compiled = &*compiled;
                bencher.iter(|| compiled.neighbours(32));
            });
        }
        let quality = Cell::new(None);
        group.bench_function(BenchmarkId::new("construct", stops), |bencher| {
            let compiled = &*compiled;
            bencher.iter_with_large_drop(|| {
                let start = compiled.construct();
                quality.set(Some((start.routes(), start.left_out())));
                start
            });
        });
        if let Some((routes, left)) = quality.get() {
            println!("{stops} stops: {routes} routes, {left} stops left out");
        }
    }
    group.finish();
}
