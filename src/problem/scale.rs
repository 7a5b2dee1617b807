//! The cost unit of a problem: the finest power of ten at which no sum can
//! overflow, so that neighbouring doors still differ and totals stay exact.

use crate::model::ServiceDay;
use crate::units::Money;

use super::compile::to_cost;
use super::{Cost, Problem, Rates};

/// Decimal places of the cost unit, finest first. At five places the unit is the
/// face's own thousandth of a cent.
const PLACES: std::ops::RangeInclusive<u32> = 5..=12;

/// Sums stay below this.
const CEILING: f64 = 2.0e18;

/// Older attempts weigh more: one more attempt adds this share (in 1/1024) of
/// the price of leaving a required stop out. Two stops always outweigh one.
const ATTEMPT_SHARE: i64 = 8;

/// The chosen unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    units_per_currency: i64,
    required: Cost,
}

impl Scale {
    /// Chooses the unit from the prices, the fleet, the number of stops and the
    /// longest leg from the station.
    pub(crate) fn new(day: &ServiceDay, problem: &Problem, locations: &[u32]) -> Scale {
        let (mut kilometres, mut hours) = (0f64, 0f64);
        for kind in &problem.types {
            for &location in locations {
                for leg in [
                    problem.travel.leg(kind.profile, kind.start, location),
                    problem.travel.leg(kind.profile, location, kind.end),
                ] {
                    kilometres = kilometres.max(f64::from(leg.distance) / 1e6);
                    hours = hours.max(f64::from(leg.time) / 3.6e6);
                }
            }
        }
        let mut dearest = 1.0f64;
        for kind in &problem.types {
            for &v in &kind.vehicles {
                let costs = day.vehicle_costs(v as usize);
                let shift = f64::from(kind.shift.close - kind.shift.open) / 3.6e6;
                // A route for one stop alone, with room for legs that break the
                // triangle inequality twice over.
                let route = costs.per_vehicle().units_f64()
                    + costs.per_km().units_f64() * kilometres * 4.0
                    + costs.per_driving_hour().units_f64() * hours * 4.0
                    + costs.per_duty_hour().units_f64() * shift;
                dearest = dearest.max(route);
            }
        }
        let tenders: f64 = day
            .packages()
            .iter()
            .filter_map(|p| p.tender())
            .map(Money::units_f64)
            .sum();
        let required = 2.0 * dearest;
        let total = (locations.len() as f64 + 1.0) * required * 1.5 + tenders;
        let places = PLACES
            .rev()
            .find(|&p| total * 10f64.powi(p.cast_signed()) < CEILING)
            .unwrap_or(*PLACES.start());
        let units_per_currency = 10i64.pow(places);
        #[allow(
            clippy::cast_possible_truncation,
            reason = "below the ceiling; saturates beyond"
        )]
        let required = (required * units_per_currency as f64) as Cost;
        Scale {
            units_per_currency,
            required,
        }
    }

    /// Sets unit and rates of the problem.
    pub(crate) fn apply(&self, day: &ServiceDay, problem: &mut Problem) {
        problem.units_per_currency = self.units_per_currency;
        for kind in &mut problem.types {
            let Some(&first) = kind.vehicles.first() else {
                continue;
            };
            let costs = day.vehicle_costs(first as usize);
            kind.rates = Rates {
                fixed: self.cost(costs.per_vehicle()),
                distance: self.rate(costs.per_km(), 1_000_000),
                driving: self.rate(costs.per_driving_hour(), 3_600_000),
                duty: self.rate(costs.per_duty_hour(), 3_600_000),
            };
        }
    }

    /// Money in the unit, rounded down.
    pub(crate) fn cost(&self, money: Money) -> Cost {
        to_cost(money, self.units_per_currency)
    }

    /// A price per `parts` small units as a rate per small unit, rounded once.
    fn rate(&self, money: Money, parts: i64) -> Cost {
        let whole = i128::from(money.millicents()) * i128::from(self.units_per_currency);
        let per = i128::from(parts) * 100_000;
        i64::try_from((whole + per / 2) / per).unwrap_or(i64::MAX)
    }

    /// Price of leaving out a required stop after `attempts` failed attempts.
    pub(crate) fn required(&self, attempts: u8) -> Cost {
        self.required + self.required / 1_024 * ATTEMPT_SHARE * i64::from(attempts.min(8))
    }
}
