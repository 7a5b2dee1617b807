//! The random numbers of the search: xoshiro256++ seeded by SplitMix64, and a
//! logarithm and an exponential made of IEEE additions, multiplications and
//! divisions only, so that a seed gives the same plan on every platform.

use rand_core::{Rng as _, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A seeded generator.
#[derive(Clone, Debug)]
pub(crate) struct Rng(Xoshiro256PlusPlus);

/// Mixes task coordinates into a seed (SplitMix64's finaliser over each).
pub(crate) fn mix(seed: u64, round: u64, task: u64) -> u64 {
    [round, task].into_iter().fold(seed, |state, part| {
        let mut z = state
            .wrapping_add(0x9E37_79B9_7F4A_7C15)
            .wrapping_add(part.wrapping_mul(0xD134_2543_DE82_EF95));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    })
}

impl Rng {
    /// A generator for `seed`.
    pub(crate) fn new(seed: u64) -> Rng {
        Rng(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// 32 random bits.
    #[inline(always)]
    pub(crate) fn bits(&mut self) -> u32 {
        // The upper half: the lower bits of xoshiro are its weakest.
        let word = self.0.next_u64() >> 32;
        u32::try_from(word).expect("32 bits remain after the shift")
    }

    /// A number in `0..bound`, Lemire's multiplication without rejection: the
    /// bias of at most `bound / 2^32` is far below what a search can notice.
    #[inline(always)]
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let product = u64::from(self.bits()) * u64::from(bound);
        u32::try_from(product >> 32).expect("32 bits remain after the shift")
    }

    /// A number in `low..=high`.
    #[inline(always)]
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True with probability `chance / 2^32`, see [`chance`].
    #[inline(always)]
    pub(crate) fn hit(&mut self, chance: u32) -> bool {
        self.bits() < chance
    }

    /// A number in (0, 1].
    #[inline]
    pub(crate) fn unit(&mut self) -> f64 {
        (f64::from(self.bits()) + 1.0) / 4_294_967_296.0
    }

    /// An exponentially distributed number with mean 1.
    #[inline]
    pub(crate) fn exponential(&mut self) -> f64 {
        -ln(self.unit())
    }
}

/// A probability as the threshold of [`Rng::hit`].
pub(crate) fn chance(probability: f64) -> u32 {
    let scaled = probability.clamp(0.0, 1.0) * f64::from(u32::MAX);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of u32 just above"
    )]
    let threshold = scaled as u32;
    threshold
}

/// Natural logarithm of a positive finite number, to about 1e-12.
pub(crate) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = f64::from(u32::try_from((bits >> 52) & 0x7FF).expect("11 bits")) - 1_023.0;
    let mut mantissa = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1.0;
    }
    // ln m = 2 atanh((m - 1) / (m + 1)), |s| <= 0.172.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let mut series = 0.0;
    for k in (0..8).rev() {
        series = series * square + 1.0 / f64::from(2 * k + 1);
    }
    exponent * std::f64::consts::LN_2 + 2.0 * s * series
}

/// `e^x`, relative error about 1e-12, for |x| below 700.
pub(crate) fn exp(x: f64) -> f64 {
    let halvings = 10;
    let small = x / f64::from(1 << halvings);
    let mut series = 1.0;
    for k in (1..=8).rev() {
        series = 1.0 + series * small / f64::from(k);
    }
    for _ in 0..halvings {
        series *= series;
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_is_pinned() {
        let mut rng = Rng::new(7);
        let first: Vec<u32> = (0..4).map(|_| rng.bits()).collect();
        let mut again = Rng::new(7);
        assert_eq!(first, (0..4).map(|_| again.bits()).collect::<Vec<u32>>());
        assert_eq!(first, PINNED);
        assert_ne!(mix(1, 2, 3), mix(1, 3, 2));
    }

    const PINNED: [u32; 4] = [0, 0, 0, 0];

    #[test]
    fn below_stays_below_and_reaches_both_ends() {
        let mut rng = Rng::new(1);
        let mut seen = [0u32; 5];
        for _ in 0..1_000 {
            seen[rng.below(5) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| count > 100), "{seen:?}");
        assert_eq!(rng.below(1), 0);
    }

    #[test]
    fn logarithm_and_exponential_agree_with_the_standard_library() {
        for i in 1..2_000u32 {
            let x = f64::from(i) / 137.0;
            assert!((ln(x) - x.ln()).abs() < 1e-11, "ln {x}");
            assert!((exp(-x) / (-x).exp() - 1.0).abs() < 1e-10, "exp -{x}");
        }
        assert!((ln(1.0 / 4_294_967_296.0) + 22.180_709_777_918_25).abs() < 1e-9);
    }
}
