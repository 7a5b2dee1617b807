//! Parts to zones: fresh, or from where they were yesterday.

use std::cmp::Reverse;

use super::graph::Graph;
use super::ground::{index, real, whole};
use super::parts::Parts;
use super::past::{Known, Past};
use super::state::State;

/// Most work of a fresh zone over the mean that is left alone: room for tomorrow's changes.
const FRESH: f64 = 1.03;
/// Most work of a zone of yesterday over the mean that is left alone.
const KEPT: f64 = 1.14;
/// Yesterday's number of zones stays when the routes asked for are this share beside it, ...
const STAY: f64 = 0.1;
/// ... or this part of a route.
const STAY_AT_LEAST: f64 = 0.25;

/// Which zone each part is in.
#[derive(Debug)]
pub(super) struct Partition {
    pub(super) zone_of: Vec<u32>,
    /// Yesterday's zone that each zone goes on with.
    pub(super) names: Vec<Option<u32>>,
}

/// The number of zones for so many routes: rounded up, or yesterday's when that is about right.
pub(super) fn number_of_zones(routes: f64, past: &Past<'_>) -> usize {
    let mut alive = vec![false; past.ids.len()];
    for known in &past.codes {
        match known {
            Known::Nothing => {}
            Known::Whole(zone) => alive[*zone as usize] = true,
            Known::Parts(parts) => {
                for (_, zone) in parts {
                    alive[*zone as usize] = true;
                }
            }
        }
    }
    let before = alive.into_iter().filter(|&zone| zone).count();
    let kept = real(i64::from(index(before)));
    let slack = (STAY * kept).max(STAY_AT_LEAST);
    if before > 0 && routes > kept - 1.0 - slack && routes <= kept + slack {
        return before;
    }
    usize::try_from(whole(routes.ceil())).unwrap_or(1).max(1)
}

/// Puts the parts into about `count` zones.
pub(super) fn partition(parts: &Parts, graph: &Graph, count: usize, target: f64) -> Partition {
    let places = graph.places();
    let mut state = State::new(&parts.list, graph);
    let works: Vec<i64> = places.iter().map(|place| state.sum(place)).collect();
    let mut names: Vec<Option<u32>> = Vec::new();
    for (place, count) in places.iter().zip(shared_out(&works, count)) {
        let first = state.members.len();
        let known = |part: &u32| parts.list[*part as usize].past.is_some();
        if place.iter().any(known) {
            state.go_on(place, count, target, &mut names);
        } else {
            state.cut(place.clone(), count);
            let zones: Vec<u32> = (index(first)..index(state.members.len())).collect();
            state.settle(&zones, real(state.sum(place)) / real(zones.len() as i64));
            state.balance(&zones, FRESH);
            names.resize(state.members.len(), None);
        }
    }
    let used = state.one_name_each(&names);
    Partition {
        zone_of: state.zone_of,
        names: used,
    }
}

/// Shares zones out to places by work, at least one each.
fn shared_out(works: &[i64], count: usize) -> Vec<usize> {
    let mut counts = vec![1_usize; works.len()];
    let heaviest = |counts: &[usize]| {
        (0..counts.len()).max_by(|&a, &b| {
            // Work per zone, compared without a division.
            let load = |i: usize, j: usize| i128::from(works[i]) * counts[j] as i128;
            load(a, b).cmp(&load(b, a)).then(b.cmp(&a))
        })
    };
    for _ in works.len()..count {
        if let Some(place) = heaviest(&counts) {
            counts[place] += 1;
        }
    }
    counts
}

impl State<'_> {
    /// Starts a place from yesterday's zones and changes what has to change: zones in several
    /// pieces, parts that had no zone, a number of zones that is no longer right, and work above
    /// the mean.
    fn go_on(&mut self, place: &[u32], count: usize, target: f64, names: &mut Vec<Option<u32>>) {
        let mut known: Vec<(u32, u32)> = place
            .iter()
            .filter_map(|&part| Some((self.list[part as usize].past?, part)))
            .collect();
        known.sort_unstable();
        let mut zones = Vec::new();
        let mut loose: Vec<u32> = Vec::new();
        for run in known.chunk_by(|a, b| a.0 == b.0) {
            let members: Vec<u32> = run.iter().map(|&(_, part)| part).collect();
            let mut pieces = self.pieces(&members);
            pieces.sort_by_key(|piece| Reverse(self.sum(piece)));
            let mut pieces = pieces.into_iter();
            let zone = self.open();
            for part in pieces.next().unwrap_or_default() {
                self.put(part, zone);
            }
            loose.extend(pieces.flatten());
            zones.push(zone);
            names.push(Some(run[0].0));
        }
        loose.extend(
            place
                .iter()
                .filter(|&&part| self.list[part as usize].past.is_none()),
        );
        loose.sort_unstable();
        self.give_away(&loose);

        let share = real(self.sum(place)) / target;
        let own = real(zones.len() as i64);
        let right = (share - own).abs() <= 0.5 + STAY * own;
        let count = if right { zones.len() } else { count };
        self.dissolve(&mut zones, count);
        self.divide(&mut zones, count);
        names.resize(self.members.len(), None);
        self.balance(&zones, KEPT);
    }

    /// Gives the lightest zones to their neighbours until there are `count`.
    fn dissolve(&mut self, zones: &mut Vec<u32>, count: usize) {
        while zones.len() > count.max(1) {
            let lightest = (0..zones.len()).min_by_key(|&i| (self.work[zones[i] as usize], i));
            let Some(lightest) = lightest else { return };
            let zone = zones.remove(lightest);
            let parts = self.release(zone);
            self.give_away(&parts);
        }
    }

    /// Halves the heaviest zones until there are `count`, or no zone can be halved.
    fn divide(&mut self, zones: &mut Vec<u32>, count: usize) {
        while zones.len() < count {
            let heaviest = zones
                .iter()
                .copied()
                .filter(|&zone| self.members[zone as usize].len() > 1)
                .max_by_key(|&zone| (self.work[zone as usize], Reverse(zone)));
            let Some(zone) = heaviest else { return };
            let mut parts = self.members[zone as usize].clone();
            parts.sort_unstable();
            let (_, away) = self.halve(&parts, 0.5);
            let fresh = self.open();
            for part in away {
                self.put(part, fresh);
            }
            zones.push(fresh);
        }
    }

    /// Of several zones that go on with one of yesterday, the heaviest has its name.
    fn one_name_each(&self, names: &[Option<u32>]) -> Vec<Option<u32>> {
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by_key(|&zone| (names[zone], Reverse(self.work[zone]), zone));
        let mut used = names.to_vec();
        for pair in order.windows(2) {
            if names[pair[0]] == names[pair[1]] {
                used[pair[1]] = None;
            }
        }
        used
    }
}
