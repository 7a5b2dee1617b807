//! Nearest places by straight line: a k-d tree over distinct positions.
//!
//! A uniform grid was the other candidate; one far outlier makes its cells as
//! large as the city, and a tower makes one cell hold everything.

use std::collections::BinaryHeap;

use ordered_float::OrderedFloat;

use super::index;

/// Ranges up to this size are scanned.
const LEAF: usize = 8;

/// A balanced tree in one array: the middle of a range splits it.
#[derive(Debug)]
pub(crate) struct PlaceTree {
    points: Vec<Point>,
    /// Where each place lies in `points`; `u32::MAX` for places without position.
    slot: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Point {
    at: [f64; 2],
    place: u32,
    /// Axis of the split at this point.
    axis: u8,
}

/// The nearest found so far, the farthest of them on top.
type Found = BinaryHeap<(OrderedFloat<f64>, u32)>;

impl PlaceTree {
    /// A tree over the positions that are finite. O(n log n).
    pub(crate) fn new(positions: &[[f64; 2]]) -> PlaceTree {
        let mut points: Vec<Point> = positions
            .iter()
            .enumerate()
            .filter(|(_, at)| at.iter().all(|v| v.is_finite()))
            .map(|(place, &at)| Point {
                at,
                place: index(place),
                axis: 0,
            })
            .collect();
        split(&mut points);
        let mut slot = vec![u32::MAX; positions.len()];
        for (i, point) in points.iter().enumerate() {
            slot[point.place as usize] = index(i);
        }
        PlaceTree { points, slot }
    }

    /// The `want` places nearest to `place`, itself first, equal distances by
    /// number. Nothing for a place without position.
    pub(crate) fn nearest(&self, place: u32, want: usize, out: &mut Vec<u32>) {
        let slot = self.slot[place as usize];
        if slot == u32::MAX || want == 0 {
            return;
        }
        let mut found = Found::with_capacity(want + 1);
        visit(
            &self.points,
            self.points[slot as usize].at,
            want,
            &mut found,
        );
        out.extend(found.into_sorted_vec().into_iter().map(|(_, place)| place));
    }
}

fn split(points: &mut [Point]) {
    if points.len() <= LEAF {
        return;
    }
    let extent = |d: usize| {
        let (low, high) = points
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| {
                (l.min(p.at[d]), h.max(p.at[d]))
            });
        high - low
    };
    let axis = u8::from(extent(1) > extent(0));
    let middle = points.len() / 2;
    let along = usize::from(axis);
    points.select_nth_unstable_by(middle, |a, b| {
        a.at[along]
            .total_cmp(&b.at[along])
            .then(a.place.cmp(&b.place))
    });
    points[middle].axis = axis;
    let (left, right) = points.split_at_mut(middle);
    split(left);
    split(&mut right[1..]);
}

fn visit(points: &[Point], at: [f64; 2], want: usize, found: &mut Found) {
    if points.len() <= LEAF {
        for point in points {
            offer(point, at, want, found);
        }
        return;
    }
    let middle = points.len() / 2;
    let point = &points[middle];
    let along = usize::from(point.axis);
    let offset = at[along] - point.at[along];
    let (near, far) = if offset <= 0.0 {
        (&points[..middle], &points[middle + 1..])
    } else {
        (&points[middle + 1..], &points[..middle])
    };
    visit(near, at, want, found);
    offer(point, at, want, found);
    let farthest = found.peek().map_or(f64::INFINITY, |f| f.0.0);
    if found.len() < want || offset * offset <= farthest {
        visit(far, at, want, found);
    }
}

#[inline]
fn offer(point: &Point, at: [f64; 2], want: usize, found: &mut Found) {
    let distance = (point.at[0] - at[0]).powi(2) + (point.at[1] - at[1]).powi(2);
    let entry = (OrderedFloat(distance), point.place);
    if found.len() < want {
        found.push(entry);
    } else if found.peek().is_some_and(|worst| entry < *worst) {
        found.pop();
        found.push(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_full_scan_finds() {
        let mut positions: Vec<[f64; 2]> = (0..600u32)
            .map(|i| [f64::from(i * 7_919 % 101), f64::from(i * 104_729 % 97)])
            .collect();
        positions.push([1e7, -1e7]);
        positions.push([f64::NAN, 0.0]);
        let tree = PlaceTree::new(&positions);
        for place in [0u32, 5, 299, 600] {
            let at = positions[place as usize];
            let mut all: Vec<(OrderedFloat<f64>, u32)> = (0..601u32)
                .map(|p| {
                    let q = positions[p as usize];
                    (
                        OrderedFloat((q[0] - at[0]).powi(2) + (q[1] - at[1]).powi(2)),
                        p,
                    )
                })
                .collect();
            all.sort_unstable();
            let mut near = Vec::new();
            tree.nearest(place, 20, &mut near);
            let expected: Vec<u32> = all.iter().take(20).map(|e| e.1).collect();
            assert_eq!(near, expected);
        }
        let mut none = Vec::new();
        tree.nearest(601, 20, &mut none);
        assert!(none.is_empty());
    }
}
