//! Best-known values of public instances, from a table with one row a value.

use std::path::Path;

use doorstep::format::{Instance, InstanceKind, Objective};

use super::table::{InputErrors, Table};

/// A table of best-known values.
///
/// Columns: `instance`, `convention`, `vehicles`, `cost`, `note`; tabs between them. A convention
/// begins with one of the texts of [`convention`].
#[derive(Debug)]
pub(crate) struct BestKnown {
    rows: Vec<Value>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    instance: String,
    convention: String,
    /// Routes, where the table has them.
    pub(crate) vehicles: Option<usize>,
    /// Cost as it is published.
    pub(crate) cost: f64,
    note: String,
}

impl BestKnown {
    /// Reads the table. Rows without a cost are left out.
    ///
    /// # Errors
    ///
    /// A sentence for each row that cannot be read.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let mut errors = InputErrors::default();
        let required = ["instance", "convention", "vehicles", "cost", "note"];
        let table = Table::read_separated(path, b'\t', &required, &mut errors);
        let mut rows = Vec::new();
        for row in table.iter().flat_map(Table::rows) {
            let cost = row.optional("cost", "a number", |t| t.parse().ok(), &mut errors);
            let vehicles = row.optional("vehicles", "a number", |t| t.parse().ok(), &mut errors);
            if let (Some(Some(cost)), Some(vehicles)) = (cost, vehicles) {
                rows.push(Value {
                    instance: row.text("instance").to_lowercase(),
                    convention: row.text("convention").to_owned(),
                    vehicles,
                    cost,
                    note: row.text("note").to_owned(),
                });
            }
        }
        if errors.is_empty() {
            Ok(Self { rows })
        } else {
            Err(errors.to_string())
        }
    }

    /// The best known of an instance under the convention of an objective.
    ///
    /// Of several rows those count that are marked as recomputed, else those that are not marked
    /// as an older list, else all; of these the one with the fewest vehicles where these come
    /// first, then the cheapest.
    pub(crate) fn of(
        &self,
        instance: &Instance,
        name: &str,
        objective: Objective,
    ) -> Option<&Value> {
        let (convention, name) = (convention(instance, objective)?, name.to_lowercase());
        let of_instance =
            |row: &&Value| row.instance == name && row.convention.starts_with(convention);
        let rank = |row: &Value| match row.note.as_str() {
            note if note.starts_with("recomputed") => 0,
            note if note.contains("older list") => 2,
            _ => 1,
        };
        let fleet = |row: &Value| match objective {
            Objective::Vehicles => row.vehicles,
            _ => None,
        };
        let order = |a: &&Value, b: &&Value| {
            let heads = (rank(a), fleet(a)).cmp(&(rank(b), fleet(b)));
            heads.then(a.cost.total_cmp(&b.cost))
        };
        self.rows.iter().filter(of_instance).min_by(order)
    }
}

/// How the convention begins under which instances of a kind are published.
fn convention(instance: &Instance, objective: Objective) -> Option<&'static str> {
    match (instance.kind(), objective) {
        (InstanceKind::Cvrp, Objective::Distance) => {
            Some("distance, legs rounded to nearest integer")
        }
        (InstanceKind::Vrptw, Objective::Distance) if instance.matrix().is_some() => {
            Some("travel seconds, explicit")
        }
        (InstanceKind::Vrptw, Objective::Distance) => Some("distance, each leg truncated"),
        (InstanceKind::Vrptw | InstanceKind::PickupDelivery, Objective::Vehicles) => {
            Some("vehicles then distance (SINTEF)")
        }
        _ => None,
    }
}
