//! Why packages are left and what would place them, checked by doing it in the plan.

mod blocks;
mod fixes;
mod fleet;
mod more;
mod reason;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{GroupId, Package};
use crate::plan::{Blocked, Fix, Fixes, Plan, Reason};
use crate::problem::areas::NOWHERE;
use crate::problem::carry::Ride;
use crate::problem::goods::Goods;
use crate::problem::rooms::Rooms;
use crate::problem::{Solution, StopData, index};
use crate::search::parallel;
use crate::sortation::StopGroup;

use super::CompiledDay;
use super::extract::Tour;
use super::tenders::Tenders;
use fleet::{Fleet, Subject};

pub(super) use reason::unserved;

/// What is found for one stop.
type Finding = (Arc<[Blocked]>, Arc<[Fix]>);

/// Stops that look the same to every rule.
type Key<'a> = (
    Vec<(i32, i32)>,
    [i64; 6],
    [u64; 3],
    Goods,
    Rooms,
    Option<Ride>,
    Vec<&'a GroupId>,
);

/// Adds blocks and fixes to the unserved packages of the first `limit` different stops; equal stops
/// share their findings.
///
/// The work of one stop is constant at every position of the plan, plus the few positions that are
/// tried from scratch.
pub(super) fn attach(
    compiled: &CompiledDay,
    (solution, tenders): (&Solution, &Tenders),
    tours: Vec<Tour>,
    limit: usize,
    plan: &mut Plan,
) {
    // Nor what a trip more would make room for.
    if limit == 0 || plan.unserved.is_empty() || compiled.problem.reloading() {
        return;
    }
    let first = more::with_one_vehicle(compiled);
    let (compiled, solution) = match &first {
        Some((compiled, solution)) => (compiled, solution),
        None => (compiled, solution),
    };
    let left = left(compiled, solution, tenders);
    let mut class_of = BTreeMap::new();
    let mut classes: Vec<Subject<'_>> = Vec::new();
    let mut known: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    for subject in left {
        let fresh = classes.len();
        let class = *known.entry(key(compiled, &subject)).or_insert(fresh);
        class_of.insert(subject.group, class);
        if class == fresh {
            classes.push(subject);
        }
    }
    classes.truncate(limit);
    let fleet = Fleet::new(compiled, tours);
    let findings: Vec<Finding> = parallel::map(classes, |subject| {
        if first.is_some() {
            return (Arc::from([]), more::first_vehicle(&fleet, &subject));
        }
        let blocks = blocks::blocks(&fleet, &subject);
        (Arc::from(blocks), Arc::from(fixes::fixes(&fleet, &subject)))
    });
    hand_out(compiled, &class_of, &findings, plan);
}

/// Writes the findings to the packages; those of the plan stand in the order of the request.
fn hand_out(
    compiled: &CompiledDay,
    class_of: &BTreeMap<u32, usize>,
    findings: &[Finding],
    plan: &mut Plan,
) {
    let mut packages = compiled.day.packages().iter().enumerate();
    for left in &mut plan.unserved {
        let Some((package, _)) = packages.find(|(_, p)| *p.id() == left.package) else {
            return;
        };
        let class = class_of.get(&compiled.grouping.stop_of(package));
        if let Some((blocks, fixes)) = class.and_then(|&class| findings.get(class)) {
            left.blocks = Arc::clone(blocks);
            left.fixes = Fixes::Found(Arc::clone(fixes));
        }
    }
}

/// The stops on no route and with no carrier, by their index in the grouping.
fn left<'a>(compiled: &'a CompiledDay, solution: &Solution, tenders: &Tenders) -> Vec<Subject<'a>> {
    let problem = &compiled.problem;
    let subject = |group: u32, data: &'a StopData| Subject {
        group,
        stop: &compiled.grouping.stops()[group as usize],
        windows: &problem.windows[data.windows.0 as usize..data.windows.1 as usize],
        data,
        block: (compiled.zoning.block_of(group as usize)).unwrap_or(NOWHERE),
    };
    let aside = problem.hopeless.iter().zip(&problem.set_aside);
    let aside = aside.map(|(&(group, _), data)| subject(group, data));
    let bank = solution.bank.iter().map(|&s| {
        let data = &problem.stops[s as usize];
        subject(problem.origin[s as usize], data)
    });
    let mut all: Vec<Subject<'_>> = aside.chain(bank).collect();
    // What would place a package that is collected on the way, or rides with others, is not sought.
    let day = &compiled.day;
    let rides = |&p: &u32| day.packages()[p as usize].together().is_some();
    all.retain(|s| s.stop.partner.is_none() && !s.stop.packages.iter().any(rides));
    all.retain(|s| tenders.price(&compiled.day, s.stop).is_none());
    all.sort_by_key(|s| s.group);
    all
}

/// The groups from whose other packages those of a stop are kept apart.
fn groups_apart<'a>(compiled: &'a CompiledDay, stop: &StopGroup) -> Vec<&'a GroupId> {
    let packages = stop.packages.iter();
    let packages = packages.map(|&p| &compiled.day.packages()[p as usize]);
    packages.flat_map(Package::apart).collect()
}

fn key<'a>(compiled: &'a CompiledDay, subject: &Subject<'_>) -> Key<'a> {
    let data = subject.data;
    let windows = subject.windows.iter().map(|w| (w.open, w.close)).collect();
    let rest = [
        i64::from(data.location),
        i64::from(data.service),
        i64::from(data.handling),
        i64::from(data.ready),
        i64::from(data.access),
        i64::from(subject.block),
    ];
    let ride = data.ride.as_deref().copied();
    let apart = groups_apart(compiled, subject.stop);
    (
        windows, rest, data.load, data.goods, data.rooms, ride, apart,
    )
}

/// Whether "no room" was made sure of by ejection too, for each stop of the bank.
pub(super) fn no_room(tried: &[bool], stop: u32) -> Reason {
    if tried.get(stop as usize).copied().unwrap_or(true) {
        Reason::NoRoom
    } else {
        Reason::NoInsertion
    }
}

/// A number of visits as the plan states it.
fn count(position: usize) -> u32 {
    index(position)
}
