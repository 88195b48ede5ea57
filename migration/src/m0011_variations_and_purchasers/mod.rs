//! Variations of what a referral is expected to cost, what a service charges where its provider's logistics failed, and
//! prices for one purchaser alone.

use crate::dialect::Step;

/// The tables, for both databases.
pub const STEP: Step = Step {
    name: "m0011_variations_and_purchasers",
    tables: include_str!("tables.sql"),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
