//! Days drawn by a seed, in whole numbers from end to end: the same on every platform.

use doorstep::model::{ServiceTimes, TravelMatrix, VehicleKind};
use doorstep::units::Capacity;
use doorstep::{Money, Package, Place, ServiceDay, Span, Station, TimeOfDay, TimeWindow, Vehicle};

/// A small generator (SplitMix64), apart from the one that the search uses.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of 0 to `n` - 1.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        u32::try_from(((self.next() >> 32) * u64::from(n)) >> 32).unwrap()
    }

    /// One of `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True in so many cases of a hundred.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }
}

/// Metres east and north.
pub(crate) type Point = (u32, u32);

/// Points around a few streets of a square with this side.
pub(crate) fn points(draw: &mut Draw, count: u32, side: u32) -> Vec<Point> {
    let mut points = vec![(side / 2, side / 2)];
    let mut street = (0, 0);
    for i in 0..count {
        if i % 12 == 0 {
            street = (draw.below(side), draw.below(side));
        }
        points.push((
            street.0 + draw.below(side / 8),
            street.1 + draw.below(side / 8),
        ));
    }
    points
}

/// Straight lines at `pace` milliseconds a metre; odd rows have longer ways out when `lopsided`.
pub(crate) fn matrix(points: &[Point], pace: u64, lopsided: bool) -> TravelMatrix {
    let mut mm = Vec::with_capacity(points.len().pow(2));
    for (i, a) in points.iter().enumerate() {
        for (j, b) in points.iter().enumerate() {
            let (x, y) = (u64::from(a.0.abs_diff(b.0)), u64::from(a.1.abs_diff(b.1)));
            let line = (1_000_000 * (x * x + y * y)).isqrt();
            let more = if lopsided && i % 2 == 1 && i != j {
                line / 7
            } else {
                0
            };
            mm.push(u32::try_from(line + more).unwrap());
        }
    }
    let time = |&mm: &u32| u32::try_from(u64::from(mm) * pace / 1_000).unwrap();
    let ms = mm.iter().map(time).collect();
    TravelMatrix::from_integers(points.len(), mm, ms).unwrap()
}

/// A package at a row of the matrix.
pub(crate) fn at_row(id: impl AsRef<str>, row: usize) -> Package {
    let row = u32::try_from(row).unwrap();
    Package::new(id.as_ref(), Place::row(row), "60608")
}

/// A day at the matrix's first row.
pub(crate) fn day(matrix: TravelMatrix, packages: Vec<Package>, fleet: Vec<Vehicle>) -> ServiceDay {
    ServiceDay::builder(Station::new("DCH1", Place::row(0)))
        .packages(packages)
        .vehicles(fleet)
        .travel(matrix)
        .service_times(ServiceTimes::default())
        .build()
        .unwrap()
}

/// Vans that hold so many packages.
pub(crate) fn vans(count: u32, holds: u32) -> Vec<Vehicle> {
    let capacity = Capacity::UNLIMITED.with_count(holds);
    let van = |i| Vehicle::cargo_van(format!("V{i:02}")).with_capacity(capacity);
    (1..=count).map(van).collect()
}

/// Two hours, beginning on a full hour between seven and six.
fn two_hours(draw: &mut Draw) -> TimeWindow {
    let from = draw.between(7, 18);
    TimeWindow::hm((from, 0), (from + 2, 0))
}

/// Fifty stops for four vans: few enough for chains on the whole day.
pub(crate) fn small() -> ServiceDay {
    let mut draw = Draw::new(1);
    let points = points(&mut draw, 50, 12_000);
    let packages = (1..points.len()).map(|row| {
        let package = at_row(format!("P{row:02}"), row);
        if draw.chance(40) {
            package.with_window(two_hours(&mut draw))
        } else {
            package
        }
    });
    day(matrix(&points, 144, true), packages.collect(), vans(4, 16))
}

/// Seven hundred stops on some sixty short routes: cut into parts.
pub(crate) fn parts() -> ServiceDay {
    let mut draw = Draw::new(2);
    let points = points(&mut draw, 700, 20_000);
    let packages = (1..points.len()).map(|row| {
        let package = at_row(format!("P{row:03}"), row);
        if draw.chance(25) {
            package.with_window(two_hours(&mut draw))
        } else {
            package
        }
    });
    day(
        matrix(&points, 144, false),
        packages.collect(),
        vans(66, 12),
    )
}

/// Vans, bicycles and walkers of different speed, hours and skills; every third package may go to
/// a carrier.
pub(crate) fn mixed() -> ServiceDay {
    let mut draw = Draw::new(3);
    let points = points(&mut draw, 360, 9_000);
    let slow = matrix(&points, 257, false);
    let matrix = matrix(&points, 144, true)
        .with_kind(VehicleKind::Bicycle, &slow)
        .with_kind(VehicleKind::Walker, &self::matrix(&points, 800, false));
    let packages = (1..points.len()).map(|row| {
        let mut package = at_row(format!("P{row:03}"), row)
            .with_volume_cm3(u64::from(draw.between(500, 60_000)))
            .with_weight_g(u64::from(draw.between(50, 12_000)));
        if draw.chance(30) {
            package = package.with_window(two_hours(&mut draw));
        }
        if draw.chance(10) {
            package = package.with_window(two_hours(&mut draw));
        }
        if draw.chance(33) {
            package = package.with_tender(Money::from_cents(i64::from(draw.between(100, 1_200))));
        }
        if draw.chance(5) {
            package = package.with_need("liftgate");
        }
        if draw.chance(5) {
            package = package.with_ready(TimeOfDay::hm(9, 30));
        }
        package
    });
    let packages = packages.collect();
    let mut fleet = Vec::new();
    for i in 0..6 {
        let van = Vehicle::cargo_van(format!("van {i}")).with_max_duty(Span::from_hours(9));
        fleet.push(if i % 3 == 0 {
            van.with_capability("liftgate")
        } else {
            van
        });
        fleet.push(Vehicle::bicycle(format!("bicycle {i}")).with_start(Place::row(7)));
        let shift = TimeWindow::hm((10, 0), (16, 0));
        fleet.push(Vehicle::walker(format!("walker {i}")).with_shift(shift));
    }
    day(matrix, packages, fleet)
}
