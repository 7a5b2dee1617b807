//! What holds for any packages in any order: their stops, and plans of any routes.

use std::collections::BTreeSet;

use doorstep::model::PackageKind;
use doorstep::plan::{Reason, RouteDraft, Rule, assemble, validate};
use doorstep::sortation::{StopGroup, group, zip_groups};
use doorstep::units::Load;
use doorstep::{Money, Package, Place, ServiceDay, Span, TimeOfDay, TimeWindow, Vehicle};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq};
use proptest::prop_oneof;

use super::sortation::{at_door, day, hm, ids, station, van};

/// A package at one of few doors, with any choice.
fn some_package() -> impl Strategy<Value = Package> {
    let window = (6_u32..22, 1_u32..5).prop_map(|(from, hours)| hm(from, (from + hours).min(24)));
    let key = prop_oneof![3 => Just(None), 1 => (0_u8..2).prop_map(Some)];
    let place = (0_u8..3, key);
    let choice = (any::<bool>(), 0_u32..3, 0_u8..3, 0_u8..3);
    let load = (0_u32..3, 0_u64..300, 0_u64..300, any::<bool>());
    let windows = proptest::collection::vec(window, 0..4);
    (place, choice, load, windows).prop_map(|((door, key), choice, load, windows)| {
        let place = Place::at(41.0 + f64::from(door), -87.0);
        let mut package = Package::new("", place, "60608")
            .with_windows(windows)
            .with_load(Load {
                count: load.0,
                volume_cm3: load.1,
                weight_g: load.2,
            });
        if load.3 {
            package = package.with_kind(PackageKind::ReturnPickup);
        }
        if let Some(key) = key {
            package = package.with_address_key(format!("key {key}"));
        }
        let (priced, ready, need, pin) = choice;
        if priced {
            package = package.with_tender(Money::from_units(7));
        }
        if ready > 0 {
            package = package.with_ready(TimeOfDay::hm(ready * 5, 0));
        }
        if need > 1 {
            package = package.with_need("liftgate");
        }
        if pin > 1 {
            package = package.with_pin("small");
        }
        package
    })
}

/// The same package under another id.
fn named(package: &Package, id: usize) -> Package {
    let mut named = Package::new(format!("P{id:03}"), *package.place(), package.zip().clone())
        .with_windows(package.windows().to_vec())
        .with_load(package.load())
        .with_kind(package.kind());
    if let Some(key) = package.address_key() {
        named = named.with_address_key(key);
    }
    if let Some(price) = package.tender() {
        named = named.with_tender(price);
    }
    if let Some(ready) = package.ready() {
        named = named.with_ready(ready);
    }
    for need in package.needs() {
        named = named.with_need(need);
    }
    match package.pin() {
        Some(pin) => named.with_pin(pin),
        None => named,
    }
}

fn fleet() -> Vec<Vehicle> {
    vec![
        van("small", 900, 900),
        van("large", 2_000, 1_500).with_capability("liftgate"),
    ]
}

/// Whether every instant of a stop's windows is in a window of each member and in the hours.
fn windows_hold(day: &ServiceDay, stop: &StopGroup) -> bool {
    let hours = day.delivery_hours();
    let may = |time: TimeOfDay, i: &u32| {
        let stated = day.packages()[*i as usize].windows();
        stated.is_empty() || stated.iter().any(|w| w.contains(time))
    };
    // All windows here begin and end on the hour, so half hours see every gap.
    let inside = |w: &TimeWindow| {
        let steps = (w.latest() - w.earliest()).millis() / 1_800_000;
        (0..=steps).all(|step| {
            let time = w.earliest() + Span::from_minutes(30 * step);
            hours.contains(time) && stop.packages.iter().all(|i| may(time, i))
        })
    };
    let apart = stop
        .windows
        .windows(2)
        .all(|w| w[0].latest() < w[1].earliest());
    !stop.windows.is_empty() && apart && stop.windows.iter().all(inside)
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_package_is_in_one_stop_that_suits_it(
        packages in proptest::collection::vec(some_package(), 0..60)
    ) {
        let packages = packages.iter().enumerate().map(|(i, p)| named(p, i));
        let day = ServiceDay::builder(station()).packages(packages).vehicles(fleet()).build().unwrap();
        let grouping = group(&day);
        let mut seen = vec![0; day.packages().len()];
        for (number, stop) in grouping.stops().iter().enumerate() {
            prop_assert!(stop.packages.is_sorted() && !stop.packages.is_empty());
            prop_assert!(windows_hold(&day, stop), "{stop:?}");
            let mut sum = Load::ZERO;
            for &i in &stop.packages {
                seen[i as usize] += 1;
                prop_assert_eq!(grouping.stop_of(i as usize) as usize, number);
                let package = &day.packages()[i as usize];
                sum = sum.checked_add(package.load()).unwrap();
                prop_assert_eq!(package.tender().is_none(), stop.price.is_none());
                prop_assert_eq!(package.pin(), stop.pin.as_ref());
            }
            prop_assert_eq!(sum, stop.load);
            prop_assert_eq!(stop.deliveries.checked_add(stop.pickups), Some(sum));
            let largest = if stop.pin.is_some() { (900, 900) } else { (2_000, 1_500) };
            let able = stop.pin.is_none() || stop.needs.is_empty();
            let small = sum.volume_cm3 * 4 <= largest.0 && sum.weight_g * 4 <= largest.1;
            prop_assert!(small || !able || stop.packages.len() == 1);
        }
        prop_assert!(seen.iter().all(|&n| n == 1));
        let zips = zip_groups(&grouping);
        let mut stops: Vec<u32> = zips.iter().flat_map(|g| g.stops.clone()).collect();
        stops.sort_unstable();
        prop_assert!(stops.iter().copied().eq(0..u32::try_from(grouping.stops().len()).unwrap()));
    }

    #[test]
    fn the_order_of_the_request_does_not_matter(
        (packages, order) in proptest::collection::vec(some_package(), 0..40).prop_flat_map(|p| {
            let order: Vec<usize> = (0..p.len()).collect();
            (Just(p), Just(order).prop_shuffle())
        })
    ) {
        let named: Vec<Package> = packages.iter().enumerate().map(|(i, p)| named(p, i)).collect();
        let partition = |packages: Vec<Package>| {
            let day = ServiceDay::builder(station()).packages(packages).vehicles(fleet()).build().unwrap();
            let grouping = group(&day);
            let stops: BTreeSet<(String, BTreeSet<String>)> = grouping
                .stops()
                .iter()
                .zip(ids(&day, &grouping))
                .map(|(stop, ids)| (stop.id.to_string(), ids.into_iter().collect()))
                .collect();
            let curve: Vec<String> = zip_groups(&grouping)
                .iter()
                .flat_map(|g| &g.stops)
                .map(|&i| grouping.stops()[i as usize].id.to_string())
                .collect();
            (stops, curve)
        };
        let shuffled = order.iter().map(|&i| named[i].clone()).collect();
        prop_assert_eq!(partition(named), partition(shuffled));
    }

    #[test]
    fn single_windows_need_the_fewest_stops(
        windows in proptest::collection::vec((0_u32..14, 1_u32..6), 1..12)
    ) {
        let packages = windows.iter().enumerate().map(|(i, &(from, hours))| {
            at_door(&i.to_string()).with_window(hm(6 + from, 6 + from + hours))
        });
        let found = group(&day(packages)).stops().len();
        // The fewest instants that hit every window: all sets of ends of windows are tried.
        let ends: Vec<u32> = windows.iter().map(|w| w.0 + w.1).collect();
        let fewest = (0_u32..1 << ends.len())
            .filter(|set| windows.iter().all(|w| {
                (0..ends.len()).any(|i| set >> i & 1 == 1 && w.0 <= ends[i] && ends[i] <= w.0 + w.1)
            }))
            .map(u32::count_ones)
            .min()
            .unwrap();
        prop_assert_eq!(found, fewest as usize);
    }

    /// Routes may be late, too long or too full; what is written about them must be right.
    #[test]
    fn whatever_the_routes_their_figures_are_right(
        packages in proptest::collection::vec(some_package(), 0..40),
        homes in proptest::collection::vec(0_usize..4, 40),
        hours in (5_u32..20, 5_u32..20),
    ) {
        let packages = packages.iter().enumerate().map(|(i, p)| named(p, i));
        let day = ServiceDay::builder(station()).packages(packages).vehicles(fleet()).build().unwrap();
        let grouping = group(&day);
        let mut drafts = [hours.0, hours.1].map(|hour| RouteDraft {
            vehicle: 0, driver: None,
            stops: Vec::new(),
            depart: TimeOfDay::hm(hour, 0),
            breaks: Vec::new(),
            reloads: Vec::new(),
        });
        drafts[1].vehicle = 1;
        let mut left = Vec::new();
        for (stop, &home) in (0..u32::try_from(grouping.stops().len()).unwrap()).zip(&homes) {
            match home {
                0 | 1 => drafts[home].stops.push(stop),
                _ => left.push((stop, Reason::NoRoom)),
            }
        }
        let plan = assemble(&day, &grouping, day.travel(), &drafts, left);
        let broken: BTreeSet<Rule> = validate(&day, &plan).into_iter().map(|v| v.rule).collect();
        let mut may: BTreeSet<Rule> =
            [Rule::Shift, Rule::Ready, Rule::Late, Rule::Capacity, Rule::Need, Rule::Pin].into();
        // A route that is late for a stop serves at once, which may be between two windows of
        // one of its packages: too early for that one.
        if broken.contains(&Rule::Late) {
            may.insert(Rule::Early);
        }
        prop_assert!(broken.is_subset(&may), "{broken:?}");
        let card = &plan.scorecard;
        prop_assert_eq!(card.delivered + card.tendered + card.unserved, card.packages);
        let cost = plan.routes.iter().map(|route| route.cost).sum::<Money>() + card.cost.tender;
        prop_assert_eq!(cost, card.cost.total());
    }
}
