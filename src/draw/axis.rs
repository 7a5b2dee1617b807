//! Axes: whole hours of a day, and round numbers of a chart.

use crate::units::TimeOfDay;

/// One hour in milliseconds.
const HOUR: i64 = 3_600_000;
/// Hours between two labels; beyond the last, whole days double.
const STEPS: [i64; 7] = [1, 2, 3, 4, 6, 12, 24];

/// Whole hours on a line of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hours {
    /// First and last hour, counted from midnight.
    pub(super) first: i64,
    pub(super) last: i64,
    /// Pixels from the first to the last.
    pub(super) width: f64,
}

impl Hours {
    /// The whole hours around two instants; at least one hour.
    pub(super) fn around(from: TimeOfDay, to: TimeOfDay, width: f64) -> Self {
        let first = from.millis().div_euclid(HOUR);
        let up = i64::from(to.millis().rem_euclid(HOUR) > 0);
        let last = to.millis().div_euclid(HOUR) + up;
        Self {
            first,
            last: last.max(first + 1),
            width,
        }
    }

    pub(super) const fn start(&self) -> i64 {
        self.first * HOUR
    }

    /// Milliseconds from the first to the last hour.
    pub(super) const fn length(&self) -> i64 {
        (self.last - self.first) * HOUR
    }

    /// Pixels from the left; times outside stay at the border.
    pub(super) fn x(&self, millis: i64) -> f64 {
        let inside = millis.clamp(self.start(), self.start() + self.length());
        (inside - self.start()) as f64 / self.length() as f64 * self.width
    }

    /// The labelled hours, at least `least` pixels apart.
    pub(super) fn ticks(&self, least: f64) -> Vec<i64> {
        let per_hour = self.width / (self.last - self.first) as f64;
        let fits = |step: &i64| *step as f64 * per_hour >= least;
        let mut step = STEPS.into_iter().find(|s| fits(s)).unwrap_or(24);
        while !fits(&step) {
            step *= 2;
        }
        (self.first..=self.last)
            .filter(|hour| hour.rem_euclid(step) == 0)
            .collect()
    }
}

/// Round numbers from at most `low` to at least `high`, about `count` of them, as `(step, ticks)`.
///
/// Steps are 1, 2 or 5 times a power of ten and never below 1: what is drawn are counts and
/// amounts of money.
pub(super) fn round_ticks(low: f64, high: f64, count: f64) -> Vec<f64> {
    let (low, high) = if low <= high {
        (low, high)
    } else {
        (high, low)
    };
    let raw = ((high - low) / count).max(1.0);
    let power = 10.0_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|&step| step >= raw * 0.999)
        .unwrap_or(raw);
    let first = (low / step).floor();
    let ticks = ((high / step).ceil() - first).clamp(1.0, 2.0 * count + 2.0);
    let mut all = vec![first * step];
    while ((all.len() - 1) as f64) < ticks {
        all.push((first + all.len() as f64) * step);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_surround_the_day() {
        let hours = Hours::around(TimeOfDay::hm(8, 12), TimeOfDay::hm(17, 0), 900.0);
        assert_eq!((hours.first, hours.last), (8, 17));
        assert!((hours.x(TimeOfDay::hm(12, 30).millis()) - 450.0).abs() < 1e-9);
        assert_eq!(hours.ticks(50.0), (8..=17).collect::<Vec<_>>());
        assert_eq!(hours.ticks(150.0), [8, 10, 12, 14, 16]);
    }

    #[test]
    fn any_times_give_finite_pixels_and_few_labels() {
        let zero = TimeOfDay::MIDNIGHT;
        let point = Hours::around(zero, zero, 100.0);
        assert_eq!((point.first, point.last), (0, 1));
        let wide = Hours::around(
            TimeOfDay::from_millis(-TimeOfDay::MAX.millis()),
            TimeOfDay::MAX,
            1_000.0,
        );
        assert!(wide.ticks(45.0).len() < 30);
        assert!(wide.x(i64::MIN).is_finite() && wide.x(i64::MAX) <= 1_000.0);
    }

    #[test]
    fn ticks_are_round_and_surround() {
        assert_eq!(round_ticks(0.0, 10.0, 5.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(
            round_ticks(4_000.0, 4_900.0, 4.0),
            [4_000.0, 4_500.0, 5_000.0]
        );
        assert_eq!(round_ticks(7.0, 7.0, 5.0), [7.0, 8.0]);
        for (low, high) in [(0.0, 0.0), (-5.0, 1e12), (3.0, 4.0), (0.0, 37.0)] {
            let ticks = round_ticks(low, high, 5.0);
            assert!(
                ticks[0] <= low && *ticks.last().expect("some") >= high,
                "{ticks:?}"
            );
            assert!(ticks.len() <= 13, "{ticks:?}");
        }
    }
}
