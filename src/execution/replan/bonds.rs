//! Groups of packages on a day that goes on: what is loaded, and what was dealt with, binds the
//! others of its group.

use std::collections::{BTreeMap, BTreeSet};

use crate::execution::state::Parcel;
use crate::execution::{Day, Phase, Status, Whereabouts};
use crate::model::{GroupId, Package, ServiceDay};
use crate::sortation::Grouping;

/// What the state of a day says about its groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Bonds {
    /// The vehicle of the day that has packages of a group which rides together, or had them.
    pub(super) company: BTreeMap<GroupId, usize>,
    /// By vehicle of the day, the groups of which it takes no other package; empty on days without
    /// groups.
    had: Vec<BTreeSet<GroupId>>,
    /// Parcels that may not stay on the route that they are planned on.
    pub(super) astray: BTreeSet<usize>,
}

impl Bonds {
    /// O(packages), less on days without groups.
    pub(super) fn of(day: &Day) -> Self {
        let grouped = |p: &Parcel| p.package.together().is_some() || !p.package.apart().is_empty();
        if !day.parcels.iter().any(grouped) {
            return Self::default();
        }
        let mut bonds = Self {
            had: vec![BTreeSet::new(); day.tours.len()],
            ..Self::default()
        };
        let loaded = |parcel: &Parcel| parcel.whereabouts == Whereabouts::Vehicle;
        let (aboard, dealt): (Vec<&Parcel>, Vec<&Parcel>) = day
            .parcels
            .iter()
            .filter(|parcel| grouped(parcel))
            .partition(|parcel| loaded(parcel));
        // Where the goods are counts more than who had others of them.
        for parcel in aboard.into_iter().chain(dealt) {
            let Some(vehicle) = held_by(day, parcel) else {
                continue;
            };
            bonds.had[vehicle].extend(parcel.package.apart().iter().cloned());
            if let Some(group) = parcel.package.together() {
                bonds.company.entry(group.clone()).or_insert(vehicle);
            }
        }
        bonds.find_astray(day);
        bonds
    }

    /// Of packages on routes that tear or join a group, the first ones stay.
    fn find_astray(&mut self, day: &Day) {
        let mut company = self.company.clone();
        let mut had = self.had.clone();
        for (vehicle, tour) in day.tours.iter().enumerate() {
            let planned = tour.ahead.iter().flat_map(|&halt| {
                let parcels = day.halts[halt].parcels.iter().copied();
                // Where it is brought, not where it is collected.
                parcels.filter(move |&i| day.parcels[i].halt == Some(halt))
            });
            for i in planned {
                let parcel = &day.parcels[i];
                if parcel.status != Status::Planned || held_by(day, parcel).is_some() {
                    continue;
                }
                let apart = parcel.package.apart();
                let group = parcel.package.together();
                let torn = group.and_then(|group| company.get(group));
                let clash = apart.iter().any(|group| had[vehicle].contains(group));
                if clash || torn.is_some_and(|&with| with != vehicle) {
                    self.astray.insert(i);
                    continue;
                }
                had[vehicle].extend(apart.iter().cloned());
                if let Some(group) = group {
                    company.insert(group.clone(), vehicle);
                }
            }
        }
    }

    /// The vehicle of the day that a package which is not loaded must ride with, if others of its
    /// group do or did.
    pub(super) fn with(&self, package: &Package) -> Option<usize> {
        self.company.get(package.together()?).copied()
    }

    /// The groups of which a vehicle of the day takes no other package.
    pub(super) fn had(&self, vehicle: usize) -> impl Iterator<Item = &GroupId> {
        self.had.get(vehicle).into_iter().flatten()
    }
}

/// The vehicle that has a parcel, dealt with it, or is about to.
fn held_by(day: &Day, parcel: &Parcel) -> Option<usize> {
    let vehicle = parcel.vehicle?;
    let tour = &day.tours[vehicle];
    let here = match tour.phase {
        Phase::Driving => tour.ahead.first().copied(),
        _ => tour.stand.map(|stand| stand.halt),
    };
    let coming = parcel.status == Status::Planned && here.is_some() && parcel.next_halt() == here;
    let dealt = matches!(
        parcel.status,
        Status::OnBoard
            | Status::Delivered
            | Status::PickedUp
            | Status::Attempted
            | Status::Refused
            | Status::Misdelivered
    );
    let loaded = parcel.whereabouts == Whereabouts::Vehicle;
    (dealt || coming || loaded).then_some(vehicle)
}

/// The stops of the rest of a day of which all are on one route or none is on any; each ascending,
/// two at least. Stops that share a group through a third are of one team.
pub(super) fn teams(request: &ServiceDay, grouping: &Grouping) -> Vec<Vec<u32>> {
    let mut teams: Vec<Vec<u32>> = Vec::new();
    let mut named: BTreeMap<&GroupId, usize> = BTreeMap::new();
    let mut of_stop: BTreeMap<u32, usize> = BTreeMap::new();
    for (i, package) in request.packages().iter().enumerate() {
        let Some(group) = package.together() else {
            continue;
        };
        let stop = grouping.stop_of(i);
        let fresh = teams.len();
        let own = *named.entry(group).or_insert(fresh);
        let other = *of_stop.entry(stop).or_insert(own);
        if own == fresh {
            teams.push(Vec::new());
        }
        if own == other {
            teams[own].push(stop);
            continue;
        }
        for moved in std::mem::take(&mut teams[own]) {
            of_stop.insert(moved, other);
            teams[other].push(moved);
        }
        let own_names = named.values_mut().filter(|team| **team == own);
        own_names.for_each(|team| *team = other);
    }
    for team in &mut teams {
        team.sort_unstable();
        team.dedup();
    }
    teams.retain(|team| team.len() > 1);
    teams
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Place, Station, Stop};
    use crate::sortation::group;

    #[test]
    fn groups_that_share_a_stop_are_one_team() {
        let at = |id: &str, group: &str, row: f64| {
            let package = Package::new(id, Place::at(41.8 + row / 100.0, -87.7), "60608");
            package.with_together(group)
        };
        let both = Stop::new("B", vec![at("P3", "x", 3.0), at("P4", "y", 3.0)]);
        let request = ServiceDay::builder(Station::new("S", Place::at(41.8, -87.7)))
            .packages([
                at("P0", "x", 0.0),
                at("P1", "y", 1.0),
                at("P2", "z", 2.0),
                at("P5", "y", 5.0),
            ])
            .stops([both])
            .build()
            .unwrap();
        let grouping = group(&request);
        let stop = |i| grouping.stop_of(i);
        let mut team = vec![stop(0), stop(1), stop(3), stop(4)];
        team.sort_unstable();
        assert_eq!(teams(&request, &grouping), [team]);
    }
}
