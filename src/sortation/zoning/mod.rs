//! Stops to zones of about one route's work, and zones to blocks of neighbouring stops.

use std::ops::Range;

use super::group::Grouping;
use super::zip::zip_groups;
use crate::model::{BlockId, LatLng, RecordedZone, ServiceDay, Zip, ZipPart, ZoneId, ZoneRecord};
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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

/// Puts the stops of a day into zones of about one route's work and blocks of 8 to 15 stops.
#[must_use]
pub fn zones(day: &ServiceDay, grouping: &Grouping) -> Zoning {
    let stops = grouping.stops();
    let groups = zip_groups(grouping);
    let order: Vec<u32> = groups
        .iter()
        .flat_map(|group| group.stops.iter().copied())
        .filter(|&i| stops[i as usize].place.lat_lng().is_some())
        .collect();
    let size = order.len().div_ceil(day.vehicles().len().max(1)).max(1);
    let mut zoning = Zoning {
        zones: Vec::new(),
        blocks: Vec::new(),
        of_stop: vec![(NONE, NONE); stops.len()],
        figures: ZoneFigures::default(),
        record: ZoneRecord::default(),
    };
    for (z, run) in (0_u32..).zip(order.chunks(size)) {
        add_zone(&mut zoning, grouping, z, run);
    }
    zoning
}

fn add_zone(zoning: &mut Zoning, grouping: &Grouping, z: u32, run: &[u32]) {
    let id = ZoneId::from(format!("Z{:02}", z + 1));
    let first = u32::try_from(zoning.blocks.len()).unwrap_or(NONE);
    let count = run.len().div_ceil(15).max(1);
    let mut rest = run;
    for b in 0..count {
        let (stops, others) = rest.split_at(rest.len() / (count - b));
        rest = others;
        for &stop in stops {
            let block = u32::try_from(zoning.blocks.len()).unwrap_or(NONE);
            zoning.of_stop[stop as usize] = (z, block);
        }
        zoning.blocks.push(Block {
            id: BlockId::from(format!("{id}-{:02}", b + 1)),
            zone: z,
            stops: stops.to_vec(),
        });
    }
    let stop = |&i: &u32| &grouping.stops()[i as usize];
    let places: Vec<LatLng> = run.iter().filter_map(|i| stop(i).place.lat_lng()).collect();
    #[expect(clippy::cast_precision_loss, reason = "a count of stops")]
    let n = places.len() as f64;
    let mut zips: Vec<Zip> = run
        .iter()
        .map(|i| Zip::from(stop(i).zip.five_digits()))
        .collect();
    zips.sort_unstable();
    zips.dedup();
    let parts = zips
        .iter()
        .cloned()
        .map(|zip| ZipPart { zip, centre: None });
    zoning.record.zones.push(RecordedZone {
        id: id.clone(),
        parts: parts.collect(),
    });
    zoning.zones.push(Zone {
        id,
        zips,
        stops: run.to_vec(),
        blocks: first..u32::try_from(zoning.blocks.len()).unwrap_or(NONE),
        packages: run
            .iter()
            .map(|i| u32::try_from(stop(i).packages.len()).unwrap_or(u32::MAX))
            .sum(),
        work: run.iter().map(|i| stop(i).service).sum::<Span>(),
        hull: Vec::new(),
        centroid: LatLng {
            lat: places.iter().map(|p| p.lat).sum::<f64>() / n,
            lng: places.iter().map(|p| p.lng).sum::<f64>() / n,
        },
    });
}
