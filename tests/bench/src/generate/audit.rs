//! The events that the acts of a referral's life would have left in the audit.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Loader;
use super::network::Person;
use super::tables::Table;
use crate::clock::Result;
use crate::random::Chance;
use crate::{ids, row};

/// Who did something, when, on which case.
pub struct Deed<'a> {
    pub by: &'a Person,
    pub at: DateTime<Utc>,
    pub operation: &'static str,
    pub case: Uuid,
}

/// What was changed: a row of a table, with its new values.
pub struct Change {
    pub act: &'static str,
    pub table: &'static str,
    pub row: Uuid,
    pub new: Value,
}

impl Change {
    /// A row that was added.
    pub const fn insert(table: &'static str, row: Uuid, new: Value) -> Self {
        Self { act: "insert", table, row, new }
    }

    /// A row that was changed.
    pub const fn update(table: &'static str, row: Uuid, new: Value) -> Self {
        Self { act: "update", table, row, new }
    }
}

/// Records what one act changed.
pub async fn record(
    loader: &mut Loader,
    chance: &mut Chance,
    deed: &Deed<'_>,
    changes: Vec<Change>,
) -> Result<()> {
    let request = ids::of(deed.at, chance).to_string();
    for change in changes {
        let document = if change.act == "insert" {
            json!({ "new": change.new })
        } else {
            json!({ "old": { "version": 1, "status": "earlier" }, "new": change.new, "version": 2 })
        };
        loader
            .add(
                Table::audit_event,
                row![
                    ids::of(deed.at, chance),
                    deed.at,
                    deed.by.id,
                    deed.by.organisation,
                    deed.operation,
                    request.clone(),
                    change.act,
                    change.table,
                    change.row.to_string(),
                    deed.case,
                    document
                ],
            )
            .await?;
    }
    Ok(())
}
