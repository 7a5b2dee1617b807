//! What can be wrong with walks between doors.

use super::check::Check;
use super::matrix::MOST_MM;
use super::vehicle::{Vehicle, VehicleKind};
use super::walking::Walking;
use crate::units::{Load, Meters};

impl Check<'_> {
    /// How far, how fast, to how many doors and with how much drivers walk.
    pub(super) fn walking(&mut self) {
        let Some(walking) = self.day.walking() else {
            return;
        };
        let (way, most) = (walking.farthest(), Meters::from_millimeters(MOST_MM.into()));
        if way < Meters::ZERO {
            self.report("walking.farthest", format!("{way} is negative"));
        } else if way > most {
            self.report("walking.farthest", format!("{way} is farther than {most}"));
        }
        let (speed, detour) = (walking.speed(), walking.detour());
        if !(speed.is_finite() && speed > 0.0) {
            self.report("walking.speed", format!("{speed} km/h is not above 0"));
        }
        if !(detour.is_finite() && detour >= 1.0) {
            self.report("walking.detour", format!("{detour} is not 1 or more"));
        }
        let doors = walking.most_doors();
        if !(2..=Walking::MOST_DOORS).contains(&doors) {
            let message = format!("{doors} is not between 2 and {}", Walking::MOST_DOORS);
            self.report("walking.most_doors", message);
        }
        let carried = walking.carried();
        if let Some(cm3) = carried.volume_cm3 {
            self.at_most("walking.carried", cm3, Load::MAX.volume_cm3, "cm3");
        }
        if let Some(g) = carried.weight_g {
            self.at_most("walking.carried", g, Load::MAX.weight_g, "g");
        }
    }

    /// A halt of several doors may come to any vehicle, which must have somebody who walks.
    pub(super) fn on_foot(&mut self, vehicle: &Vehicle) {
        if self.day.walking().is_some() && vehicle.kind() == VehicleKind::Drone {
            self.report("kind", "a drone has nobody who walks between doors");
        }
    }
}
