//! The cells of one row, read by their headings.

use chrono::NaiveDate;
use rules::Term;

use super::{Row, mistake, read_day, shown};
use crate::graphql::row_error::RowError;

/// The cells of a row being read: what is wrong with them is kept.
pub struct Cells<'r, const N: usize> {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// What is wrong with the row.
    pub mistakes: Vec<RowError>,
    headings: &'r [&'r str; N],
    row: &'r Row<N>,
}

impl<'r, const N: usize> Cells<'r, N> {
    /// The cells of a row under these headings.
    pub const fn new(headings: &'r [&'r str; N], row: &'r Row<N>) -> Self {
        Self { line: row.line, mistakes: Vec::new(), headings, row }
    }

    /// What stands under a heading.
    pub fn cell(&self, heading: &str) -> &'r str {
        let place = self.headings.iter().position(|known| *known == heading);
        place.map_or("", |place| self.row.cells[place].as_str())
    }

    /// Notes a mistake under a heading.
    pub fn refuse(&mut self, heading: &str, message: impl Into<String>) {
        self.mistakes.push(mistake(self.line, Some(heading), message));
    }

    /// What stands under a heading where something of at most `most` characters has to stand.
    pub fn required(&mut self, heading: &str, most: usize) -> String {
        let text = self.cell(heading);
        if text.is_empty() {
            self.refuse(heading, "This cell is required: fill it in.");
        } else if text.chars().count() > most {
            self.refuse(heading, format!("This cell has more than {most} characters: shorten it."));
        }
        text.to_owned()
    }

    /// A day; none if the cell is empty.
    pub fn day(&mut self, heading: &str) -> Option<NaiveDate> {
        read_day(self.cell(heading)).unwrap_or_else(|why| {
            self.refuse(heading, why);
            None
        })
    }

    /// A day that has to be there.
    pub fn required_day(&mut self, heading: &str) -> Option<NaiveDate> {
        if self.cell(heading).is_empty() {
            self.refuse(heading, "This cell is required: give a day, such as 01/04/2017.");
        }
        self.day(heading)
    }

    /// The term whose label stands under a heading; none if the cell is empty.
    pub fn term<T: Term>(&mut self, heading: &str) -> Option<T> {
        let text = self.cell(heading);
        if text.is_empty() { None } else { self.label(heading, text) }
    }

    /// The terms whose labels stand under a heading, behind semicolons.
    pub fn terms<T: Term>(&mut self, heading: &str) -> Vec<T> {
        parts(self.cell(heading)).filter_map(|part| self.label(heading, part)).collect()
    }

    /// The term with this label.
    pub fn label<T: Term>(&mut self, heading: &str, label: &str) -> Option<T> {
        let term = T::from_label(label);
        if term.is_none() {
            let known: Vec<_> = T::ALL.iter().map(|term| term.label()).collect();
            self.refuse(
                heading,
                format!("\"{}\" is not known here: write {}.", shown(label), known.join(", ")),
            );
        }
        term
    }
}

/// The parts of a list behind semicolons.
pub fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty())
}
