//! The rules of people: each against brute force on random tiny days, each found by the validator
//! when it is broken and only then, each reported before solving when it contradicts.

use doorstep::model::{Driver, PackageKind, Provider, ProviderKind, ServiceTimes, VehicleKind};
use doorstep::plan::{Rule, validate};
use doorstep::{
    Budget, HandOff, Money, Package, Place, ServiceDay, Solver, Span, TimeOfDay, TimeWindow,
    Vehicle,
};

use super::drawn::Draft;
use super::fleet_rules::{against_brute_force, broken, draw_day, north, solved};
use super::made::{self, Draw};
use super::oracle::{self, falls_short, value};

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

/// Three drivers who differ in everything.
fn drivers(draft: &mut Draft) {
    let draw = &mut draft.draw;
    let drawn = |i: u32, draw: &mut Draw| {
        let mut driver = Driver::new(format!("D{i}"));
        let cents = |draw: &mut Draw, most: u32| Money::from_cents(draw.below(most).into());
        if draw.chance(40) {
            let open = draw.between(6, 12);
            let close = draw.between(open + 2, 22);
            driver = driver.with_shift(TimeWindow::hm((open, 0), (close, 0)));
        }
        if draw.chance(30) {
            driver = driver.with_max_duty(Span::from_minutes(draw.between(60, 400).into()));
        }
        if draw.chance(50) {
            driver = driver.with_day_pay(cents(draw, 6_000));
        }
        if draw.chance(50) {
            driver = driver.with_hourly_pay(cents(draw, 4_000));
        }
        if draw.chance(50) {
            driver = driver.with_capability("liftgate");
        }
        if draw.chance(60) {
            let own = ["60601", "60602", "606"][draw.below(3) as usize];
            driver = driver.with_own_zips([own], cents(draw, 3_000));
        }
        if draw.chance(25) {
            driver = driver.with_vehicle(format!("V{}", draw.below(2)));
        }
        driver
    };
    let all: Vec<Driver> = (0..3).map(|i| drawn(i, draw)).collect();
    for package in &mut draft.packages {
        let zip = ["60601", "60602", "60703"][draft.draw.below(3) as usize];
        let other = Package::new(package.id(), *package.place(), zip)
            .with_load(package.load())
            .with_windows(package.windows().to_vec())
            .with_service_time(package.service_time().unwrap());
        let needs = package.needs().iter();
        let other = needs.fold(other, |other, need| other.with_need(need.as_str()));
        *package = match package.tender() {
            Some(price) => other.with_tender(price),
            None => other,
        };
    }
    let fleet = draft.fleet.clone();
    draft.more.push(Box::new(move |builder| {
        // Who could never be out with a vehicle is refused.
        let out = |driver: &Driver| {
            let own = fleet.iter().filter(|v| driver.drives(v.id()));
            let mut shifts = own.filter_map(|v| v.shift());
            let shift = driver.shift();
            shifts.any(|open| shift.is_none_or(|own| open.intersection(own).is_some()))
        };
        builder.drivers(all.into_iter().filter(out))
    }));
}

/// The best there is with these drivers of the two vehicles; a vehicle without one stays.
fn best_with(day: &ServiceDay, crew: [Option<&Driver>; 2]) -> oracle::Value {
    let mut stays = [false; 2];
    let builder = day.to_builder().edit_drivers(Vec::clear);
    let builder = builder.edit_vehicles(|all| {
        for (v, vehicle) in all.iter_mut().enumerate() {
            let open = vehicle.shift().unwrap();
            let driver = crew[v].filter(|driver| driver.drives(vehicle.id()));
            let shift = driver.and_then(|d| open.intersection(d.shift().unwrap_or(open)));
            let (Some(driver), Some(shift)) = (driver, shift) else {
                stays[v] = true;
                continue;
            };
            let own = *vehicle.costs().unwrap();
            let fixed = own.per_vehicle() + driver.day_pay();
            let hour = driver.hourly_pay().unwrap_or(own.per_duty_hour());
            let mut crewed = vehicle
                .clone()
                .with_shift(shift)
                .with_costs(own.with_per_vehicle(fixed).with_per_duty_hour(hour));
            if let Some(most) = driver.max_duty() {
                let duty = vehicle.max_duty().map_or(most, |own| own.min(most));
                crewed = crewed.with_max_duty(duty);
            }
            for capability in driver.capabilities() {
                crewed = crewed.with_capability(capability.as_str());
            }
            *vehicle = crewed;
        }
    });
    let crewed = builder.build().unwrap();
    let mut tiny = oracle::tiny(&crewed);
    for (door, package) in tiny.doors.iter_mut().zip(crewed.packages()) {
        for v in 0..2 {
            door.may[v] &= !stays[v];
            let Some(driver) = crew[v] else { continue };
            let zip = package.zip().as_str();
            let mut own = driver.own_zips().iter();
            if !driver.own_zips().is_empty() && !own.any(|own| zip.starts_with(own.as_str())) {
                door.surcharge[v] += driver.price_outside().millicents();
            }
        }
    }
    tiny.best()
}

/// The best over all choices of two drivers.
fn best_crews(day: &ServiceDay) -> oracle::Value {
    let drivers: Vec<Option<&Driver>> = day.drivers().iter().map(Some).chain([None]).collect();
    let mut best: Option<oracle::Value> = None;
    for (i, one) in drivers.iter().enumerate() {
        for (j, two) in drivers.iter().enumerate() {
            if i != j || one.is_none() {
                let value = best_with(day, [*one, *two]);
                best = Some(best.map_or(value, |best| best.min(value)));
            }
        }
    }
    best.unwrap()
}

#[test]
fn drivers_against_brute_force() {
    let days = std::env::var("DOORSTEP_ORACLE_DAYS").ok();
    let days = days.map_or(120, |n| n.parse().expect("a number of days"));
    let (mut worse, mut bound) = (Vec::new(), 0);
    for seed in 0..days {
        let day = draw_day(seed, drivers);
        if day.drivers().is_empty() {
            continue;
        }
        let best = best_crews(&day);
        let solver = Solver::new().seed(seed).budget(Budget::iterations(4_000));
        let outcome = solver.solve(&day).unwrap();
        assert_eq!(validate(&day, &outcome.plan), [], "day {seed}");
        let found = value(&outcome);
        if falls_short(seed, found, best) {
            worse.push((seed, found, best));
        }
        let free = day.to_builder().edit_drivers(Vec::clear).build().unwrap();
        bound += u64::from(oracle::tiny(&free).best() != best);
        // The plan is a start that is no worse.
        let again = solver
            .warm_start(&outcome.plan)
            .budget(Budget::iterations(0));
        let again = again.solve(&day).unwrap();
        assert!(value(&again) <= found, "day {seed}");
    }
    assert!(bound * 4 > days, "drivers matter on {bound} of {days} days");
    assert!(worse.len() as u64 * 100 <= days, "{worse:#?}");
}

/// Two stops in different codes, two vans.
fn two_codes() -> doorstep::model::ServiceDayBuilder {
    let vans = vec![Vehicle::cargo_van("V1"), Vehicle::cargo_van("V2")];
    let day = north(&[5.0, 5.1], vans).to_builder();
    day.edit_packages(|all| {
        let other = Package::new("P1", *all[1].place(), "60703").with_need("age check");
        all[1] = other;
    })
}

#[test]
fn routes_need_drivers_and_take_those_who_know_the_way() {
    let price = Money::from_units(9);
    let anna = Driver::new("anna").with_own_zips(["606"], price);
    let ben = Driver::new("ben").with_capability("age check");
    let ben = ben.with_day_pay(Money::from_units(1_000));
    let day = two_codes().drivers([anna.clone(), ben.clone()]);
    let plan = solved(&day.clone().build().unwrap());
    // Ben alone may check ages, and what he is paid for coming is owed anyway.
    assert_eq!((plan.routes.len(), plan.unserved.len()), (1, 0));
    assert_eq!(plan.routes[0].driver.as_ref().unwrap().as_str(), "ben");
    assert!(plan.scorecard.cost.vehicles >= Money::from_units(1_100));
    let alone = two_codes().drivers([anna.clone()]).build().unwrap();
    let plan = solved(&alone);
    assert_eq!(plan.unserved.len(), 1);
    let said = plan.unserved[0].reason.to_string();
    assert!(said.contains("age check"), "{said}");
    let both = anna.with_capability("age check");
    let plan = solved(&two_codes().drivers([both]).build().unwrap());
    assert_eq!(plan.scorecard.cost.territory, price);
    assert_eq!(plan.routes[0].driver.as_ref().unwrap().as_str(), "anna");
}

#[test]
fn no_more_routes_than_drivers() {
    let full = doorstep::units::Capacity::UNLIMITED.with_count(1);
    let vans = (0..4).map(|i| Vehicle::cargo_van(format!("V{i}")).with_capacity(full));
    let day = north(&[1.0, 2.0, 3.0, 4.0], vans.collect()).to_builder();
    let drivers = |count: usize| (0..count).map(|i| Driver::new(format!("D{i}")));
    for count in 1..=4 {
        let plan = solved(&day.clone().drivers(drivers(count)).build().unwrap());
        assert_eq!((plan.routes.len(), plan.unserved.len()), (count, 4 - count));
        let mut names: Vec<_> = plan.routes.iter().map(|r| r.driver.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}

#[test]
fn a_larger_day_with_drivers_is_valid() {
    let day = made::mixed().to_builder();
    let driver = |i: u32| {
        let own = format!("6060{}", i % 9);
        Driver::new(format!("D{i:02}"))
            .with_own_zips([own], Money::from_cents(50))
            .with_hourly_pay(Money::from_units(18 + i64::from(i % 3)))
            .with_max_duty(Span::from_hours(7 + i64::from(i % 4)))
    };
    let day = day.drivers((0..24).map(driver)).build().unwrap();
    let solver = Solver::new().budget(Budget::iterations(4_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    assert!(plan.routes.iter().all(|route| route.driver.is_some()));
}

#[test]
fn the_validator_finds_drivers_and_their_hours() {
    let anna = || Driver::new("anna");
    let day = north(
        &[5.0, 7.0],
        vec![Vehicle::cargo_van("V1"), Vehicle::cargo_van("V2")],
    );
    let day = day.to_builder().drivers([anna(), Driver::new("ben")]);
    let mut plan = solved(&day.clone().build().unwrap());
    plan.routes[0].driver = Some("anna".into());
    let other = |driver: Driver| broken(day.clone().edit_drivers(|all| all[0] = driver), &plan);
    assert_eq!(other(anna()), []);
    let (depart, back) = (plan.routes[0].depart, plan.routes[0].back);
    let short = TimeWindow::new(depart, back - Span::from_millis(1));
    assert_eq!(other(anna().with_shift(TimeWindow::new(depart, back))), []);
    assert_eq!(other(anna().with_shift(short)), [Rule::DriverHours]);
    let duty = back - depart;
    assert_eq!(other(anna().with_max_duty(duty)), []);
    let less = duty - Span::from_millis(1);
    assert_eq!(other(anna().with_max_duty(less)), [Rule::DriverHours]);
    let used = plan.routes[0].vehicle.as_str();
    assert_eq!(other(anna().with_vehicle(used)), []);
    let unused = if used == "V1" { "V2" } else { "V1" };
    assert_eq!(other(anna().with_vehicle(unused)), [Rule::Driver]);
    assert_eq!(other(Driver::new("clara")), [Rule::Driver]);
    let dear = other(anna().with_day_pay(Money::from_units(5)));
    assert_eq!(dear, [Rule::Cost, Rule::Scorecard]);
    let dear = other(anna().with_hourly_pay(Money::from_units(5)));
    assert_eq!(dear, [Rule::Cost, Rule::Scorecard]);
    let away = other(anna().with_own_zips(["607"], Money::from_units(1)));
    assert_eq!(away, [Rule::Cost, Rule::Scorecard]);
    assert_eq!(
        other(anna().with_own_zips(["606"], Money::from_units(1))),
        []
    );
    let mut none = plan.clone();
    none.routes[0].driver = None;
    assert_eq!(broken(day.clone(), &none), [Rule::Driver]);
    let without = day.clone().edit_drivers(Vec::clear);
    assert_eq!(broken(without, &plan), [Rule::Driver]);
    let mut twice = plan.clone();
    let mut again = twice.routes[0].clone();
    again.vehicle = unused.into();
    again.visits.clear();
    twice.routes.push(again);
    let found = validate(&day.build().unwrap(), &twice);
    assert!(
        found
            .iter()
            .any(|v| v.subject == "driver \"anna\"" && v.message == "has 2 routes")
    );
}

#[test]
fn drivers_that_contradict_are_reported() {
    let dsp = Provider::new("north", ProviderKind::Dsp).with_zips(["606"]);
    let van = Vehicle::cargo_van("V1").with_provider("north");
    let van = van.with_shift(TimeWindow::hm((8, 0), (12, 0)));
    let day = north(&[5.0], vec![])
        .to_builder()
        .vehicles([van, Vehicle::cargo_van("V2")]);
    let night = Driver::new("night").with_shift(TimeWindow::hm((22, 30), (23, 30)));
    let late = Driver::new("late").with_shift(TimeWindow::hm((13, 0), (20, 0)));
    let error = day
        .providers([dsp])
        .drivers([
            night.with_max_duty(Span::ZERO),
            late.clone().with_vehicle("V1"),
            late.clone().with_id("lost").with_vehicle("V3"),
            late.with_id("paid").with_hourly_pay(Money::from_units(-1)),
            Driver::new("paid")
                .with_vehicle("V2")
                .with_own_zips(["606"], Money::ZERO),
        ])
        .build();
    assert_eq!(
        error.unwrap_err().to_string(),
        "8 problems in the input\n\
         driver \"paid\": id: is used by 2 drivers\n\
         driver \"night\": shift: 22:30-23:30 lies outside the delivery hours 06:00-22:00\n\
         driver \"night\": max_duty: is 0\n\
         driver \"night\": shift: no vehicle that the driver may drive is out in the same hours\n\
         driver \"late\": shift: no vehicle that the driver may drive is out in the same hours\n\
         driver \"lost\": vehicles: no vehicle is called \"V3\"\n\
         driver \"paid\": hourly_pay: -1 is negative\n\
         provider \"north\": zips: nobody drives there: no driver for any of its vehicles"
    );
}

#[test]
fn all_that_contradicts_is_said_at_once() {
    use doorstep::model::{Balance, Break};
    let short = TimeWindow::hm((8, 0), (9, 0));
    let lunch = Break::between(short, Span::from_hours(2));
    let night = TimeWindow::hm((22, 30), (23, 30));
    let dsp = Provider::new("north", ProviderKind::Dsp).with_zips(["606"]);
    let long = ServiceTimes::default().with_parking(Span::from_hours(299));
    let day = north(&[5.0], vec![]).to_builder();
    let day = day
        .vehicles([
            Vehicle::cargo_van("V1").with_shift(short).with_break(lunch),
            Vehicle::flex_block("F1", night, Money::from_units(80)),
            Vehicle::cargo_van("V2").with_provider("north"),
        ])
        .providers([dsp])
        .drivers([
            Driver::new("anna").with_vehicle("V1"),
            Driver::new("ben")
                .with_vehicle("V1")
                .with_max_duty(Span::ZERO),
        ])
        .edit_packages(|all| {
            all[0] = all[0].clone().with_window(night).with_in_house_only();
            all[0] = all[0].clone().with_tender(Money::from_units(7));
        })
        .service_times_of(VehicleKind::Walker, long)
        .balance(Balance::default().with_stops(1, Money::from_units(-1)))
        .most_zones(0);
    let error = day.build().unwrap_err();
    let found: Vec<String> = error
        .problems()
        .iter()
        .map(|p| format!("{} {}", p.subject(), p.field()))
        .collect();
    assert_eq!(
        found,
        [
            "station \"DCH1\" service_times_by_kind.parking",
            "station \"DCH1\" balance.per_stop",
            "station \"DCH1\" most_zones",
            "package \"P0\" windows",
            "package \"P0\" tender",
            "vehicle \"V1\" breaks",
            "vehicle \"F1\" shift",
            "driver \"ben\" max_duty",
            "provider \"north\" zips",
        ]
    );
}

#[test]
fn an_optional_package_is_served_where_its_prize_is_worth_the_way() {
    // 12 km there and back at 0.25 and 20.00 an hour: about 15.50 by a van that is out anyway.
    let with_prize = |cents: i64| {
        let day = north(&[1.0, 13.0], vec![Vehicle::cargo_van("V1")]).to_builder();
        let prize = Money::from_cents(cents);
        let day = day.edit_packages(|all| all[1] = all[1].clone().with_tender(prize));
        let plan = solved(&day.build().unwrap());
        (plan.scorecard.delivered, plan.scorecard.cost.tender)
    };
    assert_eq!(with_prize(900), (1, Money::from_units(9)));
    assert_eq!(with_prize(9_000), (2, Money::ZERO));
}
