//! The outbox of live updates: what the audit records is noted as a change by the database itself.

use crate::dialect::Step;

/// The table, and what fills it, for both databases.
pub const STEP: Step = Step {
    name: "m0006_live_updates",
    tables: include_str!("tables.sql"),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
