//! What the examples share: the drawn city, the reader of tables, the written files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use doorstep::model::{Costs, Package, ServiceDay, VehicleKind};
use doorstep::plan::Plan;
use doorstep::travel::TravelModel as _;

use crate::fixture;
use crate::plan_day::common::city::{draw_packages, embedded};
use crate::plan_day::common::csv::read_days;
use crate::plan_day::common::figures::Figures;
use crate::plan_day::common::{actual, austin, random::Random, report};

const STATIONS: &str = "station,lat,lon\nS1,41.8,-87.6\nS2,42.0,-87.7\n";
const VEHICLES: &str = "vehicle_id,station,kind,capacity_cm3,shift_start,shift_end,max_hours\n\
    v1,S1,cargo_van,3313071,08:00,21:00,10\nv2,S2,bicycle,,,,\n";
const PACKAGES: &str = "package_id,station,lat,lon,zip,volume_cm3,service_seconds,earliest,latest\n\
    c1,S1,41.81,-87.61,60601,10440,43.5,,\n\
    c2,S2,42.01,-87.71,60602,,,16:00,23:59\n\
    c3,S2,42.02,-87.72,60603,988,35.0,00:00,17:00\n";

/// Writes three tables into a folder of the test's own and reads them.
fn read(test: &str, tables: [&str; 3]) -> Result<Vec<ServiceDay>, String> {
    let folder = folder(test);
    let names = ["packages.csv", "vehicles.csv", "stations.csv"];
    let paths = names.map(|name| folder.join(name));
    for (path, text) in paths.iter().zip(tables) {
        std::fs::write(path, text).expect("the test's folder can be written");
    }
    // The folder's name is of no interest in a message.
    let prefix = format!("{}/", folder.display());
    read_days(&paths[0], &paths[1], &paths[2])
        .map_err(|errors| errors.to_string().replace(&prefix, ""))
}

fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

#[test]
fn tables_become_one_request_a_station() {
    let days = read("good", [PACKAGES, VEHICLES, STATIONS]).expect("good tables");
    let names: Vec<String> = days.iter().map(|d| d.station().id().to_string()).collect();
    assert_eq!(names, ["S1", "S2"]);
    let first = &days[0].packages()[0];
    assert_eq!(first.id().as_str(), "c1");
    assert_eq!(first.zip().as_str(), "60601");
    assert_eq!(first.load().volume_cm3, 10_440);
    assert_eq!(first.service_time().expect("43.5 s").millis(), 43_500);
    assert!(first.windows().is_empty());
    let van = &days[0].vehicles()[0];
    assert_eq!(van.capacity().volume_cm3, Some(3_313_071));
    assert_eq!(van.shift().expect("a shift").to_string(), "08:00-21:00");
    assert_eq!(van.max_duty().expect("a limit").millis(), 36_000_000);
    let bicycle = &days[1].vehicles()[0];
    assert_eq!(bicycle.kind().as_str(), "bicycle");
    assert!(bicycle.capacity().volume_cm3.is_some(), "the usual one");
    let windows: Vec<String> = days[1]
        .packages()
        .iter()
        .map(|p| p.windows()[0].to_string())
        .collect();
    assert_eq!(windows, ["16:00-23:59", "00:00-17:00"]);
}

#[test]
fn columns_may_stand_in_any_order_among_others() {
    let packages = "zip,zone,lon,lat,station,actual_vehicle,package_id\n\
        60601,A-1,-87.61,41.81,S1,v9,\"c,1\"\n";
    let days = read("order", [packages, VEHICLES, STATIONS]).expect("good tables");
    assert_eq!(days[0].packages()[0].id().as_str(), "c,1");
    let place = days[0].packages()[0].place();
    assert_eq!(*place, doorstep::model::Place::at(41.81, -87.61));
}

#[test]
fn every_broken_row_is_named_with_file_line_column_and_value() {
    let packages = "package_id,station,lat,lon,zip,service_seconds,earliest,latest\n\
        c1,S1,north,-87.6,60601,,,\n\
        c2,S9,41.8,-87.6,60601,,,\n\
        c3,S1,41.8,-87.6,60601,-1,,\n\
        c4,S1,41.8,-87.6,60601,,8am,12:00\n\
        c5,S1,41.8,-87.6,60601,,09:00,\n\
        c6,S1,41.8\n\
        c1,S1,41.8,-87.6,60601,,,\n\
        ,S1,41.8,-87.6,,,,\n";
    let vehicles = "vehicle_id,station,kind,max_hours\nv1,S8,truck,ten\n";
    let message = read("broken", [packages, vehicles, STATIONS]).expect_err("broken");
    let expected = [
        "vehicles.csv:2: station: \"S8\" is not among the stations",
        "vehicles.csv:2: kind: \"truck\" is not a kind of vehicle (cargo_van, electric_van, \
         flex_car, bicycle, walker)",
        "vehicles.csv:2: max_hours: \"ten\" is not a number of hours",
        "packages.csv:2: lat: \"north\" is not a number",
        "packages.csv:3: station: \"S9\" is not among the stations",
        "packages.csv:4: service_seconds: \"-1\" is not a number of seconds",
        "packages.csv:5: earliest: \"8am\" is not a time HH:MM",
        "packages.csv:6: latest: is empty",
        "packages.csv:7: 3 fields where the header has 8",
        "packages.csv:8: package_id: \"c1\" was used before, in packages.csv:2",
        "packages.csv:9: package_id: is empty",
        "packages.csv:9: zip: is empty",
    ];
    let found: BTreeSet<&str> = message.lines().collect();
    for line in expected {
        assert!(found.contains(line), "missing: {line}\nin:\n{message}");
    }
    assert_eq!(found.len(), expected.len(), "{message}");
}

#[test]
fn what_the_model_refuses_is_named_with_its_row() {
    let packages = "package_id,station,lat,lon,zip,earliest,latest\n\
        c1,S1,41.8,-87.6,60601,,\n\
        c2,S1,95,-87.6,60601,,\n\
        c3,S2,41.8,-87.6,60601,12:00,09:00\n";
    let message = read("refused", [packages, VEHICLES, STATIONS]).expect_err("refused");
    assert_eq!(message.lines().count(), 2, "{message}");
    assert!(
        message.contains("packages.csv:3: package \"c2\": "),
        "{message}"
    );
    assert!(
        message.contains("packages.csv:4: package \"c3\": "),
        "{message}"
    );
}

#[test]
fn missing_files_and_columns_are_named() {
    let none = Path::new("no-such-folder/packages.csv");
    let errors = read_days(none, none, none).expect_err("no file");
    assert!(errors.lines()[0].starts_with("no-such-folder/packages.csv: cannot be opened: "));
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let errors = read_days(directory, directory, directory).expect_err("no file");
    assert_eq!(errors.lines().len(), 3);
    assert!(errors.lines()[0].contains(": cannot be "), "{errors}");
    let packages = "package_id,station,lat\nc1,S1,41.8\n";
    let message = read("columns", [packages, VEHICLES, STATIONS]).expect_err("no columns");
    assert_eq!(
        message,
        "packages.csv:1: column \"lon\" is missing\npackages.csv:1: column \"zip\" is missing"
    );
    let twice = "station,lat,lon,lat\nS1,1,2,3\n";
    let message = read("twice", [PACKAGES, VEHICLES, twice]).expect_err("lat twice");
    assert_eq!(message, "stations.csv:1: column \"lat\" occurs twice");
}

#[test]
fn the_list_of_problems_is_bounded() {
    let mut packages = String::from("package_id,station,lat,lon,zip\n");
    for i in 0..10_000 {
        packages += &format!("c{i},S1,x,-87.6,60601\n");
    }
    let message = read("many", [&packages, VEHICLES, STATIONS]).expect_err("broken");
    assert_eq!(message.lines().count(), 21);
    assert!(message.ends_with("and 9980 more problems"));
}

#[test]
fn the_embedded_day_is_a_function_of_seed_and_number() {
    let days = embedded(7, 3_000).expect("a valid day");
    assert_eq!(days.len(), 2);
    let total: usize = days.iter().map(|d| d.packages().len()).sum();
    assert_eq!(total, 3_000);
    assert_eq!(days, embedded(7, 3_000).expect("a valid day"));
    assert_ne!(days, embedded(8, 3_000).expect("a valid day"));
    for day in &days {
        assert!(day.packages().len() > 800, "no station is idle");
        assert!(day.vehicles().len() > 4);
    }
    assert!(
        embedded(7, 0).expect("an empty day")[0]
            .packages()
            .is_empty()
    );
}

#[test]
fn doors_stay_near_their_zip_and_packages_share_them() {
    let drawn = draw_packages(&austin::ZIPS, 7, 6_000);
    let mut doors: BTreeMap<String, usize> = BTreeMap::new();
    for (row, packages) in austin::ZIPS.iter().zip(&drawn) {
        assert!(!packages.is_empty(), "{} has people", row.zip);
        for package in packages {
            assert_eq!(package.zip().as_str(), row.zip);
            let at = package.place().lat_lng().expect("a place");
            let north = (at.lat - row.lat) * 111.2;
            let east = (at.lng - row.lng) * 111.2 * row.lat.to_radians().cos();
            assert!(north.hypot(east) < 7.0, "{} is far off", package.id());
            *doors.entry(package.place().to_string()).or_default() += 1;
        }
    }
    let largest = doors.values().max().copied().unwrap_or(0);
    assert!(doors.len() < 5_000, "{} doors for 6,000", doors.len());
    assert!((10..200).contains(&largest), "largest door: {largest}");
}

#[test]
fn a_zip_does_not_depend_on_which_other_zips_are_drawn() {
    let one = &austin::ZIPS[4..5];
    let alone = draw_packages(one, 3, 50);
    let mut rows = one.to_vec();
    rows.push(austin::ZIPS[9]);
    let population = |i: usize| u64::from(rows[i].population);
    // As many in all as gives the first ZIP 50 again.
    let count = 50 * (population(0) + population(1)) / population(0);
    let both = draw_packages(&rows, 3, usize::try_from(count).expect("a small number"));
    let ids = |packages: &[Package]| -> Vec<String> {
        packages
            .iter()
            .map(|p| format!("{} {}", p.id(), p.place()))
            .collect()
    };
    assert_eq!(both[0].len(), 50);
    assert_eq!(ids(&both[0]), ids(&alone[0]));
}

#[test]
fn stated_shares_come_out() {
    let drawn = draw_packages(&austin::ZIPS, 11, 20_000);
    let all: Vec<&Package> = drawn.iter().flatten().collect();
    let share = |holds: &dyn Fn(&Package) -> bool| {
        100.0 * all.iter().filter(|p| holds(p)).count() as f64 / all.len() as f64
    };
    let near = |found: f64, stated: f64| assert!((found - stated).abs() < 1.0, "{found} {stated}");
    near(share(&|p| p.windows().is_empty()), 88.0);
    near(share(&|p| p.windows().len() == 2), 2.0);
    near(share(&|p| p.attempts() > 0), 6.0);
    near(share(&|p| p.tender().is_some()), 3.0);
    near(share(&|p| p.load().volume_cm3 > 70_000), 2.0);
}

#[test]
fn the_generator_is_pinned() {
    // The first two numbers of SplitMix64 from state 0, as in Vigna's reference code.
    let mut random = Random::from_state(0);
    assert_eq!(random.next(), 0xe220_a839_7b1d_cdaf);
    assert_eq!(random.next(), 0x6e78_9e6a_a1b9_65f4);
    for _ in 0..1_000 {
        assert!(random.below(7) < 7);
        assert!((-1.0..1.0).contains(&random.between(-1.0, 1.0)));
    }
    assert_eq!(random.below(0), 0);
}

#[test]
fn files_hold_every_package_once() {
    let day = fixture::day();
    let plan = fixture::plan(&day);
    let solved = [(&day, &plan)];
    let manifest = report::manifest(&solved);
    let mut rows = ::csv::Reader::from_reader(manifest.as_bytes());
    assert_eq!(
        rows.headers().expect("a header").iter().collect::<Vec<_>>(),
        [
            "station",
            "vehicle",
            "route",
            "position",
            "stop",
            "package_id",
            "zip",
            "arrive",
            "start",
            "leave",
            "load_position"
        ]
    );
    let rows: Vec<::csv::StringRecord> = rows.records().map(|r| r.expect("a row")).collect();
    assert_eq!(rows.len(), 2);
    let visit = &plan.routes[0].visits[0];
    let expected = [
        "A&B <1>",
        "v\"1\"",
        "1",
        "1",
        visit.stop.as_str(),
        "p2",
        "78702",
        &visit.arrive.hms(),
        &visit.start.hms(),
        &visit.leave.hms(),
        // Delivered first, loaded last.
        "2",
    ];
    assert_eq!(rows[0].iter().collect::<Vec<_>>(), expected);
    assert_eq!(&rows[1][10], "1");
    let unserved = report::unserved(&solved);
    assert!(unserved.starts_with("package_id,reason\np3,"), "{unserved}");
    assert_eq!(unserved.lines().count(), 2);

    let folder = folder("report");
    report::write_all(&folder, &solved).expect("files");
    for name in [
        "plan.json",
        "plan.geojson",
        "plan.svg",
        "timeline.svg",
        "report.html",
        "manifest.csv",
        "unserved.csv",
    ] {
        assert!(folder.join(name).metadata().expect("a file").len() > 0);
    }
    let json = std::fs::read_to_string(folder.join("plan.json")).expect("plan.json");
    let plans: Vec<Plan> = serde_json::from_str(&json).expect("plans");
    assert_eq!(plans, [plan]);
}

#[test]
fn figures_price_a_plan_as_its_scorecard_does() {
    let day = fixture::day();
    let plan = fixture::plan(&day);
    let figures = Figures::of([&plan], &Costs::default());
    let gap = figures.money.millicents() - plan.scorecard.cost.total().millicents();
    assert!(
        gap.abs() <= 2,
        "{} {}",
        figures.money,
        plan.scorecard.cost.total()
    );
    assert_eq!((figures.vans, figures.left), (1, 1));
    let driving = Figures::of([&plan, &plan], &Costs::driving_only());
    // One cent a second.
    let cents = 2 * plan.scorecard.driving.millis() / 1_000;
    assert!((driving.money.millicents() / 1_000 - cents).abs() <= 1);
}

#[test]
fn what_ran_is_one_shortest_tour_a_vehicle_without_windows() {
    // Doors on one meridian, in no order, with windows that no tour could keep; v2 took two.
    let mut table = String::from("package_id,station,lat,lon,zip,earliest,latest,actual_vehicle\n");
    for (i, lat) in [41.85, 41.81, 41.84, 41.82, 41.83].iter().enumerate() {
        table += &format!("c{i},S1,{lat},-87.6,60601,12:00,12:00,v1\n");
    }
    table += "d1,S2,42.0,-87.9,60602,,,v2\nd2,S2,42.0,-87.8,60602,,,v2\n";
    let days = read("ran", [&table, VEHICLES, STATIONS]).expect("good tables");
    let ran = actual::read(&folder("ran").join("packages.csv")).expect("a good table");
    assert_eq!(ran.len(), 7);
    let tours = actual::tours(&days, &ran, 500, 1).expect("tours");
    assert_eq!((tours[0].len(), tours[1].len()), (1, 1));
    let order = |plan: &Plan| -> Vec<String> {
        let visits = plan.routes[0].visits.iter();
        visits.map(|v| v.packages[0].to_string()).collect()
    };
    // There and back again: the driving of a tour on a line does not depend on the way it turns.
    let plan = &tours[0][0];
    assert!(plan.unserved.is_empty());
    let far = days[0].travel().leg(
        VehicleKind::CargoVan,
        days[0].station().place(),
        days[0].packages()[0].place(),
    );
    let longest = 2 * far.time.millis();
    assert!(
        (plan.scorecard.driving.millis() - longest).abs() <= 10,
        "{plan:?}"
    );
    assert_eq!(order(plan).len(), 5);
    assert_eq!(order(&tours[1][0]).len(), 2);
    assert_eq!(tours[1][0].routes[0].vehicle.as_str(), "v2");
}

#[test]
fn the_first_example_fits_on_a_screen() {
    let text = include_str!("../../examples/first.rs");
    let code = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"));
    assert!(code.clone().count() <= 25, "{}", code.count());
    let uses = text
        .lines()
        .filter(|line| line.starts_with("use "))
        .collect::<String>();
    assert!(!uses.contains('*'));
    assert!(uses.split(',').count() <= 9, "{uses}");
}
