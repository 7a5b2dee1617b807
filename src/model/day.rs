//! The request: one station, one day.

use std::ops::Range;

use super::balance::Balance;
use super::bond_check::misfits;
use super::check::check;
use super::driver::Driver;
use super::ids::{Capability, GoodsClass, StopId};
use super::locker::Locker;
use super::package::{Package, Stop};
use super::place::{LatLng, Place, Station, Zip};
use super::provider::{Provider, ProviderKind};
use super::requirement::Requirement;
use super::service::ServiceTimes;
use super::travel_spec::TravelSpec;
use super::vehicle::{Costs, Vehicle, VehicleKind};
use super::walking::Walking;
use super::window::TimeWindow;
use super::zone::{ZonePolicy, ZoneRecord};
use crate::error::Error;
use crate::units::{Date, Money};

/// One station's day: what must be brought where, by which vehicles, at what cost.
///
/// A day that was built is known to be free of contradictions: ids are unique, places can be
/// reached by the travel figures, windows meet the delivery hours. Whether everything can be
/// served is the plan's to say. An empty day is a day, and so is one without vehicles.
///
/// ```
/// use doorstep::model::{Package, Place, ServiceDay, Station, Vehicle};
///
/// let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
///     .packages([Package::new("P1", Place::at(41.85, -87.65), "60608")])
///     .vehicles([Vehicle::cargo_van("V1")])
///     .build()?;
/// assert_eq!(day.delivery_hours().to_string(), "06:00-22:00");
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "super::record::DayRecord"))]
pub struct ServiceDay {
    station: Station,
    date: Option<Date>,
    delivery_hours: TimeWindow,
    packages: Vec<Package>,
    given_stops: Vec<(StopId, Range<usize>)>,
    vehicles: Vec<Vehicle>,
    drivers: Vec<Driver>,
    /// Who drives each vehicle, on a day made by [`ServiceDay::crewed`]; else nothing.
    crews: Vec<Crew>,
    providers: Vec<Provider>,
    /// The provider of each vehicle, and which providers are carriers: indices, found by `build`.
    provider_of: Vec<Option<u32>>,
    carriers: Vec<u32>,
    lockers: Vec<Locker>,
    travel: TravelSpec,
    costs: Costs,
    service_times: ServiceTimes,
    /// Those of kinds of vehicles that have their own; sorted.
    service_times_by_kind: Vec<(VehicleKind, ServiceTimes)>,
    requirements: Vec<Requirement>,
    incompatible_goods: Vec<(GoodsClass, GoodsClass)>,
    zone_policy: ZonePolicy,
    most_zones: Option<u32>,
    balance: Balance,
    walking: Option<Walking>,
    zones_of_yesterday: Option<ZoneRecord>,
    zip_centroids: Vec<(Zip, LatLng)>,
}

/// A vehicle with a driver, each one of several that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crew {
    /// Index of the driver.
    pub(crate) driver: u32,
    /// Which vehicles and which drivers are alike, and how many there are of each.
    pub(crate) vehicles: (u32, u32),
    pub(crate) drivers: (u32, u32),
}

impl ServiceDay {
    /// Starts the description of a day.
    #[must_use]
    pub fn builder(station: Station) -> ServiceDayBuilder {
        ServiceDayBuilder {
            day: Self {
                station,
                date: None,
                delivery_hours: TimeWindow::DELIVERY_HOURS,
                packages: Vec::new(),
                given_stops: Vec::new(),
                vehicles: Vec::new(),
                drivers: Vec::new(),
                crews: Vec::new(),
                providers: Vec::new(),
                provider_of: Vec::new(),
                carriers: Vec::new(),
                lockers: Vec::new(),
                travel: TravelSpec::default(),
                costs: Costs::default(),
                service_times: ServiceTimes::default(),
                service_times_by_kind: Vec::new(),
                requirements: Vec::new(),
                incompatible_goods: Vec::new(),
                zone_policy: ZonePolicy::default(),
                most_zones: None,
                balance: Balance::default(),
                walking: None,
                zones_of_yesterday: None,
                zip_centroids: Vec::new(),
            },
            stops: Vec::new(),
        }
    }

    /// The description that this day was built from, to change it: for what-ifs, another
    /// objective, tomorrow. Everything is checked again when the changed day is built.
    #[must_use]
    pub fn to_builder(&self) -> ServiceDayBuilder {
        let mut day = self.clone();
        let given = std::mem::take(&mut day.given_stops);
        // Given stops come behind all other packages.
        let first = given.first().map_or(day.packages.len(), |(_, r)| r.start);
        let mut packages = day.packages.split_off(first).into_iter();
        let stops = given
            .into_iter()
            .map(|(id, range)| Stop::new(id, packages.by_ref().take(range.len()).collect()))
            .collect();
        ServiceDayBuilder { day, stops }
    }

    /// Where the day starts and ends.
    #[must_use]
    pub const fn station(&self) -> &Station {
        &self.station
    }

    /// The civil date, if stated.
    #[must_use]
    pub const fn date(&self) -> Option<Date> {
        self.date
    }

    /// The hours in which service may start at a door.
    #[must_use]
    pub const fn delivery_hours(&self) -> TimeWindow {
        self.delivery_hours
    }

    /// All packages: first those without a given stop in the order stated, then those of the
    /// given stops.
    #[must_use]
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// The stops that were given directly, each with the range of its packages.
    #[must_use]
    pub fn given_stops(&self) -> &[(StopId, Range<usize>)] {
        &self.given_stops
    }

    /// The vehicles, in the order stated.
    #[must_use]
    pub fn vehicles(&self) -> &[Vehicle] {
        &self.vehicles
    }

    /// The drivers, in the order stated; none where vehicles come with theirs.
    #[must_use]
    pub fn drivers(&self) -> &[Driver] {
        &self.drivers
    }

    /// The same day with vehicles that have their drivers, each with its provider, in place of its
    /// own. Not checked: what follows from a day that was.
    pub(crate) fn crewed(&self, crews: Vec<(Vehicle, Option<u32>, Crew)>) -> Self {
        let mut day = self.clone();
        (day.vehicles, day.provider_of, day.crews) = (Vec::new(), Vec::new(), Vec::new());
        for (vehicle, provider, crew) in crews {
            day.vehicles.push(vehicle);
            day.provider_of.push(provider);
            day.crews.push(crew);
        }
        day
    }

    /// The crew of vehicle `i` of a day made by [`ServiceDay::crewed`].
    pub(crate) fn crew(&self, i: usize) -> Option<Crew> {
        self.crews.get(i).copied()
    }

    /// Index of the provider of vehicle `i`.
    pub(crate) fn provider_index(&self, i: usize) -> Option<u32> {
        self.provider_of[i]
    }

    /// The providers, in the order stated.
    #[must_use]
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The carriers that take a package, each as its index in [`providers`](Self::providers) and
    /// with its price; the cheapest first, equal ones in the order stated. None for a package that
    /// states its own price.
    #[must_use]
    pub fn quotes(&self, package: &Package) -> Vec<(u32, Money)> {
        if package.tender().is_some() {
            return Vec::new();
        }
        let carriers = self.carriers.iter();
        let quote = |&i: &u32| Some((i, self.providers[i as usize].quote(package)?));
        let mut quotes: Vec<(u32, Money)> = carriers.filter_map(quote).collect();
        quotes.sort_by_key(|&(i, price)| (price, i));
        quotes
    }

    /// What leaving a package to a carrier costs: its own price, else that of the cheapest carrier
    /// that takes it; `None` when it is required.
    #[must_use]
    pub fn tender_price(&self, package: &Package) -> Option<Money> {
        package
            .tender()
            .or_else(|| self.quotes(package).first().map(|&(_, price)| price))
    }

    /// Parcel lockers of the day.
    #[must_use]
    pub fn lockers(&self) -> &[Locker] {
        &self.lockers
    }

    /// How long legs take and how far they are.
    #[must_use]
    pub const fn travel(&self) -> &TravelSpec {
        &self.travel
    }

    /// The costs of a vehicle that does not state its own.
    #[must_use]
    pub const fn costs(&self) -> &Costs {
        &self.costs
    }

    /// How long hand-overs take.
    #[must_use]
    pub const fn service_times(&self) -> &ServiceTimes {
        &self.service_times
    }

    /// The kinds of vehicles with service times of their own, with these.
    #[must_use]
    pub fn service_times_by_kind(&self) -> &[(VehicleKind, ServiceTimes)] {
        &self.service_times_by_kind
    }

    /// How long hand-overs take the drivers of vehicles of a kind.
    #[must_use]
    pub fn service_times_of(&self, kind: VehicleKind) -> &ServiceTimes {
        let own = self.service_times_by_kind.iter();
        let mut own = own.filter(|(other, _)| *other == kind);
        own.next().map_or(&self.service_times, |(_, times)| times)
    }

    /// What the day asks of the vehicles of some packages.
    #[must_use]
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// Pairs of classes of goods that never share a route, each pair in the order of its names.
    #[must_use]
    pub fn incompatible_goods(&self) -> &[(GoodsClass, GoodsClass)] {
        &self.incompatible_goods
    }

    /// Choices of capabilities of each of which a vehicle must have one to serve a package: the
    /// package's own, then those of the day's requirements.
    pub fn needs_any<'a>(&'a self, package: &'a Package) -> impl Iterator<Item = &'a [Capability]> {
        let own = package.needs_any().iter().map(Vec::as_slice);
        let requirements = self.requirements.iter();
        let asked = requirements.filter(|r| r.applies_to(package));
        own.chain(asked.map(Requirement::any_of))
    }

    /// What leaving zones and blocks costs.
    #[must_use]
    pub const fn zone_policy(&self) -> ZonePolicy {
        self.zone_policy
    }

    /// The most zones that a route serves, if stated.
    #[must_use]
    pub const fn most_zones(&self) -> Option<u32> {
        self.most_zones
    }

    /// What routes with more than a fair share of the work pay.
    #[must_use]
    pub const fn balance(&self) -> &Balance {
        &self.balance
    }

    /// How drivers walk between close doors; `None` where they park at each.
    #[must_use]
    pub const fn walking(&self) -> Option<&Walking> {
        self.walking.as_ref()
    }

    /// The zones of the day before, if stated.
    #[must_use]
    pub const fn zones_of_yesterday(&self) -> Option<&ZoneRecord> {
        self.zones_of_yesterday.as_ref()
    }

    /// The middles of postal codes, as far as stated.
    #[must_use]
    pub fn zip_centroids(&self) -> &[(Zip, LatLng)] {
        &self.zip_centroids
    }

    /// The provider of vehicle `i`, if it has one.
    ///
    /// # Panics
    ///
    /// When there is no vehicle `i`.
    #[must_use]
    pub fn vehicle_provider(&self, i: usize) -> Option<&Provider> {
        self.provider_of[i].map(|provider| &self.providers[provider as usize])
    }

    /// The costs of vehicle `i`: its own, else its provider's, else the day's.
    ///
    /// # Panics
    ///
    /// When there is no vehicle `i`; so with all `vehicle_…` getters.
    #[must_use]
    pub fn vehicle_costs(&self, i: usize) -> Costs {
        let own = self.vehicles[i].costs();
        let stated = own.or_else(|| self.vehicle_provider(i)?.costs());
        stated.copied().unwrap_or(self.costs)
    }

    /// When vehicle `i` may be out: its shift or the delivery hours, within its provider's hours.
    ///
    /// # Panics
    ///
    /// When there is no vehicle `i`.
    #[must_use]
    pub fn vehicle_shift(&self, i: usize) -> TimeWindow {
        let shift = self.vehicles[i].shift().unwrap_or(self.delivery_hours);
        let hours = self.vehicle_provider(i).and_then(Provider::hours);
        hours
            .and_then(|hours| shift.intersection(hours))
            .unwrap_or(shift)
    }

    /// Where vehicle `i` starts: its own place or the station.
    ///
    /// # Panics
    ///
    /// When there is no vehicle `i`.
    #[must_use]
    pub fn vehicle_start(&self, i: usize) -> &Place {
        self.vehicles[i].start().unwrap_or(self.station.place())
    }

    /// Where the route of vehicle `i` begins: where it is, if it is out already, else where it
    /// starts.
    ///
    /// # Panics
    ///
    /// When there is no vehicle `i`.
    #[must_use]
    pub fn vehicle_position(&self, i: usize) -> &Place {
        let out = self.vehicles[i].under_way();
        out.map_or_else(|| self.vehicle_start(i), super::UnderWay::place)
    }

    /// Where vehicle `i` ends: its own place or the station. Of no meaning for one whose route ends
    /// at its last stop.
    ///
    /// # Panics
    ///
    /// When there is no vehicle `i`.
    #[must_use]
    pub fn vehicle_end(&self, i: usize) -> &Place {
        self.vehicles[i].end().unwrap_or(self.station.place())
    }
}

/// Collects a [`ServiceDay`]; nothing is checked before [`build`](Self::build).
#[derive(Clone, Debug)]
pub struct ServiceDayBuilder {
    day: ServiceDay,
    stops: Vec<Stop>,
}

impl ServiceDayBuilder {
    /// The civil date.
    #[must_use]
    pub fn date(mut self, date: Date) -> Self {
        self.day.date = Some(date);
        self
    }

    /// The hours in which service may start at a door; by default 06:00-22:00.
    #[must_use]
    pub fn delivery_hours(mut self, hours: TimeWindow) -> Self {
        self.day.delivery_hours = hours;
        self
    }

    /// Adds packages, which will be grouped into stops by address or place.
    #[must_use]
    pub fn packages(mut self, packages: impl IntoIterator<Item = Package>) -> Self {
        self.day.packages.extend(packages);
        self
    }

    /// Adds stops that are grouped already.
    #[must_use]
    pub fn stops(mut self, stops: impl IntoIterator<Item = Stop>) -> Self {
        self.stops.extend(stops);
        self
    }

    /// Changes the packages stated so far, those of given stops apart: replaces, drops or adds.
    #[must_use]
    pub fn edit_packages(mut self, edit: impl FnOnce(&mut Vec<Package>)) -> Self {
        edit(&mut self.day.packages);
        self
    }

    /// Changes the stops given so far: replaces, drops or adds.
    #[must_use]
    pub fn edit_stops(mut self, edit: impl FnOnce(&mut Vec<Stop>)) -> Self {
        edit(&mut self.stops);
        self
    }

    /// Changes the vehicles stated so far: replaces, drops or adds.
    #[must_use]
    pub fn edit_vehicles(mut self, edit: impl FnOnce(&mut Vec<Vehicle>)) -> Self {
        edit(&mut self.day.vehicles);
        self
    }

    /// Changes the providers stated so far: replaces, drops or adds.
    #[must_use]
    pub fn edit_providers(mut self, edit: impl FnOnce(&mut Vec<Provider>)) -> Self {
        edit(&mut self.day.providers);
        self
    }

    /// Adds vehicles.
    #[must_use]
    pub fn vehicles(mut self, vehicles: impl IntoIterator<Item = Vehicle>) -> Self {
        self.day.vehicles.extend(vehicles);
        self
    }

    /// Adds drivers: every route then needs one, and a vehicle that none may drive stays.
    #[must_use]
    pub fn drivers(mut self, drivers: impl IntoIterator<Item = Driver>) -> Self {
        self.day.drivers.extend(drivers);
        self
    }

    /// Changes the drivers stated so far: replaces, drops or adds.
    #[must_use]
    pub fn edit_drivers(mut self, edit: impl FnOnce(&mut Vec<Driver>)) -> Self {
        edit(&mut self.day.drivers);
        self
    }

    /// Adds providers: whose the vehicles are, and carriers.
    #[must_use]
    pub fn providers(mut self, providers: impl IntoIterator<Item = Provider>) -> Self {
        self.day.providers.extend(providers);
        self
    }

    /// Adds parcel lockers, which packages name as their alternatives.
    #[must_use]
    pub fn lockers(mut self, lockers: impl IntoIterator<Item = Locker>) -> Self {
        self.day.lockers.extend(lockers);
        self
    }

    /// How long legs take and how far they are; by default great circles.
    #[must_use]
    pub fn travel(mut self, travel: impl Into<TravelSpec>) -> Self {
        self.day.travel = travel.into();
        self
    }

    /// The costs of vehicles that do not state their own.
    #[must_use]
    pub fn costs(mut self, costs: Costs) -> Self {
        self.day.costs = costs;
        self
    }

    /// How long hand-overs take.
    #[must_use]
    pub fn service_times(mut self, times: ServiceTimes) -> Self {
        self.day.service_times = times;
        self
    }

    /// How long hand-overs take from vehicles of one kind, instead of what holds for all: a courier
    /// on foot parks nowhere, a truck looks for a place for minutes. What packages state of their
    /// own time at the door holds for every kind.
    ///
    /// ```
    /// use doorstep::model::{ServiceTimes, VehicleKind};
    /// use doorstep::{Place, ServiceDay, Span, Station};
    ///
    /// let on_foot = ServiceTimes::default().with_parking(Span::ZERO);
    /// let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
    ///     .service_times_of(VehicleKind::Walker, on_foot)
    ///     .build()?;
    /// assert_eq!(day.service_times_of(VehicleKind::Walker).parking(), Span::ZERO);
    /// assert_eq!(day.service_times_of(VehicleKind::CargoVan).parking(), Span::from_minutes(1));
    /// # Ok::<(), doorstep::Error>(())
    /// ```
    #[must_use]
    pub fn service_times_of(mut self, kind: VehicleKind, times: ServiceTimes) -> Self {
        let all = &mut self.day.service_times_by_kind;
        match all.binary_search_by_key(&kind, |(kind, _)| *kind) {
            Ok(known) => all[known].1 = times,
            Err(at) => all.insert(at, (kind, times)),
        }
        self
    }

    /// Adds what some packages ask of their vehicle, by weight or by hand-over.
    #[must_use]
    pub fn requirement(mut self, requirement: Requirement) -> Self {
        self.day.requirements.push(requirement);
        self
    }

    /// Adds several requirements.
    #[must_use]
    pub fn requirements(mut self, requirements: impl IntoIterator<Item = Requirement>) -> Self {
        self.day.requirements.extend(requirements);
        self
    }

    /// Packages of the two classes never share a route.
    #[must_use]
    pub fn incompatible(mut self, a: impl Into<GoodsClass>, b: impl Into<GoodsClass>) -> Self {
        let (a, b) = (a.into(), b.into());
        let pair = if a <= b { (a, b) } else { (b, a) };
        if !self.day.incompatible_goods.contains(&pair) {
            self.day.incompatible_goods.push(pair);
        }
        self
    }

    /// What leaving zones and blocks costs; by default nothing.
    #[must_use]
    pub fn zone_policy(mut self, policy: ZonePolicy) -> Self {
        self.day.zone_policy = policy;
        self
    }

    /// No route serves stops of more zones than this; stops in no zone do not count. Together with
    /// any [`zone_policy`](Self::zone_policy), whose [`Hard`](ZonePolicy::Hard) allows one.
    #[must_use]
    pub fn most_zones(mut self, zones: u32) -> Self {
        self.day.most_zones = Some(zones);
        self
    }

    /// What routes with more than a fair share of the work pay; by default nothing.
    #[must_use]
    pub fn balance(mut self, balance: Balance) -> Self {
        self.day.balance = balance;
        self
    }

    /// Drivers may park once and walk to the doors around; by default they park at each.
    #[must_use]
    pub fn walking(mut self, walking: Walking) -> Self {
        self.day.walking = Some(walking);
        self
    }

    /// The zones of the day before. Those of this day start from them: they keep their names, and
    /// only what the balance of work asks for changes zones.
    #[must_use]
    pub fn zones_of_yesterday(mut self, record: ZoneRecord) -> Self {
        self.day.zones_of_yesterday = Some(record);
        self
    }

    /// Adds the middles of postal codes, from which their neighbours are found; by default the
    /// mean of a code's stops. Codes without stops may be among them, each code once.
    #[must_use]
    pub fn zip_centroids(mut self, centroids: impl IntoIterator<Item = (Zip, LatLng)>) -> Self {
        self.day.zip_centroids.extend(centroids);
        self
    }

    /// Checks everything that was stated.
    ///
    /// # Errors
    ///
    /// Every problem found, each with the id and the field: empty or repeated ids, coordinates
    /// that are missing or outside their range, rows outside the travel matrix, windows and
    /// shifts that end before they start or lie outside the delivery hours, times, loads and
    /// amounts beyond their limits, pins to unknown vehicles, impossible ZIPs, given stops
    /// without packages or whose packages cannot be served together, providers that are unknown,
    /// are away in their vehicle's shift or state what their kind does not have, drivers without a
    /// vehicle and territories without a driver, packages collected on the way that cannot be at
    /// their door in time or are said to come from the station, vehicles with a
    /// limit of nothing or a radius that cannot be measured, choices of no capability, goods that
    /// are incompatible with themselves or within a given stop, walks without a pace or of too many
    /// doors, drones on a day on which drivers walk, lockers that are unknown, without slots
    /// or without one that holds a package, alternatives of returns, yesterday's zones
    /// that overlap, centroids that are not on the globe or given twice.
    ///
    /// # Complexity
    ///
    /// O(packages + stops + vehicles), in time and in the memory of the error.
    pub fn build(self) -> Result<ServiceDay, Error> {
        Self::checked(self.merged())
    }

    /// As [`build`](Self::build), without the packages of groups that ride together where no vehicle
    /// could take all of one; those come back.
    pub(crate) fn build_fitting(self) -> Result<(ServiceDay, Vec<Package>), Error> {
        let day = self.merged();
        let misfits = misfits(&day);
        if misfits.is_empty() {
            return Ok((Self::checked(day)?, Vec::new()));
        }
        let fits = |p: &Package| p.together().is_none_or(|group| !misfits.contains(group));
        let left = day.packages.iter().filter(|p| !fits(p)).cloned().collect();
        let builder = day.to_builder();
        let builder = builder.edit_packages(|packages| packages.retain(fits));
        let builder = builder.edit_stops(|stops| {
            let all = std::mem::take(stops).into_iter().map(Stop::into_parts);
            let fitting = all.map(|(id, mut packages)| {
                packages.retain(fits);
                (id, packages)
            });
            let some = fitting.filter(|(_, packages)| !packages.is_empty());
            stops.extend(some.map(|(id, packages)| Stop::new(id, packages)));
        });
        Ok((builder.build()?, left))
    }

    /// Packages of given stops behind all others.
    fn merged(self) -> ServiceDay {
        let Self { mut day, stops } = self;
        for stop in stops {
            let (id, packages) = stop.into_parts();
            let first = day.packages.len();
            day.packages.extend(packages);
            day.given_stops.push((id, first..day.packages.len()));
        }
        day
    }

    fn checked(mut day: ServiceDay) -> Result<ServiceDay, Error> {
        let known = check(&day)?;
        day.provider_of = known;
        day.carriers = (0..)
            .zip(&day.providers)
            .filter(|(_, provider)| provider.kind() == ProviderKind::Carrier)
            .map(|(i, _)| i)
            .collect();
        Ok(day)
    }
}
