//! Travel by the hour: how long a leg takes that leaves at a given time.
//!
//! A leg is so much way at full speed; speed is a share of that by the hour of the day. What is
//! driven since midnight grows with the clock without a jump and without a halt, so that whoever
//! leaves later never arrives earlier (Ichoua, Gendreau & Potvin, *Vehicle dispatching with
//! time-dependent travel times*, European Journal of Operational Research 144(2), 2003). In whole
//! numbers: an arrival is rounded up to the millisecond, a latest departure down, so that one is
//! the exact inverse of the other.

use crate::model::{Traffic, VehicleKind};
use crate::units::Span;

const HOUR: i64 = 3_600_000;
const HOURS: usize = 24;

/// The speeds of a kind of vehicle over the day, ready to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Per cent of full speed in each hour.
    percent: [i64; HOURS],
    /// Milliseconds at full speed, times 100, driven since midnight at the beginning of each hour
    /// and at the end of the day.
    since: [i64; HOURS + 1],
}

impl Pace {
    /// Those of the shortest legs.
    pub(crate) fn new(traffic: &Traffic, kind: VehicleKind) -> Self {
        Self::of(traffic.speeds(kind))
    }

    /// Those of a leg that takes `free` at full speed.
    pub(crate) fn on(traffic: &Traffic, kind: VehicleKind, free: Span) -> Self {
        Self::of(traffic.speeds_on(kind, free))
    }

    fn of(percent: [u8; HOURS]) -> Self {
        let percent = percent.map(i64::from);
        let mut since = [0; HOURS + 1];
        for hour in 0..HOURS {
            since[hour + 1] = since[hour] + percent[hour] * HOUR;
        }
        Self { percent, since }
    }

    /// Per cent of full speed at an instant.
    pub(crate) fn percent(&self, at: i64) -> u64 {
        let hour = at.rem_euclid(24 * HOUR) / HOUR;
        usize::try_from(hour).map_or(100, |hour| self.percent[hour].unsigned_abs())
    }

    /// When a leg that takes `free` at full speed ends; both in milliseconds.
    #[inline]
    pub(crate) fn arrive(&self, depart: i64, free: i64) -> i64 {
        let (day, way) = self.split(self.driven(depart) + 100 * free);
        let hour = self.hour(way);
        let rest = way - self.since[hour];
        let speed = self.percent[hour];
        day + hour as i64 * HOUR + (rest + speed - 1) / speed
    }

    /// The latest departure that arrives by `arrive`.
    #[inline]
    pub(crate) fn latest_departure(&self, arrive: i64, free: i64) -> i64 {
        let (day, way) = self.split(self.driven(arrive) - 100 * free);
        let hour = self.hour(way);
        let rest = way - self.since[hour];
        day + hour as i64 * HOUR + rest / self.percent[hour]
    }

    /// What is driven from midnight to an instant of any day.
    #[inline]
    fn driven(&self, at: i64) -> i64 {
        let (day, of_day) = (at.div_euclid(24 * HOUR), at.rem_euclid(24 * HOUR));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an hour of the day, 0 to 23"
        )]
        let hour = (of_day / HOUR) as usize;
        day * self.since[HOURS] + self.since[hour] + self.percent[hour] * (of_day % HOUR)
    }

    /// The beginning of the day in which so much is driven, and the rest.
    #[inline]
    fn split(&self, driven: i64) -> (i64, i64) {
        let whole = self.since[HOURS];
        (
            driven.div_euclid(whole) * 24 * HOUR,
            driven.rem_euclid(whole),
        )
    }

    /// The hour of the day in which so much is driven.
    #[inline]
    fn hour(&self, way: i64) -> usize {
        self.since[1..HOURS].partition_point(|&since| since <= way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(seed: u16) -> Pace {
        let speeds = std::array::from_fn(|h| {
            let hour = u16::try_from(h).unwrap();
            u8::try_from(5 + (seed * 31 + hour * (seed + 7)) % 96).unwrap()
        });
        Pace::new(&Traffic::by_hour(speeds), VehicleKind::CargoVan)
    }

    #[test]
    fn a_latest_departure_is_the_inverse_of_an_arrival() {
        for seed in 0..40 {
            let pace = pace(seed);
            for i in 0..400 {
                let depart = (i * 977_431 + i64::from(seed) * 7) % (60 * HOUR);
                let free = (i * i * 7_919) % (3 * HOUR);
                let arrive = pace.arrive(depart, free);
                assert!(arrive >= depart + free, "no leg is faster than full speed");
                assert!(pace.arrive(depart + 1, free) >= arrive, "no one overtakes");
                let latest = pace.latest_departure(arrive, free);
                assert!(latest >= depart && pace.arrive(latest, free) <= arrive);
                assert!(pace.arrive(latest + 1, free) > arrive);
            }
        }
    }

    #[test]
    fn an_hour_at_half_speed() {
        let mut speeds = [100; HOURS];
        speeds[8] = 50;
        let pace = Pace::new(&Traffic::by_hour(speeds), VehicleKind::CargoVan);
        let minutes = |m: i64| m * 60_000;
        // Half of it before eight, the rest at half speed.
        assert_eq!(pace.arrive(minutes(470), minutes(20)), minutes(500));
        assert_eq!(pace.arrive(minutes(600), minutes(20)), minutes(620));
        // Into the next hour.
        assert_eq!(pace.arrive(minutes(530), minutes(20)), minutes(555));
        assert_eq!(pace.arrive(minutes(500), 0), minutes(500));
        assert_eq!(
            pace.latest_departure(minutes(500), minutes(20)),
            minutes(470)
        );
    }
}
