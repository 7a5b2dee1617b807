//! What can still be offered, and at what cost, against the routes as they are driven.

use super::Churn;
use super::board::{Board, Fine, Run, money};
use super::fit::{Admitted, Guest, ready};
use super::ground::Around;
use super::rest::Rest;
use super::timed::{Entry, Keep, Site};
use crate::error::Error;
use crate::execution::Day;
use crate::execution::state::Work;
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
    /// Behind which stop; nothing where it would be the first one.
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
    /// when they are to, and every window that is kept stays kept. Packages that wait for a route
    /// themselves are not counted with.
    ///
    /// # Errors
    ///
    /// When the package would not be accepted in the request, or has an id of the day.
    ///
    /// # Complexity
    ///
    /// O(stops ahead), and O(windows) for each position that is not dearer already.
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
        let service = VehicleKind::ALL.map(|kind| {
            let times = self.day.request.service_times_of(kind);
            let mut work = Work::default();
            work.add(times, &package);
            work.service(times).millis()
        });
        let packages = vec![&package];
        let guest = Guest {
            ready: ready(&packages),
            packages,
            service,
        };
        let around = self.board.ground.around(self.day, package.place());
        let mut best = vec![None; windows.len()];
        for (run, driver) in self.board.crews() {
            if let Some(admitted) = run.admits(&self.rest, &guest, driver) {
                self.look((run, &admitted), &guest, (&around, &windows), &mut best);
            }
        }
        let offers = windows.iter().zip(best);
        Ok(offers
            .filter_map(|(&window, best)| Some(self.offer(window, best?)))
            .collect())
    }

    fn look(
        &self,
        (run, admitted): (&Run, &Admitted),
        guest: &Guest<'_>,
        (around, windows): (&Around, &[TimeWindow]),
        best: &mut [Option<Best>],
    ) {
        let rest = &self.rest;
        let vehicle = run.vehicle;
        let Admitted { driver, asked, .. } = *admitted;
        let mut take = |i: usize, found: Best| {
            let known: &mut Option<Best> = &mut best[i];
            if known.is_none_or(|known| found.cost < known.cost) {
                *known = Some(found);
            }
            // What a position must be cheaper than to be of use.
            let costs = best
                .iter()
                .map(|best| best.map_or(Fine::MAX, |best| best.cost));
            costs.max().unwrap_or(Fine::MAX)
        };
        let out = rest.request.vehicles()[vehicle].under_way().is_some();
        if run.is_timed(&self.board.ground) {
            return self.look_timed((run, admitted), guest, (around, windows), best);
        }
        if run.stops.is_empty() && !out {
            let legs = run.legs(&self.board.ground, around, 0);
            for (i, window) in windows.iter().enumerate() {
                let window = std::slice::from_ref(window);
                if let Some((_, start, cost)) = run.open(legs, window, guest, (rest, driver)) {
                    let (cost, nth) = (cost + asked, 0);
                    take(
                        i,
                        Best {
                            cost,
                            vehicle,
                            driver,
                            nth,
                            start,
                        },
                    );
                }
            }
            return;
        }
        let mut most = Fine::MAX;
        for nth in 0..run.gaps.len() {
            let legs = run.legs(&self.board.ground, around, nth);
            if run.least(nth, legs) + asked >= most {
                continue;
            }
            for (i, window) in windows.iter().enumerate() {
                let window = (std::slice::from_ref(window), admitted);
                let fit = run.fit(nth, legs, window, rest);
                if let Some(fit) = fit.filter(|fit| fit.keeps) {
                    let (cost, start) = (fit.cost + asked, fit.start);
                    most = take(
                        i,
                        Best {
                            cost,
                            vehicle,
                            driver,
                            nth,
                            start,
                        },
                    );
                }
            }
        }
    }

    /// The same for a run with breaks, or with travel by the hour.
    fn look_timed(
        &self,
        (run, admitted): (&Run, &Admitted),
        guest: &Guest<'_>,
        (around, windows): (&Around, &[TimeWindow]),
        best: &mut [Option<Best>],
    ) {
        let rest = &self.rest;
        let site = Site {
            day: self.day,
            rest,
            ground: &self.board.ground,
            around,
        };
        let vehicle = run.vehicle;
        let out = rest.request.vehicles()[vehicle].under_way().is_some();
        let Admitted { driver, asked, .. } = *admitted;
        for (window, best) in windows.iter().zip(best) {
            let window = std::slice::from_ref(window);
            let take = |best: &mut Option<Best>, entry: Entry, nth: usize| {
                let (cost, start) = (entry.cost + asked, entry.start);
                if best.is_none_or(|known| cost < known.cost) {
                    *best = Some(Best {
                        cost,
                        vehicle,
                        driver,
                        nth,
                        start,
                    });
                }
            };
            if run.stops.is_empty() && !out {
                let opening = run.open_timed(&site, window, (guest, admitted));
                if let Some(opening) = opening {
                    take(best, opening.entry, 0);
                }
                continue;
            }
            for nth in 0..run.gaps.len() {
                let below = best.map_or(Fine::MAX, |best| best.cost - asked);
                let entry = run.enter(&site, nth, (window, admitted), (Keep::All, below));
                if let Some(entry) = entry {
                    take(best, entry, nth);
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
