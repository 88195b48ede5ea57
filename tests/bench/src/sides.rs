//! The servers that are measured: started, asked, stopped.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::clock::{Result, now};
use crate::floor;
use crate::ids;
use crate::keys::{AUDIENCE, ISSUER, Issuer};
use crate::load::{Client, Shot, Shots};
use crate::operations::{self, Draw, Operation};

/// What every side is started with.
pub struct Stage {
    /// The database, by its address.
    pub url: String,
    /// Where the keys and the settings are.
    pub folder: PathBuf,
    /// Signs the tokens.
    pub issuer: Issuer,
    /// The product's program.
    pub api: PathBuf,
    /// An earlier program of the product, if it is measured as well.
    pub before: Option<PathBuf>,
    /// The most connections of a side to the database.
    pub connections: u32,
    /// Whether what the product does by itself (readings, seals, revocations) stays away: to count statements.
    pub quiet: bool,
}

/// A side that answers.
pub struct Side {
    /// Its name.
    pub name: String,
    /// Where it answers.
    pub address: SocketAddr,
    /// Its process.
    pub process: u32,
    /// The milliseconds until its first answer.
    pub start_milliseconds: f64,
    /// What it held in memory a second later.
    pub idle_megabytes: f64,
    child: Child,
}

impl Stage {
    /// Starts a side and waits until it answers.
    pub async fn start(&self, name: &str) -> Result<Side> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut command = match name {
            "api" => self.product(&self.api, address)?,
            "before" => self.product(self.before.as_ref().ok_or("which program? --before")?, address)?,
            "floor" => self.floor(address)?,
            _ => self.peer(name, port)?,
        };
        let log = fs::File::create(self.folder.join(format!("{name}.log")))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        let began = Instant::now();
        let mut child = command.spawn().map_err(|error| format!("{name}: {error}"))?;
        loop {
            if let Ok(mut client) = Client::connect(address).await
                && client.post("/", "none", String::new()).await.is_ok()
            {
                break;
            }
            if let Some(status) = child.try_wait()? {
                return Err(format!("{name} ended with {status}: {}", self.log_of(name)).into());
            }
            if began.elapsed() > Duration::from_secs(120) {
                return Err(format!("{name} does not answer: {}", self.log_of(name)).into());
            }
            sleep(Duration::from_millis(1)).await;
        }
        let start_milliseconds = began.elapsed().as_secs_f64() * 1e3;
        sleep(Duration::from_secs(1)).await;
        let process = child.id().ok_or("it ended at once")?;
        let idle_megabytes = crate::machine::resident_megabytes(process);
        Ok(Side { name: name.to_owned(), address, process, start_milliseconds, idle_megabytes, child })
    }

    /// What a side has said.
    fn log_of(&self, name: &str) -> String {
        let log = fs::read_to_string(self.folder.join(format!("{name}.log"))).unwrap_or_default();
        log.chars().take(3_000).collect()
    }

    /// The product, in production, with nobody turned away for asking too often.
    fn product(&self, program: &Path, address: SocketAddr) -> Result<Command> {
        let quiet = if self.quiet {
            "revocation_poll_milliseconds = 3600000\nrevocation_patience_seconds = 7200\n[audit]\nflush_milliseconds = 3600000\nseal_seconds = 0\n"
        } else {
            ""
        };
        let settings = format!(
            "production = true\ndatabase_url = \"{}\"\ndatabase_connections = {}\n\
             [log]\nfilter = \"warn\"\n[admission]\nrequests_per_second_per_person = 0\n\
             concurrent = 0\nconcurrent_per_organisation = 0\nconcurrent_per_person = 0\n\
             [auth]\nissuer = \"{ISSUER}\"\naudience = \"{AUDIENCE}\"\njwks_file = \"{}\"\n{quiet}",
            self.url,
            self.connections,
            self.folder.join("keys.json").display(),
        );
        let file = self.folder.join("api.toml");
        fs::write(&file, settings)?;
        let mut command = Command::new(program);
        command.arg("--settings").arg(file).arg("--data-dir").arg(&self.folder);
        command.arg("--production").arg("serve").arg("--listen").arg(address.to_string());
        Ok(command)
    }

    fn floor(&self, address: SocketAddr) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["floor", "--database-url", &self.url, "--public-key", &self.issuer.public]);
        command.args(["--listen", &address.to_string(), "--connections", &self.connections.to_string()]);
        Ok(command)
    }

    fn peer(&self, name: &str, port: u16) -> Result<Command> {
        let peers = operations::folder().join("peers");
        let node = peers.join("node_modules/.bin/node");
        if !node.exists() {
            return Err(format!("the peers are not installed: (cd {} && npm ci)", peers.display()).into());
        }
        let mut command = Command::new(node);
        command.arg(peers.join(format!("{name}.js"))).current_dir(&peers);
        command
            .env("NODE_ENV", "production")
            .env("GRAPHILE_ENV", "production")
            .env("DATABASE_URL", &self.url);
        command.env("PORT", port.to_string()).env("CONNECTIONS", self.connections.to_string());
        command
            .env("PUBLIC_KEY_FILE", self.folder.join("key.pem"))
            .env("ISSUER", ISSUER)
            .env("AUDIENCE", AUDIENCE);
        Ok(command)
    }
}

impl Side {
    /// Stops it.
    pub async fn stop(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// Whether it answers an operation.
    pub fn answers(&self, operation: &Operation) -> bool {
        let by_hand = self.name == "floor" && floor::ANSWERED.contains(&operation.name.as_str());
        by_hand || operation.document(&self.name).is_some()
    }

    /// The variables as this side takes them: the peers know identifiers as the database writes them.
    fn variables(&self, draw: &Draw) -> Value {
        let mut variables = draw.variables.clone();
        if !["api", "before"].contains(&self.name.as_str()) {
            let values = variables.as_object_mut().into_iter().flat_map(|fields| fields.values_mut());
            for value in values {
                if let Some(id) = value.as_str().and_then(ids::read) {
                    *value = Value::from(id.to_string());
                }
            }
        }
        variables
    }

    /// The requests of these draws, as this side is asked.
    pub fn shots(&self, stage: &Stage, operation: &Operation, draws: &[Draw]) -> Result<Shots> {
        let (path, document) = match self.name.as_str() {
            "floor" => (format!("/{}", operation.name), None),
            name => ("/graphql".to_owned(), operation.document(name)),
        };
        let mut tokens = std::collections::HashMap::new();
        let mut shots = Vec::with_capacity(draws.len());
        for draw in draws {
            let token = match tokens.get(&draw.caller) {
                Some(token) => String::clone(token),
                None => {
                    let token = stage.issuer.token(&draw.caller, now())?;
                    tokens.insert(draw.caller.clone(), token.clone());
                    token
                }
            };
            let body = match document {
                None => draw.variables.to_string(),
                Some(query) => json!({ "query": query, "variables": self.variables(draw) }).to_string(),
            };
            shots.push(Shot { token, body });
        }
        Ok(Shots { address: self.address, path, shots: Arc::new(shots), once: operation.once })
    }
}

/// Brings the database to the shape that the product's program knows.
pub async fn migrate(api: &Path, url: &str, folder: &Path) -> Result<()> {
    let mut command = Command::new(api);
    command.arg("--data-dir").arg(folder).arg("migrate").env("DATABASE_URL", url).stdin(Stdio::null());
    let status = command.status().await.map_err(|error| format!("{}: {error}", api.display()))?;
    if status.success() { Ok(()) } else { Err("the database could not be migrated".into()) }
}
