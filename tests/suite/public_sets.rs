//! Files of the public sets: what is read from each format, which line an error names, what
//! becomes of it as a day, and what the checker of solutions finds.

use doorstep::format::{Instance, InstanceKind, Objective, Rounding, Solution};
use doorstep::model::TravelSpec;
use doorstep::plan::validate;
use doorstep::travel::TravelModel as _;
use doorstep::{Budget, Place, Plan, ServiceDay, Solver, VehicleKind};

/// Two rows of three customers, ours as all instances of this file.
pub(crate) const CVRP: &str = "\
NAME : \ttwo-rows
COMMENT : \"drawn by hand: for tests\"
TYPE : CVRP
DIMENSION : 7
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 30
NODE_COORD_SECTION
1 0 0
2 10 1
3 20 2
4 30.5 1
5 -10 1
6 -20 2
7 -30 1
DEMAND_SECTION
1 0
2 10
3 10
4 10
5 10
6 10
7 10
DEPOT_SECTION
\t1
\t-1
EOF
";

/// Windows for all; the depot in the middle.
pub(crate) const VRPTW: &str = "\
NAME : windows-4
TYPE : VRPTW
DIMENSION : 5
VEHICLES : 3
CAPACITY : 5
SERVICE_TIME : 2.5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 5 5
2 1 1
3 9 2
4 8.5 9
5 1 8
DEMAND_SECTION
1 0
2 1
3 2
4 2
5 1
TIME_WINDOW_SECTION
1 0 60
2 0 60
3 10 25
4 12.5 40
5 0 99
DEPOT_SECTION
1
-1
EOF
";

pub(crate) const SOLOMON: &str = "\
made-3

VEHICLE
NUMBER     CAPACITY
   2         10

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      3         4          0          0        100          0
    1      6         8          7          5         20          1
    2      0         0          4          0         90          1
    3      3         0          3         10         50          1
";

pub(crate) const LI_LIM: &str = "\
2\t10\t1
0\t3\t4\t0\t0\t100\t0\t0\t0
1\t6\t8\t7\t5\t20\t1\t0\t2
2\t0\t0\t-7\t0\t90\t1\t1\t0
";

/// Not symmetric, with the lengths over the lines as they come.
pub(crate) const EXPLICIT: &str = "\
NAME: hops
TYPE: CVRP
DIMENSION: 3
EDGE_WEIGHT_TYPE: EXPLICIT
EDGE_WEIGHT_FORMAT: FULL_MATRIX
CAPACITY: 9
EDGE_WEIGHT_SECTION
0 5 7 5
0 4
8 3 0
DEMAND_SECTION
1 0
2 4
3 5
";

const NOTHING: [&str; 0] = [];

fn read(text: &str) -> Instance {
    Instance::parse(text).unwrap()
}

fn refused(text: &str) -> String {
    let error = Instance::parse(text).unwrap_err();
    assert!(error.is_format() && error.problems().len() == 1, "{error}");
    error.to_string()
}

fn day(instance: &Instance, rounding: Rounding) -> ServiceDay {
    instance.to_day(rounding, Objective::Distance).unwrap()
}

#[test]
fn a_cvrp_file_is_read_as_it_stands() {
    let instance = read(CVRP);
    assert_eq!(instance.name(), "two-rows");
    assert_eq!(instance.kind(), InstanceKind::Cvrp);
    assert_eq!((instance.depot(), instance.nodes().len()), (0, 7));
    assert_eq!(instance.capacity(), Some(30));
    assert_eq!(instance.vehicles(), None);
    assert!(!instance.is_timed() && instance.beyond().is_empty());
    let customers: Vec<u32> = instance.customers().map(|(number, _)| number).collect();
    assert_eq!(customers, [1, 2, 3, 4, 5, 6]);
    assert_eq!(instance.nodes()[3].at, Some([30.5, 1.0]));
    assert_eq!(instance.nodes()[3].demand, 10);
    // ceil(1.3 x 60 / 30) + 3, and never more than customers.
    assert_eq!(instance.fleet(), 6);
    let roomy = read(&CVRP.replace("CAPACITY : 30", "CAPACITY : 70"));
    assert_eq!(roomy.fleet(), 5);
    assert_eq!(instance.length(0, 7), None);
    let length = instance.length(0, 1).unwrap();
    assert!((length - 101f64.sqrt()).abs() < 1e-12);
}

#[test]
fn the_depot_may_be_any_node() {
    let swapped = CVRP
        .replace("\t1\n", "\t4\n")
        .replace("1 0\n2 10\n", "4 0\n2 10\n")
        .replace("4 10\n", "1 10\n");
    let instance = read(&swapped);
    let customers: Vec<u32> = instance.customers().map(|(number, _)| number).collect();
    assert_eq!((instance.depot(), customers), (3, vec![0, 1, 2, 4, 5, 6]));
    let day = day(&instance, Rounding::Nearest);
    assert_eq!(day.station().place().matrix_row(), Some(3));
    assert_eq!(day.packages()[0].id().as_str(), "0");
}

#[test]
fn windows_and_service_times_are_read() {
    let instance = read(VRPTW);
    assert_eq!(instance.kind(), InstanceKind::Vrptw);
    assert_eq!((instance.vehicles(), instance.fleet()), (Some(3), 3));
    let node = instance.nodes()[3];
    assert_eq!((node.window, node.service), (Some([12.5, 40.0]), 2.5));
    let own = VRPTW.replace("SERVICE_TIME : 2.5\n", "").replace(
        "DEPOT_SECTION",
        "SERVICE_TIME_SECTION\n1 0\n5 4\n4 3\n3 2\n2 1\nDEPOT_SECTION",
    );
    let times: Vec<f64> = read(&own).nodes().iter().map(|n| n.service).collect();
    assert_eq!(times, [0.0, 1.0, 2.0, 3.0, 4.0]);
    let common: Vec<f64> = instance.nodes().iter().map(|n| n.service).collect();
    assert_eq!(common, [0.0, 2.5, 2.5, 2.5, 2.5]);
}

#[test]
fn solomons_format_is_read() {
    let instance = read(SOLOMON);
    assert_eq!(instance.name(), "made-3");
    assert_eq!(instance.kind(), InstanceKind::Vrptw);
    assert_eq!(
        (instance.vehicles(), instance.capacity()),
        (Some(2), Some(10))
    );
    let node = instance.nodes()[1];
    assert_eq!((node.at, node.demand), (Some([6.0, 8.0]), 7));
    assert_eq!((node.window, node.service), (Some([5.0, 20.0]), 1.0));
    // A file without a name begins with VEHICLE; line ends may be of either kind.
    let bare = SOLOMON
        .trim_start_matches("made-3\n\n")
        .replace('\n', "\r\n");
    assert_eq!(read(&bare), instance.with_name(""));
}

#[test]
fn li_and_lims_pairs_are_read_and_become_packages_that_are_collected() {
    let instance = read(LI_LIM).with_name("lc");
    assert_eq!(instance.kind(), InstanceKind::PickupDelivery);
    assert_eq!(instance.pairs(), [(1, 2)]);
    assert_eq!(instance.nodes()[2].demand, -7);
    let day = instance.to_day(Rounding::Unrounded, Objective::Vehicles);
    let day = day.unwrap();
    assert_eq!(day.packages().len(), 1);
    let pickup = day.packages()[0].pickup().unwrap();
    assert_eq!(pickup.place().matrix_row(), Some(1));
    let plan = Solver::new().budget(Budget::iterations(20)).solve(&day);
    let plan = plan.unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    let solution = Solution::of(&plan).unwrap();
    assert_eq!(solution.routes, [[1, 2]]);
    let checked = instance.check(&solution, Rounding::Unrounded);
    assert_eq!((checked.cost, checked.problems), (20.0, Vec::new()));
    for (routes, wanted) in [
        (vec![vec![2, 1]], "route 1: 2 comes before 1"),
        (
            vec![vec![1], vec![2]],
            "route 1: has one of 1 and 2, not both",
        ),
    ] {
        let solution = Solution { routes, cost: None };
        let checked = instance.check(&solution, Rounding::Unrounded);
        assert!(checked.problems.iter().any(|p| p == wanted), "{checked:?}");
    }
    // What is on board at once has to fit, not the sum of both.
    let tight = read(&LI_LIM.replacen("2\t10\t1", "2\t6\t1", 1));
    let checked = tight.check(&solution, Rounding::Unrounded);
    assert_eq!(checked.problems, ["route 1: load 7, capacity 6"]);
}

#[test]
fn pairs_must_agree() {
    for (from, to, wanted) in [
        (
            "1\t1\t0\n",
            "1\t0\t0\n",
            "line 3: expected a task 2 whose pickup is 1",
        ),
        (
            "0\t2\n",
            "0\t9\n",
            "line 3: expected a task 9 whose pickup is 1",
        ),
        (
            "0\t2\n",
            "2\t2\n",
            "line 3: expected either a pickup or a delivery, found both",
        ),
        (
            "100\t0\t0\t0\n",
            "100\t0\t0\t1\n",
            "line 2: expected a depot that is in no pair",
        ),
        (
            "\t-7\t",
            "\t-6\t",
            "line 3: expected a demand that task 2 takes away, found 7 and -6",
        ),
        (
            "90\t1\t1\t0",
            "90\t1\t7\t0",
            "line 3: expected a task 2 whose pickup is 1",
        ),
        (
            "2\t10\t1",
            "2\t10",
            "line 1: expected three numbers: vehicles, capacity, speed, found \"2\\t10\"",
        ),
    ] {
        assert_eq!(refused(&LI_LIM.replacen(from, to, 1)), wanted);
    }
}

/// The explicit instance with other weights.
fn explicit(format: &str, weights: &str) -> Instance {
    let from = EXPLICIT.find("0 5 7 5").unwrap();
    let to = EXPLICIT.find("DEMAND").unwrap();
    let text = format!("{}{weights}\n{}", &EXPLICIT[..from], &EXPLICIT[to..]);
    read(&text.replace("FULL_MATRIX", format))
}

#[test]
fn matrices_of_every_format_are_read() {
    let full = read(EXPLICIT);
    assert_eq!(
        full.matrix().unwrap(),
        [0.0, 5.0, 7.0, 5.0, 0.0, 4.0, 8.0, 3.0, 0.0]
    );
    assert_eq!(
        (full.length(2, 0), full.length(0, 2)),
        (Some(8.0), Some(7.0))
    );
    let symmetric = [0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, 0.0];
    for (format, weights) in [
        ("LOWER_ROW", "1\n2 3"),
        ("UPPER_ROW", "1 2\n3"),
        ("LOWER_DIAG_ROW", "0 1 0 2 3 0"),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0"),
        ("UPPER_COL", "1\n2 3"),
        ("LOWER_COL", "1 2\n3"),
        ("UPPER_DIAG_COL", "0 1 0 2 3 0"),
        ("LOWER_DIAG_COL", "0 1 2 0 3 0"),
    ] {
        assert_eq!(
            explicit(format, weights).matrix().unwrap(),
            symmetric,
            "{format}"
        );
    }
}

#[test]
fn an_error_names_the_line_of_the_head() {
    let cvrp = |from: &str, to: &str| refused(&CVRP.replacen(from, to, 1));
    let dimension = "expected DIMENSION, a whole number of nodes from 1 on";
    for (found, wanted) in [
        (
            refused(""),
            format!("line 1: {dimension}, found the end of the text"),
        ),
        (
            refused("what"),
            format!("line 1: {dimension}, found the end of the text"),
        ),
        (
            refused("-7"),
            "line 1: expected `KEY : value` or a section, found \"-7\"".into(),
        ),
        (
            cvrp("DIMENSION : 7", "DIMENSION : 4e99"),
            format!("line 4: {dimension}, found \"4e99\""),
        ),
        (
            cvrp("EUC_2D", "GEO"),
            "line 5: expected EDGE_WEIGHT_TYPE, EUC_2D or EXPLICIT, found \"GEO\"".into(),
        ),
        (
            cvrp("CAPACITY : 30", "CAPACITY : 0"),
            "line 6: expected CAPACITY, a whole number from 1 on, found \"0\"".into(),
        ),
        (
            cvrp("DEMAND_SECTION", "DEMAND_SECTOR"),
            "line 26: expected DEMAND_SECTION, found the end of the text".into(),
        ),
        (
            cvrp("TYPE : CVRP", "TYPE : VRPTW"),
            "line 26: expected TIME_WINDOW_SECTION in a VRPTW file, found the end of the text"
                .into(),
        ),
        (
            cvrp("EOF", "NAME : again"),
            "line 26: expected NAME only once".into(),
        ),
    ] {
        assert_eq!(found, wanted);
    }
}

#[test]
fn an_error_names_the_line_of_the_row() {
    let cvrp = |from: &str, to: &str| refused(&CVRP.replacen(from, to, 1));
    for (found, wanted) in [
        (
            cvrp("DIMENSION : 7", "DIMENSION : 4000000000"),
            "line 7: NODE_COORD_SECTION: expected 4000000000 rows, one for each node, found 7",
        ),
        (
            cvrp("3 20 2", "3 20"),
            "line 10: expected node, x, y, found \"3 20\"",
        ),
        (
            cvrp("3 20 2", "3 20 inf"),
            "line 10: expected node, x, y, found \"3 20 inf\"",
        ),
        (
            cvrp("3 20 2", "9 20 2"),
            "line 10: expected a node from 1 to 7, found 9",
        ),
        (
            cvrp("3 20 2", "2 20 2"),
            "line 10: expected node 2 only once",
        ),
        (
            cvrp("3 10\n", "3 -1\n"),
            "line 18: demand: expected 0 or more, found -1",
        ),
        (
            cvrp("3 10\n", "3 1.5\n"),
            "line 18: expected node, a whole demand, found \"3 1.5\"",
        ),
        (
            cvrp("1 0\n2 10\n", "1 3\n2 10\n"),
            "line 16: expected no demand at the depot, found \"1 3\"",
        ),
        (
            cvrp("\t1\n", "\t8\n"),
            "line 24: expected the number of a node from 1 to 7, or -1, found \"8\"",
        ),
        (
            refused(&VRPTW.replace("3 10 25", "3 30 25")),
            "line 23: window: expected 0 <= ready <= due, found 30 and 25",
        ),
        (
            refused(&EXPLICIT.replace("8 3 0", "8 3")),
            "line 7: expected 9 lengths for the FULL_MATRIX of 3 nodes, found 8",
        ),
        (
            refused(&EXPLICIT.replace("8 3 0", "8 x 0")),
            "line 10: expected lengths from 0 on, found \"8 x 0\"",
        ),
        (
            refused(&SOLOMON.replace("2         10", "2")),
            "line 5: expected two whole numbers from 1 on: vehicles and capacity, found \"2\"",
        ),
        (
            refused(&SOLOMON.replace("    2      0  ", "    4      0  ")),
            "line 12: expected customer 2, found 4",
        ),
        (
            refused(&SOLOMON[..SOLOMON.find("CUSTOMER").unwrap()]),
            "line 6: expected CUSTOMER, found the end of the text",
        ),
    ] {
        assert_eq!(found, wanted);
    }
}

#[test]
fn a_head_claims_no_memory() {
    // Each would take gigabytes if it were believed.
    refused(&EXPLICIT.replace("DIMENSION: 3", "DIMENSION: 4294967295"));
    let half = EXPLICIT.replace("FULL_MATRIX", "LOWER_ROW");
    refused(&half.replace("DIMENSION: 3", "DIMENSION: 65536"));
    let many = read(&VRPTW.replace("VEHICLES : 3", "VEHICLES : 4000000000"));
    assert_eq!(many.fleet(), 4);
    assert_eq!(day(&many, Rounding::Dimacs).vehicles().len(), 4);
    read(&LI_LIM.replace("2\t10\t1", "4000000000\t9000000000\t1"));
}

#[test]
fn what_a_day_cannot_carry_is_said_by_the_day() {
    let asked = VRPTW
        .replace("TYPE : VRPTW", "TYPE : MDVRPTW")
        .replace("\n1\n-1\nEOF", "\n1\n2\nEOF")
        .replace(
            "DEMAND_SECTION",
            "PRIZE_SECTION\n1 0\nLAMPS : 7\nDEMAND_SECTION",
        );
    let instance = read(&asked);
    assert_eq!(instance.kind(), InstanceKind::Other);
    let error = instance.to_day(Rounding::Dimacs, Objective::Distance);
    let error = error.unwrap_err();
    assert!(error.is_input());
    let found: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 2: TYPE: asks for the rules of MDVRPTW, which a day cannot carry",
            "line 14: PRIZE_SECTION: asks for prizes of customers that may be left out, which a \
             day cannot carry",
            "line 16: LAMPS: asks for something that is not known here, which a day cannot carry",
            "line 31: DEPOT_SECTION: asks for several depots, which a day cannot carry",
        ]
    );
}

/// The leg between two nodes of a day, in ticks: length and time.
fn leg(day: &ServiceDay, from: u32, to: u32) -> (i64, i64) {
    let (from, to) = (Place::row(from), Place::row(to));
    let leg = day.travel().leg(VehicleKind::CargoVan, &from, &to);
    (leg.distance.millimeters(), leg.time.millis())
}

#[test]
fn each_rounding_makes_its_own_ticks() {
    let instance = read(VRPTW);
    // From (5, 5) to (8.5, 9): 5.3150729...; from (5, 5) to (1, 1): 5.6568542...
    for (rounding, ticks, lengths, ready) in [
        (Rounding::Nearest, 1, [5, 6], 13),
        (Rounding::Dimacs, 10, [53, 56], 125),
        (Rounding::Thousandths, 1_000, [5_315, 5_657], 12_500),
        (
            Rounding::Unrounded,
            1_000_000,
            [5_315_073, 5_656_855],
            12_500_000,
        ),
    ] {
        let day = day(&instance, rounding);
        let far = lengths[0];
        assert_eq!(leg(&day, 0, 3), (far, far), "{rounding:?}");
        assert_eq!(leg(&day, 0, 1).0, lengths[1], "{rounding:?}");
        let window = day.packages()[2].windows()[0];
        assert_eq!(window.earliest().millis(), ready, "{rounding:?}");
        let close = day.delivery_hours().latest();
        assert_eq!(close.millis(), 60 * ticks);
        // A due date behind the depot's is brought forward to it.
        assert_eq!(day.packages()[3].windows()[0].latest(), close);
        let service = day.packages()[0].service_time().unwrap().millis();
        let wanted = if ticks == 1 { 3 } else { 5 * ticks / 2 };
        assert_eq!(service, wanted, "{rounding:?}");
    }
}

#[test]
fn unrounded_ticks_are_as_fine_as_a_day_allows() {
    let until = |due: &str| {
        let row = "0          0        100          0";
        assert!(SOLOMON.contains(row));
        read(&SOLOMON.replace(row, &row.replace("100", due)))
    };
    // The end of the day has to stay within 2^29 ticks.
    let late = until("7697");
    let ticks = late.ticks(Rounding::Unrounded);
    assert!((ticks - 50_000.0).abs() < 1e-9, "{ticks}");
    let hours = day(&late, Rounding::Unrounded).delivery_hours();
    assert_eq!(hours.latest().millis(), 7_697 * 50_000);
    let endless = until("9e12");
    let hours = day(&endless, Rounding::Unrounded).delivery_hours();
    assert_eq!(hours.latest().millis(), 1 << 29);
    let far = read(&CVRP.replace("30.5 1", "1e9 1"));
    let error = far.to_day(Rounding::Nearest, Objective::Distance);
    let error = error.unwrap_err().to_string();
    assert!(error.contains("ticks apart"), "{error}");
}

#[test]
fn time_plays_a_part_only_where_the_file_says_so() {
    let plain = day(&read(CVRP), Rounding::Nearest);
    assert!(plain.travel().is_timeless());
    assert_eq!(leg(&plain, 0, 3), (31, 0));
    let limited = read(&CVRP.replace("CAPACITY : 30", "CAPACITY : 30\nDISTANCE : 65"));
    assert_eq!(limited.max_duration(), Some(65.0));
    let timed = day(&limited, Rounding::Nearest);
    assert_eq!(leg(&timed, 0, 3), (31, 31));
    assert_eq!(timed.vehicles()[0].max_duty().unwrap().millis(), 65);
    let hops = day(&read(EXPLICIT), Rounding::Nearest);
    assert!(matches!(hops.travel(), TravelSpec::Matrix(_)));
    assert_eq!((leg(&hops, 0, 2), leg(&hops, 2, 0)), ((7, 0), (8, 0)));
}

fn solve(instance: &Instance, rounding: Rounding, objective: Objective) -> (ServiceDay, Plan) {
    let day = instance.to_day(rounding, objective).unwrap();
    let solver = Solver::new().budget(Budget::iterations(2_000)).seed(3);
    let plan = solver.solve(&day).unwrap().plan;
    assert_eq!(validate(&day, &plan), []);
    (day, plan)
}

#[test]
fn the_money_of_a_plan_is_its_length() {
    for (text, rounding, unit, routes) in [
        (CVRP, Rounding::Nearest, 1.0, 2),
        (VRPTW, Rounding::Dimacs, 10.0, 2),
        (EXPLICIT, Rounding::Nearest, 1.0, 1),
    ] {
        let instance = read(text);
        assert_eq!(instance.usual_rounding(Objective::Distance), rounding);
        let (_, plan) = solve(&instance, rounding, Objective::Distance);
        let checked = instance.check(&Solution::of(&plan).unwrap(), rounding);
        assert_eq!(checked.problems, NOTHING);
        assert_eq!((checked.routes, plan.routes.len()), (routes, routes));
        let money = plan.scorecard.cost.total().millicents() as f64;
        assert!((money - checked.cost * unit).abs() < 1e-6, "{money}");
    }
    // There and back along each row: 10, 10, 11 and 31; 10, 10, 10 and 30.
    let (_, plan) = solve(&read(CVRP), Rounding::Nearest, Objective::Distance);
    assert_eq!(plan.scorecard.cost.total().millicents(), 122);
}

#[test]
fn vehicles_come_before_any_length() {
    // Customer 1 asks to be served first or to be waited for; the others lie the other way.
    let instance = read(&SOLOMON.replace("   2         10", "   3         20"));
    let rounding = instance.usual_rounding(Objective::Vehicles);
    assert_eq!(rounding, Rounding::Unrounded);
    let (day, plan) = solve(&instance, rounding, Objective::Vehicles);
    assert_eq!((day.vehicles().len(), plan.routes.len()), (3, 1));
    let checked = instance.check(&Solution::of(&plan).unwrap(), rounding);
    assert_eq!(checked.problems, NOTHING);
    // 1, 3, 2 and back, in double precision.
    let best = 5.0 + 73f64.sqrt() + 3.0 + 5.0;
    assert!((checked.cost - best).abs() < 1e-9, "{}", checked.cost);
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let instance = read(VRPTW);
    let problems = |routes: &[&[u32]], rounding| {
        let routes = routes.iter().map(|r| r.to_vec()).collect();
        let solution = Solution { routes, cost: None };
        instance.check(&solution, rounding).problems
    };
    for rounding in [Rounding::Dimacs, Rounding::Unrounded] {
        assert_eq!(problems(&[&[1, 2], &[3, 4]], rounding), NOTHING);
        let found = problems(&[&[1, 2, 3, 4]], rounding);
        assert_eq!(found, ["route 1: load 6, capacity 5"]);
        // Open from 12.5 at 3, with 2.5 of service and 7.02 on the way: 2 in time by 25.
        assert_eq!(problems(&[&[3, 2], &[1, 4]], rounding), NOTHING);
        // Not with 10 more of a detour by 4.
        let found = problems(&[&[3, 4, 2], &[1]], rounding);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("route 1: at 2 at "), "{found:?}");
        assert!(found[0].ends_with(", due by 25"), "{found:?}");
    }
    assert_eq!(
        problems(&[&[1], &[2], &[3], &[4, 4, 9, 0]], Rounding::Dimacs),
        [
            "route 4: 9 is no customer",
            "route 4: 0 is no customer",
            "customer 4 is visited 2 times",
            "4 routes, 3 vehicles"
        ]
    );
    assert_eq!(
        problems(&[&[1, 2]], Rounding::Dimacs),
        ["customer 3 is not visited", "customer 4 is not visited"]
    );
}

#[test]
fn a_longest_duration_counts_from_the_best_start() {
    // Opens at 50, 10 away: a van that leaves at 40 is back at 60, after 20.
    let within = |most: &str| {
        read(&format!(
            "DIMENSION : 2\nEDGE_WEIGHT_TYPE : EUC_2D\nVEHICLES_MAX_DURATION : {most}\n\
             NODE_COORD_SECTION\n1 0 0\n2 10 0\nTIME_WINDOW_SECTION\n1 0 100\n2 50 60\n"
        ))
    };
    let solution = Solution::parse("Route #1: 1").unwrap();
    let enough = within("20");
    let checked = enough.check(&solution, Rounding::Dimacs);
    assert_eq!(checked.problems, NOTHING);
    let (_, plan) = solve(&enough, Rounding::Dimacs, Objective::Distance);
    assert_eq!(plan.unserved, []);
    let less = within("19");
    let found = less.check(&solution, Rounding::Dimacs).problems;
    assert_eq!(found, ["route 1: takes 20, at most 19 allowed"]);
    let (_, plan) = solve(&less, Rounding::Dimacs, Objective::Distance);
    assert_eq!(plan.unserved.len(), 1);
}

#[test]
fn solutions_come_back() {
    let text = "Route #1: 4 2 7\nRoute #2: 1 3\nCost 65.2\n";
    let solution = Solution::parse(text).unwrap();
    assert_eq!(solution.to_string(), text);
    let sintef = "Instance name : x\nroute 1 :  4 2 7\nRoute 2 : 1 3\ncost: 65.2\n# done\n";
    assert_eq!(Solution::parse(sintef).unwrap(), solution);
    assert_eq!(Solution::parse("").unwrap(), Solution::default());
    for (text, wanted) in [
        (
            "Route #1: 4 x\n",
            "line 1: expected `Route #` with a number, a colon and customer numbers, found \
             \"Route #1: 4 x\"",
        ),
        (
            "\nRoute 1 4\n",
            "line 2: expected `Route #` with a number, a colon and customer numbers, found \
             \"Route 1 4\"",
        ),
        (
            "Cost 1\nCost 2\n",
            "line 2: expected one cost, found another",
        ),
        (
            "Cost much\n",
            "line 1: expected `Cost` with a number, found \"Cost much\"",
        ),
        (
            "7 8\n",
            "line 1: expected a route, the cost or a remark, found \"7 8\"",
        ),
    ] {
        assert_eq!(Solution::parse(text).unwrap_err().to_string(), wanted);
    }
}

#[test]
fn a_plan_with_other_ids_is_no_solution() {
    let day = crate::fixture::day();
    let error = Solution::of(&crate::fixture::plan(&day)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "package \"p2\": expected the number of a customer as its id"
    );
}

#[cfg(feature = "json")]
#[test]
fn values_come_back_from_json() {
    for text in [CVRP, VRPTW, SOLOMON, LI_LIM, EXPLICIT] {
        let instance = read(text);
        let json = serde_json::to_string(&instance).unwrap();
        assert_eq!(serde_json::from_str::<Instance>(&json).unwrap(), instance);
    }
    let json = serde_json::to_string(&read(EXPLICIT)).unwrap();
    for (from, to) in [
        ("\"depot\":0", "\"depot\":3"),
        ("\"matrix\":[0.0,", "\"matrix\":["),
        ("\"name\":", "\"nickname\":"),
    ] {
        assert!(json.contains(from), "{json}");
        let changed = json.replace(from, to);
        assert!(serde_json::from_str::<Instance>(&changed).is_err(), "{to}");
    }
    let solution = Solution::parse("Route #1: 4 2\nCost 6.5").unwrap();
    let values = (solution, Rounding::Dimacs, Objective::Vehicles);
    let json = serde_json::to_string(&values).unwrap();
    assert_eq!(
        json,
        r#"[{"routes":[[4,2]],"cost":6.5},"dimacs","vehicles"]"#
    );
    let back: (Solution, Rounding, Objective) = serde_json::from_str(&json).unwrap();
    assert_eq!(back, values);
    let checked = read(CVRP).check(&back.0, Rounding::Nearest);
    let json = serde_json::to_string(&checked).unwrap();
    let back: doorstep::format::Checked = serde_json::from_str(&json).unwrap();
    assert_eq!(back, checked);
}
