//! Halts of several doors: the walk, driven again on foot.

use super::door::{Member, same_door};
use super::ledger::Ledger;
use super::load::limits;
use super::visit::{check_inside, service_ms};
use super::{Findings, Rule, report};
use crate::model::{PackageId, Vehicle, Walking};
use crate::plan::{Visit, WalkPlan};
use crate::travel::{UnitVector, meters, round_leg};
use crate::units::TimeOfDay;

/// A visit with a walk, and its packages by door.
pub(super) struct Halt<'a> {
    visit: &'a Visit,
    walk: &'a WalkPlan,
    doors: Vec<Vec<Member<'a>>>,
}

impl<'a> Halt<'a> {
    /// The halt of a visit that has a walk.
    pub(super) fn of(ledger: &Ledger<'a>, visit: &'a Visit) -> Option<Self> {
        let walk = visit.walk.as_ref()?;
        let known = |ids: &[PackageId]| ids.iter().filter_map(|id| ledger.find(id)).collect();
        let doors = walk.doors.iter().map(|door| known(&door.packages));
        Some(Self {
            visit,
            walk,
            doors: doors.collect(),
        })
    }

    /// Checks the walk and the windows of all packages; the milliseconds that the service takes.
    pub(super) fn check(
        &self,
        ledger: &Ledger<'_>,
        (vehicle, members): (&Vehicle, &[Member<'_>]),
        subject: &str,
        findings: &mut Findings,
    ) -> i128 {
        let day = ledger.day;
        self.check_doors(ledger, subject, findings);
        let Some(walking) = day.walking() else {
            let message = "there is a walk, on a day on which nobody walks".to_owned();
            report(findings, subject, Rule::Walk, message);
            return service_ms(day, vehicle, members, true);
        };
        self.check_load(walking, subject, findings);
        let ways = self.ways(walking, subject, findings);
        let (mut on_foot, mut distance) = (0, 0);
        let all = service_ms(day, vehicle, members, true);
        let without = service_ms(day, vehicle, members, false);
        let hours = day.delivery_hours();
        if !hours.contains(self.visit.start) {
            let message = format!("starts at {}, the hours are {hours}", self.visit.start);
            report(findings, subject, Rule::Walk, message);
        }
        let mut now = i128::from(self.visit.start.millis()) + all - without;
        for (i, (door, packages)) in self.walk.doors.iter().zip(&self.doors).enumerate() {
            if i > 0 {
                let (mm, ms) = ways.get(i - 1).copied().unwrap_or_default();
                (distance, on_foot, now) = (distance + mm, on_foot + ms, now + ms);
            }
            let at = i64::try_from(now).map_or(TimeOfDay::MAX, TimeOfDay::from_millis);
            if door.start != at {
                let (is, number) = (door.start, i + 1);
                let message = format!("door {number} begins at {is}, should at {at}");
                report(findings, subject, Rule::Walk, message);
            }
            for (package, _) in packages {
                let on = (at, package.windows());
                check_inside(day, on, package.id(), subject, findings);
            }
            now += service_ms(day, vehicle, packages, false);
        }
        let (mm, ms) = ways.last().copied().unwrap_or_default();
        (distance, on_foot) = (distance + mm, on_foot + ms);
        let stated = (self.walk.distance.millimeters(), self.walk.time.millis());
        if (i128::from(stated.0), i128::from(stated.1)) != (distance, on_foot) {
            let (mm, ms) = stated;
            let message = format!(
                "the walk is stated as {mm} mm, {ms} ms, it is {distance} mm, {on_foot} ms"
            );
            report(findings, subject, Rule::Walk, message);
        }
        all + on_foot
    }

    /// Every package is at one of the doors, which is its own.
    fn check_doors(&self, ledger: &Ledger<'_>, subject: &str, findings: &mut Findings) {
        let doors = &self.walk.doors;
        let mut here: Vec<&PackageId> = doors.iter().flat_map(|door| &door.packages).collect();
        let mut all: Vec<&PackageId> = self.visit.packages.iter().collect();
        here.sort_unstable();
        all.sort_unstable();
        if here != all {
            let message = "its doors do not have its packages, each once".to_owned();
            report(findings, subject, Rule::Walk, message);
        }
        for (door, members) in doors.iter().zip(&self.doors) {
            let Some((first, others)) = members.split_first() else {
                let message = "there is a door without packages".to_owned();
                report(findings, subject, Rule::Walk, message);
                continue;
            };
            let other = |other: &&Member<'_>| !same_door(ledger.day, *first, **other);
            if let Some(other) = others.iter().find(other) {
                let (a, b) = (first.0.id(), other.0.id());
                let message = format!("packages {a} and {b} go to different doors");
                report(findings, subject, Rule::Place, message);
            }
            if members.iter().all(|m| *m.0.place() != door.place) {
                let message = format!("none of the packages of a door goes to {}", door.place);
                report(findings, subject, Rule::Place, message);
            }
        }
        if doors.first().is_some_and(|d| d.place != self.visit.place) {
            let message = "the vehicle does not stand at the first door".to_owned();
            report(findings, subject, Rule::Place, message);
        }
    }

    /// What is carried: all but what is handed over where the vehicle stands.
    fn check_load(&self, walking: &Walking, subject: &str, findings: &mut Findings) {
        let mut carried = [0_i128; 3];
        for (package, _) in self.doors.iter().skip(1).flatten() {
            let load = package.load();
            carried[0] += i128::from(load.count);
            carried[1] += i128::from(load.volume_cm3);
            carried[2] += i128::from(load.weight_g);
        }
        let limits = limits(walking.carried());
        let names = ["items", "cm3", "g"];
        for ((is, most), unit) in carried.into_iter().zip(limits).zip(names) {
            if let Some(most) = most.filter(|most| is > *most) {
                let message = format!("{is} {unit} are carried, {most} may be");
                report(findings, subject, Rule::Walk, message);
            }
        }
    }

    /// Millimetres and milliseconds on foot from each door to the next, the last to the first; none
    /// where they cannot be told. Reports doors that are too many, too few or too far apart.
    fn ways(&self, walking: &Walking, subject: &str, findings: &mut Findings) -> Vec<(i128, i128)> {
        let doors = &self.walk.doors;
        let (count, most) = (doors.len(), walking.most_doors() as usize);
        if !(2..=most).contains(&count) {
            let message = format!("a walk to {count} doors, 2 to {most} may be");
            report(findings, subject, Rule::Walk, message);
        }
        let places = doors.iter().map(|door| door.place.lat_lng());
        let places: Option<Vec<UnitVector>> = places.map(|at| at.map(UnitVector::of)).collect();
        let Some(places) = places else {
            let message = "a door has no coordinates".to_owned();
            report(findings, subject, Rule::Walk, message);
            return Vec::new();
        };
        let way = |a: &UnitVector, b: &UnitVector| {
            let (mm, ms) = round_leg(meters(a, b), walking.detour(), walking.speed());
            (i128::from(mm), i128::from(ms))
        };
        let farthest = i128::from(walking.farthest().millimeters());
        // Of a walk with too many doors only the first are looked at: the work stays small.
        let few = &places[..count.min(most)];
        for (i, a) in few.iter().enumerate() {
            for (j, b) in few.iter().enumerate().skip(i + 1) {
                let mm = way(a, b).0;
                if mm > farthest {
                    let (i, j) = (i + 1, j + 1);
                    let message = format!("doors {i} and {j} are {mm} mm apart, more than may be");
                    report(findings, subject, Rule::Walk, message);
                }
            }
        }
        let next = places.iter().cycle().skip(1);
        places.iter().zip(next).map(|(a, b)| way(a, b)).collect()
    }
}
