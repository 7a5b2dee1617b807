//! Travel as the caller's matrix says.

use super::{Leg, TravelModel};
use crate::model::{Place, TravelMatrix, VehicleKind};

/// A place without a row, or with one outside the matrix, is out of reach.
impl TravelModel for TravelMatrix {
    fn leg(&self, kind: VehicleKind, from: &Place, to: &Place) -> Leg {
        let rows = from.matrix_row().zip(to.matrix_row());
        rows.and_then(|(from, to)| self.between(kind, from, to))
            .map_or(Leg::OUT_OF_REACH, |(distance, time)| Leg { distance, time })
    }
}
