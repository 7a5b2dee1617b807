//! What all pictures share: the sheet of paper with its title, texts with a white edge, numbers.

use std::fmt::Write as _;

use super::style::escape;

/// Distance of everything from the border of a picture, in pixels.
pub(super) const MARGIN: f64 = 20.0;
/// Room for the title above a panel.
pub(super) const TOP: f64 = 52.0;

/// Opens the document: a white sheet with its title, which is also what a screen reader says.
pub(super) fn open(svg: &mut String, title: &str, (width, height): (f64, f64)) {
    let title = escape(title);
    let _ = writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#22272e">
<title>{title}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="{MARGIN}" y="33" font-size="18" font-weight="bold">{title}</text>"##
    );
}

/// A text with a white edge, so that it can be read over lines. The edge is a text of its own:
/// not every viewer knows `paint-order`.
pub(super) fn haloed(x: f64, y: f64, attributes: &str, text: &str) -> String {
    let text = escape(text);
    format!(
        r##"<text x="{x:.1}" y="{y:.1}" {attributes} stroke="#ffffff" stroke-width="4" stroke-linejoin="round">{text}</text><text x="{x:.1}" y="{y:.1}" {attributes}>{text}</text>"##
    )
}

/// A sentence in the middle of an empty panel.
pub(super) fn sentence(svg: &mut String, x: f64, y: f64, text: &str) {
    let text = escape(text);
    let _ = writeln!(
        svg,
        r##"<text x="{x:.1}" y="{y:.1}" text-anchor="middle" font-size="15" fill="#57606a">{text}</text>"##
    );
}

/// `1 station`, `4 stations`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number as f64))
}

/// A whole number with commas between thousands.
pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(c);
    }
    text
}

/// `HH:MM` of `HH:MM:SS`: a legend needs no seconds.
pub(crate) fn minutes(hms: &str) -> &str {
    hms.rsplit_once(':').map_or(hms, |(minutes, _)| minutes)
}

/// A number of pixels with at most one decimal, without a useless zero.
pub(super) fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        assert_eq!(grouped(0.0), "0");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(12_634.0), "12,634");
        assert_eq!(grouped(-100.0), "-100");
        assert_eq!(counted(1, "route"), "1 route");
        assert_eq!(counted(1_000_000, "package"), "1,000,000 packages");
    }

    #[test]
    fn hours_lose_their_seconds() {
        assert_eq!(minutes("08:30:59"), "08:30");
        assert_eq!(minutes("25:00:00"), "25:00");
    }

    #[test]
    fn pixels_are_short() {
        assert_eq!(px(12.0), "12");
        assert_eq!(px(12.25), "12.2");
        assert_eq!(px(-0.5), "-0.5");
    }
}
