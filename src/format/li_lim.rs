//! Li and Lim's text format: pickups and deliveries in pairs.

use super::instance::{Instance, InstanceKind, Node, Parts};
use super::lines::{Line, count, ended, lines, whole, wrong};
use super::solomon::node;
use crate::error::Error;

const HEAD: &str = "three numbers: vehicles, capacity, speed";
const ROW: &str =
    "nine numbers: task, x, y, demand, earliest, latest, service time, pickup, delivery";

/// A task with the numbers of its pickup and of its delivery, one of them 0.
struct Task<'a> {
    line: Line<'a>,
    node: Node,
    pickup: u32,
    delivery: u32,
}

pub(super) fn parse(text: &str) -> Result<Instance, Error> {
    let mut rest = lines(text);
    let head = rest.next().ok_or_else(|| ended(text, HEAD))?;
    let [vehicles, capacity, _speed] = head.numbers(HEAD)?;
    let vehicles = count(vehicles).filter(|&n| n > 0);
    let capacity = whole(capacity).and_then(|c| u64::try_from(c).ok());
    let (Some(vehicles), Some(capacity)) = (vehicles, capacity.filter(|&c| c > 0)) else {
        return Err(head.expected("whole numbers of vehicles and capacity from 1 on"));
    };
    let mut tasks = Vec::new();
    for line in rest {
        tasks.push(task(line, tasks.len())?);
    }
    if tasks.len() < 2 {
        return Err(ended(text, ROW));
    }
    let pairs = pairs(&tasks)?;
    Instance::try_from(Parts {
        name: String::new(),
        kind: InstanceKind::PickupDelivery,
        depot: 0,
        nodes: tasks.iter().map(|task| task.node).collect(),
        capacity: Some(capacity),
        vehicles: Some(vehicles),
        max_duration: None,
        matrix: None,
        pairs,
        beyond: Vec::new(),
    })
}

fn task(line: Line<'_>, index: usize) -> Result<Task<'_>, Error> {
    let [
        number,
        x,
        y,
        demand,
        earliest,
        latest,
        service,
        pickup,
        delivery,
    ] = line.numbers(ROW)?;
    let row = [number, x, y, demand, earliest, latest, service];
    let node = node(&line, &row, index)?;
    let Some((pickup, delivery)) = count(pickup).zip(count(delivery)) else {
        return Err(line.expected("the task numbers of pickup and delivery, or 0"));
    };
    Ok(Task {
        line,
        node,
        pickup,
        delivery,
    })
}

/// Every task but the depot is one half of one pair, and both halves say so.
fn pairs(tasks: &[Task<'_>]) -> Result<Vec<(u32, u32)>, Error> {
    let mut pairs = Vec::new();
    for (own, task) in (0u32..).zip(tasks) {
        let refuse = |what: &str| Err(wrong(task.line.number, format!("expected {what}")));
        let partner = |number: u32| tasks.get(number as usize);
        match (task.pickup, task.delivery) {
            (0, 0) if own == 0 => {}
            (_, _) if own == 0 => return refuse("a depot that is in no pair"),
            (0, 0) => return refuse("the number of the pickup or of the delivery"),
            (0, delivery) => {
                if partner(delivery).is_none_or(|other| other.pickup != own) {
                    return refuse(&format!("a task {delivery} whose pickup is {own}"));
                }
                let other = tasks[delivery as usize].node.demand;
                if task.node.demand < 0 || other != -task.node.demand {
                    return refuse(&format!(
                        "a demand that task {delivery} takes away, found {} and {other}",
                        task.node.demand
                    ));
                }
                pairs.push((own, delivery));
            }
            (pickup, 0) => {
                if partner(pickup).is_none_or(|other| other.delivery != own) {
                    return refuse(&format!("a task {pickup} whose delivery is {own}"));
                }
            }
            _ => return refuse("either a pickup or a delivery, found both"),
        }
    }
    Ok(pairs)
}
