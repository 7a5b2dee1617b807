//! Drivers: who drives what, when, how long and at what price.

use std::collections::BTreeMap;

use super::door::Member;
use super::provider::prices as of_vehicle;
use super::{Findings, Rule, report};
use crate::model::{Costs, Driver, DriverId, ServiceDay, UnderWay, Vehicle};
use crate::plan::{Plan, RoutePlan};

/// The driver that a route states, if the request knows him.
pub(super) fn of_route<'a>(day: &'a ServiceDay, route: &RoutePlan) -> Option<&'a Driver> {
    let stated = route.driver.as_ref()?;
    day.drivers().iter().find(|driver| driver.id() == stated)
}

/// Every route has a driver of its own, or none has one.
pub(super) fn check_all(day: &ServiceDay, plan: &Plan, findings: &mut Findings) {
    let mut routes: BTreeMap<&DriverId, usize> = BTreeMap::new();
    for route in &plan.routes {
        let subject = || format!("vehicle {:?}", route.vehicle.as_str());
        let Some(stated) = &route.driver else {
            if !day.drivers().is_empty() {
                let message = "has no driver".to_owned();
                report(findings, subject(), Rule::Driver, message);
            }
            continue;
        };
        let Some(driver) = of_route(day, route) else {
            let message = format!("is driven by {stated}, not a driver of the request");
            report(findings, subject(), Rule::Driver, message);
            continue;
        };
        let listed = driver.vehicles();
        if !listed.is_empty() && listed.iter().all(|id| *id != route.vehicle) {
            let message = format!("is driven by {stated}, who may not drive it");
            report(findings, subject(), Rule::Driver, message);
        }
        *routes.entry(stated).or_default() += 1;
    }
    for (driver, count) in routes.into_iter().filter(|(_, count)| *count > 1) {
        let subject = format!("driver {:?}", driver.as_str());
        report(
            findings,
            subject,
            Rule::Driver,
            format!("has {count} routes"),
        );
    }
}

/// Shift and duty; that of a vehicle that is out already counts from when it left.
pub(super) fn check_hours(
    route: &RoutePlan,
    (vehicle, driver): (&Vehicle, Option<&Driver>),
    subject: &str,
    findings: &mut Findings,
) {
    let Some(driver) = driver else { return };
    let (depart, back, id) = (route.depart, route.back, driver.id());
    if let Some(shift) = driver.shift()
        && (depart < shift.earliest() || back > shift.latest())
    {
        let message = format!("out from {depart} to {back}, the shift of {id} is {shift}");
        report(findings, subject, Rule::DriverHours, message);
    }
    let since = vehicle.under_way().map_or(depart, UnderWay::departed);
    let out = i128::from(back.millis()) - i128::from(since.millis());
    if let Some(most) = driver.max_duty().filter(|m| out > i128::from(m.millis())) {
        let message = format!("out from {since} to {back}, {id} may be out for {most}");
        report(findings, subject, Rule::DriverHours, message);
    }
}

/// What a vehicle costs with its driver.
pub(super) fn prices(day: &ServiceDay, vehicle: &Vehicle, driver: Option<&Driver>) -> Costs {
    let mut costs = of_vehicle(day, vehicle);
    if let Some(driver) = driver {
        costs = costs.with_per_vehicle(costs.per_vehicle() + driver.day_pay());
        if let Some(pay) = driver.hourly_pay() {
            costs = costs.with_per_duty_hour(pay);
        }
    }
    costs
}

/// What a stop costs that goes to none of the postal codes of the driver, 1/1000 cents.
pub(super) fn outside(driver: Option<&Driver>, members: &[Member<'_>]) -> i128 {
    let Some(driver) = driver else { return 0 };
    let own = driver.own_zips();
    let known = |(package, _): &Member<'_>| {
        let zip = package.zip().as_str();
        own.iter().any(|part| zip.starts_with(part.as_str()))
    };
    if own.is_empty() || members.is_empty() || members.iter().any(known) {
        0
    } else {
        i128::from(driver.price_outside().millicents())
    }
}
