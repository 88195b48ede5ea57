//! What assessments found of people for programmes, and criteria that ask for it.

use crate::dialect::Step;

/// The table, for both databases.
pub const STEP: Step = Step {
    name: "m0013_suitability",
    tables: include_str!("tables.sql"),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
