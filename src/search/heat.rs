//! The temperature over a solve.

use crate::problem::{Problem, Solution};

use super::rng::{exp, ln};

/// The temperature as a function of the budget used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heat {
    first: f64,
    last: f64,
    /// Share of the budget that was used when it began to cool.
    from: f64,
}

impl Heat {
    /// Scaled by the mean cost of an arc of the constructed solution: a sum of
    /// small differences is what annealing has to tell apart. Long routes want
    /// more heat.
    pub(crate) fn new(problem: &Problem, start: &Solution, warm: bool) -> Heat {
        let (mut cost, mut arcs) = (0.0, 0.0);
        for route in &start.routes {
            let rates = problem.types[route.kind as usize].rates;
            let profile = problem.types[route.kind as usize].profile;
            for pair in route.stops.windows(2) {
                let leg = problem.travel.leg(
                    profile,
                    problem.stops[pair[0] as usize].location,
                    problem.stops[pair[1] as usize].location,
                );
                cost += (rates.distance * i64::from(leg.distance)
                    + (rates.driving + rates.duty) * i64::from(leg.time))
                    as f64;
                arcs += 1.0;
            }
        }
        let mean = if arcs > 0.0 { cost / arcs } else { 1.0 };
        let length = arcs / start.routes.len().max(1) as f64;
        let long = ((length - 25.0) / 75.0).clamp(0.0, 1.0);
        // A warm start is a good solution: most of its shape should survive.
        let part = if warm { 0.1 } else { 1.0 };
        Heat {
            first: mean * (1.5 + 10.0 * long) * part,
            last: mean * 0.02,
            from: 0.0,
        }
    }

    /// Begins to cool no earlier than that: the fleet was made small before, and what is left of
    /// the budget is for the way.
    ///
    /// Pairs, 200 doors, three instances, two or three seeds, 60,000 to 120,000 iterations: 6.2 % above
    /// the best known when the clock ran on during that, 4.2 % so, and 3.7 % when a squeeze that
    /// fails also goes back to where it began and not to the best.
    pub(crate) fn delay(&mut self, from: f64) {
        self.from = self.from.max(from);
    }

    /// Temperatures at shares of the budget.
    pub(crate) fn of(&self, used: [f64; 2]) -> [f64; 2] {
        self.at(used.map(|u| ((u - self.from) / (1.0 - self.from)).max(0.0)))
    }

    /// Temperatures at shares of the cooling.
    pub(crate) fn at(&self, cooled: [f64; 2]) -> [f64; 2] {
        let ratio = ln(self.last.max(1e-9) / self.first.max(1e-9));
        cooled.map(|u| self.first * exp(ratio * u))
    }

    /// First and last.
    pub(crate) fn ends(&self) -> [f64; 2] {
        [self.first, self.last]
    }
}
