//! Routes that providers were promised: what each costs that they do not have.

use super::{Cost, Groups, Problem};

/// The fewest routes of each group of vehicle types, and what one fewer costs; groups behind the last
/// were promised nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Promised {
    pub(crate) least: Vec<u32>,
    pub(crate) price: Vec<Cost>,
}

impl Promised {
    /// Whether something was promised.
    #[inline]
    pub(crate) fn any(&self) -> bool {
        !self.least.is_empty()
    }

    /// The same prices, with a part of what was promised.
    pub(crate) fn of(&self, least: &[u32]) -> Promised {
        Promised {
            least: least.to_vec(),
            price: self.price.clone(),
        }
    }

    /// What is short where the vehicles used are of these groups.
    pub(crate) fn short_of(&self, used: impl Iterator<Item = Groups>) -> Cost {
        if !self.any() {
            return 0;
        }
        let mut short: Vec<i64> = self.least.iter().map(|&least| i64::from(least)).collect();
        for group in used.flatten() {
            if let Some(short) = short.get_mut(group as usize) {
                *short -= 1;
            }
        }
        let short = short.iter().zip(&self.price);
        short.map(|(short, price)| short.max(&0) * price).sum()
    }
}

impl Problem {
    /// What is short where routes of these types are driven.
    pub(crate) fn shortfall(&self, kinds: impl Iterator<Item = u32>) -> Cost {
        let groups = kinds.map(|kind| self.types[kind as usize].groups);
        self.promised.short_of(groups)
    }
}
