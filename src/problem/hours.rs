//! Legs that take longer in some hours.
//!
//! The tables of the search hold what legs take on a free road, which is the least they ever take;
//! when one begins or ends is asked here.

use crate::units::TimeOfDay;

use super::Problem;
use super::roads::Roads;
use super::spells::cut;
use super::time::{HORIZON, LegTime, Time};
use super::travel::{CompiledTravel, OPEN};

/// Where the times of legs come from.
#[derive(Clone, Debug, Default)]
pub(crate) enum Hours {
    /// They are the same all day.
    #[default]
    Same,
    /// The speeds of each profile.
    Roads(Vec<Roads>),
    /// The caller's model is asked.
    Model,
}

impl Hours {
    /// The speeds of a profile, where they are known by the hour.
    #[inline(always)]
    pub(crate) fn roads(&self, profile: u32) -> Option<&Roads> {
        match self {
            Hours::Roads(roads) => Some(&roads[profile as usize]),
            _ => None,
        }
    }
}

/// A leg whose time depends on the hour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HourlyLeg<'p> {
    pub(crate) problem: &'p Problem,
    pub(crate) profile: u32,
    /// Locations.
    pub(crate) ends: [u32; 2],
    /// What it takes on a free road.
    pub(crate) free: Time,
}

impl HourlyLeg<'_> {
    /// What the caller's model says; before midnight as at midnight.
    #[inline(never)]
    fn asked(&self, depart: i64) -> i64 {
        let [from, to] = self.ends;
        let at = TimeOfDay::from_millis(depart.max(0));
        let time = self.problem.travel.time_at(self.profile, (from, to), at);
        depart + time.max(self.free.into())
    }

    /// The latest departure by the caller's model, found by halving.
    #[inline(never)]
    fn asked_back(&self, arrive: i64) -> i64 {
        let mut late = arrive - i64::from(self.free) + 1;
        let mut step = 1;
        while self.asked(late - step) > arrive {
            late -= step;
            step *= 2;
            if step > i64::from(HORIZON) {
                return i64::from(Time::MIN / 4);
            }
        }
        let mut fine = late - step;
        while late - fine > 1 {
            let middle = i64::midpoint(fine, late);
            if self.asked(middle) > arrive {
                late = middle;
            } else {
                fine = middle;
            }
        }
        fine
    }
}

impl LegTime for HourlyLeg<'_> {
    #[inline]
    fn arrive(self, depart: Time) -> Time {
        match &self.problem.hours {
            Hours::Same => depart + self.free,
            Hours::Roads(roads) => roads[self.profile as usize].arrive(depart, self.free),
            Hours::Model => cut(self.asked(depart.into())),
        }
    }

    #[inline]
    fn latest_departure(self, arrive: Time) -> Time {
        match &self.problem.hours {
            Hours::Same => arrive - self.free,
            Hours::Roads(roads) => roads[self.profile as usize].latest_departure(arrive, self.free),
            Hours::Model => cut(self.asked_back(arrive.into())),
        }
    }
}

impl Problem {
    /// Whether some leg takes longer in some hours.
    #[inline]
    pub(crate) fn is_hourly(&self) -> bool {
        !matches!(self.hours, Hours::Same)
    }
}

impl CompiledTravel {
    /// Milliseconds of a leg that begins at an instant, as the caller's model says.
    fn time_at(&self, profile: u32, (from, to): (u32, u32), depart: TimeOfDay) -> i64 {
        match self {
            _ if to == OPEN => 0,
            CompiledTravel::Model {
                model,
                places,
                kinds,
            } => {
                let [from, to] = [from, to].map(|l| &places[l as usize]);
                let leg = model.leg_at(kinds[profile as usize], from, to, depart);
                leg.time.millis().clamp(0, i64::from(HORIZON))
            }
            CompiledTravel::Sphere { .. } | CompiledTravel::Plane { .. } => {
                self.leg(profile, from, to).time().into()
            }
        }
    }
}
