//! How an example ends: its text on standard output, or what was wrong on standard error.

use std::io::{self, Write as _};
use std::process::ExitCode;

/// Prints the result; 0 when it is a text that could be printed, else 2.
pub(crate) fn finish(result: &Result<String, String>) -> ExitCode {
    let written = match result {
        Ok(text) => io::stdout().write_all(text.as_bytes()),
        Err(message) => writeln!(io::stderr(), "{message}"),
    };
    let fine = result.is_ok() && written.is_ok();
    ExitCode::from(if fine { 0 } else { 2 })
}
