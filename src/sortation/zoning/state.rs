//! Zones in the making: which part is in which, and what a move changes.

use super::graph::Graph;
use super::ground::{index, real};
use super::parts::Part;

/// Not yet in a zone.
pub(super) const FREE: u32 = u32::MAX;

/// Metres, so that squares of a nation's distances keep their digits.
const MM: f64 = 1e-3;

/// The parts of some connected places, each in a zone.
#[derive(Debug)]
pub(super) struct State<'a> {
    pub(super) list: &'a [Part],
    pub(super) graph: &'a Graph,
    pub(super) zone_of: Vec<u32>,
    /// The parts of each zone.
    pub(super) members: Vec<Vec<u32>>,
    /// Milliseconds of each zone.
    pub(super) work: Vec<i64>,
    moments: Vec<Moments>,
    /// Marks of the last walk, by part.
    seen: Vec<u32>,
    walk: u32,
}

/// Sums of work times the powers of the coordinates.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    work: f64,
    x: f64,
    y: f64,
    squares: f64,
}

impl Moments {
    fn of(part: &Part) -> Self {
        let (x, y, work) = (part.at[0] * MM, part.at[1] * MM, real(part.work));
        Self {
            work,
            x: work * x,
            y: work * y,
            squares: work * (x * x + y * y),
        }
    }

    fn plus(self, other: Self, sign: f64) -> Self {
        Self {
            work: self.work + sign * other.work,
            x: self.x + sign * other.x,
            y: self.y + sign * other.y,
            squares: self.squares + sign * other.squares,
        }
    }

    /// Work times the square of the distance from the middle, summed.
    fn inertia(self) -> f64 {
        if self.work <= 0.0 {
            return 0.0;
        }
        self.squares - (self.x * self.x + self.y * self.y) / self.work
    }
}

impl<'a> State<'a> {
    pub(super) fn new(list: &'a [Part], graph: &'a Graph) -> Self {
        Self {
            list,
            graph,
            zone_of: vec![FREE; list.len()],
            members: Vec::new(),
            work: Vec::new(),
            moments: Vec::new(),
            seen: vec![0; list.len()],
            walk: 0,
        }
    }

    /// Opens an empty zone.
    pub(super) fn open(&mut self) -> u32 {
        self.members.push(Vec::new());
        self.work.push(0);
        self.moments.push(Moments::default());
        index(self.members.len() - 1)
    }

    /// Takes all parts out of a zone.
    pub(super) fn release(&mut self, zone: u32) -> Vec<u32> {
        let zone = zone as usize;
        let mut parts = std::mem::take(&mut self.members[zone]);
        parts.sort_unstable();
        for &part in &parts {
            self.zone_of[part as usize] = FREE;
        }
        self.work[zone] = 0;
        self.moments[zone] = Moments::default();
        parts
    }

    /// Puts a part into a zone, from wherever it is.
    pub(super) fn put(&mut self, part: u32, zone: u32) {
        let at = part as usize;
        let own = Moments::of(&self.list[at]);
        let from = self.zone_of[at];
        if from != FREE {
            let from = from as usize;
            self.members[from].retain(|&member| member != part);
            self.work[from] -= self.list[at].work;
            self.moments[from] = self.moments[from].plus(own, -1.0);
        }
        self.zone_of[at] = zone;
        let zone = zone as usize;
        self.members[zone].push(part);
        self.work[zone] += self.list[at].work;
        self.moments[zone] = self.moments[zone].plus(own, 1.0);
    }

    /// Work times the square of the distance from the zone's middle.
    pub(super) fn inertia(&self, zone: u32) -> f64 {
        self.moments[zone as usize].inertia()
    }

    /// By how much the inertia of all zones grows when a part goes to another zone.
    pub(super) fn inertia_of_move(&self, part: u32, to: u32) -> f64 {
        let own = Moments::of(&self.list[part as usize]);
        let from = self.moments[self.zone_of[part as usize] as usize];
        let to = self.moments[to as usize];
        from.plus(own, -1.0).inertia() - from.inertia() + to.plus(own, 1.0).inertia() - to.inertia()
    }

    /// Links between parts of one postal code that a move cuts, less those it joins.
    pub(super) fn codes_cut_by_move(&self, part: u32, to: u32) -> i32 {
        let zip = self.list[part as usize].zip;
        let from = self.zone_of[part as usize];
        let mut cut = 0;
        for other in self.graph.around(part) {
            if self.list[other as usize].zip == zip {
                let zone = self.zone_of[other as usize];
                cut += i32::from(zone == from) - i32::from(zone == to);
            }
        }
        cut
    }

    /// The other zones that a part touches, ascending.
    pub(super) fn touched(&self, part: u32, zones: &mut Vec<u32>) {
        zones.clear();
        let own = self.zone_of[part as usize];
        zones.extend(
            self.graph
                .around(part)
                .map(|other| self.zone_of[other as usize])
                .filter(|&zone| zone != own && zone != FREE),
        );
        zones.sort_unstable();
        zones.dedup();
    }

    /// Whether a zone stays in one piece, and does not end, without a part.
    ///
    /// Walks until all of the part's neighbours in the zone have met, which is soon unless the
    /// part is a bottleneck.
    pub(super) fn can_leave(&mut self, part: u32) -> bool {
        let zone = self.zone_of[part as usize];
        if self.members[zone as usize].len() < 2 {
            return false;
        }
        let inside =
            |state: &Self, other: u32| other != part && state.zone_of[other as usize] == zone;
        let mut wanted: Vec<u32> = self
            .graph
            .around(part)
            .filter(|&other| inside(self, other))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let Some(&start) = wanted.first() else {
            return true;
        };
        let mut missing = wanted.len() - 1;
        self.walk += 1;
        self.seen[start as usize] = self.walk;
        let mut queue = std::collections::VecDeque::from([start]);
        while missing > 0 {
            let Some(at) = queue.pop_front() else {
                return false;
            };
            for other in self.graph.around(at) {
                if self.seen[other as usize] == self.walk || !inside(self, other) {
                    continue;
                }
                self.seen[other as usize] = self.walk;
                if wanted.binary_search(&other).is_ok() {
                    missing -= 1;
                }
                queue.push_back(other);
            }
        }
        true
    }

    /// The connected pieces of some parts, in the order of their first parts.
    pub(super) fn pieces(&mut self, parts: &[u32]) -> Vec<Vec<u32>> {
        let inside = self.mark(parts);
        let outside = inside + 1;
        let mut pieces = Vec::new();
        for &part in parts {
            if self.seen[part as usize] != inside {
                continue;
            }
            self.seen[part as usize] = outside;
            let mut piece = vec![part];
            let mut next = 0;
            while let Some(&at) = piece.get(next) {
                next += 1;
                for other in self.graph.around(at) {
                    if self.seen[other as usize] == inside {
                        self.seen[other as usize] = outside;
                        piece.push(other);
                    }
                }
            }
            pieces.push(piece);
        }
        pieces
    }

    /// Marks some parts with a new stamp, which is returned; the stamp above it is free as well.
    pub(super) fn mark(&mut self, parts: &[u32]) -> u32 {
        self.walk += 2;
        for &part in parts {
            self.seen[part as usize] = self.walk - 1;
        }
        self.walk - 1
    }

    pub(super) fn stamp(&mut self, part: u32, stamp: u32) {
        self.seen[part as usize] = stamp;
    }

    pub(super) fn stamp_of(&self, part: u32) -> u32 {
        self.seen[part as usize]
    }

    /// The work of some parts.
    pub(super) fn sum(&self, parts: &[u32]) -> i64 {
        parts
            .iter()
            .map(|&part| self.list[part as usize].work)
            .sum()
    }
}
