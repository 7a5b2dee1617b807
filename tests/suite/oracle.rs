//! Tiny days against brute force: every assignment in every order, with a schedule of its own.
//!
//! Nothing here calls the crate but for stating the day and solving it. By default some hundreds of
//! days; `DOORSTEP_ORACLE_DAYS=20000` tries that many. At least 99 in 100 plans must be the best
//! there is, and none may be better; a failure lists the others. Those known are of three kinds:
//!
//! - no route is worth opening for one priced stop, but one for two of them would be;
//! - two vehicles, both in use, should change their routes as a whole;
//! - a vehicle could not serve a stop alone but on the way round by another, by a matrix in which
//!   the way round is shorter; such a stop is told to be out of reach.
//!
//! The schedule: service may begin in any of a stop's windows; a vehicle that leaves at `x` is back
//! at a time that grows with `x` in flat pieces, pieces of slope one and jumps, whose ends are where
//! an unhindered arrival meets a window's opening or closing. So the least duty is found at one of
//! those departures, or at the ends of the shift.

use doorstep::model::{
    Alternative, Break, BreakTime, Costs, GoodsClass, GroupId, PackageKind, Temperature,
};
use doorstep::plan::{Reason, validate};
use doorstep::units::{Capacity, Load, Meters};
use doorstep::{
    Budget, Money, Outcome, Package, Place, ServiceDay, Solver, Span, TimeOfDay, TimeWindow,
    Vehicle,
};

use doorstep::model::TravelMatrix;

use super::made::{self, Draw};

/// Days tried unless the environment says otherwise.
const DAYS: u64 = 600;

/// Iterations of each solve.
const ITERATIONS: u64 = 4_000;

/// The least common multiple of an hour in milliseconds and a kilometre in millimetres: amounts
/// times this are whole.
pub(super) const WHOLE: i128 = 18_000_000;

/// One stop as brute force reads it, in milliseconds.
pub(crate) struct Door {
    windows: Vec<(i64, i64)>,
    /// Row of the matrix.
    row: usize,
    /// From each of the two vehicles.
    service: [i64; 2],
    ready: i64,
    load: [u64; 3],
    cold: Temperature,
    /// Class of goods.
    goods: Option<GoodsClass>,
    /// Promised by, and what a minute later costs in 1/1000 cent.
    due: Option<(i64, i64)>,
    /// A carrier's price in 1/1000 cent.
    pub(crate) tender: Option<i64>,
    /// Which of the two vehicles may come.
    pub(super) may: [bool; 2],
    /// What each of them costs more that comes, in 1/1000 cent.
    pub(super) surcharge: [i64; 2],
    /// Whether the package goes back to the station.
    back: bool,
    /// The door at which the package is brought, or where it is collected first.
    partner: Option<usize>,
    /// Whether it is collected here for another door.
    collects: bool,
    /// The door that this is an alternative of, and the locker that it is.
    instead_of: Option<usize>,
    locker: Option<usize>,
}

/// One vehicle.
pub(crate) struct Van {
    shift: (i64, i64),
    max_duty: i64,
    max_driving: i64,
    /// The longest route in millimetres.
    range: i64,
    holds: [Option<u64>; 3],
    /// Volume of each compartment that it has.
    rooms: [Option<u64>; 3],
    start: usize,
    /// None where the route ends at its last stop.
    end: Option<usize>,
    breaks: Vec<Break>,
    /// Per vehicle, duty hour, kilometre and driving hour, in 1/1000 cent.
    costs: [i64; 4],
}

pub(crate) struct Tiny {
    pub(crate) doors: Vec<Door>,
    vans: [Van; 2],
    /// Rows of (mm, ms); row 0 is the station.
    legs: Vec<Vec<(u32, u32)>>,
    /// Per cent of the speed that legs are stated for, by hour of the day: of legs of so many
    /// milliseconds and more, the shortest first.
    speeds: Vec<(i64, [u8; 24])>,
    /// Goods that never share a route.
    apart: Vec<(GoodsClass, GoodsClass)>,
    /// Fair shares of a route: milliseconds on duty, what an hour above costs in 1/1000 cent; doors,
    /// what one above costs.
    fair: [i64; 4],
    /// The zone of each door, and the most zones of a route.
    zones: Vec<Option<u32>>,
    most_zones: usize,
    /// The most doors that carriers take.
    pub(super) cap: usize,
    /// The slots of each locker: the largest volume and the number.
    lockers: Vec<Vec<(u64, u32)>>,
    /// Doors of which no two share a route, and doors (as bits) that ride together.
    lots: Vec<Vec<usize>>,
    teams: Vec<usize>,
    /// Providers' vehicles, the fewest of them used, and what one fewer costs in 1/1000 cent.
    promises: Vec<([bool; 2], usize, i64)>,
    /// The most of them used.
    most_used: Vec<usize>,
}

/// Required doors left out, then money times [`WHOLE`].
pub(super) type Value = (usize, i128);

impl Tiny {
    /// The least cost of a van that serves these doors in this order.
    pub(crate) fn route(&self, van: usize, order: &[usize]) -> Option<i128> {
        self.schedule(van, order).map(|(cost, _)| cost)
    }

    /// As [`Tiny::route`], with a departure of least duty.
    pub(crate) fn schedule(&self, van: usize, order: &[usize]) -> Option<(i128, i64)> {
        let data = &self.vans[van];
        if !self.holds(van, order) || !self.in_order(order) {
            return None;
        }
        if !order.iter().all(|&d| self.doors[d].may[van]) {
            return None;
        }
        let ready = order.iter().map(|&d| self.doors[d].ready).max()?;
        let first = data.shift.0.max(ready);
        let mut departures = vec![first, data.shift.1];
        let (mut at, mut offset, mut km, mut driving) = (data.start, 0, 0_i128, 0_i128);
        for &door in order {
            let (mm, ms) = self.legs[at][self.doors[door].row];
            (at, offset) = (self.doors[door].row, offset + i64::from(ms));
            (km, driving) = (km + i128::from(mm), driving + i128::from(ms));
            for &(open, close) in &self.doors[door].windows {
                departures.extend([open - offset, close - offset]);
            }
            offset += self.doors[door].service[van];
        }
        let (mm, ms) = self.home(van, at);
        (km, driving) = (km + i128::from(mm), driving + i128::from(ms));
        if driving > data.max_driving.into() || km > data.range.into() {
            return None;
        }
        if self.is_plain(van, order) {
            let allowed = |&x: &i64| (first..=data.shift.1).contains(&x);
            let duties = departures.into_iter().filter(allowed);
            let (duty, depart) = duties
                .filter_map(|x| Some((self.back(van, order, x)? - x, x)))
                .min()?;
            if duty > data.max_duty {
                return None;
            }
            let mut times = i128::from(data.costs[1]) * i128::from(duty) * (WHOLE / 3_600_000);
            let [hours, per_hour, ..] = self.fair;
            let above = i128::from((duty - hours).max(0));
            times += i128::from(per_hour) * above * (WHOLE / 3_600_000);
            return Some((self.costs(van, order, (km, driving)) + times, depart));
        }
        let (times, depart) = self.with_breaks(van, order, first)?;
        Some((self.costs(van, order, (km, 0)) + times, depart))
    }

    /// What a route costs but for the times.
    fn costs(&self, van: usize, order: &[usize], (km, driving): (i128, i128)) -> i128 {
        let data = &self.vans[van];
        let [vehicle, _, kilometre, driven] = data.costs.map(i128::from);
        let mut extra: i64 = order.iter().map(|&d| self.doors[d].surcharge[van]).sum();
        let [.., doors, per_door] = self.fair;
        extra += per_door * (i64::try_from(order.len()).unwrap() - doors).max(0);
        (vehicle + i128::from(extra)) * WHOLE
            + driven * driving * (WHOLE / 3_600_000)
            + kilometre * km * (WHOLE / 1_000_000)
    }

    fn is_plain(&self, van: usize, order: &[usize]) -> bool {
        self.speeds.is_empty()
            && self.vans[van].breaks.is_empty()
            && order.iter().all(|&d| self.doors[d].due.is_none())
    }

    /// The least cost of duty and lateness over all departures and all places of breaks, with that
    /// departure.
    fn with_breaks(&self, van: usize, order: &[usize], first: i64) -> Option<(i128, i64)> {
        let data = &self.vans[van];
        let mut departures = self.departures(van, order, first);
        let limits = data.breaks.iter().filter_map(|pause| match pause.when() {
            BreakTime::OnDuty(most) => Some(most.millis()),
            _ => None,
        });
        let limits: Vec<i64> = limits.chain([data.max_duty]).collect();
        let run = Run {
            tiny: self,
            van,
            order,
        };
        if !self.speeds.is_empty() {
            // In traffic only every five minutes.
            departures.extend((first..data.shift.1).step_by(300_000));
        }
        departures.retain(|x| (first..=data.shift.1).contains(x));
        departures.sort_unstable();
        departures.dedup();
        // The latest departures that keep to limits on duty, from clocks that waiting holds.
        let mut held = Vec::new();
        let mut best = None;
        for &x in &departures {
            run.drive(
                x,
                &mut |clock| {
                    held.extend(limits.iter().map(|limit| clock.saturating_sub(*limit)));
                },
                &mut best,
            );
        }
        held.retain(|x| (first..=data.shift.1).contains(x));
        held.sort_unstable();
        held.dedup();
        for &x in &held {
            run.drive(x, &mut |_| (), &mut best);
        }
        best
    }

    /// Where an unhindered clock meets something that has a time, with any breaks had before; and
    /// the ends of the shift.
    fn departures(&self, van: usize, order: &[usize], first: i64) -> Vec<i64> {
        let data = &self.vans[van];
        let mut sums = vec![0];
        for pause in &data.breaks {
            let with: Vec<i64> = sums
                .iter()
                .map(|sum| sum + pause.length().millis())
                .collect();
            sums.extend(with);
        }
        let mut marks: Vec<(i64, i64)> = Vec::new();
        let mut clocks = Vec::new();
        for pause in &data.breaks {
            if let BreakTime::Between(window) = pause.when() {
                clocks.extend([window.earliest().millis(), window.latest().millis()]);
                clocks.push(window.latest().millis() + 1);
            }
        }
        let mut departures = vec![first, data.shift.1];
        departures.extend(&clocks);
        let (mut at, mut offset) = (data.start, 0);
        for &door in order {
            offset += i64::from(self.legs[at][self.doors[door].row].1);
            at = self.doors[door].row;
            let own = &self.doors[door];
            marks.extend(
                own.windows
                    .iter()
                    .flat_map(|w| [(w.0, offset), (w.1, offset)]),
            );
            marks.extend(own.due.map(|(by, _)| (by, offset)));
            marks.extend(clocks.iter().map(|&c| (c, offset)));
            offset += own.service[van];
            marks.extend(clocks.iter().map(|&c| (c, offset)));
        }
        offset += i64::from(self.home(van, at).1);
        marks.extend(clocks.iter().map(|&c| (c, offset)));
        for (mark, offset) in marks {
            departures.extend(sums.iter().map(|sum| mark - offset - sum));
        }
        departures
    }

    /// The way from a row to the end of a van's route.
    fn home(&self, van: usize, at: usize) -> (u32, u32) {
        self.vans[van].end.map_or((0, 0), |end| self.legs[at][end])
    }

    /// Whether all that is collected is brought behind, and nothing before.
    fn in_order(&self, order: &[usize]) -> bool {
        let at = |door: usize| order.iter().position(|&d| d == door);
        order.iter().enumerate().all(|(i, &d)| {
            let door = &self.doors[d];
            let Some(partner) = door.partner else {
                return true;
            };
            at(partner).is_some_and(|other| (i < other) == door.collects)
        })
    }

    /// The most on board on any leg of what an amount of each door adds up to.
    fn peak(&self, order: &[usize], of: impl Fn(&Door) -> u64) -> u64 {
        let doors = || order.iter().map(|&d| &self.doors[d]);
        let loaded = doors().filter(|door| !door.back && door.partner.is_none());
        let mut now: u64 = loaded.map(&of).sum();
        let mut peak = now;
        for door in doors() {
            if door.back || door.collects {
                now += of(door);
            } else {
                now = now.saturating_sub(of(door));
            }
            peak = peak.max(now);
        }
        peak
    }

    /// Whether loads, compartments and goods of these doors go into a van together.
    fn holds(&self, van: usize, order: &[usize]) -> bool {
        let data = &self.vans[van];
        for dimension in 0..3 {
            let peak = self.peak(order, |door| door.load[dimension]);
            if data.holds[dimension].is_some_and(|most| peak > most) {
                return false;
            }
        }
        for (cold, room) in Temperature::ALL.into_iter().zip(data.rooms) {
            let of_it = |door: &Door| if door.cold == cold { door.load[1] } else { 0 };
            if room.is_some_and(|most| self.peak(order, of_it) > most) {
                return false;
            }
        }
        let aboard = |class: &GoodsClass| {
            let mut doors = order.iter().map(|&d| &self.doors[d].goods);
            doors.any(|own| own.as_ref() == Some(class))
        };
        if self.apart.iter().any(|(a, b)| aboard(a) && aboard(b)) {
            return false;
        }
        let here = |lot: &&Vec<usize>| lot.iter().filter(|d| order.contains(d)).count() > 1;
        if self.lots.iter().any(|lot| here(&lot)) {
            return false;
        }
        let zones: std::collections::BTreeSet<u32> =
            order.iter().filter_map(|&d| self.zones[d]).collect();
        zones.len() <= self.most_zones
    }

    /// When a van that leaves at `depart` is back, if it comes in time everywhere.
    fn back(&self, van: usize, order: &[usize], depart: i64) -> Option<i64> {
        let data = &self.vans[van];
        let (mut at, mut now) = (data.start, depart);
        for &door in order {
            now += i64::from(self.legs[at][self.doors[door].row].1);
            at = self.doors[door].row;
            let open = self.doors[door].windows.iter();
            let start = open.filter(|w| now <= w.1).map(|w| now.max(w.0)).min()?;
            now = start + self.doors[door].service[van];
        }
        now += i64::from(self.home(van, at).1);
        (now <= data.shift.1).then_some(now)
    }

    /// The least cost of each set of doors (as bits) in one van; an empty set costs nothing.
    fn sets(&self, van: usize) -> Vec<Option<i128>> {
        let mut best = vec![None; 1 << self.doors.len()];
        best[0] = Some(0);
        self.extend(van, &mut Vec::new(), 0, &mut best);
        best
    }

    fn extend(&self, van: usize, order: &mut Vec<usize>, set: usize, best: &mut [Option<i128>]) {
        for door in (0..self.doors.len()).filter(|d| set & (1 << d) == 0) {
            if !self.is_one_each(set | 1 << door) {
                continue;
            }
            let set = set | 1 << door;
            order.push(door);
            if let Some(cost) = self.route(van, order) {
                best[set] = Some(best[set].map_or(cost, |b| b.min(cost)));
            }
            self.extend(van, order, set, best);
            order.pop();
        }
    }

    /// Whether doors (as bits) are one of each package, and lockers hold what goes there.
    fn is_one_each(&self, set: usize) -> bool {
        let inside = || (0..self.doors.len()).filter(move |d| set & (1 << d) != 0);
        let mut packages = std::collections::BTreeSet::new();
        let own = |d: usize| self.doors[d].instead_of.unwrap_or(d);
        if !inside().all(|d| packages.insert(own(d))) {
            return false;
        }
        self.lockers.iter().enumerate().all(|(number, slots)| {
            let here = inside().filter(|&d| self.doors[d].locker == Some(number));
            let volumes: Vec<u64> = here.map(|d| self.doors[d].load[1]).collect();
            lies(&volumes, slots)
        })
    }

    /// What providers are paid for vehicles that are not used; None where one has too many.
    fn short(&self, used: [bool; 2]) -> Option<i128> {
        let mut sum = 0;
        for (&(own, least, price), &most) in self.promises.iter().zip(&self.most_used) {
            let count = (0..2).filter(|&v| own[v] && used[v]).count();
            if count > most {
                return None;
            }
            let short = i128::try_from(least.saturating_sub(count)).unwrap();
            sum += short * i128::from(price) * WHOLE;
        }
        Some(sum)
    }

    /// Whether of each team all doors are in a set or none.
    fn has_whole_teams(&self, set: usize) -> bool {
        let mut teams = self.teams.iter();
        teams.all(|&team| set & team == 0 || set & team == team)
    }

    /// The best value there is.
    pub(super) fn best(&self) -> Value {
        let (one, two) = (self.sets(0), self.sets(1));
        let all = one.len() - 1;
        let left = |set: usize| {
            let out = self.doors.iter().enumerate();
            let out = out.filter(|(d, _)| set & (1 << d) == 0).map(|(_, d)| d);
            let (mut prices, mut unserved) = (Vec::new(), 0);
            let served = (0..self.doors.len()).filter(|d| set & (1 << d) != 0);
            let served: Vec<usize> = served.filter_map(|d| self.doors[d].instead_of).collect();
            let out = out.filter(|door| door.instead_of.is_none() && !door.collects);
            for door in out {
                if served
                    .iter()
                    .any(|&d| std::ptr::eq(&raw const self.doors[d], door))
                {
                    continue;
                }
                match door.tender {
                    Some(price) => prices.push(i128::from(price) * WHOLE),
                    None => unserved += 1,
                }
            }
            prices.sort_unstable();
            let few = prices.len().min(self.cap);
            (
                unserved + prices.len() - few,
                prices[..few].iter().sum::<i128>(),
            )
        };
        let mut best: Value = left(0);
        best.1 += self.short([false; 2]).unwrap_or_default();
        for (first, cost) in one.iter().enumerate() {
            let Some(cost) = cost.filter(|_| self.has_whole_teams(first)) else {
                continue;
            };
            let rest = all & !first;
            // Every subset of the others.
            let mut second = rest;
            loop {
                let whole = self.is_one_each(first | second) && self.has_whole_teams(second);
                let short = self.short([first, second].map(|set| set != 0));
                if let Some((more, short)) = two[second].filter(|_| whole).zip(short) {
                    let (unserved, money) = left(first | second);
                    best = best.min((unserved, money + cost + more + short));
                }
                if second == 0 {
                    break;
                }
                second = (second - 1) & rest;
            }
        }
        best
    }
}

/// Whether packages of these volumes lie in slots, by trying every slot for each.
fn lies(volumes: &[u64], slots: &[(u64, u32)]) -> bool {
    let Some((&volume, others)) = volumes.split_first() else {
        return true;
    };
    (0..slots.len()).any(|at| {
        let mut slots = slots.to_vec();
        let fits = slots[at].0 >= volume && slots[at].1 > 0;
        fits && {
            slots[at].1 -= 1;
            lies(others, &slots)
        }
    })
}

/// A van that drives in all ways of having its breaks.
struct Run<'a> {
    tiny: &'a Tiny,
    van: usize,
    order: &'a [usize],
}

/// Where a van is on its way.
#[derive(Clone, Copy)]
struct Progress {
    depart: i64,
    now: i64,
    driven: i64,
    late: i128,
    /// Breaks had, as bits; and the number of the next.
    had: usize,
    next: usize,
}

impl Run<'_> {
    fn drive(&self, depart: i64, seen: &mut dyn FnMut(i64), best: &mut Option<(i128, i64)>) {
        let start = Progress {
            depart,
            now: depart,
            driven: 0,
            late: 0,
            had: 0,
            next: 0,
        };
        self.go(start, 0, seen, best);
    }

    /// From the `i`-th halt on.
    fn go(
        &self,
        mut p: Progress,
        i: usize,
        seen: &mut dyn FnMut(i64),
        best: &mut Option<(i128, i64)>,
    ) {
        let data = &self.tiny.vans[self.van];
        let at = i
            .checked_sub(1)
            .map_or(data.start, |last| self.tiny.doors[self.order[last]].row);
        let Some(&door) = self.order.get(i) else {
            p = self.leg(p, self.tiny.home(self.van, at).1);
            seen(p.now);
            self.end(p, best);
            return;
        };
        p = self.leg(p, self.tiny.legs[at][self.tiny.doors[door].row].1);
        for arrived in self.pauses(p, seen) {
            let own = &self.tiny.doors[door];
            let open = own.windows.iter().filter(|w| arrived.now <= w.1);
            let Some(start) = open.map(|w| arrived.now.max(w.0)).min() else {
                continue;
            };
            let mut served = arrived;
            if let Some((by, price)) = own.due {
                served.late += i128::from((start - by).max(0)) * i128::from(price);
            }
            served.now = start + own.service[self.van];
            for free in self.pauses(served, seen) {
                self.go(free, i + 1, seen, best);
            }
        }
    }

    /// Drives a leg hour by hour.
    fn leg(&self, mut p: Progress, free: u32) -> Progress {
        let from = p.now;
        let mut roads = self.tiny.speeds.iter();
        let Some((_, speeds)) = roads.rfind(|(least, _)| *least <= i64::from(free)) else {
            p.now += i64::from(free);
            p.driven += i64::from(free);
            return p;
        };
        let mut left = 100 * i64::from(free);
        while left > 0 {
            let hour = p.now.div_euclid(3_600_000);
            let speed = i64::from(speeds[usize::try_from(hour.rem_euclid(24)).unwrap()]);
            let until = (hour + 1) * 3_600_000;
            let by_then = (until - p.now) * speed;
            if left <= by_then {
                p.now += (left + speed - 1) / speed;
                break;
            }
            left -= by_then;
            p.now = until;
        }
        p.driven += p.now - from;
        p
    }

    /// Driving on at once, or after one of the breaks to come.
    fn pauses(&self, p: Progress, seen: &mut dyn FnMut(i64)) -> Vec<Progress> {
        let mut all = vec![p];
        seen(p.now);
        for (number, pause) in self.tiny.vans[self.van]
            .breaks
            .iter()
            .enumerate()
            .skip(p.next)
        {
            let mut with = p;
            match pause.when() {
                BreakTime::Between(window) => {
                    with.now = with.now.max(window.earliest().millis());
                    if with.now > window.latest().millis() {
                        continue;
                    }
                }
                BreakTime::OnDuty(most) if p.now - p.depart > most.millis() => continue,
                BreakTime::Driving(most) if p.driven > most.millis() => continue,
                _ => {}
            }
            with.now += pause.length().millis();
            with.had |= 1 << number;
            with.next = number + 1;
            all.push(with);
        }
        all
    }

    /// Counts a route that has all breaks it owes.
    fn end(&self, p: Progress, best: &mut Option<(i128, i64)>) {
        let data = &self.tiny.vans[self.van];
        let duty = p.now - p.depart;
        if p.now > data.shift.1 || duty > data.max_duty || p.driven > data.max_driving {
            return;
        }
        for (number, pause) in data.breaks.iter().enumerate() {
            let owed = match pause.when() {
                BreakTime::Between(window) => {
                    let last = window.latest().millis();
                    p.depart <= last && p.now > last
                }
                BreakTime::OnDuty(most) => duty > most.millis(),
                BreakTime::Driving(most) => p.driven > most.millis(),
                _ => unreachable!("three kinds"),
            };
            if owed && p.had & (1 << number) == 0 {
                return;
            }
        }
        let hour = i128::from(data.costs[1]);
        let driven = i128::from(data.costs[3]) * i128::from(p.driven);
        let cost =
            (hour * i128::from(duty) + driven) * (WHOLE / 3_600_000) + p.late * (WHOLE / 60_000);
        if best.is_none_or(|known| (cost, p.depart) < known) {
            *best = Some((cost, p.depart));
        }
    }
}

/// Windows on quarter hours, up to three of them, in any order, now and then overlapping.
fn windows(draw: &mut Draw) -> Vec<TimeWindow> {
    let count = [0, 0, 1, 1, 1, 2, 2, 3][draw.below(8) as usize];
    let window = |_| {
        let open = draw.between(24, 80);
        let close = (open + draw.between(0, 10)).min(88);
        let quarter = |q: u32| TimeOfDay::from_millis(i64::from(q) * 900_000);
        TimeWindow::new(quarter(open), quarter(close))
    };
    (0..count).map(window).collect()
}

pub(crate) fn package(draw: &mut Draw, row: usize) -> Package {
    let load = Load {
        count: draw.between(1, 3),
        volume_cm3: u64::from(draw.between(0, 50)),
        weight_g: u64::from(draw.between(0, 9)) * 1_000_000_000,
    };
    let mut package = made::at_row(format!("P{row}"), row)
        .with_load(load)
        .with_windows(windows(draw))
        .with_service_time(Span::from_seconds(i64::from(draw.between(0, 2_400))));
    if draw.chance(40) {
        package = package.with_tender(Money::from_cents(i64::from(draw.between(0, 15_000))));
    }
    if draw.chance(15) {
        package = package.with_ready(TimeOfDay::hm(draw.between(5, 15), 0));
    }
    if draw.chance(15) {
        package = package.with_need(["liftgate", "cold"][draw.below(2) as usize]);
    }
    if draw.chance(10) {
        package = package.with_pin(format!("V{}", draw.below(2)));
    }
    package
}

pub(crate) fn vehicle(draw: &mut Draw, id: u32, rows: u32) -> Vehicle {
    let mut capacity = Capacity::UNLIMITED;
    if draw.chance(40) {
        capacity = capacity.with_count(draw.between(2, 9));
    }
    if draw.chance(40) {
        capacity = capacity.with_volume_cm3(u64::from(draw.between(30, 160)));
    }
    if draw.chance(40) {
        capacity = capacity.with_weight_g(u64::from(draw.between(5, 30)) * 1_000_000_000);
    }
    let cents = |draw: &mut Draw, most| Money::from_cents(i64::from(draw.between(0, most)));
    let costs = Costs::FREE
        .with_per_vehicle(cents(draw, 10_000))
        .with_per_duty_hour(cents(draw, 3_000))
        .with_per_km(cents(draw, 60))
        .with_per_driving_hour(cents(draw, 1_500));
    let open = draw.between(6, 11);
    let shift = TimeWindow::hm((open, 0), (draw.between(open + 2, 22), 30 * draw.below(2)));
    let mut vehicle = Vehicle::cargo_van(format!("V{id}"))
        .with_capacity(capacity)
        .with_costs(costs)
        .with_shift(shift);
    if draw.chance(40) {
        let minutes = i64::from(draw.between(90, 600));
        vehicle = vehicle.with_max_duty(Span::from_minutes(minutes));
    }
    if draw.chance(15) {
        vehicle = vehicle.with_start(Place::row(draw.below(rows)));
    }
    if draw.chance(15) {
        vehicle = vehicle.with_end(Place::row(draw.below(rows)));
    }
    for skill in ["liftgate", "cold"] {
        if draw.chance(60) {
            vehicle = vehicle.with_capability(skill);
        }
    }
    vehicle
}

/// Two minutes to an hour apart; every third matrix is of no geometry at all.
pub(crate) fn travel(draw: &mut Draw, rows: u32) -> TravelMatrix {
    if draw.below(3) > 0 {
        let points = made::points(draw, rows - 1, 16_000);
        let lopsided = draw.chance(50);
        return made::matrix(&points, 144, lopsided);
    }
    let size = rows as usize;
    let figures = |draw: &mut Draw, low, high| -> Vec<u32> {
        let cell = |i| {
            if i % (size + 1) == 0 {
                0
            } else {
                draw.between(low, high)
            }
        };
        (0..size * size).map(cell).collect()
    };
    let mm = figures(draw, 0, 25_000_000);
    let ms = figures(draw, 120_000, 3_600_000);
    TravelMatrix::from_integers(size, mm, ms).unwrap()
}

fn draw_day(seed: u64) -> ServiceDay {
    let mut draw = Draw::new(seed);
    let rows = draw.between(5, 7);
    let travel = travel(&mut draw, rows);
    let packages = (1..rows)
        .map(|row| package(&mut draw, row as usize))
        .collect();
    let mut fleet: Vec<Vehicle> = (0..2).map(|id| vehicle(&mut draw, id, rows)).collect();
    if draw.chance(25) {
        // Two vehicles alike but for their ids.
        let same = Draw::new(seed ^ 1).below(1_000).into();
        fleet = (0..2)
            .map(|id| vehicle(&mut Draw::new(same), id, rows))
            .collect();
    }
    made::day(travel, packages, fleet)
}

/// Metres along the great circle.
fn away(from: &Place, to: &Place) -> f64 {
    use geo::{Distance, Haversine, Point};
    let point = |place: &Place| {
        let at = place.lat_lng().unwrap();
        Point::new(at.lng, at.lat)
    };
    Haversine.distance(point(from), point(to))
}

/// Whether vehicle `v` may bring a package.
fn may_serve(day: &ServiceDay, v: usize, package: &Package) -> bool {
    let van = &day.vehicles()[v];
    let able = |need| van.capabilities().contains(need);
    let near = van.radius().is_none_or(|radius| {
        away(day.vehicle_start(v), package.place()) <= radius.millimeters() as f64 / 1e3
    });
    let choices: Vec<_> = day.needs_any(package).collect();
    let chosen = choices.iter().all(|any_of| any_of.iter().any(able));
    let mut wanted = package.needs().iter().chain(choices.into_iter().flatten());
    let welcome = !van.is_reserved() || wanted.any(able);
    let cold = package.temperature();
    let kept = cold == Temperature::Ambient || van.compartment(cold).is_some();
    kept && near
        && chosen
        && welcome
        && package.needs().iter().all(able)
        && package.pin().is_none_or(|pin| pin == van.id())
}

/// How long the hand-over of one package takes vehicle `v`.
fn service(day: &ServiceDay, v: usize, package: &Package) -> i64 {
    let kind = day.vehicles()[v].kind();
    let own = day.service_times_by_kind().iter().find(|(k, _)| *k == kind);
    let table = own.map_or(day.service_times(), |(_, table)| table);
    let time = match package.service_time() {
        Some(own) => own + table.stated_parking(),
        None => table.hand_over(package.hand_off(), package.floor()) + table.parking(),
    };
    time.millis()
}

/// Earliest and latest as numbers.
fn from_to(window: &TimeWindow) -> (i64, i64) {
    (window.earliest().millis(), window.latest().millis())
}

/// The windows stated, or the delivery hours.
fn windows_or_hours(day: &ServiceDay, windows: &[TimeWindow]) -> Vec<(i64, i64)> {
    if windows.is_empty() {
        return vec![from_to(&day.delivery_hours())];
    }
    windows.iter().map(from_to).collect()
}

/// The door of a package as brute force reads it.
fn door(day: &ServiceDay, package: &Package) -> Door {
    let all = |load: Load| [u64::from(load.count), load.volume_cm3, load.weight_g];
    let may = [0, 1].map(|v| may_serve(day, v, package));
    Door {
        windows: windows_or_hours(day, package.windows()),
        row: package.place().matrix_row().unwrap_or(0) as usize,
        service: [0, 1].map(|v| service(day, v, package)),
        ready: package.ready().map_or(i64::MIN, TimeOfDay::millis),
        load: all(package.load()),
        goods: package.goods().cloned(),
        cold: package.temperature(),
        due: package
            .due()
            .map(|due| (due.by().millis(), due.per_minute().millicents())),
        tender: package.tender().map(Money::millicents),
        may,
        surcharge: [0; 2],
        back: package.kind() == PackageKind::ReturnPickup,
        partner: None,
        collects: false,
        instead_of: None,
        locker: None,
    }
}

/// An alternative of package `i` as brute force reads it.
fn elsewhere(day: &ServiceDay, package: &Package, alternative: &Alternative, i: usize) -> Door {
    let lockers = day.lockers().iter();
    let locker = { lockers }.position(|l| Some(l.id()) == alternative.locker());
    let mut own = door(day, package);
    let mut windows = alternative.windows();
    let mut place = alternative.place();
    if let Some(number) = locker {
        let locker = &day.lockers()[number];
        place = Some(locker.place());
        if windows.is_empty() {
            windows = locker.windows();
        }
    }
    own.windows = windows_or_hours(day, windows);
    let table = day.service_times();
    let service = match alternative.service_time() {
        Some(own) => own + table.stated_parking(),
        None => table.hand_over(alternative.hand_off(), 0) + table.parking(),
    };
    own.service = [service.millis(); 2];
    own.surcharge = [alternative.price().millicents(); 2];
    own.instead_of = Some(i);
    own.locker = locker;
    own.row = place.unwrap().matrix_row().unwrap() as usize;
    own
}

/// A vehicle as brute force reads it.
fn van(day: &ServiceDay, v: usize) -> Van {
    let van = &day.vehicles()[v];
    let (holds, costs) = (van.capacity(), van.costs().unwrap());
    let row = |place: &Place| place.matrix_row().unwrap() as usize;
    Van {
        shift: from_to(&van.shift().unwrap()),
        max_driving: van.max_driving().map_or(i64::MAX, Span::millis),
        range: van.range().map_or(i64::MAX, Meters::millimeters),
        breaks: van.breaks().to_vec(),
        max_duty: van.max_duty().map_or(i64::MAX, Span::millis),
        holds: [holds.count.map(u64::from), holds.volume_cm3, holds.weight_g],
        rooms: Temperature::ALL.map(|cold| van.compartment(cold)),
        start: row(day.vehicle_start(v)),
        end: (!van.has_open_end()).then(|| row(day.vehicle_end(v))),
        costs: [
            costs.per_vehicle(),
            costs.per_duty_hour(),
            costs.per_km(),
            costs.per_driving_hour(),
        ]
        .map(Money::millicents),
    }
}

/// The slots of each locker.
fn slots(day: &ServiceDay) -> Vec<Vec<(u64, u32)>> {
    let of = |locker: &doorstep::model::Locker| {
        let slots = locker.slots().iter();
        slots.map(|s| (s.largest_cm3(), s.count())).collect()
    };
    day.lockers().iter().map(of).collect()
}

/// The doors of each group, by what packages say of it.
fn groups<'a, I: Iterator<Item = &'a GroupId>>(
    day: &'a ServiceDay,
    doors: &[Door],
    of: impl Fn(&'a Package) -> I,
) -> Vec<Vec<usize>> {
    let mut found: std::collections::BTreeMap<&GroupId, Vec<usize>> =
        std::collections::BTreeMap::new();
    for (at, door) in doors.iter().enumerate().filter(|(_, d)| !d.collects) {
        for group in of(&day.packages()[door.instead_of.unwrap_or(at)]) {
            found.entry(group).or_default().push(at);
        }
    }
    found.into_values().collect()
}

/// The vehicles of each provider, and how many of them should be used.
fn promises(day: &ServiceDay) -> Vec<([bool; 2], usize, i64)> {
    let of = |provider: &doorstep::model::Provider| {
        let own = [0, 1].map(|v: usize| day.vehicles()[v].provider() == Some(provider.id()));
        let (least, price) = (provider.least_routes(), provider.price_short());
        (own, least as usize, price.millicents())
    };
    day.providers().iter().map(of).collect()
}

/// All doors: those of the packages, where packages are collected, alternatives.
fn doors(day: &ServiceDay) -> Vec<Door> {
    let mut doors: Vec<Door> = day.packages().iter().map(|p| door(day, p)).collect();
    for (i, package) in day.packages().iter().enumerate() {
        let Some(pickup) = package.pickup() else {
            continue;
        };
        // Behind all others, as their rows are.
        let at = doors.len();
        let mut collecting = door(day, package);
        collecting.row = pickup.place().matrix_row().unwrap() as usize;
        collecting.windows = windows_or_hours(day, pickup.windows());
        collecting.service = [pickup.service_time().unwrap().millis(); 2];
        collecting.due = None;
        collecting.collects = true;
        collecting.partner = Some(i);
        doors[i].partner = Some(at);
        doors.push(collecting);
    }
    for (i, package) in day.packages().iter().enumerate() {
        for alternative in package.alternatives() {
            doors.push(elsewhere(day, package, alternative, i));
        }
    }
    doors
}

/// The request as brute force reads it.
pub(crate) fn tiny(day: &ServiceDay) -> Tiny {
    let doorstep::model::TravelSpec::Matrix(matrix) = day.travel().free() else {
        unreachable!("these days travel by a matrix");
    };
    let leg = |from, to| {
        let legs = matrix.between(day.vehicles()[0].kind(), from, to).unwrap();
        let (mm, ms) = (legs.0.millimeters(), legs.1.millis());
        (u32::try_from(mm).unwrap(), u32::try_from(ms).unwrap())
    };
    let rows = u32::try_from(matrix.size()).unwrap();
    let doors = doors(day);
    let grouping = doorstep::sortation::group(day);
    let zoning = doorstep::sortation::zones(day, &grouping);
    let zone = |door: &Door, p: usize| {
        let stops = grouping.stops();
        let own = |s: &usize| {
            stops[*s].elsewhere.is_none()
                && stops[*s].collects == door.collects
                && stops[*s].packages.iter().any(|&q| q as usize == p)
        };
        zoning.zone_of((0..stops.len()).find(own)?)
    };
    let zones = doors.iter().enumerate();
    let zones = zones.map(|(at, door)| {
        let own = if door.collects { door.partner? } else { at };
        zone(door, door.instead_of.unwrap_or(own))
    });
    let zones = zones.collect();
    let balance = day.balance();
    let teams = groups(day, &doors, |p| p.together().into_iter());
    let bits = |team: Vec<usize>| team.into_iter().fold(0, |set, d| set | 1 << d);
    Tiny {
        promises: promises(day),
        most_used: (day.providers().iter())
            .map(|p| p.most_routes().map_or(usize::MAX, |most| most as usize))
            .collect(),
        lots: groups(day, &doors, |p| p.apart().iter()),
        teams: teams.into_iter().map(bits).collect(),
        fair: [
            balance.fair_hours().millis(),
            balance.per_hour().millicents(),
            balance.fair_stops().into(),
            balance.per_stop().millicents(),
        ],
        zones,
        most_zones: day.most_zones().map_or(usize::MAX, |most| most as usize),
        doors,
        vans: [van(day, 0), van(day, 1)],
        legs: (0..rows)
            .map(|i| (0..rows).map(|j| leg(i, j)).collect())
            .collect(),
        speeds: speeds(day),
        apart: day.incompatible_goods().to_vec(),
        cap: usize::MAX,
        lockers: slots(day),
    }
}

/// The speeds of each kind of road.
fn speeds(day: &ServiceDay) -> Vec<(i64, [u8; 24])> {
    let Some(traffic) = day.travel().traffic() else {
        return Vec::new();
    };
    let kind = day.vehicles()[0].kind();
    let longer = traffic.roads().iter().map(|road| {
        let stated = road.own_speeds(kind).unwrap_or(road.speeds());
        (road.shortest().millis(), stated)
    });
    let mut all = vec![(0, traffic.speeds(kind))];
    all.extend(longer);
    all.sort_unstable();
    all
}

/// What the solver's plan is worth.
pub(super) fn value(outcome: &Outcome) -> Value {
    let plan = &outcome.plan;
    let money = plan.scorecard.cost.total().millicents();
    (plan.unserved.len(), i128::from(money) * WHOLE)
}

/// Whether a plan is worth less than the best there is; it must not be worth more.
pub(super) fn falls_short(seed: u64, found: Value, best: Value) -> bool {
    // Each of four amounts of two routes is rounded to 1/1000 cent in the plan, and each rate once
    // in the search.
    let rounding = 20 * WHOLE;
    let difference = found.1 - best.1;
    assert!(
        found.0 > best.0 || (found.0 == best.0 && difference >= -rounding),
        "day {seed}: {found:?} is better than the best there is, {best:?}"
    );
    found.0 > best.0 || difference > rounding
}

/// A reason other than "no room" is true of each vehicle alone, and "no room" of none.
pub(super) fn reasons(day: &ServiceDay, tiny: &Tiny, outcome: &Outcome, seed: u64) {
    for unserved in &outcome.plan.unserved {
        let door = day
            .packages()
            .iter()
            .position(|p| *p.id() == unserved.package)
            .unwrap();
        let unit: Vec<usize> = tiny.doors[door].partner.into_iter().chain([door]).collect();
        let elsewhere = (0..tiny.doors.len()).filter(|&d| tiny.doors[d].instead_of == Some(door));
        let elsewhere: Vec<Vec<usize>> = elsewhere.map(|d| vec![d]).collect();
        let paired = unit.len() > 1 || !elsewhere.is_empty();
        let units: Vec<Vec<usize>> = elsewhere.into_iter().chain([unit]).collect();
        let fits = |unit: &Vec<usize>| (0..2).any(|van| tiny.route(van, unit).is_some());
        let alone = units.iter().any(fits);
        let reason = &unserved.reason;
        let team = tiny.teams.iter().find(|&&team| team & 1 << door != 0);
        if let Some(team) = team.filter(|team| alone && team.count_ones() > 1) {
            let mut mates = (0..tiny.doors.len()).filter(|d| team & 1 << d != 0);
            let lost = mates.any(|d| !fits(&vec![d]));
            let said = matches!(reason, Reason::RidesWith { .. });
            let torn = matches!(reason, Reason::NotTogether { .. });
            assert!(
                if lost { said } else { torn },
                "day {seed}, {}: {reason}",
                unserved.package
            );
            continue;
        }
        assert_eq!(
            alone,
            *reason == Reason::NoRoom || (paired && *reason == Reason::NoInsertion),
            "day {seed}, {}: {reason}",
            unserved.package
        );
    }
}

#[test]
fn as_good_as_brute_force() {
    let days = std::env::var("DOORSTEP_ORACLE_DAYS").ok();
    let days = days.map_or(DAYS, |n| {
        n.parse().expect("DOORSTEP_ORACLE_DAYS is a number")
    });
    let (mut worse, mut served) = (Vec::new(), 0);
    for seed in 0..days {
        let day = draw_day(seed);
        let tiny = tiny(&day);
        let best = tiny.best();
        let solver = Solver::new()
            .seed(seed)
            .budget(Budget::iterations(ITERATIONS));
        let outcome = solver.solve(&day).unwrap();
        assert_eq!(validate(&day, &outcome.plan), [], "day {seed}");
        reasons(&day, &tiny, &outcome, seed);
        let found = value(&outcome);
        if falls_short(seed, found, best) {
            worse.push((seed, found, best));
        }
        served += u64::from(best.0 == 0);
    }
    // Many days can be served in full, many cannot.
    assert!(
        served * 10 > days * 3 && served * 10 < days * 9,
        "{served} of {days} days"
    );
    let few = worse.len() as u64 * 100 <= days;
    assert!(
        few,
        "{} of {days} days are not the best: {worse:#?}",
        worse.len()
    );
}
