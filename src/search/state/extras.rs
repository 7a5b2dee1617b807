//! What a stop costs in a route besides driving and time: the vehicle type's
//! surcharge, and the route's blocks and zones.

use crate::problem::areas::NOWHERE;
use crate::problem::lanes::Lanes;
use crate::problem::rooms::overfull;
use crate::problem::{Cost, FORBIDDEN};

use super::State;

/// A route that would take a stop, and what it pays for it at every position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The vehicle type's surcharge.
    pub(super) surcharge: Cost,
    /// Whether the route serves another stop of the stop's block.
    pub(super) known: bool,
}

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// Whether loads, compartments, goods, access and zone let `stop` into a used `slot`, and how.
    #[inline(always)]
    pub(crate) fn entry(&self, stop: u32, slot: u32) -> Option<Entry> {
        let route = &self.routes[slot as usize];
        let kind = &self.sub.kinds[route.kind as usize];
        let data = &self.sub.stops[stop as usize];
        if !kind
            .capacity
            .holds(route.load.plus(data.load), self.sub.guards)
        {
            return None;
        }
        if self.sub.apart && route.goods.clashes(data.goods) {
            return None;
        }
        if self.sub.bonded && !self.may_join(stop, slot) {
            return None;
        }
        if self.sub.compartments && overfull(route.rooms, data.rooms, kind.rooms).is_some() {
            return None;
        }
        let mut surcharge = 0;
        if self.sub.barred || self.sub.surcharged {
            surcharge = self.sub.access(route.kind, stop);
            if surcharge == FORBIDDEN {
                return None;
            }
        }
        let mut known = false;
        if self.sub.zoned {
            let first = self.nodes[self.start_of(slot) as usize].next;
            if self.is_stop(first) && !self.may_share(stop, first) {
                return None;
            }
            if self.sub.problem.areas.most_zones.is_some() && !self.takes_zone(stop, slot) {
                return None;
            }
            known = self.knows_block(stop, slot);
        }
        if self.sub.shared {
            let shares = &self.sub.shares;
            let stops = route.len - route.reloads;
            surcharge += shares.of_stops(stops + 1) - shares.of_stops(stops);
        }
        Some(Entry { surcharge, known })
    }

    fn may_share(&self, stop: u32, other: u32) -> bool {
        let block = |s: u32| self.nodes[s as usize].block;
        self.sub.problem.areas.may_share(block(stop), block(other))
    }

    /// Whether a route keeps to its number of zones with a stop more. Where zones have no bits, a
    /// walk along the route where the stop is of another zone than both its ends.
    fn takes_zone(&self, stop: u32, slot: u32) -> bool {
        let areas = &self.sub.problem.areas;
        if self.sub.has_zone_bits() {
            let (known, own) = (self.routes[slot as usize].zones, self.sub.zone_bit(stop));
            let most = areas.most_zones.unwrap_or(u32::MAX);
            return known & own == own || (known | own).count_ones() <= most;
        }
        let block = |s: u32| self.nodes[s as usize].block;
        let zone = areas.zone_of(block(stop));
        let ends = [
            self.nodes[self.start_of(slot) as usize].next,
            self.nodes[self.end_of(slot) as usize].prev,
        ];
        if zone == NOWHERE || ends.iter().any(|&s| areas.zone_of(block(s)) == zone) {
            return true;
        }
        let stops = self.stops_of(slot).chain([stop]);
        areas.few_zones(stops.map(block))
    }

    /// Whether a slot serves another stop of the block of `stop`. A block has
    /// about a dozen stops.
    fn knows_block(&self, stop: u32, slot: u32) -> bool {
        let mut mates = self.sub.mates(stop);
        mates.any(|mate| mate != stop && self.nodes[mate as usize].route == slot)
    }

    /// What `stop` pays between two nodes of a route that it may enter.
    #[inline(always)]
    pub(super) fn extra_at(&self, stop: u32, before: u32, after: u32, entry: Entry) -> Cost {
        let mut extra = entry.surcharge;
        if self.sub.zoned {
            let block = |node: u32| self.nodes[node as usize].block;
            let areas = &self.sub.problem.areas;
            extra += areas.extra(block(before), block(stop), block(after), entry.known);
        }
        extra
    }

    /// A lower bound of [`State::extra_at`] over all places of a route: only a stop
    /// in no zone, between two zones, takes away a change.
    pub(crate) fn least_extra(&self, entry: Entry) -> Cost {
        let change = self.sub.problem.areas.change;
        entry.surcharge - if self.sub.zoned { change } else { 0 }
    }

    /// What `stop` pays between two nodes of `slot`, whether it stands there or is
    /// about to.
    #[inline]
    pub(super) fn extra(&self, stop: u32, before: u32, after: u32, slot: u32) -> Cost {
        if !self.sub.surcharged && !self.sub.zoned {
            return 0;
        }
        let surcharge = if self.sub.is_reload(stop) {
            0
        } else {
            self.sub.access(self.routes[slot as usize].kind, stop)
        };
        let entry = Entry {
            surcharge,
            known: self.sub.zoned && self.knows_block(stop, slot),
        };
        self.extra_at(stop, before, after, entry)
    }
}
