//! The integration tests: one binary, one module per subject.

mod draw;
mod errors;
mod examples_common;
mod fixture;
#[cfg(feature = "json")]
mod geojson;
mod travel;
