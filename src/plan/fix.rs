//! What would place a package that is left: the smallest single changes.

use std::fmt;
use std::sync::Arc;

use super::Dimension;
use crate::model::{Capability, TimeWindow, VehicleId, VehicleKind};
use crate::units::{Meters, Span, TimeOfDay};

/// A tenth of a cubic foot in ten-millionths of a cubic centimetre, exact.
const TENTH_FOOT: u128 = 28_316_846_592;

/// Where a stop goes in a route of the plan it was left out of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Insertion {
    /// The vehicle; one without a route in the plan is idle.
    pub vehicle: VehicleId,
    /// How many of the route's visits come before it.
    pub position: u32,
}

impl Insertion {
    /// The place behind so many visits of a vehicle's route.
    #[must_use]
    pub const fn new(vehicle: VehicleId, position: u32) -> Self {
        Self { vehicle, position }
    }
}

impl fmt::Display for Insertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            0 => write!(f, "{}, first", self.vehicle),
            1 => write!(f, "{}, after 1 visit", self.vehicle),
            n => write!(f, "{}, after {n} visits", self.vehicle),
        }
    }
}

/// One change of the request that would place a stop in the plan it was left out of, all else
/// staying as it is.
///
/// The amounts are the smallest there are: with a millisecond, cubic centimetre, gram or item less
/// the stop fits at no position of any route and in no idle vehicle by a change of this sort.
/// Printed they are rounded up to what people say, which works as well: see [`Fix::rounded`].
/// Where a stop holds several packages a change of windows, capabilities or pins is meant for all
/// of them. A request with the change can be built.
///
/// Loads are taken as the solver takes them: pickups count as on board all along the route.
///
/// ```
/// use doorstep::TimeWindow;
/// use doorstep::plan::{Fix, Insertion};
/// use doorstep::units::Span;
///
/// let fix = Fix::LaterWindow {
///     window: TimeWindow::hm((9, 0), (12, 0)),
///     by: Span::from_seconds(805),
///     at: Insertion::new("V1".into(), 3),
/// };
/// assert_eq!(
///     fix.to_string(),
///     "14 minutes more at the end of its window: until 12:14, not 12:00 (V1, after 3 visits)"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum Fix {
    /// No change: a route passes by so that it fits, though no vehicle could serve it alone. Only
    /// where legs are longer than the way round.
    OnTheWay {
        /// Where it fits.
        at: Insertion,
    },
    /// A window of the stop ends later, within the delivery hours.
    LaterWindow {
        /// The window as it is, cut to the delivery hours and to what the stop's packages share.
        window: TimeWindow,
        /// By how much.
        by: Span,
        /// Where it then fits.
        at: Insertion,
    },
    /// A window of the stop starts earlier, within the delivery hours.
    EarlierWindow {
        /// The window as it is, see [`Fix::LaterWindow`].
        window: TimeWindow,
        /// By how much.
        by: Span,
        /// Where it then fits.
        at: Insertion,
    },
    /// The vehicle holds more.
    MoreRoom {
        /// Of what.
        dimension: Dimension,
        /// How much more: items, cubic centimetres or grams.
        by: u64,
        /// Where it then fits.
        at: Insertion,
    },
    /// The vehicle's shift ends later.
    LaterShift {
        /// The shift as it is.
        shift: TimeWindow,
        /// By how much.
        by: Span,
        /// Where it then fits.
        at: Insertion,
    },
    /// The vehicle's shift starts earlier.
    EarlierShift {
        /// The shift as it is.
        shift: TimeWindow,
        /// By how much.
        by: Span,
        /// Where it then fits.
        at: Insertion,
    },
    /// The vehicle may be out longer.
    LongerDuty {
        /// The longest duty as it is.
        limit: Span,
        /// By how much.
        by: Span,
        /// Where it then fits.
        at: Insertion,
    },
    /// The vehicle may drive longer.
    LongerDriving {
        /// The longest driving as it is.
        limit: Span,
        /// By how much.
        by: Span,
        /// Where it then fits.
        at: Insertion,
    },
    /// The vehicle may go farther.
    MoreRange {
        /// The range as it is.
        range: Meters,
        /// By how much.
        by: Meters,
        /// Where it then fits.
        at: Insertion,
    },
    /// The vehicle is capable of what it lacks.
    Capability {
        /// What.
        capability: Capability,
        /// Where it then fits.
        at: Insertion,
    },
    /// The stop is pinned to no vehicle.
    Unpin {
        /// The vehicle it is pinned to.
        from: VehicleId,
        /// Where it then fits.
        at: Insertion,
    },
    /// One more vehicle, for this stop alone.
    OneMoreVehicle {
        /// What it is.
        kind: VehicleKind,
        /// It is like this one in all but its shift.
        like: VehicleId,
        /// The shortest shift that serves this stop from where it starts to where it ends. It may
        /// begin before the delivery hours, in which service starts, and end after them.
        hours: TimeWindow,
    },
    /// A vehicle, for this stop alone, on a day that has none.
    FirstVehicle {
        /// What it is: in all else as its kind is by default, from the station and back.
        kind: VehicleKind,
        /// Its shift, see [`Fix::OneMoreVehicle`].
        hours: TimeWindow,
    },
}

impl Fix {
    /// The change as it is printed: times rounded up to whole minutes, ways to
    /// hundreds of metres, volumes to tenths of a
    /// cubic foot (cut to whole cubic centimetres), weights to tenths of a kilogram. It places the
    /// stop as well, at the same place.
    #[must_use]
    pub fn rounded(&self) -> Self {
        let mut fix = self.clone();
        match &mut fix {
            Self::OnTheWay { .. } | Self::Capability { .. } | Self::Unpin { .. } => {}
            Self::LaterWindow { by, .. }
            | Self::EarlierWindow { by, .. }
            | Self::LaterShift { by, .. }
            | Self::EarlierShift { by, .. }
            | Self::LongerDuty { by, .. }
            | Self::LongerDriving { by, .. } => *by = Span::from_minutes(minutes(*by)),
            Self::MoreRange { by, .. } => *by = hundreds(*by),
            Self::MoreRoom { dimension, by, .. } => *by = said(*dimension, *by).1,
            Self::OneMoreVehicle { hours, .. } | Self::FirstVehicle { hours, .. } => {
                let minute = |ms: i64| TimeOfDay::from_millis(ms.saturating_mul(60_000));
                let (from, to) = (hours.earliest().millis(), hours.latest().millis());
                *hours = TimeWindow::new(
                    minute(from.div_euclid(60_000)),
                    minute(-(-to).div_euclid(60_000)),
                );
            }
        }
        fix
    }

    /// Where the stop then fits; `None` for a vehicle more.
    #[must_use]
    pub const fn at(&self) -> Option<&Insertion> {
        match self {
            Self::OnTheWay { at }
            | Self::LaterWindow { at, .. }
            | Self::EarlierWindow { at, .. }
            | Self::MoreRoom { at, .. }
            | Self::LaterShift { at, .. }
            | Self::EarlierShift { at, .. }
            | Self::LongerDuty { at, .. }
            | Self::LongerDriving { at, .. }
            | Self::MoreRange { at, .. }
            | Self::Capability { at, .. }
            | Self::Unpin { at, .. } => Some(at),
            Self::OneMoreVehicle { .. } | Self::FirstVehicle { .. } => None,
        }
    }
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rounded() {
            Self::OnTheWay { at } => write!(f, "no change: it fits on the way ({at})"),
            Self::LaterWindow { window, by, at } => {
                let (more, end) = (Minutes(*by), window.latest());
                let until = end.saturating_add(*by);
                write!(
                    f,
                    "{more} more at the end of its window: until {until}, not {end} ({at})"
                )
            }
            Self::EarlierWindow { window, by, at } => {
                let (more, open) = (Minutes(*by), window.earliest());
                let from = earlier(open, *by);
                write!(
                    f,
                    "{more} more at the start of its window: from {from}, not {open} ({at})"
                )
            }
            Self::MoreRoom { dimension, by, at } => {
                write!(f, "room for {} more ({at})", said(*dimension, *by).0)
            }
            Self::LaterShift { shift, by, at } => {
                let (more, end) = (Minutes(*by), shift.latest());
                let until = end.saturating_add(*by);
                write!(
                    f,
                    "{more} more at the end of the shift: until {until}, not {end} ({at})"
                )
            }
            Self::EarlierShift { shift, by, at } => {
                let (more, open) = (Minutes(*by), shift.earliest());
                let from = earlier(open, *by);
                write!(
                    f,
                    "{more} more at the start of the shift: from {from}, not {open} ({at})"
                )
            }
            Self::LongerDuty { limit, by, at } => {
                let more = Minutes(*by);
                write!(f, "{more} more duty than {limit} ({at})")
            }
            Self::LongerDriving { limit, by, at } => {
                let more = Minutes(*by);
                write!(f, "{more} more driving than {limit} ({at})")
            }
            Self::MoreRange { range, by, at } => {
                write!(f, "{by} more range than {range} ({at})")
            }
            Self::Capability { capability, at } => write!(f, "{capability} on board ({at})"),
            Self::Unpin { from, at } => write!(f, "not pinned to {from} ({at})"),
            Self::OneMoreVehicle { kind, like, hours } => {
                let (from, to) = (hours.earliest(), hours.latest());
                let kind = super::block::spoken(*kind);
                write!(f, "one more {kind} like {like} from {from} to {to}")
            }
            Self::FirstVehicle { kind, hours } => {
                let (from, to) = (hours.earliest(), hours.latest());
                let kind = super::block::spoken(*kind);
                write!(f, "one {kind} from {from} to {to}")
            }
        }
    }
}

/// Whole minutes, as said.
struct Minutes(Span);

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match minutes(self.0) {
            1 => f.write_str("1 minute"),
            n if n < 120 => write!(f, "{n} minutes"),
            n => write!(f, "{} h {} min", n / 60, n % 60),
        }
    }
}

fn minutes(span: Span) -> i64 {
    -(-span.millis()).div_euclid(60_000)
}

/// The instant `by` earlier; midnight for one before it, as no clock shows that.
fn earlier(time: TimeOfDay, by: Span) -> TimeOfDay {
    TimeOfDay::from_millis(time.millis().saturating_sub(by.millis()).max(0))
}

/// Rounded up to hundreds of metres.
fn hundreds(way: Meters) -> Meters {
    let hundreds = -(-way.millimeters()).div_euclid(100_000);
    Meters::from_millimeters(hundreds.saturating_mul(100_000))
}

/// An amount in words, rounded up, and what that is in the dimension's unit.
fn said(dimension: Dimension, by: u64) -> (String, u64) {
    match dimension {
        Dimension::Count if by == 1 => ("1 item".to_owned(), by),
        Dimension::Count => (format!("{by} items"), by),
        Dimension::Weight => {
            let tenths = by.div_ceil(100);
            let text = format!("{}.{} kg", tenths / 10, tenths % 10);
            (text, tenths.saturating_mul(100))
        }
        Dimension::Volume => {
            let tenths = (u128::from(by) * 10_000_000).div_ceil(TENTH_FOOT);
            let exact = tenths * TENTH_FOOT / 10_000_000;
            let text = format!("{}.{} cubic feet", tenths / 10, tenths % 10);
            (text, u64::try_from(exact).unwrap_or(u64::MAX))
        }
    }
}

/// What would place a stop that is left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Fixes {
    /// Not looked for: the plan was not made by the solver, or leaves more stops than it explains
    /// (see [`Solver::explain`](crate::solver::Solver::explain)).
    #[default]
    NotSought,
    /// Every sort of single change that places the stop, at its smallest.
    ///
    /// In this order: changes by an amount, the smallest share first (times of the delivery hours,
    /// room of the vehicle's capacity,
    /// ways of its range); a capability; no pin; one more vehicle, the shortest hours
    /// first. Empty when no single change does. Shared by the packages of a stop and by equal
    /// stops.
    Found(#[cfg_attr(feature = "serde", serde(with = "super::block::shared"))] Arc<[Fix]>),
}

impl Fixes {
    /// The fixes found, none when they were not sought.
    #[must_use]
    pub fn list(&self) -> &[Fix] {
        match self {
            Self::NotSought => &[],
            Self::Found(fixes) => fixes,
        }
    }
}

impl fmt::Display for Fixes {
    /// One fix a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSought => f.write_str("not looked for"),
            Self::Found(fixes) if fixes.is_empty() => f.write_str("no single change would do"),
            Self::Found(fixes) => {
                for (i, fix) in fixes.iter().enumerate() {
                    let line = if i == 0 { "" } else { "\n" };
                    write!(f, "{line}{fix}")?;
                }
                Ok(())
            }
        }
    }
}
