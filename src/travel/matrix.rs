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

    fn is_symmetric(&self) -> bool {
        self.tables().all(|(mm, ms, size)| {
            (0..size).all(|i| {
                (0..i).all(|j| {
                    mm[i * size + j] == mm[j * size + i] && ms[i * size + j] == ms[j * size + i]
                })
            })
        })
    }

    fn is_timeless(&self) -> bool {
        self.tables().all(|(_, ms, _)| ms.iter().all(|&t| t == 0))
    }
}
