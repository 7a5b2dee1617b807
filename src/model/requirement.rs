//! What a day asks of the vehicles of some packages.

use super::ids::Capability;
use super::package::Package;
use super::promise::HandOff;

/// A rule of the day: packages of a sort need a vehicle with one of some capabilities.
///
/// ```
/// use doorstep::model::Requirement;
/// use doorstep::{HandOff, Package, Place};
///
/// let heavy = Requirement::heavier_than(30_000, ["lift", "two people"]);
/// let adults = Requirement::hand_off(HandOff::AgeCheck, ["trained"]);
/// let package = Package::new("P1", Place::at(41.85, -87.65), "60608").with_weight_g(30_000);
/// assert!(!heavy.applies_to(&package) && !adults.applies_to(&package));
/// assert!(heavy.applies_to(&package.with_weight_g(30_001)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Requirement {
    of: Condition,
    any_of: Vec<Capability>,
}

/// Which packages are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
enum Condition {
    /// Those of more grams than this.
    HeavierThan(u64),
    /// Those handed over so.
    HandOff(HandOff),
}

impl Requirement {
    /// Packages of more than so many grams need a vehicle with one of these.
    #[must_use]
    pub fn heavier_than<C: Into<Capability>>(
        grams: u64,
        any_of: impl IntoIterator<Item = C>,
    ) -> Self {
        Self::new(Condition::HeavierThan(grams), any_of)
    }

    /// Packages handed over so need a vehicle with one of these.
    #[must_use]
    pub fn hand_off<C: Into<Capability>>(
        hand_off: HandOff,
        any_of: impl IntoIterator<Item = C>,
    ) -> Self {
        Self::new(Condition::HandOff(hand_off), any_of)
    }

    fn new<C: Into<Capability>>(of: Condition, any_of: impl IntoIterator<Item = C>) -> Self {
        let any_of = any_of.into_iter().map(Into::into).collect();
        Self { of, any_of }
    }

    /// Whether a package is one of those meant.
    #[must_use]
    pub fn applies_to(&self, package: &Package) -> bool {
        match self.of {
            Condition::HeavierThan(grams) => package.load().weight_g > grams,
            Condition::HandOff(hand_off) => package.hand_off() == hand_off,
        }
    }

    /// What the vehicle must have one of.
    #[must_use]
    pub fn any_of(&self) -> &[Capability] {
        &self.any_of
    }
}
