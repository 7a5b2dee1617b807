//! The texts of the units: clock and decimal grammars, shared by printing, parsing and serde.

use std::fmt;

/// Prints `ms` as `HH:MM[:SS[.mmm]]`, with as few parts as say it exactly.
pub(super) fn write_clock(
    f: &mut fmt::Formatter<'_>,
    ms: i64,
    always_seconds: bool,
) -> fmt::Result {
    let (sign, size) = (if ms < 0 { "-" } else { "" }, ms.unsigned_abs());
    let (hours, minutes) = (size / 3_600_000, size / 60_000 % 60);
    let (seconds, millis) = (size / 1_000 % 60, size % 1_000);
    write!(f, "{sign}{hours:02}:{minutes:02}")?;
    if always_seconds || seconds > 0 || millis > 0 {
        write!(f, ":{seconds:02}")?;
    }
    if millis > 0 {
        write!(f, ".{millis:03}")?;
    }
    Ok(())
}

/// Reads `[-]H+:MM[:SS[.f{1,3}]]` into milliseconds; `None` when it is anything else.
pub(super) fn parse_clock(text: &str) -> Option<i64> {
    let (negative, rest) = split_sign(text);
    let mut parts = rest.split(':');
    let hours = digits(parts.next()?, 1, 12)?;
    let minutes = sixtieth(parts.next()?)?;
    let millis = match parts.next() {
        None => 0,
        Some(text) => {
            let (whole, fraction) = match text.split_once('.') {
                None => (text, 0),
                Some((whole, fraction)) => (whole, fraction_digits(fraction, 3)?),
            };
            sixtieth(whole)? * 1_000 + fraction
        }
    };
    if parts.next().is_some() {
        return None;
    }
    let size = hours * 3_600_000 + minutes * 60_000 + millis;
    Some(if negative { -size } else { size })
}

/// Prints `value` / 10^`places` with as few decimals as say it exactly.
pub(super) fn decimal(value: i64, places: usize) -> String {
    let scale = 10_u64.pow(u32::try_from(places).unwrap_or(u32::MAX));
    let (sign, size) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    let (whole, fraction) = (size / scale, size % scale);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{fraction:0places$}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// Reads `[-]D+[.f{1,places}]` into a number of 10^-`places`; `None` when it is anything else or
/// does not fit.
pub(super) fn parse_decimal(text: &str, places: usize) -> Option<i64> {
    let (negative, rest) = split_sign(text);
    let (whole, fraction) = match rest.split_once('.') {
        None => (rest, 0),
        Some((whole, fraction)) => (whole, fraction_digits(fraction, places)?),
    };
    let scale = 10_i64.checked_pow(u32::try_from(places).ok()?)?;
    let size = digits(whole, 1, 18)?
        .checked_mul(scale)?
        .checked_add(fraction)?;
    Some(if negative { -size } else { size })
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

/// A number of `least` to `most` ASCII digits; `most` keeps every product here inside an i64.
fn digits(text: &str, least: usize, most: usize) -> Option<i64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit());
    (plain && (least..=most).contains(&text.len())).then(|| text.parse().ok())?
}

fn sixtieth(text: &str) -> Option<i64> {
    digits(text, 2, 2).filter(|&n| n < 60)
}

/// The digits behind a decimal point, as a number of 10^-`places`.
fn fraction_digits(text: &str, places: usize) -> Option<i64> {
    let number = digits(text, 1, places)?;
    Some((text.len()..places).fold(number, |n, _| n * 10))
}

/// Implements serde for a type through its `Display` and `FromStr`.
#[cfg(feature = "serde")]
macro_rules! serde_as_text {
    ($type:ty, $expecting:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expecting)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                from.deserialize_str(Text)
            }
        }
    };
}
#[cfg(feature = "serde")]
pub(crate) use serde_as_text;
