//! The map itself: panel, routes, stations, scale bar, title.

mod areas;
pub(super) mod frame;
mod labels;
mod legend;
mod numbers;
mod sheet;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::options::{Layer, MapOptions};
use super::page::{self, MARGIN, TOP, counted, haloed, px};
use super::style::{Stroke, escape, strokes};
use crate::model::{LatLng, ServiceDay};
use crate::plan::Plan;
use frame::Frame;
use numbers::Numbers;
use sheet::{Sheet, StationPin, Track};

/// Largest size of the map panel in pixels.
const MOST: (f64, f64) = (1_300.0, 1_050.0);
/// Size of the panel when there is nothing to draw.
const EMPTY: (f64, f64) = (640.0, 420.0);
/// Ids that a cross for several packages names.
const NAMED: usize = 5;

/// Draws the days as one SVG document.
pub(super) fn render(days: &[(&ServiceDay, &Plan)], options: &MapOptions) -> String {
    let sheet = Sheet::of(days, options);
    let points: Vec<LatLng> = sheet.all_points().collect();
    let frame = Frame::around(points.iter().copied(), MOST.0, MOST.1);
    let (width, height) = frame.map_or(EMPTY, |f| (f.width, f.height));
    let strokes = strokes(sheet.routes);
    let legend = options
        .shows(Layer::Legend)
        .then(|| legend::render(&sheet, &strokes, options, (MARGIN + width + 24.0, height)));
    let right = legend.as_ref().map_or(MARGIN + width, |l| l.right);
    // A long title and a narrow map: the page is as wide as the title.
    let least = 2.0 * MARGIN + 9.5 * sheet.title.chars().count() as f64;
    let full = ((right + MARGIN).max(least), TOP + height + MARGIN);
    let mut svg = String::new();
    page::open(&mut svg, &sheet.title, full);
    let _ = writeln!(
        svg,
        r##"<g transform="translate({MARGIN} {TOP})"><rect width="{width:.1}" height="{height:.1}" rx="4" fill="#f6f7f9" stroke="#cfd4da"/>"##
    );
    if let Some(frame) = frame {
        draw_layers(&mut svg, &sheet, &strokes, &frame, options);
    }
    draw_note(&mut svg, &sheet, (width, height));
    svg.push_str("</g>\n");
    svg.push_str(&legend.map_or_else(String::new, |legend| legend.svg));
    svg.push_str("</svg>\n");
    svg
}

/// From the bottom up: areas, lines, dots, names, numbers, crosses, stations, scale.
fn draw_layers(
    svg: &mut String,
    sheet: &Sheet,
    strokes: &[Stroke],
    frame: &Frame,
    options: &MapOptions,
) {
    areas::draw(svg, &sheet.regions, frame);
    let tracks: Vec<&Track> = sheet.stations.iter().flat_map(|s| &s.tracks).collect();
    let mut numbers = Numbers::new(frame, sheet, &tracks);
    if options.shows(Layer::Routes) {
        draw_routes(svg, &tracks, strokes, frame);
        numbers.place_routes();
    }
    areas::name(svg, &sheet.regions, frame, numbers.room());
    if options.shows(Layer::OrderNumbers) {
        numbers.draw_orders(svg);
    }
    draw_unserved(svg, sheet, frame);
    if options.shows(Layer::Stations) {
        for station in &sheet.stations {
            draw_station(svg, station, frame);
        }
    }
    if options.shows(Layer::Routes) {
        numbers.draw_routes(svg, strokes);
    }
    draw_scale_bar(svg, frame);
}

/// Lines first, then all dots: no line hides a dot.
fn draw_routes(svg: &mut String, tracks: &[&Track], strokes: &[Stroke], frame: &Frame) {
    let stops: usize = tracks.iter().map(|t| t.points.len()).sum();
    let dot = match stops {
        0..=300 => 6.0,
        301..=1_500 => 4.4,
        1_501..=5_000 => 3.4,
        _ => 2.6,
    };
    for track in tracks {
        draw_line(svg, track, &strokes[track.number - 1], frame);
    }
    for track in tracks {
        let stroke = &strokes[track.number - 1];
        let mut path = String::new();
        let mut last = String::new();
        for &point in &track.points {
            let (x, y) = frame.pixel(point);
            let dot = format!("M{} {}h0", px(x), px(y));
            // Stops of one building are one dot.
            if dot != last {
                path.push_str(&dot);
                last = dot;
            }
        }
        let Some(&first) = track.points.first() else {
            continue;
        };
        let (x, y) = frame.pixel(first);
        let _ = writeln!(
            svg,
            r##"<g data-route="{}" stroke="{1}"><path d="{path}" stroke-width="{dot}" stroke-linecap="round"/><circle cx="{2}" cy="{3}" r="{4}" fill="#ffffff" stroke-width="1.8"/></g>"##,
            track.number,
            stroke.colour,
            px(x),
            px(y),
            dot / 2.0 + 1.6,
        );
    }
}

/// The line through the visits, and faint lines from the start and to the end.
fn draw_line(svg: &mut String, track: &Track, stroke: &Stroke, frame: &Frame) {
    let (Some(&first), Some(&last)) = (track.points.first(), track.points.last()) else {
        return;
    };
    let number = track.number;
    let _ = writeln!(
        svg,
        r#"<g class="route" data-route="{number}" fill="none" stroke="{}" stroke-linejoin="round"><title>{number}: {}, {}, {}, {}</title>"#,
        stroke.colour,
        escape(&track.vehicle),
        counted(track.stops, "stop"),
        counted(track.packages, "package"),
        track.hours,
    );
    let stems = [(track.start, first), (track.end, last)];
    for (from, to) in stems.iter().filter_map(|(a, b)| a.map(|a| (a, *b))) {
        let ((x0, y0), (x1, y1)) = (frame.pixel(from), frame.pixel(to));
        let _ = writeln!(
            svg,
            r#"<path d="M{x0:.1} {y0:.1}L{x1:.1} {y1:.1}" stroke-width="1" stroke-dasharray="1.5 3" opacity="0.5"/>"#
        );
    }
    let mut line = String::new();
    let mut arrows = String::new();
    let mut before: Option<(f64, f64)> = None;
    for &point in &track.way {
        let (x, y) = frame.pixel(point);
        let _ = write!(line, "{},{} ", px(x), px(y));
        arrows.push_str(&before.map_or_else(String::new, |from| arrow(from, (x, y))));
        before = Some((x, y));
    }
    let dash = if stroke.dash.is_empty() {
        String::new()
    } else {
        format!(r#" stroke-dasharray="{}""#, stroke.dash)
    };
    let arrows = if arrows.is_empty() {
        arrows
    } else {
        format!(r#"<path d="{arrows}" stroke-width="1.6"/>"#)
    };
    let _ = writeln!(
        svg,
        r#"<polyline points="{}" stroke-width="1.6" opacity="0.9"{dash}/>{arrows}</g>"#,
        line.trim_end()
    );
}

/// An arrow head in the middle of a leg that is long enough to show it.
fn arrow((x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> String {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length = dx.hypot(dy);
    if length < 34.0 {
        return String::new();
    }
    let (ux, uy) = (dx / length, dy / length);
    let (tx, ty) = (
        f64::midpoint(x0, x1) + 3.0 * ux,
        f64::midpoint(y0, y1) + 3.0 * uy,
    );
    let wing = |side: f64| {
        (
            tx - 6.0 * ux - side * 3.6 * uy,
            ty - 6.0 * uy + side * 3.6 * ux,
        )
    };
    let ((lx, ly), (rx, ry)) = (wing(1.0), wing(-1.0));
    format!(
        "M{} {}L{} {}L{} {}",
        px(lx),
        px(ly),
        px(tx),
        px(ty),
        px(rx),
        px(ry)
    )
}

fn draw_station(svg: &mut String, station: &StationPin, frame: &Frame) {
    let Some(at) = station.at else {
        return;
    };
    let (x, y) = frame.pixel(at);
    // Near the right border the name goes to the left of its mark.
    let (anchor, dx) = if x > frame.width - 90.0 {
        ("end", -12.0)
    } else {
        ("start", 12.0)
    };
    let look = format!(r#"text-anchor="{anchor}" font-size="14" font-weight="bold""#);
    let name = haloed(dx, 5.0, &look, &station.name);
    let _ = writeln!(
        svg,
        r##"<g class="station" transform="translate({x:.1} {y:.1})"><path d="M-8 8V-3L0 -10L8 -3V8Z" fill="#111418" stroke="#ffffff" stroke-width="2"/><rect x="-3" y="1" width="6" height="7" fill="#ffffff"/>{name}</g>"##
    );
}

/// One cross a pixel, which names the packages left there and why.
fn draw_unserved(svg: &mut String, sheet: &Sheet, frame: &Frame) {
    let mut crosses: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for left in &sheet.unserved {
        let (x, y) = frame.pixel(left.at);
        let at = (format!("{y:.0}"), format!("{x:.0}"));
        crosses.entry(at).or_default().push(&left.text);
    }
    for ((y, x), texts) in crosses {
        let mut title = texts[..texts.len().min(NAMED)].join("; ");
        if texts.len() > NAMED {
            let _ = write!(title, "; and {} more", texts.len() - NAMED);
        }
        let _ = writeln!(
            svg,
            r##"<g class="unserved" transform="translate({x} {y})" fill="none" stroke-linecap="round"><title>{}</title><path d="M-4 -4L4 4M-4 4L4 -4" stroke="#ffffff" stroke-width="5"/><path d="M-4 -4L4 4M-4 4L4 -4" stroke="#d00000" stroke-width="2.4"/></g>"##,
            escape(&title),
        );
    }
}

fn draw_scale_bar(svg: &mut String, frame: &Frame) {
    let km = frame.scale_bar_km();
    let length = km * frame.scale;
    let label = if km < 1.0 {
        format!("{:.0} m", km * 1_000.0)
    } else {
        format!("{km:.0} km")
    };
    let y = frame.height - 16.0;
    let bar = format!("M14 {:.1}v5h{length:.1}v-5", y - 5.0);
    let label = haloed(
        14.0 + length / 2.0,
        y - 8.0,
        r#"text-anchor="middle""#,
        &label,
    );
    let _ = writeln!(
        svg,
        r##"<g class="scale"><path d="{bar}" fill="none" stroke="#ffffff" stroke-width="5" opacity="0.8"/><path d="{bar}" fill="none" stroke="#22272e" stroke-width="1.6"/>{label}</g>"##
    );
}

/// Says in the picture why there is nothing, or less, to see.
fn draw_note(svg: &mut String, sheet: &Sheet, (width, height): (f64, f64)) {
    let routes: usize = sheet.stations.iter().map(|s| s.tracks.len()).sum();
    let drawn = sheet.stations.iter().flat_map(|s| &s.tracks);
    let nothing = drawn.map(|t| t.points.len()).sum::<usize>() == 0;
    let note = if sheet.stations.is_empty() {
        "No station".to_owned()
    } else if routes == 0 {
        "No routes in this plan".to_owned()
    } else if nothing {
        "No coordinates: the places of this day are rows of a travel matrix".to_owned()
    } else if sheet.unplaced_visits > 0 {
        let missing = counted(sheet.unplaced_visits, "visit");
        let _ = writeln!(
            svg,
            r##"<text x="{:.1}" y="22" text-anchor="end" fill="#8a1c1c">not drawn, without coordinates: {missing}</text>"##,
            width - 12.0
        );
        return;
    } else {
        return;
    };
    page::sentence(svg, width / 2.0, height / 2.0 + 40.0, &note);
}
