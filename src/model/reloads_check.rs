//! What can be wrong with coming back to the station to load again.

use super::check::Check;
use super::reloads::Reloads;
use super::vehicle::Vehicle;
use crate::units::Span;

impl Check<'_> {
    /// The docks of the station.
    pub(super) fn docks(&mut self) {
        let Some(docks) = self.day.station().docks() else {
            return;
        };
        if docks.count() == 0 {
            self.report("docks", "there are 0");
        }
        let turn = docks.turn();
        self.span("docks", turn);
        if (Span::ZERO..Span::from_minutes(1)).contains(&turn) {
            let message = format!("a turn of {turn} is shorter than a minute");
            self.report("docks", message);
        }
    }

    /// What happens to its battery, of which only the range is known.
    fn battery(&mut self, vehicle: &Vehicle, reloads: &Reloads) {
        let ranged = vehicle.range().is_some();
        if reloads.swaps() && !ranged {
            self.report("reloads", "swap its battery, but it has no range");
        }
        let Some(full) = reloads.recharge() else {
            return;
        };
        self.span("reloads", full);
        if !ranged {
            self.report("reloads", "charge its battery, but it has no range");
        }
        if reloads.swaps() {
            self.report("reloads", "swap its battery and charge it; one will do");
        }
    }

    /// How often a vehicle comes back, and what it cannot do then.
    pub(super) fn reloads(&mut self, vehicle: &Vehicle) {
        let Some(reloads) = vehicle.reloads() else {
            return;
        };
        if reloads.most() == 0 {
            self.report("reloads", "are stated, but 0 are allowed");
        }
        let loading = reloads.loading();
        self.span("reloads", loading);
        if let Some(docks) = self.day.station().docks() {
            let turn = docks.turn();
            if loading > turn {
                let message = format!("loading takes {loading}, a dock has turns of {turn}");
                self.report("reloads", message);
            }
            if let Some(full) = reloads.recharge().filter(|full| *full > turn) {
                let message = format!("charging takes up to {full}, a dock has turns of {turn}");
                self.report("reloads", message);
            }
        }
        self.battery(vehicle, &reloads);
        if vehicle.under_way().is_some() {
            self.report(
                "reloads",
                "are stated, but a vehicle that is out does not reload",
            );
        }
        if !vehicle.breaks().is_empty() {
            let message = "are stated, but vehicles with breaks do not reload yet";
            self.report("reloads", message);
        }
        self.reloads_and_pairs();
    }

    fn reloads_and_pairs(&mut self) {
        let mut pairs = self.day.packages().iter().filter(|p| p.pickup().is_some());
        if let Some(package) = pairs.next() {
            let id = package.id().as_str();
            let message = format!(
                "are stated, but package {id:?} is collected on the way; days with both are not planned yet"
            );
            self.report("reloads", message);
        }
    }
}
