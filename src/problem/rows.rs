//! Legs between one location and many, a row at a time.

use crate::travel::Columns;

use super::travel::{CompiledTravel, Leg, OPEN, closed};

/// Locations to which legs are asked for together.
#[derive(Debug)]
pub(crate) struct Rows<'t> {
    travel: &'t CompiledTravel,
    profile: u32,
    locations: Vec<u32>,
    /// Their coordinates, where legs are computed several at a time.
    columns: Columns,
}

impl<'t> Rows<'t> {
    /// The given locations in their order.
    pub(crate) fn new(travel: &'t CompiledTravel, profile: u32, locations: Vec<u32>) -> Self {
        let points = match travel {
            CompiledTravel::Sphere { vectors, .. } => locations
                .iter()
                .map(|&l| vectors[closed(l) as usize])
                .collect(),
            CompiledTravel::Plane { .. } | CompiledTravel::Model { .. } => Vec::new(),
        };
        Self {
            travel,
            profile,
            columns: Columns::new(points),
            locations,
        }
    }

    /// Number of locations.
    pub(crate) fn len(&self) -> usize {
        self.locations.len()
    }

    /// The legs from a location to each: millimetres and milliseconds.
    pub(crate) fn out_of(&self, from: u32, row: &mut [[u32; 2]]) {
        if let CompiledTravel::Sphere {
            vectors,
            detours,
            speeds,
        } = self.travel
        {
            let profile = self.profile as usize;
            let from = vectors[from as usize];
            self.columns
                .row_of(from, detours[profile], speeds[profile], row);
            let ends = row.iter_mut().zip(&self.locations);
            for (cell, _) in ends.filter(|(_, to)| **to == OPEN) {
                *cell = [0; 2];
            }
        } else {
            for (cell, &to) in row.iter_mut().zip(&self.locations) {
                *cell = parts(self.travel.leg(self.profile, from, to));
            }
        }
    }

    /// The legs from each to a location.
    pub(crate) fn into(&self, to: u32, row: &mut [[u32; 2]]) {
        for (cell, &from) in row.iter_mut().zip(&self.locations) {
            *cell = parts(self.travel.leg(self.profile, from, to));
        }
    }
}

const fn parts(leg: Leg) -> [u32; 2] {
    [leg.distance, leg.time]
}
