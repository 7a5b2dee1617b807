//! What the validator, the builder and the plan say of alternatives and of lockers; the search on
//! days that are cut into parts; real lockers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use doorstep::execution::{AttemptReason, Churn, Day, Event, Ledger};
use doorstep::model::{Alternative, HandOff, Locker, PackageKind, Pickup, ServiceDay};
use doorstep::plan::{Plan, Rule, validate};
use doorstep::units::Capacity;
use doorstep::{Budget, Money, Package, Place, Solver, Span, Station, Stop, TimeWindow, Vehicle};

use super::fleet_rules::solved;
use super::made::{self, Draw};

/// A place at so many kilometres to the north of the station.
fn at(km: f64) -> Place {
    Place::at(41.8 + km / 111.195, -87.7)
}

fn package(id: &str, km: f64, cm3: u64) -> Package {
    Package::new(id, at(km), "60608").with_volume_cm3(cm3)
}

fn locker() -> Locker {
    Locker::new("L", at(1.0), "60602")
        .with_slots(1, 5_000)
        .with_slots(1, 20_000)
}

fn day(packages: Vec<Package>) -> ServiceDay {
    ServiceDay::builder(Station::new("DCH1", at(0.0)))
        .packages(packages)
        .lockers([locker()])
        .vehicles([Vehicle::cargo_van("V1")])
        .build()
        .unwrap()
}

/// The alternatives used, by package.
fn elsewhere(plan: &Plan) -> BTreeMap<String, u32> {
    let visits = plan.routes.iter().flat_map(|route| &route.visits);
    let used = visits.filter_map(|v| Some((v.packages[0].to_string(), v.alternative?)));
    used.collect()
}

#[test]
fn a_far_door_gives_way_to_a_locker_and_a_price_to_the_door() {
    let far = |price| {
        let at = Alternative::at_locker("L").with_price(price);
        let plan = solved(&day(vec![package("A", 9.0, 100).with_alternative(at)]));
        let route = &plan.routes[0];
        assert_eq!(route.visits.len(), 1);
        assert_eq!(plan.scorecard.delivered, 1);
        (
            elsewhere(&plan).len(),
            plan.scorecard.cost.alternatives,
            route.visits[0].place,
        )
    };
    assert_eq!(far(Money::ZERO), (1, Money::ZERO, at(1.0)));
    let half = Money::from_cents(50);
    assert_eq!(far(half), (1, half, at(1.0)));
    assert_eq!(far(Money::from_units(90)), (0, Money::ZERO, at(9.0)));
    // A near door gives way to a discount.
    let off = Money::from_units(-30);
    let discount = Alternative::at_locker("L").with_price(off);
    let plan = solved(&day(vec![
        package("A", 0.2, 100).with_alternative(discount),
    ]));
    assert_eq!(elsewhere(&plan).len(), 1);
    assert_eq!(plan.scorecard.cost.alternatives, off);
}

#[test]
fn packages_take_the_smallest_slots_and_no_more_than_there_are() {
    let order =
        |id: &str, km, cm3| package(id, km, cm3).with_alternative(Alternative::at_locker("L"));
    // Two small ones fit, the second in the large slot.
    let two = vec![order("A", 7.0, 4_000), order("B", 9.0, 4_000)];
    assert_eq!(elsewhere(&solved(&day(two))).len(), 2);
    let large = vec![order("A", 7.0, 6_000), order("B", 9.0, 6_000)];
    assert_eq!(elsewhere(&solved(&day(large))).len(), 1);
    let three = vec![
        order("A", 7.0, 10),
        order("B", 8.0, 10),
        order("C", 9.0, 10),
    ];
    let used = elsewhere(&solved(&day(three)));
    assert_eq!(used.len(), 2);
    assert!(!used.contains_key("A"), "the nearest door is the cheapest");
}

#[test]
fn a_door_out_of_reach_is_no_loss_while_its_locker_has_room() {
    let shut = TimeWindow::hm((6, 0), (6, 1));
    let order = |id: &str| {
        let at = Alternative::at_locker("L");
        package(id, 300.0, 10)
            .with_window(shut)
            .with_alternative(at)
    };
    let day = day(vec![order("A"), order("B"), order("C")]);
    let plan = solved(&day);
    assert_eq!((elsewhere(&plan).len(), plan.unserved.len()), (2, 1));
    let warm = Solver::new()
        .budget(Budget::iterations(50))
        .warm_start(&plan);
    let again = warm.solve(&day).unwrap().plan;
    assert_eq!(elsewhere(&again), elsewhere(&plan));
}

fn broken(change: impl FnOnce(&mut Plan)) -> Vec<Rule> {
    let other = |km: f64| {
        Alternative::new(at(km), "60602")
            .with_hand_off(HandOff::Mailroom)
            .with_window(TimeWindow::hm((9, 0), (12, 0)))
    };
    let a = package("A", 9.0, 10)
        .with_alternative(other(1.0))
        .with_alternative(other(2.0));
    let b = package("B", 8.0, 6_000).with_alternative(Alternative::at_locker("L"));
    let c = package("C", 0.5, 6_000).with_alternative(Alternative::at_locker("L"));
    let day = day(vec![a, b, c]);
    let mut plan = solved(&day);
    assert_eq!(
        elsewhere(&plan),
        BTreeMap::from([("A".into(), 0), ("B".into(), 0)])
    );
    change(&mut plan);
    plan.fingerprint = doorstep::plan::fingerprint(&plan.routes);
    let found = validate(&day, &plan);
    found.into_iter().map(|v| v.rule).collect()
}

fn visit<'p>(plan: &'p mut Plan, id: &str) -> &'p mut doorstep::plan::Visit {
    let visits = &mut plan.routes[0].visits;
    visits
        .iter_mut()
        .find(|v| v.packages[0].as_str() == id)
        .unwrap()
}

#[test]
fn the_validator_finds_broken_choices() {
    assert_eq!(broken(|_| ()), []);
    let door = broken(|plan| visit(plan, "A").alternative = None);
    assert!(
        door.contains(&Rule::Place) && door.contains(&Rule::Service),
        "{door:?}"
    );
    let other = broken(|plan| visit(plan, "A").alternative = Some(1));
    assert!(other.contains(&Rule::Place), "{other:?}");
    let none = broken(|plan| visit(plan, "A").alternative = Some(2));
    assert!(none.contains(&Rule::Alternative), "{none:?}");
    let full = broken(|plan| visit(plan, "C").alternative = Some(0));
    assert!(full.contains(&Rule::Slots), "{full:?}");
    let twice = broken(|plan| {
        let again = visit(plan, "A").clone();
        plan.routes[0].visits.push(again);
    });
    assert!(twice.contains(&Rule::DoubledPackage), "{twice:?}");
    let free = broken(|plan| plan.scorecard.cost.alternatives = Money::from_units(1));
    assert_eq!(free, [Rule::Scorecard]);
}

#[test]
fn contradictions_are_reported_together() {
    let late = TimeWindow::hm((23, 0), (23, 30));
    let there = |id: &str| Alternative::at_locker(id);
    let nan = Alternative::new(Place::at(f64::NAN, 0.0), "60602");
    let collected = Pickup::new(at(2.0), "60602");
    let error = ServiceDay::builder(Station::new("DCH1", at(0.0)))
        .lockers([
            Locker::new("L", at(1.0), "60602").with_slots(2, 500),
            Locker::new("empty", at(1.0), "60602").with_slots(0, 500),
            Locker::new("L", at(2.0), "60602")
                .with_slots(2, 500)
                .with_window(late),
        ])
        .packages([
            package("big", 1.0, 501).with_alternative(there("L")),
            package("lost", 1.0, 1).with_alternative(there("M")),
            package("late", 1.0, 1).with_alternative(there("L").with_window(late)),
            package("nan", 1.0, 1).with_alternative(nan),
            package("slow", 1.0, 1)
                .with_alternative(there("L").with_service_time(Span::from_seconds(-1))),
            package("dear", 1.0, 1)
                .with_alternative(there("L").with_price(Money::from_units(-10_000_001))),
            package("back", 1.0, 1)
                .with_kind(PackageKind::ReturnPickup)
                .with_alternative(there("L")),
            package("pair", 1.0, 1)
                .with_pickup(collected)
                .with_alternative(there("L")),
        ])
        .stops([Stop::new(
            "S",
            vec![package("given", 1.0, 1).with_alternative(there("L"))],
        )])
        .build()
        .unwrap_err();
    let text = error.to_string();
    for part in [
        "locker \"L\"",
        "locker \"empty\"",
        "package \"big\"",
        "no locker is called \"M\"",
        "package \"late\"",
        "package \"nan\"",
        "package \"slow\"",
        "package \"dear\"",
        "package \"back\"",
        "package \"pair\"",
        "stop \"S\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

/// A goes to the locker for this day, and where it likes on the next; B goes to its door.
#[test]
fn a_day_that_goes_on_keeps_to_the_alternatives_chosen() {
    let open = TimeWindow::hm((8, 0), (20, 0));
    let lockers = Alternative::at_locker("L").with_window(open);
    let order = package("A", 9.0, 10).with_alternative(lockers);
    let dear = Alternative::at_locker("L").with_price(Money::from_units(50));
    let near = package("B", 0.2, 10).with_alternative(dear);
    let request = day(vec![order.clone(), near]);
    let plan = solved(&request);
    assert_eq!(elsewhere(&plan).into_keys().collect::<Vec<_>>(), ["A"]);
    let mut going = Day::new(&request, &plan).unwrap();
    let parcel = |day: &Day, id: &str| {
        let mut all = day.packages();
        all.find(|p| p.id().as_str() == id).unwrap().clone()
    };
    let chosen = parcel(&going, "A");
    assert_eq!(*chosen.place(), at(1.0));
    assert_eq!(
        (chosen.windows(), chosen.alternatives().len()),
        (&[open][..], 0)
    );
    assert_eq!(*parcel(&going, "B").place(), at(0.2));
    // A re-plan keeps it there, and its windows may be changed.
    let depart = plan.routes[0].depart;
    let replan = going.replan(depart, &Churn::default()).unwrap();
    assert_eq!(validate(replan.request(), replan.plan()), []);
    assert_eq!(replan.event(), None);
    let (at_door, vehicle) = (depart, plan.routes[0].vehicle.clone());
    going
        .apply(&Event::Departed {
            at: at_door,
            vehicle,
        })
        .unwrap();
    for visit in &plan.routes[0].visits {
        let (at, stop) = (visit.arrive, visit.stop.clone());
        let vehicle = plan.routes[0].vehicle.clone();
        going.apply(&Event::Arrived { at, vehicle, stop }).unwrap();
        let (at, package) = (visit.leave, visit.packages[0].clone());
        let done = if package.as_str() == "A" {
            let reason = AttemptReason::LockerFull;
            Event::Attempted {
                at,
                package,
                reason,
            }
        } else {
            Event::Delivered { at, package }
        };
        going.apply(&done).unwrap();
    }
    #[cfg(feature = "json")]
    {
        let read = serde_json::to_string(&going).unwrap();
        assert!(serde_json::from_str::<Day>(&read).unwrap() == going);
    }
    let mut ledger = Ledger::new();
    let closing = ledger.close(going).unwrap();
    assert_eq!((closing.tally().delivered, closing.tally().carried), (1, 1));
    let waiting: Vec<Package> = ledger.waiting().cloned().collect();
    assert_eq!(waiting, [order.with_attempts(1)]);
    let mut wrong = plan;
    let visit = wrong.routes[0].visits.iter_mut();
    for visit in visit.filter(|visit| visit.alternative.is_some()) {
        visit.alternative = Some(7);
    }
    let error = Day::new(&request, &wrong).unwrap_err().to_string();
    assert!(error.contains("has no alternative 7"), "{error}");
}

#[test]
fn the_order_of_the_request_changes_nothing_about_stops() {
    let order = |id: &str, km| package(id, km, 10).with_alternative(Alternative::at_locker("L"));
    let day = day(vec![
        order("A", 2.0),
        package("B", 2.0, 10),
        order("C", 2.0),
    ]);
    let grouping = doorstep::sortation::group(&day);
    let ids: Vec<&str> = grouping.stops().iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["A", "B", "C", "A/L", "C/L"]);
    assert_eq!(grouping.ungroup().count(), 3);
    assert_eq!(grouping.alternative_of(2, 0), Some(4));
    assert_eq!(grouping.alternative_of(2, 1), None);
    assert_eq!(grouping.alternative_of(1, 0), None);
}

#[cfg(feature = "json")]
#[test]
fn a_day_with_lockers_and_its_plan_come_back() {
    let other = Alternative::new(at(3.0), "60602")
        .with_window(TimeWindow::hm((9, 0), (12, 0)))
        .with_service_time(Span::from_seconds(40));
    let order = package("A", 9.0, 10)
        .with_alternative(Alternative::at_locker("L").with_price(Money::from_cents(-40)))
        .with_alternative(other);
    let day = day(vec![order]);
    let text = serde_json::to_string(&day).unwrap();
    let read: ServiceDay = serde_json::from_str(&text).unwrap();
    assert_eq!(read, day);
    let plan = solved(&day);
    let read: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
    assert_eq!((elsewhere(&plan).len(), read), (1, plan));
}

/// A day of 600 packages on short routes: the search cuts it into parts, which share the slots.
#[cfg(feature = "rayon")]
fn large(slots: u32) -> ServiceDay {
    let mut draw = Draw::new(8);
    let points = made::points(&mut draw, 612, 20_000);
    let lockers = (0..12).map(|i| {
        let locker = Locker::new(format!("L{i}"), Place::row(601 + i), "60602");
        locker.with_slots(slots, 2_000).with_slots(slots, 9_000)
    });
    let packages = (1..=600).map(|row| {
        let cm3 = u64::from(draw.between(1, 9_000));
        let package = made::at_row(format!("P{row:03}"), row).with_volume_cm3(cm3);
        if draw.chance(40) {
            let own = format!("L{}", draw.below(12));
            let at = Alternative::at_locker(own).with_price(Money::from_units(-3));
            package.with_alternative(at)
        } else {
            package
        }
    });
    let travel = made::matrix(&points, 144, false);
    let day = made::day(travel, Vec::new(), made::vans(60, 12)).to_builder();
    let day = day.packages(packages).lockers(lockers);
    day.build().unwrap()
}

#[cfg(feature = "rayon")]
#[test]
fn parts_share_the_slots() {
    let solve = |day: &ServiceDay, threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let solver = Solver::new().budget(Budget::iterations(60_000)).seed(3);
        let plan = pool
            .build()
            .unwrap()
            .install(|| solver.solve(day))
            .unwrap()
            .plan;
        assert_eq!(validate(day, &plan), []);
        assert_eq!(plan.scorecard.delivered, 600);
        plan
    };
    let few = solve(&large(1), 1);
    assert_eq!(few.fingerprint, solve(&large(1), 2).fingerprint);
    let many = solve(&large(40), 2);
    let used = [&few, &many].map(|plan| elsewhere(plan).len());
    assert!(used[0] > 8 && used[0] <= 24 && used[1] > 24, "{used:?}");
    assert!(many.scorecard.cost.total() < few.scorecard.cost.total());
}

fn real(name: &str) -> Option<PathBuf> {
    let own = std::env::var_os("DOORSTEP_DATA").map(PathBuf::from);
    let root = own.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let path = root.join("lockers").join(name);
    path.is_file().then_some(path)
}

/// Akkerman, Dieter and Mes's Seattle: a depot, 700 demand points, then parcel points.
#[test]
fn real_lockers_take_what_is_cheaper_there() {
    let Some(path) = real("Seattle_700_0_coords.txt") else {
        eprintln!("skipped: the lockers of Seattle are not beside the repository");
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter_map(|line| {
        let mut fields = line.split_whitespace().map(str::parse::<f64>);
        let (_, lat, lng) = (
            fields.next()?.ok()?,
            fields.next()?.ok()?,
            fields.next()?.ok()?,
        );
        Some((lat, lng))
    });
    let rows: Vec<(f64, f64)> = rows.collect();
    let (doors, points) = rows[1..].split_at(700);
    let lockers = points.iter().enumerate().map(|(i, &(lat, lng))| {
        let locker = Locker::new(format!("L{i}"), Place::at(lat, lng), "98101");
        locker.with_slots(2, 8_000).with_slots(1, 40_000)
    });
    let mut draw = Draw::new(1);
    let packages = doors.iter().take(250).enumerate().map(|(i, &(lat, lng))| {
        let away = |&(a, b): &(f64, f64)| (a - lat).powi(2) + 0.45 * (b - lng).powi(2);
        let mut near: Vec<usize> = (0..points.len()).collect();
        near.sort_by(|&a, &b| away(&points[a]).total_cmp(&away(&points[b])));
        let package = Package::new(format!("P{i}"), Place::at(lat, lng), "98101")
            .with_volume_cm3(u64::from(draw.between(200, 30_000)));
        near.iter().take(2).fold(package, |package, locker| {
            let at = Alternative::at_locker(format!("L{locker}"));
            package.with_alternative(at.with_price(Money::from_cents(20)))
        })
    });
    let vans = (0..8).map(|i| {
        let capacity = Capacity::UNLIMITED.with_count(60);
        Vehicle::cargo_van(format!("V{i}")).with_capacity(capacity)
    });
    let day = ServiceDay::builder(Station::new("SEA", Place::at(rows[0].0, rows[0].1)))
        .packages(packages)
        .lockers(lockers)
        .vehicles(vans)
        .build()
        .unwrap();
    let solver = Solver::new().budget(Budget::iterations(4_000)).seed(1);
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    assert_eq!(plan.scorecard.delivered, 250);
    let doors_only = |packages: &mut Vec<Package>| {
        for package in packages {
            *package = Package::new(package.id().clone(), *package.place(), "98101")
                .with_load(package.load());
        }
    };
    let without = day.to_builder().edit_packages(doors_only).build().unwrap();
    let without = solver.solve(&without).unwrap().plan;
    assert!(elsewhere(&plan).len() > 20, "{}", elsewhere(&plan).len());
    assert!(plan.scorecard.cost.total() < without.scorecard.cost.total());
}
