//! The request: what it accepts, and what it says about input that cannot be right.

use doorstep::model::*;
use doorstep::units::{Capacity, Load, Money, Span, TimeOfDay};
use doorstep::{Error, Problem};

const DOOR: Place = Place::at(41.85, -87.65);

fn station() -> Station {
    Station::new("DCH1", Place::at(41.84, -87.68))
}

fn package(id: &str) -> Package {
    Package::new(id, DOOR, "60608")
}

fn day_of(packages: impl IntoIterator<Item = Package>) -> Result<ServiceDay, Error> {
    ServiceDay::builder(station()).packages(packages).build()
}

fn day_with(vehicle: Vehicle) -> Result<ServiceDay, Error> {
    ServiceDay::builder(station()).vehicles([vehicle]).build()
}

/// Asserts the whole text of an input error.
#[track_caller]
fn refused(day: Result<ServiceDay, Error>, message: &str) {
    let error = day.expect_err("the day is wrong");
    assert!(error.is_input());
    assert_eq!(error.to_string(), message);
}

#[test]
fn an_empty_day_is_a_day() {
    let day = ServiceDay::builder(station()).build().unwrap();
    assert!(day.packages().is_empty() && day.vehicles().is_empty());
    assert_eq!(day.delivery_hours(), TimeWindow::hm((6, 0), (22, 0)));
    assert_eq!(day.date(), None);
    assert_eq!(day.costs().per_km(), Money::from_cents(25));
}

#[test]
fn coordinates_that_are_no_point_are_named() {
    refused(
        day_of([Package::new("P1", Place::at(f64::NAN, -87.65), "60608")]),
        "package \"P1\": place: latitude NaN is not between -90 and 90",
    );
    refused(
        day_of([Package::new("P1", Place::at(90.5, f64::INFINITY), "60608")]),
        "2 problems in the input\n\
         package \"P1\": place: latitude 90.5 is not between -90 and 90\n\
         package \"P1\": place: longitude inf is not between -180 and 180",
    );
    refused(
        ServiceDay::builder(Station::new("DCH1", Place::at(0.0, 181.0))).build(),
        "station \"DCH1\": place: longitude 181 is not between -180 and 180",
    );
    refused(
        day_with(Vehicle::cargo_van("V1").with_end(Place::at(-91.0, 0.0))),
        "vehicle \"V1\": end: latitude -91 is not between -90 and 90",
    );
}

#[test]
fn an_empty_id_is_named_by_its_index() {
    refused(
        day_of([package("P1"), package("")]),
        "package at index 1: id: is empty",
    );
    refused(
        day_with(Vehicle::cargo_van("")),
        "vehicle at index 0: id: is empty",
    );
    refused(
        ServiceDay::builder(Station::new("", DOOR)).build(),
        "station \"\": id: is empty",
    );
    refused(
        ServiceDay::builder(station())
            .stops([Stop::new("", vec![package("P1")])])
            .build(),
        "stop at index 0: id: is empty",
    );
}

#[test]
fn a_repeated_id_is_one_problem_however_often_it_occurs() {
    refused(
        day_of(["P1", "P2", "P1", "P1"].map(package)),
        "package \"P1\": id: is used by 3 packages",
    );
    let vans = ["V1", "V1"].map(Vehicle::cargo_van);
    refused(
        ServiceDay::builder(station()).vehicles(vans).build(),
        "vehicle \"V1\": id: is used by 2 vehicles",
    );
    let stops = [("P1", "S"), ("P2", "S")].map(|(p, s)| Stop::new(s, vec![package(p)]));
    refused(
        ServiceDay::builder(station()).stops(stops).build(),
        "stop \"S\": id: is used by 2 stops",
    );
}

#[test]
fn a_package_in_two_stops_is_a_repeated_id() {
    let stops = [
        Stop::new("A", vec![package("P")]),
        Stop::new("B", vec![package("P")]),
    ];
    refused(
        ServiceDay::builder(station()).stops(stops).build(),
        "package \"P\": id: is used by 2 packages",
    );
}

#[test]
fn a_window_that_ends_before_it_starts_is_named() {
    refused(
        day_of([package("P7").with_window(TimeWindow::hm((9, 0), (8, 0)))]),
        "package \"P7\": windows: 09:00-08:00 ends before it starts",
    );
    refused(
        day_with(Vehicle::cargo_van("V1").with_shift(TimeWindow::hm((20, 0), (8, 0)))),
        "vehicle \"V1\": shift: 20:00-08:00 ends before it starts",
    );
    refused(
        ServiceDay::builder(station())
            .delivery_hours(TimeWindow::hm((22, 0), (6, 0)))
            .packages([package("P1").with_window(TimeWindow::hm((9, 0), (12, 0)))])
            .build(),
        "station \"DCH1\": delivery_hours: 22:00-06:00 ends before it starts",
    );
}

#[test]
fn a_window_outside_the_delivery_hours_is_named() {
    refused(
        day_of([package("P7").with_window(TimeWindow::hm((22, 30), (23, 0)))]),
        "package \"P7\": windows: 22:30-23:00 lies outside the delivery hours 06:00-22:00",
    );
    refused(
        day_with(Vehicle::cargo_van("V1").with_shift(TimeWindow::hm((0, 0), (5, 0)))),
        "vehicle \"V1\": shift: 00:00-05:00 lies outside the delivery hours 06:00-22:00",
    );
    // One instant in common is enough, and a window may begin before the hours.
    let edge = TimeWindow::hm((22, 0), (23, 0));
    let early = TimeWindow::hm((0, 0), (9, 0));
    assert!(day_of([package("P7").with_windows([edge, early])]).is_ok());
}

#[test]
fn times_may_pass_midnight_up_to_the_limit() {
    let night = TimeWindow::hm((20, 0), (26, 0));
    let overnight = ServiceDay::builder(station())
        .delivery_hours(night)
        .packages([package("P1").with_window(TimeWindow::hm((25, 0), (25, 30)))])
        .vehicles([Vehicle::cargo_van("V1").with_shift(night)])
        .build();
    assert_eq!(overnight.unwrap().vehicle_shift(0), night);

    let (start, late) = (TimeOfDay::hm(20, 0), TimeOfDay::from_millis(1 << 30));
    refused(
        day_of([package("P1").with_window(TimeWindow::new(start, late))]),
        "package \"P1\": windows: 298:15:41.824 is later than 298:15:41.823",
    );
    refused(
        day_of([package("P1").with_ready(TimeOfDay::from_millis(-60_000))]),
        "package \"P1\": ready: -00:01 is before midnight",
    );
    let ordered = TimeOfDay::from_millis(i64::MAX);
    refused(
        day_of([package("P1").with_promise(Promise::TwoHour { ordered })]),
        "package \"P1\": promise: 2562047788015:12:55.807 is later than 298:15:41.823",
    );
}

#[test]
fn loads_beyond_the_limits_are_named() {
    refused(
        day_of([package("P1").with_load(Load {
            count: 1 << 21,
            volume_cm3: u64::MAX,
            weight_g: (1 << 40) + 1,
        })]),
        "3 problems in the input\n\
         package \"P1\": load: 2097152 items, more than the limit of 1048576\n\
         package \"P1\": load: 18446744073709551615 cm3, more than the limit of 1099511627776\n\
         package \"P1\": load: 1099511627777 g, more than the limit of 1099511627776",
    );
    let boxes = (0..4096).map(|i| {
        let count = 1 << 20;
        package(&format!("P{i}")).with_load(Load {
            count,
            ..Load::ZERO
        })
    });
    refused(
        day_of(boxes),
        "station \"DCH1\": packages: hold more than 4294967295 items or 2^64 cm3 or g",
    );
    refused(
        day_with(
            Vehicle::cargo_van("V1").with_capacity(Capacity::UNLIMITED.with_cubic_feet(f64::NAN)),
        ),
        "vehicle \"V1\": capacity: 18446744073709551615 cm3, more than the limit of 1099511627776",
    );
}

#[test]
fn a_package_no_vehicle_can_carry_is_no_error() {
    let huge = package("P1").with_load(Load::MAX);
    let van = Vehicle::cargo_van("V1").with_capacity(Capacity::UNLIMITED.with_count(0));
    let day = ServiceDay::builder(station())
        .packages([huge])
        .vehicles([van]);
    assert!(day.build().is_ok());
}

#[test]
fn lengths_and_amounts_have_a_sign_and_a_limit() {
    refused(
        day_of([package("P1").with_service_time(Span::from_seconds(-60))]),
        "package \"P1\": service_time: -00:01:00 is negative",
    );
    refused(
        day_of([package("P1").with_tender(Money::from_cents(-700))]),
        "package \"P1\": tender: -7 is negative",
    );
    refused(
        day_with(Vehicle::cargo_van("V1").with_max_duty(Span::ZERO)),
        "vehicle \"V1\": max_duty: is 0",
    );
    refused(
        day_with(Vehicle::cargo_van("V1").with_max_duty(Span::from_hours(-1))),
        "vehicle \"V1\": max_duty: -01:00:00 is negative",
    );
    let costs = Costs::FREE.with_per_km(Money::from_units(-1));
    refused(
        day_with(Vehicle::cargo_van("V1").with_costs(costs)),
        "vehicle \"V1\": costs.per_km: -1 is negative",
    );
    refused(
        ServiceDay::builder(station())
            .costs(Costs::FREE.with_per_vehicle(Money::from_units(10_000_001)))
            .service_times(ServiceTimes::default().with_parking(Span::from_hours(299)))
            .build(),
        "2 problems in the input\n\
         station \"DCH1\": costs.per_vehicle: 10000001.00 is more than 10000000.00\n\
         station \"DCH1\": service_times.parking: 299:00:00 is longer than 298:15:41.823",
    );
}

#[test]
fn a_pin_to_a_vehicle_that_is_not_there_is_named() {
    refused(
        ServiceDay::builder(station())
            .packages([package("P1").with_pin("V9"), package("P2").with_pin("V1")])
            .vehicles([Vehicle::cargo_van("V1")])
            .build(),
        "package \"P1\": pin: no vehicle is called \"V9\"",
    );
}

#[test]
fn zips_are_strict_for_the_united_states_and_kept_elsewhere() {
    for (zip, flaw) in [
        (
            "6060",
            "\"6060\" is neither five digits nor ZIP+4 (12345-6789)",
        ),
        (
            "606081234",
            "\"606081234\" is neither five digits nor ZIP+4 (12345-6789)",
        ),
        (
            "60608-12",
            "\"60608-12\" is neither five digits nor ZIP+4 (12345-6789)",
        ),
        (
            "60608-12345",
            "\"60608-12345\" is neither five digits nor ZIP+4 (12345-6789)",
        ),
        (
            "-60608",
            "\"-60608\" is neither five digits nor ZIP+4 (12345-6789)",
        ),
        ("", "\"\" is empty"),
        ("  ", "\"  \" is empty"),
        (
            "SW1A 1AA SW1A 1AA",
            "\"SW1A 1AA SW1A 1AA\" is longer than 16 characters",
        ),
    ] {
        let day = day_of([Package::new("P1", DOOR, zip)]);
        refused(day, &format!("package \"P1\": zip: {flaw}"));
        assert!(Zip::from(zip).check().unwrap_err().is_format());
    }
    for zip in ["00501", "02134-1234", "SW1A 1AA", "K1A 0B1", "AT-1010"] {
        assert!(Zip::from(zip).check().is_ok(), "{zip}");
        assert_eq!(Zip::from(zip).as_str(), zip);
    }
    assert_eq!(Zip::from("00501").prefix(3), "005");
    assert_eq!(Zip::from("é1").prefix(9), "é1");
}

#[test]
fn great_circles_need_coordinates_speeds_and_a_detour() {
    refused(
        day_of([Package::new("P1", Place::row(4), "60608")]),
        "package \"P1\": place: has no coordinates, which great-circle travel needs",
    );
    let travel = GreatCircle::default()
        .with_detour(0.9)
        .with_speed(VehicleKind::Walker, 0.0)
        .with_speed(VehicleKind::Bicycle, f64::NAN);
    refused(
        ServiceDay::builder(station()).travel(travel).build(),
        "3 problems in the input\n\
         station \"DCH1\": travel: detour 0.9 is not 1 or more\n\
         station \"DCH1\": travel: NaN km/h for a bicycle is not above 0\n\
         station \"DCH1\": travel: 0 km/h for a walker is not above 0",
    );
}

#[test]
fn a_matrix_needs_rows_that_it_has() {
    let matrix = TravelMatrix::from_integers(2, vec![0; 4], vec![0; 4]).unwrap();
    let day = |place| {
        ServiceDay::builder(Station::new("DCH1", Place::row(0)))
            .packages([Package::new("P1", place, "60608")])
            .travel(matrix.clone())
            .build()
    };
    assert!(day(Place::row(1)).is_ok());
    refused(
        day(Place::row(2)),
        "package \"P1\": place: row 2 is not in the travel matrix of 2 rows",
    );
    refused(
        day(DOOR),
        "package \"P1\": place: has no row, which a travel matrix needs",
    );
    let other = TravelMatrix::from_integers(1, vec![0], vec![0]).unwrap();
    refused(
        ServiceDay::builder(Station::new("DCH1", Place::row(0)))
            .travel(matrix.with_kind(VehicleKind::Walker, &other))
            .build(),
        "station \"DCH1\": travel: the matrix for walker has 1 rows instead of 2",
    );
}

#[test]
fn a_matrix_of_the_wrong_shape_or_content_names_each_offender() {
    let error = |distances: &[Vec<f64>], durations: &[Vec<f64>]| {
        TravelMatrix::new(distances, durations)
            .unwrap_err()
            .to_string()
    };
    let zero = vec![0.0, 0.0];
    assert_eq!(
        error(&[vec![0.0, 1.0], vec![2.0]], &[zero.clone(), zero.clone()]),
        "travel matrix: distances: row 1 has 1 columns instead of 2"
    );
    assert_eq!(
        error(&[zero.clone(), zero.clone()], &[vec![0.0]]),
        "travel matrix: durations: has 1 rows, the distances have 2"
    );
    assert_eq!(
        error(
            &[vec![0.0, f64::NAN], vec![-1.0, 0.0]],
            &[vec![0.0, 600_000.0], vec![f64::INFINITY, 0.0]]
        ),
        "4 problems in the input\n\
         travel matrix: distances: row 0, column 1: NaN is not a finite number\n\
         travel matrix: distances: row 1, column 0: -1 is negative\n\
         travel matrix: durations: row 0, column 1: 600000 is above 536870.912\n\
         travel matrix: durations: row 1, column 0: inf is not a finite number"
    );
    let error = TravelMatrix::from_integers(2, vec![0; 3], vec![0, 0, 1 << 30, 0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 problems in the input\n\
         travel matrix: distances: 3 values do not fill 2 rows of 2\n\
         travel matrix: durations: row 1, column 0: 1073741824 ms is above 536870912 ms"
    );
}

#[test]
fn a_matrix_full_of_offenders_names_a_thousand_and_counts_the_rest() {
    let rows = vec![vec![f64::NAN; 100]; 100];
    let zeros = vec![vec![0.0; 100]; 100];
    let error = TravelMatrix::new(&rows, &zeros).unwrap_err();
    assert_eq!(error.problems().len(), 1_001);
    let last = error.problems().last().map(Problem::message);
    assert_eq!(last, Some("and 9000 more values or rows are wrong"));
}

#[test]
fn a_million_empty_rows_are_refused_in_little_memory() {
    let rows = vec![Vec::new(); 1_000_000];
    let error = TravelMatrix::new(&rows, &rows).unwrap_err();
    assert_eq!(error.problems().len(), 2_002);
    let first = error.problems()[0].to_string();
    assert_eq!(
        first,
        "travel matrix: distances: row 0 has 0 columns instead of 1000000"
    );
}

#[test]
fn a_given_stop_must_be_possible_in_itself() {
    let stop = |packages| {
        ServiceDay::builder(station())
            .stops([Stop::new("S1", packages)])
            .build()
    };
    refused(stop(vec![]), "stop \"S1\": packages: are missing");
    refused(
        stop(vec![
            package("P1"),
            Package::new("P2", Place::at(41.0, -87.0), "60608"),
        ]),
        "stop \"S1\": packages: \"P1\" is at (41.85, -87.65), \"P2\" at (41, -87)",
    );
    let morning = package("P1").with_window(TimeWindow::hm((8, 0), (10, 0)));
    let noon = package("P2").with_window(TimeWindow::hm((10, 1), (12, 0)));
    refused(
        stop(vec![morning.clone(), package("P3"), noon.clone()]),
        "stop \"S1\": packages: the windows of \"P2\" do not meet those of the packages before it",
    );
    let noon_or_nine = noon.with_window(TimeWindow::hm((9, 0), (9, 15)));
    assert!(stop(vec![morning, noon_or_nine]).is_ok());
    refused(
        ServiceDay::builder(station())
            .vehicles(["V1", "V2"].map(Vehicle::cargo_van))
            .stops([Stop::new(
                "S1",
                vec![package("P1").with_pin("V1"), package("P2").with_pin("V2")],
            )])
            .build(),
        "stop \"S1\": packages: \"P1\" is pinned to \"V1\", \"P2\" to \"V2\"",
    );
}

#[test]
fn all_problems_are_reported_at_once_in_the_order_of_the_input() {
    let day = ServiceDay::builder(station())
        .packages([
            package("P1")
                .with_window(TimeWindow::hm((9, 0), (8, 0)))
                .with_pin("V9"),
            Package::new("P2", Place::at(95.0, 0.0), "123"),
            package("P2"),
            package("P3").with_address_key("").with_need(""),
        ])
        .vehicles([Vehicle::cargo_van("V1")
            .with_max_duty(Span::ZERO)
            .with_capability("")])
        .build();
    refused(
        day,
        "9 problems in the input\n\
         package \"P2\": id: is used by 2 packages\n\
         package \"P1\": windows: 09:00-08:00 ends before it starts\n\
         package \"P1\": pin: no vehicle is called \"V9\"\n\
         package \"P2\": place: latitude 95 is not between -90 and 90\n\
         package \"P2\": zip: \"123\" is neither five digits nor ZIP+4 (12345-6789)\n\
         package \"P3\": address_key: is empty\n\
         package \"P3\": needs: one has no name\n\
         vehicle \"V1\": max_duty: is 0\n\
         vehicle \"V1\": capabilities: one has no name",
    );
}

#[test]
fn a_million_wrong_packages_are_refused_in_bounded_time_and_text() {
    let bad = Package::new("", Place::at(f64::NAN, 0.0), "1");
    let start = std::time::Instant::now();
    let error = day_of((0..1_000_000).map(|_| bad.clone())).unwrap_err();
    assert_eq!(error.problems().len(), 3_000_000);
    assert!(error.to_string().len() < 10_000);
    // A hundred times what it takes; a quadratic check would take hours.
    assert!(start.elapsed().as_secs() < 120);
}

#[test]
fn given_stops_follow_the_loose_packages() {
    let day = ServiceDay::builder(station())
        .stops([Stop::new("S1", vec![package("P1"), package("P2")])])
        .packages([package("P3")])
        .build()
        .unwrap();
    let ids: Vec<&str> = day.packages().iter().map(|p| p.id().as_str()).collect();
    assert_eq!(ids, ["P3", "P1", "P2"]);
    assert_eq!(day.given_stops(), [(StopId::from("S1"), 1..3)]);
}

#[test]
fn a_vehicle_takes_from_the_day_what_it_does_not_state() {
    let own = Vehicle::bicycle("V2")
        .with_start(DOOR)
        .with_costs(Costs::driving_only())
        .with_shift(TimeWindow::hm((7, 0), (15, 0)));
    let day = ServiceDay::builder(station())
        .vehicles([Vehicle::cargo_van("V1"), own])
        .build()
        .unwrap();
    assert_eq!(day.vehicle_start(0), station().place());
    assert_eq!(day.vehicle_costs(0), Costs::default());
    assert_eq!(day.vehicle_shift(0), day.delivery_hours());
    assert_eq!(day.vehicle_start(1), &DOOR);
    assert_eq!(day.vehicle_end(1), station().place());
    assert_eq!(
        day.vehicle_costs(1).per_driving_hour(),
        Money::from_units(36)
    );
    assert_eq!(day.vehicles()[1].capacity().weight_g, Some(150_000));
}

#[test]
fn a_promise_is_due_by_its_kind() {
    let hours = TimeWindow::DELIVERY_HOURS;
    let ordered = TimeOfDay::hm(10, 15);
    assert_eq!(
        Promise::TwoHour { ordered }.due(hours),
        TimeOfDay::hm(12, 15)
    );
    assert_eq!(Promise::SameDay.due(hours), TimeOfDay::hm(22, 0));
    let never = TimeOfDay::from_millis(i64::MAX);
    assert_eq!(Promise::TwoHour { ordered: never }.due(hours), never);
}

#[test]
fn a_package_stays_small() {
    // 1.6 million packages of a nation's day; the id, one window and the ZIP come on top.
    assert!(size_of::<Package>() <= 176, "{}", size_of::<Package>());
}

#[test]
fn a_point_of_geo_is_a_place() {
    let place = Place::from(geo::Point::new(-87.65, 41.85));
    assert_eq!(place, DOOR);
}

#[test]
fn public_values_cross_threads() {
    fn crosses<T: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static>() {}
    crosses::<ServiceDay>();
    crosses::<Package>();
    crosses::<Stop>();
    crosses::<Vehicle>();
    crosses::<Station>();
    crosses::<TravelSpec>();
    crosses::<Error>();
}

#[cfg(feature = "json")]
mod json {
    use super::*;
    use serde_json::json;

    fn drivers() -> [Driver; 2] {
        [
            Driver::new("D1"),
            Driver::new("D2")
                .with_shift(TimeWindow::hm((9, 0), (18, 0)))
                .with_max_duty(Span::from_hours(8))
                .with_day_pay(Money::from_units(60))
                .with_hourly_pay(Money::from_units(19))
                .with_capability("age check")
                .with_own_zips(["606"], Money::from_cents(30))
                .with_vehicle("V1")
                .with_planned_on("V1", Money::from_cents(250)),
        ]
    }

    /// A day that states everything there is to state.
    fn full_day() -> ServiceDay {
        let matrix = TravelMatrix::from_integers(
            3,
            vec![0, 1, 2, 3, 0, 5_001, 6, 7, 0],
            vec![0, 1_500, 2, 3, 0, 5, 6, 7, 0],
        )
        .unwrap();
        let walk = TravelMatrix::from_integers(3, vec![9; 9], vec![8; 9]).unwrap();
        let ordered = TimeOfDay::hm(9, 30);
        ServiceDay::builder(Station::new("DCH1", Place::row(0)))
            .date("2018-08-08".parse().unwrap())
            .delivery_hours(TimeWindow::hm((7, 0), (25, 30)))
            .packages([
                Package::new("P1", DOOR.with_row(1), "60608-1234")
                    .with_address_key("12 Elm St #4")
                    .with_load(Load {
                        count: 2,
                        volume_cm3: 9_000,
                        weight_g: 1_200,
                    })
                    .with_windows([
                        TimeWindow::hm((8, 0), (9, 0)),
                        TimeWindow::hm((24, 0), (25, 0)),
                    ])
                    .with_promise(Promise::TwoHour { ordered })
                    .with_hand_off(HandOff::AgeCheck)
                    .with_attempts(2)
                    .with_ready(TimeOfDay::hm(7, 45))
                    .with_kind(PackageKind::ReturnPickup)
                    .with_tender("7.12345".parse().unwrap())
                    .with_pin("V1")
                    .with_service_time(Span::from_millis(43_500))
                    .with_need("id-scanner"),
                Package::new("P2", Place::row(2), "00501"),
            ])
            .stops([Stop::new(
                "S1",
                vec![Package::new("P3", Place::row(1), "SW1A 1AA")],
            )])
            .vehicles([
                Vehicle::cargo_van("V1")
                    .with_capacity(Capacity::UNLIMITED.with_count(150))
                    .with_shift(TimeWindow::hm((8, 0), (25, 0)))
                    .with_max_duty(Span::from_hours(10))
                    .with_start(Place::row(1))
                    .with_end(Place::row(2))
                    .with_costs(Costs::vehicles_then_distance())
                    .with_capability("id-scanner"),
                Vehicle::walker("V2"),
            ])
            .drivers(drivers())
            .travel(matrix.with_kind(VehicleKind::Walker, &walk))
            .most_zones(4)
            .walking(Walking::default().with_most_doors(6).with_speed(5.5))
            .balance(Balance::default().with_hours(Span::from_hours(7), Money::from_units(9)))
            .costs(Costs::driving_only())
            .service_times(ServiceTimes::default().with_hand_off(HandOff::Locker, Span::ZERO))
            .service_times_of(
                VehicleKind::Walker,
                ServiceTimes::default().with_parking(Span::ZERO),
            )
            .build()
            .unwrap()
    }

    #[test]
    fn a_day_that_states_everything_comes_back() {
        let day = full_day();
        let text = serde_json::to_string_pretty(&day).unwrap();
        let read: ServiceDay = serde_json::from_str(&text).unwrap();
        assert_eq!(read, day);
    }

    #[test]
    fn the_written_form_is_one_a_person_would_write() {
        let written = serde_json::to_value(full_day()).unwrap();
        let package = &written["packages"][0];
        assert_eq!(package["windows"], json!(["08:00-09:00", "24:00-25:00"]));
        assert_eq!(
            package["promise"],
            json!({"two_hour": {"ordered": "09:30"}})
        );
        assert_eq!(package["hand_off"], "age_check");
        assert_eq!(package["tender"], "7.12345");
        assert_eq!(package["service_time"], "00:00:43.500");
        assert_eq!(written["packages"][1]["place"], json!({"row": 2}));
        assert_eq!(written["date"], "2018-08-08");
        assert_eq!(written["stops"][0]["packages"][0]["id"], "P3");
        assert_eq!(written["vehicles"][0]["kind"], "cargo_van");
        assert_eq!(written["vehicles"][0]["max_duty"], "10:00:00");
        assert_eq!(written["travel"]["matrix"]["distances"][1][2], 5.001);
        assert_eq!(written["costs"]["per_driving_hour"], "36");
    }

    #[test]
    fn a_day_may_be_written_with_only_what_is_needed() {
        let text = r#"{
            "station": {"id": "DCH1", "place": {"at": {"lat": 41.84, "lng": -87.68}}},
            "packages": [
                {"id": "P1", "place": {"at": {"lat": 41.85, "lng": -87.65}}, "zip": "60608"}
            ],
            "vehicles": [{"id": "V1", "kind": "cargo_van"}],
            "travel": {"great_circle": {"speeds": {"cargo_van": 30}}}
        }"#;
        let read: ServiceDay = serde_json::from_str(text).unwrap();
        let built = ServiceDay::builder(station())
            .packages([package("P1")])
            .vehicles([Vehicle::new("V1", VehicleKind::CargoVan)])
            .travel(GreatCircle::default().with_speed(VehicleKind::CargoVan, 30.0))
            .build()
            .unwrap();
        assert_eq!(read, built);
    }

    #[test]
    fn a_day_is_read_through_the_same_checks() {
        let mut written = serde_json::to_value(full_day()).unwrap();
        written["packages"][1]["zip"] = json!("501");
        written["vehicles"][1]["shift"] = json!("09:00-08:00");
        let error = serde_json::from_value::<ServiceDay>(written).unwrap_err();
        assert_eq!(
            error.to_string(),
            "2 problems in the input\n\
             package \"P2\": zip: \"501\" is neither five digits nor ZIP+4 (12345-6789)\n\
             vehicle \"V2\": shift: 09:00-08:00 ends before it starts"
        );
    }

    #[test]
    fn an_unknown_field_is_refused_everywhere() {
        for path in [
            "",
            "/station",
            "/packages/0",
            "/packages/0/place",
            "/packages/0/load",
            "/vehicles/0",
            "/drivers/0",
            "/balance",
            "/walking",
            "/walking/carried",
            "/vehicles/0/capacity",
            "/vehicles/0/costs",
            "/stops/0",
            "/costs",
            "/service_times",
            "/service_times_by_kind/0/1",
            "/travel/matrix",
        ] {
            let mut written = serde_json::to_value(full_day()).unwrap();
            written.pointer_mut(path).unwrap()["colour"] = json!("red");
            let error = serde_json::from_value::<ServiceDay>(written).unwrap_err();
            assert!(
                error.to_string().contains("unknown field `colour`"),
                "{path}: {error}"
            );
        }
    }
}
