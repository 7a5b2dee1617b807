//! What can still be offered, and at what cost, against the routes as they are driven.

use super::Churn;
use super::board::{Board, Fine, Run, money};
use super::fit::{Admitted, Guest, ready};
use super::ground::Around;
use super::insert::best_pair;
use super::rest::Rest;
use super::timed::{Entry, Keep, Site};
use crate::error::Error;
use crate::execution::state::Work;
use crate::execution::{Day, Event};
use crate::model::{
    DriverId, Package, ServiceDay, StopId, TimeWindow, VehicleId, VehicleKind, check_package,
};
use crate::units::{Money, Span, TimeOfDay};

/// What can still be offered to an address, against the routes of a day as they are driven.
///
/// A picture of the day at one instant; asking changes nothing, and may be done from several
/// threads at once. Made anew after events, in the time of [`Day::replan`] without work to place.
///
/// ```
/// use doorstep::execution::Day;
/// use doorstep::{Budget, Package, Place, ServiceDay, Solver, Span, Station, TimeOfDay, Vehicle};
///
/// let request = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
///     .packages([Package::new("P1", Place::at(41.85, -87.65), "60608")])
///     .vehicles([Vehicle::cargo_van("V1"), Vehicle::flex_car("F1")])
///     .build()?;
/// let plan = Solver::new().budget(Budget::iterations(100)).solve(&request)?.plan;
/// let day = Day::new(&request, &plan)?;
/// let quotes = day.quotes(TimeOfDay::hm(6, 0))?;
/// let order = Package::new("P2", Place::at(41.86, -87.66), "60608");
/// let offers = quotes.offers(&order, &quotes.windows(Span::from_hours(2)))?;
/// // The van leaves early and comes by; at other times the car has to go for this order alone.
/// assert_eq!(offers.len(), 8);
/// assert!(offers.iter().map(|offer| offer.price).min() < offers.iter().map(|o| o.price).max());
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Quotes<'a> {
    day: &'a Day,
    now: TimeOfDay,
    rest: Rest,
    board: Board,
}

/// A window that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Offer {
    /// The window.
    pub window: TimeWindow,
    /// What serving the package in it costs more than not serving it: way, hours, and the vehicle
    /// where one has to be used that is not. To the nearest 1/1000 cent.
    pub price: Money,
    /// Who would come.
    pub vehicle: VehicleId,
    /// Who would drive, on a day that has drivers.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub driver: Option<DriverId>,
    /// Behind which stop it is served, or collected where that is on the way; nothing where that would
    /// be the first one.
    pub behind: Option<StopId>,
    /// When service would start.
    pub start: TimeOfDay,
}

impl Day {
    /// What can be offered as of `now`.
    ///
    /// # Errors
    ///
    /// As [`Day::replan`].
    ///
    /// # Complexity
    ///
    /// O(n log n) for n packages to be dealt with.
    pub fn quotes(&self, now: TimeOfDay) -> Result<Quotes<'_>, Error> {
        let rest = self.what_is_left(now, &Churn::default())?;
        let board = Board::of(self, &rest);
        Ok(Quotes {
            day: self,
            now,
            rest,
            board,
        })
    }
}

/// The cheapest way to keep a window so far.
#[derive(Clone, Copy)]
struct Best {
    cost: Fine,
    vehicle: usize,
    driver: Option<usize>,
    nth: usize,
    start: i64,
}

/// What a gap costs at least, as far as is known, and which one it is.
type Likely<'a> = (Fine, &'a Run, &'a Admitted, usize);

impl Best {
    /// A guest in a gap of a run, from what it costs beside what is asked for it.
    fn of(run: &Run, admitted: &Admitted, (cost, nth, start): (Fine, usize, i64)) -> Self {
        Self {
            cost: cost + admitted.asked,
            vehicle: run.vehicle,
            driver: admitted.driver,
            nth,
            start,
        }
    }
}

/// Keeps the cheaper one; of equals the first, in whatever order they are found.
fn cheaper(known: &mut Option<Best>, found: Best) {
    let key = |best: Best| (best.cost, best.vehicle, best.driver, best.nth);
    if known.is_none_or(|known| key(found) < key(known)) {
        *known = Some(found);
    }
}

/// An offer for a package that is collected at the first of two stops of a run and brought at the
/// other.
fn pair_offer(
    rest: &Rest,
    window: TimeWindow,
    stops: [u32; 2],
    (cost, run): &(Fine, Run),
) -> Option<Offer> {
    let [first, door] = stops.map(|stop| run.stops.iter().position(|&own| own == stop));
    let behind = first?.checked_sub(1).map(|i| run.stops[i] as usize);
    let driver = run.driver.map(|driver| &rest.request.drivers()[driver]);
    Some(Offer {
        window,
        price: money(*cost),
        vehicle: rest.request.vehicles()[run.vehicle].id().clone(),
        driver: driver.map(|driver| driver.id().clone()),
        behind: behind.map(|stop| rest.grouping.stops()[stop].id.clone()),
        start: TimeOfDay::from_millis(run.gaps[door?].start),
    })
}

impl Quotes<'_> {
    /// What is left to do, as a request: see [`Replan::request`](super::Replan::request).
    #[must_use]
    pub const fn request(&self) -> &ServiceDay {
        &self.rest.request
    }

    /// The delivery hours in windows of a length, the last one as long as they last; none for a
    /// length that is not above 0.
    #[must_use]
    pub fn windows(&self, length: Span) -> Vec<TimeWindow> {
        let hours = self.rest.request.delivery_hours();
        let mut windows = Vec::new();
        let mut from = hours.earliest();
        while length > Span::ZERO && from < hours.latest() {
            let until = from.saturating_add(length).min(hours.latest());
            windows.push(TimeWindow::new(from, until));
            from = until;
        }
        windows
    }

    /// The windows of a list that can be kept for a package, whose own windows do not matter, and
    /// the least that each costs. All routes stay in their order, vehicles at their start leave
    /// when they are to, and every window that is kept stays kept. A package of a group that rides
    /// together goes where others of it are. Packages that wait for a route
    /// themselves are not counted with.
    ///
    /// # Errors
    ///
    /// When the package would not be accepted in the request, or has an id of the day.
    ///
    /// # Complexity
    ///
    /// O(windows * stops ahead), and for a package that is collected on the way, O(windows) times the
    /// work of [`Day::replan`] for one new package. A travel model of the caller's own is asked for the leg from each
    /// stop at which the package could come next, once for places that are the same, and for the leg
    /// to the stop behind it only where that may still decide.
    pub fn offers(&self, package: &Package, windows: &[TimeWindow]) -> Result<Vec<Offer>, Error> {
        let package = package.clone().with_windows([]);
        check_package(&self.day.request, &package)?;
        if self.day.index.parcels.contains_key(package.id()) {
            let subject = format!("package {:?}", package.id().as_str());
            return Err(super::refuse(subject, "id", "is in the day already"));
        }
        let hours = self.rest.request.delivery_hours();
        let windows: Vec<TimeWindow> = windows
            .iter()
            .filter_map(|window| window.intersection(hours))
            .collect();
        if package.pickup().is_some() {
            return self.pair_offers(&package, &windows);
        }
        let service = VehicleKind::ALL.map(|kind| {
            let times = self.day.request.service_times_of(kind);
            let mut work = Work::default();
            work.add(times, &package, false);
            work.service(times).millis()
        });
        let packages = vec![&package];
        let guest = Guest {
            ready: ready(&packages),
            packages,
            service,
            pair: false,
        };
        let around = self.board.ground.around(self.day, package.place());
        let company = package.together().and_then(|g| self.rest.company.get(g));
        let joins = |run: &Run| company.is_none_or(|&with| with == Some(run.vehicle));
        let crews = self.board.crews().filter(|(run, _)| joins(run));
        let crews = crews.filter_map(|(run, driver)| {
            let admitted = run.admits(&self.rest, &guest, driver)?;
            Some((run, admitted))
        });
        let crews: Vec<(&Run, Admitted)> = crews.collect();
        let mut best = if around.is_asked() {
            self.scout(&crews, (&around, &windows))
        } else {
            vec![None; windows.len()]
        };
        for (run, admitted) in &crews {
            self.look((run, admitted), &guest, (&around, &windows), &mut best);
        }
        let offers = windows.iter().zip(best);
        Ok(offers
            .filter_map(|(&window, best)| Some(self.offer(window, best?)))
            .collect())
    }

    /// The same for a package that is collected on the way: both stops go on one route, one behind the
    /// other.
    fn pair_offers(&self, package: &Package, windows: &[TimeWindow]) -> Result<Vec<Offer>, Error> {
        let churn = Churn {
            left_out: Money::from_units(10_000_000),
            ..Churn::free()
        };
        let mut offers = Vec::new();
        for &window in windows {
            let order = package.clone().with_windows([window]);
            if check_package(&self.day.request, &order).is_err() {
                // It cannot be collected before the window ends.
                continue;
            }
            let mut day = self.day.clone();
            let (at, order) = (self.now, Box::new(order));
            day.apply(&Event::PackageAdded { at, package: order })?;
            let rest = day.what_is_left(at, &churn)?;
            let index = super::positions(&rest.request);
            let Some(&own) = index.get(package.id()) else {
                continue;
            };
            let door = rest.grouping.stop_of(own);
            let first = rest.grouping.pickup_of(own).unwrap_or(door);
            let board = Board::of(&day, &rest);
            let found = best_pair((&day, &rest, &churn), &board, [first, door], Keep::All);
            offers.extend(found.and_then(|found| pair_offer(&rest, window, [first, door], &found)));
        }
        Ok(offers)
    }

    /// A gap for each window, the best by the way there alone: whatever is dearer than these need
    /// not be asked how far it is back.
    fn scout(
        &self,
        crews: &[(&Run, Admitted)],
        (around, windows): (&Around<'_>, &[TimeWindow]),
    ) -> Vec<Option<Best>> {
        let mut likely: Vec<Option<Likely<'_>>> = vec![None; windows.len()];
        let driven = |run: &Run| !run.is_idle(&self.rest) && !run.is_timed(&self.board.ground);
        for (run, admitted) in crews.iter().filter(|(run, _)| driven(run)) {
            for (nth, gap) in run.gaps.iter().enumerate() {
                let there = around.there(run.vehicle, gap.before);
                let legs = [there, around.back_at_least(run.vehicle, gap.after)];
                let way = run.price_of_way(nth, legs) + admitted.asked;
                for (window, likely) in windows.iter().zip(&mut likely) {
                    let longer = run.longer_at_least(nth, legs, (*window, admitted));
                    let Some(longer) = longer else { continue };
                    let least = way + run.rates.duty_ms * Fine::from(longer);
                    if likely.is_none_or(|(known, ..)| least < known) {
                        *likely = Some((least, *run, admitted, nth));
                    }
                }
            }
        }
        let found = |(window, likely): (&TimeWindow, Option<Likely<'_>>)| {
            let (_, run, admitted, nth) = likely?;
            let window = (std::slice::from_ref(window), admitted);
            let fit = run.fit(nth, run.legs(around, nth), window, &self.rest)?;
            fit.keeps
                .then(|| Best::of(run, admitted, (fit.cost, nth, fit.start)))
        };
        windows.iter().zip(likely).map(found).collect()
    }

    fn look(
        &self,
        (run, admitted): (&Run, &Admitted),
        guest: &Guest<'_>,
        (around, windows): (&Around<'_>, &[TimeWindow]),
        best: &mut [Option<Best>],
    ) {
        let rest = &self.rest;
        if run.is_timed(&self.board.ground) {
            return self.look_timed((run, admitted), guest, (around, windows), best);
        }
        let asked = admitted.asked;
        let found = |cost, nth, start| Best::of(run, admitted, (cost, nth, start));
        if run.is_idle(rest) {
            let legs = run.legs(around, 0);
            for (window, best) in windows.iter().zip(best) {
                let window = std::slice::from_ref(window);
                let opening = run.open(legs, window, guest, (rest, admitted.driver));
                if let Some((_, start, cost)) = opening {
                    cheaper(best, found(cost, 0, start));
                }
            }
            return;
        }
        for (nth, gap) in run.gaps.iter().enumerate() {
            if !run.has_room(nth, admitted) {
                continue;
            }
            let there = around.there(run.vehicle, gap.before);
            let mut legs = [there, around.back_at_least(run.vehicle, gap.after)];
            let mut way = run.price_of_way(nth, legs) + asked;
            for (window, best) in windows.iter().zip(&mut *best) {
                let below = best.map_or(Fine::MAX, |best| best.cost);
                let longer = run.longer_at_least(nth, legs, (*window, admitted));
                let least = longer.map(|ms| way + run.rates.duty_ms * Fine::from(ms));
                if least.is_none_or(|least| least > below) {
                    continue;
                }
                // Worth asking how far it is back.
                legs[1] = around.back(run.vehicle, gap.after);
                way = run.price_of_way(nth, legs) + asked;
                let window = (std::slice::from_ref(window), admitted);
                let fit = run.fit(nth, legs, window, rest);
                if let Some(fit) = fit.filter(|fit| fit.keeps) {
                    cheaper(best, found(fit.cost, nth, fit.start));
                }
            }
        }
    }

    /// The same for a run with breaks, or with travel by the hour.
    fn look_timed(
        &self,
        (run, admitted): (&Run, &Admitted),
        guest: &Guest<'_>,
        (around, windows): (&Around<'_>, &[TimeWindow]),
        best: &mut [Option<Best>],
    ) {
        let rest = &self.rest;
        let site = Site {
            day: self.day,
            rest,
            ground: &self.board.ground,
            around,
        };
        let asked = admitted.asked;
        for (window, best) in windows.iter().zip(best) {
            let window = std::slice::from_ref(window);
            let found =
                |Entry { cost, start, .. }, nth| Best::of(run, admitted, (cost, nth, start));
            if run.is_idle(rest) {
                let opening = run.open_timed(&site, window, (guest, admitted));
                if let Some(opening) = opening {
                    cheaper(best, found(opening.entry, 0));
                }
                continue;
            }
            for nth in 0..run.gaps.len() {
                // Of equals the first is to be found.
                let below = best.map_or(Fine::MAX, |best| best.cost - asked + 1);
                let entry = run.enter(&site, nth, (window, admitted), (Keep::All, below));
                if let Some(entry) = entry {
                    cheaper(best, found(entry, nth));
                }
            }
        }
    }

    fn offer(&self, window: TimeWindow, best: Best) -> Offer {
        let run = &self.board.runs[best.vehicle];
        let behind = best.nth.checked_sub(1).map(|i| run.stops[i]);
        let kept = self.rest.kept[best.vehicle].map(|halt| &self.day.halts[halt].id);
        let behind = behind.map(|stop| &self.rest.grouping.stops()[stop as usize].id);
        Offer {
            window,
            price: money(best.cost),
            vehicle: self.rest.request.vehicles()[best.vehicle].id().clone(),
            driver: best
                .driver
                .map(|driver| self.rest.request.drivers()[driver].id().clone()),
            behind: behind.or(kept).cloned(),
            start: TimeOfDay::from_millis(best.start),
        }
    }
}
