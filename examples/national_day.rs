//! Plans a nation's day: packages drawn over real ZIP codes, a plan for each station, validated.
//!
//! The table of ZIP codes is the caller's: fields between tabs, with a header that has `zip`,
//! `lat`, `lon`, `population` and `density_per_sqmi`; without it, ZIPs of Austin are used.
//! Stations are runs of ZIPs along a Hilbert curve, each closed when it has about 1,600 packages
//! or the next ZIP is more than 80 km from its first. A first pass constructs a plan for every
//! station, so that there is a complete day soon; a second one searches, with the time shared by
//! what the first plans say there is to gain. Writes a row a station, a line a visit and a map.
//!
//! Exit codes: 0 planned and valid; 1 a violation; 2 wrong input.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]

mod common;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;
use common::national::{Args, run};

fn main() -> ExitCode {
    ExitCode::from(run(&Args::parse(), &mut io::stdout(), &mut io::stderr()))
}
