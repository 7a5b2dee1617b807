//! Whether doors make one halt: as far as limits, windows and time go.

use super::class::within_a_quarter;
use super::stop::{StopGroup, plus};
use super::tour::{MOST, Ways, shortest};
use crate::model::{ServiceDay, ServiceTimes, TimeWindow, Walking, meet};
use crate::travel::{UnitVector, meters, round_leg};
use crate::units::{Capacity, Load, Span, TimeOfDay};

/// A stop that may become a door of a halt.
#[derive(Debug)]
pub(super) struct Door<'a> {
    /// Its index among the stops.
    pub(super) stop: u32,
    pub(super) group: &'a StopGroup,
    pub(super) at: UnitVector,
    /// Where it lies on the curves.
    pub(super) keys: [u64; 2],
    /// Whether all packages state their own service time.
    stated: bool,
    /// Milliseconds of its hand-overs by each table.
    work: Vec<i64>,
    /// The earliest instant after which lateness has a price.
    due: Option<TimeOfDay>,
}

impl<'a> Door<'a> {
    pub(super) fn new(
        ground: &Ground<'_>,
        (stop, group): (u32, &'a StopGroup),
        (at, keys): (UnitVector, [u64; 2]),
    ) -> Self {
        let day = ground.day;
        let packages = group.packages.iter();
        let packages = packages.map(|&p| &day.packages()[p as usize]);
        let due = packages.clone().filter_map(crate::model::Package::due);
        let work = |times: &&ServiceTimes| group.hand_overs(day, times).millis();
        Self {
            stop,
            group,
            at,
            keys,
            stated: packages.clone().all(|p| p.service_time().is_some()),
            work: ground.tables.iter().map(work).collect(),
            due: due.map(|due| due.by()).min(),
        }
    }
}

/// Milliseconds inside sorted, disjoint windows.
fn open(windows: &[TimeWindow]) -> i64 {
    let lengths = windows
        .iter()
        .map(|w| w.latest().millis() - w.earliest().millis());
    lengths.sum()
}

/// What holds for all halts of a day.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) day: &'a ServiceDay,
    pub(super) walking: &'a Walking,
    /// The service times of the kinds of vehicles that the day has, each once.
    tables: Vec<&'a ServiceTimes>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(day: &'a ServiceDay, walking: &'a Walking) -> Self {
        let mut tables: Vec<&ServiceTimes> = Vec::new();
        let mut kinds: Vec<_> = day.vehicles().iter().map(|v| v.kind()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            let table = day.service_times_of(kind);
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        if tables.is_empty() {
            tables.push(day.service_times());
        }
        Self {
            day,
            walking,
            tables,
        }
    }

    /// Whether a door may be one of several. A price on lateness counts from the hand-over, whose
    /// distance from the start of the halt the search must know for every vehicle.
    pub(super) fn admits(&self, door: &Door<'_>) -> bool {
        door.due.is_none() || self.tables.len() == 1
    }

    /// Millimetres and milliseconds on foot.
    pub(super) fn way(&self, a: &Door<'_>, b: &Door<'_>) -> (i64, i64) {
        let straight = meters(&a.at, &b.at);
        round_leg(straight, self.walking.detour(), self.walking.speed())
    }

    /// Whether a way on foot is not too far.
    pub(super) fn near(&self, mm: i64) -> bool {
        mm <= self.walking.farthest().millimeters()
    }

    /// Milliseconds of parking for packages of which all, or not all, state their own time.
    fn parking(times: &ServiceTimes, stated: bool) -> i64 {
        let parking = if stated {
            times.stated_parking()
        } else {
            times.parking()
        };
        parking.millis()
    }
}

/// Doors that are served from one place where the vehicle stands.
#[derive(Clone, Debug)]
pub(super) struct Halt {
    /// In the order of the walk.
    pub(super) doors: Vec<u32>,
    /// Milliseconds on foot to each door; the first has the way back to it.
    pub(super) times: Vec<i64>,
    /// Millimetres of the whole walk.
    pub(super) mm: i64,
    /// When the halt may start, so that every hand-over begins in the windows of its door.
    pub(super) windows: Vec<TimeWindow>,
}

impl Halt {
    /// A door by itself.
    pub(super) fn alone(door: u32) -> Self {
        Self {
            doors: vec![door],
            times: vec![0],
            mm: 0,
            windows: Vec::new(),
        }
    }

    fn on_foot(&self) -> i64 {
        self.times.iter().sum()
    }
}

/// Doors of one class, postal code and choice of windows.
#[derive(Debug)]
pub(super) struct Bucket<'a> {
    pub(super) ground: &'a Ground<'a>,
    /// Along the first curve, those of one place by id.
    pub(super) doors: Vec<Door<'a>>,
    /// The largest vehicle that may come, if there is one.
    pub(super) largest: Option<Capacity>,
}

impl Bucket<'_> {
    /// The halt with one door more, if it keeps to all limits and takes less time than the halt and
    /// the door by themselves, whatever the vehicle.
    pub(super) fn with(&self, halt: &Halt, door: u32) -> Option<Halt> {
        let mut members = halt.doors.clone();
        members.push(door);
        // In one order, so that of equally short walks it is always the same one.
        members.sort_unstable();
        if !self.fits(&members) {
            return None;
        }
        let (ways, times) = self.ways(&members)?;
        let order = shortest(&ways, members.len());
        let next = order.iter().cycle().skip(1);
        let legs = || order.iter().zip(next.clone());
        let on_foot: i64 = legs().map(|(&a, &b)| times[a][b]).sum();
        if !self.pays(halt, door, on_foot) {
            return None;
        }
        let mm = legs().map(|(&a, &b)| ways[a][b]).sum();
        let stand = self.stand(&members)?;
        let at = order.iter().position(|&local| local == stand)?;
        let mut order = order;
        order.rotate_left(at);
        let mut back = order.clone();
        back[1..].reverse();
        if back[1] < order[1] {
            std::mem::swap(&mut order, &mut back);
        }
        let walks = [order, back];
        let walks = walks.map(|order| self.walk(&members, &order, (&times, mm)));
        let [one, two] = walks;
        let best = if open(&two.windows) > open(&one.windows) {
            two
        } else {
            one
        };
        // All have the same.
        let wide = 2 * open(&best.windows) >= open(&self.doors[door as usize].group.windows);
        (wide && !best.windows.is_empty() && self.prices_hold(&best)).then_some(best)
    }

    /// Whether one vehicle has room for the doors as for those of one address.
    fn fits(&self, members: &[u32]) -> bool {
        let Some(capacity) = self.largest else {
            return true;
        };
        let mut loads = members.iter().map(|&d| self.doors[d as usize].group.load);
        let sum = loads.try_fold(Load::ZERO, |sum, load| {
            within_a_quarter(sum, load, capacity)
        });
        sum.is_some()
    }

    /// Millimetres and milliseconds between doors; None when two are too far apart.
    fn ways(&self, members: &[u32]) -> Option<(Ways, Ways)> {
        let (mut mms, mut times) = (Ways::default(), Ways::default());
        for (i, &a) in members.iter().enumerate() {
            for (j, &b) in members.iter().enumerate().take(i) {
                let (mm, ms) = self
                    .ground
                    .way(&self.doors[a as usize], &self.doors[b as usize]);
                if !self.ground.near(mm) {
                    return None;
                }
                (mms[i][j], mms[j][i]) = (mm, mm);
                (times[i][j], times[j][i]) = (ms, ms);
            }
        }
        Some((mms, times))
    }

    /// Whether the walk takes less longer than the parking that it saves takes.
    fn pays(&self, halt: &Halt, door: u32, on_foot: i64) -> bool {
        let stated = |d: &u32| self.doors[*d as usize].stated;
        let (all, one) = (halt.doors.iter().all(stated), stated(&door));
        self.ground.tables.iter().all(|times| {
            let parking = |stated| Ground::parking(times, stated);
            let saved = parking(all) + parking(one) - parking(all && one);
            on_foot - halt.on_foot() < saved
        })
    }

    /// Where the vehicle stands. A closed walk is as long from each of its doors, so it is the one
    /// with the heaviest load, which is then not carried; among those the walker can carry the
    /// rest to.
    fn stand(&self, members: &[u32]) -> Option<usize> {
        let load = |local: usize| self.doors[members[local] as usize].group.load;
        let carried = |stand: usize| {
            let others = (0..members.len()).filter(|&local| local != stand);
            let sum = others.fold(Load::ZERO, |sum, local| plus(sum, load(local)));
            sum.fits(&self.ground.walking.carried())
        };
        let able = (0..members.len()).filter(|&local| carried(local));
        // The first of equals.
        able.rev().max_by_key(|&local| {
            let Load {
                count,
                volume_cm3,
                weight_g,
            } = load(local);
            (weight_g, volume_cm3, count)
        })
    }

    /// The walk in an order of the members.
    fn walk(&self, members: &[u32], order: &[usize], (times, mm): (&Ways, i64)) -> Halt {
        let before = order.iter().cycle().skip(order.len() - 1);
        let legs = before.zip(order).map(|(&a, &b)| times[a][b]);
        let mut halt = Halt {
            doors: order.iter().map(|&local| members[local]).collect(),
            times: legs.collect(),
            mm,
            windows: Vec::new(),
        };
        halt.windows = self.windows(&halt);
        halt
    }

    /// The instants at which a halt may start.
    fn windows(&self, halt: &Halt) -> Vec<TimeWindow> {
        let mut windows = vec![self.ground.day.delivery_hours()];
        for table in 0..self.ground.tables.len() {
            for (door, after) in self.calls(halt, table) {
                let shifted: Vec<TimeWindow> = (door.group.windows.iter())
                    .map(|w| {
                        let [a, b] = [w.earliest(), w.latest()];
                        let earlier = |t: TimeOfDay| TimeOfDay::from_millis(t.millis() - after);
                        TimeWindow::new(earlier(a), earlier(b))
                    })
                    .collect();
                windows = meet(&windows, &shifted);
            }
        }
        windows
    }

    /// The doors of a halt, each with the milliseconds from the start to its hand-over.
    fn calls<'h>(
        &'h self,
        halt: &'h Halt,
        table: usize,
    ) -> impl Iterator<Item = (&'h Door<'h>, i64)> {
        let doors = halt.doors.iter().map(|&d| &self.doors[d as usize]);
        let stated = doors.clone().all(|door| door.stated);
        let mut now = Ground::parking(self.ground.tables[table], stated);
        let first = halt.times.first().copied().unwrap_or(0);
        // The way to the first is the way back.
        now -= first;
        doors.zip(&halt.times).map(move |(door, way)| {
            let start = now + way;
            now = start + door.work[table];
            (door, start)
        })
    }

    /// Whether every price on lateness still begins within the day.
    fn prices_hold(&self, halt: &Halt) -> bool {
        let mut calls = self.calls(halt, 0);
        calls.all(|(door, after)| door.due.is_none_or(|due| due.millis() >= after))
    }

    /// The times of a halt as spans.
    pub(super) fn spans(halt: &Halt) -> (Vec<Span>, Span) {
        let mut spans: Vec<Span> = halt.times.iter().map(|&ms| Span::from_millis(ms)).collect();
        if let Some(first) = spans.first_mut() {
            *first = Span::ZERO;
        }
        (spans, Span::from_millis(halt.on_foot()))
    }
}

const _: () = assert!(MOST >= 2);
