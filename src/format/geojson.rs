//! A plan as GeoJSON (RFC 7946), for map viewers and GIS programs.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::model::{LatLng, PackageId, Place, ServiceDay, Vehicle};
use crate::plan::{Plan, RoutePlan, Unserved, Visit, WalkPlan};

/// Writes the plans of one or several stations as one `FeatureCollection`.
///
/// Each feature has a property `feature` that says what it is:
///
/// - `station`: a point with `station`;
/// - `route`: a line from the vehicle's start through its visits to its end, with `station`,
///   `route` (1 for the station's first), `vehicle`, `kind`, `depart`, `back`, `stops`,
///   `packages`, `distance_m`, `driving_s` and `cost`;
/// - `visit`: a point with `station`, `route`, `vehicle`, `position` (1 for the first visit),
///   `stop`, `zip`, `packages` (ids), `arrive`, `start` and `leave`, and, where packages are
///   collected for other doors of the route, `collects` (ids);
/// - `walk`: a line from the parked vehicle through the doors of a visit and back, with `station`,
///   `route`, `vehicle`, `position`, `distance_m`, `walking_s` and `starts`, the clock times of the
///   hand-overs at its doors;
/// - `unserved`: a point with `station`, `package` and `reason`.
///
/// Positions are longitude, then latitude, in degrees as the day states them. Clock times are
/// `HH:MM:SS` and may pass `24:00:00`; costs are decimal texts. A feature without coordinates
/// (a row of a travel matrix) has the geometry `null`, as the RFC asks; such a place is left out
/// of a route's line.
///
/// Each plan comes with the day it answers.
///
/// # Complexity
///
/// Linear in packages and visits.
#[must_use]
pub fn to_geojson(days: &[(&ServiceDay, &Plan)]) -> String {
    let mut features = Vec::new();
    for (day, plan) in days {
        features.push(feature(
            point(day.station().place()),
            json!({"feature": "station", "station": day.station().id().as_str()}),
        ));
        add_routes(&mut features, day, plan);
        add_unserved(&mut features, day, plan);
    }
    let mut text = json!({"type": "FeatureCollection", "features": features}).to_string();
    text.push('\n');
    text
}

fn add_routes(features: &mut Vec<Value>, day: &ServiceDay, plan: &Plan) {
    let ids = day.vehicles().iter().map(Vehicle::id);
    let vehicles: HashMap<_, _> = ids.zip(0..).collect();
    let station = day.station();
    for (number, route) in (1_usize..).zip(&plan.routes) {
        let vehicle = vehicles.get(&route.vehicle);
        let start = vehicle.map_or(station.place(), |&i| day.vehicle_position(i));
        let end = vehicle.map_or(station.place(), |&i| day.vehicle_end(i));
        let open = vehicle.is_some_and(|&i| day.vehicles()[i].has_open_end());
        let last = route.visits.last().filter(|_| open);
        let end = last.map_or(end, |visit| &visit.place);
        let mut properties = route_properties(route);
        properties.insert("station".into(), json!(station.id().as_str()));
        properties.insert("route".into(), json!(number));
        let way = line(route, [start, end], station.place());
        features.push(feature(way, Value::Object(properties)));
        for (position, visit) in (1_usize..).zip(&route.visits) {
            let mut properties = visit_properties(visit);
            properties.insert("station".into(), json!(station.id().as_str()));
            properties.insert("route".into(), json!(number));
            properties.insert("vehicle".into(), json!(route.vehicle.as_str()));
            properties.insert("position".into(), json!(position));
            features.push(feature(point(&visit.place), Value::Object(properties)));
            if let Some(walk) = &visit.walk {
                let properties = json!({
                    "feature": "walk",
                    "station": station.id().as_str(),
                    "route": number,
                    "vehicle": route.vehicle.as_str(),
                    "position": position,
                    "distance_m": walk.distance.km_f64() * 1_000.0,
                    "walking_s": walk.time.seconds_f64(),
                    "starts": walk.doors.iter().map(|d| d.start.hms()).collect::<Vec<_>>(),
                });
                features.push(feature(around(walk), properties));
            }
        }
    }
}

fn add_unserved(features: &mut Vec<Value>, day: &ServiceDay, plan: &Plan) {
    if plan.unserved.is_empty() {
        return;
    }
    let places: HashMap<&PackageId, &Place> =
        day.packages().iter().map(|p| (p.id(), p.place())).collect();
    for Unserved {
        package, reason, ..
    } in &plan.unserved
    {
        let geometry = places
            .get(package)
            .map_or(Value::Null, |place| point(place));
        features.push(feature(
            geometry,
            json!({
                "feature": "unserved",
                "station": day.station().id().as_str(),
                "package": package.as_str(),
                "reason": reason.to_string(),
            }),
        ));
    }
}

fn route_properties(route: &RoutePlan) -> Map<String, Value> {
    let packages: usize = route.visits.iter().map(|v| v.packages.len()).sum();
    let mut properties = object([
        ("feature", json!("route")),
        ("vehicle", json!(route.vehicle.as_str())),
        ("kind", json!(route.kind.as_str())),
        ("depart", json!(route.depart.hms())),
        ("back", json!(route.back.hms())),
        ("stops", json!(route.visits.len())),
        ("packages", json!(packages)),
        ("distance_m", json!(route.distance.km_f64() * 1_000.0)),
        ("driving_s", json!(route.driving.seconds_f64())),
        ("cost", json!(route.cost.to_string())),
    ]);
    if !route.reloads.is_empty() {
        let starts: Vec<String> = route.reloads.iter().map(|r| r.start.hms()).collect();
        properties.insert("reloads".to_owned(), json!(starts));
    }
    properties
}

fn visit_properties(visit: &Visit) -> Map<String, Value> {
    let ids = |ids: &[PackageId]| -> Vec<String> {
        ids.iter().map(|id| id.as_str().to_owned()).collect()
    };
    let mut properties = object([
        ("feature", json!("visit")),
        ("stop", json!(visit.stop.as_str())),
        ("zip", json!(visit.zip.as_str())),
        ("packages", json!(ids(&visit.packages))),
        ("arrive", json!(visit.arrive.hms())),
        ("start", json!(visit.start.hms())),
        ("leave", json!(visit.leave.hms())),
    ]);
    if !visit.collects.is_empty() {
        properties.insert("collects".to_owned(), json!(ids(&visit.collects)));
    }
    properties
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn feature(geometry: Value, properties: Value) -> Value {
    let mut object = Map::new();
    object.insert("type".into(), json!("Feature"));
    object.insert("geometry".into(), geometry);
    object.insert("properties".into(), properties);
    Value::Object(object)
}

/// Longitude first: RFC 7946, section 3.1.1.
fn position(at: LatLng) -> Value {
    json!([at.lng, at.lat])
}

/// The way of a walk.
fn around(walk: &WalkPlan) -> Value {
    let back = walk.doors.first();
    let places = walk.doors.iter().chain(back).map(|door| &door.place);
    string(places)
}

fn point(place: &Place) -> Value {
    place.lat_lng().map_or(
        Value::Null,
        |at| json!({"type": "Point", "coordinates": position(at)}),
    )
}

/// A line needs two positions (RFC 7946, section 3.1.4); with fewer there is no geometry.
fn line(route: &RoutePlan, [start, end]: [&Place; 2], station: &Place) -> Value {
    let visits = route.trips().into_iter().enumerate().flat_map(|(k, trip)| {
        let loads = (k > 0).then_some(station).into_iter();
        let visits = route.visits.get(trip.visits).unwrap_or_default();
        loads.chain(visits.iter().map(|visit| &visit.place))
    });
    let places = std::iter::once(start)
        .chain(visits)
        .chain(std::iter::once(end));
    string(places)
}

/// A line through places; null when fewer than two have coordinates.
fn string<'a>(places: impl Iterator<Item = &'a Place>) -> Value {
    let coordinates: Vec<Value> = places.filter_map(Place::lat_lng).map(position).collect();
    if coordinates.len() < 2 {
        return Value::Null;
    }
    json!({"type": "LineString", "coordinates": coordinates})
}
