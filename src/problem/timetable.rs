//! When a route leaves, pauses and is back, where that takes more than the length of its legs:
//! prices on lateness, breaks.
//!
//! A break is taken at a stop, before its service or behind it. Which breaks a route owes depends
//! on when it is out, so every choice of breaks taken and left out is tried; for each, stretches
//! of the route ([`Segment`]) are extended stop by stop in every way of placing the breaks, and
//! those that are no better than another in both finish and latest start are dropped. The start of
//! a stretch whose order of halts and windows is settled is then chosen exactly: the cost is convex
//! and made of straight pieces in it.
//!
//! Exact but for two cases, in which the result can be driven and may be a little dearer than the
//! best: in routes of more than [`SHORT`] stops, lateness with a choice of breaks or windows is
//! weighed only for the stretches that are best without it; and no more than [`KEPT`] are kept.

use super::Cost;
use super::time::{HORIZON, Segment, Time, Window, first_window};

/// Breaks of a vehicle.
pub(crate) const MOST_PAUSES: usize = crate::model::MOST_BREAKS;

/// Stretches kept at every stop, for each number of breaks taken.
const KEPT: usize = 24;

/// Routes of up to so many stops keep every stretch where lateness has a price, up to [`ALL`].
const SHORT: usize = 8;
const ALL: usize = 256;

/// Where no break is taken.
const NOWHERE: u32 = u32::MAX;

/// What lateness at a stop costs: nothing up to an instant, then so much a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) after: Time,
    pub(crate) rate: Cost,
}

/// What starting service at `start` costs.
#[inline]
pub(crate) fn lateness(dues: &[Due], start: Time) -> Cost {
    let late = |due: &Due| due.rate * i64::from((start - due.after).max(0));
    dues.iter().map(late).sum()
}

/// When a break is owed, see [`BreakTime`](crate::model::BreakTime).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PauseTime {
    Between(Window),
    OnDuty(Time),
    Driving(i64),
}

/// A break of a vehicle type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pause {
    pub(crate) when: PauseTime,
    pub(crate) length: Time,
}

/// Where each break of the vehicle is taken: twice the index of the stop, and one more behind its
/// service; or nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spots([u32; MOST_PAUSES]);

impl Spots {
    pub(crate) const NONE: Spots = Spots([NOWHERE; MOST_PAUSES]);

    /// Takes a break at a stop.
    pub(crate) fn set(&mut self, number: usize, at: usize, behind: bool) {
        let at = u32::try_from(at).unwrap_or(NOWHERE / 4);
        self.0[number] = 2 * at + u32::from(behind);
    }

    /// Whether a break is taken at a stop.
    #[inline(always)]
    pub(crate) fn is_at(self, number: usize, at: usize, behind: bool) -> bool {
        self.0[number] as usize == 2 * at + usize::from(behind)
    }

    /// The breaks that are taken, in order: number, index of the stop, whether behind its service.
    pub(crate) fn taken(self) -> impl Iterator<Item = (usize, usize, bool)> {
        let all = self.0.into_iter().enumerate();
        let taken = all.filter(|(_, spot)| *spot != NOWHERE);
        taken.map(|(number, spot)| (number, spot as usize / 2, spot % 2 == 1))
    }
}

/// A stop on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Halt<'a> {
    /// Its location.
    pub(crate) place: u32,
    /// From the stop before, or the start.
    pub(crate) travel: Time,
    pub(crate) windows: &'a [Window],
    pub(crate) service: Time,
    pub(crate) dues: &'a [Due],
}

/// What else decides about a route's times.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms<'a> {
    /// When it may leave at the earliest, and be back at the latest.
    pub(crate) shift: Window,
    /// It leaves no later: when it is free, for a vehicle that is out already.
    pub(crate) leave_by: Time,
    /// The longest duty.
    pub(crate) max_duty: Time,
    /// The longest driving.
    pub(crate) max_driving: i64,
    /// Prices of a millisecond on duty and of one at the wheel.
    pub(crate) duty: Cost,
    pub(crate) driving: Cost,
    /// Locations of its start and its end, and its profile of travel.
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) profile: u32,
    /// Travel from the last stop to the end.
    pub(crate) back: Time,
    pub(crate) pauses: &'a [Pause],
}

/// A route's times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timetable {
    pub(crate) depart: Time,
    pub(crate) duration: Time,
    /// Milliseconds at the wheel.
    pub(crate) driving: i64,
    /// What lateness costs.
    pub(crate) late: Cost,
    /// How much of `late` leaving earlier would save at the most.
    pub(crate) spare: Cost,
    /// Breaks that no schedule of the route is without, in milliseconds.
    pub(crate) owed: Time,
    pub(crate) spots: Spots,
}

/// Buffers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    now: Vec<Label>,
    before: Vec<Label>,
    bends: Vec<Bend>,
}

/// A stretch from the start with some breaks taken.
#[derive(Clone, Copy, Debug)]
struct Label {
    segment: Segment,
    /// How many of the breaks to be taken are.
    taken: usize,
    spots: Spots,
}

/// Where the start of service at a stop begins to cost: at departures from `from` on, `rate` for
/// each millisecond.
#[derive(Clone, Copy, Debug)]
struct Bend {
    from: Time,
    rate: Cost,
    /// Start of service of whoever leaves early enough, and of whoever never waits less the
    /// departure.
    held: Time,
    busy: Time,
    after: Time,
}

/// The breaks to be taken, and what leaving out the others asks for.
#[derive(Clone, Copy, Debug)]
struct Case {
    shift: Window,
    /// Back by.
    close: Time,
    max_duty: Time,
    taken: [bool; MOST_PAUSES],
    length: Time,
}

/// The times of least cost for halts in this order; None when it cannot be driven.
///
/// O(stops * log stops) without breaks and choices of windows, and O(stops * [`KEPT`]) times
/// 3^breaks with them.
pub(crate) fn timetable(
    halts: &[Halt<'_>],
    terms: &Terms<'_>,
    scratch: &mut Scratch,
) -> Option<Timetable> {
    let driving = halts.iter().map(|h| i64::from(h.travel)).sum::<i64>() + i64::from(terms.back);
    // Of equal ones the one with the least rest, then the earliest.
    let mut best: Option<((Cost, Time, Time), Timetable)> = None;
    let mut owed = Time::MAX;
    let busy = driving + halts.iter().map(|h| i64::from(h.service)).sum::<i64>();
    // Least rest first: what is found without a break is mostly cheaper than any way with it.
    let cases = 3usize.pow(u32::try_from(terms.pauses.len()).unwrap_or(0));
    for number in (0..cases).rev() {
        let Some(case) = Case::new(terms, number, driving) else {
            continue;
        };
        let bound = terms.duty * (busy + i64::from(case.length));
        let dearer = |&((least, length, _), _): &((Cost, Time, Time), Timetable)| {
            bound > least || (bound == least && case.length > length)
        };
        if case.length >= owed && best.as_ref().is_some_and(dearer) {
            continue;
        }
        if let Some((cost, found)) = best_of(halts, terms, &case, scratch) {
            owed = owed.min(case.length);
            let key = (cost, case.length, found.depart);
            if best.is_none_or(|(least, _)| key < least) {
                best = Some((key, found));
            }
        }
    }
    let (_, found) = best?;
    Some(Timetable {
        owed,
        driving,
        ..found
    })
}

impl Case {
    /// What the digits of `number` to the base of three say of each break: taken, not owed because
    /// the route is back in time, not owed because it leaves afterwards. None where that is not
    /// possible.
    fn new(terms: &Terms<'_>, number: usize, driving: i64) -> Option<Case> {
        let mut case = Case {
            shift: Window {
                open: terms.shift.open,
                close: terms.shift.close.min(terms.leave_by),
            },
            close: terms.shift.close,
            max_duty: terms.max_duty,
            taken: [false; MOST_PAUSES],
            length: 0,
        };
        let mut digits = number;
        for (pause, taken) in terms.pauses.iter().zip(&mut case.taken) {
            let digit = digits % 3;
            digits /= 3;
            match (digit, pause.when) {
                (0, _) => {
                    *taken = true;
                    case.length += pause.length;
                }
                (1, PauseTime::Between(window)) => case.close = case.close.min(window.close),
                (1, PauseTime::OnDuty(most)) => case.max_duty = case.max_duty.min(most),
                (1, PauseTime::Driving(most)) if driving <= most => {}
                (2, PauseTime::Between(window)) => {
                    case.shift.open = case.shift.open.max(window.close + 1);
                }
                _ => return None,
            }
        }
        (case.shift.open <= case.shift.close).then_some(case)
    }

    fn pauses(&self) -> usize {
        self.taken.iter().filter(|taken| **taken).count()
    }

    /// The break to be taken next.
    fn next<'a>(&self, terms: &Terms<'a>, taken: usize) -> Option<(usize, &'a Pause)> {
        let all = terms.pauses.iter().enumerate();
        all.filter(|(number, _)| self.taken[*number]).nth(taken)
    }
}

/// The cheapest way to drive one case.
fn best_of(
    halts: &[Halt<'_>],
    terms: &Terms<'_>,
    case: &Case,
    scratch: &mut Scratch,
) -> Option<(Cost, Timetable)> {
    let start = Segment {
        busy: 0,
        finish: case.shift.open,
        latest: case.shift.close,
    };
    scratch.now.clear();
    scratch.now.push(Label {
        segment: start,
        taken: 0,
        spots: Spots::NONE,
    });
    let late = halts.iter().any(|h| !h.dues.is_empty());
    let every = late && halts.len() <= SHORT;
    let mut driven = 0;
    for (at, halt) in (0..).zip(halts) {
        driven += i64::from(halt.travel);
        std::mem::swap(&mut scratch.now, &mut scratch.before);
        scratch.now.clear();
        for label in &scratch.before {
            label.extend((at, halt, driven), case, terms, &mut scratch.now);
        }
        if !every || scratch.now.len() > ALL {
            prune(&mut scratch.now);
        }
    }
    let pauses = case.pauses();
    let mut best: Option<(Cost, Timetable)> = None;
    for i in 0..scratch.now.len() {
        let label = scratch.now[i];
        let end = Window {
            open: Time::MIN / 4,
            close: case.close,
        };
        let whole = label.segment.join(terms.back, Segment::node(end, 0));
        let Some(whole) = whole.filter(|_| label.taken == pauses) else {
            continue;
        };
        if whole.least_duration() > case.max_duty {
            continue;
        }
        let found = if late {
            settle(halts, terms, case, (whole, label.spots), &mut scratch.bends)
        } else {
            Some(Timetable {
                depart: whole.best_start().max(case.shift.open),
                duration: whole.least_duration(),
                driving: 0,
                late: 0,
                spare: 0,
                owed: 0,
                spots: label.spots,
            })
        };
        let Some(found) = found else { continue };
        let cost = terms.duty * i64::from(found.duration) + found.late;
        let key = |cost: Cost, t: &Timetable| (cost, t.duration, t.depart);
        if best.is_none_or(|(least, known)| key(cost, &found) < key(least, &known)) {
            best = Some((cost, found));
        }
    }
    best
}

impl Label {
    /// All ways of going on to a halt and of pausing there.
    fn extend(
        &self,
        (at, halt, driven): (u32, &Halt<'_>, i64),
        case: &Case,
        terms: &Terms<'_>,
        into: &mut Vec<Label>,
    ) {
        let anytime = Window {
            open: Time::MIN / 4,
            close: HORIZON,
        };
        let Some(there) = self.segment.join(halt.travel, Segment::node(anytime, 0)) else {
            return;
        };
        let serve = |label: &Label, into: &mut Vec<Label>| {
            for &window in halt.windows {
                if let Some(segment) = label.segment.join(0, Segment::node(window, halt.service)) {
                    into.push(Label { segment, ..*label });
                }
            }
        };
        let pause = |label: &Label, behind: u32| -> Option<Label> {
            let (number, pause) = case.next(terms, label.taken)?;
            let mut spots = label.spots;
            spots.0[number] = 2 * at + behind;
            Some(Label {
                segment: pause.after(label.segment, driven)?,
                taken: label.taken + 1,
                spots,
            })
        };
        let there = Label {
            segment: there,
            ..*self
        };
        let first = into.len();
        serve(&there, into);
        if let Some(paused) = pause(&there, 0) {
            serve(&paused, into);
        }
        for i in first..into.len() {
            into.extend(pause(&into[i], 1));
        }
    }
}

impl Pause {
    /// The stretch with this break behind it.
    fn after(&self, mut stretch: Segment, driven: i64) -> Option<Segment> {
        match self.when {
            PauseTime::Between(window) => {
                return stretch.join(0, Segment::node(window, self.length));
            }
            PauseTime::OnDuty(most) => {
                // Whoever leaves before that comes too late to the break.
                let leave = stretch.finish - most;
                if stretch.busy > most || leave > stretch.latest {
                    return None;
                }
                stretch.finish = stretch.finish.max(leave + stretch.busy);
            }
            PauseTime::Driving(most) if driven > most => return None,
            PauseTime::Driving(_) => {}
        }
        stretch.busy += self.length;
        stretch.finish += self.length;
        Some(stretch)
    }
}

/// Leaves the stretches that none is better than in both finish and latest start.
fn prune(labels: &mut Vec<Label>) {
    if labels.len() < 2 {
        return;
    }
    labels.sort_unstable_by_key(|l| (l.taken, l.segment.finish, -l.segment.latest, l.spots.0));
    let mut known: Option<(usize, Time)> = None;
    let mut kept = 0;
    labels.retain(|label| {
        let same = known.filter(|(taken, _)| *taken == label.taken);
        kept = if same.is_some() { kept } else { 0 };
        let better = same.is_none_or(|(_, latest)| label.segment.latest > latest) && kept < KEPT;
        if better {
            known = Some((label.taken, label.segment.latest));
            kept += 1;
        }
        better
    });
}

/// A route whose order of halts, breaks and windows is settled, seen from its departure: whoever
/// leaves early enough is somewhere at `held`, whoever never waits `busy` after the departure.
#[derive(Clone, Copy, Debug)]
struct Pass {
    /// Departure at which the windows were looked up.
    from: Time,
    held: Time,
    busy: Time,
    /// Departures that keep to windows and limits.
    first: Time,
    last: Time,
}

impl Pass {
    fn drive(&mut self, span: Time) {
        self.held += span;
        self.busy += span;
    }

    fn now(&self) -> Time {
        self.held.max(self.from + self.busy)
    }

    fn enter(&mut self, window: Window) {
        self.held = self.held.max(window.open);
        self.last = self.last.min(window.close - self.busy);
    }

    fn pause(&mut self, pauses: &[Pause], spots: Spots, spot: u32) {
        for (pause, _) in pauses.iter().zip(spots.0).filter(|(_, at)| *at == spot) {
            match pause.when {
                PauseTime::Between(window) => self.enter(window),
                PauseTime::OnDuty(most) => self.first = self.first.max(self.held - most),
                PauseTime::Driving(_) => {}
            }
            self.drive(pause.length);
        }
    }
}

/// The departure of least cost of a stretch with its breaks in place.
fn settle(
    halts: &[Halt<'_>],
    terms: &Terms<'_>,
    case: &Case,
    (whole, spots): (Segment, Spots),
    bends: &mut Vec<Bend>,
) -> Option<Timetable> {
    let from = whole.best_start().max(case.shift.open);
    let pass = walk(halts, terms, case, (from, spots), bends)?;
    let depart = choose(&pass, terms.duty, bends);
    let one_way = halts.iter().all(|h| h.windows.len() == 1);
    // With other windows open to whoever leaves then, the times are those of driving on at once.
    let pass = if one_way {
        pass
    } else {
        walk(halts, terms, case, (depart, spots), bends)?
    };
    let late_at = |depart: Time| -> Cost {
        let late = |b: &Bend| b.rate * i64::from((b.held.max(depart + b.busy) - b.after).max(0));
        bends.iter().map(late).sum()
    };
    let late = late_at(depart);
    Some(Timetable {
        depart,
        duration: (pass.held - depart).max(pass.busy),
        driving: 0,
        late,
        spare: if one_way {
            late - late_at(pass.first)
        } else {
            late
        },
        owed: 0,
        spots,
    })
}

/// Drives with the windows that are open to whoever leaves at `from`.
fn walk(
    halts: &[Halt<'_>],
    terms: &Terms<'_>,
    case: &Case,
    (from, spots): (Time, Spots),
    bends: &mut Vec<Bend>,
) -> Option<Pass> {
    bends.clear();
    let mut pass = Pass {
        from,
        held: Time::MIN / 4,
        busy: 0,
        first: case.shift.open,
        last: case.shift.close,
    };
    for (at, halt) in (0..).zip(halts) {
        pass.drive(halt.travel);
        pass.pause(terms.pauses, spots, 2 * at);
        pass.enter(first_window(halt.windows, pass.now())?);
        bends.extend(halt.dues.iter().map(|due| Bend {
            from: pass.held.max(due.after) - pass.busy,
            rate: due.rate,
            held: pass.held,
            busy: pass.busy,
            after: due.after,
        }));
        pass.drive(halt.service);
        pass.pause(terms.pauses, spots, 2 * at + 1);
    }
    pass.drive(terms.back);
    pass.last = pass.last.min(case.close - pass.busy);
    pass.first = pass.first.max(pass.held - case.max_duty);
    (pass.held <= case.close && pass.first <= pass.last).then_some(pass)
}

/// The earliest departure of least cost, where leaving later saves `duty` a millisecond until there
/// is no waiting, and costs the rates of the bends passed.
fn choose(pass: &Pass, duty: Cost, bends: &mut [Bend]) -> Time {
    let target = pass.first.max(pass.held - pass.busy).min(pass.last);
    bends.sort_unstable_by_key(|b| (b.from, b.held, b.busy));
    let mut rising = 0;
    for bend in bends.iter().take_while(|b| b.from < target) {
        rising += bend.rate;
        if rising > duty {
            return bend.from.max(pass.first);
        }
    }
    target
}
