//! The second lock on PostgreSQL: what a caller sees and may change is held in the database too, row by row. What the
//! server has to do for it is in `docs/decisions/0010-row-level-security.md`. SQLite knows no such thing.

use crate::dialect::Step;

/// Who asks, by which rules, what they see, what their acts may change, and the role that is bound by it.
pub const STEP: Step = Step {
    name: "m0005_row_level_security",
    tables: "",
    sqlite: "",
    postgres: concat!(
        include_str!("scope.sql"),
        include_str!("behind.sql"),
        include_str!("seen.sql"),
        include_str!("acts.sql"),
        include_str!("rights.sql"),
    ),
};
