//! Legs between a new place and all that the vehicles drive to.

use super::rest::{Rest, travel_of};
use crate::execution::Day;
use crate::model::{GreatCircle, Place, TravelSpec, Vehicle, VehicleKind};
use crate::travel::{Columns, UnitVector};

/// Millimetres and milliseconds.
pub(super) type Way = [i64; 2];

/// Every place of the rest of a day: its stops, then positions and ends of its vehicles.
#[derive(Clone, Debug)]
pub(in crate::execution) struct Ground {
    places: Vec<Place>,
    stops: usize,
    vehicles: usize,
    /// Kinds of the vehicles, and the one that each is.
    kinds: Vec<VehicleKind>,
    kind_of: Vec<usize>,
    /// Whether the route of each vehicle ends at its last stop.
    open: Vec<bool>,
    /// The same places as columns, where legs are great circles.
    columns: Option<(Columns, GreatCircle)>,
}

/// Legs to and from one place, by kind of vehicle and place.
pub(super) struct Around {
    to: Vec<Vec<[u32; 2]>>,
    /// Nothing where the way back is the way there.
    from: Vec<Vec<[u32; 2]>>,
}

impl Ground {
    pub(super) fn of(day: &Day, rest: &Rest) -> Self {
        let request = &rest.request;
        let vehicles = request.vehicles().len();
        let stops = rest.grouping.stops().iter().map(|stop| stop.place);
        let starts = (0..vehicles).map(|v| *request.vehicle_position(v));
        let ends = (0..vehicles).map(|v| *request.vehicle_end(v));
        let places: Vec<Place> = stops.chain(starts).chain(ends).collect();
        let mut kinds: Vec<VehicleKind> = Vec::new();
        let kind_of = request.vehicles().iter().map(|vehicle| {
            let known = kinds.iter().position(|&kind| kind == vehicle.kind());
            known.unwrap_or_else(|| {
                kinds.push(vehicle.kind());
                kinds.len() - 1
            })
        });
        let kind_of = kind_of.collect();
        let open = request.vehicles().iter().map(Vehicle::has_open_end);
        let columns = match (&day.travel, request.travel()) {
            (None, TravelSpec::GreatCircle(circle)) => {
                let points = places.iter().map(|p| p.lat_lng().map(UnitVector::of));
                let points: Option<Vec<UnitVector>> = points.collect();
                points.map(|points| (Columns::new(points), *circle))
            }
            _ => None,
        };
        Self {
            stops: rest.grouping.stops().len(),
            vehicles,
            places,
            kinds,
            kind_of,
            open: open.collect(),
            columns,
        }
    }

    /// The number of a vehicle's position.
    pub(super) fn start(&self, vehicle: usize) -> usize {
        self.stops + vehicle
    }

    /// The number of a vehicle's end.
    pub(super) fn end(&self, vehicle: usize) -> usize {
        self.stops + self.vehicles + vehicle
    }

    /// Whether a number stands for where a vehicle ends whose route ends at its last stop.
    pub(super) fn is_nowhere(&self, vehicle: usize, number: usize) -> bool {
        self.open[vehicle] && number == self.end(vehicle)
    }

    pub(super) fn place(&self, number: usize) -> &Place {
        &self.places[number]
    }

    /// Legs between a place and all others.
    ///
    /// O(places), and a few times faster than one by one where legs are great circles.
    pub(super) fn around(&self, day: &Day, place: &Place) -> Around {
        if let (Some((columns, circle)), Some(at)) = (&self.columns, place.lat_lng()) {
            let at = UnitVector::of(at);
            let row = |&kind: &VehicleKind| {
                let mut row = vec![[0; 2]; self.places.len()];
                columns.row_of(at, circle.detour_of(kind), circle.speed(kind), &mut row);
                row
            };
            return Around {
                to: self.kinds.iter().map(row).collect(),
                from: Vec::new(),
            };
        }
        let travel = travel_of(day);
        let narrow = |leg: crate::travel::Leg| {
            let most = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
            [most(leg.distance.millimeters()), most(leg.time.millis())]
        };
        let to = |&kind: &VehicleKind| {
            let legs = self.places.iter().map(|from| travel.leg(kind, from, place));
            legs.map(narrow).collect()
        };
        let from = |&kind: &VehicleKind| {
            let legs = self.places.iter().map(|to| travel.leg(kind, place, to));
            legs.map(narrow).collect()
        };
        Around {
            to: self.kinds.iter().map(to).collect(),
            from: self.kinds.iter().map(from).collect(),
        }
    }

    /// The legs of a vehicle from a numbered place to the new one, and from that to another.
    pub(super) fn legs(&self, around: &Around, vehicle: usize, from: usize, to: usize) -> [Way; 2] {
        let kind = self.kind_of[vehicle];
        let there = around.to[kind][from];
        let back = if self.is_nowhere(vehicle, to) {
            [0; 2]
        } else {
            around.from.get(kind).unwrap_or(&around.to[kind])[to]
        };
        [there.map(i64::from), back.map(i64::from)]
    }
}
