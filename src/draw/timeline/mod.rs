//! The timeline: one row a vehicle, with what it does, its stops' windows and what is late.

mod pieces;
mod rows;

use std::fmt::Write as _;

use super::axis::Hours;
use super::page::{self, MARGIN, counted, px};
use super::style::{Stroke, escape, shorten, strokes};
use crate::model::ServiceDay;
use crate::plan::Plan;
use crate::units::TimeOfDay;
use pieces::{COLUMNS, LOOKS};
use rows::{Group, LANES, Row};

/// Pixels of the hours; a column of a bar is half a pixel.
const WIDTH: f64 = 1_200.0;
/// Where the hours begin: number, vehicle, stops and times are to the left.
const LEFT: f64 = MARGIN + 252.0;
/// Height of one row, its bar, and the distance of window lanes below it.
const ROW: f64 = 26.0;
const BAR: f64 = 10.0;
const LANE: f64 = 3.5;
/// Where the key and the hours above the rows are.
const KEY: f64 = 58.0;
const AXIS: f64 = 86.0;
/// Least distance of two labelled hours.
const LABEL: f64 = 46.0;

/// Draws the timeline of the days.
pub(super) fn render(days: &[(&ServiceDay, &Plan)]) -> String {
    let mut groups = Vec::new();
    let mut routes = 0;
    for (day, plan) in days {
        groups.push(Group::of(day, plan, routes + 1));
        routes += plan.routes.len();
    }
    let hours = hours(days);
    let lines: usize = groups
        .iter()
        .map(|g| 1 + g.rows.len() + usize::from(g.more_idle > 0))
        .sum();
    let bottom = AXIS + 12.0 + ROW * lines.max(3) as f64;
    let mut svg = String::new();
    let full = (LEFT + WIDTH + 2.0 * MARGIN, bottom + 34.0);
    page::open(&mut svg, &title(days, routes), full);
    draw_key(&mut svg, &groups);
    draw_hours(&mut svg, &hours, bottom);
    let strokes = strokes(routes);
    let mut y = AXIS + 12.0;
    for group in &groups {
        draw_group(&mut svg, group, &strokes, &hours, &mut y);
    }
    if lines <= groups.len() {
        page::sentence(&mut svg, LEFT + WIDTH / 2.0, y + 24.0, "No vehicles");
    }
    svg.push_str("</svg>\n");
    svg
}

fn title(days: &[(&ServiceDay, &Plan)], routes: usize) -> String {
    let date = days.first().and_then(|(day, _)| day.date());
    let stops: usize = days
        .iter()
        .flat_map(|(_, p)| &p.routes)
        .map(|r| r.visits.len())
        .sum();
    format!(
        "{}{}, {} by the hour",
        date.map_or_else(String::new, |date| format!("{date}: ")),
        counted(routes, "route"),
        counted(stops, "stop"),
    )
}

/// The hours of all routes; without one, the delivery hours.
fn hours(days: &[(&ServiceDay, &Plan)]) -> Hours {
    let routes = || days.iter().flat_map(|(_, plan)| &plan.routes);
    let deliveries = || days.iter().map(|(day, _)| day.delivery_hours());
    // A plan is a record that anyone may have written; a clock has its limits.
    let least = TimeOfDay::from_millis(-TimeOfDay::MAX.millis());
    let clock = |time: TimeOfDay| time.clamp(least, TimeOfDay::MAX);
    let from = routes().map(|r| clock(r.depart)).min();
    let to = routes().map(|r| clock(r.back)).max();
    let from = from.or_else(|| deliveries().map(|h| h.earliest()).min());
    let to = to.or_else(|| deliveries().map(|h| h.latest()).max());
    Hours::around(
        from.unwrap_or(TimeOfDay::hm(6, 0)),
        to.unwrap_or(TimeOfDay::hm(22, 0)),
        WIDTH,
    )
}

/// What colours and marks mean, in one line above the hours.
fn draw_key(svg: &mut String, groups: &[Group]) {
    let mut x = MARGIN;
    let mut entry = |mark: &str, text: &str| {
        let _ = writeln!(
            svg,
            r#"<g transform="translate({x:.0} {KEY})">{mark}<text x="30" y="4">{text}</text></g>"#
        );
        x += 48.0 + 6.2 * text.chars().count() as f64;
    };
    for (name, colour) in LOOKS {
        entry(
            &format!(r#"<rect y="-5" width="24" height="{BAR}" fill="{colour}"/>"#),
            name,
        );
    }
    entry(
        r##"<rect y="-5" width="24" height="10" fill="#edf0f3"/>"##,
        "shift",
    );
    let rows = || groups.iter().flat_map(|g| &g.rows);
    if rows().any(|row| !row.windows.is_empty()) {
        entry(
            r##"<path d="M0 0H24" stroke="#9aa3ad" stroke-width="2"/><circle cx="9" r="1.7" fill="#22272e"/>"##,
            "a stop's window, and when it is served",
        );
    }
    if rows().any(|row| row.kept.iter().any(|kept| !kept.2)) {
        entry(
            r##"<path d="M0 0H24" stroke="#9aa3ad" stroke-width="2"/><circle cx="9" r="2.4" fill="#d00000"/>"##,
            "served outside its windows",
        );
    }
    if rows().any(|row| !row.late.is_empty()) {
        entry(
            r##"<path d="M8 -5h8l-4 7z" fill="#d00000"/>"##,
            "promise missed",
        );
    }
    let _ = writeln!(
        svg,
        r##"<text x="{x:.0}" y="{:.0}" fill="#57606a">pieces under half a pixel are merged</text>"##,
        KEY + 4.0
    );
}

/// Lines of the hours behind the rows, labelled above and below.
fn draw_hours(svg: &mut String, hours: &Hours, bottom: f64) {
    let mut lines = String::new();
    let mut labels = String::new();
    for hour in hours.ticks(LABEL) {
        let x = px(LEFT + hours.x(hour * 3_600_000));
        let _ = write!(lines, "M{x} {AXIS}V{bottom}");
        let sign = if hour < 0 { "-" } else { "" };
        let hour = hour.abs();
        for y in [AXIS - 5.0, bottom + 15.0] {
            let _ = write!(
                labels,
                r#"<text x="{x}" y="{y:.0}">{sign}{hour:02}:00</text>"#
            );
        }
    }
    let _ = writeln!(
        svg,
        r##"<path class="hours" d="{lines}" stroke="#d8dde3" fill="none"/><g text-anchor="middle" font-size="11" fill="#57606a">{labels}</g>"##
    );
}

fn draw_group(svg: &mut String, group: &Group, strokes: &[Stroke], hours: &Hours, y: &mut f64) {
    let _ = writeln!(
        svg,
        r#"<text x="{MARGIN}" y="{:.0}" font-size="13" font-weight="bold">{}</text>"#,
        *y + 16.0,
        escape(&shorten(&group.station, 32)),
    );
    *y += ROW;
    for row in &group.rows {
        draw_row(svg, row, strokes, hours, *y);
        *y += ROW;
    }
    if group.more_idle > 0 {
        let _ = writeln!(
            svg,
            r##"<text x="{}" y="{:.0}" fill="#57606a">and {} not used</text>"##,
            MARGIN + 28.0,
            *y + 13.0,
            counted(group.more_idle, "vehicle"),
        );
        *y += ROW;
    }
}

fn draw_row(svg: &mut String, row: &Row, strokes: &[Stroke], hours: &Hours, y: f64) {
    let route = row
        .number
        .map_or_else(String::new, |n| format!(r#" data-route="{n}""#));
    let _ = writeln!(
        svg,
        r#"<g class="row"{route} transform="translate(0 {y})"><title>{}: {}</title>"#,
        escape(&row.vehicle),
        row.note,
    );
    draw_names(svg, row, strokes);
    let _ = write!(svg, r#"<g transform="translate({LEFT} 0)" fill="none">"#);
    if let Some(shift) = row.shift {
        let (from, to) = (
            hours.x(shift.earliest().millis()),
            hours.x(shift.latest().millis()),
        );
        let (from, wide) = (px(from), px(to - from));
        let _ = write!(
            svg,
            r##"<rect x="{from}" y="3" width="{wide}" height="{BAR}" fill="#edf0f3"/>"##
        );
    }
    draw_bar(svg, row, hours);
    draw_windows(svg, row, hours);
    for (start, packages) in &row.late {
        let _ = write!(
            svg,
            r##"<path class="late" d="M{} -2h8l-4 7z" fill="#d00000"><title>{} late: {}</title></path>"##,
            px(hours.x(start.millis()) - 4.0),
            start.hms(),
            escape(packages),
        );
    }
    svg.push_str("</g></g>\n");
}

/// Number, vehicle, stops and times.
fn draw_names(svg: &mut String, row: &Row, strokes: &[Stroke]) {
    let ink = if let Some(number) = row.number {
        let stroke = &strokes[number - 1];
        let half = 4.5 + 3.0 * number.to_string().len() as f64;
        let _ = write!(
            svg,
            r#"<g transform="translate({} 8)"><rect x="-{half}" y="-6.5" width="{}" height="13" rx="6.5" fill="{}"/><text y="3.4" font-size="9.5" font-weight="bold" fill="{}" text-anchor="middle">{number}</text></g>"#,
            MARGIN + 10.0,
            2.0 * half,
            stroke.colour,
            stroke.ink,
        );
        "#22272e"
    } else {
        "#8a929b"
    };
    let _ = writeln!(
        svg,
        r#"<text x="{}" y="12" fill="{ink}">{}</text><text x="{}" y="12" text-anchor="end" font-size="10.5" fill="{ink}">{}</text>"#,
        MARGIN + 28.0,
        escape(&shorten(&row.vehicle, 14)),
        LEFT - 10.0,
        row.note,
    );
}

/// One path a look: its runs as strokes as wide as the bar.
fn draw_bar(svg: &mut String, row: &Row, hours: &Hours) {
    let mut paths: [String; LOOKS.len()] = Default::default();
    let column = WIDTH / COLUMNS as f64;
    for (look, first, length) in pieces::runs(&row.pieces, hours) {
        let (x, wide) = (px(first as f64 * column), px(length as f64 * column));
        let _ = write!(paths[look], "M{x} 8h{wide}");
    }
    for ((_, colour), path) in LOOKS.iter().zip(paths) {
        if !path.is_empty() {
            let _ = write!(
                svg,
                r#"<path d="{path}" stroke="{colour}" stroke-width="{BAR}"/>"#
            );
        }
    }
}

/// Windows as thin lines below the bar, and on them when their stops are served.
fn draw_windows(svg: &mut String, row: &Row, hours: &Hours) {
    let lane_y = |lane: usize| 15.5 + LANE * lane.min(LANES - 1) as f64;
    let mut lines = String::new();
    for (window, lane) in &row.windows {
        let (from, to) = (window.earliest().millis(), window.latest().millis());
        let (x, y) = (hours.x(from), px(lane_y(*lane)));
        let _ = write!(lines, "M{} {y}h{}", px(x), px((hours.x(to) - x).max(1.0)));
    }
    if !lines.is_empty() {
        let _ = write!(
            svg,
            r##"<path class="windows" d="{lines}" stroke="#9aa3ad" stroke-width="2"/>"##
        );
    }
    for (within, width, colour) in [(true, 3.4, "#22272e"), (false, 4.8, "#d00000")] {
        let mut dots = String::new();
        for (start, lane, _) in row.kept.iter().filter(|kept| kept.2 == within) {
            let _ = write!(
                dots,
                "M{} {}h0",
                px(hours.x(start.millis())),
                px(lane_y(*lane))
            );
        }
        if !dots.is_empty() {
            let class = if within { "kept" } else { "missed" };
            let _ = write!(
                svg,
                r#"<path class="{class}" d="{dots}" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"/>"#
            );
        }
    }
}
