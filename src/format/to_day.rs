//! An instance as a service day.

use std::collections::{BTreeMap, BTreeSet};

use super::instance::{Instance, Node};
use super::rounding::{Objective, Rounding, Side};
use crate::error::{Error, Problems};
use crate::model::{
    Package, Pickup, Place, Plane, ServiceDay, ServiceTimes, Station, TimeWindow, TravelMatrix,
    TravelSpec, Vehicle,
};
use crate::units::{Capacity, Load, Span, TimeOfDay};

/// The latest instant that a search tells apart, and the longest leg of a day, in ticks: 2²⁹.
const MOST_TICKS: i64 = 1 << 29;

/// The postal code of all customers.
const NOWHERE: &str = "none";

/// The finest that unrounded lengths are cut to, in ticks a unit.
const FINEST: f64 = 1e6;

impl Instance {
    /// The day that an instance describes, in which a millimetre and a millisecond stand for a
    /// tick of `rounding`.
    ///
    /// One package a customer, called by its number, with the demand as its volume; of a pair one
    /// package, called by the number of the delivery and collected at the pickup. One vehicle
    /// kind; lengths as [`Plane`] or [`TravelMatrix`]; the depot's window as delivery hours. Where
    /// time plays no part, legs and service take none. The costs count ticks: with
    /// [`Objective::Distance`] a plan's money is its length, a thousandth of a cent a tick.
    ///
    /// Closing times beyond 2²⁹ ticks, the end of all days, are brought forward to there.
    ///
    /// # Errors
    ///
    /// All that the file asks for and a day cannot carry: several depots, prizes, vehicles that differ, and the rest of [`Instance::beyond`]; and what the
    /// day itself refuses, such as legs of more than 2²⁹ ticks or windows outside the depot's.
    pub fn to_day(&self, rounding: Rounding, objective: Objective) -> Result<ServiceDay, Error> {
        self.refuse_beyond()?;
        let scale = Scale {
            rounding,
            ticks: self.ticks(rounding),
            timed: self.is_timed(),
        };
        let depot = self.nodes()[self.depot()];
        let hours = match depot.window {
            Some(window) => scale.window(window, i64::MAX),
            None if scale.timed => TimeWindow::new(at(0), at(MOST_TICKS)),
            None => TimeWindow::hm((0, 0), (24, 0)),
        };
        let customers = self.customers();
        let latest = hours.latest().millis();
        let collected: BTreeMap<u32, u32> = self.pairs().iter().map(|&(p, d)| (d, p)).collect();
        let first: BTreeSet<u32> = collected.values().copied().collect();
        let doors = customers.filter(|(number, _)| !first.contains(number));
        let packages = doors.map(|(number, node)| {
            let package = scale.package(number, node, latest);
            match collected.get(&number) {
                Some(&from) => {
                    let node = &self.nodes()[from as usize];
                    package.with_pickup(scale.pickup(from, node, latest))
                }
                None => package,
            }
        });
        let capacity = match self.capacity() {
            Some(most) => Capacity::UNLIMITED.with_volume_cm3(most),
            None => Capacity::UNLIMITED,
        };
        let vehicle = |number: usize| {
            let vehicle = Vehicle::cargo_van(format!("V{number}")).with_capacity(capacity);
            match self.max_duration() {
                Some(most) => vehicle.with_max_duty(scale.span(most, Side::Most)),
                None => vehicle,
            }
        };
        ServiceDay::builder(Station::new("depot", Place::row(row(self.depot()))))
            .delivery_hours(hours)
            .packages(packages)
            .vehicles((1..=self.fleet()).map(vehicle))
            .travel(self.travel(&scale)?)
            .costs(objective.costs())
            .service_times(ServiceTimes::default().with_stated_parking(Span::ZERO))
            .build()
    }

    /// The number of vehicles of the day.
    ///
    /// What the file says, but no more than customers. Where it says nothing: one a customer if
    /// time plays a part or nothing is said of capacity; else 1.3 times the total demand over the
    /// capacity, rounded up, and 3 more, as HGS-CVRP has it. That is more than good plans use.
    #[must_use]
    pub fn fleet(&self) -> usize {
        let customers = self.nodes().len() - 1;
        let needed = match (self.vehicles(), self.capacity()) {
            (Some(stated), _) => u128::from(stated),
            (None, Some(capacity)) if !self.is_timed() => {
                let demands = self.nodes().iter().map(|n| n.demand.unsigned_abs());
                let total: u128 = demands.map(u128::from).sum();
                (13 * total).div_ceil(10 * u128::from(capacity).max(1)) + 3
            }
            _ => return customers,
        };
        usize::try_from(needed).map_or(customers, |needed| needed.min(customers))
    }

    /// How many ticks a unit of the file is under a rounding.
    ///
    /// Unrounded: the largest of 1, 2, 5, 10, 20 and so on up to a million at which the longest
    /// leg and the end of the day stay within 2²⁹ ticks, and 1 where even that does not.
    #[must_use]
    pub fn ticks(&self, rounding: Rounding) -> f64 {
        match rounding {
            Rounding::Nearest => 1.0,
            Rounding::Dimacs => 10.0,
            Rounding::Thousandths => 1_000.0,
            Rounding::Unrounded => {
                let most = MOST_TICKS as f64 / self.longest().max(f64::MIN_POSITIVE);
                let mut ticks = 1.0;
                for (decade, step) in (0..6).flat_map(|d| [1.0, 2.0, 5.0].map(|s| (d, s))) {
                    let finer = step * 10f64.powi(decade);
                    if finer <= most {
                        ticks = finer;
                    }
                }
                if FINEST <= most { FINEST } else { ticks }
            }
        }
    }

    /// The largest figure that becomes ticks of a leg or of the clock.
    fn longest(&self) -> f64 {
        if let Some(cells) = self.matrix() {
            return cells.iter().copied().fold(self.latest(), f64::max);
        }
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for at in self.nodes().iter().filter_map(|node| node.at) {
            for d in 0..2 {
                low[d] = low[d].min(at[d]);
                high[d] = high[d].max(at[d]);
            }
        }
        // A tick of room for what is rounded up.
        (high[0] - low[0])
            .hypot(high[1] - low[1])
            .max(self.latest())
            + 1e-6
    }

    fn latest(&self) -> f64 {
        let depot = self.nodes()[self.depot()].window.map(|window| window[1]);
        depot.or(self.max_duration()).unwrap_or(0.0)
    }

    fn refuse_beyond(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        for beyond in self.beyond() {
            let message = format!("asks for {}, which a day cannot carry", beyond.what);
            problems.push(format!("line {}", beyond.line), beyond.key.clone(), message);
        }
        problems.into_result()
    }

    fn travel(&self, scale: &Scale) -> Result<TravelSpec, Error> {
        let Some(cells) = self.matrix() else {
            // Checked when the instance was made: without a matrix all nodes have coordinates.
            let points = self.nodes().iter().filter_map(|node| node.at).collect();
            let plane = Plane::new(points)
                .with_ticks(scale.ticks)
                .with_rounding(scale.rounding.plane())
                .with_timeless(!scale.timed);
            return Ok(plane.into());
        };
        // Too long for a u32 is too long for a leg: the matrix says which.
        let leg = |&value: &f64| u32::try_from(scale.whole(value, Side::Least)).unwrap_or(u32::MAX);
        let mm: Vec<u32> = cells.iter().map(leg).collect();
        let ms = if scale.timed {
            mm.clone()
        } else {
            vec![0; mm.len()]
        };
        Ok(TravelMatrix::from_integers(self.nodes().len(), mm, ms)?.into())
    }
}

/// How quantities of the file become ticks.
struct Scale {
    rounding: Rounding,
    ticks: f64,
    timed: bool,
}

impl Scale {
    fn whole(&self, value: f64, side: Side) -> i64 {
        self.rounding.whole(value, self.ticks, side)
    }

    fn span(&self, value: f64, side: Side) -> Span {
        Span::from_millis(self.whole(value, side).min(MOST_TICKS))
    }

    /// A window that closes no later than `latest`.
    fn window(&self, [ready, due]: [f64; 2], latest: i64) -> TimeWindow {
        let due = self.whole(due, Side::Most).min(latest).min(MOST_TICKS);
        TimeWindow::new(at(self.whole(ready, Side::Least)), at(due))
    }

    fn package(&self, number: u32, node: &Node, latest: i64) -> Package {
        let load = Load {
            volume_cm3: node.demand.unsigned_abs(),
            ..Load::ONE
        };
        let service = if self.timed { node.service } else { 0.0 };
        let package = Package::new(number.to_string(), Place::row(number), NOWHERE)
            .with_load(load)
            .with_service_time(self.span(service, Side::Least));
        match node.window {
            Some(window) => package.with_window(self.window(window, latest)),
            None => package,
        }
    }

    fn pickup(&self, number: u32, node: &Node, latest: i64) -> Pickup {
        let service = if self.timed { node.service } else { 0.0 };
        let pickup = Pickup::new(Place::row(number), NOWHERE)
            .with_service_time(self.span(service, Side::Least));
        match node.window {
            Some(window) => pickup.with_window(self.window(window, latest)),
            None => pickup,
        }
    }
}

fn at(ticks: i64) -> TimeOfDay {
    TimeOfDay::from_millis(ticks)
}

/// Rows of an instance are u32: checked when it was made.
fn row(node: usize) -> u32 {
    u32::try_from(node).unwrap_or(u32::MAX)
}
