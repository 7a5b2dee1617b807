//! Where things are: distinct places, the travel between them, positions on a plane.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Place, Plane, ServiceDay, TravelSpec, VehicleKind};
use crate::sortation::{Grouping, hilbert};
use crate::travel::{Ruler, TravelModel, UnitVector};

use super::travel::CompiledTravel;
use super::{Problem, index};

/// Distinct places, numbered in the order of first use.
#[derive(Default)]
pub(super) struct Places {
    list: Vec<Place>,
    known: BTreeMap<(u64, u64, Option<u32>), u32>,
}

impl Places {
    pub(super) fn index_of(&mut self, place: &Place) -> u32 {
        // Equal coordinates are equal bits; -0.0 is made 0.0 first.
        let bits = |v: f64| (v + 0.0).to_bits();
        let at = place.lat_lng();
        let key = (
            at.map_or(u64::MAX, |l| bits(l.lat)),
            at.map_or(u64::MAX, |l| bits(l.lng)),
            place.matrix_row(),
        );
        let next = index(self.list.len());
        *self.known.entry(key).or_insert_with(|| {
            self.list.push(*place);
            next
        })
    }
}

pub(super) fn travel(
    day: &ServiceDay,
    model: Option<Arc<dyn TravelModel>>,
    places: &Places,
    kinds: &[VehicleKind],
) -> CompiledTravel {
    if let (None, TravelSpec::GreatCircle(circle)) = (&model, day.travel().free()) {
        let vectors: Option<Vec<UnitVector>> = places
            .list
            .iter()
            .map(|p| p.lat_lng().map(UnitVector::of))
            .collect();
        if let Some(vectors) = vectors {
            return CompiledTravel::Sphere {
                vectors,
                detours: kinds.iter().map(|&k| circle.detour_of(k)).collect(),
                speeds: kinds.iter().map(|&k| circle.speed(k)).collect(),
            };
        }
    }
    if let (None, TravelSpec::Plane(plane)) = (&model, day.travel().free()) {
        let points = places.list.iter().map(|p| plane_point(plane, p));
        if let Some(points) = points.collect() {
            return CompiledTravel::Plane {
                points,
                ruler: Ruler::of(plane),
                timeless: plane.timeless(),
            };
        }
    }
    CompiledTravel::Model {
        model: model.unwrap_or_else(|| Arc::new(day.travel().free().clone())),
        places: places.list.clone(),
        kinds: kinds.to_vec(),
    }
}

fn plane_point(plane: &Plane, place: &Place) -> Option<[f64; 2]> {
    let row = place.matrix_row()? as usize;
    plane.points().get(row).copied()
}

/// Positions on a plane: metres east and north of the station, or, where places
/// have no coordinates, travel times from the station and from the stop farthest
/// from it.
pub(super) fn lay_out(problem: &mut Problem, day: &ServiceDay, places: &Places) {
    if let CompiledTravel::Plane { points, .. } = &problem.travel {
        let at = |location: u32| points[location as usize];
        problem.xy = problem.stops.iter().map(|s| at(s.location)).collect();
        // Of no interest without vehicles.
        problem.station = problem
            .types
            .first()
            .map_or([0.0; 2], |kind| at(kind.start));
        problem.positioned = true;
        return;
    }
    let stops = problem
        .stops
        .iter()
        .map(|s| places.list[s.location as usize].lat_lng());
    let located: Option<Vec<_>> = stops.collect();
    let station = day.station().place().lat_lng();
    if let (Some(located), Some(station)) = (located, station) {
        let meters = 6_371_008.8 * std::f64::consts::PI / 180.0;
        let shrink = station.lat.to_radians().cos().abs().max(0.01);
        problem.xy = located
            .iter()
            .map(|at| {
                // The short way round, across the date line too.
                let east = (at.lng - station.lng + 540.0).rem_euclid(360.0) - 180.0;
                [east * shrink * meters, (at.lat - station.lat) * meters]
            })
            .collect();
        problem.positioned = true;
        return;
    }
    let Some(kind) = problem.types.first() else {
        problem.xy = vec![[0.0; 2]; problem.stops.len()];
        return;
    };
    let time = |a: u32, b: u32| f64::from(problem.travel.leg(kind.profile, a, b).time);
    let at: Vec<u32> = problem.stops.iter().map(|s| s.location).collect();
    let near: Vec<f64> = at.iter().map(|&l| time(kind.start, l)).collect();
    let far = (0..at.len()).max_by(|&a, &b| near[a].total_cmp(&near[b]).then(b.cmp(&a)));
    let far = far.map_or(kind.start, |s| at[s]);
    let xy = at
        .iter()
        .zip(&near)
        .map(|(&l, &x)| [x, time(far, l)])
        .collect();
    let station = [0.0, time(far, kind.start)];
    problem.xy = xy;
    problem.station = station;
}

/// Stops on a plane along a Hilbert curve through the square around all points.
pub(super) fn along_curve(plane: &Plane, grouping: &Grouping) -> Vec<u32> {
    let points = plane.points().iter();
    let low = points.clone().fold([f64::INFINITY; 2], |low, p| {
        [low[0].min(p[0]), low[1].min(p[1])]
    });
    let side = points
        .flat_map(|p| [p[0] - low[0], p[1] - low[1]])
        .fold(1e-9, f64::max);
    let cells = f64::from(u32::MAX) / side;
    let along = |&s: &u32| {
        let place = &grouping.stops()[s as usize].place;
        let at = plane_point(plane, place).unwrap_or(low);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "inside the square; the cast saturates"
        )]
        let cell = |d: usize| ((at[d] - low[d]) * cells) as u32;
        (hilbert(cell(0), cell(1)), s)
    };
    let mut order: Vec<u32> = (0..index(grouping.stops().len())).collect();
    order.sort_by_cached_key(along);
    order
}
