//! Zones of real places: the Chicago day, and twenty areas drawn over real ZIP codes.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use doorstep::model::{LatLng, ServiceDayBuilder};
use doorstep::sortation::{ZoneFigures, Zoning, group, zones};
use doorstep::{Package, Place, ServiceDay, Span, Station, Vehicle};

use crate::made::Draw;
use crate::plan_day::common::{csv::read_days, nation};

/// Ten metropolitan areas, six of the country, six on coasts and islands.
const AREAS: [(&str, f64, f64); 22] = [
    ("New York", 40.75, -73.98),
    ("Los Angeles", 34.05, -118.25),
    ("Houston", 29.76, -95.37),
    ("Miami", 25.77, -80.2),
    ("Atlanta", 33.75, -84.39),
    ("Seattle", 47.6, -122.33),
    ("San Francisco", 37.77, -122.42),
    ("Boston", 42.36, -71.06),
    ("Denver", 39.74, -104.99),
    ("New Orleans", 29.95, -90.07),
    ("Casper", 42.85, -106.3),
    ("Bismarck", 46.8, -100.78),
    ("Hays", 38.88, -99.33),
    ("Bangor", 44.8, -68.77),
    ("Ames", 42.03, -93.6),
    ("Missoula", 46.87, -114.0),
    ("Key West", 24.56, -81.78),
    ("Cape Cod", 41.7, -70.3),
    ("Outer Banks", 35.9, -75.6),
    ("Honolulu", 21.3, -157.86),
    ("San Juan Islands", 48.53, -123.0),
    ("San Juan", 18.4, -66.1),
];
const PACKAGES: usize = 3_000;
const REACH_KM: f64 = 70.0;

/// The folder of shared data: `DOORSTEP_DATA`, else beside the repository.
fn shared(name: &str) -> Option<PathBuf> {
    let data = std::env::var_os("DOORSTEP_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
        PathBuf::from,
    );
    let path = data.join(name);
    path.exists().then_some(path)
}

fn zoned(day: &ServiceDay) -> Zoning {
    zones(day, &group(day))
}

#[track_caller]
fn assert_good(name: &str, figures: &ZoneFigures) {
    assert!(figures.balance <= 1.15, "{name}: {figures:?}");
    assert!(
        (figures.contiguity - 1.0).abs() < 1e-9,
        "{name}: {figures:?}"
    );
}

#[test]
fn zones_of_the_real_day_are_balanced_and_connected() {
    let Some(data) = shared("chicago-day") else {
        println!("skipped: no chicago-day in DOORSTEP_DATA or ../shared/data");
        return;
    };
    let file = |name: &str| data.join(name);
    let days = read_days(
        &file("packages.csv"),
        &file("vehicles.csv"),
        &file("stations.csv"),
    );
    let mut draw = Draw::new(1);
    for day in days.unwrap() {
        let name = day.station().id().as_str();
        let zoning = zoned(&day);
        let figures = zoning.figures();
        let (count, vans) = (zoning.zones().len(), day.vehicles().len());
        println!("{name}: {count} zones, {vans} vans, {figures:?}");
        assert_good(name, figures);
        assert!(
            (vans / 2..=vans + 1).contains(&count),
            "{count} for {vans} vans"
        );

        // A tenth of the packages goes to the door of another instead.
        let doors: Vec<Package> = day.packages().to_vec();
        let elsewhere = |package: &Package| {
            if !draw.chance(10) {
                return package.clone();
            }
            let other = &doors[draw.below(u32::try_from(doors.len()).unwrap()) as usize];
            Package::new(package.id(), *other.place(), other.zip())
                .with_load(package.load())
                .with_service_time(package.service_time().unwrap_or(Span::ZERO))
        };
        let packages: Vec<Package> = day.packages().iter().map(elsewhere).collect();
        let next = ServiceDay::builder(day.station().clone())
            .packages(packages)
            .vehicles(day.vehicles().to_vec())
            .zones_of_yesterday(zoning.record())
            .build()
            .unwrap();
        let next = zoned(&next);
        println!("  a tenth elsewhere: {:?}", next.figures());
        assert_good(name, next.figures());
        assert!(
            next.figures().zips_moved <= 1,
            "{name}: {:?}",
            next.figures()
        );
    }
}

/// Packages of the ZIPs around a place.
fn around(areas: &[nation::Area], lat: f64, lng: f64, seed: u64) -> ServiceDayBuilder {
    let near = |area: &&nation::Area| {
        let east = (area.at.lng - lng) * lat.to_radians().cos();
        area.population > 0 && 111.195 * east.hypot(area.at.lat - lat) <= REACH_KM
    };
    let mut found: Vec<&nation::Area> = areas.iter().filter(near).collect();
    let from = |at: LatLng| (at.lat - lat).hypot((at.lng - lng) * lat.to_radians().cos());
    found.sort_by(|a, b| from(a.at).total_cmp(&from(b.at)));
    // About a package for two hundred people, so that a city is a few dozen ZIPs.
    let mut people = 0;
    found.retain(|area| {
        people += area.population;
        (people - area.population) as usize <= 200 * PACKAGES
    });
    let areas: Vec<nation::Area> = found.into_iter().cloned().collect();
    let van = |i| Vehicle::cargo_van(format!("V{i}")).with_max_duty(Span::from_hours(10));
    ServiceDay::builder(Station::new("S", Place::at(lat, lng)))
        .packages(nation::packages(&areas, PACKAGES, seed))
        .vehicles((0..PACKAGES / 130).map(van))
        .zip_centroids(areas.iter().map(|area| (area.zip.as_str().into(), area.at)))
}

#[test]
fn zones_of_twenty_areas_are_balanced_connected_and_stay_put() {
    let Some(table) = shared("zip/us_zip_population.tsv") else {
        println!("skipped: no zip in DOORSTEP_DATA or ../shared/data");
        return;
    };
    let areas = nation::read(&table).unwrap();
    let (mut known, mut moved, mut stops_known, mut stops_moved) = (0, 0, 0, 0);
    for (name, lat, lng) in AREAS {
        let day = around(&areas, lat, lng, 1).build().unwrap();
        let zoning = zoned(&day);
        println!(
            "{name}: {} zones, {:?}",
            zoning.zones().len(),
            zoning.figures()
        );
        assert_good(name, zoning.figures());

        let other = around(&areas, lat, lng, 2).build().unwrap();
        let mut draw = Draw::new(3);
        let pairs = day.packages().iter().zip(other.packages());
        let mixed = pairs.map(|(a, b)| if draw.chance(10) { b } else { a }.clone());
        let mut ids = HashSet::new();
        let mixed: Vec<Package> = mixed.filter(|p| ids.insert(p.id().clone())).collect();
        let next = ServiceDay::builder(day.station().clone())
            .packages(mixed)
            .vehicles(day.vehicles().to_vec())
            .zip_centroids(day.zip_centroids().to_vec())
            .zones_of_yesterday(zoning.record())
            .build()
            .unwrap();
        let next = zoned(&next);
        let figures = next.figures();
        println!("  a tenth redrawn: {figures:?}");
        assert_good(name, figures);
        assert!(
            figures.stops_moved * 20 <= figures.stops_known,
            "{name}: {figures:?}"
        );
        known += figures.zips_known;
        moved += figures.zips_moved;
        stops_known += figures.stops_known;
        stops_moved += figures.stops_moved;
    }
    println!("{moved} of {known} ZIPs and {stops_moved} of {stops_known} stops moved");
    assert!(moved * 20 <= known, "{moved} of {known}");
}
