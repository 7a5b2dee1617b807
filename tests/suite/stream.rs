//! Streams of days: in bounded memory, each day once, the same plans on any number of threads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use doorstep::plan::validate;
use doorstep::solver::{Job, Stream, Streamed};
use doorstep::units::Money;
use doorstep::{Budget, Costs, Error, Package, Place, ServiceDay, Solver, Station, Vehicle};

/// Runs the long form of the soak, and for so many seconds.
const SOAK: &str = "DOORSTEP_SOAK_SECONDS";

/// A station with a few packages around it; another one for each number.
pub(super) fn station(number: usize) -> ServiceDay {
    let lat = 30.0 + number as f64 / 50.0;
    let place = |i: usize| {
        let turn = (i * 37 + number * 11) % 100;
        Place::at(
            lat + turn as f64 / 2_000.0,
            -97.0 + (i * 53 % 90) as f64 / 1_500.0,
        )
    };
    let count = 8 + number * 7 % 23;
    let packages = (0..count).map(|i| Package::new(format!("P{number}-{i}"), place(i), "78701"));
    ServiceDay::builder(Station::new(format!("S{number:03}"), Place::at(lat, -97.0)))
        .packages(packages)
        .vehicles((0..3).map(|v| Vehicle::cargo_van(format!("V{v}"))))
        .build()
        .unwrap()
}

fn refused(number: usize) -> Result<ServiceDay, Error> {
    ServiceDay::builder(Station::new(format!("S{number:03}"), Place::at(91.0, 0.0))).build()
}

/// Fingerprints by index, each day once.
fn fingerprints<J: Into<Job>>(
    stream: &Stream,
    jobs: impl Iterator<Item = J> + Send,
) -> (BTreeMap<usize, u64>, Streamed) {
    let found = Mutex::new(BTreeMap::new());
    let told = stream.run(jobs, |done| {
        let (compiled, outcome) = done.result.unwrap();
        assert_eq!(validate(compiled.day(), &outcome.plan), []);
        let earlier = found
            .lock()
            .unwrap()
            .insert(done.index, outcome.plan.fingerprint);
        assert!(earlier.is_none(), "day {} came twice", done.index);
        ControlFlow::Continue(())
    });
    (found.into_inner().unwrap(), told)
}

fn total(days: usize) -> u64 {
    (0..days).map(|i| station(i).packages().len() as u64).sum()
}

#[test]
fn each_day_is_planned_as_if_alone_with_its_share() {
    const DAYS: usize = 12;
    let solver = Solver::new().seed(5).budget(Budget::iterations(6_007));
    let stream = solver.stream().shared_by(total(DAYS));
    let (found, told) = fingerprints(&stream, (0..DAYS).map(station));
    assert_eq!((told.planned, told.refused, told.passed), (DAYS, 0, 0));
    assert!(!told.cancelled);
    assert_eq!(found.len(), DAYS);
    for (i, fingerprint) in found {
        let day = station(i);
        let share = 6_007 * day.packages().len() as u64 / total(DAYS);
        let alone = solver.clone().budget(Budget::iterations(share));
        assert_eq!(
            alone.solve(&day).unwrap().plan.fingerprint,
            fingerprint,
            "day {i}"
        );
    }
}

#[cfg(feature = "rayon")]
#[test]
fn plans_do_not_depend_on_threads_nor_on_days_in_flight() {
    const DAYS: usize = 16;
    let solver = Solver::new().budget(Budget::iterations(4_000));
    let on = |threads: usize, in_flight: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let stream = solver.stream().shared_by(total(DAYS)).in_flight(in_flight);
        pool.install(|| fingerprints(&stream, (0..DAYS).map(station)).0)
    };
    let alone = on(1, 9);
    assert_eq!(alone.len(), DAYS);
    for (threads, in_flight) in [(2, 9), (2, 1), (8, 8), (8, 3), (3, 0)] {
        assert_eq!(on(threads, in_flight), alone, "{threads}, {in_flight}");
    }
}

#[cfg(feature = "rayon")]
#[test]
fn no_more_days_are_held_than_asked_for() {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(4)
        .build()
        .unwrap();
    for most in 1..=3 {
        let (held, peak) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let days = (0..24).map(|i| {
            peak.fetch_max(held.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            station(i)
        });
        let stream = Solver::new()
            .budget(Budget::iterations(50))
            .stream()
            .in_flight(most);
        pool.install(|| {
            stream.run(days, |done| {
                // A slow reader holds the stream up, not the memory.
                std::thread::sleep(Duration::from_millis(1));
                drop(done);
                held.fetch_sub(1, Ordering::SeqCst);
                ControlFlow::Continue(())
            })
        });
        assert!(
            peak.load(Ordering::SeqCst) <= most,
            "{peak:?} for {most} in flight"
        );
        assert_eq!(held.into_inner(), 0);
    }
}

#[test]
fn a_bad_day_is_told_in_its_place_and_stops_nothing() {
    let days = (0..9).map(|i| {
        if i % 4 == 1 {
            refused(i)
        } else {
            Ok(station(i))
        }
    });
    let wrong = Mutex::new(BTreeMap::new());
    let stream = Solver::new().budget(Budget::iterations(0)).stream();
    let told = stream.run(days, |done| {
        if let Err(error) = done.result {
            wrong.lock().unwrap().insert(done.index, error.to_string());
        }
        ControlFlow::Continue(())
    });
    assert_eq!((told.planned, told.refused, told.cancelled), (7, 2, false));
    let wrong = wrong.into_inner().unwrap();
    assert_eq!(wrong.keys().copied().collect::<Vec<_>>(), [1, 5]);
    assert_eq!(
        wrong[&5],
        "station \"S005\": place: latitude 91 is not between -90 and 90"
    );
}

#[test]
fn days_finished_before_leave_the_others_their_shares() {
    const DAYS: usize = 9;
    let solver = Solver::new().budget(Budget::iterations(3_000));
    let stream = solver.stream().shared_by(total(DAYS));
    let (whole, _) = fingerprints(&stream, (0..DAYS).map(station));
    let rest = (0..DAYS).map(|i| {
        if i < 5 {
            Job::finished(station(i).packages().len() as u64)
        } else {
            Job::from(station(i))
        }
    });
    let (found, told) = fingerprints(&stream, rest);
    assert_eq!((told.planned, told.passed), (4, 5));
    let wanted: BTreeMap<usize, u64> = whole.into_iter().filter(|(i, _)| *i >= 5).collect();
    assert_eq!(found, wanted);
}

#[test]
fn a_need_of_the_callers_own_decides_the_share() {
    let spent = Mutex::new(BTreeMap::new());
    let jobs = [(0, 1), (1, 3), (2, 0)].map(|(i, need)| Job::from(station(i)).with_need(need));
    let solver = Solver::new().budget(Budget::iterations(1_000));
    solver.stream().shared_by(4).run(jobs, |done| {
        let statistics = done.result.unwrap().1.statistics;
        spent
            .lock()
            .unwrap()
            .insert(done.index, statistics.iterations);
        ControlFlow::Continue(())
    });
    let spent: Vec<u64> = spent.into_inner().unwrap().into_values().collect();
    assert_eq!(spent, [250, 750, 0]);
    // Without a total, each may spend the whole.
    let each = Mutex::new(Vec::new());
    solver.stream().run((0..2).map(station), |done| {
        let statistics = done.result.unwrap().1.statistics;
        each.lock().unwrap().push(statistics.iterations);
        ControlFlow::Continue(())
    });
    assert_eq!(each.into_inner().unwrap(), [1_000, 1_000]);
}

#[test]
fn the_clock_is_shared_and_kept_to() {
    let budget = Budget::wall_clock(Duration::from_millis(900));
    let begun = Instant::now();
    let stream = Solver::new().budget(budget).stream().shared_by(total(30));
    let (found, _) = fingerprints(&stream, (0..30).map(station));
    let spent = begun.elapsed();
    assert_eq!(found.len(), 30);
    assert!(spent > Duration::from_millis(500), "{spent:?}");
    assert!(spent < Duration::from_millis(900 + 5_000), "{spent:?}");
}

#[test]
fn a_stream_that_is_broken_off_hands_over_what_it_began() {
    let (taken, handed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let days = (0..1_000).map(|i| {
        taken.fetch_add(1, Ordering::SeqCst);
        station(i)
    });
    let stream = Solver::new().budget(Budget::iterations(20)).stream();
    let told = stream.run(days, |done| {
        assert!(done.result.is_ok());
        match handed.fetch_add(1, Ordering::SeqCst) {
            4.. => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });
    assert!(told.cancelled);
    assert_eq!(told.planned, handed.into_inner());
    assert_eq!(told.planned, taken.into_inner());
    assert!(told.planned < 200, "{told:?}");
}

#[test]
fn a_stop_flag_ends_a_stream_and_leaves_a_batch_whole() {
    let flag = Arc::new(AtomicBool::new(false));
    let solver = Solver::new()
        .budget(Budget::seconds(600))
        .stop_flag(flag.clone());
    let days = (0..50).map(|i| {
        flag.store(i >= 2, Ordering::SeqCst);
        station(i)
    });
    let stream = solver.stream().shared_by(total(50)).in_flight(1);
    let begun = Instant::now();
    // The first two days have their time; the flag is what ends the third.
    let told = Stream::run(
        &Solver::new()
            .budget(Budget::iterations(100))
            .stop_flag(flag.clone())
            .stream(),
        days,
        |done| {
            assert!(done.result.is_ok());
            ControlFlow::Continue(())
        },
    );
    assert!(told.cancelled && told.planned >= 3 && told.planned < 50);
    let none = stream.run((0..5).map(station), |_| ControlFlow::Continue(()));
    assert_eq!((none.planned, none.cancelled), (0, true));
    let days: Vec<_> = (0..5).map(|i| Ok(station(i))).collect();
    let outcomes = solver.batch(&days);
    assert!(outcomes.iter().all(Result::is_ok));
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[test]
fn need_goes_with_stops_and_with_what_driving_costs() {
    let need = |day: &ServiceDay| {
        let solver = Solver::new().budget(Budget::iterations(0));
        solver.solve(day).unwrap().need()
    };
    let day = station(3);
    let costs = Costs::default();
    let dear = costs.with_per_km(Money::from_units(5));
    let dearer = day.to_builder().costs(dear).build().unwrap();
    assert!(need(&dearer) > need(&day) && need(&day) > 0);
    // A price of a vehicle is none of the way.
    let fixed = costs.with_per_vehicle(Money::from_units(1));
    let fixed = day.to_builder().costs(fixed).build().unwrap();
    assert!(need(&fixed).abs_diff(need(&day)) * 10 < need(&day));
    let empty = day.to_builder().edit_packages(Vec::clear).build().unwrap();
    assert_eq!(need(&empty), 0);
}

/// A generator of its own, so that a failure can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn index(&mut self, n: usize) -> usize {
        usize::try_from(self.below(n as u64)).expect("below a usize")
    }
}

/// One mixed batch: bad days, days done before, broken off at random in one of three ways.
fn mixed(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let count = 1 + dice.index(20);
    let kinds: Vec<u64> = (0..count).map(|_| dice.below(10)).collect();
    let sizes: Vec<usize> = (0..count).map(|_| dice.index(400)).collect();
    let flag = Arc::new(AtomicBool::new(false));
    let (way, at) = (dice.below(4), dice.index(count));
    let taken = Mutex::new(BTreeSet::new());
    let jobs = (0..count).map(|i| {
        taken.lock().unwrap().insert(i);
        if way == 1 && i == at {
            flag.store(true, Ordering::SeqCst);
        }
        match kinds[i] {
            0 => Job::new(refused(i)),
            1 => Job::finished(30),
            _ => Job::from(station(sizes[i])).with_need(1 + dice.below(50)),
        }
    });
    let watched = flag.clone();
    let budget = Budget::iterations(3_000).and_wall_clock(Duration::from_millis(200));
    let stream = Solver::new()
        .seed(seed)
        .budget(budget)
        .stop_flag(flag.clone())
        .observer(Arc::new(move |progress: &doorstep::solver::Progress| {
            if way == 2 && progress.day == at && progress.round > 2 {
                watched.store(true, Ordering::SeqCst);
            }
            ControlFlow::Continue(())
        }))
        .stream()
        .shared_by(500);
    let handed = Mutex::new(BTreeSet::new());
    let told = stream.run(jobs, |done| {
        assert!(handed.lock().unwrap().insert(done.index), "seed {seed}");
        match done.result {
            Ok((compiled, outcome)) => {
                assert_eq!(validate(compiled.day(), &outcome.plan), [], "seed {seed}");
                let card = &outcome.plan.scorecard;
                let places = card.delivered + card.tendered + card.unserved;
                assert_eq!(places, compiled.day().packages().len() as u64);
            }
            Err(_) => assert_eq!(kinds[done.index], 0, "seed {seed}"),
        }
        match way {
            3 if done.index == at => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });
    let (taken, handed) = (taken.into_inner().unwrap(), handed.into_inner().unwrap());
    let before: BTreeSet<usize> = (0..count).filter(|&i| kinds[i] == 1).collect();
    let wanted: BTreeSet<usize> = taken.difference(&before).copied().collect();
    assert_eq!(handed, wanted, "seed {seed}");
    assert_eq!(told.planned + told.refused, handed.len(), "seed {seed}");
    assert!(told.cancelled || taken.len() == count, "seed {seed}");
}

/// What the process holds now, in MiB.
fn held_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1_024.0)
}

/// By default a few dozen batches; with `DOORSTEP_SOAK_SECONDS=600` for so long, memory watched
/// (run it alone: other tests have memory too).
#[test]
fn mixed_batches_lose_nothing() {
    let seconds: Option<u64> = std::env::var(SOAK).ok().and_then(|s| s.parse().ok());
    let begun = Instant::now();
    let mut early = None;
    let mut seed = 1;
    let go_on = |seed: u64| match seconds {
        Some(seconds) => begun.elapsed() < Duration::from_secs(seconds),
        None => seed <= 40,
    };
    while go_on(seed) {
        mixed(seed);
        seed += 1;
        if seed == 200 {
            early = held_mib();
        }
    }
    if let (Some(_), Some(early), Some(late)) = (seconds, early, held_mib()) {
        println!("{seed} batches, {early:.1} MiB after 200, {late:.1} MiB at the end");
        assert!(late < early * 1.1 + 8.0, "{early} MiB became {late} MiB");
    }
}
