//! A plan as one HTML page: pictures, tables, and a filter by route.

mod left;
mod tables;
mod visits;

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::draw::page::counted;
use crate::draw::style::{escape, strokes};
use crate::draw::{Layer, MapOptions, map_with, timeline};
use crate::model::{Package, PackageId, Pickup, ServiceDay, TimeWindow};
use crate::plan::{Plan, Visit};
use crate::units::TimeOfDay;

/// How the page looks.
const STYLE: &str = include_str!("report.css");
/// What the page does when it is touched; without scripts it shows everything.
const SCRIPT: &str = include_str!("report.js");

/// Writes the plans of one or several stations as one self-contained HTML page.
///
/// It has the scorecards, the map (for several stations one of all and one of each), the
/// timeline, a table of routes, each route's visits, what is left with its reason and what goes
/// to carriers. One click shows a route alone in all of them; a field finds packages, stops and
/// ZIPs; tables sort by a click on a heading; printing leaves out what is hidden, so that one
/// route's page is a driver's list.
///
/// The page loads nothing: no network, fonts or files, and says so to the browser in a content
/// security policy. All text of the request is escaped, whatever ids contain. The same input
/// gives the same bytes. Numbers and colours of routes are those of [`draw::map`](crate::draw::map()).
///
/// Each plan comes with the day it answers; what a plan names and its day does not know is
/// written down without the day's facts (windows, promises).
///
/// # Complexity
///
/// Linear in packages and visits, in time and in the length of the text: about 350 bytes a stop.
///
/// ```
/// use doorstep::{Budget, Package, Place, ServiceDay, Solver, Station, Vehicle};
/// let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
///     .packages([Package::new("P1", Place::at(41.85, -87.65), "60608")])
///     .vehicles([Vehicle::cargo_van("V1")])
///     .build()?;
/// let outcome = Solver::new().budget(Budget::iterations(100)).solve(&day)?;
/// let page = doorstep::format::to_html(&[(&day, &outcome.plan)]);
/// assert!(page.starts_with("<!DOCTYPE html>") && page.contains("P1"));
/// # Ok::<(), doorstep::Error>(())
/// ```
#[must_use]
pub fn to_html(days: &[(&ServiceDay, &Plan)]) -> String {
    let sections = Section::all(days);
    let mut page = String::new();
    open(&mut page, &sections);
    add_filter(&mut page, &sections);
    page.push_str("<div class=\"top\">\n");
    add_maps(&mut page, days, &sections);
    tables::add_scorecards(&mut page, &sections);
    page.push_str("</div>\n");
    let _ = write!(
        page,
        "<section aria-labelledby=\"timeline\">\n<h2 id=\"timeline\">Timeline</h2>\n<figure class=\"timeline\">\n{}</figure>\n</section>\n",
        timeline(days)
    );
    tables::add_routes(&mut page, &sections);
    visits::add(&mut page, &sections);
    left::add_unserved(&mut page, &sections);
    left::add_tendered(&mut page, &sections);
    let _ = write!(
        page,
        "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    );
    page
}

/// One station's day with what is looked up in it.
#[derive(Debug)]
struct Section<'a> {
    day: &'a ServiceDay,
    plan: &'a Plan,
    /// The number of its first route among all.
    first: usize,
    packages: HashMap<&'a PackageId, &'a Package>,
}

impl<'a> Section<'a> {
    fn all(days: &[(&'a ServiceDay, &'a Plan)]) -> Vec<Self> {
        let mut first = 1;
        let sections = days.iter().map(|&(day, plan)| {
            let section = Self {
                day,
                plan,
                first,
                packages: day.packages().iter().map(|p| (p.id(), p)).collect(),
            };
            first += plan.routes.len();
            section
        });
        sections.collect()
    }

    fn station(&self) -> String {
        escape(self.day.station().id().as_str())
    }

    /// Packages of a visit that the day knows.
    fn known<'b>(&'b self, visit: &'b Visit) -> impl Iterator<Item = &'a Package> + 'b {
        let packages = visit.packages.iter();
        packages.filter_map(|id| self.packages.get(id).copied())
    }

    /// Where the packages that a visit collects are, as the day knows it.
    fn collected<'b>(&'b self, visit: &'b Visit) -> impl Iterator<Item = &'a Pickup> + 'b {
        let packages = visit.collects.iter();
        packages.filter_map(|id| self.packages.get(id)?.pickup())
    }

    /// Packages of a visit that the day knows, each with when its hand-over begins.
    fn handed_over<'b>(
        &'b self,
        visit: &'b Visit,
    ) -> impl Iterator<Item = (&'b Package, TimeOfDay)> + 'b {
        let known = |(id, start)| Some((self.packages.get(id).copied()?, start));
        visit.hand_overs().filter_map(known)
    }

    fn hours(&self) -> TimeWindow {
        self.day.delivery_hours()
    }

    /// Packages of a visit whose promise is missed.
    fn late(&self, visit: &Visit) -> usize {
        let known = self.handed_over(visit);
        known
            .filter(|(p, start)| *start > p.promised_by(self.hours()))
            .count()
    }
}

fn open(page: &mut String, sections: &[Section<'_>]) {
    let date = sections.first().and_then(|s| s.day.date());
    let date = date.map_or_else(String::new, |date| format!(" of {date}"));
    let stations: Vec<String> = sections.iter().map(Section::station).collect();
    let routes: usize = sections.iter().map(|s| s.plan.routes.len()).sum();
    let unserved: usize = sections.iter().map(|s| s.plan.unserved.len()).sum();
    let prints: Vec<String> = sections
        .iter()
        .map(|s| format!("{:016x}", s.plan.fingerprint))
        .collect();
    let _ = write!(
        page,
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>Plan{date}: {}</title>
<style>
{STYLE}"#,
        stations.join(", "),
    );
    for (number, stroke) in (1_usize..).zip(strokes(routes)) {
        let (colour, ink) = (stroke.colour, stroke.ink);
        let _ = writeln!(page, ".c{number}{{background:{colour};color:{ink}}}");
    }
    let _ = write!(
        page,
        r#"</style>
</head>
<body>
<header>
<h1>Plan{date}: {}</h1>
<p>{}, {}, {} unserved. Fingerprint {}.</p>
</header>
"#,
        stations.join(", "),
        counted(sections.len(), "station"),
        counted(routes, "route"),
        counted(unserved, "package"),
        prints.join(", "),
    );
}

/// One button a route; pressed ones are shown, and all when none is pressed.
fn add_filter(page: &mut String, sections: &[Section<'_>]) {
    page.push_str(
        r#"<nav aria-label="Filter">
<p><button type="button" id="all">All routes</button> <label>Find <input type="search" id="find" placeholder="package, stop or ZIP" size="24"/></label> <output id="found" for="find"></output></p>
"#,
    );
    for section in sections {
        let station = section.station();
        let _ = write!(
            page,
            r#"<p class="chips"><button type="button" class="station" title="All routes of {station}">{station}</button> "#
        );
        for (number, route) in (section.first..).zip(&section.plan.routes) {
            let _ = write!(
                page,
                r#"<button type="button" class="chip" data-filter="{number}" aria-pressed="false" aria-label="Show route {number}, {0}"><b class="c{number}">{number}</b> {0}</button> "#,
                escape(route.vehicle.as_str()),
            );
        }
        page.push_str("</p>\n");
    }
    page.push_str("</nav>\n<main>\n");
}

/// The map of all, and of each station where there are several.
fn add_maps(page: &mut String, days: &[(&ServiceDay, &Plan)], sections: &[Section<'_>]) {
    let options = MapOptions::default().without_layer(Layer::Legend);
    page.push_str("<section class=\"maps\" aria-labelledby=\"map\">\n<h2 id=\"map\">Map</h2>\n");
    add_map(page, &map_with(days, &options));
    if sections.len() > 1 {
        for section in sections {
            let station = section.station();
            let routes = counted(section.plan.routes.len(), "route");
            let _ = writeln!(
                page,
                r#"<details class="station-map"><summary>Map of {station}: {routes}</summary>"#
            );
            let id = section.day.station().id().clone();
            add_map(page, &map_with(days, &options.clone().with_station(id)));
            page.push_str("</details>\n");
        }
    }
    page.push_str("</section>\n");
}

fn add_map(page: &mut String, svg: &str) {
    let _ = write!(
        page,
        r#"<figure class="map">
<p class="tools"><button type="button" data-zoom="0.6667" aria-label="Zoom in">+</button> <button type="button" data-zoom="1.5" aria-label="Zoom out">&#8722;</button> <button type="button" data-zoom="0">Whole map</button> Drag to move, click a line to see its route alone.</p>
{svg}<figcaption>Ring and coloured number: first stop of a route. Small numbers: positions of stops in their route, where there is room. Dotted: from and to the station. Pale areas: zones. Red crosses: unserved packages.</figcaption>
</figure>
"#
    );
}

/// Opens a table inside a box that scrolls by itself when the page is narrow.
fn open_table(page: &mut String, class: &str, caption: &str, columns: &[&str]) {
    let _ = write!(
        page,
        r#"<div class="wide"><table class="{class}"><caption>{caption}</caption>
<thead><tr>"#
    );
    for column in columns {
        let _ = write!(page, r#"<th scope="col">{column}</th>"#);
    }
    page.push_str("</tr></thead>\n<tbody>\n");
}

/// Closes a table opened with [`open_table`].
fn close_table(page: &mut String) {
    page.push_str("</tbody></table></div>\n");
}

/// One cell; the text is escaped here.
fn cell(page: &mut String, text: &str) {
    let _ = write!(page, "<td>{}</td>", escape(text));
}
