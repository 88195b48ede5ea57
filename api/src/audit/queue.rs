//! From answers to the record of readings: a bounded queue, and who empties it.
//!
//! A place in the queue is taken before anything is read. When there is none, the request is refused: nobody
//! reads unrecorded. What was answered since the queue was emptied last is in memory alone, so that a crash of the
//! process can lose it: what came within `audit.flush_milliseconds`, and the one batch that is being written. While
//! the database takes no records the readings wait, and then as many as the queue holds and that batch are at
//! stake. A server that is told to stop empties the queue before it closes the database.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::{Notify, watch};
use tokio::time::{self, Instant, MissedTickBehavior};

use crate::clock::Clock;
use crate::command::said;
use crate::error::{Code, Fault, Result};
use crate::settings::Audit;
use crate::store::{Database, Reading};

/// The most readings that are recorded in one transaction.
const BATCH: usize = 200;
/// How long to wait after the first failure; twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest wait.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where readings wait to be recorded.
pub struct Queue {
    sender: Sender<Reading>,
    /// Wakes whoever empties the queue before their time.
    early: Arc<Notify>,
}

/// A place in the queue, for the reading that a request may turn out to be.
pub struct Place<'q> {
    permit: mpsc::Permit<'q, Reading>,
    queue: &'q Queue,
}

impl Queue {
    /// A place for one reading, or why nothing can be read.
    pub fn place(&self) -> Result<Place<'_>> {
        match self.sender.try_reserve() {
            Ok(permit) => Ok(Place { permit, queue: self }),
            Err(_) => {
                tracing::error!("readings cannot be recorded fast enough: requests are refused");
                let message =
                    "Readings cannot be recorded just now, so nothing is read. Try again in a moment.";
                Err(Fault::Coded(Code::Unavailable, message.into()))
            }
        }
    }
}

impl Place<'_> {
    /// Puts a reading into its place.
    pub fn take(self, reading: Reading) {
        self.permit.send(reading);
        let sender = &self.queue.sender;
        // Under load it is not time that fills the queue.
        if sender.capacity() < sender.max_capacity() / 2 {
            self.queue.early.notify_one();
        }
    }
}

/// Who empties the queue.
pub struct Recorder {
    queue: Receiver<Reading>,
    early: Arc<Notify>,
    every: Duration,
}

/// A queue, and who empties it.
pub fn open(settings: &Audit) -> (Queue, Recorder) {
    let (sender, queue) = mpsc::channel(settings.queue);
    let early = Arc::new(Notify::new());
    let every = Duration::from_millis(settings.flush_milliseconds);
    (Queue { sender, early: Arc::clone(&early) }, Recorder { queue, early, every })
}

impl Recorder {
    /// Empties the queue from time to time until it is told to stop, and then once more to the end.
    pub async fn run(mut self, database: Database, clock: Clock, mut stop: watch::Receiver<bool>) {
        let mut rhythm = time::interval_at(Instant::now() + self.every, self.every);
        rhythm.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stopping = false;
        while !stopping {
            tokio::select! {
                _ = rhythm.tick() => {}
                () = self.early.notified() => {}
                _ = stop.changed() => stopping = true,
            }
            while !self.queue.is_empty() {
                self.record_some(&database, &clock).await;
            }
        }
        // Requests that still run keep their places; none is given out any more.
        self.queue.close();
        while self.record_some(&database, &clock).await > 0 {}
    }

    /// Records the next batch, however long it takes; answers with how many it were. None: the queue is closed and
    /// empty.
    async fn record_some(&mut self, database: &Database, clock: &Clock) -> usize {
        let mut batch = Vec::new();
        let count = self.queue.recv_many(&mut batch, BATCH).await;
        let mut pause = FIRST_PAUSE;
        while let Err(fault) = database.record(&batch, clock.now()).await {
            let cause = said(fault);
            tracing::error!(cause, readings = count, "readings could not be recorded and wait");
            time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        count
    }
}
