//! Yesterday's zones, looked up by today's postal codes.

use super::ground::{Ground, Point, index};
use crate::model::{ServiceDay, ZoneRecord};

/// What is known of a postal code from yesterday.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Known {
    /// It had no zone.
    #[default]
    Nothing,
    /// It was in this zone.
    Whole(u32),
    /// The middles of its parts and their zones.
    Parts(Vec<(Point, u32)>),
}

/// Yesterday's zones.
#[derive(Debug, Default)]
pub(super) struct Past<'a> {
    /// In text order; what is said of zones is said by index.
    pub(super) ids: Vec<&'a str>,
    /// By number of the postal code.
    pub(super) codes: Vec<Known>,
    /// As it was given.
    pub(super) record: Option<&'a ZoneRecord>,
}

impl<'a> Past<'a> {
    pub(super) fn new(day: &'a ServiceDay, ground: &Ground<'_>) -> Self {
        let mut codes = vec![Known::Nothing; ground.codes.len()];
        let record = day.zones_of_yesterday();
        let mut zones: Vec<_> = record.into_iter().flat_map(|r| &r.zones).collect();
        zones.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        for (z, zone) in zones.iter().enumerate() {
            for part in &zone.parts {
                let Some(code) = ground.code(part.zip.five_digits()) else {
                    continue;
                };
                match (part.centre, &mut codes[code]) {
                    (None, known) => *known = Known::Whole(index(z)),
                    (Some(at), Known::Parts(parts)) => {
                        parts.push((ground.frame.on_plane(at), index(z)));
                    }
                    (Some(at), known) => {
                        *known = Known::Parts(vec![(ground.frame.on_plane(at), index(z))]);
                    }
                }
            }
        }
        for known in &mut codes {
            if let Known::Parts(parts) = known {
                parts.sort_unstable_by(|(a, x), (b, y)| {
                    a[0].total_cmp(&b[0])
                        .then(a[1].total_cmp(&b[1]))
                        .then(x.cmp(y))
                });
            }
        }
        Self {
            ids: zones.iter().map(|zone| zone.id.as_str()).collect(),
            codes,
            record,
        }
    }
}
