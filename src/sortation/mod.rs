//! Packages to stops, and stops to ZIP groups in an order that keeps neighbours together.
//!
//! A *stop* is where a vehicle halts once. [`group`] puts packages into stops, [`Grouping`] leads
//! from packages to stops and back, [`zip_groups`] gathers the stops of a postal code and puts
//! codes and stops along a Hilbert curve, the order in which routes are first built. [`zones`]
//! makes of postal codes, or of parts of them, zones of about one route's work and inside them
//! blocks of neighbouring stops.

mod class;
mod cluster;
mod group;
mod halt;
mod hilbert;
mod join;
mod near;
mod stop;
mod tour;
mod walk;
mod zip;
mod zoning;

pub use group::{Grouping, group};
pub use hilbert::hilbert;
pub use stop::{Elsewhere, StopGroup};
pub use walk::{Walk, WalkDoor};
pub use zip::{ZipGroup, zip_groups};
pub use zoning::{Block, Zone, ZoneFigures, Zoning, zones};
