//! Sealing what was committed, so that writers never queue behind one another for a place in the chain.
//!
//! What is sealed is found by what no digest knows, not by an identifier greater than the last: a transaction that
//! began earlier and committed later is sealed later. To look at everything for that would cost more every day, so
//! only what is not older than the newest sealed event less an overlap is looked at.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{audit_digest, audit_event, audit_seal, reading, reading_subject};
use rules::Term;
use rules::terms::SealKind;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, Select, Statement,
};
use uuid::Uuid;

use super::chain::{self, Event, NOTHING};
use super::find::primary_key;
use super::link::Link;
use super::write::insert_unrecorded;
use super::{Database, Reach};
use crate::error::Result;

/// How long an event is left alone, so that one transaction still open seldom makes a seal of its own.
const MARGIN: TimeDelta = TimeDelta::seconds(2);
/// How much later than its events a transaction may be committed and still be sealed. What is older, lies among
/// sealed events and has no digest was put there by somebody else.
pub const OVERLAP: TimeDelta = TimeDelta::minutes(10);
/// The most events of one seal.
const MOST: u64 = 1_000;

impl Database {
    /// Puts a seal on the oldest events of a kind that have none, as far back as `overlap` before the newest that
    /// has one. None if there are none, or if another server is about it.
    pub async fn seal(
        &self,
        kind: SealKind,
        now: DateTime<Utc>,
        overlap: TimeDelta,
    ) -> Result<Option<audit_seal::Model>> {
        let reads = self.reading(&Reach::Keep);
        let newest = newest(&reads, kind).await?;
        let period = Period { from: newest.map(|newest| newest - overlap), to: Some(now - MARGIN) };
        // Mostly there is nothing to do: that is found out without a lock.
        if due(&reads, kind, &period, 1).await?.is_empty() {
            return Ok(None);
        }
        // Given back, before another connection is waited for.
        drop(reads);
        let link = self.writing(&Reach::Keep).await?;
        if !alone(&link).await? {
            return Ok(None);
        }
        let mut events = due(&link, kind, &period, MOST).await?;
        events.sort_by_key(|event| (event.at, event.id));
        let sealed = put(&link, kind, &events, now).await?;
        link.commit().await?;
        Ok(sealed)
    }
}

/// Puts a seal on these events.
async fn put(
    link: &Link,
    kind: SealKind,
    events: &[Event],
    now: DateTime<Utc>,
) -> Result<Option<audit_seal::Model>> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(None) };
    let seals = || audit_seal::Entity::find().order_by(audit_seal::Column::Number, Order::Desc);
    let number = seals().one(link).await?.map_or(1, |seal| seal.number.saturating_add(1));
    let of_kind = seals().filter(audit_seal::Column::Kind.eq(kind.code()));
    let previous = of_kind.one(link).await?.map_or_else(|| NOTHING.to_owned(), |seal| seal.digest);
    let entries: Vec<_> =
        events.iter().zip(1..).map(|(event, position)| entry(event, number, position)).collect();
    let mut seal = audit_seal::Model {
        number,
        kind: kind.into(),
        first_id: first.id,
        last_id: last.id,
        first_at: first.at,
        last_at: last.at,
        row_count: i32::try_from(events.len()).unwrap_or(i32::MAX),
        root: chain::root(&entries),
        previous,
        digest: String::new(),
        sealed_at: now,
    };
    seal.digest = chain::digest_of(&seal);
    insert_unrecorded(link, vec![seal.clone()]).await?;
    insert_unrecorded(link, entries).await?;
    Ok(Some(seal))
}

fn entry(event: &Event, seal_number: i64, position: i32) -> audit_digest::Model {
    let salt = chain::salt();
    let digest = event.digest(&salt);
    audit_digest::Model { row_id: event.id, seal_number, position, salt: Some(salt), digest, erased_at: None }
}

/// Of several servers on one database, one seals at a time. SQLite has one writer as it is.
async fn alone(link: &Link) -> Result<bool> {
    if link.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    // The number is nobody else's: it stands for the chain of this network.
    let lock = Statement::from_string(DbBackend::Postgres, "select pg_try_advisory_xact_lock(5137201701)");
    match link.query_one_raw(lock).await? {
        Some(row) => Ok(row.try_get_by_index(0)?),
        None => Ok(false),
    }
}

/// When the newest sealed event of a kind happened.
pub(super) async fn newest(link: &Link, kind: SealKind) -> Result<Option<DateTime<Utc>>> {
    let find = audit_seal::Entity::find().filter(audit_seal::Column::Kind.eq(kind.code()));
    let seal = find.order_by(audit_seal::Column::LastAt, Order::Desc).one(link).await?;
    Ok(seal.map(|seal| seal.last_at))
}

/// From when, and until before when.
pub(super) struct Period {
    pub(super) from: Option<DateTime<Utc>>,
    pub(super) to: Option<DateTime<Utc>>,
}

/// The oldest events of a kind and a period that no seal knows.
pub(super) async fn due(link: &Link, kind: SealKind, period: &Period, most: u64) -> Result<Vec<Event>> {
    match kind {
        SealKind::Change => {
            let rows = oldest::<audit_event::Entity>(audit_event::Column::At, period, most);
            Ok(rows.all(link).await?.iter().map(Event::change).collect())
        }
        SealKind::Reading => {
            let rows = oldest::<reading::Entity>(reading::Column::RecordedAt, period, most);
            let rows = rows.all(link).await?;
            let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
            readings(link, rows, reading_subject::Column::ReadingId.is_in(ids).into()).await
        }
    }
}

fn oldest<E: EntityTrait>(at: E::Column, period: &Period, most: u64) -> Select<E> {
    let rows = unsealed::<E>(at, period);
    rows.order_by(at, Order::Asc).order_by(primary_key::<E>(), Order::Asc).limit(most)
}

/// The rows of a table, in a period, that no seal knows.
pub(super) fn unsealed<E: EntityTrait>(at: E::Column, period: &Period) -> Select<E> {
    let digest = Expr::col((audit_digest::Entity, audit_digest::Column::RowId));
    let known = Query::select()
        .column((audit_digest::Entity, audit_digest::Column::RowId))
        .from(audit_digest::Entity)
        .and_where(digest.equals((E::default(), primary_key::<E>())))
        .to_owned();
    let of_time = Condition::all()
        .add_option(period.from.map(|from| at.gte(from)))
        .add_option(period.to.map(|to| at.lt(to)));
    E::find().filter(Expr::not_exists(known)).filter(of_time)
}

/// Readings as events, with the cases that `of_them` finds.
pub(super) async fn readings(
    link: &Link,
    rows: Vec<reading::Model>,
    of_them: Condition,
) -> Result<Vec<Event>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let subjects = reading_subject::Entity::find().filter(of_them).all(link).await?;
    let mut cases: HashMap<_, Vec<Uuid>> = HashMap::new();
    for subject in subjects {
        cases.entry(subject.reading_id).or_default().push(subject.case_id.0);
    }
    let event = |row: &reading::Model| {
        let mut cases = cases.remove(&row.id).unwrap_or_default();
        cases.sort_unstable();
        Event::reading(row, &cases)
    };
    Ok(rows.iter().map(event).collect())
}
