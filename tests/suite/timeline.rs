//! The timeline: bars, windows, promises, hours, and every vehicle.

use doorstep::draw::timeline;
use doorstep::model::{Package, Place, Promise, ServiceDay, Station, TimeWindow, Vehicle};
use doorstep::plan::{Plan, RouteDraft, assemble};
use doorstep::sortation::group;
use doorstep::units::{Span, TimeOfDay};

use crate::fixture::{day, matrix_day, plan, written};
use crate::xml::{assert_well_formed, between};

const DRIVING: &str = "#aebccb";
const SERVICE: &str = "#1b6a8c";
const WAITING: &str = "#f0b429";

/// A van with one stop of 30 minutes of service, 30 minutes' matrix legs, and this package.
fn one_stop(change: impl Fn(Package) -> Package) -> ServiceDay {
    let legs = vec![vec![1_800.0; 2]; 2];
    let matrix = doorstep::model::TravelMatrix::new(&legs, &legs).expect("a matrix");
    let package = Package::new("<p>", Place::row(1), "78701");
    ServiceDay::builder(Station::new("S", Place::row(0)))
        .packages([change(package.with_service_time(Span::from_minutes(30)))])
        .vehicles([Vehicle::cargo_van("v1")])
        .travel(matrix)
        .build()
        .expect("a valid day")
}

/// Pixels of one colour on a row's bar.
fn bar(svg: &str, colour: &str) -> f64 {
    let row = between(svg, "class=\"row\"", "</g></g>\n");
    let Some(end) = row.find(&format!("\" stroke=\"{colour}\" stroke-width=\"10\"")) else {
        return 0.0;
    };
    let start = row[..end].rfind("d=\"").expect("a path") + 3;
    let runs = row[start..end].split('M').skip(1);
    let wide = |run: &str| -> f64 {
        let (_, wide) = run.split_once('h').expect("a run");
        wide.parse().expect("pixels")
    };
    runs.map(wide).sum()
}

/// Pixels of one hour when so many are shown.
fn hour(hours: u32) -> f64 {
    1_200.0 / f64::from(hours)
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1.0, "{found} for {expected}");
}

#[test]
fn driving_waiting_and_service_are_as_long_as_they_take() {
    let day = one_stop(|p| p.with_window(TimeWindow::hm((9, 30), (10, 0))));
    let svg = timeline(&[(&day, &written(&day, &[0], &[]))]);
    assert_well_formed(&svg);
    // 08:00 out, 08:30 there, 09:30 to 10:00 service, 10:30 back: three hours on the axis.
    near(bar(&svg, DRIVING), hour(3));
    near(bar(&svg, WAITING), hour(3));
    near(bar(&svg, SERVICE), hour(3) / 2.0);
    for label in [">08:00<", ">09:00<", ">10:00<", ">11:00<"] {
        assert_eq!(svg.matches(label).count(), 2, "{label} above and below");
    }
    assert!(!svg.contains(">12:00<"));
    assert!(svg.contains("1 stop, 08:00-10:30"));
}

#[test]
fn a_window_is_a_line_and_its_stop_a_dot() {
    let day = one_stop(|p| p.with_window(TimeWindow::hm((9, 30), (10, 0))));
    let mut plan = written(&day, &[0], &[]);
    let svg = timeline(&[(&day, &plan)]);
    let line = between(&svg, "class=\"windows\" d=\"M", "\"");
    let (start, length) = line.split_once('h').expect("a line");
    let x: f64 = start.split(' ').next().unwrap().parse().expect("x");
    near(x, 1.5 * hour(3));
    near(length.parse().expect("a length"), 0.5 * hour(3));
    assert!(svg.contains("class=\"kept\"") && !svg.contains("class=\"missed\""));
    // Somebody's plan that comes after the window.
    plan.routes[0].visits[0].start = TimeOfDay::hm(10, 1);
    let svg = timeline(&[(&day, &plan)]);
    assert!(!svg.contains("class=\"kept\"") && svg.contains("class=\"missed\""));
    assert!(svg.contains("served outside its windows"));
    let free = one_stop(|p| p);
    assert!(!timeline(&[(&free, &written(&free, &[0], &[]))]).contains("class=\"windows\""));
}

#[test]
fn a_missed_promise_is_marked_with_the_package() {
    let ordered = |at| move |p: Package| p.with_promise(Promise::TwoHour { ordered: at });
    let late = one_stop(ordered(TimeOfDay::hm(6, 29)));
    let svg = timeline(&[(&late, &written(&late, &[0], &[]))]);
    assert_well_formed(&svg);
    assert!(between(&svg, "class=\"late\"", "</path>").contains("08:30:00 late: &lt;p&gt;"));
    assert!(svg.contains("promise missed"));
    let in_time = one_stop(ordered(TimeOfDay::hm(6, 30)));
    let svg = timeline(&[(&in_time, &written(&in_time, &[0], &[]))]);
    assert!(!svg.contains("class=\"late\"") && !svg.contains("promise missed"));
}

#[test]
fn every_vehicle_has_a_row_used_or_not() {
    let day = day();
    let svg = timeline(&[(&day, &plan(&day))]);
    assert_well_formed(&svg);
    assert_eq!(svg.matches("class=\"row\"").count(), 2);
    assert_eq!(svg.matches("class=\"row\" data-route=\"1\"").count(), 1);
    assert!(svg.contains("A&amp;B &lt;1&gt;"));
    assert!(svg.contains(">v&quot;1&quot;</text>"));
    assert!(svg.contains(">b1</text>") && svg.contains(">not used</text>"));
    let fleet = (0..60).map(|i| Vehicle::cargo_van(format!("v{i:02}")));
    let large = ServiceDay::builder(Station::new("S", Place::at(30.0, -97.0)))
        .vehicles(fleet)
        .build()
        .expect("a valid day");
    let svg = timeline(&[(&large, &written(&large, &[], &[]))]);
    assert_well_formed(&svg);
    let rows = svg.matches("class=\"row\"").count();
    assert!(
        rows <= 1 && svg.contains("vehicles not used"),
        "{rows} rows"
    );
}

#[test]
fn stations_go_on_with_the_numbers() {
    let (first, second) = (day(), one_stop(|p| p));
    let (one, two) = (plan(&first), written(&second, &[0], &[]));
    let svg = timeline(&[(&first, &one), (&second, &two)]);
    assert_well_formed(&svg);
    assert!(svg.contains("2 routes, 3 stops by the hour"));
    assert!(svg.contains("data-route=\"1\"") && svg.contains("data-route=\"2\""));
    assert_eq!(svg, timeline(&[(&first, &one), (&second, &two)]));
}

#[test]
fn a_day_may_pass_midnight() {
    let day = one_stop(|p| p);
    let mut plan = written(&day, &[0], &[]);
    let later = Span::from_hours(15);
    let route = &mut plan.routes[0];
    route.depart += later;
    route.back += later;
    for visit in &mut route.visits {
        visit.arrive += later;
        visit.start += later;
        visit.leave += later;
    }
    let svg = timeline(&[(&day, &plan)]);
    assert_well_formed(&svg);
    assert!(svg.contains(">23:00<") && svg.contains(">24:00<") && svg.contains(">25:00<"));
    near(bar(&svg, SERVICE), hour(2) / 2.0);
}

#[test]
fn nothing_and_nonsense_are_pictures_too() {
    assert_well_formed(&timeline(&[]));
    assert!(timeline(&[]).contains("No vehicles"));
    let day = matrix_day(None);
    let svg = timeline(&[(&day, &written(&day, &[0, 1], &[]))]);
    assert!(svg.contains("2 stops"), "no coordinates are needed");
    let mut plan: Plan = written(&day, &[0, 1], &[]);
    for (depart, back) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN), (0, 0)] {
        plan.routes[0].depart = TimeOfDay::from_millis(depart);
        plan.routes[0].back = TimeOfDay::from_millis(back);
        plan.routes[0].visits[0].start = TimeOfDay::from_millis(back);
        let svg = timeline(&[(&day, &plan)]);
        assert_well_formed(&svg);
        assert!(svg.len() < 50_000, "{} bytes", svg.len());
    }
}

#[test]
fn fifty_vans_of_many_stops_stay_small() {
    let place = |i: u32| {
        Place::at(
            41.0 + f64::from(i % 97) * 0.001,
            -87.0 - f64::from(i % 89) * 0.001,
        )
    };
    let (vans, stops) = (50_u32, 170_u32);
    let day = ServiceDay::builder(Station::new("S", Place::at(41.0, -87.0)))
        .packages((0..vans * stops).map(|i| {
            Package::new(format!("p{i:05}"), place(i), "60601").with_address_key(format!("k{i:05}"))
        }))
        .vehicles((0..vans).map(|i| Vehicle::cargo_van(format!("v{i:02}"))))
        .build()
        .expect("a valid day");
    let grouping = group(&day);
    let drafts = (0..vans).map(|van| RouteDraft {
        vehicle: van as usize,
        driver: None,
        stops: (van * stops..(van + 1) * stops)
            .map(|package| grouping.stop_of(package as usize))
            .collect(),
        depart: TimeOfDay::hm(8, 0),
        breaks: Vec::new(),
        reloads: Vec::new(),
    });
    let drafts: Vec<RouteDraft> = drafts.collect();
    let plan = assemble(&day, &grouping, day.travel(), &drafts, vec![]);
    let svg = timeline(&[(&day, &plan)]);
    assert_well_formed(&svg);
    assert_eq!(svg.matches("class=\"row\" data-route").count(), 50);
    assert!(svg.len() < 400_000, "{} bytes", svg.len());
    assert!(svg.contains("pieces under half a pixel are merged"));
}
