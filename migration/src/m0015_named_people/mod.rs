//! What of a member of staff stands on other organisations' rows, as a view that can be joined to them.

use crate::dialect::Step;

/// The view, for both databases in their own words.
pub const STEP: Step = Step {
    name: "m0015_named_people",
    tables: "",
    sqlite: include_str!("sqlite.sql"),
    postgres: include_str!("postgres.sql"),
};
