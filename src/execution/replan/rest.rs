//! What is left of a day at an instant, as a request and the routes that are driven.
//!
//! What is done is not in it. The stop that a vehicle drives to, or stands at, is kept: the vehicle
//! goes on from there. What is loaded is pinned to its vehicle.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Churn;
use super::aboard::Aboard;
use super::bonds::{Bonds, teams};
use super::courses::Course;
use super::crew::crew;
use super::packages::{collected_in, loose, packages_of, torn};
use crate::error::Error;
use crate::execution::{Day, Phase};
use crate::model::{
    GroupId, Package, PackageId, ProviderId, ProviderKind, ServiceDay, ServiceDayBuilder, Stop,
    StopId, TimeWindow, UnderWay, Vehicle, ZonePolicy,
};
use crate::plan::{Reason, RouteDraft, Visit};
use crate::sortation::{Grouping, group};
use crate::travel::TravelModel;
use crate::units::{Capacity, Load, Meters, Money, Span, TimeOfDay};

/// The rest of a day.
#[derive(Clone, Debug)]
pub(in crate::execution) struct Rest {
    pub(in crate::execution) request: ServiceDay,
    pub(in crate::execution) grouping: Grouping,
    /// The routes as they are driven, but for stops that cannot be served any more.
    pub(in crate::execution) drafts: Vec<RouteDraft>,
    /// The vehicle of the day that each vehicle is.
    pub(in crate::execution) vehicles: Vec<usize>,
    /// The stop that each vehicle drives to, as an index of the day's.
    pub(in crate::execution) kept: Vec<Option<usize>>,
    /// Who drives each vehicle as it is now, as an index of the request's drivers.
    pub(super) crew: Vec<Option<usize>>,
    /// The numbers in the day of the breaks of each vehicle.
    pub(in crate::execution) breaks: Vec<Vec<usize>>,
    /// What is known about each stop of the grouping that is on a route now.
    pub(in crate::execution) live: Vec<Option<Live>>,
    /// Packages that nobody can serve, as what they need is gone.
    pub(in crate::execution) left: Vec<(PackageId, Reason)>,
    /// The stops that ride together.
    pub(super) teams: Vec<Vec<u32>>,
    /// For each group with a vehicle which that is; none where it takes nothing more.
    pub(super) company: BTreeMap<GroupId, Option<usize>>,
}

/// A stop as it is driven to now.
#[derive(Clone, Debug)]
pub(in crate::execution) struct Live {
    /// Vehicle of the rest.
    pub(in crate::execution) vehicle: usize,
    pub(in crate::execution) arrive: TimeOfDay,
    pub(in crate::execution) start: TimeOfDay,
    /// The windows that were promised; none where nothing was.
    pub(in crate::execution) promised: Vec<TimeWindow>,
    /// The day's name of it.
    pub(super) id: StopId,
    /// Whether something is collected there on the way, and nobody waits.
    pub(super) collects: bool,
}

impl Live {
    /// Whether service that starts then breaks a promise that it keeps as it is driven now.
    pub(in crate::execution) fn breaks(&self, start: TimeOfDay) -> bool {
        let kept = |at| self.promised.iter().any(|window| window.contains(at));
        !self.promised.is_empty() && kept(self.start) && !kept(start)
    }
}

impl Rest {
    /// What is left of `day` at `now`.
    ///
    /// # Errors
    ///
    /// What [`ServiceDayBuilder::build`] finds.
    pub(super) fn of(day: &Day, now: TimeOfDay, churn: &Churn) -> Result<Self, Error> {
        let bonds = Bonds::of(day);
        let course = |vehicle| Course::of(day, vehicle, (now, churn.eta_limit), &bonds);
        let mut courses: Vec<Course> = (0..day.tours.len()).filter_map(course).collect();
        let bounds = keep_caps(day, &mut courses);
        let crew = crew(day, &mut courses, churn);
        let mut vehicles = Vec::with_capacity(courses.len());
        let (mut stops, mut pairs) = (Vec::new(), Vec::new());
        for course in &courses {
            let packages = course.pieces.iter();
            let packages = packages.map(|piece| packages_of(day, course, piece, (churn, &bonds)));
            let packages: Vec<Vec<Package>> = packages.collect();
            let aboard = on_board(course, &packages);
            vehicles.push(vehicle_of(day, course, aboard, &bonds));
            let named = course.pieces.iter().zip(packages);
            for (piece, packages) in named {
                match piece.pair {
                    Some(_) => pairs.extend(packages),
                    None => stops.push(Stop::new(piece.id.clone(), packages)),
                }
            }
        }
        let (loose, mut left) = loose(day, &vehicles, &bonds);
        let builder = ServiceDay::builder(day.request.station().clone());
        let (request, misfits) = described(day, builder, (&bounds, &courses))
            .drivers(crew.iter().map(|(_, driver)| driver.clone()))
            .packages(loose)
            .packages(pairs)
            .vehicles(vehicles)
            .stops(stops)
            .build_fitting()?;
        let grouping = group(&request);
        left.extend(misfits.iter().map(|package| torn(day, package)));
        let mut rest = Self {
            teams: teams(&request, &grouping),
            company: BTreeMap::new(),
            drafts: Vec::new(),
            vehicles: courses.iter().map(|course| course.vehicle).collect(),
            kept: courses.iter().map(|course| course.kept).collect(),
            crew: courses
                .iter()
                .map(|course| {
                    let mut crew = crew.iter();
                    crew.position(|&(driver, _)| course.driver == Some(driver))
                })
                .collect(),
            breaks: courses
                .iter()
                .map(|course| course.rules.iter().map(|&(number, _)| number).collect())
                .collect(),
            live: vec![None; grouping.stops().len()],
            left,
            request,
            grouping,
        };
        let gone = misfits.iter().map(|p| day.index.parcels[p.id()]).collect();
        rest.trace(day, &courses, &gone);
        rest.meet(&bonds);
        Ok(rest)
    }

    /// Finds the vehicle of each group that has one.
    fn meet(&mut self, bonds: &Bonds) {
        for stop in self.drafts.iter().flat_map(|draft| &draft.stops) {
            let live = self.live[*stop as usize].as_ref();
            for &p in &self.grouping.stops()[*stop as usize].packages {
                let group = self.request.packages()[p as usize].together();
                if let (Some(group), Some(live)) = (group, live) {
                    self.company.insert(group.clone(), Some(live.vehicle));
                }
            }
        }
        for (group, with) in &bonds.company {
            let at = self.vehicles.iter().position(|vehicle| vehicle == with);
            self.company.insert(group.clone(), at);
        }
    }

    /// The stops that ride with a stop, itself among them; none where it rides alone.
    pub(super) fn team(&self, stop: u32) -> Option<&[u32]> {
        let mut teams = self.teams.iter();
        teams.find(|team| team.contains(&stop)).map(Vec::as_slice)
    }

    /// Finds the stops of the courses among those of the grouping.
    fn trace(&mut self, day: &Day, courses: &[Course], gone: &BTreeSet<usize>) {
        let paired = |course: &Course| course.pieces.iter().any(|piece| piece.pair.is_some());
        let index = if courses.iter().any(paired) {
            super::positions(&self.request)
        } else {
            HashMap::new()
        };

        let given = self.request.given_stops().first();
        let mut package = given.map_or(0, |(_, range)| range.start);
        for (vehicle, course) in courses.iter().enumerate() {
            let mut stops = Vec::with_capacity(course.pieces.len());
            for piece in &course.pieces {
                let served = piece.parcels.iter().filter(|i| !gone.contains(i)).count();
                if served == 0 {
                    continue;
                }
                let given = package;
                package += if piece.pair.is_some() { 0 } else { served };
                let Some((arrive, start)) = piece.times else {
                    continue;
                };
                let stop = match piece.pair {
                    Some(i) => {
                        let own = index[day.parcels[i].package.id()];
                        let pickup = self.grouping.pickup_of(own).filter(|_| piece.collects);
                        pickup.unwrap_or(self.grouping.stop_of(own))
                    }
                    None => self.grouping.stop_of(given),
                };
                stops.push(stop);
                self.live[stop as usize] = Some(Live {
                    vehicle,
                    arrive,
                    start,
                    promised: piece.promised.clone(),
                    id: piece.id.clone(),
                    collects: piece.collects,
                });
            }
            if !stops.is_empty() {
                self.drafts.push(RouteDraft {
                    vehicle,
                    driver: self.crew[vehicle],
                    stops,
                    depart: course.ready,
                    breaks: course.rests.clone(),
                    reloads: Vec::new(),
                });
            }
        }
    }

    /// Opens the windows of stops until they are come to: what was promised there is broken.
    pub(super) fn give_up(&mut self, late: &BTreeMap<u32, TimeOfDay>) -> Result<(), Error> {
        if late.is_empty() {
            return Ok(());
        }
        let index = super::positions(&self.request);
        let open = |stop: &Stop| -> Option<Stop> {
            let number = index.get(stop.packages().first()?.id())?;
            let number = self.grouping.stop_of(*number);
            let mut windows = self.grouping.stops()[number as usize].windows.clone();
            let last = windows.last_mut()?;
            *last = TimeWindow::new(last.earliest(), *late.get(&number)?);
            let packages = stop.packages().iter().cloned();
            let packages = packages.map(|p| p.with_windows(windows.iter().copied()));
            Some(Stop::new(stop.id().clone(), packages.collect()))
        };
        let builder = self.request.to_builder().edit_stops(|stops| {
            for stop in stops {
                if let Some(open) = open(stop) {
                    *stop = open;
                }
            }
        });
        let open = |stop: u32| -> Option<Vec<TimeWindow>> {
            let mut windows = self.grouping.stops()[stop as usize].windows.clone();
            let last = windows.last_mut()?;
            *last = TimeWindow::new(last.earliest(), *late.get(&stop)?);
            Some(windows)
        };
        let builder = builder.edit_packages(|packages| {
            for package in packages.iter_mut().filter(|p| p.pickup().is_some()) {
                let Some(&own) = index.get(package.id()) else {
                    continue;
                };
                if let Some(windows) = open(self.grouping.stop_of(own)) {
                    *package = package.clone().with_windows(windows);
                }
                if let Some(windows) = self.grouping.pickup_of(own).and_then(open) {
                    *package = collected_in(package.clone(), &windows);
                }
            }
        });
        self.request = builder.build()?;
        self.grouping = group(&self.request);
        Ok(())
    }

    /// The stop of a visit of a plan of the rest, whose packages are at `index`.
    pub(super) fn stop_of(&self, index: &HashMap<&PackageId, usize>, visit: &Visit) -> u32 {
        match visit.collects.first() {
            Some(id) => {
                let pickup = self.grouping.pickup_of(index[id]);
                pickup.unwrap_or(self.grouping.stop_of(index[id]))
            }
            None => self.grouping.stop_of(index[&visit.packages[0]]),
        }
    }

    /// Milliseconds of service of a stop by a vehicle of the request.
    pub(super) fn service(&self, stop: usize, vehicle: usize) -> i64 {
        let kind = self.request.vehicles()[vehicle].kind();
        self.grouping.stops()[stop]
            .service_of(&self.request, kind)
            .millis()
    }

    /// The stops that no draft has.
    pub(in crate::execution) fn bank(&self) -> Vec<u32> {
        let stops = (0..).zip(&self.live);
        stops
            .filter(|(_, live)| live.is_none())
            .map(|(stop, _)| stop)
            .collect()
    }
}

/// Travel as the day has it.
pub(in crate::execution) fn travel_of(day: &Day) -> &dyn TravelModel {
    match &day.travel {
        Some(own) => own.as_ref(),
        None => day.request.travel(),
    }
}

/// What the day says about itself. Zones are the morning's, and no carrier comes again.
fn described(
    day: &Day,
    builder: ServiceDayBuilder,
    (bounds, courses): (&BTreeMap<ProviderId, Bounds>, &[Course]),
) -> ServiceDayBuilder {
    let request = &day.request;
    let mut providers = request.providers().to_vec();
    if !request.drivers().is_empty() {
        // Whoever has no vehicle left would be a territory without a driver.
        let of = |course: &Course| request.vehicles()[course.vehicle].provider();
        providers.retain(|provider| {
            let own = |course: &Course| of(course) == Some(provider.id());
            provider.kind() == ProviderKind::Carrier || courses.iter().any(own)
        });
    }
    for provider in &mut providers {
        if let Some(&(least, most)) = bounds.get(provider.id()) {
            let price = provider.price_short();
            *provider = provider.clone().with_least_routes(least, price);
            if let Some(most) = most {
                *provider = provider.clone().with_most_routes(most);
            }
        }
    }
    let mut builder = builder
        .delivery_hours(request.delivery_hours())
        .providers(providers)
        .travel(request.travel().clone())
        .costs(*request.costs())
        .service_times(*request.service_times())
        .requirements(request.requirements().iter().cloned())
        .zone_policy(ZonePolicy::Free);
    if let Some(date) = request.date() {
        builder = builder.date(date);
    }
    for &(kind, times) in request.service_times_by_kind() {
        builder = builder.service_times_of(kind, times);
    }
    let pairs = request.incompatible_goods().iter().cloned();
    pairs.fold(builder, |builder, (a, b)| builder.incompatible(a, b))
}

/// The fewest routes and the most, where there is a most.
type Bounds = (u32, Option<u32>);

/// Takes idle vehicles out that their providers may not use any more; how many routes of each of the
/// others are to be in the rest of the day: those that are over count for the day and not for the rest.
fn keep_caps(day: &Day, courses: &mut Vec<Course>) -> BTreeMap<ProviderId, Bounds> {
    let mut bounds = BTreeMap::new();
    for provider in day.request.providers() {
        if provider.most_routes().is_none() && provider.least_routes() == 0 {
            continue;
        }
        let own = |vehicle: usize| {
            let of = day.request.vehicle_provider(vehicle);
            of.is_some_and(|of| of.id() == provider.id())
        };
        let used = |tour: &usize| own(*tour) && day.tours[*tour].phase != Phase::Idle;
        let used = (0..day.tours.len()).filter(used).count();
        let inside_of = |course: &Course| own(course.vehicle) && !course.is_idle(day);
        let inside = courses.iter().filter(|course| inside_of(course)).count();
        // Whoever is on the way back is used, with or without a route in the rest.
        let ahead = |course: &&Course| inside_of(course) && !course.pieces.is_empty();
        let ahead = courses.iter().filter(ahead).count();
        let least = (provider.least_routes() as usize + ahead).saturating_sub(used);
        let least = u32::try_from(least).unwrap_or(u32::MAX);
        let cap = provider.most_routes().map(|most| {
            let left = (most as usize).saturating_sub(used);
            if left == 0 {
                courses.retain(|course| !(own(course.vehicle) && course.is_idle(day)));
            }
            u32::try_from(inside + left).unwrap_or(u32::MAX).max(1)
        });
        let least = cap.map_or(least, |cap| least.min(cap));
        bounds.insert(provider.id().clone(), (least, cap));
    }
    bounds
}

/// When a vehicle may be out from now on: in its shift, or as long as it is as it drives.
pub(super) fn hours_of(day: &Day, course: &Course) -> TimeWindow {
    let shift = day.request.vehicle_shift(course.vehicle);
    let earliest = shift.earliest().max(course.now).min(course.ready);
    // A shift meets the delivery hours, of whatever use that is when they are over.
    let earliest = earliest.min(day.request.delivery_hours().latest());
    TimeWindow::new(earliest, shift.latest().max(course.back).max(earliest))
}

/// A vehicle as it is now, with limits that the route it drives keeps.
fn vehicle_of(day: &Day, course: &Course, aboard: Load, bonds: &Bonds) -> Vehicle {
    let stated = &day.request.vehicles()[course.vehicle];
    let mut vehicle = stated
        .clone()
        .with_shift(hours_of(day, course))
        .with_breaks(course.rules.iter().map(|&(_, pause)| pause).collect())
        .with_capacity(room(stated.capacity(), course.carried, aboard));
    let since = course.departed.unwrap_or(course.ready);
    if let Some(duty) = stated.max_duty() {
        vehicle = vehicle.with_max_duty(duty.max(course.back - since));
    }
    if let Some(most) = stated.max_driving() {
        let left = most.millis() - course.behind.time.millis();
        let left = left.max(course.ahead.time.millis()).max(1);
        vehicle = vehicle.with_max_driving(Span::from_millis(left));
    }
    if let Some(range) = stated.range() {
        let left = range.millimeters() - course.behind.distance.millimeters();
        let left = left.max(course.ahead.distance.millimeters()).max(1);
        vehicle = vehicle.with_range(Meters::from_millimeters(left));
    }
    let Some(departed) = course.departed else {
        return vehicle;
    };
    // That it is out is paid already.
    let costs = day.request.vehicle_costs(course.vehicle);
    let out = UnderWay::new(course.position, course.ready)
        .with_departed(departed)
        .with_apart(bonds.had(course.vehicle).cloned());
    vehicle
        .with_costs(costs.with_per_vehicle(Money::ZERO))
        .with_under_way(out)
}

/// The most that is on board of a course on its way; what has no time on it stays on board.
fn on_board(course: &Course, packages: &[Vec<Package>]) -> Load {
    let mut loaded = Aboard::ZERO;
    let (mut served, mut left) = (Vec::new(), Aboard::ZERO);
    let mut paired: BTreeMap<usize, Aboard> = BTreeMap::new();
    for (piece, packages) in course.pieces.iter().zip(packages) {
        if let (Some(i), [package]) = (piece.pair, packages.as_slice()) {
            paired.insert(i, Aboard::of_stop([package])[0]);
        }
    }
    for (piece, packages) in course.pieces.iter().zip(packages) {
        let pair = piece.pair.and_then(|i| paired.get(&i).copied());
        let [brings, takes] = match (pair, piece.collects) {
            (Some(load), true) => [Aboard::ZERO, load],
            _ => Aboard::of_stop(packages),
        };
        match piece.times {
            Some(_) => served.push([brings, takes]),
            None if pair.is_none() => left = left.plus(brings),
            None => {}
        }
        if pair.is_none() && piece.times.is_some() {
            loaded = loaded.plus(brings);
        }
    }
    Aboard::along(loaded, &served)[0][1].plus(left).load()
}

/// What is free beside what rides along anyway; what is loaded has its room.
fn room(stated: Capacity, carried: Load, fixed: Load) -> Capacity {
    let free = |stated: Option<u64>, carried: u64, fixed: u64| {
        stated.map(|most| most.saturating_sub(carried).max(fixed))
    };
    Capacity {
        count: free(
            stated.count.map(u64::from),
            carried.count.into(),
            fixed.count.into(),
        )
        .map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
        volume_cm3: free(stated.volume_cm3, carried.volume_cm3, fixed.volume_cm3),
        weight_g: free(stated.weight_g, carried.weight_g, fixed.weight_g),
    }
}
