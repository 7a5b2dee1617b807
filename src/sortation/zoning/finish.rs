//! Zones as callers see them: names, order, hulls, blocks, figures and the record for tomorrow.

use geo::{Area, ConvexHull, Euclidean, Length, MultiPoint, Point as GeoPoint, Polygon};

use super::blocks::blocks;
use super::graph::Graph;
use super::ground::{Ground, Point, index, real};
use super::partition::Partition;
use super::parts::Parts;
use super::past::Past;
use super::{Block, NONE, Zone, ZoneFigures, Zoning};
use crate::model::{BlockId, LatLng, RecordedZone, Zip, ZipPart, ZoneId, ZoneRecord};
use crate::units::Span;

/// Everything that is known once parts have zones.
pub(super) struct Finish<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) work: &'a [i64],
    pub(super) parts: &'a Parts,
    pub(super) graph: &'a Graph,
    pub(super) partition: &'a Partition,
    pub(super) past: &'a Past<'a>,
}

/// One zone on its way.
struct Draft {
    /// Number in the partition.
    zone: u32,
    /// Place of the centroid on the curve.
    key: u64,
    /// In the order of the ground.
    stops: Vec<u32>,
    centroid: LatLng,
}

impl Finish<'_> {
    pub(super) fn zoning(&self) -> Zoning {
        let drafts = self.drafts();
        let ids = self.ids(&drafts);
        let mut zoning = Zoning {
            zones: Vec::with_capacity(drafts.len()),
            blocks: Vec::new(),
            of_stop: vec![(NONE, NONE); self.ground.stops.len()],
            figures: ZoneFigures::EMPTY,
            record: ZoneRecord::default(),
        };
        let mut round = 0.0;
        for (draft, id) in drafts.iter().zip(ids) {
            round += self.add(&mut zoning, draft, id);
        }
        zoning.record = self.record(&drafts, &zoning);
        zoning.figures = self.figures(&drafts, &zoning, round);
        zoning
    }

    fn drafts(&self) -> Vec<Draft> {
        let mut stops: Vec<Vec<u32>> = vec![Vec::new(); self.partition.names.len()];
        for (i, &part) in (0_u32..).zip(&self.parts.of_stop) {
            stops[self.partition.zone_of[part as usize] as usize].push(i);
        }
        let mut drafts: Vec<Draft> = (0_u32..)
            .zip(stops)
            .filter_map(|(zone, stops)| {
                let at = stops.iter().filter_map(|&i| {
                    let stop = self.ground.stop(i as usize);
                    stop.place.lat_lng()
                });
                let centroid = self.ground.frame.mean(at)?;
                Some(Draft {
                    zone,
                    key: self.ground.frame.on_curve(centroid),
                    stops,
                    centroid,
                })
            })
            .collect();
        drafts.sort_by_key(|draft| (draft.key, draft.stops[0]));
        drafts
    }

    /// Yesterday's names, and the first unused numbers for new zones.
    fn ids(&self, drafts: &[Draft]) -> Vec<ZoneId> {
        let mut number = 0_u32;
        let mut fresh = || {
            loop {
                number += 1;
                let id = format!("Z{number:02}");
                if self.past.ids.binary_search(&id.as_str()).is_err() {
                    return ZoneId::from(id);
                }
            }
        };
        drafts
            .iter()
            .map(|draft| match self.partition.names[draft.zone as usize] {
                Some(past) => ZoneId::from(self.past.ids[past as usize]),
                None => fresh(),
            })
            .collect()
    }

    /// Adds a zone and its blocks; how round it is.
    fn add(&self, zoning: &mut Zoning, draft: &Draft, id: ZoneId) -> f64 {
        let zone = index(zoning.zones.len());
        let first = index(zoning.blocks.len());
        let mut stops = Vec::with_capacity(draft.stops.len());
        for (b, block) in (1_u32..).zip(blocks(&self.ground.at, draft.stops.clone())) {
            let own = index(zoning.blocks.len());
            let of_day: Vec<u32> = block
                .iter()
                .map(|&i| self.ground.order[i as usize])
                .collect();
            for &stop in &of_day {
                zoning.of_stop[stop as usize] = (zone, own);
            }
            stops.extend_from_slice(&of_day);
            zoning.blocks.push(Block {
                id: BlockId::from(format!("{id}-{b:02}")),
                zone,
                stops: of_day,
            });
        }
        let mut zips: Vec<u32> = draft
            .stops
            .iter()
            .map(|&i| self.ground.zip[i as usize])
            .collect();
        zips.sort_unstable();
        zips.dedup();
        let packages = stops
            .iter()
            .map(|&i| &self.ground.stops[i as usize])
            .filter(|stop| !stop.collects)
            .map(|stop| stop.packages.len());
        let work = draft.stops.iter().map(|&i| self.work[i as usize]).sum();
        let hull = hull(draft.stops.iter().map(|&i| self.ground.at[i as usize]));
        let corners = hull.exterior().points().skip(1);
        zoning.zones.push(Zone {
            id,
            zips: zips
                .iter()
                .map(|&zip| Zip::from(self.ground.codes[zip as usize]))
                .collect(),
            packages: index(packages.sum()),
            work: Span::from_millis(work),
            hull: corners
                .map(|corner| self.ground.frame.on_globe([corner.x(), corner.y()]))
                .collect(),
            centroid: draft.centroid,
            blocks: first..index(zoning.blocks.len()),
            stops,
        });
        roundness(&hull)
    }

    /// What tomorrow has to know: codes of one zone whole, others by the middles of their parts.
    fn record(&self, drafts: &[Draft], zoning: &Zoning) -> ZoneRecord {
        let mut number = vec![NONE; self.partition.names.len()];
        let mut zones = Vec::with_capacity(drafts.len());
        for (draft, zone) in drafts.iter().zip(&zoning.zones) {
            number[draft.zone as usize] = index(zones.len());
            zones.push(RecordedZone {
                id: zone.id.clone(),
                parts: Vec::new(),
            });
        }
        for (code, range) in self.ground.codes.iter().zip(&self.parts.of_zip) {
            let zone_of = |part: usize| number[self.partition.zone_of[part] as usize];
            let whole = range
                .clone()
                .all(|part| zone_of(part) == zone_of(range.start));
            let mut shown: Vec<(u32, Point)> = range
                .clone()
                .take(if whole { 1 } else { range.len() })
                .map(|part| (zone_of(part), self.parts.list[part].at))
                .collect();
            shown.sort_unstable_by(|(x, a), (y, b)| {
                x.cmp(y)
                    .then(a[0].total_cmp(&b[0]))
                    .then(a[1].total_cmp(&b[1]))
            });
            for (zone, at) in shown {
                zones[zone as usize].parts.push(ZipPart {
                    zip: Zip::from(*code),
                    centre: (!whole).then(|| self.ground.frame.on_globe(at)),
                });
            }
        }
        self.add_absent(&mut zones);
        ZoneRecord { zones }
    }

    /// Codes without stops today stay where they were, if their zone is still there.
    fn add_absent(&self, zones: &mut [RecordedZone]) {
        let mut order: Vec<usize> = (0..zones.len()).collect();
        order.sort_unstable_by(|&a, &b| zones[a].id.cmp(&zones[b].id));
        for past in self.past.record.iter().flat_map(|record| &record.zones) {
            let Ok(found) = order.binary_search_by(|&zone| zones[zone].id.cmp(&past.id)) else {
                continue;
            };
            let absent = past
                .parts
                .iter()
                .filter(|part| self.ground.code(part.zip.five_digits()).is_none());
            zones[order[found]].parts.extend(absent.cloned());
        }
    }

    fn figures(&self, drafts: &[Draft], zoning: &Zoning, round: f64) -> ZoneFigures {
        if drafts.is_empty() {
            return ZoneFigures::EMPTY;
        }
        let count = real(i64::from(index(drafts.len())));
        let works = || zoning.zones.iter().map(|zone| real(zone.work.millis()));
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.partition.names.len()];
        for (part, &zone) in (0_u32..).zip(&self.partition.zone_of) {
            members[zone as usize].push(part);
        }
        let connected = drafts
            .iter()
            .filter(|draft| self.is_connected(&members[draft.zone as usize]))
            .count();
        let mut figures = ZoneFigures {
            balance: works().fold(0.0, f64::max) * count / works().sum::<f64>(),
            compactness: round / count,
            contiguity: real(i64::from(index(connected))) / count,
            ..ZoneFigures::EMPTY
        };
        self.count_moves(&mut figures);
        figures
    }

    /// Whether parts are in one piece without bridges.
    fn is_connected(&self, parts: &[u32]) -> bool {
        let Some(&start) = parts.first() else {
            return true;
        };
        let zone = self.partition.zone_of[start as usize];
        let mut seen = vec![start];
        let mut known = std::collections::BTreeSet::from([start]);
        while let Some(part) = seen.pop() {
            for other in self.graph.beside(part) {
                if self.partition.zone_of[other as usize] == zone && known.insert(other) {
                    seen.push(other);
                }
            }
        }
        known.len() == parts.len()
    }

    fn count_moves(&self, figures: &mut ZoneFigures) {
        let codes = self.ground.codes.len();
        let (mut known, mut moved) = (vec![false; codes], vec![false; codes]);
        for (i, past) in self.parts.past.iter().enumerate() {
            if past.is_none() {
                continue;
            }
            let zip = self.ground.zip[i] as usize;
            let zone = self.partition.zone_of[self.parts.of_stop[i] as usize];
            known[zip] = true;
            figures.stops_known += 1;
            if self.partition.names[zone as usize] != *past {
                moved[zip] = true;
                figures.stops_moved += 1;
            }
        }
        for (part, zone) in self.parts.list.iter().zip(&self.partition.zone_of) {
            figures.parts_known += u32::from(part.past.is_some());
            let stayed = self.partition.names[*zone as usize] == part.past;
            figures.parts_moved += u32::from(part.past.is_some() && !stayed);
        }
        let count = |flags: Vec<bool>| index(flags.into_iter().filter(|&flag| flag).count());
        figures.zips_known = count(known);
        figures.zips_moved = count(moved);
    }
}

fn hull(points: impl Iterator<Item = Point>) -> Polygon<f64> {
    let points: Vec<GeoPoint<f64>> = points.map(|[x, y]| GeoPoint::new(x, y)).collect();
    MultiPoint(points).convex_hull()
}

/// 4π area / perimeter²; 1 for a single point.
fn roundness(hull: &Polygon<f64>) -> f64 {
    let around = Euclidean.length(hull.exterior());
    if around > 0.0 {
        4.0 * std::f64::consts::PI * hull.unsigned_area() / (around * around)
    } else {
        1.0
    }
}
