//! One stop: the packages handed over in one halt, and what they ask for together.

use std::collections::BTreeSet;

use super::walk::Walk;
use crate::model::{
    Alternative, Capability, HandOff, Locker, Package, PackageKind, Pickup, Place, ServiceDay,
    ServiceTimes, StopId, TimeWindow, VehicleId, VehicleKind, Zip, clip,
};
use crate::units::{Load, Money, Span, TimeOfDay};

/// The packages handed over in one halt, and what they ask for together.
///
/// A record of what [`group`](crate::sortation::group) found; changing one changes no request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StopGroup {
    /// The given stop's id, else the smallest package id in the stop.
    pub id: StopId,
    /// Indices into [`ServiceDay::packages`], ascending; never empty. A package that is collected
    /// on the way is in both of its stops, alone.
    pub packages: Vec<u32>,
    /// Where the package with the smallest id goes, or the smallest of those where the vehicle stands;
    /// the others go to the same address, or are carried to the doors of the walk.
    pub place: Place,
    /// The postal code of that package.
    pub zip: Zip,
    /// When service may start: inside the windows of every package and the delivery hours. In a
    /// halt with a walk each package is then handed over inside its windows at its own door.
    /// Sorted and disjoint.
    pub windows: Vec<TimeWindow>,
    /// Parking, the hand-over of all packages and the walk, by the day's
    /// [`service_times`](ServiceDay::service_times); see [`service_of`](Self::service_of).
    pub service: Span,
    /// All packages together, deliveries and pickups.
    pub load: Load,
    /// What leaves the vehicle here.
    pub deliveries: Load,
    /// What comes on board here.
    pub pickups: Load,
    /// No vehicle with this stop leaves the station earlier; `None` where that changes nothing.
    pub ready: Option<TimeOfDay>,
    /// What carriers charge for all packages, each by the cheapest that takes it; `None` when the
    /// stop is required.
    pub price: Option<Money>,
    /// What a vehicle must be capable of.
    pub needs: BTreeSet<Capability>,
    /// Choices of capabilities, of each of which a vehicle must have one; each sorted.
    pub needs_any: BTreeSet<Vec<Capability>>,
    /// The only vehicle that may come.
    pub pin: Option<VehicleId>,
    /// Attempts already made, of the package with the most.
    pub attempts: u8,
    /// The other stop of a package that is collected on the way: the two are on one route.
    pub partner: Option<u32>,
    /// Whether this is where it is collected, which comes before its partner.
    pub collects: bool,
    /// The walk to the other doors of a halt of several.
    pub walk: Option<Walk>,
    /// Where its package goes instead of its door, if this is not the door.
    pub elsewhere: Option<Elsewhere>,
}

/// A stop for one of a package's [`alternatives`](Package::alternatives). At most one of the stops
/// of its door and its alternatives is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Elsewhere {
    /// The stop at its door.
    pub door: u32,
    /// Which of the package's alternatives.
    pub alternative: u32,
    /// Index into [`ServiceDay::lockers`], if it is one.
    pub locker: Option<u32>,
    /// What it costs to use it.
    pub price: Money,
}

impl StopGroup {
    /// Sums up `packages` (indices, ascending, not empty), whose `windows` were already met, on a
    /// day on which no vehicle may leave before `leave`.
    pub(super) fn sum_up(
        day: &ServiceDay,
        id: Option<StopId>,
        packages: Vec<u32>,
        windows: Vec<TimeWindow>,
        leave: TimeOfDay,
    ) -> Self {
        let first = packages
            .iter()
            .map(|&i| &day.packages()[i as usize])
            .min_by(|a, b| a.id().cmp(b.id()))
            .expect("a stop has at least one package");
        let mut stop = Self {
            id: id.unwrap_or_else(|| StopId::from(first.id().as_str())),
            packages: Vec::new(),
            place: *first.place(),
            zip: first.zip().clone(),
            windows,
            service: Span::ZERO,
            load: Load::ZERO,
            deliveries: Load::ZERO,
            pickups: Load::ZERO,
            ready: None,
            price: Some(Money::ZERO),
            needs: BTreeSet::new(),
            needs_any: BTreeSet::new(),
            pin: None,
            attempts: 0,
            partner: None,
            collects: false,
            walk: None,
            elsewhere: None,
        };
        for &i in &packages {
            stop.add(day, &day.packages()[i as usize], leave);
        }
        stop.service = service(day, &packages, day.service_times());
        stop.packages = packages;
        stop
    }

    /// Parking, the hand-over of all packages and the walk for a vehicle of a kind. O(packages) on a day with
    /// [`service_times_by_kind`](ServiceDay::service_times_by_kind).
    #[must_use]
    pub fn service_of(&self, day: &ServiceDay, kind: VehicleKind) -> Span {
        if day.service_times_by_kind().is_empty() {
            return self.service;
        }
        let times = day.service_times_of(kind);
        if let Some(elsewhere) = self.elsewhere {
            let package = &day.packages()[self.packages[0] as usize];
            return handing(
                &package.alternatives()[elsewhere.alternative as usize],
                times,
            );
        }
        let on_foot = self.walk.as_ref().map_or(Span::ZERO, |walk| walk.time);
        let collected = self.packages.first().filter(|_| self.collects);
        match collected.and_then(|&p| day.packages()[p as usize].pickup()) {
            Some(pickup) => collecting(pickup, times),
            None => service(day, &self.packages, times) + on_foot,
        }
    }

    /// The stop at which the package of `door` is collected, whose index is `partner`; None when it
    /// comes from the station.
    pub(super) fn collecting(day: &ServiceDay, door: &Self, partner: u32) -> Option<Self> {
        let package = &day.packages()[door.packages[0] as usize];
        let pickup = package.pickup()?;
        Some(Self {
            id: StopId::from(format!("{}/pickup", package.id().as_str())),
            place: *pickup.place(),
            zip: pickup.zip().clone(),
            windows: clip(pickup.windows(), day.delivery_hours()),
            service: collecting(pickup, day.service_times()),
            deliveries: Load::ZERO,
            pickups: door.load,
            price: None,
            partner: Some(partner),
            collects: true,
            ..door.clone()
        })
    }

    /// For each door of the walk how long after the start of service its hand-over begins, for
    /// vehicles with these service times: behind parking, the hand-overs before it and the ways
    /// between them. Nothing without a walk. O(packages).
    #[must_use]
    pub fn calls(&self, day: &ServiceDay, times: &ServiceTimes) -> Vec<Span> {
        let Some(walk) = &self.walk else {
            return Vec::new();
        };
        let mut now = parking(day, &self.packages, times);
        let calls = walk.doors.iter().map(|door| {
            let start = now + door.time;
            now = start + hand_overs(day, &door.packages, times);
            start
        });
        calls.collect()
    }

    /// The hand-over of all packages.
    pub(super) fn hand_overs(&self, day: &ServiceDay, times: &ServiceTimes) -> Span {
        hand_overs(day, &self.packages, times)
    }

    /// The stop of one of the alternatives of the package of `door`, whose index is
    /// `elsewhere.door`; None where that is nowhere.
    pub(super) fn instead(
        day: &ServiceDay,
        door: &Self,
        alternative: &Alternative,
        elsewhere: Elsewhere,
    ) -> Option<Self> {
        let locker = elsewhere.locker.map(|i| &day.lockers()[i as usize]);
        let (place, zip) = alternative.at(locker)?;
        let package = &day.packages()[door.packages[0] as usize];
        let name = locker.map_or_else(
            || (elsewhere.alternative + 1).to_string(),
            |locker: &Locker| locker.id().to_string(),
        );
        Some(Self {
            id: StopId::from(format!("{}/{name}", package.id().as_str())),
            place: *place,
            zip: zip.clone(),
            windows: clip(alternative.windows_at(locker), day.delivery_hours()),
            service: handing(alternative, day.service_times()),
            elsewhere: Some(elsewhere),
            ..door.clone()
        })
    }

    /// Adds everything of one package but its windows and its time at the door.
    fn add(&mut self, day: &ServiceDay, package: &Package, leave: TimeOfDay) {
        let load = package.load();
        self.load = plus(self.load, load);
        match package.kind() {
            PackageKind::ReturnPickup => self.pickups = plus(self.pickups, load),
            _ => self.deliveries = plus(self.deliveries, load),
        }
        self.ready = self.ready.max(felt_ready(package, leave));
        self.price = match (self.price, day.tender_price(package)) {
            (Some(sum), Some(tender)) => Some(sum + tender),
            _ => None,
        };
        self.needs.extend(package.needs().iter().cloned());
        for any_of in day.needs_any(package) {
            let mut any_of = any_of.to_vec();
            any_of.sort_unstable();
            any_of.dedup();
            self.needs_any.insert(any_of);
        }
        self.pin = self.pin.take().or_else(|| package.pin().cloned());
        self.attempts = self.attempts.max(package.attempts());
    }
}

/// Parking and the hand-over where a package is collected.
fn collecting(pickup: &Pickup, times: &ServiceTimes) -> Span {
    match pickup.service_time() {
        Some(own) => own + times.stated_parking(),
        None => times.parking() + times.hand_over(HandOff::Doorstep, 0),
    }
}

/// Parking and the hand-over at an alternative.
fn handing(alternative: &Alternative, times: &ServiceTimes) -> Span {
    match alternative.service_time() {
        Some(own) => own + times.stated_parking(),
        None => times.parking() + times.hand_over(alternative.hand_off(), 0),
    }
}

/// Parking and the hand-over of packages.
fn service(day: &ServiceDay, packages: &[u32], times: &ServiceTimes) -> Span {
    hand_overs(day, packages, times) + parking(day, packages, times)
}

fn hand_overs(day: &ServiceDay, packages: &[u32], times: &ServiceTimes) -> Span {
    let packages = packages.iter().map(|&i| &day.packages()[i as usize]);
    let each = packages.map(|package| {
        let table = || times.hand_over(package.hand_off(), package.floor());
        package.service_time().unwrap_or_else(table)
    });
    each.sum()
}

fn parking(day: &ServiceDay, packages: &[u32], times: &ServiceTimes) -> Span {
    let mut packages = packages.iter().map(|&i| &day.packages()[i as usize]);
    if packages.all(|package| package.service_time().is_some()) {
        times.stated_parking()
    } else {
        times.parking()
    }
}

/// The earliest that a vehicle may leave: delivery hours are when service starts, and a shift may
/// begin before them.
pub(super) fn earliest_leave(day: &ServiceDay) -> TimeOfDay {
    let shifts = (0..day.vehicles().len()).map(|i| day.vehicle_shift(i).earliest());
    let hours = day.delivery_hours().earliest();
    shifts.min().map_or(hours, |first| first.min(hours))
}

/// When a package can leave, unless no vehicle may leave before that anyway.
pub(super) fn felt_ready(package: &Package, leave: TimeOfDay) -> Option<TimeOfDay> {
    package.ready().filter(|&ready| ready > leave)
}

/// The sum of two loads; one beyond all limits stays the largest number there is.
pub(super) fn plus(a: Load, b: Load) -> Load {
    a.checked_add(b).unwrap_or(Load {
        count: a.count.saturating_add(b.count),
        volume_cm3: a.volume_cm3.saturating_add(b.volume_cm3),
        weight_g: a.weight_g.saturating_add(b.weight_g),
    })
}
