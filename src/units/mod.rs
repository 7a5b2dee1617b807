//! Quantities as integers, one type a unit, so that a length is never taken for an instant.
//!
//! | type | holds | printed as |
//! |---|---|---|
//! | [`TimeOfDay`] | an instant, ms since the station's local midnight | `08:30`, `26:15:30` |
//! | [`Span`] | a length of time, ms | `00:01:30` |
//! | [`Meters`] | a distance, mm | `1234.5 m` |
//! | [`Money`] | an amount, 1/1000 cent | `19.99` |
//! | [`Load`], [`Capacity`] | items, cm³ and grams | `3 items, 12000 cm3, 4500 g` |
//! | [`Date`] | a civil date | `2018-08-08` |
//!
//! Constructors accept any value and stop at the ends of the integer instead of wrapping; what a
//! delivery day may hold is checked, all at once, where the day is built. Operators panic when
//! a sum leaves the integer (292 million years, or 92 trillion units of money), in every build;
//! `checked_add` and `checked_sub` do not.

mod date;
mod distance;
mod load;
mod money;
mod text;
mod time;

pub use date::{Date, Weekday};
pub use distance::Meters;
pub use load::{Capacity, Load};
pub use money::Money;
pub use time::{Span, TimeOfDay};

#[cfg(feature = "serde")]
pub(crate) use text::serde_as_text;
