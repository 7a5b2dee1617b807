//! What is on board along a route.

use super::{Findings, Rule, report};
use crate::model::{Package, PackageKind};
use crate::plan::Dimension;
use crate::units::{Capacity, Load};

use super::door::Member;

/// Items, cubic centimetres and grams: wide enough for any sum, and below zero for a plan that
/// hands over what was not loaded.
type Amounts = [i128; 3];

const DIMENSIONS: [Dimension; 3] = [Dimension::Count, Dimension::Volume, Dimension::Weight];

/// What is on board, and the most that ever was.
pub(super) struct Hold {
    on_board: Amounts,
    peak: Amounts,
}

impl Hold {
    /// Leaves with every package that is to be handed over and not collected on the way.
    pub(super) fn load<'a>(members: impl Iterator<Item = Member<'a>>) -> Self {
        let mut on_board = [0; 3];
        let from_start =
            |p: &Package| p.kind() != PackageKind::ReturnPickup && p.pickup().is_none();
        for (package, _) in members.filter(|(p, _)| from_start(p)) {
            add(&mut on_board, package.load(), 1);
        }
        Self {
            on_board,
            peak: on_board,
        }
    }

    /// Leaves what it took back at the station and loads as [`Hold::load`] does.
    pub(super) fn load_again<'a>(&mut self, members: impl Iterator<Item = Member<'a>>) {
        let next = Self::load(members);
        self.on_board = next.on_board;
        for (peak, now) in self.peak.iter_mut().zip(self.on_board) {
            *peak = now.max(*peak);
        }
    }

    /// Collects on the way to doors, hands over and picks up.
    pub(super) fn serve(&mut self, members: &[Member<'_>], collected: &[Member<'_>]) {
        for (package, _) in collected {
            add(&mut self.on_board, package.load(), 1);
        }
        for (package, _) in members {
            let sign = match package.kind() {
                PackageKind::ReturnPickup => 1,
                _ => -1,
            };
            add(&mut self.on_board, package.load(), sign);
        }
        for (peak, now) in self.peak.iter_mut().zip(self.on_board) {
            *peak = now.max(*peak);
        }
    }

    /// Compares a stated load with what is on board.
    pub(super) fn compare(&self, stated: Load, subject: &str, findings: &mut Findings) {
        compare(stated, self.on_board, "load", subject, findings);
    }

    /// Compares the stated peak, and the peak with what the vehicle holds.
    pub(super) fn finish(
        self,
        stated: Load,
        capacity: Capacity,
        subject: &str,
        findings: &mut Findings,
    ) -> Amounts {
        compare(stated, self.peak, "peak", subject, findings);
        for (i, dimension) in DIMENSIONS.into_iter().enumerate() {
            if let Some(most) = limits(capacity)[i]
                && self.peak[i] > most
            {
                let (peak, unit) = (self.peak[i], dimension.unit());
                let message = format!("{dimension}: {peak} {unit} on board, holds {most}");
                report(findings, subject, Rule::Capacity, message);
            }
        }
        self.peak
    }
}

/// A capacity as amounts; `None` is unlimited.
pub(super) fn limits(capacity: Capacity) -> [Option<i128>; 3] {
    [
        capacity.count.map(i128::from),
        capacity.volume_cm3.map(i128::from),
        capacity.weight_g.map(i128::from),
    ]
}

fn compare(stated: Load, found: Amounts, what: &str, subject: &str, findings: &mut Findings) {
    let stated = amounts(stated);
    for (i, dimension) in DIMENSIONS.into_iter().enumerate() {
        if stated[i] != found[i] {
            let (is, should, unit) = (stated[i], found[i], dimension.unit());
            let message = format!("{what}: {is} {unit}, should be {should}");
            report(findings, subject, Rule::LoadFigure, message);
        }
    }
}

fn amounts(load: Load) -> Amounts {
    [
        load.count.into(),
        load.volume_cm3.into(),
        load.weight_g.into(),
    ]
}

fn add(sum: &mut Amounts, load: Load, sign: i128) {
    for (sum, amount) in sum.iter_mut().zip(amounts(load)) {
        *sum += sign * amount;
    }
}
