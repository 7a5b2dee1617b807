//! Sums and money: of a route, and of the scorecard.

use super::door::Member;
use super::ledger::Ledger;
use super::load::limits;
use super::provider::Rows;
use super::{Findings, Rule, report};
use crate::model::{Costs, Package, ServiceDay};
use crate::plan::{Plan, RoutePlan, Scorecard, Utilisation, Visit};
use crate::units::TimeOfDay;

/// A cent in 1/1000 cent: how far money may be off for each route, from rounding.
const CENT: i128 = 1_000;

/// What a route's figures should be: milliseconds, millimetres, numbers.
#[derive(Debug, Default)]
pub(super) struct RouteFigures {
    pub(super) distance: i128,
    pub(super) driving: i128,
    pub(super) service: i128,
    pub(super) waiting: i128,
    pub(super) on_road: i128,
    pub(super) peak: [i128; 3],
    /// What packages cost outside of preferred postal codes, and stops outside of the driver's own,
    /// 1/1000 cents.
    pub(super) outside: i128,
    /// What lateness costs, 1/1000 cents a minute times milliseconds.
    late: i128,
    /// What its alternatives cost, 1/1000 cents.
    pub(super) alternatives: i128,
    /// What the route is above its fair share, 1/1000 cents.
    pub(super) above: i128,
    /// Breaks, milliseconds.
    pub(super) breaks: i128,
    /// What its vehicle costs with its driver.
    pub(super) prices: Option<Costs>,
    stops: i128,
    delivered: i128,
    on_time: i128,
}

impl RouteFigures {
    /// Prices hours and stops above the fair share.
    pub(super) fn weigh(&mut self, day: &ServiceDay) {
        let balance = day.balance();
        let hours = (self.on_road - i128::from(balance.fair_hours().millis())).max(0);
        let stops = (self.stops - i128::from(balance.fair_stops())).max(0);
        self.above = hours * i128::from(balance.per_hour().millicents()) / 3_600_000
            + stops * i128::from(balance.per_stop().millicents());
    }

    pub(super) fn add_visit(
        &mut self,
        ledger: &Ledger<'_>,
        (visit, rested): (&Visit, i128),
        members: &[Member<'_>],
        service: i128,
    ) {
        self.service += service;
        let halted = i128::from(visit.start.millis()) - i128::from(visit.arrive.millis());
        self.waiting += halted - rested;
        self.stops += 1;
        self.delivered += members.len() as i128;
        let hours = ledger.day.delivery_hours();
        let mut hand_over = |package: &Package, start: TimeOfDay| {
            if let Some(due) = package.due().filter(|due| due.by() < start) {
                let late = i128::from(start.millis()) - i128::from(due.by().millis());
                self.late += late * i128::from(due.per_minute().millicents());
            }
            self.on_time += i128::from(start <= package.promised_by(hours));
        };
        if visit.walk.is_none() {
            let start = visit.start;
            members.iter().for_each(|(p, _)| hand_over(p, start));
            return;
        }
        for (id, start) in visit.hand_overs() {
            if let Some((package, _)) = ledger.find(id) {
                hand_over(package, start);
            }
        }
    }

    /// Vehicle, duty, distance, driving: each rounded down to 1/1000 cent; territory; lateness; alternatives; balance.
    fn cost(&self) -> [i128; 8] {
        let prices = self.prices.unwrap_or(Costs::FREE);
        let rate = |money: crate::units::Money| i128::from(money.millicents());
        [
            rate(prices.per_vehicle()),
            rate(prices.per_duty_hour()) * self.on_road / 3_600_000,
            rate(prices.per_km()) * self.distance / 1_000_000,
            rate(prices.per_driving_hour()) * self.driving / 3_600_000,
            self.outside,
            self.late / 60_000,
            self.alternatives,
            self.above,
        ]
    }
}

/// Compares the sums and the cost of a route.
pub(super) fn check_route(
    route: &RoutePlan,
    figures: &RouteFigures,
    subject: &str,
    findings: &mut Findings,
) {
    for (name, stated, found) in [
        (
            "distance in mm",
            route.distance.millimeters(),
            figures.distance,
        ),
        ("driving in ms", route.driving.millis(), figures.driving),
        ("service in ms", route.service.millis(), figures.service),
        ("waiting in ms", route.waiting.millis(), figures.waiting),
    ] {
        if i128::from(stated) != found {
            let message = format!("{name} is {stated}, should be {found}");
            report(findings, subject, Rule::RouteFigure, message);
        }
    }
    let found: i128 = figures.cost().iter().sum();
    let stated = i128::from(route.cost.millicents());
    if (stated - found).abs() > CENT {
        let message = format!("is {stated} thousandths of a cent, should be {found}");
        report(findings, subject, Rule::Cost, message);
    }
}

/// What the scorecard should say.
#[derive(Debug, Default)]
pub(super) struct Totals {
    routes: i128,
    sums: RouteFigures,
    cost: [i128; 8],
    /// Vehicles with a capacity, and the sum of their fillings in millionths, by dimension.
    filling: [(i128, i128); 3],
    /// True when a route could not be computed.
    pub(super) incomplete: bool,
    /// By provider.
    rows: Rows,
}

impl Totals {
    pub(super) fn add(&mut self, day: &ServiceDay, vehicle: usize, route: &RouteFigures) {
        self.routes += 1;
        self.sums.distance += route.distance;
        self.sums.driving += route.driving;
        self.sums.service += route.service;
        self.sums.waiting += route.waiting;
        self.sums.on_road += route.on_road;
        self.sums.breaks += route.breaks;
        self.sums.stops += route.stops;
        self.sums.delivered += route.delivered;
        self.sums.on_time += route.on_time;
        let data = &day.vehicles()[vehicle];
        let cost = route.cost();
        if let Some(provider) = data.provider() {
            let row = [1, route.delivered, cost.iter().sum()];
            self.rows.add(provider.as_str(), row);
        }
        for (sum, amount) in self.cost.iter_mut().zip(cost) {
            *sum += amount;
        }
        let capacity = limits(day.vehicles()[vehicle].capacity());
        for (i, (vans, millionths)) in self.filling.iter_mut().enumerate() {
            if let Some(most) = capacity[i].filter(|&most| most > 0) {
                *vans += 1;
                *millionths += route.peak[i] * 1_000_000 / most;
            }
        }
    }
}

/// Compares every figure of the scorecard.
///
/// A plan with a route of an unknown vehicle has no scorecard to compare with.
pub(super) fn check_scorecard(
    day: &ServiceDay,
    plan: &Plan,
    totals: Totals,
    findings: &mut Findings,
) {
    if totals.incomplete {
        return;
    }
    let card = &plan.scorecard;
    let mut compare = |name: &str, stated: i128, found: i128, slack: i128| {
        if (stated - found).abs() > slack {
            let message = format!("{name} is {stated}, should be {found}");
            report(findings, "plan", Rule::Scorecard, message);
        }
    };
    for (name, stated, found) in numbers(day, plan, &totals) {
        compare(name, stated.into(), found, 0);
    }
    for (name, stated, found) in lengths(card, &totals.sums) {
        compare(name, stated.into(), found, 0);
    }
    for (name, stated, found) in fillings(&card.utilisation, &totals.filling) {
        compare(name, stated.into(), found, 0);
    }
    let cost = &card.cost;
    let stated = [
        cost.vehicles,
        cost.duty,
        cost.distance,
        cost.driving,
        cost.territory,
        cost.lateness,
        cost.alternatives,
        cost.balance,
    ];
    let names = [
        "cost of vehicles",
        "cost of duty",
        "cost of distance",
        "cost of driving",
        "cost of territories",
        "cost of lateness",
        "cost of alternatives",
        "cost of balance",
    ];
    for (i, name) in names.into_iter().enumerate() {
        let slack = totals.routes * CENT;
        compare(name, stated[i].millicents().into(), totals.cost[i], slack);
    }
    let prices = plan
        .tendered
        .iter()
        .map(|t| i128::from(t.price.millicents()));
    compare(
        "cost of carriers",
        cost.tender.millicents().into(),
        prices.sum(),
        0,
    );
    compare(
        "cost of routes promised",
        cost.shortfall.millicents().into(),
        totals.rows.shortfall(day),
        0,
    );
    totals.rows.compare(day, plan, CENT, findings);
    if card.costs.as_ref() != Some(day.costs()) {
        let message = "the prices are not those of the request".to_owned();
        report(findings, "plan", Rule::Scorecard, message);
    }
}

/// A figure's name, its stated and its true value.
type Figure<T> = (&'static str, T, i128);

fn numbers(day: &ServiceDay, plan: &Plan, totals: &Totals) -> [Figure<u64>; 7] {
    let card = &plan.scorecard;
    let sums = &totals.sums;
    [
        ("packages", card.packages, day.packages().len() as i128),
        ("delivered", card.delivered, sums.delivered),
        ("tendered", card.tendered, plan.tendered.len() as i128),
        ("unserved", card.unserved, plan.unserved.len() as i128),
        ("stops", card.stops, sums.stops),
        ("vans", card.vans, totals.routes),
        ("on time", card.on_time, sums.on_time),
    ]
}

fn lengths(card: &Scorecard, sums: &RouteFigures) -> [Figure<i64>; 7] {
    [
        ("distance in mm", card.distance.millimeters(), sums.distance),
        ("driving in ms", card.driving.millis(), sums.driving),
        ("service in ms", card.service.millis(), sums.service),
        ("waiting in ms", card.waiting.millis(), sums.waiting),
        ("breaks in ms", card.breaks.millis(), sums.breaks),
        ("time on road in ms", card.on_road.millis(), sums.on_road),
        ("paid time in ms", card.paid.millis(), sums.on_road),
    ]
}

fn fillings(stated: &Utilisation, found: &[(i128, i128); 3]) -> [Figure<u64>; 6] {
    let Utilisation {
        count,
        volume,
        weight,
    } = stated;
    [
        ("vans with a count", count.vans, found[0].0),
        ("filling by count", count.millionths, found[0].1),
        ("vans with a volume", volume.vans, found[1].0),
        ("filling by volume", volume.millionths, found[1].1),
        ("vans with a weight", weight.vans, found[2].0),
        ("filling by weight", weight.millionths, found[2].1),
    ]
}
