//! Packages that are collected on the way, on a day that goes on: events, arrivals, what is left, and
//! the rest planned anew.

use std::collections::BTreeSet;

use doorstep::execution::{
    AttemptReason, Churn, Day, Event, Fate, Ledger, NewRoute, NewStop, Notification, Phase,
    ReturnReason, Status, Whereabouts,
};
use doorstep::model::{PackageKind, Pickup, VehicleId};
use doorstep::plan::{Plan, Reason, RouteDraft, assemble, validate};
use doorstep::sortation::group;
use doorstep::{Money, Package, Place, ServiceDay, Span, TimeOfDay, TimeWindow};

use super::execution::{arrived, delivered, departed, hm, package, request, returned};
use super::replan::{GROUPS, PAIRS, RULES, added, after, drawn, few, installed};

/// A door of its own, collected at another row in five minutes.
fn pair(id: &str, from: u32, to: u32) -> Package {
    let pickup = Pickup::new(Place::row(from), "60608").with_service_time(Span::from_minutes(5));
    package(id, to).with_pickup(pickup)
}

/// Routes over stops by their names, each leaving at eight; the others stay.
fn planned(day: &ServiceDay, routes: &[&[&str]]) -> Plan {
    let grouping = group(day);
    let stops = grouping.stops();
    let named = |name: &&str| stops.iter().position(|s| s.id.as_str() == *name).unwrap();
    let mut left: BTreeSet<usize> = (0..stops.len()).collect();
    let mut drafts = Vec::new();
    for (vehicle, route) in routes.iter().enumerate() {
        let route: Vec<usize> = route.iter().map(named).collect();
        left.retain(|stop| !route.contains(stop));
        drafts.push(RouteDraft {
            vehicle,
            driver: None,
            stops: route.into_iter().map(|s| s.try_into().unwrap()).collect(),
            depart: hm(8, 0),
            breaks: Vec::new(),
            reloads: Vec::new(),
        });
    }
    let left = left.into_iter();
    let left = left.map(|s| (s.try_into().unwrap(), Reason::NoRoom));
    assemble(day, &grouping, day.travel(), &drafts, left.collect())
}

const V1: [&str; 5] = ["X/pickup", "A", "Y/pickup", "X", "Y"];

/// V1 collects X, brings A, collects Y and brings X and Y; V2 brings B; V3 stands by.
fn courier() -> Day {
    let packages = vec![
        pair("X", 1, 2),
        pair("Y", 3, 4),
        package("A", 5),
        package("B", 6),
    ];
    let request = request(packages, 3);
    let plan = planned(&request, &[&V1, &["B"]]);
    assert_eq!(validate(&request, &plan), []);
    Day::new(&request, &plan).unwrap()
}

fn picked_up(at: TimeOfDay, package: &str) -> Event {
    let package = package.into();
    Event::PickedUp { at, package }
}

fn not_ready(at: TimeOfDay, package: &str) -> Event {
    Event::Attempted {
        at,
        package: package.into(),
        reason: AttemptReason::NotReady,
    }
}

fn out(at: TimeOfDay, vehicle: &str) -> Event {
    let vehicle = vehicle.into();
    Event::VehicleOut { at, vehicle }
}

fn status(day: &Day, package: &str) -> (Status, Whereabouts) {
    let state = day.package(&package.into()).unwrap();
    (state.status, state.whereabouts)
}

fn eta(day: &Day, package: &str) -> Option<TimeOfDay> {
    day.eta(&package.into()).map(|eta| eta.expected)
}

fn ahead(day: &Day, vehicle: &str) -> Vec<String> {
    let state = day.vehicle(&vehicle.into()).unwrap();
    let ahead = state.ahead.into_iter();
    ahead.map(|stop| stop.stop.as_str().to_owned()).collect()
}

fn vehicle_of(day: &Day, id: &str) -> Option<String> {
    let state = day.package(&id.into()).unwrap();
    state.vehicle.map(|vehicle| vehicle.as_str().to_owned())
}

#[track_caller]
fn refused(day: &Day, event: &Event, message: &str) {
    let mut tried = day.clone();
    let error = tried.apply(event).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert!(tried == *day);
}

#[test]
fn a_package_is_collected_and_then_brought() {
    let day = courier();
    // Ten minutes a leg, five a stop: the door is the fourth stop.
    assert_eq!(eta(&day, "X"), Some(hm(8, 55)));
    assert_eq!(day.stops_before(&"X".into()), Some(3));
    assert_eq!(status(&day, "X"), (Status::Planned, Whereabouts::Sender));
    let mut day = day;
    let effects = day.apply(&departed(hm(8, 0), "V1")).unwrap();
    // Customers hear of their door; nobody is told that the van comes to collect.
    let told = effects.notifications.iter().map(|n| match n {
        Notification::OutForDelivery { package, eta } => (package.as_str(), *eta),
        other => panic!("{other:?}"),
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [("A", hm(8, 25)), ("X", hm(8, 55)), ("Y", hm(9, 10))]
    );
    assert_eq!(status(&day, "X"), (Status::Planned, Whereabouts::Sender));
    let van = day.vehicle(&"V1".into()).unwrap();
    assert_eq!((van.on_board.len(), van.load.count), (1, 1));
    assert_eq!(van.ahead[0].collects, ["X".into()]);
    assert_eq!(van.ahead[0].packages, []);
    refused(
        &day,
        &picked_up(hm(8, 10), "X"),
        "package \"X\": picked_up: vehicle \"V1\" is not at its stop \"X/pickup\"",
    );
    let mut day = after(day, &[arrived(hm(8, 10), "V1", "X/pickup")]);
    refused(
        &day,
        &delivered(hm(8, 12), "X"),
        "package \"X\": delivered: is on a route and not loaded",
    );
    let effects = day.apply(&picked_up(hm(8, 20), "X")).unwrap();
    assert_eq!(
        effects.notifications[0],
        Notification::PickedUp {
            package: "X".into(),
            at: hm(8, 20)
        }
    );
    // Five minutes later than planned, at every door behind.
    assert_eq!(effects.etas.len(), 4);
    assert_eq!(eta(&day, "X"), Some(hm(9, 0)));
    assert_eq!(status(&day, "X"), (Status::OnBoard, Whereabouts::Vehicle));
    assert_eq!(day.stops_before(&"X".into()), Some(2));
    let van = day.vehicle(&"V1".into()).unwrap();
    assert_eq!((van.phase, van.load.count), (Phase::Driving, 2));
    assert_eq!(van.on_board, ["A".into(), "X".into()]);
    refused(
        &day,
        &picked_up(hm(8, 21), "X"),
        "package \"X\": picked_up: is on board since 08:20",
    );
    let day = after(
        day,
        &[arrived(hm(9, 0), "V1", "X"), delivered(hm(9, 5), "X")],
    );
    assert_eq!(
        status(&day, "X"),
        (Status::Delivered, Whereabouts::Customer)
    );
    assert_eq!(ahead(&day, "V1"), ["A", "Y/pickup", "Y"]);
    let tally = Ledger::new().close(day).unwrap().tally();
    assert_eq!((tally.delivered, tally.carried), (1, 3));
}

#[test]
fn what_is_not_ready_is_not_brought() {
    let day = after(
        courier(),
        &[
            departed(hm(8, 0), "V1"),
            arrived(hm(8, 10), "V1", "X/pickup"),
            not_ready(hm(8, 15), "X"),
        ],
    );
    assert_eq!(ahead(&day, "V1"), ["A", "Y/pickup", "Y"]);
    assert_eq!((eta(&day, "X"), eta(&day, "Y")), (None, Some(hm(8, 55))));
    assert_eq!(status(&day, "X"), (Status::Attempted, Whereabouts::Sender));
    // Its door is no place to go to; where it is collected, is: then it is brought last.
    refused(
        &day,
        &arrived(hm(8, 20), "V1", "X"),
        "vehicle \"V1\": arrived: has nothing more to do at stop \"X\"",
    );
    let again = after(day.clone(), &[arrived(hm(8, 30), "V1", "X/pickup")]);
    assert_eq!(ahead(&again, "V1"), ["A", "Y/pickup", "Y", "X"]);
    let had = after(again, &[picked_up(hm(8, 35), "X")]);
    assert_eq!(eta(&had, "X"), Some(hm(9, 30)));
    // Nobody collected it: tomorrow it is collected again, and after three tries never.
    let closing = |day: &Day| {
        let mut ledger = Ledger::new();
        let closing = ledger.close(day.clone()).unwrap();
        let fate = closing.entries[0].fate.clone();
        let kept = ledger.waiting().find(|p| p.id().as_str() == "X").cloned();
        (fate, kept.map(|package| package.pickup().is_some()))
    };
    assert_eq!(closing(&day), (Fate::Carried { attempts: 1 }, Some(true)));
    let tries = [
        arrived(hm(9, 0), "V1", "X/pickup"),
        not_ready(hm(9, 1), "X"),
        arrived(hm(9, 30), "V1", "A"),
        arrived(hm(9, 40), "V1", "X/pickup"),
        not_ready(hm(9, 41), "X"),
    ];
    let because = ReturnReason::Attempts;
    let thrice = after(day, &tries);
    assert_eq!(closing(&thrice), (Fate::NotCollected { because }, None));
    // What was collected and came back is at the station.
    let back = after(had, &[returned(hm(10, 0), "V1")]);
    assert_eq!(
        status(&back, "X"),
        (Status::BroughtBack, Whereabouts::Station)
    );
    assert_eq!(closing(&back), (Fate::Carried { attempts: 1 }, Some(false)));
    assert_eq!(status(&back, "Y"), (Status::Unplanned, Whereabouts::Sender));
}

#[test]
fn what_is_left_without_a_word_is_collected_and_brought_last() {
    let day = after(
        courier(),
        &[
            departed(hm(8, 0), "V1"),
            arrived(hm(8, 10), "V1", "X/pickup"),
            arrived(hm(8, 30), "V1", "Y/pickup"),
        ],
    );
    assert_eq!(ahead(&day, "V1"), ["A", "Y", "X/pickup", "X"]);
    let cancelled = Event::PackageCancelled {
        at: hm(8, 31),
        package: "X".into(),
    };
    let day = after(day, &[cancelled]);
    assert_eq!(ahead(&day, "V1"), ["A", "Y"]);
    let because = ReturnReason::Cancelled;
    let closing = Ledger::new().close(day).unwrap();
    assert_eq!(closing.entries[0].fate, Fate::NotCollected { because });
}

#[test]
fn a_plan_that_tears_a_package_from_its_collection_is_none_of_the_day() {
    let day = courier();
    let said = |change: fn(&mut Plan)| {
        let mut plan = day.plan().clone();
        change(&mut plan);
        Day::new(day.request(), &plan).unwrap_err().to_string()
    };
    let torn = "package \"X\": pickup: is collected and not brought on the same route";
    assert!(said(|p| drop(p.routes[0].visits.remove(3))).contains(torn));
    let torn = "package \"X\": pickup: is brought without being collected before";
    assert!(said(|p| drop(p.routes[0].visits.remove(0))).contains(torn));
    let torn = said(|p| {
        let visit = p.routes[0].visits.remove(0);
        p.routes[1].visits.push(visit);
    });
    assert!(torn.contains("X/pickup"), "{torn}");
    let twice = said(|p| {
        let visit = p.routes[0].visits[0].clone();
        p.routes[0].visits.insert(1, visit);
    });
    assert!(twice.contains("stop \"X/pickup\": is visited more than once"));
    let wrong = said(|p| p.routes[0].visits[0].place = Place::row(9));
    assert!(wrong.contains("stop \"X/pickup\": place: \"X\" is not collected at"));
    let wrong = said(|p| p.routes[0].visits[0].collects = vec!["A".into()]);
    assert!(wrong.contains("stop \"X/pickup\": collects: \"A\" is not collected on the way"));
}

#[test]
fn what_is_not_collected_goes_with_another_vehicle_that_is_out_too() {
    let day = after(
        courier(),
        &[
            departed(hm(8, 0), "V1"),
            departed(hm(8, 0), "V2"),
            arrived(hm(8, 10), "V1", "X/pickup"),
            picked_up(hm(8, 15), "X"),
            out(hm(8, 20), "V1"),
        ],
    );
    assert_eq!(status(&day, "Y"), (Status::Unplanned, Whereabouts::Sender));
    let replan = day.replan(hm(8, 20), &Churn::default()).unwrap();
    let stranded = &replan.changes().stranded;
    assert_eq!(stranded[0].packages, ["A".into(), "X".into()]);
    let next = installed(&day, replan);
    // A route of V3 costs 100 more than a way round.
    assert_eq!(ahead(&next, "V2"), ["B", "Y/pickup~1", "Y~1"]);
    assert_eq!(vehicle_of(&next, "X").as_deref(), Some("V1"));
    let over = Event::TakenOver {
        at: hm(9, 0),
        vehicle: "V3".into(),
        from: "V1".into(),
        driver: None,
    };
    let over = after(next, &[over]);
    assert_eq!(ahead(&over, "V3"), ["A", "X"]);
    assert_eq!(vehicle_of(&over, "X").as_deref(), Some("V3"));
}

#[test]
fn what_is_collected_next_is_bound_and_a_new_order_is_taken_in() {
    let left = after(courier(), &[departed(hm(8, 0), "V1")]);
    let stands = after(left.clone(), &[arrived(hm(8, 10), "V1", "X/pickup")]);
    for (day, now) in [(left, hm(8, 5)), (stands, hm(8, 12))] {
        let day = after(day, &[added(now, pair("N", 7, 8))]);
        let first = day.replan(now, &Churn::free()).unwrap();
        let better = first.improve(&few()).unwrap();
        for replan in [first, better] {
            let bound = replan.request().packages().iter();
            let bound = bound.filter(|p| p.pin().is_some()).map(|p| p.id().as_str());
            assert_eq!(bound.collect::<BTreeSet<_>>(), BTreeSet::from(["A", "X"]));
            let next = installed(&day, replan);
            assert_eq!(vehicle_of(&next, "X").as_deref(), Some("V1"));
            let own = vehicle_of(&next, "N").unwrap();
            let stops = ahead(&next, &own);
            let at = |stop: &str| stops.iter().position(|s| s == stop).unwrap();
            assert!(at("N/pickup") < at("N"));
        }
    }
}

/// A window of the kitchen is a rule of a re-plan: nobody comes before it opens.
#[test]
fn an_order_is_brought_in_its_windows() {
    let kitchen = Pickup::new(Place::row(7), "60608")
        .with_window(TimeWindow::hm((10, 0), (10, 30)))
        .with_service_time(Span::from_minutes(5));
    let order = package("N", 8).with_window(TimeWindow::hm((9, 0), (10, 40)));
    let order = order.with_pickup(kitchen);
    let day = after(courier(), &[added(hm(7, 0), order.clone())]);
    let next = installed(&day, day.replan(hm(7, 0), &Churn::default()).unwrap());
    let own = vehicle_of(&next, "N").unwrap();
    let stops = next.etas(&own.as_str().into());
    let at = |id: &str| {
        stops
            .iter()
            .find(|(stop, _)| stop.as_str() == id)
            .unwrap()
            .1
    };
    assert!(at("N").expected <= hm(10, 40));
    assert!(at("N").expected >= hm(10, 15));
    // Too late for it: it stays, and nothing is collected for nobody.
    let late = after(courier(), &[added(hm(10, 26), order)]);
    let replan = late.replan(hm(10, 26), &Churn::default()).unwrap();
    let left: Vec<&str> = replan
        .changes()
        .left
        .iter()
        .map(|left| left.package.as_str())
        .collect();
    assert_eq!(left, ["N"]);
    let next = installed(&late, replan);
    assert_eq!(status(&next, "N"), (Status::Unplanned, Whereabouts::Sender));
}

#[test]
fn routes_that_tear_are_refused() {
    let day = courier();
    let stop = |name: &str| {
        let (packages, collects) = match name.strip_suffix("/pickup") {
            Some(id) => (Vec::new(), vec![id.into()]),
            None => (vec![name.into()], Vec::new()),
        };
        NewStop {
            stop: name.into(),
            packages,
            collects,
        }
    };
    let route = |names: &[&str]| Event::Replanned {
        at: hm(7, 0),
        routes: vec![NewRoute {
            vehicle: "V1".into(),
            depart: Some(hm(8, 0)),
            driver: None,
            stops: names.iter().map(|name| stop(name)).collect(),
            breaks: Vec::new(),
        }],
    };
    let said = |names: &[&str]| day.check(&route(names)).unwrap_err().to_string();
    assert_eq!(
        said(&["A", "X/pickup"]),
        "package \"X\": replanned: is collected and not brought"
    );
    assert_eq!(
        said(&["A", "X", "X/pickup"]),
        "2 problems in the input\n\
         package \"X\": replanned: is brought without being collected before\n\
         package \"X\": replanned: is collected and not brought"
            .to_owned()
    );
    // The other one waits then.
    let next = after(day.clone(), &[route(&["A", "X/pickup", "X"])]);
    assert_eq!(ahead(&next, "V1"), ["A", "X/pickup", "X"]);
    assert_eq!(status(&next, "Y"), (Status::Unplanned, Whereabouts::Sender));
    let replan = next.replan(hm(7, 1), &Churn::default()).unwrap();
    let next = installed(&next, replan);
    assert!(vehicle_of(&next, "Y").is_some());
}

/// What is planned is collected before it is brought, by one vehicle; what is on board stays there.
fn is_whole(before: &Day, next: &Day) {
    // Whose each thing to be done is, whether it is collecting, and of which package; in order.
    let mut ends: Vec<(VehicleId, bool, String)> = Vec::new();
    for van in next.request().vehicles() {
        let state = next.vehicle(van.id()).unwrap();
        for stop in state.ahead.iter().chain(&state.at) {
            let doors = stop.packages.iter().map(|p| (false, p));
            let all = doors.chain(stop.collects.iter().map(|p| (true, p)));
            ends.extend(all.map(|(collects, p)| {
                let id = p.as_str().to_owned();
                (van.id().clone(), collects, id)
            }));
        }
    }
    for package in next.packages().filter(|p| p.pickup().is_some()) {
        let state = next.package(package.id()).unwrap();
        let was = before.package(package.id()).unwrap();
        if was.whereabouts == Whereabouts::Vehicle {
            assert_eq!(was.vehicle, state.vehicle, "{}", package.id());
        }
        let id = package.id().as_str();
        let on = ends.iter().filter(|(.., p)| p == id);
        let on: Vec<(&VehicleId, bool)> = on.map(|(van, first, _)| (van, *first)).collect();
        match (state.status, state.whereabouts) {
            (Status::Planned, Whereabouts::Sender) => {
                let here = next.vehicle(on[0].0).unwrap().at;
                let stands = here.is_some_and(|stop| !stop.collects.is_empty());
                let (van, first) = on[0];
                assert!(on.len() == 2 && on[1].0 == van, "{id}: {on:?}");
                assert!(first || stands, "{id} is brought before it is collected");
            }
            (Status::OnBoard, _) if on.len() == 1 => assert!(!on[0].1, "{id}"),
            _ => {}
        }
    }
}

#[test]
fn every_re_plan_of_random_days_with_pairs_is_valid_and_whole() {
    let (mut pairs, mut collected, mut moved) = (0, 0, 0);
    for seed in 0..150 {
        let groups = if seed % 3 == 0 { GROUPS } else { 0 };
        let day = drawn(seed, RULES[(seed % 7) as usize] | PAIRS | groups);
        for package in day.packages().filter(|p| p.pickup().is_some()) {
            pairs += 1;
            let state = day.package(package.id()).unwrap();
            collected += usize::from(state.whereabouts != Whereabouts::Sender);
        }
        for churn in [Churn::default(), Churn::free()] {
            let first = day.replan(hm(12, 0), &churn).unwrap();
            let better = first.improve(&few()).unwrap();
            moved += better.changes().moves.len();
            for replan in [first, better] {
                let next = installed(&day, replan);
                is_whole(&day, &next);
                let again = next.replan(hm(12, 0), &churn).unwrap();
                assert_eq!(validate(again.request(), again.plan()), []);
            }
        }
    }
    assert!(
        pairs > 400 && collected > 100 && moved > 300,
        "{pairs}, {collected}, {moved}"
    );
}

#[test]
fn a_quote_is_what_taking_the_order_in_costs() {
    let left = after(courier(), &[departed(hm(8, 0), "V1")]);
    let order = pair("N", 7, 8);
    let quotes = left.quotes(hm(8, 5)).unwrap();
    let windows = quotes.windows(Span::from_hours(2));
    let offers = quotes.offers(&order, &windows).unwrap();
    assert_eq!(offers.len(), 7, "{offers:?}");
    for offer in offers {
        assert!(offer.window.contains(offer.start));
        let mut calm = Churn::free();
        calm.left_out = Money::from_units(10_000);
        let cost = |day: &Day| {
            let replan = day.replan(hm(8, 5), &calm).unwrap();
            assert_eq!(replan.plan().unserved, []);
            replan.plan().scorecard.cost.total()
        };
        let taken = order.clone().with_window(offer.window);
        let with = after(left.clone(), &[added(hm(8, 5), taken)]);
        let more = cost(&with).millicents() - cost(&left).millicents();
        assert!((more - offer.price.millicents()).abs() < 3, "{offer:?}");
    }
    // It cannot be at the door before the kitchen opens.
    let kitchen = Pickup::new(Place::row(7), "60608");
    let kitchen = kitchen.with_window(TimeWindow::hm((13, 0), (14, 0)));
    let offers = quotes
        .offers(&order.with_pickup(kitchen), &windows)
        .unwrap();
    let first = offers.iter().map(|offer| offer.window.earliest()).min();
    assert_eq!(first, Some(hm(12, 0)));
}

#[test]
fn a_return_is_still_collected_for_the_station() {
    let packages = vec![package("R", 1).with_kind(PackageKind::ReturnPickup)];
    let request = request(packages, 1);
    let day = Day::new(&request, &planned(&request, &[&["R"]])).unwrap();
    let day = after(
        day,
        &[
            departed(hm(8, 0), "V1"),
            arrived(hm(8, 10), "V1", "R"),
            picked_up(hm(8, 15), "R"),
        ],
    );
    assert_eq!(status(&day, "R"), (Status::PickedUp, Whereabouts::Vehicle));
}
