//! An instance of a public set, as its file states it.

use super::lines::lines;
use super::rounding::{Objective, Rounding};
use super::{li_lim, solomon, vrplib};
use crate::error::Error;

/// A routing problem of a public set: one depot, customers, equal vehicles, and whatever else
/// the file asks for.
///
/// Customers go by their place in the file, the first node being 0: with the depot first, as all
/// common sets have it, they are 1, 2, 3 and so on, as in `.sol` files. [`to_day`](Self::to_day)
/// makes a [`ServiceDay`](crate::model::ServiceDay) of it.
///
/// ```
/// use doorstep::format::{Instance, Objective, Rounding, Solution};
/// use doorstep::{Budget, Solver};
///
/// let instance = Instance::parse(
///     "NAME : corner\nTYPE : CVRP\nDIMENSION : 4\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 2\n\
///      NODE_COORD_SECTION\n1 0 0\n2 0 3\n3 4 0\n4 4 3\n\
///      DEMAND_SECTION\n1 0\n2 1\n3 1\n4 1\nDEPOT_SECTION\n1\n-1\nEOF\n",
/// )?;
/// let day = instance.to_day(Rounding::Nearest, Objective::Distance)?;
/// let plan = Solver::new().budget(Budget::iterations(100)).solve(&day)?.plan;
/// let solution = Solution::of(&plan)?;
/// let checked = instance.check(&solution, Rounding::Nearest);
/// assert_eq!((checked.cost, checked.problems.len()), (18.0, 0));
/// # Ok::<(), doorstep::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Parts", into = "Parts"))]
pub struct Instance(Parts);

/// The family of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum InstanceKind {
    /// Capacities only.
    Cvrp,
    /// Capacities and one time window a customer.
    Vrptw,
    /// Pickups and deliveries in pairs, with time windows.
    PickupDelivery,
    /// Another family, named among what it asks for.
    Other,
}

/// A depot or a customer. Quantities are in the file's own units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
#[non_exhaustive]
pub struct Node {
    /// Where it is; may be missing where a matrix says how far it is.
    pub at: Option<[f64; 2]>,
    /// What it takes of a vehicle's capacity; negative only where a pair is delivered.
    pub demand: i64,
    /// When service may start; at the depot, when vehicles may be out.
    pub window: Option<[f64; 2]>,
    /// How long service takes.
    pub service: f64,
}

/// Something a file asks for that a day cannot carry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Beyond {
    /// The line of the file.
    pub line: usize,
    /// The file's word, as `PRIZE_SECTION`.
    pub key: String,
    /// What it means, as `prizes of customers that may be left out`.
    pub what: String,
}

/// Everything an instance is made of, unchecked.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) kind: InstanceKind,
    pub(super) depot: usize,
    pub(super) nodes: Vec<Node>,
    pub(super) capacity: Option<u64>,
    pub(super) vehicles: Option<u32>,
    pub(super) max_duration: Option<f64>,
    /// Row-major, one cell for each ordered pair of nodes.
    pub(super) matrix: Option<Vec<f64>>,
    pub(super) pairs: Vec<(u32, u32)>,
    pub(super) beyond: Vec<Beyond>,
}

impl TryFrom<Parts> for Instance {
    type Error = Error;

    /// What the getters and the conversions rely on.
    fn try_from(parts: Parts) -> Result<Self, Error> {
        let size = parts.nodes.len();
        let refuse =
            |message: &str| Err(Error::format(format!("instance {:?}", parts.name), message));
        if parts.depot >= size || u32::try_from(size).is_err() {
            return refuse("expected a depot among its nodes");
        }
        let finite = |node: &Node| {
            let numbers = node.at.into_iter().chain(node.window).flatten();
            numbers.chain([node.service]).all(f64::is_finite)
        };
        if !parts.nodes.iter().all(finite) {
            return refuse("expected finite numbers");
        }
        if !paired_once(&parts) {
            return refuse("expected pairs of customers, each in one, with opposite demands");
        }
        match &parts.matrix {
            Some(cells) if size.checked_mul(size) != Some(cells.len()) => {
                refuse("expected a matrix cell for each ordered pair of nodes")
            }
            None if parts.nodes.iter().any(|node| node.at.is_none()) => {
                refuse("expected coordinates of all nodes, or a matrix")
            }
            _ => Ok(Self(parts)),
        }
    }
}

/// Whether each customer is in one pair at most, and brings what was collected.
fn paired_once(parts: &Parts) -> bool {
    let mut seen = vec![false; parts.nodes.len()];
    seen[parts.depot] = true;
    let mut fresh = |number: u32| {
        let seen = seen.get_mut(number as usize);
        seen.is_some_and(|seen| !std::mem::replace(seen, true))
    };
    parts.pairs.iter().all(|&(pickup, delivery)| {
        fresh(pickup) && fresh(delivery) && {
            let [up, down] = [pickup, delivery].map(|c| parts.nodes[c as usize].demand);
            up >= 0 && up.checked_neg() == Some(down)
        }
    })
}

#[cfg(feature = "serde")]
impl From<Instance> for Parts {
    fn from(instance: Instance) -> Self {
        instance.0
    }
}

impl Instance {
    /// Reads a file of whichever of the three formats it is in.
    ///
    /// # Errors
    ///
    /// One, with the line and what was expected there. What a day cannot carry is no error here
    /// but in [`to_day`](Self::to_day).
    ///
    /// # Complexity
    ///
    /// Linear in the text, in time and memory, whatever the numbers in its head claim.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_solomon = |text: &str| text.eq_ignore_ascii_case("VEHICLE");
        let mut first = lines(text).take(10);
        match first.next() {
            Some(line) if line.text.starts_with(|c: char| c.is_ascii_digit()) => {
                Self::parse_li_lim(text)
            }
            Some(line) if is_solomon(line.text) || first.any(|l| is_solomon(l.text)) => {
                Self::parse_solomon(text)
            }
            _ => Self::parse_vrplib(text),
        }
    }

    /// Reads a file of VRPLIB, the TSPLIB 95 dialect of CVRPLIB: headers `KEY : value` and
    /// sections. Lengths are Euclidean (`EUC_2D`) or an explicit matrix; windows and service
    /// times are those of the VRPTW files of that library. The further sections of the `PyVRP`
    /// dialect are recognised, and refused by [`to_day`](Self::to_day).
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_vrplib(text: &str) -> Result<Self, Error> {
        vrplib::parse(text)
    }

    /// Reads a file in the format of Solomon's and of Gehring and Homberger's instances.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_solomon(text: &str) -> Result<Self, Error> {
        solomon::parse(text)
    }

    /// Reads a file in the format of Li and Lim's instances. It has no name in it.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_li_lim(text: &str) -> Result<Self, Error> {
        li_lim::parse(text)
    }

    /// Its name; empty where the file has none.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its family.
    #[must_use]
    pub const fn kind(&self) -> InstanceKind {
        self.0.kind
    }

    /// The place of the depot among the nodes; of the first, where there are several.
    #[must_use]
    pub const fn depot(&self) -> usize {
        self.0.depot
    }

    /// Depot and customers, in the order of the file.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.0.nodes
    }

    /// The customers with their numbers: all nodes but the depot.
    pub fn customers(&self) -> impl Iterator<Item = (u32, &Node)> {
        let nodes = (0..).zip(&self.0.nodes);
        nodes.filter(|(number, _)| *number as usize != self.0.depot)
    }

    /// What one vehicle holds, if it is the same for all and stated.
    #[must_use]
    pub const fn capacity(&self) -> Option<u64> {
        self.0.capacity
    }

    /// The number of vehicles, if the file limits it.
    #[must_use]
    pub const fn vehicles(&self) -> Option<u32> {
        self.0.vehicles
    }

    /// The longest a route may take, service and waiting included, if the file limits it.
    #[must_use]
    pub const fn max_duration(&self) -> Option<f64> {
        self.0.max_duration
    }

    /// Explicit lengths from each node to each, row by row, if the file has them.
    #[must_use]
    pub fn matrix(&self) -> Option<&[f64]> {
        self.0.matrix.as_deref()
    }

    /// Pickups with their deliveries, by number.
    #[must_use]
    pub fn pairs(&self) -> &[(u32, u32)] {
        &self.0.pairs
    }

    /// What [`to_day`](Self::to_day) refuses.
    #[must_use]
    pub fn beyond(&self) -> &[Beyond] {
        &self.0.beyond
    }

    /// The same instance under a name, for files that have none in them.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.0.name = name.into();
        self
    }

    /// The length from a node to another without rounding; `None` where one is unknown.
    #[must_use]
    pub fn length(&self, from: u32, to: u32) -> Option<f64> {
        let size = self.0.nodes.len();
        let (from, to) = (from as usize, to as usize);
        if let Some(cells) = &self.0.matrix {
            let known = from < size && to < size;
            return known.then(|| cells[from * size + to]);
        }
        let ([x, y], [u, v]) = (self.0.nodes.get(from)?.at?, self.0.nodes.get(to)?.at?);
        let (dx, dy) = (x - u, y - v);
        Some((dx * dx + dy * dy).sqrt())
    }

    /// Whether time plays a part: windows, or a longest route.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        self.0.max_duration.is_some() || self.0.nodes.iter().any(|node| node.window.is_some())
    }

    /// The rounding under which results of such an instance are published: nearest units where
    /// time plays no part and for explicit matrices; with windows, DIMACS for the distance and
    /// none for the number of vehicles.
    #[must_use]
    pub fn usual_rounding(&self, objective: Objective) -> Rounding {
        match objective {
            _ if self.0.matrix.is_some() || !self.is_timed() => Rounding::Nearest,
            Objective::Distance => Rounding::Dimacs,
            Objective::Vehicles => Rounding::Unrounded,
        }
    }
}
