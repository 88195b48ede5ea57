//! Measures the server beside a hand-written one and other GraphQL servers, over the same data, in one run.
//!
//! `docs/performance.md` says how to repeat what is written there.

mod clock;
mod cluster;
mod compare;
mod floor;
mod generate;
mod ids;
mod keys;
mod kill;
mod live;
mod load;
mod machine;
mod operations;
mod place;
mod plans;
mod random;
mod report;
mod run;
mod sides;
#[path = "../../it/wire.rs"]
mod wire;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::clock::Result;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the server beside others over the same data.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare the sides' answers, then measure them in turn.
    Run(run::Run),
    /// Fill a database and say what it takes.
    Load(place::Choice),
    /// Kill the server while it writes, again and again, and look whether what it acknowledged is there.
    Kill(kill::Kill),
    /// Explain the statements of the operations; fail if one reads a large table from end to end.
    Plans(plans::Plans),
    /// Let many follow their inboxes, and see how soon they hear of what is done.
    Live(live::Follow),
    /// Serve the hand-written floor: started by `run`.
    Floor {
        /// The database.
        #[arg(long)]
        database_url: String,
        /// The issuer's public key: 32 bytes in base 64 (URL).
        #[arg(long)]
        public_key: String,
        /// Where to listen.
        #[arg(long)]
        listen: String,
        /// The most connections to the database.
        #[arg(long)]
        connections: u32,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Floor { database_url, public_key, listen, connections } => {
            // As the product is served: actix's own workers, on top of a runtime.
            let serving = floor::serve(&database_url, &public_key, &listen, connections);
            tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serving)
        }
        Command::Run(plan) => runtime()?.block_on(unless_stopped(run::run(plan))),
        Command::Plans(plan) => runtime()?.block_on(unless_stopped(plans::plans(plan))),
        Command::Live(plan) => runtime()?.block_on(unless_stopped(live::follow(plan))),
        Command::Kill(plan) => runtime()?.block_on(unless_stopped(kill::kill(plan))),
        Command::Load(choice) => {
            runtime()?.block_on(unless_stopped(async { choice.open().await.map(|_| ()) }))
        }
    }
}

/// Told to stop, it leaves neither a cluster nor servers behind.
async fn unless_stopped(work: impl Future<Output = Result<()>>) -> Result<()> {
    let mut told = signal(SignalKind::terminate())?;
    tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
        _ = told.recv() => Err("told to stop".into()),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}
