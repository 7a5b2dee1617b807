//! Vehicles for the routes as they are: a cheaper idle vehicle takes over a
//! route, two routes exchange their vehicles, or their drivers alone.
//!
//! Ruin and recreate moves stops; moving a whole route to another type of vehicle
//! would need all of it to be taken out at once.

use crate::problem::lanes::Lanes;
use crate::problem::{Cost, evaluate, index};

use super::anneal::{Annealer, TaskSolution};

/// Up to this many routes all pairs are looked at.
const PAIRS: usize = 64;

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    /// Gives routes cheaper vehicles where they fit.
    pub(crate) fn reassign(&mut self) {
        if self.state.sub.kinds.len() < 2 {
            return;
        }
        let mut now = self.current();
        let moved = self.move_to_idle(&mut now);
        let swapped = self.swap(&mut now);
        let changed = self.change_drivers(&mut now);
        if moved || swapped || changed {
            self.adopt(&now.routes);
            if self.state.cost < self.best.cost {
                self.record();
            }
        }
    }

    /// What the stops of a slot would cost in a vehicle of another type.
    fn cost_as(&self, kind: u32, stops: &[u32]) -> Option<Cost> {
        let sub = self.state.sub;
        let global: Vec<u32> = stops.iter().map(|&s| sub.global[s as usize]).collect();
        evaluate::route(sub.problem, kind, &global)
            .ok()
            .map(|f| f.cost)
    }

    fn move_to_idle(&self, now: &mut TaskSolution) -> bool {
        let kinds = &self.state.sub.slots;
        let mut moved = false;
        for slot in 0..now.routes.len() {
            if now.routes[slot].is_empty() {
                continue;
            }
            let idle = |kind: u32| {
                (0..now.routes.len()).find(|&s| kinds[s] == kind && now.routes[s].is_empty())
            };
            let cheapest = (0..index(self.state.sub.kinds.len()))
                .filter(|&kind| kind != kinds[slot] && self.may_change(now, kinds[slot], kind))
                .filter_map(|kind| Some((idle(kind)?, kind)))
                .filter_map(|(to, kind)| {
                    let cost = self.cost_as(kind, &now.routes[slot])?;
                    Some((cost + self.more_short(now, kinds[slot], kind), to, cost))
                })
                .min();
            if let Some((sum, to, cost)) = cheapest
                && sum < now.costs[slot]
            {
                now.routes.swap(slot, to);
                now.costs[to] = cost;
                now.costs[slot] = 0;
                moved = true;
            }
        }
        moved
    }

    /// Whether a route of type `from` may be driven by an idle vehicle of type `to`
    /// under the caps on used vehicles.
    fn may_change(&self, now: &TaskSolution, from: u32, to: u32) -> bool {
        let sub = self.state.sub;
        let (from, to) = (
            &sub.kinds[from as usize].groups,
            &sub.kinds[to as usize].groups,
        );
        let used = (0..now.routes.len()).filter(|&s| !now.routes[s].is_empty());
        (0..to.len()).all(|i| {
            let Some(&cap) = sub.caps.get(to[i] as usize) else {
                return true;
            };
            let of_it = |&s: &usize| sub.kinds[sub.slots[s] as usize].groups[i] == to[i];
            to[i] == from[i] || used.clone().filter(of_it).count() < cap as usize
        })
    }

    /// What is short of routes promised when one of type `from` is driven by one of type `to`, more
    /// than now.
    fn more_short(&self, now: &TaskSolution, from: u32, to: u32) -> Cost {
        let (promised, kinds) = (&self.state.sub.promised, &self.state.sub.kinds);
        if !promised.any() {
            return 0;
        }
        let slots = self.state.sub.slots.iter().zip(&now.routes);
        let used = slots.filter(|(_, stops)| !stops.is_empty());
        let used: Vec<_> = used.map(|(&kind, _)| kinds[kind as usize].groups).collect();
        let [from, to] = [from, to].map(|kind| kinds[kind as usize].groups);
        let mut then = used.clone();
        if let Some(route) = then.iter_mut().find(|groups| **groups == from) {
            *route = to;
        }
        promised.short_of(then.into_iter()) - promised.short_of(used.into_iter())
    }

    fn swap(&self, now: &mut TaskSolution) -> bool {
        let kinds = &self.state.sub.slots;
        let used: Vec<usize> = (0..now.routes.len())
            .filter(|&s| !now.routes[s].is_empty())
            .collect();
        if used.len() > PAIRS {
            return false;
        }
        let mut swapped = false;
        for (i, &a) in used.iter().enumerate() {
            for &b in &used[i + 1..] {
                if kinds[a] == kinds[b] {
                    continue;
                }
                let Some(in_b) = self.cost_as(kinds[b], &now.routes[a]) else {
                    continue;
                };
                let Some(in_a) = self.cost_as(kinds[a], &now.routes[b]) else {
                    continue;
                };
                if in_a + in_b < now.costs[a] + now.costs[b] {
                    now.routes.swap(a, b);
                    (now.costs[a], now.costs[b]) = (in_a, in_b);
                    swapped = true;
                }
            }
        }
        swapped
    }

    /// Two routes exchange their drivers, where drivers are apart from vehicles.
    fn change_drivers(&self, now: &mut TaskSolution) -> bool {
        let (sub, kinds) = (self.state.sub, &self.state.sub.slots);
        let used = |now: &TaskSolution| -> Vec<usize> {
            let all = 0..now.routes.len();
            all.filter(|&s| !now.routes[s].is_empty()).collect()
        };
        let crewed = sub
            .kinds
            .iter()
            .any(|k| (k.groups[2] as usize) < sub.caps.len());
        if !crewed || used(now).len() > PAIRS {
            return false;
        }
        let mut changed = false;
        for i in 0..used(now).len() {
            for j in 0..i {
                let all = used(now);
                let (a, b) = (all[i], all[j]);
                let [one, two] = [a, b].map(|s| sub.kinds[kinds[s] as usize].groups);
                if one[1] == two[1] || one[2] == two[2] {
                    // The same as exchanging vehicles, or nothing.
                    continue;
                }
                let idle = |groups: [u32; 2]| {
                    (0..now.routes.len()).find(|&s| {
                        let own = sub.kinds[kinds[s] as usize].groups;
                        now.routes[s].is_empty() && own[1..] == groups
                    })
                };
                let places = idle([one[1], two[2]]).zip(idle([two[1], one[2]]));
                let Some((c, d)) = places else { continue };
                let first = self.cost_as(kinds[c], &now.routes[a]);
                let second = self.cost_as(kinds[d], &now.routes[b]);
                if let Some((first, second)) = first.zip(second)
                    && first + second < now.costs[a] + now.costs[b]
                {
                    now.routes.swap(a, c);
                    now.routes.swap(b, d);
                    (now.costs[c], now.costs[d]) = (first, second);
                    (now.costs[a], now.costs[b]) = (0, 0);
                    changed = true;
                }
            }
        }
        changed
    }
}
