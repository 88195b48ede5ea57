//! Who issues tokens, beside the issuer of the settings, and what was taken back of what they issued.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::m0001_network::sqlite_types;

/// Trusted issuers, API clients with their secrets, and revocations.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0004_issuers_and_clients"
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
