//! A rate card as a file: what its rows state, without asking the database.

use chrono::NaiveDate;
use rules::Term;
use rules::rate_card::{Period, parse_money};
use rules::search::fold;
use rules::terms::{PriceKind, Purchaser, ServiceUnit};
use rules::text::{LONG_TEXT, SHORT_TEXT, check};

use crate::graphql::row_error::RowError;
use crate::sheet::{self, Cells, MOST_ROWS, Row, mistake, read_day, shown};

/// The columns of a rate card. "Effective to" is the last day, inclusive, as people write it.
pub const HEADINGS: [&str; 8] =
    ["Service", "Provider", "Unit", "Price", "Effective from", "Effective to", "Purchaser", "Notes"];

/// What could be read of a row; what could not is among the mistakes of the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRow {
    /// The line of the file.
    pub line: u64,
    /// The name of the service.
    pub service: String,
    /// The name of its provider.
    pub provider: String,
    /// The unit.
    pub unit: Option<ServiceUnit>,
    /// The price of a unit, in pence.
    pub pence: Option<i64>,
    /// The days for which it holds.
    pub period: Option<Period>,
    /// The name of the organisation for which alone the price holds; none: everybody who buys at this figure.
    pub only_for: Option<String>,
    /// Remarks.
    pub notes: Option<String>,
}

impl CardRow {
    /// The names by which the service is looked up.
    pub fn names(&self) -> (String, String) {
        (fold(&self.service), fold(&self.provider))
    }
}

/// A card that was read, with every mistake in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Its rows.
    pub rows: Vec<CardRow>,
    /// Its mistakes.
    pub mistakes: Vec<RowError>,
}

/// Who buys at a price of this kind; nobody at the cost of delivery.
pub const fn purchaser(kind: PriceKind) -> Option<Purchaser> {
    match kind {
        PriceKind::Card => Some(Purchaser::Nps),
        PriceKind::Supply => Some(Purchaser::Crc),
        PriceKind::Cost => None,
    }
}

/// Reads a card with prices of one kind.
pub fn read(csv: &str, kind: PriceKind) -> Card {
    let sheet = sheet::read(csv, HEADINGS, MOST_ROWS);
    let mut card = Card { rows: Vec::new(), mistakes: sheet.mistakes };
    if sheet.rows.is_empty() && card.mistakes.is_empty() {
        card.mistakes.push(mistake(1, None, "There is no price under the heading: add a row for each."));
    }
    for row in &sheet.rows {
        let (read, mistakes) = read_row(row, kind);
        card.rows.push(read);
        card.mistakes.extend(mistakes);
    }
    card
}

fn read_row(row: &Row<8>, kind: PriceKind) -> (CardRow, Vec<RowError>) {
    let mut cells = Cells::new(&HEADINGS, row);
    let service = cells.required("Service", SHORT_TEXT);
    let provider = cells.required("Provider", SHORT_TEXT);
    cells.required("Unit", SHORT_TEXT);
    let unit = cells.term("Unit");
    let pence = kept(&mut cells, "Price", parse_money);
    let from = cells.required_day("Effective from");
    let last = kept(&mut cells, "Effective to", read_day);
    let period = match (from, last) {
        (Some(from), Some(last)) => kept(&mut cells, "Effective to", |_| read_period(from, last)),
        _ => None,
    };
    let only_for = kept(&mut cells, "Purchaser", |cell| read_purchaser(cell, kind)).flatten();
    let notes =
        kept(&mut cells, "Notes", |cell| check(cell, LONG_TEXT, false).map_err(|problem| problem.message()));
    let notes = notes.filter(|notes| !notes.is_empty());
    let read = CardRow { line: row.line, service, provider, unit, pence, period, only_for, notes };
    (read, cells.mistakes)
}

/// What a cell says, or its mistake among those of the row.
fn kept<T>(
    cells: &mut Cells<'_, 8>,
    heading: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    read(cells.cell(heading)).map_err(|why| cells.refuse(heading, why)).ok()
}

/// The name of one purchaser, for which alone the price holds; none where it holds for all who buy at this figure.
fn read_purchaser(cell: &str, kind: PriceKind) -> Result<Option<String>, String> {
    let expected = purchaser(kind);
    match (expected, Purchaser::from_label(cell)) {
        (Some(expected), Some(named)) if named == expected => Ok(None),
        (Some(_), None) if !cell.trim().is_empty() => {
            check(cell, SHORT_TEXT, true).map(Some).map_err(|problem| problem.message())
        }
        _ => Err(no_purchaser(cell, kind)),
    }
}

/// That what a cell names does not buy at this figure.
pub fn no_purchaser(cell: &str, kind: PriceKind) -> String {
    let who = purchaser(kind).map_or("nobody", Term::label);
    let price = kind.label().to_lowercase();
    format!(
        "\"{}\" does not buy at the {price}: write {who}, or the name of an organisation that does.",
        shown(cell)
    )
}

/// The period from its first to its last day; open where there is no last one.
fn read_period(from: NaiveDate, last: Option<NaiveDate>) -> Result<Period, String> {
    let to = last.and_then(|last| last.succ_opt());
    if to.is_some_and(|to| to <= from) {
        return Err("The last day lies before the first: give a later one, or none.".to_owned());
    }
    Ok(Period { from, to })
}

#[cfg(test)]
mod tests;
