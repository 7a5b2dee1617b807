//! Explicit lengths: the whole matrix, or half of one that is symmetric.

use super::lines::{Line, number, wrong};
use super::sheet::Section;
use crate::error::Error;

const FORMATS: &str = "EDGE_WEIGHT_FORMAT: FULL_MATRIX, LOWER_ROW, UPPER_ROW, LOWER_DIAG_ROW, \
                       UPPER_DIAG_ROW or one of these four by columns";

/// Which cells a file lists, in its order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Full,
    /// Row by row, columns below the diagonal; `true` with the diagonal.
    Lower(bool),
    /// Row by row, columns above the diagonal; `true` with the diagonal.
    Upper(bool),
}

impl Form {
    /// By columns is by rows of the other half, as these are symmetric.
    fn of(name: &str) -> Option<Self> {
        match name {
            "FULL_MATRIX" => Some(Self::Full),
            "LOWER_ROW" | "UPPER_COL" => Some(Self::Lower(false)),
            "UPPER_ROW" | "LOWER_COL" => Some(Self::Upper(false)),
            "LOWER_DIAG_ROW" | "UPPER_DIAG_COL" => Some(Self::Lower(true)),
            "UPPER_DIAG_ROW" | "LOWER_DIAG_COL" => Some(Self::Upper(true)),
            _ => None,
        }
    }

    /// How many cells are listed for `n` rows; no product of two u32 overflows.
    fn cells(self, n: u64) -> u128 {
        let n = u128::from(n);
        match self {
            Self::Full => n * n,
            Self::Lower(false) | Self::Upper(false) => n * n.saturating_sub(1) / 2,
            Self::Lower(true) | Self::Upper(true) => n * (n + 1) / 2,
        }
    }

    /// The columns listed in a row.
    fn columns(self, row: usize, n: usize) -> std::ops::Range<usize> {
        match self {
            Self::Full => 0..n,
            Self::Lower(diagonal) => 0..row + usize::from(diagonal),
            Self::Upper(diagonal) => row + usize::from(!diagonal)..n,
        }
    }
}

/// The matrix, row by row. The lines of the file need not be its rows.
///
/// Memory grows with the numbers that are there, not with `size`.
pub(super) fn read(form: &Line<'_>, section: &Section<'_>, size: u32) -> Result<Vec<f64>, Error> {
    let name = form.text;
    let form = Form::of(name).ok_or_else(|| form.expected(FORMATS))?;
    let mut listed = Vec::new();
    for line in &section.rows {
        for word in line.words() {
            let value = number(word).filter(|&value| value >= 0.0);
            listed.push(value.ok_or_else(|| line.expected("lengths from 0 on"))?);
        }
    }
    let needed = form.cells(size.into());
    if u128::try_from(listed.len()) != Ok(needed) {
        let found = listed.len();
        let message =
            format!("expected {needed} lengths for the {name} of {size} nodes, found {found}");
        return Err(wrong(section.line, message));
    }
    if form == Form::Full {
        return Ok(listed);
    }
    let n = size as usize;
    // At most twice what was listed, and a diagonal.
    let mut cells = vec![0.0; n * n];
    let mut listed = listed.into_iter();
    for row in 0..n {
        for (column, value) in form.columns(row, n).zip(&mut listed) {
            cells[row * n + column] = value;
            cells[column * n + row] = value;
        }
    }
    Ok(cells)
}
