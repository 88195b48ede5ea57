//! The words by which services are found are folded, those too that were written before words were searched.

use crate::dialect::Step;

/// The same on both databases.
pub const STEP: Step =
    Step { name: "m0012_folded_words", tables: include_str!("tables.sql"), sqlite: "", postgres: "" };
