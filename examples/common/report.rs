//! Writes a day's plans as files: JSON, GeoJSON, CSV and an SVG map.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use doorstep::draw;
use doorstep::format;
use doorstep::model::ServiceDay;
use doorstep::plan::{Plan, RoutePlan};

/// What cannot be written, with the file and the reason.
pub(crate) type Failure = String;

/// Columns of `manifest.csv`.
const MANIFEST: [&str; 11] = [
    "station",
    "vehicle",
    "route",
    "position",
    "stop",
    "package_id",
    "zip",
    "arrive",
    "start",
    "leave",
    "load_position",
];

/// Writes all files of a day into a folder, which is made if it is not there.
///
/// - `plan.json`: an array with one plan a station
/// - `plan.geojson`: routes, visits, stations
/// - `plan.svg`: the map
/// - `timeline.svg`: each vehicle by the hour
/// - `report.html`: all of it on one page, to be opened in a browser
/// - `manifest.csv`: one row a package on a vehicle; `load_position` 1 is loaded first, empty for
///   a pickup, which is not on board at the start
/// - `unserved.csv`: every other package with the reason
///
/// # Errors
///
/// The first file that cannot be written.
pub(crate) fn write_all(folder: &Path, days: &[(&ServiceDay, &Plan)]) -> Result<(), Failure> {
    make_folder(folder)?;
    let plans: Vec<&Plan> = days.iter().map(|(_, plan)| *plan).collect();
    let json = serde_json::to_string_pretty(&plans)
        .map_err(|error| format!("plan.json: cannot be written: {error}"))?;
    let files = [
        ("plan.json", json + "\n"),
        ("plan.geojson", format::to_geojson(days)),
        ("plan.svg", draw::map(days)),
        ("timeline.svg", draw::timeline(days)),
        ("report.html", format::to_html(days)),
        ("manifest.csv", manifest(days)),
        ("unserved.csv", unserved(days)),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text)
            .map_err(|error| format!("{}: cannot be written: {error}", path.display()))?;
    }
    Ok(())
}

/// Makes a folder if it is not there.
///
/// # Errors
///
/// A sentence with the path and the reason.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("{}: cannot be made: {error}", folder.display()))
}

/// One row a package on a vehicle, in the order of the visits.
pub(crate) fn manifest(days: &[(&ServiceDay, &Plan)]) -> String {
    let mut text = MANIFEST.join(",") + "\n";
    for (day, plan) in days {
        let zips: HashMap<_, _> = day.packages().iter().map(|p| (p.id(), p.zip())).collect();
        for (number, route) in (1_usize..).zip(&plan.routes) {
            let loaded: HashMap<_, _> = route.load_order.iter().zip(1_usize..).collect();
            add_route(&mut text, plan, route, number, |package| {
                let zip = zips.get(package).map_or("", |zip| zip.as_str());
                let position = loaded.get(package).map(ToString::to_string);
                (zip.to_owned(), position.unwrap_or_default())
            });
        }
    }
    text
}

fn add_route(
    text: &mut String,
    plan: &Plan,
    route: &RoutePlan,
    number: usize,
    facts: impl Fn(&doorstep::model::PackageId) -> (String, String),
) {
    for (position, visit) in (1_usize..).zip(&route.visits) {
        for package in &visit.packages {
            let (zip, load_position) = facts(package);
            let row = [
                field(plan.station.as_str()),
                field(route.vehicle.as_str()),
                number.to_string(),
                position.to_string(),
                field(visit.stop.as_str()),
                field(package.as_str()),
                field(&zip),
                visit.arrive.hms(),
                visit.start.hms(),
                visit.leave.hms(),
                load_position,
            ];
            text.push_str(&row.join(","));
            text.push('\n');
        }
    }
}

/// Packages that are on no vehicle, with the reason; a package given to a carrier says so.
pub(crate) fn unserved(days: &[(&ServiceDay, &Plan)]) -> String {
    let mut text = String::from("package_id,reason\n");
    for (_, plan) in days {
        for left in &plan.unserved {
            let reason = field(&left.reason.to_string());
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{},{reason}", field(left.package.as_str()));
        }
        for given in &plan.tendered {
            let package = field(given.package.as_str());
            let _ = writeln!(text, "{package},given to a carrier for {}", given.price);
        }
    }
    text
}

/// A field of a CSV row, in quotes where RFC 4180 asks for them.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
