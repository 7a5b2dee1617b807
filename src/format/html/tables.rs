//! The scorecards side by side, and one line a route.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Section, cell, close_table, open_table};
use crate::draw::style::escape;
use crate::plan::{RoutePlan, Scorecard};
use crate::units::Span;

/// Columns of the table of routes.
const ROUTES: [&str; 16] = [
    "route",
    "vehicle",
    "kind",
    "station",
    "stops",
    "packages",
    "leaves",
    "back",
    "duty h",
    "driving h",
    "service h",
    "waiting h",
    "km",
    "ZIPs",
    "late",
    "cost",
];

/// One column a station, and their total where there are several.
pub(super) fn add_scorecards(page: &mut String, sections: &[Section<'_>]) {
    page.push_str("<section aria-labelledby=\"score\">\n<h2 id=\"score\">Scorecard</h2>\n");
    let mut names: Vec<String> = sections.iter().map(Section::station).collect();
    let mut cards: Vec<Scorecard> = sections.iter().map(|s| s.plan.scorecard.clone()).collect();
    if cards.len() > 1 {
        cards.push(Scorecard::total(&cards));
        names.push("all".to_owned());
    }
    let mut columns = vec![""];
    columns.extend(names.iter().map(String::as_str));
    open_table(page, "score", "The day in figures", &columns);
    let lines: Vec<Vec<(&str, String)>> = cards.iter().map(Scorecard::lines).collect();
    let count = lines.first().map_or(0, Vec::len);
    for i in 0..count {
        let label = lines[0][i].0;
        let class = if label.starts_with(' ') {
            " class=\"part\""
        } else {
            ""
        };
        let label = escape(label.trim_start());
        let _ = write!(page, "<tr{class}><th scope=\"row\">{label}</th>");
        for card in &lines {
            cell(page, &card[i].1);
        }
        page.push_str("</tr>\n");
    }
    close_table(page);
    page.push_str("</section>\n");
}

/// One row a route, sortable.
pub(super) fn add_routes(page: &mut String, sections: &[Section<'_>]) {
    page.push_str("<section aria-labelledby=\"routes\">\n<h2 id=\"routes\">Routes</h2>\n");
    open_table(page, "routes sortable", "One row a route", &ROUTES);
    for section in sections {
        for (number, route) in (section.first..).zip(&section.plan.routes) {
            add_route(page, section, route, number);
        }
    }
    close_table(page);
    page.push_str("</section>\n");
}

fn add_route(page: &mut String, section: &Section<'_>, route: &RoutePlan, number: usize) {
    let visits = &route.visits;
    let packages: usize = visits.iter().map(|v| v.packages.len()).sum();
    let zips: BTreeSet<&str> = visits.iter().map(|v| v.zip.as_str()).collect();
    let late: usize = visits.iter().map(|visit| section.late(visit)).sum();
    let _ = write!(
        page,
        r##"<tr data-route="{number}"><th scope="row"><a href="#route-{number}" class="number c{number}">{number}</a></th>"##
    );
    let values = [
        route.vehicle.to_string(),
        route.kind.as_str().replace('_', " "),
        section.day.station().id().to_string(),
        visits.len().to_string(),
        packages.to_string(),
        route.depart.hms(),
        route.back.hms(),
        hours(route.duty()),
        hours(route.driving),
        hours(route.service),
        hours(route.waiting),
        format!("{:.1}", route.distance.km_f64()),
        zips.len().to_string(),
        late.to_string(),
        route.cost.to_string(),
    ];
    for value in &values {
        cell(page, value);
    }
    page.push_str("</tr>\n");
}

fn hours(span: Span) -> String {
    format!("{:.2}", span.hours_f64())
}
