//! A VRPTW solution whose arrival times and length were computed outside this crate.
//!
//! The instance is our own: the depot in the middle of a square of 100, fifteen customers at points
//! drawn at random, windows for two of three, a capacity of 60. Distances follow the convention of
//! the DIMACS challenge: Euclidean, times ten, cut to an integer; a leg takes as long as it is far,
//! and windows and service times are times ten too.
//!
//! How the numbers were made, without a line of Rust:
//!
//! - A Python script read the text below and found the best solution of all. For every set of
//!   customers within the capacity it kept the non-dominated pairs of length and time at each
//!   possible last customer, one customer more at a time, which gives the shortest feasible tour
//!   of each set; a recursion over the sets that hold the first customer still to serve then chose
//!   the tours. The same script drove the tours from time 0 and printed arrival and start.
//! - A checker of benchmark solutions, written apart from both, read the same text and the tours,
//!   found them feasible, and its length is the same: 544.8.
//!
//! Here one of the instance's tenths is one second and one metre.

use doorstep::model::{Costs, ServiceTimes, TravelMatrix};
use doorstep::plan::{Plan, RouteDraft, Rule, assemble, validate};
use doorstep::sortation::group;
use doorstep::units::{Capacity, Load, Meters};
use doorstep::{
    Budget, Money, Package, Place, ServiceDay, Solver, Span, Station, TimeOfDay, TimeWindow,
    Vehicle,
};

const INSTANCE: &str = "\
NAME : doorstep-golden-15
TYPE : VRPTW
DIMENSION : 16
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 60
VEHICLES : 6
NODE_COORD_SECTION
1 50 50
2 81 14
3 3 94
4 35 31
5 28 17
6 94 13
7 86 94
8 69 11
9 75 54
10 4 3
11 11 27
12 29 64
13 77 3
14 71 25
15 91 83
16 89 69
DEMAND_SECTION
1 0
2 16
3 10
4 17
5 11
6 3
7 8
8 16
9 13
10 11
11 7
12 9
13 13
14 6
15 5
16 15
TIME_WINDOW_SECTION
1 0 400
2 44 96
3 236 288
4 0 380
5 174 220
6 226 258
7 0 380
8 206 265
9 157 194
10 0 380
11 116 151
12 161 209
13 0 380
14 232 302
15 178 231
16 0 380
SERVICE_TIME_SECTION
1 0
2 10
3 10
4 10
5 5
6 10
7 10
8 10
9 5
10 10
11 10
12 10
13 5
14 10
15 10
16 10
DEPOT_SECTION
1
-1
EOF
";

/// One of the best tours: its customers, numbered from 1, each with arrival and start; the time
/// back at the depot and the length. All in tenths.
struct Tour {
    visits: &'static [(u32, i64, i64)],
    back: i64,
    length: i64,
}

const TOURS: [Tour; 4] = [
    Tour {
        visits: &[
            (1, 475, 475),
            (7, 698, 2_060),
            (12, 2_273, 2_273),
            (5, 2_520, 2_520),
            (13, 2_879, 2_879),
        ],
        back: 3_305,
        length: 1_493,
    },
    Tour {
        visits: &[(11, 252, 1_610), (2, 2_106, 2_360)],
        back: 3_103,
        length: 1_291,
    },
    Tour {
        visits: &[
            (10, 452, 1_160),
            (9, 1_510, 1_510),
            (4, 1_887, 1_887),
            (3, 2_093, 2_093),
        ],
        back: 2_435,
        length: 1_377,
    },
    Tour {
        visits: &[
            (8, 253, 1_570),
            (15, 1_825, 1_825),
            (14, 2_066, 2_066),
            (6, 2_286, 2_286),
        ],
        back: 2_954,
        length: 1_287,
    },
];

/// Their length in tenths: 544.8.
const LENGTH: i64 = 5_448;

/// The numbers of a section, one row a line, without the row's own number.
fn section(name: &str) -> Vec<Vec<i64>> {
    let lines = INSTANCE.lines().skip_while(|&line| line != name).skip(1);
    let rows = lines.take_while(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let numbers = |line: &str| {
        line.split(' ')
            .skip(1)
            .map(|n| n.parse().unwrap())
            .collect()
    };
    rows.map(numbers).collect()
}

/// A figure of the head.
fn head(name: &str) -> u32 {
    let stated = INSTANCE.lines().filter_map(|line| line.split_once(" : "));
    let mut values = stated
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    values.next().unwrap().parse().unwrap()
}

fn seconds(tenths: i64) -> TimeOfDay {
    TimeOfDay::from_millis(tenths * 1_000)
}

fn window(row: &[i64]) -> TimeWindow {
    TimeWindow::new(seconds(10 * row[0]), seconds(10 * row[1]))
}

/// Distances, cut to tenths, as metres and as seconds.
fn matrix() -> TravelMatrix {
    let points = section("NODE_COORD_SECTION");
    let leg = |a: &[i64], b: &[i64]| {
        let (x, y) = (a[0] - b[0], a[1] - b[1]);
        u32::try_from((100 * (x * x + y * y)).isqrt() * 1_000).unwrap()
    };
    let row = |a| points.iter().map(move |b| leg(a, b));
    let legs: Vec<u32> = points.iter().flat_map(|a| row(a)).collect();
    TravelMatrix::from_integers(points.len(), legs.clone(), legs).unwrap()
}

fn day() -> ServiceDay {
    let windows = section("TIME_WINDOW_SECTION");
    let demands = section("DEMAND_SECTION");
    let services = section("SERVICE_TIME_SECTION");
    let customer = |row: u32| {
        let at = row as usize;
        let load = Load {
            count: u32::try_from(demands[at][0]).unwrap(),
            ..Load::ZERO
        };
        Package::new(row.to_string(), Place::row(row), "60608")
            .with_load(load)
            .with_window(window(&windows[at]))
            .with_service_time(Span::from_seconds(10 * services[at][0]))
    };
    let capacity = Capacity::UNLIMITED.with_count(head("CAPACITY"));
    let van = |i| Vehicle::cargo_van(format!("V{i}")).with_capacity(capacity);
    ServiceDay::builder(Station::new("depot", Place::row(0)))
        .delivery_hours(window(&windows[0]))
        .packages((1..head("DIMENSION")).map(customer))
        .vehicles((1..=head("VEHICLES")).map(van))
        .travel(matrix())
        .costs(Costs::distance_only())
        .service_times(ServiceTimes::default())
        .build()
        .unwrap()
}

/// Vans that leave at once for these customers; nobody else is served.
fn plan(day: &ServiceDay, tours: &[Vec<u32>]) -> Plan {
    let grouping = group(day);
    let draft = |(vehicle, tour): (usize, &Vec<u32>)| RouteDraft {
        vehicle,
        driver: None,
        stops: tour
            .iter()
            .map(|&c| grouping.stop_of(c as usize - 1))
            .collect(),
        depart: TimeOfDay::MIDNIGHT,
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    let drafts: Vec<RouteDraft> = tours.iter().enumerate().map(draft).collect();
    assemble(day, &grouping, day.travel(), &drafts, Vec::new())
}

fn best(day: &ServiceDay) -> Plan {
    let customers = |tour: &Tour| tour.visits.iter().map(|visit| visit.0).collect();
    plan(day, &TOURS.iter().map(customers).collect::<Vec<_>>())
}

#[test]
fn times_and_lengths_are_those_computed_outside() {
    let day = day();
    let plan = best(&day);
    assert_eq!(validate(&day, &plan), []);
    assert_eq!(plan.routes.len(), TOURS.len());
    for (route, tour) in plan.routes.iter().zip(TOURS) {
        let visit = |visit: &doorstep::plan::Visit| {
            let customer: u32 = visit.packages[0].as_str().parse().unwrap();
            (customer, visit.arrive, visit.start)
        };
        let outside = tour
            .visits
            .iter()
            .map(|v| (v.0, seconds(v.1), seconds(v.2)));
        let found: Vec<_> = route.visits.iter().map(visit).collect();
        assert_eq!(found, outside.collect::<Vec<_>>());
        assert_eq!(route.back, seconds(tour.back));
        assert_eq!(route.distance, Meters::from_meters(tour.length));
        assert_eq!(route.driving, Span::from_seconds(tour.length));
    }
    assert_eq!(plan.scorecard.packages, 15);
    assert_eq!(plan.scorecard.distance, Meters::from_meters(LENGTH));
    // One unit of currency a kilometre: a tenth of a cent a metre.
    let cost = Money::from_millicents(LENGTH * 100);
    assert_eq!(plan.scorecard.cost.total(), cost);
}

#[test]
fn a_tour_that_comes_late_is_refused() {
    let day = day();
    // 11 opens at 1,610 and takes 100; 10 is 411 away and was to be served by 1,510.
    let found = validate(&day, &plan(&day, &[vec![11, 10]]));
    let late: Vec<_> = found.iter().filter(|v| v.rule == Rule::Late).collect();
    assert_eq!(late.len(), 1, "{found:?}");
    // One customer more than the van holds: 16 + 16 + 13 + 3 + 13 is 61.
    let found = validate(&day, &plan(&day, &[vec![1, 7, 12, 5, 8]]));
    assert!(found.iter().any(|v| v.rule == Rule::Capacity), "{found:?}");
}

#[test]
fn the_solver_finds_the_proven_best() {
    let day = day();
    let solver = Solver::new().seed(1).budget(Budget::iterations(20_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    assert_eq!(plan.unserved, []);
    assert_eq!(plan.scorecard.distance, Meters::from_meters(LENGTH));
}
