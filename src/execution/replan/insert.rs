//! Stops into the routes as they are driven: the answer that is there at once.

use super::Churn;
use super::board::{Board, Fine, Run, fine};
use super::fit::{Admitted, Guest, ready};
use super::ground::Around;
use super::rest::{Live, Rest};
use crate::execution::Day;
use crate::execution::forecast::opening;
use crate::model::{Package, VehicleKind};
use crate::units::TimeOfDay;

/// Where a stop goes: the vehicle, and either the gap or the departure of a route of its own.
#[derive(Clone, Copy)]
struct Spot {
    vehicle: usize,
    nth: usize,
    depart: Option<i64>,
    driver: Option<usize>,
}

/// Puts each stop that is on no route where it costs least, the one whose windows end first
/// first; returns those that stay.
///
/// O(stops to place * stops on routes), and the rest of a route for each position that is not dearer
/// already than the best.
pub(super) fn place(day: &Day, rest: &Rest, board: &mut Board, churn: &Churn) -> Vec<u32> {
    let mut bank = rest.bank();
    bank.sort_by_cached_key(|&stop| {
        let group = &rest.grouping.stops()[stop as usize];
        let end = group.windows.last().map(|window| window.latest());
        (end, group.id.clone())
    });
    let mut left = Vec::new();
    for stop in bank {
        let Some(spot) = best(day, rest, board, churn, stop) else {
            left.push(stop);
            continue;
        };
        let Board { ground, runs, .. } = board;
        let run = &mut runs[spot.vehicle];
        run.stops.insert(spot.nth, stop);
        run.driver = spot.driver;
        if let Some(depart) = spot.depart {
            run.depart = depart;
        }
        run.settle(day, rest, ground);
        if spot.depart.is_some() {
            board.give_hands(rest);
        }
    }
    left.sort_unstable();
    left
}

fn best(day: &Day, rest: &Rest, board: &Board, churn: &Churn, stop: u32) -> Option<Spot> {
    let group = &rest.grouping.stops()[stop as usize];
    let packages = group.packages.iter();
    let packages = packages.map(|&p| &rest.request.packages()[p as usize]);
    let packages: Vec<&Package> = packages.collect();
    let guest = Guest {
        ready: ready(&packages),
        packages,
        service: VehicleKind::ALL.map(|kind| group.service_of(&rest.request, kind).millis()),
    };
    let around = board.ground.around(day, &group.place);
    let price = fine(churn.left_out) * guest.packages.len() as Fine;
    let mut search = Search {
        rest,
        board,
        churn,
        around,
        best: (price.saturating_add(1), None),
    };
    for (run, driver) in board.crews() {
        if let Some(admitted) = run.admits(rest, &guest, driver) {
            search.look((run, &admitted), &guest, stop);
        }
    }
    search.best.1
}

/// The best spot found so far for one stop.
struct Search<'a> {
    rest: &'a Rest,
    board: &'a Board,
    churn: &'a Churn,
    around: Around,
    best: (Fine, Option<Spot>),
}

impl Search<'_> {
    fn look(&mut self, (run, admitted): (&Run, &Admitted), guest: &Guest<'_>, stop: u32) {
        let Admitted { driver, asked, .. } = *admitted;
        let windows = &self.rest.grouping.stops()[stop as usize].windows;
        let vehicle = run.vehicle;
        let out = self.rest.request.vehicles()[vehicle].under_way().is_some();
        if run.stops.is_empty() && !out {
            let legs = run.legs(&self.board.ground, &self.around, 0);
            if let Some((depart, _, cost)) = run.open(legs, windows, guest, (self.rest, driver))
                && cost + asked < self.best.0
            {
                let depart = Some(depart);
                let nth = 0;
                self.best = (
                    cost + asked,
                    Some(Spot {
                        vehicle,
                        nth,
                        depart,
                        driver,
                    }),
                );
            }
            return;
        }
        for nth in 0..run.gaps.len() {
            let legs = run.legs(&self.board.ground, &self.around, nth);
            let fit = run.fit(nth, legs, (windows, admitted), self.rest);
            let Some(fit) = fit.filter(|fit| fit.cost + asked < self.best.0) else {
                continue;
            };
            let Some(change) = self.change(run, nth, fit.next) else {
                continue;
            };
            let cost = fit.cost + asked + change;
            if cost < self.best.0 {
                let depart = None;
                self.best = (
                    cost,
                    Some(Spot {
                        vehicle,
                        nth,
                        depart,
                        driver,
                    }),
                );
            }
        }
    }

    /// The price of what changes behind a gap; none when something there cannot be served any more.
    fn change(&self, run: &Run, nth: usize, next: i64) -> Option<Fine> {
        if next <= run.gaps[nth].arrive {
            return Some(0);
        }
        let (all, back) = run.simulate(self.rest, nth, next);
        if !run.may_return(back) {
            return None;
        }
        let hours = self.rest.request.delivery_hours();
        let mut price = 0;
        for ((stop, arrive, start), gap) in all.into_iter().zip(&run.gaps[nth..]) {
            if start > hours.latest().millis() {
                return None;
            }
            let group = &self.rest.grouping.stops()[stop as usize];
            let at = TimeOfDay::from_millis;
            let Some(live) = &self.rest.live[stop as usize] else {
                // What was placed just now keeps its windows.
                if !group
                    .windows
                    .iter()
                    .any(|window| window.contains(at(start)))
                {
                    return None;
                }
                continue;
            };
            let was = at(gap.arrive);
            let before = price_of(self.churn, live, was, opening(&group.windows, was));
            let after = price_of(self.churn, live, at(arrive), at(start));
            price += (after - before) * group.packages.len() as Fine;
        }
        Some(price)
    }
}

/// What a package is reckoned at whose stop is come to then, instead of as it was.
pub(super) fn price_of(churn: &Churn, live: &Live, arrive: TimeOfDay, start: TimeOfDay) -> Fine {
    let touched = if live.breaks(start) {
        fine(churn.window_touched)
    } else {
        0
    };
    let by = arrive.millis().abs_diff(live.arrive.millis());
    let far = by > churn.eta_limit.millis().unsigned_abs();
    touched + if far { fine(churn.eta_shift) } else { 0 }
}
