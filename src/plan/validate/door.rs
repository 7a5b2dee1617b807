//! Whether packages may be handed over in one halt, as the request says.

use crate::model::{Package, ServiceDay};

/// A package, and the number of the given stop it came in.
pub(super) type Member<'a> = (&'a Package, Option<usize>);

/// True when two packages go to one door: in one given stop, or of one address key, or, both
/// without, at one place.
pub(super) fn same_door(day: &ServiceDay, a: Member<'_>, b: Member<'_>) -> bool {
    if let (Some(a), Some(b)) = (a.1, b.1)
        && a == b
    {
        return true;
    }
    let by_matrix = day.travel().rows().is_some();
    let (a, b) = (a.0, b.0);
    let same_row = a.place().matrix_row() == b.place().matrix_row();
    match (a.address_key(), b.address_key()) {
        (Some(x), Some(y)) => x == y && (same_row || !by_matrix),
        (None, None) if by_matrix && a.place().matrix_row().is_some() => same_row,
        (None, None) => a.place() == b.place(),
        _ => false,
    }
}
