//! The database: the only place that opens a connection.
//!
//! The server's connections to PostgreSQL take on a role that owns nothing, and is bound by row-level security. Only to
//! migrate and to found a network a connection of the login itself is opened, and closed again.

use std::sync::Arc;
use std::time::Duration;

use entity::{audit_event, organisation, person, person_role};
use migration::{Migrator, MigratorTrait, pending};
use rules::terms::Role;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    RuntimeErr, Statement, TransactionTrait,
};
use secrecy::{ExposeSecret, SecretString};

use tokio::sync::Notify;

use super::link::Link;
use super::reach::Reach;
use super::turns::{Turns, at_once};
use crate::error::{Fault, Result};

/// The role that the server's connections to PostgreSQL take on.
const ROLE: &str = "partner_network_app";

/// How many statements a connection keeps prepared: those of every list, in every role.
const STATEMENTS: usize = 400;

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
    /// Whose turn it is to write, on SQLite.
    turns: Option<Turns>,
    url: SecretString,
    /// Woken when an act was committed.
    pub(super) stirred: Arc<Notify>,
}

impl Database {
    /// Opens the database at `url`, `sqlite://path` or `postgres://…`, with at most `connections` to PostgreSQL, the
    /// first of them when something is asked: the role that they take on may not exist before the migration.
    pub async fn open(url: &str, connections: u32) -> Result<Self> {
        let (reads, writes, turns) = if url.starts_with("sqlite:") {
            let writes = connect(sqlite(url, 1)).await?;
            // The file exists from here on, with its journal mode set: readers find it as it should be.
            (connect(sqlite(url, SQLITE_READERS)).await?, writes.clone(), Some(Turns::new(writes)))
        } else {
            // What cannot be read is repeated by the library, password and all.
            if !url.starts_with("postgres://") || url.parse::<PgConnectOptions>().is_err() {
                return Err(Fault::bad_input(
                    "Its address is none: write sqlite://path or postgres://user:password@host/database.",
                ));
            }
            let pool = connect(serving(url, connections)).await?;
            (pool.clone(), pool, None)
        };
        Ok(Self { reads, writes, turns, url: url.into(), stirred: Arc::default() })
    }

    /// Brings the tables to the present shape. Where they have it, the login need not be their owner.
    pub async fn migrate(&self) -> Result<()> {
        let owner = self.as_owner().await?;
        migrated(&owner).await.map_err(|error| refused(error, "migrate"))?;
        self.no_more(owner).await
    }

    /// Whether the database answers, its tables have the present shape, and on PostgreSQL the server has its role.
    pub async fn ready(&self) -> Result<()> {
        let link = self.reading(&Reach::Gate);
        match pending(&link).await {
            Ok(false) => in_its_role(&link).await,
            Ok(true) => Err(Fault::internal("migrations are pending")),
            Err(error) => Err(refused(error, "serve")),
        }
    }

    /// Finishes what is under way and closes every connection.
    pub async fn close(self) -> Result<()> {
        if let Some(turns) = &self.turns {
            turns.close().await;
        }
        self.reads.close().await?;
        Ok(self.writes.close().await?)
    }

    /// Founds an empty network: its operator and the first administrator, from whom everything else comes.
    /// `false` if it was founded before.
    pub async fn found(&self, founders: Founders) -> Result<bool> {
        let owner = self.as_owner().await?;
        let founded = found(&owner, founders).await;
        self.no_more(owner).await?;
        founded
    }

    /// Whether anybody is in the network, and whether it is the demonstration. Nobody is without an organisation.
    pub async fn inhabitants(&self) -> Result<Inhabitants> {
        let all = organisation::Entity::find().all(&self.reading(&Reach::Gate)).await?;
        Ok(match &all[..] {
            [] => Inhabitants::Nobody,
            all if all.iter().any(|one| one.name == DEMONSTRATION) => Inhabitants::Demonstration,
            _ => Inhabitants::Real,
        })
    }

    /// Where what has this reach is read.
    pub(crate) fn reading(&self, reach: &Reach<'_>) -> Link {
        if self.is_sqlite() {
            return Link::readers(self.reads.clone());
        }
        Link::reading(self.reads.get_postgres_connection_pool().clone(), reach.begin_reading())
    }

    /// Begins a writing transaction; on SQLite, a turn at the one that acts share.
    pub(super) async fn writing(&self, reach: &Reach<'_>) -> Result<Link> {
        if let Some(turns) = &self.turns {
            return Ok(Link::writer(turns.next().await?));
        }
        Ok(Link::writing(self.writes.get_postgres_connection_pool(), reach.begin_writing()).await?)
    }

    const fn is_sqlite(&self) -> bool {
        self.turns.is_some()
    }

    /// How a connection beside the pool is opened on PostgreSQL; none on SQLite.
    pub(super) fn beside(&self) -> Option<PgConnectOptions> {
        let pool = (!self.is_sqlite()).then(|| self.reads.get_postgres_connection_pool());
        pool.map(|pool| (*pool.connect_options()).clone())
    }

    /// A connection that no policy binds: of the tables' owner, if the login is that. SQLite has one writer.
    async fn as_owner(&self) -> Result<DatabaseConnection> {
        if self.is_sqlite() {
            Ok(self.writes.clone())
        } else {
            connect(postgres(self.url.expose_secret(), 1)).await
        }
    }

    async fn no_more(&self, owner: DatabaseConnection) -> Result<()> {
        if self.is_sqlite() { Ok(()) } else { Ok(owner.close().await?) }
    }
}

async fn found(owner: &DatabaseConnection, founders: Founders) -> Result<bool> {
    let mode = (owner.get_database_backend() == DbBackend::Sqlite).then(at_once).unwrap_or_default();
    let transaction = owner.begin_with_options(mode).await?;
    if organisation::Entity::find().one(&transaction).await?.is_some() {
        return Ok(false);
    }
    let Founders { operator, administrator, founding } = founders;
    let role = person_role::Model { person_id: administrator.id, role: Role::SystemAdministrator.into() };
    let (operator, person) = (operator.into_active_model(), administrator.into_active_model());
    organisation::Entity::insert(operator).exec_without_returning(&transaction).await?;
    person::Entity::insert(person).exec_without_returning(&transaction).await?;
    person_role::Entity::insert(role.into_active_model()).exec_without_returning(&transaction).await?;
    audit_event::Entity::insert(founding.into_active_model()).exec_without_returning(&transaction).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Whether the connection is in the server's role: something on the way may have dropped what it was started with.
async fn in_its_role(link: &Link) -> Result<()> {
    if link.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    let question = Statement::from_string(DbBackend::Postgres, "select current_user::text");
    let user =
        link.query_one_raw(question).await?.map(|row| row.try_get_by_index::<String>(0)).transpose()?;
    if user.as_deref() == Some(ROLE) {
        return Ok(());
    }
    Err(Fault::internal(format!(
        "the connection to PostgreSQL is {user:?} and not {ROLE}: is there a pooler between?"
    )))
}

async fn migrated(owner: &DatabaseConnection) -> std::result::Result<(), DbErr> {
    match pending(owner).await {
        Ok(false) => Ok(()),
        // Also where it cannot be told, as in an empty database.
        Ok(true) | Err(_) => Migrator::up(owner, None).await,
    }
}

/// An error of the database; in words for who runs the server, where PostgreSQL refuses the login the role (there is
/// none, or it was not granted) or the tables.
fn refused(error: DbErr, to: &str) -> Fault {
    let of_sqlx = match &error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error)) => error.as_database_error(),
        _ => None,
    };
    let code = of_sqlx.and_then(|error| error.code()).unwrap_or_default();
    if !["22023", "42501", "42704"].contains(&&*code) {
        return error.into();
    }
    Fault::internal(format!(
        "PostgreSQL does not let the login of database_url {to} ({error}). The server serves as the role {ROLE}. An \
         administrator has to see that there is one (create role {ROLE} nologin) and that the login has it (grant \
         {ROLE} to …); then the owner of the tables calls: select behind.admit_application(). Tables are migrated by \
         their owner alone"
    ))
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
            .statement_cache_capacity(STATEMENTS)
    });
    options
}

/// The server's own connections, in their role from the first to the last.
fn serving(url: &str, connections: u32) -> ConnectOptions {
    let mut options = postgres(url, connections);
    options.connect_lazy(true).map_sqlx_postgres_opts(|options| {
        options.options([("role", ROLE)]).statement_cache_capacity(STATEMENTS)
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
