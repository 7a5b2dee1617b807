//! VRPLIB files, with or without windows, and what the `PyVRP` dialect adds.

use super::instance::{Beyond, Instance, InstanceKind, Node, Parts};
use super::lines::{Line, count, number, whole, wrong};
use super::sheet::{Section, Sheet};
use super::solomon::{check_demand, check_service, check_window};
use super::weights;
use crate::error::Error;

/// Headers that change nothing.
const REMARKS: &[&str] = &[
    "COMMENT",
    "NODE_COORD_TYPE",
    "DISPLAY_DATA_TYPE",
    "EDGE_DATA_FORMAT",
];

/// What no day carries, and what it means.
const BEYOND: &[(&str, &str)] = &[
    (
        "BACKHAUL_SECTION",
        "all deliveries of a route before its first pickup",
    ),
    (
        "LINEHAUL_SECTION",
        "all deliveries of a route before its first pickup",
    ),
    ("CAPACITY_SECTION", "a capacity for each vehicle"),
    ("VEHICLES_DEPOT_SECTION", "a depot for each vehicle"),
    (
        "VEHICLES_RELOAD_DEPOT_SECTION",
        "several trips of a vehicle",
    ),
    ("VEHICLES_MAX_RELOADS", "several trips of a vehicle"),
    ("VEHICLES_MAX_RELOADS_SECTION", "several trips of a vehicle"),
    (
        "VEHICLES_MAX_DURATION_SECTION",
        "a longest duration for each vehicle",
    ),
    ("VEHICLES_MAX_DISTANCE", "a longest distance of a vehicle"),
    (
        "VEHICLES_MAX_DISTANCE_SECTION",
        "a longest distance for each vehicle",
    ),
    (
        "VEHICLES_FIXED_COST_SECTION",
        "a fixed cost for each vehicle",
    ),
    (
        "VEHICLES_UNIT_DISTANCE_COST_SECTION",
        "a cost of distance for each vehicle",
    ),
    (
        "VEHICLES_ALLOWED_CLIENTS_SECTION",
        "customers that only certain vehicles may serve",
    ),
    ("PRIZE_SECTION", "prizes of customers that may be left out"),
    (
        "RELEASE_TIME_SECTION",
        "goods that are ready after the start of the day",
    ),
    (
        "MUTUALLY_EXCLUSIVE_GROUP_SECTION",
        "groups of which one customer is served",
    ),
    (
        "PICKUP_AND_DELIVERY_SECTION",
        "pairs of a pickup and a delivery on one vehicle",
    ),
];

pub(super) fn parse(text: &str) -> Result<Instance, Error> {
    let mut sheet = Sheet::of(text)?;
    if let Some(table) = sheet.sections.iter().find(|s| s.key == "NODES") {
        let message = "expected a *_SECTION of VRPLIB, found NODES: the format of Sartori and \
                       Buriol, with pairs of pickup and delivery, is not read";
        return Err(wrong(table.line, message));
    }
    let name = sheet.head("NAME").map_or("", |line| line.text);
    let declared = sheet.head("TYPE");
    let size = dimension(&mut sheet)?;
    let matrix = matrix(&mut sheet, size)?;
    let mut nodes = nodes(&mut sheet, size, matrix.is_some())?;
    let windows = sheet.section("TIME_WINDOW_SECTION");
    if let Some(section) = &windows {
        for (node, (line, window)) in nodes.iter_mut().zip(section.by_node(size, "ready, due")?) {
            check_window(&line, window)?;
            node.window = Some(window);
        }
    }
    let mut beyond = Vec::new();
    let (kind, unknown) = kind(declared, windows.is_some());
    if kind == InstanceKind::Vrptw && windows.is_none() {
        return Err(sheet.missing("TIME_WINDOW_SECTION in a VRPTW file"));
    }
    beyond.extend(unknown);
    let depot = depot(&mut sheet, size, &mut beyond)?;
    let capacity = capacity(&mut sheet)?;
    demands(&mut sheet, size, depot, capacity.is_some(), &mut nodes)?;
    service(&mut sheet, size, depot, &mut nodes)?;
    let vehicles = vehicles(&mut sheet)?;
    let max_duration = max_duration(&mut sheet)?;
    rest(&sheet, &mut beyond);
    Instance::try_from(Parts {
        name: name.trim_matches('"').to_owned(),
        kind,
        depot,
        nodes,
        capacity,
        vehicles,
        max_duration,
        matrix,
        pairs: Vec::new(),
        beyond,
    })
}

/// The family of the file; one that is not read is beyond a day by itself.
fn kind(declared: Option<Line<'_>>, windows: bool) -> (InstanceKind, Option<Beyond>) {
    let plain = if windows {
        InstanceKind::Vrptw
    } else {
        InstanceKind::Cvrp
    };
    let Some(line) = declared else {
        return (plain, None);
    };
    match line.text.to_uppercase().as_str() {
        "CVRP" | "DCVRP" | "" => (plain, None),
        "VRPTW" | "CVRPTW" => (InstanceKind::Vrptw, None),
        other => {
            let beyond = Beyond {
                line: line.number,
                key: "TYPE".into(),
                what: format!("the rules of {other}"),
            };
            (InstanceKind::Other, Some(beyond))
        }
    }
}

fn dimension(sheet: &mut Sheet<'_>) -> Result<u32, Error> {
    let what = "DIMENSION, a whole number of nodes from 1 on";
    let line = sheet.head("DIMENSION").ok_or_else(|| sheet.missing(what))?;
    positive(&line, what)
}

fn positive(line: &Line<'_>, what: &str) -> Result<u32, Error> {
    let [value] = line.numbers(what)?;
    let value = count(value).filter(|&n| n > 0);
    value.ok_or_else(|| line.expected(what))
}

/// The explicit lengths, if the file has them.
fn matrix(sheet: &mut Sheet<'_>, size: u32) -> Result<Option<Vec<f64>>, Error> {
    let section = sheet.section("EDGE_WEIGHT_SECTION");
    let form = sheet.head("EDGE_WEIGHT_FORMAT");
    let what = "EDGE_WEIGHT_TYPE, EUC_2D or EXPLICIT";
    let kind = sheet.head("EDGE_WEIGHT_TYPE");
    let kind = kind.ok_or_else(|| sheet.missing(what))?;
    match kind.text {
        "EUC_2D" => match section {
            None => Ok(None),
            Some(section) => {
                let message = "expected no EDGE_WEIGHT_SECTION beside EUC_2D";
                Err(wrong(section.line, message))
            }
        },
        "EXPLICIT" => {
            let section = section.ok_or_else(|| sheet.missing("EDGE_WEIGHT_SECTION"))?;
            let form = form.ok_or_else(|| sheet.missing("EDGE_WEIGHT_FORMAT"))?;
            weights::read(&form, &section, size).map(Some)
        }
        _ => Err(kind.expected(what)),
    }
}

fn nodes(sheet: &mut Sheet<'_>, size: u32, explicit: bool) -> Result<Vec<Node>, Error> {
    // For pictures only.
    sheet.section("DISPLAY_DATA_SECTION");
    match sheet.section("NODE_COORD_SECTION") {
        Some(section) => {
            let rows = section.by_node(size, "x, y")?.into_iter();
            let node = |at| Node {
                at: Some(at),
                ..Node::default()
            };
            Ok(rows.map(|(_, at)| node(at)).collect())
        }
        // The matrix has been read: there are no more nodes than its cells.
        None if explicit => Ok(vec![Node::default(); size as usize]),
        None => Err(sheet.missing("NODE_COORD_SECTION")),
    }
}

fn demands(
    sheet: &mut Sheet<'_>,
    size: u32,
    depot: usize,
    limited: bool,
    nodes: &mut [Node],
) -> Result<(), Error> {
    let Some(section) = sheet.section("DEMAND_SECTION") else {
        return if limited {
            Err(sheet.missing("DEMAND_SECTION"))
        } else {
            Ok(())
        };
    };
    let rows = section.by_node(size, "demand")?;
    for (at, (node, (line, [demand]))) in nodes.iter_mut().zip(rows).enumerate() {
        let demand = whole(demand).ok_or_else(|| line.expected("node, a whole demand"))?;
        check_demand(&line, demand)?;
        if at == depot && demand != 0 {
            return Err(line.expected("no demand at the depot"));
        }
        node.demand = demand;
    }
    Ok(())
}

/// Service times, one a node or one for all customers.
fn service(
    sheet: &mut Sheet<'_>,
    size: u32,
    depot: usize,
    nodes: &mut [Node],
) -> Result<(), Error> {
    if let Some(line) = sheet.head("SERVICE_TIME") {
        let [service] = line.numbers("SERVICE_TIME, a number")?;
        check_service(&line, service)?;
        for (at, node) in nodes.iter_mut().enumerate() {
            node.service = if at == depot { 0.0 } else { service };
        }
    }
    if let Some(section) = sheet.section("SERVICE_TIME_SECTION") {
        let rows = section.by_node(size, "service time")?;
        for (at, (node, (line, [service]))) in nodes.iter_mut().zip(rows).enumerate() {
            check_service(&line, service)?;
            if at == depot && service != 0.0 {
                return Err(line.expected("no service time at the depot"));
            }
            node.service = service;
        }
    }
    Ok(())
}

/// The first depot; node 1 where the file names none.
fn depot(sheet: &mut Sheet<'_>, size: u32, beyond: &mut Vec<Beyond>) -> Result<usize, Error> {
    let Some(section) = sheet.section("DEPOT_SECTION") else {
        return Ok(0);
    };
    let what = format!("the number of a node from 1 to {size}, or -1");
    let mut found = None;
    for (line, word) in words(&section) {
        let value = number(word).and_then(whole);
        if value == Some(-1) {
            break;
        }
        let node = value.and_then(|v| u32::try_from(v).ok());
        let Some(node) = node.filter(|n| (1..=size).contains(n)) else {
            return Err(line.expected(&what));
        };
        if found.is_none() {
            found = Some(node as usize - 1);
        } else if beyond.iter().all(|b| b.key != section.key) {
            beyond.push(Beyond {
                line: line.number,
                key: section.key.clone(),
                what: "several depots".into(),
            });
        }
    }
    Ok(found.unwrap_or(0))
}

fn words<'s>(section: &'s Section<'_>) -> impl Iterator<Item = (&'s Line<'s>, &'s str)> {
    let rows = section.rows.iter();
    rows.flat_map(|line| line.words().map(move |word| (line, word)))
}

fn capacity(sheet: &mut Sheet<'_>) -> Result<Option<u64>, Error> {
    let what = "CAPACITY, a whole number from 1 on";
    let Some(line) = sheet.head("CAPACITY") else {
        return Ok(None);
    };
    let [value] = line.numbers(what)?;
    let value = whole(value).and_then(|v| u64::try_from(v).ok());
    let value = value.filter(|&v| v > 0);
    value.map(Some).ok_or_else(|| line.expected(what))
}

fn vehicles(sheet: &mut Sheet<'_>) -> Result<Option<u32>, Error> {
    let line = sheet.head("VEHICLES");
    line.map(|line| positive(&line, "VEHICLES, a whole number from 1 on"))
        .transpose()
}

/// CVRPLIB calls it DISTANCE, where a unit of length takes a unit of time.
fn max_duration(sheet: &mut Sheet<'_>) -> Result<Option<f64>, Error> {
    let mut least: Option<f64> = None;
    for key in ["DISTANCE", "VEHICLES_MAX_DURATION"] {
        if let Some(line) = sheet.head(key) {
            let [value] = line.numbers(&format!("{key}, a number above 0"))?;
            if value <= 0.0 {
                return Err(line.expected(&format!("{key}, a number above 0")));
            }
            least = Some(least.map_or(value, |other| other.min(value)));
        }
    }
    Ok(least)
}

/// Whatever has not been understood is asked for, and no day carries it.
fn rest(sheet: &Sheet<'_>, beyond: &mut Vec<Beyond>) {
    let heads = sheet
        .heads
        .iter()
        .map(|head| (&head.key, head.value.number));
    let sections = sheet.sections.iter().map(|s| (&s.key, s.line));
    for (key, line) in heads.chain(sections) {
        if REMARKS.contains(&key.as_str()) {
            continue;
        }
        let known = BEYOND.iter().find(|(name, _)| name == key);
        beyond.push(Beyond {
            line,
            key: key.clone(),
            what: known
                .map_or("something that is not known here", |(_, what)| what)
                .into(),
        });
    }
    beyond.sort_by_key(|b| b.line);
}
