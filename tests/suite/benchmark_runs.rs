//! The benchmark's command line: what it prints and writes, its exit codes, and which of several
//! best-known values it compares with.

use std::path::{Path, PathBuf};

use clap::Parser as _;
use doorstep::format::Solution;

use crate::plan_day::common::benchmark::{Args, run};
use crate::public_sets::{CVRP, LI_LIM, VRPTW};

/// Runs the example; exit code, standard output, standard error.
fn benchmark(arguments: &[&str]) -> (u8, String, String) {
    let all = std::iter::once(&"benchmark").chain(arguments);
    let args = Args::try_parse_from(all).expect("valid arguments");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(&args, &mut out, &mut err);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (code, text(out), text(err))
}

/// Files in a folder of the test's own.
fn files(test: &str, files: &[(&str, &str)]) -> (PathBuf, Vec<String>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("benchmark")
        .join(test);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let write = |(name, text): &(&str, &str)| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("the test's folder can be written");
        path.display().to_string()
    };
    let paths = files.iter().map(write).collect();
    (folder, paths)
}

/// The words of the line of an instance.
fn row<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let line = text
        .lines()
        .find(|line| line.split(' ').next() == Some(name));
    line.expect("a line for the instance")
        .split_whitespace()
        .collect()
}

const BKS: &str = "\
instance\tconvention\tvehicles\tcost\tnote
rows\tdistance, legs rounded to nearest integer\t\t100\tolder list
rows\tdistance, legs rounded to nearest integer\t\t122.0\trecomputed: equal
rows\tdistance, legs rounded to nearest integer\t\t120\t
rows\tdistance, double precision\t\t1\t
Windows\tdistance, each leg truncated to 1 decimal (DIMACS/CVRPLIB)\t\t40\t
windows\tvehicles then distance (SINTEF), double precision\t1\t30\t
";

#[test]
fn instances_are_solved_written_and_compared() {
    let (folder, paths) = files(
        "all",
        &[("rows.vrp", CVRP), ("windows.vrp", VRPTW), ("bks.tsv", BKS)],
    );
    let [rows, windows, bks] = &paths[..] else {
        panic!("three files")
    };
    let out = folder.join("out").display().to_string();
    let trace = folder.join("trace.csv").display().to_string();
    let (code, text, errors) = benchmark(&[
        rows,
        windows,
        "--iterations",
        "500",
        "--threads",
        "2",
        "--bks",
        bks,
        "--out",
        &out,
        "--trace",
        &trace,
    ]);
    assert_eq!((code, errors.as_str()), (0, ""), "{text}");
    // Six customers, the best cost, two routes, and the best known that was recomputed.
    assert_eq!(row(&text, "rows")[1..6], ["6", "122", "2", "+0.000", "%"]);
    assert_eq!(row(&text, "windows")[1..2], ["4"]);
    let mean = format!("mean {}: 2 instances, gap ", folder.display());
    assert!(text.contains(&mean), "{text}");
    let solution = std::fs::read_to_string(folder.join("out/rows.sol")).expect("a .sol file");
    let solution = Solution::parse(&solution).expect("routes and a cost");
    assert_eq!((solution.routes.len(), solution.cost), (2, Some(122.0)));
    assert!(folder.join("out/windows.sol").is_file());
    let trace = std::fs::read_to_string(trace).expect("a trace");
    let last = trace.lines().rfind(|line| line.starts_with("rows,"));
    let last: Vec<&str> = last.expect("rows of both").split(',').collect();
    assert_eq!(last[3..], ["122", "0"], "{trace}");
}

#[test]
fn vehicles_are_counted_before_lengths() {
    let (folder, paths) = files("fleet", &[("windows.vrp", VRPTW), ("bks.tsv", BKS)]);
    let out = folder.join("here.sol").display().to_string();
    let (code, text, errors) = benchmark(&[
        &paths[0],
        "--iterations",
        "500",
        "--objective",
        "vehicles",
        "--bks",
        &paths[1],
        "--out",
        &out,
    ]);
    assert_eq!((code, errors.as_str()), (0, ""), "{text}");
    // Two vehicles where one is known (which is not true): no gap in length.
    let words = row(&text, "windows");
    assert_eq!(words[3..6], ["2", "+1", "v"]);
    assert!(text.contains("number of vehicles on 0 of 1"), "{text}");
    let solution = std::fs::read_to_string(&out).expect("the file itself");
    let cost = Solution::parse(&solution).expect("a solution").cost;
    assert_eq!(cost.map(|cost| cost.to_string()).as_deref(), Some(words[2]));
}

#[test]
fn pairs_are_solved_and_written_with_both_customers() {
    let (folder, paths) = files("pairs", &[("pairs.txt", LI_LIM)]);
    let out = folder.join("pairs.sol").display().to_string();
    let (code, text, errors) = benchmark(&[
        &paths[0],
        "--iterations",
        "50",
        "--objective",
        "vehicles",
        "--out",
        &out,
    ]);
    assert_eq!((code, errors.as_str()), (0, ""), "{text}");
    assert_eq!(row(&text, "pairs")[1..4], ["2", "20.00", "1"]);
    let solution = std::fs::read_to_string(&out).expect("the file itself");
    assert_eq!(solution, "Route #1: 1 2\nCost 20\n");
}

#[test]
fn what_cannot_be_solved_is_said_and_the_rest_is_solved() {
    // A section that a day cannot carry.
    let prizes = CVRP.replace("DEPOT_SECTION", "PRIZE_SECTION\n1 0\nDEPOT_SECTION");
    let (folder, paths) = files("wrong", &[("prizes.vrp", &prizes), ("rows.vrp", CVRP)]);
    let missing = folder.join("missing.vrp").display().to_string();
    let (code, text, errors) = benchmark(&[&paths[0], &missing, &paths[1], "--iterations", "100"]);
    assert_eq!(code, 2);
    assert_eq!(row(&text, "rows")[1], "6");
    assert!(
        errors.contains("PRIZE_SECTION: asks for prizes"),
        "{errors}"
    );
    assert!(errors.contains("missing.vrp: cannot be read: "), "{errors}");
    let sol = folder.join("one.sol").display().to_string();
    let (code, _, errors) = benchmark(&[&paths[1], &paths[1], "--iterations", "1", "--out", &sol]);
    assert_eq!(code, 2);
    assert!(errors.starts_with("--out: several instances"), "{errors}");
}

#[test]
fn a_plan_that_leaves_customers_out_is_no_success() {
    // 1 van of 30 for 60.
    let short = CVRP.replace("CAPACITY : 30", "CAPACITY : 30\nVEHICLES : 1");
    let (_, paths) = files("short", &[("short.vrp", &short)]);
    let (code, text, errors) = benchmark(&[&paths[0], "--iterations", "100"]);
    assert_eq!(code, 1);
    assert_eq!(row(&text, "short")[4], "infeasible");
    assert!(errors.contains("short: customer "), "{errors}");
}
