//! No text whatever makes a reader of public sets fail otherwise than with one error and its line.

use doorstep::Error;
use doorstep::format::{Instance, Objective, Rounding, Solution};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::public_sets::{CVRP, EXPLICIT, LI_LIM, SOLOMON, VRPTW};

const ALL: [&str; 5] = [CVRP, VRPTW, SOLOMON, LI_LIM, EXPLICIT];

/// An error of form that says where.
fn named(error: &Error) {
    assert!(error.is_format() && error.problems().len() == 1, "{error}");
    assert!(error.to_string().starts_with("line "), "{error}");
}

/// Reads a text with every reader. What is read must become a day or say why not, and can be
/// checked against.
fn survives(text: &str) {
    let readers = [
        Instance::parse,
        Instance::parse_vrplib,
        Instance::parse_solomon,
        Instance::parse_li_lim,
    ];
    for reader in readers {
        match reader(text) {
            Err(error) => named(&error),
            Ok(instance) => becomes_a_day(&instance),
        }
    }
    if let Err(error) = Solution::parse(text) {
        named(&error);
    }
}

fn becomes_a_day(instance: &Instance) {
    for rounding in [Rounding::Unrounded, Rounding::Dimacs] {
        match instance.to_day(rounding, Objective::Vehicles) {
            Ok(day) => {
                assert!(instance.beyond().is_empty());
                let pairs = instance.pairs().len();
                assert_eq!(day.packages().len() + pairs + 1, instance.nodes().len());
            }
            Err(error) => assert!(!error.problems().is_empty()),
        }
        let everybody = instance.customers().map(|(number, _)| number).collect();
        let solution = Solution {
            routes: vec![everybody],
            cost: None,
        };
        assert!(instance.check(&solution, rounding).cost >= 0.0);
    }
}

/// A word that breaks things, or mends them.
fn word() -> impl Strategy<Value = String> {
    let fixed = [
        "4000000000",
        "-1",
        "1e300",
        "1e15",
        "NaN",
        "EXPLICIT",
        "LOWER_ROW",
        "EOF",
        ":",
        "EDGE_WEIGHT_SECTION",
        "TIME_WINDOW_SECTION",
    ];
    prop_oneof![
        proptest::sample::select(fixed.map(str::to_owned).to_vec()),
        "[0-9]{1,3}",
        "\\PC{0,4}",
    ]
}

/// Where, what, and whether to insert, to replace or to cut the line there.
type Edit = (Index, Index, String, u8);

/// Words of a file inserted, replaced and cut off; lines swapped, doubled and dropped; the end
/// of all lost.
fn mutated(text: &str, words: &[Edit], lines: &[(Index, Index, u8)], cut: Option<Index>) -> String {
    let split = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut rows: Vec<Vec<String>> = text.lines().map(split).collect();
    for (row, column, new, how) in words {
        let row = row.index(rows.len());
        let column = column.index(rows[row].len());
        match how {
            0 => rows[row].insert(column, new.clone()),
            1 => rows[row][column].clone_from(new),
            _ => rows[row].truncate(column.max(1)),
        }
    }
    for (a, b, how) in lines {
        let (a, b) = (a.index(rows.len()), b.index(rows.len()));
        match how {
            0 => rows.swap(a, b),
            1 => rows.insert(b, rows[a].clone()),
            _ => drop(rows.remove(a)),
        }
    }
    let joined: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
    let mut text = joined.join("\n");
    if let Some(cut) = cut {
        let wanted = cut.index(text.len() + 1);
        let border = (0..=wanted).rev().find(|&at| text.is_char_boundary(at));
        text.truncate(border.unwrap());
    }
    text
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn mutated_files_are_read_or_refused(
        which in 0..ALL.len(),
        words in vec((any::<Index>(), any::<Index>(), word(), 0..3_u8), 0..4),
        lines in vec((any::<Index>(), any::<Index>(), 0..3_u8), 0..3),
        cut in proptest::option::weighted(0.2, any::<Index>()),
    ) {
        survives(&mutated(ALL[which], &words, &lines, cut));
    }

    #[test]
    fn any_solution_comes_back(
        routes in vec(vec(any::<u32>(), 0..9), 0..9),
        cost in proptest::option::of(-1e15..1e15),
    ) {
        let solution = Solution { routes, cost };
        prop_assert_eq!(Solution::parse(&solution.to_string()), Ok(solution));
    }
}
