//! New routes taken up by the vehicles of a day that goes on.

use std::collections::HashSet;

use super::state::{Halt, Pause, Work, times_of};
use super::{Day, Effects, NewRoute, NewStop, Notification, Phase, Status};
use crate::model::{Package, Place, StopId};
use crate::units::{Span, TimeOfDay};

/// Where a package is dealt with at a new stop.
pub(super) fn place_at(stop: &NewStop, package: &Package) -> Place {
    let pickup = package.pickup().filter(|_| !stop.collects.is_empty());
    pickup.map_or(*package.place(), |pickup| *pickup.place())
}

impl Day {
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
                self.halts[halt].rests = Default::default();
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
                for package in stop.packages.iter().chain(&stop.collects) {
                    let i = self.index.parcels[package];
                    if self.parcels[i].status == Status::Unplanned {
                        fresh.push(i);
                        self.parcels[i].set(Status::Planned, at);
                    }
                    placed.insert(i);
                    touched.extend(self.put(i, (vehicle, halt)));
                }
                self.tours[vehicle].ahead.push(halt);
            }
            for rest in &route.breaks {
                let halt = self.tours[vehicle].ahead[rest.stop];
                let stated = &self.request.vehicles()[vehicle].breaks()[rest.number];
                let pause = Pause::new(rest.number, stated);
                self.halts[halt].rests[usize::from(rest.after_service)].push(pause);
            }
            self.set_out(vehicle, route, at);
        }
        waiting.retain(|i| !placed.contains(i));
        self.let_go(&waiting, &mut touched, at);
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
                let mut named = stop.packages.iter().chain(&stop.collects);
                let first = named.next().map(|id| &self.parcels[self.index.parcels[id]]);
                let place = first.map(|first| place_at(stop, &first.package));
                self.halts.push(Halt {
                    id: stop.stop.clone(),
                    place: place.unwrap_or(*self.request.station().place()),
                    parcels: Vec::new(),
                    collects: !stop.collects.is_empty(),
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

    /// Returns the halt that it was at before, if that is another one.
    fn put(&mut self, i: usize, (vehicle, halt): (usize, usize)) -> Option<usize> {
        let parcel = &mut self.parcels[i];
        parcel.vehicle = Some(vehicle);
        let own = if self.halts[halt].collects {
            &mut parcel.collect
        } else {
            &mut parcel.halt
        };
        let was = own.replace(halt).filter(|&was| was != halt);
        if let Some(was) = was {
            self.halts[was].parcels.retain(|&other| other != i);
        }
        if !self.halts[halt].parcels.contains(&i) {
            self.halts[halt].parcels.push(i);
        }
        was
    }

    fn set_out(&mut self, vehicle: usize, route: &NewRoute, at: TimeOfDay) {
        let driver = route.driver.as_ref().map(|id| self.index.drivers[id]);
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
                if tour.driver != driver {
                    tour.crewed = Some(at);
                }
                tour.driver = driver;
            }
            None => {
                tour.phase = Phase::Idle;
                tour.driver = None;
            }
        }
    }

    /// What was planned on the old routes and is on none of the new ones waits again.
    fn let_go(&mut self, waiting: &[usize], touched: &mut Vec<usize>, at: TimeOfDay) {
        for &i in waiting {
            let parcel = &mut self.parcels[i];
            parcel.set(Status::Unplanned, at);
            parcel.vehicle = None;
            let halts = [parcel.collect.take(), parcel.halt.take()];
            for halt in halts.into_iter().flatten() {
                self.halts[halt].parcels.retain(|&other| other != i);
                touched.push(halt);
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
            // They were the other driver's.
            self.halts[halt].rests = Default::default();
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
            let collects = self.halts[halt].collects;
            for &i in &self.halts[halt].parcels {
                if self.is_open_at(i, halt) {
                    work.add(times, &self.parcels[i].package, collects);
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
