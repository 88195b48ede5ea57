//! Who follows what in this process, and the queues through which they hear of it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entity::change;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::{Notify, Semaphore, SemaphorePermit, watch};

use super::topic::{Topic, topics_of};
use crate::clock::Clock;
use crate::error::{Code, Fault, Result};
use crate::settings;
use crate::store::{Database, Place};

/// Changes that one of those who follow hears of at once.
pub type Heard = Vec<Arc<change::Model>>;

/// The live updates of a server process. Every clone is the same.
#[derive(Clone)]
pub struct Live(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) settings: settings::Live,
    followers: Mutex<Followers>,
    /// Wakes the one who reads changes for all, when there is somebody to read them for.
    pub(super) wanted: Notify,
    /// How far changes were handed on; none while nobody follows anything.
    reached: watch::Sender<Option<Place>>,
    /// Whether the server is stopping.
    closing: watch::Sender<bool>,
    /// So many deliveries are made at once: the others wait their turn, and those who only ask find connections.
    deliveries: Semaphore,
}

#[derive(Default)]
struct Followers {
    next: u64,
    all: HashMap<u64, Follower>,
    by_topic: HashMap<Topic, HashSet<u64>>,
}

struct Follower {
    queue: Sender<Heard>,
    topics: Vec<Topic>,
}

/// Somebody's following. When it is dropped, it has ended.
pub struct Following {
    number: u64,
    live: Live,
    queue: Receiver<Heard>,
    /// From here on everything comes through the queue.
    pub from: Place,
}

impl Live {
    /// Live updates that nobody follows yet. What they need of the database, [`Live::begin`] starts.
    pub fn new(settings: &settings::Live, database: Database, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            database,
            clock,
            followers: Mutex::default(),
            wanted: Notify::new(),
            reached: watch::Sender::new(None),
            closing: watch::Sender::new(false),
            deliveries: Semaphore::new(settings.deliveries),
            settings: settings.clone(),
        }))
    }

    /// Follows these topics from now on.
    pub async fn follow(&self, topics: Vec<Topic>) -> Result<Following> {
        let (sender, queue) = mpsc::channel(self.0.settings.queue);
        let mut reached = self.0.reached.subscribe();
        let (number, from) = self.add(sender, topics);
        // From here on it is dropped, and so ends, whatever becomes of this.
        let mut following = Following { number, live: self.clone(), queue, from: from.unwrap_or_default() };
        if from.is_none() {
            self.0.wanted.notify_one();
            let patience = std::time::Duration::from_secs(self.0.settings.send_seconds);
            let begun = tokio::time::timeout(patience, reached.wait_for(Option::is_some)).await;
            let begun = begun.ok().and_then(std::result::Result::ok).and_then(|place| *place);
            let message = "Changes cannot be followed just now. Try again in a moment.";
            following.from = begun.ok_or(Fault::Coded(Code::Unavailable, message.into()))?;
        }
        Ok(following)
    }

    fn add(&self, queue: Sender<Heard>, topics: Vec<Topic>) -> (u64, Option<Place>) {
        let mut followers = self.followers();
        let number = followers.next;
        followers.next += 1;
        for topic in &topics {
            followers.by_topic.entry(*topic).or_default().insert(number);
        }
        followers.all.insert(number, Follower { queue, topics });
        // Under the lock: what is handed on afterwards comes through the queue.
        (number, *self.0.reached.borrow())
    }

    /// Hands changes on to whom they can concern. Whoever's queue is full follows no longer.
    pub(super) fn hand_on(&self, changes: Vec<change::Model>, reached: Place) {
        let mut followers = self.followers();
        let mut heard: HashMap<u64, Heard> = HashMap::new();
        for change in changes.into_iter().map(Arc::new) {
            for topic in topics_of(&change) {
                for number in followers.by_topic.get(&topic).into_iter().flatten() {
                    let heard = heard.entry(*number).or_default();
                    if heard.last().is_none_or(|last| !Arc::ptr_eq(last, &change)) {
                        heard.push(Arc::clone(&change));
                    }
                }
            }
        }
        for (number, heard) in heard {
            let full = followers.all.get(&number).is_some_and(|one| one.queue.try_send(heard).is_err());
            if full {
                tracing::info!("a subscription did not keep up and is shed");
                followers.remove(number);
            }
        }
        self.0.reached.send_replace(Some(reached));
    }

    /// Stops handing on if nobody follows anything; says whether that is so.
    pub(super) fn rest(&self) -> bool {
        let followers = self.followers();
        let nobody = followers.all.is_empty();
        if nobody {
            self.0.reached.send_replace(None);
        }
        nobody
    }

    /// From here on changes are handed on.
    pub(super) fn begin_at(&self, place: Place) {
        let _followers = self.followers();
        self.0.reached.send_replace(Some(place));
    }

    /// Whether anybody follows anything.
    pub(super) fn is_wanted(&self) -> bool {
        !self.followers().all.is_empty()
    }

    /// A turn to make a delivery.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed.
        self.0.deliveries.acquire().await.ok()
    }

    /// The instant before which changes may have been forgotten.
    pub fn horizon(&self) -> DateTime<Utc> {
        let kept = TimeDelta::try_hours(self.0.settings.kept_hours).unwrap_or(TimeDelta::MAX);
        self.0.clock.now().checked_sub_signed(kept).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Tells every socket to close: the server is stopping.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// Becomes true when the server is stopping.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    fn followers(&self) -> MutexGuard<'_, Followers> {
        // Whoever panicked while they held it left whole maps behind.
        self.0.followers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Followers {
    fn remove(&mut self, number: u64) {
        let Some(follower) = self.all.remove(&number) else { return };
        for topic in follower.topics {
            if let Some(numbers) = self.by_topic.get_mut(&topic) {
                numbers.remove(&number);
                if numbers.is_empty() {
                    self.by_topic.remove(&topic);
                }
            }
        }
    }
}

impl Following {
    /// What is new, as soon as something is; everything that waits comes together. None: it did not keep up, and
    /// hears no more.
    pub async fn hear(&mut self) -> Option<Heard> {
        let mut heard = self.queue.recv().await?;
        while let Ok(more) = self.queue.try_recv() {
            heard.extend(more);
        }
        Some(heard)
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.live.followers().remove(self.number);
    }
}

#[cfg(test)]
mod tests {
    use entity::{Id, referral};

    use super::*;

    async fn live(queue: usize) -> Live {
        let database = Database::open("sqlite::memory:", 1).await.expect("a database");
        let settings = settings::Live { queue, ..settings::Live::default() };
        let live = Live::new(&settings, database, Clock::at(DateTime::UNIX_EPOCH));
        live.begin_at(Place::default());
        live
    }

    fn change(position: i64, referral: Id<referral::Entity>) -> change::Model {
        change::Model {
            position,
            transaction_number: 0,
            at: DateTime::UNIX_EPOCH,
            table_name: "referral".to_owned(),
            row_id: String::new(),
            referral_id: Some(referral),
            holder_id: None,
            provider_id: None,
            before_holder_id: None,
            before_worker_id: None,
        }
    }

    fn positions(heard: Option<Heard>) -> Vec<i64> {
        heard.into_iter().flatten().map(|change| change.position).collect()
    }

    #[tokio::test]
    async fn a_change_wakes_only_those_whom_it_can_concern_and_each_once() {
        let live = live(8).await;
        let (one, other) = (Id::fresh(), Id::fresh());
        let mut mine = live.follow(vec![Topic::Referral(one), Topic::Referrals]).await.expect("followed");
        let mut theirs = live.follow(vec![Topic::Referral(other)]).await.expect("followed");
        live.hand_on(vec![change(1, one), change(2, one)], Place { transaction: 0, position: 2 });
        assert_eq!(positions(mine.hear().await), [1, 2]);
        assert!(theirs.queue.try_recv().is_err());
        let later = live.follow(vec![Topic::Referral(one)]).await.expect("followed");
        assert_eq!(later.from, Place { transaction: 0, position: 2 });
    }

    #[tokio::test]
    async fn who_does_not_keep_up_is_shed_and_costs_no_more_than_their_queue() {
        let live = live(2).await;
        let referral = Id::fresh();
        let mut slow = live.follow(vec![Topic::Referral(referral)]).await.expect("followed");
        for position in 1..=1_000 {
            live.hand_on(vec![change(position, referral)], Place { transaction: 0, position });
        }
        assert!(!live.is_wanted());
        assert_eq!(positions(slow.hear().await), [1, 2]);
        assert!(slow.hear().await.is_none());
    }

    #[tokio::test]
    async fn who_leaves_is_forgotten() {
        let live = live(2).await;
        drop(live.follow(vec![Topic::Referrals]).await.expect("followed"));
        assert!(live.followers().by_topic.is_empty());
        assert!(live.rest());
        assert_eq!(*live.0.reached.borrow(), None);
    }
}
