//! The CRN: the number by which nDelius, the case management system, knows a person (DOMAIN.md).

/// Reads a CRN: one letter and six digits, whatever its case and the spaces around it.
///
/// Answers with the form that is stored (`X123456`), or nothing when the text is no CRN. Only ASCII
/// letters and digits count: a look-alike from another script would name nobody in nDelius.
pub fn parse(text: &str) -> Option<String> {
    let crn = text.trim().to_ascii_uppercase();
    let (letter, digits) = crn.split_at_checked(1)?;
    let well_formed = letter.bytes().all(|byte| byte.is_ascii_uppercase())
        && digits.len() == 6
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    well_formed.then_some(crn)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::*;

    #[test]
    fn a_crn_is_one_letter_and_six_digits() {
        assert_eq!(parse("X123456").as_deref(), Some("X123456"));
    }

    #[test]
    fn case_and_surrounding_spaces_are_forgiven() {
        assert_eq!(parse("\u{a0} e871887\r\n").as_deref(), Some("E871887"));
    }

    #[test]
    fn anything_else_is_no_crn() {
        for text in [
            "",
            " ",
            "X",
            "X12345",
            "X1234567",
            "XX12345",
            "1234567",
            "X 123456",
            "X12345O",
            "X12345６",
            "É123456",
            "Х123456",
            "X123456; drop table",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_read(text in any::<String>()) {
            if let Some(crn) = parse(&text) {
                prop_assert_eq!(parse(&crn), Some(crn.clone()));
                prop_assert_eq!(crn.len(), 7);
            }
        }
    }
}
