//! What can still be offered, and a re-plan, on a day of 50 vans and 8,000 stops.
//!
//! Half of the vans stand at their start with their route ahead, the others have left: a delivery
//! is tried at 4,000 positions, a pickup at 8,000.

use std::sync::Arc;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion};
use doorstep::execution::{Churn, Day, Event, Replan};
use doorstep::model::PackageKind;
use doorstep::plan::{Plan, RouteDraft, RoutePlan, assemble};
use doorstep::sortation::group;
use doorstep::travel::TravelModel;
use doorstep::{
    Budget, LatLng, Package, Place, ServiceDay, Solver, Span, Station, TimeOfDay, Vehicle,
    VehicleKind,
};

use super::common::{SEED, unless_testing};

const VANS: usize = 50;

/// Doors row by row on a grid, a van for each part of it; and spare vans.
fn request(stops: usize) -> ServiceDay {
    let side = stops.isqrt().max(1);
    let at = |i: usize| {
        let (row, column) = (i / side, i % side);
        // Back and forth, so that each van's doors are neighbours.
        let column = if row % 2 == 0 {
            column
        } else {
            side - 1 - column
        };
        Place::at(41.7 + row as f64 * 0.003, -87.8 + column as f64 * 0.003)
    };
    let packages = (0..stops).map(|i| {
        let package = Package::new(format!("P{i}"), at(i), "60608");
        package.with_service_time(Span::from_seconds(60))
    });
    ServiceDay::builder(Station::new("S", Place::at(41.84, -87.66)))
        .packages(packages)
        .vehicles((0..VANS + 20).map(|i| Vehicle::cargo_van(format!("V{i:02}"))))
        .build()
        .expect("a day in order")
}

fn plan(day: &ServiceDay) -> Plan {
    let grouping = group(day);
    let each = day.packages().len() / VANS;
    let draft = |vehicle: usize| RouteDraft {
        vehicle,
        driver: None,
        stops: (vehicle * each..(vehicle + 1) * each)
            .map(|i| grouping.stop_of(i))
            .collect(),
        depart: TimeOfDay::hm(9, 0),
        breaks: Vec::new(),
        reloads: Vec::new(),
    };
    let drafts: Vec<RouteDraft> = (0..VANS).map(draft).collect();
    assemble(day, &grouping, day.travel(), &drafts, Vec::new())
}

/// The day at ten past nine.
fn live() -> Day {
    let request = request(unless_testing(8_000, 500));
    let mut day = Day::new(&request, &plan(&request)).expect("a plan of this day");
    for i in (0..VANS).step_by(2) {
        let vehicle = format!("V{i:02}").into();
        let at = TimeOfDay::hm(9, 0);
        day.apply(&Event::Departed { at, vehicle })
            .expect("it stands at its start");
    }
    day
}

/// The same legs, from a caller's own model: asked one by one.
struct Own(ServiceDay);

impl TravelModel for Own {
    fn leg(&self, kind: VehicleKind, from: &Place, to: &Place) -> doorstep::travel::Leg {
        self.0.travel().leg(kind, from, to)
    }
}

pub(crate) fn benches(criterion: &mut Criterion) {
    let day = live();
    let now = TimeOfDay::hm(9, 10);
    let quotes = day.quotes(now).expect("a time of a day");
    let windows = quotes.windows(Span::from_hours(2));
    let mut group = criterion.benchmark_group("quotes");
    let order = Package::new(
        "order",
        LatLng {
            lat: 41.851,
            lng: -87.7004,
        },
        "60608",
    );
    for (name, kind) in [
        ("delivery", PackageKind::Delivery),
        ("pickup", PackageKind::ReturnPickup),
    ] {
        let order = order.clone().with_kind(kind);
        group.bench_function(name, |bencher| {
            bencher.iter(|| quotes.offers(&order, &windows));
        });
    }
    let travel = Arc::new(Own(day.request().clone()));
    let own = Day::with_travel(day.request(), day.plan(), *day.settings(), travel);
    let own = own.expect("a plan of this day");
    let asked = own.quotes(now).expect("a time of a day");
    group.bench_function("delivery_own_travel", |bencher| {
        bencher.iter(|| asked.offers(&order, &windows));
    });
    group.sample_size(10);
    group.bench_function("snapshot", |bencher| bencher.iter(|| day.quotes(now)));
    let mut busy = day.clone();
    for i in 0..20 {
        let at = LatLng {
            lat: 41.75 + f64::from(i) * 0.01,
            lng: -87.7,
        };
        let package = Box::new(Package::new(format!("N{i}"), at, "60608"));
        let event = Event::PackageAdded { at: now, package };
        busy.apply(&event).expect("a new package");
    }
    group.bench_function("replan_20_new", |bencher| {
        bencher.iter(|| busy.replan(now, &Churn::default()));
    });
    improvement(&mut group);
    group.finish();
}

/// A van breaks down, 20 orders come in: from the events to an improved plan of the rest.
fn improvement(group: &mut BenchmarkGroup<'_, WallTime>) {
    let day = trouble();
    let now = LATE_MORNING;
    let churn = Churn::default();
    let first = day.replan(now, &churn).expect("a time of a day");
    group.bench_function("replan_trouble", |bencher| {
        bencher.iter(|| day.replan(now, &churn));
    });
    for iterations in [unless_testing(5_000, 50), unless_testing(20_000, 100)] {
        let solver = Solver::new()
            .seed(SEED)
            .budget(Budget::iterations(iterations));
        group.bench_function(format!("improved_{iterations}"), |bencher| {
            bencher.iter(|| day.replan(now, &churn)?.improve(&solver));
        });
        let better = first.improve(&solver).expect("the rest is in order");
        let figures = |replan: &Replan<'_>| {
            let changes = replan.changes();
            format!(
                "{} for the rest, {} left out, {} moved, {} arrivals over 15 min away",
                replan.plan().scorecard.cost.total(),
                replan.plan().unserved.len(),
                changes.packages_moved(),
                changes.shifted_beyond(churn.eta_limit),
            )
        };
        println!("at once: {}", figures(&first));
        println!("{iterations} iterations: {}", figures(&better));
    }
}

/// When the second wave is about to leave.
const LATE_MORNING: TimeOfDay = TimeOfDay::hm(10, 30);

/// As many doors anywhere in a city, on routes of eight hours at the most, in two waves: half of
/// the vans left at nine and are on their way, the others leave at half past ten. Shortly before,
/// one of these breaks down, and 20 orders came in. The others may be out for ten hours.
fn trouble() -> Day {
    let count = unless_testing(8_000, 500);
    let vans = unless_testing(50, 10);
    // A linear congruence is random enough for doors.
    let mut state = 7_u64;
    let mut part = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    let mut door = || Place::at(41.7 + 0.27 * part(), -87.8 + 0.27 * part());
    let mut package = |id: String| {
        let package = Package::new(id, door(), "60608");
        package.with_service_time(Span::from_seconds(110))
    };
    let packages: Vec<Package> = (0..count).map(|i| package(format!("P{i}"))).collect();
    let orders: Vec<Package> = (0..20).map(|i| package(format!("N{i}"))).collect();
    let request = |hours: i64| {
        let van = |i| Vehicle::cargo_van(format!("V{i:02}"));
        let van = |i| van(i).with_max_duty(Span::from_hours(hours));
        ServiceDay::builder(Station::new("S", Place::at(41.84, -87.66)))
            .packages(packages.clone())
            .vehicles((0..vans).map(van))
            .build()
            .expect("a day in order")
    };
    let budget = Budget::iterations(unless_testing(60_000, 100));
    let plan = Solver::new().seed(SEED).budget(budget).solve(&request(8));
    let plan = plan.expect("a day in order").plan;
    println!(
        "{} routes, {} unserved",
        plan.routes.len(),
        plan.unserved.len()
    );
    let mut day = Day::new(&request(10), &plan).expect("a plan of this day");
    for route in plan.routes.iter().step_by(2) {
        drive(&mut day, route);
    }
    let mut apply = |event: Event| {
        day.apply(&event).expect("what may happen");
    };
    let at = TimeOfDay::hm(10, 20);
    let vehicle = plan.routes[1].vehicle.clone();
    apply(Event::VehicleOut { at, vehicle });
    for package in orders.into_iter().map(Box::new) {
        apply(Event::PackageAdded { at, package });
    }
    day
}

/// A route as planned from nine on, as far as it has come when the second wave leaves.
fn drive(day: &mut Day, route: &RoutePlan) {
    let by = TimeOfDay::hm(9, 0) - route.depart;
    let vehicle = || route.vehicle.clone();
    let at = TimeOfDay::hm(9, 0);
    let mut events = vec![Event::Departed {
        at,
        vehicle: vehicle(),
    }];
    for visit in &route.visits {
        events.push(Event::Arrived {
            at: visit.arrive + by,
            vehicle: vehicle(),
            stop: visit.stop.clone(),
        });
        let packages = visit.packages.iter().cloned();
        let at = visit.leave + by;
        events.extend(packages.map(|package| Event::Delivered { at, package }));
    }
    for event in events.iter().filter(|event| event.at() < LATE_MORNING) {
        day.apply(event).expect("what may happen");
    }
}
