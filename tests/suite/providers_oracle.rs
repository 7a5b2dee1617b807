//! Tiny days of two providers and a carrier against brute force: the plan, and the choice of each
//! stop by moving it.
//!
//! By default some hundreds of days; `DOORSTEP_ORACLE_DAYS=5000` tries that many. At least 95 in 100
//! plans must be the best there is, and none may be better. The others are mostly of one kind: no
//! route is worth opening for one priced stop, but one for several would be; here nearly all stops
//! have a price.

use doorstep::model::{Package, Provider, ProviderKind, ServiceDay, ServiceTimes, Zip};
use doorstep::plan::{Choice, validate};
use doorstep::{Budget, Money, Outcome, Place, Solver, Station, Vehicle};

use super::made::Draw;
use super::oracle::{Tiny, WHOLE, falls_short, package, tiny, travel, value, vehicle};

const DAYS: u64 = 300;
/// Days on which a choice once named a wrong price: a bound of the duration that was none where ways
/// round are shorter, and a latest start for windows that a later departure does not use.
const ONCE_WRONG: [u64; 2] = [316, 482];
const ITERATIONS: u64 = 4_000;
const ZIPS: [&str; 3] = ["60601", "60608-1234", "60707"];

fn cents(draw: &mut Draw, most: u32) -> Money {
    Money::from_cents(i64::from(draw.between(0, most)))
}

fn territory(draw: &mut Draw) -> Vec<&'static str> {
    [
        vec![],
        vec!["606"],
        vec!["60608", "607"],
        vec!["60601", "60707"],
    ][draw.below(4) as usize]
        .clone()
}

fn provider(draw: &mut Draw, id: u32) -> Provider {
    let mut provider = Provider::new(format!("D{id}"), ProviderKind::Dsp);
    if draw.chance(40) {
        provider = provider.with_zips(territory(draw));
    }
    if draw.chance(60) {
        let price = cents(draw, 4_000);
        provider = provider.with_preferred_zips(territory(draw), price);
    }
    provider
}

fn draw_day(seed: u64) -> ServiceDay {
    let mut draw = Draw::new(seed ^ 0x5eed);
    let rows = draw.between(5, 7);
    let travel = travel(&mut draw, rows);
    let packages = (1..rows).map(|row| {
        let zip = ZIPS[draw.below(3) as usize];
        let mut drawn = package(&mut draw, row as usize);
        // The same package without a price of its own, in one of the postal codes.
        let mut package = Package::new(drawn.id(), *drawn.place(), Zip::from(zip))
            .with_load(drawn.load())
            .with_windows(drawn.windows().to_vec())
            .with_service_time(drawn.service_time().unwrap());
        if let Some(ready) = drawn.ready() {
            package = package.with_ready(ready);
        }
        if let Some(need) = drawn.needs().first() {
            package = package.with_need(need.as_str());
        }
        drawn = package;
        if draw.chance(15) {
            drawn = drawn.with_in_house_only();
        }
        drawn
    });
    let packages: Vec<Package> = packages.collect();
    let vehicles: Vec<Vehicle> = (0..2)
        .map(|id| vehicle(&mut draw, id, rows).with_provider(format!("D{id}")))
        .collect();
    let price = cents(&mut draw, 9_000);
    let mut post = Provider::new("post", ProviderKind::Carrier)
        .with_price(price)
        .with_most_packages(draw.below(4));
    if draw.chance(50) {
        post = post.with_zips(["606"]);
    }
    if draw.chance(30) {
        post = post.with_price_per_kg(Money::from_millicents(3));
    }
    ServiceDay::builder(Station::new("DCH1", Place::row(0)))
        .packages(packages)
        .vehicles(vehicles)
        .providers([provider(&mut draw, 0), provider(&mut draw, 1), post])
        .travel(travel)
        .service_times(ServiceTimes::default())
        .build()
        .unwrap()
}

fn within(stated: &[Zip], package: &Package) -> bool {
    let begins = |part: &Zip| package.zip().as_str().starts_with(part.as_str());
    stated.is_empty() || stated.iter().any(begins)
}

/// The day as brute force reads it, with territories and the carrier.
fn priced(day: &ServiceDay) -> Tiny {
    let mut tiny = tiny(day);
    let post = &day.providers()[2];
    for (door, package) in tiny.doors.iter_mut().zip(day.packages()) {
        for v in 0..2 {
            let provider = &day.providers()[v];
            door.may[v] &= within(provider.zips(), package);
            if !within(provider.preferred_zips(), package) {
                door.surcharge[v] = provider.price_outside().millicents();
            }
        }
        if !package.in_house_only() && within(post.zips(), package) {
            let grams = i64::try_from(package.load().weight_g).unwrap();
            let by_weight = (post.price_per_kg().millicents() * grams + 500) / 1_000;
            door.tender = Some(post.price().unwrap().millicents() + by_weight);
        }
    }
    tiny.cap = post.most_packages().unwrap() as usize;
    tiny
}

/// Each van's doors in the order of the plan.
fn orders(day: &ServiceDay, outcome: &Outcome) -> [Vec<usize>; 2] {
    let mut orders = [Vec::new(), Vec::new()];
    for route in &outcome.plan.routes {
        let vehicles = day.vehicles();
        let van = vehicles
            .iter()
            .position(|v| *v.id() == route.vehicle)
            .unwrap();
        for visit in &route.visits {
            let packages = day.packages();
            let door = packages.iter().position(|p| *p.id() == visit.packages[0]);
            orders[van].push(door.unwrap());
        }
    }
    orders
}

fn cost(tiny: &Tiny, van: usize, order: &[usize]) -> Option<i128> {
    if order.is_empty() {
        return Some(0);
    }
    tiny.route(van, order)
}

/// What a door costs more at its cheapest place in a van's route.
fn insertion(tiny: &Tiny, van: usize, order: &[usize], door: usize) -> Option<i128> {
    let now = cost(tiny, van, order)?;
    let at = |position| {
        let mut longer = order.to_vec();
        longer.insert(position, door);
        Some(tiny.route(van, &longer)? - now)
    };
    (0..=order.len()).filter_map(at).min()
}

/// Checks every choice by doing what it speaks of; how many were compared.
fn choices(day: &ServiceDay, tiny: &Tiny, outcome: &Outcome, seed: u64) -> usize {
    let orders = orders(day, outcome);
    let plan = &outcome.plan;
    let room = plan.tendered.len() < tiny.cap;
    let close = |by: Money, found: i128| {
        let stated = i128::from(by.millicents()) * WHOLE;
        assert!(
            (stated - found).abs() <= 20 * WHOLE,
            "day {seed}: {stated} is {found}"
        );
    };
    let mut compared = 0;
    for route in &plan.routes {
        let van = usize::from(route.vehicle.as_str() == "V1");
        for (i, visit) in route.visits.iter().enumerate() {
            let door = orders[van][i];
            let mut rest = orders[van].clone();
            rest.remove(i);
            let Some(without) = cost(tiny, van, &rest) else {
                assert_eq!(visit.because, None, "day {seed}");
                continue;
            };
            let gain = cost(tiny, van, &orders[van]).unwrap() - without;
            let other = insertion(tiny, 1 - van, &orders[1 - van], door);
            let price = tiny.doors[door].tender.filter(|_| room);
            let next = [other, price.map(|p| i128::from(p) * WHOLE)];
            let next = next.into_iter().flatten().min();
            compared += 1;
            match (visit.because.clone().unwrap(), next) {
                (Choice::Cheapest { by, .. } | Choice::Territory { by, .. }, Some(next)) => {
                    close(by, next - gain);
                }
                (Choice::Dearer { by, .. }, Some(next)) => close(by, gain - next),
                (Choice::OnlyProvider, None) => {
                    assert!(tiny.route(1 - van, &[door]).is_none(), "day {seed}");
                    assert!(tiny.doors[door].tender.is_none(), "day {seed}");
                }
                (Choice::OnlyRoom, None) => {}
                (stated, found) => panic!("day {seed}: {stated}, found {found:?}"),
            }
        }
    }
    for tendered in &plan.tendered {
        let mut packages = day.packages().iter();
        let door = packages.position(|p| *p.id() == tendered.package).unwrap();
        let price = i128::from(tiny.doors[door].tender.unwrap()) * WHOLE;
        let places = (0..2).filter_map(|van| insertion(tiny, van, &orders[van], door));
        let next = places.min();
        compared += 1;
        match (tendered.because.clone().unwrap(), next) {
            (Choice::CheaperThanServing { by, .. }, Some(next)) => close(by, next - price),
            (Choice::Dearer { by, .. }, Some(next)) => close(by, price - next),
            (Choice::NoVehicleMayServe { .. } | Choice::NoRoom, None) => {}
            (stated, found) => panic!("day {seed}: {stated}, found {found:?}"),
        }
    }
    compared
}

#[test]
fn two_providers_and_a_full_carrier_against_brute_force() {
    let days = std::env::var("DOORSTEP_ORACLE_DAYS").ok();
    let days = days.map_or(DAYS, |n| n.parse().expect("a number of days"));
    let (mut worse, mut full, mut compared) = (Vec::new(), 0, 0);
    let once_wrong = ONCE_WRONG.into_iter().filter(|seed| *seed >= days);
    for seed in (0..days).chain(once_wrong) {
        let day = draw_day(seed);
        let tiny = priced(&day);
        let best = tiny.best();
        let solver = Solver::new()
            .seed(seed)
            .budget(Budget::iterations(ITERATIONS));
        let outcome = solver.solve(&day).unwrap();
        assert_eq!(validate(&day, &outcome.plan), [], "day {seed}");
        compared += choices(&day, &tiny, &outcome, seed);
        full += u64::from(outcome.plan.tendered.len() == tiny.cap && tiny.cap > 0);
        let found = value(&outcome);
        if falls_short(seed, found, best) {
            worse.push((seed, found, best));
        }
    }
    assert!(
        full * 10 > days,
        "the carrier is full on {full} of {days} days"
    );
    assert!(compared as u64 > days, "{compared} choices compared");
    let few = worse.len() as u64 * 100 <= days * 5;
    assert!(
        few,
        "{} of {days} days are not the best: {worse:#?}",
        worse.len()
    );
}
