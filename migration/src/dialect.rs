//! Tables are written once, in PostgreSQL's types, and said to SQLite in its own.

use sea_orm_migration::SchemaManagerConnection;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// What each database has to be told in its own words: triggers, constraints.
#[derive(Default)]
pub struct InItsWords {
    /// To SQLite.
    pub sqlite: &'static str,
    /// To PostgreSQL.
    pub postgres: &'static str,
}

/// Makes the tables, then what each database needs said in its own words.
pub async fn apply(
    connection: &SchemaManagerConnection<'_>,
    tables: &str,
    words: InItsWords,
) -> Result<(), DbErr> {
    if connection.get_database_backend() == DbBackend::Sqlite {
        let tables: Vec<_> = tables.lines().map(sqlite_column).collect();
        connection.execute_unprepared(&tables.join("\n")).await?;
        connection.execute_unprepared(words.sqlite).await?;
    } else {
        connection.execute_unprepared(tables).await?;
        connection.execute_unprepared(words.postgres).await?;
    }
    Ok(())
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
