//! Stops into the routes as they are driven: the answer that is there at once.

use super::Churn;
use super::aboard::Aboard;
use super::board::{Board, Fine, Run, fine};
use super::fit::{Admitted, Fit, Guest, ready};
use super::ground::{Around, Ground};
use super::rest::{Live, Rest};
use super::road::Spots;
use super::timed::{Keep, Opening, Site};
use crate::execution::Day;
use crate::model::{Package, VehicleKind};
use crate::units::TimeOfDay;

/// Where a stop goes: the vehicle, and either the gap or the departure of a route of its own.
#[derive(Clone, Copy)]
struct Spot {
    vehicle: usize,
    nth: usize,
    depart: Option<i64>,
    driver: Option<usize>,
    breaks: Spots,
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
    let mut tried: Vec<&[u32]> = Vec::new();
    for &stop in &bank {
        let group = &rest.grouping.stops()[stop as usize];
        if group.collects {
            // Goes where its package is brought.
            continue;
        }
        if let Some(first) = group.partner {
            let best = best_pair((day, rest, churn), board, [first, stop], Keep::Hours);
            match best {
                Some((_, run)) => {
                    let home = run.vehicle;
                    board.runs[home] = run;
                    board.give_hands(rest);
                }
                None => left.push(stop),
            }
            continue;
        }
        if let Some(team) = rest.team(stop) {
            if !tried.contains(&team) {
                tried.push(team);
                left.extend(place_team((day, rest, churn), board, team, &bank));
            }
            continue;
        }
        let Some(spot) = best(day, rest, board, churn, stop) else {
            left.push(stop);
            continue;
        };
        let run = &mut board.runs[spot.vehicle];
        run.take_in((day, rest, &board.ground), stop, spot);
        if spot.depart.is_some() {
            board.give_hands(rest);
        }
    }
    left.sort_unstable();
    left
}

/// Puts the stops of a team that are on no route with the others, else all of them on another
/// route, one after the other where each is cheapest; returns those that are on none then.
///
/// O(routes * team) times the work for a stop.
fn place_team(
    (day, rest, churn): (&Day, &Rest, &Churn),
    board: &mut Board,
    team: &[u32],
    bank: &[u32],
) -> Vec<u32> {
    let on = |run: &Run| run.stops.iter().any(|stop| team.contains(stop));
    let of_team = bank.iter().copied().filter(|stop| team.contains(stop));
    let mut waiting: Vec<u32> = of_team.collect();
    if let Some(home) = board.runs.iter().position(on) {
        let run = &board.runs[home];
        let joined = Joining::new((day, rest, churn), board, &waiting).join(run, run.driver);
        if let Some((_, run)) = joined {
            board.runs[home] = run;
            return Vec::new();
        }
        let run = &mut board.runs[home];
        let here = run.stops.iter().copied();
        waiting.extend(here.filter(|stop| team.contains(stop)));
        run.take_off((day, rest, &board.ground), team);
        board.give_hands(rest);
    }
    let joining = Joining::new((day, rest, churn), board, &waiting);
    let mut best: Option<(Fine, Run)> = None;
    for (run, driver) in board.crews() {
        if let Some(found) = joining.join(run, driver)
            && best.as_ref().is_none_or(|best| found.0 < best.0)
        {
            best = Some(found);
        }
    }
    let Some((_, run)) = best else {
        return waiting;
    };
    let home = run.vehicle;
    board.runs[home] = run;
    board.give_hands(rest);
    Vec::new()
}

/// The run that both stops of a package which is collected on the way cost least on, with them; and
/// what that is.
///
/// O(stops of a route) times the work for a stop, for each route.
pub(super) fn best_pair(
    (day, rest, churn): (&Day, &Rest, &Churn),
    board: &Board,
    stops: [u32; 2],
    keep: Keep,
) -> Option<(Fine, Run)> {
    let groups = stops.map(|stop| &rest.grouping.stops()[stop as usize]);
    let guests = stops.map(|stop| guest_of(rest, stop));
    let around = groups.map(|group| board.ground.around(day, &group.place));
    let mut best = (fine(churn.left_out).saturating_add(1), None);
    let search = |end: usize, gaps: (usize, usize), below: Fine| Search {
        day,
        rest,
        board,
        churn,
        around: if end == 0 { &around[0] } else { &around[1] },
        gaps,
        keep,
        best: (below, None),
    };
    for (run, driver) in board.crews() {
        let admitted = guests
            .each_ref()
            .map(|guest| run.admits(rest, guest, driver));
        let [Some(mut first), Some(second)] = admitted else {
            continue;
        };
        // What is asked is asked at the door.
        first.asked = 0;
        for nth in 0..run.gaps.len() {
            let mut collect = search(0, (nth, nth + 1), best.0);
            collect.look((run, &first), &guests[0], stops[0]);
            let (Some(spot), cost) = (collect.best.1, collect.best.0) else {
                continue;
            };
            let mut with = run.clone();
            with.take_in((day, rest, &board.ground), stops[0], spot);
            let mut bring = search(1, (nth + 1, usize::MAX), best.0 - cost);
            bring.look((&with, &second), &guests[1], stops[1]);
            let (Some(spot), more) = (bring.best.1, bring.best.0) else {
                continue;
            };
            with.take_in((day, rest, &board.ground), stops[1], spot);
            let most = with.most.first().map_or(Aboard::ZERO, |most| most[1]);
            if most.fits(with.room) {
                best = (cost + more, Some(with));
            }
        }
    }
    let (cost, run) = best;
    run.map(|run| (cost, run))
}

/// Stops that go on one route, with all that is asked of it.
struct Joining<'a> {
    day: &'a Day,
    rest: &'a Rest,
    board: &'a Board,
    churn: &'a Churn,
    stops: &'a [u32],
    guests: Vec<(Guest<'a>, Around<'a>)>,
    /// What leaving them out is reckoned at.
    most: Fine,
}

impl<'a> Joining<'a> {
    fn new(
        (day, rest, churn): (&'a Day, &'a Rest, &'a Churn),
        board: &'a Board,
        stops: &'a [u32],
    ) -> Self {
        let guests = stops.iter().map(|&stop| guest_of(rest, stop));
        let mut guests: Vec<Guest<'a>> = guests.collect();
        let ready = guests.iter().map(|guest| guest.ready).max();
        for guest in &mut guests {
            // A route that begins waits for the last of them.
            guest.ready = ready.unwrap_or(guest.ready);
        }
        let count: usize = guests.iter().map(|guest| guest.packages.len()).sum();
        let around = |&stop: &u32| {
            let place = &rest.grouping.stops()[stop as usize].place;
            board.ground.around(day, place)
        };
        Self {
            day,
            rest,
            board,
            churn,
            guests: guests.into_iter().zip(stops.iter().map(around)).collect(),
            stops,
            most: fine(churn.left_out) * count as Fine,
        }
    }

    /// A run with all of them, and what that costs more; none where it cannot have one.
    fn join(&self, run: &Run, driver: Option<usize>) -> Option<(Fine, Run)> {
        let mut with = run.clone();
        let mut sum = 0;
        for (&stop, (guest, around)) in self.stops.iter().zip(&self.guests) {
            let admitted = with.admits(self.rest, guest, driver)?;
            let mut search = Search {
                day: self.day,
                rest: self.rest,
                board: self.board,
                churn: self.churn,
                around,
                gaps: ALL,
                keep: Keep::Hours,
                best: (self.most.saturating_add(1) - sum, None),
            };
            search.look((&with, &admitted), guest, stop);
            let (cost, spot) = search.best;
            with.take_in((self.day, self.rest, &self.board.ground), stop, spot?);
            sum += cost;
        }
        Some((sum, with))
    }
}

impl Run {
    /// Takes a stop in where it was found to go.
    fn take_in(&mut self, (day, rest, ground): (&Day, &Rest, &Ground), stop: u32, spot: Spot) {
        self.stops.insert(spot.nth, stop);
        (self.driver, self.breaks) = (spot.driver, spot.breaks);
        if let Some(depart) = spot.depart {
            self.depart = depart;
        }
        self.settle(day, rest, ground);
    }

    /// Takes stops off. Without any, a vehicle at its start has no route.
    fn take_off(&mut self, (day, rest, ground): (&Day, &Rest, &Ground), stops: &[u32]) {
        let kept = |stop: &u32| !stops.contains(stop);
        self.breaks = self.breaks.behind_fewer(&self.stops, kept);
        self.stops.retain(kept);
        if self.is_idle(rest) {
            *self = Self::without_stops(rest, self.vehicle);
        }
        self.settle(day, rest, ground);
        self.place_breaks(day, rest, ground);
    }
}

/// What a stop of the rest asks for.
fn guest_of(rest: &Rest, stop: u32) -> Guest<'_> {
    let group = &rest.grouping.stops()[stop as usize];
    let packages = group.packages.iter();
    let packages = packages.map(|&p| &rest.request.packages()[p as usize]);
    let packages: Vec<&Package> = packages.collect();
    Guest {
        ready: ready(&packages),
        packages,
        pair: group.partner.is_some(),
        service: VehicleKind::ALL.map(|kind| group.service_of(&rest.request, kind).millis()),
    }
}

fn best(day: &Day, rest: &Rest, board: &Board, churn: &Churn, stop: u32) -> Option<Spot> {
    let group = &rest.grouping.stops()[stop as usize];
    let guest = guest_of(rest, stop);
    let around = board.ground.around(day, &group.place);
    let price = fine(churn.left_out) * guest.packages.len() as Fine;
    let mut search = Search {
        day,
        rest,
        board,
        churn,
        around: &around,
        gaps: ALL,
        keep: Keep::Hours,
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
    day: &'a Day,
    rest: &'a Rest,
    board: &'a Board,
    churn: &'a Churn,
    around: &'a Around<'a>,
    /// The gaps that are looked at: the first one, and the one behind the last.
    gaps: (usize, usize),
    keep: Keep,
    best: (Fine, Option<Spot>),
}

/// All gaps of a run.
const ALL: (usize, usize) = (0, usize::MAX);

impl Search<'_> {
    fn look(&mut self, (run, admitted): (&Run, &Admitted), guest: &Guest<'_>, stop: u32) {
        let Admitted { driver, asked, .. } = *admitted;
        let windows = &self.rest.grouping.stops()[stop as usize].windows;
        let vehicle = run.vehicle;
        if run.is_timed(&self.board.ground) {
            return self.look_timed((run, admitted), guest, stop);
        }
        let out = self.rest.request.vehicles()[vehicle].under_way().is_some();
        if run.stops.is_empty() && !out {
            let legs = run.legs(self.around, 0);
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
                        breaks: Spots::NONE,
                    }),
                );
            }
            return;
        }
        for nth in self.gaps.0..run.gaps.len().min(self.gaps.1) {
            let legs = run.legs(self.around, nth);
            let fit = run.fit(nth, legs, (windows, admitted), self.rest);
            let Some(fit) = fit.filter(|fit| fit.cost + asked < self.best.0) else {
                continue;
            };
            let Some(change) = self.change(run, nth, &fit) else {
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
                        breaks: Spots::NONE,
                    }),
                );
            }
        }
    }

    /// The same for a run with breaks, or with travel by the hour.
    fn look_timed(&mut self, (run, admitted): (&Run, &Admitted), guest: &Guest<'_>, stop: u32) {
        let Admitted { driver, asked, .. } = *admitted;
        let (rest, board) = (self.rest, self.board);
        let site = Site {
            day: self.day,
            rest,
            ground: &board.ground,
            around: self.around,
        };
        let windows = &rest.grouping.stops()[stop as usize].windows;
        let vehicle = run.vehicle;
        let out = rest.request.vehicles()[vehicle].under_way().is_some();
        let spot = |nth, depart, breaks| Spot {
            vehicle,
            nth,
            depart,
            driver,
            breaks,
        };
        if run.stops.is_empty() && !out {
            let opening = run.open_timed(&site, windows, (guest, admitted));
            if let Some(Opening { depart, entry }) = opening
                && entry.cost + asked < self.best.0
            {
                let found = spot(0, Some(depart), entry.breaks);
                self.best = (entry.cost + asked, Some(found));
            }
        } else {
            let entering = (windows.as_slice(), admitted);
            for nth in self.gaps.0..run.gaps.len().min(self.gaps.1) {
                let below = (self.keep, self.best.0 - asked);
                let Some(entry) = run.enter(&site, nth, entering, below) else {
                    continue;
                };
                let with = run.with_stop(&site, nth, (stop, entry.breaks));
                let Some(change) = self.change_of(run, &with, nth) else {
                    continue;
                };
                let cost = entry.cost + asked + change;
                if cost < self.best.0 {
                    self.best = (cost, Some(spot(nth, None, entry.breaks)));
                }
            }
        }
    }

    /// The price of all that changes on a route that gets a stop; none when something cannot be
    /// served any more.
    fn change_of(&self, run: &Run, with: &Run, nth: usize) -> Option<Fine> {
        let mut price = 0;
        for (i, (&stop, was)) in run.stops.iter().zip(&run.gaps).enumerate() {
            let is = &with.gaps[i + usize::from(i >= nth)];
            price += self.shifted(stop, [was.arrive, was.start], [is.arrive, is.start])?;
        }
        Some(price)
    }

    /// The price of coming to a stop, and serving it, then and not as it was; none when that cannot
    /// be.
    fn shifted(&self, stop: u32, was: [i64; 2], is: [i64; 2]) -> Option<Fine> {
        let [was, is] = [was, is].map(|times| times.map(TimeOfDay::from_millis));
        if is[1] > self.rest.request.delivery_hours().latest() {
            return None;
        }
        let group = &self.rest.grouping.stops()[stop as usize];
        let kept = || group.windows.iter().any(|window| window.contains(is[1]));
        if self.keep == Keep::All && is[1] > was[1] && !kept() {
            return None;
        }
        let Some(live) = &self.rest.live[stop as usize] else {
            // What was placed just now keeps its windows.
            let mut windows = group.windows.iter();
            return windows.any(|window| window.contains(is[1])).then_some(0);
        };
        let before = price_of(self.churn, live, was[0], was[1]);
        let after = price_of(self.churn, live, is[0], is[1]);
        Some((after - before) * group.packages.len() as Fine)
    }

    /// The price of what changes behind a gap; none when something there cannot be served any more.
    fn change(&self, run: &Run, nth: usize, fit: &Fit) -> Option<Fine> {
        if fit.next <= run.gaps[nth].arrive {
            return Some(0);
        }
        // Most vehicles of a full day are out as long as they may be: 8,000 stops and a vehicle
        // that breaks down, 2.8 s without this.
        if !run.may_return(run.back + fit.longer) {
            return None;
        }
        let (all, back) = run.simulate(self.rest, nth, fit.next);
        if !run.may_return(back) {
            return None;
        }
        let mut price = 0;
        for ((stop, arrive, start), gap) in all.into_iter().zip(&run.gaps[nth..]) {
            price += self.shifted(stop, [gap.arrive, gap.start], [arrive, start])?;
        }
        Some(price)
    }
}

/// What a package is reckoned at whose stop is come to then, instead of as it was.
pub(super) fn price_of(churn: &Churn, live: &Live, arrive: TimeOfDay, start: TimeOfDay) -> Fine {
    if live.collects {
        return 0;
    }
    let touched = if live.breaks(start) {
        fine(churn.window_touched)
    } else {
        0
    };
    let by = arrive.millis().abs_diff(live.arrive.millis());
    let far = by > churn.eta_limit.millis().unsigned_abs();
    touched + if far { fine(churn.eta_shift) } else { 0 }
}
