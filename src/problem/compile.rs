//! From a day to the compiled problem. The only place where ids become indices,
//! quantities become plain integers and ranges are checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{ServiceDay, TravelSpec, VehicleKind, ZonePolicy};
use crate::sortation::{Grouping, StopGroup, Zoning, zip_groups};
use crate::travel::TravelModel;
use crate::units::{Capacity, Load, Money};

use super::areas::{Areas, NOWHERE};
use super::bonds::Bonds;
use super::carry::{ALONE, Ride};
use super::evaluate::{self, Block};
use super::fleet::Fleet;
use super::goods::{self, Goods};
use super::handling::Handling;
use super::hours::Hours;
use super::lanes::{DIMENSIONS, LaneLayout};
use super::layout::{Places, along_curve, lay_out, travel};
use super::neighbours::Neighbours;
use super::options::{self, Options};
use super::promised::Promised;
use super::reloads;
use super::roads::Roads;
use super::rooms::{self, Rooms};
use super::scale::Scale;
use super::shares::Shares;
use super::time::{HORIZON, Time, Window};
use super::timetable::Due;
use super::{Engine, Problem, StopData, index};

/// Compiles a day, without its neighbour lists. `model` replaces the travel that
/// the day states. Stops are numbered zone after zone and block after block, which
/// orders construction and the first cut.
///
/// Takes O(n log n) time for n stops with positions.
pub(crate) fn compile(
    day: &ServiceDay,
    grouping: &Grouping,
    zoning: &Zoning,
    model: Option<Arc<dyn TravelModel>>,
) -> Problem {
    let groups = grouping.stops();
    let mut places = Places::default();
    let fleet = Fleet::new(day, grouping, &mut places);
    let station = reloads::station(day, &fleet.types, &mut places);
    let order = order(day, grouping, zoning);
    let locations = locations(&order, groups, &mut places);
    let hours = hours(day, model.as_deref(), &fleet.profile_kinds);
    let travel = travel(day, model, &places, &fleet.profile_kinds);
    let (handling, handling_rows) = Handling::of_stops(day, grouping, &fleet.profile_kinds);
    let mut problem = Problem {
        stops: Vec::with_capacity(order.len()),
        origin: Vec::new(),
        windows: Vec::new(),
        dues: Vec::new(),
        types: fleet.types,
        access: fleet.access,
        fleet_caps: fleet.caps,
        promised: Promised::default(),
        handling,
        areas: Areas::default(),
        options: Options::default(),
        bonds: Bonds::default(),
        shares: Shares::default(),
        travel,
        hours,
        xy: Vec::new(),
        station: [0.0; 2],
        positioned: false,
        neighbours: Neighbours::default(),
        layout: LaneLayout::new([None; DIMENSIONS]),
        engine: Engine::Timed,
        carries: false,
        paired: false,
        reloads: 0..0,
        units_per_currency: 1,
        scale: Scale::default(),
        hopeless: Vec::new(),
        set_aside: Vec::new(),
    };
    lift_capacities(&mut problem, groups);
    let scale = Scale::new(day, &problem, &locations);
    scale.apply(day, &mut problem);
    problem.areas = areas(day, zoning, &order, &scale);
    price_work(&mut problem, day, &scale, &fleet.promised);
    look_along_the_way(&mut problem, groups, station.is_some());
    let goods = goods::of_stops(day, grouping);
    for (&group, &location) in order.iter().zip(&locations) {
        let group = group as usize;
        let access = (
            fleet.rows[group],
            goods[group],
            rooms::of_stop(day, &groups[group]),
        );
        let first = index(problem.dues.len());
        problem.dues.extend(dues(day, &groups[group], &scale));
        add_stop(&mut problem, &groups[group], location, access, &scale);
        if let Some(stop) = problem.stops.last_mut() {
            stop.dues = (first, index(problem.dues.len()));
            stop.handling = handling_rows[group];
            stop.ride = (problem.carries).then(|| Box::new(Ride::of(day, &groups[group])));
        }
    }
    problem.origin = order;
    meet_partners(&mut problem);
    lay_out(&mut problem, day, &places);
    let bonds = Bonds::of(day, grouping, &problem.origin);
    set_hopeless_aside(&mut problem, &bonds);
    number_again(&mut problem, (day, grouping), station);
    problem.engine = engine(&problem);
    problem
}

/// Where stops are, in this order.
fn locations(order: &[u32], groups: &[StopGroup], places: &mut Places) -> Vec<u32> {
    let location = |&g: &u32| places.index_of(&groups[g as usize].place);
    order.iter().map(location).collect()
}

/// Notes whether something is collected or loaded on the way.
fn look_along_the_way(problem: &mut Problem, groups: &[StopGroup], reloading: bool) {
    problem.paired = groups.iter().any(|stop| stop.collects);
    let returns = groups.iter().any(|stop| stop.pickups != Load::ZERO);
    problem.carries = problem.paired || reloading || returns;
}

/// What routes pay for more than a fair share, and providers' routes that are not driven cost.
fn price_work(problem: &mut Problem, day: &ServiceDay, scale: &Scale, due: &[(u32, Money)]) {
    problem.shares = Shares::of(day, scale);
    problem.promised = Promised {
        least: due.iter().map(|due| due.0).collect(),
        price: due.iter().map(|due| scale.cost(due.1)).collect(),
    };
}

/// What legs take longer in some hours.
fn hours(day: &ServiceDay, model: Option<&dyn TravelModel>, kinds: &[VehicleKind]) -> Hours {
    match (model, day.travel().traffic()) {
        (Some(model), _) if model.is_timed() => Hours::Model,
        (None, Some(traffic)) => {
            let roads = |&kind| Roads::new(traffic, kind);
            Hours::Roads(kinds.iter().map(roads).collect())
        }
        _ => Hours::Same,
    }
}

/// Block after block; stops without coordinates last, by postal code.
fn order(day: &ServiceDay, grouping: &Grouping, zoning: &Zoning) -> Vec<u32> {
    if let TravelSpec::Plane(plane) = day.travel().free() {
        return along_curve(plane, grouping);
    }
    let mut order: Vec<u32> = zoning
        .blocks()
        .iter()
        .flat_map(|block| block.stops.iter().copied())
        .collect();
    if order.len() < grouping.stops().len() {
        let nowhere = |&s: &u32| zoning.block_of(s as usize).is_none();
        let groups = zip_groups(grouping).into_iter();
        order.extend(groups.flat_map(|g| g.stops).filter(nowhere));
    }
    order
}

fn areas(day: &ServiceDay, zoning: &Zoning, order: &[u32], scale: &Scale) -> Areas {
    if zoning.blocks().is_empty() {
        return Areas::default();
    }
    let block = |&s: &u32| zoning.block_of(s as usize).unwrap_or(NOWHERE);
    let (reentry, change) = match day.zone_policy() {
        ZonePolicy::Priced {
            block_reentry,
            zone_change,
        } => (scale.cost(block_reentry), scale.cost(zone_change)),
        ZonePolicy::Free | ZonePolicy::Hard => (0, 0),
    };
    Areas {
        block: order.iter().map(block).collect(),
        zone: zoning.blocks().iter().map(|b| b.zone).collect(),
        reentry,
        change,
        hard: day.zone_policy() == ZonePolicy::Hard,
        most_zones: day.most_zones(),
    }
}

/// Where one type limits a dimension and another does not, the unlimited one gets
/// the sum of all loads, so that packed lanes stay exact.
fn lift_capacities(problem: &mut Problem, groups: &[StopGroup]) {
    for d in 0..DIMENSIONS {
        if problem.types.iter().any(|t| t.capacity[d].is_some()) {
            let total: u64 = groups.iter().map(|g| amounts(g.load)[d]).sum();
            for kind in &mut problem.types {
                kind.capacity[d].get_or_insert(total);
            }
        }
    }
    let largest = |d: usize| {
        let limits = problem.types.iter().filter_map(|t| t.capacity[d]);
        let total: u64 = groups.iter().map(|g| amounts(g.load)[d]).sum();
        // More room than all loads together needs no lane of its own.
        limits.max().map(|most| most.min(total.max(1)))
    };
    problem.layout = LaneLayout::new([largest(0), largest(1), largest(2)]);
}

fn add_stop(
    problem: &mut Problem,
    group: &StopGroup,
    location: u32,
    (access, goods, rooms): (u32, Goods, Rooms),
    scale: &Scale,
) {
    let first = index(problem.windows.len());
    problem.windows.extend(group.windows.iter().map(|w| Window {
        open: time(w.earliest().millis()),
        close: time(w.latest().millis()),
    }));
    if group.windows.is_empty() {
        // Never open: the stop becomes hopeless, with that as its reason.
        problem.windows.push(Window {
            open: HORIZON,
            close: Time::MIN / 4,
        });
    }
    let load = amounts(group.load);
    let size = (0..DIMENSIONS)
        .map(|d| {
            let most = problem.types.iter().filter_map(|t| t.capacity[d]).max();
            most.map_or(0, |m| (load[d].min(1 << 40) << 20) / m.max(1))
        })
        .sum();
    problem.stops.push(StopData {
        location,
        service: time(group.service.millis()),
        windows: (first, index(problem.windows.len())),
        load,
        size,
        price: match group.price {
            // What leaving it out costs is said at its door.
            _ if group.collects => 0,
            Some(price) => scale.cost(price),
            None => scale.required(group.attempts),
        },
        required: group.price.is_none() && !group.collects,
        ready: group.ready.map_or(Time::MIN, |r| time(r.millis())),
        access,
        goods,
        rooms,
        dues: (0, 0),
        handling: 0,
        ride: None,
    });
}

/// What lateness at a stop costs: the promises of its packages, those of one instant together.
fn dues(day: &ServiceDay, group: &StopGroup, scale: &Scale) -> Vec<Due> {
    // Lateness is a matter of the door.
    let due = |p: u32| day.packages()[p as usize].due();
    let together = group
        .packages
        .iter()
        .filter(|_| group.walk.is_none() && !group.collects);
    let together = together.filter_map(|&p| Some((due(p)?, 0)));
    // Such halts are made only where all vehicles have the same service times.
    let vehicle = day.vehicles().first();
    let times = vehicle.map_or(day.service_times(), |v| day.service_times_of(v.kind()));
    let calls = group.calls(day, times);
    let doors = group.walk.iter().flat_map(|walk| &walk.doors).zip(calls);
    let apart = doors.flat_map(|(door, after)| {
        let packages = door.packages.iter();
        packages.filter_map(move |&p| Some((due(p)?, after.millis())))
    });
    let mut dues: Vec<Due> = together
        .chain(apart)
        .map(|(due, after)| Due {
            // Counted from the start of service, as all of the search does.
            after: time(due.by().millis() - after),
            rate: scale.rate(due.per_minute(), 60_000),
        })
        .filter(|due| due.rate > 0)
        .collect();
    dues.sort_unstable_by_key(|due| due.after);
    dues.dedup_by(|next, first| {
        let same = next.after == first.after;
        first.rate += if same { next.rate } else { 0 };
        same
    });
    dues
}

/// Takes out the stops that no vehicle could serve alone, each with what blocks
/// it in the vehicle that comes closest, and those that ride only with one of them.
fn set_hopeless_aside(problem: &mut Problem, bonds: &Bonds) {
    let mut keep = Vec::with_capacity(problem.stops.len());
    for s in 0..index(problem.stops.len()) {
        let mut closest = None;
        for kind in 0..index(problem.types.len()) {
            match evaluate::route(problem, kind, &alone(problem, s)) {
                Ok(_) => {
                    closest = None;
                    break;
                }
                Err(block) => closest = closest.max(Some((block.progress(), kind, block))),
            }
        }
        let served = closest.is_none() && !problem.types.is_empty();
        keep.push(served);
        if !served {
            let block = closest.map_or(Block::Access, |(_, _, block)| block);
            problem.hopeless.push((problem.origin[s as usize], block));
            problem.set_aside.push(problem.stops[s as usize].clone());
        }
    }
    let lost = |team: &&Vec<u32>| team.iter().any(|&s| !keep[s as usize]);
    let lost: Vec<&Vec<u32>> = bonds.teams().iter().filter(lost).collect();
    for &s in lost.into_iter().flatten() {
        if std::mem::replace(&mut keep[s as usize], false) {
            problem
                .hopeless
                .push((problem.origin[s as usize], Block::Team));
            problem.set_aside.push(problem.stops[s as usize].clone());
        }
    }
    retain(&mut problem.stops, &keep);
    retain(&mut problem.origin, &keep);
    retain(&mut problem.xy, &keep);
    retain(&mut problem.areas.block, &keep);
}

/// Tells stops of one package each other's numbers, now that those without a chance are out.
fn number_again(
    problem: &mut Problem,
    (day, grouping): (&ServiceDay, &Grouping),
    station: Option<u32>,
) {
    meet_partners(problem);
    problem.options = Options::of(day, grouping, problem);
    problem.bonds = Bonds::of(day, grouping, &problem.origin);
    options::settle_hopeless(problem, grouping.stops());
    // Behind all stops that are numbered.
    reloads::add(problem, day, station);
}

/// A stop by itself, or with its partner.
fn alone(problem: &Problem, s: u32) -> Vec<u32> {
    let stop = &problem.stops[s as usize];
    match (stop.partner(), &stop.ride) {
        (ALONE, _) | (_, None) => vec![s],
        (partner, Some(ride)) if ride.collects => vec![s, partner],
        (partner, _) => vec![partner, s],
    }
}

/// Tells the stops of packages that are collected on the way each other's numbers.
fn meet_partners(problem: &mut Problem) {
    if !problem.paired {
        return;
    }
    let known: BTreeMap<u32, u32> = (0..)
        .zip(&problem.origin)
        .map(|(s, &group)| (group, s))
        .collect();
    let rides = problem.stops.iter_mut().filter_map(|s| s.ride.as_mut());
    for ride in rides {
        ride.partner = known.get(&ride.partner_group).copied().unwrap_or(ALONE);
    }
}

pub(super) fn retain<T>(list: &mut Vec<T>, keep: &[bool]) {
    let mut flags = keep.iter();
    list.retain(|_| flags.next().copied().unwrap_or(false));
}

fn engine(problem: &Problem) -> Engine {
    let open = problem.types.iter().map(|t| t.shift.open).min();
    let close = problem.types.iter().map(|t| t.shift.close).max();
    let timeless = problem.travel.timeless()
        && !problem.reloading()
        && problem
            .types
            .iter()
            .all(|t| t.rates.duty == 0 && t.pauses.is_empty())
        && problem.dues.is_empty()
        && !problem.handling.differs()
        && problem.shares.per_ms == 0
        && (0..index(problem.stops.len())).all(|s| {
            let stop = &problem.stops[s as usize];
            let windows = problem.windows_of(s);
            stop.service == 0
                && stop.ready == Time::MIN
                && windows.len() == 1
                && Some(windows[0].open) <= open
                && Some(windows[0].close) >= close
        });
    if problem.layout.bits() > u64::BITS {
        Engine::Wide
    } else if timeless {
        Engine::Capacity
    } else {
        Engine::Timed
    }
}

/// Milliseconds cut to the horizon: nothing beyond it can be reached anyway.
pub(super) fn time(millis: i64) -> Time {
    let cut = millis.clamp(0, i64::from(HORIZON));
    Time::try_from(cut).expect("clamped to the horizon")
}

pub(super) fn limits(capacity: Capacity) -> [Option<u64>; DIMENSIONS] {
    [
        capacity.count.map(u64::from),
        capacity.volume_cm3,
        capacity.weight_g,
    ]
}

pub(super) fn amounts(load: Load) -> [u64; DIMENSIONS] {
    [u64::from(load.count), load.volume_cm3, load.weight_g]
}

/// Cost of an amount of money in the problem's unit.
pub(super) fn to_cost(money: Money, units_per_currency: i64) -> i64 {
    let cost = i128::from(money.millicents()) * i128::from(units_per_currency) / 100_000;
    i64::try_from(cost).unwrap_or(i64::MAX)
}
