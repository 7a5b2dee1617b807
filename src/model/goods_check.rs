//! What can be wrong with what is said of goods.

use std::collections::BTreeSet;

use super::check::Check;
use super::ids::GoodsClass;
use super::package::Package;

/// Each class that is incompatible with another has a bit of a word in the search.
const MOST_CLASSES: usize = 64;

impl Check<'_> {
    /// The pairs of classes that the day states.
    pub(super) fn goods(&mut self) {
        let pairs = self.day.incompatible_goods();
        let mut classes: BTreeSet<&GoodsClass> = BTreeSet::new();
        for (a, b) in pairs {
            if a.as_str().is_empty() || b.as_str().is_empty() {
                self.report("incompatible_goods", "a class has no name");
            } else if a == b {
                let message = format!("{:?} is incompatible with itself", a.as_str());
                self.report("incompatible_goods", message);
            }
            classes.extend([a, b]);
        }
        if classes.len() > MOST_CLASSES {
            let message = format!("name {} classes, more than {MOST_CLASSES}", classes.len());
            self.report("incompatible_goods", message);
        }
    }

    /// Packages of a given stop are on one route.
    pub(super) fn goods_together(&mut self, packages: &[Package]) {
        let of = |class: &GoodsClass| packages.iter().find(|p| p.goods() == Some(class));
        for (a, b) in self.day.incompatible_goods() {
            if let (Some(one), Some(two)) = (of(a), of(b))
                && a != b
            {
                let (one, two) = (one.id().as_str(), two.id().as_str());
                let (a, b) = (a.as_str(), b.as_str());
                let message = format!("{one:?} is {a}, {two:?} is {b}, which are incompatible");
                self.report("packages", message);
            }
        }
    }
}
