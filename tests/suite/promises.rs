//! Routes that providers were promised: against brute force on random tiny days, in the plan's cost
//! and in the validator, on a day in parts.

use doorstep::execution::{Churn, Day};
use doorstep::model::{Provider, ProviderKind, ServiceDay};
use doorstep::plan::{Rule, validate};
use doorstep::{Budget, Costs, Money, Solver, Vehicle};

use super::drawn::{Draft, Drawn};
use super::execution::{arrived, delivered, departed, hm, package, plan, request, returned};
use super::fleet_rules::{TINY, broken, limits, north, solved};
use super::made;
use super::replan::after;

/// The tiny days of the fleet's rules, others of them.
const PROMISED: Drawn = Drawn {
    salt: 66_000,
    ..TINY
};

/// Both vehicles of one provider, or each of its own; one or two routes are promised.
fn promises(draft: &mut Draft) {
    let shared = draft.draw.chance(40);
    let mut provider = |id: String, vehicles: u32| {
        let price = Money::from_units(i64::from(draft.draw.between(0, 160)));
        let least = draft.draw.between(0, vehicles + 1);
        let provider = Provider::new(id, ProviderKind::Dsp).with_least_routes(least, price);
        // A cap besides, where it does not contradict.
        match draft.draw.chance(20) {
            true => provider.with_most_routes(least.max(1)),
            false => provider,
        }
    };
    let all: Vec<Provider> = match shared {
        true => vec![provider("D0".into(), 2)],
        false => (0..2).map(|i| provider(format!("D{i}"), 1)).collect(),
    };
    for (v, vehicle) in draft.fleet.iter_mut().enumerate() {
        let id = all[v.min(all.len() - 1)].id().clone();
        *vehicle = vehicle.clone().with_provider(id);
    }
    draft
        .more
        .push(Box::new(move |builder| builder.providers(all)));
}

#[test]
fn promises_against_brute_force() {
    PROMISED.against_brute_force(promises);
}

#[test]
fn promises_with_other_rules_against_brute_force() {
    PROMISED.against_brute_force(|draft| {
        promises(draft);
        limits(&mut draft.draw, &mut draft.fleet);
        for package in &mut draft.packages {
            if draft.draw.chance(50) {
                let price = Money::from_units(i64::from(draft.draw.between(0, 150)));
                *package = package.clone().with_tender(price);
            }
        }
    });
}

fn promised(least: u32, price: i64) -> Provider {
    Provider::new("D", ProviderKind::Dsp).with_least_routes(least, Money::from_units(price))
}

fn vans(count: usize) -> Vec<Vehicle> {
    let van = |i| Vehicle::cargo_van(format!("V{i}")).with_provider("D");
    (0..count).map(van).collect()
}

/// Stops to the north and vans of one provider.
fn day(least: u32, price: i64) -> ServiceDay {
    let free = north(&[1.0, 2.0, 3.0, 4.0], Vec::new()).to_builder();
    let day = free.providers([promised(least, price)]).vehicles(vans(3));
    day.build().unwrap()
}

#[test]
fn what_is_short_is_paid_or_served() {
    // A route more costs about 100: cheaper than 150, dearer than 50.
    let plan = solved(&day(2, 150));
    assert_eq!(plan.routes.len(), 2);
    assert_eq!(plan.scorecard.cost.shortfall, Money::ZERO);
    let plan = solved(&day(2, 50));
    assert_eq!(plan.routes.len(), 1);
    assert_eq!(plan.scorecard.cost.shortfall, Money::from_units(50));
    let sum = plan.routes[0].cost + Money::from_units(50);
    assert_eq!(plan.scorecard.cost.total(), sum);
    assert_eq!(plan.scorecard.providers[0].shortfall, Money::from_units(50));
    assert!(plan.scorecard.to_string().contains("routes promised"));
    // More than there are vehicles or packages: what can be had no other way is paid.
    let plan = solved(&day(9, 1_000));
    assert_eq!((plan.routes.len(), plan.unserved.len()), (3, 0));
    let short = Money::from_units(6_000);
    assert_eq!(plan.scorecard.cost.shortfall, short);
    let empty = day(2, 50).to_builder().edit_packages(Vec::clear);
    let plan = solved(&empty.build().unwrap());
    assert_eq!(plan.scorecard.cost.total(), Money::from_units(100));
}

#[test]
fn the_validator_finds_a_wrong_shortfall() {
    let told = day(2, 50);
    let plan = solved(&told);
    let say = |provider: Provider| {
        let other = told
            .to_builder()
            .edit_providers(|all| all[0] = provider.clone());
        broken(other, &plan)
    };
    assert_eq!(say(promised(2, 50)), []);
    // In the sum and in the row of the provider.
    let wrong = [Rule::Scorecard; 2];
    assert_eq!(say(promised(3, 50)), wrong);
    assert_eq!(say(promised(2, 51)), wrong);
    assert_eq!(say(promised(1, 50)), wrong);
}

#[test]
fn promises_that_contradict_are_refused() {
    let error = |provider: Provider| {
        let day = north(&[1.0], Vec::new()).to_builder().providers([provider]);
        day.build().unwrap_err().to_string()
    };
    assert_eq!(
        error(promised(3, 5).with_most_routes(2)),
        "provider \"D\": least_routes: 3 are more than the most of 2"
    );
    assert_eq!(
        error(promised(3, -5)),
        "provider \"D\": price_short: -5 is negative"
    );
    let post = Provider::new("post", ProviderKind::Carrier).with_price(Money::from_units(5));
    assert_eq!(
        error(post.with_least_routes(1, Money::from_units(5))),
        "provider \"post\": least_routes: is not for a carrier, which has no vehicles"
    );
}

#[test]
fn a_route_changes_to_the_provider_that_is_short() {
    // One van would do; the other provider's is dearer, and its route is promised.
    let day = |price| {
        let free = north(&[1.0, 2.0], Vec::new()).to_builder();
        let own = Provider::new("own", ProviderKind::OwnFleet);
        let dear = Costs::default().with_per_vehicle(Money::from_units(120));
        let van = |id: &str, of: &str| Vehicle::cargo_van(id).with_provider(of);
        let fleet = [van("V0", "own"), van("V1", "D").with_costs(dear)];
        let day = free.providers([own, promised(1, price)]).vehicles(fleet);
        day.build().unwrap()
    };
    let driven = |price| solved(&day(price)).routes[0].vehicle.as_str().to_owned();
    assert_eq!(driven(19), "V0");
    assert_eq!(driven(21), "V1");
}

#[test]
fn the_rest_of_a_day_owes_what_is_left_of_a_promise() {
    let request = request(vec![package("A", 1), package("B", 2)], 3);
    let own = |all: &mut Vec<Vehicle>| {
        for van in all.iter_mut() {
            *van = van.clone().with_provider("D");
        }
    };
    let request = request.to_builder().providers([promised(3, 50)]);
    let request = request.edit_vehicles(own).build().unwrap();
    let events = [
        departed(hm(8, 0), "V1"),
        arrived(hm(8, 10), "V1", "A"),
        delivered(hm(8, 15), "A"),
        returned(hm(8, 25), "V1"),
    ];
    let day = Day::new(&request, &plan(&request, &[&[0], &[1]])).unwrap();
    let day = after(day, &events);
    let replan = day.replan(hm(8, 30), &Churn::default()).unwrap();
    // V1 has driven its route.
    assert_eq!(replan.request().providers()[0].least_routes(), 2);
    assert_eq!(validate(replan.request(), replan.plan()), []);
    let short = replan.plan().scorecard.cost.shortfall;
    assert_eq!(short, Money::from_units(50));
}

#[test]
fn promises_hold_on_a_day_in_parts() {
    // Two providers of alike vans; one is promised nearly all of the routes.
    let own = |i: usize| if i.is_multiple_of(2) { "A" } else { "B" };
    let vans = |all: &mut Vec<Vehicle>| {
        for (i, van) in all.iter_mut().enumerate() {
            *van = van.clone().with_provider(own(i));
        }
    };
    let firm = |id: &str| Provider::new(id, ProviderKind::Dsp);
    let price = Money::from_units(500);
    let day = made::parts().to_builder().edit_vehicles(vans);
    let day = day.providers([firm("A").with_least_routes(33, price), firm("B")]);
    let day = day.build().unwrap();
    let solver = Solver::new().budget(Budget::iterations(20_000));
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    let routes = plan.scorecard.providers[0].routes;
    assert!(routes >= 32, "{routes} of 33");
    let again = solver.solve(&day).unwrap().plan;
    assert_eq!(again.fingerprint, plan.fingerprint);
}

#[cfg(feature = "json")]
#[test]
fn a_promise_comes_back_as_written() {
    let provider = promised(4, 70);
    let text = serde_json::to_string(&provider).unwrap();
    assert!(
        text.contains(r#""least_routes":4,"price_short":"#),
        "{text}"
    );
    assert_eq!(serde_json::from_str::<Provider>(&text).unwrap(), provider);
    let plain = serde_json::to_string(&Provider::new("D", ProviderKind::Dsp)).unwrap();
    assert!(!plain.contains("least"), "{plain}");
}
