//! Travel over the great circle, through unit vectors and the chord between them.
//!
//! The sines and cosines of a place are taken once; a leg is then a dozen multiplications and a
//! square root, a few times cheaper than the haversine formula and as exact.

use super::{Leg, TravelModel};
use crate::model::{GreatCircle, LatLng, MOST_MM, MOST_MS, Place, VehicleKind};
use crate::units::{Meters, Span};

/// Mean radius of the earth in metres (IUGG: (2a + b) / 3), as in `geo`'s `Haversine`.
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Square of the half chord, in radii, up to which the series is used: legs up to 637 km.
const SERIES_LIMIT: f64 = 0.05 * 0.05;

/// A place without coordinates is out of reach.
impl TravelModel for GreatCircle {
    fn leg(&self, kind: VehicleKind, from: &Place, to: &Place) -> Leg {
        let (Some(from), Some(to)) = (from.lat_lng(), to.lat_lng()) else {
            return Leg::OUT_OF_REACH;
        };
        let meters = meters(&UnitVector::of(from), &UnitVector::of(to));
        let (mm, ms) = round_leg(meters, self.detour_of(kind), self.speed(kind));
        Leg {
            distance: Meters::from_millimeters(mm),
            time: Span::from_millis(ms),
        }
    }
}

/// A point of the unit sphere.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct UnitVector {
    x: f64,
    y: f64,
    z: f64,
}

impl UnitVector {
    /// The point with these coordinates.
    pub(crate) fn of(at: LatLng) -> Self {
        let (sin_lat, cos_lat) = at.lat.to_radians().sin_cos();
        let (sin_lng, cos_lng) = at.lng.to_radians().sin_cos();
        Self {
            x: cos_lat * cos_lng,
            y: cos_lat * sin_lng,
            z: sin_lat,
        }
    }
}

/// Metres along the great circle for the square of half the chord, up to [`SERIES_LIMIT`].
#[inline(always)]
fn near(square: f64) -> f64 {
    // The series of asin h = h (1 + h²/6 + 3h⁴/40 + 5h⁶/112 + 35h⁸/1152 + …); the next term is
    // below 3e-15 here.
    let series = 1.0
        + square
            * (1.0 / 6.0 + square * (3.0 / 40.0 + square * (5.0 / 112.0 + square * 35.0 / 1152.0)));
    2.0 * EARTH_RADIUS_M * square.sqrt() * series
}

/// Metres along the great circle between two points. Symmetric to the bit.
#[inline]
pub(crate) fn meters(a: &UnitVector, b: &UnitVector) -> f64 {
    let (dx, dy, dz) = (a.x - b.x, a.y - b.y, a.z - b.z);
    let square = (dx * dx + dy * dy + dz * dz) / 4.0;
    if square <= SERIES_LIMIT {
        near(square)
    } else {
        // Unlike asin, exact up to the antipodes.
        let (sx, sy, sz) = (a.x + b.x, a.y + b.y, a.z + b.z);
        let across = (sx * sx + sy * sy + sz * sz) / 4.0;
        2.0 * EARTH_RADIUS_M * square.sqrt().atan2(across.sqrt())
    }
}

/// The distance along the great circle, to the nearest millimetre.
pub(crate) fn straight(from: &UnitVector, to: &UnitVector) -> Meters {
    let mm = (meters(from, to) * 1e3).round();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "at most half a circumference; not a number becomes 0"
    )]
    Meters::from_millimeters(mm as i64)
}

/// Millimetres and milliseconds of a leg of `meters` on the great circle, with `detour`, at
/// `speed` km/h; both of [`Leg::OUT_OF_REACH`] when one would exceed it.
///
/// Everything that turns metres into integers goes through here, so that the search and the
/// validator see the same numbers.
#[inline]
pub(crate) fn round_leg(meters: f64, detour: f64, speed: f64) -> (i64, i64) {
    let (mm, ms) = road(meters, detour, 3.6e3 / speed);
    // A figure that is not a number fails both comparisons.
    if mm <= f64::from(MOST_MM) && ms <= f64::from(MOST_MS) {
        (whole(mm).into(), whole(ms).into())
    } else {
        (MOST_MM.into(), MOST_MS.into())
    }
}

/// Millimetres and milliseconds, not yet rounded, at `pace` milliseconds a metre.
#[inline(always)]
fn road(meters: f64, detour: f64, pace: f64) -> (f64, f64) {
    let road = meters * detour;
    (road * 1e3, road * pace)
}

/// The nearest whole number, even at halves, of a figure from 0 to below 2³¹.
///
/// PERF: beside 2⁵² a double has no fraction left, so the addition rounds and the low bits are the
/// answer. A cast of `f64` to an integer saturates, which made up most of filling a table of legs.
#[inline(always)]
fn whole(value: f64) -> u32 {
    const NO_FRACTION: f64 = 4_503_599_627_370_496.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the low half of the mantissa is meant"
    )]
    let low = (value + NO_FRACTION).to_bits() as u32;
    low
}

/// Many points, coordinate by coordinate, so that a row of legs is computed several at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    x: Vec<f64>,
    y: Vec<f64>,
    z: Vec<f64>,
    points: Vec<UnitVector>,
}

impl Columns {
    /// The given points in their order.
    pub(crate) fn new(points: Vec<UnitVector>) -> Self {
        Self {
            x: points.iter().map(|p| p.x).collect(),
            y: points.iter().map(|p| p.y).collect(),
            z: points.iter().map(|p| p.z).collect(),
            points,
        }
    }

    /// Millimetres and milliseconds from point `from` to every point, bit for bit as [`meters`]
    /// and [`round_leg`] have them. `write` gets them with the number of the point.
    ///
    /// PERF: one straight loop that the compiler makes vectors of; legs beyond the series or out
    /// of reach are rare and done again one by one.
    pub(crate) fn row(&self, from: usize, detour: f64, speed: f64, out: &mut [[u32; 2]]) {
        self.row_of(self.points[from], detour, speed, out);
    }

    /// As [`Columns::row`] from any point.
    pub(crate) fn row_of(&self, a: UnitVector, detour: f64, speed: f64, out: &mut [[u32; 2]]) {
        let pace = 3.6e3 / speed;
        let mut plain = true;
        let points = self.x.iter().zip(&self.y).zip(&self.z);
        for (cell, ((&x, &y), &z)) in out.iter_mut().zip(points) {
            let (dx, dy, dz) = (a.x - x, a.y - y, a.z - z);
            let square = (dx * dx + dy * dy + dz * dz) / 4.0;
            let (mm, ms) = road(near(square), detour, pace);
            plain &=
                (square <= SERIES_LIMIT) & (mm <= f64::from(MOST_MM)) & (ms <= f64::from(MOST_MS));
            *cell = [whole(mm), whole(ms)];
        }
        if !plain {
            for (cell, b) in out.iter_mut().zip(&self.points) {
                let (mm, ms) = round_leg(meters(&a, b), detour, speed);
                *cell = [mm, ms].map(|v| u32::try_from(v).unwrap_or(MOST_MM));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(lat: f64, lng: f64) -> UnitVector {
        UnitVector::of(LatLng { lat, lng })
    }

    #[test]
    fn series_and_arc_agree_where_they_meet() {
        let equator = vector(0.0, 0.0);
        for degrees in [5.7, 5.731, 5.732, 5.8] {
            let expected = EARTH_RADIUS_M * f64::to_radians(degrees);
            let found = meters(&equator, &vector(0.0, degrees));
            assert!((found / expected - 1.0).abs() < 1e-14, "{degrees}: {found}");
        }
    }

    #[test]
    fn the_haversine_of_geo_says_the_same() {
        use geo::{Distance, Haversine, Point};
        // A point of the golden-angle spiral, then one from a millimetre to half the globe away.
        for i in 0..20_000_i32 {
            let share = (f64::from(i) + 0.5) / 20_000.0;
            let lat = (2.0 * share - 1.0).asin().to_degrees() * 0.999;
            let lng = (f64::from(i) * 137.507_764).rem_euclid(360.0) - 180.0;
            let away = 10_f64.powf(share.mul_add(-10.0, 2.0));
            let (lat2, lng2) = ((lat + away).min(90.0), (lng - away / 2.0).max(-180.0));
            let geo = Haversine.distance(Point::new(lng, lat), Point::new(lng2, lat2));
            let found = meters(&vector(lat, lng), &vector(lat2, lng2));
            let off = (found - geo).abs();
            assert!(
                off <= 1e-6_f64.max(1e-9 * geo),
                "{lat},{lng}: {found} {geo}"
            );
        }
    }

    #[test]
    fn a_row_is_its_legs_to_the_bit() {
        for away in [1e-5, 0.3, 40.0] {
            let point = |i: i32| {
                let turn = f64::from(i);
                vector((turn * 1.7).sin() * away, (turn * 2.3).cos() * away)
            };
            let columns = Columns::new((0..37).map(point).collect());
            for speed in [25.0, 4.5, 1e-3] {
                let mut row = vec![[0; 2]; 37];
                columns.row(5, 1.3, speed, &mut row);
                for (i, cell) in (0..37).zip(row) {
                    let (mm, ms) = round_leg(meters(&point(5), &point(i)), 1.3, speed);
                    assert_eq!(cell.map(i64::from), [mm, ms], "{away} {speed} {i}");
                }
            }
        }
    }

    #[test]
    fn antipodes_are_half_a_circumference_apart() {
        let expected = EARTH_RADIUS_M * std::f64::consts::PI;
        let found = meters(&vector(30.0, 40.0), &vector(-30.0, -140.0));
        assert!((found / expected - 1.0).abs() < 1e-14);
    }

    #[test]
    fn a_point_is_no_distance_from_itself() {
        let point = vector(41.84, -87.68);
        assert_eq!(round_leg(meters(&point, &point), 1.3, 25.0), (0, 0));
    }

    #[test]
    fn figures_are_rounded_to_the_nearest_integer() {
        // 100 m with detour 1.3 at 25 km/h: 130 m in 18.72 s.
        assert_eq!(round_leg(100.0, 1.3, 25.0), (130_000, 18_720));
        assert_eq!(round_leg(0.000_6, 1.0, 1.0), (1, 2));
    }

    #[test]
    fn a_leg_beyond_a_limit_is_out_of_reach_in_both_figures() {
        let limit = (i64::from(MOST_MM), i64::from(MOST_MS));
        assert_eq!(round_leg(3_000_000.0, 1.0, 1_000.0), limit);
        assert_eq!(round_leg(1_000_000.0, 1.0, 4.5), limit);
        assert_eq!(round_leg(f64::NAN, 1.0, 4.5), limit);
    }
}
