//! Groups of packages on a day that goes on: what is loaded or was dealt with binds the others, and
//! every re-plan keeps together, or apart, what it may still choose.

use std::collections::{BTreeMap, BTreeSet};

use doorstep::execution::{Churn, Day, Event, NewRoute, NewStop, Replan, Status};
use doorstep::model::{PackageKind, VehicleId};
use doorstep::plan::{Reason, Rule, validate};
use doorstep::units::Capacity;
use doorstep::{Package, PackageId, Span, TimeOfDay, TimeWindow};

use super::execution::{arrived, delivered, departed, hm, package, plan, request, returned};
use super::replan::{GROUPS, RULES, added, after, drawn, few, installed};

/// V1 brings A to C, V2 brings D and E; V3 stands by. What is stated is changed before.
fn day(change: impl Fn(&str, Package) -> Package) -> Day {
    let names = ["A", "B", "C", "D", "E"];
    let packages = names
        .iter()
        .zip(1..)
        .map(|(id, row)| change(id, package(id, row)));
    let request = request(packages.collect(), 3);
    Day::new(&request, &plan(&request, &[&[0, 1, 2], &[3, 4]])).unwrap()
}

fn kit(id: &str, package: Package, of: &[&str]) -> Package {
    if of.contains(&id) {
        return package.with_together("kit");
    }
    package
}

fn lot(id: &str, package: Package, of: &[&str]) -> Package {
    if of.contains(&id) {
        return package.with_apart("lot");
    }
    package
}

fn vehicle_of(day: &Day, id: &str) -> Option<String> {
    let state = day.package(&id.into()).unwrap();
    state.vehicle.map(|vehicle| vehicle.as_str().to_owned())
}

fn left<'a>(replan: &'a Replan<'_>, id: &str) -> &'a Reason {
    let all = &replan.changes().left;
    let found = all.iter().find(|left| left.package.as_str() == id);
    &found.unwrap().reason
}

fn out(at: TimeOfDay, vehicle: &str) -> Event {
    let vehicle = vehicle.into();
    Event::VehicleOut { at, vehicle }
}

/// Where a re-plan may still choose, groups are kept; read from the states before and behind it.
fn keeps_groups(before: &Day, next: &Day) {
    let mut together: BTreeMap<&str, Vec<&PackageId>> = BTreeMap::new();
    let mut apart: BTreeMap<&str, Vec<&PackageId>> = BTreeMap::new();
    for package in next.packages() {
        if let Some(group) = package.together() {
            together
                .entry(group.as_str())
                .or_default()
                .push(package.id());
        }
        for group in package.apart() {
            apart.entry(group.as_str()).or_default().push(package.id());
        }
    }
    let state = |id: &PackageId| next.package(id).unwrap();
    let aboard = |id: &PackageId| {
        let vehicle = state(id).vehicle?;
        let on_board = next.vehicle(&vehicle).unwrap().on_board;
        on_board.contains(id).then_some(vehicle)
    };
    // The stop that is driven to was fixed before.
    let fixed = |id: &PackageId| {
        let vehicle = before.package(id).unwrap().vehicle;
        let vehicle = vehicle.map(|vehicle| before.vehicle(&vehicle).unwrap());
        vehicle.is_some_and(|v| {
            let first = v.ahead.first().filter(|_| v.departed.is_some());
            let here = v.at.iter().chain(first.filter(|_| v.at.is_none()));
            here.flat_map(|stop| &stop.packages).any(|own| own == id)
        })
    };
    let dealt = |id: &PackageId| {
        let state = state(id);
        let status = matches!(state.status, Status::Delivered | Status::PickedUp);
        (status || fixed(id)).then_some(state.vehicle).flatten()
    };
    let chosen = |id: &PackageId| state(id).status == Status::Planned && !fixed(id);
    for (group, members) in together {
        let loaded: BTreeSet<VehicleId> = members.iter().filter_map(|id| aboard(id)).collect();
        let had: BTreeSet<VehicleId> = members.iter().filter_map(|id| dealt(id)).collect();
        let with = if loaded.is_empty() { had } else { loaded };
        let planned = members.iter().copied().filter(|id| chosen(id));
        let planned: Vec<VehicleId> = planned.filter_map(|id| state(id).vehicle).collect();
        if with.is_empty() {
            let waits = |id: &&&PackageId| state(id).status == Status::Unplanned;
            let waiting = members.iter().filter(waits).count();
            assert!(
                planned.is_empty() || waiting == 0,
                "{group} is on a route in part: {members:?}"
            );
            let routes: BTreeSet<&VehicleId> = planned.iter().collect();
            assert!(routes.len() < 2, "{group} is on {routes:?}");
        }
        for vehicle in planned.iter().filter(|_| !with.is_empty()) {
            assert!(with.contains(vehicle), "{group} is with {with:?}");
        }
    }
    for (group, members) in apart {
        for &id in members.iter().filter(|id| chosen(id)) {
            let own = state(id).vehicle;
            let others = members.iter().filter(|&&other| other != id);
            for &other in others {
                let there = aboard(other).or(dealt(other));
                let there = there.or_else(|| state(other).vehicle.filter(|_| chosen(other)));
                assert!(there != own, "{id} and {other} of {group} are on {own:?}");
            }
        }
    }
}

#[test]
fn groups_are_kept_by_every_re_plan_of_random_days() {
    let (mut grouped, mut moves) = (0, 0);
    for seed in 0..150 {
        let day = drawn(seed, RULES[(seed % 7) as usize] | GROUPS);
        let bound = |p: &&Package| p.together().is_some() || !p.apart().is_empty();
        grouped += day.packages().filter(bound).count();
        for churn in [Churn::default(), Churn::free()] {
            let first = day.replan(hm(12, 0), &churn).unwrap();
            let better = first.improve(&few()).unwrap();
            moves += better.changes().moves.len();
            for replan in [first, better] {
                let next = installed(&day, replan);
                keeps_groups(&day, &next);
                // Once more, from there: nothing is torn by what was chosen.
                let again = next.replan(hm(12, 0), &churn).unwrap();
                assert_eq!(validate(again.request(), again.plan()), []);
            }
        }
    }
    assert!(grouped > 900 && moves > 300, "{grouped}, {moves}");
}

#[test]
fn a_team_that_is_not_loaded_goes_whole_to_another_vehicle() {
    let day = day(|id, p| kit(id, p, &["A", "B", "C"]));
    let day = after(day, &[out(hm(7, 0), "V1")]);
    let replan = day.replan(hm(7, 0), &Churn::default()).unwrap();
    let next = installed(&day, replan);
    let vans: BTreeSet<_> = ["A", "B", "C"].map(|id| vehicle_of(&next, id)).into();
    assert_eq!(vans.len(), 1, "{vans:?}");
    assert_ne!(vans.first(), Some(&None));
}

#[test]
fn a_new_package_joins_its_group_where_that_has_not_left() {
    let with = |package: Package| package.with_together("kit");
    let day = day(|id, p| kit(id, p, &["A", "B"]));
    let new = with(package("N", 7));
    let waits = after(day.clone(), &[added(hm(7, 0), new.clone())]);
    let next = installed(&waits, waits.replan(hm(7, 0), &Churn::default()).unwrap());
    assert_eq!(vehicle_of(&next, "N").as_deref(), Some("V1"));
    // The van has left with the others: a delivery stays, a return is collected by no other van.
    let pickup = with(package("R", 8)).with_kind(PackageKind::ReturnPickup);
    let gone = after(
        day,
        &[
            departed(hm(8, 0), "V1"),
            added(hm(8, 0), new),
            added(hm(8, 0), pickup),
        ],
    );
    let replan = gone.replan(hm(8, 0), &Churn::default()).unwrap();
    let torn = Reason::NotTogether {
        group: "kit".into(),
        packages: 4,
    };
    assert_eq!(*left(&replan, "N"), torn);
    let next = installed(&gone, replan);
    assert_eq!(vehicle_of(&next, "R").as_deref(), Some("V1"));
    assert_eq!(vehicle_of(&next, "N"), None);
    // What was delivered binds as well, until the van is back.
    let done = [
        arrived(hm(8, 10), "V1", "A"),
        delivered(hm(8, 15), "A"),
        arrived(hm(8, 25), "V1", "B"),
        delivered(hm(8, 30), "B"),
    ];
    let done = after(gone.clone(), &done);
    let next = installed(&done, done.replan(hm(8, 30), &Churn::free()).unwrap());
    assert_eq!(vehicle_of(&next, "R").as_deref(), Some("V1"));
    let back = after(done, &[returned(hm(9, 30), "V1")]);
    let replan = back.replan(hm(9, 30), &Churn::free()).unwrap();
    assert_eq!(*left(&replan, "R"), torn);
}

/// A group that has grown too large for its van, and for all.
#[test]
fn a_team_without_room_moves_whole_or_stays_whole() {
    let day = |room: [u32; 3]| {
        let packages = ["A", "B", "C", "D"].iter().zip(1..);
        let packages = packages.map(|(id, row)| kit(id, package(id, row), &["A", "B"]));
        let request = request(packages.collect(), 3).to_builder();
        let request = request.edit_vehicles(|vans| {
            for (van, most) in vans.iter_mut().zip(room) {
                *van = van
                    .clone()
                    .with_capacity(Capacity::UNLIMITED.with_count(most));
            }
        });
        let request = request.build().unwrap();
        let day = Day::new(&request, &plan(&request, &[&[0, 1, 2], &[3]])).unwrap();
        let new = package("N", 7).with_together("kit");
        after(day, &[added(hm(7, 0), new)])
    };
    let moved = day([3, 9, 9]);
    let next = installed(&moved, moved.replan(hm(7, 0), &Churn::default()).unwrap());
    for id in ["A", "B", "N"] {
        assert_eq!(vehicle_of(&next, id).as_deref(), Some("V2"), "{id}");
    }
    assert_eq!(vehicle_of(&next, "C").as_deref(), Some("V1"));
    // V1 has room for C and two more, V2 for D and two more, V3 for all three.
    let broken = after(day([3, 3, 3]), &[out(hm(7, 0), "V3")]);
    let replan = broken.replan(hm(7, 0), &Churn::default()).unwrap();
    let better = replan.improve(&few()).unwrap();
    assert_eq!(validate(better.request(), better.plan()), []);
    let next = installed(&broken, replan);
    let vans: BTreeSet<_> = ["A", "B", "N"].map(|id| vehicle_of(&next, id)).into();
    assert_eq!(vans, BTreeSet::from([None]));
    // No van that is left could take them: that is no error, they stay.
    let small = after(day([9, 2, 2]), &[out(hm(7, 0), "V1")]);
    let replan = small.replan(hm(7, 0), &Churn::default()).unwrap();
    assert!(matches!(left(&replan, "A"), Reason::NotTogether { .. }));
    let next = installed(&small, replan);
    assert_eq!(vehicle_of(&next, "A"), None);
    assert!(vehicle_of(&next, "C").is_some());
}

#[test]
fn what_a_vehicle_had_keeps_others_of_the_group_off_it() {
    let pickup = |id: &str| {
        let package = package(id, 7).with_apart("lot");
        package.with_kind(PackageKind::ReturnPickup)
    };
    let free = day(|_, p| p);
    let bound = day(|id, p| lot(id, p, &["A"]));
    let took = |day: Day, events: &[Event]| {
        let mut all = vec![
            departed(hm(8, 0), "V1"),
            departed(hm(8, 0), "V2"),
            arrived(hm(8, 10), "V1", "A"),
        ];
        all.extend_from_slice(events);
        all.push(added(hm(8, 20), pickup("R")));
        let day = after(day, &all);
        let first = day.replan(hm(8, 20), &Churn::free()).unwrap();
        let better = first.improve(&few()).unwrap();
        assert_eq!(validate(better.request(), better.plan()), []);
        // The request says it, and the validator finds it.
        let mut wrong = first.plan().clone();
        let from = wrong.routes.iter().position(|r| r.vehicle.as_str() == "V2");
        let visits = from.map(|route| wrong.routes[route].visits.clone());
        if let Some(visit) = visits.and_then(|v| v.into_iter().find(|v| v.stop.as_str() == "R")) {
            let to = wrong.routes.iter_mut();
            let to = to.filter(|r| r.vehicle.as_str() == "V1");
            to.for_each(|route| route.visits.push(visit.clone()));
            let broken = validate(first.request(), &wrong);
            assert!(broken.iter().any(|b| b.rule == Rule::Apart), "{broken:?}");
        }
        let van = |replan| vehicle_of(&installed(&day, replan), "R");
        (van(first), van(better))
    };
    let v1 = Some("V1".to_owned());
    let v2 = Some("V2".to_owned());
    // V1 ends a stop earlier, or is nearer: all legs are alike, so the first one has it.
    assert_eq!(took(free, &[]).0, v1);
    assert_eq!(took(bound.clone(), &[]), (v2.clone(), v2.clone()));
    let done = [delivered(hm(8, 15), "A")];
    assert_eq!(took(bound, &done), (v2.clone(), v2));
}

#[test]
fn routes_that_break_groups_are_mended_where_nothing_is_loaded() {
    // A plan that nobody checked: D is torn from A and B, and C is with E's like.
    let day = day(|id, p| lot(id, kit(id, p, &["A", "B", "D"]), &["C"]));
    let new = package("N", 7).with_apart("lot");
    let day = after(day, &[added(hm(7, 0), new)]);
    // The office puts N on the route of C.
    let stop = |id: &str| NewStop {
        stop: id.into(),
        packages: vec![id.into()],
        collects: Vec::new(),
    };
    let route = NewRoute {
        vehicle: "V1".into(),
        depart: Some(hm(8, 0)),
        driver: None,
        stops: ["A", "B", "C", "N"].map(stop).to_vec(),
        breaks: Vec::new(),
    };
    let event = Event::Replanned {
        at: hm(7, 0),
        routes: vec![route],
    };
    let day = after(day, &[event]);
    for improve in [false, true] {
        let replan = day.replan(hm(7, 1), &Churn::default()).unwrap();
        let replan = match improve {
            true => replan.improve(&few()).unwrap(),
            false => replan,
        };
        let next = installed(&day, replan);
        keeps_groups(&day, &next);
        let vans: BTreeSet<_> = ["A", "B", "D"].map(|id| vehicle_of(&next, id)).into();
        assert_eq!(vans.len(), 1, "{vans:?}");
        assert_ne!(vehicle_of(&next, "C"), vehicle_of(&next, "N"));
        assert!(vehicle_of(&next, "N").is_some());
    }
}

#[test]
fn quotes_offer_what_a_group_allows() {
    let day = day(|id, p| lot(id, kit(id, p, &["D"]), &["A"]));
    let order = |group: &str| match group {
        "kit" => package("N", 7).with_together("kit"),
        "lot" => package("N", 7).with_apart("lot"),
        _ => package("N", 7),
    };
    let vans = |day: &Day, group: &str| -> BTreeSet<String> {
        let quotes = day.quotes(hm(7, 0)).unwrap();
        let windows = quotes.windows(Span::from_hours(2));
        let offers = quotes.offers(&order(group), &windows).unwrap();
        let vans = offers.into_iter().map(|o| o.vehicle.as_str().to_owned());
        vans.collect()
    };
    assert!(vans(&day, "").contains("V1"));
    assert_eq!(vans(&day, "kit"), BTreeSet::from(["V2".to_owned()]));
    assert!(!vans(&day, "lot").contains("V1"));
    // It has left with D: what is at the station cannot join.
    let gone = after(day, &[departed(hm(7, 0), "V2")]);
    assert_eq!(vans(&gone, "kit"), BTreeSet::new());
}

#[test]
fn a_package_that_contradicts_its_group_is_no_event() {
    let day = day(|id, p| lot(id, kit(id, p, &["A", "B"]), &["A"]));
    let new = package("N", 7).with_together("kit").with_apart("lot");
    let refused = day.check(&added(hm(7, 0), new)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "package \"N\": together: \"A\" and \"N\" ride as \"kit\" and are apart as \"lot\""
    );
    let early = Event::WindowChanged {
        at: hm(7, 0),
        package: "B".into(),
        windows: vec![TimeWindow::hm((8, 0), (10, 0))],
    };
    assert_eq!(day.check(&early), Ok(()));
}
