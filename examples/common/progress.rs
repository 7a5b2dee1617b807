//! A progress bar, on a terminal only.

use std::io::IsTerminal as _;
use std::ops::ControlFlow;

use doorstep::model::ServiceDay;
use doorstep::solver::{Observer, Progress};
use indicatif::{ProgressBar, ProgressStyle};

/// Steps of the bar.
const STEPS: f64 = 1_000.0;

/// Shows how much of the budget of a batch is used; draws nothing in a pipe.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    /// Station and packages of each day, by which the budget is shared.
    days: Vec<(String, f64)>,
}

impl Bar {
    /// A bar at zero.
    pub(crate) fn new(days: &[ServiceDay]) -> Self {
        let seen = std::io::stderr().is_terminal() && std::io::stdout().is_terminal();
        let bar = if seen {
            ProgressBar::new(STEPS as u64)
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {elapsed}  {msg}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        let name = |day: &ServiceDay| day.station().id().to_string();
        Self {
            bar,
            days: days
                .iter()
                .map(|day| (name(day), day.packages().len() as f64))
                .collect(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Bar {
    fn round(&self, progress: &Progress) -> ControlFlow<()> {
        let weight =
            |days: &[(String, f64)]| days.iter().map(|(_, packages)| packages).sum::<f64>();
        let (before, rest) = self.days.split_at(progress.day.min(self.days.len()));
        if let Some((station, packages)) = rest.first() {
            let done = weight(before) + packages * progress.budget_used.clamp(0.0, 1.0);
            let share = done / weight(&self.days).max(1.0);
            self.bar.set_position((share * STEPS) as u64);
            self.bar.set_message(format!(
                "{station}: {} and {} stops left",
                progress.cost, progress.unserved
            ));
        }
        ControlFlow::Continue(())
    }
}
