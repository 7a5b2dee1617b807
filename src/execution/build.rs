//! From a request and its plan to the day before anything has happened.

use std::sync::Arc;

use super::day::Index;
use super::state::{Halt, Parcel, Pause, Tour, Work, times_of};
use super::{Day, Phase, Settings, Status};
use crate::error::{Error, Problems};
use crate::model::{PackageId, Place, ServiceDay};
use crate::plan::{Plan, RoutePlan, Visit};
use crate::travel::TravelModel;
use crate::units::TimeOfDay;

/// The day, or all that keeps the plan from being one of this request.
pub(super) fn day(
    request: &ServiceDay,
    plan: &Plan,
    settings: Settings,
    travel: Option<Arc<dyn TravelModel>>,
) -> Result<Day, Error> {
    let mut build = Build::new(request);
    settings.check(&mut build.problems);
    build.head(plan);
    for route in &plan.routes {
        build.route(route);
    }
    for left in &plan.unserved {
        build.left(&left.package, Status::Unplanned);
    }
    for left in &plan.tendered {
        build.left(&left.package, Status::Tendered);
    }
    build.all_placed();
    let Build {
        parcels,
        halts,
        tours,
        index,
        problems,
        ..
    } = build;
    problems.into_result()?;
    let parts = (parcels, halts, tours);
    let mut day = Day::from_parts((request, plan), settings, travel, parts, index);
    for halt in 0..day.halts.len() {
        day.meet_windows(halt);
    }
    for vehicle in 0..day.tours.len() {
        day.start(vehicle);
    }
    Ok(day)
}

struct Build<'a> {
    request: &'a ServiceDay,
    parcels: Vec<Parcel>,
    /// Whether each package is on a list of the plan.
    placed: Vec<bool>,
    halts: Vec<Halt>,
    tours: Vec<Tour>,
    index: Index,
    problems: Problems,
}

impl<'a> Build<'a> {
    fn new(request: &'a ServiceDay) -> Self {
        let packages = request.packages().iter();
        let parcels: Vec<Parcel> = packages
            .map(|package| {
                let package = package.clone().without_alternatives();
                Parcel::waiting(package, Status::Unplanned)
            })
            .collect();
        let tours = (0..request.vehicles().len())
            .map(|i| {
                Tour::idle(
                    *request.vehicle_start(i),
                    request.vehicle_shift(i).earliest(),
                )
            })
            .collect();
        let mut index = Index::default();
        let ids = request.packages().iter().map(|p| p.id().clone());
        index.parcels = ids.zip(0..).collect();
        let ids = request.vehicles().iter().map(|v| v.id().clone());
        index.tours = ids.zip(0..).collect();
        let ids = request.drivers().iter().map(|d| d.id().clone());
        index.drivers = ids.zip(0..).collect();
        Self {
            request,
            placed: vec![false; parcels.len()],
            parcels,
            halts: Vec::new(),
            tours,
            index,
            problems: Problems::default(),
        }
    }

    fn head(&mut self, plan: &Plan) {
        let returning = |v: &&crate::model::Vehicle| v.reloads().is_some();
        for vehicle in self.request.vehicles().iter().filter(returning) {
            let id = format!("vehicle {:?}", vehicle.id().as_str());
            let message = "may load again, which a day that goes on does not follow yet";
            self.problems.push(id, "reloads", message);
        }
        let station = self.request.station().id();
        if plan.station != *station {
            let message = format!(
                "is of station {:?}, the request is of {station:?}",
                plan.station.as_str(),
                station = station.as_str()
            );
            self.problems.push("plan", "station", message);
        }
        if plan.date != self.request.date() {
            let spoken = |date: Option<crate::units::Date>| {
                date.map_or_else(|| "no date".to_owned(), |date| date.to_string())
            };
            let (stated, date) = (spoken(plan.date), spoken(self.request.date()));
            let message = format!("is of {stated}, the request of {date}");
            self.problems.push("plan", "date", message);
        }
        let visits = plan.routes.iter().flat_map(|route| &route.visits);
        let walks = visits.filter(|visit| visit.walk.is_some()).count() > 0;
        if walks || self.request.walking().is_some() {
            let message = "a day on which drivers walk between doors cannot be followed";
            self.problems.push("request", "walking", message);
        }
    }

    fn route(&mut self, route: &RoutePlan) {
        let subject = format!("vehicle {:?}", route.vehicle.as_str());
        let Some(&vehicle) = self.index.tours.get(&route.vehicle) else {
            self.problems.push(subject, "", "is not in the request");
            return;
        };
        if self.tours[vehicle].phase != Phase::Idle {
            self.problems.push(subject, "", "has more than one route");
            return;
        }
        if !(TimeOfDay::MIDNIGHT..=TimeOfDay::MAX).contains(&route.depart) {
            let message = format!(
                "{} is not between 00:00 and {}",
                route.depart,
                TimeOfDay::MAX
            );
            self.problems.push(subject, "depart", message);
            return;
        }
        let driver = self.driver(&subject, route);
        let first = self.halts.len();
        for visit in &route.visits {
            if visit.collects.is_empty() {
                self.visit(vehicle, visit);
            } else {
                self.collecting(vehicle, visit);
            }
        }
        self.all_brought(first);
        self.rests(first, vehicle, route);
        let halts: Vec<usize> = (first..self.halts.len()).collect();
        let tour = &mut self.tours[vehicle];
        if !halts.is_empty() {
            tour.phase = Phase::AtStart;
            tour.driver = driver;
        }
        tour.ready = route.depart;
        tour.ahead.clone_from(&halts);
        tour.halts = halts;
    }

    /// The index of the driver of a route.
    fn driver(&mut self, subject: &str, route: &RoutePlan) -> Option<usize> {
        let Some(id) = &route.driver else {
            if !self.request.drivers().is_empty() {
                self.problems.push(subject, "driver", "is not stated");
            }
            return None;
        };
        let Some(&driver) = self.index.drivers.get(id) else {
            let message = format!("{id} is not in the request");
            self.problems.push(subject, "driver", message);
            return None;
        };
        if self.tours.iter().any(|tour| tour.driver == Some(driver)) {
            let message = format!("{id} has more than one route");
            self.problems.push(subject, "driver", message);
        }
        Some(driver)
    }

    /// Breaks go with their stops; those at no stop, or unknown, are passed over.
    fn rests(&mut self, first: usize, vehicle: usize, route: &RoutePlan) {
        let breaks = self.request.vehicles()[vehicle].breaks();
        for rest in &route.breaks {
            let halt = self.halts.get_mut(first.saturating_add(rest.visit));
            if let (Some(halt), Some(pause)) = (halt, breaks.get(rest.number)) {
                let mut pause = Pause::new(rest.number, pause);
                pause.length = rest.length;
                halt.rests[usize::from(rest.after_service)].push(pause);
            }
        }
    }

    fn visit(&mut self, vehicle: usize, visit: &Visit) {
        let subject = format!("stop {:?}", visit.stop.as_str());
        let halt = self.halts.len();
        if self.index.halts.insert(visit.stop.clone(), halt).is_some() {
            self.problems
                .push(subject.as_str(), "", "is visited more than once");
        }
        let mut parcels = Vec::with_capacity(visit.packages.len());
        let times = times_of(self.request, vehicle);
        let mut work = Work::default();
        let mut place: Option<Place> = None;
        for id in &visit.packages {
            let Some(i) = self.place(id) else { continue };
            self.choose(i, visit.alternative);
            let parcel = &mut self.parcels[i];
            let collected = parcel.collect.is_some() && parcel.vehicle == Some(vehicle);
            if parcel.is_to_collect() && !collected {
                let subject = format!("package {:?}", id.as_str());
                let message = "is brought without being collected before";
                self.problems.push(subject, "pickup", message);
            }
            parcel.status = Status::Planned;
            parcel.vehicle = Some(vehicle);
            parcel.halt = Some(halt);
            work.add(times, &parcel.package, false);
            parcels.push(i);
            // Any member's place may stand for the stop; one that is none of theirs is not used,
            // as the travel figures may not know it.
            if *parcel.package.place() == visit.place {
                place = Some(visit.place);
            }
        }
        let Some(place) = place else {
            let message = if parcels.is_empty() {
                "has no package of the request".to_owned()
            } else {
                format!("none of its packages goes to {}", visit.place)
            };
            self.problems.push(subject, "place", message);
            return;
        };
        self.halts.push(Halt {
            place,
            ..ahead(visit, vehicle, parcels, work)
        });
    }

    /// A halt where one package is collected to be brought to its door.
    fn collecting(&mut self, vehicle: usize, visit: &Visit) {
        let subject = format!("stop {:?}", visit.stop.as_str());
        let halt = self.halts.len();
        if self.index.halts.insert(visit.stop.clone(), halt).is_some() {
            let message = "is visited more than once";
            self.problems.push(subject.as_str(), "", message);
        }
        let Some(i) = self.collected(visit) else {
            return;
        };
        let parcel = &mut self.parcels[i];
        (parcel.vehicle, parcel.collect) = (Some(vehicle), Some(halt));
        let mut work = Work::default();
        work.add(times_of(self.request, vehicle), &parcel.package, true);
        self.halts.push(Halt {
            collects: true,
            ..ahead(visit, vehicle, vec![i], work)
        });
    }

    /// The index of what a visit collects.
    fn collected(&mut self, visit: &Visit) -> Option<usize> {
        let subject = format!("stop {:?}", visit.stop.as_str());
        let ([id], true) = (visit.collects.as_slice(), visit.packages.is_empty()) else {
            let message = "collects more than one package, or does something else";
            self.problems.push(subject, "collects", message);
            return None;
        };
        let id = id.as_str();
        let found = self.index.parcels.get(&visit.collects[0]).copied();
        let Some(i) = found.filter(|&i| self.parcels[i].is_to_collect()) else {
            let message = format!("{id:?} is not collected on the way");
            self.problems.push(subject, "collects", message);
            return None;
        };
        let parcel = &self.parcels[i];
        if parcel.collect.is_some() || parcel.halt.is_some() {
            let message = format!("{id:?} was collected or brought before");
            self.problems.push(subject, "collects", message);
            return None;
        }
        let place = parcel.package.pickup().map(|pickup| *pickup.place());
        if place != Some(visit.place) {
            let message = format!("{id:?} is not collected at {}", visit.place);
            self.problems.push(subject, "place", message);
            return None;
        }
        Some(i)
    }

    /// What is collected on a route is brought on it.
    fn all_brought(&mut self, first: usize) {
        for halt in self.halts[first..].iter().filter(|halt| halt.collects) {
            for &i in &halt.parcels {
                let parcel = &self.parcels[i];
                if parcel.halt.is_none() {
                    let subject = format!("package {:?}", parcel.package.id().as_str());
                    let message = "is collected and not brought on the same route";
                    self.problems.push(subject, "pickup", message);
                }
            }
        }
    }

    /// A package goes where the plan has chosen, and no more elsewhere today.
    fn choose(&mut self, i: usize, alternative: Option<u32>) {
        let Some(number) = alternative else { return };
        let package = &self.request.packages()[i];
        let chosen = package.alternatives().get(number as usize);
        let moved = chosen.and_then(|chosen| {
            let mut lockers = self.request.lockers().iter();
            let at = chosen
                .locker()
                .and_then(|id| lockers.find(|l| l.id() == id));
            chosen.moved(package, at)
        });
        match moved {
            Some(moved) => self.parcels[i].package = moved.without_alternatives(),
            None => {
                let subject = format!("package {:?}", package.id().as_str());
                let message = format!("has no alternative {number}");
                self.problems.push(subject, "alternatives", message);
            }
        }
    }

    fn left(&mut self, id: &PackageId, status: Status) {
        if let Some(i) = self.place(id) {
            self.parcels[i] = Parcel::waiting(self.parcels[i].package.clone(), status);
        }
    }

    /// The index of a package that the plan names for the first time.
    fn place(&mut self, id: &PackageId) -> Option<usize> {
        let subject = || format!("package {:?}", id.as_str());
        let Some(&i) = self.index.parcels.get(id) else {
            self.problems.push(subject(), "", "is not in the request");
            return None;
        };
        if std::mem::replace(&mut self.placed[i], true) {
            self.problems
                .push(subject(), "", "is in the plan more than once");
            return None;
        }
        Some(i)
    }

    fn all_placed(&mut self) {
        for (parcel, _) in self
            .parcels
            .iter()
            .zip(&self.placed)
            .filter(|(_, placed)| !**placed)
        {
            let subject = format!("package {:?}", parcel.package.id().as_str());
            self.problems.push(subject, "", "is not in the plan");
        }
    }
}

/// A visit that is still to come, at its own place, where packages are brought.
fn ahead(visit: &Visit, vehicle: usize, parcels: Vec<usize>, work: Work) -> Halt {
    Halt {
        id: visit.stop.clone(),
        place: visit.place,
        parcels,
        collects: false,
        windows: Vec::new(),
        vehicle,
        rests: [Vec::new(), Vec::new()],
        work,
        eta: None,
        told: None,
        announced: false,
    }
}
