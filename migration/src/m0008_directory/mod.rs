//! The directory: what services say of themselves; criteria of every kind with their history, no two of the same rule at once; exceptions from them.

use crate::dialect::Step;

/// The tables, and what holds them, for both databases.
pub const STEP: Step = Step {
    name: "m0008_directory",
    tables: concat!(include_str!("tables.sql"), include_str!("offers.sql")),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
