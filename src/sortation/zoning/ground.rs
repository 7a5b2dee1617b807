//! The stops on a plane, in an order that does not depend on the request.

use std::collections::HashMap;

use crate::model::{LatLng, Place, ServiceDay};
use crate::sortation::group::Grouping;
use crate::sortation::stop::StopGroup;
use crate::sortation::zip::{Frame, Key};

/// A point of the plane, whole millimetres.
pub(super) type Point = [f64; 2];

/// The stops that have coordinates, along the curve, equal positions by id.
///
/// Everything about a stop is found under its number in this order, so that neither the result
/// nor the order of an addition depends on the order of the request.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    /// All stops of the day.
    pub(super) stops: &'a [StopGroup],
    pub(super) frame: Frame,
    /// Index into [`Grouping::stops`].
    pub(super) order: Vec<u32>,
    pub(super) at: Vec<Point>,
    /// Index into `codes`.
    pub(super) zip: Vec<u32>,
    /// Postal codes in text order.
    pub(super) codes: Vec<&'a str>,
    /// The caller's middle of each code.
    pub(super) stated: Vec<Option<Point>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(day: &ServiceDay, grouping: &'a Grouping) -> Self {
        let stops = grouping.stops();
        let frame = Frame::around(stops.iter().filter_map(|stop| stop.place.lat_lng()));
        let mut sorted: Vec<(u64, u32, LatLng)> = (0_u32..)
            .zip(stops)
            .filter_map(|(i, stop)| on_curve(&frame, &stop.place).map(|(key, at)| (key, i, at)))
            .collect();
        sorted.sort_unstable_by(|a, b| {
            let id = |i: u32| &stops[i as usize].id;
            a.0.cmp(&b.0).then_with(|| id(a.1).cmp(id(b.1)))
        });
        let (codes, zip) = codes(stops, sorted.iter().map(|entry| entry.1));
        let mut ground = Self {
            stops,
            order: sorted.iter().map(|entry| entry.1).collect(),
            at: sorted.iter().map(|entry| frame.on_plane(entry.2)).collect(),
            zip,
            stated: vec![None; codes.len()],
            codes,
            frame,
        };
        for (zip, at) in day.zip_centroids() {
            if let Some(code) = ground.code(zip.five_digits()) {
                ground.stated[code] = Some(ground.frame.on_plane(*at));
            }
        }
        ground
    }

    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    /// The stop with this number.
    pub(super) fn stop(&self, i: usize) -> &'a StopGroup {
        &self.stops[self.order[i] as usize]
    }

    /// The number of a postal code that has stops.
    pub(super) fn code(&self, code: &str) -> Option<usize> {
        self.codes.binary_search(&code).ok()
    }
}

fn on_curve(frame: &Frame, place: &Place) -> Option<(u64, LatLng)> {
    match (frame.key(place), place.lat_lng()) {
        (Key::Curve(key), Some(at)) => Some((key, at)),
        _ => None,
    }
}

/// The postal codes in text order, and the number of that of each stop.
fn codes(stops: &[StopGroup], order: impl Iterator<Item = u32> + Clone) -> (Vec<&str>, Vec<u32>) {
    let mut number: HashMap<&str, u32> = HashMap::new();
    let mut found: Vec<(&str, u32)> = Vec::new();
    let mut zip: Vec<u32> = order
        .map(|i| {
            let code = stops[i as usize].zip.five_digits();
            *number.entry(code).or_insert_with(|| {
                let fresh = index(found.len());
                found.push((code, fresh));
                fresh
            })
        })
        .collect();
    found.sort_unstable();
    let mut rank = vec![0; found.len()];
    for (r, &(_, fresh)) in (0_u32..).zip(&found) {
        rank[fresh as usize] = r;
    }
    for code in &mut zip {
        *code = rank[*code as usize];
    }
    (found.into_iter().map(|(code, _)| code).collect(), zip)
}

/// Stops, parts and zones are numbered with 32 bits, as the packages of a day are.
pub(super) fn index(number: usize) -> u32 {
    u32::try_from(number).expect("a day holds fewer than 2^32 packages, which its build checks")
}

/// A count or a number of milliseconds as a coordinate; beyond 2^53 the last digits go.
#[expect(
    clippy::cast_precision_loss,
    reason = "an estimate needs no more digits than a double has"
)]
pub(super) const fn real(number: i64) -> f64 {
    number as f64
}

/// A figure of time as whole milliseconds.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast stops at the ends of i64; estimates stay far inside"
)]
pub(super) const fn whole(number: f64) -> i64 {
    number as i64
}

/// Square of the distance, mm².
pub(super) fn square(a: Point, b: Point) -> f64 {
    let (dx, dy) = (a[0] - b[0], a[1] - b[1]);
    dx * dx + dy * dy
}
