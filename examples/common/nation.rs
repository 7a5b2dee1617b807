//! Draws a nation's delivery day over a table of ZIP codes, and cuts it into stations.

use std::collections::HashMap;
use std::path::Path;

use doorstep::Error;
use doorstep::model::{LatLng, Package, Place, ServiceDay, Station, TimeWindow, Vehicle};
use doorstep::sortation::hilbert;
use doorstep::units::{Capacity, Span};

use super::austin;
use super::city::{ZipRow, apportion, draw_packages, draw_zip};

/// Columns that are read; the table may have others.
const COLUMNS: [&str; 5] = ["zip", "lat", "lon", "population", "density_per_sqmi"];
/// Packages of a station, about.
const STATION: usize = 1_600;
/// No ZIP of a station is farther than this from its first, in km.
const REACH_KM: f64 = 80.0;
/// A ZIP of the plains has a radius of up to so many km.
const WIDEST_KM: f64 = 20.0;
/// Packages for each van of a fleet: more vans than are used, as a used one has its price.
const PER_VAN: usize = 80;

/// A ZIP with the people who live there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) zip: String,
    pub(crate) at: LatLng,
    pub(crate) population: u32,
    /// People per square mile.
    pub(crate) density: f64,
}

impl Area {
    fn row(&self) -> ZipRow<'_> {
        let (lat, lng) = (self.at.lat, self.at.lng);
        let row = ZipRow::new(&self.zip, lat, lng, self.population, self.density);
        ZipRow {
            widest_km: WIDEST_KM,
            ..row
        }
    }
}

/// Reads a table with tabs between its fields; a ZIP without a figure for people has none.
///
/// # Errors
///
/// A file that cannot be read, a missing column, or the first line that makes no sense.
pub(crate) fn read(path: &Path) -> Result<Vec<Area>, String> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{name}: cannot be read: {error}"))?;
    let mut lines = (1_usize..).zip(text.lines());
    let header: Vec<&str> = lines
        .next()
        .map_or("", |(_, line)| line)
        .split('\t')
        .collect();
    let mut columns = [0; COLUMNS.len()];
    for (column, wanted) in columns.iter_mut().zip(COLUMNS) {
        *column = header
            .iter()
            .position(|found| *found == wanted)
            .ok_or_else(|| format!("{name}:1: column {wanted:?} is missing"))?;
    }
    lines
        .map(|(number, line)| {
            area(line, columns).ok_or_else(|| format!("{name}:{number}: is no ZIP with a place"))
        })
        .collect()
}

fn area(line: &str, columns: [usize; COLUMNS.len()]) -> Option<Area> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [zip, lat, lon, population, density] = columns.map(|column| fields.get(column).copied());
    Some(Area {
        zip: zip?.to_owned(),
        at: LatLng {
            lat: lat?.parse().ok()?,
            lng: lon?.parse().ok()?,
        },
        population: population?.parse().unwrap_or(0),
        density: density?.parse().unwrap_or(0.0),
    })
}

/// The embedded table: ZIPs of Austin.
pub(crate) fn embedded() -> Vec<Area> {
    let area = |row: &ZipRow<'_>| Area {
        zip: row.zip.to_owned(),
        at: LatLng {
            lat: row.lat,
            lng: row.lng,
        },
        population: row.population,
        density: row.density,
    };
    austin::ZIPS.iter().map(area).collect()
}

/// Cuts ZIPs into stations: runs along a Hilbert curve over the nation, each closed when it has
/// 1,600 packages or the next ZIP is more than 80 km from its first. ZIPs without people belong
/// to none.
pub(crate) fn stations(areas: &[Area], packages: usize) -> Vec<Vec<&Area>> {
    let people: f64 = areas.iter().map(|area| f64::from(area.population)).sum();
    let mut order: Vec<&Area> = areas.iter().filter(|area| area.population > 0).collect();
    order.sort_by_key(|area| (curve(area.at), &area.zip));
    let mut stations: Vec<Vec<&Area>> = Vec::new();
    let mut full = f64::INFINITY;
    for area in order {
        let share = packages as f64 * f64::from(area.population) / people;
        let far = stations
            .last()
            .is_none_or(|run| gap_km(run[0].at, area.at) > REACH_KM);
        if far || full + share / 2.0 > STATION as f64 {
            stations.push(Vec::new());
            full = 0.0;
        }
        full += share;
        if let Some(run) = stations.last_mut() {
            run.push(area);
        }
    }
    stations
}

fn curve(at: LatLng) -> u64 {
    let cell = |degrees: f64| ((degrees + 180.0) / 360.0 * f64::from(u32::MAX)) as u32;
    hilbert(cell(at.lng), cell(at.lat))
}

fn gap_km(a: LatLng, b: LatLng) -> f64 {
    let per_degree = 111.195;
    let east = (a.lng - b.lng) * a.lat.to_radians().cos();
    per_degree * east.hypot(a.lat - b.lat)
}

/// A nation's day: which station has which ZIPs, and how many packages each has. The packages
/// themselves are drawn a station at a time.
#[derive(Debug)]
pub(crate) struct Nation<'a> {
    stations: Vec<Vec<&'a Area>>,
    /// Packages of each ZIP.
    shares: HashMap<&'a str, usize>,
    seed: u64,
}

impl<'a> Nation<'a> {
    /// `packages` in all, by population.
    pub(crate) fn new(areas: &'a [Area], packages: usize, seed: u64) -> Self {
        let rows: Vec<ZipRow<'_>> = areas.iter().map(Area::row).collect();
        let shares = apportion(&rows, packages);
        let zips = areas.iter().map(|area| area.zip.as_str());
        Self {
            stations: stations(areas, packages),
            shares: zips.zip(shares).collect(),
            seed,
        }
    }

    /// Number of stations.
    pub(crate) fn len(&self) -> usize {
        self.stations.len()
    }

    /// Packages of a station.
    pub(crate) fn packages(&self, station: usize) -> usize {
        let share = |area: &&Area| self.shares.get(area.zip.as_str()).copied();
        self.stations[station].iter().filter_map(share).sum()
    }

    /// Where a station stands: the mean of its ZIPs, by people.
    pub(crate) fn site(&self, station: usize) -> LatLng {
        site(&self.stations[station])
    }

    /// Name of a station.
    pub(crate) fn name(station: usize) -> String {
        format!("S{:04}", station + 1)
    }

    /// A station's day.
    ///
    /// # Errors
    ///
    /// A ZIP or a place of the table that the model refuses.
    pub(crate) fn day(&self, station: usize) -> Result<ServiceDay, Error> {
        let run = &self.stations[station];
        let mut packages = Vec::with_capacity(self.packages(station));
        for area in run {
            let share = self.shares.get(area.zip.as_str()).copied().unwrap_or(0);
            packages.extend(draw_zip(&area.row(), self.seed, share));
        }
        let vans = packages.len().div_ceil(PER_VAN) + 1;
        ServiceDay::builder(Station::new(Self::name(station), Place::from(site(run))))
            .packages(packages)
            .vehicles((1..=vans).map(van))
            .zip_centroids(run.iter().map(|area| (area.zip.as_str().into(), area.at)))
            .build()
    }
}

/// The stations' days; `packages` in all, by population.
///
/// # Errors
///
/// A ZIP or a place of the table that the model refuses.
pub(crate) fn draw(areas: &[Area], packages: usize, seed: u64) -> Result<Vec<ServiceDay>, Error> {
    let nation = Nation::new(areas, packages, seed);
    (0..nation.len())
        .map(|station| nation.day(station))
        .collect()
}

/// Packages over some ZIPs, by population; `count` in all.
pub(crate) fn packages(areas: &[Area], count: usize, seed: u64) -> Vec<Package> {
    let rows: Vec<ZipRow<'_>> = areas.iter().map(Area::row).collect();
    let drawn = draw_packages(&rows, seed, count);
    drawn.into_iter().flatten().collect()
}

/// The mean of a run's ZIPs, by people.
fn site(run: &[&Area]) -> LatLng {
    let people: f64 = run.iter().map(|area| f64::from(area.population)).sum();
    let mean = |of: fn(&LatLng) -> f64| {
        let sum = |area: &&Area| of(&area.at) * f64::from(area.population);
        run.iter().map(sum).sum::<f64>() / people
    };
    LatLng {
        lat: mean(|at| at.lat),
        lng: mean(|at| at.lng),
    }
}

fn van(number: usize) -> Vehicle {
    Vehicle::cargo_van(format!("VAN{number}"))
        .with_capacity(Capacity::UNLIMITED.with_volume_cm3(4_200_000))
        .with_shift(TimeWindow::hm((8, 0), (21, 0)))
        .with_max_duty(Span::from_hours(10))
}
