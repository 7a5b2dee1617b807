//! A package, and a stop that is given directly.

use std::sync::Arc;

use super::alternative::Alternative;
use super::ids::{Capability, GoodsClass, GroupId, PackageId, StopId, VehicleId};
use super::pickup::Pickup;
use super::place::{Place, Zip};
use super::promise::{Due, HandOff, PackageKind, Promise};
use super::temperature::Temperature;
use super::window::TimeWindow;
use crate::units::{Load, Money, Span, TimeOfDay, Weekday};

/// One package: what, where, when, and how it is handed over.
///
/// Only the id, the place and the postal code must be stated. Setters accept anything; the
/// values are checked together when the day is built.
///
/// ```
/// use doorstep::model::{HandOff, Package, Place, TimeWindow};
///
/// let package = Package::new("P1", Place::at(41.85, -87.65), "60608")
///     .with_volume_cm3(12_000)
///     .with_window(TimeWindow::hm((9, 0), (12, 0)))
///     .with_hand_off(HandOff::Signature);
/// assert_eq!(package.load().count, 1);
/// assert_eq!(package.windows().len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        from = "super::record::PackageRecord",
        into = "super::record::PackageRecord"
    )
)]
pub struct Package {
    id: PackageId,
    place: Place,
    zip: Zip,
    address_key: Option<Arc<str>>,
    load: Load,
    windows: Vec<TimeWindow>,
    service_time: Option<Span>,
    promise: Promise,
    hand_off: HandOff,
    kind: PackageKind,
    attempts: u8,
    // What few packages state, out of the way of the many: a nation's day holds 1.6 million.
    rare: Option<Box<Rare>>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Rare {
    ready: Option<TimeOfDay>,
    due: Option<Due>,
    floor: u8,
    weekdays: Vec<Weekday>,
    tender: Option<Money>,
    pin: Option<VehicleId>,
    planned_on: Option<(VehicleId, Money)>,
    needs: Vec<Capability>,
    needs_any: Vec<Vec<Capability>>,
    goods: Option<GoodsClass>,
    temperature: Temperature,
    in_house_only: bool,
    pickup: Option<Pickup>,
    alternatives: Vec<Alternative>,
    together: Option<GroupId>,
    apart: Vec<GroupId>,
}

impl Package {
    /// A delivery of one item without volume or weight, at any time of the delivery hours.
    #[must_use]
    pub fn new(id: impl Into<PackageId>, place: impl Into<Place>, zip: impl Into<Zip>) -> Self {
        Self {
            id: id.into(),
            place: place.into(),
            zip: zip.into(),
            address_key: None,
            load: Load::ONE,
            windows: Vec::new(),
            service_time: None,
            promise: Promise::default(),
            hand_off: HandOff::default(),
            kind: PackageKind::default(),
            attempts: 0,
            rare: None,
        }
    }

    /// The address as the caller's system knows it. Packages of one key are brought to one stop;
    /// without keys equal coordinates are.
    #[must_use]
    pub fn with_address_key(mut self, key: impl Into<Arc<str>>) -> Self {
        self.address_key = Some(key.into());
        self
    }

    /// The same package under another id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<PackageId>) -> Self {
        self.id = id.into();
        self
    }

    /// Where it goes instead.
    #[must_use]
    pub fn with_place(mut self, place: impl Into<Place>) -> Self {
        self.place = place.into();
        self
    }

    /// Without an address key: its door is its place.
    #[must_use]
    pub fn without_address_key(mut self) -> Self {
        self.address_key = None;
        self
    }

    /// What the package takes of a vehicle, in all dimensions.
    #[must_use]
    pub fn with_load(mut self, load: Load) -> Self {
        self.load = load;
        self
    }

    /// Its volume in cm³.
    #[must_use]
    pub fn with_volume_cm3(mut self, cm3: u64) -> Self {
        self.load.volume_cm3 = cm3;
        self
    }

    /// Its weight in grams.
    #[must_use]
    pub fn with_weight_g(mut self, grams: u64) -> Self {
        self.load.weight_g = grams;
        self
    }

    /// Adds a window in which service may start. Several may be stated, none means the delivery
    /// hours.
    #[must_use]
    pub fn with_window(mut self, window: TimeWindow) -> Self {
        // Most packages have one window: the default growth would reserve four.
        self.windows.reserve_exact(1);
        self.windows.push(window);
        self
    }

    /// Replaces the windows.
    #[must_use]
    pub fn with_windows(mut self, windows: impl IntoIterator<Item = TimeWindow>) -> Self {
        self.windows = windows.into_iter().collect();
        self.windows.shrink_to_fit();
        self
    }

    /// What the customer was told.
    #[must_use]
    pub fn with_promise(mut self, promise: Promise) -> Self {
        self.promise = promise;
        self
    }

    /// Gives it a promise of its own, with a price: service should start by `by`, and each minute
    /// later costs `per_minute`. Within the windows, which hold in any case.
    ///
    /// ```
    /// use doorstep::{Money, Package, Place, TimeOfDay, TimeWindow};
    ///
    /// let dinner = Package::new("P1", Place::at(41.85, -87.65), "60608")
    ///     .with_due(TimeOfDay::hm(18, 30), Money::from_cents(50))
    ///     .with_window(TimeWindow::hm((17, 0), (20, 0)));
    /// assert_eq!(dinner.promised_by(TimeWindow::DELIVERY_HOURS), TimeOfDay::hm(18, 30));
    /// ```
    #[must_use]
    pub fn with_due(mut self, by: TimeOfDay, per_minute: Money) -> Self {
        self.rare_mut().due = Some(Due::new(by, per_minute));
        self
    }

    /// Without a promise that has a price.
    #[must_use]
    pub fn without_due(mut self) -> Self {
        if let Some(rare) = &mut self.rare {
            rare.due = None;
        }
        self.slim()
    }

    /// How it changes hands.
    #[must_use]
    pub fn with_hand_off(mut self, hand_off: HandOff) -> Self {
        self.hand_off = hand_off;
        self
    }

    /// How many attempts at delivery were made before.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u8) -> Self {
        self.attempts = attempts;
        self
    }

    /// When it is at the station, ready to be loaded; a vehicle with it leaves no earlier.
    #[must_use]
    pub fn with_ready(mut self, ready: TimeOfDay) -> Self {
        self.rare_mut().ready = Some(ready);
        self
    }

    /// Where it is collected by the vehicle that brings it to its door, on the same route and before.
    /// It is never at the station; its windows are those of the door.
    #[must_use]
    pub fn with_pickup(mut self, pickup: Pickup) -> Self {
        self.rare_mut().pickup = Some(pickup);
        self
    }

    /// Adds a place where it may be handed over instead of its door. Such a package is a stop alone,
    /// at its door too: what others do there is not its choice.
    #[must_use]
    pub fn with_alternative(mut self, alternative: Alternative) -> Self {
        self.rare_mut().alternatives.push(alternative);
        self
    }

    /// Delivery or return.
    #[must_use]
    pub fn with_kind(mut self, kind: PackageKind) -> Self {
        self.kind = kind;
        self
    }

    /// What a carrier would charge for it, in place of what the day's carriers ask. A package
    /// without a price that no carrier of the day takes is required.
    #[must_use]
    pub fn with_tender(mut self, price: Money) -> Self {
        self.rare_mut().tender = Some(price);
        self
    }

    /// Without a price of its own.
    #[must_use]
    pub fn without_tender(mut self) -> Self {
        if let Some(rare) = &mut self.rare {
            rare.tender = None;
        }
        self
    }

    /// The only vehicle that may carry it.
    #[must_use]
    pub fn with_pin(mut self, vehicle: impl Into<VehicleId>) -> Self {
        self.rare_mut().pin = Some(vehicle.into());
        self
    }

    /// The vehicle that it is planned on already, and what the solver reckons for another one in
    /// its place. A price of change that nobody pays: it is in no cost of a plan.
    #[must_use]
    pub fn with_planned_on(mut self, vehicle: impl Into<VehicleId>, price: Money) -> Self {
        self.rare_mut().planned_on = Some((vehicle.into(), price));
        self
    }

    /// Marks it as one that no carrier of the day may take.
    #[must_use]
    pub fn with_in_house_only(mut self) -> Self {
        self.rare_mut().in_house_only = true;
        self
    }

    /// Its own time at the door, instead of the day's [`ServiceTimes`](super::ServiceTimes).
    #[must_use]
    pub fn with_service_time(mut self, span: Span) -> Self {
        self.service_time = Some(span);
        self
    }

    /// How many floors up it goes by stairs, see
    /// [`with_per_floor`](super::ServiceTimes::with_per_floor).
    #[must_use]
    pub fn with_floor(mut self, floor: u8) -> Self {
        self.rare_mut().floor = floor;
        self
    }

    /// The only weekdays on which it can be handed over; by default any. A day with a date that is
    /// none of them is refused when it is built.
    ///
    /// ```
    /// use doorstep::units::{Date, Weekday};
    /// use doorstep::{Package, Place, ServiceDay, Station};
    ///
    /// let at = Place::at(41.85, -87.65);
    /// let office = Package::new("P1", at, "60608").with_weekdays([Weekday::Monday]);
    /// let day = ServiceDay::builder(Station::new("DCH1", at)).packages([office]);
    /// let sunday = day.date(Date::new(2026, 11, 1)?).build();
    /// assert!(sunday.unwrap_err().to_string().contains("is a sunday"));
    /// # Ok::<(), doorstep::Error>(())
    /// ```
    #[must_use]
    pub fn with_weekdays(mut self, days: impl IntoIterator<Item = Weekday>) -> Self {
        self.rare_mut().weekdays = days.into_iter().collect();
        self
    }

    /// Adds something the vehicle must have.
    #[must_use]
    pub fn with_need(mut self, capability: impl Into<Capability>) -> Self {
        self.rare_mut().needs.push(capability.into());
        self
    }

    /// Adds a choice of which the vehicle must have one: a lift, or two people.
    ///
    /// ```
    /// use doorstep::{Package, Place};
    ///
    /// let fridge = Package::new("P1", Place::at(41.85, -87.65), "60608")
    ///     .with_need_any(["lift", "two people"]);
    /// assert_eq!(fridge.needs_any()[0].len(), 2);
    /// ```
    #[must_use]
    pub fn with_need_any<C: Into<Capability>>(
        mut self,
        any_of: impl IntoIterator<Item = C>,
    ) -> Self {
        let any_of = any_of.into_iter().map(Into::into).collect();
        self.rare_mut().needs_any.push(any_of);
        self
    }

    /// The class of its goods, which matters where the day says that classes are incompatible.
    #[must_use]
    pub fn with_goods(mut self, class: impl Into<GoodsClass>) -> Self {
        self.rare_mut().goods = Some(class.into());
        self
    }

    /// The group with which it rides: all packages of the group are on one route, or none of them is
    /// on any. Said of the package and not in a list of the day, so that it holds where the package
    /// is carried to tomorrow, and names nothing that is not there.
    ///
    /// A package of a group shares a stop only with others of it, and has no alternatives and no
    /// place where it is collected on the way.
    ///
    /// ```
    /// use doorstep::{Package, Place};
    ///
    /// let desk = Package::new("desk", Place::at(41.85, -87.65), "60608").with_together("order 7");
    /// let tools = Package::new("tools", Place::at(41.86, -87.66), "60607").with_together("order 7");
    /// assert_eq!(desk.together(), tools.together());
    /// ```
    #[must_use]
    pub fn with_together(mut self, group: impl Into<GroupId>) -> Self {
        self.rare_mut().together = Some(group.into());
        self
    }

    /// A group of which no two packages are on one route, not even at one door. May be said several
    /// times: the package keeps away from all others of each group.
    ///
    /// Where whole sorts of goods are to be kept apart, say so with [`Package::with_goods`] and
    /// [`incompatible`](crate::model::ServiceDayBuilder::incompatible).
    #[must_use]
    pub fn with_apart(mut self, group: impl Into<GroupId>) -> Self {
        let group = group.into();
        let known = &mut self.rare_mut().apart;
        if !known.contains(&group) {
            known.push(group);
        }
        self
    }

    /// How cold it travels; ambient by default.
    #[must_use]
    pub fn with_temperature(mut self, temperature: Temperature) -> Self {
        self.rare_mut().temperature = temperature;
        self
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &PackageId {
        &self.id
    }

    /// Where it goes, or is collected.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The postal code of the place.
    #[must_use]
    pub const fn zip(&self) -> &Zip {
        &self.zip
    }

    /// The address as the caller's system knows it.
    #[must_use]
    pub fn address_key(&self) -> Option<&str> {
        self.address_key.as_deref()
    }

    /// What it takes of a vehicle.
    #[must_use]
    pub const fn load(&self) -> Load {
        self.load
    }

    /// The windows as stated; none means the delivery hours.
    #[must_use]
    pub fn windows(&self) -> &[TimeWindow] {
        &self.windows
    }

    /// What the customer was told.
    #[must_use]
    pub const fn promise(&self) -> Promise {
        self.promise
    }

    /// Its promise with a price, if stated.
    #[must_use]
    pub fn due(&self) -> Option<Due> {
        self.rare.as_ref()?.due
    }

    /// The latest start of service that is on time: as its promise with a price says, else as
    /// what the customer was told.
    #[must_use]
    pub fn promised_by(&self, delivery_hours: TimeWindow) -> TimeOfDay {
        self.due()
            .map_or_else(|| self.promise.due(delivery_hours), |due| due.by())
    }

    /// How it changes hands.
    #[must_use]
    pub const fn hand_off(&self) -> HandOff {
        self.hand_off
    }

    /// How many attempts were made before.
    #[must_use]
    pub const fn attempts(&self) -> u8 {
        self.attempts
    }

    /// When it is at the station.
    #[must_use]
    pub fn ready(&self) -> Option<TimeOfDay> {
        self.rare.as_ref()?.ready
    }

    /// Where it is collected on the way, if it does not come from the station.
    #[must_use]
    pub fn pickup(&self) -> Option<&Pickup> {
        self.rare.as_ref()?.pickup.as_ref()
    }

    /// Where it may be handed over instead of its door.
    #[must_use]
    pub fn alternatives(&self) -> &[Alternative] {
        self.rare.as_ref().map_or(&[], |rare| &rare.alternatives)
    }

    /// Delivery or return.
    #[must_use]
    pub const fn kind(&self) -> PackageKind {
        self.kind
    }

    /// What a carrier would charge; `None` means that it is required, unless a carrier of the day
    /// takes it.
    #[must_use]
    pub fn tender(&self) -> Option<Money> {
        self.rare.as_ref()?.tender
    }

    /// The only vehicle that may carry it.
    #[must_use]
    pub fn pin(&self) -> Option<&VehicleId> {
        self.rare.as_ref()?.pin.as_ref()
    }

    /// The vehicle that it is planned on already and the price of another one, if stated.
    #[must_use]
    pub fn planned_on(&self) -> Option<(&VehicleId, Money)> {
        let planned = self.rare.as_ref()?.planned_on.as_ref()?;
        Some((&planned.0, planned.1))
    }

    /// Whether no carrier of the day may take it.
    #[must_use]
    pub fn in_house_only(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.in_house_only)
    }

    /// The same package, bound to no other one.
    pub(crate) fn without_groups(mut self) -> Self {
        if let Some(rare) = &mut self.rare {
            (rare.together, rare.apart) = (None, Vec::new());
        }
        self.slim()
    }

    /// Without a record of rare things where it says nothing, as packages are made.
    fn slim(mut self) -> Self {
        if self
            .rare
            .as_deref()
            .is_some_and(|rare| *rare == Rare::default())
        {
            self.rare = None;
        }
        self
    }

    /// The same package, at the station or on board: not collected on the way any more.
    pub(crate) fn without_pickup(mut self) -> Self {
        if let Some(rare) = &mut self.rare {
            rare.pickup = None;
        }
        self.slim()
    }

    /// The same package, of no group with which it rides.
    pub(crate) fn without_together(mut self) -> Self {
        if let Some(rare) = &mut self.rare {
            rare.together = None;
        }
        self.slim()
    }

    /// The same package for its door only.
    pub(crate) fn without_alternatives(mut self) -> Self {
        if let Some(rare) = &mut self.rare {
            rare.alternatives.clear();
        }
        self
    }

    /// How many floors up it goes by stairs.
    #[must_use]
    pub fn floor(&self) -> u8 {
        self.rare.as_ref().map_or(0, |rare| rare.floor)
    }

    /// The only weekdays on which it can be handed over; none means any.
    #[must_use]
    pub fn weekdays(&self) -> &[Weekday] {
        self.rare.as_ref().map_or(&[], |rare| &rare.weekdays)
    }

    /// Its own time at the door.
    #[must_use]
    pub const fn service_time(&self) -> Option<Span> {
        self.service_time
    }

    /// What the vehicle must have.
    #[must_use]
    pub fn needs(&self) -> &[Capability] {
        self.rare.as_ref().map_or(&[], |rare| &rare.needs)
    }

    /// Choices, of each of which the vehicle must have one.
    #[must_use]
    pub fn needs_any(&self) -> &[Vec<Capability>] {
        self.rare.as_ref().map_or(&[], |rare| &rare.needs_any)
    }

    /// The class of its goods, if stated.
    #[must_use]
    pub fn goods(&self) -> Option<&GoodsClass> {
        self.rare.as_ref()?.goods.as_ref()
    }

    /// The group with which it rides, if stated.
    #[must_use]
    pub fn together(&self) -> Option<&GroupId> {
        self.rare.as_ref()?.together.as_ref()
    }

    /// The groups of which it shares a route with no other package.
    #[must_use]
    pub fn apart(&self) -> &[GroupId] {
        self.rare.as_ref().map_or(&[], |rare| &rare.apart)
    }

    /// How cold it travels.
    #[must_use]
    pub fn temperature(&self) -> Temperature {
        let rare = self.rare.as_ref();
        rare.map_or(Temperature::Ambient, |rare| rare.temperature)
    }

    /// With this service time or that of the table.
    pub(super) const fn timed(mut self, span: Option<Span>) -> Self {
        self.service_time = span;
        self
    }

    /// With another postal code.
    pub(super) fn with_zip(mut self, zip: Zip) -> Self {
        self.zip = zip;
        self
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

/// A stop that the caller has grouped: these packages are handed over together, at one place.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Stop {
    id: StopId,
    packages: Vec<Package>,
}

impl Stop {
    /// A stop by name with its packages, which must be at one place and have windows that meet.
    #[must_use]
    pub fn new(id: impl Into<StopId>, packages: Vec<Package>) -> Self {
        Self {
            id: id.into(),
            packages,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &StopId {
        &self.id
    }

    /// Its packages.
    #[must_use]
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// The name and the packages, by value.
    pub(super) fn into_parts(self) -> (StopId, Vec<Package>) {
        (self.id, self.packages)
    }
}
