//! The events of a day as lines of JSON, for a log that is written before it is believed.

use super::lines::wrong;
use crate::error::Error;
use crate::execution::{Event, EventLog};

/// The events of a file, as far as its lines are complete.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EventLines {
    /// The events of all complete lines.
    pub log: EventLog,
    /// How many bytes of the text these lines are. What follows was being written when the writer
    /// was stopped: cut it off before more is written behind it.
    pub complete: usize,
}

/// One event as one line of JSON, its end included.
///
/// A day survives the end of its process at any moment when its caller, for each event, calls
/// [`Day::check`](crate::execution::Day::check), writes this line to a file and flushes it, and
/// only then calls [`Day::apply`](crate::execution::Day::apply).
///
/// ```
/// use doorstep::TimeOfDay;
/// use doorstep::execution::Event;
/// use doorstep::format::{event_line, read_events};
///
/// let event = Event::Departed { at: TimeOfDay::hm(8, 0), vehicle: "V1".into() };
/// let line = event_line(&event);
/// assert_eq!(line, "{\"event\":\"departed\",\"at\":\"08:00\",\"vehicle\":\"V1\"}\n");
/// let torn = line.clone() + "{\"event\":\"arri";
/// let read = read_events(&torn)?;
/// assert_eq!(read.log.events(), [event]);
/// assert_eq!(read.complete, line.len());
/// # Ok::<(), doorstep::Error>(())
/// ```
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "only a map whose keys are no texts is not written, and an event has none"
)]
pub fn event_line(event: &Event) -> String {
    let mut line = serde_json::to_string(event).expect("an event is texts, numbers and lists");
    line.push('\n');
    line
}

/// Reads lines that [`event_line`] wrote. Empty lines are passed over; so is what follows the last
/// end of a line, see [`EventLines::complete`].
///
/// # Errors
///
/// At the first complete line that is no event, with its number.
pub fn read_events(text: &str) -> Result<EventLines, Error> {
    let complete = text.rfind('\n').map_or(0, |end| end + 1);
    let mut log = EventLog::new();
    for (number, line) in (1..).zip(text[..complete].lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let event = serde_json::from_str(line).map_err(|error| wrong(number, error.to_string()))?;
        log.push(event);
    }
    Ok(EventLines { log, complete })
}
