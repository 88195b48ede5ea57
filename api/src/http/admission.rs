//! Who may come in now: how often somebody asks, how much of theirs runs at once, and how many bad tokens an
//! address may try.
//!
//! Places are taken in one order: the person's, the organisation's, the server's. In each of the three queues
//! who came first goes first. So one person's flood waits for that person's own places and an organisation's for
//! its own, while whoever asks little finds the next queue short.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use entity::{Id, organisation, person};
use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use quick_cache::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::parameters::Refusal;
use crate::auth::Scope;
use crate::settings::Admission;

/// After how many questions a rate forgets whoever has been silent long enough.
const SWEEP: u32 = 4_096;
/// How many addresses that try bad tokens are kept waiting at once; of more, the oldest are let go.
const KEPT_WAITING: usize = 10_000;

/// The turnstile through which every caller comes.
pub struct Turnstile {
    wait: Duration,
    people: Places<Id<person::Entity>>,
    organisations: Places<Id<organisation::Entity>>,
    everybody: Option<Arc<Semaphore>>,
    requests: Option<Rate<Id<person::Entity>>>,
    bad_tokens: Option<BadTokens>,
}

/// A place in which one operation runs. It is given back when it is dropped.
pub struct Place {
    _held: [Option<OwnedSemaphorePermit>; 3],
}

impl Turnstile {
    /// The turnstile that the settings describe; what they leave open is limited in production alone.
    pub fn new(settings: &Admission, production: bool) -> Self {
        let half = settings.concurrent.div_ceil(2);
        let organisation = match (settings.concurrent_per_organisation, half) {
            (0, half) => half,
            (own, 0) => own,
            (own, half) => own.min(half),
        };
        let or = |set: Option<u32>, usual: u32| set.unwrap_or(if production { usual } else { 0 });
        let rate = (or(settings.requests_per_second_per_person, 50), settings.requests_burst_per_person);
        let bad = (or(settings.bad_tokens_per_second_per_address, 20), settings.bad_tokens_burst_per_address);
        Self {
            wait: Duration::from_millis(settings.wait_milliseconds),
            people: Places::of_each(settings.concurrent_per_person),
            organisations: Places::of_each(organisation),
            everybody: (settings.concurrent > 0).then(|| semaphore(settings.concurrent)),
            requests: Rate::new(rate.0, rate.1),
            bad_tokens: Rate::new(bad.0, bad.1)
                .map(|rate| BadTokens { rate, until: Cache::new(KEPT_WAITING) }),
        }
    }

    /// Counts a request of the caller, and refuses it if they ask more often than they may.
    pub fn ask(&self, scope: &Scope) -> Result<(), Refusal> {
        let asked = self.requests.as_ref().map_or(Ok(()), |rate| rate.count(&scope.person()));
        let message = "You ask more often than you may. Wait for as long as Retry-After says.";
        asked.map_err(|wait| Refusal::too_many(message, wait))
    }

    /// A place for the caller, as soon as there is one; a refusal if that takes too long.
    pub async fn place(&self, scope: &Scope) -> Result<Place, Refusal> {
        let message = "Too many requests of yours, or of your organisation, run at once. Wait for their \
                       answers, then ask again.";
        let place = tokio::time::timeout(self.wait, self.take(scope)).await;
        place.map_err(|_| Refusal::too_many(message, Duration::ZERO))
    }

    async fn take(&self, scope: &Scope) -> Place {
        let person = self.people.take(scope.person()).await;
        let organisation = self.organisations.take(scope.organisation()).await;
        let everybody = match &self.everybody {
            Some(places) => Arc::clone(places).acquire_owned().await.ok(),
            None => None,
        };
        Place { _held: [person, organisation, everybody] }
    }

    /// Whether a token may be tried from this address, or too many there proved nothing just now.
    pub fn may_try(&self, address: IpAddr) -> Result<(), Refusal> {
        let until = self.bad_tokens.as_ref().and_then(|bad| bad.until.get(&address));
        match until.and_then(|until| until.checked_duration_since(Instant::now())) {
            Some(wait) => Err(too_many_bad_tokens(wait)),
            None => Ok(()),
        }
    }

    /// Counts a token that proved nothing, and refuses more of them for a while if there were too many.
    pub fn tried_in_vain(&self, address: IpAddr) -> Result<(), Refusal> {
        let Some(bad) = &self.bad_tokens else { return Ok(()) };
        bad.rate.count(&address).map_err(|wait| {
            bad.until.insert(address, Instant::now() + wait);
            too_many_bad_tokens(wait)
        })
    }
}

fn too_many_bad_tokens(wait: Duration) -> Refusal {
    let message = "Too many tokens from your address proved nothing. Wait for as long as Retry-After says.";
    Refusal::too_many(message, wait)
}

fn semaphore(places: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)))
}

/// So many places for each of many. Whoever holds none and waits for none is forgotten: a semaphore lives as long
/// as its permits and those who wait for one.
struct Places<K> {
    each: usize,
    in_use: Mutex<HashMap<K, Weak<Semaphore>>>,
}

impl<K: Copy + Eq + Hash> Places<K> {
    fn of_each(each: usize) -> Self {
        Self { each, in_use: Mutex::new(HashMap::new()) }
    }

    /// A place, as soon as there is one; none where there is no limit.
    async fn take(&self, whose: K) -> Option<OwnedSemaphorePermit> {
        if self.each == 0 {
            return None;
        }
        self.of(whose).acquire_owned().await.ok()
    }

    fn of(&self, whose: K) -> Arc<Semaphore> {
        let mut in_use = self.in_use.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = in_use.get(&whose).and_then(Weak::upgrade) {
            return places;
        }
        if in_use.len() == in_use.capacity() {
            // Before the map grows, those go who are only remembered.
            in_use.retain(|_, places| places.strong_count() > 0);
        }
        let places = semaphore(self.each);
        in_use.insert(whose, Arc::downgrade(&places));
        places
    }
}

/// So many a second for each of many, and some more at once after a rest.
struct Rate<K: Clone + Eq + Hash> {
    limiter: DefaultKeyedRateLimiter<K>,
    counted: AtomicU32,
}

impl<K: Clone + Eq + Hash> Rate<K> {
    /// The rate; none where there is no limit.
    fn new(per_second: u32, burst: u32) -> Option<Self> {
        let per_second = NonZeroU32::new(per_second)?;
        let quota = Quota::per_second(per_second).allow_burst(NonZeroU32::new(burst).unwrap_or(per_second));
        Some(Self { limiter: RateLimiter::keyed(quota), counted: AtomicU32::new(0) })
    }

    /// Counts one, or says how long to wait for it.
    fn count(&self, whose: &K) -> Result<(), Duration> {
        if self.counted.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        let counted = self.limiter.check_key(whose);
        counted.map_err(|until| until.wait_time_from(self.limiter.clock().now()))
    }
}

/// The tokens that proved nothing, by the addresses they came from.
struct BadTokens {
    rate: Rate<IpAddr>,
    /// Until when an address that sent too many has to wait. Its tokens are not even looked at before.
    until: Cache<IpAddr, Instant>,
}
