//! The benches: one binary, one module per subject. `cargo bench -- insertion` runs one of them,
//! `cargo bench -- --test` all of them once. Targets and measured figures: `benches/README.md`.

#![allow(
    clippy::print_stdout,
    reason = "the quality of a plan is printed beside its time"
)]

mod common;
mod compile;
mod moves;
mod operators;
#[cfg(feature = "rayon")]
mod parallel;
mod quotes;
mod ruin_recreate;
mod rules;
mod solve;

fn main() {
    let mut criterion = common::settings();
    moves::benches(&mut criterion);
    operators::benches(&mut criterion);
    ruin_recreate::benches(&mut criterion);
    compile::benches(&mut criterion);
    solve::benches(&mut criterion);
    rules::benches(&mut criterion);
    quotes::benches(&mut criterion);
    #[cfg(feature = "rayon")]
    parallel::benches(&mut criterion);
    criterion.final_summary();
}
