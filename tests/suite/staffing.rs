//! The staffing curve and what-ifs.

use doorstep::model::VehicleKind;
use doorstep::plan::validate;
use doorstep::solver::{Change, StaffingCurve, changed};
use doorstep::units::Capacity;
use doorstep::{
    Budget, Money, Package, Place, ServiceDay, Solver, Span, Station, TimeOfDay, TimeWindow,
    Vehicle,
};

/// Forty packages in a row to the east, for vans that hold ten.
fn day(vans: usize, tender: Option<i64>) -> ServiceDay {
    let package = |i: u32| {
        let east = -87.68 + 0.002 * f64::from(i);
        let package = Package::new(format!("P{i}"), Place::at(41.84, east), "60608");
        match tender {
            Some(price) => package.with_tender(Money::from_units(price)),
            None => package,
        }
    };
    let room = Capacity::UNLIMITED.with_count(10);
    let van = |i| Vehicle::cargo_van(format!("V{i}")).with_capacity(room);
    ServiceDay::builder(Station::new("S", Place::at(41.84, -87.68)))
        .packages((1..=40).map(package))
        .vehicles((1..=vans).map(van))
        .build()
        .unwrap()
}

fn solver(iterations: u64) -> Solver {
    Solver::new().budget(Budget::iterations(iterations)).seed(5)
}

#[test]
fn fewer_vans_leave_what_they_cannot_hold() {
    let day = day(5, None);
    let curve = solver(6_000).staffing(&day, 1..=6).unwrap();
    let unserved: Vec<u64> = curve.points().iter().map(|p| p.unserved).collect();
    assert_eq!(unserved, [30, 20, 10, 0, 0, 0]);
    let counts: Vec<usize> = curve.points().iter().map(|p| p.vehicles).collect();
    assert_eq!(counts, [1, 2, 3, 4, 5, 6]);
    let used: Vec<u64> = curve.points().iter().map(|p| p.used).collect();
    assert_eq!(
        used,
        [1, 2, 3, 4, 4, 4],
        "a fifth van costs more than it saves"
    );
    let costs: Vec<Money> = curve.points()[3..].iter().map(|p| p.cost).collect();
    assert!(costs.is_sorted_by(|a, b| a >= b), "{costs:?}");
    for point in curve.points() {
        let plan = curve.plan(point.vehicles).unwrap();
        assert_eq!(plan.scorecard.unserved, point.unserved);
        assert_eq!(plan.scorecard.cost.total(), point.cost);
        if point.vehicles <= 5 {
            // The day as it is knows all of these vans.
            assert_eq!(validate(&day, plan), []);
        }
    }
    assert_eq!(curve.plan(7), None);
}

#[test]
fn a_carrier_takes_what_vans_do_not() {
    let curve = solver(4_000).staffing(&day(4, Some(7)), 0..=4).unwrap();
    let none = &curve.points()[0];
    assert_eq!((none.tendered, none.unserved, none.used), (40, 0, 0));
    assert_eq!(none.cost, Money::from_units(280));
    assert!(curve.points().iter().all(|p| p.unserved == 0));
    assert!(
        curve
            .points()
            .iter()
            .map(|p| p.cost)
            .is_sorted_by(|a, b| a >= b)
    );
}

#[test]
fn only_some_vehicles_vary() {
    let day = day(2, None);
    let room = Capacity::UNLIMITED.with_count(10);
    let car = Vehicle::flex_car("F1").with_capacity(room);
    let day = day.to_builder().vehicles([car]).build().unwrap();
    let flex = |v: &Vehicle| v.kind() == VehicleKind::FlexCar;
    let curve = solver(4_000).staffing_of(&day, 0..=3, flex).unwrap();
    let unserved: Vec<u64> = curve.points().iter().map(|p| p.unserved).collect();
    assert_eq!(unserved, [20, 10, 0, 0]);
    let plan = curve.plan(2).unwrap();
    let names: Vec<&str> = plan.routes.iter().map(|r| r.vehicle.as_str()).collect();
    assert_eq!(
        names,
        ["V1", "V2", "F1", "F1+2"],
        "copies are named after theirs"
    );
}

#[test]
fn stations_share_their_vans() {
    let one = solver(2_000).staffing(&day(4, None), 2..=4).unwrap();
    let total = StaffingCurve::total([&one, &one]);
    let points: Vec<(usize, u64)> = total
        .points()
        .iter()
        .map(|p| (p.vehicles, p.unserved))
        .collect();
    assert_eq!(points, [(4, 40), (5, 30), (6, 20), (7, 10), (8, 0)]);
    assert_eq!(total.points()[1].by_station, [2, 3]);
    let four = total.points()[4].cost;
    assert_eq!(four, one.points()[2].cost + one.points()[2].cost);
    assert!(total.plan(4).is_none());
}

#[test]
fn pinned_vehicles_stay_longest() {
    let pinned = Package::new("X", Place::at(41.85, -87.68), "60608").with_pin("V3");
    let day = day(3, None)
        .to_builder()
        .packages([pinned])
        .build()
        .unwrap();
    let curve = solver(1_000).staffing(&day, 1..=1).unwrap();
    assert_eq!(curve.plan(1).unwrap().routes[0].vehicle.as_str(), "V3");
    let error = solver(1_000).staffing(&day, 0..=1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "station \"S\": staffing: 0 vehicles are fewer than the 1 that packages are pinned to"
    );
}

#[test]
fn a_curve_that_cannot_be_is_an_error() {
    let text = |day: &ServiceDay, range| solver(10).staffing(day, range).unwrap_err().to_string();
    #[allow(
        clippy::reversed_empty_ranges,
        reason = "that is the input in question"
    )]
    let backwards = 3..=2;
    assert_eq!(
        text(&day(3, None), backwards),
        "station \"S\": staffing: 3 to 2 is no number at all"
    );
    assert_eq!(
        text(&day(0, None), 0..=1),
        "station \"S\": staffing: has no vehicle of those that vary"
    );
}

#[test]
fn the_curve_is_the_same_again() {
    let curve = || solver(3_000).staffing(&day(5, None), 2..=5).unwrap();
    assert_eq!(curve(), curve());
}

fn ids(day: &ServiceDay) -> Vec<&str> {
    day.packages().iter().map(|p| p.id().as_str()).collect()
}

#[test]
fn volume_grows_evenly_at_new_doors() {
    let base = day(5, None);
    let peak = changed(&base, &[Change::Volume(1.4)]).unwrap();
    assert_eq!(peak.packages().len(), 56);
    assert_eq!(ids(&peak)[..5], ["P1", "P2", "P3", "P3~2", "P4"]);
    let at = |i: usize| peak.packages()[i].place().lat_lng().unwrap();
    assert!((at(3).lng - f64::midpoint(at(2).lng, at(4).lng)).abs() < 1e-12);
    let quiet = changed(&base, &[Change::Volume(0.25)]).unwrap();
    assert_eq!(ids(&quiet)[..3], ["P4", "P8", "P12"]);
    assert_eq!(quiet.packages().len(), 10);
    let none = changed(&base, &[Change::Volume(0.0)]).unwrap();
    assert_eq!(none.packages().len(), 0);
    assert_eq!(changed(&base, &[Change::Volume(1.0)]).unwrap(), base);
    let thrice = changed(&base, &[Change::Volume(3.0)]).unwrap();
    assert_eq!(ids(&thrice)[..4], ["P1", "P1~2", "P1~3", "P2"]);
}

#[test]
fn a_peak_day_is_planned_from_the_plan_there_is() {
    let base = day(4, None);
    let plan = solver(2_000).solve(&base).unwrap().plan;
    let changes = [
        Change::Volume(1.4),
        Change::More {
            like: "V1".into(),
            count: 2,
        },
        Change::DepartLater(Span::from_hours(1)),
    ];
    let what_if = solver(4_000).what_if(&base, &plan, &changes).unwrap();
    assert_eq!(validate(&what_if.day, &what_if.outcome.plan), []);
    assert_eq!(what_if.before, plan.scorecard);
    assert_eq!(what_if.after().unserved, 0);
    assert_eq!(what_if.after().vans, 6);
    let departs = what_if.outcome.plan.routes.iter().map(|r| r.depart);
    assert!(departs.min() >= Some(TimeOfDay::hm(7, 0)));
}

#[test]
fn one_more_flex_block_takes_what_was_left() {
    let base = day(3, None);
    let plan = solver(1_000).solve(&base).unwrap().plan;
    assert_eq!(plan.unserved.len(), 10);
    let block = Vehicle::flex_car("F")
        .with_shift(TimeWindow::hm((14, 0), (18, 0)))
        .with_capacity(Capacity::UNLIMITED.with_count(10));
    let what_if = solver(1_000)
        .what_if(&base, &plan, &[Change::Add(Box::new(block))])
        .unwrap();
    assert_eq!(what_if.after().unserved, 0);
    let route = what_if
        .outcome
        .plan
        .routes
        .iter()
        .find(|r| r.vehicle.as_str() == "F");
    assert_eq!(route.unwrap().visits.len(), 10);
}

#[test]
fn a_change_that_makes_no_sense_is_an_error() {
    let base = day(2, None);
    let text = |change| changed(&base, &[change]).unwrap_err().to_string();
    for factor in [f64::NAN, -0.1, f64::INFINITY, 101.0] {
        assert_eq!(
            text(Change::Volume(factor)),
            format!("station \"S\": what_if: volume times {factor} is not between 0 and 100")
        );
    }
    let like = |id: &str| Change::More {
        like: id.into(),
        count: 1,
    };
    assert_eq!(
        text(like("V9")),
        "station \"S\": what_if: vehicle \"V9\" is not there to be copied"
    );
    assert!(text(Change::DepartLater(Span::from_hours(17))).contains("ends before it starts"));
    assert!(text(Change::Add(Box::new(Vehicle::cargo_van("V1")))).contains("V1"));
}
