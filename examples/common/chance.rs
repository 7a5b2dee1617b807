//! What happens by chance in a simulated day, as a function of names: the same door has the same
//! luck whatever plan leads there.

use doorstep::Span;

use super::random::Random;

/// Luck under a seed, for one day of one station.
#[derive(Clone, Debug)]
pub(crate) struct Luck {
    seed: u64,
    scope: String,
}

impl Luck {
    pub(crate) fn new(seed: u64, scope: String) -> Self {
        Self { seed, scope }
    }

    /// The sequence of a name.
    pub(crate) fn of(&self, kind: &str, name: &str) -> Random {
        Random::for_name(self.seed, &format!("{}/{kind}/{name}", self.scope))
    }

    /// A length around `mean`, with a standard deviation of `spread` times that; never below a
    /// tenth of it.
    pub(crate) fn length(&self, kind: &str, name: &str, mean: Span, spread: f64) -> Span {
        let mut random = self.of(kind, name);
        // The sum of twelve uniform draws is as good as normal here.
        let sum: f64 = (0..12).map(|_| random.between(0.0, 1.0)).sum();
        let factor = (1.0 + spread * (sum - 6.0)).max(0.1);
        Span::from_millis((mean.millis() as f64 * factor) as i64)
    }

    /// True in so many cases of a thousand.
    pub(crate) fn per_mille(&self, kind: &str, name: &str, share: u32) -> bool {
        self.of(kind, name).below(1_000) < share
    }
}
