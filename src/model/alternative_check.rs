//! What can be wrong with lockers and with where else packages may be handed over.

use super::alternative::Alternative;
use super::check::{Check, MOST_MONEY, Subject};
use super::locker::Locker;
use super::package::Package;
use super::promise::PackageKind;
use crate::units::Load;

/// The most alternatives of a package: each is a stop of its own in the search.
const MOST_ALTERNATIVES: usize = 64;

impl<'a> Check<'a> {
    /// Ids, places, windows and slots.
    pub(super) fn lockers(&mut self) {
        let lockers = self.day.lockers();
        self.ids("locker", lockers.iter().map(|locker| locker.id().as_str()));
        for (i, locker) in lockers.iter().enumerate() {
            self.subject = Subject::of("locker", locker.id().as_str(), Some(i));
            self.place("place", locker.place());
            if let Some(flaw) = locker.zip().flaw() {
                self.bad_zip("zip", locker.zip(), flaw);
            }
            for &window in locker.windows() {
                if self.window("windows", window) {
                    self.inside_hours("windows", window);
                }
            }
            if locker.slots().iter().all(|slots| slots.count() == 0) {
                self.report("slots", "are none");
            }
            for slots in locker.slots() {
                self.at_most("slots", slots.largest_cm3(), Load::MAX.volume_cm3, "cm3");
            }
        }
    }

    /// Each alternative by itself, and that such a package may have any.
    pub(super) fn alternatives(&mut self, package: &Package) {
        let alternatives = package.alternatives();
        if alternatives.is_empty() {
            return;
        }
        if alternatives.len() > MOST_ALTERNATIVES {
            let message = format!("are {}, more than {MOST_ALTERNATIVES}", alternatives.len());
            self.report("alternatives", message);
        }
        if package.kind() == PackageKind::ReturnPickup {
            self.report("alternatives", "are stated, but a return is at its door");
        }
        if package.pickup().is_some() {
            let message = "are stated, but a package that is collected on the way has none";
            self.report("alternatives", message);
        }
        for alternative in alternatives {
            self.alternative(package, alternative);
        }
    }

    fn alternative(&mut self, package: &Package, alternative: &Alternative) {
        match (alternative.locker(), alternative.place(), alternative.zip()) {
            (Some(_), None, None) => self.slot(package, alternative),
            (None, Some(place), Some(zip)) => {
                self.place("alternatives", place);
                if let Some(flaw) = zip.flaw() {
                    self.bad_zip("alternatives", zip, flaw);
                }
            }
            _ => self.report(
                "alternatives",
                "one states neither a locker alone nor a place with its postal code",
            ),
        }
        for &window in alternative.windows() {
            if self.window("alternatives", window) {
                self.inside_hours("alternatives", window);
            }
        }
        if let Some(span) = alternative.service_time() {
            self.span("alternatives", span);
        }
        let (price, most) = (alternative.price(), MOST_MONEY);
        if price.millicents().unsigned_abs() > most.millicents().unsigned_abs() {
            let message = format!("a price of {price} is more than {most} either way");
            self.report("alternatives", message);
        }
    }

    /// The locker of an alternative, and a slot of it that holds the package.
    fn slot(&mut self, package: &Package, alternative: &Alternative) {
        let Some(id) = alternative.locker() else {
            return;
        };
        let Some(locker) = self.locker_called(id.as_str()) else {
            let message = format!("no locker is called {:?}", id.as_str());
            return self.report("alternatives", message);
        };
        let volume = package.load().volume_cm3;
        let free = locker.slots().iter().filter(|slots| slots.count() > 0);
        let largest = free.map(super::locker::Slots::largest_cm3).max();
        // A locker without any was reported by itself.
        if let Some(largest) = largest.filter(|&largest| largest < volume) {
            let message = format!(
                "locker {:?} has slots of up to {largest} cm3, the package has {volume}",
                id.as_str()
            );
            self.report("alternatives", message);
        }
    }

    fn locker_called(&self, id: &str) -> Option<&'a Locker> {
        let at = self.lockers.get(id)?;
        self.day.lockers().get(*at)
    }

    /// Packages of a given stop go to one door.
    pub(super) fn none_elsewhere(&mut self, packages: &[Package]) {
        for package in packages.iter().filter(|p| !p.alternatives().is_empty()) {
            let id = package.id().as_str();
            let message = format!("{id:?} may go elsewhere, and its stops are its own");
            self.report("packages", message);
        }
    }
}
