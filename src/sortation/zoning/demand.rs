//! How much work the stops are, and for how many routes.

use super::ground::{Ground, index, real, whole};
use crate::model::{Place, ServiceDay, VehicleKind};
use crate::travel::TravelModel;
use crate::units::{Capacity, Load, Span};

/// Duty of a route where the day has no vehicles.
const DUTY: f64 = 8.0 * 3.6e6;
/// The curve through the stops is about a quarter longer than the shortest tour (Platzman and
/// Bartholdi, *Spacefilling curves and the planar travelling salesman problem*, 1989).
const TOUR_OF_CURVE: f64 = 0.8;
/// A leg of the curve longer than so many mean legs leads from place to place; no route drives
/// it twice, and the ways from the station stand for it.
const LONG_LEGS: f64 = 20.0;
/// Share of the legs, the shorter ones, of which the mean is taken.
const ORDINARY: f64 = 0.95;

/// The work of every stop, and how many routes it makes.
#[derive(Debug)]
pub(super) struct Demand {
    /// Milliseconds of each stop of the ground: service, its half of the legs to its neighbours
    /// on the curve, and its share of the ways from the station and back. Never 0.
    pub(super) work: Vec<i64>,
    /// Routes that the day asks for, a fraction; the number of zones is rounded up from it.
    pub(super) routes: f64,
}

impl Demand {
    pub(super) fn new(day: &ServiceDay, ground: &Ground<'_>) -> Self {
        let n = ground.len();
        if n == 0 {
            return Self {
                work: Vec::new(),
                routes: 0.0,
            };
        }
        let kind = commonest_kind(day);
        let mut work: Vec<i64> = (0..n)
            .map(|i| ground.stop(i).service.millis().max(1))
            .collect();
        add_legs(day, ground, kind, &mut work);

        let duty = Fleet::new(day);
        let station = day.station().place();
        let stems: Vec<f64> = (0..n)
            .map(|i| {
                let leg = day.travel().leg(kind, station, &ground.stop(i).place);
                real(leg.time.millis())
            })
            .collect();
        let count = real(n.cast_signed() as i64);
        let stem = stems.iter().sum::<f64>() / count;
        let total: f64 = work.iter().map(|&ms| real(ms)).sum();
        let load = (0..n)
            .map(|i| ground.stop(i).load)
            .fold(Load::ZERO, |sum, load| sum.checked_add(load).unwrap_or(sum));
        let routes = duty.by_time(total, stem).max(duty.by_load(load)).min(count);
        for (work, stem) in work.iter_mut().zip(stems) {
            *work += whole(2.0 * stem * routes / count);
        }
        Self { work, routes }
    }
}

/// Adds to each stop half of the legs to the one before and the one after it.
fn add_legs(day: &ServiceDay, ground: &Ground<'_>, kind: VehicleKind, work: &mut [i64]) {
    let leg = |a: usize, b: usize| {
        let (from, to): (&Place, &Place) = (&ground.stop(a).place, &ground.stop(b).place);
        real(day.travel().leg(kind, from, to).time.millis()) * TOUR_OF_CURVE
    };
    let legs: Vec<f64> = (1..ground.len()).map(|i| leg(i - 1, i)).collect();
    let mut sorted = legs.clone();
    let ordinary = whole(real(legs.len().cast_signed() as i64) * ORDINARY).unsigned_abs();
    let ordinary = usize::try_from(ordinary)
        .unwrap_or(0)
        .max(1)
        .min(legs.len());
    if ordinary == 0 {
        return;
    }
    sorted.select_nth_unstable_by(ordinary - 1, f64::total_cmp);
    let mean = sorted[..ordinary].iter().sum::<f64>() / real(i64::from(index(ordinary)));
    for (i, leg) in legs.into_iter().enumerate() {
        let half = whole(leg.min(LONG_LEGS * mean) / 2.0);
        work[i] += half;
        work[i + 1] += half;
    }
}

/// The kind of most vehicles; a cargo van without any.
fn commonest_kind(day: &ServiceDay) -> VehicleKind {
    let count = |kind| day.vehicles().iter().filter(|v| v.kind() == kind).count();
    let best = VehicleKind::ALL
        .into_iter()
        .rev()
        .max_by_key(|&kind| count(kind));
    best.unwrap_or(VehicleKind::CargoVan)
}

/// What the vehicles can do.
struct Fleet {
    /// Milliseconds of duty, the longest first; never empty.
    duties: Vec<f64>,
    capacities: Vec<Capacity>,
}

impl Fleet {
    fn new(day: &ServiceDay) -> Self {
        let duty = |i: usize| {
            let shift = day.vehicle_shift(i);
            let length = shift.latest() - shift.earliest();
            let most: Span = day.vehicles()[i].max_duty().unwrap_or(length).min(length);
            real(most.millis()).max(1.0)
        };
        let mut duties: Vec<f64> = (0..day.vehicles().len()).map(duty).collect();
        duties.sort_unstable_by(|a, b| b.total_cmp(a));
        if duties.is_empty() {
            duties.push(DUTY);
        }
        Self {
            duties,
            capacities: day
                .vehicles()
                .iter()
                .map(crate::model::Vehicle::capacity)
                .collect(),
        }
    }

    /// Routes for so much time at the stops and between them, with a way of `stem` out and back.
    ///
    /// At least half of a duty counts: a station so far away that nothing would be left is served
    /// by people who do not drive there and back every day.
    fn by_time(&self, total: f64, stem: f64) -> f64 {
        let able = self
            .duties
            .iter()
            .map(|&duty| (duty - 2.0 * stem).max(duty / 2.0));
        fill(total, able)
    }

    /// Routes for so much load, by the scarcest dimension. Unlimited vehicles need but one.
    fn by_load(&self, load: Load) -> f64 {
        type Room = fn(&Capacity) -> Option<u64>;
        let dimensions: [(u64, Room); 3] = [
            (load.count.into(), |c| c.count.map(u64::from)),
            (load.volume_cm3, |c| c.volume_cm3),
            (load.weight_g, |c| c.weight_g),
        ];
        let routes = dimensions.map(|(amount, room)| {
            let rooms: Option<Vec<u64>> = self.capacities.iter().map(room).collect();
            let Some(mut rooms) = rooms.filter(|rooms| !rooms.is_empty()) else {
                return 0.0;
            };
            rooms.sort_unstable_by(|a, b| b.cmp(a));
            let as_real = |v: u64| real(i64::try_from(v).unwrap_or(i64::MAX));
            fill(
                as_real(amount),
                rooms.into_iter().map(|r| as_real(r).max(1.0)),
            )
        });
        routes.into_iter().fold(0.0, f64::max)
    }
}

/// How many of `able`, in this order, an amount fills; with more of the mean when they are filled.
fn fill(amount: f64, able: impl Iterator<Item = f64> + Clone) -> f64 {
    let (mut left, mut filled, mut sum) = (amount, 0.0, 0.0);
    for one in able {
        if left <= one {
            return filled + left / one;
        }
        left -= one;
        filled += 1.0;
        sum += one;
    }
    filled + left * filled / sum
}
