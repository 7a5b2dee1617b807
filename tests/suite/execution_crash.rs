//! A process that dies in the middle of a day, and the log it leaves.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use doorstep::execution::{Day, Event, Settings, Status};
use doorstep::format::{event_line, read_events};

use super::execution::{
    arrived, attempted, delivered, departed, hm, package, plan, request, returned,
};

/// Where the child finds its log.
const LOG: &str = "DOORSTEP_CRASH_LOG";

fn day() -> Day {
    let request = request(
        (0..8).map(|i| package(&format!("P{i}"), i + 1)).collect(),
        1,
    );
    let route: Vec<usize> = (0..8).collect();
    Day::new(&request, &plan(&request, &[&route])).unwrap()
}

/// A van's whole day, one event a time.
fn events() -> Vec<Event> {
    let mut events = vec![departed(hm(8, 0), "V1")];
    for (i, hour) in (0..8).zip(9..) {
        let id = format!("P{i}");
        events.push(arrived(hm(hour, 0), "V1", &id));
        events.push(match i {
            3 => attempted(hm(hour, 5), &id),
            _ => delivered(hm(hour, 5), &id),
        });
    }
    events.push(returned(hm(17, 0), "V1"));
    events
}

/// Takes a day up where its log ends and goes on, writing each event down before it counts.
fn go_on(log: &Path, pause: Duration) -> Day {
    let text = fs::read_to_string(log).unwrap_or_default();
    let read = read_events(&text).unwrap();
    let start = day();
    let mut day = read
        .log
        .replay(start.request(), start.plan(), Settings::default())
        .unwrap();
    let mut file: File = OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .unwrap();
    // What was being written when the process died never counted.
    file.set_len(read.complete as u64).unwrap();
    for event in &events()[day.log().events().len()..] {
        day.check(event).unwrap();
        file.write_all(event_line(event).as_bytes()).unwrap();
        file.sync_data().unwrap();
        day.apply(event).unwrap();
        std::thread::sleep(pause);
    }
    day
}

#[test]
#[ignore = "started and killed by the test below"]
fn the_child() {
    let Some(log) = std::env::var_os(LOG) else {
        return;
    };
    go_on(Path::new(&log), Duration::from_millis(30));
}

/// Runs the child until the log has so many lines, and kills it.
fn run_until(log: &Path, lines: usize) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "execution_crash::the_child"])
        .env(LOG, log)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let written = || fs::read_to_string(log).unwrap_or_default().lines().count();
    while written() < lines && started.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(written() >= lines, "the child wrote {} lines", written());
}

#[test]
fn a_day_goes_on_after_its_process_was_killed() {
    let log: PathBuf = std::env::temp_dir().join(format!("doorstep-crash-{}", std::process::id()));
    let _ = fs::remove_file(&log);
    run_until(&log, 4);
    let first = fs::read_to_string(&log).unwrap().lines().count();
    assert!(
        first < events().len(),
        "it was killed too late to show anything"
    );
    // And it died while it was writing.
    let mut file = OpenOptions::new().append(true).open(&log).unwrap();
    file.write_all(b"{\"event\":\"deliv").unwrap();
    run_until(&log, first + 3);
    let last = go_on(&log, Duration::ZERO);
    let text = fs::read_to_string(&log).unwrap();
    fs::remove_file(&log).unwrap();

    let mut undisturbed = day();
    for event in events() {
        undisturbed.apply(&event).unwrap();
    }
    assert!(last == undisturbed);
    assert_eq!(
        last.package(&"P3".into()).unwrap().status,
        Status::Attempted
    );
    let lines: String = events().iter().map(event_line).collect();
    assert_eq!(text, lines);
}

#[test]
fn a_line_that_is_no_event_is_named() {
    let good = event_line(&departed(hm(8, 0), "V1"));
    for bad in [
        "nonsense",
        "{\"event\":\"vanished\",\"at\":\"08:00\"}",
        "{\"event\":\"departed\",\"at\":\"8h\",\"vehicle\":\"V1\"}",
        "{\"event\":\"departed\",\"at\":\"08:00\",\"vehicle\":\"V1\",\"mood\":\"good\"}",
        "{\"event\":\"departed\",\"at\":\"08:00\"}",
    ] {
        let error = read_events(&format!("{good}\n{bad}\n")).unwrap_err();
        assert!(error.is_format());
        assert!(error.to_string().starts_with("line 3: "), "{error}");
    }
    assert_eq!(read_events("").unwrap().complete, 0);
}
