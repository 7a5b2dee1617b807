//! A CSV file as rows whose fields are found by column name, with every problem on record.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

/// How many problems [`InputErrors`] prints; the rest is counted.
const PRINTED: usize = 20;

/// Everything that is wrong with a set of input files, one line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct InputErrors {
    lines: Vec<String>,
}

impl InputErrors {
    /// Adds a problem, as `packages.csv:17: lat: "north" is not a number`.
    pub(crate) fn push(&mut self, line: String) {
        self.lines.push(line);
    }

    /// True when nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// All problems in the order they were found.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }
}

impl fmt::Display for InputErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.lines.len().min(PRINTED);
        f.write_str(&self.lines[..shown].join("\n"))?;
        if self.lines.len() > shown {
            write!(f, "\nand {} more problems", self.lines.len() - shown)?;
        }
        Ok(())
    }
}

/// A CSV file with a header.
#[derive(Debug)]
pub(crate) struct Table {
    name: String,
    columns: HashMap<String, usize>,
    rows: Vec<(u64, ::csv::StringRecord)>,
}

impl Table {
    /// Reads a file that must have the columns `required`; others may be there, in any order.
    ///
    /// Rows that cannot be read are reported and left out.
    pub(crate) fn read(path: &Path, required: &[&str], errors: &mut InputErrors) -> Option<Self> {
        Self::read_separated(path, b',', required, errors)
    }

    /// As [`Table::read`], with another character between the fields.
    pub(crate) fn read_separated(
        path: &Path,
        separator: u8,
        required: &[&str],
        errors: &mut InputErrors,
    ) -> Option<Self> {
        let name = path.display().to_string();
        let reader = ::csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .trim(::csv::Trim::All)
            .from_path(path);
        let mut reader = match reader {
            Ok(reader) => reader,
            Err(error) => {
                errors.push(format!("{name}: cannot be opened: {}", plain(&error)));
                return None;
            }
        };
        let columns = columns(&name, reader.headers(), required, errors)?;
        let width = reader.headers().map_or(0, ::csv::StringRecord::len);
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, ::csv::Position::line);
                    if record.len() == width {
                        rows.push((line, record));
                    } else {
                        errors.push(format!(
                            "{name}:{line}: {} fields where the header has {width}",
                            record.len()
                        ));
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(0, ::csv::Position::line);
                    errors.push(format!("{name}:{line}: {}", plain(&error)));
                    // A file that cannot be read on fails for ever.
                    if error.is_io_error() {
                        return None;
                    }
                }
            }
        }
        Some(Self {
            name,
            columns,
            rows,
        })
    }

    /// The rows in the order of the file.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row {
            table: self,
            line: *line,
            record,
        })
    }
}

/// The column numbers of a header, if it has what is required and nothing twice.
fn columns(
    name: &str,
    header: Result<&::csv::StringRecord, ::csv::Error>,
    required: &[&str],
    errors: &mut InputErrors,
) -> Option<HashMap<String, usize>> {
    let header = match header {
        Ok(header) => header,
        Err(error) => {
            // No line to name: what cannot be read at all has none.
            let line = if error.is_io_error() { "" } else { ":1" };
            errors.push(format!("{name}{line}: cannot be read: {}", plain(&error)));
            return None;
        }
    };
    let before = errors.lines.len();
    let mut columns = HashMap::new();
    for (i, column) in header.iter().enumerate() {
        if columns.insert(column.to_owned(), i).is_some() && !column.is_empty() {
            errors.push(format!("{name}:1: column {column:?} occurs twice"));
        }
    }
    for &column in required {
        if !columns.contains_key(column) {
            errors.push(format!("{name}:1: column {column:?} is missing"));
        }
    }
    (errors.lines.len() == before).then_some(columns)
}

/// The reason alone, without the position that the caller prints.
fn plain(error: &::csv::Error) -> String {
    match error.kind() {
        ::csv::ErrorKind::Io(error) => error.to_string(),
        ::csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}

/// One row of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    line: u64,
    record: &'a ::csv::StringRecord,
}

impl<'a> Row<'a> {
    /// The field of a column; empty when the table has no such column.
    pub(crate) fn text(&self, column: &str) -> &'a str {
        let index = self.table.columns.get(column);
        index.and_then(|&i| self.record.get(i)).unwrap_or("")
    }

    /// `file:line`.
    pub(crate) fn position(&self) -> String {
        format!("{}:{}", self.table.name, self.line)
    }

    /// Reports what is wrong with the field of a column.
    pub(crate) fn report(&self, column: &str, message: &str, errors: &mut InputErrors) {
        errors.push(format!("{}: {column}: {message}", self.position()));
    }

    /// The field of a column that must not be empty.
    pub(crate) fn required(&self, column: &str, errors: &mut InputErrors) -> Option<&'a str> {
        let text = self.text(column);
        if text.is_empty() {
            self.report(column, "is empty", errors);
            return None;
        }
        Some(text)
    }

    /// The field of a column, read by `read`; what cannot be read is reported as not `what`.
    pub(crate) fn parsed<T>(
        &self,
        column: &str,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
        errors: &mut InputErrors,
    ) -> Option<T> {
        let text = self.required(column, errors)?;
        let value = read(text);
        if value.is_none() {
            self.report(column, &format!("{text:?} is not {what}"), errors);
        }
        value
    }

    /// As [`Row::parsed`]; the inner `None` says that the field is empty, the outer that it is wrong.
    pub(crate) fn optional<T>(
        &self,
        column: &str,
        what: &str,
        read: impl FnOnce(&str) -> Option<T>,
        errors: &mut InputErrors,
    ) -> Option<Option<T>> {
        if self.text(column).is_empty() {
            return Some(None);
        }
        self.parsed(column, what, read, errors).map(Some)
    }
}
