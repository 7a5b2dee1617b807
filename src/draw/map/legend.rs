//! The table beside a map: number, colour, vehicle, stops and hours of each route.

use std::fmt::Write as _;

use super::super::options::{Layer, MapOptions};
use super::super::page::{TOP, counted};
use super::super::style::{Stroke, escape, shorten};
use super::sheet::Sheet;

/// Width of one column of the table in pixels.
const COLUMN: f64 = 285.0;
/// Height of one line.
const LINE: f64 = 15.5;
/// Columns before the rest is only counted.
const COLUMNS: usize = 5;

/// A drawn legend and where it ends on the right.
#[derive(Debug)]
pub(super) struct Legend {
    pub(super) svg: String,
    pub(super) right: f64,
}

/// Draws the legend to the right of `left`, in columns of at most `height`.
pub(super) fn render(
    sheet: &Sheet,
    strokes: &[Stroke],
    options: &MapOptions,
    (left, height): (f64, f64),
) -> Legend {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a panel is a few hundred pixels high"
    )]
    let per_column = ((height / LINE) as usize).max(12);
    let mut lines = lines(sheet, strokes);
    lines.extend(signs(sheet, options));
    let room = per_column * COLUMNS;
    if lines.len() > room {
        let more = lines.len() - (room - 1);
        lines.truncate(room - 1);
        lines.push(format!(
            r#"<text x="0">and {}</text>"#,
            counted(more, "more line")
        ));
    }
    let columns = lines.len().div_ceil(per_column).max(1);
    let mut svg = String::from("<g class=\"legend\" font-size=\"11.5\">\n");
    for (i, line) in lines.iter().enumerate() {
        let x = left + COLUMN * (i / per_column) as f64;
        let y = TOP + LINE * ((i % per_column) as f64 + 0.8);
        let _ = writeln!(svg, r#"<g transform="translate({x:.1} {y:.1})">{line}</g>"#);
    }
    svg.push_str("</g>\n");
    Legend {
        svg,
        right: left + COLUMN * columns as f64,
    }
}

/// One line a station and one a route.
fn lines(sheet: &Sheet, strokes: &[Stroke]) -> Vec<String> {
    let mut lines = Vec::new();
    for station in &sheet.stations {
        let stops: usize = station.tracks.iter().map(|t| t.stops).sum();
        lines.push(format!(
            r#"<text font-weight="bold">{}: {}, {}</text>"#,
            escape(&shorten(&station.name, 20)),
            counted(station.tracks.len(), "route"),
            counted(stops, "stop"),
        ));
        for track in &station.tracks {
            let number = track.number;
            let stroke = &strokes[number - 1];
            let dash = if stroke.dash.is_empty() {
                "0"
            } else {
                stroke.dash
            };
            lines.push(format!(
                r#"<g data-route="{number}"><text x="20" text-anchor="end">{number}</text><path d="M27 -4H51" stroke="{}" stroke-width="4" stroke-dasharray="{dash}"/><text x="58">{}</text><text x="197" text-anchor="end">{}</text><text x="207">{}</text></g>"#,
                stroke.colour,
                escape(&shorten(&track.vehicle, 14)),
                counted(track.stops, "stop"),
                track.hours,
            ));
        }
    }
    lines
}

/// What the signs of this map mean; only those that are on it.
fn signs(sheet: &Sheet, options: &MapOptions) -> Vec<String> {
    let routes =
        options.shows(Layer::Routes) && sheet.stations.iter().any(|s| !s.tracks.is_empty());
    let sign = |mark: &str, text: &str| format!(r#"{mark}<text x="58">{text}</text>"#);
    let mut lines = vec![String::new()];
    if routes {
        lines.push(sign(
            r##"<circle cx="39" cy="-4" r="4" fill="#ffffff" stroke="#57606a" stroke-width="1.8"/>"##,
            "first stop of a route",
        ));
        lines.push(sign(
            r##"<path d="M27 -4H51" stroke="#57606a" stroke-dasharray="1.5 3"/>"##,
            "from and to the station",
        ));
    }
    if routes && options.shows(Layer::OrderNumbers) {
        lines.push(sign(
            r#"<text x="39" text-anchor="middle" font-size="8.5">20</text>"#,
            "the route's 20th stop",
        ));
    }
    for (layer, dash, text) in [(Layer::Zones, "5 3", "zone"), (Layer::Blocks, "0", "block")] {
        if sheet.regions.iter().any(|region| region.layer == layer) {
            lines.push(sign(
                &format!(r##"<rect x="27" y="-9" width="24" height="10" rx="3" fill="#dde4f0" stroke="#8397b8" stroke-dasharray="{dash}"/>"##),
                text,
            ));
        }
    }
    if sheet.unserved_packages > 0 {
        lines.push(sign(
            r##"<path transform="translate(39 -4)" d="M-4 -4L4 4M-4 4L4 -4" stroke="#d00000" stroke-width="2.4"/>"##,
            &format!("{} unserved", counted(sheet.unserved_packages, "package")),
        ));
    }
    lines
}
