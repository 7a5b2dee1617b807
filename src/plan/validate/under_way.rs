//! Vehicles that are out already: where they go on from, when, and with what.

use super::door::Member;
use super::{Findings, Rule, report};
use crate::model::{GroupId, PackageKind, Place, ServiceDay, Vehicle};
use crate::plan::RoutePlan;

/// Where the route of a vehicle begins.
pub(super) fn position(day: &ServiceDay, vehicle: usize) -> &Place {
    let vehicle = &day.vehicles()[vehicle];
    match vehicle.under_way() {
        Some(out) => out.place(),
        None => vehicle.start().unwrap_or(day.station().place()),
    }
}

/// Whether a vehicle that is out goes on when it is free, with what it has.
pub(super) fn check(
    vehicle: &Vehicle,
    route: &RoutePlan,
    members: &[Vec<Member<'_>>],
    subject: &str,
    findings: &mut Findings,
) {
    let Some(out) = vehicle.under_way() else {
        return;
    };
    if route.depart != out.ready() {
        let (depart, ready) = (route.depart, out.ready());
        let message = format!("drives on at {depart}, it is free at {ready}");
        report(findings, subject, Rule::UnderWay, message);
    }
    let deliveries = members.iter().flatten().map(|(package, _)| *package);
    let deliveries = deliveries.filter(|p| p.kind() != PackageKind::ReturnPickup);
    let deliveries = deliveries.filter(|p| p.pickup().is_none());
    for package in deliveries.filter(|p| p.pin() != Some(vehicle.id())) {
        let message = format!("package {} is not on board", package.id());
        report(findings, subject, Rule::OnBoard, message);
    }
    let had = |group: &&GroupId| out.apart().contains(*group);
    for (package, _) in members.iter().flatten() {
        for group in package.apart().iter().filter(had) {
            let id = package.id();
            let message = format!("takes package {id}, and had another of group {group}");
            report(findings, subject, Rule::Apart, message);
        }
    }
}
