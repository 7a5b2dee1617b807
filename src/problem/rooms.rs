//! Compartments: the volume of packages of each temperature.

use crate::model::{ServiceDay, Temperature, Vehicle};
use crate::sortation::StopGroup;

/// Cubic centimetres by temperature.
pub(crate) type Rooms = [u64; Temperature::ALL.len()];

/// No compartment is limited.
pub(crate) const UNLIMITED: Rooms = [u64::MAX; Temperature::ALL.len()];

/// What a stop takes of each compartment.
pub(super) fn of_stop(day: &ServiceDay, stop: &StopGroup) -> Rooms {
    let mut rooms = Rooms::default();
    for &p in &stop.packages {
        let package = &day.packages()[p as usize];
        let room = &mut rooms[package.temperature() as usize];
        *room = room.saturating_add(package.load().volume_cm3);
    }
    rooms
}

/// What a vehicle's compartments hold. One that it does not have is no limit: the access table
/// keeps such stops out, also those without volume.
pub(super) fn of_vehicle(vehicle: &Vehicle) -> Rooms {
    Temperature::ALL.map(|t| vehicle.compartment(t).unwrap_or(u64::MAX))
}

/// The first compartment in which two amounts together are too much.
#[inline]
pub(crate) fn overfull(a: Rooms, b: Rooms, most: Rooms) -> Option<usize> {
    (0..most.len()).find(|&t| a[t].saturating_add(b[t]) > most[t])
}

/// Two amounts together.
#[inline]
pub(crate) fn plus(a: Rooms, b: Rooms) -> Rooms {
    std::array::from_fn(|t| a[t].saturating_add(b[t]))
}
