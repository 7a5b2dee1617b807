//! How a public set makes lengths and times whole, and what it asks to make small.

use crate::model::{Costs, PlaneRounding};
use crate::units::Money;

/// How lengths and times of a file become whole ticks: a rule of the set, not of the file.
///
/// A tick is what one millimetre and one millisecond stand for in the day that is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Rounding {
    /// None, as in SINTEF's lists. A unit is as many ticks as the limits of a day allow
    /// ([`Instance::ticks`](super::Instance::ticks), at most a million), legs are rounded up and
    /// windows inwards, so that what is on time in ticks is on time in double precision.
    Unrounded,
    /// Everything to the nearest whole unit, halves up: CVRP.
    Nearest,
    /// Ten ticks a unit, fractions cut off: VRPTW under the rules of the DIMACS challenge.
    Dimacs,
    /// A thousand ticks a unit, to the nearest: what some solvers call exact.
    Thousandths,
}

/// What is made small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Objective {
    /// The length of all routes.
    #[default]
    Distance,
    /// First the number of vehicles, then the length of all routes.
    Vehicles,
}

/// What rounding up adds before the fraction is cut off: products of exact decimals, which may
/// come out a trifle too large, stay what they are.
const ALMOST_ONE: f64 = 1.0 - 1e-6;

/// Which way a quantity may not be wrong when nothing is to be rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Lengths, service times, openings.
    Least,
    /// Closings and limits.
    Most,
}

impl Rounding {
    pub(super) const fn plane(self) -> PlaneRounding {
        match self {
            Self::Unrounded => PlaneRounding::Up,
            Self::Nearest | Self::Thousandths => PlaneRounding::Nearest,
            Self::Dimacs => PlaneRounding::Down,
        }
    }

    /// A quantity in whole ticks, cut to the range of an i64.
    pub(super) fn whole(self, value: f64, ticks: f64, side: Side) -> i64 {
        let scaled = value * ticks;
        let whole = match (self, side) {
            (Self::Unrounded, Side::Least) => (scaled + ALMOST_ONE).floor(),
            (Self::Unrounded, Side::Most) => (scaled + (1.0 - ALMOST_ONE)).floor(),
            (Self::Nearest | Self::Thousandths, _) => (scaled + 0.5).floor(),
            (Self::Dimacs, _) => scaled.trunc(),
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, and the day refuses what is out of its range"
        )]
        let whole = whole as i64;
        whole
    }
}

impl Objective {
    /// Prices under which the money of a plan counts ticks: 10.00 a kilometre makes a tick a
    /// thousandth of a cent, the finest there is. A vehicle at 10,000,000, the most a day may
    /// state, is 10¹² ticks, more than any set's whole length.
    #[must_use]
    pub const fn costs(self) -> Costs {
        let distance = Costs::FREE.with_per_km(Money::from_units(10));
        match self {
            Self::Distance => distance,
            Self::Vehicles => distance.with_per_vehicle(Money::from_units(10_000_000)),
        }
    }
}
