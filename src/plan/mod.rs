//! The answer: routes with clock times, what is left and why, a scorecard; and its validator.
//!
//! A [`Plan`] is a record: what [`assemble`] wrote down, or anyone else. Its fields may be changed
//! and it may come from a file, so nothing here trusts it; [`validate()`] recomputes all of it from
//! the request and lists what does not hold.

mod areas;
mod assemble;
mod block;
mod choice;
mod cost;
mod fingerprint;
mod fix;
mod provider;
mod reason;
mod route;
mod scorecard;
mod table;
mod validate;
mod walk;

pub use areas::AreaFigures;
pub use assemble::{ReloadDraft, RestDraft, RouteDraft, assemble};
pub(crate) use assemble::{Tender, assemble_with};
pub use block::{Blocked, Obstacle};
pub use choice::Choice;
pub use cost::CostByCause;
pub use fingerprint::fingerprint;
pub use fix::{Fix, Fixes, Insertion};
pub use provider::ProviderCard;
pub use reason::{Dimension, Reason};
pub use route::{Reload, Rest, ReturnLeg, RoutePlan, Trip, Visit};
pub use scorecard::{Filling, Scorecard, Utilisation};
pub use validate::{Rule, Violation, validate, validate_with};
pub use walk::{DoorVisit, WalkPlan};

use std::sync::Arc;

use crate::model::{PackageId, ProviderId, StationId};
use crate::units::{Date, Money};

/// What one station's vehicles do on one day.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Plan {
    /// Where the day begins.
    pub station: StationId,
    /// The civil date, if the request states it.
    pub date: Option<Date>,
    /// One route for each vehicle that is used, in the order of the fleet.
    pub routes: Vec<RoutePlan>,
    /// Packages on no route and with no carrier, in the order of the request.
    pub unserved: Vec<Unserved>,
    /// Packages handed to a carrier, in the order of the request.
    pub tendered: Vec<Tendered>,
    /// The day in figures.
    pub scorecard: Scorecard,
    /// [`fingerprint`] of the routes; 16 hexadecimal digits in text forms.
    #[cfg_attr(feature = "serde", serde(with = "fingerprint::hex"))]
    pub fingerprint: u64,
}

/// A package that stays at the station, or at the door it was to be picked up from.
///
/// Lists are shared by the packages of a stop, and by equal stops.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Unserved {
    /// Which package.
    pub package: PackageId,
    /// Why.
    pub reason: Reason,
    /// The rule that keeps its stop out of the vehicles of each kind, by kind; empty where
    /// `fixes` were not sought.
    #[cfg_attr(
        feature = "serde",
        serde(default = "block::shared::empty", with = "block::shared")
    )]
    pub blocks: Arc<[Blocked]>,
    /// What would place it.
    #[cfg_attr(feature = "serde", serde(default))]
    pub fixes: Fixes,
}

impl Unserved {
    /// A package that is left for a reason, unexplained.
    #[must_use]
    pub fn new(package: PackageId, reason: Reason) -> Self {
        Self {
            package,
            reason,
            blocks: Arc::from([]),
            fixes: Fixes::NotSought,
        }
    }
}

/// A package that a carrier takes, at its price.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Tendered {
    /// Which package.
    pub package: PackageId,
    /// What the carrier charges for it.
    pub price: Money,
    /// Which carrier of the day; `None` for a package that states its own price.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub carrier: Option<ProviderId>,
    /// Why it is tendered, where the solver was to say so.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub because: Option<Choice>,
}
