//! Single values as people and clients write them.

use api::graphql::date::Date;
use api::graphql::global_id::GlobalId;
use api::graphql::money::Pence;
use api::sheet::{read_day, write_day};
use async_graphql::{ScalarType as _, Value};
use entity::{person, referral};
use rules::rate_card::{HIGHEST, format_money, parse_money};
use rules::text::{self, LONG_TEXT, SHORT_TEXT};
use rules::{crn, reference, search};

/// Identifiers, references, CRNs, days and plain text.
pub fn words(bytes: &[u8]) {
    let Ok(word) = std::str::from_utf8(bytes) else { return };
    if let Some(crn) = crn::parse(word) {
        assert_eq!(crn::parse(&crn).as_deref(), Some(crn.as_str()), "a CRN is read as it is kept");
    }
    if let Some(reference) = reference::parse(word) {
        assert_eq!(reference::parse(&reference).as_deref(), Some(reference.as_str()));
    }
    if let Some(id) = GlobalId::<referral::Entity>::parse_text(word) {
        assert_eq!(id.text(), word, "an identifier has one spelling");
        assert!(GlobalId::<person::Entity>::parse_text(word).is_none(), "and names one kind of thing");
    }
    if let Ok(Some(day)) = read_day(word) {
        assert_eq!(read_day(&write_day(day)), Ok(Some(day)));
    }
    if let Ok(day) = Date::parse(Value::from(word)) {
        assert_eq!(Date::parse(day.to_value()).ok(), Some(day));
    }
    if let Ok(number) = word.parse::<serde_json::Number>()
        && let Ok(pence) = Pence::parse(Value::Number(number))
    {
        assert_eq!(Pence::parse(pence.to_value()).ok(), Some(pence));
    }
    for most in [SHORT_TEXT, LONG_TEXT] {
        for required in [false, true] {
            if let Ok(kept) = text::check(word, most, required) {
                assert!(!kept.contains('\0'), "no database could keep it");
                assert!(kept.chars().count() <= most, "it is longer than it may be");
                assert_eq!(
                    text::check(&kept, most, required),
                    Ok(kept.clone()),
                    "kept text may be sent again"
                );
            }
        }
    }
    let folded = search::fold(word);
    assert_eq!(search::fold(&folded), folded, "what is folded stays so");
}

/// Amounts of money.
pub fn money(bytes: &[u8]) {
    let Ok(word) = std::str::from_utf8(bytes) else { return };
    if let Ok(pence) = parse_money(word) {
        assert!((0..=HIGHEST).contains(&pence), "{word:?} is {pence}");
        assert_eq!(parse_money(&format_money(pence)), Ok(pence), "an amount is read as it is written");
    }
}
