//! Cohorts, who has a place in them and who waits for one; and when each referral's service began.

use crate::dialect::Step;

/// The tables, what counts the places that are held, and what notes the first session attended, for both databases.
pub const STEP: Step = Step {
    name: "m0009_places",
    tables: include_str!("tables.sql"),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
