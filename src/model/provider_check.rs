//! Everything that can be wrong with providers, and with vehicles as theirs.

use super::check::{Check, Subject};
use super::place::Zip;
use super::provider::{Provider, ProviderKind};
use super::vehicle::Vehicle;

impl Check<'_> {
    pub(super) fn providers(&mut self) {
        let providers = self.day.providers();
        self.ids("provider", providers.iter().map(|p| p.id().as_str()));
        for (i, provider) in providers.iter().enumerate() {
            self.subject = Subject::of("provider", provider.id().as_str(), Some(i));
            self.provider(provider);
        }
    }

    fn provider(&mut self, provider: &Provider) {
        for (field, zips) in [
            ("zips", provider.zips()),
            ("preferred_zips", provider.preferred_zips()),
        ] {
            for zip in zips {
                if let Some(flaw) = zip.prefix_flaw() {
                    self.bad_zip(field, zip, flaw);
                }
            }
        }
        self.money("price_outside", provider.price_outside());
        if let Some(hours) = provider.hours()
            && self.window("hours", hours)
        {
            self.inside_hours("hours", hours);
        }
        if let Some(costs) = provider.costs() {
            self.costs(costs);
        }
        if let Some(price) = provider.price() {
            self.money("price", price);
        }
        self.money("price_per_kg", provider.price_per_kg());
        self.money("price_short", provider.price_short());
        let least = provider.least_routes();
        if let Some(most) = provider.most_routes().filter(|&most| least > most) {
            self.report(
                "least_routes",
                format!("{least} are more than the most of {most}"),
            );
        }
        if let Some(cut_off) = provider.cut_off() {
            self.time("cut_off", cut_off);
        }
        self.fields(provider);
    }

    /// What is stated for the wrong kind of provider would be ignored: it is a problem instead.
    fn fields(&mut self, provider: &Provider) {
        let carrier = provider.kind() == ProviderKind::Carrier;
        let (misplaced, why): (&[_], _) = if carrier {
            (
                &provider.of_fleets(),
                "is not for a carrier, which has no vehicles",
            )
        } else {
            (&provider.of_carriers(), "is for carriers only")
        };
        for &(field, _) in misplaced.iter().filter(|(_, stated)| *stated) {
            self.report(field, why);
        }
        if carrier && provider.price().is_none() {
            self.report("price", "is missing, which a carrier needs");
        }
    }

    /// A vehicle's provider is known, has vehicles, and is there in the vehicle's shift.
    pub(super) fn vehicle_as_provided(&mut self, vehicle: &Vehicle) {
        let Some(id) = vehicle.provider() else { return };
        let Some(&at) = self.providers.get(id.as_str()) else {
            self.report(
                "provider",
                format!("no provider is called {:?}", id.as_str()),
            );
            return;
        };
        let provider = &self.day.providers()[at];
        let name = provider.id().as_str();
        if provider.kind() == ProviderKind::Carrier {
            let message = format!("{name:?} is a carrier, which has no vehicles");
            self.report("provider", message);
        }
        let (Some(hours), Some(open)) = (provider.hours(), vehicle.shift().or(self.hours)) else {
            return;
        };
        let in_order = hours.earliest() <= hours.latest() && open.earliest() <= open.latest();
        if in_order && open.intersection(hours).is_none() {
            let what = if vehicle.shift().is_some() {
                ""
            } else {
                "the delivery hours "
            };
            let message = format!(
                "{what}{open} and the hours {hours} of provider {name:?} have nothing in common"
            );
            self.report("shift", message);
        }
    }

    pub(super) fn bad_zip(&mut self, field: &'static str, zip: &Zip, flaw: &str) {
        let code: String = zip.as_str().chars().take(20).collect();
        self.report(field, format!("{code:?} {flaw}"));
    }
}
