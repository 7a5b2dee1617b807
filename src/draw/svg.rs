//! The map itself: panel, routes, stations, scale bar, title.

use std::fmt::Write as _;

use super::frame::Frame;
use super::legend;
use super::sheet::{Sheet, StationPin, Track, counted};
use super::style::{Stroke, escape, strokes};
use crate::model::LatLng;

/// Largest size of the map panel in pixels.
const MOST: (f64, f64) = (1_300.0, 1_050.0);
/// Size of the panel when there is nothing to draw.
const EMPTY: (f64, f64) = (640.0, 420.0);
/// Distance of everything from the border of the picture.
pub(super) const MARGIN: f64 = 20.0;
/// Room for the title above the panel.
pub(super) const TOP: f64 = 52.0;

/// Renders a sheet as one SVG document.
pub(crate) fn render(sheet: &Sheet) -> String {
    let points: Vec<LatLng> = sheet.all_points().collect();
    let frame = Frame::around(points.iter().copied(), MOST.0, MOST.1);
    let (width, height) = frame.map_or(EMPTY, |f| (f.width, f.height));
    let routes = sheet.stations.iter().map(|s| s.tracks.len()).sum();
    let strokes = strokes(routes);
    let legend = legend::render(sheet, &strokes, MARGIN + width + 24.0, height);
    let full = (legend.right + MARGIN, TOP + height + MARGIN);
    let mut svg = String::new();
    head(&mut svg, &sheet.title, full);
    let _ = writeln!(
        svg,
        r##"<g transform="translate({MARGIN} {TOP})"><rect width="{width:.1}" height="{height:.1}" rx="4" fill="#f6f7f9" stroke="#cfd4da"/>"##
    );
    if let Some(frame) = frame {
        draw_routes(&mut svg, sheet, &strokes, &frame);
        draw_unserved(&mut svg, sheet, &frame);
        for station in &sheet.stations {
            draw_station(&mut svg, station, &frame);
        }
        draw_scale_bar(&mut svg, &frame);
    }
    draw_note(&mut svg, sheet, (width, height));
    svg.push_str("</g>\n");
    svg.push_str(&legend.svg);
    svg.push_str("</svg>\n");
    svg
}

fn head(svg: &mut String, title: &str, (width, height): (f64, f64)) {
    let title = escape(title);
    let _ = writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#22272e">
<title>{title}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="{MARGIN}" y="33" font-size="18" font-weight="bold">{title}</text>"##
    );
}

/// Lines first, then all dots, then all numbers: no line hides a number.
fn draw_routes(svg: &mut String, sheet: &Sheet, strokes: &[Stroke], frame: &Frame) {
    let tracks: Vec<&Track> = sheet.stations.iter().flat_map(|s| &s.tracks).collect();
    let stops: usize = tracks.iter().map(|t| t.points.len()).sum();
    let dot = match stops {
        0..=300 => 6.0,
        301..=1_500 => 4.4,
        1_501..=5_000 => 3.4,
        _ => 2.6,
    };
    let pairs = || tracks.iter().zip(strokes).enumerate();
    for (i, (track, stroke)) in pairs() {
        draw_line(svg, track, stroke, frame, i + 1);
    }
    for (_, (track, stroke)) in pairs() {
        let mut path = String::new();
        for &point in &track.points {
            let (x, y) = frame.pixel(point);
            let _ = write!(path, "M{x:.1} {y:.1}h0");
        }
        if !path.is_empty() {
            let _ = writeln!(
                svg,
                r#"<path d="{path}" stroke="{}" stroke-width="{dot}" stroke-linecap="round"/>"#,
                stroke.colour
            );
        }
    }
    for (i, (track, stroke)) in pairs() {
        draw_number(svg, track, stroke, frame, i + 1);
    }
}

/// The line through the visits, and faint lines from the start and to the end.
fn draw_line(svg: &mut String, track: &Track, stroke: &Stroke, frame: &Frame, number: usize) {
    let (Some(&first), Some(&last)) = (track.points.first(), track.points.last()) else {
        return;
    };
    let _ = writeln!(
        svg,
        r#"<g class="route" fill="none" stroke="{}" stroke-linejoin="round"><title>{number}: {}, {}, {}, {}</title>"#,
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
    for &point in &track.points {
        let (x, y) = frame.pixel(point);
        let _ = write!(line, "{x:.1},{y:.1} ");
    }
    let dash = if stroke.dash.is_empty() {
        String::new()
    } else {
        format!(r#" stroke-dasharray="{}""#, stroke.dash)
    };
    let _ = writeln!(
        svg,
        r#"<polyline points="{}" stroke-width="1.6" opacity="0.9"{dash}/></g>"#,
        line.trim_end()
    );
}

/// The route's number of the legend, at the visit nearest to the middle of all its visits.
fn draw_number(svg: &mut String, track: &Track, stroke: &Stroke, frame: &Frame, number: usize) {
    let pixels: Vec<(f64, f64)> = track.points.iter().map(|&p| frame.pixel(p)).collect();
    let count = pixels.len() as f64;
    let x = pixels.iter().map(|p| p.0).sum::<f64>() / count;
    let y = pixels.iter().map(|p| p.1).sum::<f64>() / count;
    let gap = |p: &&(f64, f64)| (p.0 - x).powi(2) + (p.1 - y).powi(2);
    let nearest = pixels.iter().min_by(|a, b| gap(a).total_cmp(&gap(b)));
    let Some(&(x, y)) = nearest else {
        return;
    };
    let half = if number < 100 { 7.5 } else { 10.0 };
    let _ = writeln!(
        svg,
        r##"<g transform="translate({x:.1} {y:.1})"><rect x="-{half}" y="-6.5" width="{}" height="13" rx="6.5" fill="{}" stroke="#ffffff"/><text y="3.4" font-size="9.5" font-weight="bold" fill="{}" text-anchor="middle">{number}</text></g>"##,
        2.0 * half,
        stroke.colour,
        stroke.ink,
    );
}

/// A text with a white edge, so that it can be read over lines. The edge is a text of its own:
/// not every viewer knows `paint-order`.
fn haloed(x: f64, y: f64, attributes: &str, text: &str) -> String {
    let text = escape(text);
    format!(
        r##"<text x="{x:.1}" y="{y:.1}" {attributes} stroke="#ffffff" stroke-width="4" stroke-linejoin="round">{text}</text><text x="{x:.1}" y="{y:.1}" {attributes}>{text}</text>"##
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

fn draw_unserved(svg: &mut String, sheet: &Sheet, frame: &Frame) {
    for &point in &sheet.unserved {
        let (x, y) = frame.pixel(point);
        let _ = writeln!(
            svg,
            r##"<path class="unserved" transform="translate({x:.1} {y:.1})" d="M-4 -4L4 4M-4 4L4 -4" stroke="#d00000" stroke-width="2.4"/>"##
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
    let _ = writeln!(
        svg,
        r##"<text x="{:.1}" y="{:.1}" text-anchor="middle" font-size="15" fill="#57606a">{note}</text>"##,
        width / 2.0,
        height / 2.0 + 40.0
    );
}
