//! Settings of all benches, and the days they measure.

use std::time::Duration;

use criterion::Criterion;
use doorstep::model::{LatLng, TravelMatrix};
use doorstep::sortation::{Grouping, group};
use doorstep::units::{Capacity, Load};
use doorstep::{Costs, Package, Place, ServiceDay, Span, Station, TimeWindow, Vehicle};

/// Seed of all searches measured.
pub(crate) const SEED: u64 = 7;

/// The station of all days.
const CENTRE: LatLng = LatLng {
    lat: 30.27,
    lng: -97.74,
};

/// The settings, once for all; the command line may overrule them.
pub(crate) fn settings() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args()
}

/// Whether the benches run as tests: once each, as small as they still mean something.
pub(crate) fn testing() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

/// `full`, or `small` when the benches run as tests.
pub(crate) fn unless_testing<T>(full: T, small: T) -> T {
    if testing() { small } else { full }
}

/// What limits a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Capacity in packages only, no leg takes time: the engine without time.
    Capacity,
    /// Half of the stops with windows of two hours, loads in three dimensions, driving paid.
    Timed,
    /// As `Timed`, and every hour from leaving the station to being back is paid.
    Paid,
}

/// One day to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) rules: Rules,
    pub(crate) stops: u32,
    /// Stops on a route, about.
    pub(crate) route: u32,
}

impl Case {
    pub(crate) const fn new(rules: Rules, stops: u32, route: u32) -> Self {
        Self {
            rules,
            stops,
            route,
        }
    }

    /// The part of a bench id that says what is measured: `timed/route10`.
    pub(crate) fn name(self) -> String {
        let rules = match self.rules {
            Rules::Capacity => "capacity",
            Rules::Timed => "timed",
            Rules::Paid => "paid",
        };
        format!("{rules}/route{}", self.route)
    }

    /// The day: stops spread evenly at 25 a square kilometre, so that routes are as long in a
    /// large day as in a small one, and a tenth more vans than the loads need.
    pub(crate) fn day(self) -> ServiceDay {
        let mut random = Random(u64::from(self.stops));
        let side = (f64::from(self.stops) / 25.0).sqrt();
        let places: Vec<LatLng> = (0..self.stops).map(|_| random.place(side)).collect();
        let timeless = self.rules == Rules::Capacity;
        let packages = places.iter().zip(0u32..).map(|(at, i)| {
            let place = Place::from(*at).with_row(i + 1);
            let package = Package::new(format!("P{i}"), place, zip(*at));
            if timeless {
                package.with_service_time(Span::from_seconds(0))
            } else {
                self.restricted(package, &mut random)
            }
        });
        let packages: Vec<Package> = packages.collect();
        let vans = self.stops.div_ceil(self.route) * 11 / 10 + 2;
        let vans = (0..vans).map(|i| Vehicle::cargo_van(format!("V{i}")).with_capacity(self.van()));
        let day = ServiceDay::builder(Station::new("S", Place::from(CENTRE).with_row(0)))
            .packages(packages)
            .vehicles(vans);
        let day = match self.rules {
            Rules::Capacity => day.costs(Costs::distance_only()).travel(distances(&places)),
            Rules::Timed => day.costs(Costs::driving_only()),
            Rules::Paid => day,
        };
        day.build().expect("the drawn day is in order")
    }

    fn van(self) -> Capacity {
        let route = u64::from(self.route);
        let capacity = Capacity::default().with_count(self.route);
        if self.rules == Rules::Capacity {
            return capacity;
        }
        // As tight as the count on average.
        capacity
            .with_volume_cm3(route * 11_000)
            .with_weight_g(route * 2_200)
    }

    fn restricted(self, package: Package, random: &mut Random) -> Package {
        let load = Load {
            count: 1,
            volume_cm3: 1_000 + random.below(18_000),
            weight_g: 200 + random.below(3_600),
        };
        let package = package
            .with_load(load)
            .with_service_time(Span::from_seconds(60));
        if random.below(2) == 0 {
            return package;
        }
        let hour = u32::try_from(9 + random.below(9)).expect("an hour of the day");
        package.with_window(TimeWindow::hm((hour, 0), (hour + 2, 0)))
    }
}

/// A day that its packages are grouped in.
pub(crate) fn grouped(case: Case) -> (ServiceDay, Grouping) {
    let day = case.day();
    let grouping = group(&day);
    assert_eq!(
        grouping.stops().len(),
        case.stops as usize,
        "every package is a stop"
    );
    (day, grouping)
}

/// A code for each square of two kilometres.
fn zip(at: LatLng) -> String {
    let cell = |degrees: f64| (degrees * 55.0).floor().rem_euclid(200.0);
    format!("{:05}", cell(at.lat) * 200.0 + cell(at.lng))
}

/// Straight distances on a plane; legs without time.
fn distances(places: &[LatLng]) -> TravelMatrix {
    let mut all = vec![CENTRE];
    all.extend_from_slice(places);
    let metres = |a: &LatLng, b: &LatLng| {
        ((a.lat - b.lat) * 111_195.0)
            .hypot((a.lng - b.lng) * 96_050.0)
            .round()
    };
    let rows: Vec<Vec<f64>> = all
        .iter()
        .map(|a| all.iter().map(|b| metres(a, b)).collect())
        .collect();
    let none = vec![vec![0.0; all.len()]; all.len()];
    TravelMatrix::new(&rows, &none).expect("a square of distances")
}

/// SplitMix64, so that the days are the same everywhere and for ever.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A place in a square of `side` kilometres around the station.
    fn place(&mut self, side: f64) -> LatLng {
        let mut off = || (self.below(1 << 30) as f64 / f64::from(1 << 30) - 0.5) * side;
        LatLng {
            lat: CENTRE.lat + off() / 111.195,
            lng: CENTRE.lng + off() / 96.05,
        }
    }
}
