//! A stop in place of another one on a route: where that could be by tests in constant time, and
//! what it changes from scratch.

use crate::problem::insertion::{Course, inserted, span};
use crate::problem::time::{Segment, Time};
use crate::problem::{Cost, FORBIDDEN, evaluate};

use super::board::{Board, Place, ROUNDING};

/// Tests of one call of [`Host::offers`] that put both stops into the route again, at most.
const INSIDE_TESTS: usize = 1_000_000;

/// Tests in constant time that take as long as a stop of a route evaluated from scratch, about.
const SCRATCH: usize = 8;

/// Changes of one route for one stop that are kept before the best of them is sought.
const KEPT: usize = 32;

/// A change of routes that serves a stop.
#[derive(Debug)]
pub(super) struct Change {
    /// What the total falls by.
    pub(super) gain: Cost,
    /// The stop that is served.
    pub(super) serves: u32,
    /// Routes with their new stops; None for an idle vehicle.
    pub(super) routes: Vec<(Option<usize>, u32, Vec<u32>)>,
    /// A stop that goes to its carrier.
    pub(super) tendered: Option<u32>,
}

/// Where a stop could go in place of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Swap {
    /// How much longer the ways become.
    pub(super) detour: i64,
    pub(super) route: usize,
    /// Index in the route of the stop taken out.
    pub(super) out: usize,
    pub(super) position: usize,
    /// Position in the same route, behind both changes, where that one goes again.
    pub(super) again: Option<usize>,
}

/// What one route offers to one class.
#[derive(Clone, Default)]
pub(super) struct Offers {
    pub(super) swaps: Vec<Swap>,
    /// Whether some were left out.
    pub(super) cut: bool,
}

/// Where a stop that is taken out goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// To its carrier.
    Carrier,
    /// To another route or an idle vehicle.
    Place(Place),
}

/// A route that could take a class in place of one of its stops.
pub(super) struct Host<'b> {
    board: &'b Board<'b>,
    elsewhere: &'b [Option<Elsewhere>],
    route: usize,
    inside: Inside<'b>,
    /// Tests that one look may make, about.
    most: usize,
}

/// A class on its way to a route.
struct Guest {
    stop: u32,
    /// Legs to it and on at every position.
    ways: Vec<[Time; 2]>,
    /// The shortest detour.
    least: Time,
    /// Whether the route could hold it besides all its stops.
    both: bool,
}

impl<'b> Host<'b> {
    pub(super) fn new(
        board: &'b Board<'b>,
        elsewhere: &'b [Option<Elsewhere>],
        route: usize,
        most: usize,
    ) -> Self {
        let tests = INSIDE_TESTS.min(most);
        Host {
            board,
            elsewhere,
            route,
            inside: Inside {
                board,
                route,
                tests,
            },
            most,
        }
    }

    /// All that the route offers to each class in place of one of its stops.
    pub(super) fn offers(&mut self, heads: &[u32], tests: &mut usize) -> Vec<Offers> {
        let mut all = vec![Offers::default(); heads.len()];
        let (board, stops) = (self.board, &self.board.routes[self.route].stops);
        let kind = board.routes[self.route].kind;
        let vehicle = &board.problem.types[kind as usize];
        let Some(whole) = &board.courses[self.route] else {
            return all;
        };
        let guests: Vec<Option<Guest>> = heads.iter().map(|&u| self.guest(whole, u)).collect();
        let both = guests.iter().flatten().any(|guest| guest.both);
        let inside = self.inside.tests;
        for (out, &s) in stops.iter().enumerate() {
            if *tests + (inside - self.inside.tests) > self.most {
                let looked_at = all.iter_mut().zip(&guests).filter(|(_, g)| g.is_some());
                looked_at.for_each(|(offers, _)| offers.cut = true);
                break;
            }
            if self.elsewhere[s as usize].is_none() && !both {
                continue;
            }
            let course = whole.without(board.problem, vehicle, out);
            *tests += heads.len() + stops.len();
            for (offers, guest) in all.iter_mut().zip(&guests) {
                let Some(guest) = guest.as_ref().filter(|guest| {
                    (self.elsewhere[s as usize].is_some() || guest.both)
                        && self.has_time(guest, out, course.as_ref())
                        && board.enters(guest.stop, self.route, Some(out))
                }) else {
                    continue;
                };
                *tests += stops.len();
                *tests += self.swaps(guest, out, course.as_ref(), offers);
            }
        }
        *tests += inside - self.inside.tests;
        all
    }

    fn guest(&self, whole: &Course, stop: u32) -> Option<Guest> {
        let board = self.board;
        let kind = board.routes[self.route].kind;
        if board.problem.access(kind, stop) == FORBIDDEN {
            return None;
        }
        let ways = board.approach(stop, whole, kind);
        let detours = ways.iter().enumerate();
        let least = detours.map(|(p, &legs)| whole.detour(p, legs)).min()?;
        Some(Guest {
            stop,
            ways,
            least,
            both: self.inside.could(stop),
        })
    }

    /// Whether driving and service alone leave room for a class in the route without a stop.
    fn has_time(&self, guest: &Guest, out: usize, course: Option<&Course>) -> bool {
        let Some(course) = course else {
            return true;
        };
        let kind = self.board.routes[self.route].kind;
        let vehicle = &self.board.problem.types[kind as usize];
        let data = &self.board.problem.stops[guest.stop as usize];
        let service = self.board.problem.service(vehicle.profile, data);
        let bridged = course.detour(out, without_way(&guest.ways, out, out));
        let busy = i64::from(course.busy()) + i64::from(guest.least.min(bridged));
        busy + i64::from(service) <= i64::from(vehicle.max_duty)
    }

    /// What the route offers to a class in place of the stop at `out`. The tests that evaluations
    /// from scratch were worth.
    fn swaps(
        &mut self,
        guest: &Guest,
        out: usize,
        course: Option<&Course>,
        offers: &mut Offers,
    ) -> usize {
        let mut scratch = 0;
        let (board, route, u) = (self.board, self.route, guest.stop);
        let (kind, stops) = (board.routes[route].kind, &board.routes[route].stops);
        let elsewhere = self.elsewhere[stops[out] as usize];
        for position in 0..stops.len() {
            let legs = without_way(&guest.ways, out, position);
            let place = match course {
                Some(course) => board
                    .in_time((course, kind), position, legs, u)
                    .map(|segment| (segment, course.detour(position, legs))),
                None => board.unbridged((route, out), position, u),
            };
            let Some((segment, detour)) = place else {
                continue;
            };
            let mut swap = Swap {
                detour: i64::from(detour),
                route,
                out,
                position,
                again: None,
            };
            if let Some(Elsewhere::Place(place)) = elsewhere {
                swap.detour += i64::from(place.detour);
            }
            if elsewhere.is_none() {
                if self.inside.tests == 0 {
                    offers.cut = true;
                    return scratch;
                }
                swap.again = self.inside.again(&swap, u, segment);
                offers.cut |= self.inside.tests == 0;
                if swap.again.is_none() {
                    continue;
                }
            }
            offers.swaps.push(swap);
            if offers.swaps.len() >= KEPT {
                scratch += keep_first(board, u, self.elsewhere, &mut offers.swaps);
            }
        }
        scratch
    }
}

/// Keeps the shortest of the swaps that hold from scratch, if one does. What it took, in tests.
fn keep_first(
    board: &Board<'_>,
    stop: u32,
    elsewhere: &[Option<Elsewhere>],
    swaps: &mut Vec<Swap>,
) -> usize {
    swaps.sort_unstable();
    let mut scratch = 0;
    let holds = |s: &&Swap| {
        scratch += SCRATCH * board.routes[s.route].stops.len();
        swap(board, stop, s, elsewhere).is_some()
    };
    let first = swaps.iter().find(holds).copied();
    *swaps = first.into_iter().collect();
    scratch
}

/// The way to a stop and on at a position of the route without the stop of index `out`, from the
/// ways in the whole route.
fn without_way(ways: &[[Time; 2]], out: usize, position: usize) -> [Time; 2] {
    match position.cmp(&out) {
        std::cmp::Ordering::Less => ways[position],
        std::cmp::Ordering::Equal => [ways[out][0], ways[out + 1][1]],
        std::cmp::Ordering::Greater => ways[position + 1],
    }
}

/// Putting the stop taken out into the same route again.
struct Inside<'b> {
    board: &'b Board<'b>,
    route: usize,
    /// Tests left.
    tests: usize,
}

impl Inside<'_> {
    /// Whether loads and time leave a chance that the route holds all its stops and this one.
    fn could(&self, stop: u32) -> bool {
        let board = self.board;
        board.enters(stop, self.route, None) && board.has_time(stop, self.route)
    }

    /// A position for the stop taken out, in the route that already has the other one.
    fn again(&mut self, swap: &Swap, stop: u32, with: Segment) -> Option<usize> {
        let board = self.board;
        let (kind, stops) = (
            board.routes[self.route].kind,
            &board.routes[self.route].stops,
        );
        let vehicle = &board.problem.types[kind as usize];
        let out = stops[swap.out];
        let data = &board.problem.stops[out as usize];
        let service = board.problem.service(vehicle.profile, data);
        let longest = vehicle
            .max_duty
            .min(vehicle.shift.close - vehicle.shift.open);
        if board.metric && i64::from(with.busy) + i64::from(service) - ROUNDING > i64::from(longest)
        {
            return None;
        }
        self.tests = self.tests.saturating_sub(4 * stops.len());
        if self.tests == 0 {
            return None;
        }
        let mut rest = stops.clone();
        rest.remove(swap.out);
        let route = inserted(&rest, swap.position, stop);
        let course = Course::new(board.problem, vehicle, &route, vehicle.shift)?;
        let node = (span(board.problem.windows_of(out)), service);
        let has_room = |&position: &usize| course.leaves_room(position, node, board.least());
        let way = |p| (p, course.way(board.problem, vehicle, data.location, p));
        let in_time = |&(position, legs): &(usize, [Time; 2])| {
            let segment = board.in_time((&course, kind), position, legs, out);
            segment.is_some()
        };
        let places = (0..=route.len()).filter(has_room).map(way);
        let mut places: Vec<(usize, [Time; 2])> = places.filter(in_time).collect();
        // The shortest first: from scratch is dear.
        places.sort_by_key(|&(position, legs)| course.detour(position, legs));
        let holds = |&&(position, _): &&(usize, [Time; 2])| {
            self.tests = self.tests.saturating_sub(SCRATCH * route.len());
            evaluate::route(board.problem, kind, &inserted(&route, position, out)).is_ok()
        };
        places.iter().find(holds).map(|&(position, _)| position)
    }
}

/// The stop at a place as it is.
pub(super) fn direct(board: &Board<'_>, stop: u32, place: Place) -> Option<Change> {
    let change = vec![moved(board, place, stop)];
    worth(board, stop, change, None)
}

/// A swap from scratch, when it lowers the total.
pub(super) fn swap(
    board: &Board<'_>,
    stop: u32,
    swap: &Swap,
    elsewhere: &[Option<Elsewhere>],
) -> Option<Change> {
    let route = &board.routes[swap.route];
    let mut rest = route.stops.clone();
    let out = rest.remove(swap.out);
    let host = inserted(&rest, swap.position, stop);
    let own = |stops| (Some(swap.route), route.kind, stops);
    if let Some(again) = swap.again {
        return worth(board, stop, vec![own(inserted(&host, again, out))], None);
    }
    match elsewhere[out as usize]? {
        Elsewhere::Carrier => worth(board, stop, vec![own(host)], Some(out)),
        Elsewhere::Place(place) => {
            worth(board, stop, vec![own(host), moved(board, place, out)], None)
        }
    }
}

/// A route with a stop at a place of it.
fn moved(board: &Board<'_>, place: Place, stop: u32) -> (Option<usize>, u32, Vec<u32>) {
    let before = place.route.map_or(&[][..], |r| &board.routes[r].stops);
    (
        place.route,
        place.kind,
        inserted(before, place.position, stop),
    )
}

fn worth(
    board: &Board<'_>,
    serves: u32,
    routes: Vec<(Option<usize>, u32, Vec<u32>)>,
    tendered: Option<u32>,
) -> Option<Change> {
    let price = |s: u32| board.problem.stops[s as usize].price;
    let mut gain = price(serves) - tendered.map_or(0, price);
    for (number, kind, stops) in &routes {
        gain += number.map_or(0, |r| board.routes[r].cost);
        gain -= evaluate::route(board.problem, *kind, stops).ok()?.cost;
    }
    (gain > 0).then_some(Change {
        gain,
        serves,
        routes,
        tendered,
    })
}
