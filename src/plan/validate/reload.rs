//! Trips: what each brings, when it may leave, how far it goes; turns at the docks.

use std::collections::BTreeMap;
use std::ops::Range;

use super::door::Member;
use super::{Findings, Rule, compartment, report};
use crate::model::{PackageKind, ServiceDay, Vehicle};
use crate::plan::{Plan, Reload, RoutePlan};
use crate::units::TimeOfDay;

/// The visits of each trip, as far as the reloads of a route make sense.
pub(super) fn trips(route: &RoutePlan) -> Vec<Range<usize>> {
    let mut first = 0;
    let mut trips = Vec::with_capacity(route.reloads.len() + 1);
    for reload in &route.reloads {
        let end = reload.visit.clamp(first, route.visits.len());
        trips.push(first..end);
        first = end;
    }
    trips.push(first..route.visits.len());
    trips
}

/// The reloads that lead to a visit, each with its number from 0.
pub(super) fn before(route: &RoutePlan, visit: usize) -> impl Iterator<Item = (usize, &Reload)> {
    let all = route.reloads.iter().enumerate();
    all.filter(move |(_, reload)| reload.visit == visit)
}

/// How often a vehicle reloads, and that it goes somewhere in between.
pub(super) fn check_number(
    vehicle: &Vehicle,
    route: &RoutePlan,
    subject: &str,
    findings: &mut Findings,
) {
    let most = vehicle.reloads().map_or(0, |reloads| reloads.most());
    let count = route.reloads.len();
    if count > most.into() {
        let message = format!("loads again {count} times, may {most} times");
        report(findings, subject, Rule::Reload, message);
    }
    let mut before = 0;
    for reload in &route.reloads {
        let visit = reload.visit;
        if visit <= before || visit >= route.visits.len() {
            let message = format!("a trip begins with visit {}, or ends before it", visit + 1);
            report(findings, subject, Rule::Reload, message);
        }
        before = visit;
    }
}

/// Waiting and the length of the loading, after so many millimetres; milliseconds of each as they
/// should be.
pub(super) fn check_loading(
    vehicle: &Vehicle,
    (reload, way): (&Reload, i128),
    subject: &str,
    findings: &mut Findings,
) -> [i128; 2] {
    let waiting = i128::from(reload.start.millis()) - i128::from(reload.arrive.millis());
    if waiting < 0 || waiting != i128::from(reload.waiting.millis()) {
        let message = format!(
            "arrives at {}, loads from {}, waiting is stated as {}",
            reload.arrive, reload.start, reload.waiting
        );
        report(findings, subject, Rule::Waiting, message);
    }
    let loading = vehicle.reloads();
    let loading = loading.map_or(0, |reloads| i128::from(reloads.loading().millis()));
    let loading = loading.max(charging(vehicle, way));
    let stated = i128::from(reload.leave.millis()) - i128::from(reload.start.millis());
    if stated != loading {
        let message = format!("loads for {stated} ms, should for {loading} ms");
        report(findings, subject, Rule::Reload, message);
    }
    [waiting, loading]
}

/// Milliseconds of charging after so many millimetres; where those are beyond the range, as after
/// all of it.
fn charging(vehicle: &Vehicle, way: i128) -> i128 {
    let full = vehicle.reloads().and_then(|reloads| reloads.recharge());
    let Some((full, range)) = full.zip(vehicle.range()) else {
        return 0;
    };
    let (full, range) = (i128::from(full.millis()), i128::from(range.millimeters()));
    if way >= range {
        return full;
    }
    // Up to the next millisecond.
    let product = way * full;
    product / range + i128::from(product % range > 0)
}

/// What the packages of each trip ask: ready when it leaves, loaded in order, held by the
/// compartments.
pub(super) fn check_trips(
    (route, vehicle): (&RoutePlan, &Vehicle),
    (members, collected): (&[Vec<Member<'_>>], &[Vec<Member<'_>>]),
    subject: &str,
    findings: &mut Findings,
) {
    let starts = route.reloads.iter().map(|r| (r.leave, &r.load_order));
    let starts = std::iter::once((route.depart, &route.load_order)).chain(starts);
    for (visits, (leave, load_order)) in trips(route).into_iter().zip(starts) {
        let trip = &members[visits.clone()];
        check_ready(leave, trip, subject, findings);
        compartment::check(vehicle, (trip, &collected[visits]), subject, findings);
        check_load_order(load_order, trip, subject, findings);
    }
}

fn check_ready(
    leave: TimeOfDay,
    members: &[Vec<Member<'_>>],
    subject: &str,
    findings: &mut Findings,
) {
    for (package, _) in members.iter().flatten() {
        if let Some(ready) = package.ready().filter(|&ready| ready > leave) {
            let id = package.id();
            let message = format!("leaves at {leave}, package {id} is ready at {ready}");
            report(findings, subject, Rule::Ready, message);
        }
    }
}

/// The deliveries from the station, in the opposite order of the visits.
fn check_load_order(
    load_order: &[crate::model::PackageId],
    members: &[Vec<Member<'_>>],
    subject: &str,
    findings: &mut Findings,
) {
    let deliveries = members.iter().rev().flat_map(|visit| {
        let packages = visit.iter().rev().map(|(package, _)| *package);
        let loaded = packages.filter(|package| package.kind() != PackageKind::ReturnPickup);
        loaded.filter(|package| package.pickup().is_none())
    });
    if !deliveries.map(crate::model::Package::id).eq(load_order) {
        let message = "is not the deliveries in the opposite order of the visits".to_owned();
        report(findings, subject, Rule::LoadOrder, message);
    }
}

/// Loading at docks begins with a turn, and each turn has no more vehicles than docks.
pub(super) fn check_docks(day: &ServiceDay, plan: &Plan, findings: &mut Findings) {
    let Some(docks) = day.station().docks() else {
        return;
    };
    let opens = i128::from(day.delivery_hours().earliest().millis());
    let turn = i128::from(docks.turn().millis()).max(1);
    let mut taken: BTreeMap<i128, u32> = BTreeMap::new();
    for route in &plan.routes {
        for reload in &route.reloads {
            let since = i128::from(reload.start.millis()) - opens;
            if since < 0 || since % turn != 0 {
                let subject = format!("vehicle {:?}", route.vehicle.as_str());
                let message = format!("loads from {}, not with a turn", reload.start);
                report(findings, subject, Rule::Docks, message);
            }
            *taken.entry(since.div_euclid(turn)).or_default() += 1;
        }
    }
    for (number, count) in taken.into_iter().filter(|(_, n)| *n > docks.count()) {
        let at = opens + number * turn;
        let at = TimeOfDay::from_millis(i64::try_from(at).unwrap_or(i64::MAX));
        let message = format!(
            "{count} vehicles load from {at} on, there are {} docks",
            docks.count()
        );
        report(findings, "plan", Rule::Docks, message);
    }
}
