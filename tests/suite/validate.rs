//! The validator finds each broken rule, and only that one.

use std::collections::BTreeSet;

use doorstep::model::{PackageKind, VehicleKind};
use doorstep::plan::{Plan, RouteDraft, Rule, assemble, fingerprint, validate, validate_with};
use doorstep::sortation::group;
use doorstep::travel::{Leg, TravelModel};
use doorstep::units::{Capacity, Date, Meters};
use doorstep::{
    HandOff, Money, Package, Place, ServiceDay, Span, Station, Stop, TimeOfDay, TimeWindow, Vehicle,
};

use super::plan::{Parts, TOURS, Tour, golden, parts, plan};

pub(crate) const SECOND: Span = Span::from_millis(1_000);

/// The rules that `plan` breaks.
fn rules(day: &ServiceDay, plan: &Plan) -> BTreeSet<Rule> {
    validate(day, plan)
        .into_iter()
        .map(|found| found.rule)
        .collect()
}

/// The rules the golden plan breaks when it is changed; its fingerprint is kept right.
pub(crate) fn changed(change: impl FnOnce(&mut Plan)) -> Vec<Rule> {
    let (day, mut plan) = golden();
    change(&mut plan);
    plan.fingerprint = fingerprint(&plan.routes);
    rules(&day, &plan).into_iter().collect()
}

/// The rules the golden plan breaks when the request was another.
pub(crate) fn against(change: impl FnOnce(&mut Parts)) -> Vec<Rule> {
    let (_, plan) = golden();
    let mut parts = parts();
    change(&mut parts);
    rules(&parts.build(), &plan).into_iter().collect()
}

/// The rules broken by tours that are written down correctly for a changed request.
fn driven(change: impl FnOnce(&mut Parts), tours: &[Tour<'_>]) -> Vec<Rule> {
    let mut parts = parts();
    change(&mut parts);
    let day = parts.build();
    rules(&day, &plan(&day, tours)).into_iter().collect()
}

/// Changes one package of a request.
fn alter(parts: &mut Parts, i: usize, change: impl FnOnce(Package) -> Package) {
    parts.packages[i] = change(parts.packages[i].clone());
}

fn hm(from: (u32, u32), to: (u32, u32)) -> TimeWindow {
    TimeWindow::hm(from, to)
}

#[test]
fn a_right_plan_breaks_nothing() {
    let (day, plan) = golden();
    assert_eq!(validate(&day, &plan), []);
}

#[test]
fn late() {
    // The vehicle starts there at 08:30.
    let window = hm((8, 10), (8, 20));
    assert_eq!(
        driven(|p| alter(p, 3, |q| q.with_window(window)), &TOURS),
        [Rule::MissingPackage]
    );
    assert_eq!(
        against(|p| alter(p, 3, |q| q.with_window(window))),
        [Rule::Late]
    );
    let to_the_second = TimeWindow::new(TimeOfDay::hm(8, 0), TimeOfDay::hm(8, 30));
    assert_eq!(
        against(|p| alter(p, 3, |q| q.with_window(to_the_second))),
        []
    );
    let just = TimeWindow::new(TimeOfDay::hm(8, 0), TimeOfDay::from_millis(30_599_999));
    assert_eq!(
        against(|p| alter(p, 3, |q| q.with_window(just))),
        [Rule::Late]
    );
    // The second route is out after nine, and what was promised by the end of the day is late.
    assert_eq!(
        against(|p| p.hours = hm((6, 0), (9, 0))),
        [Rule::Shift, Rule::Late, Rule::Scorecard]
    );
}

#[test]
fn early() {
    let window = hm((8, 31), (9, 0));
    assert_eq!(
        against(|p| alter(p, 3, |q| q.with_window(window))),
        [Rule::Early]
    );
    // Between two windows: the second is still to come.
    let two = [hm((8, 0), (8, 10)), hm((8, 40), (9, 0))];
    assert_eq!(
        against(|p| alter(p, 3, |q| q.with_windows(two))),
        [Rule::Early]
    );
    assert_eq!(
        against(|p| p.hours = hm((8, 3), (22, 0))),
        [Rule::Shift, Rule::Early]
    );
}

#[test]
fn capacity_in_each_dimension() {
    let over = |capacity: Capacity| {
        driven(
            |p| p.vehicles[0] = p.vehicles[0].clone().with_capacity(capacity),
            &TOURS,
        )
    };
    let most = Capacity::UNLIMITED;
    assert_eq!(
        over(most.with_count(4).with_volume_cm3(4_000).with_weight_g(400)),
        []
    );
    assert_eq!(over(most.with_count(3)), [Rule::Capacity]);
    assert_eq!(over(most.with_volume_cm3(3_999)), [Rule::Capacity]);
    assert_eq!(over(most.with_weight_g(399)), [Rule::Capacity]);
    assert_eq!(over(most.with_count(0)), [Rule::Capacity]);
}

#[test]
fn pickups_take_room_along_the_way() {
    let seven = Capacity::UNLIMITED.with_volume_cm3(7_000);
    let tight = |p: &mut Parts| p.vehicles[0] = p.vehicles[0].clone().with_capacity(seven);
    assert_eq!(driven(tight, &TOURS), []);
    // The pickup of 4,000 first, with 4,000 to deliver still on board.
    let first: Tour<'_> = (0, TimeOfDay::hm(8, 0), &["P5", "P1", "P3"]);
    assert_eq!(driven(tight, &[first, TOURS[1]]), [Rule::Capacity]);
    // As a delivery it would have been on board from the start.
    let deliver = |p: &mut Parts| {
        tight(p);
        alter(p, 4, |q| q.with_kind(PackageKind::Delivery));
    };
    assert_eq!(driven(deliver, &TOURS), [Rule::Capacity]);
}

#[test]
fn doubled_packages() {
    let again: Tour<'_> = (1, TimeOfDay::hm(9, 0), &["P8", "P1"]);
    assert_eq!(driven(|_| (), &[TOURS[0], again]), [Rule::DoubledPackage]);
    let twice: Tour<'_> = (0, TimeOfDay::hm(8, 0), &["P1", "P3", "P5", "P5"]);
    assert_eq!(driven(|_| (), &[twice, TOURS[1]]), [Rule::DoubledPackage]);
    let both = changed(|plan| {
        let mut unserved = plan.unserved[0].clone();
        unserved.package = "P1".into();
        plan.unserved.push(unserved);
        plan.scorecard.unserved += 1;
    });
    assert_eq!(both, [Rule::DoubledPackage]);
}

#[test]
fn missing_packages() {
    let (day, plan) = (parts().build(), |tours: &[Tour<'_>]| {
        plan(&parts().build(), tours)
    });
    let found = validate(&day, &plan(&[TOURS[0]]));
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].to_string(),
        "package \"P8\": missing package: neither on a route nor unserved nor with a carrier"
    );
    let forgotten = changed(|plan| {
        plan.unserved.clear();
        plan.scorecard.unserved = 0;
    });
    assert_eq!(forgotten, [Rule::MissingPackage]);
}

#[test]
fn unknown_packages() {
    let visited = changed(|plan| plan.routes[0].visits[0].packages.push("ghost".into()));
    assert_eq!(visited, [Rule::UnknownPackage]);
    let left = changed(|plan| {
        let mut unserved = plan.unserved[0].clone();
        unserved.package = "ghost".into();
        plan.unserved.push(unserved);
        plan.scorecard.unserved += 1;
    });
    assert_eq!(left, [Rule::UnknownPackage]);
}

#[test]
fn a_halt_without_packages() {
    let empty = changed(|plan| {
        let visit = &mut plan.routes[1].visits[0];
        visit.packages = vec!["ghost".into()];
    });
    assert!(
        empty.contains(&Rule::Place) && empty.contains(&Rule::UnknownPackage),
        "{empty:?}"
    );
}

#[test]
fn a_vehicle_twice() {
    let more: Tour<'_> = (0, TimeOfDay::hm(10, 0), &["P5"]);
    let first: Tour<'_> = (0, TimeOfDay::hm(8, 0), &["P1", "P3"]);
    assert_eq!(
        driven(|_| (), &[first, more, TOURS[1]]),
        [Rule::VehicleTwice]
    );
}

#[test]
fn unknown_vehicles() {
    assert_eq!(
        changed(|plan| plan.routes[0].vehicle = "V9".into()),
        [Rule::UnknownVehicle]
    );
    let kind = changed(|plan| plan.routes[0].kind = VehicleKind::Bicycle);
    assert_eq!(kind, [Rule::UnknownVehicle]);
}

#[test]
fn shifts_and_duty() {
    let shift =
        |from, to| against(|p| p.vehicles[0] = p.vehicles[0].clone().with_shift(hm(from, to)));
    assert_eq!(shift((8, 0), (8, 47)), []);
    assert_eq!(shift((8, 0), (8, 46)), [Rule::Shift]);
    assert_eq!(shift((8, 1), (9, 0)), [Rule::Shift]);
    let duty = |seconds| {
        let most = Span::from_seconds(seconds);
        against(|p| p.vehicles[0] = p.vehicles[0].clone().with_max_duty(most))
    };
    assert_eq!(duty(2_780), []);
    assert_eq!(duty(2_779), [Rule::Duty]);
}

#[test]
fn travel() {
    assert_eq!(
        changed(|plan| plan.routes[0].visits[1].drive += SECOND),
        [Rule::Travel]
    );
    let meter = Meters::from_meters(1);
    assert_eq!(
        changed(|plan| plan.routes[0].visits[1].distance += meter),
        [Rule::Travel]
    );
    assert_eq!(
        changed(|plan| plan.routes[0].return_leg.drive += SECOND),
        [Rule::Travel]
    );
    assert_eq!(
        changed(|plan| plan.routes[0].return_leg.distance += meter),
        [Rule::Travel]
    );
}

/// A travel model of the caller's: everything is a minute and a kilometre away.
struct Teleport;

impl TravelModel for Teleport {
    fn leg(&self, _: VehicleKind, _: &Place, _: &Place) -> Leg {
        Leg {
            distance: Meters::from_meters(1_000),
            time: Span::from_minutes(1),
        }
    }
}

#[test]
fn the_callers_travel_model_is_asked() {
    let day = parts().build();
    let grouping = group(&day);
    let draft = RouteDraft {
        vehicle: 0,
        driver: None,
        stops: vec![grouping.stop_of(0)],
        depart: TimeOfDay::hm(8, 0),
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    let plan = assemble(&day, &grouping, &Teleport, &[draft], Vec::new());
    let rules = |found: Vec<doorstep::plan::Violation>| -> BTreeSet<Rule> {
        found.into_iter().map(|v| v.rule).collect()
    };
    assert_eq!(
        rules(validate_with(&day, &Teleport, &plan)),
        [Rule::MissingPackage].into()
    );
    assert!(rules(validate(&day, &plan)).contains(&Rule::Travel));
}

#[test]
fn arrival_and_waiting() {
    let arrival = changed(|plan| {
        let visit = &mut plan.routes[0].visits[1];
        visit.arrive = visit.arrive - SECOND;
        visit.waiting += SECOND;
        plan.routes[0].waiting += SECOND;
        plan.scorecard.waiting += SECOND;
    });
    assert_eq!(arrival, [Rule::Arrival]);
    let waiting = changed(|plan| plan.routes[0].visits[1].waiting += SECOND);
    assert_eq!(waiting, [Rule::Waiting]);
    // Back too early for the way.
    let back = changed(|plan| plan.routes[1].back = plan.routes[1].back - SECOND);
    assert!(back.contains(&Rule::Arrival), "{back:?}");
    // Service before the vehicle is there; the figures are the negative waiting's.
    let before = changed(|plan| {
        let route = &mut plan.routes[1];
        let visit = &mut route.visits[0];
        visit.start = visit.start - SECOND;
        visit.leave = visit.leave - SECOND;
        visit.waiting -= SECOND;
        route.waiting -= SECOND;
        route.back = route.back - SECOND;
        let card = &mut plan.scorecard;
        card.waiting -= SECOND;
        card.on_road -= SECOND;
        card.paid -= SECOND;
    });
    assert_eq!(before, [Rule::Waiting]);
}

#[test]
fn service() {
    // The second visit waits, so the first may be longer without a change of what follows.
    let longer = changed(|plan| {
        let route = &mut plan.routes[0];
        route.visits[0].leave += SECOND;
        route.visits[1].arrive += SECOND;
        route.visits[1].waiting -= SECOND;
        route.waiting -= SECOND;
        plan.scorecard.waiting -= SECOND;
    });
    assert_eq!(longer, [Rule::Service]);
    let signed = against(|p| alter(p, 4, |q| q.with_hand_off(HandOff::Signature)));
    assert_eq!(signed, [Rule::Service, Rule::RouteFigure, Rule::Scorecard]);
}

#[test]
fn needs_pins_and_ready_times() {
    assert_eq!(
        driven(|p| alter(p, 4, |q| q.with_need("scanner")), &TOURS),
        [Rule::Need]
    );
    let able = |p: &mut Parts| {
        alter(p, 4, |q| q.with_need("scanner"));
        p.vehicles[0] = p.vehicles[0].clone().with_capability("scanner");
    };
    assert_eq!(driven(able, &TOURS), []);
    assert_eq!(
        driven(|p| alter(p, 4, |q| q.with_pin("V2")), &TOURS),
        [Rule::Pin]
    );
    let ready = |minutes| {
        driven(
            |p| alter(p, 4, |q| q.with_ready(TimeOfDay::hm(8, minutes))),
            &TOURS,
        )
    };
    assert_eq!(ready(0), []);
    assert_eq!(ready(1), [Rule::Ready]);
}

/// A package like another, at another row.
fn moved(package: &Package, row: u32) -> Package {
    Package::new(package.id(), Place::row(row), package.zip().clone())
        .with_load(package.load())
        .with_hand_off(package.hand_off())
}

#[test]
fn one_halt_is_one_door() {
    assert_eq!(against(|p| alter(p, 1, |q| moved(&q, 3))), [Rule::Place]);
    assert_eq!(
        against(|p| alter(p, 1, |q| q.with_address_key("12 Main St"))),
        [Rule::Place]
    );
    let keyed = |p: &mut Parts| {
        alter(p, 0, |q| q.with_address_key("12 Main St"));
        alter(p, 1, |q| q.with_address_key("12 Main St"));
    };
    assert_eq!(against(keyed), []);
    assert_eq!(
        changed(|plan| plan.routes[0].visits[0].zip = "60609".into()),
        [Rule::Place]
    );
    // Standing elsewhere: the way there is another, too.
    let elsewhere = changed(|plan| plan.routes[0].visits[0].place = Place::row(2));
    assert!(elsewhere.contains(&Rule::Place), "{elsewhere:?}");
}

#[test]
fn a_given_stop_is_one_halt_whatever_its_address_keys() {
    let flat = |id: &str| {
        Package::new(id, Place::at(41.85, -87.65), "60608").with_address_key(format!("flat {id}"))
    };
    let tower = Stop::new("tower", vec![flat("A"), flat("B")]);
    let day = ServiceDay::builder(Station::new("S", Place::at(41.84, -87.68)))
        .stops([tower])
        .vehicles([Vehicle::cargo_van("V")])
        .build()
        .unwrap();
    let draft = RouteDraft {
        vehicle: 0,
        driver: None,
        stops: vec![0],
        depart: TimeOfDay::hm(8, 0),
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    let plan = assemble(&day, &group(&day), day.travel(), &[draft], Vec::new());
    assert_eq!(validate(&day, &plan), []);
}

#[test]
fn tenders_need_a_price_and_keep_it() {
    let (_, plan) = golden();
    let unpriced = |price: Option<Money>| {
        let mut parts = parts();
        let bare = moved(&parts.packages[5], 3);
        parts.packages[5] = price.map_or(bare.clone(), |price| bare.with_tender(price));
        rules(&parts.build(), &plan)
            .into_iter()
            .collect::<Vec<Rule>>()
    };
    assert_eq!(unpriced(Some(Money::from_units(7))), []);
    assert_eq!(unpriced(Some(Money::from_units(6))), [Rule::Tender]);
    assert_eq!(unpriced(None), [Rule::Tender]);
}

#[test]
fn station_date_and_fingerprint() {
    assert_eq!(
        changed(|plan| plan.station = "DCH2".into()),
        [Rule::Station]
    );
    assert_eq!(
        changed(|plan| plan.date = Date::new(2018, 8, 9).ok()),
        [Rule::Station]
    );
    assert_eq!(changed(|plan| plan.date = None), [Rule::Station]);
    let (day, mut plan) = golden();
    plan.fingerprint ^= 1;
    assert_eq!(rules(&day, &plan), [Rule::Fingerprint].into());
}
