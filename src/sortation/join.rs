//! Stops that are close together into halts: park once and walk.

use std::collections::HashMap;

use super::class::{Apart, Class, Limits};
use super::halt::{Bucket, Door, Ground, Halt};
use super::near::{Row, keys};
use super::stop::StopGroup;
use super::walk::{Walk, WalkDoor};
use super::zip::Frame;
use crate::model::{GoodsClass, ServiceDay, TimeWindow};
use crate::travel::UnitVector;
use crate::units::{Meters, TimeOfDay};

/// How many doors that do not join are tried for a halt, the nearest first.
const MISSES: usize = 8;

/// Joins stops into halts of several doors, where the day has drivers who walk; `leave` is when a
/// vehicle may leave at the earliest.
///
/// Doors are taken along a Hilbert curve. Each that is free opens a halt, to which the nearest free
/// door that is alike is added again and again, as long as that
/// saves time. The order of the request does not matter. O(n log n) for n stops.
pub(super) fn join(
    day: &ServiceDay,
    mut stops: Vec<StopGroup>,
    leave: TimeOfDay,
) -> Vec<StopGroup> {
    let Some(walking) = day.walking() else {
        return stops;
    };
    let ground = Ground::new(day, walking);
    let frame = Frame::around(stops.iter().filter_map(|stop| stop.place.lat_lng()));
    let mut limits = Limits::new(day);
    let mut joined = vec![false; stops.len()];
    let mut halts = Vec::new();
    for (class, members) in alike(day, &stops, leave) {
        let mut doors: Vec<Door<'_>> = (members.into_iter())
            .filter_map(|stop| {
                let group = &stops[stop as usize];
                let at = group.place.lat_lng()?;
                let place = (UnitVector::of(at), keys(&frame, at));
                Some(Door::new(&ground, (stop, group), place))
            })
            .filter(|door| ground.admits(door))
            .collect();
        doors.sort_unstable_by(|a, b| (a.keys[0], &a.group.id).cmp(&(b.keys[0], &b.group.id)));
        let bucket = Bucket {
            ground: &ground,
            doors,
            largest: limits.largest(&class),
        };
        for halt in grow_all(&bucket) {
            for &door in &halt.doors {
                joined[bucket.doors[door as usize].stop as usize] = true;
            }
            halts.push(stop_of(&bucket, &halt, leave));
        }
    }
    let mut joined = joined.into_iter();
    stops.retain(|_| joined.next() != Some(true));
    stops.extend(halts);
    stops.sort_unstable_by_key(|stop| stop.packages[0]);
    stops
}

/// Class, five-digit postal code, goods that keep apart, windows.
type Alike<'s, 'a> = (Class<'a>, &'s str, Vec<&'a GoodsClass>, &'s [TimeWindow]);

/// Stops that are alike in all but their doors, with what they have in common.
fn alike<'a>(
    day: &'a ServiceDay,
    stops: &[StopGroup],
    leave: TimeOfDay,
) -> Vec<(Class<'a>, Vec<u32>)> {
    // Given stops come behind all other packages.
    let loose = day.given_stops().first();
    let loose = loose.map_or(day.packages().len(), |(_, range)| range.start);
    let apart = Apart::of(day);
    let mut number: HashMap<Alike<'_, 'a>, usize> = HashMap::new();
    let mut found: Vec<(Class<'a>, Vec<u32>)> = Vec::new();
    for (stop, group) in (0..).zip(stops) {
        let first = group.packages[0] as usize;
        let on_the_way = day.packages()[first].pickup().is_some();
        let chooses = !day.packages()[first].alternatives().is_empty();
        // Doors joined to a halt ride together.
        let mut packages = group.packages.iter();
        let alone = packages.any(|&p| !day.packages()[p as usize].apart().is_empty());
        if first >= loose || on_the_way || chooses || alone || group.windows.is_empty() {
            continue;
        }
        let class = Class::of(day, &day.packages()[first], leave, &apart).anywhere();
        let packages = group.packages.iter();
        let mut goods: Vec<&GoodsClass> = packages
            .filter_map(|&p| apart.bound(&day.packages()[p as usize]))
            .collect();
        goods.sort_unstable();
        goods.dedup();
        let fresh = found.len();
        let key = (
            class.clone(),
            group.zip.five_digits(),
            goods,
            group.windows.as_slice(),
        );
        let at = *number.entry(key).or_insert(fresh);
        if at == fresh {
            found.push((class, Vec::new()));
        }
        found[at].1.push(stop);
    }
    found
}

/// The halts of a bucket with several doors.
fn grow_all(bucket: &Bucket<'_>) -> Vec<Halt> {
    let doors = &bucket.doors;
    let count = u32::try_from(doors.len()).expect("a day has fewer than 2^32 stops");
    let mut second: Vec<u32> = (0..count).collect();
    second.sort_unstable_by_key(|&door| (doors[door as usize].keys[1], door));
    let mut rows = [Row::new(0..count), Row::new(second.into_iter())];
    let mut taken = vec![false; doors.len()];
    let mut halts = Vec::new();
    for seed in 0..count {
        if taken[seed as usize] {
            continue;
        }
        let halt = grow(bucket, &rows, seed);
        if halt.doors.len() < 2 {
            continue;
        }
        for &door in &halt.doors {
            taken[door as usize] = true;
            for row in &mut rows {
                row.remove(door);
            }
        }
        halts.push(halt);
    }
    halts
}

/// Adds the nearest free doors to one, as long as that saves time.
fn grow(bucket: &Bucket<'_>, rows: &[Row], seed: u32) -> Halt {
    let door = |door: u32| &bucket.doors[door as usize];
    let way = |a: u32, b: u32| bucket.ground.way(door(a), door(b)).0;
    let mut around = Vec::new();
    for row in rows {
        row.around(seed, &mut around);
    }
    around.sort_unstable();
    around.dedup();
    let mut offers: Vec<(i64, u32)> = around.into_iter().map(|d| (way(seed, d), d)).collect();
    offers.retain(|&(mm, _)| bucket.ground.near(mm));
    let mut halt = Halt::alone(seed);
    let mut misses = 0;
    while halt.doors.len() < bucket.ground.walking.most_doors() as usize && misses < MISSES {
        let nearest = (0..offers.len()).min_by_key(|&i| offers[i]);
        let Some(nearest) = nearest else { break };
        let (_, next) = offers.swap_remove(nearest);
        let Some(longer) = bucket.with(&halt, next) else {
            misses += 1;
            continue;
        };
        halt = longer;
        for (mm, other) in &mut offers {
            *mm = (*mm).min(way(next, *other));
        }
    }
    halt
}

/// A halt as a stop.
fn stop_of(bucket: &Bucket<'_>, halt: &Halt, leave: TimeOfDay) -> StopGroup {
    let day = bucket.ground.day;
    let groups = halt.doors.iter().map(|&d| bucket.doors[d as usize].group);
    let mut packages: Vec<u32> = groups.clone().flat_map(|g| &g.packages).copied().collect();
    packages.sort_unstable();
    let (spans, time) = Bucket::spans(halt);
    let doors = groups.clone().zip(spans).map(|(group, time)| WalkDoor {
        place: group.place,
        packages: group.packages.clone(),
        time,
    });
    let walk = Walk {
        doors: doors.collect(),
        distance: Meters::from_millimeters(halt.mm),
        time,
    };
    let mut stop = StopGroup::sum_up(day, None, packages, halt.windows.clone(), leave);
    if let Some(stands) = groups.clone().next() {
        stop.place = stands.place;
        stop.zip = stands.zip.clone();
    }
    stop.service += time;
    stop.walk = Some(walk);
    stop
}
