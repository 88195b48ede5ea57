//! What changed, in the order in which it was committed, for those who follow it.
//!
//! The database fills the table `change` when the audit is written (migration `m0006`), so that an act takes no further
//! statement. On PostgreSQL transactions commit in another order than they begin in: only what lies below the oldest
//! transaction that still runs has its place for good, and only that is taken. These are the server's own statements;
//! nothing of a change is answered but what the caller then reads through a scope.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{Id, change, organisation, referral};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use sqlx::postgres::{PgListener, PgPoolOptions};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::link::Link;
use super::{Database, Reach};
use crate::error::{Fault, Result};

/// The channel on which PostgreSQL says that something changed.
const CHANNEL: &str = "changes";
/// How long to wait before it is tried again to listen.
const PAUSE: Duration = Duration::from_secs(1);

/// A place in the order of changes: whoever is there has seen all up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The number of the transaction; 0 on SQLite.
    pub transaction: i64,
    /// The position of the change.
    pub position: i64,
}

impl Place {
    /// Where a change stands.
    pub const fn of(change: &change::Model) -> Self {
        Self { transaction: change.transaction_number, position: change.position }
    }
}

/// What there was to see.
pub struct Look {
    /// The changes, in order.
    pub changes: Vec<change::Model>,
    /// Whether there may be more that have their place for good.
    pub is_full: bool,
    /// Whether others are committed whose place is still open.
    pub is_open: bool,
}

/// Which changes are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Those of one referral.
    Referral(Id<referral::Entity>),
    /// Those of referrals of an organisation, on either side, and of those that left it.
    Organisation(Id<organisation::Entity>),
    /// Those of any referral.
    Referrals,
    /// Those of rows of a table.
    Table(&'static str),
}

impl From<About> for Condition {
    fn from(about: About) -> Self {
        use change::Column::{BeforeHolderId, HolderId, ProviderId, ReferralId, TableName};
        match about {
            About::Referral(id) => ReferralId.eq(id).into(),
            About::Organisation(id) => {
                Self::any().add(HolderId.eq(id)).add(ProviderId.eq(id)).add(BeforeHolderId.eq(id))
            }
            About::Referrals => ReferralId.is_not_null().into(),
            About::Table(name) => TableName.eq(name).into(),
        }
    }
}

impl Database {
    /// The place after everything that has its place for good.
    pub async fn end_of_changes(&self) -> Result<Place> {
        let reads = self.reading(&Reach::Keep);
        if let Some(oldest) = oldest_running(&reads).await? {
            return Ok(Place { transaction: oldest.saturating_sub(1), position: i64::MAX });
        }
        let last = change::Entity::find().order_by(change::Column::Position, Order::Desc);
        let last = last.one(&reads).await?;
        Ok(last.as_ref().map(Place::of).unwrap_or_default())
    }

    /// The next changes after a place, `most` at most.
    pub async fn changes_after(&self, after: Place, most: u64) -> Result<Look> {
        let reads = self.reading(&Reach::Keep);
        // Asked for first: what lies below it is committed by the time that it is read.
        let oldest = oldest_running(&reads).await?.unwrap_or(i64::MAX);
        let mut changes = in_order(beyond(after)).limit(most).all(&reads).await?;
        let is_full = changes.len() as u64 == most;
        let settled = changes.partition_point(|change| change.transaction_number < oldest);
        let is_open = settled < changes.len();
        changes.truncate(settled);
        Ok(Look { changes, is_full: is_full && !is_open, is_open })
    }

    /// The changes of something after one place and up to another, `most` at most.
    pub async fn changes_between(
        &self,
        after: Place,
        until: Place,
        about: &[About],
        most: u64,
    ) -> Result<Vec<change::Model>> {
        let any = about.iter().fold(Condition::any(), |any, about| any.add(Condition::from(*about)));
        let within = Condition::all().add(beyond(after)).add(place().lte(tuple(until))).add(any);
        Ok(in_order(within).limit(most).all(&self.reading(&Reach::Keep)).await?)
    }

    /// Forgets changes that are older than an instant, and those that another cluster left behind which counted its
    /// transactions further: nobody would ever take them. The newest stays on SQLite, where the next counts from it.
    pub async fn forget_changes(&self, before: DateTime<Utc>) -> Result<u64> {
        let link = self.writing(&Reach::Keep).await?;
        let old: Expr = change::Column::At.lt(before);
        let forgotten = if link.get_database_backend() == DbBackend::Postgres {
            let foreign = Expr::cust(
                r#""change"."transaction_number" >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint"#,
            );
            Condition::any().add(old).add(foreign)
        } else {
            let newest = Expr::cust(r#""change"."position" < (select max("position") from "change")"#);
            Condition::all().add(old).add(newest)
        };
        let done = change::Entity::delete_many().filter(forgotten).exec(&link).await?;
        link.commit().await?;
        Ok(done.rows_affected)
    }

    /// What wakes whoever follows changes: commits here and, while [`Database::listen`] runs, elsewhere.
    pub(crate) fn stirred(&self) -> Arc<Notify> {
        Arc::clone(&self.stirred)
    }

    /// Listens for what other processes commit, until the task is aborted; none where there is nothing to listen to.
    /// It has a connection of its own: it would keep one from those who ask.
    pub(crate) fn listen(&self) -> Option<JoinHandle<()>> {
        if self.is_sqlite() {
            return None;
        }
        let options = (*self.reads.get_postgres_connection_pool().connect_options()).clone();
        let stirred = self.stirred();
        Some(tokio::spawn(async move {
            loop {
                let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
                if let Err(error) = hear(&pool.connect_lazy_with(options.clone()), &stirred).await {
                    tracing::warn!(%error, "changes of other processes are not heard of, but looked for");
                }
                tokio::time::sleep(PAUSE).await;
            }
        }))
    }
}

/// The number of the oldest transaction that still runs; none on SQLite, where one at a time writes.
async fn oldest_running(link: &Link) -> Result<Option<i64>> {
    if link.get_database_backend() == DbBackend::Sqlite {
        return Ok(None);
    }
    let question = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    let row = link.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await?;
    let row = row.ok_or_else(|| Fault::internal("the database names no oldest transaction"))?;
    Ok(Some(row.try_get_by_index(0)?))
}

/// Wakes whoever follows, at each notice and whenever the connection was lost.
async fn hear(pool: &sqlx::PgPool, stirred: &Notify) -> std::result::Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.ignore_pool_close_event(true);
    listener.listen(CHANNEL).await?;
    // What was said before this is not heard, but read.
    stirred.notify_one();
    loop {
        // None: it was lost and found again, and what was said meanwhile was missed.
        listener.try_recv().await?;
        stirred.notify_one();
    }
}

fn place() -> Expr {
    Expr::tuple([
        Expr::col((change::Entity, change::Column::TransactionNumber)),
        Expr::col((change::Entity, change::Column::Position)),
    ])
}

fn tuple(place: Place) -> Expr {
    Expr::tuple([Expr::val(place.transaction), Expr::val(place.position)])
}

fn beyond(after: Place) -> Condition {
    Condition::all().add(place().gt(tuple(after)))
}

fn in_order(condition: Condition) -> sea_orm::Select<change::Entity> {
    change::Entity::find()
        .filter(condition)
        .order_by(change::Column::TransactionNumber, Order::Asc)
        .order_by(change::Column::Position, Order::Asc)
}
