//! The nation's day: its command line, its tables, a run that is killed, how much it holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser as _;
use doorstep::draw::{StationMark, stations};
use doorstep::model::{LatLng, Package, Place, Station, Vehicle};
use doorstep::{Budget, ServiceDay, Solver, Span};

use super::checkpoint::run_until;
use crate::plan_day::common::memory;
use crate::plan_day::common::national::{Args, run};

/// Where the children find their folder.
const FOLDER: &str = "DOORSTEP_NATIONAL_FOLDER";

/// Runs the example; exit code, standard output, standard error.
fn national(arguments: &[&str]) -> (u8, String, String) {
    let all = std::iter::once(&"national_day").chain(arguments);
    let args = Args::try_parse_from(all).expect("valid arguments");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(&args, &mut out, &mut err);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (code, text(out), text(err))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("national")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Towns too far from each other to share a station.
fn towns(folder: &Path, count: usize) -> String {
    let mut table = String::from("zip\tlat\tlon\tpopulation\tdensity_per_sqmi\n");
    for i in 0..count {
        let (lat, lon) = (30.0 + (i / 6) as f64 * 2.0, -100.0 + (i % 6) as f64 * 2.0);
        let people = 800 + 70 * (i * 5 % 13);
        table += &format!("{:05}\t{lat}\t{lon}\t{people}\t900.0\n", 50_000 + i);
    }
    let path = folder.join("zips.tsv");
    fs::write(&path, table).unwrap();
    path.display().to_string()
}

/// The lines of a table in a fixed order: stations come as they are done.
fn sorted(path: PathBuf) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn a_small_nation_is_planned_and_written() {
    let folder = folder("small");
    let zips = towns(&folder, 7);
    let on = |threads: &str| {
        let out = folder.join(threads);
        let arguments = ["--zips", &zips, "--packages", "900", "--iterations", "4000"];
        let rest = ["--threads", threads, "--out", out.to_str().unwrap()];
        let (code, text, errors) = national(&[&arguments[..], &rest].concat());
        assert_eq!((code, errors.as_str()), (0, ""), "{text}");
        assert!(text.starts_with("7 ZIPs, 7 stations, 900 packages\nfirst complete day after "));
        for said in [
            "packages                     900\n",
            "violations                   0\n",
        ] {
            assert!(text.contains(said), "{text}");
        }
        out
    };
    let (one, two) = (on("1"), on("2"));
    for table in ["stations.csv", "first/stations.csv"] {
        let rows = fs::read_to_string(one.join(table)).unwrap();
        assert_eq!(rows.lines().count(), 1 + 7);
        assert_eq!(rows, fs::read_to_string(two.join(table)).unwrap());
    }
    let routes = sorted(one.join("routes.csv"));
    assert_eq!(routes, sorted(two.join("routes.csv")));
    // Each package that is on a route stands in one line.
    let packages: Vec<&str> = routes
        .iter()
        .filter_map(|line| line.rsplit_once(',').map(|(_, last)| last))
        .filter(|last| *last != "packages")
        .flat_map(str::split_whitespace)
        .collect();
    let once: BTreeSet<&str> = packages.iter().copied().collect();
    assert_eq!(once.len(), packages.len());
    let map = fs::read_to_string(one.join("nation.svg")).unwrap();
    assert!(map.contains("7 stations, 900 packages"));
    assert_eq!(map.matches("<circle").count(), 7 + 5);
}

#[test]
fn a_subset_is_of_whole_stations() {
    let folder = folder("subset");
    let zips = towns(&folder, 12);
    let (code, text, _) = national(&[
        "--zips",
        &zips,
        "--packages",
        "1200",
        "--subset",
        "400",
        "--iterations",
        "0",
    ]);
    assert_eq!(code, 0);
    assert!(text.starts_with("12 ZIPs, 4 stations, "), "{text}");
}

#[test]
fn what_cannot_be_used_is_said() {
    let (code, _, errors) = national(&["--zips", "no/such/table"]);
    assert_eq!(code, 2);
    assert!(
        errors.starts_with("no/such/table: cannot be read: "),
        "{errors}"
    );
    for wrong in [
        &["--minutes", "-1"][..],
        &["--minutes", "x"],
        &["--checkpoint", "f"],
    ] {
        let all = std::iter::once(&"national_day").chain(wrong);
        assert!(Args::try_parse_from(all).is_err(), "{wrong:?}");
    }
}

fn checkpointed(folder: &Path, packages: &str) -> (u8, String, String) {
    let zips = towns(folder, 24);
    let (out, file) = (folder.join("out"), folder.join("checkpoint"));
    national(&[
        "--zips",
        &zips,
        "--packages",
        packages,
        "--iterations",
        "60000",
        "--threads",
        "2",
        "--out",
        out.to_str().unwrap(),
        "--checkpoint",
        file.to_str().unwrap(),
    ])
}

#[test]
#[ignore = "started and killed by the test below"]
fn the_child() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        checkpointed(Path::new(&folder), "2400");
    }
}

#[test]
fn a_run_killed_three_times_writes_the_tables_of_one_that_was_not() {
    let killed = folder("killed");
    let file = killed.join("checkpoint.search");
    let first = killed.join("checkpoint.first");
    run_until("national::the_child", FOLDER, &killed, &first, 6);
    for least in [4, 12] {
        run_until("national::the_child", FOLDER, &killed, &file, least);
    }
    let lines = fs::read_to_string(&file).unwrap().lines().count();
    assert!(lines < 1 + 24, "it was killed too late to show anything");
    let (code, text, errors) = checkpointed(&killed, "2400");
    assert_eq!((code, errors.as_str()), (0, ""), "{text}");
    let whole = folder("whole");
    assert_eq!(checkpointed(&whole, "2400").0, 0);
    for table in [
        "stations.csv",
        "routes.csv",
        "first/stations.csv",
        "first/routes.csv",
    ] {
        let table = Path::new("out").join(table);
        let (a, b) = (sorted(killed.join(&table)), sorted(whole.join(&table)));
        assert!(a == b, "{}", table.display());
    }
    // Another day is refused, not mixed in.
    let (code, _, errors) = checkpointed(&killed, "2401");
    assert_eq!(code, 2);
    assert!(
        errors.contains("the checkpoint is of another run"),
        "{errors}"
    );
}

/// Prints the most memory that a station of 100,000 stops takes.
#[test]
#[ignore = "started by the test below, since other tests have memory too"]
fn the_large_station() {
    let Some(duty) = std::env::var_os(FOLDER) else {
        return;
    };
    let place = |i: u32| {
        Place::at(
            30.0 + f64::from(i % 317) / 700.0,
            -98.0 + f64::from(i / 317) / 600.0,
        )
    };
    let packages = (0..100_000).map(|i| Package::new(format!("P{i}"), place(i), "78701"));
    let day = ServiceDay::builder(Station::new("S", Place::at(30.2, -97.8)))
        .packages(packages)
        .vehicles((0..1_200).map(|v| {
            let van = Vehicle::cargo_van(format!("V{v}"));
            if duty == "any" {
                van
            } else {
                van.with_max_duty(Span::from_hours(8))
            }
        }))
        .build()
        .unwrap();
    let solver = Solver::new().budget(Budget::iterations(20_000)).explain(0);
    let outcome = solver.without_ejection().solve(&day).unwrap();
    assert_eq!(outcome.statistics.stops, 100_000);
    println!("peak {:.0}", memory::peak_mib().unwrap_or(0.0));
}

/// In a process of its own, with vans of eight hours or of any.
fn peak_of_the_large_station(duty: &str) -> f64 {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "national::the_large_station"])
        .arg("--nocapture")
        .env(FOLDER, duty)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let peak = text.lines().find_map(|line| line.split("peak ").nth(1));
    peak.expect(&text).trim().parse().unwrap()
}

#[test]
fn a_station_of_100_000_stops_is_held_in_a_gibibyte() {
    // Routes of about 100 stops, and of about 400.
    for duty in ["eight", "any"] {
        let peak = peak_of_the_large_station(duty);
        println!("{duty} hours: {peak} MiB");
        assert!(peak < 1_024.0, "{duty} hours: {peak} MiB");
    }
}

#[test]
fn stations_at_a_glance() {
    let at = |lat: f64, lng: f64| LatLng { lat, lng };
    let mut marks: Vec<StationMark> = (0..10)
        .map(|i| {
            let i = f64::from(i);
            StationMark::new(format!("S{i}<&"), at(30.0 + i, -90.0 - i), 100).with_value(i)
        })
        .collect();
    marks.push(StationMark::new("grey", at(35.0, -95.0), 7).with_value(f64::NAN));
    marks.push(StationMark::new("nowhere", at(f64::NAN, 0.0), 3));
    let svg = stations(&marks, "a <figure>");
    super::xml::assert_well_formed(&svg);
    assert!(svg.contains("12 stations, 1,010 packages"));
    assert!(svg.contains("S0&lt;&amp;: 100 packages, 0.00"));
    assert!(svg.contains("a &lt;figure&gt;") && !svg.contains("nowhere"));
    for colour in ["#fde725", "#6cce59", "#22a884", "#31688e", "#440154"] {
        assert_eq!(
            svg.matches(colour).count(),
            3,
            "{colour}: two stations and the legend"
        );
    }
    assert_eq!(svg.matches("#8c959f").count(), 1);
    marks.reverse();
    assert_eq!(stations(&marks, "a <figure>"), svg);
    super::xml::assert_well_formed(&stations(&[], "nothing"));
    assert!(stations(&[], "nothing").contains("no station to draw"));
}
