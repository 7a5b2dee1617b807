//! What several examples share: a city drawn by seed, reading of tables, writing of results.

#![allow(dead_code, reason = "each example uses its own part")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the generator's numbers are small and positive by construction"
)]

pub mod austin;
pub mod city;
pub mod csv;
pub mod random;
pub mod report;
pub mod table;
