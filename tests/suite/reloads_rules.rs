//! What the builder, the plan, the validator and the writers say of vehicles that come back to load
//! again, and how larger days are served with them.

use doorstep::execution::Day;
use doorstep::model::{
    Break, Docks, GreatCircle, PackageKind, Pickup, Reloads, ServiceDay, Traffic, TravelSpec,
};
#[cfg(feature = "json")]
use doorstep::plan::Trip;
use doorstep::plan::{Plan, Rule, validate};
use doorstep::solver::Change;
use doorstep::units::{Capacity, Load, Meters};
use doorstep::{
    Budget, Money, Package, Place, Solver, Span, Station, TimeOfDay, TimeWindow, Vehicle,
};

use super::fleet_rules::solved;
use super::made::{self, Draw};

/// A place at so many kilometres to the north of the station.
fn at(km: f64) -> Place {
    Place::at(41.8 + km / 111.195, -87.7)
}

fn package(id: &str, km: f64) -> Package {
    Package::new(id, at(km), "60608")
}

fn quarter() -> Reloads {
    Reloads::new(1, Span::from_minutes(15))
}

/// Holds one package and loads again once.
fn small() -> Vehicle {
    let one = Capacity::UNLIMITED.with_count(1);
    Vehicle::cargo_van("V1")
        .with_capacity(one)
        .with_reloads(quarter())
}

fn day_at(station: Station, packages: Vec<Package>, vans: Vec<Vehicle>) -> ServiceDay {
    let day = ServiceDay::builder(station).packages(packages);
    day.vehicles(vans).build().unwrap()
}

fn day(packages: Vec<Package>, vans: Vec<Vehicle>) -> ServiceDay {
    day_at(Station::new("DCH1", at(0.0)), packages, vans)
}

/// Rules that a plan breaks after a change.
fn broken(day: &ServiceDay, plan: &Plan, change: impl Fn(&mut Plan)) -> Vec<Rule> {
    let mut plan = plan.clone();
    change(&mut plan);
    validate(day, &plan).iter().map(|v| v.rule).collect()
}

#[test]
fn a_van_that_is_too_small_goes_twice() {
    let two = || vec![package("A", 3.0), package("B", -2.0)];
    let day = day(two(), vec![small()]);
    let plan = solved(&day);
    assert_eq!(validate(&day, &plan), []);
    assert!(plan.unserved.is_empty());
    let route = &plan.routes[0];
    let (trips, reload) = (route.trips(), &route.reloads[0]);
    assert_eq!(
        [trips[0].visits.clone(), trips[1].visits.clone()],
        [0..1, 1..2]
    );
    assert_eq!((trips[0].depart, trips[1].back), (route.depart, route.back));
    assert_eq!(
        (trips[0].back, trips[1].depart),
        (reload.arrive, reload.leave)
    );
    assert_eq!(reload.leave - reload.start, Span::from_minutes(15));
    assert_eq!([trips[0].load.count, trips[1].load.count], [1, 1]);
    assert_eq!((route.load.count, route.peak.count), (1, 1));
    assert_eq!(route.load_order, route.visits[0].packages);
    assert_eq!(reload.load_order, route.visits[1].packages);
    let parts = route.driving + route.service + route.waiting;
    assert_eq!(route.duty(), parts);

    // Out once it brings one of them.
    let once = Vehicle::cargo_van("V1").with_capacity(Capacity::UNLIMITED.with_count(1));
    let day = self::day(two(), vec![once]);
    assert_eq!(solved(&day).unserved.len(), 1);
}

#[test]
fn no_reload_stays_that_nothing_needs() {
    let van = Vehicle::cargo_van("V1").with_reloads(Reloads::new(3, Span::ZERO));
    let packages = (1..6).map(|i| package(&format!("P{i}"), f64::from(i)));
    let plan = solved(&day(packages.collect(), vec![van]));
    assert_eq!(plan.routes[0].reloads, []);
}

#[test]
fn what_is_taken_back_leaves_the_van_at_the_station() {
    let back = |id: &str, km| package(id, km).with_kind(PackageKind::ReturnPickup);
    let day = day(
        vec![back("A", 3.0), back("B", -2.0), package("C", 3.1)],
        vec![small()],
    );
    let plan = solved(&day);
    assert_eq!(validate(&day, &plan), []);
    assert!(plan.unserved.is_empty());
    assert_eq!(plan.routes[0].peak.count, 1);
}

#[test]
fn each_trip_leaves_when_its_packages_are_ready() {
    let wide = Vehicle::cargo_van("V1").with_reloads(quarter());
    let early = TimeWindow::hm((7, 0), (9, 0));
    let first = package("A", 3.0).with_window(early);
    let late = package("B", -2.0).with_ready(TimeOfDay::hm(12, 0));
    let day = day(vec![first, late], vec![wide]);
    let plan = solved(&day);
    assert_eq!(validate(&day, &plan), []);
    let reload = &plan.routes[0].reloads[0];
    assert_eq!(reload.leave, TimeOfDay::hm(12, 0));
    assert!(plan.routes[0].visits[0].start <= TimeOfDay::hm(9, 0));
    let sooner = |plan: &mut Plan| {
        let reload = &mut plan.routes[0].reloads[0];
        reload.start = reload.start - Span::from_minutes(30);
        reload.leave = reload.leave - Span::from_minutes(30);
        reload.waiting -= Span::from_minutes(30);
    };
    assert!(broken(&day, &plan, sooner).contains(&Rule::Ready));
}

#[test]
fn a_range_holds_for_each_trip_where_batteries_are_swapped() {
    let range = Meters::from_meters(9_000);
    let van = |reloads: Reloads| {
        vec![
            Vehicle::electric_van("E1")
                .with_range(range)
                .with_reloads(reloads),
        ]
    };
    let packages = || vec![package("A", 3.0), package("B", -3.0)];
    let day = day(packages(), van(quarter().with_swap()));
    let plan = solved(&day);
    assert_eq!(validate(&day, &plan), []);
    assert!(plan.unserved.is_empty() && plan.routes[0].distance > range);
    // The same way without a swap.
    let charged = self::day(packages(), van(quarter()));
    assert_eq!(broken(&charged, &plan, |_| ()), [Rule::Range]);
    assert_eq!(solved(&charged).unserved.len(), 1);
}

#[test]
fn charging_takes_as_long_as_the_way_before_it() {
    let range = Meters::from_meters(9_000);
    let hour = Span::from_minutes(60);
    let charged = |reloads: Reloads| {
        let van = Vehicle::electric_van("E1").with_range(range);
        let packages = vec![package("A", 3.0), package("B", -3.0)];
        day(packages, vec![van.with_reloads(reloads)])
    };
    let day = charged(quarter().with_recharge(hour));
    let plan = solved(&day);
    assert_eq!(validate(&day, &plan), []);
    assert!(plan.unserved.is_empty() && plan.routes[0].distance > range);
    let reload = &plan.routes[0].reloads[0];
    let way = plan.routes[0].visits[0].distance + reload.distance;
    // 7.8 of 9 km: 52 minutes and not the quarter of an hour of loading.
    let stay = (way.millimeters() * 3_600_000 + 8_999_999) / 9_000_000;
    assert_eq!(reload.leave - reload.start, Span::from_millis(stay));
    assert_eq!(
        plan.routes[0].service,
        reload.leave - reload.start + stops(&plan)
    );
    // Other batteries are full sooner or later, or not charged.
    let of = |reloads| broken(&charged(reloads), &plan, |_| ());
    let sooner = quarter().with_recharge(hour - Span::from_minutes(1));
    assert!(of(sooner).contains(&Rule::Reload));
    assert!(of(quarter().with_swap()).contains(&Rule::Reload));
    let not = of(quarter());
    assert!(not.contains(&Rule::Range) && not.contains(&Rule::Reload));
    // Where charging is soon over it stays as long as it loads.
    let quick = solved(&charged(quarter().with_recharge(Span::from_minutes(15))));
    let reload = &quick.routes[0].reloads[0];
    assert_eq!(reload.leave - reload.start, Span::from_minutes(15));
}

/// What the visits of a plan's first route take.
fn stops(plan: &Plan) -> Span {
    let visits = plan.routes[0].visits.iter();
    visits.fold(Span::ZERO, |sum, visit| sum + (visit.leave - visit.start))
}

#[test]
fn a_shift_too_short_for_charging_is_one_trip() {
    let van = |full| {
        Vehicle::electric_van("E1")
            .with_range(Meters::from_meters(9_000))
            .with_shift(TimeWindow::hm((6, 0), (7, 30)))
            .with_reloads(quarter().with_recharge(Span::from_minutes(full)))
    };
    let packages = || vec![package("A", 3.0), package("B", -3.0)];
    assert!(solved(&day(packages(), vec![van(30)])).unserved.is_empty());
    assert_eq!(solved(&day(packages(), vec![van(90)])).unserved.len(), 1);
}

#[test]
fn docks_are_taken_in_turns() {
    let docks =
        |count| Station::new("DCH1", at(0.0)).with_docks(Docks::new(count, Span::from_minutes(30)));
    // Each trip takes some 22 minutes, loading 15.
    let vans = |until| {
        let window = TimeWindow::hm((6, 0), until);
        ["V1", "V2"]
            .map(|id| small().with_id(id).with_shift(window))
            .to_vec()
    };
    let packages = || {
        let all = [("A", 3.0), ("B", -3.0), ("C", 3.2), ("D", -3.2)];
        all.map(|(id, km)| package(id, km)).to_vec()
    };
    let day = day_at(docks(1), packages(), vans((7, 45)));
    let plan = solved(&day);
    assert_eq!(validate(&day, &plan), []);
    assert!(plan.unserved.is_empty());
    let mut starts: Vec<TimeOfDay> = plan.routes.iter().map(|r| r.reloads[0].start).collect();
    starts.sort_unstable();
    assert_eq!(starts, [TimeOfDay::hm(6, 30), TimeOfDay::hm(7, 0)]);
    // Where both have to be back sooner one turn is left, for one van or for two.
    assert_eq!(
        solved(&day_at(docks(1), packages(), vans((7, 20))))
            .unserved
            .len(),
        1
    );
    let wide = solved(&day_at(docks(2), packages(), vans((7, 20))));
    assert!(wide.unserved.is_empty());
    assert!(broken(&day, &wide, |_| ()).contains(&Rule::Docks));
    let between = |plan: &mut Plan| {
        let reload = &mut plan.routes[0].reloads[0];
        reload.start += Span::from_minutes(1);
    };
    assert!(broken(&day, &plan, between).contains(&Rule::Docks));
}

#[test]
fn the_validator_finds_what_is_wrong_with_a_reload() {
    let packages = vec![package("A", 3.0), package("B", -2.0)];
    let day = day(packages.clone(), vec![small()]);
    let plan = solved(&day);
    let found = |change: fn(&mut Plan)| broken(&day, &plan, change);
    assert!(found(|p| p.routes[0].reloads.clear()).contains(&Rule::Capacity));
    assert!(found(|p| p.routes[0].reloads[0].visit = 0).contains(&Rule::Reload));
    assert!(found(|p| p.routes[0].reloads[0].visit = 2).contains(&Rule::Reload));
    let longer = |p: &mut Plan| {
        let reload = &mut p.routes[0].reloads[0];
        reload.leave += Span::from_minutes(1);
    };
    assert!(broken(&day, &plan, longer).contains(&Rule::Reload));
    assert!(found(|p| p.routes[0].reloads[0].load = Load::ZERO).contains(&Rule::LoadFigure));
    assert!(found(|p| p.routes[0].reloads[0].load_order.clear()).contains(&Rule::LoadOrder));
    assert!(found(|p| p.routes[0].reloads[0].drive = Span::ZERO).contains(&Rule::Travel));
    let early = |p: &mut Plan| {
        let reload = &mut p.routes[0].reloads[0];
        reload.arrive = reload.arrive - Span::from_minutes(1);
    };
    assert!(broken(&day, &plan, early).contains(&Rule::Arrival));
    assert!(broken(&day, &plan, early).contains(&Rule::Waiting));
    // Of a van that may not.
    let once = Vehicle::cargo_van("V1").with_capacity(Capacity::UNLIMITED.with_count(1));
    let once = self::day(packages, vec![once]);
    assert!(broken(&once, &plan, |_| ()).contains(&Rule::Reload));
}

#[test]
fn contradictions_are_named_at_once() {
    let noon = TimeWindow::hm((11, 30), (13, 30));
    let lunch = Break::between(noon, Span::from_minutes(30));
    let pair = package("P1", 3.0).with_pickup(Pickup::new(at(1.0), "60602"));
    let docks = Docks::new(0, Span::from_seconds(10));
    let error = ServiceDay::builder(Station::new("DCH1", at(0.0)).with_docks(docks))
        .packages([pair])
        .vehicles([
            Vehicle::cargo_van("V1")
                .with_break(lunch)
                .with_reloads(Reloads::new(0, Span::from_minutes(20)).with_swap()),
            Vehicle::cargo_van("V2").with_reloads(Reloads::new(1, Span::from_seconds(-1))),
            Vehicle::cargo_van("V3")
                .with_reloads(quarter().with_swap().with_recharge(Span::from_minutes(60))),
        ])
        .build()
        .unwrap_err();
    let text = error.to_string();
    for said in [
        "docks: there are 0",
        "docks: a turn of 00:00:10 is shorter than a minute",
        "vehicle \"V1\": reloads: are stated, but 0 are allowed",
        "vehicle \"V1\": reloads: loading takes 00:20:00, a dock has turns of 00:00:10",
        "vehicle \"V1\": reloads: swap its battery, but it has no range",
        "vehicle \"V1\": reloads: are stated, but vehicles with breaks do not reload yet",
        "vehicle \"V1\": reloads: are stated, but package \"P1\" is collected on the way",
        "vehicle \"V2\": reloads: -00:00:01 is negative",
        "vehicle \"V3\": reloads: charging takes up to 01:00:00, a dock has turns of 00:00:10",
        "vehicle \"V3\": reloads: charge its battery, but it has no range",
        "vehicle \"V3\": reloads: swap its battery and charge it; one will do",
    ] {
        assert!(text.contains(said), "{said} is not in {text}");
    }
}

#[test]
fn a_day_that_goes_on_does_not_follow_reloads() {
    let day = day(vec![package("A", 3.0), package("B", -2.0)], vec![small()]);
    let error = Day::new(&day, &solved(&day)).unwrap_err().to_string();
    let said =
        "vehicle \"V1\": reloads: may load again, which a day that goes on does not follow yet";
    assert!(error.contains(said), "{error}");
}

#[test]
fn sheets_and_maps_show_trips() {
    let day = day(vec![package("A", 3.0), package("B", -2.0)], vec![small()]);
    let plan = solved(&day);
    let html = doorstep::format::to_html(&[(&day, &plan)]);
    assert!(html.contains("<th scope=\"row\">loads</th><td>DCH1</td>"));
}

#[cfg(feature = "json")]
#[test]
fn the_way_on_a_map_comes_by_the_station() {
    let day = day(vec![package("A", 3.0), package("B", -2.0)], vec![small()]);
    let plan = solved(&day);
    let text = doorstep::format::to_geojson(&[(&day, &plan)]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = json["features"].as_array().unwrap();
    let mut routes = features
        .iter()
        .filter(|f| f["properties"]["feature"] == "route");
    let route = routes.next().unwrap();
    let way = route["geometry"]["coordinates"].as_array().unwrap();
    assert_eq!(way.len(), 5);
    assert_eq!((&way[0], &way[0]), (&way[2], &way[4]));
    let starts = route["properties"]["reloads"].as_array().unwrap();
    assert_eq!(starts[0], plan.routes[0].reloads[0].start.hms().as_str());
}

#[cfg(feature = "json")]
#[test]
fn days_and_plans_with_reloads_are_read_as_they_were_written() {
    let station = Station::new("DCH1", at(0.0)).with_docks(Docks::new(2, Span::from_minutes(20)));
    let range = Meters::from_meters(9_000);
    let van = small()
        .with_range(range)
        .with_reloads(quarter().with_recharge(Span::from_minutes(20)));
    let day = day_at(
        station,
        vec![package("A", 3.0), package("B", -2.0)],
        vec![van],
    );
    let text = serde_json::to_string(&day).unwrap();
    assert_eq!(serde_json::from_str::<ServiceDay>(&text).unwrap(), day);
    let plan = solved(&day);
    assert_eq!(plan.routes[0].reloads.len(), 1);
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    let trips = plan.routes[0].trips();
    let text = serde_json::to_string(&trips).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Trip>>(&text).unwrap(), trips);
}

/// Some hundred stops for vans that hold twelve each, with windows, returns and late packages.
fn large(stops: u32, vans: u32, docks: Option<Docks>) -> ServiceDay {
    let mut draw = Draw::new(5);
    let points = made::points(&mut draw, stops, 20_000);
    let packages = (1..points.len()).map(|row| {
        let package = made::at_row(format!("P{row:03}"), row);
        let package = if draw.chance(25) {
            let from = draw.between(9, 16);
            package.with_window(TimeWindow::hm((from, 0), (from + 3, 0)))
        } else {
            package
        };
        match draw.below(12) {
            0 => package.with_kind(PackageKind::ReturnPickup),
            1 => package.with_ready(TimeOfDay::hm(11, 0)),
            _ => package,
        }
    });
    let van = |i| {
        Vehicle::cargo_van(format!("V{i:02}"))
            .with_capacity(Capacity::UNLIMITED.with_count(12))
            .with_max_duty(Span::from_hours(11))
            .with_reloads(Reloads::new(4, Span::from_minutes(20)))
    };
    let mut station = Station::new("DCH1", Place::row(0));
    if let Some(docks) = docks {
        station = station.with_docks(docks);
    }
    ServiceDay::builder(station)
        .packages(packages.collect::<Vec<_>>())
        .vehicles((0..vans).map(van))
        .travel(made::matrix(&points, 144, false))
        .build()
        .unwrap()
}

fn plan_of(day: &ServiceDay, iterations: u64) -> Plan {
    let solver = Solver::new().seed(3).budget(Budget::iterations(iterations));
    let plan = solver.solve(day).unwrap().plan;
    assert_eq!(validate(day, &plan), []);
    plan
}

#[test]
fn too_few_vans_serve_a_day_on_several_trips() {
    // 60 stops are five trips of twelve.
    let day = large(60, 2, None);
    let plan = plan_of(&day, 2_000);
    assert!(plan.unserved.is_empty(), "{} left", plan.unserved.len());
    let trips: usize = plan.routes.iter().map(|route| route.trips().len()).sum();
    assert!((5..=7).contains(&trips), "{trips} trips");
    // What was planned is where the next search begins.
    let again = Solver::new()
        .budget(Budget::iterations(0))
        .warm_start(&plan);
    let again = again.solve(&day).unwrap().plan;
    assert_eq!(again.fingerprint, plan.fingerprint);
}

/// With much else that decides when a van is where; debug builds compare all that the search keeps
/// with what it is from scratch.
#[test]
fn trips_with_rush_hours_promises_and_several_windows() {
    let mut reloads = 0;
    for seed in 0..12 {
        let mut draw = Draw::new(500 + seed);
        let packages = (0..14).map(|i| {
            let km = f64::from(draw.between(0, 80)) / 10.0 - 4.0;
            let place = Place::at(
                41.8 + km / 111.195,
                -87.7 - f64::from(draw.between(0, 60)) / 1e3,
            );
            let package = Package::new(format!("P{i:02}"), place, "60608");
            let from = draw.between(7, 12);
            match draw.below(5) {
                0 => package.with_due(TimeOfDay::hm(from, 0), Money::from_cents(30)),
                1 => package
                    .with_window(TimeWindow::hm((from, 0), (from + 1, 0)))
                    .with_window(TimeWindow::hm((from + 3, 0), (from + 5, 0))),
                2 => package.with_ready(TimeOfDay::hm(from, 0)),
                3 => package.with_kind(PackageKind::ReturnPickup),
                _ => package,
            }
        });
        let vans = ["V1", "V2"].map(|id| {
            let van = small()
                .with_id(id)
                .with_reloads(Reloads::new(3, Span::from_minutes(15)));
            van.with_capacity(Capacity::UNLIMITED.with_count(3))
        });
        let station = Station::new("DCH1", at(0.0));
        let slow = Traffic::free().with_speed(7..10, 70).with_speed(16..19, 65);
        let builder = ServiceDay::builder(match seed % 2 {
            0 => station,
            _ => station.with_docks(Docks::new(1, Span::from_minutes(20))),
        });
        let builder = builder
            .packages(packages.collect::<Vec<_>>())
            .vehicles(vans);
        let day = match seed % 3 {
            0 => builder,
            _ => builder.travel(TravelSpec::hourly(GreatCircle::default(), slow)),
        };
        let plan = plan_of(&day.build().unwrap(), 300);
        reloads += plan.routes.iter().map(|r| r.reloads.len()).sum::<usize>();
    }
    assert!(reloads > 24, "{reloads} reloads");
}

#[test]
fn staffing_and_what_ifs_know_trips() {
    let day = large(40, 2, None);
    let solver = Solver::new().seed(3).budget(Budget::iterations(1_500));
    let curve = solver.staffing(&day, 1..=2).unwrap();
    let one = curve.plan(1).unwrap();
    assert!(one.unserved.is_empty(), "{} left", one.unserved.len());
    assert!(one.routes[0].trips().len() >= 3);
    let more = solver.what_if(&day, one, &[Change::DepartLater(Span::from_hours(1))]);
    let more = more.unwrap();
    assert_eq!(validate(&more.day, &more.outcome.plan), []);
    assert!(more.outcome.plan.unserved.is_empty());
}

#[cfg(feature = "rayon")]
#[test]
fn parts_share_reloads_and_turns_on_any_number_of_threads() {
    for docks in [None, Some(Docks::new(2, Span::from_minutes(20)))] {
        let day = large(330, 11, docks);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| plan_of(&day, 2_500))
        };
        let plan = on(1);
        assert!(plan.unserved.is_empty(), "{} left", plan.unserved.len());
        assert_eq!(on(2).fingerprint, plan.fingerprint);
    }
}
