//! What is expected of the rest of a route: its legs and services, driven forward.

use super::state::{Stand, times_of};
use super::{Day, Effects, EtaChange, Notification, Phase};
use crate::model::{PackageId, Pickup, TimeWindow, clip, meet};
use crate::units::{Span, TimeOfDay};

/// One halt ahead, as it is expected.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    pub(super) halt: usize,
    pub(super) drive: Span,
    pub(super) arrive: TimeOfDay,
    pub(super) service: Span,
    /// Breaks before the leg, and on arrival; with waiting for them.
    pub(super) rested: Span,
    pub(super) resting: Span,
}

impl Day {
    /// When a vehicle under way is free to drive on.
    pub(super) fn free(&self, vehicle: usize) -> TimeOfDay {
        let tour = &self.tours[vehicle];
        match (tour.phase, tour.stand) {
            (Phase::AtStart, _) => tour.not_before_clock(tour.ready.saturating_add(tour.delay)),
            (Phase::AtStop, Some(stand)) => {
                let (from, service) = self.remaining(stand);
                let until = from.saturating_add(service).saturating_add(tour.delay);
                tour.not_before_clock(until)
            }
            _ => tour.ready,
        }
    }

    /// What is left to do where a vehicle stands: from when on, and how long.
    pub(super) fn remaining(&self, stand: Stand) -> (TimeOfDay, Span) {
        let halt = &self.halts[stand.halt];
        match stand.dealt {
            // Parking and waiting were before the first hand-over.
            Some(dealt) => (dealt, halt.work.hand_over()),
            None => {
                let rest = self.rest(stand.halt, 0, stand.arrived);
                let start = opening(&halt.windows, stand.arrived.saturating_add(rest));
                (
                    start,
                    halt.work.service(times_of(&self.request, halt.vehicle)),
                )
            }
        }
    }

    /// The halts ahead of a vehicle under way, and when it is back; nothing for others.
    pub(super) fn forecast(&self, vehicle: usize) -> (Vec<Ahead>, Option<TimeOfDay>) {
        let tour = &self.tours[vehicle];
        if !tour.is_under_way() {
            return (Vec::new(), None);
        }
        let mut now = self.free(vehicle);
        let mut at = tour.from;
        let mut all = Vec::with_capacity(tour.ahead.len());
        let mut late = self.on_the_way(vehicle);
        let here = tour.stand.filter(|_| tour.phase == Phase::AtStop);
        let mut rested = here.map_or(Span::ZERO, |stand| self.rest(stand.halt, 1, now));
        for &index in &tour.ahead {
            let halt = &self.halts[index];
            now = now.saturating_add(rested);
            let drive = self.leg(vehicle, &at, &halt.place, now).time;
            let mut arrive = now.saturating_add(drive);
            if let Some(delay) = late.take() {
                arrive = tour.not_before_clock(arrive.saturating_add(delay));
            }
            let service = halt.work.service(times_of(&self.request, vehicle));
            let resting = self.rest(index, 0, arrive);
            let start = opening(&halt.windows, arrive.saturating_add(resting));
            now = start.saturating_add(service);
            at = halt.place;
            all.push(Ahead {
                halt: index,
                drive,
                arrive,
                service,
                rested,
                resting,
            });
            rested = self.rest(index, 1, now);
        }
        now = now.saturating_add(rested);
        let home = self.home(vehicle, &at, now);
        let mut back = now.saturating_add(home.time);
        if let Some(delay) = late {
            back = tour.not_before_clock(back.saturating_add(delay));
        }
        (all, Some(back))
    }

    /// How long the breaks at a halt take whoever is there at `now`, before its service or behind it.
    pub(super) fn rest(&self, halt: usize, behind: usize, now: TimeOfDay) -> Span {
        let rests = self.halts[halt].rests[behind].iter();
        let until = rests.fold(now, |now, rest| {
            now.max(rest.clock).saturating_add(rest.length)
        });
        until - now
    }

    /// The delay that a driving vehicle has on its leg, which does not end before something was
    /// last heard; one that stands still takes it before it drives.
    fn on_the_way(&self, vehicle: usize) -> Option<Span> {
        let tour = &self.tours[vehicle];
        (tour.phase == Phase::Driving).then_some(tour.delay)
    }

    /// Forecasts a route for the first time: what the customers know is the plan.
    pub(super) fn start(&mut self, vehicle: usize) {
        let (ahead, back) = self.forecast(vehicle);
        for step in ahead {
            let halt = &mut self.halts[step.halt];
            halt.eta = Some(step.arrive);
            halt.told = halt.eta;
        }
        if self.tours[vehicle].phase == Phase::AtStart {
            self.tours[vehicle].back = back;
        }
    }

    /// Forecasts a route again and says what changed.
    pub(super) fn refresh(&mut self, vehicle: usize, effects: &mut Effects) {
        if !self.tours[vehicle].is_under_way() {
            return;
        }
        let (ahead, back) = self.forecast(vehicle);
        self.tours[vehicle].back = back;
        for step in ahead {
            self.expect(step.halt, Some(step.arrive), effects);
        }
        self.announce(vehicle, effects);
    }

    /// Sets what is expected at a halt; tells its customers when that is much later than they
    /// know.
    pub(super) fn expect(&mut self, halt: usize, eta: Option<TimeOfDay>, effects: &mut Effects) {
        let threshold = self.settings.delay_threshold();
        let stop = &mut self.halts[halt];
        let was = std::mem::replace(&mut stop.eta, eta);
        if was != eta {
            effects.etas.push(EtaChange {
                vehicle: self.request.vehicles()[stop.vehicle].id().clone(),
                stop: stop.id.clone(),
                was,
                eta,
            });
        }
        let Some(told) = stop.told else { return };
        if eta.is_some_and(|eta| eta <= told.saturating_add(threshold)) {
            return;
        }
        stop.told = eta;
        for package in self.work_at(halt).0 {
            effects
                .notifications
                .push(Notification::Delayed { package, told, eta });
        }
    }

    /// Tells the customers of the stop that is driven to, once.
    fn announce(&mut self, vehicle: usize, effects: &mut Effects) {
        let tour = &self.tours[vehicle];
        let next = tour
            .ahead
            .first()
            .copied()
            .filter(|_| tour.phase == Phase::Driving);
        let Some(halt) = next else { return };
        let Some(eta) = self.halts[halt].eta else {
            return;
        };
        if std::mem::replace(&mut self.halts[halt].announced, true) {
            return;
        }
        for package in self.work_at(halt).0 {
            effects
                .notifications
                .push(Notification::Next { package, eta });
        }
    }

    /// Whether a parcel is open at one of its halts.
    pub(super) fn is_open_at(&self, i: usize, halt: usize) -> bool {
        let parcel = &self.parcels[i];
        parcel.is_open() && (!self.halts[halt].collects || parcel.is_to_collect())
    }

    /// The ids of the open parcels of a halt: those that are dealt with for their customers, and those
    /// that are collected to be brought elsewhere.
    pub(super) fn work_at(&self, halt: usize) -> (Vec<PackageId>, Vec<PackageId>) {
        let stop = &self.halts[halt];
        let open = stop.parcels.iter().filter(|&&i| self.is_open_at(i, halt));
        let ids = open
            .map(|&i| self.parcels[i].package.id().clone())
            .collect();
        if stop.collects {
            (Vec::new(), ids)
        } else {
            (ids, Vec::new())
        }
    }

    /// Finds anew when the open parcels of a halt may be served together.
    pub(super) fn meet_windows(&mut self, halt: usize) {
        let hours = self.request.delivery_hours();
        let stop = &self.halts[halt];
        let open = stop.parcels.iter().filter(|&&i| self.is_open_at(i, halt));
        let common = open.fold(vec![hours], |all, &i| {
            let package = &self.parcels[i].package;
            let pickup = package.pickup().filter(|_| stop.collects);
            let own = pickup.map_or(package.windows(), Pickup::windows);
            meet(&all, &clip(own, hours))
        });
        self.halts[halt].windows = common;
    }
}

/// When service starts: at once in an open window, else when the next one opens, else at once.
pub(super) fn opening(windows: &[TimeWindow], arrive: TimeOfDay) -> TimeOfDay {
    next_window(windows, arrive).map_or(arrive, |window| arrive.max(window.earliest()))
}

/// The window that is open, or opens next.
pub(super) fn next_window(windows: &[TimeWindow], arrive: TimeOfDay) -> Option<TimeWindow> {
    windows
        .iter()
        .copied()
        .find(|window| arrive <= window.latest())
}
