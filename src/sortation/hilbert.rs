//! The Hilbert curve: points of the plane in an order that keeps neighbours together.

/// Where the cell (`x`, `y`) of a 2^32 by 2^32 grid lies on the Hilbert curve.
///
/// Cells that follow each other on the curve touch, so sorting points by this key puts most
/// neighbours beside each other. No two cells share a key. 32 steps of a few instructions.
///
/// # Examples
///
/// ```
/// use doorstep::sortation::hilbert;
/// assert_eq!(hilbert(0, 0), 0);
/// assert_eq!(hilbert(u32::MAX, 0), u64::MAX);
/// ```
///
/// # References
///
/// D. Hilbert, "Ueber die stetige Abbildung einer Linie auf ein Flaechenstueck", Math. Ann. 38
/// (1891); the bitwise walk from the coarsest quadrant down is the usual one.
#[must_use]
pub fn hilbert(x: u32, y: u32) -> u64 {
    let (mut x, mut y) = (x, y);
    let mut key = 0_u64;
    for bit in (0..32).rev() {
        let right = (x >> bit) & 1;
        let upper = (y >> bit) & 1;
        key = (key << 2) | u64::from((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                // The last quadrant is walked mirrored; the bits above were already read.
                x = !x;
                y = !y;
            }
            std::mem::swap(&mut x, &mut y);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::hilbert;

    /// Walks the curve on the 2^`order` grid in its lowest corner, in curve order.
    fn walk(order: u32) -> Vec<(u32, u32)> {
        let side = 1_u32 << order;
        let mut cells: Vec<_> = (0..side)
            .flat_map(|x| (0..side).map(move |y| (x, y)))
            .collect();
        // Cells of the coarse grid: the curve of the full grid visits each as one run.
        cells.sort_by_key(|&(x, y)| hilbert(x << (32 - order), y << (32 - order)));
        cells
    }

    #[test]
    fn neighbours_on_the_curve_touch() {
        for order in 1..=6 {
            let cells = walk(order);
            assert_eq!(cells.len(), 1 << (2 * order));
            for pair in cells.windows(2) {
                let step = pair[0].0.abs_diff(pair[1].0) + pair[0].1.abs_diff(pair[1].1);
                assert_eq!(step, 1, "{pair:?} at order {order}");
            }
        }
    }

    #[test]
    fn the_keys_of_a_small_corner_are_a_whole_range() {
        let mut keys: Vec<u64> = (0..16)
            .flat_map(|x| (0..16).map(move |y| hilbert(x, y)))
            .collect();
        keys.sort_unstable();
        assert_eq!(keys, (0..256).collect::<Vec<u64>>());
    }
}
