//! `.sol` files: routes of customer numbers and a cost.

use std::fmt;

use super::lines::{lines, number, wrong};
use crate::error::Error;
use crate::plan::{Plan, Visit};

/// The routes of a `.sol` file, as CVRPLIB has them: `Route #1: 4 2 7` a line, then `Cost 123`.
///
/// Printed in that form. Customers go by the numbers of [`Instance`](super::Instance), the depot
/// is in no route.
///
/// ```
/// use doorstep::format::Solution;
///
/// let solution = Solution::parse("Route #1: 4 2 7\nRoute #2: 1 3\nCost 65.2\n")?;
/// assert_eq!(solution.routes, [vec![4, 2, 7], vec![1, 3]]);
/// assert_eq!(solution.to_string().parse(), Ok(solution));
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Solution {
    /// Customers in the order of the visits, one list a vehicle.
    pub routes: Vec<Vec<u32>>,
    /// What the file says that they cost; checked by nothing.
    pub cost: Option<f64>,
}

impl Solution {
    /// Reads a `.sol` file. Lines that begin with another word than `Route` or `Cost` are remarks.
    ///
    /// # Errors
    ///
    /// One, with the line and what was expected there.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut solution = Self::default();
        for line in lines(text) {
            let word: String = line
                .text
                .chars()
                .take_while(char::is_ascii_alphabetic)
                .collect();
            if word.eq_ignore_ascii_case("route") {
                let what = "`Route #` with a number, a colon and customer numbers";
                let (_, list) = line
                    .text
                    .split_once(':')
                    .ok_or_else(|| line.expected(what))?;
                let customers = list.split_whitespace().map(str::parse);
                let route: Result<Vec<u32>, _> = customers.collect();
                solution
                    .routes
                    .push(route.map_err(|_| line.expected(what))?);
            } else if word.eq_ignore_ascii_case("cost") {
                let rest = line.text[word.len()..].trim_start_matches([':', '=', ' ', '\t']);
                let cost = number(rest).ok_or_else(|| line.expected("`Cost` with a number"))?;
                if solution.cost.replace(cost).is_some() {
                    return Err(wrong(line.number, "expected one cost, found another"));
                }
            } else if word.is_empty() && !line.text.starts_with('#') {
                return Err(line.expected("a route, the cost or a remark"));
            }
        }
        Ok(solution)
    }

    /// The routes of a plan for a day that [`Instance::to_day`](super::Instance::to_day) made,
    /// without a cost. Packages that are on no route are in none here.
    ///
    /// # Errors
    ///
    /// When a package is not called by a customer's number.
    pub fn of(plan: &Plan) -> Result<Self, Error> {
        let mut routes = Vec::with_capacity(plan.routes.len());
        for route in &plan.routes {
            // A place where something is collected goes by its row, which is the customer's number.
            let collected = |visit: &Visit| {
                let row = visit.place.matrix_row();
                row.filter(|_| !visit.collects.is_empty()).map(Ok)
            };
            let number = |id: &crate::model::PackageId| {
                id.as_str().parse::<u32>().map_err(|_| {
                    let message = "expected the number of a customer as its id";
                    Error::format(format!("package {:?}", id.as_str()), message)
                })
            };
            let customers = route.visits.iter().flat_map(|visit| {
                let handed = visit.packages.iter().map(number);
                collected(visit).into_iter().chain(handed)
            });
            routes.push(customers.collect::<Result<_, _>>()?);
        }
        Ok(Self { routes, cost: None })
    }

    /// The same routes at a cost, as it is published.
    #[must_use]
    pub const fn with_cost(mut self, cost: f64) -> Self {
        self.cost = Some(cost);
        self
    }
}

impl std::str::FromStr for Solution {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Display for Solution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, route) in (1..).zip(&self.routes) {
            write!(f, "Route #{number}:")?;
            for customer in route {
                write!(f, " {customer}")?;
            }
            writeln!(f)?;
        }
        match self.cost {
            Some(cost) => writeln!(f, "Cost {cost}"),
            None => Ok(()),
        }
    }
}
