//! Zones as a dispatcher says them: what leaving one costs, and where they were yesterday.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::ids::name;
use super::place::{LatLng, Zip};
use crate::error::Problems;
use crate::units::Money;

name! {
    /// Names a zone; kept from day to day where yesterday's zones are given.
    ZoneId
}
name! {
    /// Names a block of a zone; unique within a day.
    BlockId
}

/// How much the search cares for zones and blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum ZonePolicy {
    /// Zones give an order to start from and cost nothing to leave.
    #[default]
    Free,
    /// Coming back to a block and changing zones have a price.
    Priced {
        /// For each return of a route to a block that it had left.
        block_reentry: Money,
        /// For each pair of consecutive stops of different zones.
        zone_change: Money,
    },
    /// A route serves stops of one zone only.
    Hard,
}

/// The zones of a day, to be kept for the next: which postal codes, or which parts of them, each
/// zone had. A record: any values may be stated, and are checked when a day is built with it.
///
/// Written as JSON it is a list that a dispatcher can read and edit:
/// `{"zones": [{"id": "Z01", "parts": [{"zip": "60608"}]}]}`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ZoneRecord {
    /// The zones, in any order.
    pub zones: Vec<RecordedZone>,
}

/// One zone of a [`ZoneRecord`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct RecordedZone {
    /// The zone's name.
    pub id: ZoneId,
    /// What it is made of, in any order.
    pub parts: Vec<ZipPart>,
}

/// A postal code or a part of one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ZipPart {
    /// The postal code; of ZIP+4 forms the first five digits count.
    pub zip: Zip,
    /// The middle of the part: of a code in several parts, each stop belongs to the part whose
    /// middle is nearest; parts with one middle share its stops evenly, as those of a tower of
    /// several routes do. `None` for a code that is in one zone as a whole.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub centre: Option<LatLng>,
}

/// Everything that is wrong with what a day says about zones.
pub(super) fn check(
    policy: ZonePolicy,
    yesterday: Option<&ZoneRecord>,
    centroids: &[(Zip, LatLng)],
    most: Money,
    problems: &mut Problems,
) {
    if let ZonePolicy::Priced {
        block_reentry,
        zone_change,
    } = policy
    {
        for (field, price) in [
            ("zone_policy.block_reentry", block_reentry),
            ("zone_policy.zone_change", zone_change),
        ] {
            if price < Money::ZERO {
                let message = format!("{} is negative", price.exact());
                problems.push("zones", field, message);
            } else if price > most {
                problems.push("zones", field, format!("{price} is more than {most}"));
            }
        }
    }
    if let Some(record) = yesterday {
        check_record(record, problems);
    }
    check_centroids(centroids, problems);
}

fn check_record(record: &ZoneRecord, problems: &mut Problems) {
    const FIELD: &str = "zones_of_yesterday";
    let mut ids = HashSet::with_capacity(record.zones.len());
    // Whether a code was stated whole, and in how many entries.
    let mut known: HashMap<&str, (bool, usize)> = HashMap::new();
    for (i, zone) in record.zones.iter().enumerate() {
        let subject = if zone.id.as_str().is_empty() {
            problems.push(format!("zone at index {i}"), FIELD, "has no id");
            format!("zone at index {i}")
        } else {
            format!("zone {:?}", zone.id.as_str())
        };
        if !ids.insert(&zone.id) {
            problems.push(subject.as_str(), FIELD, "is there more than once");
        }
        for part in &zone.parts {
            let code = part.zip.five_digits();
            if let Some(flaw) = part.zip.flaw() {
                problems.push(subject.as_str(), FIELD, zip_flaw(&part.zip, flaw));
            }
            let (whole, entries) = known.entry(code).or_default();
            *whole |= part.centre.is_none();
            *entries += 1;
            if *whole && *entries > 1 {
                let message = format!("zip {code:?} is whole in one zone and also elsewhere");
                problems.push(subject.as_str(), FIELD, message);
            }
            let Some(at) = part.centre else { continue };
            if !at.is_valid() {
                let message = format!("the centre {at} of zip {code:?} is not on the globe");
                problems.push(subject.as_str(), FIELD, message);
            }
        }
    }
}

fn check_centroids(centroids: &[(Zip, LatLng)], problems: &mut Problems) {
    const FIELD: &str = "zip_centroids";
    let mut known = HashMap::with_capacity(centroids.len());
    for (zip, at) in centroids {
        let subject = || format!("zip {:?}", short(zip));
        if let Some(flaw) = zip.flaw() {
            problems.push(subject(), FIELD, flaw);
        }
        if !at.is_valid() {
            problems.push(subject(), FIELD, format!("{at} is not on the globe"));
        }
        let times = known.entry(zip.five_digits()).or_insert(0_usize);
        *times += 1;
        // One problem a code, however often it is repeated.
        if *times == 2 {
            problems.push(subject(), FIELD, "is there more than once");
        }
    }
}

fn zip_flaw(zip: &Zip, flaw: &str) -> String {
    format!("zip {:?} {flaw}", short(zip))
}

/// The beginning of a code, which may be a whole book.
fn short(zip: &Zip) -> String {
    zip.as_str().chars().take(20).collect()
}
