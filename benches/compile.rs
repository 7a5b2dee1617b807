//! From a grouped day to the first solution: compilation, neighbour lists, construction.

use criterion::{BenchmarkId, Criterion, Throughput};
use doorstep::__internal::Compiled;

use super::common::{Case, Rules, grouped, testing, unless_testing};

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    group.sample_size(10);
    for stops in [1_000, 20_000, unless_testing(100_000, 30_000)] {
        let case = Case::new(Rules::Paid, stops, 100);
        let (day, grouping) = grouped(case);
        group.throughput(Throughput::Elements(u64::from(stops)));
        group.bench_function(BenchmarkId::new("problem", stops), |bencher| {
            bencher.iter(|| Compiled::new(&day, &grouping));
        });
        let compiled = Compiled::new(&day, &grouping);
        if stops == 20_000 {
            group.bench_function(BenchmarkId::new("neighbours32", stops), |bencher| {
                bencher.iter(|| compiled.neighbours(32));
            });
        }
        group.bench_function(BenchmarkId::new("construct", stops), |bencher| {
            bencher.iter(|| compiled.construct());
        });
        if !testing() {
            let start = compiled.construct();
            let (routes, left) = (start.routes(), start.left_out());
            println!("compile/construct/{stops}: {routes} routes, {left} stops left out");
        }
    }
    group.finish();
}
