//! Who issues tokens, beside the issuer of the settings, and what was taken back of what they issued.

use crate::dialect::Step;

/// The tables, for both databases.
pub const STEP: Step = Step {
    name: "m0004_issuers_and_clients",
    tables: include_str!("tables.sql"),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
