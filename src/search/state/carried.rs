//! What is on board along the routes, where something is collected on the way.
//!
//! Nothing of it is kept on days of deliveries alone. Else every node knows what is on board when
//! its route drives on from there, and the most on board before and behind; a change of a route
//! makes its figures anew in three passes, and an undo makes them anew rather than to journal them.

use crate::problem::carry::Amounts;
use crate::problem::lanes::{DIMENSIONS, Lanes};

use super::State;
use crate::search::rides::SubRide;

/// How many amounts there are.
const MOST: usize = DIMENSIONS + 3;

/// What is known at a node about what is on board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// On the leg to the next node.
    pub(crate) now: Amounts,
    /// The most on any leg up to that one, and from it on.
    pub(crate) before: Amounts,
    pub(crate) behind: Amounts,
    /// Its position in the route.
    pub(crate) order: u32,
    /// Packages that were collected and not brought yet when the route drives on.
    pub(crate) open: u32,
}

impl Held {
    /// Goes on past a stop: what it brings leaves, and what it takes comes on board.
    #[inline(always)]
    pub(super) fn pass(&mut self, ride: &SubRide, limited: usize) {
        for k in 0..limited {
            self.now[k] = self.now[k].saturating_sub(ride.less[k]) + ride.more[k];
            self.before[k] = self.before[k].max(self.now[k]);
        }
        self.order += 1;
    }
}

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// The partner of a stop whose package is collected on the way, else
    /// [`NONE`](crate::search::sub::NONE).
    #[inline(always)]
    pub(crate) fn partner(&self, stop: u32) -> u32 {
        if self.sub.paired {
            self.sub.rides.of(stop).partner
        } else {
            super::NONE
        }
    }

    /// Whether a stop goes where its partner goes: of the two, the one at the door stands for both.
    #[inline(always)]
    pub(crate) fn follows(&self, stop: u32) -> bool {
        self.sub.paired && self.sub.rides.of(stop).collects
    }

    /// Whether a stop is of no pair and either brings or takes: what is refused to one is refused to
    /// all that are like it and larger.
    pub(crate) fn is_plain(&self, stop: u32) -> bool {
        if !self.sub.carries {
            return true;
        }
        let ride = self.sub.rides.of(stop);
        let none = Amounts::default();
        ride.partner == super::NONE && (ride.start == none || ride.more == none)
    }

    /// A stop with its partner, in the order in which they are served.
    pub(crate) fn unit(&self, stop: u32) -> [Option<u32>; 2] {
        match self.partner(stop) {
            super::NONE => [Some(stop), None],
            partner if self.follows(stop) => [Some(stop), Some(partner)],
            partner => [Some(partner), Some(stop)],
        }
    }

    /// Whether what a stop brings and takes fits on all legs of a route behind whose node `after`
    /// it would stand.
    #[inline(always)]
    pub(super) fn carries(&self, stop: u32, after: u32) -> bool {
        let (held, ride) = (&self.held[after as usize], self.sub.rides.of(stop));
        let kind = self.routes[self.nodes[after as usize].route as usize].kind;
        let rides = &self.sub.rides;
        rides.holds(kind, &held.before, &ride.start) && rides.holds(kind, &held.behind, &ride.more)
    }

    /// Whether an empty vehicle of a type holds what a stop alone brings, and what it takes.
    pub(super) fn lifts(&self, stop: u32, kind: u32) -> bool {
        let (rides, ride) = (&self.sub.rides, self.sub.rides.of(stop));
        rides.holds(kind, &ride.start, &Amounts::default())
            && rides.holds(kind, &ride.more, &Amounts::default())
    }

    /// Makes the figures of a slot anew. False when there is more on board than it holds, or a
    /// package is not brought behind where it is collected.
    pub(super) fn recount(&mut self, slot: u32) -> bool {
        if self.sub.reloading {
            return self.recount_trips(slot);
        }
        // PERF: amounts that are not limited are 0, and a count that is known is no loop: a fifth of
        // the time of a search with pairs.
        match self.sub.rides.limited {
            0 | 1 => self.recount_amounts::<1>(slot),
            2 => self.recount_amounts::<2>(slot),
            3 => self.recount_amounts::<3>(slot),
            _ => self.recount_amounts::<MOST>(slot),
        }
    }

    /// Makes the figures anew of the first `N` amounts.
    fn recount_amounts<const N: usize>(&mut self, slot: u32) -> bool {
        let rides = &self.sub.rides;
        let kind = self.routes[slot as usize].kind;
        let [start, end] = [self.start_of(slot), self.end_of(slot)];
        let mut held = Held::default();
        if rides.starts {
            let mut at = self.nodes[start as usize].next;
            while at != end {
                let ride = rides.of(at);
                for k in 0..N {
                    held.now[k] += ride.start[k];
                }
                at = self.nodes[at as usize].next;
            }
        }
        held.before = held.now;
        let mut at = start;
        loop {
            self.held[at as usize] = held;
            at = self.nodes[at as usize].next;
            if at == end {
                break;
            }
            let ride = rides.of(at);
            held.pass(ride, N);
            if ride.partner != super::NONE {
                held.open = held
                    .open
                    .saturating_add_signed(if ride.collects { 1 } else { -1 });
            }
        }
        let fits = rides.holds(kind, &held.before, &Amounts::default());
        self.count_back::<N>(slot) && fits
    }

    /// The most behind each node; whether what is collected is brought behind.
    fn count_back<const N: usize>(&mut self, slot: u32) -> bool {
        let rides = &self.sub.rides;
        let mut behind = Amounts::default();
        let mut ordered = true;
        let mut at = self.nodes[self.end_of(slot) as usize].prev;
        loop {
            let held = &mut self.held[at as usize];
            for (behind, now) in behind.iter_mut().zip(held.now).take(N) {
                *behind = now.max(*behind);
            }
            held.behind = behind;
            if !self.is_stop(at) {
                return ordered;
            }
            if self.sub.paired {
                let ride = rides.of(at);
                if ride.partner != super::NONE {
                    let own = self.held[at as usize].order;
                    let other = self.held[ride.partner as usize].order;
                    let here = self.nodes[ride.partner as usize].route == slot;
                    ordered &= here && (own < other) == ride.collects;
                }
            }
            at = self.nodes[at as usize].prev;
        }
    }
}
