//! How many vehicles a day wants: the same day planned with fewer and fewer of them.

use std::ops::RangeInclusive;
use std::time::Instant;

use crate::error::{Error, Problems};
use crate::model::{ServiceDay, Vehicle, VehicleId};
use crate::plan::{Plan, Scorecard};
use crate::units::Money;

use super::{Budget, Solver};

/// What a day is like with so many vehicles.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct StaffingPoint {
    /// Vehicles at hand, of those that vary.
    pub vehicles: usize,
    /// How many of them each station has; one number for one station.
    pub by_station: Vec<usize>,
    /// Vehicles used, those that do not vary included.
    pub used: u64,
    /// What the day costs.
    pub cost: Money,
    /// Packages left.
    pub unserved: u64,
    /// Packages delivered after the time they were promised for.
    pub late: u64,
    /// Packages given to a carrier.
    pub tendered: u64,
}

impl StaffingPoint {
    fn of(vehicles: usize, card: &Scorecard) -> Self {
        Self {
            vehicles,
            by_station: vec![vehicles],
            used: card.vans,
            cost: card.cost.total(),
            unserved: card.unserved,
            late: card.delivered.saturating_sub(card.on_time),
            tendered: card.tendered,
        }
    }

    /// Fewer packages left are better, then less money.
    const fn order(&self) -> (u64, Money) {
        (self.unserved, self.cost)
    }

    fn plus(&self, other: &Self) -> Self {
        let mut by_station = self.by_station.clone();
        by_station.extend(&other.by_station);
        Self {
            vehicles: self.vehicles + other.vehicles,
            by_station,
            used: self.used + other.used,
            cost: self
                .cost
                .checked_add(other.cost)
                .unwrap_or(Money::from_millicents(i64::MAX)),
            unserved: self.unserved + other.unserved,
            late: self.late + other.late,
            tendered: self.tendered + other.tendered,
        }
    }
}

/// A day with fewer and more vehicles: what [`Solver::staffing`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct StaffingCurve {
    points: Vec<StaffingPoint>,
    /// As many, or none for stations together.
    plans: Vec<Plan>,
}

impl StaffingCurve {
    /// One point for each number of vehicles, the fewest first. With more vehicles never more
    /// packages are left, and never the same number at more cost, unless routes must keep to zones
    /// ([`ZonePolicy::Hard`](crate::model::ZonePolicy::Hard)), which the fleet has a say in.
    #[must_use]
    pub fn points(&self) -> &[StaffingPoint] {
        &self.points
    }

    /// The plan with so many vehicles; `None` outside the curve and for stations together.
    #[must_use]
    pub fn plan(&self, vehicles: usize) -> Option<&Plan> {
        let at = self.points.iter().position(|p| p.vehicles == vehicles)?;
        self.plans.get(at)
    }

    /// Several stations that share their vehicles: for each number the split with fewest packages
    /// left, then least cost; ties give the first stations fewer.
    ///
    /// O(stations · points²) for as many points in all.
    #[must_use]
    pub fn total<'a>(curves: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut curves = curves.into_iter();
        let mut points = curves.next().map_or_else(Vec::new, |c| c.points.clone());
        for curve in curves {
            points = together(&points, &curve.points);
        }
        Self {
            points,
            plans: Vec::new(),
        }
    }
}

/// The best way to share each number of vehicles between two.
fn together(first: &[StaffingPoint], second: &[StaffingPoint]) -> Vec<StaffingPoint> {
    let mut best: std::collections::BTreeMap<usize, StaffingPoint> =
        std::collections::BTreeMap::new();
    for (a, b) in first
        .iter()
        .flat_map(|a| second.iter().map(move |b| (a, b)))
    {
        let sum = a.plus(b);
        match best.get(&sum.vehicles) {
            Some(known) if known.order() <= sum.order() => {}
            _ => {
                best.insert(sum.vehicles, sum);
            }
        }
    }
    best.into_values().collect()
}

/// Of the budget, the most vehicles get this many parts: every other number starts from their plan
/// or from one that came of it.
const FIRST_PARTS: usize = 3;

impl Solver {
    /// Plans the day with each number of vehicles: what tomorrow costs and leaves with one van
    /// less, and how many are enough.
    ///
    /// The first so many vehicles of the day's list stay, those that packages are pinned to before
    /// all others; beyond the list the last one is copied. The largest number is planned first,
    /// each smaller one starts from the plan of the one before it, and the search of each runs in
    /// parallel as always. The solver's budget is for all numbers together. Plans are not
    /// explained.
    ///
    /// # Errors
    ///
    /// When a number is smaller than that of the vehicles with pinned packages, when there is no
    /// vehicle to copy, and as [`Solver::solve`].
    pub fn staffing(
        &self,
        day: &ServiceDay,
        vehicles: RangeInclusive<usize>,
    ) -> Result<StaffingCurve, Error> {
        self.staffing_of(day, vehicles, |_| true)
    }

    /// As [`Solver::staffing`], where only some vehicles vary, such as Flex cars; the others are
    /// there in any number.
    ///
    /// # Errors
    ///
    /// As [`Solver::staffing`].
    pub fn staffing_of(
        &self,
        day: &ServiceDay,
        vehicles: RangeInclusive<usize>,
        varies: impl Fn(&Vehicle) -> bool,
    ) -> Result<StaffingCurve, Error> {
        let begun = Instant::now();
        let roster = Roster::new(day, &varies);
        roster.check(day, &vehicles)?;
        let mut points: Vec<(StaffingPoint, Plan)> = Vec::new();
        let mut parts = vehicles.clone().count() + FIRST_PARTS - 1;
        let whole = parts;
        for count in vehicles.rev() {
            let own = if points.is_empty() { FIRST_PARTS } else { 1 };
            let smaller = roster.day(day, count)?;
            let mut solver = self.clone().explain(0);
            solver.budget = part(&self.budget, begun, [own, parts, whole]);
            if let Some((_, plan)) = points.last() {
                solver = solver.warm_start(plan);
            }
            parts -= own;
            let plan = solver.solve(&smaller)?.plan;
            points.push((StaffingPoint::of(count, &plan.scorecard), plan));
        }
        points.reverse();
        self.keep_better(&roster, day, &mut points)?;
        let (points, plans) = points.into_iter().unzip();
        Ok(StaffingCurve { points, plans })
    }

    /// Where fewer vehicles did better, more of them do as well: their plan, on the larger day.
    fn keep_better(
        &self,
        roster: &Roster<'_>,
        day: &ServiceDay,
        points: &mut [(StaffingPoint, Plan)],
    ) -> Result<(), Error> {
        for more in 1..points.len() {
            let (fewer, rest) = points.split_at_mut(more);
            let ((less, plan), own) = (&fewer[more - 1], &mut rest[0]);
            if less.order() < own.0.order() {
                let larger = roster.day(day, own.0.vehicles)?;
                let solver = self.clone().explain(0).budget(Budget::iterations(0));
                let plan = solver.warm_start(plan).solve(&larger)?.plan;
                let point = StaffingPoint::of(own.0.vehicles, &plan.scorecard);
                if point.order() < own.0.order() {
                    *own = (point, plan);
                }
            }
        }
        Ok(())
    }
}

/// A part of the budget: `own` of the parts that are left, of so many in all.
fn part(budget: &Budget, begun: Instant, [own, left, whole]: [usize; 3]) -> Budget {
    let mut share = budget.clone();
    if let Some(iterations) = budget.iterations {
        let product = u128::from(iterations) * own as u128 / whole as u128;
        share.iterations = Some(u64::try_from(product).unwrap_or(u64::MAX));
    }
    if let Some(time) = budget.wall_clock {
        let rest = time.saturating_sub(begun.elapsed());
        share.wall_clock = Some(rest.mul_f64(own as f64 / left as f64));
    }
    share
}

/// The vehicles that vary, in the order in which they stay.
struct Roster<'a> {
    varying: Vec<&'a Vehicle>,
    pinned: usize,
}

impl<'a> Roster<'a> {
    fn new(day: &'a ServiceDay, varies: &dyn Fn(&Vehicle) -> bool) -> Self {
        let pins: std::collections::BTreeSet<&VehicleId> =
            day.packages().iter().filter_map(|p| p.pin()).collect();
        let varying = day.vehicles().iter().filter(|v| varies(v));
        let (mut stay, free): (Vec<_>, Vec<_>) = varying.partition(|v| pins.contains(v.id()));
        let pinned = stay.len();
        stay.extend(free);
        Self {
            varying: stay,
            pinned,
        }
    }

    fn check(&self, day: &ServiceDay, wanted: &RangeInclusive<usize>) -> Result<(), Error> {
        let mut problems = Problems::default();
        let subject = || format!("station {:?}", day.station().id().as_str());
        if wanted.is_empty() {
            let message = format!("{} to {} is no number at all", wanted.start(), wanted.end());
            problems.push(subject(), "staffing", message);
        } else if *wanted.start() < self.pinned {
            let message = format!(
                "{} vehicles are fewer than the {} that packages are pinned to",
                wanted.start(),
                self.pinned
            );
            problems.push(subject(), "staffing", message);
        }
        if self.varying.is_empty() && *wanted.end() > 0 {
            problems.push(subject(), "staffing", "has no vehicle of those that vary");
        }
        problems.into_result()
    }

    /// The day with `count` of the vehicles that vary.
    fn day(&self, day: &ServiceDay, count: usize) -> Result<ServiceDay, Error> {
        let stay = self.varying.iter().take(count).map(|v| v.id());
        let stay: std::collections::BTreeSet<&VehicleId> = stay.collect();
        let varies: std::collections::BTreeSet<&VehicleId> =
            self.varying.iter().map(|v| v.id()).collect();
        let copies = count.saturating_sub(self.varying.len());
        let edit = |vehicles: &mut Vec<Vehicle>| {
            vehicles.retain(|v| stay.contains(v.id()) || !varies.contains(v.id()));
            if let Some(last) = self.varying.last() {
                add_copies(vehicles, last, copies);
            }
        };
        day.to_builder().edit_vehicles(edit).build()
    }
}

/// Adds copies of a vehicle under ids that are free: the vehicle's own and a number.
pub(super) fn add_copies(vehicles: &mut Vec<Vehicle>, like: &Vehicle, copies: usize) {
    let known: std::collections::BTreeSet<VehicleId> =
        vehicles.iter().map(|v| v.id().clone()).collect();
    let ids = (2_usize..).map(|n| VehicleId::from(format!("{}+{n}", like.id())));
    let fresh = ids.filter(|id| !known.contains(id)).take(copies);
    vehicles.extend(fresh.map(|id| like.clone().with_id(id)));
}
