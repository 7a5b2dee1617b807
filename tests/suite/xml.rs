//! A small check that a text is well-formed XML, for pictures and pages.

/// Panics unless every tag is closed in order, every attribute is quoted and named once, and every
/// `&` starts one of XML's own entities or a number.
pub(crate) fn assert_well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        assert_entities(&rest[..at]);
        let end = rest[at..].find('>').expect("every tag ends") + at;
        let tag = &rest[at + 1..end];
        assert!(!tag.contains('<'), "a tag inside a tag: {tag}");
        assert_entities(tag);
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "after {:?}", &text[..40]);
        } else {
            let name = tag.split([' ', '/']).next().unwrap_or("");
            assert_attributes(&tag[name.len()..], tag);
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        rest = &rest[end + 1..];
    }
    assert_entities(rest);
    assert!(open.is_empty(), "not closed: {open:?}");
}

fn assert_attributes(text: &str, tag: &str) {
    let mut names = Vec::new();
    let mut rest = text.trim_end_matches('/').trim();
    while !rest.is_empty() {
        let (name, behind) = rest.split_once("=\"").expect("name=\"value\"");
        let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
        assert!(
            !name.is_empty() && name.chars().all(word),
            "{name} of {tag}"
        );
        assert!(!names.contains(&name), "{name} twice in {tag}");
        names.push(name);
        let (value, further) = behind.split_once('"').expect("a closing quote");
        assert!(!value.contains("NaN") && value != "inf", "{name} of {tag}");
        assert!(further.is_empty() || further.starts_with(' '), "{tag}");
        rest = further.trim_start();
    }
}

fn assert_entities(text: &str) {
    for (at, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#8722;"];
        assert!(
            known.iter().any(|e| text[at..].starts_with(e)),
            "a bare & in {text}"
        );
    }
}

/// The part of a text from the first `from` to the next `to`.
pub(crate) fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from}")) + from.len();
    let length = text[start..].find(to).unwrap_or_else(|| panic!("no {to}"));
    &text[start..start + length]
}

#[test]
fn what_is_wrong_is_found() {
    assert_well_formed("<a b=\"1\" c-d=\"x &amp; y\"><e/>text</a>");
    for wrong in [
        "<a>",
        "<a></b>",
        "<a>&</a>",
        "<a b=1></a>",
        "<a b=\"1\" b=\"2\"></a>",
        "<a b=\"NaN\"/>",
        "<a b=\"1\"c=\"2\"/>",
    ] {
        let caught = std::panic::catch_unwind(|| assert_well_formed(wrong));
        assert!(caught.is_err(), "{wrong}");
    }
}
