//! The end of a day: fates, what is carried, and what was done against what was planned.

use doorstep::execution::{
    Acceptance, AttemptReason, Day, Event, Fate, Ledger, ReturnReason, Settings, Whereabouts,
};
use doorstep::model::{PackageKind, Promise, Provider, ProviderKind, ServiceDayBuilder};
use doorstep::units::Date;
use doorstep::{Money, Package, Place, ServiceDay, Span, TimeOfDay, TimeWindow, Vehicle};

use super::execution::{
    arrived, attempted, delivered, departed, hm, package, plan, request, returned,
};

fn date(day: u8) -> Date {
    Date::new(2026, 11, day).unwrap()
}

fn run(request: &ServiceDay, routes: &[&[usize]], events: &[Event]) -> Day {
    let mut day = Day::new(request, &plan(request, routes)).unwrap();
    for event in events {
        day.apply(event).unwrap();
    }
    day
}

/// Tomorrow's day without anything new: the same station, vans and travel times.
fn tomorrow(request: &ServiceDay) -> ServiceDayBuilder {
    request.to_builder().edit_packages(Vec::clear)
}

fn fates(ledger: &mut Ledger, day: Day) -> Vec<(String, Fate)> {
    let closing = ledger.close(day).unwrap();
    let entries = closing.entries.into_iter();
    entries
        .map(|entry| (entry.package.to_string(), entry.fate))
        .collect()
}

/// A day on which every fate but one occurs.
fn full_day(at: TimeOfDay) -> Day {
    let pickup = |id: &str, row| package(id, row).with_kind(PackageKind::ReturnPickup);
    let request = request(
        vec![
            package("delivered", 1),
            package("tried", 2),
            package("third try", 3).with_attempts(2),
            package("refused", 4),
            pickup("collected", 5),
            pickup("given up", 6).with_attempts(2),
            package("broken", 7),
            package("untried", 8),
            package("tendered", 9).with_tender(Money::from_units(7)),
            package("unplanned", 10).with_attempts(5),
        ],
        1,
    );
    let here = |id: &str| arrived(at, "V1", id);
    let tried = |id: &str| attempted(at, id);
    let events = [
        departed(hm(8, 0), "V1"),
        here("delivered"),
        delivered(at, "delivered"),
        here("tried"),
        tried("tried"),
        here("third try"),
        tried("third try"),
        here("refused"),
        Event::Refused {
            at,
            package: "refused".into(),
        },
        here("collected"),
        Event::PickedUp {
            at,
            package: "collected".into(),
        },
        here("given up"),
        tried("given up"),
        Event::Damaged {
            at,
            package: "broken".into(),
        },
        returned(hm(13, 0), "V1"),
        Event::PackageAdded {
            at,
            package: Box::new(package("added", 11)),
        },
        Event::Lost {
            at,
            package: "added".into(),
        },
    ];
    run(&request, &[&[0, 1, 2, 3, 4, 5, 6, 7]], &events)
}

#[test]
fn every_package_has_the_fate_that_its_day_gave_it() {
    let at = hm(12, 0);
    let day = full_day(at);
    let mut ledger = Ledger::new();
    let closing = ledger.close(day).unwrap();
    assert_eq!((closing.date, closing.not_back.len()), (Some(date(2)), 0));
    let tally = closing.tally();
    assert_eq!(
        (tally.packages(), tally.carried, tally.returned),
        (11, 3, 3)
    );
    let found: Vec<(&str, &Fate)> = closing
        .entries
        .iter()
        .map(|e| (e.package.as_str(), &e.fate))
        .collect();
    let back = |because| Fate::ReturnedToSender { because };
    let because = ReturnReason::Attempts;
    assert_eq!(
        found,
        [
            ("delivered", &Fate::Delivered { at }),
            ("tried", &Fate::Carried { attempts: 1 }),
            ("third try", &back(ReturnReason::Attempts)),
            ("refused", &back(ReturnReason::Refused)),
            ("collected", &Fate::Collected { at }),
            ("given up", &Fate::NotCollected { because }),
            ("broken", &back(ReturnReason::Damaged)),
            ("untried", &Fate::Carried { attempts: 0 }),
            (
                "tendered",
                &Fate::Tendered {
                    price: Money::from_units(7),
                    carrier: None
                }
            ),
            ("unplanned", &Fate::Carried { attempts: 5 }),
            (
                "added",
                &Fate::Lost {
                    at,
                    misdelivered: false
                }
            ),
        ]
    );
    let waiting: Vec<(&str, u8)> = ledger
        .waiting()
        .map(|p| (p.id().as_str(), p.attempts()))
        .collect();
    assert_eq!(waiting, [("tried", 1), ("unplanned", 5), ("untried", 0)]);
}

#[test]
fn the_third_failure_goes_back_with_every_reason_on_record() {
    let mut request = request(vec![package("A", 1)], 1);
    let mut ledger = Ledger::new();
    let reasons = [
        AttemptReason::NotHome,
        AttemptReason::Other("a flood".to_owned()),
        AttemptReason::WrongAddress,
    ];
    for (reason, number) in reasons.iter().zip(2_u8..) {
        let (at, package) = (hm(9, 0), "A".into());
        let events = [
            departed(hm(8, 0), "V1"),
            arrived(at, "V1", "A"),
            Event::Attempted {
                at,
                package,
                reason: reason.clone(),
            },
            returned(hm(10, 0), "V1"),
        ];
        let closing = ledger.close(run(&request, &[&[0]], &events)).unwrap();
        let entry = &closing.entries[0];
        let known: Vec<&AttemptReason> = entry.attempts.iter().map(|a| &a.reason).collect();
        assert_eq!(
            known,
            reasons[..usize::from(number) - 1]
                .iter()
                .collect::<Vec<_>>()
        );
        assert_eq!(entry.attempts.last().unwrap().date, Some(date(number)));
        if number < 4 {
            assert_eq!(ledger.attempts(&"A".into()).len(), known.len());
            request = ledger
                .next_day(tomorrow(&request), date(number + 1))
                .unwrap();
            assert_eq!(request.packages()[0].attempts(), number - 1);
        } else {
            let because = ReturnReason::Attempts;
            assert_eq!(entry.fate, Fate::ReturnedToSender { because });
            assert_eq!(entry.attempts[1].reason.to_string(), "a flood");
        }
    }
    assert_eq!(ledger, Ledger::new());
}

#[test]
fn a_carried_package_comes_on_the_day_and_in_the_window_accepted() {
    let two_hours = Promise::TwoHour { ordered: hm(14, 0) };
    let late = package("A", 1)
        .with_promise(two_hours)
        .with_ready(hm(14, 30));
    let request = request(vec![late, package("B", 2)], 1);
    let mut ledger = Ledger::new();
    ledger.close(run(&request, &[], &[])).unwrap();
    let evening = TimeWindow::hm((18, 0), (21, 0));
    let acceptance = Acceptance {
        from: Some(date(5)),
        windows: vec![evening],
    };
    ledger.accept(&"A".into(), acceptance.clone()).unwrap();
    let error = ledger.accept(&"C".into(), acceptance).unwrap_err();
    assert_eq!(
        error.to_string(),
        "package \"C\": does not wait in the ledger"
    );

    let third = ledger.next_day(tomorrow(&request), date(3)).unwrap();
    let ids = |day: &ServiceDay| -> Vec<String> {
        day.packages().iter().map(|p| p.id().to_string()).collect()
    };
    assert_eq!(
        (ids(&third), third.date()),
        (vec!["B".to_owned()], Some(date(3)))
    );
    let fifth = ledger.next_day(tomorrow(&request), date(5)).unwrap();
    assert_eq!(ids(&fifth), ["A"]);
    let package = &fifth.packages()[0];
    assert_eq!(package.windows(), [evening]);
    // It is at the station; the promise of the day it was ordered was broken there.
    assert_eq!(package.ready(), Some(TimeOfDay::MIDNIGHT));
    assert_eq!(package.promise(), Promise::NextDay);
}

#[test]
fn a_day_that_cannot_be_made_leaves_all_in_the_ledger() {
    let request = request(vec![package("A", 1).with_pin("V1"), package("B", 2)], 1);
    let mut ledger = Ledger::new();
    let day = run(&request, &[], &[]);
    ledger.close(day.clone()).unwrap();
    let before = ledger.clone();
    // The same packages again, and a van that is gone.
    let error = ledger.close(day).unwrap_err();
    assert_eq!(error.problems().len(), 2);
    assert_eq!(
        error.problems()[0].to_string(),
        "package \"A\": is in the ledger and in the day"
    );
    let other = tomorrow(&request).edit_vehicles(|vans| vans[0] = Vehicle::cargo_van("V2"));
    let error = ledger.next_day(other.clone(), date(3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "package \"A\": pin: no vehicle is called \"V1\""
    );
    let again = tomorrow(&request).packages([package("B", 3)]);
    assert!(ledger.next_day(again, date(3)).is_err());
    assert_eq!(ledger, before);
    // By hand it can be helped.
    let (package, attempts) = ledger.withdraw(&"A".into()).unwrap();
    assert_eq!((package.id().as_str(), attempts.len()), ("A", 0));
    assert_eq!(ledger.withdraw(&"A".into()), None);
    assert_eq!(ledger.next_day(other, date(3)).unwrap().packages().len(), 1);
}

#[test]
fn a_van_that_is_not_back_is_named_and_its_packages_are_carried() {
    let request = request(vec![package("A", 1), package("B", 2)], 2);
    let events = [
        departed(hm(8, 0), "V1"),
        Event::VehicleOut {
            at: hm(8, 5),
            vehicle: "V1".into(),
        },
    ];
    let day = run(&request, &[&[0], &[1]], &events);
    assert_eq!(
        day.package(&"A".into()).unwrap().whereabouts,
        Whereabouts::Vehicle
    );
    let mut ledger = Ledger::new();
    let closing = ledger.close(day).unwrap();
    assert_eq!(closing.not_back, ["V1".into()]);
    assert_eq!(closing.tally().carried, 2);
}

#[test]
fn two_failures_in_one_day_are_two_attempts() {
    let request = request(vec![package("A", 1)], 1);
    let twice = [
        departed(hm(8, 0), "V1"),
        arrived(hm(9, 0), "V1", "A"),
        attempted(hm(9, 1), "A"),
        arrived(hm(15, 0), "V1", "A"),
        attempted(hm(15, 1), "A"),
    ];
    let mut ledger = Ledger::new();
    let day = run(&request, &[&[0]], &twice);
    assert_eq!(fates(&mut ledger, day)[0].1, Fate::Carried { attempts: 2 });
    // With fewer attempts allowed, the second is the last.
    let settings = Settings::new().with_most_attempts(2);
    let mut day = Day::with_settings(&request, &plan(&request, &[&[0]]), settings).unwrap();
    for event in &twice {
        day.apply(event).unwrap();
    }
    let because = ReturnReason::Attempts;
    let fate = fates(&mut Ledger::new(), day).remove(0).1;
    assert_eq!(fate, Fate::ReturnedToSender { because });
}

/// V1 was late at A, tried B for the second time and C in vain; V2 has not left.
fn worked_day() -> Day {
    let request = request(
        vec![
            package("A", 1).with_window(TimeWindow::hm((8, 0), (9, 0))),
            package("B", 2).with_attempts(1),
            package("C", 3),
            package("D", 4),
        ],
        2,
    );
    let own = Provider::new("own", ProviderKind::OwnFleet);
    let request = request
        .to_builder()
        .providers([own])
        .edit_vehicles(|vans| vans[0] = Vehicle::cargo_van("V1").with_provider("own"))
        .build()
        .unwrap();
    let events = [
        departed(hm(8, 0), "V1"),
        arrived(hm(9, 0), "V1", "A"),
        delivered(hm(9, 20), "A"),
        arrived(hm(9, 40), "V1", "B"),
        delivered(hm(9, 45), "B"),
        arrived(hm(10, 0), "V1", "C"),
        attempted(hm(10, 5), "C"),
        returned(hm(10, 30), "V1"),
    ];
    run(&request, &[&[0, 1, 2], &[3]], &events)
}

#[test]
fn what_was_done_is_set_against_what_was_planned() {
    let actuals = worked_day().actuals();
    assert_eq!(actuals.vehicles.len(), 2);
    let (name, card) = &actuals.vehicles[0];
    assert_eq!(name.as_str(), "V1");
    assert_eq!(actuals.providers, [("own".into(), *card)]);
    assert_eq!(
        (
            card.planned_packages,
            card.planned_stops,
            card.planned_on_time
        ),
        (3, 3, 3)
    );
    // Four legs of ten minutes and three hand-overs of five.
    assert_eq!(card.planned_on_road, Span::from_minutes(55));
    assert_eq!(
        (card.delivered, card.on_time, card.late),
        (2, 1, Span::from_minutes(20))
    );
    // B was tried before, so that A and C are what is tried for the first time.
    assert_eq!(
        (
            card.first_attempts,
            card.first_successes,
            card.failed_attempts
        ),
        (2, 1, 1)
    );
    assert_eq!((card.stops, card.on_road), (3, Span::from_minutes(150)));
    assert_eq!(card.on_time_share(), Some(0.5));
    assert_eq!(card.first_attempt_share(), Some(0.5));
    assert_eq!(card.completion(), Some(2.0 / 3.0));
    assert!((card.stops_per_on_road_hour() - 1.2).abs() < 1e-12);
    // The other van has not left.
    let idle = &actuals.vehicles[1].1;
    assert_eq!((idle.delivered, idle.on_time_share()), (0, None));
    assert!(idle.stops_per_on_road_hour().abs() < 1e-12);
    assert_eq!(actuals.total, card.plus(idle));
}

#[test]
fn what_was_done_is_a_table() {
    let table = worked_day().actuals().to_string();
    let lines: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let shown = [
        "V1", "3", "2", "66.7", "%", "50.0", "%", "20.0", "50.0", "%", "1.2",
    ];
    assert_eq!(lines[1], shown);
    assert_eq!(
        lines[2],
        ["V2", "1", "0", "0.0", "%", "-", "0.0", "-", "0.0"]
    );
    assert_eq!((lines[3][0], lines[4][0], lines.len()), ("own", "all", 5));
}

#[test]
fn a_hundred_thousand_packages_at_one_door_are_taken_in() {
    let n = 100_000;
    let door = |i: usize| Package::new(format!("P{i}"), Place::row(1), "60608");
    let request = request((0..n).map(door).collect(), 1);
    let route: Vec<usize> = (0..n).collect();
    let mut day = Day::new(&request, &plan(&request, &[&route])).unwrap();
    day.apply(&departed(hm(8, 0), "V1")).unwrap();
    day.apply(&arrived(hm(8, 10), "V1", "P0")).unwrap();
    for i in 0..n {
        day.apply(&delivered(hm(8, 10), &format!("P{i}"))).unwrap();
    }
    let closing = Ledger::new().close(day).unwrap();
    assert_eq!(closing.tally().delivered, n as u64);
}

#[test]
fn a_return_that_breaks_on_the_way_is_collected_all_the_same() {
    let back = package("R", 1).with_kind(PackageKind::ReturnPickup);
    let request = request(vec![back], 1);
    let (at, package) = (hm(9, 0), || "R".into());
    let events = [
        departed(hm(8, 0), "V1"),
        arrived(at, "V1", "R"),
        Event::PickedUp {
            at,
            package: package(),
        },
        Event::Damaged {
            at,
            package: package(),
        },
    ];
    let day = run(&request, &[&[0]], &events);
    let fate = fates(&mut Ledger::new(), day).remove(0).1;
    assert_eq!(fate, Fate::Collected { at });
}
