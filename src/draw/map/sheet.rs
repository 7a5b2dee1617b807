//! What a map shows, taken out of days and plans; the drawing knows nothing else.

use std::collections::HashMap;

use super::super::options::{Layer, MapOptions};
use super::super::page::{counted, grouped, minutes};
use super::areas::Region;
use crate::model::{LatLng, Place, ServiceDay, Vehicle};
use crate::plan::{Plan, RoutePlan};

/// Everything on one map.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) stations: Vec<StationPin>,
    /// Zones and blocks, the zones first.
    pub(crate) regions: Vec<Region>,
    /// Packages on no route that have coordinates.
    pub(crate) unserved: Vec<Left>,
    pub(crate) unserved_packages: usize,
    /// Routes of all stations, drawn or not: what the colours are chosen for.
    pub(crate) routes: usize,
    /// Visits that have no coordinates to draw.
    pub(crate) unplaced_visits: usize,
}

/// An unserved package on the map.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) at: LatLng,
    /// Its id and why.
    pub(crate) text: String,
}

/// One station and its routes.
#[derive(Debug)]
pub(crate) struct StationPin {
    pub(crate) name: String,
    pub(crate) at: Option<LatLng>,
    pub(crate) tracks: Vec<Track>,
}

/// One route as a line.
#[derive(Debug)]
pub(crate) struct Track {
    /// 1 for the first route of the first station.
    pub(crate) number: usize,
    pub(crate) vehicle: String,
    /// Where the vehicle starts and ends; the points between are its visits.
    pub(crate) start: Option<LatLng>,
    pub(crate) end: Option<LatLng>,
    pub(crate) points: Vec<LatLng>,
    /// The points, and the station where it comes back to load again.
    pub(crate) way: Vec<LatLng>,
    pub(crate) stops: usize,
    pub(crate) packages: usize,
    /// `HH:MM-HH:MM`.
    pub(crate) hours: String,
}

impl Sheet {
    /// Collects what belongs on the map of several stations.
    pub(crate) fn of(days: &[(&ServiceDay, &Plan)], options: &MapOptions) -> Self {
        let mut sheet = Self::default();
        let mut packages = 0;
        let mut km = 0.0;
        for (day, plan) in days {
            let first = sheet.routes + 1;
            sheet.routes += plan.routes.len();
            if options.station().is_some_and(|id| id != day.station().id()) {
                continue;
            }
            let pin = StationPin::of(day, plan, first);
            packages += pin.tracks.iter().map(|t| t.packages).sum::<usize>();
            km += plan.routes.iter().map(|r| r.distance.km_f64()).sum::<f64>();
            let drawn: usize = pin.tracks.iter().map(|t| t.points.len()).sum();
            let stops: usize = pin.tracks.iter().map(|t| t.stops).sum();
            sheet.unplaced_visits += stops - drawn;
            sheet.stations.push(pin);
            if options.shows(Layer::Unserved) {
                sheet.add_unserved(day, plan);
            }
            sheet.regions.extend(Region::of(day, options));
        }
        sheet.regions.sort_by_key(|region| region.layer);
        let date = days.first().and_then(|(day, _)| day.date());
        let routes: usize = sheet.stations.iter().map(|s| s.tracks.len()).sum();
        let station = options.station();
        sheet.title = format!(
            "{}{}, {}, {}, {} km",
            date.map_or_else(String::new, |date| format!("{date}: ")),
            station.map_or_else(
                || counted(sheet.stations.len(), "station"),
                |id| format!("station {id}")
            ),
            counted(routes, "route"),
            counted(packages, "package"),
            grouped(km.round()),
        );
        sheet
    }

    fn add_unserved(&mut self, day: &ServiceDay, plan: &Plan) {
        self.unserved_packages += plan.unserved.len();
        if plan.unserved.is_empty() {
            return;
        }
        let places: HashMap<_, _> = day.packages().iter().map(|p| (p.id(), p.place())).collect();
        let left = plan.unserved.iter().filter_map(|unserved| {
            let at = places.get(&unserved.package)?.lat_lng()?;
            let text = format!("{}: {}", unserved.package, unserved.reason);
            Some(Left { at, text })
        });
        self.unserved.extend(left);
    }

    /// Every point of the sheet, to find the frame of the map.
    pub(crate) fn all_points(&self) -> impl Iterator<Item = LatLng> {
        let tracks = self.stations.iter().flat_map(|s| &s.tracks);
        self.stations
            .iter()
            .filter_map(|s| s.at)
            .chain(tracks.flat_map(|t| t.start.into_iter().chain(t.end).chain(t.points.clone())))
            .chain(self.unserved.iter().map(|left| left.at))
    }
}

impl StationPin {
    fn of(day: &ServiceDay, plan: &Plan, first: usize) -> Self {
        let station = day.station().place();
        let ids = day.vehicles().iter().map(Vehicle::id);
        let vehicles: HashMap<_, _> = ids.zip(0..).collect();
        let tracks = (first..).zip(&plan.routes).map(|(number, route)| {
            let vehicle = vehicles.get(&route.vehicle);
            let start = vehicle.map_or(station, |&i| day.vehicle_position(i));
            let end = vehicle.map_or(station, |&i| day.vehicle_end(i));
            let open = vehicle.is_some_and(|&i| day.vehicles()[i].has_open_end());
            let last = route.visits.last().filter(|_| open);
            let end = last.map_or(end, |visit| &visit.place);
            Track::of(number, route, [start, end], station)
        });
        Self {
            name: day.station().id().to_string(),
            at: station.lat_lng(),
            tracks: tracks.collect(),
        }
    }
}

impl Track {
    fn of(number: usize, route: &RoutePlan, [start, end]: [&Place; 2], station: &Place) -> Self {
        let visits = &route.visits;
        let way = route.trips().into_iter().enumerate().flat_map(|(k, trip)| {
            let loads = (k > 0).then_some(station).into_iter();
            let visits = visits.get(trip.visits).unwrap_or_default();
            loads.chain(visits.iter().map(|visit| &visit.place))
        });
        Self {
            number,
            vehicle: route.vehicle.to_string(),
            start: start.lat_lng(),
            end: end.lat_lng(),
            points: visits.iter().filter_map(|v| v.place.lat_lng()).collect(),
            way: way.filter_map(Place::lat_lng).collect(),
            stops: visits.len(),
            packages: visits.iter().map(|v| v.packages.len()).sum(),
            hours: format!(
                "{}-{}",
                minutes(&route.depart.hms()),
                minutes(&route.back.hms())
            ),
        }
    }
}
