//! Vehicles and what they cost.

use std::fmt;
use std::str::FromStr;

use super::breaks::Break;
use super::ids::{Capability, ProviderId, VehicleId};
use super::place::Place;
use super::reloads::Reloads;
use super::temperature::{Compartments, Temperature};
use super::under_way::UnderWay;
use super::window::TimeWindow;
use crate::error::Error;
use crate::units::{Capacity, Meters, Money, Span};

/// What a vehicle is; decides its speed and its default capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum VehicleKind {
    /// A van of at least 300 cubic feet.
    CargoVan,
    /// An electric van.
    ElectricVan,
    /// A driver's own car, hired by the block.
    FlexCar,
    /// A cargo bicycle.
    Bicycle,
    /// A courier on foot with a trolley.
    Walker,
    /// A motorcycle or a scooter with a box.
    Motorcycle,
    /// A drone, which brings one package and flies straight.
    Drone,
}

impl VehicleKind {
    /// Every kind, in order.
    pub const ALL: [Self; 7] = [
        Self::CargoVan,
        Self::ElectricVan,
        Self::FlexCar,
        Self::Bicycle,
        Self::Walker,
        Self::Motorcycle,
        Self::Drone,
    ];

    /// The name used in files: `cargo_van`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CargoVan => "cargo_van",
            Self::ElectricVan => "electric_van",
            Self::FlexCar => "flex_car",
            Self::Bicycle => "bicycle",
            Self::Walker => "walker",
            Self::Motorcycle => "motorcycle",
            Self::Drone => "drone",
        }
    }
}

impl fmt::Display for VehicleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for VehicleKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let named = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        named.ok_or_else(|| {
            Error::format(
                format!("vehicle kind {text:?}"),
                "expected cargo_van, electric_van, flex_car, bicycle, walker, motorcycle or drone",
            )
        })
    }
}

#[cfg(feature = "serde")]
crate::units::serde_as_text!(VehicleKind, "a vehicle kind such as \"cargo_van\"");

/// One vehicle with its driver, for one route of the day, of several trips where it
/// [reloads](Vehicle::with_reloads).
///
/// ```
/// use doorstep::model::{TimeWindow, Vehicle};
/// use doorstep::units::{Capacity, Span};
///
/// let van = Vehicle::cargo_van("V1")
///     .with_capacity(Capacity::UNLIMITED.with_cubic_feet(150.0))
///     .with_shift(TimeWindow::hm((8, 0), (21, 0)))
///     .with_max_duty(Span::from_hours(10));
/// assert_eq!(van.shift().unwrap().to_string(), "08:00-21:00");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Vehicle {
    id: VehicleId,
    kind: VehicleKind,
    #[cfg_attr(feature = "serde", serde(default))]
    capacity: Capacity,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    shift: Option<TimeWindow>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    max_duty: Option<Span>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    max_driving: Option<Span>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    range: Option<Meters>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    radius: Option<Meters>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    start: Option<Place>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    end: Option<Place>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    costs: Option<Costs>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    provider: Option<ProviderId>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    capabilities: Vec<Capability>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "std::ops::Not::not")
    )]
    reserved: bool,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Compartments::is_none")
    )]
    compartments: Compartments,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    breaks: Vec<Break>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "std::ops::Not::not")
    )]
    open_end: bool,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    under_way: Option<UnderWay>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    reloads: Option<Reloads>,
}

impl Vehicle {
    /// A vehicle of a kind with unlimited capacity, out at any time of the delivery hours.
    #[must_use]
    pub fn new(id: impl Into<VehicleId>, kind: VehicleKind) -> Self {
        Self {
            id: id.into(),
            kind,
            capacity: Capacity::UNLIMITED,
            shift: None,
            max_duty: None,
            max_driving: None,
            range: None,
            radius: None,
            start: None,
            end: None,
            costs: None,
            provider: None,
            capabilities: Vec::new(),
            reserved: false,
            compartments: Compartments::default(),
            breaks: Vec::new(),
            open_end: false,
            under_way: None,
            reloads: None,
        }
    }

    /// The same vehicle under another id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<VehicleId>) -> Self {
        self.id = id.into();
        self
    }

    /// A cargo van of 300 cubic feet.
    #[must_use]
    pub fn cargo_van(id: impl Into<VehicleId>) -> Self {
        Self::preset(id.into(), VehicleKind::CargoVan, 300.0)
    }

    /// An electric van; by default as large as a cargo van, 300 cubic feet.
    #[must_use]
    pub fn electric_van(id: impl Into<VehicleId>) -> Self {
        Self::preset(id.into(), VehicleKind::ElectricVan, 300.0)
    }

    /// A driver's own car; by default 40 cubic feet, a saloon with its back seats down.
    #[must_use]
    pub fn flex_car(id: impl Into<VehicleId>) -> Self {
        Self::preset(id.into(), VehicleKind::FlexCar, 40.0)
    }

    /// A driver's own car for one block: out in the block's hours at a flat pay, however long it
    /// takes. The pay is due once it is used; hours and kilometres cost nothing.
    ///
    /// ```
    /// use doorstep::model::{TimeWindow, Vehicle};
    /// use doorstep::Money;
    ///
    /// let block = Vehicle::flex_block("F1", TimeWindow::hm((10, 0), (14, 0)), Money::from_units(80));
    /// assert_eq!(block.costs().unwrap().per_vehicle(), Money::from_units(80));
    /// assert_eq!(block.costs().unwrap().per_duty_hour(), Money::ZERO);
    /// ```
    #[must_use]
    pub fn flex_block(id: impl Into<VehicleId>, block: TimeWindow, pay: Money) -> Self {
        Self::flex_car(id)
            .with_shift(block)
            .with_costs(Costs::FREE.with_per_vehicle(pay))
    }

    /// A cargo bicycle; by default 30 cubic feet and 150 kg.
    #[must_use]
    pub fn bicycle(id: impl Into<VehicleId>) -> Self {
        let mut vehicle = Self::preset(id.into(), VehicleKind::Bicycle, 30.0);
        vehicle.capacity.weight_g = Some(150_000);
        vehicle
    }

    /// A courier on foot with a trolley; by default 8 cubic feet and 50 kg.
    #[must_use]
    pub fn walker(id: impl Into<VehicleId>) -> Self {
        let mut vehicle = Self::preset(id.into(), VehicleKind::Walker, 8.0);
        vehicle.capacity.weight_g = Some(50_000);
        vehicle
    }

    /// A motorcycle or a scooter; by default 3 cubic feet and 25 kg, an assumption for a top box.
    #[must_use]
    pub fn motorcycle(id: impl Into<VehicleId>) -> Self {
        let mut vehicle = Self::preset(id.into(), VehicleKind::Motorcycle, 3.0);
        vehicle.capacity.weight_g = Some(25_000);
        vehicle
    }

    /// A drone: one package of up to 2.3 kg within 12 km of where it starts. These are assumptions
    /// (about five pounds and seven and a half miles), as is its speed, see
    /// [`GreatCircle`](super::GreatCircle).
    ///
    /// ```
    /// use doorstep::Vehicle;
    /// use doorstep::units::Meters;
    ///
    /// let drone = Vehicle::drone("D1");
    /// assert_eq!(drone.capacity().count, Some(1));
    /// assert_eq!(drone.radius(), Some(Meters::from_meters(12_000)));
    /// ```
    #[must_use]
    pub fn drone(id: impl Into<VehicleId>) -> Self {
        let most = Capacity::UNLIMITED.with_count(1).with_weight_g(2_300);
        Self::new(id, VehicleKind::Drone)
            .with_capacity(most)
            .with_radius(Meters::from_meters(12_000))
    }

    fn preset(id: VehicleId, kind: VehicleKind, feet: f64) -> Self {
        Self::new(id, kind).with_capacity(Capacity::UNLIMITED.with_cubic_feet(feet))
    }

    /// The most it carries at any moment.
    #[must_use]
    pub fn with_capacity(mut self, capacity: Capacity) -> Self {
        self.capacity = capacity;
        self
    }

    /// When it may be out; by default the delivery hours.
    #[must_use]
    pub fn with_shift(mut self, shift: TimeWindow) -> Self {
        self.shift = Some(shift);
        self
    }

    /// The longest it may be out, from departure to return; by default as long as the shift.
    #[must_use]
    pub fn with_max_duty(mut self, span: Span) -> Self {
        self.max_duty = Some(span);
        self
    }

    /// The longest it may drive on its route, way out and way back included; service and waiting
    /// do not count. By default as long as it is out.
    #[must_use]
    pub fn with_max_driving(mut self, span: Span) -> Self {
        self.max_driving = Some(span);
        self
    }

    /// The longest its route may be, way out and way back included, as an electric van's range.
    /// Measured as travel is: detours count. By default unlimited.
    ///
    /// ```
    /// use doorstep::Vehicle;
    /// use doorstep::units::Meters;
    ///
    /// let van = Vehicle::electric_van("E1").with_range(Meters::from_meters(140_000));
    /// assert_eq!(van.range(), Some(Meters::from_meters(140_000)));
    /// ```
    #[must_use]
    pub fn with_range(mut self, range: Meters) -> Self {
        self.range = Some(range);
        self
    }

    /// It serves only places within this distance of where it starts, along the great circle and
    /// without detours. Its start and all packages then need coordinates. By default unlimited.
    #[must_use]
    pub fn with_radius(mut self, radius: Meters) -> Self {
        self.radius = Some(radius);
        self
    }

    /// Where it starts; by default the station.
    #[must_use]
    pub fn with_start(mut self, place: impl Into<Place>) -> Self {
        self.start = Some(place.into());
        self
    }

    /// Where it ends; by default the station.
    #[must_use]
    pub fn with_end(mut self, place: impl Into<Place>) -> Self {
        self.end = Some(place.into());
        self
    }

    /// Its route ends at the last stop: the way from there is not paid, and not timed.
    ///
    /// ```
    /// use doorstep::Vehicle;
    ///
    /// assert!(Vehicle::flex_car("F1").with_open_end().has_open_end());
    /// ```
    #[must_use]
    pub fn with_open_end(mut self) -> Self {
        self.open_end = true;
        self
    }

    /// Where it is, when it is out already as the rest of its day is planned.
    #[must_use]
    pub fn with_under_way(mut self, under_way: UnderWay) -> Self {
        self.under_way = Some(under_way);
        self
    }

    /// It may come back to the station during its shift and load again; by default it is out once.
    #[must_use]
    pub const fn with_reloads(mut self, reloads: Reloads) -> Self {
        self.reloads = Some(reloads);
        self
    }

    /// What it costs; by default its provider's costs, else the day's.
    #[must_use]
    pub fn with_costs(mut self, costs: Costs) -> Self {
        self.costs = Some(costs);
        self
    }

    /// Whose it is: it serves where that provider may, in its hours, and costs what it says.
    #[must_use]
    pub fn with_provider(mut self, provider: impl Into<ProviderId>) -> Self {
        self.provider = Some(provider.into());
        self
    }

    /// Adds something it has and packages may need.
    #[must_use]
    pub fn with_capability(mut self, capability: impl Into<Capability>) -> Self {
        self.capabilities.push(capability.into());
        self
    }

    /// Keeps it for packages that need one of its capabilities; it serves no others.
    #[must_use]
    pub fn with_reserved(mut self) -> Self {
        self.reserved = true;
        self
    }

    /// Gives it a compartment of so many cm³ for packages of a temperature. Without one it takes no
    /// chilled or frozen packages, and ambient ones as its capacity says, which holds for all
    /// packages together in any case.
    ///
    /// ```
    /// use doorstep::Vehicle;
    /// use doorstep::model::Temperature;
    ///
    /// let van = Vehicle::cargo_van("V1").with_compartment(Temperature::Chilled, 2_000_000);
    /// assert_eq!(van.compartment(Temperature::Chilled), Some(2_000_000));
    /// assert_eq!(van.compartment(Temperature::Frozen), None);
    /// ```
    #[must_use]
    pub fn with_compartment(mut self, temperature: Temperature, cm3: u64) -> Self {
        self.compartments.set(temperature, cm3);
        self
    }

    /// Replaces its breaks.
    pub(crate) fn with_breaks(mut self, breaks: Vec<Break>) -> Self {
        self.breaks = breaks;
        self
    }

    /// Adds a break of its driver. Several are taken in the order stated; three at most.
    #[must_use]
    pub fn with_break(mut self, pause: Break) -> Self {
        self.breaks.push(pause);
        self
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &VehicleId {
        &self.id
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> VehicleKind {
        self.kind
    }

    /// The most it carries at any moment.
    #[must_use]
    pub const fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// When it may be out, if stated.
    #[must_use]
    pub const fn shift(&self) -> Option<TimeWindow> {
        self.shift
    }

    /// The longest it may be out, if stated.
    #[must_use]
    pub const fn max_duty(&self) -> Option<Span> {
        self.max_duty
    }

    /// The longest it may drive, if stated.
    #[must_use]
    pub const fn max_driving(&self) -> Option<Span> {
        self.max_driving
    }

    /// The longest its route may be, if stated.
    #[must_use]
    pub const fn range(&self) -> Option<Meters> {
        self.range
    }

    /// How far from its start it serves, if stated.
    #[must_use]
    pub const fn radius(&self) -> Option<Meters> {
        self.radius
    }

    /// Where it starts, if not at the station.
    #[must_use]
    pub const fn start(&self) -> Option<&Place> {
        self.start.as_ref()
    }

    /// Where it ends, if not at the station.
    #[must_use]
    pub const fn end(&self) -> Option<&Place> {
        self.end.as_ref()
    }

    /// Whether its route ends at the last stop.
    #[must_use]
    pub const fn has_open_end(&self) -> bool {
        self.open_end
    }

    /// Where it is, if it is out already.
    #[must_use]
    pub const fn under_way(&self) -> Option<&UnderWay> {
        self.under_way.as_ref()
    }

    /// How often it may come back to load again, if it may.
    #[must_use]
    pub const fn reloads(&self) -> Option<Reloads> {
        self.reloads
    }

    /// What it costs, if not as its provider or the day says.
    #[must_use]
    pub const fn costs(&self) -> Option<&Costs> {
        self.costs.as_ref()
    }

    /// Whose it is, if stated.
    #[must_use]
    pub const fn provider(&self) -> Option<&ProviderId> {
        self.provider.as_ref()
    }

    /// What it has.
    #[must_use]
    pub fn capabilities(&self) -> &[Capability] {
        &self.capabilities
    }

    /// The cm³ of its compartment for packages of a temperature, if it has one.
    #[must_use]
    pub const fn compartment(&self, temperature: Temperature) -> Option<u64> {
        self.compartments.get(temperature)
    }

    /// Whether it has a place for packages of a temperature.
    #[must_use]
    pub const fn takes(&self, temperature: Temperature) -> bool {
        matches!(temperature, Temperature::Ambient) || self.compartment(temperature).is_some()
    }

    /// The breaks of its driver, in the order in which they are taken.
    #[must_use]
    pub fn breaks(&self) -> &[Break] {
        &self.breaks
    }

    /// Whether it serves only packages that need one of its capabilities.
    #[must_use]
    pub const fn is_reserved(&self) -> bool {
        self.reserved
    }
}

/// What a used vehicle costs: once, by duty hour, by kilometre and by driving hour.
///
/// Default: 100.00 per vehicle, 20.00 per duty hour, 0.25 per km, nothing per driving hour.
///
/// ```
/// use doorstep::model::Costs;
/// use doorstep::units::Money;
///
/// let costs = Costs::default().with_per_km(Money::from_cents(31));
/// assert_eq!(costs.per_vehicle(), Money::from_units(100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Costs {
    per_vehicle: Money,
    per_duty_hour: Money,
    per_km: Money,
    per_driving_hour: Money,
}

impl Default for Costs {
    fn default() -> Self {
        Self::FREE
            .with_per_vehicle(Money::from_units(100))
            .with_per_duty_hour(Money::from_units(20))
            .with_per_km(Money::from_cents(25))
    }
}

impl Costs {
    /// Nothing costs anything.
    pub const FREE: Self = Self {
        per_vehicle: Money::ZERO,
        per_duty_hour: Money::ZERO,
        per_km: Money::ZERO,
        per_driving_hour: Money::ZERO,
    };

    /// Only driving counts: 36.00 per driving hour, so that a cent is a second at the wheel.
    #[must_use]
    pub const fn driving_only() -> Self {
        Self::FREE.with_per_driving_hour(Money::from_units(36))
    }

    /// Only distance counts: 1.00 per km, as in the public CVRP sets.
    #[must_use]
    pub const fn distance_only() -> Self {
        Self::FREE.with_per_km(Money::from_units(1))
    }

    /// As few vehicles as possible, then distance: 1,000,000 per vehicle and 1.00 per km, as in
    /// the public VRPTW sets.
    #[must_use]
    pub const fn vehicles_then_distance() -> Self {
        Self::distance_only().with_per_vehicle(Money::from_units(1_000_000))
    }

    /// For using a vehicle at all.
    #[must_use]
    pub const fn with_per_vehicle(mut self, money: Money) -> Self {
        self.per_vehicle = money;
        self
    }

    /// For each hour between departure and return.
    #[must_use]
    pub const fn with_per_duty_hour(mut self, money: Money) -> Self {
        self.per_duty_hour = money;
        self
    }

    /// For each kilometre.
    #[must_use]
    pub const fn with_per_km(mut self, money: Money) -> Self {
        self.per_km = money;
        self
    }

    /// For each hour at the wheel.
    #[must_use]
    pub const fn with_per_driving_hour(mut self, money: Money) -> Self {
        self.per_driving_hour = money;
        self
    }

    /// For using a vehicle at all.
    #[must_use]
    pub const fn per_vehicle(&self) -> Money {
        self.per_vehicle
    }

    /// For each hour between departure and return.
    #[must_use]
    pub const fn per_duty_hour(&self) -> Money {
        self.per_duty_hour
    }

    /// For each kilometre.
    #[must_use]
    pub const fn per_km(&self) -> Money {
        self.per_km
    }

    /// For each hour at the wheel.
    #[must_use]
    pub const fn per_driving_hour(&self) -> Money {
        self.per_driving_hour
    }
}
