//! Colours of routes that the eye can tell apart, and the escaping of text in XML.
//!
//! Colours are chosen in `OKLab` (Ottosson 2020), where equal distances look about equally
//! different: from a grid of colours that are dark enough for a white page, each next colour is
//! the one farthest from all before it (farthest-point sampling, Gonzalez 1985).

use std::fmt::Write as _;

/// How many different colours there are before they repeat with another dash pattern.
pub(crate) const COLOURS: usize = 64;

/// Dash patterns of the first, second, third and fourth turn through the colours.
const DASHES: [&str; 4] = ["", "7 3", "2 2.5", "9 3 2 3"];

/// A colour in `OKLab`: lightness 0 to 1, green-red, blue-yellow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lab {
    l: f64,
    a: f64,
    b: f64,
}

impl Lab {
    fn from_polar(l: f64, chroma: f64, degrees: f64) -> Self {
        let hue = degrees.to_radians();
        Self {
            l,
            a: chroma * hue.cos(),
            b: chroma * hue.sin(),
        }
    }

    /// How different two colours look; about 0.02 is just noticeable side by side.
    pub(crate) fn distance(self, other: Self) -> f64 {
        let (l, a, b) = (self.l - other.l, self.a - other.a, self.b - other.b);
        (l * l + a * a + b * b).sqrt()
    }

    /// Linear red, green and blue; outside 0 to 1 when no screen can show the colour.
    fn linear_rgb(self) -> [f64; 3] {
        let l = (self.l + 0.396_337_777_4 * self.a + 0.215_803_757_3 * self.b).powi(3);
        let m = (self.l - 0.105_561_345_8 * self.a - 0.063_854_172_8 * self.b).powi(3);
        let s = (self.l - 0.089_484_177_5 * self.a - 1.291_485_548_0 * self.b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ]
    }

    fn is_on_screen(self) -> bool {
        self.linear_rgb().iter().all(|v| (0.0..=1.0).contains(v))
    }

    fn ink(self) -> &'static str {
        if self.l < 0.66 { "#ffffff" } else { "#000000" }
    }

    /// The colour as `#rrggbb`.
    pub(crate) fn hex(self) -> String {
        let mut text = String::from("#");
        for linear in self.linear_rgb() {
            let gamma = if linear <= 0.003_130_8 {
                12.92 * linear
            } else {
                1.055 * linear.powf(1.0 / 2.4) - 0.055
            };
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to 0..=255 before"
            )]
            let byte = (gamma * 255.0).round().clamp(0.0, 255.0) as u8;
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// The look of one route's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stroke {
    /// `#rrggbb`.
    pub(crate) colour: String,
    /// Black or white, whichever is read more easily on the colour.
    pub(crate) ink: &'static str,
    /// Value of `stroke-dasharray`; empty for a solid line.
    pub(crate) dash: &'static str,
}

/// Strokes for `count` routes: [`COLOURS`] colours, then the same colours dashed.
///
/// The first strokes do not depend on `count`.
pub(crate) fn strokes(count: usize) -> Vec<Stroke> {
    let colours = palette(count.min(COLOURS));
    (0..count)
        .map(|i| Stroke {
            colour: colours[i % COLOURS].hex(),
            ink: colours[i % COLOURS].ink(),
            dash: DASHES[i / COLOURS % DASHES.len()],
        })
        .collect()
}

/// The first `count` colours of the farthest-point order.
pub(crate) fn palette(count: usize) -> Vec<Lab> {
    let candidates = candidates();
    let mut chosen: Vec<Lab> = Vec::with_capacity(count);
    let mut nearest = vec![f64::INFINITY; candidates.len()];
    // A strong blue reads as "a route" on a white page.
    let mut next = Lab::from_polar(0.5, 0.18, 260.0);
    while chosen.len() < count {
        chosen.push(next);
        for (gap, &candidate) in nearest.iter_mut().zip(&candidates) {
            *gap = gap.min(candidate.distance(next));
        }
        let farthest = nearest
            .iter()
            .enumerate()
            .max_by(|x, y| x.1.total_cmp(y.1))
            .map_or(0, |(i, _)| i);
        next = candidates[farthest];
    }
    chosen
}

/// Colours that stand out from white and show on a screen.
fn candidates() -> Vec<Lab> {
    let mut all = Vec::new();
    for l in [0.34, 0.44, 0.53, 0.62, 0.71, 0.78] {
        for chroma in [0.06, 0.11, 0.16, 0.21, 0.26] {
            for step in 0..36 {
                let colour = Lab::from_polar(l, chroma, f64::from(step) * 10.0);
                if colour.is_on_screen() && (l < 0.72 || chroma > 0.1) {
                    all.push(colour);
                }
            }
        }
    }
    all
}

/// Text with the five characters replaced that XML reserves, and without the control
/// characters that XML 1.0 forbids.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// At most `limit` characters of a text, the last one an ellipsis where it was cut.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn least_distance(colours: &[Lab]) -> f64 {
        let mut least = f64::INFINITY;
        for (i, a) in colours.iter().enumerate() {
            for b in &colours[i + 1..] {
                least = least.min(a.distance(*b));
            }
        }
        least
    }

    #[test]
    fn colours_differ_by_several_noticeable_steps() {
        for (count, least) in [(12, 0.16), (25, 0.11), (50, 0.08), (COLOURS, 0.07)] {
            let found = least_distance(&palette(count));
            assert!(found >= least, "{count} colours: {found} < {least}");
        }
    }

    #[test]
    fn colours_stand_out_from_the_page() {
        let white = Lab::from_polar(1.0, 0.0, 0.0);
        for colour in palette(COLOURS) {
            assert!(colour.distance(white) > 0.2, "{}", colour.hex());
        }
    }

    #[test]
    fn known_colours_convert() {
        assert_eq!(Lab::from_polar(1.0, 0.0, 0.0).hex(), "#ffffff");
        assert_eq!(Lab::from_polar(0.0, 0.0, 0.0).hex(), "#000000");
        let red = Lab {
            l: 0.627_955,
            a: 0.224_863,
            b: 0.125_846,
        };
        assert_eq!(red.hex(), "#ff0000");
    }

    #[test]
    fn more_routes_than_colours_get_dashes() {
        let all = strokes(3 * COLOURS);
        for (i, a) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(a), "stroke {i} occurs twice");
        }
        assert_eq!(all[..5], strokes(5));
    }

    #[test]
    fn reserved_characters_are_escaped() {
        assert_eq!(
            escape("<a href=\"x\">&'\u{1}</a>"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#39; &lt;/a&gt;"
        );
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shorten("Zürich", 6), "Zürich");
        assert_eq!(shorten("Zürich 1", 4), "Zür…");
    }
}
