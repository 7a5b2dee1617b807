//! One task: simulated annealing over ruin and recreate.

use crate::problem::carry::Amounts;
use crate::problem::lanes::{Lanes, RawLoad};
use crate::problem::{Cost, index};

use super::breed::{Breeding, Brood};
use super::guided::Guide;
use super::recreate::Recreate;
use super::rng::Rng;
use super::ruin::{RuinSizes, Ruined, ruin};
use super::squeeze::Squeezing;
use super::state::State;
use super::sub::{NONE, Sub};
use super::two_opt::TwoOpt;

/// Bank stops tried along with the removed ones in an iteration.
const BANK_SAMPLE: usize = 8;

/// What a task does in one round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    /// Ruin-recreate iterations.
    pub(crate) iterations: u64,
    /// Temperatures at its first and last iteration, in cost units.
    pub(crate) temperature: [f64; 2],
    /// Temperature of a squeeze.
    pub(crate) pressure: f64,
    /// Whether to breed, and how; then the temperatures are its own.
    pub(crate) breeding: Option<Breeding>,
}

/// Routes by slot and what is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TaskSolution {
    /// Stops of each slot; empty for idle vehicles.
    pub(crate) routes: Vec<Vec<u32>>,
    /// Exact cost of each slot.
    pub(crate) costs: Vec<Cost>,
    /// Stops on no route.
    pub(crate) bank: Vec<u32>,
    /// Routes and prices of the bank.
    pub(crate) cost: Cost,
}

/// A running task; also the handle of the benches.
#[derive(Debug)]
pub(crate) struct Annealer<'s, L, const TIMED: bool> {
    pub(super) state: State<'s, L, TIMED>,
    pub(super) rng: Rng,
    pub(super) sizes: RuinSizes,
    pub(super) mean_length: u32,
    pub(super) recreate: Recreate,
    pub(super) ruined: Ruined,
    pub(super) pending: Vec<u32>,
    two_opt: TwoOpt,
    pub(super) guide: Guide<L>,
    pub(super) best: TaskSolution,
    /// Off while the prices of the bank are not the true ones.
    pub(super) recording: bool,
    /// A squeeze under way.
    pub(super) squeezing: Option<Squeezing>,
    /// A population, while the chain breeds.
    pub(super) brood: Option<Brood>,
    /// Vehicles or absences squeezed out since the squeezing began.
    pub(super) squeezed: u32,
    dirty: Dirty,
    /// Iterations looked at by `verify`.
    verified: u32,
}

impl<'s, L: Lanes, const TIMED: bool> Annealer<'s, L, TIMED> {
    /// Starts from the given routes; None when they are not feasible.
    pub(crate) fn new(sub: &'s Sub<'s, L>, routes: &[Vec<u32>], seed: u64) -> Option<Self> {
        let state = State::new(sub, routes)?;
        let best = snapshot(&state);
        let used = state.routes.iter().filter(|r| r.len > 0).count().max(1);
        let routed: usize = state.routes.iter().map(|r| r.len as usize).sum();
        let mean = routed as f64 / used as f64;
        Some(Annealer {
            dirty: Dirty::new(state.routes.len()),
            recording: true,
            squeezing: None,
            brood: None,
            squeezed: 0,
            verified: 0,
            state,
            rng: Rng::new(seed),
            sizes: RuinSizes::new(mean, TIMED),
            mean_length: index(routed.div_ceil(used)),
            recreate: Recreate::new(),
            ruined: Ruined::default(),
            pending: Vec::new(),
            two_opt: TwoOpt::default(),
            guide: Guide::default(),
            best,
        })
    }

    /// Tries every stop of the bank at every position, dearest first.
    pub(crate) fn fill(&mut self) {
        self.state.begin();
        let mut waiting = self.state.bank.clone();
        let stops = &self.state.sub.stops;
        waiting.sort_by_key(|&s| {
            let data = &stops[s as usize];
            (std::cmp::Reverse(data.price), data.size, s)
        });
        let mut refused = Refused::default();
        let mut trips = self.state.reloads();
        for stop in waiting {
            if self.state.follows(stop) || self.state.is_routed(stop) {
                continue;
            }
            let data = &self.state.sub.stops[stop as usize];
            if trips != self.state.reloads() {
                // A new trip has room for others.
                trips = self.state.reloads();
                refused = Refused::default();
            }
            let free = self.state.is_plain(stop) && !self.state.is_bound(stop);
            let alone = free && self.state.set(stop).is_none();
            if alone && refused.covers(self.state.sub, stop) {
                continue;
            }
            let bound = self.state.price_of(stop);
            let single = alone && data.choice == NONE;
            if !self.recreate.place_anywhere(&mut self.state, stop, bound) && single {
                refused.note(self.state.sub, stop);
            }
        }
        self.keep(true);
        self.explore();
    }

    /// What is to be placed by [`Annealer::rebuild`]; `first` has its place already.
    pub(super) fn set_pending(&mut self, first: u32, rest: &[u32]) {
        self.pending.clear();
        self.pending.push(first);
        self.pending.extend_from_slice(rest);
    }

    /// Recreates with all that is pending but the first; true when it ends below
    /// `limit`.
    pub(super) fn rebuild(&mut self, limit: Cost) -> bool {
        let rest = &mut self.pending[1..];
        self.recreate
            .recreate(&mut self.state, rest, limit, &mut self.rng)
    }

    /// Carries out an order, squeezing when a squeeze is under way. What a squeeze
    /// leaves of it is annealed: a round's iterations are all done, whose time
    /// says how long the next one may be.
    pub(crate) fn run(&mut self, mut order: Order) {
        if self.squeezing.is_some() {
            order.iterations = self.squeeze(order);
        }
        match order.breeding {
            _ if order.iterations == 0 => {}
            Some(breeding) => self.breed(order.iterations, breeding),
            None => self.anneal(order),
        }
    }

    /// Anneals for `order.iterations` iterations.
    pub(crate) fn anneal(&mut self, order: Order) {
        let [mut temperature, last] = order.temperature;
        // Cooled in steps: one multiplication a step and no power per iteration.
        const STEP: u64 = 64;
        let steps = (order.iterations / STEP).max(1);
        let factor = if temperature > 0.0 && last > 0.0 {
            super::rng::exp(super::rng::ln(last / temperature) / steps as f64)
        } else {
            1.0
        };
        for iteration in 0..order.iterations {
            if iteration % STEP == STEP - 1 {
                temperature *= factor;
            }
            self.iterate(temperature);
        }
    }

    /// One iteration: a move of the 2-opt family, then ruin and recreate; true when the
    /// latter was kept.
    pub(crate) fn iterate(&mut self, temperature: f64) -> bool {
        if self.state.sub.len() == 0 {
            return false;
        }
        self.exchange(temperature);
        self.state.begin();
        let limit = self.limit(temperature);
        if !self.ruin() {
            self.state.undo();
            return false;
        }
        self.put_back(limit)
    }

    /// Places what was taken out and some of the bank; all is as it was before, and false, where
    /// the cost does not end below `limit`.
    #[inline]
    pub(super) fn put_back(&mut self, limit: Cost) -> bool {
        self.gather();
        let kept = self
            .recreate
            .recreate(&mut self.state, &mut self.pending, limit, &mut self.rng);
        if kept {
            self.keep(self.bank_changed());
        } else {
            self.state.undo();
        }
        self.verify();
        kept
    }

    /// Takes stops out. False when a route became infeasible by that.
    pub(super) fn ruin(&mut self) -> bool {
        ruin(
            &mut self.state,
            &self.sizes,
            self.mean_length,
            &mut self.rng,
            &mut self.ruined,
        )
    }

    /// Tries a move of the 2-opt family; true when it was made.
    pub(crate) fn exchange(&mut self, temperature: f64) -> bool {
        self.state.begin();
        let limit = self.limit(temperature);
        let (state, rng) = (&mut self.state, &mut self.rng);
        let made = self.two_opt.improve(state, limit, rng);
        if made {
            self.keep(false);
            self.verify();
        }
        made
    }

    /// The cost below which a change is kept, drawn before it is made.
    fn limit(&mut self, temperature: f64) -> Cost {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a temperature is a small multiple of the mean arc, far below 2^60"
        )]
        let allowance = (temperature * self.rng.exponential()) as Cost;
        self.state.cost_before() + allowance.max(1)
    }

    /// Whether a removed stop found no place, or one of the bank found one. A look
    /// at what was pending, so that a huge bank costs nothing while it stays.
    fn bank_changed(&self) -> bool {
        let sampled = self.pending.len() - self.ruined.stops.len();
        let out = |stops: &[u32]| stops.iter().filter(|&&s| self.state.is_absent(s)).count();
        out(&self.ruined.stops) > 0 || out(&self.pending) < sampled
    }

    /// In debug builds: every number against its from-scratch twin, each time in
    /// small tasks and now and then in large ones.
    fn verify(&mut self) {
        if cfg!(debug_assertions) {
            self.verified += 1;
            if self.state.sub.len() < 40 || self.verified.is_multiple_of(512) {
                debug_assert_eq!(super::check::state(&self.state), Ok(()));
            }
        }
    }

    /// The removed stops and a sample of the bank.
    pub(super) fn gather(&mut self) {
        self.pending.clear();
        self.pending.extend_from_slice(&self.ruined.stops);
        let bank = &self.state.bank;
        if bank.len() <= BANK_SAMPLE {
            self.pending.extend_from_slice(bank);
        } else {
            let first = self.rng.below(index(bank.len())) as usize;
            let turn = bank[first..].iter().chain(&bank[..first]);
            self.pending.extend(turn.take(BANK_SAMPLE));
        }
    }

    pub(super) fn keep(&mut self, bank_changed: bool) {
        if bank_changed {
            let left: Vec<u32> = self
                .pending
                .iter()
                .map(|&s| self.state.head(s))
                .filter(|&s| self.state.is_absent(s))
                .collect();
            self.state.commit(&left);
        }
        for slot in self.state.touched() {
            self.dirty.mark(slot);
        }
        if self.recording && self.state.cost < self.best.cost {
            self.record();
        }
    }

    /// Notes a slot as changed since the last best.
    pub(super) fn mark(&mut self, slot: u32) {
        self.dirty.mark(slot);
    }

    /// Copies what changed since the last best.
    pub(super) fn record(&mut self) {
        for slot in self.dirty.list.drain(..) {
            let route = &mut self.best.routes[slot as usize];
            route.clear();
            route.extend(self.state.stops_of(slot));
            self.best.costs[slot as usize] = self.state.routes[slot as usize].cost;
            self.dirty.is[slot as usize] = false;
        }
        self.best.bank.clone_from(&self.state.bank);
        self.best.cost = self.state.cost;
    }

    /// The state as it stands.
    pub(crate) fn current(&self) -> TaskSolution {
        snapshot(&self.state)
    }

    /// The cheapest seen.
    pub(crate) fn best(&self) -> &TaskSolution {
        &self.best
    }

    /// Number and price of the required stops that the cheapest seen leaves out.
    pub(crate) fn absent_of_best(&self) -> (usize, Cost) {
        let stops = &self.state.sub.stops;
        let bank = self.best.bank.iter().map(|&s| &stops[s as usize]);
        bank.filter(|s| s.required)
            .fold((0, 0), |(count, sum), s| (count + 1, sum + s.price))
    }

    /// Goes on from other routes of the same slots, at true prices.
    pub(crate) fn adopt(&mut self, routes: &[Vec<u32>]) {
        // Routes that a state once held load again.
        if let Some(state) = State::new(self.state.sub, routes) {
            self.state = state;
            (0..index(routes.len())).for_each(|slot| self.mark(slot));
        }
    }
}

/// Slots that changed since the last best, each once.
#[derive(Debug)]
struct Dirty {
    is: Vec<bool>,
    list: Vec<u32>,
}

impl Dirty {
    fn new(slots: usize) -> Dirty {
        Dirty {
            is: vec![false; slots],
            list: Vec::new(),
        }
    }

    #[inline]
    fn mark(&mut self, slot: u32) {
        if !std::mem::replace(&mut self.is[slot as usize], true) {
            self.list.push(slot);
        }
    }
}

/// Stops that found no place in this pass. Routes only fill up during a pass, so
/// an equal stop finds none either; a million packages at one door are tried once.
#[derive(Debug, Default)]
struct Refused(std::collections::BTreeMap<[i64; 9], Vec<(Cost, RawLoad)>>);

/// Refusals remembered for one kind of stop; smaller loads come first, so the
/// first ones cover most.
const REMEMBERED: usize = 16;

impl Refused {
    fn key<L: Lanes>(sub: &Sub<'_, L>, stop: u32) -> [i64; 9] {
        let data = &sub.stops[stop as usize];
        [
            i64::from(sub.location(stop)),
            i64::from(data.span.open),
            i64::from(data.span.close),
            i64::from(data.service),
            i64::from(data.handling),
            i64::from(data.ready),
            i64::from(data.access),
            i64::from(data.choice),
            // Deliveries and returns ask for room on other legs.
            i64::from(sub.carries && sub.rides.of(stop).more != Amounts::default()),
        ]
    }

    fn covers<L: Lanes>(&self, sub: &Sub<'_, L>, stop: u32) -> bool {
        let load = sub.raw_load(stop);
        let price = sub.stops[stop as usize].price;
        self.0.get(&Self::key(sub, stop)).is_some_and(|seen| {
            seen.iter().any(|(paid, smaller)| {
                price <= *paid && smaller.iter().zip(&load).all(|(a, b)| a <= b)
            })
        })
    }

    fn note<L: Lanes>(&mut self, sub: &Sub<'_, L>, stop: u32) {
        let price = sub.stops[stop as usize].price;
        let seen = self.0.entry(Self::key(sub, stop)).or_default();
        if seen.len() < REMEMBERED {
            seen.push((price, sub.raw_load(stop)));
        }
    }
}

pub(super) fn snapshot<L: Lanes, const TIMED: bool>(state: &State<'_, L, TIMED>) -> TaskSolution {
    TaskSolution {
        routes: (0..index(state.routes.len()))
            .map(|r| state.stops_of(r).collect())
            .collect(),
        costs: state.routes.iter().map(|r| r.cost).collect(),
        bank: state.bank.clone(),
        cost: state.cost,
    }
}
