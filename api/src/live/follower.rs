//! Who reads changes for all who follow something in this process, and who forgets the old ones.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval_at, sleep};

use super::hub::Live;
use crate::command::said;
use crate::error::Result;
use crate::store::Place;

/// The most changes that are read at once.
const MOST: u64 = 500;
/// How long to wait for a transaction that keeps the place of others open, at first; twice as long each time.
const SHORTLY: Duration = Duration::from_millis(5);
/// How often old changes are forgotten.
const FORGETTING: Duration = Duration::from_secs(600);
/// For how much longer than is said changes are kept: an act may be committed later than its instant says.
const GRACE: TimeDelta = TimeDelta::hours(1);

impl Live {
    /// Follows changes while somebody wants to hear of them, until the tasks are aborted.
    pub fn begin(&self) -> Vec<JoinHandle<()>> {
        let follow = self.clone();
        let forget = self.clone();
        vec![
            tokio::spawn(async move { follow.run().await }),
            tokio::spawn(async move { forget.forget().await }),
        ]
    }

    async fn run(self) {
        let rhythm = self.rhythm();
        loop {
            while !self.is_wanted() {
                self.0.wanted.notified().await;
            }
            match self.0.database.end_of_changes().await {
                Ok(end) => {
                    self.begin_at(end);
                    let listening = Abort(self.0.database.listen());
                    self.hand_on_from(end).await;
                    drop(listening);
                }
                Err(fault) => {
                    tracing::warn!(cause = said(fault), "changes cannot be followed");
                    sleep(rhythm).await;
                }
            }
        }
    }

    /// Hands on everything after a place, for as long as somebody follows something.
    async fn hand_on_from(&self, mut place: Place) {
        let stirred = self.0.database.stirred();
        let rhythm = self.rhythm();
        let mut pause = rhythm;
        loop {
            tokio::select! {
                () = stirred.notified() => {}
                () = sleep(pause) => {}
            }
            if self.rest() {
                return;
            }
            pause = match self.look(&mut place).await {
                Ok(true) if pause < rhythm => (pause * 2).min(rhythm),
                Ok(true) => SHORTLY.min(rhythm),
                Ok(false) => rhythm,
                Err(fault) => {
                    tracing::warn!(cause = said(fault), "changes cannot be read; they are read later");
                    rhythm
                }
            };
        }
    }

    /// Hands on what is new. Whether there is something whose place is still open.
    async fn look(&self, place: &mut Place) -> Result<bool> {
        loop {
            let look = self.0.database.changes_after(*place, MOST).await?;
            if let Some(last) = look.changes.last() {
                *place = Place::of(last);
                self.hand_on(look.changes, *place);
            }
            if !look.is_full {
                return Ok(look.is_open);
            }
        }
    }

    async fn forget(self) {
        let mut ticks = interval_at(tokio::time::Instant::now() + FORGETTING, FORGETTING);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let before = self.horizon().checked_sub_signed(GRACE).unwrap_or_default();
            match self.0.database.forget_changes(before).await {
                Ok(0) => {}
                Ok(count) => tracing::debug!(count, "old changes are forgotten"),
                Err(fault) => tracing::warn!(cause = said(fault), "old changes are not forgotten yet"),
            }
        }
    }

    fn rhythm(&self) -> Duration {
        Duration::from_millis(self.0.settings.poll_milliseconds)
    }
}

/// A task that ends with this.
struct Abort(Option<JoinHandle<()>>);

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}
