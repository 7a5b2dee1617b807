//! Everything that can be wrong with a day, found at once.
//!
//! One pass over packages, stops and vehicles. A text is made only for a problem, so that a
//! million good packages cost a million comparisons and a hash table of their ids.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use super::day::ServiceDay;
use super::ids::ProviderId;
use super::matrix::MOST_MS;
use super::package::Package;
use super::place::Place;
use super::promise::Promise;
use super::travel_spec::TravelSpec;
use super::vehicle::{Costs, Vehicle, VehicleKind};
use super::window::{TimeWindow, clip, meet};
use super::zone;
use crate::error::{Error, Problems};
use crate::units::{Load, Money, Span, TimeOfDay};

/// The highest rate and the highest price: sums over a nation's day stay inside an i64.
pub(super) const MOST_MONEY: Money = Money::from_units(10_000_000);

/// The longest service time, parking time or duty.
const MOST_SPAN: Span = Span::from_millis(TimeOfDay::MAX.millis());

/// All problems of `day`, or none; then the provider of each vehicle.
pub(super) fn check(day: &ServiceDay) -> Result<Vec<Option<u32>>, Error> {
    let mut check = Check::new(day);
    check.day();
    check.lockers();
    check.packages();
    check.stops();
    check.providers();
    check.vehicles();
    check.drivers();
    check.teams();
    zone::check(
        day.zone_policy(),
        day.zones_of_yesterday(),
        day.zip_centroids(),
        MOST_MONEY,
        &mut check.problems,
    );
    let Check {
        providers,
        problems,
        ..
    } = check;
    problems.into_result()?;
    let index = |id: &ProviderId| u32::try_from(*providers.get(id.as_str())?).ok();
    let vehicles = day.vehicles().iter();
    Ok(vehicles.map(|v| v.provider().and_then(index)).collect())
}

/// All problems of a package that joins a day which was built, but for an id in use; or none.
/// O(vehicles).
pub(crate) fn check_package(day: &ServiceDay, package: &Package) -> Result<(), Error> {
    let mut check = Check::new(day);
    check.hours = Some(day.delivery_hours());
    check.ids("package", std::iter::once(package.id().as_str()));
    check.subject = Subject::of("package", package.id().as_str(), Some(0));
    check.place("place", package.place());
    check.package(package);
    if !package.alternatives().is_empty() {
        check.report(
            "alternatives",
            "are stated, but such a package cannot join a day that goes on",
        );
    }
    let mut limited = day.vehicles().iter().filter(|v| v.radius().is_some());
    if !placed(package)
        && let Some(vehicle) = limited.next()
    {
        let id = vehicle.id().as_str();
        let message = format!("has no coordinates, which the radius of vehicle {id:?} needs");
        check.report("place", message);
    }
    check.problems.into_result()
}

/// Whether all its places have coordinates.
fn placed(package: &Package) -> bool {
    let pickup = package.pickup().map(super::Pickup::place);
    let mut elsewhere = package.alternatives().iter().filter_map(|a| a.place());
    package.place().lat_lng().is_some()
        && pickup.is_none_or(|at| at.lat_lng().is_some())
        && elsewhere.all(|at| at.lat_lng().is_some())
}

/// What is being looked at; a text only once there is a problem.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    noun: &'static str,
    id: &'a str,
    index: Option<usize>,
}

impl<'a> Subject<'a> {
    pub(super) fn of(noun: &'static str, id: &'a str, index: Option<usize>) -> Self {
        Self { noun, id, index }
    }
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) if self.id.is_empty() => write!(f, "{} at index {index}", self.noun),
            _ => write!(f, "{} {:?}", self.noun, self.id),
        }
    }
}

pub(super) struct Check<'a> {
    pub(super) day: &'a ServiceDay,
    vehicles: HashSet<&'a str>,
    /// Where each provider is in the day.
    pub(super) providers: HashMap<&'a str, usize>,
    /// Where each locker is in the day.
    pub(super) lockers: HashMap<&'a str, usize>,
    /// The delivery hours, unless they are wrong themselves: no problem follows from another.
    pub(super) hours: Option<TimeWindow>,
    pub(super) subject: Subject<'a>,
    /// A package without coordinates, looked for where a vehicle has a radius.
    pub(super) unplaced: Option<&'a Package>,
    problems: Problems,
}

impl<'a> Check<'a> {
    /// Nothing looked at yet but the names that others refer to.
    pub(super) fn new(day: &'a ServiceDay) -> Self {
        Self {
            day,
            vehicles: day.vehicles().iter().map(|v| v.id().as_str()).collect(),
            providers: (0..)
                .zip(day.providers())
                .map(|(i, p)| (p.id().as_str(), i))
                .collect(),
            lockers: (0..)
                .zip(day.lockers())
                .map(|(i, locker)| (locker.id().as_str(), i))
                .collect(),
            hours: None,
            subject: Subject::of("station", day.station().id().as_str(), None),
            unplaced: None,
            problems: Problems::default(),
        }
    }

    /// The provider of this name, if there is one.
    pub(super) fn provider_called(&self, id: &ProviderId) -> Option<&'a super::Provider> {
        let at = self.providers.get(id.as_str())?;
        self.day.providers().get(*at)
    }

    pub(super) fn is_vehicle(&self, id: &super::VehicleId) -> bool {
        self.vehicles.contains(id.as_str())
    }

    pub(super) fn report(&mut self, field: &'static str, message: impl Into<String>) {
        self.problems.push(self.subject.to_string(), field, message);
    }

    fn day(&mut self) {
        let day = self.day;
        if day.station().id().as_str().is_empty() {
            self.report("id", "is empty");
        }
        let hours = day.delivery_hours();
        if self.window("delivery_hours", hours) {
            self.hours = Some(hours);
        }
        self.travel();
        self.place("place", day.station().place());
        self.costs(day.costs());
        self.service_times();
        self.shares();
        self.walking();
        self.docks();
        for requirement in day.requirements() {
            self.choice("requirements", requirement.any_of());
        }
        self.goods();
        let mut loads = day.packages().iter().map(Package::load);
        if loads.try_fold(Load::ZERO, Load::checked_add).is_none() {
            let message = format!("hold more than {} items or 2^64 cm3 or g", u32::MAX);
            self.report("packages", message);
        }
    }

    fn travel(&mut self) {
        self.traffic();
        match self.day.travel().free() {
            TravelSpec::GreatCircle(model) => {
                let detour = model.detour();
                if !(detour.is_finite() && detour >= 1.0) {
                    self.report("travel", format!("detour {detour} is not 1 or more"));
                }
                for kind in VehicleKind::ALL {
                    let own = model.detour_of(kind);
                    // That for all was reported.
                    if own.to_bits() != detour.to_bits() && !(own.is_finite() && own >= 1.0) {
                        let message = format!("detour {own} for a {kind} is not 1 or more");
                        self.report("travel", message);
                    }
                    let speed = model.speed(kind);
                    if !(speed.is_finite() && speed > 0.0) {
                        let message = format!("{speed} km/h for a {kind} is not above 0");
                        self.report("travel", message);
                    }
                }
            }
            TravelSpec::Matrix(matrix) => {
                let size = matrix.size();
                for (kind, other) in matrix.misfits() {
                    let message =
                        format!("the matrix for {kind} has {other} rows instead of {size}");
                    self.report("travel", message);
                }
            }
            TravelSpec::Plane(plane) => {
                for flaw in plane.flaws(f64::from(MOST_MS)) {
                    self.report("travel", flaw);
                }
            }
            TravelSpec::Hourly(_) => self.report("travel", "has speeds by the hour twice"),
        }
    }

    fn packages(&mut self) {
        let day = self.day;
        self.ids(
            "package",
            day.packages().iter().map(|package| package.id().as_str()),
        );
        for (i, package) in day.packages().iter().enumerate() {
            self.subject = Subject::of("package", package.id().as_str(), Some(i));
            self.place("place", package.place());
            self.package(package);
        }
    }

    fn package(&mut self, package: &Package) {
        if let Some(flaw) = package.zip().flaw() {
            self.bad_zip("zip", package.zip(), flaw);
        }
        if package.address_key() == Some("") {
            self.report("address_key", "is empty");
        }
        self.load(package.load());
        for &window in package.windows() {
            if self.window("windows", window) {
                self.inside_hours("windows", window);
            }
        }
        if let Promise::TwoHour { ordered } = package.promise() {
            self.time("promise", ordered);
        }
        if let Some(ready) = package.ready() {
            self.time("ready", ready);
        }
        self.pickup(package);
        self.alternatives(package);
        self.bonds(package);
        self.due(package);
        self.weekdays(package);
        if let Some(span) = package.service_time() {
            self.span("service_time", span);
        }
        if let Some(price) = package.tender() {
            self.money("tender", price);
            if package.in_house_only() {
                self.report("tender", "has a price, but the package is in-house only");
            }
        }
        if let Some((vehicle, price)) = package.planned_on() {
            if !self.vehicles.contains(vehicle.as_str()) {
                let message = format!("no vehicle is called {:?}", vehicle.as_str());
                self.report("planned_on", message);
            }
            self.money("planned_on", price);
        }
        if let Some(pin) = package.pin()
            && !self.vehicles.contains(pin.as_str())
        {
            self.report("pin", format!("no vehicle is called {:?}", pin.as_str()));
        }
        if package.needs().iter().any(|need| need.as_str().is_empty()) {
            self.report("needs", "one has no name");
        }
        if package
            .goods()
            .is_some_and(|class| class.as_str().is_empty())
        {
            self.report("goods", "the class has no name");
        }
        for any_of in package.needs_any() {
            self.choice("needs_any", any_of);
        }
    }

    fn stops(&mut self) {
        let day = self.day;
        let stops = day.given_stops();
        self.ids("stop", stops.iter().map(|(id, _)| id.as_str()));
        for (i, (id, range)) in stops.iter().enumerate() {
            self.subject = Subject::of("stop", id.as_str(), Some(i));
            self.stop(&day.packages()[range.clone()]);
        }
    }

    /// What is handed over together must be at one place, at one time, from one vehicle.
    fn stop(&mut self, packages: &[Package]) {
        let Some((first, others)) = packages.split_first() else {
            self.report("packages", "are missing");
            return;
        };
        for other in others {
            if other.place() != first.place() {
                let (a, b) = (first.id().as_str(), other.id().as_str());
                let (at, elsewhere) = (first.place(), other.place());
                let message = format!("{a:?} is at {at}, {b:?} at {elsewhere}");
                self.report("packages", message);
            }
        }
        self.goods_together(packages);
        self.apart_together(packages);
        self.none_collected(packages);
        self.none_elsewhere(packages);
        let mut pins = packages.iter().filter(|package| package.pin().is_some());
        if let Some(one) = pins.next()
            && let Some(two) = pins.find(|package| package.pin() != one.pin())
        {
            let name = |package: &Package| package.pin().map(ToString::to_string);
            let (a, b) = (one.id().as_str(), two.id().as_str());
            let (to, other) = (name(one).unwrap_or_default(), name(two).unwrap_or_default());
            let message = format!("{a:?} is pinned to {to:?}, {b:?} to {other:?}");
            self.report("packages", message);
        }
        let Some(hours) = self.hours else { return };
        let mut open = vec![hours];
        for package in packages {
            let own = clip(package.windows(), hours);
            // A window that is wrong was reported with its package.
            if own.is_empty() {
                continue;
            }
            let common = meet(&open, &own);
            if common.is_empty() {
                let id = package.id().as_str();
                let message =
                    format!("the windows of {id:?} do not meet those of the packages before it");
                self.report("packages", message);
                return;
            }
            open = common;
        }
    }

    fn vehicles(&mut self) {
        let vehicles = self.day.vehicles();
        if vehicles.iter().any(|v| v.radius().is_some()) {
            let mut packages = self.day.packages().iter();
            self.unplaced = packages.find(|p| !placed(p));
        }
        self.ids("vehicle", vehicles.iter().map(|v| v.id().as_str()));
        for (i, vehicle) in vehicles.iter().enumerate() {
            self.subject = Subject::of("vehicle", vehicle.id().as_str(), Some(i));
            self.vehicle(vehicle);
        }
    }

    fn vehicle(&mut self, vehicle: &Vehicle) {
        let capacity = vehicle.capacity();
        if let Some(cm3) = capacity.volume_cm3 {
            self.at_most("capacity", cm3, Load::MAX.volume_cm3, "cm3");
        }
        if let Some(g) = capacity.weight_g {
            self.at_most("capacity", g, Load::MAX.weight_g, "g");
        }
        if let Some(shift) = vehicle.shift()
            && self.window("shift", shift)
        {
            self.inside_hours("shift", shift);
        }
        if let Some(duty) = vehicle.max_duty() {
            if duty == Span::ZERO {
                self.report("max_duty", "is 0");
            }
            self.span("max_duty", duty);
        }
        self.vehicle_limits(vehicle);
        self.breaks(vehicle);
        if let Some(start) = vehicle.start() {
            self.place("start", start);
        }
        if let Some(end) = vehicle.end() {
            self.place("end", end);
            if vehicle.has_open_end() {
                self.report("end", "is stated, but its route ends at the last stop");
            }
        }
        self.under_way(vehicle);
        self.on_foot(vehicle);
        self.reloads(vehicle);
        if let Some(costs) = vehicle.costs() {
            self.costs(costs);
        }
        self.vehicle_as_provided(vehicle);
        let named = |capability: &super::Capability| !capability.as_str().is_empty();
        if !vehicle.capabilities().iter().all(named) {
            self.report("capabilities", "one has no name");
        }
    }

    /// Ids that are empty, and ids used more than once: one problem an id.
    pub(super) fn ids(&mut self, noun: &'static str, ids: impl Iterator<Item = &'a str>) {
        let mut first = HashMap::with_capacity(ids.size_hint().0);
        let mut repeats = BTreeMap::new();
        for (i, id) in ids.enumerate() {
            if id.is_empty() {
                self.subject = Subject::of(noun, id, Some(i));
                self.report("id", "is empty");
                continue;
            }
            let at = *first.entry(id).or_insert(i);
            if at != i {
                repeats.entry(at).or_insert((id, 1)).1 += 1;
            }
        }
        for (at, (id, times)) in repeats {
            self.subject = Subject::of(noun, id, Some(at));
            self.report("id", format!("is used by {times} {noun}s"));
        }
    }

    pub(super) fn place(&mut self, field: &'static str, place: &Place) {
        if let Some(at) = place.lat_lng() {
            for (name, value, most) in [("latitude", at.lat, 90.0), ("longitude", at.lng, 180.0)] {
                // NaN is in no range.
                if !(-most..=most).contains(&value) {
                    let message = format!("{name} {value} is not between -{most} and {most}");
                    self.report(field, message);
                }
            }
        }
        let by = match self.day.travel().free() {
            TravelSpec::Plane(_) => "list of points",
            _ => "travel matrix",
        };
        let travel = self.day.travel();
        match (travel.rows(), place.lat_lng(), place.matrix_row()) {
            (None, None, _) => {
                self.report(field, "has no coordinates, which great-circle travel needs");
            }
            (Some(_), _, None) => {
                self.report(field, format!("has no row, which a {by} needs"));
            }
            (Some(size), _, Some(row)) if row as usize >= size => {
                let message = format!("row {row} is not in the {by} of {size} rows");
                self.report(field, message);
            }
            _ => {}
        }
    }

    /// Whether a window is in order by itself.
    pub(super) fn window(&mut self, field: &'static str, window: TimeWindow) -> bool {
        let in_range = self.time(field, window.earliest()) & self.time(field, window.latest());
        let in_order = window.earliest() <= window.latest();
        if !in_order {
            self.report(field, format!("{window} ends before it starts"));
        }
        in_range && in_order
    }

    pub(super) fn inside_hours(&mut self, field: &'static str, window: TimeWindow) {
        if let Some(hours) = self.hours
            && window.intersection(hours).is_none()
        {
            let message = format!("{window} lies outside the delivery hours {hours}");
            self.report(field, message);
        }
    }

    pub(super) fn time(&mut self, field: &'static str, time: TimeOfDay) -> bool {
        let flaw = if time < TimeOfDay::MIDNIGHT {
            "is before midnight".to_owned()
        } else if time > TimeOfDay::MAX {
            format!("is later than {}", TimeOfDay::MAX)
        } else {
            return true;
        };
        self.report(field, format!("{time} {flaw}"));
        false
    }

    pub(super) fn span(&mut self, field: &'static str, span: Span) {
        if span < Span::ZERO {
            self.report(field, format!("{span} is negative"));
        } else if span > MOST_SPAN {
            self.report(field, format!("{span} is longer than {MOST_SPAN}"));
        }
    }

    pub(super) fn money(&mut self, field: &'static str, money: Money) {
        if money < Money::ZERO {
            self.report(field, format!("{} is negative", money.exact()));
        } else if money > MOST_MONEY {
            self.report(field, format!("{money} is more than {MOST_MONEY}"));
        }
    }

    pub(super) fn costs(&mut self, costs: &Costs) {
        self.money("costs.per_vehicle", costs.per_vehicle());
        self.money("costs.per_duty_hour", costs.per_duty_hour());
        self.money("costs.per_km", costs.per_km());
        self.money("costs.per_driving_hour", costs.per_driving_hour());
    }

    fn load(&mut self, load: Load) {
        self.at_most("load", load.count.into(), Load::MAX.count.into(), "items");
        self.at_most("load", load.volume_cm3, Load::MAX.volume_cm3, "cm3");
        self.at_most("load", load.weight_g, Load::MAX.weight_g, "g");
    }

    pub(super) fn at_most(&mut self, field: &'static str, value: u64, most: u64, unit: &str) {
        if value > most {
            self.report(
                field,
                format!("{value} {unit}, more than the limit of {most}"),
            );
        }
    }
}
