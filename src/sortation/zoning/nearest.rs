//! The nearest of many points, and the Delaunay neighbours of all.

use spade::{DelaunayTriangulation, Point2, Triangulation};

use super::ground::{Point, index, square};

/// Up to so many points are looked at one by one, which is faster than a walk.
const FEW: usize = 24;

/// Distinct points, asked for the nearest to others.
#[derive(Debug)]
pub(super) struct Nearest<'a> {
    points: &'a [Point],
    mesh: Option<DelaunayTriangulation<Point2<f64>>>,
}

impl<'a> Nearest<'a> {
    /// `points` are distinct and not empty.
    pub(super) fn new(points: &'a [Point]) -> Self {
        Self {
            points,
            mesh: (points.len() > FEW).then(|| mesh(points)),
        }
    }

    /// The index of the nearest point.
    pub(super) fn to(&self, at: Point) -> usize {
        let found = self
            .mesh
            .as_ref()
            .and_then(|mesh| mesh.nearest_neighbor(Point2::new(at[0], at[1])));
        if let Some(vertex) = found {
            return vertex.fix().index();
        }
        let (mut best, mut gap) = (0, f64::INFINITY);
        for (i, &point) in self.points.iter().enumerate() {
            let own = square(point, at);
            if own < gap {
                (best, gap) = (i, own);
            }
        }
        best
    }
}

/// The Delaunay neighbours among distinct points: pairs of indices, the smaller first, sorted.
///
/// For points on a line each is the neighbour of the next. Expected O(n log n).
pub(super) fn neighbours(points: &[Point]) -> Vec<(u32, u32)> {
    let mesh = mesh(points);
    let mut pairs: Vec<(u32, u32)> = mesh
        .undirected_edges()
        .map(|edge| {
            let [a, b] = edge.vertices().map(|v| index(v.fix().index()));
            (a.min(b), a.max(b))
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

fn mesh(points: &[Point]) -> DelaunayTriangulation<Point2<f64>> {
    let vertices = points.iter().map(|&[x, y]| Point2::new(x, y)).collect();
    DelaunayTriangulation::bulk_load_stable(vertices)
        .expect("coordinates of the plane are whole millimetres within the globe")
}
