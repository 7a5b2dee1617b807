//! The stops of a zone to blocks of 8 to 15 neighbours.

use super::ground::Point;
use super::parts::sort_along;

/// The fewest stops of a block, unless the zone has fewer.
const FEWEST: usize = 8;
/// The most stops of a block.
const MOST: usize = 15;
/// The usual number, doubled to stay whole.
const TWICE_USUAL: usize = 23;

/// Cuts stops, numbered along the curve, into blocks; both the blocks and the stops of each come
/// out along the curve.
///
/// Recursive halving across the longer side, each time at the widest gap that leaves both sides
/// enough stops and about half: blocks end where streets do. O(n log n) for n stops, also when
/// all are at one point.
pub(super) fn blocks(at: &[Point], mut stops: Vec<u32>) -> Vec<Vec<u32>> {
    let most_blocks = (stops.len() / FEWEST).max(1);
    let count = (2 * stops.len() / TWICE_USUAL).clamp(stops.len().div_ceil(MOST), most_blocks);
    let mut blocks = Vec::with_capacity(count);
    halve(at, &mut stops, count.max(1), &mut blocks);
    for block in &mut blocks {
        block.sort_unstable();
    }
    blocks.sort_unstable_by_key(|block| block.first().copied());
    blocks
}

fn halve(at: &[Point], stops: &mut [u32], count: usize, blocks: &mut Vec<Vec<u32>>) {
    if count < 2 {
        blocks.push(stops.to_vec());
        return;
    }
    let axis = sort_along(at, stops);
    let left = count / 2;
    let right = count - left;
    let n = stops.len();
    let even = n * left / count;
    // Within an eighth of the even cut, and such that both sides can be blocks.
    let low = (FEWEST * left)
        .max(n.saturating_sub(MOST * right))
        .max(even - n / 8);
    let high = (MOST * left)
        .min(n.saturating_sub(FEWEST * right))
        .min(even + n / 8);
    let gap = |cut: usize| {
        let [a, b] = [cut - 1, cut].map(|i| at[stops[i] as usize][axis]);
        b - a
    };
    let mut best = even;
    for cut in low.max(1)..=high.min(n - 1) {
        if gap(cut) > gap(best) {
            best = cut;
        }
    }
    let (a, b) = stops.split_at_mut(best);
    halve(at, a, left, blocks);
    halve(at, b, right, blocks);
}
