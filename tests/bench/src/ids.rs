//! Identifiers as the product makes and shows them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::random::Chance;

/// Crockford's base 32 in lower case.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A UUID version 7 (RFC 9562) of this instant.
pub fn of(at: DateTime<Utc>, chance: &mut Chance) -> Uuid {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&chance.bits().to_be_bytes());
    random[8..].copy_from_slice(&chance.bits().to_be_bytes()[..2]);
    uuid::Builder::from_unix_timestamp_millis(at.timestamp_millis().unsigned_abs(), &random).into_uuid()
}

/// An identifier as clients see it: `ref_01h455vb4pex5vsknk084sn02q`.
pub fn shown(prefix: &str, id: Uuid) -> String {
    let mut rest = id.as_u128();
    let mut text = [b'0'; 26];
    for digit in text.iter_mut().rev() {
        *digit = ALPHABET[usize::from(rest as u8 & 31)];
        rest >>= 5;
    }
    let mut shown = String::with_capacity(prefix.len() + 27);
    shown.push_str(prefix);
    shown.push('_');
    shown.extend(text.iter().map(|digit| char::from(*digit)));
    shown
}

/// The identifier behind what clients see, whatever it is of.
pub fn read(text: &str) -> Option<Uuid> {
    let (_, digits) = text.rsplit_once('_')?;
    if digits.len() != 26 || digits.as_bytes()[0] > b'7' {
        return None;
    }
    let value = digits.bytes().try_fold(0_u128, |value, digit| {
        let place = ALPHABET.iter().position(|letter| *letter == digit)?;
        Some((value << 5) | place as u128)
    })?;
    Some(Uuid::from_u128(value))
}
