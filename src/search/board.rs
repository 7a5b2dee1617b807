//! The routes of a solution laid out so that a stop can be tried at every position: in constant
//! time where that can say no, from scratch where it cannot.

use crate::problem::goods::Goods;
use crate::problem::insertion::{Course, inserted, span};
use crate::problem::rooms::{self, Rooms};
use crate::problem::time::{Segment, Time, Window};
use crate::problem::travel::CompiledTravel;
use crate::problem::{FORBIDDEN, Problem, Route, Solution, evaluate, index, lanes};

use super::partition::used_of_groups;

/// Legs are rounded to a millisecond each, so a way round may be shorter by this.
pub(super) const ROUNDING: i64 = 8;

/// As [`ROUNDING`], of one way round.
const ROUNDING_LEG: Time = 8;

/// A place for a stop: a route or an idle vehicle, and the way that becomes longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) detour: Time,
    /// None for an idle vehicle of `kind`.
    pub(super) route: Option<usize>,
    pub(super) kind: u32,
    pub(super) position: usize,
}

/// The routes of a solution with their courses. Nothing here changes during a pass.
pub(super) struct Board<'p> {
    pub(super) problem: &'p Problem,
    pub(super) routes: &'p [Route],
    pub(super) courses: Vec<Option<Course>>,
    /// Types with an idle vehicle that may be used.
    pub(super) idle: Vec<u32>,
    /// Whether no way round is shorter than the way, but for rounding.
    pub(super) metric: bool,
}

impl<'p> Board<'p> {
    pub(super) fn new(problem: &'p Problem, solution: &'p Solution) -> Board<'p> {
        let course = |r: &Route| {
            let vehicle = &problem.types[r.kind as usize];
            Course::new(problem, vehicle, &r.stops, vehicle.shift)
        };
        let mut free: Vec<usize> = problem.types.iter().map(|t| t.vehicles.len()).collect();
        for route in &solution.routes {
            free[route.kind as usize] -= 1;
        }
        let groups = used_of_groups(problem, solution.routes.iter());
        let open = |kind: &u32| {
            let room = |group: u32| {
                let group = group as usize;
                let capped = groups.get(group).zip(problem.fleet_caps.get(group));
                capped.is_none_or(|(used, cap)| used < cap)
            };
            free[*kind as usize] > 0 && problem.types[*kind as usize].groups.into_iter().all(room)
        };
        Board {
            problem,
            routes: &solution.routes,
            courses: solution.routes.iter().map(course).collect(),
            idle: (0..index(free.len())).filter(open).collect(),
            metric: matches!(problem.travel, CompiledTravel::Sphere { .. }),
        }
    }

    /// The shortest detour there can be, where that is known without legs.
    pub(super) fn least(&self) -> Option<Time> {
        self.metric.then_some(-ROUNDING_LEG)
    }

    /// Whether access, zone, goods, compartments and loads let `stop` into a route, with the stop at `out` gone.
    pub(super) fn enters(&self, stop: u32, route: usize, out: Option<usize>) -> bool {
        let (problem, stops) = (self.problem, &self.routes[route].stops);
        let kind = self.routes[route].kind;
        let Some(course) = &self.courses[route] else {
            return false;
        };
        if problem.access(kind, stop) == FORBIDDEN {
            return false;
        }
        let gone = out.map(|i| &problem.stops[stops[i] as usize].load);
        let data = &problem.stops[stop as usize];
        let vehicle = &problem.types[kind as usize];
        // What is collected on the way is for the evaluation from scratch.
        let fits = problem.carries
            || (0..lanes::DIMENSIONS).all(|d| {
                let load = course.load[d] - gone.map_or(0, |g| g[d]) + data.load[d];
                vehicle.capacity[d].is_none_or(|most| load <= most)
            });
        let mut others = (0..stops.len()).filter(|&i| Some(i) != out);
        if vehicle.rooms != rooms::UNLIMITED && !problem.carries {
            let others = others.clone();
            let each = others.map(|i| problem.stops[stops[i] as usize].rooms);
            let all = each.fold(Rooms::default(), rooms::plus);
            if rooms::overfull(all, data.rooms, vehicle.rooms).is_some() {
                return false;
            }
        }
        let goods = |i: usize| problem.stops[stops[i] as usize].goods;
        if data.goods != Goods::NONE && others.clone().any(|i| data.goods.clashes(goods(i))) {
            return false;
        }
        if problem.bonds.any() && others.clone().any(|i| problem.bonds.clash(stops[i], stop)) {
            return false;
        }
        let areas = &problem.areas;
        let block = |s: u32| areas.block_of(s);
        if areas.most_zones.is_some()
            && !areas.few_zones(others.clone().map(|i| block(stops[i])).chain([block(stop)]))
        {
            return false;
        }
        fits && others
            .next()
            .is_none_or(|i| areas.may_share(areas.block_of(stops[i]), areas.block_of(stop)))
    }

    /// Whether a route could hold a stop besides its own as far as service goes: no leg is looked
    /// at. Always where the way round may be shorter.
    pub(super) fn has_time(&self, stop: u32, route: usize) -> bool {
        let vehicle = &self.problem.types[self.routes[route].kind as usize];
        let data = &self.problem.stops[stop as usize];
        let service = i64::from(self.problem.service(vehicle.profile, data));
        let duty = i64::from(vehicle.max_duty);
        let Some(course) = &self.courses[route] else {
            return false;
        };
        !self.metric || service + i64::from(course.busy()) <= duty + ROUNDING
    }

    /// Whether a course takes a stop in time and within the limits of its vehicle's way, as far as
    /// a constant-time test can say.
    pub(super) fn in_time(
        &self,
        (course, kind): (&Course, u32),
        position: usize,
        legs: [Time; 2],
        stop: u32,
    ) -> Option<Segment> {
        let data = &self.problem.stops[stop as usize];
        let vehicle = &self.problem.types[kind as usize];
        if course.beyond(self.problem, vehicle, data.location, position) != [0; 2] {
            return None;
        }
        let duty = vehicle.max_duty;
        let whole = |&window: &Window| {
            let node = Segment::node(window, self.problem.service(vehicle.profile, data));
            course.with(position, legs, node, data.ready)
        };
        let windows = self.problem.windows_of(stop).iter();
        windows
            .filter_map(whole)
            .find(|whole| whole.least_duration() <= duty)
    }

    /// As [`Board::in_time`] in a route that cannot be driven without the stop at `out`, which only
    /// legs longer than the way round bring about: from scratch.
    pub(super) fn unbridged(
        &self,
        (route, out): (usize, usize),
        position: usize,
        stop: u32,
    ) -> Option<(Segment, Time)> {
        let mut stops = self.routes[route].stops.clone();
        stops.remove(out);
        let stops = inserted(&stops, position, stop);
        let fits = evaluate::route(self.problem, self.routes[route].kind, &stops).is_ok();
        let none = Segment {
            busy: 0,
            finish: 0,
            latest: 0,
        };
        fits.then_some((none, 0))
    }

    pub(super) fn approach(&self, stop: u32, course: &Course, kind: u32) -> Vec<[Time; 2]> {
        let location = self.problem.stops[stop as usize].location;
        course.approach(self.problem, &self.problem.types[kind as usize], location)
    }

    /// The place with the shortest detour for a stop outside the route `not`, from scratch, on the
    /// routes that are `fresh` and `known`, which is that on the others. Adds the positions tried
    /// to `tests`.
    pub(super) fn place(
        &self,
        stop: u32,
        not: Option<usize>,
        (known, fresh): (Option<Place>, &[bool]),
        tests: &mut usize,
    ) -> Option<Place> {
        let known = known.filter(|place| place.route.is_some());
        let best = match known {
            Some(place) if place.route.is_none_or(|r| fresh[r]) => {
                self.place_among(stop, not, |_| true, tests)
            }
            _ => {
                let new = self.place_among(stop, not, |r| fresh[r], tests);
                known.into_iter().chain(new).min()
            }
        };
        let alone = |&kind: &u32| evaluate::route(self.problem, kind, &[stop]).is_ok();
        best.or_else(|| {
            let kind = self.idle.iter().copied().find(alone)?;
            Some(Place {
                detour: 0,
                route: None,
                kind,
                position: 0,
            })
        })
    }

    fn place_among(
        &self,
        stop: u32,
        not: Option<usize>,
        among: impl Fn(usize) -> bool,
        tests: &mut usize,
    ) -> Option<Place> {
        let mut places: Vec<Place> = Vec::new();
        let data = &self.problem.stops[stop as usize];
        let window = span(self.problem.windows_of(stop));
        for (r, course) in self.courses.iter().enumerate() {
            let Some(course) = course.as_ref().filter(|_| Some(r) != not && among(r)) else {
                continue;
            };
            if !self.has_time(stop, r) || !self.enters(stop, r, None) {
                continue;
            }
            let kind = self.routes[r].kind;
            let vehicle = &self.problem.types[kind as usize];
            let node = (window, self.problem.service(vehicle.profile, data));
            *tests += course.stops.len() + 1;
            for position in 0..=course.stops.len() {
                if !course.leaves_room(position, node, self.least()) {
                    continue;
                }
                let legs = course.way(self.problem, vehicle, data.location, position);
                if self.in_time((course, kind), position, legs, stop).is_some() {
                    places.push(Place {
                        detour: course.detour(position, legs),
                        route: Some(r),
                        kind,
                        position,
                    });
                }
            }
        }
        places.sort_unstable();
        let fits = |place: &Place| {
            let r = place.route.expect("all of these are on routes");
            let stops = inserted(&self.routes[r].stops, place.position, stop);
            evaluate::route(self.problem, place.kind, &stops).is_ok()
        };
        places.into_iter().find(fits)
    }
}
