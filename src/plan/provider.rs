//! What each provider does of a day.

use super::cost::{money, rated};
use super::scorecard::{Scorecard, ratio};
use crate::model::{Provider, ProviderId, ProviderKind};
use crate::units::Money;

/// What one provider does of a day: a row of the scorecard.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct ProviderCard {
    /// Which provider.
    pub provider: ProviderId,
    /// What it is.
    pub kind: ProviderKind,
    /// Routes of its vehicles.
    pub routes: u64,
    /// Packages on those, or tendered to it.
    pub packages: u64,
    /// What those routes cost, or what it charges.
    pub cost: Money,
    /// What is paid for routes that it was promised and does not have, besides.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "super::cost::is_none")
    )]
    pub shortfall: Money,
}

impl ProviderCard {
    pub(super) fn new(provider: &Provider) -> Self {
        Self {
            provider: provider.id().clone(),
            kind: provider.kind(),
            routes: 0,
            packages: 0,
            cost: Money::ZERO,
            shortfall: Money::ZERO,
        }
    }

    /// Counts the routes that it was promised and does not have; after all its routes.
    pub(super) fn fall_short(&mut self, promised: &Provider) -> Money {
        let short = u64::from(promised.least_routes()).saturating_sub(self.routes);
        let short = i64::try_from(short).unwrap_or(i64::MAX);
        self.shortfall = rated(promised.price_short(), short, 1);
        self.shortfall
    }

    /// Counts a route (or none, for a tendered package).
    pub(super) fn add(&mut self, routes: u64, packages: u64, cost: Money) {
        self.routes += routes;
        self.packages += packages;
        self.cost = money(self.cost, cost);
    }
}

impl Scorecard {
    /// The share of the packages served that one provider serves, 0 to 1; `None` when none is
    /// served.
    #[must_use]
    pub fn share_of(&self, card: &ProviderCard) -> Option<f64> {
        self.of_served(card.packages)
    }

    /// The share of the packages served that vehicles of the day serve and not carriers, 0 to 1;
    /// `None` when none is served.
    #[must_use]
    pub fn in_house_share(&self) -> Option<f64> {
        self.of_served(self.delivered)
    }

    fn of_served(&self, packages: u64) -> Option<f64> {
        ratio(packages as f64, (self.delivered + self.tendered) as f64)
    }

    /// The row of a provider; a new one for one not yet known.
    pub(super) fn row_of(&mut self, provider: &Provider) -> &mut ProviderCard {
        let known = self
            .providers
            .iter()
            .position(|c| c.provider == *provider.id());
        let at = known.unwrap_or_else(|| {
            self.providers.push(ProviderCard::new(provider));
            self.providers.len() - 1
        });
        &mut self.providers[at]
    }

    /// Adds the rows of another station; a provider of both has one row.
    pub(super) fn add_rows(&mut self, others: &[ProviderCard]) {
        for other in others {
            let own = self
                .providers
                .iter_mut()
                .find(|c| c.provider == other.provider);
            match own {
                Some(own) => {
                    own.add(other.routes, other.packages, other.cost);
                    own.shortfall = money(own.shortfall, other.shortfall);
                }
                None => self.providers.push(other.clone()),
            }
        }
    }
}
