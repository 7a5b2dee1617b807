//! Stops that ride together or apart: which routes a stop may enter for what is on them.

use crate::problem::lanes::Lanes;

use super::State;
use crate::search::sub::NONE;

impl<'s, L: Lanes, const TIMED: bool> State<'s, L, TIMED> {
    /// The stops that ride with a stop, itself among them.
    #[inline]
    pub(crate) fn team(&self, stop: u32) -> Option<&'s [u32]> {
        self.sub.bonds.team(stop)
    }

    /// Whether a stop asks for others on its route, or against them.
    pub(crate) fn is_bound(&self, stop: u32) -> bool {
        self.sub.bonded && (self.team(stop).is_some() || !self.sub.bonds.lots_of(stop).is_empty())
    }

    /// The route of a team, or [`NONE`]. While an iteration is under way a part of it may be on no
    /// route; never is it on two.
    pub(crate) fn home(&self, team: &[u32]) -> u32 {
        let routes = team.iter().map(|&s| self.nodes[s as usize].route);
        routes.min().unwrap_or(NONE)
    }

    /// Whether those that ride with a stop are on this route or on none, and none on it is to be
    /// apart from it. O(others of its team and lots), or the length of the route where that is less.
    pub(super) fn may_join(&self, stop: u32, slot: u32) -> bool {
        let bonds = &self.sub.bonds;
        if let Some(team) = bonds.team(stop) {
            let home = self.home(team);
            if home != NONE && home != slot {
                return false;
            }
        }
        let len = self.routes[slot as usize].len as usize;
        bonds.lots_of(stop).iter().all(|&number| {
            let lot = bonds.lot(number);
            if lot.len() <= len {
                let on = |&s: &u32| s != stop && self.nodes[s as usize].route == slot;
                !lot.iter().any(on)
            } else {
                let of_it = |s: u32| s != stop && bonds.lots_of(s).contains(&number);
                !self.stops_of(slot).any(of_it)
            }
        })
    }
}
