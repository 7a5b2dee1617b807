//! Ruin: takes a compact set of stops out of their routes.
//!
//! Strings are those of SISR (Christiaens & Vanden Berghe 2020): runs of
//! consecutive stops from neighbouring routes, half of them with a preserved
//! middle. Radial ruin takes the nearest neighbours of a stop, whole-route ruin
//! empties a short route and nicks those around it.

use crate::problem::lanes::Lanes;

use super::rng::{Rng, chance};
use super::state::State;
use super::sub::NONE;
use super::teams::take_mates;
use super::trips::ruin_trips;

/// Sizes of the ruin, from the task's own figures.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuinSizes {
    /// Mean number of stops a string ruin removes.
    pub(crate) removals: u32,
    /// Longest string.
    pub(crate) longest: u32,
    /// Threshold for a radial ruin instead of strings.
    radial: u32,
    /// Threshold for a whole route instead of strings.
    whole: u32,
    /// Threshold for a string with a preserved middle.
    split: u32,
    /// Threshold for letting the preserved middle grow by one more.
    grow: u32,
}

/// The ways of taking stops out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ruin {
    /// Runs of consecutive stops from neighbouring routes.
    Strings,
    /// The neighbours of a stop.
    Radial,
    /// A short route, and strings of those around it.
    Route,
}

/// Longest route, in stops, that whole-route ruin empties.
const WHOLE_ROUTE: u32 = 60;

impl RuinSizes {
    /// Sizes for routes of `mean_length` stops on average.
    ///
    /// Ten removals in strings of up to ten are the published values for routes
    /// of about ten stops; where those are tight it takes more strings to find room, with
    /// windows longer ones too, and long routes are better served by longer strings.
    pub(crate) fn new(mean_length: f64, timed: bool) -> RuinSizes {
        let long = ((mean_length - 25.0) / 125.0).clamp(0.0, 1.0);
        let [removals, longest] = if timed { [15.0, 15.0] } else { [16.0, 10.0] };
        RuinSizes {
            removals: round(removals + 4.0 * long),
            longest: round(longest + 10.0 * long),
            radial: chance(0.1),
            whole: chance(0.02),
            split: chance(0.5),
            grow: chance(0.99),
        }
    }

    /// The same sizes with one way of ruin only.
    pub(super) fn only(mut self, ruin: Ruin) -> RuinSizes {
        let always = |wanted| if ruin == wanted { u32::MAX } else { 0 };
        self.radial = always(Ruin::Radial);
        self.whole = always(Ruin::Route);
        self
    }

    fn draw(&self, rng: &mut Rng) -> Ruin {
        let dice = rng.bits();
        if dice < self.radial {
            Ruin::Radial
        } else if dice - self.radial < self.whole {
            Ruin::Route
        } else {
            Ruin::Strings
        }
    }
}

fn round(value: f64) -> u32 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 100"
    )]
    let whole = value.round() as u32;
    whole
}

/// The stops taken out in this iteration and the routes they left.
#[derive(Debug, Default)]
pub(super) struct Ruined {
    /// In the order of removal.
    pub(crate) stops: Vec<u32>,
    /// Slots that lost stops.
    pub(crate) slots: Vec<u32>,
}

/// Ruins the state. False when a route became infeasible by losing a stop.
pub(super) fn ruin<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    sizes: &RuinSizes,
    mean_length: u32,
    rng: &mut Rng,
    out: &mut Ruined,
) -> bool {
    out.stops.clear();
    out.slots.clear();
    let seed = rng.below(state.sub.first_reload);
    match sizes.draw(rng) {
        Ruin::Radial => radial(state, sizes, seed, rng, out),
        Ruin::Route => whole_route(state, sizes, seed, rng, out),
        Ruin::Strings => strings(state, sizes, mean_length, seed, rng, out),
    }
    take_partners(state, out);
    take_mates(state, rng, out);
    name_heads(state, &mut out.stops);
    let slots = &out.slots;
    let sound = slots.iter().all(|&slot| state.refresh(slot));
    if sound {
        ruin_trips(state, rng, out);
    }
    sound
}

/// Both stops of a package that is collected on the way leave together.
fn take_partners<L: Lanes, const TIMED: bool>(state: &mut State<'_, L, TIMED>, out: &mut Ruined) {
    if !state.sub.paired {
        return;
    }
    for at in 0..out.stops.len() {
        let partner = state.partner(out.stops[at]);
        if partner != NONE && state.is_routed(partner) {
            state.unlink(partner);
            out.stops.push(partner);
        }
    }
}

/// Alternatives that were taken out wait as their packages.
pub(super) fn name_heads<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    stops: &mut [u32],
) {
    if state.sub.options.any() {
        for stop in stops {
            *stop = state.head(*stop);
        }
    }
}

fn note(slot: u32, out: &mut Ruined) {
    if !out.slots.contains(&slot) {
        out.slots.push(slot);
    }
}

fn radial<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    sizes: &RuinSizes,
    seed: u32,
    rng: &mut Rng,
    out: &mut Ruined,
) {
    let want = rng.between(1, sizes.removals * 3 / 2) as usize;
    let sub = state.sub;
    for &stop in std::iter::once(&seed).chain(sub.neighbours(seed)) {
        if out.stops.len() >= want {
            break;
        }
        if state.is_routed(stop) {
            note(state.nodes[stop as usize].route, out);
            state.unlink(stop);
            out.stops.push(stop);
        }
    }
}

fn whole_route<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    sizes: &RuinSizes,
    seed: u32,
    rng: &mut Rng,
    out: &mut Ruined,
) {
    let slot = state.nodes[seed as usize].route;
    if slot != NONE && state.routes[slot as usize].len <= WHOLE_ROUTE {
        note(slot, out);
        let stops: Vec<u32> = state.stops_of(slot).collect();
        for stop in stops {
            state.unlink(stop);
            if !state.sub.is_reload(stop) {
                out.stops.push(stop);
            }
        }
    }
    strings(state, sizes, sizes.longest, seed, rng, out);
}

fn strings<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    sizes: &RuinSizes,
    mean_length: u32,
    seed: u32,
    rng: &mut Rng,
    out: &mut Ruined,
) {
    let longest = sizes.longest.min(mean_length).max(1);
    // The published number of strings, at least two so that long strings too
    // let stops change routes.
    let most = (4 * sizes.removals / (1 + longest))
        .saturating_sub(1)
        .max(2);
    let strings = rng.between(1, most) as usize;
    let already = out.slots.len();
    let sub = state.sub;
    for &stop in std::iter::once(&seed).chain(sub.neighbours(seed)) {
        if out.slots.len() >= already + strings {
            break;
        }
        let slot = state.nodes[stop as usize].route;
        if slot != NONE && !out.slots.contains(&slot) {
            out.slots.push(slot);
            string(state, sizes, stop, longest, rng, out);
        }
    }
}

/// Removes a string that contains `stop`, or one around it.
fn string<L: Lanes, const TIMED: bool>(
    state: &mut State<'_, L, TIMED>,
    sizes: &RuinSizes,
    stop: u32,
    longest: u32,
    rng: &mut Rng,
    out: &mut Ruined,
) {
    let slot = state.nodes[stop as usize].route;
    let len = state.routes[slot as usize].len;
    let length = rng.between(1, longest.min(len));
    let mut kept = 0;
    if length > 1 && length < len && rng.hit(sizes.split) {
        kept = 1;
        while length + kept < len && kept < longest && rng.hit(sizes.grow) {
            kept += 1;
        }
    }
    let window = length + kept;
    let mut at = window_start(state, stop, window, rng);
    let keep_from = if kept > 0 {
        rng.between(1, length - 1)
    } else {
        window
    };
    for position in 0..window {
        let next = state.nodes[at as usize].next;
        if !(keep_from..keep_from + kept).contains(&position) && !state.sub.is_reload(at) {
            state.unlink(at);
            out.stops.push(at);
        }
        at = next;
    }
}

/// First stop of a random run of `window` stops that contains `stop`.
fn window_start<L: Lanes, const TIMED: bool>(
    state: &State<'_, L, TIMED>,
    stop: u32,
    window: u32,
    rng: &mut Rng,
) -> u32 {
    let back = rng.below(window);
    let mut first = stop;
    let mut behind = 0;
    while behind < back && state.is_stop(state.nodes[first as usize].prev) {
        first = state.nodes[first as usize].prev;
        behind += 1;
    }
    // Where the route ends too soon, the run starts earlier.
    let mut last = stop;
    let mut ahead = behind + 1;
    while ahead < window && state.is_stop(state.nodes[last as usize].next) {
        last = state.nodes[last as usize].next;
        ahead += 1;
    }
    while ahead < window && state.is_stop(state.nodes[first as usize].prev) {
        first = state.nodes[first as usize].prev;
        ahead += 1;
    }
    debug_assert_eq!(ahead, window, "the route is long enough");
    first
}
