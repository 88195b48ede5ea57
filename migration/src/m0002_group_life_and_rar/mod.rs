//! Group sessions cancelled as a whole, and what a referral keeps of its service's rule on RAR days.

use crate::dialect::Step;

/// The columns, for both databases.
pub const STEP: Step =
    Step { name: "m0002_group_life_and_rar", tables: include_str!("tables.sql"), sqlite: "", postgres: "" };
