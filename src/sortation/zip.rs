//! Stops to ZIP groups, groups and stops along a Hilbert curve.

use std::collections::HashMap;

use super::group::Grouping;
use super::hilbert::hilbert;
use crate::model::{LatLng, Place, Zip};

/// The stops of one postal code.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ZipGroup {
    /// The code; of ZIP+4 forms the first five digits.
    pub zip: Zip,
    /// Indices into [`Grouping::stops`], along the curve.
    pub stops: Vec<u32>,
    /// The mean of the stops' coordinates; `None` when no stop has any.
    pub centroid: Option<LatLng>,
}

/// Gathers the stops of each postal code, the codes in the order of their centroids on a Hilbert
/// curve, the stops of a code likewise.
///
/// The curve runs through the square around all stops, east-west shortened by the cosine of the
/// middle latitude so that distances count alike in both directions; stops on both sides of the
/// 180th meridian are neighbours. Equal positions go by stop id. Stops without coordinates (a
/// travel matrix needs none) come last, by matrix row, and so do codes that have no others. The
/// order does not depend on that of the request. O(n log n).
#[must_use]
pub fn zip_groups(grouping: &Grouping) -> Vec<ZipGroup> {
    let stops = grouping.stops();
    let frame = Frame::around(stops.iter().filter_map(|stop| stop.place.lat_lng()));
    let mut order: Vec<(Key, u32)> = (0_u32..)
        .zip(stops)
        .map(|(i, stop)| (frame.key(&stop.place), i))
        .collect();
    order.sort_unstable_by(|(key_a, a), (key_b, b)| {
        let id = |i: u32| &stops[i as usize].id;
        key_a.cmp(key_b).then_with(|| id(*a).cmp(id(*b)))
    });

    let mut number: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<Vec<(Key, u32)>> = Vec::new();
    for entry in order {
        let code = stops[entry.1 as usize].zip.five_digits();
        let at = *number.entry(code).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(entry);
    }
    let mut sorted: Vec<(Key, ZipGroup)> = groups
        .into_iter()
        .map(|members| summed(grouping, &frame, &members))
        .collect();
    sorted.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.zip.cmp(&y.zip)));
    sorted.into_iter().map(|(_, group)| group).collect()
}

/// One group with its place on the curve.
fn summed(grouping: &Grouping, frame: &Frame, members: &[(Key, u32)]) -> (Key, ZipGroup) {
    let stops: Vec<u32> = members.iter().map(|&(_, stop)| stop).collect();
    let places = stops.iter().map(|&i| &grouping.stops()[i as usize].place);
    let centroid = frame.mean(places.filter_map(Place::lat_lng));
    let key = match centroid {
        Some(at) => Key::Curve(frame.on_curve(at)),
        None => members[0].0,
    };
    let zip = &grouping.stops()[stops[0] as usize].zip;
    let zip = Zip::from(zip.five_digits());
    (
        key,
        ZipGroup {
            zip,
            stops,
            centroid,
        },
    )
}

/// Sorts places: those on the curve, then rows, then nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Curve(u64),
    Row(u32),
    Nowhere,
}

/// The square through which the curve runs.
#[derive(Debug)]
pub(super) struct Frame {
    /// The western and southern end, degrees.
    west: f64,
    south: f64,
    /// Grid cells a degree.
    cells_x: f64,
    cells_y: f64,
    /// True when longitudes are counted from 0 to 360.
    around_the_back: bool,
}

/// Millimetres of a degree of a great circle.
const MM_PER_DEGREE: f64 = 111_195_079.73;

/// The largest cell number, as the coordinate it stands for.
const LAST_CELL: f64 = u32::MAX as f64;

impl Frame {
    pub(super) fn around(points: impl Iterator<Item = LatLng> + Clone) -> Self {
        let (west, east) = ends(points.clone().map(|at| at.lng));
        // Stops of one station lie on both sides of the 180th meridian, not all around the globe.
        let around_the_back = east - west > 180.0;
        let (west, east) = if around_the_back {
            ends(points.clone().map(|at| at.lng.rem_euclid(360.0)))
        } else {
            (west, east)
        };
        let (south, north) = ends(points.map(|at| at.lat));
        let shorter = ((south + north) / 2.0).to_radians().cos().max(1e-6);
        let side = ((east - west) * shorter).max(north - south).max(1e-9);
        Self {
            west,
            south,
            cells_x: LAST_CELL * shorter / side,
            cells_y: LAST_CELL / side,
            around_the_back,
        }
    }

    fn longitude(&self, at: LatLng) -> f64 {
        if self.around_the_back {
            at.lng.rem_euclid(360.0)
        } else {
            at.lng
        }
    }

    pub(super) fn key(&self, place: &Place) -> Key {
        match (place.lat_lng(), place.matrix_row()) {
            (Some(at), _) => Key::Curve(self.on_curve(at)),
            (None, Some(row)) => Key::Row(row),
            (None, None) => Key::Nowhere,
        }
    }

    pub(super) fn on_curve(&self, at: LatLng) -> u64 {
        hilbert(
            cell((self.longitude(at) - self.west) * self.cells_x),
            cell((at.lat - self.south) * self.cells_y),
        )
    }

    /// Whole millimetres east and north of the frame's corner, on the plane in which the middle
    /// latitude keeps its length.
    pub(super) fn on_plane(&self, at: LatLng) -> [f64; 2] {
        let shorter = self.cells_x / self.cells_y;
        [
            ((self.longitude(at) - self.west) * shorter * MM_PER_DEGREE).round(),
            ((at.lat - self.south) * MM_PER_DEGREE).round(),
        ]
    }

    /// The coordinates of a point of the plane.
    pub(super) fn on_globe(&self, [x, y]: [f64; 2]) -> LatLng {
        let shorter = self.cells_x / self.cells_y;
        let lng = self.west + x / (shorter * MM_PER_DEGREE);
        LatLng {
            // Rounding must not carry a point over the pole.
            lat: (self.south + y / MM_PER_DEGREE).clamp(-90.0, 90.0),
            lng: if lng > 180.0 { lng - 360.0 } else { lng },
        }
    }

    /// The mean of points: of their offsets from the frame's corner, which are small.
    ///
    /// The order of addition must not depend on the request, and does not: stops come sorted.
    pub(super) fn mean(&self, points: impl Iterator<Item = LatLng>) -> Option<LatLng> {
        let (mut lat, mut lng, mut number) = (0.0, 0.0, 0.0);
        for at in points {
            lat += at.lat - self.south;
            lng += self.longitude(at) - self.west;
            number += 1.0;
        }
        (number > 0.0).then(|| {
            let lng = self.west + lng / number;
            LatLng {
                lat: self.south + lat / number,
                lng: if lng > 180.0 { lng - 360.0 } else { lng },
            }
        })
    }
}

/// The smallest and the largest; zeros for none.
fn ends(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers
        .map(|n| (n, n))
        .reduce(|(low, high), (n, _)| (low.min(n), high.max(n)))
        .unwrap_or((0.0, 0.0))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast stops at the ends of the grid, which is what is wanted"
)]
fn cell(position: f64) -> u32 {
    position as u32
}
