//! The speeds of each kind of road: a leg is driven at those of one kind, by how long it is at full
//! speed.

use crate::model::{RoadKind, Traffic, VehicleKind};
use crate::travel::Pace;

use super::compile::time;
use super::spells::Spells;
use super::time::Time;

/// The speeds of a profile.
#[derive(Clone, Debug)]
pub(crate) struct Roads {
    /// Of the shortest legs.
    short: Spells,
    /// Of those that take so long at full speed or longer, the shortest first.
    longer: Vec<(Time, Spells)>,
}

impl Roads {
    pub(super) fn new(traffic: &Traffic, kind: VehicleKind) -> Roads {
        let mut longer: Vec<(Time, Spells)> = traffic
            .roads()
            .iter()
            .map(RoadKind::shortest)
            .map(|from| {
                let pace = Pace::on(traffic, kind, from);
                (time(from.millis()), Spells::new(pace))
            })
            .collect();
        longer.sort_by_key(|(from, _)| *from);
        Roads {
            short: Spells::new(Pace::new(traffic, kind)),
            longer,
        }
    }

    /// The speeds of all legs, where they are the same.
    #[inline(always)]
    pub(super) fn alone(&self) -> Option<&Spells> {
        self.longer.is_empty().then_some(&self.short)
    }

    #[inline(always)]
    fn of(&self, free: Time) -> &Spells {
        // Without kinds of roads this is a look at an empty list.
        let found = self.longer.iter().rfind(|(from, _)| *from <= free);
        found.map_or(&self.short, |(_, own)| own)
    }

    /// When a leg ends that begins at `depart` and takes `free` at full speed.
    #[inline]
    pub(crate) fn arrive(&self, depart: Time, free: Time) -> Time {
        self.of(free).arrive(depart, free)
    }

    /// The latest departure on a leg that takes `free` at full speed and ends by `arrive`.
    #[inline]
    pub(crate) fn latest_departure(&self, arrive: Time, free: Time) -> Time {
        self.of(free).latest_departure(arrive, free)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::units::Span;

    use super::*;

    const HOUR: Time = 3_600_000;

    /// Speeds of streets, of main roads and of motorways, and where those begin.
    fn traffic() -> impl Strategy<Value = Traffic> {
        let speeds = || prop::collection::vec(5u8..=100, 24);
        let roads = prop::collection::vec((1..HOUR, speeds()), 0..3);
        (speeds(), roads).prop_map(|(streets, roads)| {
            let hour = |all: &[u8]| std::array::from_fn(|h| all[h]);
            let road = |(from, speeds): &(Time, Vec<u8>)| {
                let speeds: [u8; 24] = hour(speeds);
                let from = RoadKind::new(Span::from_millis((*from).into()));
                (0..24).fold(from, |road, h| road.with_speed(h..h + 1, speeds[h]))
            };
            let streets = Traffic::by_hour(hour(&streets));
            roads
                .iter()
                .fold(streets, |all, own| all.with_road(road(own)))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn who_leaves_later_arrives_no_earlier_on_any_road(
            traffic in traffic(),
            at in 0..40 * HOUR,
            later in 0..2 * HOUR,
            free in 0..2 * HOUR,
        ) {
            let roads = Roads::new(&traffic, VehicleKind::CargoVan);
            let arrive = roads.arrive(at, free);
            prop_assert!(arrive - free >= at, "no leg beats full speed");
            prop_assert!(arrive <= roads.arrive(at + later, free));
            // One is the inverse of the other.
            let latest = roads.latest_departure(arrive, free);
            prop_assert!(latest >= at);
            prop_assert!(roads.arrive(latest, free) <= arrive);
            prop_assert!(roads.arrive(latest + 1, free) > arrive);
            // And both as travel has it.
            let pace = Pace::on(&traffic, VehicleKind::CargoVan, Span::from_millis(free.into()));
            prop_assert_eq!(i64::from(arrive), pace.arrive(at.into(), free.into()));
        }
    }
}
