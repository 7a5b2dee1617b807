//! Vehicles into types: those that are the same in everything the search reads.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Break, BreakTime, Provider, ServiceDay, Temperature, VehicleId, VehicleKind};
use crate::sortation::Grouping;
use crate::units::{Meters, Money, Span};

use super::access::{Discs, Grounds, Member, admit};
use super::compile::{limits, time};
use super::layout::Places;
use super::reloads::Reloading;
use super::rooms;
use super::time::{HORIZON, Window};
use super::timetable::{Pause, PauseTime};
use super::travel::OPEN;
use super::{Cost, Groups, NO_GROUP, NO_LIMIT, Rates, VehicleType, index};

/// Vehicle types and who may serve what.
pub(super) struct Fleet {
    pub(super) types: Vec<VehicleType>,
    /// As [`super::Problem::access`], in 1/1000 cent: the unit of costs is chosen later.
    pub(super) access: Vec<Cost>,
    /// Row of the access table of each stop group.
    pub(super) rows: Vec<u32>,
    /// The most vehicles used of each group of types: of each provider that says so.
    pub(super) caps: Vec<u32>,
    /// The fewest routes of the first of those groups, and the price of one fewer.
    pub(super) promised: Vec<(u32, Money)>,
    pub(super) profile_kinds: Vec<VehicleKind>,
}

impl Fleet {
    pub(super) fn new(day: &ServiceDay, grouping: &Grouping, places: &mut Places) -> Self {
        let named = named(day, grouping);
        let (groups, mut caps, promised) = groups(day);
        let crews = crew_groups(day, &mut caps);
        let providers = (0..).zip(day.providers()).map(|(i, p)| (p.id(), i));
        let providers: BTreeMap<_, u32> = providers.collect();
        let mut fleet = Self {
            types: Vec::new(),
            access: Vec::new(),
            rows: Vec::new(),
            caps,
            promised,
            profile_kinds: Vec::new(),
        };
        let mut members: Vec<Member<'_>> = Vec::new();
        let mut discs = Discs::default();
        let mut grounds = Grounds::default();
        // One type per distinct vehicle as the search sees it; a vehicle that some
        // package is pinned to or planned on is a type of its own.
        let mut known: BTreeMap<String, u32> = BTreeMap::new();
        for (v, vehicle) in day.vehicles().iter().enumerate() {
            let own = named.contains(vehicle.id()).then(|| vehicle.id().clone());
            let profile = fleet.profile_of(vehicle.kind());
            let mut capabilities = vehicle.capabilities().to_vec();
            capabilities.sort();
            let provider = day.vehicle_provider(v).map(|p| providers[p.id()]);
            let (start, end) = (
                places.index_of(day.vehicle_position(v)),
                if vehicle.has_open_end() {
                    OPEN
                } else {
                    places.index_of(day.vehicle_end(v))
                },
            );
            let key = format!(
                "{profile} {start} {end} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {capabilities:?} {:?} {:?} {:?} {own:?} \
                 {provider:?} {:?} {:?} {:?}",
                day.vehicle_shift(v),
                vehicle.max_duty(),
                vehicle.max_driving(),
                vehicle.range(),
                vehicle.radius(),
                vehicle.capacity(),
                day.vehicle_costs(v),
                vehicle.is_reserved(),
                Temperature::ALL.map(|t| vehicle.compartment(t)),
                vehicle.breaks(),
                vehicle.under_way(),
                crews[v],
                vehicle.reloads(),
            );
            let next = index(fleet.types.len());
            let kind = *known.entry(key).or_insert(next);
            if kind == next {
                let group = provider.map_or(NO_GROUP, |p| groups[p as usize]);
                let groups = [group, crews[v][0], crews[v][1]];
                fleet
                    .types
                    .push(vehicle_type(day, v, (profile, start, end), groups));
                members.push(Member {
                    vehicle,
                    own: own.is_some(),
                    provider,
                    disc: discs.of(day, v),
                    ground: grounds.of(day, v),
                });
            }
            fleet.types[kind as usize].vehicles.push(index(v));
        }
        (fleet.access, fleet.rows) = admit(day, grouping, &members, (&discs, &grounds));
        fleet
    }

    fn profile_of(&mut self, kind: VehicleKind) -> u32 {
        let known = self.profile_kinds.iter().position(|k| *k == kind);
        index(known.unwrap_or_else(|| {
            self.profile_kinds.push(kind);
            self.profile_kinds.len() - 1
        }))
    }
}

/// Vehicles that some package is pinned to or planned on.
fn named<'a>(day: &'a ServiceDay, grouping: &'a Grouping) -> BTreeSet<&'a VehicleId> {
    let pinned = grouping.stops().iter().filter_map(|g| g.pin.as_ref());
    let packages = day.packages().iter();
    let planned = packages.filter_map(crate::model::Package::planned_on);
    pinned.chain(planned.map(|(vehicle, _)| vehicle)).collect()
}

/// What the search reads of vehicle `v`.
fn vehicle_type(
    day: &ServiceDay,
    v: usize,
    (profile, start, end): (u32, u32, u32),
    groups: Groups,
) -> VehicleType {
    let (vehicle, shift) = (&day.vehicles()[v], day.vehicle_shift(v));
    let out = vehicle.under_way();
    let open = time(shift.earliest().millis());
    let free = out.map(|out| time(out.ready().millis()).max(open));
    let elapsed = out.map_or(0, |out| out.elapsed().millis());
    VehicleType {
        vehicles: Vec::new(),
        profile,
        start,
        end,
        shift: Window {
            open: free.unwrap_or(open),
            close: time(shift.latest().millis()),
        },
        leave_by: free.unwrap_or(HORIZON),
        max_duty: vehicle
            .max_duty()
            .map_or(HORIZON, |duty| time(duty.millis().saturating_sub(elapsed))),
        max_driving: vehicle.max_driving().map_or(NO_LIMIT, Span::millis),
        range: vehicle.range().map_or(NO_LIMIT, Meters::millimeters),
        capacity: limits(vehicle.capacity()),
        rooms: rooms::of_vehicle(vehicle),
        rates: Rates::default(),
        groups,
        pauses: vehicle.breaks().iter().map(|b| pause(b, elapsed)).collect(),
        reloading: Reloading::of(vehicle),
    }
}

/// A break of a vehicle that was on duty for so many milliseconds when its route begins.
fn pause(pause: &Break, elapsed: i64) -> Pause {
    Pause {
        when: match pause.when() {
            BreakTime::Between(window) => PauseTime::Between(Window {
                open: time(window.earliest().millis()),
                close: time(window.latest().millis()),
            }),
            BreakTime::OnDuty(most) => {
                PauseTime::OnDuty(time(most.millis().saturating_sub(elapsed)))
            }
            BreakTime::Driving(most) => PauseTime::Driving(most.millis()),
        },
        length: time(pause.length().millis()),
    }
}

/// Groups of types: that of each provider, the most routes of each, what each was promised.
type ProviderGroups = (Vec<u32>, Vec<u32>, Vec<(u32, Money)>);

/// The group of each provider's types, and the most routes of each group. A cap that all of its
/// vehicles keep anyway is none. What was promised is empty where nothing was.
fn groups(day: &ServiceDay) -> ProviderGroups {
    let (mut caps, mut promised) = (Vec::new(), Vec::new());
    let mut groups = Vec::with_capacity(day.providers().len());
    for provider in day.providers() {
        let own = |v: &usize| day.vehicle_provider(*v).map(Provider::id) == Some(provider.id());
        let vehicles = (0..day.vehicles().len()).filter(own).count();
        let cap = provider.most_routes();
        let cap = cap.filter(|&most| (most as usize) < vehicles);
        let due = (provider.least_routes(), provider.price_short());
        let short = due.0 > 0 && due.1 > Money::ZERO;
        if cap.is_none() && !short {
            groups.push(NO_GROUP);
            continue;
        }
        groups.push(index(caps.len()));
        caps.push(cap.unwrap_or(u32::MAX));
        promised.push(if short { due } else { (0, Money::ZERO) });
    }
    if promised.iter().all(|due| due.0 == 0) {
        promised.clear();
    }
    (groups, caps, promised)
}

/// The groups of sorts of vehicles and of sorts of drivers of each vehicle; as many of a sort are
/// used as there are. [`NO_GROUP`] on a day without drivers.
fn crew_groups(day: &ServiceDay, caps: &mut Vec<u32>) -> Vec<[u32; 2]> {
    let mut known: BTreeMap<(bool, u32), u32> = BTreeMap::new();
    let mut group = |of_drivers: bool, (sort, count): (u32, u32)| {
        *known.entry((of_drivers, sort)).or_insert_with(|| {
            caps.push(count);
            index(caps.len() - 1)
        })
    };
    let groups = (0..day.vehicles().len()).map(|v| match day.crew(v) {
        Some(crew) => [group(false, crew.vehicles), group(true, crew.drivers)],
        None => [NO_GROUP; 2],
    });
    groups.collect()
}
