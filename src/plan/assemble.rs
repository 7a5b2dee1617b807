//! Routes as lists of stops into a plan with clock times, by driving them forward.

use super::areas::AreaFigures;
use super::cost::{CostByCause, above, lateness, meters, money, span};
use super::{
    DoorVisit, Plan, ProviderCard, Reason, Reload, Rest, ReturnLeg, RoutePlan, Scorecard, Tendered,
    Unserved, Visit, WalkPlan, fingerprint,
};
use crate::model::{
    BlockId, BreakTime, Driver, Package, PackageKind, Place, Provider, ServiceDay, TimeWindow,
    Vehicle, Zip, ZoneId,
};
use crate::sortation::{Grouping, StopGroup, WalkDoor, Zoning, zones};
use crate::travel::TravelModel;
use crate::units::{Load, Meters, Money, Span, TimeOfDay};

/// A route before it has clock times: who leaves when and goes where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteDraft {
    /// Index into [`ServiceDay::vehicles`].
    pub vehicle: usize,
    /// Index into [`ServiceDay::drivers`]; `None` on a day without any.
    pub driver: Option<usize>,
    /// Indices into [`Grouping::stops`], in driving order.
    pub stops: Vec<u32>,
    /// When the vehicle leaves its start.
    pub depart: TimeOfDay,
    /// Where its driver has breaks, in order.
    pub breaks: Vec<RestDraft>,
    /// Where the vehicle comes back to load again, in order.
    pub reloads: Vec<ReloadDraft>,
}

/// A reload before it has clock times: loading begins as soon as the vehicle is there and it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReloadDraft {
    /// Index into the route's stops of the first of the trip that begins.
    pub visit: usize,
    /// Loading begins no earlier.
    pub from: TimeOfDay,
}

/// A break before it has clock times: it begins as soon as the vehicle is there and it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestDraft {
    /// Index into the vehicle's [`breaks`](Vehicle::breaks).
    pub number: usize,
    /// Index into the route's stops.
    pub visit: usize,
    /// Whether it comes behind the service, else before it.
    pub after_service: bool,
}

/// Writes down the plan that follows from routes.
///
/// Each vehicle leaves when its draft says, drives from stop to stop, waits where it comes before
/// a window and serves; where it comes after the last window it serves at once, late: nothing is
/// checked here, [`validate`](crate::plan::validate()) does that. Drafts without stops are left out.
/// Routes come out in the order of the fleet.
///
/// Breaks are where the draft says; those by the clock begin no earlier than they may. So are reloads,
/// which take as long as the vehicle says.
///
/// Stops in `unserved` that have a price become tendered packages, each at its own price or with
/// the cheapest carrier that takes it, however many that carrier takes; the packages of the others
/// are unserved for the given reason. A stop that is neither on a route nor in `unserved` is
/// missing in the plan.
///
/// # Panics
///
/// When `grouping` is not of `day`, or a draft or `unserved` names a vehicle, a driver, a break or a
/// stop that does not exist.
///
/// # Complexity
///
/// O(packages + stops + routes log routes), and one call of `travel` for each leg.
#[must_use]
pub fn assemble(
    day: &ServiceDay,
    grouping: &Grouping,
    travel: &dyn TravelModel,
    routes: &[RouteDraft],
    unserved: Vec<(u32, Reason)>,
) -> Plan {
    let zoning = zones(day, grouping);
    let cheapest = |package: u32| {
        let package = &day.packages()[package as usize];
        let own = package.tender().map(|price| (None, price));
        own.or_else(|| {
            let first = day.quotes(package).first().copied();
            first.map(|(carrier, price)| (Some(carrier), price))
        })
    };
    assemble_with(
        day,
        (grouping, &zoning),
        travel,
        routes,
        (unserved, &cheapest),
    )
}

/// Who takes a tendered package, as its index in [`ServiceDay::providers`], at what price; the
/// carrier is `None` at a package's own price.
pub(crate) type Tender = (Option<u32>, Money);

/// The tender of a package, by its index in the request.
pub(crate) type Tenders<'a> = &'a dyn Fn(u32) -> Option<Tender>;

/// As [`assemble`], with the zones at hand and the carrier of each package that is on no route; a package without
/// one is unserved.
pub(crate) fn assemble_with(
    day: &ServiceDay,
    (grouping, zoning): (&Grouping, &Zoning),
    travel: &dyn TravelModel,
    routes: &[RouteDraft],
    (unserved, tender): (Vec<(u32, Reason)>, Tenders<'_>),
) -> Plan {
    let mut scorecard = Scorecard {
        packages: day.packages().len() as u64,
        costs: Some(*day.costs()),
        providers: day.providers().iter().map(ProviderCard::new).collect(),
        ..Scorecard::default()
    };
    let mut drafts: Vec<&RouteDraft> = routes.iter().filter(|r| !r.stops.is_empty()).collect();
    drafts.sort_by_key(|draft| draft.vehicle);
    let routes: Vec<RoutePlan> = drafts
        .into_iter()
        .map(|draft| {
            Drive::start(day, (grouping, zoning), travel, draft).finish(draft, &mut scorecard)
        })
        .collect();
    scorecard.areas = AreaFigures::of(&routes);
    let (unserved, tendered) = leftovers(day, grouping, unserved, tender, &mut scorecard);
    scorecard.unserved = unserved.len() as u64;
    scorecard.tendered = tendered.len() as u64;
    for provider in day.providers() {
        let more = scorecard.row_of(provider).fall_short(provider);
        scorecard.cost.shortfall = money(scorecard.cost.shortfall, more);
    }
    scorecard.cost.tender = tendered
        .iter()
        .fold(scorecard.cost.tender, |sum, t| money(sum, t.price));
    Plan {
        station: day.station().id().clone(),
        date: day.date(),
        fingerprint: fingerprint(&routes),
        routes,
        unserved,
        tendered,
        scorecard,
    }
}

/// The packages of stops on no route, in the order of the request.
fn leftovers(
    day: &ServiceDay,
    grouping: &Grouping,
    stops: Vec<(u32, Reason)>,
    tender: Tenders<'_>,
    scorecard: &mut Scorecard,
) -> (Vec<Unserved>, Vec<Tendered>) {
    let mut left: Vec<(u32, Option<Tender>, Reason)> = Vec::new();
    for (stop, reason) in stops {
        let stop = &grouping.stops()[stop as usize];
        if stop.collects {
            // Said of the stop at its door.
            continue;
        }
        for &package in &stop.packages {
            let tender = stop.price.and_then(|_| tender(package));
            left.push((package, tender, reason.clone()));
        }
    }
    left.sort_by_key(|&(package, ..)| package);
    let (mut unserved, mut tendered) = (Vec::new(), Vec::new());
    for (package, tender, reason) in left {
        let package = day.packages()[package as usize].id().clone();
        let Some((carrier, price)) = tender else {
            unserved.push(Unserved::new(package, reason));
            continue;
        };
        let carrier = carrier.map(|i| &day.providers()[i as usize]);
        if let Some(carrier) = carrier {
            scorecard.row_of(carrier).add(0, 1, price);
        }
        tendered.push(Tendered {
            package,
            price,
            carrier: carrier.map(|carrier| carrier.id().clone()),
            because: None,
        });
    }
    (unserved, tendered)
}

/// A vehicle on its way.
struct Drive<'a> {
    day: &'a ServiceDay,
    grouping: &'a Grouping,
    zoning: &'a Zoning,
    travel: &'a dyn TravelModel,
    vehicle: &'a Vehicle,
    driver: Option<&'a Driver>,
    provider: Option<&'a Provider>,
    /// Where it is, since when, and with what on board.
    at: &'a Place,
    now: TimeOfDay,
    on_board: Load,
    /// What its packages cost outside of its provider's preferred postal codes, and its stops
    /// outside of its driver's own.
    territory: Money,
    /// What its alternatives cost.
    alternatives: Money,
    /// What lateness costs, in 1/1000 cents times milliseconds a minute.
    late: i128,
    /// How far it had gone when it came to the station last.
    charged: Meters,
    route: RoutePlan,
}

impl<'a> Drive<'a> {
    fn start(
        day: &'a ServiceDay,
        (grouping, zoning): (&'a Grouping, &'a Zoning),
        travel: &'a dyn TravelModel,
        draft: &RouteDraft,
    ) -> Self {
        let vehicle = &day.vehicles()[draft.vehicle];
        let load = brought(grouping, trip(draft, 0));
        let driver = draft.driver.map(|driver| &day.drivers()[driver]);
        let route = RoutePlan {
            vehicle: vehicle.id().clone(),
            driver: driver.map(|driver| driver.id().clone()),
            kind: vehicle.kind(),
            provider: vehicle.provider().cloned(),
            depart: draft.depart,
            back: draft.depart,
            visits: Vec::with_capacity(draft.stops.len()),
            breaks: Vec::new(),
            reloads: Vec::new(),
            return_leg: ReturnLeg {
                drive: Span::ZERO,
                distance: Meters::ZERO,
            },
            load_order: Vec::new(),
            distance: Meters::ZERO,
            driving: Span::ZERO,
            service: Span::ZERO,
            waiting: Span::ZERO,
            load,
            peak: load,
            cost: Money::ZERO,
        };
        Self {
            day,
            grouping,
            zoning,
            travel,
            vehicle,
            driver,
            provider: day.vehicle_provider(draft.vehicle),
            at: day.vehicle_position(draft.vehicle),
            now: draft.depart,
            on_board: load,
            territory: Money::ZERO,
            alternatives: Money::ZERO,
            late: 0,
            charged: Meters::ZERO,
            route,
        }
    }

    /// Drives the whole draft and adds it to the scorecard.
    fn finish(mut self, draft: &RouteDraft, scorecard: &mut Scorecard) -> RoutePlan {
        for (i, &stop) in draft.stops.iter().enumerate() {
            for reload in draft.reloads.iter().filter(|reload| reload.visit == i) {
                self.reload(draft, *reload);
            }
            self.visit(stop as usize, &draft.breaks, scorecard);
        }
        let (drive, distance) = if self.vehicle.has_open_end() {
            (Span::ZERO, Meters::ZERO)
        } else {
            self.go(self.day.vehicle_end(draft.vehicle))
        };
        self.route.return_leg = ReturnLeg { drive, distance };
        self.route.back = self.now;
        self.route.load_order = self.load_order(trip(draft, 0));
        self.count(draft.vehicle, scorecard);
        self.route
    }

    /// Comes back to the station and loads what the next trip brings.
    fn reload(&mut self, draft: &RouteDraft, reload: ReloadDraft) {
        let (drive, distance) = self.go(self.day.station().place());
        let arrive = self.now;
        let start = arrive.max(reload.from);
        let way = self.route.distance - self.charged;
        self.charged = self.route.distance;
        let range = self.vehicle.range().unwrap_or(Meters::ZERO);
        let reloads = self.vehicle.reloads();
        let loading = reloads.map_or(Span::ZERO, |reloads| reloads.stay(way, range));
        self.now = start.saturating_add(loading);
        self.route.waiting = span(self.route.waiting, start - arrive);
        self.route.service = span(self.route.service, loading);
        let stops = trip(draft, reload.visit);
        self.on_board = brought(self.grouping, stops);
        self.route.peak = most(self.route.peak, self.on_board);
        let load_order = self.load_order(stops);
        self.route.reloads.push(Reload {
            visit: reload.visit,
            arrive,
            start,
            leave: self.now,
            waiting: start - arrive,
            drive,
            distance,
            load: self.on_board,
            load_order,
        });
    }

    /// Drives to a place; returns time and length of the leg.
    fn go(&mut self, to: &'a Place) -> (Span, Meters) {
        let kind = self.vehicle.kind();
        let leg = self.travel.leg_at(kind, self.at, to, self.now);
        self.at = to;
        self.now = self.now.saturating_add(leg.time);
        self.route.driving = span(self.route.driving, leg.time);
        self.route.distance = meters(self.route.distance, leg.distance);
        (leg.time, leg.distance)
    }

    /// Has the breaks of a place: those before the service or those behind it; how long they are.
    fn rest(&mut self, breaks: &[RestDraft], after_service: bool) -> Span {
        let visit = self.route.visits.len() - usize::from(after_service);
        let mut all = Span::ZERO;
        let here = |b: &&RestDraft| (b.visit, b.after_service) == (visit, after_service);
        for rest in breaks.iter().filter(here) {
            let pause = self.vehicle.breaks()[rest.number];
            let before = self.now;
            if let BreakTime::Between(window) = pause.when() {
                self.now = before.max(window.earliest());
            }
            if after_service {
                self.route.waiting = span(self.route.waiting, self.now - before);
            }
            self.route.breaks.push(Rest {
                number: rest.number,
                visit,
                after_service,
                start: self.now,
                length: pause.length(),
            });
            self.now = self.now.saturating_add(pause.length());
            all = span(all, pause.length());
        }
        all
    }

    fn visit(&mut self, index: usize, breaks: &[RestDraft], scorecard: &mut Scorecard) {
        let stop = &self.grouping.stops()[index];
        let (drive, distance) = self.go(&stop.place);
        let arrive = self.now;
        let rested = self.rest(breaks, false);
        let start = opening(&stop.windows, self.now);
        let waiting = start - arrive - rested;
        let service = stop.service_of(self.day, self.vehicle.kind());
        let leave = start.saturating_add(service);
        self.now = leave;
        self.route.waiting = span(self.route.waiting, waiting);
        self.route.service = span(self.route.service, service);
        self.on_board = plus(minus(self.on_board, stop.deliveries), stop.pickups);
        self.route.peak = most(self.route.peak, self.on_board);
        let walk = self.walk(stop, start);
        match (&stop.walk, &walk) {
            (Some(walk), Some(plan)) => {
                for (door, at) in walk.doors.iter().zip(&plan.doors) {
                    self.hand_over(stop, &door.packages, at.start, scorecard);
                }
            }
            _ if stop.collects => {}
            _ => self.hand_over(stop, &stop.packages, start, scorecard),
        }
        if let Some(driver) = self.driver
            && !stop.collects
            && !self
                .packages(stop)
                .any(|package| driver.knows(zip_of(stop, package)))
        {
            self.territory = money(self.territory, driver.price_outside());
        }
        if let Some(elsewhere) = stop.elsewhere {
            self.alternatives = money(self.alternatives, elsewhere.price);
        }
        let (zone, block) = self.labels(index);
        let mut packages = self
            .packages(stop)
            .map(|package| package.id().clone())
            .collect();
        let mut collects = Vec::new();
        if stop.collects {
            std::mem::swap(&mut packages, &mut collects);
        }
        scorecard.delivered += packages.len() as u64;
        self.route.visits.push(Visit {
            stop: stop.id.clone(),
            packages,
            collects,
            alternative: stop.elsewhere.map(|elsewhere| elsewhere.alternative),
            zip: stop.zip.clone(),
            zone,
            block,
            place: stop.place,
            arrive,
            start,
            leave,
            waiting,
            drive,
            distance,
            load_after: self.on_board,
            because: None,
            walk,
        });
        self.rest(breaks, true);
    }

    /// Counts the packages of a door, whose hand-over begins at `start`.
    fn hand_over(
        &mut self,
        stop: &StopGroup,
        packages: &[u32],
        start: TimeOfDay,
        scorecard: &mut Scorecard,
    ) {
        for &package in packages {
            let package = &self.day.packages()[package as usize];
            let due = package.promised_by(self.day.delivery_hours());
            scorecard.on_time += u64::from(start <= due);
            if let Some(due) = package.due() {
                let late = (start.millis() - due.by().millis()).max(0);
                self.late += i128::from(due.per_minute().millicents()) * i128::from(late);
            }
            let outside = self.provider.filter(|p| !p.prefers(zip_of(stop, package)));
            let price = outside.map_or(Money::ZERO, Provider::price_outside);
            self.territory = money(self.territory, price);
        }
    }

    /// The walk of a halt whose service starts at `start`.
    fn walk(&self, stop: &StopGroup, start: TimeOfDay) -> Option<WalkPlan> {
        let walk = stop.walk.as_ref()?;
        let times = self.day.service_times_of(self.vehicle.kind());
        let calls = stop.calls(self.day, times);
        let packages = self.day.packages();
        let door = |(door, after): (&WalkDoor, Span)| DoorVisit {
            place: door.place,
            packages: (door.packages.iter())
                .map(|&p| packages[p as usize].id().clone())
                .collect(),
            start: start.saturating_add(after),
        };
        Some(WalkPlan {
            doors: walk.doors.iter().zip(calls).map(door).collect(),
            distance: walk.distance,
            time: walk.time,
        })
    }

    /// The zone and the block of a stop.
    fn labels(&self, stop: usize) -> (Option<ZoneId>, Option<BlockId>) {
        let zoning = self.zoning;
        let zone = zoning.zone_of(stop);
        let block = zoning.block_of(stop);
        (
            zone.map(|z| zoning.zones()[z as usize].id.clone()),
            block.map(|b| zoning.blocks()[b as usize].id.clone()),
        )
    }

    fn packages(
        &self,
        stop: &'a StopGroup,
    ) -> impl DoubleEndedIterator<Item = &'a Package> + use<'a> {
        let packages = self.day.packages();
        stop.packages.iter().map(|&i| &packages[i as usize])
    }

    fn load_order(&self, stops: &[u32]) -> Vec<crate::model::PackageId> {
        stops
            .iter()
            .rev()
            .flat_map(|&stop| self.packages(&self.grouping.stops()[stop as usize]).rev())
            .filter(|package| package.kind() != PackageKind::ReturnPickup)
            .filter(|package| package.pickup().is_none())
            .map(|package| package.id().clone())
            .collect()
    }

    /// Prices the route and adds its figures to the scorecard.
    fn count(&mut self, vehicle: usize, scorecard: &mut Scorecard) {
        let route = &mut self.route;
        let duty = route.duty();
        let own = self.day.vehicle_costs(vehicle);
        let costs = self.driver.map_or(own, |driver| driver.costs_of(own));
        let mut cost = CostByCause::of_route(&costs, duty, route.distance, route.driving);
        cost.territory = self.territory;
        cost.lateness = lateness(self.late);
        cost.alternatives = self.alternatives;
        cost.balance = above(self.day.balance(), duty, route.visits.len());
        route.cost = cost.total();
        if let Some(provider) = self.day.vehicle_provider(vehicle) {
            let packages: usize = route.visits.iter().map(|visit| visit.packages.len()).sum();
            let row = scorecard.row_of(provider);
            row.add(1, packages as u64, route.cost);
        }
        scorecard.vans += 1;
        scorecard.stops += route.visits.len() as u64;
        scorecard.distance = meters(scorecard.distance, route.distance);
        scorecard.driving = span(scorecard.driving, route.driving);
        scorecard.service = span(scorecard.service, route.service);
        scorecard.waiting = span(scorecard.waiting, route.waiting);
        let breaks = route.breaks.iter().map(|rest| rest.length);
        scorecard.breaks = breaks.fold(scorecard.breaks, span);
        scorecard.on_road = span(scorecard.on_road, duty);
        scorecard.paid = span(scorecard.paid, duty);
        scorecard.cost = scorecard.cost.plus(cost);
        scorecard
            .utilisation
            .add(route.peak, self.vehicle.capacity());
    }
}

/// The stops of a draft from one of them to the next reload.
fn trip(draft: &RouteDraft, from: usize) -> &[u32] {
    let ends = draft.reloads.iter().map(|reload| reload.visit);
    let end = ends.filter(|&end| end > from).min();
    let end = end.map_or(draft.stops.len(), |end| end.min(draft.stops.len()));
    &draft.stops[from.min(end)..end]
}

/// What stops bring from the station.
fn brought(grouping: &Grouping, stops: &[u32]) -> Load {
    let stops = stops.iter().map(|&s| &grouping.stops()[s as usize]);
    let from_start = stops.filter(|stop| stop.partner.is_none());
    from_start.fold(Load::ZERO, |sum, stop| plus(sum, stop.deliveries))
}

/// The postal code in which a package of a stop is handed over.
fn zip_of<'a>(stop: &'a StopGroup, package: &'a Package) -> &'a Zip {
    if stop.elsewhere.is_some() {
        &stop.zip
    } else {
        package.zip()
    }
}

/// When service starts: at once in an open window, else when the next one opens, else at once.
fn opening(windows: &[TimeWindow], arrive: TimeOfDay) -> TimeOfDay {
    windows
        .iter()
        .find(|window| arrive <= window.latest())
        .map_or(arrive, |window| arrive.max(window.earliest()))
}

/// A sum that stays at the largest number there is.
fn plus(a: Load, b: Load) -> Load {
    Load {
        count: a.count.saturating_add(b.count),
        volume_cm3: a.volume_cm3.saturating_add(b.volume_cm3),
        weight_g: a.weight_g.saturating_add(b.weight_g),
    }
}

/// A difference that stays at zero.
fn minus(a: Load, b: Load) -> Load {
    Load {
        count: a.count.saturating_sub(b.count),
        volume_cm3: a.volume_cm3.saturating_sub(b.volume_cm3),
        weight_g: a.weight_g.saturating_sub(b.weight_g),
    }
}

/// The larger one in each dimension.
fn most(a: Load, b: Load) -> Load {
    Load {
        count: a.count.max(b.count),
        volume_cm3: a.volume_cm3.max(b.volume_cm3),
        weight_g: a.weight_g.max(b.weight_g),
    }
}
