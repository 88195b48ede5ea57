//! A trusted issuer as a server process knows it: its keys, and what its tokens must say.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use entity::{Id, organisation, trusted_issuer};
use jsonwebtoken::Algorithm;
use rules::Term;
use serde_json::Value;
use tokio::sync::Mutex;

use super::claims::{Claims, Expected, all_of, words};
use super::fetcher::Fetcher;
use super::key_set;
use super::keys::Keys;
use super::refused;
use crate::error::Result;

/// The usual claim that names a person.
const SUBJECT: &str = "sub";

/// A trusted issuer.
pub(super) struct Trusted {
    /// Its row, in the version that was approved.
    row: trusted_issuer::Model,
    algorithms: Vec<Algorithm>,
    keys: RwLock<Arc<Keys>>,
    times: Mutex<Times>,
}

/// When its keys were fetched. Whoever fetches them holds the lock meanwhile: nobody fetches beside them.
#[derive(Default)]
struct Times {
    /// For a `kid` that was not known.
    asked: Option<Instant>,
    /// For whatever reason.
    tried: Option<Instant>,
    /// With success.
    fetched: Option<Instant>,
}

impl Trusted {
    /// The issuer of a row. `before` is what was known of the same issuer: keys that were fetched from the same
    /// address stay until they are fetched again.
    pub(super) fn of(row: trusted_issuer::Model, before: Option<&Self>) -> std::result::Result<Self, String> {
        let algorithms: Vec<Algorithm> = row.algorithms.iter().copied().map(key_set::algorithm).collect();
        let same =
            before.filter(|before| before.row.jwks_url == row.jwks_url && before.algorithms == algorithms);
        let keys = match (&row.jwks, same) {
            (Some(jwks), _) => Arc::new(key_set::read(jwks.as_bytes(), &algorithms)?),
            (None, Some(before)) => before.keys(),
            (None, None) => Arc::default(),
        };
        Ok(Self { row, algorithms, keys: RwLock::new(keys), times: Mutex::default() })
    }

    /// Whether this is the issuer of the row, in this version of it.
    pub(super) fn is_of(&self, row: &trusted_issuer::Model) -> bool {
        self.row == *row
    }

    /// The `iss` of its tokens.
    pub(super) fn name(&self) -> &str {
        &self.row.issuer
    }

    /// The organisation whose people it speaks for.
    pub(super) const fn organisation(&self) -> Id<organisation::Entity> {
        self.row.organisation_id
    }

    /// What its tokens must say.
    pub(super) fn expected(&self) -> Expected<'_> {
        Expected { issuer: &self.row.issuer, audience: &self.row.audience }
    }

    /// What its tokens may say that they are.
    pub(super) fn types(&self) -> Vec<&'static str> {
        self.row.token_types.iter().map(|kind| kind.code()).collect()
    }

    /// Its keys, as they are known now.
    pub(super) fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whom the claims name, and the roles that they list; none: all that the person has.
    pub(super) fn reads(&self, token: &str, claims: &Claims) -> Result<(String, Option<Vec<String>>)> {
        let all = all_of(token)?;
        let name = match self.row.subject_claim.as_str() {
            SUBJECT => Some(claims.sub.as_str()),
            other => all.get(other).and_then(Value::as_str).filter(|name| !name.is_empty()),
        };
        let name = name.ok_or_else(|| refused("The token does not name its person."))?;
        let subject = format!("{}{name}", self.row.subject_prefix.as_deref().unwrap_or_default());
        let Some(claim) = &self.row.roles_claim else { return Ok((subject, None)) };
        let roles = words(all.get(claim)).ok_or_else(|| refused("The token does not list its roles."))?;
        Ok((subject, Some(roles)))
    }

    /// Its keys, fetched anew if `kid` is not among them and that was not tried a moment ago.
    pub(super) async fn keys_for(self: &Arc<Self>, kid: &str, fetcher: &Arc<Fetcher>) -> Arc<Keys> {
        let keys = self.keys();
        if keys.get(kid).is_some() || self.row.jwks_url.is_none() {
            return keys;
        }
        if self.times.try_lock().is_ok_and(|times| !is_past(times.asked, fetcher.retry)) {
            return keys;
        }
        let (issuer, fetcher, kid) = (Arc::clone(self), Arc::clone(fetcher), kid.to_owned());
        // A task of its own: a caller who hangs up does not break it off.
        let asking = tokio::spawn(async move { issuer.ask(&kid, &fetcher).await });
        if asking.await.is_err() {
            tracing::error!(issuer = self.name(), "a defect: keys were not fetched to the end");
        }
        self.keys()
    }

    async fn ask(&self, kid: &str, fetcher: &Fetcher) {
        let mut times = self.times.lock().await;
        // Who had to wait may find that somebody else has fetched them.
        if self.keys().get(kid).is_none() && is_past(times.asked, fetcher.retry) {
            times.asked = Some(Instant::now());
            self.fetch(&mut times, fetcher).await;
        }
    }

    /// Fetches its keys, beside whatever else is done, if it is time.
    pub(super) fn refresh_if_due(self: &Arc<Self>, fetcher: &Arc<Fetcher>) {
        // Where the lock is held, they are being fetched.
        if self.times.try_lock().is_ok_and(|times| self.is_due(&times, fetcher)) {
            let (issuer, fetcher) = (Arc::clone(self), Arc::clone(fetcher));
            tokio::spawn(async move { issuer.refresh(&fetcher).await });
        }
    }

    async fn refresh(&self, fetcher: &Fetcher) {
        let mut times = self.times.lock().await;
        if self.is_due(&times, fetcher) {
            self.fetch(&mut times, fetcher).await;
        }
    }

    fn is_due(&self, times: &Times, fetcher: &Fetcher) -> bool {
        self.row.jwks_url.is_some()
            && is_past(times.fetched, fetcher.refresh)
            && is_past(times.tried, fetcher.retry)
    }

    /// Fetches its keys. Where that fails the last good ones stay: a provider that is down for an hour does not
    /// keep its organisation's staff from their work.
    async fn fetch(&self, times: &mut Times, fetcher: &Fetcher) {
        let Some(url) = &self.row.jwks_url else { return };
        times.tried = Some(Instant::now());
        let read = fetcher.read(url).await.and_then(|text| key_set::read(&text, &self.algorithms));
        match read {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                times.fetched = Some(Instant::now());
            }
            Err(error) => {
                tracing::warn!(
                    issuer = self.name(),
                    error,
                    "an issuer's keys cannot be fetched: the last ones stay"
                );
            }
        }
    }
}

/// Whether an instant lies at least so long back; one that never was does.
fn is_past(instant: Option<Instant>, by: Duration) -> bool {
    instant.is_none_or(|instant| instant.elapsed() >= by)
}
