//! The second lock on PostgreSQL: what a caller sees and may change is held in the database too, row by row. What the
//! server has to do for it is in `docs/decisions/0010-row-level-security.md`. SQLite knows no such thing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Who asks, by which rules, what they see, what their acts may change, and the role that is bound by it.
const PARTS: [&str; 5] = [
    include_str!("scope.sql"),
    include_str!("behind.sql"),
    include_str!("seen.sql"),
    include_str!("acts.sql"),
    include_str!("rights.sql"),
];

/// Policies for every table of `m0001_network`.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0005_row_level_security"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if connection.get_database_backend() == DbBackend::Postgres {
            for part in PARTS {
                connection.execute_unprepared(part).await?;
            }
        }
        Ok(())
    }
}
