//! What tells in an answer that a row was seen, where no identifier does: a mark in its texts, an amount of money
//! that is its own, a number by which people know it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use uuid::Uuid;

/// What every mark begins and ends with. Between them are [`DIGITS`] digits.
const MARK: (&str, char) = ("mk", 'z');
const DIGITS: usize = 6;

/// From here on an amount, in pence, is one row's alone. Two of them together are none.
pub const LEAST_AMOUNT: i64 = 300_000_000;

/// The columns whose texts are a row's own as they stand.
const TELLING: [&str; 5] = ["crn", "reference", "email", "subject", "officer_email"];
/// The columns that repeat what stands elsewhere and are shown to nobody.
const UNSHOWN: [&str; 1] = ["search_text"];
/// The columns with amounts of money, by table.
const AMOUNTS: [(&str, &str); 6] = [
    ("budget", "pence"),
    ("price", "pence"),
    ("delivery_cost", "pence"),
    ("referral_price", "pence"),
    ("referral_price", "expected_total_pence"),
    ("charge", "pence"),
];

/// The mark of this number.
pub fn mark(number: u32) -> String {
    format!("{}{number:0width$}{}", MARK.0, MARK.1, width = DIGITS)
}

/// The marks in a text.
pub fn marks(text: &str) -> impl Iterator<Item = &str> {
    // Most texts are too short to hold one, and there are very many.
    let text = if text.len() < MARK.0.len() + DIGITS + 1 { "" } else { text };
    text.match_indices(MARK.0).filter_map(move |(at, begins)| {
        let whole = text.get(at..at + begins.len() + DIGITS + 1)?;
        let digits = whole.strip_prefix(MARK.0)?.strip_suffix(MARK.1)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(whole)
    })
}

/// The identifiers of the database in a text, with hyphens or without.
pub fn uuids(text: &str) -> impl Iterator<Item = Uuid> {
    let digits = |character: char| character.is_ascii_hexdigit() || character == '-';
    let text = if text.len() < 32 { "" } else { text };
    let words = text.split(move |character| !digits(character));
    words.filter(|word| matches!(word.len(), 32 | 36)).filter_map(|word| Uuid::try_parse(word).ok())
}

/// The row after which a page begins, which a cursor names; the proof reads what clients should not.
pub fn in_cursor(cursor: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    // Of a list that hangs on one thing the identifier alone.
    let alone = || Uuid::from_slice(&bytes).ok();
    serde_json::from_slice::<(Value, Uuid)>(&bytes).ok().map(|(_, id)| id).or_else(alone)
}

/// The texts in a row that are its own.
pub fn texts_of(row: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    for (column, value) in row.as_object().into_iter().flatten() {
        if UNSHOWN.contains(&column.as_str()) {
            continue;
        }
        if TELLING.contains(&column.as_str()) {
            texts.extend(value.as_str().map(str::to_owned));
        }
        strings(value, &mut |text: &str| texts.extend(marks(text).map(str::to_owned)));
    }
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The amounts in a row that are its own.
pub fn amounts_of(table: &str, row: &Value) -> Vec<i64> {
    let columns = AMOUNTS.iter().filter(|(of, _)| *of == table).map(|(_, column)| *column);
    columns.filter_map(|column| row.get(column)?.as_i64()).filter(|amount| *amount >= LEAST_AMOUNT).collect()
}

/// Looks at every text in a value.
pub fn strings(value: &Value, look: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(items) => {
            for item in items {
                strings(item, look);
            }
        }
        Value::Object(fields) => {
            for field in fields.values() {
                strings(field, look);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn marks_and_identifiers_are_found_in_any_text() {
    let text = format!("He, {}, and {}; mk12z, mk1234567z, mké", mark(7), mark(123_456));
    assert_eq!(marks(&text).collect::<Vec<_>>(), ["mk000007z", "mk123456z"]);
    let id = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_00ab);
    let text = format!("session:{} and {id}.", id.simple());
    assert_eq!(uuids(&text).collect::<Vec<_>>(), [id, id]);
}
