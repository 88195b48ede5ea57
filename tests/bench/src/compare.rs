//! Whether all sides answer the same, before anything is timed.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

use crate::clock::Result;
use crate::ids;
use crate::load::{Client, Shots, check};
use crate::operations::{Draw, FRESH, Operation};
use crate::sides::{Side, Stage};

/// How many requests of each operation are compared.
pub const COMPARED: usize = 8;

/// An answer to a measured read is never shorter.
const LEAST_BYTES: usize = 500;

/// What each write leaves behind, without identifiers and times that differ from run to run.
const LEFT_BEHIND: [&str; 8] = [
    "select id, status, version from session",
    "select session_id, referral_id, outcome, recorded_by_id, superseded_at from attendance",
    "select session_id, referral_id, what_was_done, response, next_steps, recorded_by_id from feedback",
    "select referral_id, session_id, purchaser, provider_id, kind, unit_key, generation, pence, delivered_on, price_id, reason from charge",
    "select id, status, worker_id, version from referral",
    "select referral_id, worker_id, assigned_by_id, to_at from referral_assignment",
    "select operation, act, table_name, case_id, person_id, organisation_id from audit_event where operation in
     ('recordAttendance', 'submitFeedback', 'acceptReferral')",
    "select person_id, operation from idempotency_key",
];

/// What a side answers to each of these requests.
pub async fn answers(shots: &Shots) -> Result<Vec<String>> {
    let mut client = Client::connect(shots.address).await?;
    let mut answers = Vec::new();
    for shot in shots.shots.iter() {
        let body = shot.body.replace(FRESH, &Uuid::now_v7().to_string());
        let (status, answer) = client.post(&shots.path, &shot.token, body).await?;
        check(status, &answer, shots.once)?;
        answers.push(String::from_utf8(answer.to_vec())?);
    }
    Ok(answers)
}

/// Compares what the sides answer to the same reads: to the byte where a side promises that, or else in what is said.
/// Answers with the sides that were compared.
pub async fn reads(
    stage: &Stage,
    sides: &[Side],
    operation: &Operation,
    draws: &[Draw],
) -> Result<Vec<String>> {
    let draws = &draws[..draws.len().min(COMPARED)];
    let mut first: Option<(&str, Vec<String>)> = None;
    let mut compared = Vec::new();
    for side in sides.iter().filter(|side| side.answers(operation)) {
        let said = |error| format!("{} {}: {error}", side.name, operation.name);
        let answers = answers(&side.shots(stage, operation, draws)?).await.map_err(said)?;
        // Nothing found would be the same everywhere.
        if let Some(empty) = answers.iter().find(|answer| answer.len() < LEAST_BYTES) {
            return Err(format!("{} {}: hardly an answer: {empty}", side.name, operation.name).into());
        }
        compared.push(side.name.clone());
        let Some((name, expected)) = &first else {
            first = Some((&side.name, answers));
            continue;
        };
        let exact = side.name == "floor" && *name == "api";
        for (answer, expected) in answers.iter().zip(expected) {
            same(exact, expected, answer).map_err(|differ| {
                format!("{}: {name} and {} do not answer the same: {differ}", operation.name, side.name)
            })?;
        }
    }
    Ok(compared)
}

/// Whether two answers are the same.
pub fn same(exact: bool, expected: &str, answer: &str) -> Result<()> {
    if exact {
        return if expected == answer { Ok(()) } else { Err(difference(expected, answer).into()) };
    }
    let alike = |text: &str| -> Result<String> {
        let mut value: Value = serde_json::from_str(text)?;
        normalise(&mut value);
        Ok(value.to_string())
    };
    let (expected, answer) = (alike(expected)?, alike(answer)?);
    if expected == answer { Ok(()) } else { Err(difference(&expected, &answer).into()) }
}

/// The place at which two texts part.
fn difference(one: &str, other: &str) -> String {
    let shared = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let part = |text: &str| {
        let bytes = &text.as_bytes()[shared.saturating_sub(60)..(shared + 120).min(text.len())];
        String::from_utf8_lossy(bytes).into_owned()
    };
    format!("\n  {}\n  {}", part(one), part(other))
}

/// Identifiers, codes and instants written alike; cursors, which are each server's own, left out. A list may come as
/// a connection of `nodes`; a relation of at most one under a name that ends in `_one` as a list; money as its pence.
fn normalise(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("endCursor");
            let ones: Vec<String> = fields.keys().filter(|name| name.ends_with("_one")).cloned().collect();
            for name in ones {
                let first =
                    fields.remove(&name).and_then(|mut many| many.pointer_mut("/nodes/0").map(Value::take));
                fields.insert(name.trim_end_matches("_one").to_owned(), first.unwrap_or_default());
            }
            if let Some(pence) = fields.get("money").and_then(|money| money.get("amount")).cloned() {
                fields.insert("money".to_owned(), pence);
            }
            fields.values_mut().for_each(normalise);
            if fields.len() == 1
                && let Some(nodes) = fields.remove("nodes")
            {
                *value = nodes;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(normalise),
        Value::String(text) => {
            if let Some(id) = ids::read(text) {
                *text = id.to_string();
            } else if let Ok(at) = DateTime::parse_from_rfc3339(text) {
                *text = at.with_timezone(&Utc).to_rfc3339();
            } else if let Ok(number) = text.parse::<i64>() {
                // PostGraphile writes big integers as texts.
                *value = Value::from(number);
            } else {
                *text = text.to_lowercase();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A digest of everything that writes leave in a database.
pub async fn left_behind(url: &str) -> Result<Vec<String>> {
    let mut link = PgConnection::connect(url).await?;
    let mut digests = Vec::new();
    for rows in LEFT_BEHIND {
        let sql = format!(
            "select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from ({rows}) t"
        );
        digests.push(format!(
            "{}: {}",
            rows.split(" from ").last().unwrap_or_default(),
            sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).fetch_one(&mut link).await?
        ));
    }
    Ok(digests)
}
