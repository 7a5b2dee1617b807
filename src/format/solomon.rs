//! Solomon's text format: a name, a line of vehicles, a table of customers.

use super::instance::{Instance, InstanceKind, Node, Parts};
use super::lines::{Line, count, ended, lines, whole, wrong};
use crate::error::Error;

const ROW: &str = "seven numbers: customer, x, y, demand, ready time, due date, service time";

pub(super) fn parse(text: &str) -> Result<Instance, Error> {
    let mut rest = lines(text).peekable();
    let mut name = String::new();
    if let Some(line) = rest.next_if(|line| !is(line, "VEHICLE")) {
        line.text.clone_into(&mut name);
    }
    let mut next = |what: &str, fits: &dyn Fn(&Line<'_>) -> bool| {
        let line = rest.next().ok_or_else(|| ended(text, what))?;
        if fits(&line) {
            Ok(line)
        } else {
            Err(line.expected(what))
        }
    };
    next("VEHICLE", &|line| is(line, "VEHICLE"))?;
    next("NUMBER CAPACITY", &|line| begins(line, "NUMBER"))?;
    let fleet = next("two numbers: vehicles and capacity", &|_| true)?;
    next("CUSTOMER", &|line| is(line, "CUSTOMER"))?;
    next("the titles of the columns", &|line| begins(line, "CUST"))?;
    let (vehicles, capacity) = vehicles(&fleet)?;
    let mut nodes = Vec::new();
    for line in rest {
        let row: [f64; 7] = line.numbers(ROW)?;
        let node = node(&line, &row, nodes.len())?;
        check_demand(&line, node.demand)?;
        nodes.push(node);
    }
    if nodes.is_empty() {
        return Err(ended(text, ROW));
    }
    Instance::try_from(Parts {
        name,
        kind: InstanceKind::Vrptw,
        depot: 0,
        nodes,
        capacity: Some(capacity),
        vehicles: Some(vehicles),
        max_duration: None,
        matrix: None,
        pairs: Vec::new(),
        beyond: Vec::new(),
    })
}

fn is(line: &Line<'_>, word: &str) -> bool {
    line.text.eq_ignore_ascii_case(word)
}

fn begins(line: &Line<'_>, word: &str) -> bool {
    let start = line.text.get(..word.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn vehicles(line: &Line<'_>) -> Result<(u32, u64), Error> {
    let what = "two whole numbers from 1 on: vehicles and capacity";
    let [vehicles, capacity] = line.numbers(what)?;
    let vehicles = count(vehicles).filter(|&n| n > 0);
    let capacity = whole(capacity).and_then(|c| u64::try_from(c).ok());
    vehicles
        .zip(capacity.filter(|&c| c > 0))
        .ok_or_else(|| line.expected(what))
}

/// A row of the table that Solomon's and Li and Lim's formats share, which must be number `index`.
/// Demands below 0 are left to the caller.
pub(super) fn node(line: &Line<'_>, row: &[f64; 7], index: usize) -> Result<Node, Error> {
    let [number, x, y, demand, ready, due, service] = *row;
    if whole(number).and_then(|n| usize::try_from(n).ok()) != Some(index) {
        let message = format!("expected customer {index}, found {number}");
        return Err(wrong(line.number, message));
    }
    let Some(demand) = whole(demand) else {
        let message = format!("demand: expected a whole number, found {demand}");
        return Err(wrong(line.number, message));
    };
    check_window(line, [ready, due])?;
    check_service(line, service)?;
    Ok(Node {
        at: Some([x, y]),
        demand,
        window: Some([ready, due]),
        service,
    })
}

/// A window is in order and not before 0.
pub(super) fn check_window(line: &Line<'_>, [ready, due]: [f64; 2]) -> Result<(), Error> {
    if ready >= 0.0 && ready <= due {
        return Ok(());
    }
    let message = format!("window: expected 0 <= ready <= due, found {ready} and {due}");
    Err(wrong(line.number, message))
}

pub(super) fn check_service(line: &Line<'_>, service: f64) -> Result<(), Error> {
    if service >= 0.0 {
        return Ok(());
    }
    let message = format!("service time: expected 0 or more, found {service}");
    Err(wrong(line.number, message))
}

pub(super) fn check_demand(line: &Line<'_>, demand: i64) -> Result<(), Error> {
    if demand >= 0 {
        return Ok(());
    }
    let message = format!("demand: expected 0 or more, found {demand}");
    Err(wrong(line.number, message))
}
