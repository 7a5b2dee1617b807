//! The scorecards side by side, and one line a route.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Section, cell, close_table, open_table};
use crate::draw::style::escape;
use crate::plan::{RoutePlan, Scorecard};
use crate::units::Span;

/// Columns of the table of routes.
const ROUTES: [&str; 17] = [
    "route",
    "vehicle",
    "kind",
    "provider",
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
    // A card may have lines that others have not.
    let longest = lines.iter().max_by_key(|lines| lines.len());
    for (label, _) in longest.into_iter().flatten() {
        let part = if label.starts_with(' ') {
            " class=\"part\""
        } else {
            ""
        };
        let name = escape(label.trim_start());
        let _ = write!(page, "<tr{part}><th scope=\"row\">{name}</th>");
        for card in &lines {
            let line = card.iter().find(|(own, _)| own == label);
            cell(page, line.map_or("-", |(_, value)| value));
        }
        page.push_str("</tr>\n");
    }
    close_table(page);
    add_providers(page, sections);
    page.push_str("</section>\n");
}

/// What each provider does; nothing where no day names one.
fn add_providers(page: &mut String, sections: &[Section<'_>]) {
    if sections
        .iter()
        .all(|s| s.plan.scorecard.providers.is_empty())
    {
        return;
    }
    let columns = ["provider", "kind", "station", "routes", "packages", "cost"];
    open_table(page, "providers", "By provider", &columns);
    for section in sections {
        for card in &section.plan.scorecard.providers {
            let name = escape(card.provider.as_str());
            let _ = write!(page, "<tr><th scope=\"row\">{name}</th>");
            cell(page, &card.kind.to_string());
            cell(page, section.day.station().id().as_str());
            cell(page, &card.routes.to_string());
            cell(page, &card.packages.to_string());
            cell(page, &card.cost.to_string());
            page.push_str("</tr>\n");
        }
    }
    close_table(page);
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
        route
            .provider
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
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
