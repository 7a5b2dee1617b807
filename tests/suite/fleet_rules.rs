//! The rules of fleet and goods: each alone against brute force on random tiny days, each found by
//! the validator when it is broken and only then, each reported before solving when it contradicts.

use doorstep::model::{Requirement, ServiceDay, ServiceDayBuilder, Temperature};
use doorstep::plan::{Plan, Reason, RouteDraft, Rule, assemble, validate};
use doorstep::sortation::group;
use doorstep::units::Meters;
use doorstep::{
    Budget, HandOff, Money, Package, Place, Solver, Span, Station, Stop, TimeOfDay, TimeWindow,
    Vehicle,
};

use super::drawn::{Change, DAYS, Draft, Drawn};
use super::made::{self, Draw};
use super::oracle::tiny;
use super::validate::against;

/// Tiny days on the map.
pub(super) const TINY: Drawn = Drawn {
    salt: 31_000,
    packages: [4, 6],
    rows: 0,
    at_last: true,
    placed: true,
};

pub(super) fn draw_day(seed: u64, change: Change) -> ServiceDay {
    TINY.day(seed, change)
}

pub(super) fn against_brute_force(change: Change) {
    TINY.against_brute_force(change);
}

/// Limits of driving and distance on some vehicles.
pub(super) fn limits(draw: &mut Draw, fleet: &mut [Vehicle]) {
    for vehicle in fleet {
        if draw.chance(60) {
            let minutes = i64::from(draw.between(15, 80));
            *vehicle = vehicle
                .clone()
                .with_max_driving(Span::from_minutes(minutes));
        }
        if draw.chance(60) {
            let meters = i64::from(draw.between(6_000, 32_000));
            *vehicle = vehicle.clone().with_range(Meters::from_meters(meters));
        }
    }
}

/// See [`limits`].
fn ways(draft: &mut Draft) {
    limits(&mut draft.draw, &mut draft.fleet);
}

#[test]
fn driving_and_range_against_brute_force() {
    against_brute_force(ways);
}

#[test]
fn driving_and_range_hold_without_times_too() {
    // Distances only: the engine that knows no time.
    let points = made::points(&mut Draw::new(5), 60, 9_000);
    let matrix = made::matrix(&points, 0, false);
    let packages = (1..points.len())
        .map(|row| made::at_row(format!("P{row:02}"), row).with_service_time(Span::ZERO));
    let range = Meters::from_meters(21_000);
    let costs = doorstep::Costs::distance_only();
    let fleet = (0..12).map(|i| {
        let van = Vehicle::cargo_van(format!("V{i:02}"));
        van.with_range(range).with_costs(costs)
    });
    let day = made::day(matrix, packages.collect(), fleet.collect());
    let solver = Solver::new().budget(Budget::iterations(3_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    assert_eq!(plan.unserved, []);
    let longest = plan.routes.iter().map(|r| r.distance).max().unwrap();
    assert!(longest <= range);
    assert!(plan.routes.len() > 1, "the range binds");
}

#[test]
fn the_validator_finds_driving_and_range() {
    // The golden plan's first route: 1,200 s of driving and 12 km.
    let (_, plan) = super::plan::golden();
    let (driving, way) = (plan.routes[0].driving, plan.routes[0].distance);
    let change =
        |f: &dyn Fn(Vehicle) -> Vehicle| against(|p| p.vehicles[0] = f(p.vehicles[0].clone()));
    assert_eq!(change(&|v| v.with_max_driving(driving)), []);
    let less = driving - Span::from_millis(1);
    assert_eq!(change(&|v| v.with_max_driving(less)), [Rule::Driving]);
    assert_eq!(change(&|v| v.with_range(way)), []);
    let less = way - Meters::from_millimeters(1);
    assert_eq!(change(&|v| v.with_range(less)), [Rule::Range]);
}

#[test]
fn a_stop_beyond_the_range_says_so() {
    let points = [(0, 0), (3_000, 0)];
    let matrix = || made::matrix(&points, 144, false);
    let solve = |van: Vehicle| {
        let day = made::day(matrix(), vec![made::at_row("P1", 1)], vec![van]);
        let solver = Solver::new().budget(Budget::iterations(10));
        solver.solve(&day).unwrap().plan
    };
    let van = || Vehicle::electric_van("E1");
    let plan = solve(van().with_range(Meters::from_meters(5_900)));
    let (needs, range) = (Meters::from_meters(6_000), Meters::from_meters(5_900));
    assert_eq!(
        plan.unserved[0].reason,
        Reason::RangeExceeded { needs, range }
    );
    let said: Vec<String> = plan.unserved[0]
        .fixes
        .list()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(said, ["100 m more range than 5900 m (E1, first)"]);
    let said: Vec<String> = plan.unserved[0]
        .blocks
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        said,
        ["electric van (E1, idle): would go 6000 m, farther than its range of 5900 m"]
    );
    let plan = solve(van().with_max_driving(Span::from_seconds(800)));
    let (needs, limit) = (Span::from_seconds(864), Span::from_seconds(800));
    assert_eq!(
        plan.unserved[0].reason,
        Reason::DrivingTooLong { needs, limit }
    );
    let said: Vec<String> = plan.unserved[0]
        .fixes
        .list()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(said, ["2 minutes more driving than 00:13:20 (E1, first)"]);
}

/// What the builder says of a day with this vehicle.
fn refused(vehicle: Vehicle) -> String {
    let points = [(0, 0), (3_000, 0)];
    let day = made::day(made::matrix(&points, 144, false), Vec::new(), Vec::new());
    let builder = day.to_builder().vehicles([vehicle]);
    builder.build().unwrap_err().to_string()
}

/// Some vehicles stay near their start.
fn radii(draft: &mut Draft) {
    for vehicle in &mut draft.fleet {
        if draft.draw.chance(70) {
            let radius = Meters::from_meters(draft.draw.between(3_000, 9_000).into());
            *vehicle = vehicle.clone().with_radius(radius);
        }
    }
}

#[test]
fn a_radius_against_brute_force() {
    against_brute_force(radii);
}

/// A station with places at so many kilometres to the north, and a day for these vehicles.
pub(super) fn north(kilometres: &[f64], fleet: Vec<Vehicle>) -> ServiceDay {
    let at = |km: f64| Place::at(41.8 + km / 111.195, -87.7);
    let package = |(i, &km): (usize, &f64)| Package::new(format!("P{i}"), at(km), "60608");
    ServiceDay::builder(Station::new("DCH1", at(0.0)))
        .packages(kilometres.iter().enumerate().map(package))
        .vehicles(fleet)
        .build()
        .unwrap()
}

pub(super) fn solved(day: &ServiceDay) -> Plan {
    let plan = Solver::new().budget(Budget::iterations(300)).solve(day);
    let plan = plan.unwrap().plan;
    assert_eq!(validate(day, &plan), []);
    plan
}

#[test]
fn a_drone_brings_one_light_package_straight() {
    let day = north(
        &[5.0, 11.9, 12.1],
        vec![Vehicle::drone("D1"), Vehicle::drone("D2")],
    );
    let plan = solved(&day);
    assert_eq!(plan.routes.len(), 2);
    assert!(plan.routes.iter().all(|r| r.visits.len() == 1));
    // 10 km at 50 km/h.
    let near = plan
        .routes
        .iter()
        .find(|r| r.visits[0].packages[0].as_str() == "P0");
    let driven = near.unwrap().driving.millis();
    assert!((driven - 720_000).abs() < 500, "{driven} ms");
    let left = &plan.unserved[0];
    assert_eq!(left.package.as_str(), "P2");
    let said = left.reason.to_string();
    assert!(
        said.starts_with("lies 12100.") && said.ends_with("the radius is 12000 m"),
        "{said}"
    );
    assert!(left.blocks[0].to_string().contains("its radius is 12000 m"));
    let heavy = day.to_builder().edit_packages(|all| {
        all.truncate(1);
        all[0] = all[0].clone().with_weight_g(2_301);
    });
    let plan = solved(&heavy.build().unwrap());
    assert_eq!(plan.unserved.len(), 1);
}

#[test]
fn a_capability_is_no_way_out_of_a_radius() {
    let far = Vehicle::cargo_van("V1").with_radius(Meters::from_meters(4_000));
    let day = north(&[5.0], vec![far]);
    let day = day
        .to_builder()
        .edit_packages(|all| all[0] = all[0].clone().with_need("lift"));
    let plan = solved(&day.build().unwrap());
    assert!(plan.unserved[0].fixes.list().is_empty());
}

#[test]
fn the_validator_finds_the_radius() {
    let day = north(&[5.0, 7.0], vec![Vehicle::motorcycle("M1")]);
    let plan = solved(&day);
    let rules = |radius: i64| {
        let limit = Meters::from_meters(radius);
        let day = day
            .to_builder()
            .edit_vehicles(|all| all[0] = all[0].clone().with_radius(limit));
        let found = validate(&day.build().unwrap(), &plan);
        found.into_iter().map(|v| v.rule).collect::<Vec<Rule>>()
    };
    assert_eq!(rules(7_001), []);
    assert_eq!(rules(6_990), [Rule::Radius]);
    assert_eq!(rules(4_990), [Rule::Radius, Rule::Radius]);
}

#[test]
fn a_radius_needs_coordinates() {
    let points = [(0, 0), (3_000, 0)];
    let package = made::at_row("P1", 1);
    let day = made::day(made::matrix(&points, 144, false), vec![package], Vec::new());
    let error = day.to_builder().vehicles([Vehicle::drone("D1")]).build();
    assert_eq!(
        error.unwrap_err().to_string(),
        "2 problems in the input\n\
         vehicle \"D1\": radius: the vehicle's start has no coordinates\n\
         vehicle \"D1\": radius: package \"P1\" has no coordinates"
    );
}

#[test]
fn a_detour_of_one_kind_is_checked_and_used() {
    use doorstep::model::{GreatCircle, VehicleKind};
    let day = north(&[5.0], vec![Vehicle::motorcycle("M1")]);
    let circle = |factor| GreatCircle::default().with_detour_of(VehicleKind::Motorcycle, factor);
    let of = |factor| day.to_builder().travel(circle(factor)).build();
    let error = of(0.5).unwrap_err().to_string();
    assert_eq!(
        error,
        "station \"DCH1\": travel: detour 0.5 for a motorcycle is not 1 or more"
    );
    let plan = solved(&of(2.0).unwrap());
    let away = plan.routes[0].distance.km_f64();
    assert!((away - 20.0).abs() < 0.01, "{away} km");
}

/// Requirements of the day, choices of needs, reserved vehicles.
fn capabilities(draft: &mut Draft) {
    let lift = ["liftgate", "cold"];
    let heavy = 1_000_000_000 * u64::from(draft.draw.between(3, 7));
    let heavy = Requirement::heavier_than(heavy, lift);
    let adults = Requirement::hand_off(HandOff::AgeCheck, ["cold", "trained"]);
    let all = [heavy, adults];
    draft.more.push(Box::new(|day| day.requirements(all)));
    for package in &mut draft.packages {
        if draft.draw.chance(30) {
            *package = package.clone().with_hand_off(HandOff::AgeCheck);
        }
        if draft.draw.chance(20) {
            *package = package.clone().with_need_any(["trained", "liftgate"]);
        }
    }
    for vehicle in &mut draft.fleet {
        if draft.draw.chance(30) {
            *vehicle = vehicle.clone().with_capability("trained");
        }
        if !vehicle.capabilities().is_empty() && draft.draw.chance(30) {
            *vehicle = vehicle.clone().with_reserved();
        }
    }
}

#[test]
fn choices_of_needs_and_requirements_against_brute_force() {
    against_brute_force(capabilities);
}

/// The rules a plan breaks when its day is another.
pub(super) fn broken(day: ServiceDayBuilder, plan: &Plan) -> Vec<Rule> {
    let found = validate(&day.build().unwrap(), plan);
    found.into_iter().map(|v| v.rule).collect()
}

#[test]
fn the_validator_finds_choices_of_needs_requirements_and_reserved_vehicles() {
    let van = Vehicle::cargo_van("V1").with_capability("lift");
    let weighty = |all: &mut Vec<Package>| all[0] = all[0].clone().with_weight_g(30_000);
    let day = north(&[5.0, 7.0], vec![van.clone()]).to_builder();
    let day = day.edit_packages(weighty).build().unwrap();
    let plan = solved(&day);
    let heavy = |most, any_of: &[&str]| {
        let asked = Requirement::heavier_than(most, any_of.iter().copied());
        broken(day.to_builder().requirement(asked), &plan)
    };
    assert_eq!(heavy(30_000, &["trained"]), []);
    assert_eq!(heavy(29_999, &["trained"]), [Rule::Need]);
    assert_eq!(heavy(29_999, &["trained", "lift"]), []);
    let any = |any_of: [&str; 2]| {
        let needy = |all: &mut Vec<Package>| all[1] = all[1].clone().with_need_any(any_of);
        broken(day.to_builder().edit_packages(needy), &plan)
    };
    assert_eq!(any(["lift", "two people"]), []);
    assert_eq!(any(["trained", "two people"]), [Rule::Need]);
    let reserved = |need: &str| {
        let change = |all: &mut Vec<Package>| {
            for package in all {
                *package = package.clone().with_need_any([need, "trained"]);
            }
        };
        let own = van.clone().with_capability("cold").with_reserved();
        let day = day.to_builder().edit_packages(change);
        broken(day.edit_vehicles(|all| all[0] = own), &plan)
    };
    assert_eq!(reserved("cold"), []);
    let own = van.clone().with_reserved();
    let all = broken(day.to_builder().edit_vehicles(|all| all[0] = own), &plan);
    assert_eq!(all, [Rule::Reserved, Rule::Reserved]);
}

#[test]
fn what_is_missing_of_several_says_so() {
    let day = north(&[5.0], vec![Vehicle::cargo_van("V1")]);
    let asked = Requirement::heavier_than(0, ["lift", "two people"]);
    let day = day.to_builder().requirement(asked);
    let day = day.edit_packages(|all| all[0] = all[0].clone().with_weight_g(1));
    let day = day.build().unwrap();
    let left = &solved(&day).unserved[0];
    assert_eq!(
        left.reason.to_string(),
        "no vehicle that may serve it is capable of lift or two people"
    );
    assert_eq!(
        left.blocks[0].to_string(),
        "cargo van (V1, idle): is not capable of lift or two people"
    );
    assert_eq!(left.fixes.to_string(), "lift on board (V1, first)");
    let kept = Vehicle::cargo_van("V1")
        .with_capability("cold")
        .with_reserved();
    let day = north(&[5.0], vec![kept]);
    let left = &solved(&day).unserved[0];
    assert_eq!(left.reason, Reason::OnlyReserved);
    assert!(left.fixes.list().is_empty());
    assert_eq!(
        left.blocks[0].to_string(),
        "cargo van (V1, idle): is kept for what needs its capabilities"
    );
}

#[test]
fn a_given_stop_enters_a_reserved_vehicle_only_as_a_whole() {
    let kept = Vehicle::cargo_van("V1")
        .with_capability("cold")
        .with_reserved();
    let day = north(&[], vec![kept]);
    let at = Place::at(41.85, -87.7);
    let package = |id: &str| Package::new(id, at, "60608");
    let stop = |second: Package| {
        let packages = vec![package("A").with_need("cold"), second];
        let day = day.to_builder().stops([Stop::new("S", packages)]).build();
        solved(&day.unwrap()).unserved.len()
    };
    assert_eq!(stop(package("B").with_need_any(["cold", "lift"])), 0);
    assert_eq!(stop(package("B")), 2);
}

#[test]
fn choices_without_a_name_are_refused() {
    let day = north(&[5.0], Vec::new());
    let needy = |all: &mut Vec<Package>| all[0] = all[0].clone().with_need_any([""; 1]);
    let none: [&str; 0] = [];
    let asked = Requirement::hand_off(HandOff::AgeCheck, none);
    let kept = Vehicle::cargo_van("V1").with_reserved();
    let day = day.to_builder().edit_packages(needy).requirement(asked);
    let error = day.vehicles([kept]).build();
    assert_eq!(
        error.unwrap_err().to_string(),
        "3 problems in the input\n\
         station \"DCH1\": requirements: one names no capability\n\
         package \"P0\": needs_any: a capability has no name\n\
         vehicle \"V1\": reserved: it has no capability that a package could need"
    );
}

const GOODS: [&str; 3] = ["food", "solvents", "fish"];

/// Goods that may not be together.
fn goods(draft: &mut Draft) {
    let fish = draft.draw.chance(50);
    draft.more.push(Box::new(move |day| {
        let day = day.incompatible("food", "solvents");
        if fish {
            day.incompatible("fish", "food")
        } else {
            day
        }
    }));
    for package in &mut draft.packages {
        if draft.draw.chance(75) {
            let class = GOODS[draft.draw.below(3) as usize];
            *package = package.clone().with_goods(class);
        }
    }
}

#[test]
fn incompatible_goods_against_brute_force() {
    against_brute_force(goods);
}

/// Three hundred and sixty packages of mixed vehicles, a third of them food, a third solvents.
#[test]
fn incompatible_goods_on_a_day_in_parts() {
    let classes = |all: &mut Vec<Package>| {
        for (i, package) in all.iter_mut().enumerate() {
            if let Some(class) = GOODS[..2].get(i % 3) {
                *package = package.clone().with_goods(*class);
            }
        }
    };
    let day = made::mixed().to_builder().edit_packages(classes);
    let day = day.incompatible("food", "solvents").build().unwrap();
    let solver = Solver::new().budget(Budget::iterations(20_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    let without = made::mixed();
    let free = solver.solve(&without).unwrap().plan;
    let goods = |p: &doorstep::PackageId| {
        let package = day.packages().iter().find(|q| q.id() == p).unwrap();
        package.goods().cloned()
    };
    let mixed = free.routes.iter().filter(|route| {
        let packages = route.visits.iter().flat_map(|v| &v.packages);
        let kinds: std::collections::BTreeSet<_> = packages.filter_map(goods).collect();
        kinds.len() > 1
    });
    let (mixed, routes) = (mixed.count(), free.routes.len());
    assert!(
        mixed * 2 > routes,
        "without the rule most are mixed, not {mixed} of {routes}"
    );
}

#[test]
fn one_door_is_split_only_where_its_goods_clash() {
    let at = Place::at(41.85, -87.7);
    let package = |id: &str, class: &str| Package::new(id, at, "60608").with_goods(class);
    let stops = |packages: Vec<Package>| {
        let van = || Vehicle::cargo_van("V1");
        let day = north(&[], vec![van(), van().with_id("V2")]);
        let day = day.to_builder().packages(packages);
        let day = day
            .incompatible("food", "solvents")
            .incompatible("fish", "food");
        let day = day.build().unwrap();
        solved(&day);
        doorstep::sortation::group(&day).stops().len()
    };
    let plain = || Package::new("plain", at, "60608");
    assert_eq!(
        stops(vec![
            package("a", "solvents"),
            package("b", "fish"),
            plain()
        ]),
        1
    );
    assert_eq!(
        stops(vec![package("a", "food"), package("b", "food"), plain()]),
        1
    );
    assert_eq!(
        stops(vec![package("a", "food"), package("b", "toys"), plain()]),
        1
    );
    assert_eq!(
        stops(vec![package("a", "food"), package("b", "fish"), plain()]),
        3
    );
}

#[test]
fn the_validator_finds_incompatible_goods_and_the_blocks_name_them() {
    let day = north(&[5.0, 7.0], vec![Vehicle::cargo_van("V1")]);
    let classes = |all: &mut Vec<Package>| {
        all[0] = all[0].clone().with_goods("food");
        all[1] = all[1].clone().with_goods("solvents");
    };
    let classed = day.to_builder().edit_packages(classes).build().unwrap();
    let plan = solved(&classed);
    assert_eq!(plan.unserved, []);
    let with = |a: &str, b: &str| broken(classed.to_builder().incompatible(a, b), &plan);
    assert_eq!(with("food", "toys"), []);
    assert_eq!(with("solvents", "food"), [Rule::Goods]);
    let apart = classed.to_builder().incompatible("food", "solvents");
    let left = &solved(&apart.build().unwrap()).unserved[0];
    assert_eq!(left.reason, Reason::NoRoom);
    let said = left.blocks[0].to_string();
    assert!(
        said.contains("on board, which is incompatible with"),
        "{said}"
    );
    let fixes = left.fixes.to_string();
    assert!(fixes.starts_with("one more cargo van like V1"), "{fixes}");
}

#[test]
fn goods_that_contradict_are_refused() {
    let day = north(&[], vec![Vehicle::cargo_van("V1")]);
    let at = Place::at(41.85, -87.7);
    let package = |id: &str, class: &str| Package::new(id, at, "60608").with_goods(class);
    let stop = Stop::new("S", vec![package("A", "food"), package("B", "fish")]);
    let builder = day.to_builder().stops([stop]).incompatible("food", "fish");
    let error = builder
        .incompatible("toys", "toys")
        .incompatible("", "toys")
        .build();
    assert_eq!(
        error.unwrap_err().to_string(),
        "3 problems in the input\n\
         station \"DCH1\": incompatible_goods: \"toys\" is incompatible with itself\n\
         station \"DCH1\": incompatible_goods: a class has no name\n\
         stop \"S\": packages: \"B\" is fish, \"A\" is food, which are incompatible"
    );
    let many = (0..64).fold(day.to_builder(), |builder, i| {
        builder.incompatible(format!("class {i}"), format!("class {}", i + 1))
    });
    let error = many.build().unwrap_err().to_string();
    assert!(
        error.ends_with("incompatible_goods: name 65 classes, more than 64"),
        "{error}"
    );
}

/// Packages of all temperatures, vehicles with some compartments.
fn compartments(draft: &mut Draft) {
    for package in &mut draft.packages {
        let cold = Temperature::ALL[draft.draw.below(3) as usize];
        *package = package.clone().with_temperature(cold);
    }
    for vehicle in &mut draft.fleet {
        for cold in Temperature::ALL {
            if draft.draw.chance(70) {
                let cm3 = u64::from(draft.draw.between(20, 100));
                *vehicle = vehicle.clone().with_compartment(cold, cm3);
            }
        }
    }
}

#[test]
fn compartments_against_brute_force() {
    against_brute_force(compartments);
}

/// Packages of so many cm³ and a temperature, half a kilometre apart.
fn cold_day(packages: &[(u64, Temperature)], van: Vehicle) -> ServiceDay {
    let places: Vec<f64> = (1..=packages.len()).map(|i| i as f64 / 2.0).collect();
    let cold = |all: &mut Vec<Package>| {
        for (package, &(cm3, temperature)) in all.iter_mut().zip(packages) {
            let cold = package.clone().with_temperature(temperature);
            *package = cold.with_volume_cm3(cm3);
        }
    };
    let day = north(&places, vec![van]).to_builder();
    day.edit_packages(cold).build().unwrap()
}

#[test]
fn the_validator_finds_compartments_and_reasons_name_them() {
    use Temperature::{Ambient, Chilled, Frozen};
    let van = |chilled, frozen| {
        Vehicle::cargo_van("V1")
            .with_compartment(Chilled, chilled)
            .with_compartment(Frozen, frozen)
    };
    let all = [(40, Chilled), (30, Chilled), (20, Frozen), (900, Ambient)];
    let day = cold_day(&all, van(70, 20));
    let plan = solved(&day);
    assert_eq!(plan.unserved, []);
    let with = |van: Vehicle| broken(day.to_builder().edit_vehicles(|all| all[0] = van), &plan);
    assert_eq!(with(van(70, 20)), []);
    assert_eq!(with(van(69, 20)), [Rule::Compartment]);
    assert_eq!(with(van(69, 19)), [Rule::Compartment, Rule::Compartment]);
    assert_eq!(
        with(van(70, 20).with_compartment(Ambient, 899)),
        [Rule::Compartment]
    );
    let bare = Vehicle::cargo_van("V1").with_compartment(Chilled, 70);
    assert_eq!(with(bare), [Rule::Compartment]);
    // Return pickups take the room of what was handed over.
    let back = |all: &mut Vec<Package>| {
        all[1] = all[1]
            .clone()
            .with_kind(doorstep::model::PackageKind::ReturnPickup);
    };
    let both = day.to_builder().edit_packages(back).build().unwrap();
    let first = solved(&both);
    let peak = |cm3| {
        let van = van(cm3, 20);
        broken(both.to_builder().edit_vehicles(|all| all[0] = van), &first)
    };
    assert_eq!(peak(70), []);
    assert_eq!(peak(39), [Rule::Compartment]);

    let left = |packages: &[(u64, Temperature)], van: Vehicle| {
        let left = solved(&cold_day(packages, van)).unserved;
        let left = &left[0];
        (left.reason.to_string(), left.blocks[0].to_string())
    };
    let (reason, block) = left(&[(5, Frozen)], Vehicle::cargo_van("V1"));
    assert_eq!(
        reason,
        "no vehicle that may serve it has a frozen compartment"
    );
    assert_eq!(block, "cargo van (V1, idle): has no frozen compartment");
    let (reason, block) = left(&[(5, Frozen)], van(0, 4));
    assert_eq!(
        reason,
        "takes 5 cm3 frozen, and the largest compartment that may take it holds 4 cm3"
    );
    assert!(
        block.contains("would need 5 cm3 of its frozen compartment, which holds 4"),
        "{block}"
    );
    let (reason, block) = left(&[(5, Frozen), (5, Frozen)], van(0, 9));
    assert!(
        reason.starts_with("a vehicle could serve it alone"),
        "{reason}"
    );
    assert!(
        block.contains("would need 10 cm3 of its frozen compartment"),
        "{block}"
    );
}

#[test]
fn one_door_is_a_stop_for_each_temperature_and_a_given_stop_is_one() {
    let at = Place::at(41.85, -87.7);
    let package = |id: &str, t| Package::new(id, at, "60608").with_temperature(t);
    let van = Vehicle::cargo_van("V1")
        .with_compartment(Temperature::Chilled, 1_000)
        .with_compartment(Temperature::Frozen, 1_000);
    let day = north(&[], vec![van]);
    let order = || Temperature::ALL.map(|t| package(t.as_str(), t));
    let loose = day.to_builder().packages(order()).build().unwrap();
    assert_eq!(doorstep::sortation::group(&loose).stops().len(), 3);
    assert_eq!(solved(&loose).unserved, []);
    let stop = Stop::new("order", order().to_vec());
    let given = day.to_builder().stops([stop]).build().unwrap();
    assert_eq!(solved(&given).routes[0].visits.len(), 1);
    // A stop is no larger than a quarter of its compartment.
    let ten = (0..10).map(|i| package(&format!("P{i}"), Temperature::Chilled).with_volume_cm3(100));
    let ten = day.to_builder().packages(ten).build().unwrap();
    assert_eq!(doorstep::sortation::group(&ten).stops().len(), 5);
}

const RULES: [Change; 5] = [ways, radii, capabilities, goods, compartments];

/// About half of the rules at once.
fn mix(draft: &mut Draft) {
    for rule in RULES {
        if draft.draw.chance(50) {
            rule(draft);
        }
    }
}

#[test]
fn mixes_of_rules_against_brute_force() {
    against_brute_force(mix);
}

/// Routes at random: the validator refuses those that brute force cannot drive, and no others.
#[test]
fn validator_and_brute_force_agree_on_every_route() {
    let (mut fine, mut refused) = (0, 0);
    for seed in 0..DAYS {
        let day = draw_day(seed, mix);
        let (tiny, grouping) = (tiny(&day), group(&day));
        let mut draw = Draw::new(seed);
        for _ in 0..20 {
            let doors = u32::try_from(day.packages().len()).unwrap();
            let mut order: Vec<usize> = (0..draw.between(1, 3))
                .map(|_| draw.below(doors) as usize)
                .collect();
            order.sort_unstable();
            order.dedup();
            // Some other order.
            order.sort_by_key(|door| (door * 7 + 3) % 5);
            let vehicle = draw.below(2) as usize;
            let schedule = tiny.schedule(vehicle, &order);
            let latest = order
                .iter()
                .filter_map(|&d| day.packages()[d].ready())
                .max();
            let first = day.vehicle_shift(vehicle).earliest();
            let depart = schedule.map_or(latest.unwrap_or(first).max(first), |(_, depart)| {
                TimeOfDay::from_millis(depart)
            });
            let stops = order.iter().map(|&d| grouping.stop_of(d)).collect();
            let draft = RouteDraft {
                vehicle,
                driver: None,
                stops,
                depart,
                breaks: Vec::new(),
                reloads: Vec::new(),
            };
            let rest = (0..day.packages().len()).filter(|d| !order.contains(d));
            let rest = rest
                .map(|d| (grouping.stop_of(d), Reason::NoRoom))
                .collect();
            let plan = assemble(&day, &grouping, day.travel(), &[draft], rest);
            let found = validate(&day, &plan);
            assert_eq!(
                schedule.is_some(),
                found.is_empty(),
                "day {seed}: {order:?} {found:?}"
            );
            fine += u64::from(schedule.is_some());
            refused += u64::from(schedule.is_none());
        }
    }
    assert!(
        fine > DAYS && refused > DAYS,
        "{fine} fine, {refused} refused"
    );
}

#[test]
fn limits_that_leave_nothing_are_refused() {
    let van = || Vehicle::cargo_van("V1");
    let said = refused(van().with_max_driving(Span::ZERO));
    assert_eq!(said, "vehicle \"V1\": max_driving: is 0");
    let said = refused(van().with_range(Meters::ZERO));
    assert_eq!(said, "vehicle \"V1\": range: is 0");
    let said = refused(van().with_range(Meters::from_meters(-5)));
    assert_eq!(said, "vehicle \"V1\": range: -5 m is negative");
}

#[cfg(feature = "json")]
#[test]
fn vehicles_come_back_as_written() {
    let van = Vehicle::electric_van("E1")
        .with_max_driving(Span::from_hours(4))
        .with_range(Meters::from_meters(140_000))
        .with_radius(Meters::from_meters(30_000))
        .with_capability("cold")
        .with_reserved()
        .with_compartment(Temperature::Frozen, 500_000);
    let text = serde_json::to_string(&van).unwrap();
    assert!(
        text.contains(r#""max_driving":"04:00:00","range":140000.0,"radius":30000.0"#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Vehicle>(&text).unwrap(), van);
}

#[cfg(feature = "json")]
#[test]
fn a_day_with_requirements_comes_back_as_written() {
    let day = north(
        &[5.0],
        vec![Vehicle::drone("D1"), Vehicle::motorcycle("M1")],
    );
    let needy = |all: &mut Vec<Package>| all[0] = all[0].clone().with_need_any(["a", "b"]);
    let day = day
        .to_builder()
        .edit_packages(needy)
        .requirement(Requirement::heavier_than(30_000, ["lift", "two people"]))
        .requirement(Requirement::hand_off(HandOff::AgeCheck, ["trained"]))
        .incompatible("food", "solvents")
        .edit_packages(|all| all[0] = all[0].clone().with_goods("food"))
        .edit_packages(|all| all[0] = all[0].clone().with_temperature(Temperature::Chilled))
        .build()
        .unwrap();
    let text = serde_json::to_string(&day).unwrap();
    let stated = r#"{"of":{"heavier_than":30000},"any_of":["lift","two people"]}"#;
    assert!(text.contains(stated), "{text}");
    assert_eq!(serde_json::from_str::<ServiceDay>(&text).unwrap(), day);
}

#[test]
fn a_block_is_paid_flat_and_ends_hard() {
    let pay = Money::from_units(80);
    let block = |from, to| Vehicle::flex_block("F1", TimeWindow::hm(from, to), pay);
    // Three doors of half an hour each, some minutes apart.
    let long = |all: &mut Vec<Package>| {
        for package in all {
            *package = package.clone().with_service_time(Span::from_minutes(30));
        }
    };
    let day = north(&[1.0, 1.5, 2.0], Vec::new());
    let day = day.to_builder().edit_packages(long).build().unwrap();
    let plan = |vehicle: Vehicle| solved(&day.to_builder().vehicles([vehicle]).build().unwrap());
    let whole = plan(block((10, 0), (14, 0)));
    assert_eq!(whole.unserved, []);
    assert_eq!(whole.scorecard.cost.total(), pay);
    let short = plan(block((10, 0), (11, 30)));
    assert_eq!(short.unserved.len(), 1);
    assert_eq!(short.scorecard.cost.total(), pay);
    assert!(short.routes[0].back <= TimeOfDay::hm(11, 30));
    // Not used, not paid.
    let none = plan(block((10, 0), (10, 10)));
    assert_eq!(
        (none.routes.len(), none.scorecard.cost.total()),
        (0, Money::ZERO)
    );
}

#[test]
fn a_block_outside_the_delivery_hours_is_refused() {
    let night = TimeWindow::hm((23, 0), (24, 0));
    let block = Vehicle::flex_block("F1", night, Money::from_units(20));
    assert_eq!(
        refused(block),
        "vehicle \"F1\": shift: 23:00-24:00 lies outside the delivery hours 06:00-22:00"
    );
}
