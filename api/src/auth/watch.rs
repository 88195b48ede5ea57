//! What every server process has to hear of within seconds: what was taken back, and whom the network trusts.
//!
//! Each process asks the database every second for what is new. It asks in real time, whatever the injected clock
//! says. If it has heard nothing for too long, it admits nobody: who was shut out elsewhere could come in here.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{Id, person, revocation, trusted_issuer};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval_at, timeout};

use super::claims::Claims;
use super::fetcher::Fetcher;
use super::revoked::Revoked;
use super::trusted::Trusted;
use crate::clock::Clock;
use crate::error::{Code, Fault, Result};
use crate::settings::{Auth, Settings};
use crate::store::{Database, Reach};

/// How long the database may take to say what is new.
const LONGEST_LOOK: Duration = Duration::from_secs(5);

/// Every so many looks everything that matters is read again: whatever another server's clock says, its
/// revocations are missed for a minute at most.
const WHOLE: u32 = 60;

/// The watch of a server process. Every clone is the same watch.
#[derive(Clone)]
pub struct Watch(Arc<Post>);

struct Post {
    database: Database,
    clock: Clock,
    rhythm: Duration,
    patience: Duration,
    leeway: i64,
    /// For how long a revocation matters: by then, whatever it takes back has expired.
    memory: TimeDelta,
    fetcher: Arc<Fetcher>,
    /// How often it was asked; whoever asks holds it.
    looks: Mutex<u32>,
    seen: RwLock<Seen>,
}

#[derive(Default)]
struct Seen {
    revoked: Revoked,
    issuers: HashMap<String, Arc<Trusted>>,
    versions: Vec<Version>,
    at: Option<Instant>,
}

/// A trusted issuer's row and how often it was changed.
type Version = (Id<trusted_issuer::Entity>, i64);

impl Watch {
    pub(super) fn new(settings: &Settings, database: Database, clock: Clock) -> Self {
        let auth = &settings.auth;
        Self(Arc::new(Post {
            database,
            clock,
            rhythm: Duration::from_millis(auth.revocation_poll_milliseconds),
            patience: Duration::from_secs(auth.revocation_patience_seconds),
            leeway: auth.leeway_seconds,
            memory: memory(auth),
            fetcher: Arc::new(Fetcher::new(auth)),
            looks: Mutex::default(),
            seen: RwLock::default(),
        }))
    }

    /// Looks every so often, until the task is aborted.
    pub(crate) fn begin(&self) -> JoinHandle<()> {
        let watch = self.clone();
        tokio::spawn(async move {
            let rhythm = watch.0.rhythm;
            let mut ticks = interval_at(tokio::time::Instant::now() + rhythm, rhythm);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                match timeout(LONGEST_LOOK, watch.look()).await {
                    Ok(Ok(())) => {}
                    Ok(Err(fault)) => tracing::warn!(?fault, "revocations cannot be read"),
                    Err(_) => tracing::warn!("revocations cannot be read in time"),
                }
                for issuer in watch.seen().issuers.values() {
                    issuer.refresh_if_due(&watch.0.fetcher);
                }
            }
        })
    }

    /// Hears what is new. What was changed here is heard of at once if this is called after the change.
    pub async fn look(&self) -> Result<()> {
        // One at a time: an older answer never comes after a newer one.
        let mut looks = self.0.looks.lock().await;
        let begun = Instant::now();
        let now = self.0.clock.now();
        let oldest = now.checked_sub_signed(self.0.memory).unwrap_or(DateTime::UNIX_EPOCH);
        let whole = looks.is_multiple_of(WHOLE);
        let since = if whole { oldest } else { self.seen().revoked.since(oldest, now) };
        let reads = &self.0.database.reading(&Reach::Gate);
        let is_new = revocation::Column::RevokedAt.gte(since);
        let revoked = revocation::Entity::find().filter(is_new).all(reads).await?;
        let versions = trusted_issuer::Entity::find()
            .select_only()
            .column(trusted_issuer::Column::Id)
            .column(trusted_issuer::Column::Version)
            .order_by_asc(trusted_issuer::Column::Id)
            .into_tuple::<Version>()
            .all(reads)
            .await?;
        let changed = self.seen().versions != versions;
        let issuers = if changed { Some(trusted_issuer::Entity::find().all(reads).await?) } else { None };
        self.hear(oldest, revoked, issuers.map(|issuers| (versions, issuers)), begun);
        *looks = looks.wrapping_add(1);
        Ok(())
    }

    fn hear(
        &self,
        oldest: DateTime<Utc>,
        revoked: Vec<revocation::Model>,
        issuers: Option<(Vec<Version>, Vec<trusted_issuer::Model>)>,
        at: Instant,
    ) {
        let mut seen: RwLockWriteGuard<'_, Seen> =
            self.0.seen.write().unwrap_or_else(PoisonError::into_inner);
        revoked.into_iter().for_each(|row| seen.revoked.add(row));
        seen.revoked.forget(oldest);
        if let Some((versions, rows)) = issuers {
            let in_use = rows.into_iter().filter(|row| row.active && row.approved_by_id.is_some());
            let issuers = in_use.filter_map(|row| known(row, &seen.issuers)).collect();
            seen.issuers = issuers;
            seen.versions = versions;
        }
        seen.at = Some(at);
    }

    fn seen(&self) -> RwLockReadGuard<'_, Seen> {
        self.0.seen.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses everybody if what was taken back is not known.
    pub(super) fn check(&self) -> Result<()> {
        if self.seen().at.is_some_and(|at| at.elapsed() <= self.0.patience) {
            return Ok(());
        }
        let message = "Which tokens were revoked cannot be read just now. Try again in a moment.";
        Err(Fault::Coded(Code::Unavailable, message.into()))
    }

    /// Whether a token of this person was taken back.
    pub(super) fn revoked(&self, claims: &Claims, person: Id<person::Entity>, our: bool) -> bool {
        self.seen().revoked.covers(claims, person, our, self.0.leeway)
    }

    /// The trusted issuer with this `iss`.
    pub(super) fn trusted(&self, issuer: &str) -> Option<Arc<Trusted>> {
        self.seen().issuers.get(issuer).cloned()
    }

    pub(super) fn fetcher(&self) -> &Arc<Fetcher> {
        &self.0.fetcher
    }
}

/// The issuer of a row. One whose keys cannot be read is trusted in nothing.
fn known(
    row: trusted_issuer::Model,
    before: &HashMap<String, Arc<Trusted>>,
) -> Option<(String, Arc<Trusted>)> {
    let name = row.issuer.clone();
    let earlier = before.get(&name);
    if let Some(same) = earlier.filter(|earlier| earlier.is_of(&row)) {
        return Some((name, Arc::clone(same)));
    }
    match Trusted::of(row, earlier.map(Arc::as_ref)) {
        Ok(issuer) => Some((name, Arc::new(issuer))),
        Err(error) => {
            tracing::error!(issuer = name, error, "a trusted issuer cannot be used");
            None
        }
    }
}

/// A token issued within the leeway after its revocation, accepted until the leeway after its expiry.
fn memory(auth: &Auth) -> TimeDelta {
    let seconds = auth.longest_life_seconds.saturating_add(auth.leeway_seconds.saturating_mul(2));
    TimeDelta::try_seconds(seconds).unwrap_or(TimeDelta::MAX)
}
