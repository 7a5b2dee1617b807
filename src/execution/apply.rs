//! What an event does to the state. Nothing here can fail: [`Day::step`] has looked first.

use super::check::Step;
use super::state::{Behind, Parcel, Pause, Stand, times_of};
use super::{Attempt, AttemptReason, Day, Effects, Notification, Phase, Status, Whereabouts};
use crate::units::{Span, TimeOfDay};

impl Day {
    pub(super) fn take(&mut self, step: Step, at: TimeOfDay) -> Effects {
        let mut effects = Effects::default();
        match step {
            Step::Depart(vehicle) => self.depart(vehicle, at, &mut effects),
            Step::Arrive(vehicle, halt) => self.arrive(vehicle, halt, at, &mut effects),
            Step::Deal(parcel, becomes) => self.deal(parcel, becomes, at, &mut effects),
            Step::Collect(parcel) => self.collect(parcel, at, &mut effects),
            Step::Attempt(parcel, reason) => self.attempt(parcel, reason, at, &mut effects),
            Step::Withdraw(parcel, becomes) => self.withdraw(parcel, becomes, at, &mut effects),
            Step::Delay(vehicle, by) => {
                let tour = &mut self.tours[vehicle];
                // Two delays of the longest kind are still a length.
                tour.delay = tour.delay.checked_add(by).unwrap_or(by);
                tour.delayed_at = Some(at);
                tour.clock = Some(at);
                self.refresh(vehicle, &mut effects);
            }
            Step::Out(vehicle, phase) => self.stop_driving(vehicle, phase, at, &mut effects),
            Step::Add(package) => {
                self.index
                    .parcels
                    .insert(package.id().clone(), self.parcels.len());
                let mut parcel = Parcel::waiting(package, Status::Unplanned);
                parcel.since = Some(at);
                self.parcels.push(parcel);
            }
            Step::Windows(parcel, windows) => {
                let parcel = &mut self.parcels[parcel];
                // `since` stays: a driver's scan may be older than the customer's wish.
                parcel.package = parcel.package.clone().with_windows(windows);
                parcel.wished = Some(at);
                let (open, halt, vehicle) = (parcel.is_open(), parcel.halt, parcel.vehicle);
                if let (true, Some(halt), Some(vehicle)) = (open, halt, vehicle) {
                    self.meet_windows(halt);
                    self.refresh(vehicle, &mut effects);
                }
            }
            Step::TakeOver {
                vehicle,
                from,
                driver,
            } => {
                if driver.is_some() {
                    self.tours[vehicle].driver = driver;
                    self.tours[vehicle].crewed = Some(at);
                }
                self.take_over((vehicle, from), at, &mut effects);
            }
            Step::Replan(routes) => self.install(&routes, at, &mut effects),
            Step::Return(vehicle) => self.come_back(vehicle, at, &mut effects),
        }
        effects
    }

    fn depart(&mut self, vehicle: usize, at: TimeOfDay, effects: &mut Effects) {
        let tour = &mut self.tours[vehicle];
        tour.phase = Phase::Driving;
        tour.clock = Some(at);
        tour.departed = Some(at);
        tour.ready = at;
        tour.delay = Span::ZERO;
        let ahead = tour.ahead.clone();
        for &halt in &ahead {
            for i in self.halts[halt].parcels.clone() {
                let parcel = &mut self.parcels[i];
                if parcel.status == Status::Planned && parcel.is_from_station() {
                    parcel.set(Status::OnBoard, at);
                    parcel.whereabouts = Whereabouts::Vehicle;
                }
            }
        }
        let (steps, _) = self.forecast(vehicle);
        for step in steps {
            let eta = step.arrive;
            // What the plan said is past: this message is the first that counts.
            self.halts[step.halt].told = Some(eta);
            for package in self.work_at(step.halt).0 {
                let message = Notification::OutForDelivery { package, eta };
                effects.notifications.push(message);
            }
        }
        self.refresh(vehicle, effects);
    }

    fn arrive(&mut self, vehicle: usize, halt: usize, at: TimeOfDay, effects: &mut Effects) {
        if let Some(stand) = self.tours[vehicle].stand {
            // The vehicle left without a word about the rest of the stop: it was last seen there
            // when something was last heard.
            self.leave(vehicle, self.tours[vehicle].clock.unwrap_or(at));
            // A re-plan may have given all of it to others.
            if self.halts[stand.halt].work.open > 0 {
                self.put_last(vehicle, stand.halt);
            }
        }
        for i in self.halts[halt].parcels.clone() {
            if self.may_repeat(i, halt) {
                self.open_again((vehicle, i), halt, at);
            }
        }
        self.meet_windows(halt);
        self.halts[halt].eta = None;
        let tour = &mut self.tours[vehicle];
        tour.ahead.retain(|&other| other != halt);
        tour.phase = Phase::AtStop;
        tour.clock = Some(at);
        tour.delay = Span::ZERO;
        tour.from = self.halts[halt].place;
        tour.stand = Some(Stand {
            halt,
            arrived: at,
            dealt: None,
        });
        self.refresh(vehicle, effects);
    }

    /// What is left where a vehicle stood becomes its last stop; what is collected there is brought
    /// behind that.
    fn put_last(&mut self, vehicle: usize, halt: usize) {
        let mut doors = Vec::new();
        if self.halts[halt].collects {
            let parcels = self.halts[halt].parcels.iter();
            doors.extend(parcels.filter_map(|&i| self.parcels[i].halt));
        }
        let ahead = &mut self.tours[vehicle].ahead;
        let all = std::mem::take(ahead).into_iter();
        let (doors, others): (Vec<usize>, Vec<usize>) = all.partition(|h| doors.contains(h));
        ahead.extend(others);
        ahead.push(halt);
        ahead.extend(doors);
    }

    /// A failed attempt is made up for.
    fn open_again(&mut self, (vehicle, i): (usize, usize), halt: usize, at: TimeOfDay) {
        let parcel = &mut self.parcels[i];
        let again = if parcel.is_pickup() || parcel.is_to_collect() {
            Status::Planned
        } else {
            Status::OnBoard
        };
        parcel.set(again, at);
        for open in self.parcels[i].open_halts() {
            let times = times_of(&self.request, self.halts[open].vehicle);
            let halted = &mut self.halts[open];
            let package = &self.parcels[i].package;
            halted.work.add(times, package, halted.collects);
            let ahead = &mut self.tours[vehicle].ahead;
            if open != halt && !ahead.contains(&open) {
                ahead.push(open);
                self.meet_windows(open);
            }
        }
    }

    /// A parcel was collected on the way to its door.
    fn collect(&mut self, i: usize, at: TimeOfDay, effects: &mut Effects) {
        let parcel = &mut self.parcels[i];
        let package = parcel.package.id().clone();
        let message = Notification::PickedUp { package, at };
        effects.notifications.push(message);
        let here = parcel.next_halt();
        parcel.whereabouts = Whereabouts::Vehicle;
        parcel.set(Status::OnBoard, at);
        if let (Some(vehicle), Some(halt)) = (parcel.vehicle, here) {
            self.dealt(vehicle, at);
            self.close((vehicle, i), halt, at, effects);
            self.refresh(vehicle, effects);
        }
    }

    /// Something was settled at the door where the vehicle stands.
    fn deal(&mut self, i: usize, becomes: Status, at: TimeOfDay, effects: &mut Effects) {
        let package = self.parcels[i].package.id().clone();
        match becomes {
            Status::Delivered => {
                self.parcels[i].whereabouts = Whereabouts::Customer;
                effects
                    .notifications
                    .push(Notification::Delivered { package, at });
            }
            Status::PickedUp => {
                self.parcels[i].whereabouts = Whereabouts::Vehicle;
                effects
                    .notifications
                    .push(Notification::PickedUp { package, at });
            }
            _ => {}
        }
        if let Some(vehicle) = self.parcels[i].vehicle {
            self.dealt(vehicle, at);
        }
        self.settle(i, becomes, at, effects);
    }

    /// Something was settled where a vehicle stands.
    fn dealt(&mut self, vehicle: usize, at: TimeOfDay) {
        let tour = &mut self.tours[vehicle];
        tour.clock = Some(at);
        // What was reported since the arrival is in this time.
        tour.delay = Span::ZERO;
        if let Some(stand) = &mut tour.stand {
            stand.dealt = Some(at);
        }
    }

    fn attempt(&mut self, i: usize, reason: AttemptReason, at: TimeOfDay, effects: &mut Effects) {
        let Some(vehicle) = self.parcels[i].vehicle else {
            return;
        };
        self.parcels[i].attempts.push(Attempt {
            date: self.request.date(),
            at,
            vehicle: self.request.vehicles()[vehicle].id().clone(),
            reason: reason.clone(),
        });
        let attempts = self.parcels[i].all_attempts();
        effects.notifications.push(Notification::Attempted {
            package: self.parcels[i].package.id().clone(),
            at,
            reason,
            attempts,
            last: attempts >= self.settings.most_attempts(),
        });
        self.deal(i, Status::Attempted, at, effects);
    }

    fn withdraw(&mut self, i: usize, becomes: Status, at: TimeOfDay, effects: &mut Effects) {
        if matches!(becomes, Status::Lost | Status::Misdelivered) {
            self.parcels[i].whereabouts = Whereabouts::Unknown;
        }
        self.settle(i, becomes, at, effects);
    }

    /// A parcel needs nothing more of its vehicle, if it ever did.
    fn settle(&mut self, i: usize, becomes: Status, at: TimeOfDay, effects: &mut Effects) {
        let parcel = &mut self.parcels[i];
        let open = parcel.open_halts();
        parcel.set(becomes, at);
        let Some(vehicle) = parcel.vehicle.filter(|_| !open.is_empty()) else {
            return;
        };
        for halt in open {
            self.close((vehicle, i), halt, at, effects);
        }
        self.refresh(vehicle, effects);
    }

    /// A parcel needs nothing more at a halt; neither does the halt, if it was the last one there.
    fn close(
        &mut self,
        (vehicle, i): (usize, usize),
        halt: usize,
        at: TimeOfDay,
        effects: &mut Effects,
    ) {
        self.take_off(i, &[halt]);
        if self.halts[halt].work.open > 0 {
            if self.tours[vehicle]
                .stand
                .is_none_or(|stand| stand.halt != halt)
            {
                self.meet_windows(halt);
            }
        } else if self.tours[vehicle]
            .stand
            .is_some_and(|stand| stand.halt == halt)
        {
            self.leave(vehicle, self.tours[vehicle].not_before_clock(at));
        } else {
            self.pass_on_breaks(vehicle, halt);
            let tour = &mut self.tours[vehicle];
            tour.ahead.retain(|&other| other != halt);
            if tour.phase == Phase::AtStart && tour.ahead.is_empty() {
                tour.phase = Phase::Idle;
                tour.driver = None;
                tour.back = None;
            }
            self.halts[halt].told = None;
            self.expect(halt, None, effects);
        }
    }

    /// The vehicle drives on from where it stands.
    fn leave(&mut self, vehicle: usize, at: TimeOfDay) {
        let stand = self.tours[vehicle].stand.take();
        let rest = stand.map_or(Span::ZERO, |stand| self.rest(stand.halt, 1, at));
        let tour = &mut self.tours[vehicle];
        tour.phase = Phase::Driving;
        // A break behind the service ends first.
        tour.ready = at.saturating_add(rest);
        tour.delay = Span::ZERO;
        if let Some(stand) = stand {
            let rests = std::mem::take(&mut self.halts[stand.halt].rests);
            tour.had
                .extend(rests.iter().flatten().map(|pause| pause.number));
            tour.behind.push(Behind {
                halt: stand.halt,
                arrived: stand.arrived,
                left: at,
            });
        }
    }

    /// A stop that nobody comes to any more leaves its breaks to the next one, else to the last.
    fn pass_on_breaks(&mut self, vehicle: usize, halt: usize) {
        let ahead = &self.tours[vehicle].ahead;
        let Some(nth) = ahead.iter().position(|&other| other == halt) else {
            return;
        };
        let last = nth.checked_sub(1).map(|i| ahead[i]);
        let next = ahead.get(nth + 1).copied();
        let rests: Vec<Pause> = std::mem::take(&mut self.halts[halt].rests).concat();
        match (next, last) {
            (Some(next), _) => {
                let own = &mut self.halts[next].rests[0];
                own.splice(0..0, rests);
            }
            (None, Some(last)) => self.halts[last].rests[1].extend(rests),
            (None, None) => {}
        }
    }

    fn stop_driving(&mut self, vehicle: usize, phase: Phase, at: TimeOfDay, effects: &mut Effects) {
        if let Some(stand) = self.tours[vehicle].stand {
            self.leave(vehicle, at);
            self.tours[vehicle].ahead.insert(0, stand.halt);
        }
        let tour = &mut self.tours[vehicle];
        tour.phase = phase;
        if let Some(driver) = tour.driver {
            self.gone[driver] |= phase == Phase::DriverOut;
            if tour.departed.is_none() {
                tour.driver = None;
                if phase == Phase::DriverOut {
                    // It stands where another driver can take it.
                    tour.phase = Phase::Idle;
                }
            }
        }
        tour.clock = Some(at);
        tour.back = None;
        tour.delay = Span::ZERO;
        let ahead = tour.ahead.clone();
        for &halt in &ahead {
            self.expect(halt, None, effects);
            for i in self.halts[halt].parcels.clone() {
                // What is not loaded can go with another vehicle.
                if self.parcels[i].status == Status::Planned {
                    self.unplan(i, at);
                }
            }
        }
        let halts = &self.halts;
        self.tours[vehicle]
            .ahead
            .retain(|&halt| halts[halt].work.open > 0);
    }

    fn come_back(&mut self, vehicle: usize, at: TimeOfDay, effects: &mut Effects) {
        if let Some(stand) = self.tours[vehicle].stand {
            self.leave(vehicle, self.tours[vehicle].clock.unwrap_or(at));
            self.tours[vehicle].ahead.push(stand.halt);
        }
        for halt in std::mem::take(&mut self.tours[vehicle].ahead) {
            self.expect(halt, None, effects);
        }
        let tour = &mut self.tours[vehicle];
        tour.phase = Phase::Returned;
        tour.clock = Some(at);
        tour.delay = Span::ZERO;
        tour.ready = at;
        if !self.request.vehicles()[vehicle].has_open_end() {
            tour.from = *self.request.vehicle_end(vehicle);
        }
        tour.back = Some(at);
        for halt in tour.halts.clone() {
            for i in self.halts[halt].parcels.clone() {
                self.unload(i, vehicle, at);
            }
        }
    }

    /// A parcel of a vehicle that is back.
    fn unload(&mut self, i: usize, vehicle: usize, at: TimeOfDay) {
        let parcel = &mut self.parcels[i];
        if parcel.vehicle != Some(vehicle) {
            return;
        }
        let open = parcel.open_halts();
        if parcel.whereabouts == Whereabouts::Vehicle {
            parcel.whereabouts = Whereabouts::Station;
        }
        match parcel.status {
            Status::OnBoard => {
                parcel.set(Status::BroughtBack, at);
                self.take_off(i, &open);
            }
            Status::Planned => self.unplan(i, at),
            _ => {}
        }
    }

    /// Takes a parcel that is not loaded off its route.
    fn unplan(&mut self, i: usize, at: TimeOfDay) {
        let open = self.parcels[i].open_halts();
        self.take_off(i, &open);
        let parcel = &mut self.parcels[i];
        parcel.set(Status::Unplanned, at);
        (parcel.vehicle, parcel.collect, parcel.halt) = (None, None, None);
        // A re-plan may put it elsewhere: what is open at these stops is counted without it.
        for halt in open {
            self.halts[halt].parcels.retain(|&other| other != i);
        }
    }

    /// Nothing is to be done about a parcel at some halts any more.
    fn take_off(&mut self, i: usize, halts: &[usize]) {
        for &halt in halts {
            let halted = &mut self.halts[halt];
            let times = times_of(&self.request, halted.vehicle);
            let package = &self.parcels[i].package;
            halted.work.remove(times, package, halted.collects);
        }
    }

    /// Whether an attempt at a parcel may be repeated at one of its halts on the same route.
    pub(super) fn may_repeat(&self, i: usize, halt: usize) -> bool {
        let parcel = &self.parcels[i];
        parcel.status == Status::Attempted
            && parcel.is_to_collect() == self.halts[halt].collects
            && parcel.all_attempts() < self.settings.most_attempts()
            && parcel.vehicle.is_some_and(|vehicle| {
                matches!(self.tours[vehicle].phase, Phase::Driving | Phase::AtStop)
            })
    }
}
