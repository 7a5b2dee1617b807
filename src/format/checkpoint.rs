//! What is finished of a long run, one line a day, for a run that goes on after it was killed.

use std::collections::BTreeMap;
use std::io;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::lines::wrong;
use crate::error::Error;
use crate::model::ServiceDay;
use crate::plan::Plan;
use crate::solver::Solver;

/// The layout of the lines.
const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    checkpoint: u32,
    /// Other versions may plan otherwise.
    doorstep: String,
    run: String,
    solver: String,
}

impl Head {
    fn new(run: &str, solver: &Solver) -> Self {
        Self {
            checkpoint: VERSION,
            doorstep: env!("CARGO_PKG_VERSION").to_owned(),
            run: run.to_owned(),
            solver: solver.settings(),
        }
    }
}

/// A line of a finished day.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<T> {
    key: String,
    day: String,
    plan: String,
    kept: T,
}

/// A finished day of a [`Checkpoint`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finished<T> {
    /// [`fingerprint`](crate::plan::fingerprint) of its plan.
    pub fingerprint: u64,
    /// What the caller keeps of it.
    pub kept: T,
    day: u64,
}

/// The finished days of a run, as far as the lines of its file are complete.
///
/// A run survives the end of its process at any moment when its caller writes
/// [`checkpoint_head`] to a new file, and for each day first its results, then one
/// [`checkpoint_line`], flushed. After a kill it reads the file, cuts it and its results to what
/// the complete lines stand for, and goes on with the days that have none; with an iteration
/// budget, the plans of both parts together are those of a run that was not killed. Where days
/// share a budget, finished ones take part as [`Job::finished`](crate::solver::Job::finished).
///
/// ```
/// use doorstep::format::{Checkpoint, checkpoint_head, checkpoint_line};
/// use doorstep::{Budget, Package, Place, ServiceDay, Solver, Station, Vehicle};
///
/// let day = ServiceDay::builder(Station::new("DCH1", Place::at(41.84, -87.68)))
///     .packages([Package::new("P1", Place::at(41.85, -87.65), "60608")])
///     .vehicles([Vehicle::cargo_van("V1")])
///     .build()?;
/// let solver = Solver::new().budget(Budget::iterations(100));
/// let plan = solver.solve(&day)?.plan;
/// let mut text = checkpoint_head("Chicago, 1 May", &solver);
/// text += &checkpoint_line("DCH1", &day, &plan, &plan.scorecard.vans)?;
/// let torn = text.clone() + "{\"key\":\"DCH2\",\"da";
///
/// let read: Checkpoint<u64> = Checkpoint::read(&torn, "Chicago, 1 May", &solver)?;
/// assert_eq!(read.complete(), text.len());
/// let finished = read.finished("DCH1", &day)?.expect("it has a line");
/// assert_eq!((finished.kept, finished.fingerprint), (1, plan.fingerprint));
/// assert!(read.finished("DCH2", &day)?.is_none());
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint<T> {
    days: BTreeMap<String, Finished<T>>,
    complete: usize,
}

impl<T: DeserializeOwned> Checkpoint<T> {
    /// Reads lines that [`checkpoint_head`] and [`checkpoint_line`] wrote for the same run by the
    /// same solver. What follows the last end of a line is passed over; so are empty lines. A text
    /// without a complete line is a run that has not begun.
    ///
    /// # Errors
    ///
    /// When the run, the solver's seed, iterations or travel, or the version of this crate is
    /// another one, with both. At the first complete line that is none of a checkpoint, or that
    /// repeats a key, with its number.
    pub fn read(text: &str, run: &str, solver: &Solver) -> Result<Self, Error> {
        let complete = text.rfind('\n').map_or(0, |end| end + 1);
        let mut days = BTreeMap::new();
        let lines = (1..).zip(text[..complete].lines());
        let mut lines = lines.filter(|(_, line)| !line.trim().is_empty());
        if let Some((number, line)) = lines.next() {
            check_head(number, line, &Head::new(run, solver))?;
        }
        for (number, line) in lines {
            let line: Line<T> =
                serde_json::from_str(line).map_err(|error| wrong(number, error.to_string()))?;
            let hash = |name: &str, text: &str| {
                let hash = u64::from_str_radix(text, 16).ok();
                hash.filter(|_| text.len() == 16).ok_or_else(|| {
                    wrong(
                        number,
                        format!("{name}: expected 16 hex digits, got {text:?}"),
                    )
                })
            };
            let finished = Finished {
                fingerprint: hash("plan", &line.plan)?,
                day: hash("day", &line.day)?,
                kept: line.kept,
            };
            if days.contains_key(&line.key) {
                return Err(wrong(number, format!("key {:?} occurs twice", line.key)));
            }
            days.insert(line.key, finished);
        }
        Ok(Self { days, complete })
    }
}

impl<T> Checkpoint<T> {
    /// A finished day; None when it has no line.
    ///
    /// # Errors
    ///
    /// When the line was written for another day: other packages, vehicles or terms.
    pub fn finished(&self, key: &str, day: &ServiceDay) -> Result<Option<&Finished<T>>, Error> {
        let Some(finished) = self.days.get(key) else {
            return Ok(None);
        };
        if finished.day != hash(day) {
            return Err(Error::format(
                format!("checkpoint of {key:?}"),
                "is of a day with other packages, vehicles or terms",
            ));
        }
        Ok(Some(finished))
    }

    /// All finished days by key, in the order of the keys.
    pub fn days(&self) -> impl Iterator<Item = (&str, &Finished<T>)> {
        self.days.iter().map(|(key, day)| (key.as_str(), day))
    }

    /// How many bytes of the text its complete lines are. What follows was being written when the
    /// writer was killed: cut it off before more is written behind it. 0 for a run that has not
    /// begun, whose head is still to be written.
    #[must_use]
    pub const fn complete(&self) -> usize {
        self.complete
    }
}

/// The first line of a checkpoint, its end included: `run` in the caller's words is everything
/// that decides the plans but the days and the solver, such as how days share the budget.
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "only a map whose keys are no texts is not written, and a head has none"
)]
pub fn checkpoint_head(run: &str, solver: &Solver) -> String {
    let head = serde_json::to_string(&Head::new(run, solver));
    head.expect("a head is texts and a number") + "\n"
}

/// A finished day as one line, its end included. The key is the caller's, one for each day; of the
/// plan the line holds the fingerprint, and whatever else the caller wants to have `kept`: the
/// plan, or a row of figures and the place in a file where the plan was written.
///
/// # Errors
///
/// When what is kept cannot be written as JSON, such as a map with keys that are no texts.
pub fn checkpoint_line<T: Serialize>(
    key: &str,
    day: &ServiceDay,
    plan: &Plan,
    kept: &T,
) -> Result<String, Error> {
    let line = Line {
        key: key.to_owned(),
        day: format!("{:016x}", hash(day)),
        plan: format!("{:016x}", plan.fingerprint),
        kept,
    };
    let text = serde_json::to_string(&line);
    let text = text.map_err(|error| Error::format(format!("key {key:?}"), error.to_string()))?;
    Ok(text + "\n")
}

fn check_head(number: usize, line: &str, wanted: &Head) -> Result<(), Error> {
    let found: Head =
        serde_json::from_str(line).map_err(|error| wrong(number, error.to_string()))?;
    if found.checkpoint != wanted.checkpoint {
        let message = format!("layout {} of a checkpoint is not known", found.checkpoint);
        return Err(wrong(number, message));
    }
    let rows = [
        ("doorstep", &found.doorstep, &wanted.doorstep),
        ("run", &found.run, &wanted.run),
        ("solver", &found.solver, &wanted.solver),
    ];
    match rows.into_iter().find(|(_, found, wanted)| found != wanted) {
        None => Ok(()),
        Some((what, found, wanted)) => Err(wrong(
            number,
            format!("the checkpoint is of another run: {what} {found:?}, not {wanted:?}"),
        )),
    }
}

/// FNV-1a of a day's JSON, which says everything about it.
fn hash(day: &ServiceDay) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    // Neither writing nor a day can fail; were it so, all days would be other ones.
    let written = serde_json::to_writer(&mut hash, day);
    debug_assert!(written.is_ok(), "a day is texts, numbers and lists");
    hash.0
}

struct Fnv(u64);

impl io::Write for Fnv {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
