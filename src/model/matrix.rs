//! A caller's travel matrix.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::vehicle::VehicleKind;
use crate::error::{Error, Problems};
use crate::units::{Meters, Span};

/// Offending cells that are named one by one; a matrix full of them would fill the memory.
const NAMED: usize = 1_000;

/// The longest leg in time: 2²⁹ ms, 149 hours.
pub(crate) const MOST_MS: u32 = 1 << 29;

/// The longest leg in distance: 2³¹ − 1 mm, 2,147 km.
pub(crate) const MOST_MM: u32 = (1 << 31) - 1;

/// Distances and durations between the rows of a square matrix, possibly by vehicle kind.
///
/// Row `i`, column `j` is the leg from `i` to `j`; it need not equal the way back. Places name
/// their row with [`Place::row`](super::Place::row). Clones share the numbers.
///
/// ```
/// use doorstep::model::{TravelMatrix, VehicleKind};
/// use doorstep::units::{Meters, Span};
///
/// let distances = [vec![0.0, 1200.0], vec![1500.0, 0.0]];
/// let durations = [vec![0.0, 180.0], vec![200.5, 0.0]];
/// let matrix = TravelMatrix::new(&distances, &durations)?;
/// let back = matrix.between(VehicleKind::CargoVan, 1, 0).unwrap();
/// assert_eq!(back, (Meters::from_meters(1500), Span::from_millis(200_500)));
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Record", into = "Record"))]
pub struct TravelMatrix {
    any: Table,
    by_kind: BTreeMap<VehicleKind, Table>,
}

/// One square table of legs, row by row.
#[derive(Clone, Debug, PartialEq)]
struct Table {
    size: usize,
    mm: Arc<[u32]>,
    ms: Arc<[u32]>,
}

impl TravelMatrix {
    /// Distances, durations and size of every table.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&[u32], &[u32], usize)> {
        std::iter::once(&self.any)
            .chain(self.by_kind.values())
            .map(|t| (&*t.mm, &*t.ms, t.size))
    }

    /// A matrix from rows of metres and of seconds, rounded to millimetres and milliseconds.
    ///
    /// # Errors
    ///
    /// When the two are not square and of one size, or a value is not finite, negative, above
    /// 2,147,483.647 m or above 536,870.912 s. Every offender is named by row and column, up to
    /// the thousandth.
    pub fn new(distances: &[Vec<f64>], durations: &[Vec<f64>]) -> Result<Self, Error> {
        let mut problems = Problems::default();
        let size = distances.len();
        if durations.len() != size {
            let message = format!("has {} rows, the distances have {size}", durations.len());
            problems.push("travel matrix", "durations", message);
        }
        let mm = flatten(distances, "distances", MOST_MM, &mut problems);
        let ms = flatten(durations, "durations", MOST_MS, &mut problems);
        problems.into_result()?;
        Ok(Self::of(size, mm, ms))
    }

    /// A matrix of `size` rows from row-major millimetres and milliseconds.
    ///
    /// # Errors
    ///
    /// When the lengths are not `size`², or a value is above 2³¹ − 1 mm or 2²⁹ ms.
    pub fn from_integers(size: usize, mm: Vec<u32>, ms: Vec<u32>) -> Result<Self, Error> {
        let mut problems = Problems::default();
        check_integers(size, &mm, "distances", "mm", MOST_MM, &mut problems);
        check_integers(size, &ms, "durations", "ms", MOST_MS, &mut problems);
        problems.into_result()?;
        Ok(Self::of(size, mm, ms))
    }

    /// The same matrix with other figures for one vehicle kind, taken from `other`'s own.
    /// Another size is reported when the day is built.
    #[must_use]
    pub fn with_kind(mut self, kind: VehicleKind, other: &Self) -> Self {
        self.by_kind.insert(kind, other.table(kind).clone());
        self
    }

    /// The number of rows.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.any.size
    }

    /// Distance and duration from row `from` to row `to`; `None` outside the matrix.
    #[must_use]
    pub fn between(&self, kind: VehicleKind, from: u32, to: u32) -> Option<(Meters, Span)> {
        let table = self.table(kind);
        let (from, to) = (from as usize, to as usize);
        if from >= table.size || to >= table.size {
            return None;
        }
        let cell = from * table.size + to;
        let (mm, ms) = (table.mm[cell].into(), table.ms[cell].into());
        Some((Meters::from_millimeters(mm), Span::from_millis(ms)))
    }

    /// The kinds whose table has another size than the matrix, with that size.
    pub(super) fn misfits(&self) -> impl Iterator<Item = (VehicleKind, usize)> {
        let tables = self.by_kind.iter();
        tables
            .filter(|(_, table)| table.size != self.any.size)
            .map(|(kind, table)| (*kind, table.size))
    }

    fn of(size: usize, mm: Vec<u32>, ms: Vec<u32>) -> Self {
        let any = Table {
            size,
            mm: mm.into(),
            ms: ms.into(),
        };
        Self {
            any,
            by_kind: BTreeMap::new(),
        }
    }

    fn table(&self, kind: VehicleKind) -> &Table {
        self.by_kind.get(&kind).unwrap_or(&self.any)
    }
}

/// Rows in thousandths, in one row-major vector; what cannot be is reported.
fn flatten(rows: &[Vec<f64>], field: &'static str, most: u32, problems: &mut Problems) -> Vec<u32> {
    let size = rows.len();
    // Not size²: a million empty rows must be refused, not reserved for.
    let mut flat = Vec::with_capacity(rows.iter().map(Vec::len).sum());
    let mut offenders = Offenders::default();
    for (i, row) in rows.iter().enumerate() {
        if row.len() != size {
            let message = format!("row {i} has {} columns instead of {size}", row.len());
            offenders.push(message, field, problems);
        }
        for (j, &value) in row.iter().enumerate() {
            let scaled = (value * 1e3).round();
            let flaw = if !value.is_finite() {
                "is not a finite number".to_owned()
            } else if value < 0.0 {
                "is negative".to_owned()
            } else if scaled > f64::from(most) {
                format!("is above {}", f64::from(most) / 1e3)
            } else {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "whole, not negative, at most 2^31"
                )]
                flat.push(scaled as u32);
                continue;
            };
            offenders.push(
                format!("row {i}, column {j}: {value} {flaw}"),
                field,
                problems,
            );
        }
    }
    offenders.finish(field, problems);
    flat
}

fn check_integers(
    size: usize,
    cells: &[u32],
    field: &'static str,
    unit: &str,
    most: u32,
    problems: &mut Problems,
) {
    if size.checked_mul(size) != Some(cells.len()) {
        let message = format!("{} values do not fill {size} rows of {size}", cells.len());
        problems.push("travel matrix", field, message);
        return;
    }
    let mut offenders = Offenders::default();
    for (cell, &value) in cells.iter().enumerate() {
        if value > most {
            let (i, j) = (cell / size, cell % size);
            let message = format!("row {i}, column {j}: {value} {unit} is above {most} {unit}");
            offenders.push(message, field, problems);
        }
    }
    offenders.finish(field, problems);
}

/// Reports the first offenders of a field and counts the rest.
#[derive(Default)]
struct Offenders(usize);

impl Offenders {
    fn push(&mut self, message: String, field: &'static str, problems: &mut Problems) {
        self.0 += 1;
        if self.0 <= NAMED {
            problems.push("travel matrix", field, message);
        }
    }

    fn finish(self, field: &'static str, problems: &mut Problems) {
        if self.0 > NAMED {
            let message = format!("and {} more values or rows are wrong", self.0 - NAMED);
            problems.push("travel matrix", field, message);
        }
    }
}

/// The written form: rows of metres and of seconds.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    distances: Vec<Vec<f64>>,
    durations: Vec<Vec<f64>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    by_kind: BTreeMap<VehicleKind, Record>,
}

#[cfg(feature = "serde")]
impl TryFrom<Record> for TravelMatrix {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self, Error> {
        let mut matrix = Self::new(&record.distances, &record.durations)?;
        for (kind, record) in record.by_kind {
            matrix = matrix.with_kind(kind, &Self::try_from(record)?);
        }
        Ok(matrix)
    }
}

#[cfg(feature = "serde")]
impl From<TravelMatrix> for Record {
    fn from(matrix: TravelMatrix) -> Self {
        let tables = matrix.by_kind.into_iter();
        Self {
            by_kind: tables.map(|(kind, table)| (kind, table.into())).collect(),
            ..matrix.any.into()
        }
    }
}

#[cfg(feature = "serde")]
impl From<Table> for Record {
    fn from(table: Table) -> Self {
        let rows = |cells: &[u32]| match table.size {
            0 => Vec::new(),
            size => cells
                .chunks(size)
                .map(|row| row.iter().map(|&n| f64::from(n) / 1e3).collect())
                .collect(),
        };
        Self {
            distances: rows(&table.mm),
            durations: rows(&table.ms),
            by_kind: BTreeMap::new(),
        }
    }
}
