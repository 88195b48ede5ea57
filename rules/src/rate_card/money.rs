//! Money: whole pence sterling, never a fraction.

/// The highest price of a unit: £2,000,000.00, in pence.
pub const HIGHEST: i64 = 200_000_000;

/// The highest total of one referral, in pence: what a whole number of GraphQL can hold.
pub const HIGHEST_TOTAL: i64 = i32::MAX as i64;

/// Reads an amount as spreadsheets write it, in pence: `£2,450.00`, `98.5`, ` 1,234 `.
///
/// Thousands are separated where they belong or not at all; at most two decimals; never negative.
pub fn parse_money(text: &str) -> Result<i64, String> {
    let amount = text.trim();
    let amount = amount.strip_prefix('£').map_or(amount, str::trim_start);
    if amount.is_empty() {
        return Err("There is no amount: write one such as £2,450.00.".to_owned());
    }
    if amount.starts_with(['-', '−', '(']) {
        return Err(format!("The amount {} is negative: write one of zero or more.", shown(text)));
    }
    let (pounds, decimals) = match amount.split_once('.') {
        Some((pounds, decimals)) => (pounds, Some(decimals)),
        None => (amount, None),
    };
    let too_high =
        || format!("The amount {} is too high: at most {} is possible.", shown(text), format_money(HIGHEST));
    let pounds = whole(pounds).ok_or_else(|| not_an_amount(text))?;
    let pence = match decimals {
        Some(decimals) => hundredths(decimals).ok_or_else(|| not_an_amount(text))?,
        None => 0,
    };
    let pounds: i64 = pounds.parse().map_err(|_| too_high())?;
    let total = pounds.checked_mul(100).and_then(|total| total.checked_add(pence));
    total.filter(|&total| total <= HIGHEST).ok_or_else(too_high)
}

fn not_an_amount(text: &str) -> String {
    format!("{} is not an amount: write pounds and at most two decimals, such as £2,450.00.", shown(text))
}

/// The text in a sentence, cut where it is longer than any amount.
fn shown(text: &str) -> String {
    let mut short: String =
        text.trim().chars().filter(|character| !character.is_control()).take(30).collect();
    if text.trim().chars().count() > 30 {
        short.push('…');
    }
    format!("\"{short}\"")
}

/// The digits of whole pounds, without separators that stand where they belong.
fn whole(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next().filter(|group| digits(group))?;
    let rest: Vec<_> = groups.collect();
    let separated = !rest.is_empty();
    if separated && (first.len() > 3 || !rest.iter().all(|group| group.len() == 3 && digits(group))) {
        return None;
    }
    Some(format!("{first}{}", rest.concat()))
}

/// One or two decimals, as pence: `5` are fifty.
fn hundredths(text: &str) -> Option<i64> {
    let value: i64 = text.parse().ok().filter(|_| digits(text))?;
    match text.len() {
        1 => Some(value * 10),
        2 => Some(value),
        _ => None,
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An amount in pence as people read it: `£2,450.00`, and `-£5.00` for one that is taken back.
pub fn format_money(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let pence = pence.unsigned_abs();
    let digits = (pence / 100).to_string();
    let mut pounds = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            pounds.push(',');
        }
        pounds.push(digit);
    }
    format!("{sign}£{pounds}.{:02}", pence % 100)
}

/// So many per cent of an amount, in pence; half a penny is rounded up.
///
/// A negative amount mirrors the positive one, so that taking a charge back takes back all of it.
pub fn percent_of(pence: i64, percent: u32) -> i64 {
    share(pence, i64::from(percent), 100)
}

/// `pence × numerator ÷ denominator`, half a penny away from zero; the denominator is above zero. What
/// passes the range of an amount stays at its end.
pub(crate) fn share(pence: i64, numerator: i64, denominator: i64) -> i64 {
    let exact = i128::from(pence) * i128::from(numerator);
    let denominator = i128::from(denominator.max(1));
    let rounded = (exact.abs() * 2 + denominator) / (denominator * 2) * exact.signum();
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_spreadsheets_write_them() {
        for (text, pence) in [
            ("£2,450.00", 245_000),
            ("98.5", 9_850),
            ("£7.35", 735),
            (" 1,234 ", 123_400),
            ("1234", 123_400),
            ("£ 18", 1_800),
            ("\u{a0}£0.00", 0),
            ("£1,000,000.01", 100_000_001),
            ("2000000", HIGHEST),
        ] {
            assert_eq!(parse_money(text), Ok(pence), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_plainly_an_amount_is_refused() {
        for text in [
            "", " ", "£", "abc", "1.234", "1.", ".50", "12,34", "1,2345", "1234,567", ",123", "1,,234",
            "1,234,", "1 234", "£££1", "1£", "1e3", "+5", "1.2.3", "12p", "€5", "１２", "NaN", "0x10",
            "1.-5", "1.+5", "--1", "£1;DROP",
        ] {
            assert!(parse_money(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_negative_amount_is_refused_as_such() {
        for text in ["-5", "£-5.00", "-£5.00", "(5.00)", "−5"] {
            assert!(parse_money(text).is_err(), "{text:?}");
        }
        assert!(parse_money("£-5").expect_err("negative").contains("is negative"));
    }

    #[test]
    fn an_amount_above_a_hundred_million_pounds_is_too_high() {
        for text in ["100000000.01", "100,000,001", "9".repeat(400).as_str()] {
            assert!(parse_money(text).expect_err("too high").contains("too high"));
        }
    }

    #[test]
    fn a_refused_amount_is_quoted_but_never_at_length() {
        assert!(parse_money(&"x".repeat(100_000)).expect_err("no amount").chars().count() < 150);
    }

    #[test]
    fn amounts_are_written_as_people_read_them() {
        for (pence, text) in [
            (245_000, "£2,450.00"),
            (735, "£7.35"),
            (5, "£0.05"),
            (0, "£0.00"),
            (-500, "-£5.00"),
            (12_345_678_900, "£123,456,789.00"),
            (i64::MIN, "-£92,233,720,368,547,758.08"),
        ] {
            assert_eq!(format_money(pence), text);
        }
    }

    #[test]
    fn half_a_penny_is_rounded_up() {
        assert_eq!(percent_of(101, 50), 51);
        assert_eq!(percent_of(100, 33), 33);
        assert_eq!(percent_of(99, 1), 1);
        assert_eq!(percent_of(49, 1), 0);
        assert_eq!(percent_of(5_425, 100), 5_425);
        assert_eq!(percent_of(5_425, 0), 0);
    }

    #[test]
    fn figures_beyond_all_prices_do_no_harm() {
        assert_eq!(percent_of(i64::MAX, u32::MAX), i64::MAX);
        assert_eq!(percent_of(i64::MIN, u32::MAX), i64::MIN);
        assert_eq!(share(i64::MIN, i64::MAX, 0), i64::MIN);
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_read(pence in 0..=HIGHEST) {
            prop_assert_eq!(parse_money(&format_money(pence)), Ok(pence));
        }

        #[test]
        fn no_text_is_too_strange_to_read(text in "[£0-9,. -]{0,16}|\\PC*") {
            if let Ok(pence) = parse_money(&text) {
                prop_assert!((0..=HIGHEST).contains(&pence));
            }
        }

        #[test]
        fn a_share_taken_back_is_the_share_that_was_charged(pence in 0..=HIGHEST, percent in 0_u32..=100) {
            let charged = percent_of(pence, percent);
            prop_assert_eq!(percent_of(-pence, percent), -charged);
            prop_assert!((0..=pence).contains(&charged));
            prop_assert!((charged * 100 - pence * i64::from(percent)).abs() <= 50);
        }
    }
}
