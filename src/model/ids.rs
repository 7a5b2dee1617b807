//! Names: ids of packages, stops, vehicles and stations, and capabilities.
//!
//! Each is a shared immutable string, so that a copy costs a counter and not an allocation.

use std::fmt;
use std::sync::Arc;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.into())
            }
        }

        impl From<String> for $name {
            fn from(name: String) -> Self {
                Self(name.into())
            }
        }

        impl From<&$name> for $name {
            fn from(name: &$name) -> Self {
                name.clone()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from).map(Self::from)
            }
        }
    };
}
pub(super) use name;

name! {
    /// Names a driver; unique within a day.
    DriverId
}
name! {
    /// Names a package; unique within a day.
    PackageId
}
name! {
    /// Names a stop; unique within a day.
    StopId
}
name! {
    /// Names a vehicle; unique within a day.
    VehicleId
}
name! {
    /// Names a parcel locker; unique within a day.
    LockerId
}
name! {
    /// Names a provider; unique within a day.
    ProviderId
}
name! {
    /// Names a delivery station.
    StationId
}
name! {
    /// A class of goods that may not travel with some other, such as `"food"` or `"solvents"`.
    GoodsClass
}
name! {
    /// A group of packages that ride together, or of which no two share a route.
    GroupId
}
name! {
    /// Something a package needs and a vehicle has, such as `"liftgate"` or `"id-scanner"`.
    Capability
}
