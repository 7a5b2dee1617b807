//! Where things are: coordinates, places, postal codes and the station.

use std::fmt;
use std::sync::Arc;

use super::ids::{StationId, name};
use super::reloads::Docks;
use crate::error::Error;

/// A point on the globe in degrees, as GPS gives it. A record: any numbers may be stated.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct LatLng {
    /// Latitude, −90 to 90, north positive.
    pub lat: f64,
    /// Longitude, −180 to 180, east positive.
    pub lng: f64,
}

impl LatLng {
    /// True for finite numbers within the ranges of latitude and longitude.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        // NaN is in no range.
        (-90.0..=90.0).contains(&self.lat) && (-180.0..=180.0).contains(&self.lng)
    }
}

/// The point's x is the longitude and its y the latitude, as everywhere in `geo`.
impl From<geo::Point<f64>> for LatLng {
    fn from(point: geo::Point<f64>) -> Self {
        Self {
            lat: point.y(),
            lng: point.x(),
        }
    }
}

impl fmt::Display for LatLng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {})", self.lat, self.lng)
    }
}

/// Where a stop, a station or a parked vehicle is: coordinates, a row of the caller's travel
/// matrix, or both.
///
/// ```
/// use doorstep::model::Place;
///
/// let door = Place::at(41.85, -87.65).with_row(3);
/// assert_eq!(door.lat_lng().unwrap().lat, 41.85);
/// assert_eq!(door.matrix_row(), Some(3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Place {
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    at: Option<LatLng>,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    row: Option<u32>,
}

impl Place {
    /// A place by latitude and longitude in degrees.
    #[must_use]
    pub const fn at(lat: f64, lng: f64) -> Self {
        Self {
            at: Some(LatLng { lat, lng }),
            row: None,
        }
    }

    /// A place known only by its row (and column) of the travel matrix, from 0.
    #[must_use]
    pub const fn row(row: u32) -> Self {
        Self {
            at: None,
            row: Some(row),
        }
    }

    /// The same place with its row (and column) of the travel matrix, from 0.
    #[must_use]
    pub const fn with_row(mut self, row: u32) -> Self {
        self.row = Some(row);
        self
    }

    /// The coordinates, if known.
    #[must_use]
    pub const fn lat_lng(&self) -> Option<LatLng> {
        self.at
    }

    /// The row of the travel matrix, if stated.
    #[must_use]
    pub const fn matrix_row(&self) -> Option<u32> {
        self.row
    }
}

impl From<LatLng> for Place {
    fn from(at: LatLng) -> Self {
        Self::at(at.lat, at.lng)
    }
}

impl From<geo::Point<f64>> for Place {
    fn from(point: geo::Point<f64>) -> Self {
        LatLng::from(point).into()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at, self.row) {
            (Some(at), None) => write!(f, "{at}"),
            (Some(at), Some(row)) => write!(f, "{at} row {row}"),
            (None, Some(row)) => write!(f, "row {row}"),
            (None, None) => f.write_str("nowhere"),
        }
    }
}

name! {
    /// A postal code, kept as it was given, leading zeros included.
    ///
    /// A code of digits and hyphens only is taken for a United States ZIP and must be five digits
    /// or ZIP+4; a purely numeric code of another country is told apart by its country letters
    /// (`"AT-1010"`). Any other code is kept as it is, up to 16 characters.
    ///
    /// ```
    /// use doorstep::model::Zip;
    ///
    /// assert_eq!(Zip::from("02134-1234").prefix(3), "021");
    /// assert!(Zip::from("SW1A 1AA").check().is_ok());
    /// assert!(Zip::from("2134").check().is_err());
    /// ```
    Zip
}

impl Zip {
    /// The longest code that is accepted, in characters.
    const LONGEST: usize = 16;

    /// The first `n` characters (fewer if the code is shorter); 3 give the US sectional centre.
    #[must_use]
    pub fn prefix(&self, n: usize) -> &str {
        let code = self.as_str();
        code.char_indices()
            .nth(n)
            .map_or(code, |(end, _)| &code[..end])
    }

    /// The five digits of a ZIP+4 form, which are the ZIP; other codes whole.
    #[must_use]
    pub fn five_digits(&self) -> &str {
        let code = self.as_str();
        match code.split_once('-') {
            Some((five, four))
                if five.len() == 5
                    && four.len() == 4
                    && five.bytes().chain(four.bytes()).all(|b| b.is_ascii_digit()) =>
            {
                five
            }
            _ => code,
        }
    }

    /// Whether the code has a form that can be right.
    ///
    /// # Errors
    ///
    /// When it is empty, longer than 16 characters, or all digits and hyphens without being a
    /// United States ZIP.
    pub fn check(&self) -> Result<(), Error> {
        match self.flaw() {
            None => Ok(()),
            Some(flaw) => Err(Error::format(format!("zip {:?}", self.as_str()), flaw)),
        }
    }

    /// What is wrong with the beginning of a code, if anything.
    pub(super) fn prefix_flaw(&self) -> Option<&'static str> {
        let code = self.as_str();
        let of_us = code.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if !of_us || code.trim().is_empty() || self.flaw().is_none() {
            return self.flaw();
        }
        // Filled up to ZIP+4, a beginning is a code.
        let filled: String = code
            .chars()
            .chain("00000-0000".chars().skip(code.len()))
            .collect();
        Self::from(filled)
            .flaw()
            .map(|_| "is not the beginning of a ZIP (606, 60608 or 60608-1234)")
    }

    /// What is wrong with the code, if anything.
    pub(super) fn flaw(&self) -> Option<&'static str> {
        let code = self.as_str().as_bytes();
        if self.as_str().trim().is_empty() {
            return Some("is empty");
        }
        if self.as_str().chars().nth(Self::LONGEST).is_some() {
            return Some("is longer than 16 characters");
        }
        let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        if !code.iter().all(|b| b.is_ascii_digit() || *b == b'-') {
            return None;
        }
        let us = match code.len() {
            5 => digits(code),
            10 => digits(&code[..5]) && code[5] == b'-' && digits(&code[6..]),
            _ => false,
        };
        (!us).then_some("is neither five digits nor ZIP+4 (12345-6789)")
    }
}

/// A delivery station: where packages wait in the morning and vehicles start and end, unless
/// they say otherwise.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Station {
    id: StationId,
    place: Place,
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    docks: Option<Docks>,
}

impl Station {
    /// A station by name and place.
    #[must_use]
    pub fn new(id: impl Into<StationId>, place: impl Into<Place>) -> Self {
        Self {
            id: id.into(),
            place: place.into(),
            docks: None,
        }
    }

    /// How many vehicles may load again at once, and when; by default any number at any time.
    #[must_use]
    pub const fn with_docks(mut self, docks: Docks) -> Self {
        self.docks = Some(docks);
        self
    }

    /// Its docks, if stated.
    #[must_use]
    pub const fn docks(&self) -> Option<Docks> {
        self.docks
    }

    /// The station's name.
    #[must_use]
    pub const fn id(&self) -> &StationId {
        &self.id
    }

    /// Where the station is.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }
}
