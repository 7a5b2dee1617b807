//! Why a package goes with whom it goes: the other ways compared with the one chosen.

use std::fmt;

use super::Reason;
use crate::model::ProviderId;
use crate::units::Money;

/// Why a stop is served by the provider that serves it, or tendered.
///
/// Each is true of the plan that it stands in and compares whole stops: what the plan would cost
/// with this stop moved to the cheapest place with another provider, and all else as it is.
/// `next` names that provider or carrier; it is `None` for vehicles of no provider, and for a
/// package's own price.
///
/// ```
/// use doorstep::plan::Choice;
/// use doorstep::Money;
///
/// let choice = Choice::Cheapest { next: Some("post".into()), by: Money::from_cents(240) };
/// assert_eq!(choice.to_string(), "post would cost 2.40 more");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(tag = "why", rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum Choice {
    /// Nobody else could serve it, even with nothing else to do: postal codes, hours, needs, pins,
    /// sizes or promises forbid it.
    OnlyProvider,
    /// Others could serve it, but none has room for it in this plan.
    OnlyRoom,
    /// The cheapest of the others would cost this much more.
    Cheapest {
        /// The cheapest of the others.
        next: Option<ProviderId>,
        /// How much more.
        by: Money,
    },
    /// As `Cheapest`, but only for what providers pay outside of the postal codes they should
    /// serve: without that, the other would cost less, or the same.
    Territory {
        /// The cheapest of the others.
        next: Option<ProviderId>,
        /// How much more it would cost, that price included.
        by: Money,
    },
    /// The cheapest of the others would cost less, had only this stop been moved: the plan is not
    /// the best there is here.
    Dearer {
        /// The cheapest of the others.
        next: Option<ProviderId>,
        /// How much less.
        by: Money,
    },
    /// Tendered: the cheapest place in a vehicle would cost this much more.
    CheaperThanServing {
        /// Whose vehicle that is.
        next: Option<ProviderId>,
        /// How much more.
        by: Money,
    },
    /// Tendered: no vehicle could serve it, even with nothing else to do.
    NoVehicleMayServe {
        /// The rule that forbids it.
        because: Reason,
    },
    /// Tendered: a vehicle could serve it, but none has room for it in this plan.
    NoRoom,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |next: &Option<ProviderId>| {
            next.as_ref()
                .map_or_else(|| "another way".to_owned(), ToString::to_string)
        };
        match self {
            Self::OnlyProvider => f.write_str("nobody else could serve it"),
            Self::OnlyRoom => f.write_str("nobody else has room for it in this plan"),
            Self::Cheapest { next, by } => write!(f, "{} would cost {by} more", name(next)),
            Self::Territory { next, by } => {
                let next = name(next);
                write!(
                    f,
                    "{next} would cost {by} more, by the prices of territories"
                )
            }
            Self::Dearer { next, by } => write!(f, "{} would cost {by} less", name(next)),
            Self::CheaperThanServing { next, by } => {
                write!(
                    f,
                    "tendered: serving it by {} would cost {by} more",
                    name(next)
                )
            }
            Self::NoVehicleMayServe { because } => write!(f, "tendered: {because}"),
            Self::NoRoom => f.write_str("tendered: no vehicle has room for it in this plan"),
        }
    }
}
