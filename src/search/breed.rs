//! Breeding: a small problem with time to spare is annealed many times, and what comes
//! out is crossed and annealed again.
//!
//! One long annealing ends in one valley, however long; short ones end in many, and the
//! best parts of two of them together are better than either. This is what keeps
//! populations ahead on small problems (Vidal et al. 2012); here the local search of a
//! child is a short annealing.

use crate::problem::Cost;
use crate::problem::lanes::Lanes;
use crate::problem::options::Stock;

use super::anneal::{Annealer, Order, snapshot};
use super::elite::{Elite, Ground};
use super::rng::{exp, ln};

/// Members of the population of one chain.
const MEMBERS: usize = 8;

/// Share of the iterations that the first members are given.
const FIRST_SHARE: f64 = 0.3;

/// Iterations a stop that a first member is given: with fewer there is no population,
/// with more there is time for another one.
const MEMBER: [f64; 2] = [100.0, 1_000.0];

/// A child is given this share of what a first member is given.
const CHILD: f64 = 0.25;

/// A child starts at this share of the first temperature: most of what it inherited
/// survives.
const CHILD_HEAT: f64 = 0.2;

/// Children without a new cheapest member after which the population is made anew.
const STALE: u32 = 400;

/// How long the annealings are and how hot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Breeding {
    /// Iterations of a first member.
    member: u64,
    /// Iterations of a child.
    child: u64,
    /// First and last temperature.
    heat: [f64; 2],
}

impl Breeding {
    /// For a chain that will do about `planned` iterations on `stops` stops; None when
    /// these are too few for a population.
    pub(crate) fn new(planned: f64, stops: usize, heat: [f64; 2]) -> Option<Breeding> {
        let stops = stops.max(1) as f64;
        let member = planned * FIRST_SHARE / MEMBERS as f64 / stops;
        let member = (member >= MEMBER[0]).then(|| member.min(MEMBER[1]) * stops)?;
        Some(Breeding {
            member: count(member),
            child: count(member * CHILD),
            heat,
        })
    }
}

fn count(value: f64) -> u64 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at least one, and at most a thousand iterations a stop"
    )]
    let whole = value.max(1.0) as u64;
    whole
}

/// The population of a chain and the annealing under way.
#[derive(Debug)]
pub(super) struct Brood {
    elite: Elite,
    /// What first members start from.
    start: Vec<Vec<u32>>,
    /// First members begun.
    begun: usize,
    /// Iterations of the annealing under way, and how many of them are left.
    length: u64,
    left: u64,
    /// Its temperature at the start.
    hot: f64,
    least: Cost,
    stale: u32,
}

impl Brood {
    fn new(start: Vec<Vec<u32>>) -> Brood {
        Brood {
            elite: Elite::default(),
            start,
            begun: 0,
            length: 1,
            left: 0,
            hot: 0.0,
            least: Cost::MAX,
            stale: 0,
        }
    }

    /// Temperature with so many iterations left.
    fn temperature(&self, left: u64, cold: f64) -> f64 {
        let done = 1.0 - left as f64 / self.length as f64;
        let hot = self.hot.max(1e-9);
        hot * exp(ln(cold.max(1e-9) / hot) * done)
    }
}

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    /// Goes on breeding for `iterations`, from the state as it stands when it begins.
    pub(super) fn breed(&mut self, iterations: u64, plan: Breeding) {
        let begun = self.brood.take();
        let mut brood = begun.unwrap_or_else(|| Brood::new(self.current().routes));
        let mut left = iterations;
        while left > 0 {
            if brood.left == 0 {
                self.next_annealing(&mut brood, plan);
            }
            let now = brood.left.min(left);
            let ends = [brood.left, brood.left - now];
            self.anneal(Order {
                iterations: now,
                temperature: ends.map(|left| brood.temperature(left, plan.heat[1])),
                pressure: 0.0,
                breeding: None,
            });
            brood.left -= now;
            left -= now;
            if brood.left == 0 {
                self.reassign();
                self.explore();
                brood.elite.admit(snapshot(&self.state), MEMBERS);
            }
        }
        self.brood = Some(brood);
    }

    /// Begins a first member, or a child of two.
    fn next_annealing(&mut self, brood: &mut Brood, plan: Breeding) {
        self.watch(brood);
        let child = (brood.begun >= MEMBERS).then(|| self.child_of(&brood.elite));
        (brood.length, brood.hot) = match &child {
            Some(_) => (plan.child, plan.heat[0] * CHILD_HEAT),
            None => (plan.member, plan.heat[0]),
        };
        brood.left = brood.length;
        brood.begun += usize::from(child.is_none());
        self.adopt(child.as_ref().unwrap_or(&brood.start));
        self.fill();
    }

    /// Makes a population anew that found nothing for long.
    fn watch(&self, brood: &mut Brood) {
        let least = brood.elite.least().unwrap_or(Cost::MAX);
        if least < brood.least {
            (brood.least, brood.stale) = (least, 0);
        } else {
            brood.stale += 1;
        }
        if brood.stale > STALE {
            let start = std::mem::take(&mut brood.start);
            *brood = Brood::new(start);
        }
    }

    /// Routes crossed from two members; a population of one is annealed again.
    fn child_of(&mut self, elite: &Elite) -> Vec<Vec<u32>> {
        let sub = self.state.sub;
        let ground = Ground {
            slots: &sub.slots,
            stops: sub.len(),
            neighbours: |s| sub.neighbours(s),
        };
        let mut child = match elite.parents(&mut self.rng) {
            Some([a, b]) => ground.cross(a, b, &mut self.rng),
            None => self.best.routes.clone(),
        };
        if sub.options.any() {
            // The parents may serve one package in two places, or fill a locker together.
            let mut stock = Stock::new(&sub.options);
            for route in &mut child {
                route.retain(|&s| stock.serve(s));
            }
        }
        // Each of them may have given a part of a team.
        while sub.bonded
            && let Some(team) = sub.bonds.split(child.iter().map(Vec::as_slice))
        {
            for route in &mut child {
                route.retain(|s| !team.contains(s));
            }
        }
        child
    }
}
