//! Which carrier takes which package, within what carriers take on a day.

use std::collections::BTreeMap;

use crate::model::ServiceDay;
use crate::plan::Tender;
use crate::problem::index;
use crate::sortation::StopGroup;
use crate::units::Money;

use super::CompiledDay;

/// The carrier of every package that no vehicle serves.
#[derive(Clone, Debug, Default)]
pub(super) struct Tenders {
    /// The packages that may go to a carrier of the day, with it; None where none is at its limit,
    /// so that each goes to the cheapest that takes it.
    given: Option<BTreeMap<u32, (u32, Money)>>,
}

impl Tenders {
    /// Who takes a package at what price; None for one that must be served.
    pub(super) fn of(&self, day: &ServiceDay, package: u32) -> Option<Tender> {
        let data = &day.packages()[package as usize];
        if let Some(price) = data.tender() {
            return Some((None, price));
        }
        let found = match &self.given {
            Some(given) => given.get(&package).copied(),
            None => day.quotes(data).first().copied(),
        };
        found.map(|(carrier, price)| (Some(carrier), price))
    }

    /// What a stop costs with its carriers; None when it must be served.
    pub(super) fn price(&self, day: &ServiceDay, stop: &StopGroup) -> Option<Money> {
        stop.price?;
        let mut packages = stop.packages.iter();
        packages.try_fold(Money::ZERO, |sum, &package| {
            Some(sum + self.of(day, package)?.1)
        })
    }
}

/// A stop whose packages carriers take, or which has a price of its own.
#[derive(Debug)]
pub(super) struct Optional {
    /// Index in the grouping.
    pub(super) group: u32,
    /// Index in the problem; None for a stop that no vehicle can serve.
    pub(super) stop: Option<u32>,
    /// The packages that go to carriers of the day, each with its quotes, cheapest first.
    packages: Vec<(u32, Vec<(u32, Money)>)>,
    /// What all cost with their cheapest carriers.
    pub(super) cheapest: Money,
}

impl Optional {
    /// Packages that count towards what carriers take.
    pub(super) fn count(&self) -> i128 {
        self.packages.len().max(1) as i128
    }

    /// How much more the second cheapest carriers charge; a great deal where there is no second.
    fn regret(&self) -> i64 {
        let of_one = |(_, quotes): &(u32, Vec<(u32, Money)>)| match quotes[..] {
            [(_, first), (_, second), ..] => second.millicents() - first.millicents(),
            _ => i64::MAX,
        };
        let sums = self.packages.iter().map(of_one);
        sums.fold(0, i64::saturating_add)
    }
}

/// All stops that may be left to carriers, and how many packages each carrier takes.
#[derive(Debug)]
pub(super) struct Market {
    pub(super) stops: Vec<Optional>,
    /// By provider.
    room: Vec<u64>,
}

impl Market {
    /// None when no carrier could get more packages than it takes.
    pub(super) fn new(compiled: &CompiledDay) -> Option<Self> {
        let (day, problem) = (&compiled.day, &compiled.problem);
        let most = |p: &crate::model::Provider| p.most_packages().map_or(u64::MAX, u64::from);
        let room: Vec<u64> = day.providers().iter().map(most).collect();
        if room.iter().all(|&room| room == u64::MAX) {
            return None;
        }
        let mut stop_of = BTreeMap::new();
        stop_of.extend((0..).zip(&problem.origin).map(|(s, &group)| (group, s)));
        // A package whose door is out of reach is one of its alternatives.
        let groups = compiled.grouping.stops();
        let heads = problem
            .customers()
            .filter(|&s| problem.options.is_head(s))
            .map(|s| s as usize);
        stop_of.extend(heads.filter_map(|s| {
            let elsewhere = groups[problem.origin[s] as usize].elsewhere?;
            Some((elsewhere.door, index(s)))
        }));
        let mut stops = Vec::new();
        for (group, data) in (0..).zip(compiled.grouping.stops()) {
            let Some(cheapest) = data.price else { continue };
            if data.elsewhere.is_some() {
                // Its door stands for it.
                continue;
            }
            let quoted = |&p: &u32| (p, day.quotes(&day.packages()[p as usize]));
            let packages = data.packages.iter().map(quoted);
            stops.push(Optional {
                group,
                stop: stop_of.get(&group).copied(),
                packages: packages.filter(|(_, quotes)| !quotes.is_empty()).collect(),
                cheapest,
            });
        }
        let market = Self { stops, room };
        market.overflows(market.stops.iter()).then_some(market)
    }

    /// Whether some carrier would get more than it takes, had all these stops their cheapest.
    pub(super) fn overflows<'a>(&self, stops: impl Iterator<Item = &'a Optional>) -> bool {
        let mut room = self.room.clone();
        for (_, quotes) in stops.flat_map(|stop| &stop.packages) {
            let left = &mut room[quotes[0].0 as usize];
            if *left == 0 {
                return true;
            }
            *left -= 1;
        }
        false
    }

    /// Gives stops to carriers in this order, each package to the cheapest with room; stops that
    /// find no room are passed over.
    pub(super) fn give<'a>(&self, order: impl Iterator<Item = &'a Optional>) -> Tenders {
        let mut room = self.room.clone();
        let mut given = BTreeMap::new();
        for stop in order {
            let before = room.clone();
            let mut taken = Vec::with_capacity(stop.packages.len());
            for (package, quotes) in &stop.packages {
                let open = quotes
                    .iter()
                    .find(|(carrier, _)| room[*carrier as usize] > 0);
                let Some(&(carrier, price)) = open else { break };
                room[carrier as usize] -= 1;
                taken.push((*package, (carrier, price)));
            }
            if taken.len() == stop.packages.len() {
                given.extend(taken);
            } else {
                room = before;
            }
        }
        Tenders { given: Some(given) }
    }

    /// Carriers for the stops that were tendered in the end, now that the places of all others are
    /// free: those first that lose most by not getting their cheapest.
    pub(super) fn settle(&self, day: &ServiceDay, tendered: &[&Optional], now: Tenders) -> Tenders {
        let mut order = tendered.to_vec();
        order.sort_by_key(|stop| (std::cmp::Reverse(stop.regret()), stop.group));
        let again = self.give(order.into_iter());
        let total = |tenders: &Tenders| {
            let packages = tendered.iter().flat_map(|stop| &stop.packages);
            packages
                .map(|(p, _)| tenders.of(day, *p))
                .try_fold(0, |sum: i128, tender| {
                    Some(sum + i128::from(tender?.1.millicents()))
                })
        };
        match (total(&again), total(&now)) {
            (Some(new), Some(old)) if new < old => again,
            _ => now,
        }
    }

    /// How many packages more each carrier takes, by provider.
    pub(super) fn room_left(day: &ServiceDay, tendered: impl Iterator<Item = u32>) -> Vec<u64> {
        let most = |p: &crate::model::Provider| p.most_packages().map_or(u64::MAX, u64::from);
        let mut room: Vec<u64> = day.providers().iter().map(most).collect();
        for carrier in tendered {
            room[carrier as usize] = room[carrier as usize].saturating_sub(1);
        }
        room
    }
}
