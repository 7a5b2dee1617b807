//! Where each package of the request is in the plan.

use std::collections::HashMap;

use super::provider::check_tender;
use super::{Findings, Rule, report};
use crate::model::{Package, PackageId, ServiceDay};
use crate::plan::Plan;

/// The packages of a request by id, and how often each was seen.
pub(super) struct Ledger<'a> {
    pub(super) day: &'a ServiceDay,
    index: HashMap<&'a str, usize>,
    seen: Vec<bool>,
    /// For each package the number of its given stop.
    given: Vec<Option<usize>>,
}

impl<'a> Ledger<'a> {
    pub(super) fn open(day: &'a ServiceDay) -> Self {
        let packages = day.packages();
        let mut given = vec![None; packages.len()];
        for (number, (_, range)) in day.given_stops().iter().enumerate() {
            given[range.clone()].fill(Some(number));
        }
        Self {
            day,
            index: packages
                .iter()
                .enumerate()
                .map(|(i, package)| (package.id().as_str(), i))
                .collect(),
            seen: vec![false; packages.len()],
            given,
        }
    }

    /// The number of a package in the request.
    pub(super) fn position(&self, id: &PackageId) -> Option<usize> {
        self.index.get(id.as_str()).copied()
    }

    /// A package of the request, and its given stop.
    pub(super) fn find(&self, id: &PackageId) -> Option<(&'a Package, Option<usize>)> {
        let &i = self.index.get(id.as_str())?;
        Some((&self.day.packages()[i], self.given[i]))
    }

    /// Enters every package of the plan; reports unknown, doubled, missing and wrongly tendered
    /// ones.
    pub(super) fn enter(&mut self, plan: &Plan, findings: &mut Findings) {
        for route in &plan.routes {
            for id in route.visits.iter().flat_map(|visit| &visit.packages) {
                self.enter_one(id, findings);
            }
        }
        for unserved in &plan.unserved {
            self.enter_one(&unserved.package, findings);
        }
        for tendered in &plan.tendered {
            let Some(i) = self.enter_one(&tendered.package, findings) else {
                continue;
            };
            let (package, subject) = (&self.day.packages()[i], subject(&tendered.package));
            check_tender(self.day, package, tendered, &subject, findings);
        }
        for (package, _) in self
            .day
            .packages()
            .iter()
            .zip(&self.seen)
            .filter(|(_, seen)| !**seen)
        {
            let message = "neither on a route nor unserved nor with a carrier".to_owned();
            report(
                findings,
                subject(package.id()),
                Rule::MissingPackage,
                message,
            );
        }
    }

    fn enter_one(&mut self, id: &PackageId, findings: &mut Findings) -> Option<usize> {
        let Some(&i) = self.index.get(id.as_str()) else {
            let message = "not a package of the request".to_owned();
            report(findings, subject(id), Rule::UnknownPackage, message);
            return None;
        };
        if std::mem::replace(&mut self.seen[i], true) {
            let message = "in the plan more than once".to_owned();
            report(findings, subject(id), Rule::DoubledPackage, message);
        }
        Some(i)
    }
}

fn subject(id: &PackageId) -> String {
    format!("package {:?}", id.as_str())
}
