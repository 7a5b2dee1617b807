//! Pictures of a plan, as SVG documents: a map, a timeline, a staffing curve; many stations at a glance.

mod axis;
mod curve;
mod map;
mod options;
pub(crate) mod page;
mod stations;
pub(crate) mod style;
mod timeline;

pub use curve::CurvePoint;
pub use options::{Layer, MapOptions};
pub use stations::StationMark;

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

/// Draws what each vehicle does by the hour, as an SVG document.
///
/// One row a vehicle, below the name of its station, routes with the numbers and colours that
/// they have on the [`map()`]: driving, service and waiting as a bar on the vehicle's shift; the
/// windows of its stops as lines below the bar, with a dot when the stop is served, red outside
/// its windows; a red triangle where a promise is missed. The hours are those of all routes, the
/// delivery hours when there are none, and may pass 24:00. Unused vehicles come last, up to 20 a
/// station by name, more only counted. Needs no coordinates.
///
/// Bars are exact to half a pixel: each half pixel has the colour of what takes most of it, so
/// that shorter pieces are merged; more than three windows at the same time share the last line.
///
/// # Complexity
///
/// Linear in packages and visits.
#[must_use]
pub fn timeline(days: &[(&ServiceDay, &Plan)]) -> String {
    timeline::render(days)
}

/// Draws the staffing curve as an SVG document: cost above; unserved, late and tendered packages
/// below, over the number of vehicles.
///
/// Points may come in any order. A line marks the cheapest of those that leave fewest packages.
///
/// # Complexity
///
/// That of sorting the points.
#[must_use]
pub fn curve(points: &[CurvePoint]) -> String {
    curve::render(points)
}

/// Draws many stations as an SVG document: a circle each, its area by the number of packages, its
/// colour by the station's figure in five steps of equally many stations; `what` names the figure.
///
/// For a nation's day, where a [`map()`] of all routes would be of no use. A station that is not
/// on earth (a latitude or longitude out of range or not a number) counts in the title and is not
/// drawn. The same for the same stations in any order, unless two have the same name.
///
/// # Complexity
///
/// That of sorting the stations.
#[must_use]
pub fn stations(marks: &[StationMark], what: &str) -> String {
    stations::render(marks, what)
}
