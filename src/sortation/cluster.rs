//! Splitting the packages of one door and class into stops, by windows and by load.

use super::class::within_a_quarter;
use crate::model::{TimeWindow, meet};
use crate::units::{Capacity, Load};

/// How many open stops a package with several windows is tried on.
///
/// Bounds the work on a million different window sets at one door. A package with one window
/// needs only the newest.
const LOOK_BACK: usize = 64;

/// A package on its way into a stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// Index into the day's packages.
    pub(super) package: u32,
    /// Index into the day's distinct window sets.
    pub(super) set: u32,
    /// What it weighs and fills.
    pub(super) load: Load,
}

/// A stop in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Cluster {
    /// In the order in which they joined.
    pub(super) items: Vec<Item>,
    /// What the windows of all items have in common.
    pub(super) windows: Vec<TimeWindow>,
}

/// Splits items of one class into clusters whose windows meet.
///
/// `items` come sorted by their window sets: those of one window first, by its end. Each joins the
/// newest cluster whose windows it meets, or opens one. For single windows that is the smallest
/// possible number of clusters (it is the greedy piercing of intervals: if the item reaches back
/// to any older cluster's end, it contains the newest one's); for several windows, where the
/// smallest number is as hard as a set cover, it is first fit over the 64 newest.
pub(super) fn by_windows(items: &[Item], sets: &[Vec<TimeWindow>]) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    let mut last: Option<(u32, usize)> = None;
    for &item in items {
        let set = &sets[item.set as usize];
        let at = match last {
            // The same windows again: they fit where they fitted before.
            Some((known, at)) if known == item.set => at,
            _ => place(&mut clusters, set),
        };
        clusters[at].items.push(item);
        last = Some((item.set, at));
    }
    clusters
}

/// Finds or opens a cluster for a window set and narrows its windows.
fn place(clusters: &mut Vec<Cluster>, set: &[TimeWindow]) -> usize {
    let look_back = if set.len() == 1 { 1 } else { LOOK_BACK };
    for (at, cluster) in clusters.iter_mut().enumerate().rev().take(look_back) {
        let both = meet(&cluster.windows, set);
        if !both.is_empty() {
            cluster.windows = both;
            return at;
        }
    }
    clusters.push(Cluster {
        items: Vec::new(),
        windows: set.to_vec(),
    });
    clusters.len() - 1
}

/// Splits a cluster so that no part takes more than a quarter of the largest vehicle.
///
/// A package that does so alone is a part of its own. The others fill one part after the other in
/// their order, so that tight windows stay together; each part has only its own items' windows.
/// Needs at most twice the smallest number of parts in any one dimension. Without a vehicle there
/// is nothing to split for.
pub(super) fn by_load(
    cluster: Cluster,
    sets: &[Vec<TimeWindow>],
    largest: Option<Capacity>,
) -> Vec<Cluster> {
    let Some(capacity) = largest else {
        return vec![cluster];
    };
    let mut loads = cluster.items.iter().map(|item| item.load);
    if loads
        .try_fold(Load::ZERO, |sum, load| {
            within_a_quarter(sum, load, capacity)
        })
        .is_some()
    {
        return vec![cluster];
    }
    let mut parts = Vec::new();
    let mut open: Vec<Item> = Vec::new();
    let mut load = Load::ZERO;
    for item in cluster.items {
        if within_a_quarter(Load::ZERO, item.load, capacity).is_none() {
            parts.push(vec![item]);
            continue;
        }
        load = within_a_quarter(load, item.load, capacity).unwrap_or_else(|| {
            parts.push(std::mem::take(&mut open));
            item.load
        });
        open.push(item);
    }
    if !open.is_empty() {
        parts.push(open);
    }
    parts
        .into_iter()
        .map(|items| narrowed(items, sets))
        .collect()
}

/// A cluster of items that are known to meet.
fn narrowed(items: Vec<Item>, sets: &[Vec<TimeWindow>]) -> Cluster {
    let mut windows = sets[items[0].set as usize].clone();
    for pair in items.windows(2) {
        // Sorted by set, so each distinct set is met once.
        if pair[0].set != pair[1].set {
            windows = meet(&windows, &sets[pair[1].set as usize]);
        }
    }
    Cluster { items, windows }
}
