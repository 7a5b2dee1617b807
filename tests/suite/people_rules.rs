//! The rules of people: each against brute force on random tiny days, each found by the validator
//! when it is broken and only then, each reported before solving when it contradicts.

use doorstep::model::{PackageKind, ServiceTimes, VehicleKind};
use doorstep::plan::{Rule, validate};
use doorstep::{Budget, HandOff, Package, Place, ServiceDay, Solver, Span, TimeOfDay, Vehicle};

use super::fleet_rules::{Draft, against_brute_force, broken, north, solved};
use super::made::{self, Draw};

/// The same vehicle of another kind.
fn of_kind(vehicle: &Vehicle, kind: VehicleKind) -> Vehicle {
    let mut other = Vehicle::new(vehicle.id(), kind)
        .with_capacity(vehicle.capacity())
        .with_costs(*vehicle.costs().unwrap())
        .with_shift(vehicle.shift().unwrap());
    if let Some(duty) = vehicle.max_duty() {
        other = other.with_max_duty(duty);
    }
    if let Some(start) = vehicle.start() {
        other = other.with_start(*start);
    }
    if let Some(end) = vehicle.end() {
        other = other.with_end(*end);
    }
    let own = vehicle.capabilities().iter();
    own.fold(other, |other, own| other.with_capability(own.as_str()))
}

/// The same package with its time at the door as the tables say.
fn by_table(package: &Package, hand_off: HandOff) -> Package {
    let mut other = Package::new(package.id(), *package.place(), package.zip())
        .with_load(package.load())
        .with_windows(package.windows().to_vec())
        .with_hand_off(hand_off)
        .with_floor(3);
    if let Some(price) = package.tender() {
        other = other.with_tender(price);
    }
    if let Some(ready) = package.ready() {
        other = other.with_ready(ready);
    }
    if let Some(pin) = package.pin() {
        other = other.with_pin(pin);
    }
    let needs = package.needs().iter();
    needs.fold(other, |other, need| other.with_need(need.as_str()))
}

/// A table with long and short times.
fn table(draw: &mut Draw) -> ServiceTimes {
    let mut minutes = |most: u32| Span::from_minutes(draw.below(most).into());
    ServiceTimes::default()
        .with_parking(minutes(20))
        .with_stated_parking(minutes(20))
        .with_hand_off(HandOff::Doorstep, minutes(30))
        .with_hand_off(HandOff::Signature, minutes(45))
        .with_per_floor(minutes(4))
}

/// The second vehicle is of another kind, which has times of its own.
fn times_by_kind(draft: &mut Draft) {
    draft.fleet[1] = of_kind(&draft.fleet[1], VehicleKind::Bicycle);
    let tables = [(); 2].map(|()| table(&mut draft.draw));
    for package in &mut draft.packages {
        if draft.draw.chance(60) {
            let hand_off = [HandOff::Doorstep, HandOff::Signature][draft.draw.below(2) as usize];
            *package = by_table(package, hand_off);
        }
    }
    draft.more.push(Box::new(move |builder| {
        builder
            .service_times(tables[0])
            .service_times_of(VehicleKind::Bicycle, tables[1])
    }));
}

#[test]
fn times_at_the_door_by_kind_against_brute_force() {
    against_brute_force(times_by_kind);
}

/// Times at the door that vans need and bicycles do not.
fn slow_vans() -> (ServiceTimes, ServiceTimes) {
    let van = ServiceTimes::default().with_parking(Span::from_minutes(5));
    (van, van.with_parking(Span::from_seconds(10)))
}

#[test]
fn a_larger_day_with_times_by_kind_is_valid() {
    let (van, bicycle) = slow_vans();
    let day = made::mixed()
        .to_builder()
        .service_times(van)
        .service_times_of(VehicleKind::Bicycle, bicycle)
        .service_times_of(
            VehicleKind::FlexCar,
            van.with_per_floor(Span::from_minutes(1)),
        );
    let day = day.build().unwrap();
    let solver = Solver::new().budget(Budget::iterations(4_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    let kinds = plan.routes.iter().map(|route| route.kind);
    let kinds: std::collections::BTreeSet<VehicleKind> = kinds.collect();
    assert!(kinds.len() > 1, "one kind serves all");
}

#[test]
fn the_validator_finds_times_of_another_kind() {
    let (van, bicycle) = slow_vans();
    let day = north(&[2.0, 3.0], vec![Vehicle::bicycle("B1")]);
    let day = day.to_builder().service_times(van);
    let plan = solved(&day.clone().build().unwrap());
    assert_eq!(broken(day.clone(), &plan), []);
    let own = day.service_times_of(VehicleKind::Bicycle, bicycle);
    assert!(broken(own.clone(), &plan).contains(&Rule::Service));
    let plan = solved(&own.clone().build().unwrap());
    // Two stops of ten seconds and a hand-over each.
    assert_eq!(plan.routes[0].service, Span::from_seconds(2 * (10 + 30)));
    let of_vans = own.service_times_of(VehicleKind::CargoVan, van);
    assert_eq!(broken(of_vans, &plan), []);
}

#[test]
fn times_by_kind_are_checked_and_replaced() {
    let long = ServiceTimes::default().with_parking(Span::from_hours(299));
    let builder = ServiceDay::builder(doorstep::Station::new("DCH1", Place::at(41.8, -87.7)));
    let error = builder
        .clone()
        .service_times_of(VehicleKind::Walker, long)
        .build();
    assert_eq!(
        error.unwrap_err().to_string(),
        "station \"DCH1\": service_times_by_kind.parking: 299:00:00 is longer than 298:15:41.823"
    );
    let again = builder
        .service_times_of(VehicleKind::Walker, long)
        .service_times_of(VehicleKind::Walker, ServiceTimes::default());
    assert_eq!(again.build().unwrap().service_times_by_kind().len(), 1);
}

#[test]
fn a_stop_that_one_kind_has_no_time_for_says_so() {
    let (van, bicycle) = slow_vans();
    let shift = doorstep::TimeWindow::new(TimeOfDay::hm(8, 0), TimeOfDay::hm(8, 4));
    let day = north(&[0.1], vec![Vehicle::bicycle("B1").with_shift(shift)]);
    let day = day.to_builder().service_times(van);
    let plan = solved(&day.clone().build().unwrap());
    assert_eq!(plan.unserved.len(), 1);
    let own = day.service_times_of(VehicleKind::Bicycle, bicycle);
    assert_eq!(solved(&own.build().unwrap()).unserved, []);
}

#[test]
fn arrivals_are_expected_by_the_times_of_the_kind() {
    use doorstep::execution::{Day, Event};
    let (van, bicycle) = slow_vans();
    let day = north(&[2.0, 3.0], vec![Vehicle::bicycle("B1")]);
    let day = day.to_builder().service_times(van);
    let day = day.service_times_of(VehicleKind::Bicycle, bicycle);
    let day = day.build().unwrap();
    let plan = solved(&day);
    let mut going = Day::new(&day, &plan).unwrap();
    let (at, vehicle) = (plan.routes[0].depart, "B1".into());
    going.apply(&Event::Departed { at, vehicle }).unwrap();
    for visit in &plan.routes[0].visits {
        let eta = going.eta(&visit.packages[0]).unwrap();
        assert_eq!(eta.expected, visit.arrive);
    }
    let late = Package::new("N1", Place::at(41.825, -87.7), "60608");
    let late = late.with_kind(PackageKind::ReturnPickup);
    let offers = going
        .quotes(at)
        .unwrap()
        .offers(&late, &[day.delivery_hours()]);
    let offers = offers.unwrap();
    // On the way: ten seconds of parking and thirty at the door, at 20.00 an hour.
    let price = offers[0].price.millicents();
    assert!((price - 20 * 100_000 * 40 / 3_600).abs() < 300, "{price}");
}
