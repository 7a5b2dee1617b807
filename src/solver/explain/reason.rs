//! Why a package is left: the rule that blocks it, in numbers.

use std::collections::BTreeMap;

use crate::model::{GroupId, Package, PackageKind, ServiceDay, Temperature, Vehicle};
use crate::plan::{Dimension, Reason};
use crate::problem::{FORBIDDEN, Solution, StopData, evaluate::Block};
use crate::sortation::StopGroup;
use crate::units::{Meters, Span, TimeOfDay};

use super::fleet::{beyond_radius, lacking, no_compartment};
use super::no_room;
use crate::solver::CompiledDay;

/// Stops on no route, by their index in the grouping, each with a reason; `tried` says of each
/// stop of the problem whether it was tried in place of others as well.
pub(in crate::solver) fn unserved(
    compiled: &CompiledDay,
    solution: &Solution,
    tried: &[bool],
) -> Vec<(u32, Reason)> {
    let (problem, lost) = (&compiled.problem, lost(compiled));
    let hopeless = problem.hopeless.iter().zip(&problem.set_aside).map(
        |(&(group, block), data)| match block {
            Block::Team => (group, without_mate(compiled, &lost, group)),
            block => (group, alone(compiled, (group, data), block)),
        },
    );
    let left = solution.bank.iter().map(|&s| {
        let group = problem.origin[s as usize];
        let team = problem.bonds.team(s);
        let torn = team.and_then(|team| torn(compiled, team, group));
        (group, torn.unwrap_or_else(|| no_room(tried, s)))
    });
    let mut all: Vec<(u32, Reason)> = hopeless.chain(left).collect();
    all.sort_by_key(|(group, _)| *group);
    all
}

/// The group with which the packages of a stop ride.
fn group_of(compiled: &CompiledDay, stop: u32) -> Option<&GroupId> {
    let packages = &compiled.grouping.stops()[stop as usize].packages;
    let packages = packages
        .iter()
        .map(|&p| &compiled.day.packages()[p as usize]);
    packages.into_iter().find_map(Package::together)
}

/// Of a stop of a team that found no route.
fn torn(compiled: &CompiledDay, team: &[u32], stop: u32) -> Option<Reason> {
    let group = group_of(compiled, stop)?;
    let (groups, origin) = (compiled.grouping.stops(), &compiled.problem.origin);
    let stops = team.iter().map(|&s| &groups[origin[s as usize] as usize]);
    let packages = stops.flat_map(|stop| &stop.packages);
    let of_it = |p: &&u32| compiled.day.packages()[**p as usize].together() == Some(group);
    Some(Reason::NotTogether {
        group: group.clone(),
        packages: u32::try_from(packages.filter(of_it).count()).unwrap_or(u32::MAX),
    })
}

/// The first stop of each group that no vehicle could serve.
type Lost<'a> = BTreeMap<&'a GroupId, (u32, &'a StopData, Block)>;

fn lost(compiled: &CompiledDay) -> Lost<'_> {
    let problem = &compiled.problem;
    let mut lost = Lost::new();
    for (&(stop, block), data) in problem.hopeless.iter().zip(&problem.set_aside) {
        if block == Block::Team {
            continue;
        }
        if let Some(group) = group_of(compiled, stop) {
            let known = lost.entry(group).or_insert((stop, data, block));
            if stop < known.0 {
                *known = (stop, data, block);
            }
        }
    }
    lost
}

/// Of a stop that rides only with one that no vehicle could serve: one of its own group, or one that
/// a given stop binds that to.
fn without_mate(compiled: &CompiledDay, lost: &Lost<'_>, stop: u32) -> Reason {
    let own = group_of(compiled, stop).and_then(|group| lost.get_key_value(group));
    let Some((group, &(other, data, block))) = own.or_else(|| lost.first_key_value()) else {
        return Reason::NoRoom;
    };
    let first = compiled.grouping.stops()[other as usize].packages[0];
    Reason::RidesWith {
        package: compiled.day.packages()[first as usize].id().clone(),
        group: (*group).clone(),
        because: Box::new(alone(compiled, (other, data), block)),
    }
}

/// Why no vehicle could serve a stop even with nothing else to do.
fn alone(compiled: &CompiledDay, (group, data): (u32, &StopData), block: Block) -> Reason {
    let stop = &compiled.grouping.stops()[group as usize];
    if compiled.day.vehicles().is_empty() {
        return Reason::NoVehicle;
    }
    let mut because = blocked(compiled, (stop, data), block);
    if stop.partner.is_some() {
        because = Reason::CollectedFirst {
            because: Box::new(because),
        };
    }
    match &stop.pin {
        Some(vehicle) => Reason::PinnedVehicle {
            vehicle: vehicle.clone(),
            because: Box::new(because),
        },
        None => because,
    }
}

fn blocked(compiled: &CompiledDay, (stop, data): (&StopGroup, &StopData), block: Block) -> Reason {
    let instant = |millis: i32| TimeOfDay::from_millis(i64::from(millis));
    match block {
        Block::Access => access(compiled, stop),
        // A route of its own leaves no zone and holds nothing else.
        Block::Zone if stop.partner.is_some() => Reason::TwoZones,
        Block::Zone | Block::Goods | Block::Pair | Block::Apart | Block::Team => Reason::NoRoom,
        Block::Load(dimension) => too_large(compiled, (stop, data), dimension),
        Block::Room(t, needs, _) => {
            let kinds = (0..).zip(&compiled.problem.types);
            let may = |kind| compiled.problem.access_of(kind, data) != FORBIDDEN;
            let eligible = kinds.filter(|&(kind, _)| may(kind));
            Reason::CompartmentTooSmall {
                temperature: Temperature::ALL[t],
                needs,
                largest: eligible.map(|(_, kind)| kind.rooms[t]).max().unwrap_or(0),
            }
        }
        Block::Window(..) if stop.windows.is_empty() => Reason::NoWindow,
        Block::Window(arrive, close) => Reason::WindowUnreachable {
            earliest_arrival: instant(arrive),
            window_end: instant(close),
        },
        Block::Shift(back, close) => Reason::OutOfReach {
            back: instant(back),
            shift_end: instant(close),
        },
        Block::Duty(needs, limit) => Reason::DutyTooLong {
            needs: Span::from_millis(i64::from(needs)),
            limit: Span::from_millis(i64::from(limit)),
        },
        Block::Pauses => Reason::NoTimeForBreaks,
        Block::Hours(free) => Reason::TrafficTooSlow {
            free: Span::from_millis(i64::from(free)),
        },
        Block::Driving(needs, limit) => Reason::DrivingTooLong {
            needs: Span::from_millis(needs),
            limit: Span::from_millis(limit),
        },
        Block::Range(needs, range) => Reason::RangeExceeded {
            needs: Meters::from_millimeters(needs),
            range: Meters::from_millimeters(range),
        },
    }
}

/// The postal code or the distance that is outside of a vehicle's territory or radius which has all
/// that the stop needs, else what is lacking.
fn access(compiled: &CompiledDay, stop: &StopGroup) -> Reason {
    let day = compiled.fleet();
    let able = (0..day.vehicles().len()).filter(|&v| able(stop, &day.vehicles()[v]));
    let (mut outside, mut lacks, mut reserved, mut left) = (None, None, false, false);
    let mut apart = None;
    let mut far: Option<(Meters, Meters)> = None;
    for v in able {
        let zips = stop.packages.iter();
        let mut zips = zips.map(|&p| day.packages()[p as usize].zip());
        let provider = day.vehicle_provider(v);
        if let Some(zip) = provider.and_then(|p| zips.find(|zip| !p.may_serve(zip))) {
            outside = outside.or(Some(zip));
        } else if let Some((away, radius)) = beyond_radius(day, stop, v) {
            if far.is_none_or(|known| away - radius < known.0 - known.1) {
                far = Some((away, radius));
            }
        } else if let Some(temperature) = no_compartment(day, stop, &day.vehicles()[v]) {
            lacks = Some(temperature);
        } else if day.vehicles()[v].under_way().is_some() && is_at_station(compiled, stop) {
            left = true;
        } else if let Some(group) = had(day, stop, v) {
            apart = apart.or(Some(group));
        } else {
            reserved = true;
        }
    }
    match (far, outside) {
        _ if lacks.is_some() => Reason::NoCompartment {
            temperature: lacks.unwrap_or_default(),
        },
        (Some((distance, radius)), _) => Reason::OutsideRadius { distance, radius },
        (None, Some(zip)) => Reason::OutsideTerritories { zip: zip.clone() },
        (None, None) if reserved => Reason::OnlyReserved,
        (None, None) if left => Reason::VehiclesLeft,
        (None, None) => match apart {
            Some(group) => Reason::OnlyApart {
                group: group.clone(),
            },
            None => missing(compiled, stop),
        },
    }
}

/// Whether something of a stop has to be loaded first.
fn is_at_station(compiled: &CompiledDay, stop: &StopGroup) -> bool {
    let kind = |&p: &u32| compiled.day.packages()[p as usize].kind();
    let mut kinds = stop.packages.iter().map(kind);
    stop.pin.is_none()
        && stop.partner.is_none()
        && kinds.any(|kind| kind != PackageKind::ReturnPickup)
}

/// Whether a vehicle has what a stop needs, and is the one it is pinned to.
/// A group of which a vehicle that is out has had a package, and takes none of the stop's.
fn had<'a>(day: &'a ServiceDay, stop: &StopGroup, v: usize) -> Option<&'a GroupId> {
    let out = day.vehicles()[v].under_way()?;
    let packages = stop.packages.iter().map(|&p| &day.packages()[p as usize]);
    let mut groups = packages.flat_map(Package::apart);
    groups.find(|group| out.apart().contains(group))
}

fn able(stop: &StopGroup, vehicle: &Vehicle) -> bool {
    lacking(stop, vehicle).next().is_none()
        && stop.pin.as_ref().is_none_or(|pin| pin == vehicle.id())
}

/// What the vehicle lacks that has most of what is needed.
fn missing(compiled: &CompiledDay, stop: &StopGroup) -> Reason {
    let may = compiled
        .fleet()
        .vehicles()
        .iter()
        .filter(|v| stop.pin.as_ref().is_none_or(|pin| pin == v.id()));
    let lists = may.map(|v| lacking(stop, v).collect::<Vec<_>>());
    let fewest = lists.filter(|l| !l.is_empty()).min_by_key(Vec::len);
    let mut any_of = fewest
        .and_then(|l| l.into_iter().next())
        .unwrap_or_default();
    match (any_of.len(), any_of.pop()) {
        (1, Some(capability)) => Reason::MissingCapability { capability },
        (_, last) => {
            any_of.extend(last);
            Reason::MissingAnyCapability { any_of }
        }
    }
}

fn too_large(
    compiled: &CompiledDay,
    (stop, data): (&StopGroup, &StopData),
    dimension: usize,
) -> Reason {
    let problem = &compiled.problem;
    let of = |load: crate::units::Load| match dimension {
        0 => u64::from(load.count),
        1 => load.volume_cm3,
        _ => load.weight_g,
    };
    let kinds = (0..).zip(&problem.types);
    let eligible = kinds.filter(|&(kind, _)| problem.access_of(kind, data) != FORBIDDEN);
    Reason::TooLarge {
        dimension: [Dimension::Count, Dimension::Volume, Dimension::Weight][dimension],
        needs: of(stop.load),
        largest: eligible
            .filter_map(|(_, kind)| kind.capacity[dimension])
            .max()
            .unwrap_or(0),
    }
}
