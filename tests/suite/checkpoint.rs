//! Checkpoints of long runs: what is refused, and that a killed run continues as if it was not.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use doorstep::format::{Checkpoint, checkpoint_head, checkpoint_line};
use doorstep::solver::Job;
use doorstep::{Budget, Plan, Solver, Vehicle};

use super::stream::station;

/// Where the child finds its file.
const FILE: &str = "DOORSTEP_CHECKPOINT_FILE";
const DAYS: usize = 40;
const RUN: &str = "forty stations";

fn solver() -> Solver {
    Solver::new().seed(9).budget(Budget::iterations(40_000))
}

/// Plans what the file does not have, and writes it down; the plans of all days by key.
fn go_on(file: &Path, pause: Duration) -> BTreeMap<String, Plan> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let read: Checkpoint<Plan> = Checkpoint::read(&text, RUN, &solver()).unwrap();
    let mut log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .unwrap();
    log.set_len(read.complete() as u64).unwrap();
    if read.complete() == 0 {
        log.write_all(checkpoint_head(RUN, &solver()).as_bytes())
            .unwrap();
    }
    let plans = Mutex::new(BTreeMap::new());
    let log = Mutex::new(log);
    let total = (0..DAYS).map(|i| station(i).packages().len() as u64).sum();
    let jobs = (0..DAYS).map(|i| {
        let day = station(i);
        let key = day.station().id().to_string();
        let Some(finished) = read.finished(&key, &day).unwrap() else {
            return Job::from(day);
        };
        assert_eq!(finished.fingerprint, finished.kept.fingerprint);
        let plan = finished.kept.clone();
        assert!(plans.lock().unwrap().insert(key, plan).is_none());
        Job::finished(day.packages().len() as u64)
    });
    solver().stream().shared_by(total).run(jobs, |done| {
        let (compiled, outcome) = done.result.unwrap();
        let (day, plan) = (compiled.day(), outcome.plan);
        let key = day.station().id().to_string();
        let line = checkpoint_line(&key, day, &plan, &plan).unwrap();
        log.lock().unwrap().write_all(line.as_bytes()).unwrap();
        assert!(plans.lock().unwrap().insert(key, plan).is_none());
        std::thread::sleep(pause);
        ControlFlow::Continue(())
    });
    plans.into_inner().unwrap()
}

#[test]
#[ignore = "started and killed by the test below"]
fn the_child() {
    if let Some(file) = std::env::var_os(FILE) {
        go_on(Path::new(&file), Duration::from_millis(20));
    }
}

fn lines(file: &Path) -> usize {
    fs::read_to_string(file).unwrap_or_default().lines().count()
}

/// Runs a child of this program until the file has so many lines, and kills it.
pub(super) fn run_until(test: &str, variable: &str, value: &Path, file: &Path, least: usize) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", test])
        .env(variable, value)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while lines(file) < least && started.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let written = lines(file);
    assert!(written >= least, "the child wrote {written} lines");
}

#[test]
fn a_run_killed_three_times_makes_the_plans_of_one_that_was_not() {
    let file = std::env::temp_dir().join(format!("doorstep-checkpoint-{}", std::process::id()));
    let _ = fs::remove_file(&file);
    for least in [5, 14, 23] {
        run_until("checkpoint::the_child", FILE, &file, &file, least);
        assert!(
            lines(&file) < DAYS,
            "it was killed too late to show anything"
        );
        // And it died while it was writing.
        let mut log = OpenOptions::new().append(true).open(&file).unwrap();
        log.write_all(b"{\"key\":\"S0").unwrap();
    }
    let continued = go_on(&file, Duration::ZERO);
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    // A head and each station once, nothing torn.
    assert_eq!(text.lines().count(), 1 + DAYS);
    let fresh = std::env::temp_dir().join(format!("doorstep-fresh-{}", std::process::id()));
    let _ = fs::remove_file(&fresh);
    let whole = go_on(&fresh, Duration::ZERO);
    fs::remove_file(&fresh).unwrap();
    assert_eq!(whole.len(), DAYS);
    assert!(continued == whole);
}

/// A checkpoint with one day.
fn written() -> String {
    let day = station(1);
    let plan = solver()
        .budget(Budget::iterations(0))
        .solve(&day)
        .unwrap()
        .plan;
    checkpoint_head(RUN, &solver()) + &checkpoint_line("one", &day, &plan, &1_u8).unwrap()
}

fn refused(text: &str, run: &str, solver: &Solver) -> String {
    let error = Checkpoint::<u8>::read(text, run, solver).unwrap_err();
    assert!(error.is_format());
    error.to_string()
}

#[test]
fn a_checkpoint_of_another_run_is_refused() {
    let text = written();
    assert_eq!(
        refused(&text, "fifty stations", &solver()),
        "line 1: the checkpoint is of another run: run \"forty stations\", not \"fifty stations\""
    );
    assert_eq!(
        refused(&text, RUN, &solver().seed(10)),
        "line 1: the checkpoint is of another run: solver \"seed 9, 40000 iterations, the day's \
         travel\", not \"seed 10, 40000 iterations, the day's travel\""
    );
    let other = solver().budget(Budget::iterations(41_000));
    assert!(refused(&text, RUN, &other).contains("41000 iterations"));
    // A time limit may be another one: what is left has less of it.
    let timed = solver().budget(Budget::iterations(40_000).and_seconds(3));
    assert!(Checkpoint::<u8>::read(&text, RUN, &timed).is_ok());
    let version = text.replace(env!("CARGO_PKG_VERSION"), "0.0.7");
    assert!(refused(&version, RUN, &solver()).contains("doorstep \"0.0.7\""));
    let layout = text.replace("\"checkpoint\":1", "\"checkpoint\":2");
    let message = "line 1: layout 2 of a checkpoint is not known";
    assert_eq!(refused(&layout, RUN, &solver()), message);
}

#[test]
fn a_finished_day_is_known_again_only_as_it_was() {
    let read: Checkpoint<u8> = Checkpoint::read(&written(), RUN, &solver()).unwrap();
    assert_eq!(read.days().count(), 1);
    let day = station(1);
    assert_eq!(read.finished("one", &day).unwrap().unwrap().kept, 1);
    assert!(read.finished("two", &day).unwrap().is_none());
    let more = day
        .to_builder()
        .edit_vehicles(|all| all.push(Vehicle::cargo_van("V9")));
    let error = read.finished("one", &more.build().unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "checkpoint of \"one\": is of a day with other packages, vehicles or terms"
    );
}

#[test]
fn a_line_that_is_none_is_named_and_a_torn_one_is_not() {
    let good = written();
    let line = good.lines().nth(1).unwrap();
    for (bad, said) in [
        ("nonsense".to_owned(), "line 3: expected"),
        (line.to_owned(), "line 3: key \"one\" occurs twice"),
        (
            line.replace("\"kept\":1", "\"kept\":\"x\"")
                .replace("one", "two"),
            "line 3: invalid type",
        ),
        (
            line.replace("\"plan\":\"", "\"plan\":\"0"),
            "line 3: plan: expected 16 hex digits",
        ),
        (
            line.replace("{\"key\"", "{\"mood\":1,\"key\""),
            "line 3: unknown field",
        ),
    ] {
        let text = format!("{good}{bad}\n");
        let message = refused(&text, RUN, &solver());
        assert!(message.starts_with(said), "{message}");
    }
    for cut in 0..good.len() {
        let read: Checkpoint<u8> = Checkpoint::read(&good[..cut], RUN, &solver()).unwrap();
        let whole = good[..cut].matches('\n').count();
        assert_eq!(read.days().count(), whole.saturating_sub(1));
        assert!(read.complete() <= cut);
    }
    assert_eq!(
        refused("{}\n", RUN, &solver()).split(':').next(),
        Some("line 1")
    );
}
