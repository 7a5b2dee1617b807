//! A few good solutions of a small problem, and new ones made from two of them.

use crate::problem::index;

use super::anneal::TaskSolution;
use super::rng::Rng;

/// Good solutions, cheapest first, no two of the same cost.
#[derive(Debug, Default)]
pub(super) struct Elite {
    members: Vec<TaskSolution>,
}

impl Elite {
    /// Takes a solution in unless there is one of its cost or `most` are cheaper.
    pub(crate) fn admit(&mut self, solution: TaskSolution, most: usize) {
        let at = self.members.partition_point(|m| m.cost < solution.cost);
        let known = self.members.get(at);
        if at < most && known.is_none_or(|m| m.cost > solution.cost) {
            self.members.insert(at, solution);
            self.members.truncate(most);
        }
    }

    /// The cost of the cheapest.
    pub(crate) fn least(&self) -> Option<crate::problem::Cost> {
        self.members.first().map(|m| m.cost)
    }

    /// Two different members, the cheaper ones more often; None when there is one.
    pub(crate) fn parents(&self, rng: &mut Rng) -> Option<[&TaskSolution; 2]> {
        let count = index(self.members.len());
        if count < 2 {
            return None;
        }
        let a = rng.below(count).min(rng.below(count));
        // Drawn among the others, with a gap where the first stands.
        let b = rng.below(count - 1).min(rng.below(count - 1));
        let b = b + u32::from(b >= a);
        Some([a, b].map(|m| &self.members[m as usize]))
    }
}

/// What a crossover has to know about the task.
pub(super) struct Ground<'a, N> {
    /// Vehicle type of each slot.
    pub(crate) slots: &'a [u32],
    /// Number of stops.
    pub(crate) stops: usize,
    /// Neighbours of a stop, nearest first.
    pub(crate) neighbours: N,
}

/// Neighbours over which the routes of a crossover are found.
const REACH: usize = 8;

impl<'a, N: Fn(u32) -> &'a [u32]> Ground<'a, N> {
    /// Neighbouring routes of `b` in place of those routes of `a` that share most stops
    /// with them (selective route exchange, Nagata & Kobayashi 2010, with the replaced routes
    /// chosen greedily). Stops then on no route are left out: the caller inserts them. O(n).
    pub(crate) fn cross(&self, a: &TaskSolution, b: &TaskSolution, rng: &mut Rng) -> Vec<Vec<u32>> {
        let used = b.routes.iter().filter(|r| !r.is_empty()).count();
        let count = rng.between(1, index((used / 2).max(1)));
        let chosen = self.routes_around(&slots_of(b, self.stops), count as usize, rng);
        let of_a = slots_of(a, self.stops);
        let mut child = a.routes.clone();
        let mut replaced = vec![false; child.len()];
        let mut moves: Vec<(usize, usize)> = Vec::new();
        for from in chosen {
            let open = |slot: usize| !replaced[slot] && !a.routes[slot].is_empty();
            if let Some(to) = self.replaces(&b.routes[from], from, &of_a, open) {
                replaced[to] = true;
                moves.push((from, to));
            }
        }
        let mut taken = vec![false; self.stops];
        let inherited = moves.iter().flat_map(|&(from, _)| &b.routes[from]);
        inherited.for_each(|&s| taken[s as usize] = true);
        for route in &mut child {
            route.retain(|&s| !taken[s as usize]);
        }
        for (from, to) in moves {
            child[to].clone_from(&b.routes[from]);
        }
        child
    }

    /// Slots of up to `count` routes that lie together, found from a random stop.
    fn routes_around(&self, slot_of: &[u32], count: usize, rng: &mut Rng) -> Vec<usize> {
        let seed = rng.below(index(self.stops));
        let mut queue = vec![seed];
        let mut seen = vec![false; self.stops];
        seen[seed as usize] = true;
        let (mut chosen, mut head) = (Vec::new(), 0);
        while head < queue.len() && chosen.len() < count {
            let slot = slot_of[queue[head] as usize] as usize;
            if slot < self.slots.len() && !chosen.contains(&slot) {
                chosen.push(slot);
            }
            for &near in (self.neighbours)(queue[head]).iter().take(REACH) {
                if !std::mem::replace(&mut seen[near as usize], true) {
                    queue.push(near);
                }
            }
            head += 1;
        }
        chosen
    }

    /// The slot whose route gives way to `route`: of the same vehicle type, sharing most
    /// stops with it. A used one, so that a child has no more vehicles than its parent.
    fn replaces(
        &self,
        route: &[u32],
        from: usize,
        of: &[u32],
        open: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let mut shared = vec![0u32; self.slots.len()];
        for &s in route {
            if let Some(count) = shared.get_mut(of[s as usize] as usize) {
                *count += 1;
            }
        }
        let alike = (0..shared.len()).filter(|&slot| self.slots[slot] == self.slots[from]);
        alike
            .filter(|&slot| open(slot))
            .max_by_key(|&slot| (shared[slot], std::cmp::Reverse(slot)))
    }
}

/// Slot of each stop, out of range for those left out.
fn slots_of(solution: &TaskSolution, stops: usize) -> Vec<u32> {
    let mut of = vec![u32::MAX; stops];
    for (slot, route) in solution.routes.iter().enumerate() {
        for &s in route {
            of[s as usize] = index(slot);
        }
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOPS: usize = 40;
    const SLOTS: [u32; 7] = [0, 0, 0, 1, 1, 1, 1];

    /// Stops dealt out to the first slots, a few to none.
    fn drawn(rng: &mut Rng, used: u32) -> TaskSolution {
        let mut routes = vec![Vec::new(); SLOTS.len()];
        let mut bank = Vec::new();
        for stop in 0..index(STOPS) {
            match rng.below(used + 1) {
                slot if slot < used => routes[slot as usize].push(stop),
                _ => bank.push(stop),
            }
        }
        TaskSolution {
            costs: vec![0; SLOTS.len()],
            cost: i64::from(rng.below(1_000)),
            routes,
            bank,
        }
    }

    #[test]
    fn a_child_has_whole_routes_of_both_and_no_stop_twice() {
        let line: Vec<[u32; 2]> = (0..index(STOPS))
            .map(|s| [s.saturating_sub(1), (s + 1).min(index(STOPS) - 1)])
            .collect();
        let ground = Ground {
            slots: &SLOTS,
            stops: STOPS,
            neighbours: |s: u32| &line[s as usize][..],
        };
        let mut rng = Rng::new(5);
        let (mut inherited, mut kept) = (0, 0);
        for _ in 0..500 {
            let used = [rng.between(1, 7), rng.between(1, 7)];
            let [a, b] = used.map(|used| drawn(&mut rng, used));
            let child = ground.cross(&a, &b, &mut rng);
            let mut seen = [false; STOPS];
            for &stop in child.iter().flatten() {
                assert!(!std::mem::replace(&mut seen[stop as usize], true), "twice");
            }
            for (slot, route) in child.iter().enumerate().filter(|(_, r)| !r.is_empty()) {
                assert!(!a.routes[slot].is_empty(), "a vehicle more than its parent");
                let whole = (0..SLOTS.len())
                    .find(|&from| SLOTS[from] == SLOTS[slot] && b.routes[from] == *route);
                inherited += u32::from(whole.is_some());
                // What is not of one parent is of the other, in its order.
                let mut rest = a.routes[slot].iter();
                let of_a = route.iter().all(|stop| rest.any(|s| s == stop));
                kept += u32::from(of_a);
                assert!(whole.is_some() || of_a, "a route of neither");
            }
        }
        assert!(inherited > 300 && kept > 300, "{inherited} and {kept}");
    }

    #[test]
    fn the_cheapest_stay_and_none_of_the_same_cost() {
        let mut rng = Rng::new(9);
        let mut elite = Elite::default();
        assert_eq!(elite.least(), None);
        let mut costs: Vec<i64> = Vec::new();
        for _ in 0..200 {
            let solution = drawn(&mut rng, 3);
            costs.push(solution.cost);
            elite.admit(solution, 5);
        }
        costs.sort_unstable();
        costs.dedup();
        let members: Vec<i64> = elite.members.iter().map(|m| m.cost).collect();
        assert_eq!(members, costs[..5]);
        for _ in 0..50 {
            let [a, b] = elite.parents(&mut rng).unwrap();
            assert_ne!(a.cost, b.cost);
        }
    }
}
