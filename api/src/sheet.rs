//! Tables as spreadsheets write them: CSV with a heading, in UTF-8, with or without byte order mark, with
//! quotation marks where they are needed, lines ended by CRLF or LF. Every mistake is kept with its line and
//! column, so that all of them are reported at once.

use chrono::NaiveDate;
use csv::{QuoteStyle, ReaderBuilder, StringRecord, Terminator, WriterBuilder};
use rules::london::believable;
use rules::search::fold;

mod cells;

use crate::error::{Fault, Result};
use crate::graphql::row_error::RowError;

pub use cells::{Cells, parts};

/// What makes a spreadsheet take a cell for a formula, where it begins with it; some take the wide signs as well.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
/// The most rows that a file may have.
pub const MOST_ROWS: usize = 5_000;
/// How much of a cell a mistake repeats, in characters.
const MOST_REPEATED: usize = 60;

/// A row under the heading, its cells in the order of the headings asked for, without white space at their ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<const N: usize> {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// Its cells.
    pub cells: [String; N],
}

/// What a file holds: its rows, and every mistake in its form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet<const N: usize> {
    /// The rows that have the form of the heading; blank ones are left out.
    pub rows: Vec<Row<N>>,
    /// What is wrong with the others, or with the file.
    pub mistakes: Vec<RowError>,
}

/// Reads a file with these headings, in any order, and at most so many rows.
pub fn read<const N: usize>(text: &str, headings: [&str; N], most: usize) -> Sheet<N> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sheet = Sheet { rows: Vec::new(), mistakes: Vec::new() };
    if let Some(line) = open_quotation(text) {
        let message =
            "A quotation mark opens here and is never closed: close it, or double it if it is meant.";
        sheet.mistakes.push(mistake(line, None, message));
        return sheet;
    }
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.into_records();
    let Some(Ok(heading)) = records.next() else {
        sheet.mistakes.push(mistake(1, None, "The file is empty: it begins with a heading."));
        return sheet;
    };
    let line = lines.of(&heading);
    let columns = match columns(&heading, headings, line) {
        Ok(columns) => columns,
        Err(mistakes) => return Sheet { mistakes, ..sheet },
    };
    // Text is valid UTF-8 and rows may have any length, so that no record is an error.
    for record in records.map_while(std::result::Result::ok) {
        let line = lines.of(&record);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if sheet.rows.len() == most {
            let message = format!("A file has at most {most} rows: split it.");
            return Sheet { mistakes: vec![mistake(line, None, message)], rows: Vec::new() };
        }
        match row(&record, &columns, headings, line) {
            Ok(row) => sheet.rows.push(row),
            Err(mistakes) => sheet.mistakes.extend(mistakes),
        }
    }
    sheet
}

/// Which heading stands over each column; none over a blank one.
fn columns<const N: usize>(
    heading: &StringRecord,
    headings: [&str; N],
    line: u64,
) -> std::result::Result<Vec<Option<usize>>, Vec<RowError>> {
    let mut mistakes = Vec::new();
    let mut columns = Vec::new();
    for cell in heading {
        let known = headings.iter().position(|known| fold(known) == fold(cell));
        if known.is_none() && !cell.trim().is_empty() {
            let message = format!("There is no such column: the columns are {}.", headings.join(", "));
            mistakes.push(mistake(line, Some(&shown(cell)), message));
        }
        if known.is_some() && columns.contains(&known) {
            mistakes.push(mistake(line, Some(cell.trim()), "This column stands twice: remove one."));
        }
        columns.push(known);
    }
    for (place, name) in headings.iter().enumerate() {
        if !columns.contains(&Some(place)) {
            let message = "This column is missing: add it, even where its cells are empty.";
            mistakes.push(mistake(line, Some(name), message));
        }
    }
    if mistakes.is_empty() { Ok(columns) } else { Err(mistakes) }
}

fn row<const N: usize>(
    record: &StringRecord,
    columns: &[Option<usize>],
    headings: [&str; N],
    line: u64,
) -> std::result::Result<Row<N>, Vec<RowError>> {
    let headed = columns.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    if record.len() < headed {
        let message = format!(
            "The row has {} cells where the heading has {headed}: look for a comma or a quotation mark that is missing \
             or too many.",
            record.len()
        );
        return Err(vec![mistake(line, None, message)]);
    }
    let mut cells = [const { String::new() }; N];
    let mut mistakes = Vec::new();
    for (place, cell) in record.iter().enumerate() {
        let cell = cell.trim();
        match columns.get(place).copied().flatten() {
            Some(column) => {
                mistakes.extend(unreadable(cell).map(|why| mistake(line, Some(headings[column]), why)));
                cells[column] = unguarded(cell).trim().to_owned();
            }
            None if cell.is_empty() => {}
            None => {
                let message = "The row has a cell under no heading: put text with commas in quotation marks.";
                mistakes.push(mistake(line, None, message));
            }
        }
    }
    if mistakes.is_empty() { Ok(Row { line, cells }) } else { Err(mistakes) }
}

/// Why a cell was not read as it was written, if so.
fn unreadable(cell: &str) -> Option<&'static str> {
    if cell.contains('\0') {
        Some("The cell contains a NUL character: remove it.")
    } else if cell.contains('\u{fffd}') {
        Some("A character of the cell was lost (\u{fffd}): save the file as CSV in UTF-8.")
    } else {
        None
    }
}

/// Writes a file with these headings that a spreadsheet opens without taking any cell for a formula.
pub fn write<const N: usize>(headings: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Result<String> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .from_writer(Vec::new());
    writer.write_record(headings).map_err(Fault::internal)?;
    for cells in rows {
        writer.write_record(cells.iter().map(|cell| guarded(cell))).map_err(Fault::internal)?;
    }
    let bytes = writer.into_inner().map_err(|error| Fault::internal(error.to_string()))?;
    String::from_utf8(bytes).map_err(Fault::internal)
}

/// Whether a spreadsheet would take the cell for a formula, or reading would take an apostrophe of its own for
/// the guard.
fn needs_guard(cell: &str) -> bool {
    let bare = cell.trim_start_matches('\'');
    !bare.trim().is_empty() && bare.starts_with(FORMULA)
}

/// The cell as a file has it: without white space at its ends, which reading would drop before it looks for the
/// guard.
fn guarded(cell: &str) -> String {
    let cell = cell.trim();
    if needs_guard(cell) { format!("'{cell}") } else { cell.to_owned() }
}

fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| needs_guard(rest)).unwrap_or(cell)
}

/// A mistake on a line, in a column or in the row as a whole.
pub fn mistake(line: u64, column: Option<&str>, message: impl Into<String>) -> RowError {
    RowError { line, column: column.map(str::to_owned), message: message.into() }
}

/// A cell in a sentence, never at length.
pub fn shown(cell: &str) -> String {
    let mut short: String = cell.chars().filter(|letter| !letter.is_control()).take(MOST_REPEATED).collect();
    if cell.chars().count() > MOST_REPEATED {
        short.push('…');
    }
    short
}

/// A day as `DD/MM/YYYY`; none in an empty cell.
pub fn read_day(cell: &str) -> std::result::Result<Option<NaiveDate>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let parts: Vec<&str> = cell.split('/').collect();
    let number = |text: &str, lengths: [usize; 2]| {
        let plain = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| plain)
    };
    let day = match parts[..] {
        [day, month, year] => number(year, [4, 4]).zip(number(month, [1, 2])).zip(number(day, [1, 2])),
        _ => None,
    };
    let ((year, month), day) = day.ok_or_else(|| {
        format!("\"{}\" is not a date: write day, month and year, such as 01/04/2017.", shown(cell))
    })?;
    let date = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    match date.filter(|&date| believable(date)) {
        Some(date) => Ok(Some(date)),
        None => Err(format!(
            "There is no day {}: give one of the calendar, from 1900 to 2200, as day, month and year.",
            shown(cell)
        )),
    }
}

/// A day as people write it.
pub fn write_day(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// The line on which a quotation mark opens that is never closed. A reader would take the rest of the file for
/// one cell.
fn open_quotation(text: &str) -> Option<u64> {
    let (mut opened, mut at_start, mut line) = (None, true, 1);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (opened, byte) {
            (Some(_), b'"') if bytes.peek() == Some(&b'"') => _ = bytes.next(),
            (Some(_), b'"') => (opened, at_start) = (None, false),
            (None, b'"') if at_start => opened = Some(line),
            (None, other) => at_start = matches!(other, b',' | b'\r' | b'\n'),
            (Some(_), _) => {}
        }
        line += u64::from(ends_line(byte, bytes.peek().copied()));
    }
    opened
}

const fn ends_line(byte: u8, next: Option<u8>) -> bool {
    byte == b'\n' || (byte == b'\r' && !matches!(next, Some(b'\n')))
}

/// Counts the lines of a file up to its records, one after another.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record begins. What the reader passed over before it are blank lines.
    fn of(&mut self, record: &StringRecord) -> u64 {
        let start = record.position().and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or(self.at);
        while let Some(&byte) = self.text.get(self.at)
            && (self.at < start || matches!(byte, b'\r' | b'\n'))
        {
            self.at += 1;
            self.line += u64::from(ends_line(byte, self.text.get(self.at).copied()));
        }
        self.line
    }
}

#[cfg(test)]
mod tests;
