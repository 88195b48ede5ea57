//! Files that are imported, and files that the operator writes.

use api::http::documents::Register;
use api::rate_card::import;
use api::settings::{Documents, Settings};
use api::sheet::{self, MOST_ROWS};
use rules::Term as _;
use rules::terms::PriceKind;
use rules::trust::SigningAlgorithm;

use crate::scratch;

const HEADINGS: [&str; 3] = ["Service", "Price", "Notes"];
/// What makes a spreadsheet take a cell for a formula, where it begins with it.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Any sheet: it is read, and what was read of it is written and read again the same, without a formula.
pub fn sheet(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let read = sheet::read(text, HEADINGS, MOST_ROWS);
    let rows: Vec<_> = read.rows.into_iter().map(|row| row.cells).collect();
    let written = sheet::write(HEADINGS, rows.iter().cloned()).expect("a file");
    let again = sheet::read(&written, HEADINGS, MOST_ROWS);
    let same: Vec<_> = again.rows.into_iter().map(|row| row.cells).collect();
    // A row of blank cells is no row.
    let rows: Vec<_> =
        rows.into_iter().filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty())).collect();
    assert_eq!(same, rows, "{written:?} {:?}", again.mistakes);
    // The bytes as cells of their own, whatever they are.
    let cell = text.replace(['\0', '\u{fffd}'], " ");
    let written = sheet::write(["Cell"], [[cell.clone()]].into_iter()).expect("a file");
    let body = written.strip_prefix("Cell\r\n").expect("the heading");
    let shown = body.strip_prefix('"').unwrap_or(body);
    // A file of nothing but line ends is no formula.
    assert!(cell.trim().is_empty() || !shown.starts_with(FORMULA), "a spreadsheet reckons {body:?}");
    let read = sheet::read(&written, ["Cell"], MOST_ROWS);
    let kept = read.rows.into_iter().map(|row| row.cells).next();
    assert_eq!(kept.map(|[cell]| cell).unwrap_or_default(), cell.trim());
}

/// A rate card.
pub fn prices(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for &kind in PriceKind::ALL {
        let card = import::read(text, kind);
        assert!(!card.rows.is_empty() || !card.mistakes.is_empty(), "an empty card says that it is empty");
        for row in &card.rows {
            assert!(row.pence.is_none_or(|pence| pence >= 0));
            assert!(row.period.is_none_or(|period| period.to.is_none_or(|to| to > period.from)));
        }
    }
}

/// A file of trusted documents.
pub fn documents(bytes: &[u8]) {
    let file = scratch::file("documents.json", bytes);
    let documents = Documents { trusted: Some(file), introspection: None };
    // Whether it is one that can be used does not matter here.
    let _ = Register::open(&Settings { documents, ..Settings::default() });
}

/// The public keys of a trusted issuer, as a JWKS.
pub fn keys(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = api::auth::check_key_set_url(text);
    if api::auth::check_key_set(text, SigningAlgorithm::ALL).is_ok() {
        let set: serde_json::Value = serde_json::from_str(text).expect("what was read is JSON");
        let keys = set["keys"].as_array().expect("keys");
        assert!(keys.iter().all(|key| key.get("d").is_none()), "a private key was taken for a public one");
    }
}

/// A settings file.
pub fn settings(bytes: &[u8]) {
    let file = scratch::file("settings.toml", bytes);
    if let Ok(settings) = Settings::load(Some(&file)) {
        let _ = settings.check();
    }
}
