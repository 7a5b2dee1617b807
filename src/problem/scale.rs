//! The cost unit of a problem: the finest power of ten at which no sum can
//! overflow, so that neighbouring doors still differ and totals stay exact.

use crate::model::{ServiceDay, ZonePolicy};
use crate::units::Money;

use super::compile::to_cost;
use super::{Cost, FORBIDDEN, Problem, Rates};

/// Decimal places of the cost unit, finest first. At five places the unit is the
/// face's own thousandth of a cent.
const PLACES: std::ops::RangeInclusive<u32> = 5..=12;

/// Sums stay below this.
const CEILING: f64 = 2.0e18;

/// A required stop left out costs this many of the dearest routes, and each failed
/// attempt one more, up to [`MOST_ATTEMPTS`]: two stops outweigh one of any age, a
/// further attempt outweighs any money.
const ROUTES_A_STOP: i64 = 10;

/// Attempts that still add to the price.
const MOST_ATTEMPTS: u8 = 8;

/// The most that one more stop can add to what a route pays for blocks and zones:
/// it can part a run of stops, so that the route returns to two blocks.
fn areas_a_stop(day: &ServiceDay) -> f64 {
    match day.zone_policy() {
        ZonePolicy::Priced {
            block_reentry,
            zone_change,
        } => 2.0 * (block_reentry.units_f64() + zone_change.units_f64()),
        _ => 0.0,
    }
}

/// The lateness of so many stops, each as late as the dearest can be, is less than a required stop
/// left out.
const LATE_STOPS: f64 = 100.0;

/// What lateness can cost: at the dearest stop, and at all together.
fn lateness(day: &ServiceDay) -> [f64; 2] {
    let hours = day.delivery_hours();
    let late = |p: &crate::model::Package| {
        let due = p.due()?;
        let last = p.windows().iter().map(|w| w.latest()).max();
        let last = last.map_or(hours.latest(), |last| last.min(hours.latest()));
        let minutes = (last.millis() - due.by().millis()).max(0) as f64 / 6e4;
        Some(minutes * due.per_minute().units_f64())
    };
    let all = day.packages().iter().filter_map(late);
    all.fold([0.0, 0.0], |[most, sum], cost| [most.max(cost), sum + cost])
}

/// The chosen unit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scale {
    units_per_currency: i64,
    /// More than the dearest route of a stop alone.
    dearest: Cost,
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
        let areas = areas_a_stop(day);
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
                    + (costs.per_duty_hour() + day.balance().per_hour()).units_f64() * shift
                    + day.balance().per_stop().units_f64()
                    + areas;
                dearest = dearest.max(route);
            }
        }
        // What a stop of a route costs more by who serves it; still in money.
        let surcharges = problem.access.iter().filter(|&&cost| cost != FORBIDDEN);
        // A discount elsewhere is no reason to leave a stop either.
        let surcharges = surcharges.map(|cost| cost.abs());
        dearest += surcharges.max().map_or(0.0, |cost| cost as f64 / 1e5);
        let [most_late, all_late] = lateness(day);
        dearest += all_late.min(LATE_STOPS * most_late);
        let short = |p: &crate::model::Provider| p.price_short().units_f64();
        let promised = day.providers().iter();
        // Another vehicle for a stop may cost a provider's route.
        dearest += promised.clone().map(short).fold(0.0, f64::max);
        let promised: f64 = promised
            .map(|p| short(p) * f64::from(p.least_routes()))
            .sum();
        let prices = day.packages().iter().filter_map(|p| day.tender_price(p));
        let tenders: f64 = prices.map(Money::units_f64).sum();
        let dearest = 1.5 * dearest;
        let most = (ROUTES_A_STOP + i64::from(MOST_ATTEMPTS) + 2) as f64 * dearest;
        let total = (locations.len() as f64 + 1.0) * most + tenders + all_late + promised;
        let places = PLACES
            .rev()
            .find(|&p| total * 10f64.powi(p.cast_signed()) < CEILING)
            .unwrap_or(*PLACES.start());
        let units_per_currency = 10i64.pow(places);
        #[allow(
            clippy::cast_possible_truncation,
            reason = "below the ceiling; saturates beyond"
        )]
        let dearest = (dearest * units_per_currency as f64) as Cost;
        Scale {
            units_per_currency,
            dearest,
        }
    }

    /// Sets unit and rates of the problem.
    pub(crate) fn apply(&self, day: &ServiceDay, problem: &mut Problem) {
        problem.units_per_currency = self.units_per_currency;
        problem.scale = *self;
        for surcharge in problem.access.iter_mut().filter(|c| **c != FORBIDDEN) {
            *surcharge = self.cost(Money::from_millicents(*surcharge));
        }
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
    pub(super) fn rate(&self, money: Money, parts: i64) -> Cost {
        let whole = i128::from(money.millicents()) * i128::from(self.units_per_currency);
        let per = i128::from(parts) * 100_000;
        i64::try_from((whole + per / 2) / per).unwrap_or(i64::MAX)
    }

    /// Price of leaving out a required stop after `attempts` failed attempts.
    pub(crate) fn required(&self, attempts: u8) -> Cost {
        self.dearest * (ROUTES_A_STOP + i64::from(attempts.min(MOST_ATTEMPTS)))
    }
}
