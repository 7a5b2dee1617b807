//! Instants of a service day and lengths of time.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::str::FromStr;

use super::text::{parse_clock, write_clock};
use crate::error::Error;

const OVERFLOW: &str = "a time stays within the range of i64 milliseconds";

/// An instant of a service day: milliseconds since the station's local midnight.
///
/// It may pass 24:00: an overnight shift runs from 20:00 to 26:00. There is no time zone; the
/// date belongs to the day. Printed and read as `HH:MM`, `HH:MM:SS` or `HH:MM:SS.mmm`.
///
/// ```
/// use doorstep::units::{Span, TimeOfDay};
///
/// let start = TimeOfDay::hm(8, 30);
/// assert_eq!(start.to_string(), "08:30");
/// assert_eq!(start + Span::from_seconds(90), "08:31:30".parse()?);
/// assert_eq!(TimeOfDay::hm(26, 0) - start, Span::from_minutes(1050));
/// # Ok::<(), doorstep::Error>(())
/// ```
///
/// Two instants have a difference and no sum:
///
/// ```compile_fail
/// use doorstep::units::TimeOfDay;
/// let _ = TimeOfDay::hm(8, 0) + TimeOfDay::hm(9, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(i64);

impl TimeOfDay {
    /// Midnight at the start of the day.
    pub const MIDNIGHT: Self = Self(0);

    /// The latest instant a day may hold: 2³⁰ − 1 ms, a little over 298 hours.
    pub const MAX: Self = Self((1 << 30) - 1);

    /// The instant `ms` milliseconds after midnight.
    #[must_use]
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// The instant at `hours`:`minutes`, where hours may pass 24.
    ///
    /// # Panics
    ///
    /// When `minutes` is 60 or more or the instant lies beyond [`TimeOfDay::MAX`]: this is the
    /// form for literals. Text from outside is parsed instead.
    #[must_use]
    pub const fn hm(hours: u32, minutes: u32) -> Self {
        assert!(minutes < 60, "minutes are 0 to 59");
        assert!(hours <= 298, "a time of day is at most 298 hours");
        // Widening only; `i64::from` is not const.
        let time = Self((hours as i64 * 60 + minutes as i64) * 60_000);
        assert!(time.0 <= Self::MAX.0, "a time of day is at most 298 hours");
        time
    }

    /// Milliseconds since midnight.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// `HH:MM:SS`, rounded to the nearest second (half a second up).
    #[must_use]
    pub fn hms(self) -> String {
        let seconds = self.0.saturating_add(500).div_euclid(1_000);
        Span::from_seconds(seconds).to_string()
    }

    /// The instant `span` later; `None` beyond the integer.
    #[must_use]
    pub const fn checked_add(self, span: Span) -> Option<Self> {
        match self.0.checked_add(span.0) {
            Some(ms) => Some(Self(ms)),
            None => None,
        }
    }

    /// The instant `span` later, or the last one there is.
    #[must_use]
    pub const fn saturating_add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_clock(f, self.0, false)
    }
}

impl FromStr for TimeOfDay {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse_clock(text).map(Self).ok_or_else(|| {
            Error::format(
                format!("time {text:?}"),
                "expected HH:MM, HH:MM:SS or HH:MM:SS.mmm",
            )
        })
    }
}

impl Sub for TimeOfDay {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.checked_sub(earlier.0).expect(OVERFLOW))
    }
}

impl Add<Span> for TimeOfDay {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        self.checked_add(span).expect(OVERFLOW)
    }
}

impl Sub<Span> for TimeOfDay {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.checked_sub(span.0).expect(OVERFLOW))
    }
}

impl AddAssign<Span> for TimeOfDay {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

/// A length of time in milliseconds.
///
/// Printed as `HH:MM:SS` or `HH:MM:SS.mmm`; read in the grammar of [`TimeOfDay`], so that
/// `01:30` is an hour and a half.
///
/// ```
/// use doorstep::units::Span;
///
/// assert_eq!(Span::from_seconds(90).to_string(), "00:01:30");
/// assert_eq!("10:00".parse::<Span>()?, Span::from_hours(10));
/// # Ok::<(), doorstep::Error>(())
/// ```
///
/// A length is not an instant:
///
/// ```compile_fail
/// use doorstep::units::{Span, TimeOfDay};
/// let _ = Span::from_hours(1) + TimeOfDay::hm(9, 0);
/// ```
///
/// ```compile_fail
/// use doorstep::units::{Span, TimeOfDay};
/// let _: TimeOfDay = Span::from_hours(1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A length of `ms` milliseconds.
    #[must_use]
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// A length of `seconds`, at most the largest there is.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000))
    }

    /// A length of `minutes`, at most the largest there is.
    #[must_use]
    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60_000))
    }

    /// A length of `hours`, at most the largest there is.
    #[must_use]
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3_600_000))
    }

    /// The length in milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The length in seconds, for reports.
    #[must_use]
    pub fn seconds_f64(self) -> f64 {
        self.0 as f64 / 1e3
    }

    /// The length in hours, for reports.
    #[must_use]
    pub fn hours_f64(self) -> f64 {
        self.0 as f64 / 3.6e6
    }

    /// The sum; `None` beyond the integer.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(ms) => Some(Self(ms)),
            None => None,
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_clock(f, self.0, true)
    }
}

impl FromStr for Span {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse_clock(text).map(Self).ok_or_else(|| {
            Error::format(
                format!("length of time {text:?}"),
                "expected HH:MM, HH:MM:SS or HH:MM:SS.mmm",
            )
        })
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.checked_add(other).expect(OVERFLOW)
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect(OVERFLOW))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Span {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Span {
    fn sum<I: Iterator<Item = Self>>(spans: I) -> Self {
        spans.fold(Self::ZERO, Add::add)
    }
}

#[cfg(feature = "serde")]
super::serde_as_text!(TimeOfDay, "a time of day as \"HH:MM\" or \"HH:MM:SS\"");
#[cfg(feature = "serde")]
super::serde_as_text!(Span, "a length of time as \"HH:MM:SS\"");
