//! Solves instances of the public sets and says how far from the best known the answers are.
//!
//! Reads VRPLIB, Solomon and Li & Lim files. Costs and feasibility are computed from the file
//! alone, not by the solver; every plan is validated too. One line an instance, then the mean of
//! each folder:
//!
//! ```text
//! name  n  cost  routes  gap  seconds  iterations/s  MiB
//! ```
//!
//! The cost is what the set publishes: rounded to integers for CVRP, legs cut to one decimal for
//! VRPTW, and with `--objective vehicles` in double precision for VRPTW. The gap is in percent of
//! the best known of the same convention in the table `--bks`; with more or fewer vehicles than
//! it, `+1 v` where vehicles come first. Memory is the most that the process held.
//!
//! Exit codes: 0 all is feasible; 1 a plan leaves customers out or broke a rule; 2 wrong input,
//! or a file could not be read or written.

mod common;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;
use common::benchmark::{Args, run};

fn main() -> ExitCode {
    ExitCode::from(run(&Args::parse(), &mut io::stdout(), &mut io::stderr()))
}
