//! Where statements run. On PostgreSQL always in a transaction that began by saying who asks; on SQLite on the readers'
//! pool, or in a turn at writing.

use sea_orm::sea_query::Values;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
};
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::{PgConnection, PgPool, PgQueryResult, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Executor as _, Postgres, Transaction};
use tokio::sync::Mutex;

use super::turns::Turn;

/// A place for statements. Dropped, it undoes what was not committed; nobody waits for that.
pub(crate) struct Link(Kind);

enum Kind {
    /// Each statement on whichever of SQLite's readers is free.
    Readers(DatabaseConnection),
    /// A turn of SQLite's one writer.
    Writer(Turn),
    /// A transaction on PostgreSQL.
    Scoped(Scoped),
}

struct Scoped {
    open: Mutex<Option<Transaction<'static, Postgres>>>,
    /// Where it only reads: what begins it, with its first statement, and anew after one that failed. An act begins at
    /// once and never again, so that no half of one is committed.
    begins: Option<(PgPool, String)>,
}

impl Link {
    /// Reads on SQLite.
    pub(super) const fn readers(pool: DatabaseConnection) -> Self {
        Self(Kind::Readers(pool))
    }

    /// Writes on SQLite.
    pub(super) const fn writer(turn: Turn) -> Self {
        Self(Kind::Writer(turn))
    }

    /// Reads on PostgreSQL in one transaction, which holds no connection until something is read.
    pub(super) fn reading(pool: PgPool, begin: String) -> Self {
        Self(Kind::Scoped(Scoped { open: Mutex::default(), begins: Some((pool, begin)) }))
    }

    /// Writes on PostgreSQL.
    pub(super) async fn writing(pool: &PgPool, begin: String) -> Result<Self, DbErr> {
        let transaction = begun(pool, begin).await?;
        Ok(Self(Kind::Scoped(Scoped { open: Mutex::new(Some(transaction)), begins: None })))
    }

    /// Commits what was written.
    pub(super) async fn commit(self) -> Result<(), DbErr> {
        match self.0 {
            Kind::Readers(_) => Ok(()),
            Kind::Writer(turn) => turn.commit().await,
            Kind::Scoped(scoped) => match scoped.open.into_inner() {
                Some(transaction) => transaction.commit().await.map_err(on_executing),
                None => Ok(()),
            },
        }
    }

    /// Commits what was written, and on PostgreSQL goes on reading on the same connection: what ends the one transaction and
    /// what begins the other are one message.
    pub(super) async fn commit_and_read(self, reads: &Self) -> Result<(), DbErr> {
        let (Kind::Scoped(writes), Kind::Scoped(Scoped { open, begins: Some((_, begin)) })) =
            (&self.0, &reads.0)
        else {
            return self.commit().await;
        };
        let transaction = writes.open.lock().await.take();
        let Some(mut transaction) = transaction else { return Ok(()) };
        transaction.execute(AssertSqlSafe(format!("COMMIT; {begin}"))).await.map_err(on_executing)?;
        *open.lock().await = Some(transaction);
        Ok(())
    }

    /// Undoes what was written, where somebody is to hear what it came to: what that was decided by is committed by then.
    pub(super) async fn undo(self) -> Result<(), DbErr> {
        match self.0 {
            Kind::Readers(_) | Kind::Scoped(_) => Ok(()),
            Kind::Writer(turn) => turn.undo().await,
        }
    }

    /// Gives the connection of a reading transaction back, so that who reads next sees what was committed meanwhile,
    /// and who needs another connection does not wait for this one.
    pub(super) async fn rest(&self) {
        if let Kind::Scoped(scoped) = &self.0 {
            drop(scoped.open.lock().await.take());
        }
    }
}

impl Scoped {
    async fn all(&self, statement: Statement) -> Result<Vec<PgRow>, DbErr> {
        let mut open = self.open.lock().await;
        let rows = prepared(statement).fetch_all(self.connection(&mut open).await?).await;
        self.settle(&mut open, rows).map_err(|error| DbErr::Query(of_sqlx(error)))
    }

    async fn execute(&self, statement: Statement) -> Result<PgQueryResult, DbErr> {
        let mut open = self.open.lock().await;
        let done = prepared(statement).execute(self.connection(&mut open).await?).await;
        self.settle(&mut open, done).map_err(on_executing)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<PgQueryResult, DbErr> {
        let mut open = self.open.lock().await;
        let connection = self.connection(&mut open).await?;
        let done = connection.execute(AssertSqlSafe(sql.to_owned())).await;
        self.settle(&mut open, done).map_err(on_executing)
    }

    async fn connection<'o>(
        &self,
        open: &'o mut Option<Transaction<'static, Postgres>>,
    ) -> Result<&'o mut PgConnection, DbErr> {
        if open.is_none()
            && let Some((pool, begin)) = &self.begins
        {
            *open = Some(begun(pool, begin.clone()).await?);
        }
        open.as_deref_mut().ok_or_else(|| DbErr::Custom("the transaction has ended".to_owned()))
    }

    /// After a statement that failed PostgreSQL refuses all others of its transaction: who only reads begins anew.
    fn settle<T>(
        &self,
        open: &mut Option<Transaction<'static, Postgres>>,
        outcome: Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        if outcome.is_err() && self.begins.is_some() {
            *open = None;
        }
        outcome
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Link {
    fn get_database_backend(&self) -> DbBackend {
        match &self.0 {
            Kind::Readers(_) | Kind::Writer(_) => DbBackend::Sqlite,
            Kind::Scoped(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.0 {
            Kind::Readers(pool) => pool.execute_raw(statement).await,
            Kind::Writer(turn) => turn.transaction()?.execute_raw(statement).await,
            Kind::Scoped(scoped) => scoped.execute(statement).await.map(Into::into),
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match &self.0 {
            Kind::Readers(pool) => pool.execute_unprepared(sql).await,
            Kind::Writer(turn) => turn.transaction()?.execute_unprepared(sql).await,
            Kind::Scoped(scoped) => scoped.execute_unprepared(sql).await.map(Into::into),
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.0 {
            Kind::Readers(pool) => pool.query_one_raw(statement).await,
            Kind::Writer(turn) => turn.transaction()?.query_one_raw(statement).await,
            Kind::Scoped(scoped) => Ok(scoped.all(statement).await?.into_iter().next().map(Into::into)),
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.0 {
            Kind::Readers(pool) => pool.query_all_raw(statement).await,
            Kind::Writer(turn) => turn.transaction()?.query_all_raw(statement).await,
            Kind::Scoped(scoped) => Ok(scoped.all(statement).await?.into_iter().map(Into::into).collect()),
        }
    }
}

/// A transaction on a connection of the pool, begun by this statement.
async fn begun(pool: &PgPool, begin: String) -> Result<Transaction<'static, Postgres>, DbErr> {
    pool.begin_with(AssertSqlSafe(begin)).await.map_err(|error| DbErr::Conn(of_sqlx(error)))
}

/// The statement as SeaORM's own driver prepares and binds it: its text is SeaORM's, its values are bound.
fn prepared(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    let values = statement.values.unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

fn on_executing(error: sqlx::Error) -> DbErr {
    DbErr::Exec(of_sqlx(error))
}

fn of_sqlx(error: sqlx::Error) -> RuntimeErr {
    RuntimeErr::SqlxError(error.into())
}
