//! SQLite's one writer: acts take turns on its connection, and those that were asked for at once share a commit.
//!
//! Whoever has done their act queues a second time, behind those who wait already. These do theirs meanwhile, in the same
//! transaction, each within a savepoint, and queue anew as well. The first whose second turn comes commits for all, and
//! only then is any of them answered: one wait for the disk for all of them, and none for anybody who is not there. Who
//! is alone commits at once.

use std::sync::Arc;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

/// What became of a shared transaction; nothing as long as it is open.
type End = Option<Result<(), DbErr>>;

/// Where whoever has the turn finds the transaction that is open, if one is. Turns come in the order of asking.
type Place = Mutex<Option<Shared>>;

/// The turns at writing.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    connection: DatabaseConnection,
    place: Arc<Place>,
}

/// A transaction that acts share.
#[derive(Debug)]
struct Shared {
    transaction: DatabaseTransaction,
    /// How many savepoints it had: each has a name of its own, so that nobody goes back further than they began.
    savepoints: u32,
    /// The savepoint of somebody who went away in the middle of their act, which is still to be undone.
    left: Option<String>,
    /// Where the end is told to whoever waits for it.
    end: watch::Sender<End>,
}

/// One act's turn. Dropped, it undoes the act; nobody waits for that.
pub(super) struct Turn {
    place: OwnedMutexGuard<Option<Shared>>,
    /// Where the act began; none where it began the transaction.
    savepoint: Option<String>,
    is_over: bool,
}

/// A transaction of SQLite's that takes the write lock as it begins, so that it cannot fail half-way.
pub(super) fn at_once() -> TransactionOptions {
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() }
}

impl Turns {
    /// Turns on a pool of one connection.
    pub(super) fn new(connection: DatabaseConnection) -> Self {
        Self { connection, place: Arc::default() }
    }

    /// Waits for a turn, and begins an act in it.
    pub(super) async fn next(&self) -> Result<Turn, DbErr> {
        let mut place = Arc::clone(&self.place).lock_owned().await;
        mend(&mut place).await;
        let savepoint = if let Some(shared) = &mut *place {
            shared.savepoints = shared.savepoints.saturating_add(1);
            let name = format!("act_{}", shared.savepoints);
            shared.transaction.execute_unprepared(&format!("SAVEPOINT {name}")).await?;
            Some(name)
        } else {
            let transaction = self.connection.begin_with_options(at_once()).await?;
            *place = Some(Shared { transaction, savepoints: 0, left: None, end: watch::Sender::new(None) });
            None
        };
        Ok(Turn { place, savepoint, is_over: false })
    }

    /// Commits what is open although nobody does: the runtime of whoever should have may be gone.
    pub(super) async fn close(&self) {
        end(&mut *self.place.lock().await).await;
    }
}

impl Turn {
    /// Where the statements of the act run.
    pub(super) fn transaction(&self) -> Result<&DatabaseTransaction, DbErr> {
        self.place.as_ref().map(|shared| &shared.transaction).ok_or_else(|| failed("it has ended"))
    }

    /// Keeps the act, and waits until it is on the disk. It gets there also if nobody waits any more: others may have
    /// built on it.
    pub(super) async fn commit(self) -> Result<(), DbErr> {
        uninterrupted(async move {
            if let Some(savepoint) = &self.savepoint {
                self.transaction()?.execute_unprepared(&format!("RELEASE {savepoint}")).await?;
            }
            let place = Arc::clone(OwnedMutexGuard::mutex(&self.place));
            committed(&place, self.over()?).await
        })
        .await
    }

    /// Undoes the act, and waits until what it was decided by is on the disk: nobody hears of what may not come to be.
    pub(super) async fn undo(self) -> Result<(), DbErr> {
        let Some(savepoint) = self.savepoint.clone() else { return Ok(()) };
        uninterrupted(async move {
            let undo = format!("ROLLBACK TO {savepoint}; RELEASE {savepoint}");
            self.transaction()?.execute_unprepared(&undo).await?;
            told(&mut self.over()?).await
        })
        .await
    }

    /// Gives the turn to the next. What is returned says how the transaction ended.
    fn over(mut self) -> Result<watch::Receiver<End>, DbErr> {
        self.is_over = true;
        self.place.as_ref().map(|shared| shared.end.subscribe()).ok_or_else(|| failed("it has ended"))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        match self.savepoint.take() {
            // Whoever has the next turn goes back to it.
            Some(savepoint) => {
                if let Some(shared) = &mut *self.place {
                    shared.left = Some(savepoint);
                }
            }
            // Nobody's act is in it but this one.
            None => drop(self.place.take()),
        }
    }
}

/// Waits for the end of a shared transaction, or for the turn to bring it about.
async fn committed(place: &Arc<Place>, mut of: watch::Receiver<End>) -> Result<(), DbErr> {
    let mut place = tokio::select! {
        biased;
        ended = told(&mut of) => return ended,
        place = place.lock() => place,
    };
    // Not if it was ended between the two: what is open by now is others'.
    if of.borrow().is_none() {
        end(&mut place).await;
    }
    told(&mut of).await
}

/// Commits what is open, and tells everybody whose act is in it.
async fn end(place: &mut Option<Shared>) {
    mend(place).await;
    if let Some(Shared { transaction, end, .. }) = place.take() {
        end.send_replace(Some(transaction.commit().await.map_err(failed)));
    }
}

/// Undoes what somebody left who went away in the middle of their act. Where that cannot be, nothing is kept of anybody.
async fn mend(place: &mut Option<Shared>) {
    let Some(Shared { transaction, left: Some(savepoint), .. }) = place.as_ref() else { return };
    // The savepoint stays: broken off here, it can be done again.
    let undone = transaction.execute_unprepared(&format!("ROLLBACK TO {savepoint}")).await;
    match (undone, place.as_mut()) {
        (Ok(_), Some(shared)) => shared.left = None,
        (Err(error), Some(shared)) => {
            shared.end.send_replace(Some(Err(failed(error))));
            *place = None;
        }
        (_, None) => {}
    }
}

async fn told(of: &mut watch::Receiver<End>) -> Result<(), DbErr> {
    match of.wait_for(Option::is_some).await {
        Ok(end) => end.clone().unwrap_or(Ok(())),
        Err(error) => Err(failed(error)),
    }
}

/// Does it to its end, also when whoever waits for it goes away.
async fn uninterrupted(work: impl Future<Output = Result<(), DbErr>> + Send + 'static) -> Result<(), DbErr> {
    tokio::spawn(work).await.unwrap_or_else(|error| Err(failed(error)))
}

/// A transaction that could not be kept. It was nobody's fault who is in it: they can do their act again.
fn failed(error: impl std::fmt::Display) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(format!("a transaction that acts share was not committed: {error}")))
}

#[cfg(test)]
mod tests;
