//! Plans and days in the formats of other programs.

#[cfg(feature = "json")]
mod geojson;

#[cfg(feature = "json")]
pub use geojson::to_geojson;
