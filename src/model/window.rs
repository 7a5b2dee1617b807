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

/// The instants of `hours` inside one of `windows` (all of them when none is stated), as sorted
/// windows of which no two share an instant. Windows that end before they start hold nothing.
pub(crate) fn clip(windows: &[TimeWindow], hours: TimeWindow) -> Vec<TimeWindow> {
    if windows.is_empty() {
        return vec![hours];
    }
    let clipped = windows
        .iter()
        .filter_map(|window| window.intersection(hours));
    let mut open: Vec<TimeWindow> = clipped.collect();
    open.sort_unstable();
    open.dedup_by(|next, kept| {
        let joined = next.earliest <= kept.latest;
        if joined {
            kept.latest = kept.latest.max(next.latest);
        }
        joined
    });
    open
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

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(texts: &[&str]) -> Vec<TimeWindow> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn clipped_windows_are_sorted_joined_and_inside_the_hours() {
        let stated = windows(&["12:00-13:00", "05:00-08:00", "09:00-08:00", "13:00-14:00"]);
        let open = clip(&stated, TimeWindow::DELIVERY_HOURS);
        assert_eq!(open, windows(&["06:00-08:00", "12:00-14:00"]));
        assert_eq!(
            clip(&windows(&["23:00-24:00"]), TimeWindow::DELIVERY_HOURS),
            []
        );
    }

    #[test]
    fn a_long_window_swallows_the_short_ones_inside_it() {
        let stated = windows(&["08:00-18:00", "09:00-10:00", "17:00-19:00"]);
        let open = clip(&stated, TimeWindow::DELIVERY_HOURS);
        assert_eq!(open, windows(&["08:00-19:00"]));
    }

    #[test]
    fn no_window_is_all_the_hours() {
        let hours = TimeWindow::DELIVERY_HOURS;
        assert_eq!(clip(&[], hours), [hours]);
    }

    #[test]
    fn windows_meet_in_what_both_hold() {
        let a = windows(&["08:00-10:00", "12:00-14:00", "16:00-16:00"]);
        let b = windows(&["09:00-13:00", "13:30-17:00"]);
        let common = ["09:00-10:00", "12:00-13:00", "13:30-14:00", "16:00-16:00"];
        assert_eq!(meet(&a, &b), windows(&common));
        assert_eq!(meet(&b, &a), windows(&common));
        assert_eq!(meet(&a, &windows(&["10:01-11:00"])), []);
    }

    #[test]
    fn a_signed_time_is_told_from_the_hyphen() {
        let window: TimeWindow = "-00:30--00:10".parse().unwrap();
        assert_eq!(window.earliest(), TimeOfDay::from_millis(-1_800_000));
        assert_eq!(window.latest(), TimeOfDay::from_millis(-600_000));
        for text in [
            "",
            "-",
            "09:00",
            "09:00-",
            "-09:00",
            "09:00-12:00-13:00",
            "09:00–12:00",
        ] {
            assert!(text.parse::<TimeWindow>().is_err(), "{text:?}");
        }
    }
}
