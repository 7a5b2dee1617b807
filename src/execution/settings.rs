//! What a caller may set about a day as it happens.

use crate::error::{Error, Problems};
use crate::units::Span;

/// How far legs and services spread around what the request says.
///
/// Each leg and each service is taken to be independent, with the expected length that the request
/// states and a standard deviation of that length times its spread (its coefficient of variation).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct EtaModel {
    /// Standard deviation of a leg, in legs; 0.2 by default.
    pub leg_spread: f64,
    /// Standard deviation of a stop's service, in services; 0.4 by default.
    pub service_spread: f64,
}

impl Default for EtaModel {
    fn default() -> Self {
        Self {
            leg_spread: 0.2,
            service_spread: 0.4,
        }
    }
}

/// What a caller may set about a day as it happens.
///
/// ```
/// use doorstep::Span;
/// use doorstep::execution::{EtaModel, Settings};
///
/// let settings = Settings::new()
///     .with_delay_threshold(Span::from_minutes(10))
///     .with_eta_model(EtaModel { leg_spread: 0.3, ..EtaModel::default() });
/// assert_eq!(settings.most_attempts(), 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Settings {
    eta_model: EtaModel,
    delay_threshold: Span,
    most_attempts: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            eta_model: EtaModel::default(),
            delay_threshold: Span::from_minutes(15),
            most_attempts: 3,
        }
    }
}

impl Settings {
    /// The defaults: spreads 0.2 and 0.4, a threshold of 15 minutes, three attempts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How far legs and services spread.
    #[must_use]
    pub const fn with_eta_model(mut self, model: EtaModel) -> Self {
        self.eta_model = model;
        self
    }

    /// How much later than told a package must be expected for its customer to be told again.
    #[must_use]
    pub const fn with_delay_threshold(mut self, threshold: Span) -> Self {
        self.delay_threshold = threshold;
        self
    }

    /// After how many failed attempts, those of other days included, a package goes back to its
    /// sender; at least 1.
    #[must_use]
    pub const fn with_most_attempts(mut self, attempts: u8) -> Self {
        self.most_attempts = attempts;
        self
    }

    /// How far legs and services spread.
    #[must_use]
    pub const fn eta_model(&self) -> EtaModel {
        self.eta_model
    }

    /// How much later than told makes a customer be told again.
    #[must_use]
    pub const fn delay_threshold(&self) -> Span {
        self.delay_threshold
    }

    /// After how many failed attempts a package goes back to its sender.
    #[must_use]
    pub const fn most_attempts(&self) -> u8 {
        self.most_attempts
    }

    /// Reports what cannot be.
    pub(super) fn check(&self, problems: &mut Problems) {
        let spreads = [
            ("eta_model.leg_spread", self.eta_model.leg_spread),
            ("eta_model.service_spread", self.eta_model.service_spread),
        ];
        for (field, spread) in spreads {
            // NaN is in no range.
            if !(0.0..=10.0).contains(&spread) {
                problems.push(
                    "settings",
                    field,
                    format!("{spread} is not between 0 and 10"),
                );
            }
        }
        if self.delay_threshold < Span::ZERO {
            let message = format!("{} is negative", self.delay_threshold);
            problems.push("settings", "delay_threshold", message);
        }
        if self.most_attempts == 0 {
            problems.push("settings", "most_attempts", "is 0");
        }
    }
}

/// The one problem of an event or a call.
pub(super) fn refuse(subject: String, field: &'static str, message: impl Into<String>) -> Error {
    let mut problems = Problems::default();
    problems.push(subject, field, message);
    problems
        .into_result()
        .expect_err("one problem was pushed just now")
}
