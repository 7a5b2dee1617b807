//! What can be wrong with the limits of a vehicle, and with what is asked of vehicles.

use super::check::Check;
use super::ids::Capability;
use super::temperature::Temperature;
use super::vehicle::Vehicle;
use crate::units::{Load, Meters, Span};

impl Check<'_> {
    /// How far and how long it may drive.
    pub(super) fn vehicle_limits(&mut self, vehicle: &Vehicle) {
        if let Some(driving) = vehicle.max_driving() {
            if driving == Span::ZERO {
                self.report("max_driving", "is 0");
            }
            self.span("max_driving", driving);
        }
        if vehicle.is_reserved() && vehicle.capabilities().is_empty() {
            self.report("reserved", "it has no capability that a package could need");
        }
        for temperature in Temperature::ALL {
            if let Some(cm3) = vehicle.compartment(temperature) {
                self.at_most("compartments", cm3, Load::MAX.volume_cm3, "cm3");
            }
        }
        if let Some(range) = vehicle.range() {
            self.way("range", range);
        }
        if let Some(radius) = vehicle.radius() {
            self.way("radius", radius);
            let start = vehicle.start().unwrap_or(self.day.station().place());
            if start.lat_lng().is_none() {
                self.report("radius", "the vehicle's start has no coordinates");
            }
            if let Some(package) = self.unplaced {
                let id = package.id().as_str();
                self.report("radius", format!("package {id:?} has no coordinates"));
            }
        }
    }

    /// Where it is and since when it is out.
    pub(super) fn under_way(&mut self, vehicle: &Vehicle) {
        let Some(under_way) = vehicle.under_way() else {
            return;
        };
        self.place("under_way", under_way.place());
        let (departed, ready) = (under_way.departed(), under_way.ready());
        if self.time("under_way", departed) & self.time("under_way", ready) && ready < departed {
            let message = format!("drives on at {ready}, before it left at {departed}");
            self.report("under_way", message);
        }
        if under_way.apart().iter().any(|g| g.as_str().is_empty()) {
            self.report("under_way", "a group has no name");
        }
    }

    /// Capabilities of which one is asked for.
    pub(super) fn choice(&mut self, field: &'static str, any_of: &[Capability]) {
        if any_of.is_empty() {
            self.report(field, "one names no capability");
        }
        if any_of
            .iter()
            .any(|capability| capability.as_str().is_empty())
        {
            self.report(field, "a capability has no name");
        }
    }

    /// A distance that something must lie within.
    fn way(&mut self, field: &'static str, way: Meters) {
        if way == Meters::ZERO {
            self.report(field, "is 0");
        } else if way < Meters::ZERO {
            self.report(field, format!("{way} is negative"));
        }
    }
}
