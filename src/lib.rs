//! Plans a last-mile delivery day: packages, vehicles and a station in, clock-timed routes out.
//!
//! # How a day flows
//!
//! | module | what it holds |
//! |---|---|
//! | [`units`] | instants, lengths, distances, money and loads as integers |
//! | [`model`] | what a dispatcher says: [`Package`], [`Vehicle`], [`Station`], [`ServiceDay`] |
//! | [`travel`] | how far legs are and how long they take |
//!
//! Imports point up this list.
//!
//! # Conventions
//!
//! - An instant counts from the station's local midnight and may pass 24:00; a day has a civil
//!   date and no time zone. Inside it is milliseconds, at the face `08:30`.
//! - Distances are metres (whole millimetres inside), money is whole 1/1000 cents of the caller's
//!   currency. Floating point is for coordinates and for reports.
//! - A window holds the start of service and is enforced; a promise is measured.
//! - Errors are for wrong input, and list everything that is wrong with it. Late, unserved and
//!   infeasible are part of an answer. Nothing that comes from outside makes the library panic;
//!   constructors of literals such as [`TimeOfDay::hm`] say when they do.
//! - Values take their settings through `with_…` and show them under the plain noun.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `rayon` | yes | tasks on the caller's rayon pool; the plans are the same without it |
//! | `serde` | yes | `Serialize` and `Deserialize` in human-readable form |
//! | `json` | yes | JSON and GeoJSON in and out |

#![forbid(unsafe_code)]

pub mod draw;
mod error;
pub mod format;
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
