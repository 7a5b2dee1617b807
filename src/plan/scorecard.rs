//! A day in figures.

use super::areas::AreaFigures;
use super::cost::{CostByCause, meters, span};
use super::provider::ProviderCard;
use crate::model::Costs;
use crate::units::{Capacity, Load, Meters, Span};

/// A day in figures, of one station or of several together.
///
/// Printed, it is a table of aligned lines.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Scorecard {
    /// Packages of the request.
    pub packages: u64,
    /// Packages on a route: handed over, or picked up.
    pub delivered: u64,
    /// Packages handed to a carrier.
    pub tendered: u64,
    /// Packages left.
    pub unserved: u64,
    /// Halts on all routes.
    pub stops: u64,
    /// Vehicles used.
    pub vans: u64,
    /// Length of all legs, detours included.
    pub distance: Meters,
    /// Time on all legs.
    pub driving: Span,
    /// Time between start and leave of all halts.
    pub service: Span,
    /// Time between arrive and start of all halts.
    pub waiting: Span,
    /// Breaks of all drivers.
    #[cfg_attr(feature = "serde", serde(default))]
    pub breaks: Span,
    /// From departure to return of all vehicles; service, waiting and breaks included.
    pub on_road: Span,
    /// The hours that are paid. Equal to `on_road`, as long as nothing else is paid.
    pub paid: Span,
    /// Delivered packages whose service starts by the time they were promised for.
    pub on_time: u64,
    /// How full the used vehicles are.
    pub utilisation: Utilisation,
    /// How well the routes keep to their areas.
    pub areas: AreaFigures,
    /// What the day costs.
    pub cost: CostByCause,
    /// What each provider does, in the order of the request.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub providers: Vec<ProviderCard>,
    /// The day's prices, behind `cost` (vehicles may have their own); `None` where stations with
    /// different prices are summed.
    pub costs: Option<Costs>,
}

impl Scorecard {
    /// The figures of several stations together.
    ///
    /// Counts, lengths and amounts are sums; shares come from the sums.
    #[must_use]
    pub fn total<'a>(cards: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut cards = cards.into_iter();
        let Some(first) = cards.next() else {
            return Self::default();
        };
        cards.fold(first.clone(), Self::plus)
    }

    fn plus(mut self, other: &Self) -> Self {
        self.packages += other.packages;
        self.delivered += other.delivered;
        self.tendered += other.tendered;
        self.unserved += other.unserved;
        self.stops += other.stops;
        self.vans += other.vans;
        self.distance = meters(self.distance, other.distance);
        self.driving = span(self.driving, other.driving);
        self.service = span(self.service, other.service);
        self.waiting = span(self.waiting, other.waiting);
        self.breaks = span(self.breaks, other.breaks);
        self.on_road = span(self.on_road, other.on_road);
        self.paid = span(self.paid, other.paid);
        self.on_time += other.on_time;
        self.utilisation = self.utilisation.plus(other.utilisation);
        self.areas = self.areas.plus(other.areas);
        self.cost = self.cost.plus(other.cost);
        self.add_rows(&other.providers);
        self.costs = self.costs.filter(|own| other.costs.as_ref() == Some(own));
        self
    }

    /// Halts an hour between departure and return; 0 without a route.
    #[must_use]
    pub fn stops_per_on_road_hour(&self) -> f64 {
        ratio(self.stops as f64, self.on_road.hours_f64()).unwrap_or(0.0)
    }

    /// The share of delivered packages that came by the time they were promised for, 0 to 1;
    /// `None` when nothing is delivered.
    #[must_use]
    pub fn on_time_share(&self) -> Option<f64> {
        ratio(self.on_time as f64, self.delivered as f64)
    }
}

/// How full the used vehicles are, in each dimension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Utilisation {
    /// By number of items.
    pub count: Filling,
    /// By volume.
    pub volume: Filling,
    /// By weight.
    pub weight: Filling,
}

impl Utilisation {
    /// Counts one vehicle: the most it has on board against what it holds.
    pub(super) fn add(&mut self, peak: Load, capacity: Capacity) {
        self.count
            .add(u64::from(peak.count), capacity.count.map(u64::from));
        self.volume.add(peak.volume_cm3, capacity.volume_cm3);
        self.weight.add(peak.weight_g, capacity.weight_g);
    }

    fn plus(self, other: Self) -> Self {
        Self {
            count: self.count.plus(other.count),
            volume: self.volume.plus(other.volume),
            weight: self.weight.plus(other.weight),
        }
    }
}

/// How full the vehicles are that have a capacity in one dimension.
///
/// A sum and a number, so that stations can be summed; the mean is what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Filling {
    /// Used vehicles with a capacity above zero in this dimension.
    pub vans: u64,
    /// The sum of their largest loads, each in millionths of its vehicle's capacity, rounded down.
    pub millionths: u64,
}

impl Filling {
    /// The mean over the vehicles, 1 being full; `None` without such a vehicle.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        ratio(self.millionths as f64 / 1e6, self.vans as f64)
    }

    fn add(&mut self, load: u64, capacity: Option<u64>) {
        if let Some(capacity) = capacity.filter(|&c| c > 0) {
            let share = u128::from(load) * 1_000_000 / u128::from(capacity);
            self.vans += 1;
            self.millionths = self
                .millionths
                .saturating_add(u64::try_from(share).unwrap_or(u64::MAX));
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            vans: self.vans + other.vans,
            millionths: self.millionths.saturating_add(other.millionths),
        }
    }
}

/// `None` for a division by nothing.
pub(super) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}
