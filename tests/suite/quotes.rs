//! Quotes with travel times of the caller's own: the same answers, and no leg asked for that does
//! not decide.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use doorstep::execution::{Day, Offer};
use doorstep::model::{PackageKind, VehicleKind};
use doorstep::travel::{Leg, TravelModel};
use doorstep::{Package, Place, ServiceDay, Span, TimeOfDay};

use super::execution::{departed, hm, package};
use super::replan::{RULES, after, drawn, usual};

/// The legs of a request, and which of them were asked for.
struct Asked {
    request: ServiceDay,
    symmetric: bool,
    pairs: Mutex<Vec<(u32, u32)>>,
}

impl Asked {
    fn of(day: &Day, symmetric: bool) -> (Arc<Self>, Day) {
        let own = Arc::new(Self {
            request: day.request().clone(),
            symmetric,
            pairs: Mutex::default(),
        });
        let travel = Arc::clone(&own) as Arc<dyn TravelModel>;
        let log = day.log();
        let day = log.replay_with_travel(day.request(), day.plan(), *day.settings(), travel);
        (own, day.unwrap())
    }

    /// The legs asked for since the last look.
    fn take(&self) -> Vec<(u32, u32)> {
        std::mem::take(&mut *self.pairs.lock().unwrap())
    }
}

impl TravelModel for Asked {
    fn leg(&self, kind: VehicleKind, from: &Place, to: &Place) -> Leg {
        let rows = [from, to].map(|place| place.matrix_row().unwrap());
        self.pairs.lock().unwrap().push((rows[0], rows[1]));
        self.request.travel().leg(kind, from, to)
    }

    fn leg_at(&self, kind: VehicleKind, from: &Place, to: &Place, depart: TimeOfDay) -> Leg {
        self.request.travel().leg_at(kind, from, to, depart)
    }

    fn is_timed(&self) -> bool {
        self.request.travel().is_timed()
    }

    fn is_symmetric(&self) -> bool {
        self.symmetric
    }
}

#[test]
fn own_travel_times_give_the_same_offers() {
    let mut offered = 0;
    for (seed, rules) in RULES.iter().flat_map(|&r| (300..308).map(move |s| (s, r))) {
        let day = drawn(seed, rules);
        let now = hm(12, 0);
        let kind = [PackageKind::Delivery, PackageKind::ReturnPickup][(seed % 2) as usize];
        let new = Package::new("new", Place::row(3), "60608").with_kind(kind);
        let offers = |day: &Day| -> Vec<Offer> {
            let quotes = day.quotes(now).unwrap();
            quotes
                .offers(&new, &quotes.windows(Span::from_hours(2)))
                .unwrap()
        };
        let (_, own) = Asked::of(&day, false);
        let expected = offers(&day);
        assert_eq!(offers(&own), expected, "seed {seed}, rules {rules}");
        offered += expected.len();
    }
    assert!(offered > 50, "{offered}");
}

/// V1 is out with A to D, V2 stands at its start with E and F, V3 without a route.
#[test]
fn only_legs_that_may_decide_are_asked_for() {
    let day = after(usual(), &[departed(hm(8, 0), "V1")]);
    for symmetric in [false, true] {
        let (own, day) = Asked::of(&day, symmetric);
        let quotes = day.quotes(hm(8, 0)).unwrap();
        let windows = quotes.windows(Span::from_hours(2));
        own.take();
        let offers = quotes.offers(&package("N", 7), &windows).unwrap();
        let asked = own.take();
        let each: HashSet<(u32, u32)> = asked.iter().copied().collect();
        assert_eq!(
            each.len(),
            asked.len(),
            "a leg was asked for twice: {asked:?}"
        );
        assert!(!offers.is_empty());
        // What the van that is out has ahead matters to no delivery.
        let of_v1 = |row: u32| (1..=4).contains(&row);
        assert!(
            !asked.iter().any(|&(a, b)| of_v1(a) || of_v1(b)),
            "{asked:?}"
        );
        // From the start, E and F, and to them, which may be the same legs.
        let most = if symmetric { 3 } else { 6 };
        assert!(asked.len() <= most, "{asked:?}");
    }
}

/// Most stops are too far away to be asked about the way on.
#[test]
fn the_way_on_is_asked_for_where_it_may_decide() {
    let (mut there, mut back) = (0, 0);
    for seed in 300..312 {
        let (own, day) = Asked::of(&drawn(seed, 0), false);
        let quotes = day.quotes(hm(12, 0)).unwrap();
        own.take();
        let new = Package::new("new", Place::row(3), "60608");
        let new = new.with_kind(PackageKind::ReturnPickup);
        let hours = [quotes.request().delivery_hours()];
        quotes.offers(&new, &hours).unwrap();
        for (_, to) in own.take() {
            *(if to == 3 { &mut there } else { &mut back }) += 1;
        }
    }
    assert!(there > 60 && 2 * back < there, "{there} {back}");
}
