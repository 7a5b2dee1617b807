//! The price of a rule: one day at a fixed number of iterations with no rule, with each rule alone
//! and with all of them together; reloads, which do not go with breaks, are by themselves.
//!
//! Prints the cost of each plan beside its time, and how many stops are left: a rule that binds
//! makes another problem, so times are compared and costs are not.

use std::cell::Cell;

use criterion::{BenchmarkId, Criterion, Throughput};
use doorstep::model::{
    Balance, Break, Driver, GreatCircle, Provider, ProviderKind, Reloads, Requirement,
    ServiceDayBuilder, ServiceTimes, Temperature, Traffic, TravelSpec, VehicleKind, ZonePolicy,
};
use doorstep::units::Meters;
use doorstep::{
    Budget, HandOff, Money, Package, ServiceDay, Solver, Span, TimeOfDay, TimeWindow, Vehicle,
};

use super::common::{Case, Rules, SEED, unless_testing};

/// A rule on a day.
type Rule = (&'static str, fn(ServiceDayBuilder) -> ServiceDayBuilder);

/// Each leaves the search something to do: no rule shuts out more than a few stops.
const RULES: [Rule; 20] = [
    ("way", way),
    ("radius", radius),
    ("needs", needs),
    ("goods", goods),
    ("cold", cold),
    ("together", together),
    ("apart", apart),
    ("lateness", lateness),
    ("breaks", breaks),
    ("traffic", traffic),
    ("open-ends", open_ends),
    ("ready", ready),
    ("territories", territories),
    ("promises", promises),
    ("tenders", tenders),
    ("priced-zones", priced_zones),
    ("few-zones", few_zones),
    ("fair-shares", fair_shares),
    ("times-by-kind", times_by_kind),
    ("drivers", drivers),
];

pub(crate) fn benches(criterion: &mut Criterion) {
    let stops = unless_testing(1_000, 120);
    let iterations = unless_testing(40, 2) * u64::from(stops);
    let solver = Solver::new()
        .budget(Budget::iterations(iterations))
        .seed(SEED)
        .explain(0)
        .without_choices();
    let none = Case::new(Rules::Paid, stops, 30).day();
    let mut group = criterion.benchmark_group("rules");
    group.sample_size(10);
    group.throughput(Throughput::Elements(iterations));
    let mut measure = |name: &str, day: &ServiceDay| {
        let compiled = solver.compile(day).expect("a day in order");
        let quality = Cell::new(None);
        group.bench_function(BenchmarkId::new(name, stops), |bencher| {
            bencher.iter_with_large_drop(|| {
                let outcome = solver.solve_compiled(&compiled);
                let card = &outcome.plan.scorecard;
                quality.set(Some((card.cost.total(), card.vans, card.unserved)));
                outcome
            });
        });
        if let Some((cost, vans, unserved)) = quality.get() {
            println!("rules/{name}: cost {cost}, {vans} vans, {unserved} unserved");
        }
    };
    measure("none", &none);
    for (name, rule) in RULES {
        let day = rule(none.to_builder()).build();
        measure(name, &day.expect("a rule that fits the day"));
    }
    // Groups are tried route by route in the state, the others where places are compared.
    let groups = ["together", "apart"];
    for (name, without) in [("all", &[][..]), ("all-but-groups", &groups)] {
        let rules = RULES.iter().filter(|(rule, _)| !without.contains(rule));
        let day = rules
            .fold(none.to_builder(), |day, (_, rule)| rule(day))
            .build();
        measure(name, &day.expect("rules that go together"));
    }
    // Not with breaks, so by itself.
    let trips = reloads(none.to_builder()).build();
    measure("reloads", &trips.expect("a rule that fits the day"));
    group.finish();
}

/// Changes every package, by its number.
fn each_package(
    day: ServiceDayBuilder,
    change: impl Fn(usize, Package) -> Package,
) -> ServiceDayBuilder {
    day.edit_packages(|all| {
        for (i, package) in all.iter_mut().enumerate() {
            *package = change(i, package.clone());
        }
    })
}

/// Changes every vehicle, by its number.
fn each_vehicle(
    day: ServiceDayBuilder,
    change: impl Fn(usize, Vehicle) -> Vehicle,
) -> ServiceDayBuilder {
    day.edit_vehicles(|all| {
        for (i, vehicle) in all.iter_mut().enumerate() {
            *vehicle = change(i, vehicle.clone());
        }
    })
}

fn way(day: ServiceDayBuilder) -> ServiceDayBuilder {
    each_vehicle(day, |_, van| {
        van.with_max_driving(Span::from_hours(3))
            .with_range(Meters::from_meters(60_000))
    })
}

fn radius(day: ServiceDayBuilder) -> ServiceDayBuilder {
    each_vehicle(day, |i, van| match i % 4 {
        0 => van.with_radius(Meters::from_meters(3_000)),
        _ => van,
    })
}

fn needs(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let day = day.requirement(Requirement::heavier_than(3_400, ["lift"]));
    each_vehicle(day, |i, van| match i % 2 {
        0 => van.with_capability("lift"),
        _ => van,
    })
}

fn goods(day: ServiceDayBuilder) -> ServiceDayBuilder {
    each_package(day.incompatible("food", "paint"), |i, package| {
        match i % 10 {
            0 => package.with_goods("food"),
            5 => package.with_goods("paint"),
            _ => package,
        }
    })
}

/// Some of those that live within a few hundred metres ordered together.
fn together(day: ServiceDayBuilder) -> ServiceDayBuilder {
    each_package(day, |i, package| {
        match (i % 10, package.place().lat_lng()) {
            (6, Some(at)) => {
                let cell = [at.lat * 180.0, at.lng * 130.0].map(f64::floor);
                package.with_together(format!("order {cell:?}"))
            }
            _ => package,
        }
    })
}

fn apart(day: ServiceDayBuilder) -> ServiceDayBuilder {
    each_package(day, |i, package| match i % 20 {
        1 | 11 => package.with_apart(format!("pair {}", i / 20)),
        _ => package,
    })
}

fn cold(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let day = each_package(day, |i, package| match i % 10 {
        3 => package.with_temperature(Temperature::Chilled),
        _ => package,
    });
    each_vehicle(day, |i, van| match i % 2 {
        0 => van.with_compartment(Temperature::Chilled, 150_000),
        _ => van,
    })
}

fn lateness(day: ServiceDayBuilder) -> ServiceDayBuilder {
    each_package(day, |i, package| {
        let opens = package.windows().first().map(|window| window.earliest());
        let by = opens.unwrap_or(TimeOfDay::hm(8, 0)) + Span::from_hours(1);
        match i % 3 {
            0 => package.with_due(by, Money::from_cents(10)),
            _ => package,
        }
    })
}

fn breaks(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let noon = TimeWindow::hm((11, 30), (13, 30));
    let lunch = Break::between(noon, Span::from_minutes(30));
    each_vehicle(day, |_, van| van.with_break(lunch))
}

fn traffic(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let slow = Traffic::free().with_speed(7..10, 70).with_speed(16..19, 65);
    day.travel(TravelSpec::hourly(GreatCircle::default(), slow))
}

fn open_ends(day: ServiceDayBuilder) -> ServiceDayBuilder {
    each_vehicle(day, |i, van| match i % 5 {
        0 => van.with_open_end(),
        _ => van,
    })
}

fn ready(day: ServiceDayBuilder) -> ServiceDayBuilder {
    each_package(day, |i, package| match i % 8 {
        0 if package.windows().is_empty() => package.with_ready(TimeOfDay::hm(10, 0)),
        _ => package,
    })
}

fn territories(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let firm = |id: &str| Provider::new(id, ProviderKind::Dsp);
    let away = Money::from_cents(80);
    let day = day.providers([
        firm("north")
            .with_preferred_zips(["128", "130"], away)
            .with_most_routes(30),
        firm("south").with_preferred_zips(["126", "128"], away),
    ]);
    each_vehicle(day, |i, van| van.with_provider(["north", "south"][i % 2]))
}

fn promises(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let firm = Provider::new("east", ProviderKind::Dsp);
    let day = day.providers([firm.with_least_routes(20, Money::from_units(60))]);
    each_vehicle(day, |i, van| match van.provider() {
        None if i % 2 == 0 => van.with_provider("east"),
        _ => van,
    })
}

fn tenders(day: ServiceDayBuilder) -> ServiceDayBuilder {
    each_package(day, |i, package| match i % 4 {
        0 => package.with_tender(Money::from_cents(450)),
        _ => package,
    })
}

fn priced_zones(day: ServiceDayBuilder) -> ServiceDayBuilder {
    day.zone_policy(ZonePolicy::Priced {
        block_reentry: Money::from_cents(20),
        zone_change: Money::from_cents(30),
    })
}

fn few_zones(day: ServiceDayBuilder) -> ServiceDayBuilder {
    day.most_zones(4)
}

fn fair_shares(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let even = Balance::default()
        .with_hours(Span::from_hours(4), Money::from_units(10))
        .with_stops(28, Money::from_cents(50));
    day.balance(even)
}

/// Two thirds of the vans, each of which may go twice.
fn reloads(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let day = day.edit_vehicles(|all| all.truncate(all.len() * 2 / 3));
    let once = Reloads::new(1, Span::from_minutes(20));
    each_vehicle(day, |_, van| van.with_reloads(once))
}

fn times_by_kind(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let quick = ServiceTimes::default().with_stated_parking(Span::from_seconds(20));
    let slow = ServiceTimes::default().with_stated_parking(Span::from_seconds(80));
    let day = day
        .service_times(slow)
        .service_times_of(VehicleKind::FlexCar, quick);
    // A car that holds as much: the kind decides the time and not the room.
    day.edit_vehicles(|all| {
        let cars = all.iter().step_by(3);
        let cars: Vec<Vehicle> = cars
            .map(|van| {
                Vehicle::new(format!("{}c", van.id()), VehicleKind::FlexCar)
                    .with_capacity(van.capacity())
            })
            .collect();
        all.extend(cars);
    })
}

fn drivers(day: ServiceDayBuilder) -> ServiceDayBuilder {
    let driver = |i: u32| {
        let driver = Driver::new(format!("D{i}"))
            .with_own_zips(
                [["126", "128", "130"][i as usize % 3]],
                Money::from_cents(30),
            )
            .with_hourly_pay(Money::from_units(18 + i64::from(i % 3)));
        match i % 3 {
            0 => driver.with_capability("age check"),
            _ => driver,
        }
    };
    let adults = Requirement::hand_off(HandOff::AgeCheck, ["age check"]);
    let day = each_package(day.requirement(adults), |i, package| match i % 20 {
        7 => package.with_hand_off(HandOff::AgeCheck),
        _ => package,
    });
    day.drivers((0..48).map(driver))
}
