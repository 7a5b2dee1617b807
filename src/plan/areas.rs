//! How well routes keep to their areas: returns to blocks, zones and postal codes
//! a route, and how much the areas of the routes overlap.

use std::collections::BTreeSet;

use geo::{Area, BoundingRect, ConvexHull, Coord, LineString, MultiPoint, Point, Polygon, Rect};

use super::{RoutePlan, Visit};
use crate::model::{BlockId, LatLng};

/// Metres a degree of latitude.
const METRES_A_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;

/// How well routes keep to their areas, as sums over routes, so that stations can
/// be summed; per route they are what a dispatcher looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct AreaFigures {
    /// Routes counted.
    pub routes: u64,
    /// Returns to a block that the same route had left before.
    pub block_reentries: u64,
    /// Different blocks, summed over routes.
    pub blocks: u64,
    /// Different zones, summed over routes.
    pub zones: u64,
    /// Different postal codes (of US codes the five digits), summed over routes.
    pub zips: u64,
    /// Square metres inside the convex hulls of the stops of two routes, summed
    /// over all pairs of routes.
    pub shared_m2: u64,
    /// Square metres inside the convex hull of each route's stops, summed.
    pub hull_m2: u64,
}

impl AreaFigures {
    /// The figures of a station's routes.
    ///
    /// O(n log n) for n visits, and one comparison of boxes for each pair of routes.
    #[must_use]
    pub fn of(routes: &[RoutePlan]) -> Self {
        let mut figures = Self::default();
        for route in routes {
            figures.add(&route.visits);
        }
        let (shared, hulls) = overlap(routes);
        figures.shared_m2 = shared;
        figures.hull_m2 = hulls;
        figures
    }

    fn add(&mut self, visits: &[Visit]) {
        self.routes += 1;
        let mut blocks: BTreeSet<&BlockId> = BTreeSet::new();
        let mut last = None;
        for visit in visits {
            if let Some(block) = &visit.block
                && !blocks.insert(block)
                && last != Some(block)
            {
                self.block_reentries += 1;
            }
            last = visit.block.as_ref();
        }
        let zones: BTreeSet<_> = visits.iter().filter_map(|v| v.zone.as_ref()).collect();
        let zips: BTreeSet<_> = visits.iter().map(|v| v.zip.five_digits()).collect();
        self.blocks += blocks.len() as u64;
        self.zones += zones.len() as u64;
        self.zips += zips.len() as u64;
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            routes: self.routes + other.routes,
            block_reentries: self.block_reentries + other.block_reentries,
            blocks: self.blocks + other.blocks,
            zones: self.zones + other.zones,
            zips: self.zips + other.zips,
            shared_m2: self.shared_m2.saturating_add(other.shared_m2),
            hull_m2: self.hull_m2.saturating_add(other.hull_m2),
        }
    }

    /// Returns to a block that the route had left, per route; `None` where no stop stands in a
    /// block.
    #[must_use]
    pub fn block_reentries_per_route(&self) -> Option<f64> {
        self.per_route(self.block_reentries)
            .filter(|_| self.blocks > 0)
    }

    /// Zones a route; `None` where no stop stands in a zone.
    #[must_use]
    pub fn zones_per_route(&self) -> Option<f64> {
        self.per_route(self.zones).filter(|_| self.zones > 0)
    }

    /// Postal codes a route; `None` without a route.
    #[must_use]
    pub fn zips_per_route(&self) -> Option<f64> {
        self.per_route(self.zips)
    }

    /// The area that two routes share, summed over pairs, against the area of all
    /// routes; 0 for routes that keep apart, and 1 where each lies in one other.
    /// `None` where no route covers an area.
    #[must_use]
    pub fn overlap(&self) -> Option<f64> {
        (self.hull_m2 > 0).then(|| self.shared_m2 as f64 / self.hull_m2 as f64)
    }

    fn per_route(&self, sum: u64) -> Option<f64> {
        (self.routes > 0).then(|| sum as f64 / self.routes as f64)
    }
}

/// Shared and whole area of the routes' hulls.
fn overlap(routes: &[RoutePlan]) -> (u64, u64) {
    let Some(origin) = routes
        .iter()
        .flat_map(|r| &r.visits)
        .find_map(|v| v.place.lat_lng())
    else {
        return (0, 0);
    };
    let mut hulls: Vec<(Rect, Polygon)> = routes
        .iter()
        .map(|route| hull(origin, &route.visits))
        .filter_map(|hull| Some((hull.bounding_rect()?, hull)))
        .collect();
    let whole = hulls.iter().map(|(_, hull)| hull.unsigned_area()).sum();
    // From west to east, so that a hull is compared only until the first one that
    // begins behind its eastern end.
    hulls.sort_by(|(a, _), (b, _)| a.min().x.total_cmp(&b.min().x));
    let mut shared = 0.0;
    for (i, (rect, hull)) in hulls.iter().enumerate() {
        let beside = hulls[i + 1..]
            .iter()
            .take_while(|(other, _)| other.min().x < rect.max().x);
        for (other, second) in beside {
            if other.min().y < rect.max().y && rect.min().y < other.max().y {
                shared += common(hull, second);
            }
        }
    }
    (square_metres(shared), square_metres(whole))
}

/// The convex hull of a route's stops on a plane, metres from the first.
fn hull(origin: LatLng, visits: &[Visit]) -> Polygon {
    let shrink = origin.lat.to_radians().cos();
    let points = visits.iter().filter_map(|v| v.place.lat_lng()).map(|at| {
        // The short way round, across the 180th meridian too.
        let east = (at.lng - origin.lng + 540.0).rem_euclid(360.0) - 180.0;
        Point::new(
            east * shrink * METRES_A_DEGREE,
            (at.lat - origin.lat) * METRES_A_DEGREE,
        )
    });
    MultiPoint::from_iter(points).convex_hull()
}

/// The area that two convex polygons share: one cut along each edge of the other
/// (Sutherland and Hodgman 1974).
fn common(a: &Polygon, b: &Polygon) -> f64 {
    let mut corners: Vec<Coord> = a.exterior().coords().copied().collect();
    // Closed rings repeat their first corner.
    corners.pop();
    for edge in b.exterior().lines() {
        let side = |p: Coord| {
            let along = edge.end - edge.start;
            along.x * (p.y - edge.start.y) - along.y * (p.x - edge.start.x)
        };
        corners = cut(&corners, side);
    }
    if corners.len() < 3 {
        return 0.0;
    }
    Polygon::new(LineString::new(corners), Vec::new()).unsigned_area()
}

/// The part of a convex polygon where `side` is not negative.
fn cut(corners: &[Coord], side: impl Fn(Coord) -> f64) -> Vec<Coord> {
    let mut kept = Vec::with_capacity(corners.len() + 2);
    let before = corners.iter().cycle().skip(corners.len().saturating_sub(1));
    for (&from, &to) in before.zip(corners) {
        let (a, b) = (side(from), side(to));
        if (a < 0.0) != (b < 0.0) {
            kept.push(from + (to - from) * (a / (a - b)));
        }
        if b >= 0.0 {
            kept.push(to);
        }
    }
    kept
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an area on the globe is far below 2^64 square metres; the cast saturates"
)]
fn square_metres(area: f64) -> u64 {
    area.max(0.0).round() as u64
}

#[cfg(test)]
mod tests {
    use super::common;
    use geo::{Coord, Rect};

    fn square(x: f64, y: f64, side: f64) -> geo::Polygon {
        Rect::new(
            Coord { x, y },
            Coord {
                x: x + side,
                y: y + side,
            },
        )
        .to_polygon()
    }

    #[test]
    fn squares_share_what_they_share() {
        let a = square(0.0, 0.0, 10.0);
        for (b, shared) in [
            (square(5.0, 5.0, 10.0), 25.0),
            (square(2.0, 3.0, 4.0), 16.0),
            (square(-5.0, -5.0, 30.0), 100.0),
            (square(10.0, 0.0, 10.0), 0.0),
            (square(11.0, 0.0, 10.0), 0.0),
        ] {
            assert!((common(&a, &b) - shared).abs() < 1e-9, "{b:?}");
            assert!((common(&b, &a) - shared).abs() < 1e-9, "{b:?}");
        }
    }
}
