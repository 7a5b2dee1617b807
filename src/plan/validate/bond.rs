//! Groups of packages: those that ride together are on one route or on none, those that are apart
//! on different ones.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::{Findings, Rule, report};
use crate::model::{GroupId, PackageId};
use crate::plan::Plan;

/// Looks up where the packages of each group are.
pub(super) fn check(ledger: &Ledger<'_>, plan: &Plan, findings: &mut Findings) {
    let packages = ledger.day.packages();
    let bound = |p: &crate::model::Package| p.together().is_some() || !p.apart().is_empty();
    if !packages.iter().any(bound) {
        return;
    }
    let mut route_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, route) in plan.routes.iter().enumerate() {
        for id in route.visits.iter().flat_map(|visit| &visit.packages) {
            if let Some(package) = ledger.position(id) {
                route_of.insert(package, number);
            }
        }
    }
    let mut together: BTreeMap<&GroupId, (&PackageId, Option<usize>)> = BTreeMap::new();
    let mut apart: BTreeMap<(&GroupId, usize), &PackageId> = BTreeMap::new();
    let name = |route: Option<usize>| {
        let vehicle = |r: usize| format!("goes with vehicle {}", plan.routes[r].vehicle);
        route.map_or_else(|| "is on no route".to_owned(), vehicle)
    };
    for (i, package) in packages.iter().enumerate() {
        let (id, own) = (package.id(), route_of.get(&i).copied());
        let subject = || format!("package {:?}", id.as_str());
        if let Some(group) = package.together() {
            let (first, route) = *together.entry(group).or_insert((id, own));
            if route != own {
                let (here, there) = (name(own), name(route));
                let message = format!("{here}, package {first} of its group {group} {there}");
                report(findings, subject(), Rule::Together, message);
            }
        }
        for group in own.iter().flat_map(|_| package.apart()) {
            let key = (group, own.unwrap_or_default());
            match apart.get(&key) {
                None => {
                    apart.insert(key, id);
                }
                Some(other) => {
                    let here = name(own);
                    let message = format!("{here}, as does package {other} of group {group}");
                    report(findings, subject(), Rule::Apart, message);
                }
            }
        }
    }
}
