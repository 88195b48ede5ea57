//! A migration: tables are written once, in PostgreSQL's types, and said to SQLite in its own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// One step of the shape.
pub struct Step {
    /// Its name, by which a database knows that it was taken.
    pub name: &'static str,
    /// The tables and indices, for both databases.
    pub tables: &'static str,
    /// What SQLite has to be told in its own words: triggers, constraints.
    pub sqlite: &'static str,
    /// What PostgreSQL has to be told in its own words.
    pub postgres: &'static str,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    /// On SQLite too, which takes no transaction unasked: a server that is killed half-way can begin again.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if connection.get_database_backend() == DbBackend::Sqlite {
            let tables: Vec<_> = self.tables.lines().map(sqlite_column).collect();
            connection.execute_unprepared(&tables.join("\n")).await?;
            connection.execute_unprepared(self.sqlite).await?;
        } else {
            connection.execute_unprepared(self.tables).await?;
            connection.execute_unprepared(self.postgres).await?;
        }
        Ok(())
    }
}

/// SQLite gives a column its affinity by the name of its type: a UUID is a blob there; an instant, a day and
/// a JSON document are text. A line of a column is its name, its type and the rest; other lines stay as they are.
fn sqlite_column(line: &str) -> String {
    let mut words: Vec<String> = line.trim_start().splitn(3, ' ').map(str::to_owned).collect();
    if let Some(word) = words.get_mut(1) {
        let kind = word.trim_end_matches([',', ';']);
        let end = &word[kind.len()..];
        match kind {
            "uuid" => *word = format!("blob{end}"),
            "timestamptz" | "date" | "json" => *word = format!("text{end}"),
            _ => {}
        }
    }
    words.join(" ")
}
