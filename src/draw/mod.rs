//! Pictures of a plan: an SVG map of its routes.

mod frame;
mod legend;
mod sheet;
mod style;
mod svg;

use crate::model::ServiceDay;
use crate::plan::Plan;

/// Draws the routes of one or several stations as an SVG document.
///
/// Each route has a colour and a number of its own: a line through its visits, dotted lines from
/// its start and to its end, and a line of the legend with vehicle, stops and hours. Stations
/// are houses, unserved packages red crosses. North is up; straight lines stand for roads.
/// Colours repeat after 64 routes, then dashed.
///
/// Each plan comes with the day it answers; a plan of another day is drawn without what is
/// missing there. Places without coordinates (rows of a travel matrix) cannot be drawn, and the
/// picture says so. The text is well-formed XML whatever the ids contain.
///
/// # Complexity
///
/// Linear in packages and visits, in time and in the length of the text.
#[must_use]
pub fn map(days: &[(&ServiceDay, &Plan)]) -> String {
    svg::render(&sheet::Sheet::of(days))
}
