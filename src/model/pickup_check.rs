//! What can be wrong with a package that is collected on the way.

use super::check::Check;
use super::package::Package;
use super::promise::PackageKind;
use super::window::clip;

impl Check<'_> {
    /// The place of collection by itself, and that the door can be served behind it.
    pub(super) fn pickup(&mut self, package: &Package) {
        let Some(pickup) = package.pickup() else {
            return;
        };
        self.place("pickup", pickup.place());
        if let Some(flaw) = pickup.zip().flaw() {
            self.bad_zip("pickup", pickup.zip(), flaw);
        }
        for &window in pickup.windows() {
            if self.window("pickup", window) {
                self.inside_hours("pickup", window);
            }
        }
        if let Some(span) = pickup.service_time() {
            self.span("pickup", span);
        }
        if package.kind() == PackageKind::ReturnPickup {
            self.report("pickup", "is stated, but a return goes to the station");
        }
        if package.ready().is_some() {
            self.report("ready", "is stated, but it is never at the station");
        }
        let Some(hours) = self.hours else { return };
        let first = clip(pickup.windows(), hours).first().map(|w| {
            w.earliest()
                .saturating_add(pickup.service_time().unwrap_or_default())
        });
        let last = clip(package.windows(), hours).last().map(|w| w.latest());
        if let (Some(first), Some(last)) = (first, last)
            && first > last
        {
            let message =
                format!("collected at {first} at the earliest, due at the door by {last}");
            self.report("pickup", message);
        }
    }

    /// Packages of a given stop come from the station together.
    pub(super) fn none_collected(&mut self, packages: &[Package]) {
        for package in packages.iter().filter(|p| p.pickup().is_some()) {
            let id = package.id().as_str();
            let message = format!("{id:?} is collected on the way, and its stops are its own");
            self.report("packages", message);
        }
    }
}
