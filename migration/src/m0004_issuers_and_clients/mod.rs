//! Who issues tokens, beside the issuer of the settings, and what was taken back of what they issued.

use sea_orm_migration::prelude::*;

use crate::dialect::{self, InItsWords};

/// The tables, for both databases.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0004_issuers_and_clients"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let words = InItsWords { sqlite: include_str!("sqlite.sql"), postgres: include_str!("postgres.sql") };
        dialect::apply(manager.get_connection(), include_str!("tables.sql"), words).await
    }
}
