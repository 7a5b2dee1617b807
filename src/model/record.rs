//! The written forms of a package and of a day: flat, with what was not stated left out.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use super::alternative::Alternative;
use super::balance::Balance;
use super::day::ServiceDay;
use super::driver::Driver;
use super::ids::{Capability, GoodsClass, GroupId, PackageId, StopId, VehicleId};
use super::locker::Locker;
use super::package::{Package, Stop};
use super::pickup::Pickup;
use super::place::{LatLng, Place, Station, Zip};
use super::promise::{Due, HandOff, PackageKind, Promise};
use super::provider::Provider;
use super::requirement::Requirement;
use super::service::ServiceTimes;
use super::temperature::Temperature;
use super::travel_spec::TravelSpec;
use super::vehicle::{Costs, Vehicle, VehicleKind};
use super::walking::Walking;
use super::window::TimeWindow;
use super::zone::{ZonePolicy, ZoneRecord};
use crate::error::Error;
use crate::units::{Date, Load, Money, Span, TimeOfDay, Weekday};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackageRecord {
    id: PackageId,
    place: Place,
    zip: Zip,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address_key: Option<String>,
    #[serde(default = "one_item")]
    load: Load,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    windows: Vec<TimeWindow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_time: Option<Span>,
    #[serde(default)]
    promise: Promise,
    #[serde(default)]
    hand_off: HandOff,
    #[serde(default)]
    kind: PackageKind,
    #[serde(default)]
    attempts: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ready: Option<TimeOfDay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<Due>,
    #[serde(default, skip_serializing_if = "is_ground")]
    floor: u8,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    weekdays: Vec<Weekday>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tender: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pin: Option<VehicleId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    planned_on: Option<PlannedOn>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    needs: Vec<Capability>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    needs_any: Vec<Vec<Capability>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    goods: Option<GoodsClass>,
    #[serde(default, skip_serializing_if = "is_ambient")]
    temperature: Temperature,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    in_house_only: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pickup: Option<Pickup>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<Alternative>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    together: Option<GroupId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    apart: Vec<GroupId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlannedOn {
    vehicle: VehicleId,
    price: Money,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_ambient(temperature: &Temperature) -> bool {
    *temperature == Temperature::Ambient
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_ground(floor: &u8) -> bool {
    *floor == 0
}

fn one_item() -> Load {
    Load::ONE
}

impl From<PackageRecord> for Package {
    fn from(record: PackageRecord) -> Self {
        let mut package = Self::new(record.id, record.place, record.zip)
            .with_load(record.load)
            .with_windows(record.windows)
            .with_promise(record.promise)
            .with_hand_off(record.hand_off)
            .with_kind(record.kind)
            .with_attempts(record.attempts);
        if let Some(key) = record.address_key {
            package = package.with_address_key(key);
        }
        if let Some(span) = record.service_time {
            package = package.with_service_time(span);
        }
        if let Some(ready) = record.ready {
            package = package.with_ready(ready);
        }
        if let Some(due) = record.due {
            package = package.with_due(due.by(), due.per_minute());
        }
        if record.floor > 0 {
            package = package.with_floor(record.floor);
        }
        if !record.weekdays.is_empty() {
            package = package.with_weekdays(record.weekdays);
        }
        if let Some(price) = record.tender {
            package = package.with_tender(price);
        }
        if let Some(vehicle) = record.pin {
            package = package.with_pin(vehicle);
        }
        if let Some(PlannedOn { vehicle, price }) = record.planned_on {
            package = package.with_planned_on(vehicle, price);
        }
        if record.in_house_only {
            package = package.with_in_house_only();
        }
        if let Some(pickup) = record.pickup {
            package = package.with_pickup(pickup);
        }
        for alternative in record.alternatives {
            package = package.with_alternative(alternative);
        }
        if let Some(class) = record.goods {
            package = package.with_goods(class);
        }
        if record.temperature != Temperature::Ambient {
            package = package.with_temperature(record.temperature);
        }
        if let Some(group) = record.together {
            package = package.with_together(group);
        }
        package = record.apart.into_iter().fold(package, Self::with_apart);
        for any_of in record.needs_any {
            package = package.with_need_any(any_of);
        }
        record.needs.into_iter().fold(package, Self::with_need)
    }
}

impl From<Package> for PackageRecord {
    fn from(package: Package) -> Self {
        Self {
            address_key: package.address_key().map(str::to_owned),
            load: package.load(),
            windows: package.windows().to_vec(),
            service_time: package.service_time(),
            promise: package.promise(),
            hand_off: package.hand_off(),
            kind: package.kind(),
            attempts: package.attempts(),
            ready: package.ready(),
            due: package.due(),
            floor: package.floor(),
            weekdays: package.weekdays().to_vec(),
            tender: package.tender(),
            pin: package.pin().cloned(),
            planned_on: package.planned_on().map(|(vehicle, price)| PlannedOn {
                vehicle: vehicle.clone(),
                price,
            }),
            needs: package.needs().to_vec(),
            needs_any: package.needs_any().to_vec(),
            goods: package.goods().cloned(),
            temperature: package.temperature(),
            in_house_only: package.in_house_only(),
            pickup: package.pickup().cloned(),
            alternatives: package.alternatives().to_vec(),
            together: package.together().cloned(),
            apart: package.apart().to_vec(),
            place: *package.place(),
            zip: package.zip().clone(),
            id: package.id().clone(),
        }
    }
}

/// The written form of a day; read through the same checks as a day that is built.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DayRecord {
    station: Station,
    #[serde(default)]
    date: Option<Date>,
    #[serde(default = "delivery_hours")]
    delivery_hours: TimeWindow,
    #[serde(default)]
    packages: Vec<Package>,
    #[serde(default)]
    stops: Vec<Stop>,
    #[serde(default)]
    vehicles: Vec<Vehicle>,
    #[serde(default)]
    drivers: Vec<Driver>,
    #[serde(default)]
    providers: Vec<Provider>,
    #[serde(default)]
    lockers: Vec<Locker>,
    #[serde(default)]
    travel: TravelSpec,
    #[serde(default)]
    costs: Costs,
    #[serde(default)]
    service_times: ServiceTimes,
    #[serde(default)]
    service_times_by_kind: Vec<(VehicleKind, ServiceTimes)>,
    #[serde(default)]
    requirements: Vec<Requirement>,
    #[serde(default)]
    incompatible_goods: Vec<(GoodsClass, GoodsClass)>,
    #[serde(default)]
    zone_policy: ZonePolicy,
    #[serde(default)]
    most_zones: Option<u32>,
    #[serde(default)]
    balance: Balance,
    #[serde(default)]
    walking: Option<Walking>,
    #[serde(default)]
    zones_of_yesterday: Option<ZoneRecord>,
    #[serde(default)]
    zip_centroids: Vec<(Zip, LatLng)>,
}

fn delivery_hours() -> TimeWindow {
    TimeWindow::DELIVERY_HOURS
}

impl TryFrom<DayRecord> for ServiceDay {
    type Error = Error;

    fn try_from(record: DayRecord) -> Result<Self, Error> {
        let mut builder = Self::builder(record.station)
            .delivery_hours(record.delivery_hours)
            .packages(record.packages)
            .stops(record.stops)
            .vehicles(record.vehicles)
            .drivers(record.drivers)
            .providers(record.providers)
            .lockers(record.lockers)
            .travel(record.travel)
            .costs(record.costs)
            .service_times(record.service_times)
            .requirements(record.requirements)
            .zone_policy(record.zone_policy)
            .balance(record.balance)
            .zip_centroids(record.zip_centroids);
        for (kind, times) in record.service_times_by_kind {
            builder = builder.service_times_of(kind, times);
        }
        for (a, b) in record.incompatible_goods {
            builder = builder.incompatible(a, b);
        }
        if let Some(most) = record.most_zones {
            builder = builder.most_zones(most);
        }
        if let Some(walking) = record.walking {
            builder = builder.walking(walking);
        }
        if let Some(zones) = record.zones_of_yesterday {
            builder = builder.zones_of_yesterday(zones);
        }
        match record.date {
            Some(date) => builder.date(date).build(),
            None => builder.build(),
        }
    }
}

/// A given stop, written without copying its packages.
#[derive(Serialize)]
struct StopView<'a> {
    id: &'a StopId,
    packages: &'a [Package],
}

// By hand, so that a day of a million packages is written without a copy of itself.
impl Serialize for ServiceDay {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let given = self.given_stops();
        let loose = given
            .first()
            .map_or(self.packages().len(), |(_, range)| range.start);
        let stops: Vec<StopView<'_>> = given
            .iter()
            .map(|(id, range)| StopView {
                id,
                packages: &self.packages()[range.clone()],
            })
            .collect();
        // Left out where nobody walks and without lockers: such a day is written as it always was.
        let walks = usize::from(self.walking().is_some());
        let lockers = usize::from(!self.lockers().is_empty());
        let mut fields = out.serialize_struct("ServiceDay", 19 + walks + lockers)?;
        fields.serialize_field("station", self.station())?;
        fields.serialize_field("date", &self.date())?;
        fields.serialize_field("delivery_hours", &self.delivery_hours())?;
        fields.serialize_field("packages", &self.packages()[..loose])?;
        fields.serialize_field("stops", &stops)?;
        fields.serialize_field("vehicles", self.vehicles())?;
        fields.serialize_field("drivers", self.drivers())?;
        fields.serialize_field("providers", self.providers())?;
        if self.lockers().is_empty() {
            fields.skip_field("lockers")?;
        } else {
            fields.serialize_field("lockers", self.lockers())?;
        }
        fields.serialize_field("travel", self.travel())?;
        fields.serialize_field("costs", self.costs())?;
        fields.serialize_field("service_times", self.service_times())?;
        fields.serialize_field("service_times_by_kind", self.service_times_by_kind())?;
        fields.serialize_field("requirements", self.requirements())?;
        fields.serialize_field("incompatible_goods", self.incompatible_goods())?;
        fields.serialize_field("zone_policy", &self.zone_policy())?;
        fields.serialize_field("most_zones", &self.most_zones())?;
        fields.serialize_field("balance", self.balance())?;
        if let Some(walking) = self.walking() {
            fields.serialize_field("walking", walking)?;
        }
        fields.serialize_field("zones_of_yesterday", &self.zones_of_yesterday())?;
        fields.serialize_field("zip_centroids", self.zip_centroids())?;
        fields.end()
    }
}
