//! Plans and days in the formats of other programs, and as a report for people.

#[cfg(feature = "json")]
mod geojson;
mod html;

#[cfg(feature = "json")]
pub use geojson::to_geojson;
pub use html::to_html;
