//! A mistake in an imported file.

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};

/// A mistake in an imported file, where a person finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct RowError {
    /// The line of the file, from 1; the heading is line 1 where nothing stands before it.
    pub line: u64,
    /// The heading of the column; null when it is the row as a whole.
    pub column: Option<String>,
    /// What is wrong and what to do about it.
    pub message: String,
}
