//! What a vehicle is told to do from now on.

use std::collections::{BTreeSet, HashMap};

use super::{Day, Phase};
use crate::model::{DriverId, PackageId, StopId, VehicleId};
use crate::plan::{Plan, RoutePlan};
use crate::units::TimeOfDay;

/// What a vehicle does from now on, in place of all that it had ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct NewRoute {
    /// Which vehicle.
    pub vehicle: VehicleId,
    /// When it is to leave its start, where it stands there; nothing for one that is out.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub depart: Option<TimeOfDay>,
    /// Who drives it, on a day that has drivers, where it stands at its start; nobody for one that is
    /// out, whose driver stays.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub driver: Option<DriverId>,
    /// Where it goes, in driving order; a vehicle that drives is kept to the stop it drives to,
    /// which is the first one here.
    pub stops: Vec<NewStop>,
}

/// A stop of a new route.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct NewStop {
    /// A stop that is ahead of a vehicle with a new route, or a new one.
    pub stop: StopId,
    /// What is to be dealt with there.
    pub packages: Vec<PackageId>,
}

impl NewRoute {
    /// The routes of a plan of the rest of a day that differ from those that are driven.
    pub(super) fn of_plan(
        day: &Day,
        now: TimeOfDay,
        (vehicles, kept): (&[usize], &[Option<usize>]),
        plan: &Plan,
    ) -> Vec<Self> {
        let planned = plan.routes.iter().map(|route| (&route.vehicle, route));
        let planned: HashMap<&VehicleId, &RoutePlan> = planned.collect();
        let mut routes = Vec::new();
        for (&vehicle, kept) in vehicles.iter().zip(kept) {
            let id = day.request.vehicles()[vehicle].id();
            let route = planned.get(id);
            let kept = kept.map(|halt| day.new_stop(halt));
            let visits = route.iter().flat_map(|route| &route.visits);
            let visits = visits.map(|visit| NewStop {
                stop: visit.stop.clone(),
                packages: visit.packages.clone(),
            });
            let stops: Vec<NewStop> = kept.into_iter().chain(visits).collect();
            let ahead = day.tours[vehicle].ahead.iter();
            let ahead: Vec<NewStop> = ahead.map(|&halt| day.new_stop(halt)).collect();
            let at_start = matches!(day.tours[vehicle].phase, Phase::Idle | Phase::AtStart);
            let depart = route.filter(|_| at_start).map(|route| route.depart);
            let driver = route.and_then(|route| route.driver.as_ref());
            let driver = driver.filter(|_| at_start);
            let leaves = depart.is_none_or(|depart| depart == day.free(vehicle).max(now));
            if !leaves || !day.drives(vehicle, driver) || !same(&stops, &ahead) {
                routes.push(Self {
                    vehicle: id.clone(),
                    depart,
                    driver: driver.cloned(),
                    stops,
                });
            }
        }
        routes
    }
}

/// The same stops with the same packages, in whatever order these are named.
pub(super) fn same(a: &[NewStop], b: &[NewStop]) -> bool {
    let set = |stop: &NewStop| stop.packages.iter().cloned().collect::<BTreeSet<_>>();
    let pairs = || a.iter().zip(b);
    a.len() == b.len() && pairs().all(|(a, b)| a.stop == b.stop && set(a) == set(b))
}

impl Day {
    /// A stop of the day as one of a route.
    pub(super) fn new_stop(&self, halt: usize) -> NewStop {
        NewStop {
            stop: self.halts[halt].id.clone(),
            packages: self.open_at(halt),
        }
    }

    /// Whether a vehicle has this driver; one that is told nothing keeps its own.
    pub(super) fn drives(&self, vehicle: usize, driver: Option<&DriverId>) -> bool {
        let drivers = self.request.drivers();
        driver.is_none_or(|id| {
            let own = self.tours[vehicle].driver;
            own.is_some_and(|own| drivers[own].id() == id)
        })
    }
}
