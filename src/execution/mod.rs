//! The day as it happens: events in, arrival times and messages to customers out, and at the end
//! what is left for tomorrow.
//!
//! A [`Day`] starts as a plan. Each [`Event`] is checked against what is known: one that is not
//! possible is an error that changes nothing, any other changes the state and comes back as
//! [`Effects`]. The events of a day in a row are its [`EventLog`], from which the same state is
//! made again. [`Ledger`] closes days and carries what was not delivered to the next;
//! [`Actuals`] sets what was done against what was planned.
//!
//! A vehicle follows its route until it reports something else, or until a re-plan is installed:
//! [`Day::replan`] plans the rest anew with as little change as it is worth, [`Day::quotes`] says
//! what can still be offered. Both are the public solver's work on the rest of the day as a request.

mod actuals;
mod apply;
mod band;
mod build;
mod check;
mod closing;
mod day;
mod effects;
mod event;
mod forecast;
mod install;
mod ledger;
mod log;
mod new_route;
#[cfg(feature = "serde")]
mod record;
mod replan;
mod route_check;
mod settings;
mod state;
mod status;
mod view;

pub use actuals::{ActualCard, Actuals};
pub use band::Eta;
pub use closing::{Closing, Entry, Fate, ReturnReason, Tally};
pub use day::Day;
pub use effects::{Effects, EtaChange, Notification};
pub use event::{AttemptReason, Event};
pub use ledger::{Acceptance, Ledger};
pub use log::EventLog;
pub use new_route::{NewBreak, NewRoute, NewStop};
pub use replan::quote::{Offer, Quotes};
pub use replan::{
    Changes, Churn, DriverMove, EtaShift, Move, MoveReason, Replan, ShiftReason, Stranded,
};
pub use settings::{EtaModel, Settings};
pub use status::{
    Attempt, PackageState, Phase, Status, StopAhead, StopBehind, VehicleState, Whereabouts,
};
