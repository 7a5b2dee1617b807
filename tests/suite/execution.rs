//! A day as it happens: events, what they change, and what is refused.

use doorstep::execution::{
    AttemptReason, Day, EtaChange, Event, Notification, Phase, Settings, Status, Whereabouts,
};
use doorstep::model::{HandOff, PackageKind, TravelMatrix};
use doorstep::plan::{Plan, Reason, RouteDraft, assemble};
use doorstep::sortation::group;
use doorstep::units::{Date, Meters};
use doorstep::{
    Error, Package, Place, ServiceDay, Span, Station, StopId, TimeOfDay, TimeWindow, Vehicle,
};

pub(crate) fn hm(hours: u32, minutes: u32) -> TimeOfDay {
    TimeOfDay::hm(hours, minutes)
}

/// A door of its own, where the hand-over takes five minutes in all.
pub(crate) fn package(id: &str, row: u32) -> Package {
    Package::new(id, Place::row(row), "60608").with_service_time(Span::from_minutes(5))
}

/// Every leg takes ten minutes.
pub(crate) fn request(packages: Vec<Package>, vans: usize) -> ServiceDay {
    let legs = vec![vec![600.0; 12]; 12];
    ServiceDay::builder(Station::new("S", Place::row(0)))
        .date(Date::new(2026, 11, 2).unwrap())
        .packages(packages)
        .vehicles((1..=vans).map(|i| Vehicle::cargo_van(format!("V{i}"))))
        .travel(TravelMatrix::new(&legs, &legs).unwrap())
        .build()
        .unwrap()
}

/// Routes over packages by index, each leaving at 08:00; the others stay.
pub(crate) fn plan(day: &ServiceDay, routes: &[&[usize]]) -> Plan {
    let grouping = group(day);
    let mut left: Vec<u32> = (0..u32::try_from(grouping.stops().len()).unwrap()).collect();
    let mut drafts = Vec::new();
    for (vehicle, route) in routes.iter().enumerate() {
        let mut stops: Vec<u32> = route.iter().map(|&i| grouping.stop_of(i)).collect();
        stops.dedup();
        left.retain(|stop| !stops.contains(stop));
        drafts.push(RouteDraft {
            vehicle,
            driver: None,
            stops,
            depart: hm(8, 0),
            breaks: Vec::new(),
            reloads: Vec::new(),
        });
    }
    let left = left.into_iter().map(|s| (s, Reason::NoRoom)).collect();
    assemble(day, &grouping, day.travel(), &drafts, left)
}

/// V1 brings A, B, C and D, V2 picks R up after bringing E; F stays.
fn usual() -> Day {
    let request = request(
        vec![
            package("A", 1),
            package("B", 2),
            package("C", 3),
            package("D", 4),
            package("E", 5),
            package("R", 6).with_kind(PackageKind::ReturnPickup),
            package("F", 7),
        ],
        3,
    );
    Day::new(&request, &plan(&request, &[&[0, 1, 2, 3], &[4, 5]])).unwrap()
}

pub(crate) fn departed(at: TimeOfDay, vehicle: &str) -> Event {
    let vehicle = vehicle.into();
    Event::Departed { at, vehicle }
}

pub(crate) fn arrived(at: TimeOfDay, vehicle: &str, stop: &str) -> Event {
    Event::Arrived {
        at,
        vehicle: vehicle.into(),
        stop: stop.into(),
    }
}

pub(crate) fn delivered(at: TimeOfDay, package: &str) -> Event {
    let package = package.into();
    Event::Delivered { at, package }
}

pub(crate) fn attempted(at: TimeOfDay, package: &str) -> Event {
    Event::Attempted {
        at,
        package: package.into(),
        reason: AttemptReason::NotHome,
    }
}

pub(crate) fn returned(at: TimeOfDay, vehicle: &str) -> Event {
    let vehicle = vehicle.into();
    Event::Returned { at, vehicle }
}

fn after(mut day: Day, events: &[Event]) -> Day {
    for event in events {
        day.apply(event).unwrap();
    }
    day
}

fn eta(day: &Day, package: &str) -> Option<TimeOfDay> {
    day.eta(&package.into()).map(|eta| eta.expected)
}

fn status(day: &Day, package: &str) -> (Status, Whereabouts) {
    let state = day.package(&package.into()).unwrap();
    (state.status, state.whereabouts)
}

/// Refused with this message, and nothing changed.
#[track_caller]
fn refused(day: &Day, event: &Event, message: &str) {
    let mut tried = day.clone();
    let error = tried.apply(event).unwrap_err();
    assert!(error.is_input());
    assert_eq!(error.to_string(), message);
    assert_eq!(tried, *day);
    assert_eq!(day.check(event), Err(error));
}

#[test]
fn before_anything_happens_the_plan_is_expected() {
    let day = usual();
    for route in &day.plan().routes {
        for (position, visit) in route.visits.iter().enumerate() {
            let package = &visit.packages[0];
            assert_eq!(day.eta(package).unwrap().expected, visit.arrive);
            assert_eq!(day.stops_before(package), Some(position));
        }
        let state = day.vehicle(&route.vehicle).unwrap();
        assert_eq!(
            (state.phase, state.back),
            (Phase::AtStart, Some(route.back))
        );
    }
    assert_eq!(status(&day, "A"), (Status::Planned, Whereabouts::Station));
    assert_eq!(status(&day, "R"), (Status::Planned, Whereabouts::Customer));
    assert_eq!(status(&day, "F"), (Status::Unplanned, Whereabouts::Station));
    assert_eq!((eta(&day, "F"), eta(&day, "?")), (None, None));
    assert_eq!(day.stops_before(&"F".into()), None);
    assert_eq!(day.vehicle(&"V3".into()).unwrap().phase, Phase::Idle);
}

#[test]
fn a_departure_loads_the_van_and_tells_its_customers() {
    let mut day = usual();
    let effects = day.apply(&departed(hm(8, 20), "V1")).unwrap();
    assert_eq!(effects.etas.len(), 4);
    assert_eq!(
        effects.etas[0],
        EtaChange {
            vehicle: "V1".into(),
            stop: "A".into(),
            was: Some(hm(8, 10)),
            eta: Some(hm(8, 30)),
        }
    );
    // Twenty minutes late, but what they are told now is the first they hear: no delay.
    let mut messages: Vec<Notification> = ["A", "B", "C", "D"]
        .iter()
        .zip(0..)
        .map(|(&package, i)| Notification::OutForDelivery {
            package: package.into(),
            eta: hm(8, 30) + Span::from_minutes(15 * i),
        })
        .collect();
    messages.push(Notification::Next {
        package: "A".into(),
        eta: hm(8, 30),
    });
    assert_eq!(effects.notifications, messages);
    assert_eq!(status(&day, "A"), (Status::OnBoard, Whereabouts::Vehicle));
    let van = day.vehicle(&"V1".into()).unwrap();
    assert_eq!(
        (van.phase, van.on_board.len(), van.load.count),
        (Phase::Driving, 4, 4)
    );
    assert_eq!(van.departed, Some(hm(8, 20)));
}

#[test]
fn a_stop_is_served_and_the_next_is_told() {
    let day = after(
        usual(),
        &[departed(hm(8, 0), "V1"), arrived(hm(8, 12), "V1", "A")],
    );
    assert_eq!(eta(&day, "A"), Some(hm(8, 12)));
    assert_eq!(eta(&day, "B"), Some(hm(8, 27)));
    assert_eq!(day.stops_before(&"A".into()), Some(0));
    assert_eq!(day.stops_before(&"C".into()), Some(2));
    let mut day = day;
    let effects = day.apply(&delivered(hm(8, 15), "A")).unwrap();
    assert_eq!(
        effects.notifications,
        [
            Notification::Delivered {
                package: "A".into(),
                at: hm(8, 15)
            },
            Notification::Next {
                package: "B".into(),
                eta: hm(8, 25)
            },
        ]
    );
    assert_eq!(effects.etas.len(), 3);
    assert_eq!(
        status(&day, "A"),
        (Status::Delivered, Whereabouts::Customer)
    );
    assert_eq!((eta(&day, "A"), eta(&day, "D")), (None, Some(hm(8, 55))));
    let van = day.vehicle(&"V1".into()).unwrap();
    assert_eq!((van.position, van.ready), (Place::row(1), hm(8, 15)));
    assert_eq!(van.behind[0].arrived, hm(8, 12));
    assert_eq!(van.behind[0].left, hm(8, 15));
    assert_eq!(van.ahead.len(), 3);
    assert_eq!(van.back, Some(hm(9, 10)));
}

#[test]
fn what_cannot_have_happened_is_refused() {
    let day = usual();
    let stop: StopId = "A".into();
    refused(
        &day,
        &delivered(hm(8, 0), "A"),
        "package \"A\": delivered: is on a route and not loaded",
    );
    refused(
        &day,
        &delivered(hm(8, 0), "?"),
        "package \"?\": delivered: is not in the day",
    );
    refused(
        &day,
        &departed(hm(8, 0), "?"),
        "vehicle \"?\": departed: is not in the day",
    );
    refused(
        &day,
        &departed(hm(8, 0), "V3"),
        "vehicle \"V3\": departed: has no route",
    );
    refused(
        &day,
        &returned(hm(8, 0), "V1"),
        "vehicle \"V1\": returned: has not left its start",
    );
    refused(
        &day,
        &arrived(hm(8, 0), "V1", stop.as_str()),
        "vehicle \"V1\": arrived: has not left its start",
    );
    let early = TimeOfDay::from_millis(-1);
    refused(
        &day,
        &departed(early, "V1"),
        &format!(
            "vehicle \"V1\": departed: {early} is not between 00:00 and {}",
            TimeOfDay::MAX
        ),
    );
    let cancelled = |at| Event::PackageCancelled {
        at,
        package: "F".into(),
    };
    refused(
        &day,
        &cancelled(TimeOfDay::from_millis(i64::MAX)),
        &format!(
            "package \"F\": package_cancelled: {} is not between 00:00 and {}",
            TimeOfDay::from_millis(i64::MAX),
            TimeOfDay::MAX
        ),
    );
}

/// V1 stands at A.
fn at_first_stop() -> Day {
    let events = [departed(hm(8, 0), "V1"), arrived(hm(8, 12), "V1", "A")];
    after(usual(), &events)
}

fn lost(package: &str) -> Event {
    Event::Lost {
        at: hm(9, 0),
        package: package.into(),
    }
}

#[test]
fn what_a_van_cannot_do_on_its_way_is_refused() {
    let day = at_first_stop();
    refused(
        &day,
        &departed(hm(8, 20), "V1"),
        "vehicle \"V1\": departed: has left its start already",
    );
    refused(
        &day,
        &arrived(hm(8, 20), "V1", "A"),
        "vehicle \"V1\": arrived: stands at stop \"A\" already",
    );
    refused(
        &day,
        &arrived(hm(8, 20), "V1", "E"),
        "vehicle \"V1\": arrived: has no stop \"E\"",
    );
    refused(
        &day,
        &delivered(hm(8, 20), "B"),
        "package \"B\": delivered: vehicle \"V1\" is not at its stop \"B\"",
    );
    refused(
        &day,
        &delivered(hm(8, 11), "A"),
        "package \"A\": delivered: 08:11 is before 08:12, when it was last heard of",
    );
    refused(
        &day,
        &arrived(hm(8, 11), "V1", "B"),
        "vehicle \"V1\": arrived: 08:11 is before 08:12, when it was last heard of",
    );
    refused(
        &day,
        &lost("R"),
        "package \"R\": lost: is neither at the station nor on a vehicle",
    );
    let picked = Event::PickedUp {
        at: hm(8, 20),
        package: "A".into(),
    };
    refused(
        &day,
        &picked,
        "package \"A\": picked_up: is on board since 08:00",
    );
}

#[test]
fn what_is_over_does_not_happen_again() {
    let day = after(at_first_stop(), &[delivered(hm(8, 20), "A")]);
    refused(
        &day,
        &delivered(hm(8, 20), "A"),
        "package \"A\": delivered: is delivered since 08:20",
    );
    refused(
        &day,
        &arrived(hm(8, 30), "V1", "A"),
        "vehicle \"V1\": arrived: has nothing more to do at stop \"A\"",
    );
    refused(
        &day,
        &lost("A"),
        "package \"A\": lost: is neither at the station nor on a vehicle",
    );

    let day = after(day, &[returned(hm(9, 0), "V1")]);
    refused(
        &day,
        &returned(hm(9, 0), "V1"),
        "vehicle \"V1\": returned: is back already",
    );
    refused(
        &day,
        &arrived(hm(9, 5), "V1", "B"),
        "vehicle \"V1\": arrived: is back already",
    );
}

#[test]
fn delays_add_up_and_are_told_beyond_the_threshold() {
    let mut day = after(usual(), &[departed(hm(8, 0), "V1")]);
    let delayed = |at, minutes| Event::Delayed {
        at,
        vehicle: "V1".into(),
        by: Span::from_minutes(minutes),
    };
    let first = day.apply(&delayed(hm(8, 1), 10)).unwrap();
    assert_eq!((first.etas.len(), first.notifications.len()), (4, 0));
    refused(
        &day,
        &delayed(hm(8, 1), 10),
        "vehicle \"V1\": delayed: a delay was reported at 08:01 already",
    );
    refused(
        &day,
        &delayed(hm(8, 2), 0),
        "vehicle \"V1\": delayed: 00:00:00 is not above 0 and at most 298:15:41.823",
    );
    let second = day.apply(&delayed(hm(8, 2), 6)).unwrap();
    assert_eq!(eta(&day, "A"), Some(hm(8, 26)));
    let told = |package: &str, told, eta| Notification::Delayed {
        package: package.into(),
        told,
        eta: Some(eta),
    };
    assert_eq!(second.notifications[0], told("A", hm(8, 10), hm(8, 26)));
    assert_eq!(second.notifications.len(), 4);
    // Counted from what was told last.
    assert_eq!(day.apply(&delayed(hm(8, 3), 10)).unwrap().notifications, []);
    // The arrival says what the delays came to.
    day.apply(&arrived(hm(8, 15), "V1", "A")).unwrap();
    assert_eq!(eta(&day, "B"), Some(hm(8, 30)));
    // At a stop a delay comes before the next leg.
    day.apply(&delayed(hm(8, 16), 3)).unwrap();
    assert_eq!(eta(&day, "B"), Some(hm(8, 33)));
}

#[test]
fn silence_pushes_what_is_expected() {
    // Nothing was heard at the time at which the van was expected to be there.
    let mut day = after(usual(), &[departed(hm(8, 0), "V1")]);
    let by = Span::from_millis(1);
    day.apply(&Event::Delayed {
        at: hm(8, 40),
        vehicle: "V1".into(),
        by,
    })
    .unwrap();
    assert_eq!(eta(&day, "A"), Some(hm(8, 40)));
    assert_eq!(day.eta(&"A".into()).unwrap().p10, hm(8, 40));
}

#[test]
fn a_stop_left_open_comes_last() {
    let mut day = after(
        usual(),
        &[departed(hm(8, 0), "V1"), arrived(hm(8, 10), "V1", "C")],
    );
    assert_eq!(day.stops_before(&"A".into()), Some(1));
    day.apply(&arrived(hm(8, 30), "V1", "B")).unwrap();
    let ahead = day.vehicle(&"V1".into()).unwrap().ahead;
    let stops: Vec<&str> = ahead.iter().map(|stop| stop.stop.as_str()).collect();
    assert_eq!(stops, ["A", "D", "C"]);
    assert_eq!(status(&day, "C"), (Status::OnBoard, Whereabouts::Vehicle));
    assert_eq!(eta(&day, "C"), Some(hm(9, 15)));
    let behind = &day.vehicle(&"V1".into()).unwrap().behind;
    assert_eq!((behind[0].arrived, behind[0].left), (hm(8, 10), hm(8, 10)));
}

#[test]
fn a_failed_attempt_may_be_repeated_until_the_last() {
    let request = request(vec![package("A", 1).with_attempts(1), package("B", 2)], 1);
    let plan = plan(&request, &[&[0, 1]]);
    let mut day = Day::new(&request, &plan).unwrap();
    day.apply(&departed(hm(8, 0), "V1")).unwrap();
    day.apply(&arrived(hm(8, 10), "V1", "A")).unwrap();
    let effects = day.apply(&attempted(hm(8, 12), "A")).unwrap();
    let told = |at, attempts, last| Notification::Attempted {
        package: "A".into(),
        at,
        reason: AttemptReason::NotHome,
        attempts,
        last,
    };
    assert_eq!(effects.notifications[0], told(hm(8, 12), 2, false));
    assert_eq!(status(&day, "A"), (Status::Attempted, Whereabouts::Vehicle));
    assert_eq!(eta(&day, "A"), None);
    day.apply(&arrived(hm(8, 30), "V1", "A")).unwrap();
    assert_eq!(status(&day, "A").0, Status::OnBoard);
    let effects = day.apply(&attempted(hm(8, 32), "A")).unwrap();
    assert_eq!(effects.notifications[0], told(hm(8, 32), 3, true));
    refused(
        &day,
        &arrived(hm(8, 40), "V1", "A"),
        "vehicle \"V1\": arrived: has nothing more to do at stop \"A\"",
    );
    let attempts = day.package(&"A".into()).unwrap().attempts;
    assert_eq!(attempts.len(), 2);
    assert_eq!((attempts[0].at, attempts[1].at), (hm(8, 12), hm(8, 32)));
    assert_eq!(attempts[0].date, request.date());
}

#[test]
fn a_broken_van_leaves_its_customers_without_an_eta() {
    let mut day = after(
        usual(),
        &[departed(hm(8, 0), "V2"), arrived(hm(8, 12), "V2", "E")],
    );
    let out = Event::VehicleOut {
        at: hm(8, 13),
        vehicle: "V2".into(),
    };
    let effects = day.apply(&out).unwrap();
    let told = |package: &str, told| Notification::Delayed {
        package: package.into(),
        told,
        eta: None,
    };
    assert_eq!(
        effects.notifications,
        [told("E", hm(8, 10)), told("R", hm(8, 25))]
    );
    assert_eq!(status(&day, "E"), (Status::OnBoard, Whereabouts::Vehicle));
    assert_eq!(
        status(&day, "R"),
        (Status::Unplanned, Whereabouts::Customer)
    );
    assert_eq!((eta(&day, "E"), eta(&day, "R")), (None, None));
    let van = day.vehicle(&"V2".into()).unwrap();
    assert_eq!(
        (van.phase, van.back, van.ahead.len()),
        (Phase::VehicleOut, None, 1)
    );
    refused(&day, &out, "vehicle \"V2\": vehicle_out: is out");
    refused(
        &day,
        &delivered(hm(8, 14), "E"),
        "package \"E\": delivered: vehicle \"V2\" is not at its stop \"E\"",
    );
    // It is towed home.
    day.apply(&returned(hm(11, 0), "V2")).unwrap();
    assert_eq!(
        status(&day, "E"),
        (Status::BroughtBack, Whereabouts::Station)
    );

    // Before it leaves, nothing is on board and all of it can go with another.
    let driver = Event::DriverOut {
        at: hm(7, 0),
        vehicle: "V1".into(),
    };
    let mut early = after(usual(), &[driver]);
    assert_eq!(
        status(&early, "A"),
        (Status::Unplanned, Whereabouts::Station)
    );
    assert_eq!(early.package(&"A".into()).unwrap().vehicle, None);
    refused(
        &early,
        &departed(hm(8, 0), "V1"),
        "vehicle \"V1\": departed: has no driver any more",
    );
    let idle = Event::DriverOut {
        at: hm(7, 0),
        vehicle: "V3".into(),
    };
    early.apply(&idle).unwrap();
    assert_eq!(early.vehicle(&"V3".into()).unwrap().phase, Phase::DriverOut);
}

#[test]
fn cancelled_lost_and_damaged_packages_leave_the_route() {
    let mut day = after(usual(), &[departed(hm(8, 0), "V1")]);
    let cancelled = Event::PackageCancelled {
        at: hm(8, 1),
        package: "A".into(),
    };
    let effects = day.apply(&cancelled).unwrap();
    assert_eq!(status(&day, "A"), (Status::Cancelled, Whereabouts::Vehicle));
    // The van turns to B, as if it had come from its start.
    assert_eq!(eta(&day, "B"), Some(hm(8, 10)));
    assert_eq!(effects.etas[0].eta, None);
    assert_eq!(
        effects.notifications,
        [Notification::Next {
            package: "B".into(),
            eta: hm(8, 10)
        }]
    );
    let lost = Event::Lost {
        at: hm(8, 2),
        package: "B".into(),
    };
    day.apply(&lost).unwrap();
    assert_eq!(status(&day, "B"), (Status::Lost, Whereabouts::Unknown));
    let damaged = |package: &str| Event::Damaged {
        at: hm(8, 3),
        package: package.into(),
    };
    day.apply(&damaged("C")).unwrap();
    assert_eq!(status(&day, "C"), (Status::Damaged, Whereabouts::Vehicle));
    refused(
        &day,
        &damaged("C"),
        "package \"C\": damaged: is damaged already",
    );
    let van = day.vehicle(&"V1".into()).unwrap();
    assert_eq!(van.ahead.len(), 1);
    assert_eq!(van.on_board.len(), 3);
    day.apply(&returned(hm(9, 0), "V1")).unwrap();
    assert_eq!(status(&day, "C"), (Status::Damaged, Whereabouts::Station));
    assert_eq!(
        status(&day, "D"),
        (Status::BroughtBack, Whereabouts::Station)
    );
    // A route of which nothing is left is none.
    let gone = ["E", "R"].map(|id| Event::PackageCancelled {
        at: hm(7, 0),
        package: id.into(),
    });
    let day = after(day, &gone);
    assert_eq!(day.vehicle(&"V2".into()).unwrap().phase, Phase::Idle);
}

#[test]
fn a_refused_package_rides_back_and_a_misdelivered_one_is_gone() {
    let day = after(
        usual(),
        &[departed(hm(8, 0), "V1"), arrived(hm(8, 10), "V1", "A")],
    );
    let refuse = Event::Refused {
        at: hm(8, 11),
        package: "A".into(),
    };
    let day = after(
        day,
        &[
            refuse,
            arrived(hm(8, 21), "V1", "B"),
            delivered(hm(8, 25), "B"),
        ],
    );
    assert_eq!(status(&day, "A"), (Status::Refused, Whereabouts::Vehicle));
    let wrong = |package: &str| Event::Misdelivered {
        at: hm(12, 0),
        package: package.into(),
    };
    refused(
        &day,
        &wrong("A"),
        "package \"A\": misdelivered: is refused since 08:11",
    );
    let day = after(day, &[wrong("B")]);
    assert_eq!(
        status(&day, "B"),
        (Status::Misdelivered, Whereabouts::Unknown)
    );
}

#[test]
fn windows_are_waited_for_and_may_change() {
    let mut day = after(usual(), &[departed(hm(8, 0), "V1")]);
    let changed = |minute, window| Event::WindowChanged {
        at: hm(8, minute),
        package: "B".into(),
        windows: vec![window],
    };
    let ten = TimeWindow::hm((10, 0), (11, 0));
    let late = changed(1, ten);
    let effects = day.apply(&late).unwrap();
    assert_eq!(
        (eta(&day, "B"), eta(&day, "C")),
        (Some(hm(8, 25)), Some(hm(10, 15)))
    );
    assert_eq!(effects.notifications.len(), 2);
    refused(
        &day,
        &late,
        "package \"B\": window_changed: 08:01 is not after the last change at 08:01",
    );
    refused(
        &day,
        &changed(2, ten),
        "package \"B\": window_changed: has these windows already",
    );
    let wrong = changed(2, TimeWindow::hm((10, 0), (9, 0)));
    refused(
        &day,
        &wrong,
        "package \"B\": windows: 10:00-09:00 ends before it starts",
    );
    // What waiting does to the band: the van leaves B at 10:05 and not before.
    let band = day.eta(&"C".into()).unwrap();
    assert!(
        band.p10 > hm(10, 11) && band.p10 < band.expected && band.p90 < hm(10, 19),
        "{band:?}"
    );
    // At the door, too, it waits.
    day.apply(&arrived(hm(8, 20), "V1", "B")).unwrap();
    assert_eq!(eta(&day, "A"), Some(hm(10, 15)));
    day.apply(&changed(3, TimeWindow::hm((8, 0), (11, 0))))
        .unwrap();
    assert_eq!(eta(&day, "A"), Some(hm(8, 35)));
}

#[test]
fn added_packages_are_checked_like_those_of_a_request() {
    let mut day = usual();
    let add = |package: Package| Event::PackageAdded {
        at: hm(9, 0),
        package: Box::new(package),
    };
    refused(
        &day,
        &add(package("A", 1)),
        "package \"A\": package_added: is in the day already",
    );
    refused(
        &day,
        &add(package("N", 99)),
        "package \"N\": place: row 99 is not in the travel matrix of 12 rows",
    );
    refused(
        &day,
        &add(package("", 1)),
        "package at index 0: id: is empty",
    );
    refused(
        &day,
        &add(package("N", 1).with_pin("V9")),
        "package \"N\": pin: no vehicle is called \"V9\"",
    );
    day.apply(&add(package("N", 8))).unwrap();
    assert_eq!(status(&day, "N"), (Status::Unplanned, Whereabouts::Station));
    assert_eq!(day.packages().count(), 8);
    refused(
        &day,
        &add(package("N", 8)),
        "package \"N\": package_added: is in the day already",
    );
}

#[test]
fn packages_of_one_stop_are_dealt_with_one_by_one() {
    let door = |id: &str| Package::new(id, Place::row(1), "60608").with_hand_off(HandOff::Doorstep);
    let request = request(vec![door("A"), door("B"), door("C"), package("D", 2)], 1);
    let plan = plan(&request, &[&[0, 1, 2, 3]]);
    let mut day = Day::new(&request, &plan).unwrap();
    day.apply(&departed(hm(8, 0), "V1")).unwrap();
    day.apply(&arrived(hm(8, 10), "V1", "A")).unwrap();
    // Parking a minute and three times half a minute.
    assert_eq!(eta(&day, "D"), Some("08:22:30".parse().unwrap()));
    day.apply(&delivered(hm(8, 20), "B")).unwrap();
    // Parked already: two times half a minute from the last hand-over on.
    assert_eq!(eta(&day, "D"), Some(hm(8, 31)));
    assert_eq!(eta(&day, "C"), Some(hm(8, 10)));
    assert_eq!(
        day.vehicle(&"V1".into())
            .unwrap()
            .at
            .unwrap()
            .packages
            .len(),
        2
    );
    day.apply(&attempted(hm(8, 21), "A")).unwrap();
    day.apply(&delivered(hm(8, 22), "C")).unwrap();
    assert_eq!(day.vehicle(&"V1".into()).unwrap().phase, Phase::Driving);
    assert_eq!(eta(&day, "D"), Some(hm(8, 32)));
}

#[test]
fn a_plan_of_another_day_is_refused_with_all_that_is_wrong() {
    let day = usual();
    let (request, good) = (day.request(), day.plan());
    let problems = |change: &dyn Fn(&mut Plan)| -> Vec<String> {
        let mut plan = good.clone();
        change(&mut plan);
        let error: Error = Day::new(request, &plan).unwrap_err();
        error.problems().iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        problems(&|plan| {
            plan.station = "T".into();
            plan.date = None;
        }),
        [
            "plan: station: is of station \"T\", the request is of \"S\"",
            "plan: date: is of no date, the request of 2026-11-02"
        ]
    );
    assert_eq!(
        problems(&|plan| plan.routes[0].vehicle = "V9".into())[0],
        "vehicle \"V9\": is not in the request"
    );
    assert_eq!(
        problems(&|plan| plan.routes[0].vehicle = "V2".into()),
        [
            "vehicle \"V2\": has more than one route",
            "package \"E\": is not in the plan",
            "package \"R\": is not in the plan"
        ]
    );
    assert_eq!(
        problems(&|plan| plan.unserved.clear()),
        ["package \"F\": is not in the plan"]
    );
    assert_eq!(
        problems(&|plan| plan.unserved[0].package = "A".into()),
        [
            "package \"A\": is in the plan more than once",
            "package \"F\": is not in the plan"
        ]
    );
    assert_eq!(
        problems(&|plan| plan.unserved[0].package = "X".into())[0],
        "package \"X\": is not in the request"
    );
    assert_eq!(
        problems(&|plan| plan.routes[0].visits[0].place = Place::row(500)),
        ["stop \"A\": place: none of its packages goes to row 500"]
    );
    assert_eq!(
        problems(&|plan| plan.routes[0].visits[1].stop = "A".into()),
        ["stop \"A\": is visited more than once"]
    );
    assert_eq!(
        problems(&|plan| plan.routes[0].depart = TimeOfDay::from_millis(i64::MAX))[0],
        format!(
            "vehicle \"V1\": depart: {} is not between 00:00 and {}",
            TimeOfDay::from_millis(i64::MAX),
            TimeOfDay::MAX
        )
    );
}

#[test]
fn settings_beyond_reason_are_refused() {
    let day = usual();
    let mut model = day.settings().eta_model();
    model.leg_spread = f64::NAN;
    model.service_spread = -0.1;
    let settings = Settings::new()
        .with_eta_model(model)
        .with_delay_threshold(Span::from_seconds(-1))
        .with_most_attempts(0);
    let error = Day::with_settings(day.request(), day.plan(), settings).unwrap_err();
    assert_eq!(error.problems().len(), 4, "{error}");
}

/// Numbers between 0 and 1, the same in every run.
struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A span around `mean`: log-normal, so never negative, with a coefficient of variation.
    fn around(&mut self, mean: Span, spread: f64) -> Span {
        let normal = (-2.0 * (1.0 - self.uniform()).ln()).sqrt()
            * (std::f64::consts::TAU * self.uniform()).cos();
        let square = (1.0 + spread * spread).ln();
        let factor = (square.sqrt() * normal - square / 2.0).exp();
        let millis = (mean.millis() as f64 * factor).round();
        #[expect(clippy::cast_possible_truncation, reason = "a span of a day")]
        Span::from_millis(millis as i64)
    }
}

/// Forty stops on one van, a few of which are waited for.
fn long_day() -> Day {
    let leg = |i: usize, j: usize| 90.0 + 20.0 * ((i * 7 + j * 3) % 11) as f64;
    let legs: Vec<Vec<f64>> = (0..41)
        .map(|i| {
            (0..41)
                .map(|j| if i == j { 0.0 } else { leg(i, j) })
                .collect()
        })
        .collect();
    let packages = (0..40).map(|i| {
        let package = Package::new(format!("P{i:02}"), Place::row(i + 1), "60608");
        match i {
            12 => package.with_window(TimeWindow::hm((9, 5), (12, 0))),
            25 => package.with_window(TimeWindow::hm((10, 0), (13, 0))),
            _ => package,
        }
    });
    let request = ServiceDay::builder(Station::new("S", Place::row(0)))
        .packages(packages)
        .vehicles([Vehicle::cargo_van("V1")])
        .travel(TravelMatrix::new(&legs, &legs).unwrap())
        .build()
        .unwrap();
    let route: Vec<usize> = (0..40).collect();
    Day::new(&request, &plan(&request, &[&route])).unwrap()
}

/// How many arrivals were inside the band that was told so many stops before, of how many.
#[derive(Default)]
struct Coverage {
    inside: [u32; 3],
    all: [u32; 3],
}

impl Coverage {
    /// The next stop, up to ten stops ahead, further.
    fn count(&mut self, ahead: usize, inside: bool) {
        let class = usize::from(ahead > 0) + usize::from(ahead > 10);
        self.all[class] += 1;
        self.inside[class] += u32::from(inside);
    }

    fn share(&self, classes: std::ops::Range<usize>) -> f64 {
        let sum = |counts: &[u32]| f64::from(counts[classes.clone()].iter().sum::<u32>());
        sum(&self.inside) / sum(&self.all)
    }
}

/// Drives one van's day with legs and services drawn around what the request says, and compares
/// every band that was told on the way with the arrival that came of it.
fn drive(day: &mut Day, draws: &mut Draws, coverage: &mut Coverage) {
    let model = day.settings().eta_model();
    let planned = day.plan().routes[0].clone();
    let mut told: Vec<Vec<doorstep::execution::Eta>> = vec![Vec::new(); planned.visits.len()];
    let mut now = hm(8, 0);
    day.apply(&departed(now, "V1")).unwrap();
    for (position, visit) in planned.visits.iter().enumerate() {
        for ((_, eta), told) in day
            .etas(&"V1".into())
            .into_iter()
            .zip(&mut told[position..])
        {
            told.push(eta);
        }
        now += draws.around(visit.drive, model.leg_spread);
        for (ahead, eta) in told[position].iter().rev().enumerate() {
            coverage.count(ahead, eta.p10 <= now && now <= eta.p90);
        }
        day.apply(&arrived(now, "V1", visit.stop.as_str())).unwrap();
        let opens = match visit.packages[0].as_str() {
            "P12" => hm(9, 5),
            "P25" => hm(10, 0),
            _ => now,
        };
        now = now.max(opens) + draws.around(visit.leave - visit.start, model.service_spread);
        day.apply(&delivered(now, visit.packages[0].as_str()))
            .unwrap();
    }
}

#[test]
fn eight_of_ten_arrivals_are_inside_their_band() {
    let mut draws = Draws(7);
    let mut coverage = Coverage::default();
    let morning = long_day();
    for _ in 0..200 {
        drive(&mut morning.clone(), &mut draws, &mut coverage);
    }
    let shares = [0..1, 1..2, 2..3, 0..3].map(|classes| coverage.share(classes));
    for share in shares {
        assert!((0.75..=0.85).contains(&share), "{shares:?}");
    }
}

#[test]
fn a_band_without_spread_is_the_plan() {
    let day = long_day();
    let model = doorstep::execution::EtaModel {
        leg_spread: 0.0,
        service_spread: 0.0,
    };
    let settings = Settings::new().with_eta_model(model);
    let day = Day::with_settings(day.request(), day.plan(), settings).unwrap();
    for visit in &day.plan().routes[0].visits {
        let eta = day.eta(&visit.packages[0]).unwrap();
        assert_eq!(
            (eta.p10, eta.expected, eta.p90),
            (visit.arrive, visit.arrive, visit.arrive)
        );
    }
}

/// Every leg takes a minute, whatever the request says.
struct Minute;

impl doorstep::travel::TravelModel for Minute {
    fn leg(&self, _: doorstep::VehicleKind, _: &Place, _: &Place) -> doorstep::travel::Leg {
        doorstep::travel::Leg {
            time: Span::from_minutes(1),
            ..doorstep::travel::Leg::NONE
        }
    }
}

#[test]
fn travel_of_the_callers_own_is_used_throughout() {
    let day = usual();
    let own = std::sync::Arc::new(Minute);
    let own = Day::with_travel(day.request(), day.plan(), Settings::default(), own).unwrap();
    assert_eq!(eta(&own, "A"), Some(hm(8, 1)));
    assert_eq!(own.vehicle(&"V1".into()).unwrap().back, Some(hm(8, 25)));
    let log = own.log().clone();
    let again = log
        .replay_with_travel(
            day.request(),
            day.plan(),
            Settings::default(),
            std::sync::Arc::new(Minute),
        )
        .unwrap();
    assert_eq!(again, own);
    // What cannot be read back is not written.
    #[cfg(feature = "json")]
    {
        let error = serde_json::to_string(&own).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("travel times of the caller's own")
        );
    }
}

#[test]
fn a_vehicle_with_a_radius_needs_coordinates_of_added_packages() {
    let request = request(Vec::new(), 1)
        .to_builder()
        .edit_vehicles(|vans| {
            let van = vans[0].clone();
            let start = Place::at(30.0, -97.0).with_row(0);
            vans[0] = van
                .with_start(start)
                .with_radius(Meters::from_meters(5_000));
        })
        .build()
        .unwrap();
    let day = Day::new(&request, &plan(&request, &[])).unwrap();
    let add = |package: Package| Event::PackageAdded {
        at: hm(9, 0),
        package: Box::new(package),
    };
    refused(
        &day,
        &add(package("N", 1)),
        "package \"N\": place: has no coordinates, which the radius of vehicle \"V1\" needs",
    );
    let placed = package("N", 1).with_place(Place::at(30.0, -97.0).with_row(1));
    assert_eq!(day.check(&add(placed)), Ok(()));
}

#[test]
fn everything_public_crosses_threads() {
    fn crosses<T: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static>() {}
    crosses::<Day>();
    crosses::<Event>();
    crosses::<doorstep::execution::Effects>();
    crosses::<doorstep::execution::EventLog>();
    crosses::<doorstep::execution::PackageState>();
    crosses::<doorstep::execution::VehicleState>();
    crosses::<doorstep::execution::Ledger>();
    crosses::<doorstep::execution::Closing>();
    crosses::<doorstep::execution::Actuals>();
    crosses::<Settings>();
}

#[test]
fn a_message_that_comes_twice_counts_once_even_in_the_same_minute() {
    let at = hm(8, 10);
    let day = after(
        usual(),
        &[
            departed(hm(8, 0), "V1"),
            arrived(at, "V1", "A"),
            arrived(at, "V1", "B"),
        ],
    );
    refused(
        &day,
        &arrived(at, "V1", "A"),
        "vehicle \"V1\": arrived: came to stop \"A\" at 08:10 already",
    );
    let again = [attempted(hm(8, 12), "B"), arrived(hm(8, 12), "V1", "B")];
    refused(
        &after(day, &again),
        &attempted(hm(8, 12), "B"),
        "package \"B\": attempted: was attempted at 08:12 already",
    );
}

#[test]
fn a_window_that_nobody_waits_for_any_more_is_not_kept() {
    let door = |id: &str| package(id, 1);
    let evening = door("B").with_window(TimeWindow::hm((18, 0), (20, 0)));
    let request = request(vec![door("A"), evening, package("D", 2)], 1);
    let plan = plan(&request, &[&[0, 1, 2]]);
    let mut day = Day::new(&request, &plan).unwrap();
    assert_eq!(eta(&day, "D"), Some(hm(18, 20)));
    let package = "B".into();
    let at = hm(7, 0);
    day.apply(&Event::PackageCancelled { at, package }).unwrap();
    assert_eq!(eta(&day, "D"), Some(hm(8, 25)));
}
