//! Which packages may share a stop: one door, one choice class; and how much such a stop may hold.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::stop::felt_ready;
use crate::model::{
    Capability, GoodsClass, GroupId, Package, PackageId, Place, ServiceDay, Temperature, Vehicle,
    VehicleId,
};
use crate::units::{Capacity, Load, TimeOfDay};

/// Packages of different classes never share a stop.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Class<'a> {
    door: Door<'a>,
    choice: Choice,
    ready: Option<TimeOfDay>,
    needs: Vec<&'a Capability>,
    needs_any: Vec<Vec<&'a Capability>>,
    pin: Option<&'a VehicleId>,
    /// Where it keeps packages of the door apart, see [`Apart`].
    goods: Option<&'a GoodsClass>,
    temperature: Temperature,
    together: Option<&'a GroupId>,
    /// The package itself, where it is apart from others of its door.
    lone: Option<&'a PackageId>,
}

/// Doors to which goods or packages go that may not share a route.
#[derive(Debug, Default)]
pub(super) struct Apart<'a> {
    doors: HashSet<Door<'a>>,
    classes: BTreeSet<&'a GoodsClass>,
    /// Doors with two packages of one group that is kept apart.
    groups: HashSet<Door<'a>>,
}

impl<'a> Apart<'a> {
    /// O(packages) where the day has incompatible goods.
    pub(super) fn of(day: &'a ServiceDay) -> Self {
        let pairs = day.incompatible_goods();
        let classes: BTreeSet<&GoodsClass> = pairs.iter().flat_map(|(a, b)| [a, b]).collect();
        let mut at: HashMap<Door<'a>, BTreeSet<&GoodsClass>> = HashMap::new();
        let bound = |package: &&'a Package| package.goods().is_some_and(|g| classes.contains(g));
        for package in day.packages().iter().filter(bound) {
            let known = at.entry(Door::of(day, package)).or_default();
            known.extend(package.goods());
        }
        let clash = |(_, goods): &(Door<'a>, BTreeSet<&GoodsClass>)| {
            let both = |(a, b): &(GoodsClass, GoodsClass)| goods.contains(a) && goods.contains(b);
            pairs.iter().any(both)
        };
        let doors = at.into_iter().filter(clash).map(|(door, _)| door).collect();
        let mut groups = HashSet::new();
        let mut seen: HashSet<(Door<'a>, &GroupId)> = HashSet::new();
        for package in day.packages() {
            for group in package.apart() {
                let door = Door::of(day, package);
                if !seen.insert((door.clone(), group)) {
                    groups.insert(door);
                }
            }
        }
        Self {
            doors,
            classes,
            groups,
        }
    }

    /// The package, where it shares no stop with any other of its door.
    fn lone(&self, door: &Door<'a>, package: &'a Package) -> Option<&'a PackageId> {
        let apart = !package.apart().is_empty() && self.groups.contains(door);
        apart.then(|| package.id())
    }

    /// The class of a package's goods, where others may not share a route with it.
    pub(super) fn bound(&self, package: &'a Package) -> Option<&'a GoodsClass> {
        package
            .goods()
            .filter(|class| self.classes.contains(*class))
    }

    /// The class by which a package is kept apart from others of its door.
    fn class(&self, door: &Door<'a>, package: &'a Package) -> Option<&'a GoodsClass> {
        let class = package.goods()?;
        (self.classes.contains(class) && self.doors.contains(door)).then_some(class)
    }
}

/// What becomes of a package that no vehicle serves.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Choice {
    Required,
    /// It has a price of its own.
    Priced,
    /// One of these carriers of the day takes it, ascending.
    Carriers(Vec<u32>),
}

impl Choice {
    fn of(day: &ServiceDay, package: &Package) -> Self {
        if package.tender().is_some() {
            return Self::Priced;
        }
        let mut carriers: Vec<u32> = day.quotes(package).into_iter().map(|(i, _)| i).collect();
        if carriers.is_empty() {
            return Self::Required;
        }
        carriers.sort_unstable();
        Self::Carriers(carriers)
    }
}

/// What makes two packages go to one door.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Door<'a> {
    /// One address key, however its coordinates were found; but of one matrix row.
    Address(&'a str, Option<u32>),
    /// Without a key: one row of the day's matrix.
    Row(u32),
    /// Without a key and a matrix: the same coordinates to the last bit, and the same row for a
    /// travel model of the caller's.
    Point(Option<(u64, u64)>, Option<u32>),
}

impl<'a> Class<'a> {
    /// The class of one package, where no vehicle may leave before `leave`.
    pub(super) fn of(
        day: &'a ServiceDay,
        package: &'a Package,
        leave: TimeOfDay,
        apart: &Apart<'a>,
    ) -> Self {
        let door = Door::of(day, package);
        let mut needs: Vec<&Capability> = package.needs().iter().collect();
        needs.sort_unstable();
        needs.dedup();
        let mut needs_any: Vec<Vec<&Capability>> = day.needs_any(package).map(sorted).collect();
        needs_any.sort_unstable();
        needs_any.dedup();
        Self {
            goods: apart.class(&door, package),
            lone: apart.lone(&door, package),
            together: package.together(),
            temperature: package.temperature(),
            door,
            choice: Choice::of(day, package),
            ready: felt_ready(package, leave),
            needs,
            needs_any,
            pin: package.pin(),
        }
    }
}

impl Class<'_> {
    /// The class without its door and the goods that go there.
    pub(super) fn anywhere(mut self) -> Self {
        (self.door, self.goods) = (Door::Point(None, None), None);
        self.lone = None;
        self
    }

    /// Whether a vehicle with one of the drivers has all that is needed, and is not kept for what
    /// needs more.
    fn admits(&self, vehicle: &Vehicle, drivers: &HashSet<&Capability>) -> bool {
        let has =
            |need: &&Capability| vehicle.capabilities().contains(*need) || drivers.contains(*need);
        let mut wanted = self.needs.iter().chain(self.needs_any.iter().flatten());
        vehicle.takes(self.temperature)
            && self.needs.iter().all(has)
            && self.needs_any.iter().all(|any_of| any_of.iter().any(has))
            && (!vehicle.is_reserved() || wanted.any(has))
    }
}

fn sorted(any_of: &[Capability]) -> Vec<&Capability> {
    let mut sorted: Vec<&Capability> = any_of.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

impl<'a> Door<'a> {
    fn of(day: &ServiceDay, package: &'a Package) -> Self {
        let place = package.place();
        let by_row = day.travel().rows().is_some();
        let matrix_row = place.matrix_row().filter(|_| by_row);
        match (package.address_key(), matrix_row) {
            (Some(key), row) => Self::Address(key, row),
            (None, Some(row)) => Self::Row(row),
            (None, None) => Self::Point(point(place), place.matrix_row()),
        }
    }
}

/// Coordinates as bits; the two zeros are one.
fn point(place: &Place) -> Option<(u64, u64)> {
    place
        .lat_lng()
        .map(|at| ((at.lat + 0.0).to_bits(), (at.lng + 0.0).to_bits()))
}

/// The largest vehicle for each choice of needs and pin, found once each.
#[derive(Debug)]
pub(super) struct Limits<'a> {
    vehicles: &'a [Vehicle],
    /// What some driver can do.
    drivers: HashSet<&'a Capability>,
    index: HashMap<&'a VehicleId, usize>,
    known: HashMap<Asked<'a>, Option<Capacity>>,
}

/// Needs, choices of needs, pin, temperature.
type Asked<'a> = (
    Vec<&'a Capability>,
    Vec<Vec<&'a Capability>>,
    Option<&'a VehicleId>,
    Temperature,
);

impl<'a> Limits<'a> {
    pub(super) fn new(day: &'a ServiceDay) -> Self {
        let vehicles = day.vehicles();
        Self {
            vehicles,
            drivers: day
                .drivers()
                .iter()
                .flat_map(|d| d.capabilities())
                .collect(),
            index: vehicles
                .iter()
                .enumerate()
                .map(|(i, v)| (v.id(), i))
                .collect(),
            known: HashMap::new(),
        }
    }

    /// The capacity of the largest vehicle that may serve the class, if there is one.
    ///
    /// Largest by volume, then weight, then count, an unlimited dimension being the largest: one
    /// vehicle, not the best of each dimension, so that what fits a quarter of it fits a vehicle.
    pub(super) fn largest(&mut self, class: &Class<'a>) -> Option<Capacity> {
        let choice = (
            class.needs.clone(),
            class.needs_any.clone(),
            class.pin,
            class.temperature,
        );
        if let Some(&known) = self.known.get(&choice) {
            return known;
        }
        let fits = |v: &&Vehicle| class.admits(v, &self.drivers);
        let found = match class.pin {
            Some(pin) => self.index.get(pin).map(|&i| &self.vehicles[i]).filter(fits),
            None => self
                .vehicles
                .iter()
                .filter(fits)
                .max_by_key(|v| size(room(v, class.temperature))),
        };
        let largest = found.map(|v| room(v, class.temperature));
        self.known.insert(choice, largest);
        largest
    }
}

/// What a vehicle holds of packages of a temperature.
fn room(vehicle: &Vehicle, temperature: Temperature) -> Capacity {
    let mut room = vehicle.capacity();
    if let Some(cm3) = vehicle.compartment(temperature) {
        room.volume_cm3 = Some(room.volume_cm3.map_or(cm3, |all| all.min(cm3)));
    }
    room
}

/// Sorts capacities; `None` is unlimited.
fn size(capacity: Capacity) -> (u64, u64, u32) {
    (
        capacity.volume_cm3.unwrap_or(u64::MAX),
        capacity.weight_g.unwrap_or(u64::MAX),
        capacity.count.unwrap_or(u32::MAX),
    )
}

/// The sum of two loads; `None` when it takes more than a quarter of the capacity in some
/// dimension, or more than a load can say.
pub(super) fn within_a_quarter(a: Load, b: Load, capacity: Capacity) -> Option<Load> {
    fn within(load: u64, capacity: Option<u64>) -> bool {
        // Not capacity / 4, which would round.
        capacity.is_none_or(|c| load.checked_mul(4).is_some_and(|four| four <= c))
    }
    a.checked_add(b).filter(|sum| {
        within(u64::from(sum.count), capacity.count.map(u64::from))
            && within(sum.volume_cm3, capacity.volume_cm3)
            && within(sum.weight_g, capacity.weight_g)
    })
}
