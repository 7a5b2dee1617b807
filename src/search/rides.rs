//! What the stops of a task do to what is on board, where loads are looked at along the way, and
//! which of them belong together.

use crate::problem::carry::{ALONE, Amounts, room};
use crate::problem::lanes::RawLoad;
use crate::problem::rooms::{self, Rooms};
use crate::problem::time::Time;
use crate::problem::travel::CompiledTravel;
use crate::problem::{Problem, VehicleType};

use super::sub::{Membership, NONE};

/// A stop as [`Ride`](crate::problem::carry::Ride), amounts that nothing limits left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubRide {
    pub(crate) start: Amounts,
    pub(crate) less: Amounts,
    pub(crate) more: Amounts,
    /// Local number of the other stop of a package that is collected on the way, or [`NONE`].
    pub(crate) partner: u32,
    /// Whether it is the one where the package is collected.
    pub(crate) collects: bool,
}

/// See the module. Without anything in it on days of deliveries alone.
#[derive(Debug, Default)]
pub(crate) struct Rides {
    list: Vec<SubRide>,
    /// What each vehicle type holds.
    room: Vec<Amounts>,
    /// Which of the amounts are limited; those come first.
    order: Vec<usize>,
    /// How many they are.
    pub(crate) limited: usize,
    /// Whether something is on board from the start of a route.
    pub(crate) starts: bool,
}

impl Rides {
    pub(super) fn new(problem: &Problem, member: &Membership<'_>) -> Rides {
        if !problem.carries {
            return Rides::default();
        }
        let rooms: Vec<Amounts> = problem.types.iter().map(room).collect();
        let limits = |k: &usize| rooms.iter().any(|room| room[*k] < u64::MAX);
        let order: Vec<usize> = (0..Amounts::default().len()).filter(limits).collect();
        let pick = |amounts: &Amounts| picked(&order, amounts);
        let local = |partner: u32| {
            if partner == ALONE || member.task_of[partner as usize] != member.task {
                debug_assert_eq!(partner, ALONE, "both stops of a package are in one task");
                return NONE;
            }
            member.local_of[partner as usize]
        };
        let ride = |&s: &u32| {
            let ride = problem.stops[s as usize].ride.as_deref();
            let ride = ride.expect("compile gives every stop of such a day a ride");
            SubRide {
                start: pick(&ride.start),
                less: pick(&ride.less),
                more: pick(&ride.more),
                partner: local(ride.partner),
                collects: ride.collects,
            }
        };
        let list: Vec<SubRide> = member.stops.iter().map(ride).collect();
        Rides {
            starts: list.iter().any(|ride| ride.start != Amounts::default()),
            list,
            room: rooms.iter().map(pick).collect(),
            limited: order.len(),
            order,
        }
    }

    /// The amounts that are limited, in the order in which they are kept.
    pub(super) fn pick(&self, amounts: &Amounts) -> Amounts {
        picked(&self.order, amounts)
    }

    /// What a stop does.
    #[inline(always)]
    pub(crate) fn of(&self, stop: u32) -> &SubRide {
        &self.list[stop as usize]
    }

    /// What a vehicle type holds.
    #[inline(always)]
    pub(crate) fn room(&self, kind: u32) -> &Amounts {
        &self.room[kind as usize]
    }

    /// Whether two amounts together are no more than `room`.
    #[inline(always)]
    pub(crate) fn fits(&self, room: &Amounts, a: &Amounts, b: &Amounts) -> bool {
        let fits = |k: usize| a[k].saturating_add(b[k]) <= room[k];
        // PERF: mostly one amount is limited, or none, whose first is 0 everywhere.
        fits(0) && (self.limited < 2 || (1..self.limited).all(fits))
    }

    /// Whether a vehicle type holds two amounts together.
    #[inline(always)]
    pub(crate) fn holds(&self, kind: u32, a: &Amounts, b: &Amounts) -> bool {
        self.fits(self.room(kind), a, b)
    }
}

fn picked(order: &[usize], amounts: &Amounts) -> Amounts {
    let mut picked = Amounts::default();
    for (to, &from) in picked.iter_mut().zip(order) {
        *to = amounts[from];
    }
    picked
}

/// Of a stop of the problem what counts as its load, and what it takes of compartments, where
/// loads are looked at along the way: what the vehicle leaves with, which has to fit in any case.
pub(super) fn at_departure(problem: &Problem, s: u32) -> (RawLoad, Rooms) {
    let stop = &problem.stops[s as usize];
    match &stop.ride {
        // A route may bring more than it holds, on several trips.
        _ if problem.reloading() => Default::default(),
        None => (stop.load, stop.rooms),
        Some(ride) => {
            let [a, b, c, d, e, f] = ride.start;
            ([a, b, c], [d, e, f])
        }
    }
}

/// Whether some type has a compartment.
pub(super) fn compartments(types: &[VehicleType]) -> bool {
    types.iter().any(|t| t.rooms != rooms::UNLIMITED)
}

/// Straight ways are rounded to a tick each, so a way round may be shorter by this.
const ROUNDING: Time = 8;

/// By how much the way round may be shorter than the way; None where nothing is known of that.
pub(super) fn roundabout(problem: &Problem) -> Option<Time> {
    let straight = match problem.travel {
        CompiledTravel::Sphere { .. } | CompiledTravel::Plane { .. } => true,
        CompiledTravel::Model { .. } => false,
    };
    (straight && !problem.is_hourly()).then_some(ROUNDING)
}
