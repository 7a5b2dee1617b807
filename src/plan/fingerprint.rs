//! A 64-bit hash that tells plans apart, the same in every build and on every platform.

use super::RoutePlan;

/// FNV-1a's offset basis and prime for 64 bits.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Hashes who brings what when: vehicles, packages in order, arrival times.
///
/// FNV-1a over these bytes: for each route, the vehicle id in UTF-8 and a byte 0xFF; for each of
/// its visits, the id of each package in UTF-8 and a byte 0xFE, that of each package that is
/// collected and a byte 0xFD, for an alternative a byte 0xFC and its number as four bytes, lowest
/// first, then the arrival in milliseconds
/// as eight bytes, lowest first. (Those four bytes occur in no UTF-8 text, so no two plans share the
/// bytes.) Equal on every platform for travel in whole numbers, such as a matrix; great-circle
/// travel goes through floating point, whose last bit may differ between platforms.
///
/// # References
///
/// G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm".
#[must_use]
pub fn fingerprint(routes: &[RoutePlan]) -> u64 {
    let mut hash = BASIS;
    let mut feed = |bytes: &[u8]| {
        for &byte in bytes {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    };
    for route in routes {
        feed(route.vehicle.as_str().as_bytes());
        feed(&[0xFF]);
        for visit in &route.visits {
            for package in &visit.packages {
                feed(package.as_str().as_bytes());
                feed(&[0xFE]);
            }
            for package in &visit.collects {
                feed(package.as_str().as_bytes());
                feed(&[0xFD]);
            }
            if let Some(alternative) = visit.alternative {
                feed(&[0xFC]);
                feed(&alternative.to_le_bytes());
            }
            feed(&visit.arrive.millis().to_le_bytes());
        }
    }
    hash
}

/// The fingerprint as text: JSON readers that keep numbers as floating point would lose its end.
#[cfg(feature = "serde")]
pub(super) mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes fields by reference"
    )]
    pub(in crate::plan) fn serialize<S: Serializer>(hash: &u64, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(&format_args!("{hash:016x}"))
    }

    pub(in crate::plan) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<u64, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        let plain = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        plain
            .then(|| u64::from_str_radix(&text, 16).ok())
            .flatten()
            .ok_or_else(|| D::Error::custom(format_args!("expected 16 hex digits, got {text:?}")))
    }
}
