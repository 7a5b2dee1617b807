//! A log of events in little room: of each line only what differs from the last one of its kind.
//!
//! A line is cut at its quotation marks. The first of a kind is written whole behind `+`; a later
//! one as the number of its kind and, for each piece that differs from the line before it of that
//! kind, a quotation mark, the number of the piece, another mark and the piece. About a third of
//! the text, readable with an editor, and no dependency for it.

use std::collections::HashMap;
use std::fmt::Write as _;

/// Two lines of a kind have the same number of pieces and the same third one, the event's name.
fn kind<'a>(pieces: &[&'a str]) -> (usize, &'a str) {
    (pieces.len(), pieces.get(3).copied().unwrap_or_default())
}

/// Lines in little room.
pub(crate) fn squeeze(lines: &str) -> String {
    let mut known: HashMap<(usize, &str), (usize, Vec<&str>)> = HashMap::new();
    let mut text = String::new();
    for line in lines.lines() {
        let pieces: Vec<&str> = line.split('"').collect();
        let next = known.len();
        match known.get_mut(&kind(&pieces)) {
            None => {
                text.push('+');
                text.push_str(line);
                known.insert(kind(&pieces), (next, pieces));
            }
            Some((number, last)) => {
                let _ = write!(text, "{number}");
                for (i, piece) in pieces.iter().enumerate() {
                    if last[i] != *piece {
                        let _ = write!(text, "\"{i}\"{piece}");
                    }
                }
                *last = pieces;
            }
        }
        text.push('\n');
    }
    text
}

/// The lines again; none when the text is not what [`squeeze`] writes.
pub(crate) fn unsqueeze(text: &str) -> Option<String> {
    let mut known: Vec<Vec<&str>> = Vec::new();
    let mut lines = String::new();
    for line in text.lines() {
        let pieces = if let Some(whole) = line.strip_prefix('+') {
            known.push(whole.split('"').collect());
            known.last()?
        } else {
            let mut parts = line.split('"');
            let last = known.get_mut(parts.next()?.parse::<usize>().ok()?)?;
            while let Some(i) = parts.next() {
                *last.get_mut(i.parse::<usize>().ok()?)? = parts.next()?;
            }
            last
        };
        lines.push_str(&pieces.join("\""));
        lines.push('\n');
    }
    Some(lines)
}
