//! Plans a last-mile delivery day: packages, vehicles and a station in, clock-timed routes out.

#![forbid(unsafe_code)]

mod error;
pub mod model;
pub mod plan;
mod problem;
mod search;
pub mod solver;
pub mod sortation;
pub mod travel;
pub mod units;

pub use error::{Error, Problem};
pub use model::{
    Costs, HandOff, LatLng, Package, PackageId, Place, Promise, ServiceDay, Station, Stop, StopId,
    TimeWindow, Vehicle, VehicleId, VehicleKind, Zip,
};
pub use solver::{Budget, Outcome, Solver};
pub use units::{Money, Span, TimeOfDay};
