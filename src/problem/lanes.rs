//! Loads of several dimensions in one machine word, exactly.
//!
//! Each dimension gets a lane just wide enough for the largest capacity of the
//! problem, and one guard bit above it. Adding two loads adds all lanes at once;
//! a subtraction from the guarded capacity clears a guard bit where a lane
//! overflows. No rounding: search and validator cannot disagree.

use std::fmt::Debug;

/// Dimensions of a load: packages, cubic centimetres, grams.
pub(crate) const DIMENSIONS: usize = 3;

/// A load as plain numbers, before packing.
pub(crate) type RawLoad = [u64; DIMENSIONS];

/// Where each dimension lies in the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LaneLayout {
    shift: [u32; DIMENSIONS],
    width: [u32; DIMENSIONS],
}

impl LaneLayout {
    /// Lanes for capacities up to `largest`; None marks a dimension that no
    /// vehicle limits, which needs no lane.
    pub(crate) fn new(largest: [Option<u64>; DIMENSIONS]) -> LaneLayout {
        let mut layout = LaneLayout {
            shift: [0; DIMENSIONS],
            width: [0; DIMENSIONS],
        };
        let mut next = 0;
        for (d, limit) in largest.iter().enumerate() {
            layout.shift[d] = next;
            if let Some(limit) = limit {
                // A capacity of zero still needs a lane, or it would be unlimited.
                layout.width[d] = u64::BITS - (*limit).max(1).leading_zeros();
                next += layout.width[d] + 1;
            }
        }
        layout
    }

    /// Bits in use, guards included.
    pub(crate) fn bits(&self) -> u32 {
        self.width
            .iter()
            .map(|&w| if w == 0 { 0 } else { w + 1 })
            .sum()
    }

    /// The largest value dimension `d` can hold; None when it has no lane.
    fn most(&self, d: usize) -> Option<u64> {
        (self.width[d] > 0).then(|| (1u64 << self.width[d]) - 1)
    }

    fn word(&self, load: RawLoad) -> u128 {
        let mut word = 0;
        for (d, &amount) in load.iter().enumerate() {
            if let Some(most) = self.most(d) {
                word |= u128::from(amount.min(most)) << self.shift[d];
            }
        }
        word
    }

    fn guards(&self) -> u128 {
        let mut word = 0;
        for d in 0..DIMENSIONS {
            if self.width[d] > 0 {
                word |= 1u128 << (self.shift[d] + self.width[d]);
            }
        }
        word
    }
}

/// A packed load: `u64` where the lanes fit, `u128` as the wide fallback.
pub(crate) trait Lanes: Copy + Debug + Default + PartialEq + Send + Sync + 'static {
    /// Packs a load. An amount beyond the lane is cut to the lane's largest
    /// value; the caller leaves out loads that exceed every capacity.
    fn pack(layout: &LaneLayout, load: RawLoad) -> Self;
    /// A capacity with its guard bits set; None = the lane's largest value. Where
    /// one vehicle is unlimited and another is not, the layout must be wide enough
    /// for all loads together.
    fn capacity(layout: &LaneLayout, limits: [Option<u64>; DIMENSIONS]) -> Self;
    /// The guard bits alone.
    fn guards(layout: &LaneLayout) -> Self;
    /// Sum of two loads whose sum may pass the capacity but not twice the lane.
    fn plus(self, other: Self) -> Self;
    /// Difference; `other` is part of `self`.
    fn minus(self, other: Self) -> Self;
    /// Whether `load` stays within the guarded capacity `self` in every lane.
    fn holds(self, load: Self, guards: Self) -> bool;
}

macro_rules! lanes {
    ($word:ty) => {
        impl Lanes for $word {
            fn pack(layout: &LaneLayout, load: RawLoad) -> Self {
                debug_assert!(layout.bits() <= <$word>::BITS);
                <$word>::try_from(layout.word(load)).expect("lanes fit the word")
            }

            fn capacity(layout: &LaneLayout, limits: [Option<u64>; DIMENSIONS]) -> Self {
                let word = layout.word(limits.map(|l| l.unwrap_or(u64::MAX))) | layout.guards();
                <$word>::try_from(word).expect("lanes fit the word")
            }

            fn guards(layout: &LaneLayout) -> Self {
                <$word>::try_from(layout.guards()).expect("lanes fit the word")
            }

            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self + other
            }

            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self - other
            }

            #[inline(always)]
            fn holds(self, load: Self, guards: Self) -> bool {
                (self - load) & guards == guards
            }
        }
    };
}

lanes!(u64);
lanes!(u128);

#[cfg(test)]
mod tests {
    use super::*;

    fn agrees<L: Lanes>(limits: [Option<u64>; DIMENSIONS], a: RawLoad, b: RawLoad) {
        let layout = LaneLayout::new(limits);
        let sum = L::pack(&layout, a).plus(L::pack(&layout, b));
        let fits = L::capacity(&layout, limits).holds(sum, L::guards(&layout));
        let truth = (0..DIMENSIONS).all(|d| limits[d].is_none_or(|most| a[d] + b[d] <= most));
        assert_eq!(fits, truth, "{limits:?} {a:?} {b:?}");
        assert_eq!(sum.minus(L::pack(&layout, b)), L::pack(&layout, a));
    }

    #[test]
    fn packed_test_equals_plain_comparison() {
        let limits = [Some(300), Some(4_247_527), Some(1_500_000)];
        for a in [0u64, 1, 149, 150, 299, 300] {
            for v in [0u64, 2_123_763, 2_123_764, 4_247_526, 4_247_527] {
                agrees::<u64>(limits, [a, v, 7], [150, 2_123_764, 1_499_993]);
                agrees::<u128>(limits, [a, v, 8], [150, 2_123_764, 1_499_993]);
            }
        }
        agrees::<u64>([None, Some(5), None], [1 << 40, 2, 0], [3, 3, 9]);
        agrees::<u128>(
            [Some(1 << 40), Some(1 << 40), Some(1 << 39)],
            [1 << 40, 1, 1],
            [0, 1 << 39, 1],
        );
    }

    #[test]
    fn a_day_of_vans_fits_one_word() {
        let layout = LaneLayout::new([Some(4_095), Some(33_000_000), Some(16_000_000)]);
        assert_eq!(layout.bits(), 12 + 25 + 24 + 3);
    }

    #[test]
    fn a_zero_capacity_lets_nothing_in() {
        agrees::<u64>([Some(0), Some(10), None], [0, 1, 0], [0, 0, 0]);
        agrees::<u64>([Some(0), Some(10), None], [1, 1, 0], [0, 0, 0]);
    }
}
