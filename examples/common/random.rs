//! A seeded generator whose sequence is the same everywhere: `SplitMix64` (Steele, Lea, Flood 2014).

/// A sequence of pseudo-random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The sequence of a name under a seed, independent of the sequences of other names.
    pub(crate) fn for_name(seed: u64, name: &str) -> Self {
        // FNV-1a: any spread of names over 64 bits will do.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(Self(seed ^ hash.rotate_left(17)).next())
    }

    /// The sequence from a state of the reference code.
    pub(crate) fn from_state(state: u64) -> Self {
        Self(state)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        // The product of two 32-bit numbers, shifted: always below the bound.
        (((self.next() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// True in `share` of 100 cases.
    pub(crate) fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share
    }

    /// Index of the share of 100 that was hit; `None` for what the shares leave over.
    pub(crate) fn share(&mut self, shares: &[u32]) -> Option<usize> {
        let mut left = self.below(100);
        for (i, &share) in shares.iter().enumerate() {
            if left < share {
                return Some(i);
            }
            left -= share;
        }
        None
    }

    /// A number from `low` up to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        low + (high - low) * unit
    }

    /// A point of a disc around the origin, everywhere equally likely.
    pub(crate) fn in_disc(&mut self, radius: f64) -> (f64, f64) {
        let distance = radius * self.between(0.0, 1.0).sqrt();
        let (sin, cos) = self.between(0.0, std::f64::consts::TAU).sin_cos();
        (distance * sin, distance * cos)
    }
}
