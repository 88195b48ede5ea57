//! A mistake in an imported file.

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};

use crate::error::Refused;

/// A mistake in an imported file, where a person finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct RowError {
    /// The line of the file, from 1; the heading is line 1 where nothing stands before it.
    pub line: u64,
    /// The heading of the column; null when it is the row as a whole.
    pub column: Option<String>,
    /// What is wrong and what to do about it.
    pub message: String,
}

impl RowError {
    /// The mistake as a refusal, so that the act changes nothing: `csv`, its line, its column.
    pub fn refused(self, code: &'static str) -> Refused {
        let place = ["csv".to_owned(), self.line.to_string()].into_iter().chain(self.column);
        Refused { code, field: place.collect(), message: self.message }
    }

    /// The mistakes in the file among refusals, and the other refusals.
    pub fn sort_out(refused: Vec<Refused>) -> (Vec<Self>, Vec<Refused>) {
        let (mut rows, mut others) = (Vec::new(), Vec::new());
        for refused in refused {
            match place(&refused.field) {
                Some((line, column)) => rows.push(Self { line, column, message: refused.message }),
                None => others.push(refused),
            }
        }
        (rows, others)
    }
}

fn place(field: &[String]) -> Option<(u64, Option<String>)> {
    match field {
        [csv, line, column @ ..] if csv == "csv" => Some((line.parse().ok()?, column.first().cloned())),
        _ => None,
    }
}
