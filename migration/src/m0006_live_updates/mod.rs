//! The outbox of live updates: what the audit records is noted as a change by the database itself.

use sea_orm_migration::prelude::*;

use crate::dialect::{self, InItsWords};

/// The table, and what fills it, for both databases.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0006_live_updates"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let words = InItsWords { sqlite: include_str!("sqlite.sql"), postgres: include_str!("postgres.sql") };
        dialect::apply(manager.get_connection(), include_str!("tables.sql"), words).await
    }
}
