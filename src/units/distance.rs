//! Distances.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use super::text::{decimal, parse_decimal};
use crate::error::Error;

const OVERFLOW: &str = "a distance stays within the range of i64 millimetres";

/// A distance, in whole millimetres inside.
///
/// Printed as `1234.5 m` and read with or without the unit. In serde it is a number of metres;
/// a number with more than three decimals is rounded to the millimetre, and distances below
/// 2⁴⁹ mm come back exactly.
///
/// ```
/// use doorstep::units::Meters;
///
/// let leg = Meters::from_millimeters(1_234_500);
/// assert_eq!(leg.to_string(), "1234.5 m");
/// assert_eq!("1234.5".parse::<Meters>()?, leg);
/// assert_eq!(leg + Meters::from_meters(1), Meters::from_millimeters(1_235_500));
/// # Ok::<(), doorstep::Error>(())
/// ```
///
/// ```compile_fail
/// use doorstep::units::{Meters, Span};
/// let _ = Meters::from_meters(1) + Span::from_seconds(1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Meters(i64);

impl Meters {
    /// No distance at all.
    pub const ZERO: Self = Self(0);

    /// A distance of `mm` millimetres.
    #[must_use]
    pub const fn from_millimeters(mm: i64) -> Self {
        Self(mm)
    }

    /// A distance of `meters`, at most the largest there is.
    #[must_use]
    pub const fn from_meters(meters: i64) -> Self {
        Self(meters.saturating_mul(1_000))
    }

    /// The distance in millimetres.
    #[must_use]
    pub const fn millimeters(self) -> i64 {
        self.0
    }

    /// The distance in kilometres, for reports.
    #[must_use]
    pub fn km_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The sum; `None` beyond the integer.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(mm) => Some(Self(mm)),
            None => None,
        }
    }
}

impl fmt::Display for Meters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} m", decimal(self.0, 3))
    }
}

impl FromStr for Meters {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let number = text.strip_suffix(" m").unwrap_or(text);
        parse_decimal(number, 3).map(Self).ok_or_else(|| {
            Error::format(
                format!("distance {text:?}"),
                "expected a number of metres with at most 3 decimals, as 1234.5",
            )
        })
    }
}

impl Add for Meters {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.checked_add(other).expect(OVERFLOW)
    }
}

impl Sub for Meters {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect(OVERFLOW))
    }
}

impl AddAssign for Meters {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Meters {
    fn sum<I: Iterator<Item = Self>>(distances: I) -> Self {
        distances.fold(Self::ZERO, Add::add)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Meters {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_f64(self.0 as f64 / 1e3)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Meters {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let meters = f64::deserialize(from)?;
        let mm = (meters * 1e3).round();
        // 2^62 is exact in both types, so the cast below neither saturates nor rounds.
        if mm.abs() < (1_i64 << 62) as f64 {
            #[expect(clippy::cast_possible_truncation, reason = "inside ±2^62 and whole")]
            Ok(Self(mm as i64))
        } else {
            Err(serde::de::Error::custom(format_args!(
                "expected a number of metres, got {meters}"
            )))
        }
    }
}
