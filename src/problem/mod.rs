//! The compiled problem: what the search reads.
//!
//! Dense indices, integers, immutable, `Send + Sync`. [`compile`] is the only
//! place where ids become indices and where every range is checked once, so that
//! the search adds and multiplies without checks.

mod access;
pub(crate) mod areas;
pub(crate) mod bonds;
pub(crate) mod carry;
pub(crate) mod compile;
pub(crate) mod evaluate;
mod fleet;
pub(crate) mod goods;
pub(crate) mod handling;
pub(crate) mod hourly;
pub(crate) mod hours;
pub(crate) mod insertion;
pub(crate) mod lanes;
mod layout;
pub(crate) mod neighbours;
pub(crate) mod options;
mod place_tree;
pub(crate) mod promised;
pub(crate) mod reloads;
mod road;
pub(crate) mod roads;
pub(crate) mod rooms;
pub(crate) mod rows;
mod scale;
pub(crate) mod shares;
pub(crate) mod spells;
pub(crate) mod time;
pub(crate) mod timetable;
pub(crate) mod travel;

use carry::{ALONE, Ride};
use goods::Goods;
use lanes::{LaneLayout, RawLoad};
use reloads::Reloading;
use rooms::Rooms;
use time::{Time, Window};
use timetable::{Due, Pause};
use travel::CompiledTravel;

/// A cost in the problem's own unit, see [`Problem::units_per_currency`].
pub(crate) type Cost = i64;

/// A stop as the search sees it.
#[derive(Clone, Debug)]
pub(crate) struct StopData {
    /// Index into the locations of the compiled travel.
    pub(crate) location: u32,
    /// Duration of service in milliseconds, where all kinds of vehicles take the same; see
    /// [`Problem::service`].
    pub(crate) service: Time,
    /// Row of [`Problem::handling`].
    pub(crate) handling: u32,
    /// Range of the stop's windows in [`Problem::windows`].
    pub(crate) windows: (u32, u32),
    /// Load in packages, cubic centimetres, grams; what comes on board there included.
    pub(crate) load: RawLoad,
    /// Load as a share of the largest capacities, summed; only to sort by.
    pub(crate) size: u64,
    /// What leaving the stop out costs.
    pub(crate) price: Cost,
    /// True when leaving it out is a defeat and not a choice.
    pub(crate) required: bool,
    /// The route that serves it leaves the station no earlier.
    pub(crate) ready: Time,
    /// Classes of goods, and those that may not be with them on a route.
    pub(crate) goods: Goods,
    /// What it takes of each compartment.
    pub(crate) rooms: Rooms,
    /// Row of the access table: which vehicle types may serve it.
    pub(crate) access: u32,
    /// Range of what its lateness costs in [`Problem::dues`].
    pub(crate) dues: (u32, u32),
    /// What it does to what is on board; None on days of deliveries alone.
    pub(crate) ride: Option<Box<Ride>>,
}

impl StopData {
    /// The other stop of a package that is collected on the way, or [`ALONE`].
    #[inline]
    pub(crate) fn partner(&self) -> u32 {
        self.ride.as_ref().map_or(ALONE, |ride| ride.partner)
    }
}

/// Vehicles that are the same in everything the search reads.
#[derive(Clone, Debug)]
pub(crate) struct VehicleType {
    /// Indices into the day's vehicles, in the order given.
    pub(crate) vehicles: Vec<u32>,
    /// Travel profile (row of speeds or matrix).
    pub(crate) profile: u32,
    /// Locations where a route starts and ends.
    pub(crate) start: u32,
    /// See `start`.
    pub(crate) end: u32,
    /// When a vehicle may be out.
    pub(crate) shift: Window,
    /// It leaves no later: a vehicle that is out leaves when it is free; else
    /// [`time::HORIZON`].
    pub(crate) leave_by: Time,
    /// The longest duty, from leaving; [`time::HORIZON`] when unlimited.
    pub(crate) max_duty: Time,
    /// The longest driving in milliseconds; [`NO_LIMIT`] when unlimited.
    pub(crate) max_driving: i64,
    /// The longest route in millimetres; [`NO_LIMIT`] when unlimited.
    pub(crate) range: i64,
    /// Capacity in each dimension; None = unlimited.
    pub(crate) capacity: [Option<u64>; lanes::DIMENSIONS],
    /// What each compartment holds.
    pub(crate) rooms: Rooms,
    /// Prices.
    pub(crate) rates: Rates,
    /// Its provider, its sort of vehicle and its sort of driver: indices into
    /// [`Problem::fleet_caps`], or [`NO_GROUP`].
    pub(crate) groups: Groups,
    /// Breaks of its driver.
    pub(crate) pauses: Vec<Pause>,
    /// How it loads again.
    pub(crate) reloading: Reloading,
}

/// The groups of types that a type is of.
pub(crate) type Groups = [u32; 3];

/// The group of a type whose vehicles may all be used.
pub(crate) const NO_GROUP: u32 = u32::MAX;

/// A driving time or a distance without limit.
pub(crate) const NO_LIMIT: i64 = i64::MAX;

/// Access of a type that may not serve a stop at all.
pub(crate) const FORBIDDEN: Cost = Cost::MAX;

/// What a route costs, in the problem's unit. Each rate is rounded once, here,
/// and never a product per leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Rates {
    /// Once per used vehicle.
    pub(crate) fixed: Cost,
    /// Per millimetre.
    pub(crate) distance: Cost,
    /// Per millisecond of driving.
    pub(crate) driving: Cost,
    /// Per millisecond from leaving the station to being back.
    pub(crate) duty: Cost,
}

impl VehicleType {
    /// The latest departure in a shift that ends at `close`.
    #[inline]
    pub(crate) fn latest_start(&self, close: Time) -> Time {
        close.min(self.leave_by)
    }

    /// Whether driving time or distance is limited.
    #[inline]
    pub(crate) fn limits_way(&self) -> bool {
        self.max_driving < NO_LIMIT || self.range < NO_LIMIT
    }
}

/// The compiled problem.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// Stops in ZIP order, see [`crate::sortation`]: neighbours in the array are
    /// neighbours on the map.
    pub(crate) stops: Vec<StopData>,
    /// For each stop its index in the grouping it was compiled from.
    pub(crate) origin: Vec<u32>,
    /// Windows of all stops, sorted and disjoint within a stop.
    pub(crate) windows: Vec<Window>,
    /// What lateness at stops costs, each stop's by instant.
    pub(crate) dues: Vec<Due>,
    /// Vehicle types.
    pub(crate) types: Vec<VehicleType>,
    /// `access[row * types + type]`: what it costs more that this type serves a
    /// stop of that row, or [`FORBIDDEN`].
    pub(crate) access: Vec<Cost>,
    /// The most vehicles used of each group of types.
    pub(crate) fleet_caps: Vec<u32>,
    /// The fewest routes that those groups should have.
    pub(crate) promised: promised::Promised,
    /// How long stops take each kind of vehicle.
    pub(crate) handling: handling::Handling,
    /// Blocks and zones.
    pub(crate) areas: areas::Areas,
    /// Stops that are alternatives of one package.
    pub(crate) options: options::Options,
    /// Stops that ride together, or apart.
    pub(crate) bonds: bonds::Bonds,
    /// What routes pay for more than their fair share.
    pub(crate) shares: shares::Shares,
    /// Travel between locations, on free roads.
    pub(crate) travel: CompiledTravel,
    /// What it takes longer in some hours.
    pub(crate) hours: hours::Hours,
    /// Position of each stop in metres on a plane, for partition and geometry
    /// only; never for a cost.
    pub(crate) xy: Vec<[f64; 2]>,
    /// The station on the same plane.
    pub(crate) station: [f64; 2],
    /// Whether `xy` comes from coordinates and not from travel times.
    pub(crate) positioned: bool,
    /// The stops worth trying beside each stop, nearest first.
    pub(crate) neighbours: neighbours::Neighbours,
    /// Lanes of the packed loads.
    pub(crate) layout: LaneLayout,
    /// Which engine fits.
    pub(crate) engine: Engine,
    /// Whether loads are looked at along the way, see [`carry`].
    pub(crate) carries: bool,
    /// Whether some package is collected on the way to its door.
    pub(crate) paired: bool,
    /// The stops at which a route's next trip begins, see [`reloads`].
    pub(crate) reloads: std::ops::Range<u32>,
    /// How many cost units make one unit of currency.
    pub(crate) units_per_currency: Cost,
    /// That unit, and what leaving out a required stop costs in it.
    scale: scale::Scale,
    /// Stops that no vehicle could serve even alone, by their index in the
    /// grouping, with what blocks them. The search never sees them.
    pub(crate) hopeless: Vec<(u32, evaluate::Block)>,
    /// Their data, in the same order.
    pub(crate) set_aside: Vec<StopData>,
}

/// The compiled engines of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Capacity and cost only: no window, shift or duty can bind or costs money.
    Capacity,
    /// Windows, shifts and duty with loads in one 64-bit word.
    Timed,
    /// As `Timed` with loads in a 128-bit word.
    Wide,
}

impl Problem {
    /// Windows of stop `s`.
    #[inline]
    pub(crate) fn windows_of(&self, s: u32) -> &[Window] {
        let (from, to) = self.stops[s as usize].windows;
        &self.windows[from as usize..to as usize]
    }

    /// What lateness at a stop costs, which need not be one of the problem.
    #[inline]
    pub(crate) fn dues_of(&self, stop: &StopData) -> &[Due] {
        &self.dues[stop.dues.0 as usize..stop.dues.1 as usize]
    }

    /// Whether vehicles of type `kind` may serve stop `s`.
    #[inline]
    pub(crate) fn may_serve(&self, kind: u32, s: u32) -> bool {
        self.access(kind, s) != FORBIDDEN
    }

    /// What it costs more that a vehicle of type `kind` serves stop `s`, or
    /// [`FORBIDDEN`].
    #[inline]
    pub(crate) fn access(&self, kind: u32, s: u32) -> Cost {
        self.access_of(kind, &self.stops[s as usize])
    }

    /// As [`Problem::access`], for a stop that need not be one of the problem.
    #[inline]
    pub(crate) fn access_of(&self, kind: u32, stop: &StopData) -> Cost {
        self.access[stop.access as usize * self.types.len() + kind as usize]
    }

    /// What leaving out a stop costs: its price, or without one what a required stop costs that
    /// was attempted so often.
    pub(crate) fn price_of(&self, price: Option<crate::units::Money>, attempts: u8) -> Cost {
        let required = || self.scale.required(attempts);
        price.map_or_else(required, |price| self.scale.cost(price))
    }

    /// Load of stop `s` as one number to sort by.
    #[inline]
    pub(crate) fn size_of(&self, s: u32) -> u64 {
        self.stops[s as usize].size
    }

    /// Number of stops.
    pub(crate) fn len(&self) -> usize {
        self.stops.len()
    }
}

/// A set of routes and what they leave out. Always feasible.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Solution {
    /// Non-empty routes.
    pub(crate) routes: Vec<Route>,
    /// Stops on no route, in no particular order.
    pub(crate) bank: Vec<u32>,
    /// Cost of the routes plus the prices of the bank.
    pub(crate) cost: Cost,
}

/// One vehicle's stops in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Route {
    /// Vehicle type.
    pub(crate) kind: u32,
    /// Stops in driving order.
    pub(crate) stops: Vec<u32>,
    /// Exact cost, fixed cost included.
    pub(crate) cost: Cost,
}

/// An amount of the problem's cost unit as money, rounded to the nearest.
pub(crate) fn to_money(cost: Cost, units_per_currency: i64) -> crate::units::Money {
    let scaled = i128::from(cost) * 100_000;
    let unit = i128::from(units_per_currency);
    let millicents = (scaled + unit / 2).div_euclid(unit);
    crate::units::Money::from_millicents(i64::try_from(millicents).unwrap_or(i64::MAX))
}

/// `usize` to the `u32` indices of the compiled problem.
///
/// # Panics
///
/// When the value does not fit, which compilation rules out.
#[inline]
pub(crate) fn index(value: usize) -> u32 {
    u32::try_from(value).expect("a compiled problem has fewer than 2^32 of anything")
}
