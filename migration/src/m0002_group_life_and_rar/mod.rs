//! Group sessions cancelled as a whole, and what a referral keeps of its service's rule on RAR days.

use sea_orm_migration::prelude::*;

use crate::dialect::{self, InItsWords};

/// The tables, for both databases.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_group_life_and_rar"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let words = InItsWords::default();
        dialect::apply(manager.get_connection(), include_str!("tables.sql"), words).await
    }
}
