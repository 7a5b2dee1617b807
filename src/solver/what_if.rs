//! What if: a day with more packages, more vehicles or a later start, planned from the plan there is.

use std::collections::{BTreeSet, HashMap};

use crate::error::{Error, Problems};
use crate::model::{LatLng, Package, PackageId, Place, ServiceDay, TimeWindow, Vehicle, VehicleId};
use crate::plan::{Plan, Scorecard};
use crate::units::Span;

use super::staffing::add_copies;
use super::{Outcome, Solver};

/// The largest factor on the volume.
const MOST_VOLUME: f64 = 100.0;

/// One way in which a day could be another.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// So many times the packages, as in peak season (1.4) or on a quiet Monday (0.8). Copies are
    /// spread evenly over the list of packages and go to new doors, midway between their package
    /// and the next one of its postal code; where places have no coordinates, to the same door.
    Volume(f64),
    /// So many more vehicles like one of the day's.
    More {
        /// Which to copy.
        like: VehicleId,
        /// How many copies.
        count: usize,
    },
    /// One more vehicle, such as another Flex block.
    Add(Box<Vehicle>),
    /// Every vehicle may leave only so much later; where it has to be back stays.
    DepartLater(Span),
}

/// A changed day, planned.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WhatIf {
    /// The changed day.
    pub day: ServiceDay,
    /// Its plan.
    pub outcome: Outcome,
    /// The figures of the plan that it was compared with.
    pub before: Scorecard,
}

impl WhatIf {
    /// The figures of the changed day.
    #[must_use]
    pub const fn after(&self) -> &Scorecard {
        &self.outcome.plan.scorecard
    }
}

impl Solver {
    /// Plans the day with changes, starting from its plan, and keeps both scorecards.
    ///
    /// # Errors
    ///
    /// When a change makes no sense for the day (a volume that is no number, a vehicle that is
    /// unknown, a departure after the end of a shift), and as [`Solver::solve`].
    pub fn what_if(
        &self,
        day: &ServiceDay,
        plan: &Plan,
        changes: &[Change],
    ) -> Result<WhatIf, Error> {
        let day = changed(day, changes)?;
        let outcome = self.clone().warm_start(plan).solve(&day)?;
        Ok(WhatIf {
            day,
            outcome,
            before: plan.scorecard.clone(),
        })
    }
}

/// The day with changes, one after the other.
///
/// # Errors
///
/// As [`Solver::what_if`].
pub fn changed(day: &ServiceDay, changes: &[Change]) -> Result<ServiceDay, Error> {
    changes.iter().try_fold(day.clone(), |day, change| {
        check(&day, change)?;
        let builder = day.to_builder();
        let builder = match change {
            Change::Volume(factor) => builder.edit_packages(|packages| scale(packages, *factor)),
            Change::More { like, count } => builder.edit_vehicles(|vehicles| {
                if let Some(like) = vehicles.iter().find(|v| v.id() == like).cloned() {
                    add_copies(vehicles, &like, *count);
                }
            }),
            Change::Add(vehicle) => builder.vehicles([(**vehicle).clone()]),
            Change::DepartLater(by) => {
                let shifts: Vec<TimeWindow> = (0..day.vehicles().len())
                    .map(|v| day.vehicle_shift(v))
                    .collect();
                builder.edit_vehicles(|vehicles| {
                    for (vehicle, shift) in vehicles.iter_mut().zip(shifts) {
                        let open = shift.earliest().saturating_add(*by);
                        let later = TimeWindow::new(open, shift.latest());
                        *vehicle = vehicle.clone().with_shift(later);
                    }
                })
            }
        };
        builder.build()
    })
}

/// What the builder could not say.
fn check(day: &ServiceDay, change: &Change) -> Result<(), Error> {
    let mut problems = Problems::default();
    let subject = format!("station {:?}", day.station().id().as_str());
    match change {
        Change::Volume(factor) => {
            // NaN is in no range.
            if !(0.0..=MOST_VOLUME).contains(factor) {
                let message = format!("volume times {factor} is not between 0 and {MOST_VOLUME}");
                problems.push(subject, "what_if", message);
            } else if !day.given_stops().is_empty() {
                let message = "the volume of stops that are given cannot be changed";
                problems.push(subject, "what_if", message);
            }
        }
        Change::More { like, .. } if day.vehicles().iter().all(|v| v.id() != like) => {
            let message = format!("vehicle {:?} is not there to be copied", like.as_str());
            problems.push(subject, "what_if", message);
        }
        Change::DepartLater(by) if *by < Span::ZERO => {
            problems.push(subject, "what_if", format!("{by} later is earlier"));
        }
        _ => {}
    }
    problems.into_result()
}

/// Drops packages or adds copies, spread evenly.
fn scale(packages: &mut Vec<Package>, factor: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most a hundred times a length"
    )]
    let due = |count: usize| (count as f64 * factor + 1e-9).floor() as usize;
    let times: Vec<usize> = (0..packages.len()).map(|i| due(i + 1) - due(i)).collect();
    let next = next_doors(packages);
    let known: BTreeSet<PackageId> = packages.iter().map(|p| p.id().clone()).collect();
    let mut changed = Vec::with_capacity(due(packages.len()));
    for ((package, times), next) in packages.drain(..).zip(times).zip(next) {
        let ids = (2_usize..).map(|n| PackageId::from(format!("{}~{n}", package.id())));
        let ids = ids
            .filter(|id| !known.contains(id))
            .take(times.saturating_sub(1));
        let copies: Vec<Package> = ids.map(|id| copy(&package, id, next)).collect();
        if times > 0 {
            changed.push(package);
        }
        changed.extend(copies);
    }
    *packages = changed;
}

/// For each package where the next one of its postal code goes, round to the first.
fn next_doors(packages: &[Package]) -> Vec<Option<LatLng>> {
    let mut first: HashMap<&str, LatLng> = HashMap::new();
    for package in packages.iter().rev() {
        if let Some(at) = package.place().lat_lng() {
            first.insert(package.zip().five_digits(), at);
        }
    }
    let mut next = first;
    let mut doors = vec![None; packages.len()];
    for (door, package) in doors.iter_mut().zip(packages).rev() {
        if let Some(at) = package.place().lat_lng() {
            *door = next.insert(package.zip().five_digits(), at);
        }
    }
    doors
}

/// A package of its own, at a door midway where there are coordinates alone.
fn copy(package: &Package, id: PackageId, next: Option<LatLng>) -> Package {
    let place = package.place();
    let copy = package.clone().with_id(id);
    match (place.lat_lng(), next, place.matrix_row()) {
        // Not across the 180th meridian, where the middle is not between.
        (Some(at), Some(next), None) if (at.lng - next.lng).abs() < 180.0 => {
            let middle = LatLng {
                lat: f64::midpoint(at.lat, next.lat),
                lng: f64::midpoint(at.lng, next.lng),
            };
            copy.with_place(Place::from(middle)).without_address_key()
        }
        _ => copy,
    }
}
