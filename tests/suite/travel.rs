//! Travel against geo's haversine and against a matrix written by hand.

use doorstep::model::{
    GreatCircle, Place, Plane, PlaneRounding, TravelMatrix, TravelSpec, VehicleKind,
};
use doorstep::travel::{Leg, TravelModel};
use doorstep::units::{Meters, Span};
use geo::{Distance, Haversine, Point};

const VAN: VehicleKind = VehicleKind::CargoVan;

/// Great circles without a detour at a speed of one metre per millisecond.
fn bare() -> GreatCircle {
    GreatCircle::default()
        .with_detour(1.0)
        .with_speed(VAN, 3_600.0)
}

#[test]
fn great_circle_equals_the_haversine_of_geo() {
    let places = [
        (41.84, -87.68),
        (41.840_001, -87.68),
        (41.85, -87.65),
        (42.031_472, -87.777_092),
        (-33.86, 151.21),
        (89.999, 10.0),
        (0.0, 179.999_9),
        (0.0, -179.999_9),
    ];
    for &(lat, lng) in &places {
        for &(lat2, lng2) in &places {
            let geo = Haversine.distance(Point::new(lng, lat), Point::new(lng2, lat2));
            let leg = bare().leg(VAN, &Place::at(lat, lng), &Place::at(lat2, lng2));
            if geo > 2_147_000.0 {
                assert_eq!(leg, Leg::OUT_OF_REACH);
            } else {
                let off = leg.distance.millimeters() as f64 - geo * 1e3;
                assert!(off.abs() <= 0.51, "{lat},{lng} {lat2},{lng2}: {off} mm");
            }
        }
    }
}

#[test]
fn detour_and_speed_by_kind_apply() {
    let model = GreatCircle::default();
    let (from, to) = (Place::at(41.84, -87.68), Place::at(41.85, -87.65));
    let van = model.leg(VAN, &from, &to);
    let walker = model.leg(VehicleKind::Walker, &from, &to);
    let straight = bare().leg(VAN, &from, &to).distance.millimeters();
    // 1.3 times the great circle, to the rounding of either side.
    assert!((van.distance.millimeters() - straight * 13 / 10).abs() <= 2);
    assert_eq!(walker.distance, van.distance);
    // 25 km/h is 6944.4 mm a second.
    let seconds = van.distance.millimeters() as f64 / (25e6 / 3600.0);
    assert!((van.time.seconds_f64() - seconds).abs() < 0.002);
    assert!((walker.time.seconds_f64() / van.time.seconds_f64() - 25.0 / 4.5).abs() < 1e-4);
}

#[test]
fn a_leg_is_symmetric_to_the_bit() {
    let (a, b) = (Place::at(41.84, -87.68), Place::at(41.91, -87.61));
    let model = GreatCircle::default();
    assert_eq!(model.leg(VAN, &a, &b), model.leg(VAN, &b, &a));
}

#[test]
fn a_place_without_coordinates_is_out_of_reach() {
    let leg = GreatCircle::default().leg(VAN, &Place::row(1), &Place::at(1.0, 1.0));
    assert_eq!(leg, Leg::OUT_OF_REACH);
}

#[test]
fn a_matrix_is_read_from_row_to_column_and_by_kind() {
    let van = TravelMatrix::from_integers(2, vec![0, 10, 20, 0], vec![0, 1, 2, 0]).unwrap();
    let bike = TravelMatrix::from_integers(2, vec![0, 7, 8, 0], vec![0, 3, 4, 0]).unwrap();
    let spec = TravelSpec::from(van.with_kind(VehicleKind::Bicycle, &bike));
    let leg = |kind, from, to| spec.leg(kind, &Place::row(from), &Place::row(to));
    let of = |mm, ms| Leg {
        distance: Meters::from_millimeters(mm),
        time: Span::from_millis(ms),
    };
    assert_eq!(leg(VAN, 0, 1), of(10, 1));
    assert_eq!(leg(VAN, 1, 0), of(20, 2));
    assert_eq!(leg(VehicleKind::Bicycle, 1, 0), of(8, 4));
    assert_eq!(leg(VAN, 1, 1), Leg::NONE);
    assert_eq!(leg(VAN, 0, 2), Leg::OUT_OF_REACH);
    let nowhere = spec.leg(VAN, &Place::at(1.0, 1.0), &Place::row(0));
    assert_eq!(nowhere, Leg::OUT_OF_REACH);
}

#[test]
fn lines_on_a_plane_are_rounded_as_stated() {
    let plane = Plane::new(vec![[0.0, 0.0], [3.0, 4.0], [1.0, 1.0]]);
    let leg = |plane: &Plane, a, b| {
        let leg = plane.leg(VehicleKind::CargoVan, &Place::row(a), &Place::row(b));
        (leg.distance.millimeters(), leg.time.millis())
    };
    assert_eq!(leg(&plane, 0, 1), (5, 5));
    assert_eq!(leg(&plane, 0, 2), (1, 1), "the root of 2");
    assert_eq!(leg(&plane, 1, 2), (4, 4), "the root of 13, which is 3.6");
    let down = plane.clone().with_rounding(PlaneRounding::Down);
    assert_eq!(leg(&down, 1, 2), (3, 3));
    assert_eq!(leg(&down.clone().with_ticks(1_000.0), 1, 2), (3_605, 3_605));
    let up = plane.clone().with_rounding(PlaneRounding::Up);
    assert_eq!(leg(&up, 0, 2), (2, 2));
    assert_eq!(leg(&up, 0, 1), (5, 5), "whole as it is");
    // 5 times 0.2 is 1 and not a trifle more.
    assert_eq!(leg(&up.with_ticks(0.2), 0, 1), (1, 1));
    let timeless = down.with_timeless(true);
    assert_eq!(leg(&timeless, 1, 2), (3, 0));
    assert!(timeless.is_timeless() && timeless.is_symmetric());
    assert_eq!(
        plane.leg(VehicleKind::CargoVan, &Place::row(0), &Place::row(3)),
        Leg::OUT_OF_REACH
    );
}

fn on_a_plane(plane: Plane, rows: u32) -> Result<doorstep::ServiceDay, doorstep::Error> {
    let package = |row| doorstep::Package::new(format!("P{row}"), Place::row(row), "00000");
    let van = doorstep::Vehicle::cargo_van;
    doorstep::ServiceDay::builder(doorstep::Station::new("S", Place::row(0)))
        .packages((1..rows).map(package))
        .vehicles((0..8).map(|i| {
            let room = doorstep::units::Capacity::UNLIMITED.with_count(60);
            van(format!("V{i}")).with_capacity(room)
        }))
        .travel(plane)
        .build()
}

/// The compiled legs and the validator's, which come one by one from the model.
#[test]
fn a_day_on_a_plane_is_planned_and_valid() {
    let turn = |i: u32| f64::from(i * 7_919 % 1_009);
    let points: Vec<[f64; 2]> = (0..401).map(|i| [turn(i), turn(i * 31 + 5)]).collect();
    for timeless in [false, true] {
        let plane = Plane::new(points.clone())
            .with_ticks(10.0)
            .with_rounding(PlaneRounding::Down)
            .with_timeless(timeless);
        let day = on_a_plane(plane, 401).unwrap();
        let solver = doorstep::Solver::new().budget(doorstep::Budget::iterations(2_000));
        let plan = solver.solve(&day).unwrap().plan;
        assert_eq!(doorstep::plan::validate(&day, &plan), []);
        assert_eq!(plan.unserved, []);
        assert_eq!(plan.scorecard.driving.millis() == 0, timeless);
    }
}

#[test]
fn an_impossible_plane_is_an_error_that_says_why() {
    let text = |plane: Plane| on_a_plane(plane, 3).unwrap_err().to_string();
    let fine = vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
    assert_eq!(
        text(Plane::new(vec![[0.0, 0.0], [f64::NAN, 1.0], [2.0, 2.0]])),
        "station \"S\": travel: point 1 at [NaN, 1.0] is not on the plane"
    );
    assert_eq!(
        text(Plane::new(fine.clone()).with_ticks(0.0)),
        "station \"S\": travel: 0 ticks a unit is not above 0"
    );
    assert_eq!(
        text(Plane::new(fine.clone()).with_ticks(1e9)),
        "station \"S\": travel: the points lie up to 1414213562 ticks apart, more than 536870912"
    );
    assert_eq!(
        text(Plane::new(fine[..2].to_vec())),
        "package \"P2\": place: row 2 is not in the list of points of 2 rows"
    );
}
