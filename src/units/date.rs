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

    /// The day of the week.
    ///
    /// ```
    /// use doorstep::units::{Date, Weekday};
    ///
    /// assert_eq!(Date::new(2018, 8, 8)?.weekday(), Weekday::Wednesday);
    /// assert_eq!(Date::new(2024, 2, 29)?.weekday(), Weekday::Thursday);
    /// assert_eq!(Date::new(0, 1, 1)?.weekday(), Weekday::Saturday);
    /// # Ok::<(), doorstep::Error>(())
    /// ```
    #[must_use]
    pub const fn weekday(self) -> Weekday {
        // Years that begin in March, so that the leap day is the last.
        let early = self.month < 3;
        let year = self.year as usize + 400 - early as usize;
        let month = self.month as usize + if early { 9 } else { 0 } - if early { 0 } else { 3 };
        let days = 365 * year + year / 4 - year / 100 + year / 400;
        // The first of March of the year 0 was a Wednesday.
        Weekday::ALL[(days + (153 * month + 2) / 5 + self.day as usize + 1) % 7]
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Weekday {
    /// The first.
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The seventh.
    Sunday,
}

impl Weekday {
    /// All of them, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// Its name in small letters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
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
