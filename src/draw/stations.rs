//! Many stations at a glance: a circle each, as large as its day, coloured by a figure.

use std::fmt::Write as _;

use super::map::frame::Frame;
use super::page::{self, MARGIN, TOP, counted, grouped, px};
use super::style::escape;
use crate::model::LatLng;

/// A station as [`stations`](super::stations()) draws it.
///
/// ```
/// use doorstep::LatLng;
/// use doorstep::draw::{StationMark, stations};
///
/// let marks = [
///     StationMark::new("DCH1", LatLng { lat: 41.8, lng: -87.7 }, 1_600).with_value(0.92),
///     StationMark::new("DAU1", LatLng { lat: 30.3, lng: -97.7 }, 900).with_value(1.10),
/// ];
/// let svg = stations(&marks, "money a package");
/// assert!(svg.starts_with("<svg ") && svg.contains("2 stations, 2,500 packages"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StationMark {
    name: String,
    at: LatLng,
    packages: u64,
    value: Option<f64>,
}

impl StationMark {
    /// A station with its name, place and number of packages.
    #[must_use]
    pub fn new(name: impl Into<String>, at: LatLng, packages: u64) -> Self {
        Self {
            name: name.into(),
            at,
            packages,
            value: None,
        }
    }

    /// Sets the figure that gives the colour; without one, or with one that is not finite, a
    /// station is grey.
    #[must_use]
    pub fn with_value(mut self, value: f64) -> Self {
        self.value = value.is_finite().then_some(value);
        self
    }

    /// Name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Place.
    #[must_use]
    pub const fn at(&self) -> LatLng {
        self.at
    }

    /// Number of packages, which gives the size.
    #[must_use]
    pub const fn packages(&self) -> u64 {
        self.packages
    }

    /// The figure that gives the colour.
    #[must_use]
    pub const fn value(&self) -> Option<f64> {
        self.value
    }

    fn is_on_earth(&self) -> bool {
        self.at.lat.abs() <= 90.0 && self.at.lng.abs() <= 180.0
    }
}

/// Largest size of the panel in pixels, and its size when it is empty.
const MOST: (f64, f64) = (1_300.0, 900.0);
const EMPTY: (f64, f64) = (640.0, 420.0);
/// Colours from low to high: five steps that are told apart in grey too.
const STEPS: [&str; 5] = ["#fde725", "#6cce59", "#22a884", "#31688e", "#440154"];
const GREY: &str = "#8c959f";
/// The least and the largest radius of a circle.
const RADIUS: (f64, f64) = (1.5, 12.0);
/// Height of the legend below the panel.
const LEGEND: f64 = 44.0;

pub(super) fn render(marks: &[StationMark], what: &str) -> String {
    let placed: Vec<&StationMark> = marks.iter().filter(|mark| mark.is_on_earth()).collect();
    let frame = Frame::around(placed.iter().map(|mark| mark.at), MOST.0, MOST.1);
    let (width, height) = frame.map_or(EMPTY, |frame| (frame.width, frame.height));
    let packages: u64 = marks.iter().map(|mark| mark.packages).sum();
    let title = format!(
        "{}, {} packages",
        counted(marks.len(), "station"),
        grouped(packages as f64)
    );
    let mut svg = String::new();
    let full = (width + 2.0 * MARGIN, TOP + height + LEGEND + MARGIN);
    page::open(&mut svg, &title, full);
    let _ = writeln!(
        svg,
        r##"<g transform="translate({MARGIN} {TOP})"><rect width="{width:.1}" height="{height:.1}" rx="4" fill="#f6f7f9" stroke="#cfd4da"/>"##
    );
    let bounds = bounds(&placed);
    match frame {
        Some(frame) => circles(&mut svg, placed, &frame, &bounds),
        None => page::sentence(&mut svg, width / 2.0, height / 2.0, "no station to draw"),
    }
    legend(&mut svg, &bounds, what, height);
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Large ones first, so that no station lies under another as a whole.
fn circles(svg: &mut String, mut placed: Vec<&StationMark>, frame: &Frame, bounds: &[f64]) {
    placed.sort_by(|a, b| {
        b.packages
            .cmp(&a.packages)
            .then_with(|| a.name.cmp(&b.name))
    });
    let most = placed.first().map_or(1, |mark| mark.packages).max(1) as f64;
    for mark in placed {
        let (x, y) = frame.pixel(mark.at);
        // The area is what the eye compares.
        let share = (mark.packages as f64 / most).sqrt();
        let radius = RADIUS.0 + (RADIUS.1 - RADIUS.0) * share;
        let colour = mark.value.map_or(GREY, |value| STEPS[step(bounds, value)]);
        let value = mark.value.map_or_else(String::new, |v| format!(", {v:.2}"));
        let _ = writeln!(
            svg,
            r##"<circle cx="{}" cy="{}" r="{}" fill="{colour}" fill-opacity="0.75" stroke="#22272e" stroke-width="0.3"><title>{}: {} packages{value}</title></circle>"##,
            px(x),
            px(y),
            px(radius),
            escape(&mark.name),
            grouped(mark.packages as f64),
        );
    }
}

/// The four values between the five colours, so that each has a fifth of the stations.
fn bounds(marks: &[&StationMark]) -> Vec<f64> {
    let mut values: Vec<f64> = marks.iter().filter_map(|mark| mark.value).collect();
    values.sort_unstable_by(f64::total_cmp);
    let cut = |part: usize| values.get(part * values.len() / STEPS.len()).copied();
    (1..STEPS.len()).filter_map(cut).collect()
}

fn step(bounds: &[f64], value: f64) -> usize {
    bounds.iter().filter(|&&bound| value >= bound).count()
}

fn legend(svg: &mut String, bounds: &[f64], what: &str, top: f64) {
    if bounds.is_empty() {
        return;
    }
    let y = top + 26.0;
    let _ = writeln!(
        svg,
        r##"<text x="0" y="{}" font-weight="bold">{}</text>"##,
        px(y),
        escape(what)
    );
    let mut x = 8.0 * (what.chars().count() as f64 + 2.0);
    for (number, colour) in STEPS.iter().enumerate() {
        let text = match (number.checked_sub(1).map(|n| bounds[n]), bounds.get(number)) {
            (None, Some(to)) => format!("below {to:.2}"),
            (Some(from), Some(to)) => format!("{from:.2} to {to:.2}"),
            (Some(from), None) => format!("{from:.2} and above"),
            (None, None) => String::new(),
        };
        let _ = writeln!(
            svg,
            r##"<circle cx="{}" cy="{}" r="7" fill="{colour}" stroke="#22272e" stroke-width="0.3"/><text x="{}" y="{}">{text}</text>"##,
            px(x),
            px(y - 4.0),
            px(x + 12.0),
            px(y),
        );
        x += 36.0 + 7.0 * text.chars().count() as f64;
    }
}
