//! The routes that are driven, with what decides whether and at what cost a stop goes in between.

use std::collections::BTreeMap;

use super::admit::admit;
use super::ground::{Around, Ground, Way};
use super::rest::Rest;
use crate::execution::Day;
use crate::execution::forecast::opening;
use crate::model::{GoodsClass, Package, PackageKind, Temperature, TimeWindow, VehicleKind};
use crate::plan::RouteDraft;
use crate::units::{Capacity, Load, Money, Span, TimeOfDay};

/// Costs in 1/18,000,000 of 1/1000 cent: a rate per kilometre or hour times millimetres or
/// milliseconds is whole in it.
pub(super) type Fine = i128;

const FINE: Fine = 18_000_000;

/// All routes of the rest of a day, one for each vehicle.
#[derive(Clone, Debug)]
pub(in crate::execution) struct Board {
    pub(super) ground: Ground,
    pub(super) runs: Vec<Run>,
}

/// The route of one vehicle.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) vehicle: usize,
    pub(super) stops: Vec<u32>,
    pub(super) depart: i64,
    /// One for each position, and what is known about them.
    pub(super) gaps: Vec<Gap>,
    pub(super) back: i64,
    /// It must be back by then.
    limit: i64,
    way: Way,
    farthest: Way,
    rates: Rates,
    /// All deliveries and pickups as if on board all the way, as the solver has it.
    load: Load,
    rooms: [u64; Temperature::ALL.len()],
    goods: Vec<GoodsClass>,
}

#[derive(Clone, Copy, Debug)]
struct Rates {
    fixed: Fine,
    mm: Fine,
    driving_ms: Fine,
    duty_ms: Fine,
}

/// The place between two stops of a route.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// Numbers of the places on both sides.
    before: usize,
    after: usize,
    /// When the vehicle leaves the one and comes to the other.
    leave: i64,
    pub(super) arrive: i64,
    /// It may not come later than this without breaking a window or its shift.
    latest: i64,
    /// How long it waits from there on.
    waits: i64,
    way: Way,
}

/// How a stop goes into a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit {
    pub(super) start: i64,
    /// When the vehicle comes to the next stop.
    pub(super) next: i64,
    pub(super) cost: Fine,
    /// Whether no window behind it is broken.
    pub(super) keeps: bool,
}

/// What a stop asks for.
pub(super) struct Guest<'a> {
    pub(super) packages: Vec<&'a Package>,
    /// How long it takes vehicles of each kind, by the order of the kinds.
    pub(super) service: [i64; VehicleKind::ALL.len()],
    /// It is at the station by then.
    pub(super) ready: i64,
}

impl Guest<'_> {
    /// How long its hand-over takes from a vehicle.
    pub(super) fn service_from(&self, rest: &Rest, vehicle: usize) -> i64 {
        self.service[rest.request.vehicles()[vehicle].kind() as usize]
    }
}

impl Board {
    pub(super) fn of(day: &Day, rest: &Rest) -> Self {
        let ground = Ground::of(day, rest);
        let mut drafts = rest.drafts.iter().peekable();
        let runs = (0..rest.request.vehicles().len()).map(|vehicle| {
            let draft = drafts.next_if(|draft| draft.vehicle == vehicle);
            let mut run = Run::idle(rest, vehicle);
            if let Some(draft) = draft {
                run.stops.clone_from(&draft.stops);
                run.depart = draft.depart.millis();
            }
            run.settle(day, rest, &ground);
            run
        });
        let runs = runs.collect();
        Self { ground, runs }
    }

    /// Stops that are come to after their windows, and when.
    pub(super) fn late(&self, rest: &Rest) -> BTreeMap<u32, TimeOfDay> {
        let all = self.runs.iter();
        let all = all.flat_map(|run| run.stops.iter().zip(&run.gaps));
        let all = all.map(|(&stop, gap)| (stop, TimeOfDay::from_millis(gap.arrive)));
        let over = |stop: u32, at: TimeOfDay| {
            let last = rest.grouping.stops()[stop as usize].windows.last();
            last.is_some_and(|window| window.latest() < at)
        };
        all.filter(|&(stop, at)| over(stop, at)).collect()
    }

    /// The routes with stops.
    pub(super) fn drafts(&self) -> Vec<RouteDraft> {
        let driven = self.runs.iter().filter(|run| !run.stops.is_empty());
        let draft = |run: &Run| RouteDraft {
            vehicle: run.vehicle,
            driver: None,
            stops: run.stops.clone(),
            depart: TimeOfDay::from_millis(run.depart),
            breaks: Vec::new(),
        };
        driven.map(draft).collect()
    }
}

impl Run {
    fn idle(rest: &Rest, vehicle: usize) -> Self {
        let request = &rest.request;
        let costs = request.vehicle_costs(vehicle);
        let hourly = |money: Money| Fine::from(money.millicents()) * 5;
        let stated = &request.vehicles()[vehicle];
        let most = |limit: Option<i64>| limit.unwrap_or(i64::MAX);
        let shift = request.vehicle_shift(vehicle);
        let ready = stated.under_way().map(|out| out.ready());
        Self {
            vehicle,
            stops: Vec::new(),
            depart: ready.unwrap_or(shift.earliest()).millis(),
            gaps: Vec::new(),
            back: 0,
            limit: 0,
            way: [0; 2],
            farthest: [
                most(stated.range().map(crate::units::Meters::millimeters)),
                most(stated.max_driving().map(Span::millis)),
            ],
            rates: Rates {
                fixed: Fine::from(costs.per_vehicle().millicents()) * FINE,
                mm: Fine::from(costs.per_km().millicents()) * 18,
                driving_ms: hourly(costs.per_driving_hour()),
                duty_ms: hourly(costs.per_duty_hour()),
            },
            load: Load::ZERO,
            rooms: [0; Temperature::ALL.len()],
            goods: Vec::new(),
        }
    }

    /// Finds everything that follows from the stops and the departure.
    pub(super) fn settle(&mut self, day: &Day, rest: &Rest, ground: &Ground) {
        self.limit = self.limit_from(rest, self.depart);
        self.load = Load::ZERO;
        self.rooms = [0; Temperature::ALL.len()];
        self.goods.clear();
        for &stop in &self.stops {
            let packages = rest.grouping.stops()[stop as usize].packages.iter();
            for &p in packages {
                let package = &rest.request.packages()[p as usize];
                self.load = sum(self.load, package.load());
                self.rooms[room(package)] += package.load().volume_cm3;
                self.goods.extend(package.goods().cloned());
            }
        }
        self.goods.sort_unstable();
        self.goods.dedup();
        self.gaps.clear();
        let (mut at, mut now, mut waits) = (ground.start(self.vehicle), self.depart, 0);
        self.way = [0; 2];
        let stops = self.stops.iter().map(|&stop| stop as usize);
        for number in stops.chain([ground.end(self.vehicle)]) {
            let leg = day_leg(day, rest, self.vehicle, ground, (at, number));
            let arrive = now + leg[1];
            self.gaps.push(Gap {
                before: at,
                after: number,
                leave: now,
                arrive,
                latest: 0,
                waits,
                way: leg,
            });
            self.way = [self.way[0] + leg[0], self.way[1] + leg[1]];
            if let Some(stop) = rest.grouping.stops().get(number) {
                let start = opening(&stop.windows, TimeOfDay::from_millis(arrive)).millis();
                waits += start - arrive;
                now = start + rest.service(number, self.vehicle);
            }
            at = number;
        }
        self.back = self.gaps.last().map_or(self.depart, |gap| gap.arrive);
        self.look_back(rest, waits);
    }

    /// Latest arrivals and the waiting ahead, from the end to the start.
    fn look_back(&mut self, rest: &Rest, waits: i64) {
        let mut latest = self.limit;
        for gap in self.gaps.iter_mut().rev() {
            gap.waits = waits - gap.waits;
            if let Some(stop) = rest.grouping.stops().get(gap.after) {
                latest -= rest.service(gap.after, self.vehicle);
                let arrive = TimeOfDay::from_millis(gap.arrive);
                let used = stop.windows.iter().find(|w| arrive <= w.latest());
                latest = latest.min(used.map_or(gap.arrive, |w| w.latest().millis()));
            }
            gap.latest = latest;
            latest -= gap.way[1];
        }
    }

    /// When it must be back that leaves then.
    fn limit_from(&self, rest: &Rest, depart: i64) -> i64 {
        let vehicle = &rest.request.vehicles()[self.vehicle];
        let since = vehicle
            .under_way()
            .map_or(depart, |o| o.departed().millis());
        let shift = rest.request.vehicle_shift(self.vehicle).latest().millis();
        let duty = vehicle.max_duty();
        duty.map_or(shift, |duty| shift.min(since.saturating_add(duty.millis())))
    }

    fn is_out(&self, rest: &Rest) -> bool {
        rest.request.vehicles()[self.vehicle].under_way().is_some()
    }

    /// What it costs beside the way that the vehicle takes a guest in; none when it may not, or
    /// has no room.
    pub(super) fn admits(&self, rest: &Rest, guest: &Guest<'_>) -> Option<Money> {
        let vehicle = &rest.request.vehicles()[self.vehicle];
        if !self.stops.is_empty() && !self.is_out(rest) && guest.ready > self.depart {
            return None;
        }
        let mut asked = Money::ZERO;
        let (mut load, mut rooms) = (self.load, self.rooms);
        for &package in &guest.packages {
            asked += admit(&rest.request, self.vehicle, package)?;
            load = sum(load, package.load());
            rooms[room(package)] += package.load().volume_cm3;
            let clash = |(a, b): &(GoodsClass, GoodsClass)| {
                let own = package.goods();
                let other = |class: &GoodsClass| self.goods.contains(class);
                (own == Some(a) && other(b)) || (own == Some(b) && other(a))
            };
            if rest.request.incompatible_goods().iter().any(clash) {
                return None;
            }
        }
        let cold = Temperature::ALL.into_iter().zip(rooms);
        let mut cold = cold.filter_map(|(t, cm3)| Some((cm3, vehicle.compartment(t)?)));
        (fits(load, vehicle.capacity()) && cold.all(|(cm3, most)| cm3 <= most)).then_some(asked)
    }

    /// A guest in a gap, in one of the windows; none when the way is too long or the guest's own
    /// windows are over.
    pub(super) fn fit(
        &self,
        nth: usize,
        legs: [Way; 2],
        (windows, service): (&[TimeWindow], i64),
        rest: &Rest,
    ) -> Option<Fit> {
        let gap = &self.gaps[nth];
        let arrive = TimeOfDay::from_millis(gap.leave + legs[0][1]);
        let window = windows.iter().find(|window| arrive <= window.latest())?;
        let start = arrive.max(window.earliest()).millis();
        let more = [0, 1].map(|i| legs[0][i] + legs[1][i] - gap.way[i]);
        if (0..2).any(|i| self.way[i].saturating_add(more[i]) > self.farthest[i]) {
            return None;
        }
        let next = start + service + legs[1][1];
        let push = next - gap.arrive;
        let longer = if push < 0 {
            // Only where a way round is shorter than the way.
            self.simulate(rest, nth, next).1 - self.back
        } else {
            (push - gap.waits).max(0)
        };
        let rates = self.rates;
        let cost = rates.mm * Fine::from(more[0])
            + rates.driving_ms * Fine::from(more[1])
            + rates.duty_ms * Fine::from(longer);
        Some(Fit {
            start,
            next,
            cost,
            keeps: next <= gap.latest,
        })
    }

    /// What a guest in a gap costs at least: its way, and no more hours.
    #[inline]
    pub(super) fn least(&self, nth: usize, legs: [Way; 2]) -> Fine {
        let way = self.gaps[nth].way;
        let more = [0, 1].map(|i| legs[0][i] + legs[1][i] - way[i]);
        let hours = more[1].min(0);
        self.rates.mm * Fine::from(more[0])
            + self.rates.driving_ms * Fine::from(more[1])
            + self.rates.duty_ms * Fine::from(hours)
    }

    /// The legs of a guest in a gap.
    pub(super) fn legs(&self, ground: &Ground, around: &Around, nth: usize) -> [Way; 2] {
        let gap = &self.gaps[nth];
        ground.legs(around, self.vehicle, gap.before, gap.after)
    }

    /// Arrivals and starts at the stops from a gap on when the vehicle comes to the first of them
    /// then; and when it is back.
    pub(super) fn simulate(
        &self,
        rest: &Rest,
        nth: usize,
        arrive: i64,
    ) -> (Vec<(u32, i64, i64)>, i64) {
        let mut now = arrive;
        let mut all = Vec::with_capacity(self.stops.len() - nth);
        for (&stop, gap) in self.stops[nth..].iter().zip(&self.gaps[nth + 1..]) {
            let group = &rest.grouping.stops()[stop as usize];
            let start = opening(&group.windows, TimeOfDay::from_millis(now)).millis();
            all.push((stop, now, start));
            now = start + rest.service(stop as usize, self.vehicle) + gap.way[1];
        }
        (all, now)
    }

    /// Whether it may be back then.
    pub(super) fn may_return(&self, back: i64) -> bool {
        back <= self.limit
    }

    /// A route of its own for a guest: departure, start of service and cost. For a vehicle that
    /// stands at its start without a route.
    pub(super) fn open(
        &self,
        legs: [Way; 2],
        windows: &[TimeWindow],
        guest: &Guest<'_>,
        rest: &Rest,
    ) -> Option<(i64, i64, Fine)> {
        let way = [0, 1].map(|i| legs[0][i] + legs[1][i]);
        if (0..2).any(|i| way[i] > self.farthest[i]) {
            return None;
        }
        let earliest = TimeOfDay::from_millis(self.depart.max(guest.ready) + legs[0][1]);
        let window = windows.iter().find(|window| earliest <= window.latest())?;
        let start = earliest.max(window.earliest()).millis();
        let depart = start - legs[0][1];
        let duty = way[1] + guest.service_from(rest, self.vehicle);
        let rates = self.rates;
        let cost = rates.fixed
            + rates.mm * Fine::from(way[0])
            + rates.driving_ms * Fine::from(way[1])
            + rates.duty_ms * Fine::from(duty);
        (depart + duty <= self.limit_from(rest, depart)).then_some((depart, start, cost))
    }
}

/// To the nearest 1/1000 cent.
pub(super) fn money(cost: Fine) -> Money {
    let millicents = (cost + FINE / 2).div_euclid(FINE);
    Money::from_millicents(i64::try_from(millicents).unwrap_or(i64::MAX))
}

/// The same the other way round.
pub(super) fn fine(money: Money) -> Fine {
    Fine::from(money.millicents()) * FINE
}

fn day_leg(day: &Day, rest: &Rest, vehicle: usize, ground: &Ground, ends: (usize, usize)) -> Way {
    if ground.is_nowhere(vehicle, ends.1) {
        return [0; 2];
    }
    let (from, to) = (ground.place(ends.0), ground.place(ends.1));
    let leg = day.leg(rest.vehicles[vehicle], from, to, TimeOfDay::MIDNIGHT);
    [leg.distance.millimeters(), leg.time.millis()]
}

fn room(package: &Package) -> usize {
    let own = |t: &Temperature| *t == package.temperature();
    Temperature::ALL.iter().position(own).unwrap_or(0)
}

fn sum(a: Load, b: Load) -> Load {
    // The loads of a request have a sum, and a guest that breaks it fits nowhere.
    a.checked_add(b).unwrap_or(Load::MAX)
}

fn fits(load: Load, capacity: Capacity) -> bool {
    load.fits(&capacity)
}

/// When the packages of a guest are at the station.
pub(super) fn ready(packages: &[&Package]) -> i64 {
    let deliveries = packages.iter();
    let deliveries = deliveries.filter(|p| p.kind() != PackageKind::ReturnPickup);
    let ready = deliveries.filter_map(|package| package.ready()).max();
    ready.map_or(i64::MIN, TimeOfDay::millis)
}
