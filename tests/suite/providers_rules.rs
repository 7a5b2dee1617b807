//! Each rule about providers: wrong days are refused, and the validator finds each broken rule and
//! only that one.

use std::collections::BTreeSet;

use doorstep::model::{Costs, Package, PackageKind, Promise, Provider, ProviderKind, ServiceDay};
use doorstep::plan::{Plan, Rule, fingerprint, validate};
use doorstep::{Money, Place, Station, TimeOfDay, TimeWindow, Vehicle};

use super::providers::{at, carrier, day, dsp, solved, star, units, van};

fn refused(packages: Vec<Package>, vehicles: Vec<Vehicle>, providers: Vec<Provider>) -> String {
    let day = ServiceDay::builder(Station::new("S", Place::at(41.8, -87.6)))
        .packages(packages)
        .vehicles(vehicles)
        .providers(providers);
    day.build().unwrap_err().to_string()
}

#[test]
fn vehicles_of_nobody_of_a_carrier_and_away() {
    let hours = TimeWindow::hm((12, 0), (14, 0));
    let early = TimeWindow::hm((8, 0), (11, 59));
    let text = refused(
        Vec::new(),
        vec![
            van("V1", "nobody"),
            van("V2", "post"),
            van("V3", "A").with_shift(early),
            van("V4", "A"),
        ],
        vec![carrier("post", 7), dsp("A").with_hours(hours)],
    );
    assert_eq!(
        text,
        "3 problems in the input\n\
         vehicle \"V1\": provider: no provider is called \"nobody\"\n\
         vehicle \"V2\": provider: \"post\" is a carrier, which has no vehicles\n\
         vehicle \"V3\": shift: 08:00-11:59 and the hours 12:00-14:00 of provider \"A\" have \
         nothing in common"
    );
}

#[test]
fn providers_twice_without_a_name_and_with_wrong_codes() {
    let text = refused(
        Vec::new(),
        Vec::new(),
        vec![
            dsp("A").with_zips(["606", "6060812", "60608-12", ""]),
            dsp("A"),
            dsp("").with_preferred_zips(["a code of many letters", "6-"], units(-1)),
            dsp("B").with_hours(TimeWindow::hm((22, 30), (23, 0))),
        ],
    );
    assert_eq!(
        text,
        "8 problems in the input\n\
         provider at index 2: id: is empty\n\
         provider \"A\": id: is used by 2 providers\n\
         provider \"A\": zips: \"\" is empty\n\
         provider \"A\": zips: \"6060812\" is not the beginning of a ZIP (606, 60608 or 60608-1234)\n\
         provider at index 2: preferred_zips: \"6-\" is not the beginning of a ZIP (606, 60608 or 60608-1234)\n\
         provider at index 2: preferred_zips: \"a code of many lette\" is longer than 16 characters\n\
         provider at index 2: price_outside: -1 is negative\n\
         provider \"B\": hours: 22:30-23:00 lies outside the delivery hours 06:00-22:00"
    );
}

#[test]
fn what_the_kind_does_not_have() {
    let odd = carrier("post", -7)
        .with_hours(TimeWindow::DELIVERY_HOURS)
        .with_most_routes(2);
    let text = refused(
        vec![
            Package::new("P1", Place::at(41.8, -87.6), "60608")
                .with_in_house_only()
                .with_tender(units(2)),
        ],
        Vec::new(),
        vec![
            odd,
            Provider::new("parcel", ProviderKind::Carrier),
            dsp("A").with_price(units(1)).with_most_packages(3),
        ],
    );
    assert_eq!(
        text,
        "7 problems in the input\n\
         package \"P1\": tender: has a price, but the package is in-house only\n\
         provider \"post\": price: -7 is negative\n\
         provider \"post\": hours: is not for a carrier, which has no vehicles\n\
         provider \"post\": most_routes: is not for a carrier, which has no vehicles\n\
         provider \"parcel\": price: is missing, which a carrier needs\n\
         provider \"A\": price: is for carriers only\n\
         provider \"A\": most_packages: is for carriers only"
    );
}

/// P1 goes with A, P2 and P3 with the carrier.
#[derive(Clone)]
struct Parts {
    packages: Vec<Package>,
    vehicles: Vec<Vehicle>,
    providers: Vec<Provider>,
}

impl Parts {
    fn new() -> Self {
        let ready = TimeOfDay::hm(8, 0);
        Self {
            packages: vec![
                at(1, "60601"),
                at(2, "60601").with_ready(ready).with_weight_g(900),
                at(3, "60601"),
            ],
            vehicles: vec![van("A1", "A")],
            providers: vec![dsp("A"), carrier("post", 9), dsp("B")],
        }
    }

    fn build(self) -> ServiceDay {
        day(
            star(&[1, 40, 50]),
            self.packages,
            self.vehicles,
            self.providers,
        )
    }
}

fn rules(day: &ServiceDay, plan: &Plan) -> Vec<Rule> {
    let found: BTreeSet<Rule> = validate(day, plan).into_iter().map(|v| v.rule).collect();
    found.into_iter().collect()
}

/// The rules that the plan breaks when the request was another.
fn against(change: impl FnOnce(&mut Parts)) -> Vec<Rule> {
    let plan = solved(&Parts::new().build());
    assert_eq!((plan.routes.len(), plan.tendered.len()), (1, 2));
    let mut parts = Parts::new();
    change(&mut parts);
    rules(&parts.build(), &plan)
}

/// The rules that a changed plan breaks.
fn changed(change: impl FnOnce(&mut Plan)) -> Vec<Rule> {
    let day = Parts::new().build();
    let mut plan = solved(&day);
    change(&mut plan);
    plan.fingerprint = fingerprint(&plan.routes);
    rules(&day, &plan)
}

fn provider(parts: &mut Parts, i: usize, change: impl FnOnce(Provider) -> Provider) {
    parts.providers[i] = change(parts.providers[i].clone());
}

fn package(parts: &mut Parts, i: usize, change: impl FnOnce(Package) -> Package) {
    parts.packages[i] = change(parts.packages[i].clone());
}

#[test]
fn territory() {
    let zips = |zip: &'static str| against(|p| provider(p, 0, |a| a.with_zips([zip])));
    assert_eq!(zips("60602"), [Rule::Territory]);
    assert_eq!(zips("60601-1"), [Rule::Territory]);
    assert_eq!(zips("606"), []);
}

#[test]
fn hours_of_the_provider() {
    let hours = |from, to| against(|p| provider(p, 0, |a| a.with_hours(TimeWindow::hm(from, to))));
    assert_eq!(hours((21, 0), (22, 0)), [Rule::ProviderHours]);
    assert_eq!(hours((6, 0), (22, 0)), []);
}

#[test]
fn caps() {
    assert_eq!(
        against(|p| provider(p, 0, |a| a.with_most_routes(0))),
        [Rule::RouteCap]
    );
    assert_eq!(against(|p| provider(p, 0, |a| a.with_most_routes(1))), []);
    assert_eq!(
        against(|p| provider(p, 1, |post| post.with_most_packages(1))),
        [Rule::CarrierCap]
    );
    assert_eq!(
        against(|p| provider(p, 1, |post| post.with_most_packages(2))),
        []
    );
}

#[test]
fn what_a_carrier_may_take() {
    let ordered = TimeOfDay::hm(8, 0);
    let with = |change: fn(Package) -> Package| against(|p| package(p, 1, change));
    assert_eq!(with(Package::with_in_house_only), [Rule::Carrier]);
    assert_eq!(with(|q| q.with_pin("A1")), [Rule::Carrier]);
    assert_eq!(
        with(|q| q.with_kind(PackageKind::ReturnPickup)),
        [Rule::Carrier]
    );
    assert_eq!(
        against(|p| package(p, 1, |q| q.with_promise(Promise::TwoHour { ordered }))),
        [Rule::Carrier]
    );
    let heaviest = |g| against(|p| provider(p, 1, |post| post.with_heaviest_g(g)));
    assert_eq!(heaviest(899), [Rule::Carrier]);
    assert_eq!(heaviest(900), []);
    let zips = against(|p| provider(p, 1, |post| post.with_zips(["60608"])));
    assert_eq!(zips, [Rule::Carrier]);
    let cut_off = |m| against(|p| provider(p, 1, |post| post.with_cut_off(TimeOfDay::hm(7, m))));
    assert_eq!(cut_off(59), [Rule::CutOff]);
    assert_eq!(cut_off(60 - 1), [Rule::CutOff]);
    let on_time = TimeOfDay::hm(8, 0);
    assert_eq!(
        against(|p| provider(p, 1, |post| post.with_cut_off(on_time))),
        []
    );
}

#[test]
fn prices() {
    let price = |n| against(|p| provider(p, 1, |post| post.with_price(units(n))));
    assert_eq!(price(8), [Rule::Tender]);
    assert_eq!(price(9), []);
    let per_kg = Money::from_cents(1);
    assert_eq!(
        against(|p| provider(p, 1, |post| post.with_price_per_kg(per_kg))),
        [Rule::Tender]
    );
    assert_eq!(
        against(|p| package(p, 1, |q| q.with_tender(units(9)))),
        [Rule::Tender]
    );
    assert_eq!(changed(|p| p.routes[0].cost += units(1)), [Rule::Cost]);
    let dear = Costs::FREE.with_per_km(units(2));
    assert_eq!(
        against(|p| provider(p, 0, |a| a.with_costs(dear))),
        [Rule::Cost, Rule::Scorecard]
    );
    // The vehicle's own costs go before those of its provider.
    let own = |p: &mut Parts| {
        p.vehicles[0] = p.vehicles[0].clone().with_costs(super::providers::per_km());
        provider(p, 0, |a| a.with_costs(dear));
    };
    assert_eq!(against(own), []);
    let outside = |zip| {
        let price = Money::from_cents(30);
        against(|p| provider(p, 0, |a| a.with_preferred_zips([zip], price)))
    };
    assert_eq!(outside("60608"), [Rule::Cost, Rule::Scorecard]);
    assert_eq!(outside("60601"), []);
}

#[test]
fn labels() {
    assert_eq!(
        changed(|p| p.routes[0].provider = Some("B".into())),
        [Rule::Provider]
    );
    assert_eq!(changed(|p| p.routes[0].provider = None), [Rule::Provider]);
    let to = |who: &'static str| {
        changed(|p| {
            p.tendered[0].carrier = Some(who.into());
            p.scorecard.providers[1].packages -= 1;
            p.scorecard.providers[1].cost += units(-9);
            if who == "B" {
                p.scorecard.providers[2].packages += 1;
                p.scorecard.providers[2].cost += units(9);
            }
        })
    };
    assert_eq!(to("B"), [Rule::Provider]);
    assert_eq!(to("nobody"), [Rule::Provider]);
    assert_eq!(
        changed(|p| {
            p.tendered[0].carrier = None;
            p.scorecard.providers[1].packages -= 1;
            p.scorecard.providers[1].cost += units(-9);
        }),
        [Rule::Tender]
    );
}

#[test]
fn rows_of_the_scorecard() {
    let row = |change: fn(&mut Plan)| changed(change);
    let only = [Rule::Scorecard];
    assert_eq!(row(|p| p.scorecard.providers[0].routes += 1), only);
    assert_eq!(row(|p| p.scorecard.providers[1].packages += 1), only);
    assert_eq!(row(|p| p.scorecard.providers[1].cost += units(1)), only);
    assert_eq!(row(|p| p.scorecard.providers[0].cost += units(1)), only);
    assert_eq!(row(|p| p.scorecard.providers.swap(0, 2)), only);
    assert_eq!(row(|p| p.scorecard.cost.territory += units(1)), only);
}
