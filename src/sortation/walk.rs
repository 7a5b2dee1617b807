//! The walk of a halt with several doors.

use crate::model::Place;
use crate::units::{Meters, Span};

/// How a driver serves the doors of a halt: the first where the vehicle stands, the others on a
/// walk from there and back.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Walk {
    /// The doors in the order in which they are served, two at least.
    pub doors: Vec<WalkDoor>,
    /// The length of the whole walk, the way back included.
    pub distance: Meters,
    /// The time on foot, the way back included.
    pub time: Span,
}

/// One door of a walk.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WalkDoor {
    /// Where it is.
    pub place: Place,
    /// Indices into [`ServiceDay::packages`](crate::ServiceDay::packages), ascending; never empty.
    pub packages: Vec<u32>,
    /// The time on foot from the door before; nothing for the first.
    pub time: Span,
}
