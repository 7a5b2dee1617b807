//! How cold a package travels, and the room a vehicle has for it.

use std::fmt;

/// How cold a package travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Temperature {
    /// As it is outside: any vehicle will do.
    #[default]
    Ambient,
    /// In a vehicle with a chilled compartment.
    Chilled,
    /// In a vehicle with a frozen compartment.
    Frozen,
}

impl Temperature {
    /// Every temperature, in order.
    pub const ALL: [Self; 3] = [Self::Ambient, Self::Chilled, Self::Frozen];

    /// The name used in files: `chilled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ambient => "ambient",
            Self::Chilled => "chilled",
            Self::Frozen => "frozen",
        }
    }
}

impl fmt::Display for Temperature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The volume of each compartment in cm³, where there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub(super) struct Compartments {
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    ambient: Option<u64>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    chilled: Option<u64>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    frozen: Option<u64>,
}

impl Compartments {
    pub(super) const fn get(&self, temperature: Temperature) -> Option<u64> {
        match temperature {
            Temperature::Ambient => self.ambient,
            Temperature::Chilled => self.chilled,
            Temperature::Frozen => self.frozen,
        }
    }

    pub(super) const fn set(&mut self, temperature: Temperature, cm3: u64) {
        *match temperature {
            Temperature::Ambient => &mut self.ambient,
            Temperature::Chilled => &mut self.chilled,
            Temperature::Frozen => &mut self.frozen,
        } = Some(cm3);
    }

    #[cfg(feature = "serde")]
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}
