//! What can be set, in layers: defaults, then a file, then the environment, then the command line.
//!
//! The file is TOML. In the environment a setting is `PARTNER_NETWORK__` and its path in capitals, with two
//! underscores between the parts: `PARTNER_NETWORK__AUTH__ISSUER`. A list of words has commas between them:
//! `PARTNER_NETWORK__AUTH__ALGORITHMS=EdDSA,ES256`. `DATABASE_URL` sets the database.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use config::{Config, ConfigError, Environment, File};
use jsonwebtoken::Algorithm;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::graphql::limits::Limits;

mod live;
mod serving;

pub use live::Live;
pub use serving::{Admission, Cors, Documents, Explore};

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Where the embedded database and the embedded issuer's key are kept.
    pub data_dir: PathBuf,
    /// `sqlite://path` or `postgres://…`; none: a SQLite file in `data_dir`. Secret, because it may hold a password.
    pub database_url: Option<SecretString>,
    /// The most connections to PostgreSQL.
    pub database_connections: u32,
    /// Threads that serve requests; none: as many as the machine has cores.
    pub workers: Option<usize>,
    /// Whether this serves real people: no demonstration data, no key that was not set on purpose.
    pub production: bool,
    /// Who may issue tokens.
    pub auth: Auth,
    /// What one request may ask for.
    pub limits: Limits,
    /// How many requests are let in, and how slow a client may be.
    pub admission: Admission,
    /// Which documents are run.
    pub documents: Documents,
    /// Which pages of other sites may ask.
    pub cors: Cors,
    /// The page to explore.
    pub explore: Explore,
    /// Periods that the network's policy sets.
    pub policy: Policy,
    /// How readings are recorded and the audit is sealed.
    pub audit: Audit,
    /// How changes are followed, and what a WebSocket may cost.
    pub live: Live,
    /// How the log is written.
    pub log: Log,
}

/// Who may issue tokens, and what a token must say.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// The `iss` that every token must carry. In production it has to be set.
    pub issuer: Option<String>,
    /// The `aud` that every token must carry.
    pub audience: String,
    /// The algorithms that keys may have: EdDSA, ES256, RS256. Never chosen by a token.
    pub algorithms: Vec<Algorithm>,
    /// The `typ` that a token's header must carry (RFC 9068: `at+jwt`).
    pub token_types: Vec<String>,
    /// A JWKS file with the issuer's public keys.
    pub jwks_file: Option<PathBuf>,
    /// Public keys in PEM files.
    pub pem_keys: Vec<PemKey>,
    /// Whether the server issues tokens itself, with a key kept in `data_dir`. Outside production it always does.
    pub embedded_issuer: bool,
    /// Seconds by which clocks may differ.
    pub leeway_seconds: i64,
    /// The longest life of a token, in seconds, from `iat` to `exp`.
    pub longest_life_seconds: i64,
    /// Seconds for which a person's organisation, roles and employment are remembered between requests; 10 at most,
    /// because who leaves is out within seconds.
    pub remember_seconds: i64,
    /// The life of a token of an API client, in seconds; never more than `longest_life_seconds`.
    pub client_token_seconds: i64,
    /// How often each server asks what was revoked, and whether trusted issuers have changed, in milliseconds.
    pub revocation_poll_milliseconds: u64,
    /// After how many seconds without an answer to that a server admits nobody.
    pub revocation_patience_seconds: u64,
    /// After how many seconds the keys of a trusted issuer are fetched again.
    pub jwks_refresh_seconds: u64,
    /// How many seconds at least lie between two fetches for a key that is not known, or after one that failed.
    pub jwks_retry_seconds: u64,
}

/// A public key in a PEM file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PemKey {
    /// The `kid` by which tokens choose it.
    pub kid: String,
    /// Its algorithm.
    pub algorithm: Algorithm,
    /// The file.
    pub file: PathBuf,
}

/// Periods that the network's policy sets.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Months for which a provider can read a referral after it has ended.
    pub provider_reads_months: u32,
    /// Days after a referral has ended for which its provider can still record what was delivered before the end,
    /// and report. From then on it only reads.
    pub paperwork_days: u32,
    /// Hours for which a place in a cohort is kept for who is first in line, 1 to 8760. From then on the offer has lapsed,
    /// and the next in line has it.
    pub offer_hours: u32,
}

/// How readings are recorded and the audit is sealed.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Audit {
    /// How many readings can wait to be recorded. When there is no place left, requests are refused.
    pub queue: usize,
    /// Milliseconds after which a reading is recorded at the latest: what came in them, a crash can lose.
    pub flush_milliseconds: u64,
    /// Seconds between two looks for events that have no seal; 0: this server seals nothing.
    pub seal_seconds: u64,
}

/// How the log is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// What is logged, as `tracing-subscriber`'s filter reads it.
    pub filter: String,
    /// Whether lines are JSON.
    pub json: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            data_dir: PathBuf::from("data"),
            database_url: None,
            database_connections: 16,
            workers: None,
            production: false,
            auth: Auth::default(),
            limits: Limits::default(),
            admission: Admission::default(),
            documents: Documents::default(),
            cors: Cors::default(),
            explore: Explore::default(),
            policy: Policy::default(),
            audit: Audit::default(),
            live: Live::default(),
            log: Log::default(),
        }
    }
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: "partner-network".to_owned(),
            algorithms: vec![Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256],
            token_types: vec!["at+jwt".to_owned()],
            jwks_file: None,
            pem_keys: Vec::new(),
            embedded_issuer: false,
            leeway_seconds: 30,
            longest_life_seconds: 12 * 60 * 60,
            remember_seconds: 2,
            client_token_seconds: 15 * 60,
            revocation_poll_milliseconds: 1_000,
            revocation_patience_seconds: 30,
            jwks_refresh_seconds: 10 * 60,
            jwks_retry_seconds: 30,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self { provider_reads_months: 12, paperwork_days: 28, offer_hours: 72 }
    }
}

impl Policy {
    /// How long an offer of a place stands.
    pub fn offer(self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.offer_hours))
    }

    /// Refuses offers that nobody could accept, or that nobody would outlive.
    fn check(&self) -> Result<(), String> {
        if !(1..=8_760).contains(&self.offer_hours) {
            return Err("The setting policy.offer_hours lies between 1 and 8760.".to_owned());
        }
        Ok(())
    }
}

impl Default for Audit {
    fn default() -> Self {
        Self { queue: 10_000, flush_milliseconds: 500, seal_seconds: 1 }
    }
}

impl Audit {
    /// Refuses what no queue and no clock can do.
    fn check(&self) -> Result<(), String> {
        let (queue, hour, day) = (1..=1_000_000, 1..=3_600_000, 0..=86_400);
        if !queue.contains(&self.queue) {
            return Err("The setting audit.queue lies between 1 and 1000000.".to_owned());
        }
        if !hour.contains(&self.flush_milliseconds) {
            return Err("The setting audit.flush_milliseconds lies between 1 and 3600000.".to_owned());
        }
        if !day.contains(&self.seal_seconds) {
            return Err("The setting audit.seal_seconds lies between 0 and 86400.".to_owned());
        }
        Ok(())
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { filter: "info".to_owned(), json: false }
    }
}

impl Auth {
    /// Refuses times by which somebody who was shut out would stay in.
    fn check(&self) -> Result<(), String> {
        if !(0..=10).contains(&self.remember_seconds) {
            return Err("The setting auth.remember_seconds is between 0 and 10.".to_owned());
        }
        if self.client_token_seconds < 1 {
            return Err("The setting auth.client_token_seconds is at least 1.".to_owned());
        }
        let patience = self.revocation_patience_seconds.saturating_mul(1_000);
        if !(1..patience).contains(&self.revocation_poll_milliseconds) {
            return Err("The setting auth.revocation_poll_milliseconds is at least 1, and shorter than \
                        auth.revocation_patience_seconds."
                .to_owned());
        }
        Ok(())
    }
}

impl Settings {
    /// The settings from all layers but the command line. `file` must exist if it is named.
    #[expect(clippy::disallowed_methods, reason = "this is the place where the environment is read")]
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut layers = Config::builder();
        layers = match file {
            Some(file) => layers.add_source(File::from(file)),
            None => layers.add_source(File::with_name("partner-network").required(false)),
        };
        let environment = Environment::with_prefix("PARTNER_NETWORK")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("auth.algorithms")
            .with_list_parse_key("auth.token_types");
        layers = layers.add_source(environment);
        if let Ok(url) = std::env::var("DATABASE_URL") {
            layers = layers.set_override("database_url", url)?;
        }
        layers.build()?.try_deserialize()
    }

    /// The database's address.
    pub fn database(&self) -> String {
        match &self.database_url {
            Some(url) => url.expose_secret().to_owned(),
            None => format!("sqlite://{}", self.data_dir.join("network.db").display()),
        }
    }

    /// Refuses settings that would show demonstration keys or data to a network, or run without keys.
    pub fn check(&self) -> Result<(), String> {
        if !self.production && !self.listen.ip().is_loopback() {
            return Err(format!(
                "The demonstration listens on this machine alone, and {} is not a loopback address. \
                 Use --production with keys and an issuer of your own to serve others.",
                self.listen
            ));
        }
        self.auth.check()?;
        let issuer = self.auth.issuer.as_deref().unwrap_or_default();
        if self.production && issuer.trim().is_empty() {
            return Err("With --production the setting auth.issuer must name who issues tokens.".to_owned());
        }
        let has_keys =
            self.auth.jwks_file.is_some() || !self.auth.pem_keys.is_empty() || self.auth.embedded_issuer;
        if self.production && !has_keys {
            return Err("With --production the issuer's public keys must be set: auth.jwks_file, \
                        auth.pem_keys or auth.embedded_issuer."
                .to_owned());
        }
        self.policy.check()?;
        self.live.check()?;
        self.audit.check()
    }

    /// Whether the server issues tokens itself.
    pub const fn issues_tokens(&self) -> bool {
        self.auth.embedded_issuer || !self.production
    }

    /// The `iss` of the tokens that are accepted.
    pub fn issuer(&self) -> &str {
        self.auth.issuer.as_deref().unwrap_or("https://demonstration.partner-network.example")
    }
}
