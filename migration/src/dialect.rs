//! Tables are written once, in PostgreSQL's types, and said to SQLite in its own.

use std::borrow::Cow;

use sea_orm_migration::sea_orm::DbBackend;

/// The definition of tables as the database understands it.
pub fn of(backend: DbBackend, tables: &str) -> Cow<'_, str> {
    if backend == DbBackend::Sqlite {
        tables.lines().map(sqlite_column).collect::<Vec<_>>().join("\n").into()
    } else {
        tables.into()
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
