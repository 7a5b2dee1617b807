//! What is in each compartment along a route.

use super::door::Member;
use super::{Findings, Rule, report};
use crate::model::{PackageKind, Temperature, Vehicle};

/// Loads all deliveries of each temperature from the start, then collects, hands over and picks up.
pub(super) fn check(
    vehicle: &Vehicle,
    (members, collected): (&[Vec<Member<'_>>], &[Vec<Member<'_>>]),
    subject: &str,
    findings: &mut Findings,
) {
    for temperature in Temperature::ALL {
        let of_it = |m: &&Member<'_>| m.0.temperature() == temperature;
        let volume = |m: &Member<'_>| i128::from(m.0.load().volume_cm3);
        let pickup = |m: &Member<'_>| m.0.kind() == PackageKind::ReturnPickup;
        let room = vehicle.compartment(temperature);
        if room.is_none() && temperature != Temperature::Ambient {
            for member in members.iter().flatten().filter(of_it) {
                let id = member.0.id();
                let message =
                    format!("package {id} is {temperature}, there is no such compartment");
                report(findings, subject, Rule::Compartment, message);
            }
        }
        let Some(most) = room else { continue };
        let all = members.iter().flatten().filter(of_it);
        let from_start = |m: &&Member<'_>| !pickup(m) && m.0.pickup().is_none();
        let mut inside: i128 = all.filter(from_start).map(volume).sum();
        let mut peak = inside;
        for (members, collected) in members.iter().zip(collected) {
            inside += collected.iter().filter(of_it).map(volume).sum::<i128>();
            for member in members.iter().filter(of_it) {
                inside += if pickup(member) {
                    volume(member)
                } else {
                    -volume(member)
                };
            }
            peak = peak.max(inside);
        }
        if peak > i128::from(most) {
            let message = format!("{temperature}: {peak} cm3 in the compartment, holds {most}");
            report(findings, subject, Rule::Compartment, message);
        }
    }
}
