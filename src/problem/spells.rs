//! Speeds by the hour as spells of one speed, ready for the loop.
//!
//! What [`Pace`] finds by divisions is here a look at one spell and a multiplication: nearly every
//! leg ends in the spell in which it begins. A leg that goes on into the next one takes a second
//! look, and what lasts longer or is beyond all schedules is left to [`Pace`]. In whole numbers
//! the two agree to the millisecond.

use crate::travel::Pace;

use super::time::{HORIZON, Time};

const HOUR: Time = 3_600_000;

/// The first and the last instant of any schedule, and the hour in which the first one lies.
const FIRST: Time = Time::MIN / 4;
const LAST: Time = 2 * HORIZON;
const FIRST_HOUR: Time = FIRST.div_euclid(HOUR) * HOUR;

/// The speeds of a profile over all days of a schedule.
#[derive(Clone, Debug)]
pub(crate) struct Spells {
    pace: Pace,
    /// In order, without a gap; neighbours differ in speed.
    spells: Vec<Spell>,
    /// The spell of each hour from [`FIRST_HOUR`] on.
    of_hour: Vec<u16>,
}

/// A time of one speed.
#[derive(Clone, Copy, Debug)]
struct Spell {
    begin: Time,
    end: Time,
    /// Per cent of full speed.
    percent: u64,
    /// 2^64 over `percent`, rounded up: multiplied, the upper half is the quotient, exactly for
    /// dividends below 2^57.
    inverse: u64,
}

impl Spell {
    /// So much way (milliseconds at full speed times 100) in milliseconds, rounded up.
    #[inline(always)]
    fn drive(&self, way: u64) -> i64 {
        let rounded = u128::from(way + self.percent - 1);
        let quotient = (rounded * u128::from(self.inverse)) >> 64;
        (quotient as u64).cast_signed()
    }

    /// What is driven in a part of it.
    #[inline]
    fn way(&self, length: i64) -> u64 {
        self.percent * length.unsigned_abs()
    }
}

/// What is driven at full speed in so many milliseconds.
#[inline(always)]
fn full(free: Time) -> u64 {
    100 * u64::from(free.unsigned_abs())
}

/// An instant that is known to be one of a schedule.
#[inline(always)]
fn instant(at: i64) -> Time {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "within a spell, whose ends are instants"
    )]
    let at = at as Time;
    at
}

/// Instants no schedule can use stay where they still add up.
pub(super) fn cut(at: i64) -> Time {
    instant(at.clamp(FIRST.into(), LAST.into()))
}

impl Spells {
    /// The spells of a pace. No speed may be zero.
    pub(crate) fn new(pace: Pace) -> Spells {
        let mut spells: Vec<Spell> = Vec::new();
        let mut of_hour = Vec::new();
        let mut at = FIRST_HOUR;
        while at < LAST {
            let percent = pace.percent(at.into());
            let end = LAST.min(at + HOUR);
            match spells.last_mut() {
                Some(last) if last.percent == percent => last.end = end,
                _ => spells.push(Spell {
                    begin: at.max(FIRST),
                    end,
                    percent,
                    inverse: u64::MAX / percent + 1,
                }),
            }
            of_hour.push(u16::try_from(spells.len() - 1).unwrap_or(u16::MAX));
            at += HOUR;
        }
        Spells {
            pace,
            spells,
            of_hour,
        }
    }

    /// The number of the spell of an instant, none beyond all schedules.
    #[inline(always)]
    fn number(&self, at: Time) -> Option<usize> {
        let hour = at.wrapping_sub(FIRST_HOUR).cast_unsigned() / HOUR.cast_unsigned();
        self.of_hour.get(hour as usize).map(|&n| usize::from(n))
    }

    /// When a leg ends that begins at `depart` and takes `free` at full speed.
    #[inline]
    pub(crate) fn arrive(&self, depart: Time, free: Time) -> Time {
        let Some(number) = self.number(depart) else {
            return cut(self.pace.arrive(depart.into(), free.into()));
        };
        let spell = &self.spells[number];
        let arrive = i64::from(depart) + spell.drive(full(free));
        if arrive <= spell.end.into() {
            instant(arrive)
        } else {
            self.arrive_beyond(number, depart, free)
        }
    }

    /// The latest departure on a leg that takes `free` at full speed and ends by `arrive`.
    #[inline]
    pub(crate) fn latest_departure(&self, arrive: Time, free: Time) -> Time {
        let Some(number) = self.number(arrive) else {
            return cut(self.pace.latest_departure(arrive.into(), free.into()));
        };
        let spell = &self.spells[number];
        let depart = i64::from(arrive) - spell.drive(full(free));
        if depart >= spell.begin.into() {
            instant(depart)
        } else {
            self.leave_before(number, arrive, free)
        }
    }

    /// The arrival of a leg that is not over with the spell in which it begins.
    #[inline(never)]
    fn arrive_beyond(&self, number: usize, depart: Time, free: Time) -> Time {
        let spell = &self.spells[number];
        let driven = spell.way(i64::from(spell.end) - i64::from(depart));
        if let Some(next) = self.spells.get(number + 1) {
            let arrive = i64::from(next.begin) + next.drive(full(free) - driven);
            if arrive <= next.end.into() {
                return instant(arrive);
            }
        }
        cut(self.pace.arrive(depart.into(), free.into()))
    }

    /// The departure of a leg that begins before the spell in which it ends.
    #[inline(never)]
    fn leave_before(&self, number: usize, arrive: Time, free: Time) -> Time {
        let spell = &self.spells[number];
        let driven = spell.way(i64::from(arrive) - i64::from(spell.begin));
        if let Some(before) = number.checked_sub(1).map(|n| &self.spells[n]) {
            let depart = i64::from(before.end) - before.drive(full(free) - driven);
            if depart >= before.begin.into() {
                return instant(depart);
            }
        }
        cut(self.pace.latest_departure(arrive.into(), free.into()))
    }
}

/// A look at spells that stays where the last leg was: the next one is mostly there too, and then
/// nothing has to be looked up before it is known when the leg begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    spells: &'a Spells,
    number: usize,
    spell: &'a Spell,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(spells: &'a Spells) -> Cursor<'a> {
        Cursor {
            spells,
            number: 0,
            spell: &spells.spells[0],
        }
    }

    /// Goes to the spell of an instant; false where there is none.
    #[inline(always)]
    fn seek(&mut self, at: Time) -> bool {
        // An instant between two spells is in both.
        if (self.spell.begin..=self.spell.end).contains(&at) {
            return true;
        }
        let found = self.spells.number(at);
        if let Some(number) = found {
            self.number = number;
            self.spell = &self.spells.spells[number];
        }
        found.is_some()
    }

    /// As [`Spells::arrive`].
    #[inline(always)]
    pub(crate) fn arrive(&mut self, depart: Time, free: Time) -> Time {
        if self.seek(depart) {
            let arrive = i64::from(depart) + self.spell.drive(full(free));
            if arrive <= self.spell.end.into() {
                return instant(arrive);
            }
            return self.spells.arrive_beyond(self.number, depart, free);
        }
        self.spells.arrive(depart, free)
    }

    /// As [`Spells::latest_departure`].
    #[inline(always)]
    pub(crate) fn latest_departure(&mut self, arrive: Time, free: Time) -> Time {
        if self.seek(arrive) {
            let depart = i64::from(arrive) - self.spell.drive(full(free));
            if depart >= self.spell.begin.into() {
                return instant(depart);
            }
            return self.spells.leave_before(self.number, arrive, free);
        }
        self.spells.latest_departure(arrive, free)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::{Traffic, VehicleKind};

    use super::*;

    /// Speeds with some hours alike, so that spells are longer than an hour.
    fn speeds() -> impl Strategy<Value = [u8; 24]> {
        prop::collection::vec((5u8..=100, 1usize..6), 24).prop_map(|runs| {
            let mut hours = runs
                .into_iter()
                .flat_map(|(speed, n)| std::iter::repeat_n(speed, n));
            std::array::from_fn(|_| hours.next().unwrap_or(100))
        })
    }

    /// Instants near the full hour as often as others, and some beyond all schedules.
    fn instants() -> impl Strategy<Value = Time> {
        prop_oneof![
            0..40 * HOUR,
            (-2..40, -3..4).prop_map(|(hour, off)| hour * HOUR + off),
            FIRST..LAST,
        ]
    }

    fn legs() -> impl Strategy<Value = Time> {
        prop_oneof![0..HOUR / 4, 0..3 * HOUR, 0..=HORIZON]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn as_the_pace_says(speeds in speeds(), at in instants(), free in legs()) {
            let pace = Pace::new(&Traffic::by_hour(speeds), VehicleKind::CargoVan);
            let spells = Spells::new(pace);
            let (long_at, long) = (i64::from(at), i64::from(free));
            let arrive = spells.arrive(at, free);
            prop_assert_eq!(arrive, cut(pace.arrive(long_at, long)));
            let depart = spells.latest_departure(at, free);
            prop_assert_eq!(depart, cut(pace.latest_departure(long_at, long)));
        }

        #[test]
        fn a_cursor_says_the_same(
            speeds in speeds(),
            legs in prop::collection::vec((instants(), legs()), 1..30),
        ) {
            let spells = Spells::new(Pace::new(&Traffic::by_hour(speeds), VehicleKind::CargoVan));
            let mut cursor = Cursor::new(&spells);
            for (at, free) in legs {
                prop_assert_eq!(cursor.arrive(at, free), spells.arrive(at, free));
                let depart = cursor.latest_departure(at, free);
                prop_assert_eq!(depart, spells.latest_departure(at, free));
            }
        }

        #[test]
        fn who_leaves_later_arrives_no_earlier(
            speeds in speeds(),
            at in instants(),
            later in 0..2 * HOUR,
            free in legs(),
        ) {
            let spells = Spells::new(Pace::new(&Traffic::by_hour(speeds), VehicleKind::CargoVan));
            let arrive = spells.arrive(at, free);
            prop_assert!(arrive <= spells.arrive(at + later, free));
            prop_assert!(arrive == LAST || arrive - free >= at, "no leg beats full speed");
            // One is the inverse of the other.
            if arrive < LAST {
                let latest = spells.latest_departure(arrive, free);
                prop_assert!(latest >= at);
                prop_assert!(spells.arrive(latest, free) <= arrive);
                prop_assert!(spells.arrive(latest + 1, free) > arrive);
            }
        }
    }

    #[test]
    fn instants_at_the_rim_stay_inside() {
        let traffic = Traffic::free().with_speed(7..10, 70);
        let spells = Spells::new(Pace::new(&traffic, VehicleKind::CargoVan));
        assert_eq!(spells.spells[1].percent, 70);
        for at in [Time::MIN, FIRST_HOUR - 1, FIRST, 0, LAST, Time::MAX] {
            for free in [0, 1, HORIZON] {
                let (arrive, depart) = (spells.arrive(at, free), spells.latest_departure(at, free));
                assert!(
                    (FIRST_HOUR..=LAST).contains(&arrive),
                    "{at} {free}: {arrive}"
                );
                assert!(
                    (FIRST_HOUR..=LAST).contains(&depart),
                    "{at} {free}: {depart}"
                );
            }
        }
    }
}
