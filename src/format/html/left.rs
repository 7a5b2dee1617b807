//! What is on no route: unserved packages with their reasons, and what carriers take.

use std::fmt::Write as _;

use super::{Section, cell, close_table, open_table};
use crate::draw::page::counted;
use crate::draw::style::escape;
use crate::model::PackageId;
use crate::plan::Unserved;

/// Every unserved package, sortable, with the rule that decides.
pub(super) fn add_unserved(page: &mut String, sections: &[Section<'_>]) {
    let count: usize = sections.iter().map(|s| s.plan.unserved.len()).sum();
    page.push_str("<section aria-labelledby=\"unserved\">\n<h2 id=\"unserved\">Unserved</h2>\n");
    if count == 0 {
        page.push_str("<p>Nothing is left.</p>\n</section>\n");
        return;
    }
    let columns = [
        "package",
        "station",
        "ZIP",
        "windows",
        "attempts",
        "why",
        "what would place it",
    ];
    let caption = counted(count, "package");
    open_table(page, "unserved sortable", &caption, &columns);
    for section in sections {
        for left in &section.plan.unserved {
            open_row(page, section, &left.package);
            let package = section.packages.get(&left.package);
            let windows: Vec<String> = package
                .map_or(&[][..], |p| p.windows())
                .iter()
                .map(ToString::to_string)
                .collect();
            cell(page, &windows.join(" or "));
            let attempts = package.map_or_else(String::new, |p| p.attempts().to_string());
            cell(page, &attempts);
            add_why(page, left);
            page.push_str("</tr>\n");
        }
    }
    close_table(page);
    page.push_str("</section>\n");
}

/// The reason, what stands against each kind of vehicle, and the changes that would do.
fn add_why(page: &mut String, left: &Unserved) {
    let _ = write!(page, "<td>{}", escape(&left.reason.to_string()));
    if !left.blocks.is_empty() {
        page.push_str("<ul>");
        for blocked in left.blocks.iter() {
            let _ = write!(page, "<li>{}</li>", escape(&blocked.to_string()));
        }
        page.push_str("</ul>");
    }
    page.push_str("</td><td>");
    let fixes = left.fixes.list();
    if fixes.is_empty() {
        page.push_str(&escape(&left.fixes.to_string()));
    } else {
        page.push_str("<ul>");
        for fix in fixes {
            let _ = write!(page, "<li>{}</li>", escape(&fix.to_string()));
        }
        page.push_str("</ul>");
    }
    page.push_str("</td>");
}

/// Every package that a carrier takes, with its price; nothing where there is none.
pub(super) fn add_tendered(page: &mut String, sections: &[Section<'_>]) {
    let count: usize = sections.iter().map(|s| s.plan.tendered.len()).sum();
    if count == 0 {
        return;
    }
    let _ = write!(
        page,
        "<section aria-labelledby=\"tendered\">\n<h2 id=\"tendered\">With carriers</h2>\n<details open=\"open\"><summary>{}</summary>\n",
        counted(count, "package")
    );
    let columns = ["package", "station", "ZIP", "price", "carrier", "why"];
    open_table(page, "tendered sortable", "What carriers take", &columns);
    for section in sections {
        for given in &section.plan.tendered {
            open_row(page, section, &given.package);
            cell(page, &given.price.to_string());
            cell(
                page,
                given
                    .carrier
                    .as_ref()
                    .map_or("", |carrier| carrier.as_str()),
            );
            let because = given.because.as_ref();
            cell(page, &because.map_or_else(String::new, ToString::to_string));
            page.push_str("</tr>\n");
        }
    }
    close_table(page);
    page.push_str("</details>\n</section>\n");
}

/// Package, station and ZIP.
fn open_row(page: &mut String, section: &Section<'_>, id: &PackageId) {
    let name = escape(id.as_str());
    let _ = write!(page, "<tr><th scope=\"row\">{name}</th>");
    cell(page, section.day.station().id().as_str());
    let package = section.packages.get(id);
    cell(page, package.map_or("", |p| p.zip().as_str()));
}
