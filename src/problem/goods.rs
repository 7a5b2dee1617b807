//! Classes of goods that never share a route, as bits.

use std::collections::BTreeMap;

use crate::model::{GoodsClass, ServiceDay};
use crate::sortation::Grouping;

/// The classes of goods of a stop or a route, and those that may not be with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Goods {
    of: u64,
    against: u64,
}

impl Goods {
    /// Nothing that is incompatible with anything.
    pub(crate) const NONE: Goods = Goods { of: 0, against: 0 };

    /// Whether the two may not share a route. Symmetric.
    #[inline(always)]
    pub(crate) fn clashes(self, other: Goods) -> bool {
        self.of & other.against != 0
    }

    /// Both together.
    #[inline(always)]
    pub(crate) fn with(self, other: Goods) -> Goods {
        Goods {
            of: self.of | other.of,
            against: self.against | other.against,
        }
    }
}

/// The goods of each stop; all [`Goods::NONE`] on a day without incompatible goods.
pub(super) fn of_stops(day: &ServiceDay, grouping: &Grouping) -> Vec<Goods> {
    let mut bits: BTreeMap<&GoodsClass, u32> = BTreeMap::new();
    for class in day.incompatible_goods().iter().flat_map(|(a, b)| [a, b]) {
        let next = u32::try_from(bits.len()).unwrap_or(u32::MAX);
        bits.entry(class).or_insert(next);
    }
    // The builder lets no more than 64 classes pass.
    let bit = |class: &GoodsClass| {
        bits.get(class)
            .map_or(0, |&b| 1u64.checked_shl(b).unwrap_or(0))
    };
    let mut classes: BTreeMap<&GoodsClass, Goods> = BTreeMap::new();
    for (a, b) in day.incompatible_goods() {
        for (one, other) in [(a, b), (b, a)] {
            let goods = classes.entry(one).or_default();
            goods.of |= bit(one);
            goods.against |= bit(other);
        }
    }
    let of_package = |&p: &u32| {
        let class = day.packages()[p as usize].goods();
        class.and_then(|class| classes.get(class)).copied()
    };
    let stops = grouping.stops().iter();
    let all = |group: &crate::sortation::StopGroup| {
        let packages = group.packages.iter().filter_map(of_package);
        packages.fold(Goods::NONE, Goods::with)
    };
    stops.map(all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clashes_are_symmetric_and_grow() {
        let food = Goods { of: 1, against: 2 };
        let solvents = Goods { of: 2, against: 1 };
        assert!(food.clashes(solvents) && solvents.clashes(food));
        assert!(!food.clashes(food) && !food.clashes(Goods::NONE));
        assert!(food.with(Goods::NONE).clashes(solvents));
        assert!(Goods::NONE.with(solvents).clashes(food));
    }
}
