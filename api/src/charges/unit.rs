//! The unit of a charge as clients see it.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// How many bytes of the digest stand for a session.
const SHOWN: usize = 8;
/// How many digits a session's identifier has in a key.
const DIGITS: usize = 32;

/// The key of a unit without the session in it: whoever keeps the price sees the charge, and need not see the session.
/// The same session is always shown alike, so that what was charged and what was taken back can be held together.
pub fn shown(key: &str) -> String {
    let (of, last) = key.rsplit_once(':').unwrap_or(("", key));
    let is_session = last.len() == DIGITS && last.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_session {
        return key.to_owned();
    }
    let digest = Sha256::digest(format!("the unit of a charge: {last}"));
    let mut shown = format!("{of}:");
    for byte in digest.iter().take(SHOWN) {
        // Writing into a text cannot fail.
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown;

    const SESSION: &str = "0192f3a4b5c67d8e9f00112233445566";

    #[test]
    fn a_session_is_not_told_by_its_unit_and_is_always_shown_alike() {
        let unit = shown(&format!("session:{SESSION}"));
        assert!(!unit.contains(&SESSION[..8]) && !unit.contains(&SESSION[24..]), "{unit}");
        assert_eq!(unit, shown(&format!("session:{SESSION}")));
        assert_eq!(shown(&format!("adjustment:session:{SESSION}")), format!("adjustment:{unit}"));
        assert_ne!(unit, shown("session:0192f3a4b5c67d8e9f00112233445567"));
    }

    #[test]
    fn what_names_no_session_is_shown_as_it_is() {
        for key in ["day:2017-09-29", "week:2017-09-25", "programme", "adjustment:programme"] {
            assert_eq!(shown(key), key);
        }
    }
}
