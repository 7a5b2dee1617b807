//! The staffing curve: what a day costs, and what it leaves, with more or fewer vehicles.

use std::fmt::Write as _;

use super::axis::round_ticks;
use super::page::{self, MARGIN, counted, grouped, px};
use crate::solver::StaffingPoint;
use crate::units::Money;

/// A day planned with so many vehicles, as a staffing curve shows it.
///
/// ```
/// use doorstep::Money;
/// use doorstep::draw::{CurvePoint, curve};
///
/// let svg = curve(&[
///     CurvePoint::new(40, Money::from_units(11_700)).with_unserved(12),
///     CurvePoint::new(41, Money::from_units(11_650)),
/// ]);
/// assert!(svg.starts_with("<svg "));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CurvePoint {
    vehicles: u64,
    unserved: u64,
    cost: Money,
    late: u64,
    tendered: u64,
}

impl From<&StaffingPoint> for CurvePoint {
    fn from(point: &StaffingPoint) -> Self {
        Self {
            vehicles: point.vehicles as u64,
            unserved: point.unserved,
            cost: point.cost,
            late: point.late,
            tendered: point.tendered,
        }
    }
}

impl CurvePoint {
    /// A day that costs so much with so many vehicles and leaves nothing.
    #[must_use]
    pub const fn new(vehicles: u64, cost: Money) -> Self {
        Self {
            vehicles,
            unserved: 0,
            cost,
            late: 0,
            tendered: 0,
        }
    }

    /// Sets the number of packages left.
    #[must_use]
    pub const fn with_unserved(mut self, packages: u64) -> Self {
        self.unserved = packages;
        self
    }

    /// Sets the number of packages that miss their promise.
    #[must_use]
    pub const fn with_late(mut self, packages: u64) -> Self {
        self.late = packages;
        self
    }

    /// Sets the number of packages given to carriers.
    #[must_use]
    pub const fn with_tendered(mut self, packages: u64) -> Self {
        self.tendered = packages;
        self
    }

    /// Vehicles at hand.
    #[must_use]
    pub const fn vehicles(&self) -> u64 {
        self.vehicles
    }

    /// What the day costs.
    #[must_use]
    pub const fn cost(&self) -> Money {
        self.cost
    }

    /// Packages left.
    #[must_use]
    pub const fn unserved(&self) -> u64 {
        self.unserved
    }

    /// Packages that miss their promise.
    #[must_use]
    pub const fn late(&self) -> u64 {
        self.late
    }

    /// Packages given to carriers.
    #[must_use]
    pub const fn tendered(&self) -> u64 {
        self.tendered
    }
}

/// Left and right border of the charts, and their width.
const LEFT: f64 = 96.0;
const WIDTH: f64 = 760.0;
/// Top and height of the two charts.
const COST: (f64, f64) = (84.0, 230.0);
const COUNTS: (f64, f64) = (386.0, 176.0);
/// Most dots on a line; with more points it is a line only.
const DOTS: usize = 200;

/// One line of a chart.
struct Series<'a> {
    name: &'a str,
    colour: &'a str,
    dash: &'a str,
    values: Vec<f64>,
}

/// Numbers of vehicles, and where they are from the left.
struct Across {
    least: f64,
    most: f64,
}

impl Across {
    fn x(&self, vehicles: f64) -> f64 {
        if self.most > self.least {
            LEFT + (vehicles - self.least) / (self.most - self.least) * WIDTH
        } else {
            LEFT + WIDTH / 2.0
        }
    }
}

pub(super) fn render(points: &[CurvePoint]) -> String {
    let mut points = points.to_vec();
    points.sort_unstable();
    let mut svg = String::new();
    let full = (LEFT + WIDTH + 4.0 * MARGIN, COUNTS.0 + COUNTS.1 + 66.0);
    page::open(&mut svg, &title(&points), full);
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        page::sentence(&mut svg, LEFT + WIDTH / 2.0, 200.0, "No points");
        svg.push_str("</svg>\n");
        return svg;
    };
    let across = Across {
        least: first.vehicles as f64,
        most: last.vehicles as f64,
    };
    let cost = points.iter().map(|p| p.cost.units_f64());
    let count = |of: fn(&CurvePoint) -> u64| points.iter().map(|p| of(p) as f64).collect();
    let series = |name, colour, dash, values| Series {
        name,
        colour,
        dash,
        values,
    };
    chart(
        &mut svg,
        &points,
        &across,
        COST,
        &[series("cost of the day", "#1b6a8c", "", cost.collect())],
    );
    chart(
        &mut svg,
        &points,
        &across,
        COUNTS,
        &[
            series(
                "packages unserved",
                "#d00000",
                "",
                count(CurvePoint::unserved),
            ),
            series("late", "#b7791f", "7 3", count(CurvePoint::late)),
            series(
                "given to carriers",
                "#5b4b9a",
                "2 3",
                count(CurvePoint::tendered),
            ),
        ],
    );
    mark_best(&mut svg, &points, &across);
    let _ = writeln!(
        svg,
        r#"<text x="{}" y="{}" text-anchor="middle">vehicles</text></svg>"#,
        LEFT + WIDTH / 2.0,
        COUNTS.0 + COUNTS.1 + 46.0,
    );
    svg
}

fn title(points: &[CurvePoint]) -> String {
    match points {
        [] => "Staffing curve".to_owned(),
        [only] => format!("Staffing curve: {}", vehicles(only.vehicles)),
        [first, .., last] => format!(
            "Staffing curve: {} to {}",
            grouped(first.vehicles as f64),
            vehicles(last.vehicles)
        ),
    }
}

fn vehicles(number: u64) -> String {
    counted(usize::try_from(number).unwrap_or(usize::MAX), "vehicle")
}

/// A frame with round numbers, and lines in it.
fn chart(
    svg: &mut String,
    points: &[CurvePoint],
    across: &Across,
    (top, high): (f64, f64),
    all: &[Series<'_>],
) {
    let values = || all.iter().flat_map(|s| s.values.iter().copied());
    let low = values().fold(f64::INFINITY, f64::min);
    let most = values().fold(f64::NEG_INFINITY, f64::max);
    let ticks = round_ticks(low, most, 5.0);
    let (low, most) = (ticks[0], ticks[ticks.len() - 1]);
    let y = |value: f64| top + high - (value - low) / (most - low) * high;
    for tick in &ticks {
        let (at, label) = (px(y(*tick)), grouped(*tick));
        let _ = writeln!(
            svg,
            r##"<path d="M{LEFT} {at}h{WIDTH}" stroke="#d8dde3"/><text x="{}" y="{}" text-anchor="end" font-size="11" fill="#57606a">{label}</text>"##,
            LEFT - 8.0,
            px(y(*tick) + 4.0),
        );
    }
    draw_vehicles(svg, across, top + high);
    let mut x = LEFT;
    for series in all {
        let name = series.name;
        let look = format!(
            r#"stroke="{}" stroke-width="2" stroke-dasharray="{}""#,
            series.colour,
            if series.dash.is_empty() {
                "0"
            } else {
                series.dash
            }
        );
        let _ = writeln!(
            svg,
            r#"<path d="M{x} {0}h24" {look}/><text x="{1}" y="{2}">{name}</text>"#,
            top - 16.0,
            x + 30.0,
            top - 12.0,
        );
        x += 60.0 + 6.2 * name.len() as f64;
        let mut line = String::new();
        let mut dots = String::new();
        for (point, value) in points.iter().zip(&series.values) {
            let (at, height) = (px(across.x(point.vehicles as f64)), px(y(*value)));
            let _ = write!(line, "{at},{height} ");
            let _ = write!(dots, "M{at} {height}h0");
        }
        let _ = writeln!(
            svg,
            r#"<polyline points="{}" fill="none" {look}/>"#,
            line.trim_end()
        );
        if points.len() <= DOTS {
            let _ = writeln!(
                svg,
                r#"<path d="{dots}" stroke="{}" stroke-width="6" stroke-linecap="round"/>"#,
                series.colour
            );
        }
    }
}

/// Numbers of vehicles below a chart.
fn draw_vehicles(svg: &mut String, across: &Across, bottom: f64) {
    for tick in round_ticks(across.least, across.most, 12.0) {
        if tick < across.least || tick > across.most {
            continue;
        }
        let x = px(across.x(tick));
        let _ = writeln!(
            svg,
            r##"<path d="M{x} {bottom}v4" stroke="#57606a"/><text x="{x}" y="{}" text-anchor="middle" font-size="11" fill="#57606a">{}</text>"##,
            bottom + 18.0,
            grouped(tick),
        );
    }
}

/// A line through both charts at the cheapest of the points that leave least.
fn mark_best(svg: &mut String, points: &[CurvePoint], across: &Across) {
    let Some(best) = points
        .iter()
        .min_by_key(|p| (p.unserved, p.cost, p.vehicles))
    else {
        return;
    };
    let at = across.x(best.vehicles as f64);
    let x = px(at);
    // Near the right border the words go to the left of the line.
    let (anchor, dx) = if at > LEFT + WIDTH / 2.0 {
        ("end", -6.0)
    } else {
        ("start", 6.0)
    };
    let text = format!(
        "least left, then cheapest: {}, {} unserved, {}",
        vehicles(best.vehicles),
        grouped(best.unserved as f64),
        best.cost
    );
    let _ = writeln!(
        svg,
        r##"<path class="best" d="M{x} {}V{}" stroke="#2f7d4f" stroke-width="1.5" stroke-dasharray="4 3"/>{}"##,
        COST.0,
        COUNTS.0 + COUNTS.1,
        page::haloed(
            at + dx,
            COST.0 + COST.1 + 34.0,
            &format!(r##"text-anchor="{anchor}" font-size="11.5" fill="#22272e""##),
            &text
        ),
    );
}
