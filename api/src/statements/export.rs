//! Statements as a file.

use rules::Term;
use rules::rate_card::format_money;
use rules::statements::Figures;

use super::graphql::{Statement, StatementLine};
use crate::error::Result;
use crate::sheet::{self, write_day};

/// The columns of the file.
const HEADINGS: [&str; 15] = [
    "Month",
    "Purchaser",
    "Provider",
    "Service",
    "Unit",
    "Unit price",
    "Units",
    "Charges",
    "Charged",
    "Reversals",
    "Reversed",
    "Adjustments",
    "Adjusted",
    "Total",
    "Line",
];

/// The statements with a row for each line, and under those of each statement one with its totals.
pub fn export(statements: &[Statement]) -> Result<String> {
    let rows = statements.iter().flat_map(|statement| {
        let lines = statement.lines.iter().map(|line| row(statement, Some(line), &line.figures));
        lines.chain(std::iter::once(row(statement, None, &statement.figures()))).collect::<Vec<_>>()
    });
    sheet::write(HEADINGS, rows)
}

/// A line of a statement; or its totals, where there is no line.
fn row(statement: &Statement, line: Option<&StatementLine>, figures: &Figures) -> [String; 15] {
    let service = line.and_then(|line| line.service.as_ref());
    let price = line.and_then(|line| line.price.as_ref());
    [
        write_day(statement.month),
        statement.purchaser.label().to_owned(),
        statement.provider.0.name.clone(),
        service.map(|service| service.0.name.clone()).unwrap_or_default(),
        price.map(|price| price.0.unit.label().to_lowercase()).unwrap_or_default(),
        price.map(|price| format_money(price.0.pence)).unwrap_or_default(),
        figures.units().to_string(),
        figures.charges.to_string(),
        format_money(figures.charged),
        figures.reversals.to_string(),
        format_money(figures.reversed),
        figures.adjustments.to_string(),
        format_money(figures.adjusted),
        format_money(figures.total()),
        if line.is_some() { "Service" } else { "Statement" }.to_owned(),
    ]
}
