//! Alternatives of one package: which stops wait, and the slots of lockers that are taken.

use crate::problem::Cost;
use crate::problem::lanes::Lanes;
use crate::problem::options::Options;

use super::{Node, State};
use crate::search::sub::{NONE, Sub};

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// The stop that stands for a stop in the bank.
    #[inline(always)]
    pub(crate) fn head(&self, stop: u32) -> u32 {
        if self.sub.options.any() {
            self.sub.options.head(stop)
        } else {
            stop
        }
    }

    /// The stops of which one serves the package of `stop`, the head of them first.
    #[inline(always)]
    pub(crate) fn set(&self, stop: u32) -> Option<&[u32]> {
        self.sub.options.set(stop)
    }

    /// Whether a stop waits in the bank between iterations: it stands for its package, which no
    /// route serves.
    #[inline(always)]
    pub(crate) fn is_absent(&self, stop: u32) -> bool {
        !self.sub.is_reload(stop) && waits(&self.sub.options, &self.nodes, stop)
    }

    /// Whether a stop's locker has a slot for it.
    pub(crate) fn has_slot(&self, stop: u32) -> bool {
        let want = self.sub.options.want(stop);
        want.is_none_or(|want| self.sub.options.has_slot(want, &self.taken))
    }

    /// Slots that are taken, by the smallest that hold what is in them.
    pub(crate) fn taken(&self) -> &[u32] {
        &self.taken
    }

    /// Takes the slot of a stop that enters a route.
    pub(super) fn take_slot(&mut self, stop: u32) {
        if let Some(want) = self.sub.options.want(stop) {
            self.taken[want.class as usize] += 1;
        }
    }

    /// Frees the slot of a stop that leaves its route.
    pub(super) fn free_slot(&mut self, stop: u32) {
        if let Some(want) = self.sub.options.want(stop) {
            self.taken[want.class as usize] -= 1;
        }
    }

    /// Takes and frees slots when a stop's record is about to become an earlier one.
    pub(super) fn give_back(&mut self, node: u32, earlier: &Node) {
        if !self.is_stop(node) {
            return;
        }
        match (self.is_routed(node), earlier.route != NONE) {
            (true, false) => self.free_slot(node),
            (false, true) => self.take_slot(node),
            _ => {}
        }
    }

    /// Changes what leaving out the package of a set costs; for its head.
    pub(super) fn set_price_of_set(&mut self, head: u32, price: Cost) {
        let options = &self.sub.options;
        let Some(set) = options.set(head).filter(|set| set[0] == head) else {
            return;
        };
        let before = self.prices[head as usize];
        for &member in set {
            self.prices[member as usize] = price;
        }
        if self.is_absent(head) {
            self.cost += price - before;
        }
    }

    /// How far below nothing an alternative's price may be, of all stops that stand for these.
    pub(crate) fn discounts(&self, stops: &[u32]) -> Cost {
        let sub = self.sub;
        let least = |&stop: &u32| sub.options.set(stop).map_or(0, |set| discount(sub, set));
        stops.iter().map(least).sum()
    }
}

/// The largest discount in a set, for any type of vehicle.
fn discount<L: Lanes>(sub: &Sub<'_, L>, set: &[u32]) -> Cost {
    let kinds = 0..crate::problem::index(sub.kinds.len());
    let all = set
        .iter()
        .flat_map(|&s| kinds.clone().map(move |kind| sub.access(kind, s)));
    -all.min().unwrap_or(0).min(0)
}

/// See [`State::is_absent`].
#[inline(always)]
pub(super) fn waits(options: &Options, nodes: &[Node], stop: u32) -> bool {
    let off = |s: u32| nodes[s as usize].route == NONE;
    off(stop)
        && (!options.any()
            || options
                .set(stop)
                .is_none_or(|set| set[0] == stop && set.iter().all(|&s| off(s))))
}
