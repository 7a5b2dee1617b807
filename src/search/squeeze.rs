//! Squeeze: does the task's work with one vehicle less.
//!
//! A route is emptied and no idle vehicle may be opened until its stops are on the
//! others. Where required stops are left out for want of vehicles, no route is emptied
//! and the same work is done on those. Two ways, by the length of routes:
//!
//! Short routes: guided ejections (`guided`), with some iterations between two of them.
//!
//! Long routes: the absence counts of SISR (Christiaens & Vanden Berghe 2020) as prices.
//! Each iteration that a stop spends in the bank makes leaving it out dearer, until the
//! others make room. Stops look for a place on every route, not only beside their
//! neighbours: the room may be far away, and a detour is soon improved.

use crate::problem::lanes::{DIMENSIONS, Lanes};
use crate::problem::{Cost, index};

use super::anneal::{Annealer, Order, TaskSolution, snapshot};

/// Least price of an absence, in temperatures.
const FIRST: f64 = 10.0;

/// What each iteration of absence adds, in temperatures.
const RISE: f64 = 0.2;

/// With more required stops left out than this no pressure helps, and raising
/// their prices in every iteration would cost more than the iteration.
const MOST_ABSENT: usize = 2_000;

/// The route to empty is drawn among this many of the smallest.
const SMALLEST: usize = 3;

/// Routes of more stops on average are squeezed by prices: on them an ejection has too
/// many sets to choose from, and what is short is mostly time on duty or volume, which
/// any stops make room for. Chicago's day of four stations, default costs, 2,000,000
/// iterations, one seed: 11,662 money by prices, 11,728 by ejections.
pub(super) const LONG: u32 = 40;

/// Stops that an iteration tries everywhere, not only beside their neighbours: one waits longer, and
/// the iteration is shorter. Chicago's day of four stations, default costs, 1,000,000 iterations, two
/// seeds: 11,777 and 11,678 money in 51 and 54 s of two threads with all of them, 11,707 and 11,710 in
/// 48 s with three, 11,729 and 11,683 in 46 s with one.
const FAR: u32 = 1;

/// Iterations between two ejections. 5, 20 and 100 gave 4, 4 and 6 vehicles too many on
/// the twelve hardest of Solomon's, 3 s each.
const BETWEEN: u64 = 20;

/// A squeeze under way: what it goes back to when it fails.
#[derive(Debug)]
pub(crate) struct Squeezing {
    saved: TaskSolution,
    absent: usize,
    /// Cost of the best then.
    best: Cost,
}

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    /// Begins a squeeze. False when there is nothing to squeeze.
    pub(crate) fn begin_squeeze(&mut self) -> bool {
        let saved = snapshot(&self.state);
        let absent = self.absent();
        if absent > MOST_ABSENT || (absent == 0 && !self.empty_a_route()) {
            return false;
        }
        let priced = self.by_prices();
        self.state.closed = true;
        // Prices that are not the true ones are no ground for a best.
        self.recording = !priced;
        self.recreate.anywhere = u32::from(priced) * FAR;
        self.squeezing = Some(Squeezing {
            saved,
            absent,
            best: self.best.cost,
        });
        true
    }

    /// Whether this task is squeezed by prices, not by ejections.
    fn by_prices(&self) -> bool {
        // Of a package that is collected on the way both stops leave or none.
        let stops = 1 + u32::from(self.state.sub.paired);
        // Ejections do not know of trips.
        self.mean_length > stops * LONG || self.state.sub.reloading
    }

    /// Works on the squeeze; after a success on the next one. Returns the iterations
    /// that remain when there is nothing more to squeeze.
    pub(crate) fn squeeze(&mut self, order: Order) -> u64 {
        let first = whole(FIRST * order.pressure);
        let rise = whole(RISE * order.pressure).max(1);
        let mut left = order.iterations;
        let mut fresh = true;
        while left > 0 {
            if self.absent() == 0 {
                if !self.settle_squeeze() || !self.begin_squeeze() {
                    return left;
                }
                fresh = true;
            }
            if self.by_prices() {
                if std::mem::take(&mut fresh) {
                    self.lower_prices(first);
                }
                self.iterate(order.pressure);
                self.press(first, rise);
                left -= 1;
            } else {
                self.eject_for_one();
                let now = left.min(BETWEEN);
                (0..now).for_each(|_| {
                    self.iterate(order.pressure);
                });
                left -= now;
            }
        }
        0
    }

    /// The true price of a required stop is out of proportion; under pressure it
    /// starts low.
    fn lower_prices(&mut self, first: Cost) {
        let stops = &self.state.sub.stops;
        for stop in 0..index(stops.len()) {
            let data = &self.state.sub.stops[stop as usize];
            if data.required && self.state.price_of(stop) == data.price {
                self.state.set_price(stop, first);
            }
        }
    }

    /// Makes every absence dearer.
    fn press(&mut self, first: Cost, rise: Cost) {
        for k in 0..self.state.bank.len() {
            let stop = self.state.bank[k];
            if self.state.sub.stops[stop as usize].required {
                let price = self.state.price_of(stop);
                self.state.set_price(stop, price.max(first) + rise);
            }
        }
    }

    /// Ends the squeezing. True when something was squeezed out since it began.
    pub(crate) fn end_squeeze(&mut self) -> bool {
        self.settle_squeeze();
        std::mem::take(&mut self.squeezed) > 0
    }

    /// Ends one squeeze: keeps the state when it is better than before, else goes
    /// back. True when it was kept.
    fn settle_squeeze(&mut self) -> bool {
        let Some(before) = self.squeezing.take() else {
            return false;
        };
        let Squeezing { saved, absent, .. } = before;
        self.state.closed = false;
        self.recreate.anywhere = 0;
        self.recording = true;
        for stop in 0..index(self.state.sub.len()) {
            self.state
                .set_price(stop, self.state.sub.stops[stop as usize].price);
        }
        let kept = self.absent() < absent || self.state.cost < saved.cost;
        self.squeezed += u32::from(kept);
        if !kept {
            // An overfull day may have been better in between.
            let better = self.best.cost < before.best;
            let back = if better {
                self.best.routes.clone()
            } else {
                saved.routes
            };
            self.adopt(&back);
        } else if self.state.cost < self.best.cost {
            self.record();
        }
        kept
    }

    /// Required stops in the bank.
    fn absent(&self) -> usize {
        let stops = &self.state.sub.stops;
        self.state
            .bank
            .iter()
            .filter(|&&s| stops[s as usize].required)
            .count()
    }

    /// Whether the other used vehicles together have room for all that is routed: if not,
    /// no search can empty this slot.
    fn others_hold(&self, slot: u32) -> bool {
        let state = &self.state;
        let used = || (0..index(state.routes.len())).filter(|&r| state.routes[r as usize].len > 0);
        let alone = used().all(|r| r == slot);
        // What is on board together depends on the order.
        !alone
            && (state.sub.carries
                || (0..DIMENSIONS).all(|d| {
                    let load = |r: u32| state.stops_of(r).map(|s| state.sub.raw_load(s)[d]);
                    let total: u64 = used().flat_map(load).sum();
                    let mut room = 0u64;
                    for other in used().filter(|&r| r != slot) {
                        let kind = state.routes[other as usize].kind;
                        match state.sub.problem.types[kind as usize].capacity[d] {
                            Some(capacity) => room = room.saturating_add(capacity),
                            None => return true,
                        }
                    }
                    total <= room
                }))
    }

    /// Sends the stops of one of the smallest routes to the bank. False when no route
    /// could go.
    fn empty_a_route(&mut self) -> bool {
        let state = &self.state;
        let size = |slot: u32| -> u64 {
            state
                .stops_of(slot)
                .map(|s| state.sub.stops[s as usize].size)
                .sum()
        };
        let mut used: Vec<(u64, u32, u32)> = (0..index(state.routes.len()))
            .filter(|&slot| state.routes[slot as usize].len > 0 && self.others_hold(slot))
            .map(|slot| (size(slot), state.routes[slot as usize].len, slot))
            .collect();
        used.sort_unstable();
        if used.is_empty() {
            return false;
        }
        let (_, _, slot) = used[self.rng.below(index(used.len().min(SMALLEST))) as usize];
        let stops: Vec<u32> = self.state.stops_of(slot).collect();
        self.state.begin();
        for &stop in &stops {
            self.state.unlink(stop);
        }
        let sound = self.state.refresh(slot);
        debug_assert!(sound, "an empty route is feasible");
        self.state.commit(&stops);
        self.mark(slot);
        true
    }
}

fn whole(value: f64) -> Cost {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "some temperatures, far below 2^60"
    )]
    let cost = value as Cost;
    cost
}
