//! Plans a last-mile delivery day: packages, vehicles and a station in, clock-timed routes out.

#![forbid(unsafe_code)]

mod error;

pub use error::{Error, Problem};
