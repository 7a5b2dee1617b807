//! The rest of a day planned anew, with as little change as it is worth.
//!
//! In two steps: [`Day::replan`] puts what is on no route into the routes as they are driven, at
//! once; [`Replan::improve`] lets the solver search from there.

mod aboard;
mod admit;
mod board;
mod bonds;
mod changes;
mod churn;
mod courses;
mod crew;
mod fit;
mod ground;
mod insert;
mod packages;
mod pauses;
pub(super) mod quote;
mod rest;
mod road;
mod timed;

use std::collections::HashMap;
use std::sync::Arc;

use super::settings::refuse;
use super::{Day, Event, NewRoute};
use crate::error::{Error, Problems};
use crate::model::{Driver, DriverId, Package, PackageId, ServiceDay, Stop, TimeWindow, VehicleId};
use crate::plan::{Plan, Reason, RestDraft, RouteDraft, assemble};
use crate::solver::Solver;
use crate::units::TimeOfDay;
use board::{Board, Fine, fine};
use insert::price_of;
use rest::{Rest, travel_of};

pub use changes::{Changes, DriverMove, EtaShift, Move, MoveReason, ShiftReason, Stranded};
pub use churn::Churn;

impl Day {
    /// The rest of the day planned anew as of `now`, at once: the routes stay as they are driven,
    /// and what is on none goes where it costs least, money and [`Churn`] together.
    ///
    /// What is done is done. The stop that a vehicle drives to, or stands at, is kept. What is
    /// loaded stays on its vehicle, and a vehicle that left does not come back for more: new
    /// deliveries go with vehicles at their start, new pickups with any. Vehicles that are back,
    /// out of order, on their way home without a stop or done where their route ends get no work; what lies in one that is out
    /// of order is listed as [`Stranded`]. What came back, and what a carrier has, stays there.
    ///
    /// On a day that has drivers, who is out stays with his vehicle and has had his route when he is
    /// back; who has not left may be given another vehicle, where that saves money, and who has no
    /// route may be given one.
    ///
    /// No event tells of a break. One counts as had when the stop that it is planned at is left;
    /// where one has begun, or is planned at the stop that is
    /// driven to or stood at, the vehicle goes on when it is over. Those still to come are rules of
    /// the rest, which count time on duty and at the wheel from the departure; they may move to other
    /// stops. One that is late as the routes are driven may be as late as that. One that is owed and
    /// planned nowhere is put in, and given up where the route cannot have it.
    ///
    /// What is collected on the way is brought by the vehicle that has it. As long as it was not
    /// collected, and no vehicle drives to it or stands there, it may go with any vehicle, also with
    /// one that left.
    ///
    /// Packages that ride together stay so, or are left out together: where one is loaded, or was
    /// dealt with, the others go with that vehicle or stay. A vehicle that has, or had, a package
    /// which is apart from others takes none of these. What is not loaded and breaks that as the
    /// routes are driven goes elsewhere.
    ///
    /// A window, shift or duty that the routes as driven break already is taken as they make it:
    /// a stop that is late may be served until [`Churn::eta_limit`] after it is expected. A stop
    /// that is expected after the delivery hours is left out, and rides back. Zones and blocks are
    /// not minded any more.
    ///
    /// The day is not changed: [`apply`](Self::apply) the [event](Replan::event) for that.
    ///
    /// # Errors
    ///
    /// When `now` is outside of 00:00 to [`TimeOfDay::MAX`], or a price or the limit is negative or
    /// out of bounds.
    ///
    /// # Complexity
    ///
    /// O(n log n) for n packages to be dealt with, and O(stops) for each stop on no route.
    pub fn replan(&self, now: TimeOfDay, churn: &Churn) -> Result<Replan<'_>, Error> {
        let mut problems = Problems::default();
        churn.check(&mut problems);
        problems.into_result()?;
        let mut rest = self.what_is_left(now, churn)?;
        let mut board = Board::of(self, &rest);
        let left = insert::place(self, &rest, &mut board, churn);
        rest.give_up(&board.late(&rest))?;
        let left = left.into_iter().map(|stop| (stop, Reason::NoRoom));
        Ok(Replan::written(
            self,
            now,
            *churn,
            Arc::new(rest),
            (&board.drafts(), left.collect()),
        ))
    }

    /// What is left, where `now` is a time of a day.
    fn what_is_left(&self, now: TimeOfDay, churn: &Churn) -> Result<Rest, Error> {
        if !(TimeOfDay::MIDNIGHT..=TimeOfDay::MAX).contains(&now) {
            let message = format!("{now} is not between 00:00 and {}", TimeOfDay::MAX);
            return Err(refuse("re-plan".to_owned(), "now", message));
        }
        Rest::of(self, now, churn)
    }
}

/// The rest of a day planned anew.
///
/// ```
/// use doorstep::execution::{Churn, Day, Event};
/// use doorstep::{Budget, Package, Place, ServiceDay, Solver, Station, TimeOfDay, Vehicle};
///
/// let request = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
///     .packages([Package::new("P1", Place::at(41.85, -87.65), "60608")])
///     .vehicles([Vehicle::cargo_van("V1"), Vehicle::flex_car("F1")])
///     .build()?;
/// let solver = Solver::new().budget(Budget::iterations(100));
/// let plan = solver.solve(&request)?.plan;
/// let mut day = Day::new(&request, &plan)?;
/// let at = TimeOfDay::hm(11, 0);
/// let package = Package::new("P2", Place::at(41.86, -87.66), "60608");
/// day.apply(&Event::PackageAdded { at, package: Box::new(package) })?;
///
/// let replan = day.replan(at, &Churn::default())?.improve(&solver)?;
/// assert_eq!(replan.changes().moves.len(), 1);
/// if let Some(event) = replan.into_event() {
///     day.apply(&event)?;
/// }
/// assert!(day.eta(&"P2".into()).is_some());
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Replan<'a> {
    day: &'a Day,
    now: TimeOfDay,
    churn: Churn,
    rest: Arc<Rest>,
    plan: Plan,
    changes: Changes,
    event: Option<Event>,
}

impl<'a> Replan<'a> {
    fn written(
        day: &'a Day,
        now: TimeOfDay,
        churn: Churn,
        rest: Arc<Rest>,
        (drafts, left): (&[RouteDraft], Vec<(u32, Reason)>),
    ) -> Self {
        let Rest {
            request, grouping, ..
        } = rest.as_ref();
        let mut plan = assemble(request, grouping, travel_of(day), drafts, left);
        let index = positions(request);
        for visit in plan.routes.iter_mut().flat_map(|route| &mut route.visits) {
            let stop = rest.stop_of(&index, visit);
            visit.stop = match &rest.live[stop as usize] {
                Some(live) => live.id.clone(),
                None => day.free_stop_id(&visit.stop, 1),
            };
        }
        let changes = Changes::of(day, &rest, &plan);
        let routes = NewRoute::of_plan(day, now, (&rest.vehicles, &rest.kept, &rest.breaks), &plan);
        Self {
            day,
            now,
            churn,
            event: (!routes.is_empty()).then_some(Event::Replanned { at: now, routes }),
            rest,
            plan,
            changes,
        }
    }

    /// What was left to plan, as a request: vehicles where they will be free, what is loaded pinned
    /// to them, windows open for what is late already or was worth its price. [`validate`](crate::plan::validate()) checks [`plan`](Self::plan) against it.
    #[must_use]
    pub fn request(&self) -> &ServiceDay {
        &self.rest.request
    }

    /// The plan of what is left, behind the stops that vehicles drive to or stand at.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What it changes.
    #[must_use]
    pub const fn changes(&self) -> &Changes {
        &self.changes
    }

    /// [`Event::Replanned`], which makes the day follow this plan; nothing where it does already.
    #[must_use]
    pub const fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }

    /// The same, letting go of the day.
    #[must_use]
    pub fn into_event(self) -> Option<Event> {
        self.event
    }

    /// Searches for a better plan of the same rest from this one, within the solver's budget. What
    /// comes back is never dearer, money and churn together.
    ///
    /// The search makes no service later by more than the limit that this plan leaves inside, where
    /// that has a price; an arrival that is earlier, or waits for its window, may move farther, at
    /// its price. Packages on other vehicles, and other drivers, cost it what [`Churn`] says.
    ///
    /// # Errors
    ///
    /// As [`Solver::solve`].
    pub fn improve(&self, solver: &Solver) -> Result<Self, Error> {
        let tight = self.tight()?;
        let mut solver = solver.clone().warm_start(&self.plan).explain(0);
        if let Some(own) = &self.day.travel {
            solver = solver.travel(Arc::clone(own));
        }
        let outcome = solver.without_choices().solve(&tight)?;
        let parts = self.parts(&outcome.plan);
        let (day, rest) = (self.day, Arc::clone(&self.rest));
        let found = Self::written(day, self.now, self.churn, rest, (&parts.0, parts.1));
        Ok(if found.price() < self.price() {
            found
        } else {
            self.clone()
        })
    }

    /// The same request with windows that keep expected arrivals near to where they are.
    fn tight(&self) -> Result<ServiceDay, Error> {
        let request = &self.rest.request;
        if self.churn.eta_shift == crate::units::Money::ZERO {
            return Ok(request.clone());
        }
        let index = positions(request);
        let visits = self.plan.routes.iter().flat_map(|route| &route.visits);
        let starts: HashMap<u32, TimeOfDay> = visits
            .map(|visit| (self.rest.stop_of(&index, visit), visit.start))
            .collect();
        let limit = self.churn.eta_limit;
        let near = |packages: &[Package]| -> Option<Vec<TimeWindow>> {
            let own = *index.get(packages.first()?.id())?;
            let number = self.rest.grouping.stop_of(own);
            let live = self.rest.live[number as usize].as_ref()?;
            let start = *starts.get(&number)?;
            let earliest = start.min(live.start - limit);
            let latest = start.max(live.start.saturating_add(limit));
            let window = TimeWindow::new(earliest.max(TimeOfDay::MIDNIGHT), latest);
            let group = &self.rest.grouping.stops()[number as usize];
            let windows = group.windows.iter();
            Some(windows.filter_map(|own| own.intersection(window)).collect())
        };
        let builder = request.to_builder().edit_stops(|stops| {
            for stop in stops {
                if let Some(near) = near(stop.packages()) {
                    let packages = stop.packages().iter();
                    let packages = packages.map(|p| p.clone().with_windows(near.iter().copied()));
                    *stop = Stop::new(stop.id().clone(), packages.collect());
                }
            }
        });
        let builder = builder.edit_packages(|packages| {
            for package in packages.iter_mut().filter(|p| p.pickup().is_some()) {
                if let Some(near) = near(std::slice::from_ref(package)) {
                    *package = package.clone().with_windows(near);
                }
            }
        });
        builder.build()
    }

    /// A plan of the same packages in terms of this rest.
    fn parts(&self, plan: &Plan) -> (Vec<RouteDraft>, Vec<(u32, Reason)>) {
        let index = positions(&self.rest.request);
        let stop_of = |id: &PackageId| self.rest.grouping.stop_of(index[id]);
        let vehicles = self.rest.request.vehicles().iter();
        let vehicles: HashMap<&VehicleId, usize> = vehicles.map(|v| v.id()).zip(0..).collect();
        let drivers = self.rest.request.drivers().iter();
        let drivers: HashMap<&DriverId, usize> = drivers.map(Driver::id).zip(0..).collect();
        let rest = |rest: &crate::plan::Rest| RestDraft {
            number: rest.number,
            visit: rest.visit,
            after_service: rest.after_service,
        };
        let draft = |route: &crate::plan::RoutePlan| {
            let visits = route.visits.iter();
            let stops = visits
                .map(|visit| self.rest.stop_of(&index, visit))
                .collect();
            RouteDraft {
                vehicle: vehicles[&route.vehicle],
                driver: route.driver.as_ref().map(|driver| drivers[driver]),
                stops,
                depart: route.depart,
                breaks: route.breaks.iter().map(rest).collect(),
                reloads: Vec::new(),
            }
        };
        let mut left: Vec<(u32, Reason)> = Vec::new();
        for unserved in &plan.unserved {
            let stop = stop_of(&unserved.package);
            if left.iter().all(|(other, _)| *other != stop) {
                left.push((stop, unserved.reason.clone()));
            }
        }
        let mut drafts: Vec<RouteDraft> = plan.routes.iter().map(draft).collect();
        self.rest.keep_drivers(&mut drafts);
        (drafts, left)
    }

    /// Money and churn together.
    fn price(&self) -> Fine {
        let index = positions(&self.rest.request);
        let mut price = fine(self.plan.scorecard.cost.total());
        price += fine(self.churn.left_out) * self.plan.unserved.len() as Fine;
        for visit in self.plan.routes.iter().flat_map(|route| &route.visits) {
            let stop = self.rest.stop_of(&index, visit);
            if let Some(live) = &self.rest.live[stop as usize] {
                let each = price_of(&self.churn, live, visit.arrive, visit.start);
                price += each * visit.packages.len() as Fine;
            }
        }
        price += fine(self.churn.moved_package) * self.changes.packages_moved() as Fine;
        price + fine(self.churn.moved_driver) * self.changes.drivers.len() as Fine
    }
}

/// Where each package is in a request.
fn positions(request: &ServiceDay) -> HashMap<&PackageId, usize> {
    request
        .packages()
        .iter()
        .map(Package::id)
        .zip(0..)
        .collect()
}
