//! GeoJSON: the order of coordinates, what each feature says, and places without coordinates.

use doorstep::format::to_geojson;
use doorstep::model::LatLng;
use serde_json::{Value, json};

use crate::fixture::{day, matrix_day, plan, written};

fn features(text: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(all["type"], "FeatureCollection");
    let features = all["features"].as_array().expect("an array").clone();
    for feature in &features {
        assert_eq!(feature["type"], "Feature");
        assert!(feature["properties"].is_object());
    }
    features
}

fn of_kind<'a>(features: &'a [Value], kind: &str) -> Vec<&'a Value> {
    features
        .iter()
        .filter(|f| f["properties"]["feature"] == kind)
        .collect()
}

#[test]
fn a_route_is_a_line_from_the_station_and_back_longitude_first() {
    let day = day();
    let all = features(&to_geojson(&[(&day, &plan(&day))]));
    assert_eq!(all.len(), 5);
    let routes = of_kind(&all, "route");
    assert_eq!(routes.len(), 1);
    assert_eq!(
        routes[0]["geometry"],
        json!({"type": "LineString", "coordinates": [
            [-97.7, 30.2], [-97.7, 30.22], [-97.71, 30.21], [-97.7, 30.2]
        ]})
    );
    let properties = &routes[0]["properties"];
    assert_eq!(properties["station"], "A&B <1>");
    assert_eq!(properties["vehicle"], "v\"1\"");
    assert_eq!(properties["kind"], "cargo_van");
    assert_eq!(properties["route"], 1);
    assert_eq!(properties["stops"], 2);
    assert_eq!(properties["packages"], 2);
    assert_eq!(properties["depart"], "08:00:00");
}

#[test]
fn figures_of_a_route_are_those_of_the_plan() {
    let day = day();
    let plan = plan(&day);
    let all = features(&to_geojson(&[(&day, &plan)]));
    let properties = &of_kind(&all, "route")[0]["properties"];
    let route = &plan.routes[0];
    let metres = properties["distance_m"].as_f64().expect("a number");
    assert!((metres * 1_000.0 - route.distance.millimeters() as f64).abs() < 0.5);
    let seconds = properties["driving_s"].as_f64().expect("a number");
    assert!((seconds * 1_000.0 - route.driving.millis() as f64).abs() < 0.5);
    assert_eq!(properties["cost"], route.cost.to_string());
    assert_eq!(properties["back"], route.back.hms());
}

#[test]
fn a_visit_is_a_point_with_its_times_and_packages() {
    let day = day();
    let plan = plan(&day);
    let all = features(&to_geojson(&[(&day, &plan)]));
    let visits = of_kind(&all, "visit");
    assert_eq!(visits.len(), 2);
    assert_eq!(
        visits[0]["geometry"],
        json!({"type": "Point", "coordinates": [-97.7, 30.22]})
    );
    let properties = &visits[0]["properties"];
    assert_eq!(properties["position"], 1);
    assert_eq!(properties["packages"], json!(["p2"]));
    assert_eq!(properties["zip"], "78702");
    let visit = &plan.routes[0].visits[0];
    assert_eq!(properties["arrive"], visit.arrive.hms());
    assert_eq!(properties["start"], visit.start.hms());
    assert_eq!(properties["leave"], visit.leave.hms());
    assert_eq!(visits[1]["properties"]["position"], 2);
}

#[test]
fn what_is_left_keeps_its_reason() {
    let day = day();
    let plan = plan(&day);
    let all = features(&to_geojson(&[(&day, &plan)]));
    let left = of_kind(&all, "unserved");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["properties"]["package"], "p3");
    assert_eq!(
        left[0]["properties"]["reason"],
        plan.unserved[0].reason.to_string()
    );
    assert_eq!(left[0]["geometry"]["coordinates"], json!([-97.69, 30.23]));
    assert_eq!(of_kind(&all, "station").len(), 1);
}

#[test]
fn a_place_without_coordinates_has_no_geometry() {
    let day = matrix_day(None);
    let all = features(&to_geojson(&[(&day, &written(&day, &[0, 1], &[]))]));
    assert_eq!(all.len(), 4);
    for feature in &all {
        assert_eq!(feature["geometry"], Value::Null);
    }
    let at = LatLng {
        lat: 30.0,
        lng: -97.0,
    };
    let day = matrix_day(Some(at));
    let all = features(&to_geojson(&[(&day, &written(&day, &[0, 1], &[]))]));
    // One position is no line.
    assert_eq!(of_kind(&all, "route")[0]["geometry"], Value::Null);
    assert_eq!(
        of_kind(&all, "visit")[0]["geometry"]["coordinates"],
        json!([-97.0, 30.0])
    );
}

#[test]
fn no_day_is_an_empty_collection() {
    assert!(features(&to_geojson(&[])).is_empty());
}
