//! Plans in the formats of other programs and as a report for people; instances and solutions of
//! the public benchmark sets; the events of a day, one a line; what is
//! finished of a long run.

mod checker;
#[cfg(feature = "json")]
mod checkpoint;
#[cfg(feature = "json")]
mod events;
#[cfg(feature = "json")]
mod geojson;
mod html;
mod instance;
mod li_lim;
mod lines;
mod rounding;
mod sheet;
mod sol;
mod solomon;
mod to_day;
mod vrplib;
mod weights;

pub use checker::Checked;
#[cfg(feature = "json")]
pub use checkpoint::{Checkpoint, Finished, checkpoint_head, checkpoint_line};
#[cfg(feature = "json")]
pub use events::{EventLines, event_line, read_events};
#[cfg(feature = "json")]
pub use geojson::to_geojson;
pub use html::to_html;
pub use instance::{Beyond, Instance, InstanceKind, Node};
pub use rounding::{Objective, Rounding};
pub use sol::Solution;
