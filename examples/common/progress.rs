//! A progress bar, on a terminal only.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

/// Steps of the bar.
const STEPS: u64 = 1_000;

/// Shows how much of the budget is used; draws nothing in a pipe.
#[derive(Clone, Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar at zero.
    pub(crate) fn new() -> Self {
        let seen = std::io::stderr().is_terminal() && std::io::stdout().is_terminal();
        let bar = if seen {
            ProgressBar::new(STEPS)
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {elapsed}  {msg}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Moves to a share of the budget between 0 and 1.
    pub(crate) fn show(&self, used: f64, message: String) {
        self.0
            .set_position((used.clamp(0.0, 1.0) * STEPS as f64) as u64);
        self.0.set_message(message);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
