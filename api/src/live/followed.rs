//! What can be followed, and how a subscription's field tells of it.
//!
//! A subscription is executed anew for each of its turns: once when it is opened, once when it has caught up, and once
//! for each delivery, with a store of its own. So every delivery has the access, the time and the reading of its moment.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec;

use async_graphql::{Context, Enum};
use entity::change;
use futures_util::stream::{Iter, iter};
use uuid::Uuid;

use super::cursor::Cursor;
use super::topic::Topic;
use crate::error::{Fault, Result};
use crate::graphql::act::store;
use crate::store::{Place, Store};

/// How many things of a subscription are remembered to have been told of.
const REMEMBERED: usize = 1_000;

/// What happened to what is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ChangeKind {
    /// From here on changes are told as they come: what you read now and what you are told leave no gap. It comes once,
    /// after whatever came since the cursor.
    Live,
    /// It is new, or it changed.
    Changed,
    /// It is no longer there for you: it does not match the filter any more, or is not yours to see.
    Gone,
    /// Something that was yours to see is not any more, and this subscription has not told you of it. Read the list
    /// again.
    ReadAgain,
}

/// Something that can be followed. What a room writes to make one.
pub trait Followed: Send + Sync {
    /// What is told of it.
    type Event: Send;

    /// What wakes it; an error if it is not the caller's to follow.
    fn topics(&self, store: &Store) -> impl Future<Output = Result<Vec<Topic>>> + Send;

    /// What is told at the moment from which on changes are told as they come.
    fn begin(&self, store: &Store, cursor: Cursor) -> impl Future<Output = Result<Self::Event>> + Send;

    /// What is told of these changes, as the caller may see it now, in the order of the cursors.
    fn tell(
        &self,
        store: &Store,
        changes: &[Arc<change::Model>],
        memory: &Memory,
    ) -> impl Future<Output = Result<Told<Self::Event>>> + Send;
}

/// What is told of some changes.
pub struct Told<E> {
    /// The events.
    pub events: Vec<E>,
    /// Whether there is nothing more to follow.
    pub ended: bool,
}

impl<E> Told<E> {
    /// Events after which more may come.
    pub const fn of(events: Vec<E>) -> Self {
        Self { events, ended: false }
    }
}

/// What a subscription says when it is opened.
pub struct Opening {
    /// What wakes it.
    pub topics: Vec<Topic>,
    /// Where its client was before.
    pub after: Option<Cursor>,
}

/// What a subscription is executed for.
#[derive(Clone)]
pub enum Update {
    /// To learn what it follows. Nothing is told yet.
    Open,
    /// To say that it is live from here on.
    Live(Cursor),
    /// To tell of changes.
    Changes(Vec<Arc<change::Model>>),
}

/// One turn of a subscription: what it is executed for, and what it came to.
pub struct Turn {
    update: Update,
    memory: Memory,
    opening: Mutex<Option<Opening>>,
    fault: Mutex<Option<Fault>>,
    ended: AtomicBool,
}

impl Turn {
    /// A turn of the subscription with this memory.
    pub fn new(update: Update, memory: Memory) -> Arc<Self> {
        let (opening, fault) = (Mutex::default(), Mutex::default());
        Arc::new(Self { update, memory, opening, fault, ended: AtomicBool::new(false) })
    }

    /// What the subscription said when it was opened.
    pub fn opening(&self) -> Option<Opening> {
        lock(&self.opening).take()
    }

    /// Why nothing could be told.
    pub fn fault(&self) -> Option<Fault> {
        lock(&self.fault).take()
    }

    /// Whether there is nothing more to follow.
    pub fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    async fn events<F: Followed>(
        &self,
        store: &Store,
        followed: &F,
        after: Option<String>,
    ) -> Result<Vec<F::Event>> {
        match &self.update {
            Update::Open => {
                let after = after.as_deref().map(Cursor::parse).transpose()?;
                let topics = followed.topics(store).await?;
                *lock(&self.opening) = Some(Opening { topics, after });
                Ok(Vec::new())
            }
            Update::Live(cursor) => Ok(vec![followed.begin(store, *cursor).await?]),
            Update::Changes(changes) => {
                let told = followed.tell(store, changes, &self.memory).await?;
                self.ended.fetch_or(told.ended, Ordering::Relaxed);
                Ok(told.events)
            }
        }
    }
}

/// The events of one turn.
pub type Events<E> = Iter<vec::IntoIter<E>>;

/// What the field of a subscription yields: the events of the turn that it is executed for.
pub async fn stream<F: Followed>(
    ctx: &Context<'_>,
    followed: F,
    after: Option<String>,
) -> Result<Events<F::Event>> {
    let turn = ctx.data::<Arc<Turn>>();
    let turn = turn.map_err(|_| Fault::bad_input("Send a subscription over a WebSocket."))?;
    match turn.events(store(ctx), &followed, after).await {
        Ok(events) => Ok(iter(events)),
        Err(fault) => {
            *lock(&turn.fault) = Some(fault.clone());
            Err(fault)
        }
    }
}

/// Which things a subscription has told of, the latest of them.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<VecDeque<Uuid>>>);

impl Memory {
    /// Remembers that it was told of.
    pub fn keep(&self, id: Uuid) {
        let mut told = lock(&self.0);
        told.retain(|known| *known != id);
        if told.len() == REMEMBERED {
            told.pop_front();
        }
        told.push_back(id);
    }

    /// Forgets it; whether it was told of.
    pub fn forget(&self, id: Uuid) -> bool {
        let mut told = lock(&self.0);
        let before = told.len();
        told.retain(|known| *known != id);
        told.len() < before
    }
}

/// The cursor behind a change, as it is given out now.
pub fn cursor_of(store: &Store, change: &change::Model) -> Cursor {
    Cursor { place: Place::of(change), at: store.now() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is left half done under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
