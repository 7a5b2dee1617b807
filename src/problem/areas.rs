//! Blocks and zones as the search sees them, and what routes pay for leaving and
//! re-entering them.

use super::{Cost, index};

/// The number of a stop that stands in no block.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Which block and zone each stop is in, and the prices of not minding them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Areas {
    /// Block of each stop, or [`NOWHERE`]; empty when the day has none. Stops of
    /// one block are neighbours in the numbering of stops.
    pub(crate) block: Vec<u32>,
    /// Zone of each block.
    pub(crate) zone: Vec<u32>,
    /// What each return to a block left before costs.
    pub(crate) reentry: Cost,
    /// What each pair of consecutive stops in different zones costs.
    pub(crate) change: Cost,
    /// Whether a route keeps to one zone.
    pub(crate) hard: bool,
    /// The most zones of a route, those of stops in none apart.
    pub(crate) most_zones: Option<u32>,
}

impl Areas {
    /// Whether routes differ in anything by their blocks and zones.
    pub(crate) fn count(&self) -> bool {
        !self.block.is_empty()
            && (self.hard || self.most_zones.is_some() || self.reentry != 0 || self.change != 0)
    }

    /// Block of a stop.
    pub(crate) fn block_of(&self, stop: u32) -> u32 {
        self.block.get(stop as usize).copied().unwrap_or(NOWHERE)
    }

    /// Zone of a block.
    #[inline]
    pub(crate) fn zone_of(&self, block: u32) -> u32 {
        self.zone.get(block as usize).copied().unwrap_or(NOWHERE)
    }

    /// Whether stops of the two blocks may share a route.
    #[inline]
    pub(crate) fn may_share(&self, a: u32, b: u32) -> bool {
        !self.hard || self.zone_of(a) == self.zone_of(b)
    }

    /// Whether a route through stops of these blocks keeps to its number of zones. O(n * zones).
    pub(crate) fn few_zones(&self, blocks: impl IntoIterator<Item = u32>) -> bool {
        let Some(most) = self.most_zones else {
            return true;
        };
        let mut seen: Vec<u32> = Vec::new();
        for block in blocks {
            let zone = self.zone_of(block);
            if zone != NOWHERE && !seen.contains(&zone) {
                seen.push(zone);
            }
        }
        seen.len() <= most as usize
    }

    /// What a stop of `block` costs more between stops of the blocks `before` and
    /// `after` ([`NOWHERE`] for the ends of a route); `known` when another stop of
    /// its block is on the route. A route returns to a block once less than the
    /// number of runs that the block's stops stand in.
    #[inline]
    pub(crate) fn extra(&self, before: u32, block: u32, after: u32, known: bool) -> Cost {
        let begins = |left: u32, right: u32| i64::from(right != NOWHERE && right != left);
        let runs = begins(before, block) + begins(block, after) - begins(before, after);
        let entered = i64::from(block != NOWHERE && !known);
        let mut extra = self.reentry * (runs - entered);
        if self.change != 0 {
            let changes = self.changes(before, block) + self.changes(block, after)
                - self.changes(before, after);
            extra += self.change * changes;
        }
        extra
    }

    #[inline]
    fn changes(&self, left: u32, right: u32) -> i64 {
        let (a, b) = (self.zone_of(left), self.zone_of(right));
        i64::from(a != b && a != NOWHERE && b != NOWHERE)
    }

    /// What a route through stops of these blocks pays in all, from scratch; None when it leaves
    /// its zone where it must not. O(n log n).
    pub(crate) fn of_blocks(&self, blocks: Vec<u32>) -> Option<Cost> {
        if blocks.windows(2).any(|w| !self.may_share(w[0], w[1]))
            || !self.few_zones(blocks.iter().copied())
        {
            return None;
        }
        let changes: i64 = blocks.windows(2).map(|w| self.changes(w[0], w[1])).sum();
        let mut runs = blocks;
        runs.dedup();
        runs.retain(|&b| b != NOWHERE);
        let entries = runs.len();
        runs.sort_unstable();
        runs.dedup();
        let reentries = i64::from(index(entries - runs.len()));
        Some(self.reentry * reentries + self.change * changes)
    }
}
