//! Who asks, each part in a setting of its own.

use crate::dialect::Step;

/// The functions that the policies ask, and one policy that was asked for each row. SQLite has neither.
pub const STEP: Step =
    Step { name: "m0016_who_asks_in_parts", tables: "", sqlite: "", postgres: include_str!("postgres.sql") };
