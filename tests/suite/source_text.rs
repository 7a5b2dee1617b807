//! A Rust file as the architecture test reads it: code apart from comments, text and tests.
//!
//! No parser: characters are blanked, lines stay where they are, so that a finding has the line
//! a reader sees.

use std::fs;
use std::ops::Range;
use std::path::Path;

/// One file of the package.
pub(crate) struct Source {
    /// From the package's root, with `/`.
    pub(crate) path: String,
    /// As it stands.
    pub(crate) text: String,
    /// The same with comments, texts and test code blanked out.
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let code = without_tests(&without_words(text));
        Self {
            path: path.into(),
            text: text.into(),
            code,
        }
    }

    /// The line of a byte of the file, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        1 + self.text[..at].matches('\n').count()
    }

    /// Names of the modules above a byte of the file: `src/plan/route.rs` is `[plan, route]`.
    pub(crate) fn module(&self, at: usize) -> Vec<String> {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let names = inside.trim_end_matches(".rs").split('/');
        let mut module: Vec<String> = names
            .filter(|n| !matches!(*n, "mod" | "lib"))
            .map(Into::into)
            .collect();
        for (start, name) in words(&self.code, "mod ") {
            if body(&self.code, start).is_some_and(|inline| inline.contains(&at)) {
                module.push(name.into());
            }
        }
        module
    }
}

/// The sources, notes and scripts below a place in the package, sorted; none where it is not.
pub(crate) fn read(place: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut waiting = vec![root.join(place)];
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() && !path.ends_with("target") {
            let entries = fs::read_dir(&path).expect("a folder can be listed");
            waiting.extend(entries.map(|e| e.expect("an entry can be read").path()));
        } else if path.is_file() && is_written(&path) {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let inside = path
                .strip_prefix(root)
                .expect("it was found below the root");
            let inside = inside.to_string_lossy().replace('\\', "/");
            found.push(Source::new(&inside, &text));
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Whether a file is written by hand, by its name; scripts have no ending.
fn is_written(path: &Path) -> bool {
    path.extension()
        .is_none_or(|e| e == "rs" || e == "md" || e == "toml")
}

/// Where `before` stands with an identifier behind it and none in front, and that identifier.
pub(crate) fn words<'a>(
    code: &'a str,
    before: &'a str,
) -> impl Iterator<Item = (usize, &'a str)> + 'a {
    code.match_indices(before).filter_map(move |(at, _)| {
        let name = identifier(&code[at + before.len()..]);
        (!code[..at].ends_with(in_name) && !name.is_empty()).then_some((at, name))
    })
}

/// The identifier a text begins with, or nothing.
pub(crate) fn identifier(text: &str) -> &str {
    &text[..text.find(|c| !in_name(c)).unwrap_or(text.len())]
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The `{…}` of the item that starts at `from`; none when it ends in `;` first.
pub(crate) fn body(code: &str, from: usize) -> Option<Range<usize>> {
    let mut depth = 0usize;
    let mut open = None;
    for (at, c) in code[from..].char_indices() {
        match c {
            ';' if depth == 0 => return None,
            '(' | '[' | '{' => {
                if c == '{' && depth == 0 {
                    open = Some(from + at + 1);
                }
                depth += 1;
            }
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if c == '}' && depth == 0 {
                    return open.map(|open| open..from + at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Lines that hold anything.
pub(crate) fn code_lines(code: &str) -> usize {
    code.lines().filter(|line| !line.trim().is_empty()).count()
}

/// Blanks comments, texts and characters.
fn without_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let behind_name = text[..at].ends_with(in_name);
        let length = match rest.as_bytes()[0] {
            b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => block_comment(rest),
            b'"' => quoted(rest, '"'),
            b'r' if !behind_name => raw(rest),
            b'\'' => character(rest),
            _ => 0,
        };
        if length == 0 {
            let c = rest.chars().next().expect("not at the end");
            out.push(c);
            at += c.len_utf8();
        } else {
            blank(&mut out, &rest[..length]);
            at += length;
        }
    }
    out
}

/// As many bytes of nothing, on as many lines.
fn blank(out: &mut String, text: &str) {
    out.extend(text.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let step = match rest.get(at..at + 2) {
            Some("/*") => {
                depth += 1;
                2
            }
            Some("*/") => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A raw text, or 0 for an identifier that begins with r.
fn raw(rest: &str) -> usize {
    let hashes = rest[1..].bytes().take_while(|b| *b == b'#').count();
    let inside = 1 + hashes + 1;
    if rest.as_bytes().get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    rest[inside..]
        .find(&end)
        .map_or(rest.len(), |at| inside + at + end.len())
}

/// A character, or 0 for a lifetime.
fn character(rest: &str) -> usize {
    let mut inside = rest[1..].chars();
    match (inside.next(), inside.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => quoted(rest, '\''),
        _ => 0,
    }
}

/// Blanks every item behind `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut at = 0;
    while let Some(found) = code[at..].find(MARK) {
        let start = at + found;
        out.push_str(&code[at..start]);
        let inside = start + MARK.len();
        let end = body(code, inside).map_or_else(
            || {
                code[inside..]
                    .find(';')
                    .map_or(code.len(), |end| inside + end + 1)
            },
            |body| body.end + 1,
        );
        blank(&mut out, &code[start..end]);
        at = end;
    }
    out.push_str(&code[at..]);
    out
}

#[test]
fn comments_texts_and_tests_are_no_code() {
    let text = "// a\nlet x = \"b // \\\" c\"; /* d /* e */ f */ g('\"', r#\"h\"\"#);\n\
                #[cfg(test)]\nmod tests {\n  fn i() {}\n}\nfn j<'k>() {}\n";
    let source = Source::new("src/a/b.rs", text);
    assert_eq!(source.code.len(), text.len());
    assert_eq!(
        source.code.split_whitespace().collect::<String>(),
        "letx=;g(,);fnj<'k>(){}"
    );
    assert_eq!(source.line(text.find("fn j").unwrap()), 7);
}

#[test]
fn modules_are_known_by_file_and_by_nesting() {
    let source = Source::new("src/a/mod.rs", "fn f() {}\nmod b { mod c { fn g() {} } }\n");
    assert_eq!(source.module(0), ["a"]);
    assert_eq!(
        source.module(source.text.find("fn g").unwrap()),
        ["a", "b", "c"]
    );
}
