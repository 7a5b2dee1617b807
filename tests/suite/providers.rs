//! Providers in days and plans: who serves by place, hours, capacity left, price and promise.

use std::collections::BTreeMap;

use doorstep::model::{
    Costs, Package, Place, Promise, Provider, ProviderKind, ServiceDay, ServiceTimes, Station,
    TimeWindow, TravelMatrix, Vehicle,
};
use doorstep::plan::{Choice, Plan, Reason, Scorecard, validate};
use doorstep::sortation::group;
use doorstep::units::Capacity;
use doorstep::{Budget, Money, Solver, Span, TimeOfDay};

pub(super) fn units(n: i64) -> Money {
    Money::from_units(n)
}

/// Only kilometres cost: 1.00 each.
pub(super) fn per_km() -> Costs {
    Costs::FREE.with_per_km(units(1))
}

/// Doors at the ends of roads of so many kilometres, a minute each, that meet at the station.
pub(super) fn star(km: &[u32]) -> TravelMatrix {
    matrix(km.len() + 1, |a, b| {
        let road = |row: usize| if row == 0 { 0 } else { km[row - 1] };
        if a == b { 0 } else { road(a) + road(b) }
    })
}

/// Doors along one road that begins at the station, at so many kilometres.
fn road(km: &[u32]) -> TravelMatrix {
    let at = |row: usize| if row == 0 { 0 } else { km[row - 1] };
    matrix(km.len() + 1, |a, b| at(a).abs_diff(at(b)))
}

fn matrix(size: usize, km: impl Fn(usize, usize) -> u32) -> TravelMatrix {
    let cell = |i: usize| km(i / size, i % size);
    let all = 0..size * size;
    let mm = all.clone().map(|i| cell(i) * 1_000_000).collect();
    let ms = all.map(|i| cell(i) * 60_000).collect();
    TravelMatrix::from_integers(size, mm, ms).unwrap()
}

/// A package at a row, in a postal code, that takes no time at the door.
pub(super) fn at(row: u32, zip: &str) -> Package {
    Package::new(format!("P{row}"), Place::row(row), zip).with_service_time(Span::ZERO)
}

pub(super) fn van(id: &str, provider: &str) -> Vehicle {
    Vehicle::cargo_van(id).with_provider(provider)
}

pub(super) fn dsp(id: &str) -> Provider {
    Provider::new(id, ProviderKind::Dsp).with_costs(per_km())
}

pub(super) fn carrier(id: &str, price: i64) -> Provider {
    Provider::new(id, ProviderKind::Carrier).with_price(units(price))
}

pub(super) fn day(
    matrix: TravelMatrix,
    packages: Vec<Package>,
    vehicles: Vec<Vehicle>,
    providers: Vec<Provider>,
) -> ServiceDay {
    ServiceDay::builder(Station::new("DCH1", Place::row(0)))
        .travel(matrix)
        .costs(per_km())
        .service_times(ServiceTimes::default())
        .packages(packages)
        .vehicles(vehicles)
        .providers(providers)
        .build()
        .unwrap()
}

pub(super) fn solved(day: &ServiceDay) -> Plan {
    let solver = Solver::new().budget(Budget::iterations(2_000)).seed(7);
    let plan = solver.solve(day).unwrap().plan;
    assert_eq!(validate(day, &plan), []);
    plan
}

/// Who serves each package, and why; a plus stands before carriers.
fn served(plan: &Plan) -> BTreeMap<&str, (String, Choice)> {
    let mut all = BTreeMap::new();
    for route in &plan.routes {
        let who = route.provider.as_ref().map_or("-", |id| id.as_str());
        for visit in &route.visits {
            for package in &visit.packages {
                let choice = visit.because.clone().unwrap();
                all.insert(package.as_str(), (who.to_owned(), choice));
            }
        }
    }
    for tendered in &plan.tendered {
        let who = tendered.carrier.as_ref().map_or("-", |id| id.as_str());
        let choice = tendered.because.clone().unwrap();
        all.insert(tendered.package.as_str(), (format!("+{who}"), choice));
    }
    all
}

fn who(plan: &Plan) -> Vec<(&str, String)> {
    let all = served(plan).into_iter();
    all.map(|(package, (who, _))| (package, who)).collect()
}

/// Pairs as [`who`] gives them.
fn by(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().map(|&(p, w)| (p, w.to_owned())).collect()
}

#[test]
fn by_place() {
    let day = day(
        star(&[3, 4, 5, 6]),
        vec![
            at(1, "60608"),
            at(2, "60608-1234"),
            at(3, "60707"),
            at(4, "60808"),
        ],
        vec![van("A1", "A"), van("B1", "B")],
        vec![
            dsp("A").with_zips(["606"]),
            dsp("B").with_zips(["60707", "60608-9"]),
        ],
    );
    let plan = solved(&day);
    assert_eq!(who(&plan), by(&[("P1", "A"), ("P2", "A"), ("P3", "B")]));
    for (_, (_, choice)) in served(&plan) {
        assert_eq!(choice, Choice::OnlyProvider);
    }
    let [left] = &plan.unserved[..] else {
        panic!("one package has no provider");
    };
    assert_eq!(
        left.reason,
        Reason::OutsideTerritories {
            zip: "60808".into()
        }
    );
    assert_eq!(
        left.reason.to_string(),
        "no provider of a vehicle for it may serve 60808"
    );
}

#[test]
fn a_price_for_being_outside_moves_what_it_should() {
    let planned = |cents| {
        let price = Money::from_cents(cents);
        let zips = ["60601", "60601", "60602", "60602"];
        let packages = (1..).zip(zips).map(|(row, zip)| at(row, zip)).collect();
        let providers = vec![
            dsp("A").with_preferred_zips(["60601"], price),
            dsp("B").with_preferred_zips(["60602"], price),
        ];
        let vehicles = vec![van("A1", "A"), van("B1", "B")];
        solved(&day(road(&[1, 2, 3, 4]), packages, vehicles, providers))
    };
    // One van goes to the end and back for 8.00, and pays for two packages outside.
    let cheap = planned(100);
    assert_eq!(cheap.routes.len(), 1);
    assert_eq!(cheap.scorecard.cost.territory, units(2));
    assert_eq!(cheap.scorecard.cost.total(), units(10));
    // Two vans for 4.00 and 8.00 are cheaper than 8.00 and twice 2.50.
    let dear = planned(250);
    let apart = [("P1", "A"), ("P2", "A"), ("P3", "B"), ("P4", "B")];
    assert_eq!(who(&dear), by(&apart));
    assert_eq!(dear.scorecard.cost.territory, Money::ZERO);
    assert_eq!(dear.scorecard.cost.total(), units(12));
    let (_, choice) = &served(&dear)["P1"];
    let next = Some("B".into());
    let by = Money::from_cents(250);
    assert_eq!(*choice, Choice::Territory { next, by });
    // P4 would take the other van 4.00 further and 2.50 more, and save 2.00 here.
    let (_, choice) = &served(&dear)["P4"];
    let next = Some("A".into());
    let by = Money::from_cents(450);
    assert_eq!(*choice, Choice::Cheapest { next, by });
}

#[test]
fn by_hours_and_price_of_the_provider() {
    let hours = TimeWindow::hm((10, 0), (12, 0));
    let providers = vec![
        dsp("A").with_hours(hours).with_costs(Costs::FREE),
        dsp("B").with_costs(per_km().with_per_vehicle(units(5))),
    ];
    let early = TimeWindow::hm((8, 0), (9, 0));
    let day = day(
        star(&[10, 10]),
        vec![at(1, "60601"), at(2, "60601").with_window(early)],
        vec![
            van("A1", "A").with_shift(TimeWindow::hm((8, 0), (20, 0))),
            van("B1", "B"),
        ],
        providers,
    );
    assert_eq!(day.vehicle_shift(0), hours);
    assert_eq!(day.vehicle_costs(0), Costs::FREE);
    let plan = solved(&day);
    assert_eq!(who(&plan), by(&[("P1", "A"), ("P2", "B")]));
    assert!(plan.routes[0].depart >= TimeOfDay::hm(10, 0));
    assert_eq!(plan.routes[1].cost, units(25));
    let choices = served(&plan);
    let next = Some("B".into());
    let by = units(20);
    assert_eq!(choices["P1"].1, Choice::Cheapest { next, by });
    assert_eq!(choices["P2"].1, Choice::OnlyProvider);
}

#[test]
fn by_capacity_left_and_the_most_routes() {
    let planned = |most: u32| {
        let two = Capacity::UNLIMITED.with_count(2);
        let own = |id, provider| van(id, provider).with_capacity(two);
        let vehicles = vec![
            own("A1", "A"),
            own("A2", "A"),
            own("A3", "A"),
            own("B1", "B"),
        ];
        let dear = Costs::FREE.with_per_km(units(3));
        let providers = vec![dsp("A").with_most_routes(most), dsp("B").with_costs(dear)];
        let packages = (1..=4).map(|row| at(row, "60601")).collect();
        solved(&day(star(&[1, 2, 3, 4]), packages, vehicles, providers))
    };
    let free = planned(3);
    assert!(who(&free).iter().all(|(_, who)| who == "A"));
    // The dearer van takes the two nearest.
    let one = planned(1);
    let expected = [("P1", "B"), ("P2", "B"), ("P3", "A"), ("P4", "A")];
    assert_eq!(who(&one), by(&expected));
    for (_, (_, choice)) in served(&one) {
        assert_eq!(choice, Choice::OnlyRoom);
    }
    let none = planned(0);
    assert_eq!(none.routes.len(), 1);
    assert_eq!(none.routes[0].provider, Some("B".into()));
    assert_eq!(none.unserved.len(), 2);
}

#[test]
fn a_carrier_takes_what_is_dear_to_serve() {
    let day = day(
        star(&[1, 40]),
        vec![at(1, "60601"), at(2, "60601")],
        vec![van("A1", "A")],
        vec![dsp("A"), carrier("post", 7), carrier("parcel", 6)],
    );
    let plan = solved(&day);
    assert_eq!(who(&plan), by(&[("P1", "A"), ("P2", "+parcel")]));
    let choices = served(&plan);
    let next = Some("parcel".into());
    let by = units(4);
    assert_eq!(choices["P1"].1, Choice::Cheapest { next, by });
    let next = Some("A".into());
    let by = units(74);
    assert_eq!(choices["P2"].1, Choice::CheaperThanServing { next, by });
    assert_eq!(
        choices["P2"].1.to_string(),
        "tendered: serving it by A would cost 74.00 more"
    );
    assert_eq!(plan.tendered[0].price, units(6));
}

#[test]
fn a_carrier_has_limits() {
    let far = |row| at(row, "60601").with_weight_g(1_000);
    let two_hours = Promise::TwoHour {
        ordered: TimeOfDay::hm(14, 0),
    };
    let packages = vec![
        far(1),
        far(2).with_ready(TimeOfDay::hm(9, 30)),
        far(3).with_ready(TimeOfDay::hm(9, 31)),
        far(4).with_promise(two_hours),
        far(5).with_weight_g(2_001),
        far(6).with_in_house_only(),
        far(7).with_pin("A1"),
        far(8).with_kind(doorstep::model::PackageKind::ReturnPickup),
        at(9, "60701"),
    ];
    let post = carrier("post", 1)
        .with_price_per_kg(Money::from_cents(50))
        .with_cut_off(TimeOfDay::hm(9, 30))
        .with_heaviest_g(2_000)
        .with_zips(["606"]);
    let vehicles = vec![van("A1", "A"), van("A2", "A")];
    let day = day(star(&[30; 9]), packages, vehicles, vec![dsp("A"), post]);
    let plan = solved(&day);
    let tendered: Vec<_> = plan.tendered.iter().map(|t| t.package.as_str()).collect();
    assert_eq!(tendered, ["P1", "P2"]);
    assert_eq!(plan.tendered[0].price, Money::from_cents(150));
    assert!(plan.unserved.is_empty());
    for package in ["P3", "P4", "P5", "P6", "P8", "P9"] {
        assert_eq!(served(&plan)[package].1, Choice::OnlyProvider, "{package}");
    }
}

/// Roads of 10 to 40 km, a van, and a carrier that takes so many packages for 5.00.
fn capped(most: u32, more: Vec<Provider>) -> Plan {
    let packages = (1..=4).map(|row| at(row, "60601")).collect();
    let mut providers = vec![dsp("A"), carrier("post", 5).with_most_packages(most)];
    providers.extend(more);
    let roads = star(&[10, 20, 30, 40]);
    solved(&day(roads, packages, vec![van("A1", "A")], providers))
}

#[test]
fn a_full_carrier_takes_what_is_dearest_to_serve() {
    let plan = capped(2, Vec::new());
    let expected = [("P1", "A"), ("P2", "A"), ("P3", "+post"), ("P4", "+post")];
    assert_eq!(who(&plan), by(&expected));
    let choices = served(&plan);
    assert_eq!(choices["P1"].1, Choice::OnlyRoom);
    let next = Some("A".into());
    let by = units(75);
    assert_eq!(choices["P4"].1, Choice::CheaperThanServing { next, by });
    assert_eq!(capped(4, Vec::new()).routes, []);
    assert_eq!(capped(0, Vec::new()).tendered, []);
}

#[test]
fn what_one_carrier_has_no_room_for_goes_to_the_next() {
    let plan = capped(1, vec![carrier("parcel", 30).with_most_packages(2)]);
    let [a, parcel, post] = ["A", "+parcel", "+post"];
    // 20 km are served for 40.00; 60.00 and 80.00 are more than 30.00.
    let found = who(&plan);
    assert_eq!(found[0], ("P1", a.to_owned()));
    let mut rest: Vec<&str> = found[1..].iter().map(|(_, who)| who.as_str()).collect();
    rest.sort_unstable();
    assert_eq!(rest, [parcel, parcel, post]);
    assert_eq!(plan.scorecard.cost.total(), units(20 + 5 + 60));
}

#[test]
fn a_capped_carrier_gives_the_same_plan_again() {
    let day = || {
        let packages = (1..=8).map(|row| at(row, "60601")).collect();
        let providers = vec![dsp("A"), carrier("post", 5).with_most_packages(3)];
        let roads = star(&[10, 20, 30, 40, 15, 25, 35, 45]);
        day(roads, packages, vec![van("A1", "A")], providers)
    };
    let solve = |budget| Solver::new().budget(budget).seed(3).solve(&day()).unwrap();
    let first = solve(Budget::iterations(3_000));
    let again = solve(Budget::iterations(3_000));
    assert_eq!(first.plan, again.plan);
    assert_eq!(first.statistics.iterations, 3_000);
    let replayed = solve(Budget::replay(&first.statistics.trace));
    assert_eq!(first.plan, replayed.plan);
    // Construction alone keeps to the limit too.
    let none = solve(Budget::iterations(0));
    assert_eq!(validate(&day(), &none.plan), []);
    assert!(none.plan.tendered.len() <= 3);
}

#[test]
fn a_price_of_its_own_goes_before_those_of_carriers() {
    let day = day(
        star(&[40, 40]),
        vec![at(1, "60601").with_tender(units(9)), at(2, "60601")],
        vec![van("A1", "A")],
        vec![dsp("A"), carrier("post", 7)],
    );
    let plan = solved(&day);
    assert_eq!(who(&plan), by(&[("P1", "+-"), ("P2", "+post")]));
    let rows = &plan.scorecard.providers;
    assert_eq!((rows[0].packages, rows[0].routes), (0, 0));
    assert_eq!((rows[1].packages, rows[1].cost), (1, units(7)));
    assert_eq!(plan.scorecard.cost.tender, units(16));
    assert_eq!(plan.scorecard.in_house_share(), Some(0.0));
}

#[test]
fn packages_of_one_door_part_where_carriers_differ() {
    let door = |id: &str, grams| {
        let place = Place::row(1);
        Package::new(id, place, "60601").with_weight_g(grams)
    };
    let packages = vec![door("a", 100), door("b", 3_000), door("c", 200)];
    let post = carrier("post", 3).with_heaviest_g(2_000);
    let day = day(
        star(&[1]),
        packages,
        vec![van("A1", "A")],
        vec![dsp("A"), post],
    );
    let grouping = group(&day);
    let stops: Vec<&[u32]> = grouping.ungroup().collect();
    assert_eq!(stops, [&[0, 2][..], &[1]]);
    assert_eq!(grouping.stops()[0].price, Some(units(6)));
    assert_eq!(grouping.stops()[1].price, None);
}

#[test]
fn no_vehicle_may_serve_what_is_tendered() {
    let day = day(
        star(&[1, 1]),
        vec![at(1, "60601"), at(2, "60601").with_need("liftgate")],
        vec![van("A1", "A")],
        vec![dsp("A"), carrier("post", 7).with_most_packages(1)],
    );
    let plan = solved(&day);
    assert_eq!(who(&plan), by(&[("P1", "A"), ("P2", "+post")]));
    let because = Reason::MissingCapability {
        capability: "liftgate".into(),
    };
    assert_eq!(served(&plan)["P2"].1, Choice::NoVehicleMayServe { because });
}

#[test]
fn a_block_is_paid_as_a_whole() {
    let block = TimeWindow::hm((10, 0), (13, 0));
    let flex = Vehicle::flex_block("F1", block, units(60)).with_provider("flex");
    let day = day(
        star(&[30, 30, 30]),
        (1..=3).map(|row| at(row, "60601")).collect(),
        vec![flex],
        vec![Provider::new("flex", ProviderKind::Flex)],
    );
    let plan = solved(&day);
    let [route] = &plan.routes[..] else {
        panic!("one block is used");
    };
    assert_eq!((route.visits.len(), route.cost), (3, units(60)));
    assert!(route.depart >= block.earliest() && route.back <= block.latest());
}

#[test]
fn the_scorecard_has_a_row_for_each_provider() {
    let plan = capped(2, Vec::new());
    let card = &plan.scorecard;
    let text = card.to_string();
    let rows = "\
provider                    routes  packages          cost    share
  A (dsp)                        1         2         60.00   50.0 %
  post (carrier)                 0         2         10.00   50.0 %
in house                          50.0 %
";
    assert!(text.contains(rows), "{text}");
    assert!(
        text.contains("  outside territories               0.00\n"),
        "{text}"
    );
    let both = Scorecard::total([card, card]);
    assert_eq!(both.providers.len(), 2);
    assert_eq!(both.providers[0].cost, units(120));
    assert_eq!(both.providers[1].packages, 4);
    assert_eq!(both.share_of(&both.providers[1]), Some(0.5));
}

#[test]
fn choices_can_be_left_out() {
    let packages = vec![at(1, "60601")];
    let day = day(star(&[1]), packages, vec![van("A1", "A")], vec![dsp("A")]);
    let solver = Solver::new()
        .budget(Budget::iterations(50))
        .without_choices();
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(plan.routes[0].visits[0].because, None);
    assert_eq!(plan.routes[0].provider, Some("A".into()));
}

#[cfg(feature = "json")]
#[test]
fn what_was_said_comes_back() {
    let full = Provider::new("A", ProviderKind::OwnFleet)
        .with_zips(["606", "021"])
        .with_preferred_zips(["60601"], Money::from_cents(40))
        .with_hours(TimeWindow::hm((8, 0), (18, 0)))
        .with_costs(per_km())
        .with_most_routes(3);
    let post = carrier("post", 7)
        .with_price_per_kg(Money::from_cents(12))
        .with_cut_off(TimeOfDay::hm(9, 30))
        .with_heaviest_g(20_000)
        .with_most_packages(40);
    let text = serde_json::to_string(&post).unwrap();
    assert_eq!(
        text,
        "{\"id\":\"post\",\"kind\":\"carrier\",\"price\":\"7\",\"price_per_kg\":\"0.12\",\
         \"cut_off\":\"09:30\",\"heaviest_g\":20000,\"most_packages\":40}"
    );
    let packages = vec![at(1, "60601"), at(2, "60601").with_in_house_only()];
    let day = day(
        star(&[1, 50]),
        packages,
        vec![van("A1", "A")],
        vec![full, post],
    );
    let text = serde_json::to_string(&day).unwrap();
    assert_eq!(serde_json::from_str::<ServiceDay>(&text).unwrap(), day);
    let plan = solved(&day);
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    let unknown = "{\"id\":\"A\",\"kind\":\"dsp\",\"zip\":[]}";
    assert!(serde_json::from_str::<Provider>(unknown).is_err());
    for choice in [
        Choice::OnlyProvider,
        Choice::NoVehicleMayServe {
            because: Reason::NoWindow,
        },
        Choice::Dearer {
            next: None,
            by: units(1),
        },
    ] {
        let text = serde_json::to_string(&choice).unwrap();
        assert_eq!(serde_json::from_str::<Choice>(&text).unwrap(), choice);
    }
}
