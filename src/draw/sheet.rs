//! What a map shows, taken out of days and plans; the drawing knows nothing else.

use std::collections::HashMap;

use crate::model::{LatLng, Place, ServiceDay, Vehicle};
use crate::plan::{Plan, RoutePlan};

/// Everything on one map.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) stations: Vec<StationPin>,
    /// Where an unserved package waits; none for places without coordinates.
    pub(crate) unserved: Vec<LatLng>,
    pub(crate) unserved_packages: usize,
    /// Visits that have no coordinates to draw.
    pub(crate) unplaced_visits: usize,
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
    pub(crate) vehicle: String,
    /// Where the vehicle starts and ends; the points between are its visits.
    pub(crate) start: Option<LatLng>,
    pub(crate) end: Option<LatLng>,
    pub(crate) points: Vec<LatLng>,
    pub(crate) stops: usize,
    pub(crate) packages: usize,
    /// `HH:MM-HH:MM`.
    pub(crate) hours: String,
}

impl Sheet {
    /// Collects what belongs on the map of several stations.
    pub(crate) fn of(days: &[(&ServiceDay, &Plan)]) -> Self {
        let mut sheet = Self::default();
        let mut packages = 0;
        let mut km = 0.0;
        for (day, plan) in days {
            let pin = StationPin::of(day, plan);
            packages += pin.tracks.iter().map(|t| t.packages).sum::<usize>();
            km += plan.routes.iter().map(|r| r.distance.km_f64()).sum::<f64>();
            let drawn: usize = pin.tracks.iter().map(|t| t.points.len()).sum();
            let stops: usize = pin.tracks.iter().map(|t| t.stops).sum();
            sheet.unplaced_visits += stops - drawn;
            sheet.stations.push(pin);
            sheet.add_unserved(day, plan);
        }
        let routes: usize = sheet.stations.iter().map(|s| s.tracks.len()).sum();
        let date = days.first().and_then(|(day, _)| day.date());
        sheet.title = format!(
            "{}{}, {}, {}, {} km",
            date.map_or_else(String::new, |date| format!("{date}: ")),
            counted(sheet.stations.len(), "station"),
            counted(routes, "route"),
            counted(packages, "package"),
            grouped(km.round()),
        );
        sheet
    }

    fn add_unserved(&mut self, day: &ServiceDay, plan: &Plan) {
        if plan.unserved.is_empty() {
            return;
        }
        let places: HashMap<_, _> = day.packages().iter().map(|p| (p.id(), p.place())).collect();
        for unserved in &plan.unserved {
            self.unserved_packages += 1;
            let place = places.get(&unserved.package);
            self.unserved.extend(place.and_then(|p| p.lat_lng()));
        }
    }

    /// Every point of the sheet, to find the frame of the map.
    pub(crate) fn all_points(&self) -> impl Iterator<Item = LatLng> {
        let tracks = self.stations.iter().flat_map(|s| &s.tracks);
        self.stations
            .iter()
            .filter_map(|s| s.at)
            .chain(tracks.flat_map(|t| t.start.into_iter().chain(t.end).chain(t.points.clone())))
            .chain(self.unserved.iter().copied())
    }
}

impl StationPin {
    fn of(day: &ServiceDay, plan: &Plan) -> Self {
        let station = day.station().place();
        let ids = day.vehicles().iter().map(Vehicle::id);
        let vehicles: HashMap<_, _> = ids.zip(0..).collect();
        let tracks = plan.routes.iter().map(|route| {
            let vehicle = vehicles.get(&route.vehicle);
            let start = vehicle.map_or(station, |&i| day.vehicle_start(i));
            let end = vehicle.map_or(station, |&i| day.vehicle_end(i));
            Track::of(route, start, end)
        });
        Self {
            name: day.station().id().to_string(),
            at: station.lat_lng(),
            tracks: tracks.collect(),
        }
    }
}

impl Track {
    fn of(route: &RoutePlan, start: &Place, end: &Place) -> Self {
        let visits = &route.visits;
        Self {
            vehicle: route.vehicle.to_string(),
            start: start.lat_lng(),
            end: end.lat_lng(),
            points: visits.iter().filter_map(|v| v.place.lat_lng()).collect(),
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

/// `HH:MM` of `HH:MM:SS`: a legend needs no seconds.
fn minutes(hms: &str) -> &str {
    hms.rsplit_once(':').map_or(hms, |(minutes, _)| minutes)
}

/// `1 station`, `4 stations`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number as f64))
}

/// A whole number with commas between thousands.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        assert_eq!(grouped(0.0), "0");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(12_634.0), "12,634");
        assert_eq!(counted(1, "route"), "1 route");
        assert_eq!(counted(1_000_000, "package"), "1,000,000 packages");
    }

    #[test]
    fn hours_lose_their_seconds() {
        assert_eq!(minutes("08:30:59"), "08:30");
        assert_eq!(minutes("25:00:00"), "25:00");
    }
}
