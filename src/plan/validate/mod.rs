//! The independent validator: recomputes a plan from the request and lists what does not hold.
//!
//! It reads the request's packages, vehicles and travel and nothing that the plan's makers made of
//! them: neither stops nor compiled times, neither their sums nor their arithmetic. With them it
//! shares the travel function and the definition of the fingerprint.

mod alternative;
mod area;
mod bond;
mod breaks;
mod compartment;
mod door;
mod driver;
mod figures;
mod goods;
mod ledger;
mod load;
mod pickup;
mod provider;
mod reload;
mod route;
mod under_way;
mod visit;
mod walk;

use std::fmt;

use super::Plan;
use crate::model::ServiceDay;
use crate::travel::TravelModel;
use figures::Totals;
use ledger::Ledger;

/// What a plan must keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Rule {
    /// The plan is for the request's station and date.
    Station,
    /// Every vehicle is one of the request's, and of the stated kind.
    UnknownVehicle,
    /// A vehicle has one route.
    VehicleTwice,
    /// A route has a driver of the request, who may drive its vehicle and has no other route; where
    /// the request states none, none.
    Driver,
    /// A driver is out within his shift and no longer than he may.
    DriverHours,
    /// Every package is one of the request's.
    UnknownPackage,
    /// A package is in one place of the plan.
    DoubledPackage,
    /// Every package of the request is in the plan.
    MissingPackage,
    /// A carrier takes only packages with a price, at that price.
    Tender,
    /// A route is of its vehicle's provider, a tendered package goes to a carrier of the request.
    Provider,
    /// A provider serves only where it may.
    Territory,
    /// A provider's vehicles are out within its hours.
    ProviderHours,
    /// A provider uses no more vehicles than it may.
    RouteCap,
    /// A carrier takes only packages that it may take.
    Carrier,
    /// A carrier takes what is ready when it collects.
    CutOff,
    /// A carrier takes no more packages than it may.
    CarrierCap,
    /// A halt serves packages of one door, and stands there.
    Place,
    /// A package is collected where it is, and brought behind by the same vehicle.
    Pickup,
    /// A visit elsewhere than at a door is at an alternative of its package.
    Alternative,
    /// Packages in a locker have slots that hold them, all routes together.
    Slots,
    /// A vehicle is out within its shift.
    Shift,
    /// A vehicle is out no longer than it may.
    Duty,
    /// A driver has the breaks that are owed, each long enough, begun in time and at a visit.
    Break,
    /// A vehicle drives no longer than it may.
    Driving,
    /// A route is no longer than its vehicle's range, or each of its trips where the range starts anew.
    Range,
    /// A vehicle serves only what lies within its radius.
    Radius,
    /// A package leaves the station when it is ready, on whichever trip.
    Ready,
    /// A vehicle comes back to load again only where it may, and no more often; each time it takes as
    /// long as it says, and both trips have visits.
    Reload,
    /// Vehicles load again in turns of the docks, no more at once than there are docks.
    Docks,
    /// A vehicle that is out goes on when it is free, and not before it left.
    UnderWay,
    /// A vehicle that is out delivers what is on board, and nothing that is at the station.
    OnBoard,
    /// Legs take as long, and are as far, as the travel model says.
    Travel,
    /// A vehicle arrives when it left the place before plus the leg.
    Arrival,
    /// Waiting is the time from arrive to start, and not negative.
    Waiting,
    /// Service starts when a window of every package is open: not earlier.
    Early,
    /// Service starts when a window of every package is open: not later.
    Late,
    /// Service takes as long as the packages say.
    Service,
    /// A walk goes to no more doors, no farther and with no more than it may, and is as long as its
    /// doors are apart.
    Walk,
    /// What is on board fits the vehicle, all the way.
    Capacity,
    /// Each compartment holds what is in it, all the way, and cold packages are in one.
    Compartment,
    /// The stated loads are what is on board.
    LoadFigure,
    /// What is handed over last is loaded first.
    LoadOrder,
    /// A vehicle is capable of all its packages need.
    Need,
    /// A reserved vehicle takes only packages that need one of its capabilities.
    Reserved,
    /// A pinned package goes with its vehicle.
    Pin,
    /// Incompatible goods are never on one route.
    Goods,
    /// Packages that ride together are all on one route, or on none.
    Together,
    /// No two packages of a group that is kept apart are on one route.
    Apart,
    /// A route keeps to one zone or to as many as it may, where the day says so.
    Zone,
    /// A visit is labelled with the zone and the block of its stop.
    ZoneLabel,
    /// A route's sums are those of its visits and legs.
    RouteFigure,
    /// A route's cost is what its vehicle, hours and kilometres cost, to the cent.
    Cost,
    /// The scorecard's figures are those of the routes.
    Scorecard,
    /// The fingerprint is that of the routes.
    Fingerprint,
}

impl Rule {
    /// The rule in one or two words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Station => "station",
            Self::UnknownVehicle => "unknown vehicle",
            Self::VehicleTwice => "vehicle twice",
            Self::Driver => "driver",
            Self::DriverHours => "driver hours",
            Self::UnknownPackage => "unknown package",
            Self::DoubledPackage => "doubled package",
            Self::MissingPackage => "missing package",
            Self::Tender => "tender",
            Self::Provider => "provider",
            Self::Territory => "territory",
            Self::ProviderHours => "provider hours",
            Self::RouteCap => "route cap",
            Self::Carrier => "carrier",
            Self::CutOff => "cut-off",
            Self::CarrierCap => "carrier cap",
            Self::Place => "place",
            Self::Pickup => "pickup",
            Self::Alternative => "alternative",
            Self::Slots => "slots",
            Self::Shift => "shift",
            Self::Duty => "duty",
            Self::Break => "break",
            Self::Driving => "driving",
            Self::Range => "range",
            Self::Radius => "radius",
            Self::Ready => "ready",
            Self::Reload => "reload",
            Self::Docks => "docks",
            Self::UnderWay => "under way",
            Self::OnBoard => "on board",
            Self::Travel => "travel",
            Self::Arrival => "arrival",
            Self::Waiting => "waiting",
            Self::Early => "early",
            Self::Late => "late",
            Self::Service => "service",
            Self::Walk => "walk",
            Self::Capacity => "capacity",
            Self::Compartment => "compartment",
            Self::LoadFigure => "load figure",
            Self::LoadOrder => "load order",
            Self::Need => "need",
            Self::Reserved => "reserved",
            Self::Pin => "pin",
            Self::Goods => "goods",
            Self::Together => "together",
            Self::Apart => "apart",
            Self::Zone => "zone",
            Self::ZoneLabel => "zone label",
            Self::RouteFigure => "route figure",
            Self::Cost => "cost",
            Self::Scorecard => "scorecard",
            Self::Fingerprint => "fingerprint",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing in a plan that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Violation {
    /// What it is about, as `package "P7"` or `vehicle "V1", visit 3`; visits count from 1.
    pub subject: String,
    /// What it breaks.
    pub rule: Rule,
    /// A sentence with the numbers.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.subject, self.rule, self.message)
    }
}

/// What was found so far.
type Findings = Vec<Violation>;

/// Adds a violation.
fn report(findings: &mut Findings, subject: impl Into<String>, rule: Rule, message: String) {
    findings.push(Violation {
        subject: subject.into(),
        rule,
        message,
    });
}

/// Lists everything in `plan` that breaks `day`, with the travel figures of the day.
///
/// An empty list means that the plan can be driven as it stands and that every figure in it is
/// right. Unserved packages are no violation, whatever the reason given.
///
/// # Complexity
///
/// O(packages + visits + vehicles) in time, plus one travel leg a visit. One wrong figure is
/// reported as one violation; a plan that is wrong everywhere gets a long list.
///
/// # Examples
///
/// ```
/// use doorstep::plan::{RouteDraft, Rule, assemble, validate};
/// use doorstep::{Package, Place, ServiceDay, Station, TimeOfDay, Vehicle, sortation};
///
/// let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
///     .packages([Package::new("P1", Place::at(41.85, -87.65), "60608")])
///     .vehicles([Vehicle::cargo_van("V1")])
///     .build()?;
/// let route = RouteDraft { vehicle: 0, driver: None, stops: vec![0], depart: TimeOfDay::hm(9, 0), breaks: vec![], reloads: vec![] };
/// let stops = sortation::group(&day);
/// let mut plan = assemble(&day, &stops, day.travel(), &[route], Vec::new());
/// assert_eq!(validate(&day, &plan), []);
///
/// plan.scorecard.vans = 2;
/// assert_eq!(validate(&day, &plan)[0].rule, Rule::Scorecard);
/// # Ok::<(), doorstep::Error>(())
/// ```
#[must_use]
pub fn validate(day: &ServiceDay, plan: &Plan) -> Vec<Violation> {
    validate_with(day, day.travel(), plan)
}

/// As [`validate()`], with the caller's own travel model.
#[must_use]
pub fn validate_with(day: &ServiceDay, travel: &dyn TravelModel, plan: &Plan) -> Vec<Violation> {
    let mut findings = Findings::new();
    check_head(day, plan, &mut findings);
    let mut ledger = Ledger::open(day);
    ledger.enter(plan, &mut findings);

    let mut totals = Totals::default();
    let vehicles = route::vehicles_of(day, plan, &mut findings);
    driver::check_all(day, plan, &mut findings);
    for (route, vehicle) in plan.routes.iter().zip(vehicles) {
        match vehicle {
            Some(vehicle) => {
                let figures = route::check(&ledger, travel, (route, vehicle), &mut findings);
                totals.add(day, vehicle, &figures);
            }
            None => totals.incomplete = true,
        }
    }
    provider::check_caps(day, plan, &mut findings);
    alternative::check_slots(&ledger, plan, &mut findings);
    bond::check(&ledger, plan, &mut findings);
    reload::check_docks(day, plan, &mut findings);
    figures::check_scorecard(day, plan, totals, &mut findings);
    area::check(day, plan, &ledger, &mut findings);
    let fingerprint = super::fingerprint(&plan.routes);
    if fingerprint != plan.fingerprint {
        let message = format!("is {:016x}, should be {fingerprint:016x}", plan.fingerprint);
        report(&mut findings, "plan", Rule::Fingerprint, message);
    }
    findings
}

fn check_head(day: &ServiceDay, plan: &Plan, findings: &mut Findings) {
    let station = day.station().id();
    if plan.station != *station {
        let message = format!("is for station {}, the request for {station}", plan.station);
        report(findings, "plan", Rule::Station, message);
    }
    if plan.date != day.date() {
        let text = |date: Option<crate::units::Date>| {
            date.map_or_else(|| "no date".to_owned(), |date| date.to_string())
        };
        let (own, asked) = (text(plan.date), text(day.date()));
        let message = format!("is for {own}, the request for {asked}");
        report(findings, "plan", Rule::Station, message);
    }
}
