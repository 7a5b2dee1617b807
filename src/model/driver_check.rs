//! What can be wrong with drivers.

use super::check::{Check, Subject};
use super::driver::Driver;
use super::provider::ProviderKind;
use super::vehicle::Vehicle;
use crate::units::Span;

impl Check<'_> {
    pub(super) fn drivers(&mut self) {
        let drivers = self.day.drivers();
        self.ids("driver", drivers.iter().map(|d| d.id().as_str()));
        for (i, driver) in drivers.iter().enumerate() {
            self.subject = Subject::of("driver", driver.id().as_str(), Some(i));
            self.driver(driver);
        }
        if !drivers.is_empty() {
            self.territories();
        }
    }

    fn driver(&mut self, driver: &Driver) {
        let mut in_order = true;
        if let Some(shift) = driver.shift() {
            in_order = self.window("shift", shift);
            if in_order {
                self.inside_hours("shift", shift);
            }
        }
        if let Some(duty) = driver.max_duty() {
            if duty == Span::ZERO {
                self.report("max_duty", "is 0");
            }
            self.span("max_duty", duty);
        }
        self.money("day_pay", driver.day_pay());
        if let Some(pay) = driver.hourly_pay() {
            self.money("hourly_pay", pay);
        }
        self.money("price_outside", driver.price_outside());
        for zip in driver.own_zips() {
            if let Some(flaw) = zip.prefix_flaw() {
                self.bad_zip("own_zips", zip, flaw);
            }
        }
        let named = |capability: &super::Capability| !capability.as_str().is_empty();
        if !driver.capabilities().iter().all(named) {
            self.report("capabilities", "one has no name");
        }
        let mut known = true;
        for id in driver.vehicles() {
            if !self.is_vehicle(id) {
                known = false;
                self.report(
                    "vehicles",
                    format!("no vehicle is called {:?}", id.as_str()),
                );
            }
        }
        if let Some((vehicle, price)) = driver.planned_on() {
            if !self.is_vehicle(vehicle) {
                let message = format!("no vehicle is called {:?}", vehicle.as_str());
                self.report("planned_on", message);
            }
            self.money("planned_on", price);
        }
        let vehicles = self.day.vehicles();
        let mut own = vehicles.iter().filter(|v| driver.drives(v.id()));
        if known && in_order && !vehicles.is_empty() && !own.any(|v| self.together(driver, v)) {
            let what = "no vehicle that the driver may drive is out in the same hours";
            self.report("shift", what);
        }
    }

    /// Whether a driver and a vehicle may be out at the same time.
    fn together(&self, driver: &Driver, vehicle: &Vehicle) -> bool {
        let open = self.out(vehicle);
        // A vehicle that is wrong itself was reported.
        let (Some(open), Some(shift)) = (open, driver.shift()) else {
            return true;
        };
        open.intersection(shift).is_some()
    }

    /// Who serves only some postal codes has somebody to drive there.
    fn territories(&mut self) {
        let day = self.day;
        for (i, provider) in day.providers().iter().enumerate() {
            if provider.kind() == ProviderKind::Carrier || provider.zips().is_empty() {
                continue;
            }
            let vehicles = day.vehicles().iter();
            let mut own = vehicles.filter(|v| v.provider() == Some(provider.id()));
            let driven = |vehicle: &Vehicle| {
                let mut drivers = day.drivers().iter();
                drivers.any(|d| d.drives(vehicle.id()) && self.together(d, vehicle))
            };
            if !own.any(driven) {
                self.subject = Subject::of("provider", provider.id().as_str(), Some(i));
                self.report(
                    "zips",
                    "nobody drives there: no driver for any of its vehicles",
                );
            }
        }
    }
}
