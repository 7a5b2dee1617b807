//! The end of a day: what became of each package.

use std::collections::HashMap;

use super::state::Parcel;
use super::{Attempt, Day, Phase, Status, Whereabouts};
use crate::model::{Package, PackageId, Promise, ProviderId, StationId, VehicleId};
use crate::plan::Tendered;
use crate::units::{Date, Money, TimeOfDay};

/// A day that is over.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Closing {
    /// Whose day it was.
    pub station: StationId,
    /// The civil date, if the request states it.
    pub date: Option<Date>,
    /// Every package of the day once: those of the request in its order, then the added ones.
    pub entries: Vec<Entry>,
    /// Vehicles that left and did not come back, in the order of the request. What they carry is
    /// counted as if it were at the station: somebody has to fetch it.
    pub not_back: Vec<VehicleId>,
}

/// One package at the end of a day.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Entry {
    /// Which package.
    pub package: PackageId,
    /// What became of it.
    pub fate: Fate,
    /// Every failed attempt that is on record, those of the days before first.
    pub attempts: Vec<Attempt>,
}

/// What became of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(tag = "fate", rename_all = "snake_case", deny_unknown_fields)
)]
#[non_exhaustive]
pub enum Fate {
    /// The customer has it.
    Delivered {
        /// Since when.
        at: TimeOfDay,
    },
    /// A return that was picked up.
    Collected {
        /// When.
        at: TimeOfDay,
    },
    /// It is tried again on another day; see [`Ledger`](super::Ledger).
    Carried {
        /// Failed attempts of all days.
        attempts: u8,
    },
    /// A delivery that goes back to who sent it.
    ReturnedToSender {
        /// Why.
        because: ReturnReason,
    },
    /// A return that stays with the customer, or what was not collected on the way with whoever sends
    /// it, for good.
    NotCollected {
        /// Why.
        because: ReturnReason,
    },
    /// A carrier has it.
    Tendered {
        /// At what price.
        price: Money,
        /// Which carrier of the day, if not one that the package names a price for.
        #[cfg_attr(
            feature = "serde",
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        carrier: Option<ProviderId>,
    },
    /// Nobody has it, as far as is known.
    Lost {
        /// When that was found out.
        at: TimeOfDay,
        /// Whether it was reported as delivered before.
        misdelivered: bool,
    },
}

/// Why a package is not tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ReturnReason {
    /// As many attempts failed as are made.
    Attempts,
    /// The customer refused it.
    Refused,
    /// It is broken.
    Damaged,
    /// It was cancelled.
    Cancelled,
}

/// How many packages had each fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Tally {
    /// Delivered.
    pub delivered: u64,
    /// Returns that were collected.
    pub collected: u64,
    /// Carried to another day.
    pub carried: u64,
    /// Returned to the sender.
    pub returned: u64,
    /// What was given up and stays where it was to be collected.
    pub not_collected: u64,
    /// With carriers.
    pub tendered: u64,
    /// Lost or misdelivered.
    pub lost: u64,
}

impl Closing {
    /// How many packages had each fate.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for entry in &self.entries {
            *match entry.fate {
                Fate::Delivered { .. } => &mut tally.delivered,
                Fate::Collected { .. } => &mut tally.collected,
                Fate::Carried { .. } => &mut tally.carried,
                Fate::ReturnedToSender { .. } => &mut tally.returned,
                Fate::NotCollected { .. } => &mut tally.not_collected,
                Fate::Tendered { .. } => &mut tally.tendered,
                Fate::Lost { .. } => &mut tally.lost,
            } += 1;
        }
        tally
    }
}

impl Tally {
    /// All packages of the day.
    #[must_use]
    pub const fn packages(&self) -> u64 {
        self.delivered
            + self.collected
            + self.carried
            + self.returned
            + self.not_collected
            + self.tendered
            + self.lost
    }
}

impl Day {
    /// Each package's fate, and the form in which it goes to another day, if it does.
    pub(super) fn fates(&self) -> impl Iterator<Item = (&Parcel, Fate, Option<Package>)> {
        let tendered = self.plan.tendered.iter();
        let tendered: HashMap<&PackageId, &Tendered> = tendered.map(|t| (&t.package, t)).collect();
        let most = self.settings.most_attempts();
        let stated = self.request.packages();
        self.parcels.iter().enumerate().map(move |(i, parcel)| {
            let tender = tendered.get(parcel.package.id()).copied();
            let fate = fate(parcel, most, tender);
            // Where it went today says nothing about tomorrow.
            let stated = stated.get(i).filter(|p| !p.alternatives().is_empty());
            let package = stated.unwrap_or(&parcel.package);
            let carried = matches!(fate, Fate::Carried { .. });
            let carried = carried.then(|| tomorrow(parcel, package));
            (parcel, fate, carried)
        })
    }

    /// The vehicles that left and are not back.
    pub(super) fn not_back(&self) -> Vec<VehicleId> {
        let tours = self.request.vehicles().iter().zip(&self.tours);
        tours
            .filter(|(_, tour)| tour.departed.is_some() && tour.phase != Phase::Returned)
            .map(|(vehicle, _)| vehicle.id().clone())
            .collect()
    }
}

fn fate(parcel: &Parcel, most_attempts: u8, tendered: Option<&Tendered>) -> Fate {
    let at = parcel.since.unwrap_or_default();
    let given_up = |because| {
        let returns = parcel.is_pickup() && parcel.whereabouts == Whereabouts::Customer;
        if returns || parcel.is_to_collect() {
            Fate::NotCollected { because }
        } else {
            Fate::ReturnedToSender { because }
        }
    };
    match parcel.status {
        Status::Delivered => Fate::Delivered { at },
        Status::PickedUp => Fate::Collected { at },
        Status::Refused => given_up(ReturnReason::Refused),
        // A return that broke on its way back is where it belongs all the same.
        Status::Damaged if parcel.is_pickup() => Fate::Collected { at },
        Status::Damaged => given_up(ReturnReason::Damaged),
        Status::Cancelled => given_up(ReturnReason::Cancelled),
        Status::Lost | Status::Misdelivered => Fate::Lost {
            at,
            misdelivered: parcel.status == Status::Misdelivered,
        },
        Status::Tendered => Fate::Tendered {
            price: tendered.map_or(Money::ZERO, |tendered| tendered.price),
            carrier: tendered.and_then(|tendered| tendered.carrier.clone()),
        },
        Status::Unplanned
        | Status::Planned
        | Status::OnBoard
        | Status::Attempted
        | Status::BroughtBack => {
            let attempts = parcel.all_attempts();
            // One that was not tried today is not given up today.
            if attempts >= most_attempts && !parcel.attempts.is_empty() {
                given_up(ReturnReason::Attempts)
            } else {
                Fate::Carried { attempts }
            }
        }
    }
}

/// The package as it goes to another day.
fn tomorrow(parcel: &Parcel, stated: &Package) -> Package {
    let mut package = stated.clone().with_attempts(parcel.all_attempts());
    if package.due().is_some() {
        package = package.without_due();
    }
    if !parcel.is_to_collect() {
        package = package.without_pickup();
    }
    // It is at the station; and what was promised for today is measured today.
    if package.ready().is_some() {
        package = package.with_ready(TimeOfDay::MIDNIGHT);
    }
    match package.promise() {
        Promise::TwoHour { .. } | Promise::SameDay => package.with_promise(Promise::NextDay),
        _ => package,
    }
}
