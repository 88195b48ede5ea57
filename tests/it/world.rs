//! A world for a test: a database, a server and a clock of its own.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::OnceLock;

use api::auth::Issuer;
use api::clock::Clock;
use api::server::{self, Running};
use api::settings::{Audit, Auth, Settings};
use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::people::Actor;
use crate::postgres::{self, Cluster, cluster};
use crate::scratch;

/// When every world begins: ten in the morning of a Monday in October 2017, London still in summer time.
pub const BEGINNING: DateTime<Utc> = match DateTime::from_timestamp(1_506_934_800, 0) {
    Some(instant) => instant,
    None => DateTime::UNIX_EPOCH,
};

/// The database that every other on the same system is a copy of.
const TEMPLATE: &str = "template_network";

/// The connections to PostgreSQL that one world's server may have.
const CONNECTIONS: u32 = 6;

/// On which database system a test runs.
#[derive(Clone, Copy, Debug)]
pub enum System {
    /// SQLite, which is always there.
    Sqlite,
    /// PostgreSQL, where it is installed.
    Postgres,
}

/// Where a database is.
enum Place {
    File(PathBuf),
    Cluster(&'static Cluster, String),
}

impl Place {
    fn url(&self) -> String {
        match self {
            Self::File(file) => format!("sqlite://{}", file.display()),
            Self::Cluster(cluster, name) => cluster.url(name),
        }
    }
}

/// A test's own world: the demonstration network, served on a port of its own, at [`BEGINNING`].
pub struct World {
    /// The server's clock, which stands.
    pub clock: Clock,
    /// The settings that the server runs with.
    pub settings: Settings,
    /// Where the server listens.
    pub address: SocketAddr,
    /// Signs the tokens that the server accepts.
    pub issuer: Issuer,
    /// Speaks HTTP.
    pub client: reqwest::Client,
    /// The database, beside the server: no scope bounds what is seen here.
    pub database: DatabaseConnection,
    running: Running,
    place: Place,
}

impl World {
    /// A world on this system; none where it is not installed.
    pub async fn on(system: System) -> Option<Self> {
        Self::with(system, |_| {}).await
    }

    /// A world with other settings than most.
    pub async fn with(system: System, adjust: impl FnOnce(&mut Settings)) -> Option<Self> {
        let place = copy_of_the_template(system).await?;
        let mut settings = settings(&place);
        adjust(&mut settings);
        let clock = Clock::at(BEGINNING);
        let running = server::start(settings.clone(), clock.clone()).await.expect("the server starts");
        let issuer = server::issuer(&settings).expect("a key").expect("an issuer");
        Some(Self {
            address: running.address,
            client: client(),
            database: postgres::connect(&place.url()).await,
            clock,
            settings,
            issuer,
            running,
            place,
        })
    }

    /// Somebody of this world, by the `sub` of their tokens, in all their roles.
    pub fn as_person(&self, subject: &str) -> Actor<'_> {
        Actor::new(self, subject)
    }

    /// An address of the server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The same world after its server was stopped and started anew.
    pub async fn restarted(self) -> Self {
        let Self { clock, settings, issuer, client, database, running, place, .. } = self;
        // A connection kept alive would be something begun.
        drop(client);
        running.stop().await;
        let running = server::start(settings.clone(), clock.clone()).await.expect("the server starts");
        let (address, client) = (running.address, reqwest::Client::new());
        Self { clock, settings, address, issuer, client, database, running, place }
    }

    /// Ends it: the server finishes what it began, and the database goes.
    pub async fn end(self) {
        // A connection kept alive would be something begun.
        drop(self.client);
        self.running.stop().await;
        self.database.close().await.expect("the database closes");
        match self.place {
            Place::File(file) => {
                let folder = file.parent().expect("a file is in a folder");
                fs::remove_dir_all(folder).expect("the world's folder can be removed");
            }
            Place::Cluster(cluster, name) => {
                cluster.drop(&name).await;
                fs::remove_dir_all(&self.settings.data_dir).expect("the world's folder can be removed");
            }
        }
    }
}

/// A client that speaks HTTP. It trusts no certificate, because there is none: reading the machine's takes long.
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().tls_certs_only([]).build().expect("a client")
}

/// An empty database on this system, by its address; none where the system is not installed.
pub async fn empty_database(system: System) -> Option<String> {
    let name = fresh_name();
    let place = match system {
        System::Sqlite => Place::File(scratch::folder().join(format!("{name}.db"))),
        System::Postgres => {
            let cluster = cluster()?;
            cluster.create(&name).await;
            Place::Cluster(cluster, name)
        }
    };
    Some(place.url())
}

fn fresh_name() -> String {
    format!("world_{}", Uuid::now_v7().simple())
}

/// A copy of the demonstration network, which is loaded once for each system in a run of the tests.
async fn copy_of_the_template(system: System) -> Option<Place> {
    let name = fresh_name();
    let folder = scratch::folder().join(&name);
    fs::create_dir(&folder).expect("a folder for the world");
    match system {
        System::Sqlite => {
            static FILE: OnceLock<PathBuf> = OnceLock::new();
            let template = FILE.get_or_init(|| {
                let file = scratch::folder().join("template").join("network.db");
                fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("a folder");
                load(Place::File(file.clone()));
                file
            });
            let file = folder.join("network.db");
            fs::copy(template, &file).expect("a copy of the database");
            Some(Place::File(file))
        }
        System::Postgres => {
            static LOADED: OnceLock<()> = OnceLock::new();
            let cluster = cluster()?;
            LOADED.get_or_init(|| load(Place::Cluster(cluster, TEMPLATE.to_owned())));
            cluster.copy(TEMPLATE, &name).await;
            Some(Place::Cluster(cluster, name))
        }
    }
}

/// Loads the demonstration into a database, as a server does that finds it empty.
fn load(place: Place) {
    let loading = async move {
        if let Place::Cluster(cluster, name) = &place {
            cluster.create(name).await;
        }
        let running = server::start(settings(&place), Clock::at(BEGINNING)).await;
        running.expect("the demonstration loads").stop().await;
    };
    // The tests that wait for it may each block the runtime they run on: this one has its own.
    let runtime = || tokio::runtime::Runtime::new().expect("a runtime").block_on(loading);
    std::thread::scope(|scope| scope.spawn(runtime).join()).expect("the demonstration loads");
}

fn settings(place: &Place) -> Settings {
    let data_dir = match place {
        Place::File(file) => file.parent().expect("a file is in a folder").to_owned(),
        Place::Cluster(_, name) => scratch::folder().join(name),
    };
    Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data_dir,
        database_url: Some(place.url().into()),
        database_connections: CONNECTIONS,
        workers: Some(1),
        // The clock stands: a person remembered for two seconds would be remembered for ever.
        auth: Auth { remember_seconds: 0, ..Auth::default() },
        // What is read is recorded when the server stops, and nothing is sealed: most scenarios count statements
        // or rows, and nobody writes meanwhile. Those of readings and of seals set it otherwise.
        audit: Audit { flush_milliseconds: 3_600_000, seal_seconds: 0, ..Audit::default() },
        ..Settings::default()
    }
}

/// Defines scenarios: each is a test on SQLite and one on PostgreSQL, in a world of its own.
#[macro_export]
macro_rules! scenario {
    ($( $(#[$attribute:meta])* async fn $name:ident($world:ident) $deed:block )+) => { $(
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports, reason = "what the scenario uses")]
            use super::*;

            async fn scenario($world: &$crate::world::World) $deed

            #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
            async fn sqlite() {
                on($crate::world::System::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
            async fn postgres() {
                on($crate::world::System::Postgres).await;
            }

            async fn on(system: $crate::world::System) {
                if let Some(world) = $crate::world::World::on(system).await {
                    scenario(&world).await;
                    world.end().await;
                }
            }
        }
    )+ };
}
