//! Attendance and feedback by their session, what was superseded included: a case view reads both.

use crate::dialect::Step;

/// The indices, for both databases.
pub const STEP: Step =
    Step { name: "m0007_history_of_sessions", tables: include_str!("tables.sql"), sqlite: "", postgres: "" };
