//! What goes wrong outside: wrong input gets its message, days that cannot be served get a plan
//! with true reasons, in bounded time and memory.

use std::time::{Duration, Instant};

use doorstep::model::{GreatCircle, TravelMatrix};
use doorstep::plan::{Plan, Reason, validate};
use doorstep::units::{Capacity, Load};
use doorstep::{
    Budget, Error, Money, Package, Place, Promise, ServiceDay, Solver, Span, Station, TimeOfDay,
    TimeWindow, Vehicle,
};

use super::made;

const STATION: Place = Place::at(41.84, -87.68);
const DOOR: Place = Place::at(41.85, -87.65);

fn package(id: &str) -> Package {
    Package::new(id, DOOR, "60608")
}

fn build(packages: Vec<Package>, vehicles: Vec<Vehicle>) -> Result<ServiceDay, Error> {
    let day = ServiceDay::builder(Station::new("DCH1", STATION));
    day.packages(packages).vehicles(vehicles).build()
}

/// The text of what is wrong with a day of these packages and one van.
fn refused(packages: Vec<Package>) -> String {
    let error = build(packages, vec![Vehicle::cargo_van("V1")]).unwrap_err();
    assert!(error.is_input());
    error.to_string()
}

/// A valid plan of a day, by few iterations.
fn planned(day: &ServiceDay) -> Plan {
    let solver = Solver::new().budget(Budget::iterations(500));
    let plan = solver.solve(day).unwrap().plan;
    assert_eq!(validate(day, &plan), []);
    plan
}

fn plan(packages: Vec<Package>, vehicles: Vec<Vehicle>) -> Plan {
    planned(&build(packages, vehicles).unwrap())
}

/// The packages left, each with its reason in words.
fn left(plan: &Plan) -> Vec<(&str, String)> {
    let unserved = plan.unserved.iter();
    unserved
        .map(|u| (u.package.as_str(), u.reason.to_string()))
        .collect()
}

fn tendered(plan: &Plan) -> Vec<&str> {
    plan.tendered.iter().map(|t| t.package.as_str()).collect()
}

const NO_ROOM: &str = "a vehicle could serve it alone, but it fits at no position of any route and in no idle vehicle \
     of this plan, nor in place of a stop that fits elsewhere";

#[test]
fn a_coordinate_that_is_no_number() {
    let at = |lat, lng| Package::new("P7", Place::at(lat, lng), "60608");
    assert_eq!(
        refused(vec![at(f64::NAN, -87.0)]),
        "package \"P7\": place: latitude NaN is not between -90 and 90"
    );
    assert_eq!(
        refused(vec![at(41.0, f64::INFINITY)]),
        "package \"P7\": place: longitude inf is not between -180 and 180"
    );
    let slow = ServiceDay::builder(Station::new("S", STATION))
        .travel(GreatCircle::default().with_detour(f64::NAN));
    assert_eq!(
        slow.build().unwrap_err().to_string(),
        "station \"S\": travel: detour NaN is not 1 or more"
    );
}

#[test]
fn empty_names() {
    let named = ServiceDay::builder(Station::new("", STATION))
        .packages([Package::new("", DOOR, "")
            .with_address_key("")
            .with_need("")])
        .vehicles([Vehicle::cargo_van("").with_capability("")]);
    assert_eq!(
        named.build().unwrap_err().to_string(),
        "7 problems in the input\n\
         station \"\": id: is empty\n\
         package at index 0: id: is empty\n\
         package at index 0: zip: \"\" is empty\n\
         package at index 0: address_key: is empty\n\
         package at index 0: needs: one has no name\n\
         vehicle at index 0: id: is empty\n\
         vehicle at index 0: capabilities: one has no name"
    );
}

#[test]
fn ids_used_twice() {
    let twice = build(
        vec![package("P1"), package("P2"), package("P1"), package("P1")],
        vec![Vehicle::cargo_van("V1"), Vehicle::bicycle("V1")],
    );
    assert_eq!(
        twice.unwrap_err().to_string(),
        "2 problems in the input\n\
         package \"P1\": id: is used by 3 packages\n\
         vehicle \"V1\": id: is used by 2 vehicles"
    );
}

#[test]
fn windows_that_end_before_they_start_or_are_never_open() {
    let window = |from, to| refused(vec![package("P7").with_window(TimeWindow::hm(from, to))]);
    assert_eq!(
        window((9, 0), (8, 0)),
        "package \"P7\": windows: 09:00-08:00 ends before it starts"
    );
    assert_eq!(
        window((4, 0), (5, 59)),
        "package \"P7\": windows: 04:00-05:59 lies outside the delivery hours 06:00-22:00"
    );
    let late = Vehicle::cargo_van("V1").with_shift(TimeWindow::hm((23, 0), (25, 0)));
    assert_eq!(
        build(Vec::new(), vec![late]).unwrap_err().to_string(),
        "vehicle \"V1\": shift: 23:00-25:00 lies outside the delivery hours 06:00-22:00"
    );
}

#[test]
fn times_before_midnight_and_after_the_last() {
    let before = TimeOfDay::from_millis(-1);
    assert_eq!(
        refused(vec![package("P7").with_ready(before)]),
        "package \"P7\": ready: -00:00:00.001 is before midnight"
    );
    let after = TimeOfDay::from_millis(TimeOfDay::MAX.millis() + 1);
    let two_hour = Promise::TwoHour { ordered: after };
    assert_eq!(
        refused(vec![package("P7").with_promise(two_hour)]),
        "package \"P7\": promise: 298:15:41.824 is later than 298:15:41.823"
    );
    assert_eq!(
        refused(vec![
            package("P7").with_service_time(Span::from_seconds(-1))
        ]),
        "package \"P7\": service_time: -00:00:01 is negative"
    );
}

#[test]
fn loads_and_amounts_beyond_all_limits() {
    let heavy = package("P7").with_weight_g(u64::MAX);
    let text = refused(vec![heavy]);
    let most = Load::MAX.weight_g;
    assert_eq!(
        text,
        format!("package \"P7\": load: 18446744073709551615 g, more than the limit of {most}")
    );
    assert_eq!(
        refused(vec![package("P7").with_tender(Money::from_cents(-1))]),
        "package \"P7\": tender: -0.01 is negative"
    );
}

#[test]
fn a_pin_to_nobody() {
    assert_eq!(
        refused(vec![package("P7").with_pin("V9")]),
        "package \"P7\": pin: no vehicle is called \"V9\""
    );
}

#[test]
fn a_matrix_of_the_wrong_shape() {
    let text = |d: &[Vec<f64>], t: &[Vec<f64>]| TravelMatrix::new(d, t).unwrap_err().to_string();
    let good = vec![vec![0.0, 1.0], vec![1.0, 0.0]];
    assert_eq!(
        text(&[vec![0.0, 1.0], vec![1.0]], &good),
        "travel matrix: distances: row 1 has 1 columns instead of 2"
    );
    assert_eq!(
        text(&good, &[vec![0.0]]),
        "travel matrix: durations: has 1 rows, the distances have 2"
    );
    assert_eq!(
        text(&good, &[vec![0.0, f64::NAN], vec![-1.0, 0.0]]),
        "2 problems in the input\n\
         travel matrix: durations: row 0, column 1: NaN is not a finite number\n\
         travel matrix: durations: row 1, column 0: -1 is negative"
    );
    assert_eq!(
        TravelMatrix::from_integers(2, vec![0; 4], vec![0; 3])
            .unwrap_err()
            .to_string(),
        "travel matrix: durations: 3 values do not fill 2 rows of 2"
    );
    let small = ServiceDay::builder(Station::new("S", Place::row(0)))
        .packages([made::at_row("P7", 2), package("P8")])
        .travel(TravelMatrix::new(&good, &good).unwrap());
    assert_eq!(
        small.build().unwrap_err().to_string(),
        "2 problems in the input\n\
         package \"P7\": place: row 2 is not in the travel matrix of 2 rows\n\
         package \"P8\": place: has no row, which a travel matrix needs"
    );
}

#[cfg(feature = "json")]
#[test]
fn broken_files() {
    let read = |text: &str| {
        serde_json::from_str::<ServiceDay>(text)
            .unwrap_err()
            .to_string()
    };
    let day = serde_json::to_string(&build(vec![package("P7")], Vec::new()).unwrap()).unwrap();
    assert!(serde_json::from_str::<ServiceDay>(&day).is_ok());
    assert_eq!(
        read(&day[..day.len() - 1]),
        format!(
            "EOF while parsing an object at line 1 column {}",
            day.len() - 1
        )
    );
    assert_eq!(
        read("[]"),
        "invalid length 0, expected struct DayRecord with 21 elements at line 1 column 2"
    );
    let wrong = |from: &str, to: &str| {
        assert!(day.contains(from), "{day}");
        read(&day.replacen(from, to, 1))
    };
    let unknown = wrong("\"id\":\"P7\"", "\"id\":\"P7\",\"wieght\":1");
    assert!(
        unknown.starts_with("unknown field `wieght`, expected one of "),
        "{unknown}"
    );
    let place = wrong("41.85", "141.85");
    assert_eq!(
        place,
        "package \"P7\": place: latitude 141.85 is not between -90 and 90"
    );
    let hours = wrong("06:00-22:00", "06:00/22:00");
    assert!(
        hours.contains("expected two times, as 09:00-12:00"),
        "{hours}"
    );
}

#[test]
fn an_empty_day_is_an_empty_plan() {
    for vehicles in [Vec::new(), vec![Vehicle::cargo_van("V1")]] {
        let plan = plan(Vec::new(), vehicles);
        assert!(plan.routes.is_empty() && plan.unserved.is_empty() && plan.tendered.is_empty());
        assert_eq!(plan.scorecard.cost.total(), Money::ZERO);
        assert_eq!(plan.scorecard.packages, 0);
    }
}

#[test]
fn a_day_without_vehicles() {
    let price = Money::from_units(7);
    let plan = plan(
        vec![
            package("P1"),
            package("P2").with_tender(price),
            package("P3"),
        ],
        Vec::new(),
    );
    let none = "the day has no vehicle".to_owned();
    assert_eq!(left(&plan), [("P1", none.clone()), ("P3", none)]);
    assert_eq!(tendered(&plan), ["P2"]);
    assert_eq!(plan.scorecard.cost.total(), price);
}

#[test]
fn loads_beyond_every_vehicle() {
    let of = |cm3, g| Load {
        count: 1,
        volume_cm3: cm3,
        weight_g: g,
    };
    let vehicles = vec![
        Vehicle::cargo_van("V1").with_capacity(Capacity::UNLIMITED.with_volume_cm3(900)),
        Vehicle::cargo_van("V2")
            .with_capacity(Capacity::UNLIMITED.with_volume_cm3(800).with_weight_g(70)),
    ];
    let packages = vec![
        package("P1").with_load(of(901, 1)),
        package("P2").with_load(of(Load::MAX.volume_cm3, Load::MAX.weight_g)),
        package("P3").with_load(of(900, Load::MAX.weight_g)),
        package("P4")
            .with_load(of(1_000, 1))
            .with_tender(Money::from_units(3)),
    ];
    let plan = plan(packages, vehicles);
    let text = |needs| {
        format!("takes {needs} cm3, and the largest vehicle that may serve it holds 900 cm3")
    };
    assert_eq!(
        left(&plan),
        [("P1", text(901)), ("P2", text(Load::MAX.volume_cm3))]
    );
    assert_eq!(tendered(&plan), ["P4"]);
    assert_eq!(plan.routes.len(), 1);
    assert_eq!(plan.routes[0].load_order, ["P3".into()]);
}

#[test]
fn a_van_that_holds_nothing() {
    for capacity in [
        Capacity::UNLIMITED.with_count(0),
        Capacity::UNLIMITED.with_volume_cm3(0),
        Capacity::UNLIMITED.with_weight_g(0),
    ] {
        let empty = Vehicle::cargo_van("V1").with_capacity(capacity);
        let full = package("P1").with_volume_cm3(5).with_weight_g(6);
        let alone = plan(vec![full.clone()], vec![empty.clone()]);
        let reason = &alone.unserved[0].reason;
        assert!(
            matches!(
                reason,
                Reason::TooLarge {
                    largest: 0,
                    needs: 1..=6,
                    ..
                }
            ),
            "{reason}"
        );
        let helped = plan(vec![full], vec![empty, Vehicle::bicycle("B1")]);
        assert_eq!(helped.unserved, []);
        assert_eq!(helped.routes[0].vehicle.as_str(), "B1");
    }
    // What takes no room finds some.
    let none = package("P1").with_load(Load::ZERO);
    let nothing = Capacity::UNLIMITED
        .with_count(0)
        .with_volume_cm3(0)
        .with_weight_g(0);
    let plan = plan(
        vec![none],
        vec![Vehicle::cargo_van("V1").with_capacity(nothing)],
    );
    assert_eq!(plan.unserved, []);
}

#[test]
fn a_door_beyond_reach() {
    // 1,400 km to the east: more than a day's drive.
    let far = Package::new("P1", Place::at(41.84, -70.0), "60608");
    let near = package("P2");
    let shift = TimeWindow::hm((8, 0), (12, 0));
    let van = || Vehicle::cargo_van("V1").with_shift(shift);
    let found = plan(vec![far.clone(), near.clone()], vec![van()]);
    assert_eq!(found.unserved.len(), 1);
    let reason = found.unserved[0].reason.to_string();
    assert!(
        reason.starts_with("a vehicle driving straight there arrives at "),
        "{reason}"
    );
    // Within the day, but not within the shift.
    let farther = Package::new("P1", Place::at(41.84, -87.0), "60608");
    let found = plan(vec![farther.clone(), near.clone()], vec![van()]);
    let reason = found.unserved[0].reason.to_string();
    assert!(
        reason.starts_with("a vehicle doing nothing else would be back at 13:"),
        "{reason}"
    );
    assert!(
        reason.ends_with(", after its shift ends at 12:00"),
        "{reason}"
    );
    // Within the shift, but not within the duty.
    let short = Vehicle::cargo_van("V1").with_max_duty(Span::from_minutes(30));
    let found = plan(vec![near, farther], vec![short]);
    let reasons = left(&found);
    assert_eq!((reasons.len(), reasons[0].0), (1, "P1"));
    let reason = &reasons[0].1;
    assert!(
        reason.starts_with("a vehicle doing nothing else would be out for 05:53:"),
        "{reason}"
    );
    assert!(reason.ends_with(", longer than its 00:30:00"), "{reason}");
    // On a matrix: no way at all.
    let never = u32::pow(2, 29);
    let legs = vec![0, 9, never, 9, 0, never, never, never, 0];
    let matrix = TravelMatrix::from_integers(3, vec![0; 9], legs).unwrap();
    let packages = vec![made::at_row("P1", 1), made::at_row("P2", 2)];
    let found = planned(&made::day(matrix, packages, made::vans(2, 9)));
    assert_eq!(
        left(&found),
        [(
            "P2",
            "a vehicle driving straight there arrives at 155:07:50.912, after the last window \
                 closes at 22:00"
                .to_owned()
        )]
    );
}

#[test]
fn shifts_past_midnight() {
    let night = TimeWindow::hm((20, 0), (26, 0));
    let late = TimeWindow::hm((24, 30), (25, 0));
    let day = ServiceDay::builder(Station::new("DCH1", STATION))
        .delivery_hours(night)
        .packages([
            package("P1").with_window(late),
            Package::new("P2", Place::at(41.86, -87.66), "60608"),
        ])
        .vehicles([Vehicle::cargo_van("V1").with_shift(night)])
        .build()
        .unwrap();
    let plan = planned(&day);
    assert_eq!(plan.unserved, []);
    let visits = plan.routes[0].visits.iter();
    let start = visits
        .clone()
        .find(|v| v.packages[0].as_str() == "P1")
        .unwrap()
        .start;
    assert!(late.contains(start));
    assert!(start.hms().starts_with("24:"));
    assert_eq!(plan.scorecard.on_time, 2);
}

#[test]
fn a_window_outside_every_shift() {
    let early = Vehicle::cargo_van("V1").with_shift(TimeWindow::hm((8, 0), (12, 0)));
    let late = Vehicle::cargo_van("V2").with_shift(TimeWindow::hm((16, 0), (20, 0)));
    let noon = package("P1").with_window(TimeWindow::hm((13, 0), (14, 0)));
    let plan = plan(vec![noon], vec![early, late]);
    let reason = &left(&plan)[0].1;
    // The first van could only be back late; the second would come late.
    assert!(
        reason.starts_with("a vehicle doing nothing else would be back at 13:"),
        "{reason}"
    );
}

#[test]
fn a_pin_to_a_van_that_cannot() {
    let vehicles = vec![
        Vehicle::cargo_van("V1"),
        Vehicle::cargo_van("V2").with_capability("liftgate"),
    ];
    let plan = plan(
        vec![
            package("P1").with_pin("V1").with_need("liftgate"),
            package("P2").with_pin("V2").with_need("liftgate"),
            package("P3").with_need("crane"),
            package("P4").with_pin("V1").with_volume_cm3(9_000_000),
        ],
        vehicles,
    );
    assert_eq!(
        left(&plan),
        [
            ("P1", "pinned to vehicle V1: no vehicle that may serve it is capable of liftgate".to_owned()),
            ("P3", "no vehicle that may serve it is capable of crane".to_owned()),
            ("P4", "pinned to vehicle V1: takes 9000000 cm3, and the largest vehicle that may serve it \
                    holds 8495053 cm3".to_owned()),
        ]
    );
    assert_eq!(plan.routes.len(), 1);
    assert_eq!(plan.routes[0].vehicle.as_str(), "V2");
}

#[test]
fn what_a_carrier_does_for_less_goes_to_the_carrier() {
    // A van costs 100 before it moves.
    let packages = (0..9).map(|i| {
        let at = Place::at(41.85, -87.65 + f64::from(i) / 100.0);
        Package::new(format!("P{i}"), at, "60608").with_tender(Money::from_units(7))
    });
    let cheap = plan(packages.collect(), vec![Vehicle::cargo_van("V1")]);
    assert!(cheap.routes.is_empty());
    assert_eq!(cheap.tendered.len(), 9);
    assert_eq!(cheap.scorecard.cost.total(), Money::from_units(63));
    // A required one pays for the van, and the others come along.
    let packages = (0..9).map(|i| {
        let at = Place::at(41.85, -87.65 + f64::from(i) / 1_000.0);
        let package = Package::new(format!("P{i}"), at, "60608");
        if i == 4 {
            package
        } else {
            package.with_tender(Money::from_units(7))
        }
    });
    let along = plan(packages.collect(), vec![Vehicle::cargo_van("V1")]);
    assert_eq!((along.tendered.len(), along.unserved.len()), (0, 0));
}

#[test]
fn what_no_door_pays_for_alone_a_street_pays_for_together() {
    let street = (0..30).map(|i| {
        let at = Place::at(41.85, -87.65 + f64::from(i) / 2_000.0);
        Package::new(format!("P{i:02}"), at, "60608").with_tender(Money::from_units(7))
    });
    let plan = plan(street.collect(), vec![Vehicle::cargo_van("V1")]);
    assert_eq!(plan.tendered.len(), 0);
    assert!(plan.scorecard.cost.total() < Money::from_units(150));
}

#[test]
fn more_work_than_a_day_has_hours() {
    let packages = (0..40).map(|i| {
        let at = Place::at(41.85 + f64::from(i) / 1_000.0, -87.65);
        Package::new(format!("P{i:02}"), at, "60608").with_service_time(Span::from_hours(1))
    });
    let plan = plan(
        packages.collect(),
        vec![Vehicle::cargo_van("V1"), Vehicle::cargo_van("V2")],
    );
    assert!(
        plan.unserved
            .iter()
            .all(|u| u.reason.to_string() == NO_ROOM)
    );
    // Sixteen hours each, less the way.
    assert_eq!(plan.scorecard.delivered, 30);
}

/// Packages of ten litres at one point, a van holding 200 of them.
fn tower(packages: u32, vans: u32) -> ServiceDay {
    let package = |i| {
        package(&format!("P{i:07}"))
            .with_volume_cm3(10_000)
            .with_service_time(Span::from_seconds(20))
    };
    let capacity = Capacity::UNLIMITED.with_volume_cm3(2_000_000);
    let van = |i| Vehicle::cargo_van(format!("V{i:05}")).with_capacity(capacity);
    let day = ServiceDay::builder(Station::new("DCH1", STATION));
    let day = day.packages((0..packages).map(package));
    day.vehicles((0..vans).map(van)).build().unwrap()
}

/// Solved in less than a minute, valid, and everything for which there is room is delivered.
fn tower_is_planned(packages: u32, vans: u32, iterations: u64) {
    let day = tower(packages, vans);
    let begun = Instant::now();
    let solver = Solver::new().budget(Budget::iterations(iterations));
    let plan = solver.solve(&day).unwrap().plan;
    let spent = begun.elapsed();
    assert_eq!(validate(&day, &plan), []);
    let room = u64::from((vans * 200).min(packages));
    let card = &plan.scorecard;
    assert_eq!(
        (card.delivered, card.unserved),
        (room, u64::from(packages) - room)
    );
    assert!(plan.unserved.iter().all(|u| u.reason == Reason::NoRoom));
    assert!(spent < Duration::from_secs(60), "{spent:?}");
}

#[test]
fn twenty_thousand_packages_at_one_point() {
    tower_is_planned(20_000, 30, 500);
    tower_is_planned(20_000, 120, 500);
}

#[test]
fn a_million_packages_at_one_point() {
    tower_is_planned(1_000_000, 100, 500);
}

#[test]
fn a_million_packages_at_one_point_and_vans_for_all() {
    tower_is_planned(1_000_000, 5_200, 500);
}

#[test]
fn a_million_packages_without_a_size_at_one_point() {
    // One stop, as nothing says that it would not fit one van; its service takes eleven months.
    let packages: Vec<Package> = (0..1_000_000).map(|i| package(&format!("P{i}"))).collect();
    let begun = Instant::now();
    let plan = plan(packages, vec![Vehicle::cargo_van("V1")]);
    assert!(begun.elapsed() < Duration::from_secs(60));
    assert_eq!(plan.unserved.len(), 1_000_000);
    assert!(
        plan.unserved
            .iter()
            .all(|u| matches!(u.reason, Reason::OutOfReach { .. }))
    );
}
