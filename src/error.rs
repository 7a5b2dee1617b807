//! The crate's one error: every problem found in an input, each with its subject and field.

use std::borrow::Cow;
use std::fmt;

/// How many problems [`Error`] prints; it keeps all of them.
const PRINTED: usize = 50;

/// One thing that is wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    subject: String,
    // Borrowed as a rule: a million problems share a dozen field names.
    field: Cow<'static, str>,
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
/// ```
/// use doorstep::units::TimeOfDay;
///
/// let error = "8h".parse::<TimeOfDay>().unwrap_err();
/// assert!(error.is_format());
/// assert_eq!(error.to_string(), "time \"8h\": expected HH:MM, HH:MM:SS or HH:MM:SS.mmm");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    problems: Vec<Problem>,
}

impl Error {
    /// An error of form: a text that is not what it should be.
    pub(crate) fn format(subject: impl Into<String>, message: impl Into<String>) -> Self {
        let problem = Problem {
            subject: subject.into(),
            field: Cow::Borrowed(""),
            message: message.into(),
        };
        Self {
            kind: Kind::Format,
            problems: vec![problem],
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
        field: impl Into<Cow<'static, str>>,
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
                problems: self.found,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(n: usize) -> Error {
        let mut problems = Problems::default();
        for i in 0..n {
            problems.push(format!("package \"P{i}\""), "zip", "is empty");
        }
        problems.into_result().unwrap_err()
    }

    #[test]
    fn one_problem_is_one_line() {
        assert_eq!(problems(1).to_string(), "package \"P0\": zip: is empty");
    }

    #[test]
    fn several_problems_are_counted_and_listed() {
        assert_eq!(
            problems(2).to_string(),
            "2 problems in the input\npackage \"P0\": zip: is empty\npackage \"P1\": zip: is empty"
        );
    }

    #[test]
    fn fifty_problems_are_printed_and_all_are_kept() {
        let error = problems(53);
        let text = error.to_string();
        assert_eq!(text.lines().count(), 52);
        assert!(text.starts_with("53 problems in the input\n"));
        assert!(text.ends_with("\nand 3 more"));
        assert_eq!(error.problems().len(), 53);
        assert!(error.is_input() && !error.is_format());
    }

    #[test]
    fn no_problem_is_no_error() {
        assert_eq!(Problems::default().into_result(), Ok(()));
    }
}
