//! Who serves: delivery companies, drivers hired by the block, the own fleet, and carriers.

use std::fmt;
use std::str::FromStr;

use super::check::MOST_MONEY;
use super::ids::ProviderId;
use super::package::Package;
use super::place::Zip;
use super::promise::{PackageKind, Promise};
use super::vehicle::Costs;
use super::window::TimeWindow;
use crate::error::Error;
use crate::units::{Money, TimeOfDay};

/// What a provider is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProviderKind {
    /// A delivery service partner: a company with vans of its own.
    Dsp,
    /// Drivers in their own cars, hired by the block.
    Flex,
    /// The operator's own vehicles.
    OwnFleet,
    /// A parcel carrier, to which packages are tendered at a price; it has no vehicles in a day.
    Carrier,
}

impl ProviderKind {
    /// Every kind, in order.
    pub const ALL: [Self; 4] = [Self::Dsp, Self::Flex, Self::OwnFleet, Self::Carrier];

    /// The name used in files: `own_fleet`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dsp => "dsp",
            Self::Flex => "flex",
            Self::OwnFleet => "own_fleet",
            Self::Carrier => "carrier",
        }
    }
}

impl fmt::Display for ProviderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ProviderKind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let named = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        named.ok_or_else(|| {
            Error::format(
                format!("provider kind {text:?}"),
                "expected dsp, flex, own_fleet or carrier",
            )
        })
    }
}

#[cfg(feature = "serde")]
crate::units::serde_as_text!(ProviderKind, "a provider kind such as \"own_fleet\"");

/// One who serves packages: where, when, at what price, and how many.
///
/// Vehicles name their provider ([`Vehicle::with_provider`](super::Vehicle::with_provider)) and
/// inherit its territory, hours and costs. A carrier has a price instead of vehicles: each package
/// that it may take ([`quote`](Self::quote)) is served by a vehicle or tendered, whichever costs
/// less.
///
/// Postal codes are stated in full or as their first characters: `"606"` is a sectional centre,
/// `"60608"` one ZIP with all its ZIP+4 codes.
///
/// ```
/// use doorstep::model::{Package, Place, Provider, ProviderKind};
/// use doorstep::{Money, TimeOfDay};
///
/// let post = Provider::new("post", ProviderKind::Carrier)
///     .with_price(Money::from_cents(650))
///     .with_zips(["606", "60707"])
///     .with_cut_off(TimeOfDay::hm(9, 30))
///     .with_most_packages(400);
/// let package = Package::new("P1", Place::at(41.85, -87.65), "60608");
/// assert_eq!(post.quote(&package), Some(Money::from_cents(650)));
/// assert_eq!(post.quote(&package.with_ready(TimeOfDay::hm(10, 0))), None);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(
        from = "super::provider_record::ProviderRecord",
        into = "super::provider_record::ProviderRecord"
    )
)]
pub struct Provider {
    id: ProviderId,
    kind: ProviderKind,
    /// Sorted, as the lookup by prefixes needs; so is `preferred`.
    zips: Vec<Zip>,
    preferred: Vec<Zip>,
    price_outside: Money,
    hours: Option<TimeWindow>,
    costs: Option<Costs>,
    most_routes: Option<u32>,
    price: Option<Money>,
    price_per_kg: Money,
    cut_off: Option<TimeOfDay>,
    heaviest_g: Option<u64>,
    most_packages: Option<u32>,
    least_routes: u32,
    price_short: Money,
}

impl Provider {
    /// A provider that may serve everywhere, at any hour, without limits.
    #[must_use]
    pub fn new(id: impl Into<ProviderId>, kind: ProviderKind) -> Self {
        Self {
            id: id.into(),
            kind,
            zips: Vec::new(),
            preferred: Vec::new(),
            price_outside: Money::ZERO,
            hours: None,
            costs: None,
            most_routes: None,
            price: None,
            price_per_kg: Money::ZERO,
            cut_off: None,
            heaviest_g: None,
            most_packages: None,
            least_routes: 0,
            price_short: Money::ZERO,
        }
    }

    /// The postal codes it may serve, in full or by their first characters; none means all.
    /// Replaces what was stated before.
    #[must_use]
    pub fn with_zips(mut self, zips: impl IntoIterator<Item = impl Into<Zip>>) -> Self {
        self.zips = sorted(zips);
        self
    }

    /// The postal codes it should serve, in full or by their first characters, and what each
    /// package costs on top that one of its vehicles serves outside of them. Not for carriers.
    #[must_use]
    pub fn with_preferred_zips(
        mut self,
        zips: impl IntoIterator<Item = impl Into<Zip>>,
        price_outside: Money,
    ) -> Self {
        self.preferred = sorted(zips);
        self.price_outside = price_outside;
        self
    }

    /// When its vehicles may be out; their shifts end and start no further. Not for carriers.
    #[must_use]
    pub fn with_hours(mut self, hours: TimeWindow) -> Self {
        self.hours = Some(hours);
        self
    }

    /// What its vehicles cost that do not state their own costs. Not for carriers.
    #[must_use]
    pub fn with_costs(mut self, costs: Costs) -> Self {
        self.costs = Some(costs);
        self
    }

    /// How many of its vehicles may be used. Not for carriers.
    #[must_use]
    pub fn with_most_routes(mut self, routes: u32) -> Self {
        self.most_routes = Some(routes);
        self
    }

    /// How many of its vehicles it was promised to be used at least, and what each costs that is not:
    /// take or pay. A price and no limit, as a day may have too little work, and the provider too few
    /// vehicles; so a route too few is not an error. Not for carriers. At most
    /// [`most_routes`](Self::most_routes).
    ///
    /// The search knows the price whenever a vehicle is put to use or no longer is. What
    /// [choices](crate::plan::Choice) say of other parties leaves it out, and so does the choice of a
    /// vehicle for a package that comes while the day is under way.
    #[must_use]
    pub fn with_least_routes(mut self, routes: u32, price_short: Money) -> Self {
        self.least_routes = routes;
        self.price_short = price_short;
        self
    }

    /// What a carrier charges for each package. Every carrier must state it, and nobody else may;
    /// so with the three that follow.
    #[must_use]
    pub fn with_price(mut self, price: Money) -> Self {
        self.price = Some(price);
        self
    }

    /// What a carrier charges on top for each kilogram, rounded once a package to 1/1000 cent.
    #[must_use]
    pub fn with_price_per_kg(mut self, price: Money) -> Self {
        self.price_per_kg = price;
        self
    }

    /// When a carrier collects: it takes no package that is ready later.
    #[must_use]
    pub fn with_cut_off(mut self, cut_off: TimeOfDay) -> Self {
        self.cut_off = Some(cut_off);
        self
    }

    /// The heaviest package that a carrier takes, in grams.
    #[must_use]
    pub fn with_heaviest_g(mut self, grams: u64) -> Self {
        self.heaviest_g = Some(grams);
        self
    }

    /// The most packages that a carrier takes on a day.
    #[must_use]
    pub fn with_most_packages(mut self, packages: u32) -> Self {
        self.most_packages = Some(packages);
        self
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &ProviderId {
        &self.id
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> ProviderKind {
        self.kind
    }

    /// The postal codes it may serve, sorted; none means all.
    #[must_use]
    pub fn zips(&self) -> &[Zip] {
        &self.zips
    }

    /// The postal codes it should serve, sorted; none means all.
    #[must_use]
    pub fn preferred_zips(&self) -> &[Zip] {
        &self.preferred
    }

    /// What a package costs on top that is served outside the preferred postal codes.
    #[must_use]
    pub const fn price_outside(&self) -> Money {
        self.price_outside
    }

    /// When its vehicles may be out, if stated.
    #[must_use]
    pub const fn hours(&self) -> Option<TimeWindow> {
        self.hours
    }

    /// What its vehicles cost, if stated.
    #[must_use]
    pub const fn costs(&self) -> Option<&Costs> {
        self.costs.as_ref()
    }

    /// How many of its vehicles may be used, if stated.
    #[must_use]
    pub const fn most_routes(&self) -> Option<u32> {
        self.most_routes
    }

    /// How many of its vehicles should be used at least; 0 where nothing was promised.
    #[must_use]
    pub const fn least_routes(&self) -> u32 {
        self.least_routes
    }

    /// What each vehicle costs that is used less than was promised.
    #[must_use]
    pub const fn price_short(&self) -> Money {
        self.price_short
    }

    /// What a carrier charges for each package, if stated.
    #[must_use]
    pub const fn price(&self) -> Option<Money> {
        self.price
    }

    /// What a carrier charges for each kilogram.
    #[must_use]
    pub const fn price_per_kg(&self) -> Money {
        self.price_per_kg
    }

    /// When a carrier collects, if stated.
    #[must_use]
    pub const fn cut_off(&self) -> Option<TimeOfDay> {
        self.cut_off
    }

    /// The heaviest package that a carrier takes, in grams, if stated.
    #[must_use]
    pub const fn heaviest_g(&self) -> Option<u64> {
        self.heaviest_g
    }

    /// The most packages that a carrier takes, if stated.
    #[must_use]
    pub const fn most_packages(&self) -> Option<u32> {
        self.most_packages
    }

    /// Whether it may serve this postal code.
    #[must_use]
    pub fn may_serve(&self, zip: &Zip) -> bool {
        covers(&self.zips, zip)
    }

    /// Whether it should serve this postal code: it is one of the preferred, or none is stated.
    #[must_use]
    pub fn prefers(&self, zip: &Zip) -> bool {
        covers(&self.preferred, zip)
    }

    /// What this carrier charges for a package; `None` when it does not take it, or is no carrier.
    ///
    /// A carrier takes deliveries from the station to its postal codes, no heavier than it says and ready by its
    /// cut-off, that are neither pinned to a vehicle nor promised within two hours nor marked
    /// [in-house only](Package::with_in_house_only). Windows are the affair of vehicles. No price
    /// is above ten million.
    #[must_use]
    pub fn quote(&self, package: &Package) -> Option<Money> {
        let price = self.price.filter(|_| self.kind == ProviderKind::Carrier)?;
        let takes = package.kind() == PackageKind::Delivery
            && package.pickup().is_none()
            && package.pin().is_none()
            && !package.in_house_only()
            && !matches!(package.promise(), Promise::TwoHour { .. })
            && self
                .heaviest_g
                .is_none_or(|most| package.load().weight_g <= most)
            && match (package.ready(), self.cut_off) {
                (Some(ready), Some(cut_off)) => ready <= cut_off,
                _ => true,
            }
            && self.may_serve(package.zip());
        takes.then(|| {
            let grams = i128::from(package.load().weight_g);
            let by_weight = (i128::from(self.price_per_kg.millicents()) * grams + 500) / 1_000;
            let sum = i128::from(price.millicents()) + by_weight;
            i64::try_from(sum).map_or(MOST_MONEY, |sum| {
                Money::from_millicents(sum).min(MOST_MONEY)
            })
        })
    }

    /// What only carriers state, and what only the others do: the names of the fields stated.
    pub(super) fn of_carriers(&self) -> [(&'static str, bool); 5] {
        [
            ("price", self.price.is_some()),
            ("price_per_kg", self.price_per_kg != Money::ZERO),
            ("cut_off", self.cut_off.is_some()),
            ("heaviest_g", self.heaviest_g.is_some()),
            ("most_packages", self.most_packages.is_some()),
        ]
    }

    /// See [`of_carriers`](Self::of_carriers).
    pub(super) fn of_fleets(&self) -> [(&'static str, bool); 5] {
        [
            ("preferred_zips", !self.preferred.is_empty()),
            ("hours", self.hours.is_some()),
            ("costs", self.costs.is_some()),
            ("most_routes", self.most_routes.is_some()),
            (
                "least_routes",
                self.least_routes > 0 || self.price_short != Money::ZERO,
            ),
        ]
    }
}

pub(super) fn sorted(zips: impl IntoIterator<Item = impl Into<Zip>>) -> Vec<Zip> {
    let mut zips: Vec<Zip> = zips.into_iter().map(Into::into).collect();
    zips.sort_unstable();
    zips.dedup();
    zips
}

/// Whether one of the sorted `stated` codes is the beginning of `zip`, or none is stated.
pub(super) fn covers(stated: &[Zip], zip: &Zip) -> bool {
    let code = zip.as_str();
    let known = |part: &str| stated.binary_search_by(|s| s.as_str().cmp(part)).is_ok();
    stated.is_empty()
        || known(code)
        || code
            .char_indices()
            .skip(1)
            .any(|(end, _)| known(&code[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_covered_by_itself_and_by_its_beginnings() {
        let stated = sorted(["60608", "021", "SW1A 1AA", "é1"]);
        for zip in ["60608", "60608-1234", "02134", "021", "SW1A 1AA", "é1-2"] {
            assert!(covers(&stated, &Zip::from(zip)), "{zip}");
        }
        for zip in ["60609", "6060", "", "02", "SW1A", "é", "e1"] {
            assert!(!covers(&stated, &Zip::from(zip)), "{zip}");
        }
        assert!(covers(&[], &Zip::from("60608")));
    }
}
