//! Dissolve: routes emptied into the others where that costs less.
//!
//! Savings join whole stretches end to end. Where customers have windows, two stretches leave a
//! wait between them that single stops of other routes could fill.

use crate::problem::index;
use crate::problem::lanes::Lanes;

use super::anneal::Annealer;
use super::ruin::name_heads;

/// Stops of a task, at most: each is tried at every position.
const MOST: usize = 5_000;

impl<L: Lanes, const TIMED: bool> Annealer<'_, L, TIMED> {
    /// Tries to put the stops of each route anywhere else, the shortest route first; a route
    /// stays where that is no cheaper. O(stops²), and nothing in a task of very many.
    pub(crate) fn dissolve(&mut self) {
        if self.state.sub.len() > MOST {
            return;
        }
        let len = |a: &Self, slot: u32| a.state.routes[slot as usize].len;
        let mut order: Vec<u32> = (0..index(self.state.routes.len()))
            .filter(|&slot| len(self, slot) > 0)
            .collect();
        order.sort_by_key(|&slot| (len(self, slot), slot));
        self.recreate.anywhere = u32::MAX;
        for slot in order {
            self.state.begin();
            let limit = self.state.cost_before();
            self.take_out(slot);
            if self.state.refresh(slot) {
                self.put_back(limit);
            } else {
                self.state.undo();
            }
        }
        self.recreate.anywhere = 0;
    }

    fn take_out(&mut self, slot: u32) {
        self.ruined.slots.clear();
        self.ruined.slots.push(slot);
        self.ruined.stops.clear();
        self.ruined.stops.extend(self.state.stops_of(slot));
        for &stop in &self.ruined.stops {
            self.state.unlink(stop);
        }
        let sub = self.state.sub;
        self.ruined.stops.retain(|&s| !sub.is_reload(s));
        name_heads(&self.state, &mut self.ruined.stops);
    }
}
