//! How long people waited for a service, noted where its start is; what those who keep prices count in groups; and the words
//! of services' names.

use crate::dialect::Step;

/// The columns, for both databases.
pub const STEP: Step = Step {
    name: "m0014_waits_and_names",
    tables: concat!(include_str!("tables.sql"), include_str!("names.sql")),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
