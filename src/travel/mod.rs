//! Travel: how far a leg is and how long it takes.
//!
//! A request names one of the forms of [`TravelSpec`]; a caller with figures of its own, such as
//! a road network, implements [`TravelModel`]. The search and the validator of a plan call the
//! same model and share nothing else.

mod great_circle;
mod matrix;
mod pace;
mod plane;

pub(crate) use great_circle::{Columns, UnitVector, meters, round_leg, straight};
pub(crate) use pace::Pace;
pub(crate) use plane::Ruler;

use crate::model::{MOST_MM, MOST_MS, Place, TravelSpec, VehicleKind};
use crate::units::{Meters, Span, TimeOfDay};

/// One leg: from a place to another without a halt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Leg {
    /// How far it is on the road.
    pub distance: Meters,
    /// How long it takes.
    pub time: Span,
}

impl Leg {
    /// Staying where one is.
    pub const NONE: Self = Self {
        distance: Meters::ZERO,
        time: Span::ZERO,
    };

    /// The longest leg a model may give, 2³¹ − 1 mm in 2²⁹ ms (2,147 km in 149 hours): the
    /// answer for a way that is longer or that does not exist.
    pub const OUT_OF_REACH: Self = Self {
        // Widening only; `i64::from` is not const.
        distance: Meters::from_millimeters(MOST_MM as i64),
        time: Span::from_millis(MOST_MS as i64),
    };
}

/// Where legs come from.
///
/// A leg must be a function of the arguments alone: the search asks in any order, from several
/// threads, and the validator asks again. The way back may differ from the way there. No leg may
/// be longer than [`Leg::OUT_OF_REACH`], nor negative.
///
/// ```
/// use doorstep::model::{Place, VehicleKind};
/// use doorstep::travel::{Leg, TravelModel};
/// use doorstep::units::{Meters, Span};
///
/// /// A street with a house every ten metres.
/// struct Street;
///
/// impl TravelModel for Street {
///     fn leg(&self, _: VehicleKind, from: &Place, to: &Place) -> Leg {
///         match (from.matrix_row(), to.matrix_row()) {
///             (Some(from), Some(to)) => Leg {
///                 distance: Meters::from_meters(10 * i64::from(from.abs_diff(to))),
///                 time: Span::from_seconds(i64::from(from.abs_diff(to))),
///             },
///             _ => Leg::OUT_OF_REACH,
///         }
///     }
/// }
///
/// let leg = Street.leg(VehicleKind::Walker, &Place::row(2), &Place::row(5));
/// assert_eq!(leg.distance, Meters::from_meters(30));
/// ```
pub trait TravelModel: Send + Sync {
    /// The leg of a vehicle kind between two places; where it depends on the hour, in the shortest
    /// time that it takes on any.
    fn leg(&self, kind: VehicleKind, from: &Place, to: &Place) -> Leg;

    /// The same leg when the vehicle leaves at `depart`: as far, never in less time, and whoever
    /// leaves later never arrives earlier. By default it takes as long all day.
    ///
    /// A model that says otherwise must say so by [`is_timed`](Self::is_timed).
    fn leg_at(&self, kind: VehicleKind, from: &Place, to: &Place, depart: TimeOfDay) -> Leg {
        let _ = depart;
        self.leg(kind, from, to)
    }

    /// Whether times depend on the hour.
    fn is_timed(&self) -> bool {
        false
    }

    /// Whether every leg equals its way back; true saves the search half its table. A wrong
    /// promise makes plans that the validator refuses.
    fn is_symmetric(&self) -> bool {
        false
    }

    /// Whether every leg takes no time at all, as in a problem of distances only.
    fn is_timeless(&self) -> bool {
        false
    }
}

impl TravelModel for TravelSpec {
    fn leg(&self, kind: VehicleKind, from: &Place, to: &Place) -> Leg {
        match self {
            Self::GreatCircle(model) => model.leg(kind, from, to),
            Self::Matrix(model) => model.leg(kind, from, to),
            Self::Plane(model) => model.leg(kind, from, to),
            Self::Hourly(model) => model.free().leg(kind, from, to),
        }
    }

    fn leg_at(&self, kind: VehicleKind, from: &Place, to: &Place, depart: TimeOfDay) -> Leg {
        let free = self.leg(kind, from, to);
        let Some(traffic) = self.traffic() else {
            return free;
        };
        let depart = depart.millis();
        let arrive = Pace::on(traffic, kind, free.time).arrive(depart, free.time.millis());
        let time = Span::from_millis((arrive - depart).min(MOST_MS.into()));
        Leg { time, ..free }
    }

    fn is_timed(&self) -> bool {
        self.traffic().is_some()
    }

    fn is_symmetric(&self) -> bool {
        match self {
            Self::GreatCircle(model) => model.is_symmetric(),
            Self::Matrix(model) => model.is_symmetric(),
            Self::Plane(model) => model.is_symmetric(),
            Self::Hourly(model) => model.free().is_symmetric(),
        }
    }

    fn is_timeless(&self) -> bool {
        match self {
            Self::GreatCircle(model) => model.is_timeless(),
            Self::Matrix(model) => model.is_timeless(),
            Self::Plane(model) => model.is_timeless(),
            Self::Hourly(model) => model.free().is_timeless(),
        }
    }
}

impl<T: TravelModel + ?Sized> TravelModel for &T {
    fn leg(&self, kind: VehicleKind, from: &Place, to: &Place) -> Leg {
        (**self).leg(kind, from, to)
    }

    fn leg_at(&self, kind: VehicleKind, from: &Place, to: &Place, depart: TimeOfDay) -> Leg {
        (**self).leg_at(kind, from, to, depart)
    }

    fn is_timed(&self) -> bool {
        (**self).is_timed()
    }

    fn is_symmetric(&self) -> bool {
        (**self).is_symmetric()
    }

    fn is_timeless(&self) -> bool {
        (**self).is_timeless()
    }
}
