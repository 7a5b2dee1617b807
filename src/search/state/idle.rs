//! Idle vehicles, and how many of each group may be used.

use crate::problem::lanes::Lanes;

use super::State;

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// Number of empty slots of a kind that may be opened.
    pub(crate) fn empty(&self, kind: u32) -> u32 {
        let empty = self.empty[kind as usize];
        if empty == 0 || self.closed || (!self.spare.is_empty() && self.at_cap(kind)) {
            0
        } else {
            empty
        }
    }

    /// Whether as many vehicles of one of the kind's groups are used as may be.
    fn at_cap(&self, kind: u32) -> bool {
        let [a, b, c] = self.sub.kinds[kind as usize].groups;
        self.is_full(a) || self.is_full(b) || self.is_full(c)
    }

    #[inline(always)]
    fn is_full(&self, group: u32) -> bool {
        self.spare.get(group as usize).is_some_and(|&n| n <= 0)
    }

    /// A vehicle of a kind is used now, or is no more.
    pub(super) fn count_used(&mut self, kind: u32, more: bool) {
        for group in self.sub.kinds[kind as usize].groups {
            if let Some(short) = self.short.get_mut(group as usize) {
                let before = (*short).max(0);
                *short += if more { -1 } else { 1 };
                let price = self.sub.promised.price[group as usize];
                self.cost += price * ((*short).max(0) - before);
            }
            if let Some(spare) = self.spare.get_mut(group as usize) {
                *spare += if more { -1 } else { 1 };
            }
        }
    }
}
