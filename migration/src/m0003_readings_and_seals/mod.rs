//! Who read which person's record, and the seals on the audit.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::m0001_network::sqlite_types;

/// Tables for both databases, then what each database needs said in its own words.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_readings_and_seals"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = include_str!("tables.sql");
        let connection = manager.get_connection();
        if connection.get_database_backend() == DbBackend::Sqlite {
            connection.execute_unprepared(&sqlite_types(tables)).await?;
            connection.execute_unprepared(include_str!("sqlite.sql")).await?;
        } else {
            connection.execute_unprepared(tables).await?;
            connection.execute_unprepared(include_str!("postgres.sql")).await?;
        }
        Ok(())
    }
}
