//! What a request says about travel; the `travel` module computes it.

use super::matrix::TravelMatrix;
use super::plane::Plane;
use super::traffic::{Hourly, Traffic};
use super::vehicle::VehicleKind;

/// How long legs take and how far they are.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum TravelSpec {
    /// Over the great circle, with a detour factor and a speed by vehicle kind.
    GreatCircle(GreatCircle),
    /// As the caller's matrix says.
    Matrix(TravelMatrix),
    /// Straight lines on a plane.
    Plane(Plane),
    /// One of these, slower in some hours.
    Hourly(Box<Hourly>),
}

impl TravelSpec {
    /// Travel as `free` says on free roads, at the speeds of `traffic`. Travel that had speeds
    /// already gets these.
    #[must_use]
    pub fn hourly(free: impl Into<Self>, traffic: Traffic) -> Self {
        let free = match free.into() {
            Self::Hourly(hourly) => hourly.free,
            free => free,
        };
        Self::Hourly(Box::new(Hourly { free, traffic }))
    }

    /// Travel on free roads.
    #[must_use]
    pub fn free(&self) -> &Self {
        match self {
            Self::Hourly(hourly) => &hourly.free,
            free => free,
        }
    }

    /// Speeds by the hour, if stated.
    #[must_use]
    pub fn traffic(&self) -> Option<&Traffic> {
        match self {
            Self::Hourly(hourly) => Some(&hourly.traffic),
            _ => None,
        }
    }

    /// How many rows there are for places to name; `None` where travel goes by coordinates.
    #[must_use]
    pub fn rows(&self) -> Option<usize> {
        match self {
            Self::GreatCircle(_) => None,
            Self::Matrix(matrix) => Some(matrix.size()),
            Self::Plane(plane) => Some(plane.points().len()),
            Self::Hourly(hourly) => hourly.free.rows(),
        }
    }
}

impl Default for TravelSpec {
    fn default() -> Self {
        Self::GreatCircle(GreatCircle::default())
    }
}

impl From<GreatCircle> for TravelSpec {
    fn from(great_circle: GreatCircle) -> Self {
        Self::GreatCircle(great_circle)
    }
}

impl From<Plane> for TravelSpec {
    fn from(plane: Plane) -> Self {
        Self::Plane(plane)
    }
}

impl From<TravelMatrix> for TravelSpec {
    fn from(matrix: TravelMatrix) -> Self {
        Self::Matrix(matrix)
    }
}

/// Great-circle travel: the length of the shortest arc times a detour, at one speed by kind.
///
/// Defaults, assumptions for a city: detour 1.3; cargo van, electric van and Flex car 25 km/h,
/// bicycle 14, walker 4.5, motorcycle 25, drone 50; a drone flies straight, its detour is 1.
/// Distances contain the detour.
///
/// ```
/// use doorstep::model::{GreatCircle, VehicleKind};
///
/// let rural = GreatCircle::default().with_detour(1.2).with_speed(VehicleKind::CargoVan, 45.0);
/// assert_eq!(rural.speed(VehicleKind::CargoVan), 45.0);
/// assert_eq!(rural.speed(VehicleKind::Walker), 4.5);
/// assert_eq!(rural.detour_of(VehicleKind::CargoVan), 1.2);
/// assert_eq!(rural.detour_of(VehicleKind::Drone), 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct GreatCircle {
    detour: f64,
    detours: Detours,
    speeds: Speeds,
}

/// How much longer the way of a kind is than the great circle, where it is not as for all.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
struct Detours {
    cargo_van: Option<f64>,
    electric_van: Option<f64>,
    flex_car: Option<f64>,
    bicycle: Option<f64>,
    walker: Option<f64>,
    motorcycle: Option<f64>,
    drone: Option<f64>,
}

impl Default for Detours {
    fn default() -> Self {
        Self {
            cargo_van: None,
            electric_van: None,
            flex_car: None,
            bicycle: None,
            walker: None,
            motorcycle: None,
            drone: Some(1.0),
        }
    }
}

/// Kilometres per hour by vehicle kind.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
struct Speeds {
    cargo_van: f64,
    electric_van: f64,
    flex_car: f64,
    bicycle: f64,
    walker: f64,
    motorcycle: f64,
    drone: f64,
}

impl Default for Speeds {
    fn default() -> Self {
        Self {
            cargo_van: 25.0,
            electric_van: 25.0,
            flex_car: 25.0,
            bicycle: 14.0,
            walker: 4.5,
            motorcycle: 25.0,
            drone: 50.0,
        }
    }
}

impl Default for GreatCircle {
    fn default() -> Self {
        Self {
            detour: 1.3,
            detours: Detours::default(),
            speeds: Speeds::default(),
        }
    }
}

impl GreatCircle {
    /// How much longer the road is than the great circle, 1 or more. For all kinds that have no
    /// detour of their own, see [`with_detour_of`](Self::with_detour_of).
    #[must_use]
    pub const fn with_detour(mut self, factor: f64) -> Self {
        self.detour = factor;
        self
    }

    /// The speed of a vehicle kind in km/h.
    #[must_use]
    pub const fn with_speed(mut self, kind: VehicleKind, km_per_hour: f64) -> Self {
        *match kind {
            VehicleKind::CargoVan => &mut self.speeds.cargo_van,
            VehicleKind::ElectricVan => &mut self.speeds.electric_van,
            VehicleKind::FlexCar => &mut self.speeds.flex_car,
            VehicleKind::Bicycle => &mut self.speeds.bicycle,
            VehicleKind::Walker => &mut self.speeds.walker,
            VehicleKind::Motorcycle => &mut self.speeds.motorcycle,
            VehicleKind::Drone => &mut self.speeds.drone,
        } = km_per_hour;
        self
    }

    /// How much longer the way of one kind is than the great circle, 1 or more; whatever it is for
    /// the others.
    #[must_use]
    pub const fn with_detour_of(mut self, kind: VehicleKind, factor: f64) -> Self {
        *match kind {
            VehicleKind::CargoVan => &mut self.detours.cargo_van,
            VehicleKind::ElectricVan => &mut self.detours.electric_van,
            VehicleKind::FlexCar => &mut self.detours.flex_car,
            VehicleKind::Bicycle => &mut self.detours.bicycle,
            VehicleKind::Walker => &mut self.detours.walker,
            VehicleKind::Motorcycle => &mut self.detours.motorcycle,
            VehicleKind::Drone => &mut self.detours.drone,
        } = Some(factor);
        self
    }

    /// How much longer the road is than the great circle.
    #[must_use]
    pub const fn detour(&self) -> f64 {
        self.detour
    }

    /// How much longer the way of a kind is than the great circle.
    #[must_use]
    pub const fn detour_of(&self, kind: VehicleKind) -> f64 {
        let own = match kind {
            VehicleKind::CargoVan => self.detours.cargo_van,
            VehicleKind::ElectricVan => self.detours.electric_van,
            VehicleKind::FlexCar => self.detours.flex_car,
            VehicleKind::Bicycle => self.detours.bicycle,
            VehicleKind::Walker => self.detours.walker,
            VehicleKind::Motorcycle => self.detours.motorcycle,
            VehicleKind::Drone => self.detours.drone,
        };
        match own {
            Some(own) => own,
            None => self.detour,
        }
    }

    /// The speed of a vehicle kind in km/h.
    #[must_use]
    pub const fn speed(&self, kind: VehicleKind) -> f64 {
        match kind {
            VehicleKind::CargoVan => self.speeds.cargo_van,
            VehicleKind::ElectricVan => self.speeds.electric_van,
            VehicleKind::FlexCar => self.speeds.flex_car,
            VehicleKind::Bicycle => self.speeds.bicycle,
            VehicleKind::Walker => self.speeds.walker,
            VehicleKind::Motorcycle => self.speeds.motorcycle,
            VehicleKind::Drone => self.speeds.drone,
        }
    }
}
