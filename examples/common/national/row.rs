//! The row of a station, and the sums of all rows.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use doorstep::model::{LatLng, ServiceDay};
use doorstep::{Outcome, Violation};
use serde::{Deserialize, Serialize};

/// What stays of a station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) station: String,
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    pub(crate) packages: u64,
    pub(crate) stops: usize,
    pub(crate) vans: u64,
    pub(crate) km: f64,
    pub(crate) on_road_hours: f64,
    pub(crate) delivered: u64,
    pub(crate) tendered: u64,
    pub(crate) unserved: u64,
    /// Packages left by rule, as `no_room 3; duty_too_long 1`.
    pub(crate) reasons: String,
    pub(crate) money: f64,
    pub(crate) iterations: u64,
    pub(crate) violations: usize,
    /// Of a budget that all stations share.
    pub(crate) need: u64,
    pub(crate) fingerprint: String,
}

impl Row {
    pub(crate) fn of(day: &ServiceDay, outcome: &Outcome, violations: &[Violation]) -> Self {
        let plan = &outcome.plan;
        let card = &plan.scorecard;
        let at = day.station().place().lat_lng();
        let (lat, lon) = at.map_or((f64::NAN, f64::NAN), |at| (at.lat, at.lng));
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for left in &plan.unserved {
            let reason = serde_json::to_value(&left.reason).unwrap_or_default();
            let rule = reason["rule"].as_str().unwrap_or("other").to_owned();
            *reasons.entry(rule).or_default() += 1;
        }
        let reason = |(rule, count): (String, usize)| format!("{rule} {count}");
        let reasons: Vec<String> = reasons.into_iter().map(reason).collect();
        Self {
            station: day.station().id().to_string(),
            lat,
            lon,
            packages: card.packages,
            stops: outcome.statistics.stops,
            vans: card.vans,
            km: card.distance.km_f64(),
            on_road_hours: card.on_road.hours_f64(),
            delivered: card.delivered,
            tendered: card.tendered,
            unserved: card.unserved,
            reasons: reasons.join("; "),
            money: card.cost.total().units_f64(),
            iterations: outcome.statistics.iterations,
            violations: violations.len(),
            need: outcome.need(),
            fingerprint: format!("{:016x}", plan.fingerprint),
        }
    }

    pub(crate) fn at(&self) -> LatLng {
        LatLng {
            lat: self.lat,
            lng: self.lon,
        }
    }
}

/// The nation's day in figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub(crate) packages: u64,
    pub(crate) stops: usize,
    pub(crate) stations: usize,
    pub(crate) vans: u64,
    pub(crate) km: f64,
    pub(crate) on_road_hours: f64,
    pub(crate) delivered: u64,
    pub(crate) tendered: u64,
    pub(crate) unserved: u64,
    pub(crate) reasons: BTreeMap<String, u64>,
    pub(crate) money: f64,
    pub(crate) iterations: u64,
    pub(crate) violations: usize,
    /// Stations whose routes, tendered and unserved packages are not all of their packages.
    pub(crate) lossy: usize,
    pub(crate) seconds: f64,
    pub(crate) peak_mib: Option<f64>,
}

impl Totals {
    pub(crate) fn of(rows: &[Row], spent: Duration, peak_mib: Option<f64>) -> Self {
        let mut sum = Self {
            stations: rows.len(),
            seconds: spent.as_secs_f64(),
            peak_mib,
            ..Self::default()
        };
        for row in rows {
            sum.packages += row.packages;
            sum.stops += row.stops;
            sum.vans += row.vans;
            sum.km += row.km;
            sum.on_road_hours += row.on_road_hours;
            sum.delivered += row.delivered;
            sum.tendered += row.tendered;
            sum.unserved += row.unserved;
            sum.money += row.money;
            sum.iterations += row.iterations;
            sum.violations += row.violations;
            sum.lossy += usize::from(row.delivered + row.tendered + row.unserved != row.packages);
            for part in row.reasons.split("; ").filter(|part| !part.is_empty()) {
                if let Some((rule, count)) = part.rsplit_once(' ') {
                    *sum.reasons.entry(rule.to_owned()).or_default() +=
                        count.parse::<u64>().unwrap_or(0);
                }
            }
        }
        sum
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let packages = self.packages as f64;
        let rows = [
            ("packages", format!("{}", self.packages)),
            ("stops", format!("{}", self.stops)),
            ("stations", format!("{}", self.stations)),
            ("vans", format!("{}", self.vans)),
            ("km", format!("{:.0}", self.km)),
            ("on-road hours", format!("{:.0}", self.on_road_hours)),
            (
                "stops an on-road hour",
                format!("{:.2}", per(self.stops as f64, self.on_road_hours)),
            ),
            (
                "carried in-house",
                format!("{:.3} %", 100.0 * per(self.delivered as f64, packages)),
            ),
            ("unserved", format!("{}", self.unserved)),
            ("tendered", format!("{}", self.tendered)),
            ("money", format!("{:.0}", self.money)),
            (
                "money a package",
                format!("{:.4}", per(self.money, packages)),
            ),
            ("violations", format!("{}", self.violations)),
            ("stations that lose packages", format!("{}", self.lossy)),
            (
                "iterations a stop",
                format!("{:.1}", per(self.iterations as f64, self.stops as f64)),
            ),
            (
                "seconds",
                format!(
                    "{:.1} ({:.0} microseconds a package)",
                    self.seconds,
                    1e6 * per(self.seconds, packages)
                ),
            ),
            (
                "peak memory",
                self.peak_mib
                    .map_or_else(|| "not known".to_owned(), |mib| format!("{mib:.0} MiB")),
            ),
        ];
        for (name, value) in rows {
            writeln!(f, "{name:28} {value}")?;
            if name == "unserved" {
                for (rule, count) in &self.reasons {
                    writeln!(f, "    {rule:24} {count}")?;
                }
            }
        }
        writeln!(
            f,
            "tendered: a carrier's stated price is less than the cheapest place in a van"
        )
    }
}

/// Writes the sums beside the tables, for programs.
pub(crate) fn write_totals(folder: &Path, totals: &Totals) -> Result<(), String> {
    let path = folder.join("totals.json");
    let text = serde_json::to_string_pretty(totals).map_err(|error| error.to_string())?;
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Reads what [`write_totals`] wrote.
pub(crate) fn read_totals(folder: &Path) -> Result<Totals, String> {
    let path = folder.join("totals.json");
    let wrong = |error: &dyn fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| wrong(&error))?;
    serde_json::from_str(&text).map_err(|error| wrong(&error))
}
