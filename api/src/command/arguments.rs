//! What can be asked of the program, and who does it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{self as command, Import};
use crate::clock::Clock;
use crate::graphql::Schema;
use crate::settings::Settings;
use crate::{server, telemetry};

/// The partner network: a GraphQL API shared by the NPS, the CRC and the providers they use.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// A settings file (TOML); `partner-network.toml` is read if it is there.
    #[arg(long, global = true)]
    settings: Option<PathBuf>,
    /// Where the embedded database and the embedded issuer's key are kept.
    #[arg(long, global = true)]
    data_dir: Option<PathBuf>,
    /// Serve real people: no demonstration, and no key or issuer that was not set on purpose.
    #[arg(long, global = true)]
    production: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve (the default).
    Serve {
        /// The address to listen on.
        #[arg(long)]
        listen: Option<SocketAddr>,
    },
    /// Bring the database to the present shape, and stop.
    Migrate,
    /// Print who one can be in the demonstration.
    Personas,
    /// Print a token of the embedded issuer.
    Token {
        /// For whom: a persona of the demonstration, or the subject of any member of staff.
        #[arg(long = "as")]
        subject: String,
        /// How many minutes it lives.
        #[arg(long, default_value_t = 480)]
        minutes: i64,
    },
    /// Print the schema.
    Schema,
    /// Add the operator's organisation and its first system administrator to an empty network.
    Found {
        /// The `sub` of the administrator's tokens.
        #[arg(long)]
        subject: String,
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their work address.
        #[arg(long)]
        email: String,
        /// The operator's name.
        #[arg(long, default_value = "Operator")]
        operator: String,
    },
    /// Verify the audit: whether its seals are unbroken, or where it was tampered with first.
    VerifyAudit {
        /// A seal noted earlier, `NUMBER:DIGEST`: that it is still the same is verified as well.
        #[arg(long)]
        anchor: Option<String>,
    },
    /// Import a CSV file as a member of staff.
    Import {
        #[command(subcommand)]
        what: Import,
    },
}

/// Does what the command line says. All of the server is compiled into this library by that: what is asynchronous is
/// compiled where it is run, and run by the program it would be compiled once more.
#[tokio::main]
pub async fn run() -> ExitCode {
    match carry_out(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(arguments: Arguments) -> Result<(), String> {
    let mut settings = Settings::load(arguments.settings.as_deref()).map_err(|error| error.to_string())?;
    settings.production |= arguments.production;
    if let Some(data_dir) = arguments.data_dir {
        settings.data_dir = data_dir;
    }
    let clock = Clock::System;
    match arguments.command.unwrap_or(Command::Serve { listen: None }) {
        Command::Serve { listen } => {
            settings.listen = listen.unwrap_or(settings.listen);
            telemetry::begin(&settings.log)?;
            let production = settings.production;
            let running = server::start(settings, clock).await?;
            command::greet(running.address, production);
            running.wait().await;
            Ok(())
        }
        Command::Migrate => server::open(&settings).await.map(|_| ()),
        Command::Personas => {
            command::personas();
            Ok(())
        }
        Command::Token { subject, minutes } => command::token(&settings, &clock, &subject, minutes).await,
        Command::Schema => {
            print!("{}", Schema::default().sdl());
            Ok(())
        }
        Command::Found { subject, name, email, operator } => {
            command::found(&settings, &clock, &operator, &subject, &name, &email).await
        }
        Command::VerifyAudit { anchor } => {
            println!("{}", command::verify_audit(&settings, anchor.as_deref()).await?);
            Ok(())
        }
        Command::Import { what } => command::import(&settings, &clock, what).await,
    }
}
