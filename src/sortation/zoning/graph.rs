//! Which parts are neighbours.

use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;

use super::ground::{Point, index, real, square};
use super::nearest::neighbours;
use super::parts::{Part, Parts, mean};

/// An edge is long when it is this many times the spacing at the wider of its ends.
const LONG: f64 = 4.0;
/// The same for an edge between parts of one zone of yesterday, which a day with slightly other
/// stops should not take apart.
const LONG_WITHIN: f64 = 6.0;
/// The spacing at a node is its edge of this rank, the shortest first: a corner of a town has two
/// short edges at least, and none of its long ones is the third shortest of a place inside.
const RANK: usize = 3;
/// A place with less than this share of a zone's work has no zone of its own.
const LEAST: f64 = 0.5;

/// An edge between two parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    /// A long way over which a small place is reached; its ends are no neighbours.
    pub(super) bridge: bool,
}

/// Parts and their neighbours.
#[derive(Debug)]
pub(super) struct Graph {
    net: UnGraph<(), Link, u32>,
}

impl Graph {
    /// Delaunay neighbours of the parts' middles, long edges left out.
    ///
    /// The spacing at a part is its third shortest Delaunay edge, or that of its postal code among
    /// the codes' middles, whichever is longer: towns inside a county of towns are neighbours even
    /// where each is a cluster of small parts. An edge longer than four times the spacing at
    /// either end (six times between parts of one zone of yesterday) is left out, so what is connected are places, not everything. A place with less
    /// than half a zone's work is then tied to the nearest other one by a bridge.
    pub(super) fn new(parts: &Parts, target: f64) -> Self {
        let list = &parts.list;
        let sites = Sites::new(list.iter().map(|part| part.at));
        let edges = sites.edges();
        let spacing_of_codes = code_spacing(parts);
        let spacing: Vec<f64> = spacing(sites.points.len(), &edges);
        let scale = |site: u32| {
            let wider = sites
                .members(site)
                .iter()
                .map(|&part| spacing_of_codes[list[part as usize].zip as usize]);
            wider.fold(spacing[site as usize], f64::max)
        };
        let mut net = UnGraph::with_capacity(list.len(), 3 * list.len());
        for _ in list {
            net.add_node(());
        }
        let mut graph = Self { net };
        for site in 0..sites.points.len() {
            for pair in sites.members(index(site)).windows(2) {
                graph.link(pair[0], pair[1], false);
            }
        }
        let mut left_out = Vec::new();
        for &(a, b, length) in &edges {
            let [past_a, past_b] = [a, b].map(|site| list[sites.members(site)[0] as usize].past);
            let together = past_a.is_some() && past_a == past_b;
            let long = if together { LONG_WITHIN } else { LONG };
            if length > long * scale(a).max(scale(b)) {
                left_out.push((length, a, b));
                continue;
            }
            graph.link_sites(&sites, a, b);
        }
        left_out.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        graph.bridge(list, &sites, &left_out, target);
        graph
    }

    /// Ties small places to the nearest, the shortest ways first.
    fn bridge(&mut self, list: &[Part], sites: &Sites, ways: &[(f64, u32, u32)], target: f64) {
        let mut places = UnionFind::<u32>::new(list.len());
        for edge in self.net.edge_indices() {
            if let Some((a, b)) = self.net.edge_endpoints(edge) {
                places.union(index(a.index()), index(b.index()));
            }
        }
        let mut work = vec![0_i64; list.len()];
        for (i, part) in (0_u32..).zip(list) {
            work[places.find(i) as usize] += part.work;
        }
        for &(_, a, b) in ways {
            let (x, y) = (sites.members(a)[0], sites.members(b)[0]);
            let (p, q) = (places.find(x), places.find(y));
            let (work_p, work_q) = (work[p as usize], work[q as usize]);
            if p == q || real(work_p.min(work_q)) >= LEAST * target {
                continue;
            }
            places.union(p, q);
            work[places.find(p) as usize] = work_p + work_q;
            self.link(x, y, true);
        }
    }

    /// Links every part of either site to the ends of the other, not all to all: a zone may hold
    /// any part of a tower together with what is around it.
    fn link_sites(&mut self, sites: &Sites, a: u32, b: u32) {
        let mut link_all = |from: u32, to: u32| {
            for &x in sites.members(from) {
                for y in sites.ends(to) {
                    self.link(x, y, false);
                }
            }
        };
        let single = |site: u32| sites.members(site).len() == 1;
        if !single(a) {
            link_all(a, b);
        }
        // With one part at either site, once is enough.
        if !single(b) || single(a) {
            link_all(b, a);
        }
    }

    fn link(&mut self, a: u32, b: u32, bridge: bool) {
        self.net.add_edge(
            NodeIndex::new(a as usize),
            NodeIndex::new(b as usize),
            Link { bridge },
        );
    }

    /// The neighbours of a part, those over bridges included.
    pub(super) fn around(&self, part: u32) -> impl Iterator<Item = u32> + '_ {
        self.net
            .neighbors(NodeIndex::new(part as usize))
            .map(|node| index(node.index()))
    }

    /// The neighbours of a part that are no bridge away.
    pub(super) fn beside(&self, part: u32) -> impl Iterator<Item = u32> + '_ {
        let node = NodeIndex::<u32>::new(part as usize);
        self.net
            .edges(node)
            .filter(|edge| !edge.weight().bridge)
            .map(move |edge| {
                use petgraph::visit::EdgeRef;
                let far = if edge.source() == node {
                    edge.target()
                } else {
                    edge.source()
                };
                index(far.index())
            })
    }

    /// The connected places, bridges counted, each with its parts in their order.
    pub(super) fn places(&self) -> Vec<Vec<u32>> {
        let mut sets = UnionFind::<u32>::new(self.net.node_count());
        for edge in self.net.edge_indices() {
            if let Some((a, b)) = self.net.edge_endpoints(edge) {
                sets.union(index(a.index()), index(b.index()));
            }
        }
        let mut number = vec![u32::MAX; self.net.node_count()];
        let mut places: Vec<Vec<u32>> = Vec::new();
        for part in 0..index(self.net.node_count()) {
            let root = sets.find(part) as usize;
            if number[root] == u32::MAX {
                number[root] = index(places.len());
                places.push(Vec::new());
            }
            places[number[root] as usize].push(part);
        }
        places
    }
}

/// The spacing of each postal code among the middles of all.
fn code_spacing(parts: &Parts) -> Vec<f64> {
    let middle =
        |range: &std::ops::Range<usize>| mean(parts.list[range.clone()].iter().map(|part| part.at));
    let sites = Sites::new(parts.of_zip.iter().map(middle));
    let spacing = spacing(sites.points.len(), &sites.edges());
    sites
        .of
        .iter()
        .map(|&site| spacing[site as usize])
        .collect()
}

/// At each of `count` points its third shortest edge, or the longest of fewer; 0 without any.
fn spacing(count: usize, edges: &[(u32, u32, f64)]) -> Vec<f64> {
    let mut shortest = vec![[f64::INFINITY; RANK]; count];
    for &(a, b, length) in edges {
        for end in [a, b] {
            let ranks = &mut shortest[end as usize];
            if length < ranks[RANK - 1] {
                ranks[RANK - 1] = length;
                ranks.sort_unstable_by(f64::total_cmp);
            }
        }
    }
    let last = |ranks: [f64; RANK]| {
        let finite = ranks.into_iter().rev().find(|length| length.is_finite());
        finite.unwrap_or(0.0)
    };
    shortest.into_iter().map(last).collect()
}

/// Distinct points, each with what is there.
struct Sites {
    points: Vec<Point>,
    /// Members, site after site.
    members: Vec<u32>,
    /// Where each site's members begin, and the end.
    first: Vec<usize>,
    /// The site of each member.
    of: Vec<u32>,
}

impl Sites {
    fn new(points: impl Iterator<Item = Point>) -> Self {
        let mut sorted: Vec<(Point, u32)> = points.zip(0_u32..).collect();
        sorted.sort_unstable_by(|(a, x), (b, y)| {
            a[0].total_cmp(&b[0])
                .then(a[1].total_cmp(&b[1]))
                .then(x.cmp(y))
        });
        let mut sites = Self {
            points: Vec::new(),
            members: Vec::with_capacity(sorted.len()),
            first: vec![0],
            of: vec![0; sorted.len()],
        };
        for run in sorted.chunk_by(|(a, _), (b, _)| square(*a, *b) <= 0.0) {
            for &(_, member) in run {
                sites.of[member as usize] = index(sites.points.len());
                sites.members.push(member);
            }
            sites.points.push(run[0].0);
            sites.first.push(sites.members.len());
        }
        sites
    }

    fn members(&self, site: u32) -> &[u32] {
        &self.members[self.first[site as usize]..self.first[site as usize + 1]]
    }

    /// The first and the last member, one by itself if there is no other.
    fn ends(&self, site: u32) -> impl Iterator<Item = u32> + Clone {
        let members = self.members(site);
        let (first, last) = (members[0], members[members.len() - 1]);
        std::iter::once(first).chain((first != last).then_some(last))
    }

    /// Delaunay neighbours with their distance.
    fn edges(&self) -> Vec<(u32, u32, f64)> {
        let length = |(a, b): (u32, u32)| {
            let between = square(self.points[a as usize], self.points[b as usize]);
            (a, b, between.sqrt())
        };
        neighbours(&self.points).into_iter().map(length).collect()
    }
}
