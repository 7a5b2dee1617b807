//! Packages to stops and back, and the order of ZIP groups.

use std::collections::BTreeSet;

use doorstep::model::{Capability, PackageKind, ServiceTimes, TravelMatrix};
use doorstep::sortation::{Grouping, group, zip_groups};
use doorstep::units::{Capacity, Load};
use doorstep::{
    HandOff, Money, Package, Place, ServiceDay, Span, Station, Stop, TimeOfDay, TimeWindow, Vehicle,
};

const DOOR: Place = Place::at(41.85, -87.65);

pub(crate) fn station() -> Station {
    Station::new("DCH1", Place::at(41.84, -87.68))
}

pub(crate) fn day(packages: impl IntoIterator<Item = Package>) -> ServiceDay {
    let day = ServiceDay::builder(station()).packages(packages);
    day.vehicles([Vehicle::cargo_van("V1")]).build().unwrap()
}

pub(crate) fn at_door(id: &str) -> Package {
    Package::new(id, DOOR, "60608")
}

pub(crate) fn hm(from: u32, to: u32) -> TimeWindow {
    TimeWindow::hm((from, 0), (to, 0))
}

/// The package ids of each stop.
pub(crate) fn ids(day: &ServiceDay, grouping: &Grouping) -> Vec<Vec<String>> {
    let id = |&i: &u32| day.packages()[i as usize].id().to_string();
    let stops = grouping.ungroup();
    stops.map(|stop| stop.iter().map(id).collect()).collect()
}

fn grouped(packages: impl IntoIterator<Item = Package>) -> Vec<Vec<String>> {
    let day = day(packages);
    ids(&day, &group(&day))
}

#[test]
fn equal_coordinates_make_one_stop_and_back() {
    let day = day([
        at_door("A"),
        Package::new("B", Place::at(41.86, -87.65), "60608"),
        at_door("C"),
    ]);
    let grouping = group(&day);
    assert_eq!(ids(&day, &grouping), [vec!["A", "C"], vec!["B"]]);
    let of: Vec<u32> = (0..3).map(|i| grouping.stop_of(i)).collect();
    assert_eq!(of, [0, 1, 0]);
    assert_eq!(grouping.stops()[0].id.as_str(), "A");
}

#[test]
fn an_address_key_decides_over_coordinates() {
    let tower = |id: &str, lat: f64| {
        Package::new(id, Place::at(lat, -87.65), "60608").with_address_key("100 W Main St")
    };
    let packages = [
        tower("A", 41.850_00),
        tower("B", 41.850_01),
        Package::new("C", Place::at(41.850_00, -87.65), "60608").with_address_key("102 W Main St"),
        Package::new("D", Place::at(41.850_00, -87.65), "60608"),
    ];
    assert_eq!(grouped(packages), [vec!["A", "B"], vec!["C"], vec!["D"]]);
}

#[test]
fn negative_zero_is_zero() {
    let packages = [
        Package::new("A", Place::at(0.0, -0.0), "60608"),
        Package::new("B", Place::at(-0.0, 0.0), "60608"),
    ];
    assert_eq!(grouped(packages), [vec!["A", "B"]]);
}

#[test]
fn rows_of_a_matrix_are_doors() {
    let zeros = vec![vec![0.0; 3]; 3];
    let matrix = TravelMatrix::new(&zeros, &zeros).unwrap();
    let day = ServiceDay::builder(Station::new("S", Place::row(0)))
        .packages([
            Package::new("A", Place::row(1), "60608"),
            Package::new("B", Place::row(2), "60608"),
            Package::new("C", Place::at(41.85, -87.65).with_row(1), "60608"),
        ])
        .travel(matrix)
        .build()
        .unwrap();
    assert_eq!(ids(&day, &group(&day)), [vec!["A", "C"], vec!["B"]]);
}

#[test]
fn windows_that_do_not_meet_make_several_stops() {
    let packages = [
        at_door("morning").with_window(hm(8, 10)),
        at_door("evening").with_window(hm(18, 20)),
        at_door("early").with_window(hm(9, 12)),
        at_door("noon").with_window(hm(11, 13)),
    ];
    let day = day(packages);
    let grouping = group(&day);
    assert_eq!(
        ids(&day, &grouping),
        [vec!["morning", "early"], vec!["evening"], vec!["noon"]]
    );
    assert_eq!(grouping.stops()[0].windows, [hm(9, 10)]);
    assert_eq!(grouping.stops()[2].windows, [hm(11, 13)]);
}

#[test]
fn windows_are_cut_on_both_sides_by_the_delivery_hours() {
    let day = day([at_door("A").with_windows([hm(4, 8), hm(20, 26)])]);
    assert_eq!(group(&day).stops()[0].windows, [hm(6, 8), hm(20, 22)]);
}

#[test]
fn packages_with_several_windows_share_what_all_have() {
    let day = day([
        at_door("A").with_windows([hm(8, 10), hm(14, 18)]),
        at_door("B").with_windows([hm(9, 15), hm(17, 20)]),
        at_door("C"),
    ]);
    let grouping = group(&day);
    assert_eq!(grouping.stops().len(), 1);
    assert_eq!(
        grouping.stops()[0].windows,
        [hm(9, 10), hm(14, 15), hm(17, 18)]
    );
}

#[test]
fn a_package_with_two_windows_joins_the_stop_that_meets_one_of_them() {
    let packages = [
        at_door("both").with_windows([hm(8, 9), hm(18, 19)]),
        at_door("late").with_window(hm(17, 20)),
    ];
    assert_eq!(grouped(packages), [vec!["both", "late"]]);
}

#[test]
fn choice_classes_are_kept_apart() {
    let packages = [
        at_door("required"),
        at_door("priced").with_tender(Money::from_units(7)),
        at_door("ready").with_ready(TimeOfDay::hm(11, 0)),
        at_door("ready before hours").with_ready(TimeOfDay::hm(5, 0)),
        at_door("needs").with_need("liftgate"),
        at_door("pinned").with_pin("V1"),
        at_door("priced too").with_tender(Money::from_units(5)),
    ];
    let day = day(packages);
    let grouping = group(&day);
    assert_eq!(
        ids(&day, &grouping),
        [
            vec!["required", "ready before hours"],
            vec!["priced", "priced too"],
            vec!["ready"],
            vec!["needs"],
            vec!["pinned"],
        ]
    );
    let stops = grouping.stops();
    assert_eq!(stops[0].price, None);
    assert_eq!(stops[0].ready, None);
    assert_eq!(stops[1].price, Some(Money::from_units(12)));
    assert_eq!(stops[2].ready, Some(TimeOfDay::hm(11, 0)));
    let need = Capability::from("liftgate");
    assert_eq!(stops[3].needs.iter().collect::<Vec<_>>(), [&need]);
    assert_eq!(stops[4].pin.as_ref().unwrap().as_str(), "V1");
}

#[test]
fn the_order_of_needs_does_not_matter() {
    let packages = [
        at_door("A").with_need("x").with_need("y"),
        at_door("B").with_need("y").with_need("x").with_need("y"),
    ];
    assert_eq!(grouped(packages), [vec!["A", "B"]]);
}

#[test]
fn a_stop_sums_up_its_packages() {
    let load = |count, volume_cm3, weight_g| Load {
        count,
        volume_cm3,
        weight_g,
    };
    let day = day([
        at_door("A").with_load(load(1, 2_000, 300)).with_attempts(1),
        at_door("B")
            .with_load(load(2, 500, 50))
            .with_hand_off(HandOff::Signature)
            .with_attempts(2),
        at_door("C")
            .with_load(load(1, 100, 10))
            .with_kind(PackageKind::ReturnPickup)
            .with_service_time(Span::from_seconds(45)),
    ]);
    let grouping = group(&day);
    let stop = &grouping.stops()[0];
    assert_eq!(stop.load, load(4, 2_600, 360));
    assert_eq!(stop.deliveries, load(3, 2_500, 350));
    assert_eq!(stop.pickups, load(1, 100, 10));
    assert_eq!(stop.attempts, 2);
    // Parking 60, doorstep 30, signature 75, its own 45.
    assert_eq!(stop.service, Span::from_seconds(210));
}

#[test]
fn stated_service_times_bring_their_own_parking() {
    let times = ServiceTimes::default().with_stated_parking(Span::from_seconds(10));
    let stated = |id: &str| at_door(id).with_service_time(Span::from_seconds(40));
    let service = |packages: Vec<Package>| {
        let day = ServiceDay::builder(station()).packages(packages);
        let day = day.service_times(times).build().unwrap();
        group(&day).stops()[0].service
    };
    assert_eq!(
        service(vec![stated("A"), stated("B")]),
        Span::from_seconds(90)
    );
    assert_eq!(
        service(vec![stated("A"), at_door("B")]),
        Span::from_seconds(130)
    );
}

pub(crate) fn van(id: &str, volume: u64, weight: u64) -> Vehicle {
    let capacity = Capacity::default()
        .with_volume_cm3(volume)
        .with_weight_g(weight);
    Vehicle::cargo_van(id).with_capacity(capacity)
}

fn loaded(id: &str, volume: u64, weight: u64) -> Package {
    at_door(id).with_load(Load {
        count: 1,
        volume_cm3: volume,
        weight_g: weight,
    })
}

#[test]
fn a_stop_takes_at_most_a_quarter_of_the_largest_vehicle() {
    let packages = |weight| {
        let small = (0..4).map(move |i| loaded(&format!("P{i}"), 125, weight));
        small.chain([loaded("large", 251, 0)])
    };
    let split = |weight, vans: Vec<Vehicle>| {
        let day = ServiceDay::builder(station())
            .packages(packages(weight))
            .vehicles(vans);
        let day = day.build().unwrap();
        ids(&day, &group(&day))
    };
    // By volume: 250 of 1,000 is a quarter, 251 is more. The small van does not count.
    let vans = || vec![van("small", 400, 100), van("large", 1_000, 400)];
    let pairs = [vec!["P0", "P1"], vec!["P2", "P3"], vec!["large"]];
    assert_eq!(split(0, vans()), pairs);
    // By weight: 51 g twice is more than a quarter of 400 g.
    let singles = [
        vec!["P0"],
        vec!["P1"],
        vec!["P2"],
        vec!["P3"],
        vec!["large"],
    ];
    assert_eq!(split(51, vans()), singles);
    // Nothing to split for without a vehicle, or without limits.
    assert_eq!(split(51, vec![]).len(), 1);
    let unlimited = Vehicle::cargo_van("V").with_capacity(Capacity::UNLIMITED);
    assert_eq!(split(51, vec![unlimited]).len(), 1);
}

#[test]
fn a_split_stop_has_only_its_own_windows() {
    let packages = [
        loaded("tight", 200, 0).with_window(hm(8, 9)),
        loaded("free", 200, 0),
    ];
    let day = ServiceDay::builder(station())
        .packages(packages)
        .vehicles([van("V", 1_000, 1)]);
    let day = day.build().unwrap();
    let grouping = group(&day);
    assert_eq!(ids(&day, &grouping), [vec!["tight"], vec!["free"]]);
    assert_eq!(grouping.stops()[0].windows, [hm(8, 9)]);
    assert_eq!(grouping.stops()[1].windows, [hm(6, 22)]);
}

#[test]
fn the_largest_vehicle_is_one_that_may_serve_the_stop() {
    let pinned = |id: &str| loaded(id, 100, 0).with_pin("small");
    let able = |id: &str| loaded(id, 100, 0).with_need("liftgate");
    let packages = [
        pinned("A"),
        pinned("B"),
        able("C"),
        able("D"),
        loaded("E", 100, 0),
        loaded("F", 100, 0),
    ];
    let vans = [
        van("small", 400, 0),
        van("able", 799, 0).with_capability("liftgate"),
        van("large", 1_000, 0),
    ];
    let day = ServiceDay::builder(station())
        .packages(packages)
        .vehicles(vans);
    let day = day.build().unwrap();
    let stops = ids(&day, &group(&day));
    assert_eq!(
        stops,
        [vec!["A"], vec!["B"], vec!["C"], vec!["D"], vec!["E", "F"]]
    );
}

#[test]
fn given_stops_are_kept_whole() {
    let given = Stop::new(
        "tower",
        vec![
            at_door("A").with_window(hm(8, 12)),
            loaded("B", u64::from(u32::MAX), 1).with_tender(Money::from_units(7)),
            at_door("C")
                .with_window(hm(11, 14))
                .with_ready(TimeOfDay::hm(10, 0)),
        ],
    );
    let day = ServiceDay::builder(station())
        .packages([at_door("D"), at_door("E").with_tender(Money::from_units(1))])
        .stops([given])
        .vehicles([van("V", 1_000, 1_000)])
        .build()
        .unwrap();
    let grouping = group(&day);
    assert_eq!(
        ids(&day, &grouping),
        [vec!["D"], vec!["E"], vec!["A", "B", "C"]]
    );
    let tower = &grouping.stops()[2];
    assert_eq!(tower.id.as_str(), "tower");
    assert_eq!(tower.windows, [hm(11, 12)]);
    assert_eq!(tower.ready, Some(TimeOfDay::hm(10, 0)));
    assert_eq!(tower.price, None, "required as soon as one package is");
}

#[test]
fn stop_ids_stay_unique_beside_given_ones() {
    let other = Package::new("~A", Place::at(41.9, -87.6), "60608");
    let day = ServiceDay::builder(station())
        .packages([at_door("A"), other])
        .stops([Stop::new("A", vec![at_door("G")])])
        .build()
        .unwrap();
    let ids: BTreeSet<String> = group(&day)
        .stops()
        .iter()
        .map(|s| s.id.to_string())
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.contains("A") && ids.contains("~A"));
}

#[test]
fn an_empty_day_has_no_stops() {
    let grouping = group(&day([]));
    assert!(grouping.stops().is_empty());
    assert!(zip_groups(&grouping).is_empty());
}

/// Many packages at one point: time is near linear, so a limit of many times the usual one holds
/// on any machine and a quadratic step does not.
fn crowd(packages: impl IntoIterator<Item = Package>, vans: Vec<Vehicle>) -> Grouping {
    let day = ServiceDay::builder(station())
        .packages(packages)
        .vehicles(vans);
    let day = day.build().unwrap();
    let clock = std::time::Instant::now();
    let grouping = group(&day);
    let took = clock.elapsed();
    assert!(took.as_secs() < 20, "took {took:?}");
    grouping
}

#[test]
fn two_hundred_thousand_packages_at_one_point() {
    let number = 200_000;
    let plain = (0..number).map(|i| loaded(&i.to_string(), 100, 10));
    let grouping = crowd(plain, vec![van("V", 4_000, 4_000)]);
    // 1,000 cm3 a stop: ten packages.
    assert_eq!(grouping.stops().len(), 20_000);

    // A window of its own for each: [i, i + 0.3 s] every 0.2 s in turn meet in pairs.
    let apart = (0..number).map(|i| {
        let start = TimeOfDay::hm(6, 0) + Span::from_millis(i * 200);
        let window = TimeWindow::new(start, start + Span::from_millis(300));
        at_door(&i.to_string()).with_window(window)
    });
    assert_eq!(crowd(apart, vec![]).stops().len(), 100_000);

    // Two windows each, none of which meet.
    let twice = (0..number).map(|i| {
        let window = |hour| {
            let at = TimeOfDay::hm(hour, 0) + Span::from_millis(i * 100);
            TimeWindow::new(at, at + Span::from_millis(50))
        };
        at_door(&i.to_string()).with_windows([window(6), window(13)])
    });
    assert_eq!(crowd(twice, vec![]).stops().len(), 200_000);
}

#[test]
fn zip_groups_hold_each_stop_once_and_follow_the_curve() {
    let street = |i: u32| {
        let place = Place::at(41.80 + f64::from(i) / 1_000.0, -87.65);
        Package::new(
            i.to_string().as_str(),
            place,
            ["60608", "60609", "60610"][i as usize / 10],
        )
    };
    // Shuffled by a stride that is coprime with 30.
    let day = day((0..30).map(|i| street(i * 7 % 30)));
    let grouping = group(&day);
    let groups = zip_groups(&grouping);
    let zips: Vec<&str> = groups.iter().map(|g| g.zip.as_str()).collect();
    assert!(
        zips == ["60608", "60609", "60610"] || zips == ["60610", "60609", "60608"],
        "{zips:?}"
    );
    for zip in &groups {
        let lats: Vec<f64> = zip
            .stops
            .iter()
            .map(|&i| grouping.stops()[i as usize].place.lat_lng().unwrap().lat)
            .collect();
        assert_eq!(lats.len(), 10);
        assert!(
            lats.is_sorted() || lats.iter().rev().is_sorted(),
            "{lats:?}"
        );
        let mean = lats.iter().sum::<f64>() / 10.0;
        assert!((zip.centroid.unwrap().lat - mean).abs() < 1e-9);
    }
}

#[test]
fn zip_plus_four_is_in_the_group_of_its_five_digits() {
    let at = |id: &str, lat: f64, zip: &str| Package::new(id, Place::at(lat, -87.65), zip);
    let day = day([
        at("A", 41.1, "60608-1234"),
        at("B", 41.2, "60608"),
        at("C", 41.3, "K1A-0B1"),
    ]);
    let groups = zip_groups(&group(&day));
    let mut found: Vec<(&str, usize)> = groups
        .iter()
        .map(|g| (g.zip.as_str(), g.stops.len()))
        .collect();
    found.sort_unstable();
    assert_eq!(found, [("60608", 2), ("K1A-0B1", 1)]);
}

#[test]
fn neighbours_across_the_date_line_are_neighbours() {
    let at = |id: &str, lng: f64, zip: &str| Package::new(id, Place::at(-16.8, lng), zip);
    let day = day([
        at("A", 179.98, "96799"),
        at("B", -179.98, "96799"),
        at("C", 179.99, "96799"),
        at("D", -179.99, "96799"),
    ]);
    let grouping = group(&day);
    let groups = zip_groups(&grouping);
    let order: String = groups[0]
        .stops
        .iter()
        .map(|&i| grouping.stops()[i as usize].id.to_string())
        .collect();
    assert!(order == "ACDB" || order == "BDCA", "{order}");
    assert!(groups[0].centroid.unwrap().lng.abs() > 179.9);
}

#[test]
fn stops_without_coordinates_go_by_row() {
    let zeros = vec![vec![0.0; 4]; 4];
    let day = ServiceDay::builder(Station::new("S", Place::row(0)))
        .packages([
            Package::new("A", Place::row(3), "96799"),
            Package::new("B", Place::row(1), "00002"),
            Package::new("C", Place::row(2), "96799"),
        ])
        .travel(TravelMatrix::new(&zeros, &zeros).unwrap())
        .build()
        .unwrap();
    let groups = zip_groups(&group(&day));
    let stops: Vec<&[u32]> = groups.iter().map(|g| g.stops.as_slice()).collect();
    assert_eq!(stops, [&[1][..], &[2, 0]]);
    assert_eq!(groups[0].centroid, None);
}
