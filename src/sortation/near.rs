//! Doors that are near each other, found along two curves.

use super::hilbert::hilbert;
use super::zip::Frame;
use crate::model::LatLng;

/// How many doors are looked at each way along each curve. Bounds the work at any density of
/// doors.
const AROUND: usize = 12;

/// Millimetres of a cell of the grid that the curves run on: 2³² of them are more than the girth
/// of the earth.
const CELL_MM: f64 = 16.0;

/// A third of the second curve's square, which lies so off the first one's cells of every size.
const SHIFT: u32 = u32::MAX / 2 / 3;

/// Where a place lies on two Hilbert curves, one shifted against the other: what a border of the
/// one keeps apart is mostly close on the other.
///
/// # References
///
/// S. Liao, M. A. Lopez and S. T. Leutenegger, "High dimensional similarity search with space
/// filling curves", ICDE 2001.
pub(super) fn keys(frame: &Frame, at: LatLng) -> [u64; 2] {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast stops at the ends of the grid, which is what is wanted"
    )]
    let [x, y] = frame.on_plane(at).map(|mm| (mm / CELL_MM) as u32);
    [hilbert(x, y), hilbert(x / 2 + SHIFT, y / 2 + SHIFT)]
}

/// Doors in a row, from which some are taken out.
#[derive(Debug)]
pub(super) struct Row {
    /// The neighbours of each door; the last entry closes the ring.
    next: Vec<u32>,
    before: Vec<u32>,
}

impl Row {
    /// The doors in this order, each number from 0 on once.
    pub(super) fn new(order: impl ExactSizeIterator<Item = u32>) -> Self {
        let count = order.len();
        let end = u32::try_from(count).expect("a day has fewer than 2^32 stops");
        let mut row = Self {
            next: vec![end; count + 1],
            before: vec![end; count + 1],
        };
        let mut last = end;
        for door in order {
            row.link(last, door);
            last = door;
        }
        row.link(last, end);
        row
    }

    fn link(&mut self, a: u32, b: u32) {
        self.next[a as usize] = b;
        self.before[b as usize] = a;
    }

    /// Takes a door out.
    pub(super) fn remove(&mut self, door: u32) {
        self.link(self.before[door as usize], self.next[door as usize]);
    }

    /// Adds the doors around one of the row.
    pub(super) fn around(&self, door: u32, found: &mut Vec<u32>) {
        for way in [&self.next, &self.before] {
            let mut at = door;
            for _ in 0..AROUND {
                at = way[at as usize];
                // The end of the row is no door.
                if at as usize + 1 == way.len() {
                    break;
                }
                found.push(at);
            }
        }
    }
}
