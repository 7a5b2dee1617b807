//! The rules of fleet and goods: each alone against brute force on random tiny days, each found by
//! the validator when it is broken and only then, each reported before solving when it contradicts.

use doorstep::model::ServiceDay;
use doorstep::plan::{Reason, Rule, validate};
use doorstep::units::Meters;
use doorstep::{Budget, Package, Solver, Span, Vehicle};

use super::made::{self, Draw};
use super::oracle::{self, falls_short, reasons, tiny, value};
use super::validate::against;

/// Days tried with each rule unless the environment says otherwise.
const DAYS: u64 = 150;

/// Iterations of each solve.
const ITERATIONS: u64 = 4_000;

/// A tiny day's packages and vehicles, to be changed by a rule.
type Change = fn(&mut Draw, &mut Vec<Package>, &mut Vec<Vehicle>);

fn draw_day(seed: u64, change: Change) -> ServiceDay {
    let mut draw = Draw::new(seed + 31_000);
    let rows = draw.between(5, 7);
    // Where the way round is never shorter: a stop that no vehicle reaches alone is lost.
    let points = made::points(&mut draw, rows - 1, 16_000);
    let lopsided = draw.chance(50);
    let travel = made::matrix(&points, 144, lopsided);
    let packages = (1..rows).map(|row| oracle::package(&mut draw, row as usize));
    let mut packages: Vec<Package> = packages.collect();
    let fleet = (0..2).map(|id| oracle::vehicle(&mut draw, id, rows));
    let mut fleet: Vec<Vehicle> = fleet.collect();
    change(&mut draw, &mut packages, &mut fleet);
    made::day(travel, packages, fleet)
}

/// The solver finds the best there is, or nearly always; every plan is valid, every reason true.
fn against_brute_force(change: Change) {
    let days = std::env::var("DOORSTEP_ORACLE_DAYS").ok();
    let days = days.map_or(DAYS, |n| n.parse().expect("a number of days"));
    let (mut worse, mut left, mut bound) = (Vec::new(), 0, 0);
    for seed in 0..days {
        let day = draw_day(seed, change);
        let tiny = tiny(&day);
        let best = tiny.best();
        let solver = Solver::new()
            .seed(seed)
            .budget(Budget::iterations(ITERATIONS));
        let outcome = solver.solve(&day).unwrap();
        assert_eq!(validate(&day, &outcome.plan), [], "day {seed}");
        reasons(&day, &tiny, &outcome, seed);
        let found = value(&outcome);
        if falls_short(seed, found, best) {
            worse.push((seed, found, best));
        }
        left += u64::from(best.0 > 0);
        let free = draw_day(seed, |_, _, _| ());
        bound += u64::from(self::tiny(&free).best() != best);
    }
    assert!(left < days, "no day can be served in full");
    assert!(bound * 4 > days, "the rule binds on {bound} of {days} days");
    let few = worse.len() as u64 * 100 <= days * 2;
    assert!(
        few,
        "{} of {days} are not the best: {worse:#?}",
        worse.len()
    );
}

/// Limits of driving and distance on some vehicles.
pub(super) fn limits(draw: &mut Draw, fleet: &mut [Vehicle]) {
    for vehicle in fleet {
        if draw.chance(60) {
            let minutes = i64::from(draw.between(15, 80));
            *vehicle = vehicle
                .clone()
                .with_max_driving(Span::from_minutes(minutes));
        }
        if draw.chance(60) {
            let meters = i64::from(draw.between(6_000, 32_000));
            *vehicle = vehicle.clone().with_range(Meters::from_meters(meters));
        }
    }
}

#[test]
fn driving_and_range_against_brute_force() {
    against_brute_force(|draw, _, fleet| limits(draw, fleet));
}

#[test]
fn driving_and_range_hold_without_times_too() {
    // Distances only: the engine that knows no time.
    let points = made::points(&mut Draw::new(5), 60, 9_000);
    let matrix = made::matrix(&points, 0, false);
    let packages = (1..points.len())
        .map(|row| made::at_row(format!("P{row:02}"), row).with_service_time(Span::ZERO));
    let range = Meters::from_meters(21_000);
    let costs = doorstep::Costs::distance_only();
    let fleet = (0..12).map(|i| {
        let van = Vehicle::cargo_van(format!("V{i:02}"));
        van.with_range(range).with_costs(costs)
    });
    let day = made::day(matrix, packages.collect(), fleet.collect());
    let solver = Solver::new().budget(Budget::iterations(3_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    assert_eq!(plan.unserved, []);
    let longest = plan.routes.iter().map(|r| r.distance).max().unwrap();
    assert!(longest <= range);
    assert!(plan.routes.len() > 1, "the range binds");
}

#[test]
fn the_validator_finds_driving_and_range() {
    // The golden plan's first route: 1,200 s of driving and 12 km.
    let (_, plan) = super::plan::golden();
    let (driving, way) = (plan.routes[0].driving, plan.routes[0].distance);
    let change =
        |f: &dyn Fn(Vehicle) -> Vehicle| against(|p| p.vehicles[0] = f(p.vehicles[0].clone()));
    assert_eq!(change(&|v| v.with_max_driving(driving)), []);
    let less = driving - Span::from_millis(1);
    assert_eq!(change(&|v| v.with_max_driving(less)), [Rule::Driving]);
    assert_eq!(change(&|v| v.with_range(way)), []);
    let less = way - Meters::from_millimeters(1);
    assert_eq!(change(&|v| v.with_range(less)), [Rule::Range]);
}

#[test]
fn a_stop_beyond_the_range_says_so() {
    let points = [(0, 0), (3_000, 0)];
    let matrix = || made::matrix(&points, 144, false);
    let solve = |van: Vehicle| {
        let day = made::day(matrix(), vec![made::at_row("P1", 1)], vec![van]);
        let solver = Solver::new().budget(Budget::iterations(10));
        solver.solve(&day).unwrap().plan
    };
    let van = || Vehicle::electric_van("E1");
    let plan = solve(van().with_range(Meters::from_meters(5_900)));
    let (needs, range) = (Meters::from_meters(6_000), Meters::from_meters(5_900));
    assert_eq!(
        plan.unserved[0].reason,
        Reason::RangeExceeded { needs, range }
    );
    let said: Vec<String> = plan.unserved[0]
        .fixes
        .list()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(said, ["100 m more range than 5900 m (E1, first)"]);
    let said: Vec<String> = plan.unserved[0]
        .blocks
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        said,
        ["electric van (E1, idle): would go 6000 m, farther than its range of 5900 m"]
    );
    let plan = solve(van().with_max_driving(Span::from_seconds(800)));
    let (needs, limit) = (Span::from_seconds(864), Span::from_seconds(800));
    assert_eq!(
        plan.unserved[0].reason,
        Reason::DrivingTooLong { needs, limit }
    );
    let said: Vec<String> = plan.unserved[0]
        .fixes
        .list()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(said, ["2 minutes more driving than 00:13:20 (E1, first)"]);
}

/// What the builder says of a day with this vehicle.
fn refused(vehicle: Vehicle) -> String {
    let points = [(0, 0), (3_000, 0)];
    let day = made::day(made::matrix(&points, 144, false), Vec::new(), Vec::new());
    let builder = day.to_builder().vehicles([vehicle]);
    builder.build().unwrap_err().to_string()
}

#[test]
fn limits_that_leave_nothing_are_refused() {
    let van = || Vehicle::cargo_van("V1");
    let said = refused(van().with_max_driving(Span::ZERO));
    assert_eq!(said, "vehicle \"V1\": max_driving: is 0");
    let said = refused(van().with_range(Meters::ZERO));
    assert_eq!(said, "vehicle \"V1\": range: is 0");
    let said = refused(van().with_range(Meters::from_meters(-5)));
    assert_eq!(said, "vehicle \"V1\": range: -5 m is negative");
}

#[cfg(feature = "json")]
#[test]
fn vehicles_come_back_as_written() {
    let van = Vehicle::electric_van("E1")
        .with_max_driving(Span::from_hours(4))
        .with_range(Meters::from_meters(140_000));
    let text = serde_json::to_string(&van).unwrap();
    assert!(
        text.contains(r#""max_driving":"04:00:00","range":140000.0"#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Vehicle>(&text).unwrap(), van);
}
