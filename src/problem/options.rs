//! Alternatives of one package: stops of which one is served at most, and the slots of lockers.
//!
//! The stops of a package's door and of its alternatives are a *set*. All members have the price of
//! leaving the package out; the first member, the *head*, stands for the set wherever stops wait: a
//! bank holds the heads of sets of which no member is on a route, and no other member ever.

use std::collections::BTreeMap;

use crate::model::{Locker, ServiceDay};
use crate::sortation::{Grouping, StopGroup};

use super::{Problem, index};

/// The set of a stop that has none.
const NO_SET: u32 = u32::MAX;

/// The slots in which the package of a stop goes, as a range of [`Options::slots`], and the smallest
/// of them that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Want {
    first: u32,
    end: u32,
    /// The smallest that holds it.
    pub(crate) class: u32,
}

impl Want {
    /// All slots that hold it, as indices.
    pub(crate) fn sizes(self) -> std::ops::Range<usize> {
        self.class as usize..self.end as usize
    }
}

/// Which stops are alternatives of each other, and how many slots there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// By stop; empty where no stop has alternatives.
    set_of: Vec<u32>,
    sets: Vec<Vec<u32>>,
    /// By stop.
    wants: Vec<Option<Want>>,
    /// Free slots by locker and, smallest first, size.
    pub(crate) slots: Vec<u32>,
}

impl Options {
    /// The sets of the stops of a problem, those without a chance taken out.
    pub(super) fn of(day: &ServiceDay, grouping: &Grouping, problem: &Problem) -> Options {
        let groups = grouping.stops();
        if groups.iter().all(|group| group.elsewhere.is_none()) {
            return Options::default();
        }
        let mut options = Options {
            set_of: vec![NO_SET; problem.len()],
            sets: Vec::new(),
            wants: vec![None; problem.len()],
            slots: Vec::new(),
        };
        let starts = options.add_slots(day.lockers());
        let known: BTreeMap<u32, u32> = (0..)
            .zip(&problem.origin)
            .map(|(s, &group)| (group, s))
            .collect();
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (group, stop) in (0..).zip(groups) {
            let Some(elsewhere) = stop.elsewhere else {
                continue;
            };
            let door = elsewhere.door;
            let set = members
                .entry(door)
                .or_insert_with(|| known.get(&door).copied().into_iter().collect());
            let Some(&s) = known.get(&group) else {
                continue;
            };
            set.push(s);
            options.wants[s as usize] = elsewhere.locker.and_then(|l| {
                let start = starts[l as usize];
                want(&day.lockers()[l as usize], start, stop.load.volume_cm3)
            });
        }
        for set in members.into_values().filter(|set| !set.is_empty()) {
            options.add(set);
        }
        options
    }

    /// Notes the free slots; where those of each locker begin.
    fn add_slots(&mut self, lockers: &[Locker]) -> Vec<u32> {
        let mut starts = Vec::with_capacity(lockers.len());
        for locker in lockers {
            starts.push(index(self.slots.len()));
            self.slots.extend(by_size(locker).iter().map(|&(_, n)| n));
        }
        starts
    }

    fn add(&mut self, set: Vec<u32>) {
        for &s in &set {
            self.set_of[s as usize] = index(self.sets.len());
        }
        self.sets.push(set);
    }

    /// The same of some of the stops, by their numbers there, `stops` being the numbers here; all
    /// stops of a set or none are among them. `slots` are theirs.
    pub(crate) fn within(&self, stops: &[u32], local_of: &[u32], slots: Vec<u32>) -> Options {
        if !self.any() {
            return Options::default();
        }
        let mut part = Options {
            set_of: vec![NO_SET; stops.len()],
            sets: Vec::new(),
            wants: stops.iter().map(|&s| self.want(s)).collect(),
            slots,
        };
        for &s in stops.iter().filter(|&&s| self.is_head(s)) {
            if let Some(set) = self.set(s) {
                let local = |&s: &u32| local_of[s as usize];
                part.add(set.iter().map(local).collect());
            }
        }
        part
    }

    /// Whether any stop has alternatives.
    #[inline(always)]
    pub(crate) fn any(&self) -> bool {
        !self.set_of.is_empty()
    }

    /// The number of a stop's set.
    #[inline]
    fn set_number(&self, stop: u32) -> Option<usize> {
        let set = *self.set_of.get(stop as usize)?;
        (set != NO_SET).then_some(set as usize)
    }

    /// All stops of a stop's set, the head first; None for a stop without alternatives.
    #[inline]
    pub(crate) fn set(&self, stop: u32) -> Option<&[u32]> {
        self.set_number(stop).map(|set| self.sets[set].as_slice())
    }

    /// The stop that stands for a stop where it waits.
    #[inline]
    pub(crate) fn head(&self, stop: u32) -> u32 {
        self.set(stop).map_or(stop, |set| set[0])
    }

    /// Whether a stop stands for itself.
    #[inline]
    pub(crate) fn is_head(&self, stop: u32) -> bool {
        self.head(stop) == stop
    }

    /// Whether a stop is in the first solution: it stands for itself, and needs no slot.
    #[inline]
    pub(crate) fn is_built(&self, stop: u32) -> bool {
        self.is_head(stop) && self.want(stop).is_none()
    }

    /// The slot that a stop takes.
    #[inline]
    pub(crate) fn want(&self, stop: u32) -> Option<Want> {
        *self.wants.get(stop as usize)?
    }

    /// Whether a slot is free where `used` are taken, counted by the smallest that hold them:
    /// whether, for each size up to its own, packages of that size and above are fewer than slots.
    pub(crate) fn has_slot(&self, want: Want, used: &[u32]) -> bool {
        let (mut taken, mut all) = (0u64, 0u64);
        for at in (want.first..want.end).rev() {
            taken += u64::from(used[at as usize]);
            all += u64::from(self.slots[at as usize]);
            if at <= want.class && taken >= all {
                return false;
            }
        }
        true
    }

    /// Gives a package one of the slots that are `free`, the smallest that holds it.
    pub(crate) fn take(want: Want, free: &mut [u32]) -> Option<u32> {
        let at = (want.class..want.end).find(|&at| free[at as usize] > 0)?;
        free[at as usize] -= 1;
        Some(at)
    }
}

/// Which sets are served and which slots are taken, stop after stop.
#[derive(Debug)]
pub(crate) struct Stock<'a> {
    options: &'a Options,
    served: Vec<bool>,
    used: Vec<u32>,
}

impl<'a> Stock<'a> {
    /// Nothing is served.
    pub(crate) fn new(options: &'a Options) -> Stock<'a> {
        Stock {
            options,
            served: vec![false; options.sets.len()],
            used: vec![0; options.slots.len()],
        }
    }

    /// Serves a stop. False, with nothing changed, where another of its set is served or its locker
    /// is full.
    pub(crate) fn serve(&mut self, stop: u32) -> bool {
        let Some(set) = self.options.set_number(stop) else {
            return true;
        };
        let want = self.options.want(stop);
        let fits = want.is_none_or(|want| self.options.has_slot(want, &self.used));
        if self.served[set] || !fits {
            return false;
        }
        self.served[set] = true;
        if let Some(want) = want {
            self.used[want.class as usize] += 1;
        }
        true
    }

    /// Slots that are taken, by the smallest that hold what is in them.
    pub(crate) fn used(&self) -> &[u32] {
        &self.used
    }

    /// Whether a stop's set is served.
    pub(crate) fn is_served(&self, stop: u32) -> bool {
        let set = self.options.set_number(stop);
        set.is_some_and(|set| self.served[set])
    }
}

/// Volume and number of slots, smallest first.
fn by_size(locker: &Locker) -> Vec<(u64, u32)> {
    let slots = locker.slots().iter();
    let mut sizes: Vec<(u64, u32)> = slots.map(|s| (s.largest_cm3(), s.count())).collect();
    sizes.sort_unstable();
    sizes
}

/// The slot for a volume; the builder lets no package pass that fits in none.
fn want(locker: &Locker, start: u32, volume: u64) -> Option<Want> {
    let sizes = by_size(locker);
    let smaller = sizes.partition_point(|&(largest, _)| largest < volume);
    Some(Want {
        first: start,
        end: start + index(sizes.len()),
        class: start + index(smaller),
    })
    .filter(|want| want.class < want.end)
}

/// Of a package without a stop that can be served, its door says so; of others no stop does.
pub(super) fn settle_hopeless(problem: &mut Problem, groups: &[StopGroup]) {
    // Also where no stop is left that has alternatives.
    if groups.iter().all(|group| group.elsewhere.is_none()) {
        return;
    }
    let mut alive = vec![false; groups.len()];
    let door = |group: u32| {
        let elsewhere = groups[group as usize].elsewhere;
        elsewhere.map_or(group, |elsewhere| elsewhere.door)
    };
    for &group in &problem.origin {
        alive[door(group) as usize] = true;
    }
    let keep: Vec<bool> = problem
        .hopeless
        .iter()
        .map(|&(group, _)| door(group) == group && !alive[group as usize])
        .collect();
    super::compile::retain(&mut problem.hopeless, &keep);
    super::compile::retain(&mut problem.set_aside, &keep);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(slots: [u32; 3]) -> Options {
        Options {
            slots: slots.to_vec(),
            ..Options::default()
        }
    }

    fn sized(class: u32) -> Want {
        Want {
            first: 0,
            end: 3,
            class,
        }
    }

    /// Whether all fit, by giving the largest first the smallest slot there is.
    fn all_fit(slots: [u32; 3], used: [u32; 3]) -> bool {
        let mut free = slots;
        let sizes = (0..3).rev();
        let mut all = sizes.flat_map(|c| std::iter::repeat_n(c, used[c as usize] as usize));
        all.all(|class| Options::take(sized(class), &mut free).is_some())
    }

    #[test]
    fn a_slot_is_free_where_all_fit_with_one_more() {
        let all = || (0..27u32).map(|n| [n / 9, n / 3 % 3, n % 3]);
        let mut free = 0;
        for slots in all() {
            let options = options(slots);
            for used in all().filter(|&used| all_fit(slots, used)) {
                for class in 0..3 {
                    let mut with = used;
                    with[class as usize] += 1;
                    let expected = all_fit(slots, with);
                    assert_eq!(options.has_slot(sized(class), &used), expected);
                    free += u32::from(expected);
                }
            }
        }
        assert!(free > 100, "{free}");
    }
}
