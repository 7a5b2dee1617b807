//! What a re-plan changes, for whom, and why.

use std::collections::{HashMap, HashSet};

use super::rest::Rest;
use crate::execution::{Day, Phase, Status};
use crate::model::{DriverId, PackageId, Place, StopId, VehicleId};
use crate::plan::{Plan, RoutePlan, Unserved};
use crate::units::{Span, TimeOfDay};

/// What a re-plan changes, against the routes as they were driven.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Changes {
    /// Packages that go with another vehicle, with one for the first time, or with none any more.
    pub moves: Vec<Move>,
    /// Stops that were ahead and are come to at another time, in the order of the routes.
    pub etas: Vec<EtaShift>,
    /// Packages whose stated windows were kept and are not any more.
    pub windows_touched: Vec<PackageId>,
    /// Packages that no vehicle comes for, and why. Loaded ones ride back.
    pub left: Vec<Unserved>,
    /// What lies in vehicles that are out of order.
    pub stranded: Vec<Stranded>,
    /// Vehicles at their start that leave with another driver than planned, or whose driver was
    /// planned for another one.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub drivers: Vec<DriverMove>,
}

/// A vehicle with another driver.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct DriverMove {
    /// Which vehicle.
    pub vehicle: VehicleId,
    /// Who was to drive it; nobody where it had no route.
    pub from: Option<DriverId>,
    /// Who drives it now.
    pub to: DriverId,
}

/// A package on another route.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Move {
    /// Which package.
    pub package: PackageId,
    /// Whose it was.
    pub from: Option<VehicleId>,
    /// Whose it is now.
    pub to: Option<VehicleId>,
    /// Why.
    pub because: MoveReason,
}

/// Why a package is on another route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum MoveReason {
    /// It was on none: it is new, or its vehicle is out of order.
    Placed,
    /// All routes together are better so, the price of the move included.
    Better,
    /// It fits nowhere.
    LeftOut,
}

/// A stop that is come to at another time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct EtaShift {
    /// Which stop.
    pub stop: StopId,
    /// Its packages that are still to be dealt with.
    pub packages: Vec<PackageId>,
    /// Whose stop it is now.
    pub vehicle: VehicleId,
    /// When it was expected to be come to.
    pub was: TimeOfDay,
    /// When it is now.
    pub eta: TimeOfDay,
    /// Why.
    pub because: ShiftReason,
}

impl EtaShift {
    /// By how much later; negative when earlier.
    #[must_use]
    pub const fn by(&self) -> Span {
        Span::from_millis(self.eta.millis().saturating_sub(self.was.millis()))
    }
}

/// Why a stop is come to at another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ShiftReason {
    /// Another vehicle comes.
    OtherVehicle,
    /// Stops were added before it.
    WorkAdded,
    /// Stops before it are gone, or come after it.
    WorkRemoved,
    /// The stops before it are the same in another order.
    OtherOrder,
    /// The stops before it are the same, and the vehicle leaves at another time.
    Departure,
}

/// What lies in a vehicle that is out of order. Another one must come to the place and take it
/// over, see [`Event::TakenOver`](crate::execution::Event::TakenOver).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Stranded {
    /// Which vehicle.
    pub vehicle: VehicleId,
    /// Where it was last seen.
    pub place: Place,
    /// What was to be delivered.
    pub packages: Vec<PackageId>,
}

impl Changes {
    /// How many packages that were planned and not loaded go with another vehicle.
    #[must_use]
    pub fn packages_moved(&self) -> usize {
        let better = self.moves.iter();
        let better = better.filter(|change| change.because == MoveReason::Better);
        better.count()
    }

    /// How many packages are expected at a time that differs by more than `limit`.
    #[must_use]
    pub fn shifted_beyond(&self, limit: Span) -> usize {
        let far =
            |shift: &&EtaShift| shift.by().millis().unsigned_abs() > limit.millis().unsigned_abs();
        let far = self.etas.iter().filter(far);
        far.map(|shift| shift.packages.len()).sum()
    }

    pub(super) fn of(day: &Day, rest: &Rest, plan: &Plan) -> Self {
        let mut changes = Self {
            left: plan.unserved.clone(),
            stranded: stranded(day),
            ..Self::default()
        };
        changes.drivers = plan
            .routes
            .iter()
            .filter_map(|route| driver_moved(day, route))
            .collect();
        let reasons = rest.left.iter().cloned();
        changes
            .left
            .extend(reasons.map(|(package, reason)| Unserved::new(package, reason)));
        for left in &plan.unserved {
            changes.moved(day, &left.package, None);
        }
        let index: HashMap<&VehicleId, usize> = ids(rest).zip(0..).collect();
        let packages: HashMap<&PackageId, usize> = rest
            .request
            .packages()
            .iter()
            .map(crate::model::Package::id)
            .zip(0..)
            .collect();
        for route in &plan.routes {
            let vehicle = index[&route.vehicle];
            let stops = route.visits.iter();
            let stop = |visit: &crate::plan::Visit| rest.stop_of(&packages, visit);
            let stops: Vec<u32> = stops.map(stop).collect();
            let mut before = Before::new(rest, vehicle);
            for (&stop, visit) in stops.iter().zip(&route.visits) {
                for package in &visit.packages {
                    changes.moved(day, package, Some(&route.vehicle));
                }
                let live = rest.live[stop as usize].as_ref();
                if let Some(live) = live.filter(|live| !live.collects) {
                    if live.breaks(visit.start) {
                        changes
                            .windows_touched
                            .extend(visit.packages.iter().cloned());
                    }
                    if live.arrive != visit.arrive {
                        changes.etas.push(EtaShift {
                            stop: visit.stop.clone(),
                            packages: visit.packages.clone(),
                            vehicle: route.vehicle.clone(),
                            was: live.arrive,
                            eta: visit.arrive,
                            because: before.reason(stop, live.vehicle == vehicle),
                        });
                    }
                }
                before.pass(stop);
            }
        }
        changes
    }

    fn moved(&mut self, day: &Day, package: &PackageId, to: Option<&VehicleId>) {
        let parcel = &day.parcels[day.index.parcels[package]];
        let from = parcel.vehicle.filter(|_| parcel.is_open());
        let from = from.map(|vehicle| day.request.vehicles()[vehicle].id());
        if from == to {
            return;
        }
        self.moves.push(Move {
            package: package.clone(),
            from: from.cloned(),
            to: to.cloned(),
            because: match (from, to) {
                (_, None) => MoveReason::LeftOut,
                (None, _) => MoveReason::Placed,
                _ => MoveReason::Better,
            },
        });
    }
}

/// The other driver of a route, where he or the vehicle was planned with another.
fn driver_moved(day: &Day, route: &RoutePlan) -> Option<DriverMove> {
    let to = route.driver.as_ref()?;
    let driver = *day.index.drivers.get(to)?;
    let tour = &day.tours[*day.index.tours.get(&route.vehicle)?];
    let elsewhere = day.tours.iter().any(|tour| tour.driver == Some(driver));
    let changed = tour.driver.map_or(elsewhere, |was| was != driver);
    changed.then(|| DriverMove {
        vehicle: route.vehicle.clone(),
        from: tour
            .driver
            .map(|was| day.request.drivers()[was].id().clone()),
        to: to.clone(),
    })
}

fn ids(rest: &Rest) -> impl Iterator<Item = &VehicleId> {
    rest.request
        .vehicles()
        .iter()
        .map(crate::model::Vehicle::id)
}

/// The stops before one: as they were, and as they are now.
struct Before {
    was: Vec<u32>,
    position: HashMap<u32, usize>,
    now: Vec<u32>,
    known: HashSet<u32>,
    /// How many of `now` were not on the route, and the farthest position that was.
    added: usize,
    farthest: usize,
}

impl Before {
    fn new(rest: &Rest, vehicle: usize) -> Self {
        let draft = rest.drafts.iter().find(|draft| draft.vehicle == vehicle);
        let was = draft.map_or(Vec::new(), |draft| draft.stops.clone());
        Self {
            position: was.iter().copied().zip(0..).collect(),
            was,
            now: Vec::new(),
            known: HashSet::new(),
            added: 0,
            farthest: 0,
        }
    }

    fn reason(&self, stop: u32, same_vehicle: bool) -> ShiftReason {
        let Some(&position) = self.position.get(&stop).filter(|_| same_vehicle) else {
            return ShiftReason::OtherVehicle;
        };
        // Those that now come before it and did not: from elsewhere, or from behind it.
        let fresh = self.added > 0 || self.farthest > position;
        let gone = self.was[..position].iter().any(|s| !self.known.contains(s));
        if fresh {
            ShiftReason::WorkAdded
        } else if gone {
            ShiftReason::WorkRemoved
        } else if self.now == self.was[..position] {
            ShiftReason::Departure
        } else {
            ShiftReason::OtherOrder
        }
    }

    fn pass(&mut self, stop: u32) {
        match self.position.get(&stop) {
            Some(&position) => self.farthest = self.farthest.max(position),
            None => self.added += 1,
        }
        self.now.push(stop);
        self.known.insert(stop);
    }
}

fn stranded(day: &Day) -> Vec<Stranded> {
    let mut all = Vec::new();
    for (vehicle, tour) in day.tours.iter().enumerate() {
        if !matches!(tour.phase, Phase::VehicleOut | Phase::DriverOut) {
            continue;
        }
        let parcels = day.lies_in(vehicle).map(|i| &day.parcels[i]);
        let parcels = parcels.filter(|parcel| parcel.status == Status::OnBoard);
        let packages: Vec<PackageId> = parcels.map(|p| p.package.id().clone()).collect();
        if !packages.is_empty() {
            all.push(Stranded {
                vehicle: day.request.vehicles()[vehicle].id().clone(),
                place: tour.from,
                packages,
            });
        }
    }
    all
}
