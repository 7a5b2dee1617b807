//! When a solve tries to do with fewer vehicles.

use crate::problem::{Problem, Solution};

use super::squeeze::LONG;
use super::worker::Worker;

/// Share of the budget that a squeeze is given.
const SQUEEZE_SHARE: f64 = 0.05;

/// Where a vehicle has a price of its own and routes are short, the fleet comes first: until
/// this share of the budget one squeeze follows the other.
pub(super) const FLEET_SHARE: f64 = 0.3;

/// Share of the budget of each of those. The hardest of Solomon's, five of them, two seeds,
/// 4 s: one of 0.3 finds 5 of 10 best-known numbers of vehicles, three of 0.1 find 6, six of
/// 0.05 find 3.
const FLEET_SQUEEZE: f64 = 0.1;

/// The first pause after a squeeze that failed; later ones are twice as long.
const SQUEEZE_PAUSE: f64 = 0.1;

/// After this share of the budget there is no squeeze: the result wants cooling.
const SQUEEZE_END: f64 = 0.75;

/// Iterations a stop, at least, of a solve in which routes of [`LONG_ROUTE`] stops are squeezed
/// although no vehicle has a price; where they are longer, so many times fewer. Nine drawn
/// station-days of 394 to 1,546 stops, routes of about 100: at about 40 iterations a stop 1.2 %
/// above what `PyVRP` finds in 60 s with squeezes and 0.5 % below it without, at 130 1.5 and 2.2 %
/// below, at 400 3.1 % below with both. A real day of four stations, routes of 180 stops, at
/// about 200 iterations a stop: 448,415 s of driving without, 434,700 s with.
const WORTH_A_STOP: usize = 300;

/// Mean length of routes, in stops, that annealing alone does not empty.
const LONG_ROUTE: usize = 50;

/// When the tasks try to do with fewer vehicles: at once, again after each
/// success, and after failures at growing intervals.
pub(super) struct Schedule {
    pub(super) worth: bool,
    /// Iterations that the solve has to come to for that, until it is known whether it will.
    least: Option<f64>,
    /// Whether vehicles have a price of their own and routes are short.
    persistent: bool,
    next: f64,
    pause: f64,
    /// Where the current squeeze ends; 0 when there is none.
    pub(super) until: f64,
    /// Whether the current squeeze comes before all else, and the share of the budget used when
    /// the last one of those ended.
    leads: bool,
    pub(super) spent: f64,
}

impl Schedule {
    /// Squeezing is worth it where a vehicle has a price of its own, where required
    /// stops are left out, and where routes are so long that no ruin empties one:
    /// then even the way from and to the station is worth saving.
    ///
    /// A warm start has as few vehicles as its own solve could do with: where routes are long, its
    /// few iterations are for the way. A day of 8,000 stops on 39 routes, a van out of order:
    /// 5,000 and 20,000 iterations found nothing with squeezes, 1.5 to 3 % without.
    pub(super) fn new(problem: &Problem, start: &Solution, warm: bool) -> Schedule {
        let fixed = problem.types.iter().any(|t| t.rates.fixed > 0);
        let stops: usize = start.routes.iter().map(|r| r.stops.len()).sum();
        let long = LONG as usize * (1 + usize::from(problem.paired));
        let absent = start
            .bank
            .iter()
            .any(|&s| problem.stops[s as usize].required);
        Schedule {
            persistent: fixed && stops <= long * start.routes.len(),
            worth: fixed || absent || stops > LONG_ROUTE * start.routes.len(),
            // Fewer a stop the longer the routes are: the number of stops cancels out.
            least: (!absent && (!fixed || (warm && stops > LONG_ROUTE * start.routes.len())))
                .then(|| (WORTH_A_STOP * LONG_ROUTE * start.routes.len()) as f64),
            next: 0.0,
            pause: SQUEEZE_PAUSE,
            until: 0.0,
            leads: false,
            spent: 0.0,
        }
    }

    /// Lets every worker begin where a squeeze is due; `planned` are the iterations that the
    /// solve will have done in the end, 0 while that is not known, and `part` is the share of
    /// these workers in what a squeeze is given.
    pub(super) fn begin(&mut self, used: f64, planned: f64, part: f64, crew: &mut [Worker<'_>]) {
        self.until = 0.0;
        if planned > 0.0
            && let Some(least) = self.least.take()
        {
            self.worth &= planned >= least;
        }
        let due = used >= self.next && used < SQUEEZE_END;
        if self.worth && self.least.is_none() && due {
            let began = crew.iter_mut().map(Worker::begin_squeeze);
            if began.filter(|&begun| begun).count() > 0 {
                self.leads = self.persists(used);
                let share = if self.leads {
                    FLEET_SQUEEZE
                } else {
                    SQUEEZE_SHARE
                };
                self.until = used + share * part;
            } else {
                self.fail(used);
            }
        }
    }

    pub(super) fn end(&mut self, used: f64, crew: &mut [Worker<'_>]) {
        if self.until > 0.0 {
            if self.leads {
                self.spent = used.min(FLEET_SHARE);
            }
            let kept = crew.iter_mut().map(Worker::end_squeeze);
            if kept.filter(|&kept| kept).count() > 0 {
                self.pause = SQUEEZE_PAUSE;
            } else {
                self.fail(used);
            }
        }
    }

    /// Whether vehicles are worth saving and there is time left for that alone.
    pub(super) fn fleet_first(&self, used: f64) -> bool {
        self.worth && used < FLEET_SHARE
    }

    /// Whether one squeeze follows the other now.
    fn persists(&self, used: f64) -> bool {
        self.persistent && used < FLEET_SHARE
    }

    fn fail(&mut self, used: f64) {
        if self.persists(used) {
            return;
        }
        self.next = used + self.pause;
        self.pause *= 2.0;
    }
}
