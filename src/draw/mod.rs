//! Pictures of a plan, as SVG documents: a map, a timeline, a staffing curve.

mod map;
mod options;
mod page;
mod style;

pub use options::{Layer, MapOptions};

use crate::model::ServiceDay;
use crate::plan::Plan;

/// Draws the routes of one or several stations as an SVG document.
///
/// Each route has a colour and a number of its own: a line through its visits with arrow heads,
/// a ring and the number at its first stop, dotted lines from its start and to its end, and a
/// line of the legend with vehicle, stops and hours. Stops have their position in the route where
/// there is room. Zones are pale areas below, stations are houses, unserved packages red crosses.
/// North is up; straight lines stand for roads. Colours repeat after 64 routes, then dashed.
///
/// Each plan comes with the day it answers; a plan of another day is drawn without what is
/// missing there. Places without coordinates (rows of a travel matrix) cannot be drawn, and the
/// picture says so. The text is well-formed XML whatever the ids contain, names nothing outside
/// itself, and is the same for the same input.
///
/// # Complexity
///
/// Linear in packages and visits, in time and in the length of the text.
#[must_use]
pub fn map(days: &[(&ServiceDay, &Plan)]) -> String {
    map_with(days, &MapOptions::default())
}

/// [`map()`], with a choice of what is drawn.
///
/// # Complexity
///
/// As [`map()`].
#[must_use]
pub fn map_with(days: &[(&ServiceDay, &Plan)], options: &MapOptions) -> String {
    map::render(days, options)
}
