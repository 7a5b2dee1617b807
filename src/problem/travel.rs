//! Travel between the compiled problem's locations.

use std::sync::Arc;

use crate::model::{Place, VehicleKind};
use crate::travel::{Columns, Ruler, TravelModel, UnitVector};

use super::time::{LONGEST_LEG, Time};

/// A leg in millimetres and milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Leg {
    /// Millimetres (or the set's own scaled unit).
    pub(crate) distance: u32,
    /// Milliseconds.
    pub(crate) time: u32,
}

impl Leg {
    /// The time as the signed integer of instants.
    #[inline(always)]
    pub(crate) fn time(self) -> Time {
        // Below 2^29, see `CompiledTravel::leg`.
        self.time.cast_signed()
    }

    /// Distance and time as numbers to add up.
    #[inline]
    pub(crate) fn way(self) -> [i64; 2] {
        [self.distance.into(), self.time.into()]
    }
}

/// The end of a route that ends at its last stop: no way from anywhere.
pub(crate) const OPEN: u32 = u32::MAX;

/// How legs are found.
#[derive(Clone)]
pub(crate) enum CompiledTravel {
    /// Great circle times detour; one detour and one speed (km/h) a profile.
    Sphere {
        /// One unit vector a location.
        vectors: Vec<UnitVector>,
        /// Road kilometres per kilometre of great circle, of each profile.
        detours: Vec<f64>,
        /// Speed of each profile.
        speeds: Vec<f64>,
    },
    /// Straight lines on a plane.
    Plane {
        /// One point a location.
        points: Vec<[f64; 2]>,
        /// Scale and rounding.
        ruler: Ruler,
        /// Whether legs take no time.
        timeless: bool,
    },
    /// Any model, asked leg by leg.
    Model {
        /// The caller's model or matrix.
        model: Arc<dyn TravelModel>,
        /// One place a location.
        places: Vec<Place>,
        /// A vehicle kind that stands for each profile.
        kinds: Vec<VehicleKind>,
    },
}

impl std::fmt::Debug for CompiledTravel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            CompiledTravel::Sphere { .. } => "Sphere",
            CompiledTravel::Plane { .. } => "Plane",
            CompiledTravel::Model { .. } => "Model",
        };
        f.debug_struct(name)
            .field("locations", &self.len())
            .finish_non_exhaustive()
    }
}

impl CompiledTravel {
    /// Number of locations.
    pub(crate) fn len(&self) -> usize {
        match self {
            CompiledTravel::Sphere { vectors, .. } => vectors.len(),
            CompiledTravel::Plane { points, .. } => points.len(),
            CompiledTravel::Model { places, .. } => places.len(),
        }
    }

    /// Whether both directions of every leg are equal by promise.
    pub(crate) fn symmetric(&self) -> bool {
        match self {
            CompiledTravel::Sphere { .. } | CompiledTravel::Plane { .. } => true,
            CompiledTravel::Model { model, .. } => model.is_symmetric(),
        }
    }

    /// Whether no leg takes time, so that no window can ever bind.
    pub(crate) fn timeless(&self) -> bool {
        match self {
            CompiledTravel::Sphere { .. } => false,
            CompiledTravel::Plane { timeless, .. } => *timeless,
            CompiledTravel::Model { model, .. } => model.is_timeless(),
        }
    }

    /// The leg from location `a` to `b`. A time beyond [`LONGEST_LEG`] is cut to
    /// it: no shift is that long, so the leg stays impossible.
    #[inline]
    pub(crate) fn leg(&self, profile: u32, a: u32, b: u32) -> Leg {
        if a == OPEN || b == OPEN {
            return Leg::default();
        }
        match self {
            CompiledTravel::Sphere {
                vectors,
                detours,
                speeds,
            } => {
                let profile = profile as usize;
                let meters = crate::travel::meters(&vectors[a as usize], &vectors[b as usize]);
                let (mm, ms) = crate::travel::round_leg(meters, detours[profile], speeds[profile]);
                cut(mm, ms)
            }
            CompiledTravel::Plane {
                points,
                ruler,
                timeless,
            } => straight(*ruler, *timeless, points[a as usize], points[b as usize]),
            CompiledTravel::Model {
                model,
                places,
                kinds,
            } => {
                let leg = model.leg(
                    kinds[profile as usize],
                    &places[a as usize],
                    &places[b as usize],
                );
                cut(leg.distance.millimeters(), leg.time.millis())
            }
        }
    }

    /// All legs between the given locations, row by row.
    pub(crate) fn table(&self, profile: u32, locations: &[u32], out: &mut [Leg]) {
        if !locations.contains(&OPEN) {
            return self.closed_table(profile, locations, out);
        }
        let anywhere: Vec<u32> = locations.iter().map(|&l| closed(l)).collect();
        self.closed_table(profile, &anywhere, out);
        for (from, row) in locations.iter().zip(out.chunks_exact_mut(locations.len())) {
            for (to, leg) in locations.iter().zip(row) {
                if *from == OPEN || *to == OPEN {
                    *leg = Leg::default();
                }
            }
        }
    }

    fn closed_table(&self, profile: u32, locations: &[u32], out: &mut [Leg]) {
        let rows = out.chunks_exact_mut(locations.len().max(1));
        match self {
            CompiledTravel::Sphere {
                vectors,
                detours,
                speeds,
            } => {
                let profile = profile as usize;
                let columns =
                    Columns::new(locations.iter().map(|&l| vectors[l as usize]).collect());
                let mut cells = vec![[0; 2]; locations.len()];
                for (from, row) in rows.enumerate() {
                    columns.row(from, detours[profile], speeds[profile], &mut cells);
                    for (leg, [distance, time]) in row.iter_mut().zip(&cells) {
                        *leg = Leg {
                            distance: *distance,
                            time: *time,
                        };
                    }
                }
            }
            CompiledTravel::Plane {
                points,
                ruler,
                timeless,
            } => {
                let points: Vec<[f64; 2]> = locations.iter().map(|&l| points[l as usize]).collect();
                for (&from, row) in points.iter().zip(rows) {
                    for (leg, &to) in row.iter_mut().zip(&points) {
                        *leg = straight(*ruler, *timeless, from, to);
                    }
                }
            }
            CompiledTravel::Model { .. } => {
                for (&from, row) in locations.iter().zip(rows) {
                    for (leg, &to) in row.iter_mut().zip(locations) {
                        *leg = self.leg(profile, from, to);
                    }
                }
            }
        }
    }
}

/// A location that stands for an open end where one must be named.
pub(super) const fn closed(location: u32) -> u32 {
    if location == OPEN { 0 } else { location }
}

#[inline(always)]
fn straight(ruler: Ruler, timeless: bool, from: [f64; 2], to: [f64; 2]) -> Leg {
    let ticks = ruler.ticks(from, to);
    Leg {
        distance: ticks,
        time: if timeless { 0 } else { ticks },
    }
}

#[inline(always)]
fn cut(millimeters: i64, millis: i64) -> Leg {
    let longest = i64::from(u32::MAX >> 1);
    Leg {
        distance: u32::try_from(millimeters.clamp(0, longest)).unwrap_or(u32::MAX >> 1),
        time: u32::try_from(millis.clamp(0, i64::from(LONGEST_LEG))).unwrap_or(LONGEST_LEG),
    }
}
