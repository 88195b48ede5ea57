//! The operations that are measured, and what they are asked with.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};
use sqlx::{
    AssertSqlSafe, Column as _, ColumnIndex, Connection as _, Database, Decode, PgConnection, Row,
    SqliteConnection, Type,
};
use uuid::Uuid;

use crate::clock::Result;
use crate::ids;
use crate::keys::Caller;
use crate::random::Chance;

/// The most rows that are drawn from.
const MOST: usize = 50_000;

/// An operation.
pub struct Operation {
    /// Its folder's name.
    pub name: String,
    /// Whether a draw is good for one request alone.
    pub once: bool,
    documents: HashMap<String, String>,
    variables: String,
}

/// One request's worth: who asks, and with what.
#[derive(Clone, Debug)]
pub struct Draw {
    /// Who.
    pub caller: Caller,
    /// With what. Keys that must be new are filled in when it is sent.
    pub variables: Value,
}

impl Operation {
    /// The document for a side, if that side answers the operation.
    pub fn document(&self, side: &str) -> Option<&str> {
        let side = if side == "before" { "api" } else { side };
        self.documents.get(side).map(String::as_str)
    }
}

/// Where the operations and the peers are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The operations with these names; all of them if none is named.
pub fn named(names: &[String]) -> Result<Vec<Operation>> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder().join("operations"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let mut operations = Vec::new();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        let variables = fs::read_to_string(folder.join("variables.sql"))?;
        let mut documents = HashMap::new();
        for side in ["api", "postgraphile", "mercurius"] {
            if let Ok(document) = fs::read_to_string(folder.join(format!("{side}.graphql"))) {
                documents.insert(side.to_owned(), document.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
        operations.push(Operation { name, once: variables.starts_with("-- once"), documents, variables });
    }
    if let Some(unknown) =
        names.iter().find(|name| operations.iter().all(|operation| operation.name != **name))
    {
        return Err(format!("there is no operation {unknown}").into());
    }
    Ok(operations)
}

/// What the operation is asked with over this database, in an order that the seed decides.
pub async fn draw(url: &str, operation: &Operation, seed: u64, now: DateTime<Utc>) -> Result<Vec<Draw>> {
    let callers = callers(url).await?;
    let sql = AssertSqlSafe(operation.variables.clone());
    let mut query_binds_now = operation.variables.contains("$1");
    let mut rows: Vec<(Uuid, Value)> = if url.starts_with("sqlite:") {
        let mut link = SqliteConnection::connect(url).await?;
        let mut query = sqlx::query(sql);
        if std::mem::take(&mut query_binds_now) {
            query = query.bind(now);
        }
        query.fetch_all(&mut link).await?.iter().map(read).collect::<Result<_>>()?
    } else {
        let mut link = PgConnection::connect(url).await?;
        let mut query = sqlx::query(sql);
        if query_binds_now {
            query = query.bind(now);
        }
        query.fetch_all(&mut link).await?.iter().map(read).collect::<Result<_>>()?
    };
    rows.sort_by_cached_key(|(who, variables)| (*who, variables.to_string()));
    Chance::new(seed).shuffle(&mut rows);
    rows.truncate(MOST);
    let draw = |(who, variables)| Some(Draw { caller: callers.get(&who)?.clone(), variables });
    Ok(rows.into_iter().filter_map(draw).collect())
}

/// Everybody of the network.
async fn callers(url: &str) -> Result<HashMap<Uuid, Caller>> {
    let sql = "select p.id, p.subject, p.organisation_id, r.role from person p join person_role r on r.person_id = p.id";
    let rows: Vec<(Uuid, String, Uuid, String)> = if url.starts_with("sqlite:") {
        sqlx::query_as(sql).fetch_all(&mut SqliteConnection::connect(url).await?).await?
    } else {
        sqlx::query_as(sql).fetch_all(&mut PgConnection::connect(url).await?).await?
    };
    let mut callers: HashMap<Uuid, Caller> = HashMap::new();
    for (id, subject, organisation, role) in rows {
        callers
            .entry(id)
            .or_insert_with(|| Caller { subject, organisation, roles: Vec::new() })
            .roles
            .push(role);
    }
    Ok(callers)
}

/// A row of `variables.sql`: who asks, and the variables by the paths that are the columns' names.
fn read<R>(row: &R) -> Result<(Uuid, Value)>
where
    R: Row,
    usize: ColumnIndex<R>,
    for<'r> Uuid: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> NaiveDate: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> DateTime<Utc>: Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Database,
{
    let (mut who, mut variables, mut at) = (Uuid::nil(), json!({}), None);
    for (place, column) in row.columns().iter().enumerate() {
        let (path, kind) = column.name().split_once(':').unwrap_or((column.name(), ""));
        let value = match kind {
            "" if path == "who" => {
                who = row.try_get(place)?;
                continue;
            }
            "" => Value::from(row.try_get::<String, _>(place)?),
            "int" => Value::from(row.try_get::<i64, _>(place)?),
            "yes" => Value::from(true),
            "fresh" => Value::from(FRESH),
            "date" => Value::from(row.try_get::<NaiveDate, _>(place)?.to_string()),
            "cursor_at" => {
                at = Some(row.try_get::<DateTime<Utc>, _>(place)?);
                continue;
            }
            "cursor_id" => Value::from(cursor(at, row.try_get(place)?)),
            prefix => Value::from(ids::shown(prefix, row.try_get(place)?)),
        };
        put(&mut variables, path, value);
    }
    Ok((who, variables))
}

/// Stands where a new key goes.
pub const FRESH: &str = "a fresh key";

fn put(into: &mut Value, path: &str, value: Value) {
    let mut place = into;
    for name in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[name];
    }
    *place = value;
}

/// A place in a list ordered by an instant, as the product writes it.
pub fn cursor(at: Option<DateTime<Utc>>, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(json!([{ "t": at }, id]).to_string())
}
