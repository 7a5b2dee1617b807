//! The walk of a halt with several doors, with clock times.

use super::Visit;
use crate::model::{PackageId, Place};
use crate::units::{Meters, Span, TimeOfDay};

/// How the driver of a parked vehicle serves several doors.
///
/// The first door is where the vehicle stands; the others are on one walk from there and back.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct WalkPlan {
    /// The doors in the order in which they are served, two at least.
    pub doors: Vec<DoorVisit>,
    /// The length of the walk, the way back included.
    pub distance: Meters,
    /// The time on foot, the way back included.
    pub time: Span,
}

/// One door of a walk.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct DoorVisit {
    /// Where.
    pub place: Place,
    /// What is handed over or picked up here, in the order of the request.
    pub packages: Vec<PackageId>,
    /// When the hand-over begins; a window of each package must hold this instant.
    pub start: TimeOfDay,
}

impl Visit {
    /// The packages of the visit, each with the instant that its windows and promises are measured
    /// at: when the hand-over begins at its door of a walk, else when the service of the visit
    /// does.
    pub fn hand_overs(&self) -> impl Iterator<Item = (&PackageId, TimeOfDay)> {
        let together = self.packages.iter().filter(|_| self.walk.is_none());
        let doors = self.walk.iter().flat_map(|walk| &walk.doors);
        let apart = doors.flat_map(|door| door.packages.iter().map(|id| (id, door.start)));
        together.map(|id| (id, self.start)).chain(apart)
    }
}
