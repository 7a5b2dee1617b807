//! The integration tests: one binary, one module per subject.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, and so do the functions it shares"
)]

mod architecture;
mod draw;
mod errors;
mod examples_common;
mod fixture;
#[cfg(feature = "json")]
mod geojson;
mod model;
mod plan;
mod properties_plan;
mod properties_units;
mod sortation;
mod source_text;
mod travel;
mod units;
mod validate;
mod validate_figures;
