//! Who may import what, how large files and functions may be, and what no source file holds.
//!
//! A text test: a violation is printed with its file, line, rule and reason. The table is the
//! design; changing it is a decision, not a repair.

use std::fmt;

use super::source_text::{Source, body, code_lines, identifier, read, words};

/// What each module may import from the others, and what depends on it stays below it.
/// `a::b` allows only that name of `a`.
const IMPORTS: &[(&str, &[&str], &str)] = &[
    ("error", &[], "every module reports through it"),
    ("units", &["error"], "quantities know nothing of deliveries"),
    (
        "model",
        &["error", "units"],
        "what a dispatcher says: values, no algorithms",
    ),
    (
        "travel",
        &["error", "units", "model"],
        "a pure function of places",
    ),
    (
        "network",
        &["error", "units", "model", "travel"],
        "facilities know nothing of routes",
    ),
    (
        "sortation",
        &["error", "units", "model", "travel"],
        "who delivers what, in no order",
    ),
    (
        "plan",
        &["error", "units", "model", "travel", "sortation"],
        "its validator shares nothing but the travel function with what it checks",
    ),
    (
        "problem",
        &["error", "units", "model", "travel", "sortation"],
        "the search's input is compiled from the request alone",
    ),
    (
        "search",
        &["error", "units", "problem", "sortation::hilbert"],
        "the search reads the compiled problem and nothing else",
    ),
    (
        "solver",
        &[
            "error",
            "units",
            "model",
            "travel",
            "sortation",
            "plan",
            "problem",
            "search",
        ],
        "the face of the search",
    ),
    (
        "execution",
        &[
            "error",
            "units",
            "model",
            "travel",
            "sortation",
            "plan",
            "solver",
        ],
        "the day as it happens is planned by the public solver",
    ),
    (
        "format",
        &[
            "error",
            "units",
            "model",
            "travel",
            "network",
            "sortation",
            "plan",
            "solver",
            "execution",
            "draw",
        ],
        "files are written from what every user can see, and a report holds pictures",
    ),
    (
        "draw",
        PUBLIC,
        "maps are drawn from what every user can see",
    ),
    (
        "__internal",
        &["model", "sortation", "problem", "search", "solver"],
        "handles for benches",
    ),
];

/// The public modules that drawings are made from; formats also from the drawings.
const PUBLIC: &[&str] = &[
    "error",
    "units",
    "model",
    "travel",
    "network",
    "sortation",
    "plan",
    "solver",
    "execution",
];

/// Where each external crate may be named: beginnings of paths.
const CRATES: &[(&str, &[&str], &str)] = &[
    (
        "geo",
        &["model/", "travel/", "sortation/", "plan/areas", "draw/"],
        "geometry stays at the map's side",
    ),
    (
        "ordered_float",
        &["travel/", "sortation/", "problem/", "search/", "draw/"],
        "only coordinates are sorted as floating point",
    ),
    (
        "petgraph",
        &["network/", "travel/road", "sortation/"],
        "its indices leave no module",
    ),
    (
        "rand_core",
        &["search/rng.rs"],
        "one generator, pinned by test vectors",
    ),
    (
        "rand_xoshiro",
        &["search/rng.rs"],
        "one generator, pinned by test vectors",
    ),
    (
        "rayon",
        &[
            "search/parallel.rs",
            "solver/batch/",
            "sortation/",
            "travel/",
        ],
        "parallel code is deterministic, which is kept in few places",
    ),
    (
        "rstar",
        &["problem/", "sortation/", "travel/"],
        "a spatial index is a detail",
    ),
    (
        "spade",
        &["sortation/"],
        "neighbours on a plane are a detail of sortation",
    ),
    (
        "serde",
        &[
            "units/",
            "model/",
            "plan/",
            "solver/",
            "execution/",
            "format/",
        ],
        "the search is not a file format",
    ),
    (
        "serde_json",
        &["format/"],
        "files are read and written in one place",
    ),
];

/// What the validator may not use, as it would check numbers with themselves.
const CHECKED_BY_VALIDATE: &[&str] = &["sortation", "plan::assemble", "plan::cost", "plan::table"];

/// But here: a zone is what sortation says, as a fingerprint is what its one function says.
const LABELS_OF_ZONES: &str = "src/plan/validate/area.rs";

/// Macros without a place in a library, without their exclamation mark.
const LOUD: &[&str] = &[
    "print",
    "println",
    "eprint",
    "eprintln",
    "dbg",
    "todo",
    "unimplemented",
];

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;

/// Places of one machine. Written in two halves, as this file is searched too.
const MACHINE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/tm", "p/"),
];

/// Folders beside the repository: data which tests and examples may look for and do without.
const BESIDE: &[&str] = &[concat!("../sh", "ared"), concat!("sh", "ared/")];

#[derive(Debug, PartialEq)]
struct Violation {
    path: String,
    line: usize,
    rule: String,
    reason: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            rule,
            reason,
        } = self;
        write!(f, "{path}:{line}: {rule} ({reason})")
    }
}

/// Violations of one file on their way.
struct Findings<'a> {
    source: &'a Source,
    list: Vec<Violation>,
}

impl Findings<'_> {
    fn add(&mut self, at: usize, rule: String, reason: &'static str) {
        let (path, line) = (self.source.path.clone(), self.source.line(at));
        self.list.push(Violation {
            path,
            line,
            rule,
            reason,
        });
    }
}

fn check(source: &Source) -> Vec<Violation> {
    let mut findings = Findings {
        source,
        list: Vec::new(),
    };
    places(&mut findings);
    if source.path.ends_with(".rs") {
        first_line(&mut findings);
        sizes(&mut findings);
    }
    if source.path.starts_with("src/") {
        modules(&mut findings);
        crates(&mut findings);
        validator(&mut findings);
        loud(&mut findings);
        globs(&mut findings);
    }
    findings.list
}

fn first_line(findings: &mut Findings<'_>) {
    let text = &findings.source.text;
    if !text.starts_with("//!") && !text.starts_with("#![doc = include_str!(") {
        findings.add(
            0,
            "the first line is no `//!`".into(),
            "a file says what it is",
        );
    }
}

fn sizes(findings: &mut Findings<'_>) {
    let source = findings.source;
    if source.path.starts_with("tests/") {
        return;
    }
    let lines = code_lines(&source.code);
    if lines > FILE_LINES {
        let rule = format!("{lines} lines of code in a file, {FILE_LINES} at most");
        findings.add(0, rule, "one concern a file");
    }
    for (at, name) in words(&source.code, "fn ") {
        let Some(body) = body(&source.code, at) else {
            continue;
        };
        let lines = code_lines(&source.code[body]);
        if lines > FUNCTION_LINES {
            let rule = format!("{lines} lines in `{name}`, {FUNCTION_LINES} at most");
            findings.add(at, rule, "a function fits on a screen");
        }
    }
}

fn places(findings: &mut Findings<'_>) {
    let source = findings.source;
    let may_look = ["tests/", "examples/"]
        .iter()
        .any(|f| source.path.starts_with(f));
    let names = MACHINE.iter().chain(if may_look { &[] } else { BESIDE });
    for name in names {
        for (at, _) in source.text.match_indices(name) {
            findings.add(
                at,
                format!("names `{name}`"),
                "the crate is at home on any machine",
            );
        }
    }
}

/// Absolute paths of what a file names of this crate: `(where, [module, name])`.
fn inner_paths(source: &Source) -> Vec<(usize, Vec<String>)> {
    let code = &source.code;
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let fresh = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        // `$crate::` of a macro is the same crate.
        if fresh {
            paths.extend(leaves(&code[at + 7..]).into_iter().map(|leaf| (at, leaf)));
        }
    }
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with("super::") {
            continue;
        }
        let mut module = source.module(at);
        let mut rest = &code[at..];
        while let Some(further) = rest.strip_prefix("super::") {
            module.pop();
            rest = further;
        }
        for leaf in leaves(rest) {
            paths.push((at, module.iter().cloned().chain(leaf).collect()));
        }
    }
    paths
}

/// The first two names of each path that a text begins with; `{a, b::c}` are several.
fn leaves(text: &str) -> Vec<Vec<String>> {
    let Some(inside) = text.strip_prefix('{') else {
        let first = identifier(text);
        let Some(rest) = text[first.len()..].strip_prefix("::") else {
            return vec![vec![first.to_owned()]];
        };
        let second = leaves(rest)
            .into_iter()
            .filter_map(|mut leaf| leaf.drain(..1).next());
        return second.map(|name| vec![first.to_owned(), name]).collect();
    };
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut expected = true;
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expected = true,
            c if c.is_whitespace() => {}
            _ if expected && depth == 0 => {
                found.extend(leaves(&inside[at..]));
                expected = false;
            }
            _ => {}
        }
    }
    found
}

fn modules(findings: &mut Findings<'_>) {
    let source = findings.source;
    let Some(own) = source.module(0).first().cloned() else {
        return;
    };
    let Some((_, allowed, reason)) = IMPORTS.iter().find(|(name, ..)| *name == own) else {
        let rule = format!("module `{own}` is not in the table of imports");
        findings.add(0, rule, "a new module has its place decided");
        return;
    };
    for (at, path) in inner_paths(source) {
        let first = path[0].as_str();
        let whole = path[..path.len().min(2)].join("::");
        if first == own || allowed.iter().any(|a| *a == first || *a == whole) {
            continue;
        }
        if IMPORTS.iter().any(|(name, ..)| *name == first) {
            findings.add(at, format!("`{own}` imports `{whole}`"), reason);
        } else {
            let rule = format!("`{own}` imports `{whole}` from the root");
            findings.add(at, rule, "a name comes from the module that owns it");
        }
    }
}

fn crates(findings: &mut Findings<'_>) {
    let source = findings.source;
    let inside = source.path.trim_start_matches("src/");
    for (name, allowed, reason) in CRATES {
        if allowed.iter().any(|a| inside.starts_with(a)) {
            continue;
        }
        let path = format!("{name}::");
        let named = source
            .code
            .match_indices(&path)
            .map(|(at, _)| at)
            .filter(|&at| {
                let before = &source.code[..at];
                !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            });
        let renamed = words(&source.code, "use ")
            .filter(|(_, used)| used == name)
            .map(|(at, _)| at);
        let mut lines: Vec<usize> = named.chain(renamed).collect();
        lines.dedup_by_key(|at| source.line(*at));
        for at in lines {
            findings.add(at, format!("`{inside}` uses the crate `{name}`"), reason);
        }
    }
}

fn validator(findings: &mut Findings<'_>) {
    let source = findings.source;
    if !source.path.starts_with("src/plan/validate") {
        return;
    }
    for (at, path) in inner_paths(source) {
        let whole = path[..path.len().min(2)].join("::");
        if source.path == LABELS_OF_ZONES && path[0] == "sortation" {
            continue;
        }
        if CHECKED_BY_VALIDATE
            .iter()
            .any(|name| *name == path[0] || *name == whole)
        {
            let rule = format!("the validator uses `{whole}`");
            findings.add(
                at,
                rule,
                "numbers are not checked with the code that made them",
            );
        }
    }
}

fn loud(findings: &mut Findings<'_>) {
    let source = findings.source;
    for name in LOUD {
        let call = format!("{name}!");
        for (at, _) in source.code.match_indices(&call) {
            if !source.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                findings.add(
                    at,
                    format!("`{call}`"),
                    "a library prints nothing and is finished",
                );
            }
        }
    }
}

fn globs(findings: &mut Findings<'_>) {
    let source = findings.source;
    for (at, _) in source.code.match_indices("use ") {
        let statement = source.code[at..].split(';').next().unwrap_or_default();
        let public = source.code[..at].trim_end();
        let public = public.ends_with("pub") || (public.ends_with(')') && public.contains("pub("));
        if public && statement.contains('*') {
            findings.add(
                at,
                "`pub use …::*`".into(),
                "what is public is listed by name",
            );
        }
    }
}

/// What the package is made of.
const ROOTS: &[&str] = &[
    "src",
    "tests",
    "benches",
    "examples",
    ".ci",
    "Cargo.toml",
    "README.md",
    "CHANGELOG.md",
];

#[test]
fn the_source_keeps_to_the_design() {
    let sources: Vec<Source> = ROOTS.iter().flat_map(|root| read(root)).collect();
    let count = sources.len();
    assert!(count > 50, "only {count} files were found");
    let violations: Vec<Violation> = sources.iter().flat_map(check).collect();
    let report: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(report.is_empty(), "\n{}\n", report.join("\n"));
}

/// The rules that a piece of source breaks, with their lines.
fn broken(path: &str, text: &str) -> Vec<(usize, String)> {
    let text = format!("//! Says what it is.\n{text}");
    let found = check(&Source::new(path, &text));
    assert!(
        found
            .iter()
            .all(|v| v.to_string().starts_with(&format!("{path}:{}: ", v.line)))
    );
    found.into_iter().map(|v| (v.line, v.rule)).collect()
}

#[track_caller]
fn breaks(path: &str, text: &str, line: usize, rule: &str) {
    let found = broken(path, text);
    assert!(
        matches!(&found[..], [(l, r)] if *l == line && r.contains(rule)),
        "{found:?}"
    );
}

#[test]
fn imports_against_the_table_are_found() {
    breaks(
        "src/plan/a.rs",
        "\nuse crate::problem::Cost;",
        3,
        "`plan` imports `problem::Cost`",
    );
    breaks(
        "src/plan/a.rs",
        "fn f() -> crate::search::X {}",
        2,
        "`plan` imports `search::X`",
    );
    breaks(
        "src/problem/a.rs",
        "use crate::{\n model::A,\n solver::{B},\n};",
        2,
        "solver::B",
    );
    breaks(
        "src/search/a/b.rs",
        "use super::super::super::plan::Plan;",
        2,
        "plan::Plan",
    );
    breaks(
        "src/units/mod.rs",
        "mod x { use super::super::model::Zip; }",
        2,
        "model::Zip",
    );
    breaks(
        "src/error.rs",
        "use super::units;",
        2,
        "`error` imports `units`",
    );
    breaks("src/model/a.rs", "use crate::Package;", 2, "from the root");
    breaks("src/extra.rs", "", 1, "not in the table");
    let only = "use crate::sortation::{group, hilbert};";
    breaks(
        "src/search/a.rs",
        only,
        2,
        "`search` imports `sortation::group`",
    );
}

#[test]
fn imports_within_the_table_are_not() {
    let fine = "use crate::{error::Error, units::{Span, Money}};\nuse super::super::model;\n\
                // use crate::solver;\n#[cfg(test)]\nmod tests { use crate::solver::Solver; }\n\
                const TEXT: &str = \"crate::draw\"; pub(crate) fn f() {}";
    assert_eq!(broken("src/travel/a.rs", fine), []);
    assert_eq!(
        broken("src/search/a.rs", "use crate::sortation::hilbert;"),
        []
    );
    assert_eq!(broken("src/search/a.rs", "use super::state::State;"), []);
    assert_eq!(broken("src/lib.rs", "pub use solver::Solver;"), []);
}

#[test]
fn crates_out_of_their_place_are_found() {
    breaks(
        "src/search/rounds.rs",
        "use rayon::prelude::ParallelIterator;",
        2,
        "crate `rayon`",
    );
    breaks(
        "src/plan/mod.rs",
        "fn f(g: petgraph::Graph<(), ()>) {}",
        2,
        "crate `petgraph`",
    );
    breaks("src/problem/mod.rs", "use serde as s;", 2, "crate `serde`");
    breaks(
        "src/travel/matrix.rs",
        "use petgraph::Graph;",
        2,
        "crate `petgraph`",
    );
    assert_eq!(broken("src/search/parallel.rs", "use rayon::join;"), []);
    assert_eq!(broken("src/travel/road.rs", "use petgraph::Graph;"), []);
    assert_eq!(
        broken("src/draw/mod.rs", "use super::format::geo::x;").len(),
        1
    );
}

#[test]
fn a_validator_that_borrows_is_found() {
    breaks(
        "src/plan/validate/mod.rs",
        "use super::cost::money;",
        2,
        "uses `plan::cost`",
    );
    breaks(
        "src/plan/validate/a.rs",
        "use crate::sortation::group;",
        2,
        "uses `sortation::group`",
    );
    assert_eq!(
        broken("src/plan/validate/a.rs", "use crate::plan::Plan;"),
        []
    );
}

#[test]
fn sizes_are_counted_without_docs_and_tests() {
    let statements = |n: usize| "    x();\n    // why\n\n".repeat(n);
    let function = |n: usize| format!("fn long() {{\n{}}}\n", statements(n));
    assert_eq!(broken("src/units/a.rs", &function(70)), []);
    breaks("src/units/a.rs", &function(71), 2, "71 lines in `long`");
    breaks("benches/a.rs", &function(71), 2, "71 lines in `long`");
    assert_eq!(broken("tests/suite/a.rs", &function(71)), []);
    breaks(
        "src/units/a.rs",
        &function(40).repeat(12),
        1,
        "504 lines of code",
    );
    let tested = format!(
        "{}#[cfg(test)]\nmod tests {{\n{}}}\n",
        function(40),
        function(600)
    );
    assert_eq!(broken("src/units/a.rs", &tested), []);
}

#[test]
fn what_no_source_file_holds_is_found() {
    breaks(
        "src/units/a.rs",
        "fn f() { println!(\"x\") }",
        2,
        "`println!`",
    );
    breaks("src/units/a.rs", "\n\nfn f() { dbg!(1); }", 4, "`dbg!`");
    breaks(
        "src/units/a.rs",
        "pub use a::{\n    b::*,\n};",
        2,
        "pub use",
    );
    breaks("src/units/a.rs", "pub(crate) use a::*;", 2, "pub use");
    assert_eq!(
        broken(
            "src/units/a.rs",
            "use a::*;\n/// println!(1)\nfn f() { writeln!(f) }"
        ),
        []
    );
    breaks("src/units/a.rs", concat!("// see /wo", "rk/x"), 2, "names");
    breaks("tests/a.rs", concat!("// see /ho", "me/x"), 2, "names");
    breaks("benches/a.rs", concat!("// see sh", "ared/x"), 2, "names");
    assert_eq!(broken("tests/a.rs", concat!("// see ../sh", "ared/x")), []);
    let bare = check(&Source::new("src/units/a.rs", "use std::fmt;\n"));
    assert_eq!((bare.len(), bare[0].line), (1, 1));
    let whole = bare[0].to_string();
    assert_eq!(
        whole,
        "src/units/a.rs:1: the first line is no `//!` (a file says what it is)"
    );
}
