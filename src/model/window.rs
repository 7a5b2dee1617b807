//! Time windows.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;
use crate::units::TimeOfDay;

/// The times between which something may start, both ends included.
///
/// At a door it is the start of service that lies inside; a vehicle's shift is the window in
/// which it may be out. Printed and read as `09:00-12:00`; it may pass 24:00.
///
/// ```
/// use doorstep::model::TimeWindow;
/// use doorstep::units::TimeOfDay;
///
/// let morning = TimeWindow::hm((9, 0), (12, 0));
/// assert_eq!("09:00-12:00".parse::<TimeWindow>()?, morning);
/// assert!(morning.contains(TimeOfDay::hm(12, 0)));
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeWindow {
    earliest: TimeOfDay,
    latest: TimeOfDay,
}

impl TimeWindow {
    /// The default delivery hours: 06:00 to 22:00.
    pub const DELIVERY_HOURS: Self = Self::hm((6, 0), (22, 0));

    /// A window from `earliest` to `latest`. One that ends before it starts is reported when the
    /// day is built.
    #[must_use]
    pub const fn new(earliest: TimeOfDay, latest: TimeOfDay) -> Self {
        Self { earliest, latest }
    }

    /// A window from two pairs of hours and minutes, for literals.
    ///
    /// # Panics
    ///
    /// As [`TimeOfDay::hm`]: minutes of 60 or more, or hours beyond 298.
    #[must_use]
    pub const fn hm(earliest: (u32, u32), latest: (u32, u32)) -> Self {
        Self {
            earliest: TimeOfDay::hm(earliest.0, earliest.1),
            latest: TimeOfDay::hm(latest.0, latest.1),
        }
    }

    /// The first instant inside.
    #[must_use]
    pub const fn earliest(self) -> TimeOfDay {
        self.earliest
    }

    /// The last instant inside.
    #[must_use]
    pub const fn latest(self) -> TimeOfDay {
        self.latest
    }

    /// True when `time` is inside.
    #[must_use]
    pub fn contains(self, time: TimeOfDay) -> bool {
        self.earliest <= time && time <= self.latest
    }

    /// What is inside both windows; `None` when nothing is.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let common = Self {
            earliest: self.earliest.max(other.earliest),
            latest: self.latest.min(other.latest),
        };
        (common.earliest <= common.latest).then_some(common)
    }
}

/// The instants inside one of `a` and one of `b`, as sorted windows.
///
/// Both lists must be sorted by `earliest` with no two windows sharing an instant; so is the
/// result. O(a + b).
pub(crate) fn meet(a: &[TimeWindow], b: &[TimeWindow]) -> Vec<TimeWindow> {
    let (mut i, mut j) = (0, 0);
    let mut common = Vec::new();
    while i < a.len() && j < b.len() {
        common.extend(a[i].intersection(b[j]));
        if a[i].latest <= b[j].latest {
            i += 1;
        } else {
            j += 1;
        }
    }
    common
}

impl fmt::Display for TimeWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.earliest, self.latest)
    }
}

impl FromStr for TimeWindow {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // The hyphen between the times is the first that follows a digit: signs do not.
        let hyphen = text
            .bytes()
            .zip(text.bytes().skip(1))
            .position(|(before, at)| before.is_ascii_digit() && at == b'-');
        let read = |at: usize| {
            let earliest = text[..=at].parse().ok()?;
            let latest = text[at + 2..].parse().ok()?;
            Some(Self { earliest, latest })
        };
        hyphen.and_then(read).ok_or_else(|| {
            Error::format(
                format!("time window {text:?}"),
                "expected two times, as 09:00-12:00",
            )
        })
    }
}

#[cfg(feature = "serde")]
crate::units::serde_as_text!(TimeWindow, "a time window as \"09:00-12:00\"");
