//! Goods that may not travel together.

use std::collections::BTreeMap;

use super::door::Member;
use super::{Findings, Rule, report};
use crate::model::{GoodsClass, PackageId, ServiceDay};

/// Looks for both classes of each pair among the packages of a route.
pub(super) fn check(
    day: &ServiceDay,
    members: &[Vec<Member<'_>>],
    subject: &str,
    findings: &mut Findings,
) {
    if day.incompatible_goods().is_empty() {
        return;
    }
    let mut first: BTreeMap<&GoodsClass, &PackageId> = BTreeMap::new();
    for (package, _) in members.iter().flatten() {
        if let Some(class) = package.goods() {
            first.entry(class).or_insert(package.id());
        }
    }
    for (a, b) in day.incompatible_goods() {
        if let (Some(one), Some(two)) = (first.get(a), first.get(b)) {
            let message = format!("package {one} is {a}, package {two} is {b}");
            report(findings, subject, Rule::Goods, message);
        }
    }
}
