//! Plans a last-mile delivery day: packages, vehicles and a station in, clock-timed routes out.

#![forbid(unsafe_code)]

mod error;
pub mod units;

pub use error::{Error, Problem};
pub use units::{Capacity, Date, Load, Meters, Money, Span, TimeOfDay};
