//! Travel in straight lines on a plane.

use super::{Leg, TravelModel};
use crate::model::{MOST_MS, Place, Plane, PlaneRounding, VehicleKind};
use crate::units::{Meters, Span};

/// A place without a row, or with one outside the list of points, is out of reach.
impl TravelModel for Plane {
    fn leg(&self, _: VehicleKind, from: &Place, to: &Place) -> Leg {
        let point = |place: &Place| {
            let row = place.matrix_row()? as usize;
            self.points().get(row).copied()
        };
        let (Some(from), Some(to)) = (point(from), point(to)) else {
            return Leg::OUT_OF_REACH;
        };
        let ticks = i64::from(Ruler::of(self).ticks(from, to));
        Leg {
            distance: Meters::from_millimeters(ticks),
            time: Span::from_millis(if self.timeless() { 0 } else { ticks }),
        }
    }

    fn is_symmetric(&self) -> bool {
        true
    }

    fn is_timeless(&self) -> bool {
        self.timeless()
    }
}

/// What turns two points into a whole number of ticks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruler {
    ticks: f64,
    /// Added before the fraction is cut off.
    up: f64,
}

impl Ruler {
    pub(crate) fn of(plane: &Plane) -> Self {
        Self {
            ticks: plane.ticks(),
            up: match plane.rounding() {
                PlaneRounding::Nearest => 0.5,
                PlaneRounding::Down => 0.0,
                // Not 1: lengths that are whole stay so, and a trifle of a product's error with them.
                PlaneRounding::Up => 1.0 - 1e-6,
            },
        }
    }

    /// The length between two points; the longest leg there is when it is longer.
    #[inline(always)]
    pub(crate) fn ticks(self, [x, y]: [f64; 2], [u, v]: [f64; 2]) -> u32 {
        let (dx, dy) = (x - u, y - v);
        // Times after the root, as the sets' own checkers have it.
        let length = self.ticks * (dx * dx + dy * dy).sqrt() + self.up;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative and cut to the longest leg; NaN becomes 0"
        )]
        // PERF: a cast to a signed integer is one instruction, the unsigned one is not.
        let whole = length.min(f64::from(MOST_MS)) as i32 as u32;
        whole
    }
}
