//! Who drives the rest of a day, where drivers are stated apart from the vehicles.
//!
//! The driver of a vehicle that is out stays with it; those who have not left may drive any vehicle
//! at its start that they may drive at all. Whoever was out today has had his route.

use super::Churn;
use super::courses::Course;
use super::rest::{Rest, hours_of};
use crate::execution::Day;
use crate::model::{Driver, TimeWindow, VehicleId};
use crate::plan::RouteDraft;
use crate::units::Money;

/// The drivers of the rest of a day, each as he may be from now on, with his index in the day.
/// Vehicles without a route that nobody could drive are taken off the courses.
pub(super) fn crew(day: &Day, courses: &mut Vec<Course>, churn: &Churn) -> Vec<(usize, Driver)> {
    let mut crew: Vec<(usize, Driver)> = Vec::new();
    for (index, stated) in day.request.drivers().iter().enumerate() {
        let own = courses.iter().find(|course| course.driver == Some(index));
        let driver = match own {
            None if !day.is_free(index) => continue,
            None => stated.clone(),
            Some(course) => as_driven(day, course, stated),
        };
        let vehicles: Vec<VehicleId> = match own {
            Some(course) if course.departed.is_some() => vec![id_of(day, course)],
            _ => courses
                .iter()
                .filter(|course| {
                    let planned = course.driver == Some(index);
                    planned || (course.departed.is_none() && could(day, course, &driver))
                })
                .map(|course| id_of(day, course))
                .collect(),
        };
        if vehicles.is_empty() {
            continue;
        }
        let driver = match own.filter(|course| course.departed.is_none()) {
            Some(course) if churn.moved_driver > Money::ZERO => {
                driver.with_planned_on(id_of(day, course), churn.moved_driver)
            }
            _ => driver,
        };
        crew.push((index, driver.with_vehicles(vehicles)));
    }
    if !day.request.drivers().is_empty() {
        let driven = |course: &Course| {
            let id = id_of(day, course);
            crew.iter().any(|(_, driver)| driver.drives(&id))
        };
        courses.retain(driven);
    }
    crew
}

fn id_of(day: &Day, course: &Course) -> VehicleId {
    day.request.vehicles()[course.vehicle].id().clone()
}

/// Whether a driver may drive a vehicle, and ever when it is out.
fn could(day: &Day, course: &Course, driver: &Driver) -> bool {
    let hours = hours_of(day, course);
    let together = |shift: TimeWindow| shift.intersection(hours).is_some();
    driver.drives(&id_of(day, course)) && driver.shift().is_none_or(together)
}

/// The driver of a route, with limits that the route as it is driven keeps; that he is out is paid
/// already.
fn as_driven(day: &Day, course: &Course, stated: &Driver) -> Driver {
    let mut driver = stated.clone();
    if let Some(shift) = stated.shift() {
        let hours = day.request.delivery_hours();
        let earliest = shift.earliest().min(course.ready).min(hours.latest());
        let latest = shift.latest().max(course.back);
        driver = driver.with_shift(TimeWindow::new(earliest, latest));
    }
    if let Some(duty) = stated.max_duty() {
        let since = course.departed.unwrap_or(course.ready);
        driver = driver.with_max_duty(duty.max(course.back - since));
    }
    if course.departed.is_some() {
        driver = driver.with_day_pay(Money::ZERO);
    }
    driver
}

impl Rest {
    /// For each driver, the first one who is the same in all but the name.
    pub(super) fn sorts(&self) -> Vec<usize> {
        let bare = |driver: &Driver| driver.clone().with_id("");
        let all: Vec<Driver> = self.request.drivers().iter().map(bare).collect();
        let first = |driver: &Driver| all.iter().position(|other| other == driver);
        all.iter().filter_map(first).collect()
    }

    /// Leaves routes their drivers where others would be the same.
    pub(super) fn keep_drivers(&self, drafts: &mut [RouteDraft]) {
        let sorts = self.sorts();
        let mut taken = vec![false; sorts.len()];
        let mut others = Vec::new();
        for (i, draft) in drafts.iter_mut().enumerate() {
            let Some(driver) = draft.driver else { continue };
            let own = self.crew[draft.vehicle];
            match own.filter(|&own| sorts[own] == sorts[driver]) {
                Some(own) => {
                    draft.driver = Some(own);
                    taken[own] = true;
                }
                None => others.push((i, sorts[driver])),
            }
        }
        for (i, sort) in others {
            // As many of a sort are asked for as there are.
            let free = (0..sorts.len()).find(|&d| sorts[d] == sort && !taken[d]);
            if let Some(driver) = free {
                drafts[i].driver = Some(driver);
                taken[driver] = true;
            }
        }
    }
}
