//! The SVG map and the staffing curve: what is in them, and that they are well-formed.

use doorstep::Money;
use doorstep::draw::{CurvePoint, Layer, MapOptions, curve, map, map_with};
use doorstep::model::{LatLng, Package, Place, ServiceDay, Station, Vehicle};
use doorstep::plan::{RouteDraft, assemble};
use doorstep::sortation::group;
use doorstep::units::TimeOfDay;

use crate::fixture::{day, matrix_day, plan, written};
use crate::xml::{assert_well_formed, between};

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
            driver: None,
            stops: vec![grouping.stop_of(i)],
            depart: TimeOfDay::hm(8, 0),
            breaks: Vec::new(),
            reloads: Vec::new(),
        })
        .collect();
    let plan = assemble(&day, &grouping, day.travel(), &drafts, vec![]);
    let svg = map(&[(&day, &plan)]);
    assert_well_formed(&svg);
    for number in 1..=50 {
        let badge = format!("class=\"number\" data-route=\"{number}\"");
        assert_eq!(svg.matches(&badge).count(), 1, "route {number}");
    }
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

#[test]
fn each_layer_is_drawn_or_left_out() {
    let day = day();
    let plan = plan(&day);
    let days = [(&day, &plan)];
    let signs = [
        (Layer::Zones, "class=\"zone\""),
        (Layer::Blocks, "class=\"block\""),
        (Layer::Routes, "class=\"route\""),
        (
            Layer::OrderNumbers,
            "font-size=\"8.5\" text-anchor=\"middle\" fill",
        ),
        (Layer::Unserved, "class=\"unserved\""),
        (Layer::Stations, "class=\"station\""),
        (Layer::Legend, "class=\"legend\""),
    ];
    let everything = MapOptions::default().with_layer(Layer::Blocks);
    for (layer, sign) in signs {
        let with = map_with(&days, &everything);
        let without = map_with(&days, &everything.clone().without_layer(layer));
        assert_well_formed(&without);
        assert!(with.contains(sign), "{layer:?}");
        assert!(!without.contains(sign), "{layer:?}");
    }
    let default = map(&days);
    assert!(default.contains("class=\"zone\"") && !default.contains("class=\"block\""));
    assert_eq!(default, map_with(&days, &MapOptions::default()));
}

#[test]
fn stops_have_their_positions() {
    let day = day();
    let svg = map(&[(&day, &plan(&day))]);
    let orders = between(
        &svg,
        "font-size=\"8.5\" text-anchor=\"middle\" fill",
        "</g>",
    );
    // The first stop's number is the route's; both positions have room here.
    assert!(
        orders.contains(">1</text>") && orders.contains(">2</text>"),
        "{orders}"
    );
}

#[test]
fn a_cross_names_the_package_and_the_reason() {
    let day = day();
    let plan = plan(&day);
    let svg = map(&[(&day, &plan)]);
    let cross = between(&svg, "class=\"unserved\"", "</g>");
    let title = between(cross, "<title>", "</title>");
    assert_eq!(title, format!("p3: {}", plan.unserved[0].reason));
}

#[test]
fn one_station_alone_keeps_its_numbers() {
    let first = day();
    let second = ServiceDay::builder(Station::new("S2", Place::at(31.0, -97.0)))
        .packages([Package::new("q", Place::at(31.1, -97.1), "78701")])
        .vehicles([Vehicle::cargo_van("w")])
        .build()
        .expect("a valid day");
    let (one, two) = (plan(&first), written(&second, &[0], &[]));
    let days = [(&first, &one), (&second, &two)];
    let svg = map_with(&days, &MapOptions::default().with_station("S2"));
    assert_well_formed(&svg);
    assert!(svg.contains("station S2, 1 route, 1 package"));
    assert!(svg.contains("data-route=\"2\"") && !svg.contains("data-route=\"1\""));
    let colour = |svg: &str| {
        let route = between(svg, "class=\"route\" data-route=\"2\"", "<title>").to_owned();
        between(&route, "stroke=\"", "\"").to_owned()
    };
    assert_eq!(colour(&svg), colour(&map(&days)));
    let none = map_with(&days, &MapOptions::default().with_station("S3"));
    assert_well_formed(&none);
    assert!(none.contains("No station"));
}

#[test]
fn a_curve_shows_every_point_and_the_best() {
    let cost = |units| Money::from_units(units);
    let points = [
        CurvePoint::new(42, cost(11_800)),
        CurvePoint::new(40, cost(11_500))
            .with_unserved(30)
            .with_late(4),
        CurvePoint::new(41, cost(11_700)).with_tendered(9),
    ];
    let svg = curve(&points);
    assert_well_formed(&svg);
    assert!(svg.contains("Staffing curve: 40 to 42 vehicles"));
    assert_eq!(svg.matches("<polyline").count(), 4);
    for line in svg.split("<polyline points=\"").skip(1) {
        let points = &line[..line.find('"').expect("an end")];
        assert_eq!(points.split(' ').count(), 3, "{points}");
    }
    assert!(svg.contains("least left, then cheapest: 41 vehicles, 0 unserved, 11700.00"));
    let mut turned = points;
    turned.reverse();
    assert_eq!(
        svg,
        curve(&turned),
        "the order of the points does not matter"
    );
}

#[test]
fn a_curve_goes_down_where_cost_falls() {
    let svg = curve(&[
        CurvePoint::new(1, Money::from_units(200)),
        CurvePoint::new(2, Money::from_units(100)),
    ]);
    let line = between(&svg, "<polyline points=\"", "\"");
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let pixels: Vec<(f64, f64)> = line
        .split(' ')
        .filter_map(|pair| pair.split_once(','))
        .map(|(x, y)| (number(x), number(y)))
        .collect();
    assert!(
        pixels[0].0 < pixels[1].0 && pixels[0].1 < pixels[1].1,
        "{line}"
    );
}

#[test]
fn a_curve_of_anything_is_a_picture() {
    let most = CurvePoint::new(u64::MAX, Money::from_millicents(i64::MAX)).with_late(u64::MAX);
    let least = CurvePoint::new(0, Money::from_millicents(i64::MIN));
    let one = CurvePoint::new(5, Money::ZERO);
    let same = vec![one; 3];
    for points in [&[][..], &[one], &same, &[most], &[least, most]] {
        let svg = curve(points);
        assert_well_formed(&svg);
        assert_eq!(svg.contains("No points"), points.is_empty());
    }
}
