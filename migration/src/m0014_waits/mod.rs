//! How long people waited for a service, noted where its start is, and what those who keep prices count in groups.

use crate::dialect::Step;

/// The columns, for both databases.
pub const STEP: Step = Step {
    name: "m0014_waits",
    tables: include_str!("tables.sql"),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
