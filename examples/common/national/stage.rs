//! One pass over all stations: drawn, planned, validated, written, freed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use doorstep::plan::validate;
use doorstep::solver::{CompiledDay, Job};
use doorstep::{Outcome, Solver};

use super::super::nation::Nation;
use super::book::{Book, Entry};
use super::row::Row;
use super::{Args, Share};

/// A pass over all stations.
#[derive(Clone)]
pub(crate) struct Stage<'a> {
    pub(crate) args: &'a Args,
    pub(crate) nation: &'a Nation<'a>,
    /// Stations that are planned, by their number.
    pub(crate) stations: &'a [usize],
    pub(crate) name: &'static str,
    /// What each station needs of the budget; none when each may spend all of it.
    pub(crate) needs: Option<Vec<u64>>,
}

/// What the parts of a pass took, all threads together.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) drawing: Duration,
    pub(crate) planning: Duration,
    pub(crate) validating: Duration,
    pub(crate) tables: Duration,
}

impl Times {
    pub(crate) fn add(&mut self, other: &Self) {
        self.drawing += other.drawing;
        self.planning += other.planning;
        self.validating += other.validating;
        self.tables += other.tables;
    }
}

/// Nanoseconds of all threads.
#[derive(Default)]
struct Spent(AtomicU64);

impl Spent {
    fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let result = work();
        let nanos = begun.elapsed().as_nanos() as u64;
        self.0.fetch_add(nanos, Ordering::Relaxed);
        result
    }

    fn total(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// What each station needs of the time, from the rows of the first pass.
pub(crate) fn needs(share: Share, rows: &[Row]) -> Vec<u64> {
    let need = |row: &Row| match share {
        Share::Packages => row.packages,
        Share::Gain => row.need,
    };
    rows.iter().map(need).collect()
}

impl Stage<'_> {
    /// The rows of all stations in their order, of those as well that an earlier run finished.
    ///
    /// # Errors
    ///
    /// Files that cannot be read, written or used, and stations without a plan.
    pub(crate) fn run(&self, solver: &Solver) -> Result<(Vec<Row>, Times), String> {
        let begun = Instant::now();
        let mut book = Book::open(self.args, self.name, solver)?;
        let before = book.finished();
        let book = Mutex::new(book);
        let wrong: Mutex<BTreeMap<usize, String>> = Mutex::default();
        let [drawing, validating, tables] = [const { Spent(AtomicU64::new(0)) }; 3];
        let jobs = self.stations.iter().enumerate().map(|(index, &station)| {
            let day = drawing.time(|| self.nation.day(station));
            let need = self.needs.as_ref().map_or(0, |needs| needs[index]);
            let name = Nation::name(station);
            let finished = day.as_ref().map_or(Ok(false), |day| before.has(&name, day));
            match finished {
                Ok(true) => Job::finished(need),
                Ok(false) => Job::new(day).with_need(need),
                Err(error) => Job::new(Err(error)),
            }
        });
        let write = |compiled: &CompiledDay, outcome: &Outcome| -> Result<(), String> {
            let violations = validating.time(|| validate(compiled.day(), &outcome.plan));
            let row = Row::of(compiled.day(), outcome, &violations);
            tables.time(|| {
                let entry = Entry::new(compiled.day(), &outcome.plan, row, self.args)?;
                let mut book = book.lock().map_err(|_| "a thread broke".to_owned())?;
                book.write(entry)
            })
        };
        let mut stream = solver.stream();
        if let Some(needs) = &self.needs {
            stream = stream.shared_by(needs.iter().sum());
        }
        stream.run(jobs, |done| {
            let result = match &done.result {
                Ok((compiled, outcome)) => write(compiled, outcome),
                Err(error) => Err(error.to_string()),
            };
            if let (Err(message), Ok(mut wrong)) = (result, wrong.lock()) {
                wrong.insert(done.index, message);
            }
            ControlFlow::Continue(())
        });
        let wrong = wrong.into_inner().map_err(|_| "a thread broke")?;
        if let Some((&index, message)) = wrong.first_key_value() {
            let name = Nation::name(self.stations[index]);
            return Err(format!(
                "station {name}: {message} ({} in all)",
                wrong.len()
            ));
        }
        let book = book.into_inner().map_err(|_| "a thread broke")?;
        let times = Times {
            drawing: drawing.total(),
            validating: validating.total(),
            tables: tables.total(),
            planning: begun.elapsed(),
        };
        book.close().map(|rows| (rows, times))
    }
}
