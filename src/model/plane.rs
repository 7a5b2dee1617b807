//! Straight lines on a plane, as the public benchmark sets have them.

/// Travel in straight lines between the points of a list.
///
/// A place names its point as it would name its matrix row ([`Place::row`](super::Place::row)).
/// A leg is the straight line times [`ticks`](Self::with_ticks), made whole by a
/// [`PlaneRounding`]; so many millimetres it is long and so many milliseconds it takes, whatever
/// the vehicle. Public sets state their rounding: nearest integers with one tick a unit for CVRP,
/// ten ticks a unit rounded down for VRPTW under the DIMACS rules.
///
/// ```
/// use doorstep::model::{Place, Plane, PlaneRounding, VehicleKind};
/// use doorstep::travel::TravelModel;
///
/// let plane = Plane::new(vec![[0.0, 0.0], [1.0, 1.0]]).with_ticks(10.0);
/// let leg = |plane: &Plane| plane.leg(VehicleKind::CargoVan, &Place::row(0), &Place::row(1));
/// assert_eq!(leg(&plane).distance.millimeters(), 14);
/// let down = plane.with_ticks(100.0).with_rounding(PlaneRounding::Down);
/// assert_eq!(leg(&down).time.millis(), 141);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Plane {
    points: Vec<[f64; 2]>,
    ticks: f64,
    rounding: PlaneRounding,
    timeless: bool,
}

/// How the length of a leg is made whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum PlaneRounding {
    /// To the nearest whole tick, halves up.
    #[default]
    Nearest,
    /// To the whole tick below.
    Down,
    /// To the whole tick above; a millionth of a tick over a whole one is still that one.
    Up,
}

impl Plane {
    /// One tick a unit, rounded to the nearest.
    #[must_use]
    pub const fn new(points: Vec<[f64; 2]>) -> Self {
        Self {
            points,
            ticks: 1.0,
            rounding: PlaneRounding::Nearest,
            timeless: false,
        }
    }

    /// How many ticks make one unit of the coordinates.
    #[must_use]
    pub const fn with_ticks(mut self, ticks: f64) -> Self {
        self.ticks = ticks;
        self
    }

    /// How legs are made whole.
    #[must_use]
    pub const fn with_rounding(mut self, rounding: PlaneRounding) -> Self {
        self.rounding = rounding;
        self
    }

    /// Whether legs take no time at all: for sets that know distances only.
    #[must_use]
    pub const fn with_timeless(mut self, timeless: bool) -> Self {
        self.timeless = timeless;
        self
    }

    /// The points, in the order of their rows.
    #[must_use]
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Ticks a unit.
    #[must_use]
    pub const fn ticks(&self) -> f64 {
        self.ticks
    }

    /// How legs are made whole.
    #[must_use]
    pub const fn rounding(&self) -> PlaneRounding {
        self.rounding
    }

    /// Whether legs take no time.
    #[must_use]
    pub const fn timeless(&self) -> bool {
        self.timeless
    }

    /// Everything wrong with it; `most` ticks is the longest leg there may be.
    pub(super) fn flaws(&self, most: f64) -> Vec<String> {
        let mut flaws = Vec::new();
        if !(self.ticks.is_finite() && self.ticks > 0.0) {
            flaws.push(format!("{} ticks a unit is not above 0", self.ticks));
        }
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for (row, point) in self.points.iter().enumerate() {
            if point.iter().any(|v| !v.is_finite()) {
                flaws.push(format!("point {row} at {point:?} is not on the plane"));
                continue;
            }
            for d in 0..2 {
                low[d] = low[d].min(point[d]);
                high[d] = high[d].max(point[d]);
            }
        }
        let widest = (high[0] - low[0]).hypot(high[1] - low[1]) * self.ticks;
        if flaws.is_empty() && widest > most {
            flaws.push(format!(
                "the points lie up to {widest:.0} ticks apart, more than {most:.0}"
            ));
        }
        flaws
    }
}
