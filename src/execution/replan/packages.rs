//! The packages of the rest of a day: on their routes, loaded or not, and those on none.

use super::Churn;
use super::bonds::Bonds;
use super::courses::{Course, Piece};
use crate::execution::state::Parcel;
use crate::execution::{Day, Status};
use crate::model::{Package, PackageId, Pickup, TimeWindow, Vehicle, VehicleId};
use crate::plan::Reason;
use crate::units::TimeOfDay;

/// The open packages of a stop: pinned when they are loaded, else planned on their vehicle.
pub(super) fn packages_of(
    day: &Day,
    course: &Course,
    piece: &Piece,
    (churn, bonds): (&Churn, &Bonds),
) -> Vec<Package> {
    let vehicle = day.request.vehicles()[course.vehicle].id();
    let mut others = course.pieces.iter();
    let at_door = |other: &Piece| !other.collects && other.pair == piece.pair;
    if piece.pair.is_some() && piece.collects && others.any(at_door) {
        // Said with the door.
        return Vec::new();
    }
    let package = |&i: &usize| {
        let parcel = &day.parcels[i];
        if piece.collects {
            // The vehicle stands at its door, or will not come there.
            return bare(&parcel.package);
        }
        let package = bare(&parcel.package)
            .with_place(piece.place)
            .with_windows(piece.windows.iter().copied());
        if piece.pair.is_some() {
            let mut others = course.pieces.iter();
            let collected = others.find(|other| other.collects && other.pair == piece.pair);
            let package = match collected {
                Some(collected) => collected_in(package, &collected.windows),
                None => package,
            };
            package.with_planned_on(vehicle.clone(), churn.moved_package)
        } else if parcel.status == Status::OnBoard || parcel.is_to_collect() {
            package
                .without_pickup()
                .with_ready(TimeOfDay::MIDNIGHT)
                .with_pin(vehicle.clone())
                .without_groups()
        } else if bonds.with(&package) == Some(course.vehicle) {
            // Only what is collected joins a group that is out.
            package
                .with_ready(TimeOfDay::MIDNIGHT)
                .with_pin(vehicle.clone())
                .without_together()
        } else if parcel.is_pickup() {
            package
                .with_ready(TimeOfDay::MIDNIGHT)
                .with_planned_on(vehicle.clone(), churn.moved_package)
        } else {
            package.with_planned_on(vehicle.clone(), churn.moved_package)
        }
    };
    piece.parcels.iter().map(package).collect()
}

/// A package that is collected on the way in some windows.
pub(super) fn collected_in(package: Package, windows: &[TimeWindow]) -> Package {
    let Some(stated) = package.pickup() else {
        return package;
    };
    let mut pickup = Pickup::new(*stated.place(), stated.zip().clone());
    if let Some(span) = stated.service_time() {
        pickup = pickup.with_service_time(span);
    }
    let pickup = windows.iter().copied().fold(pickup, Pickup::with_window);
    package.with_pickup(pickup)
}

/// A package that no carrier takes.
fn bare(package: &Package) -> Package {
    package.clone().without_tender().with_in_house_only()
}

/// Packages on no route, and those whose vehicle is gone.
pub(super) fn loose(
    day: &Day,
    vehicles: &[Vehicle],
    bonds: &Bonds,
) -> (Vec<Package>, Vec<(PackageId, Reason)>) {
    let (mut loose, mut left) = (Vec::new(), Vec::new());
    let waits = |(i, parcel): &(usize, &Parcel)| {
        parcel.status == Status::Unplanned || bonds.astray.contains(i)
    };
    for (_, parcel) in day.parcels.iter().enumerate().filter(waits) {
        let pin = parcel.package.pin();
        // A vehicle that is out does not come back for it.
        let comes = |vehicle: &Vehicle| !parcel.is_from_station() || vehicle.under_way().is_none();
        let gone = |pin: &&VehicleId| !vehicles.iter().any(|v| v.id() == *pin && comes(v));
        if let Some(with) = bonds.with(&parcel.package) {
            let with = day.request.vehicles()[with].id();
            if gone(&with) || pin.is_some_and(|pin| pin != with) {
                left.push(torn(day, &parcel.package));
            } else {
                let package = bare(&parcel.package).without_together();
                loose.push(package.with_pin(with.clone()));
            }
            continue;
        }
        match pin.filter(gone) {
            Some(pin) => {
                let reason = Reason::PinnedVehicle {
                    vehicle: pin.clone(),
                    because: Box::new(Reason::NoVehicle),
                };
                left.push((parcel.package.id().clone(), reason));
            }
            None => loose.push(bare(&parcel.package)),
        }
    }
    (loose, left)
}

/// A package that cannot go where others of its group do.
pub(super) fn torn(day: &Day, package: &Package) -> (PackageId, Reason) {
    let group = package.together().cloned().unwrap_or_else(|| "".into());
    let others = day.packages().filter(|p| p.together() == Some(&group));
    let packages = u32::try_from(others.count()).unwrap_or(u32::MAX);
    let reason = Reason::NotTogether { group, packages };
    (package.id().clone(), reason)
}
