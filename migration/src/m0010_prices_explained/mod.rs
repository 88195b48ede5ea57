//! Prices that explain themselves: what it costs a provider to deliver, charges by their day of delivery, what an
//! LDU may spend, and thresholds that alert.

use crate::dialect::Step;

/// The tables and indices, for both databases.
pub const STEP: Step = Step {
    name: "m0010_prices_explained",
    tables: include_str!("tables.sql"),
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
