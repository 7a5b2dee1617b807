//! The integration tests: one binary, one module per subject.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, and so do the functions it shares"
)]

mod alternatives;
mod alternatives_rules;
mod architecture;
mod areas;
mod bad_input;
#[cfg(all(feature = "json", feature = "rayon"))]
mod benchmark_runs;
#[cfg(feature = "json")]
mod checkpoint;
mod determinism;
mod draw;
mod drawn;
mod errors;
#[cfg(all(feature = "json", feature = "rayon"))]
mod examples_common;
mod execution;
#[cfg(feature = "json")]
mod execution_crash;
mod execution_ledger;
mod fixture;
mod fleet_rules;
#[cfg(feature = "json")]
mod geojson;
mod golden;
mod groups;
mod html;
mod improve;
mod live_groups;
mod live_pairs;
mod made;
#[cfg(all(feature = "json", feature = "rayon"))]
mod main_job;
mod model;
#[cfg(all(feature = "json", feature = "rayon"))]
mod national;
mod oracle;
mod pairs;
mod pairs_rules;
mod people_rules;
mod plan;
#[cfg(all(feature = "json", feature = "rayon"))]
#[path = "../../examples/plan_day.rs"]
#[allow(dead_code, reason = "its main function is for cargo run")]
mod plan_day;
mod promises;
mod properties_execution;
mod properties_plan;
mod properties_units;
mod providers;
mod providers_oracle;
mod providers_rules;
#[cfg(all(feature = "json", feature = "rayon"))]
mod providers_size;
mod public_files;
mod public_sets;
mod public_texts;
mod quotes;
mod reasons;
mod reloads;
mod reloads_rules;
mod replan;
mod road_kinds;
mod share_rules;
mod solver;
mod sortation;
mod source_text;
mod staffing;
mod stream;
mod time_rules;
mod timeline;
mod travel;
mod units;
mod validate;
mod validate_figures;
mod walking;
#[cfg(all(feature = "json", feature = "rayon"))]
mod week;
mod xml;
#[cfg(all(feature = "json", feature = "rayon"))]
mod zone_areas;
mod zones;
