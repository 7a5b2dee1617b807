//! Legs between a new place and all that the vehicles drive to.

use super::rest::{Rest, travel_of};
use crate::execution::Day;
use crate::model::{GreatCircle, MOST_MS, Place, TravelSpec, Vehicle, VehicleKind};
use crate::travel::{Columns, Pace, UnitVector};
use crate::units::TimeOfDay;

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
    /// Whether and how legs take longer in some hours.
    hours: Hours,
    /// The same places as columns, where legs are great circles.
    columns: Option<(Columns, GreatCircle)>,
}

/// Whether legs take longer in some hours.
#[derive(Clone, Debug)]
enum Hours {
    Same,
    /// The speeds of each kind.
    Paces(Vec<Pace>),
    /// The caller's model is asked.
    Model,
}

/// Legs to and from one place, by kind of vehicle and place; where the hour counts, in the shortest
/// time on any.
pub(super) struct Around {
    place: Place,
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
                place: *place,
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
            place: *place,
            to: self.kinds.iter().map(to).collect(),
            from: self.kinds.iter().map(from).collect(),
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
        around: &Around,
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
        around: &Around,
        (vehicle, to): (usize, usize),
        leg: (i64, i64),
    ) -> i64 {
        if self.is_nowhere(vehicle, to) {
            return leg.1;
        }
        let ends = (&around.place, &self.places[to]);
        self.hours.arrive(day, self.kind(vehicle), ends, leg)
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

impl Hours {
    fn of(day: &Day, kinds: &[VehicleKind]) -> Self {
        if !travel_of(day).is_timed() {
            return Self::Same;
        }
        match (&day.travel, day.request.travel().traffic()) {
            (None, Some(traffic)) => {
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
