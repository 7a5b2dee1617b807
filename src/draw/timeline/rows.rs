//! What a timeline shows, taken out of days and plans: one row a vehicle.

use std::collections::{BTreeMap, HashMap};

use super::super::page::{counted, minutes};
use super::pieces::{Piece, pieces};
use crate::model::{Package, PackageId, ServiceDay, TimeWindow, Vehicle};
use crate::plan::{Plan, RoutePlan};
use crate::units::TimeOfDay;

/// Windows of one vehicle are drawn in so many lines one below the other.
pub(super) const LANES: usize = 3;
/// Unused vehicles of a station that still get a row each.
const IDLE_ROWS: usize = 20;

/// Rows below the name of their station.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) station: String,
    pub(super) rows: Vec<Row>,
    /// Unused vehicles without a row.
    pub(super) more_idle: usize,
}

/// One vehicle's day.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The route's number; `None` for an unused vehicle.
    pub(super) number: Option<usize>,
    pub(super) vehicle: String,
    /// Stops and hours, or that it is not used.
    pub(super) note: String,
    /// When the vehicle may be out.
    pub(super) shift: Option<TimeWindow>,
    pub(super) pieces: Vec<Piece>,
    /// Different windows of its stops, each with the lane it is drawn in.
    pub(super) windows: Vec<(TimeWindow, usize)>,
    /// Starts of service at stops with windows: instant, lane, and whether a window holds it.
    pub(super) kept: Vec<(TimeOfDay, usize, bool)>,
    /// Starts of service after a promise, with the packages they are late for.
    pub(super) late: Vec<(TimeOfDay, String)>,
}

impl Group {
    /// Rows of one station: its routes in the plan's order, then vehicles without one.
    pub(super) fn of(day: &ServiceDay, plan: &Plan, first: usize) -> Self {
        let packages: HashMap<_, _> = day.packages().iter().map(|p| (p.id(), p)).collect();
        let ids = day.vehicles().iter().map(Vehicle::id);
        let vehicles: HashMap<_, _> = ids.zip(0..).collect();
        let mut used = vec![false; day.vehicles().len()];
        let mut rows = Vec::new();
        for (number, route) in (first..).zip(&plan.routes) {
            let vehicle = vehicles.get(&route.vehicle).copied();
            if let Some(i) = vehicle {
                used[i] = true;
            }
            let mut row = Row::of(route, number, day.delivery_hours(), &packages);
            row.shift = vehicle.map(|i| day.vehicle_shift(i));
            rows.push(row);
        }
        let idle: Vec<usize> = (0..used.len()).filter(|&i| !used[i]).collect();
        let shown = if idle.len() > IDLE_ROWS {
            0
        } else {
            idle.len()
        };
        rows.extend(idle[..shown].iter().map(|&i| Row {
            vehicle: day.vehicles()[i].id().to_string(),
            note: "not used".to_owned(),
            shift: Some(day.vehicle_shift(i)),
            ..Row::default()
        }));
        Self {
            station: day.station().id().to_string(),
            rows,
            more_idle: idle.len() - shown,
        }
    }
}

impl Row {
    fn of(
        route: &RoutePlan,
        number: usize,
        hours: TimeWindow,
        packages: &HashMap<&PackageId, &Package>,
    ) -> Self {
        let mut starts = Vec::new();
        let mut late = Vec::new();
        for visit in &route.visits {
            let known = visit.hand_overs();
            let known: Vec<(&Package, TimeOfDay)> = known
                .filter_map(|(id, start)| Some((packages.get(id).copied()?, start)))
                .collect();
            let windows = known.iter().filter(|(p, _)| !p.windows().is_empty());
            starts.extend(windows.map(|&(p, start)| (start, decisive(p, start))));
            let missed = known.iter().filter(|(p, at)| *at > p.promised_by(hours));
            let missed: Vec<&str> = missed.map(|(p, _)| p.id().as_str()).collect();
            if !missed.is_empty() {
                late.push((visit.start, missed.join(", ")));
            }
        }
        starts.sort_by_key(|(start, window)| (*start, window.earliest(), window.latest()));
        starts.dedup();
        let windows = lanes(starts.iter().map(|(_, window)| *window));
        let lane = |window: TimeWindow| windows.get(&key(window)).map_or(0, |(_, lane)| *lane);
        let kept = starts
            .iter()
            .map(|&(start, window)| (start, lane(window), window.contains(start)));
        Self {
            number: Some(number),
            vehicle: route.vehicle.to_string(),
            note: format!(
                "{}, {}-{}",
                counted(route.visits.len(), "stop"),
                minutes(&route.depart.hms()),
                minutes(&route.back.hms())
            ),
            shift: None,
            pieces: pieces(route),
            kept: kept.collect(),
            windows: windows.into_values().collect(),
            late,
        }
    }
}

/// The window a visit keeps, or the last one when it keeps none.
fn decisive(package: &Package, start: TimeOfDay) -> TimeWindow {
    let windows = package.windows();
    let kept = windows.iter().find(|window| window.contains(start));
    *kept
        .or(windows.last())
        .expect("only packages with windows are asked")
}

const fn key(window: TimeWindow) -> (i64, i64) {
    (window.earliest().millis(), window.latest().millis())
}

/// Puts each window into the first lane that is free by then; the last lane takes what is left.
fn lanes(windows: impl Iterator<Item = TimeWindow>) -> BTreeMap<(i64, i64), (TimeWindow, usize)> {
    let mut all: BTreeMap<_, _> = windows.map(|window| (key(window), (window, 0))).collect();
    let mut ends = [i64::MIN; LANES];
    for (window, lane) in all.values_mut() {
        let free = ends
            .iter()
            .position(|&end| end < window.earliest().millis());
        *lane = free.unwrap_or(LANES - 1);
        ends[*lane] = ends[*lane].max(window.latest().millis());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_that_overlap_get_lanes_of_their_own() {
        let windows = [
            TimeWindow::hm((9, 0), (12, 0)),
            TimeWindow::hm((8, 0), (10, 0)),
            TimeWindow::hm((10, 30), (11, 0)),
            TimeWindow::hm((9, 30), (11, 0)),
            TimeWindow::hm((9, 45), (10, 0)),
            TimeWindow::hm((8, 0), (10, 0)),
        ];
        let found: Vec<usize> = lanes(windows.into_iter())
            .into_values()
            .map(|w| w.1)
            .collect();
        // In the order of their start; the fifth finds no free lane.
        assert_eq!(found, [0, 1, 2, 2, 0]);
    }
}
