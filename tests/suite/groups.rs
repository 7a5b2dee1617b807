//! Groups of packages: on one route or on none, and never two on one. Against brute force on random
//! tiny days, found by the validator when broken and only then, refused where they contradict.

use doorstep::model::{PackageKind, ServiceDay, ServiceDayBuilder, Temperature};
use doorstep::plan::{Plan, Reason, Rule, validate};
use doorstep::sortation::group;
use doorstep::units::Capacity;
use doorstep::{
    Budget, Money, Package, Place, Solver, Station, Stop, TimeOfDay, TimeWindow, Vehicle,
};

use super::drawn::{Change, Draft, Drawn};
use super::fleet_rules::{TINY, broken, limits, north, solved};
use super::made::{self, Draw};

/// The tiny days of the fleet's rules, others of them.
const GROUPED: Drawn = Drawn {
    salt: 55_000,
    ..TINY
};

fn against_brute_force(change: Change) {
    GROUPED.against_brute_force(change);
}

/// What a vehicle has room for: items, cm³, g.
fn room(vehicle: &Vehicle) -> [u64; 3] {
    let Capacity {
        count,
        volume_cm3,
        weight_g,
        ..
    } = vehicle.capacity();
    let most = u64::MAX;
    [
        count.map_or(most, u64::from),
        volume_cm3.unwrap_or(most),
        weight_g.unwrap_or(most),
    ]
}

/// Some packages ride together that one of the vehicles could take as far as the request says.
fn together(draft: &mut Draft) {
    let vehicle = &draft.fleet[draft.draw.below(2) as usize];
    let shift = vehicle.shift().unwrap();
    let mut left = room(vehicle);
    let most = draft.draw.between(2, 4);
    let mut taken = 0;
    for package in &mut draft.packages {
        let load = package.load();
        let takes = [u64::from(load.count), load.volume_cm3, load.weight_g];
        let meets = |w: &TimeWindow| w.intersection(shift).is_some();
        let windows = package.windows();
        let welcome = package.pin().is_none()
            && package.needs().is_empty()
            && (windows.is_empty() || windows.iter().any(meets))
            && (0..3).all(|d| takes[d] <= left[d]);
        if welcome && taken < most && draft.draw.chance(80) {
            taken += 1;
            for d in 0..3 {
                left[d] -= takes[d];
            }
            *package = package.clone().with_together("order");
        }
    }
}

/// Few packages are not apart from some other, but from none with which they ride.
fn apart(draft: &mut Draft) {
    let mut ordered = false;
    for package in &mut draft.packages {
        let bound = package.together().is_some();
        for lot in ["x", "y"] {
            if draft.draw.chance(45) && !(bound && ordered) {
                *package = package.clone().with_apart(lot);
            }
        }
        ordered |= bound;
    }
}

#[test]
fn together_against_brute_force() {
    against_brute_force(together);
}

#[test]
fn apart_against_brute_force() {
    against_brute_force(apart);
}

#[test]
fn together_and_apart_against_brute_force() {
    against_brute_force(|draft| {
        together(draft);
        apart(draft);
    });
}

#[test]
fn groups_with_other_rules_against_brute_force() {
    against_brute_force(|draft| {
        together(draft);
        apart(draft);
        limits(&mut draft.draw, &mut draft.fleet);
        for package in &mut draft.packages {
            if draft.draw.chance(30) {
                *package = package.clone().with_kind(PackageKind::ReturnPickup);
            }
        }
        for vehicle in &mut draft.fleet {
            if vehicle.end().is_none() && draft.draw.chance(30) {
                *vehicle = vehicle.clone().with_open_end();
            }
        }
    });
}

#[test]
fn groups_with_promises_against_brute_force() {
    against_brute_force(|draft| {
        together(draft);
        apart(draft);
        for package in &mut draft.packages {
            if package.windows().is_empty() && draft.draw.chance(60) {
                let by = TimeOfDay::hm(draft.draw.between(7, 20), 0);
                let price = Money::from_cents(i64::from(draft.draw.between(0, 200)));
                *package = package.clone().with_due(by, price);
            }
        }
    });
}

/// Carriers that take few, drivers, few zones a route, and groups.
#[test]
fn groups_with_carriers_drivers_and_zones_are_valid() {
    use doorstep::model::{Driver, Provider, ProviderKind};
    let mut draw = Draw::new(12);
    let package = |i: u32| {
        let (north, east) = (f64::from(i % 20), f64::from(i / 20));
        let place = Place::at(41.80 + 0.004 * north, -87.72 + 0.005 * east);
        let package = Package::new(format!("P{i}"), place, format!("6060{}", i % 20 / 7));
        match draw.below(10) {
            0..3 => package.with_together(format!("team {}", draw.below(12))),
            3..6 => package.with_apart(format!("lot {}", draw.below(12))),
            _ => package,
        }
    };
    let packages: Vec<Package> = (0..240).map(package).collect();
    let post = Provider::new("post", ProviderKind::Carrier)
        .with_price(Money::from_units(1))
        .with_most_packages(15);
    let capacity = Capacity::UNLIMITED.with_count(28);
    let van = |i: u32| Vehicle::cargo_van(format!("V{i}")).with_capacity(capacity);
    let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
        .packages(packages)
        .vehicles((0..9).map(van))
        .drivers((0..8).map(|i| Driver::new(format!("D{i}"))))
        .providers([post])
        .most_zones(4);
    let day = day.build().unwrap();
    let solver = Solver::new().budget(Budget::iterations(6_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    assert!(plan.tendered.len() <= 15 && plan.routes.len() <= 8);
    let routed: usize = plan.routes.iter().map(|r| r.visits.len()).sum();
    // Teams lie anywhere, some in more zones than a route may serve.
    assert!(routed > 150, "{routed} on routes");
}

/// A day with another word on some of its packages.
fn edited(day: &ServiceDay, change: impl Fn(usize, Package) -> Package) -> ServiceDayBuilder {
    day.to_builder().edit_packages(|all| {
        for (i, package) in all.iter_mut().enumerate() {
            *package = change(i, package.clone());
        }
    })
}

fn vans(count: usize, holds: u32) -> Vec<Vehicle> {
    let capacity = Capacity::UNLIMITED.with_count(holds);
    let van = |i| Vehicle::cargo_van(format!("V{i}")).with_capacity(capacity);
    (0..count).map(van).collect()
}

/// Where each package is in a plan: the number of its route.
fn route_of(plan: &Plan, id: &str) -> Option<usize> {
    let on = |route: &doorstep::plan::RoutePlan| {
        let mut ids = route.visits.iter().flat_map(|v| &v.packages);
        ids.any(|p| p.as_str() == id)
    };
    plan.routes.iter().position(on)
}

#[test]
fn the_validator_finds_groups_torn_or_joined() {
    // Two vans of two packages each.
    let day = north(&[1.0, 2.0, 3.0, 4.0], vans(2, 2));
    let plan = solved(&day);
    let on = |i: usize| route_of(&plan, &format!("P{i}")).unwrap();
    let mate = (1..4).find(|&i| on(i) == on(0)).unwrap();
    let other = (1..4).find(|&i| on(i) != on(0)).unwrap();
    let with = |two: [usize; 2], say: fn(Package) -> Package| {
        let one = |i: usize, p: Package| if two.contains(&i) { say(p) } else { p };
        broken(edited(&day, one), &plan)
    };
    let ride = |p: Package| p.with_together("order");
    let keep = |p: Package| p.with_apart("lot");
    assert_eq!(with([0, mate], ride), []);
    assert_eq!(with([0, other], ride), [Rule::Together]);
    assert_eq!(with([0, other], keep), []);
    assert_eq!(with([0, mate], keep), [Rule::Apart]);
    // A group of which a part is left.
    let day = north(&[1.0, 2.0, 3.0], vans(1, 2));
    let plan = solved(&day);
    assert_eq!(plan.unserved.len(), 1);
    let all = edited(&day, |_, p| p.with_together("order"));
    let all = all.edit_vehicles(|all| all[0] = all[0].clone().with_capacity(Capacity::UNLIMITED));
    let found = broken(all, &plan);
    assert!(found.contains(&Rule::Together), "{found:?}");
}

#[test]
fn plans_keep_to_groups() {
    let day = north(&[1.0, 2.0, 3.0, 4.0], vans(2, 2));
    let free = solved(&day);
    let apart = (1..4).find(|i| route_of(&free, &format!("P{i}")) != route_of(&free, "P0"));
    let apart = apart.unwrap();
    let change = |i: usize, p: Package| match i {
        0 => p.with_together("order"),
        i if i == apart => p.with_together("order"),
        _ => p,
    };
    let bound = edited(&day, change).build().unwrap();
    let plan = solved(&bound);
    assert_eq!(plan.unserved, []);
    assert_eq!(route_of(&plan, "P0"), route_of(&plan, &format!("P{apart}")));
    // The plan without groups as a start.
    let solver = Solver::new()
        .budget(Budget::iterations(0))
        .warm_start(&free);
    let warm = solver.solve(&bound).unwrap().plan;
    assert_eq!(validate(&bound, &warm), []);
    let lots = edited(&day, |_, p| p.with_apart("lot")).build().unwrap();
    let plan = solved(&lots);
    assert_eq!((plan.routes.len(), plan.unserved.len()), (2, 2));
    let solver = Solver::new()
        .budget(Budget::iterations(0))
        .warm_start(&free);
    let warm = solver.solve(&lots).unwrap().plan;
    assert_eq!(validate(&lots, &warm), []);
}

#[test]
fn what_is_left_of_a_group_says_so() {
    // No vehicle reaches the second one.
    let far = north(&[1.0, 90.0, 2.0], vans(1, 9));
    let van = |all: &mut Vec<Vehicle>| {
        all[0] = all[0].clone().with_max_duty(doorstep::Span::from_hours(2));
    };
    let far = edited(&far, |i, p| if i < 2 { p.with_together("kit") } else { p });
    let plan = solved(&far.edit_vehicles(van).build().unwrap());
    assert_eq!(plan.unserved.len(), 2);
    let first = plan.unserved[0].reason.to_string();
    assert!(
        first.starts_with("rides only with package P1 of kit: a vehicle doing nothing else would"),
        "{first}"
    );
    assert!(matches!(
        plan.unserved[1].reason,
        Reason::DutyTooLong { .. }
    ));
    // Each alone has time, both together have not.
    let day = north(&[20.0, 20.0], vans(1, 9));
    let van = |all: &mut Vec<Vehicle>| {
        let minutes = doorstep::Span::from_minutes(190);
        all[0] = all[0].clone().with_max_duty(minutes);
    };
    let hour = doorstep::Span::from_minutes(60);
    let day = edited(&day, |i, p| {
        let p = p.with_address_key(format!("door {i}"));
        p.with_service_time(hour).with_together("kit")
    });
    let plan = solved(&day.edit_vehicles(van).build().unwrap());
    let said: Vec<String> = plan.unserved.iter().map(|u| u.reason.to_string()).collect();
    let torn = "a vehicle could serve it alone, but no route or idle vehicle of this plan takes all 2 \
                packages of kit";
    assert_eq!(said, [torn, torn]);
    // One van, two that are apart.
    let day = north(&[1.0, 2.0], vans(1, 9));
    let plan = solved(&edited(&day, |_, p| p.with_apart("lot")).build().unwrap());
    assert_eq!(plan.unserved.len(), 1);
    let left = &plan.unserved[0];
    let aboard = &plan.routes[0].visits[0].packages[0];
    assert_eq!(left.reason, Reason::NoRoom);
    let block = left.blocks[0].to_string();
    let expected = format!("has {aboard} on board, which is kept apart as lot");
    assert!(block.ends_with(&expected), "{block}");
    let fixes: Vec<String> = left.fixes.list().iter().map(ToString::to_string).collect();
    // Nothing would place it on the route of the other.
    assert!(
        fixes.iter().all(|f| f.starts_with("one more cargo van")),
        "{fixes:?}"
    );
}

#[test]
fn groups_that_contradict_are_refused_at_once() {
    let at = |id: &str| Package::new(id, Place::at(41.85, -87.65), "60608");
    let van = |id: &str| Vehicle::cargo_van(id);
    let small = Capacity::UNLIMITED.with_count(3);
    let packages = [
        at("A1").with_together("a").with_apart("x"),
        at("A2").with_together("a").with_apart("x"),
        at("B1").with_together("b").with_pin("V1"),
        at("B2").with_together("b").with_pin("V2"),
        at("C1").with_together("c").with_need("lift"),
        at("C2").with_together("c").with_need("scanner"),
        at("D1")
            .with_together("d")
            .with_temperature(Temperature::Ambient),
        at("D2").with_together("d"),
        at("D3").with_together("d"),
        at("D4").with_together("d"),
        at("E1")
            .with_together("e")
            .with_window(TimeWindow::hm((7, 0), (8, 0))),
        at("E2")
            .with_together("e")
            .with_window(TimeWindow::hm((20, 0), (21, 0))),
        at("F").with_together("").with_apart(""),
    ];
    let vehicles = [
        van("V1")
            .with_capacity(small)
            .with_capability("lift")
            .with_shift(TimeWindow::hm((6, 0), (14, 0))),
        van("V2")
            .with_capacity(small)
            .with_capability("scanner")
            .with_shift(TimeWindow::hm((14, 0), (22, 0))),
    ];
    let lot = || at("S").with_apart("y");
    let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
        .packages(packages)
        .vehicles(vehicles)
        .stops([Stop::new(
            "S1",
            vec![lot().with_id("S1"), lot().with_id("S2")],
        )]);
    let said = day.build().unwrap_err().to_string();
    let expected = "9 problems:\n\
         package \"F\": apart: a group has no name\n\
         package \"F\": together: the group has no name\n\
         stop \"S1\": packages: \"S1\" and \"S2\" are apart as \"y\"\n\
         package \"A1\": together: \"A1\" and \"A2\" ride as \"a\" and are apart as \"x\"\n\
         package \"B1\": together: the 2 packages of \"b\" have no vehicle that may serve them all\n\
         package \"C1\": together: the 2 packages of \"c\" have no vehicle that may serve them all\n\
         package \"D1\": together: the 4 packages of \"d\" take 4 items, and the largest vehicle that may \
         serve them holds 3 items\n\
         package \"E1\": together: the 2 packages of \"e\" have windows that no shift of a vehicle for them \
         meets";
    assert!(
        said.ends_with(expected.split_once('\n').unwrap().1),
        "{said}"
    );
}

#[test]
fn groups_are_not_for_pairs_and_alternatives() {
    use doorstep::model::{Alternative, Pickup};
    let at = |id: &str| Package::new(id, Place::at(41.85, -87.65), "60608").with_together("a");
    let elsewhere = Place::at(41.86, -87.66);
    let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
        .packages([
            at("P1").with_pickup(Pickup::new(elsewhere, "60607")),
            at("P2").with_alternative(Alternative::new(elsewhere, "60607")),
        ])
        .vehicles([Vehicle::cargo_van("V1")]);
    let said = day.build().unwrap_err().to_string();
    assert!(
        said.contains("package \"P1\": together: is stated, but it is collected on the way")
            && said.contains("package \"P2\": together: is stated, but it has alternatives"),
        "{said}"
    );
}

#[test]
fn one_door_is_split_only_where_its_packages_are_apart() {
    let day = north(&[1.0, 1.0, 1.0, 1.0], vans(4, 99));
    let stops = |change: fn(usize, Package) -> Package| {
        let day = edited(&day, change).build().unwrap();
        assert_eq!(solved(&day).unserved, []);
        group(&day).stops().len()
    };
    assert_eq!(stops(|_, p| p), 1);
    assert_eq!(stops(|_, p| p.with_together("kit")), 1);
    // Those of the kit, and the others.
    assert_eq!(
        stops(|i, p| if i < 2 { p.with_together("kit") } else { p }),
        2
    );
    assert_eq!(stops(|_, p| p.with_apart("lot")), 4);
    // Two that are apart, and two others.
    assert_eq!(stops(|i, p| if i < 2 { p.with_apart("lot") } else { p }), 3);
    assert_eq!(stops(|i, p| p.with_apart(format!("lot {i}"))), 1);
}

#[test]
fn halts_of_several_doors_keep_to_groups() {
    use doorstep::model::Walking;
    let close = [1.0, 1.01, 1.02, 1.03];
    let day = north(&close, vans(4, 99))
        .to_builder()
        .walking(Walking::default());
    let day = day.build().unwrap();
    let free = group(&day).stops().len();
    assert!(free < 4, "some doors make a halt");
    let apart = edited(&day, |i, p| if i < 2 { p.with_apart("lot") } else { p });
    let apart = apart.build().unwrap();
    let plan = solved(&apart);
    assert_eq!(plan.unserved, []);
    assert_ne!(route_of(&plan, "P0"), route_of(&plan, "P1"));
    let kit = edited(&day, |i, p| if i < 3 { p.with_together("kit") } else { p });
    let kit = kit.build().unwrap();
    let of_kit = |p: &u32| kit.packages()[*p as usize].together().is_some();
    let grouping = group(&kit);
    let stops = grouping.stops();
    let pure = |packages: &[u32]| packages.iter().all(|p| of_kit(p) == of_kit(&packages[0]));
    assert!(stops.len() < 4 && stops.iter().all(|s| pure(&s.packages)));
    assert_eq!(solved(&kit).unserved, []);
}

/// Seven hundred stops cut into parts: teams of three, pairs that are apart and one large lot, all
/// of them of stops that lie anywhere.
#[test]
fn many_groups_on_a_day_in_parts() {
    let day = made::parts();
    let mut draw = Draw::new(8);
    let count = u32::try_from(day.packages().len()).unwrap();
    let mut order: Vec<u32> = (0..count).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, draw.below(u32::try_from(at + 1).unwrap()) as usize);
    }
    let bound = edited(&day, |i, p| {
        let at = order[i];
        match at {
            0..180 => p.with_together(format!("team {}", at / 3)),
            180..400 => p.with_apart(format!("pair {}", at / 2)),
            400..440 => p.with_apart("lot"),
            _ => p,
        }
    });
    let bound = bound.build().unwrap();
    let solver = Solver::new().budget(Budget::iterations(20_000));
    let free = solver.solve(&day).unwrap().plan;
    assert!(validate(&bound, &free).len() > 30, "groups matter");
    let plan = solver.solve(&bound).unwrap().plan;
    assert_eq!(validate(&bound, &plan), []);
    let left = plan.unserved.len();
    assert!(left <= free.unserved.len() + 12, "{left} are left");
    let again = solver.solve(&bound).unwrap().plan;
    assert_eq!(again.fingerprint, plan.fingerprint);
}

#[test]
fn thousands_of_teams_find_a_start() {
    // Every package rides with one other.
    let mut draw = Draw::new(9);
    let points = made::points(&mut draw, 1_200, 20_000);
    let packages = (1..points.len()).map(|row| {
        let package = made::at_row(format!("P{row:04}"), row);
        package.with_together(format!("team {}", row / 2))
    });
    let fleet = made::vans(40, 40);
    let day = made::day(made::matrix(&points, 144, false), packages.collect(), fleet);
    let solver = Solver::new().budget(Budget::iterations(6_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    let left = plan.unserved.len();
    assert!(left <= 4, "{left} are left");
}

#[test]
fn a_price_is_paid_for_a_whole_group() {
    // Each alone is dearer to serve than its carrier, both together are not.
    let cheap = |p: Package| p.with_tender(Money::from_units(80));
    let day = north(&[8.0, 8.01], vans(1, 9));
    let day = edited(&day, |_, p| cheap(p).with_together("kit"));
    let plan = solved(&day.build().unwrap());
    assert_eq!((plan.routes.len(), plan.tendered.len()), (1, 0));
}

#[cfg(feature = "json")]
#[test]
fn groups_come_back_as_written() {
    let day = north(&[1.0, 2.0], vans(2, 9));
    let day = edited(&day, |i, p| match i {
        0 => p
            .with_together("kit")
            .with_apart("x")
            .with_apart("y")
            .with_apart("x"),
        _ => p.with_together("kit"),
    });
    let day = day.build().unwrap();
    let text = serde_json::to_string(&day).unwrap();
    assert!(
        text.contains(r#""together":"kit","apart":["x","y"]"#),
        "{text}"
    );
    let again: ServiceDay = serde_json::from_str(&text).unwrap();
    assert_eq!(again, day);
    let reason = Reason::RidesWith {
        package: "P1".into(),
        group: "kit".into(),
        because: Box::new(Reason::NoVehicle),
    };
    for reason in [
        reason,
        Reason::NotTogether {
            group: "kit".into(),
            packages: 3,
        },
    ] {
        let text = serde_json::to_string(&reason).unwrap();
        assert_eq!(serde_json::from_str::<Reason>(&text).unwrap(), reason);
    }
}
