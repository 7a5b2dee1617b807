//! Plans: a small day computed by hand, and what a plan promises besides its times.

use doorstep::model::{Costs, PackageKind, ServiceTimes, TravelMatrix};
use doorstep::plan::{
    Dimension, Plan, Reason, RouteDraft, Scorecard, assemble, fingerprint, validate,
};
use doorstep::sortation::{Grouping, group};
use doorstep::units::{Capacity, Date, Load, Meters};
use doorstep::{
    HandOff, Money, Package, Place, Promise, ServiceDay, Span, Station, TimeOfDay, TimeWindow,
    Vehicle,
};

/// What the golden day is made of, for tests that change one thing.
pub(crate) struct Parts {
    pub(crate) packages: Vec<Package>,
    pub(crate) vehicles: Vec<Vehicle>,
    pub(crate) hours: TimeWindow,
}

/// A package of one item.
fn package(id: &str, row: u32, volume_cm3: u64, weight_g: u64) -> Package {
    Package::new(id, Place::row(row), "60608").with_load(Load {
        count: 1,
        volume_cm3,
        weight_g,
    })
}

pub(crate) fn parts() -> Parts {
    let two_hour = Promise::TwoHour {
        ordered: TimeOfDay::hm(6, 1),
    };
    let packages = vec![
        package("P1", 1, 1_000, 100).with_promise(two_hour),
        package("P2", 1, 2_000, 200).with_hand_off(HandOff::Signature),
        package("P3", 2, 500, 50)
            .with_hand_off(HandOff::AgeCheck)
            .with_window(TimeWindow::hm((8, 30), (9, 0))),
        package("P4", 2, 500, 50).with_service_time(Span::from_seconds(20)),
        package("P5", 3, 4_000, 400).with_kind(PackageKind::ReturnPickup),
        package("P6", 3, 100, 10).with_tender(Money::from_units(7)),
        package("P7", 3, 9_000, 10).with_need("liftgate"),
        package("P8", 2, 300, 30)
            .with_service_time(Span::from_seconds(40))
            .with_pin("V2"),
    ];
    let capacity = Capacity::UNLIMITED
        .with_count(8)
        .with_volume_cm3(8_000)
        .with_weight_g(1_600);
    // Small vans, but one large enough that no stop is split for it.
    let vehicles = vec![
        Vehicle::cargo_van("V1").with_capacity(capacity),
        Vehicle::flex_car("V2")
            .with_capacity(Capacity::UNLIMITED)
            .with_start(Place::row(3))
            .with_costs(Costs::driving_only()),
    ];
    Parts {
        packages,
        vehicles,
        hours: TimeWindow::DELIVERY_HOURS,
    }
}

/// Metres and seconds from row to column; the way back is longer.
fn matrix() -> TravelMatrix {
    let meters = [
        vec![0.0, 1_000.0, 2_000.0, 3_000.0],
        vec![1_100.0, 0.0, 500.0, 900.0],
        vec![2_200.0, 600.0, 0.0, 700.0],
        vec![3_100.0, 950.0, 750.0, 0.0],
    ];
    let seconds = [
        vec![0.0, 120.0, 240.0, 600.0],
        vec![130.0, 0.0, 60.0, 150.0],
        vec![260.0, 90.0, 0.0, 100.0],
        vec![620.0, 170.0, 110.0, 0.0],
    ];
    TravelMatrix::new(&meters, &seconds).unwrap()
}

impl Parts {
    pub(crate) fn build(self) -> ServiceDay {
        ServiceDay::builder(Station::new("DCH1", Place::row(0)))
            .date(Date::new(2018, 8, 8).unwrap())
            .delivery_hours(self.hours)
            .packages(self.packages)
            .vehicles(self.vehicles)
            .travel(matrix())
            .service_times(ServiceTimes::default())
            .build()
            .unwrap()
    }
}

/// The stop that holds each of these packages.
fn stops_with(day: &ServiceDay, grouping: &Grouping, packages: &[&str]) -> Vec<u32> {
    let find = |id: &&str| {
        let at = day.packages().iter().position(|p| p.id().as_str() == *id);
        grouping.stop_of(at.unwrap())
    };
    packages.iter().map(find).collect()
}

/// One vehicle's route: its index, when it leaves, a package of each of its stops.
pub(crate) type Tour<'a> = (usize, TimeOfDay, &'a [&'a str]);

pub(crate) const TOURS: [Tour<'static>; 2] = [
    (0, TimeOfDay::hm(8, 0), &["P1", "P3", "P5"]),
    (1, TimeOfDay::hm(9, 0), &["P8"]),
];

/// The plan of these tours; P6 and P7 stay behind.
pub(crate) fn plan(day: &ServiceDay, tours: &[Tour<'_>]) -> Plan {
    let grouping = group(day);
    let draft = |&(vehicle, depart, packages): &Tour<'_>| RouteDraft {
        vehicle,
        driver: None,
        stops: stops_with(day, &grouping, packages),
        depart,
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    let drafts: Vec<RouteDraft> = tours.iter().map(draft).collect();
    let left = stops_with(day, &grouping, &["P7", "P6"]);
    let reason = Reason::MissingCapability {
        capability: "liftgate".into(),
    };
    let unserved = vec![(left[0], reason), (left[1], Reason::NoRoom)];
    assemble(day, &grouping, day.travel(), &drafts, unserved)
}

pub(crate) fn golden() -> (ServiceDay, Plan) {
    let day = parts().build();
    let plan = plan(&day, &TOURS);
    (day, plan)
}

/// Times computed by hand; see the table in [`the_day_by_hand`].
fn clock(hours: i64, minutes: i64, seconds: i64) -> TimeOfDay {
    TimeOfDay::from_millis(((hours * 60 + minutes) * 60 + seconds) * 1_000)
}

fn load(count: u32, volume_cm3: u64, weight_g: u64) -> Load {
    Load {
        count,
        volume_cm3,
        weight_g,
    }
}

// V1  depart 08:00:00
//     120 s to row 1, 08:02:00; parking 60 + doorstep 30 + signature 75 = 165 s, 08:04:45
//      60 s to row 2, 08:05:45; waits 1,455 s to 08:30:00; 60 + 90 + 20 = 170 s, 08:32:50
//     100 s to row 3, 08:34:30; 60 + 30 = 90 s, 08:36:00
//     620 s back, 08:46:20: 2,780 s = 900 driving + 425 service + 1,455 waiting
// V2  starts at row 3 at 09:00:00
//     110 s to row 2, 09:01:50; its only package states 40 s, so no parking: 09:02:30
//     260 s to the station, 09:06:50: 410 s
#[test]
fn the_day_by_hand() {
    let (day, plan) = golden();
    assert_eq!(validate(&day, &plan), []);
    let [first, second] = plan.routes.as_slice() else {
        panic!("two routes");
    };
    let times: Vec<_> = first
        .visits
        .iter()
        .map(|v| (v.arrive, v.start, v.leave))
        .collect();
    assert_eq!(
        times,
        [
            (clock(8, 2, 0), clock(8, 2, 0), clock(8, 4, 45)),
            (clock(8, 5, 45), clock(8, 30, 0), clock(8, 32, 50)),
            (clock(8, 34, 30), clock(8, 34, 30), clock(8, 36, 0)),
        ]
    );
    assert_eq!(
        (first.depart, first.back),
        (clock(8, 0, 0), clock(8, 46, 20))
    );
    assert_eq!(first.driving, Span::from_seconds(900));
    assert_eq!(first.service, Span::from_seconds(425));
    assert_eq!(first.waiting, Span::from_seconds(1_455));
    assert_eq!(first.duty(), Span::from_seconds(2_780));
    assert_eq!(first.distance, Meters::from_meters(5_300));
    // 100 + 20 x 2,780 / 3,600 + 0.25 x 5.3
    assert_eq!(
        first.cost,
        Money::from_millicents(10_000_000 + 1_544_444 + 132_500)
    );

    let loads: Vec<Load> = first.visits.iter().map(|v| v.load_after).collect();
    assert_eq!(
        loads,
        [load(2, 1_000, 100), load(0, 0, 0), load(1, 4_000, 400)]
    );
    assert_eq!(first.load, load(4, 4_000, 400));
    assert_eq!(first.peak, load(4, 4_000, 400));

    let visit = &second.visits[0];
    assert_eq!(
        (visit.arrive, visit.leave),
        (clock(9, 1, 50), clock(9, 2, 30))
    );
    assert_eq!(second.back, clock(9, 6, 50));
    assert_eq!(second.distance, Meters::from_meters(2_950));
    // One cent a second, 370 of them.
    assert_eq!(second.cost, Money::from_cents(370));
}

#[test]
fn what_is_left_is_tendered_or_has_its_reason() {
    let (_, plan) = golden();
    assert_eq!(plan.tendered.len(), 1);
    assert_eq!(plan.tendered[0].package.as_str(), "P6");
    assert_eq!(plan.tendered[0].price, Money::from_units(7));
    assert_eq!(plan.unserved.len(), 1);
    assert_eq!(plan.unserved[0].package.as_str(), "P7");
    assert_eq!(
        plan.unserved[0].reason.to_string(),
        "no vehicle that may serve it is capable of liftgate"
    );
}

#[test]
fn last_in_first_out_and_pickups_are_not_loaded() {
    let (_, plan) = golden();
    let order: Vec<&str> = plan.routes[0]
        .load_order
        .iter()
        .map(|id| id.as_str())
        .collect();
    assert_eq!(order, ["P4", "P3", "P2", "P1"]);
}

#[test]
fn the_scorecard_as_a_table() {
    let (_, plan) = golden();
    let expected = "\
packages                               8
  on routes                            6
  with carriers                        1
  unserved                             1
stops                                  4
vans                                   2
kilometres                           8.2
hours driving                       0.35
hours of service                    0.13
hours waiting                       0.40
hours on road                       0.89
hours paid                          0.89
stops per on-road hour               4.5
on time                           83.3 %
full by count                     50.0 %
full by volume                    50.0 %
full by weight                    25.0 %
block re-entries a route               -
zones a route                          -
ZIPs a route                         1.0
overlap of routes                      -
cost                              127.47
  vehicles                        100.00
  duty                             15.44
  distance                          1.33
  driving                           3.70
  carriers                          7.00
at 100.00 a vehicle, 20.00 a duty hour, 0.25 a km, 0.00 a driving hour";
    assert_eq!(plan.scorecard.to_string(), expected);
}

#[test]
fn scorecards_of_stations_are_summed() {
    let (_, plan) = golden();
    let card = plan.scorecard;
    let both = Scorecard::total([&card, &card]);
    assert_eq!(both.packages, 16);
    assert_eq!(both.on_road, Span::from_seconds(2 * 3_190));
    assert_eq!(both.cost.total(), Money::from_millicents(2 * 12_746_944));
    assert_eq!(both.utilisation.count.mean(), card.utilisation.count.mean());
    assert_eq!(both.on_time_share(), card.on_time_share());
    assert_eq!(both.costs, card.costs);

    let mut other = card.clone();
    other.costs = Some(Costs::distance_only());
    let mixed = Scorecard::total([&card, &other]);
    assert_eq!(mixed.costs, None);
    assert!(mixed.to_string().ends_with("at different prices"));
    assert_eq!(Scorecard::total([]), Scorecard::default());
}

#[test]
fn an_empty_day_has_an_empty_plan() {
    let day = ServiceDay::builder(Station::new("S", Place::at(41.0, -87.0)))
        .build()
        .unwrap();
    let plan = assemble(&day, &group(&day), day.travel(), &[], Vec::new());
    assert_eq!(validate(&day, &plan), []);
    assert!(plan.routes.is_empty());
    assert_eq!(plan.scorecard.on_time_share(), None);
    assert!(
        plan.scorecard
            .to_string()
            .contains("on time                                -")
    );
}

#[test]
fn routes_come_in_the_order_of_the_fleet_and_empty_drafts_not_at_all() {
    let day = parts().build();
    let backwards = [TOURS[1], (0, TimeOfDay::hm(7, 0), &[] as &[&str]), TOURS[0]];
    assert_eq!(plan(&day, &backwards), plan(&day, &TOURS));
}

#[test]
fn a_vehicle_waits_for_the_window_that_opens_next() {
    let mut parts = parts();
    let windows = [((6, 0), (7, 0)), ((8, 20), (8, 22)), ((8, 40), (9, 0))];
    let windows = windows.map(|(from, to)| TimeWindow::hm(from, to));
    parts.packages[4] = package("P5", 3, 10, 10).with_windows(windows);
    let day = parts.build();
    let visit = |depart| {
        let plan = plan(&day, &[(0, depart, &["P5"])]);
        let visit = &plan.routes[0].visits[0];
        (visit.arrive, visit.start)
    };
    // Ten minutes to row 3.
    assert_eq!(visit(clock(8, 0, 0)), (clock(8, 10, 0), clock(8, 20, 0)));
    assert_eq!(visit(clock(8, 12, 0)), (clock(8, 22, 0), clock(8, 22, 0)));
    assert_eq!(visit(clock(8, 12, 1)), (clock(8, 22, 1), clock(8, 40, 0)));
    assert_eq!(
        visit(clock(9, 0, 0)),
        (clock(9, 10, 0), clock(9, 10, 0)),
        "late, at once"
    );
}

#[test]
fn the_fingerprint_tells_who_brings_what_when() {
    let (day, plan) = golden();
    // FNV-1a over the documented bytes, computed apart from this crate.
    assert_eq!(plan.fingerprint, FINGERPRINT);
    let other = |tours: &[Tour<'_>]| super::plan::plan(&day, tours).fingerprint;
    assert_eq!(other(&TOURS), FINGERPRINT);
    let later = (0, TimeOfDay::hm(8, 1), TOURS[0].2);
    assert_ne!(other(&[later, TOURS[1]]), FINGERPRINT);
    let turned: Tour<'_> = (0, TimeOfDay::hm(8, 0), &["P1", "P5", "P3"]);
    assert_ne!(other(&[turned, TOURS[1]]), FINGERPRINT);
    assert_eq!(fingerprint(&[]), 0xcbf2_9ce4_8422_2325);
}

const FINGERPRINT: u64 = 0x46ad_b94c_9fab_4575;

#[test]
fn reasons_are_sentences_with_numbers() {
    let pinned = Reason::PinnedVehicle {
        vehicle: "V3".into(),
        because: Box::new(Reason::OutOfReach {
            back: TimeOfDay::hm(23, 10),
            shift_end: TimeOfDay::hm(22, 0),
        }),
    };
    assert_eq!(
        pinned.to_string(),
        "pinned to vehicle V3: a vehicle doing nothing else would be back at 23:10, after its \
         shift ends at 22:00"
    );
    let late = Reason::WindowUnreachable {
        earliest_arrival: TimeOfDay::hm(9, 5),
        window_end: TimeOfDay::hm(9, 0),
    };
    assert!(late.to_string().contains("09:05") && late.to_string().contains("09:00"));
    let large = Reason::TooLarge {
        dimension: Dimension::Volume,
        needs: 12,
        largest: 9,
    };
    assert!(large.to_string().contains("12 cm3") && large.to_string().contains("9 cm3"));
}

#[cfg(feature = "json")]
#[test]
fn a_plan_survives_json() {
    let (_, plan) = golden();
    let text = serde_json::to_string_pretty(&plan).unwrap();
    assert!(text.contains("\"arrive\": \"08:02\""), "{text}");
    assert!(text.contains("\"rule\": \"missing_capability\""), "{text}");
    assert!(
        text.contains(&format!("\"fingerprint\": \"{FINGERPRINT:016x}\"")),
        "{text}"
    );
    let again: Plan = serde_json::from_str(&text).unwrap();
    assert_eq!(again, plan);

    let typo = text.replacen("\"unserved\"", "\"unservd\"", 1);
    let error = serde_json::from_str::<Plan>(&typo).unwrap_err();
    assert!(
        error.to_string().contains("unknown field `unservd`"),
        "{error}"
    );
    for bad in ["12", "0x12345678901234", "+234567890123456"] {
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value["fingerprint"] = bad.into();
        assert!(serde_json::from_value::<Plan>(value).is_err(), "{bad}");
    }
}

#[cfg(feature = "json")]
#[test]
fn every_reason_survives_json() {
    let inner = Reason::DutyTooLong {
        needs: Span::from_minutes(90),
        limit: Span::from_minutes(60),
    };
    let reasons = [
        Reason::NoVehicle,
        Reason::NoWindow,
        Reason::NoRoom,
        Reason::TooLarge {
            dimension: Dimension::Count,
            needs: u64::MAX,
            largest: 0,
        },
        Reason::PinnedVehicle {
            vehicle: "V".into(),
            because: Box::new(inner),
        },
    ];
    for reason in reasons {
        let text = serde_json::to_string(&reason).unwrap();
        assert_eq!(
            serde_json::from_str::<Reason>(&text).unwrap(),
            reason,
            "{text}"
        );
    }
}
