//! From settings to a server that answers.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use tokio::task::JoinHandle;

use crate::audit::keeping::Keeping;
use crate::audit::queue;
use crate::auth::{Gate, Issuer};
use crate::clock::Clock;
use crate::command::said;
use crate::demo;
use crate::graphql::Schema;
use crate::http::admission::Turnstile;
use crate::http::documents::Register;
use crate::http::{self, Shared};
use crate::live::Live;
use crate::settings::Settings;
use crate::store::Database;

/// A server that answers.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
    keeping: Keeping,
    watching: JoinHandle<()>,
    live: Live,
    following: Vec<JoinHandle<()>>,
    database: Database,
}

impl Running {
    /// Stops taking requests, finishes those under way, records what was read, and closes the database.
    pub async fn stop(self) {
        self.live.close();
        self.handle.stop(true).await;
        self.wait().await;
    }

    /// Waits until the server was told to stop (SIGTERM, Ctrl-C) and has finished what it began.
    pub async fn wait(self) {
        // A socket would keep the server from stopping: each is closed, and says why.
        let live = self.live.clone();
        let told = tokio::spawn(async move {
            told_to_stop().await;
            live.close();
        });
        let ended = self.task.await;
        told.abort();
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the server ended with an error"),
            Err(error) => tracing::error!(%error, "the server's task failed"),
        }
        self.keeping.end().await;
        for task in self.following {
            task.abort();
            // It has nothing to say but that it was told to end.
            let _ = task.await;
        }
        self.watching.abort();
        // It has nothing to say but that it was told to end.
        let _ = self.watching.await;
        if let Err(fault) = self.database.close().await {
            tracing::error!(?fault, "the database did not close");
        }
    }
}

/// Opens the database of the settings and brings its tables to the present shape.
pub async fn open(settings: &Settings) -> Result<Database, String> {
    let said = |what: &str, fault: crate::error::Fault| match fault {
        crate::error::Fault::Internal(error) => format!("{what}: {error}"),
        other => format!("{what}: {}", other.message()),
    };
    if settings.database_url.is_none() {
        std::fs::create_dir_all(&settings.data_dir)
            .map_err(|error| format!("{}: {error}", settings.data_dir.display()))?;
    }
    let database = Database::open(&settings.database(), settings.database_connections)
        .await
        .map_err(|fault| said("The database cannot be opened", fault))?;
    database.migrate().await.map_err(|fault| said("The database cannot be migrated", fault))?;
    database.ready().await.map_err(|fault| said("The database cannot be served", fault))?;
    Ok(database)
}

/// The embedded issuer, if the settings have one. The demonstration's key is never production's.
pub fn issuer(settings: &Settings) -> Result<Option<Issuer>, String> {
    if !settings.issues_tokens() {
        return Ok(None);
    }
    Issuer::open(&issuer_key(settings), settings.issuer(), &settings.auth.audience).map(Some)
}

/// Where the embedded issuer keeps its key.
fn issuer_key(settings: &Settings) -> PathBuf {
    let name = if settings.production { "issuer.key" } else { "demonstration-issuer.key" };
    settings.data_dir.join(name)
}

/// Starts the server: opens and migrates the database, loads the demonstration into an empty one outside
/// production, and listens.
pub async fn start(settings: Settings, clock: Clock) -> Result<Running, String> {
    settings.check()?;
    http::browsers::check(&settings.cors)?;
    let register = Register::open(&settings)?;
    let issuer = issuer(&settings)?;
    let database = open(&settings).await?;
    let gate = Gate::new(&settings, database.clone(), clock.clone(), issuer.as_ref())?;
    demo::prepare(&settings, &database, &gate, &clock).await?;
    let watch = gate.watch().clone();
    watch.look().await.map_err(said)?;
    let schema = Schema::new(&settings.limits);
    let (queue, recorder) = queue::open(&settings.audit);
    let live = Live::new(&settings.live, database.clone(), clock.clone());
    let following = live.begin();
    let turnstile = Turnstile::new(&settings.admission, settings.production);
    let (keep, time) = (settings.audit.clone(), clock.clone());
    let shared = Shared {
        settings,
        database: database.clone(),
        clock,
        gate,
        issuer,
        schema,
        queue,
        register,
        turnstile,
        live: live.clone(),
        seats: http::Seats::default(),
    };
    let (address, server) =
        http::serve(Arc::new(shared)).map_err(|error| format!("The server cannot listen: {error}"))?;
    let handle = server.handle();
    let keeping = Keeping::begin(recorder, &keep, &database, &time);
    let (task, watching) = (tokio::spawn(server), watch.begin());
    Ok(Running { address, handle, task, keeping, watching, live, following, database })
}

/// Waits until the process is told to stop (SIGTERM, Ctrl-C). actix hears of it as well, and stops the server.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without the signal there is nothing to wait for: it never comes.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
