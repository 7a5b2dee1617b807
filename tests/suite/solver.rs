//! The solver's face: budgets, observers, flags, warm starts, batches, models of the caller's own.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use doorstep::model::{LatLng, VehicleKind};
use doorstep::plan::{Plan, validate, validate_with};
use doorstep::solver::{Progress, StopReason};
use doorstep::travel::{Leg, TravelModel};
use doorstep::units::{Capacity, Meters};
use doorstep::{
    Budget, Error, Money, Outcome, Package, Place, ServiceDay, Solver, Span, Station, TimeWindow,
    Vehicle,
};

use super::made::{self, Draw};

fn solve(day: &ServiceDay, budget: Budget) -> Outcome {
    let outcome = Solver::new().budget(budget).solve(day).unwrap();
    assert_eq!(validate(day, &outcome.plan), []);
    outcome
}

/// What a plan is worth: required packages left out, then money.
fn value(plan: &Plan) -> (usize, Money) {
    (plan.unserved.len(), plan.scorecard.cost.total())
}

/// Keeps what the search tells; ends it after some rounds.
#[derive(Default)]
struct Notes {
    told: Mutex<Vec<Progress>>,
    rounds: Option<u64>,
}

impl doorstep::solver::Observer for Notes {
    fn round(&self, progress: &Progress) -> ControlFlow<()> {
        self.told.lock().unwrap().push(*progress);
        match self.rounds {
            Some(most) if progress.round >= most => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// The search watched from its start to its end.
fn watched(day: &ServiceDay, budget: Budget, rounds: Option<u64>) -> (Outcome, Vec<Progress>) {
    let notes = Arc::new(Notes {
        rounds,
        ..Notes::default()
    });
    let solver = Solver::new().budget(budget).observer(notes.clone());
    let outcome = solver.solve(day).unwrap();
    let told = notes.told.lock().unwrap().clone();
    (outcome, told)
}

#[test]
fn an_iteration_budget_is_spent_to_the_last_iteration() {
    for day in [made::small(), made::parts()] {
        for iterations in [1, 199, 200, 201, 5_003] {
            let outcome = solve(&day, Budget::iterations(iterations));
            assert_eq!(outcome.statistics.iterations, iterations);
            assert_eq!(outcome.stop_reason, StopReason::Iterations);
            let rounds = &outcome.statistics.trace.rounds;
            assert_eq!(outcome.statistics.rounds, rounds.len() as u64);
            let sum: u64 = rounds.iter().map(|round| round.iterations).sum();
            assert_eq!(sum, iterations);
            assert_eq!(
                rounds.last().map(|round| round.used[1].to_bits()),
                Some(1_f64.to_bits())
            );
        }
    }
}

#[test]
fn no_iterations_are_the_construction_alone() {
    for day in [made::small(), made::parts(), made::mixed()] {
        let outcome = solve(&day, Budget::iterations(0));
        assert_eq!(
            (outcome.statistics.iterations, outcome.statistics.rounds),
            (0, 0)
        );
        assert_eq!(outcome.stop_reason, StopReason::Iterations);
        assert!(!outcome.plan.routes.is_empty());
    }
}

#[test]
fn more_iterations_help() {
    let day = made::small();
    let none = solve(&day, Budget::iterations(0)).plan;
    let many = solve(&day, Budget::iterations(20_000)).plan;
    assert!(value(&many) < value(&none));
}

#[test]
fn a_wall_clock_budget_is_kept() {
    for (day, millis) in [(made::small(), 300), (made::parts(), 600)] {
        let begun = Instant::now();
        let outcome = solve(&day, Budget::wall_clock(Duration::from_millis(millis)));
        let spent = begun.elapsed();
        assert_eq!(outcome.stop_reason, StopReason::WallClock);
        assert!(outcome.statistics.iterations > 0);
        // A little is kept for the steps after the search.
        assert!(spent >= Duration::from_millis(millis * 9 / 10), "{spent:?}");
        // A round of up to 300 ms, and a machine busy with other tests.
        assert!(spent < Duration::from_millis(millis + 3_000), "{spent:?}");
    }
    let outcome = solve(&made::small(), Budget::wall_clock(Duration::ZERO));
    assert_eq!(outcome.statistics.iterations, 0);
    assert_eq!(outcome.stop_reason, StopReason::WallClock);
}

#[test]
fn of_two_limits_the_first_one_counts() {
    let day = made::small();
    let few = solve(&day, Budget::iterations(2_000).and_seconds(60));
    assert_eq!(few.stop_reason, StopReason::Iterations);
    assert_eq!(few.statistics.iterations, 2_000);
    let short = solve(
        &day,
        Budget::wall_clock(Duration::from_millis(200)).and_iterations(u64::MAX),
    );
    assert_eq!(short.stop_reason, StopReason::WallClock);
    assert!(short.statistics.iterations > 0);
}

#[test]
fn an_observer_is_told_of_each_round_and_of_no_setback() {
    for (day, iterations) in [
        (made::small(), 10_000),
        (made::parts(), 30_000),
        (tight(), 10_000),
    ] {
        let (outcome, told) = watched(&day, Budget::iterations(iterations), None);
        assert_eq!(told.len() as u64, outcome.statistics.rounds);
        for (i, pair) in told.windows(2).enumerate() {
            assert_eq!(pair[1].round, pair[0].round + 1);
            assert!(pair[1].iterations > pair[0].iterations);
            assert!(pair[1].budget_used >= pair[0].budget_used);
            assert!(pair[1].unserved <= pair[0].unserved, "round {i}: {pair:?}");
            if pair[1].unserved == pair[0].unserved {
                assert!(pair[1].cost <= pair[0].cost, "round {i}: {pair:?}");
            }
        }
        let last = told.last().unwrap();
        assert_eq!((last.day, last.iterations), (0, iterations));
        // The plan is the last best; a last look at what is left out may still better it. Rates are
        // rounded once in the search and once in the plan.
        let money = outcome.plan.scorecard.cost.total();
        assert!(outcome.plan.unserved.len() <= last.unserved, "{last:?}");
        if outcome.plan.unserved.len() == last.unserved {
            assert!(
                (money - last.cost).millicents() < 1_000,
                "{money} after {}",
                last.cost
            );
        }
    }
}

/// More than its vans can hold, some of it for a carrier.
fn tight() -> ServiceDay {
    let mut draw = Draw::new(5);
    let points = made::points(&mut draw, 60, 9_000);
    let packages = (1..points.len()).map(|row| {
        let package = made::at_row(format!("P{row:02}"), row);
        let priced = draw.chance(30);
        if priced {
            package.with_tender(Money::from_units(4))
        } else {
            package
        }
    });
    let packages = packages.collect();
    made::day(
        made::matrix(&points, 144, false),
        packages,
        made::vans(3, 12),
    )
}

/// Windows so narrow for its few vans that construction leaves required packages out.
fn scarce() -> ServiceDay {
    let mut draw = Draw::new(2);
    let points = made::points(&mut draw, 110, 24_000);
    let packages = (1..points.len()).map(|row| {
        let from = draw.between(8, 11);
        let window = TimeWindow::hm((from, 0), (from + 1, 0));
        made::at_row(format!("P{row:02}"), row).with_window(window)
    });
    let packages = packages.collect();
    made::day(
        made::matrix(&points, 144, false),
        packages,
        made::vans(3, 60),
    )
}

#[test]
fn what_an_observer_is_told_is_what_it_gets() {
    let day = scarce();
    let left = solve(&day, Budget::iterations(0)).plan.unserved.len();
    assert!(left > 0, "the construction is to leave something to do");
    let mut fewest = left;
    for rounds in [1, 2, 5, 10, 20, 40, 80] {
        let (outcome, told) = watched(&day, Budget::iterations(20_000), Some(rounds));
        let (unserved, money) = value(&outcome.plan);
        let last = told.last().unwrap();
        fewest = fewest.min(unserved);
        assert_eq!(last.unserved, unserved, "round {}", last.round);
        let off = (money - last.cost).millicents().abs();
        assert!(
            off < 1_000,
            "round {}: told {}, got {money}",
            last.round,
            last.cost
        );
    }
    assert!(
        fewest < left,
        "the search is to serve more than the construction"
    );
}

#[test]
fn an_observer_ends_the_search() {
    let (outcome, told) = watched(&made::parts(), Budget::seconds(60), Some(4));
    assert_eq!(outcome.stop_reason, StopReason::Observer);
    assert_eq!((outcome.statistics.rounds, told.len()), (4, 4));
    let (outcome, _) = watched(&made::small(), Budget::iterations(100_000), Some(1));
    assert_eq!(outcome.stop_reason, StopReason::Observer);
    assert_eq!(validate(&made::small(), &outcome.plan), []);
}

#[test]
fn a_flag_ends_the_search_from_another_thread() {
    let day = made::small();
    let flag = Arc::new(AtomicBool::new(false));
    let solver = Solver::new()
        .budget(Budget::seconds(120))
        .stop_flag(flag.clone());
    let begun = Instant::now();
    let outcome = std::thread::scope(|scope| {
        let search = scope.spawn(|| solver.solve(&day).unwrap());
        std::thread::sleep(Duration::from_millis(200));
        flag.store(true, Ordering::Relaxed);
        search.join().unwrap()
    });
    assert_eq!(outcome.stop_reason, StopReason::StopFlag);
    assert!(outcome.statistics.iterations > 0);
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(validate(&day, &outcome.plan), []);
    // A flag that is set already leaves the construction.
    let outcome = solver.solve(&day).unwrap();
    assert_eq!(outcome.stop_reason, StopReason::StopFlag);
    assert_eq!(outcome.plan, solve(&day, Budget::iterations(0)).plan);
}

/// Solved from a plan, with some iterations.
fn warm(day: &ServiceDay, start: &Plan, iterations: u64) -> Plan {
    let solver = Solver::new().budget(Budget::iterations(iterations));
    let plan = solver.warm_start(start).solve(day).unwrap().plan;
    assert_eq!(validate(day, &plan), []);
    plan
}

#[test]
fn a_warm_start_is_kept_or_bettered() {
    for (day, iterations) in [
        (made::small(), 8_000),
        (made::mixed(), 12_000),
        (tight(), 8_000),
    ] {
        let good = solve(&day, Budget::iterations(iterations)).plan;
        let again = warm(&day, &good, 0);
        assert!(value(&again) <= value(&good));
        assert!(again.routes.len() == good.routes.len());
        let on = warm(&day, &good, 3_000);
        assert!(value(&on) <= value(&good));
    }
}

/// The same day without one of its vehicles and with other packages.
fn changed(day: &ServiceDay, fleet: Vec<Vehicle>, packages: Vec<Package>) -> ServiceDay {
    ServiceDay::builder(day.station().clone())
        .packages(packages)
        .vehicles(fleet)
        .travel(day.travel().clone())
        .build()
        .unwrap()
}

#[test]
fn a_warm_start_of_a_day_that_changed() {
    let day = made::small();
    let good = solve(&day, Budget::iterations(8_000)).plan;
    let packages = day.packages().to_vec();
    // A van is gone: its packages are planned anew.
    let gone = changed(&day, day.vehicles()[1..].to_vec(), packages.clone());
    for iterations in [0, 2_000] {
        let plan = warm(&gone, &good, iterations);
        assert!(plan.routes.iter().all(|r| r.vehicle.as_str() != "V01"));
        // 48 packages fit three vans of 16.
        assert!(plan.unserved.len() <= 2, "{:?}", plan.unserved);
    }
    // All vans have other names, and half of the packages are gone: nothing is left to start from,
    // which is no error.
    let renamed: Vec<Vehicle> = (0..4)
        .map(|i| Vehicle::cargo_van(format!("new {i}")))
        .collect();
    let half = changed(&day, renamed, packages[25..].to_vec());
    let plan = warm(&half, &good, 0);
    assert_eq!((plan.unserved.len(), plan.scorecard.delivered), (0, 25));
    // A package more.
    let mut more = packages;
    more.push(made::at_row("new", 3).with_window(TimeWindow::hm((9, 0), (10, 0))));
    let more = changed(&day, day.vehicles().to_vec(), more);
    let plan = warm(&more, &good, 0);
    assert_eq!(plan.unserved, []);
    // Of no vehicles at all.
    let none = changed(&day, Vec::new(), day.packages().to_vec());
    assert_eq!(warm(&none, &good, 100).unserved.len(), 50);
}

#[test]
fn a_warm_start_that_repeats_itself_or_breaks_rules_is_mended() {
    let day = made::small();
    let mut odd = solve(&day, Budget::iterations(0)).plan;
    // Every route twice, and one of them with everything on it.
    let all: Vec<_> = odd.routes.iter().flat_map(|r| r.visits.clone()).collect();
    odd.routes[0].visits = all;
    let again = odd.routes.clone();
    odd.routes.extend(again);
    let plan = warm(&day, &odd, 0);
    assert_eq!(plan.scorecard.delivered + plan.scorecard.unserved, 50);
    assert_eq!(plan.unserved.len(), 0);
}

fn bad_day() -> Result<ServiceDay, Error> {
    ServiceDay::builder(Station::new("DCH2", Place::at(f64::NAN, 0.0))).build()
}

#[test]
fn a_batch_is_its_days_alone_with_their_shares() {
    let days = [Ok(made::small()), bad_day(), Ok(tight()), Ok(made::mixed())];
    let need: Vec<u64> = days
        .iter()
        .map(|d| d.as_ref().map_or(0, |d| d.packages().len() as u64))
        .collect();
    assert_eq!(need, [50, 0, 60, 360]);
    let solver = Solver::new().seed(3).budget(Budget::iterations(9_401));
    let outcomes = solver.batch(&days);
    assert_eq!(outcomes.len(), 4);
    for ((day, outcome), need) in days.iter().zip(&outcomes).zip(need) {
        match (day, outcome) {
            (Ok(day), Ok(outcome)) => {
                let share = 9_401 * need / 470;
                let alone = solver.clone().budget(Budget::iterations(share));
                assert!(outcome.plan == alone.solve(day).unwrap().plan);
                assert_eq!(outcome.statistics.iterations, share);
                assert_eq!(validate(day, &outcome.plan), []);
            }
            (Err(told), Err(found)) => assert_eq!(told.to_string(), found.to_string()),
            _ => panic!("results out of order"),
        }
    }
    let text = outcomes[1].as_ref().unwrap_err().to_string();
    assert_eq!(
        text,
        "station \"DCH2\": place: latitude NaN is not between -90 and 90"
    );
}

#[test]
fn a_batch_shares_the_clock_and_tells_which_day() {
    let days = [
        Ok(made::small()),
        bad_day(),
        Ok(tight()),
        Ok(made::day(
            made::matrix(&[(0, 0)], 1, false),
            Vec::new(),
            Vec::new(),
        )),
    ];
    let notes = Arc::new(Notes::default());
    let budget = Budget::wall_clock(Duration::from_millis(600));
    let begun = Instant::now();
    let outcomes = Solver::new()
        .budget(budget)
        .observer(notes.clone())
        .batch(&days);
    let spent = begun.elapsed();
    assert!(spent < Duration::from_millis(600 + 3_000), "{spent:?}");
    let mut told: Vec<usize> = notes.told.lock().unwrap().iter().map(|p| p.day).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told, [0, 2]);
    let reasons: Vec<_> = outcomes
        .iter()
        .map(|o| o.as_ref().ok().map(|o| o.stop_reason))
        .collect();
    let clock = Some(StopReason::WallClock);
    assert_eq!(reasons, [clock, None, clock, Some(StopReason::NothingToDo)]);
    assert!(Solver::new().batch(&[]).is_empty());
}

#[test]
fn a_day_compiled_once_is_solved_many_times() {
    let day = made::small();
    let solver = Solver::new().budget(Budget::iterations(3_000));
    let compiled = solver.compile(&day).unwrap();
    assert_eq!(compiled.day(), &day);
    assert_eq!(compiled.grouping().stops().len(), 50);
    let one = solver.solve_compiled(&compiled).plan;
    let two = solver.solve_compiled(&compiled).plan;
    assert!(one == two && one == solver.solve(&day).unwrap().plan);
    let other = solver.clone().seed(2).solve_compiled(&compiled).plan;
    assert_ne!(one.fingerprint, other.fingerprint);
    assert_eq!(validate(&day, &other), []);
}

/// One-way streets and tolls: legs that differ by direction, and ways round that are shorter.
struct Odd {
    /// What a leg costs more, in milliseconds, by the two rows.
    more: Vec<Vec<i64>>,
}

impl Odd {
    fn new(rows: usize) -> Self {
        let mut draw = Draw::new(11);
        let cell = |draw: &mut Draw| i64::from(draw.between(20_000, 3_000_000));
        let more = (0..rows)
            .map(|_| (0..rows).map(|_| cell(&mut draw)).collect())
            .collect();
        Self { more }
    }
}

impl TravelModel for Odd {
    fn leg(&self, kind: VehicleKind, from: &Place, to: &Place) -> Leg {
        let (Some(from), Some(to)) = (from.matrix_row(), to.matrix_row()) else {
            return Leg::OUT_OF_REACH;
        };
        if from == to {
            return Leg::NONE;
        }
        let ms = self.more[from as usize][to as usize];
        let slow = if kind == VehicleKind::Bicycle { 2 } else { 1 };
        Leg {
            distance: Meters::from_millimeters(ms * 3 + i64::from(from)),
            time: Span::from_millis(ms * slow),
        }
    }
}

/// A day for a model of the caller's own: rows for the model, coordinates for the day.
fn rows_and_points(rows: u32) -> ServiceDay {
    let at = |row: u32| Place::at(41.8 + f64::from(row) / 1e3, -87.6).with_row(row);
    let package = |row: u32| {
        let package = Package::new(format!("P{row}"), at(row), "60608");
        match row % 3 {
            0 => package.with_window(TimeWindow::hm((9, 0), (13, 0))),
            1 => package.with_windows([
                TimeWindow::hm((7, 0), (8, 0)),
                TimeWindow::hm((15, 0), (17, 0)),
            ]),
            _ => package,
        }
    };
    let capacity = Capacity::UNLIMITED.with_count(9);
    ServiceDay::builder(Station::new("S", at(0)))
        .packages((1..rows).map(package))
        .vehicles((0..4).map(|i| Vehicle::cargo_van(format!("V{i}")).with_capacity(capacity)))
        .vehicles([Vehicle::bicycle("B").with_end(at(1))])
        .build()
        .unwrap()
}

#[test]
fn a_model_without_any_geometry_is_planned_with() {
    let day = rows_and_points(30);
    let odd = Arc::new(Odd::new(30));
    for iterations in [0, 4_000] {
        let solver = Solver::new()
            .travel(odd.clone())
            .budget(Budget::iterations(iterations));
        let plan = solver.solve(&day).unwrap().plan;
        assert_eq!(validate_with(&day, &*odd, &plan), []);
        assert!(plan.scorecard.delivered > 20);
        // By the day's own great circles it would be another plan.
        assert_ne!(validate(&day, &plan), []);
    }
}

#[test]
fn an_asymmetric_matrix_is_driven_the_way_it_says() {
    // Round the block in one direction: a second to the next row, an hour back.
    let size = 9_u32;
    let seconds = |from: u32, to: u32| (to + size - from) % size;
    let cells = || (0..size).flat_map(|a| (0..size).map(move |b| (a, b)));
    let ms: Vec<u32> = cells().map(|(a, b)| seconds(a, b) * 60_000).collect();
    let matrix = doorstep::model::TravelMatrix::from_integers(9, ms.clone(), ms).unwrap();
    let packages = (1..9)
        .map(|row| made::at_row(format!("P{row}"), row))
        .collect();
    let day = made::day(matrix, packages, vec![Vehicle::cargo_van("V")]);
    let plan = solve(&day, Budget::iterations(2_000)).plan;
    let order: Vec<&str> = plan.routes[0]
        .visits
        .iter()
        .map(|v| v.stop.as_str())
        .collect();
    assert_eq!(order, ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"]);
    assert_eq!(plan.scorecard.driving, Span::from_minutes(9));
}

/// Great circles, but for one leg.
struct Broken {
    leg: Leg,
    /// Whether the station is one of its ends, or both are doors.
    at_station: bool,
}

impl TravelModel for Broken {
    fn leg(&self, _: VehicleKind, from: &Place, to: &Place) -> Leg {
        let station = LatLng {
            lat: 41.84,
            lng: -87.68,
        };
        let from_station = from.lat_lng() == Some(station);
        let door = |place: &Place| place.lat_lng().is_some_and(|at| at.lng > -87.66);
        if from_station == self.at_station && door(to) {
            return self.leg;
        }
        Leg {
            distance: Meters::from_meters(1_000),
            time: Span::from_minutes(2),
        }
    }
}

fn broken(mm: i64, ms: i64, at_station: bool) -> Result<Outcome, Error> {
    let leg = Leg {
        distance: Meters::from_millimeters(mm),
        time: Span::from_millis(ms),
    };
    let day = ServiceDay::builder(Station::new("S", Place::at(41.84, -87.68)))
        .packages([
            Package::new("P1", Place::at(41.85, -87.67), "60608"),
            Package::new("P2", Place::at(41.86, -87.65), "60608"),
        ])
        .vehicles([Vehicle::cargo_van("V")])
        .build()
        .unwrap();
    let solver = Solver::new().travel(Arc::new(Broken { leg, at_station }));
    solver.budget(Budget::iterations(200)).solve(&day)
}

#[test]
fn a_model_that_goes_back_in_time_is_refused() {
    let error = broken(5, -3, true).unwrap_err();
    assert!(error.is_input());
    assert_eq!(
        error.to_string(),
        "package \"P2\": travel: the model's leg to it is 5 mm in -3 ms, \
         outside 0 to 2147483647 mm in 536870912 ms"
    );
    let far = broken(1 << 31, 1, true).unwrap_err();
    assert_eq!(
        far.to_string(),
        "package \"P2\": travel: the model's leg to it is 2147483648 mm in 1 ms, \
         outside 0 to 2147483647 mm in 536870912 ms"
    );
    assert!(broken(1 << 30, 1 << 20, true).is_ok());
}

/// Between two doors not every leg is asked for beforehand; such a model must not break the search,
/// and its plan is refused by the validator.
#[test]
fn a_model_that_is_wrong_between_doors_does_no_harm() {
    for (mm, ms) in [
        (-1, -1),
        (i64::MIN, i64::MIN),
        (i64::MAX, i64::MAX),
        (1 << 40, 0),
    ] {
        let outcome = broken(mm, ms, false);
        assert!(outcome.is_err() || outcome.unwrap().plan.scorecard.packages == 2);
    }
}

/// Required stops first by number, then by age of attempt, only then money.
#[test]
fn the_older_attempt_goes_first_however_far_it_is() {
    let far = Package::new("old", Place::at(41.89, -87.68), "60608").with_attempts(2);
    let near = Package::new("new", Place::at(41.841, -87.68), "60608");
    let one = Capacity {
        count: Some(1),
        ..Capacity::UNLIMITED
    };
    let day = ServiceDay::builder(Station::new("S", Place::at(41.84, -87.68)))
        .packages([far, near])
        .vehicles([Vehicle::cargo_van("V").with_capacity(one)])
        .build()
        .unwrap();
    let plan = Solver::new()
        .budget(Budget::iterations(500))
        .solve(&day)
        .unwrap()
        .plan;
    assert_eq!(plan.routes[0].visits[0].packages[0].as_str(), "old");
    assert_eq!(plan.unserved[0].package.as_str(), "new");
}
