//! What holds for any events in any order, on one day and over weeks.

use std::collections::{BTreeMap, BTreeSet};

use doorstep::execution::{
    Acceptance, AttemptReason, Churn, Day, Event, EventLog, Fate, Ledger, Phase, ReturnReason,
    Settings, Status, Whereabouts,
};
use doorstep::model::{
    Alternative, Break, Driver, DriverId, Locker, PackageKind, Pickup, StopId, Traffic,
    TravelMatrix, TravelSpec, VehicleId,
};
use doorstep::plan::{Plan, Reason, RestDraft, RouteDraft, assemble, validate};
use doorstep::sortation::group;
use doorstep::units::Date;
use doorstep::{
    Money, Package, PackageId, Place, ServiceDay, Span, Station, TimeOfDay, TimeWindow, Vehicle,
};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq};
use proptest::prop_oneof;

/// What may happen next: kind, two choices, minutes since the last event.
type Choice = (u8, u8, u8, u8);

/// Mostly the way a day goes, with all else in between.
fn choice() -> impl Strategy<Value = Choice> {
    let kind = prop_oneof![
        2 => proptest::strategy::Just(0_u8),
        6 => proptest::strategy::Just(1_u8),
        6 => proptest::strategy::Just(2_u8),
        3 => proptest::strategy::Just(3_u8),
        3 => proptest::strategy::Just(8_u8),
        2 => proptest::strategy::Just(16_u8),
        1 => 0_u8..18,
    ];
    (kind, any::<u8>(), any::<u8>(), 0_u8..20)
}

/// A choice with the state it is made in.
struct Moment<'a> {
    day: &'a Day,
    choice: Choice,
    at: TimeOfDay,
    vehicle: VehicleId,
}

/// The event that a choice makes of a state; often possible, and by no means always.
fn event(day: &Day, choice: Choice, now: TimeOfDay, nth: usize) -> Event {
    let (kind, a, _, minutes) = choice;
    let vehicles = day.request().vehicles();
    let van = vehicles.get(usize::from(a) % (vehicles.len() + 1));
    // One event in twenty is late to come in.
    let at = match minutes {
        19 => now - Span::from_minutes(25),
        _ => now + Span::from_minutes(i64::from(minutes / 4)),
    };
    let moment = Moment {
        day,
        choice,
        at,
        vehicle: van.map_or(VehicleId::from("?"), |van| van.id().clone()),
    };
    match kind {
        16 => moment.replanned(),
        17 => moment.taken_over(),
        0 | 1 | 9 | 10 | 11 | 15 => moment.of_vehicle(),
        2 | 3 | 4 | 8 => moment.at_door(),
        _ => moment.anywhere(nth),
    }
}

impl Moment<'_> {
    fn pick(&self, n: usize) -> usize {
        usize::from(self.choice.2) % n.max(1)
    }

    fn any_package(&self) -> PackageId {
        let all: Vec<&PackageId> = self.day.packages().map(Package::id).collect();
        let known = all.get(self.pick(all.len() + 1));
        known.map_or(PackageId::from("?"), |&id| id.clone())
    }

    fn of_vehicle(&self) -> Event {
        let (at, vehicle) = (self.at, self.vehicle.clone());
        match self.choice.0 {
            0 => Event::Departed { at, vehicle },
            1 => {
                let state = self.day.vehicle(&vehicle);
                let ahead = state.map_or(Vec::new(), |state| state.ahead);
                let routes = self.day.plan().routes.iter();
                let visits = routes.flat_map(|route| &route.visits);
                let stops: Vec<&StopId> = visits.map(|visit| &visit.stop).collect();
                let stop = match (self.choice.2, ahead.first()) {
                    (0..180, Some(next)) => next.stop.clone(),
                    _ if stops.is_empty() => StopId::from("?"),
                    _ => stops[self.pick(stops.len())].clone(),
                };
                Event::Arrived { at, vehicle, stop }
            }
            9 => {
                let by = Span::from_minutes(i64::from(self.choice.2) - 5);
                Event::Delayed { at, vehicle, by }
            }
            10 => Event::VehicleOut { at, vehicle },
            11 => Event::DriverOut { at, vehicle },
            _ => Event::Returned { at, vehicle },
        }
    }

    /// The rest planned anew, which is always possible in itself.
    fn replanned(&self) -> Event {
        let at = self.at;
        let replan = self.day.replan(at, &Churn::default()).unwrap();
        let broken = validate(replan.request(), replan.plan());
        assert_eq!(broken, [], "{:?}", replan.plan());
        match replan.into_event() {
            Some(event) => event,
            None => Event::Replanned {
                at,
                routes: Vec::new(),
            },
        }
    }

    fn taken_over(&self) -> Event {
        let vans = self.day.request().vehicles();
        let from = vans[self.pick(vans.len())].id().clone();
        let (at, vehicle) = (self.at, self.vehicle.clone());
        let drivers = self.day.request().drivers();
        let driver = drivers.get(self.pick(drivers.len() + 1));
        Event::TakenOver {
            at,
            vehicle,
            from,
            driver: driver.map(|driver| driver.id().clone()),
        }
    }

    fn at_door(&self) -> Event {
        let at = self.at;
        let state = self.day.vehicle(&self.vehicle);
        let here = state.and_then(|state| state.at);
        let here = here.map_or(Vec::new(), |stop| [stop.packages, stop.collects].concat());
        let package = here.get(self.pick(here.len())).cloned();
        let package = package.unwrap_or_else(|| self.any_package());
        match self.choice.0 {
            2 => Event::Delivered { at, package },
            3 => {
                let reason = match self.choice.2 {
                    b if b.is_multiple_of(2) => AttemptReason::NotHome,
                    b => AttemptReason::Other(format!("reason {b}")),
                };
                Event::Attempted {
                    at,
                    package,
                    reason,
                }
            }
            4 => Event::Refused { at, package },
            _ => Event::PickedUp { at, package },
        }
    }

    fn anywhere(&self, nth: usize) -> Event {
        let (kind, a, b, _) = self.choice;
        let at = self.at;
        let package = self.any_package();
        match kind {
            5 => Event::Misdelivered { at, package },
            6 => Event::Lost { at, package },
            7 => Event::Damaged { at, package },
            12 => {
                let nth = if b < 40 { 0 } else { nth };
                let id = format!("{}+{nth}", self.day.request().date().unwrap());
                let package = Box::new(self::package(&id, b));
                Event::PackageAdded { at, package }
            }
            13 => Event::PackageCancelled { at, package },
            _ => {
                let from = u32::from(a % 20);
                let windows = match b % 3 {
                    0 => Vec::new(),
                    _ => vec![TimeWindow::hm((from, 0), (from + 3, 0))],
                };
                Event::WindowChanged {
                    at,
                    package,
                    windows,
                }
            }
        }
    }
}

/// A package of one of a few doors; some are returns, some may go with a carrier.
fn package(id: &str, look: u8) -> Package {
    let mut package = Package::new(id, Place::row(1 + u32::from(look % 9)), "60608");
    if look.is_multiple_of(5) {
        package = package.with_kind(PackageKind::ReturnPickup);
    }
    if look.is_multiple_of(4) {
        package = package.with_service_time(Span::from_minutes(2));
    }
    if look.is_multiple_of(7) {
        let from = 8 + u32::from(look % 3);
        package = package.with_window(TimeWindow::hm((from, 0), (from + 2, 0)));
    }
    if look.is_multiple_of(11) {
        package = package.with_tender(Money::from_units(7));
    }
    match look % 13 {
        3 => package.with_together("kit"),
        6 => package.with_apart("lot"),
        2 | 9 if package.kind() == PackageKind::Delivery => {
            package.with_pickup(Pickup::new(Place::row(1 + u32::from(look % 4)), "60608"))
        }
        4 | 11 if package.kind() == PackageKind::Delivery => {
            let neighbour = Alternative::new(Place::row(1 + u32::from(look % 7)), "60608");
            let package = package.with_alternative(Alternative::at_locker("L"));
            package.with_alternative(neighbour)
        }
        _ => package,
    }
}

/// Rules of a day, as bits: routes that end anywhere, drivers apart from vehicles, travel by the
/// hour, breaks.
const OPEN_END: u8 = 1;
const DRIVERS: u8 = 2;
const HOURS: u8 = 4;
const BREAKS: u8 = 8;

fn builder(rules: u8) -> doorstep::model::ServiceDayBuilder {
    let leg = |i: usize, j: usize| 60.0 * i.abs_diff(j) as f64 + if i > j { 30.0 } else { 0.0 };
    let legs: Vec<Vec<f64>> = (0..10)
        .map(|i| (0..10).map(|j| leg(i, j)).collect())
        .collect();
    let van = |name| {
        let mut van = Vehicle::cargo_van(name);
        if rules & OPEN_END != 0 {
            van = van.with_open_end();
        }
        if rules & BREAKS != 0 {
            let minutes = Span::from_minutes;
            van = van
                .with_break(Break::on_duty(minutes(12), minutes(3)))
                .with_break(Break::between(
                    TimeWindow::hm((8, 20), (8, 35)),
                    minutes(10),
                ))
                .with_break(Break::driving(minutes(20), minutes(5)));
        }
        van
    };
    let builder = ServiceDay::builder(Station::new("S", Place::row(0)))
        .lockers([Locker::new("L", Place::row(9), "60608").with_slots(99, 1_000_000)])
        .vehicles(["V1", "V2", "V3"].map(van))
        .travel(
            match (TravelMatrix::new(&legs, &legs).unwrap(), rules & HOURS) {
                (free, 0) => TravelSpec::from(free),
                (free, _) => {
                    TravelSpec::hourly(free, Traffic::by_hour([30; 24]).with_speed(8..9, 70))
                }
            },
        );
    if rules & DRIVERS == 0 {
        return builder;
    }
    // Of those without a route, one may drive everything and one has little time.
    builder.drivers([
        Driver::new("D1").with_vehicle("V1").with_vehicle("V2"),
        Driver::new("D2").with_day_pay(Money::from_units(50)),
        Driver::new("D3").with_max_duty(Span::from_minutes(40)),
        Driver::new("D4").with_hourly_pay(Money::from_units(30)),
        Driver::new("D5").with_shift(TimeWindow::hm((8, 0), (8, 45))),
    ])
}

fn date(day: u8) -> Date {
    Date::new(2026, 11, day).unwrap()
}

/// Every stop goes to the next of the three vans; each fifth stays.
fn plan(day: &ServiceDay) -> Plan {
    let grouping = group(day);
    let mut drafts: Vec<RouteDraft> = (0..3)
        .map(|vehicle| RouteDraft {
            vehicle,
            driver: (!day.drivers().is_empty()).then_some(vehicle),
            stops: Vec::new(),
            depart: TimeOfDay::hm(8, 0),
            breaks: Vec::new(),
            reloads: Vec::new(),
        })
        .collect();
    let mut left = Vec::new();
    if !day.vehicles()[0].breaks().is_empty() {
        // The first has two of its breaks, in whatever order, the second one and the third none.
        let rest = |number, visit, after_service| RestDraft {
            number,
            visit,
            after_service,
        };
        drafts[0].breaks = vec![rest(1, 0, true), rest(0, 1, false)];
        drafts[1].breaks = vec![rest(1, 1, false)];
    }
    for stop in 0..u32::try_from(grouping.stops().len()).unwrap() {
        let group = &grouping.stops()[stop as usize];
        match stop % 5 {
            _ if group.collects || group.elsewhere.is_some() => {}
            4 => left.push((stop, Reason::NoRoom)),
            n => {
                // At the door, in the locker or with the neighbour.
                let package = group.packages[0] as usize;
                let other = (stop % 3).checked_sub(1);
                let other = other.and_then(|number| grouping.alternative_of(package, number));
                let first = group.partner.into_iter();
                let stops = first.chain([other.unwrap_or(stop)]);
                drafts[n as usize % 3].stops.extend(stops);
            }
        }
    }
    assemble(day, &grouping, day.travel(), &drafts, left)
}

fn request(looks: &[u8], rules: u8) -> ServiceDay {
    let packages = looks.iter().enumerate();
    let packages = packages.map(|(i, &look)| package(&format!("P{i}"), look));
    builder(rules)
        .date(date(1))
        .packages(packages)
        .build()
        .unwrap()
}

/// What is expected of every stop, as each vehicle's state says.
fn expected(day: &Day) -> BTreeMap<StopId, TimeOfDay> {
    let states = day
        .request()
        .vehicles()
        .iter()
        .map(|van| day.vehicle(van.id()).unwrap());
    let ahead = states.flat_map(|state| state.ahead);
    ahead
        .filter_map(|stop| Some((stop.stop, stop.eta?)))
        .collect()
}

/// What holds in every state.
fn sound(day: &Day) -> Result<(), proptest::test_runner::TestCaseError> {
    let mut carried: BTreeSet<PackageId> = BTreeSet::new();
    let mut driving: BTreeSet<DriverId> = BTreeSet::new();
    for van in day.request().vehicles() {
        let state = day.vehicle(van.id()).unwrap();
        let under_way = matches!(state.phase, Phase::AtStart | Phase::Driving | Phase::AtStop);
        if under_way && !day.request().drivers().is_empty() {
            prop_assert!(state.driver.is_some(), "{} drives itself", van.id());
        }
        if let Some(driver) = state.driver {
            prop_assert!(driving.insert(driver.clone()), "{driver} has two vehicles");
        }
        // What is kept from event to event is what a look at the whole rest gives.
        let fresh: Vec<(StopId, TimeOfDay)> = day
            .etas(van.id())
            .into_iter()
            .map(|(stop, eta)| (stop, eta.expected))
            .collect();
        let kept = state
            .ahead
            .iter()
            .filter_map(|stop| Some((stop.stop.clone(), stop.eta?)));
        prop_assert_eq!(kept.collect::<Vec<_>>(), fresh);
        for (before, stop) in (usize::from(state.at.is_some())..).zip(&state.ahead) {
            prop_assert!(stop.packages.is_empty() != stop.collects.is_empty());
            for id in stop.packages.iter().filter(|_| stop.eta.is_some()) {
                prop_assert_eq!(day.stops_before(id), Some(before));
                let eta = day.eta(id).unwrap();
                prop_assert!(eta.p10 <= eta.expected && eta.expected <= eta.p90);
                prop_assert_eq!(Some(eta.expected), stop.eta);
            }
        }
        prop_assert_eq!(state.at.is_some(), state.phase == Phase::AtStop);
        for id in &state.on_board {
            prop_assert!(carried.insert(id.clone()), "{id} is on two vehicles");
        }
    }
    for package in day.packages() {
        let state = day.package(package.id()).unwrap();
        let on_vehicle = state.whereabouts == Whereabouts::Vehicle;
        prop_assert_eq!(on_vehicle, carried.contains(package.id()));
        let fits = match state.status {
            Status::OnBoard => on_vehicle,
            Status::Planned | Status::Unplanned => {
                let collected = package.pickup().is_some();
                !on_vehicle && collected == (state.whereabouts == Whereabouts::Sender)
            }
            Status::BroughtBack => !on_vehicle,
            Status::Delivered => state.whereabouts == Whereabouts::Customer,
            Status::Lost | Status::Misdelivered => state.whereabouts == Whereabouts::Unknown,
            Status::Tendered => state.whereabouts == Whereabouts::Carrier,
            _ => true,
        };
        prop_assert!(fits, "{state:?}");
    }
    Ok(())
}

/// Applies a choice; an event that is refused changes nothing, one that is not says what changed
/// and is refused when it comes again.
fn apply(
    day: &mut Day,
    choice: Choice,
    now: &mut TimeOfDay,
    nth: usize,
) -> Result<(), proptest::test_runner::TestCaseError> {
    let event = event(day, choice, *now, nth);
    let before = day.clone();
    let mut known = expected(day);
    let allowed = day.check(&event);
    match day.apply(&event) {
        Err(error) => {
            prop_assert_eq!(allowed, Err(error));
            prop_assert!(
                *day == before,
                "{event:?} was refused and changed something"
            );
        }
        Ok(effects) => {
            prop_assert_eq!(allowed, Ok(()));
            *now = (*now).max(event.at());
            for change in effects.etas {
                prop_assert!(change.was != change.eta);
                match change.eta {
                    Some(eta) => known.insert(change.stop, eta),
                    None => known.remove(&change.stop),
                };
            }
            if let Event::Arrived { stop, .. } = &event {
                known.remove(stop);
            }
            prop_assert_eq!(known, expected(day), "{:?}", event);
            prop_assert!(day.check(&event).is_err(), "{event:?} is possible twice");
            prop_assert_eq!(day.log().events().last(), Some(&event));
        }
    }
    Ok(())
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_event_breaks_a_day(
        looks in vec(any::<u8>(), 0..14),
        choices in vec(choice(), 0..90),
        rules in any::<u8>(),
    ) {
        let request = request(&looks, rules);
        let plan = plan(&request);
        let mut day = Day::new(&request, &plan).unwrap();
        sound(&day)?;
        let mut now = TimeOfDay::hm(8, 0);
        for (nth, &choice) in choices.iter().enumerate() {
            apply(&mut day, choice, &mut now, nth)?;
            sound(&day)?;
        }
        // A crash at any event: what is written leads to the same state.
        let events = day.log().events().to_vec();
        let replayed = day.log().replay(&request, &plan, Settings::default()).unwrap();
        prop_assert!(replayed == day);
        let half: EventLog = events[..events.len() / 2].iter().cloned().collect();
        let mut resumed = half.replay(&request, &plan, Settings::default()).unwrap();
        for event in &events[events.len() / 2..] {
            resumed.apply(event).unwrap();
        }
        prop_assert!(resumed == day);
        #[cfg(feature = "json")]
        written(&day)?;
        // Whatever comes after the end.
        let closing = Ledger::new().close(day).unwrap();
        prop_assert_eq!(closing.tally().packages(), closing.entries.len() as u64);
    }

    /// The same events in another order, twice over: what is possible is applied, no more.
    #[test]
    fn events_out_of_order_do_no_harm(
        looks in vec(any::<u8>(), 1..10),
        choices in vec(choice(), 0..60),
        order in vec(any::<u16>(), 120),
        rules in any::<u8>(),
    ) {
        let request = request(&looks, rules);
        let plan = plan(&request);
        let mut day = Day::new(&request, &plan).unwrap();
        let mut now = TimeOfDay::hm(8, 0);
        for (nth, &choice) in choices.iter().enumerate() {
            apply(&mut day, choice, &mut now, nth)?;
        }
        let events = day.log().events();
        let mut twice: Vec<(u16, &Event)> = order.into_iter().zip(events.iter().chain(events)).collect();
        twice.sort_by_key(|&(key, _)| key);
        let mut other = Day::new(&request, &plan).unwrap();
        for (_, event) in twice {
            let before = other.clone();
            if other.apply(event).is_err() {
                prop_assert!(other == before);
            }
        }
        sound(&other)?;
        prop_assert!(other.log().events().len() <= events.len());
    }

    /// Three weeks in which anything may happen: no package is lost or doubled.
    #[test]
    fn no_package_is_lost_or_doubled_over_weeks(
        days in vec((vec(any::<u8>(), 0..6), vec(choice(), 0..60), any::<u8>()), 1..21),
        rules in any::<u8>(),
    ) {
        let mut ledger = Ledger::new();
        let mut born: BTreeSet<PackageId> = BTreeSet::new();
        let mut ended: BTreeMap<PackageId, Fate> = BTreeMap::new();
        for (number, (looks, choices, accept)) in (1_u8..).zip(&days) {
            let fresh: Vec<Package> = looks.iter().enumerate()
                .map(|(i, &look)| package(&format!("{number}-{i}"), look))
                .collect();
            let carried: Vec<Package> = ledger.waiting().cloned().collect();
            let request = ledger.next_day(builder(rules).packages(fresh), date(number)).unwrap();
            // All that waited is on the day, but for what is accepted later only.
            let today: BTreeSet<&PackageId> = request.packages().iter().map(Package::id).collect();
            let later: BTreeSet<&PackageId> = ledger.waiting().map(Package::id).collect();
            prop_assert!(today.is_disjoint(&later));
            prop_assert!(carried.iter().all(|p| today.contains(p.id()) || later.contains(p.id())));
            prop_assert!(request.packages().iter().all(|p| p.attempts() < 3));
            let mut day = Day::new(&request, &plan(&request)).unwrap();
            let mut now = TimeOfDay::hm(8, 0);
            for (nth, &choice) in choices.iter().enumerate() {
                apply(&mut day, choice, &mut now, nth)?;
            }
            born.extend(day.packages().map(|package| package.id().clone()));
            let all: Vec<PackageId> = day.packages().map(|package| package.id().clone()).collect();
            let closing = ledger.close(day).unwrap();
            let listed: Vec<PackageId> = closing.entries.iter().map(|e| e.package.clone()).collect();
            prop_assert_eq!(listed, all);
            for entry in closing.entries {
                if let Fate::Carried { attempts } = entry.fate {
                    prop_assert!(attempts < 3);
                    prop_assert_eq!(usize::from(attempts), entry.attempts.len());
                    prop_assert_eq!(ledger.attempts(&entry.package), &entry.attempts[..]);
                    continue;
                }
                let reasons = [ReturnReason::Attempts];
                if let Fate::ReturnedToSender { because } | Fate::NotCollected { because } = entry.fate
                    && reasons.contains(&because)
                {
                    prop_assert_eq!(entry.attempts.len(), 3);
                }
                prop_assert!(ended.insert(entry.package, entry.fate).is_none());
            }
            for package in ledger.waiting() {
                prop_assert_eq!(usize::from(package.attempts()), ledger.attempts(package.id()).len());
            }
            // Somebody asks for another day.
            let waiting: Vec<PackageId> = ledger.waiting().map(|p| p.id().clone()).collect();
            if let Some(id) = waiting.get(usize::from(*accept) % 7) {
                let from = Some(date(number + 1 + accept % 4));
                ledger.accept(id, Acceptance { from, windows: Vec::new() }).unwrap();
            }
        }
        let waiting: BTreeSet<PackageId> = ledger.waiting().map(|p| p.id().clone()).collect();
        prop_assert!(waiting.iter().all(|id| !ended.contains_key(id)));
        let accounted: BTreeSet<PackageId> = ended.into_keys().chain(waiting).collect();
        prop_assert_eq!(accounted, born);
    }
}

/// A day, its log and its lines come back from their written form.
#[cfg(feature = "json")]
fn written(day: &Day) -> Result<(), proptest::test_runner::TestCaseError> {
    let text = serde_json::to_string(day).unwrap();
    prop_assert!(serde_json::from_str::<Day>(&text).unwrap() == *day);
    let lines: String = day
        .log()
        .events()
        .iter()
        .map(doorstep::format::event_line)
        .collect();
    let read = doorstep::format::read_events(&lines).unwrap();
    prop_assert_eq!(&read.log, day.log());
    prop_assert_eq!(read.complete, lines.len());
    let mut ledger = Ledger::new();
    let closing = ledger.close(day.clone()).unwrap();
    let text = serde_json::to_string(&(&closing, &ledger, day.actuals())).unwrap();
    prop_assert_eq!(
        serde_json::from_str::<(_, _, _)>(&text).unwrap(),
        (closing, ledger, day.actuals())
    );
    for van in day.request().vehicles() {
        let state = day.vehicle(van.id()).unwrap();
        let text = serde_json::to_string(&state).unwrap();
        prop_assert_eq!(
            serde_json::from_str::<doorstep::execution::VehicleState>(&text).unwrap(),
            state
        );
    }
    Ok(())
}
