//! The network: organisations, cases, services, prices, referrals and all that hangs on them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::dialect;

/// Tables for both databases, then what each database needs said in its own words.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_network"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let backend = connection.get_database_backend();
        let invariants = if backend == DbBackend::Sqlite {
            include_str!("sqlite.sql")
        } else {
            include_str!("postgres.sql")
        };
        connection.execute_unprepared(&dialect::of(backend, include_str!("tables.sql"))).await?;
        connection.execute_unprepared(invariants).await.map(drop)
    }
}
