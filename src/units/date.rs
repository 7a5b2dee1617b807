//! Civil dates.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// A date of the Gregorian calendar, years 0000 to 9999, without a time zone.
///
/// ```
/// use doorstep::units::Date;
///
/// let date: Date = "2018-08-08".parse()?;
/// assert_eq!((date.year(), date.month(), date.day()), (2018, 8, 8));
/// assert!(Date::new(2023, 2, 29).is_err());
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The date, if the calendar has it.
    ///
    /// # Errors
    ///
    /// When there is no such day: `date 2023-02-29: this month has the days 1 to 28`.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, Error> {
        let message = if year > 9999 {
            "the year is 0 to 9999".to_owned()
        } else if !(1..=12).contains(&month) {
            "the month is 1 to 12".to_owned()
        } else if !(1..=days_in(year, month)).contains(&day) {
            format!("this month has the days 1 to {}", days_in(year, month))
        } else {
            return Ok(Self { year, month, day });
        };
        let subject = format!("date {year:04}-{month:02}-{day:02}");
        Err(Error::format(subject, message))
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::format(format!("date {text:?}"), "expected YYYY-MM-DD");
        let mut parts = text.split('-');
        let mut part = |length: usize| {
            let digits = parts.next().filter(|part| part.len() == length)?;
            digits.bytes().all(|b| b.is_ascii_digit()).then_some(digits)
        };
        let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else {
            return Err(malformed());
        };
        if parts.next().is_some() {
            return Err(malformed());
        }
        let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
            return Err(malformed());
        };
        Self::new(year, month, day)
    }
}

#[cfg(feature = "serde")]
super::serde_as_text!(Date, "a date as \"YYYY-MM-DD\"");
