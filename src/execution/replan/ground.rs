//! Legs between a new place and all that the vehicles drive to.

use std::cell::Cell;
use std::collections::HashMap;

use super::rest::{Rest, travel_of};
use crate::execution::Day;
use crate::model::{GreatCircle, MOST_MS, Place, TravelSpec, Vehicle, VehicleKind};
use crate::travel::{Columns, Leg, Pace, TravelModel, UnitVector};
use crate::units::TimeOfDay;

/// Millimetres and milliseconds.
pub(super) type Way = [i64; 2];

/// Every place of the rest of a day: its stops, then positions and ends of its vehicles.
#[derive(Clone, Debug)]
pub(in crate::execution) struct Ground {
    places: Vec<Place>,
    /// For each place the first one that is the same.
    same: Vec<u32>,
    stops: usize,
    vehicles: usize,
    /// Kinds of the vehicles, and the one that each is.
    kinds: Vec<VehicleKind>,
    kind_of: Vec<usize>,
    /// Whether the route of each vehicle ends at its last stop.
    open: Vec<bool>,
    /// Whether and how legs take longer in some hours.
    hours: Hours,
    /// The same places as columns, where legs are great circles.
    columns: Option<(Columns, GreatCircle)>,
}

/// Whether legs take longer in some hours.
#[derive(Clone, Debug)]
enum Hours {
    Same,
    /// The speeds of each kind of vehicle, where all legs have the same.
    Paces(Vec<Pace>),
    /// The travel model is asked, each time.
    Model,
}

/// Legs to and from one place, by kind of vehicle and place; where the hour counts, in the shortest
/// time on any.
pub(super) struct Around<'a> {
    ground: &'a Ground,
    travel: &'a dyn TravelModel,
    place: Place,
    to: Vec<Legs>,
    /// Nothing where the way back is the way there.
    from: Vec<Legs>,
}

/// Legs between the new place and all others: millimetres and milliseconds.
enum Legs {
    Known(Vec<[u32; 2]>),
    /// Each is asked for when it is first needed, once for places that are the same.
    Asked(Vec<Cell<[u32; 2]>>),
}

/// Longer than any leg may be.
const UNASKED: [u32; 2] = [u32::MAX; 2];

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
        let free = match request.travel() {
            TravelSpec::Hourly(hourly) => hourly.free(),
            same => same,
        };
        let columns = match (&day.travel, free) {
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
            same: same(&places),
            places,
            hours: Hours::of(day, &kinds),
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
    /// O(places), and a few times faster than one by one where legs are great circles. Others are
    /// asked for one by one when they are looked at.
    pub(super) fn around<'a>(&'a self, day: &'a Day, place: &Place) -> Around<'a> {
        let travel = travel_of(day);
        let (to, from) = match (&self.columns, place.lat_lng()) {
            (Some((columns, circle)), Some(at)) => {
                let at = UnitVector::of(at);
                let row = |&kind: &VehicleKind| {
                    let mut row = vec![[0; 2]; self.places.len()];
                    columns.row_of(at, circle.detour_of(kind), circle.speed(kind), &mut row);
                    Legs::Known(row)
                };
                (self.kinds.iter().map(row).collect(), Vec::new())
            }
            _ => {
                let row =
                    |_: &VehicleKind| Legs::Asked(vec![Cell::new(UNASKED); self.places.len()]);
                let rows = || self.kinds.iter().map(row).collect();
                let back = !travel.is_symmetric();
                (rows(), if back { rows() } else { Vec::new() })
            }
        };
        Around {
            ground: self,
            travel,
            place: *place,
            to,
            from,
        }
    }

    fn kind(&self, vehicle: usize) -> (usize, VehicleKind) {
        let number = self.kind_of[vehicle];
        (number, self.kinds[number])
    }

    pub(super) fn is_timed(&self) -> bool {
        !matches!(self.hours, Hours::Same)
    }

    /// When a vehicle arrives that drives between two numbered places from then on, which takes so
    /// long on a free road.
    pub(super) fn arrive(
        &self,
        day: &Day,
        vehicle: usize,
        (from, to): (usize, usize),
        leg: (i64, i64),
    ) -> i64 {
        let ends = (&self.places[from], &self.places[to]);
        if self.is_nowhere(vehicle, to) {
            return leg.1;
        }
        self.hours.arrive(day, self.kind(vehicle), ends, leg)
    }

    /// The same to the new place.
    pub(super) fn arrive_new(
        &self,
        day: &Day,
        around: &Around<'_>,
        (vehicle, from): (usize, usize),
        leg: (i64, i64),
    ) -> i64 {
        let ends = (&self.places[from], &around.place);
        self.hours.arrive(day, self.kind(vehicle), ends, leg)
    }

    /// The same from the new place.
    pub(super) fn leave_new(
        &self,
        day: &Day,
        around: &Around<'_>,
        (vehicle, to): (usize, usize),
        leg: (i64, i64),
    ) -> i64 {
        if self.is_nowhere(vehicle, to) {
            return leg.1;
        }
        let ends = (&around.place, &self.places[to]);
        self.hours.arrive(day, self.kind(vehicle), ends, leg)
    }
}

impl Around<'_> {
    /// Whether legs are asked for when they are needed.
    pub(super) fn is_asked(&self) -> bool {
        self.to.iter().any(|legs| matches!(legs, Legs::Asked(_)))
    }

    /// The leg of a vehicle from a numbered place to the new one.
    #[inline]
    pub(super) fn there(&self, vehicle: usize, from: usize) -> Way {
        let (number, kind) = self.ground.kind(vehicle);
        let place = &self.ground.places[from];
        let ask = || self.travel.leg(kind, place, &self.place);
        self.leg(&self.to[number], from, ask)
    }

    /// The leg of a vehicle from the new place to a numbered one.
    #[inline]
    pub(super) fn back(&self, vehicle: usize, to: usize) -> Way {
        if self.ground.is_nowhere(vehicle, to) {
            return [0; 2];
        }
        let (number, kind) = self.ground.kind(vehicle);
        let place = &self.ground.places[to];
        match self.from.get(number) {
            Some(legs) => self.leg(legs, to, || self.travel.leg(kind, &self.place, place)),
            None => {
                let ask = || self.travel.leg(kind, place, &self.place);
                self.leg(&self.to[number], to, ask)
            }
        }
    }

    /// The leg back where it is known, else nothing: it is no shorter.
    #[inline]
    pub(super) fn back_at_least(&self, vehicle: usize, to: usize) -> Way {
        if self.ground.is_nowhere(vehicle, to) {
            return [0; 2];
        }
        let number = self.ground.kind_of[vehicle];
        let legs = self.from.get(number).unwrap_or(&self.to[number]);
        match legs {
            Legs::Known(all) => all[to].map(i64::from),
            Legs::Asked(all) => match all[self.ground.same[to] as usize].get() {
                UNASKED => [0; 2],
                leg => leg.map(i64::from),
            },
        }
    }

    #[inline]
    fn leg(&self, legs: &Legs, number: usize, ask: impl FnOnce() -> Leg) -> Way {
        let leg = match legs {
            Legs::Known(all) => all[number],
            Legs::Asked(all) => {
                let cell = &all[self.ground.same[number] as usize];
                if cell.get() == UNASKED {
                    let leg = ask();
                    let most = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
                    cell.set([most(leg.distance.millimeters()), most(leg.time.millis())]);
                }
                cell.get()
            }
        };
        leg.map(i64::from)
    }
}

/// For each place the first one that is the same.
fn same(places: &[Place]) -> Vec<u32> {
    let mut first = HashMap::with_capacity(places.len());
    let key = |place: &Place| {
        let at = place.lat_lng();
        (
            at.map(|at| [at.lat, at.lng].map(f64::to_bits)),
            place.matrix_row(),
        )
    };
    let each = (0..).zip(places);
    each.map(|(number, place)| *first.entry(key(place)).or_insert(number))
        .collect()
}

impl Hours {
    fn of(day: &Day, kinds: &[VehicleKind]) -> Self {
        if !travel_of(day).is_timed() {
            return Self::Same;
        }
        match (&day.travel, day.request.travel().traffic()) {
            (None, Some(traffic)) if traffic.roads().is_empty() => {
                Self::Paces(kinds.iter().map(|&kind| Pace::new(traffic, kind)).collect())
            }
            _ => Self::Model,
        }
    }

    fn arrive(
        &self,
        day: &Day,
        (number, kind): (usize, VehicleKind),
        (from, to): (&Place, &Place),
        (free, depart): (i64, i64),
    ) -> i64 {
        match self {
            Self::Same => depart + free,
            Self::Paces(paces) => {
                let arrive = paces[number].arrive(depart, free);
                depart + (arrive - depart).min(MOST_MS.into())
            }
            Self::Model => {
                let at = TimeOfDay::from_millis(depart);
                depart + travel_of(day).leg_at(kind, from, to, at).time.millis()
            }
        }
    }
}
