//! A vehicle that is out already when its day is planned.

use super::ids::GroupId;
use super::place::Place;
use crate::units::{Span, TimeOfDay};

/// Where a vehicle is that left its start before the rest of its day is planned.
///
/// Its route goes on from `place` at `ready`: it leaves at that instant, whatever comes, as time
/// that a driver waits is paid. What it delivers is on board: of the deliveries it serves those
/// that are pinned to it and no others, since the others are at the station. Return pickups it may
/// collect as any vehicle may.
///
/// ```
/// use doorstep::model::UnderWay;
/// use doorstep::{Place, TimeOfDay, Vehicle};
///
/// let at = UnderWay::new(Place::at(41.85, -87.65), TimeOfDay::hm(11, 20))
///     .with_departed(TimeOfDay::hm(8, 0));
/// let van = Vehicle::cargo_van("V1").with_under_way(at);
/// assert_eq!(van.under_way().unwrap().elapsed().to_string(), "03:20:00");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct UnderWay {
    place: Place,
    ready: TimeOfDay,
    departed: TimeOfDay,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    apart: Vec<GroupId>,
}

impl UnderWay {
    /// At a place, free to drive on at an instant; on duty from then on, unless
    /// [`with_departed`](Self::with_departed) says since when.
    #[must_use]
    pub fn new(place: impl Into<Place>, ready: TimeOfDay) -> Self {
        Self {
            place: place.into(),
            ready,
            departed: ready,
            apart: Vec::new(),
        }
    }

    /// When it left its start: its longest duty, and breaks by the time on duty, count from there.
    /// What it may drive, in all or before a break, is what it may drive from now on.
    #[must_use]
    pub const fn with_departed(mut self, departed: TimeOfDay) -> Self {
        self.departed = departed;
        self
    }

    /// Groups of which it had, or has, a package already: it takes no other one that is
    /// [`apart`](crate::Package::apart) as one of these.
    #[must_use]
    pub fn with_apart<G: Into<GroupId>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.apart = groups.into_iter().map(Into::into).collect();
        self.apart.sort_unstable();
        self.apart.dedup();
        self
    }

    /// Where it drives on from.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// When it drives on.
    #[must_use]
    pub const fn ready(&self) -> TimeOfDay {
        self.ready
    }

    /// When it left its start.
    #[must_use]
    pub const fn departed(&self) -> TimeOfDay {
        self.departed
    }

    /// The groups of which it takes no package any more, ascending.
    #[must_use]
    pub fn apart(&self) -> &[GroupId] {
        &self.apart
    }

    /// How long it will have been on duty when it drives on.
    #[must_use]
    pub const fn elapsed(&self) -> Span {
        let millis = self.ready.millis().saturating_sub(self.departed.millis());
        Span::from_millis(millis)
    }
}
