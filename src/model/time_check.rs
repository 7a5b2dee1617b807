//! What can be wrong with promises that have a price, and with breaks.

use std::collections::BTreeSet;

use super::breaks::BreakTime;
use super::check::Check;
use super::package::Package;
use super::promise::HandOff;
use super::road_kind::RoadKind;
use super::service::ServiceTimes;
use super::traffic::Traffic;
use super::vehicle::Vehicle;
use super::window::{TimeWindow, clip};
use crate::units::{Money, Span};

/// The most that a minute may cost: sums over a nation's day stay inside an i64.
const MOST_A_MINUTE: Money = Money::from_units(1_000);

/// Kinds of roads: each leg looks for its own.
const MOST_ROADS: usize = 8;

/// Breaks of a vehicle: what follows from leaving any of them out is tried.
pub(crate) const MOST_BREAKS: usize = 3;

impl Check<'_> {
    /// Speeds by the hour.
    pub(super) fn traffic(&mut self) {
        let Some(traffic) = self.day.travel().traffic() else {
            return;
        };
        let wrong = traffic.all().find(|speed| !(5..=100).contains(speed));
        if let Some(speed) = wrong {
            let message = format!("a speed of {speed} % is not between 5 and 100 %");
            self.report("travel", message);
        }
        self.roads(traffic);
    }

    /// Where kinds of roads begin.
    fn roads(&mut self, traffic: &Traffic) {
        let roads = traffic.roads();
        if roads.len() > MOST_ROADS {
            let message = format!("{} kinds of roads are more than {MOST_ROADS}", roads.len());
            self.report("travel", message);
        }
        let mut known = BTreeSet::new();
        for shortest in roads.iter().map(RoadKind::shortest) {
            if shortest <= Span::ZERO {
                let message =
                    format!("a kind of road is for legs from {shortest} on, which are all");
                self.report("travel", message);
            } else if !known.insert(shortest) {
                let message = format!("two kinds of roads are for legs from {shortest} on");
                self.report("travel", message);
            } else {
                self.span("travel", shortest);
            }
        }
    }

    /// How long hand-overs take, from all vehicles and from those of some kinds.
    pub(super) fn service_times(&mut self) {
        let all = [("service_times", self.day.service_times())];
        let own = self.day.service_times_by_kind().iter();
        let own = own.map(|(_, times)| ("service_times_by_kind", times));
        for (table, times) in all.into_iter().chain(own) {
            let kind = table == "service_times_by_kind";
            for (all, own, span) in table_of(times) {
                self.span(if kind { own } else { all }, span);
            }
        }
    }

    /// Fair shares, and the zones of a route.
    pub(super) fn shares(&mut self) {
        let balance = self.day.balance();
        self.span("balance.fair_hours", balance.fair_hours());
        self.money("balance.per_hour", balance.per_hour());
        self.money("balance.per_stop", balance.per_stop());
        if self.day.most_zones() == Some(0) {
            self.report("most_zones", "is 0");
        }
    }

    /// A promise with a price is one that can be kept.
    pub(super) fn due(&mut self, package: &Package) {
        let Some(due) = package.due() else { return };
        let price = due.per_minute();
        self.money("due", price);
        if price > MOST_A_MINUTE && price <= super::check::MOST_MONEY {
            self.report(
                "due",
                format!("{price} a minute is more than {MOST_A_MINUTE}"),
            );
        }
        if !self.time("due", due.by()) {
            return;
        }
        let Some(hours) = self.hours else { return };
        let open = clip(package.windows(), hours);
        if let Some(first) = open.first().filter(|first| due.by() < first.earliest()) {
            let (by, opens) = (due.by(), first.earliest());
            self.report("due", format!("by {by}, but it opens at {opens}"));
        }
    }

    /// The day is one on which it can be handed over.
    pub(super) fn weekdays(&mut self, package: &Package) {
        let Some(date) = self.day.date() else { return };
        let (days, today) = (package.weekdays(), date.weekday());
        if days.is_empty() || days.contains(&today) {
            return;
        }
        let names: Vec<&str> = days.iter().map(|day| day.as_str()).collect();
        let names = names.join(", ");
        self.report("weekdays", format!("are {names}, and {date} is a {today}"));
    }

    /// Each break fits the hours of its vehicle.
    pub(super) fn breaks(&mut self, vehicle: &Vehicle) {
        let breaks = vehicle.breaks();
        if breaks.len() > MOST_BREAKS {
            let message = format!("{} of them, more than {MOST_BREAKS}", breaks.len());
            self.report("breaks", message);
        }
        let shift = self.out(vehicle);
        for pause in breaks {
            let length = pause.length();
            if length == Span::ZERO {
                self.report("breaks", "one has no length");
            }
            self.span("breaks", length);
            if let Some(most) = vehicle.max_duty().filter(|&most| length > most) {
                let message = format!("{length} is longer than its longest duty of {most}");
                self.report("breaks", message);
            } else if let Some(shift) = shift.filter(|s| length > s.latest() - s.earliest()) {
                let message = format!("{length} is longer than its shift {shift}");
                self.report("breaks", message);
            }
            match pause.when() {
                BreakTime::Between(window) => {
                    if self.window("breaks", window)
                        && let Some(shift) = shift
                        && window.intersection(shift).is_none()
                    {
                        let message = format!("{window} lies outside its shift {shift}");
                        self.report("breaks", message);
                    }
                }
                BreakTime::OnDuty(most) | BreakTime::Driving(most) => {
                    if most == Span::ZERO {
                        self.report("breaks", "one is due after no time at all");
                    }
                    self.span("breaks", most);
                }
            }
        }
    }

    /// When a vehicle may be out, where that is in order.
    pub(super) fn out(&self, vehicle: &Vehicle) -> Option<TimeWindow> {
        let hours = self.hours?;
        let shift = vehicle.shift().unwrap_or(hours);
        let owner = vehicle.provider().and_then(|id| self.provider_called(id));
        let shift = match owner.and_then(super::Provider::hours) {
            Some(of_owner) => shift.intersection(of_owner)?,
            None => shift,
        };
        (shift.earliest() <= shift.latest()).then_some(shift)
    }
}

/// The entries of a table: their names in the day's, and in that of a kind of vehicle.
fn table_of(times: &ServiceTimes) -> [(&'static str, &'static str, Span); 9] {
    [
        (
            "service_times.parking",
            "service_times_by_kind.parking",
            times.parking(),
        ),
        (
            "service_times.stated_parking",
            "service_times_by_kind.stated_parking",
            times.stated_parking(),
        ),
        (
            "service_times.doorstep",
            "service_times_by_kind.doorstep",
            times.hand_off(HandOff::Doorstep),
        ),
        (
            "service_times.safe_place",
            "service_times_by_kind.safe_place",
            times.hand_off(HandOff::SafePlace),
        ),
        (
            "service_times.signature",
            "service_times_by_kind.signature",
            times.hand_off(HandOff::Signature),
        ),
        (
            "service_times.age_check",
            "service_times_by_kind.age_check",
            times.hand_off(HandOff::AgeCheck),
        ),
        (
            "service_times.locker",
            "service_times_by_kind.locker",
            times.hand_off(HandOff::Locker),
        ),
        (
            "service_times.mailroom",
            "service_times_by_kind.mailroom",
            times.hand_off(HandOff::Mailroom),
        ),
        (
            "service_times.per_floor",
            "service_times_by_kind.per_floor",
            times.per_floor(),
        ),
    ]
}
