//! The public face of the search: a day in, a plan out.

mod batch;
mod budget;
mod capped;
mod choices;
mod clock;
mod crews;
mod explain;
mod extract;
mod observer;
mod staffing;
mod tenders;
mod what_if;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use crate::error::{Error, Problems};
use crate::model::{Place, ServiceDay};
use crate::plan::{self, Plan};
use crate::problem::{self, Solution, compile::compile, neighbours::Neighbours};
use crate::search::{construct, eject, improve, parallel, rematch::rematch};
use crate::sortation::{Grouping, Zoning, group, zones};
use crate::travel::TravelModel;
use crate::units::{Span, TimeOfDay};

use capped::Capped;
use choices::Decided;
use clock::{After, Clock};
use crews::Crews;
use tenders::Tenders;

pub use batch::{Done, Job, Stream, Streamed};
pub use budget::{Budget, RoundRecord, StopReason, Trace};
pub use observer::{Observer, Progress};
pub use staffing::{StaffingCurve, StaffingPoint};
pub use what_if::{Change, WhatIf, changed};

/// Plans days. Cheap to clone; every setting has a default.
///
/// Runs on the rayon pool it is called from (`pool.install(|| solver.solve(&day))`), opens no
/// thread of its own and reads a clock only for a wall-clock budget.
///
/// ```
/// use doorstep::{Package, Place, ServiceDay, Station, Vehicle};
/// use doorstep::solver::{Budget, Solver};
///
/// let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
///     .packages([Package::new("P1", Place::at(41.85, -87.65), "60608")])
///     .vehicles([Vehicle::cargo_van("V1")])
///     .build()?;
/// let outcome = Solver::new().budget(Budget::iterations(100)).seed(7).solve(&day)?;
/// assert_eq!(outcome.plan.routes.len(), 1);
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone)]
pub struct Solver {
    budget: Budget,
    seed: u64,
    travel: Option<Arc<dyn TravelModel>>,
    observer: Option<Arc<dyn Observer>>,
    stop: Option<Arc<AtomicBool>>,
    start: Option<Arc<Plan>>,
    explained: usize,
    choices: bool,
    ejection: bool,
}

impl Default for Solver {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Solver")
            .field("budget", &self.budget)
            .field("seed", &self.seed)
            .field("own_travel", &self.travel.is_some())
            .finish_non_exhaustive()
    }
}

/// A day compiled for solving it several times: what-ifs, other seeds, other budgets.
#[derive(Debug)]
pub struct CompiledDay {
    day: ServiceDay,
    /// Where drivers are apart from vehicles: who may drive what.
    crews: Option<Crews>,
    grouping: Grouping,
    zoning: Zoning,
    problem: problem::Problem,
    travel: Travel,
}

/// The travel model that a compiled day was compiled with.
struct Travel(Option<Arc<dyn TravelModel>>);

impl fmt::Debug for Travel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "caller's model"
        } else {
            "the day's"
        })
    }
}

impl CompiledDay {
    /// The day.
    #[must_use]
    pub const fn day(&self) -> &ServiceDay {
        &self.day
    }

    /// Its packages grouped into stops.
    #[must_use]
    pub const fn grouping(&self) -> &Grouping {
        &self.grouping
    }

    /// Its zones and blocks.
    #[must_use]
    pub const fn zoning(&self) -> &Zoning {
        &self.zoning
    }

    /// The day as the problem's vehicles are of it: with vehicles that have their drivers.
    fn fleet(&self) -> &ServiceDay {
        self.crews.as_ref().map_or(&self.day, |crews| &crews.day)
    }

    /// The vehicle of the day that stands for a vehicle of the problem.
    fn vehicle_of(&self, vehicle: u32) -> u32 {
        let crews = self.crews.as_ref();
        crews.map_or(vehicle, |crews| crews.of[vehicle as usize])
    }

    fn travel(&self) -> &dyn TravelModel {
        match &self.travel.0 {
            Some(model) => model.as_ref(),
            None => self.day.travel(),
        }
    }
}

/// What a solve returns.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The plan. It is valid; [`plan::validate`] says so by other code.
    pub plan: Plan,
    /// What the search did.
    pub statistics: Statistics,
    /// Why it stopped.
    pub stop_reason: StopReason,
}

/// What the search did.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Statistics {
    /// Stops that the packages were grouped into.
    pub stops: usize,
    /// Ruin-recreate iterations, all tasks together.
    pub iterations: u64,
    /// Rounds of tasks.
    pub rounds: u64,
    /// Rounds and temperatures, for [`Budget::replay`].
    pub trace: Trace,
}

impl Solver {
    /// A solver with a wall-clock budget of ten seconds and seed 1.
    #[must_use]
    pub fn new() -> Self {
        Self {
            budget: Budget::seconds(10),
            seed: 1,
            travel: None,
            observer: None,
            stop: None,
            start: None,
            explained: 1_000,
            choices: true,
            ejection: true,
        }
    }

    /// Sets what a solve may spend.
    #[must_use]
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Sets the seed. The same day, seed and iteration budget give the same plan on any number
    /// of threads.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets a travel model to use in place of what the day states. Validate the plan with
    /// [`plan::validate_with`] and the same model.
    #[must_use]
    pub fn travel(mut self, model: Arc<dyn TravelModel>) -> Self {
        self.travel = Some(model);
        self
    }

    /// Sets who is told after each round and may end the search.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Sets a flag that ends the search after the current round when it becomes true.
    #[must_use]
    pub fn stop_flag(mut self, flag: Arc<AtomicBool>) -> Self {
        self.stop = Some(flag);
        self
    }

    /// Starts from a plan instead of a constructed solution. What the day does not know or what
    /// is no longer feasible is left out of it and planned anew.
    #[must_use]
    pub fn warm_start(mut self, plan: &Plan) -> Self {
        self.start = Some(Arc::new(plan.clone()));
        self
    }

    /// Sets how many different stops that are left get the rules that block them and the changes
    /// that would place them, in the order of the request: by default 1,000. Packages of further
    /// ones say [`Fixes::NotSought`](crate::plan::Fixes::NotSought). Stops that are equal in place,
    /// windows, load, service and choice are one. None are sought on days on which vehicles may
    /// [reload](crate::Vehicle::with_reloads).
    #[must_use]
    pub const fn explain(mut self, stops: usize) -> Self {
        self.explained = stops;
        self
    }

    /// Leaves out why each stop goes with its provider ([`plan::Choice`]), which is otherwise
    /// found for every day with providers on which no vehicle may reload.
    #[must_use]
    pub const fn without_choices(mut self) -> Self {
        self.choices = false;
        self
    }

    /// What decides a plan besides the day, as text; the clock is no part of it.
    #[cfg(feature = "json")]
    pub(crate) fn settings(&self) -> String {
        let iterations = match (self.budget.iterations, &self.budget.replay) {
            (_, Some(_)) => "the iterations of a trace".to_owned(),
            (Some(iterations), None) => format!("{iterations} iterations"),
            (None, None) => "no limit of iterations".to_owned(),
        };
        let travel = if self.travel.is_some() {
            "the caller's travel"
        } else {
            "the day's travel"
        };
        format!("seed {}, {iterations}, {travel}", self.seed)
    }

    /// Leaves out the last look at required stops that are left, each in place of another one
    /// that goes elsewhere: for first plans, where it takes longer than all the rest. Their reason
    /// is [`Reason::NoInsertion`](crate::plan::Reason::NoInsertion).
    #[must_use]
    pub const fn without_ejection(mut self) -> Self {
        self.ejection = false;
        self
    }

    /// Plans the day.
    ///
    /// # Errors
    ///
    /// When the caller's travel model gives a leg that is negative or longer than
    /// [`crate::travel::Leg::OUT_OF_REACH`], and when drivers and vehicles of too many sorts make
    /// more crews than can be weighed (20,000). A day that cannot be served in full is no error: the
    /// plan says which packages are left and why.
    pub fn solve(&self, day: &ServiceDay) -> Result<Outcome, Error> {
        let begun = Instant::now();
        let compiled = self.compile(day)?;
        Ok(self.solve_from(&compiled, &self.budget, begun, 0))
    }

    /// Groups and compiles the day, without searching.
    ///
    /// # Errors
    ///
    /// As [`Solver::solve`].
    pub fn compile(&self, day: &ServiceDay) -> Result<CompiledDay, Error> {
        self.compile_owned(day.clone())
    }

    fn compile_owned(&self, day: ServiceDay) -> Result<CompiledDay, Error> {
        if let Some(model) = &self.travel {
            check_model(&day, model.as_ref())?;
        }
        let grouping = group(&day);
        let zoning = zones(&day, &grouping);
        let crews = Crews::new(&day)?;
        let fleet = crews.as_ref().map_or(&day, |crews| &crews.day);
        let mut problem = compile(fleet, &grouping, &zoning, self.travel.clone());
        problem.neighbours = neighbours(&problem);
        Ok(CompiledDay {
            day,
            crews,
            grouping,
            zoning,
            problem,
            travel: Travel(self.travel.clone()),
        })
    }

    /// Plans a compiled day. Takes its travel from the compiled day.
    #[must_use]
    pub fn solve_compiled(&self, compiled: &CompiledDay) -> Outcome {
        self.solve_from(compiled, &self.budget, Instant::now(), 0)
    }

    fn solve_from(
        &self,
        compiled: &CompiledDay,
        budget: &Budget,
        begun: Instant,
        station: usize,
    ) -> Outcome {
        let problem = &compiled.problem;
        let mut clock = Clock::new(budget, begun, problem, station);
        clock.observer = self.observer.as_deref();
        clock.flag = self.stop.as_deref();
        let start = match &self.start {
            Some(plan) => extract::solution(compiled, plan),
            None => construct::construct(problem),
        };
        let capped = Capped::new(compiled);
        // What a trip more would make room for is not weighed.
        let reloading = problem.reloading();
        let choices = self.choices && !reloading && !compiled.day.providers().is_empty();
        clock.keep_for(After {
            choices,
            left: start
                .bank
                .iter()
                .any(|&s| problem.stops[s as usize].required),
            capped: capped.is_some(),
        });
        let (best, tenders, tried) = self.search(compiled, capped.as_ref(), start, &mut clock);
        let best = rematch(problem, best);
        let unserved = explain::unserved(compiled, &best, &tried);
        let tours = extract::tours(compiled, &best);
        let drafts = extract::drafts(compiled, &tours);
        let carriers = |package: u32| {
            let stop = compiled.grouping.stop_of(package as usize) as usize;
            // A stop is tendered as a whole.
            tenders.price(&compiled.day, &compiled.grouping.stops()[stop])?;
            tenders.of(&compiled.day, package)
        };
        let mut plan = plan::assemble_with(
            &compiled.day,
            (&compiled.grouping, &compiled.zoning),
            compiled.travel(),
            &drafts,
            (unserved.clone(), &carriers),
        );
        explain::attach(
            compiled,
            (&best, &tenders),
            tours,
            self.explained,
            &mut plan,
        );
        if choices {
            let decided = Decided {
                compiled,
                solution: &best,
                tenders: &tenders,
                drafts: &drafts,
                left: &unserved,
            };
            decided.explain(&mut plan);
        }
        let (stop_reason, statistics) = clock.finish(compiled.grouping.stops().len());
        Outcome {
            plan,
            statistics,
            stop_reason,
        }
    }

    /// The best solution found, the carriers of its packages, and for each stop whether it was tried
    /// in place of others as well.
    fn search(
        &self,
        compiled: &CompiledDay,
        capped: Option<&Capped<'_>>,
        start: Solution,
        clock: &mut Clock<'_>,
    ) -> (Solution, Tenders, Vec<bool>) {
        let problem = &compiled.problem;
        let warm = self.start.is_some();
        match capped {
            Some(capped) => capped.search(start, warm, self.seed, clock),
            None => {
                let best = improve(problem, start, warm, self.seed, clock);
                let best = construct::complete(problem, best);
                let (best, tried) = if self.ejection {
                    eject(problem, best, true, clock.iterations())
                } else {
                    (best, vec![false; problem.len()])
                };
                (best, Tenders::default(), tried)
            }
        }
    }
}

/// Neighbour lists, on the caller's pool.
fn neighbours(problem: &problem::Problem) -> Neighbours {
    let want = Neighbours::wanted(problem);
    Neighbours::build(problem, want, |ranges, work| parallel::map(ranges, work))
}

/// What is wrong with a leg of a caller's model that depends on the hour, asked on every hour.
fn hour_flaw(
    model: &dyn TravelModel,
    (kind, from, to): (crate::model::VehicleKind, &Place, &Place),
    least: Span,
) -> Option<String> {
    if !model.is_timed() {
        return None;
    }
    let mut last = None;
    for hour in 0..24 {
        let depart = TimeOfDay::hm(hour, 0);
        let time = model.leg_at(kind, from, to, depart).time;
        if time < least {
            return Some(format!(
                "takes {time} at {depart}, less than its shortest time of {least}"
            ));
        }
        let arrive = depart.saturating_add(time);
        if last.is_some_and(|last| arrive < last) {
            return Some(format!(
                "arrives at {arrive} when it leaves at {depart}, earlier than an hour before"
            ));
        }
        last = Some(arrive);
    }
    None
}

/// Asks the caller's model for the legs between the station and each package; a model that is
/// wrong somewhere is mostly wrong there, and all pairs would be too many.
fn check_model(day: &ServiceDay, model: &dyn TravelModel) -> Result<(), Error> {
    let mut problems = Problems::default();
    let station = day.station().place();
    let most = crate::travel::Leg::OUT_OF_REACH;
    let kind = day.vehicles().first().map(crate::model::Vehicle::kind);
    for (package, kind) in day.packages().iter().zip(kind.into_iter().cycle()) {
        for (way, from, to) in [
            ("to", station, package.place()),
            ("from", package.place(), station),
        ] {
            let leg = model.leg(kind, from, to);
            if let Some(flaw) = hour_flaw(model, (kind, from, to), leg.time) {
                let id = format!("package {:?}", package.id().as_str());
                problems.push(id, "travel", format!("the model's leg {way} it {flaw}"));
            }
            let (mm, ms) = (leg.distance.millimeters(), leg.time.millis());
            if mm < 0 || ms < 0 || mm > most.distance.millimeters() || ms > most.time.millis() {
                problems.push(
                    format!("package {:?}", package.id().as_str()),
                    "travel",
                    format!("the model's leg {way} it is {mm} mm in {ms} ms, outside 0 to {} mm in {} ms",
                        most.distance.millimeters(), most.time.millis()),
                );
            }
        }
    }
    problems.into_result()
}
