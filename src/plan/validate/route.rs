//! One route, driven again: legs, clock times, duty, loads, sums and cost.

use std::collections::{HashMap, HashSet};

use super::door::Member;
use super::figures::RouteFigures;
use super::ledger::Ledger;
use super::load::Hold;
use super::{
    Findings, Rule, alternative, breaks, driver, figures, goods, pickup, provider, reload, report,
    under_way, visit,
};
use crate::model::{Driver, Package, PackageId, Place, ServiceDay, Vehicle};
use crate::plan::{Plan, Reload, RoutePlan, Visit};
use crate::travel::{Leg, TravelModel};
use crate::units::{Meters, Span, TimeOfDay};

/// The vehicle of each route; reports unknown ones and those with several routes.
pub(super) fn vehicles_of(
    day: &ServiceDay,
    plan: &Plan,
    findings: &mut Findings,
) -> Vec<Option<usize>> {
    let vehicles = day.vehicles().iter().enumerate();
    let index: HashMap<&str, usize> = vehicles.map(|(i, v)| (v.id().as_str(), i)).collect();
    let mut used = HashSet::new();
    let mut found = Vec::with_capacity(plan.routes.len());
    for route in &plan.routes {
        let vehicle = index.get(route.vehicle.as_str()).copied();
        match vehicle {
            None => {
                let message = "not a vehicle of the request".to_owned();
                report(findings, subject(route), Rule::UnknownVehicle, message);
            }
            Some(i) if route.kind != day.vehicles()[i].kind() => {
                let (stated, kind) = (route.kind, day.vehicles()[i].kind());
                let message = format!("stated as {stated}, the request says {kind}");
                report(findings, subject(route), Rule::UnknownVehicle, message);
            }
            Some(_) => {}
        }
        if !used.insert(&route.vehicle) {
            let message = "has more than one route".to_owned();
            report(findings, subject(route), Rule::VehicleTwice, message);
        }
        found.push(vehicle);
    }
    found
}

fn subject(route: &RoutePlan) -> String {
    format!("vehicle {:?}", route.vehicle.as_str())
}

/// Checks one route of a known vehicle; returns its figures as they should be.
pub(super) fn check(
    ledger: &Ledger<'_>,
    travel: &dyn TravelModel,
    (route, vehicle): (&RoutePlan, usize),
    findings: &mut Findings,
) -> RouteFigures {
    let day = ledger.day;
    let subject = subject(route);
    let moved = alternative::moved(ledger, route, &subject, findings);
    let members = members_of(ledger, route, &moved);
    let collects = route.visits.iter().map(|v| found(ledger, &v.collects));
    let collected: Vec<Vec<Member<'_>>> = collects.collect();
    let driver = driver::of_route(day, route);
    let mut replay = Replay::new(travel, (day, vehicle), (route, driver), findings);
    let owner = provider::of_vehicle(day, replay.vehicle);
    let trips = reload::trips(route);
    let of_trip = |k: usize| members[trips[k].clone()].iter().flatten().copied();
    let mut hold = Hold::load(of_trip(0));
    hold.compare(route.load, &subject, replay.findings);
    reload::check_number(&day.vehicles()[vehicle], route, &subject, replay.findings);
    let mut driving = Vec::with_capacity(route.visits.len() + 1);
    for (i, (visit, members)) in route.visits.iter().zip(&members).enumerate() {
        for (k, reload) in reload::before(route, i) {
            let subject = format!("{subject}, reload {}", k + 1);
            replay.reload(day.station().place(), reload, &subject);
            hold.load_again(of_trip(k + 1));
            hold.compare(reload.load, &subject, replay.findings);
        }
        let subject = format!("{subject}, visit {}", i + 1);
        replay.leg(
            &visit.place,
            (visit.drive, visit.distance),
            visit.arrive,
            &subject,
        );
        driving.push(replay.figures.driving);
        let rested = breaks::at(route, i, false);
        let on = (members.as_slice(), collected[i].as_slice());
        let service = replay.halt(ledger, (visit, rested), on, &subject);
        hold.serve(members, &collected[i]);
        hold.compare(visit.load_after, &subject, replay.findings);
        replay
            .figures
            .add_visit(ledger, (visit, rested), members, service);
        replay.figures.outside += provider::outside(owner, members);
        replay.figures.outside += driver::outside(driver, members);
        replay.left = breaks::left(route, i);
        replay.figures.waiting += breaks::waiting(route, i);
    }
    replay.go_home(day.vehicle_end(vehicle), route, &subject);
    driving.push(replay.figures.driving);
    let Replay {
        mut figures,
        findings,
        farthest,
        ..
    } = replay;
    figures.alternatives = alternative::price(ledger, route);
    let van = &day.vehicles()[vehicle];
    figures.peak = hold.finish(route.peak, van.capacity(), &subject, findings);
    let driven = (route, vehicle, driver);
    weigh(day, driven, &mut figures, &subject, findings);
    check_clock(day, (route, vehicle), &members, &subject, findings);
    let driven = (route, van);
    breaks::check(route, driven.1, &driving, &subject, findings);
    check_way(driven.1, (&figures, farthest), &subject, findings);
    check_packages(day, driven, (&members, &collected), &subject, findings);
    figures::check_route(route, &figures, &subject, findings);
    figures
}

/// The packages of the request among these.
fn found<'a>(ledger: &Ledger<'a>, ids: &[PackageId]) -> Vec<Member<'a>> {
    ids.iter().filter_map(|id| ledger.find(id)).collect()
}

/// What each visit hands over; a package that goes elsewhere as if its door were there.
fn members_of<'a>(
    ledger: &Ledger<'a>,
    route: &RoutePlan,
    moved: &'a [Option<Package>],
) -> Vec<Vec<Member<'a>>> {
    let at = route.visits.iter().zip(moved);
    let members = at.map(|(visit, moved)| match moved {
        Some(package) => vec![(package, None)],
        None => found(ledger, &visit.packages),
    });
    members.collect()
}

/// Time on the road and what it costs, and the hours of the driver.
fn weigh(
    day: &ServiceDay,
    (route, vehicle, driver): (&RoutePlan, usize, Option<&Driver>),
    figures: &mut RouteFigures,
    subject: &str,
    findings: &mut Findings,
) {
    let breaks = route.breaks.iter();
    figures.breaks = breaks.map(|r| i128::from(r.length.millis())).sum();
    figures.on_road = i128::from(route.back.millis()) - i128::from(route.depart.millis());
    figures.prices = Some(driver::prices(day, &day.vehicles()[vehicle], driver));
    figures.weigh(day);
    let crew = (&day.vehicles()[vehicle], driver);
    driver::check_hours(route, crew, subject, findings);
}

/// What the packages of a route ask of each other and of the whole of it.
fn check_packages(
    day: &ServiceDay,
    driven: (&RoutePlan, &Vehicle),
    (members, collected): (&[Vec<Member<'_>>], &[Vec<Member<'_>>]),
    subject: &str,
    findings: &mut Findings,
) {
    provider::check_route(day, driven, members, subject, findings);
    reload::check_trips(driven, (members, collected), subject, findings);
    pickup::check_route(driven.0, members, subject, findings);
    goods::check(day, members, subject, findings);
}

/// A vehicle on its stated way.
struct Replay<'a> {
    travel: &'a dyn TravelModel,
    vehicle: &'a Vehicle,
    driver: Option<&'a Driver>,
    at: &'a Place,
    left: TimeOfDay,
    /// Millimetres driven when it was charged last, and the most between two charges.
    charged: i128,
    farthest: i128,
    figures: RouteFigures,
    findings: &'a mut Findings,
}

impl<'a> Replay<'a> {
    /// Before it leaves.
    fn new(
        travel: &'a dyn TravelModel,
        (day, vehicle): (&'a ServiceDay, usize),
        (route, driver): (&RoutePlan, Option<&'a Driver>),
        findings: &'a mut Findings,
    ) -> Self {
        Self {
            travel,
            vehicle: &day.vehicles()[vehicle],
            driver,
            at: under_way::position(day, vehicle),
            left: route.depart,
            charged: 0,
            farthest: 0,
            figures: RouteFigures::default(),
            findings,
        }
    }

    /// Checks a halt; the milliseconds its service takes.
    fn halt(
        &mut self,
        ledger: &Ledger<'_>,
        halt: (&Visit, i128),
        (members, collected): (&[Member<'_>], &[Member<'_>]),
        subject: &str,
    ) -> i128 {
        if halt.0.collects.is_empty() {
            let crew = (self.vehicle, self.driver);
            visit::check(ledger, crew, halt, (members, subject), self.findings)
        } else {
            let on = (collected, subject);
            pickup::check_visit(ledger.day, self.vehicle, halt, on, self.findings)
        }
    }

    /// Drives to the station and loads.
    fn reload(&mut self, station: &'a Place, reload: &Reload, subject: &str) {
        let stated = (reload.drive, reload.distance);
        self.leg(station, stated, reload.arrive, subject);
        let way = self.figures.distance - self.charged;
        let [waiting, loading] =
            reload::check_loading(self.vehicle, (reload, way), subject, self.findings);
        self.figures.waiting += waiting;
        self.figures.service += loading;
        if self.vehicle.reloads().is_some_and(|r| r.restores_range()) {
            self.charge();
        }
        self.left = reload.leave;
    }

    /// The way since the last charge is over.
    fn charge(&mut self) {
        let way = self.figures.distance - self.charged;
        self.farthest = self.farthest.max(way);
        self.charged = self.figures.distance;
    }

    /// Drives to its end, or stays where its route ends at the last stop.
    fn go_home(&mut self, end: &'a Place, route: &RoutePlan, subject: &str) {
        let last = (route.return_leg.drive, route.return_leg.distance);
        let subject = format!("{subject}, return");
        if self.vehicle.has_open_end() {
            self.stay(last, route.back, &subject);
        } else {
            self.leg(end, last, route.back, &subject);
        }
        self.charge();
    }

    /// Ends where it stands.
    fn stay(&mut self, stated: (Span, Meters), back: TimeOfDay, subject: &str) {
        if stated != (Span::ZERO, Meters::ZERO) {
            let message = "there is a way back, but the route ends at its last stop".to_owned();
            report(self.findings, subject, Rule::Travel, message);
        }
        if back != self.left {
            let message = format!("free at {}, but back at {back}", self.left);
            report(self.findings, subject, Rule::Arrival, message);
        }
    }

    /// Drives one leg and compares what is stated about it.
    fn leg(&mut self, to: &'a Place, stated: (Span, Meters), arrive: TimeOfDay, subject: &str) {
        let Leg { distance, time } = {
            let kind = self.vehicle.kind();
            self.travel.leg_at(kind, self.at, to, self.left)
        };
        if stated != (time, distance) {
            let (drive, way) = stated;
            let message =
                format!("the leg is stated as {way} in {drive}, it is {distance} in {time}");
            report(self.findings, subject, Rule::Travel, message);
        }
        let due = i128::from(self.left.millis()) + i128::from(time.millis());
        if i128::from(arrive.millis()) != due {
            let left = self.left;
            let message = format!("left at {left}, drives {time}, but arrives at {arrive}");
            report(self.findings, subject, Rule::Arrival, message);
        }
        self.at = to;
        self.figures.driving += i128::from(time.millis());
        self.figures.distance += i128::from(distance.millimeters());
    }
}

/// Shift and duty.
fn check_clock(
    day: &ServiceDay,
    (route, vehicle): (&RoutePlan, usize),
    members: &[Vec<Member<'_>>],
    subject: &str,
    findings: &mut Findings,
) {
    let own = day.vehicles()[vehicle].shift();
    let shift = own.unwrap_or(day.delivery_hours());
    let (depart, back) = (route.depart, route.back);
    if depart < shift.earliest() || back > shift.latest() {
        let message = format!("out from {depart} to {back}, the shift is {shift}");
        report(findings, subject, Rule::Shift, message);
    }
    if let Some(most) = day.vehicles()[vehicle].max_duty() {
        let out = day.vehicles()[vehicle].under_way();
        let since = out.map_or(depart, crate::model::UnderWay::departed);
        let duty = i128::from(back.millis()) - i128::from(since.millis());
        if duty > i128::from(most.millis()) {
            let message = format!("out from {since} to {back}, longer than {most}");
            report(findings, subject, Rule::Duty, message);
        }
    }
    under_way::check(&day.vehicles()[vehicle], route, members, subject, findings);
}

/// How long and how far it drives, by the legs as they are and not as they are stated.
fn check_way(
    vehicle: &Vehicle,
    (figures, farthest): (&RouteFigures, i128),
    subject: &str,
    findings: &mut Findings,
) {
    if let Some(most) = vehicle.max_driving()
        && figures.driving > i128::from(most.millis())
    {
        let message = format!("drives {} ms, more than {most}", figures.driving);
        report(findings, subject, Rule::Driving, message);
    }
    if let Some(range) = vehicle.range()
        && farthest > i128::from(range.millimeters())
    {
        let message = format!("goes {farthest} mm, farther than {range}");
        report(findings, subject, Rule::Range, message);
    }
}
