//! What several examples share: a city drawn by seed, reading of tables, writing of results.

#![allow(dead_code, reason = "each example uses its own part")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the generator's numbers are small and positive by construction"
)]

pub(crate) mod actual;
pub(crate) mod ask;
pub(crate) mod austin;
#[cfg(all(feature = "json", feature = "rayon"))]
pub(crate) mod benchmark;
pub(crate) mod best_known;
pub(crate) mod chance;
pub(crate) mod city;
pub(crate) mod csv;
pub(crate) mod door;
pub(crate) mod exit;
pub(crate) mod figures;
pub(crate) mod gzip;
pub(crate) mod memory;
pub(crate) mod nation;
#[cfg(all(feature = "json", feature = "rayon"))]
pub(crate) mod national;
pub(crate) mod objective;
pub(crate) mod progress;
pub(crate) mod random;
#[cfg(feature = "json")]
pub(crate) mod report;
pub(crate) mod shift;
pub(crate) mod street;
pub(crate) mod table;
