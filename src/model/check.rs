//! Everything that can be wrong with a day, found at once.

use super::day::ServiceDay;
use crate::error::{Error, Problems};

/// All problems of `day`, or none.
pub(super) fn check(day: &ServiceDay) -> Result<(), Error> {
    let mut problems = Problems::default();
    if day.station().id().as_str().is_empty() {
        problems.push("station \"\"", "id", "is empty");
    }
    problems.into_result()
}
