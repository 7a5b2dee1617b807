//! What is on board along a route, where something is collected on the way: return pickups, and
//! packages that one door hands over for another.
//!
//! On days of deliveries alone a vehicle is fullest when it leaves, and the sum of the loads says
//! all; nothing here is used then. Else every leg counts: with `w` on board on each leg of a route,
//! a stop that brings `start` from the station and takes `more` back to it fits between two legs if
//! the most of `w` before leaves room for `start` and the most behind room for `more`.

use crate::model::{PackageKind, ServiceDay};
use crate::sortation::StopGroup;

use super::VehicleType;
use super::compile::amounts;
use super::lanes::DIMENSIONS;
use super::rooms::Rooms;

/// Packages, cubic centimetres, grams; cubic centimetres of each temperature.
pub(crate) type Amounts = [u64; DIMENSIONS + 3];

/// The partner of a stop that has none.
pub(crate) const ALONE: u32 = u32::MAX;

/// What a stop does to what is on board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ride {
    /// On board from the start of the route because of it.
    pub(crate) start: Amounts,
    /// Leaves the vehicle there.
    pub(crate) less: Amounts,
    /// Comes on board there.
    pub(crate) more: Amounts,
    /// The other stop of a package that is collected on the way, or [`ALONE`]; in the numbers of the
    /// grouping, and in those of the problem.
    pub(crate) partner_group: u32,
    /// See `partner_group`.
    pub(crate) partner: u32,
    /// Whether it is the one where the package is collected, which comes first.
    pub(crate) collects: bool,
}

impl Ride {
    /// What a stop of a day does; the partner's number in the problem is not known yet.
    pub(super) fn of(day: &ServiceDay, stop: &StopGroup) -> Ride {
        let mut rooms = [Rooms::default(); 2];
        for &p in &stop.packages {
            let package = &day.packages()[p as usize];
            let up = stop.collects || package.kind() == PackageKind::ReturnPickup;
            let room = &mut rooms[usize::from(up)][package.temperature() as usize];
            *room = room.saturating_add(package.load().volume_cm3);
        }
        let less = joined(amounts(stop.deliveries), rooms[0]);
        let more = joined(amounts(stop.pickups), rooms[1]);
        let pair = stop.partner.is_some();
        Ride {
            start: if pair { Amounts::default() } else { less },
            less,
            more,
            partner_group: stop.partner.unwrap_or(ALONE),
            partner: ALONE,
            collects: stop.collects,
        }
    }
}

/// What a vehicle holds.
pub(crate) fn room(vehicle: &VehicleType) -> Amounts {
    joined(
        vehicle.capacity.map(|c| c.unwrap_or(u64::MAX)),
        vehicle.rooms,
    )
}

fn joined(loads: [u64; DIMENSIONS], rooms: Rooms) -> Amounts {
    let [a, b, c] = loads;
    let [d, e, f] = rooms;
    [a, b, c, d, e, f]
}

/// Two amounts together.
#[inline]
pub(crate) fn plus(a: Amounts, b: Amounts) -> Amounts {
    std::array::from_fn(|k| a[k].saturating_add(b[k]))
}

/// What is left of an amount; nothing where a route hands over what it did not collect.
#[inline]
pub(crate) fn minus(a: Amounts, b: Amounts) -> Amounts {
    std::array::from_fn(|k| a[k].saturating_sub(b[k]))
}

/// The larger in each.
#[inline]
pub(crate) fn most(a: Amounts, b: Amounts) -> Amounts {
    std::array::from_fn(|k| a[k].max(b[k]))
}

/// What is on board on each leg of a route through stops that do this.
pub(crate) fn aboard<'r>(rides: impl Iterator<Item = &'r Ride> + Clone) -> Vec<Amounts> {
    let starts = rides.clone().map(|ride| ride.start);
    let mut now = starts.fold(Amounts::default(), plus);
    let mut legs = vec![now];
    for ride in rides {
        now = plus(minus(now, ride.less), ride.more);
        legs.push(now);
    }
    legs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ride(start: u64, more: u64) -> Ride {
        let of = |n| [n, 0, 0, 0, 0, 0];
        Ride {
            start: of(start),
            less: of(start),
            more: of(more),
            partner_group: ALONE,
            partner: ALONE,
            collects: false,
        }
    }

    #[test]
    fn deliveries_make_room_for_pickups() {
        let rides = [ride(3, 0), ride(0, 4), ride(2, 1)];
        let legs = aboard(rides.iter());
        let counts: Vec<u64> = legs.iter().map(|leg| leg[0]).collect();
        assert_eq!(counts, [5, 2, 6, 5]);
    }
}
