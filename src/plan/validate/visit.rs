//! One halt: its door, its windows, its service, what it asks of the vehicle.

use super::door::{Member, same_door};
use super::ledger::Ledger;
use super::walk::Halt;
use super::{Findings, Rule, report};
use crate::model::{
    Capability, Driver, Package, PackageId, Place, ServiceDay, ServiceTimes, TimeWindow, Vehicle,
};
use crate::plan::Visit;
use crate::plan::block::either;
use crate::travel::{UnitVector, straight};
use crate::units::TimeOfDay;

/// Checks all that concerns one halt alone, with so many milliseconds of breaks before its service; returns the milliseconds its service takes.
pub(super) fn check(
    ledger: &Ledger<'_>,
    (vehicle, driver): (&Vehicle, Option<&Driver>),
    (visit, rested): (&Visit, i128),
    (members, subject): (&[Member<'_>], &str),
    findings: &mut Findings,
) -> i128 {
    let day = ledger.day;
    let halt = Halt::of(ledger, visit);
    check_place(day, visit, members, subject, findings);
    for (package, _) in members {
        let id = package.id();
        if halt.is_none() {
            check_inside(day, (visit.start, package.windows()), id, subject, findings);
        }
        check_choice(day, (vehicle, driver), package, subject, findings);
        check_within(day, vehicle, (package.place(), id), subject, findings);
    }
    let service = match halt {
        Some(halt) => halt.check(ledger, (vehicle, members), subject, findings),
        None => service_ms(day, vehicle, members, true),
    };
    check_halt(visit, rested, service, subject, findings);
    service
}

/// Waiting and the length of the service.
pub(super) fn check_halt(
    visit: &Visit,
    rested: i128,
    service: i128,
    subject: &str,
    findings: &mut Findings,
) {
    let halted = i128::from(visit.start.millis()) - i128::from(visit.arrive.millis());
    let waiting = halted - rested;
    if waiting < 0 || waiting != i128::from(visit.waiting.millis()) {
        let message = format!(
            "arrives at {}, starts at {}, breaks {rested} ms, waiting is stated as {}",
            visit.arrive, visit.start, visit.waiting
        );
        report(findings, subject, Rule::Waiting, message);
    }
    let stated = i128::from(visit.leave.millis()) - i128::from(visit.start.millis());
    if stated != service {
        let message = format!("takes {stated} ms, should take {service} ms");
        report(findings, subject, Rule::Service, message);
    }
}

fn check_place(
    day: &ServiceDay,
    visit: &Visit,
    members: &[Member<'_>],
    subject: &str,
    findings: &mut Findings,
) {
    let Some(&first) = members.first() else {
        let message = "has no package of the request".to_owned();
        report(findings, subject, Rule::Place, message);
        return;
    };
    // The doors of a walk are looked at one by one.
    let together = members[1..].iter().filter(|_| visit.walk.is_none());
    for &member in together {
        if !same_door(day, first, member) {
            let (a, b) = (first.0.id(), member.0.id());
            let message = format!("packages {a} and {b} go to different doors");
            report(findings, subject, Rule::Place, message);
        }
    }
    if members
        .iter()
        .all(|(package, _)| *package.place() != visit.place)
    {
        let message = format!("none of its packages goes to {}", visit.place);
        report(findings, subject, Rule::Place, message);
    }
    let five = |zip: &str| zip.split('-').next().map(str::to_owned);
    let stated = five(visit.zip.as_str());
    if members
        .iter()
        .all(|(package, _)| five(package.zip().as_str()) != stated)
    {
        let message = format!("none of its packages has the postal code {}", visit.zip);
        report(findings, subject, Rule::Place, message);
    }
}

/// Service must start when some window and the delivery hours are open.
pub(super) fn check_inside(
    day: &ServiceDay,
    (start, windows): (TimeOfDay, &[TimeWindow]),
    id: &PackageId,
    subject: &str,
    findings: &mut Findings,
) {
    let hours = day.delivery_hours();
    let inside = |w: &TimeWindow| w.earliest() <= start && start <= w.latest();
    if inside(&hours) && (windows.is_empty() || windows.iter().any(inside)) {
        return;
    }
    // Early when waiting would have helped: a window opens later, before the hours are over.
    let opens_later = |opens: TimeOfDay| start < opens && opens <= hours.latest();
    let early = if windows.is_empty() {
        opens_later(hours.earliest())
    } else {
        windows.iter().any(|w| {
            opens_later(w.earliest().max(hours.earliest())) && w.latest() >= hours.earliest()
        })
    };
    let rule = if early { Rule::Early } else { Rule::Late };
    let stated: Vec<String> = windows.iter().map(ToString::to_string).collect();
    let stated = if stated.is_empty() {
        format!("in the delivery hours {hours}")
    } else {
        format!(
            "in {} within the delivery hours {hours}",
            stated.join(" or ")
        )
    };
    let message = format!("starts at {start}, package {id} may be served {stated}");
    report(findings, subject, rule, message);
}

/// Needs and pins.
fn check_choice(
    day: &ServiceDay,
    (vehicle, driver): (&Vehicle, Option<&Driver>),
    package: &Package,
    subject: &str,
    findings: &mut Findings,
) {
    let mut able: Vec<&Capability> = vehicle.capabilities().iter().collect();
    able.extend(driver.iter().flat_map(|driver| driver.capabilities()));
    for need in package.needs() {
        if !able.contains(&need) {
            let message = format!("package {} needs {need}", package.id());
            report(findings, subject, Rule::Need, message);
        }
    }
    let asked = day.requirements().iter().filter(|r| r.applies_to(package));
    let asked = asked.map(crate::model::Requirement::any_of);
    let choices: Vec<&[Capability]> = package.needs_any().iter().map(Vec::as_slice).collect();
    let choices: Vec<&[Capability]> = choices.into_iter().chain(asked).collect();
    let has = |need: &Capability| able.contains(&need);
    for any_of in choices.iter().filter(|any_of| !any_of.iter().any(has)) {
        let message = format!("package {} needs {}", package.id(), either(any_of));
        report(findings, subject, Rule::Need, message);
    }
    let mut wanted = package.needs().iter().chain(choices.into_iter().flatten());
    if vehicle.is_reserved() && !wanted.any(has) {
        let message = format!("package {} needs nothing that it has", package.id());
        report(findings, subject, Rule::Reserved, message);
    }
    if let Some(pin) = package.pin()
        && pin != vehicle.id()
    {
        let message = format!("package {} is pinned to vehicle {pin}", package.id());
        report(findings, subject, Rule::Pin, message);
    }
}

/// How far from its start the vehicle is.
pub(super) fn check_within(
    day: &ServiceDay,
    vehicle: &Vehicle,
    (place, id): (&Place, &PackageId),
    subject: &str,
    findings: &mut Findings,
) {
    let Some(radius) = vehicle.radius() else {
        return;
    };
    let start = vehicle.start().unwrap_or(day.station().place());
    let message = match start.lat_lng().zip(place.lat_lng()) {
        None => format!("package {id} is nowhere, the radius is {radius}"),
        Some((from, to)) => {
            let away = straight(&UnitVector::of(from), &UnitVector::of(to));
            if away <= radius {
                return;
            }
            format!("package {id} is {away} from the start, the radius is {radius}")
        }
    };
    report(findings, subject, Rule::Radius, message);
}

/// How long hand-overs take a vehicle.
pub(super) fn times_of<'a>(day: &'a ServiceDay, vehicle: &Vehicle) -> &'a ServiceTimes {
    let kinds = day.service_times_by_kind().iter();
    let own = kinds.rev().find(|(kind, _)| *kind == vehicle.kind());
    own.map_or(day.service_times(), |(_, table)| table)
}

/// Hand-overs from a vehicle, and parking if asked for, milliseconds, from the packages' own data.
pub(super) fn service_ms(
    day: &ServiceDay,
    vehicle: &Vehicle,
    members: &[Member<'_>],
    parks: bool,
) -> i128 {
    let table = times_of(day, vehicle);
    let mut sum = 0;
    let mut from_table = members.is_empty();
    for (package, _) in members {
        let time = match package.service_time() {
            Some(own) => own,
            None => {
                from_table = true;
                sum += i128::from(package.floor()) * i128::from(table.per_floor().millis());
                table.hand_off(package.hand_off())
            }
        };
        sum += i128::from(time.millis());
    }
    let parking = if from_table {
        table.parking()
    } else {
        table.stated_parking()
    };
    sum + if parks { parking.millis().into() } else { 0 }
}
