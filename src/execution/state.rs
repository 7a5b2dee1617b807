//! The inner state of a day: parcels, halts and tours, by index.

use super::{Attempt, Phase, Status, Whereabouts};
use crate::model::{
    Break, BreakTime, HandOff, Package, PackageKind, Place, ServiceDay, ServiceTimes, StopId,
    TimeWindow,
};
use crate::units::{Span, TimeOfDay};

/// One package and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Parcel {
    /// As stated, with the windows as last changed.
    pub(super) package: Package,
    pub(super) status: Status,
    pub(super) whereabouts: Whereabouts,
    /// When something last happened to it.
    pub(super) since: Option<TimeOfDay>,
    /// When its windows were last changed.
    pub(super) wished: Option<TimeOfDay>,
    /// Index of the vehicle whose route it is on or was.
    pub(super) vehicle: Option<usize>,
    /// Index of the halt where it is collected on the way, if it is.
    pub(super) collect: Option<usize>,
    /// Index of its halt.
    pub(super) halt: Option<usize>,
    /// Those of this day.
    pub(super) attempts: Vec<Attempt>,
}

impl Parcel {
    pub(super) fn waiting(package: Package, status: Status) -> Self {
        let whereabouts = match (status, package.kind()) {
            (Status::Tendered, _) => Whereabouts::Carrier,
            (_, PackageKind::ReturnPickup) => Whereabouts::Customer,
            _ if package.pickup().is_some() => Whereabouts::Sender,
            _ => Whereabouts::Station,
        };
        Self {
            package,
            status,
            whereabouts,
            since: None,
            wished: None,
            vehicle: None,
            collect: None,
            halt: None,
            attempts: Vec::new(),
        }
    }

    pub(super) fn is_pickup(&self) -> bool {
        self.package.kind() == PackageKind::ReturnPickup
    }

    /// Whether it is yet to be collected on the way to its door.
    pub(super) fn is_to_collect(&self) -> bool {
        self.package.pickup().is_some() && self.whereabouts == Whereabouts::Sender
    }

    /// Whether it comes from the station.
    pub(super) fn is_from_station(&self) -> bool {
        !self.is_pickup() && self.package.pickup().is_none()
    }

    /// The halt where something is to be done about it next.
    pub(super) fn next_halt(&self) -> Option<usize> {
        if self.is_to_collect() {
            self.collect
        } else {
            self.halt
        }
    }

    /// The halts where something is still to be done about it, in driving order.
    pub(super) fn open_halts(&self) -> Vec<usize> {
        if !self.is_open() {
            return Vec::new();
        }
        let first = self.collect.filter(|_| self.is_to_collect());
        first.into_iter().chain(self.halt).collect()
    }

    /// Whether its vehicle has still something to do about it.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.status, Status::Planned | Status::OnBoard)
    }

    /// Attempts of all days.
    pub(super) fn all_attempts(&self) -> u8 {
        let today = u8::try_from(self.attempts.len()).unwrap_or(u8::MAX);
        self.package.attempts().saturating_add(today)
    }

    pub(super) fn set(&mut self, status: Status, at: TimeOfDay) {
        self.status = status;
        // Offices and drivers have clocks of their own.
        self.since = self.since.max(Some(at));
    }
}

/// One stop of a route.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Halt {
    pub(super) id: StopId,
    pub(super) place: Place,
    /// Indices of parcels, in the order of the plan.
    pub(super) parcels: Vec<usize>,
    /// Whether a parcel is collected here to be brought to its own halt, and nothing else done.
    pub(super) collects: bool,
    /// What the windows of the open parcels have in common; empty when nothing is.
    pub(super) windows: Vec<TimeWindow>,
    /// Index of the vehicle.
    pub(super) vehicle: usize,
    /// Breaks planned before the service and behind it.
    pub(super) rests: [Vec<Pause>; 2],
    /// What is open, and how long its hand-over takes.
    pub(super) work: Work,
    /// When the vehicle is expected; `None` when it is there, was there or does not come.
    pub(super) eta: Option<TimeOfDay>,
    /// What its customers were told last.
    pub(super) told: Option<TimeOfDay>,
    /// Whether they were told that they are next.
    pub(super) announced: bool,
}

/// A break where it is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    /// Which of the vehicle's breaks.
    pub(super) number: usize,
    /// It begins no earlier.
    pub(super) clock: TimeOfDay,
    pub(super) length: Span,
}

impl Pause {
    pub(super) fn new(number: usize, stated: &Break) -> Self {
        let clock = match stated.when() {
            BreakTime::Between(window) => window.earliest(),
            _ => TimeOfDay::MIDNIGHT,
        };
        Self {
            number,
            clock,
            length: stated.length(),
        }
    }
}

/// The open parcels of a halt in sums, so that a hand-over costs the same at any halt. By the
/// service times of the kind of its vehicle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Work {
    /// How many are open.
    pub(super) open: usize,
    /// How many of them have their time from the day's table.
    from_table: usize,
    hand_over: Span,
}

impl Work {
    /// What is done about a package at its door, or where it is collected on the way.
    pub(super) fn add(&mut self, times: &ServiceTimes, package: &Package, collects: bool) {
        let (from_table, hand_over) = hand_over(times, package, collects);
        self.open += 1;
        self.from_table += usize::from(from_table);
        self.hand_over += hand_over;
    }

    pub(super) fn remove(&mut self, times: &ServiceTimes, package: &Package, collects: bool) {
        let (from_table, hand_over) = hand_over(times, package, collects);
        self.open -= 1;
        self.from_table -= usize::from(from_table);
        self.hand_over -= hand_over;
    }

    /// The hand-over of all that is open.
    pub(super) fn hand_over(&self) -> Span {
        self.hand_over
    }

    /// The same with parking.
    pub(super) fn service(&self, times: &ServiceTimes) -> Span {
        let parking = if self.from_table == 0 {
            times.stated_parking()
        } else {
            times.parking()
        };
        self.hand_over + parking
    }
}

/// How long hand-overs take from a vehicle.
pub(super) fn times_of(day: &ServiceDay, vehicle: usize) -> &ServiceTimes {
    day.service_times_of(day.vehicles()[vehicle].kind())
}

/// Whether the time is from the table, and how long it is.
fn hand_over(times: &ServiceTimes, package: &Package, collects: bool) -> (bool, Span) {
    let (own, hand_off, floor) = match package.pickup().filter(|_| collects) {
        Some(pickup) => (pickup.service_time(), HandOff::Doorstep, 0),
        None => (package.service_time(), package.hand_off(), package.floor()),
    };
    let table = || times.hand_over(hand_off, floor);
    (own.is_none(), own.unwrap_or_else(table))
}

/// One vehicle and its route.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tour {
    pub(super) phase: Phase,
    /// Index of its driver, on a day that has drivers; nobody for a vehicle without a route.
    pub(super) driver: Option<usize>,
    /// When it was given to him, where the plan of the morning did not say so.
    pub(super) crewed: Option<TimeOfDay>,
    /// The breaks of its driver that are over, or begun and part of where it stood last.
    pub(super) had: Vec<usize>,
    /// When something was last heard of the vehicle.
    pub(super) clock: Option<TimeOfDay>,
    pub(super) departed: Option<TimeOfDay>,
    /// When it was free to drive on from `from`; before it departs, when it is to.
    pub(super) ready: TimeOfDay,
    pub(super) from: Place,
    /// What was reported since it was last somewhere, and when last.
    pub(super) delay: Span,
    pub(super) delayed_at: Option<TimeOfDay>,
    pub(super) stand: Option<Stand>,
    /// Indices of halts: what is ahead, what is behind, and all that were ever planned.
    pub(super) ahead: Vec<usize>,
    pub(super) behind: Vec<Behind>,
    pub(super) halts: Vec<usize>,
    /// When it is expected at its end, or came there.
    pub(super) back: Option<TimeOfDay>,
}

impl Tour {
    pub(super) fn idle(from: Place, ready: TimeOfDay) -> Self {
        Self {
            phase: Phase::Idle,
            driver: None,
            crewed: None,
            had: Vec::new(),
            clock: None,
            departed: None,
            ready,
            from,
            delay: Span::ZERO,
            delayed_at: None,
            stand: None,
            ahead: Vec::new(),
            behind: Vec::new(),
            halts: Vec::new(),
            back: None,
        }
    }

    /// Whether it has a route that goes on.
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.phase, Phase::AtStart | Phase::Driving | Phase::AtStop)
    }

    /// Not before something was last heard.
    pub(super) fn not_before_clock(&self, time: TimeOfDay) -> TimeOfDay {
        self.clock.map_or(time, |clock| time.max(clock))
    }
}

/// A vehicle at a halt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stand {
    pub(super) halt: usize,
    pub(super) arrived: TimeOfDay,
    /// When the last parcel was dealt with there.
    pub(super) dealt: Option<TimeOfDay>,
}

/// A vehicle that was at a halt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Behind {
    pub(super) halt: usize,
    pub(super) arrived: TimeOfDay,
    pub(super) left: TimeOfDay,
}
