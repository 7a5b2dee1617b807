//! The files of the public sets themselves, where they are at hand.

use std::path::{Path, PathBuf};

use doorstep::format::{Instance, InstanceKind, Objective};

/// The folder of instances: `DOORSTEP_INSTANCES`, else beside the repository.
fn instances() -> Option<PathBuf> {
    let folder = std::env::var_os("DOORSTEP_INSTANCES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/instances"),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

const SKIPPED: &str = "skipped: no folder DOORSTEP_INSTANCES and no ../shared/instances";

/// The instances of a family with their names, sorted; none where the family is absent.
fn family(root: &Path, name: &str) -> Vec<(String, String)> {
    let Ok(entries) = std::fs::read_dir(root.join(name)) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "vrp" || e == "txt"));
    files.sort();
    let text = |path: &PathBuf| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let named = |path: PathBuf| (path.display().to_string(), text(&path));
    files.into_iter().map(named).collect()
}

#[test]
fn families_that_a_day_carries_become_days() {
    let Some(root) = instances() else {
        println!("{SKIPPED}");
        return;
    };
    for (name, kind) in [
        ("x", InstanceKind::Cvrp),
        ("xxl", InstanceKind::Cvrp),
        ("solomon", InstanceKind::Vrptw),
        ("gh200", InstanceKind::Vrptw),
        ("gh400", InstanceKind::Vrptw),
        ("gh600", InstanceKind::Vrptw),
        ("gh800", InstanceKind::Vrptw),
        ("gh1000", InstanceKind::Vrptw),
        ("lastmile", InstanceKind::Vrptw),
        ("ortec", InstanceKind::Vrptw),
        ("lilim", InstanceKind::PickupDelivery),
    ] {
        let files = family(&root, name);
        if files.is_empty() {
            println!("skipped: no {name}");
        }
        for (file, text) in files {
            let instance = Instance::parse(&text).unwrap_or_else(|e| panic!("{file}: {e}"));
            assert_eq!(instance.kind(), kind, "{file}");
            assert!(instance.nodes().len() > 99, "{file}");
            assert_eq!(instance.matrix().is_some(), name == "ortec", "{file}");
            for objective in [Objective::Distance, Objective::Vehicles] {
                let day = instance.to_day(instance.usual_rounding(objective), objective);
                let day = day.unwrap_or_else(|e| panic!("{file}: {e}"));
                // Of a pair one package.
                let doors = instance.nodes().len() - 1 - instance.pairs().len();
                assert_eq!(day.packages().len(), doors);
            }
            let demands = instance.nodes().iter().map(|n| n.demand.unsigned_abs());
            let room = instance.capacity().unwrap() * instance.fleet() as u64;
            assert!(room >= demands.sum(), "{file}: too few vehicles");
        }
    }
}

#[test]
fn other_families_say_what_a_day_cannot_carry() {
    let Some(root) = instances() else {
        println!("{SKIPPED}");
        return;
    };
    for (name, what) in [
        (
            "hfvrp",
            "CAPACITY_SECTION: asks for a capacity for each vehicle",
        ),
        ("mdvrptw", "DEPOT_SECTION: asks for several depots"),
        ("mtvrptwr", "RELEASE_TIME_SECTION: asks for goods"),
        ("pcvrptw", "PRIZE_SECTION: asks for prizes"),
        (
            "sdvrptw",
            "VEHICLES_ALLOWED_CLIENTS_SECTION: asks for customers",
        ),
        ("vrpb", "BACKHAUL_SECTION: asks for all deliveries"),
    ] {
        let files = family(&root, name);
        if files.is_empty() {
            println!("skipped: no {name}");
        }
        for (file, text) in files {
            let instance = Instance::parse(&text).unwrap_or_else(|e| panic!("{file}: {e}"));
            let rounding = instance.usual_rounding(Objective::Distance);
            let error = instance.to_day(rounding, Objective::Distance);
            let text = error.unwrap_err().to_string();
            assert!(text.contains(what), "{file}: {text}");
            assert!(!text.contains("not known"), "{file}: {text}");
        }
    }
    for (file, text) in family(&root, "sartori") {
        let error = Instance::parse(&text).unwrap_err().to_string();
        assert!(error.starts_with("line 11: "), "{file}: {error}");
        assert!(error.contains("pairs of pickup"), "{file}: {error}");
    }
}
