//! Stops to zones of about one route's work, and zones to blocks of neighbouring stops.

mod balance;
mod blocks;
mod cut;
mod demand;
mod finish;
mod graph;
mod ground;
mod nearest;
mod partition;
mod parts;
mod past;
mod state;

use std::ops::Range;

use self::demand::Demand;
use self::finish::Finish;
use self::graph::Graph;
use self::ground::{Ground, index, real};
use self::partition::{number_of_zones, partition};
use self::parts::Parts;
use self::past::Past;
use super::group::Grouping;
use crate::model::{BlockId, LatLng, ServiceDay, Zip, ZoneId, ZoneRecord};
use crate::units::Span;

/// A compact, connected and balanced union of postal codes or of parts of them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Zone {
    /// Yesterday's name where the zone was there yesterday.
    pub id: ZoneId,
    /// The postal codes of its stops, in text order.
    pub zips: Vec<Zip>,
    /// Indices into [`Grouping::stops`], block after block.
    pub stops: Vec<u32>,
    /// Which of [`Zoning::blocks`] are inside.
    pub blocks: Range<u32>,
    /// Packages of all its stops.
    pub packages: u32,
    /// Estimated time for all its stops: service, driving between neighbours, and their share of
    /// the way from the station and back.
    pub work: Span,
    /// Corners of the convex hull of its stops, counter-clockwise, the first not repeated; fewer
    /// than three where the stops are on one line.
    pub hull: Vec<LatLng>,
    /// The mean of its stops.
    pub centroid: LatLng,
}

/// Neighbouring stops of one zone: 8 to 15, fewer only in a zone that has fewer than 8.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Block {
    /// The zone's name and a number.
    pub id: BlockId,
    /// Index into [`Zoning::zones`].
    pub zone: u32,
    /// Indices into [`Grouping::stops`], neighbours one after the other.
    pub stops: Vec<u32>,
}

/// How good a zoning is, for reports.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ZoneFigures {
    /// The largest work of a zone over the mean; 1 is perfect, and the figure of no zones.
    pub balance: f64,
    /// Mean over the zones of 4π area / perimeter² of the hull: 1 for a disc, 0 for a line.
    pub compactness: f64,
    /// Share of the zones that are connected in the graph of neighbours; 1 for no zones.
    pub contiguity: f64,
    /// Postal codes that had a zone yesterday and have stops today.
    pub zips_known: u32,
    /// Those of them of which some stop is in another zone than it would have been in yesterday.
    pub zips_moved: u32,
    /// Parts of codes that had a zone yesterday; a code in one zone is cut into parts anew.
    pub parts_known: u32,
    /// Those of them that are in another zone.
    pub parts_moved: u32,
    /// Stops of known codes.
    pub stops_known: u32,
    /// Stops that are in another zone than they would have been in yesterday.
    pub stops_moved: u32,
}

/// The zones and blocks of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Zoning {
    zones: Vec<Zone>,
    blocks: Vec<Block>,
    /// Zone and block of each stop; `NONE` twice for one without coordinates.
    of_stop: Vec<(u32, u32)>,
    figures: ZoneFigures,
    record: ZoneRecord,
}

/// No zone, no block.
const NONE: u32 = u32::MAX;

impl Zoning {
    /// The zones, in the order of their centroids on a Hilbert curve.
    #[must_use]
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// The blocks, those of the first zone first.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The zone of the stop with this index in [`Grouping::stops`]: an index into
    /// [`zones`](Self::zones). `None` for a stop without coordinates.
    ///
    /// # Panics
    ///
    /// When the grouping has no stop of this index.
    #[must_use]
    pub fn zone_of(&self, stop: usize) -> Option<u32> {
        Some(self.of_stop[stop].0).filter(|&zone| zone != NONE)
    }

    /// The block of the stop with this index in [`Grouping::stops`]: an index into
    /// [`blocks`](Self::blocks). `None` for a stop without coordinates.
    ///
    /// # Panics
    ///
    /// When the grouping has no stop of this index.
    #[must_use]
    pub fn block_of(&self, stop: usize) -> Option<u32> {
        Some(self.of_stop[stop].1).filter(|&block| block != NONE)
    }

    /// How good the zones are, and what moved since yesterday.
    #[must_use]
    pub const fn figures(&self) -> &ZoneFigures {
        &self.figures
    }

    /// The zones as tomorrow's day wants them
    /// ([`zones_of_yesterday`](crate::model::ServiceDayBuilder::zones_of_yesterday)).
    #[must_use]
    pub fn record(&self) -> ZoneRecord {
        self.record.clone()
    }
}

impl ZoneFigures {
    /// The figures of no zones.
    const EMPTY: Self = Self {
        balance: 1.0,
        compactness: 1.0,
        contiguity: 1.0,
        zips_known: 0,
        zips_moved: 0,
        parts_known: 0,
        parts_moved: 0,
        stops_known: 0,
        stops_moved: 0,
    };
}

/// Puts the stops of a day into zones of about one route's work, and those into blocks of 8 to 15
/// neighbouring stops.
///
/// # Work, and how many zones
///
/// The work of a stop is its service, half of the ways to the stops before and after it on the
/// Hilbert curve (times 0.8, by which the shortest tour is shorter; ways of more than twenty mean
/// ones count as twenty), and its share of the ways from the station and back. Times are those of
/// the day's travel figures for the commonest kind of vehicle.
///
/// As many zones as routes are asked for, rounded up: by time, vehicles with the longest duty (the
/// shorter of shift and maximum duty) first, each less the mean way from the station and back, but
/// not less than half; by load, the roomiest first, for the scarcest dimension. What is beyond the
/// fleet is counted in vehicles of its mean; without vehicles a route is eight hours. Yesterday's
/// number stays while the routes asked for are within a tenth of it.
///
/// # Zones
///
/// A postal code with more than a sixth of a zone's work is cut into parts of a tenth, by halving
/// and then by the nearest middle. Parts are neighbours by the Delaunay triangulation of their
/// middles (a code that is one part has the caller's, if stated), long edges left out: those
/// longer than four times the spacing at either end, the spacing being the third shortest edge of
/// the part or of its code among the codes. What is then connected are places. Each place with at
/// least half a zone's work has zones of its own; a smaller one goes with the nearest other, and
/// the contiguity says so.
///
/// Without yesterday's zones a place is cut in two connected sides again and again, in the best
/// of twelve directions; then parts at borders move while that makes zones rounder, more equal or
/// cuts fewer codes; then, while a zone has more than 1.03 times the mean work, it hands parts to
/// a lighter one, over zones between. With yesterday's zones each part starts where it was, new
/// codes go to the nearest zone, a zone more or less is made of the heaviest or the lightest, and
/// parts move only while a zone has more than 1.14 times the mean.
///
/// The same stops give the same zones, whatever the order of the request.
///
/// # Blocks
///
/// A zone is halved across its longer side, at wide gaps, down to 8 to 15 stops.
///
/// # Complexity
///
/// About O(n log n) time and O(n) memory for n stops, wherever they are.
#[must_use]
pub fn zones(day: &ServiceDay, grouping: &Grouping) -> Zoning {
    let ground = Ground::new(day, grouping);
    let Demand { work, routes } = Demand::new(day, &ground);
    let past = Past::new(day, &ground);
    let count = number_of_zones(routes, &past);
    let total: i64 = work.iter().sum();
    let target = real(total) / real(i64::from(index(count)));
    let parts = Parts::new(&ground, &work, target, &past);
    let graph = Graph::new(&parts, target);
    let partition = partition(&parts, &graph, count, target);
    let finish = Finish {
        ground: &ground,
        work: &work,
        parts: &parts,
        graph: &graph,
        partition: &partition,
        past: &past,
    };
    finish.zoning()
}
