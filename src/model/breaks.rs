//! Breaks: when a driver must pause, and for how long.

use super::window::TimeWindow;
use crate::units::Span;

/// A pause that a vehicle's driver must have on a route that is long enough to owe it.
///
/// It is taken where the vehicle stands for a stop, before the service or behind it, and never
/// divided. The hours of a break count as duty; while a driver waits for a window anyway, the
/// break may be had for nothing.
///
/// ```
/// use doorstep::model::{Break, TimeWindow, Vehicle};
/// use doorstep::Span;
///
/// let lunch = Break::between(TimeWindow::hm((11, 0), (13, 0)), Span::from_minutes(30));
/// let rest = Break::on_duty(Span::from_hours(6), Span::from_minutes(15));
/// let van = Vehicle::cargo_van("V1").with_break(lunch).with_break(rest);
/// assert_eq!(van.breaks(), [lunch, rest]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Break {
    when: BreakTime,
    length: Span,
}

/// When a break is owed, and by when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum BreakTime {
    /// It begins within these times. Owed by a route that leaves by the last of them and is back
    /// after it.
    Between(TimeWindow),
    /// It begins no longer than this after departure. Owed by a route that is out longer.
    OnDuty(Span),
    /// It begins before the vehicle has driven longer than this. Owed by a route that drives
    /// longer in all.
    Driving(Span),
}

impl Break {
    /// A break by the clock, which begins within a window.
    #[must_use]
    pub const fn between(window: TimeWindow, length: Span) -> Self {
        Self {
            when: BreakTime::Between(window),
            length,
        }
    }

    /// A break that begins after no more than `most` on duty.
    #[must_use]
    pub const fn on_duty(most: Span, length: Span) -> Self {
        Self {
            when: BreakTime::OnDuty(most),
            length,
        }
    }

    /// A break that begins after no more than `most` at the wheel.
    #[must_use]
    pub const fn driving(most: Span, length: Span) -> Self {
        Self {
            when: BreakTime::Driving(most),
            length,
        }
    }

    /// When it is owed, and by when it begins.
    #[must_use]
    pub const fn when(&self) -> BreakTime {
        self.when
    }

    /// How long it is.
    #[must_use]
    pub const fn length(&self) -> Span {
        self.length
    }
}
