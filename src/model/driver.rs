//! Drivers, where they are stated apart from the vehicles.

use super::ids::{Capability, DriverId, VehicleId};
use super::place::Zip;
use super::provider::{covers, sorted};
use super::vehicle::Costs;
use super::window::TimeWindow;
use crate::units::{Money, Span};

/// A person who drives one vehicle for one route of the day.
///
/// A day that states drivers needs one for every route: as many routes as vehicles and as drivers,
/// each vehicle with a driver who may drive it. Who drives what is the plan's to say. A vehicle with
/// its driver is out in the hours of both, no longer than either may, and has what either has.
///
/// ```
/// use doorstep::model::{Driver, TimeWindow};
/// use doorstep::{Money, Span};
///
/// let anna = Driver::new("anna")
///     .with_shift(TimeWindow::hm((8, 0), (17, 0)))
///     .with_max_duty(Span::from_hours(8))
///     .with_hourly_pay(Money::from_units(22))
///     .with_own_zips(["60608", "606"], Money::from_cents(40))
///     .with_capability("age check");
/// assert_eq!(anna.own_zips().len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(from = "record::DriverRecord", into = "record::DriverRecord")
)]
pub struct Driver {
    id: DriverId,
    shift: Option<TimeWindow>,
    max_duty: Option<Span>,
    day_pay: Money,
    hourly_pay: Option<Money>,
    capabilities: Vec<Capability>,
    /// Sorted, as the lookup by prefixes needs.
    own_zips: Vec<Zip>,
    price_outside: Money,
    vehicles: Vec<VehicleId>,
    planned_on: Option<(VehicleId, Money)>,
}

impl Driver {
    /// A driver of any vehicle, at any time of the delivery hours, paid as the vehicle's costs say.
    #[must_use]
    pub fn new(id: impl Into<DriverId>) -> Self {
        Self {
            id: id.into(),
            shift: None,
            max_duty: None,
            day_pay: Money::ZERO,
            hourly_pay: None,
            capabilities: Vec::new(),
            own_zips: Vec::new(),
            price_outside: Money::ZERO,
            vehicles: Vec::new(),
            planned_on: None,
        }
    }

    /// The same driver under another id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<DriverId>) -> Self {
        self.id = id.into();
        self
    }

    /// When the driver may be out; by default whenever the vehicle may.
    #[must_use]
    pub fn with_shift(mut self, shift: TimeWindow) -> Self {
        self.shift = Some(shift);
        self
    }

    /// The longest that the driver may be out; by default as long as the vehicle may.
    #[must_use]
    pub fn with_max_duty(mut self, span: Span) -> Self {
        self.max_duty = Some(span);
        self
    }

    /// What the driver is paid for coming at all, on top of what the vehicle costs.
    #[must_use]
    pub fn with_day_pay(mut self, pay: Money) -> Self {
        self.day_pay = pay;
        self
    }

    /// What an hour on duty costs with this driver, in place of what the vehicle's costs say.
    #[must_use]
    pub fn with_hourly_pay(mut self, pay: Money) -> Self {
        self.hourly_pay = Some(pay);
        self
    }

    /// Adds something the driver can do and packages may need: an age check, a lift for two.
    #[must_use]
    pub fn with_capability(mut self, capability: impl Into<Capability>) -> Self {
        self.capabilities.push(capability.into());
        self
    }

    /// The postal codes that the driver knows, in full or by their first characters, and what each
    /// stop costs on top that goes to none of them. Replaces what was stated before.
    #[must_use]
    pub fn with_own_zips(
        mut self,
        zips: impl IntoIterator<Item = impl Into<Zip>>,
        price_outside: Money,
    ) -> Self {
        self.own_zips = sorted(zips);
        self.price_outside = price_outside;
        self
    }

    /// Adds a vehicle that the driver may drive; none stated means any.
    #[must_use]
    pub fn with_vehicle(mut self, vehicle: impl Into<VehicleId>) -> Self {
        self.vehicles.push(vehicle.into());
        self
    }

    /// The vehicle that the driver was to drive, and what it is reckoned at when he drives another
    /// one, or another one drives it. A price that nobody pays: it is in no scorecard.
    #[must_use]
    pub fn with_planned_on(mut self, vehicle: impl Into<VehicleId>, price: Money) -> Self {
        self.planned_on = Some((vehicle.into(), price));
        self
    }

    /// The same driver of these vehicles only.
    pub(crate) fn with_vehicles(mut self, vehicles: Vec<VehicleId>) -> Self {
        self.vehicles = vehicles;
        self
    }

    /// The driver's name.
    #[must_use]
    pub const fn id(&self) -> &DriverId {
        &self.id
    }

    /// When the driver may be out, if stated.
    #[must_use]
    pub const fn shift(&self) -> Option<TimeWindow> {
        self.shift
    }

    /// The longest that the driver may be out, if stated.
    #[must_use]
    pub const fn max_duty(&self) -> Option<Span> {
        self.max_duty
    }

    /// What the driver is paid for coming at all.
    #[must_use]
    pub const fn day_pay(&self) -> Money {
        self.day_pay
    }

    /// What an hour on duty costs, if stated.
    #[must_use]
    pub const fn hourly_pay(&self) -> Option<Money> {
        self.hourly_pay
    }

    /// What the driver can do.
    #[must_use]
    pub fn capabilities(&self) -> &[Capability] {
        &self.capabilities
    }

    /// The postal codes that the driver knows, sorted; none means all.
    #[must_use]
    pub fn own_zips(&self) -> &[Zip] {
        &self.own_zips
    }

    /// What a stop costs on top that goes to none of them.
    #[must_use]
    pub const fn price_outside(&self) -> Money {
        self.price_outside
    }

    /// The vehicles that the driver may drive; none means any.
    #[must_use]
    pub fn vehicles(&self) -> &[VehicleId] {
        &self.vehicles
    }

    /// The vehicle that the driver was to drive, and what it is reckoned at when that changes.
    #[must_use]
    pub fn planned_on(&self) -> Option<(&VehicleId, Money)> {
        let (vehicle, price) = self.planned_on.as_ref()?;
        Some((vehicle, *price))
    }

    /// Whether the driver may drive a vehicle.
    #[must_use]
    pub fn drives(&self, vehicle: &VehicleId) -> bool {
        self.vehicles.is_empty() || self.vehicles.contains(vehicle)
    }

    /// Whether the driver knows a postal code: it is one of the own ones, or none is stated.
    #[must_use]
    pub fn knows(&self, zip: &Zip) -> bool {
        covers(&self.own_zips, zip)
    }

    /// What a vehicle costs with this driver.
    pub(crate) fn costs_of(&self, vehicle: Costs) -> Costs {
        let hour = self.hourly_pay.unwrap_or(vehicle.per_duty_hour());
        vehicle
            .with_per_vehicle(vehicle.per_vehicle() + self.day_pay)
            .with_per_duty_hour(hour)
    }
}

#[cfg(feature = "serde")]
mod record {
    //! The written form: flat, with what was not stated left out.

    use serde::{Deserialize, Serialize};

    use super::{Capability, Driver, DriverId, Money, Span, TimeWindow, VehicleId, Zip};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct DriverRecord {
        id: DriverId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shift: Option<TimeWindow>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_duty: Option<Span>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day_pay: Option<Money>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hourly_pay: Option<Money>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        capabilities: Vec<Capability>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        own_zips: Vec<Zip>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        price_outside: Option<Money>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        vehicles: Vec<VehicleId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        planned_on: Option<PlannedOn>,
    }

    /// A vehicle, and the price of another one.
    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct PlannedOn {
        vehicle: VehicleId,
        price: Money,
    }

    impl From<DriverRecord> for Driver {
        fn from(record: DriverRecord) -> Self {
            let outside = record.price_outside.unwrap_or(Money::ZERO);
            let mut driver = Self::new(record.id).with_own_zips(record.own_zips, outside);
            driver.shift = record.shift;
            driver.max_duty = record.max_duty;
            driver.day_pay = record.day_pay.unwrap_or(Money::ZERO);
            driver.hourly_pay = record.hourly_pay;
            driver.capabilities = record.capabilities;
            driver.vehicles = record.vehicles;
            let planned = record.planned_on;
            driver.planned_on = planned.map(|planned| (planned.vehicle, planned.price));
            driver
        }
    }

    impl From<Driver> for DriverRecord {
        fn from(driver: Driver) -> Self {
            let stated = |money: Money| Some(money).filter(|&money| money != Money::ZERO);
            Self {
                id: driver.id,
                shift: driver.shift,
                max_duty: driver.max_duty,
                day_pay: stated(driver.day_pay),
                hourly_pay: driver.hourly_pay,
                capabilities: driver.capabilities,
                own_zips: driver.own_zips,
                price_outside: stated(driver.price_outside),
                vehicles: driver.vehicles,
                planned_on: driver
                    .planned_on
                    .map(|(vehicle, price)| PlannedOn { vehicle, price }),
            }
        }
    }
}
