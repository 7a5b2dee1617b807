//! A VRPLIB file cut into headers and sections, not yet understood.

use super::lines::{Line, count, ended, lines, wrong};
use crate::error::Error;

/// `KEY : value`.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) key: String,
    pub(super) value: Line<'a>,
}

/// A line with a name and the rows below it.
#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) rows: Vec<Line<'a>>,
}

/// The numbers of a node, and the line that they are in.
pub(super) type Row<'a, const N: usize> = (Line<'a>, [f64; N]);

/// What of the file has not been taken yet.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    text: &'a str,
    pub(super) heads: Vec<Head<'a>>,
    pub(super) sections: Vec<Section<'a>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn of(text: &'a str) -> Result<Self, Error> {
        let mut sheet = Self {
            text,
            heads: Vec::new(),
            sections: Vec::new(),
        };
        for line in lines(text) {
            if line.text.starts_with(|c: char| c.is_alphabetic()) {
                if line.text == "EOF" {
                    break;
                }
                sheet.named(line)?;
            } else {
                let section = sheet.sections.last_mut();
                let section = section.ok_or_else(|| line.expected("`KEY : value` or a section"))?;
                section.rows.push(line);
            }
        }
        Ok(sheet)
    }

    /// A line that begins with a name: a header, or the top of a section.
    fn named(&mut self, line: Line<'a>) -> Result<(), Error> {
        let (key, value) = line.text.split_once(':').unwrap_or((line.text, ""));
        let key = key.trim().to_uppercase();
        let repeated = self.heads.iter().any(|head| head.key == key)
            || self.sections.iter().any(|section| section.key == key);
        if repeated && key != "COMMENT" {
            return Err(wrong(line.number, format!("expected {key} only once")));
        }
        let value = Line {
            text: value.trim(),
            ..line
        };
        if value.text.is_empty() && !line.text.contains(':') || key.ends_with("_SECTION") {
            self.sections.push(Section {
                key,
                line: line.number,
                rows: Vec::new(),
            });
        } else {
            self.heads.push(Head { key, value });
        }
        Ok(())
    }

    /// Takes a header out; its value.
    pub(super) fn head(&mut self, key: &str) -> Option<Line<'a>> {
        let at = self.heads.iter().position(|head| head.key == key)?;
        Some(self.heads.remove(at).value)
    }

    /// Takes a section out.
    pub(super) fn section(&mut self, key: &str) -> Option<Section<'a>> {
        let at = self.sections.iter().position(|s| s.key == key)?;
        Some(self.sections.remove(at))
    }

    /// The error of a file without something it needs.
    pub(super) fn missing(&self, what: &str) -> Error {
        ended(self.text, what)
    }
}

impl Section<'_> {
    /// `N` numbers for each node, in the order of the nodes, from rows `node number ...` in any
    /// order; with the row.
    ///
    /// Memory grows with the rows that are there, not with `nodes`.
    pub(super) fn by_node<const N: usize>(
        &self,
        nodes: u32,
        what: &str,
    ) -> Result<Vec<Row<'_, N>>, Error> {
        let rows = self.rows.len();
        if rows != nodes as usize {
            let message = format!(
                "{}: expected {nodes} rows, one for each node, found {rows}",
                self.key
            );
            return Err(wrong(self.line, message));
        }
        let mut found: Vec<Option<Row<'_, N>>> = vec![None; rows];
        for &line in &self.rows {
            let (id, numbers) = row(line).ok_or_else(|| line.expected(&format!("node, {what}")))?;
            let slot = count(id).and_then(|id| found.get_mut(id.checked_sub(1)? as usize));
            match slot {
                None => {
                    let message = format!("expected a node from 1 to {nodes}, found {id}");
                    return Err(wrong(line.number, message));
                }
                Some(Some(_)) => {
                    let message = format!("expected node {id} only once");
                    return Err(wrong(line.number, message));
                }
                Some(slot) => *slot = Some((line, numbers)),
            }
        }
        // As many rows as nodes, and none twice: every slot is filled.
        Ok(found.into_iter().flatten().collect())
    }
}

/// A node number and exactly `N` numbers.
fn row<const N: usize>(line: Line<'_>) -> Option<(f64, [f64; N])> {
    let mut words = line.words().map(super::lines::number);
    let id = words.next()??;
    let mut numbers = [0.0; N];
    for slot in &mut numbers {
        *slot = words.next()??;
    }
    words.next().is_none().then_some((id, numbers))
}
