//! What happened in a day, in order.

use std::sync::Arc;

use super::{Day, Event, Settings};
use crate::error::Error;
use crate::model::ServiceDay;
use crate::plan::Plan;
use crate::travel::TravelModel;

/// The events of a day in the order in which they were applied. From the same request, plan and
/// settings they lead to the same [`Day`].
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct EventLog {
    events: Vec<Event>,
}

impl EventLog {
    /// Nothing happened yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { events: Vec::new() }
    }

    /// Writes down one more event. Whether it is possible is found when the log is replayed.
    pub fn push(&mut self, event: Event) {
        self.events.push(event);
    }

    /// What happened.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The day after all events.
    ///
    /// # Errors
    ///
    /// Those of [`Day::with_settings`] and of the first event that is not possible.
    pub fn replay(
        &self,
        request: &ServiceDay,
        plan: &Plan,
        settings: Settings,
    ) -> Result<Day, Error> {
        self.apply_to(Day::with_settings(request, plan, settings)?)
    }

    /// As [`replay`](Self::replay), with travel times of the caller's own.
    ///
    /// # Errors
    ///
    /// As [`replay`](Self::replay).
    pub fn replay_with_travel(
        &self,
        request: &ServiceDay,
        plan: &Plan,
        settings: Settings,
        travel: Arc<dyn TravelModel>,
    ) -> Result<Day, Error> {
        self.apply_to(Day::with_travel(request, plan, settings, travel)?)
    }

    fn apply_to(&self, mut day: Day) -> Result<Day, Error> {
        for event in &self.events {
            day.apply(event)?;
        }
        Ok(day)
    }
}

impl FromIterator<Event> for EventLog {
    fn from_iter<I: IntoIterator<Item = Event>>(events: I) -> Self {
        Self {
            events: events.into_iter().collect(),
        }
    }
}
