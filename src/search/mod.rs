#![doc = include_str!("README.md")]

pub(crate) mod anneal;
mod board;
mod breed;
mod chains;
pub(crate) mod check;
pub(crate) mod construct;
mod dissolve;
mod eject;
mod elite;
mod explore;
mod guided;
mod guided_pairs;
mod heat;
pub(crate) mod measure;
pub(crate) mod offers;
mod pairs;
pub(crate) mod parallel;
mod partition;
mod reassign;
mod recreate;
pub(crate) mod rematch;
mod rides;
pub(crate) mod rng;
mod rounds;
mod ruin;
mod savings;
mod schedule;
mod squeeze;
mod state;
pub(crate) mod sub;
mod swap;
pub(crate) mod task;
mod two_opt;
pub(crate) mod worker;

pub(crate) use eject::eject;
pub(crate) use rounds::{Control, Progress, RoundPlan, improve};
