//! How time, memory and cost grow with the number of packages: a run for each size in a process
//! of its own, a table and a picture.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::row::{Totals, read_totals};
use super::{Args, limit};

/// Runs each size; the table.
pub(crate) fn run(args: &Args) -> Result<(String, u8), String> {
    let folder = args.out.as_ref().ok_or("--growth needs --out")?;
    let mut sizes = Vec::new();
    for &packages in &args.growth {
        let out = folder.join(format!("growth-{packages}"));
        child(args, packages, &out)?;
        sizes.push(read_totals(&out)?);
    }
    let text = table(&sizes);
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    write("growth.csv", text.clone())?;
    write("growth.svg", picture(&sizes))?;
    let bad = sizes.iter().any(|size| size.violations + size.lossy > 0);
    Ok((text, u8::from(bad)))
}

/// The same program with a part of the stations and as large a part of the time.
fn child(args: &Args, packages: usize, out: &Path) -> Result<(), String> {
    let part = packages as f64 / args.packages as f64;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    let mut flag = |name: &str, value: String| {
        command.arg(name).arg(value);
    };
    flag("--packages", args.packages.to_string());
    flag("--subset", packages.to_string());
    flag("--seed", args.seed.to_string());
    flag("--out", out.display().to_string());
    if let Some(zips) = &args.zips {
        flag("--zips", zips.display().to_string());
    }
    if let Some(time) = limit(args).map(|time| time.as_secs_f64() * part / 60.0) {
        flag("--minutes", time.to_string());
    }
    if let Some(iterations) = args.iterations {
        flag("--iterations", format!("{:.0}", iterations as f64 * part));
    }
    if let Some(threads) = args.threads {
        flag("--threads", threads.to_string());
    }
    let status = command.status().map_err(|error| error.to_string())?;
    match status.code() {
        Some(0 | 1) => Ok(()),
        _ => Err(format!("{packages} packages: {status}")),
    }
}

/// A measure over the sizes.
struct Measure {
    name: &'static str,
    of: fn(&Totals) -> f64,
}

const MEASURES: [Measure; 4] = [
    Measure {
        name: "microseconds a package",
        of: |t| t.seconds * 1e6 / t.packages.max(1) as f64,
    },
    Measure {
        name: "peak memory, MiB",
        of: |t| t.peak_mib.unwrap_or(0.0),
    },
    Measure {
        name: "money a package",
        of: |t| t.money / t.packages.max(1) as f64,
    },
    Measure {
        name: "iterations a stop",
        of: |t| t.iterations as f64 / t.stops.max(1) as f64,
    },
];

fn table(sizes: &[Totals]) -> String {
    let mut text = String::from("packages,stations,stops,vans,seconds");
    for measure in &MEASURES {
        let _ = write!(text, ",{}", measure.name.replace(',', ""));
    }
    text.push('\n');
    for size in sizes {
        let seconds = Duration::from_secs_f64(size.seconds).as_secs_f64();
        let _ = write!(
            text,
            "{},{},{},{},{seconds:.1}",
            size.packages, size.stations, size.stops, size.vans
        );
        for measure in &MEASURES {
            let _ = write!(text, ",{:.4}", (measure.of)(size));
        }
        text.push('\n');
    }
    text
}

/// Width and height of a panel, and the room around it.
const PANEL: (f64, f64) = (190.0, 150.0);
const ROOM: (f64, f64) = (50.0, 44.0);

/// A panel a measure: packages to the right as powers of ten, the measure upwards from zero.
fn picture(sizes: &[Totals]) -> String {
    let width = ROOM.0 + MEASURES.len() as f64 * (PANEL.0 + ROOM.0);
    let height = PANEL.1 + 2.0 * ROOM.1;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="Helvetica, Arial, sans-serif" font-size="11" fill="#22272e">
<title>Growth with the number of packages</title>
<rect width="100%" height="100%" fill="#ffffff"/>
"##
    );
    for (number, measure) in MEASURES.iter().enumerate() {
        let left = ROOM.0 + number as f64 * (PANEL.0 + ROOM.0);
        let _ = writeln!(svg, r#"<g transform="translate({left} {})">"#, ROOM.1);
        panel(&mut svg, sizes, measure);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, sizes: &[Totals], measure: &Measure) {
    let (width, height) = PANEL;
    let most = sizes.iter().map(measure.of).fold(0.0, f64::max).max(1e-9) * 1.15;
    let logs = || {
        sizes
            .iter()
            .map(|size| (size.packages.max(1) as f64).log10())
    };
    let low = logs().fold(f64::INFINITY, f64::min) - 0.15;
    let high = logs().fold(f64::NEG_INFINITY, f64::max) + 0.15;
    let at = |size: &Totals| {
        let share = ((size.packages.max(1) as f64).log10() - low) / (high - low);
        (width * share, height * (1.0 - (measure.of)(size) / most))
    };
    let _ = writeln!(
        svg,
        r##"<text x="0" y="-14" font-weight="bold">{}</text><path d="M0 0V{height}H{width}" fill="none" stroke="#8c959f"/>"##,
        measure.name
    );
    let points: Vec<String> = sizes
        .iter()
        .map(|size| format!("{:.1},{:.1}", at(size).0, at(size).1))
        .collect();
    let _ = writeln!(
        svg,
        r##"<polyline points="{}" fill="none" stroke="#0969da" stroke-width="2"/>"##,
        points.join(" ")
    );
    for size in sizes {
        let ((x, y), value) = (at(size), (measure.of)(size));
        let digits = usize::from(value < 100.0) * 2;
        let thousands = size.packages as f64 / 1_000.0;
        let _ = writeln!(
            svg,
            r##"<circle cx="{x:.1}" cy="{y:.1}" r="3.5" fill="#0969da"/><text x="{x:.1}" y="{:.1}" text-anchor="middle">{value:.digits$}</text><text x="{x:.1}" y="{}" text-anchor="middle">{thousands:.0}k</text>"##,
            y - 7.0,
            height + 15.0
        );
    }
    let _ = writeln!(
        svg,
        r##"<text x="{}" y="{}" text-anchor="middle" fill="#57606a">packages</text>"##,
        width / 2.0,
        height + 30.0
    );
}
