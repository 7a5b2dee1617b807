//! Packages that go elsewhere than to their doors: which of their alternatives, and slots of
//! lockers.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::{Findings, Rule, report};
use crate::model::{Alternative, LockerId, Package, ServiceDay};
use crate::plan::{Plan, RoutePlan, Visit};

fn locker<'a>(day: &'a ServiceDay, id: &LockerId) -> Option<&'a crate::model::Locker> {
    day.lockers().iter().find(|locker| locker.id() == id)
}

/// The alternative that a visit uses, of its one package.
fn used<'a>(ledger: &Ledger<'a>, visit: &Visit) -> Option<(&'a Package, &'a Alternative)> {
    let number = visit.alternative? as usize;
    let [id] = visit.packages.as_slice() else {
        return None;
    };
    let (package, _) = ledger.find(id)?;
    Some((package, package.alternatives().get(number)?))
}

/// For each visit at an alternative the package as it would be if that were its door.
pub(super) fn moved(
    ledger: &Ledger<'_>,
    route: &RoutePlan,
    subject: &str,
    findings: &mut Findings,
) -> Vec<Option<Package>> {
    let mut all = Vec::with_capacity(route.visits.len());
    for (i, visit) in route.visits.iter().enumerate() {
        let found = used(ledger, visit).and_then(|(package, alternative)| {
            let at = alternative.locker().and_then(|id| locker(ledger.day, id));
            alternative.moved(package, at)
        });
        if found.is_none()
            && let Some(number) = visit.alternative
        {
            let subject = format!("{subject}, visit {}", i + 1);
            let message = format!("uses alternative {number}, which no single package of it has");
            report(findings, subject, Rule::Alternative, message);
        }
        all.push(found);
    }
    all
}

/// What the alternatives of a route cost, 1/1000 cents.
pub(super) fn price(ledger: &Ledger<'_>, route: &RoutePlan) -> i128 {
    let all = route.visits.iter().filter_map(|visit| used(ledger, visit));
    all.map(|(_, alternative)| i128::from(alternative.price().millicents()))
        .sum()
}

/// Whether the packages in each locker have slots, all routes together: the largest package is laid
/// first, in the smallest free slot that holds it.
pub(super) fn check_slots(ledger: &Ledger<'_>, plan: &Plan, findings: &mut Findings) {
    let mut lying: BTreeMap<&LockerId, Vec<u64>> = BTreeMap::new();
    for visit in plan.routes.iter().flat_map(|route| &route.visits) {
        if let Some((package, alternative)) = used(ledger, visit)
            && let Some(id) = alternative.locker()
        {
            lying.entry(id).or_default().push(package.load().volume_cm3);
        }
    }
    for (id, mut volumes) in lying {
        let Some(locker) = locker(ledger.day, id) else {
            continue;
        };
        let slots = locker.slots().iter();
        let mut free: Vec<(u64, u32)> = slots.map(|s| (s.largest_cm3(), s.count())).collect();
        free.sort_unstable();
        volumes.sort_unstable();
        while let Some(volume) = volumes.pop() {
            let fitting = free.iter_mut().find(|(cm3, n)| *cm3 >= volume && *n > 0);
            let Some((_, left)) = fitting else {
                let message =
                    format!("has no slot for a package of {volume} cm3 besides the others");
                let subject = format!("locker {:?}", id.as_str());
                report(findings, subject, Rule::Slots, message);
                break;
            };
            *left -= 1;
        }
    }
}
