//! What is known about one package or one vehicle.

use super::{Day, PackageState, StopAhead, StopBehind, VehicleState, Whereabouts};
use crate::model::{Package, PackageId, VehicleId};
use crate::units::Load;

impl Day {
    /// What is known about a package; `None` when it is not in the day.
    #[must_use]
    pub fn package(&self, id: &PackageId) -> Option<PackageState> {
        let parcel = &self.parcels[*self.index.parcels.get(id)?];
        let vehicle = parcel.vehicle.map(|i| self.request.vehicles()[i].id());
        Some(PackageState {
            package: id.clone(),
            status: parcel.status,
            whereabouts: parcel.whereabouts,
            since: parcel.since,
            vehicle: vehicle.cloned(),
            stop: parcel.halt.map(|halt| self.halts[halt].id.clone()),
            attempts: parcel.attempts.clone(),
        })
    }

    /// All packages of the day, added ones last, with the windows they have now.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        self.parcels.iter().map(|parcel| &parcel.package)
    }

    /// What is known about a vehicle; `None` when it is not in the day.
    ///
    /// # Complexity
    ///
    /// O(packages of its route).
    #[must_use]
    pub fn vehicle(&self, id: &VehicleId) -> Option<VehicleState> {
        let index = *self.index.tours.get(id)?;
        let tour = &self.tours[index];
        let on_board = self.on_board(index);
        let load = on_board.iter().fold(Load::ZERO, |sum, package| {
            // The loads of a day's packages have a sum, and a vehicle has some of them.
            sum.checked_add(package.load()).unwrap_or(sum)
        });
        let behind = tour.behind.iter().map(|behind| StopBehind {
            stop: self.halts[behind.halt].id.clone(),
            arrived: behind.arrived,
            left: behind.left,
        });
        Some(VehicleState {
            vehicle: id.clone(),
            phase: tour.phase,
            driver: tour
                .driver
                .map(|driver| self.request.drivers()[driver].id().clone()),
            heard: tour.clock,
            departed: tour.departed,
            behind: behind.collect(),
            at: tour.stand.map(|stand| StopAhead {
                eta: Some(stand.arrived),
                ..self.stop_ahead(stand.halt)
            }),
            ahead: tour
                .ahead
                .iter()
                .map(|&halt| self.stop_ahead(halt))
                .collect(),
            breaks: self.breaks_ahead(index),
            position: tour.from,
            ready: self.free(index),
            back: tour.back,
            on_board: on_board
                .into_iter()
                .map(|package| package.id().clone())
                .collect(),
            load,
        })
    }

    fn stop_ahead(&self, halt: usize) -> StopAhead {
        let (packages, collects) = self.work_at(halt);
        StopAhead {
            stop: self.halts[halt].id.clone(),
            packages,
            collects,
            eta: self.halts[halt].eta,
        }
    }

    fn on_board(&self, vehicle: usize) -> Vec<&Package> {
        let parcels = self.lies_in(vehicle);
        parcels.map(|i| &self.parcels[i].package).collect()
    }

    /// The indices of what a vehicle carries, in the order of its stops.
    pub(super) fn lies_in(&self, vehicle: usize) -> impl Iterator<Item = usize> {
        let halts = self.tours[vehicle].halts.iter();
        let parcels = halts.flat_map(|&halt| {
            let parcels = self.halts[halt].parcels.iter();
            parcels.map(move |&i| (halt, i))
        });
        let aboard = parcels.filter(move |&(halt, i)| {
            let parcel = &self.parcels[i];
            // One that was collected on the way is of two halts.
            parcel.whereabouts == Whereabouts::Vehicle
                && parcel.vehicle == Some(vehicle)
                && parcel.halt == Some(halt)
        });
        aboard.map(|(_, i)| i)
    }
}
