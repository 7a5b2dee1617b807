//! Plans a last-mile delivery day: packages, vehicles and a station in, clock-timed routes out.
//!
//! ```
//! use doorstep::{Budget, Package, Place, ServiceDay, Solver, Station, TimeWindow, Vehicle};
//!
//! let morning = TimeWindow::hm((9, 0), (12, 0));
//! let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
//!     .packages([
//!         Package::new("P1", Place::at(41.85, -87.65), "60608").with_window(morning),
//!         Package::new("P2", Place::at(41.86, -87.66), "60608").with_volume_cm3(12_000),
//!         Package::new("P3", Place::at(41.88, -87.63), "60602").with_need("liftgate"),
//!     ])
//!     .vehicles([Vehicle::cargo_van("V1"), Vehicle::cargo_van("V2")])
//!     .build()?;
//! let outcome = Solver::new().budget(Budget::iterations(1_000)).seed(7).solve(&day)?;
//! for route in &outcome.plan.routes {
//!     println!("{} leaves at {}", route.vehicle, route.depart.hms());
//!     for visit in &route.visits {
//!         println!("{} {} {}", visit.arrive.hms(), visit.zip, visit.stop);
//!     }
//! }
//! for missing in &outcome.plan.unserved {
//!     println!("{}: {}", missing.package, missing.reason);
//! }
//! # assert_eq!(outcome.plan.unserved.len(), 1);
//! # Ok::<(), doorstep::Error>(())
//! ```
//!
//! # How a day flows
//!
//! | module | what it holds |
//! |---|---|
//! | [`units`] | instants, lengths, distances, money and loads as integers |
//! | [`model`] | what a dispatcher says: [`Package`], [`Vehicle`], [`Station`], [`ServiceDay`] |
//! | [`travel`] | how far legs are and how long they take |
//! | [`sortation`] | packages into stops, stops into zones and blocks by ZIP |
//! | [`plan`] | what drivers get: routes with clock times, reasons, a scorecard, the validator |
//! | `problem`, `search` | the day as dense integers, and the search over it; private |
//! | [`solver`] | the call everybody makes: [`Solver`], [`Budget`], [`Outcome`] |
//! | [`execution`] | the day as it happens: events, arrival times, what is left for tomorrow |
//! | [`format`](mod@format), [`draw`] | plans as a report, as GeoJSON and as pictures; public benchmark files |
//!
//! Imports point up this list. The validator of [`plan`] shares nothing with the search but the
//! travel figures.
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

#[doc(hidden)]
pub mod __internal;
pub mod draw;
mod error;
pub mod execution;
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
pub use plan::{Plan, Violation};
pub use solver::{Budget, Outcome, Solver};
pub use units::{Money, Span, TimeOfDay};

/// Recipes.
#[cfg(any(doc, doctest))]
#[doc = include_str!("../docs/cookbook.md")]
pub mod cookbook {}

/// Compiles and runs the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
