//! The written form of a provider: flat, with what was not stated left out.

use serde::{Deserialize, Serialize};

use super::ids::ProviderId;
use super::place::Zip;
use super::provider::{Provider, ProviderKind};
use super::vehicle::Costs;
use super::window::TimeWindow;
use crate::units::{Money, TimeOfDay};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderRecord {
    id: ProviderId,
    kind: ProviderKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    zips: Vec<Zip>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    preferred_zips: Vec<Zip>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price_outside: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<TimeWindow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    costs: Option<Costs>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most_routes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price_per_kg: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut_off: Option<TimeOfDay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    heaviest_g: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most_packages: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    least_routes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price_short: Option<Money>,
}

/// Zero is what is charged where nothing is stated.
fn stated(money: Money) -> Option<Money> {
    Some(money).filter(|&money| money != Money::ZERO)
}

fn with<T>(provider: Provider, value: Option<T>, set: fn(Provider, T) -> Provider) -> Provider {
    match value {
        Some(value) => set(provider, value),
        None => provider,
    }
}

impl From<ProviderRecord> for Provider {
    fn from(record: ProviderRecord) -> Self {
        let outside = record.price_outside.unwrap_or(Money::ZERO);
        let provider = Self::new(record.id, record.kind)
            .with_zips(record.zips)
            .with_preferred_zips(record.preferred_zips, outside)
            .with_least_routes(
                record.least_routes.unwrap_or(0),
                record.price_short.unwrap_or(Money::ZERO),
            );
        let provider = with(provider, record.hours, Self::with_hours);
        let provider = with(provider, record.costs, Self::with_costs);
        let provider = with(provider, record.most_routes, Self::with_most_routes);
        let provider = with(provider, record.price, Self::with_price);
        let provider = with(provider, record.price_per_kg, Self::with_price_per_kg);
        let provider = with(provider, record.cut_off, Self::with_cut_off);
        let provider = with(provider, record.heaviest_g, Self::with_heaviest_g);
        with(provider, record.most_packages, Self::with_most_packages)
    }
}

impl From<Provider> for ProviderRecord {
    fn from(provider: Provider) -> Self {
        Self {
            id: provider.id().clone(),
            kind: provider.kind(),
            zips: provider.zips().to_vec(),
            preferred_zips: provider.preferred_zips().to_vec(),
            price_outside: stated(provider.price_outside()),
            hours: provider.hours(),
            costs: provider.costs().copied(),
            most_routes: provider.most_routes(),
            price: provider.price(),
            price_per_kg: stated(provider.price_per_kg()),
            cut_off: provider.cut_off(),
            heaviest_g: provider.heaviest_g(),
            most_packages: provider.most_packages(),
            least_routes: Some(provider.least_routes()).filter(|&least| least > 0),
            price_short: stated(provider.price_short()),
        }
    }
}
