//! What was done, against what was planned.

use std::fmt;

use super::state::{Parcel, Tour};
use super::{Day, Phase, Status};
use crate::model::{DriverId, ProviderId, VehicleId};
use crate::units::{Span, TimeOfDay};

/// What the vehicles and the providers of a day have done so far, against what was planned.
///
/// Printed, it is a table with a line each.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Actuals {
    /// Each vehicle that has a route, in the order of the plan.
    pub vehicles: Vec<(VehicleId, ActualCard)>,
    /// Each driver who has such a vehicle, or had it in the plan and none since, in the order of the
    /// request; nobody on a day whose vehicles come with theirs.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub drivers: Vec<(DriverId, ActualCard)>,
    /// Each provider that has such a vehicle, in the order of the request.
    pub providers: Vec<(ProviderId, ActualCard)>,
    /// All vehicles together.
    pub total: ActualCard,
}

/// What was done, against what was planned, in sums: of one vehicle, driver or provider, or of all.
///
/// A driver's is that of the vehicle he drives, with what was planned for it.
///
/// A package is on time when it changes hands no later than its promise and the end of its last
/// window say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
#[non_exhaustive]
pub struct ActualCard {
    /// Routes planned.
    pub routes: u64,
    /// Packages on them.
    pub planned_packages: u64,
    /// Those of them whose service was to start on time.
    pub planned_on_time: u64,
    /// Stops of the plan.
    pub planned_stops: u64,
    /// From departure to return, in the plan.
    pub planned_on_road: Span,
    /// Packages that were handed over, and returns that were picked up.
    pub delivered: u64,
    /// Those of them that were on time.
    pub on_time: u64,
    /// By how much the others were late, together.
    pub late: Span,
    /// Packages tried for the first time ever.
    pub first_attempts: u64,
    /// Those of them where the first try was the last.
    pub first_successes: u64,
    /// Failed attempts.
    pub failed_attempts: u64,
    /// Stops halted at, each once.
    pub stops: u64,
    /// From departure to return, or until something was last heard.
    pub on_road: Span,
}

impl ActualCard {
    /// The share of what was delivered that was on time, 0 to 1; `None` when nothing was.
    #[must_use]
    pub fn on_time_share(&self) -> Option<f64> {
        share(self.on_time, self.delivered)
    }

    /// The share of the first attempts that succeeded, 0 to 1; `None` without one.
    #[must_use]
    pub fn first_attempt_share(&self) -> Option<f64> {
        share(self.first_successes, self.first_attempts)
    }

    /// What was delivered, in parts of what was planned; `None` when nothing was planned.
    #[must_use]
    pub fn completion(&self) -> Option<f64> {
        share(self.delivered, self.planned_packages)
    }

    /// Stops an hour between departure and return; 0 before.
    #[must_use]
    pub fn stops_per_on_road_hour(&self) -> f64 {
        let hours = self.on_road.hours_f64();
        if hours > 0.0 {
            self.stops as f64 / hours
        } else {
            0.0
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        self.routes += other.routes;
        self.planned_packages += other.planned_packages;
        self.planned_on_time += other.planned_on_time;
        self.planned_stops += other.planned_stops;
        self.planned_on_road = sum(self.planned_on_road, other.planned_on_road);
        self.delivered += other.delivered;
        self.on_time += other.on_time;
        self.late = sum(self.late, other.late);
        self.first_attempts += other.first_attempts;
        self.first_successes += other.first_successes;
        self.failed_attempts += other.failed_attempts;
        self.stops += other.stops;
        self.on_road = sum(self.on_road, other.on_road);
        self
    }

    fn count(&mut self, parcel: &Parcel, due: TimeOfDay) {
        let failed = parcel.attempts.len() as u64;
        self.failed_attempts += failed;
        let done = matches!(parcel.status, Status::Delivered | Status::PickedUp);
        let tried = done || failed > 0 || parcel.status == Status::Refused;
        if tried && parcel.package.attempts() == 0 {
            self.first_attempts += 1;
            self.first_successes += u64::from(done && failed == 0);
        }
        if !done {
            return;
        }
        self.delivered += 1;
        let at = parcel.since.unwrap_or_default();
        if at <= due {
            self.on_time += 1;
        } else {
            self.late = sum(self.late, at - due);
        }
    }
}

impl Day {
    /// What the vehicles have done so far, against the plan.
    ///
    /// # Complexity
    ///
    /// O(packages + fleet).
    #[must_use]
    pub fn actuals(&self) -> Actuals {
        let mut cards = vec![ActualCard::default(); self.tours.len()];
        for route in &self.plan.routes {
            let Some(&vehicle) = self.index.tours.get(&route.vehicle) else {
                continue;
            };
            let card = &mut cards[vehicle];
            card.routes += 1;
            card.planned_on_road = sum(card.planned_on_road, route.duty());
            card.planned_stops += route.visits.len() as u64;
            for visit in &route.visits {
                card.planned_packages += visit.packages.len() as u64;
                let on_time = visit.packages.iter().filter(|&id| {
                    let parcel = self.index.parcels.get(id).map(|&i| &self.parcels[i]);
                    parcel.is_some_and(|parcel| visit.start <= self.due(parcel))
                });
                card.planned_on_time += on_time.count() as u64;
            }
        }
        for parcel in &self.parcels {
            if let Some(vehicle) = parcel.vehicle {
                cards[vehicle].count(parcel, self.due(parcel));
            }
        }
        for (card, vehicle) in cards.iter_mut().zip(0..) {
            self.add_way(card, vehicle);
        }
        self.gather(&cards)
    }

    /// When a package must have changed hands to be on time.
    fn due(&self, parcel: &Parcel) -> TimeOfDay {
        let hours = self.request.delivery_hours();
        let promised = parcel.package.promised_by(hours);
        let last = parcel.package.windows().iter().map(|w| w.latest()).max();
        last.map_or(promised, |last| promised.min(last))
    }

    /// Whose day a vehicle's is: who drives it or drove it, else who was to.
    fn driver_of_card(&self, vehicle: usize) -> Option<usize> {
        let planned = || {
            let id = self.request.vehicles()[vehicle].id();
            let mut routes = self.plan.routes.iter();
            let route = routes.find(|route| route.vehicle == *id)?;
            let driver = *self.index.drivers.get(route.driver.as_ref()?)?;
            // Who drives another one now has that one's.
            let elsewhere = |tour: &Tour| tour.driver == Some(driver);
            (!self.tours.iter().any(elsewhere)).then_some(driver)
        };
        self.tours[vehicle].driver.or_else(planned)
    }

    /// Adds what a vehicle drove.
    fn add_way(&self, card: &mut ActualCard, vehicle: usize) {
        let tour = &self.tours[vehicle];
        let mut halts: Vec<usize> = tour.behind.iter().map(|behind| behind.halt).collect();
        halts.extend(tour.stand.map(|stand| stand.halt));
        halts.sort_unstable();
        halts.dedup();
        card.stops = halts.len() as u64;
        let until = match tour.phase {
            Phase::Returned => tour.back,
            _ => tour.clock,
        };
        if let (Some(departed), Some(until)) = (tour.departed, until) {
            card.on_road = until - departed;
        }
    }

    fn gather(&self, cards: &[ActualCard]) -> Actuals {
        let vehicles = self.plan.routes.iter().filter_map(|route| {
            let card = cards[*self.index.tours.get(&route.vehicle)?];
            Some((route.vehicle.clone(), card))
        });
        let providers = self.request.providers().iter().filter_map(|provider| {
            let own = self.request.vehicles().iter().zip(cards);
            let own = own.filter(|(vehicle, card)| {
                vehicle.provider() == Some(provider.id()) && card.routes > 0
            });
            let sum = own.map(|(_, card)| *card).reduce(|a, b| a.plus(&b))?;
            Some((provider.id().clone(), sum))
        });
        let drivers = self
            .request
            .drivers()
            .iter()
            .enumerate()
            .filter_map(|(i, driver)| {
                let own = (0..).zip(cards).filter(|&(vehicle, card)| {
                    let drives = self.driver_of_card(vehicle) == Some(i);
                    drives && (card.routes > 0 || self.tours[vehicle].departed.is_some())
                });
                let sum = own.map(|(_, card)| *card).reduce(|a, b| a.plus(&b))?;
                Some((driver.id().clone(), sum))
            });
        let total = cards.iter().fold(ActualCard::default(), |a, b| a.plus(b));
        Actuals {
            vehicles: vehicles.collect(),
            drivers: drivers.collect(),
            providers: providers.collect(),
            total,
        }
    }
}

impl fmt::Display for Actuals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<16}{:>9}{:>11}{:>10}{:>9}{:>13}{:>10}{:>14}",
            "",
            "planned",
            "delivered",
            "complete",
            "on time",
            "late minutes",
            "first try",
            "stops an hour"
        )?;
        for (vehicle, card) in &self.vehicles {
            card.line(f, vehicle.as_str())?;
        }
        for (driver, card) in &self.drivers {
            card.line(f, driver.as_str())?;
        }
        for (provider, card) in &self.providers {
            card.line(f, provider.as_str())?;
        }
        self.total.line(f, "all")
    }
}

impl ActualCard {
    fn line(&self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        let percent = |share: Option<f64>| {
            share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0))
        };
        let (planned, delivered) = (self.planned_packages, self.delivered);
        let (complete, on_time) = (percent(self.completion()), percent(self.on_time_share()));
        let late = self.late.seconds_f64() / 60.0;
        let (first, pace) = (
            percent(self.first_attempt_share()),
            self.stops_per_on_road_hour(),
        );
        writeln!(
            f,
            "{name:<16}{planned:>9}{delivered:>11}{complete:>10}{on_time:>9}{late:>13.1}{first:>10}{pace:>14.1}"
        )
    }
}

/// A sum that stays at the longest time there is.
fn sum(a: Span, b: Span) -> Span {
    a.checked_add(b).unwrap_or(Span::from_millis(i64::MAX))
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
