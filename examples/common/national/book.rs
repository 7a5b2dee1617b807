//! The tables of a stage, written as its stations are done, and the file from which it goes on.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use doorstep::format::{Checkpoint, checkpoint_head, checkpoint_line};
use doorstep::model::ServiceDay;
use doorstep::plan::Plan;
use doorstep::{Error, Solver};
use serde::{Deserialize, Serialize};

use super::Args;
use super::row::Row;

const ROUTES: &str = "station,vehicle,position,stop,zip,arrive,leave,packages\n";

/// What a line of the checkpoint keeps: the row, and how many bytes of the table of routes are
/// the station's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    row: Row,
    bytes: u64,
}

/// What an earlier run finished.
pub(crate) struct Finished(Option<Checkpoint<Kept>>);

impl Finished {
    /// Whether the station is finished; an error when it was on another day.
    pub(crate) fn has(&self, station: &str, day: &ServiceDay) -> Result<bool, Error> {
        match &self.0 {
            Some(checkpoint) => Ok(checkpoint.finished(station, day)?.is_some()),
            None => Ok(false),
        }
    }
}

/// A station's entries, put together outside of the lock.
pub(crate) struct Entry {
    row: Row,
    routes: String,
    line: String,
}

impl Entry {
    /// # Errors
    ///
    /// A figure that no file can hold.
    pub(crate) fn new(
        day: &ServiceDay,
        plan: &Plan,
        row: Row,
        args: &Args,
    ) -> Result<Self, String> {
        let routes = match args.out {
            Some(_) => routes(plan),
            None => String::new(),
        };
        let mut line = String::new();
        if args.checkpoint.is_some() {
            let kept = Kept {
                row: row.clone(),
                bytes: routes.len() as u64,
            };
            line = checkpoint_line(&row.station, day, plan, &kept).map_err(|e| e.to_string())?;
        }
        Ok(Self { row, routes, line })
    }
}

/// Where a stage writes.
pub(crate) struct Book {
    rows: BTreeMap<String, Row>,
    routes: Option<File>,
    length: u64,
    log: Option<File>,
    folder: Option<PathBuf>,
    checkpoint: Option<Checkpoint<Kept>>,
}

impl Book {
    /// Opens the files of a stage, cut to what is finished.
    pub(crate) fn open(args: &Args, stage: &str, solver: &Solver) -> Result<Self, String> {
        let folder = args.out.as_ref().map(|out| match stage {
            "first" => out.join(stage),
            _ => out.clone(),
        });
        let mut book = Self {
            rows: BTreeMap::new(),
            routes: None,
            length: ROUTES.len() as u64,
            log: None,
            folder,
            checkpoint: None,
        };
        if let Some(base) = &args.checkpoint {
            let path = PathBuf::from(format!("{}.{stage}", base.display()));
            book.resume(&path, args, solver)
                .map_err(|e| named(&path, &e))?;
        }
        if let Some(folder) = &book.folder {
            let path = folder.join("routes.csv");
            let file = routes_file(&path, book.length, book.rows.is_empty());
            book.routes = Some(file.map_err(|error| named(&path, &error.to_string()))?);
        }
        Ok(book)
    }

    fn resume(&mut self, path: &Path, args: &Args, solver: &Solver) -> Result<(), String> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| error.to_string())?,
        };
        let zips = args
            .zips
            .as_ref()
            .map_or("embedded".into(), |zips| zips.display().to_string());
        let run = format!(
            "{} packages, subset {:?}, ZIPs {zips}, share {:?}",
            args.packages, args.subset, args.share
        );
        let checkpoint: Checkpoint<Kept> =
            Checkpoint::read(&text, &run, solver).map_err(|error| error.to_string())?;
        for (_, finished) in checkpoint.days() {
            let Kept { row, bytes } = &finished.kept;
            self.length += bytes;
            self.rows.insert(row.station.clone(), row.clone());
        }
        let file = OpenOptions::new().create(true).append(true).open(path);
        let mut file = file.map_err(|error| error.to_string())?;
        let begin = |file: &mut File| -> io::Result<()> {
            file.set_len(checkpoint.complete() as u64)?;
            if checkpoint.complete() == 0 {
                file.write_all(checkpoint_head(&run, solver).as_bytes())?;
            }
            Ok(())
        };
        begin(&mut file).map_err(|error| error.to_string())?;
        self.log = Some(file);
        self.checkpoint = Some(checkpoint);
        Ok(())
    }

    /// What is finished.
    pub(crate) fn finished(&mut self) -> Finished {
        Finished(self.checkpoint.take())
    }

    /// Writes a station: first its routes, then the line that says they are there.
    pub(crate) fn write(&mut self, entry: Entry) -> Result<(), String> {
        let files = [
            (&mut self.routes, &entry.routes),
            (&mut self.log, &entry.line),
        ];
        for (file, text) in files {
            if let Some(file) = file {
                file.write_all(text.as_bytes())
                    .map_err(|error| error.to_string())?;
            }
        }
        self.rows.insert(entry.row.station.clone(), entry.row);
        Ok(())
    }

    /// The rows in the order of the stations; written as a table too.
    pub(crate) fn close(self) -> Result<Vec<Row>, String> {
        let rows: Vec<Row> = self.rows.into_values().collect();
        if let Some(folder) = &self.folder {
            let path = folder.join("stations.csv");
            table(&path, &rows).map_err(|error| named(&path, &error.to_string()))?;
        }
        Ok(rows)
    }
}

fn named(path: &Path, message: &str) -> String {
    format!("{}: {message}", path.display())
}

fn table(path: &Path, rows: &[Row]) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_path(path)?;
    for row in rows {
        table.serialize(row)?;
    }
    table.flush()?;
    Ok(())
}

/// The table of routes, cut to `length`; a new one has its header only.
fn routes_file(path: &Path, length: u64, new: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let mut file = options.create(true).write(true).truncate(new).open(path)?;
    if new {
        file.write_all(ROUTES.as_bytes())?;
    }
    if file.metadata()?.len() < length {
        let message = "is shorter than its checkpoint says";
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    file.set_len(length)?;
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}

/// One line a visit.
fn routes(plan: &Plan) -> String {
    let mut text = String::new();
    for route in &plan.routes {
        for (position, visit) in (1..).zip(&route.visits) {
            let (arrive, leave) = (visit.arrive.hms(), visit.leave.hms());
            let _ = write!(
                text,
                "{},{},{position},{},{},{arrive},{leave},",
                plan.station, route.vehicle, visit.stop, visit.zip
            );
            for (number, package) in visit.packages.iter().enumerate() {
                let blank = if number > 0 { " " } else { "" };
                let _ = write!(text, "{blank}{package}");
            }
            text.push('\n');
        }
    }
    text
}
