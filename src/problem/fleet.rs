//! Vehicles into types, and what each type may serve at what surcharge.

use std::collections::BTreeMap;

use crate::model::{Capability, Provider, ServiceDay, VehicleId, VehicleKind, Zip};
use crate::sortation::{Grouping, StopGroup};
use crate::units::{Meters, Span};

use super::compile::{limits, time};
use super::layout::Places;
use super::time::{HORIZON, Window};
use super::{Cost, FORBIDDEN, NO_GROUP, NO_LIMIT, Rates, VehicleType, index};

/// Vehicle types and who may serve what.
pub(super) struct Fleet {
    pub(super) types: Vec<VehicleType>,
    /// As [`super::Problem::access`], in 1/1000 cent: the unit of costs is chosen later.
    pub(super) access: Vec<Cost>,
    /// Row of the access table of each stop group.
    pub(super) rows: Vec<u32>,
    /// The most vehicles used of each group of types: of each provider that says so.
    pub(super) caps: Vec<u32>,
    pub(super) profile_kinds: Vec<VehicleKind>,
}

/// What decides which stops a type may serve.
struct Member {
    capabilities: Vec<Capability>,
    /// Its vehicle, where some package is pinned to it.
    own: Option<VehicleId>,
    /// Index into the day's providers.
    provider: Option<u32>,
}

impl Fleet {
    pub(super) fn new(day: &ServiceDay, grouping: &Grouping, places: &mut Places) -> Self {
        let pinned: std::collections::BTreeSet<&VehicleId> = grouping
            .stops()
            .iter()
            .filter_map(|g| g.pin.as_ref())
            .collect();
        let (groups, caps) = groups(day);
        let providers = (0..).zip(day.providers()).map(|(i, p)| (p.id(), i));
        let providers: BTreeMap<_, u32> = providers.collect();
        let mut fleet = Self {
            types: Vec::new(),
            access: Vec::new(),
            rows: Vec::new(),
            caps,
            profile_kinds: Vec::new(),
        };
        let mut members: Vec<Member> = Vec::new();
        // One type per distinct vehicle as the search sees it; a vehicle that some
        // package is pinned to is a type of its own.
        let mut known: BTreeMap<String, u32> = BTreeMap::new();
        for (v, vehicle) in day.vehicles().iter().enumerate() {
            let own = pinned.contains(vehicle.id()).then(|| vehicle.id().clone());
            let profile = fleet.profile_of(vehicle.kind());
            let mut capabilities = vehicle.capabilities().to_vec();
            capabilities.sort();
            let provider = day.vehicle_provider(v).map(|p| providers[p.id()]);
            let (start, end) = (
                places.index_of(day.vehicle_start(v)),
                places.index_of(day.vehicle_end(v)),
            );
            let key = format!(
                "{profile} {start} {end} {:?} {:?} {:?} {:?} {:?} {:?} {capabilities:?} {own:?} \
                 {provider:?}",
                day.vehicle_shift(v),
                vehicle.max_duty(),
                vehicle.max_driving(),
                vehicle.range(),
                vehicle.capacity(),
                day.vehicle_costs(v),
            );
            let next = index(fleet.types.len());
            let kind = *known.entry(key).or_insert(next);
            if kind == next {
                let shift = day.vehicle_shift(v);
                fleet.types.push(VehicleType {
                    vehicles: Vec::new(),
                    profile,
                    start,
                    end,
                    shift: Window {
                        open: time(shift.earliest().millis()),
                        close: time(shift.latest().millis()),
                    },
                    max_duty: vehicle.max_duty().map_or(HORIZON, |d| time(d.millis())),
                    max_driving: vehicle.max_driving().map_or(NO_LIMIT, Span::millis),
                    range: vehicle.range().map_or(NO_LIMIT, Meters::millimeters),
                    capacity: limits(vehicle.capacity()),
                    rates: Rates::default(),
                    group: provider.map_or(NO_GROUP, |p| groups[p as usize]),
                });
                members.push(Member {
                    capabilities,
                    own,
                    provider,
                });
            }
            fleet.types[kind as usize].vehicles.push(index(v));
        }
        fleet.admit(day, grouping, &members);
        fleet
    }

    fn profile_of(&mut self, kind: VehicleKind) -> u32 {
        let known = self.profile_kinds.iter().position(|k| *k == kind);
        index(known.unwrap_or_else(|| {
            self.profile_kinds.push(kind);
            self.profile_kinds.len() - 1
        }))
    }

    /// One row for each distinct choice of needs, pin and territory among the stops.
    fn admit(&mut self, day: &ServiceDay, grouping: &Grouping, members: &[Member]) {
        let mut known = BTreeMap::new();
        let mut territories = Territories::new(day);
        for group in grouping.stops() {
            let surcharges = territories.surcharges(day, group);
            let asked = |p: u32| surcharges.get(p as usize).copied().unwrap_or(0);
            let next = index(known.len());
            let key = (&group.needs, &group.pin, surcharges.clone());
            let row = *known.entry(key).or_insert(next);
            if row == next {
                self.access.extend(members.iter().map(|member| {
                    let able = |need| member.capabilities.contains(need);
                    let may = group.needs.iter().all(able)
                        && (group.pin.is_none() || group.pin == member.own);
                    if may {
                        member.provider.map_or(0, asked)
                    } else {
                        FORBIDDEN
                    }
                }));
            }
            self.rows.push(row);
        }
    }
}

/// The group of each provider's types, and the most routes of each group. A cap that all of its
/// vehicles keep anyway is none.
fn groups(day: &ServiceDay) -> (Vec<u32>, Vec<u32>) {
    let mut caps = Vec::new();
    let mut groups = Vec::with_capacity(day.providers().len());
    for provider in day.providers() {
        let own = |v: &usize| day.vehicle_provider(*v).map(Provider::id) == Some(provider.id());
        let vehicles = (0..day.vehicles().len()).filter(own).count();
        let cap = provider.most_routes();
        let cap = cap.filter(|&most| (most as usize) < vehicles);
        groups.push(cap.map_or(NO_GROUP, |most| {
            caps.push(most);
            index(caps.len() - 1)
        }));
    }
    (groups, caps)
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
    fn surcharges(&mut self, day: &'a ServiceDay, stop: &StopGroup) -> Vec<Cost> {
        if !self.matter {
            return Vec::new();
        }
        let mut sums = vec![0; day.providers().len()];
        for &package in &stop.packages {
            let zip = day.packages()[package as usize].zip();
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
