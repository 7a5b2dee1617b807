//! From one day to the next: what is carried, and every attempt on record.

use std::collections::BTreeMap;

use super::settings::refuse;
use super::{Attempt, Closing, Day, Entry};
use crate::error::{Error, Problems};
use crate::model::{Package, PackageId, ServiceDay, ServiceDayBuilder, TimeWindow};
use crate::units::Date;

/// The packages of a station between two days, and the failed attempts at all that are not yet
/// where they end.
///
/// A day is closed into it, and the next comes out of it: what was not delivered is in exactly one
/// of the two.
///
/// ```
/// use doorstep::execution::{Day, Fate, Ledger};
/// use doorstep::units::Date;
/// use doorstep::{Budget, Package, Place, ServiceDay, Solver, Station, Vehicle};
///
/// let next = |day: u8| Date::new(2026, 11, day);
/// let builder = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
///     .vehicles([Vehicle::cargo_van("V1")]);
/// let monday = builder.clone().date(next(2)?)
///     .packages([Package::new("P1", Place::at(41.85, -87.65), "60608")])
///     .build()?;
/// let plan = Solver::new().budget(Budget::iterations(10)).solve(&monday)?.plan;
/// let mut ledger = Ledger::new();
/// // Nothing happened: the package is carried, without an attempt.
/// let closing = ledger.close(Day::new(&monday, &plan)?)?;
/// assert_eq!(closing.entries[0].fate, Fate::Carried { attempts: 0 });
/// let tuesday = ledger.next_day(builder, next(3)?)?;
/// assert_eq!(tuesday.packages()[0].id().as_str(), "P1");
/// assert_eq!(ledger.waiting().count(), 0);
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Ledger {
    waiting: BTreeMap<PackageId, Waiting>,
    attempts: BTreeMap<PackageId, Vec<Attempt>>,
}

/// A package between two days.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
struct Waiting {
    package: Package,
    /// Not before this day; the next one when nothing is said.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    from: Option<Date>,
}

/// When a customer will accept a package that is carried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Acceptance {
    /// Not before this date; `None` for the next day there is.
    pub from: Option<Date>,
    /// The windows of that day, in place of those before; none means the delivery hours.
    pub windows: Vec<TimeWindow>,
}

impl Ledger {
    /// A ledger of a station that starts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends a day. Packages that were neither delivered nor given up wait here from now on, with
    /// the attempts of the day counted; those that were never tried, without one.
    ///
    /// A return that is picked up, and a package that is refused, cancelled or out of attempts,
    /// ends at the station: [`Closing`] lists it, with every failed attempt on record.
    ///
    /// # Errors
    ///
    /// When packages of the day wait here already, as those do that were carried when a copy of the
    /// day was closed. All are named, and nothing changes.
    ///
    /// # Complexity
    ///
    /// O(packages of the day log packages here).
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a day that is closed takes no more events"
    )]
    pub fn close(&mut self, day: Day) -> Result<Closing, Error> {
        let mut problems = Problems::default();
        for id in day.packages().map(Package::id) {
            if self.waiting.contains_key(id) {
                let subject = format!("package {:?}", id.as_str());
                problems.push(subject, "", "is in the ledger and in the day");
            }
        }
        problems.into_result()?;
        let mut entries = Vec::with_capacity(day.parcels.len());
        for (parcel, fate, carried) in day.fates() {
            let package = parcel.package.id().clone();
            let mut attempts = self.attempts.remove(&package).unwrap_or_default();
            attempts.extend(parcel.attempts.iter().cloned());
            if let Some(carried) = carried {
                let waiting = Waiting {
                    package: carried,
                    from: None,
                };
                self.waiting.insert(package.clone(), waiting);
                if !attempts.is_empty() {
                    self.attempts.insert(package.clone(), attempts.clone());
                }
            }
            entries.push(Entry {
                package,
                fate,
                attempts,
            });
        }
        Ok(Closing {
            station: day.request().station().id().clone(),
            date: day.request().date(),
            entries,
            not_back: day.not_back(),
        })
    }

    /// The packages that wait for a day, by id.
    pub fn waiting(&self) -> impl Iterator<Item = &Package> {
        self.waiting.values().map(|waiting| &waiting.package)
    }

    /// The failed attempts at a package that waits or is on its day, the first one first.
    #[must_use]
    pub fn attempts(&self, package: &PackageId) -> &[Attempt] {
        self.attempts.get(package).map_or(&[], Vec::as_slice)
    }

    /// Writes down when a customer will accept a package.
    ///
    /// # Errors
    ///
    /// When the package does not wait here. Whether the windows fit is found when the day is
    /// made.
    pub fn accept(&mut self, package: &PackageId, when: Acceptance) -> Result<(), Error> {
        let Some(waiting) = self.waiting.get_mut(package) else {
            let subject = format!("package {:?}", package.as_str());
            return Err(refuse(subject, "", "does not wait in the ledger"));
        };
        waiting.from = when.from;
        waiting.package = waiting.package.clone().with_windows(when.windows);
        Ok(())
    }

    /// Takes a package out by hand, with its attempts: one that is fetched at the station, or that
    /// no day can hold as it is, being pinned to a vehicle that is gone.
    pub fn withdraw(&mut self, package: &PackageId) -> Option<(Package, Vec<Attempt>)> {
        let waiting = self.waiting.remove(package)?;
        let attempts = self.attempts.remove(package).unwrap_or_default();
        Some((waiting.package, attempts))
    }

    /// The request of the next day: `builder` with what is new, on `date`, and all packages
    /// that wait here and are accepted by then, by id. Those leave the ledger; their attempts
    /// stay, until they are closed for good.
    ///
    /// # Errors
    ///
    /// Those of [`ServiceDayBuilder::build`]; nothing leaves the ledger then.
    ///
    /// # Complexity
    ///
    /// As [`ServiceDayBuilder::build`], and O(packages here).
    pub fn next_day(
        &mut self,
        builder: ServiceDayBuilder,
        date: Date,
    ) -> Result<ServiceDay, Error> {
        let is_due = |waiting: &Waiting| waiting.from.is_none_or(|from| from <= date);
        let due = self.waiting.values().filter(|waiting| is_due(waiting));
        let packages: Vec<Package> = due.map(|waiting| waiting.package.clone()).collect();
        let day = builder.date(date).packages(packages).build()?;
        self.waiting.retain(|_, waiting| !is_due(waiting));
        Ok(day)
    }
}
