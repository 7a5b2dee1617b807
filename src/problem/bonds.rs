//! Stops that ride together, and stops that never share a route.
//!
//! A *team* is a set of stops of which all are on one route or none is on any; stops that share a
//! team through a given stop are one team. A *lot* is a set of stops of which no two are on one route.
//! A day may have thousands of either, mostly of two stops, so both are lists and not bits: what
//! a stop asks of a route is found from the routes of the few others of its lists.

use std::collections::BTreeMap;

use crate::model::{GroupId, ServiceDay};
use crate::sortation::Grouping;

use super::index;

/// The team of a stop that has none.
const NO_TEAM: u32 = u32::MAX;

/// See the module. Without anything in it on days without groups.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bonds {
    /// By stop; empty where there are no teams.
    team_of: Vec<u32>,
    /// Two stops at least, ascending.
    teams: Vec<Vec<u32>>,
    /// By stop; empty where there are no lots.
    lots_of: Vec<Vec<u32>>,
    lots: Vec<Vec<u32>>,
}

impl Bonds {
    /// The teams and lots of stops, which are `origin` in the grouping. O(packages).
    pub(super) fn of(day: &ServiceDay, grouping: &Grouping, origin: &[u32]) -> Bonds {
        let bound = |p: &crate::model::Package| p.together().is_some() || !p.apart().is_empty();
        if !day.packages().iter().any(bound) {
            return Bonds::default();
        }
        let mut together: BTreeMap<&GroupId, Vec<u32>> = BTreeMap::new();
        let mut apart: BTreeMap<&GroupId, Vec<u32>> = BTreeMap::new();
        for (stop, &group) in (0..).zip(origin) {
            let group = &grouping.stops()[group as usize];
            if group.collects {
                // Goes where its package is brought.
                continue;
            }
            for &p in &group.packages {
                let package = &day.packages()[p as usize];
                if let Some(name) = package.together() {
                    together.entry(name).or_default().push(stop);
                }
                for name in package.apart() {
                    apart.entry(name).or_default().push(stop);
                }
            }
        }
        let mut bonds = Bonds::default();
        bonds.add_teams(together.into_values(), origin.len());
        bonds.add_lots(apart.into_values(), origin.len());
        bonds
    }

    /// Joins lists that have a stop in common.
    fn add_teams(&mut self, lists: impl Iterator<Item = Vec<u32>>, stops: usize) {
        // The smallest stop known of each stop's team, by steps.
        let mut least: Vec<u32> = (0..index(stops)).collect();
        let root = |least: &mut Vec<u32>, mut stop: u32| {
            while least[stop as usize] != stop {
                let up = least[least[stop as usize] as usize];
                least[stop as usize] = up;
                stop = up;
            }
            stop
        };
        let mut members = Vec::new();
        for list in lists {
            for &stop in &list {
                let [a, b] = [list[0], stop].map(|s| root(&mut least, s));
                least[a.max(b) as usize] = a.min(b);
                members.push(stop);
            }
        }
        members.sort_unstable();
        members.dedup();
        let mut teams: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for stop in members {
            let first = root(&mut least, stop);
            teams.entry(first).or_default().push(stop);
        }
        for team in teams.into_values().filter(|team| team.len() > 1) {
            self.add_team(team, stops);
        }
    }

    fn add_team(&mut self, team: Vec<u32>, stops: usize) {
        self.team_of.resize(stops, NO_TEAM);
        for &stop in &team {
            self.team_of[stop as usize] = index(self.teams.len());
        }
        self.teams.push(team);
    }

    fn add_lots(&mut self, lists: impl Iterator<Item = Vec<u32>>, stops: usize) {
        for mut lot in lists {
            lot.sort_unstable();
            lot.dedup();
            if lot.len() < 2 {
                continue;
            }
            self.lots_of.resize(stops, Vec::new());
            for &stop in &lot {
                self.lots_of[stop as usize].push(index(self.lots.len()));
            }
            self.lots.push(lot);
        }
    }

    /// The same of some of the stops, by their numbers there, `stops` being the numbers here; all
    /// stops of a team or none are among them.
    pub(crate) fn within(&self, stops: &[u32], local_of: &[u32]) -> Bonds {
        let mut part = Bonds::default();
        if !self.any() {
            return part;
        }
        let local = |&s: &u32| local_of[s as usize];
        for &s in stops {
            if let Some(team) = self.team(s).filter(|team| team[0] == s) {
                let here = |s: &u32| stops.get(local_of[*s as usize] as usize) == Some(s);
                debug_assert!(team.iter().all(here), "a team is whole");
                let mut team: Vec<u32> = team.iter().map(local).collect();
                team.sort_unstable();
                part.add_team(team, stops.len());
            }
        }
        let mut lots: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for s in stops {
            for &lot in self.lots_of(*s) {
                lots.entry(lot).or_default().push(local(s));
            }
        }
        part.add_lots(lots.into_values(), stops.len());
        part
    }

    /// Whether there is any team or lot.
    pub(crate) fn any(&self) -> bool {
        !self.teams.is_empty() || !self.lots.is_empty()
    }

    /// All teams.
    pub(crate) fn teams(&self) -> &[Vec<u32>] {
        &self.teams
    }

    /// The stops that ride with a stop, itself among them, ascending; None where it rides alone.
    #[inline]
    pub(crate) fn team(&self, stop: u32) -> Option<&[u32]> {
        let team = *self.team_of.get(stop as usize)?;
        (team != NO_TEAM).then(|| self.teams[team as usize].as_slice())
    }

    /// Whether a stop is the first of its team, or rides alone.
    pub(crate) fn leads(&self, stop: u32) -> bool {
        self.team(stop).is_none_or(|team| team[0] == stop)
    }

    /// The lots of a stop, ascending.
    #[inline]
    pub(crate) fn lots_of(&self, stop: u32) -> &[u32] {
        self.lots_of.get(stop as usize).map_or(&[], Vec::as_slice)
    }

    /// The stops of a lot, ascending.
    pub(crate) fn lot(&self, lot: u32) -> &[u32] {
        &self.lots[lot as usize]
    }

    /// Whether two stops have a lot in common.
    pub(crate) fn clash(&self, a: u32, b: u32) -> bool {
        let b = self.lots_of(b);
        self.lots_of(a).iter().any(|lot| b.contains(lot))
    }

    /// Whether two of the stops of a route have a lot in common. O(n log n).
    pub(crate) fn are_apart(&self, stops: &[u32]) -> bool {
        if self.lots.is_empty() {
            return false;
        }
        let lots = stops.iter().flat_map(|&s| self.lots_of(s));
        let mut lots: Vec<u32> = lots.copied().collect();
        lots.sort_unstable();
        lots.windows(2).any(|two| two[0] == two[1])
    }

    /// The first team that is on several routes, or only in part on one; `routes` are all.
    pub(crate) fn split<'r>(&self, routes: impl Iterator<Item = &'r [u32]>) -> Option<&[u32]> {
        let mut on: Vec<u32> = vec![u32::MAX; self.team_of.len()];
        for (number, route) in (0..).zip(routes) {
            for &s in route {
                if let Some(on) = on.get_mut(s as usize) {
                    *on = number;
                }
            }
        }
        let whole = |team: &&Vec<u32>| team.iter().all(|&s| on[s as usize] == on[team[0] as usize]);
        let mut teams = self.teams.iter();
        teams.find(|team| !whole(team)).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bonds(teams: &[&[u32]], lots: &[&[u32]]) -> Bonds {
        let mut bonds = Bonds::default();
        let lists =
            |lists: &[&[u32]]| -> Vec<Vec<u32>> { lists.iter().map(|l| l.to_vec()).collect() };
        bonds.add_teams(lists(teams).into_iter(), 10);
        bonds.add_lots(lists(lots).into_iter(), 10);
        bonds
    }

    #[test]
    fn teams_with_a_stop_in_common_are_one() {
        let bonds = bonds(&[&[7, 3], &[1], &[3, 3, 5], &[8, 9], &[5, 0]], &[]);
        assert_eq!(bonds.teams(), [vec![0, 3, 5, 7], vec![8, 9]]);
        assert_eq!(bonds.team(1), None);
        assert!(bonds.leads(0) && bonds.leads(1) && !bonds.leads(5));
        let whole: [&[u32]; 2] = [&[7, 1, 5, 3, 0], &[2]];
        assert_eq!(bonds.split(whole.into_iter()), None);
        let torn: [&[u32]; 2] = [&[7, 1, 5, 3, 0], &[8]];
        assert_eq!(bonds.split(torn.into_iter()), Some(&[8, 9][..]));
    }

    #[test]
    fn lots_keep_two_apart_and_are_numbered_again_in_a_part() {
        let bonds = bonds(&[&[2, 4]], &[&[1, 2, 3], &[3, 9], &[5, 5]]);
        assert!(bonds.clash(1, 3) && bonds.clash(9, 3) && !bonds.clash(1, 9));
        assert!(bonds.are_apart(&[4, 9, 0, 3]) && !bonds.are_apart(&[1, 9, 5, 5]));
        let mut local_of = vec![u32::MAX; 10];
        let stops = [1, 2, 4, 9];
        for (local, &s) in (0..).zip(&stops) {
            local_of[s as usize] = local;
        }
        let part = bonds.within(&stops, &local_of);
        assert_eq!(part.teams(), [[1, 2]]);
        // Of the second lot one is left.
        assert!(part.clash(0, 1) && part.lots_of(3).is_empty());
    }
}
