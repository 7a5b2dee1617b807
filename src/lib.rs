//! Plans a last-mile delivery day: packages, vehicles and a station in, clock-timed routes out.

#![forbid(unsafe_code)]

pub mod draw;
mod error;
pub mod format;
pub mod model;
pub mod plan;
pub mod sortation;
pub mod travel;
pub mod units;

pub use error::{Error, Problem};
pub use model::{
    Costs, HandOff, LatLng, Package, PackageId, Place, Promise, ServiceDay, Station, Stop, StopId,
    TimeWindow, Vehicle, VehicleId, VehicleKind, Zip,
};
pub use units::{Money, Span, TimeOfDay};
