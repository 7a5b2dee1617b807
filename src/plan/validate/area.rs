//! Zones and blocks: the labels of the visits, and routes that keep to one zone.

use std::collections::{HashMap, HashSet};

use super::ledger::Ledger;
use super::{Findings, Rule, report};
use crate::model::{BlockId, PackageId, ServiceDay, ZoneId, ZonePolicy};
use crate::plan::{AreaFigures, Plan, RoutePlan, Visit};
use crate::sortation::{Grouping, Zoning, group, zones};

/// Checks labels, rule and figures. Zones are the day's by definition, so they are
/// made again by [`zones`], as the fingerprint is by its one function.
pub(super) fn check(day: &ServiceDay, plan: &Plan, ledger: &Ledger<'_>, findings: &mut Findings) {
    let grouping = group(day);
    let made = Made {
        zoning: zones(day, &grouping),
        grouping,
    };
    for route in &plan.routes {
        made.check_labels(route, ledger, findings);
        if day.zone_policy() == ZonePolicy::Hard {
            check_hard(route, findings);
        }
        if let Some(most) = day.most_zones() {
            check_few(route, most, findings);
        }
    }
    check_figures(plan, ledger, findings);
}

struct Made {
    grouping: Grouping,
    zoning: Zoning,
}

impl Made {
    fn check_labels(&self, route: &RoutePlan, ledger: &Ledger<'_>, findings: &mut Findings) {
        for (i, visit) in route.visits.iter().enumerate() {
            let known = |ids: &[PackageId]| ids.iter().find_map(|id| ledger.position(id));
            let door = known(&visit.packages).map(|p| {
                let elsewhere = visit.alternative;
                let elsewhere = elsewhere.and_then(|n| self.grouping.alternative_of(p, n));
                elsewhere.unwrap_or_else(|| self.grouping.stop_of(p))
            });
            let collected = known(&visit.collects).and_then(|p| self.grouping.pickup_of(p));
            let Some(stop) = door.or(collected) else {
                continue;
            };
            let stop = stop as usize;
            let zone = self.zoning.zone_of(stop);
            let zone = zone.map(|z| &self.zoning.zones()[z as usize].id);
            let block = self.zoning.block_of(stop);
            let block = block.map(|b| &self.zoning.blocks()[b as usize].id);
            if visit.zone.as_ref() != zone || visit.block.as_ref() != block {
                let message = format!(
                    "is labelled {}, should be {}",
                    label(visit.zone.as_ref(), visit.block.as_ref()),
                    label(zone, block)
                );
                let subject = format!("vehicle {:?}, visit {}", route.vehicle.as_str(), i + 1);
                report(findings, subject, Rule::ZoneLabel, message);
            }
        }
    }
}

fn label(zone: Option<&ZoneId>, block: Option<&BlockId>) -> String {
    match (zone, block) {
        (None, None) => "nowhere".to_owned(),
        _ => format!(
            "zone {:?}, block {:?}",
            zone.map_or("", ZoneId::as_str),
            block.map_or("", BlockId::as_str)
        ),
    }
}

fn check_hard(route: &RoutePlan, findings: &mut Findings) {
    let mut labels = route.visits.iter().filter_map(|v| v.zone.as_ref());
    let Some(first) = labels.next() else {
        return;
    };
    if let Some(other) = labels.find(|zone| *zone != first) {
        let message = format!("serves zones {first} and {other}, and may serve one only");
        let subject = format!("vehicle {:?}", route.vehicle.as_str());
        report(findings, subject, Rule::Zone, message);
    }
}

fn check_few(route: &RoutePlan, most: u32, findings: &mut Findings) {
    let zones: HashSet<&ZoneId> = route
        .visits
        .iter()
        .filter_map(|v| v.zone.as_ref())
        .collect();
    if zones.len() as u64 > u64::from(most) {
        let message = format!("serves {} zones, and may serve {most}", zones.len());
        let subject = format!("vehicle {:?}", route.vehicle.as_str());
        report(findings, subject, Rule::Zone, message);
    }
}

fn check_figures(plan: &Plan, ledger: &Ledger<'_>, findings: &mut Findings) {
    let (mut reentries, mut blocks, mut zones, mut zips) = (0, 0, 0, 0);
    for route in &plan.routes {
        // How many visits of each block came right behind another of it.
        let mut runs: HashMap<&BlockId, u64> = HashMap::new();
        let mut before = None;
        for visit in &route.visits {
            if let Some(block) = &visit.block {
                *runs.entry(block).or_default() += u64::from(before != Some(block));
            }
            before = visit.block.as_ref();
        }
        reentries += runs.values().sum::<u64>() - runs.len() as u64;
        blocks += runs.len() as u64;
        let visits = || route.visits.iter();
        zones += visits()
            .filter_map(|v| v.zone.as_ref())
            .collect::<HashSet<_>>()
            .len() as u64;
        // The packages' own codes: a wrong one on a visit is a matter of its place.
        let package = |v: &Visit| v.packages.iter().find_map(|id| ledger.find(id));
        let five = visits().map(|v| match package(v) {
            Some((package, _)) if v.alternative.is_none() => package.zip().five_digits(),
            _ => v.zip.five_digits(),
        });
        zips += five.collect::<HashSet<_>>().len() as u64;
    }
    let stated = &plan.scorecard.areas;
    let hulls = AreaFigures::of(&plan.routes);
    for (name, stated, found) in [
        ("routes with areas", stated.routes, plan.routes.len() as u64),
        ("block re-entries", stated.block_reentries, reentries),
        ("blocks", stated.blocks, blocks),
        ("zones", stated.zones, zones),
        ("postal codes", stated.zips, zips),
        ("shared area", stated.shared_m2, hulls.shared_m2),
        ("area", stated.hull_m2, hulls.hull_m2),
    ] {
        if stated != found {
            let message = format!("{name} is {stated}, should be {found}");
            report(findings, "plan", Rule::Scorecard, message);
        }
    }
}
