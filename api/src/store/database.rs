//! The database: the only place that opens a connection.

use std::time::Duration;

use entity::{audit_event, organisation, person, person_role};
use migration::{Migrator, MigratorTrait};
use rules::terms::Role;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ColumnTrait, ConnectOptions, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait,
    IntoActiveModel, QueryFilter, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::error::{Fault, Result};

/// Readers on SQLite; its one writer has a pool of its own, so that nobody waits for themselves.
const SQLITE_READERS: u32 = 4;

/// The name by which the demonstration's operator, and so its database, is known.
pub const DEMONSTRATION: &str = "Demonstration network";

/// Who is in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inhabitants {
    /// Nobody: it is empty.
    Nobody,
    /// The invented people of the demonstration.
    Demonstration,
    /// Real people.
    Real,
}

/// Who founds a network.
pub struct Founders {
    /// The organisation that runs it.
    pub operator: organisation::Model,
    /// Its first system administrator.
    pub administrator: person::Model,
    /// The record of it.
    pub founding: audit_event::Model,
}

/// The pools of one database. SQLite has one writer and a few readers; PostgreSQL one pool for both.
#[derive(Clone, Debug)]
pub struct Database {
    reads: DatabaseConnection,
    writes: DatabaseConnection,
}

impl Database {
    /// Opens the database at `url`, `sqlite://path` or `postgres://…`, with at most `connections` to PostgreSQL.
    pub async fn open(url: &str, connections: u32) -> Result<Self> {
        if url.starts_with("sqlite:") {
            let writes = connect(sqlite(url, 1)).await?;
            // The file exists from here on, with its journal mode set: readers find it as it should be.
            let reads = connect(sqlite(url, SQLITE_READERS)).await?;
            Ok(Self { reads, writes })
        } else {
            // What cannot be read is repeated by the library, password and all.
            if !url.starts_with("postgres://") || url.parse::<PgConnectOptions>().is_err() {
                return Err(Fault::bad_input(
                    "Its address is none: write sqlite://path or postgres://user:password@host/database.",
                ));
            }
            let pool = connect(postgres(url, connections)).await?;
            Ok(Self { reads: pool.clone(), writes: pool })
        }
    }

    /// Brings the tables to the present shape.
    pub async fn migrate(&self) -> Result<()> {
        Ok(Migrator::up(&self.writes, None).await?)
    }

    /// Whether the database answers and its tables have the present shape.
    pub async fn ready(&self) -> Result<()> {
        if Migrator::get_pending_migrations(&self.reads).await?.is_empty() {
            Ok(())
        } else {
            Err(Fault::internal("migrations are pending"))
        }
    }

    /// Finishes what is under way and closes every connection.
    pub async fn close(self) -> Result<()> {
        self.reads.close().await?;
        Ok(self.writes.close().await?)
    }

    /// Founds an empty network: its operator and the first administrator, from whom everything else comes.
    /// `false` if it was founded before.
    pub async fn found(&self, founders: Founders) -> Result<bool> {
        let transaction = self.begin().await?;
        if person::Entity::find().one(&transaction).await?.is_some() {
            return Ok(false);
        }
        let Founders { operator, administrator, founding } = founders;
        let role = person_role::Model { person_id: administrator.id, role: Role::SystemAdministrator.into() };
        organisation::Entity::insert(operator.into_active_model())
            .exec_without_returning(&transaction)
            .await?;
        person::Entity::insert(administrator.into_active_model())
            .exec_without_returning(&transaction)
            .await?;
        person_role::Entity::insert(role.into_active_model()).exec_without_returning(&transaction).await?;
        audit_event::Entity::insert(founding.into_active_model())
            .exec_without_returning(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Whether anybody is in the network, and whether it is the demonstration.
    pub async fn inhabitants(&self) -> Result<Inhabitants> {
        let reads = &self.reads;
        let demonstration = organisation::Column::Name.eq(DEMONSTRATION);
        if organisation::Entity::find().filter(demonstration).one(reads).await?.is_some() {
            return Ok(Inhabitants::Demonstration);
        }
        let anybody = person::Entity::find().one(reads).await?.is_some();
        Ok(if anybody { Inhabitants::Real } else { Inhabitants::Nobody })
    }

    /// The connection by which the gate learns who a token's person is. It has no scope: there is none yet.
    pub(crate) const fn gate(&self) -> &DatabaseConnection {
        &self.reads
    }

    pub(super) const fn reads(&self) -> &DatabaseConnection {
        &self.reads
    }

    /// Begins a writing transaction. On SQLite it takes the write lock at once, so that it cannot fail half-way.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction> {
        let mode = (self.writes.get_database_backend() == DbBackend::Sqlite)
            .then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        Ok(self.writes.begin_with_options(options).await?)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the place where connections are opened")]
async fn connect(options: ConnectOptions) -> Result<DatabaseConnection> {
    Ok(sea_orm::Database::connect(options).await?)
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).min_connections(connections);
    quiet(&mut options);
    options.map_sqlx_sqlite_opts(|options| {
        options
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
    });
    options
}

fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).acquire_timeout(Duration::from_secs(5));
    quiet(&mut options);
    options
}

/// Statements carry personal data: they are never logged. A broken connection shows when it is used; asking
/// first would cost a round trip on every acquire.
fn quiet(options: &mut ConnectOptions) {
    options.sqlx_logging(false).test_before_acquire(false);
}
