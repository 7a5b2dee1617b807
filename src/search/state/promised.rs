//! Routes that providers were promised: what putting a vehicle to use takes off their price.

use crate::problem::Cost;
use crate::problem::lanes::Lanes;

use super::State;

impl<L: Lanes, const TIMED: bool> State<'_, L, TIMED> {
    /// What falls away of the price of routes promised when a vehicle of a kind is put to use.
    #[inline(always)]
    pub(super) fn relief(&self, kind: u32) -> Cost {
        if self.short.is_empty() {
            return 0;
        }
        let groups = self.sub.kinds[kind as usize].groups.into_iter();
        let due = groups.filter(|&g| self.short.get(g as usize).is_some_and(|&short| short > 0));
        due.map(|g| self.sub.promised.price[g as usize]).sum()
    }

    /// The most that putting so many vehicles to use can take away of that price.
    pub(crate) fn reliefs(&self, vehicles: usize) -> Cost {
        let most = i64::try_from(vehicles).unwrap_or(i64::MAX);
        let due = self.short.iter().zip(&self.sub.promised.price);
        due.map(|(&short, price)| short.clamp(0, most) * price)
            .sum()
    }
}
