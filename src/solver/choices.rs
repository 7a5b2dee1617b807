//! Why each stop goes with whom it goes, from the plan's own figures: what the other ways would
//! cost, all else as it is.

use std::collections::BTreeMap;

use crate::model::ProviderId;
use crate::plan::{Choice, Plan, Reason, RouteDraft};
use crate::problem::carry::ALONE;
use crate::problem::{Cost, Problem, Solution, evaluate, to_money};
use crate::search::offers::{Parties, offers};
use crate::units::Money;

use super::CompiledDay;
use super::capped::gains;
use super::tenders::{Market, Tenders};

/// What was decided.
pub(super) struct Decided<'a> {
    pub(super) compiled: &'a CompiledDay,
    pub(super) solution: &'a Solution,
    pub(super) tenders: &'a Tenders,
    pub(super) drafts: &'a [RouteDraft],
    /// Stops on no route, by their index in the grouping.
    pub(super) left: &'a [(u32, Reason)],
}

/// Another way to serve a stop.
struct Other {
    cost: Money,
    who: Option<ProviderId>,
    /// The part of the cost that is for being outside of preferred postal codes.
    territory: Money,
}

impl Decided<'_> {
    /// Writes the choices into the plan that was made of it.
    pub(super) fn explain(&self, plan: &mut Plan) {
        let choices = self.choices(plan);
        let day = &self.compiled.day;
        let drafts: BTreeMap<_, _> = self
            .drafts
            .iter()
            .map(|draft| (day.vehicles()[draft.vehicle].id(), draft))
            .collect();
        for route in &mut plan.routes {
            let Some(draft) = drafts.get(&route.vehicle) else {
                continue;
            };
            for (visit, stop) in route.visits.iter_mut().zip(&draft.stops) {
                visit.because = choices.get(stop).cloned();
            }
        }
        let mut stop_of = BTreeMap::new();
        for &(group, _) in self.left {
            let packages = &self.compiled.grouping.stops()[group as usize].packages;
            stop_of.extend(
                packages
                    .iter()
                    .map(|&p| (day.packages()[p as usize].id(), group)),
            );
        }
        for tendered in &mut plan.tendered {
            let stop = stop_of.get(&tendered.package);
            tendered.because = stop.and_then(|stop| choices.get(stop).cloned());
        }
    }

    /// The choice of each stop that is served or tendered, by its index in the grouping.
    fn choices(&self, plan: &Plan) -> BTreeMap<u32, Choice> {
        let (day, problem) = (&self.compiled.day, &self.compiled.problem);
        let of_type: Vec<u32> = (0..problem.types.len())
            .map(|kind| self.party(kind))
            .collect();
        let parties = Parties {
            of_type: &of_type,
            count: day.providers().len() + 1,
        };
        let all: Vec<u32> = (0..).take(problem.len()).collect();
        let offers = offers(problem, self.solution, &all, parties);
        let carriers = plan.tendered.iter().filter_map(|t| t.carrier.as_ref());
        let index = |id: &ProviderId| (0..).zip(day.providers()).find(|(_, p)| p.id() == id);
        let room = Market::room_left(day, carriers.filter_map(index).map(|(i, _)| i));
        let gains = gains(problem, self.solution);
        let mut choices = BTreeMap::new();
        for route in &self.solution.routes {
            for &s in &route.stops {
                let chosen = problem.options.set(s).is_some() || problem.bonds.team(s).is_some();
                if chosen || problem.stops[s as usize].partner() != ALONE {
                    // What both its stops, or its alternatives, cost elsewhere is not known.
                    continue;
                }
                let others = self.others(s, &of_type, &offers[s as usize]);
                let choice = gains[s as usize]
                    .map(|gain| self.served((s, route.kind, gain), &of_type, others, &room));
                choices.extend(choice.map(|choice| (problem.origin[s as usize], choice)));
            }
        }
        let local: BTreeMap<u32, u32> = (0..).zip(&problem.origin).map(|(s, &g)| (g, s)).collect();
        for (group, reason) in self.left {
            let paired = self.compiled.grouping.stops()[*group as usize].partner;
            let s = local.get(group);
            let chosen = s.is_some_and(|&s| {
                problem.options.set(s).is_some() || problem.bonds.team(s).is_some()
            });
            if chosen || paired.is_some() {
                continue;
            }
            let others = local
                .get(group)
                .map(|&s| self.others(s, &of_type, &offers[s as usize]));
            let choice = self.tendered(*group, others, reason);
            choices.extend(choice.map(|choice| (*group, choice)));
        }
        choices
    }

    /// The party of a vehicle type: 0 for no provider, else the provider's number from 1.
    fn party(&self, kind: usize) -> u32 {
        let day = self.compiled.fleet();
        let vehicle = self.compiled.problem.types[kind].vehicles[0] as usize;
        let own = day.vehicle_provider(vehicle);
        let known =
            own.and_then(|own| (1..).zip(day.providers()).find(|(_, p)| p.id() == own.id()));
        known.map_or(0, |(party, _)| party)
    }

    fn money(&self, cost: Cost) -> Money {
        to_money(cost, self.compiled.problem.units_per_currency)
    }

    /// The places of other parties, with their surcharges.
    fn others(&self, s: u32, of_type: &[u32], offers: &[Option<Cost>]) -> Vec<Other> {
        let day = &self.compiled.day;
        let of_party = |(party, cost): (u32, &Option<Cost>)| {
            let at = party.checked_sub(1);
            let surcharge = self.surcharge(s, of_type, party);
            Some(Other {
                cost: self.money((*cost)?),
                who: at.map(|p| day.providers()[p as usize].id().clone()),
                territory: self.money(surcharge),
            })
        };
        (0..).zip(offers).filter_map(of_party).collect()
    }

    /// What a stop costs more with a party, for its postal codes.
    fn surcharge(&self, s: u32, of_type: &[u32], party: u32) -> Cost {
        let problem = &self.compiled.problem;
        let mut types = (0..).zip(of_type).filter(|(_, p)| **p == party);
        let first = types.find(|&(kind, _)| problem.may_serve(kind, s));
        first.map_or(0, |(kind, _)| problem.access(kind, s))
    }

    /// The carriers as another way for a stop that a vehicle serves.
    fn carriers(&self, s: u32, room: &[u64]) -> Option<Other> {
        let day = &self.compiled.day;
        let group = self.compiled.problem.origin[s as usize] as usize;
        let stop = &self.compiled.grouping.stops()[group];
        stop.price?;
        let mut room = room.to_vec();
        let (mut cost, mut names) = (Money::ZERO, Vec::new());
        for &package in &stop.packages {
            let package = &day.packages()[package as usize];
            if let Some(price) = package.tender() {
                cost += price;
                names.push(None);
                continue;
            }
            let quotes = day.quotes(package).into_iter();
            let (carrier, price) = { quotes }.find(|&(c, _)| room[c as usize] > 0)?;
            room[carrier as usize] -= 1;
            cost += price;
            names.push(Some(day.providers()[carrier as usize].id().clone()));
        }
        names.dedup();
        Some(Other {
            cost,
            who: if names.len() == 1 { names.pop()? } else { None },
            territory: Money::ZERO,
        })
    }

    /// The choice of a stop on a route of a type, which would cost `gain` less without it.
    fn served(
        &self,
        (s, kind, gain): (u32, u32, Cost),
        of_type: &[u32],
        mut others: Vec<Other>,
        room: &[u64],
    ) -> Choice {
        others.extend(self.carriers(s, room));
        let Some(next) = others.into_iter().min_by_key(|other| other.cost) else {
            let problem = &self.compiled.problem;
            let group = problem.origin[s as usize] as usize;
            let optional = self.compiled.grouping.stops()[group].price.is_some();
            return if optional || others_may(problem, s, of_type, of_type[kind as usize]) {
                Choice::OnlyRoom
            } else {
                Choice::OnlyProvider
            };
        };
        let (who, gain) = (next.who, self.money(gain));
        let own = self.money(self.compiled.problem.access(kind, s));
        if next.cost < gain {
            return Choice::Dearer {
                next: who,
                by: gain - next.cost,
            };
        }
        let by = next.cost - gain;
        if next.territory > own && by <= next.territory - own {
            Choice::Territory { next: who, by }
        } else {
            Choice::Cheapest { next: who, by }
        }
    }

    /// The choice of a stop on no route; None when it is not tendered.
    fn tendered(&self, group: u32, others: Option<Vec<Other>>, reason: &Reason) -> Option<Choice> {
        let stop = &self.compiled.grouping.stops()[group as usize];
        let price = self.tenders.price(&self.compiled.day, stop)?;
        let Some(others) = others else {
            let because = reason.clone();
            return Some(Choice::NoVehicleMayServe { because });
        };
        let Some(next) = others.into_iter().min_by_key(|other| other.cost) else {
            return Some(Choice::NoRoom);
        };
        let (who, cost) = (next.who, next.cost);
        Some(if cost < price {
            let by = price - cost;
            Choice::Dearer { next: who, by }
        } else {
            let by = cost - price;
            Choice::CheaperThanServing { next: who, by }
        })
    }
}

/// Whether a vehicle of another party could serve a stop with nothing else to do.
fn others_may(problem: &Problem, s: u32, of_type: &[u32], own: u32) -> bool {
    let mut others = (0..).zip(of_type).filter(|(_, party)| **party != own);
    others.any(|(kind, _)| evaluate::route(problem, kind, &[s]).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Package, Place, Provider, ProviderKind, ServiceDay, Station, TimeWindow, Vehicle,
        ZonePolicy,
    };
    use crate::search::{construct, rng::Rng};
    use crate::solver::Solver;
    use crate::units::{Capacity, Span, TimeOfDay};

    /// A drawn day: three providers, two of them with limits, little room, windows, ready times,
    /// surcharges and postal codes that not all serve.
    fn drawn(seed: u64, stops: u32) -> ServiceDay {
        let mut rng = Rng::new(seed);
        let mut package = |i: u32| {
            let (a, b) = (rng.below(2_000), rng.below(2_000));
            let place = Place::at(41.7 + f64::from(a) * 1e-4, -87.8 + f64::from(b) * 1e-4);
            let zip = ["60601", "60602", "60703"][rng.below(3) as usize];
            let package = Package::new(format!("P{i}"), place, zip);
            let hour = i64::from(rng.below(8)) + 8;
            match rng.below(6) {
                0 => {
                    let from = TimeOfDay::from_millis(hour * 3_600_000);
                    package.with_window(TimeWindow::new(from, from + Span::from_hours(1)))
                }
                1 => package.with_ready(TimeOfDay::from_millis(hour * 3_600_000)),
                _ => package,
            }
        };
        let packages: Vec<Package> = (0..stops).map(&mut package).collect();
        let vans = |id: &'static str, vans: u32, most: u32, hours: i64| {
            (0..vans).map(move |i| {
                Vehicle::cargo_van(format!("{id}{i}"))
                    .with_provider(id)
                    .with_capacity(Capacity::UNLIMITED.with_count(most))
                    .with_max_duty(Span::from_hours(hours))
            })
        };
        let dsp = |id: &str| Provider::new(id, ProviderKind::Dsp);
        let per_route = stops / 9;
        let zones = if seed.is_multiple_of(3) {
            ZonePolicy::Priced {
                block_reentry: Money::from_units(2),
                zone_change: Money::from_units(3),
            }
        } else {
            ZonePolicy::Free
        };
        ServiceDay::builder(Station::new("S", Place::at(41.8, -87.7)))
            .packages(packages)
            .vehicles(vans("A", 4, per_route, 12))
            .vehicles(vans("B", 4, per_route + 3, 4))
            .vehicles(vans("C", 3, per_route - 1, 8))
            .providers([
                dsp("A").with_zips(["606"]),
                dsp("B"),
                dsp("C").with_most_routes(2),
            ])
            .zone_policy(zones)
            .build()
            .expect("a good day")
    }

    /// The same by every position of every route, each from scratch.
    fn plain(problem: &Problem, solution: &Solution, of_type: &[u32], s: u32) -> Vec<Option<Cost>> {
        let mut best: Vec<Option<Cost>> = vec![None; 4];
        let own = solution.routes.iter().find(|r| r.stops.contains(&s));
        let own = own.map(|r| of_type[r.kind as usize]);
        let mut keep = |kind: u32, stops: &[u32], old: Cost| {
            let party = of_type[kind as usize];
            if let Ok(figures) = evaluate::route(problem, kind, stops)
                && Some(party) != own
            {
                let most = &mut best[party as usize];
                let cost = figures.cost - old;
                *most = Some(most.map_or(cost, |most| most.min(cost)));
            }
        };
        for route in &solution.routes {
            for at in 0..=route.stops.len() {
                let mut stops = route.stops.clone();
                stops.insert(at, s);
                keep(route.kind, &stops, route.cost);
            }
        }
        for (kind, data) in (0..).zip(&problem.types) {
            let used = |k: u32| solution.routes.iter().filter(|r| r.kind == k).count();
            let group = data.groups[0];
            let cap = problem.fleet_caps.get(group as usize);
            let alike = (0..)
                .zip(&problem.types)
                .filter(|(_, t)| t.groups[0] == group);
            let together: usize = alike.map(|(k, _)| used(k)).sum();
            if used(kind) < data.vehicles.len() && cap.is_none_or(|&cap| together < cap as usize) {
                keep(kind, &[s], 0);
            }
        }
        best
    }

    #[test]
    fn offers_are_those_of_a_plain_full_scan() {
        let (mut found, mut refused) = (0, 0);
        for seed in 1..=8 {
            let day = drawn(seed, 150);
            let compiled = Solver::new().compile(&day).expect("a good day");
            let problem = &compiled.problem;
            let solution = construct::construct(problem);
            let number = |vehicle: &Vehicle| match vehicle.provider().map(|id| id.as_str()) {
                Some("A") => 1,
                Some("B") => 2,
                _ => 3,
            };
            let kinds = problem.types.iter();
            let of_type: Vec<u32> = kinds
                .map(|kind| number(&day.vehicles()[kind.vehicles[0] as usize]))
                .collect();
            let all: Vec<u32> = (0..).take(problem.len()).collect();
            let parties = Parties {
                of_type: &of_type,
                count: 4,
            };
            let offers = offers(problem, &solution, &all, parties);
            for &s in &all {
                let expected = plain(problem, &solution, &of_type, s);
                assert_eq!(offers[s as usize], expected, "day {seed}, stop {s}");
                found += expected.iter().flatten().count();
                refused += expected[1..].iter().filter(|e| e.is_none()).count();
            }
        }
        assert!(found > 500 && refused > 500, "{found} {refused}");
    }
}
