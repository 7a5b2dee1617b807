//! Tiny days drawn by a seed, changed by a rule, solved and compared with brute force.

use std::ops::Range;

use doorstep::model::ServiceDayBuilder;
use doorstep::plan::validate;
use doorstep::{Budget, Outcome, Package, Place, ServiceDay, Solver, Station, Vehicle};

use super::made::{self, Draw};
use super::oracle::{self, Value, falls_short, reasons, tiny, value};

/// Days tried with each rule unless the environment says otherwise.
pub(crate) const DAYS: u64 = 150;

/// Iterations of each solve.
const ITERATIONS: u64 = 4_000;

/// A tiny day, to be changed by a rule.
pub(crate) struct Draft {
    pub(crate) draw: Draw,
    pub(crate) packages: Vec<Package>,
    pub(crate) fleet: Vec<Vehicle>,
    /// Rows of the matrix behind those of the packages.
    pub(crate) rows: Range<u32>,
    /// What else the day says.
    pub(crate) more: Vec<More>,
}

/// A change of a day that is built.
pub(crate) type More = Box<dyn FnOnce(ServiceDayBuilder) -> ServiceDayBuilder>;

/// What a rule makes of a tiny day.
pub(crate) type Change = fn(&mut Draft);

/// How tiny days are drawn: two vehicles, few packages, each at a row of its own.
pub(crate) struct Drawn {
    /// Added to the seed.
    pub(crate) salt: u64,
    /// The fewest and the most packages.
    pub(crate) packages: [u32; 2],
    /// Rows of the matrix behind those of the packages.
    pub(crate) rows: u32,
    /// The last package's row may be where a vehicle starts or ends, as any row before it.
    pub(crate) at_last: bool,
    /// Places have coordinates too, some kilometres around a station in Chicago.
    pub(crate) placed: bool,
}

/// The place of a row on the map.
fn place(points: &[made::Point], row: usize) -> Place {
    let (x, y) = points[row];
    let [lat, lng] = [(y, 111_195.0), (x, 82_850.0)].map(|(m, degree)| f64::from(m) / degree);
    let row = u32::try_from(row).unwrap();
    Place::at(41.8 + lat, -87.7 + lng).with_row(row)
}

impl Drawn {
    /// The day of a seed.
    pub(crate) fn day(&self, seed: u64, change: Change) -> ServiceDay {
        let mut draw = Draw::new(seed + self.salt);
        let packages = draw.between(self.packages[0], self.packages[1]);
        let rows = 1 + packages + self.rows;
        // Where the way round is never shorter: a stop that no vehicle reaches alone is lost.
        let points = made::points(&mut draw, rows - 1, 16_000);
        let travel = made::matrix(&points, 144, false);
        let placed = |own: &Place| match self.placed {
            true => place(&points, own.matrix_row().unwrap() as usize),
            false => *own,
        };
        let all = (1..=packages).map(|row| {
            let package = oracle::package(&mut draw, row as usize);
            let place = placed(package.place());
            package.with_place(place)
        });
        let all = all.collect();
        let homes = packages + u32::from(self.at_last);
        let fleet = (0..2).map(|id| {
            let vehicle = oracle::vehicle(&mut draw, id, homes);
            match vehicle.start().map(placed) {
                Some(start) => vehicle.with_start(start),
                None => vehicle,
            }
        });
        let fleet = fleet.collect();
        let mut draft = Draft {
            draw,
            packages: all,
            fleet,
            rows: packages + 1..rows,
            more: Vec::new(),
        };
        change(&mut draft);
        let builder = ServiceDay::builder(Station::new("DCH1", placed(&Place::row(0))))
            .packages(draft.packages)
            .vehicles(draft.fleet)
            .travel(travel);
        let more = draft.more.into_iter();
        let builder = more.fold(builder, |builder, change| change(builder));
        builder.build().unwrap()
    }

    /// The solver finds the best there is, or nearly always; every plan is valid, every reason true.
    pub(crate) fn against_brute_force(&self, change: Change) {
        let reasons = |day: &ServiceDay, outcome: &Outcome, seed| {
            reasons(day, &tiny(day), outcome, seed);
        };
        self.against(change, |day| tiny(day).best(), reasons);
    }

    /// As [`Drawn::against_brute_force`] with a value of one's own for the best there is, and a last
    /// look at each outcome.
    pub(crate) fn against(
        &self,
        change: Change,
        best_of: impl Fn(&ServiceDay) -> Value,
        mut last: impl FnMut(&ServiceDay, &Outcome, u64),
    ) {
        let days = days(DAYS);
        let (mut worse, mut left, mut bound) = (Vec::new(), 0, 0);
        for seed in 0..days {
            let day = self.day(seed, change);
            let best = best_of(&day);
            let budget = Budget::iterations(ITERATIONS);
            let outcome = Solver::new().seed(seed).budget(budget).solve(&day).unwrap();
            assert_eq!(validate(&day, &outcome.plan), [], "day {seed}");
            last(&day, &outcome, seed);
            let found = value(&outcome);
            if falls_short(seed, found, best) {
                worse.push((seed, found, best));
            }
            left += u64::from(best.0 > 0);
            let free = self.day(seed, |_| ());
            bound += u64::from(best_of(&free) != best);
        }
        assert!(left < days, "no day can be served in full");
        assert!(bound * 4 > days, "the rule binds on {bound} of {days} days");
        let few = worse.len() as u64 * 100 <= days;
        assert!(
            few,
            "{} of {days} are not the best: {worse:#?}",
            worse.len()
        );
    }
}

/// So many days, or as many as the environment says.
pub(crate) fn days(usual: u64) -> u64 {
    let days = std::env::var("DOORSTEP_ORACLE_DAYS").ok();
    days.map_or(usual, |n| {
        n.parse().expect("DOORSTEP_ORACLE_DAYS is a number")
    })
}
