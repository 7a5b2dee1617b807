//! Stops that ride together begin as one run of the savings, each beside the nearest of the others,
//! so that savings join whole teams; cuts of routes leave them whole.

use std::cmp::Reverse;

use crate::problem::{Cost, Problem};

use super::savings::{Offer, Savings};

impl Savings<'_> {
    /// Joins the stops of each team to one run. A team that makes none is noted as torn; its stops
    /// are joined to nothing, and are looked at later.
    pub(super) fn join_teams(&mut self) {
        let problem = self.problem;
        for team in problem.bonds.teams() {
            let welcome = team.iter().all(|&s| problem.may_serve(self.kind, s));
            if !welcome || problem.bonds.are_apart(team) || !self.join_team(team) {
                self.torn.insert(team[0]);
            }
        }
    }

    fn join_team(&mut self, team: &[u32]) -> bool {
        let mut left = team.to_vec();
        let Some(first) = (0..left.len()).min_by_key(|&at| self.out[left[at] as usize]) else {
            return true;
        };
        let first = left.swap_remove(first);
        let mut ends = [first; 2];
        while !left.is_empty() {
            let [head, tail] = ends.map(|s| self.location(s));
            left.sort_by_cached_key(|&s| {
                let at = self.location(s);
                Reverse((self.price(tail, at).min(self.price(at, head)), s))
            });
            // The nearest last.
            let found = (0..left.len())
                .rev()
                .find(|&at| self.extend(&mut ends, left[at]));
            let Some(found) = found else { return false };
            left.remove(found);
        }
        true
    }

    /// Puts a stop behind the last of a run or before its first, where that can be driven.
    fn extend(&mut self, ends: &mut [u32; 2], stop: u32) -> bool {
        let [head, tail] = *ends;
        for (first, second) in [(tail, stop), (stop, head)] {
            let [a, b] = [first, second].map(|s| self.fragment_of[s as usize]);
            // At any price of waiting.
            let offer = Offer {
                value: Cost::MAX / 4,
                pair: Reverse([first, second]),
                waiting: 0,
            };
            if self.fits(a, b) {
                self.join_as(a, b, [false, false], offer);
            }
            if self.next[first as usize] == second {
                *ends = if first == tail {
                    [head, stop]
                } else {
                    [stop, tail]
                };
                return true;
            }
        }
        false
    }
}

/// The length of a start of a route that is no longer than `len` and cuts through no team.
pub(super) fn whole_prefix(problem: &Problem, route: &[u32], mut len: usize) -> usize {
    if problem.bonds.teams().is_empty() {
        return len;
    }
    loop {
        let behind = &route[len..];
        let torn = |s: &u32| {
            let team = problem.bonds.team(*s).unwrap_or_default();
            team.iter().any(|mate| behind.contains(mate))
        };
        match route[..len].iter().position(torn) {
            Some(at) => len = at,
            None => return len,
        }
    }
}
