//! The crate's one error: every problem found in an input, each with its subject and field.

use std::fmt;

/// How many problems [`Error`] prints; it keeps all of them.
const PRINTED: usize = 50;

/// One thing that is wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    subject: String,
    field: String,
    message: String,
}

impl Problem {
    /// What the problem is about, as `package "P7"`.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The field of the subject that is wrong, as `windows`; empty when the subject itself is.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// A sentence with the offending values.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            write!(f, "{}: {}", self.subject, self.message)
        } else {
            write!(f, "{}: {}: {}", self.subject, self.field, self.message)
        }
    }
}

/// What an error is about; decides the predicates of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Input,
    Format,
}

/// Wrong input, with all problems that were found and not only the first.
///
/// Lateness, unserved packages and an exhausted budget are not errors but part of an answer.
///
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    // Boxed so that a Result stays as small as its value.
    problems: Box<Vec<Problem>>,
}

impl Error {
    /// An error of form: a text that is not what it should be.
    pub(crate) fn format(subject: impl Into<String>, message: impl Into<String>) -> Self {
        let problem = Problem {
            subject: subject.into(),
            field: String::new(),
            message: message.into(),
        };
        Self {
            kind: Kind::Format,
            problems: Box::new(vec![problem]),
        }
    }

    /// Every problem found, in the order of the input.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// True when values of the request contradict each other or lie outside their limits.
    #[must_use]
    pub fn is_input(&self) -> bool {
        self.kind == Kind::Input
    }

    /// True when a text could not be read as what it should be.
    #[must_use]
    pub fn is_format(&self) -> bool {
        self.kind == Kind::Format
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.problems.len();
        if all > 1 {
            writeln!(f, "{all} problems in the input")?;
        }
        for (i, problem) in self.problems.iter().take(PRINTED).enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        if all > PRINTED {
            write!(f, "\nand {} more", all - PRINTED)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Collects the problems of one input.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    /// Adds one problem.
    pub(crate) fn push(
        &mut self,
        subject: impl Into<String>,
        field: impl Into<String>,
        message: impl Into<String>,
    ) {
        self.found.push(Problem {
            subject: subject.into(),
            field: field.into(),
            message: message.into(),
        });
    }

    /// `Ok` when nothing was found.
    pub(crate) fn into_result(self) -> Result<(), Error> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(Error {
                kind: Kind::Input,
                problems: Box::new(self.found),
            })
        }
    }
}
