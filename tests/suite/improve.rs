//! Re-plans that are improved: cheaper with the prices of change counted, and no promise of theirs
//! broken for it; who drives what has such a price.

use doorstep::execution::{Churn, Day, Replan};
use doorstep::model::Driver;
use doorstep::plan::validate;
use doorstep::{
    Budget, Money, Package, Place, ServiceDay, Solver, Span, Station, TimeWindow, Vehicle,
};

use super::execution::{arrived, delivered, departed, hm, package, plan, request};
use super::made::{Draw, matrix, points};
use super::replan::{added, after};

/// Doors in any order on a few routes, half of which have left; some orders come in.
fn untidy(seed: u64) -> Day {
    const DOORS: u32 = 120;
    let mut draw = Draw::new(seed);
    let places = points(&mut draw, DOORS + 8, 20_000);
    let door = |draw: &mut Draw, i: u32| {
        let package = Package::new(format!("P{i}"), Place::row(i + 1), "60608");
        let package = package.with_service_time(Span::from_minutes(2));
        if draw.chance(20) {
            let from = draw.between(9, 13);
            return package.with_window(TimeWindow::hm((from, 0), (from + 4, 0)));
        }
        package
    };
    let packages: Vec<Package> = (0..DOORS).map(|i| door(&mut draw, i)).collect();
    let request = ServiceDay::builder(Station::new("S", Place::row(0)))
        .packages(packages)
        .vehicles((0..6).map(|i| Vehicle::cargo_van(format!("V{i}"))))
        .travel(matrix(&places, 100, false))
        .build()
        .unwrap();
    let planned = Solver::new().budget(Budget::iterations(60)).solve(&request);
    let planned = planned.unwrap().plan;
    let mut day = Day::new(&request, &planned).unwrap();
    for route in planned.routes.iter().step_by(2) {
        let at = route.depart;
        day.apply(&departed(at, route.vehicle.as_str())).unwrap();
    }
    let at = hm(9, 0);
    for i in DOORS..DOORS + 6 {
        day.apply(&added(at, door(&mut draw, i))).unwrap();
    }
    day
}

/// Money and the prices of change, from what anybody can read.
fn price(replan: &Replan<'_>, churn: &Churn) -> Money {
    let changes = replan.changes();
    let times = |price: Money, count: usize| {
        Money::from_millicents(price.millicents() * i64::try_from(count).unwrap())
    };
    replan.plan().scorecard.cost.total()
        + times(churn.left_out, replan.plan().unserved.len())
        + times(churn.moved_package, changes.packages_moved())
        + times(churn.moved_driver, changes.drivers.len())
        + times(churn.window_touched, changes.windows_touched.len())
        + times(churn.eta_shift, changes.shifted_beyond(churn.eta_limit))
}

#[test]
fn an_improved_re_plan_is_cheaper_and_makes_no_arrival_much_later() {
    let churn = Churn::default();
    let mut cheaper = 0;
    for seed in 0..6 {
        let day = untidy(seed);
        let first = day.replan(hm(9, 0), &churn).unwrap();
        let solver = Solver::new().budget(Budget::iterations(2_000));
        let better = first.improve(&solver).unwrap();
        assert_eq!(validate(better.request(), better.plan()), []);
        let (was, is) = (price(&first, &churn), price(&better, &churn));
        assert!(is <= was, "seed {seed}: {is} is more than {was}");
        cheaper += usize::from(is < was);
        let far = |replan: &Replan<'_>| {
            let etas = replan.changes().etas.iter();
            let far = etas.filter(|shift| shift.by() > churn.eta_limit);
            let packages = far.flat_map(|shift| shift.packages.clone());
            packages.collect::<Vec<_>>()
        };
        let before = far(&first);
        // Where it waits for a window, a van may come later and serve when it did.
        let waits = |id: &doorstep::PackageId| {
            let mut all = day.packages();
            all.any(|p| p.id() == id && !p.windows().is_empty())
        };
        let new: Vec<_> = far(&better)
            .into_iter()
            .filter(|id| !before.contains(id) && !waits(id))
            .collect();
        assert!(
            new.is_empty(),
            "seed {seed}: {new:?} are come to much later"
        );
        for id in &better.changes().windows_touched {
            assert!(first.changes().windows_touched.contains(id), "{id}");
        }
        for parcel in day.packages() {
            let loaded = |id: &doorstep::PackageId| {
                let state = day.package(id).unwrap();
                state
                    .vehicle
                    .filter(|v| day.vehicle(v).unwrap().departed.is_some())
            };
            let Some(own) = loaded(parcel.id()) else {
                continue;
            };
            let moved = better
                .changes()
                .moves
                .iter()
                .find(|m| m.package == *parcel.id());
            assert_eq!(moved, None, "{} is on board of {own}", parcel.id());
        }
    }
    assert!(cheaper >= 3, "only {cheaper} of 6 are cheaper");
}

/// V1 brings A to D and V2 brings E; anna has V1 and is dear, ben has V2.
fn crewed() -> Day {
    let packages = ["A", "B", "C", "D", "E"].iter().zip(1..);
    let packages = packages.map(|(id, row)| package(id, row)).collect();
    let request = request(packages, 2).to_builder();
    let paid = |id: &str, units| Driver::new(id).with_hourly_pay(Money::from_units(units));
    let request = request.drivers([paid("anna", 60), paid("ben", 20)]);
    let request = request.build().unwrap();
    let mut planned = plan(&request, &[&[0, 1, 2, 3], &[4]]);
    for (route, driver) in planned.routes.iter_mut().zip(["anna", "ben"]) {
        route.driver = Some(driver.into());
    }
    Day::new(&request, &planned).unwrap()
}

#[test]
fn a_change_of_driver_has_a_price() {
    let day = crewed();
    let solver = Solver::new().budget(Budget::iterations(300));
    let with = |units| {
        let churn = Churn {
            moved_driver: Money::from_units(units),
            // All packages on one route would be cheaper still.
            moved_package: Money::from_units(1_000),
            ..Churn::default()
        };
        let replan = day.replan(hm(7, 0), &churn).unwrap();
        let replan = replan.improve(&solver).unwrap();
        assert_eq!(validate(replan.request(), replan.plan()), []);
        let mut next = day.clone();
        if let Some(event) = replan.event() {
            next.apply(event).unwrap();
        }
        let driver = |v: &str| next.vehicle(&v.into()).unwrap().driver.unwrap();
        let drivers = ["V1", "V2"].map(|v| driver(v).as_str().to_owned());
        #[cfg(feature = "json")]
        {
            let text = serde_json::to_string(replan.changes()).unwrap();
            assert_eq!(
                text.contains("\"drivers\""),
                !replan.changes().drivers.is_empty()
            );
            let read: doorstep::execution::Changes = serde_json::from_str(&text).unwrap();
            assert_eq!(read, *replan.changes());
        }
        (replan.changes().drivers.clone(), drivers)
    };
    // V1 is out for 45 minutes longer, at 40 an hour more.
    let (moved, drivers) = with(5);
    assert_eq!(drivers, ["ben", "anna"]);
    let moved: Vec<_> = moved
        .iter()
        .map(|m| (m.vehicle.as_str(), m.to.as_str()))
        .collect();
    assert_eq!(moved, [("V1", "ben"), ("V2", "anna")]);
    let (moved, drivers) = with(20);
    assert_eq!(
        (moved.len(), drivers),
        (0, ["anna", "ben"].map(str::to_owned))
    );
    let left = after(day.clone(), &[departed(hm(8, 0), "V1")]);
    let replan = left.replan(hm(8, 0), &Churn::free()).unwrap();
    assert_eq!(replan.improve(&solver).unwrap().changes().drivers, []);
    let wrong = Churn {
        moved_driver: Money::from_units(-1),
        ..Churn::default()
    };
    let error = day.replan(hm(7, 0), &wrong).unwrap_err();
    assert_eq!(error.problems()[0].field(), "moved_driver");
}

/// The search itself knows the price, not only who compares its plans.
#[test]
fn the_solver_keeps_drivers_where_they_were_planned_for_their_price() {
    let day = crewed();
    let planned = |price| {
        let drivers = day.request().drivers().iter().zip(["V1", "V2"]);
        let drivers = drivers.map(|(d, v)| d.clone().with_planned_on(v, Money::from_units(price)));
        let packages = day.request().packages().iter().map(|p| {
            let own = if p.id().as_str() == "E" { "V2" } else { "V1" };
            p.clone().with_pin(own)
        });
        let packages: Vec<Package> = packages.collect();
        let request = request(packages, 2).to_builder();
        let request = request
            .drivers(drivers.collect::<Vec<_>>())
            .build()
            .unwrap();
        let solver = Solver::new().budget(Budget::iterations(300));
        let plan = solver.solve(&request).unwrap().plan;
        assert_eq!(validate(&request, &plan), []);
        let driver = plan.routes[0].driver.clone().unwrap();
        (driver.as_str().to_owned(), plan.scorecard.cost.total())
    };
    let (swapped, cheap) = planned(5);
    let (kept, dear) = planned(20);
    assert_eq!((swapped.as_str(), kept.as_str()), ("ben", "anna"));
    // The price is in no scorecard: the difference is what the drivers are paid.
    assert_eq!(dear - cheap, Money::from_units(30));
    let driver = Driver::new("anna").with_planned_on("V9", Money::from_units(-1));
    let wrong = request(vec![package("A", 1)], 1).to_builder();
    let error = wrong.drivers([driver]).build().unwrap_err();
    let fields: Vec<&str> = error
        .problems()
        .iter()
        .map(doorstep::Problem::field)
        .collect();
    assert_eq!(fields, ["planned_on", "planned_on"]);
}

#[test]
fn a_drivers_card_is_that_of_the_vehicle_he_drives() {
    let events = [
        departed(hm(8, 0), "V1"),
        arrived(hm(8, 10), "V1", "A"),
        delivered(hm(8, 15), "A"),
    ];
    let actuals = after(crewed(), &events).actuals();
    let names: Vec<&str> = actuals.drivers.iter().map(|(d, _)| d.as_str()).collect();
    assert_eq!(names, ["anna", "ben"]);
    for ((_, card), (_, own)) in actuals.drivers.iter().zip(&actuals.vehicles) {
        assert_eq!(card, own);
    }
    assert_eq!(actuals.drivers[0].1.delivered, 1);
    assert!(
        actuals
            .to_string()
            .lines()
            .any(|line| line.starts_with("anna"))
    );
    // Ben drives V1 in the end, and has its card; V2 is nobody's.
    let ill = doorstep::execution::Event::DriverOut {
        at: hm(7, 0),
        vehicle: "V1".into(),
    };
    let churn = Churn {
        moved_driver: Money::ZERO,
        ..Churn::default()
    };
    let day = after(crewed(), &[ill]);
    let replan = day.replan(hm(7, 0), &churn).unwrap();
    let event = replan.into_event();
    let day = after(day, event.as_slice());
    let actuals = day.actuals();
    let sum = actuals
        .drivers
        .iter()
        .map(|(_, card)| card.routes)
        .sum::<u64>();
    assert_eq!(sum, actuals.total.routes, "{actuals}");
}
