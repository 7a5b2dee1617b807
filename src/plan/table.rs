//! The scorecard as a table of aligned lines.

use std::fmt;

use super::scorecard::{Filling, Scorecard};
use crate::units::{Money, Span};

/// Columns of the label and of the value.
const LABEL: usize = 26;
const VALUE: usize = 14;

/// Columns of a provider's name.
const NAME: usize = 26;

impl fmt::Display for Scorecard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (label, value) in self.lines() {
            writeln!(f, "{label:<LABEL$}{value:>VALUE$}")?;
        }
        if !self.providers.is_empty() {
            self.by_provider(f)?;
        }
        match &self.costs {
            Some(costs) => write!(
                f,
                "at {} a vehicle, {} a duty hour, {} a km, {} a driving hour",
                costs.per_vehicle(),
                costs.per_duty_hour(),
                costs.per_km(),
                costs.per_driving_hour()
            ),
            None => write!(f, "at different prices"),
        }
    }
}

impl Scorecard {
    /// One line a provider.
    fn by_provider(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (routes, packages) = ("routes", "packages");
        writeln!(
            f,
            "{:<NAME$}{routes:>8}{packages:>10}{:>14}{:>9}",
            "provider", "cost", "share"
        )?;
        for card in &self.providers {
            let name = format!("  {} ({})", card.provider, card.kind);
            let (routes, packages) = (grouped(card.routes), grouped(card.packages));
            let (cost, share) = (card.cost.to_string(), percent(self.share_of(card)));
            writeln!(
                f,
                "{name:<NAME$}{routes:>8}{packages:>10}{cost:>14}{share:>9}"
            )?;
        }
        let share = percent(self.in_house_share());
        writeln!(f, "{:<LABEL$}{share:>VALUE$}", "in house")
    }

    /// Labels and values, in the order printed; parts of a sum are indented by two spaces.
    pub(crate) fn lines(&self) -> Vec<(&'static str, String)> {
        let (cost, areas) = (&self.cost, &self.areas);
        let mut lines = vec![
            ("packages", grouped(self.packages)),
            ("  on routes", grouped(self.delivered)),
            ("  with carriers", grouped(self.tendered)),
            ("  unserved", grouped(self.unserved)),
            ("stops", grouped(self.stops)),
            ("vans", grouped(self.vans)),
            ("kilometres", format!("{:.1}", self.distance.km_f64())),
            ("hours driving", hours(self.driving)),
            ("hours of service", hours(self.service)),
            ("hours waiting", hours(self.waiting)),
            ("hours on road", hours(self.on_road)),
            ("hours paid", hours(self.paid)),
            (
                "stops per on-road hour",
                format!("{:.1}", self.stops_per_on_road_hour()),
            ),
            ("on time", percent(self.on_time_share())),
            ("full by count", full(self.utilisation.count)),
            ("full by volume", full(self.utilisation.volume)),
            ("full by weight", full(self.utilisation.weight)),
            (
                "block re-entries a route",
                one(areas.block_reentries_per_route()),
            ),
            ("zones a route", one(areas.zones_per_route())),
            ("ZIPs a route", one(areas.zips_per_route())),
            ("overlap of routes", percent(areas.overlap())),
            ("cost", cost.total().to_string()),
            ("  vehicles", cost.vehicles.to_string()),
            ("  duty", cost.duty.to_string()),
            ("  distance", cost.distance.to_string()),
            ("  driving", cost.driving.to_string()),
            ("  carriers", cost.tender.to_string()),
        ];
        if !self.providers.is_empty() {
            lines.push(("  outside territories", cost.territory.to_string()));
        }
        if cost.alternatives != Money::ZERO {
            lines.push(("  alternatives", cost.alternatives.to_string()));
        }
        if cost.balance > Money::ZERO {
            lines.push(("  balance", cost.balance.to_string()));
        }
        if cost.shortfall > Money::ZERO {
            lines.push(("  routes promised", cost.shortfall.to_string()));
        }
        if cost.lateness > Money::ZERO {
            lines.push(("  lateness", cost.lateness.to_string()));
        }
        if self.breaks > Span::ZERO {
            let after_waiting = 11;
            lines.insert(after_waiting, ("hours of breaks", hours(self.breaks)));
        }
        lines
    }
}

fn hours(span: Span) -> String {
    format!("{:.2}", span.hours_f64())
}

fn full(filling: Filling) -> String {
    percent(filling.mean())
}

/// One decimal; a dash where there is nothing to divide by.
fn one(mean: Option<f64>) -> String {
    mean.map_or_else(|| "-".to_owned(), |mean| format!("{mean:.1}"))
}

/// A dash where there is nothing to divide by.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(12_634), "12,634");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
