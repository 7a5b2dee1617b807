//! Numbered lines and numbers, and the error that says what was expected where.

use crate::error::Error;

/// Larger magnitudes are refused: no file needs them, and squares of these are still finite.
const LARGEST: f64 = 1e15;

/// The largest whole number that is read: all of them up to here have an exact `f64`.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// How much of what was found an error repeats.
const SHOWN: usize = 40;

/// A line that holds something, without the blanks around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    pub(super) text: &'a str,
}

/// All lines that hold something.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    (1..)
        .zip(text.lines())
        .map(|(number, line)| Line {
            number,
            text: line.trim(),
        })
        .filter(|line| !line.text.is_empty())
}

/// An error at a line.
pub(super) fn wrong(line: usize, message: impl Into<String>) -> Error {
    Error::format(format!("line {line}"), message)
}

/// The error of a text that ends too early.
pub(super) fn ended(text: &str, what: &str) -> Error {
    let last = text.lines().count().max(1);
    wrong(last, format!("expected {what}, found the end of the text"))
}

impl<'a> Line<'a> {
    /// The error of a line that is something else.
    pub(super) fn expected(&self, what: &str) -> Error {
        let mut found: String = self.text.chars().take(SHOWN).collect();
        if found.len() < self.text.len() {
            found.push_str("...");
        }
        wrong(self.number, format!("expected {what}, found {found:?}"))
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text.split_whitespace()
    }

    /// Exactly `N` numbers; `what` says which.
    pub(super) fn numbers<const N: usize>(&self, what: &str) -> Result<[f64; N], Error> {
        let mut found = [0.0; N];
        let mut words = self.words();
        for slot in &mut found {
            let value = words.next().and_then(number);
            *slot = value.ok_or_else(|| self.expected(what))?;
        }
        match words.next() {
            None => Ok(found),
            Some(_) => Err(self.expected(what)),
        }
    }
}

/// A finite number of a size that files have.
pub(super) fn number(word: &str) -> Option<f64> {
    let value: f64 = word.parse().ok()?;
    (value.is_finite() && value.abs() <= LARGEST).then_some(value)
}

/// A number without a fraction; `7.0` is one.
pub(super) fn whole(value: f64) -> Option<i64> {
    let fits = value.fract() == 0.0 && value.abs() <= LARGEST_WHOLE;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and within the exact range"
    )]
    fits.then_some(value as i64)
}

/// A whole number of the range that counts and indices have.
pub(super) fn count(value: f64) -> Option<u32> {
    whole(value).and_then(|value| u32::try_from(value).ok())
}
