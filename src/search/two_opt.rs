//! The 2-opt family: two routes exchange their tails, two heads are joined, a
//! stretch of a route is turned round.
//!
//! Ruin and recreate moves a dozen stops at a time; these moves shift half a route
//! at the price of two legs, which is what long routes are short of (Potvin &
//! Rousseau 1995 for the exchange of tails, 2-opt\*). A move is found by its legs,
//! its times and its loads in constant time for each neighbour but for a walk along
//! the route, made in the state, and undone by the journal where the exact cost says
//! no; so every rule the state knows holds here too.

use std::cell::OnceCell;

use crate::problem::lanes::Lanes;
use crate::problem::travel::Leg;
use crate::problem::{Cost, index};

use super::rng::Rng;
use super::state::{Node, State};
use super::sub::{NONE, SubKind};

/// Buffers of the moves.
#[derive(Debug, Default)]
pub(super) struct TwoOpt {
    first: Vec<u32>,
    second: Vec<u32>,
}

/// A move that joins `u` and `v`.
#[derive(Clone, Copy, Debug)]
enum Move {
    /// `u` goes on to `v`, and what stood before `v` to what followed `u`.
    Tails(u32, u32),
    /// The heads up to `u` and `v` become one route, the tails behind them another.
    Heads(u32, u32),
    /// Behind `u`, the stretch up to `v` is turned round.
    Turn(u32, u32),
}

impl TwoOpt {
    /// Makes the best move that joins a random stop to one of its neighbours. True when
    /// the cost is then below `limit`; else nothing has changed. Wants a state in which an
    /// iteration has just begun.
    pub(crate) fn improve<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        limit: Cost,
        rng: &mut Rng,
    ) -> bool {
        let u = rng.below(index(state.sub.len()));
        if !state.is_routed(u) || has_trips(state, u) {
            return false;
        }
        let look = Look::new(state, u);
        let Some(found) = look.best(limit - state.cost_before()) else {
            return false;
        };
        let fine = self.make(state, found) && state.cost < limit;
        if !fine {
            state.undo();
        }
        fine
    }

    /// True when the routes are feasible.
    fn make<L: Lanes, const TIMED: bool>(
        &mut self,
        state: &mut State<'_, L, TIMED>,
        found: Move,
    ) -> bool {
        let (Move::Tails(u, v) | Move::Heads(u, v) | Move::Turn(u, v)) = found;
        let [a, b] = [u, v].map(|s| state.nodes[s as usize].route);
        let before = state.nodes[v as usize].prev;
        lift(state, u, &mut self.first);
        let first = &mut self.first;
        let welcome = match found {
            Move::Tails(..) => {
                lift(state, before, &mut self.second);
                append(state, a, self.second.iter()) && append(state, b, first.iter())
            }
            Move::Heads(..) => {
                lift(state, state.start_of(b), &mut self.second);
                let (head, tail) = split_behind(&mut self.second, v);
                append(state, a, head.iter().rev())
                    && append(state, b, first.iter().rev())
                    && append(state, b, tail.iter())
            }
            Move::Turn(..) => {
                split_behind(first, v).0.reverse();
                append(state, a, first.iter())
            }
        };
        welcome && state.refresh(a) && (a == b || state.refresh(b))
    }
}

/// Whether the route of a stop has several trips, which its tail and its turning know nothing of.
#[inline(always)]
fn has_trips<L: Lanes, const TIMED: bool>(state: &State<'_, L, TIMED>, stop: u32) -> bool {
    state.sub.reloading && state.routes[state.nodes[stop as usize].route as usize].reloads > 0
}

/// Takes all stops behind `node` out of its route; `into` has them in driving order.
fn lift<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    node: u32,
    into: &mut Vec<u32>,
) {
    into.clear();
    into.extend(state.behind(node));
    for &stop in into.iter().rev() {
        state.unlink(stop);
    }
}

/// Puts stops at the end of a route. False as soon as one may not be there for what it
/// is, whatever the times.
fn append<'a, L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    slot: u32,
    mut stops: impl Iterator<Item = &'a u32>,
) -> bool {
    let end = state.end_of(slot);
    stops.all(|&stop| {
        let welcome = state.entry(stop, slot).is_some();
        if welcome {
            let last = state.nodes[end as usize].prev;
            state.link(stop, last);
        }
        welcome
    })
}

/// Through `stop`, and behind it.
fn split_behind(stops: &mut [u32], stop: u32) -> (&mut [u32], &mut [u32]) {
    let through = stops.iter().position(|&s| s == stop).map_or(0, |at| at + 1);
    stops.split_at_mut(through)
}

/// What is looked up once for all neighbours of a stop.
struct Look<'a, 's, L, const TIMED: bool> {
    state: &'a State<'s, L, TIMED>,
    u: u32,
    from: &'a Node,
    kind: &'a SubKind<L>,
    /// Load through `u`, a walk along the route that most looks do not need.
    head: OnceCell<L>,
    /// Whether a stretch may be turned round without a look at its legs.
    turning: bool,
}

impl<'a, 's, L: Lanes, const TIMED: bool> Look<'a, 's, L, TIMED> {
    fn new(state: &'a State<'s, L, TIMED>, u: u32) -> Self {
        let from = &state.nodes[u as usize];
        let kind = &state.sub.kinds[state.routes[from.route as usize].kind as usize];
        Look {
            state,
            u,
            from,
            kind,
            head: OnceCell::new(),
            turning: state.sub.symmetric && kind.start == kind.end,
        }
    }

    /// The move of least extra cost below `bound`, by its legs.
    ///
    /// Only between vehicles of one type, for which every stop of one is welcome in
    /// the other. Heads and tails are joined the wrong way round only where there are
    /// no times: with windows such a route is hardly ever feasible.
    fn best(&self, bound: Cost) -> Option<Move> {
        let Look { state, u, .. } = *self;
        let kind = state.routes[self.from.route as usize].kind;
        let removed = self.cost(stored(self.from));
        let (mut least, mut found) = (bound, None);
        for &v in state.sub.neighbours(u) {
            let to = &state.nodes[v as usize];
            if to.route == NONE
                || state.routes[to.route as usize].kind != kind
                || has_trips(state, v)
            {
                continue;
            }
            let joined = self.cost(self.leg(u, v)) - removed;
            let same = to.route == self.from.route;
            if !same {
                let before = stored(&state.nodes[to.prev as usize]);
                let delta =
                    joined + self.cost(self.leg(to.prev, self.from.next)) - self.cost(before);
                if delta < least && self.tails_fit(v, to) {
                    (least, found) = (delta, Some(Move::Tails(u, v)));
                }
            }
            // Heads are joined the wrong way round: what they bring would come before they have it.
            if self.turning && (same || (!TIMED && !state.sub.paired)) {
                let delta =
                    joined + self.cost(self.leg(self.from.next, to.next)) - self.cost(stored(to));
                if delta < least
                    && if same {
                        self.stands_behind(v)
                    } else {
                        self.heads_fit(v, to)
                    }
                {
                    let turn = if same { Move::Turn } else { Move::Heads };
                    (least, found) = (delta, Some(turn(u, v)));
                }
            }
        }
        found
    }

    fn head(&self) -> L {
        *self.head.get_or_init(|| self.state.load_through(self.u))
    }

    fn leg(&self, from: u32, to: u32) -> Leg {
        let column = |node: u32| self.state.column(node);
        let sub = self.state.sub;
        sub.leg(self.kind.profile, column(from), column(to))
    }

    fn cost(&self, leg: Leg) -> Cost {
        let rates = &self.kind.rates;
        rates.distance * i64::from(leg.distance)
            + (rates.driving + rates.duty) * i64::from(leg.time)
    }

    /// Whether `v` stands behind `u`, but not right behind.
    fn stands_behind(&self, v: u32) -> bool {
        self.from.next != v && self.state.behind(self.u).any(|s| s == v)
    }

    fn tails_fit(&self, v: u32, to: &Node) -> bool {
        let open = |node: u32| self.state.held[node as usize].open;
        if self.state.sub.paired && open(self.u) + open(to.prev) > 0 {
            return false;
        }
        if TIMED {
            let node = |n: u32| &self.state.nodes[n as usize];
            let slot = self.from.route;
            let in_time = |a: u32, b: u32| {
                let time = self.leg(a, b).time();
                let arrive = self.state.arrival(slot, [a, b], time, node(a).depart);
                arrive <= node(b).latest
            };
            if !in_time(self.u, v) || !in_time(to.prev, self.from.next) {
                return false;
            }
        }
        let other = self.state.load_through(to.prev);
        let [mine, whole] = [self.from, to].map(|n| self.state.routes[n.route as usize].load);
        self.holds(self.head().plus(whole.minus(other)))
            && self.holds(other.plus(mine.minus(self.head())))
    }

    fn heads_fit(&self, v: u32, to: &Node) -> bool {
        let other = self.state.load_through(v);
        let [mine, whole] = [self.from, to].map(|n| self.state.routes[n.route as usize].load);
        self.holds(self.head().plus(other))
            && self.holds(mine.minus(self.head()).plus(whole.minus(other)))
    }

    fn holds(&self, load: L) -> bool {
        self.kind.capacity.holds(load, self.state.sub.guards)
    }
}

/// The leg that leaves a node.
fn stored(node: &Node) -> Leg {
    Leg {
        distance: node.distance,
        time: node.travel,
    }
}
