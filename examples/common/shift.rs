//! One day of one station as it happens: drivers, doors, orders, breakdowns, re-plans.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Instant;

use doorstep::execution::{AttemptReason, Churn, Day, Event, NewBreak, Phase, Settings, Status};
use doorstep::model::{Break, DriverId, HandOff, PackageKind, Promise, StopId, TravelSpec};
use doorstep::plan::{Plan, validate};
use doorstep::travel::TravelModel;
use doorstep::{
    Error, Package, PackageId, Place, ServiceDay, Solver, Span, TimeOfDay, TimeWindow, Vehicle,
    VehicleId,
};

use super::chance::Luck;
use super::door::{opening, rested, service};

/// The van that stands by for breakdowns; its shift leaves it no other work.
pub(crate) const RESCUE: &str = "rescue";

/// How many violations are kept in words.
const SHOWN: usize = 10;

/// How a day is run.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// What change costs.
    pub(crate) churn: Churn,
    /// What improves each re-plan.
    pub(crate) solver: Solver,
    /// Two-hour orders for each thousand packages.
    pub(crate) orders: u32,
    /// Whether each re-plan is validated.
    pub(crate) check: bool,
}

/// What a day came to, beside what its closing says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// Milliseconds of each re-plan: the first answer, and with the improvement.
    pub(crate) first_ms: Vec<f64>,
    pub(crate) total_ms: Vec<f64>,
    /// Packages that changed vehicle, that were given another expected arrival beyond 15 minutes,
    /// and whose windows were touched, by re-plans.
    pub(crate) moved: usize,
    pub(crate) shifted: usize,
    pub(crate) touched: usize,
    /// Orders offered no window.
    pub(crate) lost_orders: usize,
    pub(crate) orders: usize,
    pub(crate) breakdowns: usize,
    /// Arrivals inside their band, and all that had one.
    pub(crate) inside: usize,
    pub(crate) arrivals: usize,
    pub(crate) violations: usize,
    /// The first of them.
    pub(crate) found: Vec<String>,
}

impl Figures {
    /// Both together.
    pub(crate) fn add(&mut self, other: &Self) {
        self.first_ms.extend(&other.first_ms);
        self.total_ms.extend(&other.total_ms);
        self.moved += other.moved;
        self.shifted += other.shifted;
        self.touched += other.touched;
        self.lost_orders += other.lost_orders;
        self.orders += other.orders;
        self.breakdowns += other.breakdowns;
        self.inside += other.inside;
        self.arrivals += other.arrivals;
        self.violations += other.violations;
        self.found.extend(other.found.iter().cloned());
        self.found.truncate(SHOWN);
    }
}

/// Something that is going to happen.
#[derive(Clone, Debug)]
enum Act {
    Depart(VehicleId),
    Arrive(VehicleId, StopId),
    Deal(VehicleId, PackageId),
    Return(VehicleId),
    Order(usize),
    Wish(usize),
    Breakdown(VehicleId),
    Rescue(VehicleId),
    Look,
}

/// A day that is being run.
pub(crate) struct Shift {
    day: Day,
    luck: Luck,
    rules: Rules,
    figures: Figures,
    /// When, in which order of equal times, and which of `acts`.
    queue: BinaryHeap<Reverse<(i64, usize)>>,
    acts: Vec<Act>,
    bands: HashMap<StopId, (TimeOfDay, TimeOfDay)>,
    places: HashMap<PackageId, Package>,
    /// The breaks that drivers have before they drive on.
    pauses: HashMap<VehicleId, Vec<Break>>,
    changed: bool,
}

impl Shift {
    /// A day before it begins.
    ///
    /// # Errors
    ///
    /// When the plan is not of the request.
    pub(crate) fn new(
        request: &ServiceDay,
        plan: &Plan,
        luck: Luck,
        rules: Rules,
    ) -> Result<Self, Error> {
        let packages = request.packages().iter();
        let mut shift = Self {
            day: Day::with_settings(request, plan, Settings::default())?,
            luck,
            rules,
            figures: Figures::default(),
            queue: BinaryHeap::new(),
            acts: Vec::new(),
            bands: HashMap::new(),
            places: packages.map(|p| (p.id().clone(), p.clone())).collect(),
            pauses: HashMap::new(),
            changed: false,
        };
        shift.expect_all(plan);
        Ok(shift)
    }

    /// Runs to the end.
    ///
    /// # Errors
    ///
    /// When an event is refused that a driver would send: a fault of this file or of the library.
    pub(crate) fn run(mut self) -> Result<(Day, Figures), Error> {
        while let Some(Reverse((at, number))) = self.queue.pop() {
            let act = self.acts[number].clone();
            self.happen(TimeOfDay::from_millis(at), act)?;
        }
        Ok((self.day, self.figures))
    }

    fn expect_all(&mut self, plan: &Plan) {
        for route in &plan.routes {
            self.set_out(&route.vehicle, route.depart);
        }
        let packages = self.places.len();
        let minute = |luck: &Luck, kind: &str, i: usize, from: u32, to: u32| {
            let mut random = luck.of(kind, &i.to_string());
            TimeOfDay::hm(0, 0) + Span::from_minutes(i64::from(from + random.below(to - from)))
        };
        for i in 0..packages * self.rules.orders as usize / 1_000 {
            let at = minute(&self.luck, "order", i, 9 * 60, 17 * 60);
            self.push(at, Act::Order(i));
        }
        for i in 0..packages / 500 {
            let at = minute(&self.luck, "wish", i, 9 * 60, 16 * 60);
            self.push(at, Act::Wish(i));
        }
        for half_hour in 19..37 {
            let at = TimeOfDay::hm(half_hour / 2, half_hour % 2 * 30);
            self.push(at, Act::Look);
        }
        let mut random = self.luck.of("breakdown", "");
        if random.percent(30) && !plan.routes.is_empty() {
            let route = &plan.routes[random.below(plan.routes.len() as u32) as usize];
            let at = TimeOfDay::hm(10 + random.below(4), random.below(60));
            self.push(at, Act::Breakdown(route.vehicle.clone()));
        }
    }

    fn push(&mut self, at: TimeOfDay, act: Act) {
        // Drivers' clocks show seconds.
        let at = at.millis() / 1_000 * 1_000;
        self.queue.push(Reverse((at, self.acts.len())));
        self.acts.push(act);
    }

    fn set_out(&mut self, vehicle: &VehicleId, depart: TimeOfDay) {
        let late = self.luck.of("depart", vehicle.as_str()).below(240);
        let at = depart + Span::from_seconds(i64::from(late) + 1);
        self.push(at, Act::Depart(vehicle.clone()));
    }

    fn happen(&mut self, at: TimeOfDay, act: Act) -> Result<(), Error> {
        match act {
            Act::Depart(vehicle) => self.depart(at, &vehicle),
            Act::Arrive(vehicle, stop) => self.arrive(at, &vehicle, &stop),
            Act::Deal(vehicle, package) => self.deal(at, &vehicle, package),
            Act::Return(vehicle) => {
                let driving = self.phase(&vehicle) == Some(Phase::Driving);
                let done = driving && self.next_stop(&vehicle).is_none();
                if done {
                    self.apply(&Event::Returned { at, vehicle })?;
                }
                Ok(())
            }
            Act::Order(i) => self.order(at, i),
            Act::Wish(i) => self.wish(at, i),
            Act::Breakdown(vehicle) => self.break_down(at, vehicle),
            Act::Rescue(vehicle) => self.rescue(at, vehicle),
            Act::Look => {
                if std::mem::take(&mut self.changed) {
                    self.replan(at)?;
                }
                Ok(())
            }
        }
    }

    fn apply(&mut self, event: &Event) -> Result<(), Error> {
        self.day.apply(event).map(drop)
    }

    fn phase(&self, vehicle: &VehicleId) -> Option<Phase> {
        self.day.vehicle(vehicle).map(|state| state.phase)
    }

    fn next_stop(&self, vehicle: &VehicleId) -> Option<(StopId, Vec<PackageId>)> {
        let next = self.day.vehicle(vehicle)?.ahead.into_iter().next()?;
        Some((next.stop, next.packages))
    }

    fn depart(&mut self, at: TimeOfDay, vehicle: &VehicleId) -> Result<(), Error> {
        let Some(state) = self.day.vehicle(vehicle) else {
            return Ok(());
        };
        if state.phase != Phase::AtStart || state.ready > at {
            // A re-plan changed its departure, and it was told so.
            return Ok(());
        }
        let vehicle = vehicle.clone();
        self.apply(&Event::Departed {
            at,
            vehicle: vehicle.clone(),
        })?;
        self.tell(&vehicle);
        self.drive_on(at, &vehicle)
    }

    /// The bands that customers are told.
    fn tell(&mut self, vehicle: &VehicleId) {
        for (stop, eta) in self.day.etas(vehicle) {
            self.bands.insert(stop, (eta.p10, eta.p90));
        }
    }

    fn stated(&self, vehicle: &VehicleId) -> Option<&Vehicle> {
        let mut vehicles = self.day.request().vehicles().iter();
        vehicles.find(|stated| stated.id() == vehicle)
    }

    fn leg(&self, vehicle: &VehicleId, (from, to): (&Place, &Place), at: TimeOfDay) -> Span {
        let travel: &TravelSpec = self.day.request().travel();
        let leg = |v: &Vehicle| travel.leg_at(v.kind(), from, to, at).time;
        self.stated(vehicle).map_or(Span::ZERO, leg)
    }

    /// The breaks that the driver is to have where the vehicle comes next: before the service, and
    /// behind it.
    fn pauses_at_next(&self, vehicle: &VehicleId) -> [Vec<Break>; 2] {
        let state = self.day.vehicle(vehicle);
        let here = state.map_or(Vec::new(), |state| state.breaks);
        [false, true].map(|behind| {
            let here = here
                .iter()
                .filter(|b| (b.stop, b.after_service) == (0, behind));
            let stated = |b: &NewBreak| Some(self.stated(vehicle)?.breaks()[b.number]);
            here.filter_map(stated).collect()
        })
    }

    /// To the next stop, or home.
    fn drive_on(&mut self, at: TimeOfDay, vehicle: &VehicleId) -> Result<(), Error> {
        let Some(state) = self.day.vehicle(vehicle) else {
            return Ok(());
        };
        // What happens now is known now; the vehicle goes on when the breaks are over.
        let free = rested(at, &self.pauses.remove(vehicle).unwrap_or_default());
        let Some((stop, packages)) = self.next_stop(vehicle) else {
            let home = *self.day.request().station().place();
            let leg = self.leg(vehicle, (&state.position, &home), free);
            let leg = self.luck.length("home", vehicle.as_str(), leg, 0.2);
            self.push(
                free + leg + Span::from_seconds(1),
                Act::Return(vehicle.clone()),
            );
            return Ok(());
        };
        let to = *self.places[&packages[0]].place();
        let leg = self.leg(vehicle, (&state.position, &to), free);
        let mut leg = self.luck.length("leg", stop.as_str(), leg, 0.2);
        if self.luck.per_mille("jam", stop.as_str(), 3) {
            let by = Span::from_minutes(20);
            let event = Event::Delayed {
                at,
                vehicle: vehicle.clone(),
                by,
            };
            self.apply(&event)?;
            self.tell(vehicle);
            leg += by;
            self.changed = true;
        }
        self.push(
            free + leg + Span::from_seconds(1),
            Act::Arrive(vehicle.clone(), stop),
        );
        Ok(())
    }

    fn arrive(&mut self, at: TimeOfDay, vehicle: &VehicleId, stop: &StopId) -> Result<(), Error> {
        let driving = self.phase(vehicle) == Some(Phase::Driving);
        let Some((next, packages)) = self.next_stop(vehicle).filter(|_| driving) else {
            // All that was to be brought there was called off on the way.
            return if driving {
                self.drive_on(at, vehicle)
            } else {
                Ok(())
            };
        };
        if next != *stop {
            return self.drive_on(at, vehicle);
        }
        if let Some((early, late)) = self.bands.remove(stop) {
            self.figures.arrivals += 1;
            self.figures.inside += usize::from(early <= at && at <= late);
        }
        let [before, behind] = self.pauses_at_next(vehicle);
        self.apply(&Event::Arrived {
            at,
            vehicle: vehicle.clone(),
            stop: stop.clone(),
        })?;
        self.pauses.insert(vehicle.clone(), behind);
        let at = rested(at, &before);
        let members: Vec<Package> = packages.iter().map(|id| self.places[id].clone()).collect();
        let opens = members.iter().filter_map(|p| opening(p, at)).max();
        let start = opens.map_or(at, |opens| opens.max(at));
        let service = service(self.day.request(), &members);
        let service = self.luck.length("service", stop.as_str(), service, 0.4);
        let count = packages.len() as i64;
        for (nth, package) in (1..).zip(packages) {
            let done = start + Span::from_millis(service.millis() * nth / count);
            self.push(done, Act::Deal(vehicle.clone(), package));
        }
        Ok(())
    }

    fn deal(
        &mut self,
        at: TimeOfDay,
        vehicle: &VehicleId,
        package: PackageId,
    ) -> Result<(), Error> {
        let Some(stands) = self.day.vehicle(vehicle).and_then(|state| state.at) else {
            return Ok(());
        };
        let open = self.day.package(&package);
        // A re-plan may have given it another stop since.
        let open = open.is_some_and(|p| {
            let due = matches!(p.status, Status::OnBoard | Status::Planned);
            due && p.stop.as_ref() == Some(&stands.stop)
        });
        if open {
            let event = self.outcome(at, package);
            self.apply(&event)?;
        }
        // The last one at the stop sends the vehicle on.
        if self.phase(vehicle) == Some(Phase::Driving) {
            return self.drive_on(at, vehicle);
        }
        Ok(())
    }

    fn outcome(&self, at: TimeOfDay, package: PackageId) -> Event {
        let stated = &self.places[&package];
        let pickup = stated.kind() == PackageKind::ReturnPickup;
        let busy = (9 * 60..17 * 60).contains(&(at.millis() / 60_000));
        let fails = match stated.hand_off() {
            HandOff::Signature | HandOff::AgeCheck if busy => 120,
            HandOff::Signature | HandOff::AgeCheck => 60,
            _ if pickup => 50,
            _ => 10,
        };
        if self.luck.per_mille("home", package.as_str(), fails) {
            let reason = if pickup {
                AttemptReason::NotReady
            } else {
                AttemptReason::NotHome
            };
            return Event::Attempted {
                at,
                package,
                reason,
            };
        }
        match () {
            () if pickup => Event::PickedUp { at, package },
            () if self.luck.per_mille("refuse", package.as_str(), 2) => {
                Event::Refused { at, package }
            }
            () => Event::Delivered { at, package },
        }
    }

    /// Somebody near a customer of the day orders for one of the next windows.
    fn order(&mut self, at: TimeOfDay, i: usize) -> Result<(), Error> {
        self.figures.orders += 1;
        let request = self.day.request();
        let mut random = self.luck.of("where", &i.to_string());
        let like = random.below(request.packages().len() as u32) as usize;
        let like = &request.packages()[like];
        let ready = at + Span::from_minutes(10);
        let date = request
            .date()
            .map_or(String::new(), |date| date.to_string());
        let id = format!("{}-{date}-order-{i}", request.station().id());
        let package = Package::new(id, *like.place(), like.zip().clone())
            .with_volume_cm3(4_000)
            .with_promise(Promise::TwoHour { ordered: at })
            .with_ready(ready);
        let quotes = self.day.quotes(at)?;
        let windows: Vec<TimeWindow> = (1..4)
            .map(|hours| {
                let from = at + Span::from_minutes(30) + Span::from_hours(hours - 1);
                TimeWindow::new(from, from + Span::from_hours(2))
            })
            .collect();
        let offers = quotes.offers(&package, &windows)?;
        let Some(offer) = offers.into_iter().min_by_key(|offer| offer.price) else {
            self.figures.lost_orders += 1;
            return Ok(());
        };
        let package = package.with_window(offer.window);
        self.places.insert(package.id().clone(), package.clone());
        let package = Box::new(package);
        self.apply(&Event::PackageAdded { at, package })?;
        self.replan(at)
    }

    /// Somebody wants a package at another time.
    fn wish(&mut self, at: TimeOfDay, i: usize) -> Result<(), Error> {
        let mut random = self.luck.of("who", &i.to_string());
        let packages = self.day.request().packages();
        let package = packages[random.below(packages.len() as u32) as usize]
            .id()
            .clone();
        let from = at + Span::from_minutes(60);
        let windows = vec![TimeWindow::new(from, from + Span::from_hours(3))];
        let event = Event::WindowChanged {
            at,
            package: package.clone(),
            windows: windows.clone(),
        };
        if self.day.apply(&event).is_ok()
            && let Some(known) = self.places.get_mut(&package)
        {
            *known = known.clone().with_windows(windows);
            self.changed = true;
        }
        Ok(())
    }

    fn break_down(&mut self, at: TimeOfDay, vehicle: VehicleId) -> Result<(), Error> {
        let on_road = matches!(self.phase(&vehicle), Some(Phase::Driving | Phase::AtStop));
        if !on_road {
            return Ok(());
        }
        self.figures.breakdowns += 1;
        let from = vehicle.clone();
        self.apply(&Event::VehicleOut { at, vehicle })?;
        self.replan(at)?;
        // Somebody drives there and loads.
        let place = self.day.vehicle(&from).map(|state| state.position);
        let station = self.day.request().station().place();
        let leg = place.map_or(Span::ZERO, |place| self.leg(&from, (station, &place), at));
        self.push(at + leg + Span::from_minutes(20), Act::Rescue(from));
        Ok(())
    }

    fn rescue(&mut self, at: TimeOfDay, from: VehicleId) -> Result<(), Error> {
        let vehicles = self.day.request().vehicles().iter();
        let idle = vehicles.filter(|v| self.phase(v.id()) == Some(Phase::Idle));
        // The one that stands by for this, else the largest.
        let idle = idle.rev();
        let idle = idle.max_by_key(|v| (v.id().as_str() == RESCUE, v.capacity().volume_cm3));
        let Some(vehicle) = idle.map(|v| v.id().clone()) else {
            // What lies in it comes back and is carried to tomorrow.
            return Ok(());
        };
        let event = Event::TakenOver {
            at,
            vehicle: vehicle.clone(),
            from,
            driver: self.relief(&vehicle),
        };
        if self.day.apply(&event).is_err() {
            // Nothing was left in it.
            return Ok(());
        }
        self.replan(at)?;
        self.tell(&vehicle);
        self.drive_on(at, &vehicle)
    }

    /// Who can drive a vehicle that had no route.
    fn relief(&self, vehicle: &VehicleId) -> Option<DriverId> {
        let vehicles = self.day.request().vehicles().iter();
        let busy: Vec<DriverId> = vehicles
            .filter_map(|v| self.day.vehicle(v.id())?.driver)
            .collect();
        let mut drivers = self.day.request().drivers().iter();
        let free = drivers.find(|d| d.drives(vehicle) && !busy.contains(d.id()));
        free.map(|driver| driver.id().clone())
    }

    fn replan(&mut self, at: TimeOfDay) -> Result<(), Error> {
        let begun = Instant::now();
        let first = self.day.replan(at, &self.rules.churn)?;
        let answered = begun.elapsed();
        let best = first.improve(&self.rules.solver)?;
        let all = begun.elapsed();
        if self.rules.check {
            for replan in [&first, &best] {
                let found = validate(replan.request(), replan.plan());
                self.figures.violations += found.len();
                let found = found.iter().map(|violation| format!("{at}: {violation}"));
                self.figures.found.extend(found.take(SHOWN));
            }
        }
        let limit = Span::from_minutes(15);
        let changes = best.changes();
        self.figures.moved += changes.packages_moved();
        self.figures.shifted += changes.shifted_beyond(limit);
        self.figures.touched += changes.windows_touched.len();
        self.figures.first_ms.push(answered.as_secs_f64() * 1e3);
        self.figures.total_ms.push(all.as_secs_f64() * 1e3);
        let Some(event) = best.into_event() else {
            return Ok(());
        };
        self.apply(&event)?;
        let Event::Replanned { routes, .. } = event else {
            return Ok(());
        };
        for route in routes {
            match route.depart {
                Some(depart) => self.set_out(&route.vehicle, depart),
                None => self.tell(&route.vehicle),
            }
        }
        Ok(())
    }
}
