//! The main job's command line: exit codes, files, messages, and one plan on any number of threads.

use std::path::{Path, PathBuf};

use clap::Parser as _;
use doorstep::plan::Plan;
use doorstep::units::Span;

use crate::fixture;
use crate::plan_day::{Args, check, run};

/// Runs the example; exit code, standard output, standard error.
fn plan_day(arguments: &[&str]) -> (u8, String, String) {
    let all = std::iter::once(&"plan_day").chain(arguments);
    let args = Args::try_parse_from(all).expect("valid arguments");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(&args, &mut out, &mut err);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (code, text(out), text(err))
}

fn folder(test: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("main_job")
        .join(test)
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("a written file")
}

#[test]
fn the_embedded_day_is_planned_checked_and_written() {
    let folder = folder("embedded");
    let out = folder.display().to_string();
    let (code, text, errors) = plan_day(&["--iterations", "20000", "--out", &out, "--check"]);
    assert_eq!((code, errors.as_str()), (0, ""), "{text}");
    assert!(text.contains("station AUS1\n") && text.contains("all 2 stations\n"));
    assert!(text.ends_with("checked: no violation\n"), "{text}");
    let plans: Vec<Plan> = serde_json::from_str(&read(&folder, "plan.json")).expect("plans");
    assert_eq!(plans.len(), 2);
    // Every package is in exactly one of the two tables.
    let rows = |name| read(&folder, name).lines().count() - 1;
    assert_eq!(rows("manifest.csv") + rows("unserved.csv"), 3_000);
    let unserved: usize = plans.iter().map(|p| p.unserved.len()).sum();
    assert_eq!(unserved, 0, "the embedded fleet is large enough");
    assert!(read(&folder, "plan.svg").ends_with("</svg>\n"));
    assert!(read(&folder, "timeline.svg").ends_with("</svg>\n"));
    let report = read(&folder, "report.html");
    for package in plans
        .iter()
        .flat_map(|p| &p.routes)
        .flat_map(|r| &r.load_order)
    {
        assert!(report.contains(package.as_str()), "{package}");
    }
    let geojson: serde_json::Value =
        serde_json::from_str(&read(&folder, "plan.geojson")).expect("JSON");
    assert_eq!(geojson["type"], "FeatureCollection");
}

#[test]
fn the_plan_does_not_depend_on_the_number_of_threads() {
    let planned = |threads| {
        let folder = folder(&format!("threads-{threads}"));
        let out = folder.display().to_string();
        let arguments = ["--iterations", "2000", "--threads", threads, "--out", &out];
        assert_eq!(plan_day(&arguments).0, 0);
        read(&folder, "plan.json")
    };
    assert!(planned("1") == planned("2"));
}

#[test]
fn rules_of_the_street_are_kept() {
    let plans = |name: &str, rules: &[&str]| -> Vec<Plan> {
        let folder = folder(name);
        let out = folder.display().to_string();
        let arguments = ["--iterations", "4000", "--out", &out, "--check"];
        let (code, text, errors) = plan_day(&[&arguments, rules].concat());
        assert_eq!((code, errors.as_str()), (0, ""), "{text}");
        serde_json::from_str(&read(&folder, "plan.json")).expect("plans")
    };
    let routes = |plans: &[Plan]| -> Vec<doorstep::plan::RoutePlan> {
        plans.iter().flat_map(|p| p.routes.clone()).collect()
    };
    let hours = Span::from_hours(6);
    let street = routes(&plans("street", &["--lunch", "--duty", "6", "--rush"]));
    assert!(street.iter().all(|route| route.duty() <= hours));
    assert!(street.iter().any(|route| !route.breaks.is_empty()));
    let free = routes(&plans("no-street", &[]));
    assert!(free.iter().all(|route| route.breaks.is_empty()));
    assert!(free.iter().any(|route| route.duty() > hours));
}

#[test]
fn no_input_no_plan_one_message() {
    let (code, out, errors) = plan_day(&[
        "--packages",
        "none/p.csv",
        "--vehicles",
        "none/v.csv",
        "--stations",
        "none/s.csv",
    ]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(errors.lines().count(), 3);
    assert!(
        errors.starts_with("none/s.csv: cannot be opened: "),
        "{errors}"
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_said_before_the_work() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a-file");
    std::fs::write(&file, "").expect("a file");
    let out = file.display().to_string();
    let (code, _, errors) = plan_day(&["--seconds", "3600", "--out", &out]);
    assert_eq!(code, 2);
    assert!(errors.contains("a-file: cannot be made: "), "{errors}");
}

#[test]
fn wrong_arguments_are_refused() {
    for arguments in [
        vec!["plan_day", "--packages", "p.csv"],
        vec!["plan_day", "--objective", "speed"],
        vec!["plan_day", "--seconds", "-1"],
        vec!["plan_day", "--seconds", "NaN"],
        vec!["plan_day", "--threads", "0"],
        vec!["plan_day", "--iterations", "many"],
    ] {
        assert!(Args::try_parse_from(&arguments).is_err(), "{arguments:?}");
    }
}

#[test]
fn a_violation_is_counted_and_named() {
    let day = fixture::day();
    let mut plan = fixture::plan(&day);
    let mut text = String::new();
    assert_eq!(check(&[(&day, &plan)], &mut text), 0, "{text}");
    plan.routes[0].driving += Span::from_seconds(1);
    assert!(check(&[(&day, &plan)], &mut text) > 0);
    assert!(text.contains("station A&B <1>: "), "{text}");
}

/// The folder of shared data: `DOORSTEP_DATA`, else beside the repository.
fn shared(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("DOORSTEP_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let folder = data.join(name);
    folder.is_dir().then_some(folder)
}

#[test]
fn a_real_day_of_four_stations_is_planned_without_violation() {
    let Some(data) = shared("chicago-day") else {
        println!("skipped: no chicago-day in DOORSTEP_DATA or ../shared/data");
        return;
    };
    let file = |name: &str| data.join(name).display().to_string();
    let folder = folder("chicago");
    let (code, text, errors) = plan_day(&[
        "--packages",
        &file("packages.csv"),
        "--vehicles",
        &file("vehicles.csv"),
        "--stations",
        &file("stations.csv"),
        "--iterations",
        "2000",
        "--out",
        &folder.display().to_string(),
        "--check",
    ]);
    assert_eq!((code, errors.as_str()), (0, ""), "{text}");
    assert_eq!(read(&folder, "manifest.csv").lines().count(), 12_635);
    let plans: Vec<Plan> = serde_json::from_str(&read(&folder, "plan.json")).expect("plans");
    let vans: usize = plans.iter().map(|p| p.routes.len()).sum();
    assert!(vans <= 50, "{vans} vans");
}
