//! Whether and at what cost a stop goes into a route as it is driven.

use super::aboard::Aboard;
use super::admit::{admit, outside};
use super::board::{Fine, Rates, Run, fine};
use super::ground::{Around, Way};
use super::rest::Rest;
use crate::execution::forecast::opening;
use crate::model::{Driver, GoodsClass, Package, PackageKind, TimeWindow, VehicleKind};
use crate::units::TimeOfDay;

/// How a stop goes into a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit {
    pub(super) start: i64,
    /// When the vehicle comes to the next stop.
    pub(super) next: i64,
    /// By how much later at least it is back.
    pub(super) longer: i64,
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
    /// Whether it is one of the two stops of a package that is collected on the way: room for it is
    /// looked at when both are on the route.
    pub(super) pair: bool,
}

/// A guest that a vehicle may take in with a driver.
pub(super) struct Admitted {
    pub(super) driver: Option<usize>,
    /// What it costs beside the way.
    pub(super) asked: Fine,
    /// How long its hand-over takes.
    pub(super) service: i64,
    /// What it brings, and what it takes on.
    load: [Aboard; 2],
    /// Whether it has room wherever it is served.
    roomy: bool,
}

impl Guest<'_> {
    /// How long its hand-over takes from a vehicle.
    fn service_from(&self, rest: &Rest, vehicle: usize) -> i64 {
        self.service[rest.request.vehicles()[vehicle].kind() as usize]
    }
}

impl Run {
    /// How the vehicle takes a guest in with a driver; none when it may not, or has no room even
    /// without its stops.
    pub(super) fn admits(
        &self,
        rest: &Rest,
        guest: &Guest<'_>,
        driver: Option<usize>,
    ) -> Option<Admitted> {
        if !self.stops.is_empty() && !self.is_out(rest) && guest.ready > self.depart {
            return None;
        }
        let hand = driver.map(|driver| &rest.request.drivers()[driver]);
        let mut asked = outside(hand, &guest.packages);
        for &package in &guest.packages {
            asked += admit(&rest.request, (self.vehicle, hand), package)?;
            let clash = |(a, b): &(GoodsClass, GoodsClass)| {
                let own = package.goods();
                let other = |class: &GoodsClass| self.goods.contains(class);
                (own == Some(a) && other(b)) || (own == Some(b) && other(a))
            };
            if rest.request.incompatible_goods().iter().any(clash)
                || package.apart().iter().any(|g| self.apart.contains(g))
            {
                return None;
            }
        }
        let load = Aboard::of_stop(guest.packages.iter().copied());
        let most = self.most.first().map_or(Aboard::ZERO, |most| most[1]);
        let alone = load.iter().all(|load| load.fits(self.room));
        alone.then(|| Admitted {
            driver,
            asked: fine(asked),
            service: guest.service_from(rest, self.vehicle),
            load,
            roomy: guest.pair || most.plus(load[0]).plus(load[1]).fits(self.room),
        })
    }

    /// Whether a guest has room from the start to a gap, and from there to the end.
    #[inline]
    pub(super) fn has_room(&self, nth: usize, guest: &Admitted) -> bool {
        let fits = |(most, load): (&Aboard, Aboard)| most.plus(load).fits(self.room);
        guest.roomy || self.most[nth].iter().zip(guest.load).all(fits)
    }

    /// A guest in a gap, in one of the windows; none when it has no room there, the way is too long
    /// or its own windows are over.
    pub(super) fn fit(
        &self,
        nth: usize,
        legs: [Way; 2],
        (windows, guest): (&[TimeWindow], &Admitted),
        rest: &Rest,
    ) -> Option<Fit> {
        let gap = &self.gaps[nth];
        if !self.has_room(nth, guest) {
            return None;
        }
        let arrive = TimeOfDay::from_millis(gap.leave + legs[0][1]);
        let window = windows.iter().find(|window| arrive <= window.latest())?;
        let start = arrive.max(window.earliest()).millis();
        let more = [0, 1].map(|i| legs[0][i] + legs[1][i] - gap.way[i]);
        if (0..2).any(|i| self.way[i].saturating_add(more[i]) > self.farthest[i]) {
            return None;
        }
        let next = start + guest.service + legs[1][1];
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
            longer,
            cost,
            keeps: next <= gap.latest,
        })
    }

    /// By how much longer at least the route takes with a guest in a gap, in a window; none where
    /// the guest's window is over or one behind it is broken. Legs may be shorter here than they
    /// are.
    #[inline]
    pub(super) fn longer_at_least(
        &self,
        nth: usize,
        legs: [Way; 2],
        (window, guest): (TimeWindow, &Admitted),
    ) -> Option<i64> {
        let gap = &self.gaps[nth];
        let arrive = gap.leave + legs[0][1];
        if arrive > window.latest().millis() {
            return None;
        }
        let next = arrive.max(window.earliest().millis()) + guest.service + legs[1][1];
        if next > gap.latest {
            return None;
        }
        let push = next - gap.arrive;
        Some(if push < 0 {
            // Who comes earlier may find a window open, and wait nowhere.
            push - gap.waits
        } else {
            (push - gap.waits).max(0)
        })
    }

    /// What the way of a guest in a gap costs.
    #[inline]
    pub(super) fn price_of_way(&self, nth: usize, legs: [Way; 2]) -> Fine {
        let way = self.gaps[nth].way;
        let more = [0, 1].map(|i| legs[0][i] + legs[1][i] - way[i]);
        self.rates.mm * Fine::from(more[0]) + self.rates.driving_ms * Fine::from(more[1])
    }

    /// The legs of a guest in a gap.
    pub(super) fn legs(&self, around: &Around<'_>, nth: usize) -> [Way; 2] {
        let gap = &self.gaps[nth];
        let there = around.there(self.vehicle, gap.before);
        [there, around.back(self.vehicle, gap.after)]
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

    /// Whether it stands at its start without a route.
    pub(super) fn is_idle(&self, rest: &Rest) -> bool {
        self.stops.is_empty() && !self.is_out(rest)
    }

    /// Whether it may be back then.
    pub(super) fn may_return(&self, back: i64) -> bool {
        back <= self.limit
    }

    /// A route of its own for a guest, with a driver: departure, start of service and cost. For a
    /// vehicle that stands at its start without a route.
    pub(super) fn open(
        &self,
        legs: [Way; 2],
        windows: &[TimeWindow],
        guest: &Guest<'_>,
        (rest, driver): (&Rest, Option<usize>),
    ) -> Option<(i64, i64, Fine)> {
        let way = [0, 1].map(|i| legs[0][i] + legs[1][i]);
        if (0..2).any(|i| way[i] > self.farthest[i]) {
            return None;
        }
        let hand = driver.map(|driver| &rest.request.drivers()[driver]);
        let from = hand
            .and_then(Driver::shift)
            .map_or(i64::MIN, |s| s.earliest().millis());
        let from = self.depart.max(guest.ready).max(from);
        let earliest = TimeOfDay::from_millis(from + legs[0][1]);
        let window = windows.iter().find(|window| earliest <= window.latest())?;
        let start = earliest.max(window.earliest()).millis();
        let depart = start - legs[0][1];
        let duty = way[1] + guest.service_from(rest, self.vehicle);
        let rates = Rates::of(rest, self.vehicle, driver);
        let cost = rates.fixed
            + rates.mm * Fine::from(way[0])
            + rates.driving_ms * Fine::from(way[1])
            + rates.duty_ms * Fine::from(duty);
        (depart + duty <= self.limit_from(rest, depart, driver)).then_some((depart, start, cost))
    }
}

/// When the packages of a guest are at the station.
pub(super) fn ready(packages: &[&Package]) -> i64 {
    let deliveries = packages.iter();
    let deliveries = deliveries.filter(|p| p.kind() != PackageKind::ReturnPickup);
    let ready = deliveries.filter_map(|package| package.ready()).max();
    ready.map_or(i64::MIN, TimeOfDay::millis)
}
