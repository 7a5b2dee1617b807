//! The operators of an iteration one by one: each way of ruin, the same with recreate, and the
//! moves of the 2-opt family; from constructed routes and from a local optimum.

use std::cell::LazyCell;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use doorstep::__internal::{Chain, Compiled, Ruin, Work};

use super::common::{Case, Rules, SEED, grouped};
use super::ruin_recreate::settled;

/// Uses of the operator in one measured run.
const RUN: u64 = 1_000;

type Operator = fn(&mut Chain<'_>) -> u64;

const OPERATORS: [(&str, Operator); 7] = [
    ("strings", |c| c.ruin(Ruin::Strings, RUN)),
    ("radial", |c| c.ruin(Ruin::Radial, RUN)),
    ("route", |c| c.ruin(Ruin::Route, RUN)),
    ("strings-recreate", |c| c.ruin_recreate(Ruin::Strings, RUN)),
    ("radial-recreate", |c| c.ruin_recreate(Ruin::Radial, RUN)),
    ("route-recreate", |c| c.ruin_recreate(Ruin::Route, RUN)),
    ("two-opt", |c| c.two_opt(RUN)),
];

pub(crate) fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("operators");
    group.throughput(Throughput::Elements(RUN));
    for rules in [Rules::Capacity, Rules::Timed] {
        for route in [10, 120] {
            let case = Case::new(rules, 1_000, route);
            // Compiled where it is needed: a filter may leave it out.
            let compiled = LazyCell::new(|| {
                let (day, grouping) = grouped(case);
                Compiled::new(&day, &grouping)
            });
            let work = LazyCell::new(|| Work::new(&compiled, &compiled.construct()));
            let optimum = LazyCell::new(|| settled(&work));
            for (name, operator) in OPERATORS {
                let id = |from| BenchmarkId::new(format!("{}/{name}", case.name()), from);
                group.bench_function(id("constructed"), |bencher| {
                    let (work, start) = (&*work, work.start());
                    let fresh = || work.chain(&start, SEED);
                    bencher.iter_batched_ref(fresh, operator, BatchSize::PerIteration);
                });
                group.bench_function(id("optimum"), |bencher| {
                    let (work, optimum) = (&*work, &*optimum);
                    let fresh = || work.chain(optimum, SEED);
                    bencher.iter_batched_ref(fresh, operator, BatchSize::PerIteration);
                });
            }
        }
    }
    group.finish();
}
