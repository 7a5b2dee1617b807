//! Each route's visits, folded away until they are asked for.

use std::fmt::Write as _;

use super::{Section, cell, close_table, open_table};
use crate::draw::page::{counted, minutes};
use crate::draw::style::escape;
use crate::model::{Package, Pickup};
use crate::plan::{Reload, RoutePlan, Visit};
use crate::units::Span;

/// Columns of a route's visits.
const VISITS: [&str; 11] = [
    "#", "stop", "ZIP", "zone", "block", "arrives", "starts", "leaves", "windows", "remarks",
    "packages",
];

pub(super) fn add(page: &mut String, sections: &[Section<'_>]) {
    page.push_str("<section aria-labelledby=\"visits\">\n<h2 id=\"visits\">Visits</h2>\n");
    page.push_str("<p class=\"tools\"><button type=\"button\" id=\"unfold\">Unfold all</button> <button type=\"button\" id=\"fold\">Fold all</button></p>\n");
    for section in sections {
        for (number, route) in (section.first..).zip(&section.plan.routes) {
            add_route(page, section, route, number);
        }
    }
    page.push_str("</section>\n");
}

fn add_route(page: &mut String, section: &Section<'_>, route: &RoutePlan, number: usize) {
    let vehicle = escape(route.vehicle.as_str());
    let _ = writeln!(
        page,
        r#"<details class="route" data-route="{number}" id="route-{number}"><summary><b class="number c{number}">{number}</b> {vehicle}, {}: {}, {}-{}</summary>"#,
        section.station(),
        counted(route.visits.len(), "stop"),
        minutes(&route.depart.hms()),
        minutes(&route.back.hms()),
    );
    let caption = format!(
        "Route {number}, {vehicle}: leaves at {}, back at {}, {:.1} km",
        route.depart.hms(),
        route.back.hms(),
        route.distance.km_f64(),
    );
    open_table(page, "visits", &caption, &VISITS);
    for (position, visit) in (1_usize..).zip(&route.visits) {
        let here = |reload: &&Reload| reload.visit + 1 == position;
        for reload in route.reloads.iter().filter(here) {
            add_reload(page, section, reload);
        }
        add_visit(page, section, visit, position);
    }
    close_table(page);
    page.push_str("</details>\n");
}

fn add_reload(page: &mut String, section: &Section<'_>, reload: &Reload) {
    let _ = write!(page, "<tr><th scope=\"row\">loads</th>");
    cell(page, section.day.station().id().as_str());
    for _ in ["ZIP", "zone", "block"] {
        cell(page, "");
    }
    cell(page, &reload.arrive.hms());
    cell(page, &reload.start.hms());
    cell(page, &reload.leave.hms());
    cell(page, "");
    let waits = reload.waiting > Span::ZERO;
    let waits = waits.then(|| format!("waits {}", reload.waiting));
    cell(page, &waits.unwrap_or_default());
    cell(page, &counted(reload.load_order.len(), "package"));
    page.push_str("</tr>\n");
}

fn add_visit(page: &mut String, section: &Section<'_>, visit: &Visit, position: usize) {
    let late = section.late(visit);
    let outside = section.handed_over(visit).any(|(package, start)| {
        let windows = package.windows();
        !windows.is_empty() && !windows.iter().any(|window| window.contains(start))
    });
    let class = if late > 0 || outside {
        " class=\"bad\""
    } else {
        ""
    };
    let _ = write!(page, "<tr{class}><th scope=\"row\">{position}</th>");
    cell(page, visit.stop.as_str());
    cell(page, visit.zip.as_str());
    cell(page, visit.zone.as_ref().map_or("", |zone| zone.as_str()));
    cell(
        page,
        visit.block.as_ref().map_or("", |block| block.as_str()),
    );
    cell(page, &visit.arrive.hms());
    cell(page, &visit.start.hms());
    cell(page, &visit.leave.hms());
    cell(page, &windows(section, visit));
    cell(page, &remarks(visit, late, outside));
    let handed = visit.packages.iter().map(|id| id.as_str().to_owned());
    let collected = visit.collects.iter().map(|id| format!("collects {id}"));
    let ids: Vec<String> = collected.chain(handed).collect();
    cell(page, &ids.join(" "));
    page.push_str("</tr>\n");
}

/// The different windows of a visit's packages, or of where they are collected, in their order.
fn windows(section: &Section<'_>, visit: &Visit) -> String {
    let mut texts: Vec<String> = Vec::new();
    let doors = section.known(visit).map(Package::windows);
    for windows in doors.chain(section.collected(visit).map(Pickup::windows)) {
        let own: Vec<String> = windows.iter().map(ToString::to_string).collect();
        let text = own.join(" or ");
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join("; ")
}

fn remarks(visit: &Visit, late: usize, outside: bool) -> String {
    let mut remarks = Vec::new();
    if visit.waiting > Span::ZERO {
        remarks.push(format!("waits {}", visit.waiting));
    }
    if let Some(walk) = &visit.walk {
        let doors = walk.doors.iter().skip(1);
        let doors: Vec<String> = doors.map(|door| door.start.hms()).collect();
        let way = walk.distance.km_f64() * 1_000.0;
        let others = counted(doors.len(), "door");
        remarks.push(format!(
            "walks {way:.0} m to {others} more at {}",
            doors.join(", ")
        ));
    }
    if outside {
        remarks.push("outside its windows".to_owned());
    }
    if late > 0 {
        remarks.push(format!("{} late", counted(late, "package")));
    }
    if let Some(because) = &visit.because {
        remarks.push(because.to_string());
    }
    remarks.join(", ")
}
