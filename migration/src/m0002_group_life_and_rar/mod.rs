//! Group sessions cancelled as a whole, and what a referral keeps of its service's rule on RAR days.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::dialect;

/// Columns for both databases.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_group_life_and_rar"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let tables = dialect::of(connection.get_database_backend(), include_str!("tables.sql"));
        connection.execute_unprepared(&tables).await.map(drop)
    }
}
