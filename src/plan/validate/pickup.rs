//! Packages that are collected on the way: where, when, and brought by the same vehicle.

use std::collections::HashMap;

use super::door::Member;
use super::visit::{check_halt, check_inside, check_within, times_of};
use super::{Findings, Rule, report};
use crate::model::{HandOff, Package, Pickup, ServiceDay, Vehicle};
use crate::plan::{RoutePlan, Visit};

/// Checks a halt at which something is collected, alone, with so many milliseconds of breaks before
/// its service; returns the milliseconds its service takes.
pub(super) fn check_visit(
    day: &ServiceDay,
    vehicle: &Vehicle,
    (visit, rested): (&Visit, i128),
    (collected, subject): (&[Member<'_>], &str),
    findings: &mut Findings,
) -> i128 {
    let service = match (collected, visit.packages.is_empty()) {
        ([(package, _)], true) => check_one(day, vehicle, (visit, package), subject, findings),
        _ => {
            let message = "collects one package of the request, and nothing else".to_owned();
            report(findings, subject, Rule::Pickup, message);
            i128::from(visit.leave.millis()) - i128::from(visit.start.millis())
        }
    };
    if visit.walk.is_some() {
        let message = "there is a walk where a package is collected".to_owned();
        report(findings, subject, Rule::Walk, message);
    }
    check_halt(visit, rested, service, subject, findings);
    service
}

fn check_one(
    day: &ServiceDay,
    vehicle: &Vehicle,
    (visit, package): (&Visit, &Package),
    subject: &str,
    findings: &mut Findings,
) -> i128 {
    let id = package.id();
    let Some(pickup) = package.pickup() else {
        let message = format!("collects package {id}, which comes from the station");
        report(findings, subject, Rule::Pickup, message);
        return i128::from(visit.leave.millis()) - i128::from(visit.start.millis());
    };
    if *pickup.place() != visit.place || *pickup.zip() != visit.zip {
        let (at, place) = (visit.place, pickup.place());
        let message = format!("collects package {id} at {at}, it is at {place}");
        report(findings, subject, Rule::Place, message);
    }
    check_inside(day, (visit.start, pickup.windows()), id, subject, findings);
    check_within(day, vehicle, (pickup.place(), id), subject, findings);
    service_ms(day, vehicle, pickup)
}

/// Parking and the hand-over, milliseconds.
fn service_ms(day: &ServiceDay, vehicle: &Vehicle, pickup: &Pickup) -> i128 {
    let table = times_of(day, vehicle);
    let (hand_over, parking) = match pickup.service_time() {
        Some(own) => (own, table.stated_parking()),
        None => (table.hand_off(HandOff::Doorstep), table.parking()),
    };
    i128::from(hand_over.millis()) + i128::from(parking.millis())
}

/// Whether what is collected on a route is brought by it behind, and what it brings from elsewhere
/// than the station was collected before.
pub(super) fn check_route(
    route: &RoutePlan,
    members: &[Vec<Member<'_>>],
    subject: &str,
    findings: &mut Findings,
) {
    let mut aboard: HashMap<&str, usize> = HashMap::new();
    for (visit, members) in route.visits.iter().zip(members) {
        for (package, _) in members.iter().filter(|(p, _)| p.pickup().is_some()) {
            let count = aboard.entry(package.id().as_str()).or_default();
            if *count == 0 {
                let message = format!("brings package {} without collecting it", package.id());
                report(findings, subject, Rule::Pickup, message);
            } else {
                *count -= 1;
            }
        }
        for id in &visit.collects {
            *aboard.entry(id.as_str()).or_default() += 1;
        }
    }
    for id in route.visits.iter().flat_map(|visit| &visit.collects) {
        if aboard.remove(id.as_str()).is_some_and(|left| left > 0) {
            let message = format!("collects package {id} and does not bring it");
            report(findings, subject, Rule::Pickup, message);
        }
    }
}
