//! The short reference of a referral, made to be read over the telephone: `XXXX-XXXX`.
//!
//! Seven characters carry the number, the eighth checks them, so that a slip of ear or hand never
//! leads to somebody else's referral.

/// The characters of a reference. Left out is what looks like another one (0 O Q D, 1 I L J T, 2 Z, 5 S, 8 B, G, U V,
/// A, E, N, C) or sounds like another one over the telephone (A and J beside K, 8 and A beside H, B C D E G T V
/// beside P, N beside M, S and X beside F, 5 beside 9, I beside Y). Thirteen is a prime, which is what makes the
/// check below complete.
const ALPHABET: &[u8; 13] = b"34679FHKMPRWY";
const BASE: usize = ALPHABET.len();
const LENGTH: usize = 8;
/// How many references there are: 62,748,517.
const COUNT: u64 = (BASE as u64).pow(LENGTH as u32 - 1);

/// The reference of a random number. Numbers below 62,748,517 all have different ones.
///
/// Chance can draw the same reference twice: whoever stores it draws again when it is taken.
pub fn from_random(random: u64) -> String {
    let mut digits = [0; LENGTH];
    let mut rest = random % COUNT;
    for digit in &mut digits[..LENGTH - 1] {
        *digit = usize::try_from(rest % BASE as u64).unwrap_or(0);
        rest /= BASE as u64;
    }
    // The last weight is 1: what is missing to a multiple of the base is the check character itself.
    digits[LENGTH - 1] = (BASE - checksum(&digits)) % BASE;
    written(&digits)
}

/// Reads a reference as people say and type it: any case, with spaces, the dash missing or elsewhere.
///
/// Answers with the stored form, or nothing when a character is none of a reference's or the check
/// character says that one is wrong.
pub fn parse(text: &str) -> Option<String> {
    let digits: Vec<usize> =
        text.chars().filter(|&character| !is_separator(character)).map(value).collect::<Option<_>>()?;
    let digits: [usize; LENGTH] = digits.try_into().ok()?;
    (checksum(&digits) == 0).then(|| written(&digits))
}

/// The weighted sum that is zero for every reference. All weights differ and none is zero modulo a
/// prime, so one changed character and two swapped ones always show.
fn checksum(digits: &[usize; LENGTH]) -> usize {
    digits.iter().zip((1..=LENGTH).rev()).map(|(digit, weight)| digit * weight).sum::<usize>() % BASE
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '‐' | '‑' | '–' | '—')
}

fn value(character: char) -> Option<usize> {
    let upper = u8::try_from(character).ok()?.to_ascii_uppercase();
    ALPHABET.iter().position(|&letter| letter == upper)
}

fn written(digits: &[usize; LENGTH]) -> String {
    let mut text: String = digits.iter().map(|&digit| char::from(ALPHABET[digit])).collect();
    text.insert(LENGTH / 2, '-');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    /// The positions of the eight characters in the written form, the dash left out.
    const POSITIONS: [usize; LENGTH] = [0, 1, 2, 3, 5, 6, 7, 8];

    #[test]
    fn a_reference_is_two_groups_of_four() {
        assert_eq!(from_random(0), "3333-3333");
        let reference = from_random(u64::MAX);
        assert_eq!(reference.len(), 9);
        assert_eq!(reference.find('-'), Some(4));
    }

    #[test]
    fn characters_that_look_alike_do_not_occur() {
        for confusable in "0O1IL2Z5S8BUVQDGEANJCTX".bytes() {
            assert!(!ALPHABET.contains(&confusable), "{}", char::from(confusable));
        }
    }

    #[test]
    fn case_spaces_and_a_missing_dash_are_forgiven() {
        let reference = from_random(31_415_926);
        let bare = reference.replace('-', "");
        let spelled: Vec<String> = bare.to_lowercase().chars().map(String::from).collect();
        for text in [
            reference.to_lowercase(),
            bare,
            spelled.join(" "),
            format!("\t{} ", reference.replace('-', " – ")),
        ] {
            assert_eq!(parse(&text).as_ref(), Some(&reference), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_reference_is_not_read() {
        for text in [
            "",
            "-",
            "3333-333",
            "3333-33333",
            "3333-3334",
            "OOOO-OOOO",
            "3333_3333",
            "ΡΡΡΡ-ΡΡΡΡ",
            "3333-333３",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn neighbouring_numbers_have_different_references() {
        let references: HashSet<String> = (0..20_000).map(from_random).collect();
        assert_eq!(references.len(), 20_000);
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_read(random in any::<u64>()) {
            let reference = from_random(random);
            prop_assert_eq!(parse(&reference), Some(reference));
        }

        #[test]
        fn one_changed_character_is_always_noticed(random in any::<u64>(), at in 0..LENGTH, other in 0..BASE) {
            let reference = from_random(random);
            let mut changed = reference.clone().into_bytes();
            changed[POSITIONS[at]] = ALPHABET[other];
            let changed = String::from_utf8(changed).expect("ASCII");
            prop_assert_eq!(parse(&changed).is_some(), changed == reference);
        }

        #[test]
        fn two_characters_that_changed_places_are_always_noticed(
            random in any::<u64>(), one in 0..LENGTH, other in 0..LENGTH,
        ) {
            let reference = from_random(random);
            let mut swapped = reference.clone().into_bytes();
            swapped.swap(POSITIONS[one], POSITIONS[other]);
            let swapped = String::from_utf8(swapped).expect("ASCII");
            prop_assert_eq!(parse(&swapped).is_some(), swapped == reference);
        }

        #[test]
        fn no_text_is_too_strange_to_read(text in any::<String>()) {
            if let Some(reference) = parse(&text) {
                prop_assert_eq!(parse(&reference), Some(reference.clone()));
            }
        }
    }
}
