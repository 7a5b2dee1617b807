//! Zones and blocks: what must hold for any day, how good they are, and that they stay put.

use std::collections::{BTreeMap, BTreeSet};

use doorstep::model::{
    LatLng, RecordedZone, ServiceDayBuilder, TravelMatrix, Zip, ZipPart, ZoneId, ZonePolicy,
    ZoneRecord,
};
use doorstep::sortation::{Zoning, group, zones};
use doorstep::{Money, Package, Place, ServiceDay, Span, Station, Stop, Vehicle};
use proptest::prelude::{ProptestConfig, prop_assert_eq};

use super::made::Draw;

const METERS: f64 = 111_195.0;

/// A package `east` and `north` metres of (41.8, -87.7).
fn at(id: impl AsRef<str>, east: f64, north: f64, zip: &str) -> Package {
    let lng = -87.7 + east / (METERS * 41.8_f64.to_radians().cos());
    Package::new(id.as_ref(), Place::at(41.8 + north / METERS, lng), zip)
}

/// So many packages over a square with its corner at (`east`, 0), with a postal code for each
/// square of `grid` metres.
fn town(draw: &mut Draw, name: &str, count: u32, east: u32, side: u32, grid: u32) -> Vec<Package> {
    let package = |i| {
        let (x, y) = (draw.below(side), draw.below(side));
        let zip = format!("{name}{:02}{:02}", x / grid, y / grid);
        at(
            format!("{name}{i:05}"),
            f64::from(east + x),
            f64::from(y),
            &zip,
        )
    };
    (0..count).map(package).collect()
}

fn builder(packages: Vec<Package>, vans: usize) -> ServiceDayBuilder {
    let van = |i| Vehicle::cargo_van(format!("V{i}")).with_max_duty(Span::from_hours(8));
    ServiceDay::builder(Station::new("DCH1", Place::at(41.8, -87.7)))
        .packages(packages)
        .vehicles((0..vans).map(van))
}

fn day(packages: Vec<Package>, vans: usize) -> ServiceDay {
    builder(packages, vans).build().unwrap()
}

/// The zones of a day, after everything was checked that holds for all zones.
#[track_caller]
fn checked(day: &ServiceDay) -> Zoning {
    let grouping = group(day);
    let zoning = zones(day, &grouping);
    let stops = grouping.stops();
    let mut seen = BTreeSet::new();
    let mut next = 0;
    for (z, zone) in (0_u32..).zip(zoning.zones()) {
        assert_eq!(zone.blocks.start, next, "blocks are numbered by zone");
        next = zone.blocks.end;
        let blocks = &zoning.blocks()[zone.blocks.start as usize..next as usize];
        let of_blocks: Vec<u32> = blocks.iter().flat_map(|b| b.stops.clone()).collect();
        assert_eq!(zone.stops, of_blocks);
        for (b, block) in (zone.blocks.start..).zip(blocks) {
            assert_eq!(block.zone, z);
            let size = block.stops.len();
            let small = size == zone.stops.len() && size < 8;
            assert!(
                (8..=15).contains(&size) || small,
                "{}: {size} stops",
                block.id
            );
            for &stop in &block.stops {
                assert!(seen.insert(stop), "stop {stop} is there twice");
                assert_eq!(zoning.zone_of(stop as usize), Some(z));
                assert_eq!(zoning.block_of(stop as usize), Some(b));
            }
        }
        let own = || zone.stops.iter().map(|&i| &stops[i as usize]);
        let zips: BTreeSet<&str> = own().map(|stop| stop.zip.five_digits()).collect();
        assert!(zips.iter().copied().eq(zone.zips.iter().map(Zip::as_str)));
        let packages: usize = own().map(|stop| stop.packages.len()).sum();
        assert_eq!(zone.packages as usize, packages);
        assert!(zone.work >= own().map(|stop| stop.service).sum::<Span>());
        assert!(zone.centroid.is_valid() && zone.hull.iter().all(LatLng::is_valid));
    }
    assert_eq!(zoning.blocks().len(), next as usize);
    for (i, stop) in stops.iter().enumerate() {
        let placed = stop.place.lat_lng().is_some();
        assert_eq!(zoning.zone_of(i).is_some(), placed);
        assert_eq!(seen.contains(&u32::try_from(i).unwrap()), placed);
    }
    let ids: BTreeSet<&str> = zoning.zones().iter().map(|z| z.id.as_str()).collect();
    assert_eq!(ids.len(), zoning.zones().len());
    let blocks: BTreeSet<&str> = zoning.blocks().iter().map(|b| b.id.as_str()).collect();
    assert_eq!(blocks.len(), zoning.blocks().len());
    checked_balance(&zoning);
    zoning
}

#[track_caller]
fn checked_balance(zoning: &Zoning) {
    let works: Vec<f64> = zoning
        .zones()
        .iter()
        .map(|z| z.work.seconds_f64())
        .collect();
    let balance = zoning.figures().balance;
    if works.is_empty() {
        assert!((balance - 1.0).abs() < 1e-9);
        return;
    }
    let most = works.iter().copied().fold(0.0, f64::max);
    let mean = works.iter().sum::<f64>() / works.len() as f64;
    assert!((balance - most / mean).abs() < 1e-9);
}

/// What zone each stop is in, by names.
fn by_name(day: &ServiceDay, zoning: &Zoning) -> BTreeMap<String, (String, String)> {
    let name = |(i, stop): (usize, &doorstep::sortation::StopGroup)| {
        let zone = zoning
            .zone_of(i)
            .map(|z| zoning.zones()[z as usize].id.to_string());
        let block = zoning
            .block_of(i)
            .map(|b| zoning.blocks()[b as usize].id.to_string());
        let names = (zone.unwrap_or_default(), block.unwrap_or_default());
        (stop.id.to_string(), names)
    };
    group(day).stops().iter().enumerate().map(name).collect()
}

/// The same day with yesterday's zones.
fn after(packages: Vec<Package>, vans: usize, yesterday: &Zoning) -> ServiceDay {
    builder(packages, vans)
        .zones_of_yesterday(yesterday.record())
        .build()
        .unwrap()
}

#[test]
fn zones_are_balanced_connected_and_about_a_route_each() {
    for (seed, count, grid) in [(1, 2_500, 900), (2, 2_500, 6_000), (3, 900, 500)] {
        let packages = town(&mut Draw::new(seed), "A", count, 0, 9_000, grid);
        let day = day(packages, 30);
        let zoning = checked(&day);
        let figures = zoning.figures();
        assert!(figures.balance <= 1.06, "{seed}: {figures:?}");
        assert!(
            (figures.contiguity - 1.0).abs() < 1e-9,
            "{seed}: {figures:?}"
        );
        assert!(figures.compactness > 0.6, "{seed}: {figures:?}");
        assert!(zoning.zones().len() > 3);
        for zone in zoning.zones() {
            // Eight hours are a route; the last zone takes the rest.
            let hours = zone.work.hours_f64();
            assert!((5.5..=8.5).contains(&hours), "{seed}: {hours}");
            assert!(
                in_one_piece(&day, &zone.stops, 1_200.0),
                "{seed}: {}",
                zone.id
            );
        }
    }
}

/// Whether stops are connected by steps of so many metres: without the library's graph.
fn in_one_piece(day: &ServiceDay, stops: &[u32], step: f64) -> bool {
    let grouping = group(day);
    let at: Vec<LatLng> = stops
        .iter()
        .map(|&i| grouping.stops()[i as usize].place.lat_lng().unwrap())
        .collect();
    let near = |a: LatLng, b: LatLng| {
        let east = (a.lng - b.lng) * a.lat.to_radians().cos();
        METERS * east.hypot(a.lat - b.lat) <= step
    };
    let mut reached = vec![false; at.len()];
    reached[0] = true;
    let mut open = vec![0];
    while let Some(i) = open.pop() {
        for j in 0..at.len() {
            if !reached[j] && near(at[i], at[j]) {
                reached[j] = true;
                open.push(j);
            }
        }
    }
    reached.into_iter().all(|r| r)
}

/// Crooked villages of unequal size, as they lie around lakes: borders are all bottlenecks.
#[test]
fn zones_of_scattered_villages_are_in_one_piece() {
    for seed in 40..70 {
        let mut draw = Draw::new(seed);
        let mut packages = Vec::new();
        for village in 0..40 {
            let (x, y) = (draw.below(16_000), draw.below(16_000));
            let (long, wide) = (draw.between(200, 4_000), draw.between(100, 500));
            for i in 0..draw.between(5, 60) {
                let (along, aside) = (draw.below(long), draw.below(wide));
                let (east, north) = if village % 2 == 0 {
                    (along, aside)
                } else {
                    (aside, along)
                };
                let id = format!("P{village:02}{i:02}");
                let zip = format!("606{village:02}");
                packages.push(at(id, f64::from(x + east), f64::from(y + north), &zip));
            }
        }
        let zoning = checked(&day(packages, 30));
        let figures = zoning.figures();
        assert!(
            (figures.contiguity - 1.0).abs() < 1e-9,
            "{seed}: {figures:?}"
        );
        assert!(figures.balance <= 1.15, "{seed}: {figures:?}");
    }
}

#[test]
fn small_codes_are_kept_whole_and_large_ones_cut() {
    let zones_of = |grid| {
        let zoning = checked(&day(
            town(&mut Draw::new(4), "A", 3_000, 0, 9_000, grid),
            30,
        ));
        let mut zones: BTreeMap<Zip, usize> = BTreeMap::new();
        for zone in zoning.zones() {
            for zip in &zone.zips {
                *zones.entry(zip.clone()).or_default() += 1;
            }
        }
        zones
    };
    let large = zones_of(9_000);
    assert_eq!(large.len(), 1);
    assert!(large.values().all(|&zones| zones > 10), "{large:?}");
    // A hundred and more codes for some fifteen zones: none is worth cutting.
    let small = zones_of(800);
    let cut = small.values().filter(|&&zones| zones > 1).count();
    assert_eq!(cut, 0, "of {}", small.len());
}

#[test]
fn blocks_are_small_places() {
    let day = day(town(&mut Draw::new(5), "A", 2_500, 0, 9_000, 900), 30);
    let zoning = checked(&day);
    let grouping = group(&day);
    let reach = |block: &doorstep::sortation::Block| {
        let at = |i: &u32| grouping.stops()[*i as usize].place.lat_lng().unwrap();
        let (lats, lngs): (Vec<f64>, Vec<f64>) =
            block.stops.iter().map(at).map(|p| (p.lat, p.lng)).unzip();
        let width = |v: &[f64]| {
            let ends = v
                .iter()
                .fold((f64::MAX, f64::MIN), |e, &x| (e.0.min(x), e.1.max(x)));
            ends.1 - ends.0
        };
        METERS * width(&lats).hypot(width(&lngs) * 41.8_f64.to_radians().cos())
    };
    let mean = zoning.blocks().iter().map(reach).sum::<f64>() / zoning.blocks().len() as f64;
    // A square for eleven of 2,500 stops on 81 km² has a diagonal of 840 m.
    assert!(mean < 900.0, "{mean}");
}

#[test]
fn the_order_of_the_request_does_not_matter() {
    let mut draw = Draw::new(6);
    let packages = town(&mut draw, "A", 1_200, 0, 6_000, 700);
    let mut mixed = packages.clone();
    for i in (1..mixed.len()).rev() {
        let j = draw.below(u32::try_from(i + 1).unwrap());
        mixed.swap(i, j as usize);
    }
    let (day, other) = (day(packages.clone(), 20), day(mixed.clone(), 20));
    let (zoning, same) = (checked(&day), checked(&other));
    assert_eq!(by_name(&day, &zoning), by_name(&other, &same));
    assert_eq!(zoning.record(), same.record());
    assert_eq!(zoning.figures(), same.figures());

    let mut backwards = zoning.record();
    backwards.zones.reverse();
    for zone in &mut backwards.zones {
        zone.parts.reverse();
    }
    let tomorrow = after(packages, 20, &zoning);
    let other = builder(mixed, 20)
        .zones_of_yesterday(backwards)
        .build()
        .unwrap();
    assert_eq!(
        by_name(&tomorrow, &checked(&tomorrow)),
        by_name(&other, &checked(&other))
    );
}

#[test]
fn the_same_day_again_moves_nothing() {
    for grid in [700, 6_000] {
        let packages = town(&mut Draw::new(7), "A", 1_500, 0, 6_000, grid);
        let first = day(packages.clone(), 20);
        let zoning = checked(&first);
        let second = after(packages, 20, &zoning);
        let again = checked(&second);
        assert_eq!(by_name(&first, &zoning), by_name(&second, &again));
        let figures = again.figures();
        assert_eq!(figures.stops_known, 1_500);
        assert_eq!(
            (figures.zips_moved, figures.parts_moved, figures.stops_moved),
            (0, 0, 0)
        );
    }
}

#[test]
fn a_tenth_of_the_packages_moves_few_codes() {
    let (mut known, mut moved) = (0, 0);
    for seed in 10..16 {
        let mut draw = Draw::new(seed);
        let mut packages = town(&mut draw, "A", 2_500, 0, 9_000, 800);
        let yesterday = checked(&day(packages.clone(), 30));
        let other = town(&mut draw, "A", 2_500, 0, 9_000, 800);
        for (package, other) in packages.iter_mut().zip(other) {
            if draw.chance(10) {
                *package = other;
            }
        }
        let zoning = checked(&after(packages, 30, &yesterday));
        let figures = zoning.figures();
        assert!(figures.balance <= 1.15, "{figures:?}");
        assert!((figures.contiguity - 1.0).abs() < 1e-9, "{figures:?}");
        known += figures.zips_known;
        moved += figures.zips_moved;
    }
    assert!(known > 500 && moved * 20 <= known, "{moved} of {known}");
}

#[test]
fn zones_keep_their_names_when_there_is_more_or_less_to_do() {
    let mut draw = Draw::new(17);
    let packages = town(&mut draw, "A", 2_000, 0, 7_000, 700);
    let yesterday = checked(&day(packages.clone(), 30));
    let names = |zoning: &Zoning| -> BTreeSet<ZoneId> {
        zoning.zones().iter().map(|zone| zone.id.clone()).collect()
    };
    let more = town(&mut draw, "B", 700, 0, 7_000, 700);
    let more = packages.iter().cloned().chain(more).collect();
    let fewer = packages[..1_300].to_vec();
    for packages in [more, fewer] {
        let zoning = checked(&after(packages, 30, &yesterday));
        assert!(zoning.figures().balance <= 1.15, "{:?}", zoning.figures());
        let (before, now) = (names(&yesterday), names(&zoning));
        assert_ne!(before.len(), now.len());
        assert_eq!(
            before.intersection(&now).count(),
            before.len().min(now.len())
        );
    }
}

#[test]
fn a_code_without_stops_keeps_its_zone_for_tomorrow() {
    let packages = town(&mut Draw::new(18), "A", 1_500, 0, 6_000, 700);
    let yesterday = checked(&day(packages.clone(), 20));
    let gone = packages[0].zip().clone();
    let rest = packages
        .iter()
        .filter(|p| *p.zip() != gone)
        .cloned()
        .collect();
    let today = checked(&after(rest, 20, &yesterday));
    let zones_with = |record: &ZoneRecord| -> Vec<ZoneId> {
        let has = |zone: &&RecordedZone| zone.parts.iter().any(|part| part.zip == gone);
        record
            .zones
            .iter()
            .filter(has)
            .map(|zone| zone.id.clone())
            .collect()
    };
    assert_eq!(zones_with(&yesterday.record()), zones_with(&today.record()));
    let back = checked(&after(packages, 20, &today));
    assert_eq!(back.figures().zips_moved, 0);
}

#[test]
fn a_record_by_hand_is_followed() {
    let west = town(&mut Draw::new(19), "W", 40, 0, 1_000, 9_000);
    let east = town(&mut Draw::new(20), "E", 40, 1_000, 1_000, 9_000);
    let part = |zip: &str| ZipPart {
        zip: zip.into(),
        centre: None,
    };
    let zone = |id: &str, zip: &str| RecordedZone {
        id: id.into(),
        parts: vec![part(zip)],
    };
    let record = ZoneRecord {
        zones: vec![zone("left bank", "W0000"), zone("right bank", "E0000")],
    };
    // Work for two vans, so that both zones live on.
    let slow = |p: Package| p.with_service_time(Span::from_minutes(20));
    let packages = west.into_iter().chain(east).map(slow).collect();
    let day = builder(packages, 4)
        .zones_of_yesterday(record)
        .build()
        .unwrap();
    let zoning = checked(&day);
    let mut found: Vec<(&str, &str)> = Vec::new();
    for zone in zoning
        .zones()
        .iter()
        .filter(|zone| zone.id.as_str().ends_with("bank"))
    {
        found.extend(zone.zips.iter().map(|zip| (zone.id.as_str(), zip.as_str())));
    }
    found.sort_unstable();
    assert_eq!(found, [("left bank", "W0000"), ("right bank", "E0000")]);
}

#[test]
fn far_apart_towns_have_zones_of_their_own() {
    let mut draw = Draw::new(21);
    let mut packages = town(&mut draw, "A", 900, 0, 4_000, 500);
    packages.extend(town(&mut draw, "B", 900, 60_000, 4_000, 500));
    let zoning = checked(&day(packages, 30));
    for zone in zoning.zones() {
        let towns: BTreeSet<char> = zone
            .zips
            .iter()
            .filter_map(|z| z.as_str().chars().next())
            .collect();
        assert_eq!(towns.len(), 1, "{}", zone.id);
    }
    assert!((zoning.figures().contiguity - 1.0).abs() < 1e-9);
}

#[test]
fn a_hamlet_goes_with_a_zone_and_the_contiguity_says_so() {
    let mut draw = Draw::new(22);
    let mut packages = town(&mut draw, "A", 900, 0, 4_000, 500);
    packages.extend(town(&mut draw, "B", 20, 60_000, 800, 200));
    let zoning = checked(&day(packages, 30));
    assert!(zoning.figures().contiguity < 1.0);
    let mixed = zoning.zones().iter().filter(|zone| {
        let of = |town| zone.zips.iter().any(|zip| zip.as_str().starts_with(town));
        of('A') && of('B')
    });
    assert_eq!(mixed.count(), 1);
}

#[test]
fn a_code_made_of_islands() {
    let mut draw = Draw::new(23);
    let mut packages = Vec::new();
    for island in 0..5 {
        let name = format!("{island}");
        let of_island = town(&mut draw, &name, 150, island * 9_000, 1_500, 9_000);
        packages.extend(
            of_island
                .into_iter()
                .map(|p| Package::new(p.id().as_str(), *p.place(), "04848")),
        );
    }
    let zoning = checked(&day(packages, 30));
    assert!(zoning.zones().len() > 2);
    assert!((zoning.figures().contiguity - 1.0).abs() < 1e-9);
    // An island of one and a half routes is one zone or two: the balance says so.
    assert!(zoning.figures().balance <= 1.6, "{:?}", zoning.figures());
    let leading: BTreeSet<&str> = zoning
        .zones()
        .iter()
        .flat_map(|z| z.zips.iter().map(Zip::as_str))
        .collect();
    assert_eq!(leading, BTreeSet::from(["04848"]));
}

#[test]
fn several_codes_at_one_point_and_codes_without_stops() {
    let mut packages = Vec::new();
    for i in 0..600 {
        packages.push(
            at(
                format!("P{i:03}"),
                0.0,
                0.0,
                &format!("{:05}", 60_000 + i % 40),
            )
            .with_address_key(format!("{i}"))
            .with_service_time(Span::from_minutes(4)),
        );
    }
    let centre = |zip: u32| {
        (
            Zip::from(format!("{zip:05}")),
            LatLng {
                lat: 41.8,
                lng: -87.7,
            },
        )
    };
    let day = builder(packages, 10)
        .zip_centroids((60_000..60_040).chain(601..700).map(centre))
        .build()
        .unwrap();
    let zoning = checked(&day);
    assert_eq!(zoning.zones().len(), 5);
    assert!(zoning.figures().balance <= 1.15, "{:?}", zoning.figures());
    assert!((zoning.figures().contiguity - 1.0).abs() < 1e-9);
}

#[test]
fn one_tower_of_several_routes_is_shared_out_and_stays_so() {
    let tower = |i| {
        at(format!("T{i:04}"), 1_000.0, 1_000.0, "60606")
            .with_address_key(format!("flat {i}"))
            .with_service_time(Span::from_minutes(3))
    };
    let mut packages: Vec<Package> = (0..800).map(tower).collect();
    packages.extend(town(&mut Draw::new(24), "A", 300, 0, 2_000, 500));
    let first = day(packages.clone(), 20);
    let zoning = checked(&first);
    assert!(zoning.figures().balance <= 1.15, "{:?}", zoning.figures());
    let with_tower = zoning
        .zones()
        .iter()
        .filter(|z| z.zips.iter().any(|zip| zip.as_str() == "60606"));
    assert!(with_tower.count() >= 5);
    let again = checked(&after(packages, 20, &zoning));
    let figures = again.figures();
    assert!(
        figures.stops_moved * 20 <= figures.stops_known,
        "{figures:?}"
    );
}

#[test]
fn the_date_line_is_no_border() {
    let mut draw = Draw::new(25);
    let package = |i| {
        let (x, y) = (f64::from(draw.below(8_000)), f64::from(draw.below(4_000)));
        let lng = 179.96 + x / METERS;
        let lng = if lng > 180.0 { lng - 360.0 } else { lng };
        let zip = format!("FJ-{}", if lng > 0.0 { "W" } else { "E" });
        Package::new(
            format!("P{i}").as_str(),
            Place::at(-17.0 + y / METERS, lng),
            zip.as_str(),
        )
    };
    let packages: Vec<Package> = (0..900).map(package).collect();
    let day = ServiceDay::builder(Station::new("S", Place::at(-17.0, 179.99)))
        .packages(packages)
        .vehicles(
            (0..9).map(|i| Vehicle::cargo_van(format!("V{i}")).with_max_duty(Span::from_hours(8))),
        )
        .build()
        .unwrap();
    let zoning = checked(&day);
    assert!(zoning.zones().len() > 1);
    assert!(zoning.figures().balance <= 1.06, "{:?}", zoning.figures());
    assert!((zoning.figures().contiguity - 1.0).abs() < 1e-9);
    for zone in zoning.zones() {
        assert!(zone.centroid.lng.abs() > 179.0, "{}", zone.centroid);
    }
}

#[test]
fn few_stops_and_odd_places() {
    let nothing = checked(&day(Vec::new(), 3));
    assert!(nothing.zones().is_empty() && nothing.blocks().is_empty());
    assert_eq!(nothing.record(), ZoneRecord::default());

    for count in 1..=17 {
        let on_a_line = |i| at(format!("P{i:02}"), f64::from(i) * 100.0, 0.0, "60606");
        let line = checked(&day((0..count).map(on_a_line).collect(), 0));
        assert_eq!(line.zones().len(), 1);
        let own_code = |i| {
            at(
                format!("P{i:02}"),
                0.0,
                f64::from(i),
                &format!("6060{}", i % 10),
            )
        };
        assert_eq!(
            checked(&day((0..count).map(own_code).collect(), 3))
                .zones()
                .len(),
            1
        );
    }
    let four = [
        at("A", 0.0, 0.0, "60601-1234"),
        at("B", 0.0, 50.0, "60601"),
        Package::new("C", Place::at(89.9, 10.0), "00501"),
        Package::new("D", Place::at(-89.9, -170.0), "SW1A 1AA"),
    ];
    let zoning = checked(&day(four.to_vec(), 2));
    let zips: BTreeSet<&str> = zoning
        .zones()
        .iter()
        .flat_map(|z| z.zips.iter().map(Zip::as_str))
        .collect();
    assert_eq!(zips, BTreeSet::from(["00501", "60601", "SW1A 1AA"]));
}

#[test]
fn stops_without_coordinates_have_no_zone() {
    let zeros = vec![vec![60.0; 4]; 4];
    let matrix = TravelMatrix::new(&zeros, &zeros).unwrap();
    let day = ServiceDay::builder(Station::new("S", Place::row(0)))
        .packages([
            Package::new("A", Place::row(1), "60608"),
            Package::new("B", Place::at(41.85, -87.65).with_row(2), "60608"),
            Package::new("C", Place::row(3), "60609"),
        ])
        .vehicles([Vehicle::cargo_van("V1")])
        .travel(matrix)
        .build()
        .unwrap();
    let zoning = checked(&day);
    let of: Vec<Option<u32>> = (0..3).map(|i| zoning.zone_of(i)).collect();
    assert_eq!(of, [None, Some(0), None]);
}

#[test]
fn a_hundred_thousand_stops_at_one_point() {
    let stop = |i: u32| {
        let package = |j: u32| at(format!("P{i}-{j}"), 0.0, 0.0, "60606");
        Stop::new(format!("S{i:06}"), (0..2).map(package).collect())
    };
    let day = builder(Vec::new(), 500)
        .stops((0..100_000).map(stop))
        .build()
        .unwrap();
    let started = std::time::Instant::now();
    let zoning = checked(&day);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    assert!(zoning.zones().len() > 300);
    assert!(zoning.figures().balance <= 1.15, "{:?}", zoning.figures());
}

#[test]
fn what_is_said_of_zones_is_checked_at_once() {
    let part = |zip: &str, centre| ZipPart {
        zip: zip.into(),
        centre,
    };
    let nowhere = LatLng {
        lat: f64::NAN,
        lng: 0.0,
    };
    let here = LatLng {
        lat: 41.8,
        lng: -87.7,
    };
    let zone = |id: &str, parts: Vec<ZipPart>| RecordedZone {
        id: id.into(),
        parts,
    };
    let record = ZoneRecord {
        zones: vec![
            zone("Z1", vec![part("60601", None), part("6060", None)]),
            zone("Z1", vec![part("60601-0001", Some(here))]),
            zone("", vec![part("60602", Some(nowhere))]),
        ],
    };
    let error = builder(Vec::new(), 1)
        .zone_policy(ZonePolicy::Priced {
            block_reentry: Money::from_cents(-1),
            zone_change: Money::from_units(100_000_000),
        })
        .zones_of_yesterday(record)
        .zip_centroids([
            ("60601".into(), here),
            ("60601-0001".into(), here),
            ("60609".into(), nowhere),
            ("1".into(), here),
        ])
        .build()
        .unwrap_err();
    let found: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    let expected = [
        "zones: zone_policy.block_reentry: -0.01 is negative",
        "zones: zone_policy.zone_change: 100000000.00 is more than 10000000.00",
        "zone \"Z1\": zones_of_yesterday: zip \"6060\" is neither five digits nor ZIP+4 (12345-6789)",
        "zone \"Z1\": zones_of_yesterday: is there more than once",
        "zone \"Z1\": zones_of_yesterday: zip \"60601\" is whole in one zone and also elsewhere",
        "zone at index 2: zones_of_yesterday: has no id",
        "zone at index 2: zones_of_yesterday: the centre (NaN, 0) of zip \"60602\" is not on the globe",
        "zip \"60601-0001\": zip_centroids: is there more than once",
        "zip \"60609\": zip_centroids: (NaN, 0) is not on the globe",
        "zip \"1\": zip_centroids: is neither five digits nor ZIP+4 (12345-6789)",
    ];
    assert_eq!(found, expected);
}

#[cfg(feature = "json")]
#[test]
fn zones_are_written_and_read() {
    let packages = town(&mut Draw::new(26), "A", 900, 0, 6_000, 6_000);
    let yesterday = checked(&day(packages.clone(), 20)).record();
    assert!(yesterday.zones[0].parts[0].centre.is_some());
    let day = builder(packages, 20)
        .zones_of_yesterday(yesterday.clone())
        .zip_centroids([(
            "A0000".into(),
            LatLng {
                lat: 41.8,
                lng: -87.7,
            },
        )])
        .zone_policy(ZonePolicy::Priced {
            block_reentry: Money::from_cents(50),
            zone_change: Money::ZERO,
        })
        .build()
        .unwrap();
    let read: ServiceDay = serde_json::from_str(&serde_json::to_string(&day).unwrap()).unwrap();
    assert_eq!(read, day);
    assert_eq!(read.zones_of_yesterday(), Some(&yesterday));
    let text = r#"{"zones": [{"id": "Z01", "parts": [{"zip": "60608"}]}]}"#;
    let record: ZoneRecord = serde_json::from_str(text).unwrap();
    assert_eq!(
        serde_json::to_value(&record).unwrap(),
        serde_json::from_str::<serde_json::Value>(text).unwrap()
    );
    assert!(serde_json::from_str::<ZoneRecord>(r#"{"zones": [], "more": 1}"#).is_err());
    let policy = serde_json::to_value(day.zone_policy()).unwrap();
    let expected = serde_json::json!({"priced": {"block_reentry": "0.50", "zone_change": "0.00"}});
    assert_eq!(
        policy["priced"].as_object().unwrap().len(),
        expected["priced"].as_object().unwrap().len()
    );
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Few places, few codes, equal points, points on lines: whatever comes, all holds.
    #[test]
    fn any_day_has_zones(
        doors in proptest::collection::vec((0_u32..30, 0_u32..5, 0_u32..4, 0_i64..90), 0..160),
        scale in 0_u32..4,
        seed in 0_u64..1_000,
    ) {
        let step = 10_f64.powi(i32::try_from(scale).unwrap());
        let package = |(i, &(x, y, zip, minutes)): (usize, &(u32, u32, u32, i64))| {
            at(format!("P{i:03}"), f64::from(x) * step, f64::from(y) * step, &format!("0060{zip}"))
                .with_address_key(format!("{i}"))
                .with_service_time(Span::from_minutes(minutes))
        };
        let packages: Vec<Package> = doors.iter().enumerate().map(package).collect();
        let mut draw = Draw::new(seed);
        let kept = packages.iter().filter(|_| draw.chance(70)).cloned().collect();
        let zoning = checked(&day(packages, 5));
        let today = after(kept, 5, &zoning);
        let next = checked(&today);
        prop_assert_eq!(zones(&today, &group(&today)), next);
    }
}
