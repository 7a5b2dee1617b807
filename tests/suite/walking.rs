//! Park once and walk: what is joined, how long the walk is, what the validator finds.

use std::collections::BTreeSet;

use doorstep::execution::Day;
use doorstep::model::{GreatCircle, PackageKind, ServiceTimes, Temperature, VehicleKind, Walking};
use doorstep::plan::{Plan, Reason, RouteDraft, Rule, assemble, validate};
use doorstep::sortation::{Grouping, StopGroup, Walk, group};
use doorstep::travel::TravelModel;
use doorstep::units::{Capacity, Load, Meters};
use doorstep::{
    Budget, Money, Package, Place, ServiceDay, Solver, Span, Station, Stop, TimeOfDay, TimeWindow,
    Vehicle,
};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq};

use super::fleet_rules::broken;
use super::made::Draw;

/// Metres north and east of a corner.
fn at(north: f64, east: f64) -> Place {
    Place::at(41.84 + north / 111_195.0, -87.68 + east / 82_850.0)
}

/// The ways on foot, by the crate's travel for walkers.
fn on_foot(walking: &Walking) -> GreatCircle {
    GreatCircle::default()
        .with_detour(walking.detour())
        .with_speed(VehicleKind::Walker, walking.speed())
}

fn way(walking: &Walking, a: &Place, b: &Place) -> (i64, i64) {
    let leg = on_foot(walking).leg(VehicleKind::Walker, a, b);
    (leg.distance.millimeters(), leg.time.millis())
}

/// A day of some streets with a door every dozen metres.
fn drawn(seed: u64) -> ServiceDay {
    let mut draw = Draw::new(seed);
    let metres = |draw: &mut Draw, most: u32| f64::from(draw.below(most * 10)) / 10.0;
    let mut packages = Vec::new();
    let zips = ["60608", "60608-0001", "60608", "60608", "60609"];
    for street in 0..draw.between(1, 4) {
        let (north, east) = (metres(&mut draw, 2_000), metres(&mut draw, 2_000));
        for door in 0..draw.between(4, 14) {
            let place = at(north, east + 11.0 * f64::from(door) + metres(&mut draw, 9));
            let parcels = 1 + u32::from(draw.chance(25));
            for parcel in 0..parcels {
                let id = format!("P{:02}", packages.len());
                let mut package = Package::new(&*id, place, zips[draw.below(5) as usize])
                    .with_weight_g(u64::from(draw.between(100, 9_000)))
                    .with_address_key(format!("{street} {door}"));
                if draw.chance(8) {
                    let from = draw.between(8, 15);
                    package = package.with_window(TimeWindow::hm((from, 0), (from + 2, 0)));
                }
                if draw.chance(10) && parcel == 0 {
                    package = package.with_service_time(Span::from_seconds(95));
                }
                if draw.chance(10) {
                    package = package.with_kind(PackageKind::ReturnPickup);
                }
                if draw.chance(4) {
                    package = package.with_tender(Money::from_units(6));
                }
                if draw.chance(10) && package.windows().is_empty() {
                    let by = TimeOfDay::hm(draw.between(9, 18), 0);
                    package = package.with_due(by, Money::from_cents(10));
                }
                packages.push(package);
            }
        }
    }
    let mut walking = Walking::default()
        .with_farthest(Meters::from_meters(draw.between(40, 200).into()))
        .with_speed(f64::from(draw.between(30, 70)) / 10.0)
        .with_detour(f64::from(draw.between(10, 16)) / 10.0)
        .with_most_doors(draw.between(2, 8));
    if draw.chance(50) {
        let most = Capacity::UNLIMITED.with_count(draw.between(2, 9));
        walking = walking.with_carried(most.with_weight_g(draw.between(4_000, 30_000).into()));
    }
    let van = |i: u32| Vehicle::cargo_van(format!("V{i}"));
    let mut day = ServiceDay::builder(Station::new("DCH1", at(900.0, 900.0)))
        .packages(packages)
        .vehicles((0..draw.between(1, 3)).map(van))
        .walking(walking);
    if draw.chance(40) {
        let longer = ServiceTimes::default().with_parking(Span::from_seconds(40));
        day = day.vehicles([Vehicle::bicycle("B1")]);
        day = day.service_times_of(VehicleKind::Bicycle, longer);
    }
    day.build().unwrap()
}

/// The length of the shortest closed walk through all of these, of all orders.
fn brute(walking: &Walking, places: &[Place], order: &mut Vec<usize>) -> i64 {
    let mm = |a: usize, b: usize| way(walking, &places[a], &places[b]).0;
    if order.len() == places.len() {
        return order.windows(2).map(|w| mm(w[0], w[1])).sum::<i64>()
            + mm(order[order.len() - 1], 0);
    }
    let mut best = i64::MAX;
    for next in 1..places.len() {
        if !order.contains(&next) {
            order.push(next);
            best = best.min(brute(walking, places, order));
            order.pop();
        }
    }
    best
}

/// The service times of each kind of vehicle that a day has.
fn tables(day: &ServiceDay) -> Vec<ServiceTimes> {
    let kinds: BTreeSet<VehicleKind> = day.vehicles().iter().map(Vehicle::kind).collect();
    kinds
        .into_iter()
        .map(|k| *day.service_times_of(k))
        .collect()
}

/// Whether all hand-overs of a halt that starts at `start` are in the windows of their packages.
fn kept(day: &ServiceDay, walk: &Walk, start: i64) -> bool {
    let inside = |w: &TimeWindow, t: i64| w.contains(TimeOfDay::from_millis(t));
    tables(day).iter().all(|times| {
        let packages = |of: &[u32]| -> Vec<Package> {
            of.iter()
                .map(|&p| day.packages()[p as usize].clone())
                .collect()
        };
        let all: Vec<Package> = walk
            .doors
            .iter()
            .flat_map(|d| packages(&d.packages))
            .collect();
        let stated = all.iter().all(|p| p.service_time().is_some());
        let parking = if stated {
            times.stated_parking()
        } else {
            times.parking()
        };
        let mut now = start + parking.millis();
        let mut fine = inside(&day.delivery_hours(), start);
        let mut before: Option<Place> = None;
        for door in &walk.doors {
            if let Some(before) = before {
                now += way(day.walking().unwrap(), &before, &door.place).1;
            }
            before = Some(door.place);
            fine &= inside(&day.delivery_hours(), now);
            for package in packages(&door.packages) {
                let windows = package.windows();
                fine &= windows.is_empty() || windows.iter().any(|w| inside(w, now));
            }
            for package in packages(&door.packages) {
                let table = times.hand_over(package.hand_off(), package.floor());
                now += package.service_time().unwrap_or(table).millis();
            }
        }
        fine
    })
}

fn walks(grouping: &Grouping) -> impl Iterator<Item = (&StopGroup, &Walk)> {
    grouping
        .stops()
        .iter()
        .filter_map(|s| Some((s, s.walk.as_ref()?)))
}

/// What a halt is made of, without regard to the order of the request.
fn named(day: &ServiceDay, grouping: &Grouping) -> BTreeSet<(String, Vec<Vec<String>>)> {
    let ids = |of: &[u32]| -> Vec<String> {
        let mut ids: Vec<String> = of
            .iter()
            .map(|&p| day.packages()[p as usize].id().to_string())
            .collect();
        ids.sort();
        ids
    };
    let doors = |stop: &StopGroup| match &stop.walk {
        Some(walk) => walk.doors.iter().map(|d| ids(&d.packages)).collect(),
        None => vec![ids(&stop.packages)],
    };
    grouping
        .stops()
        .iter()
        .map(|s| (s.id.to_string(), doors(s)))
        .collect()
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn walks_are_the_shortest_pay_and_keep_to_their_limits(seed in any::<u64>()) {
        let day = drawn(seed);
        let walking = day.walking().unwrap();
        let grouping = group(&day);
        let mut seen: Vec<u32> = grouping.ungroup().flatten().copied().collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..u32::try_from(day.packages().len()).unwrap()).collect::<Vec<_>>());
        for (stop, walk) in walks(&grouping) {
            let doors = &walk.doors;
            prop_assert!((2..=walking.most_doors() as usize).contains(&doors.len()));
            prop_assert_eq!(&stop.place, &doors[0].place);
            let places: Vec<Place> = doors.iter().map(|d| d.place).collect();
            for (a, b) in places.iter().flat_map(|a| places.iter().map(move |b| (a, b))) {
                prop_assert!(way(walking, a, b).0 <= walking.farthest().millimeters());
            }
            let best = brute(walking, &places, &mut vec![0]);
            prop_assert_eq!(walk.distance.millimeters(), best);
            let next = places.iter().cycle().skip(1);
            let ms: i64 = places.iter().zip(next).map(|(a, b)| way(walking, a, b).1).sum();
            prop_assert_eq!(walk.time.millis(), ms);
            let package = |p: &u32| &day.packages()[*p as usize];
            let carried = doors[1..].iter().flat_map(|d| &d.packages);
            let carried = carried.fold(Load::ZERO, |sum, p| sum.checked_add(package(p).load()).unwrap());
            prop_assert!(carried.fits(&walking.carried()));
            for times in tables(&day) {
                let parking = |of: &[u32]| {
                    let stated = of.iter().all(|p| package(p).service_time().is_some());
                    if stated { times.stated_parking() } else { times.parking() }
                };
                let apart: Span = doors.iter().map(|d| parking(&d.packages)).sum();
                prop_assert!(walk.time < apart - parking(&stop.packages), "{:?}", walk);
            }
            // To the millisecond: what is inside holds, what is just outside does not.
            prop_assert!(!stop.windows.is_empty());
            for window in &stop.windows {
                let (open, close) = (window.earliest().millis(), window.latest().millis());
                prop_assert!(kept(&day, walk, open) && kept(&day, walk, close));
                prop_assert!(!kept(&day, walk, open - 1) && !kept(&day, walk, close + 1));
            }
        }
    }

    #[test]
    fn the_order_of_the_request_does_not_matter(seed in any::<u64>()) {
        let day = drawn(seed);
        let mut draw = Draw::new(!seed);
        let other = day.to_builder().edit_packages(|all| {
            for i in (1..all.len()).rev() {
                all.swap(i, draw.below(u32::try_from(i + 1).unwrap()) as usize);
            }
        });
        let other = other.build().unwrap();
        prop_assert_eq!(named(&day, &group(&day)), named(&other, &group(&other)));
    }

    #[test]
    fn plans_with_walks_are_valid(seed in any::<u64>()) {
        let day = drawn(seed);
        let solver = Solver::new().seed(seed).budget(Budget::iterations(300));
        let plan = solver.solve(&day).unwrap().plan;
        prop_assert_eq!(validate(&day, &plan), []);
        #[cfg(feature = "json")]
        {
            let text = serde_json::to_string(&plan).unwrap();
            prop_assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
            let text = serde_json::to_string(&day).unwrap();
            prop_assert_eq!(serde_json::from_str::<ServiceDay>(&text).unwrap(), day);
        }
    }
}

#[test]
fn drawn_days_have_walks_of_all_sizes() {
    let mut sizes = [0; 9];
    for seed in 0..60 {
        for (_, walk) in walks(&group(&drawn(seed))) {
            sizes[walk.doors.len()] += 1;
        }
    }
    assert!(sizes[2..=6].iter().all(|&n| n > 2), "{sizes:?}");
}

/// The same day with and without walks, solved alike: time on the road.
fn on_road(day: &ServiceDay, seed: u64) -> (usize, i64) {
    let solver = Solver::new().seed(seed).budget(Budget::iterations(3_000));
    let plan = solver.solve(day).unwrap().plan;
    assert_eq!(validate(day, &plan), [], "day {seed}");
    (plan.unserved.len(), plan.scorecard.on_road.millis())
}

/// Forty doors in streets, so many in a hundred of them with two hours to come in, and vans enough.
fn city(seed: u64, percent: u32) -> doorstep::model::ServiceDayBuilder {
    let mut draw = Draw::new(seed);
    let mut packages = Vec::new();
    for _ in 0..5 {
        let north = f64::from(draw.below(3_000));
        let east = f64::from(draw.below(3_000));
        for door in 0..8 {
            let east = east + 12.0 * f64::from(door) + f64::from(draw.below(6));
            let id = format!("P{}", packages.len());
            let mut package = Package::new(&*id, at(north, east), "60608");
            if draw.chance(percent) {
                let from = draw.between(8, 15);
                package = package.with_window(TimeWindow::hm((from, 0), (from + 2, 0)));
            }
            packages.push(package);
        }
    }
    ServiceDay::builder(Station::new("DCH1", at(-2_000.0, 0.0)))
        .packages(packages)
        .vehicles([Vehicle::cargo_van("V1"), Vehicle::cargo_van("V2")])
}

/// What walking saves on the road, of days with so many windows in a hundred doors; sorted.
fn saved(percent: u32) -> Vec<i64> {
    let one = |seed: u64| {
        let without = on_road(&city(seed, percent).build().unwrap(), seed);
        let with = city(seed, percent).walking(Walking::default());
        let with = on_road(&with.build().unwrap(), seed);
        assert_eq!((with.0, without.0), (0, 0), "day {seed}");
        without.1 - with.1
    };
    let mut all: Vec<i64> = (0..25).map(one).collect();
    all.sort_unstable();
    all
}

#[test]
fn walking_saves_time_on_the_road() {
    let free = saved(0);
    assert!(free[0] > 5 * 60_000, "{free:?}");
    // Where a route is as long as its windows are apart, what is saved is waited.
    let bound = saved(20);
    assert!(bound[12] >= 0, "{bound:?}");
}

/// Two doors 10 m apart, one changed.
fn two(change: impl Fn(Package) -> Package) -> doorstep::model::ServiceDayBuilder {
    let first = Package::new("P1", at(0.0, 0.0), "60608");
    let second = change(Package::new("P2", at(0.0, 10.0), "60608"));
    ServiceDay::builder(Station::new("DCH1", at(500.0, 0.0)))
        .packages([first, second])
        .vehicles([Vehicle::cargo_van("V1")
            .with_capability("lift")
            .with_compartment(Temperature::Chilled, 500_000)])
        .walking(Walking::default())
}

fn stops(day: doorstep::model::ServiceDayBuilder) -> usize {
    group(&day.build().unwrap()).stops().len()
}

#[test]
fn only_doors_that_are_alike_are_joined() {
    let same = || two(|p| p);
    assert_eq!(stops(same()), 1);
    assert_eq!(
        stops(two(|p| p.with_window(TimeWindow::hm((9, 0), (11, 0))))),
        2
    );
    assert_eq!(stops(two(|p| p.with_need("lift"))), 2);
    assert_eq!(stops(two(|p| p.with_need_any(["lift"]))), 2);
    assert_eq!(stops(two(|p| p.with_pin("V1"))), 2);
    assert_eq!(stops(two(|p| p.with_ready(TimeOfDay::hm(9, 0)))), 2);
    assert_eq!(stops(two(|p| p.with_temperature(Temperature::Chilled))), 2);
    assert_eq!(stops(two(|p| p.with_tender(Money::from_units(5)))), 2);
    let elsewhere = |zip: &'static str| two(move |p| Package::new(p.id(), *p.place(), zip));
    assert_eq!(stops(elsewhere("60609")), 2);
    assert_eq!(stops(elsewhere("60608-0001")), 1);
    let paint = || two(|p| p.with_goods("paint"));
    assert_eq!(stops(paint()), 1);
    assert_eq!(stops(paint().incompatible("paint", "food")), 2);
    // Given stops are kept as they are.
    let given = same().edit_packages(|all| all.truncate(1));
    let given = given.stops([Stop::new(
        "S",
        vec![Package::new("P2", at(0.0, 10.0), "60608")],
    )]);
    assert_eq!(stops(given), 2);
    // A quarter of the van is ten items.
    let van = |items| Vehicle::cargo_van("V1").with_capacity(Capacity::UNLIMITED.with_count(items));
    assert_eq!(stops(same().edit_vehicles(|all| all[0] = van(8))), 1);
    assert_eq!(stops(same().edit_vehicles(|all| all[0] = van(7))), 2);
    // The same windows, which must not become much shorter.
    let both = |from: (u32, u32), to: (u32, u32)| {
        let window = TimeWindow::hm(from, to);
        same().edit_packages(|all| {
            for package in all {
                *package = package.clone().with_window(window);
            }
        })
    };
    assert_eq!(stops(both((9, 0), (11, 0))), 1);
    assert_eq!(stops(both((9, 0), (9, 3))), 1);
    assert_eq!(stops(both((9, 0), (9, 1))), 2);
    assert_eq!(stops(both((6, 0), (22, 0))), 1);
    // A promise with a price is joined where all vehicles park alike.
    let due = || two(|p| p.with_due(TimeOfDay::hm(10, 0), Money::from_cents(5)));
    assert_eq!(stops(due()), 1);
    let slow = ServiceTimes::default().with_parking(Span::from_minutes(3));
    let bicycle = || Vehicle::bicycle("B1");
    let both = due()
        .vehicles([bicycle()])
        .service_times_of(VehicleKind::Bicycle, slow);
    assert_eq!(stops(both), 2);
    assert_eq!(stops(due().vehicles([bicycle()])), 1);
    // Without a price the kinds may differ, but walking must pay for each.
    let none = slow.with_parking(Span::ZERO);
    let times = |times| {
        same()
            .vehicles([bicycle()])
            .service_times_of(VehicleKind::Bicycle, times)
    };
    assert_eq!(stops(times(slow)), 1);
    assert_eq!(stops(times(none)), 2);
}

#[test]
fn doors_without_coordinates_are_left_alone() {
    let legs = vec![vec![60.0; 3]; 3];
    let matrix = doorstep::model::TravelMatrix::new(&legs, &legs).unwrap();
    let day = |place: fn(u32) -> Place| {
        ServiceDay::builder(Station::new("S", Place::row(0)))
            .packages([
                Package::new("P1", place(1), "60608"),
                Package::new("P2", place(2), "60608"),
            ])
            .vehicles([Vehicle::cargo_van("V1")])
            .travel(matrix.clone())
            .walking(Walking::default())
    };
    assert_eq!(stops(day(Place::row)), 2);
    // A matrix for the vans, the map for the walk.
    let placed = day(|row| at(0.0, 10.0 * f64::from(row)).with_row(row));
    let day = placed.build().unwrap();
    assert_eq!(group(&day).stops().len(), 1);
    let plan = Solver::new()
        .budget(Budget::iterations(50))
        .solve(&day)
        .unwrap()
        .plan;
    assert_eq!(validate(&day, &plan), []);
}

#[test]
fn it_walks_as_long_as_that_takes_less_than_parking() {
    let apart = |metres: f64, parking: i64| {
        let day = two(|p| Package::new(p.id(), at(0.0, metres), "60608"));
        let times = ServiceTimes::default().with_parking(Span::from_seconds(parking));
        let walking = Walking::default().with_detour(1.0).with_speed(3.6);
        stops(day.service_times(times).walking(walking))
    };
    // One metre a second, there and back.
    assert_eq!((apart(29.5, 60), apart(30.5, 60)), (1, 2));
    assert_eq!((apart(59.5, 120), apart(60.5, 120)), (1, 2));
    assert_eq!(apart(1.0, 0), 2);
    // As far as it may.
    assert_eq!((apart(99.5, 400), apart(100.5, 400)), (1, 2));
}

#[test]
fn the_van_stands_at_the_heaviest_door_and_the_rest_is_carried() {
    let most =
        |grams: u64| Walking::default().with_carried(Capacity::UNLIMITED.with_weight_g(grams));
    let heavy = || two(|p| p.with_weight_g(30_000));
    let day = heavy().edit_packages(|all| all[0] = all[0].clone().with_weight_g(2_000));
    let fits = day.clone().walking(most(2_000)).build().unwrap();
    let grouping = group(&fits);
    let (stop, walk) = walks(&grouping).next().unwrap();
    assert_eq!((stop.id.as_str(), stop.place), ("P1", at(0.0, 10.0)));
    assert_eq!(walk.doors[1].packages, [0]);
    assert_eq!(stops(day.walking(most(1_999))), 2);
}

/// Three doors in a row 20 m apart that open at nine.
fn row() -> doorstep::model::ServiceDayBuilder {
    let package = |i: u32| {
        let package = Package::new(format!("P{i}"), at(20.0 * f64::from(i), 0.0), "60608");
        package.with_window(TimeWindow::hm((9, 0), (10, 0)))
    };
    ServiceDay::builder(Station::new("DCH1", at(500.0, 0.0)))
        .packages([package(0).with_weight_g(9_000), package(1), package(2)])
        .vehicles([Vehicle::cargo_van("V1")])
        .walking(Walking::default().with_detour(1.0).with_speed(3.6))
}

fn driven(day: &ServiceDay, depart: TimeOfDay) -> Plan {
    let draft = RouteDraft {
        vehicle: 0,
        driver: None,
        stops: vec![0],
        depart,
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    assemble(day, &group(day), day.travel(), &[draft], Vec::new())
}

#[test]
fn windows_hold_the_hand_over_at_each_door() {
    let day = row().build().unwrap();
    let plan = driven(&day, TimeOfDay::hm(8, 0));
    assert_eq!(validate(&day, &plan), []);
    let visit = &plan.routes[0].visits[0];
    let walk = visit.walk.as_ref().unwrap();
    // Parking 60 s, 30 s at each door, a metre a second.
    let starts: Vec<String> = walk.doors.iter().map(|d| d.start.hms()).collect();
    assert_eq!(starts, ["09:00:00", "09:00:50", "09:01:40"]);
    assert_eq!(visit.start.hms(), "08:59:00");
    assert_eq!(visit.leave.hms(), "09:02:50");
    assert_eq!(walk.distance.millimeters(), 80_000);
    // The start of the halt is inside the windows, the second and third hand-over are not.
    let late = driven(&day, TimeOfDay::hm(9, 57));
    assert!(late.routes[0].visits[0].start < TimeOfDay::hm(10, 0));
    let rules: Vec<Rule> = validate(&day, &late).into_iter().map(|v| v.rule).collect();
    assert_eq!(rules, [Rule::Late; 2]);
}

#[test]
fn lateness_counts_at_each_door() {
    let due = |day: doorstep::model::ServiceDayBuilder, by: TimeOfDay| {
        day.edit_packages(|all| {
            let cents = Money::from_cents(60);
            all[1] = all[1].clone().with_due(by, cents);
        })
    };
    // At 09:00:50 at the earliest: fifty seconds late at a cent a second.
    let day = due(row(), TimeOfDay::hm(9, 0)).build().unwrap();
    let plan = Solver::new()
        .budget(Budget::iterations(100))
        .solve(&day)
        .unwrap()
        .plan;
    assert_eq!(validate(&day, &plan), []);
    assert_eq!(plan.scorecard.cost.lateness, Money::from_cents(50));
    assert_eq!(plan.scorecard.on_time, 2);
    // The search knows: it does not wait for the window's end, nor come when only the start is in time.
    let day = due(row(), TimeOfDay::hm(9, 1)).build().unwrap();
    let plan = Solver::new()
        .budget(Budget::iterations(100))
        .solve(&day)
        .unwrap()
        .plan;
    assert_eq!(plan.scorecard.cost.lateness, Money::ZERO);
    assert_eq!(plan.scorecard.on_time, 3);
}

#[test]
fn the_validator_finds_what_is_wrong_with_a_walk() {
    let day = row().build().unwrap();
    let plan = driven(&day, TimeOfDay::hm(8, 0));
    let changed = |change: &dyn Fn(&mut doorstep::plan::Visit)| {
        let mut plan = plan.clone();
        change(&mut plan.routes[0].visits[0]);
        broken(row(), &plan)
    };
    let walk = |change: &dyn Fn(&mut doorstep::plan::WalkPlan)| {
        changed(&|visit| change(visit.walk.as_mut().unwrap()))
    };
    assert_eq!(changed(&|_| ()), []);
    let second = Span::from_seconds(1);
    assert_eq!(walk(&|w| w.doors[1].start += second), [Rule::Walk]);
    assert_eq!(walk(&|w| w.time += second), [Rule::Walk]);
    assert_eq!(walk(&|w| w.distance = Meters::ZERO), [Rule::Walk]);
    // Another order: the way is the same, the clock times are not.
    assert!(walk(&|w| w.doors.swap(1, 2)).contains(&Rule::Walk));
    // A package at the door of another, in both places, in none.
    let moved = walk(&|w| {
        let other = w.doors[2].packages.clone();
        w.doors[1].packages.extend(other);
    });
    assert!(
        moved.contains(&Rule::Walk) && moved.contains(&Rule::Place),
        "{moved:?}"
    );
    assert!(walk(&|w| w.doors[1].packages.clear()).contains(&Rule::Walk));
    assert!(walk(&|w| drop(w.doors.pop())).contains(&Rule::Walk));
    assert!(walk(&|w| w.doors[1].place = at(25.0, 0.0)).contains(&Rule::Place));
    assert!(walk(&|w| w.doors.rotate_left(1)).contains(&Rule::Place));
    // Without a walk the packages are of different doors.
    assert!(changed(&|visit| visit.walk = None).contains(&Rule::Place));
    // What the day allows.
    let with = |walking: Walking| {
        let others = broken(
            row().walking(walking.with_detour(1.0).with_speed(3.6)),
            &plan,
        );
        // The day would have made other stops, so that labels and sums may differ too.
        others
            .into_iter()
            .filter(|rule| *rule == Rule::Walk)
            .count()
    };
    let walking = Walking::default();
    assert_eq!(with(walking), 0);
    assert_eq!(with(walking.with_most_doors(2)), 1);
    assert_eq!(with(walking.with_farthest(Meters::from_meters(39))), 1);
    assert_eq!(
        with(walking.with_carried(Capacity::UNLIMITED.with_count(1))),
        1
    );
    assert_eq!(
        with(walking.with_carried(Capacity::UNLIMITED.with_count(2))),
        0
    );
    let slower = broken(
        row().walking(walking.with_detour(1.0).with_speed(3.0)),
        &plan,
    );
    assert!(
        slower.contains(&Rule::Walk) && slower.contains(&Rule::Service),
        "{slower:?}"
    );
    let mut nobody = row().build().unwrap();
    nobody = without_walking(&nobody);
    let found: Vec<Rule> = validate(&nobody, &plan)
        .into_iter()
        .map(|v| v.rule)
        .collect();
    assert!(found.contains(&Rule::Walk), "{found:?}");
}

/// The same day on which nobody walks.
fn without_walking(day: &ServiceDay) -> ServiceDay {
    ServiceDay::builder(day.station().clone())
        .packages(day.packages().to_vec())
        .vehicles(day.vehicles().to_vec())
        .build()
        .unwrap()
}

#[test]
fn a_window_is_missed_by_the_validator_s_own_clock() {
    // The plan states that it is in time, which it is not.
    let day = row().build().unwrap();
    let mut plan = driven(&day, TimeOfDay::hm(9, 57));
    for door in &mut plan.routes[0].visits[0].walk.as_mut().unwrap().doors {
        door.start = TimeOfDay::hm(9, 10);
    }
    let found = broken(row(), &plan);
    assert!(
        found.contains(&Rule::Late) && found.contains(&Rule::Walk),
        "{found:?}"
    );
}

#[test]
fn what_no_walk_can_be_is_said_at_once() {
    let problems = |walking: Walking| {
        let day = two(|p| p).walking(walking).vehicles([Vehicle::drone("D1")]);
        day.build().unwrap_err().to_string()
    };
    let wrong = Walking::default()
        .with_farthest(Meters::from_meters(-1))
        .with_speed(f64::NAN)
        .with_detour(0.5)
        .with_most_doors(9)
        .with_carried(
            Capacity::UNLIMITED
                .with_weight_g(u64::MAX)
                .with_volume_cm3(u64::MAX),
        );
    assert_eq!(
        problems(wrong),
        "7 problems in the input\n\
         station \"DCH1\": walking.farthest: -1 m is negative\n\
         station \"DCH1\": walking.speed: NaN km/h is not above 0\n\
         station \"DCH1\": walking.detour: 0.5 is not 1 or more\n\
         station \"DCH1\": walking.most_doors: 9 is not between 2 and 8\n\
         station \"DCH1\": walking.carried: 18446744073709551615 cm3, more than the limit of 1099511627776\n\
         station \"DCH1\": walking.carried: 18446744073709551615 g, more than the limit of 1099511627776\n\
         vehicle \"D1\": kind: a drone has nobody who walks between doors"
    );
    for speed in [0.0, -4.0, f64::INFINITY] {
        assert!(problems(Walking::default().with_speed(speed)).contains("walking.speed"));
    }
    for detour in [f64::NAN, f64::INFINITY, -1.0] {
        assert!(problems(Walking::default().with_detour(detour)).contains("walking.detour"));
    }
    for doors in [0, 1, u32::MAX] {
        assert!(problems(Walking::default().with_most_doors(doors)).contains("most_doors"));
    }
    let far = Walking::default().with_farthest(Meters::from_millimeters(i64::MAX));
    assert!(problems(far).contains("walking.farthest"));
    // A pace at which nothing pays, and one at which everything does, are no errors.
    for speed in [1e-300, 1e300] {
        let day = two(|p| p)
            .walking(Walking::default().with_speed(speed))
            .build()
            .unwrap();
        let plan = Solver::new()
            .budget(Budget::iterations(20))
            .solve(&day)
            .unwrap()
            .plan;
        assert_eq!(validate(&day, &plan), []);
    }
}

#[test]
fn many_doors_at_one_point_or_in_one_yard_do_not_hang() {
    let day = |place: fn(u32) -> Place, count: u32| {
        let package = |i| {
            let package = Package::new(format!("P{i:06}"), place(i), "60608");
            package.with_address_key(format!("door {i}"))
        };
        let day = ServiceDay::builder(Station::new("DCH1", at(0.0, 0.0)));
        let day = day.packages((0..count).map(package));
        let walking = Walking::default()
            .with_most_doors(8)
            .with_farthest(Meters::from_meters(2_000));
        day.vehicles([Vehicle::cargo_van("V1")])
            .walking(walking)
            .build()
            .unwrap()
    };
    let tower = day(|_| at(10.0, 10.0), 50_000);
    let stops = group(&tower);
    assert_eq!(stops.stops().len(), 50_000 / 8);
    let yard = day(
        |i| at(f64::from(i % 224) / 10.0, f64::from(i / 224) / 10.0),
        50_000,
    );
    let stops = group(&yard);
    assert!(stops.stops().len() < 50_000 / 7, "{}", stops.stops().len());
}

#[test]
fn a_day_with_walks_is_not_followed() {
    let day = row().build().unwrap();
    let plan = driven(&day, TimeOfDay::hm(8, 0));
    let said = Day::new(&day, &plan).unwrap_err().to_string();
    assert!(
        said.contains("walking: a day on which drivers walk between doors cannot be followed"),
        "{said}"
    );
}

#[test]
fn what_is_left_of_a_halt_has_its_reason() {
    let early = TimeWindow::hm((6, 0), (6, 30));
    let day = row().edit_packages(|all| {
        for package in all.iter_mut() {
            *package = Package::new(package.id(), *package.place(), "60608").with_window(early);
        }
    });
    let far = Vehicle::cargo_van("V1").with_start(at(0.0, 60_000.0));
    let day = day
        .edit_vehicles(|all| all[0] = far.clone())
        .build()
        .unwrap();
    assert_eq!(group(&day).stops().len(), 1);
    let plan = Solver::new()
        .budget(Budget::iterations(50))
        .solve(&day)
        .unwrap()
        .plan;
    assert_eq!(plan.unserved.len(), 3);
    for left in &plan.unserved {
        assert!(
            matches!(left.reason, Reason::WindowUnreachable { .. }),
            "{}",
            left.reason
        );
    }
}

#[test]
fn a_plan_without_walks_starts_a_search_with_them() {
    let with = city(3, 5).walking(Walking::default()).build().unwrap();
    let plain = without_walking(&with);
    let plan = Solver::new()
        .budget(Budget::iterations(200))
        .solve(&plain)
        .unwrap()
        .plan;
    let warm = Solver::new()
        .budget(Budget::iterations(200))
        .warm_start(&plan)
        .solve(&with)
        .unwrap();
    assert_eq!(validate(&with, &warm.plan), []);
    assert_eq!(warm.plan.unserved, []);
}

#[cfg(feature = "json")]
#[test]
fn reports_show_the_walk() {
    let day = row().build().unwrap();
    let plan = driven(&day, TimeOfDay::hm(8, 0));
    let page = doorstep::format::to_html(&[(&day, &plan)]);
    let said = "walks 80 m to 2 doors more at 09:00:50, 09:01:40";
    assert!(page.contains(said), "{page}");
    let geojson: serde_json::Value =
        serde_json::from_str(&doorstep::format::to_geojson(&[(&day, &plan)])).unwrap();
    let features = geojson["features"].as_array().unwrap();
    let walk = features
        .iter()
        .find(|f| f["properties"]["feature"] == "walk")
        .unwrap();
    assert_eq!(walk["geometry"]["coordinates"].as_array().unwrap().len(), 4);
    assert_eq!(walk["properties"]["starts"][1], "09:00:50");
    // A package whose own window holds the hand-over and not the start is not marked.
    assert!(!page.contains("outside its windows"));
}
