//! What can be wrong with groups of packages that ride together, or apart.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::check::{Check, Subject};
use super::day::ServiceDay;
use super::ids::{Capability, GroupId};
use super::package::Package;
use super::promise::PackageKind;
use super::temperature::Temperature;
use super::vehicle::Vehicle;
use super::window::clip;
use crate::error::{Error, Problems};

/// What packages take of a vehicle: items, cm³, g, then cm³ of each temperature.
type Amounts = [u64; 3 + Temperature::ALL.len()];

const UNITS: [&str; 3] = ["items", "cm3", "g"];

/// What is wrong with packages of one group that would ride together on a day which was built.
/// O(packages * vehicles).
pub(crate) fn check_team(day: &ServiceDay, team: &[&Package]) -> Result<(), Error> {
    let mut check = Check::new(day);
    check.hours = Some(day.delivery_hours());
    let mut problems = Problems::default();
    for flaw in check.flaws(team) {
        let last = team.last().map_or("", |package| package.id().as_str());
        problems.push(format!("package {last:?}"), "together", flaw);
    }
    problems.into_result()
}

/// The groups of a day not yet built of which no vehicle could take all, where one could take each
/// of them.
pub(super) fn misfits(day: &ServiceDay) -> BTreeSet<GroupId> {
    let mut check = Check::new(day);
    check.hours = Some(day.delivery_hours());
    check.misfits().into_iter().cloned().collect()
}

impl<'a> Check<'a> {
    /// The groups of one package by themselves.
    pub(super) fn bonds(&mut self, package: &Package) {
        if package
            .apart()
            .iter()
            .any(|group| group.as_str().is_empty())
        {
            self.report("apart", "a group has no name");
        }
        let Some(group) = package.together() else {
            return;
        };
        if group.as_str().is_empty() {
            self.report("together", "the group has no name");
        }
        if package.pickup().is_some() {
            self.report("together", "is stated, but it is collected on the way");
        }
        if !package.alternatives().is_empty() {
            self.report("together", "is stated, but it has alternatives");
        }
    }

    /// Packages of a given stop are on one route.
    pub(super) fn apart_together(&mut self, packages: &[Package]) {
        for (group, [one, two]) in clashes(packages.iter()) {
            let message = format!("{one:?} and {two:?} are apart as {group:?}");
            self.report("packages", message);
        }
    }

    /// Groups that ride together: some vehicle may serve, holds and meets all of them, where one
    /// could each alone.
    pub(super) fn teams(&mut self) {
        let packages = self.day.packages();
        for members in teams_of(packages).into_values() {
            let first = members[0];
            let team: Vec<&Package> = members.iter().map(|&i| &packages[i]).collect();
            let flaws = self.flaws(&team);
            self.subject = Subject::of("package", packages[first].id().as_str(), Some(first));
            for flaw in flaws {
                self.report("together", flaw);
            }
        }
    }

    /// The groups among those that ride together of which no plan could serve all.
    pub(super) fn misfits(&self) -> BTreeSet<&'a GroupId> {
        let packages = self.day.packages();
        let teams = teams_of(packages).into_iter();
        let flawed = teams.filter(|(_, members)| {
            let team: Vec<&Package> = members.iter().map(|&i| &packages[i]).collect();
            !self.flaws(&team).is_empty()
        });
        flawed.map(|(group, _)| group).collect()
    }

    /// What is wrong with packages that ride together.
    pub(super) fn flaws(&self, team: &[&Package]) -> Vec<String> {
        let [first, _, ..] = team else {
            return Vec::new();
        };
        let group = first.together().map_or("", GroupId::as_str);
        let drivers = self.day.drivers().iter().flat_map(|d| d.capabilities());
        let drivers: HashSet<&Capability> = drivers.collect();
        let clashes = clashes(team.iter().copied()).into_iter();
        let clash = |(apart, [one, two]): (&str, [&str; 2])| {
            format!("{one:?} and {two:?} ride as {group:?} and are apart as {apart:?}")
        };
        let mut flaws: Vec<String> = clashes.map(clash).collect();
        if let Some(message) = self.misfit(team, &drivers) {
            let count = team.len();
            flaws.push(format!("the {count} packages of {group:?} {message}"));
        }
        flaws
    }

    /// What keeps all vehicles from a group of which each could be served alone.
    fn misfit(&self, team: &[&Package], drivers: &HashSet<&Capability>) -> Option<String> {
        let all: Vec<&Vehicle> = self.day.vehicles().iter().collect();
        let able = |v: &&Vehicle, p: &&Package| self.is_able(v, p, drivers);
        let able = match narrowed(&all, team, able) {
            Narrowed::Left(able) => able,
            Narrowed::EachAlone => {
                return Some("have no vehicle that may serve them all".to_owned());
            }
            Narrowed::Nothing => return None,
        };
        let fit = |v: &&Vehicle, p: &&Package| holds(v, &[*p]);
        let single = |p: &&Package| able.iter().any(|v| fit(v, p));
        let roomy: Vec<&Vehicle> = able.iter().copied().filter(|v| holds(v, team)).collect();
        if roomy.is_empty() {
            return team.iter().all(single).then(|| too_large(&able, team));
        }
        let hours = self.hours?;
        let meets = |v: &&Vehicle, p: &&Package| {
            let shift = v.shift().unwrap_or(hours);
            let windows = clip(p.windows(), hours);
            windows.into_iter().any(|w| w.intersection(shift).is_some())
        };
        let found = narrowed(&roomy, team, meets);
        matches!(found, Narrowed::EachAlone)
            .then(|| "have windows that no shift of a vehicle for them meets".to_owned())
    }

    /// Whether a vehicle has what a package needs, with whoever drives it, and may go there.
    fn is_able(
        &self,
        vehicle: &Vehicle,
        package: &Package,
        drivers: &HashSet<&Capability>,
    ) -> bool {
        let has =
            |need: &Capability| vehicle.capabilities().contains(need) || drivers.contains(need);
        let choices: Vec<&[Capability]> = self.day.needs_any(package).collect();
        let mut wanted = package
            .needs()
            .iter()
            .chain(choices.iter().copied().flatten());
        let owner = vehicle.provider().and_then(|id| self.provider_called(id));
        vehicle.takes(package.temperature())
            && package.pin().is_none_or(|pin| pin == vehicle.id())
            && owner.is_none_or(|owner| owner.may_serve(package.zip()))
            && package.needs().iter().all(has)
            && choices.iter().all(|any_of| any_of.iter().any(has))
            && (!vehicle.is_reserved() || wanted.any(has))
    }
}

/// The packages of each group of several that rides together, ascending.
fn teams_of(packages: &[Package]) -> BTreeMap<&GroupId, Vec<usize>> {
    let mut teams: BTreeMap<&GroupId, Vec<usize>> = BTreeMap::new();
    for (i, package) in packages.iter().enumerate() {
        if let Some(group) = package.together() {
            teams.entry(group).or_default().push(i);
        }
    }
    teams.retain(|_, members| members.len() > 1);
    teams
}

/// The vehicles that a test leaves to a whole group.
enum Narrowed<'v> {
    Left(Vec<&'v Vehicle>),
    /// None for all, but one for each alone.
    EachAlone,
    Nothing,
}

fn narrowed<'v>(
    vehicles: &[&'v Vehicle],
    team: &[&Package],
    test: impl Fn(&&Vehicle, &&Package) -> bool,
) -> Narrowed<'v> {
    let left = vehicles.iter().filter(|v| team.iter().all(|p| test(v, p)));
    let left: Vec<&Vehicle> = left.copied().collect();
    if !left.is_empty() {
        return Narrowed::Left(left);
    }
    if team.iter().all(|p| vehicles.iter().any(|v| test(v, p))) {
        return Narrowed::EachAlone;
    }
    Narrowed::Nothing
}

/// Groups of which two of these packages are, with both.
fn clashes<'p>(packages: impl Iterator<Item = &'p Package>) -> Vec<(&'p str, [&'p str; 2])> {
    let mut first: BTreeMap<&GroupId, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for package in packages {
        for group in package.apart() {
            match first.get(group) {
                Some(&one) => found.push((group.as_str(), [one, package.id().as_str()])),
                None => {
                    first.insert(group, package.id().as_str());
                }
            }
        }
    }
    found
}

/// What the packages take that go one way: from the station, or back to it.
fn amounts(team: &[&Package], back: bool) -> Amounts {
    let mut sum = Amounts::default();
    let one_way = team
        .iter()
        .filter(|p| (p.kind() == PackageKind::ReturnPickup) == back);
    for package in one_way {
        let load = package.load();
        let cold = 3 + package.temperature() as usize;
        for (at, more) in [
            (0, u64::from(load.count)),
            (1, load.volume_cm3),
            (2, load.weight_g),
            (cold, load.volume_cm3),
        ] {
            sum[at] = sum[at].saturating_add(more);
        }
    }
    sum
}

fn room(vehicle: &Vehicle) -> Amounts {
    let capacity = vehicle.capacity();
    let [a, b, c] = Temperature::ALL.map(|t| vehicle.compartment(t).unwrap_or(u64::MAX));
    [
        capacity.count.map_or(u64::MAX, u64::from),
        capacity.volume_cm3.unwrap_or(u64::MAX),
        capacity.weight_g.unwrap_or(u64::MAX),
        a,
        b,
        c,
    ]
}

fn holds(vehicle: &Vehicle, team: &[&Package]) -> bool {
    let room = room(vehicle);
    let fits = |back| amounts(team, back).iter().zip(&room).all(|(a, b)| a <= b);
    fits(false) && fits(true)
}

fn too_large(able: &[&Vehicle], team: &[&Package]) -> String {
    for back in [false, true] {
        let sum = amounts(team, back);
        for (d, unit) in UNITS.iter().enumerate() {
            let largest = able.iter().map(|v| room(v)[d]).max().unwrap_or(0);
            if sum[d] > largest {
                let sum = sum[d];
                return format!(
                    "take {sum} {unit}, and the largest vehicle that may serve them holds {largest} {unit}"
                );
            }
        }
    }
    "take more than any vehicle that may serve them holds".to_owned()
}
