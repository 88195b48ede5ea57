//! The network: organisations, cases, services, prices, referrals and all that hangs on them.

use crate::dialect::Step;

/// The tables, for both databases.
pub const STEP: Step = Step {
    name: "m0001_network",
    tables: include_str!("tables.sql"),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
