//! The routes that are driven, with what decides whether a stop goes in between.

use std::collections::BTreeMap;

use super::aboard::Aboard;
use super::ground::{Ground, Way};
use super::rest::{Rest, travel_of};
use super::road::{Spots, Stage};
use crate::execution::Day;
use crate::execution::forecast::opening;
use crate::model::{Break, BreakTime, Driver, GoodsClass, GroupId, Package};
use crate::plan::{RestDraft, RouteDraft};
use crate::units::{Money, Span, TimeOfDay};

/// Costs in 1/18,000,000 of 1/1000 cent: a rate per kilometre or hour times millimetres or
/// milliseconds is whole in it.
pub(super) type Fine = i128;

const FINE: Fine = 18_000_000;

/// All routes of the rest of a day, one for each vehicle.
#[derive(Clone, Debug)]
pub(in crate::execution) struct Board {
    pub(super) ground: Ground,
    pub(super) runs: Vec<Run>,
    /// Who could drive each of them: its driver, or one of each sort of those without a route.
    /// Nobody is a choice on a day without drivers.
    pub(super) hands: Vec<Vec<Option<usize>>>,
    sorts: Vec<usize>,
}

/// The route of one vehicle.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) vehicle: usize,
    /// Index of the request's driver.
    pub(super) driver: Option<usize>,
    pub(super) stops: Vec<u32>,
    pub(super) depart: i64,
    /// The breaks still to come, and where they are.
    pub(super) pauses: Vec<Break>,
    pub(super) breaks: Spots,
    /// One for each position, and what is known about them.
    pub(super) gaps: Vec<Gap>,
    /// The most on board up to each of them, and from it on. Beside them, as few guests ask.
    pub(super) most: Vec<[Aboard; 2]>,
    pub(super) back: i64,
    /// It must be back by then.
    pub(super) limit: i64,
    pub(super) way: Way,
    /// Milliseconds of the same way on a free road.
    pub(super) free: i64,
    /// Where its times are more than sums, all ways of having the breaks up to each gap.
    pub(super) stages: Vec<Stage>,
    pub(super) farthest: Way,
    pub(super) rates: Rates,
    /// What it has room for.
    pub(super) room: Aboard,
    pub(super) goods: Vec<GoodsClass>,
    /// The groups of which it takes no other package.
    pub(super) apart: Vec<GroupId>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    pub(super) fixed: Fine,
    pub(super) mm: Fine,
    pub(super) driving_ms: Fine,
    pub(super) duty_ms: Fine,
}

/// The place between two stops of a route.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// Numbers of the places on both sides.
    pub(super) before: usize,
    pub(super) after: usize,
    /// When the vehicle leaves the one and comes to the other.
    pub(super) leave: i64,
    pub(super) arrive: i64,
    /// When service starts there; at the end the same.
    pub(super) start: i64,
    /// It may not come later than this without breaking a window or its shift.
    pub(super) latest: i64,
    /// How long it waits from there on.
    pub(super) waits: i64,
    /// From coming there to the end, without waiting and on a free road.
    pub(super) tail: i64,
    /// The way between the two, on a free road.
    pub(super) way: Way,
}

impl Board {
    pub(super) fn of(day: &Day, rest: &Rest) -> Self {
        let ground = Ground::of(day, rest);
        let mut drafts = rest.drafts.iter().peekable();
        let runs = (0..rest.request.vehicles().len()).map(|vehicle| {
            let draft = drafts.next_if(|draft| draft.vehicle == vehicle);
            let mut run = Run::without_stops(rest, vehicle);
            if let Some(draft) = draft {
                run.stops.clone_from(&draft.stops);
                run.depart = draft.depart.millis();
                run.breaks = Spots::of(&draft.breaks);
            }
            run.driver = rest.crew[vehicle];
            run.settle(day, rest, &ground);
            run
        });
        let runs = runs.collect();
        let mut board = Self {
            ground,
            runs,
            hands: Vec::new(),
            sorts: rest.sorts(),
        };
        board.give_hands(rest);
        board
    }

    /// Finds who could drive what.
    pub(super) fn give_hands(&mut self, rest: &Rest) {
        let drivers = rest.request.drivers();
        let mut taken = vec![false; drivers.len()];
        for driver in self.runs.iter().filter_map(|run| run.driver) {
            taken[driver] = true;
        }
        let hands = self.runs.iter().map(|run| {
            if drivers.is_empty() || run.driver.is_some() {
                return vec![run.driver];
            }
            let vehicle = rest.request.vehicles()[run.vehicle].id();
            let mut known = vec![false; drivers.len()];
            let free = (0..drivers.len()).filter(|&d| {
                let could = !taken[d] && drivers[d].drives(vehicle);
                could && !std::mem::replace(&mut known[self.sorts[d]], true)
            });
            free.map(Some).collect()
        });
        self.hands = hands.collect();
    }

    /// Each run with each of its hands.
    pub(super) fn crews(&self) -> impl Iterator<Item = (&Run, Option<usize>)> {
        let each = self.runs.iter().zip(&self.hands);
        each.flat_map(|(run, hands)| hands.iter().map(move |&hand| (run, hand)))
    }

    /// Stops that are come to after their windows, and when.
    pub(super) fn late(&self, rest: &Rest) -> BTreeMap<u32, TimeOfDay> {
        let all = self.runs.iter();
        let all = all.flat_map(|run| run.stops.iter().zip(&run.gaps));
        let all = all.map(|(&stop, gap)| (stop, TimeOfDay::from_millis(gap.start)));
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
            driver: run.driver,
            stops: run.stops.clone(),
            depart: TimeOfDay::from_millis(run.depart),
            breaks: run.breaks.drafts(),
            reloads: Vec::new(),
        };
        driven.map(draft).collect()
    }
}

impl Rates {
    /// What a vehicle costs with a driver.
    pub(super) fn of(rest: &Rest, vehicle: usize, driver: Option<usize>) -> Self {
        let own = rest.request.vehicle_costs(vehicle);
        let driver = driver.map(|driver| &rest.request.drivers()[driver]);
        let costs = driver.map_or(own, |driver| driver.costs_of(own));
        let hourly = |money: Money| Fine::from(money.millicents()) * 5;
        Self {
            fixed: Fine::from(costs.per_vehicle().millicents()) * FINE,
            mm: Fine::from(costs.per_km().millicents()) * 18,
            driving_ms: hourly(costs.per_driving_hour()),
            duty_ms: hourly(costs.per_duty_hour()),
        }
    }
}

impl Run {
    pub(super) fn without_stops(rest: &Rest, vehicle: usize) -> Self {
        let request = &rest.request;
        let stated = &request.vehicles()[vehicle];
        let most = |limit: Option<i64>| limit.unwrap_or(i64::MAX);
        let shift = request.vehicle_shift(vehicle);
        let ready = stated.under_way().map(|out| out.ready());
        Self {
            vehicle,
            driver: None,
            stops: Vec::new(),
            depart: ready.unwrap_or(shift.earliest()).millis(),
            pauses: stated.breaks().to_vec(),
            breaks: Spots::NONE,
            free: 0,
            stages: Vec::new(),
            gaps: Vec::new(),
            most: Vec::new(),
            back: 0,
            limit: 0,
            way: [0; 2],
            farthest: [
                most(stated.range().map(crate::units::Meters::millimeters)),
                most(stated.max_driving().map(Span::millis)),
            ],
            rates: Rates::of(rest, vehicle, None),
            room: Aboard::room(stated),
            goods: Vec::new(),
            apart: Vec::new(),
        }
    }

    /// Finds everything that follows from the stops and the departure.
    pub(super) fn settle(&mut self, day: &Day, rest: &Rest, ground: &Ground) {
        self.limit = self.limit_from(rest, self.depart, self.driver);
        self.rates = Rates::of(rest, self.vehicle, self.driver);
        self.goods.clear();
        let out = rest.request.vehicles()[self.vehicle].under_way();
        self.apart = out.map_or(Vec::new(), |out| out.apart().to_vec());
        let mut halts = Vec::with_capacity(self.stops.len());
        let mut loaded = Aboard::ZERO;
        for &stop in &self.stops {
            let group = &rest.grouping.stops()[stop as usize];
            let packages = group.packages.iter();
            let packages = packages.map(|&p| &rest.request.packages()[p as usize]);
            let [brings, takes] = Aboard::of_stop(packages.clone());
            if group.collects {
                halts.push([Aboard::ZERO, brings]);
                continue;
            }
            halts.push([brings, takes]);
            if group.partner.is_none() {
                loaded = loaded.plus(brings);
            }
            let groups = packages.clone().flat_map(Package::apart);
            self.apart.extend(groups.cloned());
            self.goods
                .extend(packages.filter_map(Package::goods).cloned());
        }
        self.goods.sort_unstable();
        self.goods.dedup();
        let waits = self.drive(day, rest, ground);
        self.most = Aboard::along(loaded, &halts);
        self.look_back(rest, waits);
        if self.is_timed(ground) {
            self.look_ahead(day, rest, ground);
        }
    }

    /// Drives the stops with the breaks where they are; returns the waiting.
    pub(super) fn drive(&mut self, day: &Day, rest: &Rest, ground: &Ground) -> i64 {
        self.gaps.clear();
        let (mut at, mut now, mut waits) = (ground.start(self.vehicle), self.depart, 0);
        (self.way, self.free) = ([0; 2], 0);
        let breaks = self.breaks.drafts();
        let stops = self.stops.iter().map(|&stop| stop as usize);
        for (visit, number) in stops.chain([ground.end(self.vehicle)]).enumerate() {
            let leg = free_leg(day, rest, self.vehicle, ground, (at, number));
            let arrive = ground.arrive(day, self.vehicle, (at, number), (leg[1], now));
            let mut gap = Gap {
                before: at,
                after: number,
                leave: now,
                arrive,
                start: arrive,
                latest: 0,
                waits,
                tail: 0,
                way: leg,
            };
            self.way = [self.way[0] + leg[0], self.way[1] + arrive - now];
            self.free += leg[1];
            if let Some(stop) = rest.grouping.stops().get(number) {
                let free = self.rested(&breaks, (visit, false), arrive);
                gap.start = opening(&stop.windows, TimeOfDay::from_millis(free)).millis();
                waits += gap.start - free;
                now = gap.start + rest.service(number, self.vehicle);
                now = self.rested(&breaks, (visit, true), now);
            }
            self.gaps.push(gap);
            at = number;
        }
        self.back = self.gaps.last().map_or(self.depart, |gap| gap.arrive);
        waits
    }

    /// When the breaks at a place are over.
    fn rested(&self, breaks: &[RestDraft], place: (usize, bool), now: i64) -> i64 {
        let here = |rest: &&RestDraft| (rest.visit, rest.after_service) == place;
        breaks.iter().filter(here).fold(now, |now, rest| {
            let pause = &self.pauses[rest.number];
            let begin = match pause.when() {
                BreakTime::Between(window) => now.max(window.earliest().millis()),
                _ => now,
            };
            begin + pause.length().millis()
        })
    }

    /// Latest arrivals and the waiting ahead, from the end to the start.
    fn look_back(&mut self, rest: &Rest, waits: i64) {
        let (mut latest, mut tail) = (self.limit, 0);
        for gap in self.gaps.iter_mut().rev() {
            gap.waits = waits - gap.waits;
            if let Some(stop) = rest.grouping.stops().get(gap.after) {
                let service = rest.service(gap.after, self.vehicle);
                latest -= service;
                tail += service;
                let arrive = TimeOfDay::from_millis(gap.start);
                let used = stop.windows.iter().find(|w| arrive <= w.latest());
                latest = latest.min(used.map_or(gap.start, |w| w.latest().millis()));
            }
            (gap.latest, gap.tail) = (latest, tail);
            latest -= gap.way[1];
            tail += gap.way[1];
        }
    }

    /// When it must be back that leaves then with a driver.
    pub(super) fn limit_from(&self, rest: &Rest, depart: i64, driver: Option<usize>) -> i64 {
        let vehicle = &rest.request.vehicles()[self.vehicle];
        let driver = driver.map(|driver| &rest.request.drivers()[driver]);
        let since = vehicle
            .under_way()
            .map_or(depart, |o| o.departed().millis());
        let shifts = [
            Some(rest.request.vehicle_shift(self.vehicle)),
            driver.and_then(Driver::shift),
        ];
        let shifts = shifts.into_iter().flatten().map(|s| s.latest().millis());
        let duties = [vehicle.max_duty(), driver.and_then(Driver::max_duty)];
        let duties = duties.into_iter().flatten();
        let duties = duties.map(|duty| since.saturating_add(duty.millis()));
        shifts.chain(duties).min().unwrap_or(i64::MAX)
    }

    pub(super) fn is_out(&self, rest: &Rest) -> bool {
        rest.request.vehicles()[self.vehicle].under_way().is_some()
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

/// A leg on a free road.
fn free_leg(day: &Day, rest: &Rest, vehicle: usize, ground: &Ground, ends: (usize, usize)) -> Way {
    if ground.is_nowhere(vehicle, ends.1) {
        return [0; 2];
    }
    let (from, to) = (ground.place(ends.0), ground.place(ends.1));
    let kind = rest.request.vehicles()[vehicle].kind();
    let leg = travel_of(day).leg(kind, from, to);
    [leg.distance.millimeters(), leg.time.millis()]
}
