//! Who may serve what, when and at what price: vehicles by their providers, and carriers.

use std::collections::BTreeMap;

use super::door::Member;
use super::{Findings, Rule, report};
use crate::model::{
    Costs, Package, PackageKind, Promise, Provider, ProviderKind, ServiceDay, Vehicle, Zip,
};
use crate::plan::{Plan, RoutePlan, Tendered};

/// The provider that a vehicle names.
pub(super) fn of_vehicle<'a>(day: &'a ServiceDay, vehicle: &Vehicle) -> Option<&'a Provider> {
    let id = vehicle.provider()?;
    day.providers().iter().find(|p| p.id() == id)
}

/// What a vehicle costs: as it says itself, else its provider, else the day.
pub(super) fn prices(day: &ServiceDay, vehicle: &Vehicle) -> Costs {
    if let Some(own) = vehicle.costs() {
        return *own;
    }
    match of_vehicle(day, vehicle).and_then(Provider::costs) {
        Some(costs) => *costs,
        None => *day.costs(),
    }
}

/// Whether one of the stated codes is the beginning of a code, or none is stated.
fn inside(stated: &[Zip], zip: &Zip) -> bool {
    let mut stated = stated.iter().peekable();
    stated.peek().is_none() || stated.any(|part| zip.as_str().starts_with(part.as_str()))
}

/// What packages cost outside of the postal codes that a provider should serve, 1/1000 cents.
pub(super) fn outside(provider: Option<&Provider>, members: &[Member<'_>]) -> i128 {
    let Some(provider) = provider else { return 0 };
    let away = |m: &&Member<'_>| !inside(provider.preferred_zips(), m.0.zip());
    let count = members.iter().filter(away).count() as i128;
    count * i128::from(provider.price_outside().millicents())
}

/// Label, hours and territory of one route.
pub(super) fn check_route(
    day: &ServiceDay,
    (route, vehicle): (&RoutePlan, &Vehicle),
    members: &[Vec<Member<'_>>],
    subject: &str,
    findings: &mut Findings,
) {
    if route.provider.as_ref() != vehicle.provider() {
        let name = |id: Option<&crate::model::ProviderId>| {
            id.map_or_else(|| "of nobody".to_owned(), |id| format!("of {id}"))
        };
        let (stated, own) = (name(route.provider.as_ref()), name(vehicle.provider()));
        let message = format!("stated as a vehicle {stated}, it is {own}");
        report(findings, subject, Rule::Provider, message);
    }
    let Some(provider) = of_vehicle(day, vehicle) else {
        return;
    };
    if let Some(hours) = provider.hours()
        && (route.depart < hours.earliest() || route.back > hours.latest())
    {
        let (depart, back, id) = (route.depart, route.back, provider.id());
        let message = format!("out from {depart} to {back}, the hours of {id} are {hours}");
        report(findings, subject, Rule::ProviderHours, message);
    }
    for (package, _) in members.iter().flatten() {
        if !inside(provider.zips(), package.zip()) {
            let (id, zip, name) = (package.id(), package.zip(), provider.id());
            let message = format!("package {id} goes to {zip}, where {name} may not serve");
            report(findings, subject, Rule::Territory, message);
        }
    }
}

/// The most routes of each provider, and the most packages of each carrier.
pub(super) fn check_caps(day: &ServiceDay, plan: &Plan, findings: &mut Findings) {
    let vehicles = day.vehicles().iter();
    let owner: BTreeMap<_, _> = vehicles.map(|v| (v.id(), v.provider())).collect();
    for provider in day.providers() {
        let id = provider.id();
        let own = |r: &&RoutePlan| owner.get(&r.vehicle).copied().flatten() == Some(id);
        let routes = plan.routes.iter().filter(own).count();
        let packages = plan
            .tendered
            .iter()
            .filter(|t| t.carrier.as_ref() == Some(id));
        let packages = packages.count();
        for (rule, noun, found, most) in [
            (Rule::RouteCap, "routes", routes, provider.most_routes()),
            (
                Rule::CarrierCap,
                "packages",
                packages,
                provider.most_packages(),
            ),
        ] {
            if let Some(most) = most.filter(|&most| found as u64 > u64::from(most)) {
                let message = format!("has {found} {noun}, may have {most}");
                report(
                    findings,
                    format!("provider {:?}", id.as_str()),
                    rule,
                    message,
                );
            }
        }
    }
}

/// Whether a package may be tendered as it is, and at that price.
pub(super) fn check_tender(
    day: &ServiceDay,
    package: &Package,
    tendered: &Tendered,
    subject: &str,
    findings: &mut Findings,
) {
    let stated = tendered.price;
    let wrong = |price: String| format!("a carrier takes it for {stated}, not {price}");
    match (package.tender(), &tendered.carrier) {
        (Some(price), None) if price == stated => {}
        (Some(price), None) => report(findings, subject, Rule::Tender, wrong(price.to_string())),
        (Some(_), Some(id)) => {
            let message = format!("given to {id}, but the package states its own price");
            report(findings, subject, Rule::Tender, message);
        }
        (None, None) => {
            let message = "given to a carrier, but the request states no price".to_owned();
            report(findings, subject, Rule::Tender, message);
        }
        (None, Some(id)) => {
            let known = day.providers().iter().find(|p| p.id() == id);
            match known.filter(|p| p.kind() == ProviderKind::Carrier) {
                Some(carrier) => check_carrier(carrier, package, tendered, subject, findings),
                None => {
                    let message = format!("given to {id}, not a carrier of the request");
                    report(findings, subject, Rule::Provider, message);
                }
            }
        }
    }
}

/// What a carrier takes, until when, at what price.
fn check_carrier(
    carrier: &Provider,
    package: &Package,
    tendered: &Tendered,
    subject: &str,
    findings: &mut Findings,
) {
    let id = carrier.id();
    let weight = package.load().weight_g;
    let refusals = [
        (package.kind() != PackageKind::Delivery, "is no delivery"),
        (package.pickup().is_some(), "is not at the station"),
        (package.pin().is_some(), "is pinned to a vehicle"),
        (package.in_house_only(), "is in-house only"),
        (
            matches!(package.promise(), Promise::TwoHour { .. }),
            "is promised within two hours",
        ),
        (
            !inside(carrier.zips(), package.zip()),
            "goes to a postal code where it may not serve",
        ),
        (
            carrier.heaviest_g().is_some_and(|most| weight > most),
            "is heavier than it takes",
        ),
    ];
    for (_, why) in refusals.iter().filter(|(refused, _)| *refused) {
        report(
            findings,
            subject,
            Rule::Carrier,
            format!("given to {id}, but {why}"),
        );
    }
    if let (Some(ready), Some(cut_off)) = (package.ready(), carrier.cut_off())
        && ready > cut_off
    {
        let message = format!("given to {id}, which collects at {cut_off}, but ready at {ready}");
        report(findings, subject, Rule::CutOff, message);
    }
    // In 1/1000 cents times grams a kilogram; ten million of the currency are the most.
    let flat = carrier.price().map_or(0, |p| i128::from(p.millicents()));
    let rate = i128::from(carrier.price_per_kg().millicents());
    let due = ((flat * 1_000 + rate * i128::from(weight) + 500) / 1_000).min(10_i128.pow(12));
    let stated = i128::from(tendered.price.millicents());
    if stated != due {
        let message = format!("{id} takes it for {due} thousandths of a cent, not {stated}");
        report(findings, subject, Rule::Tender, message);
    }
}

/// Routes, packages and cost of each provider as they should be.
#[derive(Debug, Default)]
pub(super) struct Rows(BTreeMap<String, [i128; 3]>);

impl Rows {
    /// Counts a route, or a tendered package as none.
    pub(super) fn add(&mut self, provider: &str, amounts: [i128; 3]) {
        let row = self.0.entry(provider.to_owned()).or_default();
        for (sum, amount) in row.iter_mut().zip(amounts) {
            *sum += amount;
        }
    }

    /// What the routes cost that providers were promised and do not have, 1/1000 cents.
    pub(super) fn shortfall(&self, day: &ServiceDay) -> i128 {
        day.providers().iter().map(|of| self.shortfall_of(of)).sum()
    }

    fn shortfall_of(&self, provider: &Provider) -> i128 {
        let row = self.0.get(provider.id().as_str());
        let routes = row.map_or(0, |row| row[0]);
        let missing = (i128::from(provider.least_routes()) - routes).max(0);
        missing * i128::from(provider.price_short().millicents())
    }

    /// Compares with the scorecard's rows; costs may be off by `slack` for each route.
    pub(super) fn compare(
        mut self,
        day: &ServiceDay,
        plan: &Plan,
        slack: i128,
        findings: &mut Findings,
    ) {
        for tendered in &plan.tendered {
            if let Some(carrier) = &tendered.carrier {
                let price = i128::from(tendered.price.millicents());
                self.add(carrier.as_str(), [0, 1, price]);
            }
        }
        let mut say = |message: String| report(findings, "plan", Rule::Scorecard, message);
        let cards = &plan.scorecard.providers;
        let heads = cards.iter().map(|card| (&card.provider, card.kind));
        if !heads.eq(day.providers().iter().map(|p| (p.id(), p.kind()))) {
            say("the rows of providers are not those of the request".to_owned());
            return;
        }
        for (card, provider) in cards.iter().zip(day.providers()) {
            let (stated, due) = (card.shortfall.millicents(), self.shortfall_of(provider));
            if i128::from(stated) != due {
                let id = &card.provider;
                say(format!("shortfall of {id} is {stated}, should be {due}"));
            }
            let found = self
                .0
                .get(card.provider.as_str())
                .copied()
                .unwrap_or_default();
            let stated = [
                i128::from(card.routes),
                i128::from(card.packages),
                i128::from(card.cost.millicents()),
            ];
            let off = [0, 0, slack * found[0]];
            for (i, noun) in ["routes", "packages", "cost"].into_iter().enumerate() {
                if (stated[i] - found[i]).abs() > off[i] {
                    let (id, stated, found) = (&card.provider, stated[i], found[i]);
                    say(format!("{noun} of {id} is {stated}, should be {found}"));
                }
            }
        }
    }
}
