//! A connected set of parts into connected zones, by halves.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ordered_float::OrderedFloat;

use super::ground::{real, square};
use super::parts::mean;
use super::state::{FREE, State};

/// Directions that are tried for each cut, evenly spaced around.
const DIRECTIONS: u32 = 12;
/// What a cut pays for missing its share of the work, against the spread of both sides.
const OFF_SHARE: f64 = 2.0;

impl State<'_> {
    /// Splits a connected set of free parts into `count` connected zones of about equal work.
    ///
    /// Each cut grows one side from an end, always by the neighbour that lies farthest in one
    /// direction, until it has its share; what it cut off from the rest joins it. Of twelve
    /// directions the one with the most compact sides is taken. Both sides are connected, and so
    /// are the zones. O(n log n log k) for n parts.
    pub(super) fn cut(&mut self, parts: Vec<u32>, count: usize) {
        let mut waiting = vec![(parts, count)];
        while let Some((parts, count)) = waiting.pop() {
            let count = count.min(parts.len());
            if count < 2 {
                let zone = self.open();
                for part in parts {
                    self.put(part, zone);
                }
                continue;
            }
            let low = count / 2;
            let (a, b) = self.halve(&parts, share(low, count));
            waiting.push((b, count - low));
            waiting.push((a, low));
        }
    }

    /// Two connected sides of a connected set of two or more parts, the first with about `share`
    /// of the work.
    pub(super) fn halve(&mut self, parts: &[u32], share: f64) -> (Vec<u32>, Vec<u32>) {
        let total = real(self.sum(parts)).max(1.0);
        let mut best: Option<(f64, Vec<u32>, Vec<u32>)> = None;
        for turn in 0..DIRECTIONS {
            let angle = f64::from(turn) / f64::from(DIRECTIONS) * std::f64::consts::TAU;
            let (a, b) = self.grow(parts, share * total, angle);
            let off = (real(self.sum(&a)) / total - share).abs();
            let price = self.spread(&a) + self.spread(&b);
            let price = price * (1.0 + OFF_SHARE * off / share.min(1.0 - share));
            if best.as_ref().is_none_or(|(least, ..)| price < *least) {
                best = Some((price, a, b));
            }
        }
        best.map_or_else(|| (parts.to_vec(), Vec::new()), |(_, a, b)| (a, b))
    }

    /// Grows one side of a set; both sides are connected and not empty.
    fn grow(&mut self, parts: &[u32], goal: f64, angle: f64) -> (Vec<u32>, Vec<u32>) {
        // Sine and cosine of the platform's library may differ in the last bit; rounding keeps
        // the directions the same.
        let axis = [angle.cos(), angle.sin()].map(|v| (v * 1e6).round() / 1e6);
        let key = |state: &Self, part: u32| {
            let at = state.list[part as usize].at;
            Reverse((OrderedFloat(at[0] * axis[0] + at[1] * axis[1]), part))
        };
        let set = self.mark(parts);
        let Some(start) = parts.iter().map(|&part| key(self, part)).max() else {
            return (Vec::new(), Vec::new());
        };
        let mut frontier = BinaryHeap::from([start]);
        let taken = set + 1;
        self.stamp(start.0.1, taken);
        let mut side = Vec::new();
        let mut sum = 0.0;
        while let Some(Reverse((_, part))) = frontier.pop() {
            let work = real(self.list[part as usize].work);
            // The part that crosses the goal goes where it misses it by less.
            if !side.is_empty() && (side.len() + 1 == parts.len() || sum + work / 2.0 > goal) {
                break;
            }
            side.push(part);
            sum += work;
            let around: Vec<u32> = self.graph.around(part).collect();
            for other in around {
                if self.stamp_of(other) == set {
                    self.stamp(other, taken);
                    frontier.push(key(self, other));
                }
            }
        }
        self.rest(parts, side)
    }

    /// What is left without a side; all but its heaviest piece joins the side.
    fn rest(&mut self, parts: &[u32], mut side: Vec<u32>) -> (Vec<u32>, Vec<u32>) {
        let all = self.mark(parts);
        for &part in &side {
            self.stamp(part, all + 1);
        }
        let rest: Vec<u32> = parts
            .iter()
            .copied()
            .filter(|&part| self.stamp_of(part) == all)
            .collect();
        let mut pieces = self.pieces(&rest);
        let heaviest = (0..pieces.len())
            .rev()
            .max_by_key(|&piece| self.sum(&pieces[piece]));
        let kept = heaviest.map_or_else(Vec::new, |piece| pieces.swap_remove(piece));
        side.extend(pieces.into_iter().flatten());
        side.sort_unstable();
        let mut kept = kept;
        kept.sort_unstable();
        (side, kept)
    }

    /// Work times the square of the distance from the middle of a set.
    fn spread(&self, parts: &[u32]) -> f64 {
        let middle = mean(parts.iter().map(|&part| self.list[part as usize].at));
        let spread = |&part: &u32| {
            let part = &self.list[part as usize];
            real(part.work) * square(part.at, middle)
        };
        parts.iter().map(spread).sum()
    }

    /// Gives free parts to the zone through which they are reached first, nearest first.
    pub(super) fn give_away(&mut self, parts: &[u32]) {
        let mut queue = BinaryHeap::new();
        for &part in parts {
            for other in self.graph.around(part) {
                let zone = self.zone_of[other as usize];
                if zone != FREE {
                    queue.push(Reverse((self.gap(part, other), part, zone)));
                }
            }
        }
        while let Some(Reverse((gap, part, zone))) = queue.pop() {
            if self.zone_of[part as usize] != FREE {
                continue;
            }
            self.put(part, zone);
            for other in self.graph.around(part) {
                if self.zone_of[other as usize] == FREE {
                    queue.push(Reverse((gap + self.gap(part, other), other, zone)));
                }
            }
        }
    }

    fn gap(&self, a: u32, b: u32) -> OrderedFloat<f64> {
        OrderedFloat(square(self.list[a as usize].at, self.list[b as usize].at).sqrt())
    }
}

/// `part` of `whole`.
fn share(part: usize, whole: usize) -> f64 {
    real(part as i64) / real(whole as i64)
}
