//! Twenty stations as VRPTW files, so that their plans can be compared with those of others.
//!
//! What the format cannot say is left out: one window a stop (the first), one capacity (volume),
//! vans out from 08:00 to 21:00. Stops that no van reaches in their window are left out as well:
//! the format wants every stop served. Coordinates are driving seconds, so that length is time.

use std::fmt::Write as _;
use std::path::Path;

use doorstep::model::{LatLng, ServiceDay};
use doorstep::sortation::{StopGroup, group};

use super::super::nation::Nation;
use super::super::report;

/// Stations that are written.
const STATIONS: usize = 20;
/// A driving second is so many metres on the map: 25 km/h, roads 1.3 times the straight way.
const METRES: f64 = 25.0 / 3.6 / 1.3;
/// When the vans leave and when they are back, in seconds.
const OPEN: (i64, i64) = (8 * 3_600, 21 * 3_600);
/// Stations with fewer packages say nothing.
const LEAST: usize = 20;

/// Writes stations from the smallest to the largest, evenly by rank; what it says.
pub(crate) fn write(nation: &Nation<'_>, folder: &Path) -> Result<String, String> {
    report::make_folder(folder)?;
    let mut order: Vec<usize> = (0..nation.len())
        .filter(|&station| nation.packages(station) >= LEAST)
        .collect();
    order.sort_by_key(|&station| (nation.packages(station), station));
    let count = STATIONS.min(order.len());
    let mut text = String::new();
    for i in 0..count {
        let station = order[i * (order.len() - 1) / count.saturating_sub(1).max(1)];
        let day = nation.day(station).map_err(|error| error.to_string())?;
        let name = Nation::name(station);
        let path = folder.join(format!("{name}.vrp"));
        let (instance, [stops, out]) = instance(&name, &day);
        std::fs::write(&path, instance).map_err(|error| format!("{}: {error}", path.display()))?;
        let _ = writeln!(
            text,
            "{name} {} packages, {stops} stops, {out} out of reach",
            day.packages().len()
        );
    }
    Ok(text)
}

/// A stop as the format has it.
struct Node {
    at: (f64, f64),
    litres: u64,
    /// When service may begin, in seconds from when the vans leave.
    window: (i64, i64),
    service: i64,
}

impl Node {
    fn new(depot: Option<LatLng>, stop: &StopGroup) -> Self {
        let day = OPEN.1 - OPEN.0;
        let clip = |at: i64| (at / 1_000 - OPEN.0).clamp(0, day);
        let window = stop.windows.first().map_or((0, day), |window| {
            let (from, to) = (window.earliest(), window.latest());
            (clip(from.millis()), clip(to.millis()))
        });
        Self {
            at: seconds(depot, stop.place.lat_lng()),
            litres: litres(stop.load.volume_cm3),
            window,
            service: stop.service.millis() / 1_000,
        }
    }

    /// Whether a van that goes nowhere else is in time and back before the end.
    fn within_reach(&self) -> bool {
        #[allow(clippy::cast_possible_truncation, reason = "a few hours on any map")]
        let way = self.at.0.hypot(self.at.1).ceil() as i64;
        let back = self.window.0.max(way) + self.service + way;
        way <= self.window.1 && back <= OPEN.1 - OPEN.0
    }
}

fn litres(cm3: u64) -> u64 {
    cm3.div_ceil(1_000)
}

/// A day as a VRPLIB text, its number of stops and of those left out.
fn instance(name: &str, day: &ServiceDay) -> (String, [usize; 2]) {
    let grouping = group(day);
    let depot = day.station().place().lat_lng();
    let all = grouping.stops().iter().map(|stop| Node::new(depot, stop));
    let nodes: Vec<Node> = all.filter(Node::within_reach).collect();
    let vans = day.vehicles().len().div_ceil(2) * 3;
    let capacity = day
        .vehicles()
        .first()
        .and_then(|van| van.capacity().volume_cm3);
    let mut text = format!(
        "NAME : {name}\nTYPE : VRPTW\nDIMENSION : {}\nEDGE_WEIGHT_TYPE : EUC_2D\n\
         CAPACITY : {}\nVEHICLES : {vans}\nNODE_COORD_SECTION\n",
        nodes.len() + 1,
        litres(capacity.unwrap_or(4_200_000)),
    );
    let mut sections = [
        String::from("DEMAND_SECTION\n1 0\n"),
        format!("TIME_WINDOW_SECTION\n1 0 {}\n", OPEN.1 - OPEN.0),
        String::from("SERVICE_TIME_SECTION\n1 0\n"),
    ];
    let _ = writeln!(text, "1 0 0");
    for (number, node) in (2..).zip(&nodes) {
        let ((x, y), (from, to)) = (node.at, node.window);
        let _ = writeln!(text, "{number} {x:.1} {y:.1}");
        let _ = writeln!(sections[0], "{number} {}", node.litres);
        let _ = writeln!(sections[1], "{number} {from} {to}");
        let _ = writeln!(sections[2], "{number} {}", node.service);
    }
    (
        text + &sections.concat() + "DEPOT_SECTION\n1\n-1\nEOF\n",
        [nodes.len(), grouping.stops().len() - nodes.len()],
    )
}

/// Where a place lies, in driving seconds east and north of the station.
fn seconds(depot: Option<LatLng>, at: Option<LatLng>) -> (f64, f64) {
    let (Some(depot), Some(at)) = (depot, at) else {
        return (0.0, 0.0);
    };
    let per_degree = 111_195.08 / METRES;
    let shrink = depot.lat.to_radians().cos();
    (
        (at.lng - depot.lng) * shrink * per_degree,
        (at.lat - depot.lat) * per_degree,
    )
}
