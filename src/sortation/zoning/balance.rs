//! Moving parts between zones: for shape, and for equal work.

use std::collections::VecDeque;

use super::ground::real;
use super::state::State;

/// Sweeps over all parts; most zonings rest after a few.
const SWEEPS: usize = 24;
/// What cutting a link between two parts of one postal code costs, in the spread of a zone.
const CODE: f64 = 0.04;
/// What a zone pays for work off the mean: this times the square of what goes beyond the slack.
const OFF_MEAN: f64 = 250.0;
/// Work off the mean by so much is free.
const SLACK: f64 = 0.02;
/// Zones that are tried for what the heaviest has too much.
const RECEIVERS: usize = 12;

impl State<'_> {
    /// Moves parts at borders as long as that makes zones more compact, more equal or of fewer
    /// cut postal codes. Zones stay connected.
    pub(super) fn settle(&mut self, zones: &[u32], target: f64) {
        let spread: f64 = zones.iter().map(|&zone| self.inertia(zone)).sum();
        let unit = (spread / real(zones.len() as i64)).max(1.0);
        let mut parts: Vec<u32> = zones
            .iter()
            .flat_map(|&zone| self.members[zone as usize].iter().copied())
            .collect();
        parts.sort_unstable();
        let mut touched = Vec::new();
        for _ in 0..SWEEPS {
            let mut moved = false;
            for &part in &parts {
                self.touched(part, &mut touched);
                let mut best = (-1e-9, None);
                for &zone in &touched {
                    let gain = self.price_of_move(part, zone, unit, target);
                    if gain < best.0 {
                        best = (gain, Some(zone));
                    }
                }
                if let (_, Some(zone)) = best
                    && self.can_leave(part)
                {
                    self.put(part, zone);
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
    }

    fn price_of_move(&self, part: u32, to: u32, unit: f64, target: f64) -> f64 {
        let off = |work: i64| {
            let beyond = ((real(work) / target - 1.0).abs() - SLACK).max(0.0);
            OFF_MEAN * beyond * beyond
        };
        let work = self.list[part as usize].work;
        let from = self.work[self.zone_of[part as usize] as usize];
        let into = self.work[to as usize];
        off(from - work) - off(from) + off(into + work) - off(into)
            + self.inertia_of_move(part, to) / unit
            + CODE * f64::from(self.codes_cut_by_move(part, to))
    }

    /// Moves as little as it can until no zone has more than `most` times the mean work, or
    /// nothing helps any more.
    ///
    /// What the heaviest zone has too much goes to a lighter one, over the zones between: each
    /// hands a part to the next, so that only the ends change much.
    pub(super) fn balance(&mut self, zones: &[u32], most: f64) {
        if zones.len() < 2 {
            return;
        }
        let total: i64 = zones.iter().map(|&zone| self.work[zone as usize]).sum();
        let mean = real(total) / real(zones.len() as i64);
        // Each round lowers the heaviest; the bound is for zones that would take turns.
        for _ in 0..20 * zones.len() {
            let heaviest = zones
                .iter()
                .copied()
                .max_by_key(|&zone| (self.work[zone as usize], std::cmp::Reverse(zone)));
            let Some(heaviest) = heaviest else { return };
            let over = real(self.work[heaviest as usize]) > most * mean;
            // Half of what a zone may have above the mean is room to receive: the fewer zones lie
            // between, the fewer parts move.
            if !over || !self.relieve(heaviest, mean, f64::midpoint(most, 1.0) * mean) {
                return;
            }
        }
    }

    /// Takes work from a zone; false when no way of doing so was found.
    fn relieve(&mut self, from: u32, mean: f64, receives: f64) -> bool {
        let mut tried = 0;
        for path in self.ways_out(from) {
            let Some(&to) = path.last() else { continue };
            if real(self.work[to as usize]) >= receives {
                continue;
            }
            if self.push_along(&path, mean) {
                return true;
            }
            tried += 1;
            if tried >= RECEIVERS {
                break;
            }
        }
        false
    }

    /// The ways to the other zones through neighbouring zones, the shortest first, the lightest
    /// receiver first among equally long ones.
    fn ways_out(&self, from: u32) -> Vec<Vec<u32>> {
        let mut before = vec![u32::MAX; self.members.len()];
        let mut steps = vec![0_u32; self.members.len()];
        before[from as usize] = from;
        let mut queue = VecDeque::from([from]);
        let mut reached = Vec::new();
        let mut touched = Vec::new();
        while let Some(zone) = queue.pop_front() {
            if zone != from {
                reached.push(zone);
            }
            // Far enough: beyond lies a path of parts that would all have to move.
            if reached.len() > 8 * RECEIVERS {
                break;
            }
            let mut around: Vec<u32> = Vec::new();
            for &part in &self.members[zone as usize] {
                self.touched(part, &mut touched);
                around.extend(&touched);
            }
            around.sort_unstable();
            around.dedup();
            for next in around {
                if before[next as usize] == u32::MAX {
                    before[next as usize] = zone;
                    steps[next as usize] = steps[zone as usize] + 1;
                    queue.push_back(next);
                }
            }
        }
        reached.sort_by_key(|&zone| (steps[zone as usize], self.work[zone as usize], zone));
        reached
            .into_iter()
            .map(|mut zone| {
                let mut path = vec![zone];
                while zone != from {
                    zone = before[zone as usize];
                    path.push(zone);
                }
                path.reverse();
                path
            })
            .collect()
    }

    /// Hands parts along a path of zones, from its end to its beginning. Undone, and false, unless
    /// all zones of the path end up lighter than the first one was.
    fn push_along(&mut self, path: &[u32], mean: f64) -> bool {
        let (from, to) = (path[0], path[path.len() - 1]);
        let before = self.work[from as usize];
        let too_much = real(before) - mean;
        let room = mean - real(self.work[to as usize]);
        let wanted = too_much.min(room).max(too_much / 2.0);
        let mut moves: Vec<(u32, u32)> = Vec::new();
        for pair in path.windows(2).rev() {
            let Some(part) = self.handed(pair[0], pair[1], wanted) else {
                break;
            };
            moves.push((part, pair[0]));
            self.put(part, pair[1]);
        }
        let better = |zone: &u32| self.work[*zone as usize] < before;
        if moves.len() + 1 == path.len() && path.iter().all(better) {
            return true;
        }
        for (part, zone) in moves.into_iter().rev() {
            self.put(part, zone);
        }
        false
    }

    /// The part of one zone that is best handed to a neighbouring one: near the wanted work,
    /// and leaving both compact.
    fn handed(&mut self, from: u32, to: u32, wanted: f64) -> Option<u32> {
        let unit = (self.inertia(from) + self.inertia(to)).max(1.0);
        let mut offers: Vec<(f64, u32)> = self.members[from as usize]
            .iter()
            .filter(|&&part| {
                self.graph
                    .around(part)
                    .any(|other| self.zone_of[other as usize] == to)
            })
            .map(|&part| {
                let off = (real(self.list[part as usize].work) - wanted).abs() / wanted.max(1.0);
                let shape = self.inertia_of_move(part, to) / unit;
                let codes = CODE * f64::from(self.codes_cut_by_move(part, to));
                (off + shape + codes, part)
            })
            .collect();
        offers.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        offers
            .into_iter()
            .map(|(_, part)| part)
            .find(|&part| self.can_leave(part))
    }
}
