//! Packages into stops, and back.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::class::{Apart, Class, Limits};
use super::cluster::{Cluster, Item, by_load, by_windows};
use super::join::join;
use super::stop::{Elsewhere, StopGroup, earliest_leave};
use crate::model::{Package, ServiceDay, StopId, TimeWindow, clip, meet};

/// The stops of a day, and which stop each package is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    stops: Vec<StopGroup>,
    stop_of: Vec<u32>,
    /// The first of the stops of each package's alternatives, which stand in their order.
    elsewhere: BTreeMap<u32, u32>,
}

impl Grouping {
    /// The stops, in the order of their first packages in the request; behind them those at which
    /// packages are collected on the way, and last those of alternatives.
    #[must_use]
    pub fn stops(&self) -> &[StopGroup] {
        &self.stops
    }

    /// The stop to which the package with this index in [`ServiceDay::packages`] is brought, or
    /// where it is collected for the station.
    ///
    /// # Panics
    ///
    /// When the day has no package of this index.
    #[must_use]
    pub fn stop_of(&self, package: usize) -> u32 {
        self.stop_of[package]
    }

    /// The stop at which a package is collected on the way to its door, if it is.
    ///
    /// # Panics
    ///
    /// When the day has no package of this index.
    #[must_use]
    pub fn pickup_of(&self, package: usize) -> Option<u32> {
        self.stops[self.stop_of[package] as usize].partner
    }

    /// The stop of one of a package's alternatives, if it has so many.
    #[must_use]
    pub fn alternative_of(&self, package: usize, alternative: u32) -> Option<u32> {
        let first = self.elsewhere.get(&u32::try_from(package).ok()?)?;
        let at = first.checked_add(alternative)?;
        let found = self.stops.get(at as usize)?.elsewhere?;
        let own = (self.stop_of.get(package)?, alternative);
        ((&found.door, found.alternative) == own).then_some(at)
    }

    /// Back to packages: one list of package indices for each stop, together every package once;
    /// without the stops at which packages are collected on the way and those of alternatives.
    pub fn ungroup(&self) -> impl Iterator<Item = &[u32]> {
        let whole = |stop: &&StopGroup| !stop.collects && stop.elsewhere.is_none();
        let doors = self.stops.iter().filter(whole);
        doors.map(|stop| stop.packages.as_slice())
    }
}

/// Puts the packages of a day into stops.
///
/// Two packages share a stop when all of this holds:
///
/// - they go to one door: the same address key; or, both without a key, the same matrix row when
///   the day travels by a matrix, else the same coordinates;
/// - they are of one choice class: both required, both with a price of their own or both taken by
///   the same carriers of the day; ready at the same time (a time before the delivery hours and all
///   shifts is as good as none), of the same temperature, with the same needs, pinned to the same vehicle or both to none;
/// - where incompatible goods go to the door, they are of the same class of goods;
/// - they ride with the same group or with none; where two packages of a group that is kept apart go
///   to the door, each package of such groups is a stop by itself;
/// - the windows of all packages of the stop have an instant in common, inside the delivery hours;
/// - together they take at most a quarter of the largest vehicle that may serve them (largest by
///   volume, then weight, then count; pins and needs respected), in every dimension. A package
///   that takes more alone is a stop alone.
///
/// Packages of one door and class are taken by their windows: those with one window first, by its
/// end, then those with several, by the end of the last; equal ones by id. Each joins the newest
/// stop whose windows it meets, or opens one: for single windows the smallest number of stops there
/// is. A stop that is then too large is filled anew in the same order. So the order in which
/// packages are stated never changes which of them share a stop.
///
/// Stops that the request gives are kept as they are, whole: required when one of their packages
/// is, ready when the last is.
///
/// A package that is collected on the way makes two stops of its own, one with alternatives a stop
/// for its door and one for each of them.
///
/// On a day with [`Walking`](crate::model::Walking) stops made so, but neither given ones
/// nor those of packages that are collected on the way, are joined
/// into halts of several doors, which have a [`Walk`](crate::sortation::Walk):
///
/// - the doors have coordinates and one five-digit postal code; any two are no farther apart than
///   may be, and there are no more of them than may be;
/// - they are of one class in all that is said above but the door, and of the same classes of goods
///   where some are incompatible, and of no group that is kept apart;
/// - together they take at most a quarter of the largest vehicle, and what is carried from where
///   the vehicle stands is no more than may be;
/// - each door that is added saves more parking than the walk becomes longer by, for every kind of
///   vehicle of the day; what driving it saves comes on top;
/// - they have the same windows: a door that is served when its neighbour must be is one that a
///   route no longer can serve while it waits. The halt may start when every hand-over then begins
///   inside them, for every kind of vehicle of the day, which is half of the time at least;
/// - a door with a price on lateness only where all vehicles of the day have the same service times.
///
/// The vehicle stands at the door with the heaviest load. The walk is the shortest there is, in the
/// direction that leaves more time to start. Halts are found greedily along a curve, so fewer may
/// be possible.
///
/// A stop has the given stop's id or that of its smallest package, ids compared as text; should
/// that be a given stop's, `~` is put before it until it is free.
///
/// # Complexity
///
/// O(n log n) time and O(n) memory for n packages, also when all are at one point.
#[must_use]
pub fn group(day: &ServiceDay) -> Grouping {
    let mut found: Vec<(Option<StopId>, Vec<u32>, Vec<TimeWindow>)> = Vec::new();
    for (id, range) in day.given_stops() {
        let windows = windows_of_all(day, range.clone());
        found.push((
            Some(id.clone()),
            range.clone().map(index).collect(),
            windows,
        ));
    }
    found.extend(free_clusters(day).into_iter().map(|cluster| {
        let mut packages: Vec<u32> = cluster.items.iter().map(|item| item.package).collect();
        packages.sort_unstable();
        (None, packages, cluster.windows)
    }));
    let pairs = (0..).zip(day.packages()).filter(|(_, p)| is_alone(p));
    found.extend(pairs.map(|(i, package)| {
        let windows = clip(package.windows(), day.delivery_hours());
        (None, vec![i], windows)
    }));
    found.sort_unstable_by_key(|(_, packages, _)| packages[0]);

    let leave = earliest_leave(day);
    let stops = found.into_iter();
    let stops =
        stops.map(|(id, packages, windows)| StopGroup::sum_up(day, id, packages, windows, leave));
    let mut stops = join(day, stops.collect(), leave);
    let mut stop_of = vec![0; day.packages().len()];
    for (number, stop) in (0..).zip(&stops) {
        for &package in &stop.packages {
            stop_of[package as usize] = number;
        }
    }
    add_pickups(day, &mut stops);
    let elsewhere = add_alternatives(day, &mut stops);
    free_ids(day, &mut stops);
    Grouping {
        stops,
        stop_of,
        elsewhere,
    }
}

/// Adds the stops at which packages are collected on the way.
fn add_pickups(day: &ServiceDay, stops: &mut Vec<StopGroup>) {
    for door in 0..stops.len() {
        let first = index(stops.len());
        if let Some(stop) = StopGroup::collecting(day, &stops[door], index(door)) {
            stops.push(stop);
            stops[door].partner = Some(first);
        }
    }
}

/// Adds the stops of alternatives; the first one of each package.
fn add_alternatives(day: &ServiceDay, stops: &mut Vec<StopGroup>) -> BTreeMap<u32, u32> {
    let mut first = BTreeMap::new();
    let lockers: HashMap<&str, u32> = (0..)
        .zip(day.lockers())
        .map(|(i, locker)| (locker.id().as_str(), i))
        .collect();
    for door in 0..stops.len() {
        let package = stops[door].packages[0];
        let alternatives = day.packages()[package as usize].alternatives();
        if stops[door].packages.len() > 1 || alternatives.is_empty() {
            continue;
        }
        first.insert(package, index(stops.len()));
        for (number, alternative) in (0..).zip(alternatives) {
            let locker = alternative.locker();
            let elsewhere = Elsewhere {
                door: index(door),
                alternative: number,
                locker: locker.and_then(|id| lockers.get(id.as_str()).copied()),
                price: alternative.price(),
            };
            let stop = StopGroup::instead(day, &stops[door], alternative, elsewhere);
            stops.extend(stop);
        }
    }
    first
}

/// Whether a package's stops are its own.
fn is_alone(package: &Package) -> bool {
    package.pickup().is_some() || !package.alternatives().is_empty()
}

/// What the windows of a given stop's packages have in common.
fn windows_of_all(day: &ServiceDay, range: std::ops::Range<usize>) -> Vec<TimeWindow> {
    let hours = day.delivery_hours();
    day.packages()[range]
        .iter()
        .fold(vec![hours], |all, package| {
            meet(&all, &clip(package.windows(), hours))
        })
}

/// The stops of all packages outside given stops.
fn free_clusters(day: &ServiceDay) -> Vec<Cluster> {
    let (sets, set_of) = window_sets(day);
    let (classes, mut rows) = classes(day);
    // The id decides between packages with equal windows, so that input order does not.
    rows.sort_unstable_by(|&(class_a, a), &(class_b, b)| {
        let key_a = (class_a, set_of[a as usize]);
        key_a.cmp(&(class_b, set_of[b as usize])).then_with(|| {
            let packages = day.packages();
            packages[a as usize].id().cmp(packages[b as usize].id())
        })
    });
    let mut limits = Limits::new(day);
    let mut clusters = Vec::new();
    for run in rows.chunk_by(|a, b| a.0 == b.0) {
        let items: Vec<Item> = run
            .iter()
            .map(|&(_, package)| Item {
                package,
                set: set_of[package as usize],
                load: day.packages()[package as usize].load(),
            })
            .collect();
        let largest = limits.largest(&classes[run[0].0 as usize]);
        for cluster in by_windows(&items, &sets) {
            clusters.extend(by_load(cluster, &sets, largest));
        }
    }
    clusters
}

/// The distinct window sets, in the order in which packages are taken, and that of each package.
fn window_sets(day: &ServiceDay) -> (Vec<Vec<TimeWindow>>, Vec<u32>) {
    let hours = day.delivery_hours();
    let mut number: HashMap<Vec<TimeWindow>, u32> = HashMap::new();
    let mut sets: Vec<(Vec<TimeWindow>, u32)> = Vec::new();
    let mut set_of = Vec::with_capacity(day.packages().len());
    for package in day.packages() {
        let set = clip(package.windows(), hours);
        let known = number.get(&set).copied();
        set_of.push(known.unwrap_or_else(|| {
            let fresh = index(sets.len());
            sets.push((set.clone(), fresh));
            number.insert(set, fresh);
            fresh
        }));
    }
    sets.sort_unstable_by(|(a, _), (b, _)| {
        let end = |set: &[TimeWindow]| set.last().map(|w| w.latest());
        let key = |set: &[TimeWindow]| (set.len(), end(set));
        key(a).cmp(&key(b)).then_with(|| a.cmp(b))
    });
    let mut rank = vec![0; sets.len()];
    for (place, (_, number)) in sets.iter().enumerate() {
        rank[*number as usize] = index(place);
    }
    for set in &mut set_of {
        *set = rank[*set as usize];
    }
    (sets.into_iter().map(|(set, _)| set).collect(), set_of)
}

/// The distinct classes, and (class, package) for every package outside given stops.
fn classes(day: &ServiceDay) -> (Vec<Class<'_>>, Vec<(u32, u32)>) {
    let mut given = vec![false; day.packages().len()];
    for (_, range) in day.given_stops() {
        given[range.clone()].fill(true);
    }
    let leave = earliest_leave(day);
    let apart = Apart::of(day);
    let mut number: HashMap<Class<'_>, u32> = HashMap::new();
    let mut classes = Vec::new();
    let mut rows = Vec::with_capacity(given.len());
    for (i, package) in day.packages().iter().enumerate() {
        if given[i] || is_alone(package) {
            continue;
        }
        let class = Class::of(day, package, leave, &apart);
        let known = number.get(&class).copied();
        let known = known.unwrap_or_else(|| {
            let fresh = index(classes.len());
            classes.push(class.clone());
            number.insert(class, fresh);
            fresh
        });
        rows.push((known, index(i)));
    }
    (classes, rows)
}

/// Whether each stop has its name from a package of its own.
fn is_plain(stops: &[StopGroup]) -> bool {
    let own = |stop: &StopGroup| !stop.collects && stop.elsewhere.is_none();
    stops.iter().all(own)
}

/// Renames stops that took their id from a package where a given stop has that id.
fn free_ids(day: &ServiceDay, stops: &mut [StopGroup]) {
    if day.given_stops().is_empty() && is_plain(stops) {
        // Package ids are unique, and each is in one stop.
        return;
    }
    let mut taken: HashSet<String> = HashSet::new();
    let given: HashSet<u32> = day
        .given_stops()
        .iter()
        .map(|(_, range)| index(range.start))
        .collect();
    taken.extend(
        day.given_stops()
            .iter()
            .map(|(id, _)| id.as_str().to_owned()),
    );
    let mut derived: Vec<&mut StopGroup> = stops
        .iter_mut()
        .filter(|stop| !given.contains(&stop.packages[0]))
        .collect();
    // By id, so that the order of the request does not decide who is renamed.
    derived.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    for stop in derived {
        let mut id = stop.id.as_str().to_owned();
        while !taken.insert(id.clone()) {
            id.insert(0, '~');
        }
        if id != stop.id.as_str() {
            stop.id = StopId::from(id);
        }
    }
}

/// A position as the 32-bit index used for packages and stops.
fn index(position: usize) -> u32 {
    u32::try_from(position).expect("a day has fewer than 2^32 packages, as its builder checks")
}
