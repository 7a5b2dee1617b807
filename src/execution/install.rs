//! New routes for a day that goes on.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::state::{Halt, Work, times_of};
use super::{Day, Effects, Event, Notification, Phase, Status};
use crate::error::{Error, Problems};
use crate::model::{PackageId, StopId, VehicleId};
use crate::plan::{Plan, RoutePlan};
use crate::units::{Span, TimeOfDay};

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
            let leaves = depart.is_none_or(|depart| depart == day.free(vehicle).max(now));
            if !leaves || !same(&stops, &ahead) {
                routes.push(Self {
                    vehicle: id.clone(),
                    depart,
                    stops,
                });
            }
        }
        routes
    }
}

/// The same stops with the same packages, in whatever order these are named.
fn same(a: &[NewStop], b: &[NewStop]) -> bool {
    let set = |stop: &NewStop| stop.packages.iter().cloned().collect::<BTreeSet<_>>();
    let pairs = || a.iter().zip(b);
    a.len() == b.len() && pairs().all(|(a, b)| a.stop == b.stop && set(a) == set(b))
}

impl Day {
    fn new_stop(&self, halt: usize) -> NewStop {
        NewStop {
            stop: self.halts[halt].id.clone(),
            packages: self.open_at(halt),
        }
    }

    /// A stop's id for its `nth` part: its own for the first, else one that no stop of the day has
    /// had.
    pub(super) fn free_stop_id(&self, id: &StopId, nth: usize) -> StopId {
        if nth == 0 || (nth == 1 && !self.index.halts.contains_key(id)) {
            return id.clone();
        }
        let mut free = StopId::from(format!("{}~{nth}", id.as_str()));
        while self.index.halts.contains_key(&free) {
            free = StopId::from(format!("~{}", free.as_str()));
        }
        free
    }

    /// Whether routes can be driven from now on, as far as the state says.
    pub(super) fn check_routes(&self, at: TimeOfDay, routes: &[NewRoute]) -> Result<(), Error> {
        let mut check = RouteCheck {
            day: self,
            at,
            listed: HashSet::new(),
            problems: Problems::default(),
        };
        if !(TimeOfDay::MIDNIGHT..=TimeOfDay::MAX).contains(&at) {
            let message = format!("{at} is not between 00:00 and {}", TimeOfDay::MAX);
            check.problems.push("re-plan", "replanned", message);
        }
        // A message that comes twice, or late, takes nothing back.
        let newer = |event: &Event| match event {
            Event::Replanned {
                at: other,
                routes: its,
            } => *other > at || (*other == at && its.as_slice() == routes),
            _ => false,
        };
        if self.log().events().iter().any(newer) {
            let message = format!("that of {at} was followed already, or by a later one");
            check.problems.push("re-plan", "replanned", message);
        }
        if routes.is_empty() {
            check
                .problems
                .push("re-plan", "replanned", "names no vehicle");
        }
        for route in routes {
            check.vehicle(route);
        }
        let (mut stops, mut packages) = (HashSet::new(), HashSet::new());
        for route in routes {
            let Some(&vehicle) = self.index.tours.get(&route.vehicle) else {
                continue;
            };
            for stop in &route.stops {
                if !stops.insert(&stop.stop) {
                    check.of_stop(&stop.stop, "is there more than once");
                }
                for package in &stop.packages {
                    if !packages.insert(package) {
                        check.of_package(package, "is there more than once");
                    }
                }
                check.stop(vehicle, stop);
            }
        }
        check.problems.into_result()
    }

    /// Makes the vehicles follow routes that were checked.
    pub(super) fn install(&mut self, routes: &[NewRoute], at: TimeOfDay, effects: &mut Effects) {
        let listed: Vec<usize> = routes
            .iter()
            .map(|r| self.index.tours[&r.vehicle])
            .collect();
        let mut touched: Vec<usize> = Vec::new();
        let mut waiting: Vec<usize> = Vec::new();
        for &vehicle in &listed {
            for halt in std::mem::take(&mut self.tours[vehicle].ahead) {
                touched.push(halt);
                let open = self.halts[halt].parcels.iter().copied();
                waiting.extend(open.filter(|&i| self.parcels[i].status == Status::Planned));
            }
        }
        let mut placed = HashSet::new();
        let mut fresh = Vec::new();
        for (route, &vehicle) in routes.iter().zip(&listed) {
            for stop in &route.stops {
                let halt = self.halt_of(stop, vehicle);
                touched.push(halt);
                for package in &stop.packages {
                    let i = self.index.parcels[package];
                    if self.parcels[i].status == Status::Unplanned {
                        fresh.push(i);
                        self.parcels[i].set(Status::Planned, at);
                    }
                    placed.insert(i);
                    self.put(i, (vehicle, halt));
                }
                self.tours[vehicle].ahead.push(halt);
            }
            self.set_out(vehicle, route);
        }
        waiting.retain(|i| !placed.contains(i));
        self.let_go(&waiting, at);
        self.sum_up(&mut touched, effects);
        for &vehicle in &listed {
            self.tell(vehicle, &fresh, effects);
        }
    }

    /// The index of a stop, which is made where it is new.
    fn halt_of(&mut self, stop: &NewStop, vehicle: usize) -> usize {
        let halt = *self
            .index
            .halts
            .entry(stop.stop.clone())
            .or_insert_with(|| {
                let first = self.index.parcels[&stop.packages[0]];
                self.halts.push(Halt {
                    id: stop.stop.clone(),
                    place: *self.parcels[first].package.place(),
                    parcels: Vec::new(),
                    windows: Vec::new(),
                    vehicle,
                    work: Work::default(),
                    eta: None,
                    told: None,
                    announced: false,
                    rests: [Vec::new(), Vec::new()],
                });
                self.halts.len() - 1
            });
        self.halts[halt].vehicle = vehicle;
        if !self.tours[vehicle].halts.contains(&halt) {
            self.tours[vehicle].halts.push(halt);
        }
        halt
    }

    fn put(&mut self, i: usize, (vehicle, halt): (usize, usize)) {
        if let Some(was) = self.parcels[i].halt.filter(|&was| was != halt) {
            self.halts[was].parcels.retain(|&other| other != i);
        }
        if !self.halts[halt].parcels.contains(&i) {
            self.halts[halt].parcels.push(i);
        }
        self.parcels[i].vehicle = Some(vehicle);
        self.parcels[i].halt = Some(halt);
    }

    fn set_out(&mut self, vehicle: usize, route: &NewRoute) {
        let tour = &mut self.tours[vehicle];
        if !matches!(tour.phase, Phase::Idle | Phase::AtStart) {
            return;
        }
        tour.delay = Span::ZERO;
        tour.back = None;
        match route.depart.filter(|_| !route.stops.is_empty()) {
            Some(depart) => {
                tour.phase = Phase::AtStart;
                tour.ready = depart;
            }
            None => tour.phase = Phase::Idle,
        }
    }

    /// What was planned on the old routes and is on none of the new ones waits again.
    fn let_go(&mut self, waiting: &[usize], at: TimeOfDay) {
        for &i in waiting {
            let parcel = &mut self.parcels[i];
            parcel.set(Status::Unplanned, at);
            parcel.vehicle = None;
            if let Some(halt) = parcel.halt.take() {
                self.halts[halt].parcels.retain(|&other| other != i);
            }
        }
    }

    /// A vehicle takes over all that lies in another one, at the place of that.
    pub(super) fn take_over(
        &mut self,
        (vehicle, from): (usize, usize),
        at: TimeOfDay,
        effects: &mut Effects,
    ) {
        let mut moved = HashSet::new();
        for i in self.lies_in(from).collect::<Vec<_>>() {
            self.parcels[i].vehicle = Some(vehicle);
            let halt = self.parcels[i].halt.filter(|&halt| moved.insert(halt));
            if let Some(halt) = halt.filter(|halt| !self.tours[vehicle].halts.contains(halt)) {
                self.tours[vehicle].halts.push(halt);
            }
        }
        let place = self.tours[from].from;
        let ahead = std::mem::take(&mut self.tours[from].ahead);
        let (go, stay): (Vec<usize>, Vec<usize>) =
            ahead.into_iter().partition(|h| moved.contains(h));
        self.tours[from].ahead = stay;
        for &halt in &go {
            self.halts[halt].vehicle = vehicle;
        }
        let tour = &mut self.tours[vehicle];
        tour.ahead.extend(go);
        tour.phase = Phase::Driving;
        tour.departed = tour.departed.or(Some(at));
        (tour.from, tour.ready, tour.clock) = (place, at, Some(at));
        tour.delay = Span::ZERO;
        self.tell(vehicle, &[], effects);
    }

    /// Counts again what is open at stops, and lets nobody wait at those that are on no route.
    fn sum_up(&mut self, touched: &mut Vec<usize>, effects: &mut Effects) {
        touched.sort_unstable();
        touched.dedup();
        for &halt in touched.iter() {
            let times = times_of(&self.request, self.halts[halt].vehicle);
            let mut work = Work::default();
            for &i in &self.halts[halt].parcels {
                if self.parcels[i].is_open() {
                    work.add(times, &self.parcels[i].package);
                }
            }
            self.halts[halt].work = work;
            self.meet_windows(halt);
            if !self.tours[self.halts[halt].vehicle].ahead.contains(&halt) {
                self.expect(halt, None, effects);
            }
        }
    }

    /// Forecasts a new route: what is new on it is told from now on.
    fn tell(&mut self, vehicle: usize, fresh: &[usize], effects: &mut Effects) {
        let (steps, _) = self.forecast(vehicle);
        let out = self.tours[vehicle].phase != Phase::AtStart;
        for step in steps {
            let halt = &mut self.halts[step.halt];
            if halt.told.is_none() {
                halt.told = Some(step.arrive);
            }
            let added = fresh.iter().map(|&i| &self.parcels[i]);
            let added = added.filter(|parcel| out && parcel.halt == Some(step.halt));
            effects
                .notifications
                .extend(added.map(|parcel| Notification::OutForDelivery {
                    package: parcel.package.id().clone(),
                    eta: step.arrive,
                }));
        }
        self.refresh(vehicle, effects);
    }
}

/// What is wrong with new routes.
struct RouteCheck<'a> {
    day: &'a Day,
    at: TimeOfDay,
    /// Vehicles with a new route.
    listed: HashSet<usize>,
    problems: Problems,
}

impl RouteCheck<'_> {
    fn of_vehicle(&mut self, id: &VehicleId, message: impl Into<String>) {
        let subject = format!("vehicle {:?}", id.as_str());
        self.problems.push(subject, "replanned", message);
    }

    fn of_stop(&mut self, id: &StopId, message: impl Into<String>) {
        let subject = format!("stop {:?}", id.as_str());
        self.problems.push(subject, "replanned", message);
    }

    fn of_package(&mut self, id: &PackageId, message: impl Into<String>) {
        let subject = format!("package {:?}", id.as_str());
        self.problems.push(subject, "replanned", message);
    }

    fn vehicle(&mut self, route: &NewRoute) {
        let id = &route.vehicle;
        let Some(&vehicle) = self.day.index.tours.get(id) else {
            return self.of_vehicle(id, "is not in the day");
        };
        if !self.listed.insert(vehicle) {
            return self.of_vehicle(id, "has more than one route");
        }
        let tour = &self.day.tours[vehicle];
        if let Some(clock) = tour.clock.filter(|&clock| self.at < clock) {
            let message = format!("{} is before {clock}, when it was last heard of", self.at);
            return self.of_vehicle(id, message);
        }
        let ahead = tour.ahead.iter().map(|&halt| self.day.new_stop(halt));
        let as_is = |depart| depart == tour.ready && tour.delay == Span::ZERO;
        if same(&route.stops, &ahead.collect::<Vec<_>>()) && route.depart.is_none_or(as_is) {
            return self.of_vehicle(id, "has this route already");
        }
        match tour.phase {
            Phase::Idle | Phase::AtStart => {
                let most = TimeOfDay::MAX;
                match route.depart {
                    None if !route.stops.is_empty() => {
                        self.of_vehicle(id, "stands at its start and is not told when to leave");
                    }
                    Some(depart) if depart < self.at || depart > most => {
                        let message =
                            format!("leaves at {depart}, not between {} and {most}", self.at);
                        self.of_vehicle(id, message);
                    }
                    _ => {}
                }
            }
            Phase::Driving | Phase::AtStop => {
                if route.depart.is_some() {
                    self.of_vehicle(id, "has left its start already");
                }
                let next = tour.ahead.first().filter(|_| tour.phase == Phase::Driving);
                let Some(&next) = next else { return };
                let kept = self.day.new_stop(next);
                let first = route.stops.first().map(std::slice::from_ref);
                if !first.is_some_and(|first| same(first, std::slice::from_ref(&kept))) {
                    let stop = kept.stop.as_str();
                    self.of_vehicle(id, format!("drives to stop {stop:?}, which comes first"));
                }
            }
            _ => self.of_vehicle(id, "does not drive any more"),
        }
    }

    fn stop(&mut self, vehicle: usize, stop: &NewStop) {
        let day = self.day;
        let place = match day.index.halts.get(&stop.stop) {
            Some(&halt) => {
                let owner = day.halts[halt].vehicle;
                let ahead = day.tours[owner].ahead.contains(&halt);
                if !ahead || !self.listed.contains(&owner) {
                    self.of_stop(&stop.stop, "is not ahead of a vehicle with a new route");
                    return;
                }
                Some(day.halts[halt].place)
            }
            None => None,
        };
        let parcels = stop.packages.iter().map(|id| day.index.parcels.get(id));
        let parcels: Option<Vec<usize>> = parcels.map(Option::<&usize>::copied).collect();
        let Some(parcels) = parcels.filter(|parcels| !parcels.is_empty()) else {
            self.of_stop(&stop.stop, "has no package, or one that is not in the day");
            return;
        };
        let first = &day.parcels[parcels[0]].package;
        let place = place.unwrap_or(*first.place());
        for i in parcels {
            let package = &day.parcels[i].package;
            let key = package.address_key();
            let same_key = key.is_some() && key == first.address_key();
            if *package.place() != place && !same_key {
                let stop = stop.stop.as_str();
                self.of_package(package.id(), format!("does not go to stop {stop:?}"));
            }
            self.package(vehicle, i);
        }
    }

    /// Whether a vehicle can have a package.
    fn package(&mut self, vehicle: usize, i: usize) {
        let parcel = &self.day.parcels[i];
        let id = parcel.package.id();
        let at_start = matches!(self.day.tours[vehicle].phase, Phase::Idle | Phase::AtStart);
        match (parcel.status, parcel.vehicle) {
            (Status::OnBoard, Some(own)) if own != vehicle => {
                let own = self.day.request.vehicles()[own].id().as_str();
                self.of_package(id, format!("is on board of vehicle {own:?}"));
            }
            (Status::OnBoard, _) => {}
            (Status::Planned, Some(own)) if !self.listed.contains(&own) => {
                let own = self.day.request.vehicles()[own].id().as_str();
                self.of_package(id, format!("is on the route of vehicle {own:?}"));
            }
            (Status::Planned | Status::Unplanned, _) => {
                if !parcel.is_pickup() && !at_start {
                    self.of_package(id, "is at the station, and the vehicle has left");
                }
            }
            _ => self.of_package(id, "is not to be brought any more"),
        }
    }
}
