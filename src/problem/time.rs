//! Time inside the compiled problem: instants in milliseconds, windows, and the
//! triple that summarises a stretch of a route.
//!
//! A stretch maps the arrival `x` at its first node to the departure from its
//! last: `max(finish, x + busy)`, defined for `x <= latest`. Two stretches are
//! joined in constant time ([`Segment::join`]). The algebra is the feasible-only
//! form of the duration segments of Vidal et al. (2013).

/// An instant (since local midnight) or a length, in milliseconds.
pub(crate) type Time = i32;

/// No instant of a compiled problem passes this value (about 149 hours). Three of
/// them still add up without overflow, which is the most any join adds.
pub(crate) const HORIZON: Time = 1 << 29;

/// The longest leg in milliseconds; as long as the horizon, so never feasible.
pub(crate) const LONGEST_LEG: u32 = 1 << 29;

/// How long a leg takes, as the pair of functions the search reads.
///
/// Both directions are non-decreasing (first in, first out). A constant leg is
/// the monomorphised case; travel by the hour is another implementation, so no
/// caller may add a leg time to an instant by itself.
pub(crate) trait LegTime: Copy {
    /// Arrival at the far end when leaving at `depart`.
    fn arrive(self, depart: Time) -> Time;
    /// The latest departure that still arrives by `arrive`.
    fn latest_departure(self, arrive: Time) -> Time;
}

/// A leg that takes the same time all day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConstantLeg(pub Time);

impl LegTime for ConstantLeg {
    #[inline(always)]
    fn arrive(self, depart: Time) -> Time {
        depart + self.0
    }

    #[inline(always)]
    fn latest_departure(self, arrive: Time) -> Time {
        arrive - self.0
    }
}

/// One allowed interval for the start of service, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Service starts no earlier; an earlier arrival waits.
    pub(crate) open: Time,
    /// Service starts no later.
    pub(crate) close: Time,
}

/// The window in which service starts when arriving at `arrive`: the first that
/// has not closed. `windows` is sorted and disjoint. None when all have closed.
#[inline]
pub(crate) fn first_window(windows: &[Window], arrive: Time) -> Option<Window> {
    windows.iter().find(|w| arrive <= w.close).copied()
}

/// The latest arrival that lets service start by `by`: None when the first
/// window opens later than that.
#[inline]
pub(crate) fn latest_arrival(windows: &[Window], by: Time) -> Option<Time> {
    windows
        .iter()
        .rev()
        .find(|w| w.open <= by)
        .map(|w| w.close.min(by))
}

/// Summary of a stretch of a route under a fixed choice of windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Travel and service inside the stretch, without waiting.
    pub(crate) busy: Time,
    /// The earliest possible departure from the last node.
    pub(crate) finish: Time,
    /// The latest feasible arrival at the first node.
    pub(crate) latest: Time,
}

impl Segment {
    /// A single node with one window.
    #[inline(always)]
    pub(crate) fn node(window: Window, service: Time) -> Segment {
        Segment {
            busy: service,
            finish: window.open + service,
            latest: window.close,
        }
    }

    /// This stretch, a leg of `travel`, then `next`; None when `next` cannot be
    /// reached in time.
    #[inline(always)]
    pub(crate) fn join(self, travel: Time, next: Segment) -> Option<Segment> {
        if ConstantLeg(travel).arrive(self.finish) > next.latest {
            return None;
        }
        let busy_after = travel + next.busy;
        Some(Segment {
            busy: self.busy + busy_after,
            finish: next.finish.max(self.finish + busy_after),
            latest: self.latest.min(next.latest - self.busy - travel),
        })
    }

    /// The least time from start to end over all feasible starts.
    #[inline(always)]
    pub(crate) fn least_duration(self) -> Time {
        self.busy.max(self.finish - self.latest)
    }

    /// The earliest start that reaches the least duration.
    pub(crate) fn best_start(self) -> Time {
        self.latest.min(self.finish - self.busy)
    }
}

/// Stretches that differ in their choice of windows, none better than another
/// in both finish and latest start. All have the same busy time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frontier {
    now: Vec<Segment>,
    /// Memory of the step before.
    spare: Vec<Segment>,
}

/// How many window choices a frontier keeps; beyond it those with the shortest
/// duration stay, so the result is then an upper bound that can be driven.
const FRONTIER_LIMIT: usize = 32;

impl Frontier {
    /// A frontier of one stretch.
    pub(crate) fn start(first: Segment) -> Frontier {
        Frontier {
            now: vec![first],
            spare: Vec::new(),
        }
    }

    /// Appends a node after a leg of `travel`. False when no choice is feasible.
    pub(crate) fn append(&mut self, travel: Time, windows: &[Window], service: Time) -> bool {
        std::mem::swap(&mut self.now, &mut self.spare);
        self.now.clear();
        for segment in &self.spare {
            for &window in windows {
                self.now
                    .extend(segment.join(travel, Segment::node(window, service)));
            }
        }
        if self.now.len() > 1 {
            self.now.sort_unstable_by_key(|s| (s.finish, -s.latest));
            let mut best_latest = Time::MIN;
            self.now.retain(|s| {
                s.latest > best_latest && {
                    best_latest = s.latest;
                    true
                }
            });
        }
        if self.now.len() > FRONTIER_LIMIT {
            self.now.sort_by_key(|s| s.finish - s.latest);
            self.now.truncate(FRONTIER_LIMIT);
        }
        !self.now.is_empty()
    }

    /// The stretch of least duration, the earliest of equal ones.
    pub(crate) fn shortest(&self) -> Option<Segment> {
        self.now
            .iter()
            .min_by_key(|s| (s.least_duration(), s.best_start()))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Drives the windows with start `x`; the end, or None when one has closed.
    fn drive(x: Time, legs: &[(Time, Vec<Window>, Time)]) -> Option<Time> {
        let mut at = x;
        for (travel, windows, service) in legs {
            at = first_window(windows, at + travel)?.open.max(at + travel) + service;
        }
        Some(at)
    }

    #[test]
    fn frontier_finds_the_least_duration_over_all_starts() {
        // A small deterministic generator is enough here; the property test of
        // the whole search covers odd cases.
        let mut seed = 7u64;
        let mut next = |n: i32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            i32::try_from((seed >> 33) % u64::try_from(n).unwrap()).unwrap()
        };
        let mut feasible = 0;
        for _ in 0..3_000 {
            let legs: Vec<(Time, Vec<Window>, Time)> = (0..4)
                .map(|k| {
                    let open = next(25) + 8 * k;
                    let first = Window {
                        open,
                        close: open + next(10),
                    };
                    let later = first.close + 1 + next(20);
                    let mut windows = vec![first];
                    if next(2) == 0 {
                        windows.push(Window {
                            open: later,
                            close: later + next(10),
                        });
                    }
                    (next(8), windows, next(5))
                })
                .collect();
            let depot = Segment {
                busy: 0,
                finish: 0,
                latest: 60,
            };
            let mut frontier = Frontier::start(depot);
            let ok = legs.iter().all(|(t, w, s)| frontier.append(*t, w, *s));
            let brute = (0..=60)
                .filter_map(|x| drive(x, &legs).map(|end| end - x))
                .min();
            assert_eq!(ok, brute.is_some());
            if let Some(best) = brute {
                feasible += 1;
                let segment = frontier.shortest().unwrap();
                assert_eq!(segment.least_duration(), best);
                let end = drive(segment.best_start(), &legs).unwrap();
                assert_eq!(end - segment.best_start(), best);
            }
        }
        assert!(feasible > 300);
    }

    #[test]
    fn latest_arrival_and_first_window_are_inverse() {
        let windows = [
            Window {
                open: 10,
                close: 20,
            },
            Window {
                open: 40,
                close: 50,
            },
        ];
        assert_eq!(latest_arrival(&windows, 9), None);
        assert_eq!(latest_arrival(&windows, 30), Some(20));
        assert_eq!(latest_arrival(&windows, 45), Some(45));
        assert_eq!(first_window(&windows, 21).map(|w| w.open), Some(40));
        assert_eq!(first_window(&windows, 51), None);
    }
}
