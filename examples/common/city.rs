//! Draws a delivery day over real ZIP codes: streets, buildings and packages by seed.
//!
//! Everything is a function of the ZIP rows, the seed and the number of packages; each ZIP has a
//! random sequence of its own, so a ZIP's packages do not depend on which other ZIPs are drawn,
//! except through its share of the population. Doors, streets and packages are made up.

use doorstep::Error;
use doorstep::model::{
    Costs, HandOff, Package, PackageKind, Place, Promise, ServiceDay, Station, TimeWindow, Vehicle,
};
use doorstep::units::{Capacity, Date, Load, Money, Span};

use super::austin;
use super::random::Random;

/// What is known about one ZIP code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ZipRow<'a> {
    /// Five digits.
    pub(crate) zip: &'a str,
    /// Latitude of the centroid in degrees.
    pub(crate) lat: f64,
    /// Longitude of the centroid in degrees.
    pub(crate) lng: f64,
    /// People who live there.
    pub(crate) population: u32,
    /// People per square mile.
    pub(crate) density: f64,
    /// The largest radius that is drawn, in km.
    pub(crate) widest_km: f64,
}

impl<'a> ZipRow<'a> {
    /// A row of facts.
    pub(crate) const fn new(
        zip: &'a str,
        lat: f64,
        lng: f64,
        population: u32,
        density: f64,
    ) -> Self {
        Self {
            zip,
            lat,
            lng,
            population,
            density,
            widest_km: 6.0,
        }
    }

    /// Radius in km of a disc as large as the ZIP; between 0.3 and the widest, by default 6.
    fn radius_km(&self) -> f64 {
        let square_km = f64::from(self.population) / self.density.max(1.0) * 2.589_988;
        (square_km / std::f64::consts::PI)
            .sqrt()
            .clamp(0.3, self.widest_km)
    }
}

/// Where a station stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Site {
    /// Name of the station.
    pub(crate) station: &'static str,
    /// Latitude in degrees.
    pub(crate) lat: f64,
    /// Longitude in degrees.
    pub(crate) lng: f64,
}

impl Site {
    /// A named place.
    pub(crate) const fn new(station: &'static str, lat: f64, lng: f64) -> Self {
        Self { station, lat, lng }
    }
}

/// Share of packages in per cent, litres, grams: envelope, small, medium, large, bulky.
const SIZES: [(u32, f64, f64); 5] = [
    (25, 0.8, 250.0),
    (40, 4.0, 900.0),
    (24, 14.0, 2_500.0),
    (9, 45.0, 7_000.0),
    (2, 110.0, 18_000.0),
];
/// Share of packages in per cent with business hours, an evening, two windows; the rest has none.
const WINDOWS: [u32; 3] = [6, 4, 2];
/// Share of packages in per cent at a house: signature, age check, safe place; else the doorstep.
const HOUSE_HAND_OFFS: [u32; 3] = [8, 2, 12];
/// The same at a building: signature, locker; else the mailroom.
const BUILDING_HAND_OFFS: [u32; 2] = [6, 30];
/// Share of packages in per cent that failed once, twice before.
const ATTEMPTS: [u32; 2] = [5, 1];
/// Share of packages in per cent that are due the same day, in two days; else the next day.
const PROMISES: [u32; 2] = [15, 15];
/// Share of packages in per cent that a carrier would take, and its price in cents.
const TENDERED: (u32, i64) = (3, 700);
/// Share of packages in per cent that are picked up at the door and brought back.
const RETURNS: u32 = 2;
/// Packages of one building on average.
const PER_BUILDING: f64 = 14.0;
/// Packages of one street on average.
const PER_STREET: f64 = 3.5;

const STREETS: [&str; 12] = [
    "Agarita",
    "Bluebonnet",
    "Cedar",
    "Duval",
    "Elm",
    "Guadalupe",
    "Juniper",
    "Live Oak",
    "Mesquite",
    "Pecan",
    "Rosewood",
    "Sabine",
];

/// The embedded day: one request for each station of Austin, `packages` in all.
///
/// # Errors
///
/// None for the facts given here; the model checks them as it checks any input.
pub(crate) fn embedded(seed: u64, packages: usize) -> Result<Vec<ServiceDay>, Error> {
    let all = draw_packages(&austin::ZIPS, seed, packages);
    let mut per_station = vec![Vec::new(); austin::STATIONS.len()];
    for (row, of_zip) in austin::ZIPS.iter().zip(all) {
        per_station[nearest(&austin::STATIONS, row)].extend(of_zip);
    }
    austin::STATIONS
        .iter()
        .zip(per_station)
        .map(|(site, packages)| {
            let fleet = fleet(site, packages.len());
            ServiceDay::builder(Station::new(site.station, Place::at(site.lat, site.lng)))
                .date(Date::new(2026, 10, 14)?)
                .packages(packages)
                .vehicles(fleet)
                .build()
        })
        .collect()
}

/// Packages of each ZIP, by population; `count` in all.
pub(crate) fn draw_packages(rows: &[ZipRow<'_>], seed: u64, count: usize) -> Vec<Vec<Package>> {
    rows.iter()
        .zip(apportion(rows, count))
        .map(|(row, share)| draw_zip(row, seed, share))
        .collect()
}

/// `count` packages of one ZIP.
pub(crate) fn draw_zip(row: &ZipRow<'_>, seed: u64, count: usize) -> Vec<Package> {
    let mut random = Random::for_name(seed, row.zip);
    let doors = Doors::draw(row, count, &mut random);
    (0..count)
        .map(|i| doors.package(row, i, &mut random))
        .collect()
}

/// Splits `count` by population, the largest remainders first.
pub(crate) fn apportion(rows: &[ZipRow<'_>], count: usize) -> Vec<usize> {
    let total: u128 = rows.iter().map(|r| u128::from(r.population)).sum();
    if total == 0 {
        return vec![0; rows.len()];
    }
    let exact = rows
        .iter()
        .map(|r| u128::from(r.population) * count as u128);
    let mut shares: Vec<usize> = Vec::with_capacity(rows.len());
    let mut remainders = Vec::with_capacity(rows.len());
    for (i, share) in exact.enumerate() {
        shares.push(usize::try_from(share / total).unwrap_or(usize::MAX));
        remainders.push((std::cmp::Reverse(share % total), i));
    }
    remainders.sort_unstable();
    let missing = count - shares.iter().sum::<usize>();
    for &(_, i) in &remainders[..missing] {
        shares[i] += 1;
    }
    shares
}

/// Index of the site nearest to a ZIP's centroid.
fn nearest(sites: &[Site], row: &ZipRow<'_>) -> usize {
    let gap = |s: &Site| {
        let (dy, dx) = (
            s.lat - row.lat,
            (s.lng - row.lng) * row.lat.to_radians().cos(),
        );
        dy * dy + dx * dx
    };
    let best = sites
        .iter()
        .enumerate()
        .min_by(|a, b| gap(a.1).total_cmp(&gap(b.1)));
    best.map_or(0, |(i, _)| i)
}

/// A point `east` and `north` km away from a ZIP's centroid, to six decimals (0.1 m).
fn offset(row: &ZipRow<'_>, east: f64, north: f64) -> Place {
    let per_degree = 111.195;
    let lat = row.lat + north / per_degree;
    let lng = row.lng + east / (per_degree * row.lat.to_radians().cos());
    Place::at((lat * 1e6).round() / 1e6, (lng * 1e6).round() / 1e6)
}

/// Houses along one segment of a street, on both sides.
#[derive(Clone, Copy, Debug)]
struct Street {
    east: f64,
    north: f64,
    bearing: f64,
    /// Houses on each side, 18 m apart.
    houses: u32,
}

impl Street {
    fn draw(random: &mut Random, reach: f64, grid: f64) -> Self {
        let (east, north) = random.in_disc(reach);
        let turn = if random.percent(50) {
            0.0
        } else {
            std::f64::consts::FRAC_PI_2
        };
        Self {
            east,
            north,
            bearing: grid + turn + random.between(-0.1, 0.1),
            houses: 6 + random.below(20),
        }
    }

    /// Offset in km of house `number`: even numbers on the right side, odd on the left.
    fn house(&self, number: u32) -> (f64, f64) {
        let along = (f64::from(number / 2) - f64::from(self.houses) / 2.0) * 0.018;
        let aside = if number.is_multiple_of(2) {
            0.012
        } else {
            -0.012
        };
        let (sin, cos) = self.bearing.sin_cos();
        (
            self.east + along * sin + aside * cos,
            self.north + along * cos - aside * sin,
        )
    }
}

/// The doors of one ZIP.
#[derive(Debug)]
struct Doors {
    streets: Vec<Street>,
    /// Address key and offset in km.
    buildings: Vec<(String, f64, f64)>,
    /// Share of packages in per cent that go to a building.
    to_buildings: u32,
}

impl Doors {
    /// Streets and buildings for `count` packages; the denser the ZIP, the more buildings.
    fn draw(row: &ZipRow<'_>, count: usize, random: &mut Random) -> Self {
        let share = (row.density / 8_000.0).clamp(0.05, 0.5);
        let streets = (count as f64 * (1.0 - share) / PER_STREET).ceil().max(1.0);
        let buildings = (count as f64 * share / PER_BUILDING).ceil().max(1.0);
        let reach = 0.9 * row.radius_km();
        let grid = random.between(0.0, std::f64::consts::FRAC_PI_2);
        Self {
            streets: (0..streets as usize)
                .map(|_| Street::draw(random, reach, grid))
                .collect(),
            buildings: (0..buildings as usize)
                .map(|i| {
                    let (east, north) = random.in_disc(reach);
                    let name = STREETS[random.below(STREETS.len() as u32) as usize];
                    (format!("{} {name} {}", row.zip, 100 * (i + 1)), east, north)
                })
                .collect(),
            to_buildings: (share * 100.0).round() as u32,
        }
    }

    /// Package number `i` of the ZIP.
    fn package(&self, row: &ZipRow<'_>, i: usize, random: &mut Random) -> Package {
        let id = format!("{}-{:05}", row.zip, i + 1);
        let package = if random.percent(self.to_buildings) {
            let pick = random.below(self.buildings.len() as u32) as usize;
            let (key, east, north) = &self.buildings[pick];
            let hand_off = match random.share(&BUILDING_HAND_OFFS) {
                Some(0) => HandOff::Signature,
                Some(_) => HandOff::Locker,
                None => HandOff::Mailroom,
            };
            Package::new(id, offset(row, *east, *north), row.zip)
                .with_address_key(key.as_str())
                .with_hand_off(hand_off)
        } else {
            let street = self.streets[random.below(self.streets.len() as u32) as usize];
            let (east, north) = street.house(random.below(2 * street.houses));
            let hand_off = match random.share(&HOUSE_HAND_OFFS) {
                Some(0) => HandOff::Signature,
                Some(1) => HandOff::AgeCheck,
                Some(_) => HandOff::SafePlace,
                None => HandOff::Doorstep,
            };
            Package::new(id, offset(row, east, north), row.zip).with_hand_off(hand_off)
        };
        with_terms(with_size(package, random), random)
    }
}

/// Adds volume and weight: a size class, then up to 30 % more or less.
fn with_size(package: Package, random: &mut Random) -> Package {
    let shares = SIZES.map(|(share, ..)| share);
    let (_, litres, grams) = SIZES[random.share(&shares).unwrap_or(0)];
    let factor = random.between(0.7, 1.3);
    package.with_load(Load {
        count: 1,
        volume_cm3: (litres * factor * 1_000.0) as u64,
        weight_g: (grams * factor) as u64,
    })
}

/// Adds windows, promise, attempts, kind and the price of a carrier.
fn with_terms(package: Package, random: &mut Random) -> Package {
    let package = match random.share(&WINDOWS) {
        Some(0) => package.with_window(TimeWindow::hm((9, 0), (17, 0))),
        Some(1) => package.with_window(TimeWindow::hm((17, 0), (20, 0))),
        Some(_) => package
            .with_window(TimeWindow::hm((8, 0), (10, 0)))
            .with_window(TimeWindow::hm((18, 0), (20, 0))),
        None => package,
    };
    let package = package.with_promise(match random.share(&PROMISES) {
        Some(0) => Promise::SameDay,
        Some(_) => Promise::TwoDay,
        None => Promise::NextDay,
    });
    let package = match random.share(&ATTEMPTS) {
        Some(0) => package.with_attempts(1),
        Some(_) => package.with_attempts(2),
        None => package,
    };
    if random.percent(RETURNS) {
        package.with_kind(PackageKind::ReturnPickup)
    } else if random.percent(TENDERED.0) {
        package.with_tender(Money::from_cents(TENDERED.1))
    } else {
        package
    }
}

/// Vans for about 240 packages each, of which every third is electric; two Flex cars with an
/// evening block and a bicycle for each 1,000 packages.
fn fleet(site: &Site, packages: usize) -> Vec<Vehicle> {
    let vans = packages.div_ceil(240) + 1;
    let small = packages.div_ceil(1_000);
    let id = |kind: &str, i: usize| format!("{}-{kind}{}", site.station, i + 1);
    let day = TimeWindow::hm((8, 0), (21, 0));
    let flex = Costs::default()
        .with_per_vehicle(Money::from_units(20))
        .with_per_duty_hour(Money::from_units(25));
    let bicycle = Costs::default()
        .with_per_vehicle(Money::from_units(30))
        .with_per_km(Money::from_cents(5));
    let mut fleet = Vec::new();
    for i in 0..vans {
        // Usable room between the shelves, not the 300 cubic feet of the box.
        let room = Capacity::UNLIMITED
            .with_volume_cm3(4_200_000)
            .with_weight_g(900_000);
        let van = if i % 3 == 2 {
            Vehicle::electric_van(id("EV", i))
                .with_costs(Costs::default().with_per_km(Money::from_cents(12)))
        } else {
            Vehicle::cargo_van(id("VAN", i))
        };
        fleet.push(
            van.with_capacity(room)
                .with_shift(day)
                .with_max_duty(Span::from_hours(10)),
        );
    }
    for i in 0..2 * small {
        let block = TimeWindow::hm((16, 0), (20, 30));
        fleet.push(
            Vehicle::flex_car(id("FLEX", i))
                .with_shift(block)
                .with_max_duty(Span::from_hours(4))
                .with_costs(flex),
        );
    }
    for i in 0..small {
        fleet.push(
            Vehicle::bicycle(id("BIKE", i))
                .with_shift(day)
                .with_max_duty(Span::from_hours(8))
                .with_costs(bicycle),
        );
    }
    fleet
}
