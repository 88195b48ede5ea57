//! Rows on their way into a database, as fast as it takes them.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

use super::tables::{Cell, Row, TABLES, Table};
use crate::clock::Result;

/// The most values that SQLite takes in one statement.
const MOST_VALUES: usize = 30_000;

/// A database that is being filled.
pub struct Target {
    link: Link,
    shapes: Vec<Shape>,
    /// What is put back when all rows are there: indices, and on SQLite triggers.
    later: Vec<String>,
}

enum Link {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// What a table has that the generator may not know of: a later migration can add columns and take some away.
struct Shape {
    /// Which of the generator's columns there are.
    known: Vec<usize>,
    /// Columns that want a value and that the generator does not know, with one.
    others: Vec<(String, Cell)>,
}

impl Target {
    /// A migrated database that holds nothing yet.
    pub async fn open(url: &str, checked: bool) -> Result<Self> {
        let mut link = if url.starts_with("sqlite:") {
            let mut link = SqliteConnection::connect(url).await?;
            link.execute("pragma synchronous = off; pragma cache_size = -262144; pragma temp_store = memory")
                .await?;
            if !checked {
                link.execute("pragma foreign_keys = off").await?;
            }
            Link::Sqlite(link)
        } else {
            let mut link = PgConnection::connect(url).await?;
            link.execute("set synchronous_commit = off; set maintenance_work_mem = '512MB'").await?;
            if !checked {
                // Neither triggers nor foreign keys are asked; unique, check and exclusion constraints are.
                link.execute("set session_replication_role = replica").await?;
            }
            Link::Postgres(link)
        };
        let mut shapes = Vec::new();
        for (_, name, columns) in TABLES {
            shapes.push(link.shape(name, columns).await?);
        }
        let later = if checked { Vec::new() } else { link.put_away().await? };
        if let Link::Sqlite(link) = &mut link {
            link.execute("begin immediate").await?;
        }
        Ok(Self { link, shapes, later })
    }

    /// Writes rows of one table.
    pub async fn write(&mut self, table: Table, rows: Vec<Row>) -> Result<()> {
        let (_, name, columns) = TABLES[table as usize];
        let shape = &self.shapes[table as usize];
        let names = shape.known.iter().map(|place| columns[*place]);
        let names: Vec<_> = names.chain(shape.others.iter().map(|(name, _)| name.as_str())).collect();
        match &mut self.link {
            Link::Postgres(link) => copy(link, name, &names, shape, &rows).await,
            Link::Sqlite(link) => insert(link, name, &names, shape, &rows).await,
        }
    }

    /// Puts back what was put away, has the database learn what it holds, and answers with its bytes.
    pub async fn finish(&mut self) -> Result<u64> {
        match &mut self.link {
            Link::Postgres(link) => {
                for statement in &self.later {
                    link.execute(AssertSqlSafe(statement.as_str())).await?;
                }
                link.execute("vacuum analyze").await?;
                link.execute("checkpoint").await?;
                let row = sqlx::query("select pg_database_size(current_database())").fetch_one(link).await?;
                Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
            }
            Link::Sqlite(link) => {
                for statement in &self.later {
                    link.execute(AssertSqlSafe(statement.as_str())).await?;
                }
                link.execute("commit").await?;
                link.execute("analyze").await?;
                link.execute("pragma wal_checkpoint(truncate)").await?;
                let row =
                    sqlx::query("select page_count * page_size from pragma_page_count, pragma_page_size");
                Ok(row.fetch_one(link).await?.try_get::<i64, _>(0)?.unsigned_abs())
            }
        }
    }
}

impl Link {
    /// The name, the type and whether a value is wanted of each column.
    async fn columns(&mut self, table: &str) -> Result<Vec<(String, String, bool)>> {
        Ok(match self {
            Self::Postgres(link) => {
                sqlx::query_as(
                    "select column_name::text, data_type::text, is_nullable = 'NO' and column_default is null
                 from information_schema.columns where table_schema = 'public' and table_name = $1",
                )
                .bind(table)
                .fetch_all(link)
                .await?
            }
            Self::Sqlite(link) => {
                sqlx::query_as(
                    "select name, type, \"notnull\" and dflt_value is null from pragma_table_info(?)",
                )
                .bind(table)
                .fetch_all(link)
                .await?
            }
        })
    }

    async fn shape(&mut self, table: &str, columns: &[&str]) -> Result<Shape> {
        let there = self.columns(table).await?;
        let known =
            (0..columns.len()).filter(|place| there.iter().any(|(name, _, _)| name == columns[*place]));
        let unknown = there.iter().filter(|(name, _, wants)| *wants && !columns.contains(&name.as_str()));
        let others = unknown.map(|(name, kind, _)| (name.clone(), of_kind(kind))).collect::<Vec<_>>();
        for (name, _) in &others {
            eprintln!("{table}.{name} is not known to the generator: it gets the same value in every row");
        }
        Ok(Shape { known: known.collect(), others })
    }

    /// Takes away what makes loading slow, and answers with what makes it anew.
    async fn put_away(&mut self) -> Result<Vec<String>> {
        match self {
            Self::Postgres(link) => {
                let indices: Vec<(String, String)> = sqlx::query_as(
                    "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
                     where indrelid::regclass::text = any(select tablename::text from pg_tables where schemaname = 'public')
                     and not exists (select 1 from pg_constraint where conindid = indexrelid)",
                )
                .fetch_all(&mut *link)
                .await?;
                for (name, _) in &indices {
                    link.execute(AssertSqlSafe(format!("drop index {name}"))).await?;
                }
                Ok(indices.into_iter().map(|(_, definition)| definition).collect())
            }
            Self::Sqlite(link) => {
                let things: Vec<(String, String, String)> = sqlx::query_as(
                    "select type, name, sql from sqlite_master where sql is not null and type in ('index', 'trigger')
                     order by type",
                )
                .fetch_all(&mut *link)
                .await?;
                for (kind, name, _) in &things {
                    link.execute(AssertSqlSafe(format!("drop {kind} \"{name}\""))).await?;
                }
                Ok(things.into_iter().map(|(_, _, sql)| sql).collect())
            }
        }
    }
}

/// A value for a column that the generator does not know.
fn of_kind(kind: &str) -> Cell {
    match kind.to_ascii_lowercase().as_str() {
        "uuid" | "blob" => Cell::Id(uuid::Uuid::nil()),
        "boolean" => Cell::Bool(false),
        "json" | "jsonb" => Cell::Json("{}".to_owned()),
        "date" => Cell::Day(chrono::NaiveDate::default()),
        kind if kind.starts_with("timestamp") => Cell::At(chrono::DateTime::UNIX_EPOCH),
        kind if kind.contains("int") => Cell::Int(1),
        _ => Cell::Text(String::new()),
    }
}

fn cells<'r>(shape: &'r Shape, row: &'r Row) -> impl Iterator<Item = &'r Cell> {
    shape.known.iter().map(|place| &row[*place]).chain(shape.others.iter().map(|(_, cell)| cell))
}

async fn copy(
    link: &mut PgConnection,
    table: &str,
    names: &[&str],
    shape: &Shape,
    rows: &[Row],
) -> Result<()> {
    let mut into = link.copy_in_raw(&format!("copy \"{table}\" ({}) from stdin", names.join(", "))).await?;
    let mut text = String::with_capacity(1 << 20);
    for row in rows {
        for (place, cell) in cells(shape, row).enumerate() {
            if place > 0 {
                text.push('\t');
            }
            written(&mut text, cell)?;
        }
        text.push('\n');
        if text.len() > 1 << 19 {
            into.send(text.as_bytes()).await?;
            text.clear();
        }
    }
    into.send(text.as_bytes()).await?;
    into.finish().await?;
    Ok(())
}

/// A value as COPY reads it.
fn written(text: &mut String, cell: &Cell) -> Result<()> {
    match cell {
        Cell::Null => text.push_str("\\N"),
        Cell::Id(id) => write!(text, "{id}")?,
        Cell::Int(number) => write!(text, "{number}")?,
        Cell::Bool(yes) => text.push(if *yes { 't' } else { 'f' }),
        Cell::At(at) => write!(text, "{}", at.format("%Y-%m-%d %H:%M:%S+00"))?,
        Cell::Day(day) => write!(text, "{day}")?,
        Cell::Text(words) | Cell::Json(words) => {
            for character in words.chars() {
                match character {
                    '\\' => text.push_str("\\\\"),
                    '\n' => text.push_str("\\n"),
                    '\t' => text.push_str("\\t"),
                    '\r' => text.push_str("\\r"),
                    other => text.push(other),
                }
            }
        }
    }
    Ok(())
}

async fn insert(
    link: &mut SqliteConnection,
    table: &str,
    names: &[&str],
    shape: &Shape,
    rows: &[Row],
) -> Result<()> {
    let place = format!("({})", vec!["?"; names.len()].join(", "));
    let most = (MOST_VALUES / names.len().max(1)).clamp(1, 200);
    for chunk in rows.chunks(most) {
        let places = vec![place.as_str(); chunk.len()].join(", ");
        let statement = format!("insert into \"{table}\" ({}) values {places}", names.join(", "));
        // Only the statement of a full chunk is worth remembering.
        let mut query = sqlx::query(AssertSqlSafe(statement)).persistent(chunk.len() == most);
        for cell in chunk.iter().flat_map(|row| cells(shape, row)) {
            query = match cell {
                Cell::Null => query.bind(None::<i64>),
                Cell::Id(id) => query.bind(*id),
                Cell::Text(words) | Cell::Json(words) => query.bind(words.clone()),
                Cell::Int(number) => query.bind(*number),
                Cell::Bool(yes) => query.bind(*yes),
                Cell::At(at) => query.bind(*at),
                Cell::Day(day) => query.bind(*day),
            };
        }
        query.execute(&mut *link).await?;
    }
    Ok(())
}
