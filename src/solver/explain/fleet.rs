//! The returned plan as the explanations read it: every route and one idle vehicle of each type,
//! with what is needed to try a stop at every position.

use crate::model::{
    Capability, GoodsClass, GroupId, PackageId, Provider, ServiceDay, Temperature, TimeWindow,
    Vehicle, VehicleId, Zip,
};
use crate::plan::Insertion;
use crate::problem::evaluate::{GUEST, Guest, Trial};
use crate::problem::goods::Goods;
use crate::problem::insertion::{Course, inserted};
use crate::problem::rooms::{self, Rooms};
use crate::problem::time::{HORIZON, Time, Window};
use crate::problem::{FORBIDDEN, Problem, StopData, VehicleType};
use crate::solver::CompiledDay;
use crate::solver::extract::Tour;
use crate::sortation::StopGroup;
use crate::travel::{UnitVector, straight};
use crate::units::{Meters, TimeOfDay};

use super::{count, groups_apart};

/// A stop that is left.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// Index in the grouping.
    pub(super) group: u32,
    /// As people know it.
    pub(super) stop: &'a StopGroup,
    /// As the problem knows it.
    pub(super) data: &'a StopData,
    /// Its windows.
    pub(super) windows: &'a [Window],
    /// Its block.
    pub(super) block: u32,
}

/// A route of the plan, or an idle vehicle.
pub(super) struct Run {
    /// Vehicle, type and stops.
    pub(super) tour: Tour,
    /// The route as it is; None for an idle vehicle that cannot even drive from its start to its
    /// end.
    pub(super) now: Option<Course>,
    /// The hours that its shift may be stretched to: its provider's, or any.
    pub(super) reach: Window,
    /// The route if its shift ended as late as it may.
    pub(super) late: Option<Course>,
    /// The route if its shift began as early as it may.
    pub(super) early: Option<Course>,
}

/// Whether vehicles of a type may serve a stop.
pub(super) enum Admission {
    /// They may.
    Free,
    /// They lack this one capability, or one of these.
    Lacks(Vec<Capability>),
    /// They lack several, this one or one of these first, or one and the pin.
    LacksMore(Vec<Capability>),
    /// They have no compartment for this temperature.
    NoCompartment(Temperature),
    /// They are kept for what needs their capabilities.
    Reserved,
    /// The stop is pinned to another vehicle, and that alone is in the way.
    Pinned(VehicleId),
    /// Its provider does not serve this postal code.
    Outside(Zip),
    /// It is so far from the vehicle's start, beyond this radius.
    Far(Meters, Meters),
    /// Something that no change of the stop or the vehicle lifts.
    Barred,
}

/// See the module.
pub(super) struct Fleet<'a> {
    pub(super) compiled: &'a CompiledDay,
    pub(super) problem: &'a Problem,
    pub(super) runs: Vec<Run>,
    /// Types whose idle vehicles may not be used, with the cap on their group.
    pub(super) capped: Vec<(u32, u32)>,
}

impl<'a> Fleet<'a> {
    pub(super) fn new(compiled: &'a CompiledDay, tours: Vec<Tour>) -> Self {
        let problem = &compiled.problem;
        let mut used = vec![0; problem.types.len()];
        let mut of_group = vec![0; problem.fleet_caps.len()];
        for tour in &tours {
            used[tour.kind as usize] += 1;
            for group in problem.types[tour.kind as usize].groups {
                if let Some(count) = of_group.get_mut(group as usize) {
                    *count += 1;
                }
            }
        }
        let mut runs: Vec<Run> = tours.into_iter().map(|t| Run::new(compiled, t)).collect();
        let mut capped = Vec::new();
        for ((kind, data), &used) in (0..).zip(&problem.types).zip(&used) {
            let Some(&vehicle) = data.vehicles.get(used) else {
                continue;
            };
            let full = data.groups.iter().enumerate().find_map(|(i, &group)| {
                let most = *problem.fleet_caps.get(group as usize)?;
                (of_group[group as usize] >= most).then_some((i, most))
            });
            match full {
                Some((0, most)) => capped.push((kind, most)),
                // All vehicles or all drivers of a sort are out: there is no idle one.
                Some(_) => {}
                None => runs.push(Run::new(
                    compiled,
                    Tour {
                        vehicle: compiled.vehicle_of(vehicle),
                        driver: None,
                        crew: vehicle,
                        kind,
                        stops: Vec::new(),
                    },
                )),
            }
        }
        Fleet {
            compiled,
            problem,
            runs,
            capped,
        }
    }

    /// The first vehicle of a type.
    pub(super) fn example(&self, kind: u32) -> &'a Vehicle {
        let vehicle = self.problem.types[kind as usize].vehicles[0];
        &self.compiled.fleet().vehicles()[vehicle as usize]
    }

    /// Who runs the vehicles of a type.
    pub(super) fn provider(&self, kind: u32) -> Option<&'a Provider> {
        let vehicle = self.problem.types[kind as usize].vehicles[0];
        self.compiled.fleet().vehicle_provider(vehicle as usize)
    }

    /// Whether the provider of a type may use one vehicle more than the plan does.
    pub(super) fn may_add(&self, kind: u32) -> bool {
        if self.example(kind).under_way().is_some() || !self.compiled.day.drivers().is_empty() {
            // There is no other vehicle that is where this one is; and one without a driver is of
            // no use.
            return false;
        }
        let Some(provider) = self.provider(kind) else {
            return true;
        };
        let used = self.runs.iter().filter(|run| !run.tour.stops.is_empty());
        let own = |run: &&Run| {
            let other = self.provider(run.tour.kind);
            other.is_some_and(|p| p.id() == provider.id())
        };
        let used = used.filter(own).count();
        provider
            .most_routes()
            .is_none_or(|most| used < most as usize)
    }

    /// The hours that the shift of a type may be stretched to.
    pub(super) fn reach(compiled: &CompiledDay, kind: u32) -> Window {
        let vehicle = compiled.problem.types[kind as usize].vehicles[0];
        let provider = compiled.fleet().vehicle_provider(vehicle as usize);
        provider.and_then(Provider::hours).map_or(
            Window {
                open: 0,
                close: HORIZON - 1,
            },
            cut,
        )
    }

    /// The vehicle of a run.
    pub(super) fn vehicle(&self, run: &Run) -> &'a Vehicle {
        &self.compiled.day.vehicles()[run.tour.vehicle as usize]
    }

    pub(super) fn insertion(&self, run: &Run, position: usize) -> Insertion {
        Insertion::new(self.vehicle(run).id().clone(), count(position))
    }

    pub(super) fn admission(&self, kind: u32, subject: &Subject<'_>) -> Admission {
        if self.problem.access_of(kind, subject.data) != FORBIDDEN {
            return Admission::Free;
        }
        let vehicle = self.example(kind);
        let day = self.compiled.fleet();
        if let Some(provider) = self.provider(kind) {
            let zips = subject.stop.packages.iter();
            let mut zips = zips.map(|&p| day.packages()[p as usize].zip());
            if let Some(zip) = zips.find(|zip| !provider.may_serve(zip)) {
                return Admission::Outside(zip.clone());
            }
        }
        let number = self.problem.types[kind as usize].vehicles[0] as usize;
        if let Some((away, radius)) = beyond_radius(day, subject.stop, number) {
            return Admission::Far(away, radius);
        }
        if let Some(temperature) = no_compartment(day, subject.stop, vehicle) {
            return Admission::NoCompartment(temperature);
        }
        if vehicle.is_reserved() && !welcome(day, subject.stop, vehicle) {
            return Admission::Reserved;
        }
        let mut missing = lacking(subject.stop, vehicle);
        let (first, second) = (missing.next(), missing.next());
        let pin = subject.stop.pin.as_ref().filter(|pin| *pin != vehicle.id());
        match (first, second, pin) {
            (Some(need), None, None) => Admission::Lacks(need),
            (Some(need), ..) => Admission::LacksMore(need),
            (None, _, Some(pin)) => Admission::Pinned(pin.clone()),
            (None, _, None) => Admission::Barred,
        }
    }

    /// Whether a run's goods, compartments and zone let the stop in.
    pub(super) fn may_share(&self, run: &Run, subject: &Subject<'_>) -> bool {
        let goods = |s: &u32| self.problem.stops[*s as usize].goods;
        let own = subject.data.goods;
        if self.kept_apart(run, subject).is_some() {
            return false;
        }
        if own != Goods::NONE && run.tour.stops.iter().any(|s| own.clashes(goods(s))) {
            return false;
        }
        let vehicle = &self.problem.types[run.tour.kind as usize];
        if vehicle.rooms != rooms::UNLIMITED && !self.problem.carries {
            let each = run.tour.stops.iter();
            let each = each.map(|&s| self.problem.stops[s as usize].rooms);
            let all = each.fold(Rooms::default(), rooms::plus);
            if rooms::overfull(all, subject.data.rooms, vehicle.rooms).is_some() {
                return false;
            }
        }
        let areas = &self.problem.areas;
        let mut blocks = run.tour.stops.iter().map(|&s| areas.block_of(s));
        let other = blocks.clone().next();
        other.is_none_or(|other| areas.may_share(other, subject.block))
            && (areas.most_zones.is_none()
                || areas.few_zones(blocks.by_ref().chain([subject.block])))
    }

    /// A package on a run from which one of the stop is kept apart, with their group.
    pub(super) fn kept_apart(
        &self,
        run: &Run,
        subject: &Subject<'_>,
    ) -> Option<(PackageId, GroupId)> {
        let own = groups_apart(self.compiled, subject.stop);
        if own.is_empty() {
            return None;
        }
        let (day, grouping) = (&self.compiled.day, &self.compiled.grouping);
        let stops = run.tour.stops.iter();
        let groups = stops.map(|&s| self.problem.origin[s as usize] as usize);
        let mut aboard = groups.flat_map(|g| &grouping.stops()[g].packages);
        aboard.find_map(|&p| {
            let package = &day.packages()[p as usize];
            let mut shared = package.apart().iter().filter(|g| own.contains(g));
            Some((package.id().clone(), shared.next()?.clone()))
        })
    }

    /// Classes of the stop's goods and of what is on a run that are incompatible.
    pub(super) fn clash(&self, run: &Run, subject: &Subject<'_>) -> Option<[GoodsClass; 2]> {
        let (day, grouping) = (&self.compiled.day, &self.compiled.grouping);
        let goods = |packages: &[u32]| -> Vec<&GoodsClass> {
            let packages = packages.iter().map(|&p| &day.packages()[p as usize]);
            packages.filter_map(|p| p.goods()).collect()
        };
        let own = goods(&subject.stop.packages);
        let stops = run.tour.stops.iter();
        let groups = stops.map(|&s| self.problem.origin[s as usize] as usize);
        let aboard: Vec<_> = groups
            .flat_map(|g| goods(&grouping.stops()[g].packages))
            .collect();
        let both = |a: &GoodsClass, b: &GoodsClass| {
            (own.contains(&a) && aboard.contains(&b)).then(|| [a.clone(), b.clone()])
        };
        let mut pairs = day.incompatible_goods().iter();
        pairs.find_map(|(a, b)| both(a, b).or_else(|| both(b, a)))
    }

    /// A trial of a type, as it is or changed, with the stop under changed windows.
    pub(super) fn trial<'t>(
        &'t self,
        kind: u32,
        vehicle: &'t VehicleType,
        subject: &'t Subject<'_>,
        windows: &'t [Window],
        admitted: bool,
    ) -> Trial<'t> {
        Trial {
            problem: self.problem,
            kind,
            vehicle,
            guest: Some(Guest {
                stop: subject.data,
                windows,
                block: subject.block,
                admitted,
            }),
        }
    }
}

impl Run {
    fn new(compiled: &CompiledDay, tour: Tour) -> Self {
        let problem = &compiled.problem;
        let vehicle = &problem.types[tour.kind as usize];
        let shift = vehicle.shift;
        let mut reach = Fleet::reach(compiled, tour.kind);
        for &s in &tour.stops {
            reach.open = reach.open.max(ready(compiled, problem.origin[s as usize]));
        }
        let course = |open, close| {
            let shift = Window { open, close };
            Course::new(problem, vehicle, &tour.stops, shift)
        };
        Self {
            now: course(shift.open, shift.close),
            late: course(shift.open, reach.close.max(shift.close)),
            early: course(reach.open.min(shift.open), shift.close),
            reach,
            tour,
        }
    }

    /// Its stops with the one on trial.
    pub(super) fn with_guest(&self, position: usize) -> Vec<u32> {
        inserted(&self.tour.stops, position, GUEST)
    }
}

/// When the last package of a stop is ready, as stated: the problem forgets it where all vehicles
/// leave later, which a changed one need not.
pub(super) fn ready(compiled: &CompiledDay, group: u32) -> Time {
    let stop = &compiled.grouping.stops()[group as usize];
    let packages = stop.packages.iter();
    let ready = packages.filter_map(|&p| compiled.day.packages()[p as usize].ready());
    ready.max().map_or(0, |t| cut(TimeWindow::new(t, t)).open)
}

/// What a stop needs and a vehicle does not have: single capabilities, then choices of several.
pub(super) fn lacking<'a>(
    stop: &'a StopGroup,
    vehicle: &'a Vehicle,
) -> impl Iterator<Item = Vec<Capability>> + 'a {
    let has = |need: &Capability| vehicle.capabilities().contains(need);
    let single = stop.needs.iter().filter(move |need| !has(need));
    let choices = stop.needs_any.iter();
    let choices = choices.filter(move |any_of| !any_of.iter().any(has));
    single
        .map(|need| vec![need.clone()])
        .chain(choices.cloned())
}

/// The temperature of a package of a stop for which a vehicle has no compartment.
pub(super) fn no_compartment(
    day: &ServiceDay,
    stop: &StopGroup,
    vehicle: &Vehicle,
) -> Option<Temperature> {
    let packages = stop.packages.iter();
    let mut cold = packages.map(|&p| day.packages()[p as usize].temperature());
    cold.find(|&t| !vehicle.takes(t))
}

/// Whether each package of a stop needs something that a vehicle has.
pub(super) fn welcome(day: &ServiceDay, stop: &StopGroup, vehicle: &Vehicle) -> bool {
    let has = |need: &Capability| vehicle.capabilities().contains(need);
    stop.packages.iter().all(|&p| {
        let package = &day.packages()[p as usize];
        let mut any = day.needs_any(package).flatten();
        package.needs().iter().any(has) || any.any(has)
    })
}

/// How far the farthest package of a stop is from a vehicle's start, and the vehicle's radius,
/// where that is less.
pub(super) fn beyond_radius(
    day: &ServiceDay,
    stop: &StopGroup,
    vehicle: usize,
) -> Option<(Meters, Meters)> {
    let radius = day.vehicles()[vehicle].radius()?;
    let start = UnitVector::of(day.vehicle_start(vehicle).lat_lng()?);
    let places = stop.packages.iter();
    let places = places.filter_map(|&p| day.packages()[p as usize].place().lat_lng());
    let away = places
        .map(|at| straight(&start, &UnitVector::of(at)))
        .max()?;
    (away > radius).then_some((away, radius))
}

/// A window of the request, cut to what the problem can tell.
pub(super) fn cut(window: TimeWindow) -> Window {
    let cut = |t: TimeOfDay| t.millis().clamp(0, i64::from(HORIZON - 1));
    let cut = |t| Time::try_from(cut(t)).expect("clamped to the horizon");
    Window {
        open: cut(window.earliest()),
        close: cut(window.latest()),
    }
}
