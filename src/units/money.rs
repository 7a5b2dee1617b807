//! Amounts of money.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use super::text::{decimal, parse_decimal};
use crate::error::Error;

const OVERFLOW: &str = "an amount stays within the range of i64 millicents";

/// Decimals kept: a millicent is 10⁻⁵ of the unit.
const PLACES: usize = 5;

/// An amount of money in whole 1/1000 cents, of whatever currency the caller counts in.
///
/// The fine grain leaves a difference between two neighbouring doors. Printed with two decimals,
/// half a cent away from zero; [`Money::exact`] gives all of them. Read, and in serde written, as
/// an exact decimal text such as `"0.25"`.
///
/// ```
/// use doorstep::units::Money;
///
/// let rate: Money = "0.12345".parse()?;
/// assert_eq!(rate, Money::from_millicents(12_345));
/// assert_eq!(rate.to_string(), "0.12");
/// assert_eq!(rate.exact(), "0.12345");
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of whole currency units, at most the largest there is.
    #[must_use]
    pub const fn from_units(units: i64) -> Self {
        Self(units.saturating_mul(100_000))
    }

    /// An amount of cents, at most the largest there is.
    #[must_use]
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents.saturating_mul(1_000))
    }

    /// An amount of 1/1000 cents.
    #[must_use]
    pub const fn from_millicents(millicents: i64) -> Self {
        Self(millicents)
    }

    /// The amount in 1/1000 cents.
    #[must_use]
    pub const fn millicents(self) -> i64 {
        self.0
    }

    /// The amount in currency units, for reports.
    #[must_use]
    pub fn units_f64(self) -> f64 {
        self.0 as f64 / 1e5
    }

    /// The amount as a decimal text with all its decimals.
    #[must_use]
    pub fn exact(self) -> String {
        decimal(self.0, PLACES)
    }

    /// The sum; `None` beyond the integer.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(millicents) => Some(Self(millicents)),
            None => None,
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.unsigned_abs().saturating_add(500) / 1_000;
        let sign = if self.0 < 0 && cents > 0 { "-" } else { "" };
        f.pad(&format!("{sign}{}.{:02}", cents / 100, cents % 100))
    }
}

impl FromStr for Money {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse_decimal(text, PLACES).map(Self).ok_or_else(|| {
            Error::format(
                format!("amount {text:?}"),
                "expected a decimal number with at most 5 decimals, as 0.25",
            )
        })
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.checked_add(other).expect(OVERFLOW)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect(OVERFLOW))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.exact())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
