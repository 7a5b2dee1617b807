//! What a solution costs and which rules of its instance it breaks, from the file alone.

use std::collections::BTreeMap;

use super::instance::Instance;
use super::rounding::{Rounding, Side};
use super::sol::Solution;

/// Double precision may be wrong in its last places; this much too late is still on time.
const TOLERANCE: f64 = 1e-9;

/// What [`Instance::check`] found.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Checked {
    /// The length of all routes in units of the file, as the set publishes it.
    pub cost: f64,
    /// Routes that serve anybody.
    pub routes: usize,
    /// Every rule that is broken, a sentence each; empty for a feasible solution.
    pub problems: Vec<String>,
}

impl Instance {
    /// Computes what a solution costs and whether it is feasible, from the file's own numbers:
    /// nothing is shared with the day, the search and the validator of plans but the rule of
    /// `rounding`.
    ///
    /// Unrounded lengths and times are added in double precision. What the instance asks for
    /// beyond a day is not checked.
    ///
    /// # Complexity
    ///
    /// O(customers), plus the length of the solution.
    #[must_use]
    pub fn check(&self, solution: &Solution, rounding: Rounding) -> Checked {
        let mut checker = Checker {
            instance: self,
            rounding,
            ticks: match rounding {
                Rounding::Unrounded => 1.0,
                _ => self.ticks(rounding),
            },
            visits: vec![0; self.nodes().len()],
            found: Checked::default(),
        };
        let mut length = 0.0;
        for (number, route) in (1..).zip(&solution.routes) {
            length += checker.route(number, route);
        }
        checker.found.cost = length / checker.ticks;
        checker.everybody_once();
        checker.found
    }
}

struct Checker<'a> {
    instance: &'a Instance,
    rounding: Rounding,
    ticks: f64,
    visits: Vec<u32>,
    found: Checked,
}

impl Checker<'_> {
    /// A quantity in ticks; in units where nothing is rounded.
    fn amount(&self, value: f64, side: Side) -> f64 {
        match self.rounding {
            Rounding::Unrounded => value,
            // Whole numbers of this size are exact.
            rounding => rounding.whole(value, self.ticks, side) as f64,
        }
    }

    fn leg(&self, from: u32, to: u32) -> f64 {
        let length = self.instance.length(from, to).unwrap_or(0.0);
        self.amount(length, Side::Least)
    }

    /// Drives a route; its length.
    fn route(&mut self, number: usize, route: &[u32]) -> f64 {
        let (depot, size) = (self.instance.depot(), self.visits.len());
        let known = |&c: &u32| (c as usize) < size && c as usize != depot;
        let customers: Vec<u32> = route.iter().copied().filter(known).collect();
        for stranger in route.iter().filter(|c| !known(c)) {
            self.report(format!("route {number}: {stranger} is no customer"));
        }
        if customers.is_empty() {
            return 0.0;
        }
        self.found.routes += 1;
        let home = u32::try_from(depot).unwrap_or(u32::MAX);
        for &c in &customers {
            self.visits[c as usize] += 1;
        }
        let load = self.most_on_board(&customers);
        if let Some(most) = self.instance.capacity()
            && load > i128::from(most)
        {
            self.report(format!("route {number}: load {load}, capacity {most}"));
        }
        self.pairs(number, &customers);
        let stops = customers.iter().copied().chain([home]);
        let length = stops
            .scan(home, |last, next| {
                Some(self.leg(std::mem::replace(last, next), next))
            })
            .sum();
        if self.instance.is_timed() {
            self.drive(number, &customers, home);
        }
        length
    }

    /// The most that a vehicle has on board: all of it when it leaves, or, of pairs, what was
    /// collected and not delivered yet.
    fn most_on_board(&self, customers: &[u32]) -> i128 {
        let demands = customers.iter();
        let demands = demands.map(|&c| i128::from(self.instance.nodes()[c as usize].demand));
        if self.instance.pairs().is_empty() {
            return demands.map(i128::abs).sum();
        }
        let along = demands.scan(0, |load, demand| {
            *load += demand;
            Some(*load)
        });
        along.max().unwrap_or(0)
    }

    /// Whether both customers of each pair are on the route, the pickup first.
    fn pairs(&mut self, number: usize, customers: &[u32]) {
        let mut at = BTreeMap::new();
        for (position, &c) in customers.iter().enumerate() {
            at.entry(c).or_insert(position);
        }
        for &(pickup, delivery) in self.instance.pairs() {
            match (at.get(&pickup), at.get(&delivery)) {
                (None, None) => {}
                (Some(first), Some(second)) if first < second => {}
                (Some(_), Some(_)) => {
                    self.report(format!("route {number}: {delivery} comes before {pickup}"));
                }
                _ => self.report(format!(
                    "route {number}: has one of {pickup} and {delivery}, not both"
                )),
            }
        }
    }

    /// The clock of a route that leaves as early as it may; then that of one that leaves so late
    /// that it takes least.
    fn drive(&mut self, number: usize, customers: &[u32], home: u32) {
        let nodes = self.instance.nodes();
        let open = nodes[home as usize].window.map_or(0.0, |w| w[0]);
        let mut clock = self.amount(open, Side::Least);
        // How much later it could have left, and what of its time is no waiting.
        let (mut slack, mut waited) = (f64::INFINITY, 0.0);
        let start = clock;
        let mut last = home;
        for &c in customers.iter().chain([&home]) {
            let node = nodes[c as usize];
            let arrive = clock + self.leg(last, c);
            let [ready, due] = node.window.unwrap_or([0.0, f64::INFINITY]);
            let due = match node.window {
                Some(_) => self.amount(due, Side::Most),
                None => due,
            };
            if arrive > due + TOLERANCE {
                let (at, due) = (arrive / self.ticks, due / self.ticks);
                self.report(format!("route {number}: at {c} at {at}, due by {due}"));
            }
            let begin = arrive.max(self.amount(ready, Side::Least));
            waited += begin - arrive;
            slack = slack.min(due - begin + waited);
            let service = if c == home { 0.0 } else { node.service };
            clock = begin + self.amount(service, Side::Least);
            last = c;
        }
        if let Some(most) = self.instance.max_duration() {
            let least = clock - start - waited.min(slack.max(0.0));
            if least > self.amount(most, Side::Most) + TOLERANCE {
                let least = least / self.ticks;
                self.report(format!(
                    "route {number}: takes {least}, at most {most} allowed"
                ));
            }
        }
    }

    fn everybody_once(&mut self) {
        for (customer, _) in self.instance.customers() {
            match self.visits[customer as usize] {
                1 => {}
                0 => self.report(format!("customer {customer} is not visited")),
                n => self.report(format!("customer {customer} is visited {n} times")),
            }
        }
        let used = self.found.routes;
        if let Some(most) = self.instance.vehicles()
            && used > most as usize
        {
            self.report(format!("{used} routes, {most} vehicles"));
        }
    }

    fn report(&mut self, problem: String) {
        self.found.problems.push(problem);
    }
}
