//! What is written is read the same, whatever it is: any Unicode, NUL and line ends included, or a refusal.

use api::graphql::date::Date;
use api::graphql::global_id::GlobalId;
use api::sheet::{self, MOST_ROWS};
use async_graphql::ScalarType as _;
use chrono::NaiveDate;
use entity::{Id, referral};
use proptest::collection::vec;
use proptest::prelude::*;
use rules::rate_card::{HIGHEST, format_money, parse_money};
use rules::text::{SHORT_TEXT, check};
use uuid::Uuid;

const HEADINGS: [&str; 2] = ["One", "Two"];

/// Any text, and rather often the signs by which files and statements go wrong.
fn any_text() -> impl Strategy<Value = String> {
    let hard = prop::sample::select(vec![
        '\0',
        '\'',
        '"',
        ',',
        ';',
        '\r',
        '\n',
        '\t',
        '=',
        '+',
        '-',
        '@',
        ' ',
        '%',
        '_',
        '\\',
        '\u{feff}',
        '\u{301}',
        '\u{202e}',
        '\u{fffd}',
        '\u{10ffff}',
        '＝',
    ]);
    vec(prop_oneof![any::<char>(), hard], 0..30).prop_map(String::from_iter)
}

/// A cell as a sheet keeps it.
fn kept(cell: &str) -> String {
    cell.replace(['\0', '\u{fffd}'], "").trim().to_owned()
}

proptest! {
    #[test]
    fn a_sheet_is_read_as_it_was_written(rows in vec([any_text(), any_text()], 0..8)) {
        let rows: Vec<_> = rows.into_iter().map(|row| row.map(|cell| kept(&cell))).collect();
        let text = sheet::write(HEADINGS, rows.iter().cloned()).expect("a file");
        let read = sheet::read(&text, HEADINGS, MOST_ROWS);
        prop_assert_eq!(&read.mistakes, &[]);
        let rows: Vec<_> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
        prop_assert_eq!(read.rows.into_iter().map(|row| row.cells).collect::<Vec<_>>(), rows);
    }

    #[test]
    fn no_cell_of_a_file_is_a_formula(cell in any_text()) {
        let text = sheet::write(["One"], [[cell.clone()]].into_iter()).expect("a file");
        let body = text.strip_prefix("One\r\n").expect("the heading");
        let body = body.strip_prefix('"').unwrap_or(body);
        let formula = ['=', '+', '-', '@', '\t', '\n', '＝', '＋', '－', '＠'];
        prop_assert!(!body.starts_with(formula), "{:?}", body);
        prop_assert!(body == "\r\n" || !body.starts_with('\r'), "{:?}", body);
    }

    #[test]
    fn a_cell_that_cannot_be_kept_is_a_mistake_and_nothing_is_cut(cell in any_text()) {
        let written = cell.replace('"', "\"\"");
        let read = sheet::read(&format!("One\n\"{written}\"\nx"), ["One"], MOST_ROWS);
        let lost = cell.contains('\0') || cell.contains('\u{fffd}');
        prop_assert_eq!(!read.mistakes.is_empty(), lost);
        let longest = read.rows.iter().map(|row| row.cells[0].len()).max().unwrap_or_default();
        // An apostrophe that guards a formula is no part of the cell.
        prop_assert!(lost || longest + 1 >= cell.trim().trim_start_matches('\'').trim().len());
    }

    #[test]
    fn text_is_kept_or_refused(text in any_text()) {
        if let Ok(kept) = check(&text, SHORT_TEXT, false) {
            prop_assert!(!text.contains('\0') && kept.chars().count() <= SHORT_TEXT);
            prop_assert_eq!(check(&kept, SHORT_TEXT, false), Ok(kept.clone()));
        }
    }

    #[test]
    fn an_identifier_has_one_spelling(number in any::<u128>(), odd in any_text()) {
        let id = GlobalId::<referral::Entity>(Id::new(Uuid::from_u128(number)));
        let read = GlobalId::<referral::Entity>::parse_text(&id.text()).map(|id| id.0.0.as_u128());
        prop_assert_eq!(read, Some(number));
        let read = GlobalId::<referral::Entity>::parse_text(&odd);
        prop_assert!(read.is_none_or(|id| id.text() == odd));
    }

    #[test]
    fn a_day_and_an_amount_are_read_as_they_are_written(days in 0..109_000_u64, pence in 0..=HIGHEST) {
        let day = NaiveDate::from_ymd_opt(1901, 1, 1).and_then(|day| day.checked_add_days(chrono::Days::new(days)));
        let day = day.expect("a day");
        prop_assert_eq!(sheet::read_day(&sheet::write_day(day)), Ok(Some(day)));
        prop_assert_eq!(Date::parse(Date(day).to_value()).ok(), Some(Date(day)));
        prop_assert_eq!(parse_money(&format_money(pence)), Ok(pence));
    }
}
