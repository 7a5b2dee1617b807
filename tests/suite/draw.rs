//! The SVG map: what is in it, and that it is well-formed whatever the ids are.

use doorstep::draw::map;
use doorstep::model::{LatLng, Package, Place, ServiceDay, Station, Vehicle};
use doorstep::plan::{RouteDraft, assemble};
use doorstep::sortation::group;
use doorstep::units::TimeOfDay;

use crate::fixture::{day, matrix_day, plan, written};

/// Panics unless every tag is closed in order and every `&` starts one of XML's own entities.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        assert_entities(&rest[..at]);
        let end = rest[at..].find('>').expect("every tag ends") + at;
        let tag = &rest[at + 1..end];
        assert!(!tag.contains('<'), "a tag inside a tag: {tag}");
        assert_entities(tag);
        let name = |t: &str| t.split([' ', '/']).next().unwrap_or("").to_owned();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed));
        } else if !tag.ends_with('/') {
            open.push(name(tag));
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes of {tag}");
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "not closed: {open:?}");
}

fn assert_entities(text: &str) {
    for (at, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
        assert!(
            known.iter().any(|e| text[at..].starts_with(e)),
            "a bare & in {text}"
        );
    }
}

#[test]
fn a_map_shows_routes_stations_and_what_is_left() {
    let day = day();
    let svg = map(&[(&day, &plan(&day))]);
    assert_well_formed(&svg);
    assert_eq!(svg.matches("class=\"route\"").count(), 1);
    assert_eq!(svg.matches("class=\"station\"").count(), 1);
    assert_eq!(svg.matches("class=\"unserved\"").count(), 1);
    assert!(svg.contains("A&amp;B &lt;1&gt;"));
    assert!(svg.contains("v&quot;1&quot;"));
    assert!(svg.contains("2026-10-14: 1 station, 1 route, 2 packages"));
    assert!(svg.contains(">2 stops<") && svg.contains(">08:00-08:"));
    assert!(svg.contains("1 package unserved"));
    assert!(svg.contains(" km</text>") || svg.contains(" m</text>"));
}

#[test]
fn north_is_up() {
    let day = day();
    let svg = map(&[(&day, &plan(&day))]);
    let line = svg.split("<polyline points=\"").nth(1).expect("a line");
    let points: Vec<(f64, f64)> = line[..line.find('"').expect("the end of the points")]
        .split(' ')
        .map(|pair| {
            let (x, y) = pair.split_once(',').expect("x,y");
            (x.parse().expect("x"), y.parse().expect("y"))
        })
        .collect();
    // p2 lies north and east of p1.
    assert_eq!(points.len(), 2);
    assert!(points[0].1 < points[1].1 && points[0].0 > points[1].0);
}

#[test]
fn an_empty_plan_and_no_plan_say_so() {
    let day = day();
    let svg = map(&[(&day, &written(&day, &[], &[]))]);
    assert_well_formed(&svg);
    assert!(svg.contains("No routes in this plan"));
    assert!(svg.contains("class=\"station\""));
    let nothing = map(&[]);
    assert_well_formed(&nothing);
    assert!(nothing.contains("No station"));
}

#[test]
fn places_without_coordinates_are_named() {
    let day = matrix_day(None);
    let svg = map(&[(&day, &written(&day, &[0, 1], &[]))]);
    assert_well_formed(&svg);
    assert!(svg.contains("No coordinates"));
    assert!(
        svg.contains(">2 stops<"),
        "the legend is there all the same"
    );

    let at = LatLng {
        lat: 30.0,
        lng: -97.0,
    };
    let day = matrix_day(Some(at));
    let svg = map(&[(&day, &written(&day, &[0, 1], &[]))]);
    assert_well_formed(&svg);
    assert!(svg.contains("not drawn, without coordinates: 1 visit"));
}

#[test]
fn fifty_routes_have_fifty_colours() {
    let place = |i: u32| Place::at(41.0 + f64::from(i) * 0.01, -87.0);
    let day = ServiceDay::builder(Station::new("S", Place::at(41.2, -87.2)))
        .packages((0..50).map(|i| Package::new(format!("p{i}"), place(i), "60601")))
        .vehicles((0..50).map(|i| Vehicle::cargo_van(format!("v{i}"))))
        .build()
        .expect("a valid day");
    let grouping = group(&day);
    let drafts: Vec<RouteDraft> = (0..50_usize)
        .map(|i| RouteDraft {
            vehicle: i,
            stops: vec![grouping.stop_of(i)],
            depart: TimeOfDay::hm(8, 0),
        })
        .collect();
    let plan = assemble(&day, &grouping, day.travel(), &drafts, vec![]);
    let svg = map(&[(&day, &plan)]);
    assert_well_formed(&svg);
    let mut colours: Vec<&str> = svg
        .match_indices("class=\"route\"")
        .map(|(at, _)| {
            let stroke = svg[at..].find("stroke=\"").expect("a stroke") + at + 8;
            &svg[stroke..stroke + 7]
        })
        .collect();
    colours.sort_unstable();
    colours.dedup();
    assert_eq!(colours.len(), 50);
}
