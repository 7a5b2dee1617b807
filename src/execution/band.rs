//! How sure an expected arrival is.

use super::forecast::{Ahead, next_window};
use super::{Day, Phase};
use crate::model::{PackageId, StopId, TimeWindow};
use crate::units::{Span, TimeOfDay};

/// When a vehicle is expected at a stop, as of the last event of the vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Eta {
    /// The arrival when every leg and every service takes as long as the request says.
    pub expected: TimeOfDay,
    /// One of ten arrivals is earlier.
    pub p10: TimeOfDay,
    /// One of ten arrivals is later.
    pub p90: TimeOfDay,
}

/// The quantile of the standard normal distribution that nine of ten draws are below.
const NORMAL_90: f64 = 1.281_551_565_544_600_4;

impl Day {
    /// When the vehicle arrives at a package's stop, with the band that holds eight of ten
    /// arrivals; the arrival itself when it stands there. `None` when no vehicle is on its way to
    /// it: nothing is left to do about the package, it is on no route, or its vehicle is out.
    ///
    /// The band is that of an [`EtaModel`](super::EtaModel): legs and services are independent, their means and
    /// variances are summed along the rest of the route. Waiting for a window takes the arrival
    /// A to max(A, opening), whose mean and variance are those of a normal A cut off there
    /// (C. E. Clark, "The greatest of a finite set of random variables", Operations Research 9,
    /// 1961). Ends of the band are the normal quantiles ±1.2816. The departure of a vehicle at its
    /// start is taken to be known, a leg that has begun to be as unsure as a whole one. The band
    /// always holds `expected`, and nothing before the vehicle's last event.
    ///
    /// # Complexity
    ///
    /// O(stops before it).
    #[must_use]
    pub fn eta(&self, package: &PackageId) -> Option<Eta> {
        let (vehicle, halt) = self.ahead_of(package)?;
        if let Some(stand) = self.tours[vehicle].stand.filter(|stand| stand.halt == halt) {
            return Some(Eta {
                expected: stand.arrived,
                p10: stand.arrived,
                p90: stand.arrived,
            });
        }
        let (ahead, _) = self.forecast(vehicle);
        let to = ahead.iter().position(|step| step.halt == halt)?;
        self.bands(vehicle, &ahead[..=to]).pop()
    }

    /// When a vehicle arrives at each stop ahead of it, in driving order; empty for one that is
    /// out, back or without a route, or unknown. See [`eta`](Self::eta).
    ///
    /// # Complexity
    ///
    /// O(stops ahead).
    #[must_use]
    pub fn etas(&self, vehicle: &crate::model::VehicleId) -> Vec<(StopId, Eta)> {
        let Some(&vehicle) = self.index.tours.get(vehicle) else {
            return Vec::new();
        };
        let (ahead, _) = self.forecast(vehicle);
        let ids = ahead.iter().map(|step| self.halts[step.halt].id.clone());
        ids.zip(self.bands(vehicle, &ahead)).collect()
    }

    /// How many stops the vehicle serves before a package's: the one it stands at included, the
    /// package's own not. `None` where [`eta`](Self::eta) is.
    #[must_use]
    pub fn stops_before(&self, package: &PackageId) -> Option<usize> {
        let (vehicle, halt) = self.ahead_of(package)?;
        let tour = &self.tours[vehicle];
        match tour.stand {
            Some(stand) if stand.halt == halt => Some(0),
            stand => {
                let position = tour.ahead.iter().position(|&other| other == halt)?;
                Some(position + usize::from(stand.is_some()))
            }
        }
    }

    /// The vehicle that is under way with, or to, an open package, and its halt.
    fn ahead_of(&self, package: &PackageId) -> Option<(usize, usize)> {
        let parcel = &self.parcels[*self.index.parcels.get(package)?];
        let (vehicle, halt) = (parcel.vehicle?, parcel.halt?);
        (parcel.is_open() && self.tours[vehicle].is_under_way()).then_some((vehicle, halt))
    }

    /// The band of each step of a forecast.
    fn bands(&self, vehicle: usize, ahead: &[Ahead]) -> Vec<Eta> {
        let tour = &self.tours[vehicle];
        let model = self.settings.eta_model();
        let mut at = Normal::surely(self.free(vehicle));
        if let (Phase::AtStop, Some(stand)) = (tour.phase, tour.stand) {
            at.variance = variance(self.remaining(stand).1, model.service_spread);
        }
        let driving = tour.phase == Phase::Driving;
        let mut bands = Vec::with_capacity(ahead.len());
        for (i, step) in ahead.iter().enumerate() {
            at = at.plus(step.rested, 0.0).plus(step.drive, model.leg_spread);
            if i == 0 && driving {
                // Reported delays and silence since the vehicle left are in the forecast.
                at.mean = millis(step.arrive);
            }
            bands.push(at.band(step.arrive, tour.clock));
            at = at.plus(step.resting, 0.0);
            let opens = next_window(&self.halts[step.halt].windows, at.time());
            at = at.wait(opens).plus(step.service, model.service_spread);
        }
        bands
    }
}

/// A time that is not sure, in milliseconds.
#[derive(Clone, Copy)]
struct Normal {
    mean: f64,
    variance: f64,
}

impl Normal {
    fn surely(time: TimeOfDay) -> Self {
        Self {
            mean: millis(time),
            variance: 0.0,
        }
    }

    fn plus(self, span: Span, spread: f64) -> Self {
        Self {
            mean: self.mean + span.millis() as f64,
            variance: self.variance + variance(span, spread),
        }
    }

    /// The later of this time and the opening of a window, by its two moments.
    fn wait(self, window: Option<TimeWindow>) -> Self {
        let Some(opens) = window.map(|window| millis(window.earliest())) else {
            return self;
        };
        let deviation = self.variance.sqrt();
        if deviation <= 0.0 {
            return Self {
                mean: self.mean.max(opens),
                variance: 0.0,
            };
        }
        // Seen from the opening, so that no small variance is lost in a large mean.
        let mean = self.mean - opens;
        let z = mean / deviation;
        let (below, density) = (
            below(z),
            (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt(),
        );
        let first = mean * below + deviation * density;
        let second = (mean * mean + self.variance) * below + mean * deviation * density;
        Self {
            mean: opens + first,
            variance: (second - first * first).max(0.0),
        }
    }

    fn time(self) -> TimeOfDay {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a sum of times of a day; beyond an i64 it would stay at its end"
        )]
        TimeOfDay::from_millis(self.mean.round() as i64)
    }

    fn band(self, expected: TimeOfDay, clock: Option<TimeOfDay>) -> Eta {
        let half = NORMAL_90 * self.variance.sqrt();
        let end = |sign: f64| {
            Self {
                mean: self.mean + sign * half,
                ..self
            }
            .time()
        };
        let early = clock.map_or(end(-1.0), |clock| end(-1.0).max(clock));
        Eta {
            expected,
            p10: early.min(expected),
            p90: end(1.0).max(expected),
        }
    }
}

fn millis(time: TimeOfDay) -> f64 {
    time.millis() as f64
}

fn variance(span: Span, spread: f64) -> f64 {
    let deviation = span.millis() as f64 * spread;
    deviation * deviation
}

/// The standard normal distribution below `z`, to 7.5e-8.
///
/// # References
///
/// M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", 26.2.17.
fn below(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let series = [
        0.319_381_530,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ];
    let sum = series
        .iter()
        .rev()
        .fold(0.0, |sum, factor| (sum + factor) * t);
    let above = sum * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
    if z < 0.0 { above } else { 1.0 - above }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        for (z, known) in [
            (0.0, 0.5),
            (1.0, 0.841_344_75),
            (-1.0, 0.158_655_25),
            (2.5, 0.993_790_33),
        ] {
            assert!((below(z) - known).abs() < 1e-7, "{z}");
        }
        assert!((below(NORMAL_90) - 0.9).abs() < 1e-7);
    }

    #[test]
    fn waiting_cuts_a_time_off() {
        let opens = TimeWindow::hm((9, 0), (12, 0));
        let at = |mean: f64| Normal {
            mean,
            variance: 1e10,
        };
        let nine = millis(TimeOfDay::hm(9, 0));
        // Half of a symmetric time: mean σ φ(0), variance σ² (1/2 − φ(0)²).
        let half = at(nine).wait(Some(opens));
        assert!((half.mean - nine - 39_894.228).abs() < 0.1, "{}", half.mean);
        assert!((half.variance / 1e10 - 0.340_845).abs() < 1e-5);
        // Far too early it is the opening, long after it nothing changes.
        let early = at(nine - 1e6).wait(Some(opens));
        assert!((early.mean - nine).abs() < 1.0 && early.variance < 1e6);
        let late = at(nine + 1e6).wait(Some(opens));
        assert!((late.mean - nine - 1e6).abs() < 1.0);
        assert!((late.variance / 1e10 - 1.0).abs() < 1e-6);
    }
}
