//! The shortest walk through a few doors.

use crate::model::Walking;

/// The most doors of a walk.
pub(super) const MOST: usize = Walking::MOST_DOORS as usize;

/// Lengths of the ways between the doors of a walk.
pub(super) type Ways = [[i64; MOST]; MOST];

/// The order of doors 0 to `n` - 1 in which a closed walk from door 0 is shortest; of several the
/// same one each time.
///
/// Dynamic programming over sets of doors: O(2ⁿ n²), some thousand additions for eight doors.
///
/// # References
///
/// M. Held and R. M. Karp, "A dynamic programming approach to sequencing problems", J. SIAM 10
/// (1962).
pub(super) fn shortest(ways: &Ways, n: usize) -> Vec<usize> {
    let others = n.clamp(1, MOST) - 1;
    let all = (1_usize << others) - 1;
    // The shortest way from door 0 through a set of the others to one of it, which is the last.
    let mut best = [[i64::MAX; MOST - 1]; 1 << (MOST - 1)];
    let mut before = [[0_usize; MOST - 1]; 1 << (MOST - 1)];
    for first in 0..others {
        best[1 << first][first] = ways[0][first + 1];
    }
    for set in 1..=all {
        for last in (0..others).filter(|last| set & (1 << last) != 0) {
            for next in (0..others).filter(|next| set & (1 << next) == 0) {
                let sum = best[set][last] + ways[last + 1][next + 1];
                let with = set | (1 << next);
                if sum < best[with][next] {
                    best[with][next] = sum;
                    before[with][next] = last;
                }
            }
        }
    }
    let end = (0..others).min_by_key(|&last| best[all][last] + ways[last + 1][0]);
    let mut order = vec![0];
    let (mut set, mut at) = (all, end);
    while let Some(last) = at {
        order.push(last + 1);
        let left = set & !(1 << last);
        at = (left != 0).then_some(before[set][last]);
        set = left;
    }
    order[1..].reverse();
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shortest closed walk among all orders of the doors that are left.
    fn brute(ways: &Ways, n: usize, at: usize, seen: usize) -> i64 {
        let next = (1..n).filter(|door| seen & (1 << door) == 0);
        let rest = next.map(|door| ways[at][door] + brute(ways, n, door, seen | (1 << door)));
        rest.min().unwrap_or(ways[at][0])
    }

    #[test]
    fn no_order_of_the_doors_is_shorter() {
        let mut state = 7_u64;
        for round in 0..400 {
            let n = 1 + round % MOST;
            let mut ways = Ways::default();
            for way in ways.iter_mut().flatten() {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                *way = i64::try_from(state >> 54).unwrap();
            }
            let order = shortest(&ways, n);
            let mut doors = order.clone();
            doors.sort_unstable();
            assert_eq!(doors, (0..n).collect::<Vec<_>>());
            assert_eq!(order[0], 0);
            let next = order.iter().cycle().skip(1);
            let length: i64 = order.iter().zip(next).map(|(&a, &b)| ways[a][b]).sum();
            let length = if n == 1 { ways[0][0] } else { length };
            assert_eq!(length, brute(&ways, n, 0, 0), "{n} doors");
        }
    }
}
