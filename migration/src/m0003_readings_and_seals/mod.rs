//! Who read which person's record, and the seals on the audit.

use crate::dialect::Step;

/// The tables, for both databases.
pub const STEP: Step = Step {
    name: "m0003_readings_and_seals",
    tables: include_str!("tables.sql"),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
