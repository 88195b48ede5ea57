//! The network: organisations, cases, services, prices, referrals and all that hangs on them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

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

/// SQLite gives a column its affinity by the name of its type: a UUID is a blob there; an instant, a day and
/// a JSON document are text.
pub(crate) fn sqlite_types(tables: &str) -> String {
    tables.lines().map(sqlite_column).collect::<Vec<_>>().join("\n")
}

/// A line of a column is its name, its type and the rest; other lines stay as they are.
fn sqlite_column(line: &str) -> String {
    let mut words: Vec<&str> = line.trim_start().splitn(3, ' ').collect();
    if let Some(word) = words.get_mut(1) {
        *word = match *word {
            "uuid" => "blob",
            "timestamptz" | "date" | "json" => "text",
            "timestamptz," | "date," | "json," => "text,",
            "uuid," => "blob,",
            other => other,
        };
    }
    words.join(" ")
}
