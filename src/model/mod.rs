//! What a dispatcher says: packages, vehicles, a station, and the [`ServiceDay`] made of them.
//!
//! Values are stated without checks through chained setters (`with_window`, `with_shift`) and
//! checked all at once by [`ServiceDayBuilder::build`], whose error lists every problem with
//! the id it belongs to. Getters carry the plain noun (`windows`, `shift`).

mod alternative;
mod alternative_check;
mod balance;
mod bond_check;
mod breaks;
mod check;
mod day;
mod driver;
mod driver_check;
mod goods_check;
mod ids;
mod locker;
mod matrix;
mod package;
mod pickup;
mod pickup_check;
mod place;
mod plane;
mod promise;
mod provider;
mod provider_check;
#[cfg(feature = "serde")]
mod provider_record;
#[cfg(feature = "serde")]
mod record;
mod reloads;
mod reloads_check;
mod requirement;
mod road_kind;
mod service;
mod temperature;
mod time_check;
mod traffic;
mod travel_spec;
mod under_way;
mod vehicle;
mod vehicle_check;
mod walking;
mod walking_check;
mod window;
mod zone;

pub use alternative::Alternative;
pub use balance::Balance;
pub use breaks::{Break, BreakTime};
pub use day::{ServiceDay, ServiceDayBuilder};
pub use driver::Driver;
pub use ids::{
    Capability, DriverId, GoodsClass, GroupId, LockerId, PackageId, ProviderId, StationId, StopId,
    VehicleId,
};
pub use locker::{Locker, Slots};
pub use matrix::TravelMatrix;
pub use package::{Package, Stop};
pub use pickup::Pickup;
pub use place::{LatLng, Place, Station, Zip};
pub use plane::{Plane, PlaneRounding};
pub use promise::{Due, HandOff, PackageKind, Promise};
pub use provider::{Provider, ProviderKind};
pub use reloads::{Docks, Reloads};
pub use requirement::Requirement;
pub use road_kind::RoadKind;
pub use service::ServiceTimes;
pub use temperature::Temperature;
pub use traffic::{Hourly, Traffic};
pub use travel_spec::{GreatCircle, TravelSpec};
pub use under_way::UnderWay;
pub use vehicle::{Costs, Vehicle, VehicleKind};
pub use walking::Walking;
pub use window::TimeWindow;
pub use zone::{BlockId, RecordedZone, ZipPart, ZoneId, ZonePolicy, ZoneRecord};

pub(crate) use bond_check::check_team;
pub(crate) use check::check_package;
pub(crate) use day::Crew;
pub(crate) use matrix::{MOST_MM, MOST_MS};
pub(crate) use time_check::MOST_BREAKS;
pub(crate) use window::{clip, meet};
