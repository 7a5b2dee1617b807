//! What a map shows.

use std::collections::BTreeSet;

use crate::model::StationId;

/// One kind of thing on a map, drawn in this order from the bottom up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// Hulls of the day's zones, with their names where there is room.
    Zones,
    /// Hulls of the blocks inside the zones.
    Blocks,
    /// Lines, stops and numbers of the routes.
    Routes,
    /// The position of stops in their route, wherever there is room for a number.
    OrderNumbers,
    /// Crosses where packages are left.
    Unserved,
    /// The stations.
    Stations,
    /// The table beside the map.
    Legend,
}

impl Layer {
    /// All layers, from the bottom up.
    pub const ALL: [Self; 7] = [
        Self::Zones,
        Self::Blocks,
        Self::Routes,
        Self::OrderNumbers,
        Self::Unserved,
        Self::Stations,
        Self::Legend,
    ];
}

/// What [`map_with`](super::map_with) draws; everything but the blocks, unless told otherwise.
///
/// ```
/// use doorstep::draw::{Layer, MapOptions};
/// let options = MapOptions::default().with_layer(Layer::Blocks).without_layer(Layer::Legend);
/// assert!(options.shows(Layer::Blocks) && !options.shows(Layer::Legend));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapOptions {
    layers: BTreeSet<Layer>,
    station: Option<StationId>,
}

impl Default for MapOptions {
    fn default() -> Self {
        Self {
            layers: BTreeSet::from(Layer::ALL),
            station: None,
        }
        .without_layer(Layer::Blocks)
    }
}

impl MapOptions {
    /// Draws a layer too.
    #[must_use]
    pub fn with_layer(mut self, layer: Layer) -> Self {
        self.layers.insert(layer);
        self
    }

    /// Leaves a layer out.
    #[must_use]
    pub fn without_layer(mut self, layer: Layer) -> Self {
        self.layers.remove(&layer);
        self
    }

    /// Draws one station only, as large as the picture allows; routes keep the numbers and
    /// colours that they have among all stations. A station that is not there leaves nothing to
    /// draw, which the picture says.
    #[must_use]
    pub fn with_station(mut self, station: impl Into<StationId>) -> Self {
        self.station = Some(station.into());
        self
    }

    /// Whether a layer is drawn.
    #[must_use]
    pub fn shows(&self, layer: Layer) -> bool {
        self.layers.contains(&layer)
    }

    /// The one station that is drawn; all of them when `None`.
    #[must_use]
    pub const fn station(&self) -> Option<&StationId> {
        self.station.as_ref()
    }
}
