//! Which stops each vehicle type may serve, and at what surcharge: the access table.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Capability, Driver, GroupId, Package, PackageKind, Place, Provider, ServiceDay, Temperature,
    UnderWay, Vehicle, VehicleId, Zip,
};
use crate::sortation::{Grouping, StopGroup};
use crate::travel::{UnitVector, straight};
use crate::units::{Meters, Money};

use super::{Cost, FORBIDDEN, index};

/// What decides which stops a type may serve.
pub(super) struct Member<'a> {
    /// A vehicle of the type.
    pub(super) vehicle: &'a Vehicle,
    /// Whether some package is pinned to it, which is then the only one of its type.
    pub(super) own: bool,
    /// Index into the day's providers.
    pub(super) provider: Option<u32>,
    /// Index into the [`Discs`].
    pub(super) disc: Option<usize>,
    /// Index into the [`Grounds`].
    pub(super) ground: Option<usize>,
}

/// Whether each of the reserved types may serve all packages of a stop: each package must need one
/// of its capabilities. Nothing where no type is reserved.
fn reserves(day: &ServiceDay, stop: &StopGroup, members: &[Member<'_>]) -> Vec<bool> {
    let welcome = |member: &Member<'_>| {
        let has = |need: &Capability| member.vehicle.capabilities().contains(need);
        stop.packages.iter().all(|&p| {
            let package = &day.packages()[p as usize];
            let mut any = day.needs_any(package).flatten();
            package.needs().iter().any(has) || any.any(has)
        })
    };
    let reserved = members.iter().filter(|m| m.vehicle.is_reserved());
    reserved.map(welcome).collect()
}

/// The distinct areas around starts of vehicles with a radius.
#[derive(Default)]
pub(super) struct Discs {
    list: Vec<(Place, Meters, UnitVector)>,
}

impl Discs {
    /// The disc of a vehicle of the day; None without a radius.
    pub(super) fn of(&mut self, day: &ServiceDay, vehicle: usize) -> Option<usize> {
        let radius = day.vehicles()[vehicle].radius()?;
        let start = day.vehicle_start(vehicle);
        let at = UnitVector::of(start.lat_lng()?);
        let same = |(place, other, _): &(Place, Meters, _)| place == start && *other == radius;
        Some(self.list.iter().position(same).unwrap_or_else(|| {
            self.list.push((*start, radius, at));
            self.list.len() - 1
        }))
    }

    /// Which discs hold all packages of a stop; nothing where there are no discs.
    fn around(&self, day: &ServiceDay, stop: &StopGroup) -> Vec<bool> {
        if self.list.is_empty() {
            return Vec::new();
        }
        // Those of a stop may have been found at different coordinates.
        let places = stop.packages.iter();
        let places = places.map(|&p| match &day.packages()[p as usize] {
            _ if stop.collects || stop.elsewhere.is_some() => stop.place.lat_lng(),
            package => package.place().lat_lng(),
        });
        let points: Vec<Option<UnitVector>> = places.map(|at| at.map(UnitVector::of)).collect();
        let holds = |(_, radius, start): &(Place, Meters, UnitVector)| {
            let inside =
                |at: &Option<UnitVector>| at.is_some_and(|at| straight(start, &at) <= *radius);
            points.iter().all(inside)
        };
        self.list.iter().map(holds).collect()
    }
}

/// The distinct choices of postal codes that drivers know, each with what a stop elsewhere costs.
#[derive(Default)]
pub(super) struct Grounds<'a> {
    list: Vec<&'a Driver>,
}

impl<'a> Grounds<'a> {
    /// The ground of the driver of a vehicle of the day; None where all is the same to him.
    pub(super) fn of(&mut self, day: &'a ServiceDay, vehicle: usize) -> Option<usize> {
        let driver = &day.drivers()[day.crew(vehicle)?.driver as usize];
        if driver.own_zips().is_empty() || driver.price_outside() == Money::ZERO {
            return None;
        }
        let same = |other: &&Driver| {
            other.own_zips() == driver.own_zips() && other.price_outside() == driver.price_outside()
        };
        Some(self.list.iter().position(same).unwrap_or_else(|| {
            self.list.push(driver);
            self.list.len() - 1
        }))
    }

    /// What each ground's drivers ask for a stop, in 1/1000 cent; nothing where packages are
    /// collected for a door elsewhere, at which it is asked.
    fn asked(&self, day: &ServiceDay, stop: &StopGroup) -> Vec<Cost> {
        let zip = |p: &u32| zip_of(day, stop, *p);
        let ask = |driver: &&Driver| {
            let known = stop.packages.iter().any(|p| driver.knows(zip(p)));
            if known || stop.collects {
                0
            } else {
                driver.price_outside().millicents()
            }
        };
        self.list.iter().map(ask).collect()
    }
}

/// The access table in 1/1000 cent, the unit of costs being chosen later, and the row of each stop:
/// one row for each distinct choice of needs, pin, planned vehicles, territory, discs, reserved types,
/// temperatures, drivers' own postal codes and prices of alternatives among the stops.
///
/// O(stops * (discs + grounds + reserved types + log rows) + rows * types).
pub(super) fn admit(
    day: &ServiceDay,
    grouping: &Grouping,
    members: &[Member<'_>],
    (discs, grounds): (&Discs, &Grounds<'_>),
) -> (Vec<Cost>, Vec<u32>) {
    let (mut access, mut rows) = (Vec::new(), Vec::new());
    let mut known = BTreeMap::new();
    let mut territories = Territories::new(day);
    let only_on_board = members.iter().any(|m| m.vehicle.under_way().is_some());
    for group in grouping.stops() {
        let mut surcharges = territories.surcharges(day, group);
        let near = discs.around(day, group);
        let welcome = reserves(day, group, members);
        let outside = grounds.asked(day, group);
        let packages = group.packages.iter();
        let cold: BTreeSet<Temperature> = packages
            .map(|&p| day.packages()[p as usize].temperature())
            .collect();
        let carried = only_on_board && group.packages.iter().any(|&p| delivery(day, p));
        let apart = groups_out(day, group, members);
        let mut planned = planned_on(day, group);
        if group.collects {
            // Asked for once, at the door.
            planned.clear();
            let asked = surcharges.iter_mut().filter(|asked| **asked != FORBIDDEN);
            asked.for_each(|asked| *asked = 0);
        }
        let price = group.elsewhere.map_or(0, |e| e.price.millicents());
        let asked = |p: u32| surcharges.get(p as usize).copied().unwrap_or(0);
        let next = index(known.len());
        let key = (
            (&group.needs, &group.needs_any, &group.pin),
            (
                carried,
                planned.clone(),
                outside.clone(),
                price,
                apart.clone(),
            ),
            (
                surcharges.clone(),
                near.clone(),
                welcome.clone(),
                cold.clone(),
            ),
        );
        let row = *known.entry(key).or_insert(next);
        if row == next {
            let mut welcome = welcome.into_iter();
            access.extend(members.iter().map(|member| {
                let kept = member.vehicle.is_reserved() && welcome.next() != Some(true);
                // What a vehicle that is out delivers was loaded before it left.
                let may = !kept
                    && (!carried || member.vehicle.under_way().is_none() || group.pin.is_some())
                    && cold.iter().all(|&t| member.vehicle.takes(t))
                    && may_serve(member, group, &apart)
                    && member.disc.is_none_or(|disc| near[disc]);
                if may {
                    let moved = planned.iter().filter(|(v, _)| **v != member.vehicle.id());
                    let moved: Cost = moved.map(|(_, price)| price).sum();
                    let moved = price + moved + member.ground.map_or(0, |ground| outside[ground]);
                    match member.provider.map_or(0, asked) {
                        FORBIDDEN => FORBIDDEN,
                        asked => asked + moved,
                    }
                } else {
                    FORBIDDEN
                }
            }));
        }
        rows.push(row);
    }
    (access, rows)
}

/// Where a package of a stop goes: as it says itself, or its alternative.
fn zip_of<'a>(day: &'a ServiceDay, stop: &'a StopGroup, package: u32) -> &'a Zip {
    match stop.elsewhere {
        Some(_) => &stop.zip,
        None => day.packages()[package as usize].zip(),
    }
}

fn delivery(day: &ServiceDay, package: u32) -> bool {
    let package = &day.packages()[package as usize];
    package.kind() != PackageKind::ReturnPickup && package.pickup().is_none()
}

/// Whether a vehicle has what a stop needs, is the one it is pinned to and has had nothing that it
/// is `apart` from.
fn may_serve(member: &Member<'_>, stop: &StopGroup, apart: &BTreeSet<&GroupId>) -> bool {
    let able = |need: &Capability| member.vehicle.capabilities().contains(need);
    let own = |pin| member.own && pin == member.vehicle.id();
    let had = |group: &&GroupId| {
        let out = member.vehicle.under_way();
        out.is_some_and(|out| out.apart().contains(*group))
    };
    stop.needs.iter().all(able)
        && stop.needs_any.iter().all(|any_of| any_of.iter().any(able))
        && stop.pin.as_ref().is_none_or(own)
        && !apart.iter().any(had)
}

/// The groups as which packages of a stop are apart from what a vehicle that is out has had.
fn groups_out<'a>(
    day: &'a ServiceDay,
    stop: &StopGroup,
    members: &[Member<'_>],
) -> BTreeSet<&'a GroupId> {
    let out = members.iter().filter_map(|m| m.vehicle.under_way());
    let had: BTreeSet<&GroupId> = out.flat_map(UnderWay::apart).collect();
    if had.is_empty() {
        return BTreeSet::new();
    }
    let packages = stop.packages.iter().map(|&p| &day.packages()[p as usize]);
    let all = packages.flat_map(Package::apart);
    all.filter(|group| had.contains(group)).collect()
}

/// The vehicles that packages of a stop are planned on, with the price of others in their place.
fn planned_on<'a>(day: &'a ServiceDay, stop: &StopGroup) -> BTreeMap<&'a VehicleId, Cost> {
    let mut planned = BTreeMap::new();
    for &package in &stop.packages {
        if let Some((vehicle, price)) = day.packages()[package as usize].planned_on() {
            *planned.entry(vehicle).or_default() += price.millicents();
        }
    }
    planned
}

/// What each provider asks for a package by its postal code, in 1/1000 cent, or [`FORBIDDEN`].
struct Territories<'a> {
    /// False when every provider serves everywhere at one price.
    matter: bool,
    by_zip: BTreeMap<&'a Zip, Vec<Cost>>,
}

impl<'a> Territories<'a> {
    fn new(day: &ServiceDay) -> Self {
        let bound = |p: &Provider| !p.zips().is_empty() || !p.preferred_zips().is_empty();
        Self {
            matter: day.providers().iter().any(bound),
            by_zip: BTreeMap::new(),
        }
    }

    /// What each provider asks for a stop; nothing where no provider asks anything anywhere.
    fn surcharges(&mut self, day: &'a ServiceDay, stop: &'a StopGroup) -> Vec<Cost> {
        if !self.matter {
            return Vec::new();
        }
        let mut sums = vec![0; day.providers().len()];
        for &package in &stop.packages {
            let zip = zip_of(day, stop, package);
            let of_zip = self.by_zip.entry(zip).or_insert_with(|| {
                let ask = |p: &Provider| match (p.may_serve(zip), p.prefers(zip)) {
                    (false, _) => FORBIDDEN,
                    (true, true) => 0,
                    (true, false) => p.price_outside().millicents(),
                };
                day.providers().iter().map(ask).collect()
            });
            for (sum, &ask) in sums.iter_mut().zip(of_zip.iter()) {
                // FORBIDDEN is the largest cost, and stays it.
                *sum = Cost::saturating_add(*sum, ask);
            }
        }
        sums
    }
}
