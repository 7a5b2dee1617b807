//! A task's own little problem: some routes' stops with dense local numbers, the
//! legs between them in one table, and the neighbours that lie inside.

use crate::problem::areas::NOWHERE;
use crate::problem::bonds::Bonds;
use crate::problem::goods::Goods;
use crate::problem::hours::HourlyLeg;
use crate::problem::lanes::{Lanes, RawLoad};
use crate::problem::options::Options;
use crate::problem::promised::Promised;
use crate::problem::reloads::Reloading;
use crate::problem::rooms::Rooms;
use crate::problem::shares::Shares;
use crate::problem::time::{HORIZON, Time, Window};
use crate::problem::timetable::Due;
use crate::problem::travel::{CompiledTravel, Leg};
use crate::problem::{Cost, FORBIDDEN, Groups, Problem, Rates, VehicleType, index};

use super::rides::{self, Rides};

/// A number that is no stop, route or position.
pub(crate) const NONE: u32 = u32::MAX;

/// Up to this many columns the legs stand in a table; 3,000 are 72 MB. Beyond
/// it they are computed at each use.
const TABLE_LIMIT: usize = 3_000;

/// A stop of the task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubStop<L> {
    /// Packed load.
    pub(crate) load: L,
    /// Cost of leaving it out.
    pub(crate) price: Cost,
    /// Whether leaving it out is a defeat.
    pub(crate) required: bool,
    /// Order of size for recreate's "largest first".
    pub(crate) size: u64,
    /// First opening, last closing.
    pub(crate) span: Window,
    /// Milliseconds of service, where all kinds take the same; see [`Sub::service`].
    pub(crate) service: Time,
    /// Row of the problem's table of services.
    pub(crate) handling: u32,
    /// The route leaves no earlier.
    pub(crate) ready: Time,
    /// Index into [`Sub::choices`], or [`NONE`] for a single window.
    pub(crate) choice: u32,
    /// What it takes of each compartment.
    pub(crate) rooms: Rooms,
    /// Classes of goods.
    pub(crate) goods: Goods,
    /// Row of the problem's access table.
    pub(crate) access: u32,
    /// Range of what its lateness costs, see [`Sub::dues`].
    pub(crate) dues: (u32, u32),
}

impl<L> SubStop<L> {
    /// Whether lateness has a price.
    #[inline(always)]
    pub(crate) fn is_due(&self) -> bool {
        self.dues.0 < self.dues.1
    }
}

/// A vehicle type as the task sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubKind<L> {
    /// Offset of the profile's table.
    pub(crate) profile: u32,
    /// Columns of the start and the end location.
    pub(crate) start: u32,
    /// See `start`.
    pub(crate) end: u32,
    /// When it may be out.
    pub(crate) shift: Window,
    /// Longest duty.
    pub(crate) max_duty: Time,
    pub(crate) leave_by: Time,
    /// Longest driving and longest way, see [`VehicleType`](crate::problem::VehicleType).
    pub(crate) max_driving: i64,
    /// See `max_driving`.
    pub(crate) range: i64,
    /// What each compartment holds.
    pub(crate) rooms: Rooms,
    /// Guarded capacity.
    pub(crate) capacity: L,
    /// Prices.
    pub(crate) rates: Rates,
    /// Indices into [`Sub::caps`], or [`NONE`].
    pub(crate) groups: Groups,
    /// How it loads again.
    pub(crate) reloading: Reloading,
}

impl<L> SubKind<L> {
    /// Whether it may go so many millimetres in so many milliseconds of driving.
    #[inline(always)]
    pub(crate) fn goes(&self, distance: i64, driving: i64) -> bool {
        distance <= self.range && driving <= self.max_driving
    }
}

/// The stops, vehicles and legs of one task. Immutable.
#[derive(Debug)]
pub(crate) struct Sub<'p, L> {
    /// The whole problem.
    pub(crate) problem: &'p Problem,
    /// Stops by local number.
    pub(crate) stops: Vec<SubStop<L>>,
    /// The problem's number of each local stop.
    pub(crate) global: Vec<u32>,
    /// Windows of the stops with several.
    pub(crate) choices: Vec<Vec<Window>>,
    /// Vehicle types, numbered as in the problem.
    pub(crate) kinds: Vec<SubKind<L>>,
    /// Type of each route slot: the routes given, then idle vehicles.
    pub(crate) slots: Vec<u32>,
    /// Guard bits.
    pub(crate) guards: L,
    /// Whether durations matter (cost, limit or ready times), so that positions
    /// keep the whole triple and not only the two scalars of feasibility.
    pub(crate) durations: bool,
    /// Whether legs cost the same both ways.
    pub(crate) symmetric: bool,
    /// Whether any stop has a ready time.
    pub(crate) releases: bool,
    /// Whether any vehicle type limits driving or distance.
    pub(crate) limited: bool,
    /// Whether any stop has a price on lateness, any vehicle type a break, or any leg its hours.
    pub(crate) scheduled: bool,
    /// Whether some leg takes longer in some hours.
    pub(crate) hourly: bool,
    /// Whether stops take some kinds of vehicles longer than others.
    pub(crate) by_kind: bool,
    /// Whether loads are looked at along the way; `load` and `rooms` of stops are then what a
    /// vehicle leaves with.
    pub(crate) carries: bool,
    /// Whether some packages are collected on the way to their doors.
    pub(crate) paired: bool,
    /// The first reload, behind all other stops; their number where there is none.
    pub(crate) first_reload: u32,
    /// Whether any vehicle may reload.
    pub(crate) reloading: bool,
    /// By how much the way round may be shorter than the way, where that is known.
    pub(crate) roundabout: Option<Time>,
    /// What stops do to what is on board, where `carries`.
    pub(crate) rides: Rides,
    /// Whether any vehicle type has a compartment.
    pub(crate) compartments: bool,
    /// Whether some goods may not share a route.
    pub(crate) apart: bool,
    /// Whether any stop is barred from any vehicle type.
    pub(crate) barred: bool,
    /// Whether serving some stop costs more in some vehicle type.
    pub(crate) surcharged: bool,
    /// Whether routes pay for their blocks and zones, or keep to few zones.
    pub(crate) zoned: bool,
    /// Stops that are alternatives of one package.
    pub(crate) options: Options,
    /// Stops that ride together or apart, and whether there are any.
    pub(crate) bonds: Bonds,
    pub(crate) bonded: bool,
    /// What routes pay for more than their fair share, and whether they do.
    pub(crate) shares: Shares,
    pub(crate) shared: bool,
    /// The most vehicles used of each group of types; empty when none is capped.
    pub(crate) caps: Vec<u32>,
    /// The fewest that should be.
    pub(crate) promised: Promised,
    /// The stops of each stop's block in this task, a range of local numbers;
    /// empty where `zoned` is off.
    mates: Vec<(u32, u32)>,
    /// A bit for the zone of each stop; empty where zones are not counted or are too many for
    /// a word.
    zone_bits: Vec<u64>,
    neighbour_start: Vec<u32>,
    neighbour_list: Vec<u32>,
    table: LegTable,
    columns: Vec<u32>,
}

#[derive(Debug)]
struct LegTable {
    /// Columns of a row; 0 when legs are computed at each use.
    stride: usize,
    out: Vec<Leg>,
    /// Transposed copy where directions differ, so that an insertion reads two
    /// rows of the inserted stop and no column.
    into: Vec<Leg>,
}

/// What a task is made of.
#[derive(Debug)]
pub(crate) struct Membership<'a> {
    /// The problem's numbers of the stops, in local order.
    pub(crate) stops: &'a [u32],
    /// Local number of each stop of the problem; valid where `task_of` says so.
    pub(crate) local_of: &'a [u32],
    /// Task of each stop of the problem.
    pub(crate) task_of: &'a [u32],
    /// This task.
    pub(crate) task: u32,
    /// Vehicle type of each route slot.
    pub(crate) slots: Vec<u32>,
    /// The most vehicles used of each group of types.
    pub(crate) caps: Vec<u32>,
    /// The fewest that should be.
    pub(crate) least: Vec<u32>,
    /// Free slots of lockers.
    pub(crate) lockers: Vec<u32>,
}

impl<'p, L: Lanes> Sub<'p, L> {
    /// Compiles a task. O(stops squared) legs up to the table limit.
    /// `table` is a buffer of an earlier task, or empty.
    pub(crate) fn new(
        problem: &'p Problem,
        member: &Membership<'_>,
        table: Vec<Leg>,
    ) -> Sub<'p, L> {
        let mut columns: Vec<u32> = member
            .stops
            .iter()
            .map(|&s| problem.stops[s as usize].location)
            .collect();
        let kinds = kinds(problem, &mut columns);
        let mut choices = Vec::new();
        let stops: Vec<SubStop<L>> = member
            .stops
            .iter()
            .map(|&s| sub_stop(problem, s, &mut choices))
            .collect();
        let (neighbour_start, neighbour_list) = neighbours(problem, member);
        let releases = stops.iter().any(|s| s.ready > Time::MIN);
        let apart = stops.iter().any(|s| s.goods != Goods::NONE);
        let pauses = problem.types.iter().any(|t| !t.pauses.is_empty());
        let hourly = problem.is_hourly();
        let reloading = problem.reloading();
        let durations = releases
            || reloading
            || hourly
            || pauses
            || kinds
                .iter()
                .any(|k: &SubKind<L>| k.rates.duty != 0 || k.max_duty < HORIZON)
            || problem.shares.per_ms != 0;
        Sub {
            problem,
            table: LegTable::new(&problem.travel, &kinds, &columns, table),
            columns,
            stops,
            global: member.stops.to_vec(),
            choices,
            kinds,
            slots: member.slots.clone(),
            guards: L::guards(&problem.layout),
            durations,
            symmetric: problem.travel.symmetric(),
            releases,
            scheduled: pauses || hourly || !problem.dues.is_empty(),
            hourly,
            carries: problem.carries,
            paired: problem.paired,
            first_reload: index(member.stops.partition_point(|&s| !problem.is_reload(s))),
            reloading,
            roundabout: rides::roundabout(problem),
            rides: Rides::new(problem, member),
            limited: problem.types.iter().any(VehicleType::limits_way),
            apart,
            by_kind: problem.handling.differs(),
            compartments: rides::compartments(&problem.types),
            barred: problem.access.contains(&FORBIDDEN),
            surcharged: problem.access.iter().any(|&c| c != 0 && c != FORBIDDEN),
            zoned: problem.areas.count(),
            options: (problem.options).within(
                member.stops,
                member.local_of,
                member.lockers.clone(),
            ),
            bonds: problem.bonds.within(member.stops, member.local_of),
            bonded: problem.bonds.any(),
            shares: problem.shares,
            shared: problem.shares.count(),
            caps: member.caps.clone(),
            promised: problem.promised.of(&member.least),
            mates: mates(problem, member.stops),
            zone_bits: zone_bits(problem, member.stops),
            neighbour_start,
            neighbour_list,
        }
    }

    /// The table's memory, for the next task.
    pub(crate) fn into_table(self) -> Vec<Leg> {
        self.table.out
    }

    /// What leaving out everything costs: stops of one package count once.
    pub(crate) fn prices_of_all(&self) -> Cost {
        let heads = (0..).zip(&self.stops);
        let heads = heads.filter(|(s, _)| self.options.is_head(*s));
        heads.map(|(_, stop)| stop.price).sum()
    }

    /// Number of stops.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.stops.len()
    }

    /// Whether a stop is a reload.
    #[inline(always)]
    pub(crate) fn is_reload(&self, stop: u32) -> bool {
        stop >= self.first_reload
    }

    /// Neighbours of a stop inside the task, nearest first.
    #[inline]
    pub(crate) fn neighbours(&self, stop: u32) -> &[u32] {
        let s = stop as usize;
        &self.neighbour_list[self.neighbour_start[s] as usize..self.neighbour_start[s + 1] as usize]
    }

    /// A leg between columns that takes `free` on free roads, where the hour decides.
    pub(crate) fn hourly_leg(&self, profile: u32, ends: [u32; 2], free: Time) -> HourlyLeg<'p> {
        HourlyLeg {
            problem: self.problem,
            profile,
            ends: ends.map(|column| self.columns[column as usize]),
            free,
        }
    }

    /// Location of a stop, by the problem's number.
    pub(crate) fn location(&self, stop: u32) -> u32 {
        self.columns[stop as usize]
    }

    /// Load of a stop before packing.
    pub(crate) fn raw_load(&self, stop: u32) -> RawLoad {
        self.problem.stops[self.global[stop as usize] as usize].load
    }

    /// The leg from column `from` to column `to`; best where `from` is the one
    /// that stays the same over many calls.
    #[inline(always)]
    pub(crate) fn leg(&self, profile: u32, from: u32, to: u32) -> Leg {
        let stride = self.table.stride;
        if stride > 0 {
            self.table.out[(profile as usize * stride + from as usize) * stride + to as usize]
        } else {
            self.live(profile, from, to)
        }
    }

    /// As [`Sub::leg`], best where `to` is the one that stays the same.
    #[inline(always)]
    pub(crate) fn leg_into(&self, profile: u32, from: u32, to: u32) -> Leg {
        let stride = self.table.stride;
        if stride == 0 {
            return self.live(profile, from, to);
        }
        let cell = (profile as usize * stride + to as usize) * stride + from as usize;
        if self.table.into.is_empty() {
            self.table.out[cell]
        } else {
            self.table.into[cell]
        }
    }

    /// The legs of a stop to it and from it, by column; None where legs are not in a
    /// table.
    #[inline(always)]
    pub(crate) fn rows(&self, profile: u32, stop: u32) -> Option<[&[Leg]; 2]> {
        let stride = self.table.stride;
        if stride == 0 {
            return None;
        }
        let first = (profile as usize * stride + stop as usize) * stride;
        let row = first..first + stride;
        let from = &self.table.out[row.clone()];
        let into = &self.table.into;
        Some([if into.is_empty() { from } else { &into[row] }, from])
    }

    #[inline(never)]
    fn live(&self, profile: u32, from: u32, to: u32) -> Leg {
        let (a, b) = (self.columns[from as usize], self.columns[to as usize]);
        self.problem.travel.leg(profile, a, b)
    }

    /// The stops of a stop's block in this task, itself among them.
    #[inline]
    pub(crate) fn mates(&self, stop: u32) -> std::ops::Range<u32> {
        let (from, to) = self.mates[stop as usize];
        from..to
    }

    /// The bit of the zone of a stop among those of the task; none where the stop is in no zone,
    /// and where [`Sub::has_zone_bits`] says no.
    #[inline]
    pub(crate) fn zone_bit(&self, stop: u32) -> u64 {
        self.zone_bits.get(stop as usize).copied().unwrap_or(0)
    }

    /// Whether zones are counted by bits.
    #[inline]
    pub(crate) fn has_zone_bits(&self) -> bool {
        !self.zone_bits.is_empty()
    }

    /// What it costs more that a vehicle type serves a stop, or [`FORBIDDEN`].
    #[inline]
    pub(crate) fn access(&self, kind: u32, stop: u32) -> Cost {
        let row = self.stops[stop as usize].access as usize;
        self.problem.access[row * self.kinds.len() + kind as usize]
    }

    /// Milliseconds of service of a stop by a vehicle of a profile.
    #[inline(always)]
    pub(crate) fn service(&self, profile: u32, stop: &SubStop<L>) -> Time {
        if self.by_kind {
            self.problem.handling.at(stop.handling, profile)
        } else {
            stop.service
        }
    }

    /// What lateness at a stop costs.
    #[inline]
    pub(crate) fn dues(&self, stop: &SubStop<L>) -> &'p [Due] {
        &self.problem.dues[stop.dues.0 as usize..stop.dues.1 as usize]
    }

    /// Windows of a stop, at least one.
    #[inline]
    pub(crate) fn windows<'s>(&'s self, stop: &'s SubStop<L>) -> &'s [Window] {
        match stop.choice {
            NONE => std::slice::from_ref(&stop.span),
            choice => &self.choices[choice as usize],
        }
    }
}

impl LegTable {
    /// Fills `out`, a buffer of an earlier task.
    fn new<L>(
        travel: &CompiledTravel,
        kinds: &[SubKind<L>],
        columns: &[u32],
        mut out: Vec<Leg>,
    ) -> LegTable {
        let stride = columns.len();
        let profiles = kinds
            .iter()
            .map(|k| k.profile as usize + 1)
            .max()
            .unwrap_or(0);
        if stride > TABLE_LIMIT {
            return LegTable {
                stride: 0,
                out: Vec::new(),
                into: Vec::new(),
            };
        }
        out.resize(profiles * stride * stride, Leg::default());
        for profile in 0..profiles {
            let block = &mut out[profile * stride * stride..(profile + 1) * stride * stride];
            travel.table(index(profile), columns, block);
        }
        let into = if travel.symmetric() {
            Vec::new()
        } else {
            transposed(&out, profiles, stride)
        };
        LegTable { stride, out, into }
    }
}

fn transposed(out: &[Leg], profiles: usize, stride: usize) -> Vec<Leg> {
    let mut into = vec![Leg::default(); out.len()];
    for profile in 0..profiles {
        let base = profile * stride * stride;
        for from in 0..stride {
            for to in 0..stride {
                into[base + to * stride + from] = out[base + from * stride + to];
            }
        }
    }
    into
}

/// Vehicle types with their start and end as columns behind the stops.
fn kinds<L: Lanes>(problem: &Problem, columns: &mut Vec<u32>) -> Vec<SubKind<L>> {
    let first = columns.len();
    let mut column = |location: u32| {
        let known = columns[first..].iter().position(|&c| c == location);
        index(
            first
                + known.unwrap_or_else(|| {
                    columns.push(location);
                    columns.len() - 1 - first
                }),
        )
    };
    problem
        .types
        .iter()
        .map(|kind| SubKind {
            profile: kind.profile,
            start: column(kind.start),
            end: column(kind.end),
            shift: kind.shift,
            leave_by: kind.latest_start(kind.shift.close),
            max_duty: kind.max_duty,
            max_driving: kind.max_driving,
            range: kind.range,
            rooms: kind.rooms,
            capacity: L::capacity(&problem.layout, kind.capacity),
            rates: kind.rates,
            groups: kind.groups,
            reloading: kind.reloading,
        })
        .collect()
}

/// Runs of stops of one block: the numbering keeps them together.
fn mates(problem: &Problem, stops: &[u32]) -> Vec<(u32, u32)> {
    if !problem.areas.count() {
        return Vec::new();
    }
    let block = |local: usize| problem.areas.block_of(stops[local]);
    let mut mates = Vec::with_capacity(stops.len());
    while mates.len() < stops.len() {
        let first = mates.len();
        let run = (first..stops.len()).take_while(|&s| block(s) == block(first));
        let range = match block(first) {
            NOWHERE => (0, 0),
            _ => (index(first), index(first + run.clone().count())),
        };
        mates.extend(run.map(|_| range));
    }
    mates
}

/// A bit for the zone of each stop where routes keep to a number of zones; none where the task
/// has more zones than bits.
fn zone_bits(problem: &Problem, stops: &[u32]) -> Vec<u64> {
    let areas = &problem.areas;
    if areas.most_zones.is_none() {
        return Vec::new();
    }
    let mut zones: Vec<u32> = Vec::new();
    let mut bits = Vec::with_capacity(stops.len());
    for &stop in stops {
        let zone = areas.zone_of(areas.block_of(stop));
        let known = zones.iter().position(|&z| z == zone);
        bits.push(match known {
            _ if zone == NOWHERE => 0,
            Some(number) => 1 << number,
            None if zones.len() == 64 => return Vec::new(),
            None => {
                zones.push(zone);
                1 << (zones.len() - 1)
            }
        });
    }
    bits
}

fn sub_stop<L: Lanes>(problem: &Problem, s: u32, choices: &mut Vec<Vec<Window>>) -> SubStop<L> {
    let stop = &problem.stops[s as usize];
    let (load, rooms) = rides::at_departure(problem, s);
    let windows = problem.windows_of(s);
    let (first, last) = (windows[0], windows[windows.len() - 1]);
    let choice = if windows.len() == 1 {
        NONE
    } else {
        choices.push(windows.to_vec());
        index(choices.len() - 1)
    };
    SubStop {
        load: L::pack(&problem.layout, load),
        price: stop.price,
        required: stop.required,
        size: problem.size_of(s),
        span: Window {
            open: first.open,
            close: last.close,
        },
        service: stop.service,
        handling: stop.handling,
        ready: stop.ready,
        choice,
        goods: stop.goods,
        rooms,
        access: stop.access,
        dues: stop.dues,
    }
}

fn neighbours(problem: &Problem, member: &Membership<'_>) -> (Vec<u32>, Vec<u32>) {
    let mut start = Vec::with_capacity(member.stops.len() + 1);
    let mut list = Vec::new();
    start.push(0);
    for &s in member.stops {
        list.extend(
            problem
                .neighbours
                .of(s)
                .iter()
                .filter(|&&t| member.task_of[t as usize] == member.task)
                .map(|&t| member.local_of[t as usize]),
        );
        start.push(index(list.len()));
    }
    (start, list)
}
