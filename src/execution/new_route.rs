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
    /// The breaks of its driver at these stops, in order.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub breaks: Vec<NewBreak>,
}

/// A break on a new route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct NewBreak {
    /// Which of the vehicle's [`breaks`](crate::Vehicle::breaks); one that was not had yet.
    pub number: usize,
    /// Index of the stop.
    pub stop: usize,
    /// Whether it comes behind the service, else before it.
    pub after_service: bool,
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
    /// What is collected there, alone, to be brought to its door later on the route.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub collects: Vec<PackageId>,
}

impl NewRoute {
    /// The routes of a plan of the rest of a day that differ from those that are driven.
    pub(super) fn of_plan(
        day: &Day,
        now: TimeOfDay,
        (vehicles, kept, numbers): (&[usize], &[Option<usize>], &[Vec<usize>]),
        plan: &Plan,
    ) -> Vec<Self> {
        let planned = plan.routes.iter().map(|route| (&route.vehicle, route));
        let planned: HashMap<&VehicleId, &RoutePlan> = planned.collect();
        let mut routes = Vec::new();
        for ((&vehicle, kept), numbers) in vehicles.iter().zip(kept).zip(numbers) {
            let id = day.request.vehicles()[vehicle].id();
            let route = planned.get(id);
            let first = usize::from(kept.is_some());
            let breaks = day.breaks_ahead(vehicle);
            let later = route.iter().flat_map(|route| &route.breaks);
            let later = later.map(|rest| NewBreak {
                number: numbers[rest.number],
                stop: first + rest.visit,
                after_service: rest.after_service,
            });
            let fixed = breaks.iter().filter(|rest| rest.stop < first).copied();
            let planned: Vec<NewBreak> = fixed.chain(later).collect();
            let kept = kept.map(|halt| day.new_stop(halt));
            let visits = route.iter().flat_map(|route| &route.visits);
            let visits = visits.map(|visit| NewStop {
                stop: visit.stop.clone(),
                packages: visit.packages.clone(),
                collects: visit.collects.clone(),
            });
            let stops: Vec<NewStop> = kept.into_iter().chain(visits).collect();
            let ahead = day.tours[vehicle].ahead.iter();
            let ahead: Vec<NewStop> = ahead.map(|&halt| day.new_stop(halt)).collect();
            let at_start = matches!(day.tours[vehicle].phase, Phase::Idle | Phase::AtStart);
            let depart = route.filter(|_| at_start).map(|route| route.depart);
            let driver = route.and_then(|route| route.driver.as_ref());
            let driver = driver.filter(|_| at_start);
            let leaves = depart.is_none_or(|depart| depart == day.free(vehicle).max(now));
            let as_is = same(&stops, &ahead) && planned == breaks;
            if !leaves || !day.drives(vehicle, driver) || !as_is {
                routes.push(Self {
                    vehicle: id.clone(),
                    depart,
                    driver: driver.cloned(),
                    stops,
                    breaks: planned,
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
    let alike = |a: &NewStop, b: &NewStop| a.stop == b.stop && a.collects == b.collects;
    a.len() == b.len() && pairs().all(|(a, b)| alike(a, b) && set(a) == set(b))
}

impl Day {
    /// A stop of the day as one of a route.
    pub(super) fn new_stop(&self, halt: usize) -> NewStop {
        let (packages, collects) = self.work_at(halt);
        NewStop {
            stop: self.halts[halt].id.clone(),
            packages,
            collects,
        }
    }

    /// The breaks at the stops ahead of a vehicle.
    pub(super) fn breaks_ahead(&self, vehicle: usize) -> Vec<NewBreak> {
        let ahead = self.tours[vehicle].ahead.iter().enumerate();
        let sides = ahead.flat_map(|(stop, &halt)| {
            let sides = [false, true].into_iter().zip(&self.halts[halt].rests);
            sides.map(move |(behind, rests)| (stop, behind, rests))
        });
        sides
            .flat_map(|(stop, after_service, rests)| {
                rests.iter().map(move |pause| NewBreak {
                    number: pause.number,
                    stop,
                    after_service,
                })
            })
            .collect()
    }

    /// The breaks that a driver has had, or has where the vehicle stands.
    pub(super) fn breaks_had(&self, vehicle: usize) -> Vec<usize> {
        let tour = &self.tours[vehicle];
        let here = tour.stand.map(|stand| &self.halts[stand.halt].rests);
        let here = here.into_iter().flatten().flatten();
        let had = tour.had.iter().copied();
        had.chain(here.map(|pause| pause.number)).collect()
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
